//! What a page hears, frame by frame, without a hub behind.

use serde_json::{Value, json};

use super::{Desk, Out, Settings};

const CHANNEL: &str = "PG1-1001.g.3001";
const CALL: &str = "PG1-1001.g.3001.7";
const LEG: &str = "PG1-1001.g.3001.7.1";

struct Bench {
    desk: Desk,
}

impl Bench {
    /// A desk that is signed in, logged in and ready, with nothing going on.
    fn new(settings: Settings) -> Self {
        let mut bench = Self { desk: Desk::new(settings) };
        bench.client(json!({ "command": "prepareSession", "requestId": "p", "data": { "profile": "tccc" } }));
        bench.hub(json!({ "requestId": "p", "result": "success", "data": { "resourceId": "PG1-1001" } }));
        bench.event("PG1-1001", "channelgroup.created", json!({ "channelgroup": { "id": "g" } }));
        bench.event("PG1-1001.g", "channel.created", json!({ "channel": { "id": "3001", "endpoint": "3001" } }));
        bench.agent("NOT_READY");
        bench.event("PG1-1001", "session.initialized", json!({ "reasons": { "notReady": [{ "code": 2, "label": "Lunch" }] } }));
        bench
    }

    fn sort(out: Vec<Out>) -> (Vec<Value>, Vec<Value>) {
        let (mut to_client, mut to_hub) = (Vec::new(), Vec::new());
        for one in out {
            let (list, text) = match one {
                Out::Client(text) => (&mut to_client, text),
                Out::Hub(text) => (&mut to_hub, text),
            };
            list.push(serde_json::from_str(&text).unwrap());
        }
        (to_client, to_hub)
    }

    /// What the page and the hub get of a frame of the page.
    fn client(&mut self, frame: Value) -> (Vec<Value>, Vec<Value>) {
        Self::sort(self.desk.from_client(&frame.to_string()))
    }

    /// What the page gets of a frame of the hub.
    fn hub(&mut self, frame: Value) -> Vec<Value> {
        Self::sort(self.desk.from_hub(&frame.to_string())).0
    }

    fn event(&mut self, target: &str, name: &str, data: Value) -> Vec<Value> {
        self.hub(json!({ "messageType": "objectEvent", "target": target, "name": name, "data": data }))
    }

    fn state(&mut self, target: &str, object: &str, current: &str) -> Vec<Value> {
        let state = json!({ "object": object, "current": current });
        self.hub(json!({ "messageType": "stateEvent", "target": target, "name": "state.updated", "state": state, "data": [] }))
    }

    fn agent(&mut self, state: &str) -> Vec<Value> {
        let agent = json!({ "id": "1001", "state": state, "reason": null, "ringTime": 20 });
        self.event(CHANNEL, "channel.infochanged", json!({ "channel": { "state": "ACTIVE" }, "agent": agent }))
    }

    /// A caller rings; what `callIn` says.
    fn ring(&mut self, data: Value) -> Value {
        self.event(CHANNEL, "interaction.created", json!({ "interaction": { "id": "7", "direction": "INBOUND" } }));
        self.state(CALL, "interaction", "ALERTING");
        self.event(CALL, "conversation.created", json!({ "conversation": { "id": "1", "role": "primary" } }));
        self.state(LEG, "conversation", "ALERTING");
        let mut heard = self.event(CALL, "interaction.preview", json!({ "interactiondata": data }));
        heard.remove(0)["data"].take()
    }

    fn talk(&mut self) {
        self.ring(json!({ "direction": "Incoming" }));
        self.state(CALL, "interaction", "STARTED");
        self.state(LEG, "conversation", "CONNECTED");
        self.agent("TALKING");
    }

    /// Sends a command about the session; the id that the hub got it under.
    fn ask(&mut self, command: &str) -> Value {
        let (_, mut to_hub) = self.client(json!({ "command": command, "id": "c", "options": { "sessionId": "7" } }));
        to_hub.remove(0)["requestId"].take()
    }

    fn confirm(&mut self, id: &Value) -> Vec<Value> {
        self.hub(json!({ "requestId": id, "result": "success", "data": {} }))
    }
}

fn is_success(frame: &Value) -> bool {
    frame == &json!({ "id": "c", "status": "success" })
}

#[test]
fn an_accepted_call_is_answered_once_its_leg_is_up_and_the_event_follows() {
    let mut bench = Bench::new(Settings::default());
    bench.ring(json!({ "direction": "Incoming" }));
    let id = bench.ask("tccc.Call.accept");
    assert!(bench.confirm(&id).is_empty(), "nothing is to be seen of it yet");
    assert!(bench.state(CALL, "interaction", "STARTED").is_empty(), "the leg still alerts");
    let heard = bench.state(LEG, "conversation", "CONNECTED");
    assert!(is_success(&heard[0]), "{heard:?}");
    assert_eq!(heard[1]["event"], "userAccessed");
    assert_eq!(heard.len(), 2);
}

#[test]
fn accepting_what_was_answered_in_the_meantime_succeeds() {
    let mut bench = Bench::new(Settings::default());
    bench.ring(json!({ "direction": "Incoming" }));
    let id = bench.ask("tccc.Call.accept");
    bench.state(CALL, "interaction", "STARTED");
    bench.state(LEG, "conversation", "CONNECTED");
    let failure = json!({ "code": "INVALID_STATE", "message": "The conversation is CONNECTED; answer needs ALERTING" });
    let refusal = json!({ "requestId": id, "result": "failure", "failure": failure });
    assert!(is_success(&bench.hub(refusal)[0]));
    let (answers, to_hub) = bench.client(json!({ "command": "tccc.Call.accept", "id": "c", "options": { "sessionId": "7" } }));
    assert!(is_success(&answers[0]) && to_hub.is_empty());
}

#[test]
fn hold_and_retrieve_are_answered_when_the_leg_shows_them_because_they_have_no_event() {
    let mut bench = Bench::new(Settings::default());
    bench.talk();
    for (command, state) in [("tccc.Call.hold", "HELD"), ("tccc.Call.unHold", "CONNECTED")] {
        let id = bench.ask(command);
        assert!(bench.confirm(&id).is_empty());
        assert!(is_success(&bench.state(LEG, "conversation", state)[0]));
    }
    let id = bench.ask("tccc.Call.hold");
    bench.state(LEG, "conversation", "HELD");
    assert!(is_success(&bench.confirm(&id)[0]), "the event may also come first");
}

#[test]
fn a_call_that_ends_between_confirmation_and_effect_fails_the_promise() {
    let mut bench = Bench::new(Settings::default());
    bench.ring(json!({ "direction": "Incoming" }));
    let id = bench.ask("tccc.Call.accept");
    bench.confirm(&id);
    let heard = bench.state(LEG, "conversation", "ENDED");
    assert_eq!(heard[0], json!({ "id": "c", "status": "error", "errorMsg": "wrong_state: the call ended meanwhile" }));
}

#[test]
fn a_status_is_answered_with_the_agents_state_or_at_once_where_a_call_keeps_it() {
    let mut bench = Bench::new(Settings::default());
    let free = json!({ "command": "tccc.Agent.setStatus", "id": "c", "options": { "status": "free" } });
    let id = bench.client(free.clone()).1.remove(0)["requestId"].take();
    assert!(bench.confirm(&id).is_empty());
    let heard = bench.agent("AVAILABLE");
    assert!(is_success(&heard[0]));
    assert_eq!(heard[1]["data"]["status"], "free");
    bench.talk();
    let id = bench.client(free).1.remove(0)["requestId"].take();
    assert!(is_success(&bench.confirm(&id)[0]));
}

#[test]
fn a_call_in_has_the_ring_time_the_remark_and_the_way_through_the_menus() {
    let settings = Settings { remark: Some("callVariable3".into()), ivr_path: Some("user.Path".into()), ..Settings::default() };
    let fields = Bench::new(settings.clone()).ring(
        json!({ "direction": "Incoming", "callVariable3": "VIP", "user.Path": "1=Sales; 2: Contracts;;3", "callerEnteredDigits": "99" }),
    );
    assert_eq!((&fields["timeout"], &fields["remark"]), (&json!(20), &json!("VIP")));
    let path = json!([{ "key": "1", "label": "Sales" }, { "key": "2", "label": "Contracts" }, { "key": "3", "label": "" }]);
    assert_eq!(fields["ivrPath"], path);
    let array = json!({ "direction": "Incoming", "user.Path": { "0": "1=Sales", "1": "2" } });
    let fields = Bench::new(settings.clone()).ring(array);
    assert_eq!(fields["ivrPath"], json!([{ "key": "1", "label": "Sales" }, { "key": "2", "label": "" }]));
    let fields = Bench::new(settings.clone()).ring(json!({ "direction": "Incoming", "callerEnteredDigits": "4#" }));
    assert_eq!(fields["ivrPath"], json!([{ "key": "4", "label": "" }, { "key": "#", "label": "" }]));
    let fields = Bench::new(settings).ring(json!({ "direction": "Incoming" }));
    assert!(fields.get("remark").is_none() && fields.get("ivrPath").is_none());
}

#[test]
fn not_ready_gives_the_operators_reason_and_a_call_out_its_user_to_user_information() {
    let mut bench = Bench::new(Settings { not_ready_reason: Some(50), ..Settings::default() });
    let options = json!({ "status": "notReady" });
    let (_, to_hub) = bench.client(json!({ "command": "tccc.Agent.setStatus", "id": "c", "options": options }));
    assert_eq!((&to_hub[0]["command"], &to_hub[0]["data"]), (&json!("channel.notready"), &json!({ "reason": { "code": 50 } })));
    let out = json!({ "phoneNumber": "8001", "uui": "case 7", "callerPhoneNumber": "1" });
    let (_, to_hub) = bench.client(json!({ "command": "tccc.Call.startOutboundCall", "id": "c", "options": out }));
    assert_eq!(to_hub[0]["data"], json!({ "destination": "8001", "extensions": { "uui": "case 7" } }));
    let long = json!({ "phoneNumber": "8001", "uui": "é".repeat(66) });
    let (answers, _) = bench.client(json!({ "command": "tccc.Call.startOutboundCall", "id": "d", "options": long }));
    assert_eq!(answers[0]["errorMsg"], "bad_argument: uui has more than 131 bytes");
}

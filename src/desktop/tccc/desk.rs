//! One socket of the profile: what it knows, what waits, and which way each frame goes.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Settings;
use super::answer::{self, Code, Refusal};
use super::call::{Call, SERVER_TYPE, object};
use super::event::Status;

/// A frame that leaves the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// To the hub, in the words of the media bar API.
    Hub(String),
    /// To the page, in the words of the profile.
    Client(String),
}

/// A reason code with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) code: u64,
    pub(super) label: String,
}

/// An outgoing call that was asked for and confirmed, but is not known yet.
#[derive(Clone, Debug)]
pub(super) struct Dialled {
    pub(super) id: Value,
    pub(super) is_internal: bool,
    pub(super) callee: String,
    pub(super) remark: Option<String>,
    pub(super) ignored: Vec<&'static str>,
}

impl Dialled {
    /// The answer, once the call has its id.
    pub(super) fn answer(&self, session: &str, extension: &str) -> String {
        if self.is_internal {
            return answer::success(&self.id, Map::new());
        }
        let mut fields = object(json!({
            "sessionId": session,
            "calleePhoneNumber": self.callee,
            "callerPhoneNumber": extension,
            "serverType": SERVER_TYPE,
        }));
        if let Some(remark) = &self.remark {
            fields.insert("remark".into(), json!(remark));
        }
        if !self.ignored.is_empty() {
            fields.insert("ignored".into(), json!(self.ignored));
        }
        answer::success(&self.id, fields)
    }
}

/// What the picture must show before the page hears of success. The hub answers at the switch's confirmation, which may come
/// before the event; but a page has no event for some of these, and goes on as soon as its promise is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The leg of this path is in this state.
    Leg(String, &'static str),
    /// The leg of this path is over.
    Over(String),
    /// The agent has this status, or a call keeps it for later.
    Status(Status),
    /// The agent is logged in.
    Online,
}

/// What is done when the hub answers.
#[derive(Debug)]
pub(super) enum Pending {
    /// The prepareSession, which passes as it is.
    Login,
    /// The session.start that follows it.
    Start,
    /// The page hears success or failure.
    Plain(Value),
    /// The same, but a missing reason is the page's mistake.
    Reasoned(Value),
    /// The page hears failure, or success once the effect is there.
    Until(Value, Effect),
    Dial(Dialled),
    /// Answering a leg of the call of this path, which may be answered already.
    Answer {
        id: Value,
        call: String,
        leg: String,
    },
    /// Completing a call; whether the second try is under way.
    Complete {
        id: Value,
        path: String,
        is_outgoing: bool,
        is_second: bool,
    },
    /// Signing out; whether a reason was given already.
    Offline {
        id: Value,
        has_reason: bool,
    },
}

/// Between one socket and the hub.
#[derive(Debug)]
pub struct Desk {
    pub(super) settings: Settings,
    pub(super) session: String,
    pub(super) group: String,
    pub(super) channel: String,
    pub(super) extension: String,
    pub(super) is_ready: bool,
    pub(super) status: Status,
    pub(super) agent_state: String,
    pub(super) agent_reason: Option<u64>,
    /// Seconds a call rings before it is taken away; 0 where that is not known.
    pub(super) ring_time: u64,
    pub(super) breaks: Vec<Reason>,
    pub(super) logout_reasons: Vec<Reason>,
    pub(super) calls: Vec<Call>,
    pub(super) dialled: Option<Dialled>,
    pending: HashMap<String, Pending>,
    /// Done as the switch says, but not to be seen yet.
    unseen: Vec<(Value, Effect)>,
    asked: u64,
}

/// Beyond every number that is in use: asks for the whole picture.
const NEVER_SEEN: u64 = (1 << 53) - 1;

impl Desk {
    /// Whether a frame is the login of this profile.
    pub fn is_wanted(frame: &str) -> bool {
        // Most frames are none; only those that look like one are read.
        frame.contains("prepareSession")
            && frame.contains("tccc")
            && serde_json::from_str::<Value>(frame).is_ok_and(|frame| frame.pointer("/data/profile") == Some(&json!("tccc")))
    }

    /// A desk for a socket whose first frame is wanted.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            session: String::new(),
            group: String::new(),
            channel: String::new(),
            extension: String::new(),
            is_ready: false,
            status: Status::Offline,
            agent_state: String::new(),
            agent_reason: None,
            ring_time: 0,
            breaks: Vec::new(),
            logout_reasons: Vec::new(),
            calls: Vec::new(),
            dialled: None,
            pending: HashMap::new(),
            unseen: Vec::new(),
            asked: 0,
        }
    }

    /// A frame of the page.
    pub fn from_client(&mut self, text: &str) -> Vec<Out> {
        let mut out = Vec::new();
        let frame = match serde_json::from_str::<Value>(text) {
            Ok(frame @ Value::Object(_)) => frame,
            _ => {
                out.push(Out::Client(answer::error(&Value::Null, &answer::bad("the frame is not a JSON object"))));
                return out;
            }
        };
        if frame.get("command") == Some(&json!("prepareSession")) && self.session.is_empty() {
            self.login(frame, &mut out);
            return out;
        }
        let id = frame.get("id").cloned().unwrap_or(Value::Null);
        let outcome = match frame.get("command").and_then(Value::as_str) {
            None => Err(answer::bad("command is missing")),
            Some(_) if !self.is_ready => Err(Refusal::new(Code::NotReady, "wait for the event ready")),
            Some(command) => {
                let options = frame.get("options").cloned().unwrap_or_else(|| json!({}));
                match options {
                    Value::Object(options) => self.command(&id, command, &options, &mut out),
                    _ => Err(answer::bad("options must be an object")),
                }
            }
        };
        if let Err(refusal) = outcome {
            out.push(Out::Client(answer::error(&id, &refusal)));
        }
        out
    }

    /// The login passes without the profile, of which the hub need not know.
    fn login(&mut self, mut frame: Value, out: &mut Vec<Out>) {
        if let Some(data) = frame.get_mut("data").and_then(Value::as_object_mut) {
            data.shift_remove("profile");
            // This desk knows nothing of what was before: it needs the picture, whatever number the page has.
            if let Some(from) = data.get_mut("resumeFrom").and_then(Value::as_object_mut) {
                from.insert("seq".into(), json!(NEVER_SEEN));
            }
        }
        if let Some(id) = frame.get("requestId").and_then(Value::as_str) {
            self.pending.insert(id.to_owned(), Pending::Login);
        }
        out.push(Out::Hub(frame.to_string()));
    }

    /// A frame of the hub.
    pub fn from_hub(&mut self, text: &str) -> Vec<Out> {
        let mut out = Vec::new();
        let Ok(frame) = serde_json::from_str::<Value>(text) else { return out };
        if frame.get("result").is_some() {
            self.answered(text, &frame, &mut out);
        } else if frame.get("messageType") != Some(&json!("serviceEvent")) {
            self.event(&frame, &mut out);
        } else if self.session.is_empty() {
            out.push(Out::Client(text.to_owned()));
        }
        out
    }

    fn answered(&mut self, text: &str, frame: &Value, out: &mut Vec<Out>) {
        let id = frame.get("requestId").and_then(Value::as_str).unwrap_or_default();
        let Some(pending) = self.pending.remove(id) else {
            // A login without a request id, or what answers no request of ours.
            if self.session.is_empty() {
                self.logged_in(text, frame, out);
            }
            return;
        };
        let is_success = frame.get("result") == Some(&json!("success"));
        let form = frame.pointer("/uiExtension/type").and_then(Value::as_str).unwrap_or_default();
        match pending {
            Pending::Login => self.logged_in(text, frame, out),
            Pending::Start if is_success => {}
            Pending::Start => {
                let refusal = Refusal::of(frame.get("failure").unwrap_or(&Value::Null));
                out.push(Out::Client(json!({ "event": "tokenExpired", "data": { "errorMsg": refusal.text } }).to_string()));
            }
            Pending::Dial(dialled) if is_success => self.dialled = Some(dialled),
            // Completed or not, the agent is still in after-call work: the next state ends it.
            Pending::Complete { id, is_outgoing, .. } if form == "agentstate" || (is_success && self.status == Status::Arrange) => {
                let next = if is_outgoing { "channel.notready" } else { "channel.ready" };
                let channel = self.channel.clone();
                self.ask(next, &channel, json!({}), Pending::Reasoned(id), out);
            }
            Pending::Complete { id, path, is_outgoing, is_second: false } if form == "disposition" => {
                if frame.pointer("/uiExtension/dispositionRequired") == Some(&Value::Bool(true)) {
                    out.push(Out::Client(answer::error(&id, &Refusal::new(Code::WrongState, "disposition required"))));
                } else {
                    let again = Pending::Complete { id, path: path.clone(), is_outgoing, is_second: true };
                    self.ask("interaction.complete", &path, json!({ "skipDisposition": true }), again, out);
                }
            }
            Pending::Offline { id, has_reason: false } if form == "logoutreason" => {
                let reason = frame.pointer("/uiExtension/reasons/0/code").cloned();
                let reason = reason.or_else(|| self.logout_reasons.first().map(|reason| json!(reason.code)));
                let group = self.group.clone();
                let data = json!({ "reason": { "code": reason } });
                self.ask("channelgroup.deactivateall", &group, data, Pending::Offline { id, has_reason: true }, out);
            }
            Pending::Answer { id, leg, .. } if is_success => self.await_effect(id, Effect::Leg(leg, "CONNECTED"), out),
            Pending::Until(id, effect) if is_success => self.await_effect(id, effect, out),
            Pending::Offline { id, .. } if is_success => self.await_effect(id, Effect::Status(Status::Offline), out),
            Pending::Reasoned(id) | Pending::Until(id, Effect::Status(_)) if !form.is_empty() => {
                out.push(Out::Client(answer::error(&id, &answer::bad("a reason is needed"))));
            }
            // Answered by the switch or on the phone in the meantime: the events that say so came before this refusal.
            Pending::Answer { id, call, .. }
                if frame.pointer("/failure/code") == Some(&json!("INVALID_STATE"))
                    && self.call_mut(&call).is_some_and(|call| call.is_up()) =>
            {
                out.push(Out::Client(answer::success(&id, Map::new())));
            }
            Pending::Plain(id)
            | Pending::Until(id, _)
            | Pending::Answer { id, .. }
            | Pending::Reasoned(id)
            | Pending::Dial(Dialled { id, .. })
            | Pending::Complete { id, .. }
            | Pending::Offline { id, .. } => {
                let text = if is_success {
                    answer::success(&id, Map::new())
                } else if let Some(failure) = frame.get("failure") {
                    answer::error(&id, &Refusal::of(failure))
                } else {
                    answer::error(&id, &Refusal::new(Code::WrongState, format!("more is needed: {form}")))
                };
                out.push(Out::Client(text));
            }
        }
    }

    fn await_effect(&mut self, id: Value, effect: Effect, out: &mut Vec<Out>) {
        self.unseen.push((id, effect));
        self.settle(out);
    }

    /// Answers what the picture now shows, and what it never will.
    pub(super) fn settle(&mut self, out: &mut Vec<Out>) {
        for (id, effect) in std::mem::take(&mut self.unseen) {
            match self.shows(&effect) {
                Some(true) => out.push(Out::Client(answer::success(&id, Map::new()))),
                Some(false) => out.push(Out::Client(answer::error(&id, &Refusal::new(Code::WrongState, "the call ended meanwhile")))),
                None => self.unseen.push((id, effect)),
            }
        }
    }

    /// Whether an effect is there; none: it may still come.
    fn shows(&self, effect: &Effect) -> Option<bool> {
        let state = |path: &str| self.calls.iter().flat_map(|call| &call.legs).find(|leg| leg.path == path).map(|leg| leg.state.as_str());
        let is_there = match effect {
            Effect::Leg(path, wanted) => match state(path) {
                None | Some("ENDED") => return Some(false),
                Some(now) => now == *wanted,
            },
            Effect::Over(path) => matches!(state(path), None | Some("ENDED")),
            // During a call the next state is taken note of; it comes when the call is over.
            Effect::Status(wanted) => self.status == *wanted || (self.status == Status::Busy && *wanted != Status::Offline),
            Effect::Online => self.status != Status::Offline,
        };
        is_there.then_some(true)
    }

    /// The one answer that stays as it is; then the picture is asked for.
    fn logged_in(&mut self, text: &str, frame: &Value, out: &mut Vec<Out>) {
        out.push(Out::Client(text.to_owned()));
        if frame.get("result") == Some(&json!("success"))
            && let Some(session) = frame.pointer("/data/resourceId").and_then(Value::as_str)
        {
            session.clone_into(&mut self.session);
            let session = session.to_owned();
            self.ask("session.start", &session, json!({}), Pending::Start, out);
        }
    }

    /// Asks the hub.
    pub(super) fn ask(&mut self, command: &str, target: &str, data: Value, pending: Pending, out: &mut Vec<Out>) {
        self.asked += 1;
        let id = format!("tccc-{}", self.asked);
        out.push(Out::Hub(json!({ "command": command, "target": target, "data": data, "requestId": id }).to_string()));
        self.pending.insert(id, pending);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(out: &[Out]) -> Vec<Value> {
        out.iter()
            .filter_map(|out| match out {
                Out::Client(text) => serde_json::from_str(text).ok(),
                Out::Hub(_) => None,
            })
            .collect()
    }

    #[test]
    fn only_a_login_that_names_the_profile_is_wanted() {
        assert!(Desk::is_wanted(r#"{"command":"prepareSession","data":{"profile":"tccc"}}"#));
        assert!(!Desk::is_wanted(r#"{"command":"prepareSession","data":{"profile":"mediabar","agent":{"id":"tccc"}}}"#));
        assert!(!Desk::is_wanted("prepareSession tccc"));
    }

    #[test]
    fn before_ready_everything_is_refused_and_nothing_reaches_the_hub() {
        let mut desk = Desk::new(Settings::default());
        let out = desk.from_client(r#"{"command":"tccc.Agent.online","id":"1"}"#);
        assert!(out.iter().all(|out| matches!(out, Out::Client(_))));
        assert_eq!(client(&out)[0]["errorMsg"], "not_ready: wait for the event ready");
    }

    #[test]
    fn what_is_no_request_is_answered_and_harms_nothing() {
        let mut desk = Desk::new(Settings::default());
        desk.is_ready = true;
        for text in
            ["", "x", "[]", "null", "{}", r#"{"command":5}"#, r#"{"command":"tccc.Call.accept","options":[]}"#, r#"{"command":"nothing"}"#]
        {
            let out = desk.from_client(text);
            assert_eq!(client(&out)[0]["status"], "error", "{text}");
            assert!(client(&out)[0]["errorMsg"].as_str().unwrap().starts_with("bad_argument: "), "{text}");
        }
        for text in
            ["", "x", "[]", "{}", r#"{"name":"interaction.ended"}"#, r#"{"name":"state.updated","state":7}"#, r#"{"result":"success"}"#]
        {
            desk.from_hub(text);
        }
    }
}

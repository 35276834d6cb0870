//! The stories that [`catalogue`](crate::catalogue) is held against: agents at work, and everything they may and may not
//! ask for on the way.

use std::net::SocketAddr;

use ctibridge::desktop::mediabar::schema;
use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::message::{RegisterServiceReq, StartRecordingConf, StopRecordingConf};
use ctibridge::protocol::values::ServerMode;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::catalogue::{Scene, Seen};
use crate::client::{Client, open_req};
use crate::decoded;
use crate::house::Desk;
use crate::scripts::{INBOUND, in_order, objects};
use crate::{connected, ready, signed_in};

/// All commands but the login.
fn commands() -> Vec<String> {
    let requests = schema::messages().into_iter().filter(|message| message.class == schema::Class::Request);
    let names = requests.map(|message| message.name.strip_suffix(".request").unwrap().to_owned());
    names.filter(|name| name != "prepareSession").collect()
}

fn to(destination: &str) -> Value {
    json!({"destination": destination})
}

fn none() -> Value {
    json!({})
}

const ACTIVE: [&str; 2] = ["channel.infochanged", "channel ACTIVE"];
const INACTIVE: [&str; 2] = ["channel.infochanged", "channel INACTIVE"];
const ANSWERED: [&str; 4] = ["interaction.screenpop", "interaction STARTED", "conversation CONNECTED", "channel.infochanged"];
const GONE: [&str; 4] = ["conversation ENDED", "conversation.disposed", "interaction.ended", "interaction ENDED"];
const COMPLETED: [&str; 3] = ["interaction.complete", "interaction COMPLETED", "interaction.disposed"];
const DIALLED: [&str; 11] = [
    "channel.infochanged",
    "channel ACTIVE",
    "interaction.created",
    "interaction DIALING",
    "conversation.created",
    "conversation DIALING",
    "conversation.member.added",
    "conversation.initialized",
    "interaction.datachanged",
    "interaction.preview",
    "interaction.initialized",
];

impl Scene {
    /// A scene in which the agent is signed in, with a call if wanted.
    async fn of(agent: &str, env: &[(&str, &str)]) -> Self {
        let mut scene = Self::new(env).await;
        scene.desk.sign_in(agent).await;
        scene
    }

    async fn rings(&mut self, agent: &str) -> u64 {
        let call = self.house.call(agent).await;
        (self.interaction, self.leg) = objects(&in_order(&mut self.desk, INBOUND).await);
        call
    }

    async fn talks(&mut self, agent: &str) -> u64 {
        let call = self.rings(agent).await;
        self.does("conversation.answer", none(), &ANSWERED[..3]).await;
        self.agent_is("TALKING").await;
        call
    }

    /// The call is over and nothing of it is left.
    async fn clean(&mut self) {
        self.does("interaction.complete", json!({"skipDisposition": true}), &COMPLETED).await;
    }

    /// Makes the agent ready, whatever was before.
    async fn is_ready(&mut self) {
        self.does("channel.ready", none(), &[]).await;
        self.agent_is("AVAILABLE").await;
    }
}

/// Login, groups and channels, states, dialling, logout.
pub(crate) async fn signing_in_and_out() -> Seen {
    let mut scene = Scene::new(&[("CTIBRIDGE__MEDIABAR__LIMITS__FAILED_LOGINS_PER_AGENT", "2")]).await;
    scene.desk.name("1002");
    let bad = |data: Value, code: &'static str| (data, code);
    for (data, code) in [
        bad(none(), "BAD_REQUEST"),
        bad(json!({"agent": {"id": "1002"}}), "BAD_REQUEST"),
        bad(json!({"agent": {"id": "", "password": "1234"}}), "BAD_REQUEST"),
        bad(json!({"agent": {"id": 1002, "password": "1234"}}), "BAD_REQUEST"),
        bad(json!({"mode": "boss", "agent": {"id": "1002", "password": "1234"}}), "BAD_REQUEST"),
        bad(json!({"override": "yes", "agent": {"id": "1002", "password": "1234"}}), "BAD_REQUEST"),
        bad(json!({"token": "a.b.c"}), "UNSUPPORTED"),
        bad(json!({"profile": "other", "agent": {"id": "1002", "password": "1234"}}), "UNSUPPORTED"),
        bad(json!({"mode": "mirror", "agent": {"id": "1002", "password": "1234"}}), "NOT_BOUND"),
        bad(json!({"agent": {"id": "1002", "password": "1234"}, "resumeFrom": {"session": "PG1-1003", "seq": 1}}), "NOT_BOUND"),
        bad(json!({"agent": {"id": "nobody", "password": "1234"}}), "AUTH_FAILED"),
        bad(json!({"agent": {"id": "nobody", "password": "1234"}}), "AUTH_FAILED"),
        bad(json!({"agent": {"id": "nobody", "password": "1234"}}), "RATE_LIMITED"),
    ] {
        assert_eq!(scene.desk.fails("prepareSession", None, data.clone()).await, code, "{data}");
    }
    // No session, then one that is not started.
    for name in commands() {
        assert_eq!(scene.desk.fails(&name, Some("PG1-1002"), none()).await, "NOT_BOUND", "{name}");
        assert_eq!(scene.desk.fails(&name, None, none()).await, "BAD_REQUEST", "{name}");
    }
    let credentials = json!({"agent": {"id": "1002", "password": "1234", "extension": "3002"}});
    let answer = scene.desk.when("prepareSession", None, credentials.clone()).await;
    assert_eq!(answer["data"]["recovered"], false, "{answer}");
    assert_eq!(scene.desk.fails("prepareSession", None, credentials.clone()).await, "INVALID_STATE");
    for name in commands().iter().filter(|name| *name != "session.start") {
        assert_eq!(scene.desk.fails(name, Some("PG1-1002"), none()).await, "NOT_STARTED", "{name}");
    }
    let mut second = connected(&scene.house).await;
    assert_eq!(second.when("prepareSession", None, credentials).await["result"], "confirm");
    scene.refused("session.start", json!({"extension": 5}), "BAD_REQUEST").await;
    scene.refused("session.start", json!({"extension": "a\u{1}b"}), "BAD_REQUEST").await;
    let order = ["channelgroup.created", "channel.created", "channel.infochanged", "channel.initialized"];
    scene.does("session.start", json!({"extension": "3002"}), &order).await;
    in_order(&mut scene.desk, &["channelgroup.initialized", "session logged_in", "session.initialized"]).await;
    scene.refused("session.start", none(), "INVALID_STATE").await;
    // Of others, of nobody, of another kind.
    for name in commands() {
        assert_eq!(scene.desk.fails(&name, Some("PG1-1001"), none()).await, "NOT_BOUND", "{name}");
        assert_eq!(scene.desk.fails(&name, Some("PG1-1002.9.9.OM000000000000000009"), none()).await, "UNKNOWN_TARGET", "{name}");
    }

    // Nobody is logged in.
    let supervise = json!({"action": "CLEAR", "agent": {"id": "1003"}});
    scene
        .all_refused(&[
            ("channel.dial", to("+41445550199"), "CHANNEL_NOT_ACTIVE"),
            ("channel.dial", none(), "BAD_REQUEST"),
            ("channel.dial", to(" "), "BAD_REQUEST"),
            ("channel.dial", json!({"destination": "1", "extensions": {"callVariables": {"11": "x"}}}), "BAD_REQUEST"),
            ("channel.ready", none(), "CHANNEL_NOT_ACTIVE"),
            ("channel.notready", none(), "CHANNEL_NOT_ACTIVE"),
            ("channel.notready", json!({"reason": {"code": 65_536}}), "BAD_REQUEST"),
            ("channel.work", none(), "CHANNEL_NOT_ACTIVE"),
            ("channel.work", json!({"next": "LUNCH"}), "BAD_REQUEST"),
            ("channel.supervise", supervise, "NOT_AUTHORIZED"),
            ("channel.dispose", none(), "UNSUPPORTED"),
            ("channel.dispose", none(), "UNSUPPORTED"),
            ("channel.incontact.getscripts", none(), "UNSUPPORTED"),
            ("channel.incontact.getscripts", none(), "UNSUPPORTED"),
            ("channelgroup.activateall", json!({"options": {"extension": "3009"}}), "UNKNOWN_DEVICE"),
            ("channelgroup.activateall", json!({"options": 7}), "BAD_REQUEST"),
            ("channel.activate", json!({"options": {"extension": "3009"}}), "UNKNOWN_DEVICE"),
            ("channelgroup.deactivateall", json!({"reason": 7}), "BAD_REQUEST"),
        ])
        .await;
    let channel = json!({"channel": {"id": "3002"}});
    for (on, off, data) in [
        ("channelgroup.activateall", "channelgroup.deactivateall", none()),
        ("channelgroup.activate", "channelgroup.deactivate", channel),
        ("channel.activate", "channel.deactivate", json!({"options": {"extension": "3002"}})),
    ] {
        scene.fails_then_does("SET_AGENT_STATE_REQ", "ACTIVATE_FAILED", on, data.clone(), &ACTIVE).await;
        scene.agent_is("NOT_READY").await;
        scene.knows_the_desk().await;
        // Already active: success, and nothing happens.
        scene.quiet().await;
        let told = scene.desk.log.len();
        scene.does(on, data, &[]).await;
        scene.quiet().await;
        assert_eq!(scene.desk.log.len(), told + 3, "{}", scene.desk.told());
        scene.fails_then_does("SET_AGENT_STATE_REQ", "DEACTIVATE_FAILED", off, none(), &INACTIVE).await;
    }
    scene.does("channelgroup.activateall", none(), &ACTIVE).await;
    scene.agent_is("NOT_READY").await;

    let told = scene.fails_then_does("SET_AGENT_STATE_REQ", "CTI_FAILURE", "channel.ready", none(), &ACTIVE).await;
    assert_eq!((&told[0]["data"]["agent"]["state"], &told[0]["data"]["channel"]["available"]), (&json!("AVAILABLE"), &json!(true)));
    // Ready: not ready comes first.
    scene.fails("SET_AGENT_STATE_REQ", "NOT_READY_FAILED", "channelgroup.deactivateall", none()).await;
    scene.fails("SET_AGENT_STATE_REQ", "NOT_READY_FAILED", "channel.deactivate", none()).await;
    scene.fails("SET_AGENT_STATE_REQ", "NOT_READY_FAILED", "session.logout", none()).await;
    let reason = json!({"reason": {"code": 2}});
    scene.fails_then_does("SET_AGENT_STATE_REQ", "CTI_FAILURE", "channel.notready", reason, &ACTIVE).await;
    scene.fails("SET_AGENT_STATE_REQ", "DEACTIVATE_FAILED", "session.logout", none()).await;

    let agent = |id: &str| json!({"destination": id, "extensions": {"type": "agent"}});
    scene.refused("channel.dial", agent("1003"), "UNKNOWN_DEVICE").await;
    let block = scene.fails_then_does("MAKE_CALL_REQ", "CTI_FAILURE", "channel.dial", to("+41445550199"), &DIALLED).await;
    (scene.interaction, scene.leg) = objects(&block);
    scene.refused("interaction.accept", none(), "INVALID_STATE").await;
    scene.refused("interaction.setdisposition", json!({"disposition": "early"}), "INVALID_STATE").await;
    in_order(&mut scene.desk, &["conversation CONNECTED", "interaction.screenpop", "interaction STARTED"]).await;
    scene.agent_is("TALKING").await;
    let open = scene.refused("session.logout", none(), "INTERACTION_ACTIVE").await;
    assert_eq!(open["failure"]["context"], scene.interaction.as_str());
    scene.fails_then_does("CLEAR_CONNECTION_REQ", "CTI_FAILURE", "conversation.release", none(), &GONE).await;
    scene.agent_is("NOT_READY").await;
    scene.clean().await;
    scene.quiet().await;
    let told = scene.desk.log.len();
    scene.does("session.logout", none(), &[]).await;
    assert_eq!(scene.desk.then_closed().await, 1000);
    assert_eq!(scene.desk.log.len(), told + 1, "nothing but the answer");

    scene.end(&[&second]).await
}

/// One call from the offer to its completion.
pub(crate) async fn an_incoming_call() -> Seen {
    let mut scene = Scene::of("1001", &[]).await;
    let mut colleague = signed_in(&scene.house, "1002").await;
    let supervise = json!({"action": "MONITOR", "agent": {"id": "1002"}});
    scene.does("channelgroup.deactivateall", none(), &INACTIVE).await;
    scene.refused("channel.supervise", supervise.clone(), "CHANNEL_NOT_ACTIVE").await;
    scene.does("channelgroup.activateall", none(), &ACTIVE).await;
    scene.is_ready().await;
    scene.rings("1001").await;
    let action = json!({"action": "DANCE", "agent": {"id": "1002"}});
    scene
        .all_refused(&[
            ("interaction.complete", none(), "INVALID_STATE"),
            ("interaction.consult", to("3002"), "INVALID_STATE"),
            ("interaction.consult", none(), "BAD_REQUEST"),
            ("interaction.alternate", none(), "INVALID_STATE"),
            ("interaction.reconnect", none(), "INVALID_STATE"),
            ("interaction.consulttransfer", none(), "INVALID_STATE"),
            ("interaction.consultconference", none(), "INVALID_STATE"),
            ("interaction.setdisposition", json!({"disposition": "x"}), "INVALID_STATE"),
            ("interaction.recording.start", none(), "INVALID_STATE"),
            ("interaction.recording.stop", none(), "INVALID_STATE"),
            ("interaction.emergency", none(), "INVALID_STATE"),
            ("interaction.supervisorassist", none(), "INVALID_STATE"),
            ("interaction.badcall", none(), "INVALID_STATE"),
            ("conversation.hold", none(), "INVALID_STATE"),
            ("conversation.retrieve", none(), "INVALID_STATE"),
            ("conversation.senddtmf", json!({"digits": "1"}), "INVALID_STATE"),
            ("conversation.senddtmf", json!({"digits": "1x"}), "BAD_REQUEST"),
            ("conversation.senddtmf", json!({"digits": ""}), "BAD_REQUEST"),
            ("conversation.transfer", to("3002"), "INVALID_STATE"),
            ("conversation.transfer", json!({"destination": "3002", "type": "skill"}), "BAD_REQUEST"),
            ("conversation.conference", to("3002"), "UNSUPPORTED"),
            ("conversation.conference", to("3002"), "UNSUPPORTED"),
            ("conversation.deflect", none(), "BAD_REQUEST"),
            ("channelgroup.deactivateall", none(), "INTERACTION_ACTIVE"),
            ("channelgroup.deactivate", none(), "INTERACTION_ACTIVE"),
            ("channel.deactivate", none(), "INTERACTION_ACTIVE"),
            ("channel.supervise", action, "BAD_REQUEST"),
            ("session.logout", none(), "INTERACTION_ACTIVE"),
        ])
        .await;
    // A desktop that only looks on may do nothing, whatever is there.
    let mut onlooker = connected(&scene.house).await;
    onlooker.when("prepareSession", None, json!({"mode": "mirror", "resumeToken": scene.desk.resume_token()})).await;
    onlooker.succeeds("session.start", "PG1-1001", none()).await;
    onlooker.then_named("session.initialized").await;
    for name in commands().iter().filter(|name| !matches!(name.as_str(), "session.start" | "session.takeover")) {
        assert_eq!(onlooker.fails(name, Some(&scene.target(name)), none()).await, "NOT_AUTHORIZED", "{name}");
    }

    let data = json!({"key": "callVariable2", "value": "while it rings"});
    let changed =
        scene.fails_then_does("SET_CALL_DATA_REQ", "CTI_FAILURE", "interaction.setinteractiondata", data, &["interaction.datachanged"]);
    assert_eq!(changed.await[0]["data"]["changed"], json!({"callVariable2": "while it rings"}));
    scene.refused("interaction.setinteractiondata", json!({"key": "ANI", "value": "1"}), "BAD_REQUEST").await;
    scene.fails("ANSWER_CALL_REQ", "CTI_FAILURE", "conversation.answer", none()).await;
    scene.fails_then_does("ANSWER_CALL_REQ", "CTI_FAILURE", "interaction.accept", none(), &ANSWERED).await;
    scene.agent_is("TALKING").await;

    let deflect = to("3003");
    scene
        .all_refused(&[
            ("interaction.accept", none(), "INVALID_STATE"),
            ("interaction.reject", none(), "INVALID_STATE"),
            ("interaction.complete", none(), "INVALID_STATE"),
            ("interaction.reconnect", none(), "INVALID_STATE"),
            ("interaction.alternate", none(), "CONSULT_NOT_CONNECTED"),
            ("interaction.consulttransfer", none(), "CONSULT_NOT_CONNECTED"),
            ("interaction.consultconference", none(), "CONSULT_NOT_CONNECTED"),
            ("interaction.setdisposition", json!({"disposition": ""}), "BAD_REQUEST"),
            ("interaction.setdisposition", json!({"disposition": "x".repeat(41)}), "BAD_REQUEST"),
            ("interaction.recording.pause", none(), "UNSUPPORTED"),
            ("interaction.recording.pause", none(), "UNSUPPORTED"),
            ("interaction.recording.resume", none(), "UNSUPPORTED"),
            ("interaction.recording.resume", none(), "UNSUPPORTED"),
            ("interaction.incontact.signal", json!({"p1": "x"}), "UNSUPPORTED"),
            ("interaction.incontact.signal", none(), "UNSUPPORTED"),
            ("conversation.answer", none(), "INVALID_STATE"),
            ("conversation.retrieve", none(), "INVALID_STATE"),
            ("conversation.deflect", deflect, "INVALID_STATE"),
        ])
        .await;
    let recorder = recorder(scene.house.simulator.side_a).await;
    let recording = |event: &Value| event["state"]["recording"].as_str().unwrap().to_owned();
    for (request, command, word) in
        [("START_RECORDING_REQ", "interaction.recording.start", "ON"), ("STOP_RECORDING_REQ", "interaction.recording.stop", "OFF")]
    {
        let event = scene.fails_then_does(request, "CTI_FAILURE", command, none(), &["interaction STARTED"]).await.remove(0);
        assert_eq!(recording(&event), word);
    }
    // Stopped already: success [P5].
    scene.does("interaction.recording.stop", none(), &[]).await;
    recorder.abort();
    for (request, command, data) in [
        ("SEND_DTMF_SIGNAL_REQ", "conversation.senddtmf", json!({"digits": "47*#A"})),
        ("BAD_CALL_REQ", "interaction.badcall", none()),
        ("SET_CALL_DATA_REQ", "interaction.setdisposition", json!({"disposition": "Call back"})),
    ] {
        scene.fails_then_does(request, "CTI_FAILURE", command, data, &[]).await;
    }
    // None of the three says anything but success (script 10).
    let told = scene.desk.log.len();
    scene.quiet().await;
    assert_eq!(scene.desk.log.len(), told + 2, "{}", scene.desk.told());
    scene.fails_then_does("HOLD_CALL_REQ", "CTI_FAILURE", "conversation.hold", none(), &["conversation HELD"]).await;
    scene
        .all_refused(&[
            ("conversation.hold", none(), "INVALID_STATE"),
            ("conversation.senddtmf", json!({"digits": "1"}), "INVALID_STATE"),
            ("conversation.transfer", to("3002"), "INVALID_STATE"),
            ("interaction.consult", to("3002"), "INVALID_STATE"),
        ])
        .await;
    scene.fails_then_does("RETRIEVE_CALL_REQ", "CTI_FAILURE", "conversation.retrieve", none(), &["conversation CONNECTED"]).await;
    // The state after the call is chosen during it.
    scene.fails_then_does("SET_AGENT_STATE_REQ", "CTI_FAILURE", "channel.work", json!({"next": "READY"}), &[]).await;
    scene.desk.then("what follows the call", |event| event["data"]["agent"]["pending"] == "WORK_READY").await;
    // What another command waits for is not asked for twice (R9); what never comes ends after its time (R10).
    scene.house.control("PUT", "/behaviour", json!({"confirmDelayMs": 300, "eventDelayMs": 300})).await;
    let (leg, interaction) = (scene.leg.clone(), scene.interaction.clone());
    let first = scene.desk.send("conversation.hold", Some(&leg), none()).await;
    let busy = scene.desk.send("conversation.hold", Some(&leg), none()).await;
    let also = scene.desk.send("interaction.badcall", Some(&interaction), none()).await;
    for id in [busy, also] {
        assert_eq!(scene.desk.answer(&id).await["failure"]["code"], "BUSY");
    }
    assert_eq!(scene.desk.answer(&first).await["result"], "success");
    scene.house.control("PUT", "/behaviour", json!({"confirmDelayMs": null, "eventDelayMs": null})).await;
    scene.does("conversation.retrieve", none(), &["conversation CONNECTED"]).await;

    scene.does("conversation.release", none(), &GONE).await;
    scene.agent_is("WORK_READY").await;
    scene
        .all_refused(&[
            ("interaction.consult", to("3002"), "INVALID_STATE"),
            ("interaction.complete", json!({"dispositionId": 99}), "BAD_REQUEST"),
            ("interaction.complete", json!({"dispositionId": 1, "skipDisposition": true}), "BAD_REQUEST"),
        ])
        .await;
    let choice = json!({"dispositionId": 1, "notes": "said thanks"});
    scene.fails_then_does("SET_CALL_DATA_REQ", "CTI_FAILURE", "interaction.complete", choice, &COMPLETED).await;
    scene.does("channel.ready", none(), &ACTIVE).await;

    // Supervision: what the peripheral refuses, and listening.
    colleague.succeeds("channel.ready", &colleague.channel(), none()).await;
    scene.house.call("1002").await;
    let (_, theirs) = objects(&in_order(&mut colleague, INBOUND).await);
    colleague.succeeds("conversation.answer", &theirs, none()).await;
    colleague.then_state("conversation", "CONNECTED").await;
    scene.does("channel.notready", none(), &[]).await;
    scene.agent_is("NOT_READY").await;
    let listening = ["interaction.created", "conversation.created", "interaction.initialized"];
    scene.fails_then_does("SUPERVISE_CALL_REQ", "CTI_FAILURE", "channel.supervise", supervise, &listening).await;
    scene.desk.then_state("conversation", "CONNECTED").await;
    scene.does("channel.supervise", json!({"action": "CLEAR", "agent": {"id": "1002"}}), &["interaction.ended"]).await;

    // The other desktop takes over, and this one looks on.
    onlooker.succeeds("session.request.takeover", "PG1-1001", none()).await;
    assert_eq!(onlooker.then_named("session.modechanged").await["data"]["mode"], "command");
    assert_eq!(scene.desk.then_named("session.modechanged").await["data"]["mode"], "mirror");
    scene.does("session.takeover", none(), &["session.modechanged"]).await;
    scene.end(&[&onlooker, &colleague]).await
}

/// A recording server beside the bridge: the CTI Server passes requests on to it.
async fn recorder(side: SocketAddr) -> JoinHandle<()> {
    let mut server = Client::connect(side, 24).await;
    server.send(open_req(24, ServiceMask::SERVER)).await;
    server.expect("OPEN_CONF").await;
    let request = RegisterServiceReq {
        invoke_id: server.next_invoke(),
        server_mode: ServerMode::EXCLUSIVE,
        service_name: Some("Cisco:CallRecording".into()),
    };
    server.done(request, "REGISTER_SERVICE_CONF").await;
    tokio::spawn(async move {
        let asked = server.expect("START_RECORDING_REQ").await;
        let invoke_id = decoded!(server, asked, StartRecordingReq).invoke_id;
        server.send(StartRecordingConf { invoke_id, ..StartRecordingConf::default() }).await;
        let asked = server.expect("STOP_RECORDING_REQ").await;
        let invoke_id = decoded!(server, asked, StopRecordingReq).invoke_id;
        server.send(StopRecordingConf { invoke_id, ..StopRecordingConf::default() }).await;
        std::future::pending::<()>().await;
    })
}

/// A colleague answers a call that rings there.
async fn answers(colleague: &mut Desk) -> String {
    let (contact, leg) = objects(&in_order(colleague, INBOUND).await);
    colleague.succeeds("conversation.answer", &leg, none()).await;
    colleague.then_state("conversation", "CONNECTED").await;
    contact
}

/// A colleague is free for the next call.
async fn is_free_again(colleague: &mut Desk, contact: &str) {
    colleague.then_named("interaction.ended").await;
    colleague.succeeds("interaction.complete", contact, json!({"skipDisposition": true})).await;
    colleague.then_named("interaction.disposed").await;
    colleague.succeeds("channel.ready", &colleague.channel(), none()).await;
    colleague.then("available", |event| event["data"]["agent"]["state"] == "AVAILABLE").await;
}

/// Two legs: consult, alternate, reconnect, conference, transfer.
pub(crate) async fn consultations() -> Seen {
    let mut scene = Scene::of("1001", &[]).await;
    let mut colleague = ready(&scene.house, "1002").await;
    scene.is_ready().await;
    scene.talks("1001").await;
    let consult = ["interaction STARTED", "conversation.created", "conversation DIALING", "conversation.member.added"];
    let primary = scene.leg.clone();
    for last in ["reconnect", "release", "conference", "transfer"] {
        let begun = if last == "reconnect" {
            scene.fails_then_does("CONSULTATION_CALL_REQ", "CTI_FAILURE", "interaction.consult", to("3002"), &consult).await
        } else {
            scene.does("interaction.consult", to("3002"), &consult).await
        };
        let second = begun[3]["target"].as_str().unwrap().to_owned();
        in_order(&mut scene.desk, &["conversation.initialized", "interaction.focuschanged"]).await;
        if last == "reconnect" {
            scene.refused("interaction.consult", to("3003"), "INVALID_STATE").await;
            for command in ["interaction.alternate", "interaction.consulttransfer", "interaction.consultconference"] {
                scene.refused(command, none(), "CONSULT_NOT_CONNECTED").await;
            }
        }
        let contact = answers(&mut colleague).await;
        scene.desk.then_state("conversation", "CONNECTED").await;
        match last {
            "reconnect" => {
                scene.refused("conversation.retrieve", none(), "INVALID_STATE").await;
                let target = scene.desk.fails("conversation.transfer", Some(&second), to("3003")).await;
                assert_eq!(target, "INVALID_STATE", "with two legs");
                scene
                    .fails_then_does("ALTERNATE_CALL_REQ", "CTI_FAILURE", "interaction.alternate", none(), &["interaction.focuschanged"])
                    .await;
                scene.does("interaction.alternate", none(), &["interaction.focuschanged"]).await;
                let back = ["conversation ENDED", "conversation.disposed", "conversation CONNECTED", "interaction.focuschanged"];
                let told = scene.fails_then_does("RECONNECT_CALL_REQ", "CTI_FAILURE", "interaction.reconnect", none(), &back).await;
                assert_eq!((&told[0]["target"], &told[2]["target"]), (&json!(second), &json!(primary)));
                assert_eq!(told[3]["data"]["conversation"]["role"], "primary");
                is_free_again(&mut colleague, &contact).await;
            }
            // Hanging up on the colleague leaves the customer on hold.
            "release" => {
                scene.leg = second;
                scene
                    .does("conversation.release", none(), &["conversation ENDED", "conversation.disposed", "interaction.focuschanged"])
                    .await;
                scene.leg.clone_from(&primary);
                scene.does("conversation.retrieve", none(), &["conversation CONNECTED"]).await;
                is_free_again(&mut colleague, &contact).await;
            }
            "conference" => {
                let order = ["conversation ENDED", "conversation.disposed", "conversation CONNECTED", "conversation.member.added"];
                let told =
                    scene.fails_then_does("CONFERENCE_CALL_REQ", "CTI_FAILURE", "interaction.consultconference", none(), &order).await;
                assert_eq!((&told[0]["target"], &told[2]["target"]), (&json!(second), &json!(primary)));
                assert_eq!((&told[3]["target"], &told[3]["data"]["member"]["number"]), (&json!(primary), &json!("3002")));
                in_order(&mut scene.desk, &["interaction.focuschanged"]).await;
                let leg = colleague.log.iter().rev().find(|event| event["name"] == "conversation.initialized").unwrap()["target"].clone();
                colleague.succeeds("conversation.release", leg.as_str().unwrap(), none()).await;
                let left = scene.desk.then_named("conversation.member.removed").await;
                assert_eq!(left["data"]["member"]["id"], "3002");
                is_free_again(&mut colleague, &contact).await;
            }
            _ => {
                let order = [
                    "conversation ENDED",
                    "conversation.disposed",
                    "interaction.focuschanged",
                    "conversation ENDED",
                    "conversation.disposed",
                    "interaction.ended",
                    "interaction ENDED",
                ];
                let told = scene.fails_then_does("TRANSFER_CALL_REQ", "CTI_FAILURE", "interaction.consulttransfer", none(), &order).await;
                assert_eq!((&told[1]["target"], &told[4]["target"]), (&json!(primary), &json!(second)), "the original leg goes first");
                assert_eq!(told[5]["data"]["reason"], "TRANSFERRED");
            }
        }
    }
    // Who got the customer goes on under the call that stayed.
    colleague.then_named("conversation.infochanged").await;
    scene.end(&[&colleague]).await
}

/// Rejected, deflected, transferred blindly, helped, abandoned, missed.
pub(crate) async fn ways_to_lose_a_call() -> Seen {
    let mut scene = Scene::of("1002", &[]).await;
    let mut boss = signed_in(&scene.house, "1001").await;
    let mut third = ready(&scene.house, "1003").await;
    scene.is_ready().await;
    scene.rings("1002").await;
    let told = scene.fails_then_does("CLEAR_CONNECTION_REQ", "CTI_FAILURE", "interaction.reject", none(), &GONE).await;
    assert_eq!(told[2]["data"]["reason"], "REJECTED");
    scene.clean_if_open().await;
    scene.rings("1002").await;
    let told = scene.fails_then_does("DEFLECT_CALL_REQ", "CTI_FAILURE", "conversation.deflect", to("3001"), &GONE).await;
    assert_eq!(told[2]["data"]["reason"], "REJECTED");
    let deflected = answers(&mut boss).await;
    scene.clean_if_open().await;
    let leg = boss.log.iter().rev().find(|event| event["name"] == "conversation.initialized").unwrap()["target"].clone();
    boss.succeeds("conversation.release", leg.as_str().unwrap(), none()).await;
    is_free_again(&mut boss, &deflected).await;
    // The rejected caller went to who was free.
    let contact = answers(&mut third).await;

    scene.talks("1002").await;
    scene.refused("conversation.transfer", json!({"destination": "1019", "type": "agent"}), "UNKNOWN_DEVICE").await;
    scene.refused("conversation.transfer", none(), "BAD_REQUEST").await;
    scene.fails("TRANSFER_CALL_REQ", "CTI_FAILURE", "conversation.transfer", to("3001")).await;
    scene.fails("EMERGENCY_CALL_REQ", "CTI_FAILURE", "interaction.emergency", none()).await;
    scene.fails("SUPERVISOR_ASSIST_REQ", "CTI_FAILURE", "interaction.supervisorassist", none()).await;
    // The supervisor is consulted, and the customer taken back.
    let help = ["conversation HELD", "conversation.created", "conversation.initialized"];
    let told = scene.does("interaction.supervisorassist", none(), &help).await;
    assert_eq!((&told[1]["target"], &told[1]["data"]["conversation"]["role"]), (&json!(scene.interaction), &json!("consult")));
    let contact_of_boss = answers(&mut boss).await;
    scene.desk.then_state("conversation", "CONNECTED").await;
    scene.does("interaction.reconnect", none(), &["conversation.disposed", "conversation CONNECTED"]).await;
    is_free_again(&mut boss, &contact_of_boss).await;
    let out = [&GONE[..], &["channel.infochanged"]].concat();
    let told = scene.does("conversation.transfer", json!({"destination": "1001", "type": "agent"}), &out).await;
    assert_eq!(told[2]["data"]["reason"], "TRANSFERRED");
    let contact_of_boss = answers(&mut boss).await;
    scene.clean_if_open().await;
    let leg = boss.log.iter().rev().find(|event| event["name"] == "conversation.initialized").unwrap()["target"].clone();
    boss.succeeds("conversation.release", leg.as_str().unwrap(), none()).await;
    is_free_again(&mut boss, &contact_of_boss).await;

    scene.talks("1002").await;
    scene.does("interaction.emergency", none(), &["conversation HELD", "conversation.created", "conversation.initialized"]).await;
    answers(&mut boss).await;
    let contacts = scene.desk.log.iter().filter(|event| event["name"] == "interaction.created").count();
    assert_eq!(contacts, 4, "a contact for each caller, and none for help or transfer");

    // The third agent's caller gives up.
    assert!(contact.starts_with("PG1-1003"));
    let truth = scene.house.truth().await;
    let call =
        truth["calls"].as_array().unwrap().iter().find(|call| call.to_string().contains("\"3003\"")).unwrap()["callId"].as_u64().unwrap();
    scene.house.far_end(call, "hangup").await;
    let told = in_order(&mut third, &GONE).await;
    assert_eq!(told[2]["data"]["reason"], "RELEASED");
    scene.end(&[&boss, &third]).await
}

impl Scene {
    /// Back to waiting, whatever the ACD made of the agent.
    async fn clean_if_open(&mut self) {
        let session = self.desk.session();
        loop {
            let answer = self.desk.when("interaction.complete", Some(&self.interaction), json!({"skipDisposition": true})).await;
            match answer["failure"]["code"].as_str() {
                None | Some("UNKNOWN_TARGET") => break,
                Some(_) => self.quiet().await,
            }
        }
        self.desk.succeeds("session.getdirectory", &session, none()).await;
        if self.house.agent_state(&session["PG1-".len()..]).await != "AVAILABLE" {
            self.is_ready().await;
        }
    }
}

/// Directory, team, figures, texts, phones, the page's log.
pub(crate) async fn things_of_a_session() -> Seen {
    let mut scene = Scene::of("1002", &[]).await;
    let mut other = signed_in(&scene.house, "1003").await;
    let lines = |count: usize| json!({"lines": vec!["x"; count]});
    scene.does("session.log", lines(3), &[]).await;
    scene.does("session.getdirectory", none(), &["directory.updated"]).await;
    scene.does("session.getdirectory", json!({"filter": ""}), &["directory.updated"]).await;
    scene.does("session.getdirectory", json!({"filter": "sales"}), &["directory.updated"]).await;
    scene.does("session.getteam", none(), &["team.updated"]).await;
    scene.does("session.leaveteam", none(), &[]).await;
    scene.does("session.leaveteam", none(), &[]).await;
    for _ in 0..2 {
        scene.does("channel.externaldispositions", none(), &["channel.externaldispositions.updated"]).await;
    }
    let figures = json!({"scope": "agent"});
    scene.fails_then_does("QUERY_AGENT_STATISTICS_REQ", "CTI_FAILURE", "session.getstatistics", figures, &["statistics.updated"]).await;
    let figures = json!({"scope": "skillgroup", "id": 10});
    scene
        .fails_then_does("QUERY_SKILL_GROUP_STATISTICS_REQ", "CTI_FAILURE", "session.getstatistics", figures, &["statistics.updated"])
        .await;
    scene.fails_then_does("USER_MESSAGE_REQ", "CTI_FAILURE", "session.message", json!({"to": "team", "text": "hello"}), &[]).await;
    assert_eq!(other.then_named("session.message.received").await["data"]["text"], "hello");
    let group = |endpoint: &str| json!({"channelgroup": {"name": "Second", "endpoint": endpoint}});
    let channel = |endpoint: &str, kind: &str| json!({"channel": {"endpoint": endpoint, "type": kind}});
    let by_id = |id: &str| json!({"channelgroup": {"id": id}});
    scene
        .all_refused(&[
            ("session.log", lines(301), "BAD_REQUEST"),
            ("session.log", none(), "BAD_REQUEST"),
            ("session.getteam", json!({"id": "x"}), "BAD_REQUEST"),
            ("session.getteam", json!({"id": 77}), "UNKNOWN_TARGET"),
            ("session.getstatistics", none(), "BAD_REQUEST"),
            ("session.getstatistics", json!({"scope": "skillgroup"}), "BAD_REQUEST"),
            ("session.message", json!({"to": "all", "text": "x"}), "BAD_REQUEST"),
            ("session.message", json!({"to": "team", "text": " "}), "BAD_REQUEST"),
            ("session.message", json!({"to": "agent", "id": "1019", "text": "x"}), "UNKNOWN_TARGET"),
            ("session.addchannelgroup", group("3002"), "INVALID_STATE"),
            ("session.addchannelgroup", group("nowhere"), "UNKNOWN_DEVICE"),
            ("session.addchannelgroup", json!({"channelgroup": {"name": "x"}}), "BAD_REQUEST"),
            ("session.addchannel", channel("3002", "Telephony"), "INVALID_STATE"),
            ("session.addchannel", channel("nowhere", "Telephony"), "UNKNOWN_DEVICE"),
            ("session.addchannel", channel("3012", "Chat"), "UNSUPPORTED"),
            ("session.addchannel", channel("3012", "Email"), "UNSUPPORTED"),
            ("session.addchannel", channel("3012", "Fax"), "BAD_REQUEST"),
            ("session.addchannel", none(), "BAD_REQUEST"),
            ("session.removechannelgroup", none(), "BAD_REQUEST"),
            ("session.removechannelgroup", by_id("3002"), "INVALID_STATE"),
            ("session.removechannelgroup", by_id("3011"), "UNKNOWN_TARGET"),
        ])
        .await;
    let block = ["channel.created", "channel.infochanged", "channel.initialized"];
    scene
        .does("session.addchannelgroup", group("3011"), &[&["channelgroup.created"], &block[..], &["channelgroup.initialized"]].concat())
        .await;
    scene.does("session.removechannelgroup", by_id("3011"), &["channel.disposed", "channelgroup.disposed"]).await;
    scene.does("session.addchannel", channel("3012", "TELEPHONY"), &block).await;
    scene.is_ready().await;
    scene.rings("1002").await;
    scene.refused("session.removechannelgroup", by_id("3002"), "INTERACTION_ACTIVE").await;
    scene.end(&[&other]).await
}

/// Agents whose desk settings demand reasons and dispositions, and every form that asks for more.
pub(crate) async fn strict_agents_and_forms() -> Seen {
    let env = [("CTIBRIDGE__MEDIABAR__ASK_OUTBOUND_SKILL", "true"), ("CTIBRIDGE__CTI__REQUEST_TIMEOUT", "1s")];
    let mut scene = Scene::of("1011", &env).await;
    let needs = async |scene: &mut Scene, command: &str, kind: &str| -> Value {
        let mut form = scene.ask(command, none()).await;
        // Before the ACD has told the agent's desk settings it refuses by itself.
        while form["failure"]["code"] == "CTI_FAILURE" {
            form = scene.ask(command, none()).await;
        }
        assert_eq!((&form["result"], &form["uiExtension"]["type"]), (&json!("needinfo"), &json!(kind)), "{form}");
        form
    };
    needs(&mut scene, "channel.notready", "agentstate").await;
    needs(&mut scene, "session.logout", "logoutreason").await;
    let skills = scene.ask("channel.dial", to("+41445550199")).await;
    assert_eq!((&skills["result"], &skills["uiExtension"]["id"]), (&json!("needinfo"), &json!("inContact.outboundskill")), "{skills}");
    let skill = skills["uiExtension"]["skills"][0]["id"].clone();
    assert!(skills["uiExtension"]["skills"][0]["skillName"].is_string(), "{skills}");
    let again = json!({"destination": "+41445550199", "extensions": {"skill": skill}});
    (scene.interaction, scene.leg) = objects(&scene.does("channel.dial", again, &DIALLED).await);
    in_order(&mut scene.desk, &["conversation CONNECTED", "interaction.screenpop", "interaction STARTED"]).await;
    // R10: what is never confirmed ends after its time.
    scene.house.control("PUT", "/behaviour", json!({"dropNext": "BAD_CALL_REQ"})).await;
    scene.refused("interaction.badcall", none(), "CTI_TIMEOUT").await;
    scene.does("interaction.badcall", none(), &[]).await;
    scene.does("conversation.release", none(), &GONE).await;
    scene.is_ready().await;
    scene.talks("1011").await;
    scene.does("conversation.release", none(), &GONE).await;
    scene.desk.then("after-call work", |e| e["data"]["agent"]["state"].as_str().is_some_and(|state| state.starts_with("WORK"))).await;
    let form = needs(&mut scene, "interaction.complete", "disposition").await;
    assert_eq!(form["uiExtension"]["dispositionRequired"], true, "{form}");
    scene.refused("interaction.complete", json!({"skipDisposition": true}), "DISPOSITION_REQUIRED").await;
    scene.does("interaction.complete", json!({"dispositionId": 1}), &COMPLETED).await;
    let seen = scene.end(&[]).await;

    // Without dispositions there is no list, and the state that follows is what completes.
    let mut scene = Scene::of("1002", &[("CTIBRIDGE__MEDIABAR__DISPOSITIONS", "[]")]).await;
    scene.refused("channel.externaldispositions", none(), "UNSUPPORTED").await;
    scene.is_ready().await;
    scene.talks("1002").await;
    scene.does("conversation.release", none(), &GONE).await;
    scene.desk.then("after-call work", |e| e["data"]["agent"]["state"].as_str().is_some_and(|state| state.starts_with("WORK"))).await;
    needs(&mut scene, "interaction.complete", "agentstate").await;
    let told = scene.does("channel.ready", none(), &COMPLETED).await;
    assert_eq!(told[0]["data"]["auto"], true);
    let mut both = scene.end(&[]).await;
    both.add(seen);
    both
}

/// Both sides are gone: what needs the CTI Server is refused, the rest works.
pub(crate) async fn no_cti_server() -> Seen {
    let mut scene = Scene::of("1001", &[]).await;
    scene.is_ready().await;
    scene.talks("1001").await;
    for side in ["a", "b"] {
        scene.house.control("POST", &format!("/sides/{side}"), json!({"action": "stop"})).await;
    }
    scene.desk.then_service("OutOfService").await;
    let mut late = connected_to_nothing(&scene).await;
    let stranger = json!({"agent": {"id": "1007", "password": "1234"}});
    assert_eq!(late.fails("prepareSession", None, stranger).await, "CTI_OFFLINE");
    let local =
        ["session.start", "session.log", "session.takeover", "session.removechannelgroup", "session.leaveteam", "session.getdirectory"];
    for name in commands().iter().filter(|name| !local.contains(&name.as_str())) {
        let data = match name.as_str() {
            "channel.dial" | "interaction.consult" | "conversation.transfer" | "conversation.deflect" => to("3002"),
            "channel.supervise" => json!({"action": "MONITOR", "agent": {"id": "1002"}}),
            "interaction.setinteractiondata" => json!({"key": "callVariable1", "value": "x"}),
            "interaction.setdisposition" => json!({"disposition": "x"}),
            "conversation.senddtmf" => json!({"digits": "1"}),
            "session.addchannel" => json!({"channel": {"endpoint": "3011", "type": "Telephony"}}),
            "session.addchannelgroup" => json!({"channelgroup": {"endpoint": "3011"}}),
            "session.getstatistics" => json!({"scope": "agent"}),
            "session.message" => json!({"to": "team", "text": "x"}),
            _ => none(),
        };
        let answer = scene.ask(name, data).await;
        match name.as_str() {
            "channel.externaldispositions" => assert_eq!(answer["result"], "success"),
            _ if answer["failure"]["code"] == "UNSUPPORTED" => {}
            _ => assert_eq!(answer["failure"]["code"], "CTI_OFFLINE", "{answer}"),
        }
    }
    // What is wrong whatever the link does is said first (DECISIONS 15).
    scene.refused("channel.dial", none(), "BAD_REQUEST").await;
    scene.refused("conversation.senddtmf", json!({"digits": "x"}), "BAD_REQUEST").await;
    scene.quiet().await;
    scene.end(&[&late]).await
}

async fn connected_to_nothing(scene: &Scene) -> Desk {
    let mut desk = scene.house.desk().await;
    desk.then_service("OutOfService").await;
    desk
}

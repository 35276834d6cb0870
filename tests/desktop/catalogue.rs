//! The contract row by row: every command in both spellings and both ways to address it, with its preconditions, its
//! failure codes, its forms and its ordered events; every event; every code. The stories ask for them, and what they saw is
//! held against these tables, so that no row can be forgotten.

use std::collections::{BTreeMap, BTreeSet};

use ctibridge::desktop::mediabar::{command, schema};
use ctibridge::engine::command::FailureCode;
use serde_json::{Value, json};

use crate::connected;
use crate::house::{Desk, House, contract};
use crate::scripts::in_order;
use crate::stories;

/// What each command must have answered at least, beside [`EVERYWHERE`]: `success`, `needinfo`, `confirm` or a code.
const OUTCOMES: &[(&str, &[&str])] = &[
    (
        "prepareSession",
        &["success", "confirm", "AUTH_FAILED", "BAD_REQUEST", "CTI_OFFLINE", "UNSUPPORTED", "INVALID_STATE", "NOT_BOUND", "RATE_LIMITED"],
    ),
    // UNKNOWN_DEVICE is the hub's own test: the simulator knows every agent's phone.
    ("session.start", &["success", "BAD_REQUEST", "INVALID_STATE"]),
    ("session.logout", &["success", "needinfo", "INTERACTION_ACTIVE", "NOT_READY_FAILED", "DEACTIVATE_FAILED", "CTI_OFFLINE"]),
    ("session.getdirectory", &["success"]),
    ("session.log", &["success", "BAD_REQUEST"]),
    ("session.takeover", &["success"]),
    ("session.addchannel", &["success", "UNKNOWN_DEVICE", "INVALID_STATE", "UNSUPPORTED", "BAD_REQUEST", "CTI_OFFLINE"]),
    ("session.addchannelgroup", &["success", "UNKNOWN_DEVICE", "INVALID_STATE", "BAD_REQUEST", "CTI_OFFLINE"]),
    ("session.removechannelgroup", &["success", "INTERACTION_ACTIVE", "INVALID_STATE", "BAD_REQUEST"]),
    ("session.getteam", &["success", "BAD_REQUEST", "CTI_OFFLINE"]),
    ("session.leaveteam", &["success"]),
    ("session.getstatistics", &["success", "BAD_REQUEST", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("session.message", &["success", "BAD_REQUEST", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("channelgroup.activateall", &["success", "ACTIVATE_FAILED", "UNKNOWN_DEVICE", "BAD_REQUEST", "CTI_OFFLINE"]),
    (
        "channelgroup.deactivateall",
        &["success", "INTERACTION_ACTIVE", "NOT_READY_FAILED", "DEACTIVATE_FAILED", "BAD_REQUEST", "CTI_OFFLINE"],
    ),
    ("channelgroup.activate", &["success", "ACTIVATE_FAILED", "CTI_OFFLINE"]),
    ("channelgroup.deactivate", &["success", "INTERACTION_ACTIVE", "DEACTIVATE_FAILED", "CTI_OFFLINE"]),
    ("channel.activate", &["success", "ACTIVATE_FAILED", "UNKNOWN_DEVICE", "CTI_OFFLINE"]),
    ("channel.deactivate", &["success", "INTERACTION_ACTIVE", "NOT_READY_FAILED", "DEACTIVATE_FAILED", "CTI_OFFLINE"]),
    ("channel.ready", &["success", "CHANNEL_NOT_ACTIVE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("channel.notready", &["success", "needinfo", "CHANNEL_NOT_ACTIVE", "BAD_REQUEST", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("channel.work", &["success", "CHANNEL_NOT_ACTIVE", "BAD_REQUEST", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("channel.dial", &["success", "needinfo", "CHANNEL_NOT_ACTIVE", "BAD_REQUEST", "UNKNOWN_DEVICE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("channel.externaldispositions", &["success", "UNSUPPORTED"]),
    ("channel.supervise", &["success", "BAD_REQUEST", "CHANNEL_NOT_ACTIVE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("channel.dispose", &["UNSUPPORTED"]),
    ("channel.incontact.getscripts", &["UNSUPPORTED"]),
    ("interaction.accept", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.reject", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.setinteractiondata", &["success", "BAD_REQUEST", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.setdisposition", &["success", "BAD_REQUEST", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    (
        "interaction.complete",
        &["success", "needinfo", "BAD_REQUEST", "INVALID_STATE", "DISPOSITION_REQUIRED", "CTI_FAILURE", "CTI_OFFLINE"],
    ),
    ("interaction.consult", &["success", "BAD_REQUEST", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.alternate", &["success", "CONSULT_NOT_CONNECTED", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.consulttransfer", &["success", "CONSULT_NOT_CONNECTED", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.consultconference", &["success", "CONSULT_NOT_CONNECTED", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.reconnect", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.recording.start", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.recording.stop", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.recording.pause", &["UNSUPPORTED"]),
    ("interaction.recording.resume", &["UNSUPPORTED"]),
    ("interaction.incontact.signal", &["UNSUPPORTED"]),
    ("interaction.emergency", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.supervisorassist", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("interaction.badcall", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE", "CTI_TIMEOUT", "BUSY"]),
    ("conversation.answer", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("conversation.release", &["success", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("conversation.hold", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE", "BUSY"]),
    ("conversation.retrieve", &["success", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("conversation.transfer", &["success", "BAD_REQUEST", "INVALID_STATE", "UNKNOWN_DEVICE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("conversation.conference", &["UNSUPPORTED"]),
    ("conversation.senddtmf", &["success", "BAD_REQUEST", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
    ("conversation.deflect", &["success", "BAD_REQUEST", "INVALID_STATE", "CTI_FAILURE", "CTI_OFFLINE"]),
];

/// What every command of a session answers where it does not belong: no session, too early, another's object or none, no
/// target, a desktop that only looks on.
const EVERYWHERE: &[&str] = &["NOT_BOUND", "NOT_STARTED", "UNKNOWN_TARGET", "BAD_REQUEST", "NOT_AUTHORIZED"];

/// Commands whose target is the session itself, which is always there; and what a desktop that only looks on may do.
fn is_exempt(name: &str, code: &str) -> bool {
    match code {
        "NOT_STARTED" => name == "session.start",
        "NOT_AUTHORIZED" => matches!(name, "session.start" | "session.takeover"),
        _ => false,
    }
}

/// Codes that no story causes, and the test that does.
const ELSEWHERE: &[(&str, &str)] = &[
    // No two places of a session have the same id, so no path means two objects.
    ("AMBIGUOUS_TARGET", "a_second_phone_can_be_added_looked_at_and_removed"),
    ("BAD_JSON", "nonsense_is_answered_and_the_socket_lives"),
    // A mistake of ours: the walks hold that there is none.
    ("INTERNAL", "every_desktops_picture_becomes_the_truth_whatever_happens"),
    // The close comes before it.
    ("NOT_ACCEPTING", "a_shutdown_tells_everybody_and_admits_nobody"),
    ("REPEATED_REQUEST_ID", "a_request_id_used_twice_is_carried_out_once_and_both_are_answered"),
    ("UNKNOWN_COMMAND", "nonsense_is_answered_and_the_socket_lives"),
    ("UNKNOWN_OUTCOME", "a_command_whose_link_dies_ends_with_an_unknown_outcome_and_the_truth"),
];

/// Events that no story causes, and the test that does.
const EVENTS_ELSEWHERE: &[(&str, &str)] = &[
    ("session.disposed.event", "a_daemon_that_ends_says_so_to_every_desktop_before_it_closes"),
    ("session.infochanged.event", "other_roles_count_at_once_and_the_desktop_is_told"),
    ("team.member.infochanged.event", "a_supervisor_sees_the_team_and_what_its_members_do"),
];

/// What desktops have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    outcomes: BTreeMap<String, BTreeSet<String>>,
    /// Command and whether it was spelt with `request`.
    spellings: BTreeSet<(String, bool)>,
    /// Command and whether the group was left out of its target.
    addresses: BTreeSet<(String, bool)>,
    events: BTreeSet<String>,
    forms: BTreeSet<String>,
}

/// Whether a target of a kind leaves the group out; none for kinds that have no choice.
fn is_short(command: &str, target: &str) -> Option<bool> {
    let segments = target.split('.').count();
    match command.split('.').next() {
        Some("channel") => Some(segments == 2),
        Some("interaction") => Some(segments == 3),
        Some("conversation") => Some(segments == 4),
        _ => None,
    }
}

impl Seen {
    /// Takes in everything that a desktop heard.
    pub(crate) fn take(&mut self, desk: &Desk) {
        for message in &desk.log {
            let Some(result) = message["result"].as_str() else {
                self.events.insert(contract::name_of(message));
                continue;
            };
            let outcome = message["failure"]["code"].as_str().unwrap_or(result).to_owned();
            let Some((name, ..)) = message["command"].as_str().and_then(command::find) else { continue };
            if !EVERYWHERE[..3].contains(&outcome.as_str()) {
                self.spellings.insert((name.to_owned(), message["command"].as_str().unwrap().contains(".request.")));
                let short = message["target"].as_str().and_then(|target| is_short(name, target));
                self.addresses.extend(short.map(|short| (name.to_owned(), short)));
            }
            let form = message["uiExtension"]["type"].as_str().or_else(|| message["uiExtension"]["id"].as_str());
            self.forms.extend(form.map(str::to_owned));
            self.outcomes.entry(name.to_owned()).or_default().insert(outcome);
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (name, outcomes) in other.outcomes {
            self.outcomes.entry(name).or_default().extend(outcomes);
        }
        self.spellings.extend(other.spellings);
        self.addresses.extend(other.addresses);
        self.events.extend(other.events);
        self.forms.extend(other.forms);
    }

    /// What is missing from the tables.
    fn missing(&self) -> Vec<String> {
        let nothing = BTreeSet::new();
        let mut missing = Vec::new();
        for (name, wanted) in OUTCOMES {
            let seen = self.outcomes.get(*name).unwrap_or(&nothing);
            let everywhere = EVERYWHERE.iter().filter(|code| *name != "prepareSession" && !is_exempt(name, code));
            missing.extend(wanted.iter().chain(everywhere).filter(|code| !seen.contains(**code)).map(|code| format!("{name} → {code}")));
            if *name == "prepareSession" {
                continue;
            }
            for spelled in [false, true] {
                if !self.spellings.contains(&((*name).to_owned(), spelled)) {
                    missing.push(format!("{name} spelt {}", if spelled { "with request" } else { "without request" }));
                }
                if is_short(name, "").is_some() && !self.addresses.contains(&((*name).to_owned(), spelled)) {
                    missing.push(format!("{name} addressed {}", if spelled { "without the group" } else { "in full" }));
                }
            }
        }
        missing
    }
}

/// A name of a test that stands somewhere in this repository.
fn is_a_test(name: &str) -> bool {
    fn look(folder: &std::path::Path, wanted: &str) -> bool {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
            if path.is_dir() {
                return look(&path, wanted);
            }
            path.extension().is_some_and(|extension| extension == "rs") && std::fs::read_to_string(path).unwrap().contains(wanted)
        })
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = format!("fn {name}(");
    look(&root.join("tests"), &wanted) || look(&root.join("src"), &wanted)
}

#[test]
fn the_tables_name_every_command_of_the_contract_and_only_tests_that_exist() {
    let requests = schema::messages().into_iter().filter(|message| message.class == schema::Class::Request);
    let published: BTreeSet<String> = requests.map(|message| message.name.strip_suffix(".request").unwrap().to_owned()).collect();
    let listed: BTreeSet<String> = OUTCOMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(listed, published);
    for (what, test) in ELSEWHERE.iter().chain(EVENTS_ELSEWHERE) {
        assert!(is_a_test(test), "{what}: there is no test {test}");
    }
    // Every command is refused somewhere, and succeeds somewhere unless it cannot.
    for (name, outcomes) in OUTCOMES {
        assert!(outcomes.contains(&"success") || *outcomes == ["UNSUPPORTED"], "{name}");
    }
}

/// Scripts 11 and 12, DECISIONS 15, R8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_the_contract_holds_over_a_real_socket() {
    let stories = [
        tokio::spawn(stories::signing_in_and_out()),
        tokio::spawn(stories::an_incoming_call()),
        tokio::spawn(stories::consultations()),
        tokio::spawn(stories::ways_to_lose_a_call()),
        tokio::spawn(stories::things_of_a_session()),
        tokio::spawn(stories::strict_agents_and_forms()),
        tokio::spawn(stories::no_cti_server()),
    ];
    let mut seen = Seen::default();
    let mut failed = 0;
    for story in stories {
        match story.await {
            Ok(story) => seen.add(story),
            Err(_) => failed += 1,
        }
    }
    assert_eq!(failed, 0, "stories that failed, each with its own message above");
    let mut missing = seen.missing();
    let codes: BTreeSet<&str> = seen.outcomes.values().flatten().map(String::as_str).collect();
    let elsewhere = |list: &[(&'static str, &str)], what: &str| list.iter().any(|(known, _)| *known == what);
    let other = FailureCode::ALL.iter().map(|code| code.as_str()).filter(|code| !codes.contains(code) && !elsewhere(ELSEWHERE, code));
    missing.extend(other.map(|code| format!("code {code}")));
    for message in schema::messages() {
        let is_event = matches!(message.class, schema::Class::ObjectEvent | schema::Class::StateEvent | schema::Class::ServiceEvent);
        if is_event && !seen.events.contains(&message.name) && !elsewhere(EVENTS_ELSEWHERE, &message.name) {
            missing.push(message.name);
        }
    }
    for form in ["agentstate", "disposition", "logoutreason", "inContact.outboundskill"] {
        if !seen.forms.contains(form) {
            missing.push(format!("form {form}"));
        }
    }
    assert!(missing.is_empty(), "the stories did not see:\n  {}", missing.join("\n  "));
}

/// A desktop in a house of its own, and what it has asked for so far.
pub(crate) struct Scene {
    pub(crate) house: House,
    pub(crate) desk: Desk,
    pub(crate) interaction: String,
    pub(crate) leg: String,
    asked: BTreeMap<String, usize>,
    seen: Seen,
}

impl Scene {
    pub(crate) async fn new(env: &[(&str, &str)]) -> Self {
        let fast = [("CTIBRIDGE__MEDIABAR__LIMITS__REQUESTS_PER_SECOND", "100000"), ("CTIBRIDGE__MEDIABAR__LIMITS__BURST", "100000")];
        let house = House::start_with(&[&fast[..], env].concat()).await;
        let desk = connected(&house).await;
        Self { house, desk, interaction: String::new(), leg: String::new(), asked: BTreeMap::new(), seen: Seen::default() }
    }

    /// Where a command goes if nothing else is said.
    pub(crate) fn target(&self, command: &str) -> String {
        match command.split('.').next().unwrap() {
            "session" => self.desk.session(),
            "channelgroup" => self.desk.group(),
            "channel" => self.desk.channel(),
            "interaction" => self.interaction.clone(),
            _ => self.leg.clone(),
        }
    }

    /// Asks at the usual target, each time in another spelling and address, and checks that the answer repeats both.
    pub(crate) async fn ask(&mut self, command: &str, data: Value) -> Value {
        let target = self.target(command);
        self.ask_at(command, &target, data).await
    }

    pub(crate) async fn ask_at(&mut self, command: &str, target: &str, data: Value) -> Value {
        let count = self.asked.entry(command.to_owned()).or_default();
        *count += 1;
        let (mut spelling, mut address) = (command.to_owned(), target.to_owned());
        if *count % 2 == 1 {
            let (object, verb) = command.split_once('.').unwrap();
            spelling = format!("{object}.request.{verb}");
            if is_short(command, target) == Some(false) {
                let mut segments: Vec<&str> = target.split('.').collect();
                segments.remove(1);
                address = segments.join(".");
            }
        }
        let answer = self.desk.when(&spelling, Some(&address), data.clone()).await;
        assert_eq!((&answer["command"], &answer["target"]), (&json!(spelling), &json!(address)), "{answer}");
        match answer["result"].as_str().unwrap() {
            "success" if !matches!(command, "session.start" | "session.logout") => assert_eq!(answer["data"], data, "{answer}"),
            "success" => assert!(answer.get("data").is_none(), "{answer}"),
            _ => assert_eq!((&answer["original"]["data"], &answer["original"]["command"]), (&data, &json!(spelling)), "{answer}"),
        }
        answer
    }

    /// Asks for what must be refused, with this code.
    pub(crate) async fn refused(&mut self, command: &str, data: Value, code: &str) -> Value {
        let answer = self.ask(command, data).await;
        assert_eq!(answer["failure"]["code"], code, "{command}: {answer}");
        assert!(answer["failure"]["context"].is_string() && !answer["failure"]["message"].as_str().unwrap().is_empty(), "{answer}");
        answer
    }

    /// Refusals that change nothing and cause no event (R8).
    pub(crate) async fn all_refused(&mut self, rows: &[(&str, Value, &str)]) {
        self.quiet().await;
        let told = self.desk.log.len();
        for (command, data, code) in rows {
            self.refused(command, data.clone(), code).await;
        }
        self.quiet().await;
        let events: Vec<_> =
            self.desk.log[told..].iter().filter(|m| m.get("result").is_none() && m["name"] != "directory.updated").collect();
        assert!(events.is_empty(), "events of refusals: {events:?}");
    }

    /// What has happened up to now has been told: the answer to something harmless comes after it.
    pub(crate) async fn quiet(&mut self) {
        let session = self.desk.session();
        self.desk.succeeds("session.getdirectory", &session, json!({})).await;
        self.desk.then_named("directory.updated").await;
    }

    /// Asks for what must succeed, and waits for its events in their order.
    pub(crate) async fn does(&mut self, command: &str, data: Value, events: &[&str]) -> Vec<Value> {
        let answer = self.ask(command, data).await;
        assert_eq!(answer["result"], "success", "{command}: {answer}\n{}", self.desk.told());
        in_order(&mut self.desk, events).await
    }

    /// The peripheral refuses the request of this command, which fails then with this code; the next try succeeds.
    pub(crate) async fn fails_then_does(&mut self, request: &str, code: &str, command: &str, data: Value, events: &[&str]) -> Vec<Value> {
        self.fails(request, code, command, data.clone()).await;
        self.does(command, data, events).await
    }

    pub(crate) async fn fails(&mut self, request: &str, code: &str, command: &str, data: Value) {
        let fault = json!({"failNext": {"request": request, "failureCode": 79, "peripheralErrorCode": 7}});
        self.house.control("PUT", "/behaviour", fault).await;
        let answer = self.refused(command, data, code).await;
        let context = answer["failure"]["context"].as_str().unwrap();
        assert!(
            context.contains("CONTROL_FAILURE_CONF FailureCode=79") && context.contains("PeripheralErrorCode=7"),
            "{command}: {answer}"
        );
        let left = self.house.control("PUT", "/behaviour", json!({})).await;
        assert!(left.get("failNext").is_none_or(Value::is_null), "{command} did not ask for {request}: {left}");
    }

    /// Waits for a state of the agent.
    pub(crate) async fn agent_is(&mut self, state: &str) {
        self.desk.then(&format!("the agent {state}"), |event| event["data"]["agent"]["state"] == state).await;
    }

    /// The desk settings come by an answer of their own, some time after the agent's state.
    pub(crate) async fn knows_the_desk(&mut self) {
        let is_known = |event: &Value| event["data"]["agent"]["ringTime"].is_number();
        if !self.desk.log.iter().any(is_known) {
            self.desk.then("the desk settings", is_known).await;
        }
    }

    pub(crate) async fn end(mut self, others: &[&Desk]) -> Seen {
        crate::scripts::check_order(&self.desk);
        self.seen.take(&self.desk);
        others.iter().for_each(|desk| self.seen.take(desk));
        self.house.stop().await;
        self.seen
    }
}

//! What one desktop knows, from its events alone, and what it should know by the simulator's truth.

use std::collections::{BTreeMap, BTreeSet};

use ctibridge::simulator::{Truth, TruthCall, TruthParty};
use serde_json::Value;

/// An object as events have told it.
#[derive(Debug, Default)]
pub(crate) struct Thing {
    pub(crate) state: String,
    pub(crate) can: BTreeSet<String>,
    call_id: Option<u64>,
    is_consult: bool,
    recording: bool,
    members: BTreeSet<String>,
}

/// What one desktop knows.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    pub(crate) service: String,
    agent: Agent,
    pub(crate) things: BTreeMap<String, Thing>,
    data: BTreeMap<String, Value>,
}

/// The agent, and the phone.
#[derive(Debug, Default, PartialEq, Eq)]
struct Agent {
    state: String,
    /// Of not ready.
    reason: u64,
    /// What follows the call, while there is one. After-call work has a next state of its own, which nobody asked for.
    pending: Option<String>,
    groups: BTreeSet<u64>,
    extension: String,
    is_active: bool,
    is_available: bool,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn is_busy(state: &str) -> bool {
    matches!(state, "TALKING" | "HOLD" | "RESERVED" | "BUSY_OTHER")
}

impl Agent {
    fn of(data: &Value) -> Self {
        let (channel, agent) = (&data["channel"], &data["agent"]);
        let state = text(&agent["state"]);
        Self {
            reason: if state == "NOT_READY" { agent["reason"]["code"].as_u64().unwrap_or(0) } else { 0 },
            pending: agent["pending"].as_str().filter(|_| is_busy(&state)).map(str::to_owned),
            groups: agent["skillGroups"].as_array().unwrap().iter().map(|group| group.as_u64().unwrap()).collect(),
            extension: text(&channel["endpoint"]),
            is_active: channel["state"] == "ACTIVE",
            is_available: channel["available"] == true,
            state,
        }
    }

    fn true_of(truth: &Truth, agent: &str, known: &Self) -> Self {
        let agent = truth.agents.iter().find(|known| known.id == agent).unwrap();
        let is_active = !matches!(agent.state, "LOGOUT" | "UNKNOWN");
        Self {
            state: agent.state.to_owned(),
            reason: if agent.state == "NOT_READY" { agent.reason.into() } else { 0 },
            pending: agent.next_state.filter(|_| is_busy(agent.state)).map(str::to_owned),
            groups: agent.skill_groups.iter().map(|group| group.parse().unwrap()).collect(),
            // Nobody is at a phone of somebody who is not logged in.
            extension: agent.extension.clone().unwrap_or_else(|| known.extension.clone()),
            is_active,
            is_available: agent.state == "AVAILABLE",
        }
    }
}

/// A leg: state and the other parties.
type Legs = BTreeMap<u64, (String, BTreeSet<String>)>;
/// Data of a call.
type Data = BTreeMap<u64, BTreeMap<String, String>>;

impl Picture {
    /// Takes in an event. Everything about an object that was not announced is a mistake of the server.
    pub(crate) fn take(&mut self, event: &Value, session: &str) {
        let data = &event["data"];
        if event["name"] == "service.status" {
            data["status"].as_str().unwrap().clone_into(&mut self.service);
            return;
        }
        let target = event["target"].as_str().unwrap();
        assert_eq!(target.split('.').next(), Some(session), "not for this desktop: {event}");
        let below = |id: &Value| format!("{target}.{}", id.as_str().unwrap());
        match event["name"].as_str().unwrap() {
            // A full picture begins.
            "channelgroup.created" => {
                self.things.clear();
                self.data.clear();
            }
            "channel.created" => drop(self.things.insert(below(&data["channel"]["id"]), Thing::default())),
            "channel.infochanged" => self.agent = Agent::of(data),
            "interaction.created" => drop(self.things.insert(below(&data["interaction"]["id"]), Thing::default())),
            "conversation.created" => {
                let (call_id, role) = (data["conversation"]["callId"].as_u64(), &data["conversation"]["role"]);
                let thing = Thing { call_id, is_consult: role == "consult", ..Thing::default() };
                self.things.insert(below(&data["conversation"]["id"]), thing);
            }
            "conversation.infochanged" => self.thing(target, event).call_id = data["conversation"]["callId"].as_u64(),
            "conversation.member.added" => {
                let number = text(&data["member"]["number"]);
                assert_eq!(data["member"]["id"], data["member"]["number"], "{event}");
                assert!(data["member"]["self"] == true || self.thing(target, event).members.insert(number), "twice: {event}");
            }
            "conversation.member.removed" => {
                let number = text(&data["member"]["id"]);
                assert!(self.thing(target, event).members.remove(&number), "was not there: {event}");
            }
            "conversation.disposed" | "interaction.disposed" | "channel.disposed" => {
                assert!(self.things.remove(target).is_some(), "never announced: {event}");
                self.data.remove(target);
            }
            "state.updated" if event["state"]["object"] != "session" => {
                let thing = self.thing(target, event);
                event["state"]["current"].as_str().unwrap().clone_into(&mut thing.state);
                thing.recording = event["state"]["recording"] == "ON";
                for change in data.as_array().unwrap() {
                    let name = change["name"].as_str().unwrap().to_owned();
                    let is_new = if change["type"] == "enable" { thing.can.insert(name) } else { thing.can.remove(&name) };
                    assert!(is_new, "a capability that changes was not so before: {event}");
                }
            }
            name => {
                if name.starts_with("interaction.") || name.starts_with("conversation.") {
                    self.thing(target, event);
                }
                self.check_change(target, event);
            }
        }
    }

    /// Call data comes as a whole, and what it names as changed is what differs.
    fn check_change(&mut self, target: &str, event: &Value) {
        let data = &event["data"];
        let Some(all) = data["interactiondata"].as_object() else { return };
        if event["name"] == "interaction.datachanged"
            && let Some(before) = self.data.get(target).and_then(Value::as_object)
        {
            // What `setdisposition` wrote is told by no event of its own, and by the next one only as part of the whole.
            let is_silent = |key: &str| key == "wrapUpReason" && data["changed"].get(key).is_none();
            let is_told = |(key, value): &(&String, &Value)| before.get(*key) != Some(*value) && !is_silent(key);
            let changed: serde_json::Map<_, _> = all.iter().filter(is_told).map(|(key, value)| (key.clone(), value.clone())).collect();
            let removed: Vec<_> = before.keys().filter(|key| !all.contains_key(*key)).cloned().map(Value::String).collect();
            assert_eq!((&data["changed"], &data["removed"]), (&Value::Object(changed), &Value::Array(removed)), "{event}");
        }
        self.data.insert(target.to_owned(), data["interactiondata"].clone());
    }

    fn thing(&mut self, target: &str, event: &Value) -> &mut Thing {
        self.things.get_mut(target).unwrap_or_else(|| panic!("never announced: {event}"))
    }

    /// The legs of a contact.
    fn legs_of<'a>(&'a self, contact: &'a str) -> impl Iterator<Item = &'a Thing> {
        let is_below = move |path: &str| path.strip_prefix(contact).is_some_and(|rest| rest.starts_with('.'));
        self.things.iter().filter(move |(path, _)| is_below(path)).map(|(_, thing)| thing)
    }

    /// What differs from the truth; nothing, if all is well.
    pub(crate) fn differences(&self, truth: &Truth, agent: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut compare = |what: &str, is: String, should: String| {
            if is != should {
                wrong.push(format!("{agent}, {what}: the truth is «{should}», the picture is «{is}»"));
            }
        };
        compare("agent", format!("{:?}", self.agent), format!("{:?}", Agent::true_of(truth, agent, &self.agent)));
        compare("legs", format!("{:?}", self.legs()), format!("{:?}", true_legs(truth, agent)));
        let own = self.calls_data();
        let calls: BTreeSet<u64> = own.keys().copied().collect();
        compare("data", format!("{own:?}"), format!("{:?}", true_data(truth, &calls)));
        for (path, thing) in &self.things {
            compare(path, format!("{:?}", thing.can), format!("{:?}", self.should_allow(path, thing)));
        }
        if self.service != "InService" {
            wrong.push(format!("{agent}: the service is {}", self.service));
        }
        wrong
    }

    fn legs(&self) -> Legs {
        let word = |state: &str| state.to_lowercase().replace("dialing", "initiated");
        self.things.values().filter_map(|thing| Some((thing.call_id?, (word(&thing.state), thing.members.clone())))).collect()
    }

    /// The data of contacts with one leg, by that leg's call. With two of them, and with the consultation alone after the
    /// customer has gone, a contact shows the customer's.
    fn calls_data(&self) -> Data {
        let mut calls = Data::new();
        for (contact, data) in &self.data {
            let legs: Vec<_> = self.legs_of(contact).collect();
            if let [Thing { call_id: Some(call), is_consult: false, .. }] = legs.as_slice() {
                let all = data.as_object().unwrap().iter();
                let is_compared = |key: &str| key.starts_with("callVariable") || key.starts_with("user.") || key == "ANI";
                let known = all.filter(|(key, value)| is_compared(key) && **value != "").map(|(key, value)| (key.clone(), text(value)));
                calls.insert(*call, known.collect());
            }
        }
        calls
    }

    /// Section 6 of the contract: what is possible, by the states alone.
    fn should_allow(&self, path: &str, thing: &Thing) -> BTreeSet<String> {
        let parts = path.split('.').count();
        let mut can: Vec<&str> = Vec::new();
        match parts {
            3 => {
                let is_live = |thing: &Thing| matches!(thing.state.as_str(), "ALERTING" | "DIALING" | "STARTED");
                let on_call = self.things.iter().any(|(path, thing)| path.split('.').count() == 4 && is_live(thing));
                let is_in_work = self.agent.state.starts_with("WORK");
                if thing.state == "INACTIVE" {
                    can.push("channel.activate");
                } else {
                    can.push("channel.externaldispositions");
                    match self.agent.state.as_str() {
                        _ if is_in_work => can.extend(["channel.ready", "channel.notready"]),
                        _ if on_call => can.extend(["channel.ready", "channel.notready", "channel.work"]),
                        "NOT_READY" => can.extend(["channel.deactivate", "channel.ready", "channel.notready", "channel.dial"]),
                        "AVAILABLE" => can.extend(["channel.deactivate", "channel.notready"]),
                        _ => {}
                    }
                }
            }
            4 => {
                let is_listening = self.is_listening(path);
                let find = |is_consult| self.legs_of(path).find(|leg| leg.is_consult == is_consult).map(|leg| leg.state.as_str());
                can.extend(match thing.state.as_str() {
                    "COMPLETED" => &[][..],
                    _ => &["interaction.setinteractiondata"],
                });
                match thing.state.as_str() {
                    "ALERTING" => can.extend(["interaction.accept", "interaction.reject"]),
                    "STARTED" if !is_listening => {
                        can.push("interaction.setdisposition");
                        can.push(if thing.recording { "interaction.recording.stop" } else { "interaction.recording.start" });
                        match (find(false), find(true)) {
                            (Some("CONNECTED"), None) => can.push("interaction.consult"),
                            (Some("HELD"), Some("DIALING" | "ALERTING")) => can.push("interaction.reconnect"),
                            (Some("HELD"), Some("CONNECTED")) => can.extend([
                                "interaction.alternate",
                                "interaction.reconnect",
                                "interaction.consulttransfer",
                                "interaction.consultconference",
                            ]),
                            (Some("CONNECTED"), Some("HELD")) => can.push("interaction.alternate"),
                            _ => {}
                        }
                    }
                    "ENDED" => can.extend(["interaction.setdisposition", "interaction.complete"]),
                    _ => {}
                }
            }
            _ => {
                let contact = path.rsplit_once('.').unwrap().0;
                let others = || self.legs_of(contact).filter(|leg| leg.call_id != thing.call_id);
                can.push("conversation.release");
                match thing.state.as_str() {
                    "ALERTING" => can.push("conversation.answer"),
                    "CONNECTED" if !self.is_listening(contact) => {
                        can.extend(["conversation.hold", "conversation.senddtmf"]);
                        // Two-legged contacts are transferred by completing the consultation.
                        can.extend((others().count() == 0).then_some("conversation.transfer"));
                    }
                    "HELD" if others().all(|leg| leg.state != "CONNECTED") => can.push("conversation.retrieve"),
                    _ => {}
                }
            }
        }
        can.into_iter().map(str::to_owned).collect()
    }

    /// A supervisor who only hears what is said.
    fn is_listening(&self, contact: &str) -> bool {
        self.data.get(contact).is_some_and(|data| matches!(data["callType"].as_str(), Some("SUPERVISOR_MONITOR" | "SUPERVISOR_WHISPER")))
    }
}

/// The agent's party of a call, if a desktop shows it.
fn own<'a>(call: &'a TruthCall, agent: &str) -> Option<&'a TruthParty> {
    call.parties.iter().find(|party| party.agent.as_deref() == Some(agent) && !party.monitor && party.state != "failed")
}

fn true_legs(truth: &Truth, agent: &str) -> Legs {
    let leg = |call: &TruthCall| {
        let mine = own(call, agent)?;
        let others = call.parties.iter().filter(|party| party.connection_id != mine.connection_id && party.state != "failed");
        Some((u64::from(call.call_id), (mine.state.to_owned(), others.map(|party| party.device.clone()).collect())))
    };
    truth.calls.iter().filter_map(leg).collect()
}

fn true_data(truth: &Truth, calls: &BTreeSet<u64>) -> Data {
    let of = |call: &TruthCall| {
        let variables = call.call_variables.iter().map(|(number, value)| (format!("callVariable{number}"), text(value)));
        let named = |name: &str| if name.starts_with("user.") { name.to_owned() } else { format!("user.{name}") };
        let ecc = call.ecc_variables.iter().map(|(name, value)| (named(name), text(value)));
        let ani = std::iter::once(("ANI".to_owned(), call.ani.clone()));
        variables.chain(ecc).chain(ani).filter(|(_, value)| !value.is_empty()).collect()
    };
    truth.calls.iter().filter(|call| calls.contains(&u64::from(call.call_id))).map(|call| (u64::from(call.call_id), of(call))).collect()
}

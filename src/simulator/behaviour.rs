//! How the server behaves towards its clients: delays, reordering, refusals and losses, in this one place.
//!
//! [`Mixer`] stands between what the world says and what sessions get. Without any setting it passes everything on in
//! the world's order. With `shuffleEvents` it reorders inside what the reference allows: call events keep their order
//! among themselves (BEGIN first, END last, transfers behind deliveries), and so do the states of each agent; these
//! streams, RTP events and confirmations move against each other.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::world::Output;
use super::{Dice, Side};
use crate::protocol::Message;
use crate::protocol::spec_named;

/// The furthest that a shuffled message moves.
const SHUFFLE_REACH: Duration = Duration::from_millis(40);

/// What `PUT /behaviour` sets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Behaviour {
    /// Milliseconds that confirmations and failures of requests wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_delay_ms: Option<u64>,
    /// Milliseconds that events wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_delay_ms: Option<u64>,
    /// Seed of the reordering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shuffle_events: Option<u64>,
    /// The next request of this kind is refused, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_next: Option<FailNext>,
    /// The next message of this kind is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_next: Option<DropNext>,
    /// The next message of this name (a request's name: its confirmation) is sent twice, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_next: Option<String>,
    /// The next recording in the network fails with this cause; it is gone from the behaviour as soon as it is ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_recording: Option<u16>,
    /// Milliseconds that all bytes to clients take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// Up to so many milliseconds more, at random; order stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<u64>,
    /// Bytes leave in pieces of at most so many, a millisecond apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_bytes: Option<u64>,
    /// So many bytes leave in a second, on each connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<u64>,
    /// A connection is reset when it has got so many bytes, counted from now on, in the middle of a frame if need be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_bytes: Option<u64>,
    /// The side that the last five are for; absent: both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toxic_side: Option<Side>,
}

/// The longest delay that can be ordered, in milliseconds: an hour.
const LONGEST_DELAY: u64 = 3_600_000;

/// A refusal that was ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FailNext {
    /// Name of the request.
    pub request: String,
    /// FailureCode of CONTROL_FAILURE_CONF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<u16>,
    /// PeripheralErrorCode of CONTROL_FAILURE_CONF.
    #[serde(default)]
    pub peripheral_error_code: u32,
    /// Instead: Status of FAILURE_CONF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u32>,
}

/// A loss that was ordered: by name (a request's name loses its confirmation), or the next so many messages of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DropNext {
    /// So many messages of any kind.
    Count(u32),
    /// One message of this name.
    Name(String),
    /// One or more messages of a name.
    Named(DropNamed),
}

/// Messages to lose, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropNamed {
    /// Name of the message.
    #[serde(alias = "request", alias = "event")]
    pub message: String,
    /// How many.
    #[serde(default = "one")]
    pub count: u32,
}

const fn one() -> u32 {
    1
}

impl Behaviour {
    /// Merges a JSON object: `null` switches a key off, keys that are not named stay.
    ///
    /// # Errors
    /// What is wrong with it; `self` is then unchanged.
    pub fn merge(&mut self, patch: &serde_json::Map<String, serde_json::Value>) -> Result<(), String> {
        let mut merged = match serde_json::to_value(&*self) {
            Ok(serde_json::Value::Object(object)) => object,
            _ => serde_json::Map::new(),
        };
        for (key, value) in patch {
            merged.insert(key.clone(), value.clone());
        }
        let merged: Self = serde_json::from_value(merged.into()).map_err(|error| error.to_string())?;
        for (key, delay) in [
            ("confirmDelayMs", merged.confirm_delay_ms),
            ("eventDelayMs", merged.event_delay_ms),
            ("latencyMs", merged.latency_ms),
            ("jitterMs", merged.jitter_ms),
        ] {
            if delay.is_some_and(|delay| delay > LONGEST_DELAY) {
                return Err(format!("{key} is more than an hour"));
            }
        }
        for (key, bytes) in [("sliceBytes", merged.slice_bytes), ("bytesPerSecond", merged.bytes_per_second)] {
            if bytes == Some(0) {
                return Err(format!("{key} is 0"));
            }
        }
        let names = merged.duplicate_next.iter().chain(merged.fail_next.iter().map(|fail| &fail.request)).chain(match &merged.drop_next {
            Some(DropNext::Name(name) | DropNext::Named(DropNamed { message: name, .. })) => Some(name),
            _ => None,
        });
        for name in names {
            if spec_named(name).is_none() {
                return Err(format!("there is no message {name}"));
            }
        }
        *self = merged;
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stream {
    Calls,
    Agent(i32),
    Rtp,
    Other,
    Events,
    Answers,
    Alone,
}

/// Holds back, reorders and loses what sessions would get.
#[derive(Debug)]
pub(super) struct Mixer {
    pub(super) behaviour: Behaviour,
    dice: Dice,
    queue: BTreeMap<(Instant, u64), Output>,
    last: HashMap<Stream, Instant>,
    sequence: u64,
}

impl Mixer {
    pub(super) fn new() -> Self {
        Self { behaviour: Behaviour::default(), dice: Dice::new(0), queue: BTreeMap::new(), last: HashMap::new(), sequence: 0 }
    }

    /// Changes the behaviour as [`Behaviour::merge`] does.
    pub(super) fn merge(&mut self, patch: &serde_json::Map<String, serde_json::Value>) -> Result<(), String> {
        let before = self.behaviour.shuffle_events;
        self.behaviour.merge(patch)?;
        if let Some(seed) = self.behaviour.shuffle_events
            && before != Some(seed)
        {
            self.dice = Dice::new(seed);
        }
        Ok(())
    }

    /// The number that the next output will have; what a session gets must be born after it opened.
    pub(super) const fn mark(&self) -> u64 {
        self.sequence
    }

    /// Whether an order to refuse this request is there; it counts once.
    pub(super) fn take_failure(&mut self, request: &str) -> Option<FailNext> {
        self.behaviour.fail_next.take_if(|fail| fail.request == request)
    }

    pub(super) fn push(&mut self, now: Instant, output: Output) {
        let is_answer = matches!(output, Output::Answer { .. });
        let delay = if is_answer { self.behaviour.confirm_delay_ms } else { self.behaviour.event_delay_ms };
        let mut due = now + Duration::from_millis(delay.unwrap_or(0));
        let stream = match self.behaviour.shuffle_events {
            Some(_) => {
                due += SHUFFLE_REACH.mul_f64(self.dice.below(1000) as f64 / 1000.0);
                stream_of(&output)
            }
            None if is_answer => Stream::Answers,
            None => Stream::Events,
        };
        // A stream never overtakes itself, also when delays get shorter.
        if stream != Stream::Alone {
            let last = self.last.entry(stream).or_insert(due);
            due = due.max(*last);
            *last = due;
        }
        self.queue.insert((due, self.sequence), output);
        self.sequence += 1;
    }

    /// What is due, with its number of birth; lost messages are swallowed here.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(u64, Output)> {
        loop {
            let entry = self.queue.first_entry()?;
            if entry.key().0 > now {
                return None;
            }
            let ((_, born), output) = entry.remove_entry();
            if !self.is_dropped(&output) {
                if self.is_doubled(&output) {
                    self.queue.insert((now, born), output.clone());
                }
                return Some((born, output));
            }
        }
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.queue.keys().next().map(|(due, _)| *due)
    }

    fn is_doubled(&mut self, output: &Output) -> bool {
        self.behaviour.duplicate_next.take_if(|wanted| is_named(output, wanted)).is_some()
    }

    fn is_dropped(&mut self, output: &Output) -> bool {
        let fits = |wanted: &str| is_named(output, wanted);
        let left = match &self.behaviour.drop_next {
            Some(DropNext::Count(count)) => Some(DropNext::Count(count.saturating_sub(1))).filter(|_| *count > 1),
            Some(DropNext::Name(wanted)) if fits(wanted) => None,
            Some(DropNext::Named(named)) if fits(&named.message) => {
                (named.count > 1).then(|| DropNext::Named(DropNamed { message: named.message.clone(), count: named.count - 1 }))
            }
            _ => return false,
        };
        self.behaviour.drop_next = left;
        true
    }
}

/// Whether an output has this name; a request's name stands for its confirmation.
fn is_named(output: &Output, wanted: &str) -> bool {
    let message = match output {
        Output::Answer { message, .. } => message,
        Output::Event(event) => &event.message,
    };
    let name = message.name().unwrap_or_default();
    wanted == name || wanted.strip_suffix("_REQ").is_some_and(|stem| name.strip_suffix("_CONF") == Some(stem))
}

fn stream_of(output: &Output) -> Stream {
    let Output::Event(event) = output else { return Stream::Alone };
    match &event.message {
        Message::AgentStateEvent(state) => Stream::Agent(state.icm_agent_id),
        Message::RtpStartedEvent(_) | Message::RtpStoppedEvent(_) => Stream::Rtp,
        Message::SystemEvent(_)
        | Message::UserMessageEvent(_)
        | Message::AgentTeamConfigEvent(_)
        | Message::ConfigBeginEvent(_)
        | Message::ConfigAgentEvent(_)
        | Message::ConfigEndEvent(_) => Stream::Other,
        _ => Stream::Calls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::message::{AgentStateEvent, BeginCallEvent, EndCallEvent, HoldCallConf};
    use crate::simulator::world::{Audience, Event};

    fn event(message: impl Into<Message<'static>>) -> Output {
        Output::Event(Box::new(Event { message: message.into(), audience: Audience::Everyone, changed: None }))
    }

    fn drain(mixer: &mut Mixer, now: Instant) -> Vec<String> {
        std::iter::from_fn(|| mixer.pop_due(now))
            .map(|(_, output)| match output {
                Output::Answer { message, .. } => message.name().unwrap().to_owned(),
                Output::Event(event) => event.message.name().unwrap().to_owned(),
            })
            .collect()
    }

    #[allow(clippy::disallowed_methods)] // a test needs some moment
    fn moment() -> Instant {
        Instant::now()
    }

    #[test]
    fn shuffling_moves_streams_but_never_a_calls_own_order() {
        let now = moment();
        let mut orders = std::collections::HashSet::new();
        for seed in 0..50 {
            let mut mixer = Mixer::new();
            mixer.merge(serde_json::json!({ "shuffleEvents": seed }).as_object().unwrap()).unwrap();
            mixer.push(now, event(BeginCallEvent::default()));
            mixer.push(now, event(AgentStateEvent::default()));
            mixer.push(now, event(EndCallEvent::default()));
            let order = drain(&mut mixer, now + Duration::from_secs(1));
            let at = |name: &str| order.iter().position(|known| known == name).unwrap();
            assert!(at("BEGIN_CALL_EVENT") < at("END_CALL_EVENT"));
            orders.insert(order);
        }
        assert_eq!(orders.len(), 3, "the agent's state comes before, between and behind the call's events");
    }

    #[test]
    fn a_patch_is_merged_null_switches_off_and_an_unknown_key_changes_nothing() {
        let mut behaviour = Behaviour::default();
        behaviour.merge(serde_json::json!({ "confirmDelayMs": 5, "dropNext": "HOLD_CALL_REQ" }).as_object().unwrap()).unwrap();
        behaviour.merge(serde_json::json!({ "eventDelayMs": 7, "dropNext": null }).as_object().unwrap()).unwrap();
        assert_eq!((behaviour.confirm_delay_ms, behaviour.event_delay_ms, &behaviour.drop_next), (Some(5), Some(7), &None));
        let before = behaviour.clone();
        assert!(behaviour.merge(serde_json::json!({ "eventDelayMs": 9, "nonsense": 1 }).as_object().unwrap()).is_err());
        assert!(behaviour.merge(serde_json::json!({ "failNext": { "request": "NO_SUCH_REQ" } }).as_object().unwrap()).is_err());
        assert_eq!(behaviour, before);
    }

    #[test]
    fn a_dropped_confirmation_is_lost_once() {
        let now = moment();
        let mut mixer = Mixer::new();
        mixer.merge(serde_json::json!({ "dropNext": "HOLD_CALL_REQ" }).as_object().unwrap()).unwrap();
        for session in [1, 2] {
            mixer.push(now, Output::Answer { session, message: HoldCallConf::default().into() });
        }
        assert_eq!(drain(&mut mixer, now), ["HOLD_CALL_CONF"]);
    }

    #[test]
    fn delays_hold_back_confirmations_and_events_apart() {
        let now = moment();
        let mut mixer = Mixer::new();
        mixer.merge(serde_json::json!({ "confirmDelayMs": 100 }).as_object().unwrap()).unwrap();
        mixer.push(now, Output::Answer { session: 1, message: HoldCallConf::default().into() });
        mixer.push(now, event(BeginCallEvent::default()));
        assert_eq!(drain(&mut mixer, now), ["BEGIN_CALL_EVENT"]);
        assert_eq!(mixer.next_due(), Some(now + Duration::from_millis(100)));
    }
}

//! Calls as the world keeps them: legs and context data.

use std::time::{Duration, Instant};

use super::agent::AgentIx;
use crate::protocol::List;
use crate::protocol::masks::CallVariableMask;
use crate::protocol::values::{CallType, DeviceIdType, LineType, LocalConnectionState};
use crate::protocol::wire::{NamedArray, NamedVariable, Text};

/// Number of a call: ConnectionCallID.
pub type CallId = u32;

/// ConnectionCallID that names no call.
pub const NO_CALL: CallId = u32::MAX;

/// The state of one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegState {
    /// Off hook, dialling or hearing the ringing tone.
    Initiated,
    /// Rings here.
    Alerting,
    /// Talks.
    Connected,
    /// Holds the call.
    Held,
    /// Hears the busy or error tone.
    Failed,
}

impl LegState {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Alerting => "alerting",
            Self::Connected => "connected",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }

    pub(super) const fn on_wire(self) -> LocalConnectionState {
        match self {
            Self::Initiated => LocalConnectionState::INITIATE,
            Self::Alerting => LocalConnectionState::ALERTING,
            Self::Connected => LocalConnectionState::CONNECT,
            Self::Held => LocalConnectionState::HOLD,
            Self::Failed => LocalConnectionState::FAIL,
        }
    }
}

/// Who is at the end of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Party {
    /// A phone of the world with this agent signed in when the leg began.
    Agent(AgentIx),
    /// A phone of the world without an agent; nobody's events tell of it.
    Phone,
    /// Somebody outside.
    Outside,
    /// Somebody outside who withholds the number.
    Withheld,
    /// A dialled number of the router behind which callers wait.
    RoutePoint,
}

/// One connection of a call.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    /// ConnectionDeviceID, always of the static type: the extension, the number, or an invented id for withheld callers.
    pub(super) device: String,
    /// The extension or number; differs from the connection's id only where a number is in one call twice.
    pub(super) number: String,
    pub(super) party: Party,
    pub(super) state: LegState,
    /// The passive leg of an agent who is silently monitored.
    pub(super) is_monitored: bool,
    /// Ends the ringing or failing; matched against the timer that fires.
    pub(super) timer: u64,
}

impl Leg {
    pub(super) fn new(device: &str, party: Party, state: LegState) -> Self {
        Self { device: device.to_owned(), number: device.to_owned(), party, state, is_monitored: false, timer: 0 }
    }

    pub(super) const fn agent(&self) -> Option<AgentIx> {
        match self.party {
            Party::Agent(ix) => Some(ix),
            _ => None,
        }
    }

    pub(super) const fn is_outside(&self) -> bool {
        matches!(self.party, Party::Outside | Party::Withheld)
    }

    /// Type and id of the device as events give it; a withheld number has neither.
    pub(super) fn device_field(&self) -> (DeviceIdType, Option<Text<'static>>) {
        let kind = match self.party {
            Party::Agent(_) => DeviceIdType::AGENT_DEVICE,
            Party::Phone => DeviceIdType::DEVICE_IDENTIFIER,
            Party::Outside => DeviceIdType::EXTERNAL,
            Party::RoutePoint => DeviceIdType::ROUTE_POINT,
            Party::Withheld => return (DeviceIdType::NONE, None),
        };
        (kind, Some(Text::from(self.number.clone())))
    }
}

/// Where an inbound call is on its way to an agent.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// Waits at the voice response unit until this moment, unseen.
    Entering(Instant),
    /// Waits for an agent, unseen.
    Waiting,
    /// An agent was told of it, but it is still on its way; the number is the timer's.
    Announced(AgentIx, u64),
    /// Is with phones.
    Placed,
}

/// Whom the router may choose.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) agent: Option<AgentIx>,
    pub(super) group: Option<u32>,
    /// The agent who did not take the call last; somebody else is preferred.
    pub(super) not: Option<AgentIx>,
}

/// When AGENT_PRE_CALL_EVENT is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PreCall {
    /// Before BEGIN_CALL_EVENT, the usual case.
    #[default]
    Before,
    /// Behind CALL_DELIVERED_EVENT; the reference allows it.
    Late,
    /// Never.
    None,
    /// Announced, but the call never comes: AGENT_PRE_CALL_ABORT_EVENT.
    Abort,
}

/// Direction as the agents of the call see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// From outside to an agent.
    Inbound,
    /// From a phone of ours to the outside.
    Outbound,
    /// Between phones of ours.
    Internal,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) call_type: CallType,
    pub(super) origin: Origin,
    pub(super) data: CallData,
    pub(super) legs: Vec<Leg>,
    /// ConnectionDeviceID of who called.
    pub(super) calling: String,
    /// What was dialled, with its type.
    pub(super) called: (DeviceIdType, String),
    pub(super) last_redirect: Option<String>,
    pub(super) group: Option<u32>,
    pub(super) stage: Stage,
    pub(super) target: Target,
    pub(super) pre_call: PreCall,
    /// The original call of a consult call.
    pub(super) consult_of: Option<CallId>,
    /// Who made it a conference.
    pub(super) controller: Option<String>,
    /// The supervisor who barged in.
    pub(super) barged_in: Option<String>,
    /// The customer's call that this one listens to.
    pub(super) monitors: Option<CallId>,
    /// The network records every agent's line on it, without being asked.
    pub(super) is_recorded: bool,
    /// Whose lines are recorded now: connection device and InvocationType.
    pub(super) recorded: Vec<(String, Option<u16>)>,
    /// A call for help that becomes a conference as soon as it is answered.
    pub(super) joins: bool,
    /// How long it is on its way to the agent it was announced to.
    pub(super) travels: Duration,
    /// Matched against the timer of the far end that fires.
    pub(super) far_timer: u64,
    /// When somebody at this peripheral answered it first.
    pub(super) answered: Option<Instant>,
}

impl Call {
    pub(super) fn leg(&self, device: &str) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.device == device)
    }

    pub(super) fn leg_mut(&mut self, device: &str) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.device == device)
    }

    /// The legs of phones of this world.
    pub(super) fn agents(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.agent().is_some())
    }

    pub(super) fn calling_field(&self) -> (DeviceIdType, Option<Text<'static>>) {
        match self.leg(&self.calling) {
            Some(leg) => leg.device_field(),
            None if self.calling.is_empty() => (DeviceIdType::NONE, None),
            None => (DeviceIdType::DEVICE_IDENTIFIER, Some(Text::from(self.calling.clone()))),
        }
    }

    pub(super) fn called_field(&self) -> (DeviceIdType, Option<Text<'static>>) {
        if self.called.1.is_empty() { (DeviceIdType::NONE, None) } else { (self.called.0, Some(Text::from(self.called.1.clone()))) }
    }

    pub(super) fn redirect_field(&self) -> (DeviceIdType, Option<Text<'static>>) {
        match &self.last_redirect {
            Some(device) => (DeviceIdType::AGENT_DEVICE, Some(Text::from(device.clone()))),
            None => (DeviceIdType::NONE, None),
        }
    }

    pub(super) const fn line_type(&self) -> LineType {
        match (self.origin, self.monitors) {
            (_, Some(_)) => LineType::SILENT_MONITOR,
            (Origin::Inbound, _) => LineType::INBOUND_ACD,
            (Origin::Outbound, _) => LineType::OUTBOUND,
            (Origin::Internal, _) => LineType::INSIDE,
        }
    }

    /// Devices of agents that see the call, for sessions that watch one device.
    pub(super) fn audience(&self) -> Vec<String> {
        self.agents().map(|leg| leg.device.clone()).collect()
    }
}

/// The context of a call: what the reference calls call variables and what belongs to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallData {
    /// The caller's number; absent when withheld.
    pub ani: Option<String>,
    /// Number the network dialled.
    pub dnis: Option<String>,
    /// Number the caller dialled, as the router knows it.
    pub dialed_number: Option<String>,
    /// Digits entered at the voice response unit.
    pub entered_digits: Option<String>,
    /// User-to-user information, raw.
    pub user_to_user: Option<Vec<u8>>,
    /// Call variables 1 to 10.
    pub variables: [Option<String>; 10],
    /// CallWrapupData.
    pub wrapup: Option<String>,
    /// ECC scalars in the order in which they were set.
    pub named: Vec<(String, String)>,
    /// ECC array elements: index, name, value.
    pub arrays: Vec<(u8, String, String)>,
    /// RouterCallKeyDay, RouterCallKeyCallID, RouterCallKeySequenceNumber.
    pub router_key: Option<(u32, u32, u32)>,
}

impl CallData {
    /// Sets or replaces one ECC scalar.
    pub fn set_named(&mut self, name: &str, value: &str) {
        match self.named.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.named.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Sets or replaces one element of an ECC array.
    pub fn set_array(&mut self, index: u8, name: &str, value: &str) {
        match self.arrays.iter_mut().find(|(i, known, _)| *i == index && known == name) {
            Some((_, _, old)) => value.clone_into(old),
            None => self.arrays.push((index, name.to_owned(), value.to_owned())),
        }
    }

    /// Bytes of all ECC data as it would stand in a message; the reference allows 2,000.
    pub fn ecc_len(&self) -> usize {
        let scalars: usize = self.named.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        let arrays: usize = self.arrays.iter().map(|(_, name, value)| name.len() + value.len() + 3).sum();
        scalars + arrays
    }

    pub(super) fn named_variables(&self) -> List<'static, NamedVariable<'static>> {
        let entry = |(name, value): &(String, String)| NamedVariable { name: name.clone().into(), value: value.clone().into() };
        self.named.iter().map(entry).collect()
    }

    pub(super) fn named_arrays(&self) -> List<'static, NamedArray<'static>> {
        let entry = |(index, name, value): &(u8, String, String)| NamedArray {
            index: *index,
            name: name.clone().into(),
            value: value.clone().into(),
        };
        self.arrays.iter().map(entry).collect()
    }

    pub(super) fn variable(&self, number: usize) -> Option<Text<'static>> {
        self.variables.get(number.checked_sub(1)?)?.clone().map(Text::from)
    }
}

/// Owned text for a message field.
pub(super) fn text(value: &Option<String>) -> Option<Text<'static>> {
    value.clone().map(Text::from)
}

/// Fills CallVariable1 to CallVariable10 of a message.
macro_rules! fill_variables {
    ($message:ident, $data:expr) => {{
        let data = $data;
        $message.call_variable1 = data.variable(1);
        $message.call_variable2 = data.variable(2);
        $message.call_variable3 = data.variable(3);
        $message.call_variable4 = data.variable(4);
        $message.call_variable5 = data.variable(5);
        $message.call_variable6 = data.variable(6);
        $message.call_variable7 = data.variable(7);
        $message.call_variable8 = data.variable(8);
        $message.call_variable9 = data.variable(9);
        $message.call_variable10 = data.variable(10);
        $message.named_variables = data.named_variables();
        $message.named_arrays = data.named_arrays();
    }};
}

/// CallVariable1 to CallVariable10 of a message, in order.
macro_rules! variables_of {
    ($message:expr) => {
        [
            $message.call_variable1.as_deref(),
            $message.call_variable2.as_deref(),
            $message.call_variable3.as_deref(),
            $message.call_variable4.as_deref(),
            $message.call_variable5.as_deref(),
            $message.call_variable6.as_deref(),
            $message.call_variable7.as_deref(),
            $message.call_variable8.as_deref(),
            $message.call_variable9.as_deref(),
            $message.call_variable10.as_deref(),
        ]
    };
}
pub(super) use {fill_variables, variables_of};

/// What a session registered for; by default everything.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) struct VariableFilter {
    pub(in crate::simulator) variables: CallVariableMask,
    pub(in crate::simulator) names: Vec<String>,
}

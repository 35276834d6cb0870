//! The words of the domain: who and what the engine speaks about, without a trace of wire or JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::protocol::values::{AgentState, CallType, EventCause};

/// A short text that usually needs no memory of its own: ids, numbers, names.
pub type Name = CompactString;

/// The agent's id on the peripheral (AgentID of the CTI Server, not the ICM skill target id).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub Name);

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for AgentId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

/// One contact of one agent, kept through holds, transfers in and side switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InteractionId(pub u64);

/// `OM` and eighteen digits.
impl fmt::Display for InteractionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OM{:018}", self.0)
    }
}

/// One leg of an interaction.
pub type ConversationId = Uuid;

/// ConnectionCallID of the CTI Server.
pub type CallId = u32;

/// Who called whom, as the desktop's user sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Direction {
    /// Somebody outside called.
    Inbound,
    /// The agent called somebody outside.
    Outbound,
    /// Agent to agent, on both desktops.
    Internal,
}

impl Direction {
    /// All directions.
    pub const ALL: [Self; 3] = [Self::Inbound, Self::Outbound, Self::Internal];
}

/// Whether the agent's phone is in use by a logged-in agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelState {
    /// Nobody is logged in there, or the phone cannot be used: [`Outage`].
    Inactive,
    /// The agent is logged in.
    Active,
}

/// Why a phone cannot be used, whoever is logged in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outage {
    /// The CTI Server did not grant what is needed to see and control phones (OPEN_CONF, ServicesGranted).
    NotGranted,
    /// The CTI Server lost the Peripheral Gateway (SYSTEM_EVENT 6 or PGStatus).
    Gateway,
    /// The peripheral is off line (SYSTEM_EVENT 4).
    Peripheral,
    /// The phone was taken out of service (SYSTEM_EVENT 10).
    Instrument,
}

impl Outage {
    /// The surfaces' word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotGranted => "NOT_GRANTED",
            Self::Gateway => "GATEWAY_OFFLINE",
            Self::Peripheral => "PERIPHERAL_OFFLINE",
            Self::Instrument => "INSTRUMENT_OUT_OF_SERVICE",
        }
    }
}

/// Life of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InteractionState {
    /// Offered to the agent.
    Alerting,
    /// The agent is dialling.
    Dialing,
    /// The agent talks, or has talked and holds.
    Started,
    /// No leg is left; after-call work.
    Ended,
    /// Nothing is left to do; the object is about to go.
    Completed,
}

/// Life of one leg, seen from the agent's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConversationState {
    /// On its way out.
    Dialing,
    /// Ringing here.
    Alerting,
    /// Talking.
    Connected,
    /// On hold by this agent.
    Held,
    /// Gone.
    Ended,
}

/// Words that the desktop's messages use for a state.
pub trait StateWord: Copy + PartialEq + 'static {
    /// All states.
    const ALL: &'static [Self];

    /// The word.
    fn word(self) -> &'static str;
}

macro_rules! state_words {
    ($($type:ident { $($variant:ident = $word:literal),* })*) => { $(
        impl StateWord for $type {
            const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }
    )* };
}
state_words! {
    ChannelState { Inactive = "INACTIVE", Active = "ACTIVE" }
    InteractionState { Alerting = "ALERTING", Dialing = "DIALING", Started = "STARTED", Ended = "ENDED", Completed = "COMPLETED" }
    ConversationState { Dialing = "DIALING", Alerting = "ALERTING", Connected = "CONNECTED", Held = "HELD", Ended = "ENDED" }
}

/// The first leg of an interaction, or the one that asks a colleague meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The contact itself.
    Primary,
    /// A consultation beside it.
    Consult,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 2] = [Self::Primary, Self::Consult];

    /// The desktop's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Consult => "consult",
        }
    }
}

/// A party of a conversation other than, or including, the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The party's address; unique within the conversation. Empty for a caller who withholds the number.
    pub id: Name,
    /// The number to show.
    pub number: Name,
    /// The name, where the party is a known agent.
    pub name: Option<Name>,
    /// Whose extension the number is, where an agent was seen on it.
    pub agent: Option<AgentId>,
    /// Whether it is the desktop's own agent.
    pub is_self: bool,
}

/// What is known of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentInfo {
    /// Id on the peripheral.
    pub id: AgentId,
    /// State on the ACD.
    pub state: AgentState,
    /// Reason of NOT_READY or LOGOUT, if one was given.
    pub reason: Option<u16>,
    /// The state that will follow the present one by itself (NextAgentState).
    pub pending: Option<AgentState>,
    /// The reason given for that state, where it was asked for here.
    pub pending_reason: Option<u16>,
    /// Since when the agent has been in that state.
    pub since: Timestamp,
    /// When after-call work ends by itself (WorkModeTimer of the desk settings).
    pub until: Option<Timestamp>,
    /// The state was found, not seen to begin: `since` is when it was found.
    pub since_is_estimated: bool,
    /// Skill groups by number (SkillGroupNumber), rising.
    pub skill_groups: Arc<[u32]>,
    /// Seconds a call rings before it is taken away (RingNoAnswerTime of the desk settings), once known.
    pub ring_time: Option<u32>,
}

/// What is known of an agent's phone as a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelInfo {
    /// The extension, which is also the instrument.
    pub extension: Name,
    /// In use or not.
    pub state: ChannelState,
    /// Whether the agent can get a routed call now.
    pub available: bool,
    /// Why the phone cannot be used, if so.
    pub outage: Option<Outage>,
}

/// The number the router gave a contact for one day; the same on all peripherals and legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct RouterCallKey {
    /// RouterCallKeyDay.
    pub day: u32,
    /// RouterCallKeyCallID.
    pub call_id: u32,
    /// RouterCallKeySequenceNumber.
    pub sequence: u32,
}

/// The CRM record an agent clicked to dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClickToDial {
    /// Record id.
    pub crm_id: Name,
    /// Record type.
    pub record_type: Option<Name>,
}

/// An ECC variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EccValue {
    /// A single value.
    Scalar(Name),
    /// Elements by index.
    Array(BTreeMap<u8, Name>),
}

/// Everything known of a contact's call data at one moment, seen from one agent. The surfaces turn it into their words:
/// `interactiondata`, bsCallSession parameters, history fields. Empty texts are values; absent ones are `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// CallType of the call.
    pub call_type: CallType,
    /// Who called whom; [`Direction::Internal`] for both sides of an agent-to-agent call.
    pub direction: Direction,
    /// Whether this agent placed the call.
    pub is_originator: bool,
    /// The agent's own extension.
    pub extension: Name,
    /// ANI.
    pub ani: Option<Name>,
    /// DNIS.
    pub dnis: Option<Name>,
    /// DialedNumber.
    pub dialed_number: Option<Name>,
    /// CustomerPhoneNumber: whom a campaign dialled.
    pub customer_number: Option<Name>,
    /// CallingDeviceID.
    pub calling_device: Option<Name>,
    /// CalledDeviceID.
    pub called_device: Option<Name>,
    /// The number that the agent's dial command asked for.
    pub dial_request: Option<Name>,
    /// The record that the agent's dial command named.
    pub click_to_dial: Option<ClickToDial>,
    /// The router's key.
    pub router_key: Option<RouterCallKey>,
    /// SkillGroupID of the queue.
    pub skill_group_id: Option<u32>,
    /// SkillGroupNumber of the queue.
    pub skill_group_number: Option<u32>,
    /// The queue's name by the CTI Server's configuration.
    pub queue_name: Option<Name>,
    /// Media routing domain, where the router told it.
    pub mrd_id: Option<u32>,
    /// CallVariable1 to CallVariable10.
    pub call_variables: [Option<Name>; 10],
    /// CallWrapupData.
    pub wrapup: Option<Name>,
    /// CallerEnteredDigits.
    pub entered_digits: Option<Name>,
    /// ECC variables by name as on the wire.
    pub ecc: BTreeMap<Name, EccValue>,
    /// Keys that a desktop set and no CTI field holds.
    pub local: BTreeMap<Name, Name>,
    /// Parties other than this agent; a far end that has not answered counts as one.
    pub remote_parties: usize,
    /// Whether this picture was rebuilt from snapshots.
    pub is_recovered: bool,
    /// PeripheralID and ConnectionCallID of the call that began it; they stay, whatever call it goes on as.
    pub first_call: Option<(u32, CallId)>,
}

bitflags::bitflags! {
    /// What is possible now, as hints for buttons. Names as the desktop writes them: [`Capabilities::words`].
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Capabilities: u64 {
        /// Log in.
        const CHANNEL_ACTIVATE = 1 << 0;
        /// Log out.
        const CHANNEL_DEACTIVATE = 1 << 1;
        /// Go ready.
        const CHANNEL_READY = 1 << 2;
        /// Go not ready.
        const CHANNEL_NOTREADY = 1 << 3;
        /// Ask for after-call work.
        const CHANNEL_WORK = 1 << 4;
        /// Place a call.
        const CHANNEL_DIAL = 1 << 5;
        /// Ask for the list of dispositions.
        const CHANNEL_EXTERNALDISPOSITIONS = 1 << 6;
        /// Take an offered contact.
        const INTERACTION_ACCEPT = 1 << 16;
        /// Refuse an offered contact.
        const INTERACTION_REJECT = 1 << 17;
        /// Change call data.
        const INTERACTION_SETINTERACTIONDATA = 1 << 18;
        /// Set the disposition.
        const INTERACTION_SETDISPOSITION = 1 << 19;
        /// Finish.
        const INTERACTION_COMPLETE = 1 << 20;
        /// Call a colleague meanwhile.
        const INTERACTION_CONSULT = 1 << 21;
        /// Swap the two legs.
        const INTERACTION_ALTERNATE = 1 << 22;
        /// Drop the consult leg.
        const INTERACTION_RECONNECT = 1 << 23;
        /// Hand the contact over to the consulted party.
        const INTERACTION_CONSULTTRANSFER = 1 << 24;
        /// Join the two legs.
        const INTERACTION_CONSULTCONFERENCE = 1 << 25;
        /// Start a recording.
        const INTERACTION_RECORDING_START = 1 << 26;
        /// Stop a recording.
        const INTERACTION_RECORDING_STOP = 1 << 27;
        /// Answer.
        const CONVERSATION_ANSWER = 1 << 32;
        /// Hang up.
        const CONVERSATION_RELEASE = 1 << 33;
        /// Hold.
        const CONVERSATION_HOLD = 1 << 34;
        /// Take back from hold.
        const CONVERSATION_RETRIEVE = 1 << 35;
        /// Transfer without asking first.
        const CONVERSATION_TRANSFER = 1 << 36;
        /// Add a party without asking first.
        const CONVERSATION_CONFERENCE = 1 << 37;
        /// Send tones.
        const CONVERSATION_SENDDTMF = 1 << 38;
        /// Send an alerting call elsewhere.
        const CONVERSATION_DEFLECT = 1 << 39;
    }
}

impl Capabilities {
    /// The desktop's words for the capabilities of this set, in the order of their declaration.
    pub fn words(self) -> impl Iterator<Item = String> {
        self.iter_names().map(|(name, _)| {
            let (object, verb) = name.split_once('_').unwrap_or((name, ""));
            let verb = verb.strip_prefix("RECORDING_").map_or_else(|| verb.to_owned(), |verb| format!("recording.{verb}"));
            format!("{object}.{verb}").to_lowercase()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_have_the_desktops_spelling() {
        let words: Vec<_> = (Capabilities::CHANNEL_NOTREADY | Capabilities::INTERACTION_RECORDING_STOP).words().collect();
        assert_eq!(words, ["channel.notready", "interaction.recording.stop"]);
    }
}

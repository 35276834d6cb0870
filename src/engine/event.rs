//! What the engine tells the surfaces, one agent at a time and in order.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;

use super::model::{
    AgentInfo, CallId, Capabilities, ChannelInfo, ChannelState, Contact, ConversationId, ConversationState, Direction, EventCause,
    InteractionId, InteractionState, Member, Name, Role,
};
use super::statistics::Statistics;
use super::user_message::UserMessage;

/// A state that changed, or capabilities that changed within a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateChange<S> {
    /// The state before; `None` for a new object.
    pub previous: Option<S>,
    /// The state now.
    pub current: S,
    /// What became possible.
    pub enabled: Capabilities,
    /// What is not possible any more.
    pub disabled: Capabilities,
    /// Since when the object has been in the state it is in now.
    pub since: Timestamp,
}

/// Why an interaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Somebody hung up.
    Released,
    /// The agent refused it.
    Rejected,
    /// The agent handed it over.
    Transferred,
    /// The agent did not answer.
    NoAnswer,
    /// It could not be connected.
    Failed,
}

impl EndReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [Self::Released, Self::Rejected, Self::Transferred, Self::NoAnswer, Self::Failed];

    /// The desktop's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Released => "RELEASED",
            Self::Rejected => "REJECTED",
            Self::Transferred => "TRANSFERRED",
            Self::NoAnswer => "NO_ANSWER",
            Self::Failed => "FAILED",
        }
    }
}

/// What more is known of an interaction's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// EventCause of the CTI Server.
    Cti(EventCause),
    /// Nobody saw it end: it was gone when the connection to the CTI Server, or the peripheral, was back.
    LostInFailover,
}

impl EndCause {
    /// EventCause, unless it says nothing (CEC_NONE).
    pub fn of(cause: EventCause) -> Option<Self> {
        (cause.0 != 0xffff).then_some(Self::Cti(cause))
    }

    /// The surfaces' word: the reference's name, or its number where it has none.
    pub fn word(self) -> Cow<'static, str> {
        match self {
            Self::Cti(cause) => cause.name().map_or_else(|| cause.0.to_string().into(), Cow::from),
            Self::LostInFailover => "lost in failover".into(),
        }
    }
}

/// Who let go of the last leg (ReleasingDeviceID); unknown where no event told the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleasedBy {
    /// The agent's own phone.
    Agent,
    /// Anybody else.
    Other,
}

impl ReleasedBy {
    /// The desktop's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Other => "other",
        }
    }
}

/// Whether a recording runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recording {
    /// No recording.
    #[default]
    Off,
    /// A recording runs.
    On,
}

/// One thing that happened for one agent. Within an agent the order is the order of the CTI stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the members are the documentation
pub enum Event {
    /// The agent's state or the channel's availability changed.
    ChannelInfo { channel: ChannelInfo, agent: AgentInfo },
    /// The channel's state or capabilities changed.
    ChannelState(StateChange<ChannelState>),
    /// A contact appeared.
    InteractionCreated { interaction: InteractionId, direction: Direction },
    /// A contact's state or capabilities changed.
    InteractionState { interaction: InteractionId, change: StateChange<InteractionState>, recording: Recording },
    /// A leg appeared.
    ConversationCreated { interaction: InteractionId, conversation: ConversationId, role: Role, direction: Direction, call_id: CallId },
    /// A leg's state or capabilities changed.
    ConversationState { interaction: InteractionId, conversation: ConversationId, change: StateChange<ConversationState> },
    /// A party joined.
    MemberAdded { interaction: InteractionId, conversation: ConversationId, member: Member },
    /// A party left while others stay.
    MemberRemoved { interaction: InteractionId, conversation: ConversationId, member: Name },
    /// The first parties of a leg are known.
    ConversationInitialized { interaction: InteractionId, conversation: ConversationId },
    /// The leg goes on under another call id.
    ConversationInfo { interaction: InteractionId, conversation: ConversationId, call_id: CallId },
    /// The leg is gone.
    ConversationDisposed { interaction: InteractionId, conversation: ConversationId },
    /// Call data changed; before is `None` when the contact is new.
    DataChanged { interaction: InteractionId, before: Option<Arc<Contact>>, after: Arc<Contact> },
    /// The contact is offered. The first of these freezes the CRM parameters.
    Preview { interaction: InteractionId, contact: Arc<Contact> },
    /// The contact was taken.
    Screenpop { interaction: InteractionId, contact: Arc<Contact> },
    /// Everything known was told.
    InteractionInitialized { interaction: InteractionId },
    /// The leg that the agent talks on changed.
    FocusChanged { interaction: InteractionId, focus: Option<(ConversationId, Role)> },
    /// The last leg is gone.
    InteractionEnded { interaction: InteractionId, reason: EndReason, cause: Option<EndCause>, released_by: Option<ReleasedBy> },
    /// No work is left.
    InteractionComplete { interaction: InteractionId, disposition: Option<Name>, disposition_id: Option<i64>, auto: bool },
    /// The contact's object is gone.
    InteractionDisposed { interaction: InteractionId },
    /// Statistics that were asked for.
    Statistics(Arc<Statistics>),
    /// Somebody sent a text.
    Message(UserMessage),
}

impl Event {
    /// The interaction the event is about, if any.
    pub fn interaction(&self) -> Option<InteractionId> {
        match *self {
            Self::ChannelInfo { .. } | Self::ChannelState(_) | Self::Statistics(_) | Self::Message(_) => None,
            Self::InteractionCreated { interaction, .. }
            | Self::InteractionState { interaction, .. }
            | Self::ConversationCreated { interaction, .. }
            | Self::ConversationState { interaction, .. }
            | Self::MemberAdded { interaction, .. }
            | Self::MemberRemoved { interaction, .. }
            | Self::ConversationInitialized { interaction, .. }
            | Self::ConversationInfo { interaction, .. }
            | Self::ConversationDisposed { interaction, .. }
            | Self::DataChanged { interaction, .. }
            | Self::Preview { interaction, .. }
            | Self::Screenpop { interaction, .. }
            | Self::InteractionInitialized { interaction }
            | Self::FocusChanged { interaction, .. }
            | Self::InteractionEnded { interaction, .. }
            | Self::InteractionComplete { interaction, .. }
            | Self::InteractionDisposed { interaction } => Some(interaction),
        }
    }

    /// The conversation the event is about, if any.
    pub fn conversation(&self) -> Option<ConversationId> {
        match *self {
            Self::ConversationCreated { conversation, .. }
            | Self::ConversationState { conversation, .. }
            | Self::MemberAdded { conversation, .. }
            | Self::MemberRemoved { conversation, .. }
            | Self::ConversationInitialized { conversation, .. }
            | Self::ConversationInfo { conversation, .. }
            | Self::ConversationDisposed { conversation, .. } => Some(conversation),
            _ => None,
        }
    }
}

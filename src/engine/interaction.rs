//! Interactions and their conversations: the contact as the agent's desktop sees it.
//!
//! ```text
//! (new) ─ rings here ─▶ ALERTING ─ answered ─▶ STARTED ─ last leg gone ─▶ ENDED ─ completed ─▶ COMPLETED, disposed
//! (new) ─ dials ──────▶ DIALING ── answered ──▶ STARTED
//! ALERTING, DIALING ─ cleared, failed, refused ──────────────────────────▶ ENDED
//! ```

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::RequestId;
use super::call::CallKey;
use super::event::{EndReason, Recording};
use super::hand_over::HandOver;
use super::model::{
    AgentId, CallId, CallType, Capabilities, ClickToDial, Contact, ConversationId, ConversationState, Direction, InteractionId,
    InteractionState, Member, Name, Role,
};
use crate::protocol::values::ConnectionDeviceIdType;

/// One leg.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    pub(super) id: ConversationId,
    pub(super) role: Role,
    pub(super) state: ConversationState,
    pub(super) since: Timestamp,
    pub(super) direction: Direction,
    pub(super) call: CallKey,
    pub(super) call_id: CallId,
    pub(super) id_type: ConnectionDeviceIdType,
    pub(super) device: Name,
    pub(super) members: Vec<Member>,
    pub(super) capabilities: Capabilities,
    /// A command of ours will end it: why that will be.
    pub(super) expected_end: Option<EndReason>,
}

impl Conversation {
    pub(super) fn capabilities_now(&self, is_alone: bool, other_is_connected: bool, is_listening: bool, can_add: bool) -> Capabilities {
        use Capabilities as C;
        match self.state {
            ConversationState::Connected if is_listening => C::CONVERSATION_RELEASE,
            ConversationState::Alerting => C::CONVERSATION_ANSWER | C::CONVERSATION_RELEASE,
            ConversationState::Dialing => C::CONVERSATION_RELEASE,
            ConversationState::Connected if is_alone => {
                let conference = if can_add { C::CONVERSATION_CONFERENCE } else { C::empty() };
                C::CONVERSATION_RELEASE | C::CONVERSATION_HOLD | C::CONVERSATION_SENDDTMF | C::CONVERSATION_TRANSFER | conference
            }
            ConversationState::Connected => C::CONVERSATION_RELEASE | C::CONVERSATION_HOLD | C::CONVERSATION_SENDDTMF,
            ConversationState::Held if other_is_connected => C::CONVERSATION_RELEASE,
            ConversationState::Held => C::CONVERSATION_RETRIEVE | C::CONVERSATION_RELEASE,
            ConversationState::Ended => C::empty(),
        }
    }
}

/// The wire name that call data requests need after the last leg is gone.
#[derive(Clone, Debug)]
pub(super) struct LastConnection {
    pub(super) peripheral: u32,
    pub(super) call_id: CallId,
    pub(super) id_type: ConnectionDeviceIdType,
    pub(super) device: Name,
    pub(super) call_type: CallType,
}

/// Whose call a supervisor takes part in.
#[derive(Clone, Debug)]
pub(super) struct Supervised {
    /// The colleague, as the supervisor sees the party.
    pub(super) number: Name,
    /// The supervisor only listens; otherwise has joined in.
    pub(super) is_silent: bool,
}

/// Until when a change of the focus is not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FocusHold {
    /// It is told at once.
    #[default]
    None,
    /// A consultation is given up: until the first leg talks again.
    UntilTalking,
    /// Two legs become one: until the parties of the one were told.
    UntilMerged,
}

/// One contact of one agent.
#[derive(Debug)]
pub(super) struct Interaction {
    pub(super) id: InteractionId,
    pub(super) agent: AgentId,
    pub(super) state: InteractionState,
    pub(super) since: Timestamp,
    pub(super) direction: Direction,
    pub(super) is_originator: bool,
    pub(super) primary: Option<Conversation>,
    pub(super) consult: Option<Conversation>,
    /// The leg told last as the one the agent talks on.
    pub(super) focus: Option<(ConversationId, Role)>,
    /// The focus is about to move: desktops hear of it at the end of what moves it.
    pub(super) focus_hold: FocusHold,
    pub(super) contact: Arc<Contact>,
    pub(super) last: LastConnection,
    pub(super) capabilities: Capabilities,
    pub(super) recording: Recording,
    /// Until when data, preview and initialized wait for the pre-call; `None` once they were told.
    pub(super) waits_until: Option<Instant>,
    pub(super) was_started: bool,
    /// A desktop asked to answer it.
    pub(super) was_asked_to_answer: bool,
    /// The screen pop was told.
    pub(super) is_popped: bool,
    /// The request whose answer blocks other commands.
    pub(super) busy: Option<RequestId>,
    pub(super) disposition: Option<(Option<i64>, Name)>,
    /// What the agent wrote at completion.
    pub(super) notes: Option<Box<str>>,
    /// A transfer in two steps waits for its target.
    pub(super) hand_over: Option<HandOver>,
    /// A wrap-up value of ours whose echo is not news.
    pub(super) silent_wrapup: Option<Name>,
    /// The agent was in after-call work since this contact began.
    pub(super) saw_work: bool,
    /// The agent left after-call work before the last leg was reported gone.
    pub(super) completes_at_end: bool,
    pub(super) dial_request: Option<Name>,
    pub(super) click_to_dial: Option<ClickToDial>,
    pub(super) is_recovered: bool,
    /// A supervisor's part in a colleague's call.
    pub(super) supervised: Option<Supervised>,
}

impl Interaction {
    pub(super) fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.primary.iter().chain(&self.consult)
    }

    pub(super) fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations().find(|conversation| conversation.id == id)
    }

    pub(super) fn conversation_mut(&mut self, id: ConversationId) -> Option<&mut Conversation> {
        self.primary.iter_mut().chain(&mut self.consult).find(|conversation| conversation.id == id)
    }

    pub(super) fn take_conversation(&mut self, id: ConversationId) -> Option<Conversation> {
        for slot in [&mut self.consult, &mut self.primary] {
            if slot.as_ref().is_some_and(|conversation| conversation.id == id) {
                return slot.take();
            }
        }
        None
    }

    /// A supervisor listens to a colleague's call and nothing else.
    pub(super) fn is_listening(&self) -> bool {
        self.supervised.as_ref().is_some_and(|supervised| supervised.is_silent)
    }

    /// Alerting, dialling or started.
    pub(super) const fn is_live(&self) -> bool {
        matches!(self.state, InteractionState::Alerting | InteractionState::Dialing | InteractionState::Started)
    }

    pub(super) fn capabilities_now(&self) -> Capabilities {
        use Capabilities as C;
        match self.state {
            InteractionState::Alerting => C::INTERACTION_ACCEPT | C::INTERACTION_REJECT | C::INTERACTION_SETINTERACTIONDATA,
            InteractionState::Dialing => C::INTERACTION_SETINTERACTIONDATA,
            InteractionState::Started if self.is_listening() => C::INTERACTION_SETINTERACTIONDATA,
            InteractionState::Started => {
                let recording =
                    if self.recording == Recording::On { C::INTERACTION_RECORDING_STOP } else { C::INTERACTION_RECORDING_START };
                C::INTERACTION_SETINTERACTIONDATA | C::INTERACTION_SETDISPOSITION | recording | self.consult_capabilities()
            }
            InteractionState::Ended => C::INTERACTION_SETINTERACTIONDATA | C::INTERACTION_SETDISPOSITION | C::INTERACTION_COMPLETE,
            InteractionState::Completed => C::empty(),
        }
    }

    /// What can be done about a consultation. A Unified CCE peripheral completes one only while the consult leg is talking.
    fn consult_capabilities(&self) -> Capabilities {
        use Capabilities as C;
        use ConversationState as S;
        match (self.primary.as_ref().map(|leg| leg.state), self.consult.as_ref().map(|leg| leg.state)) {
            (Some(S::Connected), None) => C::INTERACTION_CONSULT,
            (Some(S::Held), Some(S::Dialing | S::Alerting)) => C::INTERACTION_RECONNECT,
            (Some(S::Held), Some(S::Connected)) => {
                C::INTERACTION_ALTERNATE | C::INTERACTION_RECONNECT | C::INTERACTION_CONSULTTRANSFER | C::INTERACTION_CONSULTCONFERENCE
            }
            (Some(S::Connected), Some(S::Held)) => C::INTERACTION_ALTERNATE,
            _ => C::empty(),
        }
    }

    /// The leg that the agent talks on, or is calling a colleague on; between two legs that are both held it stays.
    pub(super) fn focus_now(&self) -> Option<(ConversationId, Role)> {
        let talking = self.conversations().find(|leg| leg.state == ConversationState::Connected);
        let calling = self.consult.as_ref().filter(|leg| leg.state != ConversationState::Held);
        let before = || self.focus.and_then(|(id, _)| self.conversation(id));
        talking.or(calling).or_else(before).or(self.primary.as_ref()).map(|leg| (leg.id, leg.role))
    }
}

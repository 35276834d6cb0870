//! Requests under way: what each is for, which event proves its effect, and what becomes of its command.
//!
//! A command is answered at the first of its confirmation and the event that proves its effect; after that the request
//! only waits for its answer to be ignored.

use std::time::Instant;

use super::command::{CommandId, Dial, Failure, FailureCode, NeedInfo, Reply};
use super::configuration::ConfigQuestion;
use super::hand_over::OneStep;
use super::interaction::FocusHold;
use super::model::{AgentId, AgentState, ConversationId, InteractionId, Name};
use super::note::Note;
use super::resync::Query;
use super::statistics::Scope;
use super::user_message::Outgoing;
use super::{Answer, Engine, Output, RequestId, Timer, UNSETTLED_WAIT};
use crate::protocol::Message;
use crate::protocol::values::{ControlFailureCode, StatusCode};

/// What a request is for.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// Finding out, after a (re)connect or for a new agent.
    Query(Query),
    /// Names of agents and queues.
    Configuration(ConfigQuestion),
    Login,
    /// Not ready, so that the logout with this reason can follow.
    NotReadyForLogout {
        reason: Option<u16>,
    },
    Logout {
        reason: Option<u16>,
    },
    State {
        wanted: AgentState,
        reason: Option<u16>,
    },
    Dial(Dial),
    Answer(InteractionId, ConversationId),
    Release(InteractionId, ConversationId),
    Hold(InteractionId, ConversationId),
    Retrieve(InteractionId, ConversationId),
    /// With the number called.
    Consult(InteractionId, Name),
    /// Swapping: the leg that will talk.
    Alternate(InteractionId, ConversationId),
    /// The consult leg that will end.
    Reconnect(InteractionId, ConversationId),
    /// Completing a consultation, or a blind transfer: the leg that will end.
    Transfer(InteractionId, ConversationId),
    /// Completing a consultation whose target only rings; refused, it is tried again when that has answered, up to here.
    TransferRinging {
        interaction: InteractionId,
        leg: ConversationId,
        deadline: Instant,
    },
    /// What the device does in one step, asked before the first time that this matters.
    Setup {
        interaction: InteractionId,
        leg: ConversationId,
        destination: Name,
        step: OneStep,
    },
    /// A conference in one step.
    AddParty(InteractionId),
    Conference(InteractionId, ConversationId),
    Dtmf(InteractionId),
    Record(InteractionId, bool),
    /// Help for a contact: assist, emergency, a bad line.
    Help(InteractionId),
    /// Supervision, where everything else comes as calls of its own.
    Supervise,
    /// Figures for everybody who asked.
    Statistics(Scope),
    /// A text.
    Message(Outgoing),
    /// Is there such a phone?
    Device,
    SetData(InteractionId),
    SetDisposition(InteractionId, Name),
    /// The wrap-up reason of a completion.
    WrapUp {
        interaction: InteractionId,
        id: i64,
        name: Name,
        notes: Option<Box<str>>,
    },
    /// RELEASE_CALL: the call's record may be closed.
    Finish {
        interaction: InteractionId,
    },
}

impl Purpose {
    pub(super) const fn interaction(&self) -> Option<InteractionId> {
        match self {
            Self::Answer(id, _)
            | Self::Release(id, _)
            | Self::Hold(id, _)
            | Self::Retrieve(id, _)
            | Self::Consult(id, _)
            | Self::Alternate(id, _)
            | Self::Reconnect(id, _)
            | Self::Transfer(id, _)
            | Self::Conference(id, _)
            | Self::Dtmf(id)
            | Self::Record(id, _)
            | Self::Help(id)
            | Self::SetData(id)
            | Self::SetDisposition(id, _)
            | Self::WrapUp { interaction: id, .. }
            | Self::TransferRinging { interaction: id, .. }
            | Self::Setup { interaction: id, .. }
            | Self::AddParty(id)
            | Self::Finish { interaction: id } => Some(*id),
            _ => None,
        }
    }
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Pending {
    /// The command it serves, until that is answered.
    pub(super) command: Option<CommandId>,
    pub(super) agent: AgentId,
    pub(super) purpose: Purpose,
}

/// A command whose request was lost with the session.
#[derive(Debug)]
pub(super) struct Unsettled {
    command: CommandId,
    agent: AgentId,
    interaction: Option<InteractionId>,
}

/// What an event shows to be true.
#[derive(Debug)]
pub(super) enum Proof {
    State { state: AgentState, next: Option<AgentState> },
    Connected(ConversationId),
    Held(ConversationId),
    Ended(ConversationId),
    Data(InteractionId),
    Consulting(InteractionId),
}

impl Proof {
    fn proves(&self, purpose: &Purpose) -> bool {
        match (self, purpose) {
            (Self::State { state, .. }, Purpose::Login) => *state != AgentState::LOGOUT,
            (Self::State { state, .. }, Purpose::Logout { .. }) => *state == AgentState::LOGOUT,
            (Self::State { state, next }, Purpose::State { wanted, .. }) => state == wanted || *next == Some(*wanted),
            (Self::Connected(leg), Purpose::Answer(_, other) | Purpose::Retrieve(_, other) | Purpose::Alternate(_, other))
            | (Self::Held(leg), Purpose::Hold(_, other))
            | (
                Self::Ended(leg),
                Purpose::Release(_, other)
                | Purpose::Reconnect(_, other)
                | Purpose::Transfer(_, other)
                | Purpose::TransferRinging { leg: other, .. }
                | Purpose::Conference(_, other),
            ) => leg == other,
            (Self::Data(id), Purpose::SetData(other)) | (Self::Consulting(id), Purpose::Consult(other, _)) => id == other,
            _ => false,
        }
    }
}

impl Engine {
    /// Sends a request for a command, or for ourselves.
    pub(super) fn request(
        &mut self,
        command: Option<CommandId>,
        agent: &AgentId,
        purpose: Purpose,
        message: Message<'static>,
    ) -> RequestId {
        self.next_request += 1;
        let id = RequestId(self.next_request);
        if command.is_some()
            && let Some(interaction) = purpose.interaction().and_then(|id| self.interactions.get_mut(&id))
        {
            interaction.busy = Some(id);
        }
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.requests.push(id);
        }
        self.requests.insert(id, Pending { command, agent: agent.clone(), purpose });
        self.outputs.push_back(Output::Request(id, Box::new(message)));
        id
    }

    /// Takes the command from a request so that it can be answered, and frees the contact it blocked.
    fn take_command(&mut self, id: RequestId) -> Option<CommandId> {
        let pending = self.requests.get_mut(&id)?;
        let command = pending.command.take();
        if let Some(interaction) = pending.purpose.interaction().and_then(|id| self.interactions.get_mut(&id))
            && interaction.busy == Some(id)
        {
            interaction.busy = None;
        }
        command
    }

    /// An event shows the effect of a command: it has succeeded.
    pub(super) fn prove(&mut self, agent: &AgentId, proof: &Proof) {
        let Some(agent) = self.agents.get(agent) else { return };
        let proven: Vec<_> = agent
            .requests
            .iter()
            .copied()
            .filter(|id| self.requests.get(id).is_some_and(|p| p.command.is_some() && proof.proves(&p.purpose)))
            .collect();
        for id in proven {
            self.settle_with_success(id);
        }
    }

    /// Answers a request's command with success, if it has one still.
    pub(super) fn settle_with_success(&mut self, id: RequestId) {
        if let Some(command) = self.take_command(id) {
            self.reply(command, Reply::Success);
        }
    }

    /// The agent's dial command that the first sign of an outgoing call belongs to; it has succeeded then.
    pub(super) fn proven_dial(&mut self, agent: &AgentId) -> Option<Dial> {
        if let Some(dial) = self.dial_in_hand.take() {
            return Some(dial);
        }
        let requests = self.agents.get(agent)?.requests.clone();
        for id in requests {
            let Some(Pending { command: Some(_), purpose: Purpose::Dial(dial), .. }) = self.requests.get(&id) else { continue };
            let dial = dial.clone();
            self.settle_with_success(id);
            return Some(dial);
        }
        None
    }

    /// The number that the agent's consult command under way asked for.
    pub(super) fn consulted_number(&self, agent: &AgentId) -> Option<Name> {
        let agent = self.agents.get(agent)?;
        agent.requests.iter().find_map(|id| match self.requests.get(id)? {
            Pending { command: Some(_), purpose: Purpose::Consult(_, destination), .. } => Some(destination.clone()),
            _ => None,
        })
    }

    /// Whether this agent has an unanswered command for a login or logout under way.
    pub(super) fn has_pending(&self, agent: &AgentId, matches: impl Fn(&Purpose) -> bool) -> bool {
        let Some(agent) = self.agents.get(agent) else { return false };
        agent.requests.iter().any(|id| self.requests.get(id).is_some_and(|p| p.command.is_some() && matches(&p.purpose)))
    }

    /// The agent's latest unanswered command of a kind, and what it is for.
    pub(super) fn latest_pending(&self, agent: &AgentId, matches: impl Fn(&Purpose) -> bool) -> Option<(CommandId, &Purpose)> {
        let requests = &self.agents.get(agent)?.requests;
        let pending = requests.iter().rev().filter_map(|id| self.requests.get(id)).filter(|pending| matches(&pending.purpose));
        pending.filter_map(|pending| Some((pending.command?, &pending.purpose))).next()
    }

    /// A request of ours was answered, or never will be.
    pub(super) fn answer(&mut self, id: RequestId, answer: Answer<'_>) {
        let command = self.take_command(id);
        let Some(pending) = self.requests.remove(&id) else { return };
        if let Some(agent) = self.agents.get_mut(&pending.agent) {
            agent.requests.retain(|other| *other != id);
        }
        let Pending { agent, purpose, .. } = pending;
        if let Purpose::Query(query) = purpose {
            self.query_answered(id, command, query, answer);
            return;
        }
        if let Purpose::Configuration(question) = purpose {
            self.configuration_answered(question, &answer);
            return;
        }
        match answer {
            Answer::Confirmed(message) => self.confirmed(command, &agent, purpose, message),
            Answer::Lost => {
                self.forget_expectation(&purpose);
                if let Some(command) = command.or_else(|| self.take_hand_over(&purpose)) {
                    self.leave_unsettled(command, agent, purpose.interaction());
                }
            }
            refused => self.refused(command, &agent, &purpose, &refused),
        }
    }

    fn confirmed(&mut self, command: Option<CommandId>, agent: &AgentId, purpose: Purpose, message: Message<'_>) {
        match purpose {
            Purpose::NotReadyForLogout { reason } => {
                // The logout follows when the state is reported; both may have happened already.
                if let Some(command) = command {
                    self.await_not_ready(command, agent, reason);
                }
                return;
            }
            Purpose::Statistics(scope) => {
                self.statistics_told(command, &scope, &message);
                return;
            }
            Purpose::Message(outgoing) => {
                self.message_sent(command, agent, outgoing);
                return;
            }
            Purpose::Dial(dial) => {
                if let (Some(command), Message::MakeCallConf(conf)) = (command, message) {
                    self.reply(command, Reply::Success);
                    self.dialed(agent, dial, &conf);
                }
                return;
            }
            Purpose::Record(interaction, is_on) => {
                if let Some(command) = command {
                    self.reply(command, Reply::Success);
                }
                self.recorded(interaction, is_on);
                return;
            }
            Purpose::SetDisposition(interaction, name) => {
                if let Some(interaction) = self.interactions.get_mut(&interaction) {
                    interaction.disposition = Some((None, name));
                }
            }
            Purpose::WrapUp { interaction, id, name, notes } => {
                if let Some(known) = self.interactions.get_mut(&interaction) {
                    known.disposition = Some((Some(id), name));
                    known.notes = notes;
                }
                self.finish(None, interaction);
                if let Some(command) = command {
                    self.reply(command, Reply::Success);
                }
                self.complete_interaction(interaction, false);
                self.tell_channel(agent, false);
                return;
            }
            Purpose::Consult(interaction, destination) => {
                if let Message::ConsultationCallConf(conf) = message {
                    // Without a command it is the first half of a transfer, which is answered at its end.
                    if let Some(command) = command {
                        self.reply(command, Reply::Success);
                    }
                    self.consulting(agent, interaction, destination, &conf);
                }
                return;
            }
            Purpose::Setup { leg, destination, step, .. } => {
                let setup = if let Message::QueryDeviceInfoConf(conf) = message { Some(conf.transfer_conference_setup) } else { None };
                self.setup_told(command, agent, leg, &destination, step, setup);
                return;
            }
            Purpose::Finish { interaction } => {
                if let Some(command) = command {
                    self.reply(command, Reply::Success);
                    self.complete_interaction(interaction, false);
                    self.tell_channel(agent, false);
                }
                return;
            }
            _ => {}
        }
        if let Some(command) = command {
            self.reply(command, Reply::Success);
        }
    }

    fn refused(&mut self, command: Option<CommandId>, agent: &AgentId, purpose: &Purpose, answer: &Answer<'_>) {
        self.forget_expectation(purpose);
        if let (Purpose::State { .. }, Some(agent)) = (purpose, self.agents.get_mut(agent)) {
            agent.wished = None;
        }
        if let (Purpose::Setup { leg, destination, step, .. }, Answer::Failed(_) | Answer::ControlFailed { .. }) = (purpose, answer) {
            self.setup_told(command, agent, *leg, destination, *step, None);
            return;
        }
        let Some(command) = command.or_else(|| self.take_hand_over(purpose)) else { return };
        if let (Purpose::TransferRinging { interaction, deadline, .. }, Answer::Failed(_) | Answer::ControlFailed { .. }) =
            (purpose, answer)
            && self.wait_for_answer(command, *interaction, *deadline)
        {
            return;
        }
        if let (Purpose::Finish { interaction }, Answer::Failed(_) | Answer::ControlFailed { .. }) = (purpose, answer) {
            // The server has no record open for the call any more, which is what the request was for.
            self.reply(command, Reply::Success);
            self.complete_interaction(*interaction, false);
            self.tell_channel(agent, false);
            return;
        }
        // The desk settings that demand a reason may not have been read yet; the refusal says the same.
        if let Answer::ControlFailed { code: 281, .. } = answer {
            let missing = match purpose {
                Purpose::State { reason: None, .. } => Some(NeedInfo::NotReadyReason),
                Purpose::Logout { reason: None } | Purpose::NotReadyForLogout { reason: None } => Some(NeedInfo::LogoutReason),
                _ => None,
            };
            if let Some(missing) = missing {
                self.reply(command, Reply::NeedInfo(missing));
                return;
            }
        }
        let code = match (purpose, answer) {
            (_, Answer::TimedOut) => FailureCode::CtiTimeout,
            (_, Answer::NotSent) => FailureCode::CtiOffline,
            (Purpose::Login, Answer::ControlFailed { code: 256..=258, .. }) => FailureCode::AuthFailed,
            (Purpose::Device, _) => FailureCode::UnknownDevice,
            (Purpose::Login, _) => FailureCode::ActivateFailed,
            (Purpose::Logout { .. }, _) => FailureCode::DeactivateFailed,
            (Purpose::NotReadyForLogout { .. }, _) => FailureCode::NotReadyFailed,
            _ => FailureCode::CtiFailure,
        };
        self.reply(command, Reply::Failure(failure_of(code, answer)));
    }

    /// A command that was to end a leg did not: an end by other causes has other reasons.
    fn forget_expectation(&mut self, purpose: &Purpose) {
        match purpose {
            Purpose::Statistics(scope) => drop(self.statistics_wanted.remove(scope)),
            Purpose::Transfer(interaction, _) | Purpose::TransferRinging { interaction, .. } | Purpose::Conference(interaction, _) => {
                let legs = self.interactions.get_mut(interaction).map(|i| i.primary.iter_mut().chain(&mut i.consult));
                legs.into_iter().flatten().for_each(|leg| leg.expected_end = None);
            }
            Purpose::Release(interaction, leg) => {
                if let Some(leg) = self.interactions.get_mut(interaction).and_then(|interaction| interaction.conversation_mut(*leg)) {
                    leg.expected_end = None;
                }
            }
            Purpose::Reconnect(interaction, _) => self.release_focus(*interaction, FocusHold::UntilTalking),
            Purpose::SetDisposition(interaction, _) | Purpose::WrapUp { interaction, .. } => {
                if let Some(interaction) = self.interactions.get_mut(interaction) {
                    interaction.silent_wrapup = None;
                }
            }
            _ => {}
        }
    }

    /// A command whose session is gone: what became of it is for the resynchronisation to find out.
    pub(super) fn leave_unsettled(&mut self, command: CommandId, agent: AgentId, interaction: Option<InteractionId>) {
        if self.unsettled.is_empty() {
            self.timers.retain(|(_, timer)| *timer != Timer::Unsettled);
            self.set_timer(UNSETTLED_WAIT, Timer::Unsettled);
        }
        self.unsettled.push(Unsettled { command, agent, interaction });
    }

    /// Whether commands of this agent wait to hear what became of them.
    pub(super) fn is_unsettled(&self, agent: &AgentId) -> bool {
        self.unsettled.iter().any(|unsettled| unsettled.agent == *agent)
    }

    /// Answers the commands that a lost session left behind, those of the agents that `concerned` picks, with what is known
    /// now.
    pub(super) fn settle(&mut self, concerned: impl Fn(&AgentId) -> bool) {
        let (settled, left) =
            std::mem::take(&mut self.unsettled).into_iter().partition(|unsettled: &Unsettled| concerned(&unsettled.agent));
        self.unsettled = left;
        for unsettled in settled {
            self.note(Note::UnknownOutcome);
            let agent = self.agents.get(&unsettled.agent).map_or_else(|| "unknown".to_owned(), |agent| word_of(agent.state));
            let contact = unsettled.interaction.map_or_else(String::new, |id| {
                self.interactions
                    .get(&id)
                    .map_or_else(|| format!(" interaction={id} gone"), |i| format!(" interaction={id} state={:?}", i.state))
            });
            let known = if self.is_being_checked(&unsettled.agent) { " (not resynchronised yet)" } else { "" };
            self.fail(
                unsettled.command,
                FailureCode::UnknownOutcome,
                "The connection to the CTI Server was lost before it answered; look at the present state before trying again",
                format!("agent={agent}{contact}{known}"),
            );
        }
    }
}

fn word_of(state: AgentState) -> String {
    let name = state.to_string();
    name.strip_prefix("AGENT_STATE_").unwrap_or(&name).to_owned()
}

/// The failure that an answer amounts to.
pub(super) fn failure_of(code: FailureCode, answer: &Answer<'_>) -> Failure {
    match answer {
        Answer::ControlFailed { code: control, peripheral_error } => {
            let name = ControlFailureCode(*control);
            let context = format!("CONTROL_FAILURE_CONF FailureCode={control} {name} PeripheralErrorCode={peripheral_error}");
            let mut failure = Failure::new(code, format!("The peripheral refused the request: {}", plain(&name.to_string(), "CF_")));
            failure.context = context;
            failure.control_failure = Some(*control);
            failure
        }
        Answer::Failed(status) => {
            let StatusCode(number) = *status;
            Failure::new(code, format!("The CTI Server refused the request: {}", plain(&status.to_string(), "E_CTI_")))
                .with_context(format!("FAILURE_CONF Status={number} {status}"))
        }
        Answer::TimedOut => Failure::new(code, "The CTI Server did not answer in time"),
        Answer::Lost => Failure::new(code, "The connection to the CTI Server was lost before it answered"),
        Answer::NotSent => Failure::new(code, "No CTI Server is connected"),
        Answer::Confirmed(_) => Failure::new(code, "The CTI Server's confirmation was not understood"),
    }
}

/// `CF_REASON_CODE_REQUIRED` as words.
fn plain(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase().replace('_', " ")
}

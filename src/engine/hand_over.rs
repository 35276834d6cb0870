//! Handing a call over, or adding a party to it, without asking first: QUERY_DEVICE_INFO's TransferConferenceSetup says what the
//! phone does in one step. A transfer has a second way, a consultation that is completed as soon as the target rings; a
//! conference has none, because nobody can be joined who has not answered.
//!
//! ```text
//! transfer ─▶ setup known? ─no─▶ QUERY_DEVICE_INFO ─▶ ┬─ one step ──▶ TRANSFER_CALL with the number
//!                    └─yes───────────────────────────▶┴─ two steps ─▶ CONSULTATION_CALL ─▶ rings ─▶ TRANSFER_CALL
//!                          ├─▶ refused while it rings: once more when it is answered
//!                          ├─▶ neither within the time of a command: CTI_TIMEOUT, and the consult call is the agent's
//!                          └─▶ not taken: the command fails, the caller waits
//! conference ─▶ setup known? … ─▶ ┬─ one step ─▶ CONFERENCE_CALL with the number
//!                                 └─ otherwise ─▶ UNSUPPORTED
//! ```

use std::time::Instant;

use super::call::CallKey;
use super::command::{CommandId, Failure, FailureCode, Reply};
use super::commands::{Checked, DESTINATION_MAX, invalid};
use super::model::{AgentId, ConversationId, ConversationState, InteractionId, Name, StateWord};
use super::pending::Purpose;
use super::{Engine, Timer};
use crate::protocol::masks::TransferConferenceSetupMask as Setup;
use crate::protocol::message as wire;

/// What a phone does in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SingleSteps {
    pub(super) transfer: bool,
    pub(super) conference: bool,
}

impl SingleSteps {
    /// What the device said, or (`None`) would not say: then a transfer is tried the short way, and no conference.
    fn of(setup: Option<Setup>) -> Self {
        // A device that names no way at all has not said anything.
        let named = setup.filter(|setup| !setup.is_empty());
        Self {
            transfer: named.is_none_or(|setup| setup.intersects(Setup::TRANS_SETUP_SINGLE_ACD_CALL | Setup::TRANS_SETUP_ANY_SINGLE_CALL)),
            conference: named.is_some_and(|setup| setup.intersects(Setup::CONF_SETUP_SINGLE_ACD_CALL | Setup::CONF_SETUP_ANY_SINGLE_CALL)),
        }
    }
}

/// What the setup was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OneStep {
    Transfer,
    Conference,
}

/// A transfer in two steps that waits for its second.
#[derive(Clone, Copy, Debug)]
pub(super) struct HandOver {
    command: CommandId,
    /// The target rings.
    rings: bool,
    /// The server hands nobody over before the target has answered.
    needs_answer: bool,
    deadline: Instant,
}

impl Engine {
    /// Single-step transfer where the device offers it, else consult and complete.
    pub(super) fn blind_transfer(&mut self, id: CommandId, agent: &AgentId, leg: ConversationId, destination: &Name) -> Checked<()> {
        let interaction = self.single_leg(agent, leg, "transfer")?;
        match self.single_steps(agent) {
            Some(SingleSteps { transfer: true, .. }) => self.transfer_at_once(id, agent, interaction, leg, destination),
            Some(_) => {
                let request = self.consultation(agent, interaction, destination)?;
                let limit = self.settings.command_timeout;
                if let Some(known) = self.interactions.get_mut(&interaction) {
                    let deadline = self.now.mono + limit;
                    known.hand_over = Some(HandOver { command: id, rings: false, needs_answer: false, deadline });
                }
                self.set_timer(limit, Timer::HandOver(interaction));
                self.request(None, agent, Purpose::Consult(interaction, destination.clone()), request.into());
                Ok(())
            }
            None => {
                self.ask_setup(id, agent, interaction, leg, destination, OneStep::Transfer);
                Ok(())
            }
        }
    }

    /// Single-step conference where the device offers it. That it does not is said before anything else that may be wrong.
    pub(super) fn blind_conference(&mut self, id: CommandId, agent: &AgentId, leg: ConversationId, destination: &Name) -> Checked<()> {
        match self.single_steps(agent) {
            Some(SingleSteps { conference: true, .. }) => {
                if destination.is_empty() || destination.len() > DESTINATION_MAX {
                    return Err(Failure::new(FailureCode::BadRequest, format!("destination has 1 to {DESTINATION_MAX} bytes")));
                }
                let interaction = self.single_leg(agent, leg, "conference")?;
                self.conference_at_once(id, agent, interaction, leg, destination)
            }
            Some(_) => Err(no_single_step_conference()),
            None => {
                let interaction = self.leg_in(agent, leg, "conference", ConversationState::ALL, true)?;
                self.ask_setup(id, agent, interaction, leg, destination, OneStep::Conference);
                Ok(())
            }
        }
    }

    /// Whether it is known that the agent's phone adds nobody in one step.
    pub(super) fn lacks_conference(&self, agent: &AgentId) -> bool {
        self.single_steps(agent).is_some_and(|steps| !steps.conference)
    }

    pub(super) fn single_steps(&self, agent: &AgentId) -> Option<SingleSteps> {
        self.agents.get(agent).and_then(|known| known.single_steps)
    }

    fn single_leg(&self, agent: &AgentId, leg: ConversationId, verb: &str) -> Checked<InteractionId> {
        let interaction = self.leg_in(agent, leg, verb, &[ConversationState::Connected], true)?;
        if self.interactions.get(&interaction).is_some_and(|known| known.consult.is_some()) {
            return Err(invalid("A consult call exists; complete it or go back first", "legs=2"));
        }
        Ok(interaction)
    }

    fn ask_setup(
        &mut self,
        id: CommandId,
        agent: &AgentId,
        interaction: InteractionId,
        leg: ConversationId,
        destination: &Name,
        step: OneStep,
    ) {
        let Some((peripheral_id, _, agent_instrument)) = self.leg_names(interaction, leg) else { return };
        let request = wire::QueryDeviceInfoReq { peripheral_id, agent_instrument, ..Default::default() };
        let purpose = Purpose::Setup { interaction, leg, destination: destination.clone(), step };
        self.request(Some(id), agent, purpose, request.into());
    }

    /// The device said what it does in one step, or (`None`) would not say.
    pub(super) fn setup_told(
        &mut self,
        command: Option<CommandId>,
        agent: &AgentId,
        leg: ConversationId,
        destination: &Name,
        step: OneStep,
        setup: Option<Setup>,
    ) {
        if let Some(known) = self.agents.get_mut(agent) {
            known.single_steps = Some(SingleSteps::of(setup));
        }
        self.tell_contacts(agent);
        let Some(command) = command else { return };
        let done = match step {
            OneStep::Transfer => self.blind_transfer(command, agent, leg, destination),
            OneStep::Conference => self.blind_conference(command, agent, leg, destination),
        };
        if let Err(failure) = done {
            self.reply(command, Reply::Failure(failure));
        }
    }

    /// The command that waits for the consultation of a purpose, if that is the first half of a transfer.
    pub(super) fn take_hand_over(&mut self, purpose: &Purpose) -> Option<CommandId> {
        let Purpose::Consult(interaction, _) = purpose else { return None };
        self.take_waiting(*interaction)
    }

    fn take_waiting(&mut self, id: InteractionId) -> Option<CommandId> {
        self.interactions.get_mut(&id)?.hand_over.take().map(|waiting| waiting.command)
    }

    /// The far end of a call rings: if it is a consultation, its second half may follow.
    pub(super) fn far_end_rings(&mut self, key: CallKey, device: &str) {
        let Some((id, leg, _)) = self.leg_of(key, device) else { return };
        let Some(known) = self.interactions.get_mut(&id) else { return };
        if known.consult.as_ref().is_some_and(|consult| consult.id == leg)
            && let Some(waiting) = &mut known.hand_over
        {
            waiting.rings = true;
            self.hand_over_on(id);
        }
    }

    /// A leg of the contact changed: the second half follows when both are ready for it.
    pub(super) fn hand_over_on(&mut self, id: InteractionId) {
        use ConversationState as S;
        let Some(known) = self.interactions.get_mut(&id) else { return };
        let Some(HandOver { command, rings, needs_answer, deadline }) = known.hand_over else { return };
        let state = |leg: &Option<super::interaction::Conversation>| leg.as_ref().map(|leg| leg.state);
        let is_answered = match (state(&known.primary), state(&known.consult)) {
            (Some(S::Held), Some(S::Connected)) => true,
            (Some(S::Held), Some(S::Dialing)) if rings && !needs_answer => false,
            _ => return,
        };
        known.hand_over = None;
        let agent = known.agent.clone();
        let done = if is_answered {
            self.consult_transfer(command, &agent, id)
        } else {
            self.transfer_while_ringing(command, &agent, id, deadline)
        };
        if let Err(failure) = done {
            self.reply(command, Reply::Failure(failure));
        }
    }

    /// The server does not hand over to a target that only rings: once more when it has answered. False if there is nothing
    /// to wait for any more.
    pub(super) fn wait_for_answer(&mut self, command: CommandId, id: InteractionId, deadline: Instant) -> bool {
        let now = self.now.mono;
        let Some(known) = self.interactions.get_mut(&id).filter(|known| known.consult.is_some() && now < deadline) else { return false };
        known.hand_over = Some(HandOver { command, rings: true, needs_answer: true, deadline });
        self.hand_over_on(id);
        true
    }

    /// A leg of the contact ended before the second half: nobody takes the call.
    pub(super) fn hand_over_failed(&mut self, id: InteractionId) {
        let Some(command) = self.take_waiting(id) else { return };
        let failure = Failure::new(FailureCode::CtiFailure, "The target of the transfer did not take the call");
        self.reply(command, Reply::Failure(failure));
    }

    /// The target neither rang nor answered in time. What was dialled stays as it is: the agent decides.
    pub(super) fn hand_over_overdue(&mut self, id: InteractionId) {
        let now = self.now.mono;
        let is_due = self.interactions.get(&id).and_then(|known| known.hand_over).is_some_and(|waiting| waiting.deadline <= now);
        if is_due && let Some(command) = self.take_waiting(id) {
            self.fail(
                command,
                FailureCode::CtiTimeout,
                "The target of the transfer could not be reached in time; the consult call stays",
                "",
            );
        }
    }

    /// The session is gone: what becomes of the transfers that wait for their second half is for the agents to see.
    pub(super) fn hand_overs_lost(&mut self) {
        let waiting: Vec<_> = self
            .interactions
            .values_mut()
            .filter_map(|known| Some((known.hand_over.take()?.command, known.agent.clone(), known.id)))
            .collect();
        for (command, agent, interaction) in waiting {
            self.leave_unsettled(command, agent, Some(interaction));
        }
    }
}

/// What a Unified CCE peripheral's phones cannot do.
pub(super) fn no_single_step_conference() -> Failure {
    Failure::new(FailureCode::Unsupported, "This phone adds nobody in one step; consult first, then join the calls")
}

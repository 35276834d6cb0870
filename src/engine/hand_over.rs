//! Handing a call over without asking: in one step where the device can do that, else by a consultation that is completed as
//! soon as the target has answered (QUERY_DEVICE_INFO's TransferConferenceSetup decides).
//!
//! ```text
//! transfer ─▶ setup known? ─no─▶ QUERY_DEVICE_INFO ─▶ ┬─ one step ──▶ TRANSFER_CALL with the number
//!                    └─yes───────────────────────────▶┴─ two steps ─▶ CONSULTATION_CALL ─▶ answered ─▶ TRANSFER_CALL
//!                                                                        └─▶ not answered: the command fails, the caller waits
//! ```

use super::Engine;
use super::command::{CommandId, Failure, FailureCode, Reply};
use super::commands::{Checked, invalid};
use super::model::{AgentId, ConversationId, ConversationState, InteractionId, Name};
use super::pending::Purpose;
use crate::protocol::masks::TransferConferenceSetupMask as Setup;
use crate::protocol::message as wire;

impl Engine {
    /// Single-step transfer where the device offers it, else consult and complete.
    pub(super) fn blind_transfer(&mut self, id: CommandId, agent: &AgentId, leg: ConversationId, destination: &Name) -> Checked<()> {
        let interaction = self.leg_in(agent, leg, "transfer", &[ConversationState::Connected], true)?;
        if self.interactions.get(&interaction).is_some_and(|known| known.consult.is_some()) {
            return Err(invalid("A consult call exists; complete it or go back first", "legs=2"));
        }
        match self.agents.get(agent).and_then(|known| known.has_single_transfer) {
            Some(true) => self.transfer_at_once(id, agent, interaction, leg, destination),
            Some(false) => {
                let request = self.consultation(agent, interaction, destination)?;
                if let Some(known) = self.interactions.get_mut(&interaction) {
                    known.hand_over = Some(id);
                }
                self.request(None, agent, Purpose::Consult(interaction, destination.clone()), request.into());
                Ok(())
            }
            None => {
                let Some((peripheral_id, _, agent_instrument)) = self.leg_names(interaction, leg) else { return Ok(()) };
                let request = wire::QueryDeviceInfoReq { peripheral_id, agent_instrument, ..Default::default() };
                let purpose = Purpose::TransferSetup { interaction, leg, destination: destination.clone() };
                self.request(Some(id), agent, purpose, request.into());
                Ok(())
            }
        }
    }

    /// The device said how it transfers, or (`None`) would not say: then the short way is tried.
    pub(super) fn transfer_setup(
        &mut self,
        command: Option<CommandId>,
        agent: &AgentId,
        leg: ConversationId,
        destination: &Name,
        setup: Option<Setup>,
    ) {
        // A device that names no way at all has not said anything.
        let named = setup.filter(|setup| !setup.is_empty());
        let single = named.is_none_or(|setup| setup.intersects(Setup::TRANS_SETUP_SINGLE_ACD_CALL | Setup::TRANS_SETUP_ANY_SINGLE_CALL));
        if let Some(known) = self.agents.get_mut(agent) {
            known.has_single_transfer = Some(single);
        }
        let Some(command) = command else { return };
        if let Err(failure) = self.blind_transfer(command, agent, leg, destination) {
            self.reply(command, Reply::Failure(failure));
        }
    }

    /// The command that waits for the consultation of a purpose, if that is the first half of a transfer.
    pub(super) fn take_hand_over(&mut self, purpose: &Purpose) -> Option<CommandId> {
        let Purpose::Consult(interaction, _) = purpose else { return None };
        self.interactions.get_mut(interaction)?.hand_over.take()
    }

    /// A leg of the contact changed: the second half follows when both are ready for it.
    pub(super) fn hand_over_on(&mut self, id: InteractionId) {
        let Some(known) = self.interactions.get_mut(&id) else { return };
        let state = |leg: &Option<super::interaction::Conversation>| leg.as_ref().map(|leg| leg.state);
        if (state(&known.primary), state(&known.consult)) != (Some(ConversationState::Held), Some(ConversationState::Connected)) {
            return;
        }
        let Some(command) = known.hand_over.take() else { return };
        let agent = known.agent.clone();
        if let Err(failure) = self.consult_transfer(command, &agent, id) {
            self.reply(command, Reply::Failure(failure));
        }
    }

    /// A leg of the contact ended before the second half: nobody takes the call.
    pub(super) fn hand_over_failed(&mut self, id: InteractionId) {
        let Some(command) = self.interactions.get_mut(&id).and_then(|known| known.hand_over.take()) else { return };
        let failure = Failure::new(FailureCode::CtiFailure, "The target of the transfer did not take the call");
        self.reply(command, Reply::Failure(failure));
    }

    /// The session is gone: what becomes of the transfers that wait for their second half is for the agents to see.
    pub(super) fn hand_overs_lost(&mut self) {
        let waiting: Vec<_> =
            self.interactions.values_mut().filter_map(|known| Some((known.hand_over.take()?, known.agent.clone(), known.id))).collect();
        for (command, agent, interaction) in waiting {
            self.leave_unsettled(command, agent, Some(interaction));
        }
    }
}

//! What must be true of the engine after every step. Tests check it; the daemon does not.

use std::collections::BTreeSet;

use super::Engine;
use super::model::{ConversationState, InteractionState};

impl Engine {
    /// Checks that all parts of the state agree with each other.
    ///
    /// # Errors
    /// A sentence that says what does not agree; always a mistake of ours.
    pub fn check_invariants(&self) -> Result<(), String> {
        self.calls.check()?;
        let mut owned = BTreeSet::new();
        for agent in self.agents.iter() {
            let id = &agent.id;
            for interaction in &agent.interactions {
                let known = self.interactions.get(interaction).ok_or_else(|| format!("agent {id} owns {interaction}, which is gone"))?;
                if known.agent != *id || !owned.insert(*interaction) {
                    return Err(format!("{interaction} belongs to two agents"));
                }
            }
            if agent.told.is_some() && agent.channel != agent.channel_state_now() {
                return Err(format!("agent {id}: the desktops were told another channel state"));
            }
            if agent.outage != self.outage_of(agent) {
                return Err(format!("agent {id}: {:?} is remembered where {:?} is the case", agent.outage, self.outage_of(agent)));
            }
            for request in &agent.requests {
                if self.requests.get(request).is_none_or(|pending| pending.agent != *id) {
                    return Err(format!("agent {id} waits for a request that is not under way"));
                }
            }
        }
        if owned.len() != self.interactions.len() {
            return Err(format!("{} interactions, {} of them owned", self.interactions.len(), owned.len()));
        }
        for (device, agent) in &self.devices {
            if !self.agents.get(agent).is_some_and(|agent| agent.is_logged_in() && agent.is_device(device)) {
                return Err(format!("agent {agent} is not at the device that points to it"));
            }
        }
        self.check_interactions()?;
        self.check_calls()
    }

    fn check_interactions(&self) -> Result<(), String> {
        for (id, interaction) in &self.interactions {
            let legs = interaction.conversations().count();
            let fits = match interaction.state {
                InteractionState::Alerting | InteractionState::Dialing => interaction.primary.is_some() && interaction.consult.is_none(),
                InteractionState::Started => legs > 0,
                InteractionState::Ended => legs == 0,
                InteractionState::Completed => false,
            };
            if !fits {
                return Err(format!("{id} is {:?} with {legs} legs", interaction.state));
            }
            if Some(interaction.capabilities) != self.interaction_capabilities(*id) {
                return Err(format!("{id}: the desktops were told other capabilities"));
            }
            for leg in interaction.conversations() {
                if leg.state == ConversationState::Ended {
                    return Err(format!("{id} keeps a leg that has ended"));
                }
                let connection = self.calls.get(leg.call).and_then(|call| call.connection(&leg.device));
                if connection.and_then(|connection| connection.leg) != Some((*id, leg.id)) {
                    return Err(format!("{id} has a leg without a connection"));
                }
            }
            if let Some(busy) = interaction.busy
                && self.requests.get(&busy).is_none_or(|pending| pending.command.is_none())
            {
                return Err(format!("{id} is busy with nothing"));
            }
        }
        Ok(())
    }

    fn check_calls(&self) -> Result<(), String> {
        for (_, call) in self.calls.iter() {
            for connection in &call.connections {
                let Some((interaction, leg)) = connection.leg else { continue };
                if self.interactions.get(&interaction).and_then(|known| known.conversation(leg)).is_none() {
                    return Err(format!("call {} has a connection whose leg is gone", call.id));
                }
            }
        }
        Ok(())
    }
}

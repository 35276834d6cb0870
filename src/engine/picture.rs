//! The picture that a desktop (re)starts from.

use super::Engine;
use super::event::{Event, StateChange};
use super::interaction::Interaction;
use super::model::{AgentId, Capabilities, ChannelState};

impl Engine {
    /// The whole picture of an agent's channel as the events that would have led to it: `ChannelInfo`, `ChannelState`, and
    /// for each contact everything from `InteractionCreated` to `InteractionInitialized`. For a desktop that (re)starts.
    pub fn picture(&self, id: &AgentId) -> Vec<Event> {
        let Some(agent) = self.agents.get(id) else { return Vec::new() };
        let Some(channel) = agent.channel_info() else { return Vec::new() };
        let none = Capabilities::empty();
        let current = channel.state;
        let on_call = agent.interactions.iter().any(|id| self.interactions.get(id).is_some_and(Interaction::is_live));
        let enabled = agent.capabilities_now(on_call, self.settings.dial_when_ready);
        let mut events = vec![
            Event::ChannelInfo { channel, agent: agent.info() },
            Event::ChannelState(StateChange {
                previous: Some(ChannelState::Inactive),
                current,
                enabled,
                disabled: none,
                since: agent.channel_since,
            }),
        ];
        for interaction in agent.interactions.iter().filter_map(|id| self.interactions.get(id)) {
            let id = interaction.id;
            events.push(Event::InteractionCreated { interaction: id, direction: interaction.direction });
            let change = StateChange {
                previous: None,
                current: interaction.state,
                enabled: interaction.capabilities,
                disabled: none,
                since: interaction.since,
            };
            events.push(Event::InteractionState { interaction: id, change, recording: interaction.recording });
            for leg in interaction.conversations() {
                let (conversation, role, direction, call_id) = (leg.id, leg.role, leg.direction, leg.call_id);
                events.push(Event::ConversationCreated { interaction: id, conversation, role, direction, call_id });
                let change =
                    StateChange { previous: None, current: leg.state, enabled: leg.capabilities, disabled: none, since: leg.since };
                events.push(Event::ConversationState { interaction: id, conversation, change });
                events.extend(leg.members.iter().cloned().map(|member| Event::MemberAdded { interaction: id, conversation, member }));
                events.push(Event::ConversationInitialized { interaction: id, conversation });
            }
            if interaction.waits_until.is_some() {
                continue; // the rest comes when the wait is over
            }
            let contact = interaction.contact.clone();
            events.push(Event::DataChanged { interaction: id, before: None, after: contact.clone() });
            events.push(if interaction.is_popped {
                Event::Screenpop { interaction: id, contact }
            } else {
                Event::Preview { interaction: id, contact }
            });
            events.push(Event::InteractionInitialized { interaction: id });
        }
        events
    }
}

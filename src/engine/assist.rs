//! Help around a contact: recording, a supervisor's ear, emergency, a bad line.
//!
//! What these requests set in motion at the other end (a call to the supervisor, a monitoring call) comes as ordinary call
//! events.

use super::Engine;
use super::command::{CommandId, Failure, FailureCode, Supervision};
use super::commands::{Checked, invalid, text};
use super::event::{Event, Recording, StateChange};
use super::interaction::LastConnection;
use super::model::{AgentId, CallId, Capabilities, InteractionId, InteractionState, StateWord};
use super::pending::Purpose;
use crate::protocol::Text;
use crate::protocol::message as wire;
use crate::protocol::values::{ConnectionDeviceIdType, SupervisoryAction};

/// No call id; with it no connection.
const NO_CALL: u32 = u32::MAX;
const NO_CONNECTION: ConnectionDeviceIdType = ConnectionDeviceIdType(0xffff);

impl Engine {
    /// The connection of a contact that is under way, and the agent's device.
    fn under_way(&self, agent: &AgentId, id: InteractionId, verb: &str) -> Checked<(LastConnection, Option<Text<'static>>)> {
        let interaction = self.owned(agent, id)?;
        Self::free(interaction)?;
        if interaction.state != InteractionState::Started {
            let state = interaction.state.word();
            return Err(invalid(format!("The interaction is {state}; {verb} needs STARTED"), format!("state={state} allowed=STARTED")));
        }
        Ok((interaction.last.clone(), self.agents.get(agent).and_then(|agent| agent.device()).map(text)))
    }

    pub(super) fn record_contact(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, is_on: bool) -> Checked<()> {
        let (last, agent_instrument) = self.under_way(agent, interaction, "recording")?;
        let is_recording = self.interactions.get(&interaction).is_some_and(|known| known.recording == Recording::On);
        if is_recording == is_on {
            self.reply(id, super::command::Reply::Success);
            return Ok(());
        }
        let connection_device_id = Some(text(&last.device));
        let agent_id = Some(text(&agent.0));
        let request = if is_on {
            wire::StartRecordingReq {
                peripheral_id: last.peripheral,
                connection_call_id: last.call_id,
                connection_device_id_type: last.id_type,
                connection_device_id,
                agent_id,
                agent_instrument,
                ..Default::default()
            }
            .into()
        } else {
            wire::StopRecordingReq {
                peripheral_id: last.peripheral,
                connection_call_id: last.call_id,
                connection_device_id_type: last.id_type,
                connection_device_id,
                agent_id,
                agent_instrument,
                ..Default::default()
            }
            .into()
        };
        self.request(Some(id), agent, Purpose::Record(interaction, is_on), request);
        Ok(())
    }

    /// A recording began or ended.
    pub(super) fn recorded(&mut self, id: InteractionId, is_on: bool) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        interaction.recording = if is_on { Recording::On } else { Recording::Off };
        let Some(capabilities) = self.interaction_capabilities(id) else { return };
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        let enabled = capabilities - interaction.capabilities;
        let disabled: Capabilities = interaction.capabilities - capabilities;
        interaction.capabilities = capabilities;
        let (agent, recording, current) = (interaction.agent.clone(), interaction.recording, interaction.state);
        let change = StateChange { previous: Some(current), current, enabled, disabled };
        self.emit(&agent, Event::InteractionState { interaction: id, change, recording });
    }

    pub(super) fn supervisor_assist(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let (last, agent_instrument) = self.under_way(agent, interaction, "supervisorassist")?;
        let request = wire::SupervisorAssistReq {
            peripheral_id: last.peripheral,
            connection_call_id: last.call_id,
            connection_device_id_type: last.id_type,
            connection_device_id: Some(text(&last.device)),
            agent_id: Some(text(&agent.0)),
            agent_instrument,
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Help(interaction), request.into());
        Ok(())
    }

    pub(super) fn emergency(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let (last, agent_instrument) = self.under_way(agent, interaction, "emergency")?;
        let request = wire::EmergencyCallReq {
            peripheral_id: last.peripheral,
            connection_call_id: last.call_id,
            connection_device_id_type: last.id_type,
            connection_device_id: Some(text(&last.device)),
            agent_id: Some(text(&agent.0)),
            agent_instrument,
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Help(interaction), request.into());
        Ok(())
    }

    pub(super) fn bad_call(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let (last, _) = self.under_way(agent, interaction, "badcall")?;
        let request = wire::BadCallReq {
            peripheral_id: last.peripheral,
            connection_device_id_type: last.id_type,
            connection_call_id: last.call_id,
            connection_device_id: Some(text(&last.device)),
            agent_id: Some(text(&agent.0)),
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Help(interaction), request.into());
        Ok(())
    }

    pub(super) fn supervise(
        &mut self,
        id: CommandId,
        agent: &AgentId,
        action: Supervision,
        other: &AgentId,
        call_id: Option<CallId>,
    ) -> Checked<()> {
        let known = self.active(agent)?;
        let Some(colleague) = self.agents.get(other) else {
            return Err(Failure::new(FailureCode::UnknownTarget, "There is no such agent"));
        };
        let legs = colleague.interactions.iter().filter_map(|id| self.interactions.get(id)).flat_map(|i| i.conversations());
        let leg = legs.into_iter().find(|leg| call_id.is_none_or(|wanted| wanted == leg.call_id));
        let request = wire::SuperviseCallReq {
            peripheral_id: known.peripheral,
            agent_connection_call_id: leg.map_or(NO_CALL, |leg| leg.call_id),
            supervisor_connection_call_id: NO_CALL,
            agent_connection_device_id_type: leg.map_or(NO_CONNECTION, |leg| leg.id_type),
            supervisor_connection_device_id_type: NO_CONNECTION,
            supervisory_action: match action {
                Supervision::Clear => SupervisoryAction(0),
                Supervision::Monitor => SupervisoryAction(1),
                Supervision::Whisper => SupervisoryAction(2),
                Supervision::BargeIn => SupervisoryAction(3),
                Supervision::Intercept => SupervisoryAction(4),
            },
            agent_connection_device_id: leg.map(|leg| text(&leg.device)),
            agent_id: Some(text(&other.0)),
            agent_instrument: colleague.device().map(text),
            supervisor_instrument: known.device().map(text),
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Supervise, request.into());
        Ok(())
    }
}

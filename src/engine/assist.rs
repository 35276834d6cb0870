//! Help around a contact: recording, a supervisor's ear, emergency, a bad line.
//!
//! What these requests set in motion at the other end (a call to the supervisor, a monitoring call) comes as ordinary call
//! events.

use super::Engine;
use super::call::CallKey;
use super::command::{CommandId, Failure, FailureCode, Supervision};
use super::commands::{Checked, about_connection, text};
use super::consult::{NO_CALL, NO_CONNECTION};
use super::event::{Event, Recording, StateChange};
use super::interaction::LastConnection;
use super::model::{AgentId, CallId, CallType, Capabilities, ConversationId, InteractionId, Name};
use super::pending::Purpose;
use super::record::Moment;
use crate::protocol::Text;
use crate::protocol::masks::ServiceMask;
use crate::protocol::message as wire;
use crate::protocol::values::SupervisoryAction;

/// Call types of the calls by which a supervisor listens to a colleague.
pub(super) const fn is_listening(call_type: CallType) -> bool {
    matches!(call_type, CallType::SUPERVISOR_MONITOR | CallType::SUPERVISOR_WHISPER)
}

impl Engine {
    /// Whether a connection is the side of a silent monitor that must not notice: the agent's who is listened to.
    pub(super) fn is_heard(&self, key: CallKey, device: &str, agent: &AgentId) -> bool {
        let Some(call) = self.calls.get(key).filter(|call| is_listening(call.data.call_type)) else { return false };
        let Some(known) = self.agents.get(agent) else { return false };
        // The supervisor's phone places the call.
        match call.data.calling_device.as_ref().or(call.data.ani.as_ref()) {
            Some(calling) => !known.is_device(calling) && calling != device,
            None => !self.is_supervisor(agent),
        }
    }

    /// Ends a supervision from the supervisor's side: the reference wants every one ended by its own action.
    pub(super) fn clear_supervision(&self, interaction: InteractionId, leg: ConversationId) -> Option<wire::SuperviseCallReq<'static>> {
        let contact = self.interactions.get(&interaction)?;
        let supervised = contact.supervised.as_ref()?;
        let leg = contact.conversation(leg).filter(|leg| leg.members.iter().any(|member| member.number == supervised.number))?;
        let colleague = self.extensions.get(&supervised.number).and_then(|id| self.agents.get(id))?;
        Some(wire::SuperviseCallReq {
            peripheral_id: contact.last.peripheral,
            agent_connection_call_id: NO_CALL,
            supervisor_connection_call_id: leg.call_id,
            agent_connection_device_id_type: NO_CONNECTION,
            supervisor_connection_device_id_type: leg.id_type,
            supervisory_action: SupervisoryAction::CLEAR,
            supervisor_connection_device_id: Some(text(&leg.device)),
            agent_id: Some(text(&colleague.id.0)),
            agent_instrument: colleague.device().map(text),
            supervisor_instrument: self.agents.get(&contact.agent)?.device().map(text),
            ..Default::default()
        })
    }

    /// The connection of a contact that is under way, and the agent's device.
    fn under_way(&self, agent: &AgentId, id: InteractionId, verb: &str) -> Checked<(LastConnection, Option<Text<'static>>)> {
        Ok((self.started(agent, id, verb)?.last.clone(), self.instrument_of(agent)))
    }

    pub(super) fn record_contact(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, is_on: bool) -> Checked<()> {
        let (last, agent_instrument) = self.under_way(agent, interaction, "recording")?;
        let is_recording = self.interactions.get(&interaction).is_some_and(|known| known.recording == Recording::On);
        if is_recording == is_on {
            self.reply(id, super::command::Reply::Success);
            return Ok(());
        }
        let agent_id = Some(text(&agent.0));
        let request = if is_on {
            about_connection!(StartRecordingReq, last.peripheral, last, agent_instrument, agent_id: agent_id).into()
        } else {
            about_connection!(StopRecordingReq, last.peripheral, last, agent_instrument, agent_id: agent_id).into()
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
        let change = StateChange { previous: Some(current), current, enabled, disabled, since: interaction.since };
        let (peripheral, call_id) = (interaction.last.peripheral, interaction.last.call_id);
        self.record(if is_on { Moment::RecordingStarted } else { Moment::RecordingEnded }, |record| {
            record.agent = Some(agent.clone());
            record.interaction = Some(id);
            record.peripheral_id = Some(peripheral);
            record.call_id = Some(call_id);
        });
        self.emit(&agent, Event::InteractionState { interaction: id, change, recording });
    }

    pub(super) fn supervisor_assist(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let (last, agent_instrument) = self.under_way(agent, interaction, "supervisorassist")?;
        let request = about_connection!(SupervisorAssistReq, last.peripheral, last, agent_instrument, agent_id: Some(text(&agent.0)));
        self.request(Some(id), agent, Purpose::Help(interaction), request.into());
        Ok(())
    }

    pub(super) fn emergency(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId) -> Checked<()> {
        let (last, agent_instrument) = self.under_way(agent, interaction, "emergency")?;
        let request = about_connection!(EmergencyCallReq, last.peripheral, last, agent_instrument, agent_id: Some(text(&agent.0)));
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
        if !self.services.contains(ServiceMask::SUPERVISOR) {
            return Err(Failure::new(FailureCode::Unsupported, "The CTI Server did not grant supervision"));
        }
        let known = self.active(agent)?;
        // Who belongs to another team is not told apart from who does not exist. Without any team only the server can tell.
        let is_reachable = self.teams().next().is_none() || self.are_in_one_team(agent, other);
        let Some(colleague) = self.agents.get(other).filter(|_| is_reachable && other != agent) else {
            return Err(Failure::new(FailureCode::UnknownTarget, "There is no such agent"));
        };
        if self.has_pending(agent, |purpose| matches!(purpose, Purpose::Supervise)) {
            return Err(Failure::new(FailureCode::Busy, "Another supervision is being asked for"));
        }
        let legs = || colleague.interactions.iter().filter_map(|id| self.interactions.get(id)).flat_map(|i| i.conversations());
        let leg = legs().find(|leg| call_id.is_none_or(|wanted| wanted == leg.call_id));
        if leg.is_none() && call_id.is_some() {
            return Err(Failure::new(FailureCode::UnknownTarget, "The agent has no such call"));
        }
        let own = known.interactions.iter().filter_map(|id| self.interactions.get(id)).flat_map(|i| i.conversations()).next();
        let request = wire::SuperviseCallReq {
            peripheral_id: known.peripheral,
            agent_connection_call_id: leg.map_or(NO_CALL, |leg| leg.call_id),
            supervisor_connection_call_id: own.map_or(NO_CALL, |leg| leg.call_id),
            agent_connection_device_id_type: leg.map_or(NO_CONNECTION, |leg| leg.id_type),
            supervisor_connection_device_id_type: own.map_or(NO_CONNECTION, |leg| leg.id_type),
            supervisory_action: match action {
                Supervision::Clear => SupervisoryAction::CLEAR,
                Supervision::Monitor => SupervisoryAction::MONITOR,
                Supervision::Whisper => SupervisoryAction::WHISPER,
                Supervision::BargeIn => SupervisoryAction::BARGE_IN,
                Supervision::Intercept => SupervisoryAction::INTERCEPT,
            },
            agent_connection_device_id: leg.map(|leg| text(&leg.device)),
            supervisor_connection_device_id: own.map(|leg| text(&leg.device)),
            agent_id: Some(text(&other.0)),
            agent_instrument: colleague.device().map(text),
            supervisor_instrument: known.device().map(text),
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Supervise, request.into());
        Ok(())
    }

    /// Asks whether the peripheral knows a phone.
    pub(super) fn find_device(&mut self, id: CommandId, agent: &AgentId, device: Name) {
        let peripheral = self.agents.get(agent).map(|agent| agent.peripheral).or(self.peripheral);
        let request = wire::QueryDeviceInfoReq {
            peripheral_id: peripheral.unwrap_or(u32::MAX),
            agent_instrument: Some(text(&device)),
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Device, request.into());
    }
}

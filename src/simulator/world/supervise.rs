//! Supervisors: silent monitor, barge-in, intercept; assist and emergency calls; DTMF.
//!
//! What the Finesse and CTI OS guides say of the outcome is kept; the raw events of monitor and barge-in are in no source
//! and inferred.

use std::time::Duration;

use super::agent::{AgentIx, Membership};
use super::agent_state::NO_TEAM;
use super::call::{Call, CallData, CallId, Leg, LegState, NO_CALL, Origin, Party, PreCall, Stage, Target};
use super::consult::Merge;
use super::emit::{NO_LINE, STATIC, some};
use super::phone::Dial;
use super::request::{Answer, Asker};
use super::{Audience, PERIPHERAL, Refusal, TEAM, World};
use crate::protocol::message::{
    AgentGreetingControlReq, EmergencyCallConf, EmergencyCallEvent, EmergencyCallReq, ListAgentTeamConf, ListAgentTeamReq,
    SendDtmfSignalConf, SendDtmfSignalReq, SuperviseCallConf, SuperviseCallReq, SupervisorAssistConf, SupervisorAssistReq,
};
use crate::protocol::values::{
    AgentState, CallDirection, CallType, ConnectionDeviceIdType, ControlFailureCode as Cf, DeviceIdType, EventCause, LineType, StatusCode,
    SupervisoryAction,
};

/// Peripheral error: the agent has no call that could be monitored.
const NOTHING_TO_MONITOR: u32 = 13_145;
/// Peripheral error: the agent is not the controller, or has an open consult.
const NOT_CONTROLLER: u32 = 20_999;
/// Peripheral error: somebody barged in already.
const ALREADY_BARGED_IN: u32 = 13_096;

impl World {
    pub(super) fn supervise_call(&mut self, asker: &Asker, request: &SuperviseCallReq<'_>) -> Answer {
        let device =
            request.supervisor_instrument.as_deref().or(asker.device.as_deref()).ok_or(StatusCode::REQUIRED_DATA_MISSING)?.to_owned();
        let supervisor = self.agent_at(&device).ok_or(StatusCode::AGENT_NOT_LOGGED_ON)?;
        if !self.agents[supervisor].is_supervisor {
            return Err(Cf::PRIVILEGE_VIOLATION_ON_SPECIFIED_DEVICE.into());
        }
        let named = self.agent_named(request.agent_id.as_deref(), request.agent_extension.as_deref(), request.agent_instrument.as_deref());
        let by_connection = || request.agent_connection_device_id.as_deref().and_then(|device| self.agent_at(device));
        let agent = named.ok().or_else(by_connection);
        let (call, connection) = match request.supervisory_action {
            SupervisoryAction::MONITOR => self.monitor(&device, supervisor, agent, request.agent_connection_call_id)?,
            SupervisoryAction::BARGE_IN => self.barge_in(&device)?,
            SupervisoryAction::INTERCEPT => self.intercept(&device)?,
            SupervisoryAction::CLEAR => self.clear_supervision(&device)?,
            // The default world has no whisper announcements (inferred).
            SupervisoryAction::WHISPER => return Err(Cf::GENERIC_UNSPECIFIED_REJECTION.into()),
            _ => return Err(StatusCode::INVALID_SUPERVISORY_ACTION.into()),
        };
        Ok(SuperviseCallConf {
            invoke_id: request.invoke_id,
            connection_call_id: call,
            connection_device_id_type: STATIC,
            connection_device_id: some(&connection),
        }
        .into())
    }

    /// Starts listening: a call of its own at the supervisor, a passive leg of it at the agent, whose call is not touched.
    fn monitor(&mut self, device: &str, supervisor: AgentIx, agent: Option<AgentIx>, call: CallId) -> Result<(CallId, String), Refusal> {
        let agent = agent.ok_or(StatusCode::REQUIRED_DATA_MISSING)?;
        let target = self.agents[agent].device.clone().ok_or(StatusCode::AGENT_NOT_LOGGED_ON)?;
        if agent == supervisor {
            return Err(Cf::INVALID_CSTA_DEVICE_IDENTIFIER.into());
        }
        if self.agents[supervisor].state != AgentState::NOT_READY || !self.calls_at(device).is_empty() {
            return Err(Cf::INVALID_OBJECT_STATE.into());
        }
        let is_monitored = |id: &CallId| self.calls.get(id).is_some_and(|call| call.monitors.is_some());
        let talks = |id: &CallId| self.leg_state(*id, &target) == Some(LegState::Connected) && !is_monitored(id);
        let heard = if call == NO_CALL { self.calls_at(&target).into_iter().find(talks) } else { Some(call).filter(talks) };
        let heard = heard.filter(|_| self.agents[agent].state == AgentState::TALKING);
        let heard = heard.ok_or(Refusal::Control(Cf::INVALID_OBJECT_STATE, NOTHING_TO_MONITOR))?;
        if self.calls_at(&target).iter().any(is_monitored) {
            return Err(Cf::RESOURCE_BUSY.into());
        }
        let id = self.new_call_id();
        let data = CallData { ani: Some(device.to_owned()), dialed_number: Some(target.clone()), ..CallData::default() };
        let call = Call {
            id,
            call_type: CallType::SUPERVISOR_MONITOR,
            origin: Origin::Internal,
            data,
            legs: Vec::new(),
            calling: device.to_owned(),
            called: (DeviceIdType::AGENT_DEVICE, target.clone()),
            last_redirect: None,
            group: None,
            stage: Stage::Placed,
            target: Target::default(),
            pre_call: PreCall::None,
            consult_of: None,
            controller: None,
            barged_in: None,
            monitors: Some(heard),
            is_recorded: false,
            recorded: Vec::new(),
            joins: false,
            travels: Duration::ZERO,
            far_timer: 0,
            answered: None,
        };
        self.calls.insert(id, call);
        let sits = &mut self.agents[supervisor];
        sits.session.monitored += 1;
        sits.today.monitored += 1;
        sits.direction = CallDirection::OTHER_OUT;
        sits.last_call = Some(id);
        self.attach(id, Leg::new(device, Party::Agent(supervisor), LegState::Connected));
        let mut passive = Leg::new(&target, Party::Agent(agent), LegState::Connected);
        passive.is_monitored = true;
        self.attach(id, passive);
        self.tell_begin(id, device);
        self.tell_begin(id, &target);
        self.tell_established(id, device, &target, EventCause::SILENT_MONITOR);
        self.tell_established(id, &target, &target, EventCause::SILENT_MONITOR);
        self.settle(supervisor);
        Ok((heard, target))
    }

    /// The monitoring call at a supervisor's phone: its id, the call it listens to, and the agent's phone.
    fn monitoring(&self, device: &str) -> Option<(CallId, CallId, String)> {
        self.calls_at(device).into_iter().find_map(|id| {
            let call = self.calls.get(&id)?;
            let agent = call.legs.iter().find(|leg| leg.is_monitored)?.device.clone();
            Some((id, call.monitors?, agent)).filter(|(_, _, agent)| agent != device)
        })
    }

    fn barge_in(&mut self, device: &str) -> Result<(CallId, String), Refusal> {
        if self.barged(device).is_some() {
            return Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, ALREADY_BARGED_IN));
        }
        let (monitor, heard, agent) = self.monitoring(device).ok_or(Cf::NO_ACTIVE_CALL)?;
        let controls = self.calls.get(&heard).is_some_and(|call| call.controller.as_deref().is_none_or(|controller| controller == agent));
        let consults = self.calls_at(&agent).iter().any(|id| self.calls.get(id).is_some_and(|call| call.consult_of.is_some()));
        if !controls || consults || self.leg_state(heard, &agent) != Some(LegState::Connected) {
            return Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, NOT_CONTROLLER));
        }
        let Some(party) = self.calls.get(&monitor).and_then(|call| call.leg(device)).map(|leg| leg.party) else {
            return Err(Cf::INTERNAL_PROCESSING_ERROR.into());
        };
        // The listening call goes into the conference that the agent controls.
        self.detach(monitor, device);
        self.attach(heard, Leg::new(device, party, LegState::Connected));
        if let Some(call) = self.calls.get_mut(&heard) {
            call.call_type = CallType::CONFERENCE;
            call.controller = Some(agent.clone());
            call.barged_in = Some(device.to_owned());
        }
        self.tell_begin(heard, device);
        self.tell_conferenced(heard, monitor, &agent, device, EventCause::SUPERVISOR_BARGE_IN);
        self.tell_established(heard, device, device, EventCause::SUPERVISOR_BARGE_IN);
        self.retire(monitor);
        self.tell_end(monitor, device);
        self.tell_end(monitor, &agent);
        if let Party::Agent(ix) = party {
            let sits = &mut self.agents[ix];
            sits.last_call = Some(heard);
            sits.session.barged_in += 1;
            sits.today.barged_in += 1;
            self.settle(ix);
        }
        Ok((heard, agent))
    }

    /// The call into which the supervisor at `device` barged, and its agent.
    fn barged(&self, device: &str) -> Option<(CallId, String)> {
        self.calls_at(device).into_iter().find_map(|id| {
            let call = self.calls.get(&id)?;
            (call.barged_in.as_deref() == Some(device)).then(|| (id, call.controller.clone().unwrap_or_default()))
        })
    }

    fn intercept(&mut self, device: &str) -> Result<(CallId, String), Refusal> {
        let (call, agent) = self.barged(device).ok_or(Cf::INVALID_OBJECT_STATE)?;
        if self.leg_state(call, &agent).is_none() {
            return Err(Cf::AGENT_NOT_PARTY_ON_CALL.into());
        }
        self.leave(call, &agent, EventCause::SUPERVISOR_INTERCEPT);
        if let Some(ix) = self.agent_at(device) {
            self.agents[ix].session.intercepted += 1;
            self.agents[ix].today.intercepted += 1;
        }
        if let Some(call) = self.calls.get_mut(&call) {
            call.controller = Some(device.to_owned());
            call.barged_in = None;
        }
        Ok((call, agent))
    }

    fn clear_supervision(&mut self, device: &str) -> Result<(CallId, String), Refusal> {
        if let Some((monitor, heard, agent)) = self.monitoring(device) {
            self.leave(monitor, device, EventCause::SUPERVISOR_CLEAR);
            return Ok((heard, agent));
        }
        let (call, agent) = self.barged(device).ok_or(Cf::NO_ACTIVE_CALL)?;
        self.leave(call, device, EventCause::SUPERVISOR_CLEAR);
        Ok((call, agent))
    }

    /// Ends every monitoring of a call that is over, or whose agent has left it.
    pub(super) fn end_monitors(&mut self, heard: CallId) {
        let is_over = |call: &&Call| {
            call.monitors == Some(heard) && call.legs.iter().any(|leg| leg.is_monitored && self.leg_state(heard, &leg.device).is_none())
        };
        let over: Vec<(CallId, String)> = self
            .calls
            .values()
            .filter(is_over)
            .filter_map(|call| Some((call.id, call.legs.iter().find(|leg| leg.is_monitored)?.device.clone())))
            .collect();
        for (id, device) in over {
            self.leave(id, &device, EventCause::SUPERVISOR_CLEAR);
        }
    }

    pub(super) fn supervisor_assist(&mut self, asker: &Asker, request: &SupervisorAssistReq<'_>) -> Answer {
        let instrument = request.agent_instrument.as_deref().or(asker.device.as_deref());
        let ix = self.agent_named(request.agent_id.as_deref(), request.agent_extension.as_deref(), instrument)?;
        let (call, device) = self.call_for_help(ix, request.connection_call_id, CallType::ASSIST)?;
        Ok(SupervisorAssistConf {
            invoke_id: request.invoke_id,
            connection_call_id: call,
            connection_device_id_type: STATIC,
            line_handle: NO_LINE,
            line_type: LineType::HELP,
            connection_device_id: some(&device),
        }
        .into())
    }

    pub(super) fn emergency_call(&mut self, asker: &Asker, request: &EmergencyCallReq<'_>) -> Answer {
        let instrument = request.agent_instrument.as_deref().or(asker.device.as_deref());
        let ix = self.agent_named(request.agent_id.as_deref(), request.agent_extension.as_deref(), instrument)?;
        self.agents[ix].session.emergencies += 1;
        self.agents[ix].today.emergencies += 1;
        // Told to all bridges, whether or not a supervisor can be found.
        let agent = &self.agents[ix];
        let event = EmergencyCallEvent {
            peripheral_id: PERIPHERAL,
            connection_call_id: request.connection_call_id,
            connection_device_id_type: if request.connection_call_id == NO_CALL { ConnectionDeviceIdType::NONE } else { STATIC },
            session_id: u32::try_from(asker.session).unwrap_or(0),
            connection_device_id: some(request.connection_device_id.as_deref().unwrap_or_default()),
            client_id: some(&asker.client_id),
            client_address: some(&asker.address),
            agent_extension: some(agent.instrument()),
            agent_id: some(&agent.id),
            agent_instrument: some(agent.instrument()),
            ..EmergencyCallEvent::default()
        };
        self.emit_to(event, Audience::Bridges, None);
        let (call, device) = self.call_for_help(ix, request.connection_call_id, CallType::EMERGENCY)?;
        Ok(EmergencyCallConf {
            invoke_id: request.invoke_id,
            connection_call_id: call,
            connection_device_id_type: STATIC,
            line_handle: NO_LINE,
            line_type: LineType::HELP,
            connection_device_id: some(&device),
        }
        .into())
    }

    /// Calls the team's supervisor: from a call as a consult, as the desk settings have it, else as a call of its own.
    fn call_for_help(&mut self, ix: AgentIx, call: CallId, call_type: CallType) -> Result<(CallId, String), Refusal> {
        let device = self.agents[ix].device.clone().ok_or(StatusCode::AGENT_NOT_LOGGED_ON)?;
        if self.agents[ix].team == Membership::Removed {
            return Err(Refusal::Control(Cf::GENERIC_UNSPECIFIED_REJECTION, NO_TEAM));
        }
        let found = self.agents.iter().find(|(other, agent)| agent.is_supervisor && *other != ix && self.is_free(*other));
        let number = found.and_then(|(_, agent)| agent.device.clone());
        let by_supervisor = number.is_some();
        // Next the router is asked for the team's dialled number.
        let number = number.or_else(|| self.settings.assist_number.clone()).ok_or(StatusCode::SUPERVISOR_NOT_FOUND)?;
        let call = if call == 0 { NO_CALL } else { call };
        let talking = self.calls_at(&device).into_iter().find(|id| self.leg_state(*id, &device) == Some(LegState::Connected));
        let active = if call == NO_CALL { talking } else { Some(call) };
        let id = match active {
            Some(active) => {
                let data = self.calls.get(&active).ok_or(StatusCode::INVALID_CALLID)?.data.clone();
                let data = CallData { ani: None, ..data };
                let id = self.consult(active, &device, &number, data, call_type)?;
                if let Some(call) = self.calls.get_mut(&id) {
                    call.joins = self.settings.assist_by_conference && by_supervisor;
                }
                id
            }
            None if self.is_free(ix) => self.dial(&device, &number, Dial { call_type: Some(call_type), ..Dial::default() }),
            None => return Err(StatusCode::NO_CALL_ACTIVE.into()),
        };
        Ok((id, device))
    }

    pub(super) fn send_dtmf(&self, asker: &Asker, request: &SendDtmfSignalReq<'_>) -> Answer {
        let id = request.connection_call_id;
        let device = self.acting(asker, id, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        let digits = request.dtmf_string.as_deref().unwrap_or_default();
        if digits.is_empty() || digits.len() > 32 || !digits.chars().all(|c| matches!(c, '0'..='9' | '*' | '#' | 'A'..='D' | 'a'..='d')) {
            return Err(StatusCode::INVALID_DIGITS.into());
        }
        if self.leg_state(id, &device) != Some(LegState::Connected) {
            return Err(Cf::NO_ACTIVE_CALL.into());
        }
        Ok(SendDtmfSignalConf { invoke_id: request.invoke_id }.into())
    }

    /// No agent of the default world has recorded a greeting.
    pub(super) fn greeting_control(&self, request: &AgentGreetingControlReq<'_>) -> Answer {
        self.agent_named(request.agent_id.as_deref(), None, None)?;
        Err(Cf::AGENT_GREETING_CONTROL_OPERATION_FAILURE.into())
    }

    pub(super) fn list_teams(&self, request: &ListAgentTeamReq) -> Answer {
        let ix = self.agents.by_target(request.supervisor_id).ok_or(StatusCode::SUPERVISOR_NOT_FOUND)?;
        if !self.agents[ix].is_supervisor {
            return Err(StatusCode::SUPERVISOR_NOT_FOUND.into());
        }
        Ok(ListAgentTeamConf { invoke_id: request.invoke_id, segment_number: 1, more: 0, team_ids: vec![TEAM].into() }.into())
    }

    /// A call for help was answered: where the desk settings say "blind conference" the supervisor joins at once. No source
    /// shows its events; inferred: those of a consult that is completed as a conference.
    pub(super) fn join_help(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.joins) else { return };
        call.joins = false;
        let (device, original) = (call.calling.clone(), call.consult_of);
        if let Some(original) = original
            && self.leg_state(original, &device) == Some(LegState::Held)
            && self.leg_state(id, &device) == Some(LegState::Connected)
        {
            self.merge(original, id, &device, Merge::Conference);
        }
    }
}

//! What can be asked: agents, desk settings, devices, calls.

use super::call::fill_variables;
use super::call::{Call, text};
use super::emit::{CCE, STATIC, some};
use super::request::{Answer, Asker};
use super::{PERIPHERAL, Refusal, World};
use crate::protocol::masks::{
    AgentStateMask, CallControlMask, CallMsgMask, ClassOfDeviceMask, OtherFeatureMask, TransferConferenceSetupMask,
};
use crate::protocol::message::{
    AgentDeskSettingsConf, AgentDeskSettingsReq, AgentSkillGroup, CallDevice, DeviceCall, DeviceLine, QueryAgentStateConf,
    QueryAgentStateReq, QueryDeviceInfoConf, QueryDeviceInfoReq, SnapshotCallConf, SnapshotCallReq, SnapshotDeviceConf, SnapshotDeviceReq,
};
use crate::protocol::values::{
    AgentMode, ControlFailureCode as Cf, DispositionCode, LineType, SilentMonitorStatus, StatusCode, TypeOfDevice,
};

/// The most calls and devices one snapshot carries.
const SNAPSHOT_LIMIT: usize = 16;

impl World {
    pub(super) fn query_agent_state(&self, asker: &Asker, request: &QueryAgentStateReq<'_>) -> Answer {
        // Voice is domain 1; clients in the field also ask with 0.
        if !matches!(request.mrd_id, -1..=1) && self.profile == super::Profile::Strict {
            return Err(StatusCode::INVALID_MR_DOMAIN.into());
        }
        let target = u32::try_from(request.icm_agent_id).ok().filter(|target| *target != 0);
        let id = request.agent_id.as_deref().or(request.agent_id_long.as_deref());
        let ix = match target {
            Some(target) => self.agents.by_target(target).ok_or(StatusCode::INVALID_AGENT_DATA)?,
            None => {
                let instrument = request.agent_instrument.as_deref();
                let nothing = id.is_none() && request.agent_extension.is_none() && instrument.is_none();
                let instrument = instrument.or(if nothing { asker.device.as_deref() } else { None });
                self.agent_named(id, request.agent_extension.as_deref(), instrument)?
            }
        };
        let agent = &self.agents[ix];
        let entry = |group: &u32| AgentSkillGroup {
            skill_group_number: Some(*group),
            skill_group_id: Some(*group),
            skill_group_priority: Some(0),
            skill_group_state: Some(self.group_state(ix, *group)),
        };
        Ok(QueryAgentStateConf {
            invoke_id: request.invoke_id,
            agent_state: agent.state,
            mrd_id: 1,
            num_tasks: u32::from(agent.is_on_call()),
            // Recorded: 0 for an agent who is signed out, 1 and 1 for one who is not.
            agent_mode: if agent.is_logged_in() { AgentMode::ROUTABLE } else { AgentMode::NOT_ROUTABLE },
            max_task_limit: u32::from(agent.is_logged_in()),
            icm_agent_id: agent.target as i32,
            department_id: agent.department,
            agent_availability_status: self.availability(ix),
            agent_id: some(&agent.id),
            agent_extension: some(agent.instrument()),
            agent_instrument: some(agent.instrument()),
            skill_groups: agent.groups.iter().map(entry).collect(),
            ..QueryAgentStateConf::default()
        }
        .into())
    }

    pub(super) fn agent_desk_settings(&self, asker: &Asker, request: &AgentDeskSettingsReq<'_>) -> Answer {
        let ix = self.agent_named(request.agent_id.as_deref(), None, asker.device.as_deref())?;
        let desk = &self.agents[ix].desk;
        let seconds = |time: std::time::Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        Ok(AgentDeskSettingsConf {
            invoke_id: request.invoke_id,
            peripheral_id: PERIPHERAL,
            desk_settings_mask: desk.mask,
            wrapup_data_incoming_mode: desk.wrapup_incoming,
            wrapup_data_outgoing_mode: desk.wrapup_outgoing,
            // All ones in the recording: not configured.
            logout_non_activity_time: self.settings.logout_after.map_or(u32::MAX, seconds),
            supervisor_assist_call_method: u32::from(self.settings.assist_by_conference),
            emergency_call_method: u32::from(self.settings.assist_by_conference),
            quality_recording_rate: u32::MAX,
            ring_no_answer_time: seconds(desk.ring_no_answer),
            work_mode_timer: seconds(desk.work_timer),
            default_device_port_address: some(""),
            ..AgentDeskSettingsConf::default()
        }
        .into())
    }

    fn transfer_setup(&self) -> TransferConferenceSetupMask {
        use TransferConferenceSetupMask as Setup;
        let blind = Setup::TRANS_SETUP_SINGLE_ACD_CALL | Setup::TRANS_SETUP_ANY_SINGLE_CALL;
        Setup::CONF_SETUP_CONSULT_ANY | if self.settings.blind_transfer { blind } else { Setup::empty() }
    }

    pub(super) fn query_device_info(&self, request: &QueryDeviceInfoReq<'_>) -> Answer {
        let device = request.agent_instrument.as_deref().ok_or(StatusCode::REQUIRED_DATA_MISSING)?;
        if !self.phones.contains_key(device) {
            return Err(Cf::INVALID_CSTA_DEVICE_IDENTIFIER.into());
        }
        // What the peripheral never sends, by the CTI OS System Manager Guide.
        let not_sent =
            CallMsgMask::CALL_QUEUED | CallMsgMask::CALL_DEQUEUED | CallMsgMask::CALL_DIVERTED | CallMsgMask::CALL_TRANSLATION_ROUTE;
        let not_done = CallControlMask::MAKE_PREDICTIVE_CALL | CallControlMask::CLEAR_CALL;
        Ok(QueryDeviceInfoConf {
            invoke_id: request.invoke_id,
            peripheral_type: CCE,
            type_of_device: TypeOfDevice::STATION,
            class_of_device: ClassOfDeviceMask::VOICE,
            max_active_calls: 1,
            max_held_calls: 1,
            max_devices_in_conference: 16,
            make_call_setup: AgentStateMask::NOT_READY,
            // Consult and complete, or blind transfer; no conference in a single step.
            transfer_conference_setup: self.transfer_setup(),
            call_events_supported: CallMsgMask::from_bits_retain(0x0fff_ffff) - not_sent,
            call_control_supported: CallControlMask::from_bits_retain(0x7_ffff) - not_done,
            other_features_supported: OtherFeatureMask::UNIQUE_CONSULT_CALLID,
            lines: vec![DeviceLine { line_handle: Some(0), line_type: Some(LineType::INSIDE) }].into(),
            ..QueryDeviceInfoConf::default()
        }
        .into())
    }

    pub(super) fn snapshot_device(&self, request: &SnapshotDeviceReq<'_>) -> Answer {
        let device = request.agent_instrument.as_deref().ok_or(StatusCode::REQUIRED_DATA_MISSING)?;
        if !self.phones.contains_key(device) {
            return Err(Cf::INVALID_CSTA_DEVICE_IDENTIFIER.into());
        }
        let entry = |id| {
            let call: &Call = self.calls.get(&id)?;
            // A phone that rang before anybody signed in there has no connection that a client was told of.
            let leg = call.leg(device).filter(|leg| leg.agent().is_some())?;
            let status = match (call.monitors.is_some(), leg.is_monitored) {
                (false, _) => SilentMonitorStatus::NONE,
                (true, true) => SilentMonitorStatus::TARGET,
                (true, false) => SilentMonitorStatus::INITIATOR,
            };
            Some(DeviceCall {
                call_connection_call_id: Some(call.id),
                call_connection_device_id_type: Some(STATIC),
                call_connection_device_id: some(device),
                call_state: Some(leg.state.on_wire()),
                silent_monitor_status: Some(status),
            })
        };
        let calls: Vec<DeviceCall<'static>> = self.calls_at(device).into_iter().filter_map(entry).take(SNAPSHOT_LIMIT).collect();
        let mut answer = SnapshotDeviceConf { invoke_id: request.invoke_id, ..SnapshotDeviceConf::default() };
        answer.calls = calls.into();
        Ok(answer.into())
    }

    pub(super) fn snapshot_call(&self, request: &SnapshotCallReq<'_>) -> Answer {
        let call = self.calls.get(&request.connection_call_id).filter(|call| call.agents().next().is_some());
        let call = call.ok_or(Refusal::Control(Cf::INVALID_CSTA_CALL_IDENTIFIER, 0))?;
        if request.connection_device_id.as_deref().is_some_and(|device| !device.is_empty() && call.leg(device).is_none()) {
            return Err(Cf::INVALID_CSTA_CONNECTION_IDENTIFIER.into());
        }
        let data = &call.data;
        let entry = |leg: &super::call::Leg| {
            let (call_device_type, call_device_id) = leg.device_field();
            CallDevice {
                call_connection_call_id: Some(call.id),
                call_connection_device_id_type: Some(STATIC),
                call_connection_device_id: some(&leg.device),
                call_device_type: Some(call_device_type),
                call_device_id,
                call_device_connection_state: Some(leg.state.on_wire()),
            }
        };
        let mut answer = SnapshotCallConf {
            invoke_id: request.invoke_id,
            call_type: call.call_type,
            called_party_disposition: DispositionCode(0),
            ani: text(&data.ani),
            user_to_user_info: data.user_to_user.clone().map(Into::into),
            dnis: text(&data.dnis),
            dialed_number: text(&data.dialed_number),
            caller_entered_digits: text(&data.entered_digits),
            router_call_key_day: data.router_key.map(|key| key.0),
            router_call_key_call_id: data.router_key.map(|key| key.1),
            call_wrapup_data: text(&data.wrapup),
            call_devices: call.legs.iter().take(SNAPSHOT_LIMIT).map(entry).collect(),
            coc_connection_call_id: call.consult_of,
            coc_call_connection_device_id_type: call.consult_of.map(|_| STATIC),
            coc_call_connection_device_id: call.consult_of.and_then(|_| some(&call.calling)),
            ..SnapshotCallConf::default()
        };
        fill_variables!(answer, data);
        Ok(answer.into())
    }
}

//! Recording in the network: Unified CM records a connected call. The confirmations only acknowledge; the events tell.

use super::call::{CallId, LegState};
use super::emit::{STATIC, some};
use super::request::{Answer, Asker};
use super::{Audience, PERIPHERAL, World};
use crate::protocol::message::{
    NetworkRecordingEndedEvent, NetworkRecordingFailedEvent, NetworkRecordingStartedEvent, NetworkRecordingTargetInfoEvent,
    StartNetworkRecordingConf, StartNetworkRecordingReq, StopNetworkRecordingConf, StopNetworkRecordingReq,
};
use crate::protocol::values::{ControlFailureCode as Cf, DeviceIdType, MediaForkingDeviceType, RecordingType};

impl World {
    pub(super) fn start_recording(&mut self, asker: &Asker, request: &StartNetworkRecordingReq<'_>) -> Answer {
        let id = request.connection_call_id;
        let device = self.acting(asker, id, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        if self.leg_state(id, &device) != Some(LegState::Connected) {
            return Err(Cf::NO_ACTIVE_CALL.into());
        }
        let Some(call) = self.calls.get_mut(&id) else { return Err(Cf::NO_ACTIVE_CALL.into()) };
        if call.recorded.iter().any(|(recorded, _)| *recorded == device) {
            return Err(Cf::INVALID_OBJECT_STATE.into());
        }
        let confirmed = StartNetworkRecordingConf { invoke_id: request.invoke_id };
        if let Some(cause) = self.recording_fails.take() {
            let event = NetworkRecordingFailedEvent {
                peripheral_id: PERIPHERAL,
                connection_call_id: id,
                connection_device_id_type: STATIC,
                recording_device_type: DeviceIdType::AGENT_DEVICE,
                record_failure_cause: cause,
                connection_device_id: some(&device),
                recording_device_id: some(&device),
                ..NetworkRecordingFailedEvent::default()
            };
            self.emit(event, vec![device]);
            return Ok(confirmed.into());
        }
        call.recorded.push((device.clone(), request.invocation_type));
        let guid = format!("{id:032x}");
        let event = NetworkRecordingStartedEvent {
            peripheral_id: PERIPHERAL,
            connection_call_id: id,
            connection_device_id_type: STATIC,
            recording_device_type: DeviceIdType::AGENT_DEVICE,
            connection_device_id: some(&device),
            recording_device_id: some(&device),
            ..NetworkRecordingStartedEvent::default()
        };
        self.emit(event, vec![device.clone()]);
        // For the initiator only. Addresses and names are invented; their form is inferred from the fields' descriptions.
        let target = NetworkRecordingTargetInfoEvent {
            peripheral_id: PERIPHERAL,
            connection_call_id: id,
            connection_device_id_type: STATIC,
            recording_device_type: DeviceIdType::AGENT_DEVICE,
            recording_type: RecordingType::APPLICATION_INITIATED_SILENT,
            media_forking_device_type: MediaForkingDeviceType::PHONE,
            connection_device_id: some(&device),
            recording_device_id: some(&device),
            recorder_address: some("127.0.0.1"),
            terminal_name: some(&format!("SEP{:0>12}", device)),
            media_forking_device_name: some(&format!("SEP{:0>12}", device)),
            protocol_reference_guid: some(&guid),
            media_forking_cluster_id: some("StandAloneCluster"),
            ..NetworkRecordingTargetInfoEvent::default()
        };
        self.emit_to(target, Audience::Session(asker.session), None);
        Ok(confirmed.into())
    }

    pub(super) fn stop_recording(&mut self, asker: &Asker, request: &StopNetworkRecordingReq<'_>) -> Answer {
        let id = request.connection_call_id;
        let device = self.acting(asker, id, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
        let started = self.calls.get(&id).and_then(|call| call.recorded.iter().find(|(recorded, _)| *recorded == device));
        // Whoever stops it must name the kind with which it was started.
        if started.is_none_or(|(_, kind)| *kind != request.invocation_type) || !self.end_recording(id, &device) {
            return Err(Cf::INVALID_OBJECT_STATE.into());
        }
        Ok(StopNetworkRecordingConf { invoke_id: request.invoke_id }.into())
    }

    /// The next recording fails with this cause.
    pub(in crate::simulator) fn fail_recording(&mut self, cause: Option<u16>) {
        self.recording_fails = cause;
    }

    /// Ends the recording of one leg, if there is one.
    pub(super) fn end_recording(&mut self, id: CallId, device: &str) -> bool {
        let Some(call) = self.calls.get_mut(&id) else { return false };
        let Some(at) = call.recorded.iter().position(|(recorded, _)| recorded == device) else { return false };
        call.recorded.remove(at);
        let event = NetworkRecordingEndedEvent {
            peripheral_id: PERIPHERAL,
            connection_call_id: id,
            connection_device_id_type: STATIC,
            recording_device_type: DeviceIdType::AGENT_DEVICE,
            connection_device_id: some(device),
            recording_device_id: some(device),
            ..NetworkRecordingEndedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
        true
    }
}

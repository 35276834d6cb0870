//! Recording in the network: Unified CM records a connected call, because somebody asked or by itself. The confirmations only
//! acknowledge; the events tell.

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
        let Some(call) = self.calls.get(&id) else { return Err(Cf::NO_ACTIVE_CALL.into()) };
        if call.recorded.iter().any(|(recorded, _)| *recorded == device) {
            return Err(Cf::INVALID_OBJECT_STATE.into());
        }
        let initiator = Audience::Session(asker.session);
        self.begin_recording(id, &device, request.invocation_type, RecordingType::APPLICATION_INITIATED_SILENT, initiator);
        Ok(StartNetworkRecordingConf { invoke_id: request.invoke_id }.into())
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

    /// An agent's line talks now on a call that the network records by itself. Nobody asked, so whoever hears of the line is
    /// told the target too (inferred: the reference gives it to the initiator and knows automatic recordings).
    pub(super) fn record_line(&mut self, id: CallId, device: &str) {
        let Some(call) = self.calls.get(&id).filter(|call| call.is_recorded) else { return };
        let talks = call.leg(device).is_some_and(|leg| leg.agent().is_some() && leg.state == LegState::Connected);
        if talks && call.recorded.iter().all(|(recorded, _)| recorded != device) {
            self.begin_recording(id, device, None, RecordingType::AUTOMATIC, Audience::Devices(vec![device.to_owned()]));
        }
    }

    /// Records a leg, unless it was ordered to fail; `told` get the target.
    fn begin_recording(&mut self, id: CallId, device: &str, invocation: Option<u16>, kind: RecordingType, told: Audience) {
        if let Some(cause) = self.recording_fails.take() {
            let event = NetworkRecordingFailedEvent {
                peripheral_id: PERIPHERAL,
                connection_call_id: id,
                connection_device_id_type: STATIC,
                recording_device_type: DeviceIdType::AGENT_DEVICE,
                record_failure_cause: cause,
                connection_device_id: some(device),
                recording_device_id: some(device),
                ..NetworkRecordingFailedEvent::default()
            };
            self.emit(event, vec![device.to_owned()]);
            return;
        }
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.recorded.push((device.to_owned(), invocation));
        self.recordings += 1;
        let guid = format!("{id:016X}{:016X}", self.recordings);
        let event = NetworkRecordingStartedEvent {
            peripheral_id: PERIPHERAL,
            connection_call_id: id,
            connection_device_id_type: STATIC,
            recording_device_type: DeviceIdType::AGENT_DEVICE,
            connection_device_id: some(device),
            recording_device_id: some(device),
            ..NetworkRecordingStartedEvent::default()
        };
        self.emit(event, vec![device.to_owned()]);
        // Addresses and names are invented; their form is inferred from the fields' descriptions.
        let target = NetworkRecordingTargetInfoEvent {
            peripheral_id: PERIPHERAL,
            connection_call_id: id,
            connection_device_id_type: STATIC,
            recording_device_type: DeviceIdType::AGENT_DEVICE,
            recording_type: kind,
            media_forking_device_type: MediaForkingDeviceType::PHONE,
            connection_device_id: some(device),
            recording_device_id: some(device),
            recorder_address: some("127.0.0.1"),
            terminal_name: some(&format!("SEP{device:0>12}")),
            media_forking_device_name: some(&format!("SEP{device:0>12}")),
            protocol_reference_guid: some(&guid),
            media_forking_cluster_id: some("StandAloneCluster"),
            ..NetworkRecordingTargetInfoEvent::default()
        };
        self.emit_to(target, told, None);
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

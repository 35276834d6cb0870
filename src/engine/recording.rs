//! What the phone system tells of recordings: only that, and under which identity, a call is recorded. The audio is elsewhere.

use super::Engine;
use super::call::{Triple, name};
use super::model::Name;
use super::record::Moment;
use crate::protocol::Text;
use crate::protocol::message as wire;
use crate::protocol::values::ConnectionDeviceIdType;

impl Engine {
    pub(super) fn network_recording_started(&mut self, event: &wire::NetworkRecordingStartedEvent<'_>) {
        let device = event.connection_device_id.as_ref();
        let triple = triple(event.peripheral_id, event.connection_call_id, event.connection_device_id_type, device);
        self.network_recording(Moment::RecordingStarted, &triple, None);
    }

    pub(super) fn network_recording_ended(&mut self, event: &wire::NetworkRecordingEndedEvent<'_>) {
        let device = event.connection_device_id.as_ref();
        let triple = triple(event.peripheral_id, event.connection_call_id, event.connection_device_id_type, device);
        self.network_recording(Moment::RecordingEnded, &triple, None);
    }

    pub(super) fn network_recording_failed(&mut self, event: &wire::NetworkRecordingFailedEvent<'_>) {
        let device = event.connection_device_id.as_ref();
        let triple = triple(event.peripheral_id, event.connection_call_id, event.connection_device_id_type, device);
        self.network_recording(Moment::RecordingFailed, &triple, None);
    }

    pub(super) fn network_recording_target(&mut self, event: &wire::NetworkRecordingTargetInfoEvent<'_>) {
        let device = event.connection_device_id.as_ref();
        let triple = triple(event.peripheral_id, event.connection_call_id, event.connection_device_id_type, device);
        let guid = event.protocol_reference_guid.as_ref().filter(|guid| !guid.is_empty()).map(name);
        self.network_recording(Moment::RecordingTarget, &triple, guid);
    }

    /// The events come from another service than the call's and may name a connection that is not the agent's, or none that is
    /// known: the call is what counts.
    fn network_recording(&mut self, moment: Moment, triple: &Triple, guid: Option<Name>) {
        if !self.serves(triple.peripheral) {
            return;
        }
        let Some(key) = self.calls.find_call(triple) else {
            self.unexpected("a recording of an unknown call");
            return;
        };
        self.record_call_with(moment, key, &triple.device, |record| {
            record.facts.recording_guid = guid;
            record.facts.call = None;
        });
    }
}

fn triple(peripheral: u32, call_id: u32, id_type: ConnectionDeviceIdType, device: Option<&Text<'_>>) -> Triple {
    Triple { peripheral, call_id, id_type, device: device.map(name).unwrap_or_default() }
}

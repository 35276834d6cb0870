//! What is asked for when a session opens.

use secrecy::ExposeSecret;

use super::settings::Settings;
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ConfigMsgMask, ServiceMask};
use crate::protocol::message::OpenReq;
use crate::protocol::{Message, ProtocolVersion, Text, wire::Unspec};

/// PeripheralID of a session that is for all peripherals of the gateway.
const ALL_PERIPHERALS: u32 = u32::MAX;

/// Services of a bridge that sees and controls every device.
pub(super) fn services(settings: &Settings, version: ProtocolVersion) -> ServiceMask {
    let mut services = ServiceMask::ALL_EVENTS | ServiceMask::CLIENT_CONTROL | ServiceMask::CALL_DATA_UPDATE | ServiceMask::SUPERVISOR;
    if settings.configuration && version.has(10, 0) {
        services |= ServiceMask::CONFIG_EVENTS | ServiceMask::UPDATE_EVENTS;
    }
    if settings.hold_standby && version.has(24, 0) {
        services |= ServiceMask::ACTIVE_STANDBY;
    }
    services
}

/// The call events that somebody above has a use for. Left out: the media stream events, which the load is not worth, the
/// legacy form of the pre-call event, and the reserved bit. Bits that a version does not define must be zero.
fn call_events(version: ProtocolVersion) -> CallMsgMask {
    let mut mask = CallMsgMask::CALL_DELIVERED
        | CallMsgMask::CALL_QUEUED
        | CallMsgMask::CALL_ESTABLISHED
        | CallMsgMask::CALL_HELD
        | CallMsgMask::CALL_RETRIEVED
        | CallMsgMask::CALL_CLEARED
        | CallMsgMask::CALL_CONNECTION_CLEARED
        | CallMsgMask::CALL_ORIGINATED
        | CallMsgMask::CALL_CONFERENCED
        | CallMsgMask::CALL_TRANSFERRED
        | CallMsgMask::CALL_DIVERTED
        | CallMsgMask::CALL_SERVICE_INITIATED
        | CallMsgMask::CALL_TRANSLATION_ROUTE
        | CallMsgMask::BEGIN_CALL
        | CallMsgMask::END_CALL
        | CallMsgMask::CALL_DATA_UPDATE
        | CallMsgMask::CALL_FAILED
        | CallMsgMask::CALL_REACHED_NETWORK
        | CallMsgMask::CALL_DEQUEUED
        | CallMsgMask::AGENT_PRE_CALL
        | CallMsgMask::AGENT_PRE_CALL_ABORT
        | CallMsgMask::AGENT_TEAM_CONFIG
        | CallMsgMask::CALL_ATTRIBUTE_CHANGE;
    if version.has(15, 0) {
        mask |= CallMsgMask::CALL_AGENT_GREETING;
    }
    if version.has(23, 0) {
        mask |= CallMsgMask::NETWORK_RECORDING_STARTED
            | CallMsgMask::NETWORK_RECORDING_ENDED
            | CallMsgMask::NETWORK_RECORDING_FAILED
            | CallMsgMask::NETWORK_RECORDING_TARGET_INFO;
    }
    mask
}

/// Every agent state. The states of task based media are not in the tables of version 15; 16 as the first version that
/// has them is inferred.
fn agent_states(version: ProtocolVersion) -> AgentStateMask {
    let mut mask = AgentStateMask::LOGIN
        | AgentStateMask::LOGOUT
        | AgentStateMask::NOT_READY
        | AgentStateMask::AVAILABLE
        | AgentStateMask::TALKING
        | AgentStateMask::WORK_NOT_READY
        | AgentStateMask::WORK_READY
        | AgentStateMask::BUSY_OTHER
        | AgentStateMask::RESERVED
        | AgentStateMask::HOLD;
    if version.has(16, 0) {
        mask |= AgentStateMask::ACTIVE | AgentStateMask::PAUSED | AgentStateMask::INTERRUPTED | AgentStateMask::NOT_ACTIVE;
    }
    mask
}

/// OPEN_REQ.
pub(super) fn request(settings: &Settings, version: ProtocolVersion, invoke_id: u32) -> Message<'_> {
    let config = if settings.configuration { ConfigMsgMask::SKILL_GROUP | ConfigMsgMask::AGENT } else { ConfigMsgMask::empty() };
    OpenReq {
        invoke_id,
        version_number: u32::from(version.number()),
        idle_timeout: settings.idle_timeout(),
        peripheral_id: settings.peripheral_id.unwrap_or(ALL_PERIPHERALS),
        services_requested: services(settings, version),
        call_msg_mask: call_events(version),
        agent_state_mask: agent_states(version),
        config_msg_mask: config,
        client_id: Some(Text::from(settings.client_id.as_str())),
        client_password: Some(Unspec::from(settings.client_password.expose_secret().as_bytes())),
        client_signature: (!settings.client_signature.is_empty()).then(|| Text::from(settings.client_signature.as_str())),
        ..OpenReq::default()
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_version_is_asked_for_bits_that_it_does_not_define() {
        let settings = Settings::default();
        for number in 9..=25 {
            let version = ProtocolVersion::new(number).unwrap();
            let Message::OpenReq(open) = request(&settings, version, 1) else { panic!() };
            assert_eq!(open.version_number, number);
            assert_eq!(open.services_requested.contains(ServiceMask::ACTIVE_STANDBY), number >= 24);
            assert_eq!(open.services_requested.contains(ServiceMask::CONFIG_EVENTS), number >= 10);
            assert_eq!(open.call_msg_mask.contains(CallMsgMask::NETWORK_RECORDING_STARTED), number >= 23);
            assert!(open.services_requested.unnamed().is_empty() && open.call_msg_mask.unnamed().is_empty());
            assert!(number >= 16 || open.agent_state_mask.bits() <= 0x3ff);
            assert_eq!((open.reserved1, open.reserved2, open.reserved3), (0, 0, 0));
        }
    }

    #[test]
    fn an_empty_password_is_a_field_of_length_zero() {
        let settings = Settings { client_id: "bridge".into(), client_signature: "cb".into(), ..Settings::default() };
        let version = ProtocolVersion::new(20).unwrap();
        let bytes = request(&settings, version, 1).to_bytes(version).unwrap();
        let tail = [0, 1, 0, 7, b'b', b'r', b'i', b'd', b'g', b'e', 0, 0, 2, 0, 0, 0, 3, 0, 3, b'c', b'b', 0];
        assert!(bytes.ends_with(&tail), "{bytes:02x?}");
        assert_eq!(bytes.len(), 74);
    }
}

//! Checking what clients send: OPEN_REQ, and the form of every other request.

use std::time::Duration;

use super::Profile;
use crate::protocol::check;
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::message::OpenReq;
use crate::protocol::schema::FloatingSpec;
use crate::protocol::values::StatusCode;
use crate::protocol::wire::Context;
use crate::protocol::{Message, ProtocolVersion, RawFrame, Reader};

/// What of CallMsgMask, AgentStateMask and ConfigMsgMask the tables name.
const CALL_MASK: CallMsgMask = CallMsgMask::all();
const STATE_MASK: u32 = 0x3fff;
const CONFIG_MASK: u32 = 0x3ff;

/// An OPEN_REQ that passed, owned.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) invoke_id: u32,
    pub(super) version: ProtocolVersion,
    pub(super) services: ServiceMask,
    pub(super) call_mask: CallMsgMask,
    pub(super) state_mask: AgentStateMask,
    pub(super) peripheral: u32,
    pub(super) idle: Option<Duration>,
    pub(super) client_id: String,
    pub(super) signature: String,
    pub(super) password: Vec<u8>,
    pub(super) agent: (Option<String>, Option<String>, Option<String>),
    /// Bits that no table names and that were dropped.
    pub(super) dropped_bits: u32,
}

/// InvokeID of a request: its first word.
pub(super) fn invoke_id(frame: &RawFrame) -> u32 {
    frame.body.first_chunk::<4>().map_or(0, |word| u32::from_be_bytes(*word))
}

/// Reads and checks OPEN_REQ as far as that needs no knowledge of the world.
pub(super) fn read_open(frame: &RawFrame, profile: Profile) -> Result<Opening, StatusCode> {
    // The layout of the floating part follows from VersionNumber, so that is read first.
    let number = frame.body.get(4..8).and_then(|word| word.first_chunk::<4>()).ok_or(StatusCode::BAD_MESSAGE_FORMAT)?;
    let version = ProtocolVersion::new(u32::from_be_bytes(*number)).ok_or(StatusCode::INVALID_VERSION)?;
    check_form(frame, version, profile, &[])?;
    let Ok(Message::OpenReq(open)) = Message::decode(frame, &mut Context::new(version)) else {
        return Err(StatusCode::BAD_MESSAGE_FORMAT);
    };
    let mut dropped_bits = open.services_requested.unnamed().bits().count_ones();
    let state_bits = open.agent_state_mask.bits() & !STATE_MASK;
    let config_bits = open.config_msg_mask.bits() & !CONFIG_MASK;
    dropped_bits += state_bits.count_ones() + config_bits.count_ones();
    let owned = |text: &Option<crate::protocol::Text<'_>>| text.as_deref().filter(|text| !text.is_empty()).map(str::to_owned);
    let password = open.client_password.as_ref().map(|password| password.0.to_vec()).unwrap_or_default();
    Ok(Opening {
        invoke_id: open.invoke_id,
        version,
        services: open.services_requested.difference(open.services_requested.unnamed()),
        call_mask: open.call_msg_mask.intersection(CALL_MASK),
        state_mask: AgentStateMask::from_bits_retain(open.agent_state_mask.bits() & STATE_MASK),
        peripheral: open.peripheral_id,
        // Above what any clock here could count it means "no heartbeats".
        idle: (open.idle_timeout < i32::MAX as u32).then(|| Duration::from_secs(u64::from(open.idle_timeout))),
        client_id: owned(&open.client_id).unwrap_or_default(),
        signature: owned(&open.client_signature).or_else(|| owned(&open.client_id)).unwrap_or_default(),
        password,
        agent: (owned(&open.agent_id), owned(&open.agent_extension), owned(&open.agent_instrument)),
        dropped_bits,
    })
}

/// Checks the form of a request as [`check::client_frame`] does, except that fields the session itself supplies may be missing:
/// `implied` are their tags. In the field profile OPEN_REQ may also ask for Client Events without an agent, together with
/// All Events: a public client does.
pub(super) fn check_form(frame: &RawFrame, version: ProtocolVersion, profile: Profile, implied: &[u16]) -> Result<(), StatusCode> {
    let strictness = match profile {
        Profile::Field => check::Profile::Field,
        Profile::Strict => check::Profile::Strict,
    };
    match check::client_frame(frame, version, strictness) {
        Ok(()) => Ok(()),
        Err(refusal) if refusal.status == StatusCode::REQUIRED_DATA_MISSING => {
            if frame.number == OpenReq::NUMBER && profile == Profile::Field && refusal.field == "AgentExtension" {
                return Ok(());
            }
            required(frame, version, implied)
        }
        Err(refusal) => Err(refusal.status),
    }
}

fn required(frame: &RawFrame, version: ProtocolVersion, implied: &[u16]) -> Result<(), StatusCode> {
    let spec = crate::protocol::spec_of(frame.number).ok_or(StatusCode::INVALID_MSG_TYPE_FOR_VERSION)?;
    let mut reader = Reader::new(&frame.body);
    reader.take(spec.fixed_len(version)).ok_or(StatusCode::BAD_MESSAGE_FORMAT)?;
    let mut present = Vec::new();
    while let Some(field) = reader.field(version).map_err(|_| StatusCode::BAD_MESSAGE_FORMAT)? {
        present.push(field.tag);
    }
    let missing = |field: &&FloatingSpec| {
        field.is_required && version.has(field.since, field.until) && !present.contains(&field.tag) && !implied.contains(&field.tag)
    };
    if spec.floating_fields().any(|field| missing(&field)) { Err(StatusCode::REQUIRED_DATA_MISSING) } else { Ok(()) }
}

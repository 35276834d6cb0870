//! What a moment tells of the call.

use super::super::super::model::{CallKey, CallSpan, Direction, InteractionRef, Session, Source};
use super::campaign::variable;
use crate::engine::model::{CallType, EccValue};
use crate::engine::record::{CallFacts, Record};

/// Types of calls that the router gave to the agent.
pub(in crate::history::ledger) fn is_routed(call_type: CallType) -> bool {
    matches!(
        call_type,
        CallType::ACD_IN
            | CallType::PREROUTE_ACD_IN
            | CallType::PREROUTE_DIRECT_AGENT
            | CallType::TRANSFER_IN
            | CallType::OVERFLOW_IN
            | CallType::VOICE_CALL_BACK
    )
}

/// Types of calls by which a supervisor listens to a colleague or takes part: they are no contacts.
pub(in crate::history::ledger) const fn is_supervision(call_type: CallType) -> bool {
    matches!(
        call_type,
        CallType::SUPERVISOR_MONITOR | CallType::SUPERVISOR_WHISPER | CallType::SUPERVISOR_BARGEIN | CallType::SUPERVISOR_INTERCEPT
    )
}

/// Types of calls for help: parts of the contact beside which they are placed, and none without one.
pub(in crate::history::ledger) const fn is_help(call_type: CallType) -> bool {
    matches!(call_type, CallType::ASSIST | CallType::EMERGENCY)
}

/// Types of calls that only reserve an agent for a customer who is to be called.
pub(super) fn is_reservation(call_type: CallType) -> bool {
    matches!(call_type, CallType::PREVIEW | CallType::RESERVATION)
        || (CallType::RESERVATION_PREVIEW.0..=CallType::RESERVATION_PERSONAL_CALLBACK.0).contains(&call_type.0)
}

pub(super) fn is_campaign(call_type: CallType) -> bool {
    matches!(call_type, CallType::PREVIEW | CallType::RESERVATION | CallType::AUTO_OUT)
        || (CallType::RESERVATION_PREVIEW.0..=CallType::CUSTOMER_IVR.0).contains(&call_type.0)
}

/// What a moment tells of the call, whatever else it does.
pub(super) fn take_facts(session: &mut Session, record: &Record) {
    session.peripheral = session.peripheral.or(record.peripheral_id);
    session.campaign = record.facts.campaign.or(session.campaign);
    if let Some(key) = record.router_key {
        session.key.get_or_insert(CallKey { day: key.day, call_id: key.call_id, sequence: key.sequence });
    }
    if let Some(call_id) = record.call_id
        && session.calls.iter().all(|call| call.call_id != call_id)
    {
        session.calls.push(CallSpan { call_id, from: record.at, to: None });
    }
    if let (Some(interaction), Some(agent)) = (record.interaction, &record.agent) {
        let id = interaction.to_string();
        if session.interactions.iter().all(|known| known.id != id) {
            session.interactions.push(InteractionRef { id, agent: agent.0.to_string() });
        }
    }
    if let Some(call) = record.facts.call.as_ref().filter(|_| !record.facts.is_consult || session.call_params.is_empty()) {
        take_call(session, call);
    }
}

pub(super) fn take_call(session: &mut Session, call: &CallFacts) {
    if call.call_type != CallType::default() && call.call_type != CallType::NONE && !session.call_types.contains(&call.call_type.0) {
        session.call_types.push(call.call_type.0);
    }
    if is_campaign(call.call_type) {
        session.source = Source::Campaign;
        session.is_preview |= matches!(
            call.call_type,
            CallType::PREVIEW
                | CallType::RESERVATION_PREVIEW
                | CallType::RESERVATION_PREVIEW_DIRECT
                | CallType::CUSTOMER_PREVIEW
                | CallType::CUSTOMER_PREVIEW_DIRECT
        );
    }
    if variable(call, "BACampaign").is_some() {
        session.source = Source::Campaign;
    }
    if let Some(number) = variable(call, "BACustomerNumber") {
        session.client_number = Some(number.to_owned());
    }
    if let Some(group) = call.skill_group
        && !session.skill_groups.contains(&group)
    {
        session.skill_groups.push(group);
    }
    let mut params = vec![
        ("ANI", call.ani.as_ref()),
        ("DNIS", call.dnis.as_ref()),
        ("DialedNumber", call.dialed_number.as_ref()),
        ("CallerEnteredDigits", call.entered_digits.as_ref()),
        ("CallWrapupData", call.wrapup.as_ref()),
    ];
    const VARIABLES: [&str; 10] = [
        "CallVariable1",
        "CallVariable2",
        "CallVariable3",
        "CallVariable4",
        "CallVariable5",
        "CallVariable6",
        "CallVariable7",
        "CallVariable8",
        "CallVariable9",
        "CallVariable10",
    ];
    params.extend(VARIABLES.into_iter().zip(call.call_variables.iter().map(Option::as_ref)));
    for (name, value) in params {
        if let Some(value) = value {
            session.call_params.insert(name.to_owned(), value.to_string());
        }
    }
    for (name, value) in &call.ecc {
        match value {
            EccValue::Scalar(value) => {
                session.call_params.insert(name.to_string(), value.to_string());
            }
            EccValue::Array(elements) => {
                for (index, value) in elements {
                    session.call_params.insert(format!("{name}[{index}]"), value.to_string());
                }
            }
        }
    }
    let number = call.dnis.as_ref().or(call.dialed_number.as_ref());
    if session.direct_call_number.is_none() {
        session.direct_call_number = number.map(ToString::to_string);
    }
    if session.client_number.is_none() {
        let number = match session.direction {
            Direction::Inbound => call.ani.as_ref().or(call.calling_device.as_ref()),
            Direction::Outbound | Direction::Internal => call.dialed_number.as_ref().or(call.called_device.as_ref()),
        };
        session.client_number = number.filter(|number| !number.is_empty()).map(ToString::to_string);
    }
}

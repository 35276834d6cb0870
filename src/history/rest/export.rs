//! Lists as tables.

use std::fmt::Write as _;

use super::super::render::SessionModel;

/// The columns that fit into a table.
pub(super) fn csv(models: impl Iterator<Item = SessionModel>) -> String {
    let mut text = String::from(
        "id,created,guestJoined,started,ended,status,source,direction,phoneCallbackNumber,directCallNumber,waited,length,operators,terminationReason\r\n",
    );
    // A cell that a spreadsheet would take for a formula gets an apostrophe; quotes are doubled.
    let cell = |value: &str| {
        let guarded = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) && value.parse::<f64>().is_err() { "'" } else { "" };
        format!("\"{guarded}{}\"", value.replace('"', "\"\""))
    };
    for model in models {
        let agents: Vec<_> = model.operators.iter().map(|operator| operator.user_name.as_str()).collect();
        let reason = model.cti.termination_reason.map(|reason| format!("{reason:?}")).unwrap_or_default();
        let cells = [
            model.id.to_string(),
            model.created.clone(),
            model.guest_joined.clone().unwrap_or_default(),
            model.started.clone().unwrap_or_default(),
            model.ended.clone().unwrap_or_default(),
            model.status.to_owned(),
            format!("{:?}", model.source),
            format!("{:?}", model.cti.direction),
            model.phone_callback_number.clone().unwrap_or_default(),
            model.direct_call_number.clone().unwrap_or_default(),
            model.waited.clone().unwrap_or_default(),
            model.length.clone().unwrap_or_default(),
            agents.join(" "),
            reason,
        ];
        let line: Vec<_> = cells.iter().map(|value| cell(value)).collect();
        let _ = write!(text, "{}\r\n", line.join(",")); // writing to a String cannot fail
    }
    text
}

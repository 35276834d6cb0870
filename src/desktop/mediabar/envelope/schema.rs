//! The responses in the published contract.

use schemars::{JsonSchema, json_schema};
use serde_json::json;

use super::{BadJson, FailureBody, MAX_RAW_ORIGINAL, MAX_REQUEST_ID, Refusal, Success};
use crate::desktop::mediabar::command::schema::{Answer, commands, spelling};
use crate::desktop::mediabar::form::Form;
use crate::desktop::mediabar::login::PreparedData;
use crate::desktop::mediabar::schema::{Class, Draft, describe, inline, path, set, unset, word_list};
use crate::desktop::mediabar::target::Kind;
use crate::engine::command::FailureCode;

word_list! {
    /// Why a command was not done.
    Code = FailureCode::ALL.iter().map(|code| code.as_str());
}

fn request_id() -> serde_json::Value {
    json!({ "description": "As in the request; absent if that had none.", "type": "string", "maxLength": MAX_REQUEST_ID })
}

/// Adds all responses.
pub(in crate::desktop::mediabar) fn responses(draft: &mut Draft) {
    for command in commands() {
        let mut schema = inline::<Success<'static, ()>>(&mut draft.output);
        set(&mut schema, "command", json!({ "type": "string", "pattern": spelling(command.name) }), true);
        match command.kind {
            Kind::Session if command.name == "prepareSession" => unset(&mut schema, "target"),
            kind => set(&mut schema, "target", path(kind), true),
        }
        set(&mut schema, "result", json!({ "type": "string", "const": "success" }), true);
        set(&mut schema, "requestId", request_id(), false);
        let data = match command.answer {
            Answer::Never => continue,
            Answer::Nothing => None,
            Answer::AsAsked => Some(json_schema!({ "description": "The data of the request as it was sent.", "type": "object" })),
            Answer::Prepared => Some(draft.output.subschema_for::<PreparedData<'static>>()),
        };
        match data {
            Some(data) => set(&mut schema, "data", data, true),
            None => unset(&mut schema, "data"),
        }
        describe(&mut schema, format!("{} was carried out, or accepted where its effect is pending by nature.", command.name));
        draft.add(Class::Response, format!("{}.success", command.name), schema);
    }
    refusal(draft, "failure", "Nothing was done, or (CTI_TIMEOUT, UNKNOWN_OUTCOME) nobody knows.");
    refusal(draft, "needinfo", "Nothing was done: the desktop sends the command again with what is missing.");
    refusal(draft, "confirm", "Nothing was done: the desktop asks its user and sends the command again.");

    let mut schema = inline::<BadJson<'static>>(&mut draft.output);
    set(&mut schema, "command", json!({ "type": "null" }), true);
    set(&mut schema, "target", json!({ "type": "null" }), true);
    set(&mut schema, "result", json!({ "type": "string", "const": "failure" }), true);
    set(
        &mut schema,
        "original",
        json!({ "description": "The frame, or its beginning.", "type": "string", "maxLength": MAX_RAW_ORIGINAL }),
        true,
    );
    describe(&mut schema, "The frame was no JSON object.");
    draft.add(Class::Response, "badJson.failure", schema);
}

fn refusal(draft: &mut Draft, result: &str, text: &str) {
    let mut schema = inline::<Refusal<'static, ()>>(&mut draft.output);
    let as_sent = "As it was sent, whatever its type.";
    set(&mut schema, "command", json!({ "description": as_sent }), true);
    set(&mut schema, "target", json!({ "description": as_sent }), false);
    set(&mut schema, "result", json!({ "type": "string", "const": result }), true);
    set(&mut schema, "original", json!({ "description": "The whole request as it was sent.", "type": "object" }), true);
    set(&mut schema, "requestId", json!({ "description": as_sent }), false);
    for member in ["failure", "uiExtension", "message"] {
        unset(&mut schema, member);
    }
    match result {
        "failure" => set(&mut schema, "failure", draft.output.subschema_for::<FailureBody<'static>>(), true),
        "needinfo" => set(&mut schema, "uiExtension", draft.output.subschema_for::<Form<'static>>(), true),
        _ => set(&mut schema, "message", json!({ "description": "A question for the user.", "type": "string" }), true),
    }
    describe(&mut schema, text);
    draft.add(Class::Response, format!("any.{result}"), schema);
}

/// What is repeated as it came.
pub(super) struct Anything;

impl JsonSchema for Anything {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Anything".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        json_schema!({})
    }
}

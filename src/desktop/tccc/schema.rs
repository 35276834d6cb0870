//! The published contract of the profile: one JSON Schema document (2020-12) with every frame that passes after the login.
//! The login itself is the media bar API's.
//!
//! What we write is drawn from the types here; the tests hold every frame that leaves the daemon against them.

#![allow(dead_code)] // read by the generator only

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Map, Value, json};

use super::answer::Code;
use super::event::Status;
use crate::desktop::mediabar::schema::{close, never_null};

/// Version of the contract; it changes with the first change that is no addition.
pub const VERSION: &str = "6";

/// A frame of the profile.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its name among the definitions of the document.
    pub name: String,
    /// Its schema; references point into the document.
    pub schema: Value,
}

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident = $list:expr;)*) => { $(
        $(#[$meta])*
        struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let list: Vec<Value> = $list.into_iter().map(Value::from).collect();
                json_schema!({ "type": "string", "enum": list })
            }
        }
    )* };
}

words! {
    AgentStatus = Status::ALL.map(Status::word);
    Wanted = ["free", "rest", "arrange", "notReady", "stopNotReady"];
    Kind = ["phone", "internal"];
    Direction = ["IN", "OUT"];
    CallState = ["alerting", "dialing", "held", "connected", "ended"];
    ServerType = [super::call::SERVER_TYPE];
    CloseBy = ["client", "seat", "admin", "timer"];
    MainReason = super::event::MAIN_REASONS;
    Ignored = ["callerPhoneNumber", "servingNumberGroupIds"];
}

#[derive(JsonSchema)]
struct Nothing {}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Session {
    session_id: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OutboundOptions {
    phone_number: String,
    phone_desc: Option<String>,
    uui: Option<String>,
    skill_group_id: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct InternalOptions {
    callee_user_id: String,
    use_mobile: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TransferOptions {
    session_id: String,
    /// One of this …
    skill_group_id: Option<String>,
    /// … and this.
    user_id: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DigitsOptions {
    session_id: String,
    dtmf_text: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StatusOptions {
    status: Wanted,
    rest_reason: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Dialled {
    session_id: String,
    callee_phone_number: String,
    caller_phone_number: String,
    server_type: ServerType,
    remark: Option<String>,
    /// Options that a CTI Server has no use for.
    ignored: Option<Vec<Ignored>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StatusAnswer {
    agent_status: AgentStatus,
}

#[derive(JsonSchema)]
struct Ready {
    status: AgentStatus,
    sessions: Vec<Snapshot>,
}

/// A call that was there before the page.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Snapshot {
    session_id: String,
    #[serde(rename = "type")]
    kind: Kind,
    direction: Direction,
    state: CallState,
    timeout: Option<u32>,
    peer_user_id: Option<String>,
    callee_phone_number: Option<String>,
    caller_phone_number: Option<String>,
    ivr_path: Option<Vec<Digit>>,
    server_type: Option<ServerType>,
    remark: Option<String>,
}

#[derive(JsonSchema)]
struct Digit {
    key: String,
    label: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StatusChanged {
    status: AgentStatus,
    /// Of rest.
    rest_reason: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CallIn {
    session_id: String,
    #[serde(rename = "type")]
    kind: Kind,
    timeout: u32,
    /// Of an internal call.
    peer_user_id: Option<String>,
    callee_phone_number: Option<String>,
    /// Absent if withheld.
    caller_phone_number: Option<String>,
    /// Of the call data that the operator named.
    remark: Option<String>,
    ivr_path: Option<Vec<Digit>>,
    server_type: Option<ServerType>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CallOuted {
    session_id: String,
    caller_phone_number: String,
    callee_phone_number: Option<String>,
    remark: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionEnded {
    session_id: String,
    #[serde(rename = "type")]
    kind: Kind,
    close_by: CloseBy,
    /// Of an end by the system.
    main_reason: Option<MainReason>,
    /// The CTI Server's cause.
    sub_reason: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Transferred {
    session_id: String,
    /// To whom, if the page named an agent.
    user_id: Option<String>,
    /// To which queue, if the page named one.
    skill_group_id: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenExpired {
    error_msg: String,
}

/// What a command takes, and what a success brings beside the id.
struct Command {
    name: &'static str,
    options: Schema,
    /// None: it is always refused.
    success: Option<Schema>,
}

fn commands(draft: &mut SchemaGenerator) -> Vec<Command> {
    fn of<O: JsonSchema, S: JsonSchema>(draft: &mut SchemaGenerator, name: &'static str) -> Command {
        Command { name, options: O::json_schema(draft), success: Some(S::json_schema(draft)) }
    }
    let mut list = vec![
        of::<OutboundOptions, Dialled>(draft, "tccc.Call.startOutboundCall"),
        of::<InternalOptions, Nothing>(draft, "tccc.Call.startInternalCall"),
        of::<TransferOptions, Nothing>(draft, "tccc.Call.transfer"),
        of::<DigitsOptions, Nothing>(draft, "tccc.Call.sendDigits"),
        of::<Nothing, Nothing>(draft, "tccc.Agent.online"),
        of::<Nothing, Nothing>(draft, "tccc.Agent.offline"),
        of::<StatusOptions, Nothing>(draft, "tccc.Agent.setStatus"),
        of::<Nothing, StatusAnswer>(draft, "tccc.Agent.getStatus"),
    ];
    for name in ["tccc.Call.accept", "tccc.Call.hungUp", "tccc.Call.deleteCall", "tccc.Call.hold", "tccc.Call.unHold"] {
        list.push(of::<Session, Nothing>(draft, name));
    }
    for name in UNSUPPORTED {
        list.push(Command { name, options: Nothing::json_schema(draft), success: None });
    }
    list
}

/// Commands of the profile that are refused, whatever their options.
pub const UNSUPPORTED: [&str; 13] = [
    "tccc.Call.muteMic",
    "tccc.Call.unmuteMic",
    "tccc.Call.isMicMuted",
    "tccc.Chat.accept",
    "tccc.Chat.end",
    "tccc.Chat.transfer",
    "tccc.Video.accept",
    "tccc.Video.end",
    "tccc.Video.transfer",
    "tccc.Video.muteMic",
    "tccc.Video.unmuteMic",
    "tccc.Video.muteVideo",
    "tccc.Video.unmuteVideo",
];

/// A member's value repeated from the request: a text or a number, or nothing if there was none.
fn id() -> Value {
    json!({ "type": ["string", "number", "null"], "description": "That of the request." })
}

fn event(name: &str, text: &str, data: Schema) -> Frame {
    let schema = json!({
        "description": text,
        "type": "object",
        "properties": { "event": { "type": "string", "const": name }, "data": data },
        "required": ["event", "data"],
    });
    Frame { name: format!("{name}.event"), schema }
}

/// All frames, and the types they share by name.
fn draw() -> (Vec<Frame>, Map<String, Value>) {
    let mut draft = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut frames = Vec::new();
    for Command { name, options, success } in commands(&mut draft) {
        let needs_options = options.get("required").is_some();
        let required = if needs_options { json!(["command", "options"]) } else { json!(["command"]) };
        let schema = json!({
            "description": if success.is_some() { "" } else { "Always refused with not_supported." },
            "type": "object",
            "properties": { "command": { "type": "string", "const": name }, "id": id(), "options": options },
            "required": required,
        });
        frames.push(Frame { name: format!("{name}.request"), schema });
        if let Some(success) = success {
            let mut schema = success.to_value();
            if let Some(members) = schema.as_object_mut() {
                let properties = members.entry("properties").or_insert_with(|| json!({}));
                properties["id"] = id();
                properties["status"] = json!({ "type": "string", "const": "success" });
                let required = members.entry("required").or_insert_with(|| json!([]));
                required.as_array_mut().into_iter().for_each(|required| required.extend([json!("id"), json!("status")]));
            }
            frames.push(Frame { name: format!("{name}.success"), schema });
        }
    }
    let codes = Code::ALL.map(Code::word).join("|");
    frames.push(Frame {
        name: "any.error".to_owned(),
        schema: json!({
            "description": "A command was not carried out: a stable code, a colon, and a sentence for people.",
            "type": "object",
            "properties": {
                "id": id(),
                "status": { "type": "string", "const": "error" },
                "errorMsg": { "type": "string", "pattern": format!("^({codes}): .") },
            },
            "required": ["id", "status", "errorMsg"],
        }),
    });
    frames.extend([
        event("ready", "The whole picture was told: commands are taken from here on.", Ready::json_schema(&mut draft)),
        event("statusChanged", "The agent's status is another one.", StatusChanged::json_schema(&mut draft)),
        event("callIn", "A call rings.", CallIn::json_schema(&mut draft)),
        event("callOuted", "A call is being placed, here or on the phone.", CallOuted::json_schema(&mut draft)),
        event("userAccessed", "The agent took the call.", Session::json_schema(&mut draft)),
        event("calloutAccepted", "The other party took the call.", Session::json_schema(&mut draft)),
        event("autoTransfer", "The agent did not answer, and the call went to somebody else.", Session::json_schema(&mut draft)),
        event("transfer", "The agent transferred the call.", Transferred::json_schema(&mut draft)),
        event("sessionEnded", "The call is over for this agent.", SessionEnded::json_schema(&mut draft)),
        event("sessionCompleted", "Nothing is left to do about the call.", Session::json_schema(&mut draft)),
        event("tokenExpired", "The session could not be started.", TokenExpired::json_schema(&mut draft)),
    ]);
    let mut types = draft.take_definitions(true);
    frames.iter_mut().filter(|frame| !frame.name.ends_with(".request")).for_each(|frame| never_null(&mut frame.schema));
    types.values_mut().for_each(never_null);
    (frames, types)
}

/// All frames.
pub fn frames() -> Vec<Frame> {
    draw().0
}

/// The document.
pub fn document() -> Value {
    let (frames, types) = draw();
    let references: Vec<Value> = frames.iter().map(|frame| json!({ "$ref": format!("#/$defs/{}", frame.name) })).collect();
    let mut definitions: Map<String, Value> = frames.into_iter().map(|frame| (frame.name, frame.schema)).collect();
    definitions.extend(types);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("ctibridge, profile tccc, version {VERSION}"),
        "description": "Every frame of the websocket /mediabar/v1 after a prepareSession with profile \"tccc\". The contract \
            only grows: members, values and frames are added, none is removed, renamed or changes its type.",
        "anyOf": references,
        "$defs": definitions,
    })
}

/// The document without the freedom to have members that it does not name.
pub fn closed() -> Value {
    let mut document = document();
    close(&mut document);
    document
}

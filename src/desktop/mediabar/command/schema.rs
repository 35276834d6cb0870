//! The requests in the published contract.

use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use super::{
    ActivateData, AddChannelData, AddGroupData, COMMANDS, CompleteData, DestinationData, DialData, DigitsData, DirectoryData,
    DispositionData, LogData, MessageData, ReasonData, RemoveGroupData, SetData, StartData, StatisticsData, SuperviseData, TeamData, Verb,
    WorkData,
};
use crate::desktop::mediabar::envelope::{self, Members};
use crate::desktop::mediabar::login::PrepareData;
use crate::desktop::mediabar::schema::{Class, Draft, describe, inline, path, set, unset, word_list};
use crate::desktop::mediabar::target::Kind;

word_list! {
    /// What follows after-call work.
    Next = ["READY", "NOT_READY"];
    /// Whose figures.
    Scope = ["agent", "skillgroup"];
    /// For whom a text is.
    To = ["team", "supervisor", "agent"];
    /// What a supervisor does with a colleague's call.
    Action = ["MONITOR", "WHISPER", "BARGE_IN", "INTERCEPT", "CLEAR"];
}

/// The data of a success response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::desktop::mediabar) enum Answer {
    /// There is none: the command is always refused.
    Never,
    /// No data.
    Nothing,
    /// The data of the request.
    AsAsked,
    /// [`PreparedData`](crate::desktop::mediabar::login::PreparedData).
    Prepared,
}

/// A command of the contract.
#[derive(Clone, Copy, Debug)]
pub(in crate::desktop::mediabar) struct Entry {
    /// Its canonical name.
    pub(in crate::desktop::mediabar) name: &'static str,
    /// What its target is.
    pub(in crate::desktop::mediabar) kind: Kind,
    /// How it is answered.
    pub(in crate::desktop::mediabar) answer: Answer,
    verb: Verb,
}

/// All commands.
pub(in crate::desktop::mediabar) fn commands() -> impl Iterator<Item = Entry> {
    COMMANDS.iter().map(|&(name, kind, verb)| {
        let answer = match verb {
            Verb::Unsupported => Answer::Never,
            Verb::PrepareSession => Answer::Prepared,
            Verb::Start | Verb::Logout => Answer::Nothing,
            _ => Answer::AsAsked,
        };
        Entry { name, kind, answer, verb }
    })
}

/// The other spelling of a command.
fn alias(name: &str) -> Option<String> {
    name.split_once('.').map(|(object, verb)| format!("{object}.request.{verb}"))
}

/// How a response may repeat the command: in either spelling, with blanks around it.
pub(in crate::desktop::mediabar) fn spelling(name: &str) -> String {
    match name.split_once('.') {
        Some((object, verb)) => format!("^\\s*{object}\\.(request\\.)?{}\\s*$", verb.replace('.', "\\.")),
        None => format!("^\\s*{name}\\s*$"),
    }
}

/// Adds all requests.
pub(in crate::desktop::mediabar) fn requests(draft: &mut Draft) {
    for Entry { name, kind, answer, verb } in commands() {
        let mut schema = inline::<envelope::Frame<'static>>(&mut draft.input);
        unset(&mut schema, "messageType");
        let text = "Repeated in the answer. Each is carried out once.";
        set(&mut schema, "requestId", json!({ "description": text, "type": "string", "maxLength": envelope::MAX_REQUEST_ID }), false);
        let spellings: Vec<String> = std::iter::once(name.to_owned()).chain(alias(name)).collect();
        set(&mut schema, "command", json!({ "type": "string", "enum": spellings }), true);
        if name == "prepareSession" {
            unset(&mut schema, "target");
        } else {
            set(&mut schema, "target", path(kind), true);
        }
        let data = data(draft, verb);
        let is_needed = needs_data(draft, &data);
        set(&mut schema, "data", data, is_needed);
        let text = match answer {
            Answer::Never => format!("{name}: known, and always refused with UNSUPPORTED."),
            _ => format!("{name}, in either spelling."),
        };
        describe(&mut schema, text);
        draft.add(Class::Request, format!("{name}.request"), schema);
    }
}

fn data(draft: &mut Draft, verb: Verb) -> Schema {
    let input = &mut draft.input;
    match verb {
        Verb::PrepareSession => input.subschema_for::<PrepareData>(),
        Verb::Start => input.subschema_for::<StartData>(),
        Verb::Activate => input.subschema_for::<ActivateData>(),
        Verb::Deactivate | Verb::Logout | Verb::NotReady => input.subschema_for::<ReasonData>(),
        Verb::Work => input.subschema_for::<WorkData>(),
        Verb::Dial => input.subschema_for::<DialData>(),
        Verb::Consult | Verb::Transfer | Verb::Deflect => input.subschema_for::<DestinationData>(),
        Verb::SendDtmf => input.subschema_for::<DigitsData>(),
        Verb::SetInteractionData => input.subschema_for::<SetData>(),
        Verb::SetDisposition => input.subschema_for::<DispositionData>(),
        Verb::Complete => input.subschema_for::<CompleteData>(),
        Verb::AddChannel => input.subschema_for::<AddChannelData>(),
        Verb::AddChannelGroup => input.subschema_for::<AddGroupData>(),
        Verb::RemoveChannelGroup => input.subschema_for::<RemoveGroupData>(),
        Verb::GetTeam => input.subschema_for::<TeamData>(),
        Verb::GetStatistics => input.subschema_for::<StatisticsData>(),
        Verb::Message => input.subschema_for::<MessageData>(),
        Verb::Supervise => input.subschema_for::<SuperviseData>(),
        Verb::Log => input.subschema_for::<LogData>(),
        Verb::GetDirectory => input.subschema_for::<DirectoryData>(),
        Verb::LeaveTeam
        | Verb::Takeover
        | Verb::Ready
        | Verb::ExternalDispositions
        | Verb::Accept
        | Verb::Reject
        | Verb::Answer
        | Verb::Release
        | Verb::Hold
        | Verb::Retrieve
        | Verb::Alternate
        | Verb::Reconnect
        | Verb::ConsultTransfer
        | Verb::ConsultConference
        | Verb::StartRecording
        | Verb::StopRecording
        | Verb::SupervisorAssist
        | Verb::Emergency
        | Verb::BadCall
        | Verb::Unsupported => json_schema!({ "type": "object" }),
    }
}

/// Missing data is an empty object: it may be left out where that is enough.
fn needs_data(draft: &Draft, data: &Schema) -> bool {
    let name = data.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
    let required = name.and_then(|name| draft.input.definitions().get(name)).and_then(|schema| schema.get("required"));
    required.and_then(Value::as_array).is_some_and(|members| !members.is_empty())
}

impl<T: JsonSchema> JsonSchema for Members<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

//! The envelope of the media bar API: reading requests, writing responses.
//!
//! A request is kept as the text that came, with the places of its members, because responses repeat `command`, `target`,
//! `data` and the whole original exactly as they were sent.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::desktop::outbox::Text;
use crate::engine::command::{Failure, FailureCode};

pub(super) mod schema;

/// How much of a frame that is no JSON object is repeated, in characters.
const MAX_RAW_ORIGINAL: usize = 1_024;
/// A request id is a short name, not a place to store things.
pub(super) const MAX_REQUEST_ID: usize = 128;

#[derive(Deserialize, JsonSchema)]
pub(super) struct Frame<'a> {
    #[serde(borrow, default, rename = "messageType", deserialize_with = "present")]
    #[schemars(with = "String")]
    message_type: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    #[schemars(with = "String")]
    command: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    #[schemars(with = "String")]
    target: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    #[schemars(with = "schema::Anything")]
    data: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "requestId", deserialize_with = "present")]
    #[schemars(with = "String")]
    request_id: Option<&'a RawValue>,
}

/// An explicit `null` is a value of the wrong type, not an absent member.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// A member that is an object: serde alone would take an array of the members' values as well.
#[derive(Debug)]
pub struct Members<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Object<T> {
            type Value = T;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(Object(std::marker::PhantomData)).map(Self)
    }
}

/// A frame that is a JSON object, with the places of the members that matter.
#[derive(Clone, Debug)]
pub struct Request {
    frame: Text,
    command: Option<Range<usize>>,
    target: Option<Range<usize>>,
    data: Option<Range<usize>>,
    request_id: Option<Range<usize>>,
    /// The decoded command, without blanks around it.
    name: String,
    /// The decoded target, if any.
    path: Option<String>,
}

/// A frame that is no request.
#[derive(Clone, Debug)]
pub enum Malformed {
    /// Not a JSON object.
    NotJson,
    /// A JSON object whose envelope is wrong; what can be repeated is.
    Envelope(Box<Request>, String),
}

impl Request {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`Malformed`], which can be answered.
    pub fn parse(frame: Text) -> Result<Self, Malformed> {
        if !frame.trim_ascii_start().starts_with('{') {
            return Err(Malformed::NotJson);
        }
        let members = match serde_json::from_str::<Frame<'_>>(&frame) {
            Ok(members) => members,
            // Well-formed JSON whose members are not: only a member given twice can be that.
            Err(error) if error.is_data() && serde_json::from_str::<&RawValue>(&frame).is_ok() => {
                let request = Self::bare(frame.clone());
                return Err(Malformed::Envelope(Box::new(request), "A member is given twice".to_owned()));
            }
            Err(_) => return Err(Malformed::NotJson),
        };
        let place = |raw: Option<&RawValue>| {
            raw.map(|raw| {
                // Both point into the same text.
                let start = raw.get().as_ptr() as usize - frame.as_str().as_ptr() as usize;
                start..start + raw.get().len()
            })
        };
        let mut request = Self {
            command: place(members.command),
            target: place(members.target),
            data: place(members.data),
            request_id: place(members.request_id),
            ..Self::bare(frame.clone())
        };
        let problem = request.check(&members);
        match problem {
            None => Ok(request),
            Some(problem) => Err(Malformed::Envelope(Box::new(request), problem.to_owned())),
        }
    }

    fn bare(frame: Text) -> Self {
        Self { frame, command: None, target: None, data: None, request_id: None, name: String::new(), path: None }
    }

    fn check(&mut self, members: &Frame<'_>) -> Option<&'static str> {
        let text = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
        if members.message_type.and_then(text).is_some_and(|name| name.ends_with("Request")) {
            return Some("Wrapped framing is not spoken here: send the plain request");
        }
        match members.command.map(text) {
            Some(Some(name)) if !name.trim().is_empty() => name.trim().clone_into(&mut self.name),
            Some(_) => return Some("command must be a text"),
            None => return Some("command is missing"),
        }
        match members.target.map(text) {
            Some(Some(path)) => self.path = Some(path),
            Some(None) => return Some("target must be a text"),
            None => {}
        }
        if members.data.is_some_and(|data| !data.get().starts_with('{')) {
            return Some("data must be an object");
        }
        match members.request_id.map(text) {
            Some(Some(id)) if id.len() <= MAX_REQUEST_ID => None,
            Some(Some(_)) => Some("requestId is too long"),
            Some(None) => Some("requestId must be a text"),
            None => None,
        }
    }

    /// The command, without blanks around it; else as the client spelled it.
    pub fn command(&self) -> &str {
        &self.name
    }

    /// The target, if any.
    pub fn target(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The request id as it was sent, quotes and all.
    pub fn request_id(&self) -> Option<&str> {
        self.part(&self.request_id)
    }

    /// Reads `data` as what the command needs; absent data is an empty object.
    ///
    /// # Errors
    /// The reason as a sentence.
    pub fn data<'a, T: Deserialize<'a>>(&'a self) -> Result<T, String> {
        serde_json::from_str(self.part(&self.data).unwrap_or("{}")).map_err(|error| {
            // "… at line 1 column 7" counts from the start of data, which helps nobody.
            let text = error.to_string();
            let sentence = text.rsplit_once(" at line ").map_or(text.as_str(), |(sentence, _)| sentence);
            format!("data: {sentence}")
        })
    }

    fn part(&self, place: &Option<Range<usize>>) -> Option<&str> {
        place.clone().and_then(|place| self.frame.as_str().get(place))
    }

    fn raw(&self, place: &Option<Range<usize>>) -> Option<&RawValue> {
        self.part(place).and_then(|text| serde_json::from_str(text).ok())
    }

    fn original(&self) -> Option<&RawValue> {
        serde_json::from_str(self.frame.as_str().trim_ascii()).ok()
    }

    /// The success response, with the data of the request.
    pub fn success(&self) -> Text {
        let data = self.raw(&self.data);
        self.write(&Success {
            echo: self.echo(),
            result: "success",
            data: Some(data.map_or(Data::Empty {}, Data::Raw)),
            request_id: self.id(),
        })
    }

    /// The success response of the commands that answer without data.
    pub fn success_without_data(&self) -> Text {
        self.write(&Success { echo: self.echo(), result: "success", data: None::<()>, request_id: self.id() })
    }

    /// The success response of the commands that answer with data of their own.
    pub fn success_with(&self, data: &impl Serialize) -> Text {
        self.write(&Success { echo: self.echo(), result: "success", data: Some(data), request_id: self.id() })
    }

    /// The failure response.
    pub fn failure(&self, failure: &Failure) -> Text {
        self.write(&Refusal {
            echo: self.echo(),
            result: "failure",
            failure: Some(FailureBody::new(failure)),
            ui_extension: None::<()>,
            message: None,
            original: self.original(),
            request_id: self.id(),
        })
    }

    /// More is needed.
    pub fn need_info(&self, form: &impl Serialize) -> Text {
        self.write(&Refusal {
            echo: self.echo(),
            result: "needinfo",
            failure: None,
            ui_extension: Some(form),
            message: None,
            original: self.original(),
            request_id: self.id(),
        })
    }

    /// A question for the user.
    pub fn confirm(&self, message: &str) -> Text {
        self.write(&Refusal {
            echo: self.echo(),
            result: "confirm",
            failure: None,
            ui_extension: None::<()>,
            message: Some(message),
            original: self.original(),
            request_id: self.id(),
        })
    }

    fn echo(&self) -> Echo<'_> {
        Echo { command: self.raw(&self.command), target: self.raw(&self.target) }
    }

    fn id(&self) -> Option<&RawValue> {
        self.raw(&self.request_id)
    }

    fn write(&self, response: &impl Serialize) -> Text {
        to_text(response)
    }
}

/// The answer to a frame that is no JSON object.
pub fn bad_json(frame: &str) -> Text {
    let original: String = frame.chars().take(MAX_RAW_ORIGINAL).collect();
    to_text(&BadJson {
        command: None,
        target: None,
        result: "failure",
        failure: FailureBody::new(&Failure::new(FailureCode::BadJson, "The frame is not a JSON object")),
        original,
    })
}

/// Our own structs always serialise: no map has keys other than texts, no number is not finite.
pub(crate) fn to_text(message: &impl Serialize) -> Text {
    serde_json::to_string(message).unwrap_or_default().into()
}

#[derive(Serialize, JsonSchema)]
struct Echo<'a> {
    #[schemars(with = "schema::Anything")]
    command: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::Anything")]
    target: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Raw(&'a RawValue),
    Empty {},
}

#[derive(Serialize, JsonSchema)]
struct Success<'a, D> {
    #[serde(flatten)]
    echo: Echo<'a>,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<D>,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::Anything")]
    request_id: Option<&'a RawValue>,
}

#[derive(Serialize, JsonSchema)]
struct Refusal<'a, F> {
    #[serde(flatten)]
    echo: Echo<'a>,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureBody<'a>>,
    #[serde(rename = "uiExtension", skip_serializing_if = "Option::is_none")]
    ui_extension: Option<F>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[schemars(with = "schema::Anything")]
    original: Option<&'a RawValue>,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::Anything")]
    request_id: Option<&'a RawValue>,
}

#[derive(Serialize, JsonSchema)]
struct BadJson<'a> {
    command: Option<()>,
    target: Option<()>,
    result: &'static str,
    failure: FailureBody<'a>,
    original: String,
}

#[derive(Serialize, JsonSchema)]
struct FailureBody<'a> {
    #[schemars(with = "schema::Code")]
    code: &'static str,
    message: &'a str,
    context: &'a str,
}

impl<'a> FailureBody<'a> {
    fn new(failure: &'a Failure) -> Self {
        Self { code: failure.code.as_str(), message: &failure.message, context: &failure.context }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(frame: &str) -> Result<Request, Malformed> {
        Request::parse(frame.into())
    }

    fn problem(frame: &str) -> String {
        match parse(frame) {
            Err(Malformed::Envelope(_, problem)) => problem,
            other => panic!("{frame}: {other:?}"),
        }
    }

    #[test]
    fn success_repeats_command_target_data_and_request_id_as_sent() {
        let request =
            parse(r#" {"requestId":"7","command":" x.request.y ","target":"a.b","data":{"n":1.50,"deep":[{"a":null}]},"more":[1]} "#)
                .unwrap();
        assert_eq!(request.command(), "x.request.y");
        assert_eq!(request.target(), Some("a.b"));
        assert_eq!(
            request.success().as_str(),
            r#"{"command":" x.request.y ","target":"a.b","result":"success","data":{"n":1.50,"deep":[{"a":null}]},"requestId":"7"}"#
        );
        assert_eq!(
            request.success_without_data().as_str(),
            r#"{"command":" x.request.y ","target":"a.b","result":"success","requestId":"7"}"#
        );
    }

    #[test]
    fn missing_data_is_an_empty_object() {
        let request = parse(r#"{"command":"c","target":"t"}"#).unwrap();
        assert_eq!(request.success().as_str(), r#"{"command":"c","target":"t","result":"success","data":{}}"#);
    }

    #[test]
    fn a_failure_holds_the_whole_original() {
        let frame = r#"{"command":"c","target":"t","data":{"x":{"y":[1,2,{"z":"ü"}]}},"extra":true,"requestId":"1"}"#;
        let text = parse(frame).unwrap().failure(&Failure::new(FailureCode::InvalidState, "No").with_context("state=X"));
        assert_eq!(
            text.as_str(),
            format!(
                r#"{{"command":"c","target":"t","result":"failure","failure":{{"code":"INVALID_STATE","message":"No","context":"state=X"}},"original":{frame},"requestId":"1"}}"#
            )
        );
    }

    #[test]
    fn wrong_envelopes_are_named_and_repeat_what_there_is() {
        assert_eq!(problem("{}"), "command is missing");
        assert_eq!(problem(r#"{"command":null}"#), "command must be a text");
        assert_eq!(problem(r#"{"command":"  "}"#), "command must be a text");
        assert_eq!(problem(r#"{"command":"c","target":5}"#), "target must be a text");
        assert_eq!(problem(r#"{"command":"c","target":null}"#), "target must be a text");
        assert_eq!(problem(r#"{"command":"c","data":[]}"#), "data must be an object");
        assert_eq!(problem(r#"{"command":"c","data":null}"#), "data must be an object");
        assert_eq!(problem(r#"{"command":"c","requestId":5}"#), "requestId must be a text");
        assert_eq!(problem(r#"{"command":"c","command":"d"}"#), "A member is given twice");
        assert!(problem(r#"{"messageType":"coreRequest","command":"bindService"}"#).starts_with("Wrapped framing"));
        let Err(Malformed::Envelope(request, problem)) = parse(r#"{"command":7,"target":"t"}"#) else { panic!() };
        assert_eq!(
            request.failure(&Failure::new(FailureCode::BadRequest, problem)).as_str(),
            r#"{"command":7,"target":"t","result":"failure","failure":{"code":"BAD_REQUEST","message":"command must be a text","context":""},"original":{"command":7,"target":"t"}}"#
        );
    }

    #[test]
    fn what_is_no_json_object_is_bad_json() {
        for frame in ["", " ", "[]", "null", "7", "\"{}\"", "{", "{\"command\":\"a\",", "{\"command\":NaN}", "{}x", "{'a':1}"] {
            assert!(matches!(parse(frame), Err(Malformed::NotJson)), "{frame}");
        }
        let long = "é".repeat(5_000);
        let answer: serde_json::Value = serde_json::from_str(&bad_json(&long)).unwrap();
        assert_eq!(answer["original"].as_str().unwrap().chars().count(), 1_024);
        assert!(answer["command"].is_null() && answer["target"].is_null());
        assert_eq!(answer["failure"]["code"], "BAD_JSON");
    }

    #[test]
    fn depth_and_size_cost_no_stack() {
        for open in ["[", "{\"a\":"] {
            let frame = format!("{{\"command\":\"c\",\"data\":{{\"x\":{}", open.repeat(30_000));
            assert!(matches!(parse(&frame), Err(Malformed::NotJson)));
        }
        let frame = format!("{{\"command\":\"c\",\"data\":{{\"x\":{}{}}}}}", "[".repeat(30_000), "]".repeat(30_000));
        let request = parse(&frame).unwrap();
        assert!(request.success().len() > 60_000);
        assert!(request.failure(&Failure::new(FailureCode::Unsupported, "x")).len() > 60_000);
        #[derive(Deserialize)]
        struct Empty {}
        assert!(request.data::<Empty>().is_ok());
    }

    #[test]
    fn a_mistake_in_data_is_said_in_a_sentence() {
        #[derive(Debug, Deserialize)]
        struct Needs {
            #[allow(dead_code)]
            destination: String,
        }
        let request = parse(r#"{"command":"c","data":{"destination":5}}"#).unwrap();
        assert_eq!(request.data::<Needs>().unwrap_err(), "data: invalid type: integer `5`, expected a string");
        let request = parse(r#"{"command":"c","data":{}}"#).unwrap();
        assert_eq!(request.data::<Needs>().unwrap_err(), "data: missing field `destination`");
    }
}

//! One message as one JSON object, and back.
//!
//! The shape is a contract: members may be added, never removed or renamed. A value stands in its plain form; where that
//! form would not give the same bytes back, `raw` stands beside it and wins when the object is read. A message that could
//! be taken apart but has a defect carries `error` beside its members; a frame that could not be taken apart is
//! `{"error":{…}}` with its `bytes`, so that nothing of the recording is lost.

use std::borrow::Cow;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};
use thiserror::Error;

use super::hex::{from_hex, to_hex};
use crate::protocol::generic::{GenericBuilder, GenericField, GenericFixed, GenericMessage, Value};
use crate::protocol::schema::{Arity, FixedSpec, FloatingSpec, MessageSpec, TWO_PART_FAILURE, WireType};
use crate::protocol::{DecodeErrorKind, EncodeError, ProtocolVersion, spec_named, spec_of};

/// What a hidden password looks like.
pub const HIDDEN: &str = "…";

/// Whether a field holds a password.
pub fn is_secret(field: &str) -> bool {
    field.ends_with("Password")
}

/// Where a frame of a capture came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// When the last packet of the frame was captured.
    pub at: jiff::Timestamp,
    /// Who sent it: `client` or `server`.
    pub from: &'static str,
    /// Number of the connection, from 1 in the order in which they appear.
    pub connection: u64,
    /// Address and port of the client.
    pub client: String,
    /// Address and port of the server.
    pub server: String,
}

/// What is wrong with a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Its kind.
    pub kind: DecodeErrorKind,
    /// MessageType, as far as it is known.
    pub number: Option<u32>,
    /// Field, where one can be named.
    pub field: Option<&'static str>,
    /// Bytes from the start of the input; of the connection's direction for a capture.
    pub offset: u64,
}

/// One line of output.
#[derive(Clone, Debug)]
pub struct Line<'m> {
    /// Where it came from, for captures.
    pub origin: Option<&'m Origin>,
    /// The message, unless the frame could not be taken apart.
    pub message: Option<&'m GenericMessage<'m>>,
    /// What is wrong.
    pub defect: Option<&'m Defect>,
    /// All bytes of a frame that could not be taken apart, if they were kept.
    pub bytes: Option<&'m [u8]>,
    /// Whether passwords are replaced by [`HIDDEN`]; `encode` then refuses the line.
    pub hide_secrets: bool,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(message) = self.message {
            map.serialize_entry("number", &message.number())?;
            map.serialize_entry("name", &message.name())?;
            map.serialize_entry("fixed", &FixedPart(message))?;
            map.serialize_entry("floating", &FloatingPart { message, hide_secrets: self.hide_secrets })?;
            if message.fixed().any(|field| is_odd_fixed(&field)) {
                map.serialize_entry("raw", &RawFixed(message))?;
            }
            match message.spec() {
                None => map.serialize_entry("body", &to_hex(message.rest()))?,
                Some(_) if !message.rest().is_empty() => map.serialize_entry("rest", &to_hex(message.rest()))?,
                Some(_) => {}
            }
        }
        if let Some(defect) = self.defect {
            let bytes = self.bytes.filter(|_| !self.hide_secrets).map(to_hex);
            map.serialize_entry("error", &DefectPart { defect, bytes })?;
        }
        if let Some(origin) = self.origin {
            map.serialize_entry("at", &origin.at)?;
            map.serialize_entry("from", origin.from)?;
            map.serialize_entry("connection", &origin.connection)?;
            map.serialize_entry("client", &origin.client)?;
            map.serialize_entry("server", &origin.server)?;
        }
        map.end()
    }
}

struct DefectPart<'m> {
    defect: &'m Defect,
    bytes: Option<String>,
}

impl Serialize for DefectPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.defect.kind.as_str())?;
        map.serialize_entry("message", &self.defect.number.and_then(spec_of).map(|spec| spec.name))?;
        map.serialize_entry("number", &self.defect.number)?;
        map.serialize_entry("field", &self.defect.field)?;
        map.serialize_entry("offset", &self.defect.offset)?;
        if let Some(bytes) = &self.bytes {
            map.serialize_entry("bytes", bytes)?;
        }
        map.end()
    }
}

struct FixedPart<'m>(&'m GenericMessage<'m>);

impl Serialize for FixedPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in self.0.fixed() {
            map.serialize_entry(field.spec.name, &field.value().map(JsonValue))?;
        }
        map.end()
    }
}

struct RawFixed<'m>(&'m GenericMessage<'m>);

impl Serialize for RawFixed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in self.0.fixed().filter(is_odd_fixed) {
            map.serialize_entry(field.spec.name, &to_hex(field.data))?;
        }
        map.end()
    }
}

struct FloatingPart<'m> {
    message: &'m GenericMessage<'m>,
    hide_secrets: bool,
}

impl Serialize for FloatingPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for field in self.message.floating() {
            list.serialize_element(&FloatingItemPart { field: &field, hide_secrets: self.hide_secrets })?;
        }
        list.end()
    }
}

struct FloatingItemPart<'m> {
    field: &'m GenericField<'m>,
    hide_secrets: bool,
}

impl Serialize for FloatingItemPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.field;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("tag", &field.tag)?;
        map.serialize_entry("name", &field.spec.map(|spec| spec.name))?;
        match field.spec {
            None => map.serialize_entry("value", &to_hex(field.data))?,
            Some(spec) if self.hide_secrets && is_secret(spec.name) => map.serialize_entry("value", HIDDEN)?,
            Some(spec) => {
                let value = field.value();
                let is_odd =
                    value.as_ref().is_none_or(|value| is_odd(value, spec.wire, field.data)) || is_mistaken_for_hidden(spec, &value);
                map.serialize_entry("value", &value.map(JsonValue))?;
                if is_odd {
                    map.serialize_entry("raw", &to_hex(field.data))?;
                }
            }
        }
        map.end()
    }
}

/// A password that really consists of the sign for hidden ones.
fn is_mistaken_for_hidden(spec: &FloatingSpec, value: &Option<Value<'_>>) -> bool {
    is_secret(spec.name) && matches!(value, Some(Value::Text(text)) if text == HIDDEN)
}

struct JsonValue<'m>(Value<'m>);

impl Serialize for JsonValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Number(number) => serializer.serialize_i64(*number),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) => serializer.serialize_str(&to_hex(bytes)),
            Value::NamedVariable { name, value } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("value", value)?;
                map.end()
            }
            Value::NamedArray { index, name, value } => {
                let mut map = serializer.serialize_map(Some(3))?;
                map.serialize_entry("index", index)?;
                map.serialize_entry("name", name)?;
                map.serialize_entry("value", value)?;
                map.end()
            }
            Value::List(numbers) => numbers.serialize(serializer),
        }
    }
}

fn is_odd_fixed(field: &GenericFixed<'_>) -> bool {
    field.value().is_none_or(|value| is_odd(&value, field.spec.wire, field.data))
}

/// Whether the plain form of the value would not give the same bytes back.
fn is_odd(value: &Value<'_>, wire: WireType, data: &[u8]) -> bool {
    let mut plain = Vec::with_capacity(data.len());
    value.write(wire, &mut plain).is_err() || plain != data
}

/// Why a line cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LineError {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    Json(String),
    /// A member is missing or of the wrong kind.
    #[error("{member}: {reason}")]
    Member {
        /// Where, as a path.
        member: String,
        /// What is wrong with it.
        reason: Cow<'static, str>,
    },
    /// The message does not fit the protocol version.
    #[error("{0}")]
    Encode(#[from] EncodeError),
    /// The line only says that a frame was broken, without its bytes.
    #[error("the line describes a broken frame without its bytes")]
    Broken,
}

fn wrong(member: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> LineError {
    LineError::Member { member: member.into(), reason: reason.into() }
}

/// What a line says is to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Encodable {
    /// A message.
    Message(GenericMessage<'static>),
    /// The bytes of a frame that could not be taken apart.
    Bytes(Vec<u8>),
}

/// The version that a line tells if it is an `OPEN_REQ`.
pub fn version_in(line: &Json) -> Option<u32> {
    let is_open = line.get("number").and_then(Json::as_u64) == Some(3) || line.get("name").and_then(Json::as_str) == Some("OPEN_REQ");
    let number = line.get("fixed")?.get("VersionNumber")?.as_u64()?;
    is_open.then(|| u32::try_from(number).unwrap_or(u32::MAX))
}

/// Reads one line as `decode` writes it.
///
/// # Errors
/// [`LineError`] with the member that cannot be used.
pub fn read_line(line: &Json, version: ProtocolVersion) -> Result<Encodable, LineError> {
    let line = line.as_object().ok_or_else(|| wrong("line", "is no JSON object"))?;
    if let (None, None, Some(error)) = (line.get("number"), line.get("name"), line.get("error")) {
        let bytes = error.get("bytes").and_then(Json::as_str).ok_or(LineError::Broken)?;
        return from_hex(bytes).map(Encodable::Bytes).ok_or_else(|| wrong("error.bytes", "is no hex"));
    }
    let (number, spec) = identify(line)?;
    let mut builder = GenericBuilder::new(number, version);
    let Some(spec) = spec else { return Ok(Encodable::Message(builder.finish(&optional_hex(line, "body")?))) };
    let rest = optional_hex(line, "rest")?;
    let (layout, fixed) = read_fixed(line, spec, version)?;
    builder = builder.fixed(layout, &fixed);
    let floating = match line.get("floating") {
        None => &[][..],
        Some(list) => list.as_array().ok_or_else(|| wrong("floating", "is no list"))?,
    };
    for (at, item) in floating.iter().enumerate() {
        let (tag, data) = read_floating(item, spec, &format!("floating[{at}]"))?;
        builder.field(tag, &data)?;
    }
    Ok(Encodable::Message(builder.finish(&rest)))
}

fn identify(line: &Map<String, Json>) -> Result<(u32, Option<&'static MessageSpec>), LineError> {
    let name = match line.get("name") {
        None | Some(Json::Null) => None,
        Some(name) => Some(name.as_str().ok_or_else(|| wrong("name", "is no text"))?),
    };
    let named = name.map(|name| spec_named(name).ok_or_else(|| wrong("name", "no such message"))).transpose()?;
    let Some(number) = line.get("number") else {
        return named.map(|spec| (spec.number, Some(spec))).ok_or_else(|| wrong("number", "is missing"));
    };
    let number = number.as_u64().and_then(|number| u32::try_from(number).ok()).ok_or_else(|| wrong("number", "is no message number"))?;
    let spec = spec_of(number);
    match (named, spec) {
        (Some(named), _) if named.number != number => Err(wrong("name", format!("is the name of message {}", named.number))),
        _ => Ok((number, spec)),
    }
}

fn optional_hex(line: &Map<String, Json>, member: &'static str) -> Result<Vec<u8>, LineError> {
    match line.get(member) {
        None => Ok(Vec::new()),
        Some(hex) => hex.as_str().and_then(from_hex).ok_or_else(|| wrong(member, "is no hex")),
    }
}

fn read_fixed(
    line: &Map<String, Json>,
    spec: &'static MessageSpec,
    version: ProtocolVersion,
) -> Result<(&'static [FixedSpec], Vec<u8>), LineError> {
    let none = Map::new();
    let values = match line.get("fixed") {
        None => &none,
        Some(fixed) => fixed.as_object().ok_or_else(|| wrong("fixed", "is no object"))?,
    };
    let raw = match line.get("raw") {
        None => &none,
        Some(raw) => raw.as_object().ok_or_else(|| wrong("raw", "is no object"))?,
    };
    let is_two_part = spec.number == 1 && values.contains_key("FailureCode");
    let layout: &'static [FixedSpec] = if is_two_part { &TWO_PART_FAILURE } else { spec.fixed };
    let present = || layout.iter().filter(|field| version.has(field.since, 0));
    let mut fixed = Vec::new();
    for field in present() {
        let data = match raw.get(field.name) {
            Some(hex) => raw_bytes(hex, &format!("raw.{}", field.name))?,
            None => {
                let value = values.get(field.name).ok_or_else(|| wrong(format!("fixed.{}", field.name), "is missing"))?;
                plain_bytes(value, field.wire, false, || format!("fixed.{}", field.name))?
            }
        };
        if Some(data.len()) != field.wire.width() {
            return Err(wrong(format!("raw.{}", field.name), "has another length than the field"));
        }
        fixed.extend(data);
    }
    match values.keys().find(|name| !present().any(|field| field.name == **name)) {
        Some(foreign) => Err(wrong(format!("fixed.{foreign}"), format!("{} has no such field in protocol version {version}", spec.name))),
        None => Ok((layout, fixed)),
    }
}

fn read_floating(item: &Json, message: &'static MessageSpec, path: &str) -> Result<(u16, Vec<u8>), LineError> {
    let item = item.as_object().ok_or_else(|| wrong(path, "is no object"))?;
    let name = item.get("name").and_then(Json::as_str);
    let tag = match item.get("tag") {
        Some(tag) => {
            let tag = tag.as_u64().and_then(|tag| u16::try_from(tag).ok());
            tag.ok_or_else(|| wrong(format!("{path}.tag"), "is no tag"))?
        }
        None => {
            let named = message.floating_fields().find(|field| Some(field.name) == name);
            named.map(|field| field.tag).ok_or_else(|| wrong(format!("{path}.tag"), "is missing"))?
        }
    };
    let spec = message.floating_field(tag);
    if name.is_some() && name != spec.map(|spec| spec.name) {
        return Err(wrong(format!("{path}.name"), format!("is not the name of tag {tag} in {}", message.name)));
    }
    let value = item.get("value").unwrap_or(&Json::Null);
    let data = match (item.get("raw"), spec) {
        (Some(raw), _) => raw_bytes(raw, &format!("{path}.raw"))?,
        (None, Some(spec)) if is_secret(spec.name) && value == HIDDEN => {
            return Err(wrong(format!("{path}.value"), "the password was hidden by --hide-secrets; decode again without it"));
        }
        (None, Some(spec)) => plain_bytes(value, spec.wire, spec.arity == Arity::Packed, || format!("{path}.value"))?,
        (None, None) => raw_bytes(value, &format!("{path}.value"))?,
    };
    Ok((tag, data))
}

fn raw_bytes(hex: &Json, path: &str) -> Result<Vec<u8>, LineError> {
    hex.as_str().and_then(from_hex).ok_or_else(|| wrong(path, "is no hex"))
}

fn plain_bytes(value: &Json, wire: WireType, is_list: bool, path: impl Fn() -> String) -> Result<Vec<u8>, LineError> {
    let value = plain_value(value, wire, is_list).ok_or_else(|| wrong(path(), format!("is no {}", wire.as_str())))?;
    let mut out = Vec::new();
    value.write(wire, &mut out).map_err(|reason| wrong(path(), reason))?;
    Ok(out)
}

fn plain_value(value: &Json, wire: WireType, is_list: bool) -> Option<Value<'_>> {
    let member = |name: &str| value.get(name).and_then(Json::as_str).map(Cow::Borrowed);
    if is_list {
        return value.as_array()?.iter().map(Json::as_i64).collect::<Option<_>>().map(Value::List);
    }
    Some(match wire {
        WireType::Bool => Value::Bool(value.as_bool()?),
        WireType::String => Value::Text(Cow::Borrowed(value.as_str()?)),
        WireType::Unspec => Value::Bytes(Cow::Owned(from_hex(value.as_str()?)?)),
        WireType::NamedVariable => Value::NamedVariable { name: member("name")?, value: member("value")? },
        WireType::NamedArray => {
            let index = u8::try_from(value.get("index")?.as_u64()?).ok()?;
            Value::NamedArray { index, name: member("name")?, value: member("value")? }
        }
        _ => Value::Number(value.as_i64()?),
    })
}

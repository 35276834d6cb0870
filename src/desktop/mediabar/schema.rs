//! The published contract: one JSON Schema document (2020-12) with every message of the media bar API.
//!
//! It is drawn from the very types that are read and written, so it cannot say something else than they do. Each room adds
//! its messages to the [`Draft`]: requests in `command`, responses in `envelope`, events in `event`.
//!
//! A schema is open: members it does not name may come, because contracts grow. [`closed`] gives the same schemas without
//! that freedom, for tests that want to hear of every member nobody has described.

use std::collections::BTreeMap;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::target::Kind;

/// Version of the contract. It would change with the first change that is no addition, and with it the path and the
/// sub-protocol of the websocket.
pub const VERSION: &str = "1";

/// Who sends a message, and what kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A command of the desktop.
    Request,
    /// The answer to one.
    Response,
    /// Something happened to an object.
    ObjectEvent,
    /// A state or what is possible in it changed.
    StateEvent,
    /// Something about the service as a whole.
    ServiceEvent,
}

impl Class {
    /// All of them, in the order of the document.
    pub const ALL: [Self; 5] = [Self::Request, Self::Response, Self::ObjectEvent, Self::StateEvent, Self::ServiceEvent];

    /// Its name in the document.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::ObjectEvent => "objectEvent",
            Self::StateEvent => "stateEvent",
            Self::ServiceEvent => "serviceEvent",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Request => "What a desktop asks for.",
            Self::Response => "The one answer to a request.",
            Self::ObjectEvent => "Something happened to an object.",
            Self::StateEvent => "An object's state, or what is possible in it, changed.",
            Self::ServiceEvent => "Something about the service as a whole.",
        }
    }
}

/// A message of the contract.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its name among the definitions of the document: `channel.dial.request`.
    pub name: String,
    /// Who sends it.
    pub class: Class,
    /// Its schema; references point into the document.
    pub schema: Value,
}

/// The document in the making.
pub(super) struct Draft {
    /// Draws what we read.
    pub(super) input: SchemaGenerator,
    /// Draws what we write.
    pub(super) output: SchemaGenerator,
    messages: Vec<Message>,
}

impl Draft {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12;
        Self {
            input: settings().for_deserialize().into_generator(),
            output: settings().for_serialize().into_generator(),
            messages: Vec::new(),
        }
    }

    /// Adds a message.
    pub(super) fn add(&mut self, class: Class, name: impl Into<String>, schema: Schema) {
        self.messages.push(Message { name: name.into(), class, schema: schema.to_value() });
    }
}

/// All messages, and the types they share by name.
fn draw() -> (Vec<Message>, BTreeMap<String, Value>) {
    let mut draft = Draft::new();
    super::command::schema::requests(&mut draft);
    super::envelope::schema::responses(&mut draft);
    super::event::schema::events(&mut draft);
    super::team::schema::events(&mut draft);
    let Draft { mut input, mut output, mut messages } = draft;
    for message in messages.iter_mut().filter(|message| message.class != Class::Request) {
        never_null(&mut message.schema);
    }
    let read = input.take_definitions(true);
    let written = output.take_definitions(true).into_iter().map(|(name, mut schema)| {
        never_null(&mut schema);
        (name, schema)
    });
    let mut types: BTreeMap<_, _> = read.into_iter().chain(written).collect();
    messages.iter_mut().map(|message| &mut message.schema).chain(types.values_mut()).for_each(without_defaults);
    (messages, types)
}

/// What we may leave out we never write as null, which the types alone do not tell.
pub(crate) fn never_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let required = members.get("required").cloned().unwrap_or_default();
            let is_required = |name: &str| required.as_array().is_some_and(|list| list.iter().any(|known| known == name));
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                for (_, property) in properties.iter_mut().filter(|(name, _)| !is_required(name)) {
                    deny_null(property);
                }
            }
            members.values_mut().for_each(never_null);
        }
        Value::Array(elements) => elements.iter_mut().for_each(never_null),
        _ => {}
    }
}

fn deny_null(property: &mut Value) {
    let Some(members) = property.as_object_mut() else { return };
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(variants)) = members.get_mut("anyOf") {
        variants.retain(|variant| variant.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = variants.as_slice() {
            let only = only.clone();
            members.shift_remove("anyOf");
            members.extend(only);
        }
    }
}

/// That a member may be left out is said once already.
fn without_defaults(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("default").is_some_and(Value::is_null) {
                members.shift_remove("default");
            }
            members.values_mut().for_each(without_defaults);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_defaults),
        _ => {}
    }
}

/// All messages, without the types they share.
pub fn messages() -> Vec<Message> {
    draw().0
}

/// The document.
pub fn document() -> Value {
    let (messages, types) = draw();
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let mut definitions = Map::new();
    for class in Class::ALL {
        let members = messages.iter().filter(|message| message.class == class);
        let list: Vec<Value> = members.map(|message| reference(&message.name)).collect();
        definitions.insert(class.word().to_owned(), json!({ "description": class.description(), "anyOf": list }));
    }
    definitions.extend(messages.into_iter().map(|message| (message.name, message.schema)));
    definitions.extend(types);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("ctibridge media bar API, version {VERSION}"),
        "description": "Every message of the websocket /mediabar/v1, one JSON object in a text frame. Within this version the \
            contract only grows: members, values and messages are added, none is removed, renamed or changes its type. Readers \
            pass over what they do not know.",
        "anyOf": Class::ALL.map(|class| reference(class.word())),
        "$defs": definitions,
    })
}

/// The document with the freedom taken away to have members that it does not name.
pub fn closed() -> Value {
    let mut document = document();
    close(&mut document);
    document
}

/// Takes the freedom away to have members that are not named.
pub(crate) fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let names_members = members.get("properties").is_some_and(Value::is_object);
            if names_members && !members.contains_key("additionalProperties") {
                members.insert("unevaluatedProperties".to_owned(), false.into());
            }
            members.values_mut().for_each(close);
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}

/// Path of an object of this kind. A channel may stand in a group or alone, and on input the group may be left out.
pub(super) fn path(kind: Kind) -> Schema {
    // An id has at most 64 characters of its own, and a session's may be longer by the number of an override.
    const ID: &str = "[A-Za-z0-9_-]+";
    let channel = format!("{ID}(\\.{ID}){{1,2}}");
    let pattern = match kind {
        Kind::Session => format!("^{ID}$"),
        Kind::Group => format!("^{ID}\\.{ID}$"),
        Kind::Channel => format!("^{channel}$"),
        Kind::Interaction => format!("^{channel}\\.OM[0-9]{{18}}$"),
        Kind::Conversation => format!("^{channel}\\.OM[0-9]{{18}}\\.{ID}$"),
    };
    schemars::json_schema!({ "type": "string", "pattern": pattern })
}

/// One of these words.
pub(super) fn words<W: Into<Value>>(list: impl IntoIterator<Item = W>) -> Schema {
    let list: Vec<Value> = list.into_iter().map(Into::into).collect();
    schemars::json_schema!({ "type": "string", "enum": list })
}

/// Replaces a member's schema, and says whether it is always there.
pub(super) fn set(schema: &mut Schema, name: &str, member: impl Into<Value>, is_required: bool) {
    let object = schema.ensure_object();
    let properties = object.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(name.to_owned(), member.into());
    }
    let required = object.entry("required").or_insert_with(|| Value::Array(Vec::new()));
    if let Some(required) = required.as_array_mut() {
        required.retain(|known| known != name);
        if is_required {
            required.push(name.into());
        }
    }
}

/// Takes a member away.
pub(super) fn unset(schema: &mut Schema, name: &str) {
    set(schema, name, true, false);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.shift_remove(name);
    }
}

/// Says what it is for.
pub(super) fn describe(schema: &mut Schema, text: impl Into<String>) {
    schema.insert("description".to_owned(), Value::String(text.into()));
}

/// The schema of a type in place, even if other messages refer to it.
pub(super) fn inline<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

/// A type for `#[schemars(with = "…")]` that is one of a list of words.
macro_rules! word_list {
    ($($(#[$meta:meta])* $name:ident = $list:expr;)*) => { $(
        $(#[$meta])*
        pub(in $crate::desktop::mediabar) struct $name;

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::desktop::mediabar::schema::words($list)
            }
        }
    )* };
}
pub(super) use word_list;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        fn look(value: &Value, document: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(target) = members.get("$ref") {
                        let pointer = target.as_str().and_then(|target| target.strip_prefix('#')).unwrap();
                        assert!(document.pointer(pointer).is_some(), "{target}");
                    }
                    members.values().for_each(|value| look(value, document));
                }
                Value::Array(elements) => elements.iter().for_each(|value| look(value, document)),
                _ => {}
            }
        }
        let document = document();
        look(&document, &document);
    }

    #[test]
    fn no_two_messages_or_types_share_a_name() {
        let mut draft = Draft::new();
        crate::desktop::mediabar::command::schema::requests(&mut draft);
        crate::desktop::mediabar::envelope::schema::responses(&mut draft);
        crate::desktop::mediabar::event::schema::events(&mut draft);
        crate::desktop::mediabar::team::schema::events(&mut draft);
        let names: Vec<String> = draft.messages.iter().map(|message| message.name.clone()).collect();
        let (input, output) = (draft.input.take_definitions(true), draft.output.take_definitions(true));
        for (place, name) in names.iter().enumerate() {
            assert!(!names[..place].contains(name), "{name}");
            assert!(!input.contains_key(name) && !output.contains_key(name), "{name}");
        }
        for name in input.keys() {
            assert!(!output.contains_key(name), "{name} is read and written: its optional members differ");
        }
    }

    #[test]
    fn what_is_left_out_is_never_null_and_what_is_null_stays() {
        let mut schema = json!({
            "properties": {
                "a": { "type": ["string", "null"] },
                "b": { "anyOf": [{ "$ref": "#/$defs/B" }, { "type": "null" }] },
                "c": { "type": ["string", "null"] },
            },
            "required": ["c"],
        });
        never_null(&mut schema);
        assert_eq!(
            schema["properties"],
            json!({ "a": { "type": "string" }, "b": { "$ref": "#/$defs/B" }, "c": { "type": ["string", "null"] } })
        );
    }

    #[test]
    fn closing_leaves_maps_open_and_closes_objects() {
        let mut schema = json!({ "properties": { "a": { "additionalProperties": {}, "properties": {} } } });
        close(&mut schema);
        assert_eq!(schema["unevaluatedProperties"], false);
        assert!(schema["properties"]["a"].get("unevaluatedProperties").is_none());
    }
}

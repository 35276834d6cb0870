//! The websocket as an AsyncAPI 3 document: one channel, who sends which message, and what answers what. The messages
//! themselves are described once, in the [`schema`](super::schema) document, to which this one refers.

use serde_json::{Map, Value, json};

use super::schema::{Class, Message, VERSION, messages};
use crate::desktop::outbox::CloseCode;
use crate::desktop::socket::{PATH, SUBPROTOCOL};

/// Where this document expects the schema of the messages: beside itself.
pub const SCHEMA_FILE: &str = "mediabar.json";

/// The document.
pub fn document() -> Value {
    let messages = messages();
    let on_channel = |message: &Message| json!({ "$ref": format!("#/channels/mediabar/messages/{}", message.name) });
    let of = |class: Class| messages.iter().filter(move |message| message.class == class);

    let mut definitions = Map::new();
    let mut channel = Map::new();
    for message in &messages {
        channel.insert(message.name.clone(), json!({ "$ref": format!("#/components/messages/{}", message.name) }));
        definitions.insert(message.name.clone(), description(message));
    }

    let mut operations = Map::new();
    for request in of(Class::Request) {
        let command = request.name.strip_suffix(".request").unwrap_or(&request.name);
        let success = format!("{command}.success");
        let answers: Vec<Value> =
            of(Class::Response).filter(|answer| answer.name == success || answer.name.starts_with("any.")).map(on_channel).collect();
        operations.insert(
            command.to_owned(),
            json!({
                "action": "receive",
                "channel": { "$ref": "#/channels/mediabar" },
                "messages": [on_channel(request)],
                "reply": { "channel": { "$ref": "#/channels/mediabar" }, "messages": answers },
            }),
        );
    }
    for (name, summary, class) in [
        ("tellObjectEvents", "What happens to the session's objects, in the order in which it happened.", Class::ObjectEvent),
        ("tellStateEvents", "States and what is possible in them, in the same order.", Class::StateEvent),
        ("tellServiceEvents", "Whether desktops can work.", Class::ServiceEvent),
    ] {
        operations.insert(
            name.to_owned(),
            json!({
                "action": "send",
                "summary": summary,
                "channel": { "$ref": "#/channels/mediabar" },
                "messages": of(class).map(on_channel).collect::<Vec<_>>(),
            }),
        );
    }

    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "ctibridge media bar API",
            "version": VERSION,
            "description": "What agent desktops and ctibridge say to each other. Within this version the contract only grows.",
            "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "127.0.0.1:8188",
                "protocol": "ws",
                "description": "The default address; wss with TLS.",
            },
        },
        "channels": {
            "mediabar": {
                "address": PATH,
                "description": format!(
                    "A websocket, sub-protocol {SUBPROTOCOL} (asking for it is optional). One JSON object in a text frame each way."
                ),
                "messages": channel,
                // AsyncAPI has no place for these.
                "x-close-codes": close_codes(),
            },
        },
        "operations": operations,
        "components": { "messages": definitions },
    })
}

/// Why we close a socket.
fn close_codes() -> Vec<Value> {
    let describe = |code: CloseCode| json!({ "code": code.number(), "reason": code.reason(), "description": code.advice(), "comeBack": code.may_come_back() });
    CloseCode::ALL.map(describe).to_vec()
}

fn description(message: &Message) -> Value {
    json!({
        "name": message.name,
        "title": message.name,
        "summary": message.schema["description"],
        "contentType": "application/json",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": { "$ref": format!("{SCHEMA_FILE}#/$defs/{}", message.name) },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::mediabar::schema;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(elements) => elements.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_into_this_document_or_the_schema() {
        let (document, schema) = (document(), schema::document());
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100);
        for reference in found {
            let (file, pointer) = reference.split_once('#').unwrap();
            let target = if file.is_empty() { document.pointer(pointer) } else { schema.pointer(pointer) };
            assert!(file.is_empty() || file == SCHEMA_FILE, "{reference}");
            assert!(target.is_some(), "{reference}");
        }
    }

    #[test]
    fn every_request_has_its_answers() {
        let document = document();
        let answers = |command: &str| {
            let mut found = Vec::new();
            references(&document["operations"][command]["reply"]["messages"], &mut found);
            found.iter().map(|reference| reference.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(answers("channel.dial"), ["channel.dial.success", "any.failure", "any.needinfo", "any.confirm"]);
    }
}

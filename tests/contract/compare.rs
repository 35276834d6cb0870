//! Compares a published schema with a newer one: what would break a program that was written for the older?
//!
//! For what the server sends (responses and events) a newer schema may add members, values and messages; what was always
//! there stays always there, and no member gets a type that it could not have before. For what desktops send (requests)
//! everything that was accepted is accepted still: no new duty, no narrower type.

use std::collections::BTreeSet;

use serde_json::Value;

/// Who writes a message.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    Server,
    Desktop,
}

/// What is broken, a line each.
pub(crate) fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, breaks: Vec::new(), under_way: Vec::new() };
    let messages = |document: &Value, class: &str| -> Vec<String> {
        let list = document["$defs"][class]["anyOf"].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|entry| entry["$ref"].as_str().map(str::to_owned)).collect()
    };
    let classes = [
        ("request", Writer::Desktop),
        ("response", Writer::Server),
        ("objectEvent", Writer::Server),
        ("stateEvent", Writer::Server),
        ("serviceEvent", Writer::Server),
    ];
    for (class, writer) in classes {
        let now: BTreeSet<String> = messages(new, class).into_iter().collect();
        for message in messages(old, class) {
            let name = message.trim_start_matches("#/$defs/").to_owned();
            // A command that was always refused promised nothing about what it takes.
            let command = name.strip_suffix(".request").unwrap_or_default();
            let was_refused = writer == Writer::Desktop && !messages(old, "response").contains(&format!("#/$defs/{command}.success"));
            if was_refused && now.contains(&message) {
                continue;
            }
            if now.contains(&message) {
                comparison.schema(writer, &name, &old["$defs"][&name], &new["$defs"][&name]);
            } else {
                comparison.breaks.push(format!("{name}: gone from the {class}s"));
            }
        }
    }
    comparison.breaks
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    breaks: Vec<String>,
    /// Pairs of references that are being compared: types may hold themselves.
    under_way: Vec<(String, String)>,
}

const TYPES: [&str; 6] = ["null", "boolean", "number", "string", "array", "object"];

impl<'a> Comparison<'a> {
    fn broken(&mut self, place: &str, what: impl std::fmt::Display) {
        self.breaks.push(format!("{place}: {what}"));
    }

    fn schema(&mut self, writer: Writer, place: &str, old: &'a Value, new: &'a Value) {
        let pair = (reference(old), reference(new));
        let is_reference = !pair.0.is_empty() || !pair.1.is_empty();
        if is_reference && self.under_way.contains(&pair) {
            return;
        }
        self.under_way.push(pair);
        let (old, new) = (resolve(self.old, old), resolve(self.new, new));
        self.variants(writer, place, old, new);
        self.under_way.pop();
    }

    /// Alternatives: each old one has a new one that fits; what desktops may choose from never gets smaller, what the server
    /// may send may get larger.
    fn variants(&mut self, writer: Writer, place: &str, old: &'a Value, new: &'a Value) {
        match (alternatives(old), alternatives(new)) {
            (None, None) => self.plain(writer, place, old, new),
            (old_variants, new_variants) => {
                let new_variants: Vec<&Value> = new_variants.unwrap_or_else(|| vec![new]);
                for (number, variant) in old_variants.unwrap_or_else(|| vec![old]).into_iter().enumerate() {
                    let mut best: Option<Vec<String>> = None;
                    for candidate in &new_variants {
                        let before = self.breaks.len();
                        self.schema(writer, &format!("{place}|{number}"), variant, candidate);
                        let found = self.breaks.split_off(before);
                        if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                            best = Some(found);
                        }
                    }
                    self.breaks.extend(best.unwrap_or_else(|| vec![format!("{place}: no alternatives left")]));
                }
            }
        }
    }

    fn plain(&mut self, writer: Writer, place: &str, old: &'a Value, new: &'a Value) {
        let (was, is) = (types(old), types(new));
        let added: Vec<&str> = is.difference(&was).copied().collect();
        let removed: Vec<&str> = was.difference(&is).copied().collect();
        if writer == Writer::Server && !added.is_empty() {
            self.broken(place, format_args!("may now be {} instead of {}", added.join(", "), list(&was)));
        }
        if !removed.is_empty() && (writer == Writer::Desktop || is.is_disjoint(&was)) {
            self.broken(place, format_args!("cannot be {} any more", removed.join(", ")));
        }
        self.values(writer, place, old, new);
        for limit in ["pattern", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] {
            let (was, is) = (old.get(limit), new.get(limit));
            // A promise of the server may get stricter only by appearing, a demand on desktops only looser by going away.
            let is_harmless = was == is || if writer == Writer::Server { was.is_none() } else { is.is_none() };
            if !is_harmless {
                self.broken(place, format_args!("{limit} was {} and is {}", text(was), text(is)));
            }
        }
        self.members(writer, place, old, new);
        if let (Some(old), Some(new)) = (old.get("items"), new.get("items")) {
            self.schema(writer, &format!("{place}[]"), old, new);
        }
        if let (Some(old), Some(new)) = (old.get("additionalProperties"), new.get("additionalProperties")) {
            self.schema(writer, &format!("{place}.*"), old, new);
        }
    }

    fn values(&mut self, writer: Writer, place: &str, old: &Value, new: &Value) {
        let (was, is) = (values(old), values(new));
        match (was, is) {
            (Some(was), Some(is)) => {
                for value in was.iter().filter(|value| !is.contains(value)) {
                    self.broken(place, format_args!("{value} is gone"));
                }
            }
            (Some(_), None) if writer == Writer::Server => self.broken(place, "was one of a list and may be anything now"),
            (None, Some(_)) if writer == Writer::Desktop => self.broken(place, "could be anything and is one of a list now"),
            _ => {}
        }
    }

    fn members(&mut self, writer: Writer, place: &str, old: &'a Value, new: &'a Value) {
        let (was, is) = (required(old), required(new));
        let (old_members, new_members) = match (old.get("properties"), new.get("properties")) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => (old, new),
            (Some(Value::Object(old)), _) if !old.is_empty() => {
                self.broken(place, "has no described members any more");
                return;
            }
            (_, Some(Value::Object(_))) if writer == Writer::Desktop => {
                for name in &is {
                    self.broken(place, format_args!("{name} must be given now"));
                }
                return;
            }
            _ => return,
        };
        for (name, member) in old_members {
            let place = format!("{place}.{name}");
            match new_members.get(name) {
                Some(now) => self.schema(writer, &place, member, now),
                None => self.broken(&place, "is gone"),
            }
        }
        match writer {
            Writer::Server => {
                for name in was.difference(&is) {
                    self.broken(place, format_args!("{name} is not always there any more"));
                }
            }
            Writer::Desktop => {
                for name in is.difference(&was) {
                    self.broken(place, format_args!("{name} must be given now"));
                }
            }
        }
    }
}

fn reference(schema: &Value) -> String {
    schema["$ref"].as_str().unwrap_or_default().to_owned()
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|target| target.strip_prefix('#')).and_then(|pointer| document.pointer(pointer)) {
        Some(target) => resolve(document, target),
        None => schema,
    }
}

fn alternatives(schema: &Value) -> Option<Vec<&Value>> {
    ["anyOf", "oneOf"].iter().find_map(|word| schema.get(*word)?.as_array()).map(|list| list.iter().collect())
}

/// All types that a value may have; an integer is a number.
fn types(schema: &Value) -> BTreeSet<&str> {
    let plain = |kind: &'_ Value| -> Option<&'static str> {
        let kind = kind.as_str()?;
        TYPES.into_iter().find(|known| *known == kind || (*known == "number" && kind == "integer"))
    };
    match &schema["type"] {
        Value::Array(list) => list.iter().filter_map(plain).collect(),
        Value::String(_) => plain(&schema["type"]).into_iter().collect(),
        _ => TYPES.into_iter().collect(),
    }
}

fn values(schema: &Value) -> Option<Vec<Value>> {
    schema.get("const").map(|value| vec![value.clone()]).or_else(|| schema.get("enum")?.as_array().cloned())
}

fn required(schema: &Value) -> BTreeSet<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn list(types: &BTreeSet<&str>) -> String {
    types.iter().copied().collect::<Vec<_>>().join(", ")
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "not there".to_owned(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A contract with one request and one event.
    fn contract() -> Value {
        json!({ "$defs": {
            "request": { "anyOf": [{ "$ref": "#/$defs/dial.request" }] },
            "response": { "anyOf": [{ "$ref": "#/$defs/dial.success" }] },
            "objectEvent": { "anyOf": [{ "$ref": "#/$defs/ended.event" }] },
            "dial.success": { "type": "object" },
            "dial.request": {
                "type": "object",
                "properties": { "command": { "const": "dial" }, "data": { "$ref": "#/$defs/Data" } },
                "required": ["command", "data"],
            },
            "Data": { "type": "object", "properties": {
                "number": { "type": "string" },
                "skill": { "anyOf": [{ "type": "integer" }, { "type": "string" }] },
                "variables": { "type": "object", "additionalProperties": { "type": "string" } },
            }, "required": ["number"] },
            "ended.event": {
                "type": "object",
                "properties": {
                    "name": { "const": "ended" },
                    "reason": { "type": "string", "enum": ["RELEASED", "FAILED"] },
                    "cause": { "type": ["string", "null"] },
                    "parties": { "type": "array", "items": { "$ref": "#/$defs/Party" } },
                    "seq": { "type": "integer", "minimum": 1 },
                },
                "required": ["name", "reason", "cause"],
            },
            "Party": { "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] },
        } })
    }

    /// What the comparer says of a change.
    fn after(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let old = contract();
        let mut new = old.clone();
        change(&mut new["$defs"]);
        breaks(&old, &new)
    }

    fn remove(value: &mut Value, name: &str) {
        value.as_object_mut().unwrap().shift_remove(name).unwrap();
    }

    #[test]
    fn the_same_contract_and_additions_break_nothing() {
        assert_eq!(after(|_| {}), Vec::<String>::new());
        assert_eq!(
            after(|defs| {
                defs["objectEvent"]["anyOf"].as_array_mut().unwrap().push(json!({ "$ref": "#/$defs/new.event" }));
                defs["new.event"] = json!({ "type": "object" });
                defs["ended.event"]["properties"]["reason"]["enum"].as_array_mut().unwrap().push(json!("LOST"));
                defs["ended.event"]["properties"]["more"] = json!({ "type": "string" });
                defs["ended.event"]["required"].as_array_mut().unwrap().push(json!("more"));
                defs["ended.event"]["required"].as_array_mut().unwrap().push(json!("parties"));
                defs["Party"]["properties"]["name"] = json!({ "type": "string" });
                defs["Data"]["properties"]["to"] = json!({ "type": "string" });
                defs["Data"]["properties"]["number"]["type"] = json!(["string", "integer"]);
                defs["Data"]["required"] = json!([]);
            }),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_removed_message_or_member_is_noticed() {
        assert_eq!(after(|defs| defs["objectEvent"]["anyOf"] = json!([])), ["ended.event: gone from the objectEvents"]);
        assert_eq!(
            after(|defs| remove(&mut defs["ended.event"]["properties"], "parties")),
            ["ended.event.parties: is gone"],
            "even one that was not always there"
        );
        assert_eq!(after(|defs| remove(&mut defs["Data"]["properties"], "skill")), ["dial.request.data.skill: is gone"]);
        assert_eq!(after(|defs| remove(&mut defs["Party"]["properties"], "id")), ["ended.event.parties[].id: is gone"]);
    }

    #[test]
    fn a_command_that_was_always_refused_may_begin_to_ask_for_data() {
        let mut old = contract();
        old["$defs"]["response"]["anyOf"] = json!([]);
        let mut new = old.clone();
        new["$defs"]["Data"]["required"] = json!(["number", "skill"]);
        assert_eq!(breaks(&old, &new), Vec::<String>::new());
        new["$defs"]["request"]["anyOf"] = json!([]);
        assert_eq!(breaks(&old, &new), ["dial.request: gone from the requests"], "it still has to be known");
    }

    #[test]
    fn a_renamed_member_value_or_message_is_noticed() {
        let rename = |defs: &mut Value| {
            let members = defs["ended.event"]["properties"].as_object_mut().unwrap();
            let member = members.shift_remove("cause").unwrap();
            members.insert("why".to_owned(), member);
            defs["ended.event"]["required"] = json!(["name", "reason", "why"]);
        };
        assert_eq!(after(rename), ["ended.event.cause: is gone", "ended.event: cause is not always there any more"]);
        assert_eq!(
            after(|defs| defs["ended.event"]["properties"]["reason"]["enum"] = json!(["RELEASED", "BROKEN"])),
            ["ended.event.reason: \"FAILED\" is gone"]
        );
        assert_eq!(
            after(|defs| defs["ended.event"]["properties"]["name"]["const"] = json!("over")),
            ["ended.event.name: \"ended\" is gone"]
        );
        assert_eq!(
            after(|defs| defs["dial.request"]["properties"]["command"]["const"] = json!("call")),
            ["dial.request.command: \"dial\" is gone"]
        );
    }

    #[test]
    fn a_changed_type_is_noticed() {
        assert_eq!(
            after(|defs| defs["ended.event"]["properties"]["seq"]["type"] = json!("string")),
            ["ended.event.seq: may now be string instead of number", "ended.event.seq: cannot be number any more"]
        );
        assert_eq!(
            after(|defs| defs["Party"]["properties"]["id"]["type"] = json!(["string", "null"])),
            ["ended.event.parties[].id: may now be null instead of string"]
        );
        assert_eq!(
            after(|defs| defs["Data"]["properties"]["skill"] = json!({ "type": "integer" })),
            ["dial.request.data.skill|1: cannot be string any more"]
        );
        assert!(!after(|defs| defs["Data"]["properties"]["variables"]["additionalProperties"]["type"] = json!("integer")).is_empty());
        assert!(!after(|defs| defs["ended.event"]["properties"]["parties"]["items"] = json!({ "type": "string" })).is_empty());
    }

    #[test]
    fn a_new_duty_of_desktops_and_a_dropped_promise_of_the_server_are_noticed() {
        assert_eq!(
            after(|defs| defs["Data"]["required"].as_array_mut().unwrap().push(json!("skill"))),
            ["dial.request.data: skill must be given now"]
        );
        assert_eq!(
            after(|defs| defs["ended.event"]["required"] = json!(["name", "reason"])),
            ["ended.event: cause is not always there any more"]
        );
        assert_eq!(
            after(|defs| defs["Data"]["properties"]["number"]["maxLength"] = json!(10)),
            ["dial.request.data.number: maxLength was not there and is 10"]
        );
        assert_eq!(
            after(|defs| remove(&mut defs["ended.event"]["properties"]["seq"], "minimum")),
            ["ended.event.seq: minimum was 1 and is not there"]
        );
        assert_eq!(
            after(|defs| remove(&mut defs["ended.event"]["properties"]["reason"], "enum")),
            ["ended.event.reason: was one of a list and may be anything now"]
        );
        assert_eq!(
            after(|defs| defs["Data"]["properties"]["number"]["enum"] = json!(["1"])),
            ["dial.request.data.number: could be anything and is one of a list now"]
        );
    }
}

//! `interactiondata`: the live data of a contact as one flat object, and what changed in it.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::desktop::call_session::{Derived, Key, call_variable_key, ecc_key};
use crate::desktop::settings::Settings;
use crate::engine::model::{Contact, EccValue, Name};

/// A value: text, or the elements of an array by index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "DataValue")]
pub enum Value {
    /// One text.
    Text(#[schemars(with = "String")] Name),
    /// Elements by index.
    Elements(#[schemars(with = "BTreeMap<u8, String>")] BTreeMap<u8, Name>),
}

/// All data of a contact at one moment, in the order in which it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InteractionData(Vec<(Key, Value)>);

impl InteractionData {
    /// Renders a contact. What the call never had is left out; what was emptied is an empty text.
    pub fn of(contact: &Contact, settings: &Settings) -> Self {
        let derived = Derived::of(contact, settings);
        let mut list: Vec<(Key, Value)> = Vec::with_capacity(24);
        let mut put = |key: Key, value: Option<Name>| {
            if let Some(value) = value {
                list.push((key, Value::Text(value)));
            }
        };
        let given = |value: &Option<Name>| value.clone().filter(|value| !value.is_empty());
        put("ANI".into(), given(&contact.ani));
        put("DNIS".into(), given(&contact.dnis));
        put("dialedNumber".into(), derived.dialed_number);
        put("direction".into(), Some(Name::const_new(derived.direction)));
        put("number".into(), derived.number);
        put("callDetails".into(), derived.details);
        put("callType".into(), derived.call_type);
        put("callKeyPrefix".into(), contact.router_key.map(|key| compact_str::format_compact!("{}", key.day)));
        put("callKeyCallId".into(), contact.router_key.map(|key| compact_str::format_compact!("{}", key.call_id)));
        put("queueName".into(), derived.queue_name);
        put("queueNumber".into(), derived.queue_number);
        for (index, value) in contact.call_variables.iter().enumerate() {
            put(call_variable_key(index), value.clone());
        }
        put("mediaId".into(), Some(derived.media_id));
        put("wrapUpReason".into(), contact.wrapup.clone());
        put("outboundClassification".into(), derived.classification.map(Name::const_new));
        if let Some(record) = derived.record {
            put("crmId".into(), Some(record.crm_id.clone()));
            put("recordType".into(), record.record_type.clone());
        }
        put("callerEnteredDigits".into(), given(&contact.entered_digits));
        for (name, value) in &contact.ecc {
            let value = match value {
                EccValue::Scalar(value) => Value::Text(value.clone()),
                EccValue::Array(elements) => Value::Elements(elements.clone()),
            };
            list.push((ecc_key(name), value));
        }
        for (key, value) in &contact.local {
            if !list.iter().any(|(known, _)| known == key.as_str()) {
                list.push((key.to_string().into(), Value::Text(value.clone())));
            }
        }
        Self(list)
    }

    /// The keys that are ours. Beside them are ECC variables (`user.…`) and what a desktop set.
    pub const KEYS: [&'static str; 17] = [
        "ANI",
        "DNIS",
        "dialedNumber",
        "direction",
        "number",
        "callDetails",
        "callType",
        "callKeyPrefix",
        "callKeyCallId",
        "queueName",
        "queueNumber",
        "mediaId",
        "wrapUpReason",
        "outboundClassification",
        "crmId",
        "recordType",
        "callerEnteredDigits",
    ];

    fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// What is new or different here.
    pub fn changed_since<'a>(&'a self, before: &Self) -> Changed<'a> {
        Changed(self.0.iter().filter(|(key, value)| before.get(key) != Some(value)).collect())
    }

    /// What was there before and is not any more.
    pub fn removed_since<'a>(&self, before: &'a Self) -> Vec<&'a str> {
        before.0.iter().map(|(key, _)| key.as_ref()).filter(|key| self.get(key).is_none()).collect()
    }
}

impl JsonSchema for InteractionData {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "InteractionData".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        data_schema(generator.subschema_for::<Value>(), "The live data of a contact. What the call never had is left out.")
    }
}

impl Serialize for InteractionData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The schema of call data whose other keys hold `other`.
pub(crate) fn data_schema(other: Schema, text: &str) -> Schema {
    let keys = InteractionData::KEYS.into_iter().map(Into::into).chain((0..10).map(call_variable_key));
    let properties: serde_json::Map<String, serde_json::Value> = keys
        .map(|key: Key| {
            let value = if key == "direction" { serde_json::json!({ "enum": ["Incoming", "Outgoing"] }) } else { serde_json::json!({}) };
            let mut value = schemars::Schema::try_from(value).unwrap_or_default();
            value.insert("type".to_owned(), "string".into());
            (key.into_owned(), value.to_value())
        })
        .collect();
    schemars::json_schema!({ "description": text, "type": "object", "properties": properties, "additionalProperties": other })
}

/// Some of the data.
#[derive(Debug)]
pub struct Changed<'a>(Vec<&'a (Key, Value)>);

impl JsonSchema for Changed<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChangedData".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        data_schema(generator.subschema_for::<Value>(), "What is new or different of a contact's data.")
    }
}

impl Serialize for Changed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::call_session::tests::inbound;

    fn text(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn keys_stand_in_the_order_of_the_contract() {
        assert_eq!(
            text(&InteractionData::of(&inbound(), &Settings::default())),
            concat!(
                r#"{"ANI":"+41123456789","DNIS":"5000","dialedNumber":"8001","direction":"Incoming","number":"+41123456789","#,
                r#""callDetails":"from +41123456789","callType":"PREROUTE_ACD_IN","callKeyPrefix":"152018","callKeyCallId":"217","#,
                r#""queueNumber":"5022","callVariable1":"Gold","mediaId":"1","user.CaseNumber":"40013"}"#
            )
        );
    }

    #[test]
    fn a_change_names_what_is_new_different_or_gone() {
        let before = inbound();
        let mut after = before.clone();
        after.call_variables[0] = Some("Silver".into());
        after.call_variables[2] = Some("".into());
        after.ecc.clear();
        after.ecc.insert("user.list".into(), EccValue::Array(BTreeMap::from([(0, "a".into()), (2, "c".into())])));
        after.local.insert("note".into(), "x".into());
        let settings = Settings::default();
        let (before, after) = (InteractionData::of(&before, &settings), InteractionData::of(&after, &settings));
        assert_eq!(
            text(&after.changed_since(&before)),
            r#"{"callVariable1":"Silver","callVariable3":"","user.list":{"0":"a","2":"c"},"note":"x"}"#
        );
        assert_eq!(after.removed_since(&before), ["user.CaseNumber"]);
        assert_eq!(text(&after.changed_since(&after)), "{}");
    }

    #[test]
    fn a_local_key_never_hides_the_calls_own() {
        let mut contact = inbound();
        contact.local.insert("ANI".into(), "forged".into());
        assert!(!text(&InteractionData::of(&contact, &Settings::default())).contains("forged"));
    }
}

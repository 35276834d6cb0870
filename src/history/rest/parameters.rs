//! The parameters of the search as the document names them. What they mean is [`query`](super::super::query)'s business; a test
//! holds both together.

use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required};

use super::super::query::{CHANNELS, DIAL_RESULTS, DIRECTIONS, GUEST_LEFT, MAX_LIMIT, MAX_VALUES, SOURCES, STATUSES, TERMINATIONS};

/// Durations without years and months, whose length nobody knows.
const DURATION: &str = "^P([0-9]{1,4}W|[0-9]{1,5}D|([0-9]{1,5}D)?T([0-9]{1,6}H([0-9]{1,6}M)?([0-9]{1,6}([.][0-9]{1,6})?S)?|[0-9]{1,6}M([0-9]{1,6}([.][0-9]{1,6})?S)?|[0-9]{1,9}([.][0-9]{1,6})?S))$";

/// PostgreSQL takes no text with a NUL.
const TEXT: &str = "^[^\\x00]+$";

/// All of them.
pub(super) struct Search;

impl IntoParams for Search {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let whole = || ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        let text = || ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(200)).pattern(Some(TEXT));
        let words = |words: &[&str]| ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.iter().copied()));
        let flag = || ObjectBuilder::new().schema_type(Type::Boolean);
        let moment = || ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
        // Not of the format `duration`, which knows no fractions of a second (RFC 3339, appendix A).
        let length = || ObjectBuilder::new().schema_type(Type::String).pattern(Some(DURATION));
        let mut all = vec![
            set("SessionId", "Numbers of sessions.", whole()),
            set("DepartmentId", "DepartmentID of the first agent who has one.", whole()),
            any("Status", "Where they stand.", words(&STATUSES)),
            any("Channel", "All sessions here are of channel Phone.", words(&CHANNELS)),
            any("Source", "How they began.", words(&SOURCES)),
            set("OperatorUserId", "Agents who took part: userId or AgentID.", text()),
            any("Result", "What became of dialling.", words(&DIAL_RESULTS)),
            set("Tags", "Dispositions.", text()),
            any("TerminationReason", "Why they ended.", words(&TERMINATIONS)),
            any("GuestLeftSession", "How the customer left.", words(&GUEST_LEFT)),
            any("Direction", "Who called whom.", words(&DIRECTIONS)),
            set("CallKeyDay", "RouterCallKeyDay.", whole()),
            set("CallKeyCallId", "RouterCallKeyCallID.", whole()),
            set("CtiCallId", "ConnectionCallID of any call of the session.", whole()),
            set("SkillGroupId", "SkillGroupID of any queue of the session.", whole()),
            set("InteractionId", "The id under which a desktop knew it.", text()),
        ];
        for (name, what) in [("Created", "created"), ("GuestJoined", "guestJoined"), ("Accepted", "started"), ("Ended", "ended")] {
            all.push(one(&format!("{name}.Min"), &format!("`{what}` not before this moment."), moment()));
            all.push(one(&format!("{name}.Max"), &format!("`{what}` not after this moment."), moment()));
            all.push(one(&format!("{name}.Null"), &format!("Whether `{what}` is null."), flag()));
        }
        for (name, what) in [("WaitingTime", "waited"), ("Duration", "length")] {
            all.push(one(&format!("{name}.Min"), &format!("`{what}` at least, in ISO 8601 such as `PT1M23.4S`."), length()));
            all.push(one(&format!("{name}.Max"), &format!("`{what}` at most, in ISO 8601 such as `PT1M23.4S`."), length()));
            all.push(one(&format!("{name}.Null"), &format!("Whether `{what}` is null."), flag()));
        }
        let limit = whole().minimum(Some(1)).maximum(Some(MAX_LIMIT)).default(Some(json!(100)));
        all.extend([
            one("PhoneCallbackNumber.Text", "The customer's number contains this.", text()),
            one("PhoneCallbackNumber.Exact", "PhoneCallbackNumber.Text is the whole number, not a part of it.", flag()),
            one("PhoneCallbackNumber.Null", "Whether the customer's number is unknown.", flag()),
            one("ActivityTextsContain", "A note or the name of a file contains this, without regard to case.", text()),
            one("HasConcurrentOperators", "Whether more than one agent took part.", flag()),
            one("AutoAccepted", "Whether the first agent's phone answered by itself.", flag()),
            one("limit", "How many at most; an export without it has no end.", limit),
            one(
                "offset",
                "How many to leave out. It shifts while calls arrive: `after` does not.",
                whole().minimum(Some(0)).maximum(Some(100_000_000)),
            ),
            one("after", "The cursor of the Link header of the page before.", text().pattern(Some("^[0-9]{1,18}-[0-9]{1,18}$"))),
            one("verbose", "With activities, recordings, statuses and legs.", flag()),
            one("count", "With the number of all in X-Total-Count.", flag()),
        ]);
        all
    }
}

fn one(name: &str, what: &str, schema: ObjectBuilder) -> Parameter {
    parameter(name, what).schema(Some(RefOr::T(Schema::Object(schema.build())))).build()
}

/// A parameter that may be repeated, up to a bound.
fn set(name: &str, what: &str, schema: ObjectBuilder) -> Parameter {
    array(name, what, ArrayBuilder::new().items(RefOr::T(Schema::Object(schema.build()))).max_items(Some(MAX_VALUES)))
}

/// A parameter of a few words: a repetition changes nothing, so there is no bound but that of the whole address.
fn any(name: &str, what: &str, schema: ObjectBuilder) -> Parameter {
    array(name, what, ArrayBuilder::new().items(RefOr::T(Schema::Object(schema.build()))))
}

fn array(name: &str, what: &str, array: ArrayBuilder) -> Parameter {
    let parameter = parameter(name, what).style(Some(ParameterStyle::Form)).explode(Some(true));
    parameter.schema(Some(RefOr::T(Schema::Array(array.build())))).build()
}

fn parameter(name: &str, what: &str) -> ParameterBuilder {
    ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False).description(Some(what))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::super::query::Request;
    use super::*;

    /// A value that fits the schema.
    fn sample(schema: &serde_json::Value) -> String {
        let item = schema.get("items").unwrap_or(schema);
        if let Some(words) = item.get("enum") {
            return words[0].as_str().unwrap().to_owned();
        }
        match (item["type"].as_str().unwrap(), item.get("format").and_then(|format| format.as_str())) {
            ("integer", _) => "7".to_owned(),
            ("boolean", _) => "true".to_owned(),
            (_, Some("date-time")) => "2026-01-31T12:00:00Z".to_owned(),
            _ if item["pattern"] == DURATION => "PT1M30S".to_owned(),
            _ => "1700000000000000-5".to_owned(),
        }
    }

    #[test]
    fn every_parameter_of_the_document_is_one_that_is_understood() {
        let all = Search::into_params(|| None);
        assert!(all.len() > 40);
        for parameter in all {
            let parameter = serde_json::to_value(parameter).unwrap();
            let (name, value) = (parameter["name"].as_str().unwrap(), sample(&parameter["schema"]));
            Request::read([(name, value.as_str())]).unwrap_or_else(|bad| panic!("{name}={value}: {bad}"));
        }
    }
}

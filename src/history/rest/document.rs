//! What all operations have in common, said once: refusals of the guard before them, and the form of problems.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Required, Response, ResponseBuilder};

/// Completes a document made of the operations.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        operations.into_iter().flatten().for_each(common);
    }
    document
}

fn common(operation: &mut Operation) {
    // Bytes may be none at all; what is JSON may not.
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && body.content.contains_key("application/octet-stream")
    {
        body.required = Some(Required::False);
    }
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response.content.insert("application/problem+json".to_owned(), content);
        }
    }
    responses.insert("401".to_owned(), RefOr::T(refusal("No bearer token, or one that does not count")));
    responses.insert("429".to_owned(), RefOr::T(refusal("Too many requests from this address")));
    // The port itself answers before any route is found, with no body: the bound is one for the whole head.
    let too_long = "Address and header fields together are longer than 16 KiB, or there are more than 64 fields";
    responses.insert("431".to_owned(), RefOr::T(ResponseBuilder::new().description(too_long).build()));
}

/// The guard's short answers.
fn refusal(what: &str) -> Response {
    let schema = ObjectBuilder::new().property("error", ObjectBuilder::new().schema_type(Type::String)).required("error");
    ResponseBuilder::new().description(what).content("application/json", ContentBuilder::new().schema(Some(schema)).build()).build()
}

#[cfg(test)]
mod tests {
    use super::super::super::privacy::number::{LONGEST, Number};
    use serde_json::{Value, json};

    fn document() -> Value {
        serde_json::to_value(super::super::document()).unwrap()
    }

    #[test]
    fn every_operation_has_its_own_name_and_tells_every_refusal() {
        let document = document();
        let operations = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
        let mut ids = std::collections::BTreeSet::new();
        for operation in operations.filter(|operation| operation["responses"].is_object()) {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "used twice: {}", operation["operationId"]);
            for status in ["401", "429", "431", "503"] {
                assert!(operation["responses"][status].is_object(), "{status}: {}", operation["operationId"]);
            }
            // What may be refused to readers without the right says so: that is everything but reading sessions and states.
            let is_open = ["one", "routing_history", "session_durations", "get_call_params", "user_states", "template_parameters"];
            let is_for_all = is_open.contains(&operation["operationId"].as_str().unwrap());
            assert_eq!(operation["responses"]["403"].is_object(), !is_for_all, "{}", operation["operationId"]);
            assert!(operation["responses"]["431"].get("content").is_none(), "an answer without a body");
        }
        assert!(ids.len() > 15);
    }

    #[test]
    fn an_empty_file_is_a_file_and_the_document_says_so() {
        let document = document();
        let attach = &document["paths"]["/api/v1/Sessions/{id}/files"]["post"];
        assert_eq!(attach["requestBody"]["required"], false);
        assert!(attach["description"].as_str().or_else(|| attach["summary"].as_str()).unwrap().contains("empty file"), "{attach}");
        assert_eq!(document["paths"]["/api/v1/Sessions/{id}/note"]["put"]["requestBody"]["required"], true);
    }

    #[test]
    fn the_document_knows_what_a_number_is() {
        let number = &document()["components"]["schemas"]["ErasureRequest"]["properties"]["number"];
        assert_eq!(number["maxLength"], json!(LONGEST));
        let pattern = number["pattern"].as_str().unwrap();
        assert_eq!(pattern, "^[-+ /.()]*([0-9][-+ /.()]*){5,20}$");
        // The example that is shown is one.
        let example = &document()["components"]["schemas"]["ErasureRequest"]["example"]["number"];
        assert!(Number::read(example.as_str().unwrap()).is_some());
    }

    /// Of the three ways to forward exactly one is to be named.
    #[test]
    fn the_document_knows_that_a_session_goes_one_way() {
        let document = document();
        let ways = document["components"]["schemas"]["ForwardModel"]["oneOf"].as_array().unwrap();
        assert_eq!(ways.len(), 3);
        for (way, name) in ways.iter().zip(["userId", "groupId", "phoneNumber"]) {
            assert_eq!(way["required"], json!([name]));
            let types = way["properties"].as_object().unwrap().iter().filter(|(_, schema)| schema["type"] == "null").count();
            assert_eq!(types, 2, "{way}");
        }
    }

    #[test]
    fn every_bound_of_a_filter_is_one_that_is_kept() {
        let document = document();
        let parameters = document["paths"]["/api/v1/Sessions"]["get"]["parameters"].as_array().unwrap();
        for parameter in parameters.iter().filter(|parameter| parameter["schema"]["type"] == "array") {
            let is_of_words = parameter["schema"]["items"].get("enum").is_some();
            let bound = parameter["schema"].get("maxItems").and_then(Value::as_u64);
            assert_eq!(bound.is_none(), is_of_words, "{parameter}");
            let name = parameter["name"].as_str().unwrap();
            let value = parameter["schema"]["items"]["enum"][0].as_str().unwrap_or("7");
            let read = |count| super::super::super::query::Request::read(vec![(name, value); count]);
            assert!(read(500).is_ok(), "{name}");
            assert_eq!(read(501).is_ok(), is_of_words, "{name}");
        }
    }
}

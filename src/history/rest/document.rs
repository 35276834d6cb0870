//! What all operations have in common, said once: refusals of the guard before them, and the form of problems.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Response, ResponseBuilder};

/// Completes a document made of the operations.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        operations.into_iter().flatten().for_each(common);
    }
    document
}

fn common(operation: &mut Operation) {
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
}

/// The guard's short answers.
fn refusal(what: &str) -> Response {
    let schema = ObjectBuilder::new().property("error", ObjectBuilder::new().schema_type(Type::String)).required("error");
    ResponseBuilder::new().description(what).content("application/json", ContentBuilder::new().schema(Some(schema)).build()).build()
}

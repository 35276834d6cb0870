//! What the guard and the routes' frame answer instead of what was asked for: RFC 9457's problem details with codes that stay,
//! as the history's REST interface gives them too.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Why a request was not answered with what it asked for.
#[derive(Debug, Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'static str,
    error: &'static str,
}

/// Why a request was not answered with what it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Unauthorized,
    Forbidden,
    TooManyRequests,
    NotFound,
    MethodNotAllowed,
}

impl Problem {
    const fn told(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "Not signed in", "a bearer token is needed"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Not allowed", "the token's roles do not allow this"),
            Self::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests", "too much came from this address")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found", "there is no such path"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", "the path does not have this method")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, error, title, detail) = self.told();
        let body = Body { kind: format!("urn:ctibridge:problem:{error}"), title, status: status.as_u16(), detail, error };
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

/// The router refuses a method without a word; the methods that there are stay named in `Allow`.
pub(super) async fn say(response: Response) -> Response {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let mut told = Problem::MethodNotAllowed.into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allow.clone());
    }
    told
}

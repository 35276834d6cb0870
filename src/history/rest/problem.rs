//! What a request gets instead of what it asked for: RFC 9457's problem details, with codes that stay.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::query::BadParameter;

/// Why a request was not answered with what it asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A code that programs can rely on: `bad_parameter`, `not_found`, `forbidden`, `unavailable`.
    error: &'static str,
    /// The parameter that cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// In words.
    detail: String,
    #[serde(skip)]
    #[schema(ignore)]
    status: u16,
}

impl Problem {
    pub(super) fn not_found() -> Self {
        Self { error: "not_found", parameter: None, detail: "there is no such object".to_owned(), status: 404 }
    }

    pub(super) fn unavailable() -> Self {
        Self { error: "unavailable", parameter: None, detail: "the history cannot be read now".to_owned(), status: 503 }
    }

    pub(super) fn forbidden() -> Self {
        Self { error: "forbidden", parameter: None, detail: "the token's roles do not allow this".to_owned(), status: 403 }
    }
}

impl From<BadParameter> for Problem {
    fn from(bad: BadParameter) -> Self {
        Self { error: "bad_parameter", parameter: Some(bad.parameter), detail: bad.reason, status: 400 }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

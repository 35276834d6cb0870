//! What a request gets instead of what it asked for: RFC 9457's problem details, with codes that stay.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::super::amend::Refused;
use super::super::query::BadParameter;
use super::super::recorder::AmendError;

/// Why a request was not answered with what it asked for (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:ctibridge:problem:bad_parameter", "title": "A parameter cannot be used", "status": 400,
    "detail": "expected a time with offset, such as 2026-01-31T12:00:00Z", "error": "bad_parameter", "parameter": "Created.Min",
}))]
pub struct Problem {
    /// The kind of problem, as a name that stays: `urn:ctibridge:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// This one in words.
    detail: String,
    /// A code that programs can rely on: `bad_parameter`, `bad_body`, `forbidden`, `not_found`, `conflict`, `gone`,
    /// `too_large`, `range_not_satisfiable`, `not_supported`, `recorder_failed`, `recorder_timeout`, `outcome_unknown`, `unavailable`, `late`, `timeout`.
    error: &'static str,
    /// The parameter, or the member of the body, that cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, error: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let kind = format!("urn:ctibridge:problem:{error}");
        Self { kind, title, status: status.as_u16(), detail: detail.into(), error, parameter: None }
    }

    /// There is no such thing, or none for whoever asks.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found", "there is no such object")
    }

    /// There was such a session; it has been erased.
    pub(super) fn gone() -> Self {
        Self::new(StatusCode::GONE, "gone", "Gone", "the session has been erased")
    }

    /// The history cannot be read or written now.
    pub(super) fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available now", "the history cannot be read or written now")
    }

    /// What happens waits in memory for a database that is late.
    pub(super) fn late() -> Self {
        let detail = "sessions wait in memory for a database that cannot be written: repeat it when /ready says nothing of the history";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "late", "The history is late", detail)
    }

    /// Whether it is that.
    pub(super) fn is_unavailable(&self) -> bool {
        self.status == StatusCode::SERVICE_UNAVAILABLE.as_u16()
    }

    /// The caller's roles do not allow it.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", "the token's roles do not allow this")
    }

    /// Nothing here can do it.
    pub(super) fn not_supported(detail: &str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "not_supported", "Not supported", detail)
    }

    /// The state of the session does not allow it.
    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "Not possible as things stand", detail)
    }

    /// The body has too many bytes.
    pub(super) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Too large", detail)
    }

    /// Something was asked of the phone side, and nobody knows what became of it.
    pub(super) fn outcome_unknown() -> Self {
        let detail = "the CTI Server was asked and did not say what became of it";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "outcome_unknown", "Nobody knows", detail)
    }

    /// The body comes too slowly.
    pub(super) fn timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "timeout", "Too slow", "the body did not come in time")
    }

    /// The body, or the member named by its path, cannot be used.
    pub(super) fn bad_body(member: &str, detail: impl Into<String>) -> Self {
        let parameter = Some(member.to_owned()).filter(|member| !member.is_empty() && member != ".");
        Self { parameter, ..Self::new(StatusCode::BAD_REQUEST, "bad_body", "The body cannot be used", detail) }
    }

    /// The range lies outside the file.
    pub(super) fn range_not_satisfiable() -> Self {
        let detail = "the file does not have the bytes asked for";
        Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable", "Range not satisfiable", detail)
    }

    /// The recorder gives no recording, and why is none of the caller's business.
    pub(super) fn recorder_failed() -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "recorder_failed", "The recorder failed", "the recorder does not give the recording")
    }

    /// The recorder does not answer.
    pub(super) fn recorder_timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "recorder_timeout", "The recorder is silent", "the recorder does not answer in time")
    }
}

impl From<BadParameter> for Problem {
    fn from(bad: BadParameter) -> Self {
        let problem = Self::new(StatusCode::BAD_REQUEST, "bad_parameter", "A parameter cannot be used", bad.reason);
        Self { parameter: Some(bad.parameter), ..problem }
    }
}

impl From<AmendError> for Problem {
    fn from(error: AmendError) -> Self {
        match error {
            AmendError::NoSuchSession | AmendError::Refused(Refused::NoSuchFile) => Self::not_found(),
            AmendError::Refused(refused) => Self::conflict(refused.to_string()),
            AmendError::Late => Self::unavailable(),
        }
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

/// A JSON body; what is wrong with it is told with the member's path.
pub(super) fn read_json<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("the body is larger than http.max_body"),
        _ => Problem::bad_body("", "the body cannot be read"),
    })?;
    // A list would pass for an object whose members come in their order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::bad_body("", "expected a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(&body);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Problem::bad_body(&error.path().to_string(), error.inner().to_string()))?;
    reader.end().map_err(|error| Problem::bad_body("", error.to_string()))?;
    Ok(value)
}

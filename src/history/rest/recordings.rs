//! Recordings: what the recorder has, handed on to whoever may see the session.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::connector::ConnectorError;
use super::files::disposition;
use super::{Named, Problem, Rest, needs_numbers};
use crate::auth::Identity;

/// What of the recorder's headers is handed on.
const PASSED: [header::HeaderName; 6] =
    [header::CONTENT_LENGTH, header::CONTENT_RANGE, header::ACCEPT_RANGES, header::ETAG, header::LAST_MODIFIED, header::CONTENT_ENCODING];

/// A recording's bytes, from the configured recorder; `Range` is passed on.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/recordings/{recording}/file", tag = "Recordings",
    params(("id" = i64, Path, description = "The session"), ("recording" = i64, Path, description = "The recording's number within the session")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The part asked for", content_type = "application/octet-stream"), (status = 401),
        (status = 403, body = Problem, description = "What people said and sent is for those who may see numbers"),
        (status = 404, body = Problem), (status = 410, body = Problem), (status = 416, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem), (status = 504, body = Problem)))]
pub(super) async fn file(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named((id, recording)): Named<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = rest.visible(id, &who).await?;
    needs_numbers(&who)?;
    let is_there = |known: &&super::super::model::Recording| known.id == recording && known.ended.is_some() && !known.failed;
    let found = session.recordings.iter().find(is_there).ok_or_else(Problem::not_found)?;
    let recorder = rest.recorder.as_deref().ok_or_else(Problem::not_found)?;
    let answer = recorder.fetch(&session, found, &headers).await.map_err(|error| {
        rest.telemetry.history.recorder_failed(&error);
        match error {
            ConnectorError::NoAddress => Problem::not_found(),
            ConnectorError::Timeout => Problem::recorder_timeout(),
            ConnectorError::Credentials | ConnectorError::Unreachable => Problem::recorder_failed(),
        }
    })?;
    let status = answer.status();
    match status.as_u16() {
        200 | 206 => {}
        404 | 410 => return Err(Problem::not_found()),
        416 => {
            let range = answer.headers().get(header::CONTENT_RANGE).cloned();
            let mut response = Problem::range_not_satisfiable().into_response();
            response.headers_mut().extend(range.map(|range| (header::CONTENT_RANGE, range)));
            return Ok(response);
        }
        other => {
            rest.telemetry.history.recorder_failed(&format_args!("the recorder answers {other}"));
            return Err(Problem::recorder_failed());
        }
    }
    let mut handed_on = HeaderMap::new();
    handed_on.extend(PASSED.into_iter().filter_map(|name| Some((name.clone(), answer.headers().get(&name)?.clone()))));
    // What is no sound or picture is bytes: nobody's page is shown from here.
    let kind = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .filter(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("audio/") || kind.starts_with("video/")));
    handed_on.insert(header::CONTENT_TYPE, kind.cloned().unwrap_or(HeaderValue::from_static("application/octet-stream")));
    let name = disposition(&format!("session-{id}-recording-{recording}"));
    handed_on.extend(HeaderValue::from_str(&name).map(|name| (header::CONTENT_DISPOSITION, name)));
    handed_on.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    handed_on.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let status = if status.as_u16() == 206 { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    Ok((status, handed_on, Body::from_stream(answer.bytes_stream())).into_response())
}

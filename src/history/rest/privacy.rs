//! Erasing somebody's records by number. For administrators of the whole house.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::privacy::erase::{EraseError, Erasure};
use super::super::privacy::number::Number;
use super::problem::read_json;
use super::webhooks::needs_administrator;
use super::{Named, Problem, Rest};
use crate::auth::Identity;

/// How long whoever asks waits for the end.
const WAIT: Duration = Duration::from_secs(20);

/// Erasures of one list.
const LIST: i64 = 500;

/// Whose records are to be erased.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": "+41 79 111 22 33" }))]
pub(super) struct ErasureRequest {
    /// The number, however it is written; 5 to 20 digits.
    #[schema(max_length = 64, pattern = "^[-+ /.()]*([0-9][-+ /.()]*){5,20}$")]
    number: String,
}

/// A written record of an erasure. The number itself is not kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErasureModel {
    /// Its id.
    id: String,
    /// When it was ordered.
    asked: String,
    /// When all records had been looked at; null: under way, or cut off and to be repeated.
    finished: Option<String>,
    /// Who ordered it.
    asked_by: String,
    /// HMAC-SHA256 of the number's digits, keyed with a secret of this installation.
    number_hash: String,
    /// Sessions deleted.
    sessions: i64,
    /// What CRM sessions were given, deleted.
    template_parameters: i64,
    /// Undelivered events deleted.
    deliveries: i64,
    /// Attached files deleted.
    files: i64,
    /// Sessions that still go on and are deleted when they are over.
    waiting: i64,
}

impl From<Erasure> for ErasureModel {
    fn from(erasure: Erasure) -> Self {
        Self {
            id: erasure.id,
            asked: format!("{:.6}", erasure.asked),
            finished: erasure.finished.map(|at| format!("{at:.6}")),
            asked_by: erasure.asked_by,
            number_hash: erasure.number_hash,
            sessions: erasure.deleted.sessions,
            template_parameters: erasure.deleted.templates,
            deliveries: erasure.deleted.deliveries,
            files: erasure.deleted.files,
            waiting: erasure.waiting,
        }
    }
}

/// Erases every record in which a number stands: sessions with their call data, notes and files, what CRM sessions were
/// given, and events that are not delivered yet. Sessions that still go on follow when they are over. It is refused (`late`) while
/// the database cannot be written: what waits in memory could not be found.
#[utoipa::path(post, path = "/api/v1/Privacy/erasures", tag = "Privacy", request_body = ErasureRequest,
    responses((status = 201, body = ErasureModel), (status = 202, description = "It takes longer; the list tells when it is finished"),
        (status = 400, body = Problem), (status = 401), (status = 403, body = Problem), (status = 413, body = Problem),
        (status = 503, body = Problem, description = "`late`: sessions wait in memory for a database that cannot be written; nothing, or not everything, was erased")))]
pub(super) async fn erase(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    needs_administrator(&who)?;
    let ErasureRequest { number } = read_json(body)?;
    let number = Number::read(&number).ok_or_else(|| Problem::bad_body("number", "expected a telephone number of 5 to 20 digits"))?;
    let (store, eraser) = (rest.store()?, rest.eraser.clone());
    let by = who.subject.to_string();
    let recorder = rest.amender.clone();
    // Who hangs up does not stop it.
    let work = tokio::spawn(async move { eraser.erase(&store, &recorder, &number, &by).await });
    match tokio::time::timeout(WAIT, work).await {
        Err(_) => Ok(StatusCode::ACCEPTED.into_response()),
        Ok(Ok(Ok(erasure))) => {
            let location = HeaderValue::from_str(&format!("/api/v1/Privacy/erasures/{}", erasure.id));
            let mut response = (StatusCode::CREATED, Json(ErasureModel::from(erasure))).into_response();
            response.headers_mut().extend(location.map(|location| (header::LOCATION, location)));
            Ok(response)
        }
        Ok(Ok(Err(EraseError::Late))) => Err(Problem::late()),
        Ok(Ok(Err(EraseError::Store(error)))) => Err(rest.failed(&error)),
        Ok(Err(_)) => Err(Problem::unavailable()),
    }
}

/// The last 500 erasures, the newest first.
#[utoipa::path(get, path = "/api/v1/Privacy/erasures", operation_id = "erasures", tag = "Privacy",
    responses((status = 200, body = Vec<ErasureModel>), (status = 401), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn list(State(rest): State<Rest>, Extension(who): Extension<Identity>) -> Result<Json<Vec<ErasureModel>>, Problem> {
    needs_administrator(&who)?;
    let erasures = rest.store()?.erasures(LIST).await.map_err(|error| rest.failed(&error))?;
    Ok(Json(erasures.into_iter().map(Into::into).collect()))
}

/// One erasure.
#[utoipa::path(get, path = "/api/v1/Privacy/erasures/{id}", operation_id = "erasure", tag = "Privacy", params(("id" = String, Path, description = "The erasure")),
    responses((status = 200, body = ErasureModel), (status = 401), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn one(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<String>,
) -> Result<Json<ErasureModel>, Problem> {
    needs_administrator(&who)?;
    let found = rest.store()?.erasure(&id).await.map_err(|error| rest.failed(&error))?;
    Ok(Json(found.ok_or_else(Problem::not_found)?.into()))
}

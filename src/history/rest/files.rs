//! Files that integrators attach to sessions.

use axum::Extension;
use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::amend::Amendment;
use super::super::files::{FileError, MAX_SIZE, clean_media_type, clean_name};
use super::super::model::{Session, SharedFile};
use super::super::query::BadParameter;
use super::super::render::FileModel;
use super::{Named, Problem, Rest, may_change, needs_numbers, parameters};
use crate::auth::Identity;

const TOO_LARGE: &str = "a file may have 10 MiB";

/// Attaches a file: its bytes are the body, whatever they are; at most 10 MiB. No body, or an empty one, is an empty file.
#[utoipa::path(post, path = "/api/v1/Sessions/{id}/files", tag = "Files",
    params(("id" = i64, Path, description = "The session"), ("name" = String, Query, min_length = 1, description = "What it is called; folders are cut off")),
    request_body(content = String, content_type = "application/octet-stream", description = "The bytes"),
    responses((status = 201, body = FileModel), (status = 400, body = Problem), (status = 401), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 408, body = Problem), (status = 409, body = Problem, description = "There are too many files"),
        (status = 410, body = Problem), (status = 413, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn attach(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let session = rest.visible(id, &who).await?;
    if !may_change(&who, &session) {
        return Err(Problem::forbidden());
    }
    let bad = |parameter: &str, reason: &str| Problem::from(BadParameter { parameter: parameter.to_owned(), reason: reason.to_owned() });
    let mut name = None;
    for (key, value) in parameters(query.as_deref()) {
        if !key.eq_ignore_ascii_case("name") {
            return Err(bad(&key, "there is no such parameter"));
        }
        name = Some(clean_name(&value).ok_or_else(|| bad("name", "expected a name, such as letter.pdf"))?);
    }
    let name = name.ok_or_else(|| bad("name", "is needed"))?;
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_SIZE) {
        return Err(Problem::too_large(TOO_LARGE));
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|given| clean_media_type(given.to_str().ok()?));
    let (stored, size) = rest.files.receive(id, body.into_data_stream()).await.map_err(|error| match error {
        FileError::TooLarge => Problem::too_large(TOO_LARGE),
        FileError::Slow => Problem::timeout(),
        FileError::Broken => Problem::bad_body("", "the body did not come whole"),
        FileError::Disk(error) => rest.disk_failed(&error),
    })?;
    let agent = who.agent.as_ref().map(|agent| agent.0.to_string());
    let at = rest.clock.now().wall;
    let file = SharedFile { id: 0, name, stored: stored.clone(), media_type, size, agent, at, deleted: None };
    let session = match rest.amend(id, &who, "file", Amendment::AddFile(file)).await {
        Ok(session) => session,
        Err(problem) => {
            // When it is not clear whether the record knows the file, its bytes stay: better too many than too few.
            if !problem.is_unavailable() {
                let _ = rest.files.remove(id, &stored).await; // nothing leads to it
            }
            return Err(problem);
        }
    };
    let file = session.files.iter().find(|file| file.stored == stored).ok_or_else(Problem::unavailable)?;
    let model = FileModel::new(id, file);
    let place = model.download_url.clone().unwrap_or_default();
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(model)).into_response())
}

fn attached(session: &Session, file: u32) -> Result<&SharedFile, Problem> {
    session.files.iter().find(|known| known.id == file && known.deleted.is_none()).ok_or_else(Problem::not_found)
}

/// A file's bytes, as they came.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/files/{file}", tag = "Files",
    params(("id" = i64, Path, description = "The session"), ("file" = i64, Path, description = "The file's number within the session")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"), (status = 401),
        (status = 403, body = Problem, description = "What people said and sent is for those who may see numbers"), (status = 404, body = Problem), (status = 410, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn download(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named((id, file)): Named<(i64, u32)>,
) -> Result<Response, Problem> {
    let session = rest.visible(id, &who).await?;
    needs_numbers(&who)?;
    let file = attached(&session, file)?;
    let (body, size) = rest.files.body(id, &file.stored).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Problem::not_found(),
        _ => rest.disk_failed(&error),
    })?;
    let media_type = file.media_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&file.name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// To be saved, never shown (RFC 6266): the name in ASCII, and as it is.
pub(super) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|sign| if sign.is_ascii_graphic() && !matches!(sign, '"' | '\\' | '%') || sign == ' ' { sign } else { '_' })
        .collect();
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let encoded: String = name.bytes().map(byte).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Deletes a file: its bytes go, its entry stays, marked.
#[utoipa::path(delete, path = "/api/v1/Sessions/{id}/files/{file}", tag = "Files",
    params(("id" = i64, Path, description = "The session"), ("file" = i64, Path, description = "The file's number within the session")),
    responses((status = 204, description = "Deleted"), (status = 401), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 410, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn delete(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named((id, file)): Named<(i64, u32)>,
) -> Result<StatusCode, Problem> {
    let session = rest.visible(id, &who).await?;
    if !may_change(&who, &session) {
        return Err(Problem::forbidden());
    }
    let stored = attached(&session, file)?.stored.clone();
    // Marked first: what is marked and still there can be deleted again by hand, the other way round a record would lie.
    rest.amend(id, &who, "file", Amendment::DeleteFile(file)).await?;
    rest.files.remove(id, &stored).await.map_err(|error| rest.disk_failed(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

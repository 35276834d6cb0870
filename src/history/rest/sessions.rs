//! Sessions: the list with its filters, one, its routing and its durations.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::super::durations::durations;
use super::super::query::Request;
use super::super::render::{DurationsModel, RoutingTimeLine, SessionModel};
use super::{Problem, Rest, export, parameters};
use crate::auth::{Identity, Permission};

/// Sessions, newest first.
///
/// Every filter of the published model by its name, without regard to case; `limit` (up to 10000), `offset`, or `after` with
/// the cursor of the `Link` header. `Accept: text/csv` and `application/x-ndjson` give the list in those forms.
#[utoipa::path(get, path = "/api/v1/Sessions", tag = "Sessions",
    responses((status = 200, body = Vec<SessionModel>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = parameters(query.as_deref());
    let mut given: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !(who.may(Permission::ReadAll) && who.tenants.has(None)) {
        // An agent's own contacts only.
        let own = who.agent.as_ref().filter(|_| who.may(Permission::ReadOwn)).ok_or_else(Problem::forbidden)?;
        given.retain(|(name, _)| !name.eq_ignore_ascii_case("OperatorUserId"));
        given.push(("OperatorUserId", own.0.as_str()));
    }
    let request = Request::read(given)?;
    let sessions = rest.store()?.search(&request.filter, request.limit, request.offset).await.map_err(|error| rest.failed(&error))?;
    let now = rest.clock.now().wall;
    let mut extra = HeaderMap::new();
    if let Some(last) = sessions.last().filter(|_| i64::try_from(sessions.len()).is_ok_and(|count| count == request.limit)) {
        let others = parameters.iter().filter(|(name, _)| !["after", "offset"].contains(&name.to_ascii_lowercase().as_str()));
        let next = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("after", &Request::cursor(last.created, last.id))
            .finish();
        extra.extend(HeaderValue::from_str(&format!("</api/v1/Sessions?{next}>; rel=\"next\"")).map(|link| (header::LINK, link)));
    }
    if request.count {
        let count = rest.store()?.count(&request.filter).await.map_err(|error| rest.failed(&error))?;
        extra.insert("x-total-count", HeaderValue::from(count));
    }
    let models = sessions.iter().map(|session| SessionModel::new(session, now, request.verbose));
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let body = if accept.contains("application/x-ndjson") {
        let lines = models.filter_map(|model| serde_json::to_string(&model).ok()).fold(String::new(), |mut text, line| {
            text.push_str(&line);
            text.push('\n');
            text
        });
        ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
    } else if accept.contains("text/csv") {
        ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], export::csv(models)).into_response()
    } else {
        Json(models.collect::<Vec<_>>()).into_response()
    };
    Ok((extra, body).into_response())
}

/// One session.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}", tag = "Sessions", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, body = SessionModel), (status = 404, body = Problem)))]
pub(super) async fn one(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let session = rest.visible(&id, &who).await?;
    let model = Json(SessionModel::new(&session, rest.clock.now().wall, true));
    // What is closed changes no more, except by notes.
    Ok(match session.closed {
        Some(closed) => ([(header::ETAG, format!("\"{}-{}\"", session.id, closed.as_microsecond()))], model).into_response(),
        None => model.into_response(),
    })
}

/// A session's routing time line, oldest first.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/routingHistory", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    responses((status = 200, body = Vec<RoutingTimeLine>), (status = 404, body = Problem)))]
pub(super) async fn routing_history(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Path(id): Path<String>,
) -> Result<Json<Vec<RoutingTimeLine>>, Problem> {
    Ok(Json(RoutingTimeLine::of(&rest.visible(&id, &who).await?)))
}

/// A session's durations; open parts count up to now.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/durations", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    responses((status = 200, body = DurationsModel), (status = 404, body = Problem)))]
pub(super) async fn session_durations(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Path(id): Path<String>,
) -> Result<Json<DurationsModel>, Problem> {
    let session = rest.visible(&id, &who).await?;
    let now = rest.clock.now().wall;
    Ok(Json(DurationsModel::new(&session, &durations(&session, now), now)))
}

//! Sessions: the list with its filters, one, its routing and its durations.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::super::durations::durations;
use super::super::model::Session;
use super::super::query::Request;
use super::super::render::{DurationsModel, RoutingTimeLine, SessionModel, View};
use super::export::{self, Form};
use super::parameters::Search;
use super::{Named, Problem, Rest, parameters};
use crate::auth::{Identity, Permission};

/// Sessions, newest first.
///
/// Filters are those of the published model, names match without regard to case, repeated ones make a set. Pages: `limit` with
/// `offset`, or the address in the `Link` header, which stays right while calls arrive. `Accept: text/csv` and
/// `application/x-ndjson` give all sessions as a stream.
#[utoipa::path(get, path = "/api/v1/Sessions", tag = "Sessions", params(Search),
    responses(
        (status = 200, content((Vec<SessionModel> = "application/json"), (String = "application/x-ndjson"), (String = "text/csv")),
            headers(("Link" = String, description = "The next page, rel=\"next\"; absent: this was the last"),
                ("X-Total-Count" = i64, description = "How many there are, with count=true"))),
        (status = 400, body = Problem), (status = 401), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn list(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut parameters = parameters(query.as_deref());
    let mut given: Vec<(String, String)> = parameters.clone();
    let store = rest.store()?;
    if !(who.may(Permission::ReadAll) && who.tenants.has(None)) {
        // An agent's own contacts only.
        let own = who.agent.as_ref().filter(|_| who.may(Permission::ReadOwn)).ok_or_else(Problem::forbidden)?;
        given.retain(|(name, _)| !name.eq_ignore_ascii_case("OperatorUserId"));
        given.push(("OperatorUserId".to_owned(), own.0.to_string()));
    }
    // The published number of an agent whose id is no number stands for the id.
    let numbers = given.iter().filter(|(name, _)| name.eq_ignore_ascii_case("OperatorUserId")).filter_map(|(_, value)| value.parse().ok());
    for number in numbers.take(500).collect::<Vec<i64>>() {
        if let Some(agent) = store.agent_numbered(number).await.map_err(|error| rest.failed(&error))? {
            given.push(("OperatorUserId".to_owned(), agent));
        }
    }
    let request = Request::read(given.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let mut extra = HeaderMap::new();
    if request.count {
        let count = store.count(&request.filter).await.map_err(|error| rest.failed(&error))?;
        extra.insert("x-total-count", HeaderValue::from(count));
    }
    let accept = headers.get_all(header::ACCEPT).iter().find_map(|accept| Form::wanted(accept.to_str().ok()?));
    if let Some(form) = accept {
        return Ok((extra, export::stream(rest, store, request, form)).into_response());
    }
    let sessions = store.search(&request.filter, request.limit, request.offset).await.map_err(|error| rest.failed(&error))?;
    if let Some(last) = sessions.last().filter(|_| i64::try_from(sessions.len()).is_ok_and(|count| count == request.limit)) {
        parameters.retain(|(name, _)| !name.eq_ignore_ascii_case("after") && !name.eq_ignore_ascii_case("offset"));
        let after = Request::cursor(last.created, last.id);
        let next = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).append_pair("after", &after).finish();
        extra.extend(HeaderValue::from_str(&format!("</api/v1/Sessions?{next}>; rel=\"next\"")).map(|link| (header::LINK, link)));
    }
    let view = View { as_of: rest.clock.now().wall, is_verbose: request.verbose, recorder: rest.recorder.as_deref() };
    let models: Vec<_> = sessions.iter().map(|session| SessionModel::new(session, &view)).collect();
    Ok((extra, Json(models)).into_response())
}

/// The state of a record that changes no more, except by hand; none while it is under way.
fn etag(session: &Session) -> Option<String> {
    let closed = session.closed.filter(|_| session.legs.is_empty())?;
    Some(format!("\"{}-{}-{}-{}\"", session.id, closed.as_microsecond(), session.revision, env!("CARGO_PKG_VERSION")))
}

/// Whether the caller has it already (RFC 9110, 13.1.2).
fn has_it(headers: &HeaderMap, etag: &str) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

/// One session.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}", tag = "Sessions", params(("id" = i64, Path, description = "Its number")),
    responses(
        (status = 200, body = SessionModel, headers(("ETag" = String, description = "Of a closed session"))),
        (status = 304, description = "As in If-None-Match"), (status = 401), (status = 404, body = Problem),
        (status = 410, body = Problem, description = "Erased"), (status = 503, body = Problem)))]
pub(super) async fn one(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = rest.visible(id, &who).await?;
    let etag = etag(&session);
    let mut extra = HeaderMap::new();
    extra.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    extra.extend(etag.as_deref().and_then(|etag| HeaderValue::from_str(etag).ok()).map(|etag| (header::ETAG, etag)));
    if etag.is_some_and(|etag| has_it(&headers, &etag)) {
        return Ok((StatusCode::NOT_MODIFIED, extra).into_response());
    }
    let view = View { as_of: rest.clock.now().wall, is_verbose: true, recorder: rest.recorder.as_deref() };
    Ok((extra, Json(SessionModel::new(&session, &view))).into_response())
}

/// A session's routing time line, oldest first.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/routingHistory", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    responses((status = 200, body = Vec<RoutingTimeLine>), (status = 401), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn routing_history(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
) -> Result<Json<Vec<RoutingTimeLine>>, Problem> {
    Ok(Json(RoutingTimeLine::of(&rest.visible(id, &who).await?)))
}

/// A session's durations; open parts count up to now.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/durations", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    responses((status = 200, body = DurationsModel), (status = 401), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn session_durations(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
) -> Result<Json<DurationsModel>, Problem> {
    let session = rest.visible(id, &who).await?;
    let now = rest.clock.now().wall;
    Ok(Json(DurationsModel::new(&session, &durations(&session, now), now)))
}

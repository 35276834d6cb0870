//! The REST surface: reading sessions, their routing and durations, and agents' states. Who asks has proved who they are
//! before anything here runs; an id that does not exist and one that may not be seen get the same answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::durations::durations;
use super::model::{AgentPeriod, Session};
use super::query::{BadParameter, Request};
use super::render::{DurationsModel, RoutingTimeLine, SessionModel, UserStateModel};
use super::store::{Store, StoreError};
use crate::auth::{Identity, Permission};
use crate::telemetry::Telemetry;
use crate::time::Clock;

/// What the routes need.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The database, once it is open.
    pub store: watch::Receiver<Option<Store>>,
    /// For open durations.
    pub clock: Clock,
    /// Names of reasons.
    pub reasons: Arc<BTreeMap<u16, String>>,
    /// For what goes wrong.
    pub telemetry: Arc<Telemetry>,
}

/// The routes under `/api/v1`. An [`Identity`] must be in the request's extensions.
pub fn router(rest: Rest) -> Router {
    routes().with_state(rest).split_for_parts().0
}

/// The OpenAPI 3.1 document of these routes.
pub fn document() -> OpenApi {
    routes().split_for_parts().1
}

fn routes() -> OpenApiRouter<Rest> {
    let info = Info::builder()
        .title("ctibridge session history")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("What happened to each contact and each agent, and how long it took."));
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    let base = OpenApiBuilder::new()
        .info(info)
        .components(Some(ComponentsBuilder::new().security_scheme("token", token).build()))
        .security(Some([SecurityRequirement::new("token", std::iter::empty::<String>())]))
        .build();
    OpenApiRouter::with_openapi(base)
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(routing_history))
        .routes(routes!(session_durations))
        .routes(routes!(user_states))
}

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
    fn not_found() -> Self {
        Self { error: "not_found", parameter: None, detail: "there is no such object".to_owned(), status: 404 }
    }

    fn unavailable() -> Self {
        Self { error: "unavailable", parameter: None, detail: "the history cannot be read now".to_owned(), status: 503 }
    }

    fn forbidden() -> Self {
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

impl Rest {
    fn store(&self) -> Result<Store, Problem> {
        self.store.borrow().clone().ok_or_else(Problem::unavailable)
    }

    fn failed(&self, error: &StoreError) -> Problem {
        self.telemetry.history.read_failed(error);
        Problem::unavailable()
    }

    async fn visible(&self, id: &str, who: &Identity) -> Result<Session, Problem> {
        let id = id.parse().map_err(|_| Problem::not_found())?;
        let session = self.store()?.session(id).await.map_err(|error| self.failed(&error))?.ok_or_else(Problem::not_found)?;
        if may_see(who, &session) { Ok(session) } else { Err(Problem::not_found()) }
    }
}

/// Readers of everything see everything of their tenants, agents what they took part in.
fn may_see(who: &Identity, session: &Session) -> bool {
    let is_own = who.agent.as_ref().is_some_and(|agent| session.operators.iter().any(|operator| operator.agent == agent.0.as_str()));
    (who.may(Permission::ReadAll) && who.tenants.has(None)) || (who.may(Permission::ReadOwn) && is_own)
}

fn parameters(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Sessions, newest first.
///
/// Every filter of the published model by its name, without regard to case; `limit` (up to 10000), `offset`, or `after` with
/// the cursor of the `Link` header. `Accept: text/csv` and `application/x-ndjson` give the list in those forms.
#[utoipa::path(get, path = "/api/v1/Sessions", tag = "Sessions",
    responses((status = 200, body = Vec<SessionModel>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn list(
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
        ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], csv(models)).into_response()
    } else {
        Json(models.collect::<Vec<_>>()).into_response()
    };
    Ok((extra, body).into_response())
}

/// The columns that fit into a table.
fn csv(models: impl Iterator<Item = SessionModel>) -> String {
    let mut text = String::from(
        "id,created,guestJoined,started,ended,status,source,direction,phoneCallbackNumber,directCallNumber,waited,length,operators,terminationReason\r\n",
    );
    // A cell that a spreadsheet would take for a formula gets an apostrophe; quotes are doubled.
    let cell = |value: &str| {
        let guarded = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) && value.parse::<f64>().is_err() { "'" } else { "" };
        format!("\"{guarded}{}\"", value.replace('"', "\"\""))
    };
    for model in models {
        let agents: Vec<_> = model.operators.iter().map(|operator| operator.user_name.as_str()).collect();
        let reason = model.cti.termination_reason.map(|reason| format!("{reason:?}")).unwrap_or_default();
        let cells = [
            model.id.to_string(),
            model.created.clone(),
            model.guest_joined.clone().unwrap_or_default(),
            model.started.clone().unwrap_or_default(),
            model.ended.clone().unwrap_or_default(),
            model.status.to_owned(),
            format!("{:?}", model.source),
            format!("{:?}", model.cti.direction),
            model.phone_callback_number.clone().unwrap_or_default(),
            model.direct_call_number.clone().unwrap_or_default(),
            model.waited.clone().unwrap_or_default(),
            model.length.clone().unwrap_or_default(),
            agents.join(" "),
            reason,
        ];
        let line: Vec<_> = cells.iter().map(|value| cell(value)).collect();
        let _ = write!(text, "{}\r\n", line.join(",")); // writing to a String cannot fail
    }
    text
}

/// One session.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}", tag = "Sessions", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, body = SessionModel), (status = 404, body = Problem)))]
async fn one(State(rest): State<Rest>, Extension(who): Extension<Identity>, Path(id): Path<String>) -> Result<Response, Problem> {
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
async fn routing_history(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Path(id): Path<String>,
) -> Result<Json<Vec<RoutingTimeLine>>, Problem> {
    Ok(Json(RoutingTimeLine::of(&rest.visible(&id, &who).await?)))
}

/// A session's durations; open parts count up to now.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/durations", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    responses((status = 200, body = DurationsModel), (status = 404, body = Problem)))]
async fn session_durations(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Path(id): Path<String>,
) -> Result<Json<DurationsModel>, Problem> {
    let session = rest.visible(&id, &who).await?;
    let now = rest.clock.now().wall;
    Ok(Json(DurationsModel::new(&session, &durations(&session, now), now)))
}

/// An agent's states in a range of time, oldest first; at most 31 days.
#[utoipa::path(get, path = "/api/v1/Users/{id}/states", tag = "Users",
    params(("id" = String, Path, description = "AgentID"), ("from" = String, Query), ("to" = String, Query)),
    responses((status = 200, body = Vec<UserStateModel>), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn user_states(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<UserStateModel>>, Problem> {
    let is_own = who.agent.as_ref().is_some_and(|agent| agent.0.as_str() == id);
    let may_see = (who.may(Permission::ReadAll) && who.tenants.has(None)) || (is_own && who.may(Permission::ReadOwn));
    if !may_see {
        return Err(Problem::not_found());
    }
    let given = parameters(query.as_deref());
    let at = |wanted: &str| -> Result<Timestamp, Problem> {
        let bad = |reason: &str| Problem::from(BadParameter { parameter: wanted.to_owned(), reason: reason.to_owned() });
        let (_, value) = given.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).ok_or_else(|| bad("is needed"))?;
        value.parse().map_err(|_| bad("expected a time with offset, such as 2026-01-31T12:00:00Z"))
    };
    let known: BTreeSet<&str> = BTreeSet::from(["from", "to"]);
    if let Some((name, _)) = given.iter().find(|(name, _)| !known.contains(name.to_ascii_lowercase().as_str())) {
        return Err(BadParameter { parameter: name.clone(), reason: "there is no such parameter".to_owned() }.into());
    }
    let (from, to) = (at("from")?, at("to")?);
    if to <= from || to.duration_since(from) > jiff::SignedDuration::from_hours(31 * 24) {
        return Err(
            BadParameter { parameter: "to".to_owned(), reason: "expected a time after from, at most 31 days later".to_owned() }.into()
        );
    }
    let periods: Vec<AgentPeriod> = rest.store()?.periods(&id, from, to).await.map_err(|error| rest.failed(&error))?;
    Ok(Json(periods.iter().map(|period| UserStateModel::new(period, &rest.reasons)).collect()))
}

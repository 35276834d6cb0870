//! Who may ask over REST: bearer tokens in, an [`Identity`] for the routes out; `/login/connect/token`, where programs and
//! users of the file fetch such tokens; and `/api/v1/me`, which tells whom we take somebody for.
//!
//! Routes of `/api/v1` are put behind [`protect`]; a handler that takes a [`Caller`] knows who asks. All bad tokens get the
//! same answer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, DefaultBodyLimit, Form, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::problem::{self, Problem};
use crate::auth::limit::{AddressBuckets, FailureLimit};
use crate::auth::token::{MAX_LENGTH, OWN_LIFETIME};
use crate::auth::{Authority, Identity, Mode, Permission, Tenants};
use crate::engine::command::Secret;
use crate::telemetry::Telemetry;
use crate::time::{Clock, wall_clock};

/// Longest form that asks for a token, in bytes.
const FORM_MAX: usize = 4 * 1024;
/// Longest client id or secret, in bytes.
const FIELD_MAX: usize = 1_024;

/// Bounds of what one address may ask.
#[derive(Clone, Copy, Debug)]
pub struct ApiLimits {
    /// Requests a second, on the long run.
    pub requests_per_second: u32,
    /// Requests at once after a pause.
    pub burst: u32,
    /// Failed tries a minute for one client id.
    pub failures_per_client: usize,
    /// Failed tries a minute from one address, bad tokens among them.
    pub failures_per_address: usize,
}

impl Default for ApiLimits {
    fn default() -> Self {
        Self { requests_per_second: 100, burst: 200, failures_per_client: 5, failures_per_address: 60 }
    }
}

/// What guards the routes.
#[derive(Clone, Debug)]
pub struct Guard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    authority: Arc<Authority>,
    telemetry: Arc<Telemetry>,
    clock: Clock,
    tables: Mutex<Tables>,
    /// Each comparison of a secret needs megabytes: no more at once than there are cores.
    places: Semaphore,
}

#[derive(Debug)]
struct Tables {
    requests: AddressBuckets,
    client_failures: FailureLimit<String>,
    address_failures: FailureLimit<IpAddr>,
}

impl Guard {
    /// A guard that believes `authority`.
    pub fn new(authority: Arc<Authority>, limits: ApiLimits, telemetry: Arc<Telemetry>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Inner {
            authority,
            telemetry,
            clock: Clock::start(),
            tables: Mutex::new(Tables {
                requests: AddressBuckets::new(limits.requests_per_second, limits.burst),
                client_failures: FailureLimit::new(limits.failures_per_client),
                address_failures: FailureLimit::new(limits.failures_per_address),
            }),
            places: Semaphore::new(cores),
        }))
    }

    /// Whether the address may ask once more.
    fn admits(&self, peer: IpAddr) -> bool {
        let now = self.0.clock.now().mono;
        self.with_tables(|tables| tables.requests.take(now, peer) && !tables.address_failures.is_reached(now, &peer))
    }

    fn failed(&self, peer: IpAddr) {
        let now = self.0.clock.now().mono;
        self.with_tables(|tables| tables.address_failures.count(now, peer));
    }

    /// Nothing that panics happens under this lock.
    fn with_tables<T>(&self, work: impl FnOnce(&mut Tables) -> T) -> T {
        work(&mut self.0.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Who asks. Only on routes behind [`protect`]; elsewhere nobody is known, and the answer is 401.
#[derive(Clone, Debug)]
pub struct Caller(pub Identity);

impl Caller {
    /// Goes on only with the permission.
    ///
    /// # Errors
    /// 403.
    pub fn needs(&self, permission: Permission) -> Result<(), ApiError> {
        if self.0.may(permission) { Ok(()) } else { Err(ApiError::Forbidden) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or(ApiError::Unauthorized { had_token: false })
    }
}

/// Why a request is not answered. The body tells it as problem details (RFC 9457), `error` is the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiError {
    /// No token, or one that does not count; which of its faults it was is not told.
    Unauthorized {
        /// There was one.
        had_token: bool,
    },
    /// Known, but not allowed.
    Forbidden,
    /// Too much from this address.
    TooMany,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::Unauthorized { .. } => Problem::Unauthorized,
            Self::Forbidden => Problem::Forbidden,
            Self::TooMany => Problem::TooManyRequests,
        };
        let mut response = problem.into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorized { had_token } => {
                let challenge = if had_token { "Bearer error=\"invalid_token\"" } else { "Bearer" };
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            Self::TooMany => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"))),
            Self::Forbidden => {}
        }
        response
    }
}

/// Puts routes behind the guard: who asks them has shown a good bearer token.
pub fn protect(routes: Router, guard: Guard) -> Router {
    routes.layer(middleware::map_response(problem::say)).layer(middleware::from_fn_with_state(guard, check))
}

async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let peer = peer(&request);
    if !guard.admits(peer) {
        guard.0.telemetry.http.refused("desktops", "rate");
        return ApiError::TooMany.into_response();
    }
    match bearer(request.headers()) {
        None => {
            guard.0.telemetry.http.unauthorized(peer, "none");
            ApiError::Unauthorized { had_token: false }.into_response()
        }
        Some(token) => match guard.0.authority.bearer(token, wall_clock()) {
            Ok(verified) => {
                // Routes of the rooms below know identities, not callers.
                request.extensions_mut().insert(verified.identity.clone());
                request.extensions_mut().insert(Caller(verified.identity));
                next.run(request).await
            }
            Err(error) => {
                guard.failed(peer);
                guard.0.telemetry.http.unauthorized(peer, error.as_str());
                ApiError::Unauthorized { had_token: true }.into_response()
            }
        },
    }
}

fn peer(request: &Request) -> IpAddr {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}

/// The token of the one Authorization header, if that is of its kind.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (all.next(), all.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= MAX_LENGTH).then_some(token)
}

/// `/api/v1/me` and `/login/connect/token`. Further routes of `/api/v1` go through [`protect`] with the same guard.
pub fn router(guard: Guard) -> Router {
    let login = Router::new()
        .route("/login/connect/token", post(token))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(middleware::map_response(problem::say))
        .with_state(guard.clone());
    protect(Router::new().route("/api/v1/me", get(me)).route("/api/v1/{*rest}", axum::routing::any(nothing)), guard).merge(login)
}

/// `/api/openapi.json`, for everybody.
pub fn document(document: &impl Serialize) -> Router {
    // Our own document: it has no maps with keys that are no texts.
    let text = serde_json::to_string(document).unwrap_or_default();
    let answer = move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    };
    Router::new().route("/api/openapi.json", get(answer))
}

/// Whether something exists is for those to know who have a token.
async fn nothing() -> Response {
    Problem::NotFound.into_response()
}

/// Whom we take somebody for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The user's or program's name.
    subject: String,
    /// Their agent id on the ACD.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    /// agent, supervisor, wallboard, admin.
    roles: Vec<&'static str>,
    /// The team to watch.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<u32>,
    /// Departments whose records may be read; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenants: Option<Vec<i64>>,
}

/// Who asks, as their token says.
#[utoipa::path(get, path = "/api/v1/me", tag = "identity", responses((status = 200, body = Me), (status = 401), (status = 429)))]
pub async fn me(Caller(identity): Caller) -> Json<Me> {
    Json(Me {
        subject: identity.subject.to_string(),
        agent: identity.agent.map(|agent| agent.0.to_string()),
        roles: identity.roles.iter().map(crate::auth::Role::as_str).collect(),
        team: identity.team,
        tenants: match identity.tenants {
            Tenants::All => None,
            Tenants::Only(tenants) => Some(tenants),
        },
    })
}

/// What a program sends to get a token (OAuth 2.0, client credentials), or our own page for a user of the file (resource
/// owner's password).
#[derive(Deserialize, ToSchema)]
pub struct TokenForm {
    /// `client_credentials`, or `password` where `auth.mode` is `users`.
    grant_type: Option<String>,
    /// Taken and not looked at: some clients send `token`.
    #[allow(dead_code)]
    response_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

/// Whose secret is shown.
#[derive(Clone, Copy)]
enum Asker {
    Client,
    User,
}

#[derive(Serialize, ToSchema)]
struct TokenBody {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
}

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
}

/// RFC 6749, 5.2.
fn oauth(status: StatusCode, error: &'static str) -> Response {
    let mut response = (status, Json(ErrorBody { error })).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"ctibridge\""));
    }
    response
}

/// A bearer token for a program that shows its secret, or for a user of the file who shows the password.
#[utoipa::path(
    post, path = "/login/connect/token", tag = "identity",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenBody), (status = 400), (status = 401), (status = 429))
)]
pub async fn token(
    State(guard): State<Guard>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    form: Result<Form<TokenForm>, axum::extract::rejection::FormRejection>,
) -> Response {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.0.ip());
    let telemetry = &guard.0.telemetry.http;
    if !guard.admits(peer) {
        telemetry.refused("desktops", "rate");
        return ApiError::TooMany.into_response();
    }
    let Ok(Form(form)) = form else { return oauth(StatusCode::BAD_REQUEST, "invalid_request") };
    let (asker, id, secret) = match form.grant_type.as_deref() {
        Some("client_credentials") => (Asker::Client, form.client_id, form.client_secret),
        Some("password") if guard.0.authority.settings().mode == Mode::Users => (Asker::User, form.username, form.password),
        Some(_) => return oauth(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        None => return oauth(StatusCode::BAD_REQUEST, "invalid_request"),
    };
    let (Some(id), Some(secret)) = (id, secret.map(Secret::new)) else {
        return oauth(StatusCode::BAD_REQUEST, "invalid_request");
    };
    if id.len() > FIELD_MAX || secret.expose().len() > FIELD_MAX {
        return oauth(StatusCode::BAD_REQUEST, "invalid_request");
    }
    let now = guard.0.clock.now().mono;
    // A user and a program of one name are two; no name has a control character.
    let key = match asker {
        Asker::Client => id.clone(),
        Asker::User => format!("\u{1}{id}"),
    };
    if guard.with_tables(|tables| tables.client_failures.is_reached(now, &key)) {
        telemetry.token_asked(&id, peer, "rate");
        return ApiError::TooMany.into_response();
    }
    let identity = compare(&guard, asker, id.clone(), secret).await;
    let issued = identity.and_then(|identity| guard.0.authority.issue(&identity, wall_clock(), &uuid::Uuid::new_v4().to_string()));
    match issued {
        Some(access_token) => {
            telemetry.token_asked(&id, peer, "issued");
            let body = TokenBody { access_token, token_type: "Bearer", expires_in: OWN_LIFETIME.as_secs() };
            ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        None => {
            guard.failed(peer);
            guard.with_tables(|tables| tables.client_failures.count(now, key));
            telemetry.token_asked(&id, peer, "refused");
            match asker {
                Asker::Client => oauth(StatusCode::UNAUTHORIZED, "invalid_client"),
                Asker::User => oauth(StatusCode::BAD_REQUEST, "invalid_grant"),
            }
        }
    }
}

/// Compares the secret on a thread of its own.
async fn compare(guard: &Guard, asker: Asker, id: String, secret: Secret) -> Option<Identity> {
    // The semaphore is never closed.
    let _place = guard.0.places.acquire().await.ok()?;
    let authority = Arc::clone(&guard.0.authority);
    let work = move || match asker {
        Asker::Client => authority.client(&id, &secret),
        Asker::User => authority.user(&id, &secret),
    };
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

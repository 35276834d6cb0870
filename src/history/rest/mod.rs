//! The REST surface: reading sessions, their routing and durations, and agents' states. Who asks has proved who they are
//! before anything here runs; an id that does not exist and one that may not be seen get the same answer.

mod changes;
mod document;
mod export;
mod files;
mod forward;
mod parameters;
mod privacy;
mod problem;
mod recordings;
mod sessions;
mod template_parameters;
mod users;
mod webhooks;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::amend::Amendment;
use super::connector::Connector;
use super::departments::Departments;
use super::files::Files;
use super::forward::Forwarder;
use super::model::{Session, SessionId};
use super::privacy::erase::Eraser;
use super::privacy::mask;
use super::recorder::Amender;
use super::store::{Store, StoreError};
use crate::auth::{Identity, Permission};
use crate::telemetry::Telemetry;
use crate::time::Clock;
pub use problem::Problem;

/// What the routes need.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The database, once it is open.
    pub store: watch::Receiver<Option<Store>>,
    /// For open durations.
    pub clock: Clock,
    /// Names of reasons.
    pub reasons: Arc<BTreeMap<u16, String>>,
    /// Makes changes by hand.
    pub amender: Amender,
    /// Has calls transferred; absent where nobody does.
    pub forwarder: Option<Forwarder>,
    /// Where attached files lie.
    pub files: Files,
    /// Where recordings can be fetched.
    pub recorder: Option<Arc<Connector>>,
    /// Where agents belong.
    pub departments: Departments,
    /// Our number as a tenant.
    pub company_id: i64,
    /// Erases by number.
    pub eraser: Eraser,
    /// For what goes wrong.
    pub telemetry: Arc<Telemetry>,
}

/// The routes under `/api/v1`. An [`Identity`] must be in the request's extensions.
pub fn router(rest: Rest) -> Router {
    routes().with_state(rest).split_for_parts().0
}

/// The OpenAPI 3.1 document of these routes.
pub fn document() -> OpenApi {
    document::complete(routes().split_for_parts().1)
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
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::one))
        .routes(routes!(sessions::routing_history))
        .routes(routes!(sessions::session_durations))
        .routes(routes!(users::user_states))
        .routes(routes!(template_parameters::template_parameters))
        .routes(routes!(webhooks::list))
        .routes(routes!(webhooks::dead_letters))
        .routes(routes!(webhooks::replay_all))
        .routes(routes!(webhooks::replay_one))
        .routes(routes!(privacy::erase, privacy::list))
        .routes(routes!(privacy::one))
        .routes(routes!(changes::put_note))
        .routes(routes!(changes::get_call_params, changes::put_call_params))
        .routes(routes!(forward::forward))
        .routes(routes!(files::attach))
        .routes(routes!(files::download, files::delete))
        .routes(routes!(recordings::file))
}

impl Rest {
    fn store(&self) -> Result<Store, Problem> {
        self.store.borrow().clone().ok_or_else(Problem::unavailable)
    }

    fn failed(&self, error: &StoreError) -> Problem {
        self.telemetry.history.read_failed(error);
        Problem::unavailable()
    }

    fn disk_failed(&self, error: &std::io::Error) -> Problem {
        self.telemetry.history.disk_failed(error);
        Problem::unavailable()
    }

    /// Makes a change by hand, durably.
    async fn amend(&self, id: SessionId, who: &Identity, what: &'static str, amendment: Amendment) -> Result<Session, Problem> {
        let session = self.amender.amend(id, amendment).await?;
        self.telemetry.history.amended(id, &who.subject, what);
        Ok(shown(who, session))
    }

    async fn visible(&self, id: SessionId, who: &Identity) -> Result<Session, Problem> {
        let store = self.store()?;
        match store.session(id).await.map_err(|error| self.failed(&error))? {
            Some(session) if may_see(who, &session) => Ok(shown(who, session)),
            // Whoever sees all records may know that there was one; to all others it never existed.
            None if sees_all(who) && id > 0 && id <= store.erased_up_to().await.map_err(|error| self.failed(&error))? => {
                Err(Problem::gone())
            }
            _ => Err(Problem::not_found()),
        }
    }
}

/// Readers of everything see everything of their tenants, agents what they took part in.
fn may_see(who: &Identity, session: &Session) -> bool {
    let is_own = who.agent.as_ref().is_some_and(|agent| session.operators.iter().any(|operator| operator.agent == agent.0.as_str()));
    (who.may(Permission::ReadAll) && who.tenants.has(session.department)) || (who.may(Permission::ReadOwn) && is_own)
}

/// Nobody's records are kept from them.
fn sees_all(who: &Identity) -> bool {
    who.may(Permission::ReadAll) && who.tenants.has(None)
}

/// What people said and wrote cannot be masked: it is for those who may see numbers.
fn needs_numbers(who: &Identity) -> Result<(), Problem> {
    if who.may(Permission::ReadNumbers) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// The session as it may be shown.
fn shown(who: &Identity, mut session: Session) -> Session {
    if !who.may(Permission::ReadNumbers) {
        mask::session(&mut session);
    }
    session
}

/// Admins change every record that they see, supervisors too, agents those of their own contacts.
fn may_change(who: &Identity, session: &Session) -> bool {
    let is_own = who.agent.as_ref().is_some_and(|agent| session.operator(agent.0.as_str()).is_some());
    may_see(who, session) && (who.may(Permission::Administer) || who.may(Permission::Supervise) || (who.may(Permission::ReadOwn) && is_own))
}

/// Parts of a path; those that cannot be what they stand for lead to nothing.
struct Named<T>(T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.path().contains("%00") {
            return Err(Problem::not_found()); // no database knows such an id, and PostgreSQL takes none
        }
        Path::<T>::from_request_parts(parts, state).await.map(|Path(named)| Self(named)).map_err(|_| Problem::not_found())
    }
}

fn parameters(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

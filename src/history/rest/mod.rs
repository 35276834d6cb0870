//! The REST surface: reading sessions, their routing and durations, and agents' states. Who asks has proved who they are
//! before anything here runs; an id that does not exist and one that may not be seen get the same answer.

mod export;
mod problem;
mod sessions;
mod template_parameters;
mod users;
mod webhooks;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use tokio::sync::watch;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::Session;
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

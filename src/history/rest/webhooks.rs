//! Receivers of events: how they are doing, what was given up for them, and sending it again. For administrators.

use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::query::BadParameter;
use super::super::store::Store;
use super::super::webhook::Hook;
use super::super::webhook::outbox::Delivery;
use super::{Named, Problem, Rest, parameters};
use crate::auth::{Identity, Permission};

/// Dead letters of one page.
const PAGE: i64 = 200;

/// A receiver of events.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookModel {
    /// Its name in the configuration.
    name: String,
    /// Where events go; what may be secret in it is left out.
    callback_url: String,
    /// The events it gets.
    event_types: Vec<String>,
    /// Whether deliveries are signed.
    signed: bool,
    /// Events that are still to be delivered.
    waiting: i64,
    /// Events that were given up.
    dead_letters: i64,
}

/// An event that was given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLetter {
    /// What `X-Delivery` said.
    id: String,
    /// Its place in the order; `after` in the next request.
    cursor: i64,
    /// The event's type.
    event_type: String,
    /// When it was written.
    created: String,
    /// Attempts so far.
    attempts: i64,
    /// Why the last one failed.
    problem: Option<String>,
    /// What was to be delivered.
    #[schema(value_type = Object)]
    body: Box<RawValue>,
}

/// How many were taken up again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replayed {
    /// Dead letters that are sent again.
    replayed: u64,
}

impl DeadLetter {
    fn of(delivery: Delivery) -> Option<Self> {
        Some(Self {
            id: delivery.id,
            cursor: delivery.seq,
            event_type: delivery.event,
            created: format!("{:.6}", delivery.made),
            attempts: delivery.attempts,
            problem: delivery.problem,
            body: RawValue::from_string(delivery.body).ok()?,
        })
    }
}

/// Receivers serve the whole house: who is limited to some tenants does not administer them.
pub(super) fn needs_administrator(who: &Identity) -> Result<(), Problem> {
    if who.may(Permission::Administer) && who.tenants.has(None) { Ok(()) } else { Err(Problem::forbidden()) }
}

fn known(store: &Store, name: &str) -> Result<Hook, Problem> {
    store.receivers().hook(name).cloned().ok_or_else(Problem::not_found)
}

/// All receivers.
#[utoipa::path(get, path = "/api/v1/Webhooks", operation_id = "webhooks", tag = "Webhooks",
    responses((status = 200, body = Vec<WebhookModel>), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn list(State(rest): State<Rest>, Extension(who): Extension<Identity>) -> Result<Json<Vec<WebhookModel>>, Problem> {
    needs_administrator(&who)?;
    let store = rest.store()?;
    let mut models = Vec::new();
    for hook in &store.receivers().hooks {
        let counts = store.webhook_counts(&hook.name).await.map_err(|error| rest.failed(&error))?;
        models.push(WebhookModel {
            name: hook.name.clone(),
            callback_url: hook.shown_url(),
            event_types: hook.events.iter().map(|event| format!("{event:?}")).collect(),
            signed: hook.secret.is_some(),
            waiting: counts.waiting,
            dead_letters: counts.dead,
        });
    }
    Ok(Json(models))
}

/// Events that were given up, oldest first; at most 200 a page, the next one with `after`.
#[utoipa::path(get, path = "/api/v1/Webhooks/{name}/deadLetters", tag = "Webhooks",
    params(("name" = String, Path, description = "The receiver"), ("after" = Option<i64>, Query, description = "The last `cursor`")),
    responses((status = 200, body = Vec<DeadLetter>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn dead_letters(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(name): Named<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<DeadLetter>>, Problem> {
    needs_administrator(&who)?;
    let store = rest.store()?;
    let hook = known(&store, &name)?;
    let mut after = 0;
    for (parameter, value) in parameters(query.as_deref()) {
        let bad = |reason: &str| BadParameter { parameter: parameter.clone(), reason: reason.to_owned() };
        if !parameter.eq_ignore_ascii_case("after") {
            return Err(bad("there is no such parameter").into());
        }
        after = value.parse().map_err(|_| bad("expected the cursor of a dead letter"))?;
    }
    let letters = store.dead_letters(&hook.name, after, PAGE).await.map_err(|error| rest.failed(&error))?;
    Ok(Json(letters.into_iter().filter_map(DeadLetter::of).collect()))
}

/// Sends all dead letters of a receiver once more.
#[utoipa::path(post, path = "/api/v1/Webhooks/{name}/deadLetters/replay", tag = "Webhooks",
    params(("name" = String, Path, description = "The receiver")),
    responses((status = 202, body = Replayed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn replay_all(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(name): Named<String>,
) -> Result<(axum::http::StatusCode, Json<Replayed>), Problem> {
    needs_administrator(&who)?;
    replay(&rest, &name, None).await
}

/// Sends one dead letter once more.
#[utoipa::path(post, path = "/api/v1/Webhooks/{name}/deadLetters/{id}/replay", tag = "Webhooks",
    params(("name" = String, Path, description = "The receiver"), ("id" = String, Path, description = "The event")),
    responses((status = 202, body = Replayed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn replay_one(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named((name, id)): Named<(String, String)>,
) -> Result<(axum::http::StatusCode, Json<Replayed>), Problem> {
    needs_administrator(&who)?;
    replay(&rest, &name, Some(&id)).await
}

async fn replay(rest: &Rest, name: &str, id: Option<&str>) -> Result<(axum::http::StatusCode, Json<Replayed>), Problem> {
    let store = rest.store()?;
    let hook = known(&store, name)?;
    let replayed = store.replay(&hook.name, id, rest.clock.now().wall).await.map_err(|error| rest.failed(&error))?;
    if replayed == 0 && id.is_some() {
        return Err(Problem::not_found());
    }
    rest.telemetry.webhook.replayed(&hook.name, replayed);
    Ok((axum::http::StatusCode::ACCEPTED, Json(Replayed { replayed })))
}

//! The operators' port: alive, ready and what is missing, metrics.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::sync::watch;

use crate::telemetry::Telemetry;

/// Whether desktops can work, and what is in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// One sentence for each thing that is missing; none: ready.
    pub missing: Vec<String>,
}

/// What the operators' port reads.
#[derive(Clone, Debug)]
pub struct Health {
    /// Kept up to date by the daemon.
    pub readiness: watch::Receiver<Readiness>,
    /// All metrics.
    pub telemetry: Arc<Telemetry>,
}

/// `/live`, `/ready` and `/metrics`.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/live", get(live))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .fallback(super::not_found)
        .with_state(health)
}

#[derive(Serialize)]
struct Live {
    live: bool,
    version: &'static str,
}

async fn live() -> Json<Live> {
    Json(Live { live: true, version: env!("CARGO_PKG_VERSION") })
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    #[serde(flatten)]
    readiness: Readiness,
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    let readiness = health.readiness.borrow().clone();
    let ready = readiness.missing.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(Ready { ready, readiness }))
}

async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, OPENMETRICS)], health.telemetry.render())
}

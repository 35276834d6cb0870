//! The two HTTP ports: desktops' and operators'. Listening, limits, the embedded page, security headers, health. What
//! runs inside a route belongs to the rooms below.

pub mod api;
pub mod assets;
mod connection;
pub mod forwarded;
pub mod headers;
pub mod health;
mod problem;
pub mod server;
pub mod tls;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

pub use forwarded::TrustedProxies;
pub use headers::{Policy, SharedPolicy};
pub use server::{BindError, Limits, bind, serve, serve_with};
pub use tls::{Tls, TlsSettings};

/// The desktops' port: the page at `/` and what `routes` brings along.
pub fn desktop_router(routes: Router, policy: SharedPolicy, max_body: usize, proxies: TrustedProxies) -> Router {
    Router::new()
        .merge(routes)
        .route("/page.json", get(page).with_state(policy.clone()))
        .fallback(assets::any)
        .layer(DefaultBodyLimit::max(max_body))
        .layer(middleware::from_fn_with_state(policy, headers::add))
        .layer(middleware::from_fn_with_state(proxies, forwarded::resolve))
}

/// What the page must know before anybody signs in.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// Address of a CRM's script.
    cif_library: Option<String>,
    /// The call's variables that stand on the card; none: the first that say something.
    card_variables: Vec<String>,
    /// Whether sent tones are shown as dots.
    mask_digits: bool,
}

async fn page(State(policy): State<SharedPolicy>) -> Json<Page> {
    Json(Page { cif_library: policy.cif_library(), card_variables: policy.card_variables(), mask_digits: policy.mask_digits() })
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "not found\n")
}

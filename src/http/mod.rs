//! The two HTTP ports: desktops' and operators'. Listening, limits, the embedded page, security headers, health. What
//! runs inside a route belongs to the rooms below.

pub mod api;
pub mod assets;
mod connection;
pub mod headers;
pub mod health;
pub mod server;
pub mod tls;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::IntoResponse;

pub use headers::{Policy, SharedPolicy};
pub use server::{BindError, Limits, bind, serve, serve_with};
pub use tls::{Tls, TlsSettings};

/// The desktops' port: the page at `/` and what `routes` brings along.
pub fn desktop_router(routes: Router, policy: SharedPolicy, max_body: usize) -> Router {
    Router::new()
        .merge(routes)
        .fallback(assets::any)
        .layer(DefaultBodyLimit::max(max_body))
        .layer(middleware::from_fn_with_state(policy, headers::add))
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "not found\n")
}

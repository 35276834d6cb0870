//! What every answer on the desktops' port carries: a content security policy that lets the page load nothing but its own
//! files and talk to nobody but us.

use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// What a site may open, and what its page keeps to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Origins that may show the page in a frame; none: nobody.
    pub frame_ancestors: Vec<String>,
    /// Address of a CRM's script.
    pub cif_library: Option<String>,
    /// The call's variables that the page shows on the card; none: the first that say something.
    pub card_variables: Vec<String>,
    /// Whether the page shows dots instead of the tones that were sent.
    pub mask_digits: bool,
}

/// A policy that can be changed while requests run.
#[derive(Clone, Debug, Default)]
pub struct SharedPolicy(Arc<RwLock<Policy>>);

impl SharedPolicy {
    /// Starts with `policy`.
    pub fn new(policy: Policy) -> Self {
        Self(Arc::new(RwLock::new(policy)))
    }

    /// For all answers from now on.
    pub fn set(&self, policy: Policy) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = policy;
    }

    pub(super) fn cif_library(&self) -> Option<String> {
        self.get().cif_library
    }

    pub(super) fn card_variables(&self) -> Vec<String> {
        self.get().card_variables
    }

    pub(super) fn mask_digits(&self) -> bool {
        self.get().mask_digits
    }

    fn get(&self) -> Policy {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Policy {
    /// The content security policy of what is served under `host` (the Host header) at `path`.
    fn content_security(&self, host: Option<&str>, path: &str) -> String {
        // 'self' does not cover websockets in every browser.
        let websockets = host.filter(|host| is_plain(host)).map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
        let library = self.cif_library.as_deref().map(|library| format!(" {library}")).unwrap_or_default();
        // Recordings need the bearer token, so the page fetches them itself and plays what it then holds.
        let held = if path == super::assets::HISTORY { " blob:" } else { "" };
        let ancestors = if self.frame_ancestors.is_empty() { "'none'".to_owned() } else { self.frame_ancestors.join(" ") };
        format!(
            "default-src 'none'; script-src 'self'{library}; worker-src 'self'; style-src 'self'; img-src 'self' data:; \
             media-src 'self'{held}; manifest-src 'self'; connect-src 'self'{websockets}; base-uri 'none'; form-action 'none'; \
             frame-ancestors {ancestors}"
        )
    }
}

/// Host names, addresses, a port: nothing that could end a directive.
fn is_plain(host: &str) -> bool {
    host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']'))
}

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Adds the headers; what a route set itself stays.
pub(super) async fn add(State(policy): State<SharedPolicy>, request: Request, next: Next) -> Response {
    let policy = policy.get();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let content_security = policy.content_security(host, request.uri().path());
    // The SDK is there for other sites' pages.
    let is_shared = request.uri().path().starts_with("/sdk/");
    let sharing = if is_shared { "cross-origin" } else { "same-origin" };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&content_security) {
        set(headers, header::CONTENT_SECURITY_POLICY, value);
    }
    if policy.frame_ancestors.is_empty() {
        // X-Frame-Options knows no list, so it can only repeat "nobody".
        set(headers, header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    set(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(headers, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    set(headers, PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
    set(headers, CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    set(headers, CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static(sharing));
    if is_shared {
        // Scripts with `crossorigin`, and modules, load only so. They hold nothing secret.
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    set(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_host_header_cannot_extend_the_policy() {
        let policy = Policy::default().content_security(Some("x; script-src *"), "/");
        assert!(!policy.contains("script-src *") && !policy.contains("ws://"), "{policy}");
    }

    #[test]
    fn only_the_history_page_plays_what_it_has_fetched() {
        let of = |path| Policy::default().content_security(None, path);
        assert!(of("/history").contains("media-src 'self' blob:;"));
        assert!(["/", "/history/app.js", "/index.html"].into_iter().all(|path| !of(path).contains("blob:")));
    }

    #[test]
    fn a_crm_can_be_let_in_as_frame_and_script() {
        let policy = Policy {
            frame_ancestors: vec!["https://crm.example.com".to_owned()],
            cif_library: Some("https://cdn.example.com/cif.js".to_owned()),
            ..Policy::default()
        };
        let text = policy.content_security(Some("bar.example.com:8188"), "/");
        assert!(text.contains("frame-ancestors https://crm.example.com"), "{text}");
        assert!(text.contains("script-src 'self' https://cdn.example.com/cif.js;"), "{text}");
        assert!(text.contains("connect-src 'self' ws://bar.example.com:8188 wss://bar.example.com:8188;"), "{text}");
    }
}

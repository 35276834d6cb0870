//! From which pages a browser may open a socket.
//!
//! Our own page is one whose origin is the address that the browser asked: its Host. That alone proves nothing, because a
//! stranger's page can have its own name resolved to our address (DNS rebinding), and then the two agree. So the name has to
//! be one of ours too. Numbers are: no page of a stranger's has our address for its origin. In TLS every name is, for the
//! browser has compared it with the certificate. Any other name has to be known as ours.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};

use super::settings::Settings;
use crate::network::Scheme;

/// Whether the request may come from where it says. Programs other than browsers send no Origin.
pub(super) fn is_allowed(headers: &HeaderMap, scheme: Scheme, settings: &Settings) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return !settings.require_origin };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    let Some((claimed, authority)) = origin.split_once("://") else { return false };
    if !matches!(claimed, "http" | "https") || authority.is_empty() || authority.contains(['/', '@', ' ', ',']) {
        return false;
    }
    let is_own = claimed == scheme.as_str() && is_asked(headers, authority) && (scheme == Scheme::Https || is_ours(authority, settings));
    is_own || settings.allowed_origins.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

/// Whether it is what the browser asked for.
fn is_asked(headers: &HeaderMap, authority: &str) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(|host| host.eq_ignore_ascii_case(authority))
}

/// Whether the name before the port is one of ours.
fn is_ours(authority: &str, settings: &Settings) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let name = authority.host();
    if name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    // Browsers resolve these to the loopback themselves.
    name == "localhost" || name.ends_with(".localhost") || settings.own_names.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn allowed_in(scheme: Scheme, origin: Option<&'static str>, host: &'static str, change: impl FnOnce(&mut Settings)) -> bool {
        let mut settings = Settings::default();
        change(&mut settings);
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        is_allowed(&headers, scheme, &settings)
    }

    fn allowed(origin: Option<&'static str>, host: &'static str, change: impl FnOnce(&mut Settings)) -> bool {
        allowed_in(Scheme::Http, origin, host, change)
    }

    fn bridge(settings: &mut Settings) {
        settings.own_names = vec!["bridge".into(), "bridge.example".into()];
    }

    #[test]
    fn our_own_page_and_programs_are_admitted() {
        assert!(allowed(None, "127.0.0.1:8188", |_| {}));
        for own in ["127.0.0.1:8188", "10.1.2.3:8188", "[::1]:8188", "[fd00::7]", "localhost:8188", "demo.localhost:8188"] {
            let origin: &'static str = format!("http://{own}").leak();
            assert!(allowed(Some(origin), own, |_| {}), "{own}");
        }
        assert!(allowed(Some("http://Bridge.example:8188"), "bridge.example:8188", bridge));
        assert!(allowed(Some("http://bridge"), "bridge", bridge));
        assert!(allowed(Some("http://bridge.example.:8188"), "bridge.example.:8188", bridge));
        assert!(allowed(Some("https://crm.example"), "bridge", |settings| settings.allowed_origins = vec!["https://crm.example/".into()]));
        assert!(!allowed(None, "127.0.0.1:8188", |settings| settings.require_origin = true));
    }

    /// F1: a name that a stranger has pointed at our address is not ours, though Host and Origin agree.
    #[test]
    fn a_name_that_a_stranger_pointed_at_us_is_not_ours() {
        assert!(!allowed(Some("http://evil.example"), "evil.example", bridge));
        assert!(!allowed(Some("http://evil.example:8188"), "evil.example:8188", bridge));
        assert!(!allowed(Some("http://bridge.evil.example"), "bridge.evil.example", bridge));
        assert!(!allowed(Some("http://127.0.0.1.evil.example"), "127.0.0.1.evil.example", bridge));
        assert!(!allowed(Some("http://localhost.evil.example"), "localhost.evil.example", bridge));
    }

    /// F1: the scheme belongs to the origin.
    #[test]
    fn our_own_page_speaks_as_we_do() {
        assert!(!allowed(Some("https://127.0.0.1:8188"), "127.0.0.1:8188", |_| {}), "in TLS, to the plain port");
        assert!(!allowed_in(Scheme::Https, Some("http://bridge.example"), "bridge.example", bridge));
        assert!(allowed_in(Scheme::Https, Some("https://bar.example"), "bar.example", |_| {}), "the certificate vouches for the name");
        assert!(!allowed_in(Scheme::Https, Some("https://evil.example"), "bar.example", |_| {}));
    }

    #[test]
    fn strangers_null_and_look_alikes_are_refused() {
        for origin in [
            "null",
            "",
            "http://evil.example",
            "http://127.0.0.1:8188.evil.example",
            "http://127.0.0.1:81880",
            "http://evil.example/http://127.0.0.1:8188",
            "http://127.0.0.1:8188@evil.example",
            "ws://127.0.0.1:8188",
            "file://127.0.0.1:8188",
            "http://127.0.0.1:8188, http://evil.example",
        ] {
            assert!(!allowed(Some(origin), "127.0.0.1:8188", |_| {}), "{origin}");
        }
        let crm = |settings: &mut Settings| settings.allowed_origins = vec!["https://crm.example".into()];
        assert!(!allowed(Some("https://crm.example.evil"), "bridge", crm));
        assert!(!allowed(Some("http://crm.example"), "bridge", crm));
    }

    #[test]
    fn two_origins_are_no_origin() {
        let two = |name: header::HeaderName, other: header::HeaderName| {
            let mut headers = HeaderMap::new();
            let value = |name: &header::HeaderName| HeaderValue::from_static(if *name == header::HOST { "[::1]" } else { "http://[::1]" });
            headers.insert(&other, value(&other));
            headers.append(&name, value(&name));
            assert!(is_allowed(&headers, Scheme::Http, &Settings::default()));
            headers.append(&name, value(&name));
            is_allowed(&headers, Scheme::Http, &Settings::default())
        };
        assert!(!two(header::ORIGIN, header::HOST));
        assert!(!two(header::HOST, header::ORIGIN));
    }
}

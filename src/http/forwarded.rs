//! Who is behind a proxy. A proxy that the operator trusts says in `X-Forwarded-For` for whom it asks; from anybody else
//! the header is a claim, and the connection's own address counts. In `X-Forwarded-Proto` it says whether it was asked in TLS.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::network::{Network, Scheme};

const HEADER: &str = "x-forwarded-for";
const PROTO: &str = "x-forwarded-proto";

/// The proxies whose word counts.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[Network]>);

impl TrustedProxies {
    /// These and no others.
    pub fn new(networks: impl IntoIterator<Item = Network>) -> Self {
        Self(networks.into_iter().collect())
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }

    /// Who asks. Each proxy appends the address it was asked from: read from the end, the first one that is no trusted proxy
    /// is the client, whatever stands before it. At something that is no address the last one that was vouched for counts.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let mut lines: Vec<&str> = Vec::new();
        for line in headers.get_all(HEADER) {
            match line.to_str() {
                Ok(line) => lines.push(line),
                // Nothing before it is vouched for.
                Err(_) => lines.clear(),
            }
        }
        for claim in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !self.has(client) {
                break;
            }
            let Some(address) = address(claim.trim()) else { break };
            client = address;
        }
        client
    }

    /// How the browser speaks, if a trusted proxy says so. Of several proxies the first is the one that the browser speaks to.
    fn scheme(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Scheme> {
        let claim = headers.get(PROTO).filter(|_| self.has(peer.to_canonical()))?.to_str().ok()?;
        let first = claim.split(',').next().unwrap_or_default().trim();
        if first.eq_ignore_ascii_case("https") {
            Some(Scheme::Https)
        } else if first.eq_ignore_ascii_case("http") {
            Some(Scheme::Http)
        } else {
            None
        }
    }
}

/// An address, with a port or without: some proxies append it.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    found.map(|address: IpAddr| address.to_canonical())
}

/// Puts the client's address in the place of the proxy's: limits and logs below see nothing else.
pub(super) async fn resolve(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    if let Some(&ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let client = proxies.client(peer.ip(), request.headers());
        if let Some(scheme) = proxies.scheme(peer.ip(), request.headers()) {
            request.extensions_mut().insert(scheme);
        }
        if client != peer.ip() {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, 0)));
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let networks = ["10.0.0.0/8", "::1"].map(|network| network.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEADER, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        TrustedProxies::new(networks).client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_strangers_claim_does_not_count() {
        assert_eq!(client("203.0.113.9", &["198.51.100.7"]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &["10.0.0.1"]), "203.0.113.9");
        let nobody = TrustedProxies::default();
        let headers = HeaderMap::from_iter([(HEADER.parse().unwrap(), HeaderValue::from_static("198.51.100.7"))]);
        assert_eq!(nobody.client("10.0.0.1".parse().unwrap(), &headers).to_string(), "10.0.0.1", "none by default");
    }

    #[test]
    fn the_last_address_that_is_no_proxy_of_ours_is_the_client() {
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["1.2.3.4, 198.51.100.7, 10.0.0.2"]), "198.51.100.7", "what a client made up stands before");
        assert_eq!(client("10.0.0.1", &["1.2.3.4", "198.51.100.7,10.0.0.2"]), "198.51.100.7", "several lines are one list");
        assert_eq!(client("::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "a client among the proxies");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["[2001:db8::7]:80"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
    }

    #[test]
    fn only_a_trusted_proxy_says_that_it_was_asked_in_tls() {
        let scheme = |peer: &str, value: &str| {
            let proxies = TrustedProxies::new(["10.0.0.0/8".parse().unwrap()]);
            let headers = HeaderMap::from_iter([(PROTO.parse().unwrap(), HeaderValue::from_str(value).unwrap())]);
            proxies.scheme(peer.parse().unwrap(), &headers)
        };
        assert_eq!(scheme("10.0.0.1", "https"), Some(Scheme::Https));
        assert_eq!(scheme("10.0.0.1", "HTTPS, http"), Some(Scheme::Https), "the browser spoke to the first");
        assert_eq!(scheme("10.0.0.1", "http, https"), Some(Scheme::Http));
        assert_eq!(scheme("10.0.0.1", "gopher"), None);
        assert_eq!(scheme("203.0.113.9", "https"), None);
    }

    #[test]
    fn nonsense_leaves_the_last_one_that_was_vouched_for() {
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["", ","]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.7, _hidden, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &["198.51.100.7", "\u{fc}"]), "10.0.0.1");
    }
}

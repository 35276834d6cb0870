//! Notable events of the HTTP ports.

use std::io;
use std::net::IpAddr;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tracing::{debug, info, warn};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPort {
    port: &'static str,
}

/// Counters of the HTTP ports, and the events that move them.
#[derive(Debug)]
pub struct HttpEvents {
    open: Family<OfPort, Gauge>,
    accepted: Family<OfPort, Counter>,
    failed: Family<OfPort, Counter>,
    refused: Family<Refused, Counter>,
    handshakes: Family<OfPort, Counter>,
    unauthorized: Family<Why, Counter>,
    tokens: Family<Why, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    port: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    reason: &'static str,
}

/// Counts a connection as open for as long as it lives, however its task ends.
#[derive(Debug)]
pub struct Open(Gauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl HttpEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let events = Self {
            open: Family::default(),
            accepted: Family::default(),
            failed: Family::default(),
            refused: Family::default(),
            handshakes: Family::default(),
            unauthorized: Family::default(),
            tokens: Family::default(),
        };
        registry.register("open_connections", "Connections that are open, websockets not counted", events.open.clone());
        registry.register("connections", "Connections accepted", events.accepted.clone());
        registry.register("failed_accepts", "Connections that could not be accepted", events.failed.clone());
        registry.register("refused", "Connections and requests refused to keep the others going, by reason", events.refused.clone());
        registry.register("failed_handshakes", "TLS handshakes that failed", events.handshakes.clone());
        registry.register("unauthorized", "Requests whose bearer token did not count, by reason", events.unauthorized.clone());
        registry.register("tokens", "Requests for a bearer token, by result", events.tokens.clone());
        events
    }

    /// A connection was accepted. It is gone, or has become a websocket, when the value is dropped.
    pub fn opened(&self, port: &'static str) -> Open {
        self.accepted.get_or_create(&OfPort { port }).inc();
        let open = self.open.get_or_create(&OfPort { port }).clone();
        open.inc();
        Open(open)
    }

    /// A connection or a request was refused to keep the others going.
    pub fn refused(&self, port: &'static str, reason: &'static str) {
        self.refused.get_or_create(&Refused { port, reason }).inc();
        debug!(target: "http", port, reason, "refused");
    }

    /// A client did not get through the handshake of TLS.
    pub fn no_handshake(&self, port: &'static str, peer: IpAddr, reason: &str) {
        self.handshakes.get_or_create(&OfPort { port }).inc();
        debug!(target: "http", port, %peer, reason, "a TLS handshake failed");
    }

    /// A bearer token was missing or did not count. The client learns only that it was not enough.
    pub fn unauthorized(&self, peer: IpAddr, reason: &'static str) {
        self.unauthorized.get_or_create(&Why { reason }).inc();
        debug!(target: "http", %peer, reason, "a bearer token does not count");
    }

    /// A program asked for a token.
    pub fn token_asked(&self, client: &str, peer: IpAddr, result: &'static str) {
        self.tokens.get_or_create(&Why { reason: result }).inc();
        let client: String = client.chars().take(32).filter(|c| !c.is_control()).collect();
        info!(target: "http", client, %peer, result, "a program asked for a token");
    }

    /// The operating system has no connection to give: out of file descriptors, mostly.
    pub fn not_accepted(&self, port: &'static str, error: &io::Error) {
        self.failed.get_or_create(&OfPort { port }).inc();
        warn!(target: "http", port, %error, "cannot accept a connection");
    }
}

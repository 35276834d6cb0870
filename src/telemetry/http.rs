//! Notable events of the HTTP ports.

use std::io;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tracing::warn;

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
}

impl HttpEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let events = Self { open: Family::default(), accepted: Family::default(), failed: Family::default() };
        registry.register("open_connections", "Connections that are open, websockets not counted", events.open.clone());
        registry.register("connections", "Connections accepted", events.accepted.clone());
        registry.register("failed_accepts", "Connections that could not be accepted", events.failed.clone());
        events
    }

    /// A connection was accepted.
    pub fn opened(&self, port: &'static str) {
        self.accepted.get_or_create(&OfPort { port }).inc();
        self.open.get_or_create(&OfPort { port }).inc();
    }

    /// A connection is gone, or has become a websocket.
    pub fn closed(&self, port: &'static str) {
        self.open.get_or_create(&OfPort { port }).dec();
    }

    /// The operating system has no connection to give: out of file descriptors, mostly.
    pub fn not_accepted(&self, port: &'static str, error: &io::Error) {
        self.failed.get_or_create(&OfPort { port }).inc();
        warn!(target: "http", port, %error, "cannot accept a connection");
    }
}

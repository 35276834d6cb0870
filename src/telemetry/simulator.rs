//! Notable events of the simulator.

use std::fmt::{Debug, Display};
use std::net::SocketAddr;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use crate::protocol::values::StatusCode;
use crate::protocol::wire::Skipped;
use crate::protocol::{EncodeError, ProtocolVersion};

/// Counters of the simulator, and the events that move them.
#[derive(Debug)]
pub struct SimulatorEvents {
    sessions_opened: Counter,
    sessions_refused: Counter,
    sessions_idle: Counter,
    requests_refused: Counter,
    streams_broken: Counter,
    unknown_tags: Counter,
    mask_bits_dropped: Counter,
    not_encoded: Counter,
}

impl SimulatorEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        Self {
            sessions_opened: counter("sessions_opened", "Sessions that were opened"),
            sessions_refused: counter("sessions_refused", "OPEN_REQs that were refused"),
            sessions_idle: counter("sessions_idle", "Connections that were reset because nothing came"),
            requests_refused: counter("requests_refused", "Requests that were refused for their form or rights"),
            streams_broken: counter("streams_broken", "Connections whose bytes could not be cut into frames"),
            unknown_tags: counter("unknown_tags", "Floating fields with a tag the message does not have"),
            mask_bits_dropped: counter("mask_bits_dropped", "Bits of OPEN_REQ masks that no table names"),
            not_encoded: counter("messages_not_encoded", "Messages that did not fit the session's version"),
        }
    }

    /// All ports are open.
    pub fn started(&self, side_a: SocketAddr, side_b: Option<SocketAddr>, control: Option<SocketAddr>) {
        let shown = |address: Option<SocketAddr>| address.map(|address| address.to_string()).unwrap_or_default();
        tracing::info!(target: "simulator", %side_a, side_b = shown(side_b), control = shown(control), "simulator listens");
    }

    /// A side cannot listen again.
    pub fn not_listening(&self, side: &str, address: SocketAddr, error: &dyn Display) {
        tracing::error!(target: "simulator", side = side, %address, %error, "simulator cannot listen again");
    }

    /// The control port did something to a side.
    pub fn side_action(&self, side: &str, action: &dyn Debug) {
        tracing::info!(target: "simulator", side = side, ?action, "simulator side is told what to do");
    }

    /// A side is the active one now.
    pub fn side_active(&self, side: &str) {
        tracing::info!(target: "simulator", side = side, "simulator side is active");
    }

    /// A client refused a planned switch, or did not answer.
    pub fn maintenance_refused(&self, side: &str, invoke_id: u32) {
        tracing::warn!(target: "simulator", side = side, invoke_id, "planned switch was refused");
    }

    /// A session was opened.
    pub fn session_opened(&self, side: &str, version: ProtocolVersion, standby: bool) {
        self.sessions_opened.inc();
        tracing::info!(target: "simulator", side = side, %version, standby, "simulator session opened");
    }

    /// A session was closed by its client.
    pub fn session_closed(&self, side: &str) {
        tracing::info!(target: "simulator", side = side, "simulator session closed");
    }

    /// OPEN_REQ was refused.
    pub fn open_refused(&self, side: &str, status: StatusCode) {
        self.sessions_refused.inc();
        tracing::info!(target: "simulator", side = side, %status, "simulator refused a session");
    }

    /// Nothing came for longer than IdleTimeout.
    pub fn session_idle(&self, side: &str) {
        self.sessions_idle.inc();
        tracing::warn!(target: "simulator", side = side, "simulator reset a silent connection");
    }

    /// A request was refused for its form or for a service that was not granted.
    pub fn request_refused(&self, number: u32, status: StatusCode) {
        self.requests_refused.inc();
        tracing::debug!(target: "simulator", number, %status, "simulator refused a request");
    }

    /// A length beyond every frame came.
    pub fn stream_broken(&self, side: &str) {
        self.streams_broken.inc();
        tracing::warn!(target: "simulator", side = side, "simulator got bytes that are no frames");
    }

    /// A client and the simulator do not agree about TLS.
    pub fn handshake_failed(&self, side: &str, reason: &str) {
        tracing::warn!(target: "simulator", side = side, reason, "a TLS handshake with the simulator failed");
    }

    /// What a decoder passed over.
    pub fn tolerated(&self, skipped: &Skipped) {
        self.unknown_tags.inc_by(skipped.unknown_tags);
    }

    /// Mask bits that no table names were dropped.
    pub fn dropped_bits(&self, bits: u32) {
        self.mask_bits_dropped.inc_by(u64::from(bits));
    }

    /// A message does not exist in, or does not fit, a session's version.
    pub fn not_encoded(&self, error: &EncodeError) {
        self.not_encoded.inc();
        tracing::debug!(target: "simulator", %error, "simulator left out a message");
    }
}

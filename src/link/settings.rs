//! What an operator can set about the link, and the times it works with.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::SecretString;

use super::backoff::Waits;
use crate::protocol::ProtocolVersion;
use crate::protocol::frame::DEFAULT_MAX_FRAME;

/// One of the two CTI Servers of a Peripheral Gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Side A.
    A,
    /// Side B.
    B,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The one that is not this.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// `a` or `b`, as in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a CTI Server listens: `host:port`. The host is a name, an IPv4 address or an IPv6 address in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    host: String,
    port: u16,
}

impl Endpoint {
    /// The host, an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') { write!(f, "[{}]:{}", self.host, self.port) } else { write!(f, "{}:{}", self.host, self.port) }
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = text.rsplit_once(':').ok_or_else(|| format!("{text:?} is not host:port"))?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "[]/@".contains(c)) {
            return Err(format!("{text:?} has no usable host"));
        }
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(|| format!("{text:?} has no port from 1 to 65535"))?;
        Ok(Self { host: host.to_owned(), port })
    }
}

/// TLS to the CTI Servers. Where it is set nothing is ever sent in plain.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Trust list, our own certificate, lowest version.
    pub config: Arc<ClientConfig>,
    /// The name that the certificate of side A must be for.
    pub server_name_a: ServerName<'static>,
    /// The same of side B.
    pub server_name_b: ServerName<'static>,
    /// For the handshake, once the TCP connection stands.
    pub handshake_timeout: Duration,
}

/// What an operator can set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// CTI Server of side A.
    pub side_a: Endpoint,
    /// CTI Server of side B; absent: a simplex gateway.
    pub side_b: Option<Endpoint>,
    /// ClientID, at most 63 bytes.
    pub client_id: String,
    /// ClientPassword, at most 64 bytes; empty is sent as a field of length 0.
    pub client_password: SecretString,
    /// ClientSignature, put on the history of calls we touch, at most 63 bytes.
    pub client_signature: String,
    /// The highest version to ask for; a server that refuses it is asked for the next lower one.
    pub protocol_version: ProtocolVersion,
    /// After this long without sending anything a heartbeat is sent; three unanswered ones end the session.
    pub heartbeat_interval: Duration,
    /// A request that is not answered within this time counts as failed.
    pub request_timeout: Duration,
    /// For the TCP connection to stand.
    pub connect_timeout: Duration,
    /// For OPEN_CONF. The reference demands at least 30 s.
    pub open_timeout: Duration,
    /// The longest message accepted, header included, in bytes.
    pub max_frame: usize,
    /// PeripheralID of OPEN_REQ; absent: all peripherals of the gateway.
    pub peripheral_id: Option<u32>,
    /// Ask for configuration and update events.
    pub configuration: bool,
    /// From protocol 24 on: hold a session to the standby server too.
    pub hold_standby: bool,
    /// A server of which nothing but heartbeats was heard for so long is asked something …
    pub probe_interval: Duration,
    /// … and counts as stuck when it has not answered after this.
    pub probe_timeout: Duration,
    /// Leave a side that is stuck; otherwise that is only reported.
    pub switch_when_stuck: bool,
    /// TLS to both sides; absent: plain TCP.
    pub tls: Option<Tls>,
    /// Times that no operator needs to touch.
    pub times: Times,
}

impl Default for Settings {
    fn default() -> Self {
        let local = |port| Endpoint { host: "127.0.0.1".to_owned(), port };
        Self {
            side_a: local(42_027),
            side_b: None,
            client_id: "ctibridge".to_owned(),
            client_password: SecretString::default(),
            client_signature: "ctibridge".to_owned(),
            protocol_version: ProtocolVersion::DEFAULT,
            heartbeat_interval: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(3),
            open_timeout: Duration::from_secs(30),
            max_frame: DEFAULT_MAX_FRAME,
            peripheral_id: None,
            configuration: true,
            hold_standby: true,
            probe_interval: Duration::from_secs(60),
            probe_timeout: Duration::from_secs(10),
            switch_when_stuck: false,
            tls: None,
            times: Times::default(),
        }
    }
}

impl Settings {
    /// For a connection to stand, its TLS handshake included.
    pub fn dial_timeout(&self) -> Duration {
        self.connect_timeout + self.tls.as_ref().map_or(Duration::ZERO, |tls| tls.handshake_timeout)
    }

    /// IdleTimeout of OPEN_REQ in seconds: four heartbeat intervals, never below the 20 that servers insist on.
    pub fn idle_timeout(&self) -> u32 {
        let seconds = self.heartbeat_interval.as_millis().saturating_mul(4).div_ceil(1000);
        u32::try_from(seconds).unwrap_or(u32::MAX).max(20)
    }
}

/// Times and limits of the reconnect procedure. The defaults are meant for production; tests shorten them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// The other side is dialled in parallel when a side has not opened within this time.
    pub parallel_after: Duration,
    /// The waits after a round in which every side failed.
    pub waits: Waits,
    /// A session that lasted less is short-lived; the fourth such one in a row counts as a failed attempt, so that the
    /// waits go on where they were.
    pub stable_after: Duration,
    /// At most so many attempts …
    pub attempts: usize,
    /// … within this time, over both sides. Falling back a version is not counted, nor is an attempt at a port where nobody
    /// listens: no server has seen it, and the waits between rounds keep such attempts rare.
    pub attempts_window: Duration,
    /// A side that waits for OPEN_CONF for longer than this holds up the next round no more.
    pub open_patience: Duration,
    /// Before a side is dialled again that refused for a reason which only an operator can remove (wrong password …).
    pub refused_wait: Duration,
    /// Between attempts at the standby side while the other one serves.
    pub standby_wait: Duration,
    /// Sessions of which only the heartbeats stay unanswered are given up at most once within this time.
    pub heartbeat_loss_every: Duration,
    /// For CLOSE_CONF, and for the server of the old side to hang up after a planned switch. The reference says: up to 5 s.
    pub close_timeout: Duration,
    /// At a planned switch, how long the old side may still answer what it was asked.
    pub drain: Duration,
    /// When a second side says that it is active, how long the first one may be silent before it is taken to be active no
    /// more.
    pub claim_wait: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            parallel_after: Duration::from_millis(500),
            waits: Waits::default(),
            stable_after: Duration::from_secs(1),
            attempts: 2,
            attempts_window: Duration::from_secs(1),
            open_patience: Duration::from_secs(5),
            refused_wait: Duration::from_secs(30),
            standby_wait: Duration::from_secs(5),
            heartbeat_loss_every: Duration::from_secs(60),
            close_timeout: Duration::from_millis(4500),
            drain: Duration::from_millis(500),
            claim_wait: Duration::from_secs(5),
        }
    }
}

impl Times {
    /// All times divided by `by`: for tests over real sockets.
    #[must_use]
    pub fn divided(self, by: u32) -> Self {
        let by = by.max(1);
        let Waits { first_up_to, then, jitter_percent } = self.waits;
        Self {
            parallel_after: self.parallel_after / by,
            waits: Waits { first_up_to: first_up_to / by, then: then.into_iter().map(|wait| wait / by).collect(), jitter_percent },
            stable_after: self.stable_after / by,
            attempts: self.attempts,
            attempts_window: self.attempts_window / by,
            open_patience: self.open_patience / by,
            refused_wait: self.refused_wait / by,
            standby_wait: self.standby_wait / by,
            heartbeat_loss_every: self.heartbeat_loss_every / by,
            close_timeout: self.close_timeout / by,
            drain: self.drain / by,
            claim_wait: self.claim_wait / by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_host_and_port_and_nothing_else() {
        for good in ["127.0.0.1:42027", "pg1a.example.com:43027", "[::1]:42027"] {
            assert_eq!(good.parse::<Endpoint>().unwrap().to_string(), good);
        }
        for bad in ["", "host", ":42027", "host:", "host:0", "host:70000", "ho st:1", "http://host:1", "[]:1"] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn idle_timeout_is_four_intervals_but_never_below_twenty_seconds() {
        let idle = |interval| Settings { heartbeat_interval: interval, ..Settings::default() }.idle_timeout();
        assert_eq!(idle(Duration::from_secs(1)), 20);
        assert_eq!(idle(Duration::from_secs(5)), 20);
        assert_eq!(idle(Duration::from_secs(7)), 28);
        assert_eq!(idle(Duration::from_millis(5100)), 21);
        assert_eq!(idle(Duration::from_secs(600)), 2400);
    }
}

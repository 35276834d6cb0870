//! What the link tells the floor above, and why things ended.

use std::fmt;
use std::time::Duration;

use super::settings::Side;
use crate::protocol::masks::{PgStatusMask, ServiceMask};
use crate::protocol::values::{PeripheralType, StatusCode};
use crate::protocol::{ProtocolVersion, RawFrame, Time};
use crate::time::Now;

/// Names a request until its answer. Chosen by the caller, who must not use a number twice at the same time, nor [`PROBE`].
pub type Token = u64;

/// The token of the link's own question to a server that is silent; its answer is not told.
pub const PROBE: Token = Token::MAX - 1;

/// One thing that happened, in the order of the wire.
#[derive(Clone, Debug)]
pub enum Event {
    /// A session is in service: requests can be sent.
    Up(Up),
    /// No session is in service any more. Every request under way has had its [`Event::Answer`] before this.
    Down(Down),
    /// An unsolicited message of the session in service.
    Frame {
        /// When it was read.
        at: Now,
        /// The message, not decoded.
        frame: RawFrame,
    },
    /// The one answer to a request.
    Answer {
        /// When it was read, or when the request failed.
        at: Now,
        /// The request's.
        token: Token,
        /// Its confirmation, not decoded, or why there is none.
        result: Result<RawFrame, RequestFailure>,
    },
}

impl Event {
    /// When it happened.
    pub const fn at(&self) -> Now {
        match self {
            Self::Up(up) => up.at,
            Self::Down(down) => down.at,
            Self::Frame { at, .. } | Self::Answer { at, .. } => *at,
        }
    }
}

/// A session came into service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Up {
    /// When.
    pub at: Now,
    /// Which side serves.
    pub side: Side,
    /// Version of all messages of the session.
    pub version: ProtocolVersion,
    /// ServicesGranted.
    pub services: ServiceMask,
    /// Services that were asked for and not granted.
    pub refused_services: ServiceMask,
    /// PGStatus of OPEN_CONF; not zero: something prevents normal operation.
    pub pg_status: PgStatusMask,
    /// PeripheralOnline of OPEN_CONF.
    pub peripheral_online: bool,
    /// PeripheralType of OPEN_CONF.
    pub peripheral_type: PeripheralType,
    /// ICMCentralControllerTime of OPEN_CONF.
    pub controller_time: Time,
    /// Since the loss before it, or since the start.
    pub took: Duration,
}

/// The session in service was lost or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Down {
    /// When it was noticed.
    pub at: Now,
    /// Which side served.
    pub side: Side,
    /// Why.
    pub reason: Loss,
    /// How long it had been in service.
    pub served: Duration,
}

/// Why a request has no confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestFailure {
    /// FAILURE_CONF.
    Failed(StatusCode),
    /// CONTROL_FAILURE_CONF: the peripheral refused.
    ControlFailed {
        /// FailureCode.
        code: u16,
        /// PeripheralErrorCode.
        peripheral_error: u32,
    },
    /// No answer within the request time-out. A late one is ignored.
    TimedOut,
    /// The session was lost before the answer; whether the request was carried out is not known.
    Lost,
    /// Nothing was sent.
    NotSent(NotSent),
}

/// Why a request was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// No session is in service.
    Offline,
    /// The service is moving to the other side at this moment.
    Switching,
    /// The message cannot be put on the wire in this session's version.
    Unencodable,
    /// The message is none that a client may ask with, or its kind may be under way only once.
    NotPossible,
}

/// Why a session or a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// The peer closed the connection between two messages.
    Closed,
    /// The connection ended inside a message.
    ClosedMidFrame,
    /// The connection failed.
    Broken(std::io::ErrorKind),
    /// TLS broke: what the other end's alert means.
    Tls(&'static str),
    /// A message longer than allowed was announced.
    FrameTooLong {
        /// Bytes announced, header included.
        length: u64,
    },
    /// Three heartbeats in a row stayed unanswered.
    HeartbeatsUnanswered,
    /// A heartbeat was answered with a failure.
    HeartbeatRefused(StatusCode),
    /// FAILURE_EVENT: the server does not want to talk any more.
    EndedByServer(StatusCode),
    /// The other side became active.
    SwitchedOver,
    /// Both sides said that they are active; this one was the second.
    SplitBrain,
    /// The other side serves in a version in which only one session may be open.
    NotNeeded,
    /// Somebody above left it: the server answers heartbeats and nothing else.
    GivenUp,
    /// We are shutting down.
    Shutdown,
}

impl Loss {
    /// The stable word for metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::ClosedMidFrame => "closed_mid_frame",
            Self::Broken(_) => "connection_failed",
            Self::Tls(_) => "tls",
            Self::FrameTooLong { .. } => "frame_too_long",
            Self::HeartbeatsUnanswered => "heartbeats_unanswered",
            Self::HeartbeatRefused(_) => "heartbeat_refused",
            Self::EndedByServer(_) => "ended_by_server",
            Self::SwitchedOver => "switched_over",
            Self::SplitBrain => "split_brain",
            Self::NotNeeded => "not_needed",
            Self::GivenUp => "given_up",
            Self::Shutdown => "shutdown",
        }
    }

    /// By a switch or a shutdown, so nothing went wrong.
    pub const fn is_wanted(&self) -> bool {
        matches!(self, Self::Shutdown | Self::SwitchedOver)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the server closed the connection"),
            Self::ClosedMidFrame => f.write_str("the connection ended inside a message"),
            Self::Broken(kind) => write!(f, "the connection failed: {kind}"),
            Self::Tls(why) => write!(f, "TLS: {why}"),
            Self::FrameTooLong { length } => write!(f, "frame_too_long: a message of {length} bytes was announced"),
            Self::HeartbeatsUnanswered => f.write_str("three heartbeats stayed unanswered"),
            Self::HeartbeatRefused(status) => write!(f, "a heartbeat was refused with {status}"),
            Self::EndedByServer(status) => write!(f, "the server ended the session with {status}"),
            Self::SwitchedOver => f.write_str("the other side became active"),
            Self::SplitBrain => f.write_str("both sides say that they are active"),
            Self::NotNeeded => f.write_str("the other side serves, and its version allows one session only"),
            Self::GivenUp => f.write_str("the server answers heartbeats and nothing else"),
            Self::Shutdown => f.write_str("we are shutting down"),
        }
    }
}

/// Why an attempt to open a session failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptFailure {
    /// No connection: the operating system's reason.
    Connect(String),
    /// The TLS handshake failed: why, in words.
    Tls(String),
    /// No connection within the connect time-out.
    ConnectTimeout,
    /// OPEN_REQ was not answered within the open time-out.
    OpenTimeout,
    /// OPEN_REQ was refused.
    Refused(StatusCode),
    /// OPEN_CONF could not be read.
    BadOpenConf,
    /// Our OPEN_REQ does not fit the protocol: a configured text is too long.
    BadSettings,
    /// The connection ended before OPEN_CONF.
    Lost(Loss),
}

impl AttemptFailure {
    /// The stable word for metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::ConnectTimeout => "connect_timeout",
            Self::OpenTimeout => "open_timeout",
            Self::BadOpenConf => "bad_open_conf",
            Self::BadSettings => "bad_settings",
            Self::Lost(loss) => loss.as_str(),
            Self::Refused(status) => match *status {
                StatusCode::INVALID_VERSION => "version",
                StatusCode::INVALID_PASSWORD => "password",
                StatusCode::CTI_SERVER_OFFLINE | StatusCode::SERVER_NOT_MASTER | StatusCode::INVALID_CLIENT_FOR_STANDBY => "standby",
                StatusCode::SERVER_IN_MAINTENANCE_MODE => "maintenance",
                _ => "refused",
            },
        }
    }

    /// What to look at, for refusals that only an operator can end.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Refused(status) => match *status {
                StatusCode::INVALID_VERSION => "it speaks none of our protocol versions",
                StatusCode::INVALID_PASSWORD => "client_id or client_password is wrong",
                StatusCode::DEVICE_IN_USE | StatusCode::SESSION_ALREADY_OPEN => "another client holds this session or device",
                StatusCode::INVALID_TIMEOUT => "it does not accept the idle time-out that follows from heartbeat_interval",
                StatusCode::INVALID_SERVICE_MASK => "it does not offer the services asked for",
                StatusCode::INVALID_CALL_MSG_MASK | StatusCode::INVALID_AGENT_STATE_MASK => {
                    "it does not know events of this protocol version; try a lower protocol_version"
                }
                StatusCode::INVALID_PERIPHERAL_ID => "peripheral_id is wrong",
                StatusCode::INVALID_UNIQUE_INSTANCE_ID | StatusCode::DUPLICATE_UNIQUE_INSTANCE_ID => {
                    "it insists on a unique instance id, or another client has ours"
                }
                _ => "see the status code in the CTI Server reference",
            },
            Self::Tls(_) | Self::Lost(Loss::Tls(_)) => "see [cti.tls] and the certificates of both ends",
            _ => "see the reason",
        }
    }
}

impl fmt::Display for AttemptFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(reason) => f.write_str(reason),
            Self::Tls(reason) => write!(f, "TLS: {reason}"),
            Self::ConnectTimeout => f.write_str("no connection within the connect time-out"),
            Self::OpenTimeout => f.write_str("OPEN_REQ stayed unanswered"),
            Self::Refused(status) => write!(f, "OPEN_REQ was refused with status {} ({status})", status.0),
            Self::BadOpenConf => f.write_str("OPEN_CONF could not be read"),
            Self::BadSettings => f.write_str("client_id, client_password or client_signature is too long"),
            Self::Lost(loss) => loss.fmt(f),
        }
    }
}

//! Notable events of the link to the CTI Server.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::{debug, error, info, warn};

use crate::link::{AttemptFailure, Down, Loss, Note, Side, Up};
use crate::protocol::DecodeError;
use crate::protocol::values::StatusCode;
use crate::protocol::wire::Skipped;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSide {
    side: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Because {
    side: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    kind: &'static str,
}

/// Counters of the link to the CTI Server, and the events that move them.
#[derive(Debug)]
pub struct LinkEvents {
    in_service: Family<OfSide, Gauge>,
    ups: Family<OfSide, Counter>,
    losses: Family<Because, Counter>,
    outage: Histogram,
    attempts: Family<OfSide, Counter>,
    failed_attempts: Family<Because, Counter>,
    standby_sessions: Family<OfSide, Gauge>,
    maintenance: Family<Because, Counter>,
    frames: Counter,
    stray_answers: Family<OfSide, Counter>,
    request_timeouts: Counter,
    malformed: Family<OfKind, Counter>,
    skipped: Family<OfKind, Counter>,
}

impl LinkEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let outage = Histogram::new([0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0]);
        let events = Self {
            in_service: Family::default(),
            ups: Family::default(),
            losses: Family::default(),
            outage,
            attempts: Family::default(),
            failed_attempts: Family::default(),
            standby_sessions: Family::default(),
            maintenance: Family::default(),
            frames: Counter::default(),
            stray_answers: Family::default(),
            request_timeouts: Counter::default(),
            malformed: Family::default(),
            skipped: Family::default(),
        };
        registry.register("in_service", "Whether the side serves", events.in_service.clone());
        registry.register("in_service_events", "Times a side came into service", events.ups.clone());
        registry.register("losses", "Times the side in service was lost, by reason", events.losses.clone());
        registry.register("outage_seconds", "Time from a loss (or the start) until a side served", events.outage.clone());
        registry.register("attempts", "Attempts to open a session", events.attempts.clone());
        registry.register("failed_attempts", "Attempts that failed, by reason", events.failed_attempts.clone());
        registry.register("standby_sessions", "Sessions held open to the standby server", events.standby_sessions.clone());
        registry.register("maintenance", "Steps of planned switches", events.maintenance.clone());
        registry.register("frames", "Messages read from CTI Servers", events.frames.clone());
        registry.register("stray_answers", "Answers to nothing that was under way, ignored", events.stray_answers.clone());
        registry.register("request_timeouts", "Requests that were not answered in time", events.request_timeouts.clone());
        registry.register("malformed_messages", "Messages that could not be read and were dropped, by kind", events.malformed.clone());
        registry.register("skipped", "What tolerant decoding passed over, by kind", events.skipped.clone());
        events
    }

    /// Messages were read.
    pub fn frames_read(&self, count: u64) {
        self.frames.inc_by(count);
    }

    /// A message could not be decoded and was dropped; the session stays.
    pub fn malformed(&self, error: &DecodeError) {
        self.malformed.get_or_create(&OfKind { kind: error.kind.as_str() }).inc();
        warn!(target: "link", %error, "a message that could not be read was dropped");
    }

    /// What a decoder passed over since the last call.
    pub fn skipped(&self, skipped: Skipped) {
        let Skipped { unknown_messages, unknown_tags, bad_values, duplicate_fields } = skipped;
        let kinds = [
            ("unknown_message", unknown_messages),
            ("unknown_tag", unknown_tags),
            ("bad_value", bad_values),
            ("duplicate_field", duplicate_fields),
        ];
        for (kind, count) in kinds.into_iter().filter(|(_, count)| *count > 0) {
            self.skipped.get_or_create(&OfKind { kind }).inc_by(count);
        }
    }

    /// Something happened to a session or on the way to one.
    pub fn note(&self, note: &Note) {
        match note {
            Note::Dialling { side, version } => {
                self.attempts.get_or_create(&label(*side)).inc();
                debug!(target: "link", %side, %version, "connecting to the CTI Server");
            }
            Note::AttemptFailed { side, failure, repeated, retry_in } => {
                self.failed_attempts.get_or_create(&Because { side: side.as_str(), reason: word(failure) }).inc();
                match retry_in {
                    _ if *repeated => debug!(target: "link", %side, %failure, "the attempt failed again"),
                    Some(wait) => {
                        error!(target: "link", %side, %failure, retry_in = ?wait, "the CTI Server refuses us; somebody has to look at the configuration: {}", advice(failure));
                    }
                    None => warn!(target: "link", %side, %failure, "no session with the CTI Server"),
                }
            }
            Note::VersionRefused { side, version, next } => {
                self.failed_attempts.get_or_create(&Because { side: side.as_str(), reason: "version" }).inc();
                info!(target: "link", %side, %version, %next, "the CTI Server does not speak this protocol version, asking for a lower one");
            }
            Note::Up(up) => self.up(up),
            Note::Down(down) => self.down(down),
            Note::StandbyOpen { side, version } => {
                self.standby_sessions.get_or_create(&label(*side)).set(1);
                info!(target: "link", %side, %version, "a session with the standby CTI Server is open");
            }
            Note::StandbyLost { side, reason } => {
                self.standby_sessions.get_or_create(&label(*side)).set(0);
                warn!(target: "link", %side, %reason, "the session with the standby CTI Server is lost");
            }
            Note::MaintenanceAsked { side, accepted } => {
                let reason = if *accepted { "accepted" } else { "refused" };
                self.maintenance.get_or_create(&Because { side: side.as_str(), reason }).inc();
                info!(target: "link", %side, accepted, "the CTI Server asks whether it may go into maintenance");
            }
            Note::MaintenanceDecided { side, goes_on } => {
                let reason = if *goes_on { "goes_on" } else { "cancelled" };
                self.maintenance.get_or_create(&Because { side: side.as_str(), reason }).inc();
                info!(target: "link", %side, goes_on, "the CTI Server decided about its maintenance");
            }
            Note::HeartbeatsUnansweredKept { side } => {
                warn!(target: "link", %side, "heartbeats stay unanswered while messages keep coming; the session is kept");
            }
            Note::AllFailed { wait } => debug!(target: "link", ?wait, "no side could be reached, waiting"),
            Note::RequestTimedOut => {
                self.request_timeouts.inc();
                warn!(target: "link", "a request was not answered in time");
            }
            Note::StrayAnswer { side } => {
                self.stray_answers.get_or_create(&label(*side)).inc();
                debug!(target: "link", %side, "an answer to nothing that is under way was ignored");
            }
            Note::FrameDropped { side } => {
                self.malformed.get_or_create(&OfKind { kind: "out_of_place" }).inc();
                debug!(target: "link", %side, "a message without a place in this session was dropped");
            }
        }
    }

    fn up(&self, up: &Up) {
        let Up { side, version, services, refused_services, pg_status, peripheral_online, took, .. } = up;
        self.ups.get_or_create(&label(*side)).inc();
        self.in_service.get_or_create(&label(*side)).set(1);
        self.standby_sessions.get_or_create(&label(*side)).set(0);
        self.outage.observe(took.as_secs_f64());
        info!(
            target: "link",
            %side, %version, ?took, services = format_args!("{:#010x}", services.bits()), pg_status = pg_status.bits(), peripheral_online,
            "in service",
        );
        if !refused_services.is_empty() {
            warn!(target: "link", %side, ?refused_services, "the CTI Server did not grant everything that was asked for");
        }
    }

    fn down(&self, down: &Down) {
        let Down { side, reason, served, .. } = down;
        self.losses.get_or_create(&Because { side: side.as_str(), reason: reason.as_str() }).inc();
        self.in_service.get_or_create(&label(*side)).set(0);
        match reason {
            Loss::Shutdown | Loss::SwitchedOver => {
                info!(target: "link", %side, %reason, ?served, "out of service");
            }
            _ => warn!(target: "link", %side, %reason, ?served, "out of service"),
        }
    }
}

const fn label(side: Side) -> OfSide {
    OfSide { side: side.as_str() }
}

const fn word(failure: &AttemptFailure) -> &'static str {
    match failure {
        AttemptFailure::Connect(_) => "connect",
        AttemptFailure::ConnectTimeout => "connect_timeout",
        AttemptFailure::OpenTimeout => "open_timeout",
        AttemptFailure::BadOpenConf => "bad_open_conf",
        AttemptFailure::BadSettings => "bad_settings",
        AttemptFailure::Lost(loss) => loss.as_str(),
        AttemptFailure::Refused(status) => match *status {
            StatusCode::INVALID_VERSION => "version",
            StatusCode::INVALID_PASSWORD => "password",
            StatusCode::CTI_SERVER_OFFLINE | StatusCode::SERVER_NOT_MASTER | StatusCode::INVALID_CLIENT_FOR_STANDBY => "standby",
            StatusCode::SERVER_IN_MAINTENANCE_MODE => "maintenance",
            _ => "refused",
        },
    }
}

/// What to look at, for refusals that only an operator can end.
const fn advice(failure: &AttemptFailure) -> &'static str {
    match failure {
        AttemptFailure::Refused(status) => match *status {
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
        _ => "see the reason",
    }
}

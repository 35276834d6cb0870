//! Notable events of the link to the CTI Server.

use std::fmt::Display;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::{debug, error, info, warn};

use crate::protocol::DecodeError;
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

/// An attempt at a session that failed.
#[derive(Clone, Copy)]
pub struct FailedAttempt<'a> {
    /// `a` or `b`.
    pub side: &'static str,
    /// The stable word for metrics.
    pub word: &'static str,
    /// Why, in a sentence.
    pub reason: &'a dyn Display,
    /// For the same reason as the attempt before it on this side.
    pub repeated: bool,
    /// The reason does not pass by itself, so the next attempt comes only after this.
    pub retry_in: Option<Duration>,
    /// What to look at, if somebody has to.
    pub advice: &'static str,
}

/// A session that came into service.
#[derive(Clone, Copy)]
pub struct InService<'a> {
    /// `a` or `b`.
    pub side: &'static str,
    /// Protocol version.
    pub version: u32,
    /// Since the loss before it, or since the start.
    pub took: Duration,
    /// ServicesGranted.
    pub services: u32,
    /// Names of services that were asked for and not granted; empty: none.
    pub refused_services: &'a str,
    /// PGStatus.
    pub pg_status: u32,
    /// PeripheralOnline.
    pub peripheral_online: bool,
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
    requests: Counter,
    stray_answers: Family<OfSide, Counter>,
    request_timeouts: Counter,
    stuck: Family<OfSide, Counter>,
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
            requests: Counter::default(),
            stray_answers: Family::default(),
            request_timeouts: Counter::default(),
            stuck: Family::default(),
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
        registry.register("requests", "Requests of the engine for the CTI Server", events.requests.clone());
        registry.register("stray_answers", "Answers to nothing that was under way, ignored", events.stray_answers.clone());
        registry.register("request_timeouts", "Requests that were not answered in time", events.request_timeouts.clone());
        registry.register("stuck", "Times the side in service answered heartbeats and nothing else", events.stuck.clone());
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

    /// A connection attempt begins.
    pub fn dialling(&self, side: &'static str, version: u32) {
        self.attempts.get_or_create(&OfSide { side }).inc();
        debug!(target: "link", side, version, "connecting to the CTI Server");
    }

    /// An attempt failed.
    pub fn attempt_failed(&self, failed: FailedAttempt<'_>) {
        let FailedAttempt { side, word, reason: failure, repeated, retry_in, advice } = failed;
        self.failed_attempts.get_or_create(&Because { side, reason: word }).inc();
        match retry_in {
            _ if repeated => debug!(target: "link", side, %failure, "the attempt failed again"),
            Some(wait) => {
                error!(target: "link", side, %failure, retry_in = ?wait, "no session with the CTI Server, and somebody has to look at it: {advice}");
            }
            None => warn!(target: "link", side, %failure, "no session with the CTI Server"),
        }
    }

    /// The server does not speak the version; the next attempt asks for a lower one.
    pub fn version_refused(&self, side: &'static str, version: u32, next: u32) {
        self.failed_attempts.get_or_create(&Because { side, reason: "version" }).inc();
        info!(target: "link", side, version, next, "the CTI Server does not speak this protocol version, asking for a lower one");
    }

    /// A side serves.
    pub fn up(&self, up: InService<'_>) {
        let InService { side, version, took, services, refused_services, pg_status, peripheral_online } = up;
        self.ups.get_or_create(&OfSide { side }).inc();
        self.in_service.get_or_create(&OfSide { side }).set(1);
        self.standby_sessions.get_or_create(&OfSide { side }).set(0);
        self.outage.observe(took.as_secs_f64());
        info!(
            target: "link",
            side, version, ?took, services = format_args!("{services:#010x}"), pg_status, peripheral_online,
            "in service",
        );
        if !refused_services.is_empty() {
            warn!(target: "link", side, refused_services, "the CTI Server did not grant everything that was asked for");
        }
    }

    /// The side that served does so no more; `is_wanted`: by a switch or a shutdown.
    pub fn down(&self, side: &'static str, word: &'static str, reason: &dyn Display, served: Duration, is_wanted: bool) {
        self.losses.get_or_create(&Because { side, reason: word }).inc();
        self.in_service.get_or_create(&OfSide { side }).set(0);
        if is_wanted {
            info!(target: "link", side, %reason, ?served, "out of service");
        } else {
            warn!(target: "link", side, %reason, ?served, "out of service");
        }
    }

    /// A session to the standby server is open.
    pub fn standby_open(&self, side: &'static str, version: u32) {
        self.standby_sessions.get_or_create(&OfSide { side }).set(1);
        info!(target: "link", side, version, "a session with the standby CTI Server is open");
    }

    /// The session to the standby server is gone; `is_wanted`: by a switch or a shutdown.
    pub fn standby_lost(&self, side: &'static str, reason: &dyn Display, is_wanted: bool) {
        self.standby_sessions.get_or_create(&OfSide { side }).set(0);
        if is_wanted {
            info!(target: "link", side, %reason, "the session with the standby CTI Server is closed");
        } else {
            warn!(target: "link", side, %reason, "the session with the standby CTI Server is lost");
        }
    }

    /// The server asked whether it may go into maintenance, and our answer.
    pub fn maintenance_asked(&self, side: &'static str, accepted: bool) {
        let reason = if accepted { "accepted" } else { "refused" };
        self.maintenance.get_or_create(&Because { side, reason }).inc();
        info!(target: "link", side, accepted, "the CTI Server asks whether it may go into maintenance");
    }

    /// The server decided.
    pub fn maintenance_decided(&self, side: &'static str, goes_on: bool) {
        let reason = if goes_on { "goes_on" } else { "cancelled" };
        self.maintenance.get_or_create(&Because { side, reason }).inc();
        info!(target: "link", side, goes_on, "the CTI Server decided about its maintenance");
    }

    /// Heartbeats are unanswered while messages keep coming, and the session was kept since another one was given up for
    /// the same reason a moment ago.
    pub fn heartbeats_unanswered_kept(&self, side: &'static str) {
        warn!(target: "link", side, "heartbeats stay unanswered while messages keep coming; the session is kept");
    }

    /// The side in service answers heartbeats and nothing else.
    pub fn stuck(&self, side: &'static str, silent_for: Duration, leaves: bool) {
        self.stuck.get_or_create(&OfSide { side }).inc();
        let then = if leaves { "it is left" } else { "it is kept, since cti.switch_when_stuck is false" };
        warn!(target: "link", side, ?silent_for, "the CTI Server answers heartbeats and nothing else; {then}");
    }

    /// It does its work again.
    pub fn no_longer_stuck(&self, side: &'static str) {
        info!(target: "link", side, "the CTI Server that was stuck does its work again");
    }

    /// Every side failed; the next round begins after `wait`.
    pub fn all_failed(&self, wait: Duration) {
        debug!(target: "link", ?wait, "no side could be reached, waiting");
    }

    /// A request timed out.
    pub fn request_timed_out(&self) {
        self.request_timeouts.inc();
        warn!(target: "link", "a request was not answered in time");
    }

    /// The engine asks the CTI Server something. At every command, so no line of its own.
    pub fn requested(&self) {
        self.requests.inc();
    }

    /// An answer to nothing that is under way was ignored.
    pub fn stray_answer(&self, side: &'static str) {
        self.stray_answers.get_or_create(&OfSide { side }).inc();
        debug!(target: "link", side, "an answer to nothing that is under way was ignored");
    }

    /// A message of the session layer could not be read, or came when it has no place.
    pub fn out_of_place(&self, side: &'static str) {
        self.malformed.get_or_create(&OfKind { kind: "out_of_place" }).inc();
        debug!(target: "link", side, "a message without a place in this session was dropped");
    }
}

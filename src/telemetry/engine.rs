//! Notable events of the engine.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::{debug, info, warn};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct What {
    what: &'static str,
}

/// Counters of the engine, and the events that move them.
#[derive(Debug)]
pub struct EngineEvents {
    resync_seconds: Histogram,
    resync_questions: Counter,
    resync_unanswered: Counter,
    resync_overdue: Counter,
    lost: Counter,
    found: Counter,
    configured: Gauge,
    configuration_refused: Counter,
    outages: Family<What, Counter>,
    central_controller: Gauge,
    texts: Counter,
    unexpected: Family<What, Counter>,
    unknown_outcomes: Counter,
}

impl EngineEvents {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let seconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0];
        let events = Self {
            resync_seconds: Histogram::new(seconds),
            resync_questions: Counter::default(),
            resync_unanswered: Counter::default(),
            resync_overdue: Counter::default(),
            lost: Counter::default(),
            found: Counter::default(),
            configured: Gauge::default(),
            configuration_refused: Counter::default(),
            outages: Family::default(),
            central_controller: Gauge::default(),
            texts: Counter::default(),
            unexpected: Family::default(),
            unknown_outcomes: Counter::default(),
        };
        events.central_controller.set(1);
        registry.register("resync_seconds", "Time until the picture was right after a session opened", events.resync_seconds.clone());
        registry.register("resync_questions", "Questions asked to make the picture right", events.resync_questions.clone());
        registry.register("resync_unanswered", "Such questions that stayed unanswered", events.resync_unanswered.clone());
        registry.register("resync_overdue", "Times desktops worked before all of them were answered", events.resync_overdue.clone());
        registry.register("contacts_lost_in_failover", "Contacts that had ended unseen", events.lost.clone());
        registry.register("contacts_found_in_failover", "Contacts that had begun unseen", events.found.clone());
        registry.register("agents_configured", "Agents in the CTI Server's configuration", events.configured.clone());
        registry.register("configuration_refused", "Times the configuration was not given", events.configuration_refused.clone());
        registry.register("outages", "Gateways, peripherals and phones out of service, by kind", events.outages.clone());
        registry.register("central_controller", "Whether the gateway has its central controller", events.central_controller.clone());
        registry.register("server_texts", "Texts of the CTI Server for operators", events.texts.clone());
        registry.register("unexpected_events", "Events that do not fit what came before them", events.unexpected.clone());
        registry.register("unknown_outcomes", "Commands whose outcome is unknown", events.unknown_outcomes.clone());
        events
    }

    /// The picture is right again after a loss: how long it took, how many questions it needed and how many of them stayed
    /// unanswered, how many contacts had ended and begun unseen.
    pub fn resynchronised(&self, took: Duration, asked: usize, unanswered: usize, lost: usize, found: usize) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.resync_seconds.observe(took.as_secs_f64());
        self.resync_questions.inc_by(count(asked));
        self.resync_unanswered.inc_by(count(unanswered));
        self.lost.inc_by(count(lost));
        self.found.inc_by(count(found));
        info!(target: "engine", ?took, asked, lost, found, unanswered, "the picture is right");
    }

    /// Questions of the resynchronisation take too long; desktops work meanwhile.
    pub fn resync_overdue(&self, open: usize) {
        self.resync_overdue.inc();
        warn!(target: "engine", open, "the CTI Server takes long to say how things are; desktops work with what is known");
    }

    /// The configuration was read: agents, and skill groups with precision queues, in it.
    pub fn configured(&self, agents: usize, skill_groups: usize) {
        self.configured.set(i64::try_from(agents).unwrap_or(i64::MAX));
        info!(target: "engine", agents, skill_groups, "the configuration was read");
    }

    /// The CTI Server would not give its configuration.
    pub fn configuration_refused(&self) {
        self.configuration_refused.inc();
        warn!(target: "engine", "the CTI Server did not give its configuration; agents and queues have no names from it");
    }

    /// Phones cannot be used: of a gateway, of a peripheral, or one.
    pub fn outage(&self, what: &'static str, peripheral: Option<u32>, instrument: Option<&str>) {
        self.outages.get_or_create(&What { what }).inc();
        warn!(target: "engine", what, peripheral, instrument, "out of service");
    }

    /// They can again.
    pub fn outage_over(&self, what: &'static str, peripheral: Option<u32>, instrument: Option<&str>) {
        info!(target: "engine", what, peripheral, instrument, "back in service");
    }

    /// The gateway lost the central controller, or found it again.
    pub fn central_controller(&self, is_online: bool) {
        self.central_controller.set(i64::from(is_online));
        if is_online {
            info!(target: "engine", "the gateway has its central controller again");
        } else {
            warn!(target: "engine", "the gateway has lost its central controller: nothing is routed");
        }
    }

    /// A text of the CTI Server for operators.
    pub fn server_text(&self, text: &str) {
        self.texts.inc();
        info!(target: "engine", text, "the CTI Server says");
    }

    /// An event came that does not fit what came before it.
    pub fn unexpected(&self, what: &'static str) {
        self.unexpected.get_or_create(&What { what }).inc();
        debug!(target: "engine", "{what}");
    }

    /// A command was under way when its session was lost.
    pub fn unknown_outcome(&self) {
        self.unknown_outcomes.inc();
        warn!(target: "engine", "a command was under way when the session was lost; its outcome is unknown");
    }
}

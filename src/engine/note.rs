//! What an operator wants to know of the engine's work: each becomes one log line and one counter.

use std::time::Duration;

use super::model::{Name, Outage};

/// One notable thing. Counts and names only; no numbers of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The picture is right again after a loss.
    Resynchronised {
        /// How long it took.
        took: Duration,
        /// Questions asked.
        asked: usize,
        /// Contacts that had ended unseen.
        lost: usize,
        /// Contacts that had begun unseen.
        found: usize,
        /// Questions that stayed unanswered: what they were about is shown as it was known before.
        unanswered: usize,
    },
    /// Questions of the resynchronisation take too long; desktops work meanwhile.
    ResyncOverdue {
        /// Questions without an answer so far.
        open: usize,
    },
    /// The configuration was read.
    Configured {
        /// Agents in it.
        agents: usize,
        /// Skill groups and precision queues in it.
        skill_groups: usize,
    },
    /// The CTI Server would not give its configuration: agents and queues have no names from it.
    ConfigurationRefused,
    /// Phones cannot be used, or can again.
    Outage {
        /// Why not.
        outage: Outage,
        /// The peripheral; absent for the whole gateway.
        peripheral: Option<u32>,
        /// The phone, for [`Outage::Instrument`].
        instrument: Option<Name>,
        /// It is over.
        is_over: bool,
    },
    /// The gateway lost the central controller, or found it again.
    CentralController {
        /// It is there.
        is_online: bool,
    },
    /// SYSTEM_EVENT 5: a text of the CTI Server for operators.
    Text(Name),
    /// An event came that does not fit what came before it; it was taken as far as it goes.
    Unexpected {
        /// What was strange about it.
        what: &'static str,
    },
    /// A command was under way when its session was lost; it was answered with what was found out.
    UnknownOutcome,
}

//! The engine's notes as events of the telemetry, which stands below it and knows none of its types.

use crate::engine::note::Note;
use crate::telemetry::engine::EngineEvents;

/// Writes and counts what the engine noted.
pub(super) fn tell(note: &Note, telemetry: &EngineEvents) {
    match note {
        Note::Resynchronised { took, asked, lost, found, unanswered } => {
            telemetry.resynchronised(*took, *asked, *unanswered, *lost, *found);
        }
        Note::ResyncOverdue { open } => telemetry.resync_overdue(*open),
        Note::Configured { agents, skill_groups } => telemetry.configured(*agents, *skill_groups),
        Note::ConfigurationRefused => telemetry.configuration_refused(),
        Note::Outage { outage, peripheral, instrument, is_over: true } => {
            telemetry.outage_over(outage.word(), *peripheral, instrument.as_deref());
        }
        Note::Outage { outage, peripheral, instrument, is_over: false } => {
            telemetry.outage(outage.word(), *peripheral, instrument.as_deref());
        }
        Note::CentralController { is_online } => telemetry.central_controller(*is_online),
        Note::Text(text) => telemetry.server_text(text),
        Note::Unexpected { what } => telemetry.unexpected(what),
        Note::UnknownOutcome => telemetry.unknown_outcome(),
    }
}

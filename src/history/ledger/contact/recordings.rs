//! Recordings that somebody else makes.

use jiff::Timestamp;

use super::super::super::model::{Recording, Session};
use crate::engine::record::{Moment, Record};

/// More recordings of one contact are not kept: a server that starts and stops all the time has gone wrong.
const MAX: usize = 200;

/// A recording begins, ends, fails, or is told its identity. Whether one is complete now.
pub(super) fn recording(session: &mut Session, record: &Record) -> bool {
    let guid = record.facts.recording_guid.as_ref().map(ToString::to_string);
    let open = session.recordings.iter_mut().rev().find(|known| known.call_id == record.call_id && known.ended.is_none());
    match (record.moment, open) {
        // The start was announced by its target, or is told twice: by the command's answer and by the event.
        (Moment::RecordingStarted, Some(known)) => {
            known.started.get_or_insert(record.at);
        }
        (Moment::RecordingStarted, None) => push(session, record, Some(record.at), None),
        (Moment::RecordingTarget, Some(known)) => known.guid = guid.or_else(|| known.guid.take()),
        (Moment::RecordingTarget, None) => push(session, record, None, guid),
        (Moment::RecordingEnded, Some(known)) => {
            known.ended = Some(record.at.max(known.started.unwrap_or(record.at)));
            return true;
        }
        (Moment::RecordingFailed, known) => {
            if known.is_none() {
                push(session, record, None, None);
            }
            let last = session.recordings.iter_mut().rev().find(|known| known.call_id == record.call_id && known.ended.is_none());
            if let Some(known) = last {
                known.failed = true;
                known.ended = Some(record.at.max(known.started.unwrap_or(record.at)));
            }
        }
        _ => {}
    }
    false
}

fn push(session: &mut Session, record: &Record, started: Option<Timestamp>, guid: Option<String>) {
    if session.recordings.len() >= MAX {
        return;
    }
    let id = u32::try_from(session.recordings.len()).unwrap_or(u32::MAX).saturating_add(1);
    let agent = record.agent.as_ref().map(|agent| agent.0.to_string());
    session.recordings.push(Recording { id, call_id: record.call_id, agent, guid, started, ended: None, failed: false });
}

/// The end of the call ends its recordings; no call named: all of them. Whether any is complete now.
pub(super) fn end_recordings(session: &mut Session, call_id: Option<u32>, at: Timestamp) -> bool {
    let is_over = |known: &&mut Recording| known.ended.is_none() && (call_id.is_none() || known.call_id == call_id);
    let mut is_any = false;
    for known in session.recordings.iter_mut().filter(is_over) {
        known.ended = Some(at.max(known.started.unwrap_or(at)));
        is_any = true;
    }
    is_any
}

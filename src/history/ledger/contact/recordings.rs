//! Recordings that somebody else makes.

use jiff::Timestamp;

use super::super::super::model::{Recording, Session};
use crate::engine::record::{Moment, Record};

/// More recordings of one contact are not kept: a server that starts and stops all the time has gone wrong.
const MAX: usize = 200;

/// A recording begins, ends, fails, or is told its identity. Whether one is complete now.
pub(super) fn recording(session: &mut Session, record: &Record) -> bool {
    let guid = record.facts.recording_guid.as_ref().map(ToString::to_string);
    let agent = record.agent.as_ref().map(|agent| agent.0.as_str());
    let open = session.recordings.iter_mut().rev().find(|known| is_open(known, record.call_id, agent));
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
            if let Some(known) = session.recordings.iter_mut().rev().find(|known| is_open(known, record.call_id, agent)) {
                known.failed = true;
                known.ended = Some(record.at.max(known.started.unwrap_or(record.at)));
            }
        }
        _ => {}
    }
    false
}

/// It goes on, on this call and line. Two agents in a conference have a recording each; a line that is nobody's may be anybody's.
fn is_open(known: &Recording, call_id: Option<u32>, agent: Option<&str>) -> bool {
    let is_same_line = agent.is_none() || known.agent.is_none() || known.agent.as_deref() == agent;
    known.ended.is_none() && known.call_id == call_id && is_same_line
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

#[cfg(test)]
mod tests {
    use super::super::ending::close_if_done;
    use super::*;
    use crate::engine::model::AgentId;

    #[test]
    fn two_lines_of_one_call_are_two_recordings_and_one_told_twice_is_one() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut session = Session::new(1, at(0));
        let mut tell = |second, moment, agent: Option<&str>, guid: Option<&str>| {
            let mut record = Record::new(at(second), moment);
            record.call_id = Some(7);
            record.agent = agent.map(AgentId::from);
            record.facts.recording_guid = guid.map(Into::into);
            recording(&mut session, &record)
        };
        for (second, moment, agent, guid) in [
            (1, Moment::RecordingStarted, Some("1001"), None),
            (1, Moment::RecordingTarget, Some("1001"), Some("a")),
            (2, Moment::RecordingStarted, None, None),
            (3, Moment::RecordingTarget, Some("1002"), Some("b")),
            (3, Moment::RecordingStarted, Some("1002"), None),
        ] {
            assert!(!tell(second, moment, agent, guid));
        }
        assert!(tell(5, Moment::RecordingEnded, Some("1001"), None), "the first line is done");
        assert!(tell(9, Moment::RecordingEnded, Some("1002"), None));
        assert!(!tell(9, Moment::RecordingEnded, Some("1002"), None), "told twice");
        let told: Vec<_> =
            session.recordings.iter().map(|one| (one.agent.as_deref(), one.guid.as_deref(), one.started, one.ended)).collect();
        let (first, second) = (Some("1001"), Some("1002"));
        assert_eq!(told, [(first, Some("a"), Some(at(1)), Some(at(5))), (second, Some("b"), Some(at(3)), Some(at(9)))]);
    }

    #[test]
    fn a_recording_that_begins_after_the_conversation_ends_with_the_record() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut session = Session::new(1, at(0));
        session.ended = Some(at(10));
        let record = Record::new(at(12), Moment::RecordingStarted);
        recording(&mut session, &record);
        close_if_done(&mut session);
        assert_eq!(session.closed, Some(at(10)));
        assert_eq!(session.recordings[0].ended, Some(at(12)), "it took no time, but it is over");
    }
}

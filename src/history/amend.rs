//! What people and programs may change in a session's record by hand. Pure: a session and a change in, the changed session out.
//!
//! One task owns every record: the [`recorder`](super::recorder). A change goes to it, is made where the record is at that
//! moment (in the ledger, among what waits to be written, or in the database) and is answered when it is durable. So
//! nothing that a call does meanwhile is overwritten, and nothing of it overwrites the change.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::ledger::NoticeKind;
use super::model::{Activity, ActivityKind, Actor, Session, SharedFile};

/// Files of one session that are not deleted, at most.
pub const MAX_FILES: usize = 100;

/// Entries for files of one session at most, deleted ones among them.
const MAX_FILE_ENTRIES: usize = 1_000;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// What an agent who took part wrote; none takes the note away.
    Note {
        /// AgentID.
        agent: String,
        /// The note.
        text: Option<String>,
    },
    /// The agent's contact was completed when the record was closed already.
    Completed {
        /// AgentID.
        agent: String,
        /// The note.
        note: Option<String>,
        /// The disposition.
        tag: Option<String>,
    },
    /// All call parameters that integrators set; the call's own ones stay.
    CallParams(BTreeMap<String, String>),
    /// A file whose bytes are on the disk already. Its number is given here.
    AddFile(SharedFile),
    /// The file's bytes are gone, or are to go.
    DeleteFile(u32),
}

/// Why a change is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The agent took no part.
    #[error("this agent took no part in the session")]
    NoSuchOperator,
    /// There are too many files.
    #[error("the session has as many files as one may have")]
    TooManyFiles,
    /// There is no such file, or not any more.
    #[error("there is no such file")]
    NoSuchFile,
}

impl Amendment {
    /// What integrators are told of it.
    pub const fn notice(&self) -> Option<NoticeKind> {
        match self {
            Self::CallParams(_) => Some(NoticeKind::SessionCallParamsUpdated),
            _ => None,
        }
    }

    /// Makes the change.
    ///
    /// # Errors
    /// [`Refused`]: the session is as it was.
    pub fn apply(&self, session: &mut Session, at: Timestamp) -> Result<(), Refused> {
        match self {
            Self::Note { agent, text } => {
                let operator = session.operators.iter_mut().find(|operator| operator.agent == *agent).ok_or(Refused::NoSuchOperator)?;
                operator.note.clone_from(text);
            }
            Self::Completed { agent, note, tag } => {
                if let Some(tag) = tag {
                    session.tag(tag, Some(agent), false);
                }
                if let Some(operator) = session.operators.iter_mut().find(|operator| operator.agent == *agent)
                    && note.is_some()
                {
                    operator.note.clone_from(note);
                }
            }
            Self::CallParams(params) => session.own_params.clone_from(params),
            Self::AddFile(file) => {
                let kept = session.files.iter().filter(|file| file.deleted.is_none()).count();
                if kept >= MAX_FILES || session.files.len() >= MAX_FILE_ENTRIES {
                    return Err(Refused::TooManyFiles);
                }
                let id = session.files.iter().map(|file| file.id).max().unwrap_or(0).saturating_add(1);
                session.files.push(SharedFile { id, at, ..file.clone() });
                session.activities.push(Activity {
                    at,
                    kind: ActivityKind::SharedFile,
                    actor: Actor::User,
                    agent: file.agent.clone(),
                    to_agent: None,
                    to_group: None,
                    to_phone: None,
                    reason: None,
                    file: Some(id),
                });
            }
            Self::DeleteFile(id) => {
                let is_there = |file: &&mut SharedFile| file.id == *id && file.deleted.is_none();
                session.files.iter_mut().find(is_there).ok_or(Refused::NoSuchFile)?.deleted = Some(at);
            }
        }
        session.revision = session.revision.saturating_add(1);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::model::Operator;
    use super::*;

    fn session() -> Session {
        let at = Timestamp::UNIX_EPOCH;
        let mut session = Session::new(1, at);
        let operator = Operator { agent: "7".to_owned(), joined: at, left: None, concluded: None, was_in_work: false, note: None };
        session.operators.push(operator);
        session
    }

    fn file(name: &str) -> Amendment {
        Amendment::AddFile(SharedFile {
            id: 0,
            name: name.to_owned(),
            stored: "x".to_owned(),
            media_type: None,
            size: 1,
            agent: None,
            at: Timestamp::UNIX_EPOCH,
            deleted: None,
        })
    }

    #[test]
    fn a_note_belongs_to_an_agent_who_took_part() {
        let mut session = session();
        let note = |agent: &str| Amendment::Note { agent: agent.to_owned(), text: Some("called back".to_owned()) };
        assert_eq!(note("8").apply(&mut session, Timestamp::UNIX_EPOCH), Err(Refused::NoSuchOperator));
        assert_eq!(session.revision, 0, "what is refused changes nothing");
        note("7").apply(&mut session, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((session.operators[0].note.as_deref(), session.revision), (Some("called back"), 1));
    }

    #[test]
    fn what_integrators_set_hides_the_call_s_own_parameters_and_can_be_taken_back() {
        let mut session = session();
        session.call_params.insert("CallVariable1".to_owned(), "of the call".to_owned());
        let params = BTreeMap::from([("CallVariable1".to_owned(), "set".to_owned()), ("ticket".to_owned(), "4711".to_owned())]);
        Amendment::CallParams(params).apply(&mut session, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((session.params()["CallVariable1"].as_str(), session.params().len()), ("set", 2));
        Amendment::CallParams(BTreeMap::new()).apply(&mut session, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(session.params()["CallVariable1"], "of the call");
    }

    #[test]
    fn files_have_numbers_that_are_never_used_again_and_a_bound() {
        let mut session = session();
        for _ in 0..MAX_FILES {
            file("a").apply(&mut session, Timestamp::UNIX_EPOCH).unwrap();
        }
        assert_eq!(file("b").apply(&mut session, Timestamp::UNIX_EPOCH), Err(Refused::TooManyFiles));
        let last = Amendment::DeleteFile(100);
        last.apply(&mut session, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(last.apply(&mut session, Timestamp::UNIX_EPOCH), Err(Refused::NoSuchFile), "deleted once");
        file("b").apply(&mut session, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(session.files.last().unwrap().id, 101);
        assert_eq!(session.activities.last().unwrap().file, Some(101));
    }
}

//! Which sessions were proved and not ended, on disk: so that desktops come back after a restart of the daemon without a
//! password. It holds ids only; what lets somebody in is the signed token.
//!
//! A journal: `+ nonce agent session` when a session is proved, `- nonce` when it ends, an empty line as a sign of life. A
//! crash may lose the last second of it, which costs those agents a password.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::auth::resume::ResumeToken;
use crate::engine::model::{AgentId, Name};
use crate::telemetry::Telemetry;

const FILE: &str = "sessions.journal";
/// How often the file tells that the daemon is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// A journal of this size is written anew with what is alive.
const COMPACT_AT: u64 = 1024 * 1024;

/// What to note down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A session was proved.
    Proved(ResumeToken),
    /// The session of this nonce ended.
    Ended(u64),
}

/// The journal's writer: a thread of its own, because disks may be slow.
#[derive(Clone, Debug)]
pub struct Ledger {
    notes: Sender<Note>,
}

impl Ledger {
    /// Opens the journal in `data_dir`; the sessions that were alive when the daemon went, unless that is longer ago than
    /// `session_grace`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(data_dir: &Path, session_grace: Duration, telemetry: Arc<Telemetry>) -> io::Result<(Self, Vec<ResumeToken>)> {
        let mut journal = Journal { path: data_dir.join(FILE), file: None, size: 0, alive: HashMap::new() };
        let age = std::fs::metadata(&journal.path).and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
        // A clock that was set back gives no age: the file is young then.
        if age.is_none_or(|age| age <= session_grace + SIGN_OF_LIFE) {
            journal.read();
        }
        journal.rewrite()?;
        let sessions = journal.alive.values().cloned().collect();
        let (notes, received) = channel();
        std::thread::Builder::new().name("ledger".to_owned()).spawn(move || {
            loop {
                let written = match received.recv_timeout(SIGN_OF_LIFE) {
                    Ok(note) => journal.take(note),
                    Err(RecvTimeoutError::Timeout) => journal.append("\n"),
                    Err(RecvTimeoutError::Disconnected) => return,
                };
                if let Err(error) = written {
                    telemetry.desktop.ledger_failed(&error);
                }
            }
        })?;
        Ok((Self { notes }, sessions))
    }

    /// Notes something down, some time soon.
    pub fn note(&self, note: Note) {
        // The thread ends with the last sender only.
        let _ = self.notes.send(note);
    }
}

struct Journal {
    path: PathBuf,
    file: Option<File>,
    size: u64,
    alive: HashMap<u64, ResumeToken>,
}

impl Journal {
    /// What cannot be read is not alive.
    fn read(&mut self) {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        for line in text.lines() {
            let mut words = line.split(' ');
            let (sign, nonce) = (words.next(), words.next().and_then(|nonce| u64::from_str_radix(nonce, 16).ok()));
            match (sign, nonce, words.next(), words.next()) {
                (Some("+"), Some(nonce), Some(agent), Some(session)) => {
                    let token = ResumeToken::of_agent(AgentId(agent.into()), Name::from(session), nonce);
                    self.alive.insert(nonce, token);
                }
                (Some("-"), Some(nonce), None, None) => {
                    self.alive.remove(&nonce);
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, note: Note) -> io::Result<()> {
        let line = match note {
            // Such an agent gives the password again.
            Note::Proved(token) if token.agent.0.contains(char::is_whitespace) => return Ok(()),
            Note::Proved(token) => {
                let line = line(&token);
                self.alive.insert(token.nonce, token);
                line
            }
            Note::Ended(nonce) => {
                self.alive.remove(&nonce);
                format!("- {nonce:x}\n")
            }
        };
        if self.size > COMPACT_AT { self.rewrite() } else { self.append(&line) }
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        let Some(file) = &mut self.file else { return self.rewrite() };
        file.write_all(line.as_bytes()).inspect_err(|_| self.file = None)?;
        self.size += line.len() as u64;
        Ok(())
    }

    /// Writes the journal anew beside the old one and puts it in its place.
    fn rewrite(&mut self) -> io::Result<()> {
        let text: String = self.alive.values().map(line).collect();
        let beside = self.path.with_extension("new");
        std::fs::write(&beside, &text)?;
        std::fs::rename(&beside, &self.path)?;
        self.size = text.len() as u64;
        self.file = Some(OpenOptions::new().append(true).open(&self.path)?);
        Ok(())
    }
}

fn line(token: &ResumeToken) -> String {
    format!("+ {:x} {} {}\n", token.nonce, token.agent, token.session)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(120);

    fn token(nonce: u64) -> ResumeToken {
        ResumeToken::of_agent("1001".into(), "PG1-1001-2".into(), nonce)
    }

    fn journal(dir: &Path) -> Journal {
        Journal { path: dir.join(FILE), file: None, size: 0, alive: HashMap::new() }
    }

    fn alive(dir: &Path, grace: Duration) -> Vec<ResumeToken> {
        let (_, mut sessions) = Ledger::open(dir, grace, Telemetry::new()).unwrap();
        sessions.sort_by_key(|token| token.nonce);
        sessions
    }

    #[test]
    fn what_was_proved_and_not_ended_is_alive_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = journal(dir.path());
        for note in [Note::Proved(token(1)), Note::Proved(token(2)), Note::Ended(1), Note::Proved(token(u64::MAX))] {
            journal.take(note).unwrap();
        }
        journal.append("\n").unwrap();
        assert_eq!(alive(dir.path(), GRACE), [token(2), token(u64::MAX)]);
        assert_eq!(alive(dir.path(), GRACE), [token(2), token(u64::MAX)], "until they end or time is up");
    }

    #[test]
    fn a_journal_that_is_cut_off_or_scribbled_on_gives_what_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "+ 1 1001 PG1-1001-2\nnonsense\n- x\n+ zz a b\n+ 3 100").unwrap();
        assert_eq!(alive(dir.path(), GRACE), [token(1)]);
    }

    #[test]
    fn an_old_journal_lets_nobody_in() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        std::fs::write(&path, "+ 1 1001 PG1-1001-2\n").unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        File::options().append(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        assert_eq!(alive(dir.path(), GRACE), []);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "");
    }

    #[test]
    fn the_journal_does_not_grow_without_end() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = journal(dir.path());
        for nonce in 0..60_000 {
            journal.take(Note::Proved(token(nonce))).unwrap();
            journal.take(Note::Ended(nonce)).unwrap();
        }
        assert!(std::fs::metadata(&journal.path).unwrap().len() <= COMPACT_AT + 100);
    }
}

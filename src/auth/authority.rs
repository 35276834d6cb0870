//! Who vouches for whom: the files of accounts and keys that are in force, and what they say about somebody.
//!
//! Everything in force is one value behind an atomic pointer: a reload replaces it as a whole, or leaves it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::watch;

use super::identity::Identity;
use super::key;
use super::token::{KeySource, Keys, OwnTokens, Rules, TokenError, Verified, Verifier};
use super::users::{Accounts, AgentPasswords, FileError};
use crate::engine::command::Secret;
use crate::engine::model::AgentId;

/// Who checks who a desktop's user is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The ACD, by the agent's login.
    #[default]
    Cti,
    /// A file of users.
    Users,
    /// The issuer of bearer tokens.
    Token,
}

/// Which files are in force.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Who checks who a desktop's user is.
    pub mode: Mode,
    /// Users of [`Mode::Users`].
    pub users: Option<PathBuf>,
    /// Programs that may fetch tokens.
    pub clients: Option<PathBuf>,
    /// Passwords of agents on the ACD.
    pub agent_passwords: Option<PathBuf>,
    /// The issuer of bearer tokens: for desktops in [`Mode::Token`], for REST in every mode.
    pub issuer: Option<(KeySource, Rules)>,
    /// A desktop can sign in with each token once.
    pub single_use: bool,
}

/// How somebody proves who they are.
#[derive(Debug)]
pub enum Credentials {
    /// Name and password.
    Password(String, Secret),
    /// A bearer token.
    Token(Secret),
    /// Proved once; only whether that still counts is asked.
    Known(Box<Identity>),
}

/// Somebody whose proof counts.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Who.
    pub identity: Identity,
    /// For how long, from now on; none: as long as they stay.
    pub lasts: Option<Duration>,
    /// The end of that by the wall clock, in seconds since 1970.
    pub until: Option<i64>,
    /// The password for the ACD, if it is known.
    pub acd_password: Option<Secret>,
}

#[derive(Debug, Default)]
struct Book {
    settings: Settings,
    users: Accounts,
    clients: Accounts,
    agent_passwords: AgentPasswords,
    issuer: Option<Verifier>,
}

impl Book {
    fn load(settings: Settings) -> Result<Self, FileError> {
        let accounts = |path: &Option<PathBuf>| path.as_deref().map(Accounts::load).transpose().map(Option::unwrap_or_default);
        let issuer = settings.issuer.as_ref().map(|(source, rules)| Ok(Verifier::new(Keys::load(source)?, rules.clone())));
        Ok(Self {
            users: accounts(&settings.users)?,
            clients: accounts(&settings.clients)?,
            agent_passwords: settings.agent_passwords.as_deref().map(AgentPasswords::load).transpose()?.unwrap_or_default(),
            issuer: issuer.transpose()?,
            settings,
        })
    }
}

/// Tokens that were used, until they would not count any more.
#[derive(Debug, Default)]
struct Used {
    ids: HashMap<String, Timestamp>,
    swept: Option<Timestamp>,
}

/// So many used tokens are remembered; beyond it nobody gets in by a token of single use.
const USED_MAX: usize = 1_000_000;

impl Used {
    /// Whether this is its first use.
    fn take(&mut self, token: &Verified, at: Timestamp) -> bool {
        let Some(id) = &token.id else { return false };
        if self.swept.is_none_or(|swept| at.duration_since(swept).abs().as_secs() >= 60) {
            self.ids.retain(|_, until| *until > at);
            self.swept = Some(at);
        }
        if self.ids.len() >= USED_MAX || self.ids.contains_key(id) {
            return false;
        }
        self.ids.insert(id.clone(), token.until);
        true
    }
}

/// Says who somebody is.
#[derive(Debug)]
pub struct Authority {
    book: ArcSwap<Book>,
    own: OwnTokens,
    used: Mutex<Used>,
    /// How often the files were read anew.
    editions: watch::Sender<u64>,
}

impl Authority {
    /// Reads all files; `own_key` signs the tokens that we give to programs.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load(settings: Settings, own_key: &[u8; key::LENGTH]) -> Result<Self, FileError> {
        Ok(Self {
            book: ArcSwap::from_pointee(Book::load(settings)?),
            own: OwnTokens::new(own_key),
            used: Mutex::default(),
            editions: watch::Sender::new(0),
        })
    }

    /// An authority that vouches for nobody: the ACD does.
    pub fn acd_only() -> Self {
        Self {
            book: ArcSwap::from_pointee(Book::default()),
            own: OwnTokens::new(&key::random()),
            used: Mutex::default(),
            editions: watch::Sender::new(0),
        }
    }

    /// Reads all files anew; if one is wrong, everything stays as it was.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn reload(&self, settings: Settings) -> Result<(), FileError> {
        self.book.store(Book::load(settings)?.into());
        self.editions.send_modify(|edition| *edition += 1);
        Ok(())
    }

    /// Changes after each [`Self::reload`]: whoever is known may have to be asked about anew.
    pub fn editions(&self) -> watch::Receiver<u64> {
        self.editions.subscribe()
    }

    /// The settings in force.
    pub fn settings(&self) -> Settings {
        self.book.load().settings.clone()
    }

    /// Who a desktop's user is, at the time `at` by the wall clock. Milliseconds of work: not for an event loop.
    ///
    /// # Errors
    /// For the counters only; whoever asks learns no more than that it was not enough.
    pub fn identify(&self, credentials: &Credentials, at: Timestamp) -> Result<Grant, &'static str> {
        let book = self.book.load();
        let (identity, until, typed) = match credentials {
            Credentials::Password(name, password) if book.settings.mode == Mode::Users => {
                let identity = book.users.user(name, password).ok_or("password")?;
                (identity.clone(), None, Some(password))
            }
            // An account may have gone or changed since; a token says all there is, until it ends.
            Credentials::Known(known) => match book.settings.mode {
                Mode::Users => (book.users.known_user(&known.subject).ok_or("gone")?.clone(), None, None),
                Mode::Token | Mode::Cti => (known.as_ref().clone(), None, None),
            },
            Credentials::Token(token) if book.settings.mode == Mode::Token => {
                let issuer = book.issuer.as_ref().ok_or("issuer")?;
                let verified = issuer.verify(token.expose(), at).map_err(TokenError::as_str)?;
                let is_used = || !self.used.lock().unwrap_or_else(PoisonError::into_inner).take(&verified, at);
                if book.settings.single_use && is_used() {
                    return Err(TokenError::Used.as_str());
                }
                (verified.identity, Some(verified.until), None)
            }
            _ => return Err("mode"),
        };
        let listed = identity.agent.as_ref().and_then(|agent| book.agent_passwords.of(agent));
        Ok(Grant {
            acd_password: listed.or(typed).cloned(),
            identity,
            lasts: until.map(|until| Duration::try_from(until.duration_since(at)).unwrap_or_default()),
            until: until.map(Timestamp::as_second),
        })
    }

    /// Who shows a bearer token of ours or of the issuer, over REST.
    ///
    /// # Errors
    /// For the counters only.
    pub fn bearer(&self, token: &str, at: Timestamp) -> Result<Verified, TokenError> {
        let own = match self.own.verify(token, at) {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        match &self.book.load().issuer {
            Some(issuer) => issuer.verify(token, at),
            None => Err(own),
        }
    }

    /// Which program it is, if the secret is right. Milliseconds of work.
    pub fn client(&self, id: &str, secret: &Secret) -> Option<Identity> {
        self.book.load().clients.client(id, secret).cloned()
    }

    /// Who the user of the file is, if users are what counts here and the password is right. Milliseconds of work.
    pub fn user(&self, name: &str, password: &Secret) -> Option<Identity> {
        let book = self.book.load();
        (book.settings.mode == Mode::Users).then(|| book.users.user(name, password).cloned()).flatten()
    }

    /// A token for a program, or for a user of the file.
    pub fn issue(&self, identity: &Identity, at: Timestamp, id: &str) -> Option<String> {
        self.own.issue(identity, at, id)
    }

    /// The ACD password of an agent, where a file lists it.
    pub fn acd_password(&self, agent: &AgentId) -> Option<Secret> {
        self.book.load().agent_passwords.of(agent).cloned()
    }
}

impl Settings {
    /// All files that are read.
    pub fn files(&self) -> Vec<PathBuf> {
        let keys = self.issuer.as_ref().map(|(source, _)| source.path().to_owned());
        [self.users.clone(), self.clients.clone(), self.agent_passwords.clone(), keys].into_iter().flatten().collect()
    }
}

//! Resume tokens: signed names of a session, with which a desktop comes back after a reload without the password.
//!
//! A token says who and which session; whether that session may still be taken up is known by its owner.

use std::fmt::Write as _;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::identity::{Identity, Role, Roles, Tenants};
use super::key::{self, LENGTH};
use crate::engine::model::{AgentId, Name};

const VERSION: &str = "r2";
const KEY_FILE: &str = "resume.key";
/// No token of ours is longer; anything longer is refused unread.
const MAX_LENGTH: usize = 2_048;

/// The key that signs resume tokens.
#[derive(Clone)]
pub struct ResumeKey([u8; LENGTH]);

impl std::fmt::Debug for ResumeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeToken {
    /// Whose session.
    pub agent: AgentId,
    /// The session's id.
    pub session: Name,
    /// Tells sessions of the same id apart.
    pub nonce: u64,
    /// Who uses the session, and what they may do.
    pub identity: Identity,
    /// Until when their bearer token is good, in seconds since 1970; none: the session's grace alone counts.
    pub until: Option<i64>,
}

impl ResumeToken {
    /// Names a session of an agent for whom the ACD vouches.
    pub fn of_agent(agent: AgentId, session: Name, nonce: u64) -> Self {
        Self { identity: Identity::of_agent(agent.clone()), agent, session, nonce, until: None }
    }

    /// Whether both name the same session.
    pub fn names_same(&self, other: &Self) -> bool {
        (&self.agent, &self.session, self.nonce) == (&other.agent, &other.session, other.nonce)
    }
}

impl ResumeKey {
    /// A key that nobody knows after this process.
    pub fn random() -> Self {
        Self(key::random())
    }

    /// The key of this installation, from `data_dir`.
    ///
    /// # Errors
    /// As [`key::load_or_create`].
    pub fn load_or_create(data_dir: &Path) -> std::io::Result<Self> {
        key::load_or_create(data_dir, KEY_FILE).map(Self)
    }

    /// Writes and signs a token.
    pub fn sign(&self, token: &ResumeToken) -> String {
        let ResumeToken { agent, session, nonce, identity, until } = token;
        let (agent, session) = (Hex(agent.0.as_bytes()), Hex(session.as_bytes()));
        let mut text = format!("{VERSION}.{agent}.{session}.{nonce:016x}");
        let subject = Hex(identity.subject.as_bytes());
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = write!(text, ".{subject}.{:x}.{}.{}", identity.roles.bits(), number(identity.team.map(i64::from)), number(*until));
        let signature = self.mac(&text).finalize().into_bytes();
        let _ = write!(text, ".{}", Hex(&signature));
        text
    }

    /// Reads a token and checks its signature, in constant time.
    pub fn open(&self, text: &str) -> Option<ResumeToken> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let (body, signature) = text.rsplit_once('.')?;
        self.mac(body).verify_slice(&unhex(signature)?).ok()?;
        let parts: Vec<&str> = body.split('.').collect();
        let &[VERSION, agent, session, nonce, subject, roles, team, until] = parts.as_slice() else { return None };
        let name = |text: &str| Name::from_utf8(unhex(text)?).ok();
        let agent = AgentId(name(agent)?);
        let roles = Roles::from_bits(u8::from_str_radix(roles, 16).ok()?);
        let works = roles.has(Role::Agent) || roles.has(Role::Supervisor);
        let identity = Identity {
            subject: name(subject)?,
            agent: works.then(|| agent.clone()),
            roles,
            team: (!team.is_empty()).then(|| team.parse()).transpose().ok()?,
            // Records are read over REST, with a token of its own.
            tenants: Tenants::All,
        };
        Some(ResumeToken {
            agent,
            session: name(session)?,
            nonce: u64::from_str_radix(nonce, 16).ok()?,
            identity,
            until: (!until.is_empty()).then(|| until.parse()).transpose().ok()?,
        })
    }

    #[allow(clippy::expect_used)] // HMAC takes keys of any length
    fn mac(&self, body: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(body.as_bytes());
        mac
    }
}

struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    // from_str_radix would take a plus sign and capitals as well: several texts for one signature.
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> ResumeToken {
        ResumeToken::of_agent("1001".into(), "PG1-1001-2".into(), 0x1234_5678_9abc_def0)
    }

    #[test]
    fn roles_team_and_end_come_back_too() {
        let key = ResumeKey::random();
        let mut token = token();
        token.identity.roles = Roles::NONE.with(Role::Wallboard);
        token.identity.agent = None;
        token.identity.subject = "wall".into();
        token.identity.team = Some(5001);
        token.agent = token.identity.seat();
        token.until = Some(1_800_000_000);
        assert_eq!(key.open(&key.sign(&token)), Some(token));
    }

    #[test]
    fn a_token_comes_back_as_it_was_signed() {
        let key = ResumeKey::random();
        assert_eq!(key.open(&key.sign(&token())), Some(token()));
    }

    #[test]
    fn one_changed_character_is_refused_wherever_it_stands() {
        let key = ResumeKey::random();
        let text = key.sign(&token());
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(key.open(std::str::from_utf8(&changed).unwrap()), None, "changed at {at}");
        }
    }

    #[test]
    fn another_key_and_other_texts_are_refused() {
        let key = ResumeKey::random();
        assert_eq!(ResumeKey::random().open(&key.sign(&token())), None);
        for text in ["", ".", "r1....", "r1.é.0.0.0", &"0".repeat(100_000)] {
            assert_eq!(key.open(text), None);
        }
    }

    #[test]
    fn the_key_survives_in_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let text = ResumeKey::load_or_create(dir.path()).unwrap().sign(&token());
        assert_eq!(ResumeKey::load_or_create(dir.path()).unwrap().open(&text), Some(token()));
        std::fs::write(dir.path().join(KEY_FILE), "short").unwrap();
        assert!(ResumeKey::load_or_create(dir.path()).is_err());
    }
}

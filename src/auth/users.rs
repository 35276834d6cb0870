//! The files of local accounts: people who sign in with a password, programs that fetch tokens, and the passwords of
//! agents on the ACD. TOML, read completely or refused with the place of the mistake; passwords stand there as argon2
//! hashes in PHC form, as `ctibridge hash-password` prints them.
//!
//! ```toml
//! [[user]]
//! name = "anna"                       # what she types
//! password = "$argon2id$v=19$m=19456,t=2,p=1$…"
//! agent = "1001"                      # her id on the ACD; absent: the name
//! roles = ["agent"]                   # agent, supervisor, wallboard, admin; absent: agent
//! team = 5001                         # team to watch; absent: the agent's own
//! tenants = [7]                       # departments whose records may be read; absent: all
//!
//! [[client]]
//! id = "reporting"
//! secret = "$argon2id$…"
//! roles = ["admin"]
//! tenants = [7]
//! ```

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::credential::{PasswordHash, verify};
use super::identity::{Identity, Role, Roles, Tenants};
use crate::engine::command::Secret;
use crate::engine::model::{AgentId, Name};

/// No file of accounts is longer, in bytes.
const MOST: u64 = 16 << 20;
/// Longest name of an account, in bytes.
const NAME_MAX: usize = 64;

/// Why a file of accounts cannot be used: for an operator to mend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file is not there, or not for us.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is far longer than any file of its kind.
    #[error("{} is longer than {limit} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
        /// The bound.
        limit: u64,
    },
    /// It does not have the form that is expected.
    #[error("{}: {reason}", path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// What is wrong, without any secret.
        reason: String,
    },
}

/// Reads a file that is not longer than `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<String, FileError> {
    use std::io::Read as _;
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut text = String::new();
    std::fs::File::open(path).map_err(unreadable)?.take(limit + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > limit { Err(FileError::TooLong { path: path.to_owned(), limit }) } else { Ok(text) }
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct File {
    user: Vec<UserShape>,
    client: Vec<ClientShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserShape {
    name: String,
    password: String,
    agent: Option<String>,
    #[serde(default)]
    roles: Option<Vec<Role>>,
    team: Option<u32>,
    tenants: Option<Vec<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientShape {
    id: String,
    secret: String,
    roles: Vec<Role>,
    tenants: Option<Vec<i64>>,
}

#[derive(Debug)]
struct Account {
    hash: PasswordHash,
    identity: Identity,
}

/// The accounts of a file.
#[derive(Debug, Default)]
pub struct Accounts {
    users: HashMap<String, Account>,
    clients: HashMap<String, Account>,
    /// What is compared when there is no such account, so that nobody can tell by the time.
    decoy: Option<PasswordHash>,
}

impl Accounts {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        Self::parse(&read(path, MOST)?).map_err(|reason| FileError::Wrong { path: path.to_owned(), reason })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| place(text, &error))?;
        let mut accounts = Self::default();
        for user in file.user {
            let what = format!("user {:?}", user.name);
            let roles = user.roles.map_or(Roles::AGENT, |roles| roles.into_iter().collect());
            let works = roles.has(Role::Agent) || roles.has(Role::Supervisor);
            if user.agent.is_some() && !works {
                return Err(format!("{what} has an agent, but neither the role agent nor supervisor"));
            }
            let agent = works.then(|| user.agent.clone().unwrap_or_else(|| user.name.clone()));
            let identity = Identity {
                subject: Name::from(user.name.as_str()),
                agent: agent.map(|agent| AgentId(agent.into())),
                roles,
                team: user.team,
                tenants: user.tenants.map_or(Tenants::All, Tenants::Only),
            };
            let account = account(&what, &user.name, user.password, identity)?;
            if accounts.users.insert(user.name, account).is_some() {
                return Err(format!("{what} appears twice"));
            }
        }
        for client in file.client {
            let what = format!("client {:?}", client.id);
            let identity = Identity {
                subject: Name::from(client.id.as_str()),
                agent: None,
                roles: client.roles.into_iter().collect(),
                team: None,
                tenants: client.tenants.map_or(Tenants::All, Tenants::Only),
            };
            let account = account(&what, &client.id, client.secret, identity)?;
            if accounts.clients.insert(client.id, account).is_some() {
                return Err(format!("{what} appears twice"));
            }
        }
        accounts.decoy = accounts.users.values().chain(accounts.clients.values()).next().map(|account| account.hash.clone());
        Ok(accounts)
    }

    /// Who the user is, if the password is right. Milliseconds of work, as long for an unknown name as for a wrong password.
    pub fn user(&self, name: &str, password: &Secret) -> Option<&Identity> {
        self.check(&self.users, name, password)
    }

    /// Who the user is, without a proof: for those who proved it before.
    pub fn known_user(&self, name: &str) -> Option<&Identity> {
        self.users.get(name).map(|account| &account.identity)
    }

    /// Which program it is, if the secret is right. As [`Self::user`].
    pub fn client(&self, id: &str, secret: &Secret) -> Option<&Identity> {
        self.check(&self.clients, id, secret)
    }

    fn check<'a>(&self, accounts: &'a HashMap<String, Account>, name: &str, secret: &Secret) -> Option<&'a Identity> {
        match accounts.get(name) {
            Some(account) => verify(secret, &account.hash).then_some(&account.identity),
            None => {
                if let Some(decoy) = &self.decoy {
                    let _ = verify(secret, decoy); // for its time only
                }
                None
            }
        }
    }

    /// How many users and clients there are.
    pub fn sizes(&self) -> (usize, usize) {
        (self.users.len(), self.clients.len())
    }
}

fn account(what: &str, name: &str, hash: String, identity: Identity) -> Result<Account, String> {
    if name.is_empty() || name.len() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(format!("{what}: the name has 1 to {NAME_MAX} bytes and no control characters"));
    }
    if let Some(AgentId(agent)) = &identity.agent
        && (agent.is_empty() || agent.len() > NAME_MAX || agent.chars().any(char::is_control))
    {
        return Err(format!("{what}: the agent id has 1 to {NAME_MAX} bytes and no control characters"));
    }
    if identity.roles.is_empty() {
        return Err(format!("{what} has no role"));
    }
    let hash = PasswordHash::parse(&hash).map_err(|reason| format!("{what}: {reason}; make one with `ctibridge hash-password`"))?;
    Ok(Account { hash, identity })
}

/// Line and reason of a TOML mistake; the usual message shows the line itself, which may hold a secret.
fn place(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| text.get(..span.start).map_or(0, |before| before.matches('\n').count()) + 1);
    let reason = error.message();
    line.map_or_else(|| reason.to_owned(), |line| format!("line {line}: {reason}"))
}

/// The passwords of agents on the ACD, for logging them in where we do not learn them: a TOML table of agent id and
/// password.
#[derive(Default)]
pub struct AgentPasswords(HashMap<String, Secret>);

impl std::fmt::Debug for AgentPasswords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "passwords of {} agents", self.0.len())
    }
}

impl AgentPasswords {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let text = read(path, MOST)?;
        let table: HashMap<String, String> =
            toml::from_str(&text).map_err(|error| FileError::Wrong { path: path.to_owned(), reason: place(&text, &error) })?;
        Ok(Self(table.into_iter().map(|(agent, password)| (agent, Secret::new(password))).collect()))
    }

    /// The agent's password, if it is listed.
    pub fn of(&self, agent: &AgentId) -> Option<&Secret> {
        self.0.get(agent.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::credential::{HashCost, hash};
    use super::*;

    fn hashed(password: &str) -> String {
        hash(&Secret::new(password), HashCost { memory_kib: 8, passes: 1 }).unwrap().as_phc().to_owned()
    }

    fn accounts(text: &str) -> Result<Accounts, String> {
        Accounts::parse(text)
    }

    #[test]
    fn users_and_clients_are_who_their_file_says() {
        let (one, two) = (hashed("one"), hashed("two"));
        let file = format!(
            "[[user]]\nname = \"anna\"\npassword = \"{one}\"\nagent = \"1001\"\nroles = [\"agent\", \"supervisor\"]\nteam = 5001\n\
             [[user]]\nname = \"1002\"\npassword = \"{two}\"\n\
             [[user]]\nname = \"wall\"\npassword = \"{two}\"\nroles = [\"wallboard\"]\n\
             [[client]]\nid = \"report\"\nsecret = \"{one}\"\nroles = [\"admin\"]\ntenants = [7]\n"
        );
        let accounts = accounts(&file).unwrap();
        let anna = accounts.user("anna", &Secret::new("one")).unwrap();
        assert_eq!(anna.agent, Some("1001".into()));
        assert!(anna.roles.has(Role::Supervisor) && anna.team == Some(5001));
        assert_eq!(accounts.user("1002", &Secret::new("two")).unwrap().agent, Some("1002".into()));
        assert_eq!(accounts.user("wall", &Secret::new("two")).unwrap().agent, None);
        assert_eq!(accounts.client("report", &Secret::new("one")).unwrap().tenants, Tenants::Only(vec![7]));
        for (name, password) in [("anna", "two"), ("ANNA", "one"), ("nobody", "one"), ("report", "one"), ("", "")] {
            assert!(accounts.user(name, &Secret::new(password)).is_none(), "{name}");
        }
        assert!(accounts.client("anna", &Secret::new("one")).is_none());
    }

    #[test]
    fn mistakes_are_named_without_showing_secrets() {
        let fine = hashed("one");
        for (file, part) in [
            ("[[user]]\nname = \"a\"\npassword = \"hunter2\"\n".to_owned(), "user \"a\""),
            (format!("[[user]]\nname = \"a\"\npassword = \"{fine}\"\nrole = []\n"), "line 4"),
            (format!("[[user]]\nname = \"a\"\npassword = \"{fine}\"\nroles = [\"root\"]\n"), "line 4"),
            (format!("[[user]]\nname = \"a\"\npassword = \"{fine}\"\nroles = []\n"), "no role"),
            (format!("[[user]]\nname = \"\"\npassword = \"{fine}\"\n"), "1 to 64"),
            (format!("[[user]]\nname = \"a\"\npassword = \"{fine}\"\nroles = [\"wallboard\"]\nagent = \"1\"\n"), "neither the role"),
            (format!("[[user]]\nname = \"a\"\npassword = \"{fine}\"\n[[user]]\nname = \"a\"\npassword = \"{fine}\"\n"), "twice"),
            ("[[user]]\nname = \"a\"\npassword = hunter2\n".to_owned(), "line 3"),
        ] {
            let error = accounts(&file).unwrap_err();
            assert!(error.contains(part) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn agent_passwords_are_a_table_and_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agents.toml");
        std::fs::write(&path, "1001 = \"12345\"\n\"1002\" = \"67890\"\n").unwrap();
        let passwords = AgentPasswords::load(&path).unwrap();
        assert_eq!(passwords.of(&"1002".into()).unwrap().expose(), "67890");
        assert!(passwords.of(&"1003".into()).is_none());
        assert!(!format!("{passwords:?}").contains("12345"));
        std::fs::write(&path, "1001 = hunter2\n").unwrap();
        assert!(!AgentPasswords::load(&path).unwrap_err().to_string().contains("hunter2"));
    }
}

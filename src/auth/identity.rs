//! Who somebody is to us, once that has been proved: roles, the agent, the team, and the tenants whose records may be read.
//!
//! What a role may do stands in one table, [`Role::may`]. Whose objects somebody may touch does not: an agent's objects
//! are reached through the agent's own session only.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::model::{AgentId, Name};

/// What somebody is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Works with calls.
    Agent,
    /// Works with calls, and helps and watches a team.
    Supervisor,
    /// Shows a team's states and numbers; touches nothing.
    Wallboard,
    /// Reads every record and what the service is like; touches no call.
    Admin,
    /// Reads every record, but no customer's number; touches nothing.
    Reader,
}

/// What a command or a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Command the agent's own phone, calls and states.
    Work,
    /// See the team's members and their states, and statistics.
    Watch,
    /// Write to the agent's team, supervisor or colleagues.
    Message,
    /// Listen to, join or take over a colleague's call; change a colleague's state.
    Supervise,
    /// Read the agent's own records.
    ReadOwn,
    /// Read the records of others, as far as the tenants go.
    ReadAll,
    /// See customers' numbers in records, and search by them.
    ReadNumbers,
    /// Change records and settings over REST.
    Administer,
}

impl Role {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 5] = [Self::Agent, Self::Supervisor, Self::Wallboard, Self::Admin, Self::Reader];

    /// Whether the role allows it.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{Administer, Message, ReadAll, ReadNumbers, ReadOwn, Supervise, Watch, Work};
        match self {
            Self::Agent => matches!(permission, Work | Watch | Message | ReadOwn | ReadNumbers),
            Self::Supervisor => matches!(permission, Work | Watch | Message | Supervise | ReadOwn | ReadAll | ReadNumbers),
            Self::Wallboard => matches!(permission, Watch),
            Self::Admin => matches!(permission, Watch | ReadOwn | ReadAll | ReadNumbers | Administer),
            Self::Reader => matches!(permission, ReadAll),
        }
    }

    /// As it is written in user files, tokens and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Wallboard => "wallboard",
            Self::Admin => "admin",
            Self::Reader => "reader",
        }
    }

    /// Reads its word; case does not count, because identity providers write as they like.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(word))
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of roles.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// No role: nothing is allowed.
    pub const NONE: Self = Self(0);
    /// What somebody is whom the ACD alone vouches for.
    pub const AGENT: Self = Self(Role::Agent.bit());

    /// This and the others.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// Whether the role is among them.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether any of them allows it.
    pub fn may(self, permission: Permission) -> bool {
        self.iter().any(|role| role.may(permission))
    }

    /// The roles one by one.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Roles {
    /// As one number, for our own signed texts.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// From [`Self::bits`]; bits of no role are dropped.
    pub fn from_bits(bits: u8) -> Self {
        Role::ALL.into_iter().filter(|role| bits & role.bit() != 0).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Role::as_str)).finish()
    }
}

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Role>::deserialize(deserializer).map(|roles| roles.into_iter().collect())
    }
}

/// Whose records may be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tenants {
    /// Everybody's: a house with one tenant, or its operator.
    #[default]
    All,
    /// Those of these departments only; others do not exist for the reader.
    Only(Vec<i64>),
}

impl Tenants {
    /// Whether a record of this department may be read; one without a department belongs to the operator alone.
    pub fn has(&self, department: Option<i64>) -> bool {
        match self {
            Self::All => true,
            Self::Only(departments) => department.is_some_and(|department| departments.contains(&department)),
        }
    }
}

/// Somebody who has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user's or client's name: `sub` of a token, name in a user file, agent id where the ACD vouches.
    pub subject: Name,
    /// The agent on the ACD whose phone and calls are theirs; none: wallboards, admins and programs.
    pub agent: Option<AgentId>,
    /// What they are there for.
    pub roles: Roles,
    /// The team to watch (TeamID of the ACD); none: the agent's own as the ACD knows it.
    pub team: Option<u32>,
    /// Whose records may be read.
    pub tenants: Tenants,
}

impl Identity {
    /// Somebody for whom the ACD vouches: an agent. Whether the agent is a supervisor as well is for the ACD to say.
    pub fn of_agent(agent: AgentId) -> Self {
        Self { subject: agent.0.clone(), agent: Some(agent), roles: Roles::AGENT, team: None, tenants: Tenants::All }
    }

    /// Whose session it is: the agent's, or one under a name that no agent can have.
    pub fn seat(&self) -> AgentId {
        self.agent.clone().unwrap_or_else(|| AgentId(format!("\u{1}{}", self.subject).into()))
    }

    /// Whether any of the roles allows it. What concerns an agent's own things needs an agent as well.
    pub fn may(&self, permission: Permission) -> bool {
        let needs_agent = matches!(permission, Permission::Work | Permission::Message | Permission::Supervise);
        self.roles.may(permission) && (!needs_agent || self.agent.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallboard_watches_and_does_nothing_else() {
        let roles = Roles::NONE.with(Role::Wallboard);
        assert!(roles.may(Permission::Watch));
        use Permission::*;
        for permission in [Work, Message, Supervise, ReadOwn, ReadAll, Administer] {
            assert!(!roles.may(permission), "{permission:?}");
        }
    }

    #[test]
    fn only_supervisors_supervise_and_admins_touch_no_call() {
        for role in Role::ALL {
            assert_eq!(role.may(Permission::Supervise), role == Role::Supervisor);
            assert_eq!(role.may(Permission::Work), matches!(role, Role::Agent | Role::Supervisor));
            assert_eq!(role.may(Permission::Administer), role == Role::Admin);
        }
        assert!(!Roles::NONE.may(Permission::Watch), "no role, no right");
    }

    #[test]
    fn without_an_agent_there_is_no_phone_to_command() {
        let mut identity = Identity::of_agent("1001".into());
        assert!(identity.may(Permission::Work));
        identity.agent = None;
        assert!(!identity.may(Permission::Work));
        assert!(identity.may(Permission::Watch));
    }

    #[test]
    fn roles_are_written_as_words_and_read_in_any_case() {
        let roles: Roles = [Role::Admin, Role::Agent].into_iter().collect();
        assert_eq!(serde_json::to_string(&roles).unwrap(), r#"["agent","admin"]"#);
        assert_eq!(serde_json::from_str::<Roles>(r#"["admin","agent"]"#).unwrap(), roles);
        assert_eq!(Role::parse("SuperVisor"), Some(Role::Supervisor));
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn a_limited_reader_sees_no_record_of_others() {
        let limited = Tenants::Only(vec![7]);
        assert!(limited.has(Some(7)) && !limited.has(Some(8)) && !limited.has(None));
        assert!(Tenants::All.has(None));
    }
}

//! What an operator can set about desktops.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::replay::Bounds;
use crate::auth::Mode;
use crate::auth::credential::HashCost;
use crate::engine::model::Name;

/// Everything configurable about desktops. The defaults are those of the shipped configuration file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// First part of session ids: `PG1` gives `PG1-1001`.
    pub session_name: Name,
    /// How long a session waits for its desktop after the connection was lost, and how long its events are kept.
    pub session_grace: Duration,
    /// Log the agent out when the grace time ends.
    pub logout_on_grace_end: bool,
    /// Websites beside our own from which a browser may connect, as `scheme://host[:port]`.
    pub allowed_origins: Vec<String>,
    /// Names under which browsers find us without TLS, beside `localhost` and addresses in numbers.
    pub own_names: Vec<String>,
    /// Refuse clients that send no Origin (programs other than browsers).
    pub require_origin: bool,
    /// Who checks who a desktop's user is.
    pub auth: Mode,
    /// Limits of sockets and logins.
    pub limits: Limits,
    /// Cost of the hash of a proved password.
    pub hash_cost: HashCost,
    /// The list that `session.getdirectory` gives.
    pub directory: Vec<DirectoryCategory>,
    /// What became of a contact.
    pub dispositions: Vec<DispositionItem>,
    /// Why an agent is not ready.
    pub not_ready_reasons: Vec<Reason>,
    /// Why an agent logs out.
    pub logout_reasons: Vec<Reason>,
    /// Names of queues by SkillGroupID.
    pub queue_names: BTreeMap<u32, Name>,
    /// Names of skill groups by SkillGroupNumber.
    pub skill_group_names: BTreeMap<u32, Name>,
    /// How numbers and call types are written.
    pub call_session: CallSessionSettings,
    /// Repeat the ancestors in every event, for people who look for mistakes.
    pub debug_context: bool,
    /// Ask for a skill group when an agent with several dials without one.
    pub ask_outbound_skill: bool,
    /// The TCCC-style profile.
    pub tccc: super::tccc::Settings,
    /// Take the CTI Server's "already signed on" for a proof of the password. No source says that it checks the password
    /// first, hence off.
    pub accept_already_logged_in: bool,
    /// Who supervises a team is what the CTI Server says; otherwise the user's roles alone say it.
    pub acd_names_supervisors: bool,
}

/// Limits that keep one desktop from hurting the others.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sockets open at once.
    pub sockets: usize,
    /// Of those, from one address.
    pub sockets_per_address: usize,
    /// Bytes of one websocket message from a desktop.
    pub message_bytes: usize,
    /// Requests a second from one socket …
    pub requests_per_second: u32,
    /// … and how many may come at once.
    pub request_burst: u32,
    /// Failed logins a minute for one agent id.
    pub failed_logins_per_agent: usize,
    /// Failed logins a minute from one address.
    pub failed_logins_per_address: usize,
    /// Messages that may wait for one desktop.
    pub outbox_messages: usize,
    /// Bytes that may wait for one desktop.
    pub outbox_bytes: usize,
    /// Events kept for a desktop that comes back.
    pub replay_events: usize,
    /// Bytes of all events that are kept. Where they are short, those for the desktops that have been away longest go first;
    /// then every desktop keeps an equal share.
    pub replay_memory: usize,
    /// How long a socket may stay without a login.
    pub login_timeout: Duration,
    /// Time between two pings; two without an answer close the socket.
    pub ping_interval: Duration,
    /// How long one write may take.
    pub write_timeout: Duration,
}

impl Limits {
    /// How much is kept for desktops that come back.
    pub const fn replay(&self) -> Bounds {
        Bounds { events: self.replay_events, memory: self.replay_memory }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sockets: 10_000,
            sockets_per_address: 10_000,
            message_bytes: 64 * 1024,
            requests_per_second: 50,
            request_burst: 100,
            failed_logins_per_agent: 5,
            failed_logins_per_address: 60,
            outbox_messages: 256,
            outbox_bytes: 256 * 1024,
            replay_events: 1_000,
            replay_memory: 256 * 1024 * 1024,
            login_timeout: Duration::from_secs(15),
            ping_interval: Duration::from_secs(20),
            write_timeout: Duration::from_secs(10),
        }
    }
}

/// A part of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryCategory {
    /// Heading.
    pub name: String,
    /// Who can be called.
    pub entries: Vec<DirectoryEntry>,
}

/// Somebody who can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryEntry {
    /// Who.
    pub name: String,
    /// The number to dial.
    pub number: String,
}

/// What can become of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DispositionItem {
    /// Number by which the desktop chooses it.
    #[serde(rename = "dispositionId", alias = "id")]
    pub id: i64,
    /// Its text, which goes to CallWrapupData.
    #[serde(rename = "dispositionName", alias = "name")]
    pub name: String,
    /// Place in the list.
    #[serde(default)]
    pub priority: i64,
    /// Whether it is meant for contacts that were only previewed.
    #[serde(default)]
    pub is_preview_disposition: bool,
}

/// A reason code and its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reason {
    /// The ACD's reason code.
    pub code: u16,
    /// What people read.
    pub label: String,
}

/// How the call's parameters for a CRM are written.
#[derive(Clone, Debug)]
pub struct CallSessionSettings {
    /// Unique name of the CRM's session template.
    pub template: Name,
    /// Word before the number of an outgoing call in `callDetails`.
    pub to_word: Name,
    /// Word before the number of an incoming call in `callDetails`.
    pub from_word: Name,
    /// Which names call types get.
    pub call_types: CallTypeNames,
    /// Changes to `number` and `callDetails`; the first rule that fits counts.
    pub number_rules: Vec<NumberRule>,
}

/// Which names call types get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallTypeNames {
    /// Those of the CTI Server without their prefix.
    Cti,
    /// The same with the exceptions that Cisco Finesse makes for transfers, conferences and campaign calls.
    #[default]
    Finesse,
}

/// A change to numbers that begin with a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NumberRule {
    /// What the number begins with.
    pub prefix: String,
    /// What stands there instead.
    pub replacement: String,
}

impl Default for CallSessionSettings {
    fn default() -> Self {
        Self {
            template: Name::const_new("bsCallSession"),
            to_word: Name::const_new("to"),
            from_word: Name::const_new("from"),
            call_types: CallTypeNames::Finesse,
            number_rules: Vec::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_name: Name::const_new("PG1"),
            session_grace: Duration::from_secs(120),
            logout_on_grace_end: false,
            allowed_origins: Vec::new(),
            own_names: Vec::new(),
            require_origin: false,
            auth: Mode::Cti,
            limits: Limits::default(),
            hash_cost: HashCost::default(),
            directory: default_directory(),
            dispositions: default_dispositions(),
            not_ready_reasons: reasons(&[(1, "Break"), (2, "Lunch"), (3, "Training"), (4, "Meeting")]),
            logout_reasons: reasons(&[(1, "End of shift"), (2, "Change of desk")]),
            queue_names: BTreeMap::new(),
            skill_group_names: BTreeMap::new(),
            call_session: CallSessionSettings::default(),
            debug_context: false,
            ask_outbound_skill: false,
            tccc: super::tccc::Settings::default(),
            accept_already_logged_in: false,
            acd_names_supervisors: true,
        }
    }
}

fn reasons(list: &[(u16, &str)]) -> Vec<Reason> {
    list.iter().map(|&(code, label)| Reason { code, label: label.to_owned() }).collect()
}

fn default_dispositions() -> Vec<DispositionItem> {
    let item = |id, name: &str| DispositionItem { id, name: name.to_owned(), priority: id, is_preview_disposition: false };
    vec![item(1, "Resolved"), item(2, "Call back"), item(3, "Passed on")]
}

fn default_directory() -> Vec<DirectoryCategory> {
    let entry = |name: &str, number: &str| DirectoryEntry { name: name.to_owned(), number: number.to_owned() };
    vec![
        DirectoryCategory { name: "Queues".to_owned(), entries: vec![entry("Sales", "8001"), entry("Service", "8002")] },
        DirectoryCategory { name: "Supervisors".to_owned(), entries: vec![entry("Team 1", "3001")] },
    ]
}

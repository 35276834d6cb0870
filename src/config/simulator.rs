//! The simulator's own file and its `CTIBRIDGE_SIM__…` variables. Every key may be left out.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{Mistake, Mistakes};
use super::lines::line_of;
use super::load::{FileText, Shape, layered};
use super::value::{Password, Span};
use crate::tls::{self, Identity, MinVersion, TrustList};

/// The configuration of `ctibridge simulate`, and of the simulator in `ctibridge demo`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawSimulator {
    /// ClientPassword that clients must send; absent: any will do.
    pub client_password: Option<Password>,
    /// How strictly requests are checked.
    pub profile: Profile,
    /// Side A.
    pub side_a: SideA,
    /// Side B.
    pub side_b: SideB,
    /// The control port.
    pub control: Control,
    /// TLS on both sides.
    pub tls: Tls,
    /// Agents and times.
    pub world: World,
    /// Calls that come by themselves.
    pub calls: Calls,
    /// A scenario's file to play; absent: none. Relative to the working directory.
    pub scenario: Option<String>,
}

impl Shape for RawSimulator {
    const ENV_PREFIX: &'static str = "CTIBRIDGE_SIM";
    const SECRETS: &'static [&'static str] = &["client_password", "world.agent_password"];
}

/// How strictly requests are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// As servers in the field do: unknown mask bits and tags are dropped.
    #[default]
    Field,
    /// As the reference describes: they are refused.
    Strict,
}

macro_rules! listen {
    ($( $(#[$meta:meta])* $name:ident = $default:literal ),*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// IP address and port; port 0 takes any free one.
            pub listen: String,
        }

        impl Default for $name {
            fn default() -> Self {
                Self { listen: $default.to_owned() }
            }
        }
    )* };
}
listen! {
    /// Side A.
    SideA = "127.0.0.1:42027",
    /// Side B; an empty address leaves it out.
    SideB = "127.0.0.1:43027",
    /// The control port; an empty address leaves it out.
    Control = "127.0.0.1:42080"
}

/// TLS on both sides: on when there is a certificate, and then nothing is taken in plain.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// PEM file of the certificate of both sides.
    pub certificate_file: Option<String>,
    /// PEM file of its private key.
    pub key_file: Option<String>,
    /// PEM file of the authorities, or the certificates, of clients; absent: clients need none.
    pub client_ca_file: Option<String>,
    /// The lowest version of TLS.
    pub min_version: MinVersion,
}

/// Agents and times.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    /// Number of agents; ids from 1001, extensions from 3001 (from 30001 with more than 4,900).
    pub agents: usize,
    /// Password of all agents; absent: 1234.
    pub agent_password: Option<Password>,
    /// How long a phone rings.
    pub ring_no_answer: Span,
    /// How long wrap-up lasts.
    pub wrap_up: Span,
    /// After how long numbers outside answer.
    pub far_end_answers: Span,
    /// How long a call that failed stays.
    pub failed_call_clears: Span,
    /// How soon the other side takes over when the active one stops.
    pub switch_delay: Span,
    /// How soon the other side takes over when the active one is frozen.
    pub freeze_delay: Span,
    /// What becomes of the agent of a Client Events session that vanishes.
    pub client_lost: ClientLost,
    /// How long after that.
    pub client_lost_after: Span,
    /// How long after the last bridge was lost the same becomes of all agents; absent: never.
    pub bridge_lost_after: Option<Span>,
    /// Call variables that clients may set: ten letters, `y` or `n`.
    pub call_variable_map: String,
    /// ECC variables that are configured, arrays with `[]` behind the name; empty: all that begin with `user.` or `BA`.
    pub ecc_variables: Vec<String>,
    /// Whether a supervisor who is called for help joins at once, as in a conference, instead of being consulted.
    pub assist_by_conference: bool,
    /// Whether phones transfer a call to a number in one step.
    pub blind_transfer: bool,
    /// Number that a call for help goes to when no supervisor is free; absent: it is refused.
    pub assist_number: Option<String>,
    /// After how long in NOT_READY an agent is signed out; absent: never.
    pub logout_after: Option<Span>,
    /// How long the router waits for a call that it has announced.
    pub announced_call_expected: Span,
    /// Whether SYS_HALF_HOUR_CHANGE comes on the hour and the half hour.
    pub half_hour_events: bool,
    /// Whether the network records agents' calls with the outside (NETWORK_RECORDING events, protocol 23).
    pub record_calls: bool,
    /// DepartmentIDs of the agents in turn, 0 for none: [7, 8] puts 1001 into 7, 1002 into 8, 1003 into 7; empty: none has one.
    pub departments: Vec<i32>,
}

/// What becomes of an agent whose client is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientLost {
    /// Nothing.
    Stay,
    /// Not ready, after the call if there is one.
    #[default]
    NotReady,
    /// Signed out at once.
    Logout,
}

impl Default for World {
    fn default() -> Self {
        Self {
            agents: 20,
            agent_password: None,
            ring_no_answer: Span::secs(20),
            wrap_up: Span::secs(30),
            far_end_answers: Span::secs(2),
            failed_call_clears: Span::secs(5),
            switch_delay: Span::millis(250),
            freeze_delay: Span::secs(2),
            client_lost: ClientLost::NotReady,
            client_lost_after: Span::secs(60),
            bridge_lost_after: None,
            call_variable_map: "yyyyyyyyyy".to_owned(),
            ecc_variables: Vec::new(),
            assist_by_conference: false,
            blind_transfer: true,
            assist_number: None,
            logout_after: None,
            announced_call_expected: Span::secs(10),
            half_hour_events: true,
            record_calls: false,
            departments: Vec::new(),
        }
    }
}

/// Calls that come by themselves.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Calls {
    /// At most one call each time this has passed, to an agent who is ready; absent: none (`demo`: its own pace).
    pub every: Option<Span>,
    /// Seed of the invented callers.
    pub seed: u64,
}

impl Mistakes {
    /// Adds the lines of the file in which the keys stand; values of the environment have none.
    fn with_lines(mut self, file: Option<FileText<'_>>) -> Self {
        let Some(FileText { name, text }) = file else { return self };
        for mistake in &mut self.0 {
            let is_files = mistake.origin.as_deref().is_none_or(|origin| origin == name);
            if let Some(line) = line_of(text, &mistake.key).filter(|_| is_files) {
                mistake.origin = Some(format!("{name}, line {line}"));
            }
        }
        self
    }
}

/// A checked configuration of the simulator.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct SimulatorConfig {
    pub client_password: Option<Password>,
    pub profile: Profile,
    pub side_a: SocketAddr,
    pub side_b: Option<SocketAddr>,
    pub control: Option<SocketAddr>,
    pub tls: Option<Arc<ServerConfig>>,
    pub world: World,
    pub calls: Calls,
    pub scenario: Option<String>,
}

/// More agents than any site has.
const MOST_AGENTS: usize = 20_000;

/// The file over the defaults, `env` over both, checked. `agents` is the command line's word, which wins over all.
///
/// # Errors
/// Everything that is wrong with it.
pub fn from_text(
    file: Option<FileText<'_>>,
    env: impl IntoIterator<Item = (String, String)>,
    agents: Option<usize>,
) -> Result<SimulatorConfig, Mistakes> {
    let (mut raw, mut mistakes) = layered::<RawSimulator>(file, env);
    raw.world.agents = agents.unwrap_or(raw.world.agents);
    let mut wrong = |key: &str, value: Option<String>, reason: &str| {
        let value = value.map(|value| format!("{value:?}"));
        mistakes.0.push(Mistake { key: key.to_owned(), value, reason: reason.to_owned(), origin: None });
    };
    let mut address = |key: &str, text: &str, may_be_absent: bool| match text.parse() {
        Ok(address) => Some(address),
        Err(_) if text.is_empty() && may_be_absent => None,
        Err(_) => {
            wrong(key, Some(text.to_owned()), "expected an IP address and a port, as 127.0.0.1:42027");
            None
        }
    };
    let side_a = address("side_a.listen", &raw.side_a.listen, false);
    let side_b = address("side_b.listen", &raw.side_b.listen, true);
    let control = address("control.listen", &raw.control.listen, true);
    if !(1..=MOST_AGENTS).contains(&raw.world.agents) {
        wrong("world.agents", Some(raw.world.agents.to_string()), "must be from 1 to 20000");
    }
    if raw.world.agent_password.as_ref().is_some_and(|password| password.expose().len() > 63) {
        wrong("world.agent_password", None, "longer than 63 bytes");
    }
    let map = raw.world.call_variable_map.as_str();
    if map.len() != 10 || !map.bytes().all(|letter| matches!(letter, b'y' | b'n')) {
        wrong("world.call_variable_map", Some(map.to_owned()), "expected ten letters, y or n each");
    }
    if let Some(name) = raw.world.ecc_variables.iter().find(|name| name.trim_end_matches("[]").is_empty() || name.len() > 34) {
        wrong("world.ecc_variables", Some(name.clone()), "expected names of 1 to 32 bytes, arrays with [] behind");
    }
    if raw.world.assist_number.as_ref().is_some_and(|number| number.is_empty() || number.len() > 39) {
        wrong("world.assist_number", raw.world.assist_number.clone(), "expected a number of 1 to 39 bytes");
    }
    if let Some(department) = raw.world.departments.iter().find(|department| **department < 0) {
        wrong("world.departments", Some(department.to_string()), "expected numbers from 0 to 2147483647");
    }
    if raw.calls.every.is_some_and(|every| every.0.is_zero()) {
        wrong("calls.every", None, "must be longer than nothing");
    }
    let tls = tls(&raw.tls).unwrap_or_else(|(key, reason)| {
        wrong(key, None, &reason);
        None
    });
    mistakes.with_lines(file).into_result(SimulatorConfig {
        client_password: raw.client_password.filter(|password| !password.is_empty()),
        profile: raw.profile,
        // Never used: without an address there is a mistake.
        side_a: side_a.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        side_b,
        control,
        tls,
        world: raw.world,
        calls: raw.calls,
        scenario: raw.scenario,
    })
}

fn tls(raw: &Tls) -> Result<Option<Arc<ServerConfig>>, (&'static str, String)> {
    let (certificate, key) = match (&raw.certificate_file, &raw.key_file) {
        (Some(certificate), Some(key)) => (certificate, key),
        (None, None) if raw.client_ca_file.is_none() => return Ok(None),
        (None, _) => return Err(("tls.certificate_file", "is needed for TLS".to_owned())),
        (_, None) => return Err(("tls.key_file", "is needed for TLS".to_owned())),
    };
    let identity = Identity::load(Path::new(certificate), Path::new(key)).map_err(|error| ("tls.certificate_file", error.to_string()))?;
    let clients = raw.client_ca_file.as_ref().map(|file| TrustList::load(Path::new(file))).transpose();
    let clients = clients.map_err(|error| ("tls.client_ca_file", error.to_string()))?;
    let config = tls::server_config(&identity, clients.as_ref(), raw.min_version);
    Ok(Some(Arc::new(config.map_err(|error| ("tls.certificate_file", error.to_string()))?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str, env: &[(&str, &str)]) -> Result<SimulatorConfig, Mistakes> {
        let env = env.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        from_text(Some(FileText { name: "sim.toml", text }), env, None)
    }

    #[test]
    fn ports_come_from_file_and_environment() {
        let text = "[side_a]\nlisten = \"127.0.0.1:0\"\n[side_b]\nlisten = \"\"\n[world]\nagents = 100\n";
        let config = config(text, &[("CTIBRIDGE_SIM__CONTROL__LISTEN", "127.0.0.1:1"), ("CTIBRIDGE__CTI__SIDE_A", "x")]).unwrap();
        assert_eq!((config.side_a.port(), config.side_b, config.control.unwrap().port(), config.world.agents), (0, None, 1, 100));
        assert_eq!(super::from_text(None, [], Some(3)).unwrap().world.agents, 3);
    }

    #[test]
    fn all_mistakes_of_the_simulators_file_are_named() {
        let mistakes = config("profil = 1\n[side_a]\nlisten = \"localhost\"\n[world]\nagents = 0\nwrap_up = 5\n", &[]).unwrap_err();
        let keys: Vec<_> = mistakes.0.iter().map(|mistake| mistake.key.as_str()).collect();
        assert_eq!(keys, ["profil", "side_a.listen", "world.agents", "world.wrap_up"]);
        assert!(mistakes.0[0].reason.contains("did you mean profile?"));
        let lines: Vec<_> = mistakes.0.iter().map(|mistake| mistake.origin.as_deref().unwrap()).collect();
        assert_eq!(lines, ["sim.toml, line 1", "sim.toml, line 3", "sim.toml, line 5", "sim.toml, line 6"]);
    }

    #[test]
    fn half_a_tls_section_of_the_simulator_is_refused() {
        for (text, key) in [
            ("key_file = \"x\"", "tls.certificate_file"),
            ("certificate_file = \"x\"", "tls.key_file"),
            ("client_ca_file = \"x\"", "tls.certificate_file"),
            ("certificate_file = \"nowhere\"\nkey_file = \"nowhere\"", "tls.certificate_file"),
        ] {
            let mistakes = config(&format!("[tls]\n{text}\n"), &[]).unwrap_err();
            assert_eq!(mistakes.0.iter().map(|mistake| mistake.key.as_str()).collect::<Vec<_>>(), [key]);
        }
    }
}

//! The file of `ctibridge simulate`: its shape, and the way from there to [`Settings`].
//!
//! ```toml
//! client_password = "secret"      # absent: any
//! profile = "field"               # or "strict"
//! [side_a]
//! listen = "127.0.0.1:42027"
//! [side_b]
//! listen = "127.0.0.1:43027"
//! [control]
//! listen = "127.0.0.1:42080"
//! [world]
//! agents = 20
//! ring_no_answer = "20s"
//! ```

use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

use super::{KeepCalling, Profile, Settings};

/// More agents than any site has; a larger number is a mistake of the writer.
const MOST_AGENTS: usize = 20_000;

/// What is wrong with the file: line, key and reason.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct FileError(String);

/// The file as it is written; every key may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// ClientPassword that clients must send; absent: any.
    pub client_password: Option<String>,
    /// `field` or `strict`.
    pub profile: Option<Profile>,
    /// Side A.
    #[serde(default)]
    pub side_a: Listen,
    /// Side B.
    #[serde(default)]
    pub side_b: Listen,
    /// The control port.
    #[serde(default)]
    pub control: Listen,
    /// Agents and times.
    #[serde(default)]
    pub world: WorldFile,
    /// Calls that come by themselves.
    pub calls: Option<CallsFile>,
}

/// A port.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Address and port, port 0 for any.
    pub listen: Option<SocketAddr>,
}

/// Agents and times of the world.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// Number of agents.
    pub agents: Option<usize>,
    /// Password of all agents.
    pub agent_password: Option<String>,
    /// How long a phone rings.
    #[serde(default, deserialize_with = "time")]
    pub ring_no_answer: Option<Duration>,
    /// How long wrap-up lasts.
    #[serde(default, deserialize_with = "time")]
    pub wrap_up: Option<Duration>,
    /// After how long numbers outside answer.
    #[serde(default, deserialize_with = "time")]
    pub far_end_answers: Option<Duration>,
    /// How long a failed call stays.
    #[serde(default, deserialize_with = "time")]
    pub failed_call_clears: Option<Duration>,
    /// How soon the other side takes over.
    #[serde(default, deserialize_with = "time")]
    pub switch_delay: Option<Duration>,
    /// How soon the other side takes over from a frozen one.
    #[serde(default, deserialize_with = "time")]
    pub freeze_delay: Option<Duration>,
}

/// Calls that come by themselves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallsFile {
    /// At most one call each time this has passed.
    #[serde(deserialize_with = "needed_time")]
    pub every: Duration,
    /// Seed of the invented callers.
    #[serde(default)]
    pub seed: u64,
}

/// `"250ms"`, `"20s"`, `"2m"`, `"1h"`.
fn parse_time(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(at)?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).filter(|millis| *millis <= 86_400_000).map(Duration::from_millis)
}

fn needed_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_time(&text)
        .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no time like \"250ms\", \"20s\" or \"2m\" of at most a day")))
}

fn time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    needed_time(deserializer).map(Some)
}

impl File {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`FileError`] names line, key and reason.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        toml::from_str(text).map_err(|error| FileError(error.to_string().trim_end().to_owned()))
    }

    /// The settings that it means; what is not in it stays as in the default world.
    ///
    /// # Errors
    /// [`FileError`] for values that cannot be.
    pub fn settings(self) -> Result<Settings, FileError> {
        let mut settings = Settings::default();
        let world = &mut settings.world;
        if let Some(agents) = self.world.agents {
            check_agents(agents)?;
            world.agents = agents;
        }
        if let Some(password) = self.world.agent_password {
            if password.len() > 63 {
                return Err(FileError("world.agent_password: at most 63 bytes fit into a message".to_owned()));
            }
            world.agent_password = password;
        }
        world.ring_no_answer = self.world.ring_no_answer.unwrap_or(world.ring_no_answer);
        world.wrap_up = self.world.wrap_up.unwrap_or(world.wrap_up);
        world.far_end_answers = self.world.far_end_answers.unwrap_or(world.far_end_answers);
        world.failed_call_clears = self.world.failed_call_clears.unwrap_or(world.failed_call_clears);
        settings.switch_delay = self.world.switch_delay.unwrap_or(settings.switch_delay);
        settings.freeze_delay = self.world.freeze_delay.unwrap_or(settings.freeze_delay);
        settings.side_a = self.side_a.listen.unwrap_or(settings.side_a);
        settings.side_b = self.side_b.listen.or(settings.side_b);
        settings.control = self.control.listen.or(settings.control);
        settings.client_password = self.client_password;
        settings.profile = self.profile.unwrap_or_default();
        if let Some(calls) = self.calls {
            if calls.every.is_zero() {
                return Err(FileError("calls.every: must be longer than nothing".to_owned()));
            }
            settings.keep_calling = Some(KeepCalling { every: calls.every, seed: calls.seed });
        }
        Ok(settings)
    }
}

/// Whether a world can have so many agents; for `--agents` as well.
///
/// # Errors
/// [`FileError`] if not.
pub fn check_agents(agents: usize) -> Result<(), FileError> {
    if (1..=MOST_AGENTS).contains(&agents) {
        Ok(())
    } else {
        Err(FileError(format!("agents: {agents} is not between 1 and {MOST_AGENTS}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_means_the_default_world() {
        assert_eq!(File::parse("").unwrap().settings().unwrap(), Settings::default());
    }

    #[test]
    fn keys_of_the_contract_are_taken() {
        let text = "profile = \"strict\"\n[side_a]\nlisten = \"127.0.0.1:0\"\n[side_b]\nlisten = \"127.0.0.1:1\"\n[control]\nlisten = \"127.0.0.1:2\"\n\
                    [world]\nagents = 5000\nwrap_up = \"5s\"\n[calls]\nevery = \"3s\"\n";
        let settings = File::parse(text).unwrap().settings().unwrap();
        assert_eq!(settings.side_a.port(), 0);
        assert_eq!((settings.world.agents, settings.world.wrap_up), (5000, Duration::from_secs(5)));
        assert_eq!((settings.profile, settings.keep_calling.unwrap().every), (Profile::Strict, Duration::from_secs(3)));
    }

    #[test]
    fn a_mistake_is_named_with_line_and_key() {
        for (text, line, word) in [
            ("[side_a]\nlissten = \"127.0.0.1:1\"\n", "line 2", "lissten"),
            ("[world]\n\nring_no_answer = \"soon\"\n", "line 3", "soon"),
            ("[world]\nagents = \"many\"\n", "line 2", "agents"),
        ] {
            let error = File::parse(text).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains(word), "{error}");
        }
        assert!(File::parse("[world]\nagents = 0\n").unwrap().settings().is_err());
    }
}

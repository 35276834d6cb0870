//! A CTI Server simulator: a world of phones behind two sides that speak GED-188, and an HTTP port that steers it.
//!
//! [`world`] is pure and knows agents, phones and calls; [`station`] is pure and knows sides, sessions and their
//! messages; one task in [`driver`] owns both and the sockets. Frames are built from the message declarations of
//! [`crate::protocol`] and never from engine code, so that the two cannot share a mistake.

mod behaviour;
mod control;
mod driver;
mod line;
mod machine;
mod monitor;
mod open;
mod pace;
mod publish;
pub mod replay;
pub mod scenario;
mod service;
mod session;
mod sides;
mod station;
pub mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

pub use behaviour::{Behaviour, DropNext, FailNext};
pub use control::router as control_router;
pub use driver::{Handle, Running, Seen, StartError, Tap, start, start_tapped};
pub use machine::{Deed, Machine};
pub use scenario::ScenarioSettings;
pub use sides::SideAction;
pub use station::{Command, CommandError, Reply};
pub use world::{
    ClientLost, FarEnd, GatewayEvent, InboundCall, PhoneAction, PreCall, TeamChange, Truth, TruthCall, TruthParty, WorldSettings,
};

/// One of the two CTI Servers of a duplex pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Side A.
    A,
    /// Side B.
    B,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// `a` or `b`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// How strictly requests are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// As servers in the field do: unknown mask bits and tags are dropped and counted.
    #[default]
    Field,
    /// As the reference describes: every unknown bit and tag is refused with its status.
    Strict,
}

/// Keeps calling agents who are available, for the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepCalling {
    /// At most one call each time this has passed, to an agent who has been available for as long.
    pub every: Duration,
    /// Seed of the invented callers.
    pub seed: u64,
}

impl Default for KeepCalling {
    fn default() -> Self {
        Self { every: Duration::from_secs(5), seed: 1 }
    }
}

/// TLS on both sides; two are equal if they are the same one.
#[derive(Clone, Debug)]
pub struct TlsServer(pub Arc<rustls::ServerConfig>);

impl PartialEq for TlsServer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for TlsServer {}

/// What a simulator is started with; the default is the documented default world on the documented ports.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where side A listens.
    pub side_a: SocketAddr,
    /// Where side B listens; `None` is a simplex gateway.
    pub side_b: Option<SocketAddr>,
    /// Where the control port listens; `None` leaves it out.
    pub control: Option<SocketAddr>,
    /// Agents and times of the world.
    pub world: WorldSettings,
    /// How strictly requests are checked.
    pub profile: Profile,
    /// The password that ClientPassword must be; `None` accepts any.
    pub client_password: Option<String>,
    /// TLS on both sides; `None` is plain TCP.
    pub tls: Option<TlsServer>,
    /// How soon a side takes over when the active one stops.
    pub switch_delay: Duration,
    /// How soon a side takes over when the active one is frozen (inferred: five missed beats of 400 ms between the sides).
    pub freeze_delay: Duration,
    /// How long each step of a planned switch may take; 5 s by the reference.
    pub maintenance_step: Duration,
    /// Calls that come by themselves.
    pub keep_calling: Option<KeepCalling>,
    /// The day that is played.
    pub scenario: Option<ScenarioSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            side_a: local(42_027),
            side_b: Some(local(43_027)),
            control: Some(local(42_080)),
            world: WorldSettings::default(),
            profile: Profile::Field,
            client_password: None,
            tls: None,
            switch_delay: Duration::from_millis(250),
            freeze_delay: Duration::from_secs(2),
            maintenance_step: Duration::from_secs(5),
            keep_calling: None,
            scenario: None,
        }
    }
}

/// SplitMix64: the same seed gives the same run for ever, whatever versions of crates come.
#[derive(Clone, Debug)]
struct Dice(u64);

impl Dice {
    const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which must not be 0.
    const fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

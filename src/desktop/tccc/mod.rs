//! The wire profile of the TCCC-style facade: commands as `tccc.Call.accept`, events as `callIn`.
//!
//! Pure, and no second reading of calls and agents: a [`Desk`] stands between one socket and the hub and says everything in
//! the words of the media bar API. What a CTI Server cannot do is refused here and reaches nobody.

mod answer;
mod call;
mod command;
mod desk;
mod event;
#[cfg(test)]
mod tests;

pub use desk::{Desk, Out};

/// What an operator can set about this profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The number to dial for each skill group id that a page may name.
    pub skill_groups: std::collections::BTreeMap<String, String>,
    /// Key of the call data whose value becomes `remark` of callIn.
    pub remark: Option<String>,
    /// Key of the call data that holds the caller's way through the menus, for `ivrPath`.
    pub ivr_path: Option<String>,
    /// EventReasonCode of the status `notReady`.
    pub not_ready_reason: Option<u16>,
}

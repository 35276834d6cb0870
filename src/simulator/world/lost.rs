//! Clients that are lost, and agents who do nothing: what the peripheral does on its own.
//!
//! Reason 50002 and the two manners, not ready after the call or signed out at once, are documented; how long a real
//! system waits differs, so it is a setting.

use super::agent::{AgentIx, Wish};
use super::{ClientLost, Timer, World};
use crate::protocol::values::AgentState;
use crate::time::Now;

/// Reason of a state that a lost client caused.
const CLIENT_LOST: u16 = 50_002;
/// Reason of a logout by inactivity.
const INACTIVE: u16 = 50_004;

impl World {
    /// A Client Events session for `device` opened, as `Some`, or ended; `is_lost` if it simply vanished.
    pub fn client_session(&mut self, now: Now, device: &str, session: Option<u64>, is_lost: bool) {
        self.now = now;
        let Ok(ix) = self.agent_named(None, None, Some(device)) else { return };
        self.agents[ix].session_id = session.and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
        self.agents[ix].lost_timer = 0;
        if session.is_none() && is_lost && self.agents[ix].is_logged_in() {
            let token = self.start_timer(self.settings.client_lost_after, |token| Timer::ClientLost(ix, token));
            self.agents[ix].lost_timer = token;
        }
    }

    pub(super) fn client_lost_over(&mut self, ix: AgentIx, token: u64) {
        if self.agents[ix].lost_timer == token {
            self.agents[ix].lost_timer = 0;
            self.client_lost(ix);
        }
    }

    /// Whether any session is there that controls calls of all agents.
    pub fn bridge_sessions(&mut self, now: Now, is_any: bool) {
        self.now = now;
        self.bridge_timer = 0;
        if let (false, Some(after)) = (is_any, self.settings.bridge_lost_after) {
            self.bridge_timer = self.start_timer(after, Timer::BridgeLost);
        }
    }

    pub(super) fn bridge_lost_over(&mut self, token: u64) {
        if self.bridge_timer != token {
            return;
        }
        self.bridge_timer = 0;
        for ix in self.agents.indices() {
            // Who has a client of one's own keeps it.
            if self.agents[ix].is_logged_in() && self.agents[ix].session_id == 0 {
                self.client_lost(ix);
            }
        }
    }

    fn client_lost(&mut self, ix: AgentIx) {
        let agent = &self.agents[ix];
        match self.settings.client_lost {
            _ if !agent.is_logged_in() => {}
            ClientLost::Stay => {}
            ClientLost::Logout => self.log_out(ix, CLIENT_LOST),
            ClientLost::NotReady if agent.is_on_call() || agent.state == AgentState::RESERVED => {
                self.agents[ix].wish = Some(Wish { state: AgentState::NOT_READY, reason: CLIENT_LOST });
                self.tell_state(ix);
            }
            ClientLost::NotReady => self.rest(ix, AgentState::NOT_READY, CLIENT_LOST),
        }
    }

    /// Starts the time after which an agent who is not ready is signed out, where the desk settings have one.
    pub(super) fn await_inactivity(&mut self, ix: AgentIx) {
        if let Some(after) = self.settings.logout_after {
            self.agents[ix].inactive_timer = self.start_timer(after, |token| Timer::Inactive(ix, token));
        }
    }

    pub(super) fn inactive_over(&mut self, ix: AgentIx, token: u64) {
        let agent = &self.agents[ix];
        if agent.inactive_timer == token && agent.state == AgentState::NOT_READY && agent.is_logged_in() {
            self.log_out(ix, INACTIVE);
        }
    }
}

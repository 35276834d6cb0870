//! The one team: who is in it, and AGENT_TEAM_CONFIG_EVENT that tells it.

use super::agent::{Agent, AgentIx, Membership};
use super::emit::some;
use super::{Audience, PERIPHERAL, TEAM, WishError, World};
use crate::protocol::masks::AgentFlags;
use crate::protocol::message::{AgentTeamConfigEvent, TeamMember};
use crate::protocol::values::{StatusCode, TeamConfigOperation};
use crate::time::Now;

/// Members of one event, by the reference.
const MEMBERS: usize = 64;

/// How the team changes for the time being.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TeamChange {
    /// This agent comes in.
    Add,
    /// This agent goes out.
    Remove,
    /// Everybody is as configured again.
    Restore,
}

impl World {
    /// AGENT_TEAM_CONFIG_EVENT for the team, 64 members each, and again for its supervisors, as recorded.
    pub fn team_events(&mut self, now: Now) -> Vec<AgentTeamConfigEvent<'static>> {
        self.now = now;
        self.team(TeamConfigOperation::ADD_AGENT)
    }

    fn team(&self, operation: TeamConfigOperation) -> Vec<AgentTeamConfigEvent<'static>> {
        let members: Vec<&Agent> = self.agents.iter().map(|(_, agent)| agent).filter(|agent| agent.team != Membership::Removed).collect();
        let all: Vec<TeamMember<'static>> = members.iter().map(|agent| self.member(agent)).collect();
        let supervisors: Vec<TeamMember<'static>> =
            members.iter().filter(|agent| agent.is_supervisor).map(|agent| self.member(agent)).collect();
        all.chunks(MEMBERS).chain(supervisors.chunks(MEMBERS)).map(|members| self.team_event(operation, members.to_vec())).collect()
    }

    /// DepartmentID is the supervisor's (inferred: the reference says that of the agent or team).
    fn team_event(&self, config_operation: TeamConfigOperation, members: Vec<TeamMember<'static>>) -> AgentTeamConfigEvent<'static> {
        AgentTeamConfigEvent {
            peripheral_id: PERIPHERAL,
            team_id: TEAM,
            config_operation,
            department_id: self.agents.iter().find(|(_, agent)| agent.is_supervisor).map_or(0, |(_, agent)| agent.department),
            agent_team_name: some("Team 1"),
            members: members.into(),
        }
    }

    fn member(&self, agent: &Agent) -> TeamMember<'static> {
        let mut flags = AgentFlags::empty();
        flags.set(AgentFlags::PRIMARY_SUPERVISOR, agent.is_supervisor);
        flags.set(AgentFlags::TEMPORARY_AGENT, agent.team == Membership::Temporary);
        TeamMember {
            atc_agent_id: some(&agent.id),
            agent_flags: Some(flags),
            atc_agent_state: Some(agent.state),
            atc_state_duration: u32::try_from(self.now.mono.saturating_duration_since(agent.since).as_secs()).ok(),
        }
    }

    /// Whether the agent with this skill target belongs to a team.
    pub fn is_team_member(&self, target: i32) -> bool {
        let ix = u32::try_from(target).ok().and_then(|target| self.agents.by_target(target));
        ix.is_some_and(|ix| self.agents[ix].team != Membership::Removed)
    }

    /// Whether the agent that is named so has a team.
    ///
    /// # Errors
    /// Status 8 or 32 if the names are unknown or disagree.
    pub fn has_team(&self, id: Option<&str>, extension: Option<&str>, instrument: Option<&str>) -> Result<bool, StatusCode> {
        let (device, _) = self.device_of(id, extension, instrument)?;
        let ix = self.agent_named(id, None, Some(&device)).map_err(|_| StatusCode::INVALID_AGENT_DATA)?;
        Ok(self.agents[ix].team != Membership::Removed)
    }

    /// Changes the team for the time being and tells it.
    ///
    /// # Errors
    /// [`WishError`] if there is no such team or agent, or it is so already.
    pub fn change_team(&mut self, now: Now, team: u32, change: TeamChange, agent: Option<&str>) -> Result<(), WishError> {
        self.now = now;
        if team != TEAM {
            return Err(WishError::Unknown(format!("no team {team}")));
        }
        let find = |id: Option<&str>| {
            let id = id.ok_or_else(|| WishError::Bad("\"agent\" is missing".to_owned()))?;
            self.agents.find(id).ok_or_else(|| WishError::Unknown(format!("no agent {id}")))
        };
        let (operation, ix): (_, Option<AgentIx>) = match change {
            TeamChange::Add => (TeamConfigOperation::ADD_AGENT, Some(find(agent)?)),
            TeamChange::Remove => (TeamConfigOperation::REMOVE_AGENT, Some(find(agent)?)),
            TeamChange::Restore => (TeamConfigOperation::RESTORE_PERMANENT_CONFIGURATION, None),
        };
        let events = match ix {
            Some(ix) => {
                let is_in = self.agents[ix].team != Membership::Removed;
                if is_in == (change == TeamChange::Add) {
                    return Err(WishError::NotNow(format!(
                        "agent {} is {} the team",
                        self.agents[ix].id,
                        if is_in { "in" } else { "not in" }
                    )));
                }
                self.agents[ix].team = if is_in { Membership::Removed } else { Membership::Temporary };
                vec![self.team_event(operation, vec![self.member(&self.agents[ix])])]
            }
            None => {
                for ix in self.agents.indices() {
                    self.agents[ix].team = Membership::Member;
                }
                self.team(operation)
            }
        };
        for event in events {
            // Supervisors of the team and bridges get it; a session without the mask bit does not.
            self.emit_to(event, Audience::Everyone, None);
        }
        Ok(())
    }
}

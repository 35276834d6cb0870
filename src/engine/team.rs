//! Teams: who belongs to them, who supervises them, and how their members are doing.
//!
//! AGENT_TEAM_CONFIG_EVENT tells the members, once after every open and then on changes. Their states come without asking,
//! because the session is told of every agent: MONITOR_AGENT_TEAM_START would bring the same events a second time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::call::name;
use super::model::{AgentId, AgentInfo, AgentState, CallId, ConversationState, Name};
use super::resync::Query;
use super::{Engine, Output, ServiceStatus};
use crate::protocol::masks::AgentFlags;
use crate::protocol::message as wire;
use crate::protocol::values::TeamConfigOperation;

/// AgentTeamID of Unified CCE.
pub type TeamId = u32;

/// One AGENT_TEAM_CONFIG_EVENT holds so many members; a full one is followed by another of the same list.
const MEMBERS_MAX: usize = 64;

/// A team as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamInfo {
    /// TeamID.
    pub id: TeamId,
    /// AgentTeamName; not told before protocol 16.
    pub name: Option<Name>,
    /// Everybody in it, by id.
    pub members: Vec<MemberInfo>,
}

/// A member of a team as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberInfo {
    /// State, reason, since when.
    pub agent: AgentInfo,
    /// The agent's name, where the CTI Server told it.
    pub name: Option<Name>,
    /// The phone.
    pub extension: Option<Name>,
    /// The call that the member is talking on, else the oldest one there is.
    pub call_id: Option<CallId>,
    /// Supervises this team.
    pub is_supervisor: bool,
}

/// What watchers of a team hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TeamEvent {
    /// Its list of members is another one.
    Changed(TeamId),
    /// One member changed.
    Member(TeamId, MemberInfo),
}

#[derive(Debug, Default)]
struct Team {
    name: Option<Name>,
    members: BTreeMap<AgentId, AgentFlags>,
    /// Told by an earlier session: the next list replaces it.
    is_stale: bool,
    /// The last message was full, so that the next one goes on with the same list.
    is_open: bool,
    /// How many watch it.
    watchers: usize,
    /// What they were told last.
    told: BTreeMap<AgentId, MemberInfo>,
    told_name: Option<Name>,
}

/// All teams of the gateway.
#[derive(Debug, Default)]
pub(super) struct Teams {
    teams: BTreeMap<TeamId, Team>,
    /// Agents something happened to in this step; kept only while somebody watches.
    touched: BTreeSet<AgentId>,
    is_watched: bool,
    /// A list of members may have changed in this step.
    is_changed: bool,
}

const fn supervises(flags: AgentFlags) -> bool {
    flags.intersects(AgentFlags::PRIMARY_SUPERVISOR.union(AgentFlags::SUPERVISOR))
}

impl Engine {
    pub(super) fn team_config(&mut self, event: &wire::AgentTeamConfigEvent<'_>) {
        if !self.serves(event.peripheral_id) {
            return;
        }
        self.peripheral.get_or_insert(event.peripheral_id);
        let team = self.teams.teams.entry(event.team_id).or_default();
        let replaces = event.config_operation == TeamConfigOperation::RESTORE_PERMANENT_CONFIGURATION && !std::mem::take(&mut team.is_open);
        if std::mem::take(&mut team.is_stale) || replaces {
            team.members.clear();
        }
        team.is_open = event.config_operation == TeamConfigOperation::RESTORE_PERMANENT_CONFIGURATION && event.members.len() >= MEMBERS_MAX;
        if let Some(text) = event.agent_team_name.as_ref().filter(|text| !text.is_empty()) {
            team.name = Some(name(text));
        }
        self.teams.is_changed = true;
        let removes = event.config_operation == TeamConfigOperation::REMOVE_AGENT;
        let mut unknown = Vec::new();
        for member in event.members.iter() {
            let Some(id) = member.atc_agent_id.as_ref().filter(|id| !id.is_empty()) else { continue };
            let id = AgentId(name(id));
            let Some(team) = self.teams.teams.get_mut(&event.team_id) else { continue };
            if removes {
                team.members.remove(&id);
                continue;
            }
            team.members.insert(id.clone(), member.agent_flags.unwrap_or_default());
            if !self.agents.contains(&id) {
                unknown.push((id, member.atc_agent_state, member.atc_state_duration));
            }
        }
        for (id, state, seconds) in unknown {
            let since = seconds.and_then(|seconds| self.now.wall.checked_sub(SignedDuration::from_secs(i64::from(seconds))).ok());
            let key = self.learn(&id, event.peripheral_id);
            // The query that follows tells no time; this does, if the state is still the same then.
            self.agents[key].since_hint = state.zip(since);
            self.queue_query(Query::Agent(id));
        }
    }

    /// A new session: what the last one told of teams counts until this one tells it anew.
    pub(super) fn teams_are_stale(&mut self) {
        for team in self.teams.teams.values_mut() {
            team.is_stale = true;
        }
    }

    /// Something happened to an agent.
    pub(super) fn touch_member(&mut self, id: &AgentId) {
        if self.teams.is_watched && !self.teams.touched.contains(id) {
            self.teams.touched.insert(id.clone());
        }
    }

    /// Tells the watchers what changed in this step. While the picture is being rebuilt they hear nothing: half a list would
    /// look like a team that lost its members.
    pub(super) fn tell_teams(&mut self) {
        if !self.teams.is_watched || self.service != ServiceStatus::InService {
            return;
        }
        let touched = std::mem::take(&mut self.teams.touched);
        let is_changed = std::mem::take(&mut self.teams.is_changed);
        let watched: Vec<TeamId> = self.teams.teams.iter().filter(|(_, team)| team.watchers > 0).map(|(id, _)| *id).collect();
        for id in watched {
            let Some(team) = self.teams.teams.get(&id) else { continue };
            if is_changed && !(team.members.keys().eq(team.told.keys()) && team.name == team.told_name && self.flags_are_told(team)) {
                self.remember_told(id);
                self.outputs.push_back(Output::Team(TeamEvent::Changed(id)));
                continue;
            }
            for agent in touched.iter().filter(|agent| team.members.contains_key(*agent)).cloned().collect::<Vec<_>>() {
                let Some(member) = self.member(id, &agent) else { continue };
                let Some(team) = self.teams.teams.get_mut(&id) else { continue };
                if team.told.get(&agent) != Some(&member) {
                    team.told.insert(agent, member.clone());
                    self.outputs.push_back(Output::Team(TeamEvent::Member(id, member)));
                }
            }
        }
    }

    fn flags_are_told(&self, team: &Team) -> bool {
        team.members.iter().all(|(id, flags)| team.told.get(id).is_some_and(|told| told.is_supervisor == supervises(*flags)))
    }

    fn remember_told(&mut self, id: TeamId) {
        let members = self.team(id).map(|team| team.members).unwrap_or_default();
        if let Some(team) = self.teams.teams.get_mut(&id) {
            team.told = members.into_iter().map(|member| (member.agent.id.clone(), member)).collect();
            team.told_name.clone_from(&team.name);
        }
    }

    fn member(&self, team: TeamId, id: &AgentId) -> Option<MemberInfo> {
        let flags = *self.teams.teams.get(&team)?.members.get(id)?;
        let agent = self.agents.get(id)?;
        let legs = || agent.interactions.iter().filter_map(|id| self.interactions.get(id)).flat_map(|contact| contact.conversations());
        let call = legs().find(|leg| leg.state == ConversationState::Connected).or_else(|| legs().next());
        Some(MemberInfo {
            agent: agent.info(),
            name: self.agent_name(id).cloned(),
            extension: agent.extension.clone(),
            call_id: call.map(|leg| leg.call_id),
            is_supervisor: supervises(flags),
        })
    }

    /// A team as it is now.
    pub fn team(&self, id: TeamId) -> Option<TeamInfo> {
        let team = self.teams.teams.get(&id)?;
        let members = team.members.keys().filter_map(|agent| self.member(id, agent)).collect();
        Some(TeamInfo { id, name: team.name.clone(), members })
    }

    /// All teams that the CTI Server told of.
    pub fn teams(&self) -> impl Iterator<Item = TeamId> {
        self.teams.teams.keys().copied()
    }

    /// The teams an agent belongs to, those that the agent supervises first.
    pub fn teams_of(&self, id: &AgentId) -> Vec<TeamId> {
        let flags = |(team, known): (&TeamId, &Team)| known.members.get(id).map(|flags| (!supervises(*flags), *team));
        let mut mine: Vec<_> = self.teams.teams.iter().filter_map(flags).collect();
        mine.sort_unstable();
        mine.into_iter().map(|(_, team)| team).collect()
    }

    /// Whether the CTI Server calls the agent the supervisor of some team.
    pub fn is_supervisor(&self, id: &AgentId) -> bool {
        self.teams.teams.values().any(|team| team.members.get(id).is_some_and(|flags| supervises(*flags)))
    }

    /// Whether two agents belong to the same team.
    pub fn are_in_one_team(&self, one: &AgentId, other: &AgentId) -> bool {
        self.teams.teams.values().any(|team| team.members.contains_key(one) && team.members.contains_key(other))
    }

    /// Somebody wants to hear of a team's members.
    pub fn watch_team(&mut self, id: TeamId) {
        let Some(team) = self.teams.teams.get_mut(&id) else { return };
        team.watchers += 1;
        self.teams.is_watched = true;
        self.remember_told(id);
    }

    /// Somebody does not any more.
    pub fn unwatch_team(&mut self, id: TeamId) {
        if let Some(team) = self.teams.teams.get_mut(&id) {
            team.watchers = team.watchers.saturating_sub(1);
            if team.watchers == 0 {
                team.told = BTreeMap::new();
            }
        }
        self.teams.is_watched = self.teams.teams.values().any(|team| team.watchers > 0);
        if !self.teams.is_watched {
            self.teams.touched = BTreeSet::new();
        }
    }

    /// The supervisors of an agent's teams.
    pub(super) fn supervisors_of(&self, id: &AgentId) -> BTreeSet<AgentId> {
        let mine = self.teams.teams.values().filter(|team| team.members.contains_key(id));
        mine.flat_map(|team| team.members.iter()).filter(|(_, flags)| supervises(**flags)).map(|(id, _)| id.clone()).collect()
    }

    /// Everybody in an agent's teams.
    pub(super) fn mates_of(&self, id: &AgentId) -> BTreeSet<AgentId> {
        let mine = self.teams.teams.values().filter(|team| team.members.contains_key(id));
        mine.flat_map(|team| team.members.keys().cloned()).collect()
    }

    /// Everybody whom the CTI Server calls a supervisor.
    pub(super) fn all_supervisors(&self) -> BTreeSet<AgentId> {
        let members = self.teams.teams.values().flat_map(|team| team.members.iter());
        members.filter(|(_, flags)| supervises(**flags)).map(|(id, _)| id.clone()).collect()
    }
}

/// What AGENT_TEAM_CONFIG_EVENT said of an agent's state when it was the first to name the agent.
pub(super) type SinceHint = (AgentState, jiff::Timestamp);

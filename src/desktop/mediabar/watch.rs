//! Who may look at which team, at whose statistics, and whom one may write to.

use super::command;
use super::dispatch::Asked;
use super::session::{Session, SessionKey};
use super::team::MemberChange;
use crate::auth::{Permission, Role};
use crate::desktop::hub::Hub;
use crate::engine::command::{Command, Failure, FailureCode};
use crate::engine::model::AgentId;
use crate::engine::statistics::Scope;
use crate::engine::team::{TeamEvent, TeamId, TeamInfo};
use crate::engine::user_message::Recipient;
use crate::engine::{Engine, ServiceStatus};

/// Nothing of others is shown, and nothing is said in somebody's name, before the password is proved.
pub(super) fn not_proved() -> Failure {
    Failure::new(FailureCode::NotAuthorized, "Sign in on the phone first: the password has not been proved yet")
}

/// What is not there and what one may not see are not told apart.
fn nothing_there(what: &str) -> Failure {
    Failure::new(FailureCode::UnknownTarget, format!("There is no such {what}"))
}

impl Hub {
    /// Whether a session's desktops are told which calls a team's members have: only those can do something about them.
    pub(super) fn shows_calls(&self, key: SessionKey, engine: &Engine) -> bool {
        self.sessions.get(&key).is_some_and(|session| {
            session.identity.may(Permission::Supervise) || (self.settings.acd_names_supervisors && engine.is_supervisor(&session.agent))
        })
    }

    /// The teams a session may look at: its agent's and the one it was given; wallboards and admins without one, all.
    fn teams_of(session: &Session, engine: &Engine) -> Vec<TeamId> {
        let mut teams: Vec<TeamId> = session.identity.team.into_iter().collect();
        if session.identity.agent.is_some() {
            teams.extend(engine.teams_of(&session.agent));
        }
        let is_onlooker = session.identity.roles.has(Role::Wallboard) || session.identity.roles.has(Role::Admin);
        if is_onlooker && session.identity.team.is_none() {
            teams.extend(engine.teams());
        }
        teams
    }

    /// `session.getteam`: the team now, and from now on what changes in it.
    pub(super) fn get_team(&mut self, key: SessionKey, asked: &Asked, engine: &mut Engine) -> Result<(), Failure> {
        let wanted = command::team_id(&asked.request)?;
        let Some(session) = self.sessions.get(&key) else { return Ok(()) };
        if !session.is_proved {
            return Err(not_proved());
        }
        if engine.service() != ServiceStatus::InService {
            return Err(Failure::new(FailureCode::CtiOffline, "No CTI Server is connected"));
        }
        let teams = Self::teams_of(session, engine);
        let id = match wanted {
            None => teams.first().copied(),
            Some(wanted) => teams.into_iter().find(|team| *team == wanted),
        };
        let team = id.and_then(|id| engine.team(id)).ok_or_else(|| nothing_there("team"))?;
        let shows_calls = self.shows_calls(key, engine);
        self.leave_team(key);
        engine.watch_team(team.id);
        self.watchers.entry(team.id).or_default().push(key);
        if let Some(session) = self.sessions.get_mut(&key) {
            session.watched = Some(team.id);
        }
        self.succeed(asked.socket, asked.name, asked.request.success());
        self.tell(key, |session, hub| session.scene(&hub.settings, false).team_updated(&team, shows_calls));
        Ok(())
    }

    /// The session hears no more of its team.
    pub(crate) fn leave_team(&mut self, key: SessionKey) {
        if let Some(team) = self.sessions.get_mut(&key).and_then(|session| session.watched.take()) {
            self.forget_watcher(key, team);
        }
    }

    pub(crate) fn forget_watcher(&mut self, key: SessionKey, team: TeamId) {
        if let Some(watchers) = self.watchers.get_mut(&team) {
            watchers.retain(|watcher| *watcher != key);
            if watchers.is_empty() {
                self.watchers.remove(&team);
            }
        }
        self.unwatched.push(team);
    }

    /// Something happened in a team that somebody watches.
    pub(crate) fn team_event(&mut self, event: &TeamEvent, engine: &Engine) {
        let (TeamEvent::Changed(id) | TeamEvent::Member(id, _)) = event;
        let watchers = self.watchers.get(id).cloned().unwrap_or_default();
        // The same text for all, but for the calls: written when the first of them needs it.
        let mut changes: [Option<MemberChange>; 2] = [None, None];
        for key in watchers {
            if self.sessions.get(&key).is_none_or(|session| session.held.is_some()) {
                continue;
            }
            let shows_calls = self.shows_calls(key, engine);
            match event {
                TeamEvent::Member(id, member) => {
                    let settings = &self.settings;
                    let change =
                        changes[usize::from(shows_calls)].get_or_insert_with(|| MemberChange::of(settings, *id, member, shows_calls));
                    let change = &*change;
                    self.tell(key, |session, hub| session.scene(&hub.settings, false).team_member_changed(change));
                }
                TeamEvent::Changed(id) => {
                    let Some(team) = engine.team(*id) else { continue };
                    self.show_team(key, team, engine);
                }
            }
        }
    }

    /// Tells the whole team that is watched, as the session may see it now. Who was taken out of it hears of it no more.
    pub(super) fn show_team(&mut self, key: SessionKey, mut team: TeamInfo, engine: &Engine) {
        let may_stay = self.sessions.get(&key).is_some_and(|session| Self::teams_of(session, engine).contains(&team.id));
        if !may_stay {
            team.members.clear();
        }
        let shows_calls = self.shows_calls(key, engine);
        self.tell(key, |session, hub| session.scene(&hub.settings, false).team_updated(&team, shows_calls));
        if !may_stay {
            self.leave_team(key);
        }
    }

    /// Whether what a command is about may be reached from this session; the engine knows no roles.
    pub(super) fn check_reach(&self, key: SessionKey, command: &Command, engine: &Engine) -> Result<(), Failure> {
        let Some(session) = self.sessions.get(&key) else { return Ok(()) };
        match command {
            Command::Statistics(Scope::Agent(other)) if !self.may_see_figures(key, session, other, engine) => Err(nothing_there("agent")),
            Command::Message { to: Recipient::Agent(other), .. } => {
                let is_here = self.by_agent.get(other).and_then(|key| self.sessions.get(key)).is_some_and(|session| session.is_proved);
                if is_here { Ok(()) } else { Err(nothing_there("agent")) }
            }
            Command::FindDevice(endpoint) => Self::check_new_place(session, endpoint, engine),
            _ => Ok(()),
        }
    }

    /// One's own figures, and those of the members of a team one is responsible for.
    fn may_see_figures(&self, key: SessionKey, session: &Session, other: &AgentId, engine: &Engine) -> bool {
        if session.identity.agent.is_some() && session.agent == *other {
            return true;
        }
        let is_responsible =
            self.shows_calls(key, engine) || session.identity.roles.has(Role::Wallboard) || session.identity.roles.has(Role::Admin);
        let mine = Self::teams_of(session, engine);
        is_responsible && engine.teams_of(other).iter().any(|team| mine.contains(team))
    }
}

//! Team view, statistics and texts: what their events hold.

use std::borrow::Cow;

use serde::Serialize;

use super::event::{Body, Moment, ReasonDescription, Scene, agent_state_word};
use super::target::Object;
use crate::engine::statistics::{AgentCounters, GroupCounters, GroupNow, Statistics};
use crate::engine::team::{MemberInfo, TeamId, TeamInfo};
use crate::engine::user_message::{Sender, UserMessage};

#[derive(Serialize)]
struct TeamUpdated<'a> {
    team: TeamDescription<'a>,
    members: Vec<TeamMember<'a>>,
}

#[derive(Serialize)]
struct TeamMemberChanged<'a> {
    team: TeamReference,
    member: TeamMember<'a>,
}

#[derive(Serialize)]
struct TeamDescription<'a> {
    id: TeamId,
    name: Cow<'a, str>,
}

#[derive(Serialize)]
struct TeamReference {
    id: TeamId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TeamMember<'a> {
    id: &'a str,
    /// The id where the CTI Server tells no name.
    name: &'a str,
    extension: Option<&'a str>,
    state: Cow<'static, str>,
    reason: Option<ReasonDescription<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<Cow<'static, str>>,
    since: Moment,
    /// For those who may supervise only.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<u32>,
    supervisor: bool,
}

#[derive(Serialize)]
#[serde(tag = "scope", rename_all = "lowercase")]
enum StatisticsUpdated<'a> {
    Agent {
        id: &'a str,
        at: Moment,
        session: &'a AgentCounters,
        today: &'a AgentCounters,
    },
    #[serde(rename_all = "camelCase")]
    SkillGroup {
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        skill_group_id: Option<u32>,
        at: Moment,
        now: &'a GroupNow,
        five_minutes: &'a GroupCounters,
        half_hour: &'a GroupCounters,
        today: &'a GroupCounters,
    },
}

#[derive(Serialize)]
struct MessageReceived<'a> {
    from: MessageSender<'a>,
    to: &'static str,
    text: &'a str,
    at: Moment,
}

#[derive(Serialize)]
struct MessageSender<'a> {
    /// An agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// Another client of the CTI Server, by its ClientID.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
}

impl Scene<'_> {
    fn team_member<'a>(&'a self, member: &'a MemberInfo, shows_calls: bool) -> TeamMember<'a> {
        let agent = &member.agent;
        TeamMember {
            id: &agent.id.0,
            name: member.name.as_deref().unwrap_or(&agent.id.0),
            extension: member.extension.as_deref(),
            state: agent_state_word(agent.state),
            reason: self.reason(agent),
            pending: agent.pending.map(agent_state_word),
            since: Moment(agent.since),
            call_id: member.call_id.filter(|_| shows_calls),
            supervisor: member.is_supervisor,
        }
    }

    /// A team and everybody in it. Calls can be seen by those who may do something about them.
    pub fn team_updated(&self, team: &TeamInfo, shows_calls: bool) -> Body {
        let name = team.name.as_deref().map_or_else(|| format!("Team {}", team.id).into(), Cow::from);
        let members = team.members.iter().map(|member| self.team_member(member, shows_calls)).collect();
        self.object(Object::Session, "team.updated", TeamUpdated { team: TeamDescription { id: team.id, name }, members })
    }

    /// One member changed.
    pub fn team_member_changed(&self, team: TeamId, member: &MemberInfo, shows_calls: bool) -> Body {
        let data = TeamMemberChanged { team: TeamReference { id: team }, member: self.team_member(member, shows_calls) };
        self.object(Object::Session, "team.member.infochanged", data)
    }

    /// Statistics that were asked for.
    pub(super) fn statistics_updated(&self, statistics: &Statistics) -> Body {
        let data = match statistics {
            Statistics::Agent(told) => {
                StatisticsUpdated::Agent { id: &told.agent.0, at: Moment(told.at), session: &told.session, today: &told.today }
            }
            Statistics::SkillGroup(told) => StatisticsUpdated::SkillGroup {
                id: told.number.to_string(),
                name: self.settings.skill_group_names.get(&told.number).or(told.name.as_ref()).map(|name| name.as_str()),
                skill_group_id: told.id,
                at: Moment(told.at),
                now: &told.now,
                five_minutes: &told.five_minutes,
                half_hour: &told.half_hour,
                today: &told.today,
            },
        };
        self.object(Object::Session, "statistics.updated", data)
    }

    /// Somebody sent a text.
    pub(super) fn message_received(&self, message: &UserMessage) -> Body {
        let from = match &message.from {
            Sender::Agent { id, name } => MessageSender { id: Some(&id.0), name: name.as_deref(), client: None },
            Sender::Client(client) => MessageSender { id: None, name: None, client: Some(client) },
        };
        let data = MessageReceived { from, to: message.to.word(), text: &message.text, at: Moment(message.at) };
        self.object(Object::Session, "session.message.received", data)
    }
}

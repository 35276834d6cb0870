//! Team view, statistics and texts: what their events hold.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::event::{Body, Moment, ReasonDescription, Scene, agent_state_word};
use super::target::{Object, Root};
use crate::desktop::settings::Settings;
use crate::engine::statistics::{AgentCounters, GroupCounters, GroupNow, Statistics};
use crate::engine::team::{MemberInfo, TeamId, TeamInfo};
use crate::engine::user_message::{Sender, UserMessage};

pub(super) mod schema;

#[derive(Serialize, JsonSchema)]
struct TeamUpdated<'a> {
    team: TeamDescription<'a>,
    members: Vec<TeamMember<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct TeamMemberChanged<'a> {
    team: TeamReference,
    member: TeamMember<'a>,
}

#[derive(Serialize, JsonSchema)]
struct TeamDescription<'a> {
    id: TeamId,
    name: Cow<'a, str>,
}

#[derive(Serialize, JsonSchema)]
struct TeamReference {
    id: TeamId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TeamMember<'a> {
    id: &'a str,
    /// The id where the CTI Server tells no name.
    name: &'a str,
    extension: Option<&'a str>,
    #[schemars(with = "super::event::schema::AgentState")]
    state: Cow<'static, str>,
    reason: Option<ReasonDescription<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "super::event::schema::AgentState")]
    pending: Option<Cow<'static, str>>,
    since: Moment,
    /// For those who may supervise only.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<u32>,
    supervisor: bool,
}

#[derive(Serialize, JsonSchema)]
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

#[derive(Serialize, JsonSchema)]
struct MessageReceived<'a> {
    from: MessageSender<'a>,
    #[schemars(with = "schema::Recipient")]
    to: &'static str,
    text: &'a str,
    at: Moment,
}

#[derive(Serialize, JsonSchema)]
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

/// What a change of one member looks like, written once for everybody who looks on.
#[derive(Debug)]
pub struct MemberChange(Box<RawValue>);

impl MemberChange {
    /// Writes it, with the member's call or without.
    pub fn of(settings: &Settings, team: TeamId, member: &MemberInfo, shows_calls: bool) -> Self {
        let root = Root::default();
        let scene = Scene { root: &root, endpoint: "", settings, is_resync: false };
        let data = TeamMemberChanged { team: TeamReference { id: team }, member: scene.team_member(member, shows_calls) };
        // Our own structs always serialise.
        Self(serde_json::value::to_raw_value(&data).unwrap_or_default())
    }
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
    pub fn team_member_changed(&self, change: &MemberChange) -> Body {
        self.object(Object::Session, "team.member.infochanged", &change.0)
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

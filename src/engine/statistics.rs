//! Statistics of agents and skill groups, asked for when somebody wants to see them.
//!
//! The CTI Server counts; nothing is added up here. All times are seconds, calls count when their after-call work is over,
//! and a counter that the server marks as unknown is `None`. Queue counters are never known on a Unified CCE peripheral.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::command::{CommandId, Failure, FailureCode, Reply};
use super::commands::{Checked, text};
use super::event::Event;
use super::model::{AgentId, Name};
use super::pending::Purpose;
use super::{Engine, Output};
use crate::protocol::Message;
use crate::protocol::message as wire;

/// The reference's "unknown".
const UNKNOWN: u32 = u32::MAX;

/// Whose statistics.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// An agent's.
    Agent(AgentId),
    /// A skill group's, by SkillGroupNumber.
    SkillGroup(u32),
}

macro_rules! counters {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        #[allow(missing_docs)] // the CTI Server Message Reference Guide's counters by their names
        pub struct $name {
            $( #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<u32>, )*
        }
    };
}

/// Fills counters from a confirmation's fields.
macro_rules! take {
    ($conf:ident; $($field:ident=$from:ident)*) => { Self { $( $field: known($conf.$from), )* } };
}

fn known(counter: u32) -> Option<u32> {
    Some(counter).filter(|counter| *counter != UNKNOWN)
}

counters! {
    /// What one agent did in one period.
    pub struct AgentCounters {
        avail_time,
        logged_on_time,
        not_ready_time,
        icm_available_time,
        routable_time,
        agent_out_calls,
        agent_out_calls_talk_time,
        agent_out_calls_time,
        agent_out_calls_held,
        agent_out_calls_held_time,
        handled_calls,
        handled_calls_talk_time,
        handled_calls_after_call_time,
        handled_calls_time,
        incoming_calls_held,
        incoming_calls_held_time,
        internal_calls,
        internal_calls_time,
        internal_calls_rcvd,
        internal_calls_rcvd_time,
        internal_calls_held,
        internal_calls_held_time,
        auto_out_calls,
        auto_out_calls_talk_time,
        auto_out_calls_time,
        auto_out_calls_held,
        auto_out_calls_held_time,
        preview_calls,
        preview_calls_talk_time,
        preview_calls_time,
        preview_calls_held,
        preview_calls_held_time,
        reservation_calls,
        reservation_calls_talk_time,
        reservation_calls_time,
        reservation_calls_held,
        reservation_calls_held_time,
        barge_in_calls,
        intercept_calls,
        monitor_calls,
        whisper_calls,
        emergency_calls,
    }
}

counters! {
    /// How a skill group stands at this moment.
    pub struct GroupNow {
        agents_logged_on,
        agents_avail,
        agents_not_ready,
        agents_ready,
        agents_talking_in,
        agents_talking_out,
        agents_talking_other,
        agents_work_not_ready,
        agents_work_ready,
        agents_busy_other,
        agents_reserved,
        agents_hold,
        agents_icm_available,
        agents_application_available,
        agents_talking_auto_out,
        agents_talking_preview,
        agents_talking_reservation,
        router_calls_q_now,
        longest_router_call_q_now,
        calls_q_now,
        calls_q_time_now,
        longest_call_q_now,
    }
}

counters! {
    /// What the agents of a skill group did in one period.
    pub struct GroupCounters {
        avail_time,
        logged_on_time,
        not_ready_time,
        agent_out_calls,
        agent_out_calls_talk_time,
        agent_out_calls_time,
        agent_out_calls_held,
        agent_out_calls_held_time,
        handled_calls,
        handled_calls_talk_time,
        handled_calls_after_call_time,
        handled_calls_time,
        incoming_calls_held,
        incoming_calls_held_time,
        internal_calls_rcvd,
        internal_calls_rcvd_time,
        internal_calls_held,
        internal_calls_held_time,
        auto_out_calls,
        auto_out_calls_talk_time,
        auto_out_calls_time,
        auto_out_calls_held,
        auto_out_calls_held_time,
        preview_calls,
        preview_calls_talk_time,
        preview_calls_time,
        preview_calls_held,
        preview_calls_held_time,
        reservation_calls,
        reservation_calls_talk_time,
        reservation_calls_time,
        reservation_calls_held,
        reservation_calls_held_time,
        barge_in_calls,
        intercept_calls,
        monitor_calls,
        whisper_calls,
        emergency_calls,
        calls_q,
        calls_q_time,
        longest_call_q,
    }
}

/// Statistics of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentStatistics {
    /// Whose.
    pub agent: AgentId,
    /// When the CTI Server told them.
    pub at: Timestamp,
    /// Since the agent signed in.
    pub session: AgentCounters,
    /// Since midnight.
    pub today: AgentCounters,
}

/// Statistics of a skill group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupStatistics {
    /// SkillGroupNumber.
    pub number: u32,
    /// The group's name by the configuration, where the server tells it.
    pub name: Option<Name>,
    /// SkillGroupID, where the server tells it.
    pub id: Option<u32>,
    /// When the CTI Server told them.
    pub at: Timestamp,
    /// This moment.
    pub now: GroupNow,
    /// The last five minutes.
    pub five_minutes: GroupCounters,
    /// The current half hour.
    pub half_hour: GroupCounters,
    /// Since midnight.
    pub today: GroupCounters,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statistics {
    /// An agent's.
    Agent(Box<AgentStatistics>),
    /// A skill group's.
    SkillGroup(Box<GroupStatistics>),
}

impl AgentCounters {
    fn session(conf: &wire::QueryAgentStatisticsConf<'_>) -> Self {
        take!(conf; avail_time=avail_time_session logged_on_time=logged_on_time_session not_ready_time=not_ready_time_session icm_available_time=icm_available_time_session routable_time=routable_time_session agent_out_calls=agent_out_calls_session agent_out_calls_talk_time=agent_out_calls_talk_time_session agent_out_calls_time=agent_out_calls_time_session agent_out_calls_held=agent_out_calls_held_session agent_out_calls_held_time=agent_out_calls_held_time_session handled_calls=handled_calls_session handled_calls_talk_time=handled_calls_talk_time_session handled_calls_after_call_time=handled_calls_after_call_time_session handled_calls_time=handled_calls_time_session incoming_calls_held=incoming_calls_held_session incoming_calls_held_time=incoming_calls_held_time_session internal_calls=internal_calls_session internal_calls_time=internal_calls_time_session internal_calls_rcvd=internal_calls_rcvd_session internal_calls_rcvd_time=internal_calls_rcvd_time_session internal_calls_held=internal_calls_held_session internal_calls_held_time=internal_calls_held_time_session auto_out_calls=auto_out_calls_session auto_out_calls_talk_time=auto_out_calls_talk_time_session auto_out_calls_time=auto_out_calls_time_session auto_out_calls_held=auto_out_calls_held_session auto_out_calls_held_time=auto_out_calls_held_time_session preview_calls=preview_calls_session preview_calls_talk_time=preview_calls_talk_time_session preview_calls_time=preview_calls_time_session preview_calls_held=preview_calls_held_session preview_calls_held_time=preview_calls_held_time_session reservation_calls=reservation_calls_session reservation_calls_talk_time=reservation_calls_talk_time_session reservation_calls_time=reservation_calls_time_session reservation_calls_held=reservation_calls_held_session reservation_calls_held_time=reservation_calls_held_time_session barge_in_calls=barge_in_calls_session intercept_calls=intercept_calls_session monitor_calls=monitor_calls_session whisper_calls=whisper_calls_session emergency_calls=emergency_calls_session)
    }

    fn today(conf: &wire::QueryAgentStatisticsConf<'_>) -> Self {
        take!(conf; avail_time=avail_time_today logged_on_time=logged_on_time_today not_ready_time=not_ready_time_today icm_available_time=icm_available_time_today routable_time=routable_time_today agent_out_calls=agent_out_calls_today agent_out_calls_talk_time=agent_out_calls_talk_time_today agent_out_calls_time=agent_out_calls_time_today agent_out_calls_held=agent_out_calls_held_today agent_out_calls_held_time=agent_out_calls_held_time_today handled_calls=handled_calls_today handled_calls_talk_time=handled_calls_talk_time_today handled_calls_after_call_time=handled_calls_after_call_time_today handled_calls_time=handled_calls_time_today incoming_calls_held=incoming_calls_held_today incoming_calls_held_time=incoming_calls_held_time_today internal_calls=internal_calls_today internal_calls_time=internal_calls_time_today internal_calls_rcvd=internal_calls_rcvd_today internal_calls_rcvd_time=internal_calls_rcvd_time_today internal_calls_held=internal_calls_held_today internal_calls_held_time=internal_calls_held_time_today auto_out_calls=auto_out_calls_today auto_out_calls_talk_time=auto_out_calls_talk_time_today auto_out_calls_time=auto_out_calls_time_today auto_out_calls_held=auto_out_calls_held_today auto_out_calls_held_time=auto_out_calls_held_time_today preview_calls=preview_calls_today preview_calls_talk_time=preview_calls_talk_time_today preview_calls_time=preview_calls_time_today preview_calls_held=preview_calls_held_today preview_calls_held_time=preview_calls_held_time_today reservation_calls=reservation_calls_today reservation_calls_talk_time=reservation_calls_talk_time_today reservation_calls_time=reservation_calls_time_today reservation_calls_held=reservation_calls_held_today reservation_calls_held_time=reservation_calls_held_time_today barge_in_calls=barge_in_calls_today intercept_calls=intercept_calls_today monitor_calls=monitor_calls_today whisper_calls=whisper_calls_today emergency_calls=emergency_calls_today)
    }
}

impl GroupNow {
    fn of(conf: &wire::QuerySkillGroupStatisticsConf) -> Self {
        take!(conf; agents_logged_on=agents_logged_on agents_avail=agents_avail agents_not_ready=agents_not_ready agents_ready=agents_ready agents_talking_in=agents_talking_in agents_talking_out=agents_talking_out agents_talking_other=agents_talking_other agents_work_not_ready=agents_work_not_ready agents_work_ready=agents_work_ready agents_busy_other=agents_busy_other agents_reserved=agents_reserved agents_hold=agents_hold agents_icm_available=agents_icm_available agents_application_available=agents_application_available agents_talking_auto_out=agents_talking_auto_out agents_talking_preview=agents_talking_preview agents_talking_reservation=agents_talking_reservation router_calls_q_now=router_calls_q_now longest_router_call_q_now=longest_router_call_q_now calls_q_now=calls_q_now calls_q_time_now=calls_q_time_now longest_call_q_now=longest_call_q_now)
    }
}

impl GroupCounters {
    fn five_minutes(conf: &wire::QuerySkillGroupStatisticsConf) -> Self {
        take!(conf; avail_time=avail_time_to5 logged_on_time=logged_on_time_to5 not_ready_time=not_ready_time_to5 agent_out_calls=agent_out_calls_to5 agent_out_calls_talk_time=agent_out_calls_talk_time_to5 agent_out_calls_time=agent_out_calls_time_to5 agent_out_calls_held=agent_out_calls_held_to5 agent_out_calls_held_time=agent_out_calls_held_time_to5 handled_calls=handled_calls_to5 handled_calls_talk_time=handled_calls_talk_time_to5 handled_calls_after_call_time=handled_calls_after_call_time_to5 handled_calls_time=handled_calls_time_to5 incoming_calls_held=incoming_calls_held_to5 incoming_calls_held_time=incoming_calls_held_time_to5 internal_calls_rcvd=internal_calls_rcvd_to5 internal_calls_rcvd_time=internal_calls_rcvd_time_to5 internal_calls_held=internal_calls_held_to5 internal_calls_held_time=internal_calls_held_time_to5 auto_out_calls=auto_out_calls_to5 auto_out_calls_talk_time=auto_out_calls_talk_time_to5 auto_out_calls_time=auto_out_calls_time_to5 auto_out_calls_held=auto_out_calls_held_to5 auto_out_calls_held_time=auto_out_calls_held_time_to5 preview_calls=preview_calls_to5 preview_calls_talk_time=preview_calls_talk_time_to5 preview_calls_time=preview_calls_time_to5 preview_calls_held=preview_calls_held_to5 preview_calls_held_time=preview_calls_held_time_to5 reservation_calls=reservation_calls_to5 reservation_calls_talk_time=reservation_calls_talk_time_to5 reservation_calls_time=reservation_calls_time_to5 reservation_calls_held=reservation_calls_held_to5 reservation_calls_held_time=reservation_calls_held_time_to5 barge_in_calls=barge_in_calls_to5 intercept_calls=intercept_calls_to5 monitor_calls=monitor_calls_to5 whisper_calls=whisper_calls_to5 emergency_calls=emergency_calls_to5 calls_q=calls_q5 calls_q_time=calls_q_time5 longest_call_q=longest_call_q5)
    }

    fn half_hour(conf: &wire::QuerySkillGroupStatisticsConf) -> Self {
        take!(conf; avail_time=avail_time_to_half logged_on_time=logged_on_time_to_half not_ready_time=not_ready_time_to_half agent_out_calls=agent_out_calls_to_half agent_out_calls_talk_time=agent_out_calls_talk_time_to_half agent_out_calls_time=agent_out_calls_time_to_half agent_out_calls_held=agent_out_calls_held_to_half agent_out_calls_held_time=agent_out_calls_held_time_to_half handled_calls=handled_calls_to_half handled_calls_talk_time=handled_calls_talk_time_to_half handled_calls_after_call_time=handled_calls_after_call_time_to_half handled_calls_time=handled_calls_time_to_half incoming_calls_held=incoming_calls_held_to_half incoming_calls_held_time=incoming_calls_held_time_to_half internal_calls_rcvd=internal_calls_rcvd_to_half internal_calls_rcvd_time=internal_calls_rcvd_time_to_half internal_calls_held=internal_calls_held_to_half internal_calls_held_time=internal_calls_held_time_to_half auto_out_calls=auto_out_calls_to_half auto_out_calls_talk_time=auto_out_calls_talk_time_to_half auto_out_calls_time=auto_out_calls_time_to_half auto_out_calls_held=auto_out_calls_held_to_half auto_out_calls_held_time=auto_out_calls_held_time_to_half preview_calls=preview_calls_to_half preview_calls_talk_time=preview_calls_talk_time_to_half preview_calls_time=preview_calls_time_to_half preview_calls_held=preview_calls_held_to_half preview_calls_held_time=preview_calls_held_time_to_half reservation_calls=reservation_calls_to_half reservation_calls_talk_time=reservation_calls_talk_time_to_half reservation_calls_time=reservation_calls_time_to_half reservation_calls_held=reservation_calls_held_to_half reservation_calls_held_time=reservation_calls_held_time_to_half barge_in_calls=barge_in_calls_to_half intercept_calls=intercept_calls_to_half monitor_calls=monitor_calls_to_half whisper_calls=whisper_calls_to_half emergency_calls=emergency_calls_to_half calls_q=calls_q_half calls_q_time=calls_q_time_half longest_call_q=longest_call_q_half)
    }

    fn today(conf: &wire::QuerySkillGroupStatisticsConf) -> Self {
        take!(conf; avail_time=avail_time_today logged_on_time=logged_on_time_today not_ready_time=not_ready_time_today agent_out_calls=agent_out_calls_today agent_out_calls_talk_time=agent_out_calls_talk_time_today agent_out_calls_time=agent_out_calls_time_today agent_out_calls_held=agent_out_calls_held_today agent_out_calls_held_time=agent_out_calls_held_time_today handled_calls=handled_calls_today handled_calls_talk_time=handled_calls_talk_time_today handled_calls_after_call_time=handled_calls_after_call_time_today handled_calls_time=handled_calls_time_today incoming_calls_held=incoming_calls_held_today incoming_calls_held_time=incoming_calls_held_time_today internal_calls_rcvd=internal_calls_rcvd_today internal_calls_rcvd_time=internal_calls_rcvd_time_today internal_calls_held=internal_calls_held_today internal_calls_held_time=internal_calls_held_time_today auto_out_calls=auto_out_calls_today auto_out_calls_talk_time=auto_out_calls_talk_time_today auto_out_calls_time=auto_out_calls_time_today auto_out_calls_held=auto_out_calls_held_today auto_out_calls_held_time=auto_out_calls_held_time_today preview_calls=preview_calls_today preview_calls_talk_time=preview_calls_talk_time_today preview_calls_time=preview_calls_time_today preview_calls_held=preview_calls_held_today preview_calls_held_time=preview_calls_held_time_today reservation_calls=reservation_calls_today reservation_calls_talk_time=reservation_calls_talk_time_today reservation_calls_time=reservation_calls_time_today reservation_calls_held=reservation_calls_held_today reservation_calls_held_time=reservation_calls_held_time_today barge_in_calls=barge_in_calls_today intercept_calls=intercept_calls_today monitor_calls=monitor_calls_today whisper_calls=whisper_calls_today emergency_calls=emergency_calls_today calls_q=calls_q_today calls_q_time=calls_q_time_today longest_call_q=longest_call_q_today)
    }
}

impl Engine {
    /// Asks the CTI Server; the answer goes to the desktops of `owner`, who need not be an agent.
    pub(super) fn ask_statistics(&mut self, id: CommandId, owner: &AgentId, scope: Scope) -> Checked<()> {
        let request: Message<'static> = match &scope {
            Scope::Agent(agent) => {
                let Some(known) = self.agents.get(agent) else {
                    return Err(Failure::new(FailureCode::UnknownTarget, "There is no such agent"));
                };
                let agent_id = Some(text(&agent.0));
                wire::QueryAgentStatisticsReq { peripheral_id: known.peripheral, agent_id, ..Default::default() }.into()
            }
            Scope::SkillGroup(number) => wire::QuerySkillGroupStatisticsReq {
                peripheral_id: self.peripheral.unwrap_or(UNKNOWN),
                skill_group_number: *number,
                skill_group_id: UNKNOWN,
                ..Default::default()
            }
            .into(),
        };
        // Everybody who asks the same while the question is under way gets the one answer: counting is work for the server.
        let twin = self.requests.values().find(|pending| matches!(&pending.purpose, Purpose::Statistics(other) if *other == scope));
        let leader = twin.and_then(|pending| pending.command);
        self.statistics_wanted.entry(scope.clone()).or_default().push(owner.clone());
        match leader {
            Some(leader) => self.follow(leader, id),
            None => {
                self.request(Some(id), owner, Purpose::Statistics(scope), request);
            }
        }
        Ok(())
    }

    /// The CTI Server told: success first, then the figures to everybody who asked.
    pub(super) fn statistics_told(&mut self, command: Option<CommandId>, scope: &Scope, message: &Message<'_>) {
        let owners = self.statistics_wanted.remove(scope).unwrap_or_default();
        let at = self.now.wall;
        let told = match (message, scope) {
            (Message::QueryAgentStatisticsConf(conf), Scope::Agent(agent)) => Statistics::Agent(Box::new(AgentStatistics {
                agent: agent.clone(),
                at,
                session: AgentCounters::session(conf),
                today: AgentCounters::today(conf),
            })),
            (Message::QuerySkillGroupStatisticsConf(conf), Scope::SkillGroup(number)) => {
                Statistics::SkillGroup(Box::new(GroupStatistics {
                    number: *number,
                    name: self.skill_group_name(*number).cloned(),
                    id: known(conf.skill_group_id),
                    at,
                    now: GroupNow::of(conf),
                    five_minutes: GroupCounters::five_minutes(conf),
                    half_hour: GroupCounters::half_hour(conf),
                    today: GroupCounters::today(conf),
                }))
            }
            _ => {
                if let Some(command) = command {
                    self.fail(command, FailureCode::CtiFailure, "The CTI Server's confirmation was not understood", "");
                }
                return;
            }
        };
        if let Some(command) = command {
            self.reply(command, Reply::Success);
        }
        let told = Arc::new(told);
        let mut told_to: Vec<AgentId> = Vec::new();
        for owner in owners {
            if !told_to.contains(&owner) {
                self.outputs.push_back(Output::Event(owner.clone(), Event::Statistics(told.clone())));
                told_to.push(owner);
            }
        }
    }
}

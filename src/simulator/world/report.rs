//! Statistics of agents and skill groups, from what the world really counted.
//!
//! Times are seconds. Counters that nothing here counts (intervals of groups, queues, which a Unified CCE peripheral does
//! not know) are 0xffffffff, the reference's "unknown".

use std::time::Duration;

use super::agent::Tally;
use super::emit::{NULL, some};
use super::request::{Answer, Asker};
use super::{PERIPHERAL, World};
use crate::protocol::message::{
    QueryAgentStatisticsConf, QueryAgentStatisticsReq, QuerySkillGroupStatisticsConf, QuerySkillGroupStatisticsReq,
};
use crate::protocol::values::{AgentState, CallDirection, StatusCode};

/// Fills the counters of one period of an answer; the kinds of calls that this world does not have stay 0, which is true.
macro_rules! fill {
    ($answer:ident, $tally:expr; $($avail:ident $logged_on:ident $not_ready:ident $icm:ident $routable:ident
        $out:ident $out_talk:ident $out_time:ident $out_held:ident $out_hold:ident
        $handled:ident $handled_talk:ident $handled_work:ident $handled_time:ident $in_held:ident $in_hold:ident
        $internal:ident $internal_time:ident $rcvd:ident $rcvd_time:ident $internal_held:ident $internal_hold:ident
        $barge:ident $intercept:ident $monitor:ident $emergency:ident)*) => { $(
        let tally: &Tally = $tally;
        $answer.$avail = seconds(tally.avail);
        $answer.$logged_on = seconds(tally.logged_on);
        $answer.$not_ready = seconds(tally.not_ready);
        $answer.$icm = seconds(tally.avail);
        $answer.$routable = seconds(tally.logged_on);
        $answer.$out = tally.out.calls;
        $answer.$out_talk = seconds(tally.out.talk);
        $answer.$out_time = seconds(tally.out.time());
        $answer.$out_held = tally.out.held_calls;
        $answer.$out_hold = seconds(tally.out.hold);
        $answer.$handled = tally.handled.calls;
        $answer.$handled_talk = seconds(tally.handled.talk);
        $answer.$handled_work = seconds(tally.handled.work);
        $answer.$handled_time = seconds(tally.handled.time());
        $answer.$in_held = tally.handled.held_calls;
        $answer.$in_hold = seconds(tally.handled.hold);
        $answer.$internal = tally.internal.calls;
        $answer.$internal_time = seconds(tally.internal.time());
        $answer.$rcvd = tally.internal_received.calls;
        $answer.$rcvd_time = seconds(tally.internal_received.time());
        $answer.$internal_held = tally.internal.held_calls + tally.internal_received.held_calls;
        $answer.$internal_hold = seconds(tally.internal.hold + tally.internal_received.hold);
        $answer.$barge = tally.barged_in;
        $answer.$intercept = tally.intercepted;
        $answer.$monitor = tally.monitored;
        $answer.$emergency = tally.emergencies;
    )* };
}

/// Sets counters to "unknown".
macro_rules! unknown {
    ($answer:ident; $($field:ident)*) => { $( $answer.$field = NULL; )* };
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(NULL)
}

impl World {
    pub(super) fn agent_statistics(&mut self, asker: &Asker, request: &QueryAgentStatisticsReq<'_>) -> Answer {
        let instrument = request.agent_instrument.as_deref();
        let nothing = request.agent_id.is_none() && request.agent_extension.is_none() && instrument.is_none();
        let instrument = instrument.or(if nothing { asker.device.as_deref() } else { None });
        let ix = self.agent_named(request.agent_id.as_deref(), request.agent_extension.as_deref(), instrument)?;
        let (now, day) = (self.now.mono, self.today());
        self.agents[ix].count_time(now);
        self.agents[ix].begin_day(day);
        let agent = &self.agents[ix];
        let mut answer = QueryAgentStatisticsConf {
            invoke_id: request.invoke_id,
            peripheral_id: PERIPHERAL,
            agent_extension: some(agent.instrument()),
            agent_id: some(&agent.id),
            agent_instrument: some(agent.instrument()),
            ..QueryAgentStatisticsConf::default()
        };
        fill!(answer, &agent.session; avail_time_session logged_on_time_session not_ready_time_session icm_available_time_session routable_time_session agent_out_calls_session agent_out_calls_talk_time_session agent_out_calls_time_session agent_out_calls_held_session agent_out_calls_held_time_session handled_calls_session handled_calls_talk_time_session handled_calls_after_call_time_session handled_calls_time_session incoming_calls_held_session incoming_calls_held_time_session internal_calls_session internal_calls_time_session internal_calls_rcvd_session internal_calls_rcvd_time_session internal_calls_held_session internal_calls_held_time_session barge_in_calls_session intercept_calls_session monitor_calls_session emergency_calls_session);
        fill!(answer, &agent.today; avail_time_today logged_on_time_today not_ready_time_today icm_available_time_today routable_time_today agent_out_calls_today agent_out_calls_talk_time_today agent_out_calls_time_today agent_out_calls_held_today agent_out_calls_held_time_today handled_calls_today handled_calls_talk_time_today handled_calls_after_call_time_today handled_calls_time_today incoming_calls_held_today incoming_calls_held_time_today internal_calls_today internal_calls_time_today internal_calls_rcvd_today internal_calls_rcvd_time_today internal_calls_held_today internal_calls_held_time_today barge_in_calls_today intercept_calls_today monitor_calls_today emergency_calls_today);
        Ok(answer.into())
    }

    pub(super) fn group_statistics(&mut self, request: &QuerySkillGroupStatisticsReq) -> Answer {
        let wanted = if request.skill_group_number == NULL { request.skill_group_id } else { request.skill_group_number };
        let group = self.groups.iter().find(|group| group.number == wanted).ok_or(StatusCode::INVALID_SKILL_GROUP)?.number;
        let (now, day) = (self.now.mono, self.today());
        let mut answer = QuerySkillGroupStatisticsConf {
            invoke_id: request.invoke_id,
            peripheral_id: PERIPHERAL,
            skill_group_number: group,
            skill_group_id: group,
            ..QuerySkillGroupStatisticsConf::default()
        };
        let members: Vec<_> = self.agents.indices().filter(|ix| self.agents[*ix].groups.contains(&group)).collect();
        for ix in members {
            self.agents[ix].count_time(now);
            self.agents[ix].begin_day(day);
            let state = self.group_state(ix, group);
            let agent = &self.agents[ix];
            if !agent.is_logged_in() {
                continue;
            }
            answer.agents_logged_on += 1;
            answer.agents_ready += u32::from(state != AgentState::NOT_READY);
            *match (state, agent.direction) {
                (AgentState::AVAILABLE, _) => &mut answer.agents_avail,
                (AgentState::NOT_READY, _) => &mut answer.agents_not_ready,
                (AgentState::RESERVED, _) => &mut answer.agents_reserved,
                (AgentState::HOLD, _) => &mut answer.agents_hold,
                (AgentState::WORK_NOT_READY, _) => &mut answer.agents_work_not_ready,
                (AgentState::WORK_READY, _) => &mut answer.agents_work_ready,
                (AgentState::TALKING, CallDirection::IN) => &mut answer.agents_talking_in,
                (AgentState::TALKING, CallDirection::OUT) => &mut answer.agents_talking_out,
                (AgentState::TALKING, _) => &mut answer.agents_talking_other,
                _ => &mut answer.agents_busy_other,
            } += 1;
            answer.agents_icm_available += u32::from(state == AgentState::AVAILABLE);
            // Calls of the router belong to the group they came through; which one it was is not kept for the day, so the
            // first group of an agent has them all.
            if agent.groups.first() == Some(&group) {
                let today = &agent.today;
                answer.avail_time_today += seconds(today.avail);
                answer.logged_on_time_today += seconds(today.logged_on);
                answer.not_ready_time_today += seconds(today.not_ready);
                answer.handled_calls_today += today.handled.calls;
                answer.handled_calls_talk_time_today += seconds(today.handled.talk);
                answer.handled_calls_after_call_time_today += seconds(today.handled.work);
                answer.handled_calls_time_today += seconds(today.handled.time());
                answer.incoming_calls_held_today += today.handled.held_calls;
                answer.incoming_calls_held_time_today += seconds(today.handled.hold);
                answer.agent_out_calls_today += today.out.calls;
                answer.agent_out_calls_talk_time_today += seconds(today.out.talk);
                answer.agent_out_calls_time_today += seconds(today.out.time());
            }
        }
        unknown!(answer; router_calls_q_now longest_router_call_q_now calls_q_now calls_q_time_now longest_call_q_now avail_time_to5 logged_on_time_to5 not_ready_time_to5 agent_out_calls_to5 agent_out_calls_talk_time_to5 agent_out_calls_time_to5 agent_out_calls_held_to5 agent_out_calls_held_time_to5 handled_calls_to5 handled_calls_talk_time_to5 handled_calls_after_call_time_to5 handled_calls_time_to5 incoming_calls_held_to5 incoming_calls_held_time_to5 internal_calls_rcvd_to5 internal_calls_rcvd_time_to5 internal_calls_held_to5 internal_calls_held_time_to5 auto_out_calls_to5 auto_out_calls_talk_time_to5 auto_out_calls_time_to5 auto_out_calls_held_to5 auto_out_calls_held_time_to5 preview_calls_to5 preview_calls_talk_time_to5 preview_calls_time_to5 preview_calls_held_to5 preview_calls_held_time_to5 reservation_calls_to5 reservation_calls_talk_time_to5 reservation_calls_time_to5 reservation_calls_held_to5 reservation_calls_held_time_to5 barge_in_calls_to5 intercept_calls_to5 monitor_calls_to5 whisper_calls_to5 emergency_calls_to5 calls_q5 calls_q_time5 longest_call_q5 avail_time_to_half logged_on_time_to_half not_ready_time_to_half agent_out_calls_to_half agent_out_calls_talk_time_to_half agent_out_calls_time_to_half agent_out_calls_held_to_half agent_out_calls_held_time_to_half handled_calls_to_half handled_calls_talk_time_to_half handled_calls_after_call_time_to_half handled_calls_time_to_half incoming_calls_held_to_half incoming_calls_held_time_to_half internal_calls_rcvd_to_half internal_calls_rcvd_time_to_half internal_calls_held_to_half internal_calls_held_time_to_half auto_out_calls_to_half auto_out_calls_talk_time_to_half auto_out_calls_time_to_half auto_out_calls_held_to_half auto_out_calls_held_time_to_half preview_calls_to_half preview_calls_talk_time_to_half preview_calls_time_to_half preview_calls_held_to_half preview_calls_held_time_to_half reservation_calls_to_half reservation_calls_talk_time_to_half reservation_calls_time_to_half reservation_calls_held_to_half reservation_calls_held_time_to_half barge_in_calls_to_half intercept_calls_to_half monitor_calls_to_half whisper_calls_to_half emergency_calls_to_half calls_q_half calls_q_time_half longest_call_q_half calls_q_today calls_q_time_today longest_call_q_today);
        Ok(answer.into())
    }
}

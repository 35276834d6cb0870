//! Statistics of agents and skill groups.

use crate::protocol::wire::Text;

message! {
    /// Asks for the counters of one agent.
    ///
    /// `QUERY_AGENT_STATISTICS_REQ` (112), from the client, answered by [`QueryAgentStatisticsConf`], since protocol 6.
    pub struct QueryAgentStatisticsReq<'a> = 112 "QUERY_AGENT_STATISTICS_REQ" from Client since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// Counters of an agent: the same set since the agent signed in (`…_session`) and since midnight (`…_today`). Times are
    /// seconds; a call counts once its after-call work is finished. Sessions below protocol 9 had fewer counters and are
    /// not described.
    ///
    /// `QUERY_AGENT_STATISTICS_CONF` (113), from the server, since protocol 6.
    pub struct QueryAgentStatisticsConf<'a> = 113 "QUERY_AGENT_STATISTICS_CONF" from Server since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Avail time since login, in seconds. `AvailTimeSession`, UINT.
            avail_time_session: u32 = "AvailTimeSession";
            /// Logged on time since login, in seconds. `LoggedOnTimeSession`, UINT.
            logged_on_time_session: u32 = "LoggedOnTimeSession";
            /// Not ready time since login, in seconds. `NotReadyTimeSession`, UINT.
            not_ready_time_session: u32 = "NotReadyTimeSession";
            /// ICM available time since login, in seconds. `ICMAvailableTimeSession`, UINT, since protocol 9.
            icm_available_time_session: u32 = "ICMAvailableTimeSession" since 9;
            /// Routable time since login, in seconds. `RoutableTimeSession`, UINT, since protocol 9.
            routable_time_session: u32 = "RoutableTimeSession" since 9;
            /// Agent out calls since login, a count. `AgentOutCallsSession`, UINT.
            agent_out_calls_session: u32 = "AgentOutCallsSession";
            /// Agent out calls talk time since login, in seconds. `AgentOutCallsTalkTimeSession`, UINT.
            agent_out_calls_talk_time_session: u32 = "AgentOutCallsTalkTimeSession";
            /// Agent out calls time since login, in seconds. `AgentOutCallsTimeSession`, UINT.
            agent_out_calls_time_session: u32 = "AgentOutCallsTimeSession";
            /// Agent out calls held since login, a count. `AgentOutCallsHeldSession`, UINT.
            agent_out_calls_held_session: u32 = "AgentOutCallsHeldSession";
            /// Agent out calls held time since login, in seconds. `AgentOutCallsHeldTimeSession`, UINT.
            agent_out_calls_held_time_session: u32 = "AgentOutCallsHeldTimeSession";
            /// Handled calls since login, a count. `HandledCallsSession`, UINT.
            handled_calls_session: u32 = "HandledCallsSession";
            /// Handled calls talk time since login, in seconds. `HandledCallsTalkTimeSession`, UINT.
            handled_calls_talk_time_session: u32 = "HandledCallsTalkTimeSession";
            /// Handled calls after call time since login, in seconds. `HandledCallsAfterCallTimeSession`, UINT.
            handled_calls_after_call_time_session: u32 = "HandledCallsAfterCallTimeSession";
            /// Handled calls time since login, in seconds. `HandledCallsTimeSession`, UINT.
            handled_calls_time_session: u32 = "HandledCallsTimeSession";
            /// Incoming calls held since login, a count. `IncomingCallsHeldSession`, UINT.
            incoming_calls_held_session: u32 = "IncomingCallsHeldSession";
            /// Incoming calls held time since login, in seconds. `IncomingCallsHeldTimeSession`, UINT.
            incoming_calls_held_time_session: u32 = "IncomingCallsHeldTimeSession";
            /// Internal calls since login, a count. `InternalCallsSession`, UINT.
            internal_calls_session: u32 = "InternalCallsSession";
            /// Internal calls time since login, in seconds. `InternalCallsTimeSession`, UINT.
            internal_calls_time_session: u32 = "InternalCallsTimeSession";
            /// Internal calls received since login, a count. `InternalCallsRcvdSession`, UINT.
            internal_calls_rcvd_session: u32 = "InternalCallsRcvdSession";
            /// Internal calls received time since login, in seconds. `InternalCallsRcvdTimeSession`, UINT.
            internal_calls_rcvd_time_session: u32 = "InternalCallsRcvdTimeSession";
            /// Internal calls held since login, a count. `InternalCallsHeldSession`, UINT.
            internal_calls_held_session: u32 = "InternalCallsHeldSession";
            /// Internal calls held time since login, in seconds. `InternalCallsHeldTimeSession`, UINT.
            internal_calls_held_time_session: u32 = "InternalCallsHeldTimeSession";
            /// Auto out calls since login, a count. `AutoOutCallsSession`, UINT, since protocol 8.
            auto_out_calls_session: u32 = "AutoOutCallsSession" since 8;
            /// Auto out calls talk time since login, in seconds. `AutoOutCallsTalkTimeSession`, UINT, since protocol 8.
            auto_out_calls_talk_time_session: u32 = "AutoOutCallsTalkTimeSession" since 8;
            /// Auto out calls time since login, in seconds. `AutoOutCallsTimeSession`, UINT, since protocol 8.
            auto_out_calls_time_session: u32 = "AutoOutCallsTimeSession" since 8;
            /// Auto out calls held since login, a count. `AutoOutCallsHeldSession`, UINT, since protocol 8.
            auto_out_calls_held_session: u32 = "AutoOutCallsHeldSession" since 8;
            /// Auto out calls held time since login, in seconds. `AutoOutCallsHeldTimeSession`, UINT, since protocol 8.
            auto_out_calls_held_time_session: u32 = "AutoOutCallsHeldTimeSession" since 8;
            /// Preview calls since login, a count. `PreviewCallsSession`, UINT, since protocol 8.
            preview_calls_session: u32 = "PreviewCallsSession" since 8;
            /// Preview calls talk time since login, in seconds. `PreviewCallsTalkTimeSession`, UINT, since protocol 8.
            preview_calls_talk_time_session: u32 = "PreviewCallsTalkTimeSession" since 8;
            /// Preview calls time since login, in seconds. `PreviewCallsTimeSession`, UINT, since protocol 8.
            preview_calls_time_session: u32 = "PreviewCallsTimeSession" since 8;
            /// Preview calls held since login, a count. `PreviewCallsHeldSession`, UINT, since protocol 8.
            preview_calls_held_session: u32 = "PreviewCallsHeldSession" since 8;
            /// Preview calls held time since login, in seconds. `PreviewCallsHeldTimeSession`, UINT, since protocol 8.
            preview_calls_held_time_session: u32 = "PreviewCallsHeldTimeSession" since 8;
            /// Reservation calls since login, a count. `ReservationCallsSession`, UINT, since protocol 8.
            reservation_calls_session: u32 = "ReservationCallsSession" since 8;
            /// Reservation calls talk time since login, in seconds. `ReservationCallsTalkTimeSession`, UINT, since protocol 8.
            reservation_calls_talk_time_session: u32 = "ReservationCallsTalkTimeSession" since 8;
            /// Reservation calls time since login, in seconds. `ReservationCallsTimeSession`, UINT, since protocol 8.
            reservation_calls_time_session: u32 = "ReservationCallsTimeSession" since 8;
            /// Reservation calls held since login, a count. `ReservationCallsHeldSession`, UINT, since protocol 8.
            reservation_calls_held_session: u32 = "ReservationCallsHeldSession" since 8;
            /// Reservation calls held time since login, in seconds. `ReservationCallsHeldTimeSession`, UINT, since protocol 8.
            reservation_calls_held_time_session: u32 = "ReservationCallsHeldTimeSession" since 8;
            /// Barge in calls since login, a count. `BargeInCallsSession`, UINT, since protocol 8.
            barge_in_calls_session: u32 = "BargeInCallsSession" since 8;
            /// Intercept calls since login, a count. `InterceptCallsSession`, UINT, since protocol 8.
            intercept_calls_session: u32 = "InterceptCallsSession" since 8;
            /// Monitor calls since login, a count. `MonitorCallsSession`, UINT, since protocol 8.
            monitor_calls_session: u32 = "MonitorCallsSession" since 8;
            /// Whisper calls since login, a count. `WhisperCallsSession`, UINT, since protocol 8.
            whisper_calls_session: u32 = "WhisperCallsSession" since 8;
            /// Emergency calls since login, a count. `EmergencyCallsSession`, UINT, since protocol 8.
            emergency_calls_session: u32 = "EmergencyCallsSession" since 8;
            /// Avail time since midnight, in seconds. `AvailTimeToday`, UINT.
            avail_time_today: u32 = "AvailTimeToday";
            /// Logged on time since midnight, in seconds. `LoggedOnTimeToday`, UINT.
            logged_on_time_today: u32 = "LoggedOnTimeToday";
            /// Not ready time since midnight, in seconds. `NotReadyTimeToday`, UINT.
            not_ready_time_today: u32 = "NotReadyTimeToday";
            /// ICM available time since midnight, in seconds. `ICMAvailableTimeToday`, UINT, since protocol 9.
            icm_available_time_today: u32 = "ICMAvailableTimeToday" since 9;
            /// Routable time since midnight, in seconds. `RoutableTimeToday`, UINT, since protocol 9.
            routable_time_today: u32 = "RoutableTimeToday" since 9;
            /// Agent out calls since midnight, a count. `AgentOutCallsToday`, UINT.
            agent_out_calls_today: u32 = "AgentOutCallsToday";
            /// Agent out calls talk time since midnight, in seconds. `AgentOutCallsTalkTimeToday`, UINT.
            agent_out_calls_talk_time_today: u32 = "AgentOutCallsTalkTimeToday";
            /// Agent out calls time since midnight, in seconds. `AgentOutCallsTimeToday`, UINT.
            agent_out_calls_time_today: u32 = "AgentOutCallsTimeToday";
            /// Agent out calls held since midnight, a count. `AgentOutCallsHeldToday`, UINT.
            agent_out_calls_held_today: u32 = "AgentOutCallsHeldToday";
            /// Agent out calls held time since midnight, in seconds. `AgentOutCallsHeldTimeToday`, UINT.
            agent_out_calls_held_time_today: u32 = "AgentOutCallsHeldTimeToday";
            /// Handled calls since midnight, a count. `HandledCallsToday`, UINT.
            handled_calls_today: u32 = "HandledCallsToday";
            /// Handled calls talk time since midnight, in seconds. `HandledCallsTalkTimeToday`, UINT.
            handled_calls_talk_time_today: u32 = "HandledCallsTalkTimeToday";
            /// Handled calls after call time since midnight, in seconds. `HandledCallsAfterCallTimeToday`, UINT.
            handled_calls_after_call_time_today: u32 = "HandledCallsAfterCallTimeToday";
            /// Handled calls time since midnight, in seconds. `HandledCallsTimeToday`, UINT.
            handled_calls_time_today: u32 = "HandledCallsTimeToday";
            /// Incoming calls held since midnight, a count. `IncomingCallsHeldToday`, UINT.
            incoming_calls_held_today: u32 = "IncomingCallsHeldToday";
            /// Incoming calls held time since midnight, in seconds. `IncomingCallsHeldTimeToday`, UINT.
            incoming_calls_held_time_today: u32 = "IncomingCallsHeldTimeToday";
            /// Internal calls since midnight, a count. `InternalCallsToday`, UINT.
            internal_calls_today: u32 = "InternalCallsToday";
            /// Internal calls time since midnight, in seconds. `InternalCallsTimeToday`, UINT.
            internal_calls_time_today: u32 = "InternalCallsTimeToday";
            /// Internal calls received since midnight, a count. `InternalCallsRcvdToday`, UINT.
            internal_calls_rcvd_today: u32 = "InternalCallsRcvdToday";
            /// Internal calls received time since midnight, in seconds. `InternalCallsRcvdTimeToday`, UINT.
            internal_calls_rcvd_time_today: u32 = "InternalCallsRcvdTimeToday";
            /// Internal calls held since midnight, a count. `InternalCallsHeldToday`, UINT.
            internal_calls_held_today: u32 = "InternalCallsHeldToday";
            /// Internal calls held time since midnight, in seconds. `InternalCallsHeldTimeToday`, UINT.
            internal_calls_held_time_today: u32 = "InternalCallsHeldTimeToday";
            /// Auto out calls since midnight, a count. `AutoOutCallsToday`, UINT, since protocol 8.
            auto_out_calls_today: u32 = "AutoOutCallsToday" since 8;
            /// Auto out calls talk time since midnight, in seconds. `AutoOutCallsTalkTimeToday`, UINT, since protocol 8.
            auto_out_calls_talk_time_today: u32 = "AutoOutCallsTalkTimeToday" since 8;
            /// Auto out calls time since midnight, in seconds. `AutoOutCallsTimeToday`, UINT, since protocol 8.
            auto_out_calls_time_today: u32 = "AutoOutCallsTimeToday" since 8;
            /// Auto out calls held since midnight, a count. `AutoOutCallsHeldToday`, UINT, since protocol 8.
            auto_out_calls_held_today: u32 = "AutoOutCallsHeldToday" since 8;
            /// Auto out calls held time since midnight, in seconds. `AutoOutCallsHeldTimeToday`, UINT, since protocol 8.
            auto_out_calls_held_time_today: u32 = "AutoOutCallsHeldTimeToday" since 8;
            /// Preview calls since midnight, a count. `PreviewCallsToday`, UINT, since protocol 8.
            preview_calls_today: u32 = "PreviewCallsToday" since 8;
            /// Preview calls talk time since midnight, in seconds. `PreviewCallsTalkTimeToday`, UINT, since protocol 8.
            preview_calls_talk_time_today: u32 = "PreviewCallsTalkTimeToday" since 8;
            /// Preview calls time since midnight, in seconds. `PreviewCallsTimeToday`, UINT, since protocol 8.
            preview_calls_time_today: u32 = "PreviewCallsTimeToday" since 8;
            /// Preview calls held since midnight, a count. `PreviewCallsHeldToday`, UINT, since protocol 8.
            preview_calls_held_today: u32 = "PreviewCallsHeldToday" since 8;
            /// Preview calls held time since midnight, in seconds. `PreviewCallsHeldTimeToday`, UINT, since protocol 8.
            preview_calls_held_time_today: u32 = "PreviewCallsHeldTimeToday" since 8;
            /// Reservation calls since midnight, a count. `ReservationCallsToday`, UINT, since protocol 8.
            reservation_calls_today: u32 = "ReservationCallsToday" since 8;
            /// Reservation calls talk time since midnight, in seconds. `ReservationCallsTalkTimeToday`, UINT, since protocol 8.
            reservation_calls_talk_time_today: u32 = "ReservationCallsTalkTimeToday" since 8;
            /// Reservation calls time since midnight, in seconds. `ReservationCallsTimeToday`, UINT, since protocol 8.
            reservation_calls_time_today: u32 = "ReservationCallsTimeToday" since 8;
            /// Reservation calls held since midnight, a count. `ReservationCallsHeldToday`, UINT, since protocol 8.
            reservation_calls_held_today: u32 = "ReservationCallsHeldToday" since 8;
            /// Reservation calls held time since midnight, in seconds. `ReservationCallsHeldTimeToday`, UINT, since protocol 8.
            reservation_calls_held_time_today: u32 = "ReservationCallsHeldTimeToday" since 8;
            /// Barge in calls since midnight, a count. `BargeInCallsToday`, UINT, since protocol 8.
            barge_in_calls_today: u32 = "BargeInCallsToday" since 8;
            /// Intercept calls since midnight, a count. `InterceptCallsToday`, UINT, since protocol 8.
            intercept_calls_today: u32 = "InterceptCallsToday" since 8;
            /// Monitor calls since midnight, a count. `MonitorCallsToday`, UINT, since protocol 8.
            monitor_calls_today: u32 = "MonitorCallsToday" since 8;
            /// Whisper calls since midnight, a count. `WhisperCallsToday`, UINT, since protocol 8.
            whisper_calls_today: u32 = "WhisperCallsToday" since 8;
            /// Emergency calls since midnight, a count. `EmergencyCallsToday`, UINT, since protocol 8.
            emergency_calls_today: u32 = "EmergencyCallsToday" since 8;
        }
        floating {
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// Asks for the counters of one skill group.
    ///
    /// `QUERY_SKILL_GROUP_STATISTICS_REQ` (114), from the client, answered by [`QuerySkillGroupStatisticsConf`], since
    /// protocol 6.
    pub struct QuerySkillGroupStatisticsReq = 114 "QUERY_SKILL_GROUP_STATISTICS_REQ" from Client since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
        }
        floating {}
    }
}

message! {
    /// Counters of a skill group: now, for the last five minutes (`…_to5`), this half hour (`…_to_half`) and today. Times
    /// are seconds. The queue counters (`…_q…`) are not available on Unified CCE, where calls do not wait at the
    /// peripheral.
    ///
    /// `QUERY_SKILL_GROUP_STATISTICS_CONF` (115), from the server, since protocol 6.
    pub struct QuerySkillGroupStatisticsConf = 115 "QUERY_SKILL_GROUP_STATISTICS_CONF" from Server since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Agents logged on now. `AgentsLoggedOn`, UINT.
            agents_logged_on: u32 = "AgentsLoggedOn";
            /// Agents avail now. `AgentsAvail`, UINT.
            agents_avail: u32 = "AgentsAvail";
            /// Agents not ready now. `AgentsNotReady`, UINT.
            agents_not_ready: u32 = "AgentsNotReady";
            /// Agents ready now. `AgentsReady`, UINT.
            agents_ready: u32 = "AgentsReady";
            /// Agents talking in now. `AgentsTalkingIn`, UINT.
            agents_talking_in: u32 = "AgentsTalkingIn";
            /// Agents talking out now. `AgentsTalkingOut`, UINT.
            agents_talking_out: u32 = "AgentsTalkingOut";
            /// Agents talking other now. `AgentsTalkingOther`, UINT.
            agents_talking_other: u32 = "AgentsTalkingOther";
            /// Agents work not ready now. `AgentsWorkNotReady`, UINT.
            agents_work_not_ready: u32 = "AgentsWorkNotReady";
            /// Agents work ready now. `AgentsWorkReady`, UINT.
            agents_work_ready: u32 = "AgentsWorkReady";
            /// Agents busy other now. `AgentsBusyOther`, UINT.
            agents_busy_other: u32 = "AgentsBusyOther";
            /// Agents reserved now. `AgentsReserved`, UINT.
            agents_reserved: u32 = "AgentsReserved";
            /// Agents hold now. `AgentsHold`, UINT.
            agents_hold: u32 = "AgentsHold";
            /// Agents ICM available now. `AgentsICMAvailable`, UINT, since protocol 9.
            agents_icm_available: u32 = "AgentsICMAvailable" since 9;
            /// Agents application available now. `AgentsApplicationAvailable`, UINT, since protocol 9.
            agents_application_available: u32 = "AgentsApplicationAvailable" since 9;
            /// Agents talking auto out now. `AgentsTalkingAutoOut`, UINT.
            agents_talking_auto_out: u32 = "AgentsTalkingAutoOut";
            /// Agents talking preview now. `AgentsTalkingPreview`, UINT.
            agents_talking_preview: u32 = "AgentsTalkingPreview";
            /// Agents talking reservation now. `AgentsTalkingReservation`, UINT.
            agents_talking_reservation: u32 = "AgentsTalkingReservation";
            /// Router queued calls now now. `RouterCallsQNow`, UINT.
            router_calls_q_now: u32 = "RouterCallsQNow";
            /// Longest router call q now now. `LongestRouterCallQNow`, UINT.
            longest_router_call_q_now: u32 = "LongestRouterCallQNow";
            /// Queued calls now now. `CallsQNow`, UINT.
            calls_q_now: u32 = "CallsQNow";
            /// Queued calls time now now, in seconds. `CallsQTimeNow`, UINT.
            calls_q_time_now: u32 = "CallsQTimeNow";
            /// Longest call q now now. `LongestCallQNow`, UINT.
            longest_call_q_now: u32 = "LongestCallQNow";
            /// Avail time in the last five minutes, in seconds. `AvailTimeTo5`, UINT, since protocol 8.
            avail_time_to5: u32 = "AvailTimeTo5" since 8;
            /// Logged on time in the last five minutes, in seconds. `LoggedOnTimeTo5`, UINT, since protocol 8.
            logged_on_time_to5: u32 = "LoggedOnTimeTo5" since 8;
            /// Not ready time in the last five minutes, in seconds. `NotReadyTimeTo5`, UINT, since protocol 8.
            not_ready_time_to5: u32 = "NotReadyTimeTo5" since 8;
            /// Agent out calls in the last five minutes, a count. `AgentOutCallsTo5`, UINT, since protocol 8.
            agent_out_calls_to5: u32 = "AgentOutCallsTo5" since 8;
            /// Agent out calls talk time in the last five minutes, in seconds. `AgentOutCallsTalkTimeTo5`, UINT, since protocol 8.
            agent_out_calls_talk_time_to5: u32 = "AgentOutCallsTalkTimeTo5" since 8;
            /// Agent out calls time in the last five minutes, in seconds. `AgentOutCallsTimeTo5`, UINT, since protocol 8.
            agent_out_calls_time_to5: u32 = "AgentOutCallsTimeTo5" since 8;
            /// Agent out calls held in the last five minutes, a count. `AgentOutCallsHeldTo5`, UINT, since protocol 8.
            agent_out_calls_held_to5: u32 = "AgentOutCallsHeldTo5" since 8;
            /// Agent out calls held time in the last five minutes, in seconds. `AgentOutCallsHeldTimeTo5`, UINT, since protocol 8.
            agent_out_calls_held_time_to5: u32 = "AgentOutCallsHeldTimeTo5" since 8;
            /// Handled calls in the last five minutes, a count. `HandledCallsTo5`, UINT, since protocol 8.
            handled_calls_to5: u32 = "HandledCallsTo5" since 8;
            /// Handled calls talk time in the last five minutes, in seconds. `HandledCallsTalkTimeTo5`, UINT, since protocol 8.
            handled_calls_talk_time_to5: u32 = "HandledCallsTalkTimeTo5" since 8;
            /// Handled calls after call time in the last five minutes, in seconds. `HandledCallsAfterCallTimeTo5`, UINT, since protocol 8.
            handled_calls_after_call_time_to5: u32 = "HandledCallsAfterCallTimeTo5" since 8;
            /// Handled calls time in the last five minutes, in seconds. `HandledCallsTimeTo5`, UINT, since protocol 8.
            handled_calls_time_to5: u32 = "HandledCallsTimeTo5" since 8;
            /// Incoming calls held in the last five minutes, a count. `IncomingCallsHeldTo5`, UINT, since protocol 8.
            incoming_calls_held_to5: u32 = "IncomingCallsHeldTo5" since 8;
            /// Incoming calls held time in the last five minutes, in seconds. `IncomingCallsHeldTimeTo5`, UINT, since protocol 8.
            incoming_calls_held_time_to5: u32 = "IncomingCallsHeldTimeTo5" since 8;
            /// Internal calls received in the last five minutes, a count. `InternalCallsRcvdTo5`, UINT, since protocol 8.
            internal_calls_rcvd_to5: u32 = "InternalCallsRcvdTo5" since 8;
            /// Internal calls received time in the last five minutes, in seconds. `InternalCallsRcvdTimeTo5`, UINT, since protocol 8.
            internal_calls_rcvd_time_to5: u32 = "InternalCallsRcvdTimeTo5" since 8;
            /// Internal calls held in the last five minutes, a count. `InternalCallsHeldTo5`, UINT, since protocol 8.
            internal_calls_held_to5: u32 = "InternalCallsHeldTo5" since 8;
            /// Internal calls held time in the last five minutes, in seconds. `InternalCallsHeldTimeTo5`, UINT, since protocol 8.
            internal_calls_held_time_to5: u32 = "InternalCallsHeldTimeTo5" since 8;
            /// Auto out calls in the last five minutes, a count. `AutoOutCallsTo5`, UINT, since protocol 8.
            auto_out_calls_to5: u32 = "AutoOutCallsTo5" since 8;
            /// Auto out calls talk time in the last five minutes, in seconds. `AutoOutCallsTalkTimeTo5`, UINT, since protocol 8.
            auto_out_calls_talk_time_to5: u32 = "AutoOutCallsTalkTimeTo5" since 8;
            /// Auto out calls time in the last five minutes, in seconds. `AutoOutCallsTimeTo5`, UINT, since protocol 8.
            auto_out_calls_time_to5: u32 = "AutoOutCallsTimeTo5" since 8;
            /// Auto out calls held in the last five minutes, a count. `AutoOutCallsHeldTo5`, UINT, since protocol 8.
            auto_out_calls_held_to5: u32 = "AutoOutCallsHeldTo5" since 8;
            /// Auto out calls held time in the last five minutes, in seconds. `AutoOutCallsHeldTimeTo5`, UINT, since protocol 8.
            auto_out_calls_held_time_to5: u32 = "AutoOutCallsHeldTimeTo5" since 8;
            /// Preview calls in the last five minutes, a count. `PreviewCallsTo5`, UINT, since protocol 8.
            preview_calls_to5: u32 = "PreviewCallsTo5" since 8;
            /// Preview calls talk time in the last five minutes, in seconds. `PreviewCallsTalkTimeTo5`, UINT, since protocol 8.
            preview_calls_talk_time_to5: u32 = "PreviewCallsTalkTimeTo5" since 8;
            /// Preview calls time in the last five minutes, in seconds. `PreviewCallsTimeTo5`, UINT, since protocol 8.
            preview_calls_time_to5: u32 = "PreviewCallsTimeTo5" since 8;
            /// Preview calls held in the last five minutes, a count. `PreviewCallsHeldTo5`, UINT, since protocol 8.
            preview_calls_held_to5: u32 = "PreviewCallsHeldTo5" since 8;
            /// Preview calls held time in the last five minutes, in seconds. `PreviewCallsHeldTimeTo5`, UINT, since protocol 8.
            preview_calls_held_time_to5: u32 = "PreviewCallsHeldTimeTo5" since 8;
            /// Reservation calls in the last five minutes, a count. `ReservationCallsTo5`, UINT, since protocol 8.
            reservation_calls_to5: u32 = "ReservationCallsTo5" since 8;
            /// Reservation calls talk time in the last five minutes, in seconds. `ReservationCallsTalkTimeTo5`, UINT, since protocol 8.
            reservation_calls_talk_time_to5: u32 = "ReservationCallsTalkTimeTo5" since 8;
            /// Reservation calls time in the last five minutes, in seconds. `ReservationCallsTimeTo5`, UINT, since protocol 8.
            reservation_calls_time_to5: u32 = "ReservationCallsTimeTo5" since 8;
            /// Reservation calls held in the last five minutes, a count. `ReservationCallsHeldTo5`, UINT, since protocol 8.
            reservation_calls_held_to5: u32 = "ReservationCallsHeldTo5" since 8;
            /// Reservation calls held time in the last five minutes, in seconds. `ReservationCallsHeldTimeTo5`, UINT, since protocol 8.
            reservation_calls_held_time_to5: u32 = "ReservationCallsHeldTimeTo5" since 8;
            /// Barge in calls in the last five minutes, a count. `BargeInCallsTo5`, UINT, since protocol 8.
            barge_in_calls_to5: u32 = "BargeInCallsTo5" since 8;
            /// Intercept calls in the last five minutes, a count. `InterceptCallsTo5`, UINT, since protocol 8.
            intercept_calls_to5: u32 = "InterceptCallsTo5" since 8;
            /// Monitor calls in the last five minutes, a count. `MonitorCallsTo5`, UINT, since protocol 8.
            monitor_calls_to5: u32 = "MonitorCallsTo5" since 8;
            /// Whisper calls in the last five minutes, a count. `WhisperCallsTo5`, UINT, since protocol 8.
            whisper_calls_to5: u32 = "WhisperCallsTo5" since 8;
            /// Emergency calls in the last five minutes, a count. `EmergencyCallsTo5`, UINT, since protocol 8.
            emergency_calls_to5: u32 = "EmergencyCallsTo5" since 8;
            /// Queued calls 5 now. `CallsQ5`, UINT, since protocol 8.
            calls_q5: u32 = "CallsQ5" since 8;
            /// Queued calls time 5 now, in seconds. `CallsQTime5`, UINT, since protocol 8.
            calls_q_time5: u32 = "CallsQTime5" since 8;
            /// Longest call q 5 now. `LongestCallQ5`, UINT, since protocol 8.
            longest_call_q5: u32 = "LongestCallQ5" since 8;
            /// Avail time in this half hour, in seconds. `AvailTimeToHalf`, UINT.
            avail_time_to_half: u32 = "AvailTimeToHalf";
            /// Logged on time in this half hour, in seconds. `LoggedOnTimeToHalf`, UINT.
            logged_on_time_to_half: u32 = "LoggedOnTimeToHalf";
            /// Not ready time in this half hour, in seconds. `NotReadyTimeToHalf`, UINT.
            not_ready_time_to_half: u32 = "NotReadyTimeToHalf";
            /// Agent out calls in this half hour, a count. `AgentOutCallsToHalf`, UINT.
            agent_out_calls_to_half: u32 = "AgentOutCallsToHalf";
            /// Agent out calls talk time in this half hour, in seconds. `AgentOutCallsTalkTimeToHalf`, UINT.
            agent_out_calls_talk_time_to_half: u32 = "AgentOutCallsTalkTimeToHalf";
            /// Agent out calls time in this half hour, in seconds. `AgentOutCallsTimeToHalf`, UINT.
            agent_out_calls_time_to_half: u32 = "AgentOutCallsTimeToHalf";
            /// Agent out calls held in this half hour, a count. `AgentOutCallsHeldToHalf`, UINT.
            agent_out_calls_held_to_half: u32 = "AgentOutCallsHeldToHalf";
            /// Agent out calls held time in this half hour, in seconds. `AgentOutCallsHeldTimeToHalf`, UINT.
            agent_out_calls_held_time_to_half: u32 = "AgentOutCallsHeldTimeToHalf";
            /// Handled calls in this half hour, a count. `HandledCallsToHalf`, UINT.
            handled_calls_to_half: u32 = "HandledCallsToHalf";
            /// Handled calls talk time in this half hour, in seconds. `HandledCallsTalkTimeToHalf`, UINT.
            handled_calls_talk_time_to_half: u32 = "HandledCallsTalkTimeToHalf";
            /// Handled calls after call time in this half hour, in seconds. `HandledCallsAfterCallTimeToHalf`, UINT.
            handled_calls_after_call_time_to_half: u32 = "HandledCallsAfterCallTimeToHalf";
            /// Handled calls time in this half hour, in seconds. `HandledCallsTimeToHalf`, UINT.
            handled_calls_time_to_half: u32 = "HandledCallsTimeToHalf";
            /// Incoming calls held in this half hour, a count. `IncomingCallsHeldToHalf`, UINT.
            incoming_calls_held_to_half: u32 = "IncomingCallsHeldToHalf";
            /// Incoming calls held time in this half hour, in seconds. `IncomingCallsHeldTimeToHalf`, UINT.
            incoming_calls_held_time_to_half: u32 = "IncomingCallsHeldTimeToHalf";
            /// Internal calls received in this half hour, a count. `InternalCallsRcvdToHalf`, UINT.
            internal_calls_rcvd_to_half: u32 = "InternalCallsRcvdToHalf";
            /// Internal calls received time in this half hour, in seconds. `InternalCallsRcvdTimeToHalf`, UINT.
            internal_calls_rcvd_time_to_half: u32 = "InternalCallsRcvdTimeToHalf";
            /// Internal calls held in this half hour, a count. `InternalCallsHeldToHalf`, UINT.
            internal_calls_held_to_half: u32 = "InternalCallsHeldToHalf";
            /// Internal calls held time in this half hour, in seconds. `InternalCallsHeldTimeToHalf`, UINT.
            internal_calls_held_time_to_half: u32 = "InternalCallsHeldTimeToHalf";
            /// Auto out calls in this half hour, a count. `AutoOutCallsToHalf`, UINT, since protocol 8.
            auto_out_calls_to_half: u32 = "AutoOutCallsToHalf" since 8;
            /// Auto out calls talk time in this half hour, in seconds. `AutoOutCallsTalkTimeToHalf`, UINT, since protocol 8.
            auto_out_calls_talk_time_to_half: u32 = "AutoOutCallsTalkTimeToHalf" since 8;
            /// Auto out calls time in this half hour, in seconds. `AutoOutCallsTimeToHalf`, UINT, since protocol 8.
            auto_out_calls_time_to_half: u32 = "AutoOutCallsTimeToHalf" since 8;
            /// Auto out calls held in this half hour, a count. `AutoOutCallsHeldToHalf`, UINT, since protocol 8.
            auto_out_calls_held_to_half: u32 = "AutoOutCallsHeldToHalf" since 8;
            /// Auto out calls held time in this half hour, in seconds. `AutoOutCallsHeldTimeToHalf`, UINT, since protocol 8.
            auto_out_calls_held_time_to_half: u32 = "AutoOutCallsHeldTimeToHalf" since 8;
            /// Preview calls in this half hour, a count. `PreviewCallsToHalf`, UINT, since protocol 8.
            preview_calls_to_half: u32 = "PreviewCallsToHalf" since 8;
            /// Preview calls talk time in this half hour, in seconds. `PreviewCallsTalkTimeToHalf`, UINT, since protocol 8.
            preview_calls_talk_time_to_half: u32 = "PreviewCallsTalkTimeToHalf" since 8;
            /// Preview calls time in this half hour, in seconds. `PreviewCallsTimeToHalf`, UINT, since protocol 8.
            preview_calls_time_to_half: u32 = "PreviewCallsTimeToHalf" since 8;
            /// Preview calls held in this half hour, a count. `PreviewCallsHeldToHalf`, UINT, since protocol 8.
            preview_calls_held_to_half: u32 = "PreviewCallsHeldToHalf" since 8;
            /// Preview calls held time in this half hour, in seconds. `PreviewCallsHeldTimeToHalf`, UINT, since protocol 8.
            preview_calls_held_time_to_half: u32 = "PreviewCallsHeldTimeToHalf" since 8;
            /// Reservation calls in this half hour, a count. `ReservationCallsToHalf`, UINT, since protocol 8.
            reservation_calls_to_half: u32 = "ReservationCallsToHalf" since 8;
            /// Reservation calls talk time in this half hour, in seconds. `ReservationCallsTalkTimeToHalf`, UINT, since protocol 8.
            reservation_calls_talk_time_to_half: u32 = "ReservationCallsTalkTimeToHalf" since 8;
            /// Reservation calls time in this half hour, in seconds. `ReservationCallsTimeToHalf`, UINT, since protocol 8.
            reservation_calls_time_to_half: u32 = "ReservationCallsTimeToHalf" since 8;
            /// Reservation calls held in this half hour, a count. `ReservationCallsHeldToHalf`, UINT, since protocol 8.
            reservation_calls_held_to_half: u32 = "ReservationCallsHeldToHalf" since 8;
            /// Reservation calls held time in this half hour, in seconds. `ReservationCallsHeldTimeToHalf`, UINT, since protocol 8.
            reservation_calls_held_time_to_half: u32 = "ReservationCallsHeldTimeToHalf" since 8;
            /// Barge in calls in this half hour, a count. `BargeInCallsToHalf`, UINT, since protocol 8.
            barge_in_calls_to_half: u32 = "BargeInCallsToHalf" since 8;
            /// Intercept calls in this half hour, a count. `InterceptCallsToHalf`, UINT, since protocol 8.
            intercept_calls_to_half: u32 = "InterceptCallsToHalf" since 8;
            /// Monitor calls in this half hour, a count. `MonitorCallsToHalf`, UINT, since protocol 8.
            monitor_calls_to_half: u32 = "MonitorCallsToHalf" since 8;
            /// Whisper calls in this half hour, a count. `WhisperCallsToHalf`, UINT, since protocol 8.
            whisper_calls_to_half: u32 = "WhisperCallsToHalf" since 8;
            /// Emergency calls in this half hour, a count. `EmergencyCallsToHalf`, UINT, since protocol 8.
            emergency_calls_to_half: u32 = "EmergencyCallsToHalf" since 8;
            /// Queued calls half now. `CallsQHalf`, UINT.
            calls_q_half: u32 = "CallsQHalf";
            /// Queued calls time half now, in seconds. `CallsQTimeHalf`, UINT.
            calls_q_time_half: u32 = "CallsQTimeHalf";
            /// Longest call q half now. `LongestCallQHalf`, UINT.
            longest_call_q_half: u32 = "LongestCallQHalf";
            /// Avail time since midnight, in seconds. `AvailTimeToday`, UINT.
            avail_time_today: u32 = "AvailTimeToday";
            /// Logged on time since midnight, in seconds. `LoggedOnTimeToday`, UINT.
            logged_on_time_today: u32 = "LoggedOnTimeToday";
            /// Not ready time since midnight, in seconds. `NotReadyTimeToday`, UINT.
            not_ready_time_today: u32 = "NotReadyTimeToday";
            /// Agent out calls since midnight, a count. `AgentOutCallsToday`, UINT.
            agent_out_calls_today: u32 = "AgentOutCallsToday";
            /// Agent out calls talk time since midnight, in seconds. `AgentOutCallsTalkTimeToday`, UINT.
            agent_out_calls_talk_time_today: u32 = "AgentOutCallsTalkTimeToday";
            /// Agent out calls time since midnight, in seconds. `AgentOutCallsTimeToday`, UINT.
            agent_out_calls_time_today: u32 = "AgentOutCallsTimeToday";
            /// Agent out calls held since midnight, a count. `AgentOutCallsHeldToday`, UINT.
            agent_out_calls_held_today: u32 = "AgentOutCallsHeldToday";
            /// Agent out calls held time since midnight, in seconds. `AgentOutCallsHeldTimeToday`, UINT.
            agent_out_calls_held_time_today: u32 = "AgentOutCallsHeldTimeToday";
            /// Handled calls since midnight, a count. `HandledCallsToday`, UINT.
            handled_calls_today: u32 = "HandledCallsToday";
            /// Handled calls talk time since midnight, in seconds. `HandledCallsTalkTimeToday`, UINT.
            handled_calls_talk_time_today: u32 = "HandledCallsTalkTimeToday";
            /// Handled calls after call time since midnight, in seconds. `HandledCallsAfterCallTimeToday`, UINT.
            handled_calls_after_call_time_today: u32 = "HandledCallsAfterCallTimeToday";
            /// Handled calls time since midnight, in seconds. `HandledCallsTimeToday`, UINT.
            handled_calls_time_today: u32 = "HandledCallsTimeToday";
            /// Incoming calls held since midnight, a count. `IncomingCallsHeldToday`, UINT.
            incoming_calls_held_today: u32 = "IncomingCallsHeldToday";
            /// Incoming calls held time since midnight, in seconds. `IncomingCallsHeldTimeToday`, UINT.
            incoming_calls_held_time_today: u32 = "IncomingCallsHeldTimeToday";
            /// Internal calls received since midnight, a count. `InternalCallsRcvdToday`, UINT.
            internal_calls_rcvd_today: u32 = "InternalCallsRcvdToday";
            /// Internal calls received time since midnight, in seconds. `InternalCallsRcvdTimeToday`, UINT.
            internal_calls_rcvd_time_today: u32 = "InternalCallsRcvdTimeToday";
            /// Internal calls held since midnight, a count. `InternalCallsHeldToday`, UINT.
            internal_calls_held_today: u32 = "InternalCallsHeldToday";
            /// Internal calls held time since midnight, in seconds. `InternalCallsHeldTimeToday`, UINT.
            internal_calls_held_time_today: u32 = "InternalCallsHeldTimeToday";
            /// Auto out calls since midnight, a count. `AutoOutCallsToday`, UINT, since protocol 8.
            auto_out_calls_today: u32 = "AutoOutCallsToday" since 8;
            /// Auto out calls talk time since midnight, in seconds. `AutoOutCallsTalkTimeToday`, UINT, since protocol 8.
            auto_out_calls_talk_time_today: u32 = "AutoOutCallsTalkTimeToday" since 8;
            /// Auto out calls time since midnight, in seconds. `AutoOutCallsTimeToday`, UINT, since protocol 8.
            auto_out_calls_time_today: u32 = "AutoOutCallsTimeToday" since 8;
            /// Auto out calls held since midnight, a count. `AutoOutCallsHeldToday`, UINT, since protocol 8.
            auto_out_calls_held_today: u32 = "AutoOutCallsHeldToday" since 8;
            /// Auto out calls held time since midnight, in seconds. `AutoOutCallsHeldTimeToday`, UINT, since protocol 8.
            auto_out_calls_held_time_today: u32 = "AutoOutCallsHeldTimeToday" since 8;
            /// Preview calls since midnight, a count. `PreviewCallsToday`, UINT, since protocol 8.
            preview_calls_today: u32 = "PreviewCallsToday" since 8;
            /// Preview calls talk time since midnight, in seconds. `PreviewCallsTalkTimeToday`, UINT, since protocol 8.
            preview_calls_talk_time_today: u32 = "PreviewCallsTalkTimeToday" since 8;
            /// Preview calls time since midnight, in seconds. `PreviewCallsTimeToday`, UINT, since protocol 8.
            preview_calls_time_today: u32 = "PreviewCallsTimeToday" since 8;
            /// Preview calls held since midnight, a count. `PreviewCallsHeldToday`, UINT, since protocol 8.
            preview_calls_held_today: u32 = "PreviewCallsHeldToday" since 8;
            /// Preview calls held time since midnight, in seconds. `PreviewCallsHeldTimeToday`, UINT, since protocol 8.
            preview_calls_held_time_today: u32 = "PreviewCallsHeldTimeToday" since 8;
            /// Reservation calls since midnight, a count. `ReservationCallsToday`, UINT, since protocol 8.
            reservation_calls_today: u32 = "ReservationCallsToday" since 8;
            /// Reservation calls talk time since midnight, in seconds. `ReservationCallsTalkTimeToday`, UINT, since protocol 8.
            reservation_calls_talk_time_today: u32 = "ReservationCallsTalkTimeToday" since 8;
            /// Reservation calls time since midnight, in seconds. `ReservationCallsTimeToday`, UINT, since protocol 8.
            reservation_calls_time_today: u32 = "ReservationCallsTimeToday" since 8;
            /// Reservation calls held since midnight, a count. `ReservationCallsHeldToday`, UINT, since protocol 8.
            reservation_calls_held_today: u32 = "ReservationCallsHeldToday" since 8;
            /// Reservation calls held time since midnight, in seconds. `ReservationCallsHeldTimeToday`, UINT, since protocol 8.
            reservation_calls_held_time_today: u32 = "ReservationCallsHeldTimeToday" since 8;
            /// Barge in calls since midnight, a count. `BargeInCallsToday`, UINT, since protocol 8.
            barge_in_calls_today: u32 = "BargeInCallsToday" since 8;
            /// Intercept calls since midnight, a count. `InterceptCallsToday`, UINT, since protocol 8.
            intercept_calls_today: u32 = "InterceptCallsToday" since 8;
            /// Monitor calls since midnight, a count. `MonitorCallsToday`, UINT, since protocol 8.
            monitor_calls_today: u32 = "MonitorCallsToday" since 8;
            /// Whisper calls since midnight, a count. `WhisperCallsToday`, UINT, since protocol 8.
            whisper_calls_today: u32 = "WhisperCallsToday" since 8;
            /// Emergency calls since midnight, a count. `EmergencyCallsToday`, UINT, since protocol 8.
            emergency_calls_today: u32 = "EmergencyCallsToday" since 8;
            /// Queued calls since midnight, a count. `CallsQToday`, UINT.
            calls_q_today: u32 = "CallsQToday";
            /// Queued calls time since midnight, in seconds. `CallsQTimeToday`, UINT.
            calls_q_time_today: u32 = "CallsQTimeToday";
            /// Longest call q since midnight, a count. `LongestCallQToday`, UINT.
            longest_call_q_today: u32 = "LongestCallQToday";
        }
        floating {}
    }
}

//! Statistics of agents and skill groups.

use crate::protocol::wire::Text;

message! {
    /// `QUERY_AGENT_STATISTICS_REQ` (112).
    pub struct QueryAgentStatisticsReq<'a> = 112 "QUERY_AGENT_STATISTICS_REQ" from Client since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `QUERY_AGENT_STATISTICS_CONF` (113).
    pub struct QueryAgentStatisticsConf<'a> = 113 "QUERY_AGENT_STATISTICS_CONF" from Server since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `AvailTimeSession`, UINT.
            avail_time_session: u32 = "AvailTimeSession";
            /// `LoggedOnTimeSession`, UINT.
            logged_on_time_session: u32 = "LoggedOnTimeSession";
            /// `NotReadyTimeSession`, UINT.
            not_ready_time_session: u32 = "NotReadyTimeSession";
            /// `ICMAvailableTimeSession`, UINT, since protocol 9.
            icm_available_time_session: u32 = "ICMAvailableTimeSession" since 9;
            /// `RoutableTimeSession`, UINT, since protocol 9.
            routable_time_session: u32 = "RoutableTimeSession" since 9;
            /// `AgentOutCallsSession`, UINT.
            agent_out_calls_session: u32 = "AgentOutCallsSession";
            /// `AgentOutCallsTalkTimeSession`, UINT.
            agent_out_calls_talk_time_session: u32 = "AgentOutCallsTalkTimeSession";
            /// `AgentOutCallsTimeSession`, UINT.
            agent_out_calls_time_session: u32 = "AgentOutCallsTimeSession";
            /// `AgentOutCallsHeldSession`, UINT.
            agent_out_calls_held_session: u32 = "AgentOutCallsHeldSession";
            /// `AgentOutCallsHeldTimeSession`, UINT.
            agent_out_calls_held_time_session: u32 = "AgentOutCallsHeldTimeSession";
            /// `HandledCallsSession`, UINT.
            handled_calls_session: u32 = "HandledCallsSession";
            /// `HandledCallsTalkTimeSession`, UINT.
            handled_calls_talk_time_session: u32 = "HandledCallsTalkTimeSession";
            /// `HandledCallsAfterCallTimeSession`, UINT.
            handled_calls_after_call_time_session: u32 = "HandledCallsAfterCallTimeSession";
            /// `HandledCallsTimeSession`, UINT.
            handled_calls_time_session: u32 = "HandledCallsTimeSession";
            /// `IncomingCallsHeldSession`, UINT.
            incoming_calls_held_session: u32 = "IncomingCallsHeldSession";
            /// `IncomingCallsHeldTimeSession`, UINT.
            incoming_calls_held_time_session: u32 = "IncomingCallsHeldTimeSession";
            /// `InternalCallsSession`, UINT.
            internal_calls_session: u32 = "InternalCallsSession";
            /// `InternalCallsTimeSession`, UINT.
            internal_calls_time_session: u32 = "InternalCallsTimeSession";
            /// `InternalCallsRcvdSession`, UINT.
            internal_calls_rcvd_session: u32 = "InternalCallsRcvdSession";
            /// `InternalCallsRcvdTimeSession`, UINT.
            internal_calls_rcvd_time_session: u32 = "InternalCallsRcvdTimeSession";
            /// `InternalCallsHeldSession`, UINT.
            internal_calls_held_session: u32 = "InternalCallsHeldSession";
            /// `InternalCallsHeldTimeSession`, UINT.
            internal_calls_held_time_session: u32 = "InternalCallsHeldTimeSession";
            /// `AutoOutCallsSession`, UINT, since protocol 8.
            auto_out_calls_session: u32 = "AutoOutCallsSession" since 8;
            /// `AutoOutCallsTalkTimeSession`, UINT, since protocol 8.
            auto_out_calls_talk_time_session: u32 = "AutoOutCallsTalkTimeSession" since 8;
            /// `AutoOutCallsTimeSession`, UINT, since protocol 8.
            auto_out_calls_time_session: u32 = "AutoOutCallsTimeSession" since 8;
            /// `AutoOutCallsHeldSession`, UINT, since protocol 8.
            auto_out_calls_held_session: u32 = "AutoOutCallsHeldSession" since 8;
            /// `AutoOutCallsHeldTimeSession`, UINT, since protocol 8.
            auto_out_calls_held_time_session: u32 = "AutoOutCallsHeldTimeSession" since 8;
            /// `PreviewCallsSession`, UINT, since protocol 8.
            preview_calls_session: u32 = "PreviewCallsSession" since 8;
            /// `PreviewCallsTalkTimeSession`, UINT, since protocol 8.
            preview_calls_talk_time_session: u32 = "PreviewCallsTalkTimeSession" since 8;
            /// `PreviewCallsTimeSession`, UINT, since protocol 8.
            preview_calls_time_session: u32 = "PreviewCallsTimeSession" since 8;
            /// `PreviewCallsHeldSession`, UINT, since protocol 8.
            preview_calls_held_session: u32 = "PreviewCallsHeldSession" since 8;
            /// `PreviewCallsHeldTimeSession`, UINT, since protocol 8.
            preview_calls_held_time_session: u32 = "PreviewCallsHeldTimeSession" since 8;
            /// `ReservationCallsSession`, UINT, since protocol 8.
            reservation_calls_session: u32 = "ReservationCallsSession" since 8;
            /// `ReservationCallsTalkTimeSession`, UINT, since protocol 8.
            reservation_calls_talk_time_session: u32 = "ReservationCallsTalkTimeSession" since 8;
            /// `ReservationCallsTimeSession`, UINT, since protocol 8.
            reservation_calls_time_session: u32 = "ReservationCallsTimeSession" since 8;
            /// `ReservationCallsHeldSession`, UINT, since protocol 8.
            reservation_calls_held_session: u32 = "ReservationCallsHeldSession" since 8;
            /// `ReservationCallsHeldTimeSession`, UINT, since protocol 8.
            reservation_calls_held_time_session: u32 = "ReservationCallsHeldTimeSession" since 8;
            /// `BargeInCallsSession`, UINT, since protocol 8.
            barge_in_calls_session: u32 = "BargeInCallsSession" since 8;
            /// `InterceptCallsSession`, UINT, since protocol 8.
            intercept_calls_session: u32 = "InterceptCallsSession" since 8;
            /// `MonitorCallsSession`, UINT, since protocol 8.
            monitor_calls_session: u32 = "MonitorCallsSession" since 8;
            /// `WhisperCallsSession`, UINT, since protocol 8.
            whisper_calls_session: u32 = "WhisperCallsSession" since 8;
            /// `EmergencyCallsSession`, UINT, since protocol 8.
            emergency_calls_session: u32 = "EmergencyCallsSession" since 8;
            /// `AvailTimeToday`, UINT.
            avail_time_today: u32 = "AvailTimeToday";
            /// `LoggedOnTimeToday`, UINT.
            logged_on_time_today: u32 = "LoggedOnTimeToday";
            /// `NotReadyTimeToday`, UINT.
            not_ready_time_today: u32 = "NotReadyTimeToday";
            /// `ICMAvailableTimeToday`, UINT, since protocol 9.
            icm_available_time_today: u32 = "ICMAvailableTimeToday" since 9;
            /// `RoutableTimeToday`, UINT, since protocol 9.
            routable_time_today: u32 = "RoutableTimeToday" since 9;
            /// `AgentOutCallsToday`, UINT.
            agent_out_calls_today: u32 = "AgentOutCallsToday";
            /// `AgentOutCallsTalkTimeToday`, UINT.
            agent_out_calls_talk_time_today: u32 = "AgentOutCallsTalkTimeToday";
            /// `AgentOutCallsTimeToday`, UINT.
            agent_out_calls_time_today: u32 = "AgentOutCallsTimeToday";
            /// `AgentOutCallsHeldToday`, UINT.
            agent_out_calls_held_today: u32 = "AgentOutCallsHeldToday";
            /// `AgentOutCallsHeldTimeToday`, UINT.
            agent_out_calls_held_time_today: u32 = "AgentOutCallsHeldTimeToday";
            /// `HandledCallsToday`, UINT.
            handled_calls_today: u32 = "HandledCallsToday";
            /// `HandledCallsTalkTimeToday`, UINT.
            handled_calls_talk_time_today: u32 = "HandledCallsTalkTimeToday";
            /// `HandledCallsAfterCallTimeToday`, UINT.
            handled_calls_after_call_time_today: u32 = "HandledCallsAfterCallTimeToday";
            /// `HandledCallsTimeToday`, UINT.
            handled_calls_time_today: u32 = "HandledCallsTimeToday";
            /// `IncomingCallsHeldToday`, UINT.
            incoming_calls_held_today: u32 = "IncomingCallsHeldToday";
            /// `IncomingCallsHeldTimeToday`, UINT.
            incoming_calls_held_time_today: u32 = "IncomingCallsHeldTimeToday";
            /// `InternalCallsToday`, UINT.
            internal_calls_today: u32 = "InternalCallsToday";
            /// `InternalCallsTimeToday`, UINT.
            internal_calls_time_today: u32 = "InternalCallsTimeToday";
            /// `InternalCallsRcvdToday`, UINT.
            internal_calls_rcvd_today: u32 = "InternalCallsRcvdToday";
            /// `InternalCallsRcvdTimeToday`, UINT.
            internal_calls_rcvd_time_today: u32 = "InternalCallsRcvdTimeToday";
            /// `InternalCallsHeldToday`, UINT.
            internal_calls_held_today: u32 = "InternalCallsHeldToday";
            /// `InternalCallsHeldTimeToday`, UINT.
            internal_calls_held_time_today: u32 = "InternalCallsHeldTimeToday";
            /// `AutoOutCallsToday`, UINT, since protocol 8.
            auto_out_calls_today: u32 = "AutoOutCallsToday" since 8;
            /// `AutoOutCallsTalkTimeToday`, UINT, since protocol 8.
            auto_out_calls_talk_time_today: u32 = "AutoOutCallsTalkTimeToday" since 8;
            /// `AutoOutCallsTimeToday`, UINT, since protocol 8.
            auto_out_calls_time_today: u32 = "AutoOutCallsTimeToday" since 8;
            /// `AutoOutCallsHeldToday`, UINT, since protocol 8.
            auto_out_calls_held_today: u32 = "AutoOutCallsHeldToday" since 8;
            /// `AutoOutCallsHeldTimeToday`, UINT, since protocol 8.
            auto_out_calls_held_time_today: u32 = "AutoOutCallsHeldTimeToday" since 8;
            /// `PreviewCallsToday`, UINT, since protocol 8.
            preview_calls_today: u32 = "PreviewCallsToday" since 8;
            /// `PreviewCallsTalkTimeToday`, UINT, since protocol 8.
            preview_calls_talk_time_today: u32 = "PreviewCallsTalkTimeToday" since 8;
            /// `PreviewCallsTimeToday`, UINT, since protocol 8.
            preview_calls_time_today: u32 = "PreviewCallsTimeToday" since 8;
            /// `PreviewCallsHeldToday`, UINT, since protocol 8.
            preview_calls_held_today: u32 = "PreviewCallsHeldToday" since 8;
            /// `PreviewCallsHeldTimeToday`, UINT, since protocol 8.
            preview_calls_held_time_today: u32 = "PreviewCallsHeldTimeToday" since 8;
            /// `ReservationCallsToday`, UINT, since protocol 8.
            reservation_calls_today: u32 = "ReservationCallsToday" since 8;
            /// `ReservationCallsTalkTimeToday`, UINT, since protocol 8.
            reservation_calls_talk_time_today: u32 = "ReservationCallsTalkTimeToday" since 8;
            /// `ReservationCallsTimeToday`, UINT, since protocol 8.
            reservation_calls_time_today: u32 = "ReservationCallsTimeToday" since 8;
            /// `ReservationCallsHeldToday`, UINT, since protocol 8.
            reservation_calls_held_today: u32 = "ReservationCallsHeldToday" since 8;
            /// `ReservationCallsHeldTimeToday`, UINT, since protocol 8.
            reservation_calls_held_time_today: u32 = "ReservationCallsHeldTimeToday" since 8;
            /// `BargeInCallsToday`, UINT, since protocol 8.
            barge_in_calls_today: u32 = "BargeInCallsToday" since 8;
            /// `InterceptCallsToday`, UINT, since protocol 8.
            intercept_calls_today: u32 = "InterceptCallsToday" since 8;
            /// `MonitorCallsToday`, UINT, since protocol 8.
            monitor_calls_today: u32 = "MonitorCallsToday" since 8;
            /// `WhisperCallsToday`, UINT, since protocol 8.
            whisper_calls_today: u32 = "WhisperCallsToday" since 8;
            /// `EmergencyCallsToday`, UINT, since protocol 8.
            emergency_calls_today: u32 = "EmergencyCallsToday" since 8;
        }
        floating {
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `QUERY_SKILL_GROUP_STATISTICS_REQ` (114).
    pub struct QuerySkillGroupStatisticsReq = 114 "QUERY_SKILL_GROUP_STATISTICS_REQ" from Client since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
        }
        floating {}
    }
}

message! {
    /// `QUERY_SKILL_GROUP_STATISTICS_CONF` (115).
    pub struct QuerySkillGroupStatisticsConf = 115 "QUERY_SKILL_GROUP_STATISTICS_CONF" from Server since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `AgentsLoggedOn`, UINT.
            agents_logged_on: u32 = "AgentsLoggedOn";
            /// `AgentsAvail`, UINT.
            agents_avail: u32 = "AgentsAvail";
            /// `AgentsNotReady`, UINT.
            agents_not_ready: u32 = "AgentsNotReady";
            /// `AgentsReady`, UINT.
            agents_ready: u32 = "AgentsReady";
            /// `AgentsTalkingIn`, UINT.
            agents_talking_in: u32 = "AgentsTalkingIn";
            /// `AgentsTalkingOut`, UINT.
            agents_talking_out: u32 = "AgentsTalkingOut";
            /// `AgentsTalkingOther`, UINT.
            agents_talking_other: u32 = "AgentsTalkingOther";
            /// `AgentsWorkNotReady`, UINT.
            agents_work_not_ready: u32 = "AgentsWorkNotReady";
            /// `AgentsWorkReady`, UINT.
            agents_work_ready: u32 = "AgentsWorkReady";
            /// `AgentsBusyOther`, UINT.
            agents_busy_other: u32 = "AgentsBusyOther";
            /// `AgentsReserved`, UINT.
            agents_reserved: u32 = "AgentsReserved";
            /// `AgentsHold`, UINT.
            agents_hold: u32 = "AgentsHold";
            /// `AgentsICMAvailable`, UINT, since protocol 9.
            agents_icm_available: u32 = "AgentsICMAvailable" since 9;
            /// `AgentsApplicationAvailable`, UINT, since protocol 9.
            agents_application_available: u32 = "AgentsApplicationAvailable" since 9;
            /// `AgentsTalkingAutoOut`, UINT.
            agents_talking_auto_out: u32 = "AgentsTalkingAutoOut";
            /// `AgentsTalkingPreview`, UINT.
            agents_talking_preview: u32 = "AgentsTalkingPreview";
            /// `AgentsTalkingReservation`, UINT.
            agents_talking_reservation: u32 = "AgentsTalkingReservation";
            /// `RouterCallsQNow`, UINT.
            router_calls_q_now: u32 = "RouterCallsQNow";
            /// `LongestRouterCallQNow`, UINT.
            longest_router_call_q_now: u32 = "LongestRouterCallQNow";
            /// `CallsQNow`, UINT.
            calls_q_now: u32 = "CallsQNow";
            /// `CallsQTimeNow`, UINT.
            calls_q_time_now: u32 = "CallsQTimeNow";
            /// `LongestCallQNow`, UINT.
            longest_call_q_now: u32 = "LongestCallQNow";
            /// `AvailTimeTo5`, UINT, since protocol 8.
            avail_time_to5: u32 = "AvailTimeTo5" since 8;
            /// `LoggedOnTimeTo5`, UINT, since protocol 8.
            logged_on_time_to5: u32 = "LoggedOnTimeTo5" since 8;
            /// `NotReadyTimeTo5`, UINT, since protocol 8.
            not_ready_time_to5: u32 = "NotReadyTimeTo5" since 8;
            /// `AgentOutCallsTo5`, UINT, since protocol 8.
            agent_out_calls_to5: u32 = "AgentOutCallsTo5" since 8;
            /// `AgentOutCallsTalkTimeTo5`, UINT, since protocol 8.
            agent_out_calls_talk_time_to5: u32 = "AgentOutCallsTalkTimeTo5" since 8;
            /// `AgentOutCallsTimeTo5`, UINT, since protocol 8.
            agent_out_calls_time_to5: u32 = "AgentOutCallsTimeTo5" since 8;
            /// `AgentOutCallsHeldTo5`, UINT, since protocol 8.
            agent_out_calls_held_to5: u32 = "AgentOutCallsHeldTo5" since 8;
            /// `AgentOutCallsHeldTimeTo5`, UINT, since protocol 8.
            agent_out_calls_held_time_to5: u32 = "AgentOutCallsHeldTimeTo5" since 8;
            /// `HandledCallsTo5`, UINT, since protocol 8.
            handled_calls_to5: u32 = "HandledCallsTo5" since 8;
            /// `HandledCallsTalkTimeTo5`, UINT, since protocol 8.
            handled_calls_talk_time_to5: u32 = "HandledCallsTalkTimeTo5" since 8;
            /// `HandledCallsAfterCallTimeTo5`, UINT, since protocol 8.
            handled_calls_after_call_time_to5: u32 = "HandledCallsAfterCallTimeTo5" since 8;
            /// `HandledCallsTimeTo5`, UINT, since protocol 8.
            handled_calls_time_to5: u32 = "HandledCallsTimeTo5" since 8;
            /// `IncomingCallsHeldTo5`, UINT, since protocol 8.
            incoming_calls_held_to5: u32 = "IncomingCallsHeldTo5" since 8;
            /// `IncomingCallsHeldTimeTo5`, UINT, since protocol 8.
            incoming_calls_held_time_to5: u32 = "IncomingCallsHeldTimeTo5" since 8;
            /// `InternalCallsRcvdTo5`, UINT, since protocol 8.
            internal_calls_rcvd_to5: u32 = "InternalCallsRcvdTo5" since 8;
            /// `InternalCallsRcvdTimeTo5`, UINT, since protocol 8.
            internal_calls_rcvd_time_to5: u32 = "InternalCallsRcvdTimeTo5" since 8;
            /// `InternalCallsHeldTo5`, UINT, since protocol 8.
            internal_calls_held_to5: u32 = "InternalCallsHeldTo5" since 8;
            /// `InternalCallsHeldTimeTo5`, UINT, since protocol 8.
            internal_calls_held_time_to5: u32 = "InternalCallsHeldTimeTo5" since 8;
            /// `AutoOutCallsTo5`, UINT, since protocol 8.
            auto_out_calls_to5: u32 = "AutoOutCallsTo5" since 8;
            /// `AutoOutCallsTalkTimeTo5`, UINT, since protocol 8.
            auto_out_calls_talk_time_to5: u32 = "AutoOutCallsTalkTimeTo5" since 8;
            /// `AutoOutCallsTimeTo5`, UINT, since protocol 8.
            auto_out_calls_time_to5: u32 = "AutoOutCallsTimeTo5" since 8;
            /// `AutoOutCallsHeldTo5`, UINT, since protocol 8.
            auto_out_calls_held_to5: u32 = "AutoOutCallsHeldTo5" since 8;
            /// `AutoOutCallsHeldTimeTo5`, UINT, since protocol 8.
            auto_out_calls_held_time_to5: u32 = "AutoOutCallsHeldTimeTo5" since 8;
            /// `PreviewCallsTo5`, UINT, since protocol 8.
            preview_calls_to5: u32 = "PreviewCallsTo5" since 8;
            /// `PreviewCallsTalkTimeTo5`, UINT, since protocol 8.
            preview_calls_talk_time_to5: u32 = "PreviewCallsTalkTimeTo5" since 8;
            /// `PreviewCallsTimeTo5`, UINT, since protocol 8.
            preview_calls_time_to5: u32 = "PreviewCallsTimeTo5" since 8;
            /// `PreviewCallsHeldTo5`, UINT, since protocol 8.
            preview_calls_held_to5: u32 = "PreviewCallsHeldTo5" since 8;
            /// `PreviewCallsHeldTimeTo5`, UINT, since protocol 8.
            preview_calls_held_time_to5: u32 = "PreviewCallsHeldTimeTo5" since 8;
            /// `ReservationCallsTo5`, UINT, since protocol 8.
            reservation_calls_to5: u32 = "ReservationCallsTo5" since 8;
            /// `ReservationCallsTalkTimeTo5`, UINT, since protocol 8.
            reservation_calls_talk_time_to5: u32 = "ReservationCallsTalkTimeTo5" since 8;
            /// `ReservationCallsTimeTo5`, UINT, since protocol 8.
            reservation_calls_time_to5: u32 = "ReservationCallsTimeTo5" since 8;
            /// `ReservationCallsHeldTo5`, UINT, since protocol 8.
            reservation_calls_held_to5: u32 = "ReservationCallsHeldTo5" since 8;
            /// `ReservationCallsHeldTimeTo5`, UINT, since protocol 8.
            reservation_calls_held_time_to5: u32 = "ReservationCallsHeldTimeTo5" since 8;
            /// `BargeInCallsTo5`, UINT, since protocol 8.
            barge_in_calls_to5: u32 = "BargeInCallsTo5" since 8;
            /// `InterceptCallsTo5`, UINT, since protocol 8.
            intercept_calls_to5: u32 = "InterceptCallsTo5" since 8;
            /// `MonitorCallsTo5`, UINT, since protocol 8.
            monitor_calls_to5: u32 = "MonitorCallsTo5" since 8;
            /// `WhisperCallsTo5`, UINT, since protocol 8.
            whisper_calls_to5: u32 = "WhisperCallsTo5" since 8;
            /// `EmergencyCallsTo5`, UINT, since protocol 8.
            emergency_calls_to5: u32 = "EmergencyCallsTo5" since 8;
            /// `CallsQ5`, UINT, since protocol 8.
            calls_q5: u32 = "CallsQ5" since 8;
            /// `CallsQTime5`, UINT, since protocol 8.
            calls_q_time5: u32 = "CallsQTime5" since 8;
            /// `LongestCallQ5`, UINT, since protocol 8.
            longest_call_q5: u32 = "LongestCallQ5" since 8;
            /// `AvailTimeToHalf`, UINT.
            avail_time_to_half: u32 = "AvailTimeToHalf";
            /// `LoggedOnTimeToHalf`, UINT.
            logged_on_time_to_half: u32 = "LoggedOnTimeToHalf";
            /// `NotReadyTimeToHalf`, UINT.
            not_ready_time_to_half: u32 = "NotReadyTimeToHalf";
            /// `AgentOutCallsToHalf`, UINT.
            agent_out_calls_to_half: u32 = "AgentOutCallsToHalf";
            /// `AgentOutCallsTalkTimeToHalf`, UINT.
            agent_out_calls_talk_time_to_half: u32 = "AgentOutCallsTalkTimeToHalf";
            /// `AgentOutCallsTimeToHalf`, UINT.
            agent_out_calls_time_to_half: u32 = "AgentOutCallsTimeToHalf";
            /// `AgentOutCallsHeldToHalf`, UINT.
            agent_out_calls_held_to_half: u32 = "AgentOutCallsHeldToHalf";
            /// `AgentOutCallsHeldTimeToHalf`, UINT.
            agent_out_calls_held_time_to_half: u32 = "AgentOutCallsHeldTimeToHalf";
            /// `HandledCallsToHalf`, UINT.
            handled_calls_to_half: u32 = "HandledCallsToHalf";
            /// `HandledCallsTalkTimeToHalf`, UINT.
            handled_calls_talk_time_to_half: u32 = "HandledCallsTalkTimeToHalf";
            /// `HandledCallsAfterCallTimeToHalf`, UINT.
            handled_calls_after_call_time_to_half: u32 = "HandledCallsAfterCallTimeToHalf";
            /// `HandledCallsTimeToHalf`, UINT.
            handled_calls_time_to_half: u32 = "HandledCallsTimeToHalf";
            /// `IncomingCallsHeldToHalf`, UINT.
            incoming_calls_held_to_half: u32 = "IncomingCallsHeldToHalf";
            /// `IncomingCallsHeldTimeToHalf`, UINT.
            incoming_calls_held_time_to_half: u32 = "IncomingCallsHeldTimeToHalf";
            /// `InternalCallsRcvdToHalf`, UINT.
            internal_calls_rcvd_to_half: u32 = "InternalCallsRcvdToHalf";
            /// `InternalCallsRcvdTimeToHalf`, UINT.
            internal_calls_rcvd_time_to_half: u32 = "InternalCallsRcvdTimeToHalf";
            /// `InternalCallsHeldToHalf`, UINT.
            internal_calls_held_to_half: u32 = "InternalCallsHeldToHalf";
            /// `InternalCallsHeldTimeToHalf`, UINT.
            internal_calls_held_time_to_half: u32 = "InternalCallsHeldTimeToHalf";
            /// `AutoOutCallsToHalf`, UINT, since protocol 8.
            auto_out_calls_to_half: u32 = "AutoOutCallsToHalf" since 8;
            /// `AutoOutCallsTalkTimeToHalf`, UINT, since protocol 8.
            auto_out_calls_talk_time_to_half: u32 = "AutoOutCallsTalkTimeToHalf" since 8;
            /// `AutoOutCallsTimeToHalf`, UINT, since protocol 8.
            auto_out_calls_time_to_half: u32 = "AutoOutCallsTimeToHalf" since 8;
            /// `AutoOutCallsHeldToHalf`, UINT, since protocol 8.
            auto_out_calls_held_to_half: u32 = "AutoOutCallsHeldToHalf" since 8;
            /// `AutoOutCallsHeldTimeToHalf`, UINT, since protocol 8.
            auto_out_calls_held_time_to_half: u32 = "AutoOutCallsHeldTimeToHalf" since 8;
            /// `PreviewCallsToHalf`, UINT, since protocol 8.
            preview_calls_to_half: u32 = "PreviewCallsToHalf" since 8;
            /// `PreviewCallsTalkTimeToHalf`, UINT, since protocol 8.
            preview_calls_talk_time_to_half: u32 = "PreviewCallsTalkTimeToHalf" since 8;
            /// `PreviewCallsTimeToHalf`, UINT, since protocol 8.
            preview_calls_time_to_half: u32 = "PreviewCallsTimeToHalf" since 8;
            /// `PreviewCallsHeldToHalf`, UINT, since protocol 8.
            preview_calls_held_to_half: u32 = "PreviewCallsHeldToHalf" since 8;
            /// `PreviewCallsHeldTimeToHalf`, UINT, since protocol 8.
            preview_calls_held_time_to_half: u32 = "PreviewCallsHeldTimeToHalf" since 8;
            /// `ReservationCallsToHalf`, UINT, since protocol 8.
            reservation_calls_to_half: u32 = "ReservationCallsToHalf" since 8;
            /// `ReservationCallsTalkTimeToHalf`, UINT, since protocol 8.
            reservation_calls_talk_time_to_half: u32 = "ReservationCallsTalkTimeToHalf" since 8;
            /// `ReservationCallsTimeToHalf`, UINT, since protocol 8.
            reservation_calls_time_to_half: u32 = "ReservationCallsTimeToHalf" since 8;
            /// `ReservationCallsHeldToHalf`, UINT, since protocol 8.
            reservation_calls_held_to_half: u32 = "ReservationCallsHeldToHalf" since 8;
            /// `ReservationCallsHeldTimeToHalf`, UINT, since protocol 8.
            reservation_calls_held_time_to_half: u32 = "ReservationCallsHeldTimeToHalf" since 8;
            /// `BargeInCallsToHalf`, UINT, since protocol 8.
            barge_in_calls_to_half: u32 = "BargeInCallsToHalf" since 8;
            /// `InterceptCallsToHalf`, UINT, since protocol 8.
            intercept_calls_to_half: u32 = "InterceptCallsToHalf" since 8;
            /// `MonitorCallsToHalf`, UINT, since protocol 8.
            monitor_calls_to_half: u32 = "MonitorCallsToHalf" since 8;
            /// `WhisperCallsToHalf`, UINT, since protocol 8.
            whisper_calls_to_half: u32 = "WhisperCallsToHalf" since 8;
            /// `EmergencyCallsToHalf`, UINT, since protocol 8.
            emergency_calls_to_half: u32 = "EmergencyCallsToHalf" since 8;
            /// `CallsQHalf`, UINT.
            calls_q_half: u32 = "CallsQHalf";
            /// `CallsQTimeHalf`, UINT.
            calls_q_time_half: u32 = "CallsQTimeHalf";
            /// `LongestCallQHalf`, UINT.
            longest_call_q_half: u32 = "LongestCallQHalf";
            /// `AvailTimeToday`, UINT.
            avail_time_today: u32 = "AvailTimeToday";
            /// `LoggedOnTimeToday`, UINT.
            logged_on_time_today: u32 = "LoggedOnTimeToday";
            /// `NotReadyTimeToday`, UINT.
            not_ready_time_today: u32 = "NotReadyTimeToday";
            /// `AgentOutCallsToday`, UINT.
            agent_out_calls_today: u32 = "AgentOutCallsToday";
            /// `AgentOutCallsTalkTimeToday`, UINT.
            agent_out_calls_talk_time_today: u32 = "AgentOutCallsTalkTimeToday";
            /// `AgentOutCallsTimeToday`, UINT.
            agent_out_calls_time_today: u32 = "AgentOutCallsTimeToday";
            /// `AgentOutCallsHeldToday`, UINT.
            agent_out_calls_held_today: u32 = "AgentOutCallsHeldToday";
            /// `AgentOutCallsHeldTimeToday`, UINT.
            agent_out_calls_held_time_today: u32 = "AgentOutCallsHeldTimeToday";
            /// `HandledCallsToday`, UINT.
            handled_calls_today: u32 = "HandledCallsToday";
            /// `HandledCallsTalkTimeToday`, UINT.
            handled_calls_talk_time_today: u32 = "HandledCallsTalkTimeToday";
            /// `HandledCallsAfterCallTimeToday`, UINT.
            handled_calls_after_call_time_today: u32 = "HandledCallsAfterCallTimeToday";
            /// `HandledCallsTimeToday`, UINT.
            handled_calls_time_today: u32 = "HandledCallsTimeToday";
            /// `IncomingCallsHeldToday`, UINT.
            incoming_calls_held_today: u32 = "IncomingCallsHeldToday";
            /// `IncomingCallsHeldTimeToday`, UINT.
            incoming_calls_held_time_today: u32 = "IncomingCallsHeldTimeToday";
            /// `InternalCallsRcvdToday`, UINT.
            internal_calls_rcvd_today: u32 = "InternalCallsRcvdToday";
            /// `InternalCallsRcvdTimeToday`, UINT.
            internal_calls_rcvd_time_today: u32 = "InternalCallsRcvdTimeToday";
            /// `InternalCallsHeldToday`, UINT.
            internal_calls_held_today: u32 = "InternalCallsHeldToday";
            /// `InternalCallsHeldTimeToday`, UINT.
            internal_calls_held_time_today: u32 = "InternalCallsHeldTimeToday";
            /// `AutoOutCallsToday`, UINT, since protocol 8.
            auto_out_calls_today: u32 = "AutoOutCallsToday" since 8;
            /// `AutoOutCallsTalkTimeToday`, UINT, since protocol 8.
            auto_out_calls_talk_time_today: u32 = "AutoOutCallsTalkTimeToday" since 8;
            /// `AutoOutCallsTimeToday`, UINT, since protocol 8.
            auto_out_calls_time_today: u32 = "AutoOutCallsTimeToday" since 8;
            /// `AutoOutCallsHeldToday`, UINT, since protocol 8.
            auto_out_calls_held_today: u32 = "AutoOutCallsHeldToday" since 8;
            /// `AutoOutCallsHeldTimeToday`, UINT, since protocol 8.
            auto_out_calls_held_time_today: u32 = "AutoOutCallsHeldTimeToday" since 8;
            /// `PreviewCallsToday`, UINT, since protocol 8.
            preview_calls_today: u32 = "PreviewCallsToday" since 8;
            /// `PreviewCallsTalkTimeToday`, UINT, since protocol 8.
            preview_calls_talk_time_today: u32 = "PreviewCallsTalkTimeToday" since 8;
            /// `PreviewCallsTimeToday`, UINT, since protocol 8.
            preview_calls_time_today: u32 = "PreviewCallsTimeToday" since 8;
            /// `PreviewCallsHeldToday`, UINT, since protocol 8.
            preview_calls_held_today: u32 = "PreviewCallsHeldToday" since 8;
            /// `PreviewCallsHeldTimeToday`, UINT, since protocol 8.
            preview_calls_held_time_today: u32 = "PreviewCallsHeldTimeToday" since 8;
            /// `ReservationCallsToday`, UINT, since protocol 8.
            reservation_calls_today: u32 = "ReservationCallsToday" since 8;
            /// `ReservationCallsTalkTimeToday`, UINT, since protocol 8.
            reservation_calls_talk_time_today: u32 = "ReservationCallsTalkTimeToday" since 8;
            /// `ReservationCallsTimeToday`, UINT, since protocol 8.
            reservation_calls_time_today: u32 = "ReservationCallsTimeToday" since 8;
            /// `ReservationCallsHeldToday`, UINT, since protocol 8.
            reservation_calls_held_today: u32 = "ReservationCallsHeldToday" since 8;
            /// `ReservationCallsHeldTimeToday`, UINT, since protocol 8.
            reservation_calls_held_time_today: u32 = "ReservationCallsHeldTimeToday" since 8;
            /// `BargeInCallsToday`, UINT, since protocol 8.
            barge_in_calls_today: u32 = "BargeInCallsToday" since 8;
            /// `InterceptCallsToday`, UINT, since protocol 8.
            intercept_calls_today: u32 = "InterceptCallsToday" since 8;
            /// `MonitorCallsToday`, UINT, since protocol 8.
            monitor_calls_today: u32 = "MonitorCallsToday" since 8;
            /// `WhisperCallsToday`, UINT, since protocol 8.
            whisper_calls_today: u32 = "WhisperCallsToday" since 8;
            /// `EmergencyCallsToday`, UINT, since protocol 8.
            emergency_calls_today: u32 = "EmergencyCallsToday" since 8;
            /// `CallsQToday`, UINT.
            calls_q_today: u32 = "CallsQToday";
            /// `CallsQTimeToday`, UINT.
            calls_q_time_today: u32 = "CallsQTimeToday";
            /// `LongestCallQToday`, UINT.
            longest_call_q_today: u32 = "LongestCallQToday";
        }
        floating {}
    }
}

//! Agent states, desk settings and pre-call announcements.

use crate::protocol::masks::{AgentServiceReqMask, DeskSettingsMask};
use crate::protocol::values::{
    AgentAvailabilityStatus, AgentMode, AgentServiceType, AgentState, AgentWorkMode, CallDirection, ForcedFlag, PeripheralType, StatusCode,
    WrapupDataMode,
};
use crate::protocol::wire::{NamedArray, NamedVariable, Packed, Text, Unspec};

group! {
    /// One entry of a list: `FltSkillGroupNumber`, `FltSkillGroupID`, `FltSkillGroupPriority`, `FltSkillGroupState`.
    pub struct FltSkillGroup {
        /// `FltSkillGroupNumber`, INT, since protocol 10.
        flt_skill_group_number: Option<i32> = "FltSkillGroupNumber" 62 since 10;
        /// `FltSkillGroupID`, UINT, since protocol 10.
        flt_skill_group_id: Option<u32> = "FltSkillGroupID" 63 since 10;
        /// `FltSkillGroupPriority`, USHORT, since protocol 10.
        flt_skill_group_priority: Option<u16> = "FltSkillGroupPriority" 64 since 10;
        /// `FltSkillGroupState`, USHORT, since protocol 10.
        flt_skill_group_state: Option<AgentState> = "FltSkillGroupState" 65 since 10;
    }
}

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupID`, `SkillGroupPriority`, `SkillGroupState`.
    pub struct AgentSkillGroup {
        /// `SkillGroupNumber`, UINT.
        skill_group_number: Option<u32> = "SkillGroupNumber" 62;
        /// `SkillGroupID`, UINT.
        skill_group_id: Option<u32> = "SkillGroupID" 63;
        /// `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
        /// `SkillGroupState`, USHORT.
        skill_group_state: Option<AgentState> = "SkillGroupState" 65;
    }
}

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupPriority`.
    pub struct RequestedSkillGroup {
        /// `SkillGroupNumber`, INT.
        skill_group_number: Option<i32> = "SkillGroupNumber" 62;
        /// `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
    }
}

message! {
    /// `AGENT_STATE_EVENT` (30).
    pub struct AgentStateEvent<'a> = 30 "AGENT_STATE_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `SessionID`, UINT, since protocol 8.
            session_id: u32 = "SessionID" since 8;
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `SkillGroupState`, USHORT.
            skill_group_state: AgentState = "SkillGroupState";
            /// `StateDuration`, UINT.
            state_duration: u32 = "StateDuration";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            /// `EventReasonCode`, USHORT, since protocol 6.
            event_reason_code: u16 = "EventReasonCode" since 6;
            /// `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// `NumTasks`, UINT.
            num_tasks: u32 = "NumTasks";
            /// `AgentMode`, USHORT.
            agent_mode: AgentMode = "AgentMode";
            /// `MaxTaskLimit`, UINT.
            max_task_limit: u32 = "MaxTaskLimit";
            /// `ICMAgentID`, INT, since protocol 9.
            icm_agent_id: i32 = "ICMAgentID" since 9;
            /// `AgentAvailabilityStatus`, UINT, since protocol 9.
            agent_availability_status: AgentAvailabilityStatus = "AgentAvailabilityStatus" since 9;
            @count u16, "NumFltSkillGroups" since 10 of flt_skill_groups;
            /// `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
        }
        floating {
            /// `CTIClientSignature`, STRING, at most 64 bytes.
            cti_client_signature: Option<Text<'a>> = "CTIClientSignature" 3 max 64;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `ActiveTerminal`, STRING, at most 64 bytes.
            active_terminal: Option<Text<'a>> = "ActiveTerminal" 303 max 64;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `Duration`, UINT, since protocol 10.
            duration: Option<u32> = "Duration" 150 since 10;
            /// `NextAgentState`, USHORT, since protocol 10.
            next_agent_state: Option<AgentState> = "NextAgentState" 123 since 10;
            /// `Direction`, UINT, since protocol 16.
            direction: Option<CallDirection> = "Direction" 244 since 16;
            /// The list of `FltSkillGroupNumber` and what belongs to each.
            flt_skill_groups: Vec<FltSkillGroup> = "FltSkillGroupNumber" 62 | 63 | 64 | 65;
            /// `MaxBeyondTaskLimit`, UINT, since protocol 22.
            max_beyond_task_limit: Option<u32> = "MaxBeyondTaskLimit" 266 since 22;
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// `QUERY_AGENT_STATE_REQ` (36).
    pub struct QueryAgentStateReq<'a> = 36 "QUERY_AGENT_STATE_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// `ICMAgentID`, INT, since protocol 9.
            icm_agent_id: i32 = "ICMAgentID" since 9;
        }
        floating {
            /// `AgentExtension`, STRING, at most 16 bytes, since protocol 6.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16 since 6;
            /// `AgentID`, STRING, at most 12 bytes, since protocol 6.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 since 6;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// `QUERY_AGENT_STATE_CONF` (37).
    pub struct QueryAgentStateConf<'a> = 37 "QUERY_AGENT_STATE_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            @count u16, "NumSkillGroups" of skill_groups;
            /// `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// `NumTasks`, UINT.
            num_tasks: u32 = "NumTasks";
            /// `AgentMode`, USHORT.
            agent_mode: AgentMode = "AgentMode";
            /// `MaxTaskLimit`, UINT.
            max_task_limit: u32 = "MaxTaskLimit";
            /// `ICMAgentID`, INT, since protocol 9.
            icm_agent_id: i32 = "ICMAgentID" since 9;
            /// `AgentAvailabilityStatus`, UINT, since protocol 9.
            agent_availability_status: AgentAvailabilityStatus = "AgentAvailabilityStatus" since 9;
            /// `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
        }
        floating {
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 6.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 6;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: Vec<AgentSkillGroup> = "SkillGroupNumber" 62 | 63 | 64 | 65;
            /// `InternalAgentState`, USHORT, since protocol 19.
            internal_agent_state: Option<u16> = "InternalAgentState" 255 since 19;
            /// `MaxBeyondTaskLimit`, UINT, since protocol 22.
            max_beyond_task_limit: Option<u32> = "MaxBeyondTaskLimit" 266 since 22;
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// `SET_AGENT_STATE_REQ` (38).
    pub struct SetAgentStateReq<'a> = 38 "SET_AGENT_STATE_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            /// `AgentWorkMode`, USHORT.
            agent_work_mode: AgentWorkMode = "AgentWorkMode";
            @count u16, "NumSkillGroups" of skill_groups;
            /// `EventReasonCode`, USHORT.
            event_reason_code: u16 = "EventReasonCode";
            /// `ForcedFlag`, UCHAR, since protocol 10.
            forced_flag: ForcedFlag = "ForcedFlag" since 10;
            /// `AgentServiceReq`, UINT, since protocol 12.
            agent_service_req: AgentServiceReqMask = "AgentServiceReq" since 12;
        }
        floating {
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// `ActiveTerminal`, STRING, at most 64 bytes.
            active_terminal: Option<Text<'a>> = "ActiveTerminal" 303 max 64;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentPassword`, STRING, at most 64 bytes.
            agent_password: Option<Text<'a>> = "AgentPassword" 49 max 64;
            /// `PositionID`, STRING, at most 12 bytes.
            position_id: Option<Text<'a>> = "PositionID" 68 max 12;
            /// `SupervisorID`, STRING, at most 12 bytes.
            supervisor_id: Option<Text<'a>> = "SupervisorID" 69 max 12;
            /// `SSOEnabled`, USHORT, since protocol 20.
            sso_enabled: Option<u16> = "SSOEnabled" 257 since 20;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: Vec<RequestedSkillGroup> = "SkillGroupNumber" 62 | 64;
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// `SET_AGENT_STATE_CONF` (39).
    pub struct SetAgentStateConf<'a> = 39 "SET_AGENT_STATE_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// `AGENT_PRE_CALL_EVENT` (105).
    pub struct AgentPreCallEvent<'a> = 105 "AGENT_PRE_CALL_EVENT" from Server since 6 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// `AgentSkillTargetID`, UINT, since protocol 20.
            agent_skill_target_id: u32 = "AgentSkillTargetID" since 20;
        }
        floating {
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 required true;
            /// `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 required true;
            /// `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 required true;
            /// `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
            /// `FltCallTypeID`, UINT, since protocol 14.
            flt_call_type_id: Option<u32> = "FltCallTypeID" 210 since 14;
            /// `PreCallInvokeID`, UINT, since protocol 14.
            pre_call_invoke_id: Option<u32> = "PreCallInvokeID" 221 since 14;
            /// `CallVariable1`, STRING, at most 41 bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// `CallVariable2`, STRING, at most 41 bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// `CallVariable3`, STRING, at most 41 bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// `CallVariable4`, STRING, at most 41 bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// `CallVariable5`, STRING, at most 41 bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// `CallVariable6`, STRING, at most 41 bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// `CallVariable7`, STRING, at most 41 bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// `CallVariable8`, STRING, at most 41 bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// `CallVariable9`, STRING, at most 41 bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// `CallVariable10`, STRING, at most 41 bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `AgentID`, STRING, at most 12 bytes, since protocol 20.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 since 20;
            /// `ProtocolReferenceGUID`, STRING, at most 40 bytes, since protocol 24.
            protocol_reference_guid: Option<Text<'a>> = "ProtocolReferenceGUID" 294 max 40 since 24;
            @count u16, "NumOfEnabledServices" 310 since 24 of flt_enabled_services;
            /// `FltEnabledServices`, USHORT, since protocol 24.
            flt_enabled_services: Packed<AgentServiceType> = "FltEnabledServices" 309 since 24;
            /// `CcaiConfigId`, STRING, at most 40 bytes, since protocol 24.
            ccai_config_id: Option<Text<'a>> = "CcaiConfigId" 311 max 40 since 24;
            /// `ANI_II`, STRING, at most 2 bytes, since protocol 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// `AGENT_PRE_CALL_ABORT_EVENT` (106).
    pub struct AgentPreCallAbortEvent<'a> = 106 "AGENT_PRE_CALL_ABORT_EVENT" from Server since 6 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `MRDID`, INT.
            mrd_id: i32 = "MRDID";
        }
        floating {
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 required true;
            /// `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 required true;
            /// `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 required true;
        }
    }
}

message! {
    /// `AGENT_DESK_SETTINGS_REQ` (131).
    pub struct AgentDeskSettingsReq<'a> = 131 "AGENT_DESK_SETTINGS_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
        }
    }
}

message! {
    /// `AGENT_DESK_SETTINGS_CONF` (132).
    pub struct AgentDeskSettingsConf<'a> = 132 "AGENT_DESK_SETTINGS_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `DeskSettingsMask`, UINT.
            desk_settings_mask: DeskSettingsMask = "DeskSettingsMask";
            /// `WrapupDataIncomingMode`, UINT.
            wrapup_data_incoming_mode: WrapupDataMode = "WrapupDataIncomingMode";
            /// `WrapupDataOutgoingMode`, UINT.
            wrapup_data_outgoing_mode: WrapupDataMode = "WrapupDataOutgoingMode";
            /// `LogoutNonActivityTime`, UINT.
            logout_non_activity_time: u32 = "LogoutNonActivityTime";
            /// `QualityRecordingRate`, UINT.
            quality_recording_rate: u32 = "QualityRecordingRate";
            /// `RingNoAnswerTime`, UINT.
            ring_no_answer_time: u32 = "RingNoAnswerTime";
            /// `SilentMonitorWarningMessage`, UINT.
            silent_monitor_warning_message: u32 = "SilentMonitorWarningMessage";
            /// `SilentMonitorAudibleIndication`, UINT.
            silent_monitor_audible_indication: u32 = "SilentMonitorAudibleIndication";
            /// `SupervisorAssistCallMethod`, UINT.
            supervisor_assist_call_method: u32 = "SupervisorAssistCallMethod";
            /// `EmergencyCallMethod`, UINT.
            emergency_call_method: u32 = "EmergencyCallMethod";
            /// `AutoRecordOnEmergency`, UINT.
            auto_record_on_emergency: u32 = "AutoRecordOnEmergency";
            /// `RecordingMode`, UINT.
            recording_mode: u32 = "RecordingMode";
            /// `WorkModeTimer`, UINT.
            work_mode_timer: u32 = "WorkModeTimer";
            /// `RingNoAnswerDN`, UINT.
            ring_no_answer_dn: u32 = "RingNoAnswerDN";
        }
        floating {
            /// `DefaultDevicePortAddress`, STRING, at most 32 bytes.
            default_device_port_address: Option<Text<'a>> = "DefaultDevicePortAddress" 93 max 32;
            /// `PlayZipTone`, UINT.
            play_zip_tone: Option<u32> = "PlayZipTone" 307;
            /// `ACDSharedLineUsage`, UINT.
            acd_shared_line_usage: Option<u32> = "ACDSharedLineUsage" 306;
        }
    }
}

message! {
    /// `SET_AGENT_SERVICE_DATA_REQ` (283).
    ///
    /// Left out, because no public source prints its tag: `TotalAnswersSuggestion`, `NumPositiveAnswersSuggestions`, `NumNegativeAnswersSuggestions`.
    pub struct SetAgentServiceDataReq = 283 "SET_AGENT_SERVICE_DATA_REQ" from Client since 24 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `RouterCallKeyDay`, UINT.
            router_call_key_day: u32 = "RouterCallKeyDay";
            /// `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: u32 = "RouterCallKeyCallID";
            /// `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: u32 = "RouterCallKeySequenceNumber";
            /// `AgentSkillTargetID`, UINT.
            agent_skill_target_id: u32 = "AgentSkillTargetID";
        }
        floating {
            @count u16, "NumOfEnabledServices" 310 since 24 of flt_enabled_services;
            /// `FltEnabledServices`, USHORT, since protocol 24.
            flt_enabled_services: Packed<AgentServiceType> = "FltEnabledServices" 309 since 24;
        }
    }
}

message! {
    /// `SET_AGENT_SERVICE_DATA_CONF` (284).
    pub struct SetAgentServiceDataConf = 284 "SET_AGENT_SERVICE_DATA_CONF" from Server since 24 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {}
    }
}

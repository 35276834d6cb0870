//! Agent states, desk settings and pre-call announcements.

use crate::protocol::list::{List, Packed};
use crate::protocol::masks::{AgentServiceReqMask, DeskSettingsMask};
use crate::protocol::values::{
    AgentAvailabilityStatus, AgentMode, AgentServiceType, AgentState, AgentWorkMode, CallDirection, ForcedFlag, PeripheralType, StatusCode,
    WrapupDataMode,
};
use crate::protocol::wire::{NamedArray, NamedVariable, Text, Unspec};

group! {
    /// One entry of a list: `FltSkillGroupNumber`, `FltSkillGroupID`, `FltSkillGroupPriority`, `FltSkillGroupState`.
    pub struct FltSkillGroup {
        /// The skill group as the peripheral numbers it. `FltSkillGroupNumber`, INT, since protocol 10.
        flt_skill_group_number: Option<i32> = "FltSkillGroupNumber" 62 since 10;
        /// The skill group as Unified CCE numbers it. `FltSkillGroupID`, UINT, since protocol 10.
        flt_skill_group_id: Option<u32> = "FltSkillGroupID" 63 since 10;
        /// Priority in the group; 0 on Unified CCE. `FltSkillGroupPriority`, USHORT, since protocol 10.
        flt_skill_group_priority: Option<u16> = "FltSkillGroupPriority" 64 since 10;
        /// The agent's state towards the group. `FltSkillGroupState`, USHORT, since protocol 10.
        flt_skill_group_state: Option<AgentState> = "FltSkillGroupState" 65 since 10;
    }
}

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupID`, `SkillGroupPriority`, `SkillGroupState`.
    pub struct AgentSkillGroup {
        /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
        skill_group_number: Option<u32> = "SkillGroupNumber" 62;
        /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
        skill_group_id: Option<u32> = "SkillGroupID" 63;
        /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
        /// The agent's state towards this group. `SkillGroupState`, USHORT.
        skill_group_state: Option<AgentState> = "SkillGroupState" 65;
    }
}

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupPriority`.
    pub struct RequestedSkillGroup {
        /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, INT.
        skill_group_number: Option<i32> = "SkillGroupNumber" 62;
        /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
    }
}

message! {
    /// An agent's state changed, as a whole or towards one skill group. The list, where there is one, gives the state
    /// towards every skill group; without it the skill group of the fixed part is meant.
    ///
    /// `AGENT_STATE_EVENT` (30), from the server.
    pub struct AgentStateEvent<'a> = 30 "AGENT_STATE_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Number of a session at the server; 0 for none. `SessionID`, UINT, since protocol 8.
            session_id: u32 = "SessionID" since 8;
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// The agent's state towards this group. `SkillGroupState`, USHORT.
            skill_group_state: AgentState = "SkillGroupState";
            /// Seconds in this state so far, as a rule 0. `StateDuration`, UINT.
            state_duration: u32 = "StateDuration";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// State of the agent as a whole. `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            /// Reason that the agent gave, for not ready and logout; 0 otherwise. `EventReasonCode`, USHORT, since protocol 6.
            event_reason_code: u16 = "EventReasonCode" since 6;
            /// Media routing domain; 1 is voice as a rule (inferred). `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// Tasks that the agent has now. `NumTasks`, UINT.
            num_tasks: u32 = "NumTasks";
            /// Whether Unified CCE may route to the agent. The guides of protocols 14 and 15 print the two values the other way round;
            /// recordings agree with the newer ones. `AgentMode`, USHORT.
            agent_mode: AgentMode = "AgentMode";
            /// How many tasks the agent may have at a time. `MaxTaskLimit`, UINT.
            max_task_limit: u32 = "MaxTaskLimit";
            /// The agent's skill target id, which Unified CCE gives. `ICMAgentID`, INT, since protocol 9.
            icm_agent_id: i32 = "ICMAgentID" since 9;
            /// Whether the agent can take a task now. `AgentAvailabilityStatus`, UINT, since protocol 9.
            agent_availability_status: AgentAvailabilityStatus = "AgentAvailabilityStatus" since 9;
            @count u16, "NumFltSkillGroups" since 10 of flt_skill_groups;
            /// Department that the agent or team belongs to. `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
        }
        floating {
            /// Who handled the call before, or handles the agent. `CTIClientSignature`, STRING, at most 64 bytes.
            cti_client_signature: Option<Text<'a>> = "CTIClientSignature" 3 max 64;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The device in use, where several share the extension. `ActiveTerminal`, STRING, at most 64 bytes.
            active_terminal: Option<Text<'a>> = "ActiveTerminal" 303 max 64;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// Seconds that the state is expected to last. `Duration`, UINT, since protocol 10.
            duration: Option<u32> = "Duration" 150 since 10;
            /// State that the agent will be in after the present one, where known; 0xffff for none. `NextAgentState`, USHORT, since
            /// protocol 10.
            next_agent_state: Option<AgentState> = "NextAgentState" 123 since 10;
            /// Whether the agent's call is incoming or outgoing, or the stream is. `Direction`, UINT, since protocol 16.
            direction: Option<CallDirection> = "Direction" 244 since 16;
            /// The list of `FltSkillGroupNumber` and what belongs to each.
            flt_skill_groups: List<'a, FltSkillGroup> = "FltSkillGroupNumber" 62 | 63 | 64 | 65;
            /// How many tasks beyond that limit. `MaxBeyondTaskLimit`, UINT, since protocol 22.
            max_beyond_task_limit: Option<u32> = "MaxBeyondTaskLimit" 266 since 22;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// Asks for an agent's state. The agent is named by one of the floating fields or by ICMAgentID.
    ///
    /// `QUERY_AGENT_STATE_REQ` (36), from the client, answered by [`QueryAgentStateConf`].
    pub struct QueryAgentStateReq<'a> = 36 "QUERY_AGENT_STATE_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Media routing domain; 1 is voice as a rule (inferred). `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// The agent's skill target id, which Unified CCE gives. `ICMAgentID`, INT, since protocol 9.
            icm_agent_id: i32 = "ICMAgentID" since 9;
        }
        floating {
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes, since protocol 6.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16 since 6;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes, since protocol 6.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 since 6;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// An agent's state as a whole and towards each skill group.
    ///
    /// `QUERY_AGENT_STATE_CONF` (37), from the server.
    pub struct QueryAgentStateConf<'a> = 37 "QUERY_AGENT_STATE_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// State of the agent as a whole. `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            @count u16, "NumSkillGroups" of skill_groups;
            /// Media routing domain; 1 is voice as a rule (inferred). `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// Tasks that the agent has now. `NumTasks`, UINT.
            num_tasks: u32 = "NumTasks";
            /// Whether Unified CCE may route to the agent. The guides of protocols 14 and 15 print the two values the other way round;
            /// recordings agree with the newer ones. `AgentMode`, USHORT.
            agent_mode: AgentMode = "AgentMode";
            /// How many tasks the agent may have at a time. `MaxTaskLimit`, UINT.
            max_task_limit: u32 = "MaxTaskLimit";
            /// The agent's skill target id, which Unified CCE gives. `ICMAgentID`, INT, since protocol 9.
            icm_agent_id: i32 = "ICMAgentID" since 9;
            /// Whether the agent can take a task now. `AgentAvailabilityStatus`, UINT, since protocol 9.
            agent_availability_status: AgentAvailabilityStatus = "AgentAvailabilityStatus" since 9;
            /// Department that the agent or team belongs to. `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
        }
        floating {
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 6.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 6;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: List<'a, AgentSkillGroup> = "SkillGroupNumber" 62 | 63 | 64 | 65;
            /// State as Unified CCX keeps it inside. `InternalAgentState`, USHORT, since protocol 19.
            internal_agent_state: Option<u16> = "InternalAgentState" 255 since 19;
            /// How many tasks beyond that limit. `MaxBeyondTaskLimit`, UINT, since protocol 22.
            max_beyond_task_limit: Option<u32> = "MaxBeyondTaskLimit" 266 since 22;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// Signs an agent in or out, or asks for another state.
    ///
    /// The fixed part has an odd size: ForcedFlag is one byte and nothing is aligned behind it.
    ///
    /// `SET_AGENT_STATE_REQ` (38), from the client, answered by [`SetAgentStateConf`].
    pub struct SetAgentStateReq<'a> = 38 "SET_AGENT_STATE_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// State of the agent as a whole. `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            /// How the agent is to be given calls. `AgentWorkMode`, USHORT.
            agent_work_mode: AgentWorkMode = "AgentWorkMode";
            @count u16, "NumSkillGroups" of skill_groups;
            /// Reason that the agent gave, for not ready and logout; 0 otherwise. `EventReasonCode`, USHORT.
            event_reason_code: u16 = "EventReasonCode";
            /// Whether to change the state against resistance. One byte. `ForcedFlag`, UCHAR, since protocol 10.
            forced_flag: ForcedFlag = "ForcedFlag" since 10;
            /// Services that are asked for together with the state. `AgentServiceReq`, UINT, since protocol 12.
            agent_service_req: AgentServiceReqMask = "AgentServiceReq" since 12;
        }
        floating {
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// The device in use, where several share the extension. `ActiveTerminal`, STRING, at most 64 bytes.
            active_terminal: Option<Text<'a>> = "ActiveTerminal" 303 max 64;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's password, for login and logout; not needed with single sign-on. Never log it. `AgentPassword`, STRING, at most
            /// 64 bytes.
            agent_password: Option<Text<'a>> = "AgentPassword" 49 max 64;
            /// Position, where an ACD asks for one. `PositionID`, STRING, at most 12 bytes.
            position_id: Option<Text<'a>> = "PositionID" 68 max 12;
            /// The supervisor. `SupervisorID`, STRING, at most 12 bytes.
            supervisor_id: Option<Text<'a>> = "SupervisorID" 69 max 12;
            /// 1 if the agent signs in by single sign-on. `SSOEnabled`, USHORT, since protocol 20.
            sso_enabled: Option<u16> = "SSOEnabled" 257 since 20;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: List<'a, RequestedSkillGroup> = "SkillGroupNumber" 62 | 64;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// The wish was received. Whether and when the state changes is told by [`AgentStateEvent`].
    ///
    /// `SET_AGENT_STATE_CONF` (39), from the server.
    pub struct SetAgentStateConf<'a> = 39 "SET_AGENT_STATE_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// A call or task was routed to an agent and is on its way; it carries the data that the call will have on arrival. It
    /// tells neither the peripheral nor the DNIS.
    ///
    /// `AGENT_PRE_CALL_EVENT` (105), from the server, since protocol 6.
    pub struct AgentPreCallEvent<'a> = 105 "AGENT_PRE_CALL_EVENT" from Server since 6 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// Media routing domain; 1 is voice as a rule (inferred). `MRDID`, INT.
            mrd_id: i32 = "MRDID";
            /// The agent's skill target id. `AgentSkillTargetID`, UINT, since protocol 20.
            agent_skill_target_id: u32 = "AgentSkillTargetID" since 20;
        }
        floating {
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// Day part of the router's key; the two (with the sequence number) identify a call for ever. `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 required true;
            /// Number of the call on that day. `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 required true;
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 required true;
            /// Number of the caller. `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// Digits that the caller typed at a VRU. `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
            /// Call type as Unified CCE numbers it. `FltCallTypeID`, UINT, since protocol 14.
            flt_call_type_id: Option<u32> = "FltCallTypeID" 210 since 14;
            /// Ties the announcement and the answer to it together. `PreCallInvokeID`, UINT, since protocol 14.
            pre_call_invoke_id: Option<u32> = "PreCallInvokeID" 221 since 14;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes, since protocol 20.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 since 20;
            /// Identity of the call at the agent services. `ProtocolReferenceGUID`, STRING, at most 40 bytes, since protocol 24.
            protocol_reference_guid: Option<Text<'a>> = "ProtocolReferenceGUID" 294 max 40 since 24;
            @count u16, "NumOfEnabledServices" 310 since 24 of flt_enabled_services;
            /// Agent services that are on; packed in one field. `FltEnabledServices`, USHORT, since protocol 24.
            flt_enabled_services: Packed<'a, AgentServiceType> = "FltEnabledServices" 309 since 24;
            /// Configuration of the agent services. `CcaiConfigId`, STRING, at most 40 bytes, since protocol 24.
            ccai_config_id: Option<Text<'a>> = "CcaiConfigId" 311 max 40 since 24;
            /// What kind of line the caller has (ANI II digits); servers do not fill it. `ANI_II`, STRING, at most 2 bytes, since protocol
            /// 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// What [`AgentPreCallEvent`] announced will not arrive.
    ///
    /// `AGENT_PRE_CALL_ABORT_EVENT` (106), from the server, since protocol 6.
    pub struct AgentPreCallAbortEvent<'a> = 106 "AGENT_PRE_CALL_ABORT_EVENT" from Server since 6 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// Media routing domain; 1 is voice as a rule (inferred). `MRDID`, INT.
            mrd_id: i32 = "MRDID";
        }
        floating {
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// Day part of the router's key; the two (with the sequence number) identify a call for ever. `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 required true;
            /// Number of the call on that day. `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 required true;
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 required true;
        }
    }
}

message! {
    /// Asks how the desk of an agent is set up.
    ///
    /// `AGENT_DESK_SETTINGS_REQ` (131), from the client, answered by [`AgentDeskSettingsConf`], since protocol 8.
    pub struct AgentDeskSettingsReq<'a> = 131 "AGENT_DESK_SETTINGS_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
        }
    }
}

message! {
    /// How the desk of an agent is set up: wrap-up, reasons, timers, what supervisors may do.
    ///
    /// `AGENT_DESK_SETTINGS_CONF` (132), from the server, since protocol 8.
    pub struct AgentDeskSettingsConf<'a> = 132 "AGENT_DESK_SETTINGS_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Which of the yes/no settings are on. `DeskSettingsMask`, UINT.
            desk_settings_mask: DeskSettingsMask = "DeskSettingsMask";
            /// Wrap-up after incoming calls: required, optional, not allowed, required with data. `WrapupDataIncomingMode`, UINT.
            wrapup_data_incoming_mode: WrapupDataMode = "WrapupDataIncomingMode";
            /// Wrap-up after outgoing calls: required, optional or not allowed. `WrapupDataOutgoingMode`, UINT.
            wrapup_data_outgoing_mode: WrapupDataMode = "WrapupDataOutgoingMode";
            /// Seconds without activity until the agent is signed out; all ones for never (inferred). `LogoutNonActivityTime`, UINT.
            logout_non_activity_time: u32 = "LogoutNonActivityTime";
            /// How often calls are recorded for quality. `QualityRecordingRate`, UINT.
            quality_recording_rate: u32 = "QualityRecordingRate";
            /// Seconds of ringing until the call goes elsewhere; all ones for not configured (inferred). `RingNoAnswerTime`, UINT.
            ring_no_answer_time: u32 = "RingNoAnswerTime";
            /// Whether the agent sees that somebody listens in. `SilentMonitorWarningMessage`, UINT.
            silent_monitor_warning_message: u32 = "SilentMonitorWarningMessage";
            /// Whether the agent hears it. `SilentMonitorAudibleIndication`, UINT.
            silent_monitor_audible_indication: u32 = "SilentMonitorAudibleIndication";
            /// Blind conference if set, else consult call. `SupervisorAssistCallMethod`, UINT.
            supervisor_assist_call_method: u32 = "SupervisorAssistCallMethod";
            /// Blind conference if set, else consult call. `EmergencyCallMethod`, UINT.
            emergency_call_method: u32 = "EmergencyCallMethod";
            /// Whether emergency calls are recorded. `AutoRecordOnEmergency`, UINT.
            auto_record_on_emergency: u32 = "AutoRecordOnEmergency";
            /// Whether recording goes through Unified CM. `RecordingMode`, UINT.
            recording_mode: u32 = "RecordingMode";
            /// Seconds of wrap-up (unit inferred). `WorkModeTimer`, UINT.
            work_mode_timer: u32 = "WorkModeTimer";
            /// Dialled number that an unanswered call goes to, as Unified CCE numbers it. `RingNoAnswerDN`, UINT.
            ring_no_answer_dn: u32 = "RingNoAnswerDN";
        }
        floating {
            /// Address of the default device. `DefaultDevicePortAddress`, STRING, at most 32 bytes.
            default_device_port_address: Option<Text<'a>> = "DefaultDevicePortAddress" 93 max 32;
            /// Whether a tone announces calls; not in older editions. `PlayZipTone`, UINT.
            play_zip_tone: Option<u32> = "PlayZipTone" 307;
            /// Whether shared lines may be used; not in older editions. `ACDSharedLineUsage`, UINT.
            acd_shared_line_usage: Option<u32> = "ACDSharedLineUsage" 306;
        }
    }
}

message! {
    /// What an agent thought of suggested answers, and which agent services a call used.
    ///
    /// `SET_AGENT_SERVICE_DATA_REQ` (283), from the client, answered by [`SetAgentServiceDataConf`], since protocol 24.
    ///
    /// Left out, because no public source prints its tag: `TotalAnswersSuggestion`, `NumPositiveAnswersSuggestions`, `NumNegativeAnswersSuggestions`.
    pub struct SetAgentServiceDataReq<'a> = 283 "SET_AGENT_SERVICE_DATA_REQ" from Client since 24 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Day part of the router's key; the two (with the sequence number) identify a call for ever. `RouterCallKeyDay`, UINT.
            router_call_key_day: u32 = "RouterCallKeyDay";
            /// Number of the call on that day. `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: u32 = "RouterCallKeyCallID";
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: u32 = "RouterCallKeySequenceNumber";
            /// The agent's skill target id. `AgentSkillTargetID`, UINT.
            agent_skill_target_id: u32 = "AgentSkillTargetID";
        }
        floating {
            @count u16, "NumOfEnabledServices" 310 since 24 of flt_enabled_services;
            /// Agent services that are on; packed in one field. `FltEnabledServices`, USHORT, since protocol 24.
            flt_enabled_services: Packed<'a, AgentServiceType> = "FltEnabledServices" 309 since 24;
        }
    }
}

message! {
    /// Confirms [`SetAgentServiceDataReq`], with a status of its own. The reference calls its first field NumInvokeID.
    ///
    /// `SET_AGENT_SERVICE_DATA_CONF` (284), from the server, since protocol 24.
    pub struct SetAgentServiceDataConf = 284 "SET_AGENT_SERVICE_DATA_CONF" from Server since 24 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// What happened, as a status code. `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {}
    }
}

//! Supervisors, teams, assist and emergency calls (Supervisor service).

use crate::protocol::masks::AgentFlags;
use crate::protocol::values::{AgentState, ConnectionDeviceIdType, LineType, SupervisoryAction, TeamConfigOperation};
use crate::protocol::wire::Text;

group! {
    /// One entry of a list: `AtcAgentID`, `AgentFlags`, `AtcAgentState`, `AtcStateDuration`.
    pub struct TeamMember<'a> {
        /// `AtcAgentID`, STRING, at most 12 bytes.
        atc_agent_id: Option<Text<'a>> = "AtcAgentID" 86 max 12;
        /// `AgentFlags`, USHORT.
        agent_flags: Option<AgentFlags> = "AgentFlags" 87;
        /// `AtcAgentState`, USHORT.
        atc_agent_state: Option<AgentState> = "AtcAgentState" 88;
        /// `AtcStateDuration`, UINT.
        atc_state_duration: Option<u32> = "AtcStateDuration" 89;
    }
}

message! {
    /// `SUPERVISOR_ASSIST_REQ` (118).
    pub struct SupervisorAssistReq<'a> = 118 "SUPERVISOR_ASSIST_REQ" from Client since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64;
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
    /// `SUPERVISOR_ASSIST_CONF` (119).
    pub struct SupervisorAssistConf<'a> = 119 "SUPERVISOR_ASSIST_CONF" from Server since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// `EMERGENCY_CALL_REQ` (121).
    pub struct EmergencyCallReq<'a> = 121 "EMERGENCY_CALL_REQ" from Client since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
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
    /// `EMERGENCY_CALL_CONF` (122).
    pub struct EmergencyCallConf<'a> = 122 "EMERGENCY_CALL_CONF" from Server since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// `EMERGENCY_CALL_EVENT` (123).
    pub struct EmergencyCallEvent<'a> = 123 "EMERGENCY_CALL_EVENT" from Server since 6 {
        fixed {
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `SessionID`, UINT.
            session_id: u32 = "SessionID";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// `SUPERVISE_CALL_REQ` (124).
    pub struct SuperviseCallReq<'a> = 124 "SUPERVISE_CALL_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `AgentConnectionCallID`, UINT.
            agent_connection_call_id: u32 = "AgentConnectionCallID";
            /// `SupervisorConnectionCallID`, UINT.
            supervisor_connection_call_id: u32 = "SupervisorConnectionCallID";
            /// `AgentConnectionDeviceIDType`, USHORT.
            agent_connection_device_id_type: ConnectionDeviceIdType = "AgentConnectionDeviceIDType";
            /// `SupervisorConnectionDeviceIDType`, USHORT.
            supervisor_connection_device_id_type: ConnectionDeviceIdType = "SupervisorConnectionDeviceIDType";
            /// `SupervisoryAction`, USHORT.
            supervisory_action: SupervisoryAction = "SupervisoryAction";
        }
        floating {
            /// `AgentConnectionDeviceID`, STRING, at most 64 bytes.
            agent_connection_device_id: Option<Text<'a>> = "AgentConnectionDeviceID" 90 max 64;
            /// `SupervisorConnectionDeviceID`, STRING, at most 64 bytes.
            supervisor_connection_device_id: Option<Text<'a>> = "SupervisorConnectionDeviceID" 91 max 64;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `SupervisorInstrument`, STRING, at most 64 bytes.
            supervisor_instrument: Option<Text<'a>> = "SupervisorInstrument" 85 max 64;
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// `SUPERVISE_CALL_CONF` (125).
    pub struct SuperviseCallConf<'a> = 125 "SUPERVISE_CALL_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// `AGENT_TEAM_CONFIG_EVENT` (128).
    pub struct AgentTeamConfigEvent<'a> = 128 "AGENT_TEAM_CONFIG_EVENT" from Server since 8 {
        fixed {
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `TeamID`, UINT.
            team_id: u32 = "TeamID";
            @count u16, "NumberOfAgents" of members;
            /// `ConfigOperation`, USHORT.
            config_operation: TeamConfigOperation = "ConfigOperation";
            /// `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
        }
        floating {
            /// `AgentTeamName`, STRING, at most 32 bytes, since protocol 16.
            agent_team_name: Option<Text<'a>> = "AgentTeamName" 243 max 32 since 16;
            /// The list of `AtcAgentID` and what belongs to each.
            members: Vec<TeamMember<'a>> = "AtcAgentID" 86 | 87 | 88 | 89;
        }
    }
}

message! {
    /// `LIST_AGENT_TEAM_REQ` (133).
    pub struct ListAgentTeamReq = 133 "LIST_AGENT_TEAM_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `SupervisorID`, UINT.
            supervisor_id: u32 = "SupervisorID";
        }
        floating {}
    }
}

message! {
    /// `LIST_AGENT_TEAM_CONF` (134).
    pub struct ListAgentTeamConf = 134 "LIST_AGENT_TEAM_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            @count u16, "NumberOfAgentTeams" of team_ids;
            /// `SegmentNumber`, USHORT.
            segment_number: u16 = "SegmentNumber";
            /// `More`, USHORT.
            more: u16 = "More";
        }
        floating {
            /// `TeamID`, UINT.
            team_ids: Vec<u32> = "TeamID" 92;
        }
    }
}

message! {
    /// `MONITOR_AGENT_TEAM_START_REQ` (135).
    pub struct MonitorAgentTeamStartReq = 135 "MONITOR_AGENT_TEAM_START_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `TeamID`, UINT.
            team_id: u32 = "TeamID";
        }
        floating {}
    }
}

message! {
    /// `MONITOR_AGENT_TEAM_START_CONF` (136).
    pub struct MonitorAgentTeamStartConf = 136 "MONITOR_AGENT_TEAM_START_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
        }
        floating {}
    }
}

message! {
    /// `MONITOR_AGENT_TEAM_STOP_REQ` (137).
    pub struct MonitorAgentTeamStopReq = 137 "MONITOR_AGENT_TEAM_STOP_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
        }
        floating {}
    }
}

message! {
    /// `MONITOR_AGENT_TEAM_STOP_CONF` (138).
    pub struct MonitorAgentTeamStopConf = 138 "MONITOR_AGENT_TEAM_STOP_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

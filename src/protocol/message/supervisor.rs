//! Supervisors, teams, assist and emergency calls (Supervisor service).

use crate::protocol::list::List;
use crate::protocol::masks::AgentFlags;
use crate::protocol::values::{AgentState, ConnectionDeviceIdType, LineType, SupervisoryAction, TeamConfigOperation};
use crate::protocol::wire::Text;

group! {
    /// One entry of a list: `AtcAgentID`, `AgentFlags`, `AtcAgentState`, `AtcStateDuration`.
    pub struct TeamMember<'a> {
        /// A member of the team, or its supervisor. `AtcAgentID`, STRING, at most 12 bytes.
        atc_agent_id: Option<Text<'a>> = "AtcAgentID" 86 max 12;
        /// What the member is: 0 for an agent, else a kind of supervisor. `AgentFlags`, USHORT.
        agent_flags: Option<AgentFlags> = "AgentFlags" 87;
        /// The member's state. `AtcAgentState`, USHORT.
        atc_agent_state: Option<AgentState> = "AtcAgentState" 88;
        /// Seconds in that state. `AtcStateDuration`, UINT.
        atc_state_duration: Option<u32> = "AtcStateDuration" 89;
    }
}

message! {
    /// An agent asks for a supervisor's help. Where none is found a `FAILURE_CONF` comes.
    ///
    /// `SUPERVISOR_ASSIST_REQ` (118), from the client, answered by [`SupervisorAssistConf`], since protocol 6.
    pub struct SupervisorAssistReq<'a> = 118 "SUPERVISOR_ASSIST_REQ" from Client since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64;
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
    /// A supervisor was found; the fields name the new call to them.
    ///
    /// `SUPERVISOR_ASSIST_CONF` (119), from the server, since protocol 6.
    pub struct SupervisorAssistConf<'a> = 119 "SUPERVISOR_ASSIST_CONF" from Server since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// An agent treats a call as an emergency and wants a supervisor.
    ///
    /// `EMERGENCY_CALL_REQ` (121), from the client, answered by [`EmergencyCallConf`], since protocol 6.
    pub struct EmergencyCallReq<'a> = 121 "EMERGENCY_CALL_REQ" from Client since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
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
    /// Confirms [`EmergencyCallReq`].
    ///
    /// `EMERGENCY_CALL_CONF` (122), from the server, since protocol 6.
    pub struct EmergencyCallConf<'a> = 122 "EMERGENCY_CALL_CONF" from Server since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// Tells All Events and Peripheral Monitor sessions that an agent treats a call as an emergency. It has neither
    /// MonitorID nor PeripheralType.
    ///
    /// `EMERGENCY_CALL_EVENT` (123), from the server, since protocol 6.
    pub struct EmergencyCallEvent<'a> = 123 "EMERGENCY_CALL_EVENT" from Server since 6 {
        fixed {
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Number of a session at the server; 0 for none. `SessionID`, UINT.
            session_id: u32 = "SessionID";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// A supervisor wants to listen in, to whisper, to barge in, to take the call over, or to leave it again.
    ///
    /// `SUPERVISE_CALL_REQ` (124), from the client, answered by [`SuperviseCallConf`], since protocol 8.
    pub struct SuperviseCallReq<'a> = 124 "SUPERVISE_CALL_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Call of the agent; all ones for the present one. `AgentConnectionCallID`, UINT.
            agent_connection_call_id: u32 = "AgentConnectionCallID";
            /// Call of the supervisor; all ones for none. `SupervisorConnectionCallID`, UINT.
            supervisor_connection_call_id: u32 = "SupervisorConnectionCallID";
            /// Kind of the agent's device part. `AgentConnectionDeviceIDType`, USHORT.
            agent_connection_device_id_type: ConnectionDeviceIdType = "AgentConnectionDeviceIDType";
            /// Kind of the supervisor's device part. `SupervisorConnectionDeviceIDType`, USHORT.
            supervisor_connection_device_id_type: ConnectionDeviceIdType = "SupervisorConnectionDeviceIDType";
            /// What the supervisor wants. `SupervisoryAction`, USHORT.
            supervisory_action: SupervisoryAction = "SupervisoryAction";
        }
        floating {
            /// The agent's device part; this or one of the agent's ids. `AgentConnectionDeviceID`, STRING, at most 64 bytes.
            agent_connection_device_id: Option<Text<'a>> = "AgentConnectionDeviceID" 90 max 64;
            /// The supervisor's device part. `SupervisorConnectionDeviceID`, STRING, at most 64 bytes.
            supervisor_connection_device_id: Option<Text<'a>> = "SupervisorConnectionDeviceID" 91 max 64;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// The supervisor's phone; All Events and Peripheral Monitor sessions must give it. `SupervisorInstrument`, STRING, at most 64
            /// bytes.
            supervisor_instrument: Option<Text<'a>> = "SupervisorInstrument" 85 max 64;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// Confirms [`SuperviseCallReq`].
    ///
    /// `SUPERVISE_CALL_CONF` (125), from the server, since protocol 8.
    pub struct SuperviseCallConf<'a> = 125 "SUPERVISE_CALL_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// Who belongs to a team, or how it changed. Sent unasked after the open, once for the team's agents and once more for
    /// its supervisors.
    ///
    /// `AGENT_TEAM_CONFIG_EVENT` (128), from the server, since protocol 8.
    pub struct AgentTeamConfigEvent<'a> = 128 "AGENT_TEAM_CONFIG_EVENT" from Server since 8 {
        fixed {
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The team as Unified CCE numbers it. `TeamID`, UINT.
            team_id: u32 = "TeamID";
            @count u16, "NumberOfAgents" of members;
            /// Whether agents were added, removed or replaced. `ConfigOperation`, USHORT.
            config_operation: TeamConfigOperation = "ConfigOperation";
            /// Department that the agent or team belongs to. `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
        }
        floating {
            /// Name of the team. `AgentTeamName`, STRING, at most 32 bytes, since protocol 16.
            agent_team_name: Option<Text<'a>> = "AgentTeamName" 243 max 32 since 16;
            /// The list of `AtcAgentID` and what belongs to each.
            members: List<'a, TeamMember<'a>> = "AtcAgentID" 86 | 87 | 88 | 89;
        }
    }
}

message! {
    /// Asks for the teams of a supervisor.
    ///
    /// `LIST_AGENT_TEAM_REQ` (133), from the client, answered by [`ListAgentTeamConf`], since protocol 8.
    pub struct ListAgentTeamReq = 133 "LIST_AGENT_TEAM_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The supervisor. `SupervisorID`, UINT.
            supervisor_id: u32 = "SupervisorID";
        }
        floating {}
    }
}

message! {
    /// The teams of a supervisor, up to 64 a message; more messages follow while `more` is set.
    ///
    /// `LIST_AGENT_TEAM_CONF` (134), from the server, since protocol 8.
    pub struct ListAgentTeamConf<'a> = 134 "LIST_AGENT_TEAM_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            @count u16, "NumberOfAgentTeams" of team_ids;
            /// Number of this part of the list. `SegmentNumber`, USHORT.
            segment_number: u16 = "SegmentNumber";
            /// Whether more parts follow. `More`, USHORT.
            more: u16 = "More";
        }
        floating {
            /// The team as Unified CCE numbers it. `TeamID`, UINT.
            team_ids: List<'a, u32> = "TeamID" 92;
        }
    }
}

message! {
    /// Begins to watch the agents of a team.
    ///
    /// `MONITOR_AGENT_TEAM_START_REQ` (135), from the client, answered by [`MonitorAgentTeamStartConf`], since protocol 8.
    pub struct MonitorAgentTeamStartReq = 135 "MONITOR_AGENT_TEAM_START_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The team as Unified CCE numbers it. `TeamID`, UINT.
            team_id: u32 = "TeamID";
        }
        floating {}
    }
}

message! {
    /// The team is watched.
    ///
    /// `MONITOR_AGENT_TEAM_START_CONF` (136), from the server, since protocol 8.
    pub struct MonitorAgentTeamStartConf = 136 "MONITOR_AGENT_TEAM_START_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
        }
        floating {}
    }
}

message! {
    /// Ends watching a team.
    ///
    /// `MONITOR_AGENT_TEAM_STOP_REQ` (137), from the client, answered by [`MonitorAgentTeamStopConf`], since protocol 8.
    pub struct MonitorAgentTeamStopReq = 137 "MONITOR_AGENT_TEAM_STOP_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
        }
        floating {}
    }
}

message! {
    /// The team is not watched any more.
    ///
    /// `MONITOR_AGENT_TEAM_STOP_CONF` (138), from the server, since protocol 8.
    pub struct MonitorAgentTeamStopConf = 138 "MONITOR_AGENT_TEAM_STOP_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

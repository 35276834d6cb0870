//! Opening, keeping and ending a session, failures, active and standby servers (chapter "Session Management").

use crate::protocol::masks::{AgentStateMask, CallMsgMask, ConfigMsgMask, PgStatusMask, ServiceMask};
use crate::protocol::values::{AgentState, MultilineAgentControl, PeripheralType, SessionType, StatusCode};
use crate::protocol::wire::{Text, Time, Unspec};

group! {
    /// One entry of a list: `FltPeripheralID`, `MultilineAgentControl`.
    pub struct OpenedPeripheral {
        /// `FltPeripheralID`, UINT, since protocol 14.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208 since 14;
        /// `MultilineAgentControl`, USHORT, since protocol 14.
        multiline_agent_control: Option<MultilineAgentControl> = "MultilineAgentControl" 224 since 14;
    }
}

message! {
    /// `FAILURE_CONF` (1).
    pub struct FailureConf<'a> = 1 "FAILURE_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
        }
    }
}

message! {
    /// `FAILURE_EVENT` (2).
    pub struct FailureEvent = 2 "FAILURE_EVENT" from Server {
        fixed {
            /// `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {}
    }
}

message! {
    /// `OPEN_REQ` (3).
    ///
    /// Left out, because no public source prints its tag: `UniqueInstanceID`.
    pub struct OpenReq<'a> = 3 "OPEN_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `VersionNumber`, UINT.
            version_number: u32 = "VersionNumber";
            /// `IdleTimeout`, UINT.
            idle_timeout: u32 = "IdleTimeout";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ServicesRequested`, UINT.
            services_requested: ServiceMask = "ServicesRequested";
            /// `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
            /// `ConfigMsgMask`, UINT, since protocol 10.
            config_msg_mask: ConfigMsgMask = "ConfigMsgMask" since 10;
            /// `Reserved1`, UINT.
            reserved1: u32 = "Reserved1";
            /// `Reserved2`, UINT.
            reserved2: u32 = "Reserved2";
            /// `Reserved3`, UINT.
            reserved3: u32 = "Reserved3";
        }
        floating {
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// `ClientPassword`, UNSPEC, at most 64 bytes.
            client_password: Option<Unspec<'a>> = "ClientPassword" 2 max 64 required true;
            /// `ClientSignature`, STRING, at most 64 bytes.
            client_signature: Option<Text<'a>> = "ClientSignature" 3 max 64;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `ApplicationPathID`, INT.
            application_path_id: Option<i32> = "ApplicationPathID" 97;
        }
    }
}

message! {
    /// `OPEN_CONF` (4).
    pub struct OpenConf<'a> = 4 "OPEN_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `ServicesGranted`, UINT.
            services_granted: ServiceMask = "ServicesGranted";
            /// `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
            /// `PGStatus`, UINT.
            pg_status: PgStatusMask = "PGStatus";
            /// `ICMCentralControllerTime`, TIME, since protocol 6.
            icm_central_controller_time: Time = "ICMCentralControllerTime" since 6;
            /// `PeripheralOnline`, BOOL, since protocol 5.
            peripheral_online: bool = "PeripheralOnline" since 5;
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            /// `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
            /// `SessionType`, USHORT, since protocol 24.
            session_type: SessionType = "SessionType" since 24;
        }
        floating {
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            @count u16, "NumPeripherals" 228 since 14 of peripherals;
            /// The list of `FltPeripheralID` and what belongs to each.
            peripherals: Vec<OpenedPeripheral> = "FltPeripheralID" 208 | 224;
        }
    }
}

message! {
    /// `HEARTBEAT_REQ` (5).
    pub struct HeartbeatReq = 5 "HEARTBEAT_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `HEARTBEAT_CONF` (6).
    pub struct HeartbeatConf = 6 "HEARTBEAT_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `CLOSE_REQ` (7).
    pub struct CloseReq = 7 "CLOSE_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {}
    }
}

message! {
    /// `CLOSE_CONF` (8).
    pub struct CloseConf = 8 "CLOSE_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `STANDBY_ACTIVE_EVENT_MSG` (277).
    pub struct StandbyActiveEventMsg = 277 "STANDBY_ACTIVE_EVENT_MSG" from Server since 24 {
        fixed {}
        floating {}
    }
}

message! {
    /// `ACTIVE_MAINTENANCE_REQ_MSG` (278).
    pub struct ActiveMaintenanceReqMsg = 278 "ACTIVE_MAINTENANCE_REQ_MSG" from Server since 24 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `ACTIVE_MAINTENANCE_RESP_MSG` (279).
    pub struct ActiveMaintenanceRespMsg = 279 "ACTIVE_MAINTENANCE_RESP_MSG" from Client since 24 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `MaintenanceModeAccepted`, BOOL.
            maintenance_mode_accepted: bool = "MaintenanceModeAccepted";
        }
        floating {}
    }
}

message! {
    /// `ACTIVE_MAINTENANCE_EVENT_MSG` (280).
    pub struct ActiveMaintenanceEventMsg = 280 "ACTIVE_MAINTENANCE_EVENT_MSG" from Server since 24 {
        fixed {
            /// `MaintenanceModeContinue`, BOOL.
            maintenance_mode_continue: bool = "MaintenanceModeContinue";
        }
        floating {}
    }
}

message! {
    /// `STOPPING_REQUESTS_TO_THIS_SIDE_IND` (281).
    pub struct StoppingRequestsToThisSideInd = 281 "STOPPING_REQUESTS_TO_THIS_SIDE_IND" from Client since 24 {
        fixed {}
        floating {}
    }
}

//! Opening, keeping and ending a session, failures, active and standby servers (chapter "Session Management").

use crate::protocol::list::List;
use crate::protocol::masks::{AgentStateMask, CallMsgMask, ConfigMsgMask, PgStatusMask, ServiceMask};
use crate::protocol::values::{AgentState, MultilineAgentControl, PeripheralType, SessionType, StatusCode};
use crate::protocol::wire::{Text, Time, Unspec};

group! {
    /// One entry of a list: `FltPeripheralID`, `MultilineAgentControl`.
    pub struct OpenedPeripheral {
        /// The peripheral of this entry. `FltPeripheralID`, UINT, since protocol 14.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208 since 14;
        /// Whether several lines of an agent can be watched and controlled there. `MultilineAgentControl`, USHORT, since protocol 14.
        multiline_agent_control: Option<MultilineAgentControl> = "MultilineAgentControl" 224 since 14;
    }
}

message! {
    /// The server refuses a request; it comes instead of the request's own confirmation.
    ///
    /// The wire has it in two layouts: the usual one, and [`TWO_PART_FAILURE`](crate::protocol::schema::TWO_PART_FAILURE)
    /// with a PeripheralErrorCode. Both may carry floating fields. This struct is both: which one was read, or is written,
    /// shows in `peripheral_error_code`.
    ///
    /// `FAILURE_CONF` (1), from the server.
    pub struct FailureConf<'a> = 1 "FAILURE_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// What happened, as a status code. `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
        }
        beside {
            /// The peripheral's own code: only in the other layout, where FailureCode (USHORT, our `status`) and
            /// PeripheralErrorCode (UINT) stand in the place of Status.
            peripheral_error_code: Option<u32>;
        }
    }
}

message! {
    /// Something failed that nobody asked about. Status 15 means that the server wants the session closed; 11 that a newer
    /// session of the same client took its place; 110 that it goes into maintenance; 90 that a monitor is gone. It also
    /// tells that a registered ECC variable was removed from the configuration.
    ///
    /// `FAILURE_EVENT` (2), from the server.
    pub struct FailureEvent = 2 "FAILURE_EVENT" from Server {
        fixed {
            /// What happened, as a status code. `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {}
    }
}

message! {
    /// The first message of a session: which version it speaks, what the client wants to see and to do.
    ///
    /// The floating part is laid out in the version asked for here, so a reader needs `version_number` first.
    ///
    /// `OPEN_REQ` (3), from the client, answered by [`OpenConf`].
    ///
    /// Left out, because no public source prints its tag: `UniqueInstanceID`.
    pub struct OpenReq<'a> = 3 "OPEN_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Version of every message of the session. `VersionNumber`, UINT.
            version_number: u32 = "VersionNumber";
            /// Seconds of silence after which the server gives the client up: four heartbeat intervals, at least 20, all ones without
            /// heartbeats. `IdleTimeout`, UINT.
            idle_timeout: u32 = "IdleTimeout";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What the session wants to see and to do. `ServicesRequested`, UINT.
            services_requested: ServiceMask = "ServicesRequested";
            /// Call events wanted. `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// Agent states wanted. `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
            /// Kinds of configuration wanted. `ConfigMsgMask`, UINT, since protocol 10.
            config_msg_mask: ConfigMsgMask = "ConfigMsgMask" since 10;
            /// Zero. `Reserved1`, UINT.
            reserved1: u32 = "Reserved1";
            /// Zero. `Reserved2`, UINT.
            reserved2: u32 = "Reserved2";
            /// Zero. `Reserved3`, UINT.
            reserved3: u32 = "Reserved3";
        }
        floating {
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// The client's password; must be there, empty where none is used. Never log it. `ClientPassword`, UNSPEC, at most 64 bytes.
            client_password: Option<Unspec<'a>> = "ClientPassword" 2 max 64 required true;
            /// Put into the history of the calls that the client touches; ClientID where absent. `ClientSignature`, STRING, at most 64
            /// bytes.
            client_signature: Option<Text<'a>> = "ClientSignature" 3 max 64;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// Application path, for media routing applications. `ApplicationPathID`, INT.
            application_path_id: Option<i32> = "ApplicationPathID" 97;
        }
    }
}

message! {
    /// The session is open: what was granted, and how the Peripheral Gateway stands at this moment.
    ///
    /// `OPEN_CONF` (4), from the server.
    pub struct OpenConf<'a> = 4 "OPEN_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// What it may, perhaps less than was asked for. `ServicesGranted`, UINT.
            services_granted: ServiceMask = "ServicesGranted";
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
            /// What keeps the gateway from working normally; 0 for nothing. `PGStatus`, UINT.
            pg_status: PgStatusMask = "PGStatus";
            /// Time of the central controller. `ICMCentralControllerTime`, TIME, since protocol 6.
            icm_central_controller_time: Time = "ICMCentralControllerTime" since 6;
            /// Whether the agent's peripheral is online; for other sessions whether all are. `PeripheralOnline`, BOOL, since protocol 5.
            peripheral_online: bool = "PeripheralOnline" since 5;
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// State of the agent as a whole. `AgentState`, USHORT.
            agent_state: AgentState = "AgentState";
            /// Department that the agent or team belongs to. `DepartmentID`, INT, since protocol 19.
            department_id: i32 = "DepartmentID" since 19;
            /// Whether the server is active or on standby. `SessionType`, USHORT, since protocol 24.
            session_type: SessionType = "SessionType" since 24;
        }
        floating {
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            @count u16, "NumPeripherals" 228 since 14 of peripherals;
            /// The list of `FltPeripheralID` and what belongs to each.
            peripherals: List<'a, OpenedPeripheral> = "FltPeripheralID" 208 | 224;
        }
    }
}

message! {
    /// Sign of life of a client that sent nothing else for a heartbeat interval. Servers never send it. A [`FailureConf`]
    /// in answer means that the server is offline.
    ///
    /// `HEARTBEAT_REQ` (5), from the client, answered by [`HeartbeatConf`].
    pub struct HeartbeatReq = 5 "HEARTBEAT_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Answers a heartbeat; servers send it at once, on standby too.
    ///
    /// `HEARTBEAT_CONF` (6), from the server.
    pub struct HeartbeatConf = 6 "HEARTBEAT_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// The client ends the session. Status says why: 0 because it wants to, 15 because the server is not online any more,
    /// 16 because it did not answer.
    ///
    /// `CLOSE_REQ` (7), from the client, answered by [`CloseConf`].
    pub struct CloseReq = 7 "CLOSE_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// What happened, as a status code. `Status`, UINT.
            status: StatusCode = "Status";
        }
        floating {}
    }
}

message! {
    /// The session has ended; the connection may be reset.
    ///
    /// `CLOSE_CONF` (8), from the server.
    pub struct CloseConf = 8 "CLOSE_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// The server at the other end of this session was on standby and is active from now on: all requests go to it.
    ///
    /// The reference prints no fields; an empty body is inferred and any other is accepted.
    ///
    /// `STANDBY_ACTIVE_EVENT_MSG` (277), from the server, since protocol 24.
    pub struct StandbyActiveEventMsg = 277 "STANDBY_ACTIVE_EVENT_MSG" from Server since 24 {
        fixed {}
        floating {}
    }
}

message! {
    /// The active server wants to go into maintenance and asks each session that can handle two servers. To be answered
    /// within five seconds.
    ///
    /// `ACTIVE_MAINTENANCE_REQ_MSG` (278), from the server, answered by [`ActiveMaintenanceRespMsg`], since protocol 24.
    pub struct ActiveMaintenanceReqMsg = 278 "ACTIVE_MAINTENANCE_REQ_MSG" from Server since 24 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Whether the client can go on without this server; silence counts as no. The reference does not name its first field.
    ///
    /// `ACTIVE_MAINTENANCE_RESP_MSG` (279), from the client, since protocol 24.
    pub struct ActiveMaintenanceRespMsg = 279 "ACTIVE_MAINTENANCE_RESP_MSG" from Client since 24 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// True if the client can go on without this server. `MaintenanceModeAccepted`, BOOL.
            maintenance_mode_accepted: bool = "MaintenanceModeAccepted";
        }
        floating {}
    }
}

message! {
    /// Whether maintenance begins; one client that refused is enough to call it off. The field's name is ours, the
    /// reference prints none.
    ///
    /// `ACTIVE_MAINTENANCE_EVENT_MSG` (280), from the server, since protocol 24.
    pub struct ActiveMaintenanceEventMsg = 280 "ACTIVE_MAINTENANCE_EVENT_MSG" from Server since 24 {
        fixed {
            /// True if maintenance begins, false if it was called off. `MaintenanceModeContinue`, BOOL.
            maintenance_mode_continue: bool = "MaintenanceModeContinue";
        }
        floating {}
    }
}

message! {
    /// The client sends nothing more to this server, which then drops the connection. Due within five seconds of
    /// [`ActiveMaintenanceEventMsg`].
    ///
    /// The reference prints no fields; an empty body is inferred.
    ///
    /// `STOPPING_REQUESTS_TO_THIS_SIDE_IND` (281), from the client, since protocol 24.
    pub struct StoppingRequestsToThisSideInd = 281 "STOPPING_REQUESTS_TO_THIS_SIDE_IND" from Client since 24 {
        fixed {}
        floating {}
    }
}

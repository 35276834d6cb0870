//! Monitors on devices, calls and other sessions (Peripheral Monitor and Client Monitor services).

use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::values::{ConnectionDeviceIdType, DeviceIdType, StatusCode};
use crate::protocol::wire::Text;

message! {
    /// Begins to watch one call or one device (Peripheral Monitor service).
    ///
    /// `MONITOR_START_REQ` (93), from the client, answered by [`MonitorStartConf`], since protocol 5.
    pub struct MonitorStartReq<'a> = 93 "MONITOR_START_REQ" from Client since 5 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Call events wanted. `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// Agent states wanted. `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Kind of device to watch; DEVID_NONE for a call. `MonitoredDeviceType`, USHORT.
            monitored_device_type: DeviceIdType = "MonitoredDeviceType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64;
            /// Device to watch. `MonitoredDeviceID`, STRING, at most 64 bytes.
            monitored_device_id: Option<Text<'a>> = "MonitoredDeviceID" 76 max 64;
        }
    }
}

message! {
    /// The monitor exists; its MonitorID stands in every event that it causes.
    ///
    /// `MONITOR_START_CONF` (94), from the server, since protocol 5.
    pub struct MonitorStartConf = 94 "MONITOR_START_CONF" from Server since 5 {
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
    /// Ends a monitor of a call or device.
    ///
    /// `MONITOR_STOP_REQ` (95), from the client, answered by [`MonitorStopConf`], since protocol 5.
    pub struct MonitorStopReq = 95 "MONITOR_STOP_REQ" from Client since 5 {
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
    /// The monitor is gone.
    ///
    /// `MONITOR_STOP_CONF` (96), from the server, since protocol 5.
    pub struct MonitorStopConf = 96 "MONITOR_STOP_CONF" from Server since 5 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Changes which events a monitor passes.
    ///
    /// `CHANGE_MONITOR_MASK_REQ` (97), from the client, answered by [`ChangeMonitorMaskConf`], since protocol 5.
    pub struct ChangeMonitorMaskReq = 97 "CHANGE_MONITOR_MASK_REQ" from Client since 5 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
            /// Call events wanted. `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// Agent states wanted. `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
        }
        floating {}
    }
}

message! {
    /// The monitor passes what was asked for.
    ///
    /// `CHANGE_MONITOR_MASK_CONF` (98), from the server, since protocol 5.
    pub struct ChangeMonitorMaskConf = 98 "CHANGE_MONITOR_MASK_CONF" from Server since 5 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Another client has a session (Client Monitor service); sent for those too that were open before.
    ///
    /// `CLIENT_SESSION_OPENED_EVENT` (99), from the server, since protocol 5.
    pub struct ClientSessionOpenedEvent<'a> = 99 "CLIENT_SESSION_OPENED_EVENT" from Server since 5 {
        fixed {
            /// Number of a session at the server; 0 for none. `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What it may, perhaps less than was asked for. `ServicesGranted`, UINT.
            services_granted: ServiceMask = "ServicesGranted";
            /// Call events wanted. `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// Agent states wanted. `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
            /// Port that belongs to the address. `ClientPort`, UINT, since protocol 5.
            client_port: u32 = "ClientPort" since 5;
        }
        floating {
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// Put into the history of the calls that the client touches; ClientID where absent. `ClientSignature`, STRING, at most 64
            /// bytes.
            client_signature: Option<Text<'a>> = "ClientSignature" 3 max 64 required true;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// The session of another client ended, and with which status.
    ///
    /// `CLIENT_SESSION_CLOSED_EVENT` (100), from the server, since protocol 5.
    pub struct ClientSessionClosedEvent<'a> = 100 "CLIENT_SESSION_CLOSED_EVENT" from Server since 5 {
        fixed {
            /// Number of a session at the server; 0 for none. `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What happened, as a status code. `Status`, UINT.
            status: StatusCode = "Status";
            /// Port that belongs to the address. `ClientPort`, UINT, since protocol 5.
            client_port: u32 = "ClientPort" since 5;
        }
        floating {
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// Put into the history of the calls that the client touches; ClientID where absent. `ClientSignature`, STRING, at most 64
            /// bytes.
            client_signature: Option<Text<'a>> = "ClientSignature" 3 max 64 required true;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// Begins to watch the session of another client.
    ///
    /// `SESSION_MONITOR_START_REQ` (101), from the client, answered by [`SessionMonitorStartConf`], since protocol 5.
    pub struct SessionMonitorStartReq = 101 "SESSION_MONITOR_START_REQ" from Client since 5 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Number of a session at the server; 0 for none. `SessionID`, UINT.
            session_id: u32 = "SessionID";
        }
        floating {}
    }
}

message! {
    /// The session is watched.
    ///
    /// `SESSION_MONITOR_START_CONF` (102), from the server, since protocol 5.
    pub struct SessionMonitorStartConf = 102 "SESSION_MONITOR_START_CONF" from Server since 5 {
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
    /// Ends watching a session.
    ///
    /// `SESSION_MONITOR_STOP_REQ` (103), from the client, answered by [`SessionMonitorStopConf`], since protocol 5.
    pub struct SessionMonitorStopReq = 103 "SESSION_MONITOR_STOP_REQ" from Client since 5 {
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
    /// The session is not watched any more.
    ///
    /// `SESSION_MONITOR_STOP_CONF` (104), from the server, since protocol 5.
    pub struct SessionMonitorStopConf = 104 "SESSION_MONITOR_STOP_CONF" from Server since 5 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

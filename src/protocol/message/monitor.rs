//! Monitors on devices, calls and other sessions (Peripheral Monitor and Client Monitor services).

use crate::protocol::masks::{AgentStateMask, CallMsgMask, ServiceMask};
use crate::protocol::values::{ConnectionDeviceIdType, DeviceIdType, StatusCode};
use crate::protocol::wire::Text;

message! {
    /// `MONITOR_START_REQ` (93).
    pub struct MonitorStartReq<'a> = 93 "MONITOR_START_REQ" from Client since 5 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `MonitoredDeviceType`, USHORT.
            monitored_device_type: DeviceIdType = "MonitoredDeviceType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64;
            /// `MonitoredDeviceID`, STRING, at most 64 bytes.
            monitored_device_id: Option<Text<'a>> = "MonitoredDeviceID" 76 max 64;
        }
    }
}

message! {
    /// `MONITOR_START_CONF` (94).
    pub struct MonitorStartConf = 94 "MONITOR_START_CONF" from Server since 5 {
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
    /// `MONITOR_STOP_REQ` (95).
    pub struct MonitorStopReq = 95 "MONITOR_STOP_REQ" from Client since 5 {
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
    /// `MONITOR_STOP_CONF` (96).
    pub struct MonitorStopConf = 96 "MONITOR_STOP_CONF" from Server since 5 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `CHANGE_MONITOR_MASK_REQ` (97).
    pub struct ChangeMonitorMaskReq = 97 "CHANGE_MONITOR_MASK_REQ" from Client since 5 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
            /// `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
        }
        floating {}
    }
}

message! {
    /// `CHANGE_MONITOR_MASK_CONF` (98).
    pub struct ChangeMonitorMaskConf = 98 "CHANGE_MONITOR_MASK_CONF" from Server since 5 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `CLIENT_SESSION_OPENED_EVENT` (99).
    pub struct ClientSessionOpenedEvent<'a> = 99 "CLIENT_SESSION_OPENED_EVENT" from Server since 5 {
        fixed {
            /// `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ServicesGranted`, UINT.
            services_granted: ServiceMask = "ServicesGranted";
            /// `CallMsgMask`, UINT.
            call_msg_mask: CallMsgMask = "CallMsgMask";
            /// `AgentStateMask`, UINT.
            agent_state_mask: AgentStateMask = "AgentStateMask";
            /// `ClientPort`, UINT, since protocol 5.
            client_port: u32 = "ClientPort" since 5;
        }
        floating {
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// `ClientSignature`, STRING, at most 64 bytes.
            client_signature: Option<Text<'a>> = "ClientSignature" 3 max 64 required true;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// `CLIENT_SESSION_CLOSED_EVENT` (100).
    pub struct ClientSessionClosedEvent<'a> = 100 "CLIENT_SESSION_CLOSED_EVENT" from Server since 5 {
        fixed {
            /// `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `Status`, UINT.
            status: StatusCode = "Status";
            /// `ClientPort`, UINT, since protocol 5.
            client_port: u32 = "ClientPort" since 5;
        }
        floating {
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// `ClientSignature`, STRING, at most 64 bytes.
            client_signature: Option<Text<'a>> = "ClientSignature" 3 max 64 required true;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// `SESSION_MONITOR_START_REQ` (101).
    pub struct SessionMonitorStartReq = 101 "SESSION_MONITOR_START_REQ" from Client since 5 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `SessionID`, UINT.
            session_id: u32 = "SessionID";
        }
        floating {}
    }
}

message! {
    /// `SESSION_MONITOR_START_CONF` (102).
    pub struct SessionMonitorStartConf = 102 "SESSION_MONITOR_START_CONF" from Server since 5 {
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
    /// `SESSION_MONITOR_STOP_REQ` (103).
    pub struct SessionMonitorStopReq = 103 "SESSION_MONITOR_STOP_REQ" from Client since 5 {
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
    /// `SESSION_MONITOR_STOP_CONF` (104).
    pub struct SessionMonitorStopConf = 104 "SESSION_MONITOR_STOP_CONF" from Server since 5 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

//! System events, user messages, and the services that fit nowhere else.

use crate::protocol::masks::PgStatusMask;
use crate::protocol::values::{ClientEventState, DeviceIdType, MessageDistribution, ServerMode, SystemEventId};
use crate::protocol::wire::{Text, Time};

message! {
    /// `SYSTEM_EVENT` (31).
    pub struct SystemEvent<'a> = 31 "SYSTEM_EVENT" from Server {
        fixed {
            /// `PGStatus`, UINT.
            pg_status: PgStatusMask = "PGStatus";
            /// `ICMCentralControllerTime`, TIME, since protocol 6.
            icm_central_controller_time: Time = "ICMCentralControllerTime" since 6;
            /// `SystemEventID`, UINT.
            system_event_id: SystemEventId = "SystemEventID";
            /// `SystemEventArg1`, UINT.
            system_event_arg1: u32 = "SystemEventArg1";
            /// `SystemEventArg2`, UINT.
            system_event_arg2: u32 = "SystemEventArg2";
            /// `SystemEventArg3`, UINT.
            system_event_arg3: u32 = "SystemEventArg3";
            /// `EventDeviceType`, USHORT, since protocol 10.
            event_device_type: DeviceIdType = "EventDeviceType" since 10;
        }
        floating {
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
            /// `EventDeviceID`, STRING, at most 64 bytes, since protocol 10.
            event_device_id: Option<Text<'a>> = "EventDeviceID" 206 max 64 since 10;
        }
    }
}

message! {
    /// `CLIENT_EVENT_REPORT_REQ` (32).
    pub struct ClientEventReportReq<'a> = 32 "CLIENT_EVENT_REPORT_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `State`, USHORT.
            state: ClientEventState = "State";
        }
        floating {
            /// `ObjectName`, STRING, at most 128 bytes.
            object_name: Option<Text<'a>> = "ObjectName" 66 max 128;
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255 required true;
        }
    }
}

message! {
    /// `CLIENT_EVENT_REPORT_CONF` (33).
    pub struct ClientEventReportConf = 33 "CLIENT_EVENT_REPORT_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `USER_MESSAGE_REQ` (107).
    pub struct UserMessageReq<'a> = 107 "USER_MESSAGE_REQ" from Client since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT, since protocol 6.
            peripheral_id: u32 = "PeripheralID" since 6;
            /// `Distribution`, USHORT.
            distribution: MessageDistribution = "Distribution";
        }
        floating {
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255 required true;
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// `USER_MESSAGE_CONF` (108).
    pub struct UserMessageConf = 108 "USER_MESSAGE_CONF" from Server since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `USER_MESSAGE_EVENT` (109).
    pub struct UserMessageEvent<'a> = 109 "USER_MESSAGE_EVENT" from Server since 6 {
        fixed {
            /// `ICMCentralControllerTime`, TIME.
            icm_central_controller_time: Time = "ICMCentralControllerTime";
            /// `Distribution`, USHORT.
            distribution: MessageDistribution = "Distribution";
        }
        floating {
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255 required true;
        }
    }
}

message! {
    /// `REGISTER_SERVICE_REQ` (143).
    pub struct RegisterServiceReq<'a> = 143 "REGISTER_SERVICE_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `ServerMode`, USHORT.
            server_mode: ServerMode = "ServerMode";
        }
        floating {
            /// `ServiceName`, STRING, at most 64 bytes.
            service_name: Option<Text<'a>> = "ServiceName" 94 max 64 required true;
        }
    }
}

message! {
    /// `REGISTER_SERVICE_CONF` (144).
    pub struct RegisterServiceConf = 144 "REGISTER_SERVICE_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `RegisteredServiceID`, UINT.
            registered_service_id: u32 = "RegisteredServiceID";
        }
        floating {}
    }
}

message! {
    /// `UNREGISTER_SERVICE_REQ` (145).
    pub struct UnregisterServiceReq = 145 "UNREGISTER_SERVICE_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `RegisteredServiceID`, UINT.
            registered_service_id: u32 = "RegisteredServiceID";
        }
        floating {}
    }
}

message! {
    /// `UNREGISTER_SERVICE_CONF` (146).
    pub struct UnregisterServiceConf = 146 "UNREGISTER_SERVICE_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

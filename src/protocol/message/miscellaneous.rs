//! System events, user messages, and the services that fit nowhere else.

use crate::protocol::masks::PgStatusMask;
use crate::protocol::values::{ClientEventState, DeviceIdType, MessageDistribution, ServerMode, SystemEventId};
use crate::protocol::wire::{Text, Time};

message! {
    /// How the Peripheral Gateway stands, and what happened: a peripheral came or went, a half hour ended, a phone went out
    /// of service. An All Events session gets one for each peripheral right after it opened.
    ///
    /// `SYSTEM_EVENT` (31), from the server.
    pub struct SystemEvent<'a> = 31 "SYSTEM_EVENT" from Server {
        fixed {
            /// What keeps the gateway from working normally; 0 for nothing. `PGStatus`, UINT.
            pg_status: PgStatusMask = "PGStatus";
            /// Time of the central controller. `ICMCentralControllerTime`, TIME, since protocol 6.
            icm_central_controller_time: Time = "ICMCentralControllerTime" since 6;
            /// What happened. `SystemEventID`, UINT.
            system_event_id: SystemEventId = "SystemEventID";
            /// First detail: the PeripheralID for events of peripherals and phones. `SystemEventArg1`, UINT.
            system_event_arg1: u32 = "SystemEventArg1";
            /// Second detail. `SystemEventArg2`, UINT.
            system_event_arg2: u32 = "SystemEventArg2";
            /// Third detail. `SystemEventArg3`, UINT.
            system_event_arg3: u32 = "SystemEventArg3";
            /// What EventDeviceID is; 0xffff (none) when it is not given. `EventDeviceType`, USHORT, since protocol 10.
            event_device_type: DeviceIdType = "EventDeviceType" since 10;
        }
        floating {
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
            /// Device that the event is about. `EventDeviceID`, STRING, at most 64 bytes, since protocol 10.
            event_device_id: Option<Text<'a>> = "EventDeviceID" 206 max 64 since 10;
        }
    }
}

message! {
    /// Writes an event into the alarm system of Unified CCE, for an object that may be named.
    ///
    /// `CLIENT_EVENT_REPORT_REQ` (32), from the client, answered by [`ClientEventReportConf`].
    pub struct ClientEventReportReq<'a> = 32 "CLIENT_EVENT_REPORT_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// How serious it is. `State`, USHORT.
            state: ClientEventState = "State";
        }
        floating {
            /// Object that the event is about; it is made when unknown. `ObjectName`, STRING, at most 128 bytes.
            object_name: Option<Text<'a>> = "ObjectName" 66 max 128;
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255 required true;
        }
    }
}

message! {
    /// Confirms [`ClientEventReportReq`].
    ///
    /// `CLIENT_EVENT_REPORT_CONF` (33), from the server.
    pub struct ClientEventReportConf = 33 "CLIENT_EVENT_REPORT_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Sends a text to one client, to a supervisor, to a team or to all.
    ///
    /// `USER_MESSAGE_REQ` (107), from the client, answered by [`UserMessageConf`], since protocol 6.
    pub struct UserMessageReq<'a> = 107 "USER_MESSAGE_REQ" from Client since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT, since protocol 6.
            peripheral_id: u32 = "PeripheralID" since 6;
            /// Who is to get the text. `Distribution`, USHORT.
            distribution: MessageDistribution = "Distribution";
        }
        floating {
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255 required true;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 129 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 129;
        }
    }
}

message! {
    /// The text was accepted.
    ///
    /// `USER_MESSAGE_CONF` (108), from the server, since protocol 6.
    pub struct UserMessageConf = 108 "USER_MESSAGE_CONF" from Server since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// A text that another client sent.
    ///
    /// `USER_MESSAGE_EVENT` (109), from the server, since protocol 6.
    pub struct UserMessageEvent<'a> = 109 "USER_MESSAGE_EVENT" from Server since 6 {
        fixed {
            /// Time of the central controller. `ICMCentralControllerTime`, TIME.
            icm_central_controller_time: Time = "ICMCentralControllerTime";
            /// Who is to get the text. `Distribution`, USHORT.
            distribution: MessageDistribution = "Distribution";
        }
        floating {
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64 required true;
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255 required true;
        }
    }
}

message! {
    /// A server application offers a service by name, for example the recording of calls.
    ///
    /// `REGISTER_SERVICE_REQ` (143), from the client, answered by [`RegisterServiceConf`], since protocol 8.
    pub struct RegisterServiceReq<'a> = 143 "REGISTER_SERVICE_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Whether the service is exclusive. `ServerMode`, USHORT.
            server_mode: ServerMode = "ServerMode";
        }
        floating {
            /// Name of the service, `Cisco:CallRecording` for recording. `ServiceName`, STRING, at most 64 bytes.
            service_name: Option<Text<'a>> = "ServiceName" 94 max 64 required true;
        }
    }
}

message! {
    /// The service is registered.
    ///
    /// `REGISTER_SERVICE_CONF` (144), from the server, since protocol 8.
    pub struct RegisterServiceConf = 144 "REGISTER_SERVICE_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Number that the server gave the registration. `RegisteredServiceID`, UINT.
            registered_service_id: u32 = "RegisteredServiceID";
        }
        floating {}
    }
}

message! {
    /// A server application takes its service back; it must before it closes the session.
    ///
    /// `UNREGISTER_SERVICE_REQ` (145), from the client, answered by [`UnregisterServiceConf`], since protocol 8.
    pub struct UnregisterServiceReq = 145 "UNREGISTER_SERVICE_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Number that the server gave the registration. `RegisteredServiceID`, UINT.
            registered_service_id: u32 = "RegisteredServiceID";
        }
        floating {}
    }
}

message! {
    /// Confirms [`UnregisterServiceReq`].
    ///
    /// `UNREGISTER_SERVICE_CONF` (146), from the server, since protocol 8.
    pub struct UnregisterServiceConf = 146 "UNREGISTER_SERVICE_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

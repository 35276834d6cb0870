//! Voice streams and agent greetings.

use crate::protocol::values::{AgentGreetingAction, AgentGreetingEventCode, ConnectionDeviceIdType, RtpDirection, RtpType};
use crate::protocol::wire::Text;

message! {
    /// `RTP_STARTED_EVENT` (116).
    pub struct RtpStartedEvent<'a> = 116 "RTP_STARTED_EVENT" from Server since 7 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// `Direction`, USHORT.
            direction: RtpDirection = "Direction";
            /// `RTPType`, USHORT.
            rtp_type: RtpType = "RTPType";
            /// `BitRate`, UINT.
            bit_rate: u32 = "BitRate";
            /// `EchoCancellation`, USHORT.
            echo_cancellation: u16 = "EchoCancellation";
            /// `PacketSize`, UINT.
            packet_size: u32 = "PacketSize";
            /// `PayloadType`, USHORT.
            payload_type: u16 = "PayloadType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `SendingAddress`, STRING, at most 64 bytes, since protocol 10.
            sending_address: Option<Text<'a>> = "SendingAddress" 125 max 64 since 10;
            /// `SendingPort`, UINT, since protocol 10.
            sending_port: Option<u32> = "SendingPort" 126 since 10;
            /// `SendingAddressIPV6`, STRING, since protocol 14, until protocol 18.
            sending_address_ipv6: Option<Text<'a>> = "SendingAddressIPV6" 227 since 14 until 18;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// `RTP_STOPPED_EVENT` (117).
    pub struct RtpStoppedEvent<'a> = 117 "RTP_STOPPED_EVENT" from Server since 7 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// `Direction`, USHORT.
            direction: RtpDirection = "Direction";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// `SendingAddress`, STRING, at most 64 bytes, since protocol 10.
            sending_address: Option<Text<'a>> = "SendingAddress" 125 max 64 since 10;
            /// `SendingPort`, UINT, since protocol 10.
            sending_port: Option<u32> = "SendingPort" 126 since 10;
            /// `SendingAddressIPV6`, STRING, since protocol 14, until protocol 18.
            sending_address_ipv6: Option<Text<'a>> = "SendingAddressIPV6" 227 since 14 until 18;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// `CALL_AGENT_GREETING_EVENT` (248).
    ///
    /// Left out, because no public source prints its tag: `GreetingType`.
    pub struct CallAgentGreetingEvent<'a> = 248 "CALL_AGENT_GREETING_EVENT" from Server since 15 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `EventCode`, USHORT.
            event_code: AgentGreetingEventCode = "EventCode";
            /// `PeripheralErrorCode`, UINT.
            peripheral_error_code: u32 = "PeripheralErrorCode";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 required true;
        }
    }
}

message! {
    /// `AGENT_GREETING_CONTROL_REQ` (249).
    pub struct AgentGreetingControlReq<'a> = 249 "AGENT_GREETING_CONTROL_REQ" from Client since 15 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `AgentAction`, USHORT.
            agent_action: AgentGreetingAction = "AgentAction";
        }
        floating {
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 required true;
        }
    }
}

message! {
    /// `AGENT_GREETING_CONTROL_CONF` (250).
    pub struct AgentGreetingControlConf = 250 "AGENT_GREETING_CONTROL_CONF" from Server since 15 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

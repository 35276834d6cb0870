//! Voice streams and agent greetings.

use crate::protocol::values::{AgentGreetingAction, AgentGreetingEventCode, ConnectionDeviceIdType, RtpDirection, RtpType};
use crate::protocol::wire::Text;

message! {
    /// A media stream of a phone began.
    ///
    /// `RTP_STARTED_EVENT` (116), from the server, since protocol 7.
    pub struct RtpStartedEvent<'a> = 116 "RTP_STARTED_EVENT" from Server since 7 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Port that belongs to the address. `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// Whether the agent's call is incoming or outgoing, or the stream is. `Direction`, USHORT.
            direction: RtpDirection = "Direction";
            /// Kind of media. `RTPType`, USHORT.
            rtp_type: RtpType = "RTPType";
            /// Bit rate of the stream, for G.723. `BitRate`, UINT.
            bit_rate: u32 = "BitRate";
            /// Whether echo is cancelled. `EchoCancellation`, USHORT.
            echo_cancellation: u16 = "EchoCancellation";
            /// Milliseconds of sound in a packet. `PacketSize`, UINT.
            packet_size: u32 = "PacketSize";
            /// Codec of the stream; its numbers are not listed. `PayloadType`, USHORT.
            payload_type: u16 = "PayloadType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// IP address that the stream comes from, as text; 16 bytes up to protocol 18. `SendingAddress`, STRING, at most 64 bytes,
            /// since protocol 10.
            sending_address: Option<Text<'a>> = "SendingAddress" 125 max 64 since 10;
            /// Port that the stream comes from. `SendingPort`, UINT, since protocol 10.
            sending_port: Option<u32> = "SendingPort" 126 since 10;
            /// IPv6 address; from protocol 19 on SendingAddress holds it. `SendingAddressIPV6`, STRING, since protocol 14, until protocol
            /// 18.
            sending_address_ipv6: Option<Text<'a>> = "SendingAddressIPV6" 227 since 14 until 18;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// A media stream of a phone ended.
    ///
    /// `RTP_STOPPED_EVENT` (117), from the server, since protocol 7.
    pub struct RtpStoppedEvent<'a> = 117 "RTP_STOPPED_EVENT" from Server since 7 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Port that belongs to the address. `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// Whether the agent's call is incoming or outgoing, or the stream is. `Direction`, USHORT.
            direction: RtpDirection = "Direction";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64 required true;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// The agent's extension. `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
            /// IP address that the stream comes from, as text; 16 bytes up to protocol 18. `SendingAddress`, STRING, at most 64 bytes,
            /// since protocol 10.
            sending_address: Option<Text<'a>> = "SendingAddress" 125 max 64 since 10;
            /// Port that the stream comes from. `SendingPort`, UINT, since protocol 10.
            sending_port: Option<u32> = "SendingPort" 126 since 10;
            /// IPv6 address; from protocol 19 on SendingAddress holds it. `SendingAddressIPV6`, STRING, since protocol 14, until protocol
            /// 18.
            sending_address_ipv6: Option<Text<'a>> = "SendingAddressIPV6" 227 since 14 until 18;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// The agent's id where it is too long for AgentID. Only the tag table lists it here; type and size come from a public codec.
            /// `AgentIDLong`, STRING, at most 32 bytes.
            agent_id_long: Option<Text<'a>> = "AgentIDLong" 194 max 32;
        }
    }
}

message! {
    /// A recorded greeting of an agent began, ended or failed.
    ///
    /// `CALL_AGENT_GREETING_EVENT` (248), from the server, since protocol 15.
    ///
    /// Left out, because no public source prints its tag: `GreetingType`.
    pub struct CallAgentGreetingEvent<'a> = 248 "CALL_AGENT_GREETING_EVENT" from Server since 15 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// What happened to the greeting. `EventCode`, USHORT.
            event_code: AgentGreetingEventCode = "EventCode";
            /// Detail from the peripheral; 0 for none. `PeripheralErrorCode`, UINT.
            peripheral_error_code: u32 = "PeripheralErrorCode";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 required true;
        }
    }
}

message! {
    /// Stops the greeting that plays, or switches greetings on or off until the agent signs out.
    ///
    /// `AGENT_GREETING_CONTROL_REQ` (249), from the client, answered by [`AgentGreetingControlConf`], since protocol 15.
    pub struct AgentGreetingControlReq<'a> = 249 "AGENT_GREETING_CONTROL_REQ" from Client since 15 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What to do with the greeting. `AgentAction`, USHORT.
            agent_action: AgentGreetingAction = "AgentAction";
        }
        floating {
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12 required true;
        }
    }
}

message! {
    /// Confirms [`AgentGreetingControlReq`].
    ///
    /// `AGENT_GREETING_CONTROL_CONF` (250), from the server, since protocol 15.
    pub struct AgentGreetingControlConf = 250 "AGENT_GREETING_CONTROL_CONF" from Server since 15 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

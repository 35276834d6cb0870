//! Recording by server applications and in the network.

use crate::protocol::values::{
    ConnectionDeviceIdType, DeviceIdType, MediaForkingDeviceType, PlayToneDirection, RecorderStatus, RecorderType, RecordingType,
    RtpDirection, RtpType,
};
use crate::protocol::wire::Text;

message! {
    /// Asks for a call to be recorded. The CTI Server passes it on to a session that registered as recording server, so
    /// either side sends it.
    ///
    /// `START_RECORDING_REQ` (147), from either side, answered by [`StartRecordingConf`], since protocol 8.
    pub struct StartRecordingReq<'a> = 147 "START_RECORDING_REQ" from Both since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Port that belongs to the address. `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// Bit rate of the stream, for G.723. `BitRate`, UINT.
            bit_rate: u32 = "BitRate";
            /// Milliseconds of sound in a packet. `PacketSize`, UINT.
            packet_size: u32 = "PacketSize";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Whether the agent's call is incoming or outgoing, or the stream is. `Direction`, USHORT.
            direction: RtpDirection = "Direction";
            /// Kind of media. `RTPType`, USHORT.
            rtp_type: RtpType = "RTPType";
            /// Whether echo is cancelled. `EchoCancellation`, USHORT.
            echo_cancellation: u16 = "EchoCancellation";
            /// Codec of the stream; its numbers are not listed. `PayloadType`, USHORT.
            payload_type: u16 = "PayloadType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
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
    /// The recording runs; travels from the recording server over the CTI Server to the client.
    ///
    /// `START_RECORDING_CONF` (148), from either side, since protocol 8.
    pub struct StartRecordingConf<'a> = 148 "START_RECORDING_CONF" from Both since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Number of a session at the server; 0 for none. `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// Data of the recording server, to be given back when the recording ends. `ServerData`, UINT.
            server_data: u32 = "ServerData";
        }
        floating {
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// Asks for a recording to end; passed on like [`StartRecordingReq`].
    ///
    /// `STOP_RECORDING_REQ` (149), from either side, answered by [`StopRecordingConf`], since protocol 8.
    pub struct StopRecordingReq<'a> = 149 "STOP_RECORDING_REQ" from Both since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Port that belongs to the address. `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// Number of a session at the server; 0 for none. `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// Data of the recording server, to be given back when the recording ends. `ServerData`, UINT.
            server_data: u32 = "ServerData";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Whether the agent's call is incoming or outgoing, or the stream is. `Direction`, USHORT.
            direction: RtpDirection = "Direction";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
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
    /// The recording ended; travels like [`StartRecordingConf`].
    ///
    /// `STOP_RECORDING_CONF` (150), from either side, since protocol 8.
    pub struct StopRecordingConf<'a> = 150 "STOP_RECORDING_CONF" from Both since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {
            /// Name of the client, for alarms and for messages to it. `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// IP address of the client or stream as text; 16 bytes up to protocol 18. `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// IPv6 address; from protocol 19 on ClientAddress holds it. `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// Asks Unified CM to record a connected call. The list of types in the reference numbers this group one lower than its
    /// chapters; the chapters fit the messages behind it.
    ///
    /// `START_NETWORK_RECORDING_REQ` (268), from the client, answered by [`StartNetworkRecordingConf`], since protocol 23.
    pub struct StartNetworkRecordingReq<'a> = 268 "START_NETWORK_RECORDING_REQ" from Client since 23 {
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
            /// Who hears the recording tone; nobody where absent. `PlayToneDirection`, USHORT.
            play_tone_direction: Option<PlayToneDirection> = "PlayToneDirection" 289;
            /// Silent or user recording; the numbers stand in no public source. `InvocationType`, USHORT.
            invocation_type: Option<u16> = "InvocationType" 290;
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// The wish was received; [`NetworkRecordingStartedEvent`] tells when it records.
    ///
    /// `START_NETWORK_RECORDING_CONF` (269), from the server, since protocol 23.
    pub struct StartNetworkRecordingConf = 269 "START_NETWORK_RECORDING_CONF" from Server since 23 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Ends a recording by Unified CM.
    ///
    /// `STOP_NETWORK_RECORDING_REQ` (270), from the client, answered by [`StopNetworkRecordingConf`], since protocol 23.
    pub struct StopNetworkRecordingReq<'a> = 270 "STOP_NETWORK_RECORDING_REQ" from Client since 23 {
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
            /// Silent or user recording; the numbers stand in no public source. `InvocationType`, USHORT.
            invocation_type: Option<u16> = "InvocationType" 290;
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// The wish was received; [`NetworkRecordingEndedEvent`] tells when it ended.
    ///
    /// `STOP_NETWORK_RECORDING_CONF` (271), from the server, since protocol 23.
    pub struct StopNetworkRecordingConf = 271 "STOP_NETWORK_RECORDING_CONF" from Server since 23 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// A call is being recorded.
    ///
    /// `NETWORK_RECORDING_STARTED_EVENT` (272), from the server, since protocol 23.
    pub struct NetworkRecordingStartedEvent<'a> = 272 "NETWORK_RECORDING_STARTED_EVENT" from Server since 23 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// What RecordingDeviceID is; 0xffff (none) when it is not given. `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Device that records. `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
        }
    }
}

message! {
    /// A call is not recorded any more; the end of the call may tell the same.
    ///
    /// `NETWORK_RECORDING_ENDED_EVENT` (273), from the server, since protocol 23.
    pub struct NetworkRecordingEndedEvent<'a> = 273 "NETWORK_RECORDING_ENDED_EVENT" from Server since 23 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// What RecordingDeviceID is; 0xffff (none) when it is not given. `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Device that records. `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
        }
    }
}

message! {
    /// A call could not be recorded.
    ///
    /// `NETWORK_RECORDING_FAILED_EVENT` (274), from the server, since protocol 23.
    pub struct NetworkRecordingFailedEvent<'a> = 274 "NETWORK_RECORDING_FAILED_EVENT" from Server since 23 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// What RecordingDeviceID is; 0xffff (none) when it is not given. `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
            /// Why, as Unified CM says. `RecordFailureCause`, USHORT.
            record_failure_cause: u16 = "RecordFailureCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Device that records. `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
        }
    }
}

message! {
    /// Tells who asked for a recording where it goes.
    ///
    /// `NETWORK_RECORDING_TARGET_INFO_EVENT` (275), from the server, since protocol 23.
    pub struct NetworkRecordingTargetInfoEvent<'a> = 275 "NETWORK_RECORDING_TARGET_INFO_EVENT" from Server since 23 {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// What RecordingDeviceID is; 0xffff (none) when it is not given. `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
            /// How the recording was asked for. `RecordingType`, USHORT.
            recording_type: RecordingType = "RecordingType";
            /// Who copies the media. `MediaForkingDeviceType`, USHORT.
            media_forking_device_type: MediaForkingDeviceType = "MediaForkingDeviceType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Device that records. `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
            /// Address of the recorder. `RecorderAddress`, STRING, at most 64 bytes.
            recorder_address: Option<Text<'a>> = "RecorderAddress" 291 max 64 required true;
            /// Terminal that is recorded. `TerminalName`, STRING, at most 64 bytes.
            terminal_name: Option<Text<'a>> = "TerminalName" 292 max 64 required true;
            /// Device that copies the media. `MediaForkingDeviceName`, STRING, at most 64 bytes.
            media_forking_device_name: Option<Text<'a>> = "MediaForkingDeviceName" 293 max 64 required true;
            /// Identity of the call at the agent services. `ProtocolReferenceGUID`, STRING, at most 64 bytes.
            protocol_reference_guid: Option<Text<'a>> = "ProtocolReferenceGUID" 294 max 64 required true;
            /// Its cluster. `MediaForkingClusterID`, STRING, at most 64 bytes.
            media_forking_cluster_id: Option<Text<'a>> = "MediaForkingClusterID" 295 max 64 required true;
            /// Address of the recorder as URI; Unified CM 12.5(1) and later. `RecorderURI`, STRING, at most 64 bytes.
            recorder_uri: Option<Text<'a>> = "RecorderURI" 296 max 64;
            /// What the recorder said; Unified CM 12.5(1) and later. `RecorderErrorMsg`, STRING, at most 64 bytes.
            recorder_error_msg: Option<Text<'a>> = "RecorderErrorMsg" 297 max 64;
            /// Whether the recorder may be missing; Unified CM 12.5(1) and later. `RecorderType`, USHORT.
            recorder_type: Option<RecorderType> = "RecorderType" 298;
            /// Whether it records; Unified CM 12.5(1) and later. `RecorderStatus`, USHORT.
            recorder_status: Option<RecorderStatus> = "RecorderStatus" 299;
        }
    }
}

//! Recording by server applications and in the network.

use crate::protocol::values::{
    ConnectionDeviceIdType, DeviceIdType, MediaForkingDeviceType, PlayToneDirection, RecorderStatus, RecorderType, RecordingType,
    RtpDirection, RtpType,
};
use crate::protocol::wire::Text;

message! {
    /// `START_RECORDING_REQ` (147).
    pub struct StartRecordingReq<'a> = 147 "START_RECORDING_REQ" from Both since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// `BitRate`, UINT.
            bit_rate: u32 = "BitRate";
            /// `PacketSize`, UINT.
            packet_size: u32 = "PacketSize";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `Direction`, USHORT.
            direction: RtpDirection = "Direction";
            /// `RTPType`, USHORT.
            rtp_type: RtpType = "RTPType";
            /// `EchoCancellation`, USHORT.
            echo_cancellation: u16 = "EchoCancellation";
            /// `PayloadType`, USHORT.
            payload_type: u16 = "PayloadType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `START_RECORDING_CONF` (148).
    pub struct StartRecordingConf<'a> = 148 "START_RECORDING_CONF" from Both since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// `ServerData`, UINT.
            server_data: u32 = "ServerData";
        }
        floating {
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// `STOP_RECORDING_REQ` (149).
    pub struct StopRecordingReq<'a> = 149 "STOP_RECORDING_REQ" from Both since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ClientPort`, UINT.
            client_port: u32 = "ClientPort";
            /// `SessionID`, UINT.
            session_id: u32 = "SessionID";
            /// `ServerData`, UINT.
            server_data: u32 = "ServerData";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `Direction`, USHORT.
            direction: RtpDirection = "Direction";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
            /// `AgentExtension`, STRING, at most 16 bytes.
            agent_extension: Option<Text<'a>> = "AgentExtension" 4 max 16;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `STOP_RECORDING_CONF` (150).
    pub struct StopRecordingConf<'a> = 150 "STOP_RECORDING_CONF" from Both since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {
            /// `ClientID`, STRING, at most 64 bytes.
            client_id: Option<Text<'a>> = "ClientID" 1 max 64;
            /// `ClientAddress`, STRING, at most 64 bytes.
            client_address: Option<Text<'a>> = "ClientAddress" 81 max 64;
            /// `ClientAddressIPV6`, STRING, since protocol 14, until protocol 18.
            client_address_ipv6: Option<Text<'a>> = "ClientAddressIPV6" 226 since 14 until 18;
        }
    }
}

message! {
    /// `START_NETWORK_RECORDING_REQ` (268).
    pub struct StartNetworkRecordingReq<'a> = 268 "START_NETWORK_RECORDING_REQ" from Client since 23 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// `PlayToneDirection`, USHORT.
            play_tone_direction: Option<PlayToneDirection> = "PlayToneDirection" 289;
            /// `InvocationType`, USHORT.
            invocation_type: Option<u16> = "InvocationType" 290;
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `START_NETWORK_RECORDING_CONF` (269).
    pub struct StartNetworkRecordingConf = 269 "START_NETWORK_RECORDING_CONF" from Server since 23 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `STOP_NETWORK_RECORDING_REQ` (270).
    pub struct StopNetworkRecordingReq<'a> = 270 "STOP_NETWORK_RECORDING_REQ" from Client since 23 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
        }
        floating {
            /// `InvocationType`, USHORT.
            invocation_type: Option<u16> = "InvocationType" 290;
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `STOP_NETWORK_RECORDING_CONF` (271).
    pub struct StopNetworkRecordingConf = 271 "STOP_NETWORK_RECORDING_CONF" from Server since 23 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `NETWORK_RECORDING_STARTED_EVENT` (272).
    pub struct NetworkRecordingStartedEvent<'a> = 272 "NETWORK_RECORDING_STARTED_EVENT" from Server since 23 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
        }
    }
}

message! {
    /// `NETWORK_RECORDING_ENDED_EVENT` (273).
    pub struct NetworkRecordingEndedEvent<'a> = 273 "NETWORK_RECORDING_ENDED_EVENT" from Server since 23 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
        }
    }
}

message! {
    /// `NETWORK_RECORDING_FAILED_EVENT` (274).
    pub struct NetworkRecordingFailedEvent<'a> = 274 "NETWORK_RECORDING_FAILED_EVENT" from Server since 23 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
            /// `RecordFailureCause`, USHORT.
            record_failure_cause: u16 = "RecordFailureCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
        }
    }
}

message! {
    /// `NETWORK_RECORDING_TARGET_INFO_EVENT` (275).
    pub struct NetworkRecordingTargetInfoEvent<'a> = 275 "NETWORK_RECORDING_TARGET_INFO_EVENT" from Server since 23 {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `RecordingDeviceType`, USHORT.
            recording_device_type: DeviceIdType = "RecordingDeviceType";
            /// `RecordingType`, USHORT.
            recording_type: RecordingType = "RecordingType";
            /// `MediaForkingDeviceType`, USHORT.
            media_forking_device_type: MediaForkingDeviceType = "MediaForkingDeviceType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `RecordingDeviceID`, STRING, at most 64 bytes.
            recording_device_id: Option<Text<'a>> = "RecordingDeviceID" 300 max 64;
            /// `RecorderAddress`, STRING, at most 64 bytes.
            recorder_address: Option<Text<'a>> = "RecorderAddress" 291 max 64 required true;
            /// `TerminalName`, STRING, at most 64 bytes.
            terminal_name: Option<Text<'a>> = "TerminalName" 292 max 64 required true;
            /// `MediaForkingDeviceName`, STRING, at most 64 bytes.
            media_forking_device_name: Option<Text<'a>> = "MediaForkingDeviceName" 293 max 64 required true;
            /// `ProtocolReferenceGUID`, STRING, at most 64 bytes.
            protocol_reference_guid: Option<Text<'a>> = "ProtocolReferenceGUID" 294 max 64 required true;
            /// `MediaForkingClusterID`, STRING, at most 64 bytes.
            media_forking_cluster_id: Option<Text<'a>> = "MediaForkingClusterID" 295 max 64 required true;
            /// `RecorderURI`, STRING, at most 64 bytes.
            recorder_uri: Option<Text<'a>> = "RecorderURI" 296 max 64;
            /// `RecorderErrorMsg`, STRING, at most 64 bytes.
            recorder_error_msg: Option<Text<'a>> = "RecorderErrorMsg" 297 max 64;
            /// `RecorderType`, USHORT.
            recorder_type: Option<RecorderType> = "RecorderType" 298;
            /// `RecorderStatus`, USHORT.
            recorder_status: Option<RecorderStatus> = "RecorderStatus" 299;
        }
    }
}

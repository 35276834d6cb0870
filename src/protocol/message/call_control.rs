//! Requests that act on calls and devices, and their confirmations (Client Control service).

use super::group::{CtiClient, ResultingParty};
use crate::protocol::list::{List, Packed};
use crate::protocol::masks::{
    AgentStateMask, CallControlMask, CallMsgMask, ClassOfDeviceMask, OtherFeatureMask, TransferConferenceSetupMask,
};
use crate::protocol::values::{
    AgentServiceType, AllocationState, AnswerDetectMode, AnsweringMachine, CallMannerType, CallOption, CallPlacementType, CallType,
    ConnectionDeviceIdType, ConsultType, ControlFailureCode, DestinationCountry, DeviceIdType, DispositionCode, FacilityType, LineType,
    LocalConnectionState, PeripheralType, SilentMonitorStatus, TypeOfDevice,
};
use crate::protocol::wire::{NamedArray, NamedVariable, Text, Unspec};

group! {
    /// One entry of a list: `LineHandle`, `LineType`.
    pub struct DeviceLine {
        /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
        line_handle: Option<u16> = "LineHandle" 70;
        /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
        line_type: Option<LineType> = "LineType" 71;
    }
}

group! {
    /// One entry of a list: `CallConnectionCallID`, `CallConnectionDeviceIDType`, `CallConnectionDeviceID`, `CallDeviceType` ….
    pub struct CallDevice<'a> {
        /// Call of this entry. `CallConnectionCallID`, UINT.
        call_connection_call_id: Option<u32> = "CallConnectionCallID" 56;
        /// Kind of its device part. `CallConnectionDeviceIDType`, USHORT.
        call_connection_device_id_type: Option<ConnectionDeviceIdType> = "CallConnectionDeviceIDType" 57;
        /// Its device part. `CallConnectionDeviceID`, STRING, at most 64 bytes.
        call_connection_device_id: Option<Text<'a>> = "CallConnectionDeviceID" 58 max 64;
        /// What CallDeviceID is; 0xffff (none) when it is not given. `CallDeviceType`, USHORT.
        call_device_type: Option<DeviceIdType> = "CallDeviceType" 59;
        /// Device of the call. `CallDeviceID`, STRING, at most 64 bytes.
        call_device_id: Option<Text<'a>> = "CallDeviceID" 60 max 64;
        /// State of this device's connection. `CallDeviceConnectionState`, USHORT.
        call_device_connection_state: Option<LocalConnectionState> = "CallDeviceConnectionState" 61;
    }
}

group! {
    /// One entry of a list: `CallConnectionCallID`, `CallConnectionDeviceIDType`, `CallConnectionDeviceID`, `CallState` ….
    pub struct DeviceCall<'a> {
        /// Call of this entry. `CallConnectionCallID`, UINT.
        call_connection_call_id: Option<u32> = "CallConnectionCallID" 56;
        /// Kind of its device part. `CallConnectionDeviceIDType`, USHORT.
        call_connection_device_id_type: Option<ConnectionDeviceIdType> = "CallConnectionDeviceIDType" 57;
        /// Its device part. `CallConnectionDeviceID`, STRING, at most 64 bytes.
        call_connection_device_id: Option<Text<'a>> = "CallConnectionDeviceID" 58 max 64;
        /// State of this call at the device. `CallState`, USHORT.
        call_state: Option<LocalConnectionState> = "CallState" 75;
        /// Whether the device listens in, or is listened to. `SilentMonitorStatus`, USHORT.
        silent_monitor_status: Option<SilentMonitorStatus> = "SilentMonitorStatus" 218;
    }
}

message! {
    /// The peripheral refused a control request; it comes instead of the confirmation.
    ///
    /// `CONTROL_FAILURE_CONF` (35), from the server.
    pub struct ControlFailureConf<'a> = 35 "CONTROL_FAILURE_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Why, in the words of the control failure table. `FailureCode`, USHORT.
            failure_code: ControlFailureCode = "FailureCode";
            /// Detail from the peripheral; 0 for none. `PeripheralErrorCode`, UINT.
            peripheral_error_code: u32 = "PeripheralErrorCode";
        }
        floating {
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
        }
    }
}

message! {
    /// Holds the active call of a device and takes the other one: held becomes active, active becomes held.
    ///
    /// `ALTERNATE_CALL_REQ` (40), from the client, answered by [`AlternateCallConf`].
    pub struct AlternateCallReq<'a> = 40 "ALTERNATE_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The active call. `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// The other call of the device. `OtherConnectionCallID`, UINT.
            other_connection_call_id: u32 = "OtherConnectionCallID";
            /// Kind of the active connection's device part. `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// Kind of the other connection's device part. `OtherConnectionDeviceIDType`, USHORT.
            other_connection_device_id_type: ConnectionDeviceIdType = "OtherConnectionDeviceIDType";
        }
        floating {
            /// Device part of the active connection. `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// Device part of the other connection. `OtherConnectionDeviceID`, STRING, at most 64 bytes.
            other_connection_device_id: Option<Text<'a>> = "OtherConnectionDeviceID" 52 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`AlternateCallReq`].
    ///
    /// `ALTERNATE_CALL_CONF` (41), from the server.
    pub struct AlternateCallConf = 41 "ALTERNATE_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Answers the call that rings at a device.
    ///
    /// `ANSWER_CALL_REQ` (42), from the client, answered by [`AnswerCallConf`].
    pub struct AnswerCallReq<'a> = 42 "ANSWER_CALL_REQ" from Client {
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
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// Confirms [`AnswerCallReq`].
    ///
    /// `ANSWER_CALL_CONF` (43), from the server.
    pub struct AnswerCallConf = 43 "ANSWER_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Releases every party of a call. On Unified CCE [`ClearConnectionReq`] is to be preferred: this one costs the control
    /// of the call.
    ///
    /// `CLEAR_CALL_REQ` (44), from the client, answered by [`ClearCallConf`].
    pub struct ClearCallReq<'a> = 44 "CLEAR_CALL_REQ" from Client {
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
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`ClearCallReq`].
    ///
    /// `CLEAR_CALL_CONF` (45), from the server.
    pub struct ClearCallConf = 45 "CLEAR_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Takes one device out of a call: hangs up for it, or drops a party.
    ///
    /// `CLEAR_CONNECTION_REQ` (46), from the client, answered by [`ClearConnectionConf`].
    pub struct ClearConnectionReq<'a> = 46 "CLEAR_CONNECTION_REQ" from Client {
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
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 5.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 5;
            /// Who asks, where another party is to be dropped. `RequestingDeviceID`, STRING, at most 64 bytes, since protocol 14.
            requesting_device_id: Option<Text<'a>> = "RequestingDeviceID" 219 max 64 since 14;
            /// Kind of RequestingDeviceID. Printed in the fixed part; tag table and a public codec have it floating.
            /// `RequestingDeviceIDType`, USHORT, since protocol 14.
            requesting_device_id_type: Option<DeviceIdType> = "RequestingDeviceIDType" 220 since 14;
        }
    }
}

message! {
    /// Confirms [`ClearConnectionReq`].
    ///
    /// `CLEAR_CONNECTION_CONF` (47), from the server.
    pub struct ClearConnectionConf = 47 "CLEAR_CONNECTION_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Joins the held and the active call of a device; with a dialled number instead of a held call it conferences in one
    /// step, which Unified CCE cannot do. The held call stands before the active one here, unlike in [`TransferCallReq`].
    ///
    /// `CONFERENCE_CALL_REQ` (48), from the client, answered by [`ConferenceCallConf`].
    pub struct ConferenceCallReq<'a> = 48 "CONFERENCE_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The held call; 0xffffffff without one. `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// The active call. `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// Kind of the held connection's device part; 0xffff without one. `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
            /// Kind of the active connection's device part. `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// How the call is to be placed. `CallPlacementType`, USHORT, since protocol 5.
            call_placement_type: CallPlacementType = "CallPlacementType" since 5;
            /// How insistent the call is towards the device's state. `CallMannerType`, USHORT, since protocol 5.
            call_manner_type: CallMannerType = "CallMannerType" since 5;
            /// How long it may ring, in rings; 0 leaves it to the peripheral. `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// Special wishes of the ACD. `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// Which facility FacilityCode names. `FacilityType`, USHORT, since protocol 5.
            facility_type: FacilityType = "FacilityType" since 5;
            /// What to do about answering machines. `AnsweringMachine`, USHORT, since protocol 5.
            answering_machine: AnsweringMachine = "AnsweringMachine" since 5;
            /// Whether the call is treated with priority. `Priority`, BOOL, since protocol 5.
            priority: bool = "Priority" since 5;
            /// Whether to ask the router for the target. Unified CCE does not use it: false. `PostRoute`, BOOL, since protocol 5.
            post_route: bool = "PostRoute" since 5;
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// Device part of the active connection. `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// Device part of the held connection. This or DialedNumber. `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes, since protocol 5.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 since 5;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes, since protocol 5.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131 since 5;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41 since 5;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41 since 5;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41 since 5;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41 since 5;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41 since 5;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41 since 5;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41 since 5;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41 since 5;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41 since 5;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes, since protocol 5.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41 since 5;
            /// Wrap-up text of the agent. `CallWrapupData`, STRING, at most 40 bytes, since protocol 5.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40 since 5;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// Trunk access code, split or skill group for the call. `FacilityCode`, STRING, at most 40 bytes, since protocol 5.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40 since 5;
            /// Code that lets the caller dial outside. `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// Code that the call is charged to. `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
        }
    }
}

message! {
    /// Confirms [`ConferenceCallReq`] and names the call that came out of it.
    ///
    /// `CONFERENCE_CALL_CONF` (49), from the server.
    pub struct ConferenceCallConf<'a> = 49 "CONFERENCE_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call's new identity. `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// Kind of the new device part. `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            @count u16, "NumParties" of connected_parties;
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// Device part of the new identity. `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: List<'a, ResultingParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// Holds the active call and dials somebody to consult. The new call inherits the data of the active one, given fields
    /// win.
    ///
    /// `CONSULTATION_CALL_REQ` (50), from the client, answered by [`ConsultationCallConf`].
    pub struct ConsultationCallReq<'a> = 50 "CONSULTATION_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The active call. `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// Kind of the active connection's device part. `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// How the call is to be placed. `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// How insistent the call is towards the device's state. `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// Whether the consultation is meant to end in a transfer or a conference. `ConsultType`, USHORT.
            consult_type: ConsultType = "ConsultType";
            /// How long it may ring, in rings; 0 leaves it to the peripheral. `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// Special wishes of the ACD. `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// Which facility FacilityCode names. `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// What to do about answering machines. `AnsweringMachine`, USHORT.
            answering_machine: AnsweringMachine = "AnsweringMachine";
            /// Whether the call is treated with priority. `Priority`, BOOL.
            priority: bool = "Priority";
            /// Whether to ask the router for the target. Unified CCE does not use it: false. `PostRoute`, BOOL.
            post_route: bool = "PostRoute";
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// Device part of the active connection. `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 5.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 5;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// Wrap-up text of the agent. `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// Trunk access code, split or skill group for the call. `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// Code that lets the caller dial outside. `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// Code that the call is charged to. `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
        }
    }
}

message! {
    /// Confirms [`ConsultationCallReq`] and names the new call.
    ///
    /// `CONSULTATION_CALL_CONF` (51), from the server.
    pub struct ConsultationCallConf<'a> = 51 "CONSULTATION_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call's new identity. `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// Kind of the new device part. `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// Device part of the new identity. `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
        }
    }
}

message! {
    /// Sends a ringing call to another device.
    ///
    /// `DEFLECT_CALL_REQ` (52), from the client, answered by [`DeflectCallConf`].
    pub struct DeflectCallReq<'a> = 52 "DEFLECT_CALL_REQ" from Client {
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
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`DeflectCallReq`].
    ///
    /// `DEFLECT_CALL_CONF` (53), from the server.
    pub struct DeflectCallConf = 53 "DEFLECT_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Puts a connection on hold.
    ///
    /// `HOLD_CALL_REQ` (54), from the client, answered by [`HoldCallConf`].
    pub struct HoldCallReq<'a> = 54 "HOLD_CALL_REQ" from Client {
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
            /// Whether to keep the line for the held call; false but for ISDN phones. `Reservation`, BOOL.
            reservation: bool = "Reservation";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`HoldCallReq`].
    ///
    /// `HOLD_CALL_CONF` (55), from the server.
    pub struct HoldCallConf = 55 "HOLD_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Dials from an agent's device.
    ///
    /// The reference spells the last fixed field SkilGroupNumber.
    ///
    /// `MAKE_CALL_REQ` (56), from the client, answered by [`MakeCallConf`].
    pub struct MakeCallReq<'a> = 56 "MAKE_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// How the call is to be placed. `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// How insistent the call is towards the device's state. `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// How long it may ring, in rings; 0 leaves it to the peripheral. `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// Special wishes of the ACD. `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// Which facility FacilityCode names. `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// What to do about answering machines. `AnsweringMachine`, USHORT.
            answering_machine: AnsweringMachine = "AnsweringMachine";
            /// Whether the call is treated with priority. `Priority`, BOOL.
            priority: bool = "Priority";
            /// Whether to ask the router for the target. Unified CCE does not use it: false. `PostRoute`, BOOL.
            post_route: bool = "PostRoute";
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT, since protocol 14.
            skill_group_number: u32 = "SkillGroupNumber" since 14;
        }
        floating {
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 required true;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// Wrap-up text of the agent. `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// Trunk access code, split or skill group for the call. `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// Code that lets the caller dial outside. `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// Code that the call is charged to. `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
            /// Call type for the router; required since protocol 25 where the placement is outbound. `CCT`, STRING, at most 4 bytes, since protocol 6.
            cct: Option<Text<'a>> = "CCT" 84 max 4 since 6;
        }
    }
}

message! {
    /// Confirms [`MakeCallReq`] and names the new call.
    ///
    /// `MAKE_CALL_CONF` (57), from the server.
    pub struct MakeCallConf<'a> = 57 "MAKE_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call's new identity. `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// Kind of the new device part. `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// Device part of the new identity. `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
        }
    }
}

message! {
    /// Lets a dialer place a call for a group of agents. Nothing for desktops.
    ///
    /// `MAKE_PREDICTIVE_CALL_REQ` (58), from the client, answered by [`MakePredictiveCallConf`].
    pub struct MakePredictiveCallReq<'a> = 58 "MAKE_PREDICTIVE_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// How the call is to be placed. `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// How insistent the call is towards the device's state. `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// How long it may ring, in rings; 0 leaves it to the peripheral. `AlertRings`, USHORT.
            alert_rings: u16 = "AlertRings";
            /// Special wishes of the ACD. `CallOption`, USHORT.
            call_option: CallOption = "CallOption";
            /// Which facility FacilityCode names. `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// What to do about answering machines. `AnsweringMachine`, USHORT.
            answering_machine: AnsweringMachine = "AnsweringMachine";
            /// Whether the call is treated with priority. `Priority`, BOOL.
            priority: bool = "Priority";
            /// State of the call in which a device is allocated to it. `AllocationState`, USHORT.
            allocation_state: AllocationState = "AllocationState";
            /// Country called, for answer detection. `DestinationCountry`, USHORT, since protocol 5.
            destination_country: DestinationCountry = "DestinationCountry" since 5;
            /// What to do about what answered. `AnswerDetectMode`, USHORT, since protocol 5.
            answer_detect_mode: AnswerDetectMode = "AnswerDetectMode" since 5;
            /// Seconds of detection; 0 leaves it to the peripheral. `AnswerDetectTime`, USHORT, since protocol 5.
            answer_detect_time: u16 = "AnswerDetectTime" since 5;
            /// Tunes answer detection; peripheral specific. `AnswerDetectControl1`, UINT, since protocol 5.
            answer_detect_control1: u32 = "AnswerDetectControl1" since 5;
            /// Tunes answer detection; peripheral specific. `AnswerDetectControl2`, UINT, since protocol 5.
            answer_detect_control2: u32 = "AnswerDetectControl2" since 5;
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// Group device that the call is placed for. `OriginatingDeviceID`, STRING, at most 64 bytes, since protocol 5.
            originating_device_id: Option<Text<'a>> = "OriginatingDeviceID" 79 max 64 since 5 required true;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 required true;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// Wrap-up text of the agent. `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// Trunk access code, split or skill group for the call. `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// Code that lets the caller dial outside. `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// Code that the call is charged to. `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
            /// Number shown to the called party. `OriginatingLineID`, STRING, at most 40 bytes, since protocol 5.
            originating_line_id: Option<Text<'a>> = "OriginatingLineID" 80 max 40 since 5;
            /// Call type for the router; required since protocol 25 where the placement is outbound. `CCT`, STRING, at most 4 bytes, since protocol 6.
            cct: Option<Text<'a>> = "CCT" 84 max 4 since 6;
        }
    }
}

message! {
    /// Confirms [`MakePredictiveCallReq`] and names the new call.
    ///
    /// `MAKE_PREDICTIVE_CALL_CONF` (59), from the server.
    pub struct MakePredictiveCallConf<'a> = 59 "MAKE_PREDICTIVE_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call's new identity. `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// Kind of the new device part. `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// Device part of the new identity. `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
        }
    }
}

message! {
    /// Drops the active call and takes the held one back.
    ///
    /// `RECONNECT_CALL_REQ` (60), from the client, answered by [`ReconnectCallConf`].
    pub struct ReconnectCallReq<'a> = 60 "RECONNECT_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The active call. `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// The held call; 0xffffffff without one. `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// Kind of the active connection's device part. `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// Kind of the held connection's device part; 0xffff without one. `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
        }
        floating {
            /// Device part of the active connection. `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// Device part of the held connection. This or DialedNumber. `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`ReconnectCallReq`].
    ///
    /// `RECONNECT_CALL_CONF` (61), from the server.
    pub struct ReconnectCallConf = 61 "RECONNECT_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Takes a connection off hold.
    ///
    /// `RETRIEVE_CALL_REQ` (62), from the client, answered by [`RetrieveCallConf`].
    pub struct RetrieveCallReq<'a> = 62 "RETRIEVE_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The held call; 0xffffffff without one. `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// Kind of the held connection's device part; 0xffff without one. `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
        }
        floating {
            /// Device part of the held connection. This or DialedNumber. `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`RetrieveCallReq`].
    ///
    /// `RETRIEVE_CALL_CONF` (63), from the server.
    pub struct RetrieveCallConf = 63 "RETRIEVE_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Connects the party of the held call with that of the active one and leaves; with a dialled number it transfers the
    /// active call in one step. The active call stands before the held one here, unlike in [`ConferenceCallReq`].
    ///
    /// `TRANSFER_CALL_REQ` (64), from the client, answered by [`TransferCallConf`].
    pub struct TransferCallReq<'a> = 64 "TRANSFER_CALL_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// The active call. `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// The held call; 0xffffffff without one. `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// Kind of the active connection's device part. `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// Kind of the held connection's device part; 0xffff without one. `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
            /// How the call is to be placed. `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// How insistent the call is towards the device's state. `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// How long it may ring, in rings; 0 leaves it to the peripheral. `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// Special wishes of the ACD. `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// Which facility FacilityCode names. `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// What to do about answering machines. `AnsweringMachine`, USHORT, since protocol 5.
            answering_machine: AnsweringMachine = "AnsweringMachine" since 5;
            /// Whether the call is treated with priority. `Priority`, BOOL.
            priority: bool = "Priority";
            /// Whether to ask the router for the target. Unified CCE does not use it: false. `PostRoute`, BOOL.
            post_route: bool = "PostRoute";
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// Device part of the active connection. `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// Device part of the held connection. This or DialedNumber. `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// Wrap-up text of the agent. `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// Trunk access code, split or skill group for the call. `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// Code that lets the caller dial outside. `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// Code that the call is charged to. `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
        }
    }
}

message! {
    /// Confirms [`TransferCallReq`] and names the call that came out of it.
    ///
    /// `TRANSFER_CALL_CONF` (65), from the server.
    pub struct TransferCallConf<'a> = 65 "TRANSFER_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The call's new identity. `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// Kind of the new device part. `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            @count u16, "NumParties" of connected_parties;
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// Device part of the new identity. `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: List<'a, ResultingParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// Asks what a device is and what it can do.
    ///
    /// `QUERY_DEVICE_INFO_REQ` (78), from the client, answered by [`QueryDeviceInfoConf`].
    pub struct QueryDeviceInfoReq<'a> = 78 "QUERY_DEVICE_INFO_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Zero. `Reserved`, USHORT.
            reserved: u16 = "Reserved";
        }
        floating {
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
        }
    }
}

message! {
    /// What a device is, which lines it has and what the peripheral can do for it.
    ///
    /// `QUERY_DEVICE_INFO_CONF` (79), from the server.
    pub struct QueryDeviceInfoConf<'a> = 79 "QUERY_DEVICE_INFO_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// What the device is. `TypeOfDevice`, USHORT.
            type_of_device: TypeOfDevice = "TypeOfDevice";
            /// What it can carry. `ClassOfDevice`, USHORT.
            class_of_device: ClassOfDeviceMask = "ClassOfDevice";
            @count u16, "NumLines" of lines;
            /// Zero. `Reserved`, USHORT.
            reserved: u16 = "Reserved";
            /// How many calls it can have active; 0xffff for unknown. `MaxActiveCalls`, USHORT, since protocol 6.
            max_active_calls: u16 = "MaxActiveCalls" since 6;
            /// How many on hold; 0xffff for unknown. `MaxHeldCalls`, USHORT, since protocol 6.
            max_held_calls: u16 = "MaxHeldCalls" since 6;
            /// How many devices a conference can have; 0xffff for unknown. `MaxDevicesInConference`, USHORT, since protocol 6.
            max_devices_in_conference: u16 = "MaxDevicesInConference" since 6;
            /// Agent states in which it may dial. `MakeCallSetup`, UINT, since protocol 6.
            make_call_setup: AgentStateMask = "MakeCallSetup" since 6;
            /// Which calls it can transfer and conference, and how. `TransferConferenceSetup`, UINT, since protocol 6.
            transfer_conference_setup: TransferConferenceSetupMask = "TransferConferenceSetup" since 6;
            /// Call events that the peripheral sends. `CallEventsSupported`, UINT, since protocol 6.
            call_events_supported: CallMsgMask = "CallEventsSupported" since 6;
            /// Requests that the peripheral can carry out. `CallControlSupported`, UINT, since protocol 6.
            call_control_supported: CallControlMask = "CallControlSupported" since 6;
            /// What else it can do. `OtherFeaturesSupported`, UINT, since protocol 6.
            other_features_supported: OtherFeatureMask = "OtherFeaturesSupported" since 6;
        }
        floating {
            /// The list of `LineHandle` and what belongs to each.
            lines: List<'a, DeviceLine> = "LineHandle" 70 | 71;
        }
    }
}

message! {
    /// Asks for everything about one call.
    ///
    /// `SNAPSHOT_CALL_REQ` (82), from the client, answered by [`SnapshotCallConf`].
    pub struct SnapshotCallReq<'a> = 82 "SNAPSHOT_CALL_REQ" from Client {
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
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// The devices of a call, their connections' states and the call's data.
    ///
    /// `SNAPSHOT_CALL_CONF` (83), from the server.
    pub struct SnapshotCallConf<'a> = 83 "SNAPSHOT_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// What kind of call it is; 0xffff for none. `CallType`, USHORT.
            call_type: CallType = "CallType";
            @count u16, "NumCTIClients" of cti_clients;
            @count u16, "NumCallDevices" of call_devices;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// How the call ended, or how the called party answered. `CalledPartyDisposition`, USHORT, since protocol 8.
            called_party_disposition: DispositionCode = "CalledPartyDisposition" since 8;
        }
        floating {
            /// Number of the caller. `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Number that the call arrived on. `DNIS`, STRING, at most 32 bytes.
            dnis: Option<Text<'a>> = "DNIS" 10 max 32;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// Digits that the caller typed at a VRU. `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
            /// Day part of the router's key; the two (with the sequence number) identify a call for ever. `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72;
            /// Number of the call on that day. `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73;
            /// Peripheral variable 1 of the call: up to 40 characters that applications agree on. `CallVariable1`, STRING, at most 41
            /// bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// Peripheral variable 2 of the call: up to 40 characters that applications agree on. `CallVariable2`, STRING, at most 41
            /// bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// Peripheral variable 3 of the call: up to 40 characters that applications agree on. `CallVariable3`, STRING, at most 41
            /// bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// Peripheral variable 4 of the call: up to 40 characters that applications agree on. `CallVariable4`, STRING, at most 41
            /// bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// Peripheral variable 5 of the call: up to 40 characters that applications agree on. `CallVariable5`, STRING, at most 41
            /// bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// Peripheral variable 6 of the call: up to 40 characters that applications agree on. `CallVariable6`, STRING, at most 41
            /// bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// Peripheral variable 7 of the call: up to 40 characters that applications agree on. `CallVariable7`, STRING, at most 41
            /// bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// Peripheral variable 8 of the call: up to 40 characters that applications agree on. `CallVariable8`, STRING, at most 41
            /// bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// Peripheral variable 9 of the call: up to 40 characters that applications agree on. `CallVariable9`, STRING, at most 41
            /// bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// Peripheral variable 10 of the call: up to 40 characters that applications agree on. `CallVariable10`, STRING, at most 41
            /// bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// Wrap-up text of the agent. `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// The list of `CTIClientSignature` and what belongs to each.
            cti_clients: List<'a, CtiClient<'a>> = "CTIClientSignature" 23 | 24;
            /// The list of `CallConnectionCallID` and what belongs to each.
            call_devices: List<'a, CallDevice<'a>> = "CallConnectionCallID" 56 | 57 | 58 | 59 | 60 | 61;
            /// Identity of the call across all products, where Unified CM gives one. `CallReferenceID`, UNSPEC, at most 32 bytes, since
            /// protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// The call on whose behalf this consult call was made. `COCConnectionCallID`, UINT, since protocol 14.
            coc_connection_call_id: Option<u32> = "COCConnectionCallID" 229 since 14;
            /// Kind of that call's device part. `COCCallConnectionDeviceIDType`, USHORT, since protocol 14.
            coc_call_connection_device_id_type: Option<ConnectionDeviceIdType> = "COCCallConnectionDeviceIDType" 230 since 14;
            /// That call's device part. `COCCallConnectionDeviceID`, STRING, at most 64 bytes, since protocol 14.
            coc_call_connection_device_id: Option<Text<'a>> = "COCCallConnectionDeviceID" 231 max 64 since 14;
            /// Identity of the call at the agent services. `ProtocolReferenceGUID`, STRING, at most 40 bytes, since protocol 24.
            protocol_reference_guid: Option<Text<'a>> = "ProtocolReferenceGUID" 294 max 40 since 24;
            /// Configuration of the agent services. `CcaiConfigId`, STRING, at most 40 bytes, since protocol 24.
            ccai_config_id: Option<Text<'a>> = "CcaiConfigId" 311 max 40 since 24;
            @count u16, "NumOfEnabledServices" 310 since 24 of flt_enabled_services;
            /// Agent services that are on; packed in one field. `FltEnabledServices`, USHORT, since protocol 24.
            flt_enabled_services: Packed<'a, AgentServiceType> = "FltEnabledServices" 309 since 24;
        }
    }
}

message! {
    /// Asks which calls are at a device. To see every device a session needs All Events and Client Control; with
    /// ACD_LINE_ONLY secondary lines are left out.
    ///
    /// `SNAPSHOT_DEVICE_REQ` (84), from the client, answered by [`SnapshotDeviceConf`].
    pub struct SnapshotDeviceReq<'a> = 84 "SNAPSHOT_DEVICE_REQ" from Client {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Kind of the device, where it is no agent's. The value for agents is not documented. `SnapshotDeviceType`, USHORT, since
            /// protocol 10.
            snapshot_device_type: DeviceIdType = "SnapshotDeviceType" since 10;
        }
        floating {
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
        }
    }
}

message! {
    /// The calls at a device and their states.
    ///
    /// `SNAPSHOT_DEVICE_CONF` (85), from the server.
    pub struct SnapshotDeviceConf<'a> = 85 "SNAPSHOT_DEVICE_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            @tail
            @count u16, "NumCalls" of calls;
        }
        floating {
            /// The list of `CallConnectionCallID` and what belongs to each.
            calls: List<'a, DeviceCall<'a>> = "CallConnectionCallID" 56 | 57 | 58 | 75 | 218;
        }
    }
}

message! {
    /// Sends tones on a connection.
    ///
    /// `SEND_DTMF_SIGNAL_REQ` (91), from the client, answered by [`SendDtmfSignalConf`].
    pub struct SendDtmfSignalReq<'a> = 91 "SEND_DTMF_SIGNAL_REQ" from Client {
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
            /// Milliseconds of each tone; 0 leaves it to the peripheral. `ToneDuration`, USHORT.
            tone_duration: u16 = "ToneDuration";
            /// Milliseconds between tones; 0 leaves it to the peripheral. `PauseDuration`, UINT.
            pause_duration: u32 = "PauseDuration";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Tones to send. `DTMFString`, STRING, at most 32 bytes.
            dtmf_string: Option<Text<'a>> = "DTMFString" 67 max 32 required true;
            /// The agent's phone (terminal) as the peripheral names it. `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// Confirms [`SendDtmfSignalReq`].
    ///
    /// `SEND_DTMF_SIGNAL_CONF` (92), from the server.
    pub struct SendDtmfSignalConf = 92 "SEND_DTMF_SIGNAL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Marks the line of a call as bad for those who look after lines. ConnectionDeviceIDType stands before
    /// ConnectionCallID here.
    ///
    /// `BAD_CALL_REQ` (139), from the client, answered by [`BadCallConf`], since protocol 8.
    pub struct BadCallReq<'a> = 139 "BAD_CALL_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The agent's id at the peripheral. Longer ones travel in AgentIDLong. `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
        }
    }
}

message! {
    /// Confirms [`BadCallReq`].
    ///
    /// `BAD_CALL_CONF` (140), from the server, since protocol 8.
    pub struct BadCallConf = 140 "BAD_CALL_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

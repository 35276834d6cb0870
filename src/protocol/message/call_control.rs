//! Requests that act on calls and devices, and their confirmations (Client Control service).

use super::group::{CtiClient, ResultingParty};
use crate::protocol::masks::{
    AgentStateMask, CallControlMask, CallMsgMask, ClassOfDeviceMask, OtherFeatureMask, TransferConferenceSetupMask,
};
use crate::protocol::values::{
    AgentServiceType, AllocationState, AnswerDetectMode, AnsweringMachine, CallMannerType, CallOption, CallPlacementType, CallType,
    ConnectionDeviceIdType, ConsultType, ControlFailureCode, DestinationCountry, DeviceIdType, DispositionCode, FacilityType, LineType,
    LocalConnectionState, PeripheralType, SilentMonitorStatus, TypeOfDevice,
};
use crate::protocol::wire::{NamedArray, NamedVariable, Packed, Text, Unspec};

group! {
    /// One entry of a list: `LineHandle`, `LineType`.
    pub struct DeviceLine {
        /// `LineHandle`, USHORT.
        line_handle: Option<u16> = "LineHandle" 70;
        /// `LineType`, USHORT.
        line_type: Option<LineType> = "LineType" 71;
    }
}

group! {
    /// One entry of a list: `CallConnectionCallID`, `CallConnectionDeviceIDType`, `CallConnectionDeviceID`, `CallDeviceType` ….
    pub struct CallDevice<'a> {
        /// `CallConnectionCallID`, UINT.
        call_connection_call_id: Option<u32> = "CallConnectionCallID" 56;
        /// `CallConnectionDeviceIDType`, USHORT.
        call_connection_device_id_type: Option<ConnectionDeviceIdType> = "CallConnectionDeviceIDType" 57;
        /// `CallConnectionDeviceID`, STRING, at most 64 bytes.
        call_connection_device_id: Option<Text<'a>> = "CallConnectionDeviceID" 58 max 64;
        /// `CallDeviceType`, USHORT.
        call_device_type: Option<DeviceIdType> = "CallDeviceType" 59;
        /// `CallDeviceID`, STRING, at most 64 bytes.
        call_device_id: Option<Text<'a>> = "CallDeviceID" 60 max 64;
        /// `CallDeviceConnectionState`, USHORT.
        call_device_connection_state: Option<LocalConnectionState> = "CallDeviceConnectionState" 61;
    }
}

group! {
    /// One entry of a list: `CallConnectionCallID`, `CallConnectionDeviceIDType`, `CallConnectionDeviceID`, `CallState` ….
    pub struct DeviceCall<'a> {
        /// `CallConnectionCallID`, UINT.
        call_connection_call_id: Option<u32> = "CallConnectionCallID" 56;
        /// `CallConnectionDeviceIDType`, USHORT.
        call_connection_device_id_type: Option<ConnectionDeviceIdType> = "CallConnectionDeviceIDType" 57;
        /// `CallConnectionDeviceID`, STRING, at most 64 bytes.
        call_connection_device_id: Option<Text<'a>> = "CallConnectionDeviceID" 58 max 64;
        /// `CallState`, USHORT.
        call_state: Option<LocalConnectionState> = "CallState" 75;
        /// `SilentMonitorStatus`, USHORT.
        silent_monitor_status: Option<SilentMonitorStatus> = "SilentMonitorStatus" 218;
    }
}

message! {
    /// `CONTROL_FAILURE_CONF` (35).
    pub struct ControlFailureConf<'a> = 35 "CONTROL_FAILURE_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `FailureCode`, USHORT.
            failure_code: ControlFailureCode = "FailureCode";
            /// `PeripheralErrorCode`, UINT.
            peripheral_error_code: u32 = "PeripheralErrorCode";
        }
        floating {
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
        }
    }
}

message! {
    /// `ALTERNATE_CALL_REQ` (40).
    pub struct AlternateCallReq<'a> = 40 "ALTERNATE_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// `OtherConnectionCallID`, UINT.
            other_connection_call_id: u32 = "OtherConnectionCallID";
            /// `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// `OtherConnectionDeviceIDType`, USHORT.
            other_connection_device_id_type: ConnectionDeviceIdType = "OtherConnectionDeviceIDType";
        }
        floating {
            /// `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// `OtherConnectionDeviceID`, STRING, at most 64 bytes.
            other_connection_device_id: Option<Text<'a>> = "OtherConnectionDeviceID" 52 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `ALTERNATE_CALL_CONF` (41).
    pub struct AlternateCallConf = 41 "ALTERNATE_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `ANSWER_CALL_REQ` (42).
    pub struct AnswerCallReq<'a> = 42 "ANSWER_CALL_REQ" from Client {
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
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64;
        }
    }
}

message! {
    /// `ANSWER_CALL_CONF` (43).
    pub struct AnswerCallConf = 43 "ANSWER_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `CLEAR_CALL_REQ` (44).
    pub struct ClearCallReq<'a> = 44 "CLEAR_CALL_REQ" from Client {
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
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `CLEAR_CALL_CONF` (45).
    pub struct ClearCallConf = 45 "CLEAR_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `CLEAR_CONNECTION_REQ` (46).
    pub struct ClearConnectionReq<'a> = 46 "CLEAR_CONNECTION_REQ" from Client {
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
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 5.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 5;
            /// `RequestingDeviceID`, STRING, at most 64 bytes, since protocol 14.
            requesting_device_id: Option<Text<'a>> = "RequestingDeviceID" 219 max 64 since 14;
            /// `RequestingDeviceIDType`, USHORT, since protocol 14.
            requesting_device_id_type: Option<DeviceIdType> = "RequestingDeviceIDType" 220 since 14;
        }
    }
}

message! {
    /// `CLEAR_CONNECTION_CONF` (47).
    pub struct ClearConnectionConf = 47 "CLEAR_CONNECTION_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `CONFERENCE_CALL_REQ` (48).
    pub struct ConferenceCallReq<'a> = 48 "CONFERENCE_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
            /// `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// `CallPlacementType`, USHORT, since protocol 5.
            call_placement_type: CallPlacementType = "CallPlacementType" since 5;
            /// `CallMannerType`, USHORT, since protocol 5.
            call_manner_type: CallMannerType = "CallMannerType" since 5;
            /// `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// `FacilityType`, USHORT, since protocol 5.
            facility_type: FacilityType = "FacilityType" since 5;
            /// `AnsweringMachine`, USHORT, since protocol 5.
            answering_machine: AnsweringMachine = "AnsweringMachine" since 5;
            /// `Priority`, BOOL, since protocol 5.
            priority: bool = "Priority" since 5;
            /// `PostRoute`, BOOL, since protocol 5.
            post_route: bool = "PostRoute" since 5;
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
            /// `DialedNumber`, STRING, at most 40 bytes, since protocol 5.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 since 5;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes, since protocol 5.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131 since 5;
            /// `CallVariable1`, STRING, at most 41 bytes, since protocol 5.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41 since 5;
            /// `CallVariable2`, STRING, at most 41 bytes, since protocol 5.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41 since 5;
            /// `CallVariable3`, STRING, at most 41 bytes, since protocol 5.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41 since 5;
            /// `CallVariable4`, STRING, at most 41 bytes, since protocol 5.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41 since 5;
            /// `CallVariable5`, STRING, at most 41 bytes, since protocol 5.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41 since 5;
            /// `CallVariable6`, STRING, at most 41 bytes, since protocol 5.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41 since 5;
            /// `CallVariable7`, STRING, at most 41 bytes, since protocol 5.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41 since 5;
            /// `CallVariable8`, STRING, at most 41 bytes, since protocol 5.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41 since 5;
            /// `CallVariable9`, STRING, at most 41 bytes, since protocol 5.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41 since 5;
            /// `CallVariable10`, STRING, at most 41 bytes, since protocol 5.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41 since 5;
            /// `CallWrapupData`, STRING, at most 40 bytes, since protocol 5.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40 since 5;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `FacilityCode`, STRING, at most 40 bytes, since protocol 5.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40 since 5;
            /// `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
        }
    }
}

message! {
    /// `CONFERENCE_CALL_CONF` (49).
    pub struct ConferenceCallConf<'a> = 49 "CONFERENCE_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            @count u16, "NumParties" of connected_parties;
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: Vec<ResultingParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// `CONSULTATION_CALL_REQ` (50).
    pub struct ConsultationCallReq<'a> = 50 "CONSULTATION_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// `ConsultType`, USHORT.
            consult_type: ConsultType = "ConsultType";
            /// `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// `AnsweringMachine`, USHORT.
            answering_machine: AnsweringMachine = "AnsweringMachine";
            /// `Priority`, BOOL.
            priority: bool = "Priority";
            /// `PostRoute`, BOOL.
            post_route: bool = "PostRoute";
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 5.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 5;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `CallVariable1`, STRING, at most 41 bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// `CallVariable2`, STRING, at most 41 bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// `CallVariable3`, STRING, at most 41 bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// `CallVariable4`, STRING, at most 41 bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// `CallVariable5`, STRING, at most 41 bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// `CallVariable6`, STRING, at most 41 bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// `CallVariable7`, STRING, at most 41 bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// `CallVariable8`, STRING, at most 41 bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// `CallVariable9`, STRING, at most 41 bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// `CallVariable10`, STRING, at most 41 bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
        }
    }
}

message! {
    /// `CONSULTATION_CALL_CONF` (51).
    pub struct ConsultationCallConf<'a> = 51 "CONSULTATION_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
        }
    }
}

message! {
    /// `DEFLECT_CALL_REQ` (52).
    pub struct DeflectCallReq<'a> = 52 "DEFLECT_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `DEFLECT_CALL_CONF` (53).
    pub struct DeflectCallConf = 53 "DEFLECT_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `HOLD_CALL_REQ` (54).
    pub struct HoldCallReq<'a> = 54 "HOLD_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `Reservation`, BOOL.
            reservation: bool = "Reservation";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `HOLD_CALL_CONF` (55).
    pub struct HoldCallConf = 55 "HOLD_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `MAKE_CALL_REQ` (56).
    pub struct MakeCallReq<'a> = 56 "MAKE_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// `AnsweringMachine`, USHORT.
            answering_machine: AnsweringMachine = "AnsweringMachine";
            /// `Priority`, BOOL.
            priority: bool = "Priority";
            /// `PostRoute`, BOOL.
            post_route: bool = "PostRoute";
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// `SkillGroupNumber`, UINT, since protocol 14.
            skill_group_number: u32 = "SkillGroupNumber" since 14;
        }
        floating {
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 required true;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `CallVariable1`, STRING, at most 41 bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// `CallVariable2`, STRING, at most 41 bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// `CallVariable3`, STRING, at most 41 bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// `CallVariable4`, STRING, at most 41 bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// `CallVariable5`, STRING, at most 41 bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// `CallVariable6`, STRING, at most 41 bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// `CallVariable7`, STRING, at most 41 bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// `CallVariable8`, STRING, at most 41 bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// `CallVariable9`, STRING, at most 41 bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// `CallVariable10`, STRING, at most 41 bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
            /// `CCT`, STRING, at most 4 bytes, since protocol 6.
            cct: Option<Text<'a>> = "CCT" 84 max 4 since 6;
        }
    }
}

message! {
    /// `MAKE_CALL_CONF` (57).
    pub struct MakeCallConf<'a> = 57 "MAKE_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
        }
    }
}

message! {
    /// `MAKE_PREDICTIVE_CALL_REQ` (58).
    pub struct MakePredictiveCallReq<'a> = 58 "MAKE_PREDICTIVE_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// `AlertRings`, USHORT.
            alert_rings: u16 = "AlertRings";
            /// `CallOption`, USHORT.
            call_option: CallOption = "CallOption";
            /// `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// `AnsweringMachine`, USHORT.
            answering_machine: AnsweringMachine = "AnsweringMachine";
            /// `Priority`, BOOL.
            priority: bool = "Priority";
            /// `AllocationState`, USHORT.
            allocation_state: AllocationState = "AllocationState";
            /// `DestinationCountry`, USHORT, since protocol 5.
            destination_country: DestinationCountry = "DestinationCountry" since 5;
            /// `AnswerDetectMode`, USHORT, since protocol 5.
            answer_detect_mode: AnswerDetectMode = "AnswerDetectMode" since 5;
            /// `AnswerDetectTime`, USHORT, since protocol 5.
            answer_detect_time: u16 = "AnswerDetectTime" since 5;
            /// `AnswerDetectControl1`, UINT, since protocol 5.
            answer_detect_control1: u32 = "AnswerDetectControl1" since 5;
            /// `AnswerDetectControl2`, UINT, since protocol 5.
            answer_detect_control2: u32 = "AnswerDetectControl2" since 5;
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// `OriginatingDeviceID`, STRING, at most 64 bytes, since protocol 5.
            originating_device_id: Option<Text<'a>> = "OriginatingDeviceID" 79 max 64 since 5 required true;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40 required true;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `CallVariable1`, STRING, at most 41 bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// `CallVariable2`, STRING, at most 41 bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// `CallVariable3`, STRING, at most 41 bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// `CallVariable4`, STRING, at most 41 bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// `CallVariable5`, STRING, at most 41 bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// `CallVariable6`, STRING, at most 41 bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// `CallVariable7`, STRING, at most 41 bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// `CallVariable8`, STRING, at most 41 bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// `CallVariable9`, STRING, at most 41 bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// `CallVariable10`, STRING, at most 41 bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
            /// `OriginatingLineID`, STRING, at most 40 bytes, since protocol 5.
            originating_line_id: Option<Text<'a>> = "OriginatingLineID" 80 max 40 since 5;
            /// `CCT`, STRING, at most 4 bytes, since protocol 6.
            cct: Option<Text<'a>> = "CCT" 84 max 4 since 6;
        }
    }
}

message! {
    /// `MAKE_PREDICTIVE_CALL_CONF` (59).
    pub struct MakePredictiveCallConf<'a> = 59 "MAKE_PREDICTIVE_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
        }
    }
}

message! {
    /// `RECONNECT_CALL_REQ` (60).
    pub struct ReconnectCallReq<'a> = 60 "RECONNECT_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
        }
        floating {
            /// `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `RECONNECT_CALL_CONF` (61).
    pub struct ReconnectCallConf = 61 "RECONNECT_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `RETRIEVE_CALL_REQ` (62).
    pub struct RetrieveCallReq<'a> = 62 "RETRIEVE_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
        }
        floating {
            /// `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `RETRIEVE_CALL_CONF` (63).
    pub struct RetrieveCallConf = 63 "RETRIEVE_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `TRANSFER_CALL_REQ` (64).
    pub struct TransferCallReq<'a> = 64 "TRANSFER_CALL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ActiveConnectionCallID`, UINT.
            active_connection_call_id: u32 = "ActiveConnectionCallID";
            /// `HeldConnectionCallID`, UINT.
            held_connection_call_id: u32 = "HeldConnectionCallID";
            /// `ActiveConnectionDeviceIDType`, USHORT.
            active_connection_device_id_type: ConnectionDeviceIdType = "ActiveConnectionDeviceIDType";
            /// `HeldConnectionDeviceIDType`, USHORT.
            held_connection_device_id_type: ConnectionDeviceIdType = "HeldConnectionDeviceIDType";
            /// `CallPlacementType`, USHORT.
            call_placement_type: CallPlacementType = "CallPlacementType";
            /// `CallMannerType`, USHORT.
            call_manner_type: CallMannerType = "CallMannerType";
            /// `AlertRings`, USHORT, since protocol 5.
            alert_rings: u16 = "AlertRings" since 5;
            /// `CallOption`, USHORT, since protocol 5.
            call_option: CallOption = "CallOption" since 5;
            /// `FacilityType`, USHORT.
            facility_type: FacilityType = "FacilityType";
            /// `AnsweringMachine`, USHORT, since protocol 5.
            answering_machine: AnsweringMachine = "AnsweringMachine" since 5;
            /// `Priority`, BOOL.
            priority: bool = "Priority";
            /// `PostRoute`, BOOL.
            post_route: bool = "PostRoute";
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// `ActiveConnectionDeviceID`, STRING, at most 64 bytes.
            active_connection_device_id: Option<Text<'a>> = "ActiveConnectionDeviceID" 50 max 64 required true;
            /// `HeldConnectionDeviceID`, STRING, at most 64 bytes.
            held_connection_device_id: Option<Text<'a>> = "HeldConnectionDeviceID" 53 max 64;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `CallVariable1`, STRING, at most 41 bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// `CallVariable2`, STRING, at most 41 bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// `CallVariable3`, STRING, at most 41 bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// `CallVariable4`, STRING, at most 41 bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// `CallVariable5`, STRING, at most 41 bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// `CallVariable6`, STRING, at most 41 bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// `CallVariable7`, STRING, at most 41 bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// `CallVariable8`, STRING, at most 41 bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// `CallVariable9`, STRING, at most 41 bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// `CallVariable10`, STRING, at most 41 bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `FacilityCode`, STRING, at most 40 bytes.
            facility_code: Option<Text<'a>> = "FacilityCode" 51 max 40;
            /// `AuthorizationCode`, STRING, at most 40 bytes, since protocol 5.
            authorization_code: Option<Text<'a>> = "AuthorizationCode" 77 max 40 since 5;
            /// `AccountCode`, STRING, at most 40 bytes, since protocol 5.
            account_code: Option<Text<'a>> = "AccountCode" 78 max 40 since 5;
        }
    }
}

message! {
    /// `TRANSFER_CALL_CONF` (65).
    pub struct TransferCallConf<'a> = 65 "TRANSFER_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            @count u16, "NumParties" of connected_parties;
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
        }
        floating {
            /// `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: Vec<ResultingParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// `QUERY_DEVICE_INFO_REQ` (78).
    pub struct QueryDeviceInfoReq<'a> = 78 "QUERY_DEVICE_INFO_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `Reserved`, USHORT.
            reserved: u16 = "Reserved";
        }
        floating {
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
        }
    }
}

message! {
    /// `QUERY_DEVICE_INFO_CONF` (79).
    pub struct QueryDeviceInfoConf = 79 "QUERY_DEVICE_INFO_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `TypeOfDevice`, USHORT.
            type_of_device: TypeOfDevice = "TypeOfDevice";
            /// `ClassOfDevice`, USHORT.
            class_of_device: ClassOfDeviceMask = "ClassOfDevice";
            @count u16, "NumLines" of lines;
            /// `Reserved`, USHORT.
            reserved: u16 = "Reserved";
            /// `MaxActiveCalls`, USHORT, since protocol 6.
            max_active_calls: u16 = "MaxActiveCalls" since 6;
            /// `MaxHeldCalls`, USHORT, since protocol 6.
            max_held_calls: u16 = "MaxHeldCalls" since 6;
            /// `MaxDevicesInConference`, USHORT, since protocol 6.
            max_devices_in_conference: u16 = "MaxDevicesInConference" since 6;
            /// `MakeCallSetup`, UINT, since protocol 6.
            make_call_setup: AgentStateMask = "MakeCallSetup" since 6;
            /// `TransferConferenceSetup`, UINT, since protocol 6.
            transfer_conference_setup: TransferConferenceSetupMask = "TransferConferenceSetup" since 6;
            /// `CallEventsSupported`, UINT, since protocol 6.
            call_events_supported: CallMsgMask = "CallEventsSupported" since 6;
            /// `CallControlSupported`, UINT, since protocol 6.
            call_control_supported: CallControlMask = "CallControlSupported" since 6;
            /// `OtherFeaturesSupported`, UINT, since protocol 6.
            other_features_supported: OtherFeatureMask = "OtherFeaturesSupported" since 6;
        }
        floating {
            /// The list of `LineHandle` and what belongs to each.
            lines: Vec<DeviceLine> = "LineHandle" 70 | 71;
        }
    }
}

message! {
    /// `SNAPSHOT_CALL_REQ` (82).
    pub struct SnapshotCallReq<'a> = 82 "SNAPSHOT_CALL_REQ" from Client {
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
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// `SNAPSHOT_CALL_CONF` (83).
    pub struct SnapshotCallConf<'a> = 83 "SNAPSHOT_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `CallType`, USHORT.
            call_type: CallType = "CallType";
            @count u16, "NumCTIClients" of cti_clients;
            @count u16, "NumCallDevices" of call_devices;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// `CalledPartyDisposition`, USHORT, since protocol 8.
            called_party_disposition: DispositionCode = "CalledPartyDisposition" since 8;
        }
        floating {
            /// `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `DNIS`, STRING, at most 32 bytes.
            dnis: Option<Text<'a>> = "DNIS" 10 max 32;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
            /// `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72;
            /// `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73;
            /// `CallVariable1`, STRING, at most 41 bytes.
            call_variable1: Option<Text<'a>> = "CallVariable1" 13 max 41;
            /// `CallVariable2`, STRING, at most 41 bytes.
            call_variable2: Option<Text<'a>> = "CallVariable2" 14 max 41;
            /// `CallVariable3`, STRING, at most 41 bytes.
            call_variable3: Option<Text<'a>> = "CallVariable3" 15 max 41;
            /// `CallVariable4`, STRING, at most 41 bytes.
            call_variable4: Option<Text<'a>> = "CallVariable4" 16 max 41;
            /// `CallVariable5`, STRING, at most 41 bytes.
            call_variable5: Option<Text<'a>> = "CallVariable5" 17 max 41;
            /// `CallVariable6`, STRING, at most 41 bytes.
            call_variable6: Option<Text<'a>> = "CallVariable6" 18 max 41;
            /// `CallVariable7`, STRING, at most 41 bytes.
            call_variable7: Option<Text<'a>> = "CallVariable7" 19 max 41;
            /// `CallVariable8`, STRING, at most 41 bytes.
            call_variable8: Option<Text<'a>> = "CallVariable8" 20 max 41;
            /// `CallVariable9`, STRING, at most 41 bytes.
            call_variable9: Option<Text<'a>> = "CallVariable9" 21 max 41;
            /// `CallVariable10`, STRING, at most 41 bytes.
            call_variable10: Option<Text<'a>> = "CallVariable10" 22 max 41;
            /// `CallWrapupData`, STRING, at most 40 bytes.
            call_wrapup_data: Option<Text<'a>> = "CallWrapupData" 46 max 40;
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// The list of `CTIClientSignature` and what belongs to each.
            cti_clients: Vec<CtiClient<'a>> = "CTIClientSignature" 23 | 24;
            /// The list of `CallConnectionCallID` and what belongs to each.
            call_devices: Vec<CallDevice<'a>> = "CallConnectionCallID" 56 | 57 | 58 | 59 | 60 | 61;
            /// `CallReferenceID`, UNSPEC, at most 32 bytes, since protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// `COCConnectionCallID`, UINT, since protocol 14.
            coc_connection_call_id: Option<u32> = "COCConnectionCallID" 229 since 14;
            /// `COCCallConnectionDeviceIDType`, USHORT, since protocol 14.
            coc_call_connection_device_id_type: Option<ConnectionDeviceIdType> = "COCCallConnectionDeviceIDType" 230 since 14;
            /// `COCCallConnectionDeviceID`, STRING, at most 64 bytes, since protocol 14.
            coc_call_connection_device_id: Option<Text<'a>> = "COCCallConnectionDeviceID" 231 max 64 since 14;
            /// `ProtocolReferenceGUID`, STRING, at most 40 bytes, since protocol 24.
            protocol_reference_guid: Option<Text<'a>> = "ProtocolReferenceGUID" 294 max 40 since 24;
            /// `CcaiConfigId`, STRING, at most 40 bytes, since protocol 24.
            ccai_config_id: Option<Text<'a>> = "CcaiConfigId" 311 max 40 since 24;
            @count u16, "NumOfEnabledServices" 310 since 24 of flt_enabled_services;
            /// `FltEnabledServices`, USHORT, since protocol 24.
            flt_enabled_services: Packed<AgentServiceType> = "FltEnabledServices" 309 since 24;
        }
    }
}

message! {
    /// `SNAPSHOT_DEVICE_REQ` (84).
    pub struct SnapshotDeviceReq<'a> = 84 "SNAPSHOT_DEVICE_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `SnapshotDeviceType`, USHORT, since protocol 10.
            snapshot_device_type: DeviceIdType = "SnapshotDeviceType" since 10;
        }
        floating {
            /// `AgentInstrument`, STRING, at most 64 bytes.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 required true;
        }
    }
}

message! {
    /// `SNAPSHOT_DEVICE_CONF` (85).
    pub struct SnapshotDeviceConf<'a> = 85 "SNAPSHOT_DEVICE_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            @tail
            @count u16, "NumCalls" of calls;
        }
        floating {
            /// The list of `CallConnectionCallID` and what belongs to each.
            calls: Vec<DeviceCall<'a>> = "CallConnectionCallID" 56 | 57 | 58 | 75 | 218;
        }
    }
}

message! {
    /// `SEND_DTMF_SIGNAL_REQ` (91).
    pub struct SendDtmfSignalReq<'a> = 91 "SEND_DTMF_SIGNAL_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ToneDuration`, USHORT.
            tone_duration: u16 = "ToneDuration";
            /// `PauseDuration`, UINT.
            pause_duration: u32 = "PauseDuration";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `DTMFString`, STRING, at most 32 bytes.
            dtmf_string: Option<Text<'a>> = "DTMFString" 67 max 32 required true;
            /// `AgentInstrument`, STRING, at most 64 bytes, since protocol 8.
            agent_instrument: Option<Text<'a>> = "AgentInstrument" 6 max 64 since 8;
        }
    }
}

message! {
    /// `SEND_DTMF_SIGNAL_CONF` (92).
    pub struct SendDtmfSignalConf = 92 "SEND_DTMF_SIGNAL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `BAD_CALL_REQ` (139).
    pub struct BadCallReq<'a> = 139 "BAD_CALL_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AgentID`, STRING, at most 12 bytes.
            agent_id: Option<Text<'a>> = "AgentID" 5 max 12;
        }
    }
}

message! {
    /// `BAD_CALL_CONF` (140).
    pub struct BadCallConf = 140 "BAD_CALL_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

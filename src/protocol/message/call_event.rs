//! What happens to calls (chapter "Application Level Interfaces": Client Events and All Events services).

use super::group::{ConnectedParty, CtiClient};
use crate::protocol::values::{
    CallType, ConnectionDeviceIdType, DeviceIdType, DispositionCode, EventCause, LineType, LocalConnectionState, PeripheralType,
};
use crate::protocol::wire::{NamedArray, NamedVariable, Text, Unspec};

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupID`, `SkillGroupPriority`.
    pub struct QueuedSkillGroup {
        /// `SkillGroupNumber`, INT.
        skill_group_number: Option<i32> = "SkillGroupNumber" 62;
        /// `SkillGroupID`, UINT.
        skill_group_id: Option<u32> = "SkillGroupID" 63;
        /// `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
    }
}

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupID`, `SkillGroupPriority`.
    pub struct DequeuedSkillGroup {
        /// `SkillGroupNumber`, UINT.
        skill_group_number: Option<u32> = "SkillGroupNumber" 62;
        /// `SkillGroupID`, UINT.
        skill_group_id: Option<u32> = "SkillGroupID" 63;
        /// `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
    }
}

message! {
    /// `CALL_DELIVERED_EVENT` (9).
    pub struct CallDeliveredEvent<'a> = 9 "CALL_DELIVERED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `SkillGroupNumber`, UINT, since protocol 7.
            skill_group_number: u32 = "SkillGroupNumber" since 7;
            /// `SkillGroupID`, UINT, since protocol 7.
            skill_group_id: u32 = "SkillGroupID" since 7;
            /// `SkillGroupPriority`, USHORT, since protocol 7.
            skill_group_priority: u16 = "SkillGroupPriority" since 7;
            /// `AlertingDeviceType`, USHORT.
            alerting_device_type: DeviceIdType = "AlertingDeviceType";
            /// `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LastRedirectDeviceType`, USHORT.
            last_redirect_device_type: DeviceIdType = "LastRedirectDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
            @tail
            @count u16, "NumNamedVariables" of named_variables;
            @count u16, "NumNamedArrays" of named_arrays;
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AlertingDeviceID`, STRING, at most 64 bytes.
            alerting_device_id: Option<Text<'a>> = "AlertingDeviceID" 26 max 64;
            /// `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// `LastRedirectDeviceID`, STRING, at most 64 bytes.
            last_redirect_device_id: Option<Text<'a>> = "LastRedirectDeviceID" 29 max 64;
            /// `TrunkNumber`, UINT.
            trunk_number: Option<u32> = "TrunkNumber" 121;
            /// `TrunkGroupNumber`, UINT.
            trunk_group_number: Option<u32> = "TrunkGroupNumber" 122;
            /// `SecondaryConnectionCallID`, UINT.
            secondary_connection_call_id: Option<u32> = "SecondaryConnectionCallID" 202;
            /// `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// `ANI_II`, STRING, at most 2 bytes, since protocol 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `DNIS`, STRING, at most 32 bytes.
            dnis: Option<Text<'a>> = "DNIS" 10 max 32;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
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
        }
    }
}

message! {
    /// `CALL_ESTABLISHED_EVENT` (10).
    pub struct CallEstablishedEvent<'a> = 10 "CALL_ESTABLISHED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// `AnsweringDeviceType`, USHORT.
            answering_device_type: DeviceIdType = "AnsweringDeviceType";
            /// `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LastRedirectDeviceType`, USHORT.
            last_redirect_device_type: DeviceIdType = "LastRedirectDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `AnsweringDeviceID`, STRING, at most 64 bytes.
            answering_device_id: Option<Text<'a>> = "AnsweringDeviceID" 30 max 64;
            /// `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// `LastRedirectDeviceID`, STRING, at most 64 bytes.
            last_redirect_device_id: Option<Text<'a>> = "LastRedirectDeviceID" 29 max 64;
            /// `TrunkNumber`, UINT.
            trunk_number: Option<u32> = "TrunkNumber" 121;
            /// `TrunkGroupNumber`, UINT.
            trunk_group_number: Option<u32> = "TrunkGroupNumber" 122;
        }
    }
}

message! {
    /// `CALL_HELD_EVENT` (11).
    pub struct CallHeldEvent<'a> = 11 "CALL_HELD_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `HoldingDeviceType`, USHORT.
            holding_device_type: DeviceIdType = "HoldingDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `HoldingDeviceID`, STRING, at most 64 bytes.
            holding_device_id: Option<Text<'a>> = "HoldingDeviceID" 31 max 64;
        }
    }
}

message! {
    /// `CALL_RETRIEVED_EVENT` (12).
    pub struct CallRetrievedEvent<'a> = 12 "CALL_RETRIEVED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `RetrievingDeviceType`, USHORT.
            retrieving_device_type: DeviceIdType = "RetrievingDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `RetrievingDeviceID`, STRING, at most 64 bytes.
            retrieving_device_id: Option<Text<'a>> = "RetrievingDeviceID" 32 max 64;
        }
    }
}

message! {
    /// `CALL_CLEARED_EVENT` (13).
    pub struct CallClearedEvent<'a> = 13 "CALL_CLEARED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// `CALL_CONNECTION_CLEARED_EVENT` (14).
    pub struct CallConnectionClearedEvent<'a> = 14 "CALL_CONNECTION_CLEARED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ReleasingDeviceType`, USHORT.
            releasing_device_type: DeviceIdType = "ReleasingDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `ReleasingDeviceID`, STRING, at most 64 bytes.
            releasing_device_id: Option<Text<'a>> = "ReleasingDeviceID" 33 max 64;
        }
    }
}

message! {
    /// `CALL_ORIGINATED_EVENT` (15).
    pub struct CallOriginatedEvent<'a> = 15 "CALL_ORIGINATED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
        }
    }
}

message! {
    /// `CALL_FAILED_EVENT` (16).
    pub struct CallFailedEvent<'a> = 16 "CALL_FAILED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `FailingDeviceType`, USHORT.
            failing_device_type: DeviceIdType = "FailingDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `FailingDeviceID`, STRING, at most 64 bytes.
            failing_device_id: Option<Text<'a>> = "FailingDeviceID" 34 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
        }
    }
}

message! {
    /// `CALL_CONFERENCED_EVENT` (17).
    pub struct CallConferencedEvent<'a> = 17 "CALL_CONFERENCED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `PrimaryDeviceIDType`, USHORT.
            primary_device_id_type: ConnectionDeviceIdType = "PrimaryDeviceIDType";
            /// `PrimaryCallID`, UINT.
            primary_call_id: u32 = "PrimaryCallID";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            @count u16, "NumParties" of connected_parties;
            /// `SecondaryDeviceIDType`, USHORT.
            secondary_device_id_type: ConnectionDeviceIdType = "SecondaryDeviceIDType";
            /// `SecondaryCallID`, UINT.
            secondary_call_id: u32 = "SecondaryCallID";
            /// `ControllerDeviceType`, USHORT.
            controller_device_type: DeviceIdType = "ControllerDeviceType";
            /// `AddedPartyDeviceType`, USHORT.
            added_party_device_type: DeviceIdType = "AddedPartyDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `PrimaryDeviceID`, STRING, at most 64 bytes.
            primary_device_id: Option<Text<'a>> = "PrimaryDeviceID" 35 max 64 required true;
            /// `SecondaryDeviceID`, STRING, at most 64 bytes.
            secondary_device_id: Option<Text<'a>> = "SecondaryDeviceID" 36 max 64 required true;
            /// `ControllerDeviceID`, STRING, at most 64 bytes.
            controller_device_id: Option<Text<'a>> = "ControllerDeviceID" 37 max 64;
            /// `AddedPartyDeviceID`, STRING, at most 64 bytes.
            added_party_device_id: Option<Text<'a>> = "AddedPartyDeviceID" 38 max 64;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: Vec<ConnectedParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// `CALL_TRANSFERRED_EVENT` (18).
    pub struct CallTransferredEvent<'a> = 18 "CALL_TRANSFERRED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `PrimaryDeviceIDType`, USHORT.
            primary_device_id_type: ConnectionDeviceIdType = "PrimaryDeviceIDType";
            /// `PrimaryCallID`, UINT.
            primary_call_id: u32 = "PrimaryCallID";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            @count u16, "NumParties" of connected_parties;
            /// `SecondaryDeviceIDType`, USHORT.
            secondary_device_id_type: ConnectionDeviceIdType = "SecondaryDeviceIDType";
            /// `SecondaryCallID`, UINT.
            secondary_call_id: u32 = "SecondaryCallID";
            /// `TransferringDeviceType`, USHORT.
            transferring_device_type: DeviceIdType = "TransferringDeviceType";
            /// `TransferredDeviceType`, USHORT.
            transferred_device_type: DeviceIdType = "TransferredDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `PrimaryDeviceID`, STRING, at most 64 bytes.
            primary_device_id: Option<Text<'a>> = "PrimaryDeviceID" 35 max 64 required true;
            /// `SecondaryDeviceID`, STRING, at most 64 bytes.
            secondary_device_id: Option<Text<'a>> = "SecondaryDeviceID" 36 max 64 required true;
            /// `TransferringDeviceID`, STRING, at most 64 bytes.
            transferring_device_id: Option<Text<'a>> = "TransferringDeviceID" 42 max 64;
            /// `TransferredDeviceID`, STRING, at most 64 bytes.
            transferred_device_id: Option<Text<'a>> = "TransferredDeviceID" 43 max 64;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: Vec<ConnectedParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// `CALL_DIVERTED_EVENT` (19).
    pub struct CallDivertedEvent<'a> = 19 "CALL_DIVERTED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `DivertingDeviceType`, USHORT.
            diverting_device_type: DeviceIdType = "DivertingDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `DivertingDeviceID`, STRING, at most 64 bytes.
            diverting_device_id: Option<Text<'a>> = "DivertingDeviceID" 44 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
        }
    }
}

message! {
    /// `CALL_SERVICE_INITIATED_EVENT` (20).
    pub struct CallServiceInitiatedEvent<'a> = 20 "CALL_SERVICE_INITIATED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// `CallingDeviceType`, USHORT, since protocol 5.
            calling_device_type: DeviceIdType = "CallingDeviceType" since 5;
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `CallingDeviceID`, STRING, at most 64 bytes, since protocol 5.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64 since 5;
            /// `CallReferenceID`, UNSPEC, at most 32 bytes, since protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// `COCConnectionCallID`, UINT, since protocol 14.
            coc_connection_call_id: Option<u32> = "COCConnectionCallID" 229 since 14;
            /// `COCCallConnectionDeviceIDType`, USHORT, since protocol 14.
            coc_call_connection_device_id_type: Option<ConnectionDeviceIdType> = "COCCallConnectionDeviceIDType" 230 since 14;
            /// `COCCallConnectionDeviceID`, STRING, at most 64 bytes, since protocol 14.
            coc_call_connection_device_id: Option<Text<'a>> = "COCCallConnectionDeviceID" 231 max 64 since 14;
        }
    }
}

message! {
    /// `CALL_QUEUED_EVENT` (21).
    pub struct CallQueuedEvent<'a> = 21 "CALL_QUEUED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `QueueDeviceType`, USHORT.
            queue_device_type: DeviceIdType = "QueueDeviceType";
            /// `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LastRedirectDeviceType`, USHORT.
            last_redirect_device_type: DeviceIdType = "LastRedirectDeviceType";
            /// `NumQueued`, USHORT.
            num_queued: u16 = "NumQueued";
            @count u16, "NumSkillGroups" of skill_groups;
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `QueueDeviceID`, STRING, at most 64 bytes.
            queue_device_id: Option<Text<'a>> = "QueueDeviceID" 45 max 64;
            /// `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// `LastRedirectDeviceID`, STRING, at most 64 bytes.
            last_redirect_device_id: Option<Text<'a>> = "LastRedirectDeviceID" 29 max 64;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: Vec<QueuedSkillGroup> = "SkillGroupNumber" 62 | 63 | 64;
        }
    }
}

message! {
    /// `CALL_TRANSLATION_ROUTE_EVENT` (22).
    pub struct CallTranslationRouteEvent<'a> = 22 "CALL_TRANSLATION_ROUTE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// `DNIS`, STRING, at most 32 bytes.
            dnis: Option<Text<'a>> = "DNIS" 10 max 32 required true;
            /// `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
            /// `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 required true;
            /// `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 required true;
            /// `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 required true;
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
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// `ANI_II`, STRING, at most 2 bytes, since protocol 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// `BEGIN_CALL_EVENT` (23).
    pub struct BeginCallEvent<'a> = 23 "BEGIN_CALL_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            @count u16, "NumCTIClients" of cti_clients;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// `CallType`, USHORT.
            call_type: CallType = "CallType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `CalledPartyDisposition`, USHORT, since protocol 8.
            called_party_disposition: DispositionCode = "CalledPartyDisposition" since 8;
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
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
            /// `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110;
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
            /// `CallReferenceID`, UNSPEC, at most 32 bytes, since protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// `ANI_II`, STRING, at most 2 bytes, since protocol 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// `END_CALL_EVENT` (24).
    pub struct EndCallEvent<'a> = 24 "END_CALL_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// `CALL_DATA_UPDATE_EVENT` (25).
    pub struct CallDataUpdateEvent<'a> = 25 "CALL_DATA_UPDATE_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            @count u16, "NumCTIClients" of cti_clients;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// `CallType`, USHORT.
            call_type: CallType = "CallType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// `CalledPartyDisposition`, USHORT, since protocol 8.
            called_party_disposition: DispositionCode = "CalledPartyDisposition" since 8;
            /// `CampaignID`, UINT, since protocol 8.
            campaign_id: u32 = "CampaignID" since 8;
            /// `QueryRuleID`, UINT, since protocol 8.
            query_rule_id: u32 = "QueryRuleID" since 8;
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
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
            /// `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110;
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
            /// `CustomerPhoneNumber`, STRING, at most 20 bytes, since protocol 8.
            customer_phone_number: Option<Text<'a>> = "CustomerPhoneNumber" 95 max 20 since 8;
            /// `CustomerAccountNumber`, STRING, at most 32 bytes, since protocol 8.
            customer_account_number: Option<Text<'a>> = "CustomerAccountNumber" 96 max 32 since 8;
            /// The list of `CTIClientSignature` and what belongs to each.
            cti_clients: Vec<CtiClient<'a>> = "CTIClientSignature" 23 | 24;
            /// `CallReferenceID`, UNSPEC, at most 32 bytes, since protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// `ANI_II`, STRING, at most 2 bytes, since protocol 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// `CALL_REACHED_NETWORK_EVENT` (34).
    pub struct CallReachedNetworkEvent<'a> = 34 "CALL_REACHED_NETWORK_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `LineHandle`, USHORT, since protocol 7.
            line_handle: u16 = "LineHandle" since 7;
            /// `LineType`, USHORT, since protocol 7.
            line_type: LineType = "LineType" since 7;
            /// `TrunkUsedDeviceType`, USHORT.
            trunk_used_device_type: DeviceIdType = "TrunkUsedDeviceType";
            /// `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// `TrunkUsedDeviceID`, STRING, at most 64 bytes.
            trunk_used_device_id: Option<Text<'a>> = "TrunkUsedDeviceID" 48 max 64;
            /// `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// `TrunkNumber`, UINT.
            trunk_number: Option<u32> = "TrunkNumber" 121;
            /// `TrunkGroupNumber`, UINT.
            trunk_group_number: Option<u32> = "TrunkGroupNumber" 122;
        }
    }
}

message! {
    /// `CALL_DEQUEUED_EVENT` (86).
    pub struct CallDequeuedEvent<'a> = 86 "CALL_DEQUEUED_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// `QueueDeviceType`, USHORT.
            queue_device_type: DeviceIdType = "QueueDeviceType";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// `NumQueued`, USHORT.
            num_queued: u16 = "NumQueued";
            @count u16, "NumSkillGroups" of skill_groups;
            /// `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: Vec<DequeuedSkillGroup> = "SkillGroupNumber" 62 | 63 | 64;
        }
    }
}

message! {
    /// `CALL_ATTRIBUTE_CHANGE_EVENT` (240).
    pub struct CallAttributeChangeEvent<'a> = 240 "CALL_ATTRIBUTE_CHANGE_EVENT" from Server {
        fixed {
            /// `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `CallTypeID`, UINT.
            call_type_id: u32 = "CallTypeID";
            /// `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
        }
        floating {
            /// `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64;
        }
    }
}

//! What happens to calls (chapter "Application Level Interfaces": Client Events and All Events services).

use super::group::{ConnectedParty, CtiClient};
use crate::protocol::list::List;
use crate::protocol::values::{
    CallType, ConnectionDeviceIdType, DeviceIdType, DispositionCode, EventCause, LineType, LocalConnectionState, PeripheralType,
};
use crate::protocol::wire::{NamedArray, NamedVariable, Text, Unspec};

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupID`, `SkillGroupPriority`.
    pub struct QueuedSkillGroup {
        /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, INT.
        skill_group_number: Option<i32> = "SkillGroupNumber" 62;
        /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
        skill_group_id: Option<u32> = "SkillGroupID" 63;
        /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
    }
}

group! {
    /// One entry of a list: `SkillGroupNumber`, `SkillGroupID`, `SkillGroupPriority`.
    pub struct DequeuedSkillGroup {
        /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
        skill_group_number: Option<u32> = "SkillGroupNumber" 62;
        /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
        skill_group_id: Option<u32> = "SkillGroupID" 63;
        /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
        skill_group_priority: Option<u16> = "SkillGroupPriority" 64;
    }
}

message! {
    /// A call rings at an agent's phone. All Events sessions also get it, with connection state INITIATE, when an inbound
    /// trunk of an ACD is seized.
    ///
    /// `CALL_DELIVERED_EVENT` (9), from the server.
    pub struct CallDeliveredEvent<'a> = 9 "CALL_DELIVERED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT, since protocol 7.
            skill_group_number: u32 = "SkillGroupNumber" since 7;
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT, since protocol 7.
            skill_group_id: u32 = "SkillGroupID" since 7;
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT, since protocol 7.
            skill_group_priority: u16 = "SkillGroupPriority" since 7;
            /// What AlertingDeviceID is; 0xffff (none) when it is not given. `AlertingDeviceType`, USHORT.
            alerting_device_type: DeviceIdType = "AlertingDeviceType";
            /// What CallingDeviceID is; 0xffff (none) when it is not given. `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// What LastRedirectDeviceID is; 0xffff (none) when it is not given. `LastRedirectDeviceType`, USHORT.
            last_redirect_device_type: DeviceIdType = "LastRedirectDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
            @tail
            @count u16, "NumNamedVariables" of named_variables;
            @count u16, "NumNamedArrays" of named_arrays;
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who rings. `AlertingDeviceID`, STRING, at most 64 bytes.
            alerting_device_id: Option<Text<'a>> = "AlertingDeviceID" 26 max 64;
            /// Who called. `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// Where the call was sent on from last. `LastRedirectDeviceID`, STRING, at most 64 bytes.
            last_redirect_device_id: Option<Text<'a>> = "LastRedirectDeviceID" 29 max 64;
            /// Number of the trunk. `TrunkNumber`, UINT.
            trunk_number: Option<u32> = "TrunkNumber" 121;
            /// Number of the trunk group. `TrunkGroupNumber`, UINT.
            trunk_group_number: Option<u32> = "TrunkGroupNumber" 122;
            /// The consult call from a CTI port to the agent; Unified CCX only. `SecondaryConnectionCallID`, UINT.
            secondary_connection_call_id: Option<u32> = "SecondaryConnectionCallID" 202;
            /// Number of the caller. `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// What kind of line the caller has (ANI II digits); servers do not fill it. `ANI_II`, STRING, at most 2 bytes, since protocol
            /// 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Number that the call arrived on. `DNIS`, STRING, at most 32 bytes.
            dnis: Option<Text<'a>> = "DNIS" 10 max 32;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// Digits that the caller typed at a VRU. `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
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
        }
    }
}

message! {
    /// A call was answered at an agent's phone.
    ///
    /// `CALL_ESTABLISHED_EVENT` (10), from the server.
    pub struct CallEstablishedEvent<'a> = 10 "CALL_ESTABLISHED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// What AnsweringDeviceID is; 0xffff (none) when it is not given. `AnsweringDeviceType`, USHORT.
            answering_device_type: DeviceIdType = "AnsweringDeviceType";
            /// What CallingDeviceID is; 0xffff (none) when it is not given. `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// What LastRedirectDeviceID is; 0xffff (none) when it is not given. `LastRedirectDeviceType`, USHORT.
            last_redirect_device_type: DeviceIdType = "LastRedirectDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who answered. `AnsweringDeviceID`, STRING, at most 64 bytes.
            answering_device_id: Option<Text<'a>> = "AnsweringDeviceID" 30 max 64;
            /// Who called. `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// Where the call was sent on from last. `LastRedirectDeviceID`, STRING, at most 64 bytes.
            last_redirect_device_id: Option<Text<'a>> = "LastRedirectDeviceID" 29 max 64;
            /// Number of the trunk. `TrunkNumber`, UINT.
            trunk_number: Option<u32> = "TrunkNumber" 121;
            /// Number of the trunk group. `TrunkGroupNumber`, UINT.
            trunk_group_number: Option<u32> = "TrunkGroupNumber" 122;
        }
    }
}

message! {
    /// An agent's phone put a call on hold.
    ///
    /// `CALL_HELD_EVENT` (11), from the server.
    pub struct CallHeldEvent<'a> = 11 "CALL_HELD_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// What HoldingDeviceID is; 0xffff (none) when it is not given. `HoldingDeviceType`, USHORT.
            holding_device_type: DeviceIdType = "HoldingDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who put the call on hold. `HoldingDeviceID`, STRING, at most 64 bytes.
            holding_device_id: Option<Text<'a>> = "HoldingDeviceID" 31 max 64;
        }
    }
}

message! {
    /// An agent's phone took a call back from hold.
    ///
    /// `CALL_RETRIEVED_EVENT` (12), from the server.
    pub struct CallRetrievedEvent<'a> = 12 "CALL_RETRIEVED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// What RetrievingDeviceID is; 0xffff (none) when it is not given. `RetrievingDeviceType`, USHORT.
            retrieving_device_type: DeviceIdType = "RetrievingDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who took it back. `RetrievingDeviceID`, STRING, at most 64 bytes.
            retrieving_device_id: Option<Text<'a>> = "RetrievingDeviceID" 32 max 64;
        }
    }
}

message! {
    /// A call is over for everybody, as a rule because its last party hung up.
    ///
    /// `CALL_CLEARED_EVENT` (13), from the server.
    pub struct CallClearedEvent<'a> = 13 "CALL_CLEARED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// One party has left a call; the others may go on talking.
    ///
    /// `CALL_CONNECTION_CLEARED_EVENT` (14), from the server.
    pub struct CallConnectionClearedEvent<'a> = 14 "CALL_CONNECTION_CLEARED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// What ReleasingDeviceID is; 0xffff (none) when it is not given. `ReleasingDeviceType`, USHORT.
            releasing_device_type: DeviceIdType = "ReleasingDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who left. On Unified CCE that does not prove who hung up first. `ReleasingDeviceID`, STRING, at most 64 bytes.
            releasing_device_id: Option<Text<'a>> = "ReleasingDeviceID" 33 max 64;
        }
    }
}

message! {
    /// The peripheral has begun to place an outgoing call.
    ///
    /// `CALL_ORIGINATED_EVENT` (15), from the server.
    pub struct CallOriginatedEvent<'a> = 15 "CALL_ORIGINATED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// What CallingDeviceID is; 0xffff (none) when it is not given. `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who called. `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
        }
    }
}

message! {
    /// A call could not be completed: busy, unreachable, refused.
    ///
    /// `CALL_FAILED_EVENT` (16), from the server.
    pub struct CallFailedEvent<'a> = 16 "CALL_FAILED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// What FailingDeviceID is; 0xffff (none) when it is not given. `FailingDeviceType`, USHORT.
            failing_device_type: DeviceIdType = "FailingDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Where the call failed. `FailingDeviceID`, STRING, at most 64 bytes.
            failing_device_id: Option<Text<'a>> = "FailingDeviceID" 34 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
        }
    }
}

message! {
    /// Two calls have become one conference. The parties stand in the list, the calls it was made of in the primary and
    /// secondary fields.
    ///
    /// `CALL_CONFERENCED_EVENT` (17), from the server.
    pub struct CallConferencedEvent<'a> = 17 "CALL_CONFERENCED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Kind of the first call's device part. Sources disagree about the table. `PrimaryDeviceIDType`, USHORT.
            primary_device_id_type: ConnectionDeviceIdType = "PrimaryDeviceIDType";
            /// The first of the two calls. `PrimaryCallID`, UINT.
            primary_call_id: u32 = "PrimaryCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            @count u16, "NumParties" of connected_parties;
            /// Kind of the second call's device part. Sources disagree about the table. `SecondaryDeviceIDType`, USHORT.
            secondary_device_id_type: ConnectionDeviceIdType = "SecondaryDeviceIDType";
            /// The second of the two calls. `SecondaryCallID`, UINT.
            secondary_call_id: u32 = "SecondaryCallID";
            /// What ControllerDeviceID is; 0xffff (none) when it is not given. `ControllerDeviceType`, USHORT.
            controller_device_type: DeviceIdType = "ControllerDeviceType";
            /// What AddedPartyDeviceID is; 0xffff (none) when it is not given. `AddedPartyDeviceType`, USHORT.
            added_party_device_type: DeviceIdType = "AddedPartyDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// Device part of the first call. `PrimaryDeviceID`, STRING, at most 64 bytes.
            primary_device_id: Option<Text<'a>> = "PrimaryDeviceID" 35 max 64 required true;
            /// Device part of the second call. `SecondaryDeviceID`, STRING, at most 64 bytes.
            secondary_device_id: Option<Text<'a>> = "SecondaryDeviceID" 36 max 64 required true;
            /// Who set up the conference. `ControllerDeviceID`, STRING, at most 64 bytes.
            controller_device_id: Option<Text<'a>> = "ControllerDeviceID" 37 max 64;
            /// Who was added. `AddedPartyDeviceID`, STRING, at most 64 bytes.
            added_party_device_id: Option<Text<'a>> = "AddedPartyDeviceID" 38 max 64;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: List<'a, ConnectedParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// A call went over to somebody else. The primary and secondary fields name the calls before, the list those who are
    /// connected now.
    ///
    /// `CALL_TRANSFERRED_EVENT` (18), from the server.
    pub struct CallTransferredEvent<'a> = 18 "CALL_TRANSFERRED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Kind of the first call's device part. Sources disagree about the table. `PrimaryDeviceIDType`, USHORT.
            primary_device_id_type: ConnectionDeviceIdType = "PrimaryDeviceIDType";
            /// The first of the two calls. `PrimaryCallID`, UINT.
            primary_call_id: u32 = "PrimaryCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            @count u16, "NumParties" of connected_parties;
            /// Kind of the second call's device part. Sources disagree about the table. `SecondaryDeviceIDType`, USHORT.
            secondary_device_id_type: ConnectionDeviceIdType = "SecondaryDeviceIDType";
            /// The second of the two calls. `SecondaryCallID`, UINT.
            secondary_call_id: u32 = "SecondaryCallID";
            /// What TransferringDeviceID is; 0xffff (none) when it is not given. `TransferringDeviceType`, USHORT.
            transferring_device_type: DeviceIdType = "TransferringDeviceType";
            /// What TransferredDeviceID is; 0xffff (none) when it is not given. `TransferredDeviceType`, USHORT.
            transferred_device_type: DeviceIdType = "TransferredDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// Device part of the first call. `PrimaryDeviceID`, STRING, at most 64 bytes.
            primary_device_id: Option<Text<'a>> = "PrimaryDeviceID" 35 max 64 required true;
            /// Device part of the second call. `SecondaryDeviceID`, STRING, at most 64 bytes.
            secondary_device_id: Option<Text<'a>> = "SecondaryDeviceID" 36 max 64 required true;
            /// Who transferred. `TransferringDeviceID`, STRING, at most 64 bytes.
            transferring_device_id: Option<Text<'a>> = "TransferringDeviceID" 42 max 64;
            /// Who the call went to. `TransferredDeviceID`, STRING, at most 64 bytes.
            transferred_device_id: Option<Text<'a>> = "TransferredDeviceID" 43 max 64;
            /// The list of `ConnectedPartyCallID` and what belongs to each.
            connected_parties: List<'a, ConnectedParty<'a>> = "ConnectedPartyCallID" 39 | 40 | 41;
        }
    }
}

message! {
    /// A call was taken away from where it had been delivered. Unified CCE peripherals do not send it.
    ///
    /// `CALL_DIVERTED_EVENT` (19), from the server.
    pub struct CallDivertedEvent<'a> = 19 "CALL_DIVERTED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// What DivertingDeviceID is; 0xffff (none) when it is not given. `DivertingDeviceType`, USHORT.
            diverting_device_type: DeviceIdType = "DivertingDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Where the call was taken from. `DivertingDeviceID`, STRING, at most 64 bytes.
            diverting_device_id: Option<Text<'a>> = "DivertingDeviceID" 44 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
        }
    }
}

message! {
    /// A phone went off-hook: dial tone, nothing dialled yet.
    ///
    /// `CALL_SERVICE_INITIATED_EVENT` (20), from the server.
    pub struct CallServiceInitiatedEvent<'a> = 20 "CALL_SERVICE_INITIATED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT.
            line_handle: u16 = "LineHandle";
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT.
            line_type: LineType = "LineType";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// The skill group as the peripheral numbers it; all ones for none. `SkillGroupNumber`, UINT.
            skill_group_number: u32 = "SkillGroupNumber";
            /// The skill group as Unified CCE numbers it; all ones for none. `SkillGroupID`, UINT.
            skill_group_id: u32 = "SkillGroupID";
            /// Priority of the group, or of the agent in it; 0 where it means nothing. `SkillGroupPriority`, USHORT.
            skill_group_priority: u16 = "SkillGroupPriority";
            /// What CallingDeviceID is; 0xffff (none) when it is not given. `CallingDeviceType`, USHORT, since protocol 5.
            calling_device_type: DeviceIdType = "CallingDeviceType" since 5;
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Who called. `CallingDeviceID`, STRING, at most 64 bytes, since protocol 5.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64 since 5;
            /// Identity of the call across all products, where Unified CM gives one. `CallReferenceID`, UNSPEC, at most 32 bytes, since
            /// protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// The call on whose behalf this consult call was made. `COCConnectionCallID`, UINT, since protocol 14.
            coc_connection_call_id: Option<u32> = "COCConnectionCallID" 229 since 14;
            /// Kind of that call's device part. `COCCallConnectionDeviceIDType`, USHORT, since protocol 14.
            coc_call_connection_device_id_type: Option<ConnectionDeviceIdType> = "COCCallConnectionDeviceIDType" 230 since 14;
            /// That call's device part. `COCCallConnectionDeviceID`, STRING, at most 64 bytes, since protocol 14.
            coc_call_connection_device_id: Option<Text<'a>> = "COCCallConnectionDeviceID" 231 max 64 since 14;
        }
    }
}

message! {
    /// A call waits in a queue. Unified CCE agent peripherals do not send it; calls there wait at a VRU.
    ///
    /// `CALL_QUEUED_EVENT` (21), from the server.
    pub struct CallQueuedEvent<'a> = 21 "CALL_QUEUED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// What QueueDeviceID is; 0xffff (none) when it is not given. `QueueDeviceType`, USHORT.
            queue_device_type: DeviceIdType = "QueueDeviceType";
            /// What CallingDeviceID is; 0xffff (none) when it is not given. `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// What LastRedirectDeviceID is; 0xffff (none) when it is not given. `LastRedirectDeviceType`, USHORT.
            last_redirect_device_type: DeviceIdType = "LastRedirectDeviceType";
            /// Calls in this queue now. `NumQueued`, USHORT.
            num_queued: u16 = "NumQueued";
            @count u16, "NumSkillGroups" of skill_groups;
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Where the call waits. `QueueDeviceID`, STRING, at most 64 bytes.
            queue_device_id: Option<Text<'a>> = "QueueDeviceID" 45 max 64;
            /// Who called. `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// Where the call was sent on from last. `LastRedirectDeviceID`, STRING, at most 64 bytes.
            last_redirect_device_id: Option<Text<'a>> = "LastRedirectDeviceID" 29 max 64;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: List<'a, QueuedSkillGroup> = "SkillGroupNumber" 62 | 63 | 64;
        }
    }
}

message! {
    /// A call is on its way to a peripheral of this gateway by translation route, and this is what it will bring. It has
    /// neither MonitorID nor PeripheralID; Unified CCE peripherals do not send it.
    ///
    /// `CALL_TRANSLATION_ROUTE_EVENT` (22), from the server.
    pub struct CallTranslationRouteEvent<'a> = 22 "CALL_TRANSLATION_ROUTE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// Number of the caller. `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
            /// Number that the call arrived on. `DNIS`, STRING, at most 32 bytes.
            dnis: Option<Text<'a>> = "DNIS" 10 max 32 required true;
            /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
            dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
            /// Digits that the caller typed at a VRU. `CallerEnteredDigits`, STRING, at most 40 bytes.
            caller_entered_digits: Option<Text<'a>> = "CallerEnteredDigits" 12 max 40;
            /// Day part of the router's key; the two (with the sequence number) identify a call for ever. `RouterCallKeyDay`, UINT.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 required true;
            /// Number of the call on that day. `RouterCallKeyCallID`, UINT.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 required true;
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 required true;
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
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
            /// What kind of line the caller has (ANI II digits); servers do not fill it. `ANI_II`, STRING, at most 2 bytes, since protocol
            /// 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// A call has something to do with this session from now on. It carries the first picture of the call's data and comes
    /// before every other event of the call.
    ///
    /// `BEGIN_CALL_EVENT` (23), from the server.
    pub struct BeginCallEvent<'a> = 23 "BEGIN_CALL_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            @count u16, "NumCTIClients" of cti_clients;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// What kind of call it is; 0xffff for none. `CallType`, USHORT.
            call_type: CallType = "CallType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// How the call ended, or how the called party answered. `CalledPartyDisposition`, USHORT, since protocol 8.
            called_party_disposition: DispositionCode = "CalledPartyDisposition" since 8;
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
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
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110;
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
            /// Identity of the call across all products, where Unified CM gives one. `CallReferenceID`, UNSPEC, at most 32 bytes, since
            /// protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// What kind of line the caller has (ANI II digits); servers do not fill it. `ANI_II`, STRING, at most 2 bytes, since protocol
            /// 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// The call has nothing to do with this session any more; no event of it follows.
    ///
    /// `END_CALL_EVENT` (24), from the server.
    pub struct EndCallEvent<'a> = 24 "END_CALL_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
        }
    }
}

message! {
    /// The data of a call changed, or the call got another identity (`new_connection_…`). Since protocol 22 it always
    /// carries all ECC variables of the call, everything else only where it changed.
    ///
    /// `CALL_DATA_UPDATE_EVENT` (25), from the server.
    pub struct CallDataUpdateEvent<'a> = 25 "CALL_DATA_UPDATE_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            @count u16, "NumCTIClients" of cti_clients;
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// What kind of call it is; 0xffff for none. `CallType`, USHORT.
            call_type: CallType = "CallType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Kind of the new device part. `NewConnectionDeviceIDType`, USHORT.
            new_connection_device_id_type: ConnectionDeviceIdType = "NewConnectionDeviceIDType";
            /// The call's new identity. `NewConnectionCallID`, UINT.
            new_connection_call_id: u32 = "NewConnectionCallID";
            /// How the call ended, or how the called party answered. `CalledPartyDisposition`, USHORT, since protocol 8.
            called_party_disposition: DispositionCode = "CalledPartyDisposition" since 8;
            /// Outbound campaign; 0 when there is none. `CampaignID`, UINT, since protocol 8.
            campaign_id: u32 = "CampaignID" since 8;
            /// Query rule of the campaign; 0 when there is none. `QueryRuleID`, UINT, since protocol 8.
            query_rule_id: u32 = "QueryRuleID" since 8;
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Device part of the new identity. `NewConnectionDeviceID`, STRING, at most 64 bytes.
            new_connection_device_id: Option<Text<'a>> = "NewConnectionDeviceID" 47 max 64 required true;
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
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110;
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
            /// Number that the campaign dialled. `CustomerPhoneNumber`, STRING, at most 20 bytes, since protocol 8.
            customer_phone_number: Option<Text<'a>> = "CustomerPhoneNumber" 95 max 20 since 8;
            /// Account of the customer that the campaign called. `CustomerAccountNumber`, STRING, at most 32 bytes, since protocol 8.
            customer_account_number: Option<Text<'a>> = "CustomerAccountNumber" 96 max 32 since 8;
            /// The list of `CTIClientSignature` and what belongs to each.
            cti_clients: List<'a, CtiClient<'a>> = "CTIClientSignature" 23 | 24;
            /// Identity of the call across all products, where Unified CM gives one. `CallReferenceID`, UNSPEC, at most 32 bytes, since
            /// protocol 14.
            call_reference_id: Option<Unspec<'a>> = "CallReferenceID" 223 max 32 since 14;
            /// What kind of line the caller has (ANI II digits); servers do not fill it. `ANI_II`, STRING, at most 2 bytes, since protocol
            /// 11.
            ani_ii: Option<Text<'a>> = "ANI_II" 215 max 2 since 11;
        }
    }
}

message! {
    /// An outgoing call has left for another network; no more may be heard of it until it is answered.
    ///
    /// `CALL_REACHED_NETWORK_EVENT` (34), from the server.
    pub struct CallReachedNetworkEvent<'a> = 34 "CALL_REACHED_NETWORK_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// Which line of the phone; 0xffff when not known. `LineHandle`, USHORT, since protocol 7.
            line_handle: u16 = "LineHandle" since 7;
            /// What the line is used for; 0xffff without a line. `LineType`, USHORT, since protocol 7.
            line_type: LineType = "LineType" since 7;
            /// What TrunkUsedDeviceID is; 0xffff (none) when it is not given. `TrunkUsedDeviceType`, USHORT.
            trunk_used_device_type: DeviceIdType = "TrunkUsedDeviceType";
            /// What CalledDeviceID is; 0xffff (none) when it is not given. `CalledDeviceType`, USHORT.
            called_device_type: DeviceIdType = "CalledDeviceType";
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// Trunk that the call left on. `TrunkUsedDeviceID`, STRING, at most 64 bytes.
            trunk_used_device_id: Option<Text<'a>> = "TrunkUsedDeviceID" 48 max 64;
            /// Who was called in the first place. `CalledDeviceID`, STRING, at most 64 bytes.
            called_device_id: Option<Text<'a>> = "CalledDeviceID" 28 max 64;
            /// Number of the trunk. `TrunkNumber`, UINT.
            trunk_number: Option<u32> = "TrunkNumber" 121;
            /// Number of the trunk group. `TrunkGroupNumber`, UINT.
            trunk_group_number: Option<u32> = "TrunkGroupNumber" 122;
        }
    }
}

message! {
    /// A call was taken out of a queue. Unified CCE agent peripherals do not send it.
    ///
    /// `CALL_DEQUEUED_EVENT` (86), from the server.
    pub struct CallDequeuedEvent<'a> = 86 "CALL_DEQUEUED_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT, since protocol 5.
            monitor_id: u32 = "MonitorID" since 5;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// The call. Two calls may share it (a call and its consult call), so identify connections by all three connection fields.
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            /// What QueueDeviceID is; 0xffff (none) when it is not given. `QueueDeviceType`, USHORT.
            queue_device_type: DeviceIdType = "QueueDeviceType";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
            /// The service as Unified CCE numbers it; 0xffffffff for none. `ServiceID`, UINT.
            service_id: u32 = "ServiceID";
            /// Calls in this queue now. `NumQueued`, USHORT.
            num_queued: u16 = "NumQueued";
            @count u16, "NumSkillGroups" of skill_groups;
            /// State of the connection that the event is about. `LocalConnectionState`, USHORT.
            local_connection_state: LocalConnectionState = "LocalConnectionState";
            /// Why it happened; mostly CEC_NONE, nothing to rely on. `EventCause`, USHORT.
            event_cause: EventCause = "EventCause";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64 required true;
            /// The list of `SkillGroupNumber` and what belongs to each.
            skill_groups: List<'a, DequeuedSkillGroup> = "SkillGroupNumber" 62 | 63 | 64;
        }
    }
}

message! {
    /// Call type or service of a call changed. The number comes from public codecs; the reference prints none, and its text
    /// names Unified CCX peripherals.
    ///
    /// `CALL_ATTRIBUTE_CHANGE_EVENT` (240), from the server.
    pub struct CallAttributeChangeEvent<'a> = 240 "CALL_ATTRIBUTE_CHANGE_EVENT" from Server {
        fixed {
            /// The monitor that caused the event; 0 for none, as in All Events sessions. `MonitorID`, UINT.
            monitor_id: u32 = "MonitorID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// What kind of ACD the peripheral is; 17 is Unified CCE. `PeripheralType`, USHORT.
            peripheral_type: PeripheralType = "PeripheralType";
            /// Whether the device part of the connection is static or dynamic. `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// Call type as Unified CCE numbers it; 0 where unchanged. `CallTypeID`, UINT.
            call_type_id: u32 = "CallTypeID";
            /// The service as the peripheral numbers it; 0xffffffff for none. `ServiceNumber`, UINT.
            service_number: u32 = "ServiceNumber";
        }
        floating {
            /// The device part of the connection; opaque, it need not be the extension. `ConnectionDeviceID`, STRING, at most 64 bytes.
            connection_device_id: Option<Text<'a>> = "ConnectionDeviceID" 25 max 64;
        }
    }
}

//! Call context data: setting it, releasing it, choosing which variables are sent (Call Data Update and Miscellaneous services).

use crate::protocol::list::List;
use crate::protocol::masks::CallVariableMask;
use crate::protocol::values::{CallType, ConnectionDeviceIdType, DeviceIdType, DispositionCode};
use crate::protocol::wire::{NamedArray, NamedVariable, Text, Unspec};

message! {
    /// Changes call variables, ECC variables, wrap-up data and other data of one call. What is left out stays as it is.
    ///
    /// `SET_CALL_DATA_REQ` (26), from the client, answered by [`SetCallDataConf`].
    pub struct SetCallDataReq<'a> = 26 "SET_CALL_DATA_REQ" from Client {
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
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// What kind of call it is; 0xffff for none. `CallType`, USHORT, since protocol 8.
            call_type: CallType = "CallType" since 8;
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
            /// Number of the caller. `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// User-to-user information of ISDN. `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
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
            /// Number that the campaign dialled. `CustomerPhoneNumber`, STRING, at most 20 bytes, since protocol 8.
            customer_phone_number: Option<Text<'a>> = "CustomerPhoneNumber" 95 max 20 since 8;
            /// Account of the customer that the campaign called. `CustomerAccountNumber`, STRING, at most 32 bytes, since protocol 8.
            customer_account_number: Option<Text<'a>> = "CustomerAccountNumber" 96 max 32 since 8;
            /// Day part of the router's key; the two (with the sequence number) identify a call for ever. `RouterCallKeyDay`, UINT, since
            /// protocol 14.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 since 14;
            /// Number of the call on that day. `RouterCallKeyCallID`, UINT, since protocol 14.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 since 14;
            /// Tells records of one call apart. `RouterCallKeySequenceNumber`, UINT, since protocol 14.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 since 14;
            /// `D` where a dialer placed the call. `CallOriginatedFrom`, UCHAR, since protocol 14.
            call_originated_from: Option<u8> = "CallOriginatedFrom" 232 since 14;
        }
    }
}

message! {
    /// The data is stored; it survives the session's sudden end.
    ///
    /// `SET_CALL_DATA_CONF` (27), from the server.
    pub struct SetCallDataConf = 27 "SET_CALL_DATA_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// The client is done with the data of a call that has ended, so that its record may be written before the wrap-up time
    /// is over. Hangs up nothing.
    ///
    /// `RELEASE_CALL_REQ` (28), from the client, answered by [`ReleaseCallConf`].
    pub struct ReleaseCallReq<'a> = 28 "RELEASE_CALL_REQ" from Client {
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
        }
    }
}

message! {
    /// Confirms [`ReleaseCallReq`].
    ///
    /// `RELEASE_CALL_CONF` (29), from the server.
    pub struct ReleaseCallConf = 29 "RELEASE_CALL_CONF" from Server {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Chooses the call variables and ECC variables that this session wants to get; a session that never asks gets all of
    /// them. An unknown ECC name is refused.
    ///
    /// `REGISTER_VARIABLES_REQ` (110), from the client, answered by [`RegisterVariablesConf`], since protocol 6.
    pub struct RegisterVariablesReq<'a> = 110 "REGISTER_VARIABLES_REQ" from Client since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// Which of the ten call variables are wanted. `CallVariableMask`, USHORT.
            call_variable_mask: CallVariableMask = "CallVariableMask";
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// ECC variables: name and value. All ECC data of one message together has at most 2000 bytes. `NamedVariable`, NAMEDVAR, at
            /// most 251 bytes, since protocol 6.
            named_variables: List<'a, NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// Elements of ECC arrays: index, name and value. `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: List<'a, NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
        }
    }
}

message! {
    /// Confirms [`RegisterVariablesReq`].
    ///
    /// `REGISTER_VARIABLES_CONF` (111), from the server, since protocol 6.
    pub struct RegisterVariablesConf = 111 "REGISTER_VARIABLES_CONF" from Server since 6 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Changes variables of an application path.
    ///
    /// `SET_APP_DATA_REQ` (129), from the client, answered by [`SetAppDataConf`], since protocol 8.
    pub struct SetAppDataReq<'a> = 129 "SET_APP_DATA_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {
            /// Application path, for media routing applications. `ApplicationPathID`, INT.
            application_path_id: Option<i32> = "ApplicationPathID" 97 required true;
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
            /// Call type as Unified CCE numbers it. `FltCallTypeID`, UINT, since protocol 14.
            flt_call_type_id: Option<u32> = "FltCallTypeID" 210 since 14;
            /// Ties the announcement and the answer to it together. `PreCallInvokeID`, UINT, since protocol 14.
            pre_call_invoke_id: Option<u32> = "PreCallInvokeID" 221 since 14;
        }
    }
}

message! {
    /// The variables are stored; they survive the session's sudden end.
    ///
    /// `SET_APP_DATA_CONF` (130), from the server, since protocol 8.
    pub struct SetAppDataConf = 130 "SET_APP_DATA_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// Sets the service, skill group and call type that calls of a dialer's port get.
    ///
    /// `SET_DEVICE_ATTRIBUTES_REQ` (141), from the client, answered by [`SetDeviceAttributesConf`], since protocol 8.
    pub struct SetDeviceAttributesReq<'a> = 141 "SET_DEVICE_ATTRIBUTES_REQ" from Client since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
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
            /// What kind of call it is; 0xffff for none. `CallType`, USHORT.
            call_type: CallType = "CallType";
            /// What CallingDeviceID is; 0xffff (none) when it is not given. `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
        }
        floating {
            /// Who called. `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64 required true;
        }
    }
}

message! {
    /// Confirms [`SetDeviceAttributesReq`].
    ///
    /// `SET_DEVICE_ATTRIBUTES_CONF` (142), from the server, since protocol 8.
    pub struct SetDeviceAttributesConf = 142 "SET_DEVICE_ATTRIBUTES_CONF" from Server since 8 {
        fixed {
            /// Chosen by whoever asks; the answer repeats it. `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

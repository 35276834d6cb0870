//! Call context data: setting it, releasing it, choosing which variables are sent (Call Data Update and Miscellaneous services).

use crate::protocol::masks::CallVariableMask;
use crate::protocol::values::{CallType, ConnectionDeviceIdType, DeviceIdType, DispositionCode};
use crate::protocol::wire::{NamedArray, NamedVariable, Text, Unspec};

message! {
    /// `SET_CALL_DATA_REQ` (26).
    pub struct SetCallDataReq<'a> = 26 "SET_CALL_DATA_REQ" from Client {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
            /// `ConnectionDeviceIDType`, USHORT.
            connection_device_id_type: ConnectionDeviceIdType = "ConnectionDeviceIDType";
            /// `ConnectionCallID`, UINT.
            connection_call_id: u32 = "ConnectionCallID";
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
            /// `CallType`, USHORT, since protocol 8.
            call_type: CallType = "CallType" since 8;
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
            /// `ANI`, STRING, at most 40 bytes.
            ani: Option<Text<'a>> = "ANI" 8 max 40;
            /// `UserToUserInfo`, UNSPEC, at most 131 bytes.
            user_to_user_info: Option<Unspec<'a>> = "UserToUserInfo" 9 max 131;
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
            /// `CustomerPhoneNumber`, STRING, at most 20 bytes, since protocol 8.
            customer_phone_number: Option<Text<'a>> = "CustomerPhoneNumber" 95 max 20 since 8;
            /// `CustomerAccountNumber`, STRING, at most 32 bytes, since protocol 8.
            customer_account_number: Option<Text<'a>> = "CustomerAccountNumber" 96 max 32 since 8;
            /// `RouterCallKeyDay`, UINT, since protocol 14.
            router_call_key_day: Option<u32> = "RouterCallKeyDay" 72 since 14;
            /// `RouterCallKeyCallID`, UINT, since protocol 14.
            router_call_key_call_id: Option<u32> = "RouterCallKeyCallID" 73 since 14;
            /// `RouterCallKeySequenceNumber`, UINT, since protocol 14.
            router_call_key_sequence_number: Option<u32> = "RouterCallKeySequenceNumber" 110 since 14;
            /// `CallOriginatedFrom`, UCHAR, since protocol 14.
            call_originated_from: Option<u8> = "CallOriginatedFrom" 232 since 14;
        }
    }
}

message! {
    /// `SET_CALL_DATA_CONF` (27).
    pub struct SetCallDataConf = 27 "SET_CALL_DATA_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `RELEASE_CALL_REQ` (28).
    pub struct ReleaseCallReq<'a> = 28 "RELEASE_CALL_REQ" from Client {
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
        }
    }
}

message! {
    /// `RELEASE_CALL_CONF` (29).
    pub struct ReleaseCallConf = 29 "RELEASE_CALL_CONF" from Server {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `REGISTER_VARIABLES_REQ` (110).
    pub struct RegisterVariablesReq<'a> = 110 "REGISTER_VARIABLES_REQ" from Client since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `CallVariableMask`, USHORT.
            call_variable_mask: CallVariableMask = "CallVariableMask";
            @tail
            @count u16, "NumNamedVariables" since 6 of named_variables;
            @count u16, "NumNamedArrays" since 6 of named_arrays;
        }
        floating {
            /// `NamedVariable`, NAMEDVAR, at most 251 bytes, since protocol 6.
            named_variables: Vec<NamedVariable<'a>> = "NamedVariable" 82 max 251 since 6;
            /// `NamedArray`, NAMEDARRAY, at most 252 bytes, since protocol 6.
            named_arrays: Vec<NamedArray<'a>> = "NamedArray" 83 max 252 since 6;
        }
    }
}

message! {
    /// `REGISTER_VARIABLES_CONF` (111).
    pub struct RegisterVariablesConf = 111 "REGISTER_VARIABLES_CONF" from Server since 6 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `SET_APP_DATA_REQ` (129).
    pub struct SetAppDataReq<'a> = 129 "SET_APP_DATA_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {
            /// `ApplicationPathID`, INT.
            application_path_id: Option<i32> = "ApplicationPathID" 97 required true;
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
            /// `FltCallTypeID`, UINT, since protocol 14.
            flt_call_type_id: Option<u32> = "FltCallTypeID" 210 since 14;
            /// `PreCallInvokeID`, UINT, since protocol 14.
            pre_call_invoke_id: Option<u32> = "PreCallInvokeID" 221 since 14;
        }
    }
}

message! {
    /// `SET_APP_DATA_CONF` (130).
    pub struct SetAppDataConf = 130 "SET_APP_DATA_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

message! {
    /// `SET_DEVICE_ATTRIBUTES_REQ` (141).
    pub struct SetDeviceAttributesReq<'a> = 141 "SET_DEVICE_ATTRIBUTES_REQ" from Client since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
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
            /// `CallType`, USHORT.
            call_type: CallType = "CallType";
            /// `CallingDeviceType`, USHORT.
            calling_device_type: DeviceIdType = "CallingDeviceType";
        }
        floating {
            /// `CallingDeviceID`, STRING, at most 64 bytes.
            calling_device_id: Option<Text<'a>> = "CallingDeviceID" 27 max 64 required true;
        }
    }
}

message! {
    /// `SET_DEVICE_ATTRIBUTES_CONF` (142).
    pub struct SetDeviceAttributesConf = 142 "SET_DEVICE_ATTRIBUTES_CONF" from Server since 8 {
        fixed {
            /// `InvokeID`, UINT.
            invoke_id: u32 = "InvokeID";
        }
        floating {}
    }
}

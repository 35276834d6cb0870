//! Configuration acquisition: keys, uploads, records.

use crate::protocol::masks::{ConfigMsgMask, DeskSettingsMask};
use crate::protocol::values::{
    AgentServiceType, AgentState, ConfigAgentType, ConfigDeviceType, ConfigEndStatus, ConfigKeyStatus, ConfigRecordType, ConfigType,
    WrapupDataMode,
};
use crate::protocol::wire::{Packed, Text, Unspec};

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `PeripheralNumber`, `OldPeripheralNumber` ….
    pub struct ServiceRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// `PeripheralNumber`, UINT.
        peripheral_number: Option<u32> = "PeripheralNumber" 184;
        /// `OldPeripheralNumber`, UINT.
        old_peripheral_number: Option<u32> = "OldPeripheralNumber" 213;
        /// `MaxQueued`, UINT.
        max_queued: Option<u32> = "MaxQueued" 129;
        /// `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// `ServiceSkillTargetID`, UINT.
        service_skill_target_id: Option<u32> = "ServiceSkillTargetID" 132;
        /// `PeripheralName`, STRING, at most 64 bytes.
        peripheral_name: Option<Text<'a>> = "PeripheralName" 133 max 64;
        /// `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// `ServiceLevelThreshold`, UINT.
        service_level_threshold: Option<u32> = "ServiceLevelThreshold" 174;
        /// `ServiceLevelType`, UINT.
        service_level_type: Option<u32> = "ServiceLevelType" 175;
        /// `ConfigParam`, STRING, at most 255 bytes.
        config_param: Option<Text<'a>> = "ConfigParam" 176 max 255;
        /// `FltMRDomainID`, UINT.
        flt_mr_domain_id: Option<u32> = "FltMRDomainID" 216;
        @count u16, "NumServiceMembers" 186 of service_member;
        /// `ServiceMember`, UINT.
        service_member: Packed<u32> = "ServiceMember" 187;
        /// `ServicePriority`, USHORT.
        service_priority: Packed<u16> = "ServicePriority" 188;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `PeripheralNumber`, `OldPeripheralNumber` ….
    pub struct SkillGroupRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// `PeripheralNumber`, UINT.
        peripheral_number: Option<u32> = "PeripheralNumber" 184;
        /// `OldPeripheralNumber`, UINT.
        old_peripheral_number: Option<u32> = "OldPeripheralNumber" 213;
        /// `FltSkillGroupPriority`, USHORT.
        flt_skill_group_priority: Option<u16> = "FltSkillGroupPriority" 64;
        /// `SkillGroupSkillTargetID`, UINT.
        skill_group_skill_target_id: Option<u32> = "SkillGroupSkillTargetID" 192;
        /// `AutoWork`, BOOL.
        auto_work: Option<bool> = "AutoWork" 185;
        /// `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// `PeripheralName`, STRING, at most 64 bytes.
        peripheral_name: Option<Text<'a>> = "PeripheralName" 133 max 64;
        /// `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// `FltMRDomainID`, UINT.
        flt_mr_domain_id: Option<u32> = "FltMRDomainID" 216;
        /// `FltPrecisionQueueID`, UINT, since protocol 22.
        flt_precision_queue_id: Option<u32> = "FltPrecisionQueueID" 264 since 22;
        /// `FltPrecisionQueueName`, STRING, at most 32 bytes, since protocol 22.
        flt_precision_queue_name: Option<Text<'a>> = "FltPrecisionQueueName" 265 max 32 since 22;
        /// `ConfigParam`, STRING, at most 255 bytes.
        config_param: Option<Text<'a>> = "ConfigParam" 176 max 255;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `ActiveTerminal`, `AgentType` ….
    pub struct AgentRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// `ActiveTerminal`, STRING, at most 64 bytes.
        active_terminal: Option<Text<'a>> = "ActiveTerminal" 303 max 64;
        /// `AgentType`, USHORT.
        agent_type: Option<ConfigAgentType> = "AgentType" 189;
        /// `AgentDeskSettingsID`, UINT, since protocol 22.
        agent_desk_settings_id: Option<u32> = "AgentDeskSettingsID" 267 since 22;
        /// `LoginID`, STRING, at most 64 bytes.
        login_id: Option<Text<'a>> = "LoginID" 190 max 64;
        /// `OldLoginID`, STRING, at most 64 bytes.
        old_login_id: Option<Text<'a>> = "OldLoginID" 214 max 64;
        /// `LoginName`, STRING, at most 255 bytes.
        login_name: Option<Text<'a>> = "LoginName" 207 max 255;
        /// `LastName`, STRING, at most 32 bytes.
        last_name: Option<Text<'a>> = "LastName" 138 max 32;
        /// `FirstName`, STRING, at most 32 bytes.
        first_name: Option<Text<'a>> = "FirstName" 137 max 32;
        /// `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// `AgentSkillTargetID`, UINT.
        agent_skill_target_id: Option<u32> = "AgentSkillTargetID" 141;
        @count u16, "NumSkills" 191 of flt_skill_group_number;
        /// `SSOEnabled`, USHORT, since protocol 20.
        sso_enabled: Option<u16> = "SSOEnabled" 257 since 20;
        @count u16, "NumMRDs" 261 since 21 of flt_agent_mrd_id;
        /// `FltSkillGroupNumber`, UINT.
        flt_skill_group_number: Packed<u32> = "FltSkillGroupNumber" 62;
        /// `FltSkillGroupPriority`, USHORT.
        flt_skill_group_priority: Packed<u16> = "FltSkillGroupPriority" 64;
        /// `FltAgentMRDID`, UINT, since protocol 21.
        flt_agent_mrd_id: Packed<u32> = "FltAgentMRDID" 262 since 21;
        /// `FltAgentMRDState`, USHORT, since protocol 21.
        flt_agent_mrd_state: Packed<AgentState> = "FltAgentMRDState" 263 since 21;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `PeripheralNumber`, `DeviceType` ….
    pub struct DeviceRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// `PeripheralNumber`, UINT.
        peripheral_number: Option<u32> = "PeripheralNumber" 184;
        /// `DeviceType`, USHORT.
        device_type: Option<ConfigDeviceType> = "DeviceType" 195;
        /// `MaxQueued`, UINT.
        max_queued: Option<u32> = "MaxQueued" 129;
        /// `FltServiceID`, UINT.
        flt_service_id: Option<u32> = "FltServiceID" 193;
        /// `DialedNumber`, STRING, at most 40 bytes.
        dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
        /// `DNIS`, STRING, at most 32 bytes.
        dnis: Option<Text<'a>> = "DNIS" 10 max 32;
        /// `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltCallTypeID`, `CustomerDefinitionID`, `EnterpriseName` ….
    pub struct CallTypeRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `FltCallTypeID`, UINT.
        flt_call_type_id: Option<u32> = "FltCallTypeID" 210;
        /// `CustomerDefinitionID`, UINT.
        customer_definition_id: Option<u32> = "CustomerDefinitionID" 211;
        /// `EnterpriseName`, STRING, at most 32 bytes.
        enterprise_name: Option<Text<'a>> = "EnterpriseName" 212 max 32;
        /// `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// `ServiceLevelThreshold`, UINT.
        service_level_threshold: Option<u32> = "ServiceLevelThreshold" 174;
        /// `ServiceLevelType`, UINT.
        service_level_type: Option<u32> = "ServiceLevelType" 175;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltMRDomainID`, `FltEnterpriseName`, `FltDescription` ….
    pub struct MrdRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `FltMRDomainID`, UINT.
        flt_mr_domain_id: Option<u32> = "FltMRDomainID" 216;
        /// `FltEnterpriseName`, STRING, at most 32 bytes.
        flt_enterprise_name: Option<Text<'a>> = "FltEnterpriseName" 212 max 32;
        /// `FltDescription`, STRING, at most 128 bytes.
        flt_description: Option<Text<'a>> = "FltDescription" 134 max 128;
        /// `FltMaxTaskDuration`, UINT.
        flt_max_task_duration: Option<u32> = "FltMaxTaskDuration" 250;
        /// `FltInterruptible`, BOOL.
        flt_interruptible: Option<bool> = "FltInterruptible" 251;
    }
}

group! {
    /// One entry of a list: `RecordType`, `ConfigPeripheralID`, `DefaultAgentDeskSettingsID`.
    pub struct PeripheralRecord {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `ConfigPeripheralID`, UINT.
        config_peripheral_id: Option<u32> = "ConfigPeripheralID" 271;
        /// `DefaultAgentDeskSettingsID`, UINT.
        default_agent_desk_settings_id: Option<u32> = "DefaultAgentDeskSettingsID" 272;
    }
}

group! {
    /// One entry of a list: `RecordType`, `AgentDeskSettingsID`, `FltDeskSettingsMask`, `FltWrapUpDataIncomingMode` ….
    pub struct DeskSettingsRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `AgentDeskSettingsID`, UINT.
        agent_desk_settings_id: Option<u32> = "AgentDeskSettingsID" 267;
        /// `FltDeskSettingsMask`, UINT.
        flt_desk_settings_mask: Option<DeskSettingsMask> = "FltDeskSettingsMask" 273;
        /// `FltWrapUpDataIncomingMode`, UINT.
        flt_wrap_up_data_incoming_mode: Option<WrapupDataMode> = "FltWrapUpDataIncomingMode" 274;
        /// `FltWrapUpDataOutgoingMode`, UINT.
        flt_wrap_up_data_outgoing_mode: Option<WrapupDataMode> = "FltWrapUpDataOutgoingMode" 275;
        /// `FltLogoutNonActivityTime`, UINT.
        flt_logout_non_activity_time: Option<u32> = "FltLogoutNonActivityTime" 276;
        /// `FltQualityRecordingRate`, UINT.
        flt_quality_recording_rate: Option<u32> = "FltQualityRecordingRate" 277;
        /// `FltRingNoAnswerTime`, UINT.
        flt_ring_no_answer_time: Option<u32> = "FltRingNoAnswerTime" 278;
        /// `FltSilentMonitorWarningMessage`, UINT.
        flt_silent_monitor_warning_message: Option<u32> = "FltSilentMonitorWarningMessage" 279;
        /// `FltSilentMonitorAudibleIndication`, UINT.
        flt_silent_monitor_audible_indication: Option<u32> = "FltSilentMonitorAudibleIndication" 280;
        /// `FltSupervisorAssistCallMethod`, UINT.
        flt_supervisor_assist_call_method: Option<u32> = "FltSupervisorAssistCallMethod" 281;
        /// `FltEmergencyCallMethod`, UINT.
        flt_emergency_call_method: Option<u32> = "FltEmergencyCallMethod" 282;
        /// `FltAutoRecordOnEmergency`, UINT.
        flt_auto_record_on_emergency: Option<u32> = "FltAutoRecordOnEmergency" 283;
        /// `FltRecordingMode`, UINT.
        flt_recording_mode: Option<u32> = "FltRecordingMode" 284;
        /// `FltWorkModeTimer`, UINT.
        flt_work_mode_timer: Option<u32> = "FltWorkModeTimer" 285;
        /// `FltRingNoAnswerDnId`, UINT.
        flt_ring_no_answer_dn_id: Option<u32> = "FltRingNoAnswerDnId" 286;
        /// `FltDefaultDevicePortAddress`, STRING, at most 32 bytes.
        flt_default_device_port_address: Option<Text<'a>> = "FltDefaultDevicePortAddress" 287 max 32;
        /// `PlayZipTone`, UINT.
        play_zip_tone: Option<u32> = "PlayZipTone" 307;
        /// `ACDSharedLineUsage`, UINT.
        acd_shared_line_usage: Option<u32> = "ACDSharedLineUsage" 306;
    }
}

group! {
    /// One entry of a list: `RecordType`, `TerminalType`, `TerminalDeviceName`, `TerminalTypeName` ….
    pub struct TerminalRecord<'a> {
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// `TerminalType`, USHORT.
        terminal_type: Option<u16> = "TerminalType" 302;
        /// `TerminalDeviceName`, STRING, at most 64 bytes.
        terminal_device_name: Option<Text<'a>> = "TerminalDeviceName" 303 max 64;
        /// `TerminalTypeName`, STRING, at most 100 bytes.
        terminal_type_name: Option<Text<'a>> = "TerminalTypeName" 304 max 100;
        @count u16, "NumInstruments" 305 of instruments;
        /// `Instrument`, STRING, at most 64 bytes.
        instruments: Vec<Text<'a>> = "Instrument" 6 max 64;
    }
}

group! {
    /// One entry of a list: `AgentSkillTargetID`, `NumOfEnabledServices`, `FltEnabledServices`, `RecordType`.
    pub struct AgentServiceRecord {
        /// `AgentSkillTargetID`, UINT.
        agent_skill_target_id: Option<u32> = "AgentSkillTargetID" 141;
        @count u16, "NumOfEnabledServices" 310 of flt_enabled_services;
        /// `FltEnabledServices`, USHORT.
        flt_enabled_services: Packed<AgentServiceType> = "FltEnabledServices" 309;
        /// `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
    }
}

message! {
    /// `CONFIG_REQUEST_KEY_EVENT` (230).
    pub struct ConfigRequestKeyEvent = 230 "CONFIG_REQUEST_KEY_EVENT" from Client {
        fixed {
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// `CustomerID`, UINT.
            customer_id: Option<u32> = "CustomerID" 131;
        }
    }
}

message! {
    /// `CONFIG_KEY_EVENT` (231).
    pub struct ConfigKeyEvent<'a> = 231 "CONFIG_KEY_EVENT" from Server {
        fixed {
            /// `ConfigKeyStatus`, UINT.
            config_key_status: ConfigKeyStatus = "ConfigKeyStatus";
        }
        floating {
            /// `ServiceConfigKey`, UNSPEC, at most 8 bytes.
            service_config_key: Option<Unspec<'a>> = "ServiceConfigKey" 177 max 8;
            /// `SkillGroupConfigKey`, UNSPEC, at most 8 bytes.
            skill_group_config_key: Option<Unspec<'a>> = "SkillGroupConfigKey" 178 max 8;
            /// `AgentConfigKey`, UNSPEC, at most 8 bytes.
            agent_config_key: Option<Unspec<'a>> = "AgentConfigKey" 179 max 8;
            /// `DeviceConfigKey`, UNSPEC, at most 8 bytes.
            device_config_key: Option<Unspec<'a>> = "DeviceConfigKey" 180 max 8;
            /// `CallTypeConfigKey`, UNSPEC, at most 8 bytes.
            call_type_config_key: Option<Unspec<'a>> = "CallTypeConfigKey" 209 max 8;
            /// `PeripheralConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            peripheral_config_key: Option<Unspec<'a>> = "PeripheralConfigKey" 269 max 8 since 22;
            /// `AgentDeskSettingsConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            agent_desk_settings_config_key: Option<Unspec<'a>> = "AgentDeskSettingsConfigKey" 270 max 8 since 22;
        }
    }
}

message! {
    /// `CONFIG_REQUEST_EVENT` (232).
    pub struct ConfigRequestEvent = 232 "CONFIG_REQUEST_EVENT" from Client {
        fixed {
            /// `ConfigInformation`, UINT.
            config_information: ConfigMsgMask = "ConfigInformation";
            /// `ConfigMsgMask`, UINT, since protocol 16.
            config_msg_mask: ConfigMsgMask = "ConfigMsgMask" since 16;
            /// `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// `CustomerID`, UINT.
            customer_id: Option<u32> = "CustomerID" 131;
        }
    }
}

message! {
    /// `CONFIG_BEGIN_EVENT` (233).
    pub struct ConfigBeginEvent<'a> = 233 "CONFIG_BEGIN_EVENT" from Server {
        fixed {
            /// `ConfigType`, USHORT.
            config_type: ConfigType = "ConfigType";
            /// `ConfigInformation`, UINT.
            config_information: ConfigMsgMask = "ConfigInformation";
        }
        floating {
            /// `ServiceConfigKey`, UNSPEC, at most 8 bytes.
            service_config_key: Option<Unspec<'a>> = "ServiceConfigKey" 177 max 8;
            /// `SkillGroupConfigKey`, UNSPEC, at most 8 bytes.
            skill_group_config_key: Option<Unspec<'a>> = "SkillGroupConfigKey" 178 max 8;
            /// `AgentConfigKey`, UNSPEC, at most 8 bytes.
            agent_config_key: Option<Unspec<'a>> = "AgentConfigKey" 179 max 8;
            /// `DeviceConfigKey`, UNSPEC, at most 8 bytes.
            device_config_key: Option<Unspec<'a>> = "DeviceConfigKey" 180 max 8;
            /// `CallTypeConfigKey`, UNSPEC, at most 8 bytes.
            call_type_config_key: Option<Unspec<'a>> = "CallTypeConfigKey" 209 max 8;
            /// `PeripheralConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            peripheral_config_key: Option<Unspec<'a>> = "PeripheralConfigKey" 269 max 8 since 22;
            /// `AgentDeskSettingsConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            agent_desk_settings_config_key: Option<Unspec<'a>> = "AgentDeskSettingsConfigKey" 270 max 8 since 22;
        }
    }
}

message! {
    /// `CONFIG_END_EVENT` (234).
    pub struct ConfigEndEvent<'a> = 234 "CONFIG_END_EVENT" from Server {
        fixed {
            /// `ConfigEndStatus`, UINT.
            config_end_status: ConfigEndStatus = "ConfigEndStatus";
        }
        floating {
            /// `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
        }
    }
}

message! {
    /// `CONFIG_SERVICE_EVENT` (235).
    pub struct ConfigServiceEvent<'a> = 235 "CONFIG_SERVICE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<ServiceRecord<'a>> = "RecordType" 183 | 208 | 184 | 213 | 129 | 173 | 132 | 133 | 134 | 174 | 175 | 176 | 216 | 186 | 187 | 188;
        }
    }
}

message! {
    /// `CONFIG_SKILL_GROUP_EVENT` (236).
    pub struct ConfigSkillGroupEvent<'a> = 236 "CONFIG_SKILL_GROUP_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<SkillGroupRecord<'a>> = "RecordType" 183 | 208 | 184 | 213 | 64 | 192 | 185 | 173 | 133 | 134 | 216 | 264 | 265 | 176;
        }
    }
}

message! {
    /// `CONFIG_AGENT_EVENT` (237).
    pub struct ConfigAgentEvent<'a> = 237 "CONFIG_AGENT_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<AgentRecord<'a>> = "RecordType" 183 | 208 | 303 | 189 | 267 | 190 | 214 | 207 | 138 | 137 | 173 | 134 | 141 | 191 | 257 | 261 | 62 | 64 | 262 | 263;
        }
    }
}

message! {
    /// `CONFIG_DEVICE_EVENT` (238).
    pub struct ConfigDeviceEvent<'a> = 238 "CONFIG_DEVICE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<DeviceRecord<'a>> = "RecordType" 183 | 208 | 184 | 195 | 129 | 193 | 11 | 10 | 173 | 134;
        }
    }
}

message! {
    /// `CONFIG_CALL_TYPE_EVENT` (245).
    pub struct ConfigCallTypeEvent<'a> = 245 "CONFIG_CALL_TYPE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<CallTypeRecord<'a>> = "RecordType" 183 | 210 | 211 | 212 | 134 | 174 | 175;
        }
    }
}

message! {
    /// `CONFIG_MRD_EVENT` (254).
    pub struct ConfigMrdEvent<'a> = 254 "CONFIG_MRD_EVENT" from Server since 20 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<MrdRecord<'a>> = "RecordType" 183 | 216 | 212 | 134 | 250 | 251;
        }
    }
}

message! {
    /// `CONFIG_PERIPHERAL_EVENT` (260).
    pub struct ConfigPeripheralEvent = 260 "CONFIG_PERIPHERAL_EVENT" from Server since 22 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<PeripheralRecord> = "RecordType" 183 | 271 | 272;
        }
    }
}

message! {
    /// `CONFIG_AGENT_DESK_SETTINGS_EVENT` (261).
    pub struct ConfigAgentDeskSettingsEvent<'a> = 261 "CONFIG_AGENT_DESK_SETTINGS_EVENT" from Server since 22 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<DeskSettingsRecord<'a>> = "RecordType" 183 | 267 | 273 | 274 | 275 | 276 | 277 | 278 | 279 | 280 | 281 | 282 | 283 | 284 | 285 | 286 | 287 | 307 | 306;
        }
    }
}

message! {
    /// `CONFIG_TERMINAL_EVENT` (276).
    pub struct ConfigTerminalEvent<'a> = 276 "CONFIG_TERMINAL_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: Vec<TerminalRecord<'a>> = "RecordType" 183 | 302 | 303 | 304 | 305 | 6;
        }
    }
}

message! {
    /// `CONFIG_AGENT_SERVICE_EVENT` (282).
    pub struct ConfigAgentServiceEvent = 282 "CONFIG_AGENT_SERVICE_EVENT" from Server since 24 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `AgentSkillTargetID` and what belongs to each.
            records: Vec<AgentServiceRecord> = "AgentSkillTargetID" 141 | 310 | 309 | 183;
        }
    }
}

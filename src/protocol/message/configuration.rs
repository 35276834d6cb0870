//! Configuration acquisition: keys, uploads, records.

use crate::protocol::list::{List, Packed};
use crate::protocol::masks::{ConfigMsgMask, DeskSettingsMask};
use crate::protocol::values::{
    AgentServiceType, AgentState, ConfigAgentType, ConfigDeviceType, ConfigEndStatus, ConfigKeyStatus, ConfigRecordType, ConfigType,
    WrapupDataMode,
};
use crate::protocol::wire::{Text, Unspec};

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `PeripheralNumber`, `OldPeripheralNumber` ….
    pub struct ServiceRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// The peripheral of this entry. `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// Number at the peripheral; key of the record. `PeripheralNumber`, UINT.
        peripheral_number: Option<u32> = "PeripheralNumber" 184;
        /// Number before a change. `OldPeripheralNumber`, UINT.
        old_peripheral_number: Option<u32> = "OldPeripheralNumber" 213;
        /// How many calls may wait. `MaxQueued`, UINT.
        max_queued: Option<u32> = "MaxQueued" 129;
        /// Extension. `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// The service's skill target id. `ServiceSkillTargetID`, UINT.
        service_skill_target_id: Option<u32> = "ServiceSkillTargetID" 132;
        /// Name at the peripheral. `PeripheralName`, STRING, at most 64 bytes.
        peripheral_name: Option<Text<'a>> = "PeripheralName" 133 max 64;
        /// Description. `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// Seconds within which calls should be answered. `ServiceLevelThreshold`, UINT.
        service_level_threshold: Option<u32> = "ServiceLevelThreshold" 174;
        /// How abandoned calls count. `ServiceLevelType`, UINT.
        service_level_type: Option<u32> = "ServiceLevelType" 175;
        /// Parameters of the peripheral. `ConfigParam`, STRING, at most 255 bytes.
        config_param: Option<Text<'a>> = "ConfigParam" 176 max 255;
        /// Media routing domain. `FltMRDomainID`, UINT.
        flt_mr_domain_id: Option<u32> = "FltMRDomainID" 216;
        @count u16, "NumServiceMembers" 186 of service_member;
        /// Peripheral numbers of the member skill groups; packed in one field. `ServiceMember`, UINT.
        service_member: Packed<'a, u32> = "ServiceMember" 187;
        /// Priority of each member; packed in one field. `ServicePriority`, USHORT.
        service_priority: Packed<'a, u16> = "ServicePriority" 188;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `PeripheralNumber`, `OldPeripheralNumber` ….
    pub struct SkillGroupRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// The peripheral of this entry. `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// Number at the peripheral; key of the record. `PeripheralNumber`, UINT.
        peripheral_number: Option<u32> = "PeripheralNumber" 184;
        /// Number before a change. `OldPeripheralNumber`, UINT.
        old_peripheral_number: Option<u32> = "OldPeripheralNumber" 213;
        /// Priority in the group; 0 on Unified CCE. `FltSkillGroupPriority`, USHORT.
        flt_skill_group_priority: Option<u16> = "FltSkillGroupPriority" 64;
        /// The group's skill target id. `SkillGroupSkillTargetID`, UINT.
        skill_group_skill_target_id: Option<u32> = "SkillGroupSkillTargetID" 192;
        /// Whether wrap-up begins by itself. Tag from the Unified CCX guide; the tag table has another name for it. `AutoWork`, BOOL.
        auto_work: Option<bool> = "AutoWork" 185;
        /// Extension. `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// Name at the peripheral. `PeripheralName`, STRING, at most 64 bytes.
        peripheral_name: Option<Text<'a>> = "PeripheralName" 133 max 64;
        /// Description. `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// Media routing domain. `FltMRDomainID`, UINT.
        flt_mr_domain_id: Option<u32> = "FltMRDomainID" 216;
        /// Precision queue behind the group. `FltPrecisionQueueID`, UINT, since protocol 22.
        flt_precision_queue_id: Option<u32> = "FltPrecisionQueueID" 264 since 22;
        /// Name of the precision queue. `FltPrecisionQueueName`, STRING, at most 32 bytes, since protocol 22.
        flt_precision_queue_name: Option<Text<'a>> = "FltPrecisionQueueName" 265 max 32 since 22;
        /// Parameters of the peripheral. `ConfigParam`, STRING, at most 255 bytes.
        config_param: Option<Text<'a>> = "ConfigParam" 176 max 255;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `ActiveTerminal`, `AgentType` ….
    pub struct AgentRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// The peripheral of this entry. `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// The device in use, where several share the extension. `ActiveTerminal`, STRING, at most 64 bytes.
        active_terminal: Option<Text<'a>> = "ActiveTerminal" 303 max 64;
        /// Kind of agent. `AgentType`, USHORT.
        agent_type: Option<ConfigAgentType> = "AgentType" 189;
        /// Desk settings; all ones for the default ones. `AgentDeskSettingsID`, UINT, since protocol 22.
        agent_desk_settings_id: Option<u32> = "AgentDeskSettingsID" 267 since 22;
        /// The agent's id at the peripheral; key of the record. `LoginID`, STRING, at most 64 bytes.
        login_id: Option<Text<'a>> = "LoginID" 190 max 64;
        /// Id before a change. `OldLoginID`, STRING, at most 64 bytes.
        old_login_id: Option<Text<'a>> = "OldLoginID" 214 max 64;
        /// Login name; servers cut it to 32 bytes before protocol 20. `LoginName`, STRING, at most 255 bytes.
        login_name: Option<Text<'a>> = "LoginName" 207 max 255;
        /// Family name. `LastName`, STRING, at most 32 bytes.
        last_name: Option<Text<'a>> = "LastName" 138 max 32;
        /// Given name. `FirstName`, STRING, at most 32 bytes.
        first_name: Option<Text<'a>> = "FirstName" 137 max 32;
        /// Extension. `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// Description. `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// The agent's skill target id. `AgentSkillTargetID`, UINT.
        agent_skill_target_id: Option<u32> = "AgentSkillTargetID" 141;
        @count u16, "NumSkills" 191 of flt_skill_group_number;
        /// 1 if the agent signs in by single sign-on. `SSOEnabled`, USHORT, since protocol 20.
        sso_enabled: Option<u16> = "SSOEnabled" 257 since 20;
        @count u16, "NumMRDs" 261 since 21 of flt_agent_mrd_id;
        /// The skill group as the peripheral numbers it. `FltSkillGroupNumber`, UINT.
        flt_skill_group_number: Packed<'a, u32> = "FltSkillGroupNumber" 62;
        /// Priority in the group; 0 on Unified CCE. `FltSkillGroupPriority`, USHORT.
        flt_skill_group_priority: Packed<'a, u16> = "FltSkillGroupPriority" 64;
        /// Media routing domains of the agent; packed in one field. `FltAgentMRDID`, UINT, since protocol 21.
        flt_agent_mrd_id: Packed<'a, u32> = "FltAgentMRDID" 262 since 21;
        /// The agent's state in each of them; packed in one field. `FltAgentMRDState`, USHORT, since protocol 21.
        flt_agent_mrd_state: Packed<'a, AgentState> = "FltAgentMRDState" 263 since 21;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltPeripheralID`, `PeripheralNumber`, `DeviceType` ….
    pub struct DeviceRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// The peripheral of this entry. `FltPeripheralID`, UINT.
        flt_peripheral_id: Option<u32> = "FltPeripheralID" 208;
        /// Number at the peripheral; key of the record. `PeripheralNumber`, UINT.
        peripheral_number: Option<u32> = "PeripheralNumber" 184;
        /// Kind of device. `DeviceType`, USHORT.
        device_type: Option<ConfigDeviceType> = "DeviceType" 195;
        /// How many calls may wait. `MaxQueued`, UINT.
        max_queued: Option<u32> = "MaxQueued" 129;
        /// Service of the device. `FltServiceID`, UINT.
        flt_service_id: Option<u32> = "FltServiceID" 193;
        /// Number that was, or is to be, dialled. `DialedNumber`, STRING, at most 40 bytes.
        dialed_number: Option<Text<'a>> = "DialedNumber" 11 max 40;
        /// Number that the call arrived on. `DNIS`, STRING, at most 32 bytes.
        dnis: Option<Text<'a>> = "DNIS" 10 max 32;
        /// Extension. `Extension`, STRING, at most 16 bytes.
        extension: Option<Text<'a>> = "Extension" 173 max 16;
        /// Description. `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltCallTypeID`, `CustomerDefinitionID`, `EnterpriseName` ….
    pub struct CallTypeRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// Call type as Unified CCE numbers it. `FltCallTypeID`, UINT.
        flt_call_type_id: Option<u32> = "FltCallTypeID" 210;
        /// Customer; 0 on Unified CCE. `CustomerDefinitionID`, UINT.
        customer_definition_id: Option<u32> = "CustomerDefinitionID" 211;
        /// Name in Unified CCE. `EnterpriseName`, STRING, at most 32 bytes.
        enterprise_name: Option<Text<'a>> = "EnterpriseName" 212 max 32;
        /// Description. `Description`, STRING, at most 128 bytes.
        description: Option<Text<'a>> = "Description" 134 max 128;
        /// Seconds within which calls should be answered. `ServiceLevelThreshold`, UINT.
        service_level_threshold: Option<u32> = "ServiceLevelThreshold" 174;
        /// How abandoned calls count. `ServiceLevelType`, UINT.
        service_level_type: Option<u32> = "ServiceLevelType" 175;
    }
}

group! {
    /// One entry of a list: `RecordType`, `FltMRDomainID`, `FltEnterpriseName`, `FltDescription` ….
    pub struct MrdRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// Media routing domain. `FltMRDomainID`, UINT.
        flt_mr_domain_id: Option<u32> = "FltMRDomainID" 216;
        /// Name in Unified CCE. `FltEnterpriseName`, STRING, at most 32 bytes.
        flt_enterprise_name: Option<Text<'a>> = "FltEnterpriseName" 212 max 32;
        /// Description. `FltDescription`, STRING, at most 128 bytes.
        flt_description: Option<Text<'a>> = "FltDescription" 134 max 128;
        /// Seconds that a task may last. `FltMaxTaskDuration`, UINT.
        flt_max_task_duration: Option<u32> = "FltMaxTaskDuration" 250;
        /// Whether tasks may be interrupted. `FltInterruptible`, BOOL.
        flt_interruptible: Option<bool> = "FltInterruptible" 251;
    }
}

group! {
    /// One entry of a list: `RecordType`, `ConfigPeripheralID`, `DefaultAgentDeskSettingsID`.
    pub struct PeripheralRecord {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// The peripheral. `ConfigPeripheralID`, UINT.
        config_peripheral_id: Option<u32> = "ConfigPeripheralID" 271;
        /// Desk settings of agents that have none of their own. `DefaultAgentDeskSettingsID`, UINT.
        default_agent_desk_settings_id: Option<u32> = "DefaultAgentDeskSettingsID" 272;
    }
}

group! {
    /// One entry of a list: `RecordType`, `AgentDeskSettingsID`, `FltDeskSettingsMask`, `FltWrapUpDataIncomingMode` ….
    pub struct DeskSettingsRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// Desk settings; all ones for the default ones. `AgentDeskSettingsID`, UINT.
        agent_desk_settings_id: Option<u32> = "AgentDeskSettingsID" 267;
        /// Which of the yes/no settings are on. `FltDeskSettingsMask`, UINT.
        flt_desk_settings_mask: Option<DeskSettingsMask> = "FltDeskSettingsMask" 273;
        /// Wrap-up after incoming calls: required, optional, not allowed, required with data. `FltWrapUpDataIncomingMode`, UINT.
        flt_wrap_up_data_incoming_mode: Option<WrapupDataMode> = "FltWrapUpDataIncomingMode" 274;
        /// Wrap-up after outgoing calls: required, optional or not allowed. `FltWrapUpDataOutgoingMode`, UINT.
        flt_wrap_up_data_outgoing_mode: Option<WrapupDataMode> = "FltWrapUpDataOutgoingMode" 275;
        /// Seconds without activity until the agent is signed out; all ones for never (inferred). `FltLogoutNonActivityTime`, UINT.
        flt_logout_non_activity_time: Option<u32> = "FltLogoutNonActivityTime" 276;
        /// How often calls are recorded for quality. `FltQualityRecordingRate`, UINT.
        flt_quality_recording_rate: Option<u32> = "FltQualityRecordingRate" 277;
        /// Seconds of ringing until the call goes elsewhere; all ones for not configured (inferred). `FltRingNoAnswerTime`, UINT.
        flt_ring_no_answer_time: Option<u32> = "FltRingNoAnswerTime" 278;
        /// Whether the agent sees that somebody listens in. `FltSilentMonitorWarningMessage`, UINT.
        flt_silent_monitor_warning_message: Option<u32> = "FltSilentMonitorWarningMessage" 279;
        /// Whether the agent hears it. `FltSilentMonitorAudibleIndication`, UINT.
        flt_silent_monitor_audible_indication: Option<u32> = "FltSilentMonitorAudibleIndication" 280;
        /// Blind conference if set, else consult call. `FltSupervisorAssistCallMethod`, UINT.
        flt_supervisor_assist_call_method: Option<u32> = "FltSupervisorAssistCallMethod" 281;
        /// Blind conference if set, else consult call. `FltEmergencyCallMethod`, UINT.
        flt_emergency_call_method: Option<u32> = "FltEmergencyCallMethod" 282;
        /// Whether emergency calls are recorded. `FltAutoRecordOnEmergency`, UINT.
        flt_auto_record_on_emergency: Option<u32> = "FltAutoRecordOnEmergency" 283;
        /// Whether recording goes through Unified CM. `FltRecordingMode`, UINT.
        flt_recording_mode: Option<u32> = "FltRecordingMode" 284;
        /// Seconds of wrap-up (unit inferred). `FltWorkModeTimer`, UINT.
        flt_work_mode_timer: Option<u32> = "FltWorkModeTimer" 285;
        /// Dialled number that an unanswered call goes to, as Unified CCE numbers it. `FltRingNoAnswerDnId`, UINT.
        flt_ring_no_answer_dn_id: Option<u32> = "FltRingNoAnswerDnId" 286;
        /// Address of the default device. `FltDefaultDevicePortAddress`, STRING, at most 32 bytes.
        flt_default_device_port_address: Option<Text<'a>> = "FltDefaultDevicePortAddress" 287 max 32;
        /// Whether a tone announces calls; not in older editions. `PlayZipTone`, UINT.
        play_zip_tone: Option<u32> = "PlayZipTone" 307;
        /// Whether shared lines may be used; not in older editions. `ACDSharedLineUsage`, UINT.
        acd_shared_line_usage: Option<u32> = "ACDSharedLineUsage" 306;
    }
}

group! {
    /// One entry of a list: `RecordType`, `TerminalType`, `TerminalDeviceName`, `TerminalTypeName` ….
    pub struct TerminalRecord<'a> {
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
        /// Kind of terminal. `TerminalType`, USHORT.
        terminal_type: Option<u16> = "TerminalType" 302;
        /// Name of the terminal; key of the record. `TerminalDeviceName`, STRING, at most 64 bytes.
        terminal_device_name: Option<Text<'a>> = "TerminalDeviceName" 303 max 64;
        /// Name of its kind. `TerminalTypeName`, STRING, at most 100 bytes.
        terminal_type_name: Option<Text<'a>> = "TerminalTypeName" 304 max 100;
        @count u16, "NumInstruments" 305 of instruments;
        /// Extensions on the terminal. `Instrument`, STRING, at most 64 bytes.
        instruments: List<'a, Text<'a>> = "Instrument" 6 max 64;
    }
}

group! {
    /// One entry of a list: `AgentSkillTargetID`, `NumOfEnabledServices`, `FltEnabledServices`, `RecordType`.
    pub struct AgentServiceRecord<'a> {
        /// The agent's skill target id. `AgentSkillTargetID`, UINT.
        agent_skill_target_id: Option<u32> = "AgentSkillTargetID" 141;
        @count u16, "NumOfEnabledServices" 310 of flt_enabled_services;
        /// Agent services that are on; packed in one field. `FltEnabledServices`, USHORT.
        flt_enabled_services: Packed<'a, AgentServiceType> = "FltEnabledServices" 309;
        /// Whether the record was added, changed or deleted; begins each record. `RecordType`, USHORT.
        record_type: Option<ConfigRecordType> = "RecordType" 183 required true;
    }
}

message! {
    /// Asks for the keys of the configuration, to see whether anything changed since the last upload. Configuration
    /// messages have no InvokeID: only one question may be open.
    ///
    /// `CONFIG_REQUEST_KEY_EVENT` (230), from the client, answered by [`ConfigKeyEvent`].
    pub struct ConfigRequestKeyEvent = 230 "CONFIG_REQUEST_KEY_EVENT" from Client {
        fixed {
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// Customer; Unified CCE does not use it. `CustomerID`, UINT.
            customer_id: Option<u32> = "CustomerID" 131;
        }
    }
}

message! {
    /// The keys of the configuration, eight bytes for each kind; another key means other content, all zero means that an
    /// upload is needed.
    ///
    /// `CONFIG_KEY_EVENT` (231), from the server.
    pub struct ConfigKeyEvent<'a> = 231 "CONFIG_KEY_EVENT" from Server {
        fixed {
            /// Whether the keys could be given. `ConfigKeyStatus`, UINT.
            config_key_status: ConfigKeyStatus = "ConfigKeyStatus";
        }
        floating {
            /// Key of the services. `ServiceConfigKey`, UNSPEC, at most 8 bytes.
            service_config_key: Option<Unspec<'a>> = "ServiceConfigKey" 177 max 8;
            /// Key of the skill groups. `SkillGroupConfigKey`, UNSPEC, at most 8 bytes.
            skill_group_config_key: Option<Unspec<'a>> = "SkillGroupConfigKey" 178 max 8;
            /// Key of the agents. `AgentConfigKey`, UNSPEC, at most 8 bytes.
            agent_config_key: Option<Unspec<'a>> = "AgentConfigKey" 179 max 8;
            /// Key of the devices. `DeviceConfigKey`, UNSPEC, at most 8 bytes.
            device_config_key: Option<Unspec<'a>> = "DeviceConfigKey" 180 max 8;
            /// Key of the call types. `CallTypeConfigKey`, UNSPEC, at most 8 bytes.
            call_type_config_key: Option<Unspec<'a>> = "CallTypeConfigKey" 209 max 8;
            /// Key of the peripherals. `PeripheralConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            peripheral_config_key: Option<Unspec<'a>> = "PeripheralConfigKey" 269 max 8 since 22;
            /// Key of the desk settings. `AgentDeskSettingsConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            agent_desk_settings_config_key: Option<Unspec<'a>> = "AgentDeskSettingsConfigKey" 270 max 8 since 22;
        }
    }
}

message! {
    /// Asks for configuration records and, later, for their changes. Records come between [`ConfigBeginEvent`] and
    /// [`ConfigEndEvent`].
    ///
    /// `CONFIG_REQUEST_EVENT` (232), from the client, answered by [`ConfigBeginEvent`].
    pub struct ConfigRequestEvent = 232 "CONFIG_REQUEST_EVENT" from Client {
        fixed {
            /// Which kinds of records: what to upload now; 0 only begins the updates. `ConfigInformation`, UINT.
            config_information: ConfigMsgMask = "ConfigInformation";
            /// Kinds of configuration wanted. `ConfigMsgMask`, UINT, since protocol 16.
            config_msg_mask: ConfigMsgMask = "ConfigMsgMask" since 16;
            /// The peripheral (ACD or Unified CM) as Unified CCE numbers it; 0xffffffff for none. `PeripheralID`, UINT.
            peripheral_id: u32 = "PeripheralID";
        }
        floating {
            /// Customer; Unified CCE does not use it. `CustomerID`, UINT.
            customer_id: Option<u32> = "CustomerID" 131;
        }
    }
}

message! {
    /// Configuration records follow.
    ///
    /// `CONFIG_BEGIN_EVENT` (233), from the server.
    pub struct ConfigBeginEvent<'a> = 233 "CONFIG_BEGIN_EVENT" from Server {
        fixed {
            /// Whether this is the first upload or an update. `ConfigType`, USHORT.
            config_type: ConfigType = "ConfigType";
            /// Which kinds of records: what to upload now; 0 only begins the updates. `ConfigInformation`, UINT.
            config_information: ConfigMsgMask = "ConfigInformation";
        }
        floating {
            /// Key of the services. `ServiceConfigKey`, UNSPEC, at most 8 bytes.
            service_config_key: Option<Unspec<'a>> = "ServiceConfigKey" 177 max 8;
            /// Key of the skill groups. `SkillGroupConfigKey`, UNSPEC, at most 8 bytes.
            skill_group_config_key: Option<Unspec<'a>> = "SkillGroupConfigKey" 178 max 8;
            /// Key of the agents. `AgentConfigKey`, UNSPEC, at most 8 bytes.
            agent_config_key: Option<Unspec<'a>> = "AgentConfigKey" 179 max 8;
            /// Key of the devices. `DeviceConfigKey`, UNSPEC, at most 8 bytes.
            device_config_key: Option<Unspec<'a>> = "DeviceConfigKey" 180 max 8;
            /// Key of the call types. `CallTypeConfigKey`, UNSPEC, at most 8 bytes.
            call_type_config_key: Option<Unspec<'a>> = "CallTypeConfigKey" 209 max 8;
            /// Key of the peripherals. `PeripheralConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            peripheral_config_key: Option<Unspec<'a>> = "PeripheralConfigKey" 269 max 8 since 22;
            /// Key of the desk settings. `AgentDeskSettingsConfigKey`, UNSPEC, at most 8 bytes, since protocol 22.
            agent_desk_settings_config_key: Option<Unspec<'a>> = "AgentDeskSettingsConfigKey" 270 max 8 since 22;
        }
    }
}

message! {
    /// The records are complete, or a part of them is (status PARTIAL).
    ///
    /// `CONFIG_END_EVENT` (234), from the server.
    pub struct ConfigEndEvent<'a> = 234 "CONFIG_END_EVENT" from Server {
        fixed {
            /// Whether the records are complete. `ConfigEndStatus`, UINT.
            config_end_status: ConfigEndStatus = "ConfigEndStatus";
        }
        floating {
            /// Text for people. `Text`, STRING, at most 255 bytes.
            text: Option<Text<'a>> = "Text" 7 max 255;
        }
    }
}

message! {
    /// Services of a peripheral, up to ten records a message.
    ///
    /// `CONFIG_SERVICE_EVENT` (235), from the server.
    pub struct ConfigServiceEvent<'a> = 235 "CONFIG_SERVICE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, ServiceRecord<'a>> = "RecordType" 183 | 208 | 184 | 213 | 129 | 173 | 132 | 133 | 134 | 174 | 175 | 176 | 216 | 186 | 187 | 188;
        }
    }
}

message! {
    /// Skill groups and precision queues, up to ten records a message. Some public code of protocols 15 to 18 has other
    /// messages under this number.
    ///
    /// `CONFIG_SKILL_GROUP_EVENT` (236), from the server.
    pub struct ConfigSkillGroupEvent<'a> = 236 "CONFIG_SKILL_GROUP_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, SkillGroupRecord<'a>> = "RecordType" 183 | 208 | 184 | 213 | 64 | 192 | 185 | 173 | 133 | 134 | 216 | 264 | 265 | 176;
        }
    }
}

message! {
    /// Agents, up to ten records a message.
    ///
    /// `CONFIG_AGENT_EVENT` (237), from the server.
    pub struct ConfigAgentEvent<'a> = 237 "CONFIG_AGENT_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, AgentRecord<'a>> = "RecordType" 183 | 208 | 303 | 189 | 267 | 190 | 214 | 207 | 138 | 137 | 173 | 134 | 141 | 191 | 257 | 261 | 62 | 64 | 262 | 263;
        }
    }
}

message! {
    /// Devices, up to ten records a message: phones, route points, ports.
    ///
    /// `CONFIG_DEVICE_EVENT` (238), from the server.
    pub struct ConfigDeviceEvent<'a> = 238 "CONFIG_DEVICE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, DeviceRecord<'a>> = "RecordType" 183 | 208 | 184 | 195 | 129 | 193 | 11 | 10 | 173 | 134;
        }
    }
}

message! {
    /// Call types, up to ten records a message.
    ///
    /// `CONFIG_CALL_TYPE_EVENT` (245), from the server.
    pub struct ConfigCallTypeEvent<'a> = 245 "CONFIG_CALL_TYPE_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, CallTypeRecord<'a>> = "RecordType" 183 | 210 | 211 | 212 | 134 | 174 | 175;
        }
    }
}

message! {
    /// Media routing domains, up to ten records a message. The layout chapter prints 245, the list of types 254.
    ///
    /// `CONFIG_MRD_EVENT` (254), from the server, since protocol 20.
    pub struct ConfigMrdEvent<'a> = 254 "CONFIG_MRD_EVENT" from Server since 20 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, MrdRecord<'a>> = "RecordType" 183 | 216 | 212 | 134 | 250 | 251;
        }
    }
}

message! {
    /// Peripherals, up to ten records a message.
    ///
    /// `CONFIG_PERIPHERAL_EVENT` (260), from the server, since protocol 22.
    pub struct ConfigPeripheralEvent<'a> = 260 "CONFIG_PERIPHERAL_EVENT" from Server since 22 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, PeripheralRecord> = "RecordType" 183 | 271 | 272;
        }
    }
}

message! {
    /// Desk settings, up to ten records a message.
    ///
    /// `CONFIG_AGENT_DESK_SETTINGS_EVENT` (261), from the server, since protocol 22.
    pub struct ConfigAgentDeskSettingsEvent<'a> = 261 "CONFIG_AGENT_DESK_SETTINGS_EVENT" from Server since 22 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, DeskSettingsRecord<'a>> = "RecordType" 183 | 267 | 273 | 274 | 275 | 276 | 277 | 278 | 279 | 280 | 281 | 282 | 283 | 284 | 285 | 286 | 287 | 307 | 306;
        }
    }
}

message! {
    /// Terminals and the extensions on them; records are added and deleted, never changed. The list of types does not have
    /// it.
    ///
    /// `CONFIG_TERMINAL_EVENT` (276), from the server.
    pub struct ConfigTerminalEvent<'a> = 276 "CONFIG_TERMINAL_EVENT" from Server {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `RecordType` and what belongs to each.
            records: List<'a, TerminalRecord<'a>> = "RecordType" 183 | 302 | 303 | 304 | 305 | 6;
        }
    }
}

message! {
    /// Which agent services (answers, transcripts) are on for which agents. Sent at the start if any is on, and at every
    /// change.
    ///
    /// `CONFIG_AGENT_SERVICE_EVENT` (282), from the server, since protocol 24.
    pub struct ConfigAgentServiceEvent<'a> = 282 "CONFIG_AGENT_SERVICE_EVENT" from Server since 24 {
        fixed {
            @tail
            @count u16, "NumRecords" of records;
        }
        floating {
            /// The list of `AgentSkillTargetID` and what belongs to each.
            records: List<'a, AgentServiceRecord<'a>> = "AgentSkillTargetID" 141 | 310 | 309 | 183;
        }
    }
}

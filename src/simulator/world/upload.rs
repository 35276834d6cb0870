//! The configuration upload: what clients with CTI_SERVICE_CONFIG_EVENTS ask for.
//!
//! Records of one kind are packed ten to a message and the blocks come as BEGIN, records, END, as recorded.

use super::{Audience, PERIPHERAL, WishError, World};
use crate::protocol::Message;
use crate::protocol::masks::ConfigMsgMask;
use crate::protocol::message::{
    AgentRecord, ConfigAgentDeskSettingsEvent, ConfigAgentEvent, ConfigBeginEvent, ConfigDeviceEvent, ConfigEndEvent, ConfigKeyEvent,
    ConfigMrdEvent, ConfigPeripheralEvent, ConfigSkillGroupEvent, DeskSettingsRecord, DeviceRecord, MrdRecord, PeripheralRecord,
    SkillGroupRecord,
};
use crate::protocol::values::{ConfigAgentType, ConfigDeviceType, ConfigEndStatus, ConfigKeyStatus, ConfigRecordType, ConfigType};
use crate::protocol::wire::{Text, Unspec};
use crate::time::Now;

/// Records of one message.
const RECORDS: usize = 10;

fn text(value: &str) -> Option<Text<'static>> {
    Some(Text::from(value.to_owned()))
}

/// A block with more records than this is sent as several, all but the last ended with CONFIGEND_PARTIAL.
const BLOCK: usize = 100;

impl World {
    /// A key tells the kind and how often the configuration changed.
    fn key(&self, kind: u8) -> Option<Unspec<'static>> {
        let [.., high, low] = self.config_changes.to_be_bytes();
        Some(Unspec::from(vec![0, 0, 0, 0, high, low, 1, kind]))
    }

    /// Renames an agent and tells it to those who asked for changes of the configuration.
    ///
    /// # Errors
    /// [`WishError`] if there is no such agent, or a name does not fit.
    pub fn rename_agent(&mut self, now: Now, id: &str, first: Option<&str>, last: Option<&str>) -> Result<(), WishError> {
        self.now = now;
        let ix = self.agents.find(id).ok_or_else(|| WishError::Unknown(format!("no agent {id}")))?;
        for name in [first, last].into_iter().flatten() {
            if name.is_empty() || name.len() > 31 {
                return Err(WishError::Bad("a name must have 1 to 31 bytes".to_owned()));
            }
        }
        let agent = &mut self.agents[ix];
        if let Some(first) = first {
            first.clone_into(&mut agent.first_name);
        }
        if let Some(last) = last {
            last.clone_into(&mut agent.last_name);
        }
        self.config_changes += 1;
        let record = AgentRecord { record_type: Some(ConfigRecordType::CHANGE), ..agent_record(&self.agents[ix]) };
        let begin = ConfigBeginEvent {
            config_type: ConfigType::UNSOLICITED,
            config_information: ConfigMsgMask::AGENT,
            agent_config_key: self.key(3),
            ..ConfigBeginEvent::default()
        };
        self.emit_to(begin, Audience::Configuration, None);
        self.emit_to(ConfigAgentEvent { records: vec![record].into() }, Audience::Configuration, None);
        self.emit_to(config_end(ConfigEndStatus::SUCCESS), Audience::Configuration, None);
        Ok(())
    }
}

fn config_end(config_end_status: ConfigEndStatus) -> ConfigEndEvent<'static> {
    ConfigEndEvent { config_end_status, ..ConfigEndEvent::default() }
}

impl World {
    /// Answer to CONFIG_REQUEST_KEY_EVENT.
    pub fn config_keys(&self) -> Message<'static> {
        ConfigKeyEvent {
            config_key_status: ConfigKeyStatus::SUCCESS,
            service_config_key: self.key(1),
            skill_group_config_key: self.key(2),
            agent_config_key: self.key(3),
            device_config_key: self.key(4),
            call_type_config_key: self.key(5),
            peripheral_config_key: self.key(6),
            agent_desk_settings_config_key: self.key(7),
        }
        .into()
    }

    /// Answer to CONFIG_REQUEST_EVENT: everything of the kinds asked for, in the documented order.
    pub fn config_upload(&self, wanted: ConfigMsgMask) -> Vec<Message<'static>> {
        let begin = ConfigBeginEvent {
            config_type: ConfigType::SOLICITED,
            config_information: wanted,
            skill_group_config_key: self.key(2).filter(|_| wanted.contains(ConfigMsgMask::SKILL_GROUP)),
            agent_config_key: self.key(3).filter(|_| wanted.contains(ConfigMsgMask::AGENT)),
            ..ConfigBeginEvent::default()
        };
        let mut messages: Vec<Message<'static>> = vec![begin.clone().into()];
        if wanted.contains(ConfigMsgMask::SKILL_GROUP) {
            let records: Vec<SkillGroupRecord<'static>> = self.groups.iter().map(group_record).collect();
            messages.extend(records.chunks(RECORDS).map(|records| ConfigSkillGroupEvent { records: records.to_vec().into() }.into()));
        }
        if wanted.contains(ConfigMsgMask::AGENT) {
            let records: Vec<AgentRecord<'static>> = self.agents.iter().map(|(_, agent)| agent_record(agent)).collect();
            for (at, block) in records.chunks(BLOCK).enumerate() {
                if at > 0 {
                    messages.push(config_end(ConfigEndStatus::PARTIAL).into());
                    messages.push(begin.clone().into());
                }
                messages.extend(block.chunks(RECORDS).map(|records| ConfigAgentEvent { records: records.to_vec().into() }.into()));
            }
        }
        if wanted.contains(ConfigMsgMask::DEVICE) {
            let record = |group: &super::SkillGroup| DeviceRecord {
                record_type: Some(ConfigRecordType::ADD),
                flt_peripheral_id: Some(PERIPHERAL),
                peripheral_number: Some(group.number),
                device_type: Some(ConfigDeviceType::ROUTE_POINT),
                dialed_number: text(group.dialed_number),
                description: text(group.name),
                ..DeviceRecord::default()
            };
            let records: Vec<DeviceRecord<'static>> = self.groups.iter().map(record).collect();
            messages.push(ConfigDeviceEvent { records: records.into() }.into());
        }
        if wanted.contains(ConfigMsgMask::MEDIA_ROUTING_DOMAIN) {
            let record = MrdRecord {
                record_type: Some(ConfigRecordType::ADD),
                flt_mr_domain_id: Some(1),
                flt_enterprise_name: text("Cisco_Voice"),
                flt_interruptible: Some(false),
                ..MrdRecord::default()
            };
            messages.push(ConfigMrdEvent { records: vec![record].into() }.into());
        }
        if wanted.contains(ConfigMsgMask::PERIPHERAL) {
            let record = PeripheralRecord {
                record_type: Some(ConfigRecordType::ADD),
                config_peripheral_id: Some(PERIPHERAL),
                default_agent_desk_settings_id: Some(1),
            };
            messages.push(ConfigPeripheralEvent { records: vec![record].into() }.into());
        }
        if wanted.contains(ConfigMsgMask::AGENT_DESK_SETTINGS) {
            let mut records: Vec<DeskSettingsRecord<'static>> = Vec::new();
            for (_, agent) in self.agents.iter() {
                if !records.iter().any(|record| record.agent_desk_settings_id == Some(agent.desk.id)) {
                    records.push(desk_record(&agent.desk));
                }
            }
            messages.push(ConfigAgentDeskSettingsEvent { records: records.into() }.into());
        }
        messages.push(config_end(ConfigEndStatus::SUCCESS).into());
        messages
    }
}

fn group_record(group: &super::SkillGroup) -> SkillGroupRecord<'static> {
    SkillGroupRecord {
        record_type: Some(ConfigRecordType::ADD),
        flt_peripheral_id: Some(PERIPHERAL),
        peripheral_number: Some(group.number),
        flt_skill_group_priority: Some(0),
        skill_group_skill_target_id: Some(group.number),
        auto_work: Some(false),
        extension: text(""),
        peripheral_name: text(group.name),
        description: text(group.name),
        flt_mr_domain_id: Some(1),
        config_param: text(""),
        ..SkillGroupRecord::default()
    }
}

fn agent_record(agent: &super::Agent) -> AgentRecord<'static> {
    AgentRecord {
        record_type: Some(ConfigRecordType::ADD),
        flt_peripheral_id: Some(PERIPHERAL),
        agent_type: Some(if agent.is_supervisor { ConfigAgentType::SUPERVISOR } else { ConfigAgentType::AGENT }),
        agent_desk_settings_id: Some(agent.desk.id),
        login_id: text(&agent.id),
        login_name: text(&format!("{}.{}", agent.first_name.to_lowercase(), agent.last_name.to_lowercase())),
        last_name: text(&agent.last_name),
        first_name: text(&agent.first_name),
        // Free seating: the extension is known at login only.
        extension: text(""),
        description: text(""),
        agent_skill_target_id: Some(agent.target),
        sso_enabled: Some(0),
        flt_skill_group_number: agent.groups.clone().into(),
        flt_skill_group_priority: vec![0; agent.groups.len()].into(),
        ..AgentRecord::default()
    }
}

fn desk_record(desk: &super::DeskSettings) -> DeskSettingsRecord<'static> {
    let seconds = |time: std::time::Duration| u32::try_from(time.as_secs()).ok();
    DeskSettingsRecord {
        record_type: Some(ConfigRecordType::ADD),
        agent_desk_settings_id: Some(desk.id),
        flt_desk_settings_mask: Some(desk.mask),
        flt_wrap_up_data_incoming_mode: Some(desk.wrapup_incoming),
        flt_wrap_up_data_outgoing_mode: Some(desk.wrapup_outgoing),
        flt_logout_non_activity_time: Some(u32::MAX),
        flt_ring_no_answer_time: seconds(desk.ring_no_answer),
        flt_work_mode_timer: seconds(desk.work_timer),
        ..DeskSettingsRecord::default()
    }
}

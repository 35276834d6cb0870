//! Names and members as the CTI Server's configuration tells them: agents, skill groups, precision queues.
//!
//! ```text
//! Up ─ CONFIG_REQUEST_KEY ─▶ keys as before? ─ yes ─▶ CONFIG_REQUEST of nothing: only changes come
//!                                  └─ no ──▶ CONFIG_REQUEST ─▶ BEGIN, records …, END ─▶ what was not named is gone
//! ```
//! It runs beside everything else: nobody waits for names. A server that does not offer the service is not asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::call::name;
use super::model::{AgentId, Name};
use super::note::Note;
use super::pending::Purpose;
use super::record::{Moment, Names};
use super::resync::Query;
use super::{Answer, Engine};
use crate::protocol::masks::ConfigMsgMask;
use crate::protocol::message as wire;
use crate::protocol::values::{ConfigEndStatus, ConfigKeyStatus, ConfigRecordType, ConfigType};
use crate::protocol::wire::Unspec;
use crate::protocol::{Message, Text};

/// The kinds of records that somebody above has a use for; the link asks for their changes in OPEN_REQ.
const WANTED: ConfigMsgMask = ConfigMsgMask::SKILL_GROUP.union(ConfigMsgMask::AGENT);

/// Records of one upload that are kept; a server that sends more has gone wrong.
const LIMIT: usize = 100_000;

/// PeripheralID of a question that is not about one of them.
const ALL_PERIPHERALS: u32 = u32::MAX;

/// One of the two questions of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConfigQuestion {
    Keys,
    /// `true`: for everything; otherwise only for what changes from now on.
    Records(bool),
}

/// Keys of skill groups and agents: other keys, other records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Keys {
    skill_groups: Vec<u8>,
    agents: Vec<u8>,
}

impl Keys {
    fn of(skill_groups: Option<&Unspec<'_>>, agents: Option<&Unspec<'_>>) -> Self {
        let bytes = |key: Option<&Unspec<'_>>| key.map(|key| key.0.to_vec()).unwrap_or_default();
        Self { skill_groups: bytes(skill_groups), agents: bytes(agents) }
    }

    /// A key that is missing or all zero demands an upload.
    fn are_given(&self) -> bool {
        [&self.skill_groups, &self.agents].into_iter().all(|key| key.iter().any(|byte| *byte != 0))
    }
}

/// What the configuration says of a skill group.
#[derive(Clone, Debug, Default)]
struct SkillGroup {
    name: Name,
    /// SkillGroupSkillTargetID, which events call SkillGroupID.
    target: Option<u32>,
}

/// Records of an upload so far, to find out what is gone.
#[derive(Debug, Default)]
struct Upload {
    skill_groups: BTreeSet<(u32, u32)>,
    agents: BTreeSet<AgentId>,
}

/// All that the configuration told.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    /// By peripheral and number.
    skill_groups: BTreeMap<(u32, u32), SkillGroup>,
    /// By SkillGroupID.
    by_target: BTreeMap<u32, Name>,
    agents: BTreeMap<AgentId, Name>,
    /// Of the last upload that was complete.
    keys: Option<Keys>,
    /// Of the upload or the answer that is being read.
    told: Option<Keys>,
    upload: Option<Upload>,
}

impl Engine {
    /// The agent's name by the configuration: given name, then family name.
    pub fn agent_name(&self, id: &AgentId) -> Option<&Name> {
        self.configuration.agents.get(id)
    }

    /// The name of a skill group or precision queue by its SkillGroupNumber.
    pub fn skill_group_name(&self, number: u32) -> Option<&Name> {
        let found = match self.peripheral {
            Some(peripheral) => self.configuration.skill_groups.get(&(peripheral, number)),
            None => self.configuration.skill_groups.iter().find(|((_, known), _)| *known == number).map(|(_, group)| group),
        };
        found.map(|group| &group.name).filter(|name| !name.is_empty())
    }

    /// The name of the queue that call data name.
    pub(super) fn queue_name(&self, id: Option<u32>, number: Option<u32>) -> Option<Name> {
        let by_id = id.and_then(|id| self.configuration.by_target.get(&id));
        by_id.or_else(|| number.and_then(|number| self.skill_group_name(number))).cloned()
    }

    /// Asks whether the configuration is still the known one.
    pub(super) fn ask_configuration(&mut self, question: ConfigQuestion) {
        let peripheral_id = self.settings.peripheral_id.unwrap_or(ALL_PERIPHERALS);
        let message: Message<'static> = match question {
            ConfigQuestion::Keys => wire::ConfigRequestKeyEvent { peripheral_id, ..Default::default() }.into(),
            ConfigQuestion::Records(is_all) => wire::ConfigRequestEvent {
                config_information: if is_all { WANTED } else { ConfigMsgMask::empty() },
                config_msg_mask: WANTED,
                peripheral_id,
                ..Default::default()
            }
            .into(),
        };
        self.request(None, &AgentId::from(""), Purpose::Configuration(question), message);
    }

    pub(super) fn configuration_answered(&mut self, question: ConfigQuestion, answer: &Answer<'_>) {
        match (question, answer) {
            (ConfigQuestion::Keys, Answer::Confirmed(Message::ConfigKeyEvent(event))) => self.configuration_keys(event),
            (ConfigQuestion::Records(_), Answer::Confirmed(Message::ConfigEndEvent(event))) => self.configuration_end(event),
            (_, Answer::Lost | Answer::NotSent) => {}
            // Without keys nothing tells whether what we know still holds.
            (ConfigQuestion::Keys, _) => self.ask_configuration(ConfigQuestion::Records(true)),
            (ConfigQuestion::Records(_), _) => self.note(Note::ConfigurationRefused),
        }
    }

    fn configuration_keys(&mut self, event: &wire::ConfigKeyEvent<'_>) {
        let keys = Keys::of(event.skill_group_config_key.as_ref(), event.agent_config_key.as_ref());
        let is_known =
            event.config_key_status == ConfigKeyStatus::SUCCESS && keys.are_given() && self.configuration.keys.as_ref() == Some(&keys);
        self.configuration.told = Some(keys);
        self.ask_configuration(ConfigQuestion::Records(!is_known));
    }

    /// The link is gone: an upload that was under way will not be finished.
    pub(super) fn forget_upload(&mut self) {
        self.configuration.upload = None;
        self.configuration.told = None;
    }

    pub(super) fn configuration_begin(&mut self, event: &wire::ConfigBeginEvent<'_>) {
        let keys = Keys::of(event.skill_group_config_key.as_ref(), event.agent_config_key.as_ref());
        if keys.are_given() {
            self.configuration.told = Some(keys);
        }
        let is_whole = event.config_type == ConfigType::SOLICITED && event.config_information.contains(WANTED);
        // Large uploads come in several blocks.
        if is_whole && self.configuration.upload.is_none() {
            self.configuration.upload = Some(Upload::default());
        }
    }

    pub(super) fn configuration_end(&mut self, event: &wire::ConfigEndEvent<'_>) {
        match event.config_end_status {
            ConfigEndStatus::PARTIAL => {}
            ConfigEndStatus::SUCCESS | ConfigEndStatus::EMPTY => {
                self.configuration.keys = self.configuration.told.take().filter(Keys::are_given);
                if let Some(upload) = self.configuration.upload.take() {
                    self.configuration.skill_groups.retain(|key, _| upload.skill_groups.contains(key));
                    self.configuration.agents.retain(|id, _| upload.agents.contains(id));
                    self.index_targets();
                    let (agents, skill_groups) = (self.configuration.agents.len(), self.configuration.skill_groups.len());
                    self.note(Note::Configured { agents, skill_groups });
                }
            }
            _ => {
                self.forget_upload();
                self.note(Note::ConfigurationRefused);
            }
        }
    }

    fn index_targets(&mut self) {
        let groups = self.configuration.skill_groups.values();
        let named = groups.filter_map(|group| Some((group.target?, group.name.clone()))).filter(|(_, name)| !name.is_empty());
        self.configuration.by_target = named.collect();
    }

    pub(super) fn skill_groups_configured(&mut self, event: &wire::ConfigSkillGroupEvent<'_>) {
        let mut told = Names::default();
        for record in &event.records {
            let Some(number) = record.peripheral_number else { continue };
            let peripheral = record.flt_peripheral_id.or(self.peripheral).unwrap_or(ALL_PERIPHERALS);
            if peripheral != ALL_PERIPHERALS && !self.serves(peripheral) {
                continue;
            }
            let key = (peripheral, number);
            let known = &mut self.configuration;
            let old = record.old_peripheral_number.and_then(|old| known.skill_groups.remove(&(peripheral, old)));
            if record.record_type == Some(ConfigRecordType::DELETE) {
                known.skill_groups.remove(&key);
                continue;
            }
            if known.skill_groups.len() >= LIMIT && !known.skill_groups.contains_key(&key) {
                continue;
            }
            let group = known.skill_groups.entry(key).or_insert_with(|| old.unwrap_or_default());
            let given = |text: &Option<Text<'_>>| text.as_ref().filter(|text| !text.is_empty()).map(name);
            // The group behind a precision queue has a made-up name.
            if let Some(name) = given(&record.flt_precision_queue_name).or_else(|| given(&record.peripheral_name)) {
                group.name = name;
            }
            group.target = record.skill_group_skill_target_id.or(group.target);
            if let Some(target) = group.target.filter(|_| !group.name.is_empty()) {
                told.skill_groups.push((target, group.name.clone()));
            }
            if let Some(upload) = &mut known.upload {
                upload.skill_groups.insert(key);
            }
        }
        self.index_targets();
        self.record_names(told);
    }

    /// The history keeps names with what it tells of: who is called how may be asked when the configuration knows nobody any more.
    fn record_names(&mut self, told: Names) {
        if !told.agents.is_empty() || !told.skill_groups.is_empty() {
            self.record(Moment::Named, |record| record.facts.names = Some(Arc::new(told)));
        }
    }

    pub(super) fn agents_configured(&mut self, event: &wire::ConfigAgentEvent<'_>) {
        let mut told = Names::default();
        for record in &event.records {
            let Some(id) = record.login_id.as_ref().filter(|id| !id.is_empty()).map(|id| AgentId(name(id))) else { continue };
            let peripheral = record.flt_peripheral_id.or(self.peripheral);
            if peripheral.is_some_and(|peripheral| !self.serves(peripheral)) {
                continue;
            }
            let old = record.old_login_id.as_ref().and_then(|old| self.configuration.agents.remove(&AgentId(name(old))));
            if record.record_type == Some(ConfigRecordType::DELETE) {
                self.configuration.agents.remove(&id);
                continue;
            }
            if self.configuration.agents.len() >= LIMIT && !self.configuration.agents.contains_key(&id) {
                continue;
            }
            let part = |word: &Option<Text<'_>>| word.as_ref().map(name).unwrap_or_default();
            let (first, last) = (part(&record.first_name), part(&record.last_name));
            if !first.is_empty() || !last.is_empty() {
                told.agents.push((id.clone(), first, last));
            }
            let words = [&record.first_name, &record.last_name].into_iter().flatten().map(Text::as_str).filter(|word| !word.is_empty());
            let full = words.collect::<Vec<_>>().join(" ");
            match (full.is_empty(), old) {
                (false, _) => drop(self.configuration.agents.insert(id.clone(), full.into())),
                (true, Some(old)) => drop(self.configuration.agents.insert(id.clone(), old)),
                (true, None) => {}
            }
            if let Some(upload) = &mut self.configuration.upload {
                upload.agents.insert(id.clone());
            }
            if let Some(peripheral) = peripheral
                && !self.agents.contains_key(&id)
            {
                self.learn(&id, peripheral);
                self.queue_query(Query::Agent(id));
            }
        }
        self.record_names(told);
    }
}

//! Commands of the desktops: what must be true first, and which request they become.

use super::call::Line;
use super::command::{Command, CommandId, Dial, Disposition, Failure, FailureCode, NeedInfo, RemotePhone, Reply, Secret};
use super::event::EndReason;
use super::hand_over::no_single_step_conference;
use super::interaction::{Conversation, Interaction};
use super::model::{AgentId, AgentState, ChannelState, Contact, ConversationId, ConversationState, InteractionId, InteractionState, Name};
use super::pending::Purpose;
use super::user_message::TEXT_MAX;
use super::{Engine, ServiceStatus, Timer};
use crate::protocol::Text;
use crate::protocol::masks::DeskSettingsMask;
use crate::protocol::message as wire;
use crate::protocol::values::{AgentWorkMode, DeviceIdType, WrapupDataMode};
use crate::protocol::wire::{NamedArray, NamedVariable};

/// Data bytes of CallVariable1 to 10, of CallWrapupData, of an ECC name and of an ECC value, terminators not counted
/// (CTI Server Message Reference Guide, chapter "Constants and Status Codes").
const CALL_VARIABLE_MAX: usize = 40;
const WRAPUP_MAX: usize = 39;
const ECC_NAME_MAX: usize = 32;
const ECC_VALUE_MAX: usize = 210;
/// Data bytes of DialedNumber and DTMFString without the terminator; a tone string of 32 characters is what the field holds.
pub(super) const DESTINATION_MAX: usize = 39;
const DTMF_MAX: usize = 31;

/// SkillGroupNumber of a call without one.
const NO_SKILL_GROUP: u32 = u32::MAX;

/// Keys that the CTI Server owns.
const READ_ONLY: &[&str] = &[
    "ANI",
    "DNIS",
    "callDetails",
    "callKeyCallId",
    "callKeyPrefix",
    "callType",
    "crmId",
    "dialedNumber",
    "direction",
    "mediaId",
    "number",
    "outboundClassification",
    "queueName",
    "queueNumber",
    "recordType",
];

/// A request about one connection, with the names that all of these carry in the same fields.
macro_rules! about_connection {
    ($request:ident, $peripheral:expr, $connection:expr, $instrument:expr $(, $field:ident: $value:expr)* $(,)?) => {
        $crate::protocol::message::$request {
            peripheral_id: $peripheral,
            connection_call_id: $connection.call_id,
            connection_device_id_type: $connection.id_type,
            connection_device_id: Some($crate::engine::commands::text(&$connection.device)),
            agent_instrument: $instrument,
            $( $field: $value, )*
            ..Default::default()
        }
    };
}
pub(super) use about_connection;

pub(super) fn text(value: &Name) -> Text<'static> {
    Text::from(value.to_string())
}

/// Where a key of the desktop's data lives.
enum DataKey {
    CallVariable(usize),
    Variable(Name),
    Element(Name, u8),
    Wrapup,
    Local,
}

fn data_key(key: &str, value: &str) -> Result<DataKey, String> {
    let fits = |max: usize| if value.len() <= max { Ok(()) } else { Err(format!("{key} holds at most {max} bytes")) };
    if let Some(number) = key.strip_prefix("callVariable") {
        let number = number.parse::<usize>().ok().filter(|n| (1..=10).contains(n) && !number.starts_with('0'));
        let number = number.ok_or_else(|| "call variables are callVariable1 to callVariable10".to_owned())?;
        return fits(CALL_VARIABLE_MAX).map(|()| DataKey::CallVariable(number - 1));
    }
    if let Some(variable) = key.strip_prefix("user.") {
        fits(ECC_VALUE_MAX)?;
        let (name, index) = match key.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((name, index)) => (name, Some(index.parse().map_err(|_| format!("{key} has no index from 0 to 255"))?)),
            None => (key, None),
        };
        if variable.is_empty() || name.len() > ECC_NAME_MAX {
            return Err(format!("the name of an ECC variable has 6 to {ECC_NAME_MAX} bytes"));
        }
        return Ok(index.map_or_else(|| DataKey::Variable(name.into()), |index| DataKey::Element(name.into(), index)));
    }
    if key == "wrapUpReason" {
        return fits(WRAPUP_MAX).map(|()| DataKey::Wrapup);
    }
    if READ_ONLY.contains(&key) {
        return Err(format!("{key} cannot be set"));
    }
    let is_word = (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if !is_word {
        return Err("a key has 1 to 64 letters, digits, dots, dashes and underscores".to_owned());
    }
    if value.len() > 4096 {
        return Err(format!("{key} holds at most 4096 bytes"));
    }
    Ok(DataKey::Local)
}

pub(super) type Checked<T> = Result<T, Failure>;

impl Engine {
    /// Takes in a command; it is answered by exactly one [`super::Output::Reply`], now or later.
    pub(super) fn command(&mut self, id: CommandId, agent: &AgentId, command: Command) {
        if let Err(failure) = self.try_command(id, agent, command) {
            self.reply(id, Reply::Failure(failure));
        }
    }

    fn try_command(&mut self, id: CommandId, agent: &AgentId, command: Command) -> Checked<()> {
        // What is not there at all is said before anything else that may be wrong.
        if matches!(command, Command::Conference { .. }) && self.lacks_conference(agent) {
            return Err(no_single_step_conference());
        }
        if self.service != ServiceStatus::InService {
            // What cannot be right whatever the link does is said first.
            self.check_data(&command)?;
            return Err(Failure::new(FailureCode::CtiOffline, "No CTI Server is connected"));
        }
        self.check_data(&command)?;
        // Without its phone an agent can do nothing but log in at another one.
        if let Some(outage) = self.agents.get(agent).and_then(|agent| agent.outage)
            && !matches!(command, Command::Lookup | Command::Activate { .. })
        {
            let context = format!("state=INACTIVE outage={}", outage.word());
            return Err(Failure::new(FailureCode::ChannelNotActive, "The channel is not active").with_context(context));
        }
        match command {
            Command::Lookup => self.lookup(id, agent),
            Command::Activate { password, extension, always_ask, remote } => {
                return self.activate(id, agent, &password, extension, always_ask, remote);
            }
            Command::Deactivate { reason } => return self.deactivate(id, agent, reason),
            Command::Ready => return self.set_state(id, agent, AgentState::AVAILABLE, None),
            Command::NotReady { reason } => return self.set_state(id, agent, AgentState::NOT_READY, reason),
            Command::Work { next_ready } => {
                let state = if next_ready { AgentState::WORK_READY } else { AgentState::WORK_NOT_READY };
                return self.set_state(id, agent, state, None);
            }
            Command::Dial(dial) => return self.dial(id, agent, dial),
            Command::Accept(interaction) => {
                let leg = self.offered(agent, interaction, "accept")?;
                self.answer_leg(id, agent, interaction, leg);
            }
            Command::Reject(interaction) => {
                let leg = self.offered(agent, interaction, "reject")?;
                self.release_leg(id, agent, interaction, leg);
            }
            Command::Answer(leg) => {
                let interaction = self.leg_in(agent, leg, "answer", &[ConversationState::Alerting], true)?;
                self.answer_leg(id, agent, interaction, leg);
            }
            Command::Release(leg) => {
                use ConversationState as S;
                let interaction = self.leg_in(agent, leg, "release", &[S::Alerting, S::Dialing, S::Connected, S::Held], false)?;
                // Hanging up is never blocked, and never asked for twice.
                let asked = self.latest_pending(agent, |purpose| matches!(purpose, Purpose::Release(_, other) if *other == leg));
                if let Some((first, _)) = asked {
                    self.follow(first, id);
                    return Ok(());
                }
                self.release_leg(id, agent, interaction, leg);
            }
            Command::Hold(leg) => {
                let interaction = self.leg_in(agent, leg, "hold", &[ConversationState::Connected], true)?;
                self.hold_leg(id, agent, interaction, leg);
            }
            Command::Retrieve(leg) => {
                let interaction = self.leg_in(agent, leg, "retrieve", &[ConversationState::Held], true)?;
                let other = self
                    .interactions
                    .get(&interaction)
                    .is_some_and(|i| i.conversations().any(|other| other.id != leg && other.state == ConversationState::Connected));
                if other {
                    return Err(invalid("The other leg is connected; use alternate", "other=CONNECTED"));
                }
                self.retrieve_leg(id, agent, interaction, leg);
            }
            Command::Consult { interaction, destination } => return self.consult(id, agent, interaction, &destination),
            Command::Alternate(interaction) => return self.alternate(id, agent, interaction),
            Command::Reconnect(interaction) => return self.reconnect(id, agent, interaction),
            Command::ConsultTransfer(interaction) => return self.consult_transfer(id, agent, interaction),
            Command::ConsultConference(interaction) => return self.consult_conference(id, agent, interaction),
            Command::Transfer { conversation, destination } => return self.blind_transfer(id, agent, conversation, &destination),
            Command::Conference { conversation, destination } => return self.blind_conference(id, agent, conversation, &destination),
            Command::SendDtmf { conversation, digits } => return self.send_dtmf(id, agent, conversation, &digits),
            Command::Record(interaction, is_on) => return self.record_contact(id, agent, interaction, is_on),
            Command::SupervisorAssist(interaction) => return self.supervisor_assist(id, agent, interaction),
            Command::Emergency(interaction) => return self.emergency(id, agent, interaction),
            Command::BadCall(interaction) => return self.bad_call(id, agent, interaction),
            Command::Supervise { action, agent: other, call_id } => return self.supervise(id, agent, action, &other, call_id),
            Command::Statistics(scope) => return self.ask_statistics(id, agent, scope),
            Command::Message { to, text } => return self.send_message(id, agent, to, text),
            Command::FindDevice(device) => self.find_device(id, agent, device),
            Command::Deflect { conversation, destination } => return self.deflect(id, agent, conversation, &destination),
            Command::SetData { interaction, key, value } => return self.set_data(id, agent, interaction, &key, value),
            Command::SetDisposition { interaction, disposition } => return self.set_disposition(id, agent, interaction, disposition),
            Command::Complete { interaction, outcome } => return self.complete(id, agent, interaction, outcome),
        }
        Ok(())
    }

    /// What is wrong with a command whatever the state.
    fn check_data(&self, command: &Command) -> Checked<()> {
        let bad = |message: String| Failure::new(FailureCode::BadRequest, message);
        match command {
            Command::SetData { key, value, .. } => data_key(key, value).map(|_| ()).map_err(bad),
            Command::SetDisposition { disposition, .. } if disposition.is_empty() => Err(bad("disposition is empty".to_owned())),
            Command::SetDisposition { disposition, .. } if disposition.len() > WRAPUP_MAX => {
                Err(bad(format!("disposition holds at most {WRAPUP_MAX} bytes")))
            }
            Command::Complete { outcome: Some(Disposition::Chosen { name, .. }), .. } if name.len() > WRAPUP_MAX => {
                Err(bad(format!("disposition holds at most {WRAPUP_MAX} bytes")))
            }
            Command::Dial(Dial { destination, .. })
            | Command::Consult { destination, .. }
            | Command::Transfer { destination, .. }
            | Command::Deflect { destination, .. }
                if destination.is_empty() || destination.len() > DESTINATION_MAX =>
            {
                Err(bad(format!("destination has 1 to {DESTINATION_MAX} bytes")))
            }
            Command::SendDtmf { digits, .. } => {
                let are_tones = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#' | b'A'..=b'D'));
                let fits = (1..=DTMF_MAX).contains(&digits.len());
                if are_tones && fits { Ok(()) } else { Err(bad(format!("digits are 1 to {DTMF_MAX} of 0-9 * # A-D"))) }
            }
            Command::Message { text, .. } if text.is_empty() || text.len() > TEXT_MAX => {
                Err(bad(format!("text has 1 to {TEXT_MAX} bytes")))
            }
            Command::Dial(dial) => match dial.call_variables.iter().find(|(n, v)| !(1..=10).contains(n) || v.len() > CALL_VARIABLE_MAX) {
                Some((number, _)) => Err(bad(format!("callVariable{number} does not exist or is too long"))),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    // ------------------------------------------------------------------------------------------------ agents

    fn lookup(&mut self, id: CommandId, agent: &AgentId) {
        match self.agents.get(agent) {
            Some(known) if known.state != AgentState::UNKNOWN => self.reply(id, Reply::Success),
            _ => self.look_up(agent, id),
        }
    }

    fn activate(
        &mut self,
        id: CommandId,
        agent: &AgentId,
        password: &Secret,
        extension: Option<Name>,
        always_ask: bool,
        remote: Option<RemotePhone>,
    ) -> Checked<()> {
        let known = self.agents.get(agent).ok_or_else(|| Failure::new(FailureCode::AuthFailed, "Unknown agent id or wrong password"))?;
        if known.is_logged_in() && !always_ask {
            self.reply(id, Reply::Success);
            return Ok(());
        }
        if self.has_pending(agent, |purpose| matches!(purpose, Purpose::Login | Purpose::Logout { .. } | Purpose::NotReadyForLogout { .. }))
        {
            return Err(Failure::new(FailureCode::Busy, "A login or logout is under way"));
        }
        let device = extension.or_else(|| known.device().cloned());
        let device =
            device.ok_or_else(|| Failure::new(FailureCode::UnknownDevice, "No extension was given and none is known for the agent"))?;
        let (work_mode, instrument) = match &remote {
            None => (AgentWorkMode::AWM_UNSPECIFIED, device),
            Some(remote) => {
                let mode = if remote.is_nailed { AgentWorkMode::RA_NAILED_CONNECTION } else { AgentWorkMode::RA_CALL_BY_CALL };
                (mode, Name::from(format!("{device};{}", remote.number)))
            }
        };
        let request = wire::SetAgentStateReq {
            peripheral_id: known.peripheral,
            agent_state: AgentState::LOGIN,
            agent_work_mode: work_mode,
            agent_instrument: Some(text(&instrument)),
            agent_id: Some(text(&agent.0)),
            agent_password: Some(Text::from(password.expose().to_owned())),
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Login, request.into());
        Ok(())
    }

    fn deactivate(&mut self, id: CommandId, agent: &AgentId, reason: Option<u16>) -> Checked<()> {
        let Some(known) = self.agents.get(agent).filter(|known| known.is_logged_in()) else {
            self.reply(id, Reply::Success);
            return Ok(());
        };
        if let Some(open) = known.interactions.iter().find(|id| self.interactions.get(id).is_some_and(Interaction::is_live)) {
            return Err(Failure::new(FailureCode::InteractionActive, "An interaction is still open").with_context(open.to_string()));
        }
        let demands = |bit| known.desk.is_some_and(|desk| desk.mask.contains(bit));
        if reason.is_none() && demands(DeskSettingsMask::LOGOUT_REASON_REQUIRED) {
            self.reply(id, Reply::NeedInfo(NeedInfo::LogoutReason));
            return Ok(());
        }
        if known.state == AgentState::NOT_READY {
            self.send_logout(id, agent, reason);
        } else {
            self.send_state(Some(id), agent, Purpose::NotReadyForLogout { reason }, AgentState::NOT_READY, reason);
        }
        Ok(())
    }

    /// The step to not ready was confirmed: the logout follows once it has happened.
    pub(super) fn await_not_ready(&mut self, command: CommandId, agent: &AgentId, reason: Option<u16>) {
        let Some(known) = self.agents.get_mut(agent) else { return };
        if known.state == AgentState::NOT_READY {
            self.send_logout(command, agent, reason);
            return;
        }
        known.logout = Some((command, reason));
        self.set_timer(self.settings.command_timeout, Timer::Logout(agent.clone()));
    }

    /// The agent is not ready: a waiting logout goes on.
    pub(super) fn resume_logout(&mut self, agent: &AgentId) {
        let Some((command, reason)) = self.agents.get_mut(agent).and_then(|agent| agent.logout.take()) else { return };
        self.timers.retain(|(_, timer)| *timer != Timer::Logout(agent.clone()));
        self.send_logout(command, agent, reason);
    }

    pub(super) fn logout_overdue(&mut self, agent: &AgentId) {
        if let Some((command, _)) = self.agents.get_mut(agent).and_then(|agent| agent.logout.take()) {
            self.fail(command, FailureCode::NotReadyFailed, "The agent did not become not ready in time", "");
        }
    }

    fn send_logout(&mut self, id: CommandId, agent: &AgentId, reason: Option<u16>) {
        self.send_state(Some(id), agent, Purpose::Logout { reason }, AgentState::LOGOUT, reason);
    }

    fn send_state(&mut self, id: Option<CommandId>, agent: &AgentId, purpose: Purpose, state: AgentState, reason: Option<u16>) {
        let Some(known) = self.agents.get(agent) else { return };
        let request = wire::SetAgentStateReq {
            peripheral_id: known.peripheral,
            agent_state: state,
            event_reason_code: reason.unwrap_or(0),
            agent_instrument: known.device().map(text),
            agent_id: Some(text(&agent.0)),
            ..Default::default()
        };
        self.request(id, agent, purpose, request.into());
        if let Some(known) = self.agents.get_mut(agent) {
            known.wished = Some((state, reason));
        }
    }

    pub(super) fn active(&self, agent: &AgentId) -> Checked<&super::agent::Agent> {
        match self.agents.get(agent) {
            Some(known) if known.channel_state_now() == ChannelState::Active => Ok(known),
            _ => Err(Failure::new(FailureCode::ChannelNotActive, "The channel is not active").with_context("state=INACTIVE")),
        }
    }

    fn set_state(&mut self, id: CommandId, agent: &AgentId, state: AgentState, reason: Option<u16>) -> Checked<()> {
        let known = self.active(agent)?;
        let demands_reason = known.desk.is_some_and(|desk| desk.mask.contains(DeskSettingsMask::IDLE_REASON_REQUIRED));
        if state == AgentState::NOT_READY && reason.is_none() && demands_reason {
            self.reply(id, Reply::NeedInfo(NeedInfo::NotReadyReason));
            return Ok(());
        }
        // A second click asks for nothing new, unless something else was asked for in between.
        let latest = self.latest_pending(agent, |purpose| matches!(purpose, Purpose::State { .. }));
        if let Some((first, Purpose::State { wanted, reason: given })) = latest
            && (*wanted, *given) == (state, reason)
        {
            self.follow(first, id);
            return Ok(());
        }
        self.send_state(Some(id), agent, Purpose::State { wanted: state, reason }, state, reason);
        Ok(())
    }

    // ------------------------------------------------------------------------------------------------ calls

    fn dial(&mut self, id: CommandId, agent: &AgentId, dial: Dial) -> Checked<()> {
        let known = self.active(agent)?;
        if self.has_pending(agent, |purpose| matches!(purpose, Purpose::Dial(_))) {
            return Err(Failure::new(FailureCode::Busy, "A call is being placed already"));
        }
        let destination = if dial.to_agent {
            let colleague = self.agents.get(&AgentId(dial.destination.clone())).and_then(|colleague| colleague.extension.clone());
            colleague.ok_or_else(|| Failure::new(FailureCode::BadRequest, "No such agent, or no extension is known for it"))?
        } else {
            dial.destination.clone()
        };
        let mut request = wire::MakeCallReq {
            peripheral_id: known.peripheral,
            skill_group_number: dial.skill_group.unwrap_or(NO_SKILL_GROUP),
            agent_instrument: known.device().map(text),
            dialed_number: Some(text(&destination)),
            user_to_user_info: dial.user_to_user.as_ref().map(|info| info.as_bytes().to_vec().into()),
            ..Default::default()
        };
        for (number, value) in &dial.call_variables {
            let value = Some(text(value));
            match number {
                1 => request.call_variable1 = value,
                2 => request.call_variable2 = value,
                3 => request.call_variable3 = value,
                4 => request.call_variable4 = value,
                5 => request.call_variable5 = value,
                6 => request.call_variable6 = value,
                7 => request.call_variable7 = value,
                8 => request.call_variable8 = value,
                9 => request.call_variable9 = value,
                _ => request.call_variable10 = value,
            }
        }
        self.request(Some(id), agent, Purpose::Dial(dial), request.into());
        Ok(())
    }

    /// MAKE_CALL_CONF came before any event of the call: the call exists.
    pub(super) fn dialed(&mut self, agent: &AgentId, dial: Dial, conf: &wire::MakeCallConf<'_>) {
        let Some(known) = self.agents.get(agent) else { return };
        let triple = super::call::Triple {
            peripheral: known.peripheral,
            call_id: conf.new_connection_call_id,
            id_type: conf.new_connection_device_id_type,
            device: conf.new_connection_device_id.as_ref().map(super::call::name).unwrap_or_default(),
        };
        if triple.call_id == u32::MAX || triple.device.is_empty() || self.recently_ended.contains(&triple) {
            return;
        }
        let key = self.calls.attach(&triple, super::model::CallType::default());
        if let Some(call) = self.calls.get_mut(key) {
            if call.data.dialed_number.is_none() && !dial.to_agent {
                call.data.dialed_number = Some(dial.destination.clone());
            }
            if let Some(connection) = call.connection_mut(&triple.device) {
                connection.agent = Some(agent.clone());
                connection.is_originator = true;
                if connection.line == Line::Unknown {
                    connection.line = Line::Initiated;
                }
            }
        }
        self.dial_in_hand = Some(dial);
        self.begin_leg(key, &triple.device, agent, ConversationState::Dialing, false);
        self.dial_in_hand = None;
    }

    pub(super) fn owned(&self, agent: &AgentId, id: InteractionId) -> Checked<&Interaction> {
        self.interactions
            .get(&id)
            .filter(|interaction| interaction.agent == *agent)
            .ok_or_else(|| Failure::new(FailureCode::UnknownTarget, "There is no such interaction"))
    }

    pub(super) fn free(interaction: &Interaction) -> Checked<()> {
        if interaction.busy.is_some() {
            return Err(Failure::new(FailureCode::Busy, "Another command is under way on this interaction"));
        }
        Ok(())
    }

    /// A contact under way that nothing else is being done with.
    pub(super) fn started(&self, agent: &AgentId, id: InteractionId, verb: &str) -> Checked<&Interaction> {
        use super::model::StateWord;
        let interaction = self.owned(agent, id)?;
        Self::free(interaction)?;
        if interaction.state != InteractionState::Started {
            let state = interaction.state.word();
            return Err(invalid(format!("The interaction is {state}; {verb} needs STARTED"), format!("state={state} allowed=STARTED")));
        }
        Ok(interaction)
    }

    /// AgentInstrument of an agent's requests.
    pub(super) fn instrument_of(&self, agent: &AgentId) -> Option<Text<'static>> {
        self.agents.get(agent).and_then(|agent| agent.device()).map(text)
    }

    /// The leg of an interaction that is offered.
    fn offered(&self, agent: &AgentId, id: InteractionId, verb: &str) -> Checked<ConversationId> {
        let interaction = self.owned(agent, id)?;
        Self::free(interaction)?;
        match (interaction.state, &interaction.primary) {
            (InteractionState::Alerting, Some(leg)) => Ok(leg.id),
            (state, _) => {
                use super::model::StateWord;
                let state = state.word();
                Err(invalid(format!("The interaction is {state}; {verb} needs ALERTING"), format!("state={state} allowed=ALERTING")))
            }
        }
    }

    /// The interaction of a leg that is in one of the states a command needs.
    pub(super) fn leg_in(
        &self,
        agent: &AgentId,
        leg: ConversationId,
        verb: &str,
        allowed: &[ConversationState],
        blocks: bool,
    ) -> Checked<InteractionId> {
        use super::model::StateWord;
        let mine = self.agents.get(agent).map(|agent| agent.interactions.as_slice()).unwrap_or_default();
        let found = mine.iter().filter_map(|id| self.interactions.get(id)).find_map(|i| i.conversation(leg).map(|leg| (i, leg)));
        let Some((interaction, conversation)) = found else {
            return Err(Failure::new(FailureCode::UnknownTarget, "There is no such conversation"));
        };
        if blocks {
            Self::free(interaction)?;
        }
        if !allowed.contains(&conversation.state) {
            let words: Vec<_> = allowed.iter().map(|state| state.word()).collect();
            let (state, allowed) = (conversation.state.word(), words.join(","));
            return Err(invalid(
                format!("The conversation is {state}; {verb} needs {allowed}"),
                format!("state={state} allowed={allowed}"),
            ));
        }
        Ok(interaction.id)
    }

    /// Names and device that call requests carry.
    pub(super) fn leg_names(&self, interaction: InteractionId, leg: ConversationId) -> Option<(u32, Conversation, Option<Text<'static>>)> {
        let known = self.interactions.get(&interaction)?;
        let device = self.agents.get(&known.agent)?.device().map(text);
        Some((known.last.peripheral, known.conversation(leg)?.clone(), device))
    }

    fn answer_leg(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, leg: ConversationId) {
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return };
        if let Some(known) = self.interactions.get_mut(&interaction) {
            known.was_asked_to_answer = true;
        }
        let request = about_connection!(AnswerCallReq, peripheral_id, conversation, agent_instrument);
        self.request(Some(id), agent, Purpose::Answer(interaction, leg), request.into());
    }

    fn release_leg(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, leg: ConversationId) {
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return };
        let is_offered = conversation.state == ConversationState::Alerting;
        if let Some(conversation) = self.interactions.get_mut(&interaction).and_then(|i| i.conversation_mut(leg)) {
            conversation.expected_end = Some(if is_offered { EndReason::Rejected } else { EndReason::Released });
        }
        let clear = self.clear_supervision(interaction, leg);
        let request = match (&self.settings.reject_destination, is_offered) {
            _ if clear.is_some() => clear.unwrap_or_default().into(),
            (Some(destination), true) => deflection(peripheral_id, &conversation, agent_instrument, destination).into(),
            _ => about_connection!(ClearConnectionReq, peripheral_id, conversation, agent_instrument).into(),
        };
        self.request(Some(id), agent, Purpose::Release(interaction, leg), request);
    }

    fn hold_leg(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, leg: ConversationId) {
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return };
        let request = about_connection!(HoldCallReq, peripheral_id, conversation, agent_instrument);
        self.request(Some(id), agent, Purpose::Hold(interaction, leg), request.into());
    }

    fn retrieve_leg(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, leg: ConversationId) {
        let Some((peripheral_id, conversation, agent_instrument)) = self.leg_names(interaction, leg) else { return };
        let request = wire::RetrieveCallReq {
            peripheral_id,
            held_connection_call_id: conversation.call_id,
            held_connection_device_id_type: conversation.id_type,
            held_connection_device_id: Some(text(&conversation.device)),
            agent_instrument,
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Retrieve(interaction, leg), request.into());
    }

    // ------------------------------------------------------------------------------------------------ data and completion

    /// A SET_CALL_DATA_REQ for a contact, with the fixed fields that travel every time.
    fn call_data_request(&self, id: InteractionId) -> Option<wire::SetCallDataReq<'static>> {
        let last = &self.interactions.get(&id)?.last;
        Some(wire::SetCallDataReq {
            peripheral_id: last.peripheral,
            connection_device_id_type: last.id_type,
            connection_call_id: last.call_id,
            call_type: last.call_type,
            connection_device_id: Some(text(&last.device)),
            ..Default::default()
        })
    }

    fn set_data(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, key: &Name, value: Name) -> Checked<()> {
        let known = self.owned(agent, interaction)?;
        Self::free(known)?;
        let place = data_key(key, &value).map_err(|message| Failure::new(FailureCode::BadRequest, message))?;
        if let DataKey::Local = place {
            let mut contact = Contact::clone(&known.contact);
            contact.local.insert(key.clone(), value);
            self.reply(id, Reply::Success);
            self.change_contact(interaction, contact);
            return Ok(());
        }
        let Some(mut request) = self.call_data_request(interaction) else { return Ok(()) };
        let value = text(&value);
        match place {
            DataKey::CallVariable(index) => {
                let slots = [
                    &mut request.call_variable1,
                    &mut request.call_variable2,
                    &mut request.call_variable3,
                    &mut request.call_variable4,
                    &mut request.call_variable5,
                    &mut request.call_variable6,
                    &mut request.call_variable7,
                    &mut request.call_variable8,
                    &mut request.call_variable9,
                    &mut request.call_variable10,
                ];
                if let Some(slot) = slots.into_iter().nth(index) {
                    *slot = Some(value);
                }
            }
            DataKey::Variable(name) => request.named_variables = vec![NamedVariable { name: text(&name), value }].into(),
            DataKey::Element(name, index) => request.named_arrays = vec![NamedArray { index, name: text(&name), value }].into(),
            DataKey::Wrapup => request.call_wrapup_data = Some(value),
            DataKey::Local => {}
        }
        self.request(Some(id), agent, Purpose::SetData(interaction), request.into());
        Ok(())
    }

    fn set_disposition(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, disposition: Name) -> Checked<()> {
        use super::model::StateWord;
        let known = self.owned(agent, interaction)?;
        Self::free(known)?;
        if !matches!(known.state, InteractionState::Started | InteractionState::Ended) {
            let state = known.state.word();
            let message = format!("The interaction is {state}; setdisposition needs STARTED or ENDED");
            return Err(invalid(message, format!("state={state} allowed=STARTED,ENDED")));
        }
        let Some(mut request) = self.call_data_request(interaction) else { return Ok(()) };
        request.call_wrapup_data = Some(text(&disposition));
        if let Some(known) = self.interactions.get_mut(&interaction) {
            known.silent_wrapup = Some(disposition.clone());
        }
        self.request(Some(id), agent, Purpose::SetDisposition(interaction, disposition), request.into());
        Ok(())
    }

    fn complete(&mut self, id: CommandId, agent: &AgentId, interaction: InteractionId, outcome: Option<Disposition>) -> Checked<()> {
        use super::model::StateWord;
        let known = self.owned(agent, interaction)?;
        Self::free(known)?;
        if known.state != InteractionState::Ended {
            let state = known.state.word();
            return Err(invalid(format!("The interaction is {state}; complete needs ENDED"), format!("state={state} allowed=ENDED")));
        }
        let owner = self.agents.get(agent);
        let is_in_work = owner.is_some_and(super::agent::Agent::is_in_work);
        let mode = owner.and_then(|owner| owner.desk).map(|desk| if known.is_originator { desk.outgoing } else { desk.incoming });
        let is_required = mode == Some(WrapupDataMode::REQUIRED_WITH_DATA);
        let may_ask = self.settings.has_dispositions && mode != Some(WrapupDataMode::NOT_ALLOWED);
        match outcome {
            Some(Disposition::Chosen { id: number, name, notes }) => {
                let Some(mut request) = self.call_data_request(interaction) else { return Ok(()) };
                request.call_wrapup_data = Some(text(&name));
                if let Some(known) = self.interactions.get_mut(&interaction) {
                    known.silent_wrapup = Some(name.clone());
                }
                self.request(
                    Some(id),
                    agent,
                    Purpose::WrapUp { interaction, id: number, name, notes: notes.map(String::into_boxed_str) },
                    request.into(),
                );
            }
            Some(Disposition::Skipped) if is_required && known.disposition.is_none() => {
                return Err(Failure::new(FailureCode::DispositionRequired, "A disposition is required"));
            }
            Some(Disposition::Skipped) => self.finish(Some(id), interaction),
            None if known.disposition.is_some() => self.finish(Some(id), interaction),
            None if may_ask => self.reply(id, Reply::NeedInfo(NeedInfo::Disposition { required: is_required })),
            None if is_in_work => self.reply(id, Reply::NeedInfo(NeedInfo::AgentState)),
            None => self.finish(Some(id), interaction),
        }
        Ok(())
    }

    /// RELEASE_CALL: the server need not wait for wrap-up data any longer.
    pub(super) fn finish(&mut self, command: Option<CommandId>, interaction: InteractionId) {
        let Some(known) = self.interactions.get(&interaction) else { return };
        let (agent, last) = (known.agent.clone(), &known.last);
        let request = wire::ReleaseCallReq {
            peripheral_id: last.peripheral,
            connection_device_id_type: last.id_type,
            connection_call_id: last.call_id,
            connection_device_id: Some(text(&last.device)),
            ..Default::default()
        };
        self.request(command, &agent, Purpose::Finish { interaction }, request.into());
    }
}

/// Sends a connection's call elsewhere.
pub(super) fn deflection(
    peripheral_id: u32,
    conversation: &Conversation,
    agent_instrument: Option<Text<'static>>,
    destination: &Name,
) -> wire::DeflectCallReq<'static> {
    about_connection!(
        DeflectCallReq,
        peripheral_id,
        conversation,
        agent_instrument,
        called_device_type: DeviceIdType::NONE,
        called_device_id: Some(text(destination)),
    )
}

pub(super) fn invalid(message: impl Into<String>, context: impl Into<String>) -> Failure {
    Failure::new(FailureCode::InvalidState, message).with_context(context)
}

//! Requests of sessions: every one gets its one answer.

use super::agent::AgentIx;
use super::call::{CallData, CallId, NO_CALL, variables_of};
use super::consult::is_dialable;
use super::emit::{NO_LINE, STATIC, some};
use super::phone::{Dial, NO_NEW_CALL, NO_NEW_CALL_RESERVED};
use super::{Output, Refusal, World};
use crate::protocol::message::{
    AnswerCallConf, BadCallConf, ClearCallConf, ClearConnectionConf, ClearConnectionReq, ControlFailureConf, FailureConf, HoldCallConf,
    MakeCallConf, MakeCallReq, ReleaseCallConf, RetrieveCallConf, SetCallDataConf, SetCallDataReq,
};
use crate::protocol::values::{AgentState, CallMannerType, CallType, ControlFailureCode as Cf, LineType, StatusCode};
use crate::protocol::{Message, ProtocolVersion};
use crate::time::Now;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The session.
    pub session: u64,
    /// Its protocol version.
    pub version: ProtocolVersion,
    /// The one device that a Client Events session may control.
    pub device: Option<String>,
    /// Its ClientID.
    pub client_id: String,
    /// Where it comes from.
    pub address: String,
}

/// What a request comes to.
pub(super) type Answer = Result<Message<'static>, Refusal>;

/// The PeripheralID of a request that has one in its fixed part.
macro_rules! peripheral_of {
    ($message:expr, $($kind:ident)*) => {
        match $message {
            $( Message::$kind(request) => Some(request.peripheral_id), )*
            _ => None,
        }
    };
}

impl World {
    /// Does what a session asks, and answers before telling what follows from it.
    pub fn request(&mut self, now: Now, asker: &Asker, invoke_id: u32, message: &Message<'_>) {
        self.now = now;
        let at = self.outputs.len();
        let answer = match self.check_peripheral(message) {
            Ok(()) => self.answer_request(asker, message),
            Err(refusal) => Err(refusal),
        };
        let message = match answer {
            Ok(message) => message,
            Err(Refusal::Status(status)) => FailureConf { invoke_id, status, ..FailureConf::default() }.into(),
            Err(Refusal::Control(failure_code, peripheral_error_code)) => {
                ControlFailureConf { invoke_id, failure_code, peripheral_error_code, ..ControlFailureConf::default() }.into()
            }
        };
        let answer = Output::Answer { session: asker.session, message };
        // The CTI OS guide lists the confirmations of transfer and conference behind the events, all others before.
        match answer {
            Output::Answer { message: Message::TransferCallConf(_) | Message::ConferenceCallConf(_), .. } => self.outputs.push_back(answer),
            _ => self.outputs.insert(at, answer),
        }
    }

    fn check_peripheral(&self, message: &Message<'_>) -> Result<(), Refusal> {
        let named = peripheral_of!(message, SetAgentStateReq QueryAgentStateReq AgentDeskSettingsReq AnswerCallReq ClearCallReq
            ClearConnectionReq ConferenceCallReq ConsultationCallReq DeflectCallReq HoldCallReq MakeCallReq MakePredictiveCallReq
            ReconnectCallReq RetrieveCallReq TransferCallReq AlternateCallReq QueryDeviceInfoReq SnapshotCallReq SnapshotDeviceReq
            SendDtmfSignalReq SetCallDataReq ReleaseCallReq BadCallReq SuperviseCallReq SupervisorAssistReq EmergencyCallReq
            QueryAgentStatisticsReq QuerySkillGroupStatisticsReq StartNetworkRecordingReq StopNetworkRecordingReq AgentGreetingControlReq);
        let Some(id) = named else { return Ok(()) };
        match self.peripherals.iter().find(|peripheral| peripheral.id == id) {
            Some(peripheral) if !peripheral.is_online || self.gateway.no_gateway => Err(Cf::RC_SERVICE_INACTIVATE_PIM.into()),
            Some(_) => Ok(()),
            None => Err(StatusCode::INVALID_PERIPHERAL_ID.into()),
        }
    }

    fn answer_request(&mut self, asker: &Asker, message: &Message<'_>) -> Answer {
        match message {
            Message::SetAgentStateReq(request) => self.set_agent_state(asker, request),
            Message::QueryAgentStateReq(request) => self.query_agent_state(asker, request),
            Message::AgentDeskSettingsReq(request) => self.agent_desk_settings(asker, request),
            Message::AnswerCallReq(request) => {
                let call = request.connection_call_id;
                let device = self.acting(asker, call, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
                self.answer(call, &device)?;
                Ok(AnswerCallConf { invoke_id: request.invoke_id }.into())
            }
            Message::HoldCallReq(request) => {
                let call = request.connection_call_id;
                let device = self.acting(asker, call, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
                self.hold(call, &device)?;
                Ok(HoldCallConf { invoke_id: request.invoke_id }.into())
            }
            Message::RetrieveCallReq(request) => {
                let call = request.held_connection_call_id;
                let device = self.acting(asker, call, request.held_connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
                self.retrieve(call, &device)?;
                Ok(RetrieveCallConf { invoke_id: request.invoke_id }.into())
            }
            Message::ClearConnectionReq(request) => self.clear_connection(asker, request),
            Message::ClearCallReq(request) => {
                let call = request.connection_call_id;
                let device = self.acting(asker, call, request.connection_device_id.as_deref(), request.agent_instrument.as_deref())?;
                self.clear_call(call, &device)?;
                Ok(ClearCallConf { invoke_id: request.invoke_id }.into())
            }
            Message::MakeCallReq(request) => self.make_call(asker, request),
            Message::SetCallDataReq(request) => self.set_call_data(asker, request),
            Message::ReleaseCallReq(request) => {
                let call = request.connection_call_id;
                // Ends the time in which data can be set; it never hangs up.
                if self.ended.remove(&call).is_none() && !self.calls.contains_key(&call) {
                    return Err(StatusCode::INVALID_CALLID.into());
                }
                Ok(ReleaseCallConf { invoke_id: request.invoke_id }.into())
            }
            Message::BadCallReq(request) => {
                let call = request.connection_call_id;
                if !self.calls.contains_key(&call) && !self.ended.contains_key(&call) {
                    return Err(Cf::INVALID_CSTA_CONNECTION_IDENTIFIER.into());
                }
                Ok(BadCallConf { invoke_id: request.invoke_id }.into())
            }
            Message::ConsultationCallReq(request) => self.consultation_call(asker, request),
            Message::AlternateCallReq(request) => self.alternate_call(asker, request),
            Message::ReconnectCallReq(request) => self.reconnect_call(asker, request),
            Message::TransferCallReq(request) => self.transfer_call(asker, request),
            Message::ConferenceCallReq(request) => self.conference_call(asker, request),
            Message::DeflectCallReq(request) => self.deflect_call(asker, request),
            Message::SuperviseCallReq(request) => self.supervise_call(asker, request),
            Message::SupervisorAssistReq(request) => self.supervisor_assist(asker, request),
            Message::EmergencyCallReq(request) => self.emergency_call(asker, request),
            Message::SendDtmfSignalReq(request) => self.send_dtmf(asker, request),
            Message::StartNetworkRecordingReq(request) => self.start_recording(asker, request),
            Message::StopNetworkRecordingReq(request) => self.stop_recording(asker, request),
            Message::AgentGreetingControlReq(request) => self.greeting_control(request),
            Message::ListAgentTeamReq(request) => self.list_teams(request),
            Message::QueryAgentStatisticsReq(request) => self.agent_statistics(asker, request),
            Message::QuerySkillGroupStatisticsReq(request) => self.group_statistics(request),
            Message::SnapshotCallReq(request) => self.snapshot_call(request),
            Message::SnapshotDeviceReq(request) => self.snapshot_device(request),
            Message::QueryDeviceInfoReq(request) => self.query_device_info(request),
            // What a Unified CCE peripheral does not do, or nobody asked this world to learn.
            _ => Err(StatusCode::FUNCTION_NOT_AVAILABLE.into()),
        }
    }

    /// The phone at which a call is to be controlled. All Events sessions name it by the connection or the instrument, a
    /// Client Events session controls its own only.
    pub(super) fn acting(
        &self,
        asker: &Asker,
        call: CallId,
        connection: Option<&str>,
        instrument: Option<&str>,
    ) -> Result<String, Refusal> {
        let connection = connection.filter(|device| !device.is_empty());
        let device = connection.or(instrument).or(asker.device.as_deref()).ok_or(StatusCode::REQUIRED_DATA_MISSING)?;
        if asker.device.as_deref().is_some_and(|own| own != device) {
            return Err(Cf::PRIVILEGE_VIOLATION_ON_SPECIFIED_DEVICE.into());
        }
        if instrument.is_some_and(|instrument| !instrument.is_empty() && instrument != device) {
            return Err(Cf::AGENT_NOT_PARTY_ON_CALL.into());
        }
        // Without an agent there is no third-party control of a phone.
        if self.agent_at(device).is_none() {
            return Err(if self.phones.contains_key(device) {
                StatusCode::AGENT_NOT_LOGGED_ON.into()
            } else {
                Cf::INVALID_CSTA_DEVICE_IDENTIFIER.into()
            });
        }
        if call == NO_CALL {
            return Ok(device.to_owned());
        }
        match self.calls.get(&call).map(|call| call.leg(device)) {
            Some(Some(leg)) if leg.is_monitored => Err(Cf::INVALID_OBJECT_STATE.into()),
            Some(Some(_)) => Ok(device.to_owned()),
            Some(None) => Err(Cf::AGENT_NOT_PARTY_ON_CALL.into()),
            None => Err(Cf::INVALID_CSTA_CONNECTION_IDENTIFIER.into()),
        }
    }

    /// The agent that a request names by id, extension or instrument; all names given must agree.
    pub(super) fn agent_named(&self, id: Option<&str>, extension: Option<&str>, instrument: Option<&str>) -> Result<AgentIx, Refusal> {
        let given = |name: Option<&str>| name.map(str::to_owned).filter(|name| !name.is_empty());
        let (id, extension, instrument) = (given(id), given(extension), given(instrument));
        let by_id = match &id {
            Some(id) => Some(self.agents.find(id).ok_or(StatusCode::INVALID_AGENT_DATA)?),
            None => None,
        };
        let mut found = by_id;
        for device in [extension, instrument].into_iter().flatten() {
            let user = self.agent_at(&device);
            match (user, by_id) {
                // The usual phone of an agent who is signed out names the agent too.
                (None, Some(ix)) if self.agents[ix].home == device && !self.agents[ix].is_logged_in() => {}
                (None, None) => {
                    let home = self.agents.iter().find(|(_, agent)| agent.home == device && !agent.is_logged_in());
                    found = Some(home.map(|(ix, _)| ix).ok_or(StatusCode::AGENT_NOT_LOGGED_ON)?);
                }
                (Some(user), Some(ix)) if user != ix => return Err(StatusCode::INCONSISTENT_AGENT_DATA.into()),
                (None, Some(_)) => return Err(StatusCode::INCONSISTENT_AGENT_DATA.into()),
                (Some(user), _) => found = Some(user),
            }
        }
        found.ok_or_else(|| StatusCode::REQUIRED_DATA_MISSING.into())
    }

    fn clear_connection(&mut self, asker: &Asker, request: &ClearConnectionReq<'_>) -> Answer {
        let call = request.connection_call_id;
        let confirmed = ClearConnectionConf { invoke_id: request.invoke_id };
        let named = request.connection_device_id.as_deref();
        if let Some(requester) = request.requesting_device_id.as_deref()
            && named.is_some_and(|named| named != requester)
        {
            // Dropping another participant is a right that the default world's agents do not have.
            let _ = self.acting(asker, call, Some(requester), None)?;
            return Err(Cf::DROP_ANY_PARTY_NOT_ENABLED_CTI.into());
        }
        let device = self.acting(asker, call, named, request.agent_instrument.as_deref())?;
        let call = if call == NO_CALL { self.calls_at(&device).first().copied().ok_or(Cf::NO_CALL_TO_CLEAR)? } else { call };
        self.hang_up(call, &device)?;
        Ok(confirmed.into())
    }

    /// CLEAR_CALL_REQ ends the whole call. That it costs the client its control, as the CTI OS guide warns, is not imitated.
    fn clear_call(&mut self, id: CallId, device: &str) -> Result<(), Refusal> {
        while self.calls.contains_key(&id) {
            let next = self.calls.get(&id).and_then(|call| call.agents().find(|leg| leg.device != device)).map(|leg| leg.device.clone());
            let next = next.unwrap_or_else(|| device.to_owned());
            self.hang_up(id, &next)?;
        }
        Ok(())
    }

    fn make_call(&mut self, asker: &Asker, request: &MakeCallReq<'_>) -> Answer {
        let device = request.agent_instrument.as_deref().or(asker.device.as_deref()).ok_or(StatusCode::REQUIRED_DATA_MISSING)?.to_owned();
        if asker.device.as_deref().is_some_and(|own| own != device) {
            return Err(Cf::PRIVILEGE_VIOLATION_ON_CALLING_DEVICE.into());
        }
        let number = request.dialed_number.as_deref().unwrap_or("").trim().to_owned();
        if number.is_empty() {
            return Err(StatusCode::REQUIRED_DATA_MISSING.into());
        }
        if !self.phones.contains_key(&device) {
            return Err(Cf::INVALID_CALLING_DEVICE.into());
        }
        let ix = self.agent_at(&device).ok_or(StatusCode::AGENT_NOT_LOGGED_ON)?;
        self.may_call(ix)?;
        if !is_dialable(&number) {
            return Err(Cf::INVALID_DESTINATION.into());
        }
        let mut data = CallData::default();
        let (named, arrays): (Vec<_>, Vec<_>) = (request.named_variables.iter().collect(), request.named_arrays.iter().collect());
        let named = named.iter().map(|v| (&*v.name, &*v.value));
        let arrays = arrays.iter().map(|a| (a.index, &*a.name, &*a.value));
        self.take_data(&mut data, variables_of!(request), named, arrays)?;
        data.wrapup = request.call_wrapup_data.as_deref().map(str::to_owned);
        data.user_to_user = request.user_to_user_info.as_ref().map(|info| info.0.to_vec());
        let group = Some(request.skill_group_number).filter(|group| self.agents[ix].groups.contains(group));
        // A "belligerent" call would drop the active one; there is none in the states that allow a call.
        debug_assert!(request.call_manner_type != CallMannerType::BELLIGERENT || self.calls_at(&device).is_empty());
        let id = self.dial(&device, &number, Dial { data, group, ..Dial::default() });
        Ok(MakeCallConf {
            invoke_id: request.invoke_id,
            new_connection_call_id: id,
            new_connection_device_id_type: STATIC,
            line_handle: NO_LINE,
            line_type: if number.starts_with('+') { LineType::OUTBOUND } else { LineType::INSIDE },
            new_connection_device_id: some(&device),
        }
        .into())
    }

    /// A call of one's own is possible in NOT_READY only, and not with another call.
    fn may_call(&self, ix: AgentIx) -> Result<(), Refusal> {
        let agent = &self.agents[ix];
        match agent.state {
            AgentState::NOT_READY if self.calls_at(agent.instrument()).is_empty() => Ok(()),
            AgentState::RESERVED => Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, NO_NEW_CALL_RESERVED)),
            _ => Err(Refusal::Control(Cf::INVALID_OBJECT_STATE, NO_NEW_CALL)),
        }
    }

    /// Takes call variables and ECC variables of a request; gives the names of the ECC variables that it sets.
    pub(super) fn take_data<'m>(
        &self,
        data: &mut CallData,
        variables: [Option<&str>; 10],
        named: impl Iterator<Item = (&'m str, &'m str)>,
        arrays: impl Iterator<Item = (u8, &'m str, &'m str)>,
    ) -> Result<Vec<String>, Refusal> {
        for ((slot, value), may_set) in data.variables.iter_mut().zip(variables).zip(self.settings.variable_map) {
            if let Some(value) = value {
                if !may_set {
                    return Err(StatusCode::PROTECTED_VARIABLE.into());
                }
                if value.len() > 40 {
                    return Err(StatusCode::INVALID_FIELD_LENGTH.into());
                }
                *slot = Some(value.to_owned());
            }
        }
        let mut changed = Vec::new();
        for (name, value) in named {
            self.check_ecc(name, false)?;
            check_ecc_value(value)?;
            if data.arrays.iter().any(|(_, known, _)| known == name) {
                return Err(StatusCode::SCALAR_FUNCTION_ON_ARRAY.into());
            }
            data.set_named(name, value);
            changed.push(name.to_owned());
        }
        for (index, name, value) in arrays {
            self.check_ecc(name, true)?;
            check_ecc_value(value)?;
            if data.named.iter().any(|(known, _)| known == name) {
                return Err(StatusCode::ARRAY_FUNCTION_ON_SCALAR.into());
            }
            data.set_array(index, name, value);
            changed.push(name.to_owned());
        }
        if data.ecc_len() > 2000 {
            return Err(StatusCode::TOO_MUCH_DATA.into());
        }
        Ok(changed)
    }

    /// Whether a name is configured, and as what. Without a list of their own the names that begin with `user.` or, for the
    /// outbound option, `BA` are configured, each as what it is first used; the default profile then takes any name.
    ///
    /// # Errors
    /// Status 67, 68, 75 or 76.
    pub fn check_ecc(&self, name: &str, is_array: bool) -> Result<(), StatusCode> {
        let unknown = if is_array { StatusCode::NAMED_ARRAY_NOT_CONFIGURED } else { StatusCode::NAMED_VARIABLE_NOT_CONFIGURED };
        if name.is_empty() || name.len() > 32 {
            return Err(unknown);
        }
        let list = &self.settings.ecc_variables;
        let is_outbound = name.starts_with("BA");
        if list.is_empty() || is_outbound && !is_array {
            let is_configured = name.starts_with("user.") || is_outbound;
            return if self.profile == super::Profile::Strict && !is_configured { Err(unknown) } else { Ok(()) };
        }
        let is_listed_as = |array: bool| {
            list.iter().any(|listed| match listed.strip_suffix("[]") {
                Some(listed) => array && listed == name,
                None => !array && listed == name,
            })
        };
        match (is_listed_as(is_array), is_listed_as(!is_array)) {
            (true, _) => Ok(()),
            (false, true) if is_array => Err(StatusCode::ARRAY_FUNCTION_ON_SCALAR),
            (false, true) => Err(StatusCode::SCALAR_FUNCTION_ON_ARRAY),
            (false, false) => Err(unknown),
        }
    }

    fn set_call_data(&mut self, asker: &Asker, request: &SetCallDataReq<'_>) -> Answer {
        let id = request.connection_call_id;
        let confirmed = SetCallDataConf { invoke_id: request.invoke_id };
        let is_live = self.calls.contains_key(&id);
        let call = if is_live { self.calls.get(&id) } else { self.ended.get(&id).map(|ended| &ended.call) };
        let call = call.ok_or(StatusCode::INVALID_CALLID)?;
        let device = request.connection_device_id.as_deref().ok_or(StatusCode::REQUIRED_DATA_MISSING)?.to_owned();
        // A session of one device may write at its own calls only.
        let is_foreign = asker.device.as_deref().is_some_and(|own| call.leg(own).is_none());
        if is_live && call.leg(&device).is_none() || is_foreign {
            return Err(StatusCode::NOT_CALL_PARTY.into());
        }
        let too_long = |value: Option<&str>, max: usize| value.is_some_and(|value| value.len() > max);
        if too_long(request.call_wrapup_data.as_deref(), 39)
            || too_long(request.ani.as_deref(), 39)
            || too_long(request.caller_entered_digits.as_deref(), 39)
        {
            return Err(StatusCode::INVALID_FIELD_LENGTH.into());
        }
        let owned = |value: Option<&str>| value.map(str::to_owned);
        let mut update = CallData {
            ani: owned(request.ani.as_deref()),
            entered_digits: owned(request.caller_entered_digits.as_deref()),
            user_to_user: request.user_to_user_info.as_ref().map(|info| info.0.to_vec()),
            wrapup: owned(request.call_wrapup_data.as_deref()),
            ..CallData::default()
        };
        let variables = variables_of!(request);
        for (slot, value) in update.variables.iter_mut().zip(variables) {
            *slot = value.map(str::to_owned);
        }
        if let (Some(day), Some(call)) = (request.router_call_key_day, request.router_call_key_call_id) {
            update.router_key = Some((day, call, request.router_call_key_sequence_number.unwrap_or(0)));
        }
        let mut data = call.data.clone();
        let (named, arrays): (Vec<_>, Vec<_>) = (request.named_variables.iter().collect(), request.named_arrays.iter().collect());
        let named = named.iter().map(|v| (&*v.name, &*v.value));
        let arrays = arrays.iter().map(|a| (a.index, &*a.name, &*a.value));
        let changed = self.take_data(&mut data, variables, named, arrays)?;
        let keep = |old: &mut Option<String>, new: &Option<String>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        keep(&mut data.ani, &update.ani);
        keep(&mut data.entered_digits, &update.entered_digits);
        keep(&mut data.wrapup, &update.wrapup);
        if update.user_to_user.is_some() {
            data.user_to_user.clone_from(&update.user_to_user);
        }
        data.router_key = update.router_key.or(data.router_key);
        let gives_wrapup = data.wrapup.as_deref().is_some_and(|data| !data.is_empty());
        let call = if is_live { self.calls.get_mut(&id) } else { self.ended.get_mut(&id).map(|ended| &mut ended.call) };
        if let Some(call) = call {
            call.data = data;
            // Sent every time, so the last known value is repeated by clients; 0xffff and 0 change nothing.
            if is_live && request.call_type != CallType::NONE && request.call_type != CallType(0) {
                call.call_type = request.call_type;
            }
        }
        if gives_wrapup {
            let owing: Vec<AgentIx> = self.agents.iter().filter(|(_, agent)| agent.last_call == Some(id)).map(|(ix, _)| ix).collect();
            for ix in owing {
                self.agents[ix].owes_data = false;
            }
        }
        if is_live {
            let decides = changed.iter().any(|name| name == "BAResponse");
            self.tell_data(id, &device, &update, changed);
            if decides {
                self.reservation_answered(id, &device);
            }
        }
        Ok(confirmed.into())
    }
}

fn check_ecc_value(value: &str) -> Result<(), StatusCode> {
    if value.len() > 210 { Err(StatusCode::VALUE_TOO_LONG) } else { Ok(()) }
}

//! What sessions do for each other over the CTI Server: recording servers, texts, variables they register for.
//!
//! A session with the Server service registers as recording server. START_RECORDING_REQ and STOP_RECORDING_REQ of others are
//! passed on to it under an InvokeID of the server, and its answers are passed back under the asker's. The status for "no
//! server for the request" has a name but no number in any source, so status 17 stands for it (inferred).

use std::time::{Duration, Instant};

use super::station::{ConnId, Session, Station};
use super::world::{Asker, Output as WorldOutput, VariableFilter};
use crate::protocol::Message;
use crate::protocol::masks::ServiceMask;
use crate::protocol::message::{
    ControlFailureConf, FailureConf, RegisterServiceConf, RegisterServiceReq, RegisterVariablesReq, StartRecordingConf, StartRecordingReq,
    StopRecordingConf, StopRecordingReq, UnregisterServiceConf, UserMessageEvent, UserMessageReq,
};
use crate::protocol::values::{MessageDistribution, ServerMode, StatusCode};

/// The one service that is known.
const CALL_RECORDING: &str = "Cisco:CallRecording";
/// How long a recording server may take to answer (inferred).
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Inferred, see above.
const NO_SERVER_FOR_REQUEST: StatusCode = StatusCode::UNSPECIFIED_FAILURE;
/// More requests than can be on their way to recording servers.
const MOST_PASSED_ON: usize = 10_000;

/// A registered recording server.
#[derive(Debug)]
pub(super) struct RecordingServer {
    id: u32,
    session: u64,
    mode: ServerMode,
    /// Counts up with every request, so that the one that waited longest comes first.
    last_asked: u64,
}

/// A request that was passed on to a recording server.
#[derive(Debug)]
pub(super) struct PassedOn {
    /// InvokeID under which the server asked.
    invoke: u32,
    asker: u64,
    asked: u32,
    server: u64,
    pub(super) deadline: Instant,
}

impl Station {
    /// Registers, takes back, passes on, passes back; `None` for all other messages.
    pub(super) fn recording_request(&mut self, asker: &Asker, message: &Message<'_>) -> Option<Result<(), StatusCode>> {
        Some(match message {
            Message::RegisterServiceReq(request) => self.register_server(asker, request),
            Message::UnregisterServiceReq(request) => {
                let known =
                    self.servers.iter().position(|server| server.id == request.registered_service_id && server.session == asker.session);
                match known {
                    Some(at) => {
                        self.servers.remove(at);
                        self.answer(asker.session, UnregisterServiceConf { invoke_id: request.invoke_id }.into());
                        Ok(())
                    }
                    None => Err(StatusCode::INVALID_SERVICE),
                }
            }
            Message::StartRecordingReq(request) => {
                let mut copy = request.clone();
                copy.client_id.get_or_insert_with(|| asker.client_id.clone().into());
                copy.client_address.get_or_insert_with(|| asker.address.clone().into());
                self.pass_on(asker, request.invoke_id, request.connection_call_id, None, |invoke_id| {
                    StartRecordingReq { invoke_id, ..copy.clone() }.into()
                })
            }
            Message::StopRecordingReq(request) => {
                let mut copy = request.clone();
                copy.client_id.get_or_insert_with(|| asker.client_id.clone().into());
                copy.client_address.get_or_insert_with(|| asker.address.clone().into());
                let named = Some(u64::from(request.session_id)).filter(|session| *session != 0);
                self.pass_on(asker, request.invoke_id, request.connection_call_id, named, |invoke_id| {
                    StopRecordingReq { invoke_id, ..copy.clone() }.into()
                })
            }
            Message::StartRecordingConf(conf) => self.pass_back(asker, conf.invoke_id, |asked| {
                let session_id = u32::try_from(asker.session).unwrap_or(0);
                let client_id = Some(asker.client_id.clone().into());
                let client_address = Some(asker.address.clone().into());
                StartRecordingConf {
                    invoke_id: asked,
                    // Goes back with STOP_RECORDING_REQ and leads there to the same server.
                    session_id: if conf.session_id == 0 { session_id } else { conf.session_id },
                    server_data: conf.server_data,
                    client_id,
                    client_address,
                    ..StartRecordingConf::default()
                }
                .into()
            }),
            Message::StopRecordingConf(conf) => self.pass_back(asker, conf.invoke_id, |asked| {
                let (client_id, client_address) = (Some(asker.client_id.clone().into()), Some(asker.address.clone().into()));
                StopRecordingConf { invoke_id: asked, client_id, client_address, ..StopRecordingConf::default() }.into()
            }),
            Message::FailureConf(failure) => self.pass_back(asker, failure.invoke_id, |asked| {
                FailureConf { invoke_id: asked, status: failure.status, ..FailureConf::default() }.into()
            }),
            Message::ControlFailureConf(failure) => self.pass_back(asker, failure.invoke_id, |asked| {
                let (failure_code, peripheral_error_code) = (failure.failure_code, failure.peripheral_error_code);
                ControlFailureConf { invoke_id: asked, failure_code, peripheral_error_code, ..ControlFailureConf::default() }.into()
            }),
            _ => return None,
        })
    }

    fn register_server(&mut self, asker: &Asker, request: &RegisterServiceReq<'_>) -> Result<(), StatusCode> {
        if request.service_name.as_deref() != Some(CALL_RECORDING) {
            return Err(StatusCode::INVALID_SERVICE);
        }
        let alone = |mode: ServerMode| mode == ServerMode::EXCLUSIVE;
        if self.servers.iter().any(|server| alone(server.mode) || alone(request.server_mode) || server.session == asker.session) {
            return Err(NO_SERVER_FOR_REQUEST);
        }
        self.next_service += 1;
        let id = self.next_service;
        self.servers.push(RecordingServer { id, session: asker.session, mode: request.server_mode, last_asked: 0 });
        self.answer(asker.session, RegisterServiceConf { invoke_id: request.invoke_id, registered_service_id: id }.into());
        Ok(())
    }

    /// Passes a request on: to the server it names, else to all parallel ones, else to the one that waited longest.
    fn pass_on<'m>(
        &mut self,
        asker: &Asker,
        asked: u32,
        call: u32,
        named: Option<u64>,
        message: impl Fn(u32) -> Message<'m>,
    ) -> Result<(), StatusCode> {
        if !self.world.has_call(call) {
            return Err(StatusCode::INVALID_CALLID);
        }
        let mut servers: Vec<u64> = match named {
            Some(named) => self.servers.iter().map(|server| server.session).filter(|session| *session == named).collect(),
            None => Vec::new(),
        };
        if servers.is_empty() {
            servers.extend(self.servers.iter().filter(|server| server.mode == ServerMode::PARALLEL).map(|server| server.session));
        }
        if servers.is_empty() {
            servers.extend(self.servers.iter().min_by_key(|server| server.last_asked).map(|server| server.session));
        }
        if servers.is_empty() || self.passed_on.len() >= MOST_PASSED_ON {
            return Err(NO_SERVER_FOR_REQUEST);
        }
        let deadline = self.now.mono + ANSWER_TIME;
        for server in servers {
            let invoke = self.next_server_invoke;
            self.next_server_invoke += 1;
            let turn = u64::from(invoke);
            self.servers.iter_mut().filter(|known| known.session == server).for_each(|known| known.last_asked = turn);
            self.passed_on.push(PassedOn { invoke, asker: asker.session, asked, server, deadline });
            if let Some(conn) = self.sessions.get(&server).copied() {
                self.send(conn, &message(invoke));
            }
        }
        Ok(())
    }

    /// An answer of a recording server goes to who asked; one that nobody asked for changes nothing.
    fn pass_back(&mut self, asker: &Asker, invoke: u32, message: impl FnOnce(u32) -> Message<'static>) -> Result<(), StatusCode> {
        let at = self.passed_on.iter().position(|passed| passed.invoke == invoke && passed.server == asker.session);
        if let Some(passed) = at.map(|at| self.passed_on.swap_remove(at)) {
            self.answer(passed.asker, message(passed.asked));
        }
        Ok(())
    }

    /// Requests that no recording server answered in time.
    pub(super) fn expire_passed_on(&mut self) {
        let now = self.now.mono;
        let late: Vec<PassedOn> = self.passed_on.extract_if(.., |passed| passed.deadline <= now).collect();
        for passed in late {
            self.answer(
                passed.asker,
                FailureConf { invoke_id: passed.asked, status: StatusCode::TIMEOUT, ..FailureConf::default() }.into(),
            );
        }
    }

    /// A session that is gone serves nobody any more.
    pub(super) fn forget_server(&mut self, session: u64) {
        self.servers.retain(|server| server.session != session);
        let lost: Vec<PassedOn> = self.passed_on.extract_if(.., |passed| passed.server == session || passed.asker == session).collect();
        for passed in lost.into_iter().filter(|passed| passed.asker != session) {
            let status = StatusCode::CLIENT_DISCONNECTED;
            self.answer(passed.asker, FailureConf { invoke_id: passed.asked, status, ..FailureConf::default() }.into());
        }
    }

    /// Whether a session is a registered recording server.
    pub(super) fn recording_servers(&self) -> Vec<u64> {
        self.servers.iter().map(|server| server.session).collect()
    }

    /// An answer of the server itself, on the same way as those of the world.
    pub(super) fn answer(&mut self, session: u64, message: Message<'static>) {
        self.mixer.push(self.now.mono, WorldOutput::Answer { session, message });
    }

    /// Passes a text on to the sessions it is for.
    pub(super) fn user_message(&mut self, asker: &Asker, request: &UserMessageReq<'_>) -> Result<(), StatusCode> {
        let wanted = request.client_id.as_deref();
        let event = UserMessageEvent {
            icm_central_controller_time: self.world.controller_time(),
            distribution: request.distribution,
            client_id: Some(asker.client_id.clone().into()),
            text: request.text.clone().map(crate::protocol::Text::into_owned),
        };
        let is_for = |session: &Session| match request.distribution {
            MessageDistribution::CLIENT => wanted == Some(session.client_id.as_str()),
            // The event does not name whom it is for, so every bridge gets it, and the desktops of the one team.
            MessageDistribution::SUPERVISOR => session.services.intersects(ServiceMask::SUPERVISOR | ServiceMask::ALL_EVENTS),
            _ => true,
        };
        match request.distribution {
            MessageDistribution::CLIENT if wanted.is_none() => return Err(StatusCode::REQUIRED_DATA_MISSING),
            MessageDistribution::CLIENT | MessageDistribution::ALL => {}
            MessageDistribution::SUPERVISOR | MessageDistribution::TEAM => {
                let (id, extension) = (request.agent_id.as_deref(), request.agent_extension.as_deref());
                let instrument = request.agent_instrument.as_deref().or(asker.device.as_deref());
                if !self.world.has_team(id, extension, instrument)? {
                    return Err(StatusCode::TEAM_NOT_FOUND);
                }
            }
            _ => return Err(StatusCode::INVALID_DISTRIBUTION_TYPE),
        }
        let receivers: Vec<ConnId> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.session.as_ref().is_some_and(|session| !session.is_standby && is_for(session)))
            .map(|(conn, _)| *conn)
            .collect();
        if receivers.is_empty() {
            return Err(StatusCode::CLIENT_NOT_FOUND);
        }
        let event = event.into();
        for conn in receivers {
            self.send(conn, &event);
        }
        Ok(())
    }

    pub(super) fn register_variables(&self, request: &RegisterVariablesReq<'_>) -> Result<VariableFilter, StatusCode> {
        // One wrong name refuses the whole request.
        for variable in &request.named_variables {
            self.world.check_ecc(&variable.name, false)?;
        }
        for element in &request.named_arrays {
            self.world.check_ecc(&element.name, true)?;
        }
        let names = request.named_variables.iter().map(|v| v.name).chain(request.named_arrays.iter().map(|a| a.name));
        Ok(VariableFilter { variables: request.call_variable_mask, names: names.map(|name| name.to_string()).collect() })
    }
}

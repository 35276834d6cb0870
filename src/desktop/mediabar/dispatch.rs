//! Frames become commands, commands become answers: the order of checks, what the hub answers itself, what the engine does.
//!
//! First one wins: no JSON, envelope, unknown command, no session or not started, unknown target, not allowed, unsupported,
//! data, and then whatever the state of things says.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::Arc;

use super::command::{self, Caller, Verb};
use super::envelope::{self, Malformed, Request};
use super::event::Body;
use super::form::Form;
use super::login::judge;
use super::session::{Session, SessionKey};
use super::target::{Kind, Object, Path, resolve};
use super::watch::not_proved;
use crate::auth::{Mode, Permission};
use crate::desktop::hub::{Binding, Hub, Pending, SocketId};
use crate::desktop::outbox::{CloseCode, Text};
use crate::engine::command::{Command, Failure, FailureCode, Reply};
use crate::engine::event::{Event, StateChange};
use crate::engine::model::{AgentId, AgentInfo, AgentState, Capabilities, ChannelInfo, ChannelState, Name};
use crate::engine::{self, Engine, ServiceStatus};
use crate::time::Now;

/// How many request ids of one socket are remembered.
const REMEMBERED_IDS: usize = 256;

/// A command as a desktop asked for it, until it is answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which socket waits for the answer.
    pub socket: SocketId,
    /// Canonical name, for telemetry.
    pub name: &'static str,
    /// What it asks for.
    pub verb: Verb,
    /// As it came.
    pub request: Request,
}

type Checked<T> = Result<T, Failure>;

impl Hub {
    /// A text message came.
    pub(crate) fn frame(&mut self, now: Now, socket: SocketId, text: Text, engine: &mut Engine) {
        if self.sockets.get_mut(socket).is_none() {
            return;
        }
        let request = match Request::parse(text.clone()) {
            Ok(request) => request,
            Err(Malformed::NotJson) => {
                self.telemetry.desktop.answered("", FailureCode::BadJson.as_str());
                self.send(socket, envelope::bad_json(&text));
                return;
            }
            Err(Malformed::Envelope(request, problem)) => {
                self.fail(socket, "", &request, &Failure::new(FailureCode::BadRequest, problem));
                return;
            }
        };
        let Some((name, kind, verb)) = command::find(request.command()) else {
            self.fail(socket, "", &request, &Failure::new(FailureCode::UnknownCommand, "There is no such command"));
            return;
        };
        if !self.use_id(socket, &request) {
            // Not `fail`: the id belongs to the request that was carried out.
            let failure = Failure::new(FailureCode::RepeatedRequestId, "A request with this requestId was carried out already");
            self.send_failure(socket, name, &request, &failure);
            return;
        }
        if verb == Verb::PrepareSession {
            self.prepare(now, socket, request, engine);
            return;
        }
        let asked = Asked { socket, name, verb, request };
        if let Err(failure) = self.command(now, kind, &asked, engine) {
            self.fail(socket, name, &asked.request, &failure);
        }
    }

    /// The first request over the limit gets an answer before its socket is closed.
    pub(crate) fn refuse_excess(&self, socket: SocketId, text: Text) {
        if let Ok(request) = Request::parse(text) {
            let name = command::find(request.command()).map_or("", |(name, ..)| name);
            self.send_failure(socket, name, &request, &Failure::new(FailureCode::RateLimited, "Too many requests"));
        }
    }

    /// Marks the request id as used; false if it was used before.
    fn use_id(&mut self, socket: SocketId, request: &Request) -> bool {
        let Some(id) = request.request_id() else { return true };
        let hash = self.id_hasher.hash_one(id);
        let Some(socket) = self.sockets.get_mut(socket) else { return true };
        if socket.used_ids.contains(&hash) {
            return false;
        }
        if socket.used_ids.len() >= REMEMBERED_IDS {
            socket.used_ids.pop_front();
        }
        socket.used_ids.push_back(hash);
        true
    }

    /// Nothing was carried out: the id may be used again.
    fn free_id(&mut self, socket: SocketId, request: &Request) {
        let Some(id) = request.request_id() else { return };
        let hash = self.id_hasher.hash_one(id);
        if let Some(socket) = self.sockets.get_mut(socket) {
            socket.used_ids.retain(|used| *used != hash);
        }
    }

    /// Answers with a failure.
    pub(crate) fn fail(&mut self, socket: SocketId, name: &'static str, request: &Request, failure: &Failure) {
        // After these nobody knows whether it was carried out.
        if !matches!(failure.code, FailureCode::CtiTimeout | FailureCode::UnknownOutcome) {
            self.free_id(socket, request);
        }
        self.send_failure(socket, name, request, failure);
    }

    fn send_failure(&self, socket: SocketId, name: &'static str, request: &Request, failure: &Failure) {
        self.telemetry.desktop.answered(name, failure.code.as_str());
        self.send(socket, request.failure(failure));
    }

    /// Answers that more is needed or a question is open: nothing was carried out.
    pub(crate) fn ask_back(&mut self, socket: SocketId, name: &'static str, request: &Request, result: &'static str, text: Text) {
        self.free_id(socket, request);
        self.telemetry.desktop.answered(name, result);
        self.send(socket, text);
    }

    /// Answers with success.
    pub(crate) fn succeed(&self, socket: SocketId, name: &'static str, text: Text) {
        self.telemetry.desktop.answered(name, "success");
        self.send(socket, text);
    }

    /// A command to a session.
    fn command(&mut self, now: Now, kind: Kind, asked: &Asked, engine: &mut Engine) -> Checked<()> {
        let Asked { socket, verb, ref request, .. } = *asked;
        let target = request.target().ok_or_else(|| Failure::new(FailureCode::BadRequest, "target is missing"))?;
        let not_bound = || Failure::new(FailureCode::NotBound, "This connection has no such session");
        let Some(&Binding::Bound(key)) = self.sockets.get_mut(socket).map(|socket| &socket.binding) else { return Err(not_bound()) };
        let session = self.sessions.get_mut(&key).ok_or_else(not_bound)?;
        if target.split('.').next() != Some(session.root.session.as_str()) {
            return Err(not_bound());
        }
        let is_mirror = session.command.socket != Some(socket);
        let is_started = session.view_mut(socket).is_some_and(|view| view.is_started);
        if verb != Verb::Start && !is_started {
            return Err(Failure::new(FailureCode::NotStarted, "session.start must be the first command of a session"));
        }
        let found = resolve(&session.root, &session.known, kind, target);
        // Groups and channels may be places where nobody is logged in.
        let idle = if found.is_err() { session.idle_place(kind, target) } else { None };
        let object = match (found, idle) {
            (Err(_), Some(_)) if kind == Kind::Group => Object::Group,
            (Err(_), Some(_)) => Object::Channel,
            (found, _) => found?,
        };
        if is_mirror && !matches!(verb, Verb::Start | Verb::Takeover) {
            return Err(Failure::new(FailureCode::NotAuthorized, "This desktop only looks on; session.takeover makes it command"));
        }
        let is_supervisor = self.settings.acd_names_supervisors && engine.is_supervisor(&session.agent);
        let may = |permission| session.identity.may(permission) || (permission == Permission::Supervise && is_supervisor);
        if verb.permission().is_some_and(|permission| !may(permission)) {
            return Err(Failure::new(FailureCode::NotAuthorized, "The user's role does not allow this"));
        }
        if let Some(at) = idle {
            return self.at_idle_place(now, key, at, object, asked, engine);
        }
        match verb {
            Verb::Unsupported => Err(Failure::new(FailureCode::Unsupported, "Not available on this platform")),
            Verb::RemoveChannelGroup => self.remove_group(key, asked),
            Verb::Start => self.start(now, key, asked, is_started, engine),
            Verb::Log => {
                let lines = command::log_lines(request)?;
                self.telemetry.desktop.page_log(target, &lines);
                self.succeed(socket, asked.name, request.success());
                Ok(())
            }
            Verb::GetDirectory => {
                let categories = command::directory(request, &self.settings.directory)?;
                self.succeed(socket, asked.name, request.success());
                self.tell(key, |session, hub| session.scene(&hub.settings, false).directory(&categories));
                Ok(())
            }
            Verb::ExternalDispositions if self.settings.dispositions.is_empty() => {
                Err(Failure::new(FailureCode::Unsupported, "No dispositions are configured"))
            }
            Verb::ExternalDispositions => {
                self.succeed(socket, asked.name, request.success());
                self.tell(key, |session, hub| session.scene(&hub.settings, false).external_dispositions(&hub.settings.dispositions));
                Ok(())
            }
            Verb::Takeover => self.take_over(key, asked),
            Verb::GetTeam => self.get_team(key, asked, engine),
            Verb::LeaveTeam => {
                self.leave_team(key);
                self.succeed(socket, asked.name, request.success());
                Ok(())
            }
            _ => self.pass_on(now, key, object, asked, engine),
        }
    }

    /// A command that the engine carries out.
    pub(super) fn pass_on(&mut self, now: Now, key: SessionKey, object: Object, asked: &Asked, engine: &mut Engine) -> Checked<()> {
        let Asked { socket, name, verb, ref request } = *asked;
        let Some(session) = self.sessions.get(&key) else { return Ok(()) };
        if session.identity.agent.is_none() && verb == Verb::Logout {
            self.logged_out(now, key, asked);
            return Ok(());
        }
        // Where nobody told us the ACD password the agent signs in on the phone; there is nothing to do then.
        if verb == Verb::Activate && session.is_proved && session.password.is_none() && session.identity.agent.is_some() {
            if engine.channel(&session.agent).is_some_and(|channel| channel.state == ChannelState::Active) {
                self.succeed(socket, name, request.success());
                return Ok(());
            }
            if self.settings.auth != Mode::Cti {
                let message = "The agent's password on the ACD is not known here; sign in on the phone";
                return Err(Failure::new(FailureCode::ActivateFailed, message));
            }
        }
        let caller = Caller {
            agent: &session.agent,
            endpoint: &session.endpoint,
            channel: &session.root.channel,
            password: session.password.as_ref(),
            is_proved: session.is_proved,
        };
        let command = command::to_engine(verb, object, request, &caller, &self.settings)?;
        let mut command = command.ok_or_else(|| Failure::new(FailureCode::Internal, "The command has no meaning for its target"))?;
        match &mut command {
            Command::Transfer { destination, .. } if command::is_to_agent(request)? => *destination = phone_of(destination, engine)?,
            Command::Dial(dial) if dial.to_agent => drop(phone_of(&dial.destination, engine)?),
            _ => {}
        }
        if session.held.is_some() {
            return Err(Failure::new(FailureCode::Busy, "A logout is under way"));
        }
        let agent = session.agent.clone();
        if !session.is_proved {
            match verb {
                // Each try goes to the ACD: guessing must not.
                Verb::Activate => {
                    let peer = self.sockets.get_mut(socket).map(|socket| socket.peer);
                    self.check_login_limits(now, Some(&agent), peer)?;
                }
                // To this desktop the channel is not active, whatever the ACD says.
                Verb::Deactivate => {
                    self.succeed(socket, name, request.success());
                    return Ok(());
                }
                Verb::Logout => {
                    self.logged_out(now, key, asked);
                    return Ok(());
                }
                Verb::GetStatistics | Verb::Message => return Err(not_proved()),
                Verb::AddChannel | Verb::AddChannelGroup => {}
                _ => return Err(Failure::new(FailureCode::ChannelNotActive, "The channel is not active").with_context("state=INACTIVE")),
            }
        }
        self.check_reach(key, &command, engine)?;
        if let Command::Dial(dial) = &command
            && self.settings.ask_outbound_skill
            && dial.skill_group.is_none()
            && engine.service() == ServiceStatus::InService
            && let Some(info) = engine.agent(&agent).filter(|info| info.skill_groups.len() > 1)
        {
            let text = request.need_info(&Form::outbound_skill(&info.skill_groups, &self.settings));
            self.ask_back(socket, name, request, "needinfo", text);
            return Ok(());
        }
        if verb == Verb::Logout
            && let Some(session) = self.sessions.get_mut(&key)
        {
            session.held = Some(Vec::new());
        }
        let id = self.expect(Pending::Command(key, Box::new(asked.clone())));
        engine.handle(now, engine::Input::Command(id, agent, command));
        Ok(())
    }

    pub(super) fn tell(&mut self, key: SessionKey, body: impl FnOnce(&Session, &Self) -> Body) {
        let Some(body) = self.sessions.get(&key).map(|session| body(session, self)) else { return };
        self.with_session(key, |session, teller| session.tell(&body, teller));
    }

    fn start(&mut self, now: Now, key: SessionKey, asked: &Asked, is_started: bool, engine: &Engine) -> Checked<()> {
        let asked_for = command::start_extension(&asked.request)?;
        let Some(session) = self.sessions.get_mut(&key) else { return Ok(()) };
        if is_started {
            return Err(
                Failure::new(FailureCode::InvalidState, "The session is started already").with_context("state=logged_in allowed=initial")
            );
        }
        if session.identity.agent.is_none() {
            self.succeed(asked.socket, asked.name, asked.request.success_without_data());
            self.with_session(key, |session, teller| session.start_without_agent(asked.socket, teller));
            return Ok(());
        }
        let known = engine.channel(&session.agent);
        let is_active = known.as_ref().is_some_and(|channel| channel.state == ChannelState::Active);
        let known = known.as_ref().map(|channel| &channel.extension);
        // Where the agent is logged in is no matter of choice.
        let actual = known.filter(|_| session.is_proved && is_active);
        let current = Some(&session.endpoint).filter(|endpoint| !endpoint.is_empty());
        let extension = actual.or(asked_for.as_ref()).or(current).or(session.wanted_extension.as_ref()).or(known).cloned();
        let extension =
            extension.ok_or_else(|| Failure::new(FailureCode::UnknownDevice, "No extension was given and none is known for the agent"))?;
        if extension != session.endpoint && !session.take_place(&extension) {
            session.set_endpoint(&extension);
        }
        // A phone that is in use already is shown only when the password is proved.
        session.is_behind = !session.is_proved && is_active;
        let picture = picture(session, now, engine);
        let team = session.watched.and_then(|id| engine.team(id));
        self.succeed(asked.socket, asked.name, asked.request.success_without_data());
        let shows_calls = self.shows_calls(key, engine);
        let team = team.as_ref().map(|team| (team, shows_calls));
        self.with_session(key, |session, teller| session.start(asked.socket, &picture, team, teller));
        Ok(())
    }

    fn take_over(&mut self, key: SessionKey, asked: &Asked) -> Checked<()> {
        if self.sessions.get(&key).is_some_and(|session| session.held.is_some()) {
            return Err(Failure::new(FailureCode::Busy, "A logout is under way"));
        }
        self.succeed(asked.socket, asked.name, asked.request.success());
        let seat = self.sockets.get_mut(asked.socket).and_then(|socket| socket.seat.clone());
        self.with_session(key, |session, teller| {
            if session.command.socket == Some(asked.socket) {
                return;
            }
            let older = session.command.socket;
            session.swap(asked.socket);
            if let Some(seat) = seat {
                session.sit_down(seat);
            }
            session.lost_at = None;
            let scene = session.scene(teller.settings, false);
            let (command, mirror) = (scene.mode_changed(true), scene.mode_changed(false));
            if let Some(older) = older {
                session.tell_view(older, &mirror, teller);
            }
            session.tell_view(asked.socket, &command, teller);
        });
        Ok(())
    }

    /// The engine has answered.
    pub(crate) fn command_reply(&mut self, now: Now, key: SessionKey, asked: &Asked, reply: Reply, engine: &Engine) {
        let Asked { socket, name, verb, ref request } = *asked;
        let reply = if verb == Verb::Activate { self.judge_login(now, key, socket, reply) } else { reply };
        match reply {
            Reply::Success if verb == Verb::Logout => self.logged_out(now, key, asked),
            Reply::Success if matches!(verb, Verb::AddChannel | Verb::AddChannelGroup) => {
                if let Err(failure) = self.add_place(now, key, asked, engine) {
                    self.fail(socket, name, request, &failure);
                }
            }
            Reply::Success => {
                self.succeed(socket, name, request.success());
                if verb == Verb::Activate && self.sessions.get(&key).is_some_and(|session| !session.is_proved) {
                    self.proved(key, engine);
                }
            }
            Reply::NeedInfo(need) => {
                self.release_held(key);
                let text = request.need_info(&Form::of(need, &self.settings));
                self.ask_back(socket, name, request, "needinfo", text);
            }
            Reply::Failure(mut failure) => {
                self.release_held(key);
                if failure.code == FailureCode::InteractionActive
                    && let Some(session) = self.sessions.get(&key)
                    && let Some(open) = session.known.first()
                {
                    failure.message = format!("An interaction is still open on channel {}", session.root.channel);
                    failure.context = Path(&session.root, Object::Interaction(open)).to_string();
                }
                self.fail(socket, name, request, &failure);
            }
        }
    }

    /// What the CTI Server's answer to a login proves about a password that was not proved before.
    fn judge_login(&mut self, now: Now, key: SessionKey, socket: SocketId, reply: Reply) -> Reply {
        let Some(session) = self.sessions.get(&key).filter(|session| !session.is_proved) else { return reply };
        let agent = session.agent.clone();
        let reply = judge(reply, &self.settings);
        if matches!(&reply, Reply::Failure(failure) if failure.code == FailureCode::AuthFailed) {
            let peer = self.sockets.get_mut(socket).map(|socket| socket.peer);
            self.count_login_failure(now, Some(&agent), peer, FailureCode::AuthFailed);
        }
        reply
    }

    fn release_held(&mut self, key: SessionKey) {
        self.with_session(key, |session, teller| session.release_held(teller));
    }

    /// The agent has signed out: the answer is the last message.
    fn logged_out(&mut self, now: Now, key: SessionKey, asked: &Asked) {
        self.succeed(asked.socket, asked.name, asked.request.success_without_data());
        if let Some(session) = self.end_session(key, "logout") {
            let views = std::iter::once(&session.command).chain(&session.mirrors);
            let sockets: HashSet<SocketId> = views.filter_map(|view| view.socket).collect();
            for socket in sockets {
                self.close(now, socket, CloseCode::Logout);
            }
        }
    }
}

/// Where an agent can be called.
fn phone_of(agent: &Name, engine: &Engine) -> Checked<Name> {
    let agent = AgentId(agent.clone());
    let channel = engine.channel(&agent).filter(|channel| channel.state == ChannelState::Active && !channel.extension.is_empty());
    channel.map(|channel| channel.extension).ok_or_else(|| Failure::new(FailureCode::UnknownDevice, "No such agent is logged in"))
}

/// Everything to show of an agent. Before the password is proved that is an inactive phone and nothing else.
pub(super) fn picture(session: &Session, now: Now, engine: &Engine) -> Vec<Event> {
    if session.is_proved {
        let events = engine.picture(&session.agent);
        if !events.is_empty() {
            return events;
        }
    }
    let agent = agent_info(session, now, engine);
    let channel = ChannelInfo { extension: session.endpoint.clone(), state: ChannelState::Inactive, available: false, outage: None };
    let change = StateChange {
        previous: Some(ChannelState::Inactive),
        current: ChannelState::Inactive,
        enabled: Capabilities::CHANNEL_ACTIVATE,
        disabled: Capabilities::empty(),
        since: now.wall,
    };
    vec![Event::ChannelInfo { channel, agent }, Event::ChannelState(change)]
}

/// How the agent is; before the password is proved that is nobody's business.
pub(super) fn agent_info(session: &Session, now: Now, engine: &Engine) -> AgentInfo {
    let nobody = AgentInfo {
        id: session.agent.clone(),
        state: AgentState::LOGOUT,
        reason: None,
        pending: None,
        pending_reason: None,
        since: now.wall,
        since_is_estimated: false,
        until: None,
        skill_groups: Arc::default(),
        ring_time: None,
    };
    if session.is_proved { engine.agent(&session.agent).unwrap_or(nobody) } else { nobody }
}

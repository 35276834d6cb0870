//! `prepareSession`: who the desktop's user is, and which session the socket belongs to from then on.
//!
//! ```text
//! token ─────────────────────────────────────────────────┐
//! hash known ── Check ──fits──────────────────────────────┤
//!                 │ does not fit, agent logged out        ▼
//! nothing known ─ Lookup ── logged out: not proved yet ── admit ── confirm │ override │ recover │ new
//!                 │ logged in                             ▲  │ a session is in the way, nothing proved
//!                 └────────────────── Prove (LOGIN) ──────┴──┘
//! ```
//!
//! Where the ACD is not asked (users and bearer tokens), the authority says who it is in one step, and the session is
//! proved from its beginning:
//!
//! ```text
//! Identify ── somebody with an agent ── Lookup ── admit
//!    │ somebody without one ─────────────────────┘
//! ```

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::command::{DEVICE_MAX, extension};
use super::ending::Seated;
use super::envelope::{Members, Request};
use super::session::{Session, SessionKey, View};
use super::target::path_id;
use crate::auth::credential::{Known, is_same};
use crate::auth::resume::ResumeToken;
use crate::auth::{Credentials, Grant, Identity, Mode, token};
use crate::desktop::hub::{Binding, Hub, Job, Pending, SocketId};
use crate::desktop::ledger::Note;
use crate::desktop::outbox::CloseCode;
use crate::desktop::settings::Settings;
use crate::engine::command::{Command, Failure, FailureCode, Reply, Secret};
use crate::engine::model::{AgentId, AgentState, Name};
use crate::engine::{self, Engine};
use crate::protocol::values::ControlFailureCode;
use crate::time::Now;

const NAME: &str = "prepareSession";
/// Longer ids and passwords exist on no ACD.
const ID_MAX: usize = 64;

/// The largest number that every JSON reader takes for what it is.
const SEQ_MAX: u64 = 1 << 53;

/// A login under way.
#[derive(Debug)]
pub struct Attempt {
    id: u64,
    request: Request,
    agent: AgentId,
    /// The ACD password, as far as it is known.
    password: Option<Secret>,
    /// Who it is, once somebody other than the ACD has said so.
    seat: Option<Seat>,
    /// Logins of one agent that are under way at the same time are counted by this.
    _place: Arc<()>,
    /// The session that a resume token names.
    returning: Option<SessionKey>,
    extension: Option<Name>,
    is_override: bool,
    is_mirror: bool,
    resume_from: Option<ResumeFrom>,
    /// A session of before a restart.
    restored: Option<ResumeToken>,
    /// The files of accounts were read anew since.
    pub(super) is_stale: bool,
}

/// Who sits at a desktop, and for how long.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who.
    pub identity: Identity,
    /// When the bearer token ends …
    pub expires: Option<Instant>,
    /// … and the same by the wall clock, in seconds since 1970.
    pub until: Option<i64>,
}

/// What a login waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Does the CTI Server know the agent?
    Lookup,
    /// Does the CTI Server take the password?
    Prove,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PrepareData {
    #[serde(default)]
    #[allow(dead_code)] // its type is checked; there is one call model
    model: Option<String>,
    #[serde(default, rename = "override")]
    is_override: Option<bool>,
    agent: Option<Members<AgentData>>,
    resume_token: Option<String>,
    resume_from: Option<Members<ResumeFrom>>,
    #[schemars(with = "Option<super::event::schema::Mode>")]
    mode: Option<String>,
    profile: Option<String>,
    token: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct AgentData {
    id: Option<String>,
    password: Option<String>,
    extension: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ResumeFrom {
    session: String,
    seq: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreparedData<'a> {
    resource_id: &'a str,
    recovered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "super::event::schema::Mode")]
    mode: Option<&'static str>,
    resume_token: String,
}

/// How the socket came to its session.
#[derive(Clone, Copy)]
struct Admission {
    is_recovered: bool,
    how: &'static str,
}

/// Longest password of our own users, in bytes.
const PASSWORD_MAX: usize = 1_024;

/// Whether a resume token is one of the user who is named, if one is.
fn is_for(token: &ResumeToken, user: Option<&str>) -> bool {
    user.is_none_or(|user| *user == *token.agent.0 || *user == *token.identity.subject)
}

/// Who a resume token says sits there.
fn seat_of(now: Now, token: &ResumeToken) -> Seat {
    let left = |until: i64| Duration::from_secs(u64::try_from(until.saturating_sub(now.wall.as_second())).unwrap_or(0));
    let expires = token.until.and_then(|until| now.mono.checked_add(left(until)));
    Seat { identity: token.identity.clone(), expires, until: token.until }
}

fn is_typed(attempt: &Attempt, password: &Secret) -> bool {
    attempt.password.as_ref().is_some_and(|typed| is_same(password, typed))
}

fn auth_failed() -> Failure {
    Failure::new(FailureCode::AuthFailed, "Unknown agent id or wrong password")
}

fn foreign_session() -> Failure {
    Failure::new(FailureCode::NotBound, "resumeFrom names a session of another agent")
}

/// What the CTI Server's answer to a LOGIN says about the password.
pub(crate) fn judge(reply: Reply, settings: &Settings) -> Reply {
    let Reply::Failure(failure) = &reply else { return reply };
    let signed_on = Some(ControlFailureCode::SPECIFIED_AGENT_ALREADY_SIGNED_ON.0);
    match failure.control_failure {
        Some(256..=258) => Reply::Failure(auth_failed()),
        code if code == signed_on && settings.accept_already_logged_in => Reply::Success,
        code if code == signed_on => Reply::Failure(auth_failed()),
        _ => reply,
    }
}

impl Hub {
    /// `prepareSession` came.
    pub(crate) fn prepare(&mut self, now: Now, socket: SocketId, request: Request, engine: &mut Engine) {
        if let Err(failure) = self.try_prepare(now, socket, &request, engine) {
            self.fail(socket, NAME, &request, &failure);
        }
    }

    fn try_prepare(&mut self, now: Now, socket: SocketId, request: &Request, engine: &mut Engine) -> Result<(), Failure> {
        let bad = |message: &str| Failure::new(FailureCode::BadRequest, message);
        let data: PrepareData = request.data().map_err(|message| bad(&message))?;
        let mode = self.settings.auth;
        if data.profile.as_deref().is_some_and(|profile| profile != "mediabar") {
            return Err(Failure::new(FailureCode::Unsupported, "Only the media bar profile is spoken here"));
        }
        if data.token.is_some() && mode != Mode::Token {
            return Err(Failure::new(FailureCode::Unsupported, "Bearer tokens are not taken here; sign in with id and password"));
        }
        let bearer = data.token.map(Secret::new);
        let is_mirror = match data.mode.as_deref() {
            None | Some("command") => false,
            Some("mirror") => true,
            Some(_) => return Err(bad("mode is command or mirror")),
        };
        let token = data.resume_token;
        let (id, password, phone) = match data.agent {
            Some(Members(agent)) => (agent.id.map(|id| id.trim().to_owned()), agent.password, extension(agent.extension)?),
            None => (None, None, None),
        };
        match mode {
            Mode::Token if token.is_none() && bearer.is_none() => return Err(bad("data.token is missing")),
            Mode::Cti | Mode::Users if token.is_none() && id.is_none() => return Err(bad("data.agent with its id is missing")),
            Mode::Cti | Mode::Users if token.is_none() && password.is_none() => return Err(bad("data.agent.password is missing")),
            Mode::Cti | Mode::Users | Mode::Token => {}
        }
        if bearer.as_ref().is_some_and(|bearer| bearer.expose().len() > token::MAX_LENGTH) {
            return Err(bad("data.token is too long"));
        }
        if let Some(id) = &id
            && (id.is_empty() || id.len() > ID_MAX || id.chars().any(char::is_control))
        {
            return Err(bad("data.agent.id is no agent id"));
        }
        let can_prove = if mode == Mode::Token { bearer.is_some() } else { id.is_some() && password.is_some() };
        // A password of our own users may be a sentence.
        let longest = if mode == Mode::Cti { DEVICE_MAX } else { PASSWORD_MAX };
        if password.as_ref().is_some_and(|password| password.len() > longest) {
            return Err(bad("data.agent.password is too long"));
        }
        if self.is_stopping {
            return Err(Failure::new(FailureCode::NotAccepting, "The service is about to stop"));
        }
        let Some(open) = self.sockets.get_mut(socket) else { return Ok(()) };
        let peer = open.peer;
        match &open.binding {
            Binding::None => {}
            Binding::Preparing(_) => return Err(Failure::new(FailureCode::Busy, "A login is under way on this connection")),
            Binding::Bound(_) => return Err(Failure::new(FailureCode::InvalidState, "This connection has a session already")),
        }
        self.next_attempt += 1;
        let agent = AgentId(id.as_deref().unwrap_or_default().into());
        let mut attempt = Attempt {
            id: self.next_attempt,
            request: request.clone(),
            password: password.map(Secret::new),
            seat: None,
            _place: self.login_place(&agent),
            returning: None,
            agent,
            extension: phone,
            is_override: data.is_override.unwrap_or(false),
            is_mirror,
            resume_from: data.resume_from.map(|Members(from)| from),
            restored: None,
            is_stale: false,
        };
        if let Some(token) = token {
            if let Some((agent, key)) = self.session_of_token(now, &token, id.as_deref()) {
                attempt.agent = agent;
                attempt.seat = self.sessions.get(&key).map(|session| session.seat());
                if mode == Mode::Cti {
                    return self.admit_holder(now, socket, attempt, key, engine);
                }
                attempt.returning = Some(key);
                self.ask_authority(socket, attempt, None);
                return Ok(());
            }
            if let Some(token) = self.awaited_token(now, &token, id.as_deref()) {
                attempt.agent = token.agent.clone();
                attempt.seat = Some(seat_of(now, &token));
                attempt.restored = Some(token);
                if mode == Mode::Cti {
                    self.look_up(now, socket, attempt, engine);
                } else {
                    self.ask_authority(socket, attempt, None);
                }
                return Ok(());
            }
            if !can_prove {
                self.count_login_failure(now, None, Some(peer), FailureCode::AuthFailed);
                return Err(Failure::new(FailureCode::AuthFailed, "The resume token is not valid any more; sign in anew"));
            }
        }
        let named = Some(&attempt.agent).filter(|agent| !agent.0.is_empty());
        self.check_login_limits(now, named, Some(peer))?;
        match (mode, bearer) {
            (Mode::Cti, _) => self.identify(now, socket, attempt, engine),
            (Mode::Token, bearer) => self.ask_authority(socket, attempt, bearer.map(Credentials::Token)),
            (Mode::Users, _) => {
                let password = attempt.password.clone().unwrap_or_else(|| Secret::new(""));
                let credentials = Credentials::Password(attempt.agent.0.to_string(), password);
                self.ask_authority(socket, attempt, Some(credentials));
            }
        }
        Ok(())
    }

    /// The session that a token names, if it is still there.
    fn session_of_token(&self, now: Now, token: &str, user: Option<&str>) -> Option<(AgentId, SessionKey)> {
        let token = self.resume_key.open(token)?;
        let key = *self.by_agent.get(&token.agent)?;
        let session = self.sessions.get(&key)?;
        let is_over = session.expires.is_some_and(|expires| expires <= now.mono);
        (session.token().names_same(&token) && !is_over && is_for(&token, user)).then_some((token.agent, key))
    }

    /// The token of a session that was alive before a restart, unless the agent has begun another one since.
    fn awaited_token(&self, now: Now, token: &str, user: Option<&str>) -> Option<ResumeToken> {
        let token = self.resume_key.open(token)?;
        let is_awaited = self.awaited.get(&token.nonce).is_some_and(|awaited| awaited.names_same(&token));
        let is_over = token.until.is_some_and(|until| until <= now.wall.as_second());
        (is_awaited && !is_over && !self.by_agent.contains_key(&token.agent) && is_for(&token, user)).then_some(token)
    }

    /// Counts a login of this agent as under way for as long as the value lives.
    fn login_place(&mut self, agent: &AgentId) -> Arc<()> {
        if self.logins_under_way.len() > 2 * self.sockets.count().max(64) {
            self.logins_under_way.retain(|_, place| Arc::strong_count(place) > 1);
        }
        self.logins_under_way.entry(agent.clone()).or_default().clone()
    }

    /// Has the authority say who it is; without credentials only whether what was proved before still counts.
    fn ask_authority(&mut self, socket: SocketId, attempt: Attempt, credentials: Option<Credentials>) {
        let known = || attempt.seat.as_ref().map(|seat| Credentials::Known(Box::new(seat.identity.clone())));
        if let Some(credentials) = credentials.or_else(known) {
            self.job(Job::Identify { attempt: attempt.id, socket, credentials });
        }
        self.keep(socket, attempt);
    }

    /// Makes sure that the engine knows the agent.
    fn look_up(&mut self, now: Now, socket: SocketId, attempt: Attempt, engine: &mut Engine) {
        let (id, agent) = (attempt.id, attempt.agent.clone());
        self.keep(socket, attempt);
        let command = self.expect(Pending::Login(socket, id, Step::Lookup));
        engine.handle(now, engine::Input::Command(command, agent, Command::Lookup));
    }

    /// The authority has spoken.
    pub(crate) fn identified(&mut self, now: Now, socket: SocketId, id: u64, grant: Option<Box<Grant>>, engine: &mut Engine) {
        let Some(mut attempt) = self.resume_attempt(socket, id) else { return };
        let is_known = attempt.returning.is_some() || attempt.restored.is_some();
        let named = Some(&attempt.agent).filter(|agent| is_known || !agent.0.is_empty());
        // Who returns comes back as the same one, and a token for somebody else than was named counts for nobody.
        let must_match = is_known || self.settings.auth == Mode::Token;
        let grant = grant.filter(|grant| !must_match || named.is_none_or(|named| *named == grant.identity.seat()));
        let Some(grant) = grant else {
            self.refuse(now, socket, &attempt, &auth_failed());
            return;
        };
        let Grant { identity, lasts, until, acd_password } = *grant;
        let (expires, until) = match (&attempt.seat, lasts) {
            (Some(seat), None) => (seat.expires, seat.until),
            (_, lasts) => (lasts.and_then(|lasts| now.mono.checked_add(lasts)), until),
        };
        attempt.agent = identity.seat();
        attempt.password = acd_password;
        let has_agent = identity.agent.is_some();
        attempt.seat = Some(Seat { identity, expires, until });
        if let Some(key) = attempt.returning {
            let request = attempt.request.clone();
            if let Err(failure) = self.admit_holder(now, socket, attempt, key, engine) {
                self.fail(socket, NAME, &request, &failure);
            }
        } else if has_agent {
            // The engine may not have heard of the agent yet.
            self.look_up(now, socket, attempt, engine);
        } else if attempt.restored.is_some() {
            self.restore(now, socket, attempt);
        } else {
            self.admit(now, socket, attempt, true, engine);
        }
    }

    /// Too many logins have failed lately: nobody is asked any more.
    pub(crate) fn check_login_limits(&self, now: Now, agent: Option<&AgentId>, peer: Option<IpAddr>) -> Result<(), Failure> {
        // Guesses that are under way may fail yet: many at the same moment are no way around the limit.
        let under_way = |agent| self.logins_under_way.get(agent).map_or(0, |place| Arc::strong_count(place).saturating_sub(2));
        let is_reached = agent.is_some_and(|agent| self.agent_failures.is_reached_with(now.mono, agent, under_way(agent)))
            || peer.is_some_and(|peer| self.peer_failures.is_reached(now.mono, &peer));
        if is_reached {
            return Err(Failure::new(FailureCode::RateLimited, "Too many failed logins; wait a minute"));
        }
        Ok(())
    }

    /// Counts a failed login.
    pub(crate) fn count_login_failure(&mut self, now: Now, agent: Option<&AgentId>, peer: Option<IpAddr>, code: FailureCode) {
        if let Some(agent) = agent {
            self.agent_failures.count(now.mono, agent.clone());
        }
        if let Some(peer) = peer {
            self.peer_failures.count(now.mono, peer);
            self.telemetry.desktop.login_failed(agent.map_or("", |agent| &agent.0), peer, code.as_str());
        }
    }

    /// Finds out whether the password is right, as far as that is possible now.
    fn identify(&mut self, now: Now, socket: SocketId, attempt: Attempt, engine: &mut Engine) {
        let (agent, id) = (attempt.agent.clone(), attempt.id);
        let own = self.by_agent.get(&agent).and_then(|key| self.sessions.get(key)).filter(|session| session.is_proved);
        // Nothing is kept before the session ends: the session itself knows what was proved.
        let is_proved = own.and_then(|session| session.password.as_ref()).is_some_and(|password| is_typed(&attempt, password));
        if is_proved {
            self.admit(now, socket, attempt, true, engine);
            return;
        }
        match (self.credentials.get(&agent).cloned(), attempt.password.clone()) {
            (Some(Known::Typed(password)), Some(_)) => {
                let fits = is_typed(&attempt, &password);
                self.keep(socket, attempt);
                self.password_checked(now, socket, id, fits, engine);
                return;
            }
            (Some(Known::Hashed(hash)), Some(password)) => {
                self.job(Job::Check { attempt: id, socket, password, hash });
                self.keep(socket, attempt);
                return;
            }
            _ => {}
        }
        self.look_up(now, socket, attempt, engine);
    }

    fn keep(&mut self, socket: SocketId, attempt: Attempt) {
        if let Some(open) = self.sockets.get_mut(socket) {
            open.binding = Binding::Preparing(Box::new(attempt));
        }
    }

    /// Takes the attempt back, if the socket is still there and waits for this very step.
    fn resume_attempt(&mut self, socket: SocketId, id: u64) -> Option<Attempt> {
        let open = self.sockets.get_mut(socket)?;
        if !matches!(&open.binding, Binding::Preparing(attempt) if attempt.id == id) {
            return None;
        }
        match std::mem::replace(&mut open.binding, Binding::None) {
            Binding::Preparing(attempt) => Some(*attempt),
            Binding::None | Binding::Bound(_) => None,
        }
    }

    fn refuse(&mut self, now: Now, socket: SocketId, attempt: &Attempt, failure: &Failure) {
        if failure.code == FailureCode::AuthFailed {
            let peer = self.sockets.get_mut(socket).map(|socket| socket.peer);
            let agent = Some(&attempt.agent).filter(|agent| !agent.0.is_empty());
            self.count_login_failure(now, agent, peer, failure.code);
        }
        self.fail(socket, NAME, &attempt.request, failure);
    }

    /// The hash has been compared.
    pub(crate) fn password_checked(&mut self, now: Now, socket: SocketId, id: u64, fits: bool, engine: &mut Engine) {
        let Some(attempt) = self.resume_attempt(socket, id) else { return };
        if fits {
            self.admit(now, socket, attempt, true, engine);
            return;
        }
        // Perhaps the password was changed on the ACD since. Only a LOGIN tells, and only while the agent is logged out.
        match engine.agent(&attempt.agent).map(|agent| agent.state) {
            Some(AgentState::LOGOUT) if !self.by_agent.contains_key(&attempt.agent) => self.prove(now, socket, attempt, engine),
            _ => self.refuse(now, socket, &attempt, &auth_failed()),
        }
    }

    /// Logs the agent in to prove the password.
    fn prove(&mut self, now: Now, socket: SocketId, attempt: Attempt, engine: &mut Engine) {
        let (id, agent) = (attempt.id, attempt.agent.clone());
        let in_the_way = self.by_agent.get(&agent).and_then(|key| self.sessions.get(key));
        let phone =
            attempt.extension.clone().or_else(|| in_the_way.map(|session| session.endpoint.clone()).filter(|phone| !phone.is_empty()));
        let command = Command::Activate {
            password: attempt.password.clone().unwrap_or_else(|| Secret::new("")),
            extension: phone,
            always_ask: true,
            remote: None,
        };
        self.keep(socket, attempt);
        let id = self.expect(Pending::Login(socket, id, Step::Prove));
        engine.handle(now, engine::Input::Command(id, agent, command));
    }

    /// The engine answered a step.
    pub(crate) fn login_reply(&mut self, now: Now, socket: SocketId, id: u64, step: Step, reply: Reply, engine: &mut Engine) {
        let reply = if step == Step::Prove { judge(reply, &self.settings) } else { reply };
        let Some(attempt) = self.resume_attempt(socket, id) else { return };
        match (step, reply) {
            (_, Reply::Failure(failure)) if failure.code == FailureCode::AuthFailed => self.refuse(now, socket, &attempt, &auth_failed()),
            (_, Reply::Failure(failure)) => self.refuse(now, socket, &attempt, &failure),
            (Step::Prove, Reply::Success) => {
                if let Some(password) = attempt.password.clone() {
                    self.credentials.prove(attempt.agent.clone(), password);
                }
                self.admit(now, socket, attempt, true, engine);
            }
            (Step::Lookup, Reply::Success) if attempt.restored.is_some() => self.restore(now, socket, attempt),
            (Step::Lookup, Reply::Success) if attempt.seat.is_some() => self.admit(now, socket, attempt, true, engine),
            (Step::Lookup, Reply::Success) => {
                let state = engine.agent(&attempt.agent).map(|agent| agent.state);
                match state {
                    Some(AgentState::LOGOUT | AgentState::UNKNOWN) | None => self.admit(now, socket, attempt, false, engine),
                    Some(_) => self.prove(now, socket, attempt, engine),
                }
            }
            (_, Reply::NeedInfo(_)) => {
                self.refuse(now, socket, &attempt, &Failure::new(FailureCode::Internal, "The login asked for more than a login can give"));
            }
        }
    }

    /// Somebody who holds a token of this session comes back.
    fn admit_holder(&mut self, now: Now, socket: SocketId, attempt: Attempt, key: SessionKey, engine: &mut Engine) -> Result<(), Failure> {
        let Some(session) = self.sessions.get(&key) else { return Err(auth_failed()) };
        if attempt.is_mirror {
            self.admit(now, socket, attempt, session.is_proved, engine);
            return Ok(());
        }
        self.check_resume_from(&attempt, key)?;
        let Some(older) = self.sessions.get(&key).and_then(|session| session.command.socket) else {
            self.recover(now, socket, attempt, key, "token");
            return Ok(());
        };
        // The same desktop, whose broken connection has not been noticed here yet: nobody has to be asked.
        let is_same_desktop = attempt
            .resume_from
            .as_ref()
            .is_some_and(|from| self.sessions.get(&key).is_some_and(|session| session.root.session == from.session));
        if is_same_desktop {
            self.close(now, older, CloseCode::Override);
            self.recover(now, socket, attempt, key, "token");
        } else {
            let is_proved = self.sessions.get(&key).is_some_and(|session| session.is_proved);
            self.admit(now, socket, attempt, is_proved, engine);
        }
        Ok(())
    }

    fn check_resume_from(&self, attempt: &Attempt, key: SessionKey) -> Result<(), Failure> {
        let (Some(from), Some(session)) = (&attempt.resume_from, self.sessions.get(&key)) else { return Ok(()) };
        if Session::is_own_id(&session.base, &from.session) {
            return Ok(());
        }
        Err(foreign_session())
    }

    /// The user is who the user says, as far as that could be found out: which session is it?
    fn admit(&mut self, now: Now, socket: SocketId, attempt: Attempt, is_proved: bool, engine: &mut Engine) {
        let base = path_id(&format!("{}-{}", self.settings.session_name, attempt.agent));
        if attempt.resume_from.as_ref().is_some_and(|from| !Session::is_own_id(&base, &from.session)) {
            self.refuse(now, socket, &attempt, &foreign_session());
            return;
        }
        let Some(key) = self.by_agent.get(&attempt.agent).copied() else {
            if attempt.is_mirror {
                self.refuse(now, socket, &attempt, &Failure::new(FailureCode::NotBound, "There is no session to look at"));
            } else {
                self.create(now, socket, attempt, 1, is_proved);
            }
            return;
        };
        let Some(session) = self.sessions.get(&key) else { return };
        let is_bound = session.command.socket.is_some();
        // Without a proof one can only come back to what one began, or begin anew where nothing was proved.
        let is_own = !session.is_proved && session.password.as_ref().is_some_and(|password| is_typed(&attempt, password));
        match () {
            () if attempt.is_mirror && is_proved && session.is_proved => self.attach_mirror(socket, attempt, key),
            () if attempt.is_mirror => self.refuse(now, socket, &attempt, &auth_failed()),
            () if is_bound && !attempt.is_override => {
                let user = attempt.seat.as_ref().filter(|seat| seat.identity.agent.is_none()).map(|seat| &seat.identity.subject);
                let message =
                    format!("Agent {} is already connected from another desktop. Close that one?", user.unwrap_or(&attempt.agent.0));
                let text = attempt.request.confirm(&message);
                self.ask_back(socket, NAME, &attempt.request, "confirm", text);
            }
            () if !is_proved && (is_bound || session.is_proved) => self.prove(now, socket, attempt, engine),
            () if is_bound => {
                let generation = session.generation.saturating_add(1);
                self.override_session(now, key);
                self.create(now, socket, attempt, generation, is_proved);
            }
            () if is_proved || is_own => {
                if let Some(session) = self.sessions.get_mut(&key) {
                    session.password.clone_from(&attempt.password);
                }
                if is_proved {
                    self.proved(key, engine);
                }
                self.recover(now, socket, attempt, key, "password");
            }
            () => {
                self.end_session(key, "replaced");
                self.create(now, socket, attempt, 1, is_proved);
            }
        }
    }

    fn create(&mut self, now: Now, socket: SocketId, attempt: Attempt, generation: u32, is_proved: bool) {
        let key = self.open_session(attempt.agent.clone(), generation);
        if let Some(session) = self.sessions.get_mut(&key) {
            session.is_proved = is_proved;
            session.password.clone_from(&attempt.password);
            if is_proved {
                let token = session.token();
                self.job(Job::Note(Note::Proved(token)));
            }
        }
        self.bind(now, socket, attempt, key, Admission { is_recovered: false, how: if generation > 1 { "override" } else { "new" } });
    }

    /// A desktop comes back to a session of before a restart: the same id, the numbering where the desktop was.
    fn restore(&mut self, now: Now, socket: SocketId, mut attempt: Attempt) {
        let token = attempt.restored.take().filter(|token| self.awaited.contains_key(&token.nonce));
        let Some(token) = token.filter(|token| !self.by_agent.contains_key(&token.agent)) else {
            // Another desktop of the agent was faster.
            self.refuse(now, socket, &attempt, &auth_failed());
            return;
        };
        let base = path_id(&format!("{}-{}", self.settings.session_name, attempt.agent));
        if attempt.resume_from.as_ref().is_some_and(|from| !Session::is_own_id(&base, &from.session)) {
            self.refuse(now, socket, &attempt, &foreign_session());
            return;
        }
        self.awaited.remove(&token.nonce);
        let generation = token.session.strip_prefix(&*base).and_then(|rest| rest.strip_prefix('-')).and_then(|n| n.parse().ok());
        let key = self.open_session(token.agent.clone(), generation.unwrap_or(1));
        if let Some(session) = self.sessions.get_mut(&key) {
            session.root.session = token.session.to_string();
            session.nonce = token.nonce;
            session.is_proved = true;
            session.password.clone_from(&attempt.password);
            // The desktop's word: a wrong one confuses nobody else.
            let last = attempt.resume_from.as_ref().filter(|from| *from.session == *token.session && from.seq < SEQ_MAX);
            session.command.seq = last.map_or(0, |from| from.seq);
        }
        self.recover(now, socket, attempt, key, "restart");
    }

    fn recover(&mut self, now: Now, socket: SocketId, attempt: Attempt, key: SessionKey, how: &'static str) {
        self.bind(now, socket, attempt, key, Admission { is_recovered: true, how });
    }

    /// Remembers who sits at the socket, and until when.
    fn take_seat(&mut self, socket: SocketId, attempt: &Attempt) -> Seat {
        let of_agent = || Seat { identity: Identity::of_agent(attempt.agent.clone()), expires: None, until: None };
        let seat = attempt.seat.clone().unwrap_or_else(of_agent);
        if let Some(open) = self.sockets.get_mut(socket) {
            open.seat = Some(seat.clone());
        }
        if let Some(at) = seat.expires {
            self.expires_at(socket, at);
        }
        seat
    }

    /// The socket commands the session from now on.
    fn bind(&mut self, _now: Now, socket: SocketId, attempt: Attempt, key: SessionKey, admission: Admission) {
        let seat = self.take_seat(socket, &attempt);
        if attempt.is_stale {
            self.job(Job::Recheck(vec![(Seated::Session(key), seat.identity.clone())]));
        }
        let (Some(session), Some(open)) = (self.sessions.get_mut(&key), self.sockets.get_mut(socket)) else { return };
        open.binding = Binding::Bound(key);
        let peer = open.peer;
        session.sit_down(seat);
        session.command.socket = Some(socket);
        session.lost_at = None;
        if attempt.extension.is_some() {
            session.wanted_extension = attempt.extension.clone();
        }
        let missed = attempt
            .resume_from
            .as_ref()
            .filter(|from| from.session == session.root.session)
            .and_then(|from| session.command.missed_since(from.seq));
        if missed.is_none() {
            session.command.forget();
        }
        let data = PreparedData {
            resource_id: &session.root.session,
            recovered: admission.is_recovered,
            resumed: attempt.resume_from.as_ref().map(|_| missed.is_some()),
            mode: None,
            resume_token: self.resume_key.sign(&session.token()),
        };
        self.telemetry.desktop.signed_in(&session.root.session, peer, admission.how);
        let text = attempt.request.success_with(&data);
        self.succeed(socket, NAME, text);
        if let Some(missed) = missed {
            self.replay(key, socket, missed);
        }
    }

    /// The socket looks on from now on.
    fn attach_mirror(&mut self, socket: SocketId, attempt: Attempt, key: SessionKey) {
        let seat = self.take_seat(socket, &attempt);
        if attempt.is_stale {
            self.job(Job::Recheck(vec![(Seated::Socket(socket), seat.identity)]));
        }
        let tally = self.tally.clone();
        let (Some(session), Some(open)) = (self.sessions.get_mut(&key), self.sockets.get_mut(socket)) else { return };
        open.binding = Binding::Bound(key);
        let peer = open.peer;
        session.mirrors.push(View::on(socket, tally));
        let data = PreparedData {
            resource_id: &session.root.session,
            recovered: true,
            resumed: None,
            mode: Some(super::event::mode_word(false)),
            resume_token: self.resume_key.sign(&session.token()),
        };
        self.telemetry.desktop.signed_in(&session.root.session, peer, "mirror");
        let text = attempt.request.success_with(&data);
        self.succeed(socket, NAME, text);
    }
}

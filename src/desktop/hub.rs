//! The hub: between the engine, which knows agents, and sockets, which know nothing.
//!
//! Pure: no IO, no clock, no await. It runs in the same task as the engine. Something happened at a socket →
//! [`Hub::handle`]; the engine said something → [`Hub::output`]; a deadline passed → [`Hub::handle_timeout`]. After each of
//! them drain the engine's outputs into [`Hub::output`] and the hub's [`Hub::poll_job`] into a
//! [`Worker`](super::worker::Worker).

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::by_number::ByNumber;
use super::call_session::{self, Evidence, Frozen};
use super::kept::{Awaited, Kept, KeptChange, Origin};
use super::ledger::Note;
use super::mediabar::data::InteractionData;
use super::mediabar::dispatch::Asked;
use super::mediabar::ending::{Seated, Verdict};
use super::mediabar::event::{DisposeReason, ServiceWord, service_status};
use super::mediabar::login::{Attempt, Seat, Step};
use super::mediabar::session::{Contact, Contacts, Session, SessionKey, Teller, View};
use super::outbox::{CloseCode, Outbox, Text};
use super::replay::{Bounds, Tally};
use super::settings::Settings;
use crate::auth::credential::{CredentialCache, PasswordHash};
use crate::auth::limit::FailureLimit;
use crate::auth::resume::{ResumeKey, ResumeToken};
use crate::auth::{Credentials, Grant, Identity};
use crate::engine::command::{Command, CommandId, Reply, Secret};
use crate::engine::event::Event;
use crate::engine::model::{AgentId, InteractionId};
use crate::engine::team::TeamId;
use crate::engine::{self, Engine, Output, ServiceStatus};
use crate::telemetry::Telemetry;
use crate::time::Now;

/// Names a socket for the life of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Something happened at a socket.
#[derive(Debug)]
pub enum Input {
    /// It is open.
    Opened {
        /// Its name.
        socket: SocketId,
        /// Where it comes from.
        peer: IpAddr,
        /// What is put in here is sent.
        outbox: Arc<Outbox>,
    },
    /// A text message came.
    Frame {
        /// From which socket.
        socket: SocketId,
        /// The message.
        text: Text,
    },
    /// It broke a rule of the transport and is read no more: it is to be closed after what it asked before was answered.
    Broken {
        /// Which.
        socket: SocketId,
        /// The code to close it with.
        code: CloseCode,
        /// The request that was one too many.
        excess: Option<Text>,
    },
    /// It is gone.
    Closed {
        /// Which.
        socket: SocketId,
    },
    /// [`Job::Check`] is done.
    PasswordChecked {
        /// Which login.
        attempt: u64,
        /// For which socket.
        socket: SocketId,
        /// The password fits.
        fits: bool,
    },
    /// [`Job::Identify`] is done.
    Identified {
        /// Which login.
        attempt: u64,
        /// For which socket.
        socket: SocketId,
        /// Who it is, if the proof counts.
        grant: Option<Box<Grant>>,
    },
    /// [`Job::Hash`] is done.
    PasswordHashed {
        /// Whose password.
        agent: AgentId,
        /// Its hash.
        hash: PasswordHash,
    },
    /// [`Job::Recheck`] is done.
    Rechecked(Vec<Verdict>),
    /// The daemon is about to end: nobody is admitted any more, everybody is sent away.
    Shutdown,
}

/// Work that would hold up the loop: for a thread of its own.
#[derive(Debug)]
pub enum Job {
    /// Does the password fit the hash? Answer with [`Input::PasswordChecked`].
    Check {
        /// Which login.
        attempt: u64,
        /// For which socket.
        socket: SocketId,
        /// The password.
        password: Secret,
        /// The hash.
        hash: PasswordHash,
    },
    /// Does the authority know who this is? Answer with [`Input::Identified`].
    Identify {
        /// Which login.
        attempt: u64,
        /// For which socket.
        socket: SocketId,
        /// What they show.
        credentials: Credentials,
    },
    /// Hash the password of a session that has ended. Answer with [`Input::PasswordHashed`].
    Hash {
        /// Whose password.
        agent: AgentId,
        /// The password.
        password: Secret,
    },
    /// Does everybody who is here still count, and as what? Answer with [`Input::Rechecked`].
    Recheck(Vec<(Seated, Identity)>),
    /// Note down what becomes of a session. No answer.
    Note(Note),
    /// Keep frozen parameters over a restart. No answer.
    Keep(KeptChange),
}

/// What a socket is to us.
#[derive(Debug)]
pub(super) enum Binding {
    /// Nobody yet.
    None,
    /// A login is under way.
    Preparing(Box<Attempt>),
    /// A desktop of a session.
    Bound(SessionKey),
}

/// An open socket.
#[derive(Debug)]
pub(super) struct Socket {
    outbox: Arc<Outbox>,
    pub(super) peer: IpAddr,
    pub(super) binding: Binding,
    /// Who sits there, once that is known.
    pub(super) seat: Option<Seat>,
    /// Hashes of the request ids that were carried out or are being carried out.
    pub(super) used_ids: VecDeque<u64>,
}

/// All open sockets.
#[derive(Debug)]
pub struct Sockets {
    open: ByNumber<SocketId, Socket>,
    /// Sockets whose queue ran over, to be given up when the present step is done.
    doomed: RefCell<Vec<SocketId>>,
    telemetry: Arc<Telemetry>,
}

impl Sockets {
    /// Sends an event; false if the desktop's queue is full.
    pub(super) fn push(&self, socket: SocketId, text: Text) -> bool {
        self.telemetry.desktop.told();
        self.open.get(&socket).is_none_or(|socket| socket.outbox.push(text).is_ok())
    }

    /// The socket could not keep up.
    pub(super) fn doom(&self, socket: Option<SocketId>) {
        self.doomed.borrow_mut().extend(socket);
    }

    pub(super) fn get_mut(&mut self, socket: SocketId) -> Option<&mut Socket> {
        self.open.get_mut(&socket)
    }

    /// Every open socket.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (SocketId, &mut Socket)> {
        self.open.iter_mut().map(|(id, socket)| (*id, socket))
    }

    /// How many are open.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    fn replay(&self, socket: SocketId, texts: Vec<Text>) {
        if let Some(socket) = self.open.get(&socket) {
            socket.outbox.replay(texts);
        }
    }
}

/// A command that the engine has not answered yet.
#[derive(Debug)]
pub(super) enum Pending {
    /// A step of a login.
    Login(SocketId, u64, Step),
    /// A command of a desktop.
    Command(SessionKey, Box<Asked>),
    /// Nobody waits for the answer.
    Unattended,
}

/// Between engine and sockets.
#[derive(Debug)]
pub struct Hub {
    pub(super) settings: Settings,
    pub(super) telemetry: Arc<Telemetry>,
    pub(super) resume_key: ResumeKey,
    random: StdRng,
    pub(super) id_hasher: RandomState,
    pub(super) sockets: Sockets,
    /// Boxed: a table has up to twice as many places as it needs.
    pub(super) sessions: ByNumber<SessionKey, Box<Session>>,
    pub(super) by_agent: HashMap<AgentId, SessionKey>,
    contacts: Contacts,
    /// Frozen parameters of before a restart.
    awaited_parameters: Awaited,
    /// Contacts whose parameters a desktop has now.
    told: Vec<InteractionId>,
    /// Memory of all events that are kept for desktops that come back.
    pub(super) tally: Tally,
    /// There may be such events for desktops that are away.
    may_free_absent: bool,
    /// Every desktop keeps less than it may, until half of the memory is free.
    is_memory_tight: bool,
    pending: ByNumber<CommandId, Pending>,
    pub(super) credentials: CredentialCache,
    pub(super) agent_failures: FailureLimit<AgentId>,
    pub(super) peer_failures: FailureLimit<IpAddr>,
    /// One value for each agent, as often as logins are under way.
    pub(super) logins_under_way: HashMap<AgentId, Arc<()>>,
    jobs: VecDeque<Job>,
    /// In the order in which they end: all waits are equally long.
    login_deadlines: VecDeque<(Instant, SocketId)>,
    grace_deadlines: VecDeque<(Instant, SessionKey)>,
    /// Bound sockets whose users' bearer tokens end.
    expiries: BTreeSet<(Instant, SocketId)>,
    /// Sessions of before a restart whose desktops may still come, and until when.
    pub(super) awaited: HashMap<u64, ResumeToken>,
    awaited_until: Option<Instant>,
    service: ServiceWord,
    /// The gateway has lost the central controller, which routes calls.
    is_routing_offline: bool,
    pub(super) is_stopping: bool,
    next_command: u64,
    /// Failures of ours that were told.
    pub(super) next_trace: u64,
    next_session: u64,
    pub(super) next_attempt: u64,
    /// Sessions that look at a team.
    pub(super) watchers: HashMap<TeamId, Vec<SessionKey>>,
    /// Teams that a session has stopped looking at; the engine is to be told.
    pub(super) unwatched: Vec<TeamId>,
}

impl Hub {
    /// A hub without sockets. `seed` feeds the random part of resume tokens.
    pub fn new(settings: Settings, resume_key: ResumeKey, seed: u64, telemetry: Arc<Telemetry>) -> Self {
        let limits = settings.limits;
        Self {
            sockets: Sockets { open: ByNumber::default(), doomed: RefCell::default(), telemetry: telemetry.clone() },
            settings,
            telemetry,
            resume_key,
            random: StdRng::seed_from_u64(seed),
            id_hasher: RandomState::new(),
            sessions: ByNumber::default(),
            by_agent: HashMap::new(),
            contacts: Contacts::default(),
            awaited_parameters: Awaited::default(),
            told: Vec::new(),
            tally: Tally::default(),
            may_free_absent: false,
            is_memory_tight: false,
            pending: ByNumber::default(),
            credentials: CredentialCache::default(),
            agent_failures: FailureLimit::new(limits.failed_logins_per_agent),
            peer_failures: FailureLimit::new(limits.failed_logins_per_address),
            logins_under_way: HashMap::new(),
            jobs: VecDeque::new(),
            login_deadlines: VecDeque::new(),
            grace_deadlines: VecDeque::new(),
            expiries: BTreeSet::new(),
            awaited: HashMap::new(),
            awaited_until: None,
            service: ServiceWord::Engine(ServiceStatus::Starting),
            is_routing_offline: false,
            is_stopping: false,
            next_command: 0,
            next_trace: 0,
            next_session: 0,
            next_attempt: 0,
            watchers: HashMap::new(),
            unwatched: Vec::new(),
        }
    }

    /// Sessions that were alive when the daemon went: their desktops may come back within the session grace.
    pub fn await_back(&mut self, now: Now, sessions: impl IntoIterator<Item = ResumeToken>) {
        self.awaited.extend(sessions.into_iter().map(|token| (token.nonce, token)));
        self.awaited_until = Some(now.mono + self.settings.session_grace);
    }

    /// Takes in what happened at a socket.
    pub fn handle(&mut self, now: Now, input: Input, engine: &mut Engine) {
        match input {
            Input::Opened { socket, peer, outbox } => self.opened(now, socket, peer, outbox),
            Input::Frame { socket, text } => self.frame(now, socket, text, engine),
            Input::Broken { socket, code, excess } => {
                if let Some(text) = excess {
                    self.refuse_excess(socket, text);
                }
                self.close(now, socket, code);
            }
            Input::Closed { socket } => self.closed(now, socket),
            Input::PasswordChecked { attempt, socket, fits } => self.password_checked(now, socket, attempt, fits, engine),
            Input::Identified { attempt, socket, grant } => self.identified(now, socket, attempt, grant, engine),
            Input::PasswordHashed { agent, hash } => {
                // Unless the agent has come back meanwhile, perhaps with another password.
                if !self.by_agent.get(&agent).and_then(|key| self.sessions.get(key)).is_some_and(|session| session.is_proved) {
                    self.credentials.put(agent, hash);
                }
            }
            Input::Rechecked(verdicts) => self.rechecked(now, verdicts, engine),
            Input::Shutdown => self.shutdown(),
        }
        self.bury(now);
        self.unwatched.drain(..).for_each(|team| engine.unwatch_team(team));
    }

    /// Takes in what the engine said. Requests are not for desktops.
    pub fn output(&mut self, now: Now, output: Output, engine: &mut Engine) {
        match output {
            Output::Event(agent, event) => self.event(now, &agent, event, engine),
            Output::Reply(id, reply) => self.reply(now, id, reply, engine),
            Output::Service(status) => self.service(status),
            Output::Routing { is_online } => self.routing(is_online),
            Output::Team(event) => self.team_event(&event, engine),
            _ => {}
        }
        self.bury(now);
        self.unwatched.drain(..).for_each(|team| engine.unwatch_team(team));
    }

    /// Lets deadlines pass.
    pub fn handle_timeout(&mut self, now: Now, engine: &mut Engine) {
        while let Some(&(deadline, socket)) = self.login_deadlines.front()
            && deadline <= now.mono
        {
            self.login_deadlines.pop_front();
            match self.sockets.open.get(&socket).map(|socket| &socket.binding) {
                Some(Binding::None) => self.close(now, socket, CloseCode::NoLogin),
                // The CTI Server takes its time: not the desktop's fault.
                Some(Binding::Preparing(_)) => self.login_deadlines.push_back((now.mono + self.settings.limits.login_timeout, socket)),
                Some(Binding::Bound(_)) | None => {}
            }
        }
        while let Some(&(deadline, socket)) = self.expiries.first()
            && deadline <= now.mono
        {
            self.expiries.pop_first();
            self.close(now, socket, CloseCode::TokenExpired);
        }
        while let Some(&(deadline, key)) = self.grace_deadlines.front()
            && deadline <= now.mono
        {
            self.grace_deadlines.pop_front();
            let lost_at = self.sessions.get(&key).and_then(|session| session.lost_at);
            if lost_at.is_some_and(|lost| lost + self.settings.session_grace <= now.mono)
                && let Some(session) = self.dispose(now, key, DisposeReason::Grace, CloseCode::Over)
                && self.settings.logout_on_grace_end
                && session.is_proved
            {
                let id = self.expect(Pending::Unattended);
                engine.handle(now, engine::Input::Command(id, session.agent, Command::Deactivate { reason: None }));
            }
        }
        if self.awaited_until.is_some_and(|until| until <= now.mono) {
            self.awaited_until = None;
            self.jobs.extend(self.awaited.drain().map(|(nonce, _)| Job::Note(Note::Ended(nonce))));
        }
        self.bury(now);
        self.unwatched.drain(..).for_each(|team| engine.unwatch_team(team));
    }

    /// When [`Hub::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let login = self.login_deadlines.front().map(|(deadline, _)| *deadline);
        let grace = self.grace_deadlines.front().map(|(deadline, _)| *deadline);
        let expiry = self.expiries.first().map(|(deadline, _)| *deadline);
        login.into_iter().chain(grace).chain(expiry).chain(self.awaited_until).min()
    }

    /// The next thing to do elsewhere; call until `None`.
    pub fn poll_job(&mut self) -> Option<Job> {
        self.jobs.pop_front()
    }

    /// Sockets open and sessions alive.
    pub fn sizes(&self) -> (usize, usize) {
        (self.sockets.open.len(), self.sessions.len())
    }

    /// Puts new lists and names in force for everything that is asked from now on. Limits, times and addresses stay.
    pub fn set_lists(&mut self, new: Settings) {
        self.settings = Settings {
            directory: new.directory,
            dispositions: new.dispositions,
            not_ready_reasons: new.not_ready_reasons,
            logout_reasons: new.logout_reasons,
            queue_names: new.queue_names,
            skill_group_names: new.skill_group_names,
            auth: new.auth,
            accept_already_logged_in: new.accept_already_logged_in,
            ..std::mem::take(&mut self.settings)
        };
    }

    /// The frozen CRM parameters of a contact, as finished JSON.
    pub fn call_session(&self, interaction: InteractionId) -> Option<&Frozen> {
        self.contacts.get(&interaction).map(|contact| &contact.frozen)
    }

    pub(super) fn job(&mut self, job: Job) {
        self.jobs.push_back(job);
    }

    // ------------------------------------------------------------------------------------------------ sockets

    fn opened(&mut self, now: Now, id: SocketId, peer: IpAddr, outbox: Arc<Outbox>) {
        let socket = Socket { outbox, peer, binding: Binding::None, seat: None, used_ids: VecDeque::new() };
        self.sockets.open.insert(id, socket);
        self.telemetry.desktop.opened(id.0, peer);
        self.login_deadlines.push_back((now.mono + self.settings.limits.login_timeout, id));
        let text = self.status_text();
        self.send(id, text);
        if self.is_stopping {
            self.close(now, id, CloseCode::Restart);
        }
    }

    fn status_text(&self) -> Text {
        let service = if self.is_stopping { ServiceWord::Stopping } else { self.service };
        let is_accepting =
            service == ServiceWord::Engine(ServiceStatus::InService) && self.sockets.open.len() < self.settings.limits.sockets;
        service_status(service, is_accepting, self.sockets.open.len(), self.is_routing_offline)
    }

    fn service(&mut self, status: ServiceStatus) {
        if self.service != ServiceWord::Engine(status) {
            self.service = ServiceWord::Engine(status);
            self.tell_everybody();
        }
    }

    fn routing(&mut self, is_online: bool) {
        if self.is_routing_offline == is_online {
            self.is_routing_offline = !is_online;
            self.tell_everybody();
        }
    }

    fn tell_everybody(&self) {
        let text = self.status_text();
        for (id, socket) in &self.sockets.open {
            if socket.outbox.push(text.clone()).is_err() {
                self.sockets.doom(Some(*id));
            }
        }
    }

    fn shutdown(&mut self) {
        self.is_stopping = true;
        self.tell_everybody();
        // The sessions wait for their desktops: only this process ends.
        for key in self.sessions.keys().copied().collect::<Vec<_>>() {
            self.say_disposed(key, DisposeReason::Shutdown);
        }
        for (id, socket) in &self.sockets.open {
            socket.outbox.close(CloseCode::Restart);
            self.telemetry.desktop.closing(id.0, CloseCode::Restart.number(), CloseCode::Restart.reason());
        }
    }

    /// Sends a response, or anything else that has no number.
    pub(super) fn send(&self, socket: SocketId, text: Text) {
        if let Some(open) = self.sockets.open.get(&socket)
            && open.outbox.push(text).is_err()
        {
            self.sockets.doom(Some(socket));
        }
    }

    /// Closes a socket after what waits for it. To us it is gone.
    pub(super) fn close(&mut self, now: Now, socket: SocketId, code: CloseCode) {
        if let Some(open) = self.sockets.open.get(&socket) {
            open.outbox.close(code);
            self.telemetry.desktop.closing(socket.0, code.number(), code.reason());
            self.closed(now, socket);
        }
    }

    /// The socket's user is known by a bearer token that ends then.
    pub(super) fn expires_at(&mut self, socket: SocketId, at: Instant) {
        if self.sockets.open.contains_key(&socket) {
            self.expiries.insert((at, socket));
        }
    }

    fn closed(&mut self, now: Now, id: SocketId) {
        let Some(socket) = self.sockets.open.remove(&id) else { return };
        self.telemetry.desktop.gone(id.0);
        if let Some(expires) = socket.seat.as_ref().and_then(|seat| seat.expires) {
            self.expiries.remove(&(expires, id));
        }
        let Binding::Bound(key) = socket.binding else { return };
        let Some(session) = self.sessions.get_mut(&key) else { return };
        session.mirrors.retain(|view| view.socket != Some(id));
        if session.command.socket == Some(id) {
            session.command.socket = None;
            session.lost_at = Some(now.mono);
            self.may_free_absent = true;
            self.grace_deadlines.push_back((now.mono + self.settings.session_grace, key));
        }
    }

    /// Gives up the sockets whose queue ran over.
    fn bury(&mut self, now: Now) {
        while let Some(socket) = self.sockets.doomed.get_mut().pop() {
            if self.sockets.open.contains_key(&socket) {
                self.close(now, socket, CloseCode::TooSlow);
            }
        }
        let limit = self.settings.limits.replay_memory;
        match self.tally.bytes() {
            bytes if bytes > limit => self.save_memory(false),
            bytes if bytes > Bounds::tight(limit) => {
                if std::mem::take(&mut self.may_free_absent) {
                    self.save_memory(true);
                }
                if !self.is_memory_tight {
                    self.is_memory_tight = true;
                    self.telemetry.desktop.memory_tight(self.tally.bytes());
                }
            }
            bytes => self.is_memory_tight &= bytes > limit / 2,
        }
    }

    /// Drops events that are kept until a tenth of their memory is free: first those for the desktops that have been away
    /// longest, then the longest of the others, unless `absent_only`. Who comes back without them is told the whole picture.
    fn save_memory(&mut self, absent_only: bool) {
        let enough = self.settings.limits.replay_memory / 10 * 9;
        let mut kept: Vec<_> = self
            .sessions
            .values()
            .filter(|session| session.command.kept() > 0 && (session.lost_at.is_some() || !absent_only))
            .map(|session| (session.lost_at.is_none(), session.lost_at, Reverse(session.command.kept()), session.key))
            .collect();
        kept.sort_unstable();
        let mut dropped = 0;
        for (.., key) in kept {
            if self.tally.bytes() <= enough {
                self.may_free_absent = true;
                break;
            }
            if let Some(session) = self.sessions.get_mut(&key) {
                session.command.drop_kept();
                dropped += 1;
            }
        }
        if dropped > 0 {
            self.telemetry.desktop.memory_short(dropped, self.tally.bytes());
        }
    }

    // ------------------------------------------------------------------------------------------------ sessions

    /// A new session for an agent.
    pub(super) fn open_session(&mut self, agent: AgentId, generation: u32) -> SessionKey {
        self.next_session += 1;
        let key = SessionKey(self.next_session);
        let mut session = Session::new(key, agent.clone(), generation, self.random.next_u64(), &self.settings);
        session.command = View::counted_in(self.tally.clone());
        self.sessions.insert(key, Box::new(session));
        self.by_agent.insert(agent, key);
        self.telemetry.desktop.session_opened();
        key
    }

    /// Lets a session tell its desktops something.
    pub(super) fn with_session(&mut self, key: SessionKey, tell: impl FnOnce(&mut Session, &mut Teller<'_>)) {
        if let Some(session) = self.sessions.get_mut(&key) {
            let contacts = &mut self.contacts;
            tell(session, &mut Teller { settings: &self.settings, sockets: &self.sockets, contacts, told: &mut self.told });
        }
        self.jobs.extend(self.told.drain(..).map(|interaction| Job::Keep(KeptChange::Told(interaction))));
    }

    /// Ends a session; its sockets are the caller's to close.
    pub(super) fn end_session(&mut self, key: SessionKey, why: &'static str) -> Option<Session> {
        let session = self.sessions.remove(&key)?;
        if self.by_agent.get(&session.agent) == Some(&key) {
            self.by_agent.remove(&session.agent);
        }
        if session.is_proved {
            self.jobs.push_back(Job::Note(Note::Ended(session.nonce)));
            let password = self.credentials.typed(&session.agent);
            self.jobs.extend(password.map(|password| Job::Hash { agent: session.agent.clone(), password }));
        }
        if let Some(team) = session.watched {
            self.forget_watcher(key, team);
        }
        self.telemetry.desktop.session_ended(&session.root.session, why);
        Some(*session)
    }

    /// Another desktop takes over: whoever is there is told and closed.
    pub(super) fn override_session(&mut self, now: Now, key: SessionKey) {
        self.dispose(now, key, DisposeReason::Override, CloseCode::Override);
    }

    /// The session's password has been proved: from now on the agent is shown.
    pub(super) fn proved(&mut self, key: SessionKey, engine: &Engine) {
        let Some(session) = self.sessions.get_mut(&key) else { return };
        if !std::mem::replace(&mut session.is_proved, true) {
            self.jobs.push_back(Job::Note(Note::Proved(session.token())));
        }
        if let Some(password) = session.password.clone() {
            self.credentials.prove(session.agent.clone(), password);
        }
        let picture = engine.picture(&session.agent);
        self.with_session(key, |session, teller| session.reveal(picture, teller));
    }

    /// Sends what a returning desktop has missed.
    pub(super) fn replay(&mut self, key: SessionKey, socket: SocketId, texts: Vec<Text>) {
        if let Some(session) = self.sessions.get_mut(&key) {
            session.command.delivered = session.command.seq;
            let agent = &session.agent;
            let untold = self.contacts.iter_mut().filter(|(_, contact)| contact.agent == *agent && !contact.is_told);
            self.jobs.extend(untold.map(|(interaction, contact)| {
                contact.is_told = true;
                Job::Keep(KeptChange::Told(*interaction))
            }));
        }
        self.sockets.replay(socket, texts);
    }

    // ------------------------------------------------------------------------------------------------ engine

    fn event(&mut self, now: Now, agent: &AgentId, event: Event, engine: &Engine) {
        self.freeze(now, agent, &event, engine);
        let gone = match &event {
            Event::InteractionDisposed { interaction } => Some(*interaction),
            _ => None,
        };
        if let Some(&key) = self.by_agent.get(agent)
            && !self.is_silent(&event)
        {
            self.with_session(key, |session, teller| session.event(event, teller));
        }
        if let Some(interaction) = gone
            && self.contacts.remove(&interaction).is_some()
        {
            self.jobs.push_back(Job::Keep(KeptChange::Gone(interaction)));
        }
    }

    /// A change of call data that no key of the desktop's data shows.
    fn is_silent(&self, event: &Event) -> bool {
        let Event::DataChanged { before: Some(before), after, .. } = event else { return false };
        InteractionData::of(before, &self.settings) == InteractionData::of(after, &self.settings)
    }

    /// The first offer of a contact fixes the parameters for the CRM, whether a desktop is there or not.
    fn freeze(&mut self, now: Now, agent: &AgentId, event: &Event, engine: &Engine) {
        if let Event::Preview { interaction, contact } | Event::Screenpop { interaction, contact } = event
            && call_session::opens_session(contact, &self.settings.call_session)
        {
            if self.contacts.contains_key(interaction) {
                return;
            }
            let origin = Origin::of(contact);
            // Only a contact that was found under way can be one of before.
            let before = contact.is_recovered.then(|| self.awaited_parameters.take(agent, &origin)).flatten();
            match before {
                Some(kept) => self.go_on_with(*interaction, kept),
                None => {
                    let frozen = Frozen::take(contact, &self.settings, now.wall);
                    let kept = Kept {
                        interaction: *interaction,
                        agent: agent.clone(),
                        origin,
                        is_told: false,
                        frozen: frozen.clone(),
                        evidence: Evidence::of(contact, engine.evidence(*interaction)),
                    };
                    self.jobs.push_back(Job::Keep(KeptChange::Frozen(Box::new(kept))));
                    self.contacts.insert(*interaction, Contact::new(agent.clone(), origin, frozen));
                }
            }
        }
    }

    /// The contact is one of before the restart: its parameters stay what they were.
    fn go_on_with(&mut self, interaction: InteractionId, before: Kept) {
        let kept = Kept { interaction, ..before.clone() };
        self.jobs.push_back(Job::Keep(KeptChange::Frozen(Box::new(kept.clone()))));
        if before.interaction != interaction {
            self.jobs.push_back(Job::Keep(KeptChange::Gone(before.interaction)));
        }
        self.contacts.insert(interaction, Contact::again(kept));
    }

    /// Parameters that were frozen before the daemon was started. They may come late: those of a contact that no desktop has
    /// been told of yet still count.
    pub fn recall(&mut self, kept: impl IntoIterator<Item = Kept>) {
        kept.into_iter().for_each(|kept| self.awaited_parameters.put(kept));
        let untold = self.contacts.iter().filter(|(_, contact)| contact.frozen.is_recovered && !contact.is_told);
        let untold: Vec<_> = untold.map(|(interaction, contact)| (*interaction, contact.agent.clone(), contact.origin)).collect();
        for (interaction, agent, origin) in untold {
            if let Some(before) = self.awaited_parameters.take(&agent, &origin) {
                self.go_on_with(interaction, before);
            }
        }
    }

    pub(super) fn expect(&mut self, pending: Pending) -> CommandId {
        self.next_command += 1;
        let id = CommandId(self.next_command);
        self.pending.insert(id, pending);
        id
    }

    fn reply(&mut self, now: Now, id: CommandId, reply: Reply, engine: &mut Engine) {
        match self.pending.remove(&id) {
            Some(Pending::Login(socket, attempt, step)) => self.login_reply(now, socket, attempt, step, reply, engine),
            Some(Pending::Command(key, asked)) => self.command_reply(now, key, &asked, reply, engine),
            Some(Pending::Unattended) | None => {}
        }
    }
}

#[cfg(test)]
mod tests;

//! One agent's session: which desktops look at it, what they have been told, and in which numbers.

use std::time::Instant;

use super::event::{Body, CallSession, Scene};
use super::login::Seat;
use super::places::Place;
use super::target::{Known, Root, path_id};
use crate::auth::Identity;
use crate::auth::resume::ResumeToken;
use crate::desktop::by_number::ByNumber;
use crate::desktop::call_session::Frozen;
use crate::desktop::kept::{Kept, Origin};
use crate::desktop::outbox::Text;
use crate::desktop::replay::{Bounds, Replay, Tally};
use crate::desktop::settings::Settings;
use crate::engine::command::Secret;
use crate::engine::event::Event;
use crate::engine::model::{AgentId, Capabilities, ChannelState, InteractionId, Name};
use crate::engine::team::{TeamId, TeamInfo};

use crate::desktop::hub::{SocketId, Sockets};

/// Tells sessions apart within one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(pub u64);

/// One desktop's place in a session.
#[derive(Debug, Default)]
pub struct View {
    /// The socket, while there is one.
    pub socket: Option<SocketId>,
    /// `session.start` was answered, so events flow.
    pub is_started: bool,
    /// Number of the last event.
    pub seq: u64,
    /// Number of the last event that went to a socket.
    pub delivered: u64,
    /// The last events, for a desktop that comes back. Empty for mirrors.
    buffer: Replay,
}

impl View {
    /// A desktop that has just come.
    pub fn on(socket: SocketId, tally: Tally) -> Self {
        Self { socket: Some(socket), ..Self::counted_in(tally) }
    }

    /// No desktop yet; what is kept for one is counted.
    pub fn counted_in(tally: Tally) -> Self {
        Self { buffer: Replay::new(tally), ..Self::default() }
    }

    /// Appends an event; false if the desktop's queue is full.
    fn push(&mut self, body: &Body, sockets: &Sockets, keep: Option<Bounds>) -> bool {
        if !self.is_started {
            return true;
        }
        self.seq += 1;
        let text = body.numbered(self.seq);
        if let Some(bounds) = keep {
            self.buffer.push(&text, bounds);
        }
        let Some(socket) = self.socket else { return true };
        self.delivered = self.seq;
        sockets.push(socket, text)
    }

    /// The events after `seq`, if all of them are still here.
    pub fn missed_since(&self, seq: u64) -> Option<Vec<Text>> {
        let count = usize::try_from(self.seq.checked_sub(seq)?).ok()?;
        self.buffer.last(count).filter(|_| self.is_started)
    }

    /// The events that were kept cannot be continued: the desktop needs the whole picture.
    pub fn forget(&mut self) {
        self.is_started = false;
        self.buffer.clear();
    }

    /// Memory is short: what was kept goes, and whoever comes back is told the whole picture.
    pub fn drop_kept(&mut self) {
        self.buffer.clear();
    }

    /// Bytes of the events that are kept.
    pub const fn kept(&self) -> usize {
        self.buffer.bytes()
    }
}

/// The frozen parameters of a contact, and whether a desktop has them.
#[derive(Debug)]
pub struct Contact {
    /// The agent whose contact it is.
    pub agent: AgentId,
    /// The parameters.
    pub frozen: Frozen,
    /// By what it is known again after a restart.
    pub origin: Origin,
    /// A desktop has the parameters.
    pub is_told: bool,
    /// A desktop had them before the daemon was started.
    was_told: bool,
    preview: Sent,
    screenpop: Sent,
}

/// Whether an event reached a desktop.
#[derive(Clone, Copy, Debug, Default)]
enum Sent {
    #[default]
    Never,
    /// As this event of this session's commanding desktop.
    As(SessionKey, u64),
}

impl Contact {
    /// Freezes.
    pub const fn new(agent: AgentId, origin: Origin, frozen: Frozen) -> Self {
        Self { agent, frozen, origin, is_told: false, was_told: false, preview: Sent::Never, screenpop: Sent::Never }
    }

    /// Goes on with what was frozen before the daemon was started.
    pub fn again(kept: Kept) -> Self {
        Self { is_told: kept.is_told, was_told: kept.is_told, ..Self::new(kept.agent, kept.origin, kept.frozen) }
    }
}

/// All frozen parameters by contact.
pub type Contacts = ByNumber<InteractionId, Contact>;

/// An agent's session.
#[derive(Debug)]
pub struct Session {
    /// Its key.
    pub key: SessionKey,
    /// Where its paths begin; the session's id is in it.
    pub root: Root,
    /// The session's id without the suffix of an override.
    pub base: String,
    /// How often it was overridden, plus one.
    pub generation: u32,
    /// Whose it is.
    pub agent: AgentId,
    /// Who uses it, and what they may do.
    pub identity: Identity,
    /// Until when their bearer token is good, in seconds since 1970.
    pub until: Option<i64>,
    /// The same for timers.
    pub expires: Option<Instant>,
    /// Tells it from an earlier session of the same id.
    pub nonce: u64,
    /// The extension as it is dialled; empty before `session.start`.
    pub endpoint: Name,
    /// The phone that the login named.
    pub wanted_extension: Option<Name>,
    /// The ACD password, for logging in on the phone.
    pub password: Option<Secret>,
    /// The password has been proved; before that nothing of the agent is shown.
    pub is_proved: bool,
    /// The desktop that commands.
    pub command: View,
    /// Desktops that look on.
    pub mirrors: Vec<View>,
    /// Since when no desktop is there.
    pub lost_at: Option<Instant>,
    /// What desktops have been told of.
    pub known: Known,
    /// The channel as desktops have been told.
    pub(super) channel: (ChannelState, Capabilities),
    /// The name that the desktop gave the group, if any.
    pub group_name: Option<String>,
    /// Phones that can be logged in at, beside the one of `root`.
    pub others: Vec<Place>,
    /// Something happened that could not be shown yet.
    pub is_behind: bool,
    /// A logout is under way: what happens meanwhile is told only if it fails.
    pub held: Option<Vec<Event>>,
    /// The team whose members it is told of.
    pub watched: Option<TeamId>,
}

/// What a session needs to tell an event.
#[derive(Debug)]
pub struct Teller<'a> {
    /// The operator's settings.
    pub settings: &'a Settings,
    /// Where the texts go.
    pub sockets: &'a Sockets,
    /// The frozen parameters.
    pub contacts: &'a mut Contacts,
    /// Contacts whose parameters a desktop has from now on.
    pub told: &'a mut Vec<InteractionId>,
}

impl Session {
    /// A session that no desktop has started yet.
    pub fn new(key: SessionKey, agent: AgentId, generation: u32, nonce: u64, settings: &Settings) -> Self {
        let base = path_id(&format!("{}-{agent}", settings.session_name));
        let session = if generation > 1 { format!("{base}-{generation}") } else { base.clone() };
        Self {
            key,
            root: Root { session, ..Root::default() },
            group_name: None,
            others: Vec::new(),
            base,
            generation,
            identity: Identity::of_agent(agent.clone()),
            until: None,
            expires: None,
            agent,
            nonce,
            endpoint: Name::default(),
            wanted_extension: None,
            password: None,
            is_proved: false,
            command: View::default(),
            mirrors: Vec::new(),
            lost_at: None,
            known: Known::default(),
            channel: (ChannelState::Inactive, Capabilities::empty()),
            is_behind: false,
            held: None,
            watched: None,
        }
    }

    /// Another user sits at the commanding desktop.
    pub fn sit_down(&mut self, seat: Seat) {
        Seat { identity: self.identity, expires: self.expires, until: self.until } = seat;
    }

    /// Who sits there.
    pub fn seat(&self) -> Seat {
        Seat { identity: self.identity.clone(), expires: self.expires, until: self.until }
    }

    /// What its resume token says.
    pub fn token(&self) -> ResumeToken {
        ResumeToken {
            agent: self.agent.clone(),
            session: self.root.session.as_str().into(),
            nonce: self.nonce,
            identity: self.identity.clone(),
            until: self.until,
        }
    }

    /// Whether an id is one of this agent's sessions, now or earlier.
    pub fn is_own_id(base: &str, id: &str) -> bool {
        let Some(suffix) = id.strip_prefix(base) else { return false };
        suffix.is_empty() || suffix.strip_prefix('-').is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The desktop on a socket: commanding or looking on.
    pub fn view_mut(&mut self, socket: SocketId) -> Option<&mut View> {
        if self.command.socket == Some(socket) {
            return Some(&mut self.command);
        }
        self.mirrors.iter_mut().find(|view| view.socket == Some(socket))
    }

    /// Whether any desktop follows the events, or will ask for them.
    fn is_followed(&self) -> bool {
        self.command.is_started || self.mirrors.iter().any(|view| view.is_started)
    }

    /// Where its events are set.
    pub fn scene<'a>(&'a self, settings: &'a Settings, is_resync: bool) -> Scene<'a> {
        Scene { root: &self.root, endpoint: &self.endpoint, settings, is_resync }
    }

    /// Gives the session its phone.
    pub fn set_endpoint(&mut self, extension: &Name) {
        self.endpoint = extension.clone();
        self.root.channel = path_id(extension);
        self.root.is_alone = false;
        self.group_name = None;
    }

    /// Tells every desktop of the session.
    pub fn tell(&mut self, body: &Body, teller: &Teller<'_>) {
        let keep = teller.settings.limits.replay();
        if !self.command.push(body, teller.sockets, Some(keep)) {
            teller.sockets.doom(self.command.socket);
        }
        for view in &mut self.mirrors {
            if !view.push(body, teller.sockets, None) {
                teller.sockets.doom(view.socket);
            }
        }
    }

    /// Tells one desktop.
    pub fn tell_view(&mut self, socket: SocketId, body: &Body, teller: &Teller<'_>) {
        let keep = (self.command.socket == Some(socket)).then(|| teller.settings.limits.replay());
        let Some(view) = self.view_mut(socket) else { return };
        if !view.push(body, teller.sockets, keep) {
            teller.sockets.doom(Some(socket));
        }
    }

    /// Something happened to the agent.
    pub fn event(&mut self, event: Event, teller: &mut Teller<'_>) {
        if !self.is_proved {
            self.is_behind = true;
            return;
        }
        if let Some(held) = &mut self.held {
            held.push(event);
            return;
        }
        if !self.is_followed() {
            return;
        }
        if let Event::ChannelInfo { channel, agent } = &event
            && channel.state == ChannelState::Active
            && channel.extension != self.endpoint
            && !self.move_to_place(&channel.extension, agent, teller)
        {
            self.move_to(&channel.extension.clone(), teller);
        }
        if !self.note(&event) {
            return;
        }
        let body = self.render(&event, false, None, teller);
        self.tell(&body, teller);
        self.sent(&event, teller);
    }

    /// The agent logged in on another phone: the old channel goes, a new one comes.
    fn move_to(&mut self, extension: &Name, teller: &Teller<'_>) {
        if !self.root.channel.is_empty() {
            let scene = self.scene(teller.settings, false);
            let group = (!self.root.is_alone).then(|| scene.group_disposed());
            for body in std::iter::once(scene.channel_disposed()).chain(group).collect::<Vec<_>>() {
                self.tell(&body, teller);
            }
        }
        self.set_endpoint(extension);
        self.channel = (ChannelState::Inactive, Capabilities::empty());
        let scene = self.scene(teller.settings, false);
        for body in [scene.group_created(None), scene.channel_created(), scene.channel_initialized(), scene.group_initialized()] {
            self.tell(&body, teller);
        }
    }

    /// Tells every desktop of a phone that has just become the session's.
    pub(super) fn announce(&mut self, picture: &[Event], teller: &mut Teller<'_>) {
        self.channel = (ChannelState::Inactive, Capabilities::empty());
        for body in self.opening(teller.settings, false) {
            self.tell(&body, teller);
        }
        for event in picture.iter().cloned() {
            self.event(event, teller);
        }
        for body in self.closing(teller.settings, false) {
            self.tell(&body, teller);
        }
    }

    /// What comes before everything about the phone …
    fn opening(&self, settings: &Settings, is_resync: bool) -> Vec<Body> {
        let scene = self.scene(settings, is_resync);
        let group = (!self.root.is_alone).then(|| scene.group_created(self.group_name.as_deref()));
        group.into_iter().chain([scene.channel_created()]).collect()
    }

    /// … and what comes after it.
    fn closing(&self, settings: &Settings, is_resync: bool) -> Vec<Body> {
        let scene = self.scene(settings, is_resync);
        let group = (!self.root.is_alone).then(|| scene.group_initialized());
        std::iter::once(scene.channel_initialized()).chain(group).collect()
    }

    /// Keeps track of what desktops know; false for what they must not be told: an object they never heard of, or a state
    /// that they have already.
    fn note(&mut self, event: &Event) -> bool {
        if let Event::ChannelState(change) = event {
            let capabilities = (self.channel.1 | change.enabled) - change.disabled;
            let is_new = self.channel != (change.current, capabilities);
            self.channel = (change.current, capabilities);
            return is_new;
        }
        let Some(id) = event.interaction() else { return true };
        if let Event::InteractionCreated { .. } = event {
            let is_new = !self.known.has_interaction(id);
            self.known.add_interaction(id);
            return is_new;
        }
        if !self.known.has_interaction(id) {
            return false;
        }
        if let Event::InteractionDisposed { .. } = event {
            self.known.remove_interaction(id);
            return true;
        }
        let Some(leg) = event.conversation() else { return true };
        if let Event::ConversationCreated { .. } = event {
            let is_new = !self.known.has_conversation(leg);
            self.known.add_conversation(id, leg);
            return is_new;
        }
        if !self.known.has_conversation(leg) {
            return false;
        }
        if let Event::ConversationDisposed { .. } = event {
            self.known.remove_conversation(leg);
        }
        true
    }

    /// `had`: for a desktop that is told the whole picture, the number of the last event that reached a desktop before.
    fn render(&self, event: &Event, is_resync: bool, had: Option<u64>, teller: &Teller<'_>) -> Body {
        let (Event::Preview { interaction, .. } | Event::Screenpop { interaction, .. }) = event else {
            return self.scene(teller.settings, is_resync).event(event, None);
        };
        let call_session = teller.contacts.get(interaction).map(|contact| {
            let sent = if matches!(event, Event::Preview { .. }) { contact.preview } else { contact.screenpop };
            CallSession::of(&contact.frozen, contact.was_told || had.is_some_and(|had| self.has_had(sent, had)))
        });
        self.scene(teller.settings, is_resync).event(event, call_session)
    }

    fn has_had(&self, sent: Sent, had: u64) -> bool {
        match sent {
            Sent::Never => false,
            // An earlier session's desktop: it was there, or the session would not have been overridden.
            Sent::As(key, seq) => key != self.key || seq <= had,
        }
    }

    /// Remembers under which number the frozen parameters went out.
    fn sent(&self, event: &Event, teller: &mut Teller<'_>) {
        let (Event::Preview { interaction, .. } | Event::Screenpop { interaction, .. }) = event else { return };
        if !self.command.is_started {
            return;
        }
        if let Some(contact) = teller.contacts.get_mut(interaction) {
            if self.command.socket.is_some() && !std::mem::replace(&mut contact.is_told, true) {
                teller.told.push(*interaction);
            }
            let sent = Sent::As(self.key, self.command.seq);
            if matches!(event, Event::Preview { .. }) { contact.preview = sent } else { contact.screenpop = sent }
        }
    }

    /// Tells one desktop everything, in the order of a start.
    pub fn start(&mut self, socket: SocketId, picture: &[Event], team: Option<(&TeamInfo, bool)>, teller: &mut Teller<'_>) {
        let had = self.command.delivered;
        let Some(view) = self.view_mut(socket) else { return };
        view.is_started = true;
        let is_resync = view.seq > 0;
        self.known = Known::default();
        self.channel = (ChannelState::Inactive, Capabilities::empty());
        for body in self.opening(teller.settings, is_resync) {
            self.tell_view(socket, &body, teller);
        }
        for event in picture {
            if self.note(event) {
                let body = self.render(event, is_resync, Some(had), teller);
                self.tell_view(socket, &body, teller);
                if self.command.socket == Some(socket) {
                    self.sent(event, teller);
                }
            }
        }
        let scene = self.scene(teller.settings, is_resync);
        let team = team.map(|(team, shows_calls)| scene.team_updated(team, shows_calls));
        let mut last = self.closing(teller.settings, is_resync);
        // The same agent at every phone: the picture begins with how the agent is.
        let agent = picture.iter().find_map(|event| if let Event::ChannelInfo { agent, .. } = event { Some(agent) } else { None });
        for (place, agent) in self.others.iter().filter_map(|place| Some((place, agent?))) {
            last.extend(place.announced(agent, teller.settings, is_resync));
        }
        last.push(scene.session_logged_in(&self.identity));
        last.extend(team);
        last.push(scene.session_initialized());
        for body in &last {
            self.tell_view(socket, body, teller);
        }
    }

    /// Tells one desktop that there is a session and nothing in it: its user has no agent.
    pub fn start_without_agent(&mut self, socket: SocketId, teller: &Teller<'_>) {
        let Some(view) = self.view_mut(socket) else { return };
        view.is_started = true;
        let is_resync = view.seq > 0;
        let scene = self.scene(teller.settings, is_resync);
        for body in [scene.session_logged_in(&self.identity), scene.session_initialized()] {
            self.tell_view(socket, &body, teller);
        }
    }

    /// What could not be shown before the password was proved.
    pub fn reveal(&mut self, picture: Vec<Event>, teller: &mut Teller<'_>) {
        if std::mem::take(&mut self.is_behind) {
            for event in picture {
                self.event(event, teller);
            }
        }
    }

    /// The logout failed: what happened meanwhile is told after all.
    pub fn release_held(&mut self, teller: &mut Teller<'_>) {
        for event in self.held.take().unwrap_or_default() {
            self.event(event, teller);
        }
    }

    /// The older commanding desktop looks on from now on, the mirror commands.
    pub fn swap(&mut self, mirror: SocketId) {
        if let Some(place) = self.mirrors.iter().position(|view| view.socket == Some(mirror)) {
            let mut view = self.mirrors.swap_remove(place);
            std::mem::swap(&mut self.command, &mut view);
            view.buffer.clear();
            if view.socket.is_some() {
                self.mirrors.push(view);
            }
        }
    }
}

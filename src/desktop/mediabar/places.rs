//! Further phones of a session: groups and channels beside the one where the agent works.
//!
//! An agent is logged in on one phone at a time, so at most one channel is alive: the session's root. The others are places
//! to log in at; whoever activates one of them works there from then on.

use super::command;
use super::dispatch::{Asked, agent_info, picture};
use super::event::{Body, Scene};
use super::session::{Session, SessionKey, Teller};
use super::target::{Kind, Object, Root, path_id};
use crate::desktop::hub::Hub;
use crate::desktop::settings::Settings;
use crate::engine::command::{Failure, FailureCode};
use crate::engine::event::{Event, StateChange};
use crate::engine::model::{AgentInfo, Capabilities, ChannelInfo, ChannelState, Name};
use crate::engine::{Engine, ServiceStatus};
use crate::time::Now;

use super::command::Verb;

/// More phones than anybody has on a desk.
const PLACES_MAX: usize = 8;

/// A phone that can be logged in at.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where its paths begin.
    pub root: Root,
    /// The extension as it is dialled.
    pub endpoint: Name,
    /// The name that the desktop gave the group.
    pub name: Option<String>,
}

impl Place {
    fn scene<'a>(&'a self, settings: &'a Settings, is_resync: bool) -> Scene<'a> {
        Scene { root: &self.root, endpoint: &self.endpoint, settings, is_resync }
    }

    /// Everything that is told of it when it appears.
    pub(super) fn announced(&self, agent: &AgentInfo, settings: &Settings, is_resync: bool) -> Vec<Body> {
        let scene = self.scene(settings, is_resync);
        let channel = ChannelInfo { extension: self.endpoint.clone(), state: ChannelState::Inactive, available: false, outage: None };
        let change = inactive(None, Capabilities::empty(), agent);
        let mut bodies = vec![
            scene.channel_created(),
            scene.event(&Event::ChannelInfo { channel, agent: agent.clone() }, None),
            scene.event(&Event::ChannelState(change), None),
            scene.channel_initialized(),
        ];
        if !self.root.is_alone {
            bodies.insert(0, scene.group_created(self.name.as_deref()));
            bodies.push(scene.group_initialized());
        }
        bodies
    }
}

fn inactive(previous: Option<ChannelState>, had: Capabilities, agent: &AgentInfo) -> StateChange<ChannelState> {
    let enabled = Capabilities::CHANNEL_ACTIVATE;
    StateChange { previous, current: ChannelState::Inactive, enabled: enabled - had, disabled: had - enabled, since: agent.since }
}

impl Session {
    /// The idle place that a target of a group or channel means.
    pub(super) fn idle_place(&self, kind: Kind, target: &str) -> Option<usize> {
        let mut segments = target.split('.');
        if segments.next() != Some(self.root.session.as_str()) {
            return None;
        }
        let rest: Vec<&str> = segments.take(3).collect();
        self.others.iter().position(|place| match (kind, rest.as_slice()) {
            (Kind::Group, [group]) => !place.root.is_alone && *group == place.root.channel,
            (Kind::Channel, [channel]) => *channel == place.root.channel,
            (Kind::Channel, [group, channel]) => !place.root.is_alone && *group == place.root.channel && *channel == place.root.channel,
            _ => false,
        })
    }

    fn idle_at(&self, endpoint: &str) -> Option<usize> {
        self.others.iter().position(|place| place.endpoint == endpoint)
    }

    /// Whether the session has this phone already, or one whose id in paths would be the same.
    pub(super) fn has_place(&self, endpoint: &str) -> bool {
        let id = path_id(endpoint);
        self.root.channel == id || self.others.iter().any(|place| place.root.channel == id)
    }

    /// Works at another of its places from now on.
    fn swap_place(&mut self, at: usize) {
        let place = self.others.remove(at);
        let old = Place {
            root: std::mem::replace(&mut self.root, place.root),
            endpoint: std::mem::replace(&mut self.endpoint, place.endpoint),
            name: std::mem::replace(&mut self.group_name, place.name),
        };
        if !old.root.channel.is_empty() {
            self.others.push(old);
        }
        self.channel = (ChannelState::Inactive, Capabilities::CHANNEL_ACTIVATE);
    }

    /// Works at a phone that it has already, if it has it.
    pub(super) fn take_place(&mut self, endpoint: &str) -> bool {
        let at = self.idle_at(endpoint);
        at.inspect(|at| self.swap_place(*at)).is_some()
    }

    /// The agent logged in at a place that the desktops know: the one left behind is idle.
    pub(super) fn move_to_place(&mut self, endpoint: &str, agent: &AgentInfo, teller: &Teller<'_>) -> bool {
        let Some(at) = self.idle_at(endpoint) else { return false };
        if self.channel.0 == ChannelState::Active {
            let change = inactive(Some(ChannelState::Active), self.channel.1, agent);
            let body = self.scene(teller.settings, false).event(&Event::ChannelState(change), None);
            self.tell(&body, teller);
        }
        self.swap_place(at);
        true
    }
}

impl Hub {
    /// A command to a phone that nobody is logged in at.
    pub(super) fn at_idle_place(
        &mut self,
        now: Now,
        key: SessionKey,
        at: usize,
        object: Object,
        asked: &Asked,
        engine: &mut Engine,
    ) -> Result<(), Failure> {
        let Some(session) = self.sessions.get_mut(&key) else { return Ok(()) };
        match asked.verb {
            Verb::Unsupported => Err(Failure::new(FailureCode::Unsupported, "Not available on this platform")),
            Verb::Deactivate => {
                self.succeed(asked.socket, asked.name, asked.request.success());
                Ok(())
            }
            Verb::Activate => {
                if session.channel.0 == ChannelState::Active {
                    let context = format!("extension={}", session.endpoint);
                    let failure = Failure::new(FailureCode::ActivateFailed, "The agent is logged in on another phone");
                    return Err(failure.with_context(context));
                }
                if session.known.first().is_some() {
                    return Err(Failure::new(FailureCode::InteractionActive, "An interaction is still open on another channel"));
                }
                session.swap_place(at);
                self.pass_on(now, key, object, asked, engine)
            }
            Verb::ExternalDispositions if !self.settings.dispositions.is_empty() => {
                self.succeed(asked.socket, asked.name, asked.request.success());
                self.tell(key, |session, hub| match session.others.get(at) {
                    Some(place) => place.scene(&hub.settings, false).external_dispositions(&hub.settings.dispositions),
                    None => session.scene(&hub.settings, false).external_dispositions(&hub.settings.dispositions),
                });
                Ok(())
            }
            Verb::ExternalDispositions => Err(Failure::new(FailureCode::Unsupported, "No dispositions are configured")),
            _ => Err(Failure::new(FailureCode::ChannelNotActive, "The channel is not active").with_context("state=INACTIVE")),
        }
    }

    /// Whether another phone can be had; that it exists, the CTI Server is asked afterwards.
    pub(super) fn check_new_place(session: &Session, endpoint: &str, engine: &Engine) -> Result<(), Failure> {
        if engine.service() != ServiceStatus::InService {
            return Ok(()); // said by the engine
        }
        if session.has_place(endpoint) {
            return Err(Failure::new(FailureCode::InvalidState, "The session has this phone already"));
        }
        if session.others.len() + 1 >= PLACES_MAX {
            return Err(Failure::new(FailureCode::InvalidState, format!("A session has at most {PLACES_MAX} phones")));
        }
        Ok(())
    }

    /// The CTI Server knows the phone: it becomes a place of the session.
    pub(super) fn add_place(&mut self, now: Now, key: SessionKey, asked: &Asked, engine: &Engine) -> Result<(), Failure> {
        let (endpoint, name) = command::new_place(asked.verb, &asked.request)?;
        let Some(session) = self.sessions.get_mut(&key) else { return Ok(()) };
        Self::check_new_place(session, &endpoint, engine)?;
        let root = Root { session: session.root.session.clone(), channel: path_id(&endpoint), is_alone: asked.verb == Verb::AddChannel };
        let place = Place { root, endpoint, name };
        self.succeed(asked.socket, asked.name, asked.request.success());
        let Some(session) = self.sessions.get_mut(&key) else { return Ok(()) };
        if session.root.channel.is_empty() {
            // The only phone: perhaps the agent is logged in there.
            session.others.push(place);
            session.swap_place(session.others.len() - 1);
            let events = picture(session, now, engine);
            self.with_session(key, |session, teller| session.announce(&events, teller));
            return Ok(());
        }
        let agent = agent_info(session, now, engine);
        session.others.push(place.clone());
        self.with_session(key, |session, teller| {
            for body in place.announced(&agent, teller.settings, false) {
                session.tell(&body, teller);
            }
        });
        Ok(())
    }

    /// `session.removechannelgroup`.
    pub(super) fn remove_group(&mut self, key: SessionKey, asked: &Asked) -> Result<(), Failure> {
        let id = command::group_id(&asked.request)?;
        let Some(session) = self.sessions.get_mut(&key) else { return Ok(()) };
        let gone = if let Some(at) = session.others.iter().position(|place| !place.root.is_alone && place.root.channel == id) {
            session.others.remove(at)
        } else {
            if session.root.is_alone || session.root.channel.is_empty() || session.root.channel != id {
                return Err(Failure::new(FailureCode::UnknownTarget, "There is no such group"));
            }
            if session.known.first().is_some() {
                return Err(Failure::new(FailureCode::InteractionActive, "An interaction is still open in the group"));
            }
            if session.channel.0 == ChannelState::Active {
                let failure = Failure::new(FailureCode::InvalidState, "The agent is logged in there; deactivate the channel first");
                return Err(failure.with_context("state=ACTIVE allowed=INACTIVE"));
            }
            let empty = Root { session: session.root.session.clone(), ..Root::default() };
            let gone = Place {
                root: std::mem::replace(&mut session.root, empty),
                endpoint: std::mem::take(&mut session.endpoint),
                name: session.group_name.take(),
            };
            if !session.others.is_empty() {
                session.swap_place(0);
            }
            gone
        };
        self.succeed(asked.socket, asked.name, asked.request.success());
        self.with_session(key, |session, teller| {
            let scene = gone.scene(teller.settings, false);
            for body in [scene.channel_disposed(), scene.group_disposed()] {
                session.tell(&body, teller);
            }
        });
        Ok(())
    }
}

//! Texts between agents, their teams and supervisors (USER_MESSAGE).
//!
//! All desktops share one CTI session, and USER_MESSAGE_EVENT names that session's client and no agent. So a text for a team
//! or its supervisors goes to the CTI Server, for everybody who has a session of his own there, and to our own desktops from
//! here, with the sender's name; the server's copy of it is recognised and not shown again. A text for one agent stays in
//! the house: the protocol has no way to name one.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::Engine;
use super::command::{CommandId, Failure, FailureCode, Reply};
use super::commands::{Checked, text};
use super::event::Event;
use super::model::{AgentId, Name};
use super::pending::Purpose;
use crate::protocol::Text;
use crate::protocol::message as wire;
use crate::protocol::values::MessageDistribution;

/// Data bytes of Text without its terminator.
pub(super) const TEXT_MAX: usize = 254;

/// So many copies of our own texts are waited for.
const ECHOES_MAX: usize = 64;
/// So long: whether a server sends copies at all is in no source.
const ECHO_WAIT: Duration = Duration::from_secs(10);

/// For whom a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Everybody in the sender's teams.
    Team,
    /// The supervisors of the sender's teams.
    Supervisor,
    /// One agent.
    Agent(AgentId),
    /// Everybody; only other clients of the CTI Server send this.
    All,
}

impl Recipient {
    /// The desktop's word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Supervisor => "supervisor",
            Self::Agent(_) => "agent",
            Self::All => "all",
        }
    }

    fn distribution(&self) -> MessageDistribution {
        match self {
            Self::Team => MessageDistribution::TEAM,
            Self::Supervisor => MessageDistribution::SUPERVISOR,
            Self::Agent(_) => MessageDistribution::CLIENT,
            Self::All => MessageDistribution::ALL,
        }
    }
}

/// Who sent a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// An agent of ours.
    Agent {
        /// Id on the peripheral.
        id: AgentId,
        /// The agent's name, where known.
        name: Option<Name>,
    },
    /// Another client of the CTI Server.
    Client(Name),
}

/// A text on its way to a desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserMessage {
    /// Who sent it.
    pub from: Sender,
    /// For whom it was meant.
    pub to: Recipient,
    /// What it says.
    pub text: Name,
    /// When it was received here.
    pub at: Timestamp,
}

/// A text of ours on its way to the CTI Server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    to: Recipient,
    text: Name,
}

impl Engine {
    pub(super) fn send_message(&mut self, id: CommandId, agent: &AgentId, to: Recipient, content: Name) -> Checked<()> {
        if let Recipient::Agent(other) = &to {
            // Who is no colleague is not told apart from who does not exist.
            if other == agent || !self.are_in_one_team(agent, other) {
                return Err(Failure::new(FailureCode::UnknownTarget, "There is no such agent"));
            }
            self.reply(id, Reply::Success);
            self.deliver(agent, &Outgoing { to, text: content });
            return Ok(());
        }
        let Some(known) = self.agents.get(agent) else {
            return Err(Failure::new(FailureCode::UnknownTarget, "There is no such agent"));
        };
        let request = wire::UserMessageReq {
            peripheral_id: known.peripheral,
            distribution: to.distribution(),
            agent_id: Some(text(&agent.0)),
            text: Some(Text::from(content.to_string())),
            ..Default::default()
        };
        self.request(Some(id), agent, Purpose::Message(Outgoing { to, text: content }), request.into());
        Ok(())
    }

    /// USER_MESSAGE_CONF: the server has it. Its copy may have come before.
    pub(super) fn message_sent(&mut self, command: Option<CommandId>, agent: &AgentId, message: Outgoing) {
        let Some(command) = command else { return };
        self.reply(command, Reply::Success);
        self.deliver(agent, &message);
        if self.echoes.len() >= ECHOES_MAX {
            self.echoes.pop_front();
        }
        self.echoes.push_back((self.now.mono + ECHO_WAIT, message));
    }

    /// Tells our own desktops.
    fn deliver(&mut self, from: &AgentId, message: &Outgoing) {
        let mut receivers = match &message.to {
            Recipient::Agent(other) => BTreeSet::from([other.clone()]),
            Recipient::Supervisor => self.supervisors_of(from),
            Recipient::Team | Recipient::All => self.mates_of(from),
        };
        receivers.remove(from);
        let from = Sender::Agent { id: from.clone(), name: self.agent_name(from).cloned() };
        let told = UserMessage { from, to: message.to.clone(), text: message.text.clone(), at: self.now.wall };
        for receiver in receivers {
            self.emit(&receiver, Event::Message(told.clone()));
        }
    }

    /// USER_MESSAGE_EVENT: a copy of our own, or a text of somebody else's.
    pub(super) fn message_received(&mut self, event: &wire::UserMessageEvent<'_>) {
        let content = event.text.as_deref().unwrap_or_default();
        let is_this = |message: &Outgoing| message.to.distribution() == event.distribution && message.text == content;
        let under_way = self.requests.iter().find_map(|(id, pending)| match &pending.purpose {
            Purpose::Message(message) if pending.command.is_some() && is_this(message) => {
                Some((*id, pending.agent.clone(), message.clone()))
            }
            _ => None,
        });
        if let Some((request, agent, message)) = under_way {
            self.settle_with_success(request);
            self.deliver(&agent, &message);
            return;
        }
        let now = self.now.mono;
        self.echoes.retain(|(until, _)| *until > now);
        if let Some(at) = self.echoes.iter().position(|(_, message)| is_this(message)) {
            self.echoes.remove(at);
            return;
        }
        let to = match event.distribution {
            MessageDistribution::TEAM => Recipient::Team,
            MessageDistribution::SUPERVISOR => Recipient::Supervisor,
            _ => Recipient::All,
        };
        // The event names neither team nor agent; whom the server meant is everybody it could have meant.
        let receivers = match to {
            Recipient::Supervisor => self.all_supervisors(),
            _ => self.agents.ids().cloned().collect(),
        };
        let client = event.client_id.as_deref().unwrap_or_default();
        let told = UserMessage { from: Sender::Client(client.into()), to, text: content.into(), at: self.now.wall };
        for receiver in receivers {
            self.emit(&receiver, Event::Message(told.clone()));
        }
    }
}

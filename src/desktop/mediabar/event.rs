//! What a desktop is told: every event of the contract as a typed struct, written once as text.
//!
//! The sequence number is appended to the finished text, so that one text serves several desktops that count differently.

use std::borrow::Cow;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::data::InteractionData;
pub use super::moment::Moment;
use super::target::{Object, Path, Root};
use crate::auth::{Identity, Permission, Roles};
use crate::desktop::call_session::Frozen;
use crate::desktop::outbox::Text;
use crate::desktop::settings::{DirectoryCategory, DispositionItem, Reason, Settings};
use crate::engine::ServiceStatus;
use crate::engine::event::{EndCause, Event, Recording, ReleasedBy, StateChange};
use crate::engine::model::{AgentInfo, AgentState, Capabilities, ChannelInfo, ChannelState, ConversationId, Outage, Role, StateWord};

pub(super) mod schema;

/// Room for nearly every event, so that its text is not moved while it is written.
const USUAL_LENGTH: usize = 512;

/// An event without its sequence number.
#[derive(Clone, Debug)]
pub struct Body(String);

impl Body {
    fn of(message: &impl Serialize) -> Self {
        let mut text = Vec::with_capacity(USUAL_LENGTH);
        // Our own structs always serialise, and JSON is UTF-8.
        let is_written = serde_json::to_writer(&mut text, message).is_ok();
        Self(String::from_utf8(text).ok().filter(|_| is_written).unwrap_or_default())
    }

    /// The event as the `seq`th of a desktop.
    pub fn numbered(&self, seq: u64) -> Text {
        let open = self.0.strip_suffix('}').unwrap_or(&self.0);
        let digits = seq.checked_ilog10().map_or(1, |zeros| zeros as usize + 1);
        let mut text = String::with_capacity(open.len() + ",\"seq\":}".len() + digits);
        text.push_str(open);
        // Writing to a text cannot fail.
        let _ = write!(text, ",\"seq\":{seq}}}");
        text.into()
    }
}

/// For whom events are written.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Where paths begin.
    pub root: &'a Root,
    /// The extension as it is dialled.
    pub endpoint: &'a str,
    /// What the operator set.
    pub settings: &'a Settings,
    /// The event is part of a full picture after some events were lost.
    pub is_resync: bool,
}

#[derive(Serialize, JsonSchema)]
struct ObjectEvent<'a, D> {
    #[serde(rename = "messageType")]
    message_type: &'static str,
    target: Path<'a>,
    name: &'static str,
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Ancestors<'a>>,
    #[serde(skip_serializing_if = "is_false")]
    resync: bool,
}

#[derive(Serialize, JsonSchema)]
struct StateEvent<'a> {
    #[serde(rename = "messageType")]
    message_type: &'static str,
    target: Path<'a>,
    name: &'static str,
    context: Ancestors<'a>,
    data: CapabilityChanges,
    state: State,
    #[serde(skip_serializing_if = "is_false")]
    resync: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize, JsonSchema)]
struct State {
    object: &'static str,
    previous: &'static str,
    current: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording: Option<&'static str>,
    /// Since when the object has been in that state; the session's is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Moment>,
}

/// What became possible, then what is not possible any more.
#[derive(Clone, Copy)]
struct CapabilityChanges {
    enabled: Capabilities,
    disabled: Capabilities,
}

#[derive(Serialize, JsonSchema)]
struct CapabilityChange {
    #[schemars(with = "schema::Capability")]
    name: &'static str,
    #[serde(rename = "type")]
    #[schemars(with = "schema::Change")]
    kind: &'static str,
}

impl Serialize for CapabilityChanges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let enabled = capability_words(self.enabled).map(|name| CapabilityChange { name, kind: "enable" });
        let disabled = capability_words(self.disabled).map(|name| CapabilityChange { name, kind: "disable" });
        serializer.collect_seq(enabled.chain(disabled))
    }
}

/// The desktop's words of [`Capabilities::words`], ready made.
fn capability_words(set: Capabilities) -> impl Iterator<Item = &'static str> {
    const WORDS: &[(Capabilities, &str)] = &[
        (Capabilities::CHANNEL_ACTIVATE, "channel.activate"),
        (Capabilities::CHANNEL_DEACTIVATE, "channel.deactivate"),
        (Capabilities::CHANNEL_READY, "channel.ready"),
        (Capabilities::CHANNEL_NOTREADY, "channel.notready"),
        (Capabilities::CHANNEL_WORK, "channel.work"),
        (Capabilities::CHANNEL_DIAL, "channel.dial"),
        (Capabilities::CHANNEL_EXTERNALDISPOSITIONS, "channel.externaldispositions"),
        (Capabilities::INTERACTION_ACCEPT, "interaction.accept"),
        (Capabilities::INTERACTION_REJECT, "interaction.reject"),
        (Capabilities::INTERACTION_SETINTERACTIONDATA, "interaction.setinteractiondata"),
        (Capabilities::INTERACTION_SETDISPOSITION, "interaction.setdisposition"),
        (Capabilities::INTERACTION_COMPLETE, "interaction.complete"),
        (Capabilities::INTERACTION_CONSULT, "interaction.consult"),
        (Capabilities::INTERACTION_ALTERNATE, "interaction.alternate"),
        (Capabilities::INTERACTION_RECONNECT, "interaction.reconnect"),
        (Capabilities::INTERACTION_CONSULTTRANSFER, "interaction.consulttransfer"),
        (Capabilities::INTERACTION_CONSULTCONFERENCE, "interaction.consultconference"),
        (Capabilities::INTERACTION_RECORDING_START, "interaction.recording.start"),
        (Capabilities::INTERACTION_RECORDING_STOP, "interaction.recording.stop"),
        (Capabilities::CONVERSATION_ANSWER, "conversation.answer"),
        (Capabilities::CONVERSATION_RELEASE, "conversation.release"),
        (Capabilities::CONVERSATION_HOLD, "conversation.hold"),
        (Capabilities::CONVERSATION_RETRIEVE, "conversation.retrieve"),
        (Capabilities::CONVERSATION_TRANSFER, "conversation.transfer"),
        (Capabilities::CONVERSATION_CONFERENCE, "conversation.conference"),
        (Capabilities::CONVERSATION_SENDDTMF, "conversation.senddtmf"),
        (Capabilities::CONVERSATION_DEFLECT, "conversation.deflect"),
    ];
    WORDS.iter().filter(move |(flag, _)| set.contains(*flag)).map(|(_, word)| *word)
}

/// The `context` of an event: an aid for people who look for mistakes, normally empty.
#[derive(Serialize, JsonSchema, Default)]
struct Ancestors<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<ConversationContext<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction: Option<InteractionContext<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<ChannelContext<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionContext<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct ConversationContext<'a> {
    #[schemars(with = "schema::Conversation")]
    id: ConversationId,
    interaction: InteractionContext<'a>,
}

#[derive(Serialize, JsonSchema)]
struct InteractionContext<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    modeltype: &'static str,
    channel: ChannelContext<'a>,
}

/// What people call a phone.
struct ChannelName<'a>(&'a str);

impl Serialize for ChannelName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("Phone {}", self.0))
    }
}

#[derive(Serialize, JsonSchema)]
struct ChannelContext<'a> {
    id: &'a str,
    #[schemars(with = "String")]
    name: ChannelName<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    modeltype: &'static str,
    session: SessionContext<'a>,
}

#[derive(Serialize, JsonSchema)]
struct SessionContext<'a> {
    id: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
struct Initialized<'a> {
    reasons: ReasonLists<'a>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ReasonLists<'a> {
    not_ready: &'a [Reason],
    logout: &'a [Reason],
}

#[derive(Serialize)]
struct Named<D> {
    #[serde(flatten)]
    entry: Entry<D>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Entry<D> {
    Channelgroup(D),
    Channel(D),
    Interaction(D),
    Conversation(D),
    Member(D),
    Dispositions(D),
    Categories(D),
}

#[derive(Serialize, JsonSchema)]
struct GroupDescription<'a> {
    id: &'a str,
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct ChannelDescription<'a> {
    id: &'a str,
    #[schemars(with = "String")]
    name: ChannelName<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    modeltype: &'static str,
    endpoint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::ChannelWord")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available: Option<bool>,
    /// Why the phone cannot be used; left out while it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    outage: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct ChannelInfoData<'a> {
    channel: ChannelDescription<'a>,
    agent: AgentDescription<'a>,
}

#[derive(Serialize, JsonSchema)]
struct AgentDescription<'a> {
    id: &'a str,
    #[schemars(with = "schema::AgentState")]
    state: Cow<'static, str>,
    reason: Option<ReasonDescription<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "schema::AgentState")]
    pending: Option<Cow<'static, str>>,
    #[serde(rename = "pendingReason", skip_serializing_if = "Option::is_none")]
    pending_reason: Option<ReasonDescription<'a>>,
    since: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Moment>,
    /// The state was found, not seen to begin.
    #[serde(rename = "sinceEstimated", skip_serializing_if = "is_false")]
    since_estimated: bool,
    #[serde(rename = "skillGroups")]
    skill_groups: &'a [u32],
    /// Seconds a call rings before it is taken away, where the desk settings say so.
    #[serde(rename = "ringTime", skip_serializing_if = "Option::is_none")]
    ring_time: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ReasonDescription<'a> {
    code: u16,
    label: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct InteractionDescription {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    modeltype: &'static str,
    #[schemars(with = "schema::Direction")]
    direction: crate::engine::model::Direction,
}

#[derive(Serialize, JsonSchema)]
struct ConversationDescription {
    #[schemars(with = "schema::Conversation")]
    id: ConversationId,
    #[schemars(with = "schema::Role")]
    role: &'static str,
    #[schemars(with = "schema::Direction")]
    direction: crate::engine::model::Direction,
    #[serde(rename = "callId")]
    call_id: u32,
}

#[derive(Serialize, JsonSchema)]
struct ConversationInfo {
    #[schemars(with = "schema::Conversation")]
    id: ConversationId,
    #[serde(rename = "callId")]
    call_id: u32,
}

#[derive(Serialize, JsonSchema)]
struct MemberDescription<'a> {
    id: &'a str,
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
    #[serde(rename = "self")]
    is_self: bool,
}

#[derive(Serialize, JsonSchema)]
struct MemberId<'a> {
    id: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct DataChanged<'a> {
    changed: super::data::Changed<'a>,
    removed: Vec<&'a str>,
    interactiondata: &'a InteractionData,
}

#[derive(Serialize, JsonSchema)]
struct Offer<'a> {
    interactiondata: InteractionData,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<CallSession<'a>>,
}

/// The frozen parameters as `interaction.preview` and `interaction.screenpop` carry them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CallSession<'a> {
    /// The template's name.
    #[serde(rename = "type")]
    pub template: &'a str,
    /// The same bytes every time.
    #[schemars(with = "crate::desktop::call_session::ParametersSchema")]
    pub parameters: &'a RawValue,
    /// When they were taken.
    #[serde(rename = "frozenAt")]
    pub frozen_at: Moment,
    /// The desktop has had them before.
    pub repeat: bool,
    /// They were built from snapshots.
    pub recovered: bool,
}

impl<'a> CallSession<'a> {
    /// The frozen parameters, for the first time or again.
    pub fn of(frozen: &'a Frozen, repeat: bool) -> Self {
        Self {
            template: &frozen.template,
            parameters: &frozen.parameters,
            frozen_at: Moment(frozen.frozen_at),
            repeat,
            recovered: frozen.is_recovered,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Focus {
    conversation: Option<FocusedConversation>,
}

#[derive(Serialize, JsonSchema)]
struct FocusedConversation {
    #[schemars(with = "schema::Conversation")]
    id: ConversationId,
    #[schemars(with = "schema::Role")]
    role: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Ended {
    #[schemars(with = "schema::EndReason")]
    reason: &'static str,
    cause: Option<Cow<'static, str>>,
    #[serde(rename = "releasedBy", skip_serializing_if = "Option::is_none")]
    released_by: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct Complete<'a> {
    disposition: Option<&'a str>,
    #[serde(rename = "dispositionId")]
    disposition_id: Option<i64>,
    auto: bool,
}

/// Why the server ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisposeReason {
    /// Another desktop took over.
    Override,
    /// The daemon ends; after a restart the desktop comes back to it.
    Shutdown,
    /// No commanding desktop came back in time.
    Grace,
    /// The user is not known any more.
    Admin,
}

impl DisposeReason {
    pub(super) const ALL: [Self; 4] = [Self::Override, Self::Shutdown, Self::Grace, Self::Admin];

    /// Its word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Shutdown => "shutdown",
            Self::Grace => "grace",
            Self::Admin => "admin",
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Disposed {
    #[schemars(with = "schema::DisposeWord")]
    reason: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct SessionInfo {
    #[schemars(with = "Vec<crate::auth::Role>")]
    roles: Roles,
}

#[derive(Serialize, JsonSchema)]
struct ModeChanged {
    #[schemars(with = "schema::Mode")]
    mode: &'static str,
}

pub(super) fn agent_state_word(state: AgentState) -> Cow<'static, str> {
    state.name().map_or_else(|| state.0.to_string().into(), |name| name.strip_prefix("AGENT_STATE_").unwrap_or(name).into())
}

impl Scene<'_> {
    pub(super) fn object(&self, target: Object, name: &'static str, data: impl Serialize) -> Body {
        let context = self.settings.debug_context.then(|| self.ancestors(target));
        Body::of(&ObjectEvent { message_type: "objectEvent", target: Path(self.root, target), name, data, context, resync: self.is_resync })
    }

    fn state(&self, target: Object, changes: CapabilityChanges, state: State) -> Body {
        let context = if self.settings.debug_context { self.ancestors(target) } else { Ancestors::default() };
        Body::of(&StateEvent {
            message_type: "stateEvent",
            target: Path(self.root, target),
            name: "state.updated",
            context,
            data: changes,
            state,
            resync: self.is_resync,
        })
    }

    fn change<S: StateWord>(
        &self,
        target: Object,
        kind: &'static str,
        new: &'static str,
        change: &StateChange<S>,
        recording: Option<&'static str>,
    ) -> Body {
        let state = State {
            object: kind,
            previous: change.previous.map_or(new, S::word),
            current: change.current.word(),
            recording,
            since: Some(Moment(change.since)),
        };
        self.state(target, CapabilityChanges { enabled: change.enabled, disabled: change.disabled }, state)
    }

    fn ancestors(&self, target: Object) -> Ancestors<'_> {
        let session = || SessionContext { id: &self.root.session };
        let channel = || ChannelContext {
            id: &self.root.channel,
            name: self.channel_name(),
            kind: "TELEPHONY",
            modeltype: "TELEPHONY",
            session: session(),
        };
        let interaction = |id: crate::engine::model::InteractionId| InteractionContext {
            id: id.to_string(),
            kind: "Telephony",
            modeltype: "TELEPHONY",
            channel: channel(),
        };
        match target {
            Object::Session | Object::Group => Ancestors { session: Some(session()), ..Ancestors::default() },
            Object::Channel => Ancestors { channel: Some(channel()), ..Ancestors::default() },
            Object::Interaction(id) => Ancestors { interaction: Some(interaction(id)), ..Ancestors::default() },
            Object::Conversation(id, leg) => {
                Ancestors { conversation: Some(ConversationContext { id: leg, interaction: interaction(id) }), ..Ancestors::default() }
            }
        }
    }

    const fn channel_name(&self) -> ChannelName<'_> {
        ChannelName(self.endpoint)
    }

    fn channel_description(&self, info: Option<&ChannelInfo>) -> ChannelDescription<'_> {
        ChannelDescription {
            id: &self.root.channel,
            name: self.channel_name(),
            kind: "TELEPHONY",
            modeltype: "TELEPHONY",
            endpoint: self.endpoint,
            state: info.map(|info| info.state.word()),
            available: info.map(|info| info.available),
            outage: info.and_then(|info| info.outage).map(Outage::word),
        }
    }

    /// The group appears.
    pub fn group_created(&self, name: Option<&str>) -> Body {
        let name = name.map_or_else(|| format!("Desk {}", self.endpoint), str::to_owned);
        let group = GroupDescription { id: &self.root.channel, name };
        self.object(Object::Session, "channelgroup.created", Named { entry: Entry::Channelgroup(group) })
    }

    /// The channel appears.
    pub fn channel_created(&self) -> Body {
        let parent = if self.root.is_alone { Object::Session } else { Object::Group };
        self.object(parent, "channel.created", Named { entry: Entry::Channel(self.channel_description(None)) })
    }

    /// Everything about the channel was told.
    pub fn channel_initialized(&self) -> Body {
        self.object(Object::Channel, "channel.initialized", Nothing {})
    }

    /// Everything about the group was told.
    pub fn group_initialized(&self) -> Body {
        self.object(Object::Group, "channelgroup.initialized", Nothing {})
    }

    /// The channel is gone.
    pub fn channel_disposed(&self) -> Body {
        self.object(Object::Channel, "channel.disposed", Nothing {})
    }

    /// The group is gone.
    pub fn group_disposed(&self) -> Body {
        self.object(Object::Group, "channelgroup.disposed", Nothing {})
    }

    /// The session is at work. Whoever has no phone has no use for further ones, nor for numbers to call.
    pub fn session_logged_in(&self, identity: &Identity) -> Body {
        self.session_state(identity, "initial")
    }

    /// The user may do more than before, or less.
    pub fn session_rights(&self, identity: &Identity) -> Body {
        self.session_state(identity, "logged_in")
    }

    fn session_state(&self, identity: &Identity, previous: &'static str) -> Body {
        #[derive(Serialize)]
        struct SessionStateEvent<'a> {
            #[serde(rename = "messageType")]
            message_type: &'static str,
            target: Path<'a>,
            name: &'static str,
            context: Ancestors<'a>,
            data: [CapabilityChange; 4],
            state: State,
            #[serde(skip_serializing_if = "is_false")]
            resync: bool,
        }
        let work = if identity.may(Permission::Work) { "enable" } else { "disable" };
        Body::of(&SessionStateEvent {
            message_type: "stateEvent",
            target: Path(self.root, Object::Session),
            name: "state.updated",
            context: if self.settings.debug_context { self.ancestors(Object::Session) } else { Ancestors::default() },
            data: [
                CapabilityChange { name: "session.logout", kind: "enable" },
                CapabilityChange { name: "session.addchannelgroup", kind: work },
                CapabilityChange { name: "session.getdirectory", kind: work },
                CapabilityChange { name: "session.login", kind: "disable" },
            ],
            state: State { object: "session", previous, current: "logged_in", recording: None, since: None },
            resync: self.is_resync,
        })
    }

    /// The last event of a start. It brings the reasons to choose from, which no other message tells before a command lacks one.
    pub fn session_initialized(&self) -> Body {
        let reasons = ReasonLists { not_ready: &self.settings.not_ready_reasons, logout: &self.settings.logout_reasons };
        self.object(Object::Session, "session.initialized", Initialized { reasons })
    }

    /// The server ends the session.
    pub fn session_disposed(&self, reason: DisposeReason) -> Body {
        self.object(Object::Session, "session.disposed", Disposed { reason: reason.word() })
    }

    /// The user's roles are others than at the login.
    pub fn session_info(&self, identity: &Identity) -> Body {
        self.object(Object::Session, "session.infochanged", SessionInfo { roles: identity.roles })
    }

    /// The desktop commands from now on, or only looks on.
    pub fn mode_changed(&self, is_command: bool) -> Body {
        self.object(Object::Session, "session.modechanged", ModeChanged { mode: mode_word(is_command) })
    }

    /// The directory.
    pub fn directory(&self, categories: &[DirectoryCategory]) -> Body {
        self.object(Object::Session, "directory.updated", Named { entry: Entry::Categories(categories) })
    }

    /// The list of dispositions.
    pub fn external_dispositions(&self, dispositions: &[DispositionItem]) -> Body {
        self.object(Object::Channel, "channel.externaldispositions.updated", Named { entry: Entry::Dispositions(dispositions) })
    }

    fn channel_info(&self, channel: &ChannelInfo, agent: &AgentInfo) -> Body {
        let data = ChannelInfoData {
            channel: self.channel_description(Some(channel)),
            agent: AgentDescription {
                id: &agent.id.0,
                state: agent_state_word(agent.state),
                reason: self.reason(agent),
                pending: agent.pending.map(agent_state_word),
                pending_reason: agent.pending.zip(agent.pending_reason).map(|(state, code)| self.reason_of(state, code)),
                since: Moment(agent.since),
                until: agent.until.map(Moment),
                since_estimated: agent.since_is_estimated,
                skill_groups: &agent.skill_groups,
                ring_time: agent.ring_time,
            },
        };
        self.object(Object::Channel, "channel.infochanged", data)
    }

    /// Why the agent is in that state.
    pub(super) fn reason(&self, agent: &AgentInfo) -> Option<ReasonDescription<'_>> {
        agent.reason.map(|code| self.reason_of(agent.state, code))
    }

    fn reason_of(&self, state: AgentState, code: u16) -> ReasonDescription<'_> {
        ReasonDescription { code, label: self.reason_label(state, code) }
    }

    fn reason_label(&self, state: AgentState, code: u16) -> &str {
        let list = if state == AgentState::LOGOUT { &self.settings.logout_reasons } else { &self.settings.not_ready_reasons };
        list.iter().find(|reason| reason.code == code).map_or("", |reason| &reason.label)
    }

    /// Any event of the engine. `call_session` goes with an offer and with a screen pop.
    pub fn event(&self, event: &Event, call_session: Option<CallSession<'_>>) -> Body {
        let interaction = |id: &crate::engine::model::InteractionId| Object::Interaction(*id);
        match event {
            Event::ChannelInfo { channel, agent } => self.channel_info(channel, agent),
            Event::ChannelState(change) => self.change(Object::Channel, "channel", ChannelState::Inactive.word(), change, None),
            Event::InteractionCreated { interaction, direction } => {
                let description = InteractionDescription {
                    id: interaction.to_string(),
                    kind: "Telephony",
                    modeltype: "TELEPHONY",
                    direction: *direction,
                };
                self.object(Object::Channel, "interaction.created", Named { entry: Entry::Interaction(description) })
            }
            Event::InteractionState { interaction: id, change, recording } => {
                let recording = match recording {
                    Recording::Off => "OFF",
                    Recording::On => "ON",
                };
                self.change(interaction(id), "interaction", "", change, Some(recording))
            }
            Event::ConversationCreated { interaction: id, conversation, role, direction, call_id } => {
                let description =
                    ConversationDescription { id: *conversation, role: role.word(), direction: *direction, call_id: *call_id };
                self.object(interaction(id), "conversation.created", Named { entry: Entry::Conversation(description) })
            }
            Event::ConversationState { interaction, conversation, change } => {
                self.change(Object::Conversation(*interaction, *conversation), "conversation", "", change, None)
            }
            Event::MemberAdded { interaction, conversation, member } => {
                let description = MemberDescription {
                    id: &member.id,
                    number: &member.number,
                    name: member.name.as_deref(),
                    agent: member.agent.as_ref().map(|agent| &*agent.0),
                    is_self: member.is_self,
                };
                self.object(
                    Object::Conversation(*interaction, *conversation),
                    "conversation.member.added",
                    Named { entry: Entry::Member(description) },
                )
            }
            Event::MemberRemoved { interaction, conversation, member } => self.object(
                Object::Conversation(*interaction, *conversation),
                "conversation.member.removed",
                Named { entry: Entry::Member(MemberId { id: member }) },
            ),
            Event::ConversationInitialized { interaction, conversation } => {
                self.object(Object::Conversation(*interaction, *conversation), "conversation.initialized", Nothing {})
            }
            Event::ConversationInfo { interaction, conversation, call_id } => self.object(
                Object::Conversation(*interaction, *conversation),
                "conversation.infochanged",
                Named { entry: Entry::Conversation(ConversationInfo { id: *conversation, call_id: *call_id }) },
            ),
            Event::ConversationDisposed { interaction, conversation } => {
                self.object(Object::Conversation(*interaction, *conversation), "conversation.disposed", Nothing {})
            }
            Event::DataChanged { interaction: id, before, after } => {
                let before = before.as_ref().map_or_else(InteractionData::default, |before| InteractionData::of(before, self.settings));
                let after = InteractionData::of(after, self.settings);
                let data =
                    DataChanged { changed: after.changed_since(&before), removed: after.removed_since(&before), interactiondata: &after };
                self.object(interaction(id), "interaction.datachanged", data)
            }
            Event::Preview { interaction: id, contact } => {
                let data = Offer { interactiondata: InteractionData::of(contact, self.settings), session: call_session };
                self.object(interaction(id), "interaction.preview", data)
            }
            Event::Screenpop { interaction: id, contact } => {
                let data = Offer { interactiondata: InteractionData::of(contact, self.settings), session: call_session };
                self.object(interaction(id), "interaction.screenpop", data)
            }
            Event::InteractionInitialized { interaction: id } => self.object(interaction(id), "interaction.initialized", Nothing {}),
            Event::FocusChanged { interaction: id, focus } => {
                let conversation = focus.map(|(id, role): (ConversationId, Role)| FocusedConversation { id, role: role.word() });
                self.object(interaction(id), "interaction.focuschanged", Focus { conversation })
            }
            Event::InteractionEnded { interaction: id, reason, cause, released_by } => {
                let cause = cause.map(EndCause::word);
                self.object(
                    interaction(id),
                    "interaction.ended",
                    Ended { reason: reason.word(), cause, released_by: released_by.map(ReleasedBy::word) },
                )
            }
            Event::InteractionComplete { interaction: id, disposition, disposition_id, auto } => {
                let data = Complete { disposition: disposition.as_deref(), disposition_id: *disposition_id, auto: *auto };
                self.object(interaction(id), "interaction.complete", data)
            }
            Event::InteractionDisposed { interaction: id } => self.object(interaction(id), "interaction.disposed", Nothing {}),
            Event::Statistics(statistics) => self.statistics_updated(statistics),
            Event::Message(message) => self.message_received(message),
        }
    }
}

/// `command` or `mirror`.
pub const fn mode_word(is_command: bool) -> &'static str {
    if is_command { "command" } else { "mirror" }
}

/// The service's state as desktops see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceWord {
    /// Desktops can work, or not yet, or not now.
    Engine(ServiceStatus),
    /// The daemon is about to end.
    Stopping,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceEvent {
    message_type: &'static str,
    name: &'static str,
    data: Status,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[schemars(with = "schema::ServiceStatus")]
    status: &'static str,
    accepting_clients: bool,
    client_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    limited: Option<&'static str>,
}

/// `service.status`. `is_routing_offline`: calls go on, but none is routed; said as `limited`, left out otherwise.
pub fn service_status(service: ServiceWord, is_accepting: bool, clients: usize, is_routing_offline: bool) -> Text {
    let limited = is_routing_offline.then_some("CENTRAL_CONTROLLER_OFFLINE");
    let status = match service {
        ServiceWord::Engine(ServiceStatus::Starting) => "Starting",
        ServiceWord::Engine(ServiceStatus::InService) => "InService",
        ServiceWord::Engine(ServiceStatus::OutOfService) => "OutOfService",
        ServiceWord::Stopping => "Stopping",
    };
    super::envelope::to_text(&ServiceEvent {
        message_type: "serviceEvent",
        name: "service.status",
        data: Status { status, accepting_clients: is_accepting, client_count: clients, limited },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capability_words_are_those_of_the_domain() {
        for flag in Capabilities::all().iter() {
            assert_eq!(capability_words(flag).collect::<Vec<_>>(), flag.words().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_sequence_number_is_the_last_member() {
        for seq in [0, 7, 9, 10, 99, 100, u64::MAX] {
            let text = Body("{\"a\":{}}".into()).numbered(seq);
            assert_eq!(text.as_str(), format!("{{\"a\":{{}},\"seq\":{seq}}}"));
        }
    }

    #[test]
    fn unknown_agent_states_give_their_number() {
        assert_eq!(agent_state_word(AgentState::WORK_NOT_READY), "WORK_NOT_READY");
        assert_eq!(agent_state_word(AgentState(77)), "77");
    }
}

//! The events in the published contract.

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use super::{
    CapabilityChange, CapabilityChanges, ChannelDescription, ChannelInfoData, Complete, ConversationDescription, ConversationInfo,
    DataChanged, Disposed, Ended, Focus, GroupDescription, Initialized, InteractionDescription, MemberDescription, MemberId, ModeChanged,
    Moment, Nothing, ObjectEvent, Offer, ServiceEvent, SessionInfo, State, StateEvent, capability_words, mode_word,
};
use crate::desktop::mediabar::schema::{Class, Draft, describe, inline, path, set, unset, word_list, words};
use crate::desktop::mediabar::target::{Kind, Path};
use crate::desktop::settings::{DirectoryCategory, DispositionItem};
use crate::engine::model::{
    AgentState as AcdState, Capabilities, ChannelState, ConversationState, InteractionState, Role as LegRole, StateWord,
};

/// What a session allows.
const SESSION_WORDS: [&str; 4] = ["session.login", "session.logout", "session.getdirectory", "session.addchannelgroup"];
/// Life of a session.
const SESSION_STATES: [&str; 2] = ["initial", "logged_in"];

word_list! {
    /// Which of the two legs.
    Role = LegRole::ALL.map(LegRole::word);
    /// Who called whom.
    Direction = crate::engine::model::Direction::ALL.map(|direction| serde_json::to_value(direction).unwrap_or_default());
    /// State of a channel.
    ChannelWord = ChannelState::ALL.iter().map(|state| state.word());
    /// What can become possible.
    Capability = SESSION_WORDS.into_iter().chain(capability_words(Capabilities::all()));
    /// It became possible, or is not any more.
    Change = ["enable", "disable"];
    /// Why a contact ended.
    EndReason = crate::engine::event::EndReason::ALL.map(crate::engine::event::EndReason::word);
    /// Why the server ended a session.
    DisposeWord = super::DisposeReason::ALL.map(super::DisposeReason::word);
    /// Whether a desktop commands or looks on.
    Mode = [mode_word(true), mode_word(false)];
    /// Whether desktops can work.
    ServiceStatus = ["Starting", "InService", "OutOfService", "Stopping"];
    /// Whether a recording runs.
    RecordingWord = ["OFF", "ON"];
}

/// Id of a leg.
pub(super) struct Conversation;

impl JsonSchema for Conversation {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Conversation".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}

/// State of an agent on the ACD: one of the reference's words without prefix, or the number of a state it does not know.
pub(in crate::desktop::mediabar) struct AgentState;

impl JsonSchema for AgentState {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AgentState".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<_> = (0..u16::MAX).map(AcdState).filter(|state| state.name().is_some()).map(super::agent_state_word).collect();
        json_schema!({
            "description": "State of an agent on the ACD: a word, or the number of a state that has none.",
            "anyOf": [{ "type": "string", "enum": known }, { "type": "string", "pattern": "^[0-9]{1,5}$" }],
        })
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A moment: RFC 3339, UTC, milliseconds.",
            "type": "string",
            "format": "date-time",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
        })
    }
}

impl JsonSchema for CapabilityChanges {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CapabilityChanges".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": generator.subschema_for::<CapabilityChange>() })
    }
}

impl JsonSchema for Path<'_> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Path".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

fn constant(word: &str) -> Value {
    json!({ "type": "string", "const": word })
}

fn seq(schema: &mut Schema) {
    let number = json!({
        "description": "Counts the events of a session from 1 without holes.",
        "type": "integer",
        "minimum": 1,
    });
    set(schema, "seq", number, true);
}

/// An object event with this data.
pub(in crate::desktop::mediabar) fn object<D: JsonSchema>(draft: &mut Draft, target: Kind, name: &str, text: &str) {
    let data = draft.output.subschema_for::<D>();
    object_with(draft, target, name, text, data);
}

/// An object event whose data is one named member.
fn named<D: JsonSchema>(draft: &mut Draft, target: Kind, name: &str, member: &str, text: &str) {
    let description = draft.output.subschema_for::<D>();
    let data = json_schema!({ "type": "object", "properties": { member: description }, "required": [member] });
    object_with(draft, target, name, text, data);
}

fn object_with(draft: &mut Draft, target: Kind, name: &str, text: &str, data: Schema) {
    let mut schema = inline::<ObjectEvent<'static, Nothing>>(&mut draft.output);
    set(&mut schema, "messageType", constant("objectEvent"), true);
    // What stands alone appears in the session.
    let target = if name == "channel.created" { json_schema!({ "anyOf": [path(Kind::Group), path(Kind::Session)] }) } else { path(target) };
    set(&mut schema, "target", target, true);
    set(&mut schema, "name", constant(name), true);
    set(&mut schema, "data", data, true);
    seq(&mut schema);
    describe(&mut schema, text);
    draft.add(Class::ObjectEvent, format!("{name}.event"), schema);
}

fn state(draft: &mut Draft, kind: Kind, word: &str, states: Vec<&str>) {
    let mut schema = inline::<StateEvent<'static>>(&mut draft.output);
    let mut state = inline::<State>(&mut draft.output);
    // A new interaction or conversation has no state before its first.
    let is_born_later = matches!(kind, Kind::Interaction | Kind::Conversation);
    set(&mut state, "object", constant(word), true);
    set(&mut state, "previous", words(is_born_later.then_some("").into_iter().chain(states.iter().copied())), true);
    set(&mut state, "current", words(states), true);
    if kind == Kind::Interaction {
        set(&mut state, "recording", inline::<RecordingWord>(&mut draft.output), true);
    } else {
        unset(&mut state, "recording");
    }
    if kind == Kind::Session {
        unset(&mut state, "since");
    } else {
        set(&mut state, "since", draft.output.subschema_for::<Moment>(), true);
    }
    set(&mut schema, "messageType", constant("stateEvent"), true);
    set(&mut schema, "target", path(kind), true);
    set(&mut schema, "name", constant("state.updated"), true);
    set(&mut schema, "state", state, true);
    seq(&mut schema);
    describe(&mut schema, format!("State of the {word}, or what is possible in it."));
    draft.add(Class::StateEvent, format!("state.updated.{word}.event"), schema);
}

/// Adds all events.
pub(in crate::desktop::mediabar) fn events(draft: &mut Draft) {
    use Kind::{Channel, Conversation, Group, Interaction, Session};

    object::<Initialized<'static>>(draft, Session, "session.initialized", "Everything was told: the last event of a start.");
    object::<Disposed>(draft, Session, "session.disposed", "The server ends the session; the socket is closed after it.");
    object::<SessionInfo>(draft, Session, "session.infochanged", "The user's roles were changed by the operator.");
    object::<ModeChanged>(draft, Session, "session.modechanged", "The desktop commands from now on, or only looks on.");
    named::<Vec<DirectoryCategory>>(draft, Session, "directory.updated", "categories", "The directory that was asked for.");

    named::<GroupDescription<'static>>(draft, Session, "channelgroup.created", "channelgroup", "A group of channels appeared.");
    object::<Nothing>(draft, Group, "channelgroup.initialized", "Everything about the group was told.");
    object::<Nothing>(draft, Group, "channelgroup.disposed", "The group is gone.");

    named::<ChannelDescription<'static>>(draft, Group, "channel.created", "channel", "A channel appeared.");
    object::<ChannelInfoData<'static>>(draft, Channel, "channel.infochanged", "The agent's state or the channel's availability changed.");
    object::<Nothing>(draft, Channel, "channel.initialized", "Everything about the channel was told.");
    object::<Nothing>(draft, Channel, "channel.disposed", "The channel is gone.");
    let text = "The dispositions that were asked for.";
    named::<Vec<DispositionItem>>(draft, Channel, "channel.externaldispositions.updated", "dispositions", text);

    named::<InteractionDescription>(draft, Channel, "interaction.created", "interaction", "A contact appeared.");
    object::<DataChanged<'static>>(draft, Interaction, "interaction.datachanged", "Call data changed.");
    object::<Offer<'static>>(draft, Interaction, "interaction.preview", "The contact is offered.");
    object::<Offer<'static>>(draft, Interaction, "interaction.screenpop", "The contact was taken.");
    object::<Nothing>(draft, Interaction, "interaction.initialized", "Everything known of the contact was told.");
    object::<Focus>(draft, Interaction, "interaction.focuschanged", "The leg that the agent talks on changed.");
    object::<Ended>(draft, Interaction, "interaction.ended", "The last leg is gone.");
    object::<Complete<'static>>(draft, Interaction, "interaction.complete", "No work is left.");
    object::<Nothing>(draft, Interaction, "interaction.disposed", "The contact's object is gone.");

    named::<ConversationDescription>(draft, Interaction, "conversation.created", "conversation", "A leg appeared.");
    let text = "The leg goes on under another call id.";
    named::<ConversationInfo>(draft, Conversation, "conversation.infochanged", "conversation", text);
    named::<MemberDescription<'static>>(draft, Conversation, "conversation.member.added", "member", "A party joined.");
    named::<MemberId<'static>>(draft, Conversation, "conversation.member.removed", "member", "A party left while others stay.");
    object::<Nothing>(draft, Conversation, "conversation.initialized", "The first parties of the leg are known.");
    object::<Nothing>(draft, Conversation, "conversation.disposed", "The leg is gone.");

    state(draft, Session, "session", SESSION_STATES.to_vec());
    state(draft, Channel, "channel", ChannelState::ALL.iter().map(|state| state.word()).collect());
    state(draft, Interaction, "interaction", InteractionState::ALL.iter().map(|state| state.word()).collect());
    state(draft, Conversation, "conversation", ConversationState::ALL.iter().map(|state| state.word()).collect());

    let mut schema = inline::<ServiceEvent>(&mut draft.output);
    set(&mut schema, "messageType", constant("serviceEvent"), true);
    set(&mut schema, "name", constant("service.status"), true);
    describe(&mut schema, "Whether desktops can work: the first message on every socket, and again with each change.");
    draft.add(Class::ServiceEvent, "service.status.event", schema);
}

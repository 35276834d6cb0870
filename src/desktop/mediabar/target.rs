//! Addresses: dot-separated paths from the session down to an object, written in full and read in two forms.
//!
//! The group segment may be left out on input. Which kind of object is meant is told by the command, because group and
//! channel carry the same id.

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::engine::command::{Failure, FailureCode};
use crate::engine::model::{ConversationId, InteractionId};

/// Longest id within a path.
const MAX_ID: usize = 64;

/// An id as a path may hold it: other characters than letters, digits, `_` and `-` become `_`.
pub fn path_id(text: &str) -> String {
    text.chars().take(MAX_ID).map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).collect()
}

/// The kinds of objects, named by the first word of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The session itself.
    Session,
    /// The one group.
    Group,
    /// The one channel.
    Channel,
    /// A contact.
    Interaction,
    /// A leg.
    Conversation,
}

/// An object of a session. `Display` writes its path in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The session itself.
    Session,
    /// The group.
    Group,
    /// The channel.
    Channel,
    /// A contact.
    Interaction(InteractionId),
    /// A leg of a contact.
    Conversation(InteractionId, ConversationId),
}

/// What a session's paths begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// The session's id.
    pub session: String,
    /// Id of group and channel: the extension, as a path may hold it. Empty before the session has a channel.
    pub channel: String,
    /// The channel stands alone, in no group.
    pub is_alone: bool,
}

/// An object's full path.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a>(pub &'a Root, pub Object);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Root { session, channel, is_alone } = self.0;
        f.write_str(session)?;
        let repeats = match self.1 {
            Object::Session => 0,
            Object::Group => 1,
            // The group, unless the channel stands alone, and the channel.
            _ => 2 - usize::from(*is_alone),
        };
        for _ in 0..repeats {
            f.write_str(".")?;
            f.write_str(channel)?;
        }
        match self.1 {
            Object::Session | Object::Group | Object::Channel => Ok(()),
            Object::Interaction(id) => write!(f, ".{id}"),
            Object::Conversation(id, leg) => write!(f, ".{id}.{leg}"),
        }
    }
}

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The objects that a desktop has been told of and not yet told the end of.
#[derive(Clone, Debug, Default)]
pub struct Known {
    contacts: Vec<(InteractionId, Vec<ConversationId>)>,
}

impl Known {
    /// A contact was announced.
    pub fn add_interaction(&mut self, id: InteractionId) {
        if !self.has_interaction(id) {
            self.contacts.push((id, Vec::new()));
        }
    }

    /// A leg was announced.
    pub fn add_conversation(&mut self, id: InteractionId, leg: ConversationId) {
        if let Some((_, legs)) = self.contacts.iter_mut().find(|(known, _)| *known == id) {
            legs.push(leg);
        }
    }

    /// A contact is gone.
    pub fn remove_interaction(&mut self, id: InteractionId) {
        self.contacts.retain(|(known, _)| *known != id);
    }

    /// A leg is gone.
    pub fn remove_conversation(&mut self, leg: ConversationId) {
        for (_, legs) in &mut self.contacts {
            legs.retain(|known| *known != leg);
        }
    }

    /// Whether the contact was announced.
    pub fn has_interaction(&self, id: InteractionId) -> bool {
        self.contacts.iter().any(|(known, _)| *known == id)
    }

    /// Whether the leg was announced.
    pub fn has_conversation(&self, leg: ConversationId) -> bool {
        self.contacts.iter().any(|(_, legs)| legs.contains(&leg))
    }

    /// The oldest contact.
    pub fn first(&self) -> Option<InteractionId> {
        self.contacts.first().map(|(id, _)| *id)
    }
}

/// Finds the object that a target means.
///
/// # Errors
/// `NOT_BOUND` if the path begins with another session, `UNKNOWN_TARGET` if there is no such object; objects of others are
/// not told apart from objects that do not exist.
pub fn resolve(root: &Root, known: &Known, kind: Kind, target: &str) -> Result<Object, Failure> {
    let mut segments = target.split('.');
    if segments.next() != Some(root.session.as_str()) {
        return Err(Failure::new(FailureCode::NotBound, "This connection has no such session"));
    }
    let rest: Vec<&str> = segments.take(5).collect();
    let is_channel = |id: &str| !root.channel.is_empty() && id == root.channel;
    let is_group = |id: &str| !root.is_alone && is_channel(id);
    let interaction = |id: &str| interaction_id(id).filter(|id| known.has_interaction(*id));
    let found = match (kind, rest.as_slice()) {
        (Kind::Session, []) => Some(Object::Session),
        (Kind::Group, [group]) if is_group(group) => Some(Object::Group),
        (Kind::Channel, [channel]) if is_channel(channel) => Some(Object::Channel),
        (Kind::Channel, [group, channel]) if is_group(group) && is_channel(channel) => Some(Object::Channel),
        (Kind::Interaction, [channel, id]) if is_channel(channel) => interaction(id).map(Object::Interaction),
        (Kind::Interaction, [group, channel, id]) if is_group(group) && is_channel(channel) => interaction(id).map(Object::Interaction),
        (Kind::Conversation, [channel, id, leg]) if is_channel(channel) => conversation(known, id, leg),
        (Kind::Conversation, [group, channel, id, leg]) if is_group(group) && is_channel(channel) => conversation(known, id, leg),
        _ => None,
    };
    found.ok_or_else(|| Failure::new(FailureCode::UnknownTarget, "There is no such object"))
}

fn conversation(known: &Known, id: &str, leg: &str) -> Option<Object> {
    let (id, leg) = (interaction_id(id)?, Uuid::try_parse(leg).ok()?);
    let (_, legs) = known.contacts.iter().find(|(known, _)| *known == id)?;
    legs.contains(&leg).then_some(Object::Conversation(id, leg))
}

/// `OM` and eighteen digits.
pub fn interaction_id(text: &str) -> Option<InteractionId> {
    let digits = text.strip_prefix("OM")?;
    if digits.len() != 18 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().map(InteractionId)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEG: &str = "6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e90";

    fn world() -> (Root, Known) {
        let mut known = Known::default();
        known.add_interaction(InteractionId(4711));
        known.add_conversation(InteractionId(4711), LEG.parse().unwrap());
        (Root { session: "PG1-1001".into(), channel: "5001".into(), ..Root::default() }, known)
    }

    fn code(kind: Kind, target: &str) -> FailureCode {
        let (root, known) = world();
        resolve(&root, &known, kind, target).unwrap_err().code
    }

    #[test]
    fn every_object_is_found_with_and_without_the_group_segment_and_written_in_full() {
        let (root, known) = world();
        for (kind, short, full) in [
            (Kind::Session, "PG1-1001", "PG1-1001"),
            (Kind::Group, "PG1-1001.5001", "PG1-1001.5001"),
            (Kind::Channel, "PG1-1001.5001", "PG1-1001.5001.5001"),
            (Kind::Interaction, "PG1-1001.5001.OM000000000000004711", "PG1-1001.5001.5001.OM000000000000004711"),
            (
                Kind::Conversation,
                "PG1-1001.5001.OM000000000000004711.6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e90",
                "PG1-1001.5001.5001.OM000000000000004711.6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e90",
            ),
        ] {
            let object = resolve(&root, &known, kind, short).unwrap();
            assert_eq!(resolve(&root, &known, kind, full), Ok(object));
            assert_eq!(Path(&root, object).to_string(), full);
        }
    }

    #[test]
    fn another_session_is_not_bound_and_anything_else_unknown() {
        assert_eq!(code(Kind::Session, "PG1-1002"), FailureCode::NotBound);
        assert_eq!(code(Kind::Interaction, "PG1-1002.5001.OM000000000000004711"), FailureCode::NotBound);
        assert_eq!(code(Kind::Session, ""), FailureCode::NotBound);
        for (kind, target) in [
            (Kind::Session, "PG1-1001.5001"),
            (Kind::Group, "PG1-1001"),
            (Kind::Group, "PG1-1001.5002"),
            (Kind::Channel, "PG1-1001.5001.5001.OM000000000000004711"),
            (Kind::Interaction, "PG1-1001.5001.OM000000000000004712"),
            (Kind::Interaction, "PG1-1001.5001.OM4711"),
            (Kind::Interaction, "PG1-1001.5001.OM+00000000000004711"),
            (Kind::Conversation, "PG1-1001.5001.OM000000000000004712.6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e90"),
            (Kind::Conversation, "PG1-1001.5001.OM000000000000004711.6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e91"),
            (Kind::Conversation, "PG1-1001.5001.5001.OM000000000000004711.6b0f1c52-9a37-4a6e-8f0d-2c6f5b7a1e90.x"),
        ] {
            assert_eq!(code(kind, target), FailureCode::UnknownTarget, "{target}");
        }
    }

    #[test]
    fn a_channel_that_stands_alone_has_no_group_in_its_paths() {
        let (root, known) = world();
        let root = Root { is_alone: true, ..root };
        let contact = Object::Interaction(InteractionId(4711));
        assert_eq!(Path(&root, Object::Channel).to_string(), "PG1-1001.5001");
        assert_eq!(Path(&root, contact).to_string(), "PG1-1001.5001.OM000000000000004711");
        assert_eq!(resolve(&root, &known, Kind::Interaction, "PG1-1001.5001.OM000000000000004711"), Ok(contact));
        for (kind, target) in [(Kind::Group, "PG1-1001.5001"), (Kind::Channel, "PG1-1001.5001.5001")] {
            assert_eq!(resolve(&root, &known, kind, target).unwrap_err().code, FailureCode::UnknownTarget, "{target}");
        }
    }

    #[test]
    fn a_session_without_a_channel_has_no_objects_below_it() {
        let root = Root { session: "PG1-1001".into(), ..Root::default() };
        assert!(resolve(&root, &Known::default(), Kind::Channel, "PG1-1001.").is_err());
    }

    #[test]
    fn ids_never_break_a_path() {
        assert_eq!(path_id("3001;+41 44.1"), "3001__41_44_1");
        assert_eq!(path_id(&"9".repeat(100)).len(), 64);
    }
}

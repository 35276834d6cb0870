//! What is wrong with a message that can still be taken apart: found in two walks over its bytes, without storing any.

use super::error::{DecodeError, DecodeErrorKind};
use super::generic::{GenericField, GenericMessage, Value, error};
use super::limits;
use super::list::{EntryRun, Step, is_readable};
use super::schema::{Arity, FloatingItem, FloatingSpec, MessageSpec, WireType};
use super::wire::{NamedVariable, until_zero};

/// More floating fields than any message declares; a test holds it against [`SPECS`](super::message::SPECS).
const MAX_FIELDS: usize = 64;

/// A number for each floating field of a message, by its place in the declaration.
type Counts = [u32; MAX_FIELDS];

/// Tells `each` the defects of `message` in the order of the bytes.
pub(super) fn of(message: &GenericMessage<'_>, spec: &'static MessageSpec, each: &mut dyn FnMut(DecodeError)) {
    let totals = totals(message, spec);
    let mut found = Found { spec, each };
    for field in message.fixed() {
        if field.spec.is_counter
            && let Some(Value::Number(announced)) = field.value()
        {
            found.compare(field.spec.name, announced, totals.of(field.spec.counts), field.offset);
        }
    }
    let mut named_data = 0;
    let mut seen: Counts = [0; MAX_FIELDS];
    let mut run = EntryRun::default();
    let mut group: Option<&'static [FloatingSpec]> = None;
    let mut in_entry: Counts = [0; MAX_FIELDS];
    let mut fields = message.floating();
    while let Some(field) = fields.next() {
        let Some(field_spec) = field.spec else { continue };
        found.value(field_spec, &field, &mut named_data);
        let Some(place) = place_of(spec, field.tag) else { continue };
        let Some(members) = place.group else {
            let times = bump(&mut seen, place.at, 1);
            if field_spec.arity == Arity::One && times > 1 {
                found.add(field_spec.name, field.offset, DecodeErrorKind::DuplicateField);
            } else if field_spec.is_counter
                && let Some(Value::Number(announced)) = field.value()
            {
                found.compare(field_spec.name, announced, totals.of(field_spec.counts), field.offset);
            }
            continue;
        };
        if group.is_none_or(|open| !std::ptr::eq(open, members)) {
            (group, run) = (Some(members), EntryRun::default());
        }
        if run.step(members, field.tag, field.data) == Step::Begins {
            in_entry = entry_counts(members, field, fields.clone());
        }
        if field_spec.is_counter
            && let Some(Value::Number(announced)) = field.value()
        {
            let counted = members.iter().position(|member| field_spec.counts.contains(&member.tag));
            let have = counted.and_then(|at| in_entry.get(at)).copied().unwrap_or(0);
            found.compare(field_spec.name, announced, have, field.offset);
        }
    }
    if !message.rest().is_empty() && !spec.has_no_fields() {
        found.add("", message.body().len() - message.rest().len(), DecodeErrorKind::BadFieldHeader);
    }
}

struct Found<'e> {
    spec: &'static MessageSpec,
    each: &'e mut dyn FnMut(DecodeError),
}

impl Found<'_> {
    /// `offset` counts from the start of the body.
    fn add(&mut self, field: &'static str, offset: usize, kind: DecodeErrorKind) {
        (self.each)(error(self.spec, field, offset, kind));
    }

    fn value(&mut self, spec: &'static FloatingSpec, field: &GenericField<'_>, named_data: &mut usize) {
        let has_remainder = spec.arity == Arity::Packed && !field.data.len().is_multiple_of(spec.wire.width().unwrap_or(1));
        let before = *named_data;
        if matches!(spec.wire, WireType::NamedVariable | WireType::NamedArray) {
            *named_data += field.data.len();
        }
        let is_crossing = before <= limits::NAMED_DATA_TOTAL && *named_data > limits::NAMED_DATA_TOTAL;
        // A packed field without any value is an empty list.
        let is_broken = if spec.arity == Arity::Packed { has_remainder } else { !is_readable(spec, field.data) };
        if is_broken {
            self.add(spec.name, field.offset, DecodeErrorKind::BadValue);
        } else if is_crossing || (spec.arity != Arity::Packed && is_over_limit(spec, field.data)) {
            self.add(spec.name, field.offset, DecodeErrorKind::LimitExceeded);
        }
    }

    fn compare(&mut self, counter: &'static str, announced: i64, have: u32, offset: usize) {
        if announced != i64::from(have) {
            self.add(counter, offset, DecodeErrorKind::ListMismatch);
        } else if limits::list_maximum(self.spec.name, counter).is_some_and(|most| have as usize > most) {
            self.add(counter, offset, DecodeErrorKind::LimitExceeded);
        }
    }
}

/// Whether the data is larger than printed. For ECC variables name and value have limits of their own.
fn is_over_limit(spec: &FloatingSpec, data: &[u8]) -> bool {
    let variable = match spec.wire {
        WireType::NamedVariable => NamedVariable::split(data),
        WireType::NamedArray => data.get(1..).and_then(NamedVariable::split),
        _ => None,
    };
    let is_variable_too_long = variable
        .is_some_and(|(name, value)| name.len() + 1 > limits::VARIABLE_NAME || until_zero(value).len() + 1 > limits::VARIABLE_VALUE);
    is_variable_too_long || (spec.max > 0 && data.len() > usize::from(spec.max))
}

/// Where a field is declared.
struct Place {
    /// Its number among the floating fields; for a member of a group that of the group's first.
    at: usize,
    group: Option<&'static [FloatingSpec]>,
}

fn place_of(spec: &'static MessageSpec, tag: u16) -> Option<Place> {
    let mut at = 0;
    for item in spec.floating {
        if item.fields().iter().any(|field| field.tag == tag) {
            let group = match item {
                FloatingItem::Group(members) => Some(*members),
                FloatingItem::Field(_) => None,
            };
            return Some(Place { at, group });
        }
        at += item.fields().len();
    }
    None
}

fn bump(counts: &mut Counts, at: usize, by: u32) -> u32 {
    counts.get_mut(at).map_or(0, |count| {
        *count += by;
        *count
    })
}

/// Lengths of all lists of the message: values of lists and packed fields, entries of groups.
struct Totals {
    spec: &'static MessageSpec,
    counts: Counts,
}

impl Totals {
    /// Of the list with these tags.
    fn of(&self, tags: &[u16]) -> u32 {
        let place = tags.first().and_then(|tag| place_of(self.spec, *tag));
        place.and_then(|place| self.counts.get(place.at)).copied().unwrap_or(0)
    }
}

fn totals(message: &GenericMessage<'_>, spec: &'static MessageSpec) -> Totals {
    let mut totals = Totals { spec, counts: [0; MAX_FIELDS] };
    let mut run = EntryRun::default();
    let mut group: Option<&'static [FloatingSpec]> = None;
    for field in message.floating() {
        let (Some(field_spec), Some(place)) = (field.spec, place_of(spec, field.tag)) else { continue };
        let Some(members) = place.group else {
            bump(&mut totals.counts, place.at, values(field_spec, field.data));
            continue;
        };
        if group.is_none_or(|open| !std::ptr::eq(open, members)) {
            (group, run) = (Some(members), EntryRun::default());
        }
        if run.step(members, field.tag, field.data) == Step::Begins {
            bump(&mut totals.counts, place.at, 1);
        }
    }
    totals
}

/// How many values a field adds to its list.
fn values(spec: &FloatingSpec, data: &[u8]) -> u32 {
    match spec.arity {
        Arity::Packed => (data.len() / spec.wire.width().unwrap_or(1)) as u32,
        Arity::One | Arity::List => u32::from(is_readable(spec, data)),
    }
}

/// What stands in the entry that begins with `first`, by the place of its members.
fn entry_counts<'m>(members: &[FloatingSpec], first: GenericField<'m>, behind: impl Iterator<Item = GenericField<'m>>) -> Counts {
    let mut counts = [0; MAX_FIELDS];
    let mut run = EntryRun::default();
    for field in std::iter::once(first).chain(behind) {
        match run.step(members, field.tag, field.data) {
            Step::Begins if field.offset > first.offset => break,
            Step::Begins | Step::Continues => {
                if let Some((at, member)) = members.iter().enumerate().find(|(_, member)| member.tag == field.tag) {
                    bump(&mut counts, at, values(member, field.data));
                }
            }
            Step::Foreign | Step::Unreadable => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_declares_more_floating_fields_than_are_counted() {
        let most = crate::protocol::message::SPECS.iter().map(|spec| spec.floating_fields().count()).max();
        assert!(most.is_some_and(|most| most <= MAX_FIELDS), "{most:?}");
    }
}

//! Lists of the floating part: where entries begin, and how they are read without being stored.
//!
//! A list that was decoded stays in the bytes of its frame. [`List`] and [`Packed`] remember where its first field stands
//! and how many entries there are, and read the entries whenever somebody asks for them, so that decoding a message
//! allocates nothing, however many entries it has. A list of our own making holds its entries.
//!
//! # Where an entry of several fields begins
//!
//! The reference says that the members of one entry follow each other in the documented order. So a member that does not
//! stand behind the one before it in that order begins the next entry; it may be any member, not only the first. A member
//! that is itself a list inside the entry may repeat. Fields of other lists and fields that cannot be read take no part:
//! they neither begin nor end an entry.
//!
//! Entries of a decoded list therefore keep their borders when they are written again. Two entries that somebody puts
//! together may not: if the second lacks its first members, it would be read as the end of the first.
//! [`EncodeError::EntriesJoin`] refuses that.

use std::fmt;

use super::error::EncodeError;
use super::reader::{Fields, RawField};
use super::schema::{Arity, FloatingItem, FloatingSpec, ValueTable, WireType};
use super::version::ProtocolVersion;
use super::wire::{Context, Floating, NamedVariable, Wire, emit_one, width_of};
use super::writer::Writer;

/// Whether `data` can be read as what `spec` says; for packed values: whether it holds at least one.
pub(super) fn is_readable(spec: &FloatingSpec, data: &[u8]) -> bool {
    match (spec.arity, spec.wire, spec.wire.width()) {
        (Arity::Packed, _, Some(width)) => data.len() >= width,
        (_, _, Some(width)) => data.len() == width,
        (_, WireType::NamedVariable, None) => NamedVariable::split(data).is_some(),
        (_, WireType::NamedArray, None) => data.get(1..).and_then(NamedVariable::split).is_some(),
        (_, _, None) => true,
    }
}

/// What a field means for the entries of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is no member.
    Foreign,
    /// It is a member that cannot be read.
    Unreadable,
    /// The entry before it has ended, if there was one.
    Begins,
    /// It belongs to the same entry as the member before it.
    Continues,
}

/// Walks over fields and tells where entries begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EntryRun {
    /// Position of the member before, counted from 1; 0 before the first.
    last: u8,
}

impl EntryRun {
    /// Takes the next field.
    pub(super) fn step(&mut self, members: &[FloatingSpec], tag: u16, data: &[u8]) -> Step {
        let Some((at, spec)) = (1u8..).zip(members).find(|(_, member)| member.tag == tag) else { return Step::Foreign };
        if !is_readable(spec, data) {
            return Step::Unreadable;
        }
        let continues = self.last > 0 && (at > self.last || (at == self.last && spec.arity != Arity::One));
        self.last = at;
        if continues { Step::Continues } else { Step::Begins }
    }
}

/// Watches that entries which are written keep their borders.
#[derive(Debug, Default)]
pub struct EntryBorders {
    /// Position of the member written last, counted from 1; 0 before the first.
    last: u8,
    /// Position of the member to be written, in this entry.
    at: u8,
    is_empty: bool,
}

impl EntryBorders {
    pub(super) const fn begin(&mut self) {
        self.at = 0;
        self.is_empty = true;
    }

    /// The next member has been written, or left out: then the writer still stands at `from`.
    pub(super) fn member(&mut self, writer: &mut Writer<'_>, from: usize, name: &'static str, arity: Arity) {
        self.at += 1;
        if writer.written() == from {
            return;
        }
        let continues = self.last > 0 && (self.at > self.last || (self.at == self.last && arity != Arity::One));
        if self.is_empty && continues {
            let message = writer.message();
            writer.refuse(EncodeError::EntriesJoin { message, field: name });
        }
        self.is_empty = false;
        self.last = self.at;
    }

    /// The entry has been written; one without any member cannot be.
    pub(super) fn end(&self, writer: &mut Writer<'_>, is_blank: bool, first: &'static str) {
        if self.is_empty && is_blank {
            let message = writer.message();
            writer.refuse(EncodeError::EntriesJoin { message, field: first });
        }
    }
}

/// A list that stands in a frame: its first field and how many fields or entries there are.
#[derive(Clone, Copy, Debug)]
pub struct WireList<'a> {
    /// The floating part from the first field on.
    bytes: &'a [u8],
    /// Fields of a list of values, entries of a list of groups.
    left: u32,
    /// Tag of a list of values.
    tag: u16,
    is_wide: bool,
    /// Where the last entry of a list of groups stands.
    run: EntryRun,
}

impl<'a> WireList<'a> {
    fn at(fields: &Fields<'a>) -> Self {
        let tag = fields.tag().unwrap_or_default();
        Self { bytes: fields.rest_from_here(), left: 0, tag, is_wide: fields.is_wide(), run: EntryRun::default() }
    }

    /// The data of the next field that `read` can use.
    fn next_value<T>(&mut self, read: impl Fn(RawField<'a>) -> Option<T>) -> Option<T> {
        if self.left == 0 {
            return None;
        }
        let mut fields = Fields::again(self.bytes, self.is_wide);
        loop {
            fields.advance().ok()?;
            let field = fields.field()?;
            if field.tag == self.tag
                && let Some(value) = read(field)
            {
                self.left -= 1;
                self.bytes = fields.behind();
                return Some(value);
            }
        }
    }

    /// Calls `each` with every readable field of the next entry; `false` if there is none.
    pub(super) fn next_entry(&mut self, members: &[FloatingSpec], mut each: impl FnMut(&Fields<'a>)) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let mut fields = Fields::again(self.bytes, self.is_wide);
        let mut run = EntryRun::default();
        let mut has_begun = false;
        while fields.advance().is_ok()
            && let Some(field) = fields.field()
        {
            match run.step(members, field.tag, field.data) {
                Step::Foreign | Step::Unreadable => {}
                Step::Begins if has_begun => {
                    self.bytes = fields.rest_from_here();
                    return true;
                }
                Step::Begins | Step::Continues => {
                    has_begun = true;
                    each(&fields);
                }
            }
        }
        self.bytes = &[];
        has_begun
    }
}

/// Either in a frame or of our own making.
#[derive(Clone)]
enum Repr<'a, T> {
    Wire(WireList<'a>),
    Own(Vec<T>),
}

/// An entry of a list: a value in one field, or a group of fields.
pub trait Entry<'a>: Clone {
    /// Type of the data.
    const TYPE: WireType;
    /// Names of the values.
    const VALUES: Option<&'static ValueTable>;
    /// For entries of several fields: these.
    const GROUP: Option<&'static [FloatingSpec]> = None;

    /// Whether the field can be read, for entries of one field.
    fn is_value(field: RawField<'a>) -> bool;

    /// Reads the next entry.
    fn next(list: &mut WireList<'a>) -> Option<Self>;

    /// Writes the entry.
    fn emit(&self, writer: &mut Writer<'_>, item: &FloatingItem, borders: &mut EntryBorders);
}

impl<'a, T: Wire<'a> + Clone> Entry<'a> for T {
    const TYPE: WireType = T::TYPE;
    const VALUES: Option<&'static ValueTable> = T::VALUES;

    #[inline]
    fn is_value(field: RawField<'a>) -> bool {
        match T::TYPE {
            WireType::NamedVariable => NamedVariable::split(field.data).is_some(),
            WireType::NamedArray => field.data.get(1..).and_then(NamedVariable::split).is_some(),
            wire => wire.width().is_none_or(|width| width == field.data.len()),
        }
    }

    fn next(list: &mut WireList<'a>) -> Option<Self> {
        list.next_value(T::read_field)
    }

    fn emit(&self, writer: &mut Writer<'_>, item: &FloatingItem, _: &mut EntryBorders) {
        if let FloatingItem::Field(spec) = item
            && writer.version().has(spec.since, spec.until)
        {
            emit_one(self, writer, spec);
        }
    }
}

/// A list of the floating part.
///
/// Decoded, it borrows the frame and reads an entry whenever it is asked for; [`From`] a `Vec` or collected it holds its
/// entries. Both compare by their entries. What is changed becomes a list of our own first.
#[derive(Clone)]
pub struct List<'a, T>(Repr<'a, T>);

impl<'a, T: Entry<'a>> List<'a, T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Wire(list) => list.left as usize,
            Repr::Own(entries) => entries.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries, one by one.
    pub fn iter(&self) -> Entries<'_, 'a, T> {
        Entries(match &self.0 {
            Repr::Wire(list) => EntriesOf::Wire(*list),
            Repr::Own(entries) => EntriesOf::Own(entries.iter()),
        })
    }

    /// The first entry.
    pub fn first(&self) -> Option<T> {
        self.iter().next()
    }

    /// Changes the entries.
    pub fn change<R>(&mut self, change: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let mut entries = match std::mem::take(self).0 {
            Repr::Own(entries) => entries,
            wire @ Repr::Wire(_) => Self(wire).iter().collect(),
        };
        let result = change(&mut entries);
        self.0 = Repr::Own(entries);
        result
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: T) {
        self.change(|entries| entries.push(entry));
    }

    /// Keeps the entries of which `is_kept` says so.
    pub fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        self.change(|entries| entries.retain(is_kept));
    }
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self(Repr::Own(Vec::new()))
    }
}

impl<T> From<Vec<T>> for List<'_, T> {
    fn from(entries: Vec<T>) -> Self {
        Self(Repr::Own(entries))
    }
}

impl<T> FromIterator<T> for List<'_, T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self(Repr::Own(entries.into_iter().collect()))
    }
}

impl<'a, T: Entry<'a> + PartialEq> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<'a, T: Entry<'a> + fmt::Debug> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The entries of a [`List`].
#[derive(Debug)]
pub struct Entries<'l, 'a, T>(EntriesOf<'l, 'a, T>);

#[derive(Debug)]
enum EntriesOf<'l, 'a, T> {
    Wire(WireList<'a>),
    Own(std::slice::Iter<'l, T>),
}

impl<'a, T: Entry<'a>> Iterator for Entries<'_, 'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            EntriesOf::Wire(list) => T::next(list),
            EntriesOf::Own(entries) => entries.next().cloned(),
        }
    }
}

impl<'l, 'a, T: Entry<'a>> IntoIterator for &'l List<'a, T> {
    type Item = T;
    type IntoIter = Entries<'l, 'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Entry<'a>> Floating<'a> for List<'a, T> {
    const TYPE: WireType = T::TYPE;
    const VALUES: Option<&'static ValueTable> = T::VALUES;
    const ARITY: Arity = Arity::List;
    const GROUP: Option<&'static [FloatingSpec]> = T::GROUP;

    #[inline]
    fn accept(&mut self, fields: &Fields<'a>, context: &mut Context) {
        let mut list = match &self.0 {
            Repr::Wire(list) => *list,
            Repr::Own(_) => WireList::at(fields),
        };
        let field = fields.here();
        let begins = match T::GROUP {
            None => T::is_value(field),
            Some(members) => match list.run.step(members, field.tag, field.data) {
                Step::Begins => true,
                Step::Foreign | Step::Continues => {
                    context.skipped.bad_values += u64::from(has_remainder(members, field));
                    return self.0 = Repr::Wire(list);
                }
                Step::Unreadable => false,
            },
        };
        if !begins {
            context.skipped.bad_values += 1;
            return;
        }
        if let Some(members) = T::GROUP {
            context.skipped.bad_values += u64::from(has_remainder(members, field));
        }
        list.left += 1;
        self.0 = Repr::Wire(list);
    }

    fn emit(&self, writer: &mut Writer<'_>, item: &FloatingItem) {
        let mut borders = EntryBorders::default();
        match &self.0 {
            Repr::Own(entries) => entries.iter().for_each(|entry| entry.emit(writer, item, &mut borders)),
            Repr::Wire(_) => self.iter().for_each(|entry| entry.emit(writer, item, &mut borders)),
        }
    }
}

/// Whether bytes of packed values are left over behind the last whole one.
fn has_remainder(members: &[FloatingSpec], field: RawField<'_>) -> bool {
    let packed = members.iter().find(|member| member.tag == field.tag && member.arity == Arity::Packed);
    packed.and_then(|member| member.wire.width()).is_some_and(|width| !field.data.len().is_multiple_of(width))
}

/// Values of one type in one field, back to back. Some servers may send them as repeated fields instead (the reference
/// prints `USHORT[n]` without saying which); both are read, one packed field is written.
#[derive(Clone)]
pub struct Packed<'a, T>(Repr<'a, T>);

impl<'a, T: Wire<'a> + Copy> Packed<'a, T> {
    /// How many values there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Wire(_) => self.iter().count(),
            Repr::Own(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Repr::Wire(list) => list.left == 0,
            Repr::Own(values) => values.is_empty(),
        }
    }

    /// The values, one by one.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        let (mut list, own) = match &self.0 {
            Repr::Wire(list) => (Some(*list), &[][..]),
            Repr::Own(values) => (None, values.as_slice()),
        };
        let fields = std::iter::from_fn(move || list.as_mut()?.next_value(whole_values::<T>));
        let wire = fields.flat_map(|data| data.chunks_exact(const { width_of::<T>() }).filter_map(T::read));
        own.iter().copied().chain(wire)
    }
}

/// The data of a field that holds at least one value.
fn whole_values<'a, T: Wire<'a>>(field: RawField<'a>) -> Option<&'a [u8]> {
    (field.data.len() >= const { width_of::<T>() }).then_some(field.data)
}

impl<T> Default for Packed<'_, T> {
    fn default() -> Self {
        Self(Repr::Own(Vec::new()))
    }
}

impl<T> From<Vec<T>> for Packed<'_, T> {
    fn from(values: Vec<T>) -> Self {
        Self(Repr::Own(values))
    }
}

impl<T> FromIterator<T> for Packed<'_, T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(Repr::Own(values.into_iter().collect()))
    }
}

impl<'a, T: Wire<'a> + Copy + PartialEq> PartialEq for Packed<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, T: Wire<'a> + Copy + fmt::Debug> fmt::Debug for Packed<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T: Wire<'a> + Copy> Floating<'a> for Packed<'a, T> {
    const TYPE: WireType = T::TYPE;
    const VALUES: Option<&'static ValueTable> = T::VALUES;
    const ARITY: Arity = Arity::Packed;

    fn accept(&mut self, fields: &Fields<'a>, context: &mut Context) {
        let mut list = match &self.0 {
            Repr::Wire(list) => *list,
            Repr::Own(_) => WireList::at(fields),
        };
        let field = fields.here();
        if !field.data.len().is_multiple_of(const { width_of::<T>() }) {
            context.skipped.bad_values += 1;
        }
        if whole_values::<T>(field).is_some() {
            list.left += 1;
            self.0 = Repr::Wire(list);
        }
    }

    fn emit(&self, writer: &mut Writer<'_>, item: &FloatingItem) {
        if let FloatingItem::Field(spec) = item
            && !self.is_empty()
            && writer.version().has(spec.since, spec.until)
        {
            writer.field(spec.tag, spec.name, 0, |writer| self.iter().for_each(|value| value.write(writer)));
        }
    }
}

/// Lists as a counter sees them.
pub(crate) trait Counted {
    fn count(&self) -> usize;
}

impl<'a, T: Entry<'a>> Counted for List<'a, T> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<'a, T: Wire<'a> + Copy> Counted for Packed<'a, T> {
    fn count(&self) -> usize {
        self.len()
    }
}

/// A context for reading entries again: what is wrong with them was counted when the message was decoded.
pub(super) const fn uncounted() -> Context {
    Context::new(ProtocolVersion::MAX)
}

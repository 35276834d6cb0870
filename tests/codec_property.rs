//! Random well-formed messages of every type in every version: typed, generic and as JSON they come back byte for byte.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use bytes::{Buf, BytesMut};
use ctibridge::capture::json::{Encodable, Line, read_line};
use ctibridge::protocol::generic::GenericBuilder;
use ctibridge::protocol::message::{FailureConf, SPECS};
use ctibridge::protocol::schema::{Arity, FloatingItem, FloatingSpec, MessageSpec, TWO_PART_FAILURE, WireType};
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{DecodeErrorKind, EncodeError, GenericMessage, Message, ProtocolVersion, RawFrame};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Makes choices from the bytes that proptest gives; they are used over and over.
struct Choices<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        let turns = (self.at / self.bytes.len()) as u8;
        self.bytes[self.at % self.bytes.len()].wrapping_add(turns.wrapping_mul(37))
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(u16::from_be_bytes([self.byte(), self.byte()])) % bound
    }

    /// Text of up to `room` bytes, not all of it ASCII.
    fn text(&mut self, room: usize) -> Vec<u8> {
        let length = self.below(room + 1);
        let mut text = String::new();
        while text.len() < length {
            let character = match self.below(8) {
                0 if length - text.len() >= 2 => 'é',
                1 if length - text.len() >= 3 => '漢',
                _ => char::from(b' ' + self.byte() % 95),
            };
            text.push(character);
        }
        text.into_bytes()
    }

    fn data(&mut self, wire: WireType, max: u16, version: ProtocolVersion) -> Vec<u8> {
        let max = if max == 0 { 64 } else { usize::from(max) }.min(version.max_field_len());
        let zero_ended = |mut text: Vec<u8>| {
            text.push(0);
            text
        };
        match wire {
            WireType::Bool => vec![0, self.byte() & 1],
            WireType::String => zero_ended(self.text(max.min(100) - 1)),
            WireType::Unspec => (0..self.below(max.min(100) + 1)).map(|_| self.byte()).collect(),
            WireType::NamedVariable => [zero_ended([b"user.".to_vec(), self.text(20)].concat()), zero_ended(self.text(40))].concat(),
            WireType::NamedArray => {
                [vec![self.byte()], zero_ended([b"user.".to_vec(), self.text(20)].concat()), zero_ended(self.text(40))].concat()
            }
            number => (0..number.width().unwrap()).map(|_| self.byte()).collect(),
        }
    }
}

/// Builds one message in the documented order, every list as long as its counter says.
struct Builder<'c, 'b> {
    choices: &'c mut Choices<'b>,
    version: ProtocolVersion,
    fields: Vec<(&'static FloatingSpec, Vec<u8>)>,
    /// How many entries stand under a tag.
    counts: Vec<(u16, usize)>,
}

impl Builder<'_, '_> {
    fn push(&mut self, spec: &'static FloatingSpec, data: Vec<u8>) {
        self.fields.push((spec, data));
    }

    fn one(&mut self, spec: &'static FloatingSpec) {
        let data = self.choices.data(spec.wire, spec.max, self.version);
        self.push(spec, data);
    }

    fn count(&self, counts: &[u16]) -> usize {
        self.counts.iter().rev().find(|(tag, _)| Some(tag) == counts.first()).map_or(0, |(_, count)| *count)
    }

    /// Lengths of the lists are chosen first, because counters stand before them.
    fn choose(&mut self, spec: &FloatingSpec) {
        let most = if spec.arity == Arity::One { 2 } else { 4 };
        let exists = spec.exists_in(self.version);
        let count = if exists { self.choices.below(most) } else { 0 };
        self.counts.push((spec.tag, count));
    }

    fn field(&mut self, spec: &'static FloatingSpec) {
        if !spec.exists_in(self.version) {
            return;
        }
        if spec.is_counter {
            let count = self.count(spec.counts) as u32;
            let width = spec.wire.width().unwrap();
            self.push(spec, count.to_be_bytes()[4 - width..].to_vec());
            return;
        }
        let count = self.count(&[spec.tag]);
        match spec.arity {
            Arity::One if spec.is_required || count > 0 => self.one(spec),
            Arity::One => {}
            Arity::List => (0..count).for_each(|_| self.one(spec)),
            Arity::Packed if count > 0 => {
                let data = (0..count).flat_map(|_| self.choices.data(spec.wire, 0, self.version)).collect();
                self.push(spec, data);
            }
            Arity::Packed => {}
        }
    }

    /// Entries may lack any member, as long as each can be told from the one before it: else it gets its first.
    fn group(&mut self, members: &'static [FloatingSpec], entries: usize) {
        let mut last = None;
        for _ in 0..entries {
            for member in members {
                self.choose(member);
            }
            let is_there = |(_, member): &(usize, &FloatingSpec)| {
                member.exists_in(self.version) && (member.is_counter || member.is_required || self.count(&[member.tag]) > 0)
            };
            let first = members.iter().enumerate().find(is_there);
            let is_told = first.is_some_and(|(at, member)| last.is_none_or(|last| at < last || (at == last && member.arity == Arity::One)));
            let from = self.fields.len();
            if !is_told {
                let first = members.iter().find(|member| !member.is_counter && member.arity == Arity::One).unwrap();
                self.counts.push((first.tag, 1));
            }
            for member in members {
                self.field(member);
            }
            assert!(self.fields.len() > from, "every entry has a member");
            let tag = self.fields.last().unwrap().0.tag;
            last = members.iter().position(|member| member.tag == tag);
        }
    }
}

/// `FAILURE_CONF` in either layout.
fn build(spec: &'static MessageSpec, version: ProtocolVersion, choices: &mut Choices<'_>) -> GenericMessage<'static> {
    let is_two_part = spec.number == FailureConf::NUMBER && choices.below(2) == 1;
    let layout = if is_two_part { &TWO_PART_FAILURE } else { spec.fixed };
    let mut builder = Builder { choices, version, fields: Vec::new(), counts: Vec::new() };
    let mut entries = Vec::new();
    for item in spec.floating {
        match item {
            FloatingItem::Field(field) => builder.choose(field),
            FloatingItem::Group(members) => {
                let first = &members[0];
                let count = if first.exists_in(version) { builder.choices.below(4) } else { 0 };
                builder.counts.push((first.tag, count));
                entries.push(count);
            }
        }
    }
    let mut fixed = Vec::new();
    for field in layout.iter().filter(|field| version.has(field.since, 0)) {
        let width = field.wire.width().unwrap();
        fixed.extend(match (field.is_counter, spec.number, field.name) {
            (true, ..) => (builder.count(field.counts) as u32).to_be_bytes()[4 - width..].to_vec(),
            (_, 1, "Status") => vec![0, 0, builder.choices.byte(), builder.choices.byte()], // else it is the other layout
            (_, 1, "FailureCode") => vec![builder.choices.byte(), builder.choices.byte() | 1], // never zero there
            _ => builder.choices.data(field.wire, 0, version),
        });
    }
    let mut entries = entries.into_iter();
    for item in spec.floating {
        match item {
            FloatingItem::Field(field) => builder.field(field),
            FloatingItem::Group(members) => builder.group(members, entries.next().unwrap()),
        }
    }
    let mut message = GenericBuilder::new(spec.number, version).fixed(layout, &fixed);
    for (field, data) in builder.fields {
        message.field(field.tag, &data).unwrap();
    }
    message.finish(&[])
}

/// For every type and version, with the choices that `bytes` make.
fn for_each_message(bytes: &[u8], mut promise: impl FnMut(&GenericMessage<'static>, &RawFrame)) {
    let mut choices = Choices { bytes, at: 0 };
    for spec in SPECS {
        for version in (9..=25).filter_map(ProtocolVersion::new).filter(|version| version.has(spec.since, 0)) {
            let message = build(spec, version, &mut choices);
            let mut body = BytesMut::new();
            message.encode(&mut body);
            body.advance(8);
            promise(&message, &RawFrame { number: spec.number, body: body.freeze() });
        }
    }
}

fn run(cases: u32, promise: impl Fn(&GenericMessage<'static>, &RawFrame)) {
    let config = Config { cases, rng_seed: RngSeed::Fixed(0x0c71), failure_persistence: None, ..Config::default() };
    let test = |bytes: Vec<u8>| {
        for_each_message(&bytes, &promise);
        Ok(())
    };
    TestRunner::new(config).run(&vec(any::<u8>(), 64..2048), test).unwrap();
}

#[test]
fn every_message_comes_back_from_the_typed_codec() {
    run(8, |message, frame| {
        let version = message.version();
        let mut context = Context::new(version);
        let typed = Message::decode(frame, &mut context).unwrap();
        assert_eq!(context.skipped, Default::default(), "{message:?}");
        assert_eq!(typed.to_bytes(version).unwrap()[8..], frame.body, "{message:?}\n{typed:?}");
    });
}

#[test]
fn every_type_is_made_in_every_version_that_has_it_and_refused_in_the_others() {
    let (mut made, mut refused) = (0, 0);
    for_each_message(&[7; 64], |message, frame| {
        made += 1;
        // A message of the oldest version that has it, asked for in every older one.
        let spec = message.spec().unwrap();
        let oldest = message.version().number() == spec.since.max(9);
        let mut context = Context::new(message.version());
        let typed = Message::decode(frame, &mut context).unwrap();
        for version in (9..spec.since.into()).filter_map(ProtocolVersion::new).filter(|_| oldest) {
            let expected = EncodeError::NotInVersion { message: spec.name, version: version.number() };
            assert_eq!(typed.to_bytes(version), Err(expected));
            refused += 1;
        }
    });
    assert_eq!((SPECS.len(), made + refused), (163, 163 * 17));
}

#[test]
fn every_message_comes_back_from_the_generic_view_without_a_defect() {
    run(8, |message, frame| {
        let decoded = GenericMessage::decode(frame.number, &frame.body, message.version()).unwrap();
        assert_eq!(decoded, *message);
        assert_eq!(decoded.first_defect(), None, "{message:?}");
    });
}

fn as_json(message: &GenericMessage<'_>) -> serde_json::Value {
    serde_json::to_value(Line { origin: None, message: Some(message), defect: None, bytes: None, hide_secrets: false }).unwrap()
}

fn from_json(line: &serde_json::Value, version: ProtocolVersion) -> BytesMut {
    let Encodable::Message(read) = read_line(line, version).unwrap() else { panic!("{line}") };
    let mut body = BytesMut::new();
    read.encode(&mut body);
    body.advance(8);
    body
}

#[test]
fn every_message_comes_back_from_json() {
    run(8, |message, frame| {
        let line = as_json(message);
        assert!(line.get("raw").is_none() && !line["floating"].as_array().unwrap().iter().any(|item| item.get("raw").is_some()), "{line}");
        assert_eq!(from_json(&line, message.version()), frame.body, "{line}");
    });
}

/// What clients and servers get wrong about strings.
const ODD_STRINGS: &[&[u8]] =
    &[b"", b"no zero", b"\0", b"zero\0inside\0", b"two zeros\0\0", b"M\xfcller\0", b"\xff\xfe\xfd", b"cut \xe6\xbc\0"];

#[test]
fn odd_strings_are_accepted_reported_and_restored_in_every_message() {
    run(4, |message, frame| {
        let version = message.version();
        let mut fixed = GenericBuilder::new(frame.number, version);
        if let Some(first) = message.fixed().next() {
            let length: usize = message.fixed().map(|field| field.data.len()).sum();
            let is_two_part = first.spec.name == "InvokeID" && message.fixed().any(|field| field.spec.name == "PeripheralErrorCode");
            let layout = if is_two_part && frame.number == 1 { &TWO_PART_FAILURE } else { message.spec().unwrap().fixed };
            fixed = fixed.fixed(layout, &frame.body[..length]);
        }
        let (mut strings, mut too_long) = (0, None);
        for (at, field) in message.floating().enumerate() {
            let spec = field.spec.unwrap();
            if spec.wire != WireType::String {
                fixed.field(field.tag, field.data).unwrap();
                continue;
            }
            strings += 1;
            let long = vec![b'x'; version.max_field_len().min(usize::from(spec.max) + 3)];
            let data = if at % 9 == 8 { &long[..] } else { ODD_STRINGS[at % 9 % ODD_STRINGS.len()] };
            if spec.max > 0 && data.len() > usize::from(spec.max) {
                too_long = too_long.or(Some(spec.name));
            }
            fixed.field(field.tag, data).unwrap();
        }
        let odd = fixed.finish(&[]);
        let mut body = BytesMut::new();
        odd.encode(&mut body);
        body.advance(8);
        let frame = RawFrame { number: frame.number, body: body.freeze() };

        // Accepted ...
        let mut context = Context::new(version);
        let typed = Message::decode(&frame, &mut context).unwrap();
        assert_eq!(context.skipped, Default::default(), "{typed:?}");
        // ... reported: over-long ones as a defect, in the right place, and whatever the plain form does not tell as `raw` ...
        let generic = GenericMessage::decode(frame.number, &frame.body, version).unwrap();
        let defect = generic.first_defect().map(|defect| (defect.kind, defect.field));
        assert_eq!(defect, too_long.map(|field| (DecodeErrorKind::LimitExceeded, field)));
        let line = as_json(&generic);
        for (item, field) in line["floating"].as_array().unwrap().iter().zip(generic.floating()) {
            let is_plain =
                std::str::from_utf8(field.data).is_ok_and(|text| text.ends_with('\0') && text.find('\0') == Some(text.len() - 1));
            let is_string = field.spec.is_some_and(|spec| spec.wire == WireType::String);
            assert_eq!(item.get("raw").is_some(), is_string && !is_plain, "{item}");
        }
        // ... restored.
        assert_eq!(from_json(&line, version), frame.body, "{line}");
        // Typed text is what can be shown of it, which may be longer than what came: then it does not fit its field.
        assert!(strings == 0 || matches!(typed.to_bytes(version), Ok(_) | Err(EncodeError::FieldTooLong { .. })));
    });
}

//! Random well-formed messages of every type in every version: typed, generic and as JSON they come back byte for byte.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::borrow::Cow;

use bytes::{Buf, BytesMut};
use ctibridge::capture::json::{Encodable, Line, read_line};
use ctibridge::protocol::generic::{GenericField, GenericFixed};
use ctibridge::protocol::message::SPECS;
use ctibridge::protocol::schema::{Arity, FloatingItem, FloatingSpec, MessageSpec, WireType};
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{GenericMessage, Message, ProtocolVersion, RawFrame};
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
    fields: Vec<GenericField<'static>>,
    /// How many entries stand under a tag.
    counts: Vec<(u16, usize)>,
}

impl Builder<'_, '_> {
    fn push(&mut self, spec: &'static FloatingSpec, data: Vec<u8>) {
        self.fields.push(GenericField { tag: spec.tag, spec: Some(spec), data: Cow::Owned(data) });
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

    /// Every entry has the first member, or nobody could tell where it begins.
    fn group(&mut self, members: &'static [FloatingSpec], entries: usize) {
        for _ in 0..entries {
            for member in members {
                self.choose(member);
            }
            let mut is_first = true;
            for member in members {
                if is_first && !member.is_counter && member.arity == Arity::One {
                    self.counts.push((member.tag, 1));
                    is_first = false;
                }
                self.field(member);
            }
        }
    }
}

fn build(spec: &'static MessageSpec, version: ProtocolVersion, choices: &mut Choices<'_>) -> GenericMessage<'static> {
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
    for field in spec.fixed.iter().filter(|field| version.has(field.since, 0)) {
        let width = field.wire.width().unwrap();
        let data = match (field.is_counter, spec.number, field.name) {
            (true, ..) => (builder.count(field.counts) as u32).to_be_bytes()[4 - width..].to_vec(),
            (_, 1, "Status") => vec![0, 0, builder.choices.byte(), builder.choices.byte()], // else it is the other layout
            _ => builder.choices.data(field.wire, 0, version),
        };
        fixed.push(GenericFixed { spec: field, data: Cow::Owned(data) });
    }
    let mut entries = entries.into_iter();
    for item in spec.floating {
        match item {
            FloatingItem::Field(field) => builder.field(field),
            FloatingItem::Group(members) => builder.group(members, entries.next().unwrap()),
        }
    }
    GenericMessage { number: spec.number, version, spec: Some(spec), fixed, floating: builder.fields, rest: Cow::default() }
}

/// For every type and version, with the choices that `bytes` make.
fn for_each_message(bytes: &[u8], mut promise: impl FnMut(&GenericMessage<'static>, &RawFrame)) {
    let mut choices = Choices { bytes, at: 0 };
    for spec in SPECS {
        for version in (9..=25).filter_map(ProtocolVersion::new).filter(|version| version.has(spec.since, 0)) {
            let message = build(spec, version, &mut choices);
            let mut body = BytesMut::new();
            message.encode(&mut body).unwrap();
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
        let version = message.version;
        let mut context = Context::new(version);
        let typed = Message::decode(frame, &mut context).unwrap();
        assert_eq!(context.skipped, Default::default(), "{message:?}");
        assert_eq!(typed.to_bytes(version).unwrap()[8..], frame.body, "{message:?}\n{typed:?}");
    });
}

#[test]
fn every_message_comes_back_from_the_generic_view_without_a_defect() {
    run(8, |message, frame| {
        let decoded = GenericMessage::decode(frame.number, &frame.body, message.version).unwrap();
        assert_eq!(decoded, *message);
        assert_eq!(decoded.defects(), [], "{message:?}");
    });
}

#[test]
fn every_message_comes_back_from_json() {
    run(8, |message, frame| {
        let line = Line { origin: None, message: Some(message), defect: None, bytes: None, hide_secrets: false };
        let line = serde_json::to_value(&line).unwrap();
        assert!(line.get("raw").is_none() && !line["floating"].as_array().unwrap().iter().any(|item| item.get("raw").is_some()), "{line}");
        let Encodable::Message(read) = read_line(&line, message.version).unwrap() else { panic!("{line}") };
        let mut body = BytesMut::new();
        read.encode(&mut body).unwrap();
        assert_eq!(body[8..], frame.body, "{line}");
    });
}

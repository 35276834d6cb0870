//! A strict server answers each value that its table does not have with the status for that table.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::collections::BTreeSet;

use ctibridge::protocol::check::{Profile, client_frame, status_of};
use ctibridge::protocol::frame::HEADER_LEN;
use ctibridge::protocol::generic::GenericBuilder;
use ctibridge::protocol::message::SPECS;
use ctibridge::protocol::schema::{FixedSpec, FloatingSpec, MessageSpec, Sender, ValueTable, WireType};
use ctibridge::protocol::{GenericMessage, ProtocolVersion, RawFrame};

const VERSION: ProtocolVersion = ProtocolVersion::MAX;

/// A number that the table does not have, is not zero and not all ones.
fn foreign(table: &ValueTable, width: usize) -> Option<u32> {
    let most = u32::MAX >> (32 - 8 * width);
    if table.is_mask {
        let known = table.values.iter().fold(0, |known, (bit, _)| known | bit);
        return (0..8 * width as u32).map(|bit| 1 << bit).find(|bit| known & bit == 0);
    }
    (1..most).find(|number| table.name_of(*number).is_none())
}

fn plain(wire: WireType) -> Vec<u8> {
    match wire {
        WireType::String => b"1\0".to_vec(),
        WireType::NamedVariable => b"user.x\0v\0".to_vec(),
        WireType::NamedArray => b"\0user.y\0v\0".to_vec(),
        wire => vec![0; wire.width().unwrap_or(1)],
    }
}

/// A message that passes: zeros and whatever must be there; an OPEN_REQ with its longest idle timeout.
fn good(spec: &'static MessageSpec, extra: Option<(&FloatingSpec, &[u8])>) -> GenericMessage<'static> {
    let present = |field: &&FixedSpec| VERSION.has(field.since, 0);
    let mut fixed = Vec::new();
    let counted = |counts: &[u16]| extra.is_some_and(|(field, _)| counts.contains(&field.tag));
    for field in spec.fixed.iter().filter(present) {
        let width = field.wire.width().unwrap();
        let value: u32 = match field.name {
            "IdleTimeout" => 20,
            "VersionNumber" => VERSION.number().into(),
            _ => u32::from(field.is_counter && counted(field.counts)),
        };
        fixed.extend(&value.to_be_bytes()[4 - width..]);
    }
    let mut message = GenericBuilder::new(spec.number, VERSION).fixed(spec.fixed, &fixed);
    let stands_alone =
        |tag: u16| !spec.floating.iter().any(|item| item.fields().len() > 1 && item.fields().iter().any(|member| member.tag == tag));
    for field in spec.floating_fields().filter(|field| field.exists_in(VERSION)) {
        match extra {
            Some((wanted, data)) if wanted.tag == field.tag => message.field(field.tag, data).unwrap(),
            _ if field.is_counter && counted(field.counts) => {
                let width = field.wire.width().unwrap();
                message.field(field.tag, &1u32.to_be_bytes()[4 - width..]).unwrap();
            }
            _ if field.is_required && stands_alone(field.tag) => message.field(field.tag, &plain(field.wire)).unwrap(),
            _ => {}
        }
    }
    message.finish(&[])
}

fn status(message: &GenericMessage<'_>, profile: Profile) -> u32 {
    let mut bytes = bytes::BytesMut::new();
    message.encode(&mut bytes);
    let frame = RawFrame { number: message.number(), body: bytes.freeze().slice(HEADER_LEN..) };
    client_frame(&frame, VERSION, profile).map_or_else(|refusal| refusal.status.0, |()| 0)
}

#[test]
fn every_message_of_a_client_passes_and_no_message_of_a_server_does() {
    for spec in SPECS {
        let expected = if spec.from == Sender::Server { 25 } else { 0 };
        for profile in [Profile::Field, Profile::Strict] {
            assert_eq!(status(&good(spec, None), profile), expected, "{} {profile:?}", spec.name);
        }
    }
}

#[test]
fn every_foreign_value_has_the_status_of_its_table() {
    let mut given = BTreeSet::new();
    for spec in SPECS.iter().filter(|spec| spec.from != Sender::Server) {
        let message = good(spec, None);
        for field in message.fixed() {
            let Some(table) = field.spec.values else { continue };
            let Some(value) = foreign(table, field.data.len()) else { continue };
            let mut body = message.body().to_vec();
            body[field.offset..field.offset + field.data.len()].copy_from_slice(&value.to_be_bytes()[4 - field.data.len()..]);
            let bad = GenericMessage::decode(spec.number, &body, VERSION).unwrap();
            let expected = status_of(table).map_or(0, |status| status.0);
            assert_eq!(status(&bad, Profile::Strict), expected, "{}.{}", spec.name, field.spec.name);
            assert_eq!(status(&bad, Profile::Field), 0, "{}.{}", spec.name, field.spec.name);
            given.insert(expected);
        }
        for field in spec.floating_fields().filter(|field| field.exists_in(VERSION) && !field.is_counter) {
            let (Some(table), Some(width)) = (field.values, field.wire.width()) else { continue };
            let Some(value) = foreign(table, width) else { continue };
            let bad = good(spec, Some((field, &value.to_be_bytes()[4 - width..])));
            let expected = status_of(table).map_or(0, |status| status.0);
            assert_eq!(status(&bad, Profile::Strict), expected, "{}.{}", spec.name, field.name);
            given.insert(expected);
        }
    }
    given.remove(&0);
    // 20 is not among them: version 25 has a name for each bit of CallMsgMask.
    let expected = [19, 21, 27, 33, 34, 42, 43, 44, 45, 46, 47, 50, 51, 52, 53, 69, 71, 79, 80, 81, 82, 95];
    assert_eq!(given.into_iter().collect::<Vec<_>>(), expected);
}

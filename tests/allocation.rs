//! No input makes us allocate more than it has itself: counted by an allocator that counts, over hostile frames.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use bytes::{Bytes, BytesMut};
use ctibridge::protocol::check::{Profile, client_frame};
use ctibridge::protocol::frame::FrameCodec;
use ctibridge::protocol::message::SPECS;
use ctibridge::protocol::wire::Context;
use ctibridge::protocol::{GenericMessage, Message, ProtocolVersion, RawFrame};
use tokio_util::codec::Decoder;

/// Frames that try to become large: nothing but fields of every tag that the message has, as many as fit, with no data, with
/// the shortest data of their type, or with data that is no text.
fn hostile_frames(each: impl Fn(&RawFrame, ProtocolVersion)) -> usize {
    let mut count = 0;
    for spec in SPECS {
        for version in [19, 25].map(|number| ProtocolVersion::new(number).unwrap()) {
            let fixed = spec.fixed_len(version);
            let fields: Vec<_> = spec.floating_fields().filter(|field| field.tag <= 0xff || version.has_wide_fields()).collect();
            let data: [fn(usize) -> Vec<u8>; 4] =
                [|_| Vec::new(), |width| vec![0; width], |_| vec![0xff; 250], |_| b"\x01a\0\xff\xfe\0".to_vec()];
            for data in data {
                // Each tag alone in small frames, all tags in turn in the largest.
                let alone = fields.iter().map(|field| (400, vec![*field]));
                for (size, turn) in alone.chain([(400, fields.clone()), (4 * 1024, fields.clone())]) {
                    if !turn.is_empty() {
                        let mut body = vec![0; fixed];
                        for field in turn.iter().cycle() {
                            let data = data(field.wire.width().unwrap_or(1));
                            if body.len() + version.field_header_len() + data.len() > size {
                                break;
                            }
                            if version.has_wide_fields() {
                                body.extend(field.tag.to_be_bytes());
                                body.extend((data.len() as u16).to_be_bytes());
                            } else {
                                body.extend([field.tag as u8, data.len() as u8]);
                            }
                            body.extend(data);
                        }
                        each(&RawFrame { number: spec.number, body: body.into() }, version);
                        count += 1;
                    }
                }
            }
        }
    }
    count
}

/// Every allocation together, which is more than the largest.
fn all(info: &AllocationInfo) -> u64 {
    info.bytes_total
}

#[test]
fn a_typed_message_allocates_for_text_that_is_not_utf8_and_for_nothing_else() {
    let count = hostile_frames(|frame, version| {
        let info = measure(|| {
            let message = Message::decode(frame, &mut Context::new(version));
            assert!(black_box(&message).is_ok());
        });
        // Each of these texts is allocated once and none may be larger than the frame, so neither is their average.
        assert!(all(&info) <= info.count_total * frame.wire_len() as u64, "{info:?} for {frame:?}");
        let is_text =
            std::str::from_utf8(&frame.body).is_ok() || !frame.body.windows(2).any(|pair| pair == [0xff, 0xff] || pair == [0xff, 0xfe]);
        assert!(!is_text || info.count_total == 0, "{info:?} for {frame:?}");
    });
    assert!(count > 5_000, "{count}");
}

#[test]
fn one_text_that_is_not_utf8_never_outgrows_its_frame() {
    for length in [1usize, 10, 100, 250] {
        for version in [19, 24].map(|number| ProtocolVersion::new(number).unwrap()) {
            // QUERY_AGENT_STATE_REQ with AgentID.
            let mut body = vec![0; 16];
            let header: &[u8] = if version.has_wide_fields() { &[0, 5, 0, length as u8] } else { &[5, length as u8] };
            body.extend(header);
            body.extend(vec![0xff; length]);
            let frame = RawFrame { number: 36, body: body.into() };
            let typed = measure(|| {
                black_box(Message::decode(&frame, &mut Context::new(version)).unwrap());
            });
            let generic = measure(|| {
                let message = GenericMessage::decode(36, &frame.body, version).unwrap();
                black_box(message.floating().next().unwrap().value());
            });
            for info in [typed, generic] {
                assert_eq!(info.count_total, 1);
                assert!(all(&info) <= frame.wire_len() as u64, "{info:?} for {} bytes", frame.wire_len());
            }
        }
    }
}

#[test]
fn lists_are_read_without_being_stored() {
    // LIST_AGENT_TEAM_CONF full of TeamIDs, and AGENT_TEAM_CONFIG_EVENT full of entries of one short field each.
    let teams = [&[0u8; 10][..], &[92, 4, 0, 0, 0, 1].repeat(2_000)].concat();
    let members = [&[0u8; 16][..], &[87, 2, 0, 1].repeat(4_000)].concat();
    let version = ProtocolVersion::new(19).unwrap();
    for (number, body, entries) in [(134, teams, 2_000), (128, members, 4_000)] {
        let frame = RawFrame { number, body: Bytes::from(body) };
        let info = measure(|| match Message::decode(&frame, &mut Context::new(version)).unwrap() {
            Message::ListAgentTeamConf(conf) => assert_eq!((conf.team_ids.len(), conf.team_ids.iter().count()), (entries, entries)),
            Message::AgentTeamConfigEvent(event) => assert_eq!((event.members.len(), event.members.iter().count()), (entries, entries)),
            other => panic!("{other:?}"),
        });
        assert_eq!(info.count_total, 0, "{info:?}");
    }
}

#[test]
fn the_generic_view_and_the_checks_of_a_server_allocate_nothing() {
    hostile_frames(|frame, version| {
        let info = measure(|| {
            let message = GenericMessage::decode(frame.number, &frame.body, version).unwrap();
            black_box((message.fixed().count(), message.floating().count()));
            message.for_each_defect(|defect| {
                black_box(defect);
            });
            for profile in [Profile::Field, Profile::Strict] {
                black_box(client_frame(frame, version, profile)).ok();
            }
        });
        assert_eq!(info.count_total, 0, "{info:?} for {frame:?}");
    });
}

#[test]
fn a_frame_that_announces_more_than_it_sends_costs_no_more_than_it_announces() {
    for length in [0u32, 1, 1000, 9_000, 16 * 1024 - 8] {
        for there in [8usize, 9, 500] {
            let mut stream = vec![0; there];
            stream[..4].copy_from_slice(&length.to_be_bytes());
            stream[7] = 5;
            let mut source = BytesMut::from(&stream[..]);
            let info = measure(|| {
                black_box(FrameCodec::default().decode(&mut source).unwrap());
            });
            // A socket's buffer is made for 8 KiB at least, whatever is announced.
            assert!(info.bytes_max <= (u64::from(length) + 8).max(8 * 1024), "{info:?} for {length}");
        }
    }
    for length in [16 * 1024 - 7, u32::MAX] {
        let mut source = BytesMut::from(&[&length.to_be_bytes()[..], &[0, 0, 0, 5]].concat()[..]);
        let info = measure(|| assert!(FrameCodec::default().decode(&mut source).is_err()));
        assert_eq!(info.count_total, 0);
    }
}

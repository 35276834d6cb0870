//! How fast frames become messages and messages frames, beside what the machine can do at best: copying the bytes, walking
//! the frames, and a parser written by hand that does no more than it must. All in one run, because ratios of one run
//! survive a busy machine and figures do not. `cargo bench --bench codec`; the last lines are the ratios.

#![allow(clippy::unwrap_used, missing_docs)] // a bench may fail as tests do

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput};
use ctibridge::protocol::frame::{FrameCodec, HEADER_LEN};
use ctibridge::protocol::message::{BeginCallEvent, CallDeliveredEvent};
use ctibridge::protocol::values::{CallType, ConnectionDeviceIdType, DeviceIdType, EventCause, LocalConnectionState, PeripheralType};
use ctibridge::protocol::wire::{Context, NamedVariable};
use ctibridge::protocol::{GenericMessage, Message, ProtocolVersion, RawFrame};
use tokio_util::codec::Decoder;

/// As much as one read() from a busy socket gives.
const BUFFER: usize = 128 * 1024;

/// Call events of 290 bytes on average with 12 floating fields: CALL_DELIVERED_EVENT, and the fatter BEGIN_CALL_EVENT.
fn messages() -> Vec<Message<'static>> {
    let words = ["1001", "5001", "+41445551234", "8005551234", "CUST-0012345", "premium gold", "Gold_Support", "agent 4711", "0"];
    let mut turn = 0usize;
    let mut word = move || {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = words[(turn >> 33) % words.len()];
        Some(format!("{word}{}", &"xxxxxxxxx"[..(turn >> 40) % 10]).into())
    };
    let mut messages = Vec::new();
    for number in 0..u32::MAX {
        let named_variables = vec![NamedVariable { name: "user.media.id".into(), value: word().unwrap_or_default() }].into();
        let message: Message<'static> = if number.is_multiple_of(4) {
            BeginCallEvent {
                peripheral_id: 5000,
                peripheral_type: PeripheralType::ENTERPRISE_AGENT,
                call_type: CallType::ACD_IN,
                connection_device_id_type: ConnectionDeviceIdType::STATIC,
                connection_call_id: number,
                connection_device_id: word(),
                ani: word(),
                dnis: word(),
                dialed_number: word(),
                caller_entered_digits: word(),
                call_variable1: word(),
                call_variable2: word(),
                call_variable3: word(),
                call_variable4: word(),
                call_wrapup_data: word(),
                call_variable5: word(),
                named_variables,
                ..Default::default()
            }
            .into()
        } else {
            CallDeliveredEvent {
                peripheral_id: 5000,
                peripheral_type: PeripheralType::ENTERPRISE_AGENT,
                connection_call_id: number,
                alerting_device_type: DeviceIdType::AGENT_DEVICE,
                local_connection_state: LocalConnectionState::ALERTING,
                event_cause: EventCause::NONE,
                connection_device_id: word(),
                alerting_device_id: word(),
                calling_device_id: word(),
                called_device_id: word(),
                last_redirect_device_id: word(),
                ani: word(),
                dialed_number: word(),
                call_variable1: word(),
                call_variable2: word(),
                call_variable3: word(),
                call_variable4: word(),
                named_variables,
                ..Default::default()
            }
            .into()
        };
        messages.push(message);
        if messages.len() * 290 > BUFFER {
            break;
        }
    }
    messages
}

/// The least that a parser of these frames can do with every string checked: fixed part read, fields put into slots by tag.
mod minimal {
    use std::hint::black_box;

    pub(crate) const SLOTS: usize = 256;

    fn u16_at(bytes: &[u8], at: usize) -> u16 {
        u16::from_be_bytes([bytes[at], bytes[at + 1]])
    }

    fn u32_at(bytes: &[u8], at: usize) -> u32 {
        u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
    }

    /// Length of the fixed part by message type.
    fn fixed_len(number: u32) -> usize {
        if number == 23 { 30 } else { 54 }
    }

    /// Calls `each` with type and body of every frame.
    pub(crate) fn frames<'b>(mut bytes: &'b [u8], mut each: impl FnMut(u32, &'b [u8])) {
        while bytes.len() >= 8 {
            let length = u32_at(bytes, 0) as usize;
            if length > 16 * 1024 || bytes.len() < 8 + length {
                return;
            }
            each(u32_at(bytes, 4), &bytes[8..8 + length]);
            bytes = &bytes[8 + length..];
        }
    }

    pub(crate) fn parse<'b>(number: u32, body: &'b [u8], slots: &mut [&'b str; SLOTS]) -> u64 {
        let Some((fixed, mut floating)) = body.split_at_checked(fixed_len(number)) else { return 0 };
        let mut sum = 0u64;
        for at in (0..fixed.len() - 4).step_by(4) {
            sum = sum.wrapping_add(u64::from(black_box(u32_at(fixed, at))));
        }
        while floating.len() >= 4 {
            let (tag, length) = (usize::from(u16_at(floating, 0)), usize::from(u16_at(floating, 2)));
            let Some(data) = floating.get(4..4 + length) else { return sum };
            let text = data.strip_suffix(&[0]).unwrap_or(data);
            if let (Some(slot), Ok(text)) = (slots.get_mut(tag), std::str::from_utf8(text)) {
                *slot = text;
            }
            floating = &floating[4 + length..];
        }
        sum
    }
}

struct Work {
    version: ProtocolVersion,
    messages: Vec<Message<'static>>,
    wire: Bytes,
    frames: Vec<RawFrame>,
}

impl Work {
    fn new() -> Self {
        let version = ProtocolVersion::new(24).unwrap();
        let messages = messages();
        let mut buffer = BytesMut::new();
        for message in &messages {
            message.encode(version, &mut buffer).unwrap();
        }
        let wire = buffer.freeze();
        let mut frames = Vec::new();
        let mut at = 0;
        minimal::frames(&wire, |number, body| {
            frames.push(RawFrame { number, body: wire.slice(at + HEADER_LEN..at + HEADER_LEN + body.len()) });
            at += HEADER_LEN + body.len();
        });
        assert_eq!(frames.len(), messages.len());
        for (frame, message) in frames.iter().zip(&messages) {
            assert_eq!(Message::decode(frame, &mut Context::new(version)).unwrap(), *message);
            assert_eq!(GenericMessage::decode(frame.number, &frame.body, version).unwrap().floating().count(), 12);
        }
        Self { version, messages, wire, frames }
    }

    fn memcpy(&self, target: &mut Vec<u8>) {
        target.clear();
        target.extend_from_slice(black_box(&self.wire));
        black_box(target.as_slice());
    }

    fn framing(&self) {
        let mut sum = 0u64;
        minimal::frames(black_box(&self.wire), |number, body| sum += u64::from(number) + body.len() as u64);
        black_box(sum);
    }

    fn minimal(&self) {
        let mut slots = [""; minimal::SLOTS];
        let mut sum = 0u64;
        minimal::frames(black_box(&self.wire), |number, body| {
            sum = sum.wrapping_add(minimal::parse(number, body, &mut slots));
            black_box(&slots);
        });
        black_box(sum);
    }

    fn typed(&self) {
        let mut context = Context::new(self.version);
        for frame in black_box(&self.frames) {
            let decoded = Message::decode(frame, &mut context);
            assert!(black_box(&decoded).is_ok());
        }
    }

    /// Lists stay in the frame until they are asked for: here they are, as an engine would.
    fn typed_and_read(&self) {
        let mut context = Context::new(self.version);
        for frame in black_box(&self.frames) {
            let decoded = Message::decode(frame, &mut context).unwrap();
            let variables = match &decoded {
                Message::BeginCallEvent(event) => &event.named_variables,
                Message::CallDeliveredEvent(event) => &event.named_variables,
                other => panic!("{other:?}"),
            };
            for variable in variables {
                black_box(&variable);
            }
            black_box(&decoded);
        }
    }

    fn framed_and_typed(&self, source: &mut BytesMut) {
        source.clear();
        source.extend_from_slice(&self.wire);
        let mut codec = FrameCodec::default();
        let mut context = Context::new(self.version);
        while let Some(frame) = codec.decode(source).unwrap() {
            let decoded = Message::decode(&frame, &mut context);
            assert!(black_box(&decoded).is_ok());
        }
    }

    fn generic(&self) {
        for frame in black_box(&self.frames) {
            let decoded = GenericMessage::decode(frame.number, &frame.body, self.version);
            assert!(black_box(&decoded).is_ok());
        }
    }

    fn encode(&self, target: &mut BytesMut) {
        target.clear();
        for message in black_box(&self.messages) {
            message.encode(self.version, target).unwrap();
        }
        black_box(&target);
    }
}

type Job<'w> = (&'static str, Box<dyn FnMut() + 'w>);

/// Best time of each job over many short turns, taken one after the other: what else the machine does then disturbs all of
/// them alike, and the best turn least.
#[allow(clippy::disallowed_methods)] // measuring is what a bench is for
fn best_of<const N: usize>(mut jobs: [Job<'_>; N]) -> [(&'static str, Duration); N] {
    let mut best = jobs.each_ref().map(|(name, _)| (*name, Duration::MAX));
    for _ in 0..100 {
        for ((_, job), (_, best)) in jobs.iter_mut().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..5 {
                job();
            }
            *best = (*best).min(start.elapsed() / 5);
        }
    }
    best
}

fn main() {
    let work = Work::new();
    let (count, size) = (work.frames.len() as u64, work.wire.len() as u64);
    let mut criterion = Criterion::default().configure_from_args().sample_size(30).measurement_time(Duration::from_secs(2));
    let (mut copy, mut source, mut target) = (Vec::new(), BytesMut::new(), BytesMut::new());
    for throughput in [Throughput::Elements(count), Throughput::Bytes(size)] {
        let unit = if matches!(throughput, Throughput::Elements(_)) { "messages" } else { "bytes" };
        let mut group = criterion.benchmark_group(unit);
        group.throughput(throughput);
        group.bench_function("memcpy", |bench| bench.iter(|| work.memcpy(&mut copy)));
        group.bench_function("framing only", |bench| bench.iter(|| work.framing()));
        group.bench_function("minimal parse by hand", |bench| bench.iter(|| work.minimal()));
        group.bench_function("typed decode", |bench| bench.iter(|| work.typed()));
        group.bench_function("typed decode, lists read", |bench| bench.iter(|| work.typed_and_read()));
        group.bench_function("frame codec and typed decode", |bench| bench.iter(|| work.framed_and_typed(&mut source)));
        group.bench_function("generic decode", |bench| bench.iter(|| work.generic()));
        group.bench_function("typed encode", |bench| bench.iter(|| work.encode(&mut target)));
        group.finish();
    }
    println!("a decoded message takes {} bytes", size_of::<Message<'_>>());
    println!("{count} frames, {} bytes on average, 12 floating fields each", size / count);
    let rows = best_of([
        ("memcpy", Box::new(|| work.memcpy(&mut copy))),
        ("framing only", Box::new(|| work.framing())),
        ("minimal parse by hand", Box::new(|| work.minimal())),
        ("typed decode", Box::new(|| work.typed())),
        ("typed decode, lists read", Box::new(|| work.typed_and_read())),
        ("frame codec and typed decode", Box::new(|| work.framed_and_typed(&mut source))),
        ("generic decode", Box::new(|| work.generic())),
        ("typed encode", Box::new(|| work.encode(&mut target))),
    ]);
    let minimal = rows[2].1;
    for (name, time) in rows {
        let each = time.as_secs_f64() / count as f64;
        println!(
            "{name:<30} {:>8.1} ns {:>7.2} M/s {:>6.2} x minimal",
            each * 1e9,
            1e-6 / each,
            time.as_secs_f64() / minimal.as_secs_f64()
        );
    }
}

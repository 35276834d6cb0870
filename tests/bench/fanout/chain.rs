//! How many events a second become text.

use std::time::Instant;

use bytes::BytesMut;
use ctibridge::protocol::FrameCodec;
use ctibridge::protocol::values::AgentState;
use tokio_util::codec::Decoder;

use crate::Others;
use crate::gateway::state_event;
use crate::house::{House, first};

const DESKTOPS: usize = 1_000;
const EVENTS: usize = 400_000;

/// Prints how many events a second become text.
pub(crate) fn measure() {
    let mut house = House::new();
    (0..DESKTOPS).for_each(|n| house.sign_in(n));
    let mut input = BytesMut::new();
    let mut order = Vec::with_capacity(EVENTS);
    for at in 0..EVENTS {
        let n = at * 7_919 % DESKTOPS;
        order.push(n);
        input.extend_from_slice(&state_event(n, AgentState::NOT_READY, 1 + (at % 60_000) as u16));
    }
    for n in 0..DESKTOPS {
        // The first shows the phone in use, the second is as all that follow.
        house.frame(&first(&state_event(n, AgentState::NOT_READY, 64_999)));
        house.frame(&first(&state_event(n, AgentState::NOT_READY, 65_000)));
        let text = house.take(n).expect("a signed-in desktop hears of its agent");
        assert!(text.contains("65000"), "{text}");
    }
    (house.bytes, house.texts) = (0, 0);
    let (mut codec, mut at) = (FrameCodec::default(), 0);
    let (begun, used) = (Instant::now(), Others::own());
    while let Some(frame) = codec.decode(&mut input).unwrap() {
        house.frame(&frame);
        house.take_silently(order[at]);
        at += 1;
    }
    // Without sockets nothing waits: processor time is what it costs, whatever else the machine does.
    let (seconds, elapsed) = (Others::own() - used, begun.elapsed().as_secs_f64());
    assert_eq!((at, house.texts), (EVENTS, EVENTS), "each event gave one text");
    println!(
        "chain: {:.0} events a second of processor time from CTI bytes to JSON text ({:.2} µs each, texts of {} bytes; {:.0} a second by the clock)",
        EVENTS as f64 / seconds,
        seconds * 1e6 / EVENTS as f64,
        house.bytes / house.texts,
        EVENTS as f64 / elapsed,
    );
}

//! What an event costs on its way to a desktop: counted in allocations, which no busy machine disturbs.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

#[path = "bench/fanout/gateway.rs"]
#[allow(dead_code)] // the load program needs more of it
mod gateway;
#[path = "bench/fanout/house.rs"]
#[allow(dead_code)]
mod house;

use allocation_counter::measure;
use ctibridge::protocol::values::AgentState;
use gateway::state_event;
use house::{House, first};

const DESKTOPS: usize = 50;

/// A house in which every desktop has had a few events already.
fn house() -> House {
    let mut house = House::new();
    (0..DESKTOPS).for_each(|n| house.sign_in(n));
    for reason in 64_000..64_300 {
        say(&mut house, AgentState::NOT_READY, reason);
    }
    house
}

/// Every agent's state, once.
fn say(house: &mut House, state: AgentState, reason: u16) {
    for n in 0..DESKTOPS {
        house.frame(&first(&state_event(n, state, reason)));
        house.take_silently(n);
    }
}

#[test]
fn an_agents_state_reaches_its_desktop_with_few_allocations() {
    let mut house = house();
    let frames: Vec<_> = (0..DESKTOPS).map(|n| first(&state_event(n, AgentState::NOT_READY, 10_000))).collect();
    (house.bytes, house.texts) = (0, 0);
    let counted = measure(|| {
        for (n, frame) in frames.iter().enumerate() {
            house.frame(frame);
            house.take_silently(n);
        }
    });
    assert_eq!(house.texts, DESKTOPS);
    let each = counted.count_total as f64 / DESKTOPS as f64;
    // The text while it is written, the text as it is sent, and its count of readers: it is kept and sent.
    assert!(each <= 4.5, "{each} allocations for an event");
}

#[test]
fn an_agents_state_that_is_known_costs_nothing() {
    let mut house = house();
    let frames: Vec<_> = (0..DESKTOPS).map(|n| first(&state_event(n, AgentState::NOT_READY, 64_299))).collect();
    (house.bytes, house.texts) = (0, 0);
    let counted = measure(|| frames.iter().for_each(|frame| house.frame(frame)));
    (0..DESKTOPS).for_each(|n| house.take_silently(n));
    assert_eq!(house.texts, 0, "nobody is told what they know");
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

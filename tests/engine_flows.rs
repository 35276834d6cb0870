//! The engine against the flows of fixtures/flows: as written, and permuted within what the protocol promises.
//!
//! A flow is a text file, one step a line (see fixtures/flows/README.md). Steps between two lines that begin with `do` or
//! `=` may come in any order as long as BEGIN_CALL_EVENT is the first and END_CALL_EVENT the last of each connection and
//! agent states keep their own order: the permutation test shuffles just that.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // a test that panics says what it wants to say

#[path = "common/flow.rs"]
mod flow;

use bytes::{BufMut, Bytes, BytesMut};
use ctibridge::engine::event::Event;
use ctibridge::engine::model::AgentId;
use ctibridge::engine::{Input, ServiceStatus};
use ctibridge::protocol::{Context, Message, ProtocolVersion, RawFrame, message as wire};
use flow::{Bench, Flow, Step, VERSION, flows, put};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};

use std::time::Duration;

#[test]
fn every_flow_goes_as_written() {
    for flow in flows() {
        let mut bench = Bench::new();
        for (line, step) in &flow.steps {
            let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| bench.run(step)));
            assert!(run.is_ok(), "{}:{line}", flow.path.display());
        }
        bench.check_answers();
    }
}

/// Connection that a message speaks of, for keeping BEGIN first and END last.
fn connection(step: &Step) -> Option<(String, String)> {
    let Step::Cti(_, given) = step else { return None };
    let find = |name: &str| given.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    Some((find("ConnectionCallID")?, find("ConnectionDeviceID")?))
}

/// Shuffles a segment within what flows of the protocol promise.
fn permute(segment: &mut Vec<Step>, random: &mut StdRng) {
    let original = segment.clone();
    segment.shuffle(random);
    // Agent states keep their own order.
    let is_state = |step: &Step| matches!(step, Step::Cti(name, _) if name == "AGENT_STATE_EVENT");
    let mut states = original.iter().filter(|step| is_state(step));
    for step in segment.iter_mut().filter(|step| is_state(step)) {
        *step = states.next().unwrap().clone();
    }
    // BEGIN first and END last of each connection.
    for (name, first) in [("BEGIN_CALL_EVENT", true), ("END_CALL_EVENT", false)] {
        for step in original.iter().filter(|step| matches!(step, Step::Cti(n, _) if n == name)) {
            let id = connection(step);
            let at = segment.iter().position(|s| connection(s) == id && matches!(s, Step::Cti(n, _) if n == name)).unwrap();
            let step = segment.remove(at);
            let call_id = id.clone().unwrap().0;
            let call = |s: &Step| match s {
                Step::Cti(_, given) => given.iter().any(|(name, value)| name.ends_with("CallID") && *value == call_id),
                _ => false,
            };
            let bound = if first {
                segment.iter().position(call).unwrap_or(segment.len())
            } else {
                segment.iter().rposition(call).map_or(0, |at| at + 1)
            };
            let at = if first { random.random_range(0..=bound) } else { random.random_range(bound..=segment.len()) };
            segment.insert(at, step);
        }
    }
}

/// Runs a flow with every segment permuted by `seed`, and gives the final pictures.
fn run_permuted(flow: &Flow, seed: u64) -> (Vec<String>, String) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut bench = Bench::new();
    let mut segment = Vec::new();
    let flush = |bench: &mut Bench, segment: &mut Vec<Step>, random: &mut StdRng| {
        if seed != 0 {
            permute(segment, random);
        }
        let mut late = Vec::new();
        for step in segment.drain(..) {
            match &step {
                // The request may be sent only when an event that comes later lets it.
                Step::Answer(name, given) => {
                    if !bench.try_answer(name, given) {
                        late.push(step);
                    }
                }
                step => bench.run(step),
            }
        }
        for step in late {
            bench.run(&step);
        }
    };
    for (_, step) in &flow.steps {
        match step {
            Step::Cti(..) | Step::Answer(..) => segment.push(step.clone()),
            Step::Want(_) | Step::Never(_) | Step::Picture(..) => {}
            step => {
                flush(&mut bench, &mut segment, &mut random);
                bench.run(step);
            }
        }
    }
    flush(&mut bench, &mut segment, &mut random);
    bench.now = bench.now.later(Duration::from_secs(30));
    bench.engine.handle_timeout(bench.now);
    bench.drain();
    bench.check_answers();
    let mut agents: Vec<_> = bench.agents.keys().cloned().collect();
    agents.sort();
    let pictures: Vec<_> = agents.iter().map(|agent| format!("{agent}: {}", bench.picture(agent))).collect();
    if pictures.iter().all(|picture| !picture.contains("leg=")) {
        assert_eq!(bench.engine.sizes().1, 0, "calls that ended are remembered\n{}", bench.all_said.join("\n"));
    }
    (pictures, bench.all_said.join("\n"))
}

#[test]
fn every_order_that_the_protocol_allows_ends_in_the_same_picture() {
    let seeds = std::env::var("CTIBRIDGE_SIM_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1000);
    for flow in flows() {
        let expected = run_permuted(&flow, 0);
        for seed in 1..=seeds {
            let run = std::panic::catch_unwind(|| run_permuted(&flow, seed));
            let picture = run.unwrap_or_else(|_| panic!("{} with seed {seed}", flow.path.display()));
            assert_eq!(picture.0, expected.0, "{} with seed {seed}\n{}", flow.path.display(), picture.1);
        }
    }
}

/// What the desktops are told they may do for an agent now, as commands of the flow language.
fn offered(bench: &Bench, agent: &str) -> Vec<(String, Vec<String>)> {
    let mut offered = Vec::new();
    let mut legs = 0;
    let events = bench.engine.picture(&AgentId::from(agent));
    let last = events.iter().rev().find_map(Event::interaction);
    for event in events {
        let is_last = event.interaction() == last;
        let enabled = match &event {
            Event::ChannelState(change) => change.enabled,
            Event::InteractionState { change, .. } if is_last => change.enabled,
            Event::ConversationState { change, .. } if is_last => {
                legs += 1;
                change.enabled
            }
            _ => continue,
        };
        for word in enabled.words() {
            let args: &[&str] = match word.as_str() {
                "channel.dial" | "interaction.consult" | "conversation.transfer" | "conversation.conference" => &["to=+41227654321"],
                "interaction.setinteractiondata" => &["callVariable1", "x"],
                "interaction.setdisposition" => &["x"],
                "conversation.senddtmf" => &["1"],
                _ => &[],
            };
            let command = match word.as_str() {
                "channel.activate" => "login",
                "channel.deactivate" => "logout",
                "channel.externaldispositions" => continue, // answered without the engine
                "interaction.setinteractiondata" => "setdata",
                "interaction.setdisposition" => "disposition",
                "conversation.senddtmf" => "dtmf",
                "interaction.recording.start" => "record",
                "interaction.recording.stop" => "unrecord",
                word => word.split_once('.').unwrap().1,
            };
            // The flow language names the last leg only.
            if word.starts_with("conversation.") && legs < bench.engine.interactions(&AgentId::from(agent)).last().unwrap().1.len() {
                continue;
            }
            let args = std::iter::once(agent).chain(args.iter().copied()).map(str::to_owned).collect();
            offered.push((command.to_owned(), args));
        }
    }
    offered
}

#[test]
fn what_is_offered_is_never_refused_for_the_state() {
    let mut tried = 0;
    for flow in flows() {
        for end in 0..flow.steps.len() {
            let play = || {
                let mut bench = Bench::new();
                for (_, step) in
                    flow.steps[..=end].iter().filter(|(_, step)| !matches!(step, Step::Want(_) | Step::Never(_) | Step::Picture(..)))
                {
                    bench.run(step);
                }
                bench
            };
            let bench = play();
            // While a command is under way the contact says BUSY, and without a link everything says CTI_OFFLINE.
            let is_served = bench.engine.service() == ServiceStatus::InService;
            if !is_served || !matches!(flow.steps[end].1, Step::Cti(..) | Step::Answer(..)) || !bench.requests.is_empty() {
                continue;
            }
            for agent in bench.agents.keys() {
                for (command, args) in offered(&bench, agent) {
                    let mut bench = play();
                    bench.said.clear();
                    bench.command(&command, &args);
                    let refused = bench.said.iter().find(|said| said.starts_with("reply failure"));
                    assert_eq!(refused, None, "{}:{}: {command} {args:?}", flow.path.display(), flow.steps[end].0);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 500, "only {tried} offers were tried");
}

/// Bytes that no server should send must not bring the engine down.
#[test]
fn any_frame_at_any_time_leaves_the_engine_consistent() {
    let seeds: u64 = std::env::var("CTIBRIDGE_SIM_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(300);
    let version = ProtocolVersion::new(VERSION).unwrap();
    let events: Vec<_> = wire::SPECS.iter().filter(|spec| spec.name.ends_with("_EVENT")).collect();
    for seed in 0..seeds {
        let mut random = StdRng::seed_from_u64(seed);
        let mut bench = Bench::new();
        bench.agents.insert("1001".into(), vec![("AgentExtension".into(), "3001".into()), ("AgentState".into(), "3".into())]);
        for _ in 0..60 {
            let spec = events[random.random_range(0..events.len())];
            let mut body = BytesMut::new();
            for field in spec.fixed.iter().filter(|field| version.has(field.since, 0)) {
                let value = match field.name {
                    "PeripheralID" => 5000,
                    _ if random.random_bool(0.2) => u64::from(random.next_u32()),
                    _ => u64::from(random.random_range(0..5u32)),
                };
                put(&mut body, field.wire, value);
            }
            for field in spec.floating_fields() {
                if random.random_bool(0.7) {
                    let text = ["3001", "3002", "1001", "+41445550123", ""][random.random_range(0..5)];
                    body.put_u16(field.tag);
                    let data: Bytes = match field.wire.width() {
                        Some(width) => Bytes::from(vec![random.random_range(0..4u8); width]),
                        None => Bytes::from(format!("{text}\0")),
                    };
                    body.put_u16(data.len() as u16);
                    body.put_slice(&data);
                }
            }
            let frame = RawFrame { number: spec.number, body: body.freeze() };
            let mut context = Context::new(version);
            if let Ok(message) = Message::decode(&frame, &mut context) {
                bench.input(Input::Event(message));
            }
        }
    }
}

/// For support: each value is known by the message that gave it, the announcement before the call among them.
#[test]
fn it_is_known_which_message_gave_which_value_of_a_call() {
    let mut bench = Bench::new();
    bench.play(&flow::parse_text(
        std::path::Path::new("written here"),
        "agent 1001 AgentState=3 AgentExtension=3001 AgentInstrument=3001 WrapupDataIncomingMode=0 WrapupDataOutgoingMode=1
         do lookup 1001
         cti AGENT_PRE_CALL_EVENT AgentInstrument=3001 AgentID=1001 RouterCallKeyDay=152018 RouterCallKeyCallID=217 SkillGroupID=5022 ANI=+41445550123 CallVariable2=Blue
         cti BEGIN_CALL_EVENT ConnectionCallID=77 ConnectionDeviceID=3001 CallType=2 ANI=+41445550123 DialedNumber=8001 CallVariable1=Gold
         cti CALL_DELIVERED_EVENT ConnectionCallID=77 ConnectionDeviceID=3001 LocalConnectionState=ALERTING AlertingDeviceID=3001 CallingDeviceID=+41445550123 DNIS=5000
         cti CALL_DATA_UPDATE_EVENT ConnectionCallID=77 ConnectionDeviceID=3001 CallVariable1=Silver",
    ));
    let contact = bench.engine.interactions(&AgentId::from("1001")).first().unwrap().0;
    let given = bench.engine.evidence(contact);
    let by = |value: &str| given.get(value).copied();
    assert_eq!(by("ANI"), Some("BEGIN_CALL_EVENT"), "{given:?}");
    assert_eq!(by("DNIS"), Some("CALL_DELIVERED_EVENT"));
    assert_eq!((by("callKey"), by("queueNumber"), by("callVariable2")), (Some("AGENT_PRE_CALL_EVENT"), by("callKey"), by("callKey")));
    assert_eq!(by("callVariable1"), Some("CALL_DATA_UPDATE_EVENT"), "the last one counts");
    assert_eq!(by("callVariable3"), None);
}

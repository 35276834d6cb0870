//! Random walks: link and engine on a real simulator over real sockets. Seeded agents do allowed and disallowed things,
//! callers come and go, phones are used by hand, sides die; after every step the engine's picture must become the
//! simulator's truth, and every command must have had exactly one answer.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that panics says what it wants to say

#[path = "common/bridge.rs"]
mod bridge;

use std::collections::BTreeMap;
use std::time::Duration;

use bridge::{Bridge, Plan};
use ctibridge::engine::ServiceStatus;
use ctibridge::engine::command::{Command, Dial, Disposition, FailureCode, Reply, Secret};
use ctibridge::engine::event::Event;
use ctibridge::engine::model::{AgentId, Capabilities, ConversationId, InteractionId};
use ctibridge::simulator::{Command as Control, Side, SideAction};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

const AGENTS: [&str; 3] = ["1001", "1002", "1003"];

/// A command that the picture offers, or now and then any other.
fn random_command(bridge: &Bridge, agent: &str, random: &mut StdRng) -> Command {
    let mut offers = Vec::new();
    for event in bridge.engine.picture(&AgentId::from(agent)) {
        match event {
            Event::ChannelState(change) => offers.extend(change.enabled.iter().map(|c| (c, None, None))),
            Event::InteractionState { interaction, change, .. } => {
                offers.extend(change.enabled.iter().map(|c| (c, Some(interaction), None)));
            }
            Event::ConversationState { conversation, change, .. } => {
                offers.extend(change.enabled.iter().map(|c| (c, None, Some(conversation))));
            }
            _ => {}
        }
    }
    offers.retain(|(capability, ..)| *capability != Capabilities::CHANNEL_EXTERNALDISPOSITIONS);
    let all: Vec<_> = Capabilities::all().iter().collect();
    // Calls are more worth exploring than idle agents, and consultations more than calls.
    let deep = Capabilities::INTERACTION_CONSULT
        | Capabilities::INTERACTION_ALTERNATE
        | Capabilities::INTERACTION_CONSULTTRANSFER
        | Capabilities::INTERACTION_CONSULTCONFERENCE
        | Capabilities::CONVERSATION_ANSWER;
    let weight = |(capability, interaction, leg): &(Capabilities, Option<InteractionId>, Option<ConversationId>)| {
        if deep.contains(*capability) { 12 } else { 1 + 2 * u32::from(interaction.is_some() || leg.is_some()) }
    };
    let (capability, interaction, leg) = match offers.choose_weighted(random, weight) {
        Ok(offer) if random.random_bool(0.9) => *offer,
        _ => (*all.choose(random).unwrap(), None, None),
    };
    let interaction = interaction.unwrap_or_else(|| InteractionId(random.random_range(0..9)));
    let leg = leg.unwrap_or(ConversationId::nil());
    command_of(capability, interaction, leg, random)
}

fn command_of(capability: Capabilities, interaction: InteractionId, conversation: ConversationId, random: &mut StdRng) -> Command {
    use Capabilities as C;
    let destination = ["+41227654321", "+41227654321", "+41227654300", "+41227654302", "3001", "3002", "3003"].choose(random).unwrap();
    let destination = ctibridge::engine::model::Name::from(*destination);
    match capability {
        C::CHANNEL_ACTIVATE => Command::Activate { password: Secret::new("1234"), extension: None, always_ask: false, remote: None },
        C::CHANNEL_DEACTIVATE if random.random_bool(0.2) => Command::Deactivate { reason: Some(1) },
        C::CHANNEL_NOTREADY => Command::NotReady { reason: Some(random.random_range(1..4)) },
        C::CHANNEL_WORK => Command::Work { next_ready: random.random_bool(0.5) },
        C::CHANNEL_DIAL => Command::Dial(Dial { destination, ..Dial::default() }),
        C::INTERACTION_ACCEPT => Command::Accept(interaction),
        C::INTERACTION_REJECT => Command::Reject(interaction),
        C::INTERACTION_SETINTERACTIONDATA => {
            let number = random.random_range(1..=10);
            Command::SetData { interaction, key: format!("callVariable{number}").into(), value: "changed".into() }
        }
        C::INTERACTION_SETDISPOSITION => Command::SetDisposition { interaction, disposition: "done".into() },
        C::INTERACTION_COMPLETE => Command::Complete { interaction, outcome: Some(Disposition::Skipped) },
        C::INTERACTION_CONSULT => Command::Consult { interaction, destination },
        C::INTERACTION_ALTERNATE => Command::Alternate(interaction),
        C::INTERACTION_RECONNECT => Command::Reconnect(interaction),
        C::INTERACTION_CONSULTTRANSFER => Command::ConsultTransfer(interaction),
        C::INTERACTION_CONSULTCONFERENCE => Command::ConsultConference(interaction),
        C::INTERACTION_RECORDING_START => Command::Record(interaction, true),
        C::INTERACTION_RECORDING_STOP => Command::Record(interaction, false),
        C::CONVERSATION_TRANSFER => Command::Transfer { conversation, destination },
        C::CONVERSATION_CONFERENCE => Command::Conference { conversation, destination },
        C::CONVERSATION_SENDDTMF => Command::SendDtmf { conversation, digits: "47#".into() },
        C::CONVERSATION_ANSWER => Command::Answer(conversation),
        C::CONVERSATION_RELEASE => Command::Release(conversation),
        C::CONVERSATION_HOLD => Command::Hold(conversation),
        C::CONVERSATION_RETRIEVE => Command::Retrieve(conversation),
        _ => Command::Ready,
    }
}

async fn walk(seed: u64, steps: usize, done: &mut BTreeMap<String, usize>) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut bridge = Bridge::start(Plan { seed, ..Plan::default() }).await;
    bridge.sign_in(&AGENTS).await;
    for step in 0..steps {
        bridge.log.push(format!("-- step {step}"));
        match random.random_range(0..20) {
            0..=3 => {
                let agent = AGENTS.choose(&mut random).unwrap();
                bridge.log.push(format!("a call for {agent}"));
                bridge.call(agent).await;
            }
            4 => {
                let truth = bridge.truth().await;
                if let Some(call) = truth.calls.choose(&mut random) {
                    bridge.log.push(format!("the far end of {} hangs up", call.call_id));
                    let hangup = serde_json::from_str("\"hangup\"").unwrap();
                    let _ = bridge.simulator.handle().control(Control::FarEnd(call.call_id, hangup)).await;
                }
            }
            6..=7 => {
                bridge.pass(Duration::from_millis(60)).await;
            }
            5 if step % 5 == 0 => {
                let active = if bridge.truth().await.active == "a" { Side::A } else { Side::B };
                let action = *[SideAction::Stop, SideAction::Reset].choose(&mut random).unwrap();
                bridge.log.push(format!("{action:?} on {active:?}"));
                bridge.simulator.handle().control(Control::Side(active, action)).await.unwrap();
                bridge.until("out of service", |engine| engine.service() == ServiceStatus::OutOfService).await;
                bridge.until("back in service", |engine| engine.service() == ServiceStatus::InService).await;
                bridge.simulator.handle().control(Control::Side(active, SideAction::Start)).await.ok();
            }
            _ => {
                let agent = *AGENTS.choose(&mut random).unwrap();
                let command = random_command(&bridge, agent, &mut random);
                let name: String = format!("{command:?}").chars().take_while(|c| c.is_alphanumeric()).collect();
                let id = bridge.command(agent, command);
                let reply = bridge.reply(id).await;
                if reply == Reply::Success {
                    if name == "Consult" && random.random_bool(0.7) {
                        bridge.pass(Duration::from_millis(80)).await; // the far end answers
                    }
                    *done.entry(name).or_default() += 1;
                }
                if let Reply::Failure(failure) = &reply {
                    assert_ne!(failure.code, FailureCode::Internal, "{}", bridge.story());
                    assert_ne!(failure.code, FailureCode::CtiTimeout, "{}", bridge.story());
                }
            }
        }
        bridge.agree(&AGENTS).await;
    }
    for (id, replies) in &bridge.replies {
        assert_eq!(replies.len(), 1, "command {id}: {replies:?}\n{}", bridge.story());
    }
    bridge.stop().await;
}

#[tokio::test]
async fn the_picture_becomes_the_truth_whatever_happens() {
    let seeds = std::env::var("CTIBRIDGE_SIM_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(12);
    let only = std::env::var("CTIBRIDGE_SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut done = BTreeMap::new();
    for seed in only.map_or(1..=seeds, |seed| seed..=seed) {
        walk(seed, 100, &mut done).await;
    }
    println!("commands that succeeded: {done:?}");
    // The walk must not quietly stop going anywhere.
    for name in ["Answer", "Release", "Dial", "Ready", "NotReady", "Complete", "Consult"] {
        assert!(only.is_some() || done.contains_key(name), "{name} never succeeded: {done:?}");
    }
}

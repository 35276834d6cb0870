//! Random walks of the whole house: seeded agents at desktops over real websockets do allowed and disallowed things, click
//! twice, lose their connection; callers come and go, sides die. After every step each desktop's picture, kept from events
//! alone, must become the simulator's truth.
//!
//! `CTIBRIDGE_WALK_SEEDS=7,8` walks other seeds, `CTIBRIDGE_WALK_STEPS=500` further.

use std::collections::BTreeMap;
use std::time::Duration;

use ctibridge::simulator::{Command as Control, InboundCall, SideAction, Truth};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::house::{DEADLINE, Desk, House};
use crate::picture::Picture;
use crate::scripts::check_order;

const AGENTS: [&str; 3] = ["1001", "1002", "1003"];

/// A desktop with what it knows.
struct Seat {
    agent: &'static str,
    desk: Desk,
    picture: Picture,
    read: usize,
}

impl Seat {
    fn look(&mut self) {
        let session = self.desk.session();
        for event in &self.desk.log[self.read..] {
            if event.get("result").is_none() {
                self.picture.take(event, &session);
            }
        }
        self.read = self.desk.log.len();
    }
}

struct Walk {
    house: House,
    seats: Vec<Seat>,
    random: StdRng,
    log: Vec<String>,
    done: BTreeMap<String, usize>,
}

impl Walk {
    async fn start(seed: u64) -> Self {
        let house = House::start_with(&[
            ("CTIBRIDGE_SIM__WORLD__FAR_END_ANSWERS", "40ms"),
            ("CTIBRIDGE_SIM__WORLD__FAILED_CALL_CLEARS", "40ms"),
            ("CTIBRIDGE_SIM__WORLD__SWITCH_DELAY", "20ms"),
            ("CTIBRIDGE__MEDIABAR__LIMITS__REQUESTS_PER_SECOND", "100000"),
            ("CTIBRIDGE__MEDIABAR__LIMITS__BURST", "100000"),
        ])
        .await;
        let mut seats = Vec::new();
        for agent in AGENTS {
            let desk = house.signed_in(agent).await;
            seats.push(Seat { agent, desk, picture: Picture::default(), read: 0 });
        }
        // One more looks on at the first agent's, and must see the same.
        let mut desk = house.desk().await;
        let data = json!({"mode": "mirror", "resumeToken": seats[0].desk.resume_token()});
        assert_eq!(desk.when("prepareSession", None, data).await["result"], "success");
        desk.name(AGENTS[0]);
        desk.succeeds("session.start", &seats[0].desk.session(), json!({})).await;
        seats.push(Seat { agent: AGENTS[0], desk, picture: Picture::default(), read: 0 });
        Self { house, seats, random: StdRng::seed_from_u64(seed), log: Vec::new(), done: BTreeMap::new() }
    }

    async fn truth(&self) -> Truth {
        self.house.simulator.handle().truth().await.unwrap()
    }

    /// Reads until every picture is the truth.
    async fn agree(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            for seat in &mut self.seats {
                while seat.desk.hears(Duration::from_millis(2)).await {}
                seat.look();
            }
            let truth = self.truth().await;
            let wrong: Vec<_> = self.seats.iter().flat_map(|seat| seat.picture.differences(&truth, seat.agent)).collect();
            if wrong.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{}\n{}\n{}", wrong.join("\n"), self.log.join("\n"), self.told());
        }
    }

    fn told(&self) -> String {
        self.seats.iter().map(|seat| format!("--- {}\n{}", seat.agent, seat.desk.told())).collect()
    }

    /// A command with data that may do: one that is offered, or anything at all, at a target of the own or of others.
    fn command(&mut self, at: usize) -> (String, String, Value) {
        let own = &self.seats[at];
        let offers: Vec<(String, String)> = own
            .picture
            .things
            .iter()
            .flat_map(|(target, thing)| thing.can.iter().map(move |name| (name.clone(), target.clone())))
            .filter(|(name, _)| !name.ends_with("externaldispositions"))
            .collect();
        const OTHERS: [&str; 14] = [
            "channel.ready",
            "channel.dial",
            "channel.supervise",
            "interaction.accept",
            "interaction.complete",
            "interaction.consult",
            "interaction.alternate",
            "interaction.supervisorassist",
            "conversation.answer",
            "conversation.release",
            "conversation.retrieve",
            "conversation.conference",
            "session.getteam",
            "session.getstatistics",
        ];
        let weight = |(name, _): &(String, String)| match name.split('.').next() {
            Some("channel") => 1,
            _ if name.contains("consult") || name.contains("alternate") || name.ends_with("answer") => 12,
            _ => 3,
        };
        let is_offered = self.random.random_bool(0.85);
        let chosen = offers.choose_weighted(&mut self.random, weight).ok().filter(|_| is_offered).cloned();
        let (name, target) = chosen.unwrap_or_else(|| {
            let name = (*OTHERS.choose(&mut self.random).unwrap()).to_owned();
            let anybody = &self.seats[self.random.random_range(0..self.seats.len())];
            let targets: Vec<String> =
                anybody.picture.things.keys().cloned().chain([anybody.desk.session(), format!("{}.nothing", own.desk.session())]).collect();
            (name, targets.choose(&mut self.random).unwrap().clone())
        });
        let numbers = ["+41227654321", "+41227654321", "+41227654300", "3001", "3002", "3003"];
        let destination = numbers.choose(&mut self.random).unwrap();
        let data = match name.as_str() {
            "channel.notready" => json!({"reason": {"code": self.random.random_range(1..4)}}),
            "channel.dial" | "interaction.consult" | "conversation.transfer" | "conversation.deflect" => {
                json!({"destination": destination})
            }
            "interaction.setinteractiondata" => {
                json!({"key": format!("callVariable{}", self.random.random_range(1..4)), "value": format!("v{}", self.random.random_range(0..9))})
            }
            "interaction.setdisposition" => json!({"disposition": "done"}),
            "interaction.complete" => {
                [json!({}), json!({"skipDisposition": true}), json!({"dispositionId": 2})].choose(&mut self.random).unwrap().clone()
            }
            "conversation.senddtmf" => json!({"digits": "47#"}),
            "channel.supervise" => {
                let action = ["MONITOR", "BARGE_IN", "CLEAR"].choose(&mut self.random).unwrap();
                json!({"action": action, "agent": {"id": AGENTS.choose(&mut self.random).unwrap()}})
            }
            "session.getstatistics" => json!({"scope": "agent"}),
            _ => json!({}),
        };
        (name, target, data)
    }

    async fn say(&mut self) {
        let at = self.random.random_range(0..AGENTS.len());
        let (name, target, data) = self.command(at);
        let is_enabled = self.seats[at].picture.things.get(&target).is_some_and(|thing| thing.can.contains(&name));
        if name.ends_with("deactivate") && !self.random.random_bool(0.2) {
            return;
        }
        let times = if self.random.random_bool(0.2) { 2 } else { 1 };
        let seat = &mut self.seats[at];
        self.log.push(format!("{}: {times} × {name} {target} {data}", seat.agent));
        let mut ids = Vec::new();
        for _ in 0..times {
            ids.push(seat.desk.send(&name, Some(&target), data.clone()).await);
        }
        for (time, id) in ids.into_iter().enumerate() {
            let answer = seat.desk.answer(&id).await;
            let code = answer["failure"]["code"].as_str().unwrap_or_default().to_owned();
            self.log.push(format!("   {} {code} {}", answer["result"], answer["failure"]["context"]));
            assert!(!matches!(code.as_str(), "INTERNAL" | "CTI_TIMEOUT"), "{answer}\n{}", self.log.join("\n"));
            // What is offered is not refused for the state of things (DECISIONS 43).
            let is_state = matches!(code.as_str(), "INVALID_STATE" | "CONSULT_NOT_CONNECTED" | "CHANNEL_NOT_ACTIVE" | "UNSUPPORTED");
            assert!(!(is_enabled && time == 0 && is_state), "{name} was offered: {answer}\n{}", self.log.join("\n"));
            let own = seat.desk.session();
            if target.split('.').next() != Some(&own) {
                assert_eq!(code, "NOT_BOUND", "{answer}");
            } else if name == "channel.supervise" && seat.agent != "1001" && code != "UNKNOWN_TARGET" {
                assert_eq!(code, "NOT_AUTHORIZED", "{answer}");
            }
            *self.done.entry(format!("{name} {}{code}", answer["result"].as_str().unwrap())).or_default() += 1;
        }
    }

    /// A desktop loses its connection, perhaps in the middle of a command, and comes back.
    async fn lose(&mut self) {
        let at = self.random.random_range(0..AGENTS.len());
        let (name, target, data) = self.command(at);
        let mut seat = self.seats.remove(at);
        if self.random.random_bool(0.5) && !name.contains("deactivate") {
            self.log.push(format!("{} asks {name} {target} {data} and is gone", seat.agent));
            seat.desk.send(&name, Some(&target), data).await;
        }
        seat.look();
        check_order(&seat.desk);
        let (mut desk, resumed) = Desk::come_back(self.house.desktops(), seat.desk).await;
        self.log.push(format!("{} came back, resumed: {resumed}", seat.agent));
        if !resumed {
            let session = desk.session();
            desk.succeeds("session.start", &session, json!({})).await;
        }
        let read = if resumed { seat.read } else { 0 };
        self.seats.insert(at, Seat { agent: seat.agent, desk, picture: seat.picture, read });
    }

    /// The active side dies; commands meanwhile are answered too.
    async fn switch(&mut self) {
        let active = self.truth().await.active;
        let action = *["stop", "reset"].choose(&mut self.random).unwrap();
        self.log.push(format!("{action} on {active}"));
        self.house.control("POST", &format!("/sides/{active}"), json!({"action": action})).await;
        self.say().await;
        for seat in &mut self.seats {
            seat.desk.then_service("OutOfService").await;
            seat.desk.then_service("InService").await;
        }
        let side = if active == "a" { ctibridge::simulator::Side::A } else { ctibridge::simulator::Side::B };
        // A side that was only reset listens already.
        let _ = self.house.simulator.handle().control(Control::Side(side, SideAction::Start)).await;
    }

    async fn step(&mut self, step: usize) {
        self.log.push(format!("-- step {step}"));
        match self.random.random_range(0..20) {
            0..=3 => {
                let agent = AGENTS.choose(&mut self.random).unwrap();
                self.log.push(format!("a call for {agent}"));
                let mut call = InboundCall { from: "+41445550123".into(), agent: Some((*agent).to_owned()), ..InboundCall::default() };
                call.call_variables.insert(1, "Gold".into());
                call.ecc_variables.push(("user.CaseNumber".into(), "40013".into()));
                self.house.simulator.handle().place_call(call).await.unwrap();
            }
            4 => {
                if let Some(call) = self.truth().await.calls.choose(&mut self.random) {
                    self.log.push(format!("the far end of {} hangs up", call.call_id));
                    let hangup = serde_json::from_str("\"hangup\"").unwrap();
                    // Not every call has a far end that can.
                    let _ = self.house.simulator.handle().control(Control::FarEnd(call.call_id, hangup)).await;
                }
            }
            5 => self.lose().await,
            6 if step.is_multiple_of(3) => self.switch().await,
            _ => self.say().await,
        }
        self.agree().await;
    }
}

fn env<T: std::str::FromStr>(name: &str) -> Option<Vec<T>> {
    let text = std::env::var(name).ok()?;
    Some(text.split(',').filter_map(|part| part.trim().parse().ok()).collect())
}

/// FAULTS I1 to I6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_desktops_picture_becomes_the_truth_whatever_happens() {
    let seeds = env("CTIBRIDGE_WALK_SEEDS").unwrap_or_else(|| vec![1, 2, 3]);
    let steps = env("CTIBRIDGE_WALK_STEPS").and_then(|steps| steps.first().copied()).unwrap_or(40);
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for seed in &seeds {
        println!("seed {seed}");
        let mut walk = Walk::start(*seed).await;
        walk.agree().await;
        for step in 0..steps {
            walk.step(step).await;
        }
        for seat in &walk.seats {
            assert!(seat.desk.left_over().is_empty(), "answers nobody asked for: {:?}", seat.desk.left_over());
            check_order(&seat.desk);
        }
        walk.done.iter().for_each(|(what, times)| *done.entry(what.clone()).or_default() += times);
        walk.house.stop().await;
    }
    println!("{done:#?}");
    // A walk that never gets anywhere proves nothing.
    let succeeded = |name: &str| done.iter().any(|(what, _)| *what == format!("{name} success"));
    for name in ["conversation.answer", "conversation.release", "channel.ready"] {
        assert!(seeds.len() < 3 || succeeded(name), "{name} never succeeded: {done:#?}");
    }
}

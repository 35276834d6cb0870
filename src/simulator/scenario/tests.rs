//! A day is played in virtual time.

use super::*;
use crate::simulator::Profile;
use crate::simulator::world::WorldSettings;
use crate::time::Clock;

const HOUR: Duration = Duration::from_secs(3600);

fn between(low: u64, high: u64) -> Between {
    Between(Duration::from_secs(low), Duration::from_secs(high))
}

fn busy_morning(seed: u64) -> ScenarioSettings {
    let arrivals = Arrivals {
        from: 8 * HOUR,
        to: 10 * HOUR,
        per_hour: 200.0,
        dialed_number: Some("8001".to_owned()),
        skill_group: None,
        caller_prefix: "+4144".to_owned(),
        talk: between(30, 120),
        patience: between(60, 180),
        queue: between(0, 10),
        call_variables: [(3, "de".to_owned())].into(),
        ecc_variables: vec![("user.Segment".to_owned(), "gold".to_owned())],
    };
    let agents = Habits {
        first: 1001,
        count: 8,
        login: 8 * HOUR,
        logout: 9 * HOUR,
        answer_delay: between(1, 5),
        no_answer_share: 0.05,
        hold_share: 0.2,
        hold: between(5, 20),
        consult_share: 0.2,
        consult: between(5, 30),
        transfer_share: 0.4,
        conference_share: 0.3,
        wrap_up: between(3, 20),
        break_every: between(900, 1800),
        break_time: between(60, 300),
        break_reason: 3,
        outbound_per_hour: 6.0,
        outbound_talk: between(20, 60),
        outbound_busy_share: 0.2,
    };
    ScenarioSettings { seed, start: 8 * HOUR, end: 10 * HOUR, repeat: false, speed: 1.0, arrivals: vec![arrivals], agents: vec![agents] }
}

/// Plays so long; gives what was said in order, and the truth after every minute.
fn play(settings: ScenarioSettings, start: Now, length: Duration) -> (Vec<String>, Vec<String>, World) {
    let mut world = World::new(WorldSettings::default(), Profile::Strict, start);
    let mut scenario = Scenario::new(settings, start);
    let (mut said, mut truths) = (Vec::new(), Vec::new());
    let mut now = start;
    let mut next_minute = start.later(Duration::from_secs(60));
    while now.mono < start.mono + length {
        let next = [world.poll_timeout(), scenario.poll_timeout()].into_iter().flatten().min();
        let next = next.unwrap_or(next_minute.mono).min(next_minute.mono);
        now = start.later(next.saturating_duration_since(start.mono));
        world.handle_timeout(now);
        scenario.settle(&mut world, now, |output| match output {
            Output::Event(event) => said.push(format!("{:?} {:?}", now.mono.saturating_duration_since(start.mono), event.message)),
            Output::Answer { .. } => panic!("nobody asked"),
        });
        world.check_invariants().unwrap();
        if now.mono >= next_minute.mono {
            truths.push(format!("{:?}", world.truth(now, "a")));
            next_minute = next_minute.later(Duration::from_secs(60));
        }
    }
    (said, truths, world)
}

#[test]
fn the_same_seed_plays_the_same_hour_and_another_one_does_not() {
    let start = Clock::start().now();
    let (said, truths, _) = play(busy_morning(7), start, HOUR);
    let (said_again, truths_again, _) = play(busy_morning(7), start, HOUR);
    assert_eq!(truths.len(), 60);
    assert!(said == said_again, "first difference: {:?}", said.iter().zip(&said_again).find(|(a, b)| a != b));
    assert_eq!(truths, truths_again);
    assert_ne!(said, play(busy_morning(8), start, HOUR).0);
}

#[test]
fn an_hour_has_everything_that_people_do() {
    let start = Clock::start().now();
    let (said, _, world) = play(busy_morning(7), start, HOUR + Duration::from_secs(600));
    let count = |what: &str| said.iter().filter(|line| line.contains(what)).count();
    let begun = count("AgentPreCallEvent");
    assert!((100..400).contains(&begun), "{begun} of 200 expected callers reached an agent");
    for what in
        ["CallEstablishedEvent", "CallHeldEvent", "CallRetrievedEvent", "CallTransferredEvent", "CallConferencedEvent", "CallFailedEvent"]
    {
        assert!(count(what) > 0, "{what} never came");
    }
    assert!(count("event_reason_code: 32767") > 0, "nobody missed a call");
    assert!(count("event_reason_code: 3,") > 0, "nobody took a break");
    assert!(count("CallReachedNetworkEvent") > 0, "nobody called out");
    // At nine they go home.
    let truth = world.truth(start.later(HOUR), "a");
    assert!(truth.agents.iter().take(8).all(|agent| agent.state == "LOGOUT"), "{:?}", truth.agents);
}

#[test]
fn nobody_is_stuck_whatever_the_seed() {
    let start = Clock::start().now();
    for seed in 0..8 {
        let mut settings = busy_morning(seed);
        // Only half an hour of callers, then time enough to finish.
        settings.arrivals[0].to = 8 * HOUR + HOUR / 2;
        settings.agents[0].outbound_per_hour = 0.0;
        let (_, _, world) = play(settings, start, HOUR + Duration::from_secs(1200));
        let truth = world.truth(start.later(HOUR), "a");
        assert!(truth.calls.is_empty(), "seed {seed}: {:?}", truth.calls);
    }
}

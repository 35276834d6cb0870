//! Faults in the meaning of events (group C of the fault list): what the CTI Server says late, twice, out of order, or not at
//! all. Each by name; the flows it uses are played in every other order by `engine_flows` too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)] // a test that cannot go on fails

#[path = "common/bridge.rs"]
mod bridge;
#[path = "common/flow.rs"]
mod flow;
#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;

use std::path::Path;
use std::time::{Duration, Instant};

use bridge::{Bridge, Plan};
use ctibridge::engine::command::Command;
use ctibridge::engine::event::{EndCause, Event};
use ctibridge::engine::model::{AgentId, Capabilities};
use ctibridge::engine::note::Note;
use ctibridge::engine::record::Moment;
use ctibridge::engine::{Engine, Input, LinkChange, ServiceStatus, Settings};
use ctibridge::protocol::masks::ServiceMask;
use ctibridge::protocol::message::{AgentStateEvent, CallHeldEvent, CallRetrievedEvent};
use ctibridge::protocol::values::{AgentState, LocalConnectionState};
use ctibridge::protocol::{Message, ProtocolVersion, Text};
use ctibridge::simulator::{Command as Control, Side, SideAction};
use ctibridge::time::Now;
use flow::{Bench, flow_named, parse_text};
use house::House;
use serde_json::json;

fn play(name: &str) -> Bench {
    let mut bench = Bench::new();
    bench.play(&flow_named(name));
    bench
}

fn written(text: &str) -> flow::Flow {
    parse_text(Path::new("written here"), text)
}

/// A desktop whose agent talks to a customer; the conversation's address.
async fn talking(house: &House) -> (house::Desk, String) {
    let mut desk = house.ready("1001").await;
    house.call("1001").await;
    let created = desk.then_named("conversation.created").await;
    let id = created["data"]["conversation"]["id"].as_str().unwrap().to_owned();
    let target = created["target"].as_str().unwrap();
    let conversation = format!("{}.{id}", target.strip_suffix(&format!(".{id}")).unwrap_or(target));
    desk.succeeds("conversation.answer", &conversation, json!({})).await;
    desk.then_state("conversation", "CONNECTED").await;
    (desk, conversation)
}

fn count(desk: &house::Desk, name: &str) -> usize {
    desk.log.iter().filter(|event| event["name"] == name).count()
}

/// C1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peripheral_goes_off_line_and_comes_back_in_a_call() {
    for end_calls in [false, true] {
        let house = House::start().await;
        let (mut desk, conversation) = talking(&house).await;
        let began = Instant::now();
        house.control("POST", "/peripherals/5000", json!({ "state": "offline", "endCalls": end_calls })).await;
        let shown = desk.then("the outage", |event| event["data"]["channel"]["outage"] == "PERIPHERAL_OFFLINE").await;
        println!("endCalls {end_calls}: shown after {:?}", began.elapsed());
        assert_eq!(shown["data"]["channel"]["state"], "INACTIVE");
        desk.then_state("channel", "INACTIVE").await;
        assert_eq!(desk.fails("conversation.hold", Some(&conversation), json!({})).await, "CHANNEL_NOT_ACTIVE");
        house.control("POST", "/peripherals/5000", json!({ "state": "online" })).await;
        desk.then_state("channel", "ACTIVE").await;
        desk.then("the buttons", |event| {
            event["state"]["object"] == "conversation"
                && event["data"].to_string().contains(r#"{"name":"conversation.hold","type":"enable"}"#)
        })
        .await;
        desk.succeeds("conversation.hold", &conversation, json!({})).await;
        desk.then_state("conversation", "HELD").await;
        assert_eq!(count(&desk, "interaction.created"), 1, "{}", desk.told());
        assert_eq!(count(&desk, "interaction.screenpop"), 1, "{}", desk.told());
        assert_eq!(count(&desk, "interaction.ended"), 0, "{}", desk.told());
        house.stop().await;
    }
}

/// C1: what was true changed while the peripheral was away.
#[test]
fn calls_that_ended_while_the_peripheral_was_away_are_closed_as_lost() {
    play("peripheral-offline-and-back");
    play("peripheral-offline-call-over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gateway_controller_and_phone_outages_are_shown_and_healed() {
    let house = House::start().await;
    let (mut desk, _) = talking(&house).await;
    let mut other = house.ready("1002").await;
    let gateway = |event: &'static str| house.control("POST", "/gateway", json!({ "event": event }));

    let began = Instant::now();
    gateway("gatewayOffline").await;
    desk.then_service("OutOfService").await;
    println!("gateway: shown after {:?}", began.elapsed());
    desk.then_state("channel", "INACTIVE").await;
    let channel = desk.channel();
    assert_eq!(desk.fails("channel.ready", Some(&channel), json!({})).await, "CTI_OFFLINE");
    gateway("gatewayOnline").await;
    desk.then_state("channel", "ACTIVE").await;
    desk.then_service("InService").await;
    other.then_service("InService").await;

    let began = Instant::now();
    gateway("centralControllerOffline").await;
    let limited = desk.then_named("service.status").await;
    println!("central controller: shown after {:?}", began.elapsed());
    assert_eq!((&limited["data"]["status"], &limited["data"]["limited"]), (&json!("InService"), &json!("CENTRAL_CONTROLLER_OFFLINE")));
    gateway("centralControllerOnline").await;
    assert_eq!(desk.then_named("service.status").await["data"].get("limited"), None);

    let began = Instant::now();
    house.control("POST", "/phones/3002", json!({ "action": "outOfService" })).await;
    other.then("the outage", |event| event["data"]["channel"]["outage"] == "INSTRUMENT_OUT_OF_SERVICE").await;
    println!("phone: shown after {:?}", began.elapsed());
    other.then_state("channel", "INACTIVE").await;
    house.control("POST", "/phones/3002", json!({ "action": "backInService" })).await;
    other.then("the phone", |event| event["name"] == "channel.infochanged" && event["data"]["channel"].get("outage").is_none()).await;
    let (channel, extension) = (other.group(), json!({ "options": {} }));
    other.succeeds("channelgroup.request.activateall", &channel, extension).await;
    other.then_state("channel", "ACTIVE").await;
    let told = desk.told();
    assert!(!told.contains("INSTRUMENT_OUT_OF_SERVICE"), "another agent was told: {told}");
    assert_eq!(count(&desk, "interaction.created"), 1, "{told}");
    house.stop().await;
}

/// C2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_begins_again_after_a_switch_stays_one_contact() {
    let bench = play("begun-again-after-failover");
    for moment in [Moment::BeginCall, Moment::Alerting, Moment::Established] {
        assert_eq!(bench.records.iter().filter(|record| record.moment == moment).count(), 1, "{moment:?}");
    }
    // The same on sockets: the standby side tells all calls again when it takes over.
    let mut bridge = Bridge::start(Plan::default()).await;
    bridge.sign_in_ready(&["1001"]).await;
    bridge.call("1001").await;
    bridge.until("the call", |engine| !engine.interactions(&"1001".into()).is_empty()).await;
    let leg = bridge.engine.interactions(&"1001".into())[0].1[0];
    bridge.does("1001", Command::Answer(leg)).await;
    bridge.agree(&["1001"]).await;
    bridge.stop_active_side().await;
    bridge.until("out of service", |engine| engine.service() == ServiceStatus::OutOfService).await;
    bridge.until("in service", |engine| engine.service() == ServiceStatus::InService).await;
    bridge.agree(&["1001"]).await;
    let told = bridge.told_to("1001", 0);
    assert_eq!(told.iter().filter(|event| matches!(event, Event::InteractionCreated { .. })).count(), 1);
    assert_eq!(told.iter().filter(|event| matches!(event, Event::Screenpop { .. })).count(), 1);
    for moment in [Moment::BeginCall, Moment::Established] {
        let moments = bridge.records.iter().filter(|record| record.moment == moment && record.agent == Some("1001".into()));
        assert_eq!(moments.count(), 1, "{moment:?}");
    }
    bridge.stop().await;
}

/// C3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_in_the_gap_is_found_and_marked() {
    for version in [24, 20] {
        let mut bridge = Bridge::start(Plan { version, ..Plan::default() }).await;
        let agents = ["1001", "1002", "1003", "1004"];
        bridge.sign_in_ready(&agents[..3]).await;
        bridge.sign_in(&agents[3..]).await;
        let ended = bridge.call("1001").await;
        bridge.until("the call", |engine| !engine.interactions(&"1001".into()).is_empty()).await;
        let leg = bridge.engine.interactions(&"1001".into())[0].1[0];
        bridge.does("1001", Command::Answer(leg)).await;
        bridge.agree(&agents).await;
        // Both sides are away, so that nothing of it is told.
        for side in [Side::B, Side::A] {
            bridge.control(Control::Side(side, SideAction::Stop)).await;
        }
        bridge.until("out of service", |engine| engine.service() == ServiceStatus::OutOfService).await;
        let from = (bridge.told.len(), bridge.records.len());
        let hangup = || serde_json::from_str("\"hangup\"").unwrap();
        bridge.control(Control::FarEnd(ended, hangup())).await;
        let begun = bridge.call("1002").await;
        let unseen = bridge.call("1003").await;
        bridge.control(Control::FarEnd(unseen, hangup())).await;
        bridge.control(Control::Agent("1004".into(), "AVAILABLE".into(), None)).await;
        bridge.control(Control::Side(Side::A, SideAction::Start)).await;
        bridge.until("in service", |engine| engine.service() == ServiceStatus::InService).await;
        bridge.agree(&agents).await;

        let told = |agent: &str| bridge.told_to(agent, from.0);
        let is_lost = |event: &&Event| matches!(event, Event::InteractionEnded { cause: Some(EndCause::LostInFailover), .. });
        assert_eq!(told("1001").into_iter().filter(is_lost).count(), 1, "{}", bridge.story());
        let lost = bridge.records[from.1..].iter().find(|record| record.detail.as_deref() == Some("lost in failover")).unwrap();
        assert!(lost.estimated && lost.call_id == Some(ended));
        let is_found = |event: &&Event| matches!(event, Event::ConversationCreated { call_id, .. } if *call_id == begun);
        assert_eq!(told("1002").into_iter().filter(is_found).count(), 1, "{}", bridge.story());
        let offer = told("1002").into_iter().find_map(|event| match event {
            Event::Preview { contact, .. } | Event::Screenpop { contact, .. } => Some(contact.is_recovered),
            _ => None,
        });
        assert_eq!(offer, Some(true), "marked as found");
        assert!(!told("1003").iter().any(|event| event.interaction().is_some()), "nobody knows of it: {}", bridge.story());
        let state = bridge.engine.agent(&"1004".into()).unwrap();
        assert!(state.state == AgentState::AVAILABLE && state.since_is_estimated);
        assert!(bridge.notes.iter().any(|note| matches!(note, Note::Resynchronised { lost: 1, found: 1, .. })), "{:?}", bridge.notes);
        bridge.stop().await;
    }
}

/// C3: an agent who changed the desk, and contacts that a transfer changed, in the gap.
#[test]
fn agents_that_moved_and_parties_that_changed_in_the_gap_are_told() {
    play("moved-in-the-gap");
    play("changed-in-the-gap");
    play("consult-found-after-restart");
}

/// C4
#[test]
fn events_out_of_order_are_taken_as_far_as_they_go_and_counted() {
    let bench = play("events-out-of-order");
    let strange =
        |what: &str| bench.notes.iter().filter(|note| matches!(note, Note::Unexpected { what: w } if w.starts_with(what))).count();
    for what in
        ["CALL_DATA_UPDATE of an unknown", "CALL_ESTABLISHED without", "END_CALL of a connection", "CALL_CONNECTION_CLEARED after END_CALL"]
    {
        assert_eq!(strange(what), 1, "{what}: {:?}", bench.notes);
    }
}

/// C5
#[test]
fn a_call_id_that_is_used_again_is_another_call() {
    play("call-id-used-again");
}

/// C5: the same ids at two peripherals of one gateway.
#[test]
fn the_same_call_id_at_two_peripherals_is_two_calls() {
    let mut bench = Bench::with(Settings::default());
    bench.play(&written(
        "agent 1001 AgentState=3 AgentExtension=3001 AgentInstrument=3001
         agent 2001 AgentState=3 AgentExtension=4001 AgentInstrument=4001
         cti SYSTEM_EVENT SystemEventID=3 SystemEventArg1=5000
         cti AGENT_STATE_EVENT PeripheralID=5000 AgentState=3 AgentID=1001 AgentExtension=3001 AgentInstrument=3001
         cti AGENT_STATE_EVENT PeripheralID=5001 AgentState=3 AgentID=2001 AgentExtension=4001 AgentInstrument=4001
         cti BEGIN_CALL_EVENT PeripheralID=5000 ConnectionCallID=78 ConnectionDeviceID=3001 CallType=6 ANI=+41445550123 DialedNumber=8001
         cti CALL_DELIVERED_EVENT PeripheralID=5000 ConnectionCallID=78 ConnectionDeviceID=3001 LocalConnectionState=ALERTING AlertingDeviceID=3001
         cti BEGIN_CALL_EVENT PeripheralID=5001 ConnectionCallID=78 ConnectionDeviceID=4001 CallType=6 ANI=+41227650000 DialedNumber=8001
         cti CALL_DELIVERED_EVENT PeripheralID=5001 ConnectionCallID=78 ConnectionDeviceID=4001 LocalConnectionState=ALERTING AlertingDeviceID=4001
         want 1001 preview #1 ani=+41445550123
         want 2001 preview #2 ani=+41227650000
         cti CALL_CLEARED_EVENT PeripheralID=5001 ConnectionCallID=78 ConnectionDeviceID=4001
         cti END_CALL_EVENT PeripheralID=5001 ConnectionCallID=78 ConnectionDeviceID=4001
         want 2001 interaction.ended #2 RELEASED
         picture 1001 AVAILABLE ACTIVE interaction=ALERTING leg=ALERTING
         never interaction.ended #1",
    ));
}

/// C6
#[test]
fn a_leg_that_clears_in_the_moment_of_the_transfer_leaves_no_ghost() {
    play("customer-leaves-at-the-transfer");
}

/// C7: the newest desktop wins when it insists, and the other one is told why; without insisting it is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_signs_in_a_second_time_is_asked_and_the_first_desktop_told() {
    let house = House::start().await;
    let (mut desk, _) = talking(&house).await;
    let mut second = house.desk().await;
    let credentials = |insists: bool| json!({ "agent": { "id": "1001", "password": "1234" }, "override": insists });
    let asked = second.when("prepareSession", None, credentials(false)).await;
    assert_eq!(asked["result"], "confirm", "{asked}");
    let taken = second.when("prepareSession", None, credentials(true)).await;
    assert_eq!(taken["result"], "success", "{taken}");
    let disposed = desk.then_named("session.disposed").await;
    assert_eq!(disposed["data"]["reason"], "override");
    assert_eq!(desk.then_closed().await, 4001);
    let session = taken["data"]["resourceId"].as_str().unwrap().to_owned();
    second.succeeds("session.start", &session, json!({})).await;
    second.then_named("session.initialized").await;
    assert!(second.told().contains(r#""current":"CONNECTED""#), "the call is the second desktop's: {}", second.told());
    house.stop().await;
}

/// C8
#[test]
fn an_agent_who_is_logged_out_in_a_call_keeps_it_without_buttons() {
    let mut bench = Bench::new();
    let flow = flow_named("logged-out-in-a-call");
    for (_, step) in &flow.steps {
        bench.run(step);
        let agent = AgentId::from("1001");
        if bench.engine.agent(&agent).is_some_and(|agent| agent.state == AgentState::LOGOUT) {
            for event in bench.engine.picture(&agent) {
                match event {
                    Event::InteractionState { change, .. } => assert!(change.enabled.is_empty(), "{change:?}"),
                    Event::ConversationState { change, .. } => assert!(change.enabled.is_empty(), "{change:?}"),
                    _ => {}
                }
            }
        }
    }
    bench.check_answers();
}

/// B12: what the server does not grant is switched off and shown, and does not fail later.
#[test]
fn without_control_of_phones_no_button_is_offered_and_the_reason_is_shown() {
    let mut bench = Bench::new();
    bench.play(&written("agent 1001 AgentState=3 AgentExtension=3001 AgentInstrument=3001\ndo lookup 1001\npicture 1001 AVAILABLE ACTIVE"));
    bench.link(false);
    bench.link_with(ServiceMask::ALL_EVENTS);
    let shown: Vec<_> = bench.all_said.iter().filter(|said| said.ends_with("NOT_GRANTED")).collect();
    assert_eq!(shown.len(), 1, "{:?}", bench.all_said);
    bench.play(&written("picture 1001 AVAILABLE INACTIVE\ndo notready 1001\nwant reply failure CHANNEL_NOT_ACTIVE"));
    for event in bench.engine.picture(&AgentId::from("1001")) {
        if let Event::ChannelState(change) = event {
            assert!(!change.enabled.intersects(Capabilities::CHANNEL_DIAL | Capabilities::CHANNEL_READY), "{change:?}");
        }
    }
    bench.link(false);
    bench.link(true);
    bench.play(&written("picture 1001 AVAILABLE ACTIVE"));
    bench.check_answers();
}

/// C9: 5,000 agents change within a second while somebody holds and retrieves. The arrival is virtual, the work is real: how
/// long a live call's event waits behind the storm.
#[test]
fn a_storm_of_five_thousand_agents_does_not_hold_up_a_live_call() {
    let mut now = Now { mono: Instant::now(), wall: "2026-01-05T08:00:00Z".parse().unwrap() };
    let mut engine = Engine::new(Settings { peripheral_id: Some(5000), ..Settings::default() }, 7, now);
    let version = ProtocolVersion::new(24).unwrap();
    engine.handle(now, Input::Link(LinkChange::Up { version, services: flow::SERVICES }));
    let state = |at: usize, state: AgentState| -> Message<'static> {
        AgentStateEvent {
            peripheral_id: 5000,
            mrd_id: 1,
            agent_state: state,
            agent_id: Some(Text::from((10_000 + at).to_string())),
            agent_extension: Some(Text::from((30_000 + at).to_string())),
            agent_instrument: Some(Text::from((30_000 + at).to_string())),
            ..AgentStateEvent::default()
        }
        .into()
    };
    let drain = |engine: &mut Engine| while engine.poll_output().is_some() {};
    for at in 0..5_000 {
        engine.handle(now, Input::Event(state(at, AgentState::AVAILABLE)));
        drain(&mut engine);
    }
    let mut bench = Bench::new();
    std::mem::swap(&mut bench.engine, &mut engine);
    bench.play(&written(
        "cti BEGIN_CALL_EVENT ConnectionCallID=78 ConnectionDeviceID=30000 CallType=6 ANI=+41445550123 DialedNumber=8001
         cti CALL_DELIVERED_EVENT ConnectionCallID=78 ConnectionDeviceID=30000 LocalConnectionState=ALERTING AlertingDeviceID=30000
         cti CALL_ESTABLISHED_EVENT ConnectionCallID=78 ConnectionDeviceID=30000 LocalConnectionState=CONNECT AnsweringDeviceID=30000
         want 10000 conversation #1 CONNECTED",
    ));
    std::mem::swap(&mut bench.engine, &mut engine);
    let live = |held: bool| -> Message<'static> {
        let (id, device) = (78, Some(Text::from("30000")));
        if held {
            CallHeldEvent { peripheral_id: 5000, connection_call_id: id, connection_device_id: device, ..CallHeldEvent::default() }.into()
        } else {
            CallRetrievedEvent {
                peripheral_id: 5000,
                connection_call_id: id,
                connection_device_id: device,
                local_connection_state: LocalConnectionState::CONNECT,
                ..CallRetrievedEvent::default()
            }
            .into()
        }
    };
    let mut free_at = Duration::ZERO;
    let mut waits = Vec::new();
    let mut work = Duration::ZERO;
    for at in 0..5_000 {
        let arrival = Duration::from_micros(200) * at as u32;
        now = now.later(Duration::from_micros(200));
        let is_live = at % 25 == 24;
        let messages = [Some(state(at, AgentState::NOT_READY)), is_live.then(|| live(at % 50 == 24))];
        for message in messages.into_iter().flatten() {
            let started = Instant::now();
            engine.handle(now, Input::Event(message));
            let mut told = 0;
            while let Some(output) = engine.poll_output() {
                told += usize::from(matches!(output, ctibridge::engine::Output::Event(..)));
            }
            let took = started.elapsed();
            assert!(told > 0);
            work += took;
            free_at = free_at.max(arrival) + took;
        }
        if is_live {
            waits.push(free_at - arrival);
        }
    }
    waits.sort();
    let p99 = waits[waits.len() * 99 / 100];
    println!("5,000 agents in a second: {work:?} of work, live events wait {:?} (median), {p99:?} (p99)", waits[waits.len() / 2]);
    // Ten times the aim of 250 ms: the build is not optimised and the machine not quiet.
    assert!(p99 < Duration::from_millis(2_500), "{p99:?}");
}

/// C10
#[test]
fn commands_go_to_the_right_one_of_several_calls() {
    let mut bench = Bench::new();
    bench.play(&written(
        "agent 1001 AgentState=4 AgentExtension=3001 AgentInstrument=3001
         do lookup 1001
         cti BEGIN_CALL_EVENT ConnectionCallID=78 ConnectionDeviceID=3001 CallType=6 ANI=+41445550123 DialedNumber=8001
         cti CALL_DELIVERED_EVENT ConnectionCallID=78 ConnectionDeviceID=3001 LocalConnectionState=ALERTING AlertingDeviceID=3001 CallingDeviceID=+41445550123
         cti CALL_ESTABLISHED_EVENT ConnectionCallID=78 ConnectionDeviceID=3001 LocalConnectionState=CONNECT AnsweringDeviceID=3001
         do consult 1001 to=3002
         answer CONSULTATION_CALL_CONF NewConnectionCallID=79 NewConnectionDeviceID=3001
         cti CALL_HELD_EVENT ConnectionCallID=78 ConnectionDeviceID=3001 LocalConnectionState=HOLD HoldingDeviceID=3001
         cti BEGIN_CALL_EVENT ConnectionCallID=79 ConnectionDeviceID=3001 CallType=12 ANI=3001 DialedNumber=3002
         cti CALL_ORIGINATED_EVENT ConnectionCallID=79 ConnectionDeviceID=3001 LocalConnectionState=INITIATE CallingDeviceID=3001 CalledDeviceID=3002
         cti CALL_ESTABLISHED_EVENT ConnectionCallID=79 ConnectionDeviceID=3001 LocalConnectionState=CONNECT AnsweringDeviceID=3002 CallingDeviceID=3001
         cti BEGIN_CALL_EVENT ConnectionCallID=80 ConnectionDeviceID=3001 CallType=6 ANI=+41227650000 DialedNumber=3001
         cti CALL_DELIVERED_EVENT ConnectionCallID=80 ConnectionDeviceID=3001 LocalConnectionState=ALERTING AlertingDeviceID=3001 CallingDeviceID=+41227650000
         want 1001 interaction.created #2 Inbound
         picture 1001 TALKING ACTIVE interaction=STARTED leg=HELD leg=CONNECTED interaction=ALERTING leg=ALERTING",
    ));
    let contacts = bench.engine.interactions(&"1001".into());
    let (first, second) = (&contacts[0], &contacts[1]);
    let (primary, consult, ringing) = (first.1[0], first.1[1], second.1[0]);
    let sent = |bench: &mut Bench, command: Command| -> u32 {
        let id = ctibridge::engine::command::CommandId(900 + bench.requests.len() as u64);
        bench.input(Input::Command(id, "1001".into(), command));
        let call = match bench.last_request.take().expect("a request") {
            Message::AnswerCallReq(request) => request.connection_call_id,
            Message::HoldCallReq(request) => request.connection_call_id,
            Message::ClearConnectionReq(request) => request.connection_call_id,
            Message::SetCallDataReq(request) => request.connection_call_id,
            Message::ReconnectCallReq(request) => request.active_connection_call_id,
            other => panic!("{other:?}"),
        };
        assert!(bench.try_answer("CONTROL_FAILURE_CONF", &[("FailureCode".into(), "70".into())]));
        call
    };
    assert_eq!(sent(&mut bench, Command::Answer(ringing)), 80);
    assert_eq!(sent(&mut bench, Command::Hold(consult)), 79);
    assert_eq!(sent(&mut bench, Command::Release(primary)), 78);
    assert_eq!(sent(&mut bench, Command::Release(ringing)), 80);
    assert_eq!(sent(&mut bench, Command::Reject(second.0)), 80);
    assert_eq!(sent(&mut bench, Command::Reconnect(first.0)), 79);
    let data = |id| Command::SetData { interaction: id, key: "callVariable1".into(), value: "x".into() };
    assert_eq!(sent(&mut bench, data(first.0)), 78);
    assert_eq!(sent(&mut bench, data(second.0)), 80);
}

//! Sequences that no other story here shows: what comes, in which order, with which values.

use ctibridge::protocol::Message;
use ctibridge::protocol::message::{AgentDeskSettingsReq, BadCallReq, SetCallDataReq};
use ctibridge::protocol::values::{AgentState, EventCause, WrapupDataMode};
use ctibridge::protocol::wire::{NamedArray, NamedVariable};
use ctibridge::simulator::world::{FarEnd, PhoneAction};
use ctibridge::simulator::{Command, InboundCall, Running};

use crate::client::Client;
use crate::stories::{answer, clear, far_end, hold};
use crate::{agent, call, decoded, settings, start};

fn data(client: &mut Client, call: u32, device: &'static str) -> SetCallDataReq<'static> {
    SetCallDataReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: call,
        connection_device_id: Some(device.into()),
        ..SetCallDataReq::default()
    }
}

async fn press(running: &Running, device: &str, action: PhoneAction) {
    running.handle().control(Command::Phone(device.to_owned(), action)).await.unwrap();
}

#[tokio::test]
async fn a_preview_is_accepted_skipped_or_cancelled_by_call_data() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    // The preview kind shows its direction, 6; the artificial call rings, is decided by data and ends before anything else.
    for (response, state) in
        [("Skip", "AVAILABLE"), ("Reject-Close", "AVAILABLE"), ("Cancel Reservation", "NOT_READY"), ("Accept", "TALKING")]
    {
        client.set_state("1001", "3001", AgentState::AVAILABLE).await;
        client.said().await;
        let preview = InboundCall {
            from: "+41315550107".to_owned(),
            agent: Some("1001".to_owned()),
            call_type: Some(17),
            ecc_variables: vec![("BAStatus".to_owned(), "DO".to_owned())],
            ..InboundCall::default()
        };
        let id = running.handle().place_call(preview).await.unwrap();
        let frames = client.all_said().await;
        let names: Vec<_> = frames.iter().map(Client::name).collect();
        assert_eq!(names, ["AGENT_PRE_CALL_EVENT", "AGENT_STATE_EVENT", "BEGIN_CALL_EVENT", "CALL_DELIVERED_EVENT"]);
        let reserved = decoded!(client, frames[1], AgentStateEvent);
        assert_eq!((reserved.agent_state, reserved.direction.map(|direction| direction.0)), (AgentState::RESERVED, Some(6)));
        assert_eq!(decoded!(client, frames[2], BeginCallEvent).call_type.0, 17);
        assert_eq!(decoded!(client, frames[3], CallDeliveredEvent).event_cause, EventCause::NEW_CALL);
        let mut request = data(&mut client, id, "3001");
        request.named_variables.push(NamedVariable { name: "BAResponse".into(), value: response.into() });
        client.done(request, "SET_CALL_DATA_CONF").await;
        let frames = client.all_said().await;
        let of_call: Vec<_> = frames.iter().map(Client::name).filter(|name| *name != "AGENT_STATE_EVENT").take(4).collect();
        assert_eq!(
            of_call,
            ["CALL_DATA_UPDATE_EVENT", "CALL_CONNECTION_CLEARED_EVENT", "CALL_CLEARED_EVENT", "END_CALL_EVENT"],
            "{response}"
        );
        assert_eq!(agent(&running, "1001").await.0, state, "{response}");
        if response == "Accept" {
            let begin = frames.iter().rfind(|frame| Client::name(frame) == "BEGIN_CALL_EVENT").unwrap();
            let begin = decoded!(client, begin, BeginCallEvent);
            assert_ne!(begin.connection_call_id, id, "the customer's call is another one");
        }
    }
    running.shutdown().await;
}

#[tokio::test]
async fn arrays_that_a_client_sets_reach_everybody_element_by_element() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    let mut other = Client::open(running.side_a, 15).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    other.said().await;
    let mut request = data(&mut client, id, "3001");
    for (index, value) in [(0, "zero"), (3, "three")] {
        request.named_arrays.push(NamedArray { index, name: "user.list".into(), value: value.into() });
    }
    client.done(request, "SET_CALL_DATA_CONF").await;
    let mut request = data(&mut client, id, "3001");
    request.named_arrays.push(NamedArray { index: 3, name: "user.list".into(), value: "drei".into() });
    client.done(request, "SET_CALL_DATA_CONF").await;
    other.expect("CALL_DATA_UPDATE_EVENT").await;
    let update = other.expect("CALL_DATA_UPDATE_EVENT").await;
    let update = decoded!(other, update, CallDataUpdateEvent);
    let elements: Vec<_> = update.named_arrays.iter().map(|element| (element.index, element.value.to_string())).collect();
    assert_eq!(elements, [(0, "zero".to_owned()), (3, "drei".to_owned())]);
    assert_eq!(update.new_connection_call_id, id, "nothing moved");
    running.shutdown().await;
}

#[tokio::test]
async fn a_bad_call_is_taken_down_while_it_lasts_and_just_after() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let id = call(&running, "+41445550123", "1001").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    for _ in 0..2 {
        let request = BadCallReq {
            invoke_id: client.next_invoke(),
            peripheral_id: 5000,
            connection_call_id: id,
            connection_device_id: Some("3001".into()),
            ..BadCallReq::default()
        };
        client.done(request, "BAD_CALL_CONF").await;
        let _ = running.handle().control(Command::FarEnd(id, FarEnd::Hangup)).await;
    }
    running.shutdown().await;
}

#[tokio::test]
async fn desk_settings_tell_what_an_agent_needs() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    for (agent, mask, incoming) in [("1001", 0, WrapupDataMode::REQUIRED), ("1011", 0x18, WrapupDataMode::REQUIRED_WITH_DATA)] {
        let request = AgentDeskSettingsReq { invoke_id: client.next_invoke(), peripheral_id: 5000, agent_id: Some(agent.into()) };
        let conf = client.done(request, "AGENT_DESK_SETTINGS_CONF").await;
        let desk = decoded!(client, conf, AgentDeskSettingsConf);
        assert_eq!((desk.desk_settings_mask.bits() & 0x18, desk.wrapup_data_incoming_mode), (mask, incoming), "{agent}");
        assert_eq!((desk.wrapup_data_outgoing_mode, desk.work_mode_timer, desk.ring_no_answer_time), (WrapupDataMode::OPTIONAL, 30, 20));
    }
    running.shutdown().await;
}

#[tokio::test]
async fn shuffled_events_keep_what_the_protocol_promises() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    let patch = serde_json::json!({ "shuffleEvents": 11 });
    running.handle().control(Command::Behaviour(patch.as_object().unwrap().clone())).await.unwrap();
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..8 {
        client.set_state("1001", "3001", AgentState::AVAILABLE).await;
        let id = call(&running, "+41445550123", "1001").await;
        press(&running, "3001", PhoneAction::Answer).await;
        let request = hold(&mut client, id, "3001");
        client.done(request, "HOLD_CALL_CONF").await;
        far_end(&running, id, FarEnd::Hangup).await;
        let mut names = Vec::new();
        let mut states = Vec::new();
        while names.last() != Some(&"END_CALL_EVENT") || states.last() != Some(&AgentState::WORK_READY) {
            let frame = client.frame().await.unwrap();
            match Client::name(&frame) {
                "AGENT_STATE_EVENT" => states.push(decoded!(client, frame, AgentStateEvent).agent_state),
                name if name.starts_with("CALL_") || name.ends_with("_CALL_EVENT") => names.push(name),
                _ => {}
            }
            orders.insert((names.len(), states.len()));
        }
        names.retain(|name| *name != "AGENT_PRE_CALL_EVENT");
        assert_eq!((names.first(), names.last()), (Some(&"BEGIN_CALL_EVENT"), Some(&"END_CALL_EVENT")), "{names:?}");
        let own: Vec<_> = states.iter().rev().take(4).rev().map(|state| state.0).collect();
        assert_eq!(own, [8, 4, 10, 6], "an agent's states keep their order: {states:?}");
    }
    assert!(orders.len() > 12, "states moved against the call's events: {orders:?}");
    running.shutdown().await;
}

#[tokio::test]
async fn a_call_that_is_put_back_and_forth_ends_at_every_phone_once() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    for (agent, device) in [("1001", "3001"), ("1002", "3002"), ("1003", "3003")] {
        client.ready(agent, device).await;
    }
    let id = call(&running, "+41445550123", "1001").await;
    let mut frames = client.all_said().await;
    press(&running, "3001", PhoneAction::Answer).await;
    press(&running, "3001", PhoneAction::Consult("3002".to_owned())).await;
    press(&running, "3002", PhoneAction::Answer).await;
    press(&running, "3001", PhoneAction::Transfer).await;
    press(&running, "3002", PhoneAction::Consult("3003".to_owned())).await;
    press(&running, "3003", PhoneAction::Answer).await;
    press(&running, "3002", PhoneAction::Conference).await;
    frames.extend(client.all_said().await);
    for device in ["3002", "3003"] {
        let request = clear(&mut client, id, device);
        client.done(request, "CLEAR_CONNECTION_CONF").await;
    }
    frames.extend(client.all_said().await);
    // BEGIN first, END last, each once, for every connection; nothing before or behind.
    let mut open = std::collections::BTreeSet::new();
    for frame in &frames {
        let message = Message::decode(frame, &mut ctibridge::protocol::wire::Context::new(client.version)).unwrap();
        match message {
            Message::BeginCallEvent(event) => {
                let key = (event.connection_call_id, event.connection_device_id.unwrap().to_string());
                assert!(open.insert(key.clone()), "{key:?} begins twice");
            }
            Message::EndCallEvent(event) => {
                let key = (event.connection_call_id, event.connection_device_id.unwrap().to_string());
                assert!(open.remove(&key), "{key:?} ends without a beginning");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} never ended");
    running.shutdown().await;
}

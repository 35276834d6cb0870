//! Consult and what it leads to, supervisors, help, recording, questions.

use std::time::Duration;

use ctibridge::protocol::masks::ConfigMsgMask;
use ctibridge::protocol::message::{
    AlternateCallReq, ConferenceCallReq, ConfigRequestEvent, ConfigRequestKeyEvent, ConsultationCallReq, EmergencyCallReq,
    QueryAgentStatisticsReq, QuerySkillGroupStatisticsReq, ReconnectCallReq, SendDtmfSignalReq, StartNetworkRecordingReq, SuperviseCallReq,
    TransferCallReq, UserMessageReq,
};
use ctibridge::protocol::values::{AgentState, ControlFailureCode, EventCause, MessageDistribution, StatusCode, SupervisoryAction};
use ctibridge::simulator::Running;
use ctibridge::simulator::world::FarEnd;

use crate::client::Client;
use crate::stories::{answer, clear, far_end, hold};
use crate::{agent, call, decoded, parties, settings, start, truth};

/// Agents 1001 to 1003 ready, a customer talks to 1001.
async fn talking() -> (Running, Client, u32) {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    for (agent, device) in [("1001", "3001"), ("1002", "3002"), ("1003", "3003")] {
        client.ready(agent, device).await;
    }
    let id = call(&running, "+41445550123", "1001").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    (running, client, id)
}

fn consult(client: &mut Client, call: u32, device: &str, number: &str) -> ConsultationCallReq<'static> {
    ConsultationCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        active_connection_call_id: call,
        active_connection_device_id: Some(device.to_owned().into()),
        dialed_number: Some(number.to_owned().into()),
        agent_instrument: Some(device.to_owned().into()),
        ..ConsultationCallReq::default()
    }
}

/// Consults `number` from `call` at `device`, and the other agent answers.
async fn consulting(client: &mut Client, call: u32, device: &str, number: &str) -> u32 {
    let request = consult(client, call, device, number);
    let conf = client.done(request, "CONSULTATION_CALL_CONF").await;
    let id = decoded!(client, conf, ConsultationCallConf).new_connection_call_id;
    let request = answer(client, id, number);
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    id
}

fn alternate(client: &mut Client, active: u32, other: u32) -> AlternateCallReq<'static> {
    AlternateCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        active_connection_call_id: active,
        other_connection_call_id: other,
        active_connection_device_id: Some("3001".into()),
        other_connection_device_id: Some("3001".into()),
        ..AlternateCallReq::default()
    }
}

fn transfer(client: &mut Client, active: u32, held: u32) -> TransferCallReq<'static> {
    TransferCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        active_connection_call_id: active,
        held_connection_call_id: held,
        active_connection_device_id: Some("3001".into()),
        held_connection_device_id: Some("3001".into()),
        ..TransferCallReq::default()
    }
}

fn conference(client: &mut Client, held: u32, active: u32, device: &'static str) -> ConferenceCallReq<'static> {
    ConferenceCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        held_connection_call_id: held,
        active_connection_call_id: active,
        active_connection_device_id: Some(device.into()),
        held_connection_device_id: Some(device.into()),
        ..ConferenceCallReq::default()
    }
}

#[tokio::test]
async fn a_consult_holds_the_original_and_tells_in_the_logged_order() {
    let (running, mut client, id) = talking().await;
    let request = consult(&mut client, id, "3001", "3002");
    client.done(request, "CONSULTATION_CALL_CONF").await;
    let frames = client.all_said().await;
    let names: Vec<_> = frames.iter().map(Client::name).filter(|name| !name.starts_with("RTP") && *name != "AGENT_STATE_EVENT").collect();
    assert_eq!(
        names,
        [
            "CALL_HELD_EVENT",
            "BEGIN_CALL_EVENT",
            "CALL_SERVICE_INITIATED_EVENT",
            "CALL_ORIGINATED_EVENT",
            "BEGIN_CALL_EVENT",
            "CALL_DELIVERED_EVENT",
            "CALL_DELIVERED_EVENT"
        ]
    );
    let begin = frames.iter().find(|frame| Client::name(frame) == "BEGIN_CALL_EVENT").unwrap();
    let begin = decoded!(client, begin, BeginCallEvent);
    assert_eq!((begin.call_type.0, begin.ani.as_deref()), (12, Some("3001")));
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("TALKING", "RESERVED"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_transfer_keeps_the_held_call_and_frees_the_first_agent() {
    let (running, mut client, id) = talking().await;
    let second = consulting(&mut client, id, "3001", "3002").await;
    // After one alternate the original talks: not to be completed like that.
    let request = alternate(&mut client, second, id);
    client.done(request, "ALTERNATE_CALL_CONF").await;
    assert_eq!(agent(&running, "1001").await.0, "TALKING");
    let request = transfer(&mut client, id, second);
    client.done(request, "CONTROL_FAILURE_CONF").await;
    let request = alternate(&mut client, id, second);
    client.done(request, "ALTERNATE_CALL_CONF").await;
    client.said().await;
    let request = transfer(&mut client, second, id);
    let conf = client.done(request, "TRANSFER_CALL_CONF").await;
    let conf = decoded!(client, conf, TransferCallConf);
    assert_eq!(conf.new_connection_call_id, id);
    let devices: Vec<_> = conf.connected_parties.iter().map(|party| party.connected_party_device_id.unwrap().to_string()).collect();
    assert_eq!(devices, ["+41445550123", "3002"]);
    let frames = client.all_said().await;
    let transferred = frames.iter().find(|frame| Client::name(frame) == "CALL_TRANSFERRED_EVENT").unwrap();
    let transferred = decoded!(client, transferred, CallTransferredEvent);
    assert_eq!((transferred.primary_call_id, transferred.secondary_call_id), (id, second));
    assert_eq!(transferred.transferred_device_id.as_deref(), Some("3002"));
    let ends = frames.iter().filter(|frame| Client::name(frame) == "END_CALL_EVENT").count();
    assert_eq!(ends, 3, "two at the first agent, the consult call's at the second");
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3002 connected"]);
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("WORK_READY", "TALKING"));
    far_end(&running, id, FarEnd::Hangup).await;
    client.expect("END_CALL_EVENT").await;
    assert!(parties(&running).await.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn reconnect_drops_the_consult_and_takes_the_customer_back() {
    let (running, mut client, id) = talking().await;
    let second = consulting(&mut client, id, "3001", "3002").await;
    let request = ReconnectCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        active_connection_call_id: second,
        held_connection_call_id: id,
        active_connection_device_id: Some("3001".into()),
        held_connection_device_id: Some("3001".into()),
        ..Default::default()
    };
    client.done(request, "RECONNECT_CALL_CONF").await;
    client.expect("CALL_CONNECTION_CLEARED_EVENT").await;
    client.expect("CALL_CLEARED_EVENT").await;
    client.expect("END_CALL_EVENT").await;
    client.expect("CALL_RETRIEVED_EVENT").await;
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3001 connected"]);
    running.shutdown().await;
}

#[tokio::test]
async fn a_conference_grows_by_its_controller_only_and_shrinks_to_a_plain_call() {
    let (running, mut client, id) = talking().await;
    let second = consulting(&mut client, id, "3001", "3002").await;
    let request = conference(&mut client, id, second, "3001");
    client.done(request, "CONFERENCE_CALL_CONF").await;
    let frames = client.all_said().await;
    let event = frames.iter().find(|frame| Client::name(frame) == "CALL_CONFERENCED_EVENT").unwrap();
    let event = decoded!(client, event, CallConferencedEvent);
    assert_eq!((event.primary_call_id, event.secondary_call_id, event.event_cause), (id, second, EventCause::KEY_CONFERENCE));
    assert_eq!(event.connected_parties.len(), 3);
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3001 connected", "3002 connected"]);
    // Agent 1002 consults 1003, but may not add anybody.
    let third = consulting(&mut client, id, "3002", "3003").await;
    let request = conference(&mut client, id, third, "3002");
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code, ControlFailureCode::PRIVILEGE_VIOLATION_ON_SPECIFIED_DEVICE);
    let request = clear(&mut client, third, "3002");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    let request = clear(&mut client, id, "3001");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    client.said().await;
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3002 held"], "a conference goes on without its controller");
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("WORK_READY", "HOLD"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_blind_transfer_rings_at_the_target_and_goes_to_the_router_if_nobody_answers() {
    let mut settings = settings();
    settings.world.ring_no_answer = Duration::from_millis(200);
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    client.set_state("1002", "3002", AgentState::LOGIN).await;
    let id = call(&running, "+41445550123", "1001").await;
    let request = answer(&mut client, id, "3001");
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    let mut request = transfer(&mut client, id, u32::MAX);
    request.dialed_number = Some("3002".into());
    client.done(request, "TRANSFER_CALL_CONF").await;
    let said = client.said().await;
    let at = |name: &str| said.iter().position(|known| *known == name).unwrap();
    assert!(at("CALL_DELIVERED_EVENT") < at("CALL_TRANSFERRED_EVENT"), "never before the ringing of the second call");
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3002 alerting"]);
    // Nobody answers: the customer goes back to the router.
    client.expect("END_CALL_EVENT").await;
    assert!(parties(&running).await.is_empty());
    client.ready("1003", "3003").await;
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3003 alerting"]);
    // To the outside the call leaves our sight; a wrong number is refused at once.
    let request = answer(&mut client, id, "3003");
    client.done(request, "ANSWER_CALL_CONF").await;
    let mut request = transfer(&mut client, id, u32::MAX);
    request.active_connection_device_id = Some("3003".into());
    request.dialed_number = Some("99".into());
    let refused = client.done(request.clone(), "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code, ControlFailureCode::INVALID_DESTINATION);
    request.dialed_number = Some("+41315550107".into());
    request.invoke_id = client.next_invoke();
    client.done(request, "TRANSFER_CALL_CONF").await;
    assert!(parties(&running).await.is_empty());
    assert_eq!(agent(&running, "1003").await.0, "WORK_READY");
    running.shutdown().await;
}

#[tokio::test]
async fn a_transfer_to_the_other_queue_waits_there_unseen() {
    let (running, mut client, id) = talking().await;
    for (name, device) in [("1002", "3002"), ("1003", "3003")] {
        client.set_state(name, device, AgentState::NOT_READY).await;
    }
    let mut request = transfer(&mut client, id, u32::MAX);
    request.dialed_number = Some("8002".into());
    client.done(request, "TRANSFER_CALL_CONF").await;
    assert!(parties(&running).await.is_empty());
    client.said().await;
    client.set_state("1002", "3002", AgentState::AVAILABLE).await;
    let begin = client.expect("BEGIN_CALL_EVENT").await;
    let begin = decoded!(client, begin, BeginCallEvent);
    assert_eq!(
        (begin.connection_call_id, begin.connection_device_id.as_deref(), begin.ani.as_deref()),
        (id, Some("3002"), Some("+41445550123"))
    );
    running.shutdown().await;
}

#[tokio::test]
async fn a_single_step_conference_and_a_transfer_without_consult_are_refused() {
    let (running, mut client, id) = talking().await;
    let mut request = conference(&mut client, u32::MAX, id, "3001");
    request.dialed_number = Some("3002".into());
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code, ControlFailureCode::INVALID_FEATURE);
    let request = hold(&mut client, id, "3001");
    client.done(request, "HOLD_CALL_CONF").await;
    // A consult cannot start from a held call.
    let request = consult(&mut client, id, "3001", "3002");
    client.done(request, "CONTROL_FAILURE_CONF").await;
    running.shutdown().await;
}

fn supervise(client: &mut Client, action: SupervisoryAction) -> SuperviseCallReq<'static> {
    SuperviseCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        agent_connection_call_id: u32::MAX,
        supervisor_connection_call_id: u32::MAX,
        supervisory_action: action,
        agent_id: Some("1002".into()),
        agent_instrument: Some("3002".into()),
        supervisor_instrument: Some("3001".into()),
        ..SuperviseCallReq::default()
    }
}

#[tokio::test]
async fn a_supervisor_listens_barges_in_and_intercepts() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.ready("1002", "3002").await;
    let request = supervise(&mut client, SupervisoryAction::MONITOR);
    let refused = client.done(request, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).peripheral_error_code, 13_145, "nothing to hear");
    let id = call(&running, "+41445550123", "1002").await;
    let request = answer(&mut client, id, "3002");
    client.done(request, "ANSWER_CALL_CONF").await;
    let request = supervise(&mut client, SupervisoryAction::MONITOR);
    client.done(request, "SUPERVISE_CALL_CONF").await;
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("TALKING", "TALKING"));
    let calls = truth(&running).await["calls"].clone();
    let monitor = calls.as_array().unwrap().iter().find(|call| call["type"] == "SUPERVISOR_MONITOR").unwrap();
    assert_eq!(monitor["parties"][1]["monitor"], true);
    let whisper = supervise(&mut client, SupervisoryAction::WHISPER);
    let refused = client.done(whisper, "CONTROL_FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, ControlFailureConf).failure_code.0, 70);
    let request = supervise(&mut client, SupervisoryAction::BARGE_IN);
    client.done(request, "SUPERVISE_CALL_CONF").await;
    client.expect("CALL_CONFERENCED_EVENT").await;
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3002 connected", "3001 connected"]);
    let request = supervise(&mut client, SupervisoryAction::INTERCEPT);
    client.done(request, "SUPERVISE_CALL_CONF").await;
    assert_eq!(parties(&running).await, ["+41445550123 connected", "3001 connected"]);
    assert_eq!(agent(&running, "1002").await.0, "WORK_READY");
    let request = clear(&mut client, id, "3001");
    client.done(request, "CLEAR_CONNECTION_CONF").await;
    assert!(parties(&running).await.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn listening_ends_with_the_call_it_listens_to() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.ready("1002", "3002").await;
    let id = call(&running, "+41445550123", "1002").await;
    let request = answer(&mut client, id, "3002");
    client.done(request, "ANSWER_CALL_CONF").await;
    let request = supervise(&mut client, SupervisoryAction::MONITOR);
    client.done(request, "SUPERVISE_CALL_CONF").await;
    far_end(&running, id, FarEnd::Hangup).await;
    client.said().await;
    assert!(parties(&running).await.is_empty());
    assert_eq!((agent(&running, "1001").await.0.as_str(), agent(&running, "1002").await.0.as_str()), ("NOT_READY", "WORK_READY"));
    running.shutdown().await;
}

#[tokio::test]
async fn help_comes_as_a_consult_or_is_refused_and_an_emergency_is_told_either_way() {
    let (running, mut client, id) = talking().await;
    let emergency = |client: &mut Client| EmergencyCallReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3002".into()),
        agent_id: Some("1002".into()),
        agent_instrument: Some("3002".into()),
        ..EmergencyCallReq::default()
    };
    // The only supervisor talks.
    let request = emergency(&mut client);
    let refused = client.done(request, "FAILURE_CONF").await;
    assert_eq!(decoded!(client, refused, FailureConf).status, StatusCode::SUPERVISOR_NOT_FOUND);
    client.expect("EMERGENCY_CALL_EVENT").await;
    far_end(&running, id, FarEnd::Hangup).await;
    client.set_state("1001", "3001", AgentState::NOT_READY).await;
    let other = call(&running, "+41445550124", "1002").await;
    let request = answer(&mut client, other, "3002");
    client.done(request, "ANSWER_CALL_CONF").await;
    client.said().await;
    let request = ctibridge::protocol::message::SupervisorAssistReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: other,
        connection_device_id: Some("3002".into()),
        agent_instrument: Some("3002".into()),
        ..Default::default()
    };
    let conf = client.done(request, "SUPERVISOR_ASSIST_CONF").await;
    let help = decoded!(client, conf, SupervisorAssistConf).connection_call_id;
    let calls = truth(&running).await["calls"].clone();
    let help = calls.as_array().unwrap().iter().find(|call| call["callId"] == help).unwrap();
    assert_eq!(
        (&help["type"], &help["parties"][1]["device"], &help["parties"][1]["state"]),
        (&"ASSIST".into(), &"3001".into(), &"alerting".into())
    );
    running.shutdown().await;
}

#[tokio::test]
async fn tones_and_recording_need_a_call_that_talks() {
    let (running, mut client, id) = talking().await;
    let tones = |client: &mut Client, digits: &'static str| SendDtmfSignalReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        dtmf_string: Some(digits.into()),
        ..SendDtmfSignalReq::default()
    };
    let request = tones(&mut client, "12*#");
    client.done(request, "SEND_DTMF_SIGNAL_CONF").await;
    let request = tones(&mut client, "x");
    client.done(request, "FAILURE_CONF").await;
    let record = |client: &mut Client| StartNetworkRecordingReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        connection_call_id: id,
        connection_device_id: Some("3001".into()),
        ..StartNetworkRecordingReq::default()
    };
    let request = record(&mut client);
    client.done(request, "START_NETWORK_RECORDING_CONF").await;
    // The mask of this client does not ask for recording events, so that only the second start tells that it runs.
    let request = record(&mut client);
    client.done(request, "CONTROL_FAILURE_CONF").await;
    let request = hold(&mut client, id, "3001");
    client.done(request, "HOLD_CALL_CONF").await;
    let request = tones(&mut client, "1");
    client.done(request, "CONTROL_FAILURE_CONF").await;
    running.shutdown().await;
}

#[tokio::test]
async fn statistics_grow_with_calls_and_unknown_counters_say_so() {
    let (running, mut client, id) = talking().await;
    let group =
        QuerySkillGroupStatisticsReq { invoke_id: client.next_invoke(), peripheral_id: 5000, skill_group_number: 10, skill_group_id: 10 };
    let conf = client.done(group, "QUERY_SKILL_GROUP_STATISTICS_CONF").await;
    let conf = decoded!(client, conf, QuerySkillGroupStatisticsConf);
    assert_eq!((conf.agents_logged_on, conf.agents_avail, conf.agents_talking_in, conf.calls_q_now), (3, 2, 1, u32::MAX));
    far_end(&running, id, FarEnd::Hangup).await;
    client.expect("END_CALL_EVENT").await;
    client.set_state("1001", "3001", AgentState::AVAILABLE).await;
    let request = QueryAgentStatisticsReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        agent_id: Some("1001".into()),
        ..QueryAgentStatisticsReq::default()
    };
    let conf = client.done(request, "QUERY_AGENT_STATISTICS_CONF").await;
    let conf = decoded!(client, conf, QueryAgentStatisticsConf);
    assert_eq!((conf.handled_calls_session, conf.handled_calls_today, conf.agent_out_calls_session), (1, 1, 0));
    running.shutdown().await;
}

#[tokio::test]
async fn the_configuration_comes_in_blocks_of_ten_records() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.send(ConfigRequestKeyEvent { peripheral_id: 5000, customer_id: Some(0) }).await;
    client.expect("CONFIG_KEY_EVENT").await;
    let wanted = ConfigMsgMask::SKILL_GROUP | ConfigMsgMask::AGENT | ConfigMsgMask::AGENT_DESK_SETTINGS;
    client.send(ConfigRequestEvent { config_information: wanted, peripheral_id: 5000, ..ConfigRequestEvent::default() }).await;
    let frames = client.all_said().await;
    let names: Vec<_> = frames.iter().map(Client::name).collect();
    assert_eq!(
        names,
        [
            "CONFIG_BEGIN_EVENT",
            "CONFIG_SKILL_GROUP_EVENT",
            "CONFIG_AGENT_EVENT",
            "CONFIG_AGENT_EVENT",
            "CONFIG_AGENT_DESK_SETTINGS_EVENT",
            "CONFIG_END_EVENT"
        ]
    );
    let agents = decoded!(client, frames[2], ConfigAgentEvent).records;
    assert_eq!((agents.len(), agents.first().unwrap().login_id.as_deref()), (10, Some("1001")));
    assert!(agents.iter().all(|agent| agent.first_name.is_some() && agent.flt_skill_group_number.len() == 2));
    assert_eq!(decoded!(client, frames[4], ConfigAgentDeskSettingsEvent).records.len(), 2);
    running.shutdown().await;
}

#[tokio::test]
async fn user_messages_reach_whom_they_are_for() {
    let running = start(settings()).await;
    let mut one = Client::open(running.side_a, 24).await;
    let mut two = Client::open(running.side_a, 24).await;
    let message = |client: &mut Client, distribution, client_id: Option<&'static str>| UserMessageReq {
        invoke_id: client.next_invoke(),
        peripheral_id: 5000,
        distribution,
        client_id: client_id.map(Into::into),
        text: Some("hello".into()),
        ..UserMessageReq::default()
    };
    let request = message(&mut one, MessageDistribution::ALL, None);
    one.done(request, "USER_MESSAGE_CONF").await;
    let event = two.expect("USER_MESSAGE_EVENT").await;
    assert_eq!(decoded!(two, event, UserMessageEvent).text.as_deref(), Some("hello"));
    let request = message(&mut one, MessageDistribution::CLIENT, Some("nobody"));
    let refused = one.done(request, "FAILURE_CONF").await;
    assert_eq!(decoded!(one, refused, FailureConf).status, StatusCode::CLIENT_NOT_FOUND);
    running.shutdown().await;
}

//! Every refusal of a Unified CCE with the code that stands for its reason, in one table; and what has no story of its own.

#![allow(clippy::needless_update)] // one macro builds requests of every kind

use std::time::Duration;

use ctibridge::protocol::message::{
    AgentDeskSettingsReq, AlternateCallReq, AnswerCallReq, BadCallReq, ClearConnectionReq, ConferenceCallReq, ConsultationCallReq,
    DeflectCallReq, HoldCallReq, ListAgentTeamReq, QueryAgentStateReq, QueryDeviceInfoReq, QuerySkillGroupStatisticsReq, ReconnectCallReq,
    ReleaseCallReq, RetrieveCallReq, SendDtmfSignalReq, SetAgentStateReq, SetCallDataReq, SnapshotCallReq, SnapshotDeviceReq,
    SuperviseCallReq, SupervisorAssistReq, TransferCallReq, UserMessageReq,
};
use ctibridge::protocol::values::{AgentState, ConnectionDeviceIdType, ForcedFlag, MessageDistribution, StatusCode, SupervisoryAction};
use ctibridge::protocol::wire::{NamedArray, NamedVariable};
use ctibridge::protocol::{List, Message};
use ctibridge::simulator::world::PhoneAction;
use ctibridge::simulator::{Command, Running};

use crate::client::Client;
use crate::stories::{answer, make_call};
use crate::{agent, call, decoded, settings, start};

/// FAILURE_CONF with a status, or CONTROL_FAILURE_CONF with its two codes.
#[derive(Debug, PartialEq)]
enum No {
    Status(u32),
    Control(u16, u32),
}

async fn refusal(client: &mut Client, request: Message<'static>) -> No {
    let frame = client.ask(request).await;
    match Client::name(&frame) {
        "FAILURE_CONF" => No::Status(decoded!(client, frame, FailureConf).status.0),
        "CONTROL_FAILURE_CONF" => {
            let failure = decoded!(client, frame, ControlFailureConf);
            No::Control(failure.failure_code.0, failure.peripheral_error_code)
        }
        other => panic!("{other} is no refusal"),
    }
}

/// A request with this session's next InvokeID and the one peripheral.
macro_rules! req {
    ($client:ident, $kind:ident { $($field:ident: $value:expr),* $(,)? }) => {
        Message::from($kind { invoke_id: $client.next_invoke(), peripheral_id: 5000, $($field: $value,)* ..$kind::default() })
    };
}

#[tokio::test]
async fn every_refusal_has_the_code_of_its_reason() {
    let mut settings = settings();
    settings.world.variable_map[1] = false;
    settings.world.ecc_variables = vec!["user.scalar".to_owned(), "user.array[]".to_owned()];
    let running = start(settings).await;
    let mut c = Client::open(running.side_a, 24).await;
    // 1001 talks, 1002 is free, 1003 not ready, 1004 rings, 1005 holds, 1006 signed out, 1011 not ready with strict settings.
    for (agent, device) in [("1001", "3001"), ("1002", "3002"), ("1004", "3004"), ("1005", "3005")] {
        c.ready(agent, device).await;
    }
    for (agent, device) in [("1003", "3003"), ("1011", "3011")] {
        c.set_state(agent, device, AgentState::LOGIN).await;
    }
    let talks = call(&running, "+41445550121", "1001").await;
    let rings = call(&running, "+41445550124", "1004").await;
    let holds = call(&running, "+41445550125", "1005").await;
    for (id, device) in [(talks, "3001"), (holds, "3005")] {
        let request = answer(&mut c, id, device);
        c.done(request, "ANSWER_CALL_CONF").await;
    }
    let request = crate::stories::hold(&mut c, holds, "3005");
    c.done(request, "HOLD_CALL_CONF").await;
    c.said().await;
    let (s1, s2, s3, s4, s5) = (Some("3001".into()), Some("3002".into()), Some("3003".into()), Some("3004".into()), Some("3005".into()));
    let variable = |name: &'static str, value: &str| List::from(vec![NamedVariable { name: name.into(), value: value.to_owned().into() }]);
    let element = |name: &'static str| List::from(vec![NamedArray { index: 0, name: name.into(), value: "x".into() }]);
    let none = u32::MAX;
    use No::{Control, Status};
    let cases: Vec<(&str, Message<'static>, No)> = vec![
        // Who and where.
        (
            "unknown peripheral",
            Message::from(HoldCallReq {
                invoke_id: c.next_invoke(),
                peripheral_id: 1,
                connection_call_id: talks,
                connection_device_id: s1.clone(),
                ..Default::default()
            }),
            Status(7),
        ),
        ("query of an unknown agent", req!(c, QueryAgentStateReq { mrd_id: 1, agent_id: Some("77".into()) }), Status(8)),
        ("query of nobody", req!(c, QueryAgentStateReq { mrd_id: 1 }), Status(6)),
        (
            "id and instrument of two agents",
            req!(c, QueryAgentStateReq { mrd_id: 1, agent_id: Some("1001".into()), agent_instrument: s2.clone() }),
            Status(32),
        ),
        ("desk settings of an unknown agent", req!(c, AgentDeskSettingsReq { agent_id: Some("77".into()) }), Status(8)),
        ("info of an unknown device", req!(c, QueryDeviceInfoReq { agent_instrument: Some("99".into()) }), Control(12, 0)),
        ("snapshot of an unknown device", req!(c, SnapshotDeviceReq { agent_instrument: Some("99".into()) }), Control(12, 0)),
        (
            "snapshot of an unknown call",
            req!(c, SnapshotCallReq { connection_call_id: 7, connection_device_id: s1.clone() }),
            Control(11, 0),
        ),
        (
            "snapshot of a party that is not there",
            req!(c, SnapshotCallReq { connection_call_id: talks, connection_device_id: s2.clone() }),
            Control(13, 0),
        ),
        (
            "statistics of an unknown group",
            req!(c, QuerySkillGroupStatisticsReq { skill_group_number: 99, skill_group_id: 99 }),
            Status(72),
        ),
        (
            "teams of somebody who is no supervisor",
            Message::from(ListAgentTeamReq { invoke_id: c.next_invoke(), supervisor_id: 6002 }),
            Status(64),
        ),
        // Signing in.
        (
            "login of an unknown agent",
            req!(
                c,
                SetAgentStateReq {
                    agent_state: AgentState::LOGIN,
                    agent_id: Some("77".into()),
                    agent_instrument: Some("3006".into()),
                    agent_password: Some("1234".into())
                }
            ),
            Control(256, 0),
        ),
        (
            "login with a wrong password",
            req!(
                c,
                SetAgentStateReq {
                    agent_state: AgentState::LOGIN,
                    agent_id: Some("1006".into()),
                    agent_instrument: Some("3006".into()),
                    agent_password: Some("x".into())
                }
            ),
            Control(257, 0),
        ),
        (
            "login twice",
            req!(
                c,
                SetAgentStateReq {
                    agent_state: AgentState::LOGIN,
                    agent_id: Some("1003".into()),
                    agent_instrument: Some("3006".into()),
                    agent_password: Some("1234".into())
                }
            ),
            Control(259, 10_102),
        ),
        (
            "login at an unknown device",
            req!(
                c,
                SetAgentStateReq {
                    agent_state: AgentState::LOGIN,
                    agent_id: Some("1006".into()),
                    agent_instrument: Some("99".into()),
                    agent_password: Some("1234".into())
                }
            ),
            Control(260, 10_004),
        ),
        (
            "login at a device in use",
            req!(
                c,
                SetAgentStateReq {
                    agent_state: AgentState::LOGIN,
                    agent_id: Some("1006".into()),
                    agent_instrument: s3.clone(),
                    agent_password: Some("1234".into())
                }
            ),
            Control(283, 0),
        ),
        (
            "forced login of somebody who talks",
            req!(
                c,
                SetAgentStateReq {
                    agent_state: AgentState::LOGIN,
                    forced_flag: ForcedFlag::TRUE,
                    agent_id: Some("1001".into()),
                    agent_instrument: Some("3006".into()),
                    agent_password: Some("1234".into())
                }
            ),
            Control(259, 10_102),
        ),
        (
            "login without a device",
            req!(
                c,
                SetAgentStateReq { agent_state: AgentState::LOGIN, agent_id: Some("1006".into()), agent_password: Some("1234".into()) }
            ),
            Status(6),
        ),
        // States.
        (
            "state of somebody who is signed out",
            req!(c, SetAgentStateReq { agent_state: AgentState::AVAILABLE, agent_instrument: Some("3006".into()) }),
            Status(9),
        ),
        (
            "logout while available",
            req!(c, SetAgentStateReq { agent_state: AgentState::LOGOUT, agent_instrument: s2.clone() }),
            Control(22, 10_112),
        ),
        (
            "logout while talking",
            req!(c, SetAgentStateReq { agent_state: AgentState::LOGOUT, agent_instrument: s1.clone() }),
            Control(22, 10_112),
        ),
        (
            "wrap-up without a call",
            req!(c, SetAgentStateReq { agent_state: AgentState::WORK_READY, agent_instrument: s2.clone() }),
            Control(22, 10_108),
        ),
        (
            "a state that cannot be asked for",
            req!(c, SetAgentStateReq { agent_state: AgentState::TALKING, agent_instrument: s2.clone() }),
            Control(3, 10_108),
        ),
        (
            "not ready without the reason it needs",
            req!(c, SetAgentStateReq { agent_state: AgentState::NOT_READY, agent_instrument: Some("3011".into()) }),
            Control(281, 0),
        ),
        (
            "logout without the reason it needs",
            req!(c, SetAgentStateReq { agent_state: AgentState::LOGOUT, agent_instrument: Some("3011".into()) }),
            Control(281, 0),
        ),
        // New calls.
        ("dialling while available", Message::from(make_call(&mut c, "3002", "+41315550107")), Control(22, 10_103)),
        ("dialling while talking", Message::from(make_call(&mut c, "3001", "+41315550107")), Control(22, 10_103)),
        ("hold and a new call", Message::from(make_call(&mut c, "3005", "+41315550107")), Control(22, 10_103)),
        ("dialling while reserved", Message::from(make_call(&mut c, "3004", "+41315550107")), Control(22, 10_106)),
        ("dialling what is no number", Message::from(make_call(&mut c, "3003", "call me")), Control(14, 0)),
        ("dialling nothing", Message::from(make_call(&mut c, "3003", "")), Status(6)),
        ("dialling at an unknown phone", Message::from(make_call(&mut c, "99", "3001")), Control(5, 0)),
        ("dialling where nobody is signed in", Message::from(make_call(&mut c, "3006", "3001")), Status(9)),
        // A call in the wrong state.
        (
            "answering what does not ring",
            req!(c, AnswerCallReq { connection_call_id: talks, connection_device_id: s1.clone() }),
            Control(28, 0),
        ),
        ("holding what rings", req!(c, HoldCallReq { connection_call_id: rings, connection_device_id: s4.clone() }), Control(22, 13_082)),
        ("holding twice", req!(c, HoldCallReq { connection_call_id: holds, connection_device_id: s5.clone() }), Control(22, 13_082)),
        (
            "retrieving what is not held",
            req!(c, RetrieveCallReq { held_connection_call_id: talks, held_connection_device_id: s1.clone() }),
            Control(25, 13_091),
        ),
        ("an unknown call", req!(c, HoldCallReq { connection_call_id: 7, connection_device_id: s1.clone() }), Control(13, 0)),
        ("somebody else's call", req!(c, HoldCallReq { connection_call_id: talks, connection_device_id: s2.clone() }), Control(268, 0)),
        (
            "hanging up without a call",
            req!(c, ClearConnectionReq { connection_call_id: none, connection_device_id: s2.clone() }),
            Control(26, 0),
        ),
        (
            "dropping another party",
            req!(
                c,
                ClearConnectionReq {
                    connection_call_id: talks,
                    connection_device_id: Some("+41445550121".into()),
                    requesting_device_id: s1.clone()
                }
            ),
            Control(290, 0),
        ),
        (
            "a consult from a held call",
            req!(
                c,
                ConsultationCallReq {
                    active_connection_call_id: holds,
                    active_connection_device_id: s5.clone(),
                    dialed_number: s3.clone()
                }
            ),
            Control(24, 0),
        ),
        (
            "a consult of nobody",
            req!(
                c,
                ConsultationCallReq {
                    active_connection_call_id: talks,
                    active_connection_device_id: s1.clone(),
                    dialed_number: Some("".into())
                }
            ),
            Status(6),
        ),
        (
            "alternating without a held call",
            req!(
                c,
                AlternateCallReq {
                    active_connection_call_id: talks,
                    other_connection_call_id: holds,
                    active_connection_device_id: s1.clone(),
                    other_connection_device_id: s1.clone()
                }
            ),
            Control(25, 0),
        ),
        (
            "reconnecting without a held call",
            req!(
                c,
                ReconnectCallReq {
                    active_connection_call_id: talks,
                    held_connection_call_id: holds,
                    active_connection_device_id: s1.clone(),
                    held_connection_device_id: s1.clone()
                }
            ),
            Control(25, 0),
        ),
        (
            "a transfer without a consult",
            req!(
                c,
                TransferCallReq {
                    active_connection_call_id: talks,
                    held_connection_call_id: holds,
                    active_connection_device_id: s1.clone(),
                    held_connection_device_id: s1.clone()
                }
            ),
            Control(25, 0),
        ),
        (
            "a blind transfer to nowhere",
            req!(
                c,
                TransferCallReq {
                    active_connection_call_id: talks,
                    held_connection_call_id: none,
                    active_connection_device_id: s1.clone(),
                    dialed_number: Some("99".into())
                }
            ),
            Control(14, 0),
        ),
        (
            "a blind transfer to somebody busy",
            req!(
                c,
                TransferCallReq {
                    active_connection_call_id: talks,
                    held_connection_call_id: none,
                    active_connection_device_id: s1.clone(),
                    dialed_number: s5.clone()
                }
            ),
            Control(33, 0),
        ),
        (
            "a conference in a single step",
            req!(
                c,
                ConferenceCallReq {
                    active_connection_call_id: talks,
                    held_connection_call_id: none,
                    active_connection_device_id: s1.clone(),
                    dialed_number: s2.clone()
                }
            ),
            Control(15, 0),
        ),
        (
            "deflecting what does not ring",
            req!(c, DeflectCallReq { connection_call_id: talks, connection_device_id: s1.clone(), called_device_id: s2.clone() }),
            Control(28, 0),
        ),
        (
            "tones that are none",
            req!(c, SendDtmfSignalReq { connection_call_id: talks, connection_device_id: s1.clone(), dtmf_string: Some("x".into()) }),
            Status(24),
        ),
        (
            "tones into a held call",
            req!(c, SendDtmfSignalReq { connection_call_id: holds, connection_device_id: s5.clone(), dtmf_string: Some("1".into()) }),
            Control(24, 0),
        ),
        ("a bad call that is none", req!(c, BadCallReq { connection_call_id: 7, connection_device_id: s1.clone() }), Control(13, 0)),
        // Call data.
        ("data of an unknown call", req!(c, SetCallDataReq { connection_call_id: 7, connection_device_id: s1.clone() }), Status(13)),
        (
            "data by somebody who is no party",
            req!(c, SetCallDataReq { connection_call_id: talks, connection_device_id: s2.clone() }),
            Status(35),
        ),
        (
            "a protected variable",
            req!(c, SetCallDataReq { connection_call_id: talks, connection_device_id: s1.clone(), call_variable2: Some("x".into()) }),
            Status(14),
        ),
        (
            "an ECC variable that is not configured",
            req!(
                c,
                SetCallDataReq {
                    connection_call_id: talks,
                    connection_device_id: s1.clone(),
                    named_variables: variable("user.other", "x")
                }
            ),
            Status(67),
        ),
        (
            "an ECC array that is not configured",
            req!(c, SetCallDataReq { connection_call_id: talks, connection_device_id: s1.clone(), named_arrays: element("user.other") }),
            Status(68),
        ),
        (
            "an ECC array as a scalar",
            req!(
                c,
                SetCallDataReq {
                    connection_call_id: talks,
                    connection_device_id: s1.clone(),
                    named_variables: variable("user.array", "x")
                }
            ),
            Status(75),
        ),
        (
            "an ECC scalar as an array",
            req!(c, SetCallDataReq { connection_call_id: talks, connection_device_id: s1.clone(), named_arrays: element("user.scalar") }),
            Status(76),
        ),
        ("releasing an unknown call", req!(c, ReleaseCallReq { connection_call_id: 7, connection_device_id: s1.clone() }), Status(13)),
        // Supervisors.
        (
            "supervising by somebody who is none",
            req!(
                c,
                SuperviseCallReq {
                    agent_connection_call_id: none,
                    supervisory_action: SupervisoryAction::MONITOR,
                    agent_instrument: s1.clone(),
                    supervisor_instrument: s3.clone()
                }
            ),
            Control(8, 0),
        ),
        (
            "listening while talking",
            req!(
                c,
                SuperviseCallReq {
                    agent_connection_call_id: none,
                    supervisory_action: SupervisoryAction::MONITOR,
                    agent_instrument: s5.clone(),
                    supervisor_instrument: s1.clone()
                }
            ),
            Control(22, 0),
        ),
        (
            "whispering",
            req!(
                c,
                SuperviseCallReq {
                    agent_connection_call_id: none,
                    supervisory_action: SupervisoryAction::WHISPER,
                    agent_instrument: s5.clone(),
                    supervisor_instrument: s1.clone()
                }
            ),
            Control(70, 0),
        ),
        (
            "barging in without listening",
            req!(
                c,
                SuperviseCallReq {
                    agent_connection_call_id: none,
                    supervisory_action: SupervisoryAction::BARGE_IN,
                    agent_instrument: s5.clone(),
                    supervisor_instrument: s1.clone()
                }
            ),
            Control(24, 0),
        ),
        (
            "intercepting without barging in",
            req!(
                c,
                SuperviseCallReq {
                    agent_connection_call_id: none,
                    supervisory_action: SupervisoryAction::INTERCEPT,
                    agent_instrument: s5.clone(),
                    supervisor_instrument: s1.clone()
                }
            ),
            Control(22, 0),
        ),
        (
            "an action that does not exist",
            req!(
                c,
                SuperviseCallReq {
                    agent_connection_call_id: none,
                    supervisory_action: SupervisoryAction(9),
                    agent_instrument: s5.clone(),
                    supervisor_instrument: s1.clone()
                }
            ),
            Status(82),
        ),
        (
            "help when nobody is free",
            req!(
                c,
                SupervisorAssistReq {
                    connection_call_id: none,
                    connection_device_id_type: ConnectionDeviceIdType::NONE,
                    agent_instrument: s5.clone()
                }
            ),
            Status(64),
        ),
        // Texts.
        (
            "a text for nobody",
            Message::from(UserMessageReq {
                invoke_id: c.next_invoke(),
                distribution: MessageDistribution::CLIENT,
                client_id: Some("nobody".into()),
                text: Some("x".into()),
                ..Default::default()
            }),
            Status(63),
        ),
        (
            "a text to an unknown kind of receivers",
            Message::from(UserMessageReq {
                invoke_id: c.next_invoke(),
                distribution: MessageDistribution(9),
                text: Some("x".into()),
                ..Default::default()
            }),
            Status(71),
        ),
    ];
    let mut wrong = Vec::new();
    for (what, request, expected) in cases {
        let got = refusal(&mut c, request).await;
        if got != expected {
            wrong.push(format!("{what}: {got:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(c.said().await.is_empty(), "what is refused changes nothing");
    running.shutdown().await;
}

async fn press(running: &Running, device: &str, action: PhoneAction) {
    running.handle().control(Command::Phone(device.to_owned(), action)).await.unwrap();
}

#[tokio::test]
async fn somebody_who_is_ready_and_dials_at_the_phone_is_not_ready_for_that_time() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    press(&running, "3001", PhoneAction::Dial("+41315550107".to_owned())).await;
    let state = client.expect("AGENT_STATE_EVENT").await;
    let state = decoded!(client, state, AgentStateEvent);
    assert_eq!((state.agent_state, state.event_reason_code), (AgentState::NOT_READY, 50_006));
    client.expect("CALL_ESTABLISHED_EVENT").await;
    press(&running, "3001", PhoneAction::Hangup).await;
    client.expect("END_CALL_EVENT").await;
    client.said().await;
    assert_eq!(agent(&running, "1001").await.0, "AVAILABLE", "the state before the call");
    running.shutdown().await;
}

#[tokio::test]
async fn a_login_may_be_forced_and_one_at_a_phone_with_a_call_says_so() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1002", "3001", AgentState::LOGIN).await;
    client.said().await;
    let mut request = client.state_req("1001", "3001", AgentState::LOGIN);
    request.forced_flag = ForcedFlag::TRUE;
    client.done(request, "SET_AGENT_STATE_CONF").await;
    let mut told = Vec::new();
    for frame in client.all_said().await {
        let state = decoded!(client, frame, AgentStateEvent);
        told.push((state.agent_id.unwrap().to_string(), state.agent_state.0, state.event_reason_code));
    }
    let expected = [("1002", 1, 20_003), ("1001", 0, 0), ("1001", 2, 0)];
    assert_eq!(told, expected.map(|(id, state, reason)| (id.to_owned(), state, reason)));
    press(&running, "3009", PhoneAction::Dial("+41315550101".to_owned())).await;
    client.set_state("1009", "3009", AgentState::LOGIN).await;
    client.said().await;
    assert_eq!(agent(&running, "1009").await.0, "TALKING");
    running.shutdown().await;
}

#[tokio::test]
async fn an_agent_who_does_nothing_is_signed_out_where_the_desk_settings_say_so() {
    let mut settings = settings();
    settings.world.logout_after = Some(Duration::from_millis(30));
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.expect("AGENT_STATE_EVENT").await;
    client.expect("AGENT_STATE_EVENT").await;
    let out = client.expect("AGENT_STATE_EVENT").await;
    let out = decoded!(client, out, AgentStateEvent);
    assert_eq!((out.agent_state, out.event_reason_code), (AgentState::LOGOUT, 50_004));
    running.shutdown().await;
}

#[tokio::test]
async fn a_supervisor_who_is_called_for_help_joins_at_once_where_the_desk_settings_say_so() {
    let mut settings = settings();
    settings.world.assist_by_conference = true;
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.set_state("1001", "3001", AgentState::LOGIN).await;
    client.ready("1002", "3002").await;
    let id = call(&running, "+41445550123", "1002").await;
    let request = answer(&mut client, id, "3002");
    client.done(request, "ANSWER_CALL_CONF").await;
    let help = req!(
        client,
        SupervisorAssistReq { connection_call_id: id, connection_device_id: Some("3002".into()), agent_instrument: Some("3002".into()) }
    );
    client.done(help, "SUPERVISOR_ASSIST_CONF").await;
    press(&running, "3001", PhoneAction::Answer).await;
    let joined = client.expect("CALL_CONFERENCED_EVENT").await;
    let joined = decoded!(client, joined, CallConferencedEvent);
    assert_eq!((joined.primary_call_id, joined.connected_parties.len()), (id, 3));
    let settings = req!(client, AgentDeskSettingsReq { agent_id: Some("1002".into()) });
    let settings = client.done(settings, "AGENT_DESK_SETTINGS_CONF").await;
    assert_eq!(decoded!(client, settings, AgentDeskSettingsConf).supervisor_assist_call_method, 1);
    running.shutdown().await;
}

#[tokio::test]
async fn an_agent_consults_transfers_and_confers_at_the_phone_itself() {
    let running = start(settings()).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    client.ready("1002", "3002").await;
    for (action, event) in [(PhoneAction::Conference, "CALL_CONFERENCED_EVENT"), (PhoneAction::Transfer, "CALL_TRANSFERRED_EVENT")] {
        client.set_state("1001", "3001", AgentState::AVAILABLE).await;
        client.set_state("1002", "3002", AgentState::NOT_READY).await;
        call(&running, "+41445550123", "1001").await;
        client.expect("CALL_DELIVERED_EVENT").await;
        press(&running, "3001", PhoneAction::Answer).await;
        press(&running, "3001", PhoneAction::Consult("3002".to_owned())).await;
        press(&running, "3001", PhoneAction::Reconnect).await;
        press(&running, "3001", PhoneAction::Consult("3002".to_owned())).await;
        press(&running, "3002", PhoneAction::Answer).await;
        press(&running, "3001", action).await;
        client.expect(event).await;
        for device in ["3001", "3002"] {
            let _ = running.handle().control(Command::Phone(device.to_owned(), PhoneAction::Hangup)).await;
        }
        client.said().await;
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_line_that_is_slow_cut_into_pieces_or_limited_keeps_the_order_of_bytes() {
    let running = start(settings()).await;
    let behave =
        async |patch: serde_json::Value| running.handle().control(Command::Behaviour(patch.as_object().unwrap().clone())).await.map(drop);
    behave(serde_json::json!({ "latencyMs": 5, "jitterMs": 5, "sliceBytes": 7, "bytesPerSecond": 1_000_000, "toxicSide": "a" }))
        .await
        .unwrap();
    let mut client = Client::open(running.side_a, 24).await;
    client.ready("1001", "3001").await;
    call(&running, "+41445550123", "1001").await;
    assert_eq!(client.said().await, ["AGENT_PRE_CALL_EVENT", "AGENT_STATE_EVENT", "BEGIN_CALL_EVENT", "CALL_DELIVERED_EVENT"]);
    // A close waits for what is still on the line.
    let invoke_id = client.next_invoke();
    let close = ctibridge::protocol::message::CloseReq { invoke_id, status: StatusCode::NO_ERROR };
    client.done(close, "CLOSE_CONF").await;
    assert!(client.frame().await.is_none());
    behave(serde_json::json!({ "latencyMs": null, "jitterMs": null, "sliceBytes": null, "bytesPerSecond": null })).await.unwrap();
    // The next confirmation comes twice, as a confused server's might.
    behave(serde_json::json!({ "duplicateNext": "QUERY_AGENT_STATE_REQ" })).await.unwrap();
    let mut client = Client::open(running.side_a, 24).await;
    let query = req!(client, QueryAgentStateReq { mrd_id: 1, agent_id: Some("1001".into()) });
    client.done(query, "QUERY_AGENT_STATE_CONF").await;
    assert_eq!(client.said().await, ["QUERY_AGENT_STATE_CONF"]);
    // Bytes run out in the middle of a frame: a reset.
    behave(serde_json::json!({ "limitBytes": 20 })).await.unwrap();
    let query = req!(client, QueryAgentStateReq { mrd_id: 1, agent_id: Some("1001".into()) });
    client.send(query).await;
    assert!(client.frame().await.is_none());
    for wrong in [
        serde_json::json!({ "latencyMs": 4_000_000 }),
        serde_json::json!({ "sliceBytes": 0 }),
        serde_json::json!({ "duplicateNext": "TEA" }),
    ] {
        assert!(behave(wrong).await.is_err());
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_large_configuration_comes_in_blocks_of_which_all_but_the_last_are_partial() {
    let mut settings = settings();
    settings.world.agents = 250;
    let running = start(settings).await;
    let mut client = Client::open(running.side_a, 24).await;
    client.said().await;
    let request = ctibridge::protocol::message::ConfigRequestEvent {
        config_information: ctibridge::protocol::masks::ConfigMsgMask::AGENT,
        peripheral_id: 5000,
        ..Default::default()
    };
    client.send(request).await;
    let frames = client.all_said().await;
    let ends: Vec<u32> = frames
        .iter()
        .filter(|frame| Client::name(frame) == "CONFIG_END_EVENT")
        .map(|frame| decoded!(client, frame, ConfigEndEvent).config_end_status.0)
        .collect();
    assert_eq!(ends, [5, 5, 0]);
    let records: usize = frames
        .iter()
        .filter(|frame| Client::name(frame) == "CONFIG_AGENT_EVENT")
        .map(|frame| decoded!(client, frame, ConfigAgentEvent).records.len())
        .sum();
    assert_eq!(records, 250);
    running.shutdown().await;
}

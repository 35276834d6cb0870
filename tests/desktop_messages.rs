//! Every message of the contract as its file in `fixtures/desktop` has it, byte for byte but for blanks.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ctibridge::auth::{self, Identity, Roles};
use ctibridge::desktop::call_session::Frozen;
use ctibridge::desktop::mediabar::command;
use ctibridge::desktop::mediabar::envelope::{Request, bad_json};
use ctibridge::desktop::mediabar::event::{Body, CallSession, DisposeReason, Scene, ServiceWord, service_status};
use ctibridge::desktop::mediabar::form::Form;
use ctibridge::desktop::mediabar::target::Root;
use ctibridge::desktop::mediabar::team::MemberChange;
use ctibridge::desktop::settings::{DirectoryCategory, DirectoryEntry, DispositionItem, Reason, Settings};
use ctibridge::engine::ServiceStatus;
use ctibridge::engine::command::{Failure, FailureCode, NeedInfo};
use ctibridge::engine::event::{EndReason, Event, Recording, StateChange};
use ctibridge::engine::model::{
    AgentInfo, AgentState, CallType, Capabilities, ChannelInfo, ChannelState, Contact, ConversationId, ConversationState, Direction,
    EccValue, InteractionId, InteractionState, Member, Name, Role, RouterCallKey,
};
use ctibridge::engine::statistics::{AgentCounters, AgentStatistics, GroupCounters, GroupNow, GroupStatistics, Statistics};
use ctibridge::engine::team::{MemberInfo, TeamInfo};
use ctibridge::engine::user_message::{Recipient, Sender, UserMessage};
use serde_json::Value;

const CONTACT: InteractionId = InteractionId(42);
const LEG: ConversationId = uuid::Uuid::from_u128(0x0c9a_1f6e_52d4_4b7b_9f11_3a5d_8e2b_7c01);
const CONSULT: ConversationId = uuid::Uuid::from_u128(0x1d8b_2e7f_63e5_4c8c_8a22_4b6e_9f3c_8d02);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/desktop")
}

fn fixture(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn names() -> BTreeSet<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    files.filter_map(|file| file.strip_suffix(".json").map(str::to_owned)).collect()
}

fn settings() -> Settings {
    let disposition = |id, name: &str| DispositionItem { id, name: name.into(), priority: id, is_preview_disposition: false };
    let entry = |name: &str, number: &str| DirectoryEntry { name: name.into(), number: number.into() };
    Settings {
        queue_names: BTreeMap::from([(10, "Sales".into())]),
        skill_group_names: BTreeMap::from([(10, "Sales".into()), (11, "Service".into())]),
        dispositions: vec![disposition(1, "Resolved"), disposition(2, "Call back")],
        logout_reasons: vec![Reason { code: 1, label: "End of shift".into() }, Reason { code: 2, label: "Change of desk".into() }],
        directory: vec![
            DirectoryCategory { name: "Queues".into(), entries: vec![entry("Sales", "8002"), entry("Service", "3002")] },
            DirectoryCategory { name: "Supervisors".into(), entries: vec![entry("Team 1", "3001")] },
        ],
        ..Settings::default()
    }
}

fn contact(with_data: bool) -> Contact {
    let mut call_variables: [Option<Name>; 10] = Default::default();
    let mut ecc = BTreeMap::new();
    if with_data {
        call_variables[0] = Some("C-1".into());
        call_variables[1] = Some("gold".into());
        ecc.insert("user.CaseNumber".into(), EccValue::Scalar("40013".into()));
    }
    Contact {
        call_type: CallType::PREROUTE_ACD_IN,
        direction: Direction::Inbound,
        is_originator: false,
        extension: "3001".into(),
        ani: Some("+41445530010".into()),
        dnis: Some("8001".into()),
        dialed_number: Some("8001".into()),
        calling_device: None,
        called_device: None,
        dial_request: None,
        click_to_dial: None,
        router_key: Some(RouterCallKey { day: 152_018, call_id: 217, sequence: 1 }),
        skill_group_id: Some(10),
        skill_group_number: Some(10),
        queue_name: None,
        mrd_id: Some(1),
        call_variables,
        wrapup: None,
        entered_digits: None,
        ecc,
        local: BTreeMap::new(),
        remote_parties: 1,
        is_recovered: false,
        first_call: None,
    }
}

fn change<S>(previous: Option<S>, current: S, enabled: Capabilities, disabled: Capabilities) -> StateChange<S> {
    StateChange { previous, current, enabled, disabled, since: "2026-02-03T08:20:44.007Z".parse().unwrap() }
}

fn channel_info(state: AgentState, reason: Option<u16>, since: &str) -> Event {
    let available = state == AgentState::AVAILABLE;
    Event::ChannelInfo {
        channel: ChannelInfo { extension: "3001".into(), state: ChannelState::Active, available, outage: None },
        agent: AgentInfo {
            id: "1001".into(),
            state,
            reason,
            pending: None,
            pending_reason: None,
            since: since.parse().unwrap(),
            until: None,
            since_is_estimated: false,
            skill_groups: [10, 11].into(),
            ring_time: None,
        },
    }
}

/// A supervisor in a break and an agent in a call.
fn members() -> Vec<MemberInfo> {
    let agent = |id: &str, state, reason, since: &str| AgentInfo {
        id: id.into(),
        state,
        reason,
        pending: None,
        pending_reason: None,
        since: since.parse().unwrap(),
        until: None,
        since_is_estimated: false,
        skill_groups: [10].into(),
        ring_time: None,
    };
    let boss = agent("1001", AgentState::NOT_READY, Some(2), "2026-02-03T08:15:02.120Z");
    let mut talker = agent("1002", AgentState::TALKING, None, "2026-02-03T08:20:44.007Z");
    talker.pending = Some(AgentState::NOT_READY);
    vec![
        MemberInfo { agent: boss, name: None, extension: Some("3001".into()), call_id: None, is_supervisor: true },
        MemberInfo {
            agent: talker,
            name: Some("Berta Beispiel".into()),
            extension: Some("3002".into()),
            call_id: Some(17),
            is_supervisor: false,
        },
    ]
}

/// Figures, most of them unknown.
fn figures() -> (Event, Event) {
    let at = "2026-02-03T08:20:44.007Z".parse().unwrap();
    let agent = AgentStatistics {
        agent: "1002".into(),
        at,
        session: AgentCounters { avail_time: Some(120), handled_calls: Some(3), ..Default::default() },
        today: AgentCounters { handled_calls: Some(11), handled_calls_talk_time: Some(1980), ..Default::default() },
    };
    let group = GroupStatistics {
        number: 10,
        name: None,
        id: Some(5022),
        at,
        now: GroupNow { agents_logged_on: Some(4), agents_avail: Some(1), ..Default::default() },
        five_minutes: GroupCounters::default(),
        half_hour: GroupCounters::default(),
        today: GroupCounters { handled_calls: Some(57), ..Default::default() },
    };
    let event = |statistics| Event::Statistics(Arc::new(statistics));
    (event(Statistics::Agent(Box::new(agent))), event(Statistics::SkillGroup(Box::new(group))))
}

/// What the engine says and what desktops read.
fn events() -> Vec<(&'static str, Event)> {
    use Capabilities as C;
    let none = C::empty();
    let (interaction, conversation, direction) = (CONTACT, LEG, Direction::Inbound);
    let data = Arc::new(contact(true));
    let number: Name = "+41445530010".into();
    vec![
        ("event-channel-infochanged", channel_info(AgentState::NOT_READY, Some(2), "2026-02-03T08:15:02.120Z")),
        ("event-channel-infochanged-available", channel_info(AgentState::AVAILABLE, None, "2026-02-03T08:20:44.007Z")),
        (
            "state-event-channel-active",
            Event::ChannelState(change(
                None,
                ChannelState::Active,
                C::CHANNEL_READY | C::CHANNEL_NOTREADY | C::CHANNEL_DIAL | C::CHANNEL_DEACTIVATE,
                C::CHANNEL_ACTIVATE,
            )),
        ),
        ("event-interaction-created", Event::InteractionCreated { interaction, direction }),
        (
            "state-event-interaction-alerting",
            Event::InteractionState {
                interaction,
                change: change(
                    None,
                    InteractionState::Alerting,
                    C::INTERACTION_ACCEPT | C::INTERACTION_REJECT | C::INTERACTION_SETINTERACTIONDATA,
                    none,
                ),
                recording: Recording::Off,
            },
        ),
        (
            "state-event-interaction-completed",
            Event::InteractionState {
                interaction,
                change: change(
                    Some(InteractionState::Ended),
                    InteractionState::Completed,
                    none,
                    C::INTERACTION_COMPLETE | C::INTERACTION_SETDISPOSITION | C::INTERACTION_SETINTERACTIONDATA,
                ),
                recording: Recording::Off,
            },
        ),
        (
            "event-conversation-created",
            Event::ConversationCreated { interaction, conversation, role: Role::Primary, direction, call_id: 17 },
        ),
        (
            "event-conversation-created-consult",
            Event::ConversationCreated {
                interaction,
                conversation: CONSULT,
                role: Role::Consult,
                direction: Direction::Outbound,
                call_id: 18,
            },
        ),
        (
            "state-event-conversation-connected",
            Event::ConversationState {
                interaction,
                conversation,
                change: change(
                    Some(ConversationState::Alerting),
                    ConversationState::Connected,
                    C::CONVERSATION_RELEASE
                        | C::CONVERSATION_HOLD
                        | C::CONVERSATION_TRANSFER
                        | C::CONVERSATION_CONFERENCE
                        | C::CONVERSATION_SENDDTMF,
                    C::CONVERSATION_ANSWER,
                ),
            },
        ),
        (
            "state-event-conversation-held",
            Event::ConversationState {
                interaction,
                conversation,
                change: change(
                    Some(ConversationState::Connected),
                    ConversationState::Held,
                    C::CONVERSATION_RETRIEVE,
                    C::CONVERSATION_HOLD | C::CONVERSATION_SENDDTMF | C::CONVERSATION_TRANSFER | C::CONVERSATION_CONFERENCE,
                ),
            },
        ),
        (
            "event-conversation-member-added",
            Event::MemberAdded {
                interaction,
                conversation,
                member: Member { id: number.clone(), number, name: None, agent: None, is_self: false },
            },
        ),
        ("event-with-context", Event::ConversationInitialized { interaction, conversation }),
        ("event-conversation-disposed", Event::ConversationDisposed { interaction, conversation }),
        ("event-interaction-datachanged", Event::DataChanged { interaction, before: Some(Arc::new(contact(false))), after: data.clone() }),
        ("event-interaction-preview", Event::Preview { interaction, contact: data.clone() }),
        ("event-interaction-screenpop", Event::Screenpop { interaction, contact: data }),
        ("event-interaction-focuschanged", Event::FocusChanged { interaction, focus: Some((CONSULT, Role::Consult)) }),
        (
            "event-interaction-ended-transferred",
            Event::InteractionEnded { interaction, reason: EndReason::Transferred, cause: None, released_by: None },
        ),
        (
            "event-interaction-complete",
            Event::InteractionComplete { interaction, disposition: Some("Resolved".into()), disposition_id: Some(1), auto: false },
        ),
        ("event-interaction-disposed", Event::InteractionDisposed { interaction }),
        ("event-statistics-updated-agent", figures().0),
        ("event-statistics-updated-skillgroup", figures().1),
        (
            "event-session-message-received",
            text(Sender::Agent { id: "1002".into(), name: None }, Recipient::Team, "Who takes the next one?"),
        ),
        ("event-session-message-received-client", text(Sender::Client("OPERATOR".into()), Recipient::All, "Maintenance at noon")),
    ]
}

/// Somebody whom the operator has just made a supervisor.
fn supervisor() -> Identity {
    Identity { roles: Roles::AGENT.with(auth::Role::Supervisor), ..Identity::of_agent("1001".into()) }
}

fn text(from: Sender, to: Recipient, text: &str) -> Event {
    Event::Message(UserMessage { from, to, text: text.into(), at: "2026-02-03T08:20:44.007Z".parse().unwrap() })
}

fn check(name: &str, written: &str) {
    assert_eq!(written, fixture(name).to_string(), "{name}");
}

#[test]
fn every_event_is_written_as_its_file_has_it() {
    let settings = settings();
    let with_context = Settings { debug_context: true, ..settings.clone() };
    let root = Root { session: "PG1-1001".into(), channel: "3001".into(), ..Root::default() };
    let scene = |settings| Scene { root: &root, endpoint: "3001", settings, is_resync: false };
    let frozen = Frozen::take(&contact(true), &settings, "2026-03-02T09:14:07.312Z".parse().unwrap());
    for (name, event) in events() {
        let settings = if name == "event-with-context" { &with_context } else { &settings };
        let body = scene(settings).event(&event, Some(CallSession::of(&frozen, false)));
        check(name, &body.numbered(7));
    }
    let scene = scene(&settings);
    let bodies: Vec<(&str, Body)> = vec![
        ("event-channelgroup-created", scene.group_created(None)),
        ("event-channel-created", scene.channel_created()),
        ("event-channel-initialized", scene.channel_initialized()),
        ("event-channelgroup-initialized", scene.group_initialized()),
        ("event-channel-disposed", scene.channel_disposed()),
        ("event-channelgroup-disposed", scene.group_disposed()),
        ("state-event-session-logged-in", scene.session_logged_in(&supervisor())),
        ("event-session-initialized", scene.session_initialized()),
        ("event-session-disposed-override", scene.session_disposed(DisposeReason::Override)),
        ("event-session-disposed-admin", scene.session_disposed(DisposeReason::Admin)),
        ("event-session-infochanged", scene.session_info(&supervisor())),
        ("event-directory-updated", scene.directory(&settings.directory)),
        ("event-externaldispositions-updated", scene.external_dispositions(&settings.dispositions)),
        ("event-team-updated", scene.team_updated(&TeamInfo { id: 1, name: Some("Team 1".into()), members: members() }, true)),
        ("event-team-member-infochanged", scene.team_member_changed(&MemberChange::of(&settings, 1, &members()[1], true))),
    ];
    let mut checked: BTreeSet<&str> = events().iter().map(|(name, _)| *name).collect();
    for (name, body) in &bodies {
        check(name, &body.numbered(7));
        checked.insert(name);
    }
    check("service-status-event", &service_status(ServiceWord::Engine(ServiceStatus::InService), true, 17, false));
    let all = names();
    let files: BTreeSet<&str> =
        all.iter().map(String::as_str).filter(|name| name.contains("event-") && *name != "service-status-event").collect();
    assert_eq!(checked, files, "every file is checked");
}

#[test]
fn every_request_is_understood_and_answered_as_its_file_has_it() {
    let settings = settings();
    for name in names() {
        let message = fixture(&name);
        let original = message.get("original").unwrap_or(&message);
        if message.get("messageType").is_some() || name == "failure-bad-json" {
            continue;
        }
        let request = match message["result"].as_str() {
            // A success does not hold its request: the same members make one.
            Some("success") => {
                let mut request = message.clone();
                request.as_object_mut().unwrap().remove("result");
                Request::parse(request.to_string().into())
            }
            _ => Request::parse(original.to_string().into()),
        };
        let request = request.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(command::find(request.command()).is_some(), "{name}");
        let form = |need| Form::of(need, &settings);
        let written = match message["result"].as_str() {
            None => continue,
            Some("success") if message.get("data").is_none() => request.success_without_data(),
            Some("success") if name == "prepare-session-success" => request.success_with(&message["data"]),
            Some("success") => request.success(),
            Some("confirm") => request.confirm(message["message"].as_str().unwrap()),
            Some("failure") => {
                let text = |member: &str| message["failure"][member].as_str().unwrap();
                let code = FailureCode::ALL.iter().find(|code| code.as_str() == text("code")).unwrap();
                request.failure(&Failure::new(*code, text("message")).with_context(text("context")))
            }
            Some("needinfo") => match name.as_str() {
                "needinfo-agentstate" => request.need_info(&form(NeedInfo::AgentState)),
                "needinfo-disposition" => request.need_info(&form(NeedInfo::Disposition { required: true })),
                "needinfo-logoutreason" => request.need_info(&form(NeedInfo::LogoutReason)),
                "needinfo-outboundskill" => request.need_info(&Form::outbound_skill(&[10, 11], &settings)),
                _ => panic!("{name} has no form"),
            },
            Some(other) => panic!("{name}: {other}"),
        };
        check(&name, &written);
    }
    check("failure-bad-json", &bad_json(fixture("failure-bad-json")["original"].as_str().unwrap()));
}

#[test]
fn answers_repeat_what_was_asked() {
    for name in names() {
        let message = fixture(&name);
        let Some(original) = message.get("original").filter(|original| original.is_object()) else { continue };
        for member in ["command", "target", "requestId"] {
            assert_eq!(message.get(member), original.get(member), "{name}: {member}");
        }
    }
}

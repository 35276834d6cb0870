//! Random walks: whatever people and clients do, in whatever order, the world's rules hold, every request gets one
//! answer, and somebody who only listens to the events knows the world. A failing seed replays exactly.

use std::collections::BTreeMap;
use std::time::Duration;

use super::call::LegState;
use super::{Asker, CallId, FarEnd, InboundCall, NO_CALL, Output, PhoneAction, PreCall, World, WorldSettings};
use crate::protocol::message::{
    AlternateCallReq, AnswerCallReq, ClearConnectionReq, ConferenceCallReq, ConsultationCallReq, DeflectCallReq, EmergencyCallReq,
    HoldCallReq, MakeCallReq, ReconnectCallReq, RetrieveCallReq, SetAgentStateReq, SetCallDataReq, SnapshotCallReq, SnapshotDeviceReq,
    SuperviseCallReq, TransferCallReq,
};
use crate::protocol::values::{AgentState, LocalConnectionState, SupervisoryAction};
use crate::protocol::wire::NamedVariable;
use crate::protocol::{Message, ProtocolVersion, Text};
use crate::simulator::behaviour::Mixer;
use crate::simulator::{Dice, Profile};
use crate::time::{Clock, Now};

/// What a client knows that only listens.
#[derive(Default)]
struct Listener {
    /// Connections of agents between BEGIN and END.
    connections: BTreeMap<(CallId, String), Option<LocalConnectionState>>,
    /// Connections that ended in this step; nothing may be said of them any more.
    agents: BTreeMap<String, AgentState>,
    /// States of connections that a transfer or conference moves, by device.
    moved: BTreeMap<String, Option<LocalConnectionState>>,
}

impl Listener {
    fn set(&mut self, what: &str, call: CallId, device: &Option<Text<'_>>, state: LocalConnectionState) {
        let key = (call, device.as_deref().unwrap_or_default().to_owned());
        let known = self.connections.get_mut(&key);
        *known.unwrap_or_else(|| panic!("{what} for {key:?} outside BEGIN and END")) = Some(state);
    }

    fn hear(&mut self, message: &Message<'_>) {
        match message {
            Message::BeginCallEvent(event) => {
                let device = event.connection_device_id.as_deref().unwrap_or_default().to_owned();
                let state = self.moved.remove(&device).flatten();
                let old = self.connections.insert((event.connection_call_id, device), state);
                assert!(old.is_none(), "BEGIN twice: {event:?}");
            }
            Message::EndCallEvent(event) => {
                let key = (event.connection_call_id, event.connection_device_id.as_deref().unwrap_or_default().to_owned());
                assert!(self.connections.remove(&key).is_some(), "END without BEGIN: {key:?}");
            }
            Message::CallDeliveredEvent(e) => {
                self.set("DELIVERED", e.connection_call_id, &e.connection_device_id, e.local_connection_state)
            }
            Message::CallEstablishedEvent(e) => {
                self.set("ESTABLISHED", e.connection_call_id, &e.connection_device_id, e.local_connection_state);
            }
            Message::CallServiceInitiatedEvent(e) => {
                self.set("SERVICE_INITIATED", e.connection_call_id, &e.connection_device_id, e.local_connection_state);
            }
            Message::CallOriginatedEvent(e) => {
                self.set("ORIGINATED", e.connection_call_id, &e.connection_device_id, e.local_connection_state)
            }
            Message::CallReachedNetworkEvent(e) => {
                self.set("REACHED_NETWORK", e.connection_call_id, &e.connection_device_id, e.local_connection_state);
            }
            Message::CallHeldEvent(e) => self.set("HELD", e.connection_call_id, &e.connection_device_id, e.local_connection_state),
            Message::CallRetrievedEvent(e) => {
                self.set("RETRIEVED", e.connection_call_id, &e.connection_device_id, e.local_connection_state)
            }
            Message::CallFailedEvent(e) => self.set("FAILED", e.connection_call_id, &e.connection_device_id, e.local_connection_state),
            Message::CallTransferredEvent(e) => self.take_moved(e.secondary_call_id),
            Message::CallConferencedEvent(e) => {
                self.take_moved(e.secondary_call_id);
                self.set("CONFERENCED", e.primary_call_id, &e.controller_device_id, LocalConnectionState::CONNECT);
            }
            Message::AgentStateEvent(e) => {
                self.agents.insert(e.agent_id.as_deref().unwrap_or_default().to_owned(), e.agent_state);
            }
            _ => {}
        }
    }

    fn take_moved(&mut self, secondary: CallId) {
        let states = self.connections.iter().filter(|((call, _), _)| *call == secondary);
        self.moved = states.map(|((_, device), state)| (device.clone(), *state)).collect();
    }

    fn agrees_with(&self, world: &World) {
        for ((call, device), state) in &self.connections {
            let leg = world.calls.get(call).and_then(|call| call.leg(device));
            let leg = leg.unwrap_or_else(|| panic!("call {call} has no leg at {device}"));
            if !leg.is_monitored {
                assert_eq!(*state, Some(leg.state.on_wire()), "call {call} at {device}");
            }
        }
        let legs = world.calls.values().flat_map(|call| call.agents()).count();
        assert_eq!(legs, self.connections.len(), "every leg of an agent was told");
        for (_, agent) in world.agents.iter() {
            let told = self.agents.get(&agent.id).copied().unwrap_or(AgentState::LOGOUT);
            assert_eq!(told, agent.state, "agent {}", agent.id);
        }
    }
}

struct Walk {
    world: World,
    now: Now,
    dice: Dice,
    listener: Listener,
    invoke: u32,
    asker: Asker,
    mixer: Mixer,
    /// One seed is replayed: say what happens.
    is_loud: bool,
}

const DEVICES: [&str; 5] = ["3001", "3002", "3003", "3004", "3005"];
const NUMBERS: [&str; 11] =
    ["3001", "3002", "3003", "3004", "3005", "8001", "+41315550107", "+41315550100", "+41315550101", "+41315550102", "99"];

impl Walk {
    fn new(seed: u64, is_loud: bool) -> Self {
        let now = Clock::start().now();
        let settings = WorldSettings { agents: 5, ..WorldSettings::default() };
        let asker = Asker { session: 1, version: ProtocolVersion::MAX, device: None, client_id: "walk".into(), address: String::new() };
        let world = World::new(settings, Profile::Field, now);
        let mut mixer = Mixer::new();
        mixer.behaviour.shuffle_events = (seed % 2 == 1).then_some(seed);
        Self { world, now, dice: Dice::new(seed), listener: Listener::default(), invoke: 0, asker, mixer, is_loud }
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.dice.below(list.len() as u64) as usize]
    }

    /// A call that the phone has, now and then any other.
    fn call_at(&mut self, device: &str) -> CallId {
        let calls = self.world.calls_at(device);
        match self.dice.below(12) {
            0 => NO_CALL,
            1 => 7,
            _ if calls.is_empty() => NO_CALL,
            _ => self.pick(&calls),
        }
    }

    /// A call that the phone has in this state, if it has one; now and then any other.
    fn call_in(&mut self, device: &str, state: LegState) -> CallId {
        let calls = self.world.calls_at(device);
        let fits = calls.into_iter().find(|id| self.world.leg_state(*id, device) == Some(state));
        fits.filter(|_| self.dice.below(10) > 0).unwrap_or_else(|| self.call_at(device))
    }

    fn settle(&mut self, asked: bool, what: &str) {
        let mut answers = 0;
        if self.is_loud {
            println!("{what}");
        }
        // Every other walk is heard in an order that the reference allows but the world did not choose.
        while let Some(output) = self.world.poll_output() {
            self.mixer.push(self.now.mono, output);
        }
        while let Some((_, output)) = self.mixer.pop_due(self.now.mono + Duration::from_secs(1)) {
            match output {
                Output::Answer { message, .. } => {
                    answers += 1;
                    message.to_bytes(ProtocolVersion::MAX).unwrap_or_else(|error| panic!("{what}: {error}"));
                }
                Output::Event(event) => {
                    if self.is_loud {
                        println!("    {:?}", event.message.name());
                    }
                    for version in [9, 15, 25] {
                        // A message that a version does not have may be left out, but all others must fit.
                        let result = event.message.to_bytes(ProtocolVersion::new(version).unwrap());
                        let is_fine = !matches!(result, Err(crate::protocol::EncodeError::FieldTooLong { .. }));
                        assert!(is_fine, "{what}: {result:?}");
                    }
                    self.listener.hear(&event.message);
                }
            }
        }
        assert_eq!(answers, u32::from(asked), "{what}");
        self.world.check_invariants().unwrap_or_else(|broken| panic!("{what}: {broken}"));
        self.listener.agrees_with(&self.world);
    }

    fn ask(&mut self, what: &str, message: impl Into<Message<'static>>) {
        let asker = self.asker.clone();
        self.world.request(self.now, &asker, self.invoke, &message.into());
        self.settle(true, what);
    }

    fn step(&mut self) {
        self.invoke += 1;
        let (invoke_id, peripheral_id) = (self.invoke, 5000);
        let device = self.pick(&DEVICES);
        let id = device.replacen("300", "100", 1);
        let call = self.call_at(device);
        let active = self.call_in(device, LegState::Connected);
        let other = self.call_in(device, LegState::Held);
        let number = self.pick(&NUMBERS);
        let (at, to): (Option<Text<'static>>, Option<Text<'static>>) = (Some(device.into()), Some(number.into()));
        let here = at.clone();
        match self.dice.below(32) {
            0..=2 => {
                let states = [AgentState::LOGIN, AgentState::LOGOUT, AgentState::NOT_READY, AgentState::AVAILABLE, AgentState::AVAILABLE];
                let states = [&states[..], &[AgentState::WORK_READY, AgentState::WORK_NOT_READY, AgentState::AVAILABLE]].concat();
                let agent_state = self.pick(&states);
                let request = SetAgentStateReq {
                    invoke_id,
                    peripheral_id,
                    agent_state,
                    agent_instrument: at,
                    agent_id: Some(id.clone().into()),
                    agent_password: Some("1234".into()),
                    ..Default::default()
                };
                self.ask(&format!("{id} wants {agent_state}"), request);
            }
            3..=5 => {
                let agent = (self.dice.below(2) == 0).then_some(id);
                let group = agent.is_none().then_some(10);
                let call_type = (self.dice.below(8) == 0).then_some(18);
                let inbound = InboundCall {
                    from: "+41445550123".into(),
                    call_type,
                    agent,
                    skill_group: group,
                    queue: Duration::from_secs(self.dice.below(3)),
                    pre_call: self.pick(&[PreCall::Before, PreCall::Before, PreCall::Late, PreCall::None, PreCall::Abort]),
                    arrives_after: Duration::from_secs(self.dice.below(4).saturating_sub(1)),
                    ecc_variables: vec![("user.a".into(), "1".into())],
                    ..InboundCall::default()
                };
                self.world.place_call(self.now, inbound).unwrap();
                self.settle(false, "a call comes");
            }
            6..=8 => {
                let call = self.call_in(device, LegState::Alerting);
                let request =
                    AnswerCallReq { invoke_id, peripheral_id, connection_call_id: call, connection_device_id: at, ..Default::default() };
                self.ask(&format!("{device} answers {call}"), request);
            }
            9 => {
                let request =
                    HoldCallReq { invoke_id, peripheral_id, connection_call_id: call, connection_device_id: at, ..Default::default() };
                self.ask(&format!("{device} holds {call}"), request);
            }
            10 => {
                let request = RetrieveCallReq {
                    invoke_id,
                    peripheral_id,
                    held_connection_call_id: call,
                    held_connection_device_id: at,
                    ..Default::default()
                };
                self.ask(&format!("{device} retrieves {call}"), request);
            }
            11..=12 => {
                let request = ClearConnectionReq {
                    invoke_id,
                    peripheral_id,
                    connection_call_id: call,
                    connection_device_id: at,
                    ..Default::default()
                };
                self.ask(&format!("{device} clears {call}"), request);
            }
            13 => {
                let request = MakeCallReq { invoke_id, peripheral_id, agent_instrument: at, dialed_number: to, ..Default::default() };
                self.ask(&format!("{device} calls {number}"), request);
            }
            14..=16 => {
                let request = ConsultationCallReq {
                    invoke_id,
                    peripheral_id,
                    active_connection_call_id: active,
                    active_connection_device_id: at,
                    dialed_number: to,
                    ..Default::default()
                };
                self.ask(&format!("{device} consults {number} from {active}"), request);
            }
            17 => {
                let request = AlternateCallReq {
                    invoke_id,
                    peripheral_id,
                    active_connection_call_id: active,
                    other_connection_call_id: other,
                    active_connection_device_id: at,
                    other_connection_device_id: here,
                    ..Default::default()
                };
                self.ask(&format!("{device} alternates {active} and {other}"), request);
            }
            18 => {
                let request = ReconnectCallReq {
                    invoke_id,
                    peripheral_id,
                    active_connection_call_id: active,
                    held_connection_call_id: other,
                    active_connection_device_id: at,
                    held_connection_device_id: here,
                    ..Default::default()
                };
                self.ask(&format!("{device} reconnects {active} and {other}"), request);
            }
            19..=20 => {
                let blind = self.dice.below(2) == 0;
                let request = TransferCallReq {
                    invoke_id,
                    peripheral_id,
                    active_connection_call_id: active,
                    held_connection_call_id: if blind { NO_CALL } else { other },
                    active_connection_device_id: at,
                    held_connection_device_id: here,
                    dialed_number: to.filter(|_| blind),
                    ..Default::default()
                };
                self.ask(&format!("{device} transfers {active} with {other} or to {number}"), request);
            }
            21 | 30 | 31 => {
                let request = ConferenceCallReq {
                    invoke_id,
                    peripheral_id,
                    active_connection_call_id: active,
                    held_connection_call_id: other,
                    active_connection_device_id: at,
                    held_connection_device_id: here,
                    ..Default::default()
                };
                self.ask(&format!("{device} joins {active} and {other}"), request);
            }
            22 => {
                let request = DeflectCallReq {
                    invoke_id,
                    peripheral_id,
                    connection_call_id: call,
                    connection_device_id: at,
                    called_device_id: to,
                    ..Default::default()
                };
                self.ask(&format!("{device} deflects {call} to {number}"), request);
            }
            23 => {
                let action = SupervisoryAction(self.pick(&[0, 1, 1, 1, 2, 3, 3, 4, 9]));
                let talks =
                    |device: &&&str| self.world.agent_at(device).is_some_and(|ix| self.world.agents[ix].state == AgentState::TALKING);
                let device = DEVICES[1..].iter().find(talks).copied().unwrap_or(device);
                let at = Some(Text::from(device));
                let request = SuperviseCallReq {
                    invoke_id,
                    peripheral_id,
                    agent_connection_call_id: NO_CALL,
                    supervisory_action: action,
                    agent_instrument: at,
                    supervisor_instrument: Some("3001".into()),
                    ..Default::default()
                };
                self.ask(&format!("3001 supervises {device}: {action}"), request);
            }
            24 => {
                let request =
                    EmergencyCallReq { invoke_id, peripheral_id, connection_call_id: NO_CALL, agent_instrument: at, ..Default::default() };
                self.ask(&format!("{device} needs help"), request);
            }
            25 => {
                let call = self.call_in(device, LegState::Alerting);
                let mut request =
                    SetCallDataReq { invoke_id, peripheral_id, connection_call_id: call, connection_device_id: at, ..Default::default() };
                request.call_variable1 = Some("x".into());
                request.call_wrapup_data = Some("done".into());
                let response = self.pick(&["Accept", "Reject", "Skip", "Cancel Reservation", "whatever"]);
                request.named_variables.push(NamedVariable { name: "BAResponse".into(), value: response.into() });
                self.ask(&format!("data at {device}, {response}"), request);
            }
            26 => {
                let what = [
                    PhoneAction::Answer,
                    PhoneAction::Answer,
                    PhoneAction::Hangup,
                    PhoneAction::Hold,
                    PhoneAction::Retrieve,
                    PhoneAction::Dial(number.into()),
                    PhoneAction::Consult(number.into()),
                    PhoneAction::Transfer,
                    PhoneAction::Conference,
                    PhoneAction::Reconnect,
                    PhoneAction::BackInService,
                    PhoneAction::OutOfService,
                ];
                let action = &what[(self.dice.below(23) / 2) as usize];
                let _ = self.world.use_phone(self.now, device, action);
                self.settle(false, &format!("{device}: {action:?}"));
            }
            27 => {
                let calls: Vec<CallId> = self.world.calls.keys().copied().collect();
                if !calls.is_empty() {
                    let call = self.pick(&calls);
                    let action = self.pick(&[FarEnd::Answer, FarEnd::Hangup, FarEnd::Hangup, FarEnd::Busy, FarEnd::NoAnswer]);
                    let _ = self.world.far_end(self.now, call, action);
                    self.settle(false, &format!("the far end of {call}: {action:?}"));
                }
            }
            28 => {
                let state = self.pick(&["LOGIN", "LOGOUT", "NOT_READY", "AVAILABLE", "WORK"]);
                let _ = self.world.force_agent(self.now, &id, state, None);
                self.settle(false, &format!("{id} is put into {state}"));
            }
            _ => {
                let device = SnapshotDeviceReq { invoke_id, peripheral_id, agent_instrument: at.clone(), ..Default::default() };
                self.ask("snapshot of a device", device);
                let call =
                    SnapshotCallReq { invoke_id, peripheral_id, connection_call_id: call, connection_device_id: at, ..Default::default() };
                self.ask("snapshot of a call", call);
            }
        }
        if self.dice.below(3) == 0 {
            self.now = self.now.later(Duration::from_millis(self.dice.below(9_000)));
            self.world.handle_timeout(self.now);
            self.settle(false, "time passes");
        }
    }
}

#[test]
fn listening_is_enough_to_know_the_world_whatever_happens() {
    let seeds = std::env::var("CTIBRIDGE_SIM_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(200);
    let only = std::env::var("CTIBRIDGE_SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut reached = std::collections::BTreeSet::new();
    for seed in only.map_or(0..seeds, |seed| seed..seed + 1) {
        println!("seed {seed}");
        let mut walk = Walk::new(seed, only.is_some());
        for _ in 0..250 {
            walk.step();
            reached.extend(walk.world.calls.values().flat_map(|call| call.legs.iter().map(|leg| leg.state.word())));
            reached.extend(walk.world.calls.values().filter_map(|call| call.call_type.name()));
        }
    }
    if only.is_none() {
        // A walk that never gets anywhere proves nothing.
        for state in [LegState::Alerting, LegState::Initiated, LegState::Connected, LegState::Held, LegState::Failed].map(LegState::word) {
            assert!(reached.contains(state), "{state} was never reached");
        }
        for kind in ["CALLTYPE_CONFERENCE", "CALLTYPE_CONSULT", "CALLTYPE_SUPERVISOR_MONITOR", "CALLTYPE_EMERGENCY", "CALLTYPE_OUT"] {
            assert!(reached.contains(kind), "{kind} was never reached");
        }
    }
}

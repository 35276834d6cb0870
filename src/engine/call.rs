//! Calls as the CTI Server reports them: connections named by their triple, and the call data that belongs to a call.
//!
//! A connection is (ConnectionCallID, ConnectionDeviceIDType, ConnectionDeviceID); the call id alone may name two calls at
//! once, so it is only an index of candidates. Knows nothing of desktops.

use std::collections::{BTreeMap, HashMap};

use smallvec::SmallVec;

use super::evidence::{Givers, Watched};
use super::model::{AgentId, CallId, CallType, ConversationId, EccValue, InteractionId, Name, RouterCallKey};
use super::record::CallFacts;
use crate::protocol::List;
use crate::protocol::values::ConnectionDeviceIdType;
use crate::protocol::wire::{NamedArray, NamedVariable, Text};

/// Ours, never reused; the reference's ids are not unique enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CallKey(u64);

/// The name of a connection on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Triple {
    pub(super) peripheral: u32,
    pub(super) call_id: CallId,
    pub(super) id_type: ConnectionDeviceIdType,
    pub(super) device: Name,
}

/// The state of one connection (LocalConnectionState without what Unified CCE never sends). `Cleared` and `Failed` stick
/// until END_CALL_EVENT, whatever comes late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Line {
    #[default]
    Unknown,
    Initiated,
    Alerting,
    Connected,
    Held,
    Failed,
    Cleared,
}

impl Line {
    pub(super) const fn is_final(self) -> bool {
        matches!(self, Self::Failed | Self::Cleared)
    }
}

/// One device's part in a call.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) id_type: ConnectionDeviceIdType,
    pub(super) device: Name,
    pub(super) agent: Option<AgentId>,
    pub(super) line: Line,
    pub(super) is_originator: bool,
    pub(super) leg: Option<(InteractionId, ConversationId)>,
    /// END_CALL_EVENT came out of the blue: it may be the peripheral that is going, not the call.
    pub(super) is_in_doubt: bool,
}

/// Call data by field; absent fields were never sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CallData {
    pub(super) call_type: CallType,
    pub(super) ani: Option<Name>,
    pub(super) dnis: Option<Name>,
    pub(super) dialed_number: Option<Name>,
    /// The number that a campaign dialled.
    pub(super) customer_number: Option<Name>,
    pub(super) calling_device: Option<Name>,
    pub(super) called_device: Option<Name>,
    pub(super) router_key: Option<RouterCallKey>,
    pub(super) skill_group_id: Option<u32>,
    pub(super) skill_group_number: Option<u32>,
    pub(super) mrd_id: Option<u32>,
    pub(super) call_variables: [Option<Name>; 10],
    pub(super) wrapup: Option<Name>,
    pub(super) entered_digits: Option<Name>,
    pub(super) ecc: BTreeMap<Name, EccValue>,
}

impl CallData {
    /// Takes from `other` what is missing here.
    pub(super) fn fill_from(&mut self, other: &Self) {
        fn fill<T: Clone>(mine: &mut Option<T>, theirs: &Option<T>) {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
        fill(&mut self.ani, &other.ani);
        fill(&mut self.dnis, &other.dnis);
        fill(&mut self.dialed_number, &other.dialed_number);
        fill(&mut self.customer_number, &other.customer_number);
        fill(&mut self.calling_device, &other.calling_device);
        fill(&mut self.called_device, &other.called_device);
        fill(&mut self.router_key, &other.router_key);
        fill(&mut self.mrd_id, &other.mrd_id);
        fill(&mut self.wrapup, &other.wrapup);
        fill(&mut self.entered_digits, &other.entered_digits);
        for (mine, theirs) in self.call_variables.iter_mut().zip(&other.call_variables) {
            fill(mine, theirs);
        }
        for (name, value) in &other.ecc {
            self.ecc.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }

    /// Takes the ECC variables of a message: all of them (`replace`), or only what is named.
    pub(super) fn take_ecc(&mut self, variables: &List<'_, NamedVariable<'_>>, arrays: &List<'_, NamedArray<'_>>, replace: bool) {
        if replace {
            self.ecc.clear();
        }
        for variable in variables {
            self.ecc.insert(name(&variable.name), EccValue::Scalar(name(&variable.value)));
        }
        for element in arrays {
            let entry = self.ecc.entry(name(&element.name)).or_insert_with(|| EccValue::Array(BTreeMap::new()));
            if let EccValue::Scalar(_) = entry {
                *entry = EccValue::Array(BTreeMap::new());
            }
            if let EccValue::Array(elements) = entry {
                elements.insert(element.index, name(&element.value));
            }
        }
    }

    /// What the session history keeps of them.
    pub(super) fn facts(&self) -> CallFacts {
        CallFacts {
            call_type: self.call_type,
            ani: self.ani.clone(),
            dnis: self.dnis.clone(),
            dialed_number: self.dialed_number.clone(),
            calling_device: self.calling_device.clone(),
            called_device: self.called_device.clone(),
            skill_group: self.skill_group_id,
            call_variables: self.call_variables.clone(),
            wrapup: self.wrapup.clone(),
            entered_digits: self.entered_digits.clone(),
            ecc: self.ecc.clone(),
        }
    }

    pub(super) fn take_router_key(&mut self, day: Option<u32>, call_id: Option<u32>, sequence: Option<u32>) {
        if let (Some(day), Some(call_id)) = (day, call_id) {
            self.router_key = Some(RouterCallKey { day, call_id, sequence: sequence.unwrap_or(0) });
        }
    }

    pub(super) fn take_skill_group(&mut self, number: u32, id: u32) {
        take_id(&mut self.skill_group_number, number);
        take_id(&mut self.skill_group_id, id);
    }
}

/// A wire text as an owned name.
pub(super) fn name(text: &Text<'_>) -> Name {
    Name::from(text.as_str())
}

/// Keeps a text that was sent and is not empty.
pub(super) fn take_text(slot: &mut Option<Name>, text: Option<&Text<'_>>) {
    if let Some(text) = text
        && !text.is_empty()
        && slot.as_deref() != Some(text.as_str())
    {
        *slot = Some(name(text));
    }
}

/// Keeps a text that was sent, empty or not: an empty call variable is a value that overwrites.
pub(super) fn take_variable(slot: &mut Option<Name>, text: Option<&Text<'_>>) {
    if let Some(text) = text
        && slot.as_deref() != Some(text.as_str())
    {
        *slot = Some(name(text));
    }
}

/// Keeps an id that is not one of the NULL values.
pub(super) fn take_id(slot: &mut Option<u32>, id: u32) {
    if id != u32::MAX {
        *slot = Some(id);
    }
}

/// Takes the call data that most messages carry under the same names.
macro_rules! take_call_data {
    ($data:expr, $message:expr) => {{
        let (data, message) = (&mut $data, &$message);
        $crate::engine::call::take_text(&mut data.ani, message.ani.as_ref());
        $crate::engine::call::take_text(&mut data.dialed_number, message.dialed_number.as_ref());
        $crate::engine::call::take_text(&mut data.entered_digits, message.caller_entered_digits.as_ref());
        for (slot, text) in data.call_variables.iter_mut().zip([
            &message.call_variable1,
            &message.call_variable2,
            &message.call_variable3,
            &message.call_variable4,
            &message.call_variable5,
            &message.call_variable6,
            &message.call_variable7,
            &message.call_variable8,
            &message.call_variable9,
            &message.call_variable10,
        ]) {
            $crate::engine::call::take_variable(slot, text.as_ref());
        }
    }};
}
pub(super) use take_call_data;

/// One call: its connections that this client has been told of, and its data.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) peripheral: u32,
    pub(super) id: CallId,
    pub(super) connections: SmallVec<[Connection; 2]>,
    pub(super) data: CallData,
    /// Which message gave which of the data.
    pub(super) givers: Givers,
}

impl Call {
    pub(super) fn connection(&self, device: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.device == device)
    }

    pub(super) fn connection_mut(&mut self, device: &str) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|connection| connection.device == device)
    }

    /// Whether an agent takes part.
    pub(super) fn has_agents(&self) -> bool {
        self.connections.iter().any(|connection| connection.agent.is_some())
    }

    /// The connection of this agent, if there is one.
    pub(super) fn connection_of(&self, agent: &AgentId) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.agent.as_ref() == Some(agent))
    }
}

/// All calls, found by triple.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: HashMap<CallKey, Call>,
    index: HashMap<(u32, CallId), SmallVec<[CallKey; 2]>>,
    next: u64,
    pub(super) watched: Watched,
}

impl Calls {
    pub(super) fn get(&self, key: CallKey) -> Option<&Call> {
        self.calls.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: CallKey) -> Option<&mut Call> {
        let call = self.calls.get_mut(&key)?;
        self.watched.note(key, &call.data, &call.givers);
        Some(call)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (CallKey, &Call)> {
        self.calls.iter().map(|(key, call)| (*key, call))
    }

    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    fn candidates(&self, triple: &Triple) -> &[CallKey] {
        self.index.get(&(triple.peripheral, triple.call_id)).map_or(&[], |keys| keys.as_slice())
    }

    /// The call that has this connection.
    pub(super) fn find(&self, triple: &Triple) -> Option<CallKey> {
        self.candidates(triple).iter().copied().find(|key| self.get(*key).is_some_and(|call| call.connection(&triple.device).is_some()))
    }

    /// The call that an event speaks of even if it names a connection we were never told of.
    pub(super) fn find_call(&self, triple: &Triple) -> Option<CallKey> {
        self.find(triple).or_else(|| self.candidates(triple).first().copied())
    }

    /// The call of this connection, made if need be. A new connection joins the call with the same id, unless one is a
    /// consult call and the other is not; of several it joins the one that nobody answered yet.
    pub(super) fn attach(&mut self, triple: &Triple, call_type: CallType) -> CallKey {
        if let Some(key) = self.find(triple) {
            return key;
        }
        let is_consult = call_type == CallType::CONSULT;
        let joinable = |key: &&CallKey| {
            self.get(**key).is_some_and(|call| {
                call_type == CallType::default()
                    || call.data.call_type == CallType::default()
                    || (call.data.call_type == CallType::CONSULT) == is_consult
            })
        };
        let unanswered = |key: &&CallKey| self.get(**key).is_some_and(|call| call.connections.iter().all(|c| c.line != Line::Connected));
        let candidates = self.candidates(triple);
        let found = candidates.iter().filter(joinable).find(unanswered).or_else(|| candidates.iter().find(joinable)).copied();
        let key = found.unwrap_or_else(|| {
            self.next += 1;
            let key = CallKey(self.next);
            self.index.entry((triple.peripheral, triple.call_id)).or_default().push(key);
            let call = Call {
                peripheral: triple.peripheral,
                id: triple.call_id,
                connections: SmallVec::new(),
                data: CallData::default(),
                givers: Givers::default(),
            };
            self.calls.insert(key, call);
            key
        });
        if let Some(call) = self.calls.get_mut(&key) {
            call.connections.push(Connection {
                id_type: triple.id_type,
                device: triple.device.clone(),
                agent: None,
                line: Line::Unknown,
                is_originator: false,
                leg: None,
                is_in_doubt: false,
            });
        }
        key
    }

    /// Forgets a connection, and the call with the last one of an agent: the end of others is not reported.
    pub(super) fn detach(&mut self, key: CallKey, device: &str) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        call.connections.retain(|connection| connection.device != device);
        if !call.has_agents() {
            self.remove(key);
        }
    }

    /// Forgets a call, none of whose connections may have a leg.
    pub(super) fn remove(&mut self, key: CallKey) {
        if let Some(call) = self.calls.remove(&key) {
            self.unindex((call.peripheral, call.id), key);
        }
    }

    /// Moves a connection to another call; gives that call's id and the connection's leg. A connection that the other call
    /// has already gives way unless a leg belongs to it.
    pub(super) fn move_connection(
        &mut self,
        from: CallKey,
        into: CallKey,
        device: &str,
    ) -> Option<(CallId, Option<(InteractionId, ConversationId)>)> {
        if self.calls.get(&into)?.connection(device).is_some_and(|connection| connection.leg.is_some()) {
            return None;
        }
        let connection = self.calls.get(&from)?.connection(device)?.clone();
        let leg = connection.leg;
        self.detach(from, device);
        let call = self.calls.get_mut(&into)?;
        call.connections.retain(|known| known.device != device);
        call.connections.push(connection);
        Some((call.id, leg))
    }

    fn unindex(&mut self, name: (u32, CallId), key: CallKey) {
        if let Some(keys) = self.index.get_mut(&name) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.index.remove(&name);
            }
        }
    }

    /// Gives a call another id.
    pub(super) fn rename(&mut self, key: CallKey, id: CallId) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let old = (call.peripheral, std::mem::replace(&mut call.id, id));
        let new = (call.peripheral, id);
        self.unindex(old, key);
        self.index.entry(new).or_default().push(key);
    }

    /// Whether index and calls agree.
    pub(super) fn check(&self) -> Result<(), String> {
        for (key, call) in &self.calls {
            if !self.index.get(&(call.peripheral, call.id)).is_some_and(|keys| keys.contains(key)) {
                return Err(format!("call {} is not in the index", call.id));
            }
            if call.connections.is_empty() {
                return Err(format!("call {} has no connection", call.id));
            }
        }
        let indexed: usize = self.index.values().map(SmallVec::len).sum();
        if indexed == self.calls.len() { Ok(()) } else { Err(format!("{indexed} calls indexed, {} known", self.calls.len())) }
    }
}

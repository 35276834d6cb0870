//! The world as it really is, in the shape that the control port publishes.

use serde::Serialize;
use serde_json::{Map, Value};

use super::World;
use super::agent::state_word;
use super::call::{Call, CallId, LegState};
use crate::time::Now;

/// `GET /truth`.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Truth {
    /// When, RFC 3339.
    pub at: String,
    /// The active side: `a` or `b`.
    pub active: &'static str,
    /// All peripherals.
    pub peripherals: Vec<TruthPeripheral>,
    /// All agents.
    pub agents: Vec<TruthAgent>,
    /// All calls that phones have; callers who still wait are not among them.
    pub calls: Vec<TruthCall>,
}

/// One peripheral.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct TruthPeripheral {
    /// PeripheralID.
    pub id: String,
    /// `online` or `offline`.
    pub state: &'static str,
}

/// One agent.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct TruthAgent {
    /// AgentID.
    pub id: String,
    /// Where the agent is signed in.
    pub extension: Option<String>,
    /// The reference's word without its prefix.
    pub state: &'static str,
    /// EventReasonCode.
    pub reason: u16,
    /// The state that was asked for during a call.
    pub next_state: Option<&'static str>,
    /// Numbers of the agent's groups.
    pub skill_groups: Vec<String>,
}

/// One call.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct TruthCall {
    /// ConnectionCallID.
    pub call_id: CallId,
    /// The reference's word without its prefix.
    #[serde(rename = "type")]
    pub call_type: String,
    /// The caller's number; empty when withheld.
    pub ani: String,
    /// What was dialled.
    pub dialed_number: String,
    /// By number, as in `POST /calls`.
    pub call_variables: Map<String, Value>,
    /// By name; elements of arrays as `name[index]`.
    pub ecc_variables: Map<String, Value>,
    /// Who takes part.
    pub parties: Vec<TruthParty>,
}

/// One party of a call.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct TruthParty {
    /// The extension, or the number as in `ani`.
    pub device: String,
    /// ConnectionDeviceID.
    pub connection_id: String,
    /// `alerting`, `initiated`, `connected`, `held` or `failed`.
    pub state: &'static str,
    /// The agent at the device.
    pub agent: Option<String>,
    /// Set on the passive leg of a silent monitor.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub monitor: bool,
}

impl World {
    /// The truth; `active` is the active side's letter.
    pub fn truth(&self, now: Now, active: &'static str) -> Truth {
        let state = |online| if online { "online" } else { "offline" };
        let agents = self.agents.iter().map(|(_, agent)| TruthAgent {
            id: agent.id.clone(),
            extension: agent.device.clone(),
            state: state_word(agent.state),
            reason: agent.reason,
            next_state: agent.wish.map(|wish| state_word(wish.state)),
            skill_groups: agent.groups.iter().map(u32::to_string).collect(),
        });
        Truth {
            at: now.wall.to_string(),
            active,
            peripherals: self.peripherals().map(|(id, online)| TruthPeripheral { id: id.to_string(), state: state(online) }).collect(),
            agents: agents.collect(),
            // A caller in the queue is not at the peripheral yet.
            calls: self
                .calls
                .values()
                .filter(|call| call.legs.iter().any(|leg| !leg.is_outside()))
                .map(|call| self.true_call(call))
                .collect(),
        }
    }

    fn true_call(&self, call: &Call) -> TruthCall {
        let number = |(at, value): (usize, &Option<String>)| Some(((at + 1).to_string(), Value::from(value.clone()?)));
        let mut ecc: Map<String, Value> = call.data.named.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect();
        ecc.extend(call.data.arrays.iter().map(|(index, name, value)| (format!("{name}[{index}]"), Value::from(value.clone()))));
        let name =
            call.call_type.name().map_or_else(|| call.call_type.0.to_string(), |name| name.trim_start_matches("CALLTYPE_").to_owned());
        TruthCall {
            call_id: call.id,
            call_type: name,
            ani: call.data.ani.clone().unwrap_or_default(),
            dialed_number: call.data.dialed_number.clone().unwrap_or_default(),
            call_variables: call.data.variables.iter().enumerate().filter_map(number).collect(),
            ecc_variables: ecc,
            parties: call.legs.iter().map(|leg| self.true_party(leg)).collect(),
        }
    }

    fn true_party(&self, leg: &super::call::Leg) -> TruthParty {
        let at = leg.agent().map(|ix| &self.agents[ix]).filter(|agent| agent.device.as_deref() == Some(leg.device.as_str()));
        TruthParty {
            device: if leg.party == super::call::Party::Withheld { String::new() } else { leg.number.clone() },
            connection_id: leg.device.clone(),
            state: LegState::word(leg.state),
            agent: at.map(|agent| agent.id.clone()),
            monitor: leg.is_monitored,
        }
    }
}

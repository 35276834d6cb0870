//! Moments for the session history: what happened, when, to which call and agent. Until the history store exists they go
//! to the log target `history` as JSON lines; numbers of customers are not in them.

use jiff::Timestamp;
use serde::Serialize;

use super::model::{AgentId, CallId, InteractionId, RouterCallKey};

/// One moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Receipt time of the message that told it, UTC.
    #[serde(serialize_with = "serialize_time")]
    pub at: Timestamp,
    /// What happened.
    pub moment: Moment,
    /// PeripheralID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peripheral_id: Option<u32>,
    /// ConnectionCallID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// The router's key of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router_key: Option<RouterCallKey>,
    /// The agent it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The agent's contact.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_interaction")]
    pub interaction: Option<InteractionId>,
    /// CallType, agent state, SkillGroupID, EventCause or the like, by moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The moment was found by a resynchronisation, so its time is an estimate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

fn serialize_time<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.6}"))
}

fn serialize_interaction<S: serde::Serializer>(id: &Option<InteractionId>, serializer: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => serializer.collect_str(id),
        None => serializer.serialize_none(),
    }
}

/// The moments that the session history is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Moment {
    /// AGENT_PRE_CALL_EVENT: the router chose an agent.
    AgentPreCall,
    /// AGENT_PRE_CALL_ABORT_EVENT: and took it back.
    AgentPreCallAbort,
    /// CALL_TRANSLATION_ROUTE_EVENT: a call is on its way to this gateway. Not sent by Unified CCE.
    TranslationRoute,
    /// CALL_QUEUED_EVENT. Not sent by Unified CCE's agent peripheral.
    Queued,
    /// CALL_DEQUEUED_EVENT. Not sent by Unified CCE's agent peripheral.
    Dequeued,
    /// CALL_DELIVERED_EVENT of an inbound trunk, no agent involved yet.
    TrunkSeized,
    /// BEGIN_CALL_EVENT.
    BeginCall,
    /// MAKE_CALL_CONF or the first event of a call that an agent placed.
    Dialed,
    /// CALL_SERVICE_INITIATED_EVENT.
    ServiceInitiated,
    /// CALL_ORIGINATED_EVENT.
    Originated,
    /// CALL_REACHED_NETWORK_EVENT.
    ReachedNetwork,
    /// CALL_DELIVERED_EVENT at the agent's phone.
    Alerting,
    /// CALL_DELIVERED_EVENT at the far end.
    FarEndAlerting,
    /// CALL_ESTABLISHED_EVENT.
    Established,
    /// CALL_HELD_EVENT.
    Held,
    /// CALL_RETRIEVED_EVENT.
    Retrieved,
    /// CALL_FAILED_EVENT.
    Failed,
    /// CALL_CONNECTION_CLEARED_EVENT.
    ConnectionCleared,
    /// CALL_CLEARED_EVENT.
    Cleared,
    /// CALL_DIVERTED_EVENT.
    Diverted,
    /// CALL_TRANSFERRED_EVENT.
    Transferred,
    /// CALL_CONFERENCED_EVENT.
    Conferenced,
    /// END_CALL_EVENT.
    EndCall,
    /// CALL_DATA_UPDATE_EVENT.
    DataUpdate,
    /// AGENT_STATE_EVENT: the agent's state changed.
    AgentState,
    /// The agent's contact was completed.
    Completed,
    /// The link was lost: a gap begins.
    LinkDown,
    /// The picture is right again: the gap ends.
    LinkUp,
}

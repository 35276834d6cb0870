//! Moments for the session history: what happened, when, to which call and agent. The history store takes them whole; on
//! the log target `history` they are JSON lines without [`Facts`], so that no customer's number is in a log.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::model::{AgentId, AgentState, CallId, CallType, EccValue, EventCause, InteractionId, Name, RouterCallKey};
use crate::time::whole_micros;

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
    pub detail: Option<Cow<'static, str>>,
    /// The moment was found by a resynchronisation, so its time is an estimate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
    /// What only the history store needs.
    #[serde(skip)]
    pub facts: Facts,
}

impl Record {
    /// A moment without anything to it. Its time is cut to what is published: whoever computes with published times gets what
    /// the history computes.
    pub fn new(at: Timestamp, moment: Moment) -> Self {
        Self {
            at: whole_micros(at),
            moment,
            peripheral_id: None,
            call_id: None,
            router_key: None,
            agent: None,
            interaction: None,
            detail: None,
            estimated: false,
            facts: Facts::default(),
        }
    }
}

/// The particulars of a moment that a log must not show or a reader of logs does not need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The connection it happened to (ConnectionDeviceID, or the number of a party that is no agent).
    pub device: Option<Name>,
    /// The agent placed the call.
    pub is_originator: bool,
    /// The leg asks a colleague beside another one, or is asked.
    pub is_consult: bool,
    /// EventCause.
    pub cause: Option<EventCause>,
    /// The call's data as they are now.
    pub call: Option<Arc<CallFacts>>,
    /// SkillGroupIDs of a queue; for CALL_DEQUEUED_EVENT none means all.
    pub skill_groups: Vec<u32>,
    /// ReleasingDeviceID was an agent's (true) or somebody else's (false).
    pub released_by_agent: Option<bool>,
    /// The agent whose ReleasingDeviceID it was.
    pub released_by: Option<AgentId>,
    /// Answered by itself: the agent's desk settings have it so, and nobody asked the daemon to answer.
    pub is_auto_answered: bool,
    /// The second of two calls that became one.
    pub merged_call: Option<CallId>,
    /// The id under which the one call goes on.
    pub result_call: Option<CallId>,
    /// The party that a call was transferred to or that a consultation asks, by number.
    pub destination: Option<Name>,
    /// AgentState.
    pub state: Option<AgentState>,
    /// EventReasonCode of NOT_READY and LOGOUT.
    pub reason: Option<u16>,
    /// DepartmentID of the agent.
    pub department: Option<i64>,
    /// When the agent entered the state: receipt time less StateDuration.
    pub since: Option<Timestamp>,
    /// What the agent wrote at completion.
    pub note: Option<Box<str>>,
    /// CampaignID.
    pub campaign: Option<u32>,
    /// ProtocolReferenceGUID: under which identity a recorder knows the call.
    pub recording_guid: Option<Name>,
    /// For [`Moment::Named`].
    pub names: Option<Arc<Names>>,
}

/// Names that the configuration told, changed ones only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Agents with given and family name.
    pub agents: Vec<(AgentId, Name, Name)>,
    /// Skill groups and precision queues by SkillGroupID (SkillTargetID).
    pub skill_groups: Vec<(u32, Name)>,
}

/// A call's data at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFacts {
    /// CallType.
    pub call_type: CallType,
    /// ANI.
    pub ani: Option<Name>,
    /// DNIS.
    pub dnis: Option<Name>,
    /// DialedNumber.
    pub dialed_number: Option<Name>,
    /// CallingDeviceID.
    pub calling_device: Option<Name>,
    /// CalledDeviceID.
    pub called_device: Option<Name>,
    /// SkillGroupID of the queue.
    pub skill_group: Option<u32>,
    /// CallVariable1 to CallVariable10.
    pub call_variables: [Option<Name>; 10],
    /// CallWrapupData.
    pub wrapup: Option<Name>,
    /// CallerEnteredDigits.
    pub entered_digits: Option<Name>,
    /// ECC variables by name.
    pub ecc: BTreeMap<Name, EccValue>,
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
    /// NETWORK_RECORDING_STARTED_EVENT, or START_RECORDING_CONF: the call is recorded from now on.
    RecordingStarted,
    /// NETWORK_RECORDING_ENDED_EVENT, or STOP_RECORDING_CONF.
    RecordingEnded,
    /// NETWORK_RECORDING_FAILED_EVENT: it could not be recorded.
    RecordingFailed,
    /// NETWORK_RECORDING_TARGET_INFO_EVENT: under which identity the recorder knows the call.
    RecordingTarget,
    /// Configuration events: what agents and skill groups are called.
    Named,
    /// SYSTEM_EVENT: a peripheral went off line. Nobody knows what its agents do.
    PeripheralDown,
    /// The peripheral is back.
    PeripheralUp,
    /// The link was lost, or the gateway behind it: a gap begins.
    LinkDown,
    /// The picture is right again: the gap ends.
    LinkUp,
}

impl Moment {
    /// Whether the call's data belong to it: those moments that show or change them.
    pub(crate) const fn tells_data(self) -> bool {
        matches!(
            self,
            Self::TrunkSeized
                | Self::BeginCall
                | Self::Dialed
                | Self::Originated
                | Self::FarEndAlerting
                | Self::Alerting
                | Self::Established
                | Self::DataUpdate
                | Self::Transferred
                | Self::Conferenced
        )
    }
}

//! What is kept of a session and of an agent's day. Everything here is stored as it is and only grows; what is absent is not
//! written.
//!
//! Words in capital or camel letters are those of the published session model of the field; times are receipt times of the
//! messages that told them, UTC.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::engine::model::Name;

/// Number of a session: ours, rising, never used twice.
pub type SessionId = i64;

/// How a session began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Source {
    /// The customer called.
    #[default]
    IncomingCall,
    /// An agent called.
    OutgoingCall,
    /// The outbound option placed or offered the call.
    Campaign,
}

/// Who called whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Direction {
    /// Customer to centre.
    #[default]
    Inbound,
    /// Agent to somebody outside.
    Outbound,
    /// Agent to agent.
    Internal,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It exists; nothing has been sought for it yet.
    #[default]
    Created,
    /// An agent is sought.
    InQueue,
    /// An agent has been chosen and has not accepted yet.
    Waiting,
    /// Customer and agent are connected.
    Active,
    /// The agent is in it, the customer not yet.
    Bcw,
    /// The conversation is over, an agent has still work with it.
    Acw,
    /// Nothing is open.
    Closed,
}

impl Status {
    /// The published word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::InQueue => "IN_QUEUE",
            Self::Waiting => "WAITING",
            Self::Active => "ACTIVE",
            Self::Bcw => "BCW",
            Self::Acw => "ACW",
            Self::Closed => "CLOSED",
        }
    }
}

/// A time in one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusPeriod {
    /// The status.
    pub status: Status,
    /// Its begin.
    pub from: Timestamp,
    /// Its end; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// An agent who took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// AgentID on the peripheral.
    pub agent: String,
    /// First connection (outgoing calls: when the session was created).
    pub joined: Timestamp,
    /// Last time the agent's leg ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Timestamp>,
    /// End of the after-call work that followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concluded: Option<Timestamp>,
    /// After-call work was seen since `left`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_in_work: bool,
    /// What the agent wrote at completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What an agent's leg was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Doing {
    /// Ringing at the agent.
    Ring,
    /// Calling out, nobody has answered.
    Dial,
    /// Connected.
    Talk,
    /// On hold by the agent.
    Hold,
}

/// A time an agent spent with the session's calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// AgentID.
    pub agent: String,
    /// ConnectionCallID.
    pub call_id: u32,
    /// The leg consults a colleague, or is the consulted one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_consult: bool,
    /// What.
    pub doing: Doing,
    /// Begin.
    pub from: Timestamp,
    /// End; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// What the routing time line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum RoutingKind {
    /// An agent began to be sought.
    RoutingRequestCreated,
    /// The call waits for a skill group.
    EnteredGroupQueue,
    /// It waited too long there.
    GroupQueueTimeoutExpired,
    /// It waits there no longer.
    LeftGroupQueue,
    /// An agent was chosen.
    AssignedToOperator,
    /// The chosen agent did not answer.
    OperatorTimeoutExpired,
    /// The chosen agent answered.
    AcceptedByOperator,
    /// Transferred to an agent.
    ForwardedToUser,
    /// Transferred to a queue.
    ForwardedToGroup,
    /// Transferred to another number.
    ForwardedToPhone,
    /// A colleague was asked.
    InvitedUser,
    /// A queue was asked for a colleague.
    InvitedGroup,
    /// Nobody is sought any longer.
    RoutingEnded,
}

impl RoutingKind {
    /// The published word.
    pub fn word(self) -> String {
        format!("{self:?}")
    }
}

/// One entry of the routing time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingEntry {
    /// Which search for an agent it belongs to, from 1 within the session.
    pub request: u32,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: RoutingKind,
    /// SkillGroupID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// The number of a party outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// AgentID it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// AgentID who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What the trail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ActivityKind {
    /// Somebody came in.
    Joined,
    /// Somebody left.
    Left,
    /// The customer was put on hold.
    OnHold,
    /// The customer was taken back.
    ResumeGuest,
    /// A colleague was asked.
    OperatorInvited,
    /// The colleague did not answer or could not be reached.
    OperatorInviteRejected,
    /// The asking was given up.
    OperatorInviteCanceled,
    /// The customer was transferred.
    SessionForwarded,
    /// A supervisor took an agent out.
    OperatorKicked,
    /// A file was attached.
    SharedFile,
    /// The conversation is over.
    SessionEnded,
}

/// Whose deed an activity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Actor {
    /// An agent.
    User,
    /// The customer.
    Guest,
}

/// Why a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum TerminationReason {
    /// The customer hung up.
    GuestLeft,
    /// The agent hung up.
    OperatorLeft,
    /// The customer hung up before an agent accepted.
    GuestAbandoned,
    /// The agent hung up before the customer was reached.
    OperatorAbandoned,
    /// A campaign's call failed.
    CampaignFailedDial,
    /// The customer of a campaign was not called: the agent did not accept.
    CampaignTerminated,
    /// Transferred to somebody outside.
    CallForwardedToExternalPhone,
    /// No agent could be found.
    FailedRouting,
    /// Nothing tells.
    UnknownReason,
}

/// One entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ActivityKind,
    /// Whose deed.
    pub actor: Actor,
    /// AgentID, for an agent's deed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The agent it was aimed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_agent: Option<String>,
    /// The skill group it was aimed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_group: Option<u32>,
    /// The number it was aimed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_phone: Option<String>,
    /// For `SessionEnded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TerminationReason>,
    /// The number of the file, for `SharedFile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<u32>,
}

/// How the customer left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum GuestLeft {
    /// While waiting for an agent.
    LeftQueue,
    /// By hanging up on the agent.
    LeftSession,
    /// After the agent had left.
    LeftAfterSession,
    /// Before an agent was sought.
    LeftBeforeQueue,
    /// Not at all: transferred to somebody outside.
    StillConnected,
}

/// What became of dialling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DialResult {
    /// The number is being called.
    Dialing,
    /// It rings there.
    Ringing,
    /// Somebody answered.
    Answered,
    /// Nobody answered.
    NoAnswer,
    /// Busy or not to be disturbed.
    Rejected,
    /// No such number.
    InvalidNumber,
    /// The network could not reach it.
    Unreachable,
    /// The agent gave up.
    CancelledByUser,
    /// Something else.
    Failed,
}

/// How far a session's record can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// Every moment was seen.
    #[default]
    Complete,
    /// The link was lost for a while.
    Gap,
    /// The session was found under way.
    Reconstructed,
}

/// A time without a link to the CTI Server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Loss.
    pub from: Timestamp,
    /// When the picture was right again; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// A call that the session used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSpan {
    /// ConnectionCallID.
    pub call_id: u32,
    /// First seen.
    pub from: Timestamp,
    /// Gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// The router's key of the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallKey {
    /// RouterCallKeyDay.
    pub day: u32,
    /// RouterCallKeyCallID.
    pub call_id: u32,
    /// RouterCallKeySequenceNumber.
    pub sequence: u32,
}

/// One agent's part in it under the desktop's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionRef {
    /// The id that desktops use.
    pub id: String,
    /// AgentID.
    pub agent: String,
}

/// A leg that exists now: what a live session needs to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// AgentID.
    pub agent: String,
    /// ConnectionCallID.
    pub call_id: u32,
    /// What it is doing.
    pub doing: Doing,
    /// The agent placed the call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_originator: bool,
    /// A consultation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_consult: bool,
    /// Known from before a restart, not seen since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unconfirmed: bool,
}

/// What an agent is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Given name; empty: none.
    pub first: String,
    /// Family name; empty: none.
    pub last: String,
}

/// A recording that somebody else makes: what is known of it, not the audio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Its number within the session, from 1.
    pub id: u32,
    /// ConnectionCallID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<u32>,
    /// The agent who asked for it, or at whose connection it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// ProtocolReferenceGUID: under which identity the recorder knows the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// Begin; none: only its target was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// End; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// It could not be made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

/// A file that an integrator attached. Its bytes lie on the disk, not in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFile {
    /// Its number within the session, from 1.
    pub id: u32,
    /// What it is called, cleaned.
    pub name: String,
    /// Under which name the bytes lie on the disk: made by us.
    pub stored: String,
    /// Content-Type, if one was given that can be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Bytes.
    pub size: u64,
    /// The agent who attached it; none: a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// When it was attached.
    pub at: Timestamp,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Timestamp>,
}

/// Where a tag comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagOwner {
    /// AgentID of who gave it; none: unknown.
    pub agent: Option<String>,
    /// It is a wrap-up reason (CallWrapupData), which the agent may still change.
    pub is_wrapup: bool,
}

/// One customer contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// PeripheralID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peripheral: Option<u32>,
    /// First sign of it.
    pub created: Timestamp,
    /// The customer was connected to the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_joined: Option<Timestamp>,
    /// The first agent accepted or created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// The last agent left the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// The last agent finished the work after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// How it began.
    pub source: Source,
    /// Who called whom.
    pub direction: Direction,
    /// The agent saw the customer's data before the call was placed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_preview: bool,
    /// DNIS, else DialedNumber.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct_call_number: Option<String>,
    /// The customer's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_number: Option<String>,
    /// The call's data by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub call_params: BTreeMap<String, String>,
    /// Agents who took part, by `joined`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operators: Vec<Operator>,
    /// The routing time line, by time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing: Vec<RoutingEntry>,
    /// The trail, by time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<Activity>,
    /// The statuses it went through, without holes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<StatusPeriod>,
    /// What agents did with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// Calls it used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallSpan>,
    /// CallTypes seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub call_types: Vec<u16>,
    /// SkillGroupIDs seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skill_groups: Vec<u32>,
    /// The router's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<CallKey>,
    /// Under which ids desktops knew it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interactions: Vec<InteractionRef>,
    /// Losses of the link meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// How far to trust it.
    pub quality: Quality,
    /// The caller waited unseen: no message tells since when.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub queue_time_unknown: bool,
    /// How the customer left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_left: Option<GuestLeft>,
    /// What became of dialling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial_result: Option<DialResult>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination: Option<TerminationReason>,
    /// Dispositions and wrap-up reasons given by agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whose each of them is, in the same order; records of earlier versions have fewer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tag_owners: Vec<TagOwner>,
    /// Legs that exist now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<Leg>,
    /// DepartmentID of the first agent in it who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<i64>,
    /// CampaignID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<u32>,
    /// What the agents in it are called, as far as the configuration told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, Person>,
    /// What the skill groups in it are called.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub group_names: BTreeMap<u32, String>,
    /// Recordings, by begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<Recording>,
    /// Files that integrators attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SharedFile>,
    /// Call parameters that integrators set: they hide the call's own ones of the same name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own_params: BTreeMap<String, String>,
    /// How often somebody changed the record by hand.
    #[serde(default)]
    pub revision: u32,
    /// When the customer left a conversation, should agents have talked on among themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_gone: Option<Timestamp>,
    /// The first agent's phone answered by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto_accepted: bool,
    /// When the number was dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialed: Option<Timestamp>,
    /// The call that reserved an agent for a campaign's customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<u32>,
    /// Agents who are in it because they supervised another one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supervisors: Vec<String>,
}

impl Session {
    /// A session at its first sign.
    pub fn new(id: SessionId, at: Timestamp) -> Self {
        Self {
            id,
            peripheral: None,
            created: at,
            guest_joined: None,
            started: None,
            ended: None,
            closed: None,
            source: Source::default(),
            direction: Direction::default(),
            is_preview: false,
            direct_call_number: None,
            client_number: None,
            call_params: BTreeMap::new(),
            operators: Vec::new(),
            routing: Vec::new(),
            activities: Vec::new(),
            statuses: vec![StatusPeriod { status: Status::Created, from: at, to: None }],
            spans: Vec::new(),
            calls: Vec::new(),
            call_types: Vec::new(),
            skill_groups: Vec::new(),
            key: None,
            interactions: Vec::new(),
            gaps: Vec::new(),
            quality: Quality::default(),
            queue_time_unknown: false,
            guest_left: None,
            dial_result: None,
            termination: None,
            tags: Vec::new(),
            legs: Vec::new(),
            department: None,
            campaign: None,
            people: BTreeMap::new(),
            group_names: BTreeMap::new(),
            recordings: Vec::new(),
            files: Vec::new(),
            own_params: BTreeMap::new(),
            revision: 0,
            tag_owners: Vec::new(),
            guest_gone: None,
            auto_accepted: false,
            dialed: None,
            reservation: None,
            supervisors: Vec::new(),
        }
    }

    /// Adds a tag of an agent's, unless it is there. The wrap-up reason that the agent gave before is replaced.
    pub fn tag(&mut self, tag: &str, agent: Option<&str>, is_wrapup: bool) {
        self.tag_owners.resize_with(self.tags.len(), TagOwner::default);
        if self.tags.iter().any(|known| known == tag) {
            return;
        }
        let owner = TagOwner { agent: agent.map(str::to_owned), is_wrapup };
        let before = self.tag_owners.iter().position(|known| is_wrapup && known.is_wrapup && known.agent == owner.agent);
        match before.and_then(|place| self.tags.get_mut(place)) {
            Some(known) => *known = tag.to_owned(),
            None => {
                self.tags.push(tag.to_owned());
                self.tag_owners.push(owner);
            }
        }
    }

    /// The call's data by name, with what integrators set.
    pub fn params(&self) -> BTreeMap<String, String> {
        let own = self.own_params.iter();
        let mut all = self.call_params.clone();
        all.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        all
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        self.statuses.last().map_or(Status::Created, |period| period.status)
    }

    /// The agent's entry.
    pub fn operator(&self, agent: &str) -> Option<&Operator> {
        self.operators.iter().find(|operator| operator.agent == agent)
    }

    /// The earliest entry of a kind.
    pub fn first_routing(&self, kind: RoutingKind) -> Option<&RoutingEntry> {
        self.routing.iter().filter(|entry| entry.kind == kind).min_by_key(|entry| entry.at)
    }
}

/// What an agent's time was spent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StateKind {
    /// Logged out.
    Offline,
    /// The link or the peripheral was down: nobody knows.
    Disconnected,
    /// Waiting for a contact.
    Online,
    /// Not ready, without a listed reason.
    Away,
    /// Not ready with a reason.
    Break,
    /// Chosen for a contact.
    BeforeCall,
    /// With a contact.
    OnCall,
    /// Work after it.
    AfterCall,
}

impl StateKind {
    /// All of them. Their places, counted from 1, stand in the database.
    pub const ALL: [Self; 8] =
        [Self::Offline, Self::Disconnected, Self::Online, Self::Away, Self::Break, Self::BeforeCall, Self::OnCall, Self::AfterCall];

    /// The published word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offline => "OFFLINE",
            Self::Disconnected => "DISCONNECTED",
            Self::Online => "ONLINE",
            Self::Away => "AWAY",
            Self::Break => "BREAK",
            Self::BeforeCall => "BEFORE_CALL",
            Self::OnCall => "ON_CALL",
            Self::AfterCall => "AFTER_CALL",
        }
    }
}

/// A time an agent spent in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPeriod {
    /// AgentID.
    pub agent: Name,
    /// What with.
    pub kind: StateKind,
    /// EventReasonCode.
    pub reason: Option<u16>,
    /// Begin.
    pub from: Timestamp,
    /// End; none while it lasts.
    pub to: Option<Timestamp>,
    /// A supervisor or the system brought the agent there.
    pub forced: bool,
}

//! Sessions in the words of the published model. Members are added, never removed or renamed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::connector::Connector;
use super::durations::{Durations, OperatorDurations, length, waited};
use super::model::{
    Activity, ActivityKind, Actor, AgentPeriod, CallKey, DialResult, Direction, Doing, GuestLeft, Operator, Person, Quality, Recording,
    RoutingEntry, RoutingKind, Session, SessionId, SharedFile, Source, Span, StateKind, Status, StatusPeriod, TerminationReason,
};

/// A moment: UTC with microseconds.
fn time(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// A length: ISO 8601, such as `PT1M23.4S`.
fn iso(length: SignedDuration) -> String {
    length.to_string()
}

/// What an agent is called in the published model: the agent's number where the id is one, else a number made of the id.
pub fn user_id(agent: &str) -> i64 {
    agent.parse().unwrap_or_else(|_| {
        // FNV-1a, cut to what a JavaScript number holds exactly.
        let hash = agent.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        i64::try_from(hash >> 12).unwrap_or(i64::MAX)
    })
}

/// One customer contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionModel {
    /// Its number.
    pub id: i64,
    /// The tenant.
    pub company_id: i64,
    /// The department; null: unknown.
    pub department_id: Option<i64>,
    /// The customer.
    pub guest: Guest,
    /// `Phone`.
    pub channel: &'static str,
    /// How it began.
    pub source: Source,
    /// Where it stands.
    #[schema(value_type = Status)]
    pub status: &'static str,
    /// The number the customer called.
    pub direct_call_number: Option<String>,
    /// The customer's number.
    pub phone_callback_number: Option<String>,
    /// Always false: a phone call.
    pub is_direct_chat: bool,
    /// Always false.
    pub blacklisted: bool,
    /// Of other channels: always null.
    #[serde(flatten)]
    pub others: OtherChannels,
    /// Agents who took part.
    pub operators: Vec<OperatorModel>,
    /// First sign.
    pub created: String,
    /// Obsolete alias of `created`.
    pub entered_queue: String,
    /// The customer was connected.
    pub guest_joined: Option<String>,
    /// The first agent accepted or created it.
    pub started: Option<String>,
    /// The last agent left the conversation.
    pub ended: Option<String>,
    /// How long the customer waited.
    pub waited: Option<String>,
    /// How long customer and agents were connected.
    pub length: Option<String>,
    /// When the number was dialled, for campaigns in which the agent sees the customer's data first.
    pub phone_callback_dialed: Option<String>,
    /// The trail; only with `verbose=true` in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activities: Option<Vec<ActivityModel>>,
    /// Dispositions.
    pub tags: Vec<TagModel>,
    /// The first agent's phone answered by itself: the agent's desk settings have it so, and no desktop asked for it.
    pub auto_accepted: bool,
    /// Recordings; null: none. Only with `verbose=true` in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<RecordingModel>>)]
    pub recordings: Option<Option<Vec<RecordingModel>>>,
    /// `Processed`, `Processing` or `FailedToProcess`; null: there are none.
    pub recordings_state: Option<&'static str>,
    /// How the customer left.
    pub guest_left_session: Option<GuestLeft>,
    /// What became of dialling.
    pub outbound_dial_result: Option<DialResult>,
    /// CampaignID.
    pub campaign_id: Option<u32>,
    /// What only a CTI Server knows.
    pub cti: CtiModel,
}

/// Members that only other channels than the telephone fill.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OtherChannels {
    /// Always null.
    #[schema(value_type = Option<String>)]
    pub av_support: (),
    /// Always null.
    #[schema(value_type = Option<String>)]
    pub url: (),
    /// Always null.
    #[schema(value_type = Option<String>)]
    pub widget: (),
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    pub chatbots: [(); 0],
    /// Always null.
    #[schema(value_type = Option<Object>)]
    pub guest_feedback: (),
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    pub reviewers: [(); 0],
}

/// The customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Guest {
    /// Always null, as are the members to `gdprVersion`: other channels fill them.
    pub temp_id: Option<String>,
    /// Always null.
    pub ip_address: Option<String>,
    /// Always null.
    pub tracked_id: Option<String>,
    /// Always null.
    pub identity: Option<String>,
    /// Always null.
    pub channel_identity: Option<String>,
    /// Always null.
    pub os: Option<String>,
    /// Always null.
    pub browser: Option<String>,
    /// Always null.
    pub gdpr_version: Option<String>,
    /// The call's data by name: ANI, DNIS, CallVariable1 …, ECC variables under their own names; and what integrators set.
    pub call_params: BTreeMap<String, String>,
    /// Unknown for phone calls.
    pub language: Option<String>,
}

/// An agent who took part.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperatorModel {
    /// The agent's number.
    pub user_id: i64,
    /// AgentID on the ACD.
    pub user_name: String,
    /// Unknown, unless the CTI Server told it.
    pub first_name: Option<String>,
    /// Likewise.
    pub last_name: Option<String>,
    /// First connection.
    pub joined: String,
    /// Last time the agent left.
    pub left: Option<String>,
    /// End of the agent's work with it.
    pub concluded: Option<String>,
    /// What the agent wrote.
    pub note: Option<String>,
}

/// A disposition.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagModel {
    /// The number of the agent who gave it; absent: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// Its name.
    pub name: String,
}

/// One entry of the trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityModel {
    /// Its number within the session.
    pub activity_id: i64,
    /// When.
    pub time: String,
    /// What.
    #[serde(rename = "type")]
    pub kind: ActivityKind,
    /// Whose deed: `User` or `Guest`.
    pub client: Actor,
    /// The agent's number.
    pub user_id: Option<i64>,
    /// The agent it was aimed at.
    pub to_operator_user_id: Option<i64>,
    /// The agent's name, if known.
    pub to_operator_full_name: Option<String>,
    /// The skill group it was aimed at.
    pub to_group_id: Option<u32>,
    /// Its name, if known.
    pub to_group_name: Option<String>,
    /// The number it was aimed at.
    pub to_phone_number: Option<String>,
    /// The file, for `SharedFile`.
    pub file: Option<FileModel>,
    /// Always null: phone calls have no texts.
    pub text: Option<String>,
    /// Always null.
    pub note: Option<String>,
    /// For `SessionEnded`.
    pub termination_reason: Option<TerminationReason>,
}

/// A file that an integrator attached.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileModel {
    /// Its number within the session.
    pub id: u32,
    /// The number of the agent who attached it; null: a program.
    pub operator_owner: Option<i64>,
    /// Always null.
    pub department_owner: Option<i64>,
    /// What it is called.
    pub name: String,
    /// Where its bytes are, to be fetched like everything here; null: deleted.
    pub download_url: Option<String>,
    /// Always false: it is told when it is whole.
    pub is_uploading: bool,
    /// It is deleted.
    pub is_deleted: bool,
}

impl FileModel {
    /// In published words.
    pub fn new(session: SessionId, file: &SharedFile) -> Self {
        let is_deleted = file.deleted.is_some();
        Self {
            id: file.id,
            operator_owner: file.agent.as_deref().map(user_id),
            department_owner: None,
            name: file.name.clone(),
            download_url: (!is_deleted).then(|| format!("/api/v1/Sessions/{session}/files/{}", file.id)),
            is_uploading: false,
            is_deleted,
        }
    }
}

/// A recording that somebody else keeps.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordingModel {
    /// Its number within the session.
    pub id: u32,
    /// Made of both numbers.
    pub name: String,
    /// Begin.
    pub started: Option<String>,
    /// Length; null while it lasts.
    pub duration: Option<String>,
    /// `AllParticipants`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The agent who asked for it, or at whose connection it was told.
    pub user_id: Option<i64>,
    /// Always null.
    pub service_id: Option<i64>,
    /// Where it is, to be fetched like everything here; absent: no recorder is configured, it is not over, or it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_url: Option<String>,
    /// It goes on.
    pub is_uploading: bool,
    /// Always false: the recorder does not tell.
    pub is_deleted: bool,
}

impl RecordingModel {
    fn new(session: &Session, recording: &Recording, recorder: Option<&Connector>) -> Self {
        let is_there = recording.ended.is_some() && !recording.failed && recorder.is_some_and(|recorder| recorder.has(session, recording));
        let between = |from: Timestamp, to: Timestamp| to.duration_since(from);
        Self {
            id: recording.id,
            name: format!("session-{}-recording-{}", session.id, recording.id),
            started: recording.started.map(time),
            duration: recording.started.zip(recording.ended).map(|(from, to)| iso(between(from, to))),
            kind: "AllParticipants",
            user_id: recording.agent.as_deref().map(user_id),
            service_id: None,
            download_url: is_there.then(|| format!("/api/v1/Sessions/{}/recordings/{}/file", session.id, recording.id)),
            is_uploading: recording.ended.is_none(),
            is_deleted: false,
        }
    }
}

/// How a session is shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The moment up to which open parts count.
    pub as_of: Timestamp,
    /// With the trail, the recordings and what a picture needs.
    pub is_verbose: bool,
    /// Where recordings can be fetched.
    pub recorder: Option<&'a Connector>,
    /// Our number as a tenant.
    pub company_id: i64,
}

/// One entry of the routing time line.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingTimeLine {
    /// Which search for an agent it belongs to.
    pub routing_request_id: i64,
    /// When.
    pub timestamp: String,
    /// What.
    pub activity_type: RoutingKind,
    /// The skill group.
    pub group: Option<GroupModel>,
    /// A number outside.
    pub phone_number: Option<String>,
    /// The agent it happened to.
    pub operator: Option<UserModel>,
    /// The agent who transferred.
    pub forwarded_by_operator: Option<UserModel>,
    /// The agent who asked a colleague.
    pub invited_by_operator: Option<UserModel>,
}

/// A skill group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupModel {
    /// SkillGroupID.
    pub id: i64,
    /// Its name, where one is configured.
    pub name: Option<String>,
}

/// An agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserModel {
    /// The agent's number.
    pub user_id: i64,
    /// First name, if known.
    pub first_name: Option<String>,
    /// Last name, if known.
    pub last_name: Option<String>,
}

/// What only a CTI Server knows.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CtiModel {
    /// The router's key.
    pub call_key: Option<CallKeyModel>,
    /// Calls it used.
    pub call_ids: Vec<CallIdModel>,
    /// PeripheralID.
    pub peripheral_id: Option<u32>,
    /// CallTypes seen.
    pub call_types: Vec<u16>,
    /// SkillGroupIDs seen.
    pub skill_groups: Vec<u32>,
    /// Who called whom.
    pub direction: Direction,
    /// Hold by any agent.
    pub hold_duration: String,
    /// Losses of the link meanwhile.
    pub gaps: Vec<GapModel>,
    /// How far to trust the record.
    pub quality: Quality,
    /// The caller waited unseen: since when is unknown.
    pub queue_time_unknown: bool,
    /// Why it ended.
    pub termination_reason: Option<TerminationReason>,
    /// The ids under which desktops knew it.
    pub interactions: Vec<InteractionModel>,
    /// The statuses it went through, without holes; only with `verbose=true` in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<StatusModel>>,
    /// What each agent's legs did, by begin: with the agents' `left` and `concluded`, all that a picture of the contact
    /// needs. Only with `verbose=true` in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legs: Option<Vec<LegModel>>,
}

/// The router's key of a call.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallKeyModel {
    /// RouterCallKeyDay.
    pub day: u32,
    /// RouterCallKeyCallID.
    pub call_id: u32,
    /// RouterCallKeySequenceNumber.
    pub sequence: u32,
}

impl CallKeyModel {
    const fn new(key: CallKey) -> Self {
        Self { day: key.day, call_id: key.call_id, sequence: key.sequence }
    }
}

/// A time in one status.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusModel {
    /// The status.
    #[schema(value_type = Status)]
    pub status: &'static str,
    /// Its begin.
    pub from: String,
    /// Its end; null while it lasts.
    pub to: Option<String>,
}

/// A time an agent's leg spent with one thing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegModel {
    /// The agent's number.
    pub user_id: i64,
    /// AgentID on the ACD.
    pub user_name: String,
    /// ConnectionCallID.
    pub call_id: u32,
    /// The leg consults a colleague, or is the consulted one.
    pub is_consult: bool,
    /// `Ring`, `Dial`, `Talk` or `Hold`.
    pub doing: Doing,
    /// Its begin.
    pub from: String,
    /// Its end; null while it lasts.
    pub to: Option<String>,
}

/// A call.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallIdModel {
    /// ConnectionCallID.
    pub call_id: u32,
    /// First seen.
    pub from: String,
    /// Gone.
    pub to: Option<String>,
}

/// A time without a link to the CTI Server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GapModel {
    /// Loss.
    pub from: String,
    /// End.
    pub to: Option<String>,
}

/// A contact as a desktop knew it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InteractionModel {
    /// Its id.
    pub id: String,
    /// AgentID.
    pub agent_id: String,
}

fn legs(session: &Session) -> Vec<LegModel> {
    let mut spans: Vec<_> = session.spans.iter().collect();
    spans.sort_by_key(|span| span.from);
    let leg = |span: &Span| LegModel {
        user_id: user_id(&span.agent),
        user_name: span.agent.clone(),
        call_id: span.call_id,
        is_consult: span.is_consult,
        doing: span.doing,
        from: time(span.from),
        to: span.to.map(time),
    };
    spans.into_iter().map(leg).collect()
}

fn statuses(session: &Session) -> Vec<StatusModel> {
    let status = |period: &StatusPeriod| StatusModel { status: period.status.word(), from: time(period.from), to: period.to.map(time) };
    session.statuses.iter().map(status).collect()
}

fn tags(session: &Session) -> Vec<TagModel> {
    let owner = |place: usize| session.tag_owners.get(place).and_then(|owner| owner.agent.as_deref()).map(user_id);
    session.tags.iter().enumerate().map(|(place, name)| TagModel { user_id: owner(place), name: name.clone() }).collect()
}

/// Given and family name, where they are known.
fn names(session: &Session, agent: &str) -> (Option<String>, Option<String>) {
    let person = session.people.get(agent);
    let part = |part: fn(&Person) -> &String| person.map(part).filter(|part| !part.is_empty()).cloned();
    (part(|person| &person.first), part(|person| &person.last))
}

fn user(session: &Session, agent: &str) -> UserModel {
    let (first_name, last_name) = names(session, agent);
    UserModel { user_id: user_id(agent), first_name, last_name }
}

fn operator(session: &Session, operator: &Operator) -> OperatorModel {
    let (first_name, last_name) = names(session, &operator.agent);
    OperatorModel {
        user_id: user_id(&operator.agent),
        user_name: operator.agent.clone(),
        first_name,
        last_name,
        joined: time(operator.joined),
        left: operator.left.map(time),
        concluded: operator.concluded.map(time),
        note: operator.note.clone(),
    }
}

fn recordings_state(session: &Session) -> Option<&'static str> {
    let all = &session.recordings;
    match () {
        () if all.is_empty() => None,
        () if all.iter().any(|recording| recording.ended.is_none()) => Some("Processing"),
        () if all.iter().any(|recording| recording.failed) => Some("FailedToProcess"),
        () => Some("Processed"),
    }
}

impl SessionModel {
    /// A session as it stands at a moment.
    pub fn new(session: &Session, view: &View<'_>) -> Self {
        let View { as_of, is_verbose, recorder, company_id } = *view;
        let recordings = || {
            let all = session.recordings.iter().map(|recording| RecordingModel::new(session, recording, recorder));
            Some(all.collect::<Vec<_>>()).filter(|all| !all.is_empty())
        };
        Self {
            id: session.id,
            company_id,
            department_id: session.department,
            guest: Guest {
                temp_id: None,
                ip_address: None,
                tracked_id: None,
                identity: None,
                channel_identity: None,
                os: None,
                browser: None,
                gdpr_version: None,
                call_params: session.params(),
                language: None,
            },
            channel: "Phone",
            source: session.source,
            status: session.status().word(),
            direct_call_number: session.direct_call_number.clone(),
            phone_callback_number: session.client_number.clone(),
            is_direct_chat: false,
            blacklisted: false,
            others: OtherChannels::default(),
            operators: session.operators.iter().map(|entry| operator(session, entry)).collect(),
            created: time(session.created),
            entered_queue: time(session.created),
            guest_joined: session.guest_joined.map(time),
            started: session.started.map(time),
            ended: session.ended.map(time),
            waited: waited(session).map(iso),
            length: length(session, as_of).map(iso),
            phone_callback_dialed: session.dialed.filter(|_| session.source == Source::Campaign && session.is_preview).map(time),
            activities: is_verbose.then(|| session.activities.iter().enumerate().map(|entry| ActivityModel::new(session, entry)).collect()),
            tags: tags(session),
            auto_accepted: session.auto_accepted,
            recordings: is_verbose.then(recordings),
            recordings_state: recordings_state(session),
            guest_left_session: session.guest_left,
            outbound_dial_result: session.dial_result,
            campaign_id: session.campaign,
            cti: CtiModel {
                call_key: session.key.map(CallKeyModel::new),
                call_ids: session
                    .calls
                    .iter()
                    .map(|call| CallIdModel { call_id: call.call_id, from: time(call.from), to: call.to.map(time) })
                    .collect(),
                peripheral_id: session.peripheral,
                call_types: session.call_types.clone(),
                skill_groups: session.skill_groups.clone(),
                direction: session.direction,
                hold_duration: iso(super::durations::durations(session, as_of).hold),
                gaps: session.gaps.iter().map(|gap| GapModel { from: time(gap.from), to: gap.to.map(time) }).collect(),
                quality: session.quality,
                queue_time_unknown: session.queue_time_unknown,
                termination_reason: session.termination,
                interactions: session
                    .interactions
                    .iter()
                    .map(|known| InteractionModel { id: known.id.clone(), agent_id: known.agent.clone() })
                    .collect(),
                statuses: is_verbose.then(|| statuses(session)),
                legs: is_verbose.then(|| legs(session)),
            },
        }
    }
}

impl ActivityModel {
    fn new(session: &Session, (index, activity): (usize, &Activity)) -> Self {
        let full_name = |agent: &String| {
            let (first, last) = names(session, agent);
            let words: Vec<_> = first.into_iter().chain(last).collect();
            Some(words.join(" ")).filter(|name| !name.is_empty())
        };
        let file = activity.file.and_then(|id| session.files.iter().find(|file| file.id == id));
        Self {
            activity_id: i64::try_from(index).unwrap_or(i64::MAX),
            time: time(activity.at),
            kind: activity.kind,
            client: activity.actor,
            user_id: activity.agent.as_deref().map(user_id),
            to_operator_user_id: activity.to_agent.as_deref().map(user_id),
            to_operator_full_name: activity.to_agent.as_ref().and_then(full_name),
            to_group_id: activity.to_group,
            to_group_name: activity.to_group.and_then(|group| session.group_names.get(&group)).cloned(),
            to_phone_number: activity.to_phone.clone(),
            file: file.map(|file| FileModel::new(session.id, file)),
            text: None,
            note: None,
            termination_reason: activity.reason,
        }
    }
}

impl RoutingTimeLine {
    /// The time line of a session, oldest first.
    pub fn of(session: &Session) -> Vec<Self> {
        let mut entries: Vec<&RoutingEntry> = session.routing.iter().collect();
        entries.sort_by_key(|entry| entry.at);
        let line = |entry: &RoutingEntry| {
            let is_invitation = matches!(entry.kind, RoutingKind::InvitedUser | RoutingKind::InvitedGroup);
            let by = entry.by.as_deref().map(|agent| user(session, agent));
            Self {
                // One number over all sessions; a session has far fewer searches than this.
                routing_request_id: session.id.saturating_mul(1000) + i64::from(entry.request),
                timestamp: time(entry.at),
                activity_type: entry.kind,
                group: entry.group.map(|id| GroupModel { id: i64::from(id), name: session.group_names.get(&id).cloned() }),
                phone_number: entry.phone.clone(),
                operator: entry.agent.as_deref().map(|agent| user(session, agent)),
                forwarded_by_operator: by.clone().filter(|_| !is_invitation),
                invited_by_operator: by.filter(|_| is_invitation),
            }
        };
        entries.into_iter().map(line).collect()
    }
}

/// All durations of a session; null: a term of the formula does not exist.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DurationsModel {
    /// The session.
    pub session_id: i64,
    /// CREATED.
    pub created: Option<String>,
    /// IN_QUEUE.
    pub in_queue: Option<String>,
    /// WAITING.
    pub waiting: Option<String>,
    /// BCW.
    pub bcw: Option<String>,
    /// ACTIVE.
    pub active: Option<String>,
    /// ACW.
    pub acw: Option<String>,
    /// Ring time.
    pub ring_time: Option<String>,
    /// From the PBX to an agent.
    pub pbx_to_operator: Option<String>,
    /// By agent.
    pub operators: Vec<OperatorDurationsModel>,
    /// The moment up to which open parts count.
    pub as_of: String,
}

/// One agent's durations.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperatorDurationsModel {
    /// The agent's number.
    pub user_id: i64,
    /// First acceptance by anybody less first assignment to this agent; negative for a later agent.
    pub operator_queue_time: Option<String>,
    /// Acceptance by this agent less first assignment to this agent.
    pub operator_wait_time: Option<String>,
    /// After-call work.
    pub acw: Option<String>,
    /// Connected.
    pub talk: String,
    /// On hold.
    pub hold: String,
    /// Ringing.
    pub ring: String,
}

impl DurationsModel {
    /// In published words.
    pub fn new(session: &Session, durations: &Durations, as_of: Timestamp) -> Self {
        let operator = |operator: &OperatorDurations| OperatorDurationsModel {
            user_id: user_id(&operator.agent),
            operator_queue_time: operator.operator_queue_time.map(iso),
            operator_wait_time: operator.operator_wait_time.map(iso),
            acw: operator.acw.map(iso),
            talk: iso(operator.talk),
            hold: iso(operator.hold),
            ring: iso(operator.ring),
        };
        Self {
            session_id: session.id,
            created: durations.created.map(iso),
            in_queue: durations.in_queue.map(iso),
            waiting: durations.waiting.map(iso),
            bcw: durations.bcw.map(iso),
            active: durations.active.map(iso),
            acw: durations.acw.map(iso),
            ring_time: durations.ring_time.map(iso),
            pbx_to_operator: durations.pbx_to_operator.map(iso),
            operators: durations.operators.iter().map(operator).collect(),
            as_of: time(as_of),
        }
    }
}

/// A time an agent spent in one state.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStateModel {
    /// The agent's number.
    pub user_id: i64,
    /// What with.
    pub state_kind: StateKind,
    /// EventReasonCode, for breaks.
    pub break_state_id: Option<u16>,
    /// Its name, where one is configured.
    pub break_state_name: Option<String>,
    /// Not used.
    pub note: Option<String>,
    /// Begin.
    pub changed: String,
    /// End; null while it lasts.
    pub until: Option<String>,
    /// A supervisor or the system did it.
    pub forced: bool,
}

impl UserStateModel {
    /// In published words; `names` are the configured reasons.
    pub fn new(period: &AgentPeriod, names: &BTreeMap<u16, String>) -> Self {
        let reason = period.reason.filter(|_| matches!(period.kind, StateKind::Break | StateKind::Away | StateKind::Offline));
        Self {
            user_id: user_id(&period.agent),
            state_kind: period.kind,
            break_state_id: reason,
            break_state_name: reason.and_then(|reason| names.get(&reason).cloned()),
            note: None,
            changed: time(period.from),
            until: period.to.map(time),
            forced: period.forced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(agent: &str, doing: Doing, from: i64, to: Option<i64>, is_consult: bool) -> Span {
        let at = |second| Timestamp::from_second(1_700_000_000 + second).unwrap();
        Span { agent: agent.to_owned(), call_id: 1, is_consult, doing, from: at(from), to: to.map(at) }
    }

    #[test]
    fn a_single_session_tells_legs_and_statuses_and_a_short_list_does_not() {
        let begin = Timestamp::from_second(1_700_000_000).unwrap();
        let mut session = Session::new(7, begin);
        session.spans = vec![span("1001", Doing::Talk, 5, None, false), span("1001", Doing::Ring, 2, Some(5), false)];
        session.key = Some(CallKey { day: 9, call_id: 77, sequence: 1 });
        let model =
            serde_json::to_value(SessionModel::new(&session, &View { as_of: begin, is_verbose: true, recorder: None, company_id: 0 }))
                .unwrap();
        let legs = model["cti"]["legs"].as_array().unwrap();
        assert_eq!(legs[0]["doing"], "Ring", "by begin");
        assert_eq!((&legs[0]["from"], &legs[0]["to"]), (&"2023-11-14T22:13:22.000000Z".into(), &"2023-11-14T22:13:25.000000Z".into()));
        assert_eq!((&legs[1]["doing"], &legs[1]["to"], &legs[1]["userName"]), (&"Talk".into(), &serde_json::Value::Null, &"1001".into()));
        assert_eq!(model["cti"]["statuses"][0]["status"], "CREATED");
        assert_eq!(model["cti"]["callKey"], serde_json::json!({ "day": 9, "callId": 77, "sequence": 1 }));
        let short =
            serde_json::to_value(SessionModel::new(&session, &View { as_of: begin, is_verbose: false, recorder: None, company_id: 0 }))
                .unwrap();
        assert!(short["cti"].get("legs").is_none() && short["cti"].get("statuses").is_none());
    }
}

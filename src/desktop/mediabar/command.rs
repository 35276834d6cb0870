//! The commands of the contract: their names in both spellings, their data, and what they mean to the engine.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::envelope::{Members, Request};
use super::target::{Kind, Object};
use crate::auth::Permission;
use crate::desktop::settings::{DirectoryCategory, DirectoryEntry, Settings};
use crate::engine::command::{Command, Dial, Disposition, Failure, FailureCode, Secret, Supervision, USER_TO_USER_MAX};
use crate::engine::model::{AgentId, ClickToDial, InteractionId, Name};
use crate::engine::statistics::Scope;
use crate::engine::team::TeamId;
use crate::engine::user_message::Recipient;

pub(super) mod schema;

/// What a command asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the table below is the documentation
pub enum Verb {
    PrepareSession,
    Start,
    Logout,
    GetDirectory,
    /// The desktop's own log, for support.
    Log,
    Takeover,
    Activate,
    Deactivate,
    Ready,
    NotReady,
    Work,
    Dial,
    ExternalDispositions,
    Accept,
    Reject,
    SetInteractionData,
    SetDisposition,
    Complete,
    Answer,
    Release,
    Hold,
    Retrieve,
    Consult,
    Alternate,
    Reconnect,
    ConsultTransfer,
    ConsultConference,
    Transfer,
    SendDtmf,
    Deflect,
    StartRecording,
    StopRecording,
    SupervisorAssist,
    Emergency,
    BadCall,
    AddChannel,
    AddChannelGroup,
    RemoveChannelGroup,
    GetTeam,
    LeaveTeam,
    GetStatistics,
    Message,
    Supervise,
    /// Part of the contract, not available here.
    Unsupported,
}

impl Verb {
    /// What it needs of the user; none: everybody who has a session may.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::PrepareSession | Self::Start | Self::Logout | Self::Takeover => None,
            Self::GetTeam | Self::LeaveTeam | Self::GetStatistics => Some(Permission::Watch),
            Self::Message => Some(Permission::Message),
            Self::Supervise => Some(Permission::Supervise),
            _ => Some(Permission::Work),
        }
    }
}

/// Canonical name, the kind of its target, and what it asks for.
const COMMANDS: &[(&str, Kind, Verb)] = &[
    ("prepareSession", Kind::Session, Verb::PrepareSession),
    ("session.start", Kind::Session, Verb::Start),
    ("session.logout", Kind::Session, Verb::Logout),
    ("session.getdirectory", Kind::Session, Verb::GetDirectory),
    ("session.log", Kind::Session, Verb::Log),
    ("session.takeover", Kind::Session, Verb::Takeover),
    ("session.addchannel", Kind::Session, Verb::AddChannel),
    ("session.addchannelgroup", Kind::Session, Verb::AddChannelGroup),
    ("session.removechannelgroup", Kind::Session, Verb::RemoveChannelGroup),
    ("session.getteam", Kind::Session, Verb::GetTeam),
    ("session.leaveteam", Kind::Session, Verb::LeaveTeam),
    ("session.getstatistics", Kind::Session, Verb::GetStatistics),
    ("session.message", Kind::Session, Verb::Message),
    ("channelgroup.activateall", Kind::Group, Verb::Activate),
    ("channelgroup.deactivateall", Kind::Group, Verb::Deactivate),
    ("channelgroup.activate", Kind::Group, Verb::Activate),
    ("channelgroup.deactivate", Kind::Group, Verb::Deactivate),
    ("channel.activate", Kind::Channel, Verb::Activate),
    ("channel.deactivate", Kind::Channel, Verb::Deactivate),
    ("channel.ready", Kind::Channel, Verb::Ready),
    ("channel.notready", Kind::Channel, Verb::NotReady),
    ("channel.work", Kind::Channel, Verb::Work),
    ("channel.dial", Kind::Channel, Verb::Dial),
    ("channel.externaldispositions", Kind::Channel, Verb::ExternalDispositions),
    ("channel.supervise", Kind::Channel, Verb::Supervise),
    ("channel.dispose", Kind::Channel, Verb::Unsupported),
    ("channel.incontact.getscripts", Kind::Channel, Verb::Unsupported),
    ("interaction.accept", Kind::Interaction, Verb::Accept),
    ("interaction.reject", Kind::Interaction, Verb::Reject),
    ("interaction.setinteractiondata", Kind::Interaction, Verb::SetInteractionData),
    ("interaction.setdisposition", Kind::Interaction, Verb::SetDisposition),
    ("interaction.complete", Kind::Interaction, Verb::Complete),
    ("interaction.consult", Kind::Interaction, Verb::Consult),
    ("interaction.alternate", Kind::Interaction, Verb::Alternate),
    ("interaction.consulttransfer", Kind::Interaction, Verb::ConsultTransfer),
    ("interaction.consultconference", Kind::Interaction, Verb::ConsultConference),
    ("interaction.reconnect", Kind::Interaction, Verb::Reconnect),
    ("interaction.recording.start", Kind::Interaction, Verb::StartRecording),
    ("interaction.recording.stop", Kind::Interaction, Verb::StopRecording),
    ("interaction.recording.pause", Kind::Interaction, Verb::Unsupported),
    ("interaction.recording.resume", Kind::Interaction, Verb::Unsupported),
    ("interaction.incontact.signal", Kind::Interaction, Verb::Unsupported),
    ("interaction.emergency", Kind::Interaction, Verb::Emergency),
    ("interaction.supervisorassist", Kind::Interaction, Verb::SupervisorAssist),
    ("interaction.badcall", Kind::Interaction, Verb::BadCall),
    ("conversation.answer", Kind::Conversation, Verb::Answer),
    ("conversation.release", Kind::Conversation, Verb::Release),
    ("conversation.hold", Kind::Conversation, Verb::Hold),
    ("conversation.retrieve", Kind::Conversation, Verb::Retrieve),
    ("conversation.transfer", Kind::Conversation, Verb::Transfer),
    ("conversation.conference", Kind::Conversation, Verb::Unsupported),
    ("conversation.senddtmf", Kind::Conversation, Verb::SendDtmf),
    ("conversation.deflect", Kind::Conversation, Verb::Deflect),
];

/// Finds a command by either spelling, `object.verb` or `object.request.verb`. Case counts.
pub fn find(spelling: &str) -> Option<(&'static str, Kind, Verb)> {
    let spelling = spelling.trim();
    let canonical = match spelling.split_once('.') {
        Some((object, rest)) => {
            rest.strip_prefix("request.").map_or(Cow::Borrowed(spelling), |verb| Cow::Owned(format!("{object}.{verb}")))
        }
        None => Cow::Borrowed(spelling),
    };
    COMMANDS.iter().find(|(name, ..)| *name == canonical).copied()
}

/// How many bytes an extension or a password may have: AgentInstrument and AgentPassword hold 64 with their terminators.
pub const DEVICE_MAX: usize = 63;
/// A group's name is for a heading.
const GROUP_NAME_MAX: usize = 64;

fn bad(message: impl Into<String>) -> Failure {
    Failure::new(FailureCode::BadRequest, message)
}

/// What somebody types for a phone, or nothing.
pub fn extension(given: Option<String>) -> Result<Option<Name>, Failure> {
    let Some(text) = given else { return Ok(None) };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > DEVICE_MAX || text.chars().any(char::is_control) {
        return Err(bad("extension is not the name of a phone"));
    }
    Ok(Some(text.into()))
}

#[derive(Deserialize, JsonSchema)]
struct StartData {
    extension: Option<String>,
}

/// The phone that `session.start` names, if any.
///
/// # Errors
/// `BAD_REQUEST`.
pub fn start_extension(request: &Request) -> Result<Option<Name>, Failure> {
    extension(request.data::<StartData>().map_err(bad)?.extension)
}

#[derive(Deserialize, JsonSchema)]
struct ActivateData {
    options: Option<Members<StartData>>,
    channel: Option<Members<ChannelRef>>,
}

#[derive(Deserialize, JsonSchema)]
struct ChannelRef {
    id: String,
}

#[derive(Deserialize, JsonSchema)]
struct ReasonData {
    reason: Option<Members<ReasonRef>>,
}

#[derive(Deserialize, JsonSchema)]
struct ReasonRef {
    code: i64,
}

#[derive(Deserialize, JsonSchema)]
struct WorkData {
    #[schemars(with = "Option<schema::Next>")]
    next: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct DialData {
    destination: String,
    extensions: Option<Members<DialExtensions>>,
}

#[derive(Deserialize, JsonSchema)]
struct DestinationData {
    destination: String,
    /// Of a transfer: `external` (a number, the default) or `agent` (an agent's id).
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct DirectoryData {
    /// Only entries whose name or number contains this text, upper or lower case; absent or blank: all.
    filter: Option<String>,
}

/// More than any name or number has.
const FILTER_MAX: usize = 100;

/// The directory, or what of it `session.getdirectory` asks for. A category without such entries is left out.
///
/// # Errors
/// `BAD_REQUEST`.
pub fn directory(request: &Request, all: &[DirectoryCategory]) -> Result<Vec<DirectoryCategory>, Failure> {
    let filter = request.data::<DirectoryData>().map_err(bad)?.filter.unwrap_or_default();
    if filter.len() > FILTER_MAX {
        return Err(bad(format!("filter has at most {FILTER_MAX} bytes")));
    }
    let wanted = filter.trim().to_lowercase();
    if wanted.is_empty() {
        return Ok(all.to_vec());
    }
    let fits = |entry: &&DirectoryEntry| entry.name.to_lowercase().contains(&wanted) || entry.number.to_lowercase().contains(&wanted);
    let part = |category: &DirectoryCategory| {
        let entries: Vec<_> = category.entries.iter().filter(fits).cloned().collect();
        DirectoryCategory { name: category.name.clone(), entries }
    };
    Ok(all.iter().map(part).filter(|category| !category.entries.is_empty()).collect())
}

#[derive(Deserialize, JsonSchema)]
struct LogData {
    lines: Vec<String>,
}

/// How many lines of a desktop's own log are taken, and how many characters of each.
const LOG_LINES_MAX: usize = 300;
const LOG_LINE_MAX: usize = 200;

/// The lines of a desktop's own log, cut and without control characters.
///
/// # Errors
/// `BAD_REQUEST`.
pub fn log_lines(request: &Request) -> Result<Vec<String>, Failure> {
    let lines = request.data::<LogData>().map_err(bad)?.lines;
    if lines.len() > LOG_LINES_MAX {
        return Err(bad(format!("more than {LOG_LINES_MAX} lines")));
    }
    let clean = |line: String| line.chars().filter(|c| !c.is_control()).take(LOG_LINE_MAX).collect();
    Ok(lines.into_iter().map(clean).collect())
}

/// Whether the destination of a transfer is an agent id instead of a number.
///
/// # Errors
/// `BAD_REQUEST`.
pub fn is_to_agent(request: &Request) -> Result<bool, Failure> {
    let kind = request.data::<DestinationData>().map_err(bad)?.kind;
    match kind.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("external") => Ok(false),
        Some("agent") => Ok(true),
        Some(_) => Err(bad("type is external or agent")),
    }
}

#[derive(Deserialize, JsonSchema)]
struct DigitsData {
    digits: String,
}

#[derive(Deserialize, JsonSchema, Default)]
#[serde(rename_all = "camelCase", default)]
struct DialExtensions {
    #[serde(rename = "type")]
    kind: Option<String>,
    skill: Option<Number>,
    skill_group: Option<Number>,
    call_variables: Option<BTreeMap<String, String>>,
    crm_id: Option<String>,
    record_type: Option<String>,
    /// UserToUserInfo for the called party's network, at most 131 bytes.
    uui: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct AddChannelData {
    channel: Members<NewChannel>,
}

#[derive(Deserialize, JsonSchema)]
struct NewChannel {
    endpoint: String,
    /// Telephony; other media are refused with UNSUPPORTED.
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize, JsonSchema)]
struct AddGroupData {
    channelgroup: Members<NewGroup>,
}

#[derive(Deserialize, JsonSchema)]
struct NewGroup {
    name: Option<String>,
    endpoint: String,
}

#[derive(Deserialize, JsonSchema)]
struct RemoveGroupData {
    channelgroup: Members<ChannelRef>,
}

#[derive(Deserialize, JsonSchema)]
struct TeamData {
    id: Option<Number>,
}

#[derive(Deserialize, JsonSchema)]
struct StatisticsData {
    #[schemars(with = "schema::Scope")]
    scope: String,
    id: Option<Number>,
}

#[derive(Deserialize, JsonSchema)]
struct MessageData {
    #[schemars(with = "schema::To")]
    to: String,
    id: Option<Number>,
    text: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SuperviseData {
    #[schemars(with = "schema::Action")]
    action: String,
    agent: Members<AgentRef>,
    call_id: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
struct AgentRef {
    id: Number,
}

/// A number that some clients write as text.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Number {
    Number(u32),
    Text(String),
}

impl Number {
    fn read(&self, name: &str, of: &str) -> Result<u32, Failure> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => text.trim().parse().map_err(|_| bad(format!("{name} is not the number of a {of}"))),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct SetData {
    key: String,
    value: String,
}

#[derive(Deserialize, JsonSchema)]
struct DispositionData {
    disposition: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CompleteData {
    skip_disposition: Option<bool>,
    disposition_id: Option<i64>,
    notes: Option<String>,
}

fn reason(request: &Request) -> Result<Option<u16>, Failure> {
    let data: ReasonData = request.data().map_err(bad)?;
    data.reason.map(|Members(reason)| u16::try_from(reason.code).map_err(|_| bad("reason.code is a number from 0 to 65535"))).transpose()
}

/// What the session adds to a command.
#[derive(Debug)]
pub struct Caller<'a> {
    /// The session's agent.
    pub agent: &'a AgentId,
    /// The session's phone.
    pub endpoint: &'a Name,
    /// Its id in paths.
    pub channel: &'a str,
    /// The ACD password, if it is known.
    pub password: Option<&'a Secret>,
    /// The password has been proved.
    pub is_proved: bool,
}

/// What a command means to the engine. For the verbs that the engine does not know, see the hub.
///
/// # Errors
/// `BAD_REQUEST` and the like: what is wrong with the data, whatever the state.
pub fn to_engine(
    verb: Verb,
    object: Object,
    request: &Request,
    caller: &Caller<'_>,
    settings: &Settings,
) -> Result<Option<Command>, Failure> {
    let interaction = match object {
        Object::Interaction(id) | Object::Conversation(id, _) => id,
        _ => InteractionId(0), // not looked at
    };
    let command = match (verb, object) {
        (Verb::Activate, _) => activate(request, caller)?,
        (Verb::Deactivate, _) => Command::Deactivate { reason: reason(request)? },
        (Verb::Logout, _) => Command::Deactivate { reason: reason(request)? },
        (Verb::Ready, _) => Command::Ready,
        (Verb::NotReady, _) => Command::NotReady { reason: reason(request)? },
        (Verb::Work, _) => match request.data::<WorkData>().map_err(bad)?.next.as_deref() {
            None | Some("NOT_READY") => Command::Work { next_ready: false },
            Some("READY") => Command::Work { next_ready: true },
            Some(_) => return Err(bad("next is READY or NOT_READY")),
        },
        (Verb::Dial, _) => Command::Dial(dial(request)?),
        (Verb::Accept, _) => Command::Accept(interaction),
        (Verb::Reject, _) => Command::Reject(interaction),
        (Verb::SetInteractionData, _) => {
            let data: SetData = request.data().map_err(bad)?;
            if data.key.is_empty() {
                return Err(bad("key is empty"));
            }
            Command::SetData { interaction, key: data.key.into(), value: data.value.into() }
        }
        (Verb::SetDisposition, _) => {
            let data: DispositionData = request.data().map_err(bad)?;
            Command::SetDisposition { interaction, disposition: data.disposition.into() }
        }
        (Verb::Complete, _) => Command::Complete { interaction, outcome: outcome(request, settings)? },
        (Verb::Answer, Object::Conversation(_, leg)) => Command::Answer(leg),
        (Verb::Release, Object::Conversation(_, leg)) => Command::Release(leg),
        (Verb::Hold, Object::Conversation(_, leg)) => Command::Hold(leg),
        (Verb::Retrieve, Object::Conversation(_, leg)) => Command::Retrieve(leg),
        (Verb::Consult, _) => Command::Consult { interaction, destination: destination(request)? },
        (Verb::Alternate, _) => Command::Alternate(interaction),
        (Verb::Reconnect, _) => Command::Reconnect(interaction),
        (Verb::ConsultTransfer, _) => Command::ConsultTransfer(interaction),
        (Verb::ConsultConference, _) => Command::ConsultConference(interaction),
        (Verb::StartRecording, _) => Command::Record(interaction, true),
        (Verb::StopRecording, _) => Command::Record(interaction, false),
        (Verb::SupervisorAssist, _) => Command::SupervisorAssist(interaction),
        (Verb::Emergency, _) => Command::Emergency(interaction),
        (Verb::BadCall, _) => Command::BadCall(interaction),
        (Verb::AddChannel | Verb::AddChannelGroup, _) => Command::FindDevice(new_place(verb, request)?.0),
        (Verb::GetStatistics, _) => Command::Statistics(scope(request, caller.agent)?),
        (Verb::Message, _) => message(request)?,
        (Verb::Supervise, _) => supervise(request)?,
        (Verb::Transfer, Object::Conversation(_, leg)) => Command::Transfer { conversation: leg, destination: destination(request)? },
        (Verb::SendDtmf, Object::Conversation(_, leg)) => {
            Command::SendDtmf { conversation: leg, digits: request.data::<DigitsData>().map_err(bad)?.digits.into() }
        }
        (Verb::Deflect, Object::Conversation(_, leg)) => Command::Deflect { conversation: leg, destination: destination(request)? },
        _ => return Ok(None),
    };
    Ok(Some(command))
}

fn activate(request: &Request, caller: &Caller<'_>) -> Result<Command, Failure> {
    let data: ActivateData = request.data().map_err(bad)?;
    if data.channel.is_some_and(|Members(channel)| channel.id != caller.channel) {
        return Err(Failure::new(FailureCode::UnknownTarget, "The group has no such channel"));
    }
    // The channel is one phone for the life of the session: another phone is another session.start.
    if let Some(asked) = extension(data.options.and_then(|Members(options)| options.extension))?
        && asked != *caller.endpoint
    {
        return Err(Failure::new(FailureCode::UnknownDevice, "The channel belongs to another phone")
            .with_context(format!("extension={}", caller.endpoint)));
    }
    let password = caller.password.cloned();
    let password =
        password.ok_or_else(|| Failure::new(FailureCode::AuthFailed, "The password is not known any more; sign in with it again"))?;
    Ok(Command::Activate { password, extension: Some(caller.endpoint.clone()), always_ask: !caller.is_proved })
}

/// The phone that `session.addchannel` or `session.addchannelgroup` names, and the group's name.
///
/// # Errors
/// `BAD_REQUEST`; `UNSUPPORTED` for media other than telephony.
pub fn new_place(verb: Verb, request: &Request) -> Result<(Name, Option<String>), Failure> {
    let (endpoint, name) = if verb == Verb::AddChannel {
        let Members(channel) = request.data::<AddChannelData>().map_err(bad)?.channel;
        match channel.kind.to_ascii_lowercase().as_str() {
            "telephony" => {}
            "chat" | "email" => return Err(Failure::new(FailureCode::Unsupported, "Only telephony is available here")),
            _ => return Err(bad("channel.type is Telephony, Chat or Email")),
        }
        (channel.endpoint, None)
    } else {
        let Members(group) = request.data::<AddGroupData>().map_err(bad)?.channelgroup;
        if group.name.as_ref().is_some_and(|name| name.len() > GROUP_NAME_MAX) {
            return Err(bad(format!("channelgroup.name has at most {GROUP_NAME_MAX} bytes")));
        }
        (group.endpoint, group.name.filter(|name| !name.trim().is_empty()))
    };
    let endpoint = extension(Some(endpoint))?.ok_or_else(|| bad("endpoint is empty"))?;
    Ok((endpoint, name))
}

/// The group that `session.removechannelgroup` names.
///
/// # Errors
/// `BAD_REQUEST`.
pub fn group_id(request: &Request) -> Result<String, Failure> {
    let Members(group) = request.data::<RemoveGroupData>().map_err(bad)?.channelgroup;
    Ok(group.id)
}

/// The team that `session.getteam` names, if any.
///
/// # Errors
/// `BAD_REQUEST`.
pub fn team_id(request: &Request) -> Result<Option<TeamId>, Failure> {
    request.data::<TeamData>().map_err(bad)?.id.map(|id| id.read("id", "team")).transpose()
}

fn scope(request: &Request, own: &AgentId) -> Result<Scope, Failure> {
    let data: StatisticsData = request.data().map_err(bad)?;
    match (data.scope.as_str(), data.id) {
        ("agent", None) => Ok(Scope::Agent(own.clone())),
        ("agent", Some(id)) => Ok(Scope::Agent(agent_id(&id.text())?)),
        ("skillgroup", Some(id)) => Ok(Scope::SkillGroup(id.read("id", "skill group")?)),
        ("skillgroup", None) => Err(bad("id is missing: the number of the skill group")),
        _ => Err(bad("scope is agent or skillgroup")),
    }
}

fn agent_id(text: &str) -> Result<AgentId, Failure> {
    let id = text.trim();
    if id.is_empty() || id.len() > DEVICE_MAX || id.chars().any(char::is_control) {
        return Err(bad("id is no agent id"));
    }
    Ok(AgentId(id.into()))
}

fn message(request: &Request) -> Result<Command, Failure> {
    let data: MessageData = request.data().map_err(bad)?;
    let to = match (data.to.as_str(), data.id) {
        ("team", _) => Recipient::Team,
        ("supervisor", _) => Recipient::Supervisor,
        ("agent", Some(id)) => Recipient::Agent(agent_id(&id.text())?),
        ("agent", None) => return Err(bad("id is missing: the agent to write to")),
        _ => return Err(bad("to is team, supervisor or agent")),
    };
    if data.text.trim().is_empty() {
        return Err(bad("text is empty"));
    }
    Ok(Command::Message { to, text: data.text.into() })
}

fn supervise(request: &Request) -> Result<Command, Failure> {
    let data: SuperviseData = request.data().map_err(bad)?;
    let action = match data.action.as_str() {
        "MONITOR" => Supervision::Monitor,
        "WHISPER" => Supervision::Whisper,
        "BARGE_IN" => Supervision::BargeIn,
        "INTERCEPT" => Supervision::Intercept,
        "CLEAR" => Supervision::Clear,
        _ => return Err(bad("action is MONITOR, WHISPER, BARGE_IN, INTERCEPT or CLEAR")),
    };
    Ok(Command::Supervise { action, agent: agent_id(&data.agent.0.id.text())?, call_id: data.call_id })
}

fn number(text: &str) -> Result<Name, Failure> {
    let number = text.trim();
    if number.is_empty() || number.chars().any(char::is_control) {
        return Err(bad("destination is not a number to dial"));
    }
    Ok(number.into())
}

fn destination(request: &Request) -> Result<Name, Failure> {
    number(&request.data::<DestinationData>().map_err(bad)?.destination)
}

fn dial(request: &Request) -> Result<Dial, Failure> {
    let data: DialData = request.data().map_err(bad)?;
    let extensions = data.extensions.map(|Members(extensions)| extensions).unwrap_or_default();
    let destination = number(&data.destination)?;
    let skill_group = match (&extensions.skill, &extensions.skill_group) {
        (Some(skill), _) => Some(skill.read("skill", "skill group")?),
        (None, Some(group)) => Some(group.read("skillGroup", "skill group")?),
        (None, None) => None,
    };
    let mut call_variables = Vec::new();
    for (key, value) in extensions.call_variables.unwrap_or_default() {
        let number = key.strip_prefix("callVariable").unwrap_or(&key).parse().ok().filter(|number| (1..=10).contains(number));
        let number = number.ok_or_else(|| bad("callVariables are named 1 to 10"))?;
        call_variables.push((number, value.into()));
    }
    let click_to_dial = extensions
        .crm_id
        .filter(|id| !id.is_empty())
        .map(|id| ClickToDial { crm_id: id.into(), record_type: extensions.record_type.filter(|kind| !kind.is_empty()).map(Name::from) });
    let user_to_user = extensions.uui.filter(|info| !info.is_empty()).map(Name::from);
    if user_to_user.as_ref().is_some_and(|info| info.len() > USER_TO_USER_MAX) {
        return Err(bad(format!("uui has more than {USER_TO_USER_MAX} bytes")));
    }
    Ok(Dial {
        destination,
        to_agent: extensions.kind.is_some_and(|kind| kind.eq_ignore_ascii_case("agent")),
        skill_group,
        call_variables,
        click_to_dial,
        user_to_user,
    })
}

fn outcome(request: &Request, settings: &Settings) -> Result<Option<Disposition>, Failure> {
    let data: CompleteData = request.data().map_err(bad)?;
    match (data.disposition_id, data.skip_disposition.unwrap_or(false)) {
        (Some(_), true) => Err(bad("either dispositionId or skipDisposition")),
        (None, true) => Ok(Some(Disposition::Skipped)),
        (None, false) => Ok(None),
        (Some(id), false) => {
            let item = settings.dispositions.iter().find(|item| item.id == id);
            let item = item.ok_or_else(|| bad(format!("there is no disposition {id}")))?;
            Ok(Some(Disposition::Chosen { id, name: item.name.as_str().into(), notes: data.notes }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::mediabar::envelope::Request;

    fn request(data: &str) -> Request {
        Request::parse(format!(r#"{{"command":"c","target":"t","data":{data}}}"#).into()).unwrap()
    }

    fn engine(verb: Verb, data: &str) -> Result<Option<Command>, Failure> {
        let endpoint = Name::const_new("3001");
        let secret = Secret::new("1234");
        let agent = AgentId::from("1001");
        let caller = Caller { agent: &agent, endpoint: &endpoint, channel: "3001", password: Some(&secret), is_proved: false };
        to_engine(verb, Object::Interaction(InteractionId(7)), &request(data), &caller, &Settings::default())
    }

    fn code(verb: Verb, data: &str) -> FailureCode {
        engine(verb, data).unwrap_err().code
    }

    #[test]
    fn both_spellings_of_every_command_mean_the_same() {
        for &(name, kind, verb) in COMMANDS {
            assert_eq!(find(name), Some((name, kind, verb)));
            assert_eq!(find(&format!("  {name} ")), Some((name, kind, verb)));
            if let Some((object, verb_name)) = name.split_once('.') {
                assert_eq!(find(&format!("{object}.request.{verb_name}")), Some((name, kind, verb)));
            }
        }
        for unknown in
            ["", "dial", "channel.Dial", "channel.request", "channel.request.request.dial", "session.login", "request.channel.dial"]
        {
            assert_eq!(find(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_reason_is_a_sixteen_bit_number() {
        assert_eq!(engine(Verb::NotReady, "{}").unwrap(), Some(Command::NotReady { reason: None }));
        assert_eq!(engine(Verb::NotReady, r#"{"reason":{"code":65535}}"#).unwrap(), Some(Command::NotReady { reason: Some(65_535) }));
        for data in [
            r#"{"reason":{"code":65536}}"#,
            r#"{"reason":{"code":-1}}"#,
            r#"{"reason":{"code":"1"}}"#,
            r#"{"reason":{}}"#,
            r#"{"reason":1}"#,
            r#"{"reason":[1]}"#,
        ] {
            assert_eq!(code(Verb::NotReady, data), FailureCode::BadRequest, "{data}");
        }
    }

    #[test]
    fn dial_takes_its_extensions_in_every_shape_that_clients_send() {
        let data = r#"{"destination":" +41 44 ","extensions":{"type":"Agent","skill":"77","callVariables":{"callVariable10":"j","1":"a"},"crmId":"c-1","recordType":"contact","uui":"ü","more":[{}]}}"#;
        let Some(Command::Dial(dial)) = engine(Verb::Dial, data).unwrap() else { panic!() };
        assert_eq!(
            dial,
            Dial {
                destination: "+41 44".into(),
                to_agent: true,
                skill_group: Some(77),
                call_variables: vec![(1, "a".into()), (10, "j".into())],
                click_to_dial: Some(ClickToDial { crm_id: "c-1".into(), record_type: Some("contact".into()) }),
                user_to_user: Some("ü".into()),
            }
        );
        for data in [
            "{}",
            r#"{"destination":""}"#,
            r#"{"destination":"  "}"#,
            r#"{"destination":5}"#,
            r#"{"destination":"1\u0000"}"#,
            r#"{"destination":"1","extensions":[]}"#,
            r#"{"destination":"1","extensions":{"skill":"x"}}"#,
            r#"{"destination":"1","extensions":{"skill":-1}}"#,
            r#"{"destination":"1","extensions":{"callVariables":{"11":"x"}}}"#,
        ] {
            assert_eq!(code(Verb::Dial, data), FailureCode::BadRequest, "{data}");
        }
    }

    #[test]
    fn complete_names_one_of_the_configured_dispositions_or_skips() {
        let Some(Command::Complete { outcome, .. }) = engine(Verb::Complete, r#"{"dispositionId":1,"notes":"n"}"#).unwrap() else {
            panic!()
        };
        assert_eq!(outcome, Some(Disposition::Chosen { id: 1, name: "Resolved".into(), notes: Some("n".into()) }));
        let Some(Command::Complete { outcome, .. }) = engine(Verb::Complete, r#"{"skipDisposition":true}"#).unwrap() else { panic!() };
        assert_eq!(outcome, Some(Disposition::Skipped));
        let Some(Command::Complete { outcome, .. }) = engine(Verb::Complete, r#"{"skipDisposition":false}"#).unwrap() else { panic!() };
        assert_eq!(outcome, None);
        for data in [r#"{"dispositionId":99}"#, r#"{"dispositionId":"1"}"#, r#"{"dispositionId":1,"skipDisposition":true}"#] {
            assert_eq!(code(Verb::Complete, data), FailureCode::BadRequest, "{data}");
        }
    }

    #[test]
    fn activate_asks_the_acd_as_long_as_nothing_is_proved() {
        let Some(Command::Activate { extension, always_ask, .. }) = engine(Verb::Activate, r#"{"options":{}}"#).unwrap() else { panic!() };
        assert_eq!((extension, always_ask), (Some("3001".into()), true));
        assert_eq!(code(Verb::Activate, r#"{"options":{"extension":"3002"}}"#), FailureCode::UnknownDevice);
        assert_eq!(code(Verb::Activate, r#"{"channel":{"id":"3002"}}"#), FailureCode::UnknownTarget);
        assert!(engine(Verb::Activate, r#"{"channel":{"id":"3001"},"options":{"extension":"3001"}}"#).is_ok());
    }

    #[test]
    fn commands_with_a_destination_need_one() {
        let Some(Command::Consult { destination, .. }) = engine(Verb::Consult, r#"{"destination":"3002 "}"#).unwrap() else { panic!() };
        assert_eq!(destination, "3002");
        assert_eq!(code(Verb::Consult, "{}"), FailureCode::BadRequest);
        assert_eq!(code(Verb::Consult, r#"{"destination":["3002"]}"#), FailureCode::BadRequest);
    }

    #[test]
    fn the_directory_is_told_as_far_as_it_is_asked_for() {
        let all = Settings::default().directory;
        let numbers = |data: &str| {
            let found = directory(&request(data), &all).unwrap();
            found.iter().flat_map(|category| &category.entries).map(|entry| entry.number.clone()).collect::<Vec<_>>()
        };
        for everything in ["{}", r#"{"filter":null}"#, r#"{"filter":" "}"#] {
            assert_eq!(numbers(everything), ["8001", "8002", "3001"], "{everything}");
        }
        assert_eq!(numbers(r#"{"filter":"sErv"}"#), ["8002"]);
        assert_eq!(numbers(r#"{"filter":" 800 "}"#), ["8001", "8002"]);
        assert!(directory(&request(r#"{"filter":"nobody"}"#), &all).unwrap().is_empty(), "no empty categories");
        for bad in [r#"{"filter":7}"#.to_owned(), format!(r#"{{"filter":"{}"}}"#, "x".repeat(101))] {
            assert_eq!(directory(&request(&bad), &all).unwrap_err().code, FailureCode::BadRequest, "{bad}");
        }
    }

    #[test]
    fn work_says_what_follows() {
        assert_eq!(engine(Verb::Work, r#"{"next":"READY"}"#).unwrap(), Some(Command::Work { next_ready: true }));
        assert_eq!(engine(Verb::Work, "{}").unwrap(), Some(Command::Work { next_ready: false }));
        assert_eq!(code(Verb::Work, r#"{"next":"LUNCH"}"#), FailureCode::BadRequest);
    }
}

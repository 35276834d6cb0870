//! The HTTP control port: JSON in, one [`Command`] to the station, JSON out.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Side;
use super::driver::Handle;
use super::sides::SideAction;
use super::station::{Command, CommandError, Reply};
use super::world::{FarEnd, GatewayEvent, InboundCall, PhoneAction, PreCall, TeamChange, WishError};

/// The routes of the control port; the demo nests them in its own server.
pub fn router(handle: Handle) -> Router {
    Router::new()
        .route("/calls", post(place_call))
        .route("/calls/{call}/far-end", post(far_end))
        .route("/phones/{extension}", post(phone))
        .route("/sides/{side}", post(side))
        .route("/peripherals/{id}", post(peripheral))
        .route("/gateway", post(gateway))
        .route("/teams/{id}", post(team))
        .route("/configuration", post(configuration))
        .route("/agents/{id}", post(agent))
        .route("/behaviour", put(behaviour))
        .route("/truth", get(truth))
        .fallback(async || Failure(StatusCode::NOT_FOUND, "there is nothing here".to_owned()))
        .method_not_allowed_fallback(async || Failure(StatusCode::METHOD_NOT_ALLOWED, "not with this method".to_owned()))
        .with_state(handle)
}

/// `{"error": "…"}` with its status.
struct Failure(StatusCode, String);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        json_response(self.0, &json!({ "error": self.1 }))
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        let status = match &error {
            CommandError::Wish(WishError::Bad(_)) => StatusCode::BAD_REQUEST,
            CommandError::Wish(WishError::Unknown(_)) => StatusCode::NOT_FOUND,
            CommandError::Wish(WishError::NotNow(_)) => StatusCode::CONFLICT,
            CommandError::Gone => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, error.to_string())
    }
}

fn json_response(status: StatusCode, body: &impl serde::Serialize) -> Response {
    let body = serde_json::to_vec(body).unwrap_or_else(|_| b"{}".to_vec());
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

type Outcome = Result<Response, Failure>;

/// Reads a JSON body. The content type is demanded because a browser sends it to foreign servers only after asking.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Failure> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(Failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| Failure(StatusCode::BAD_REQUEST, error.to_string()))
}

async fn run(handle: &Handle, command: Command) -> Outcome {
    Ok(match handle.control(command).await? {
        Reply::Done => json_response(StatusCode::OK, &json!({})),
        Reply::Call(call) => json_response(StatusCode::OK, &json!({ "callId": call })),
        Reply::Behaviour(behaviour) => json_response(StatusCode::OK, &behaviour),
        Reply::Truth(truth) => json_response(StatusCode::OK, &truth),
    })
}

/// An id that people may write as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u32),
    Text(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct To {
    agent: Option<Id>,
    skill_group: Option<Id>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RouterCallKey {
    day: u32,
    call_id: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CallBody {
    from: String,
    dialed_number: Option<String>,
    dnis: Option<String>,
    to: Option<To>,
    #[serde(default)]
    call_variables: BTreeMap<String, String>,
    #[serde(default)]
    ecc_variables: Map<String, Value>,
    #[serde(default)]
    queue_seconds: f64,
    router_call_key: Option<RouterCallKey>,
    skill_group_id: Option<u32>,
    call_type: Option<u16>,
    #[serde(default)]
    pre_call: PreCall,
    #[serde(default)]
    arrives_seconds: f64,
    recorded: Option<bool>,
}

fn bad(message: impl Into<String>) -> Failure {
    Failure(StatusCode::BAD_REQUEST, message.into())
}

impl CallBody {
    fn into_call(self) -> Result<InboundCall, Failure> {
        let seconds = |seconds| Duration::try_from_secs_f64(seconds).ok().filter(|time| *time <= Duration::from_secs(86_400));
        let (queue, arrives) = (seconds(self.queue_seconds), seconds(self.arrives_seconds));
        let (mut agent, mut skill_group) = (None, None);
        if let Some(to) = self.to {
            match (to.agent, to.skill_group) {
                (Some(id), None) => agent = Some(id.text()),
                (None, Some(id)) => skill_group = Some(id.number().ok_or_else(|| bad("to.skillGroup is no number"))?),
                _ => return Err(bad("to holds either agent or skillGroup")),
            }
        }
        let mut call_variables = BTreeMap::new();
        for (number, value) in self.call_variables {
            let slot = number.parse::<u8>().ok().filter(|slot| (1..=10).contains(slot));
            call_variables.insert(slot.ok_or_else(|| bad(format!("callVariables.{number}: they are numbered 1 to 10")))?, value);
        }
        let mut ecc_variables = Vec::new();
        for (name, value) in self.ecc_variables {
            let Value::String(value) = value else { return Err(bad(format!("eccVariables.{name} is no string"))) };
            ecc_variables.push((name, value));
        }
        Ok(InboundCall {
            from: self.from,
            dialed_number: self.dialed_number,
            dnis: self.dnis,
            agent,
            skill_group,
            skill_group_id: self.skill_group_id,
            call_variables,
            ecc_variables,
            queue: queue.ok_or_else(|| bad("queueSeconds is no number of seconds of at most a day"))?,
            router_key: self.router_call_key.map(|key| (key.day, key.call_id)),
            call_type: self.call_type,
            pre_call: self.pre_call,
            arrives_after: arrives.ok_or_else(|| bad("arrivesSeconds is no number of seconds of at most a day"))?,
            recorded: self.recorded,
        })
    }
}

impl Id {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }

    fn number(self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

async fn place_call(State(handle): State<Handle>, headers: HeaderMap, body: Bytes) -> Outcome {
    let call = read::<CallBody>(&headers, &body)?.into_call()?;
    run(&handle, Command::PlaceCall(call)).await
}

fn unknown(what: &str, id: &str) -> Failure {
    Failure(StatusCode::NOT_FOUND, format!("no {what} {id}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FarEndBody {
    action: FarEnd,
}

async fn far_end(State(handle): State<Handle>, Path(call): Path<String>, headers: HeaderMap, body: Bytes) -> Outcome {
    let FarEndBody { action } = read(&headers, &body)?;
    let id = call.parse().map_err(|_| unknown("call", &call))?;
    run(&handle, Command::FarEnd(id, action)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneBody {
    action: String,
    number: Option<String>,
}

async fn phone(State(handle): State<Handle>, Path(extension): Path<String>, headers: HeaderMap, body: Bytes) -> Outcome {
    let PhoneBody { action, number } = read(&headers, &body)?;
    let action = match (action.as_str(), number) {
        ("answer", None) => PhoneAction::Answer,
        ("hangup", None) => PhoneAction::Hangup,
        ("hold", None) => PhoneAction::Hold,
        ("retrieve", None) => PhoneAction::Retrieve,
        ("outOfService", None) => PhoneAction::OutOfService,
        ("backInService", None) => PhoneAction::BackInService,
        ("transfer", None) => PhoneAction::Transfer,
        ("conference", None) => PhoneAction::Conference,
        ("reconnect", None) => PhoneAction::Reconnect,
        ("dial", Some(number)) => PhoneAction::Dial(number),
        ("consult", Some(number)) => PhoneAction::Consult(number),
        ("dial" | "consult", None) => return Err(bad(format!("{action} needs a number"))),
        (_, Some(_)) => return Err(bad("only dial and consult take a number")),
        (other, None) => {
            return Err(bad(format!(
                "unknown action {other:?}: answer, hangup, hold, retrieve, dial, consult, transfer, conference, reconnect, outOfService or \
                 backInService"
            )));
        }
    };
    run(&handle, Command::Phone(extension, action)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SideBody {
    action: Value,
    hex: Option<String>,
}

async fn side(State(handle): State<Handle>, Path(side): Path<String>, headers: HeaderMap, body: Bytes) -> Outcome {
    let SideBody { action, hex } = read(&headers, &body)?;
    let side = Side::BOTH.into_iter().find(|known| known.letter() == side).ok_or_else(|| unknown("side", &side))?;
    let command = match (action.as_str(), hex) {
        // Crafted bytes, for whatever else a client should survive.
        (Some("bytes"), Some(hex)) => Command::Raw(side, read_hex(&hex).ok_or_else(|| bad("hex is no hexadecimal text"))?.into()),
        (Some("bytes"), None) => return Err(bad("bytes needs hex")),
        (_, Some(_)) => return Err(bad("only bytes takes hex")),
        (_, None) => Command::Side(side, serde_json::from_value::<SideAction>(action).map_err(|error| bad(error.to_string()))?),
    };
    run(&handle, command).await
}

/// Pairs of hexadecimal digits; blanks between them do not matter.
fn read_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamBody {
    change: TeamChange,
    agent: Option<Id>,
}

async fn team(State(handle): State<Handle>, Path(team): Path<String>, headers: HeaderMap, body: Bytes) -> Outcome {
    let TeamBody { change, agent } = read(&headers, &body)?;
    let id = team.parse().map_err(|_| unknown("team", &team))?;
    run(&handle, Command::Team(id, change, agent.map(Id::text))).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConfigurationBody {
    agent: Id,
    first_name: Option<String>,
    last_name: Option<String>,
}

async fn configuration(State(handle): State<Handle>, headers: HeaderMap, body: Bytes) -> Outcome {
    let ConfigurationBody { agent, first_name, last_name } = read(&headers, &body)?;
    run(&handle, Command::Rename(agent.text(), first_name, last_name)).await
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum PeripheralState {
    Online,
    Offline,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PeripheralBody {
    state: PeripheralState,
    #[serde(default)]
    end_calls: bool,
}

async fn peripheral(State(handle): State<Handle>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Outcome {
    let PeripheralBody { state, end_calls } = read(&headers, &body)?;
    let id = id.parse().map_err(|_| unknown("peripheral", &id))?;
    run(&handle, Command::Peripheral(id, matches!(state, PeripheralState::Online), end_calls)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GatewayBody {
    event: String,
    text: Option<String>,
}

async fn gateway(State(handle): State<Handle>, headers: HeaderMap, body: Bytes) -> Outcome {
    let GatewayBody { event, text } = read(&headers, &body)?;
    let event = match (event.as_str(), text) {
        ("text", Some(text)) => GatewayEvent::Text(text),
        ("text", None) => return Err(bad("text needs a text")),
        (_, Some(_)) => return Err(bad("only text takes a text")),
        ("centralControllerOffline", None) => GatewayEvent::CentralControllerOffline,
        ("centralControllerOnline", None) => GatewayEvent::CentralControllerOnline,
        ("gatewayOffline", None) => GatewayEvent::GatewayOffline,
        ("gatewayOnline", None) => GatewayEvent::GatewayOnline,
        ("ctiServerOffline", None) => GatewayEvent::CtiServerOffline,
        ("ctiServerOnline", None) => GatewayEvent::CtiServerOnline,
        ("halfHour", None) => GatewayEvent::HalfHour,
        (other, None) => {
            return Err(bad(format!(
                "unknown event {other:?}: centralControllerOffline, centralControllerOnline, gatewayOffline, gatewayOnline, \
                 ctiServerOffline, ctiServerOnline, text or halfHour"
            )));
        }
    };
    run(&handle, Command::Gateway(event)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentBody {
    state: String,
    reason: Option<u16>,
}

async fn agent(State(handle): State<Handle>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Outcome {
    let AgentBody { state, reason } = read(&headers, &body)?;
    run(&handle, Command::Agent(id, state, reason)).await
}

async fn behaviour(State(handle): State<Handle>, headers: HeaderMap, body: Bytes) -> Outcome {
    let patch: Map<String, Value> = read(&headers, &body)?;
    run(&handle, Command::Behaviour(patch)).await
}

async fn truth(State(handle): State<Handle>) -> Outcome {
    run(&handle, Command::Truth).await
}

//! What a receiver is told: the published event types with their data. Numbers of customers and call data are in none of them;
//! who wants those asks for the session.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::super::ledger::{Notice, NoticeKind};
use super::super::model::{RoutingKind, Session, StateKind};
use super::super::render::user_id;

/// An event that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same whenever the same moment is told.
    pub id: String,
    /// What has to stay in order.
    pub lane: String,
    /// Its type's word.
    pub kind: String,
    /// `{"eventType": …, "data": …}`.
    pub body: String,
}

/// The event that a notice is; `session` is the one it speaks of, as it is now. None: there is nothing to speak of.
pub fn event(notice: &Notice, session: Option<&Session>, company_id: i64) -> Option<Event> {
    let kind = format!("{:?}", notice.kind);
    let data = match notice.session {
        Some(_) => of_session(notice, session?, company_id),
        None => of_agent(notice)?,
    };
    let lane = match (notice.session, &notice.agent) {
        (Some(session), _) => format!("session {session}"),
        (None, agent) => format!("agent {}", agent.as_deref().unwrap_or_default()),
    };
    let id = id_of(notice, &kind, &lane);
    let body = json!({ "eventType": kind, "data": data }).to_string();
    Some(Event { id, lane, kind, body })
}

/// Made of what happened, so that the same moment written twice is one event.
fn id_of(notice: &Notice, kind: &str, lane: &str) -> String {
    let agent = notice.agent.as_deref().unwrap_or_default();
    let digest = Sha256::digest(format!("{kind}\0{lane}\0{}\0{agent}\0{:?}", notice.at.as_nanosecond(), notice.state));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn time(at: Timestamp) -> Value {
    format!("{at:.6}").into()
}

fn of_session(notice: &Notice, session: &Session, company_id: i64) -> Value {
    let mut data = Map::new();
    data.insert("id".to_owned(), session.id.into());
    // Departments are the tenants of a house that has some (inferred).
    data.insert("tenantId".to_owned(), session.department.unwrap_or(company_id).into());
    if matches!(notice.kind, NoticeKind::SessionCallParamsUpdated | NoticeKind::SessionRecordingPostProcessingCompleted) {
        return data.into();
    }
    data.insert("channel".to_owned(), "Phone".into());
    data.insert("source".to_owned(), json!(session.source));
    // What came after the moment that is told is not told with it.
    let started = session.started.filter(|started| *started <= notice.at);
    match notice.kind {
        NoticeKind::SessionStarted => drop(data.insert("started".to_owned(), started.map_or(Value::Null, time))),
        NoticeKind::SessionOperatorJoined | NoticeKind::SessionOperatorLeft | NoticeKind::SessionOperatorConcluded => {
            let agent = notice.agent.as_deref().unwrap_or_default();
            data.insert("userId".to_owned(), user_id(agent).into());
            data.insert("userName".to_owned(), agent.into());
            data.insert("time".to_owned(), time(notice.at));
        }
        NoticeKind::SessionForwarded => {
            data.insert("time".to_owned(), time(notice.at));
            let is_forward =
                |kind| matches!(kind, RoutingKind::ForwardedToUser | RoutingKind::ForwardedToGroup | RoutingKind::ForwardedToPhone);
            let forward = session.routing.iter().rev().find(|entry| is_forward(entry.kind) && entry.at <= notice.at);
            if let Some(agent) = notice.agent.as_deref().or_else(|| forward.and_then(|entry| entry.agent.as_deref())) {
                data.insert("userId".to_owned(), user_id(agent).into());
                data.insert("userName".to_owned(), agent.into());
            } else if let Some(group) = forward.filter(|entry| entry.kind == RoutingKind::ForwardedToGroup).and_then(|entry| entry.group) {
                data.insert("operatorGroupId".to_owned(), group.into());
            }
        }
        NoticeKind::SessionEnded => {
            if let Some(started) = started {
                data.insert("started".to_owned(), time(started));
            }
            data.insert("ended".to_owned(), time(session.ended.unwrap_or(notice.at)));
        }
        _ => {}
    }
    data.into()
}

fn of_agent(notice: &Notice) -> Option<Value> {
    let agent = notice.agent.as_deref()?;
    let (kind, reason) = notice.state?;
    let (status, availability) = match kind {
        StateKind::Offline | StateKind::Disconnected => ("OFFLINE", "DEFAULT"),
        StateKind::Online => ("ONLINE", "DEFAULT"),
        StateKind::Away | StateKind::Break => ("AWAY", "AWAY"),
        StateKind::BeforeCall | StateKind::OnCall => ("BUSY", "ON_CALL"),
        StateKind::AfterCall => ("BUSY", "DEFAULT"),
    };
    Some(json!({
        "userId": user_id(agent),
        "userName": agent,
        "status": status,
        "availabilityStatus": availability,
        "availabilityStatusReason": reason.map(|reason| reason.to_string()),
        "stateKind": kind.word(),
        "time": time(notice.at),
    }))
}

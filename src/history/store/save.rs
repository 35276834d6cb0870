//! Writing one group of sessions and periods.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::StoreError;
use super::rows::{Cell, Places, Rows};
use crate::history::durations::{length, waited};
use crate::history::ledger::Output;
use crate::history::model::{AgentPeriod, Session, SessionId, StateKind};
use crate::history::render::user_id;

/// Columns of a session that can be searched for, and the record itself.
const SESSIONS: Rows<23> = Rows::new(
    "sessions (id, created, guest_joined, started, ended, closed, updated, status, source, direction, peripheral, key_day, key_call, \
     client_number, waited, length, termination, guest_left, dial_result, operators, texts, department, body)",
    "(id) DO UPDATE SET created = excluded.created, guest_joined = excluded.guest_joined, started = excluded.started, \
     ended = excluded.ended, closed = excluded.closed, updated = excluded.updated, status = excluded.status, source = excluded.source, \
     direction = excluded.direction, peripheral = excluded.peripheral, key_day = excluded.key_day, key_call = excluded.key_call, \
     client_number = excluded.client_number, waited = excluded.waited, length = excluded.length, termination = excluded.termination, \
     guest_left = excluded.guest_left, dial_result = excluded.dial_result, operators = excluded.operators, texts = excluded.texts, \
     department = excluded.department, body = excluded.body",
);
const AGENTS: Rows<3> = Rows::new("session_agents (agent, created, session_id)", "DO NOTHING");
const CALLS: Rows<2> = Rows::new("session_calls (call_id, session_id)", "DO NOTHING");
const GROUPS: Rows<3> = Rows::new(
    "session_groups (skill_group, created, session_id)",
    "(skill_group, session_id) DO UPDATE SET created = excluded.created WHERE session_groups.created <> excluded.created",
);
const TAGS: Rows<2> = Rows::new("session_tags (tag, session_id)", "DO NOTHING");
const NUMBERS: Rows<2> = Rows::new("user_numbers (agent, user_number)", "DO NOTHING");
// An id of a desktop's contact that was used again belongs to the newest session.
const INTERACTIONS: Rows<2> =
    Rows::new("session_interactions (interaction, session_id)", "(interaction) DO UPDATE SET session_id = excluded.session_id");
const PERIODS: Rows<6> = Rows::new(
    "agent_periods (agent, begun, ended, kind, reason, forced, body)",
    "(agent, begun) DO UPDATE SET ended = excluded.ended, kind = excluded.kind, reason = excluded.reason, forced = excluded.forced, body = ''",
);

/// Of what is there twice the later state counts.
pub(super) async fn save(connection: &mut AnyConnection, batch: &[Output], now: Timestamp) -> Result<(), StoreError> {
    let mut sessions: BTreeMap<SessionId, &Session> = BTreeMap::new();
    let mut periods = Vec::new();
    for output in batch {
        match output {
            Output::Session(session) => drop(sessions.insert(session.id, session)),
            Output::Period(period) => periods.push(period),
            Output::Notice(_) | Output::Late(_) => {}
        }
    }
    // In the order of the index, and of each the state that came last.
    periods.sort_by_key(|period| (period.agent.as_str(), period.from));
    let mut latest: Vec<&AgentPeriod> = Vec::with_capacity(periods.len());
    for period in periods {
        match latest.last_mut() {
            Some(last) if last.agent == period.agent && last.from == period.from => *last = period,
            _ => latest.push(period),
        }
    }
    save_sessions(connection, &sessions, now).await?;
    let mut rows = PERIODS.with_constants(", ''");
    for period in &latest {
        rows.add([
            period.agent.as_str().into(),
            period.from.as_microsecond().into(),
            period.to.map(Timestamp::as_microsecond).into(),
            number_of(period.kind).into(),
            period.reason.map(i64::from).into(),
            i64::from(period.forced).into(),
        ]);
    }
    rows.insert(connection).await?;
    let mut agents: Vec<&str> = latest.iter().map(|period| period.agent.as_str()).collect();
    agents.dedup();
    agents.extend(sessions.values().flat_map(|session| &session.operators).map(|operator| operator.agent.as_str()));
    save_numbers(connection, agents).await
}

/// The number under which a kind stands in the database.
fn number_of(kind: StateKind) -> i64 {
    (1..).zip(StateKind::ALL).find(|(_, other)| *other == kind).map_or(0, |(number, _)| number)
}

/// The period that [`PERIOD_COLUMNS`] tell of. Rows of before migration 4 have it as JSON.
pub(super) fn period_of(row: &AnyRow) -> Result<AgentPeriod, StoreError> {
    let Some(kind) = row.try_get::<Option<i64>, _>("kind")? else {
        return Ok(serde_json::from_str(&row.try_get::<String, _>("body")?)?);
    };
    let unknown = || sqlx::Error::Decode(format!("agent_periods: kind {kind}, or a time that no calendar has").into());
    let kind = usize::try_from(kind).ok().and_then(|number| StateKind::ALL.get(number.checked_sub(1)?)).ok_or_else(unknown)?;
    let time = |micros| Timestamp::from_microsecond(micros).map_err(|_| unknown());
    Ok(AgentPeriod {
        agent: row.try_get::<String, _>("agent")?.into(),
        kind: *kind,
        reason: row.try_get::<Option<i64>, _>("reason")?.and_then(|reason| u16::try_from(reason).ok()),
        from: time(row.try_get("begun")?)?,
        to: row.try_get::<Option<i64>, _>("ended")?.map(time).transpose()?,
        forced: row.try_get::<Option<i64>, _>("forced")? == Some(1),
    })
}

/// What [`period_of`] reads.
pub(super) const PERIOD_COLUMNS: &str = "agent, begun, ended, kind, reason, forced, body";

async fn save_sessions(connection: &mut AnyConnection, sessions: &BTreeMap<SessionId, &Session>, now: Timestamp) -> Result<(), StoreError> {
    let mut rows = SESSIONS;
    let (mut agents, mut calls, mut groups, mut tags) = (AGENTS, CALLS, GROUPS, TAGS);
    let mut interactions = BTreeMap::new();
    for (id, session) in sessions {
        rows.add(columns(session, now)?);
        for operator in &session.operators {
            agents.add([operator.agent.as_str().into(), session.created.as_microsecond().into(), (*id).into()]);
        }
        for call in &session.calls {
            calls.add([i64::from(call.call_id).into(), (*id).into()]);
        }
        for group in &session.skill_groups {
            groups.add([i64::from(*group).into(), session.created.as_microsecond().into(), (*id).into()]);
        }
        for tag in &session.tags {
            tags.add([tag.as_str().into(), (*id).into()]);
        }
        interactions.extend(session.interactions.iter().map(|interaction| (interaction.id.as_str(), *id)));
    }
    rows.insert(connection).await?;
    forget_moved(connection, &sessions.keys().copied().collect::<Vec<_>>()).await?;
    agents.insert(connection).await?;
    calls.insert(connection).await?;
    groups.insert(connection).await?;
    tags.insert(connection).await?;
    let mut rows = INTERACTIONS;
    for (interaction, id) in interactions {
        rows.add([interaction.into(), id.into()]);
    }
    rows.insert(connection).await
}

/// The first sign of a session may have been earlier than it seemed at first: its agents are entered anew.
async fn forget_moved(connection: &mut AnyConnection, ids: &[SessionId]) -> Result<(), StoreError> {
    const AT_ONCE: usize = 64;
    let text = format!(
        "DELETE FROM session_agents WHERE session_id IN ({}) AND created <> (SELECT s.created FROM sessions s WHERE s.id = session_id)",
        Places::of(connection).list(1, AT_ONCE)
    );
    for some in ids.chunks(AT_ONCE) {
        // An id that is named twice is no matter, and one size of statement is enough.
        let padded = some.iter().cycle().take(AT_ONCE);
        padded.fold(sqlx::query(AssertSqlSafe(text.as_str())), |query, id| query.bind(*id)).execute(&mut *connection).await?;
    }
    Ok(())
}

fn columns(session: &Session, now: Timestamp) -> Result<[Cell; 23], StoreError> {
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let span = |length: Option<SignedDuration>| length.and_then(|length| i64::try_from(length.as_micros()).ok());
    Ok([
        session.id.into(),
        session.created.as_microsecond().into(),
        micros(session.guest_joined).into(),
        micros(session.started).into(),
        micros(session.ended).into(),
        micros(session.closed).into(),
        now.as_microsecond().into(),
        session.status().word().into(),
        word(&session.source)?.into(),
        word(&session.direction)?.into(),
        session.peripheral.map(i64::from).into(),
        session.key.map(|key| i64::from(key.day)).into(),
        session.key.map(|key| i64::from(key.call_id)).into(),
        session.client_number.clone().into(),
        span(waited(session)).into(),
        span(length(session, now)).into(),
        word(&session.termination)?.into(),
        word(&session.guest_left)?.into(),
        word(&session.dial_result)?.into(),
        i64::try_from(session.operators.len()).unwrap_or(i64::MAX).into(),
        texts(session).into(),
        session.department.into(),
        serde_json::to_string(session)?.into(),
    ])
}

/// A word of the model as text.
fn word<T: Serialize>(value: &T) -> Result<Option<String>, StoreError> {
    Ok(match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Some(word),
        _ => None,
    })
}

/// What can be searched for as text, in lower case.
fn texts(session: &Session) -> Option<String> {
    let notes = session.operators.iter().filter_map(|operator| operator.note.as_deref());
    let all: Vec<_> = notes.chain(session.files.iter().map(|file| file.name.as_str())).map(str::to_lowercase).collect();
    (!all.is_empty()).then(|| all.join("\n").replace('\0', ""))
}

/// The published numbers of agents, where they are not the ids themselves.
async fn save_numbers(connection: &mut AnyConnection, agents: Vec<&str>) -> Result<(), StoreError> {
    let mut rows = NUMBERS;
    // Plain numbers, as nearly all ids are, need no second look.
    let is_plain = |agent: &str| agent.len() < 16 && !agent.starts_with('0') && agent.bytes().all(|byte| byte.is_ascii_digit());
    let others = agents.into_iter().filter(|agent| !is_plain(agent));
    let numbers: BTreeMap<&str, i64> = others.map(|agent| (agent, user_id(agent))).collect();
    for (agent, number) in numbers.into_iter().filter(|(agent, number)| number.to_string() != *agent) {
        rows.add([agent.into(), number.into()]);
    }
    rows.insert(connection).await
}

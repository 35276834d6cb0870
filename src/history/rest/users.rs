//! Agents: their time in state.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::{Extension, Json};
use jiff::Timestamp;

use super::super::model::{AgentPeriod, Session};
use super::super::query::{BadParameter, Request};
use super::super::render::UserStateModel;
use super::{Named, Problem, Rest, parameters};
use crate::auth::{Identity, Permission, Tenants};

/// How many of an agent's newest contacts are looked at for a department.
const LOOKED_AT: i64 = 50;

impl Rest {
    /// Whether the agent belongs to the reader's departments: by what was told last, or, about somebody of whom nothing was told
    /// since the daemon was started, by the newest contact that was nobody else's.
    async fn is_in_view(&self, who: &Identity, agent: &str) -> Result<bool, Problem> {
        let Tenants::Only(_) = who.tenants else { return Ok(true) };
        if let Some(department) = self.departments.of(agent) {
            return Ok(who.tenants.has(Some(department)));
        }
        let Ok(request) = Request::read([("OperatorUserId", agent)]) else { return Ok(false) };
        let contacts = self.store()?.search(&request.filter, LOOKED_AT, 0).await.map_err(|error| self.failed(&error))?;
        let is_alone = |session: &&Session| session.operators.iter().all(|operator| operator.agent == agent);
        let newest = contacts.iter().filter(is_alone).find_map(|session| session.department);
        Ok(who.tenants.has(newest))
    }
}

/// An agent's states in a range of time, oldest first; at most 31 days.
#[utoipa::path(get, path = "/api/v1/Users/{id}/states", tag = "Users",
    params(("id" = String, Path, description = "userId or AgentID"),
        ("from" = String, Query, format = DateTime, description = "Begin of the range", example = "2026-01-31T00:00:00Z"),
        ("to" = String, Query, format = DateTime, description = "Its end: later than `from`, by 31 days at most", example = "2026-02-01T00:00:00Z")),
    responses((status = 200, body = Vec<UserStateModel>), (status = 400, body = Problem), (status = 401), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn user_states(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<UserStateModel>>, Problem> {
    let store = rest.store()?;
    let id = match id.parse() {
        Ok(number) => store.agent_numbered(number).await.map_err(|error| rest.failed(&error))?.unwrap_or(id),
        Err(_) => id,
    };
    let is_own = who.agent.as_ref().is_some_and(|agent| agent.0.as_str() == id);
    let may_see = (is_own && who.may(Permission::ReadOwn)) || (who.may(Permission::ReadAll) && rest.is_in_view(&who, &id).await?);
    if !may_see {
        return Err(Problem::not_found());
    }
    let given = parameters(query.as_deref());
    let at = |wanted: &str| -> Result<Timestamp, Problem> {
        let bad = |reason: &str| Problem::from(BadParameter { parameter: wanted.to_owned(), reason: reason.to_owned() });
        let (_, value) = given.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).ok_or_else(|| bad("is needed"))?;
        value.parse().map_err(|_| bad("expected a time with offset, such as 2026-01-31T12:00:00Z"))
    };
    let known: BTreeSet<&str> = BTreeSet::from(["from", "to"]);
    if let Some((name, _)) = given.iter().find(|(name, _)| !known.contains(name.to_ascii_lowercase().as_str())) {
        return Err(BadParameter { parameter: name.clone(), reason: "there is no such parameter".to_owned() }.into());
    }
    let (from, to) = (at("from")?, at("to")?);
    if to <= from || to.duration_since(from) > jiff::SignedDuration::from_hours(31 * 24) {
        return Err(
            BadParameter { parameter: "to".to_owned(), reason: "expected a time after from, at most 31 days later".to_owned() }.into()
        );
    }
    let periods: Vec<AgentPeriod> = store.periods(&id, from, to).await.map_err(|error| rest.failed(&error))?;
    if periods.is_empty() && !store.knows_agent(&id).await.map_err(|error| rest.failed(&error))? {
        return Err(Problem::not_found());
    }
    Ok(Json(periods.iter().map(|period| UserStateModel::new(period, &rest.reasons)).collect()))
}

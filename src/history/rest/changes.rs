//! Changes by hand: notes and call parameters.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::super::amend::Amendment;
use super::super::render::user_id;
use super::problem::read_json;
use super::{Named, Problem, Rest, may_change};
use crate::auth::{Identity, Permission};

/// Longest note, in characters.
const MAX_NOTE: usize = 8 * 1024;

/// Call parameters at most.
const MAX_PARAMS: usize = 200;

/// Longest name and longest value of a call parameter, in characters.
const MAX_PARAM_NAME: usize = 100;
const MAX_PARAM_VALUE: usize = 4 * 1024;

/// What an agent wrote about a session.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "note": "Will be called back on Monday." }))]
pub(super) struct NoteModel {
    /// The note; null or empty takes it away.
    #[schema(max_length = 8192, pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$")]
    #[serde(default)]
    note: Option<String>,
    /// Whose note; absent: the caller's, or of the one agent who took part. Where several took part and the caller is none of
    /// them it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<i64>,
}

/// Sets the note of an agent who took part: agents their own, supervisors and admins anybody's.
#[utoipa::path(put, path = "/api/v1/Sessions/{id}/note", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    request_body = NoteModel,
    responses((status = 200, body = NoteModel), (status = 400, body = Problem), (status = 401), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "The agent took no part"),
        (status = 410, body = Problem), (status = 413, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn put_note(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<NoteModel>, Problem> {
    let session = rest.visible(id, &who).await?;
    if !may_change(&who, &session) {
        return Err(Problem::forbidden());
    }
    let body: NoteModel = read_json(body)?;
    let text = body.note.filter(|note| !note.is_empty());
    if let Some(note) = &text {
        check_text("note", note, MAX_NOTE)?;
    }
    let own = who.agent.as_ref().map(|agent| agent.0.as_str());
    let took_part = |agent: &str| session.operator(agent).is_some();
    let agent = match (body.user_id, session.operators.as_slice()) {
        (Some(number), operators) => {
            operators.iter().find(|operator| user_id(&operator.agent) == number).map(|operator| operator.agent.clone())
        }
        (None, _) if own.is_some_and(took_part) => own.map(ToOwned::to_owned),
        (None, [only]) => Some(only.agent.clone()),
        (None, []) => return Err(Problem::conflict("no agent took part in the session")),
        (None, _) => return Err(Problem::bad_body("userId", "several agents took part: name one")),
    };
    let agent = agent.ok_or_else(|| Problem::conflict("this agent took no part in the session"))?;
    let is_own = own == Some(agent.as_str());
    if !(is_own || who.may(Permission::Supervise) || who.may(Permission::Administer)) {
        return Err(Problem::forbidden());
    }
    let user = Some(user_id(&agent));
    rest.amend(id, &who, "note", Amendment::Note { agent, text: text.clone() }).await?;
    Ok(Json(NoteModel { note: text, user_id: user }))
}

/// A text that people wrote: line breaks and tabs are all that may steer in it.
fn check_text(member: &str, text: &str, longest: usize) -> Result<(), Problem> {
    if text.chars().count() > longest {
        return Err(Problem::bad_body(member, format!("longer than {longest} characters")));
    }
    if text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
        return Err(Problem::bad_body(member, "there are control characters in it"));
    }
    Ok(())
}

/// A call's parameters.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "callParams": { "ticket": "4711" } }))]
pub(super) struct CallParamsModel {
    /// Values by name: the call's own ones (ANI, DNIS, CallVariable1 …, ECC variables) and what was set here.
    #[schema(schema_with = params)]
    call_params: BTreeMap<String, String>,
}

/// Their bounds, as the document tells them.
fn params() -> ObjectBuilder {
    let text = |longest| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(longest))
            .pattern(Some("^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"))
    };
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .property_names(Some(text(MAX_PARAM_NAME).min_length(Some(1)).build()))
        .additional_properties(Some(utoipa::openapi::Schema::Object(text(MAX_PARAM_VALUE).build())))
        .max_properties(Some(MAX_PARAMS))
}

/// A session's call parameters.
#[utoipa::path(get, path = "/api/v1/Sessions/{id}/callParams", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    responses((status = 200, body = CallParamsModel), (status = 401), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn get_call_params(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
) -> Result<Json<CallParamsModel>, Problem> {
    Ok(Json(CallParamsModel { call_params: rest.visible(id, &who).await?.params() }))
}

/// Sets call parameters in the record: all that were set here before are replaced, the call's own ones stay and are hidden by
/// those of the same name. The phone side is not told.
#[utoipa::path(put, path = "/api/v1/Sessions/{id}/callParams", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    request_body = CallParamsModel,
    responses((status = 200, body = CallParamsModel), (status = 400, body = Problem), (status = 401), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 410, body = Problem), (status = 413, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn put_call_params(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<CallParamsModel>, Problem> {
    if !may_change(&who, &rest.visible(id, &who).await?) {
        return Err(Problem::forbidden());
    }
    let CallParamsModel { call_params } = read_json(body)?;
    if call_params.len() > MAX_PARAMS {
        return Err(Problem::bad_body("callParams", format!("more than {MAX_PARAMS}")));
    }
    for (name, value) in &call_params {
        if name.is_empty() {
            return Err(Problem::bad_body("callParams", "a parameter without a name"));
        }
        check_text("callParams", name, MAX_PARAM_NAME)?;
        check_text(&format!("callParams.{name}"), value, MAX_PARAM_VALUE)?;
    }
    let session = rest.amend(id, &who, "callParams", Amendment::CallParams(call_params)).await?;
    Ok(Json(CallParamsModel { call_params: session.params() }))
}

//! What a contact's CRM session was given.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::privacy::mask;
use super::{Named, Problem, Rest, may_see};
use crate::auth::{Identity, Permission};

/// The frozen parameters of a contact, as its desktop was given them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TemplateParameters {
    /// The template's name.
    #[serde(rename = "type")]
    template: String,
    /// The same bytes every time; what has no value is left out.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    parameters: Box<RawValue>,
    /// When they were taken.
    frozen_at: String,
    /// They have been given to a desktop before.
    #[serde(default)]
    repeat: bool,
    /// They were built from snapshots, after the beginning of the call was missed.
    recovered: bool,
}

/// What a contact's CRM session was given (bsCallSession), whatever became of the call since.
#[utoipa::path(get, path = "/api/v1/Interactions/{id}/templateParameters", tag = "Interactions",
    params(("id" = String, Path, description = "The contact's id as desktops know it")),
    responses((status = 200, body = TemplateParameters), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn template_parameters(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<String>,
) -> Result<Json<TemplateParameters>, Problem> {
    let store = rest.store()?;
    let template = store.template(&id).await.map_err(|error| rest.failed(&error))?.ok_or_else(Problem::not_found)?;
    let session = match store.session_of(&id).await.map_err(|error| rest.failed(&error))? {
        Some(session) => store.session(session).await.map_err(|error| rest.failed(&error))?,
        None => None,
    };
    let is_own = who.agent.as_ref().is_some_and(|agent| agent.0.as_str() == template.agent) && who.may(Permission::ReadOwn);
    if !is_own && !session.is_some_and(|session| may_see(&who, &session)) {
        return Err(Problem::not_found());
    }
    let mut shown: TemplateParameters = serde_json::from_str(&template.body).map_err(|error| rest.failed(&error.into()))?;
    shown.repeat = template.is_told;
    if !who.may(Permission::ReadNumbers) {
        shown.parameters = masked(&shown.parameters).map_err(|error| rest.failed(&error.into()))?;
    }
    Ok(Json(shown))
}

/// The same with no number in any value.
fn masked(parameters: &RawValue) -> serde_json::Result<Box<RawValue>> {
    let mut values: serde_json::Map<String, serde_json::Value> = serde_json::from_str(parameters.get())?;
    for (name, value) in &mut values {
        if let serde_json::Value::String(text) = value {
            *text = if name == "number" { mask::number(text) } else { mask::text(text) };
        }
    }
    serde_json::value::to_raw_value(&values)
}

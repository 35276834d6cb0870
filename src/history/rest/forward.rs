//! Handing a live contact over to somebody else.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::super::forward::{Destination, Refusal};
use super::super::model::{Doing, Leg, Session};
use super::problem::read_json;
use super::{Named, Problem, Rest, may_change};
use crate::auth::Identity;

/// Longest number, in bytes: what DialedNumber of TRANSFER_CALL_REQ takes (CTI Server Message Reference Guide, 40 with the
/// closing zero).
const MAX_NUMBER: usize = 39;

/// Where a session is to go: one of the three.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ForwardModel {
    /// To an agent, who must be at a phone.
    user_id: Option<i64>,
    /// To a skill group. A CTI Server transfers to numbers only, hence `not_supported`: give the number that leads there.
    group_id: Option<i64>,
    /// To a number.
    phone_number: Option<String>,
}

impl ToSchema for ForwardModel {}

/// One of the three, which a derived schema could not tell.
impl PartialSchema for ForwardModel {
    fn schema() -> RefOr<Schema> {
        let whole = || ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        let number = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX_NUMBER))
            .pattern(Some("^ *[!-~][ -~]*$"))
            .description(Some("To a number."));
        let group = "To a skill group. A CTI Server transfers to numbers only, hence `not_supported`: give the number that leads there.";
        let ways = [
            ("userId", whole().description(Some("To an agent, who must be at a phone.")), json!({ "userId": 1002 })),
            ("groupId", whole().description(Some(group)), json!({ "groupId": 11 })),
            ("phoneNumber", number, json!({ "phoneNumber": "+41445550123" })),
        ];
        let names: Vec<_> = ways.iter().map(|(name, ..)| *name).collect();
        let ways = ways.into_iter().fold(OneOfBuilder::new(), |all, (name, schema, example)| {
            let way = ObjectBuilder::new().property(name, schema).required(name).examples([example]);
            let others = names.iter().filter(|other| **other != name);
            all.item(others.fold(way, |way, other| way.property(*other, ObjectBuilder::new().schema_type(Type::Null))))
        });
        Schema::OneOf(ways.description(Some("Where a session is to go: one of the three.")).build()).into()
    }
}

/// Hands a live contact over without asking first (single-step transfer), on behalf of the agent who has it. 204 once the CTI
/// Server has confirmed it; `not_supported` where no agent has a leg that can be handed over.
#[utoipa::path(post, path = "/api/v1/Sessions/{id}/forward", tag = "Sessions", params(("id" = i64, Path, description = "The session")),
    request_body = ForwardModel,
    responses((status = 204), (status = 400, body = Problem), (status = 401), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 410, body = Problem), (status = 413, body = Problem),
        (status = 501, body = Problem), (status = 503, body = Problem), (status = 504, body = Problem)))]
pub(super) async fn forward(
    State(rest): State<Rest>,
    Extension(who): Extension<Identity>,
    Named(id): Named<i64>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let session = rest.visible(id, &who).await?;
    if !may_change(&who, &session) {
        return Err(Problem::forbidden());
    }
    let wanted: ForwardModel = read_json(body)?;
    let to = destination(&rest, wanted).await?;
    let leg = leg(&session).ok_or_else(|| Problem::not_supported("no agent has a leg of this session that can be handed over"))?;
    let forwarder = rest.forwarder.as_ref().ok_or_else(|| Problem::not_supported("nothing here transfers calls"))?;
    match forwarder.forward(leg.agent.clone(), leg.call_id, to).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(Refusal::NotPossible(why)) => Err(Problem::not_supported(&why)),
        Err(Refusal::Refused(why)) => Err(Problem::conflict(why)),
        Err(Refusal::Unknown) => Err(Problem::outcome_unknown()),
        Err(Refusal::NobodyThere) => Err(Problem::unavailable()),
    }
}

async fn destination(rest: &Rest, wanted: ForwardModel) -> Result<Destination, Problem> {
    match wanted {
        ForwardModel { user_id: Some(number), group_id: None, phone_number: None } => {
            let known = rest.store()?.agent_numbered(number).await.map_err(|error| rest.failed(&error))?;
            Ok(Destination::Agent(known.unwrap_or_else(|| number.to_string())))
        }
        ForwardModel { user_id: None, group_id: None, phone_number: Some(number) } => {
            let is_plain = number.len() <= MAX_NUMBER && number.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
            let trimmed = number.trim();
            if trimmed.is_empty() || !is_plain {
                return Err(Problem::bad_body("phoneNumber", format!("expected a number of 1 to {MAX_NUMBER} characters in ASCII")));
            }
            Ok(Destination::Number(trimmed.to_owned()))
        }
        ForwardModel { user_id: None, group_id: Some(_), phone_number: None } => {
            Err(Problem::not_supported("a CTI Server transfers to numbers: give the number that leads to the skill group"))
        }
        _ => Err(Problem::bad_body("", "expected one of userId, groupId and phoneNumber")),
    }
}

/// The leg between an agent and the customer.
fn leg(session: &Session) -> Option<&Leg> {
    let is_fit = |leg: &&Leg| !leg.is_consult && matches!(leg.doing, Doing::Talk | Doing::Hold);
    session.legs.iter().filter(is_fit).max_by_key(|leg| leg.doing == Doing::Talk)
}

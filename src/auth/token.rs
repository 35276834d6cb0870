//! Bearer tokens: signed JWTs of an issuer that the operator trusts, and our own for programs and users of the file.
//!
//! Pure: a token, the keys and the time go in, an identity or a reason comes out. Which algorithms count is a matter of
//! the key, never of the token: that is what keeps `none` and a public key used as a secret out.

mod keys;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{EncodingKey, Header, Validation};
use serde_json::{Map, Value, json};

pub use keys::{KeySource, Keys};

use super::identity::{Identity, Role, Roles, Tenants};
use super::key;
use crate::engine::model::{AgentId, Name};

/// Longer tokens are refused unread, in bytes.
pub const MAX_LENGTH: usize = 8 * 1024;
/// How long our own tokens are good.
pub const OWN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// Longest `sub` and `jti` that are taken, in bytes.
const NAME_MAX: usize = 256;

const OWN_ISSUER: &str = "ctibridge";
const OWN_AUDIENCE: &str = "ctibridge-api";

/// Why a token does not count. For counters and the log of developers; whoever shows the token learns none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no JWT.
    #[error("it is no token")]
    Malformed,
    /// It names no algorithm of any key of ours, or `none`.
    #[error("its algorithm is not that of the key")]
    Algorithm,
    /// It names a key that we do not have.
    #[error("its key is not known")]
    UnknownKey,
    /// It was changed or signed by somebody else.
    #[error("its signature is wrong")]
    Signature,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYet,
    /// Somebody else issued it.
    #[error("it is of another issuer")]
    Issuer,
    /// It is for somebody else.
    #[error("it is for another audience")]
    Audience,
    /// A claim is missing or of the wrong kind.
    #[error("a claim is missing or wrong")]
    Claims,
    /// None of its roles is one of ours.
    #[error("it gives no role")]
    Role,
    /// It was used before, and each token counts once.
    #[error("it was used before")]
    Used,
}

impl TokenError {
    /// A word for metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Claims => "claims",
            Self::Role => "role",
            Self::Used => "used",
        }
    }
}

/// What a good token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who shows it.
    pub identity: Identity,
    /// From then on it is good no more; the skew of clocks is in it.
    pub until: Timestamp,
    /// Its own id (`jti`).
    pub id: Option<String>,
}

/// What a token must say to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Its `iss`.
    pub issuer: String,
    /// One of its `aud`.
    pub audience: String,
    /// How far clocks may differ.
    pub skew: SignedDuration,
    /// The claim with the agent's id; dots lead into objects.
    pub agent_claim: String,
    /// The claim with the roles: a list, or words in a text.
    pub roles_claim: String,
    /// The claim with the team's number.
    pub team_claim: String,
}

/// Checks tokens of one issuer.
#[derive(Debug)]
pub struct Verifier {
    keys: Keys,
    rules: Rules,
}

impl Verifier {
    /// A verifier with its keys.
    pub const fn new(keys: Keys, rules: Rules) -> Self {
        Self { keys, rules }
    }

    /// Who shows the token, at the time `at` by the wall clock.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn verify(&self, token: &str, at: Timestamp) -> Result<Verified, TokenError> {
        let claims = Claims(self.keys.open(token)?);
        let until = claims.check(&self.rules.issuer, &self.rules.audience, self.rules.skew, at)?;
        let rules = &self.rules;
        let subject = claims.text("sub").filter(|sub| is_name(sub)).ok_or(TokenError::Claims)?;
        let roles = claims.roles(&rules.roles_claim)?;
        let works = roles.has(Role::Agent) || roles.has(Role::Supervisor);
        let agent = match works {
            true => Some(claims.text(&rules.agent_claim).filter(|agent| is_name(agent)).ok_or(TokenError::Claims)?),
            false => None,
        };
        let identity = Identity {
            subject: Name::from(subject.as_str()),
            agent: agent.map(|agent| AgentId(agent.into())),
            roles,
            team: claims.team(&rules.team_claim)?,
            tenants: claims.tenants()?,
        };
        Ok(Verified { identity, until, id: claims.text("jti").filter(|id| id.len() <= NAME_MAX) })
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME_MAX && !text.chars().any(char::is_control)
}

/// The claims of a token whose signature is right.
struct Claims(Map<String, Value>);

impl Claims {
    /// Issuer, audience and times; until when it is good.
    fn check(&self, issuer: &str, audience: &str, skew: SignedDuration, at: Timestamp) -> Result<Timestamp, TokenError> {
        if self.0.get("iss").and_then(Value::as_str) != Some(issuer) {
            return Err(TokenError::Issuer);
        }
        let is_for_us = match self.0.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(audience)),
            _ => false,
        };
        if !is_for_us {
            return Err(TokenError::Audience);
        }
        let until = self.time("exp")?.ok_or(TokenError::Claims)?.checked_add(skew).map_err(|_| TokenError::Claims)?;
        if at >= until {
            return Err(TokenError::Expired);
        }
        let latest = at.checked_add(skew).map_err(|_| TokenError::Claims)?;
        for name in ["nbf", "iat"] {
            if self.time(name)?.is_some_and(|from| from > latest) {
                return Err(TokenError::NotYet);
            }
        }
        Ok(until)
    }

    /// A time claim: seconds since 1970, whole or not.
    fn time(&self, name: &str) -> Result<Option<Timestamp>, TokenError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|seconds| (0.0..=1e11).contains(seconds)).ok_or(TokenError::Claims)?;
        // Within the bounds above nothing is cut off but the fraction's last digits.
        #[allow(clippy::cast_possible_truncation)]
        Timestamp::from_millisecond((seconds * 1e3) as i64).map(Some).map_err(|_| TokenError::Claims)
    }

    /// A claim by its path.
    fn get(&self, path: &str) -> Option<&Value> {
        // Some issuers put whole addresses into a claim's name.
        if let Some(value) = self.0.get(path) {
            return Some(value);
        }
        let (first, rest) = path.split_once('.')?;
        rest.split('.').try_fold(self.0.get(first)?, |value, name| value.get(name))
    }

    fn text(&self, path: &str) -> Option<String> {
        match self.get(path)? {
            Value::String(text) => Some(text.clone()),
            // Some issuers write ids as numbers.
            Value::Number(number) if number.is_u64() => Some(number.to_string()),
            _ => None,
        }
    }

    /// Without the claim: an agent. With it, the words of ours in it; none: nothing at all is allowed.
    fn roles(&self, path: &str) -> Result<Roles, TokenError> {
        let roles: Roles = match self.get(path) {
            None | Some(Value::Null) => return Ok(Roles::AGENT),
            Some(Value::String(words)) => words.split([' ', ',']).filter_map(Role::parse).collect(),
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).filter_map(Role::parse).collect(),
            Some(_) => return Err(TokenError::Claims),
        };
        if roles.is_empty() { Err(TokenError::Role) } else { Ok(roles) }
    }

    fn team(&self, path: &str) -> Result<Option<u32>, TokenError> {
        match self.get(path) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| TokenError::Claims),
            Some(value) => value.as_u64().and_then(|team| u32::try_from(team).ok()).map(Some).ok_or(TokenError::Claims),
        }
    }

    fn tenants(&self) -> Result<Tenants, TokenError> {
        match self.0.get("tenants") {
            None | Some(Value::Null) => Ok(Tenants::All),
            Some(Value::Array(list)) => {
                let list: Option<Vec<i64>> = list.iter().map(Value::as_i64).collect();
                list.map(Tenants::Only).ok_or(TokenError::Claims)
            }
            Some(_) => Err(TokenError::Claims),
        }
    }
}

/// Signs and checks the tokens that we give to programs and users ourselves.
pub struct OwnTokens {
    signing: EncodingKey,
    checking: Keys,
}

impl std::fmt::Debug for OwnTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnTokens")
    }
}

impl OwnTokens {
    /// With the key of this installation.
    pub fn new(key: &[u8; key::LENGTH]) -> Self {
        Self { signing: EncodingKey::from_secret(key), checking: Keys::own(key) }
    }

    /// A token for a program or a user who has proved who it is, good for [`OWN_LIFETIME`]; `id` tells it from all others.
    pub fn issue(&self, identity: &Identity, at: Timestamp, id: &str) -> Option<String> {
        let mut claims = json!({
            "iss": OWN_ISSUER,
            "aud": OWN_AUDIENCE,
            "sub": identity.subject,
            "roles": identity.roles,
            "iat": at.as_second(),
            "nbf": at.as_second(),
            "exp": at.checked_add(OWN_LIFETIME).ok()?.as_second(),
            "jti": id,
        });
        if let Some(agent) = &identity.agent {
            claims["agent"] = agent.0.as_str().into();
        }
        if let Some(team) = identity.team {
            claims["team"] = team.into();
        }
        if let Tenants::Only(tenants) = &identity.tenants {
            claims["tenants"] = tenants.as_slice().into();
        }
        jsonwebtoken::encode(&Header::default(), &claims, &self.signing).ok()
    }

    /// Who shows a token of ours.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn verify(&self, token: &str, at: Timestamp) -> Result<Verified, TokenError> {
        let claims = Claims(self.checking.open(token)?);
        let until = claims.check(OWN_ISSUER, OWN_AUDIENCE, SignedDuration::ZERO, at)?;
        let subject = claims.text("sub").ok_or(TokenError::Claims)?;
        let identity = Identity {
            subject: Name::from(subject.as_str()),
            agent: claims.text("agent").map(|agent| AgentId(agent.into())),
            roles: claims.roles("roles")?,
            team: claims.team("team")?,
            tenants: claims.tenants()?,
        };
        Ok(Verified { identity, until, id: claims.text("jti") })
    }
}

/// Nothing but the signature: times and claims are checked here, with a time that is given.
fn signature_only(algorithm: jsonwebtoken::Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

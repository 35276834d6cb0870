//! The keys that tokens are checked with: from a JWK set, a PEM file or a shared secret.

use std::path::{Path, PathBuf};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::super::users::{FileError, read};
use super::{MAX_LENGTH, TokenError, signature_only};

/// No file of keys is longer, in bytes.
const MOST: u64 = 1 << 20;
/// More keys are no set of keys but a mistake; each may have to be tried.
const KEYS_MAX: usize = 64;
/// Shorter secrets can be guessed; the same bound as that of HS256 itself, in bytes.
const SECRET_MIN: usize = 32;

/// Where the keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A JWK set (RFC 7517).
    Jwks(PathBuf),
    /// One public key in PEM: RSA, EC P-256 or P-384, Ed25519.
    PublicKey(PathBuf),
    /// A shared secret; one line break at its end does not belong to it.
    Secret(PathBuf),
}

impl KeySource {
    /// Its file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Jwks(path) | Self::PublicKey(path) | Self::Secret(path) => path,
        }
    }
}

struct Key {
    id: Option<String>,
    /// What this key may be used for; the token only chooses among them.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// The keys that count.
pub struct Keys(Vec<Key>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}

const HMAC: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
const RSA: [Algorithm; 6] = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512];

impl Keys {
    /// Reads the keys.
    ///
    /// # Errors
    /// What is wrong with their file.
    pub fn load(source: &KeySource) -> Result<Self, FileError> {
        let text = read(source.path(), MOST)?;
        let keys = match source {
            KeySource::Jwks(_) => Self::from_jwks(&text),
            KeySource::PublicKey(_) => Self::from_pem(&text),
            KeySource::Secret(_) => {
                Self::from_secret(text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)))
            }
        };
        keys.map_err(|reason| FileError::Wrong { path: source.path().to_owned(), reason })
    }

    pub(super) fn own(key: &[u8]) -> Self {
        Self(vec![Key { id: None, algorithms: vec![Algorithm::HS256], key: DecodingKey::from_secret(key) }])
    }

    pub(super) fn from_secret(secret: &str) -> Result<Self, String> {
        if secret.len() < SECRET_MIN {
            return Err(format!("the secret has less than {SECRET_MIN} bytes"));
        }
        Ok(Self(vec![Key { id: None, algorithms: HMAC.to_vec(), key: DecodingKey::from_secret(secret.as_bytes()) }]))
    }

    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        let pem = pem.as_bytes();
        let rsa = || DecodingKey::from_rsa_pem(pem).map(|key| (RSA.to_vec(), key));
        let ec = || DecodingKey::from_ec_pem(pem).map(|key| (vec![Algorithm::ES256, Algorithm::ES384], key));
        let ed = || DecodingKey::from_ed_pem(pem).map(|key| (vec![Algorithm::EdDSA], key));
        let (algorithms, key) =
            rsa().or_else(|_| ec()).or_else(|_| ed()).map_err(|_| "no public key in PEM (RSA, EC P-256 or P-384, Ed25519)".to_owned())?;
        Ok(Self(vec![Key { id: None, algorithms, key }]))
    }

    pub(super) fn from_jwks(json: &str) -> Result<Self, String> {
        let set: JwkSet = serde_json::from_str(json).map_err(|error| format!("no JWK set: line {}", error.line()))?;
        if set.keys.len() > KEYS_MAX {
            return Err(format!("more than {KEYS_MAX} keys"));
        }
        let mut keys = Vec::new();
        for (at, jwk) in set.keys.iter().enumerate() {
            // Keys for other purposes may stand in the same set.
            let is_for_signatures = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
            let Some(family) = algorithms(&jwk.algorithm).filter(|_| is_for_signatures) else { continue };
            let algorithms = match jwk.common.key_algorithm {
                None => family,
                Some(only) => match algorithm(only).filter(|only| family.contains(only)) {
                    Some(only) => vec![only],
                    None => continue,
                },
            };
            if let AlgorithmParameters::OctetKey(secret) = &jwk.algorithm
                && secret.value.len() * 3 / 4 < SECRET_MIN
            {
                return Err(format!("key {at} is a secret of less than {SECRET_MIN} bytes"));
            }
            let key = DecodingKey::from_jwk(jwk).map_err(|_| format!("key {at} cannot be read"))?;
            keys.push(Key { id: jwk.common.key_id.clone(), algorithms, key });
        }
        if keys.is_empty() { Err("no key for signatures".to_owned()) } else { Ok(Self(keys)) }
    }

    /// The claims of a token that one of the keys has signed.
    pub(super) fn open(&self, token: &str) -> Result<Map<String, Value>, TokenError> {
        if token.len() > MAX_LENGTH || !token.is_ascii() {
            return Err(TokenError::Malformed);
        }
        // `none` and names that nobody knows end here.
        let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
            ErrorKind::Json(_) => TokenError::Algorithm,
            _ => TokenError::Malformed,
        })?;
        if header.crit.is_some() {
            return Err(TokenError::Malformed); // we know no extension, and those are critical
        }
        let named = |key: &&Key| header.kid.is_none() || key.id.is_none() || key.id == header.kid;
        let mut error = if self.0.iter().any(|key| named(&key)) { TokenError::Algorithm } else { TokenError::UnknownKey };
        for key in self.0.iter().filter(named).filter(|key| key.algorithms.contains(&header.alg)) {
            match jsonwebtoken::decode::<Map<String, Value>>(token, &key.key, &signature_only(header.alg)) {
                Ok(data) => return Ok(data.claims),
                Err(failed) => {
                    error = match failed.kind() {
                        ErrorKind::Json(_) | ErrorKind::Utf8(_) => TokenError::Claims,
                        ErrorKind::Base64(_) | ErrorKind::InvalidToken => TokenError::Malformed,
                        _ => TokenError::Signature,
                    }
                }
            }
        }
        Err(error)
    }
}

fn algorithms(key: &AlgorithmParameters) -> Option<Vec<Algorithm>> {
    Some(match key {
        AlgorithmParameters::RSA(_) => RSA.to_vec(),
        AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
            EllipticCurve::P256 => vec![Algorithm::ES256],
            EllipticCurve::P384 => vec![Algorithm::ES384],
            _ => return None,
        },
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => vec![Algorithm::EdDSA],
        AlgorithmParameters::OctetKey(_) => HMAC.to_vec(),
        _ => return None,
    })
}

fn algorithm(of_key: KeyAlgorithm) -> Option<Algorithm> {
    of_key.to_string().parse().ok()
}

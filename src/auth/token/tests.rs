//! Good tokens of every kind of key, and every way in which one can be bad.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256};
use serde_json::{Value, json};

use super::*;

const SECRET: &str = "a secret of thirty-two bytes or more";
const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn rules() -> Rules {
    Rules {
        issuer: "https://id.example".to_owned(),
        audience: "ctibridge".to_owned(),
        skew: SignedDuration::from_secs(60),
        agent_claim: "sub".to_owned(),
        roles_claim: "roles".to_owned(),
        team_claim: "team".to_owned(),
    }
}

fn claims() -> Value {
    json!({ "iss": "https://id.example", "aud": "ctibridge", "sub": "1001", "exp": NOW + 600, "nbf": NOW - 10, "jti": "a" })
}

fn sign(algorithm: Algorithm, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, key).unwrap()
}

fn secret() -> (EncodingKey, Verifier) {
    (EncodingKey::from_secret(SECRET.as_bytes()), Verifier::new(Keys::from_secret(SECRET).unwrap(), rules()))
}

fn outcome(change: impl FnOnce(&mut Value), seconds: i64) -> Result<Verified, TokenError> {
    let (key, verifier) = secret();
    let mut claims = claims();
    change(&mut claims);
    verifier.verify(&sign(Algorithm::HS256, &claims, &key), at(seconds))
}

/// A key of each kind: algorithm, private half, public half in PEM and as it is.
fn key_pairs() -> Vec<(Algorithm, EncodingKey, String, Vec<u8>)> {
    let ec256 = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let ec384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let ed = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let rsa = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let ec = |pair: &KeyPair| EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
    let rsa_key = || EncodingKey::from_rsa_pem(rsa.serialize_pem().as_bytes()).unwrap();
    vec![
        (Algorithm::ES256, ec(&ec256), ec256.public_key_pem(), ec256.public_key_raw().to_vec()),
        (Algorithm::ES384, ec(&ec384), ec384.public_key_pem(), ec384.public_key_raw().to_vec()),
        (Algorithm::EdDSA, EncodingKey::from_ed_der(ed.serialized_der()), ed.public_key_pem(), ed.public_key_raw().to_vec()),
        (Algorithm::RS256, rsa_key(), rsa.public_key_pem(), Vec::new()),
        (Algorithm::RS512, rsa_key(), rsa.public_key_pem(), Vec::new()),
        (Algorithm::PS256, rsa_key(), rsa.public_key_pem(), Vec::new()),
    ]
}

#[test]
fn tokens_of_every_kind_of_key_count() {
    let (key, verifier) = secret();
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        assert!(verifier.verify(&sign(algorithm, &claims(), &key), at(NOW)).is_ok(), "{algorithm:?}");
    }
    for (algorithm, key, public, _) in key_pairs() {
        let verifier = Verifier::new(Keys::from_pem(&public).unwrap(), rules());
        let verified = verifier.verify(&sign(algorithm, &claims(), &key), at(NOW)).unwrap_or_else(|e| panic!("{algorithm:?}: {e}"));
        assert_eq!(verified.identity, Identity::of_agent("1001".into()));
        assert_eq!(verified.until, at(NOW + 660), "the skew is in it");
    }
}

#[test]
fn a_jwk_set_finds_the_key_by_its_name_or_by_trying() {
    let mut keys = Vec::new();
    let pairs = key_pairs();
    for (at, (algorithm, key, _, raw)) in pairs.iter().enumerate() {
        let mut jwk = match algorithm {
            // The library reads a private key of this kind in one of its forms only.
            Algorithm::EdDSA => json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": base64(raw) }),
            algorithm => serde_json::to_value(Jwk::from_encoding_key(key, *algorithm).unwrap()).unwrap(),
        };
        jwk["kid"] = format!("key{at}").into();
        keys.push(jwk);
    }
    keys.push(json!({ "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB", "kid": "other" }));
    let set = json!({ "keys": keys }).to_string();
    let verifier = Verifier::new(Keys::from_jwks(&set).unwrap(), rules());
    for (n, (algorithm, key, ..)) in pairs.iter().enumerate() {
        let mut header = Header::new(*algorithm);
        assert!(verifier.verify(&jsonwebtoken::encode(&header, &claims(), key).unwrap(), at(NOW)).is_ok(), "{algorithm:?} unnamed");
        header.kid = Some(format!("key{n}"));
        assert!(verifier.verify(&jsonwebtoken::encode(&header, &claims(), key).unwrap(), at(NOW)).is_ok(), "{algorithm:?} named");
        header.kid = Some("nobody's".to_owned());
        let token = jsonwebtoken::encode(&header, &claims(), key).unwrap();
        assert_eq!(verifier.verify(&token, at(NOW)), Err(TokenError::UnknownKey));
    }
    for wrong in ["", "{}", "[]", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"c2hvcnQ"}]}"#, &set[..set.len() / 2]] {
        assert!(Keys::from_jwks(wrong).is_err(), "{wrong}");
    }
}

/// F2: the faults of a token, each refused.
#[test]
fn time_issuer_and_audience_are_checked() {
    assert!(outcome(|_| {}, NOW).is_ok());
    assert!(outcome(|_| {}, NOW + 659).is_ok(), "within the skew");
    assert_eq!(outcome(|_| {}, NOW + 660), Err(TokenError::Expired));
    assert!(outcome(|c| c["nbf"] = (NOW + 60).into(), NOW).is_ok(), "within the skew");
    assert_eq!(outcome(|c| c["nbf"] = (NOW + 61).into(), NOW), Err(TokenError::NotYet));
    assert_eq!(outcome(|c| c["iat"] = (NOW + 61).into(), NOW), Err(TokenError::NotYet));
    assert_eq!(outcome(|c| c["iss"] = "https://evil.example".into(), NOW), Err(TokenError::Issuer));
    assert_eq!(outcome(|c| c["iss"] = json!(["https://id.example"]), NOW), Err(TokenError::Issuer));
    assert_eq!(outcome(|c| c["aud"] = "other".into(), NOW), Err(TokenError::Audience));
    assert_eq!(outcome(|c| c["aud"] = Value::Null, NOW), Err(TokenError::Audience));
    assert!(outcome(|c| c["aud"] = json!(["other", "ctibridge"]), NOW).is_ok());
    assert!(outcome(|c| c["exp"] = json!(600.5 + 1_800_000_000.0), NOW).is_ok());
    for exp in [Value::Null, json!("tomorrow"), json!(-1), json!(1e300), json!([NOW])] {
        assert_eq!(outcome(|c| c["exp"] = exp.clone(), NOW), Err(TokenError::Claims), "{exp}");
    }
    assert_eq!(outcome(|c| drop(c.as_object_mut().unwrap().remove("exp")), NOW), Err(TokenError::Claims));
}

/// G4: tokens are judged by the time that is given, wherever it jumps.
#[test]
fn a_clock_that_jumps_changes_nothing_but_the_verdict() {
    let good = |seconds| outcome(|_| {}, seconds).is_ok();
    for (seconds, wanted) in [(NOW, true), (NOW + 3_600, false), (NOW - 3_600, false), (NOW - 86_400, false), (NOW, true), (NOW + 1, true)]
    {
        assert_eq!(good(seconds), wanted, "{}", seconds - NOW);
    }
    assert!(!good(Timestamp::MAX.as_second()) && !good(Timestamp::MIN.as_second()));
}

/// F2
#[test]
fn none_and_a_public_key_used_as_a_secret_are_refused() {
    let part = |value: &Value| base64(value.to_string().as_bytes());
    for (_, _, public, _) in key_pairs() {
        let verifier = Verifier::new(Keys::from_pem(&public).unwrap(), rules());
        let confused = sign(Algorithm::HS256, &claims(), &EncodingKey::from_secret(public.as_bytes()));
        assert_eq!(verifier.verify(&confused, at(NOW)), Err(TokenError::Algorithm));
        for alg in ["none", "None", "NONE", "", "HS1", "dir"] {
            for signature in ["", "AA"] {
                let token = format!("{}.{}.{signature}", part(&json!({ "alg": alg })), part(&claims()));
                assert!(matches!(verifier.verify(&token, at(NOW)), Err(TokenError::Algorithm | TokenError::Malformed)), "{alg}");
            }
        }
    }
}

/// F2
#[test]
fn one_changed_bit_or_another_key_is_refused() {
    let (key, verifier) = secret();
    let good = sign(Algorithm::HS256, &claims(), &key);
    assert!(verifier.verify(&good, at(NOW)).is_ok());
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(verifier.verify(&changed, at(NOW)).is_err(), "changed at {place}");
        assert!(verifier.verify(&good[..place], at(NOW)).is_err(), "cut at {place}");
    }
    let stranger = EncodingKey::from_secret(&[7; 40]);
    assert_eq!(verifier.verify(&sign(Algorithm::HS256, &claims(), &stranger), at(NOW)), Err(TokenError::Signature));
    for nonsense in ["", ".", "..", "...", "a.b.c", "é.é.é", &"A".repeat(MAX_LENGTH + 1), &format!("{good}.x")] {
        assert!(verifier.verify(nonsense, at(NOW)).is_err());
    }
    let mut header = Header::new(Algorithm::HS256);
    header.crit = Some(vec!["exp".to_owned()]);
    let critical = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
    assert_eq!(verifier.verify(&critical, at(NOW)), Err(TokenError::Malformed));
}

#[test]
fn roles_team_and_agent_come_from_their_claims() {
    let identity = |change: &dyn Fn(&mut Value)| outcome(change, NOW).map(|verified| verified.identity);
    let supervisor = identity(&|c| c["roles"] = json!(["offline_access", "Supervisor"])).unwrap();
    assert!(supervisor.roles.has(Role::Supervisor) && !supervisor.roles.has(Role::Agent) && supervisor.agent.is_some());
    let wallboard = identity(&|c| {
        c["roles"] = "wallboard".into();
        c["team"] = "5001".into();
    })
    .unwrap();
    assert_eq!((wallboard.agent, wallboard.team), (None, Some(5001)));
    assert_eq!(identity(&|c| c["roles"] = json!([])), Err(TokenError::Role));
    assert_eq!(identity(&|c| c["roles"] = json!(["root"])), Err(TokenError::Role));
    assert_eq!(identity(&|c| c["roles"] = json!(5)), Err(TokenError::Claims));
    assert_eq!(identity(&|c| c["team"] = json!(-5)), Err(TokenError::Claims));
    assert_eq!(identity(&|c| c["sub"] = json!(1001)).unwrap().agent, Some("1001".into()));
    for sub in [Value::Null, "".into(), "10\n01".into(), "x".repeat(300).into()] {
        assert_eq!(identity(&|c| c["sub"] = sub.clone()), Err(TokenError::Claims));
    }
    let (key, _) = secret();
    let deep = Rules { agent_claim: "acd.id".to_owned(), roles_claim: "realm_access.roles".to_owned(), ..rules() };
    let verifier = Verifier::new(Keys::from_secret(SECRET).unwrap(), deep);
    let mut claims = claims();
    claims["acd"] = json!({ "id": "1007" });
    claims["realm_access"] = json!({ "roles": ["agent", "admin"] });
    let identity = verifier.verify(&sign(Algorithm::HS256, &claims, &key), at(NOW)).unwrap().identity;
    assert_eq!(identity.agent, Some("1007".into()));
    assert!(identity.roles.has(Role::Admin));
}

#[test]
fn our_own_tokens_last_an_hour_and_only_ours_count() {
    let own = OwnTokens::new(&[1; 32]);
    let mut identity = Identity::of_agent("x".into());
    identity.agent = None;
    identity.roles = Roles::NONE.with(Role::Admin);
    identity.tenants = Tenants::Only(vec![7]);
    let token = own.issue(&identity, at(NOW), "id").unwrap();
    assert_eq!(own.verify(&token, at(NOW)).unwrap().identity, identity);
    assert!(own.verify(&token, at(NOW + 3_599)).is_ok());
    assert_eq!(own.verify(&token, at(NOW + 3_600)), Err(TokenError::Expired));
    assert_eq!(own.verify(&token, at(NOW - 1)), Err(TokenError::NotYet));
    assert_eq!(OwnTokens::new(&[2; 32]).verify(&token, at(NOW)), Err(TokenError::Signature));
    let (_, verifier) = secret();
    assert!(verifier.verify(&token, at(NOW)).is_err());
}

#[test]
fn short_secrets_and_files_without_keys_are_refused() {
    assert!(Keys::from_secret("short").is_err());
    assert!(Keys::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").is_err());
    assert!(Keys::from_pem("").is_err());
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(DIGITS[usize::try_from(word >> (18 - 6 * place) & 63).unwrap()]));
        }
    }
    text
}

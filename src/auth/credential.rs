//! Passwords that the ACD has accepted once, kept in memory only: as argon2 hashes once the session is over.

use std::collections::HashMap;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::engine::command::Secret;
use crate::engine::model::AgentId;

/// A password's argon2 hash with its salt and its cost.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Arc<str>);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl PasswordHash {
    /// Reads a hash in PHC form.
    ///
    /// # Errors
    /// It is none of argon2, or one whose work would hold up everybody.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let hash = argon2::password_hash::phc::PasswordHash::new(text).map_err(|_| "the password is no argon2 hash")?;
        if !hash.algorithm.as_str().starts_with("argon2") || hash.hash.is_none() {
            return Err("the password is no argon2 hash");
        }
        let params = Params::try_from(&hash).map_err(|_| "the hash has parameters that argon2 does not know")?;
        if params.m_cost() > MOST_KIB || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_LANES {
            return Err("the hash asks for more than 256 MiB, 16 passes or 16 lanes");
        }
        Ok(Self(text.into()))
    }

    /// In PHC form.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

/// Bounds of what a stored hash may cost.
const MOST_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

/// Cheaper than for a stored password file: the hash never leaves the process, and thousands of agents sign in within the
/// same minutes at the start of a shift.
impl Default for HashCost {
    fn default() -> Self {
        Self { memory_kib: 7 * 1024, passes: 1 }
    }
}

impl HashCost {
    /// For hashes that are kept in files.
    pub const STORED: Self = Self { memory_kib: 19 * 1024, passes: 2 };
}

/// Hashes a password: milliseconds of work, not for an event loop. `None` only for a cost that argon2 does not know.
pub fn hash(password: &Secret, cost: HashCost) -> Option<PasswordHash> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(password.expose().as_bytes()).ok()?;
    Some(PasswordHash(hash.to_string().into()))
}

/// Whether the password belongs to the hash: milliseconds of work, not for an event loop.
pub fn verify(password: &Secret, hash: &PasswordHash) -> bool {
    argon2::password_hash::phc::PasswordHash::new(&hash.0)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

/// Compares two passwords without telling by its time where they differ.
pub fn is_same(a: &Secret, b: &Secret) -> bool {
    let (a, b) = (a.expose().as_bytes(), b.expose().as_bytes());
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// What is known of an agent's password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// As it was typed. It is known as long as the session anyway, which needs it to log in on the phone: comparing costs
    /// nothing then, however many desktops come back at once.
    Typed(Secret),
    /// After the session.
    Hashed(PasswordHash),
}

/// The proved passwords of all agents.
#[derive(Debug, Default)]
pub struct CredentialCache {
    known: HashMap<AgentId, Known>,
}

impl CredentialCache {
    /// The agent's last proved password.
    pub fn get(&self, agent: &AgentId) -> Option<&Known> {
        self.known.get(agent)
    }

    /// Keeps a password that the ACD has just accepted.
    pub fn prove(&mut self, agent: AgentId, password: Secret) {
        self.known.insert(agent, Known::Typed(password));
    }

    /// Keeps its hash instead.
    pub fn put(&mut self, agent: AgentId, hash: PasswordHash) {
        self.known.insert(agent, Known::Hashed(hash));
    }

    /// The password that is to be hashed, if it is not hashed yet.
    pub fn typed(&self, agent: &AgentId) -> Option<Secret> {
        match self.known.get(agent) {
            Some(Known::Typed(password)) => Some(password.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashCost = HashCost { memory_kib: 8, passes: 1 };

    #[test]
    fn only_the_same_password_fits_its_hash() {
        let hash = hash(&Secret::new("1234"), CHEAP).unwrap();
        assert!(verify(&Secret::new("1234"), &hash));
        assert!(!verify(&Secret::new("1235"), &hash));
        assert!(!verify(&Secret::new(""), &hash));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        assert_ne!(hash(&Secret::new("1234"), CHEAP), hash(&Secret::new("1234"), CHEAP));
    }

    #[test]
    fn comparing_needs_equal_length_and_bytes() {
        assert!(is_same(&Secret::new("ab"), &Secret::new("ab")));
        assert!(!is_same(&Secret::new("ab"), &Secret::new("abc")));
        assert!(!is_same(&Secret::new("ab"), &Secret::new("aB")));
    }

    #[test]
    fn hashes_are_never_printed() {
        assert_eq!(format!("{:?}", hash(&Secret::new("x"), CHEAP).unwrap()), "…");
    }
}

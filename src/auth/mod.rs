//! Who somebody is: identities with their roles, passwords that were once proved, tokens that let a desktop come back, and
//! limits against guessing.
//!
//! Everything here is a value or a pure table; the slow part (argon2) is a plain function for a thread of its own.

pub mod credential;
pub mod identity;
pub mod limit;
pub mod resume;

pub use identity::{Identity, Permission, Role, Roles, Tenants};

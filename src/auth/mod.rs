//! Who somebody is: identities with their roles, the authorities that vouch for them (a file of users, an issuer of
//! tokens, the ACD), tokens that let a desktop come back, and limits against guessing.
//!
//! Everything here is a value or a pure table; the slow part (argon2) is a plain function for a thread of its own.

pub mod authority;
pub mod credential;
pub mod identity;
pub mod key;
pub mod limit;
pub mod resume;
pub mod token;
pub mod users;

pub use authority::{Authority, Credentials, Grant, Mode};
pub use identity::{Identity, Permission, Role, Roles, Tenants};

//! Session history: what happened to each contact and each agent, and how long it took.
//!
//! One *session* is one customer contact from its first sign to the last agent's closing of after-call work, through all
//! transfers, conferences and consultations, whatever number of calls it used.
//!
//! * [`model`]: what is kept of a session and of an agent's day;
//! * [`departments`]: where agents belong, as it was told last;
//! * [`amend`]: what may be changed by hand;
//! * [`forward`]: wishes that the phone side fulfils;
//! * [`ledger`]: the pure core that turns the engine's [`Record`](crate::engine::record::Record)s into them;
//! * [`durations`]: the formulas, from a session alone.

pub mod amend;
pub mod connector;
pub mod departments;
pub mod durations;
pub mod files;
pub mod forward;
pub mod ledger;
pub mod model;
pub mod privacy;
pub mod query;
pub mod recorder;
pub mod render;
pub mod rest;
pub mod store;
pub mod templates;
mod waiting;
pub mod webhook;

//! The session history as those who read it see it: formulas, filters, rights, changes, recordings.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "history/formulas.rs"]
mod formulas;
#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "history/port.rs"]
mod port;
#[path = "history/recordings.rs"]
mod recordings;
#[path = "history/records.rs"]
mod records;
#[path = "history/search.rs"]
mod search;
#[path = "common/secure.rs"]
mod secure;

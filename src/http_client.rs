//! The one way this daemon calls other people's web servers: webhooks, and the recorder that keeps the audio.

use std::time::Duration;

use reqwest::redirect::Policy;

pub use reqwest::{Client, Error};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// A client that goes where it is told and nowhere else: redirections are answers like any other, and what the environment says about
/// proxies counts as usual. `read_timeout`: how long the other side may be silent in the middle of an answer.
///
/// # Errors
///
/// If the system's certificates cannot be used.
pub fn client(read_timeout: Duration) -> Result<Client, Error> {
    Client::builder()
        .user_agent(concat!("ctibridge/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .read_timeout(read_timeout)
        .build()
}

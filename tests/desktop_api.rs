//! The desktops' contract over real sockets: the published test scripts, the limits of the transport, and what becomes of
//! desktops that misbehave.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "desktop/answers.rs"]
mod answers;
#[path = "desktop/catalogue.rs"]
mod catalogue;
#[allow(dead_code)] // the stories need a part of it
#[path = "simulator/client.rs"]
mod client;
#[path = "desktop/crm.rs"]
mod crm;
#[path = "desktop/endings.rs"]
mod endings;
#[path = "common/house.rs"]
mod house;
#[path = "common/http.rs"]
mod http;
#[path = "desktop/picture.rs"]
mod picture;
#[path = "desktop/places.rs"]
mod places;
#[path = "desktop/raw.rs"]
mod raw;
#[path = "desktop/restart.rs"]
mod restart;
#[path = "desktop/roles.rs"]
mod roles;
#[path = "desktop/scripts.rs"]
mod scripts;
#[path = "common/secure.rs"]
mod secure;
#[path = "desktop/stories.rs"]
mod stories;
#[path = "desktop/team.rs"]
mod team;
#[path = "desktop/transport.rs"]
mod transport;
#[path = "desktop/walk.rs"]
mod walk;

use house::{Desk, House};

/// A desktop that has heard that the service works.
async fn connected(house: &House) -> Desk {
    let mut desk = house.desk().await;
    desk.then_service("InService").await;
    desk
}

/// A desktop whose agent is signed in and not ready.
async fn signed_in(house: &House, agent: &str) -> Desk {
    let mut desk = connected(house).await;
    desk.sign_in(agent).await;
    desk
}

/// A desktop whose agent waits for calls.
async fn ready(house: &House, agent: &str) -> Desk {
    let mut desk = signed_in(house, agent).await;
    desk.succeeds("channel.request.ready", &desk.channel(), serde_json::json!({})).await;
    desk.then("the agent to be available", |event| event["data"]["channel"]["available"] == true).await;
    desk
}

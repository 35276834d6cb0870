//! Groups and channels that a desktop adds and removes.

use serde_json::json;

use crate::house::House;
use crate::scripts::{check_order, in_order};
use crate::{connected, signed_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_phone_can_be_added_looked_at_and_removed() {
    let house = House::start().await;
    let mut desk = signed_in(&house, "1001").await;
    let group = json!({"channelgroup": {"name": "Second desk", "endpoint": "3011"}});
    let answer = desk.succeeds("session.request.addchannelgroup", "PG1-1001", group.clone()).await;
    assert_eq!(answer["data"], group);
    let block = ["channelgroup.created", "channel.created", "channel.infochanged", "channel.initialized", "channelgroup.initialized"];
    let events = in_order(&mut desk, &block).await;
    assert_eq!(events[0]["data"]["channelgroup"], json!({"id": "3011", "name": "Second desk"}));
    assert_eq!((&events[1]["target"], &events[2]["target"]), (&json!("PG1-1001.3011"), &json!("PG1-1001.3011.3011")));
    assert_eq!(events[2]["data"]["channel"]["state"], "INACTIVE");
    // Nobody is logged in there, and one cannot be logged in twice.
    for command in ["channel.dial", "channel.ready"] {
        let data = json!({"destination": "+41445550199"});
        assert_eq!(desk.fails(command, Some("PG1-1001.3011.3011"), data).await, "CHANNEL_NOT_ACTIVE");
    }
    assert_eq!(desk.fails("channelgroup.activateall", Some("PG1-1001.3011"), json!({})).await, "ACTIVATE_FAILED");
    desk.succeeds("channelgroup.deactivateall", "PG1-1001.3011", json!({})).await;
    // The same again, an unknown phone, another medium, nonsense.
    assert_eq!(desk.fails("session.addchannelgroup", Some("PG1-1001"), group).await, "INVALID_STATE");
    let unknown = json!({"channelgroup": {"endpoint": "nowhere"}});
    assert_eq!(desk.fails("session.addchannelgroup", Some("PG1-1001"), unknown).await, "UNKNOWN_DEVICE");
    let chat = json!({"channel": {"endpoint": "3012", "type": "Chat"}});
    assert_eq!(desk.fails("session.addchannel", Some("PG1-1001"), chat).await, "UNSUPPORTED");
    for data in [json!({}), json!({"channel": {"endpoint": "3012"}}), json!({"channel": {"endpoint": "", "type": "Telephony"}})] {
        assert_eq!(desk.fails("session.addchannel", Some("PG1-1001"), data).await, "BAD_REQUEST");
    }
    // A channel of no group.
    desk.succeeds("session.request.addchannel", "PG1-1001", json!({"channel": {"endpoint": "3012", "type": "TELEPHONY"}})).await;
    let events = in_order(&mut desk, &["channel.created", "channel.infochanged", "channel.initialized"]).await;
    assert_eq!((&events[0]["target"], &events[1]["target"]), (&json!("PG1-1001"), &json!("PG1-1001.3012")));
    assert_eq!(desk.fails("channel.ready", Some("PG1-1001.3012"), json!({})).await, "CHANNEL_NOT_ACTIVE");
    assert_eq!(desk.fails("channel.ready", Some("PG1-1001.3012.3012"), json!({})).await, "UNKNOWN_TARGET");
    // What is in use stays; what is not, goes.
    let of = |id: &str| json!({"channelgroup": {"id": id}});
    assert_eq!(desk.fails("session.removechannelgroup", Some("PG1-1001"), of("3001")).await, "INVALID_STATE");
    assert_eq!(desk.fails("session.removechannelgroup", Some("PG1-1001"), of("3012")).await, "UNKNOWN_TARGET");
    desk.succeeds("session.removechannelgroup", "PG1-1001", of("3011")).await;
    let events = in_order(&mut desk, &["channel.disposed", "channelgroup.disposed"]).await;
    assert_eq!(events[1]["target"], "PG1-1001.3011");
    assert_eq!(desk.fails("channelgroup.activateall", Some("PG1-1001.3011"), json!({})).await, "UNKNOWN_TARGET");
    check_order(&desk);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_chooses_the_phone_when_logging_in() {
    let house = House::start().await;
    let mut desk = connected(&house).await;
    desk.sign_in("1001").await;
    let at = |phone: &str| json!({"options": {"extension": phone}});
    let group = "PG1-1001.3001";
    assert_eq!(desk.fails("channelgroup.activateall", Some(group), at("3012")).await, "ACTIVATE_FAILED", "logged in already");
    desk.succeeds("channelgroup.deactivateall", group, json!({})).await;
    desk.then_state("channel", "INACTIVE").await;
    assert_eq!(desk.fails("channelgroup.activateall", Some(group), at("7777")).await, "UNKNOWN_DEVICE");
    assert_eq!(desk.fails("channelgroup.activateall", Some(group), json!({"options": {"agentMode": "SOMEHOW"}})).await, "BAD_REQUEST");
    desk.succeeds("channelgroup.activateall", group, at("3012")).await;
    assert_eq!(desk.then_named("channelgroup.disposed").await["target"], group);
    assert_eq!(desk.then_state("channel", "ACTIVE").await["target"], "PG1-1001.3012.3012");
    // A mobile agent is called elsewhere.
    desk.succeeds("channelgroup.deactivateall", "PG1-1001.3012", json!({})).await;
    desk.then_state("channel", "INACTIVE").await;
    let away = json!({"options": {"agentMode": "RA_CALL_BY_CALL", "phone": "+41790000000"}});
    desk.succeeds("channelgroup.activateall", "PG1-1001.3012", away).await;
    assert_eq!(desk.then_state("channel", "ACTIVE").await["target"], "PG1-1001.3012.3012");
    check_order(&desk);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_moves_to_another_phone_of_the_session() {
    let house = House::start().await;
    let mut desk = connected(&house).await;
    desk.sign_in("1001").await;
    desk.succeeds("session.addchannelgroup", "PG1-1001", json!({"channelgroup": {"endpoint": "3011"}})).await;
    desk.then("the second phone", |e| e["name"] == "channelgroup.initialized" && e["target"] == "PG1-1001.3011").await;
    desk.succeeds("channelgroup.deactivateall", "PG1-1001.3001", json!({})).await;
    desk.then_state("channel", "INACTIVE").await;
    desk.succeeds("channelgroup.activateall", "PG1-1001.3011", json!({})).await;
    let active = desk.then_state("channel", "ACTIVE").await;
    assert_eq!(active["target"], "PG1-1001.3011.3011");
    let call = house.call("1001").await;
    desk.succeeds("channel.ready", "PG1-1001.3011", json!({})).await;
    let _ = call;
    let ringing = desk.then_state("conversation", "ALERTING").await;
    assert!(ringing["target"].as_str().unwrap().starts_with("PG1-1001.3011.3011.OM"), "{ringing}");
    // Where nobody works any more can go.
    desk.succeeds("session.removechannelgroup", "PG1-1001", json!({"channelgroup": {"id": "3001"}})).await;
    desk.then("the first phone gone", |e| e["name"] == "channelgroup.disposed" && e["target"] == "PG1-1001.3001").await;
    let busy = json!({"channelgroup": {"id": "3011"}});
    assert_eq!(desk.fails("session.removechannelgroup", Some("PG1-1001"), busy).await, "INTERACTION_ACTIVE");
    // A desktop that comes back is told of everything that is there.
    check_order(&desk);
    house.stop().await;
}

//! Team view, statistics, texts between agents, and supervision.

use serde_json::{Value, json};

use crate::house::{Desk, House};
use crate::{ready, signed_in};

fn member<'a>(event: &'a Value, id: &str) -> &'a Value {
    event["data"]["members"].as_array().unwrap().iter().find(|member| member["id"] == id).unwrap_or_else(|| panic!("{id} in {event}"))
}

/// The team, and the events that follow.
async fn watching(desk: &mut Desk) -> Value {
    let session = desk.session();
    desk.succeeds("session.getteam", &session, json!({})).await;
    desk.then_named("team.updated").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_sees_the_team_and_what_its_members_do() {
    let house = House::start().await;
    let mut boss = signed_in(&house, "1001").await;
    let team = watching(&mut boss).await;
    assert_eq!(team["target"], "PG1-1001");
    assert_eq!(team["data"]["team"], json!({"id": 1, "name": "Team 1"}), "{}", team["data"]["team"]);
    assert_eq!(member(&team, "1001")["supervisor"], true);
    assert_eq!(member(&team, "1002")["state"], "LOGOUT");
    assert_ne!(member(&team, "1002")["name"], "1002", "the configuration tells names: {team}");
    let mut agent = ready(&house, "1002").await;
    let told =
        boss.then("1002 to be available", |e| e["data"]["member"]["id"] == "1002" && e["data"]["member"]["state"] == "AVAILABLE").await;
    assert_eq!(told["name"], "team.member.infochanged");
    assert_eq!((&told["data"]["team"]["id"], &told["data"]["member"]["extension"]), (&json!(1), &json!("3002")));
    let call = house.call("1002").await;
    let told = boss.then("a call of 1002", |e| e["data"]["member"]["callId"].is_u64()).await;
    assert_eq!(told["data"]["member"]["callId"], call);
    house.far_end(call, "hangup").await;
    boss.then("no call of 1002", |e| e["data"]["member"]["id"] == "1002" && e["data"]["member"].get("callId").is_none()).await;
    // Who has left hears nothing more.
    boss.succeeds("session.leaveteam", "PG1-1001", json!({})).await;
    let told = boss.log.len();
    agent.succeeds("channel.notready", &agent.channel(), json!({"reason": {"code": 2}})).await;
    agent.then("not ready", |e| e["data"]["agent"]["state"] == "NOT_READY").await;
    boss.succeeds("session.getdirectory", "PG1-1001", json!({})).await;
    boss.then_named("directory.updated").await;
    assert!(!boss.log[told..].iter().any(|m| m["name"].as_str().is_some_and(|name| name.starts_with("team."))), "{}", boss.told());
    // An agent may look at the own team, but not at calls that are none of the agent's business.
    let team = watching(&mut agent).await;
    assert_eq!(member(&team, "1002")["reason"], json!({"code": 2, "label": "Lunch"}));
    assert!(!team.to_string().contains("callId"), "{team}");
    assert_eq!(agent.fails("session.getteam", Some("PG1-1002"), json!({"id": 77})).await, "UNKNOWN_TARGET");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_come_on_request_and_unknown_figures_are_left_out() {
    let house = House::start().await;
    let mut agent = ready(&house, "1002").await;
    let asked = json!({"scope": "agent"});
    let answer = agent.succeeds("session.request.getstatistics", "PG1-1002", asked.clone()).await;
    assert_eq!(answer["data"], asked);
    let told = agent.then_named("statistics.updated").await;
    assert_eq!((&told["target"], &told["data"]["scope"], &told["data"]["id"]), (&json!("PG1-1002"), &json!("agent"), &json!("1002")));
    assert_eq!(told["data"]["session"]["handledCalls"], 0);
    assert!(told["data"]["today"]["loggedOnTime"].is_u64());
    agent.succeeds("session.getstatistics", "PG1-1002", json!({"scope": "skillgroup", "id": 10})).await;
    let told = agent.then_named("statistics.updated").await;
    let now = &told["data"]["now"];
    assert_eq!((&told["data"]["scope"], &told["data"]["id"]), (&json!("skillgroup"), &json!("10")));
    assert_eq!((&now["agentsLoggedOn"], &now["agentsAvail"]), (&json!(1), &json!(1)), "{told}");
    assert!(now.get("callsQNow").is_none() && told["data"]["fiveMinutes"] == json!({}), "what Unified CCE does not know: {told}");
    // Others' figures are for those who are responsible for them.
    let foreign = json!({"scope": "agent", "id": "1003"});
    assert_eq!(agent.fails("session.getstatistics", Some("PG1-1002"), foreign.clone()).await, "UNKNOWN_TARGET");
    let absent = json!({"scope": "agent", "id": "nobody"});
    assert_eq!(agent.fails("session.getstatistics", Some("PG1-1002"), absent).await, "UNKNOWN_TARGET");
    for data in [json!({}), json!({"scope": "queue"}), json!({"scope": "skillgroup"}), json!({"scope": "skillgroup", "id": "x"})] {
        assert_eq!(agent.fails("session.getstatistics", Some("PG1-1002"), data).await, "BAD_REQUEST");
    }
    let refused = agent.when("session.getstatistics", Some("PG1-1002"), json!({"scope": "skillgroup", "id": 999})).await;
    assert_eq!(refused["failure"]["code"], "CTI_FAILURE");
    let mut boss = signed_in(&house, "1001").await;
    boss.succeeds("session.getstatistics", "PG1-1001", foreign).await;
    assert_eq!(boss.then_named("statistics.updated").await["data"]["id"], "1003");
    house.stop().await;
}

/// What comes next for a desktop that is made to say something.
async fn next_event(desk: &mut Desk) -> Value {
    let session = desk.session();
    desk.succeeds("session.getdirectory", &session, json!({})).await;
    desk.then("anything", |event| event["target"] == session.as_str()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_reach_whom_they_are_for_once_and_nobody_else() {
    let house = House::start().await;
    let mut boss = signed_in(&house, "1001").await;
    let mut writer = signed_in(&house, "1002").await;
    let mut other = signed_in(&house, "1003").await;
    let text = |to: &str, text: &str| json!({"to": to, "text": text});
    writer.succeeds("session.message", "PG1-1002", text("team", "Kaffee?")).await;
    for desk in [&mut boss, &mut other] {
        let told = desk.then_named("session.message.received").await;
        assert_eq!(
            (&told["data"]["from"]["id"], &told["data"]["to"], &told["data"]["text"]),
            (&json!("1002"), &json!("team"), &json!("Kaffee?"))
        );
    }
    writer.succeeds("session.request.message", "PG1-1002", text("supervisor", "Hilfe")).await;
    assert_eq!(boss.then_named("session.message.received").await["data"]["text"], "Hilfe");
    let mut to_one = text("agent", "<b>nur dir</b>");
    to_one["id"] = "1003".into();
    writer.succeeds("session.message", "PG1-1002", to_one).await;
    let told = other.then_named("session.message.received").await;
    assert_eq!((&told["data"]["to"], &told["data"]["text"]), (&json!("agent"), &json!("<b>nur dir</b>")));
    // Nobody hears anything twice or what is not meant for them.
    for desk in [&mut boss, &mut writer, &mut other] {
        assert_eq!(next_event(desk).await["name"], "directory.updated");
    }
    for data in [json!({"to": "agent", "text": "x"}), json!({"to": "all", "text": "x"}), text("team", " "), text("team", &"x".repeat(255))]
    {
        assert_eq!(writer.fails("session.message", Some("PG1-1002"), data).await, "BAD_REQUEST");
    }
    for id in ["1004", "nobody", "1002"] {
        let data = json!({"to": "agent", "id": id, "text": "x"});
        assert_eq!(writer.fails("session.message", Some("PG1-1002"), data).await, "UNKNOWN_TARGET", "{id}");
    }
    let fault = json!({"failNext": {"request": "USER_MESSAGE_REQ", "status": 65}});
    house.control("PUT", "/behaviour", fault).await;
    assert_eq!(writer.fails("session.message", Some("PG1-1002"), text("team", "lost")).await, "CTI_FAILURE");
    assert_eq!(next_event(&mut boss).await["name"], "directory.updated");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_listens_joins_takes_over_and_the_agent_notices_only_what_is_said() {
    let house = House::start().await;
    let mut boss = signed_in(&house, "1001").await;
    let mut agent = ready(&house, "1002").await;
    let call = house.call("1002").await;
    let ringing = agent.then_state("conversation", "ALERTING").await;
    let leg = ringing["target"].as_str().unwrap().to_owned();
    agent.succeeds("conversation.answer", &leg, json!({})).await;
    agent.then_state("conversation", "CONNECTED").await;
    let supervise = |action: &str| json!({"action": action, "agent": {"id": "1002"}});
    let channel = boss.channel();
    // What an agent may not do, what is wrong, and what this peripheral cannot do.
    assert_eq!(agent.fails("channel.supervise", Some("PG1-1002.3002"), supervise("MONITOR")).await, "NOT_AUTHORIZED");
    assert_eq!(boss.fails("channel.supervise", Some(&channel), supervise("DANCE")).await, "BAD_REQUEST");
    assert_eq!(
        boss.fails("channel.supervise", Some(&channel), json!({"action": "MONITOR", "agent": {"id": "nobody"}})).await,
        "UNKNOWN_TARGET"
    );
    let no_call = json!({"action": "MONITOR", "agent": {"id": "1002"}, "callId": 4_000_000});
    assert_eq!(boss.fails("channel.supervise", Some(&channel), no_call).await, "UNKNOWN_TARGET");
    assert_eq!(boss.fails("channel.supervise", Some(&channel), supervise("BARGE_IN")).await, "CTI_FAILURE");
    assert_eq!(boss.fails("channel.supervise", Some(&channel), supervise("WHISPER")).await, "CTI_FAILURE");
    let told = agent.log.len();

    boss.succeeds("channel.request.supervise", &channel, supervise("MONITOR")).await;
    let mut listening = String::new();
    for what in ["interaction.created", "conversation.created", "conversation.member.added", "interaction.preview", "interaction.screenpop"]
    {
        let event = boss.then_named(what).await;
        if what == "conversation.member.added" {
            assert_eq!(event["data"]["member"]["number"], "3002");
            listening = event["target"].as_str().unwrap().to_owned();
        }
        assert!(event["data"].get("session").is_none(), "no CRM session for a listener: {event}");
    }
    let connected = boss.then_state("conversation", "CONNECTED").await;
    assert_eq!(connected["target"], listening.as_str());
    let enabled: Vec<_> = connected["data"].as_array().unwrap().iter().filter(|c| c["type"] == "enable").map(|c| &c["name"]).collect();
    assert!(!enabled.iter().any(|name| **name == "conversation.hold" || **name == "conversation.transfer"), "{connected}");
    // The agent hears nothing of it.
    assert_eq!(next_event(&mut agent).await["name"], "directory.updated");
    assert!(agent.log[told..].iter().all(|m| m.get("result").is_some() || m["name"] == "directory.updated"), "{}", agent.told());

    boss.succeeds("channel.supervise", &channel, supervise("BARGE_IN")).await;
    let joined = agent.then_named("conversation.member.added").await;
    assert_eq!((&joined["target"], &joined["data"]["member"]["number"]), (&json!(leg), &json!("3001")));
    let customer = boss.then("the customer", |e| e["data"]["member"]["number"] == "+41445550123").await;
    assert_eq!(customer["target"], listening.as_str(), "the same contact goes on");
    boss.then("the call's id", |e| e["data"]["conversation"]["callId"] == call || e["name"] == "interaction.datachanged").await;

    boss.succeeds("channel.supervise", &channel, supervise("INTERCEPT")).await;
    let ended = agent.then_named("interaction.ended").await;
    assert_eq!(ended["data"]["cause"], "CEC_SUPERVISOR_INTERCEPT");
    let left = boss.then_named("conversation.member.removed").await;
    assert_eq!(left["data"]["member"]["id"], "3002");
    boss.succeeds("conversation.release", &listening, json!({})).await;
    boss.then_named("interaction.ended").await;
    house.until_truth("no call", |truth| truth["calls"].as_array().unwrap().is_empty()).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_stops_listening_by_clear_and_by_hanging_up() {
    let house = House::start().await;
    let mut boss = signed_in(&house, "1001").await;
    let mut agent = ready(&house, "1002").await;
    house.call("1002").await;
    let ringing = agent.then_state("conversation", "ALERTING").await;
    agent.succeeds("conversation.answer", ringing["target"].as_str().unwrap(), json!({})).await;
    agent.then_state("conversation", "CONNECTED").await;
    let channel = boss.channel();
    let supervise = |action: &str| json!({"action": action, "agent": {"id": "1002"}});
    for by_clear in [true, false] {
        boss.succeeds("channel.supervise", &channel, supervise("MONITOR")).await;
        let listening = boss.then_state("conversation", "CONNECTED").await["target"].as_str().unwrap().to_owned();
        if by_clear {
            boss.succeeds("channel.supervise", &channel, supervise("CLEAR")).await;
        } else {
            boss.succeeds("conversation.release", &listening, json!({})).await;
        }
        let ended = boss.then_named("interaction.ended").await;
        let contact = ended["target"].as_str().unwrap().to_owned();
        boss.succeeds("interaction.complete", &contact, json!({"skipDisposition": true})).await;
        boss.then("not ready again", |e| e["data"]["agent"]["state"] == "NOT_READY").await;
        let truth = house.truth().await;
        assert_eq!(truth["calls"].as_array().unwrap().len(), 1, "the agent's call is untouched: {truth}");
    }
    house.stop().await;
}

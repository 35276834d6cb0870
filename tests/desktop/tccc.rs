//! The profile tccc over a real socket: every frame is what its published schema says, and every command and event of the
//! schema is seen.

use std::collections::{BTreeMap, BTreeSet};

use ctibridge::desktop::tccc::schema;
use futures_util::{SinkExt, StreamExt};
use jsonschema::Validator;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::house::{House, contract, soon};

/// Validators by name: what we send is checked to the last member.
struct Book(BTreeMap<String, Validator>);

impl Book {
    fn new() -> Self {
        let (open, closed) = (schema::document(), schema::closed());
        let validator = |name: &str| {
            let document = if name.ends_with(".request") { &open } else { &closed };
            let one = json!({ "$schema": document["$schema"], "$ref": format!("#/$defs/{name}"), "$defs": document["$defs"] });
            jsonschema::validator_for(&one).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        Self(schema::frames().into_iter().map(|frame| (frame.name.clone(), validator(&frame.name))).collect())
    }

    fn check(&self, name: &str, frame: &Value) {
        let validator = self.0.get(name).unwrap_or_else(|| panic!("the contract has no {name}: {frame}"));
        let problems: Vec<String> = validator.iter_errors(frame).map(|e| format!("at {}: {e}", e.instance_path())).collect();
        assert!(problems.is_empty(), "{name}: {}\n{frame}", problems.join("; "));
    }
}

/// A page of the profile.
struct Page<'a> {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    book: &'a Book,
    seen: &'a mut BTreeSet<String>,
    asked: BTreeMap<String, Value>,
    events: Vec<Value>,
    answers: Vec<Value>,
}

impl<'a> Page<'a> {
    async fn sign_in(house: &House, agent: &str, book: &'a Book, seen: &'a mut BTreeSet<String>) -> Self {
        let (socket, _) = connect_async(format!("ws://{}/mediabar/v1", house.desktops())).await.unwrap();
        let mut page = Self { socket, book, seen, asked: BTreeMap::new(), events: Vec::new(), answers: Vec::new() };
        let extension = format!("3{}", &agent[1..]);
        let data = json!({"profile": "tccc", "agent": {"id": agent, "password": "1234", "extension": extension}});
        page.send(json!({"command": "prepareSession", "data": data, "requestId": "login"})).await;
        let ready = page.hears("ready").await;
        assert_eq!(ready["status"], "offline");
        page
    }

    async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn read(&mut self, what: &str) {
        let Some(Ok(message)) = soon(what, self.socket.next()).await else { panic!("closed instead of {what}") };
        let Message::Text(text) = message else { return };
        let frame: Value = serde_json::from_str(&text).unwrap();
        // Up to the login it is the media bar's contract.
        if frame.get("messageType").is_some() || frame.get("result").is_some() {
            return contract::check_from_server(&frame).unwrap_or_else(|problem| panic!("{problem}"));
        }
        if let Some(name) = frame["event"].as_str() {
            let name = format!("{name}.event");
            self.book.check(&name, &frame);
            self.seen.insert(name);
            return self.events.push(frame);
        }
        let asked = self.asked[frame["id"].as_str().unwrap()].clone();
        let command = asked["command"].as_str().unwrap();
        if frame["status"] == "success" {
            self.book.check(&format!("{command}.request"), &asked);
            self.book.check(&format!("{command}.success"), &frame);
            self.seen.insert(format!("{command}.success"));
        } else {
            self.book.check("any.error", &frame);
            self.seen.insert(format!("{command}.error"));
        }
        self.answers.push(frame);
    }

    async fn hears(&mut self, name: &str) -> Value {
        loop {
            if let Some(at) = self.events.iter().position(|event| event["event"] == name) {
                return self.events.drain(..=at).next_back().unwrap()["data"].clone();
            }
            self.read(name).await;
        }
    }

    async fn status(&mut self, status: &str) {
        while self.hears("statusChanged").await["status"] != status {}
    }

    async fn asks(&mut self, command: &str, options: Value) -> Value {
        let id = (self.asked.len() + 1).to_string();
        let frame = json!({"command": command, "id": id, "options": options});
        self.asked.insert(id.clone(), frame.clone());
        self.send(frame).await;
        loop {
            if let Some(at) = self.answers.iter().position(|answer| answer["id"] == *id) {
                return self.answers.remove(at);
            }
            self.read(command).await;
        }
    }

    async fn does(&mut self, command: &str, options: Value) -> Value {
        let answer = self.asks(command, options).await;
        assert_eq!(answer["status"], "success", "{command}: {answer}");
        answer
    }

    async fn fails(&mut self, command: &str, options: Value, code: &str) {
        let answer = self.asks(command, options).await;
        assert!(answer["errorMsg"].as_str().is_some_and(|text| text.starts_with(&format!("{code}: "))), "{command}: {answer}");
    }
}

fn id(session: &Value) -> Value {
    json!({"sessionId": session["sessionId"]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_frame_of_the_profile_is_what_its_schema_says_and_every_one_is_seen() {
    let house =
        House::start_with(&[("CTIBRIDGE_SIM__WORLD__RING_NO_ANSWER", "1s"), ("CTIBRIDGE_SIM__WORLD__FAR_END_ANSWERS", "50ms")]).await;
    let book = Book::new();
    let mut seen = BTreeSet::new();
    let mut page = Page::sign_in(&house, "1001", &book, &mut seen).await;
    let nowhere = json!({"sessionId": "OM000000000000000001"});
    for command in ["accept", "hungUp", "deleteCall", "hold", "unHold"] {
        page.fails(&format!("tccc.Call.{command}"), nowhere.clone(), "no_such_session").await;
        page.fails(&format!("tccc.Call.{command}"), json!({}), "bad_argument").await;
    }
    for command in schema::UNSUPPORTED {
        page.fails(command, json!({}), "not_supported").await;
    }
    page.fails("tccc.Call.startOutboundCall", json!({}), "bad_argument").await;
    page.fails("tccc.Call.startOutboundCall", json!({"phoneNumber": "+41445550199"}), "not_logged_in").await;
    page.fails("tccc.Call.startInternalCall", json!({"calleeUserId": "1002", "useMobile": true}), "not_supported").await;
    page.fails("tccc.Call.transfer", json!({"sessionId": "x", "userId": "1002"}), "no_such_session").await;
    page.fails("tccc.Call.sendDigits", json!({"sessionId": "x", "dtmfText": "y"}), "bad_argument").await;
    page.fails("tccc.Agent.setStatus", json!({"status": "free"}), "not_logged_in").await;
    page.fails("tccc.Agent.setStatus", json!({"status": "away"}), "bad_argument").await;
    assert_eq!(page.does("tccc.Agent.getStatus", json!({})).await["agentStatus"], "offline");

    page.does("tccc.Agent.online", json!({})).await;
    page.status("notReady").await;
    page.does("tccc.Agent.setStatus", json!({"status": "rest", "restReason": "Lunch"})).await;
    let rest = page.hears("statusChanged").await;
    assert_eq!(rest, json!({"status": "rest", "restReason": "Lunch"}));
    let dialled = json!({"phoneNumber": "+41445550199", "phoneDesc": "Anna", "uui": "x", "callerPhoneNumber": "1"});
    let answer = page.does("tccc.Call.startOutboundCall", dialled).await;
    assert_eq!((&answer["calleePhoneNumber"], &answer["ignored"]), (&json!("+41445550199"), &json!(["callerPhoneNumber"])));
    let session = page.hears("callOuted").await;
    assert_eq!((&session["remark"], &session["sessionId"]), (&json!("Anna"), &answer["sessionId"]));
    page.hears("calloutAccepted").await;
    page.fails("tccc.Agent.offline", json!({}), "wrong_state").await;
    page.does("tccc.Call.sendDigits", json!({"sessionId": session["sessionId"], "dtmfText": "12#"})).await;
    page.does("tccc.Call.hold", id(&session)).await;
    page.does("tccc.Call.unHold", id(&session)).await;
    page.does("tccc.Call.hungUp", id(&session)).await;
    assert_eq!(page.hears("sessionEnded").await["closeBy"], "seat");
    page.does("tccc.Call.deleteCall", id(&session)).await;
    page.hears("sessionCompleted").await;

    page.does("tccc.Agent.setStatus", json!({"status": "free"})).await;
    page.status("free").await;
    house.call("1001").await;
    let session = page.hears("callIn").await;
    assert_eq!((&session["type"], &session["callerPhoneNumber"]), (&json!("phone"), &json!("+41445550123")));
    page.does("tccc.Call.accept", id(&session)).await;
    page.hears("userAccessed").await;
    // Another page of the same agent sees what is there.
    let mut others = BTreeSet::new();
    let mut colleague = Page::sign_in(&house, "1002", &book, &mut others).await;
    colleague.does("tccc.Agent.online", json!({})).await;
    colleague.status("notReady").await;
    let transfer = json!({"sessionId": session["sessionId"], "userId": "1002"});
    page.does("tccc.Call.transfer", transfer).await;
    page.hears("transfer").await;
    assert_eq!(page.hears("sessionEnded").await["closeBy"], "seat");
    let theirs = colleague.hears("callIn").await;
    colleague.does("tccc.Call.hungUp", id(&theirs)).await;
    colleague.hears("sessionEnded").await;
    page.does("tccc.Call.deleteCall", id(&session)).await;
    page.status("free").await;
    // Nobody answers.
    house.call("1001").await;
    let rings = page.hears("callIn").await;
    assert_eq!(id(&page.hears("autoTransfer").await), id(&rings));
    page.status("notReady").await;
    page.does("tccc.Call.startInternalCall", json!({"calleeUserId": "1002"})).await;
    let internal = page.hears("callOuted").await;
    let theirs = colleague.hears("callIn").await;
    assert_eq!((&theirs["type"], &theirs["peerUserId"]), (&json!("internal"), &json!("1001")));
    page.does("tccc.Call.hungUp", id(&internal)).await;
    page.hears("sessionEnded").await;
    page.does("tccc.Call.deleteCall", id(&internal)).await;
    page.fails("tccc.Agent.setStatus", json!({"status": "arrange"}), "wrong_state").await;
    page.does("tccc.Agent.offline", json!({})).await;
    page.status("offline").await;
    drop((page, colleague));
    seen.extend(others);

    let mut missing = Vec::new();
    for frame in schema::frames() {
        match frame.name.split_once(".request") {
            // Getting a status and signing in cannot fail by what a page says.
            Some(("tccc.Agent.getStatus" | "tccc.Agent.online", _)) => {}
            Some((command, _)) if !seen.contains(&format!("{command}.error")) => missing.push(format!("{command} refused")),
            Some(_) => {}
            // Kept by the script's own tests: a login that ends before it begins.
            None if matches!(frame.name.as_str(), "any.error" | "tokenExpired.event") => {}
            None if !seen.contains(&frame.name) => missing.push(frame.name),
            None => {}
        }
    }
    assert!(missing.is_empty(), "not seen: {missing:?}");
    house.stop().await;
}

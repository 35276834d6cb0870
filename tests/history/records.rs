//! One session: what it tells, who may see it, and what may be changed by hand.

use ctibridge::engine::model::AgentState;
use ctibridge::engine::record::Moment;
use serde_json::{Value, json};

use crate::port::{Call, Port, at, named, problem, state};

const FIRST: Call = Call { number: 1, agent: "1001", from: 0, ani: "+41791112233" };

async fn with_one_call() -> Port {
    let port = Port::start().await;
    port.feed([named(&[("1001", "Anna", "Muster")], &[(11, "Sales")])]);
    port.feed(FIRST.whole());
    port.closed(1).await;
    port
}

async fn put(port: &Port, who: &str, path: &str, body: &Value) -> crate::http::Response {
    port.ask(who, "PUT", path, "Content-Type: application/json\r\n", &body.to_string()).await
}

#[tokio::test]
async fn a_session_has_every_member_of_the_published_model() {
    let port = with_one_call().await;
    let session = port.get("/api/v1/Sessions/1").await.json();
    for member in [
        "id",
        "companyId",
        "departmentId",
        "guest",
        "channel",
        "source",
        "status",
        "avSupport",
        "directCallNumber",
        "phoneCallbackNumber",
        "isDirectChat",
        "url",
        "widget",
        "blacklisted",
        "chatbots",
        "guestFeedback",
        "reviewers",
        "operators",
        "created",
        "enteredQueue",
        "guestJoined",
        "started",
        "ended",
        "waited",
        "length",
        "phoneCallbackDialed",
        "activities",
        "tags",
        "autoAccepted",
        "recordings",
        "recordingsState",
        "guestLeftSession",
        "outboundDialResult",
        "campaignId",
        "cti",
    ] {
        assert!(session.get(member).is_some(), "{member} is not there");
    }
    for member in
        ["tempId", "ipAddress", "trackedId", "identity", "channelIdentity", "os", "browser", "language", "callParams", "gdprVersion"]
    {
        assert!(session["guest"].get(member).is_some(), "guest.{member} is not there");
    }
    let operator = &session["operators"][0];
    assert_eq!((&operator["userName"], &operator["firstName"], &operator["lastName"]), (&json!("1001"), &json!("Anna"), &json!("Muster")));
    assert_eq!(session["recordings"], Value::Null, "none is null, not an empty list");
    assert_eq!((&session["phoneCallbackNumber"], &session["directCallNumber"]), (&json!("+41791112233"), &json!("8001")));
    let routing = port.get("/api/v1/Sessions/1/routingHistory").await.json();
    let assigned = routing.as_array().unwrap().iter().find(|entry| entry["activityType"] == "AssignedToOperator").unwrap();
    assert_eq!(assigned["operator"]["lastName"], "Muster");
    assert_eq!(assigned["group"], json!({ "id": 11, "name": "Sales" }));
}

#[tokio::test]
async fn what_may_not_be_seen_looks_like_what_does_not_exist() {
    let port = with_one_call().await;
    let pages = ["", "/routingHistory", "/durations", "/callParams", "/files/1", "/recordings/1/file"];
    for page in pages {
        let others = port.ask("agent:1002", "GET", &format!("/api/v1/Sessions/1{page}"), "", "").await;
        for id in ["2", "999999999999", "0", "-1"] {
            let nothing = port.ask("agent:1002", "GET", &format!("/api/v1/Sessions/{id}{page}"), "", "").await;
            assert_eq!((others.status, &others.body), (404, &nothing.body), "{id}{page}");
        }
    }
    for id in ["x", "1%2F..%2F1", "1e3", "99999999999999999999", "%00", "1%20OR%201=1"] {
        assert_eq!(problem(&port.get(&format!("/api/v1/Sessions/{id}")).await).1, "not_found", "{id}");
    }
    // Signs that no text in a database can have, wherever an id stands.
    let hidden =
        ["Interactions/a%00b/templateParameters", "Interactions/%FF/templateParameters", "Privacy/erasures/a%00b", "Users/a%00b/states"];
    for path in hidden {
        assert_eq!(
            problem(&port.get(&format!("/api/v1/{path}?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")).await).1,
            "not_found",
            "{path}"
        );
    }
    assert_eq!(problem(&port.get("/api/v1/Webhooks/%FF/deadLetters").await).1, "not_found");
    assert_eq!(port.ask("agent:1001", "GET", "/api/v1/Sessions/1", "", "").await.status, 200);
    let mine = port.ask("agent:1001", "GET", "/api/v1/Sessions", "", "").await.json();
    assert_eq!(mine.as_array().unwrap().len(), 1);
    for query in ["", "?OperatorUserId=1001", "?SessionId=1"] {
        let theirs = port.ask("agent:1002", "GET", &format!("/api/v1/Sessions{query}"), "", "").await.json();
        assert_eq!(theirs, json!([]), "{query}");
    }
    assert_eq!(problem(&port.ask("wallboard", "GET", "/api/v1/Sessions", "", "").await).1, "forbidden");
    let changes = [("note", json!({ "note": "x" })), ("callParams", json!({ "callParams": {} }))];
    for (page, body) in changes {
        assert_eq!(put(&port, "agent:1002", &format!("/api/v1/Sessions/1/{page}"), &body).await.status, 404, "{page}");
        assert_eq!(put(&port, "agent:1002", &format!("/api/v1/Sessions/77/{page}"), &body).await.status, 404, "{page}");
    }
}

#[tokio::test]
async fn a_closed_session_that_the_caller_has_is_not_sent_again_until_it_changes() {
    let port = with_one_call().await;
    let path = "/api/v1/Sessions/1";
    let first = port.get(path).await;
    let etag = first.header("etag").unwrap().to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
        let again = port.ask("admin", "GET", path, &format!("If-None-Match: {known}\r\n"), "").await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{known}");
    }
    assert_eq!(put(&port, "agent:1001", "/api/v1/Sessions/1/note", &json!({ "note": "new" })).await.status, 200);
    let changed = port.ask("admin", "GET", path, &format!("If-None-Match: {etag}\r\n"), "").await;
    assert_eq!((changed.status, changed.json()["operators"][0]["note"].as_str()), (200, Some("new")));
    port.feed(Call { number: 2, from: 100, ..FIRST }.answered());
    port.stored(2, |session| session.started.is_some()).await;
    assert_eq!(port.get("/api/v1/Sessions/2").await.header("etag"), None, "what goes on changes every moment");
}

#[tokio::test]
async fn notes_are_the_agent_s_own_and_any_for_supervisors() {
    let port = with_one_call().await;
    let path = "/api/v1/Sessions/1/note";
    let done = put(&port, "agent:1001", path, &json!({ "note": "Called back.\nTwice." })).await;
    assert_eq!((done.status, done.json()), (200, json!({ "note": "Called back.\nTwice.", "userId": 1001 })));
    assert_eq!(put(&port, "supervisor:1009", path, &json!({ "note": "Seen", "userId": 1001 })).await.status, 200);
    assert_eq!(port.get("/api/v1/Sessions/1").await.json()["operators"][0]["note"], "Seen");
    assert_eq!(port.found("ActivityTextsContain=SEEN").await, [1]);
    assert_eq!(problem(&put(&port, "admin", path, &json!({ "note": "x", "userId": 77 })).await).1, "conflict");
    for (body, member) in [
        (json!({ "note": "a\u{0}b" }), Some("note")),
        (json!({ "note": "\u{1b}[2J" }), Some("note")),
        (json!({ "note": "x".repeat(9_000) }), Some("note")),
        (json!({ "note": 5 }), Some("note")),
        (json!({ "nothing": 5 }), Some("nothing")),
        (json!([]), None),
    ] {
        let (status, code, parameter) = problem(&put(&port, "admin", path, &body).await);
        assert_eq!((status, code.as_str(), parameter.as_deref()), (400, "bad_body", member), "{body}");
    }
    for broken in ["", "{", "{\"note\":\"x\"} and more", "\u{feff}{}"] {
        assert_eq!(
            problem(&port.ask("admin", "PUT", path, "Content-Type: application/json\r\n", broken).await).1,
            "bad_body",
            "{broken:?}"
        );
    }
    assert_eq!(put(&port, "agent:1001", path, &json!({ "note": null })).await.json()["note"], Value::Null);
    assert_eq!(port.get("/api/v1/Sessions/1").await.json()["operators"][0]["note"], Value::Null);
}

/// One task owns the record: neither what the call does nor what people write is lost.
#[tokio::test]
async fn a_note_written_in_the_middle_of_a_call_survives_the_call() {
    let port = Port::start().await;
    port.feed(FIRST.answered());
    port.stored(1, |session| session.started.is_some()).await;
    assert_eq!(put(&port, "agent:1001", "/api/v1/Sessions/1/note", &json!({ "note": "during" })).await.status, 200);
    assert_eq!(put(&port, "admin", "/api/v1/Sessions/1/callParams", &json!({ "callParams": { "ticket": "4711" } })).await.status, 200);
    port.feed([FIRST.moment(20, Moment::Held), FIRST.moment(30, Moment::Retrieved)]);
    port.feed(FIRST.over());
    let session = port.closed(1).await;
    assert_eq!((session.operators[0].note.as_deref(), session.own_params.len()), (Some("during"), 1));
    assert_eq!(session.spans.len(), 4, "ring, talk, hold, talk");
}

#[tokio::test]
async fn what_is_written_at_completion_is_kept_however_late_it_comes() {
    let port = Port::start().await;
    let completed = |call: &Call, second: i64, note: &str| {
        let mut record = call.moment(second, Moment::Completed);
        record.detail = Some("Resolved".into());
        record.facts.note = Some(note.into());
        record
    };
    port.feed(FIRST.answered());
    port.feed(FIRST.over());
    port.closed(1).await;
    port.feed([completed(&FIRST, 600, "ten minutes later")]);
    let session = port.stored(1, |session| session.operators[0].note.is_some()).await;
    assert_eq!((session.operators[0].note.as_deref(), session.tags), (Some("ten minutes later"), vec!["Resolved".to_owned()]));
    let second = Call { number: 2, from: 1000, ..FIRST };
    port.feed(second.answered());
    let mut cleared = second.over();
    cleared.truncate(1);
    port.feed(cleared);
    port.feed([state(1065, "1001", AgentState::WORK_NOT_READY), completed(&second, 90, "in time")]);
    let session = port.closed(2).await;
    assert_eq!((session.operators[0].note.as_deref(), session.operators[0].concluded), (Some("in time"), Some(at(1090))));
    assert_eq!(port.found("Tags=Resolved").await, [2, 1]);
}

#[tokio::test]
async fn call_parameters_can_be_set_over_the_call_s_own_ones() {
    let port = with_one_call().await;
    let path = "/api/v1/Sessions/1/callParams";
    let own = port.get(path).await.json();
    assert_eq!(own["callParams"]["ANI"], "+41791112233");
    let set = json!({ "callParams": { "ANI": "withheld", "ticket": "4711" } });
    let after = put(&port, "admin", path, &set).await.json();
    assert_eq!((&after["callParams"]["ANI"], &after["callParams"]["ticket"]), (&json!("withheld"), &json!("4711")));
    assert_eq!(port.get("/api/v1/Sessions/1").await.json()["guest"]["callParams"], after["callParams"]);
    put(&port, "admin", path, &json!({ "callParams": {} })).await;
    assert_eq!(port.get(path).await.json(), own);
    let many: serde_json::Map<_, _> = (0..201).map(|number| (number.to_string(), json!("x"))).collect();
    for bad in [json!({ "callParams": many }), json!({ "callParams": { "": "x" } }), json!({ "callParams": { "a": 1 } }), json!({})] {
        assert_eq!(problem(&put(&port, "admin", path, &bad).await).0, 400);
    }
}

#[tokio::test]
async fn forwarding_says_that_it_is_not_supported() {
    let port = with_one_call().await;
    let body = json!({ "userId": 1002 }).to_string();
    let answer = port.ask("admin", "POST", "/api/v1/Sessions/1/forward", "Content-Type: application/json\r\n", &body).await;
    assert_eq!(problem(&answer), (501, "not_supported".to_owned(), None));
    assert_eq!(port.ask("admin", "POST", "/api/v1/Sessions/9/forward", "", &body).await.status, 404);
    for (body, member) in [
        (json!({}), None),
        (json!({ "userId": null }), None),
        (json!({ "userId": 1, "phoneNumber": "2" }), None),
        (json!({ "phoneNumber": " " }), Some("phoneNumber")),
        (json!({ "phoneNumber": "1".repeat(40) }), Some("phoneNumber")),
        (json!({ "phoneNumber": "12\u{e9}" }), Some("phoneNumber")),
    ] {
        let answer = port.ask("admin", "POST", "/api/v1/Sessions/1/forward", "", &body.to_string()).await;
        assert_eq!(problem(&answer), (400, "bad_body".to_owned(), member.map(ToOwned::to_owned)), "{body}");
    }
}

#[tokio::test]
async fn files_come_back_as_they_were_and_never_from_elsewhere() {
    let port = with_one_call().await;
    let attach = |who: &'static str, name: &'static str, headers: &'static str, body: &'static str| {
        let path = format!("/api/v1/Sessions/1/files?name={name}");
        let port = &port;
        async move { port.ask(who, "POST", &path, headers, body).await }
    };
    let made = attach("admin", "..%2F..%2Fetc%2Fpa%22ss%0d%0aX:y.html", "Content-Type: text/html; charset=x\r\n", "<script>").await;
    assert_eq!(made.status, 201, "{}", made.body);
    let file = made.json();
    assert_eq!(file["name"], "pa_ssX_y.html");
    let url = file["downloadUrl"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), Some(url.as_str()));
    let read = port.ask("agent:1001", "GET", &url, "", "").await;
    assert_eq!((read.status, read.body.as_str()), (200, "<script>"));
    assert_eq!(read.header("content-type"), Some("text/html"));
    assert_eq!(read.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(read.header("content-disposition"), Some("attachment; filename=\"pa_ssX_y.html\"; filename*=UTF-8''pa_ssX_y.html"));
    let activity = port.get("/api/v1/Sessions/1").await.json()["activities"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&activity["type"], &activity["file"]["downloadUrl"], &activity["file"]["isDeleted"]),
        (&json!("SharedFile"), &json!(url), &json!(false))
    );
    assert_eq!(port.found("ActivityTextsContain=.HTML").await, [1]);
    // Everything lies in the folder of this session, under a name of ours.
    let stored: Vec<_> = std::fs::read_dir(port.folder.path().join("files/1")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(stored.len(), 1);
    assert!(stored[0].to_str().unwrap().len() == 36, "{stored:?}");
    // Who may not, cannot; what is not there, is not there.
    assert_eq!(port.ask("agent:1002", "GET", &url, "", "").await.status, 404);
    assert_eq!(attach("agent:1002", "x", "", "x").await.status, 404);
    for path in [
        "/api/v1/Sessions/1/files/2",
        "/api/v1/Sessions/1/files/..%2F..%2Fhistory.db",
        "/api/v1/Sessions/1/files/-1",
        "/api/v1/Sessions/2/files/1",
    ] {
        assert_eq!(port.get(path).await.status, 404, "{path}");
    }
    for name in ["", "..", "%2F", "%00"] {
        let bad = port.ask("admin", "POST", &format!("/api/v1/Sessions/1/files?name={name}"), "", "x").await;
        assert_eq!(problem(&bad).2.as_deref(), Some("name"), "{name}");
    }
    assert_eq!(problem(&port.ask("admin", "POST", "/api/v1/Sessions/1/files", "", "x").await).2.as_deref(), Some("name"));
    // Deleted once; the entry stays and says so.
    assert_eq!(port.ask("agent:1002", "DELETE", &url, "", "").await.status, 404);
    assert_eq!(port.ask("agent:1001", "DELETE", &url, "", "").await.status, 204);
    assert_eq!(port.ask("admin", "DELETE", &url, "", "").await.status, 404);
    assert_eq!(port.get(&url).await.status, 404);
    assert_eq!(std::fs::read_dir(port.folder.path().join("files/1")).unwrap().count(), 0);
    let activity = port.get("/api/v1/Sessions/1").await.json()["activities"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&activity["file"]["isDeleted"], &activity["file"]["downloadUrl"]), (&json!(true), &Value::Null));
}

/// Ten MiB and no more, told before the first byte is read.
#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let port = with_one_call().await;
    let head = "POST /api/v1/Sessions/1/files?name=big HTTP/1.1\r\nHost: x\r\nx-who: admin\r\nContent-Length: 10485761\r\n\r\n";
    assert_eq!(crate::http::status(port.address, head).await, 413);
    assert!(!port.folder.path().join("files").exists(), "nothing was written");
    let whole = "x".repeat(10 * 1024 * 1024);
    let made = port.ask("admin", "POST", "/api/v1/Sessions/1/files?name=big", "", &whole).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let read = port.get(made.json()["downloadUrl"].as_str().unwrap()).await;
    assert!(read.body == whole, "as it came");
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let port = with_one_call().await;
    let made = port.ask("admin", "POST", "/api/v1/Sessions/1/files?name=empty.txt", "Content-Type: text/plain\r\n", "").await;
    assert_eq!(made.status, 201, "{}", made.body);
    let read = port.get(made.json()["downloadUrl"].as_str().unwrap()).await;
    assert_eq!((read.status, read.header("content-length"), read.body.as_str()), (200, Some("0"), ""));
}

/// Parts of a day, cut at its ends, add up to the day.
#[tokio::test]
async fn an_agent_s_day_has_24_hours() {
    let port = Port::start().await;
    port.feed([
        state(-90_000, "anna", AgentState::LOGOUT),
        state(3_600, "anna", AgentState::NOT_READY),
        state(7_200, "anna", AgentState::AVAILABLE),
    ]);
    port.feed(Call { number: 1, agent: "anna", from: 10_000, ani: "1" }.whole());
    port.feed([
        ctibridge::engine::record::Record::new(at(20_000), Moment::LinkDown),
        ctibridge::engine::record::Record::new(at(20_060), Moment::LinkUp),
    ]);
    port.feed([state(30_000, "anna", AgentState::LOGOUT)]);
    port.closed(1).await;
    let number = port.get("/api/v1/Sessions/1").await.json()["operators"][0]["userId"].to_string();
    let (from, to) = (at(0), at(86_400));
    let mut found = json!([]);
    for _ in 0..500 {
        found = port.get(&format!("/api/v1/Users/{number}/states?from={from}&to={to}")).await.json();
        if found.as_array().unwrap().last().is_some_and(|last| last["changed"] == format!("{:.6}", at(30_000))) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await; // until the last report is written
    }
    let mut until = from;
    for period in found.as_array().unwrap() {
        let begun: jiff::Timestamp = period["changed"].as_str().unwrap().parse().unwrap();
        assert_eq!(begun.max(from), until, "no hole and no overlap: {found}");
        until = period["until"].as_str().map_or(to, |until| until.parse().unwrap()).min(to);
    }
    assert_eq!(until, to);
    assert_eq!(found[0]["stateKind"], "OFFLINE");
    assert_eq!(port.ask("agent:anna", "GET", &format!("/api/v1/Users/anna/states?from={from}&to={to}"), "", "").await.json(), found);
    for (who, user) in [("agent:other", "anna"), ("admin", "nobody"), ("admin", "12345"), ("admin", "a%00b")] {
        let answer = port.ask(who, "GET", &format!("/api/v1/Users/{user}/states?from={from}&to={to}"), "", "").await;
        assert_eq!(problem(&answer).1, "not_found", "{who} {user}");
    }
    for (query, parameter) in [
        ("to=x", "from"),
        ("from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "to"),
        ("from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z", "to"),
        ("frm=1", "frm"),
    ] {
        let answer = port.get(&format!("/api/v1/Users/anna/states?{query}")).await;
        assert_eq!(problem(&answer).2.as_deref(), Some(parameter), "{query}");
    }
}

//! Recordings: what is known of them, and the way to the recorder that keeps the audio.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ctibridge::engine::record::Moment;
use ctibridge::history::connector::Settings;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::port::{Call, Port, problem};

const FIRST: Call = Call { number: 1, agent: "1001", from: 0, ani: "+41791112233" };

type Asked = Arc<Mutex<Vec<(String, HeaderMap)>>>;

/// A recorder: wants its password, knows ranges, and says more than is anybody's business.
async fn audio(State(asked): State<Asked>, request: Request) -> Response {
    let (path, headers) = (request.uri().to_string(), request.headers().clone());
    asked.lock().unwrap().push((path.clone(), headers.clone()));
    let answers: HashMap<&str, StatusCode> = HashMap::from([
        ("/rec/9/1002/gone/1", StatusCode::NOT_FOUND),
        ("/rec/9/1003/secret/1", StatusCode::FORBIDDEN),
        ("/rec/9/1004/broken/1", StatusCode::INTERNAL_SERVER_ERROR),
        ("/rec/9/1005/moved/1", StatusCode::FOUND),
    ]);
    if let Some(status) = answers.get(path.as_str()) {
        return (*status, [(header::LOCATION, "http://169.254.169.254/")], "the recorder's own words").into_response();
    }
    if headers.get(header::AUTHORIZATION).is_none_or(|given| given != "Basic cmVjOnNlY3JldA==") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let common = [(header::CONTENT_TYPE, "audio/wav"), (header::SET_COOKIE, "recorder=secret"), (header::SERVER, "recorder 1.0")];
    match headers.get(header::RANGE).map(|range| range.to_str().unwrap()) {
        None => (common, "0123456789").into_response(),
        Some("bytes=2-4") => (StatusCode::PARTIAL_CONTENT, common, [(header::CONTENT_RANGE, "bytes 2-4/10")], "234").into_response(),
        Some(_) => (StatusCode::RANGE_NOT_SATISFIABLE, common, [(header::CONTENT_RANGE, "bytes */10")]).into_response(),
    }
}

async fn recorder() -> (String, Asked) {
    let asked = Asked::default();
    let router = Router::new().fallback(audio).with_state(asked.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/rec/{{callKeyDay}}/{{callKeyCallId}}/{{guid}}/{{recordingId}}"), asked)
}

/// A recorded call, over.
fn recorded(call: &Call, guid: &str) -> Vec<ctibridge::engine::record::Record> {
    let mut target = call.moment(7, Moment::RecordingTarget);
    target.facts.recording_guid = Some(guid.into());
    let mut records = call.answered();
    records.extend([call.moment(6, Moment::RecordingStarted), target, call.moment(36, Moment::RecordingEnded)]);
    records.extend(call.over());
    records
}

#[tokio::test]
async fn a_recording_is_handed_on_without_a_word_about_the_recorder() {
    let folder = tempfile::tempdir().unwrap();
    let credentials = folder.path().join("credentials");
    std::fs::write(&credentials, "Basic cmVjOnNlY3JldA==\n").unwrap();
    let (pattern, asked) = recorder().await;
    let port = Port::start_with(Some(Settings { pattern, credentials: Some(credentials.clone()) })).await;
    port.feed(recorded(&FIRST, "A1/../../admin?x=1"));
    port.closed(1).await;
    let session = port.get("/api/v1/Sessions/1").await.json();
    let recording = &session["recordings"][0];
    assert_eq!((&session["recordingsState"], &recording["duration"]), (&json!("Processed"), &json!("PT30S")));
    assert_eq!((&recording["type"], &recording["isUploading"]), (&json!("AllParticipants"), &json!(false)));
    let url = recording["downloadUrl"].as_str().unwrap();
    let bearer = "Authorization: Bearer the-caller-s-own\r\nCookie: a=b\r\n";
    let whole = port.ask("agent:1001", "GET", url, bearer, "").await;
    assert_eq!((whole.status, whole.body.as_str()), (200, "0123456789"));
    assert_eq!((whole.header("content-type"), whole.header("x-content-type-options")), (Some("audio/wav"), Some("nosniff")));
    assert!(whole.header("content-disposition").unwrap().starts_with("attachment"));
    for hidden in ["set-cookie", "server", "www-authenticate"] {
        assert_eq!(whole.header(hidden), None, "{hidden}");
    }
    let part = port.ask("admin", "GET", url, "Range: bytes=2-4\r\n", "").await;
    assert_eq!((part.status, part.header("content-range"), part.body.as_str()), (206, Some("bytes 2-4/10"), "234"));
    let beyond = port.ask("admin", "GET", url, "Range: bytes=99-\r\n", "").await;
    assert_eq!((problem(&beyond).1.as_str(), beyond.header("content-range")), ("range_not_satisfiable", Some("bytes */10")));
    {
        let asked = asked.lock().unwrap();
        let (path, headers) = &asked[0];
        assert_eq!(path, "/rec/9/1001/A1%2F..%2F..%2Fadmin%3Fx%3D1/1", "values stay in their place");
        assert_eq!(headers.get_all(header::AUTHORIZATION).iter().count(), 1, "the caller's token stays here");
        assert!(headers.get(header::COOKIE).is_none());
    }
    assert_eq!(port.ask("agent:1002", "GET", url, "", "").await.status, 404, "the caller's right is asked for first");
    assert_eq!(asked.lock().unwrap().len(), 3);
    // A password that the recorder does not take is our matter, not the caller's.
    std::fs::write(&credentials, "Basic wrong\n").unwrap();
    let refused = port.get(url).await;
    assert_eq!(problem(&refused).1, "recorder_failed");
    std::fs::remove_file(&credentials).unwrap();
    assert_eq!(problem(&port.get(url).await).1, "recorder_failed");
}

#[tokio::test]
async fn what_the_recorder_does_wrong_is_told_as_its_failure() {
    let (pattern, _) = recorder().await;
    let port = Port::start_with(Some(Settings { pattern, credentials: None })).await;
    for (number, guid) in [(2, "gone"), (3, "secret"), (4, "broken"), (5, "moved"), (6, "..")] {
        port.feed(recorded(&Call { number, from: i64::from(number) * 100, ..FIRST }, guid));
    }
    port.closed(5).await;
    for (id, code) in [(1, "not_found"), (2, "recorder_failed"), (3, "recorder_failed"), (4, "recorder_failed"), (5, "not_found")] {
        let answer = port.get(&format!("/api/v1/Sessions/{id}/recordings/1/file")).await;
        assert_eq!(problem(&answer).1, code, "session {id}");
        assert!(!answer.body.contains("own words"));
    }
    let unreachable = Port::start_with(Some(Settings { pattern: "http://127.0.0.1:1/{recordingId}".to_owned(), credentials: None })).await;
    unreachable.feed(recorded(&FIRST, "x"));
    unreachable.closed(1).await;
    assert_eq!(problem(&unreachable.get("/api/v1/Sessions/1/recordings/1/file").await).1, "recorder_failed");
}

#[tokio::test]
async fn without_a_recorder_it_is_known_that_a_call_is_recorded_and_no_more() {
    let port = Port::start().await;
    port.feed(FIRST.answered());
    port.feed([FIRST.moment(6, Moment::RecordingStarted), FIRST.moment(6, Moment::RecordingStarted)]);
    port.stored(1, |session| !session.recordings.is_empty()).await;
    let session = port.get("/api/v1/Sessions/1").await.json();
    assert_eq!((&session["recordingsState"], &session["recordings"][0]["isUploading"]), (&json!("Processing"), &json!(true)));
    port.feed(FIRST.over());
    port.closed(1).await;
    let session = port.get("/api/v1/Sessions/1").await.json();
    assert_eq!(session["recordings"].as_array().unwrap().len(), 1, "told twice, one recording");
    let recording = &session["recordings"][0];
    assert_eq!((recording.get("downloadUrl"), &recording["duration"]), (None, &json!("PT59S")), "the call's end ends it");
    assert_eq!(port.get("/api/v1/Sessions/1/recordings/1/file").await.status, 404);
    let second = Call { number: 2, from: 100, ..FIRST };
    port.feed(second.answered());
    port.feed([second.moment(6, Moment::RecordingFailed)]);
    port.feed(second.over());
    port.closed(2).await;
    let session = port.get("/api/v1/Sessions/2").await.json();
    assert_eq!(session["recordingsState"], "FailedToProcess");
    assert_eq!((&session["recordings"][0]["started"], session["recordings"][0].get("downloadUrl")), (&Value::Null, None));
}

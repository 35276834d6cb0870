//! Finding sessions: every filter, both ways of paging, lists as streams.

use ctibridge::engine::model::InteractionId;
use ctibridge::engine::record::Moment;

use crate::http;
use crate::port::{Call, Port, at, ids, named, problem};

async fn with_calls() -> Port {
    let port = Port::start().await;
    let calls = [
        Call { number: 1, agent: "1001", from: 0, ani: "+41791112233" },
        Call { number: 2, agent: "1002", from: 100, ani: "100% o'Neill_" },
        Call { number: 3, agent: "1001", from: 200, ani: "+41790000000" },
    ];
    port.feed([named(&[("1001", "Anna", "Muster")], &[(11, "Sales")])]);
    port.feed(calls.iter().flat_map(Call::whole).map(|mut record| {
        record.facts.is_auto_answered = record.call_id == Some(2) && record.moment == Moment::Established;
        record
    }));
    port.feed(Call { number: 4, agent: "anna", from: 300, ani: "+41795555555" }.answered());
    port.closed(3).await;
    port.stored(4, |session| session.started.is_some()).await;
    port
}

#[tokio::test]
async fn every_filter_of_the_published_model_finds_what_it_says() {
    let port = with_calls().await;
    let moment = |second: i64| at(second).to_string();
    let interaction = InteractionId(3).to_string();
    let number = port.get("/api/v1/Sessions/4").await.json()["operators"][0]["userId"].to_string();
    let all = [4, 3, 2, 1].as_slice();
    let cases: Vec<(String, &[i64])> = vec![
        (String::new(), all),
        ("SessionId=1&SessionId=3".into(), &[3, 1]),
        ("status=active".into(), &[4]),
        ("Status=CLOSED&Status=ACTIVE".into(), all),
        ("Channel=Phone".into(), all),
        ("Channel=Chat".into(), &[]),
        ("Source=IncomingCall".into(), all),
        ("Source=Facebook".into(), &[]),
        ("OperatorUserId=1001".into(), &[3, 1]),
        ("operatoruserid=anna".into(), &[4]),
        (format!("OperatorUserId={number}"), &[4]),
        ("Result=ANSWERED".into(), &[]),
        ("Tags=nothing".into(), &[]),
        ("TerminationReason=OperatorLeft".into(), &[2]),
        ("GuestLeftSession=LeftSession".into(), &[3, 1]),
        ("Direction=Inbound".into(), all),
        ("CallKeyDay=9&CallKeyCallId=1002".into(), &[2]),
        ("CtiCallId=3".into(), &[3]),
        ("SkillGroupId=11".into(), &[3, 1]),
        (format!("InteractionId={interaction}"), &[3]),
        (format!("Created.Min={}&Created.Max={}", moment(100), moment(200)), &[3, 2]),
        ("Created.Null=true".into(), &[]),
        (format!("GuestJoined.Min={}", moment(300)), &[4]),
        (format!("Accepted.Max={}", moment(5)), &[1]),
        ("Ended.Null=true".into(), &[4]),
        (format!("Ended.Min={}", moment(200)), &[3]),
        ("WaitingTime.Min=PT5S&WaitingTime.Max=PT5S".into(), all),
        ("WaitingTime.Max=PT4S".into(), &[]),
        ("WaitingTime.Max=P1D".into(), all),
        ("Duration.Min=PT59S&Ended.Null=false".into(), &[3, 2, 1]),
        ("PhoneCallbackNumber.Text=4179".into(), &[4, 3, 1]),
        ("PhoneCallbackNumber.Exact=%2B41790000000".into(), &[3]),
        ("PhoneCallbackNumber.Text=%2B41790000000&PhoneCallbackNumber.Exact=true".into(), &[3]),
        ("PhoneCallbackNumber.Exact=True&PhoneCallbackNumber.Text=4179".into(), &[]),
        ("PhoneCallbackNumber.Exact=false&PhoneCallbackNumber.Text=4179".into(), &[4, 3, 1]),
        ("PhoneCallbackNumber.Null=true".into(), &[]),
        ("HasConcurrentOperators=false".into(), all),
        ("AutoAccepted=true".into(), &[2]),
        ("AutoAccepted=false".into(), &[4, 3, 1]),
        ("ActivityTextsContain=nothing".into(), &[]),
        ("LandingPage=x&IPAddress.Text=y&Language=cs".into(), all),
        ("GDPRVersion.Text=1&InitialMessage.Exact=true&ClientStars=5&Anonymized.Null=true&ClientId=3".into(), all),
        ("ChannelIdentityId=1&ClientFeedbackScale=x&GuestIdentifications=x&ChatbotId=1&Widget=w&Browser=b&OS=o".into(), all),
        // Signs that mean something to SQL mean nothing here.
        ("PhoneCallbackNumber.Text=%25".into(), &[2]),
        ("PhoneCallbackNumber.Text=_".into(), &[2]),
        ("PhoneCallbackNumber.Text=o%27Neill".into(), &[2]),
        ("OperatorUserId=1001%27%20OR%20%271%27=%271".into(), &[]),
        ("Tags=%27);DROP%20TABLE%20sessions;--".into(), &[]),
    ];
    for (query, wanted) in cases {
        assert_eq!(port.found(&query).await, wanted, "{query}");
    }
    assert_eq!(port.found("").await, all, "the table is still there");
}

#[tokio::test]
async fn what_cannot_be_used_is_named() {
    let port = Port::start().await;
    for (query, parameter) in [
        ("Stat=CLOSED", "Stat"),
        ("Status=SLEEPING", "Status"),
        ("Channel=Fax", "Channel"),
        ("limit=0", "limit"),
        ("limit=10001", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("offset=-1", "offset"),
        ("offset=9999999999", "offset"),
        ("Created.Min=yesterday", "Created.Min"),
        ("Created.Between=1", "Created.Between"),
        ("CampaignId=1", "CampaignId"),
        ("CompanyId=1", "CompanyId"),
        ("reviewers.foo=1", "reviewers.foo"),
        ("LandingPage.Max=1", "LandingPage.Max"),
        ("PhoneCallbackNumber.Exact=maybe", "PhoneCallbackNumber.Exact"),
        ("Duration.Min=long", "Duration.Min"),
        ("Duration.Min=P1M", "Duration.Min"),
        ("SessionId=1;DROP TABLE", "SessionId"),
        ("CallKeyDay=99999999999999999999", "CallKeyDay"),
        ("after=x", "after"),
        ("OperatorUserId=", "OperatorUserId"),
        ("Tags=a%00b", "Tags"),
        ("verbose=maybe", "verbose"),
    ] {
        let answer = port.get(&format!("/api/v1/Sessions?{}", query.replace(' ', "%20"))).await;
        assert_eq!(problem(&answer), (400, "bad_parameter".to_owned(), Some(parameter.to_owned())), "{query}");
    }
    let many = vec!["SessionId=1"; 501].join("&");
    assert_eq!(problem(&port.get(&format!("/api/v1/Sessions?{many}")).await).2.as_deref(), Some("SessionId"));
}

#[tokio::test]
async fn pages_by_place_and_by_number_show_everything_once() {
    let port = with_calls().await;
    let mut seen = Vec::new();
    let mut path = "/api/v1/Sessions?limit=3&count=true".to_owned();
    loop {
        let page = port.get(&path).await;
        assert_eq!(page.header("x-total-count"), Some(if seen.is_empty() { "4" } else { "1" }), "what the filter lets through");
        seen.extend(ids(&page.json()));
        let Some(link) = page.header("link") else { break };
        assert!(link.ends_with("; rel=\"next\""));
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    assert_eq!(seen, [4, 3, 2, 1]);
    assert_eq!(port.found("limit=3").await, [4, 3, 2]);
    assert_eq!(port.found("limit=3&offset=3").await, [1], "shorter than the limit: the last one");
    let short = port.get("/api/v1/Sessions?limit=1").await.json();
    assert!(short[0].get("activities").is_none() && short[0].get("recordings").is_none(), "only with verbose=true");
    let long = port.get("/api/v1/Sessions?limit=1&verbose=true").await.json();
    assert!(long[0]["activities"].is_array() && long[0]["recordings"].is_null());
}

/// More than one page behind the stream, and no limit that nobody asked for.
#[tokio::test]
async fn exports_hold_everything_or_as_much_as_was_asked_for() {
    let port = Port::start().await;
    let calls = (1..=1_203).map(|number| Call { number, agent: "1001", from: i64::from(number) * 100, ani: "=cmd|'/c'!A1" });
    port.feed(calls.flat_map(|call| call.whole()));
    port.closed(1_203).await;
    let lines = |answer: &http::Response| {
        let body = dechunked(answer);
        body.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let json = "Accept: application/x-ndjson\r\n";
    let all = port.ask("admin", "GET", "/api/v1/Sessions", json, "").await;
    assert_eq!(all.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(lines(&all), (1..=1_203).rev().collect::<Vec<_>>(), "newest first, each once");
    assert_eq!(lines(&port.ask("admin", "GET", "/api/v1/Sessions?limit=700", json, "").await).len(), 700);
    assert_eq!(lines(&port.ask("admin", "GET", "/api/v1/Sessions?offset=1200", json, "").await), [3, 2, 1]);
    assert_eq!(lines(&port.ask("admin", "GET", "/api/v1/Sessions?CallKeyCallId=1007", json, "").await), [7]);
    let table = port.ask("admin", "GET", "/api/v1/Sessions", "Accept: text/csv\r\n", "").await;
    let body = dechunked(&table);
    assert_eq!(body.lines().count(), 1_204, "one head");
    assert!(body.starts_with("id,created,"));
    assert!(body.lines().nth(1).unwrap().contains("\"'=cmd|'/c'!A1\""), "no formula for a spreadsheet");
    assert_eq!(port.found("").await.len(), 100, "a list without a limit has 100");
}

/// The reader's place in the database is given back, and nothing more is read for nobody.
#[tokio::test]
async fn who_hangs_up_in_the_middle_of_an_export_leaves_nothing_running() {
    const SESSIONS: u32 = 3_000;
    const CALLERS: usize = 12; // more than there are connections for reading
    let port = Port::start().await;
    let calls = (1..=SESSIONS).map(|number| Call { number, agent: "1001", from: i64::from(number) * 100, ani: "+41791112233" });
    port.feed(calls.flat_map(|call| call.whole()));
    port.closed(i64::from(SESSIONS)).await;
    for (accept, round) in [("application/x-ndjson", 1), ("text/csv", 2)] {
        // Verbose lines are long: what is not read fills every buffer on the way.
        let query = if round == 1 { "?verbose=true" } else { "" };
        let head = format!("GET /api/v1/Sessions{query} HTTP/1.1\r\nHost: x\r\nx-who: admin\r\nAccept: {accept}\r\n\r\n");
        let before = port.counted("exported");
        for _ in 0..CALLERS {
            assert_eq!(http::status(port.address, &head).await, 200); // and gone
        }
        if round == 1 {
            let cut_off = async {
                while port.counted("exports_cut_off") < CALLERS as u64 {
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await; // nothing tells when a connection has broken
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(60), cut_off).await.expect("every export to be cut off");
            let read = port.counted("exported") - before;
            assert!(read < u64::from(SESSIONS) * CALLERS as u64, "{read} were read for nobody");
        }
        // As many again at once find their connections, and get all they ask for.
        let whole = format!("Accept: {accept}\r\n");
        let answers = (0..CALLERS).map(|_| port.ask("admin", "GET", "/api/v1/Sessions?limit=700", &whole, ""));
        for answer in futures_util::future::join_all(answers).await {
            assert_eq!(dechunked(&answer).lines().count(), if round == 1 { 700 } else { 701 }, "{}", answer.status);
        }
    }
    assert_eq!(port.found("limit=1").await, [i64::from(SESSIONS)], "and others are answered");
}

/// A body in chunks, put together.
fn dechunked(answer: &http::Response) -> String {
    if answer.header("transfer-encoding") != Some("chunked") {
        return answer.body.clone();
    }
    let (mut rest, mut whole) = (answer.body.as_str(), String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.push_str(&after[..size]);
        rest = &after[size + 2..];
    }
    panic!("the body broke off");
}

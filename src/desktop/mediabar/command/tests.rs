use super::*;
use crate::desktop::mediabar::envelope::Request;

fn request(data: &str) -> Request {
    Request::parse(format!(r#"{{"command":"c","target":"t","data":{data}}}"#).into()).unwrap()
}

fn engine(verb: Verb, data: &str) -> Result<Option<Command>, Failure> {
    let endpoint = Name::const_new("3001");
    let secret = Secret::new("1234");
    let agent = AgentId::from("1001");
    let caller = Caller { agent: &agent, endpoint: &endpoint, channel: "3001", password: Some(&secret), is_proved: false };
    to_engine(verb, Object::Interaction(InteractionId(7)), &request(data), &caller, &Settings::default())
}

fn code(verb: Verb, data: &str) -> FailureCode {
    engine(verb, data).unwrap_err().code
}

#[test]
fn both_spellings_of_every_command_mean_the_same() {
    for &(name, kind, verb) in COMMANDS {
        assert_eq!(find(name), Some((name, kind, verb)));
        assert_eq!(find(&format!("  {name} ")), Some((name, kind, verb)));
        if let Some((object, verb_name)) = name.split_once('.') {
            assert_eq!(find(&format!("{object}.request.{verb_name}")), Some((name, kind, verb)));
        }
    }
    for unknown in ["", "dial", "channel.Dial", "channel.request", "channel.request.request.dial", "session.login", "request.channel.dial"]
    {
        assert_eq!(find(unknown), None, "{unknown}");
    }
}

#[test]
fn a_reason_is_a_sixteen_bit_number() {
    assert_eq!(engine(Verb::NotReady, "{}").unwrap(), Some(Command::NotReady { reason: None }));
    assert_eq!(engine(Verb::NotReady, r#"{"reason":{"code":65535}}"#).unwrap(), Some(Command::NotReady { reason: Some(65_535) }));
    for data in [
        r#"{"reason":{"code":65536}}"#,
        r#"{"reason":{"code":-1}}"#,
        r#"{"reason":{"code":"1"}}"#,
        r#"{"reason":{}}"#,
        r#"{"reason":1}"#,
        r#"{"reason":[1]}"#,
    ] {
        assert_eq!(code(Verb::NotReady, data), FailureCode::BadRequest, "{data}");
    }
}

#[test]
fn dial_takes_its_extensions_in_every_shape_that_clients_send() {
    let data = r#"{"destination":" +41 44 ","extensions":{"type":"Agent","skill":"77","callVariables":{"callVariable10":"j","1":"a"},"crmId":"c-1","recordType":"contact","uui":"ü","more":[{}]}}"#;
    let Some(Command::Dial(dial)) = engine(Verb::Dial, data).unwrap() else { panic!() };
    assert_eq!(
        dial,
        Dial {
            destination: "+41 44".into(),
            to_agent: true,
            skill_group: Some(77),
            call_variables: vec![(1, "a".into()), (10, "j".into())],
            click_to_dial: Some(ClickToDial { crm_id: "c-1".into(), record_type: Some("contact".into()) }),
            user_to_user: Some("ü".into()),
        }
    );
    for data in [
        "{}",
        r#"{"destination":""}"#,
        r#"{"destination":"  "}"#,
        r#"{"destination":5}"#,
        r#"{"destination":"1\u0000"}"#,
        r#"{"destination":"1","extensions":[]}"#,
        r#"{"destination":"1","extensions":{"skill":"x"}}"#,
        r#"{"destination":"1","extensions":{"skill":-1}}"#,
        r#"{"destination":"1","extensions":{"callVariables":{"11":"x"}}}"#,
    ] {
        assert_eq!(code(Verb::Dial, data), FailureCode::BadRequest, "{data}");
    }
}

#[test]
fn complete_names_one_of_the_configured_dispositions_or_skips() {
    let Some(Command::Complete { outcome, .. }) = engine(Verb::Complete, r#"{"dispositionId":1,"notes":"n"}"#).unwrap() else { panic!() };
    assert_eq!(outcome, Some(Disposition::Chosen { id: 1, name: "Resolved".into(), notes: Some("n".into()) }));
    let Some(Command::Complete { outcome, .. }) = engine(Verb::Complete, r#"{"skipDisposition":true}"#).unwrap() else { panic!() };
    assert_eq!(outcome, Some(Disposition::Skipped));
    let Some(Command::Complete { outcome, .. }) = engine(Verb::Complete, r#"{"skipDisposition":false}"#).unwrap() else { panic!() };
    assert_eq!(outcome, None);
    for data in [r#"{"dispositionId":99}"#, r#"{"dispositionId":"1"}"#, r#"{"dispositionId":1,"skipDisposition":true}"#] {
        assert_eq!(code(Verb::Complete, data), FailureCode::BadRequest, "{data}");
    }
}

#[test]
fn activate_asks_the_acd_as_long_as_nothing_is_proved() {
    let Some(Command::Activate { extension, always_ask, .. }) = engine(Verb::Activate, r#"{"options":{}}"#).unwrap() else { panic!() };
    assert_eq!((extension, always_ask), (Some("3001".into()), true));
    assert_eq!(code(Verb::Activate, r#"{"channel":{"id":"3002"}}"#), FailureCode::UnknownTarget);
    assert!(engine(Verb::Activate, r#"{"channel":{"id":"3001"},"options":{"extension":"3001"}}"#).is_ok());
}

#[test]
fn login_is_the_moment_to_choose_a_phone_and_how_to_work_at_it() {
    let place = |options: &str| match engine(Verb::Activate, &format!(r#"{{"options":{options}}}"#)) {
        Ok(Some(Command::Activate { extension, remote, .. })) => Ok((extension.unwrap(), remote)),
        Err(failure) => Err(failure.code),
        other => panic!("{other:?}"),
    };
    let away = |is_nailed| Some(RemotePhone { number: "+41790000000".into(), is_nailed });
    assert_eq!(place("{}"), Ok(("3001".into(), None)));
    assert_eq!(place(r#"{"extension":" 3002 ","agentMode":"local"}"#), Ok(("3002".into(), None)));
    assert_eq!(place(r#"{"extension":"3002;+41790000000","agentMode":"RA_CALL_BY_CALL"}"#), Ok(("3002".into(), away(false))));
    assert_eq!(place(r#"{"phone":"+41790000000","agentMode":"NAILED_CONNECTION"}"#), Ok(("3001".into(), away(true))));
    for bad in [
        r#"{"agentMode":"SOMEHOW"}"#,
        r#"{"agentMode":7}"#,
        r#"{"agentMode":"CALL_BY_CALL"}"#,
        r#"{"phone":"+41790000000"}"#,
        r#"{"extension":"3002;+41790000000"}"#,
    ] {
        assert_eq!(place(bad), Err(FailureCode::BadRequest), "{bad}");
    }
    let long = format!(r#"{{"phone":"{}","agentMode":"CALL_BY_CALL"}}"#, "1".repeat(60));
    assert_eq!(place(&long), Err(FailureCode::BadRequest), "both are one field");
}

#[test]
fn commands_with_a_destination_need_one() {
    let Some(Command::Consult { destination, .. }) = engine(Verb::Consult, r#"{"destination":"3002 "}"#).unwrap() else { panic!() };
    assert_eq!(destination, "3002");
    assert_eq!(code(Verb::Consult, "{}"), FailureCode::BadRequest);
    assert_eq!(code(Verb::Consult, r#"{"destination":["3002"]}"#), FailureCode::BadRequest);
}

#[test]
fn the_directory_is_told_as_far_as_it_is_asked_for() {
    let all = Settings::default().directory;
    let numbers = |data: &str| {
        let found = directory(&request(data), &all).unwrap();
        found.iter().flat_map(|category| &category.entries).map(|entry| entry.number.clone()).collect::<Vec<_>>()
    };
    for everything in ["{}", r#"{"filter":null}"#, r#"{"filter":" "}"#] {
        assert_eq!(numbers(everything), ["8001", "8002", "3001"], "{everything}");
    }
    assert_eq!(numbers(r#"{"filter":"sErv"}"#), ["8002"]);
    assert_eq!(numbers(r#"{"filter":" 800 "}"#), ["8001", "8002"]);
    assert!(directory(&request(r#"{"filter":"nobody"}"#), &all).unwrap().is_empty(), "no empty categories");
    for bad in [r#"{"filter":7}"#.to_owned(), format!(r#"{{"filter":"{}"}}"#, "x".repeat(101))] {
        assert_eq!(directory(&request(&bad), &all).unwrap_err().code, FailureCode::BadRequest, "{bad}");
    }
}

#[test]
fn work_says_what_follows() {
    assert_eq!(engine(Verb::Work, r#"{"next":"READY"}"#).unwrap(), Some(Command::Work { next_ready: true }));
    assert_eq!(engine(Verb::Work, "{}").unwrap(), Some(Command::Work { next_ready: false }));
    assert_eq!(code(Verb::Work, r#"{"next":"LUNCH"}"#), FailureCode::BadRequest);
}

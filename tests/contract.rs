//! The published contract: the schema says what the program reads and writes, and from one version of the program to the
//! next it only grows.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on fails

#[path = "contract/compare.rs"]
mod compare;
#[path = "common/contract.rs"]
mod contract;

use std::path::{Path, PathBuf};

use ctibridge::desktop::mediabar::{asyncapi, command, schema};
use ctibridge::desktop::tccc;
use serde_json::{Value, json};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// All sample messages by name.
fn samples() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(fixtures().join("desktop")).unwrap().map(|entry| entry.unwrap().path());
    let samples: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read(&path)))
        .collect();
    assert!(samples.len() >= 73, "only {} samples", samples.len());
    samples
}

fn is_request(message: &Value) -> bool {
    message.get("messageType").is_none() && message.get("result").is_none()
}

#[test]
fn every_sample_is_what_the_schema_says() {
    for (name, message) in samples() {
        let checked = if is_request(&message) { contract::check_request(&message) } else { contract::check_from_server(&message) };
        checked.unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
}

#[test]
fn every_sample_fits_the_document_as_a_whole() {
    let document = jsonschema::validator_for(&schema::document()).unwrap();
    for (name, message) in samples() {
        assert!(document.is_valid(&message), "{name}");
    }
    for nonsense in [json!({}), json!(7), json!({ "command": "channel.fly", "target": "a" }), json!({ "messageType": "objectEvent" })] {
        assert!(!document.is_valid(&nonsense), "{nonsense}");
    }
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::draft202012::meta::validate(&schema::document()).unwrap();
    jsonschema::draft202012::meta::validate(&schema::closed()).unwrap();
}

/// A schema that allows everything would be no contract: for each sample there are changes that it refuses.
#[test]
fn the_schema_refuses_what_is_broken() {
    for (name, message) in samples() {
        let check = if is_request(&message) { contract::check_request } else { contract::check_from_server };
        let required: &[&str] = match () {
            () if message.get("messageType").is_some() => &["data"],
            () if is_request(&message) => &["command"],
            () => &["result", "command"],
        };
        for member in required {
            let mut broken = message.clone();
            broken.as_object_mut().unwrap().shift_remove(*member);
            assert!(check(&broken).is_err(), "{name} without {member}");
            broken[*member] = json!(7);
            // A refused command is repeated as it came, even if that was a number.
            let is_repeated = *member == "command" && matches!(message["result"].as_str(), Some("failure" | "needinfo" | "confirm"));
            assert!(check(&broken).is_err() || is_repeated && message["original"].is_object(), "{name} with another {member}");
        }
        if !is_request(&message) {
            let mut more = message.clone();
            more["surprise"] = json!(1);
            assert!(check(&more).is_err(), "{name} with more than is described");
        }
    }
}

#[test]
fn every_command_is_described_in_both_spellings() {
    let requests: Vec<_> = schema::messages().into_iter().filter(|message| message.class == schema::Class::Request).collect();
    assert!(requests.len() > 50);
    for request in requests {
        let spellings = request.schema["properties"]["command"]["enum"].as_array().unwrap();
        let name = request.name.strip_suffix(".request").unwrap();
        assert_eq!(spellings.len(), if name == "prepareSession" { 1 } else { 2 });
        for spelling in spellings {
            assert_eq!(command::find(spelling.as_str().unwrap()).unwrap().0, name);
        }
    }
}

/// Why sockets are closed stands in four places: on the wire, in the README, in the AsyncAPI document and in the library.
#[test]
fn close_codes_are_the_same_wherever_they_are_told() {
    use ctibridge::desktop::outbox::CloseCode;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let mut numbers: Vec<_> = CloseCode::ALL.map(CloseCode::number).to_vec();
    numbers.dedup();
    let of = |number: u16| CloseCode::ALL.into_iter().filter(move |code| code.number() == number);

    let readme = text("README.md");
    let rows: Vec<_> =
        readme.lines().skip_while(|line| !line.starts_with("| close code |")).skip(2).take_while(|l| l.starts_with('|')).collect();
    let row = |number: &u16| {
        let reasons: Vec<_> = of(*number).map(CloseCode::reason).collect();
        let first = of(*number).next().unwrap();
        let comes_back = if first.may_come_back() { "yes" } else { "" };
        format!("| {number} | {} | {comes_back} | {} |", reasons.join(", or: "), first.advice())
    };
    assert_eq!(rows, numbers.iter().map(row).collect::<Vec<_>>());

    let told = &asyncapi::document()["channels"]["mediabar"]["x-close-codes"];
    assert_eq!(told.as_array().unwrap().len(), CloseCode::ALL.len());
    for (told, code) in told.as_array().unwrap().iter().zip(CloseCode::ALL) {
        assert_eq!((told["code"].as_u64(), told["reason"].as_str()), (Some(code.number().into()), Some(code.reason())));
    }

    let types = text("src/web/sdk/ctibridge.d.ts");
    let listed: Vec<_> =
        types.lines().skip_while(|line| !line.starts_with("export interface CloseReasons")).skip(1).take_while(|l| *l != "}").collect();
    let line = |number: &u16| {
        let reasons: Vec<_> = of(*number).map(|code| format!("'{}'", code.reason())).collect();
        format!("  {number}: {};", reasons.join(" | "))
    };
    assert_eq!(listed, numbers.iter().map(line).collect::<Vec<_>>());

    let library = text("src/web/sdk/ctibridge.js");
    let last: Vec<_> = library.lines().skip_while(|line| !line.starts_with("const FINAL = ")).skip(1).take_while(|l| *l != "]);").collect();
    let last: Vec<u16> = last.iter().map(|line| line.trim().trim_start_matches('[').split(',').next().unwrap().parse().unwrap()).collect();
    let expected: Vec<_> = numbers.iter().copied().filter(|number| of(*number).all(|code| !code.may_come_back())).collect();
    assert_eq!(last, expected, "after these the library does not come back by itself");
}

/// The rule of versions: what was published stays. After an addition write the fixture anew with
/// `CTIBRIDGE_BLESS=1 cargo test --test contract`; that is refused while anything is missing.
#[test]
fn the_contract_only_grows() {
    only_grows("mediabar", &schema::document());
}

/// The same for the frames of the other profile.
#[test]
fn the_contract_of_the_profile_tccc_only_grows() {
    let now = tccc::schema::document();
    jsonschema::draft202012::meta::validate(&now).unwrap();
    only_grows("tccc", &now);
}

fn only_grows(name: &str, now: &Value) {
    let file = fixtures().join(format!("contract/{name}.json"));
    let published = read(&file);
    let breaks = compare::breaks(&published, now);
    assert!(breaks.is_empty(), "the contract was broken:\n  {}", breaks.join("\n  "));
    if published == *now {
        return;
    }
    assert!(
        std::env::var_os("CTIBRIDGE_BLESS").is_some(),
        "the contract has grown, which is allowed: CTIBRIDGE_BLESS=1 cargo test --test contract writes {}",
        file.display()
    );
    std::fs::write(&file, format!("{now:#}\n")).unwrap();
}

#[test]
fn the_asyncapi_document_names_every_message_once() {
    let document = asyncapi::document();
    assert_eq!(document["asyncapi"], "3.0.0");
    let listed = document["components"]["messages"].as_object().unwrap();
    let names: Vec<String> = schema::messages().into_iter().map(|message| message.name).collect();
    assert_eq!(listed.keys().cloned().collect::<Vec<_>>(), names);
    let commands = names.iter().filter(|name| name.ends_with(".request")).count();
    assert_eq!(document["operations"].as_object().unwrap().len(), commands + 3);
}

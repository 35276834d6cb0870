//! Holds every message of a test to the published schema: what comes from the daemon must be described to the last member,
//! and a request that was understood must be one that the schema allows.

#![allow(dead_code)] // each test program uses its part of it

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use ctibridge::desktop::mediabar::{command, schema};
use jsonschema::Validator;
use serde_json::{Value, json};

/// One validator for each message of the contract, made when it is first needed.
struct Book {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Book {
    fn new(document: Value) -> Self {
        Self { document, validators: Mutex::default() }
    }

    fn validator(&self, name: &str) -> Option<Arc<Validator>> {
        self.document["$defs"].get(name)?;
        let mut validators = self.validators.lock().unwrap();
        let made = validators.entry(name.to_owned()).or_insert_with(|| {
            let definitions = &self.document["$defs"];
            let schema = json!({ "$schema": self.document["$schema"], "$ref": format!("#/$defs/{name}"), "$defs": definitions });
            let options = jsonschema::options().should_validate_formats(true);
            Arc::new(options.build(&schema).unwrap_or_else(|error| panic!("{name}: {error}")))
        });
        Some(made.clone())
    }

    fn check(&self, name: &str, message: &Value) -> Result<(), String> {
        let validator = self.validator(name).ok_or_else(|| format!("the contract has no {name}: {message}"))?;
        let problems: Vec<String> = validator.iter_errors(message).map(|e| format!("  at {}: {e}", e.instance_path())).collect();
        if problems.is_empty() { Ok(()) } else { Err(format!("not what the contract says of {name}:\n{}\n{message}", problems.join("\n"))) }
    }
}

/// What we send: nothing may stand there that nobody described.
fn closed() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| Book::new(schema::closed()))
}

/// What others send: more may stand there.
fn open() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| Book::new(schema::document()))
}

/// Which message of the contract this one of the server is.
pub(crate) fn name_of(message: &Value) -> String {
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match (text("/messageType"), text("/result")) {
        ("stateEvent", _) => format!("{}.{}.event", text("/name"), text("/state/object")),
        (_, "") => format!("{}.event", text("/name")),
        (_, "success") => format!("{}.success", command::find(text("/command")).map_or("unknown", |(name, ..)| name)),
        (_, "failure") if message["original"].is_string() => "badJson.failure".to_owned(),
        (_, result) => format!("any.{result}"),
    }
}

/// A message of the server.
pub(crate) fn check_from_server(message: &Value) -> Result<(), String> {
    closed().check(&name_of(message), message)
}

/// A request that was understood.
pub(crate) fn check_request(request: &Value) -> Result<(), String> {
    let mut request = request.clone();
    let name = request["command"].as_str().unwrap_or_default().trim().to_owned();
    request["command"] = Value::String(name.clone());
    let (name, ..) = command::find(&name).ok_or_else(|| format!("no command {name}"))?;
    open().check(&format!("{name}.request"), &request)
}

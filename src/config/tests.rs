use serde_json::Value;

use super::*;

fn mistakes(text: &str, env: &[(&str, &str)]) -> Vec<String> {
    let env = env.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    match from_text(Some(FileText { name: "test.toml", text }), env) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.0.iter().map(ToString::to_string).collect(),
    }
}

fn config(text: &str, env: &[(&str, &str)]) -> Config {
    let env = env.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    from_text(Some(FileText { name: "test.toml", text }), env).unwrap()
}

/// All keys with their values as texts; lists are one value.
fn leaves(value: &Value, path: &str, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves(value, &path, into);
            }
        }
        value => into.push((path.to_owned(), value.clone())),
    }
}

#[test]
fn the_shipped_file_shows_every_key_with_its_default() {
    let (shipped, wrong) = load::layered::<raw::Raw>(Some(FileText { name: "shipped", text: SHIPPED }), []);
    assert_eq!(wrong.0, []);
    let (mut shipped_leaves, mut default_leaves) = (Vec::new(), Vec::new());
    leaves(&serde_json::to_value(&shipped).unwrap(), "", &mut shipped_leaves);
    leaves(&serde_json::to_value(raw::Raw::default()).unwrap(), "", &mut default_leaves);
    let set_on_purpose = [
        "cti.side_b",
        "cti.peripheral_id",
        "mediabar.dispositions",
        "mediabar.not_ready_reasons",
        "mediabar.logout_reasons",
        "mediabar.directory",
    ];
    assert_eq!(shipped_leaves.len(), default_leaves.len());
    for ((key, shipped), (_, default)) in shipped_leaves.into_iter().zip(default_leaves) {
        let name = key.rsplit('.').next().unwrap();
        let is_table = |line: &str| line == format!("# [[{name}]]");
        let is_written =
            |line: &str| line.starts_with(&format!("{name} = ")) || line.starts_with(&format!("# {name} = ")) || is_table(line);
        assert!(SHIPPED.lines().any(is_written), "{key} is not in the shipped file");
        if !set_on_purpose.contains(&key.as_str()) {
            assert_eq!(shipped, default, "{key}");
        }
    }
}

#[test]
fn the_simulators_file_shows_every_key_with_its_default() {
    const TEXT: &str = include_str!("../../config/simulator.toml");
    let (shipped, wrong) = load::layered::<simulator::RawSimulator>(Some(FileText { name: "shipped", text: TEXT }), []);
    assert_eq!(wrong.0, []);
    let (shipped, default) = (serde_json::to_value(&shipped).unwrap(), serde_json::to_value(simulator::RawSimulator::default()).unwrap());
    assert_eq!(shipped, default);
    let mut keys = Vec::new();
    leaves(&default, "", &mut keys);
    for (key, _) in keys {
        let name = key.rsplit('.').next().unwrap();
        assert!(TEXT.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{name} = "))), "{key} is not in the file");
    }
}

/// Whoever wrote such a key believes that it does something.
#[test]
fn without_a_history_nothing_that_lives_on_it_can_be_asked_for() {
    let text = "[history]\nurl = \"\"\nkeep_days = 30\nrecorder_url = \"https://rec.example/{recordingId}\"\n\
                [[webhooks]]\nname = \"crm\"\nurl = \"https://crm.example/in\"\n";
    let found = mistakes(text, &[]);
    for (line, key) in found.iter().zip(["history.keep_days", "history.recorder_url", "webhooks"]) {
        assert!(line.starts_with(key) && line.contains("history.url is empty") && line.contains("or leave this out"), "{line}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(mistakes("[history]\nurl = \"\"\n", &[]), [] as [&str; 0], "no history at all is a choice");
    assert_eq!(mistakes(&text.replace("url = \"\"", "url = \"sqlite://x.db\""), &[]), [] as [&str; 0]);
}

#[test]
fn the_shipped_file_is_right_and_holds_the_lists_a_first_day_needs() {
    let config = config(SHIPPED, &[]);
    assert_eq!(config.mediabar.dispositions.len(), 3);
    assert_eq!(config.mediabar.not_ready_reasons.len(), 4);
    assert_eq!(config.mediabar.logout_reasons.len(), 2);
    assert_eq!(config.cti.side_b.unwrap().to_string(), "127.0.0.1:43027");
    assert_eq!(config.cti.peripheral_id, Some(5000));
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let text = r#"
        [cti]
        side_a = "nowhere"
        sidee_b = "127.0.0.1:43027"
        protocol_version = 99
        heartbeat_interval = 5
        max_frame = "lots"
        client_password = 4711
        [http]
        listen = "127.0.0.1:9000"
        side_b = 1
        frame_ancestors = ["https://a.example", "https://b.example", 7]
        allowed_origins = ["https://a.example", "crm.example/path"]
        trusted_proxies = ["10.1.0.0/16", "proxy.example"]
        public_names = ["bridge", "bridge.example:8188"]
        [admin]
        listen = "127.0.0.1:9000"
        [log]
        format = "xml"
        level = "loud"
        [mediabar]
        dispositions = [{ id = 1, name = "A" }, { id = 1, nam = "B" }]
        [mediabar.limits]
        sockets = 0
        [nonsense]
        x = 1
    "#;
    let found = mistakes(text, &[("CTIBRIDGE__CTI__OPEN_TIMEOUT", "soon"), ("CTIBRIDGE__HTTP__MAX_CONECTIONS", "1"), ("PATH", "/bin")]);
    let keys: Vec<_> = found.iter().map(|line| line.split([' ', ':']).next().unwrap()).collect();
    let expected = [
        "admin.listen",
        "cti.client_password",
        "cti.heartbeat_interval",
        "cti.max_frame",
        "cti.open_timeout",
        "cti.protocol_version",
        "cti.side_a",
        "cti.sidee_b",
        "http.allowed_origins[1]",
        "http.frame_ancestors[2]",
        "http.max_conections",
        "http.public_names[1]",
        "http.side_b",
        "http.trusted_proxies[1]",
        "log.format",
        "log.level",
        "mediabar.dispositions[1].nam",
        "mediabar.limits.sockets",
        "nonsense",
    ];
    assert_eq!(keys, expected, "{found:#?}");
    let line = |key: &str| found.iter().find(|line| line.starts_with(key)).unwrap().as_str();
    assert!(line("cti.protocol_version").contains("= 99: must be from 9 to 25"));
    assert!(line("cti.sidee_b").contains("did you mean cti.side_b?"));
    assert!(line("http.side_b").contains("did you mean cti.side_b?"));
    assert!(line("cti.max_frame").contains("\"lots\"") && line("cti.max_frame").contains("(test.toml)"));
    assert!(line("cti.open_timeout").contains("(CTIBRIDGE__CTI__OPEN_TIMEOUT)"));
    assert!(!found.concat().contains("4711"));
}

#[test]
fn a_broken_file_is_one_mistake_with_its_place() {
    let found = mistakes("[cti]\nside_a = \n", &[]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("test.toml: no TOML") && found[0].contains("line 2"), "{found:?}");
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let text = "[cti]\nside_a = \"a:1\"\nside_b = \"b:2\"\nperipheral_id = 7\n";
    let env = [
        ("CTIBRIDGE__CTI__SIDE_A", "x:3"),
        ("CTIBRIDGE__CTI__PERIPHERAL_ID", ""),
        ("CTIBRIDGE__CTI__CLIENT_PASSWORD", "1234"),
        ("CTIBRIDGE__CTI__PROTOCOL_VERSION", "15"),
        ("CTIBRIDGE__HTTP__ALLOWED_ORIGINS", "[\"https://one.example\", \"https://two.example\"]"),
        ("CTIBRIDGE__MEDIABAR__LIMITS__FRAME", "32KiB"),
        ("CTIBRIDGE_SIM__CTI__SIDE_A", "nothing of ours"),
    ];
    let config = config(text, &env);
    assert_eq!(config.cti.side_a.to_string(), "x:3");
    assert_eq!(config.cti.side_b.unwrap().to_string(), "b:2");
    assert_eq!(config.cti.peripheral_id, None);
    assert_eq!(config.cti.client_password.expose(), "1234");
    assert_eq!(config.cti.protocol_version, 15);
    assert_eq!(config.http.allowed_origins, ["https://one.example", "https://two.example"]);
    assert_eq!(config.cti.open_timeout.as_secs(), 30);
    assert_eq!(config.mediabar.limits.frame, value::Size::kib(32));
}

#[test]
fn one_side_alone_is_a_configuration() {
    assert_eq!(config("[cti]\nside_a = \"a:1\"\n", &[]).cti.side_b, None);
    assert_eq!(config(SHIPPED, &[("CTIBRIDGE__CTI__SIDE_B", "")]).cti.side_b, None);
}

#[test]
fn the_password_comes_from_its_file_without_the_line_break() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "swordfish\n").unwrap();
    let text = format!("[daemon]\ndata_dir = {:?}\n[cti]\nclient_password_file = \"secret\"\n", folder.path());
    assert_eq!(config(&text, &[]).cti.client_password.expose(), "swordfish");
    let both = mistakes(&text, &[("CTIBRIDGE__CTI__CLIENT_PASSWORD", "other")]);
    assert_eq!(both.len(), 1);
    assert!(both[0].contains("client_password_file") && !both[0].contains("other\""), "{both:?}");
    let gone = mistakes("[cti]\nclient_password_file = \"/nowhere/secret\"\n", &[]);
    assert!(gone.len() == 1 && gone[0].contains("cannot be read"), "{gone:?}");
}

#[test]
fn nothing_printed_holds_a_password() {
    let config = config("[cti]\nclient_password = \"swordfish\"\n", &[]);
    assert!(!format!("{config:?}").contains("swordfish"));
    let (raw, _) = load::layered::<raw::Raw>(Some(FileText { name: "", text: "[cti]\nclient_password = \"swordfish\"\n" }), []);
    assert!(!serde_json::to_string(&raw).unwrap().contains("swordfish"));
}

#[test]
fn the_schema_names_every_key_and_takes_the_shipped_file() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let tree: Value = config::Config::builder()
        .add_source(config::File::from_str(SHIPPED, config::FileFormat::Toml))
        .build()
        .unwrap()
        .try_deserialize()
        .unwrap();
    assert!(validator.is_valid(&tree), "{:?}", validator.iter_errors(&tree).map(|e| e.to_string()).collect::<Vec<_>>());
    assert!(!validator.is_valid(&serde_json::json!({ "cti": { "sidee_a": "x" } })));
    assert!(!validator.is_valid(&serde_json::json!({ "cti": { "protocol_version": "x" } })));
}

#[test]
fn addresses_are_taken_apart_and_put_together() {
    for text in ["127.0.0.1:1", "pg1a.example.com:42027", "[::1]:0"] {
        assert_eq!(HostPort::parse(text).unwrap().to_string(), text);
    }
    for text in ["", ":1", "host", "host:", "host:65536", "host:+1", "::1:80", "[::1]", "a b:1", "http://a:1", "[host]:1"] {
        assert_eq!(HostPort::parse(text), None, "{text}");
    }
}

#[test]
fn changed_keys_are_found_secrets_among_them() {
    let old = config("[cti]\nclient_password = \"a\"\nside_b = \"b:1\"\n", &[]);
    let new = config("[cti]\nclient_password = \"b\"\n[http]\nrequire_origin = true\n", &[]);
    let mut keys = new.changed_from(&old);
    keys.sort();
    assert_eq!(keys, ["cti.client_password", "cti.side_b", "http.require_origin"]);
    assert_eq!(old.changed_from(&old), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_tls_to_the_cti_server_is_named_before_the_start() {
    let wrong = |tls: &str| mistakes(&format!("[cti.tls]\nenabled = true\n{tls}"), &[]);
    assert_eq!(mistakes("[cti.tls]\nca_file = \"nowhere.pem\"\n", &[]), Vec::<String>::new(), "what is off is not looked at");
    let found = wrong("");
    assert!(found.len() == 1 && found[0].starts_with("cti.tls.ca_file") && found[0].contains("is needed"), "{found:?}");
    let found =
        wrong("ca_file = \"nowhere.pem\"\ncertificate_file = \"a.pem\"\nserver_name_b = \"two words\"\nhandshake_timeout = \"11s\"\n");
    let keys: Vec<_> = found.iter().map(|line| line.split([' ', ':']).next().unwrap()).collect();
    let expected = ["cti.tls.ca_file", "cti.tls.certificate_file", "cti.tls.handshake_timeout", "cti.tls.server_name_b"];
    assert_eq!(keys, expected, "{found:?}");
    let found = wrong("ca_file = \"Cargo.toml\"\ncertificate_file = \"Cargo.toml\"\nkey_file = \"nowhere.key\"\nmin_version = \"1.1\"\n");
    assert!(found.iter().any(|line| line.contains("Cargo.toml holds no certificate")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("cti.tls.min_version")), "{found:?}");
}

#[test]
fn every_mistake_of_a_webhook_is_told_with_its_place_and_no_address() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("short"), "too short\n").unwrap();
    let text = format!(
        "[daemon]\ndata_dir = \"{}\"\n\
         [[webhooks]]\nname = \"crm\"\nurl = \"https://user:pass@crm.example/in?key=1\"\n\
         [[webhooks]]\nname = \"crm\"\nurl = \"ftp://user:hidden@crm.example\"\nsecret_file = \"short\"\n\
         [[webhooks]]\nname = \"a b\"\nurl = \"http://\"\nsecret_file = \"missing\"\ntimeout = \"0s\"\nmax_attempts = 0\n\
         first_pause = \"10s\"\nlongest_pause = \"1s\"\n",
        folder.path().display()
    );
    let (raw, mistakes) = load::layered::<raw::Raw>(Some(FileText { name: "test", text: &text }), []);
    assert_eq!(mistakes.0, []);
    let mistakes = check::check(raw, mistakes).unwrap_err().0;
    let keys: Vec<_> = mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    for key in [
        "webhooks[1].name",
        "webhooks[1].url",
        "webhooks[1].secret_file",
        "webhooks[2].name",
        "webhooks[2].url",
        "webhooks[2].secret_file",
        "webhooks[2].timeout",
        "webhooks[2].max_attempts",
        "webhooks[2].longest_pause",
    ] {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
    assert_eq!(keys.len(), 9, "{mistakes:?}");
    assert!(!format!("{mistakes:?}").contains("hidden"));
    let text = "[[webhooks]]\nname = \"crm\"\nurl = \"http://crm.example/in\"\nevents = [\"SessionEnded\", \"Nonsense\"]\n";
    let (_, mistakes) = load::layered::<raw::Raw>(Some(FileText { name: "test", text }), []);
    assert!(mistakes.0[0].key.starts_with("webhooks[0].events[1]"), "{mistakes:?}");
    let text = "[[webhooks]]\nname = \"crm\"\nurl = \"http://crm.example/in\"\n";
    let (raw, mistakes) = load::layered::<raw::Raw>(Some(FileText { name: "test", text }), []);
    let config = check::check(raw, mistakes).unwrap();
    assert_eq!(config.webhooks[0].events.len(), 10, "none named: all");
    assert!(config.warnings().iter().any(|warning| warning.contains("in plain")), "{:?}", config.warnings());
}

#[test]
fn only_variables_that_a_call_can_have_stand_on_its_card() {
    assert!(mistakes("[mediabar]\ncard_variables = [\"callVariable10\", \"user.tier\"]", &[]).is_empty());
    let wrong = mistakes("[mediabar]\ncard_variables = [\"callVariable11\", \"user.\", \"callVariable1\", \"callVariable1\"]", &[]);
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
    assert!(wrong.iter().all(|line| line.contains("mediabar.card_variables[")), "{wrong:#?}");
}

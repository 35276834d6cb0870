//! From what was written to what can be relied on: ranges, forms, and what goes together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Display;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::cti_tls::{self, CtiTls};
use super::error::{Mistake, Mistakes};
use super::raw::{self, AuthMode, Category, Disposition, Limits, Raw, Reason};
use super::recorder_url;
use super::value::{Password, Size, Span};
use super::webhooks::{self, RawWebhook, Webhook};
use crate::network::{Network, NotANetwork};
use crate::tls::MinVersion;

/// A checked configuration. Durations, sizes and names as in `config/ctibridge.toml`, where each is explained.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct Config {
    /// As written, for comparing.
    raw: Raw,
    pub data_dir: PathBuf,
    /// Zero: never.
    pub watch_files: Duration,
    pub log: raw::Log,
    pub cti: Cti,
    pub http: Http,
    /// host:port of /live, /ready and /metrics.
    pub admin_listen: HostPort,
    pub auth: Auth,
    pub mediabar: raw::MediaBar,
    pub history: raw::History,
    pub webhooks: Vec<Webhook>,
}

/// The CTI Server pair.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct Cti {
    pub name: String,
    pub side_a: HostPort,
    pub side_b: Option<HostPort>,
    pub client_id: String,
    /// From the file or the key, whichever was used.
    pub client_password: Password,
    pub client_signature: String,
    pub protocol_version: u16,
    pub heartbeat_interval: Duration,
    pub request_timeout: Duration,
    pub connect_timeout: Duration,
    pub open_timeout: Duration,
    pub max_frame: usize,
    pub peripheral_id: Option<u32>,
    pub configuration: bool,
    pub register_variables: Vec<String>,
    pub probe_interval: Duration,
    pub probe_timeout: Duration,
    pub switch_when_stuck: bool,
    /// Absent: plain TCP.
    pub tls: Option<CtiTls>,
}

/// The desktops' port.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct Http {
    pub listen: HostPort,
    pub public_names: Vec<String>,
    pub allowed_origins: Vec<String>,
    pub require_origin: bool,
    pub frame_ancestors: Vec<String>,
    pub cif_library: Option<String>,
    pub trusted_proxies: Vec<Network>,
    pub max_connections: usize,
    pub header_timeout: Duration,
    pub max_body: usize,
    pub requests_per_second: u32,
    pub burst: u32,
    pub tls: Option<HttpTls>,
}

/// TLS of the desktops' port.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // as in the shape
pub struct HttpTls {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub min_version: MinVersion,
    pub max_handshakes: usize,
}

/// Who may sign in. All paths are complete.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct Auth {
    pub mode: AuthMode,
    pub accept_already_logged_in: bool,
    pub users_file: Option<PathBuf>,
    pub clients_file: Option<PathBuf>,
    pub agent_password_file: Option<PathBuf>,
    pub token: Option<Token>,
}

/// The issuer of bearer tokens.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // as in the shape
pub struct Token {
    pub keys: TokenKeys,
    pub issuer: String,
    pub audience: String,
    pub clock_skew: Duration,
    pub agent_claim: String,
    pub roles_claim: String,
    pub team_claim: String,
    pub single_use: bool,
}

/// Which of the three kinds of files holds the issuer's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKeys {
    /// `auth.token.jwks_file`
    Jwks(PathBuf),
    /// `auth.token.public_key_file`
    PublicKey(PathBuf),
    /// `auth.token.secret_file`
    Secret(PathBuf),
}

/// An address as `host:port`; the host is a name, an IPv4 address, or an IPv6 address in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// Without brackets.
    pub host: String,
    /// 0 stands for any free one where something is listened on.
    pub port: u16,
}

impl HostPort {
    /// Reads `host:port`.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let port = Some(port).filter(|port| port.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.strip_suffix(']').filter(|v6| v6.parse::<Ipv6Addr>().is_ok())?,
            None => host,
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_host = !host.is_empty() && (host.chars().all(is_name) || host.parse::<Ipv6Addr>().is_ok() && text.starts_with('['));
        is_host.then(|| Self { host: host.to_owned(), port })
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') { write!(f, "[{}]:{}", self.host, self.port) } else { write!(f, "{}:{}", self.host, self.port) }
    }
}

/// Checks every value and what goes together. `mistakes` are those found before.
///
/// # Errors
/// All mistakes, those found before among them.
pub fn check(raw: Raw, mistakes: Mistakes) -> Result<Config, Mistakes> {
    let mut checks = Checks { mistakes };
    let written = raw.clone();
    let data_dir = PathBuf::from(&raw.daemon.data_dir);
    let config = Config {
        log: checks.log(raw.log),
        cti: checks.cti(raw.cti, &data_dir),
        http: checks.http(raw.http, &data_dir),
        admin_listen: checks.address("admin.listen", &raw.admin.listen, true),
        auth: checks.auth(raw.auth, &data_dir),
        mediabar: checks.mediabar(raw.mediabar),
        history: checks.history(raw.history, &data_dir),
        webhooks: checks.webhooks(raw.webhooks, &data_dir),
        watch_files: raw.daemon.watch_files.0,
        data_dir,
        raw: written,
    };
    let watch = raw.daemon.watch_files;
    if watch != Span::secs(0) {
        checks.within("daemon.watch_files", &watch, &Span::millis(100), &Span::secs(86_400));
    }
    if raw.daemon.data_dir.is_empty() {
        checks.wrong("daemon.data_dir", Some(&raw.daemon.data_dir), "must name a folder; \".\" is the present one");
    }
    if config.history.url.is_empty() && !config.webhooks.is_empty() {
        checks.wrong::<str>("webhooks", None, NO_HISTORY);
    }
    if config.http.listen == config.admin_listen && config.http.listen.port != 0 {
        let reason = "same address as http.listen; the operators' port must not be the desktops' port";
        checks.wrong("admin.listen", Some(&raw.admin.listen), reason);
    }
    checks.mistakes.into_result(config)
}

/// Why a key makes no sense without a history: events, recordings and their age are read from it.
const NO_HISTORY: &str = "history.url is empty, so no history is kept: name a database there, or leave this out";

struct Checks {
    mistakes: Mistakes,
}

impl Checks {
    fn wrong<V: Serialize + ?Sized>(&mut self, key: &str, value: Option<&V>, reason: impl Into<String>) {
        // A value that could not be taken has its own line already; its default is not at fault.
        if !self.mistakes.0.iter().any(|known| known.key == key) {
            let value = value.and_then(|value| serde_json::to_string(value).ok());
            self.mistakes.0.push(Mistake { key: key.to_owned(), value, reason: reason.into(), origin: None });
        }
    }

    fn within<N: PartialOrd + Display + Serialize>(&mut self, key: &str, value: &N, least: &N, most: &N) {
        if value < least || value > most {
            self.wrong(key, Some(value), format!("must be from {least} to {most}"));
        }
    }

    fn text(&mut self, key: &str, text: &str, longest: usize) {
        if text.len() > longest {
            self.wrong(key, Some(text), format!("longer than {longest} bytes"));
        }
        if text.chars().any(char::is_control) {
            self.wrong(key, Some(text), "must not contain control characters");
        }
    }

    /// Names as desktops hear them: callVariable1 to callVariable10, and ECC variables as `user.NAME`.
    fn card_variables(&mut self, names: &[String]) {
        const KEY: &str = "mediabar.card_variables";
        if names.len() > 8 {
            self.wrong(KEY, Some(names), "at most 8");
        }
        for (i, name) in names.iter().enumerate() {
            let is_peripheral = (1..=10).any(|number| *name == format!("callVariable{number}"));
            let is_ecc = name.strip_prefix("user.").is_some_and(|name| !name.is_empty() && name.len() <= 32);
            if !is_peripheral && !is_ecc {
                self.wrong(&format!("{KEY}[{i}]"), Some(name), "expected callVariable1 to callVariable10, or user.NAME");
            }
        }
        self.unique(names.iter().enumerate().map(|(i, name)| (format!("{KEY}[{i}]"), name.as_str())));
    }

    fn some_text(&mut self, key: &str, text: &str, longest: usize) {
        self.text(key, text, longest);
        if text.is_empty() {
            self.wrong(key, Some(text), "must not be empty");
        }
    }

    fn address(&mut self, key: &str, text: &str, any_port: bool) -> HostPort {
        let address = HostPort::parse(text).unwrap_or_else(|| {
            self.wrong(key, Some(text), "expected host:port with a port up to 65535; an IPv6 address stands in brackets");
            HostPort { host: String::new(), port: 0 }
        });
        if address.port == 0 && !any_port {
            self.wrong(key, Some(text), "port 0 cannot be connected to");
        }
        address
    }

    fn unique<T: Ord + Serialize>(&mut self, keys: impl IntoIterator<Item = (String, T)>) {
        let mut seen = BTreeSet::new();
        for (key, value) in keys {
            if seen.contains(&value) {
                self.wrong(&key, Some(&value), "appears twice in the list");
            }
            seen.insert(value);
        }
    }

    fn log(&mut self, log: raw::Log) -> raw::Log {
        if let Err(reason) = crate::telemetry::log::directives(&log.level) {
            self.wrong("log.level", Some(&log.level), format!("{reason}; expected error, warn, info, debug, trace or directives"));
        }
        log
    }

    fn cti(&mut self, cti: raw::Cti, data_dir: &Path) -> Cti {
        self.some_text("cti.name", &cti.name, 32);
        if !cti.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.wrong("cti.name", Some(&cti.name), "may have letters, digits and _ only: it becomes part of the desktops' addresses");
        }
        let side_a = self.address("cti.side_a", &cti.side_a, false);
        let side_b = cti.side_b.as_deref().filter(|side| !side.is_empty());
        let side_b = side_b.map(|side| self.address("cti.side_b", side, false));
        if side_b.as_ref() == Some(&side_a) {
            self.wrong("cti.side_b", cti.side_b.as_ref(), "same address as cti.side_a; leave it out if there is only one side");
        }
        self.some_text("cti.client_id", &cti.client_id, 63);
        self.text("cti.client_signature", &cti.client_signature, 63);
        self.within("cti.protocol_version", &cti.protocol_version, &9, &25);
        self.within("cti.heartbeat_interval", &cti.heartbeat_interval, &Span::secs(1), &Span::secs(600));
        self.within("cti.request_timeout", &cti.request_timeout, &Span::millis(100), &Span::secs(600));
        self.within("cti.connect_timeout", &cti.connect_timeout, &Span::millis(100), &Span::secs(60));
        self.within("cti.open_timeout", &cti.open_timeout, &Span::millis(100), &Span::secs(300));
        self.within("cti.max_frame", &cti.max_frame, &Size::kib(4), &Size::kib(1024));
        for (i, variable) in cti.register_variables.iter().enumerate() {
            self.some_text(&format!("cti.register_variables[{i}]"), variable, 32);
        }
        self.within("cti.probe_interval", &cti.probe_interval, &Span::secs(1), &Span::secs(3_600));
        self.within("cti.probe_timeout", &cti.probe_timeout, &Span::millis(100), &Span::secs(60));
        let tls = cti_tls::check(&cti.tls, data_dir, &side_a.host, side_b.as_ref().map(|side| side.host.as_str()));
        let tls = tls.unwrap_or_else(|mistakes| {
            mistakes.into_iter().for_each(|(key, value, reason)| self.wrong(&key, value.as_ref(), reason));
            None
        });
        let keys = cti.register_variables.iter().enumerate();
        self.unique(keys.map(|(i, variable)| (format!("cti.register_variables[{i}]"), variable.as_str())));
        Cti {
            client_password: self.client_password(&cti, data_dir),
            name: cti.name,
            side_a,
            side_b,
            client_id: cti.client_id,
            client_signature: cti.client_signature,
            protocol_version: cti.protocol_version,
            heartbeat_interval: cti.heartbeat_interval.0,
            request_timeout: cti.request_timeout.0,
            connect_timeout: cti.connect_timeout.0,
            open_timeout: cti.open_timeout.0,
            max_frame: cti.max_frame.0,
            peripheral_id: cti.peripheral_id,
            configuration: cti.configuration,
            register_variables: cti.register_variables,
            probe_interval: cti.probe_interval.0,
            probe_timeout: cti.probe_timeout.0,
            switch_when_stuck: cti.switch_when_stuck,
            tls,
        }
    }

    fn client_password(&mut self, cti: &raw::Cti, data_dir: &Path) -> Password {
        let password = match &cti.client_password_file {
            None => cti.client_password.clone(),
            Some(file) => {
                if !cti.client_password.is_empty() {
                    self.wrong("cti.client_password_file", Some(file), "cti.client_password is set too; one of them must go");
                }
                match std::fs::read_to_string(data_dir.join(file)) {
                    Ok(text) => {
                        text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).to_owned().into()
                    }
                    Err(e) => {
                        self.wrong("cti.client_password_file", Some(file), format!("cannot be read: {e}"));
                        Password::default()
                    }
                }
            }
        };
        if password.expose().len() > 63 {
            self.wrong::<str>("cti.client_password", None, "longer than 63 bytes");
        }
        password
    }

    fn http(&mut self, http: raw::Http, data_dir: &Path) -> Http {
        for (i, name) in http.public_names.iter().enumerate() {
            // A name with a port, or with a star, would never be met.
            let is_name =
                name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) && (1..=253).contains(&name.len());
            if !is_name {
                self.wrong(
                    &format!("http.public_names[{i}]"),
                    Some(name),
                    "expected a host name such as bridge.example.com, without a port",
                );
            }
        }
        for (i, origin) in http.allowed_origins.iter().enumerate() {
            self.origin(&format!("http.allowed_origins[{i}]"), origin);
        }
        for (i, ancestor) in http.frame_ancestors.iter().enumerate() {
            if ancestor != "'self'" {
                self.origin(&format!("http.frame_ancestors[{i}]"), ancestor);
            }
        }
        let library = &http.cif_library;
        let is_address = library.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        if !library.is_empty() && (!is_address || library.chars().any(|c| c.is_whitespace() || c.is_control() || ";,'\"<>".contains(c))) {
            self.wrong("http.cif_library", Some(library), "expected an address that starts with https://");
        }
        let mut trusted_proxies = Vec::new();
        for (i, proxy) in http.trusted_proxies.iter().enumerate() {
            match proxy.parse() {
                Ok(network) => trusted_proxies.push(network),
                Err(NotANetwork) => self.wrong(&format!("http.trusted_proxies[{i}]"), Some(proxy), NotANetwork.to_string()),
            }
        }
        self.within("http.max_connections", &http.max_connections, &1, &1_000_000);
        self.within("http.header_timeout", &http.header_timeout, &Span::millis(100), &Span::secs(60));
        self.within("http.max_body", &http.max_body, &Size::kib(1), &Size::kib(16 * 1024));
        self.within("http.requests_per_second", &http.requests_per_second, &1, &1_000_000);
        self.within("http.burst", &http.burst, &1, &1_000_000);
        Http {
            tls: self.http_tls(http.tls, data_dir),
            requests_per_second: http.requests_per_second,
            burst: http.burst,
            listen: self.address("http.listen", &http.listen, true),
            cif_library: Some(http.cif_library).filter(|library| !library.is_empty()),
            public_names: http.public_names,
            allowed_origins: http.allowed_origins.into_iter().map(|origin| origin.to_ascii_lowercase()).collect(),
            require_origin: http.require_origin,
            trusted_proxies,
            frame_ancestors: http.frame_ancestors,
            max_connections: http.max_connections,
            header_timeout: http.header_timeout.0,
            max_body: http.max_body.0,
        }
    }

    /// What a browser sends as Origin: scheme, host and port, nothing behind them.
    fn origin(&mut self, key: &str, origin: &str) {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let is_origin = host.is_some_and(|host| HostPort::parse(host).is_some() || HostPort::parse(&format!("{host}:443")).is_some());
        if !is_origin {
            self.wrong(key, Some(origin), "expected an origin such as https://crm.example.com, without a path");
        }
    }

    /// A file that must be there; what is in it is for others to judge.
    fn file(&mut self, key: &str, file: Option<&String>, data_dir: &Path) -> Option<PathBuf> {
        let file = file.filter(|file| !file.is_empty())?;
        let path = data_dir.join(file);
        if let Err(e) = std::fs::File::open(&path) {
            self.wrong(key, Some(file), format!("cannot be read: {e}"));
        }
        Some(path)
    }

    fn http_tls(&mut self, tls: raw::HttpTls, data_dir: &Path) -> Option<HttpTls> {
        self.within("http.tls.max_handshakes", &tls.max_handshakes, &1, &10_000);
        let certificate = self.file("http.tls.certificate", tls.certificate.as_ref(), data_dir);
        let key = self.file("http.tls.key", tls.key.as_ref(), data_dir);
        match (certificate, key) {
            (Some(certificate), Some(key)) => {
                Some(HttpTls { certificate, key, min_version: tls.min_version, max_handshakes: tls.max_handshakes })
            }
            (None, None) => None,
            (Some(_), None) => {
                self.wrong::<str>("http.tls.key", None, "missing; the certificate needs its key");
                None
            }
            (None, Some(_)) => {
                self.wrong::<str>("http.tls.certificate", None, "missing; the key needs its certificate");
                None
            }
        }
    }

    fn auth(&mut self, auth: raw::Auth, data_dir: &Path) -> Auth {
        let users_file = self.file("auth.users_file", auth.users_file.as_ref(), data_dir);
        let token = self.token(auth.token, data_dir);
        match auth.mode {
            AuthMode::Users if users_file.is_none() => {
                self.wrong::<str>("auth.users_file", None, "missing; auth.mode = \"users\" needs it");
            }
            AuthMode::Token if token.is_none() => {
                let reason = "auth.mode = \"token\" needs one of jwks_file, public_key_file and secret_file";
                self.wrong::<str>("auth.token", None, reason);
            }
            AuthMode::Cti | AuthMode::Users | AuthMode::Token => {}
        }
        Auth {
            mode: auth.mode,
            accept_already_logged_in: auth.accept_already_logged_in,
            users_file,
            clients_file: self.file("auth.clients_file", auth.clients_file.as_ref(), data_dir),
            agent_password_file: self.file("auth.agent_password_file", auth.agent_password_file.as_ref(), data_dir),
            token,
        }
    }

    fn token(&mut self, token: raw::Token, data_dir: &Path) -> Option<Token> {
        self.within("auth.token.clock_skew", &token.clock_skew, &Span::secs(0), &Span::secs(600));
        for (name, claim) in [("agent", &token.agent_claim), ("roles", &token.roles_claim), ("team", &token.team_claim)] {
            self.some_text(&format!("auth.token.{name}_claim"), claim, 200);
        }
        let keys = [
            self.file("auth.token.jwks_file", token.jwks_file.as_ref(), data_dir).map(TokenKeys::Jwks),
            self.file("auth.token.public_key_file", token.public_key_file.as_ref(), data_dir).map(TokenKeys::PublicKey),
            self.file("auth.token.secret_file", token.secret_file.as_ref(), data_dir).map(TokenKeys::Secret),
        ];
        if keys.iter().flatten().count() > 1 {
            self.wrong::<str>("auth.token", None, "only one of jwks_file, public_key_file and secret_file can be");
        }
        let keys = keys.into_iter().flatten().next()?;
        self.some_text("auth.token.issuer", &token.issuer, 1_000);
        self.some_text("auth.token.audience", &token.audience, 1_000);
        Some(Token {
            keys,
            issuer: token.issuer,
            audience: token.audience,
            clock_skew: token.clock_skew.0,
            agent_claim: token.agent_claim,
            roles_claim: token.roles_claim,
            team_claim: token.team_claim,
            single_use: token.single_use,
        })
    }

    fn mediabar(&mut self, bar: raw::MediaBar) -> raw::MediaBar {
        self.within("mediabar.session_grace", &bar.session_grace, &Span::secs(0), &Span::secs(86_400));
        self.within("mediabar.freeze_wait", &bar.freeze_wait, &Span::secs(0), &Span::secs(5));
        if let Some(destination) = &bar.reject_destination {
            self.some_text("mediabar.reject_destination", destination, 39);
        }
        self.dispositions(&bar.dispositions);
        self.card_variables(&bar.card_variables);
        self.reasons("mediabar.not_ready_reasons", &bar.not_ready_reasons);
        self.reasons("mediabar.logout_reasons", &bar.logout_reasons);
        self.directory(&bar.directory);
        self.names(&bar);
        self.limits(&bar.limits);
        bar
    }

    fn dispositions(&mut self, dispositions: &[Disposition]) {
        for (i, disposition) in dispositions.iter().enumerate() {
            self.some_text(&format!("mediabar.dispositions[{i}].name"), &disposition.name, 39);
        }
        self.unique(dispositions.iter().enumerate().map(|(i, d)| (format!("mediabar.dispositions[{i}].id"), d.id)));
        self.unique(dispositions.iter().enumerate().map(|(i, d)| (format!("mediabar.dispositions[{i}].name"), d.name.as_str())));
    }

    fn reasons(&mut self, key: &str, reasons: &[Reason]) {
        for (i, reason) in reasons.iter().enumerate() {
            self.some_text(&format!("{key}[{i}].label"), &reason.label, 200);
        }
        self.unique(reasons.iter().enumerate().map(|(i, reason)| (format!("{key}[{i}].code"), reason.code)));
    }

    fn directory(&mut self, directory: &[Category]) {
        for (i, category) in directory.iter().enumerate() {
            self.some_text(&format!("mediabar.directory[{i}].name"), &category.name, 200);
            for (j, entry) in category.entries.iter().enumerate() {
                let key = format!("mediabar.directory[{i}].entries[{j}]");
                self.some_text(&format!("{key}.name"), &entry.name, 200);
                self.some_text(&format!("{key}.number"), &entry.number, 63);
            }
        }
    }

    fn names(&mut self, bar: &raw::MediaBar) {
        for (i, queue) in bar.queues.iter().enumerate() {
            self.some_text(&format!("mediabar.queues[{i}].name"), &queue.name, 200);
        }
        self.unique(bar.queues.iter().enumerate().map(|(i, queue)| (format!("mediabar.queues[{i}].id"), queue.id)));
        for (i, group) in bar.skill_groups.iter().enumerate() {
            self.some_text(&format!("mediabar.skill_groups[{i}].name"), &group.name, 200);
            if let Some(dial) = &group.dial {
                self.some_text(&format!("mediabar.skill_groups[{i}].dial"), dial, 39);
            }
        }
        self.unique(bar.skill_groups.iter().enumerate().map(|(i, group)| (format!("mediabar.skill_groups[{i}].number"), group.number)));
        for (key, variable) in [("remark", &bar.tccc.remark), ("ivr_path", &bar.tccc.ivr_path)] {
            let is_variable = |name: &str| name.strip_prefix("callVariable").is_some_and(|n| (1..=10).any(|known| n == known.to_string()));
            let is_ecc = |name: &str| name.strip_prefix("user.").is_some_and(|rest| !rest.is_empty());
            if variable.as_deref().is_some_and(|name| !is_variable(name) && !is_ecc(name)) {
                self.wrong(&format!("mediabar.tccc.{key}"), variable.as_deref(), "expected callVariable1 to callVariable10 or user.…");
            }
        }
        if let Some(code) = bar.tccc.not_ready_reason
            && bar.not_ready_reasons.iter().any(|reason| reason.code == code)
        {
            self.wrong(
                "mediabar.tccc.not_ready_reason",
                Some(&code),
                "this reason is a break; notReady needs one that is not in not_ready_reasons",
            );
        }
        self.some_text("mediabar.call_session.template", &bar.call_session.template, 100);
        self.text("mediabar.call_session.to_word", &bar.call_session.to_word, 40);
        self.text("mediabar.call_session.from_word", &bar.call_session.from_word, 40);
        for (i, rule) in bar.call_session.number_rules.iter().enumerate() {
            self.some_text(&format!("mediabar.call_session.number_rules[{i}].prefix"), &rule.prefix, 40);
            self.text(&format!("mediabar.call_session.number_rules[{i}].replacement"), &rule.replacement, 40);
        }
    }

    fn limits(&mut self, limits: &Limits) {
        let key = |name: &str| format!("mediabar.limits.{name}");
        self.within(&key("sockets"), &limits.sockets, &1, &1_000_000);
        self.within(&key("sockets_per_address"), &limits.sockets_per_address, &1, &1_000_000);
        self.within(&key("frame"), &limits.frame, &Size::kib(1), &Size::kib(1024));
        self.within(&key("requests_per_second"), &limits.requests_per_second, &1, &100_000);
        self.within(&key("burst"), &limits.burst, &1, &1_000_000);
        self.within(&key("failed_logins_per_agent"), &limits.failed_logins_per_agent, &1, &1_000_000);
        self.within(&key("failed_logins_per_address"), &limits.failed_logins_per_address, &1, &1_000_000);
        self.within(&key("login_timeout"), &limits.login_timeout, &Span::secs(1), &Span::secs(3_600));
        self.within(&key("ping_interval"), &limits.ping_interval, &Span::secs(1), &Span::secs(3_600));
        self.within(&key("outbox_messages"), &limits.outbox_messages, &16, &1_000_000);
        self.within(&key("outbox_bytes"), &limits.outbox_bytes, &Size::kib(64), &Size::kib(64 * 1024));
        self.within(&key("write_timeout"), &limits.write_timeout, &Span::millis(100), &Span::secs(600));
        self.within(&key("replay_events"), &limits.replay_events, &0, &1_000_000);
        self.within(&key("replay_memory"), &limits.replay_memory, &Size::kib(0), &Size::kib(64 * 1024 * 1024));
    }

    fn webhooks(&mut self, raw: Vec<RawWebhook>, data_dir: &Path) -> Vec<Webhook> {
        self.unique(raw.iter().enumerate().map(|(i, hook)| (format!("webhooks[{i}].name"), hook.name.as_str())));
        let mut wrong = |key: &str, value: Option<String>, reason: String| self.wrong(key, value.as_ref(), reason);
        raw.into_iter().enumerate().map(|(i, hook)| webhooks::check(i, hook, data_dir, &mut wrong)).collect()
    }

    fn history(&mut self, mut history: raw::History, data_dir: &Path) -> raw::History {
        let credentials = self.file("history.recorder_credentials_file", history.recorder_credentials_file.as_ref(), data_dir);
        history.recorder_credentials_file = credentials.map(|path| path.display().to_string());
        let is_known = ["sqlite://", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| history.url.len() > scheme.len() && history.url.starts_with(scheme));
        if !is_known && !history.url.is_empty() {
            self.wrong::<str>("history.url", None, "expected sqlite://FILE or postgres://…, or nothing for no history");
        }
        self.within("history.acw_detect", &history.acw_detect, &Span::millis(100), &Span::secs(600));
        if let Some(reason) = Some(&history.recorder_url).filter(|url| !url.is_empty()).and_then(|url| recorder_url::mistake(url)) {
            self.wrong("history.recorder_url", Some(&history.recorder_url), reason);
        }
        self.within("history.queue_limit", &history.queue_limit, &Span::secs(60), &Span::secs(7 * 86_400));
        self.within("history.keep_days", &history.keep_days, &0, &36_500);
        if history.url.is_empty() {
            self.without_history(&history);
        }
        history
    }

    /// What means nothing where no history is kept, and whoever wrote it believes that it does.
    fn without_history(&mut self, history: &raw::History) {
        if !history.recorder_url.is_empty() {
            self.wrong("history.recorder_url", Some(&history.recorder_url), NO_HISTORY);
        }
        if let Some(file) = &history.recorder_credentials_file {
            self.wrong("history.recorder_credentials_file", Some(file), NO_HISTORY);
        }
        if history.keep_days != 0 {
            self.wrong("history.keep_days", Some(&history.keep_days), NO_HISTORY);
        }
    }
}

/// All keys with their values; a list is one value.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, value, into);
            }
        }
        value => drop(into.insert(path.to_owned(), value.clone())),
    }
}

impl Config {
    /// The keys whose values differ from `other`'s.
    pub fn changed_from(&self, other: &Self) -> Vec<String> {
        let (mut ours, mut theirs) = (BTreeMap::new(), BTreeMap::new());
        flatten("", &serde_json::to_value(&self.raw).unwrap_or_default(), &mut ours);
        flatten("", &serde_json::to_value(&other.raw).unwrap_or_default(), &mut theirs);
        let mut keys: Vec<_> = ours.iter().filter(|(key, value)| theirs.get(*key) != Some(*value)).map(|(key, _)| key.clone()).collect();
        // Secrets are not written out, so they are compared by themselves.
        if self.cti.client_password.expose() != other.cti.client_password.expose() {
            keys.push("cti.client_password".to_owned());
        }
        keys
    }

    /// Advice about combinations that work but are rarely meant.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.cti.heartbeat_interval < Duration::from_secs(5) {
            warnings.push("cti.heartbeat_interval is below 5s: more load on the CTI Server, and short pauses look like a loss".to_owned());
        }
        if !self.http.listen.is_loopback() && self.http.tls.is_none() {
            warnings.push(
                "http.listen is reachable from other machines without TLS: set [http.tls], or put a proxy with TLS in front".to_owned(),
            );
        }
        if !self.admin_listen.is_loopback() {
            warnings.push("admin.listen is reachable from other machines; nobody has to sign in there".to_owned());
        }
        warnings.extend(self.webhooks.iter().filter_map(Webhook::warning));
        warnings
    }
}

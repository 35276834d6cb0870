//! The shape of the configuration file: every key, its type and its default. `ctibridge schema config` is made from it.
//! What a value may be, and what goes together, is decided in [`super::check`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load::Shape;
use super::value::{Password, Size, Span};
use super::webhooks::RawWebhook;
use crate::tls::MinVersion;

/// The configuration of `ctibridge run` and `ctibridge demo`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "ctibridge configuration")]
pub struct Raw {
    /// The process.
    pub daemon: Daemon,
    /// Logging, to standard error.
    pub log: Log,
    /// The CTI Server pair.
    pub cti: Cti,
    /// The desktops' port.
    pub http: Http,
    /// The port for operators and monitoring.
    pub admin: Admin,
    /// Who may sign in.
    pub auth: Auth,
    /// The websocket API of the media bar.
    pub mediabar: MediaBar,
    /// The session history.
    pub history: History,
    /// Who is told what happens to sessions and agents.
    pub webhooks: Vec<RawWebhook>,
}

impl Shape for Raw {
    const ENV_PREFIX: &'static str = "CTIBRIDGE";
    const SECRETS: &'static [&'static str] = &["cti.client_password", "history.url"];
}

/// The process.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Daemon {
    /// Folder of everything the daemon writes; relative paths elsewhere in this file start here.
    pub data_dir: String,
    /// How often the files of accounts, keys and certificates are looked at for changes; 0s: never, only on SIGHUP.
    pub watch_files: Span,
}

impl Default for Daemon {
    fn default() -> Self {
        Self { data_dir: ".".to_owned(), watch_files: Span::secs(10) }
    }
}

/// Logging, to standard error.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Human-readable lines or one JSON object a line.
    pub format: LogFormat,
    /// error, warn, info, debug or trace; finer with directives as `info,link=debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Human, level: "info".to_owned() }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For eyes.
    #[default]
    Human,
    /// For collectors.
    Json,
}

/// The CTI Server pair.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cti {
    /// Name of the gateway; first part of all session ids.
    pub name: String,
    /// host:port of the CTI Server on side A.
    pub side_a: String,
    /// host:port of the CTI Server on side B; absent: there is no side B.
    pub side_b: Option<String>,
    /// ClientID of OPEN_REQ.
    pub client_id: String,
    /// ClientPassword of OPEN_REQ.
    pub client_password: Password,
    /// File that holds the password instead; one line break at its end is not part of it.
    pub client_password_file: Option<String>,
    /// ClientSignature of OPEN_REQ: what the gateway's own displays call us.
    pub client_signature: String,
    /// Highest protocol version to ask for; lower ones are tried when the server refuses it.
    pub protocol_version: u16,
    /// Between two heartbeats; three unanswered ones end a session.
    pub heartbeat_interval: Span,
    /// For the answer to any request.
    pub request_timeout: Span,
    /// For the TCP connection.
    pub connect_timeout: Span,
    /// For OPEN_CONF.
    pub open_timeout: Span,
    /// Longest frame taken from the server, header included; a longer one ends the session.
    pub max_frame: Size,
    /// PeripheralID to serve; absent: all peripherals of the gateway.
    pub peripheral_id: Option<u32>,
    /// Ask for configuration and update events: names of skill groups, teams and agents.
    pub configuration: bool,
    /// ECC variables to register, arrays with `[]` behind the name; none: the server sends all of them.
    pub register_variables: Vec<String>,
    /// A server of which nothing but heartbeats was heard for so long is asked for the state of an agent.
    pub probe_interval: Span,
    /// It counts as stuck when it has not answered that after this.
    pub probe_timeout: Span,
    /// Leave a side that is stuck; otherwise that is only logged.
    pub switch_when_stuck: bool,
    /// TLS to the CTI Servers.
    pub tls: CtiTls,
}

/// TLS to the CTI Servers. Where it is on, nothing is sent in plain.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CtiTls {
    /// On, for both sides; their ports are then those of the secured connections.
    pub enabled: bool,
    /// PEM file of the authorities, or of the servers' own certificates, that are trusted; needed when enabled.
    pub ca_file: Option<String>,
    /// PEM file of our own certificate, for servers that want one.
    pub certificate_file: Option<String>,
    /// PEM file of its private key.
    pub key_file: Option<String>,
    /// The lowest version of TLS.
    pub min_version: MinVersion,
    /// The name that side A's certificate must be for; absent: the host of cti.side_a.
    pub server_name_a: Option<String>,
    /// The name that side B's certificate must be for; absent: the host of cti.side_b.
    pub server_name_b: Option<String>,
    /// For the handshake, once the TCP connection stands.
    pub handshake_timeout: Span,
}

impl Default for CtiTls {
    fn default() -> Self {
        Self {
            enabled: false,
            ca_file: None,
            certificate_file: None,
            key_file: None,
            min_version: MinVersion::Tls12,
            server_name_a: None,
            server_name_b: None,
            handshake_timeout: Span::secs(5),
        }
    }
}

impl Default for Cti {
    fn default() -> Self {
        Self {
            name: "PG1".to_owned(),
            side_a: "127.0.0.1:42027".to_owned(),
            side_b: None,
            client_id: "ctibridge".to_owned(),
            client_password: Password::default(),
            client_password_file: None,
            client_signature: "ctibridge".to_owned(),
            protocol_version: 24,
            heartbeat_interval: Span::secs(5),
            request_timeout: Span::secs(10),
            connect_timeout: Span::secs(3),
            open_timeout: Span::secs(30),
            max_frame: Size::kib(16),
            peripheral_id: None,
            configuration: true,
            register_variables: Vec::new(),
            probe_interval: Span::secs(60),
            probe_timeout: Span::secs(10),
            switch_when_stuck: false,
            tls: CtiTls::default(),
        }
    }
}

/// The desktops' port.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// host:port; port 0 takes any free one.
    pub listen: String,
    /// Names under which desktops find the page where it is served without TLS, beside those that are known anyway:
    /// localhost, addresses in numbers, the host of `listen` and the machine's own name.
    pub public_names: Vec<String>,
    /// Origins of pages other than our own that may open websockets, as `https://crm.example.com`.
    pub allowed_origins: Vec<String>,
    /// Refuse websockets without an Origin header, that is programs that are no browsers.
    pub require_origin: bool,
    /// Pages that may show ours in a frame, as `https://crm.example.com`; none: nobody.
    pub frame_ancestors: Vec<String>,
    /// Address (https) of a CRM's own script that our page may load; empty: none.
    pub cif_library: String,
    /// Addresses or networks of proxies in front of the port, as `10.1.2.3` or `10.1.0.0/16`: what they say in
    /// X-Forwarded-For is the address for limits and logs, and X-Forwarded-Proto whether browsers speak TLS to them. From
    /// anybody else these headers are passed over.
    pub trusted_proxies: Vec<String>,
    /// Connections at once, websockets not counted; more wait in the listen queue.
    pub max_connections: usize,
    /// For a request's headers to arrive.
    pub header_timeout: Span,
    /// Longest request body outside websockets.
    pub max_body: Size,
    /// Requests a second and address to /api and /login, on the long run.
    pub requests_per_second: u32,
    /// Requests at once after a pause.
    pub burst: u32,
    /// TLS.
    pub tls: HttpTls,
}

/// TLS of the desktops' port; without a certificate the port speaks plainly.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HttpTls {
    /// File of the certificate and those between it and its authority, in PEM.
    pub certificate: Option<String>,
    /// File of its private key, in PEM.
    pub key: Option<String>,
    /// Lowest version: 1.2 or 1.3.
    pub min_version: MinVersion,
    /// Handshakes at once; further ones wait, so that those who are connected hear their events in time.
    pub max_handshakes: usize,
}

impl Default for HttpTls {
    fn default() -> Self {
        Self { certificate: None, key: None, min_version: MinVersion::Tls12, max_handshakes: 64 }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8188".to_owned(),
            public_names: Vec::new(),
            allowed_origins: Vec::new(),
            require_origin: false,
            frame_ancestors: Vec::new(),
            cif_library: String::new(),
            trusted_proxies: Vec::new(),
            max_connections: 4_096,
            header_timeout: Span::secs(10),
            max_body: Size::kib(64),
            requests_per_second: 100,
            burst: 200,
            tls: HttpTls::default(),
        }
    }
}

/// The port for operators and monitoring.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Admin {
    /// host:port of /live, /ready and /metrics.
    pub listen: String,
}

impl Default for Admin {
    fn default() -> Self {
        Self { listen: "127.0.0.1:9188".to_owned() }
    }
}

/// Who may sign in.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// Who checks id and password.
    pub mode: AuthMode,
    /// Take an agent who is already logged in on the phone although the ACD did not check the password again.
    pub accept_already_logged_in: bool,
    /// File of users and argon2 hashes, for mode "users".
    pub users_file: Option<String>,
    /// File of programs that may fetch bearer tokens for REST.
    pub clients_file: Option<String>,
    /// File of agents' passwords on the ACD, where the agent does not type them.
    pub agent_password_file: Option<String>,
    /// The issuer of bearer tokens.
    pub token: Token,
}

/// The issuer of bearer tokens: of desktops in mode "token", of REST in every mode. One of the three files switches it on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// The issuer's keys as a JWK set.
    pub jwks_file: Option<String>,
    /// The issuer's public key in PEM: RSA, EC P-256 or P-384, Ed25519.
    pub public_key_file: Option<String>,
    /// A secret of at least 32 bytes that is shared with the issuer.
    pub secret_file: Option<String>,
    /// What `iss` must be.
    pub issuer: String,
    /// What must be among `aud`.
    pub audience: String,
    /// How far the issuer's clock and ours may differ.
    pub clock_skew: Span,
    /// Claim with the agent's id; dots lead into objects.
    pub agent_claim: String,
    /// Claim with the roles: agent, supervisor, wallboard, admin. Absent in a token: agent.
    pub roles_claim: String,
    /// Claim with the number of the team to watch.
    pub team_claim: String,
    /// Let a desktop sign in with each token (its `jti`) once; it comes back with its resume token.
    pub single_use: bool,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            jwks_file: None,
            public_key_file: None,
            secret_file: None,
            issuer: String::new(),
            audience: String::new(),
            clock_skew: Span::secs(60),
            agent_claim: "sub".to_owned(),
            roles_claim: "roles".to_owned(),
            team_claim: "team".to_owned(),
            single_use: false,
        }
    }
}

/// Who checks id and password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// The ACD, by the agent's login.
    #[default]
    Cti,
    /// A file of argon2 hashes.
    Users,
    /// Bearer tokens.
    Token,
}

/// The websocket API of the media bar.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MediaBar {
    /// How long a session waits for its desktop to come back.
    pub session_grace: Span,
    /// Log the agent out when that time is over.
    pub logout_on_grace_end: bool,
    /// Complete a contact by itself when no after-call work follows.
    pub auto_complete: bool,
    /// Offer dialling while the agent is available.
    pub dial_when_ready: bool,
    /// Where refused calls go; absent: the alerting leg is cleared.
    pub reject_destination: Option<String>,
    /// How long an offered contact waits for the router's data.
    pub freeze_wait: Span,
    /// Repeat the chain of parent objects in every event.
    pub debug_context: bool,
    /// Ask agents with several skill groups which one a call goes out for.
    pub ask_outbound_skill: bool,
    /// Wrap-up reasons.
    pub dispositions: Vec<Disposition>,
    /// Reasons for not ready.
    pub not_ready_reasons: Vec<Reason>,
    /// Reasons for logging out.
    pub logout_reasons: Vec<Reason>,
    /// Phone book.
    pub directory: Vec<Category>,
    /// Names of queues by SkillGroupID.
    pub queues: Vec<Queue>,
    /// Names of skill groups by SkillGroupNumber.
    pub skill_groups: Vec<SkillGroup>,
    /// What a CRM gets with each call.
    pub call_session: CallSession,
    /// The call's variables that stand on its card; none: the first four that say something.
    pub card_variables: Vec<String>,
    /// Show dots instead of the tones that were sent, which may be somebody's PIN.
    pub mask_digits: bool,
    /// Pages that use `tccc.js`.
    pub tccc: Tccc,
    /// Protection against broken or hostile clients.
    pub limits: Limits,
}

impl Default for MediaBar {
    fn default() -> Self {
        Self {
            session_grace: Span::secs(120),
            logout_on_grace_end: false,
            auto_complete: false,
            dial_when_ready: false,
            reject_destination: None,
            freeze_wait: Span::millis(100),
            debug_context: false,
            ask_outbound_skill: false,
            dispositions: Vec::new(),
            not_ready_reasons: Vec::new(),
            logout_reasons: Vec::new(),
            directory: Vec::new(),
            queues: Vec::new(),
            skill_groups: Vec::new(),
            call_session: CallSession::default(),
            card_variables: Vec::new(),
            mask_digits: false,
            tccc: Tccc::default(),
            limits: Limits::default(),
        }
    }
}

/// A wrap-up reason.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// Number, unique.
    pub id: i64,
    /// Text; goes to CallWrapupData, so at most 39 bytes.
    pub name: String,
    /// Order on the desktop; absent: the order of the list.
    pub priority: Option<u32>,
    /// For contacts that were only previewed.
    #[serde(default)]
    pub preview: bool,
}

/// A reason for not ready or logging out.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// EventReasonCode.
    pub code: u16,
    /// What the agent reads.
    pub label: String,
}

/// One part of the phone book.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Heading.
    pub name: String,
    /// What is under it.
    pub entries: Vec<Entry>,
}

/// A number in the phone book.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Whose number.
    pub name: String,
    /// The number to dial.
    pub number: String,
}

/// A queue's name.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// SkillGroupID.
    pub id: u32,
    /// Its name.
    pub name: String,
}

/// A skill group's name.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillGroup {
    /// SkillGroupNumber.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// The number that reaches it; needed where a page hands calls over to a skill group (`tccc.Call.transfer`).
    pub dial: Option<String>,
}

/// What a CRM gets with each call.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallSession {
    /// Unique name of the CRM's session template.
    pub template: String,
    /// Word before the number of an outgoing call in callDetails.
    pub to_word: String,
    /// Word before the number of an incoming call in callDetails.
    pub from_word: String,
    /// Whose names call types get.
    pub call_types: CallTypes,
    /// Changes to the number shown; the first that fits counts.
    pub number_rules: Vec<NumberRule>,
}

impl Default for CallSession {
    fn default() -> Self {
        Self {
            template: "bsCallSession".to_owned(),
            to_word: "to".to_owned(),
            from_word: "from".to_owned(),
            call_types: CallTypes::Finesse,
            number_rules: Vec::new(),
        }
    }
}

/// Pages that use `tccc.js`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tccc {
    /// Call data that becomes `remark` of callIn: `callVariable1` to `callVariable10`, or an ECC variable, `user.Name`.
    pub remark: Option<String>,
    /// Call data that holds the caller's way through the menus: `1=Sales, 2=Contracts`, or an array of such.
    pub ivr_path: Option<String>,
    /// Reason code of the status `notReady`; absent: none.
    pub not_ready_reason: Option<u16>,
}

/// Whose names call types get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CallTypes {
    /// Those of the CTI Server.
    Cti,
    /// The same with Cisco Finesse's exceptions for transfers, conferences and campaign calls.
    #[default]
    Finesse,
}

/// A change to numbers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberRule {
    /// What the number begins with.
    pub prefix: String,
    /// What stands there instead.
    pub replacement: String,
}

/// Protection against broken or hostile clients.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Websockets at once.
    pub sockets: usize,
    /// Of those, from one address.
    pub sockets_per_address: usize,
    /// Longest websocket message.
    pub frame: Size,
    /// Requests a second and socket, on the long run.
    pub requests_per_second: u32,
    /// Requests at once after a pause.
    pub burst: u32,
    /// Failed logins a minute and agent.
    pub failed_logins_per_agent: u32,
    /// Failed logins a minute and address.
    pub failed_logins_per_address: u32,
    /// For the first prepareSession on a new socket.
    pub login_timeout: Span,
    /// Between two pings; two unanswered ones close the socket.
    pub ping_interval: Span,
    /// Messages that may wait for a desktop before it counts as too slow.
    pub outbox_messages: usize,
    /// Bytes that may wait for a desktop before it counts as too slow.
    pub outbox_bytes: Size,
    /// How long one write may take before the desktop counts as too slow.
    pub write_timeout: Span,
    /// Events kept for a desktop that comes back.
    pub replay_events: usize,
    /// Memory of all events that are kept; beyond it those of the desktops that have been away longest go first.
    pub replay_memory: Size,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sockets: 10_000,
            sockets_per_address: 10_000,
            frame: Size::kib(64),
            requests_per_second: 50,
            burst: 100,
            failed_logins_per_agent: 5,
            failed_logins_per_address: 60,
            login_timeout: Span::secs(15),
            ping_interval: Span::secs(20),
            outbox_messages: 256,
            outbox_bytes: Size::kib(256),
            write_timeout: Span::secs(10),
            replay_events: 1_000,
            replay_memory: Size::kib(256 * 1024),
        }
    }
}

/// The session history.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Where it is kept: `sqlite://FILE` (in `daemon.data_dir` unless the path is absolute) or `postgres://…`; empty: no
    /// history is kept.
    pub url: String,
    /// How long after an agent's leaving a work state may come that belongs to the contact.
    pub acw_detect: Span,
    /// How long a contact without any agent may wait for the next one until it is given up.
    pub queue_limit: Span,
    /// The ECC variable with the time at which the caller entered the queue; empty: none.
    pub queue_entry_variable: String,
    /// Our number as a tenant: `companyId` of every session.
    pub company_id: i64,
    /// Days after which closed sessions and agents' states are deleted; 0: never.
    pub keep_days: u32,
    /// Where the recorder keeps a recording: `https://…` with `{callKeyDay}`, `{callKeyCallId}`, `{guid}`, `{recordingId}`; empty:
    /// there is none.
    pub recorder_url: String,
    /// A file with one line, the Authorization header for the recorder.
    pub recorder_credentials_file: Option<String>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            url: "sqlite://ctibridge.db".to_owned(),
            acw_detect: Span::secs(3),
            queue_limit: Span::secs(4 * 3_600),
            queue_entry_variable: "user.QueueEntered".to_owned(),
            company_id: 0,
            keep_days: 0,
            recorder_url: String::new(),
            recorder_credentials_file: None,
        }
    }
}

//! The composition root: builds the parts, owns the order of start and shutdown.
//!
//! Start: folder and ports (so that a second copy fails before it has done anything), then link, core, HTTP. Shutdown:
//! the other way round, and within [`SHUTDOWN`].

mod core;
pub mod demo;
mod files;
mod forwards;
mod notes;
pub mod settings;
pub mod system;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use self::core::{Core, Order, Sources};
use self::files::{Lock, Watched};
use self::forwards::Forwards;
use self::settings::Unfit;
use self::system::{Asked, ServiceManager, Signals};
use crate::auth::resume::ResumeKey;
use crate::auth::users::FileError;
use crate::auth::{Authority, key};
use crate::config::webhooks::{SecretError, read_secret};
use crate::config::{Config, ConfigError};
use crate::desktop::kept::Kept;
use crate::desktop::{self, Hub, Ledger, Worker};
use crate::engine::model::AgentId;
use crate::engine::{Engine, ServiceStatus};
use crate::history::connector::Connector;
use crate::history::departments::Departments;
use crate::history::files::Files;
use crate::history::forward;
use crate::history::privacy::erase::Eraser;
use crate::history::privacy::retention::Cleaner;
use crate::history::store::Store;
use crate::history::templates::{Keeper, Template};
use crate::history::webhook::{Deliverer, Receivers, Secret};
use crate::history::{recorder as history, rest};
use crate::http::health::{self, Health, Readiness};
use crate::http::{self, BindError, SharedPolicy, Tls, api};
use crate::link::{self, TcpDialer, TlsDialer, Troubles};
use crate::telemetry::Telemetry;
use crate::telemetry::log::Level;
use crate::time::Clock;
use crate::tls::TlsError;

/// The daemon is gone within this time after it was asked to go.
pub const SHUTDOWN: Duration = Duration::from_millis(4_500);

/// What the history still has to write may take so long at the end.
const LAST_WRITES: Duration = Duration::from_millis(1_500);

/// Name of the file with the key that stands for erased numbers.
const PRIVACY_KEY: &str = "privacy.key";

/// How long the start waits for what CRMs were given before.
const RECALL: Duration = Duration::from_secs(1);

/// So many things from desktops may wait for the core; beyond it the sockets wait.
const INPUTS: usize = 4_096;

/// Name of the file with the key that signs programs' tokens.
const TOKEN_KEY: &str = "token.key";

/// Folder of the files that are attached to sessions.
const FILES: &str = "files";

/// Connections of operators at once: theirs come out of the reserve of open files.
const ADMIN_CONNECTIONS: usize = 64;

/// Open files beside the desktops' sockets.
const OTHER_FILES: u64 = 256;

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port of ours is taken.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The simulator's port is taken.
    #[error(transparent)]
    Simulator(#[from] crate::simulator::StartError),
    /// The data folder cannot be used.
    #[error("cannot use the data folder {}", .path.display())]
    Data {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another daemon works with the same data folder.
    #[error("the data folder {} is in use by another ctibridge; give each its own daemon.data_dir", .path.display())]
    InUse {
        /// Which.
        path: PathBuf,
    },
    /// A file of accounts or keys is wrong.
    #[error(transparent)]
    Accounts(#[from] FileError),
    /// The secret of a receiver of events is wrong.
    #[error("the secret_file of webhook {name:?} {source}")]
    Secret {
        /// Whose.
        name: String,
        /// Why.
        #[source]
        source: SecretError,
    },
    /// The certificate of the desktops' port is wrong.
    #[error("http.tls: {0}")]
    Tls(#[from] TlsError),
    /// Other people's web servers cannot be called.
    #[error("the system's certificates cannot be used")]
    Client(#[from] crate::http_client::Error),
    /// The check let something pass.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The operating system refuses signals or a runtime.
    #[error("the operating system refuses to help")]
    System(#[from] io::Error),
}

/// A daemon that runs. Dropping it leaves it running until the process ends; [`Running::shutdown`] ends it.
#[derive(Debug)]
pub struct Running {
    /// Where desktops connect to.
    pub desktops: SocketAddr,
    /// Where operators look.
    pub admin: SocketAddr,
    /// All metrics.
    pub telemetry: Arc<Telemetry>,
    config: Config,
    policy: SharedPolicy,
    readiness: watch::Receiver<Readiness>,
    sockets: watch::Sender<Arc<desktop::Settings>>,
    orders: mpsc::Sender<Order>,
    stop_desktops: CancellationToken,
    stop_admin: CancellationToken,
    core: JoinHandle<()>,
    recorder: history::Recorder,
    keeper: Keeper,
    deliverer: Deliverer,
    receivers: Arc<Receivers>,
    cleaner: Cleaner,
    authority: Arc<Authority>,
    tls: Option<Arc<Tls>>,
    watched: Watched,
    _lock: Lock,
    ports: [JoinHandle<()>; 2],
}

/// Starts the daemon; `extra` are further routes of the desktops' port.
///
/// # Errors
/// A port is taken, or the data folder cannot be used.
pub async fn start(config: Config, extra: Router, clock: Clock, telemetry: Arc<Telemetry>) -> Result<Running, StartError> {
    let in_data_dir = |source| StartError::Data { path: config.data_dir.clone(), source };
    let link_settings = settings::link(&config)?;
    let desktops = http::bind(&config.http.listen.to_string()).await?;
    let admin = http::bind(&config.admin_listen.to_string()).await?;
    let (desktops_at, admin_at) = (desktops.local_addr()?, admin.local_addr()?);
    std::fs::create_dir_all(&config.data_dir).map_err(in_data_dir)?;
    let lock = Lock::take(&config.data_dir).map_err(in_data_dir)?;
    let lock = lock.ok_or_else(|| StartError::InUse { path: config.data_dir.clone() })?;
    let token_key = key::load_or_create(&config.data_dir, TOKEN_KEY).map_err(in_data_dir)?;
    let authority = Arc::new(Authority::load(settings::auth(&config), &token_key)?);
    let tls = settings::tls(&config).as_ref().map(Tls::load).transpose()?.map(Arc::new);
    let resume_key = ResumeKey::load_or_create(&config.data_dir).map_err(in_data_dir)?;

    let wanted =
        u64::try_from(config.mediabar.limits.sockets + config.http.max_connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
    let file_limit = system::raise_open_file_limit();
    telemetry.daemon.file_limit(file_limit, wanted);
    config.warnings().iter().for_each(|advice| telemetry.daemon.advice(advice));

    let (link, link_events) = match link_settings.tls.clone() {
        Some(tls) => {
            let dialer = TlsDialer::new(&link_settings, &tls);
            link::start(link_settings, dialer, clock, Arc::clone(&telemetry))
        }
        None => {
            let dialer = TcpDialer::new(&link_settings);
            link::start(link_settings, dialer, clock, Arc::clone(&telemetry))
        }
    };
    let troubles = link.troubles();
    let (input_sender, inputs) = mpsc::channel(INPUTS);
    let (orders, received_orders) = mpsc::channel(8);
    let (readiness_sender, readiness) = watch::channel(Readiness { missing: core::missing(ServiceStatus::Starting, &Troubles::default()) });
    let desktop_settings = settings::desktop(&config, system::names());
    let (ledger, alive) = Ledger::open(&config.data_dir, desktop_settings.session_grace, Arc::clone(&telemetry)).map_err(in_data_dir)?;
    let mut hub = Hub::new(desktop_settings.clone(), resume_key, rand::random(), Arc::clone(&telemetry));
    hub.await_back(clock.now(), alive);
    let place = history::Place { url: config.history.url.clone(), data_dir: config.data_dir.clone() };
    let receivers = Arc::new(settings::receivers(&config)?);
    let recorder = history::Recorder::telling(place, settings::history(&config), Arc::clone(&receivers), clock, Arc::clone(&telemetry));
    let deliverer = Deliverer::start(&receivers.hooks, &recorder.store, clock, &telemetry)?;
    let keeper = Keeper::start(recorder.store.clone(), Arc::clone(&telemetry));
    // Desktops that come back are to find what their CRMs were given; a database that is away keeps nobody waiting.
    let mut engine = Engine::new(settings::engine(&config), rand::random(), clock.now());
    let mut recalled = Box::pin(recall(recorder.store.clone(), clock, Arc::clone(&telemetry)));
    let mut health = recorder.health.clone();
    let in_time = tokio::select! {
        recalled = &mut recalled => Some(recalled),
        _ = health.wait_for(|health| *health == history::Health::Late) => None,
        () = tokio::time::sleep(RECALL) => None,
    };
    if let Some(recalled) = in_time {
        hub.recall(recalled.kept);
        engine.remember(recalled.agents);
    } else {
        let orders = orders.clone();
        tokio::spawn(async move {
            tokio::select! {
                recalled = recalled => drop(orders.send(Order::Recall(recalled.kept)).await),
                () = orders.closed() => {}
            }
        });
    }
    let departments = Departments::default();
    let core = Core {
        clock,
        templates: keeper.handle.clone(),
        history: recorder.handle.clone(),
        departments: departments.clone(),
        history_health: recorder.health.clone(),
        engine,
        worker: Worker::new(input_sender.clone(), desktop_settings.hash_cost, Arc::clone(&authority), Arc::clone(&telemetry))
            .with_ledger(ledger),
        hub,
        link,
        registration: settings::registration(&config),
        context: None,
        forwards: Forwards::default(),
        telemetry: Arc::clone(&telemetry),
        readiness: readiness_sender,
        troubles: Troubles::default(),
        probed: None,
        is_stopping: false,
    };
    let (forwarder, wishes) = forward::channel();
    let core = tokio::spawn(core.run(Sources {
        link: link_events,
        desktops: inputs,
        orders: received_orders,
        troubles,
        forwards: wishes,
        accounts: authority.editions(),
    }));

    let (sockets, socket_settings) = watch::channel(Arc::new(desktop_settings));
    let policy = SharedPolicy::new(settings::policy(&config));
    let reserve = OTHER_FILES.min(file_limit / 2);
    let limits = settings::http(&config, usize::try_from(file_limit.saturating_sub(reserve)).unwrap_or(usize::MAX));
    let guard = api::Guard::new(Arc::clone(&authority), settings::api(&config), Arc::clone(&telemetry));
    let files = Files::new(config.data_dir.join(FILES));
    let key = key::load_or_create(&config.data_dir, PRIVACY_KEY).map_err(in_data_dir)?;
    let eraser = Eraser { files: files.clone(), key, clock, telemetry: Arc::clone(&telemetry) };
    let keep = Some(config.history.keep_days).filter(|days| *days > 0).map(|days| jiff::SignedDuration::from_hours(i64::from(days) * 24));
    let cleaner = Cleaner::start(recorder.store.clone(), files.clone(), keep, clock, Arc::clone(&telemetry));
    let rest = rest::Rest {
        store: recorder.store.clone(),
        clock,
        reasons: Arc::new(settings::reason_names(&config)),
        amender: recorder.amender.clone(),
        forwarder: Some(forwarder),
        files: files.clone(),
        company_id: config.history.company_id,
        eraser,
        departments,
        recorder: settings::recorder(&config).map(Connector::new).transpose()?.map(Arc::new),
        telemetry: Arc::clone(&telemetry),
    };
    let records = api::protect(rest::router(rest), guard.clone()).merge(api::document(&rest::document()));
    let routes =
        extra.merge(api::router(guard)).merge(records).merge(desktop::router(input_sender, socket_settings, Arc::clone(&telemetry)));
    let router = http::desktop_router(routes, policy.clone(), config.http.max_body, settings::proxies(&config));
    let (stop_desktops, stop_admin) = (CancellationToken::new(), CancellationToken::new());
    let health = health::router(Health { readiness: readiness.clone(), telemetry: Arc::clone(&telemetry) });
    let ports = [
        http::serve_with(desktops, router, tls.clone(), limits, Arc::clone(&telemetry), stop_desktops.clone()),
        http::serve(
            admin,
            health,
            http::Limits { port: "admin", max_connections: ADMIN_CONNECTIONS, ..http::Limits::default() },
            Arc::clone(&telemetry),
            stop_admin.clone(),
        ),
    ];
    let watched = watched(&config);
    telemetry.daemon.started(desktops_at, admin_at);
    Ok(Running {
        desktops: desktops_at,
        admin: admin_at,
        telemetry,
        config,
        policy,
        readiness,
        sockets,
        orders,
        stop_desktops,
        stop_admin,
        core,
        recorder,
        keeper,
        deliverer,
        receivers,
        cleaner,
        authority,
        tls,
        watched,
        _lock: lock,
        ports,
    })
}

impl Running {
    /// Waits until desktops can work, but no longer than `within`; whether they can.
    pub async fn ready(&self, within: Duration) -> bool {
        let mut readiness = self.readiness.clone();
        timeout(within, readiness.wait_for(|readiness| readiness.missing.is_empty())).await.is_ok_and(|ready| ready.is_ok())
    }

    /// Whether the core answers within a second.
    pub async fn is_alive(&self) -> bool {
        is_alive(&self.orders).await
    }

    /// Reads the files of accounts, keys, certificates and secrets anew, if one of them has changed.
    pub fn refresh(&mut self) {
        if self.watched.have_changed() {
            match self.reread(&self.config) {
                Ok(()) => self.telemetry.daemon.files_reread(),
                Err(error) => self.telemetry.daemon.files_refused(&error),
            }
        }
    }

    /// All or none.
    fn reread(&self, config: &Config) -> Result<(), StartError> {
        let secrets = self.secrets(config)?;
        let prepared = self.tls.as_ref().zip(settings::tls(config)).map(|(tls, settings)| tls.prepare(&settings)).transpose()?;
        self.authority.reload(settings::auth(config))?;
        if let Some((tls, prepared)) = self.tls.as_ref().zip(prepared) {
            tls.install(prepared);
        }
        secrets.into_iter().for_each(|(secret, read)| secret.replace(read));
        Ok(())
    }

    /// What now stands in the files with the secrets of receivers that have one. A receiver that gets its first one, or none
    /// any more, is another receiver: that takes a restart.
    fn secrets(&self, config: &Config) -> Result<Vec<(Secret, SecretString)>, StartError> {
        let signed = config.webhooks.iter().filter_map(|hook| {
            let secret = self.receivers.hook(&hook.name)?.secret.clone()?;
            Some((hook.name.clone(), hook.secret_file.as_ref()?, secret))
        });
        signed
            .map(|(name, file, secret)| match read_secret(file) {
                Ok(read) => Ok((secret, read.expose().to_owned().into())),
                Err(source) => Err(StartError::Secret { name, source }),
            })
            .collect()
    }

    /// Puts a new configuration in force, as far as that is possible while running; the keys for which it is not.
    ///
    /// # Errors
    /// A file that it names is wrong: nothing has changed.
    pub async fn reload(&mut self, config: Config) -> Result<Vec<String>, StartError> {
        self.reread(&config)?;
        self.watched = watched(&config);
        self.policy.set(settings::policy(&config));
        let desktops = settings::desktop(&config, system::names());
        self.sockets.send_modify(|settings| {
            let settings = Arc::make_mut(settings);
            settings.allowed_origins.clone_from(&desktops.allowed_origins);
            settings.own_names.clone_from(&desktops.own_names);
            settings.require_origin = desktops.require_origin;
            settings.tccc.clone_from(&desktops.tccc);
        });
        // A core that died is noticed elsewhere.
        let _ = self.orders.send(Order::Lists(Box::new(desktops))).await;
        // Whether there are dispositions at all decides what buttons desktops have.
        let (old, new) = (&self.config.mediabar.dispositions, &config.mediabar.dispositions);
        let is_first_or_last_disposition = old.is_empty() != new.is_empty();
        let is_in_force = |key: &str| match key {
            "mediabar.dispositions" => !is_first_or_last_disposition,
            "http.tls.certificate" | "http.tls.key" | "http.tls.min_version" => self.tls.is_some() && config.http.tls.is_some(),
            "daemon.watch_files" => true,
            key if key.starts_with("auth.") => true,
            key => LIVE.contains(&key),
        };
        let restart_needed = config.changed_from(&self.config).into_iter().filter(|key| !is_in_force(key)).collect();
        self.config = config;
        Ok(restart_needed)
    }

    /// Ends it: no new connections, desktops sent away, CTI sessions closed, everything within [`SHUTDOWN`].
    pub async fn shutdown(self) {
        let everything = async {
            self.stop_desktops.cancel();
            let (done, stopped) = oneshot::channel();
            if self.orders.send(Order::Stop(done)).await.is_ok() {
                let _ = stopped.await; // an error means that it is gone already
            }
            let _ = self.core.await; // so does this one
            self.deliverer.stop().await;
            self.cleaner.stop().await;
            self.keeper.stop(LAST_WRITES).await;
            self.recorder.stop(LAST_WRITES).await;
            self.stop_admin.cancel();
            for port in self.ports {
                let _ = port.await;
            }
        };
        match timeout(SHUTDOWN, everything).await {
            Ok(()) => self.telemetry.daemon.stopped(),
            Err(_) => self.telemetry.daemon.cut_off("the daemon"),
        }
    }
}

/// The files that [`Running::refresh`] looks at.
fn watched(config: &Config) -> Watched {
    let tls = settings::tls(config).into_iter().flat_map(|tls| [tls.certificate, tls.key]);
    let secrets = config.webhooks.iter().filter_map(|hook| hook.secret_file.clone());
    Watched::new(settings::auth(config).files().into_iter().chain(tls).chain(secrets))
}

/// What can be wrong with the files that a configuration names, for `check-config`.
///
/// # Errors
/// The first one that is wrong.
pub fn check_files(config: &Config) -> Result<(), StartError> {
    Authority::load(settings::auth(config), &key::random())?;
    settings::tls(config).as_ref().map(Tls::load).transpose()?;
    Ok(())
}

/// What is known from before a restart.
#[derive(Default)]
struct Recalled {
    /// What CRMs were given.
    kept: Vec<Kept>,
    /// Who was at work.
    agents: Vec<AgentId>,
}

/// What the database remembers, once it is open. One that cannot be read remembers nothing.
async fn recall(mut opened: watch::Receiver<Option<Store>>, clock: Clock, telemetry: Arc<Telemetry>) -> Recalled {
    let Ok(Some(store)) = opened.wait_for(Option::is_some).await.map(|store| store.clone()) else { return Recalled::default() };
    let agents = store.agents_at_work().await.inspect_err(|error| telemetry.history.read_failed(error)).unwrap_or_default();
    let templates = store.open_templates(clock.now().wall).await;
    let templates = templates.inspect_err(|error| telemetry.history.read_failed(error)).unwrap_or_default();
    let kept = |row: &Template| Kept::read(&row.interaction, &row.agent, row.is_told, &row.body);
    Recalled { kept: templates.iter().filter_map(kept).collect(), agents: agents.iter().map(|id| AgentId::from(id.as_str())).collect() }
}

async fn pause(time: Duration) {
    match time {
        Duration::ZERO => std::future::pending().await,
        time => tokio::time::sleep(time).await,
    }
}

async fn is_alive(orders: &mpsc::Sender<Order>) -> bool {
    let (answer, answered) = oneshot::channel();
    let ask = async { orders.send(Order::Answer(answer)).await.is_ok() && answered.await.is_ok() };
    timeout(Duration::from_secs(1), ask).await.unwrap_or(false)
}

/// Keys that take effect without a restart; so do dispositions, mostly.
const LIVE: [&str; 16] = [
    "log.level",
    "http.public_names",
    "http.allowed_origins",
    "http.require_origin",
    "http.frame_ancestors",
    "http.cif_library",
    "mediabar.directory",
    "mediabar.not_ready_reasons",
    "mediabar.logout_reasons",
    "mediabar.queues",
    "mediabar.skill_groups",
    "mediabar.card_variables",
    "mediabar.mask_digits",
    "mediabar.tccc.remark",
    "mediabar.tccc.ivr_path",
    "mediabar.tccc.not_ready_reason",
];

/// The core task died: a mistake of ours. Whoever supervises the process should start it again.
#[derive(Debug, thiserror::Error)]
#[error("the core task died")]
pub struct CoreDied;

/// Keeps a daemon running until a signal ends it; `read` gives its configuration anew.
///
/// # Errors
/// [`CoreDied`].
pub async fn serve(
    mut running: Running,
    mut signals: Signals,
    level: &Level,
    mut read: impl FnMut() -> Result<Config, ConfigError>,
) -> Result<(), CoreDied> {
    let manager = ServiceManager;
    let orders = running.orders.clone();
    let watched = orders.clone();
    let watchdog = manager.watch(move || {
        let orders = watched.clone();
        async move { is_alive(&orders).await }
    });
    manager.ready();
    loop {
        let asked = tokio::select! {
            asked = signals.next() => asked,
            () = orders.closed() => return Err(CoreDied),
            () = pause(running.config.watch_files) => {
                running.refresh();
                continue;
            }
        };
        match asked {
            Asked::Reload => {
                manager.reloading();
                match read() {
                    Ok(config) => {
                        if let Ok(filter) = crate::telemetry::log::directives(&config.log.level) {
                            level.set(filter);
                        }
                        match running.reload(config).await {
                            Ok(restart_needed) => running.telemetry.daemon.reloaded(&restart_needed),
                            Err(error) => running.telemetry.daemon.files_refused(&error),
                        }
                    }
                    Err(error) => running.telemetry.daemon.reload_refused(&error),
                }
                manager.ready();
            }
            Asked::Stop(why) => {
                running.telemetry.daemon.stopping(why);
                manager.stopping();
                break;
            }
        }
    }
    if let Some(watchdog) = watchdog {
        watchdog.abort();
    }
    running.shutdown().await;
    Ok(())
}

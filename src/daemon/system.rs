//! What the process asks of the machine around it: signals, the service manager, the open-file limit, its names.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Stop: SIGTERM or Ctrl-C.
    Stop(&'static str),
    /// Read the configuration again: SIGHUP.
    Reload,
}

/// The signals the daemon listens to, from its first moment on.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Takes over the signals.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn start() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Stop("SIGTERM"),
            _ = self.interrupt.recv() => Asked::Stop("Ctrl-C"),
            _ = self.hang_up.recv() => Asked::Reload,
        }
    }
}

/// Tells systemd, if it started us, how far we are. Without it nothing happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServiceManager;

impl ServiceManager {
    fn tell(states: &[NotifyState<'_>]) {
        // Nobody listens, or somebody who cannot be reached: either way the work goes on.
        let _ = sd_notify::notify(states);
    }

    /// Everything is up.
    pub fn ready(self) {
        Self::tell(&[NotifyState::Ready]);
    }

    /// One line for `systemctl status`.
    pub fn status(self, status: &str) {
        Self::tell(&[NotifyState::Status(status)]);
    }

    /// The configuration is being read again; [`Self::ready`] must follow.
    pub fn reloading(self) {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => Self::tell(&[NotifyState::Reloading, now]),
            Err(_) => Self::tell(&[NotifyState::Reloading]),
        }
    }

    /// The end has begun.
    pub fn stopping(self) {
        Self::tell(&[NotifyState::Stopping]);
    }

    /// Sends signs of life as often as the unit's `WatchdogSec=` wants them, for as long as `is_alive` answers.
    pub fn watch<F, A>(self, mut is_alive: F) -> Option<JoinHandle<()>>
    where
        F: FnMut() -> A + Send + 'static,
        A: Future<Output = bool> + Send,
    {
        let period = sd_notify::watchdog_enabled()? / 2;
        Some(tokio::spawn(async move {
            let mut ticks = tokio::time::interval(period.max(Duration::from_millis(10)));
            loop {
                ticks.tick().await;
                if is_alive().await {
                    Self::tell(&[NotifyState::Watchdog]);
                }
            }
        }))
    }
}

/// Raises the process' soft limit of open files to its hard limit; the limit then in force.
pub fn raise_open_file_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    // Where it is not allowed the old one stays, and the log says so.
    let _ = setrlimit(Resource::Nofile, raised);
    // No limit is told as none.
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// The machine's names, as its users know it: its own, and with the domains in which names are looked up here.
pub fn names() -> Vec<String> {
    let system = rustix::system::uname();
    let resolver = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    names_of(&system.nodename().to_string_lossy(), &resolver)
}

fn names_of(node: &str, resolver: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let node = node.trim_end_matches('.');
    if node.is_empty() {
        return names;
    }
    let short = node.split('.').next().unwrap_or(node);
    names.extend([node.to_owned(), short.to_owned()]);
    for line in resolver.lines() {
        let mut words = line.split_whitespace();
        if matches!(words.next(), Some("search" | "domain")) {
            let domains = words.map(|domain| domain.trim_end_matches('.')).filter(|domain| !domain.is_empty());
            names.extend(domains.map(|domain| format!("{short}.{domain}")));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_by_its_name_alone_and_with_its_domains() {
        let resolver = "# made by hand\nnameserver 10.0.0.1\nsearch corp.example lab.example.\ndomain corp.example\n";
        assert_eq!(names_of("bridge", resolver), ["bridge", "bridge.corp.example", "bridge.lab.example"]);
        assert_eq!(names_of("bridge.example", ""), ["bridge", "bridge.example"]);
        assert!(names_of("", resolver).is_empty());
    }
}

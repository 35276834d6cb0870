//! The daemon beside CTI Servers that the test plays by hand.

#![allow(dead_code)] // each program uses its part of it

use ctibridge::config::{self, FileText};
use ctibridge::daemon;
use ctibridge::telemetry::Telemetry;
use ctibridge::time::Clock;

use crate::peer::soon;

pub(crate) struct Daemon {
    pub(crate) running: daemon::Running,
    _folder: tempfile::TempDir,
}

impl Daemon {
    /// `cti` are lines of `[cti]`.
    pub(crate) async fn start(cti: &str) -> Self {
        ctibridge::tls::install_provider();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().display().to_string();
        let text =
            format!("[daemon]\ndata_dir = {data:?}\n[http]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[cti]\n{cti}\n");
        let config = config::from_text(Some(FileText { name: "test.toml", text: &text }), []).unwrap();
        let running = daemon::start(config, axum::Router::new(), Clock::start(), Telemetry::new()).await.unwrap();
        Self { running, _folder: folder }
    }

    /// The value of a metric, given with its labels; 0 while there is none.
    pub(crate) fn metric(&self, line: &str) -> u64 {
        let text = self.running.telemetry.render();
        let found = text.lines().find_map(|candidate| candidate.strip_prefix(line)?.trim().parse().ok());
        found.unwrap_or(0)
    }

    pub(crate) async fn until_metric(&self, line: &str, value: u64) {
        soon(line, async {
            while self.metric(line) != value {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

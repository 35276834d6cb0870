//! What operators see: one function for each notable event, which writes its one log line and counts its one metric, so
//! that the two never disagree. One file for each room of the house.
//!
//! Levels: `error` – an operator must act; `warn` – something is wrong, the daemon goes on or heals; `info` – the life of
//! the service; `debug` – for developers. Customer numbers, names, passwords and tokens appear at none of the first three.

pub mod daemon;
pub mod desktop;
pub mod engine;
pub mod history;
pub mod http;
pub mod link;
pub mod log;
pub mod simulator;
pub mod webhook;

use std::sync::Arc;

use prometheus_client::registry::Registry;

/// All metrics of one process, and the events that move them. Nothing here is global: each test has its own.
#[derive(Debug)]
pub struct Telemetry {
    registry: Registry,
    /// The link to the CTI Server.
    pub link: link::LinkEvents,
    /// The engine.
    pub engine: engine::EngineEvents,
    /// Desktops.
    pub desktop: desktop::DesktopEvents,
    /// The session history's store.
    pub history: history::HistoryEvents,
    /// Deliveries to integrators.
    pub webhook: webhook::WebhookEvents,
    /// The HTTP ports.
    pub http: http::HttpEvents,
    /// The process as a whole.
    pub daemon: daemon::DaemonEvents,
    /// The simulator.
    pub simulator: simulator::SimulatorEvents,
}

impl Telemetry {
    /// Fresh metrics, all at zero.
    pub fn new() -> Arc<Self> {
        let mut registry = Registry::with_prefix("ctibridge");
        let link = link::LinkEvents::register(registry.sub_registry_with_prefix("link"));
        let engine = engine::EngineEvents::register(registry.sub_registry_with_prefix("engine"));
        let desktop = desktop::DesktopEvents::register(registry.sub_registry_with_prefix("desktop"));
        let history = history::HistoryEvents::register(registry.sub_registry_with_prefix("history"));
        let webhook = webhook::WebhookEvents::register(registry.sub_registry_with_prefix("webhook"));
        let http = http::HttpEvents::register(registry.sub_registry_with_prefix("http"));
        let daemon = daemon::DaemonEvents::register(&mut registry);
        let simulator = simulator::SimulatorEvents::register(registry.sub_registry_with_prefix("simulator"));
        Arc::new(Self { registry, link, engine, desktop, history, webhook, http, daemon, simulator })
    }

    /// The metrics in the OpenMetrics text format.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

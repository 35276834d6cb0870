//! ctibridge: the bridge between Cisco Unified CCE's CTI Server (GED-188) and contact-centre desktops.

pub mod auth;
pub mod capture;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod desktop;
pub mod engine;
pub mod history;
pub mod http;
pub mod http_client;
pub mod link;
pub mod network;
pub mod protocol;
pub mod simulator;
pub mod telemetry;
pub mod time;
pub mod tls;

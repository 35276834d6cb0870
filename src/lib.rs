//! ctibridge: the bridge between Cisco Unified CCE's CTI Server (GED-188) and contact-centre desktops.

pub mod auth;
pub mod desktop;
pub mod engine;
pub mod protocol;
pub mod telemetry;
pub mod time;

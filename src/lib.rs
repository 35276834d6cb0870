//! ctibridge: the bridge between Cisco Unified CCE's CTI Server (GED-188) and contact-centre desktops.

pub mod engine;
pub mod protocol;
pub mod simulator;
pub mod telemetry;
pub mod time;

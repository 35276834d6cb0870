//! From the checked configuration to each room's settings: the only place that knows both.

use crate::config::Config;
use crate::{engine, http, link};

/// Why a checked configuration still does not fit a room: always a mistake of ours.
#[derive(Debug, thiserror::Error)]
#[error("the configuration was checked, but its {0} is not understood")]
pub struct Unfit(&'static str);

/// The link's settings.
///
/// # Errors
/// The check and the link disagree about addresses or versions.
pub fn link(config: &Config) -> Result<link::Settings, Unfit> {
    let cti = &config.cti;
    let endpoint = |address: &crate::config::HostPort| address.to_string().parse().map_err(|_| Unfit("cti.side_a or cti.side_b"));
    Ok(link::Settings {
        side_a: endpoint(&cti.side_a)?,
        side_b: cti.side_b.as_ref().map(endpoint).transpose()?,
        client_id: cti.client_id.clone(),
        client_password: cti.client_password.expose().to_owned().into(),
        client_signature: cti.client_signature.clone(),
        protocol_version: crate::protocol::ProtocolVersion::new(cti.protocol_version.into()).ok_or(Unfit("cti.protocol_version"))?,
        heartbeat_interval: cti.heartbeat_interval,
        request_timeout: cti.request_timeout,
        connect_timeout: cti.connect_timeout,
        open_timeout: cti.open_timeout,
        max_frame: cti.max_frame,
        peripheral_id: cti.peripheral_id,
        configuration: cti.configuration,
        ..link::Settings::default()
    })
}

/// The engine's settings.
pub fn engine(config: &Config) -> engine::Settings {
    let bar = &config.mediabar;
    engine::Settings {
        peripheral_id: config.cti.peripheral_id,
        auto_complete: bar.auto_complete,
        dial_when_ready: bar.dial_when_ready,
        reject_destination: bar.reject_destination.as_deref().map(Into::into),
        freeze_wait: bar.freeze_wait.0,
        has_dispositions: !bar.dispositions.is_empty(),
        command_timeout: config.cti.request_timeout,
        ..engine::Settings::default()
    }
}

/// Protection of the desktops' port.
pub fn http(config: &Config) -> http::Limits {
    http::Limits { max_connections: config.http.max_connections, header_timeout: config.http.header_timeout }
}

/// What pages may do.
pub fn policy(config: &Config) -> http::Policy {
    http::Policy { frame_ancestors: config.http.frame_ancestors.clone(), cif_library: config.http.cif_library.clone() }
}

//! Notable events of desktops and their sockets.

use prometheus_client::registry::Registry;

/// Counters of desktops and their sockets, and the events that move them.
#[derive(Debug)]
pub struct DesktopEvents {}

impl DesktopEvents {
    pub(super) fn register(_registry: &mut Registry) -> Self {
        Self {}
    }
}

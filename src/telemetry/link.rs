//! Notable events of the link to the CTI Server.

use prometheus_client::registry::Registry;

/// Counters of the link to the CTI Server, and the events that move them.
#[derive(Debug)]
pub struct LinkEvents {}

impl LinkEvents {
    pub(super) fn register(_registry: &mut Registry) -> Self {
        Self {}
    }
}

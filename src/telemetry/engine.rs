//! Notable events of the engine.

use prometheus_client::registry::Registry;

/// Counters of the engine, and the events that move them.
#[derive(Debug)]
pub struct EngineEvents {}

impl EngineEvents {
    pub(super) fn register(_registry: &mut Registry) -> Self {
        Self {}
    }
}

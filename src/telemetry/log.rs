//! Log lines on standard error: for eyes or as JSON, with a level that can be changed while the daemon runs.

use std::io::IsTerminal;
use std::sync::Arc;

use tracing_subscriber::filter::{EnvFilter, ParseError};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{Layer, Registry, reload};

/// Log target of session history records, until the history store exists.
pub const HISTORY: &str = "history";

/// Checks a level or filter directives.
///
/// # Errors
/// Why they cannot be read.
pub fn directives(level: &str) -> Result<EnvFilter, ParseError> {
    // A word that is no level would silently become the name of a module.
    let is_level = |word: &str| ["off", "error", "warn", "info", "debug", "trace"].contains(&word.to_ascii_lowercase().as_str());
    let checked: String = level
        .split(',')
        .map(|part| if is_level(part) || part.contains(['=', '[', ':']) { part } else { "?=?" })
        .collect::<Vec<_>>()
        .join(",");
    EnvFilter::builder().parse(checked)
}

/// Changes the level of a running subscriber.
#[derive(Clone)]
pub struct Level(Arc<dyn Fn(EnvFilter) -> bool + Send + Sync>);

impl std::fmt::Debug for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Level")
    }
}

impl Level {
    /// Whether the new filter is in force.
    pub fn set(&self, filter: EnvFilter) -> bool {
        (self.0)(filter)
    }
}

/// Starts logging for the whole process; once only.
///
/// # Errors
/// Somebody else started it before.
pub fn start(filter: EnvFilter, json: bool) -> Result<Level, TryInitError> {
    let (filter, handle) = reload::Layer::<EnvFilter, Registry>::new(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let lines = if json { lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed() } else { lines.boxed() };
    tracing_subscriber::registry().with(filter).with(lines).try_init()?;
    Ok(Level(Arc::new(move |filter| handle.reload(filter).is_ok())))
}

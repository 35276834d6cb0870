//! Configuration: a TOML file over defaults, environment variables over both; read completely, or refused with all its
//! mistakes at once.
//!
//! [`raw`] describes what can be written, [`load`] puts the layers together, [`check`] turns the outcome into a
//! [`Config`] that the rest may rely on. No room reads configuration: the composition root hands each its settings.

pub mod check;
pub mod cti_tls;
pub mod error;
mod lines;
pub mod load;
pub mod raw;
mod recorder_url;
pub mod scenario;
pub mod simulator;
pub mod value;
pub mod webhooks;

use std::path::{Path, PathBuf};

pub use check::{Config, HostPort};
pub use error::{Mistake, Mistakes};
pub use load::FileText;

/// The configuration as shipped: every key with its default and a comment. `demo` starts from it.
pub const SHIPPED: &str = include_str!("../../config/ctibridge.toml");

/// Where `run` looks without `--config`, in this order.
pub const PLACES: [&str; 2] = ["config/ctibridge.toml", "/etc/ctibridge/ctibridge.toml"];

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", .path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Neither of [`PLACES`] exists.
    #[error("no configuration: neither {} nor {} exists; name one with --config", PLACES[0], PLACES[1])]
    Nowhere,
    /// It is wrong.
    #[error("{0}")]
    Wrong(#[from] Mistakes),
}

/// The file that `run` uses: the one named, else the first of [`PLACES`].
///
/// # Errors
/// [`ConfigError::Nowhere`].
pub fn find(named: Option<&Path>) -> Result<PathBuf, ConfigError> {
    match named {
        Some(path) => Ok(path.to_owned()),
        None => PLACES.iter().map(PathBuf::from).find(|path| path.exists()).ok_or(ConfigError::Nowhere),
    }
}

/// Reads a file's text.
///
/// # Errors
/// [`ConfigError::Missing`].
pub fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Missing { path: path.to_owned(), source })
}

/// The file over the defaults, `env` over both, checked.
///
/// # Errors
/// Everything that is wrong with it.
pub fn from_file(path: &Path, env: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let text = read(path)?;
    let name = path.display().to_string();
    Ok(from_text(Some(FileText { name: &name, text: &text }), env)?)
}

/// [`from_file`] for a text that is at hand, or for the defaults alone.
///
/// # Errors
/// Everything that is wrong with it.
pub fn from_text(file: Option<FileText<'_>>, env: impl IntoIterator<Item = (String, String)>) -> Result<Config, Mistakes> {
    let (raw, mistakes) = load::layered::<raw::Raw>(file, env);
    check::check(raw, mistakes)
}

/// The environment as texts; variables that are no UTF-8 cannot be ours.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
}

/// JSON Schema of the configuration file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(raw::Raw).to_value()
}

#[cfg(test)]
mod tests;

//! `[cti.tls]`: its files are read when the configuration is, so that what is wrong with them is known before the start.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::raw;
use super::value::Span;
use crate::tls::{self, Identity, TlsError, TrustList};

/// TLS to the CTI Servers, ready to be used.
#[derive(Clone, Debug)]
pub struct CtiTls {
    /// Trust list, our own certificate, lowest version.
    pub config: Arc<ClientConfig>,
    /// The name that side A's certificate must be for.
    pub server_name_a: ServerName<'static>,
    /// The same of side B.
    pub server_name_b: ServerName<'static>,
    /// For the handshake.
    pub handshake_timeout: Duration,
}

/// Key, value and reason of everything that is wrong.
pub(super) type Wrong = Vec<(String, Option<String>, String)>;

/// Reads the files; `None`: TLS is off.
pub(super) fn check(raw: &raw::CtiTls, data_dir: &Path, host_a: &str, host_b: Option<&str>) -> Result<Option<CtiTls>, Wrong> {
    if !raw.enabled {
        return Ok(None);
    }
    let mut wrong = Wrong::new();
    let mut add = |key: &str, value: Option<&String>, reason: String| wrong.push((format!("cti.tls.{key}"), value.cloned(), reason));
    let trust = match &raw.ca_file {
        None => {
            add("ca_file", None, "is needed when cti.tls.enabled is true: the certificates that are trusted".to_owned());
            None
        }
        Some(file) => TrustList::load(&data_dir.join(file)).map_err(|error| add("ca_file", Some(file), error.to_string())).ok(),
    };
    let identity = match (&raw.certificate_file, &raw.key_file) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Identity::load(&data_dir.join(certificate), &data_dir.join(key))
            .map_err(|error| {
                let (at, value) =
                    if is_about(&error, &data_dir.join(certificate)) { ("certificate_file", certificate) } else { ("key_file", key) };
                add(at, Some(value), error.to_string());
            })
            .ok(),
        (Some(file), None) => {
            add("certificate_file", Some(file), "cti.tls.key_file must stand beside it".to_owned());
            None
        }
        (None, Some(file)) => {
            add("key_file", Some(file), "cti.tls.certificate_file must stand beside it".to_owned());
            None
        }
    };
    if !(Span::millis(100)..=Span::secs(10)).contains(&raw.handshake_timeout) {
        add("handshake_timeout", Some(&raw.handshake_timeout.to_string()), "must be from 0.1s to 10s".to_owned());
    }
    let mut name = |key: &str, given: Option<&String>, host: &str| {
        // A host that is wrong has its own line.
        let text = given.map_or(if host.is_empty() { "localhost" } else { host }, String::as_str);
        tls::server_name(text).map_err(|error| add(key, given, error.to_string())).ok()
    };
    let server_name_a = name("server_name_a", raw.server_name_a.as_ref(), host_a);
    let server_name_b = name("server_name_b", raw.server_name_b.as_ref(), host_b.unwrap_or(host_a));
    let config = trust.and_then(|trust| {
        let config = tls::client_config(&trust, identity.as_ref(), raw.min_version);
        config.map_err(|error| add("enabled", None, error.to_string())).ok()
    });
    match (config, server_name_a, server_name_b) {
        (Some(config), Some(server_name_a), Some(server_name_b)) if wrong.is_empty() => {
            let handshake_timeout = raw.handshake_timeout.0;
            Ok(Some(CtiTls { config: Arc::new(config), server_name_a, server_name_b, handshake_timeout }))
        }
        _ => Err(wrong),
    }
}

/// Whether the certificate's file is at fault, not the key's.
fn is_about(error: &TlsError, file: &Path) -> bool {
    match error {
        TlsError::Unreadable { path, .. }
        | TlsError::TooLong { path }
        | TlsError::BadPem { path, .. }
        | TlsError::NoCertificate { path }
        | TlsError::BadCertificate { path, .. } => path == file,
        _ => false,
    }
}

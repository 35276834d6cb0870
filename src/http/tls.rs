//! TLS of the desktops' port: a certificate that can be replaced while connections stay, tickets that outlive it, and a
//! bound on handshakes at once.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::server::{Acceptor, ProducesTickets};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::tls::{Identity, MinVersion, TlsError, reason_of, server_config};

/// How long a client may take for its second part of a handshake, which holds one of the places.
const SECOND_PART: Duration = Duration::from_secs(5);

/// Which files, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// The certificate and those between it and its authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Lowest version.
    pub min_version: MinVersion,
    /// Handshakes at once.
    pub max_handshakes: usize,
}

/// Files that were read and found right.
#[derive(Debug)]
pub struct Prepared(ServerConfig);

/// The server's end of TLS.
pub struct Tls {
    config: ArcSwap<ServerConfig>,
    /// The same over all certificates: a desktop that comes back needs no full handshake after a reload either.
    tickets: Arc<dyn ProducesTickets>,
    places: Semaphore,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load(settings: &TlsSettings) -> Result<Self, TlsError> {
        let tickets = Ticketer::new()?;
        let config = configuration(settings, &tickets)?;
        Ok(Self { config: ArcSwap::from_pointee(config), tickets, places: Semaphore::new(settings.max_handshakes) })
    }

    /// Reads the files anew.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn prepare(&self, settings: &TlsSettings) -> Result<Prepared, TlsError> {
        configuration(settings, &self.tickets).map(Prepared)
    }

    /// Puts files that were read in force, for handshakes from now on; connections stay as they are.
    pub fn install(&self, prepared: Prepared) {
        self.config.store(prepared.0.into());
    }

    /// The server's part of a handshake; `patience` for the client's first part.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) async fn accept(&self, stream: TcpStream, patience: Duration) -> Result<TlsStream<TcpStream>, String> {
        let words = |error: io::Error| reason_of(&error).unwrap_or_else(|| error.to_string());
        let slow = |_| "the client does not go on".to_owned();
        // Whoever says nothing holds no place.
        let hello = timeout(patience, LazyConfigAcceptor::new(Acceptor::default(), stream)).await.map_err(slow)?.map_err(words)?;
        // The semaphore is never closed.
        let _place = self.places.acquire().await;
        timeout(SECOND_PART, hello.into_stream(self.config.load_full())).await.map_err(slow)?.map_err(words)
    }
}

fn configuration(settings: &TlsSettings, tickets: &Arc<dyn ProducesTickets>) -> Result<ServerConfig, TlsError> {
    let identity = Identity::load(&settings.certificate, &settings.key)?;
    let mut config = server_config(&identity, None, settings.min_version)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = Arc::clone(tickets);
    Ok(config)
}

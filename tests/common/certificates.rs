//! Certificates made at test time: an authority in a folder of its own, and what it signs.

#![allow(dead_code)] // each program uses its part of it

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ctibridge::link::Tls;
use ctibridge::simulator::TlsServer;
use ctibridge::tls::{self, Identity, MinVersion, TrustList};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

pub(crate) struct Certificates {
    folder: TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Certificates {
    /// `ca.pem`, and `server` for the name pg1 and `client`, each with `.pem` and `.key`.
    pub(crate) fn new(name: &str) -> Self {
        tls::install_provider();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let made = Self { folder: tempfile::tempdir().unwrap(), authority };
        fs::write(made.path("ca.pem"), made.authority.pem()).unwrap();
        made.make("server", "pg1", |_| {});
        made.make("client", "ctibridge", |_| {});
        made
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn make(&self, name: &str, host: &str, change: impl FnOnce(&mut CertificateParams)) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    pub(crate) fn identity(&self, name: &str) -> Identity {
        Identity::load(&self.path(&format!("{name}.pem")), &self.path(&format!("{name}.key"))).unwrap()
    }

    pub(crate) fn trust(&self) -> TrustList {
        TrustList::load(&self.path("ca.pem")).unwrap()
    }

    /// A simulator that shows the certificate of this name and wants one from its clients.
    pub(crate) fn server(&self, name: &str) -> TlsServer {
        let config = tls::server_config(&self.identity(name), Some(&self.trust()), MinVersion::Tls12).unwrap();
        TlsServer(Arc::new(config))
    }

    /// A link that shows the certificate of this name, if any, and expects servers called pg1.
    pub(crate) fn client(&self, name: Option<&str>, least: MinVersion) -> Tls {
        let identity = name.map(|name| self.identity(name));
        let config = tls::client_config(&self.trust(), identity.as_ref(), least).unwrap();
        let pg1 = tls::server_name("pg1").unwrap();
        Tls { config: Arc::new(config), server_name_a: pg1.clone(), server_name_b: pg1, handshake_timeout: Duration::from_secs(5) }
    }
}

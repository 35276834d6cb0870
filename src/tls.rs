//! What TLS of both ends of the house is built from: certificates, keys and trust lists in PEM files, in; configurations
//! of rustls, out; and why a handshake failed, in words. Towards the CTI Server we are the client, towards desktops the
//! server, and the simulator is a server too.
//!
//! One cryptography provider serves all of it: [`install_provider`] makes it the process' own, for the libraries that
//! look for one.

mod reason;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme, SupportedProtocolVersion,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use reason::{reason, reason_of, word_of};

/// No file of certificates is longer, in bytes.
const MOST: u64 = 1 << 20;

/// The lowest version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum MinVersion {
    /// 1.2 and 1.3.
    #[default]
    #[serde(rename = "1.2")]
    Tls12,
    /// 1.3 only.
    #[serde(rename = "1.3")]
    Tls13,
}

impl MinVersion {
    fn versions(self) -> &'static [&'static SupportedProtocolVersion] {
        static BOTH: [&SupportedProtocolVersion; 2] = [&rustls::version::TLS13, &rustls::version::TLS12];
        match self {
            Self::Tls12 => &BOTH,
            Self::Tls13 => &BOTH[..1],
        }
    }
}

/// Why a certificate, a key or a trust list cannot be used: always for an operator to mend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The file is not there, or not for us.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is far longer than any file of certificates.
    #[error("{} is longer than {MOST} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
    },
    /// Something in the file begins like PEM and does not go on like it.
    #[error("{} is no readable PEM file: {reason}", path.display())]
    BadPem {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No certificate is in the file.
    #[error("{} holds no certificate", path.display())]
    NoCertificate {
        /// Which.
        path: PathBuf,
    },
    /// No private key is in the file.
    #[error("{} holds no private key that can be used (PKCS#8, PKCS#1 or SEC1, not encrypted)", path.display())]
    NoKey {
        /// Which.
        path: PathBuf,
    },
    /// The certificate cannot be read or is of an unknown kind.
    #[error("a certificate in {} cannot be used: {reason}", path.display())]
    BadCertificate {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Certificate and key were not made for each other.
    #[error("the key in {} does not belong to the certificate in {}", key.display(), certificate.display())]
    Mismatch {
        /// File of the certificate.
        certificate: PathBuf,
        /// File of the key.
        key: PathBuf,
    },
    /// The name is neither a host name nor an address.
    #[error("{name:?} is neither a host name nor an address")]
    BadName {
        /// It.
        name: String,
    },
    /// rustls refuses for another reason.
    #[error("TLS cannot be set up: {0}")]
    Refused(#[from] rustls::Error),
}

/// Makes our cryptography provider the one of the process; the second call and all later ones change nothing.
pub fn install_provider() {
    // An error says that there is one already.
    let _ = aws_lc_rs::default_provider().install_default();
}

fn provider() -> Arc<CryptoProvider> {
    CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()))
}

/// Who we are: a certificate, those between it and its authority, and its private key.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads both files, which may be the same one, and sees whether they belong together.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = certificates(certificate)?;
        let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| match error {
            PemError::NoItemsFound => TlsError::NoKey { path: key.to_owned() },
            error => TlsError::BadPem { path: key.to_owned(), reason: error.to_string() },
        })?;
        match CertifiedKey::from_der(chain.clone(), private.clone_key(), &provider()) {
            Ok(_) => Ok(Self { chain, key: private }),
            Err(rustls::Error::InconsistentKeys(_)) => Err(TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }),
            Err(rustls::Error::InvalidCertificate(error)) => {
                Err(TlsError::BadCertificate { path: certificate.to_owned(), reason: format!("{error:?}") })
            }
            Err(_) => Err(TlsError::NoKey { path: key.to_owned() }),
        }
    }
}

/// Whom we trust: authorities, and certificates that are trusted for themselves.
#[derive(Clone, Debug)]
pub struct TrustList {
    roots: Arc<RootCertStore>,
    listed: Vec<CertificateDer<'static>>,
}

impl TrustList {
    /// Reads a file of certificates.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(path: &Path) -> Result<Self, TlsError> {
        let listed = certificates(path)?;
        let mut roots = RootCertStore::empty();
        for certificate in &listed {
            let bad = |error| TlsError::BadCertificate { path: path.to_owned(), reason: reason(&error) };
            roots.add(certificate.clone()).map_err(bad)?;
        }
        Ok(Self { roots: Arc::new(roots), listed })
    }
}

/// Reads the host name or the address that a server's certificate must be for.
///
/// # Errors
/// It is neither.
pub fn server_name(name: &str) -> Result<ServerName<'static>, TlsError> {
    ServerName::try_from(name.to_owned()).map_err(|_| TlsError::BadName { name: name.to_owned() })
}

/// For connections that we open: the server must be on the trust list and have the right name; `identity` is shown to
/// servers that ask for one.
///
/// # Errors
/// [`TlsError::Refused`].
pub fn client_config(trust: &TrustList, identity: Option<&Identity>, least: MinVersion) -> Result<ClientConfig, TlsError> {
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::clone(&trust.roots), provider())
        .build()
        .map_err(|error| TlsError::Refused(rustls::Error::General(error.to_string())))?;
    let verifier = Arc::new(ListedServers { inner, listed: trust.listed.clone() });
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(least.versions())?
        .dangerous() // the verifier below is the usual one, and one case more
        .with_custom_certificate_verifier(verifier);
    match identity {
        Some(Identity { chain, key }) => Ok(builder.with_client_auth_cert(chain.clone(), key.clone_key())?),
        None => Ok(builder.with_no_client_auth()),
    }
}

/// For connections that we accept; with `clients`, only from clients that are on that list.
///
/// # Errors
/// [`TlsError::Refused`].
pub fn server_config(identity: &Identity, clients: Option<&TrustList>, least: MinVersion) -> Result<ServerConfig, TlsError> {
    let builder = ServerConfig::builder_with_provider(provider()).with_protocol_versions(least.versions())?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(trust) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::clone(&trust.roots), provider())
                .build()
                .map_err(|error| TlsError::Refused(rustls::Error::General(error.to_string())))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    Ok(builder.with_single_cert(identity.chain.clone(), identity.key.clone_key())?)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = read(path)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match all {
        Ok(all) if all.is_empty() => Err(TlsError::NoCertificate { path: path.to_owned() }),
        Ok(all) => Ok(all),
        Err(error) => Err(TlsError::BadPem { path: path.to_owned(), reason: error.to_string() }),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |source| TlsError::Unreadable { path: path.to_owned(), source };
    let mut text = Vec::new();
    std::fs::File::open(path).map_err(unreadable)?.take(MOST + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MOST { Err(TlsError::TooLong { path: path.to_owned() }) } else { Ok(text) }
}

/// The usual rules, and one case more: CTI Servers come with certificates they signed themselves, which the operator puts
/// on the trust list as they are; many of these call themselves an authority, which the usual rules do not accept from a
/// server. Dates and name are checked all the same.
#[derive(Debug)]
struct ListedServers {
    inner: Arc<WebPkiServerVerifier>,
    listed: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for ListedServers {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.inner.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            // The dates are checked before this is found out, so they are good.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(other)))
                if self.listed.contains(end_entity) && format!("{:?}", other.0) == "CaUsedAsEndEntity" =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

//! Certificates made for one test, clients that trust them, and files of accounts.

#![allow(dead_code)] // each test program uses its part of it

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ctibridge::auth::credential::{HashCost, hash};
use ctibridge::engine::command::Secret;
use ctibridge::tls::{MinVersion, TrustList, client_config, install_provider, server_name};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;

use crate::house::soon;

/// A secret that an issuer of tokens would share with us.
pub(crate) const ISSUER_SECRET: &str = "a secret of thirty-two bytes or more";

/// An argon2 hash that costs a test nothing.
pub(crate) fn hashed(password: &str) -> String {
    hash(&Secret::new(password), HashCost { memory_kib: 8, passes: 1 }).unwrap().as_phc().to_owned()
}

/// A certificate for localhost and its key, as files.
pub(crate) struct Certificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// Writes new files.
    pub(crate) fn new(folder: &Path) -> Self {
        let this = Self { certificate: folder.join("desktops.pem"), key: folder.join("desktops.key") };
        this.renew();
        this
    }

    /// Another certificate and another key in the same places.
    pub(crate) fn renew(&self) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&self.certificate, made.cert.pem()).unwrap();
        std::fs::write(&self.key, made.signing_key.serialize_pem()).unwrap();
    }

    /// A client that trusts it as it is now.
    pub(crate) fn client(&self) -> Arc<ClientConfig> {
        install_provider();
        let trust = TrustList::load(&self.certificate).unwrap();
        Arc::new(client_config(&trust, None, MinVersion::Tls12).unwrap())
    }

    /// What the daemon's environment says about it.
    pub(crate) fn env(&self) -> [(&'static str, &str); 2] {
        [
            ("CTIBRIDGE__HTTP__TLS__CERTIFICATE", self.certificate.to_str().unwrap()),
            ("CTIBRIDGE__HTTP__TLS__KEY", self.key.to_str().unwrap()),
        ]
    }
}

/// A TLS connection to the desktops' port.
pub(crate) async fn connect(address: SocketAddr, client: &Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    soon("the handshake", TlsConnector::from(client.clone()).connect(server_name("localhost").unwrap(), stream)).await
}

/// A GET over a TLS connection that stays; status and body's length are read.
pub(crate) async fn get(stream: &mut TlsStream<TcpStream>, path: &str) -> u16 {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut head = Vec::new();
    soon("the answer", async {
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
    })
    .await;
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length: usize = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    soon("the body", stream.read_exact(&mut body)).await.unwrap();
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A token of the issuer.
pub(crate) fn token(claims: &Value) -> String {
    jsonwebtoken::encode(&Header::default(), claims, &EncodingKey::from_secret(ISSUER_SECRET.as_bytes())).unwrap()
}

/// Claims of a good token that lasts so many seconds.
pub(crate) fn claims(subject: &str, lasts: i64) -> Value {
    let now = ctibridge::time::wall_clock().as_second();
    serde_json::json!({ "iss": "https://id.example", "aud": "ctibridge", "sub": subject, "exp": now + lasts, "jti": format!("{subject}-{now}") })
}

/// The environment of a daemon that believes [`token`]s.
pub(crate) fn issuer_env(folder: &Path) -> Vec<(&'static str, String)> {
    let secret = folder.join("issuer.secret");
    std::fs::write(&secret, format!("{ISSUER_SECRET}\n")).unwrap();
    vec![
        ("CTIBRIDGE__AUTH__TOKEN__SECRET_FILE", secret.to_str().unwrap().to_owned()),
        ("CTIBRIDGE__AUTH__TOKEN__ISSUER", "https://id.example".to_owned()),
        ("CTIBRIDGE__AUTH__TOKEN__AUDIENCE", "ctibridge".to_owned()),
        ("CTIBRIDGE__AUTH__TOKEN__CLOCK_SKEW", "0s".to_owned()),
    ]
}

/// Borrowed, as the house wants it.
pub(crate) fn borrowed<'a>(env: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    env.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

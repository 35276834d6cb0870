use std::fs;
use std::io::Cursor;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{ClientConnection, Connection, ServerConnection};
use tempfile::TempDir;

use super::*;

/// Certificates in a folder of their own.
struct Files {
    folder: TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Files {
    fn new(name: &str) -> Self {
        install_provider();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let files = Self { folder: tempfile::tempdir().unwrap(), authority };
        files.put("ca.pem", &files.authority.pem());
        files
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A certificate of the authority and its key.
    fn make(&self, name: &str, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        let (certificate, key) =
            (self.put(&format!("{name}.pem"), &certificate.pem()), self.put(&format!("{name}.key"), &key.serialize_pem()));
        Identity::load(&certificate, &key).unwrap()
    }

    fn trust(&self) -> TrustList {
        TrustList::load(&self.path("ca.pem")).unwrap()
    }
}

/// A handshake in memory: what the client and the server say about it.
fn shake(client: ClientConfig, server: ServerConfig, name: &str) -> (Result<(), String>, Result<(), String>) {
    let mut client = Connection::from(ClientConnection::new(Arc::new(client), server_name(name).unwrap()).unwrap());
    let mut server = Connection::from(ServerConnection::new(Arc::new(server)).unwrap());
    let (mut at_client, mut at_server) = (Ok(()), Ok(()));
    for _ in 0..8 {
        pass(&mut client, &mut server, &mut at_server);
        pass(&mut server, &mut client, &mut at_client);
    }
    (at_client, at_server)
}

fn pass(from: &mut Connection, to: &mut Connection, verdict: &mut Result<(), String>) {
    let mut wire = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut wire).unwrap();
    }
    let mut wire = Cursor::new(wire);
    while verdict.is_ok() && (wire.position() as usize) < wire.get_ref().len() {
        to.read_tls(&mut wire).unwrap();
        if let Err(error) = to.process_new_packets() {
            *verdict = Err(reason(&error));
        }
    }
}

#[test]
fn both_ends_prove_who_they_are_and_talk() {
    let files = Files::new("authority");
    let (server, client) = (files.make("server", "pg1a", |_| {}), files.make("client", "ctibridge", |_| {}));
    for least in [MinVersion::Tls12, MinVersion::Tls13] {
        let server = server_config(&server, Some(&files.trust()), least).unwrap();
        let client = client_config(&files.trust(), Some(&client), least).unwrap();
        assert_eq!(shake(client, server, "pg1a"), (Ok(()), Ok(())));
    }
}

#[test]
fn every_refusal_names_its_reason() {
    let files = Files::new("authority");
    let good = files.make("good", "pg1a", |_| {});
    let old = files.make("old", "pg1a", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 2, 3));
    });
    let early = files.make("early", "pg1a", |params| params.not_before = date_time_ymd(2999, 1, 1));
    let plain = |identity| server_config(identity, None, MinVersion::Tls12).unwrap();
    let client = || client_config(&files.trust(), None, MinVersion::Tls12).unwrap();
    let at_client = |server, name| shake(client(), server, name).0.unwrap_err();
    assert_eq!(at_client(plain(&good), "pg1b"), "the certificate is not for pg1b; it names pg1a");
    assert_eq!(at_client(plain(&old), "pg1a"), "the certificate expired on 2002-02-03T00:00:00Z");
    assert_eq!(at_client(plain(&early), "pg1a"), "the certificate is valid from 2999-01-01T00:00:00Z on");
    let stranger = Files::new("stranger");
    assert_eq!(
        at_client(plain(&stranger.make("stranger", "pg1a", |_| {})), "pg1a"),
        "the certificate is neither on the trust list nor signed by an authority that is"
    );

    // No version in common: either end may be the one that says so.
    let tls12 = || ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&rustls::version::TLS12]).unwrap();
    let tls12 = tls12().with_no_client_auth().with_single_cert(good.chain.clone(), good.key.clone_key()).unwrap();
    let strict = client_config(&files.trust(), None, MinVersion::Tls13).unwrap();
    let (at_client, at_server) = shake(strict, tls12, "pg1a");
    assert_eq!(at_client.or(at_server).unwrap_err(), "there is no TLS version that both ends accept");

    // The server wants to know who we are.
    let mutual = || server_config(&good, Some(&files.trust()), MinVersion::Tls12).unwrap();
    let (at_client, at_server) = shake(client(), mutual(), "pg1a");
    assert_eq!(at_client.unwrap_err(), "the other end insists on a certificate of ours");
    assert_eq!(at_server.unwrap_err(), "the other end shows no certificate");
    let wrong = client_config(&files.trust(), Some(&stranger.make("client", "x", |_| {})), MinVersion::Tls12).unwrap();
    let (at_client, _) = shake(wrong, mutual(), "pg1a");
    assert_eq!(at_client.unwrap_err(), "the other end does not trust our certificate");
}

#[test]
fn a_server_that_signed_itself_is_trusted_if_it_is_on_the_list_whatever_it_calls_itself() {
    let files = Files::new("authority");
    for (name, is_ca) in [("leaf", IsCa::NoCa), ("not", IsCa::ExplicitNoCa), ("ca", IsCa::Ca(BasicConstraints::Unconstrained))] {
        let make = |year| {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(vec!["pg1a".to_owned()]).unwrap();
            params.is_ca = is_ca;
            params.not_after = date_time_ymd(year, 1, 1);
            let certificate = params.self_signed(&key).unwrap();
            let path = files.put(&format!("{name}{year}.pem"), &certificate.pem());
            let identity = Identity::load(&path, &files.put(&format!("{name}{year}.key"), &key.serialize_pem())).unwrap();
            (server_config(&identity, None, MinVersion::Tls12).unwrap(), TrustList::load(&path).unwrap())
        };
        let client = |trust: &TrustList| client_config(trust, None, MinVersion::Tls12).unwrap();
        let (server, trust) = make(2999);
        assert_eq!(shake(client(&trust), server.clone(), "pg1a").0, Ok(()), "{name}");
        // Name, dates and the list itself count all the same.
        assert!(shake(client(&trust), server.clone(), "pg1b").0.unwrap_err().contains("not for pg1b"), "{name}");
        assert!(shake(client(&files.trust()), server, "pg1a").0.is_err(), "{name}");
        let (server, trust) = make(2001);
        assert!(shake(client(&trust), server, "pg1a").0.unwrap_err().contains("expired"), "{name}");
    }
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_reason() {
    let files = Files::new("authority");
    files.make("one", "one", |_| {});
    files.make("two", "two", |_| {});
    files.put("empty.pem", "");
    files.put("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    files.put("nonsense.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    files.put("long.pem", &" ".repeat(MOST as usize + 1));
    let identity = |certificate, key| Identity::load(&files.path(certificate), &files.path(key)).map(drop).unwrap_err().to_string();
    assert!(identity("one.pem", "two.key").contains("does not belong to"));
    assert!(identity("one.pem", "one.pem").contains("holds no private key"));
    assert!(identity("one.key", "one.key").contains("holds no certificate"));
    assert!(identity("nowhere.pem", "one.key").contains("cannot be read"));
    assert!(identity("nonsense.pem", "one.key").contains("nonsense.pem"));
    let list = |name| TrustList::load(&files.path(name)).map(drop).unwrap_err().to_string();
    assert!(list("empty.pem").contains("holds no certificate"));
    assert!(list("broken.pem").contains("no readable PEM"));
    assert!(list("nonsense.pem").contains("cannot be used"));
    assert!(list("long.pem").contains("longer than"));
    assert!(server_name("two words").is_err());
    assert!(server_name("10.0.0.1").is_ok() && server_name("::1").is_ok() && server_name("pg1a.example.com").is_ok());
}

//! Why TLS failed, in words that name what to mend.

use std::io;

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

/// Why, if TLS is the reason of this error.
pub fn reason_of(error: &io::Error) -> Option<String> {
    error.get_ref()?.downcast_ref::<Error>().map(reason)
}

/// The same for a connection that stood: one of a few texts, so that it can be copied about.
pub fn word_of(error: &io::Error) -> Option<&'static str> {
    match error.get_ref()?.downcast_ref::<Error>()? {
        Error::AlertReceived(alert) => Some(alert_received(*alert)),
        _ => Some("what arrived cannot be read"),
    }
}

/// Why, in words.
pub fn reason(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::AlertReceived(alert) => alert_received(*alert).to_owned(),
        Error::PeerIncompatible(why) => incompatible(why),
        Error::NoCertificatesPresented => "the other end shows no certificate".to_owned(),
        Error::InvalidMessage(_) => "the other end does not speak TLS".to_owned(),
        other => other.to_string(),
    }
}

fn certificate(error: &CertificateError) -> String {
    use CertificateError as C;
    let date = |time: &UnixTime| {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |at| at.to_string())
    };
    match error {
        C::Expired => "the certificate has expired".to_owned(),
        C::ExpiredContext { not_after, .. } => format!("the certificate expired on {}", date(not_after)),
        C::NotValidYet => "the certificate is not valid yet".to_owned(),
        C::NotValidYetContext { not_before, .. } => format!("the certificate is valid from {} on", date(not_before)),
        C::NotValidForName => "the certificate is for another name".to_owned(),
        C::NotValidForNameContext { expected, presented } => {
            format!("the certificate is not for {}; it names {}", expected.to_str(), list(presented))
        }
        C::UnknownIssuer => "the certificate is neither on the trust list nor signed by an authority that is".to_owned(),
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => "the certificate was made for another purpose".to_owned(),
        C::Revoked => "the certificate was revoked".to_owned(),
        C::BadSignature => "the signature of the certificate is wrong".to_owned(),
        C::BadEncoding => "the certificate cannot be read".to_owned(),
        other => format!("the certificate is refused: {other}"),
    }
}

fn list(names: &[String]) -> String {
    const MOST: usize = 5;
    // They come as `DnsName("pg1a")` or `IpAddress(10.0.0.1)`.
    let bare = |name: &String| match name.split_once('(') {
        Some((_, rest)) => rest.trim_end_matches(')').trim_matches('"').to_owned(),
        None => name.clone(),
    };
    let shown = names.iter().take(MOST).map(bare).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "nothing".to_owned(),
        n if n <= MOST => shown,
        n => format!("{shown} and {} more", n - MOST),
    }
}

fn incompatible(why: &PeerIncompatible) -> String {
    use PeerIncompatible as P;
    match why {
        P::ServerDoesNotSupportTls12Or13
        | P::ServerTlsVersionIsDisabledByOurConfig
        | P::Tls12NotOffered
        | P::Tls12NotOfferedOrEnabled
        | P::Tls13RequiredForQuic
        | P::SupportedVersionsExtensionRequired => "there is no TLS version that both ends accept".to_owned(),
        P::NoCipherSuitesInCommon => "there is no cipher suite that both ends accept".to_owned(),
        other => format!("the other end speaks another TLS: {other:?}"),
    }
}

/// What an alert of the other end means for us.
const fn alert_received(alert: AlertDescription) -> &'static str {
    use AlertDescription as A;
    match alert {
        A::ProtocolVersion => "there is no TLS version that both ends accept",
        A::HandshakeFailure | A::InsufficientSecurity => "the other end accepts none of our TLS settings",
        A::CertificateRequired | A::NoCertificate => "the other end insists on a certificate of ours",
        A::UnknownCA | A::AccessDenied => "the other end does not trust our certificate",
        A::BadCertificate | A::UnsupportedCertificate | A::CertificateUnknown => "the other end refuses our certificate",
        A::CertificateExpired => "the other end says that our certificate has expired",
        A::CertificateRevoked => "the other end says that our certificate was revoked",
        A::UnrecognisedName => "the other end does not know the name we ask for",
        A::DecryptError => "the other end could not verify our signature",
        _ => "the other end ended the TLS connection with an alert",
    }
}

//! The way to the recorder that keeps the audio: where a recording is, and how it is fetched. What the recorder says beside
//! the bytes, and with which credentials it is asked, stays between it and us.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, IF_RANGE, RANGE};
use reqwest::{Response, Url};

use super::model::{Recording, Session};
use crate::http_client::{self, Client};

/// How long the recorder may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Longest file of credentials.
const MAX_CREDENTIALS: u64 = 8 * 1024;

/// What an operator can set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address of a recording, with placeholders in path or query.
    pub pattern: String,
    /// A file whose one line is the Authorization header for the recorder.
    pub credentials: Option<PathBuf>,
}

/// A recorder that can be asked.
#[derive(Clone, Debug)]
pub struct Connector {
    settings: Settings,
    client: Client,
}

/// Why there is no answer of the recorder's.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// The recording lacks what the address is made of.
    #[error("the recording has no address")]
    NoAddress,
    /// The credentials cannot be read, or are no header.
    #[error("history.recorder_credentials_file cannot be used")]
    Credentials,
    /// It does not answer in time.
    #[error("the recorder does not answer in time")]
    Timeout,
    /// It cannot be reached.
    #[error("the recorder cannot be reached")]
    Unreachable,
}

/// Everything but letters, digits and `-_.~` becomes `%XX`.
fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// A recording's address; none where something that it is made of is unknown or would change its path.
fn address(pattern: &str, session: &Session, recording: &Recording) -> Option<Url> {
    let values = [
        ("{callKeyDay}", session.key.map(|key| key.day.to_string())),
        ("{callKeyCallId}", session.key.map(|key| key.call_id.to_string())),
        ("{guid}", recording.guid.clone()),
        ("{recordingId}", Some(recording.id.to_string())),
    ];
    let mut text = String::new();
    let mut remaining = pattern;
    while let Some(at) = remaining.find('{') {
        let (before, after) = remaining.split_at(at);
        let (name, value) = values.iter().find(|(name, _)| after.starts_with(name))?;
        let value = value.as_ref().filter(|value| value.bytes().any(|byte| byte != b'.'))?;
        text.push_str(before);
        text.push_str(&encoded(value));
        remaining = after.get(name.len()..)?;
    }
    text.push_str(remaining);
    Url::parse(&text).ok()
}

impl Connector {
    /// A way to the recorder.
    ///
    /// # Errors
    /// The system's certificates cannot be used.
    pub fn new(settings: Settings) -> Result<Self, http_client::Error> {
        Ok(Self { settings, client: http_client::client(SILENCE)? })
    }

    /// Whether the recording has all that its address is made of.
    pub fn has(&self, session: &Session, recording: &Recording) -> bool {
        address(&self.settings.pattern, session, recording).is_some()
    }

    /// Asks for a recording; of the caller's headers only those about ranges go along.
    ///
    /// # Errors
    /// [`ConnectorError`].
    pub async fn fetch(&self, session: &Session, recording: &Recording, asked: &HeaderMap) -> Result<Response, ConnectorError> {
        let address = address(&self.settings.pattern, session, recording).ok_or(ConnectorError::NoAddress)?;
        let mut headers = HeaderMap::new();
        let pass = |name: HeaderName| Some((name.clone(), asked.get(name).filter(|value| value.len() <= 200)?.clone()));
        headers.extend([RANGE, IF_RANGE].into_iter().filter_map(pass));
        if let Some(credentials) = self.credentials().await? {
            headers.insert(AUTHORIZATION, credentials);
        }
        self.client
            .get(address)
            .headers(headers)
            .send()
            .await
            .map_err(|error| if error.is_timeout() { ConnectorError::Timeout } else { ConnectorError::Unreachable })
    }

    /// Read for each request: a new password needs no restart.
    async fn credentials(&self) -> Result<Option<HeaderValue>, ConnectorError> {
        use tokio::io::AsyncReadExt;
        let Some(path) = &self.settings.credentials else { return Ok(None) };
        let read = async {
            let mut text = String::new();
            tokio::fs::File::open(path).await?.take(MAX_CREDENTIALS).read_to_string(&mut text).await?;
            Ok::<_, std::io::Error>(text)
        };
        let text = read.await.map_err(|_| ConnectorError::Credentials)?;
        let mut value = HeaderValue::from_str(text.trim_end_matches(['\r', '\n'])).map_err(|_| ConnectorError::Credentials)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::Timestamp;

    use super::super::model::CallKey;
    use super::*;

    fn session() -> Session {
        let mut session = Session::new(1, Timestamp::UNIX_EPOCH);
        session.key = Some(CallKey { day: 7, call_id: 42, sequence: 0 });
        session
    }

    fn recording(guid: Option<&str>) -> Recording {
        Recording { id: 3, call_id: None, agent: None, guid: guid.map(ToOwned::to_owned), started: None, ended: None, failed: false }
    }

    #[test]
    fn values_cannot_leave_their_place_in_the_address() {
        let of = |guid| address("https://rec.example/{callKeyDay}/{callKeyCallId}/{guid}?n={recordingId}", &session(), &recording(guid));
        assert_eq!(of(Some("A1-b")).unwrap().as_str(), "https://rec.example/7/42/A1-b?n=3");
        let tricky = of(Some("../../admin?x=1#y{recordingId}")).unwrap();
        assert_eq!(tricky.as_str(), "https://rec.example/7/42/..%2F..%2Fadmin%3Fx%3D1%23y%7BrecordingId%7D?n=3");
        for nothing in [None, Some(""), Some("."), Some("..")] {
            assert_eq!(of(nothing), None, "{nothing:?}");
        }
    }
}

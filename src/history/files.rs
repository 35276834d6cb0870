//! Files that integrators attach to sessions: their bytes on the disk, under names of our own. What they are called stands in
//! the session's record.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::fs::{self, DirBuilder, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use uuid::Uuid;

use super::model::SessionId;

/// Largest file.
pub const MAX_SIZE: u64 = 10 * 1024 * 1024;

/// Longest name, in bytes.
const MAX_NAME: usize = 200;

/// How long a sender may be silent in the middle of a file.
const SILENCE: Duration = Duration::from_secs(30);

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// More than [`MAX_SIZE`].
    #[error("the file is larger than 10 MiB")]
    TooLarge,
    /// The sender stopped.
    #[error("the file did not come in time")]
    Slow,
    /// The sender's connection broke.
    #[error("the file did not come whole")]
    Broken,
    /// The disk says no.
    #[error("{0}")]
    Disk(#[from] io::Error),
}

/// The folder of all files.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// Files in `root`, which is made when the first one comes.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, session: SessionId) -> PathBuf {
        self.root.join(session.to_string())
    }

    /// Only names that we gave.
    fn path(&self, session: SessionId, stored: &str) -> io::Result<PathBuf> {
        let stored = Uuid::parse_str(stored).map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(self.folder(session).join(stored.to_string()))
    }

    /// Writes a body to the disk as it comes; its name there and its size. It is durable, or nothing is left of it.
    ///
    /// # Errors
    /// [`FileError`].
    pub async fn receive(&self, session: SessionId, mut body: BodyDataStream) -> Result<(String, u64), FileError> {
        DirBuilder::new().recursive(true).mode(0o700).create(self.folder(session)).await?;
        let stored = Uuid::new_v4().to_string();
        let path = self.path(session, &stored)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).await?;
        let copied = async {
            let mut size = 0_u64;
            loop {
                let chunk = match timeout(SILENCE, body.next()).await {
                    Err(_) => return Err(FileError::Slow),
                    Ok(Some(Err(_))) => return Err(FileError::Broken),
                    Ok(Some(Ok(chunk))) => chunk,
                    Ok(None) => break,
                };
                size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                if size > MAX_SIZE {
                    return Err(FileError::TooLarge);
                }
                file.write_all(&chunk).await?;
            }
            file.sync_all().await?;
            Ok(size)
        };
        match copied.await {
            Ok(size) => Ok((stored, size)),
            Err(error) => {
                let _ = fs::remove_file(&path).await; // what is left cannot be found by anybody
                Err(error)
            }
        }
    }

    /// Takes all files of a session away; how many there were.
    ///
    /// # Errors
    /// The disk says no.
    pub async fn delete_all(&self, session: SessionId) -> io::Result<usize> {
        let folder = self.folder(session);
        let mut entries = match fs::read_dir(&folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        let mut count = 0;
        while let Some(entry) = entries.next_entry().await? {
            fs::remove_file(entry.path()).await?;
            count += 1;
        }
        fs::remove_dir(&folder).await?;
        Ok(count)
    }

    /// The sessions that have a folder; whatever else lies there is none of ours.
    ///
    /// # Errors
    /// The disk says no.
    pub async fn sessions(&self) -> io::Result<Vec<SessionId>> {
        let mut entries = match fs::read_dir(&self.root).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut sessions = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            let named = name.to_str().and_then(|name| name.parse().ok().filter(|id: &SessionId| id.to_string() == name));
            if let Some(session) = named
                && entry.file_type().await?.is_dir()
            {
                sessions.push(session);
            }
        }
        sessions.sort_unstable();
        Ok(sessions)
    }

    /// The names that we gave to files of a session which nobody has written to since `before`.
    ///
    /// # Errors
    /// The disk says no.
    pub async fn older(&self, session: SessionId, before: SystemTime) -> io::Result<Vec<String>> {
        let mut entries = match fs::read_dir(self.folder(session)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| Uuid::parse_str(name).is_ok_and(|id| id.to_string() == **name)) else { continue };
            let data = match entry.metadata().await {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue, // deleted meanwhile
                data => data?,
            };
            if data.is_file() && data.modified()? < before {
                found.push(name.to_owned());
            }
        }
        Ok(found)
    }

    /// A file's bytes as a body, and how many they are.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub async fn body(&self, session: SessionId, stored: &str) -> io::Result<(Body, u64)> {
        let file = File::open(self.path(session, stored)?).await?;
        let size = file.metadata().await?.len();
        let chunks = stream::try_unfold(file, |mut file| async move {
            let mut chunk = Vec::with_capacity(CHUNK);
            let count = (&mut file).take(u64::try_from(CHUNK).unwrap_or(u64::MAX)).read_to_end(&mut chunk).await?;
            Ok::<_, io::Error>((count > 0).then(|| (Bytes::from(chunk), file)))
        });
        Ok((Body::from_stream(chunks), size))
    }

    /// Takes a file's bytes away; one that is not there is no error.
    ///
    /// # Errors
    /// The disk says no.
    pub async fn remove(&self, session: SessionId, stored: &str) -> io::Result<()> {
        match fs::remove_file(self.path(session, stored)?).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes all files of a session away; a session without any is no error.
    ///
    /// # Errors
    /// The disk says no.
    pub async fn remove_all(&self, session: SessionId) -> io::Result<()> {
        match fs::remove_dir_all(self.folder(session)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// A name as it may be shown and offered for saving: no folders, no signs that steer terminals, file systems or the direction
/// of text; none if nothing is left.
pub fn clean_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_steering = |sign: char| {
        sign.is_control() || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let name: String = last
        .chars()
        .filter(|sign| !is_steering(*sign))
        .map(|sign| if matches!(sign, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { sign })
        .collect();
    let mut name = name.trim_matches([' ', '.']);
    while name.len() > MAX_NAME {
        let mut signs = name.chars();
        signs.next_back();
        name = signs.as_str();
    }
    (!name.is_empty()).then(|| name.to_owned())
}

/// A Content-Type that can be repeated to others: `type/subtype` and nothing else.
pub fn clean_media_type(given: &str) -> Option<String> {
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, sub) = essence.split_once('/')?;
    let is_token = |word: &str| {
        !word.is_empty() && word.len() <= 60 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    (is_token(kind) && is_token(sub)).then_some(essence)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_could_lead_astray() {
        for (given, kept) in [
            ("report.pdf", Some("report.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\windows\\system32\\evil.exe", Some("evil.exe")),
            ("..", None),
            ("", None),
            ("a/", None),
            (".hidden", Some("hidden")),
            ("in\r\nvoice\0.txt", Some("invoice.txt")),
            ("gpj.\u{202e}exe", Some("gpj.exe")),
            ("what?.txt", Some("what_.txt")),
            ("Größe – Übersicht.ods", Some("Größe – Übersicht.ods")),
        ] {
            assert_eq!(clean_name(given).as_deref(), kept, "{given:?}");
        }
        assert!(clean_name(&"ü".repeat(500)).unwrap().len() <= MAX_NAME);
    }

    #[test]
    fn media_types_are_repeated_only_when_they_are_some() {
        assert_eq!(clean_media_type("Text/Plain; charset=utf-8").as_deref(), Some("text/plain"));
        for bad in ["", "text", "text/", "text/html\r\nX: y", "a b/c", "text/ht\"ml"] {
            assert_eq!(clean_media_type(bad), None, "{bad:?}");
        }
    }

    #[tokio::test]
    async fn only_names_that_we_gave_lead_to_files() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().join("files"));
        std::fs::create_dir_all(folder.path().join("files/1")).unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        for stored in ["../../secret", "/etc/passwd", "", ".", "secret"] {
            assert!(files.body(1, stored).await.is_err(), "{stored}");
            assert!(files.remove(1, stored).await.is_err(), "{stored}");
        }
        assert!(folder.path().join("secret").exists());
    }

    #[tokio::test]
    async fn only_what_we_named_and_nobody_writes_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        assert_eq!(files.older(5, SystemTime::now()).await.unwrap(), [""; 0]);
        let (stored, _) = files.receive(5, Body::from("hello").into_data_stream()).await.unwrap();
        for strange in ["5/notes.txt", "5/3F2C1F9E-0000-4000-8000-000000000000", "5/3f2c1f9e000040008000000000000000", "7"] {
            std::fs::write(folder.path().join(strange), "x").unwrap();
        }
        for strange in ["05", "+6", "x", "5/3f2c1f9e-0000-4000-8000-000000000000"] {
            std::fs::create_dir(folder.path().join(strange)).unwrap();
        }
        assert_eq!(files.sessions().await.unwrap(), [5]);
        let written = std::fs::metadata(folder.path().join("5").join(&stored)).unwrap().modified().unwrap();
        assert_eq!(files.older(5, written).await.unwrap(), [""; 0], "written at the moment that counts, or later");
        assert_eq!(files.older(5, written + Duration::from_secs(1)).await.unwrap(), [stored]);
    }

    #[tokio::test]
    async fn a_file_that_is_too_large_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let chunk = Bytes::from(vec![0; 1024 * 1024]);
        let body = Body::from_stream(stream::iter((0..11).map(move |_| Ok::<_, io::Error>(chunk.clone()))));
        assert!(matches!(files.receive(5, body.into_data_stream()).await, Err(FileError::TooLarge)));
        assert_eq!(std::fs::read_dir(folder.path().join("5")).unwrap().count(), 0);
        let (stored, size) = files.receive(5, Body::from("hello").into_data_stream()).await.unwrap();
        let (body, told) = files.body(5, &stored).await.unwrap();
        let read = axum::body::to_bytes(body, 100).await.unwrap();
        assert_eq!((&read[..], size, told), (&b"hello"[..], 5, 5));
    }
}

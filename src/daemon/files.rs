//! Files beside the configuration: the lock that keeps a second copy out of the data folder, and those that may change
//! while the daemon runs.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const LOCK: &str = "ctibridge.lock";

/// The data folder is ours for as long as this lives. The operating system takes the lock away when the process ends,
/// however that happens.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder; `None` if another process has it.
    pub(super) fn take(data_dir: &Path) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(data_dir.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// What can be seen of a file without reading it.
type Look = Option<(SystemTime, u64)>;

/// Files that are looked at from time to time.
#[derive(Debug, Default)]
pub(super) struct Watched(Vec<(PathBuf, Look)>);

impl Watched {
    /// Looks at the files for the first time.
    pub(super) fn new(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(files.into_iter().map(|path| (look(&path), path)).map(|(look, path)| (path, look)).collect())
    }

    /// Whether any of them is another than at the last look.
    pub(super) fn have_changed(&mut self) -> bool {
        self.0.iter_mut().fold(false, |changed, (path, seen)| {
            let now = look(path);
            std::mem::replace(seen, now) != now || changed
        })
    }
}

fn look(path: &Path) -> Look {
    let data = std::fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_once_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        assert!(lock.is_some());
        assert!(Lock::take(folder.path()).unwrap().is_none());
        drop(lock);
        assert!(Lock::take(folder.path()).unwrap().is_some());
    }

    #[test]
    fn a_change_is_seen_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.toml");
        let mut watched = Watched::new([path.clone()]);
        assert!(!watched.have_changed());
        std::fs::write(&path, "a").unwrap();
        assert!(watched.have_changed());
        assert!(!watched.have_changed());
        std::fs::write(&path, "ab").unwrap();
        assert!(watched.have_changed());
        std::fs::remove_file(&path).unwrap();
        assert!(watched.have_changed());
    }
}

//! Keys that only this installation knows: made on the first start, kept in the data folder for the owner alone.

use std::io;
use std::path::Path;

use rand::Rng;

/// Bytes of a key.
pub const LENGTH: usize = 32;

/// A key that nobody knows after this process.
pub fn random() -> [u8; LENGTH] {
    let mut key = [0; LENGTH];
    rand::rng().fill_bytes(&mut key);
    key
}

/// The key of this installation: read from a file in `data_dir`, made there on the first start (readable by the owner
/// only).
///
/// # Errors
/// If the file can neither be read nor made, or holds something else.
pub fn load_or_create(data_dir: &Path, file: &str) -> io::Result<[u8; LENGTH]> {
    let path = data_dir.join(file);
    match std::fs::read(&path) {
        Ok(bytes) => bytes
            .try_into()
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("{} is not a key of {LENGTH} bytes", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = random();
            create_private(&path, &key)?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(bytes)
}

#[cfg(not(unix))]
fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::write(path, bytes)
}

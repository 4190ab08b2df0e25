//! The key that signs checkpoints: in a file of its own, outside the data, for the desk alone.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use firsthand_storage::hex;
use firsthand_storage::ledger::Signer;

use crate::Failure;
use crate::config::Config;

/// Makes a key in a file that is not there yet.
pub(super) fn make(file: &Path) -> Result<(), Failure> {
    let pkcs8 = Signer::generate()?;
    let failed = |error: std::io::Error| {
        Failure::refused(match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                format!("{} is there already; a key is never overwritten", file.display())
            }
            _ => format!("the key cannot be written to {}: {error}", file.display()),
        })
    };
    let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
    made.write_all(&pkcs8).and_then(|()| made.sync_all()).map_err(failed)?;
    if let Some(signer) = Signer::read(&pkcs8) {
        eprintln!("The key is made. Name its file in ledger.key, and tell auditors its public half:");
        println!("{}", hex(signer.public_key()));
    }
    Ok(())
}

/// The key of a configuration, if it names one.
pub(crate) fn load(config: &Config) -> Result<Option<Signer>, Failure> {
    if config.ledger.key.is_empty() {
        return Ok(None);
    }
    let file = Path::new(&config.ledger.key);
    let wrong = |why: &str| Failure::refused(format!("ledger.key: {}: {why}", file.display()));
    let place = file.canonicalize().map_err(|error| wrong(&error.to_string()))?;
    let data = data_folder(&config.database.url);
    if data.is_some_and(|data| place.starts_with(data)) {
        return Err(wrong("is in the folder of the database; whoever takes one would have the other"));
    }
    let mode = fs::metadata(&place).map_err(|error| wrong(&error.to_string()))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(wrong(&format!("others on this machine can reach it (mode {mode:o}); chmod 600 it")));
    }
    let pkcs8 = fs::read(&place).map_err(|error| wrong(&error.to_string()))?;
    Signer::read(&pkcs8).map(Some).ok_or_else(|| wrong("is no Ed25519 key in PKCS#8 (DER)"))
}

/// The folder of a SQLite file; none on a server.
pub(super) fn data_folder(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let folder = Path::new(path.split('?').next()?).parent()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    folder.canonicalize().ok()
}

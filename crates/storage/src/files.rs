//! Who else on this machine can reach the files: nobody should, for they hold what customers said.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::database::lite_path;

/// Makes a folder for the owner alone, whatever the umask.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes the file of a database for the owner alone, unless it is there. SQLite gives the files beside it the same mode.
pub(crate) fn make_file(file: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// What others can reach of the files that an address names, each with its mode. A server keeps its own.
#[must_use]
pub fn loose_modes(url: &str) -> Vec<String> {
    if !url.starts_with("sqlite:") {
        return Vec::new();
    }
    let file = lite_path(url);
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", file.display()));
    let mut places = vec![beside(""), beside("-wal"), beside("-shm")];
    places.extend(file.parent().filter(|f| !f.as_os_str().is_empty()).map(Path::to_owned));
    let loose = |place: PathBuf| {
        let mode = std::fs::metadata(&place).ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then(|| format!("{} ({mode:o})", place.display()))
    };
    places.into_iter().filter_map(loose).collect()
}

//! The one place where the clock is read and chance is drawn; everything else is handed both.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use firsthand_storage::{Database, Error, Settings, Wiring};
use uuid::Uuid;

use crate::config::Config;

/// The present, to the microsecond.
#[expect(clippy::disallowed_methods, reason = "this is the wiring")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Random bytes from the operating system. Without them nothing can be safe, so their absence ends the program.
#[expect(clippy::disallowed_methods, reason = "this is the wiring")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        eprintln!("firsthand: the operating system gives no random bytes: {error}");
        std::process::exit(1);
    }
    bytes
}

/// A UUID version 7 whose first bits are the instant to a quarter of a microsecond, so that ids sort as they came.
pub(crate) fn new_id(at: Timestamp) -> Uuid {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    let mut rest: [u8; 10] = random();
    let fraction = u16::try_from((micros % 1000) * 4).unwrap_or_default();
    rest[..2].copy_from_slice(&fraction.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(micros / 1000, &rest).into_uuid()
}

/// Microseconds since the program started, never going back.
#[expect(clippy::disallowed_methods, reason = "this is the wiring")]
pub(crate) fn stopwatch() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    let start = std::time::Instant::now();
    Arc::new(move || u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX))
}

/// A token nobody can guess: 256 bits.
pub(crate) fn new_token() -> String {
    use std::fmt::Write as _;
    let mut token = "fh_".to_owned();
    for byte in random::<32>() {
        let _ = write!(token, "{byte:02x}");
    }
    token
}

/// Opens the database of a configuration, making a SQLite file that is not there.
pub(crate) async fn open(config: &Config) -> Result<Database, Error> {
    let (settings, wiring) = database(config);
    Database::open(&settings, wiring).await
}

/// Opens the database of a configuration, which must be there already.
pub(crate) async fn open_existing(config: &Config) -> Result<Database, Error> {
    let (settings, wiring) = database(config);
    Database::open_existing(&settings, wiring).await
}

/// Where the database of a configuration is.
pub(crate) fn settings(config: &Config) -> Settings {
    Settings { url: config.database.url.clone(), connections: config.database.connections }
}

fn database(config: &Config) -> (Settings, Wiring) {
    let files = &config.attachments;
    let policy =
        Policy { file_bytes: files.file_bytes, files_bytes: files.complaint_bytes, ..Policy::DEFAULT };
    (settings(config), Wiring { policy, ..wiring() })
}

/// The time and chance of this machine.
pub(crate) fn wiring() -> Wiring {
    Wiring { now: Arc::new(now), new_id: Arc::new(new_id), policy: Policy::DEFAULT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_they_came() {
        let at = now();
        let later = Timestamp::from_micros(at.micros() + 1);
        for _ in 0..100 {
            assert!(new_id(at) < new_id(later));
        }
        assert_eq!(new_id(at).get_version_num(), 7);
    }
}

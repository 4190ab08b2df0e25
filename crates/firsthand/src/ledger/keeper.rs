//! While the desk serves: appends checkpoints to a second place, and notes in the ledger when the clock jumps.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use firsthand_storage::ledger::{self, Line, Signer};
use firsthand_storage::{Database, Error};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::clock::Clock;
use super::key::data_folder;
use crate::config::Config;
use crate::wiring;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Where checkpoints go.
struct Place {
    file: PathBuf,
    key: Option<Arc<Signer>>,
    /// What the last one was made of.
    index: i64,
}

/// Begins to keep; it ends, with a last checkpoint, after the desk is asked to stop.
pub(crate) fn start(
    config: &Config,
    database: Database,
    key: Option<Arc<Signer>>,
    stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let place = (!config.ledger.checkpoints.is_empty()).then(|| {
        let file = PathBuf::from(&config.ledger.checkpoints);
        let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
        if folder.is_some_and(|f| data_folder(&config.database.url).is_some_and(|data| f.starts_with(data))) {
            tracing::warn!(
                "checkpoints of the ledger are kept beside it: whoever can change one can change both"
            );
        }
        Place { file, key, index: 0 }
    });
    tokio::spawn(keep(database, place, Duration::from_secs(config.ledger.checkpoint_minutes * 60), stopped))
}

async fn keep(
    database: Database,
    mut place: Option<Place>,
    every: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let (mut looks, mut checkpoints) = (interval(LOOK), interval(every));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    checkpoints.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stopwatch = wiring::stopwatch();
    let mut clock = Clock::set(wiring::now().micros(), stopwatch());
    loop {
        tokio::select! {
            _ = looks.tick() => {
                if let Some(seconds) = clock.jumped(wiring::now().micros(), stopwatch()) {
                    tracing::warn!(clock.seconds = seconds, "the clock has jumped");
                    told(note_jump(&database, seconds).await);
                }
            }
            _ = checkpoints.tick() => {
                if let Some(place) = &mut place {
                    told(append(&database, place, false).await);
                }
            }
            () = asked(&mut stopped) => break,
        }
    }
    if let Some(place) = &mut place {
        told(append(&database, place, true).await);
    }
}

async fn asked(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

fn told(done: Result<(), Error>) {
    if let Err(error) = done {
        tracing::error!(%error, "the ledger could not be kept");
    }
}

async fn note_jump(database: &Database, seconds: i64) -> Result<(), Error> {
    let noted = database.change(move |unit| {
        Box::pin(async move {
            let fields = vec![("seconds", seconds.to_string())];
            let line = Line { kind: "clock_jumped", actor: None, subject: None, fields, personal: None };
            ledger::append(unit, &line).await
        })
    });
    noted.await.map(drop)
}

/// Appends a checkpoint; of an empty ledger there is none, and the last one only if something came since.
async fn append(database: &Database, place: &mut Place, last: bool) -> Result<(), Error> {
    let made = {
        let mut connection = database.read().await?;
        ledger::checkpoint(&mut connection.tx(), database.now(), place.key.as_deref()).await?
    };
    if made.index == 0 || (last && made.index == place.index) {
        return Ok(());
    }
    let (file, line) = (place.file.clone(), format!("{}\n", serde_json::to_string(&made)?));
    // The second place may be far away, and slow.
    let written = tokio::task::spawn_blocking(move || {
        let mut file = OpenOptions::new().append(true).create(true).open(&file)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()
    });
    let written = written.await.map_err(std::io::Error::other).and_then(|written| written);
    written.map_err(|error| Error::Unavailable(format!("ledger.checkpoints: {error}")))?;
    place.index = made.index;
    Ok(())
}

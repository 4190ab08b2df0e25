//! Changes: each in a unit of its own, all or nothing, answered only after the commit.
//!
//! SQLite has one writer. It drains the commands that wait, runs each in a savepoint of one transaction, commits
//! once and then answers: many times the throughput of a commit each, and no busy errors. PostgreSQL runs each command
//! in its own transaction and again, up to five times, when two could not be serialised; so a command may run more
//! than once and must be a pure function of what it loads.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use futures_util::FutureExt as _;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::database::{Database, Engine, Tx, Wiring};
use crate::{Error, Result};

/// A future that may hold the unit it was given.
pub type Future<'a, T> = Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;

/// How many commands wait before callers are made to wait, and how many go into one commit at most.
const QUEUE: usize = 1024;
const GROUP: usize = 256;
/// How often PostgreSQL may ask for a command to be run again.
const RUNS: u32 = 5;

/// One change under way.
pub struct Unit<'c> {
    /// To run statements on.
    pub tx: Tx<'c>,
    /// The present, one instant for the whole change.
    pub now: Timestamp,
    /// Those who look on have something to be told after the commit.
    pub(crate) fed: bool,
    wiring: &'c Wiring,
}

impl Unit<'_> {
    /// A new identifier.
    pub fn new_id(&self) -> Uuid {
        (self.wiring.new_id)(self.now)
    }

    /// What the clock says, also when it has gone back meanwhile.
    pub(crate) fn clock(&self) -> Timestamp {
        (self.wiring.now)()
    }

    /// The figures in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.wiring.policy
    }
}

type Tell = Box<dyn FnOnce(Option<Error>) + Send>;

/// A command as the writer sees it: runs, says whether its work stands, and is told how the commit went.
type Command = Box<dyn for<'u, 'c> FnOnce(&'u mut Unit<'c>) -> Future<'u, (bool, Tell)> + Send>;

/// Wakes those who look on, after a commit.
pub(crate) type Wake = std::sync::Arc<tokio::sync::Notify>;

/// The one writer of a SQLite file.
#[derive(Clone)]
pub struct Writer {
    commands: mpsc::Sender<Message>,
}

enum Message {
    Run(Command),
    Stop(oneshot::Sender<()>),
}

impl Database {
    /// Runs a change and answers after its commit. An error leaves nothing behind. The change goes on when the caller
    /// goes away.
    ///
    /// # Errors
    /// Whatever the change said, or that the database is not available.
    pub async fn change<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<T>> + Send + Sync + 'static,
    {
        let (tell, told) = oneshot::channel();
        match &self.engine {
            Engine::Lite { writer, .. } => {
                let command: Command = Box::new(move |unit| Box::pin(run_once(change, unit, tell)));
                let sent = writer.commands.send(Message::Run(command)).await;
                sent.map_err(|_| Error::Unavailable("the writer has stopped".to_owned()))?;
            }
            Engine::Pg(pool) => {
                let (pool, wiring, wake) = (pool.clone(), self.wiring.clone(), self.feed.wake());
                tokio::spawn(async move {
                    let _ = tell.send(run_on_pg(&pool, &wiring, &wake, change).await);
                });
            }
        }
        told.await.map_err(|_| Error::Unavailable("the change was not taken".to_owned()))?
    }
}

async fn guarded<T, F>(change: &F, unit: &mut Unit<'_>) -> Result<T>
where
    F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<T>>,
{
    AssertUnwindSafe(async { change(unit).await }).catch_unwind().await.unwrap_or(Err(Error::Panicked))
}

async fn run_once<T, F>(change: F, unit: &mut Unit<'_>, tell: oneshot::Sender<Result<T>>) -> (bool, Tell)
where
    T: Send + 'static,
    F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<T>> + Send + Sync + 'static,
{
    let result = guarded(&change, unit).await;
    let stands = result.is_ok();
    let tell: Tell = Box::new(move |failed| {
        // A caller who went away is not told; the change stands all the same.
        let _ = tell.send(match failed {
            Some(error) if stands => Err(error),
            _ => result,
        });
    });
    (stands, tell)
}

async fn run_on_pg<T, F>(pool: &sqlx::PgPool, wiring: &Wiring, wake: &Wake, change: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<T>> + Send + Sync + 'static,
{
    let mut run = 1;
    loop {
        let result = run_in_pg_transaction(pool, wiring, wake, &change).await;
        match result {
            Err(error) if error.asks_to_run_again() => {
                if run == RUNS {
                    return Err(Error::Unavailable("too many changes at once to the same thing".to_owned()));
                }
                // A little apart, and differently each time, or two would collide for ever.
                let spread = u64::from((wiring.new_id)((wiring.now)()).as_bytes()[15]) / 8;
                tokio::time::sleep(std::time::Duration::from_millis(u64::from(run) * 4 + spread)).await;
                run += 1;
            }
            other => return other,
        }
    }
}

async fn run_in_pg_transaction<T, F>(
    pool: &sqlx::PgPool,
    wiring: &Wiring,
    wake: &Wake,
    change: &F,
) -> Result<T>
where
    T: Send + 'static,
    F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<T>> + Send + Sync + 'static,
{
    let mut transaction = pool.begin().await?;
    let mut unit = Unit { tx: Tx::Pg(&mut transaction), now: (wiring.now)(), fed: false, wiring };
    let result = guarded(change, &mut unit).await;
    let fed = unit.fed;
    match result {
        Ok(done) => {
            transaction.commit().await?;
            if fed {
                wake.notify_one();
            }
            Ok(done)
        }
        Err(error) => {
            transaction.rollback().await?;
            Err(error)
        }
    }
}

impl Writer {
    pub(crate) fn start(connection: SqliteConnection, wiring: Wiring, wake: Wake) -> Self {
        let (commands, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write(connection, wiring, wake, waiting));
        Self { commands }
    }

    /// Ends after the commands that wait now.
    pub(crate) async fn stop(&self) {
        let (tell, told) = oneshot::channel();
        if self.commands.send(Message::Stop(tell)).await.is_ok() {
            let _ = told.await;
        }
    }
}

async fn write(
    mut connection: SqliteConnection,
    wiring: Wiring,
    wake: Wake,
    mut waiting: mpsc::Receiver<Message>,
) {
    let mut group = Vec::with_capacity(GROUP);
    let mut last = Timestamp::from_micros(i64::MIN);
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let mut stop = None;
        let mut commands = Vec::with_capacity(group.len());
        for message in group.drain(..) {
            match message {
                Message::Run(command) => commands.push(command),
                Message::Stop(tell) => stop = Some(tell),
            }
        }
        if !commands.is_empty() {
            write_group(&mut connection, &wiring, &wake, commands, &mut last).await;
        }
        if let Some(tell) = stop {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "the database was not closed cleanly");
            }
            let _ = tell.send(());
            return;
        }
    }
}

/// One transaction for the whole group, one savepoint for each command, one commit; then the answers.
async fn write_group(
    connection: &mut SqliteConnection,
    wiring: &Wiring,
    wake: &Wake,
    commands: Vec<Command>,
    last: &mut Timestamp,
) {
    if let Err(error) = sqlx::query("begin immediate").execute(&mut *connection).await {
        let error = Error::from(error);
        tracing::error!(%error, "no change can be written");
        // A command that is dropped tells its caller that it was not taken.
        drop(commands);
        return;
    }
    let mut tells = Vec::with_capacity(commands.len());
    let (mut broken, mut fed) = (None, false);
    for command in commands {
        match write_one(connection, wiring, command, last).await {
            Ok((tell, told)) => {
                tells.push(tell);
                fed |= told;
            }
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    let committed = match broken {
        Some(error) => Err(error),
        None => sqlx::query("commit").execute(&mut *connection).await.map(drop),
    };
    let failed = committed.err().map(|error| {
        tracing::error!(%error, "a group of changes was not committed");
        error.to_string()
    });
    if failed.is_some() {
        // After a failed commit the transaction may or may not be open still.
        let _ = sqlx::query("rollback").execute(&mut *connection).await;
    } else if fed {
        wake.notify_one();
    }
    for tell in tells {
        tell(failed.clone().map(Error::Unavailable));
    }
}

async fn write_one(
    connection: &mut SqliteConnection,
    wiring: &Wiring,
    command: Command,
    last: &mut Timestamp,
) -> Result<(Tell, bool), sqlx::Error> {
    sqlx::query("savepoint command").execute(&mut *connection).await?;
    // The order of the history is the order of the writer, whatever the clock does.
    *last = (wiring.now)().max(*last);
    let mut unit = Unit { tx: Tx::Lite(connection), now: *last, fed: false, wiring };
    let (stands, tell) = command(&mut unit).await;
    let fed = unit.fed && stands;
    if !stands {
        sqlx::query("rollback to command").execute(&mut *connection).await?;
    }
    sqlx::query("release command").execute(&mut *connection).await?;
    Ok((tell, fed))
}

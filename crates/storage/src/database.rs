//! Two engines behind one type: an embedded SQLite file, or a PostgreSQL server.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection,
    SqlitePool,
};
use uuid::Uuid;

use crate::causes::kept::Kept;
use crate::feed::Feed;
use crate::statement::{Sql, same};
use crate::suggestions::Learnt;
use crate::writer::{Wake, Writer};
use crate::{Error, Result, files, migrations};

/// The oldest SQLite that does not lose committed data when the write-ahead log is reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Where the database is and how many connections read it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite://path/to/file.db` or `postgres://user@host/database`.
    pub url: String,
    /// Connections kept for reading (and, on PostgreSQL, for writing too).
    pub connections: u32,
}

/// Time and chance, handed in once by the program.
#[derive(Clone)]
pub struct Wiring {
    /// The present.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A new UUID version 7 for that instant.
    pub new_id: Arc<dyn Fn(Timestamp) -> Uuid + Send + Sync>,
    /// The figures in force.
    pub policy: Policy,
}

/// An open database, migrated.
#[derive(Clone)]
pub struct Database {
    pub(crate) engine: Engine,
    pub(crate) wiring: Wiring,
    /// What this node has learnt from tags.
    pub(crate) learnt: Arc<Learnt>,
    /// The names of the causes, as this node keeps them.
    pub(crate) causes: Arc<Kept>,
    /// What this node tells those who look on.
    pub(crate) feed: Arc<Feed>,
}

/// Which engine, with its connections.
#[derive(Clone)]
pub enum Engine {
    /// SQLite: one writer, and readers that cannot write.
    Lite {
        /// Readers.
        read: SqlitePool,
        /// The one writer.
        writer: Writer,
    },
    /// PostgreSQL.
    Pg(PgPool),
}

/// A connection in use, whichever engine it belongs to.
pub enum Tx<'c> {
    /// SQLite.
    Lite(&'c mut SqliteConnection),
    /// PostgreSQL.
    Pg(&'c mut PgConnection),
}

/// A connection held for reading.
pub enum Connection {
    /// SQLite.
    Lite(PoolConnection<Sqlite>),
    /// PostgreSQL.
    Pg(PoolConnection<Postgres>),
}

impl Connection {
    /// To run statements on.
    pub fn tx(&mut self) -> Tx<'_> {
        match self {
            Self::Lite(c) => Tx::Lite(c),
            Self::Pg(c) => Tx::Pg(c),
        }
    }
}

impl Tx<'_> {
    /// The text of a statement for this engine.
    pub(crate) fn text(&self, sql: &Sql) -> &'static str {
        match self {
            Self::Lite(_) => sql.lite,
            Self::Pg(_) => sql.pg,
        }
    }
}

impl Database {
    /// Opens, creating a SQLite file that is not there, and brings the schema up to date.
    ///
    /// # Errors
    /// The URL is of neither kind, the database cannot be opened, or a migration failed.
    pub async fn open(settings: &Settings, wiring: Wiring) -> Result<Self> {
        let feed = Arc::new(Feed::default());
        let engine = if settings.url.starts_with("sqlite:") {
            open_lite(settings, &wiring, feed.wake()).await?
        } else if settings.url.starts_with("postgres:") || settings.url.starts_with("postgresql:") {
            open_pg(settings).await?
        } else {
            return Err(Error::Unavailable("database.url begins with sqlite: or postgres:".to_owned()));
        };
        let database = Self { engine, wiring, learnt: Arc::default(), causes: Arc::default(), feed };
        database.feed.begin(&mut database.read().await?.tx()).await?;
        Ok(database)
    }

    /// Opens a database that must be there: a mistyped path makes no empty desk.
    ///
    /// # Errors
    /// There is no such file, or as [`Database::open`].
    pub async fn open_existing(settings: &Settings, wiring: Wiring) -> Result<Self> {
        let path = lite_path(&settings.url);
        if settings.url.starts_with("sqlite:") && !path.is_file() {
            return Err(Error::Unavailable(format!("there is no database file {}", path.display())));
        }
        Self::open(settings, wiring).await
    }

    /// The present, as every change sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.wiring.now)()
    }

    /// The figures in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.wiring.policy
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Lite { .. } => "sqlite",
            Engine::Pg(_) => "postgres",
        }
    }

    /// What this node tells those who look on.
    #[must_use]
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// A connection for reading; hold one for the length of a request.
    ///
    /// # Errors
    /// None came free in time.
    pub async fn read(&self) -> Result<Connection> {
        Ok(match &self.engine {
            Engine::Lite { read, .. } => Connection::Lite(read.acquire().await?),
            Engine::Pg(pool) => Connection::Pg(pool.acquire().await?),
        })
    }

    /// Can the database be read right now?
    ///
    /// # Errors
    /// It cannot.
    pub async fn ping(&self) -> Result<()> {
        let mut connection = self.read().await?;
        let mut tx = connection.tx();
        run!(&mut tx, same("select 1")).map(drop)
    }

    /// What the database says of its own health: nothing, or what is wrong.
    ///
    /// # Errors
    /// It could not be asked.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        if let Engine::Lite { read, .. } = &self.engine {
            let rows: Vec<(String,)> = sqlx::query_as("pragma integrity_check").fetch_all(read).await?;
            found.extend(rows.into_iter().map(|r| r.0).filter(|line| line != "ok"));
            let broken: Vec<(String,)> =
                sqlx::query_as("select \"table\" from pragma_foreign_key_check").fetch_all(read).await?;
            found.extend(broken.into_iter().map(|r| format!("a row of {} points nowhere", r.0)));
        }
        Ok(found)
    }

    /// Ends every connection; a writer under way finishes first.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Lite { read, writer } => {
                // Whoever is last puts all of the log into the file, which a reader may not: so one file is the whole desk.
                read.close().await;
                writer.stop().await;
            }
            Engine::Pg(pool) => pool.close().await,
        }
    }
}

/// The path of a SQLite URL.
pub(crate) fn lite_path(url: &str) -> PathBuf {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    PathBuf::from(path.split('?').next().unwrap_or(path))
}

fn lite_options(url: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(lite_path(url))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .pragma("secure_delete", "on")
        .pragma("mmap_size", "0")
        // So many rows may wait to be taken, before the thread of a connection waits too.
        .row_buffer_size(512)
        .disable_statement_logging()
}

async fn open_lite(settings: &Settings, wiring: &Wiring, wake: Wake) -> Result<Engine> {
    let path = lite_path(&settings.url);
    if path.as_os_str().is_empty() || path.as_os_str() == ":memory:" {
        return Err(Error::Unavailable("database.url names no file".to_owned()));
    }
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        files::make_folder(folder).map_err(|e| {
            Error::Unavailable(format!("the folder {} cannot be made: {e}", folder.display()))
        })?;
    }
    files::make_file(&path).map_err(|e| {
        Error::Unavailable(format!("the database file {} cannot be made: {e}", path.display()))
    })?;
    let options = lite_options(&settings.url).create_if_missing(true).optimize_on_close(true, None);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(|e| {
        Error::Unavailable(format!("the database file {} cannot be opened: {e}", path.display()))
    })?;
    check_version(&mut connection).await?;
    migrations::lite().run(&mut connection).await.map_err(migration_failed)?;
    let read = SqlitePoolOptions::new()
        .max_connections(settings.connections)
        .acquire_timeout(Duration::from_secs(5))
        // There is no server that could have gone away meanwhile.
        .test_before_acquire(false)
        .connect_with(lite_options(&settings.url).read_only(true))
        .await?;
    Ok(Engine::Lite { read, writer: Writer::start(connection, wiring.clone(), wake) })
}

async fn check_version(connection: &mut SqliteConnection) -> Result<()> {
    let (version,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(connection).await?;
    let mut parts = version.split('.').map(|p| p.parse().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST_SQLITE {
        return Err(Error::Unavailable(format!(
            "SQLite {version} can lose committed data; 3.51.3 or newer is needed"
        )));
    }
    Ok(())
}

async fn open_pg(settings: &Settings) -> Result<Engine> {
    let options = PgConnectOptions::from_str(&settings.url)?
        .application_name("firsthand")
        .options([
            ("statement_timeout", "60s"),
            ("lock_timeout", "3s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(settings.connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await?;
    migrations::pg().run(&pool).await.map_err(migration_failed)?;
    Ok(Engine::Pg(pool))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
fn migration_failed(error: sqlx::migrate::MigrateError) -> Error {
    Error::Unavailable(format!("the schema cannot be brought up to date: {error}"))
}

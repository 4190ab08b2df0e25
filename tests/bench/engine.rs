//! A connection of either engine, for the floors: nothing between them and the driver.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use firsthand_domain::staff::Staff;
use firsthand_storage::{Sql, Tx, list};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Execute as _, PgPool, Postgres, Sqlite, SqlitePool};

use crate::Outcome;

/// As many connections as the desk has.
const CONNECTIONS: u32 = 8;

#[derive(Clone)]
pub(crate) enum Pool {
    Lite(SqlitePool),
    Pg(PgPool),
}

/// A connection in use.
pub(crate) enum Link {
    Lite(PoolConnection<Sqlite>),
    Pg(PoolConnection<Postgres>),
}

/// Runs an expression on whichever engine it is: `$c` is the connection.
macro_rules! on {
    ($link:expr, |$c:ident| $body:expr) => {
        match $link {
            $crate::engine::Link::Lite(c) => {
                #[allow(unused, reason = "not every body names its driver")]
                type Db = ::sqlx::Sqlite;
                let $c = &mut **c;
                $body
            }
            $crate::engine::Link::Pg(c) => {
                #[allow(unused, reason = "not every body names its driver")]
                type Db = ::sqlx::Postgres;
                let $c = &mut **c;
                $body
            }
        }
    };
}
pub(crate) use on;

pub(crate) fn lite_options(url: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(url.trim_start_matches("sqlite://"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30))
}

impl Pool {
    /// To read with, on PostgreSQL to write with too.
    pub(crate) async fn open(url: &str) -> Outcome<Self> {
        Ok(if url.starts_with("sqlite:") {
            let options = lite_options(url).read_only(true);
            Self::Lite(
                SqlitePoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .test_before_acquire(false)
                    .connect_with(options)
                    .await?,
            )
        } else {
            let options = PgConnectOptions::from_str(url)?;
            Self::Pg(PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?)
        })
    }

    /// To write with: SQLite has one writer.
    pub(crate) async fn open_to_write(url: &str) -> Outcome<Self> {
        if url.starts_with("sqlite:") {
            let options = lite_options(url);
            let pool = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
            Ok(Self::Lite(pool.connect_with(options).await?))
        } else {
            Self::open(url).await
        }
    }

    pub(crate) async fn link(&self) -> Result<Link, sqlx::Error> {
        Ok(match self {
            Self::Lite(pool) => Link::Lite(pool.acquire().await?),
            Self::Pg(pool) => Link::Pg(pool.acquire().await?),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Lite(pool) => pool.close().await,
            Self::Pg(pool) => pool.close().await,
        }
    }
}

impl Link {
    /// The text of a statement for this engine.
    pub(crate) fn text(&self, sql: &Sql) -> &'static str {
        match self {
            Self::Lite(_) => sql.lite,
            Self::Pg(_) => sql.pg,
        }
    }

    pub(crate) async fn begin(&mut self) -> Outcome<()> {
        let text = match self {
            Self::Lite(_) => "begin immediate",
            Self::Pg(_) => "begin",
        };
        Ok(on!(self, |c| sqlx::query(text).execute(c).await.map(drop))?)
    }

    pub(crate) async fn commit(&mut self) -> Outcome<()> {
        Ok(on!(self, |c| sqlx::query("commit").execute(c).await.map(drop))?)
    }
}

/// A list as the desk asks its database for it: text and values, put together once.
pub(crate) struct Ask {
    text: Arc<str>,
    values: Values,
    /// The desk has a list with words planned anew each time.
    kept: bool,
}

enum Values {
    Lite(SqliteArguments),
    Pg(PgArguments),
}

impl Ask {
    /// The statement that gives the page: which it is, the desk finds out each time.
    pub(crate) async fn of(pool: &Pool, reader: &Staff, query: &list::Query) -> Outcome<Self> {
        let kept = query.words.is_none();
        let mut link = pool.link().await?;
        let mut tx = match &mut link {
            Link::Lite(c) => Tx::Lite(&mut *c),
            Link::Pg(c) => Tx::Pg(&mut *c),
        };
        let (query, way) = list::settled(&mut tx, reader, query).await?;
        Ok(match pool {
            Pool::Lite(_) => {
                let mut built = list::on_sqlite(reader, &query);
                let mut built = built.build();
                let values = Values::Lite(built.take_arguments()?.unwrap_or_default());
                Self { values, text: built.sql().as_str().into(), kept }
            }
            Pool::Pg(_) => {
                let mut built = list::on_postgres(reader, &query, way);
                let mut built = built.build();
                let values = Values::Pg(built.take_arguments()?.unwrap_or_default());
                Self { values, text: built.sql().as_str().into(), kept }
            }
        })
    }

    /// A few columns of each row: the bare answer of a list.
    pub(crate) async fn told(&self, link: &mut Link) -> Result<String, sqlx::Error> {
        let text = sqlx::AssertSqlSafe(Arc::clone(&self.text));
        match (link, &self.values) {
            (Link::Lite(c), Values::Lite(values)) => {
                let query = sqlx::query_with(text, values.clone()).persistent(self.kept);
                told(&query.fetch_all(&mut **c).await?)
            }
            (Link::Pg(c), Values::Pg(values)) => {
                let query = sqlx::query_with(text, values.clone()).persistent(self.kept);
                told(&query.fetch_all(&mut **c).await?)
            }
            _ => Err(sqlx::Error::Protocol("a list of the other engine".to_owned())),
        }
    }
}

fn told<R: sqlx::Row>(rows: &[R]) -> Result<String, sqlx::Error>
where
    for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    &'static str: sqlx::ColumnIndex<R>,
{
    let mut text = String::new();
    for row in rows {
        for column in ["reference", "summary", "stage", "first_contact_name", "handler_name"] {
            text.push_str(&row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
        }
    }
    Ok(text)
}

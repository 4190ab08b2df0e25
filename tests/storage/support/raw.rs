//! A connection of its own, past storage: to tamper, and to look at what only the database knows.

use std::path::Path;

use firsthand_storage::Sql;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Executor as _, PgConnection, SqlSafeStr as _, SqliteConnection};
use uuid::Uuid;

pub(crate) enum Raw {
    Lite(SqliteConnection),
    Pg(PgConnection),
}

macro_rules! on {
    ($raw:expr, |$c:ident| $body:expr) => {
        match $raw {
            Raw::Lite($c) => $body,
            Raw::Pg($c) => $body,
        }
    };
}

impl Raw {
    pub(crate) async fn lite(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).foreign_keys(true);
        Self::Lite(SqliteConnection::connect_with(&options).await.unwrap())
    }

    pub(crate) async fn pg(options: &PgConnectOptions) -> Self {
        Self::Pg(PgConnection::connect_with(options).await.unwrap())
    }

    /// Has the engine read a statement of storage.
    pub(crate) async fn prepare(&mut self, sql: &Sql) -> Result<(), sqlx::Error> {
        match self {
            Self::Lite(c) => c.prepare(sql.lite.into_sql_str()).await.map(drop),
            Self::Pg(c) => c.prepare(sql.pg.into_sql_str()).await.map(drop),
        }
    }

    /// The steps by which SQLite runs a statement; none on PostgreSQL.
    pub(crate) async fn plan(&mut self, sql: &str) -> Vec<String> {
        let Self::Lite(c) = self else { return Vec::new() };
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(c).await.unwrap();
        rows.into_iter().map(|row| row.3).collect()
    }

    /// Runs a statement and tells how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &'static str) -> Result<u64, sqlx::Error> {
        on!(self, |c| sqlx::query(sql).execute(c).await.map(|done| done.rows_affected()))
    }

    /// Runs a statement about one thing, `$1`.
    pub(crate) async fn run_on(&mut self, sql: &'static str, id: Uuid) -> Result<u64, sqlx::Error> {
        on!(self, |c| sqlx::query(sql).bind(id).execute(c).await.map(|done| done.rows_affected()))
    }

    /// What the database says when it will not run a statement about one thing.
    pub(crate) async fn refusal_of(&mut self, sql: &'static str, id: Uuid) -> String {
        match self.run_on(sql, id).await {
            Ok(rows) => panic!("{sql}: touched {rows} rows, expected a refusal"),
            Err(error) => error.to_string(),
        }
    }

    /// One number.
    pub(crate) async fn count(&mut self, sql: &'static str) -> i64 {
        let row: (i64,) = on!(self, |c| sqlx::query_as(sql).fetch_one(c).await).unwrap();
        row.0
    }

    /// One id from every row.
    pub(crate) async fn ids(&mut self, sql: &'static str) -> Vec<(Uuid,)> {
        on!(self, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
    }

    /// The first two columns, as text, of every row.
    pub(crate) async fn pairs(&mut self, sql: &'static str) -> Vec<(String, String)> {
        on!(self, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
    }
}

//! Where a database is made for one run, and taken away after it.

use std::path::PathBuf;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::Outcome;

/// What the tests use, too.
pub(crate) const SERVER: &str = "FIRSTHAND_TEST_POSTGRES";

#[derive(Debug)]
pub(crate) enum Place {
    Folder(PathBuf),
    Server { url: String, name: String },
}

impl Place {
    /// A place of this run alone.
    pub(crate) async fn make(engine: &str, server: Option<&str>, rows: u64) -> Outcome<Self> {
        let name = format!("firsthand_bench_{}_{rows}", std::process::id());
        match engine {
            "sqlite" => {
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder)?;
                Ok(Self::Folder(folder))
            }
            "postgres" => {
                let url = server.ok_or_else(no_server)?.to_owned();
                administer(&url, format!("create database {name}")).await?;
                Ok(Self::Server { url, name })
            }
            other => Err(format!("{other} is no engine: expected sqlite or postgres").into()),
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite://{}", folder.join("desk.db").display()),
            Self::Server { url, name } => {
                let (address, options) = url.split_once('?').map_or((url.as_str(), ""), |(a, o)| (a, o));
                let host = address.find("://").map_or(0, |at| at + 3);
                let end = address[host..].find('/').map_or(address.len(), |at| host + at);
                let mark = if options.is_empty() { "" } else { "?" };
                format!("{}/{name}{mark}{options}", &address[..end])
            }
        }
    }

    /// How large the database has become.
    pub(crate) async fn mib(&self) -> Outcome<u64> {
        match self {
            Self::Folder(folder) => Ok(std::fs::metadata(folder.join("desk.db"))?.len() >> 20),
            Self::Server { url, name } => {
                let mut c = PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?;
                let text = "select pg_database_size($1)";
                let (bytes,): (i64,) = sqlx::query_as(text).bind(name).fetch_one(&mut c).await?;
                c.close().await?;
                Ok(u64::try_from(bytes)? >> 20)
            }
        }
    }

    pub(crate) async fn remove(&self) -> Outcome<()> {
        match self {
            Self::Folder(folder) => Ok(std::fs::remove_dir_all(folder)?),
            Self::Server { url, name } => {
                administer(url, format!("drop database if exists {name} with (force)")).await
            }
        }
    }
}

/// What to do about it.
pub(crate) fn no_server() -> String {
    format!(
        "there is no PostgreSQL server to measure on: give one whose user may make databases, by `--postgres \
         postgres://user@host/postgres` or in {SERVER}, or leave it out by `--engines sqlite`"
    )
}

async fn administer(url: &str, text: String) -> Outcome<()> {
    let mut c = PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?;
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut c).await?;
    c.close().await?;
    Ok(())
}

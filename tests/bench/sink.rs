//! Takes rows by the million: statements of many rows on SQLite, COPY on PostgreSQL, the indexes made at the end.

use std::fmt::Write as _;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::Outcome;
use crate::bulk::TABLES;
use crate::engine::lite_options;

/// Rows of one table that are written at once; of the widest table SQLite takes 1365.
const FULL: usize = 1000;

/// One column of one row.
#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Id(Uuid),
    Text(String),
}

macro_rules! value {
    ($($type:ty => |$v:ident| $value:expr),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from($v: $type) -> Self {
                $value
            }
        })+
    };
}

value! {
    i64 => |v| Self::Int(v),
    bool => |v| Self::Bool(v),
    Uuid => |v| Self::Id(v),
    String => |v| Self::Text(v),
    &str => |v| Self::Text(v.to_owned()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

enum Base {
    Lite(SqliteConnection),
    Pg(PgConnection),
}

pub(crate) struct Sink {
    base: Base,
    waiting: Vec<Vec<Vec<Value>>>,
    /// The statements that make the indexes again.
    indexes: Vec<String>,
}

impl Sink {
    /// Takes the indexes away; nobody else is at the desk.
    pub(crate) async fn open(url: &str) -> Outcome<Self> {
        let (base, indexes) = if url.starts_with("sqlite:") { lite(url).await? } else { pg(url).await? };
        Ok(Self { base, waiting: TABLES.iter().map(|_| Vec::new()).collect(), indexes })
    }

    pub(crate) fn put(&mut self, table: usize, row: impl IntoIterator<Item = Value>) {
        if let Some(rows) = self.waiting.get_mut(table) {
            rows.push(row.into_iter().collect());
        }
    }

    pub(crate) async fn flush_if_full(&mut self) -> Outcome<()> {
        if self.waiting.iter().any(|rows| rows.len() >= FULL) { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Outcome<()> {
        for ((table, columns), rows) in TABLES.iter().zip(&mut self.waiting) {
            let rows = std::mem::take(rows);
            for some in rows.chunks(FULL).filter(|some| !some.is_empty()) {
                match &mut self.base {
                    Base::Lite(c) => insert(c, table, columns, some).await?,
                    Base::Pg(c) => copy(c, table, columns, some).await?,
                }
            }
        }
        Ok(())
    }

    /// Writes the rest, the words and the indexes, and leaves the database as its owner would find it.
    pub(crate) async fn finish(mut self, rows: u64) -> Outcome<()> {
        self.flush().await?;
        let ends: &[&str] = match self.base {
            Base::Lite(_) => &[
                "insert into search_row (id, complaint) select id, complaint from words order by id",
                "insert into search (rowid, words) select id, words from words order by id",
                "drop table words",
            ],
            Base::Pg(_) => &["insert into search (complaint, words) \
                 select complaint, array_to_tsvector(string_to_array(words, ' ')) from words"],
        };
        for text in ends {
            self.run((*text).to_owned()).await?;
        }
        for text in std::mem::take(&mut self.indexes) {
            self.run(text).await?;
        }
        let last: &[String] = match self.base {
            Base::Lite(_) => &[
                format!("update counter set value = {rows} where name = 'complaint'"),
                "commit".to_owned(),
                "pragma journal_mode = wal".to_owned(),
            ],
            // As the server does by itself after a while.
            Base::Pg(_) => {
                &[format!("select setval('complaint_number', {rows})"), "vacuum analyze".to_owned()]
            }
        };
        for text in last {
            self.run(text.clone()).await?;
        }
        match self.base {
            Base::Lite(c) => c.close().await?,
            Base::Pg(c) => c.close().await?,
        }
        Ok(())
    }

    async fn run(&mut self, text: String) -> Outcome<()> {
        let text = sqlx::raw_sql(AssertSqlSafe(text));
        match &mut self.base {
            Base::Lite(c) => text.execute(c).await.map(drop)?,
            Base::Pg(c) => text.execute(c).await.map(drop)?,
        }
        Ok(())
    }
}

async fn lite(url: &str) -> Outcome<(Base, Vec<String>)> {
    let mut c = SqliteConnection::connect_with(&lite_options(url).foreign_keys(false)).await?;
    let made = "select name, sql from sqlite_schema where type = 'index' and sql is not null";
    let indexes: Vec<(String, String)> = sqlx::query_as(made).fetch_all(&mut c).await?;
    for text in [
        "pragma journal_mode = off",
        "pragma synchronous = off",
        "pragma cache_size = -400000",
        "create temp table words (id integer, complaint blob, words text)",
        "begin",
    ] {
        sqlx::raw_sql(text).execute(&mut c).await?;
    }
    for (name, _) in &indexes {
        sqlx::raw_sql(AssertSqlSafe(format!("drop index {name}"))).execute(&mut c).await?;
    }
    Ok((Base::Lite(c), indexes.into_iter().map(|(_, text)| text).collect()))
}

async fn pg(url: &str) -> Outcome<(Base, Vec<String>)> {
    let mut c = PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?;
    let made = "select indexname::text, indexdef from pg_indexes where schemaname = 'public' and not exists \
                (select 1 from pg_constraint k where k.conname = indexname)";
    let indexes: Vec<(String, String)> = sqlx::query_as(made).fetch_all(&mut c).await?;
    sqlx::raw_sql(
        "set maintenance_work_mem = '512MB'; create temp table words (id bigint, complaint uuid, words text)",
    )
    .execute(&mut c)
    .await?;
    // The rows point to rows written with them. Who may not say so waits a little longer.
    let _ = sqlx::raw_sql("set session_replication_role = replica").execute(&mut c).await;
    for (name, _) in &indexes {
        sqlx::raw_sql(AssertSqlSafe(format!("drop index {name}"))).execute(&mut c).await?;
    }
    Ok((Base::Pg(c), indexes.into_iter().map(|(_, text)| text).collect()))
}

async fn insert(c: &mut SqliteConnection, table: &str, columns: &str, rows: &[Vec<Value>]) -> Outcome<()> {
    let mut query = QueryBuilder::<Sqlite>::new("insert into ");
    query.push(table).push(" (").push(columns).push(") ");
    query.push_values(rows, |mut row, values| {
        for value in values {
            match value {
                Value::Null => row.push("null"),
                Value::Int(v) => row.push_bind(*v),
                Value::Bool(v) => row.push_bind(*v),
                Value::Id(v) => row.push_bind(*v),
                Value::Text(v) => row.push_bind(v.as_str()),
            };
        }
    });
    // Not kept: the text differs with what is null.
    query.build().persistent(false).execute(c).await?;
    Ok(())
}

async fn copy(c: &mut PgConnection, table: &str, columns: &str, rows: &[Vec<Value>]) -> Outcome<()> {
    let mut text = String::new();
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            match value {
                Value::Null => text.push_str("\\N"),
                Value::Int(v) => write!(text, "{v}")?,
                Value::Bool(v) => text.push(if *v { 't' } else { 'f' }),
                Value::Id(v) => write!(text, "{v}")?,
                Value::Text(v) => v.chars().for_each(|c| match c {
                    '\\' => text.push_str("\\\\"),
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    c => text.push(c),
                }),
            }
        }
        text.push('\n');
    }
    let mut copy = c.copy_in_raw(&format!("copy {table} ({columns}) from stdin")).await?;
    copy.send(text.into_bytes()).await?;
    copy.finish().await?;
    Ok(())
}

//! Two kinds of failure: a refusal is for the caller to read, everything else is for the log.

use std::fmt;

use firsthand_domain::Refusal;

/// Why storage did not do what was asked. Nothing has changed then, save where a commit was cut off.
#[derive(Debug)]
pub enum Error {
    /// The domain, or a rule the database holds, said no.
    Refused(Refusal),
    /// The database cannot be reached, is locked, or the outcome of a commit is not known. Trying again may help.
    Unavailable(String),
    /// A row does not read back as what was written.
    Corrupt(String),
    /// A change panicked; it was rolled back.
    Panicked,
    /// Anything else the database said.
    Database(sqlx::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {}", refusal.name()),
            Self::Unavailable(why) => write!(f, "the database is not available: {why}"),
            Self::Corrupt(what) => write!(f, "a row does not read back: {what}"),
            Self::Panicked => write!(f, "a change panicked and was rolled back"),
            Self::Database(error) => write!(f, "database: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        // The position, never the content: rows hold what people said.
        Self::Corrupt(format!("JSON at line {} column {}", error.line(), error.column()))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                // SQLite: busy, locked, read-only, disk I/O, full, cannot open (and their extended codes).
                Some(code)
                    if code.parse::<u32>().is_ok_and(|c| matches!(c & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
                        && code.len() < 5 =>
                {
                    Self::Unavailable(inner.to_string())
                }
                // PostgreSQL: connection, resources, operator intervention, system; lock and statement time-outs.
                Some(code) if code.len() == 5 && ["08", "53", "57", "58", "55"].contains(&&code[..2]) => {
                    Self::Unavailable(inner.to_string())
                }
                _ => Self::Database(error),
            },
            _ => Self::Database(error),
        }
    }
}

impl Error {
    /// PostgreSQL asks to run the transaction again: it could not be serialised, or was chosen in a deadlock.
    pub(crate) fn asks_to_run_again(&self) -> bool {
        let Self::Database(sqlx::Error::Database(inner)) = self else { return false };
        matches!(inner.code().as_deref(), Some("40001" | "40P01"))
    }
}

/// A failure of the database in words that quote nothing people wrote: its kind and, where there is one, its code.
#[must_use]
pub fn describe(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(inner) => {
            let code = inner.code().map_or_else(|| "no code".to_owned(), std::borrow::Cow::into_owned);
            format!("database: {:?}, code {code}", inner.kind())
        }
        sqlx::Error::ColumnDecode { index, .. } => format!("database: column {index} does not read back"),
        sqlx::Error::RowNotFound => "database: a row is missing".to_owned(),
        other => {
            // The name of the variant and nothing it holds.
            let name = format!("{other:?}");
            let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            format!("database: {}", &name[..end])
        }
    }
}

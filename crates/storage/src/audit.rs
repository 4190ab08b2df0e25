//! The ledger as it lies in the database, for whoever does not believe the program that wrote it. Shares no code with
//! [`crate::ledger`]: statements, connection and decoding are its own, and nothing is understood here.
//!
//! Many entries come as one value, because a row each costs several times what hashing it does. In it, each entry is a
//! line of nine decimal numbers with a blank between and a line feed after them: seq, at, and the lengths in bytes of
//! kind, actor, subject, body, commitment, prev and hash, -1 for null. Then follow those seven, without anything between.

use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::database::{Tx, lite_path};
use crate::statement::{pick, same};
use crate::{Error, Result};

statements! {
    PACKED = pick(
        "select max(seq), count(*), cast(group_concat(concat(printf('%d %d %d %d %d %d %d %d %d\n', seq, at, \
         octet_length(kind), coalesce(octet_length(actor), -1), coalesce(octet_length(subject), -1), \
         octet_length(body), coalesce(octet_length(commitment), -1), octet_length(prev), octet_length(hash)), \
         kind, actor, subject, body, commitment, prev, hash), '') as blob) \
         from (select * from ledger where seq > $1 and seq <= $2 order by seq limit $3)",
        "select max(seq), count(*), string_agg(convert_to(concat_ws(' ', seq, coalesce(at, 0), \
         coalesce(octet_length(kind), 0), case when actor is null then -1 else 16 end, \
         case when subject is null then -1 else 16 end, coalesce(octet_length(body), 0), \
         coalesce(octet_length(commitment), -1), coalesce(octet_length(prev), 0), coalesce(octet_length(hash), 0)) \
         || chr(10) || coalesce(kind, ''), 'UTF8') || coalesce(uuid_send(actor), '') || coalesce(uuid_send(subject), '') \
         || convert_to(coalesce(body, ''), 'UTF8') || coalesce(commitment, '') || coalesce(prev, '') \
         || coalesce(hash, ''), ''::bytea order by seq) \
         from (select * from ledger where seq > $1 and seq <= $2 order by seq limit $3) page",
    );
    LAST = same("select max(seq) from ledger");
    END = same("select seq, at, hash from ledger_head where id = 1");
    ERASURES = same("select seq, body from ledger where kind = 'erasure' order by seq");
    KNOWN = same("select cast(1 as bigint) from ledger_person where alias = $1");
    /// Awards with the last step the ledger tells of each.
    AWARDS = same(
        "select a.id, a.state, a.type, a.basis, a.currency, a.amount, l.seq, l.body from award a \
         left join ledger l on l.subject = a.id and l.seq = (select max(m.seq) from ledger m \
         where m.subject = a.id and substr(m.kind, 1, 6) = 'award_') where a.id > $1 order by a.id limit $2"
    );
    GRANTS = same(
        "select g.id, g.version, g.holder_staff, g.holder_role, g.parent, g.depth, g.state, g.currency, g.ceiling, \
         g.valid_from, g.valid_until, g.written_by, g.written_at, g.body, l.seq, l.body from authority_grant g \
         left join ledger l on l.subject = g.id and l.seq = (select max(m.seq) from ledger m \
         where m.subject = g.id and substr(m.kind, 1, 6) = 'grant_') where g.id > $1 order by g.id limit $2"
    );
    /// What an award takes up, with the entry of its approval; that was appended when those before it were done, up to an
    /// hour after the decision where two clocks differ.
    USAGE = same(
        "select u.award, u.taken, u.amount, u.currency, u.complaint, u.unit, u.incident, \
         cast(case when (u.customer = c.customer or (u.customer is null and c.customer is null)) \
         and (u.holder_freed = u.freed or u.holder_freed = 9223372036854775807) then 1 else 0 end as bigint), l.body \
         from award_usage u join complaint c on c.id = u.complaint \
         left join ledger l on l.seq = u.taken and l.subject = u.award and l.actor = u.holder \
         and l.at >= u.taken_at and l.at < u.taken_at + 3600000000 and l.kind = 'award_approved' where u.award > $1 or (u.award = $1 and u.taken > $2) \
         order by u.award, u.taken limit $3"
    );
    /// An approval that takes up nothing.
    UNTAKEN = same(
        "select min(l.seq) from ledger l where l.kind = 'award_approved' and l.body like '%[\"complete\",\"true\"]%' \
         and not exists (select 1 from award_usage u where u.award = l.subject and u.taken = l.seq)"
    );
    /// What was given up without a step that gives it up.
    FREED = same(
        "select min(u.taken) from award_usage u where u.freed < 9223372036854775807 and not exists \
         (select 1 from ledger l where l.seq = u.freed and l.subject = u.award and l.kind in ('award_amended', \
         'award_refused', 'award_withdrawn', 'award_declined', 'award_lapsed', 'award_reversed', 'award_held'))"
    );
    /// An award of the ledger that is not there.
    GONE = same(
        "select min(l.seq) from ledger l where l.kind = 'award_proposed' \
         and not exists (select 1 from award a where a.id = l.subject)"
    );
    GONE_GRANT = same(
        "select min(l.seq) from ledger l where l.kind = 'grant_written' \
         and not exists (select 1 from authority_grant g where g.id = l.subject)"
    );
    /// Whether rows and indexes of what decisions are made by agree; PostgreSQL looks at its pages by itself.
    SOUND_LEDGER = pick("select integrity_check from pragma_integrity_check('ledger') limit 1", "select 'ok'");
    SOUND_AWARDS = pick("select integrity_check from pragma_integrity_check('award') limit 1", "select 'ok'");
    SOUND_USAGE = pick("select integrity_check from pragma_integrity_check('award_usage') limit 1", "select 'ok'");
    SOUND_GRANTS = pick("select integrity_check from pragma_integrity_check('authority_grant') limit 1", "select 'ok'");
    BEGIN = pick("begin", "begin isolation level repeatable read read only");
    COMMIT = same("commit");
}

/// A connection that can read and nothing else; the desk may be at work meanwhile.
pub enum Audit {
    /// SQLite.
    Lite(SqliteConnection),
    /// PostgreSQL.
    Pg(PgConnection),
}

/// Entries as they lie there, in the order of their numbers.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The number of the last; none when there is no entry.
    pub last: Option<i64>,
    count: i64,
    bytes: Vec<u8>,
}

/// What the row of the head says: seq, at and hash.
pub type End = (i64, i64, Vec<u8>);

/// Id, state, type, basis, currency, amount; number and body of the last entry.
pub type RawAward = (Uuid, String, String, String, String, i64, Option<i64>, Option<String>);
/// Id, version, the person and the role that hold it, parent, depth, state, currency, the most of one award, from when, until
/// when, by whom it was written and when, body; number and body of the last entry.
pub type RawGrant = (
    Uuid,
    i64,
    Option<Uuid>,
    Option<String>,
    Option<Uuid>,
    i64,
    String,
    String,
    i64,
    i64,
    i64,
    Uuid,
    i64,
    String,
    Option<i64>,
    Option<String>,
);
/// Award, entry, amount, currency, complaint, team, incident; 1 if it is the customer of the complaint and what was freed was
/// freed at once; body of the entry.
pub type RawUsage = (Uuid, i64, i64, String, Uuid, Option<String>, Option<String>, i64, Option<String>);

/// An entry as it lies there. What is null and must not be is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct RawEntry<'a> {
    pub seq: i64,
    pub at: i64,
    pub kind: &'a [u8],
    pub actor: Option<&'a [u8]>,
    pub subject: Option<&'a [u8]>,
    pub body: &'a [u8],
    pub commitment: Option<&'a [u8]>,
    pub prev: &'a [u8],
    pub hash: &'a [u8],
}

impl Audit {
    /// Opens a database that must be there, and changes nothing in it, its schema neither.
    ///
    /// # Errors
    /// It is not there or cannot be opened.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres") {
            let options = PgConnectOptions::from_str(url)?
                .application_name("firsthand ledger verify")
                .options([("default_transaction_read_only", "on")])
                .disable_statement_logging();
            return Ok(Self::Pg(PgConnection::connect_with(&options).await?));
        }
        let path = lite_path(url);
        if !url.starts_with("sqlite:") || !path.is_file() {
            return Err(Error::Unavailable(format!("there is no database file {}", path.display())));
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .busy_timeout(std::time::Duration::from_secs(5))
            .pragma("trusted_schema", "off")
            .pragma("cell_size_check", "on")
            .disable_statement_logging();
        Ok(Self::Lite(SqliteConnection::connect_with(&options).await?))
    }

    /// The largest number there is.
    ///
    /// # Errors
    /// The database could not, or is older than the ledger.
    pub async fn last(&mut self) -> Result<Option<i64>> {
        let row: Option<(Option<i64>,)> = find!(&mut self.tx(), LAST)?;
        Ok(row.and_then(|row| row.0))
    }

    /// Up to `limit` entries with numbers above `after` and up to `to`.
    ///
    /// # Errors
    /// The database could not, or is older than the ledger.
    pub async fn page(&mut self, after: i64, to: i64, limit: i64) -> Result<Page> {
        let row: Option<(Option<i64>, i64, Option<Vec<u8>>)> =
            find!(&mut self.tx(), PACKED, after, to, limit)?;
        let (last, count, bytes) = row.unwrap_or_default();
        Ok(Page { last, count, bytes: bytes.unwrap_or_default() })
    }

    /// Up to `limit` entries after one of them, and the row of the head at the same instant.
    ///
    /// # Errors
    /// The database could not.
    pub async fn end(&mut self, after: i64, limit: i64) -> Result<(Page, Option<End>)> {
        run!(&mut self.tx(), BEGIN)?;
        let page = self.page(after, i64::MAX, limit).await;
        let end: Result<Option<End>> = find!(&mut self.tx(), END);
        run!(&mut self.tx(), COMMIT)?;
        Ok((page?, end?))
    }

    /// The first entry that tells of an erasure after which the alias it names still leads to a customer.
    ///
    /// # Errors
    /// The database could not.
    pub async fn erased_but_known(&mut self) -> Result<Option<i64>> {
        let erasures: Vec<(i64, String)> = all!(&mut self.tx(), ERASURES)?;
        for (seq, body) in erasures {
            let fields: Vec<(String, String)> = serde_json::from_str(&body)?;
            let alias = fields.iter().find(|(name, _)| name == "person");
            let Some(alias) = alias.and_then(|(_, alias)| alias.parse::<Uuid>().ok()) else { continue };
            let known: Option<(i64,)> = find!(&mut self.tx(), KNOWN, alias)?;
            if known.is_some() {
                return Ok(Some(seq));
            }
        }
        Ok(None)
    }

    /// What the database itself finds wrong with the tables that decisions are made by: a sum is read off an index, which
    /// may be damaged where the rows are not.
    ///
    /// # Errors
    /// The database could not.
    pub async fn damage(&mut self) -> Result<Option<String>> {
        for statement in [SOUND_LEDGER, SOUND_AWARDS, SOUND_USAGE, SOUND_GRANTS] {
            let row: Option<(String,)> = find!(&mut self.tx(), statement)?;
            if let Some((found,)) = row.filter(|(found,)| found != "ok") {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Awards in the order of their ids, after one of them.
    ///
    /// # Errors
    /// The database could not.
    pub async fn awards(&mut self, after: Uuid, limit: i64) -> Result<Vec<RawAward>> {
        all!(&mut self.tx(), AWARDS, after, limit)
    }

    /// Grants in the order of their ids, after one of them.
    ///
    /// # Errors
    /// The database could not.
    pub async fn grants(&mut self, after: Uuid, limit: i64) -> Result<Vec<RawGrant>> {
        all!(&mut self.tx(), GRANTS, after, limit)
    }

    /// What awards take up, after an award and an entry, with the body of that entry if it is the approval of that award by
    /// that person at that time.
    ///
    /// # Errors
    /// The database could not.
    pub async fn usage(&mut self, after: (Uuid, i64), limit: i64) -> Result<Vec<RawUsage>> {
        all!(&mut self.tx(), USAGE, after.0, after.1, limit)
    }

    /// The first entry that tells of an award or grant that is not there, of an approval that takes up nothing, or of one
    /// that was given up without a step; and which of these.
    ///
    /// # Errors
    /// The database could not.
    pub async fn without_counterpart(&mut self) -> Result<Option<(i64, &'static str)>> {
        for (statement, why) in [
            (GONE_GRANT, "tells of a grant that is not there"),
            (GONE, "tells of an award that is not there"),
            (UNTAKEN, "is an approval that does not count towards any limit"),
            (FREED, "is an approval that no longer counts, and no entry says why"),
        ] {
            let row: Option<(Option<i64>,)> = find!(&mut self.tx(), statement)?;
            if let Some(entry) = row.and_then(|row| row.0) {
                return Ok(Some((entry, why)));
            }
        }
        Ok(None)
    }

    /// Ends the connection.
    pub async fn close(self) {
        // Nothing was written: there is nothing to lose.
        let _ = match self {
            Self::Lite(connection) => connection.close().await,
            Self::Pg(connection) => connection.close().await,
        };
    }

    fn tx(&mut self) -> Tx<'_> {
        match self {
            Self::Lite(connection) => Tx::Lite(connection),
            Self::Pg(connection) => Tx::Pg(connection),
        }
    }
}

impl Page {
    /// Are there as many as were asked for, so that more may follow?
    #[must_use]
    pub fn is_full(&self, limit: i64) -> bool {
        self.count >= limit
    }

    /// Every entry; ends early with none for what is no entry.
    pub fn entries(&self) -> impl Iterator<Item = Option<RawEntry<'_>>> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let entry = take(&mut rest);
            if entry.is_none() {
                rest = &[];
            }
            Some(entry)
        })
    }
}

fn take<'a>(rest: &mut &'a [u8]) -> Option<RawEntry<'a>> {
    let mut numbers = [0_i64; 9];
    for (place, number) in numbers.iter_mut().enumerate() {
        *number = decimal(rest, if place == 8 { b'\n' } else { b' ' })?;
    }
    let [seq, at, lengths @ ..] = numbers;
    let mut columns = [None; 7];
    for (column, length) in columns.iter_mut().zip(lengths) {
        if length >= 0 {
            let (value, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (*column, *rest) = (Some(value), after);
        }
    }
    let [kind, actor, subject, body, commitment, prev, hash] = columns;
    let there = Option::unwrap_or_default;
    let (kind, body, prev, hash) = (there(kind), there(body), there(prev), there(hash));
    Some(RawEntry { seq, at, kind, actor, subject, body, commitment, prev, hash })
}

/// A decimal number and the byte that ends it.
fn decimal(rest: &mut &[u8], end: u8) -> Option<i64> {
    let length = rest.iter().take(21).position(|byte| *byte == end)?;
    let (digits, after) = rest.split_at(length);
    *rest = &after[1..];
    std::str::from_utf8(digits).ok()?.parse().ok()
}

//! Lists of complaints: views, filters and sorts, paged by the key of the last row.

use std::fmt;
use std::str::FromStr;

use firsthand_domain::code::{Channel, Closure, Severity, Stage};
use firsthand_domain::id::{CauseId, ComplaintId, CustomerId, StaffId};
use firsthand_domain::search;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::search::{FEW, are_at_most};
use crate::statement::keepable;
use crate::{Error, Result, figures, metrics, packed};

mod also;
pub(crate) mod sql;

pub(crate) use also::count;
pub use also::{Also, count_on_sqlite};

/// Complaints of a figure that are asked for at once.
const AT_ONCE: usize = 400;

/// Which complaints, from where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// I am first contact or handler and it is open.
    #[default]
    Mine,
    /// A handoff, or a succession, waits for my answer.
    Offered,
    /// An open promise is mine.
    Promised,
    /// I am first contact and another handles it, or my offer is pending.
    HandedOver,
    /// First contact or handler is in my team.
    Team,
    /// Everything I may see.
    All,
}

/// The order of a list; ties go by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Whose customer has waited longest; answered ones last.
    #[default]
    Waiting,
    /// Newest first.
    Received,
    /// Soonest open due time first.
    Due,
}

impl Scope {
    /// The view of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "mine" => Self::Mine,
            "offered" => Self::Offered,
            "promised" => Self::Promised,
            "handed_over" => Self::HandedOver,
            "team" => Self::Team,
            "all" => Self::All,
            _ => return None,
        })
    }
}

impl Sort {
    /// The sort of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "waiting" => Self::Waiting,
            "received" => Self::Received,
            "due" => Self::Due,
            _ => return None,
        })
    }

    const fn letter(self) -> char {
        match self {
            Self::Waiting => 'w',
            Self::Received => 'r',
            Self::Due => 'd',
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Waiting => "c.waiting_since",
            Self::Received => "c.received_at",
            Self::Due => "c.next_due",
        }
    }

    pub(crate) const fn newest_first(self) -> bool {
        matches!(self, Self::Received)
    }
}

/// The key of the last row of a page; opaque to callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    sort: Sort,
    pub(crate) key: i64,
    pub(crate) id: Uuid,
}

impl Cursor {
    /// Does this cursor belong to a list in that order?
    #[must_use]
    pub fn fits(&self, sort: Sort) -> bool {
        self.sort == sort
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.sort.letter(), self.key, self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let sort = match parts.next() {
            Some("w") => Sort::Waiting,
            Some("r") => Sort::Received,
            Some("d") => Sort::Due,
            _ => return Err(()),
        };
        let key = parts.next().and_then(|k| k.parse().ok()).ok_or(())?;
        let id = parts.next().and_then(|i| i.parse().ok()).ok_or(())?;
        Ok(Self { sort, key, id })
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// From where the reader stands.
    pub scope: Scope,
    /// In which order.
    pub sort: Sort,
    /// After which row.
    pub cursor: Option<Cursor>,
    /// At most so many rows.
    pub limit: i64,
    /// Only at this stage.
    pub stage: Option<Stage>,
    /// Only of this first contact.
    pub first_contact: Option<StaffId>,
    /// Only with this handler.
    pub handler: Option<StaffId>,
    /// Only of this customer.
    pub customer: Option<CustomerId>,
    /// Only with this cause, in whatever role.
    pub cause: Option<CauseId>,
    /// Only in this category.
    pub category: Option<String>,
    /// Only about this product.
    pub product: Option<String>,
    /// Only from this place.
    pub place: Option<String>,
    /// Only through this channel.
    pub channel: Option<Channel>,
    /// Received at or after.
    pub received_from: Option<Timestamp>,
    /// Received before.
    pub received_to: Option<Timestamp>,
    /// Only what these words find.
    pub words: Option<search::Query>,
    /// Only among these.
    pub among: Option<Vec<ComplaintId>>,
    /// Only what figures count under this. Its days say nothing here: that is what `received_from` and `received_to` are for.
    pub counted: Option<figures::Asked>,
    /// Only what is in a part of a figure of how the desk works.
    pub measured: Option<metrics::Behind>,
    /// Only what the floor narrows to.
    pub also: Also,
}

packed_row! {
    struct ListRow {
        id: Uuid,
        reference: String,
        version: i64,
        stage: String,
        cycle: i64,
        closure: Option<String>,
        channel: String,
        severity: String,
        summary: Option<String>,
        product: Option<String>,
        place: Option<String>,
        category: Option<String>,
        customer: Option<Uuid>,
        customer_name: Option<String>,
        language: Option<String>,
        first_contact: Uuid,
        first_contact_name: String,
        handler: Uuid,
        handler_name: String,
        restricted: bool,
        received_at: i64,
        closed_at: Option<i64>,
        waiting_since: i64,
        next_due: i64,
    }
}

/// One row of a list.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the complaint's own, documented there")]
pub struct Item {
    pub id: ComplaintId,
    pub reference: String,
    pub version: i64,
    pub stage: Stage,
    pub cycle: i64,
    pub closure: Option<Closure>,
    pub channel: Channel,
    pub severity: Severity,
    pub summary: Option<String>,
    pub product: Option<String>,
    pub place: Option<String>,
    pub category: Option<String>,
    pub customer: Option<(CustomerId, Option<String>)>,
    /// The language the customer wants to be answered in.
    pub language: Option<String>,
    pub first_contact: (StaffId, String),
    pub handler: (StaffId, String),
    pub restricted: bool,
    pub received_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub waiting_since: Option<Timestamp>,
    pub next_due: Option<Timestamp>,
}

/// One page, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub items: Vec<Item>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
}

/// A list as SQLite is asked for it, for those who look at its plan or at what it costs alone.
#[must_use]
pub fn on_sqlite(reader: &Staff, query: &Query) -> sqlx::QueryBuilder<sqlx::Sqlite> {
    sql::build(reader, query, Way::Lite)
}

/// A list as PostgreSQL is asked for it, in that way.
#[must_use]
pub fn on_postgres(reader: &Staff, query: &Query, way: Way) -> sqlx::QueryBuilder<sqlx::Postgres> {
    sql::build(reader, query, way)
}

/// The query with the words there are on SQLite, and the way in which its page is found.
///
/// # Errors
/// The database could not.
pub async fn settled(tx: &mut Tx<'_>, reader: &Staff, query: &Query) -> Result<(Query, Way)> {
    found(tx, reader, query).await.map(|(query, way, _)| (query, way))
}

/// The way in which words are found. The program chooses, and does not leave it to what PostgreSQL believes of a word:
/// of a table just filled it knows nothing, and walked all of it for a word of forty complaints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// SQLite: the index of words leads, the newest first.
    Lite,
    /// PostgreSQL: the first so many rows of the list are looked at. Enough for a word that many complaints have.
    First,
    /// PostgreSQL: all that have the words are fetched and sorted.
    Hits,
    /// PostgreSQL: the list is walked until the page is full.
    Walk,
}

/// The way of a list without words.
pub(crate) fn plain_way(tx: &Tx<'_>) -> Way {
    match tx {
        Tx::Lite(_) => Way::Lite,
        Tx::Pg(_) => Way::Walk,
    }
}

/// The text of a list on SQLite.
#[must_use]
pub fn text_on_sqlite(reader: &Staff, query: &Query) -> String {
    sqlx::Execute::sql(on_sqlite(reader, query).build()).as_str().to_owned()
}

/// Lists what the reader may see.
///
/// # Errors
/// The database could not.
pub async fn page(tx: &mut Tx<'_>, reader: &Staff, query: &Query) -> Result<Page> {
    let mut words = [&query.category, &query.product, &query.place].into_iter().flatten();
    let counted = query.counted.as_ref().is_none_or(|asked| asked.filter.is_of_something());
    if !counted || !words.all(|word| keepable(word)) || !query.also.is_possible() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let Some(behind) = &query.measured else {
        let (_, _, rows) = found(tx, reader, query).await?;
        return paged(rows, query);
    };
    // Told by the same rule as the figure, a piece of the list at a time until the page is full.
    let mut rows = Vec::new();
    let full = usize::try_from(query.limit).unwrap_or(usize::MAX).saturating_add(1);
    let ids = metrics::behind(tx, reader, behind, query).await?;
    for some in ids.chunks(AT_ONCE) {
        let piece = Query { among: Some(some.to_vec()), measured: None, ..query.clone() };
        rows.extend(found(tx, reader, &piece).await?.2);
        if rows.len() >= full {
            break;
        }
    }
    rows.truncate(full);
    paged(rows, query)
}

/// The same page in every way it is ever found, for those who compare them; with words, of a list of fewer than 300.
///
/// # Errors
/// The database could not.
pub async fn in_every_way(tx: &mut Tx<'_>, reader: &Staff, query: &Query) -> Result<Vec<Page>> {
    let known = known(tx, query).await?;
    let ways = match (&query.words, &tx) {
        (_, Tx::Lite(_)) => vec![(query, Way::Lite), (&known, Way::Lite)],
        (None, Tx::Pg(_)) => vec![(query, Way::Walk)],
        (Some(_), Tx::Pg(_)) => vec![(query, Way::First), (query, Way::Hits), (query, Way::Walk)],
    };
    let mut pages = Vec::new();
    for (query, way) in ways {
        pages.push(paged(fetch(tx, reader, query, way).await?, query)?);
    }
    Ok(pages)
}

fn paged(mut rows: Vec<ListRow>, query: &Query) -> Result<Page> {
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > query.limit;
    if more {
        rows.pop();
    }
    let cursor = |row: &ListRow| {
        let key = match query.sort {
            Sort::Waiting => row.waiting_since,
            Sort::Received => row.received_at,
            Sort::Due => row.next_due,
        };
        Cursor { sort: query.sort, key, id: row.id }
    };
    let next = if more { rows.last().map(cursor) } else { None };
    Ok(Page { items: rows.into_iter().map(Item::try_from).collect::<Result<_>>()?, next })
}

async fn found(tx: &mut Tx<'_>, reader: &Staff, query: &Query) -> Result<(Query, Way, Vec<ListRow>)> {
    let query = known(tx, query).await?;
    let lite = matches!(tx, Tx::Lite(_));
    let way = match &query.words {
        _ if lite => Way::Lite,
        None => Way::Walk,
        Some(words) => {
            // Counting reads all that is known of a word: a common one fills the page before.
            let rows = fetch(tx, reader, &query, Way::First).await?;
            if i64::try_from(rows.len()).unwrap_or(i64::MAX) > query.limit {
                return Ok((query, Way::First, rows));
            }
            if are_at_most(tx, words, FEW).await? { Way::Hits } else { Way::Walk }
        }
    };
    let rows = fetch(tx, reader, &query, way).await?;
    Ok((query, way, rows))
}

/// On SQLite, the query with the words there are instead of their beginnings.
async fn known(tx: &mut Tx<'_>, query: &Query) -> Result<Query> {
    let words = match (&query.words, &tx) {
        (Some(words), Tx::Lite(_)) => Some(crate::search::knowing(tx, words).await?),
        (words, _) => words.clone(),
    };
    Ok(Query { words, ..query.clone() })
}

async fn fetch(tx: &mut Tx<'_>, reader: &Staff, query: &Query, way: Way) -> Result<Vec<ListRow>> {
    // Planned anew with each set of words: PostgreSQL knows how common a word is only when it sees it.
    let lasts = query.words.is_none();
    match tx {
        Tx::Lite(c) => packed::all(c, sql::build(reader, query, way).build().persistent(lasts)).await,
        Tx::Pg(c) => {
            let mut query = sql::build(reader, query, way);
            Ok(query.build_query_as().persistent(lasts).fetch_all(&mut **c).await?)
        }
    }
}

impl TryFrom<ListRow> for Item {
    type Error = Error;

    fn try_from(row: ListRow) -> Result<Self> {
        let id = row.id;
        let corrupt = |column: &str| Error::Corrupt(format!("complaint.{column} of {id}"));
        let time = |micros: i64| {
            let at = Timestamp::from_micros(micros);
            (at != Timestamp::NEVER).then_some(at)
        };
        Ok(Self {
            id: ComplaintId(id),
            reference: row.reference,
            version: row.version,
            stage: Stage::from_code(&row.stage).ok_or_else(|| corrupt("stage"))?,
            cycle: row.cycle,
            closure: row.closure.as_deref().and_then(Closure::from_code),
            channel: Channel::from_code(&row.channel).ok_or_else(|| corrupt("channel"))?,
            severity: Severity::from_code(&row.severity).ok_or_else(|| corrupt("severity"))?,
            summary: row.summary,
            product: row.product,
            place: row.place,
            category: row.category,
            customer: row.customer.map(|id| (CustomerId(id), row.customer_name)),
            language: row.language,
            first_contact: (StaffId(row.first_contact), row.first_contact_name),
            handler: (StaffId(row.handler), row.handler_name),
            restricted: row.restricted,
            received_at: Timestamp::from_micros(row.received_at),
            closed_at: row.closed_at.map(Timestamp::from_micros),
            waiting_since: time(row.waiting_since),
            next_due: time(row.next_due),
        })
    }
}

//! The words by which complaints are found: written with the complaint, made again when the folding changes.

use std::collections::BTreeMap;

use firsthand_domain::history::Texts;
use firsthand_domain::id::{ComplaintId, CustomerId};
use firsthand_domain::search::{self, Document, FOLD_VERSION, Query};
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::list::{self, Item, Scope, Sort};
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Database, Error, Result};

statements! {
    WRITE = pick(
        "insert into search_entry (complaint, received_at, words) values ($1, $2, $3)",
        "insert into search (complaint, words) select $1, array_to_tsvector(string_to_array($3, ' ')) \
         where $2::bigint is not null on conflict (complaint) do update set words = excluded.words",
    );
    /// A name, and the ways to reach somebody.
    PERSON = same("select 'name' as kind, name as value from customer where id = $1 and name is not null union all \
                   select 'name', own_name from customer where id = $1 and own_name <> name union all \
                   select kind, value from identifier where customer = $1 and kind in ('phone', 'email')");
    COMPLAINT = same("select reference, summary, customer, received_at from complaint where id = $1");
    TEXTS = same("select body from fact_text where complaint = $1 order by seq");
    OF_CUSTOMER = same("select id from complaint where customer = $1 order by id desc limit $2");
    PAGE = same("select id from complaint where id > $1 order by id limit $2");
    /// The words that begin so: each is found from the one before, past all that have it.
    BEGINNING = pick(
        "with recursive found (word) as ( \
         select (select term from search_vocab where term >= $1 and term < $2 limit 1) union all \
         select (select term from search_vocab where term >= found.word || char(1) and term < $2 limit 1) \
         from found where found.word is not null) select word from found where word is not null limit $3",
        "select word from ts_stat('select words from search') where word >= $1 and word < $2 order by word limit $3",
    );
    /// How many have the words, counted no further than to a limit.
    COUNT = pick(
        "select count(*) from (select 1 from search where search match $1 limit $2)",
        "select count(*) from (select 1 from search where words @@ $1::tsquery limit $2) as hits",
    );
    VERSION = same("select version from search_fold");
    SET_VERSION = same("update search_fold set version = $1");
    MISSING = pick(
        "select count(*) from complaint c where not exists (select 1 from search_row r where r.complaint = c.id)",
        "select count(*) from complaint c where not exists (select 1 from search s where s.complaint = c.id)",
    );
    HITS = pick(
        "select r.complaint from search cross join search_row r on r.id = search.rowid \
         where search match $1 order by search.rowid desc limit $2",
        "select s.complaint from search s join complaint c on c.id = s.complaint where s.words @@ $1::tsquery \
         order by c.received_at desc, c.id desc limit $2",
    );
}

/// Complaints of one customer that are written again at once when there is a new way to reach them.
const OF_ONE_CUSTOMER: i64 = 200;
/// Hits that are ranked, the newest.
const RANKED: i64 = 200;
/// Words by which similar complaints are looked for, hits looked at for each, and complaints compared.
const TELLING: usize = 16;
const HITS_EACH: i64 = 50;
const COMPARED: usize = 200;
/// Similar complaints told.
const SIMILAR: usize = 10;

/// Words that are asked for instead of the beginnings in one query, all together; and instead of one beginning that is a
/// number, which begins many that few complaints have.
const WORDS_OF_A_QUERY: usize = 1_000;
const NUMBERS_OF_A_BEGINNING: usize = 200;
/// On PostgreSQL, up to so many complaints are fetched by their words at once and sorted, if the first rows of the list do
/// not have a page of them; of more, the list as it goes on finds a page sooner.
pub(crate) const FEW: i64 = 5_000;

/// What a complaint is found by, but for the person.
pub(crate) struct Entry<'a> {
    pub(crate) id: ComplaintId,
    pub(crate) received_at: i64,
    pub(crate) reference: &'a str,
    pub(crate) summary: Option<&'a str>,
    pub(crate) customer: Option<CustomerId>,
}

/// Is this the text of something people search for?
pub(crate) fn is_searched(field: &str) -> bool {
    matches!(field, "narrative" | "summary" | "order_ref") || field.starts_with("point:")
}

/// Writes the words of a complaint, the first time or again.
pub(crate) async fn write<'t>(
    unit: &mut Unit<'_>,
    entry: &Entry<'_>,
    texts: impl Iterator<Item = &'t Texts>,
) -> Result<()> {
    let mut document = Document::default();
    document.add_code(entry.reference);
    if let Some(customer) = entry.customer {
        let rows: Vec<(String, String)> = all!(&mut unit.tx, PERSON, customer.0)?;
        for (kind, value) in rows {
            if kind == "name" { document.add_text(&value) } else { document.add_code(&value) }
        }
    }
    document.add_text(entry.summary.unwrap_or_default());
    for (field, text) in texts.flatten().filter(|(field, _)| is_searched(field)) {
        if field == "order_ref" { document.add_code(text) } else { document.add_text(text) }
    }
    run!(&mut unit.tx, WRITE, entry.id.0, entry.received_at, document.text()).map(drop)
}

/// Writes the words of a complaint again, from what is kept.
pub(crate) async fn write_again(unit: &mut Unit<'_>, id: ComplaintId) -> Result<()> {
    let row: Option<(String, Option<String>, Option<Uuid>, i64)> = find!(&mut unit.tx, COMPLAINT, id.0)?;
    let Some((reference, summary, customer, received_at)) = row else { return Ok(()) };
    let rows: Vec<(String,)> = all!(&mut unit.tx, TEXTS, id.0)?;
    let texts: Vec<Texts> =
        rows.iter().map(|(body,)| Ok(serde_json::from_str(body)?)).collect::<Result<_>>()?;
    let entry = Entry {
        id,
        received_at,
        reference: &reference,
        summary: summary.as_deref(),
        customer: customer.map(CustomerId),
    };
    write(unit, &entry, texts.iter()).await
}

/// There is a new way to reach a customer: their newest complaints are found by it at once, all after a rebuild.
pub(crate) async fn write_customer(unit: &mut Unit<'_>, customer: CustomerId) -> Result<()> {
    let rows: Vec<(Uuid,)> = all!(&mut unit.tx, OF_CUSTOMER, customer.0, OF_ONE_CUSTOMER)?;
    for (id,) in rows {
        write_again(unit, ComplaintId(id)).await?;
    }
    Ok(())
}

/// Was the index made with the folding of this program?
///
/// # Errors
/// The database could not.
pub async fn is_current(tx: &mut Tx<'_>) -> Result<bool> {
    let row: Option<(i64,)> = find!(tx, VERSION)?;
    Ok(row.is_some_and(|(version,)| version == FOLD_VERSION))
}

/// How many complaints nobody can find.
///
/// # Errors
/// The database could not.
pub async fn missing(tx: &mut Tx<'_>) -> Result<i64> {
    let row: Option<(i64,)> = find!(tx, MISSING)?;
    Ok(row.map_or(0, |r| r.0))
}

/// Makes the words of every complaint again, in batches, while the desk may be at work; `told` hears how many are done.
///
/// # Errors
/// The database could not; what was done stands.
pub async fn rebuild(database: &Database, mut told: impl FnMut(u64)) -> Result<u64> {
    const AT_ONCE: i64 = 200;
    let (mut done, mut last) = (0, Uuid::nil());
    loop {
        let batch: Vec<Uuid> = database
            .change(move |unit| {
                Box::pin(async move {
                    let rows: Vec<(Uuid,)> = all!(&mut unit.tx, PAGE, last, AT_ONCE)?;
                    for (id,) in &rows {
                        write_again(unit, ComplaintId(*id)).await?;
                    }
                    Ok::<_, Error>(rows.into_iter().map(|r| r.0).collect())
                })
            })
            .await?;
        let Some(end) = batch.last() else { break };
        last = *end;
        done += batch.len() as u64;
        told(done);
    }
    database
        .change(|unit| Box::pin(async move { run!(&mut unit.tx, SET_VERSION, FOLD_VERSION).map(drop) }))
        .await?;
    Ok(done)
}

/// On SQLite, asks for the words there are instead of their beginnings, as long as they are not too many.
pub(crate) async fn knowing(tx: &mut Tx<'_>, words: &Query) -> Result<Query> {
    let mut known = BTreeMap::new();
    let mut left = WORDS_OF_A_QUERY;
    for beginning in words.beginnings() {
        let number = beginning.bytes().all(|b| b.is_ascii_digit());
        let most = if number { left.min(NUMBERS_OF_A_BEGINNING) } else { left };
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let end = format!("{beginning}{}", char::MAX);
        let rows: Vec<(String,)> = all!(tx, BEGINNING, beginning, end, limit)?;
        left = left.saturating_sub(rows.len());
        if rows.len() <= most {
            known.insert(beginning.to_owned(), rows.into_iter().map(|row| row.0).collect());
        }
    }
    Ok(words.clone().knowing(known))
}

/// On PostgreSQL: have no more complaints than so many these words?
pub(crate) async fn are_at_most(tx: &mut Tx<'_>, words: &Query, most: i64) -> Result<bool> {
    let row: Option<(i64,)> = find!(tx, COUNT, words.pg(), most + 1)?;
    Ok(row.is_some_and(|(count,)| count <= most))
}

/// The newest hits of a list, best first.
///
/// # Errors
/// The database could not.
pub async fn ranked(tx: &mut Tx<'_>, reader: &Staff, query: &list::Query) -> Result<Vec<Item>> {
    let Some(words) = &query.words else { return Ok(Vec::new()) };
    let newest = list::Query { sort: Sort::Received, cursor: None, limit: RANKED, ..query.clone() };
    let items = list::page(tx, reader, &newest).await?.items;
    let stories = stories(tx, &items.iter().map(|i| i.id).collect::<Vec<_>>()).await?;
    let mut scored: Vec<(usize, Item)> = items
        .into_iter()
        .map(|item| {
            let story = stories.get(&item.id).map_or("", String::as_str);
            let name = item.customer.as_ref().and_then(|c| c.1.as_deref()).unwrap_or_default();
            let line = format!("{}\n{name}\n{}", item.reference, item.summary.as_deref().unwrap_or_default());
            (words.score(&line, story), item)
        })
        .collect();
    // Stable: among equals the newest stays first.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.truncate(usize::try_from(query.limit).unwrap_or_default());
    Ok(scored.into_iter().map(|(_, item)| item).collect())
}

/// What the reader may see that tells much the same story, with how much is the same in thousandths.
///
/// # Errors
/// The database could not.
pub async fn similar(tx: &mut Tx<'_>, reader: &Staff, id: ComplaintId) -> Result<Vec<(usize, Item)>> {
    let own = stories(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let mut found = alike(tx, reader, &own, None).await?;
    found.retain(|(_, item)| item.id != id);
    found.truncate(SIMILAR);
    Ok(found)
}

/// What tells much the same as a story that is not kept yet; only what was received since then, if that is said.
///
/// # Errors
/// The database could not.
pub async fn alike(
    tx: &mut Tx<'_>,
    reader: &Staff,
    story: &str,
    since: Option<Timestamp>,
) -> Result<Vec<(usize, Item)>> {
    let shingles = search::shingles(story);
    let mut shared: BTreeMap<ComplaintId, usize> = BTreeMap::new();
    for word in search::telling(story, TELLING) {
        let query = Query::token(&word);
        let asked = if matches!(tx, Tx::Lite(_)) { query.lite() } else { query.pg() };
        let rows: Vec<(Uuid,)> = all!(tx, HITS, asked, HITS_EACH)?;
        for (other,) in rows {
            *shared.entry(ComplaintId(other)).or_default() += 1;
        }
    }
    let mut candidates: Vec<(usize, ComplaintId)> = shared.into_iter().map(|(id, n)| (n, id)).collect();
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    candidates.truncate(COMPARED);
    let among: Vec<ComplaintId> = candidates.into_iter().map(|(_, id)| id).collect();
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let visible = list::Query {
        scope: Scope::All,
        sort: Sort::Received,
        among: Some(among),
        received_from: since,
        limit: i64::try_from(COMPARED).unwrap_or(i64::MAX),
        ..list::Query::default()
    };
    let items = list::page(tx, reader, &visible).await?.items;
    let stories = stories(tx, &items.iter().map(|i| i.id).collect::<Vec<_>>()).await?;
    let mut scored: Vec<(usize, Item)> = items
        .into_iter()
        .map(|item| {
            let story = stories.get(&item.id).map_or("", String::as_str);
            (search::likeness(&shingles, &search::shingles(story)), item)
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by_key(|(score, item)| std::cmp::Reverse((*score, item.id)));
    scored.truncate(SIMILAR + 1);
    Ok(scored)
}

/// What each customer said; with the summary where there is one, and only that when the story was erased.
///
/// # Errors
/// The database could not.
pub async fn stories(tx: &mut Tx<'_>, ids: &[ComplaintId]) -> Result<BTreeMap<ComplaintId, String>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, String)> =
        among!(tx, "select complaint, body from fact_text where seq = 1 and complaint in (", ids, ")")?;
    let story = |(id, body): (Uuid, String)| {
        let texts: Texts = serde_json::from_str(&body)?;
        let of = |field: &str| texts.get(field).map_or("", String::as_str);
        Ok((ComplaintId(id), format!("{}\n{}", of("summary"), of("narrative"))))
    };
    rows.into_iter().map(story).collect()
}

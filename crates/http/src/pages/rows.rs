//! What a row of a list tells of a complaint, and how texts are cut and marked for it.

mod marked;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use firsthand_domain::id::ComplaintId;
use firsthand_domain::saved_view::{ColumnWidth, PlacedColumn, ViewColumn};
use firsthand_domain::search::Query as Words;
use firsthand_storage::desk::{self, CauseName, Said, Speaker};
use firsthand_storage::list::Item;
use firsthand_storage::{Tx, search};

use super::Frame;
use crate::problem::Problem;
use crate::speech::{Clock, Speech};

pub(super) use marked::{Marked, cut, one_line};

/// How wide a subject and the last words may be in a row, in columns of Latin letters: the style cuts at the edge of the
/// screen, this keeps the page light.
const SUBJECT: usize = 58;
const WORDS: usize = 46;
const NAME: usize = 24;

/// The columns of a list that may be left out.
pub(super) const COLUMNS: [&str; 4] = ["customer", "responsible", "stage", "cause"];

/// A column of a list: what it tells, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) tells: ViewColumn,
    /// The class that gives it its width.
    pub(crate) class: &'static str,
}

impl Column {
    /// A column as wide as somebody wants it.
    pub(super) const fn placed(column: PlacedColumn) -> Self {
        let PlacedColumn { column: tells, width } = column;
        let class = match (tells, width) {
            (ViewColumn::Complaint, ColumnWidth::Narrow) => "wx wc",
            (ViewColumn::Complaint, _) => "wc",
            (_, ColumnWidth::Narrow) => "wn",
            (_, ColumnWidth::Wide) => "wx",
            (ViewColumn::Due, _) => "w1",
            (ViewColumn::Customer, _) => "w2",
            (ViewColumn::Reference, _) => "w4",
            _ => "w3",
        };
        Self { tells, class }
    }

    /// The usual columns, but those that are left out.
    pub(super) fn usual(hidden: &[String]) -> Vec<Self> {
        const USUAL: [ViewColumn; 7] = [
            ViewColumn::Due,
            ViewColumn::Customer,
            ViewColumn::Complaint,
            ViewColumn::Responsible,
            ViewColumn::Stage,
            ViewColumn::Cause,
            ViewColumn::Reference,
        ];
        let shown = |column: &ViewColumn| {
            !COLUMNS.contains(&column.code()) || !hidden.iter().any(|h| h == column.code())
        };
        let placed = |column| Self::placed(PlacedColumn { column, width: ColumnWidth::Usual });
        USUAL.into_iter().filter(shown).map(placed).collect()
    }
}

/// What was said last, and by whom if it was one of us.
pub(crate) struct Spoken {
    pub(crate) us: Option<String>,
    pub(crate) words: Marked,
}

/// A complaint in a list.
pub(crate) struct Row {
    pub(crate) reference: String,
    pub(crate) version: i64,
    pub(crate) clock: Option<Clock>,
    /// Beneath the clock; when it was closed, if it is.
    pub(crate) when: String,
    pub(crate) customer: Marked,
    pub(crate) channel: Cow<'static, str>,
    /// The language of the customer's own words, where it is not the page's.
    pub(crate) lang: String,
    pub(crate) subject: Marked,
    pub(crate) said: Option<Spoken>,
    pub(crate) responsible: String,
    pub(crate) handler: Option<String>,
    pub(crate) stage: Cow<'static, str>,
    /// How long the customer has waited, or how it ended.
    pub(crate) standing: String,
    pub(crate) cause: String,
    pub(crate) category: String,
    pub(crate) product: String,
    pub(crate) place: String,
    /// When it was received, and since when the customer waits.
    pub(crate) received: String,
    pub(crate) since: String,
    pub(crate) severity: &'static str,
    pub(crate) grave: Cow<'static, str>,
}

/// The rows of a page of a list.
pub(super) async fn rows(
    f: &Frame,
    tx: &mut Tx<'_>,
    items: Vec<Item>,
    words: Option<&Words>,
    with_causes: bool,
) -> Result<Vec<Row>, Problem> {
    let ids: Vec<ComplaintId> = items.iter().map(|item| item.id).collect();
    let mut said = desk::last_words(tx, &ids).await?;
    let causes = if with_causes { desk::main_causes(tx, &ids).await? } else { BTreeMap::new() };
    // Where the line of a row shows nothing of what was looked for, the story does.
    let hidden: Vec<ComplaintId> = match words {
        Some(words) => items.iter().filter(|item| !shows(item, words)).map(|item| item.id).collect(),
        None => Vec::new(),
    };
    let stories = search::stories(tx, &hidden).await?;
    Ok(items
        .into_iter()
        .map(|item| {
            let passage = words.and_then(|words| marked::passage(stories.get(&item.id)?, words, WORDS));
            let said = passage.map(|words| Spoken { us: None, words }).or_else(|| {
                let said = said.remove(&item.id)?;
                spoken(&said, words)
            });
            row(f, item, said, &causes, words)
        })
        .collect())
}

fn shows(item: &Item, words: &Words) -> bool {
    let name = item.customer.as_ref().and_then(|c| c.1.as_deref());
    [item.summary.as_deref(), name, Some(item.reference.as_str())]
        .into_iter()
        .flatten()
        .any(|text| !words.marks(text).is_empty())
}

fn spoken(said: &Said, words: Option<&Words>) -> Option<Spoken> {
    let text = one_line(&said.text);
    if text.is_empty() {
        return None;
    }
    let us = match &said.by {
        Speaker::Customer => None,
        Speaker::Staff(name) => Some(cut(name, NAME)),
    };
    Some(Spoken { us, words: Marked::new(&cut(&text, WORDS), words) })
}

/// The name of who complained, in words where there is none.
pub(super) fn customer_name(
    f: &Speech,
    customer: Option<&(firsthand_domain::id::CustomerId, Option<String>)>,
) -> String {
    match customer {
        None => f.say("frame-anonymous").into_owned(),
        Some((_, None)) => f.say("frame-erased").into_owned(),
        Some((_, Some(name))) => name.clone(),
    }
}

/// The name of who complained, as far as it is known.
pub(super) fn customer_name_of(f: &Speech, name: Option<&str>) -> String {
    name.map_or_else(|| f.say("frame-anonymous").into_owned(), str::to_owned)
}

/// The name of a cause in the reader's language, else in English, else in any.
pub(super) fn cause_name<'n>(f: &Speech, name: &'n CauseName) -> &'n str {
    let found = name.get(f.lang()).or_else(|| name.get("en")).or_else(|| name.values().next());
    found.map_or("", String::as_str)
}

/// The language of a text, where it is another than the page's.
pub(super) fn other_lang(f: &Speech, language: Option<&str>) -> String {
    language.filter(|l| *l != f.lang()).unwrap_or_default().to_owned()
}

fn short(text: Option<&str>) -> String {
    text.map(|text| cut(&one_line(text), NAME)).unwrap_or_default()
}

fn row(
    f: &Frame,
    item: Item,
    said: Option<Spoken>,
    causes: &BTreeMap<ComplaintId, CauseName>,
    words: Option<&Words>,
) -> Row {
    let clock = item.next_due.map(|due| {
        let clock = f.clock(due);
        // Due times are kept to the minute; a row has no room for seconds that are none.
        Clock { iso: clock.iso.replace(":00Z", "Z"), ..clock }
    });
    let when = match (&clock, item.closed_at) {
        (Some(clock), _) => clock.at.clone(),
        (None, closed) => closed.map(|at| f.day(at)).unwrap_or_default(),
    };
    let standing = match (item.closure, item.waiting_since) {
        (Some(closure), _) => f.word("closure", closure.code()).into_owned(),
        (None, Some(since)) => f.with("list-waits", "time", f.about(f.now.micros() - since.micros())),
        (None, None) => String::new(),
    };
    let handler = (item.handler.0 != item.first_contact.0).then(|| cut(&item.handler.1, NAME));
    let cause = causes.get(&item.id).map(|name| cut(cause_name(f, name), NAME)).unwrap_or_default();
    let name = customer_name(f, item.customer.as_ref());
    let subject = item.summary.as_deref().map(one_line).filter(|s| !s.is_empty());
    let subject = subject.unwrap_or_else(|| item.reference.clone());
    Row {
        clock,
        when,
        customer: Marked::new(&cut(&one_line(&name), NAME), words),
        channel: f.word("channel", item.channel.code()),
        lang: other_lang(f, item.language.as_deref()),
        subject: Marked::new(&cut(&subject, SUBJECT), words),
        said,
        responsible: cut(&item.first_contact.1, NAME),
        handler,
        stage: f.word("stage", item.stage.code()),
        standing,
        cause,
        category: short(item.category.as_deref()),
        product: short(item.product.as_deref()),
        place: short(item.place.as_deref()),
        received: f.day(item.received_at),
        since: item.waiting_since.map(|at| f.day(at)).unwrap_or_default(),
        version: item.version,
        severity: item.severity.code(),
        grave: f.word("severity", item.severity.code()),
        reference: item.reference,
    }
}

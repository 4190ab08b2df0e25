//! The first page: what waits for the reader, most urgent first.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use askama::Template;
use firsthand_domain::staff::Staff;
use firsthand_storage::Tx;
use firsthand_storage::desk::{self, About, OfferKind, Pending, Promised, ShortLists, Speaker};
use firsthand_storage::list::{self, Item, Scope, Sort};

use super::rows::{customer_name, cut, one_line, other_lang};
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right;
use crate::routes::{Route, page};
use crate::speech::{Clock, Speech};

/// The most rows of one list.
const ROWS: usize = 7;
/// One more is read, to know whether there are more.
const READ: i64 = 8;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/", Right::Reader, show)]
}

/// A complaint that waits for the reader.
struct Waiting {
    reference: String,
    clock: Option<Clock>,
    subject: String,
    lang: String,
    customer: String,
    /// How and when something was said last: `by phone 10:12`.
    last: String,
    us: Option<String>,
    words: String,
    severity: &'static str,
    grave: Cow<'static, str>,
}

/// Something promised.
struct Owed {
    reference: String,
    clock: Clock,
    text: String,
    lang: String,
    customer: String,
}

/// Something offered to the reader.
struct Offered {
    reference: String,
    subject: String,
    lang: String,
    /// What its forms are sent to, without the verb.
    action: String,
    from: String,
    /// Every duty, not the handling alone.
    succession: bool,
    request: String,
    promised: String,
    until: Option<String>,
    version: i64,
    /// A refusal needs a reason.
    reason_needed: bool,
}

/// Something the reader offered that nobody has taken.
struct Given {
    reference: String,
    subject: String,
    lang: String,
    to: String,
    ago: String,
    until: String,
    /// The reader is responsible for it, not only its handler.
    mine: bool,
}

/// A list of the desk, cut to its most rows.
struct Short<T> {
    rows: Vec<T>,
    more: bool,
    count: String,
}

impl<T> Short<T> {
    fn new(mut rows: Vec<T>, count: i64) -> Self {
        let more = rows.len() > ROWS;
        rows.truncate(ROWS);
        let least = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Self { rows, more, count: super::views::told(count.max(least)) }
    }
}

#[derive(Template)]
#[template(path = "desk.html")]
pub(super) struct DeskPage {
    f: Frame,
    sentence: String,
    late: Option<String>,
    waiting: Short<Waiting>,
    promised: Short<Owed>,
    offered: Short<Offered>,
    given: Short<Given>,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    html(&filled(&call).await?)
}

/// The page with all that it shows.
pub(super) async fn filled(call: &Call) -> Result<DeskPage, Problem> {
    let reader = call.caller()?;
    let f = Frame::new(call, "desk", "frame-desk");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let waiting = waiting(&f, &mut tx, reader).await?;
    let ShortLists { offered: offers, pending: given, promised } =
        desk::short_lists(&mut tx, reader, READ).await?;
    let late = desk::late(&mut tx, reader, f.now).await?;
    drop(connection);
    let counts = f.counts();
    let promised: Vec<Owed> = promised.into_iter().map(|p| owed(&f, p)).collect();
    let given_count = i64::try_from(given.len()).unwrap_or(i64::MAX);
    Ok(DeskPage {
        sentence: sentence(&f, counts.mine + counts.promised + counts.offered),
        late: (late > 0).then(|| f.with("desk-late", "count", late)),
        waiting: Short::new(waiting, counts.mine),
        promised: Short::new(promised, counts.promised),
        offered: Short::new(offers.into_iter().map(|o| offered(&f, o)).collect(), counts.offered),
        given: Short::new(given.into_iter().map(|p| given_to(&f, reader, p)).collect(), given_count),
        f,
    })
}

/// How much there is, in a sentence.
fn sentence(f: &Speech, all: i64) -> String {
    if all == 0 { f.say("desk-nothing").into_owned() } else { f.with("desk-things", "count", all.min(100)) }
}

async fn waiting(f: &Frame, tx: &mut Tx<'_>, reader: &Staff) -> Result<Vec<Waiting>, Problem> {
    let query = list::Query { scope: Scope::Mine, sort: Sort::Due, limit: READ, ..list::Query::default() };
    let items = list::page(tx, reader, &query).await?.items;
    let ids: Vec<_> = items.iter().map(|item| item.id).collect();
    let mut said = desk::last_words(tx, &ids).await?;
    let row = |item: Item| {
        let said = said.remove(&item.id);
        let channel = said.as_ref().map_or(Some(item.channel), |s| s.channel);
        let at = f.moment(said.as_ref().map_or(item.received_at, |s| s.at));
        let (us, words) = match said {
            Some(said) => {
                let us = if let Speaker::Staff(name) = said.by { Some(name) } else { None };
                (us, cut(&one_line(&said.text), 90))
            }
            None => (None, String::new()),
        };
        Waiting {
            clock: item.next_due.map(|due| f.clock(due)),
            subject: subject(item.summary.as_deref(), &item.reference),
            lang: other_lang(f, item.language.as_deref()),
            customer: customer_name(f, item.customer.as_ref()),
            last: channel.map_or_else(|| at.clone(), |c| format!("{} {at}", f.word("by", c.code()))),
            us,
            words,
            severity: item.severity.code(),
            grave: f.word("severity", item.severity.code()),
            reference: item.reference,
        }
    };
    Ok(items.into_iter().map(row).collect())
}

fn subject(summary: Option<&str>, reference: &str) -> String {
    summary.map(one_line).filter(|s| !s.is_empty()).unwrap_or_else(|| reference.to_owned())
}

fn line_of(f: &Speech, about: &About) -> (String, String) {
    (subject(about.summary.as_deref(), &about.reference), other_lang(f, about.language.as_deref()))
}

fn owed(f: &Speech, promise: Promised) -> Owed {
    let about = promise.about;
    let text = promise.text.as_deref().map(one_line).filter(|t| !t.is_empty());
    let (line, lang) = line_of(f, &about);
    Owed {
        clock: f.clock(promise.due_at),
        text: text.unwrap_or(line),
        lang,
        customer: customer_name(f, about.customer.as_ref()),
        reference: about.reference,
    }
}

fn offered(f: &Speech, offer: desk::Offer) -> Offered {
    let about = offer.about;
    let (line, lang) = line_of(f, &about);
    let (part, until) = match offer.kind {
        OfferKind::Handoff(id, until) => (format!("handoffs/{id}"), Some(f.moment(until))),
        OfferKind::Succession(id) => (format!("successions/{id}"), None),
    };
    let succession = until.is_none();
    let said = offer.request.or(offer.reason).unwrap_or_default();
    Offered {
        subject: line,
        lang,
        action: format!("/complaints/{}/{part}", about.reference),
        from: offer.from,
        succession,
        request: cut(&one_line(&said), 200),
        promised: cut(&one_line(&offer.promised.unwrap_or_default()), 200),
        until,
        version: about.version,
        reason_needed: !succession,
        reference: about.reference,
    }
}

fn given_to(f: &Speech, reader: &Staff, pending: Pending) -> Given {
    let about = pending.about;
    let (line, lang) = line_of(f, &about);
    Given {
        subject: line,
        lang,
        to: pending.to,
        ago: f.long(f.now.micros() - pending.offered_at.micros()),
        until: f.moment(pending.answer_by),
        mine: about.first_contact == reader.id,
        reference: about.reference,
    }
}

//! The floor: who waits, with whom, what falls due next, who is away, what nobody has taken. A lead decides from here by
//! the forms there are.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use askama::Template;
use firsthand_storage::desk::OfferKind;
use firsthand_storage::floor::{self, Away, Load, MOST, Unanswered};
use firsthand_storage::list::Item;

use super::rows::{customer_name, cut, one_line, other_lang};
use super::{Frame, html};
use crate::api::floor::{self as api, ASKS};
use crate::call::{Answer, Call};
use crate::floor::link;
use crate::problem::Problem;
use crate::rights::Right::LeadOrAuditor;
use crate::routes::{Route, page};
use crate::speech::{Clock, Speech};

const LIST: &str = "/complaints?";

pub(super) fn routes() -> Vec<Route> {
    vec![page("/floor", LeadOrAuditor, shown).asks(ASKS)]
}

/// How many, and the list of them.
struct Count {
    told: String,
    link: String,
    none: bool,
}

impl Count {
    fn new(count: i64, question: &str) -> Self {
        Self { told: told(count), link: format!("{LIST}{question}"), none: count == 0 }
    }
}

/// Customers who have waited about as long.
struct Band {
    name: Cow<'static, str>,
    long: bool,
    of: Count,
}

/// A complaint.
struct Row {
    reference: String,
    clock: Option<Clock>,
    subject: String,
    lang: String,
    customer: String,
    first_contact: String,
}

/// Somebody at the desk.
struct Person {
    name: String,
    team: String,
    waiting: Count,
    oldest: String,
    first_contact: Count,
    handled: Count,
    promised: Count,
}

/// Somebody who is away.
struct Gone {
    id: String,
    name: String,
    until: String,
    substitute: String,
    held: String,
}

/// An offer nobody has answered.
struct Offer {
    reference: String,
    subject: String,
    lang: String,
    from: String,
    to: String,
    until: Option<String>,
}

#[derive(Template)]
#[template(path = "floor.html")]
struct FloorPage {
    f: Frame,
    wrong: Option<String>,
    lead: bool,
    team: String,
    teams: Vec<String>,
    bands: Vec<Band>,
    people: Vec<Person>,
    more_people: bool,
    late: Count,
    soon: Count,
    soon_rows: Vec<Row>,
    away: Vec<Gone>,
    offers: Count,
    offer_rows: Vec<Offer>,
    orphans: Count,
    orphan_rows: Vec<Row>,
}

/// A count that stops somewhere says so.
fn told(count: i64) -> String {
    if count >= MOST { format!("{}+", MOST - 1) } else { count.to_string() }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "floor", "floor-title");
    let mut wrong = call.query.wrong().to_vec();
    let team = api::team(&call.query).unwrap_or_else(|_| {
        wrong.push("team".to_owned());
        None
    });
    let reader = call.caller()?;
    let mut connection = call.connection().await?;
    let found = floor::floor(&mut connection.tx(), reader, team.as_deref(), f.zone(), f.now).await?;
    drop(connection);
    let to = |narrowed: &[(&str, &str)]| link(team.as_deref(), narrowed);
    let mut teams = found.teams;
    teams.sort_unstable();
    let band = |(at, (band, count)): (usize, (firsthand_domain::floor::Waited, i64))| Band {
        name: f.word("floor-waited", band.code()),
        long: at == 0 && count > 0,
        of: Count::new(count, &to(&[("waited", band.code())])),
    };
    let bands = found.waiting.into_iter().enumerate().map(band).collect();
    let names = wrong
        .iter()
        .map(|name| if name == "team" { f.word("list-field", name).into_owned() } else { cut(name, 24) });
    html(&FloorPage {
        wrong: (!wrong.is_empty()).then(|| f.with("list-wrong", "names", f.listed(names))),
        lead: reader.is_lead(),
        bands,
        people: found.people.into_iter().map(|load| person(&f, load)).collect(),
        more_people: found.more_people,
        late: Count::new(found.late, &to(&[("due", "late"), ("sort", "due")])),
        soon: Count::new(found.soon.count, &to(&[("due", "soon"), ("sort", "due")])),
        soon_rows: found.soon.rows.into_iter().map(|item| row(&f, item)).collect(),
        away: found.away.into_iter().map(|away| gone(&f, away)).collect(),
        offers: Count::new(found.offers.count, &to(&[("offer_open", "true")])),
        offer_rows: found.offers.rows.into_iter().map(|offer| unanswered(&f, offer)).collect(),
        orphans: Count::new(found.orphans.count, &to(&[("orphan", "true")])),
        orphan_rows: found.orphans.rows.into_iter().map(|item| row(&f, item)).collect(),
        team: team.unwrap_or_default(),
        teams,
        f,
    })
}

fn subject(summary: Option<&str>, reference: &str) -> String {
    summary.map(one_line).filter(|line| !line.is_empty()).unwrap_or_else(|| reference.to_owned())
}

fn row(f: &Speech, item: Item) -> Row {
    Row {
        clock: item.next_due.map(|due| f.clock(due)),
        subject: subject(item.summary.as_deref(), &item.reference),
        lang: other_lang(f, item.language.as_deref()),
        customer: customer_name(f, item.customer.as_ref()),
        first_contact: item.first_contact.1,
        reference: item.reference,
    }
}

fn person(f: &Speech, load: Load) -> Person {
    let [first_contact, handled, promised, waiting] = api::of_person(&load.id.to_string());
    Person {
        name: load.name,
        team: load.team.unwrap_or_default(),
        waiting: Count::new(load.waiting, &waiting),
        oldest: load.oldest.map(|since| f.about(f.now.micros() - since.micros())).unwrap_or_default(),
        first_contact: Count::new(load.first_contact, &first_contact),
        handled: Count::new(load.handled, &handled),
        promised: Count::new(load.promised, &promised),
    }
}

fn gone(f: &Speech, away: Away) -> Gone {
    let load = away.load;
    let held = [
        ("first", load.first_contact.into()),
        ("handled", load.handled.into()),
        ("promises", load.promised.into()),
    ];
    Gone {
        id: load.id.to_string(),
        name: load.name,
        until: f.moment(away.until),
        substitute: away.substitute,
        held: f.tell("floor-held", held),
    }
}

fn unanswered(f: &Speech, offer: Unanswered) -> Offer {
    let until = match offer.kind {
        OfferKind::Handoff(_, until) => Some(f.moment(until)),
        OfferKind::Succession(_) => None,
    };
    Offer {
        subject: subject(offer.summary.as_deref(), &offer.reference),
        lang: other_lang(f, offer.language.as_deref()),
        from: offer.from.1,
        to: offer.to.1,
        until,
        reference: offer.reference,
    }
}

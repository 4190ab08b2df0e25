//! What a lead looks over.

use firsthand_domain::text::Line;
use firsthand_domain::time::Timestamp;
use firsthand_storage::desk::OfferKind;
use firsthand_storage::floor::{self, Load, Short, Unanswered};
use firsthand_storage::list::Item;

use crate::call::{Answer, Call};
use crate::floor::link;
use crate::json::floor as json;
use crate::json::{ListItem, Person};
use crate::problem::Problem;
use crate::query::Query;

pub(crate) const ASKS: &[&str] = &["team"];
const LIST: &str = "/api/v1/complaints?";

/// The team whose floor is asked for.
pub(crate) fn team(query: &Query) -> Result<Option<String>, Problem> {
    query.read("team", "expected a text", |v| Line::parse(v).ok().map(Line::into_string))
}

pub(crate) async fn floor(call: Call) -> Result<Answer, Problem> {
    let team = team(&call.query)?;
    let (zone, now) = (&call.app.settings.zone, call.app.database.now());
    let mut connection = call.connection().await?;
    let found = floor::floor(&mut connection.tx(), call.caller()?, team.as_deref(), zone, now).await?;
    let team = team.as_deref();
    let to = |narrowed: &[(&str, &str)]| format!("{LIST}{}", link(team, narrowed));
    Ok(Answer::ok(&json::Floor {
        waiting: found
            .waiting
            .iter()
            .map(|(band, count)| json::WaitingBand {
                waited: band.code(),
                count: *count,
                link: to(&[("waited", band.code())]),
            })
            .collect(),
        people: found.people.into_iter().map(load).collect(),
        more_people: found.more_people,
        late: json::LinkedCount { count: found.late, link: to(&[("due", "late"), ("sort", "due")]) },
        soon: rows(found.soon, to(&[("due", "soon"), ("sort", "due")])),
        away: found
            .away
            .into_iter()
            .map(|away| json::AwayWithDuties {
                until: away.until,
                substitute: away.substitute,
                first_contact: away.load.first_contact,
                handled: away.load.handled,
                promised: away.load.promised,
                staff: Person::named((away.load.id, away.load.name)),
            })
            .collect(),
        offers: json::OpenOffers {
            count: found.offers.count,
            link: to(&[("offer_open", "true")]),
            items: found.offers.rows.into_iter().map(offer).collect(),
        },
        orphans: rows(found.orphans, to(&[("orphan", "true")])),
        team: team.map(str::to_owned),
    })?)
}

fn rows(short: Short<Item>, link: String) -> json::LinkedRows {
    let items = short.rows.into_iter().map(ListItem::from).collect();
    json::LinkedRows { count: short.count, link, items }
}

fn load(load: Load) -> json::WorkLoad {
    let id = load.id.to_string();
    let [first_contact, handled, promised, waiting] = of_person(&id);
    let counted = |count, question: String| json::LinkedCount { count, link: format!("{LIST}{question}") };
    json::WorkLoad {
        team: load.team,
        first_contact: counted(load.first_contact, first_contact),
        handled: counted(load.handled, handled),
        promised: counted(load.promised, promised),
        waiting: counted(load.waiting, waiting),
        oldest: load.oldest,
        staff: Person::named((load.id, load.name)),
    }
}

/// The questions that open what somebody answers for, works on and has promised, and who waits with them.
pub(crate) fn of_person(id: &str) -> [String; 4] {
    [
        link(None, &[("first_contact", id), ("open", "true")]),
        link(None, &[("handler", id), ("open", "true")]),
        link(None, &[("promised_by", id)]),
        link(None, &[("first_contact", id), ("waited", "any")]),
    ]
}

fn offer(offer: Unanswered) -> json::OpenOffer {
    let (kind, id, lapses_at) = match offer.kind {
        OfferKind::Handoff(id, until) => ("handoff", id.to_string(), Some(until)),
        OfferKind::Succession(id) => ("succession", id.to_string(), None),
    };
    json::OpenOffer {
        kind,
        id,
        reference: offer.reference,
        from: Person::named(offer.from),
        to: Person::named(offer.to),
        lapses_at: lapses_at.filter(|at| *at != Timestamp::NEVER),
    }
}

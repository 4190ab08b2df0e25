//! What narrows a list: shown as chips that can be taken away, and a form to add more.

use std::borrow::Cow;

use firsthand_domain::code::{Channel, Role, Stage};
use firsthand_domain::id::StaffId;
use firsthand_storage::list;
use firsthand_storage::{Tx, causes, customers, staff};

use super::{PLACE, address, kept};
use crate::analysis::BEHIND;
use crate::api::complaints::FILTERS_OF_PAGE;
use crate::measured;
use crate::pages::Frame;
use crate::pages::rows::{cause_name, cut};
use crate::problem::Problem;
use crate::query::Query;
use crate::speech::Speech;

/// Everything that narrows a list.
const NARROWS: [&str; 27] = [
    "q",
    "stage",
    "channel",
    "first_contact",
    "handler",
    "customer",
    "cause",
    "category",
    "product",
    "place",
    "received_from",
    "received_to",
    "value_category",
    "servqual",
    "family",
    "without",
    "as_of",
    "counted",
    "metric",
    "part",
    "team",
    "open",
    "waited",
    "due",
    "promised_by",
    "offer_open",
    "orphan",
];

/// One thing that narrows the list.
pub(in crate::pages) struct Chip {
    pub(in crate::pages) name: Cow<'static, str>,
    pub(in crate::pages) value: String,
    /// The list without it.
    pub(in crate::pages) without: String,
}

/// What a choice of codes offers.
pub(in crate::pages) struct Choice {
    pub(in crate::pages) code: &'static str,
    pub(in crate::pages) word: Cow<'static, str>,
    pub(in crate::pages) chosen: bool,
}

/// The form that narrows the list, as it stands.
pub(in crate::pages) struct Choices {
    pub(in crate::pages) stages: Vec<Choice>,
    pub(in crate::pages) channels: Vec<Choice>,
    pub(in crate::pages) first_contact_me: bool,
    pub(in crate::pages) handler_me: bool,
    pub(in crate::pages) category: String,
    pub(in crate::pages) product: String,
    pub(in crate::pages) place: String,
    pub(in crate::pages) from: String,
    pub(in crate::pages) to: String,
    /// People and causes to choose from, where they were asked for.
    pub(in crate::pages) wide: Option<Wide>,
    /// What else the list was asked.
    pub(in crate::pages) kept: Vec<(String, String)>,
}

/// A person a list can be narrowed to.
#[derive(Clone)]
pub(in crate::pages) struct Person {
    pub(in crate::pages) id: String,
    pub(in crate::pages) name: String,
    pub(in crate::pages) first_contact: bool,
    pub(in crate::pages) handler: bool,
}

/// The choices that are as many as the desk has people and causes: read only when they are asked for.
pub(in crate::pages) struct Wide {
    pub(in crate::pages) people: Vec<Person>,
    /// The code, the name, and whether it is chosen.
    pub(in crate::pages) causes: Vec<(String, String, bool)>,
    /// There are more, which are found by typing.
    pub(in crate::pages) more_causes: bool,
}

/// So many people can be chosen from.
const MOST: i64 = 500;

impl Wide {
    pub(in crate::pages) async fn read(
        f: &Frame,
        tx: &mut Tx<'_>,
        list: &list::Query,
    ) -> Result<Self, Problem> {
        let mut people: Vec<Person> = staff::page(tx, None, MOST)
            .await?
            .into_iter()
            .map(|one| (list.first_contact == Some(one.id), list.handler == Some(one.id), one))
            // Whoever left is asked for no more, unless it is just what is asked for.
            .filter(|(first, handler, one)| {
                (one.active && one.role != Role::Auditor && !f.is_me(one.id)) || *first || *handler
            })
            .map(|(first_contact, handler, one)| Person {
                id: if f.is_me(one.id) { "me".to_owned() } else { one.id.to_string() },
                name: if f.is_me(one.id) { f.say("frame-you").into_owned() } else { one.name },
                first_contact,
                handler,
            })
            .collect();
        if !people.iter().any(|one| one.id == "me") {
            let name = f.say("frame-you").into_owned();
            people.push(Person { id: "me".to_owned(), name, first_contact: false, handler: false });
        }
        people.sort_by(|a, b| (a.id != "me", &a.name).cmp(&(b.id != "me", &b.name)));
        let offered = causes::choices(tx).await?;
        let chosen = match list.cause.filter(|id| offered.causes.iter().all(|cause| cause.id != *id)) {
            // What is asked for can be chosen, retired or not near the root.
            Some(id) => causes::named(tx, &id.to_string()).await?,
            None => None,
        };
        let mut causes: Vec<_> = offered
            .causes
            .into_iter()
            .chain(chosen)
            .map(|cause| (cause_name(f, &cause.name).to_owned(), list.cause == Some(cause.id), cause.code))
            .map(|(name, chosen, code)| (code, name, chosen))
            .collect();
        causes.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(Self { people, causes, more_causes: offered.more })
    }
}

const STAGES: [Stage; 6] = [
    Stage::Received,
    Stage::Acknowledged,
    Stage::Investigating,
    Stage::Decided,
    Stage::Replied,
    Stage::Closed,
];
const CHANNELS: [Channel; 10] = [
    Channel::Phone,
    Channel::Email,
    Channel::Web,
    Channel::Counter,
    Channel::App,
    Channel::Chat,
    Channel::Social,
    Channel::Sms,
    Channel::Letter,
    Channel::Field,
];

impl Choices {
    pub(in crate::pages) fn of(f: &Speech, query: &Query, list: &list::Query, wide: Option<Wide>) -> Self {
        let given = |name: &str| query.get(name).unwrap_or_default().to_owned();
        let me = |name: &str| query.get(name) == Some("me");
        let fields = ["stage", "channel", "category", "product", "place", "received_from", "received_to"];
        let mut without: Vec<&str> = PLACE.into_iter().chain(fields).collect();
        // Somebody else than the reader is kept, and can be taken away by the chip.
        without.extend(
            ["first_contact", "handler"]
                .into_iter()
                .filter(|name| wide.is_some() || query.get(name).is_none() || me(name)),
        );
        without.extend(wide.is_some().then_some("cause"));
        Self {
            stages: STAGES
                .map(|s| Choice {
                    code: s.code(),
                    word: f.word("stage", s.code()),
                    chosen: list.stage == Some(s),
                })
                .into(),
            channels: CHANNELS
                .map(|c| Choice {
                    code: c.code(),
                    word: f.word("channel", c.code()),
                    chosen: list.channel == Some(c),
                })
                .into(),
            first_contact_me: me("first_contact"),
            handler_me: me("handler"),
            category: given("category"),
            product: given("product"),
            place: given("place"),
            from: day(given("received_from")),
            to: day(given("received_to")),
            wide,
            kept: kept(query, &without),
        }
    }
}

/// What a field of a day shows of an instant: its day.
fn day(given: String) -> String {
    match given.split_once('T') {
        Some((day, _)) if day.parse::<jiff::civil::Date>().is_ok() => day.to_owned(),
        _ => given,
    }
}

/// The words for names of parameters; one that nobody knows is told as it came.
pub(in crate::pages) fn names(f: &Speech, wrong: &[String]) -> String {
    let known = |name: &String| {
        let known = FILTERS_OF_PAGE.contains(&name.as_str());
        if known { f.word("list-field", name).into_owned() } else { cut(name, 24) }
    };
    f.listed(wrong.iter().take(5).map(known))
}

/// What narrows the list, in words.
pub(in crate::pages) async fn chips(
    f: &Frame,
    tx: &mut Tx<'_>,
    query: &Query,
    list: &list::Query,
) -> Result<Vec<Chip>, Problem> {
    let mut chips = Vec::new();
    for name in NARROWS {
        let Some(given) = query.get(name) else { continue };
        let value = match name {
            "stage" => list.stage.map(|s| f.word("stage", s.code()).into_owned()),
            "channel" => list.channel.map(|c| f.word("channel", c.code()).into_owned()),
            "first_contact" => person(f, tx, list.first_contact).await?,
            "handler" => person(f, tx, list.handler).await?,
            "promised_by" => person(f, tx, list.also.promised).await?,
            "open" | "offer_open" | "orphan" => Some(f.say("list-yes").into_owned()),
            "waited" => Some(f.word("floor-waited", given).into_owned()),
            "due" => Some(f.word("floor-due", given).into_owned()),
            "customer" => match list.customer {
                Some(id) => customers::by_id(tx, id)
                    .await?
                    .map(|c| c.name.unwrap_or_else(|| f.say("frame-erased").into_owned())),
                None => None,
            },
            "cause" => causes::typed(tx, given).await?.map(|cause| {
                let name = cause.name.get(f.lang()).or_else(|| cause.name.get("en"));
                name.cloned().unwrap_or(cause.code)
            }),
            "received_from" => list.received_from.map(|at| moment(f, given, at)),
            "received_to" => list.received_to.map(|at| moment(f, given, at)),
            "as_of" => {
                let measured = list.measured.as_ref().and_then(|behind| behind.asked.as_of);
                let as_of = list.counted.as_ref().and_then(|asked| asked.as_of).or(measured);
                as_of.map(|at| moment(f, given, at))
            }
            "without" => Some(f.word("list-field", given).into_owned()),
            "metric" => Some(f.word("metric", given).into_owned()),
            "part" => Some(f.word("metric-part", given).into_owned()),
            "counted" => Some(f.say("list-counted").into_owned()),
            "value_category" => Some(f.word("value-category", given).into_owned()),
            "servqual" => Some(f.word("servqual", given).into_owned()),
            "family" => Some(f.word("family", given).into_owned()),
            _ => None,
        };
        chips.push(Chip {
            name: f.word("list-field", name),
            value: cut(&value.unwrap_or_else(|| given.to_owned()), 40),
            without: address(query, &[&PLACE, [name].as_slice(), goes_with(name)].concat(), &[]),
        });
    }
    Ok(chips)
}

/// What is of no use without it.
fn goes_with(name: &str) -> &'static [&'static str] {
    match name {
        "q" => &["rank"],
        "counted" => BEHIND,
        "metric" => measured::BEHIND,
        _ => &[],
    }
}

/// A day that was asked for is told as a day, an instant as one.
fn moment(f: &Speech, given: &str, at: firsthand_domain::time::Timestamp) -> String {
    match given.parse::<jiff::civil::Date>() {
        Ok(date) => f.date(date),
        Err(_) => f.exact(at),
    }
}

async fn person(f: &Frame, tx: &mut Tx<'_>, id: Option<StaffId>) -> Result<Option<String>, Problem> {
    let Some(id) = id else { return Ok(None) };
    if f.is_me(id) {
        return Ok(Some(f.say("frame-you").into_owned()));
    }
    Ok(staff::people(tx, &[id]).await?.remove(&id).map(|(name, _)| name))
}

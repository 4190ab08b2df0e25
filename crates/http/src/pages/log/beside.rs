//! What stands beside the form and never pushes it: who the customer is, what is open, what was before, what is alike.
//! One shape for the page and for the program in it.

use firsthand_domain::code::{IdentifierKind, Stage};
use firsthand_domain::id::CustomerId;
use firsthand_domain::staff::Staff;
use firsthand_storage::known::{self, About, Known};
use firsthand_storage::list::{self, Item, Scope, Sort};
use firsthand_storage::settled::{self, Settled};
use firsthand_storage::{Tx, causes, customers, search};
use serde::Serialize;
use serde_json::json;

use super::who::{Person, person};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::Frame;
use crate::pages::known::{progress, saying};
use crate::problem::Problem;
use crate::speech::{Speech, languages};

/// Complaints of one customer that are looked at, the newest.
const OF_ONE: i64 = 200;
/// Open ones that are shown, finished ones, and similar ones.
const OPEN: usize = 5;
const LAST: usize = 3;
const SIMILAR: usize = 4;
/// A story shorter than this is like too many others.
const TELLING: usize = 12;

/// The order of the panels; the program in the page keeps the same.
pub(super) const ORDER: [&str; 5] = ["customer", "open", "known", "last", "similar"];

/// One panel.
#[derive(Debug, Serialize)]
pub(super) struct Panel {
    /// Which, for the program.
    pub(super) id: &'static str,
    pub(super) title: String,
    /// Where the title leads.
    pub(super) href: Option<String>,
    /// How many, or what is remarkable.
    pub(super) count: Option<usize>,
    pub(super) tag: Option<String>,
    /// Names and values.
    pub(super) facts: Vec<(String, String)>,
    /// What to say to the customer.
    pub(super) say: Option<Say>,
    pub(super) rows: Vec<Row>,
}

/// Words to say aloud.
#[derive(Debug, Serialize)]
pub(super) struct Say {
    /// What these words are for.
    pub(super) label: String,
    /// The tag of their language.
    pub(super) lang: String,
    pub(super) words: String,
}

/// One complaint in a panel.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) meta: String,
    /// The reference, where the story can be added to this one.
    pub(super) add: Option<String>,
}

fn row(speech: &Speech, item: &Item, add: bool) -> Row {
    let what = match item.closure {
        Some(closure) => speech.word("closure", closure.code()).into_owned(),
        None => speech.with("log-responsible", "name", item.first_contact.1.as_str()),
    };
    let day = speech.day(item.received_at);
    let title =
        item.summary.clone().filter(|s| !s.trim().is_empty()).unwrap_or_else(|| item.reference.clone());
    Row {
        href: format!("/complaints/{}", item.reference),
        title,
        meta: format!("{} · {what} · {day}", item.reference),
        add: add.then(|| item.reference.clone()),
    }
}

/// What is known of a customer.
pub(super) async fn of_customer(
    tx: &mut Tx<'_>,
    speech: &Speech,
    reader: &Staff,
    id: CustomerId,
) -> Result<Vec<Panel>, Problem> {
    let Some(found) = customers::known(tx, id).await? else { return Ok(Vec::new()) };
    let customer = &found.customer;
    let (scope, sort, limit) = (Scope::All, Sort::Received, OF_ONE);
    let asked = list::Query { scope, sort, limit, customer: Some(customer.id), ..list::Query::default() };
    let items = list::page(tx, reader, &asked).await?.items;
    let year = speech.now.plus_days(-365);
    let lately = items.iter().filter(|item| item.received_at >= year).count();
    let mut facts = Vec::new();
    for (kind, key) in
        [(IdentifierKind::Phone, "identifier-phone"), (IdentifierKind::Email, "identifier-email")]
    {
        let values: Vec<&str> =
            found.routes.iter().filter(|(k, _)| *k == kind).map(|(_, v)| v.as_str()).take(2).collect();
        if !values.is_empty() {
            facts.push((speech.say(key).into_owned(), values.join(", ")));
        }
    }
    let tongue =
        customer.language.as_deref().and_then(|code| languages().iter().find(|l| code.starts_with(l.code)));
    facts.extend(tongue.map(|l| (speech.say("log-speaks").into_owned(), l.name.to_owned())));
    if facts.is_empty() {
        facts.push((speech.say("log-reach").into_owned(), speech.say("log-unknown").into_owned()));
    }
    let name = customer.name.clone().unwrap_or_else(|| speech.say("frame-erased").into_owned());
    let mut panels = vec![Panel {
        id: "customer",
        title: name,
        href: Some(format!("/customers/{}", customer.id)),
        count: None,
        tag: (lately > 1).then(|| speech.with("log-lately", "count", lately)),
        facts,
        say: None,
        rows: Vec::new(),
    }];
    let (closed, open): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| item.stage == Stage::Closed);
    if !open.is_empty() {
        let rows = open.iter().take(OPEN).map(|item| row(speech, item, true)).collect();
        panels.push(panel("open", speech.say("log-open").into_owned(), Some(open.len()), rows));
    }
    if !closed.is_empty() {
        let rows = closed.iter().take(LAST).map(|item| row(speech, item, false)).collect();
        panels.push(panel("last", speech.say("log-last-three").into_owned(), None, rows));
    }
    Ok(panels)
}

fn panel(id: &'static str, title: String, count: Option<usize>, rows: Vec<Row>) -> Panel {
    Panel { id, title, href: None, count, tag: None, facts: Vec::new(), say: None, rows }
}

/// What else came in this week that tells much the same, or is of the same kind about the same product.
pub(super) async fn similar(
    tx: &mut Tx<'_>,
    speech: &Speech,
    reader: &Staff,
    form: &Form,
) -> Result<Option<Panel>, Problem> {
    let week = Some(speech.now.plus_days(-7));
    let mut items: Vec<Item> = Vec::new();
    let story: String = form.get("narrative").trim().chars().take(2000).collect();
    if story.chars().count() >= TELLING {
        let alike = search::alike(tx, reader, &story, week).await?;
        items.extend(alike.into_iter().map(|(_, item)| item).take(SIMILAR));
    }
    if let (Some(product), Some(category)) = (form.filled("product"), form.filled("category")) {
        let asked = list::Query {
            scope: Scope::All,
            sort: Sort::Received,
            limit: i64::try_from(SIMILAR).unwrap_or(i64::MAX),
            product: Some(product.to_owned()),
            category: Some(category.to_owned()),
            received_from: week,
            ..list::Query::default()
        };
        for item in list::page(tx, reader, &asked).await?.items {
            if !items.iter().any(|other| other.id == item.id) {
                items.push(item);
            }
        }
    }
    if items.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = items.iter().take(SIMILAR).map(|item| item.id).collect();
    let settled = settled::of(tx, &ids).await?;
    let rows = items.iter().take(SIMILAR).map(|item| {
        let mut row = row(speech, item, false);
        for said in settled.get(&item.id).map(|how| settling(speech, how)).unwrap_or_default() {
            row.meta = format!("{} · {said}", row.meta);
        }
        row
    });
    let rows = rows.collect();
    Ok(Some(panel("similar", speech.say("log-similar").into_owned(), Some(items.len()), rows)))
}

/// Problems in progress that it may be one of, each with what to say to this customer and what is being done.
pub(super) async fn known(
    tx: &mut Tx<'_>,
    speech: &Speech,
    reader: &Staff,
    form: &Form,
) -> Result<Vec<Panel>, Problem> {
    let text = |name: &str| form.filled(name).map(str::trim).map(str::to_owned);
    let (product, place, category) = (text("product"), text("place"), text("category"));
    let mut about = About { product, place, category, causes: Vec::new() };
    if let Some(cause) = form.filled("settled.cause.cause").filter(|_| form.filled("_settled").is_some()) {
        about.causes.extend(causes::named(tx, cause).await?.map(|cause| cause.id));
    }
    let found = known::of(tx, reader, speech.now, &about).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = match person(form) {
        Person::Known(id) => customers::known(tx, id).await?.and_then(|found| found.customer.language),
        _ => form.filled("customer.language").map(str::to_owned),
    };
    Ok(found.iter().map(|one| known_panel(speech, one, theirs.as_deref())).collect())
}

fn known_panel(speech: &Speech, one: &Known, theirs: Option<&str>) -> Panel {
    let problem = &one.problem;
    let say = saying(speech, one, theirs).map(|(lang, words)| Say {
        label: speech.say("known-say").into_owned(),
        lang: lang.to_owned(),
        words: words.to_owned(),
    });
    let rows = one.action.iter().map(|action| Row {
        href: format!("/actions/{}", action.id),
        title: action.terms.title.clone(),
        meta: progress(speech, action),
        add: None,
    });
    Panel {
        href: Some(format!("/actions/problems/{}", problem.id)),
        say,
        ..panel("known", speech.with("known-title", "title", problem.title.as_str()), None, rows.collect())
    }
}

/// What settled a complaint: what was found, why it happened, what was given, how long it took.
fn settling(speech: &Speech, how: &Settled) -> Vec<String> {
    let found = how.decision.map(|finding| speech.word("finding", finding.code()).into_owned());
    let cause = how
        .cause
        .as_ref()
        .map(|(_, code, name)| name.get(speech.lang()).or_else(|| name.get("en")).unwrap_or(code).clone());
    let given = how.given.iter().map(|money| speech.with("suggest-given", "given", speech.money(*money)));
    let days = how.days.map(|days| speech.with("suggest-days", "days", days));
    found.into_iter().chain(cause).chain(given).chain(days).collect()
}

/// What is known of one customer, for a program in the page.
pub(super) async fn of_one(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "log", "log-title");
    let id = call.query.get("customer").and_then(|id| id.parse().ok());
    let mut connection = call.connection().await?;
    let panels = match id {
        Some(id) => of_customer(&mut connection.tx(), &f, call.caller()?, id).await?,
        None => Vec::new(),
    };
    Ok(Answer::ok(&json!({ "panels": panels }))?)
}

//! Which complaints may belong to this one: those of the same customer, and those that tell much the same. What merging
//! would leave and what would go is told before; the rules are asked of each, so that nothing is offered they refuse.

use std::borrow::Cow;

use askama::Template;
use firsthand_domain::code::{Detail, LinkKind};
use firsthand_domain::history::Details;
use firsthand_domain::id::ComplaintId;
use firsthand_storage::list::{self, Also, Item, Scope, Sort};
use firsthand_storage::{complaints, search, staff};

use super::rules::Rules;
use super::{details, visible};
use crate::call::{Answer, Call};
use crate::pages::rows::{customer_name, one_line, other_lang};
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::speech::Speech;

/// So many of each kind.
const MOST: i64 = 10;

/// A complaint that may belong to this one.
struct Candidate {
    reference: String,
    subject: String,
    lang: String,
    customer: String,
    stage: Cow<'static, str>,
    /// Who stays responsible and which day of receipt stays.
    stays: String,
    /// Why it cannot be merged into that one.
    why_not: Option<String>,
    /// What is said otherwise here, and may stay.
    may_stay: Vec<MayStay>,
}

/// What this complaint says and the other says otherwise, or not at all.
struct MayStay {
    code: &'static str,
    /// What it says here, with its name.
    here: String,
    /// What it says there.
    there: String,
}

/// Those found in one way.
struct Group {
    id: &'static str,
    title: Cow<'static, str>,
    none: Cow<'static, str>,
    rows: Vec<Candidate>,
}

#[derive(Template)]
#[template(path = "merge.html")]
struct MergePage {
    f: Frame,
    reference: String,
    version: i64,
    /// Those who are still owed an answer, and what is open.
    owed: String,
    groups: Vec<Group>,
    kinds: Vec<(&'static str, Cow<'static, str>)>,
}

pub(super) async fn candidates(call: Call) -> Result<Answer, Problem> {
    let me = call.caller()?;
    let mut f = Frame::new(&call, "list", "complaint-page");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("reference"), me).await?;
    let complaint = &found.complaint;
    f.title = f.with("merge-of", "reference", found.reference.as_str());
    let same = match complaint.customer {
        None => Vec::new(),
        Some(customer) => {
            let query = list::Query {
                scope: Scope::All,
                sort: Sort::Received,
                limit: MOST + 1,
                customer: Some(customer),
                also: Also { open: true, ..Also::default() },
                ..list::Query::default()
            };
            list::page(&mut tx, me, &query).await?.items
        }
    };
    let mut seen: Vec<ComplaintId> = same.iter().map(|item| item.id).collect();
    seen.push(complaint.id);
    let alike = search::similar(&mut tx, me, complaint.id).await?;
    let alike: Vec<Item> = alike
        .into_iter()
        .map(|(_, item)| item)
        .filter(|item| item.next_due.is_some() && !seen.contains(&item.id))
        .collect();
    let owners = [complaint.first_contact, complaint.handler];
    let mut people = Vec::new();
    for id in owners {
        people.extend(staff::by_id(&mut tx, id).await?.filter(|person| person.active));
    }
    let rules = Rules::new(complaint, me, &people, call.app.database.policy(), f.now);
    let groups = [
        ("same-customer", "merge-same-customer", "merge-none-same", same),
        ("alike", "merge-alike", "merge-none-alike", alike),
    ];
    let mut told = Vec::new();
    for (id, title, none, items) in groups {
        let mut rows = Vec::new();
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        for item in items.into_iter().filter(|item| item.id != complaint.id).take(most) {
            let Some(other) = complaints::named(&mut tx, &item.reference).await? else { continue };
            let may_stay = may_stay(&f, &complaint.details(), &other.complaint.details());
            let why_not = rules.merge(other.complaint).err().map(|refusal| f.refusal(&refusal));
            rows.push(candidate(&f, item, why_not, may_stay));
        }
        told.push(Group { id, title: f.say(title), none: f.say(none), rows });
    }
    drop(connection);
    let open = complaint.points.iter().filter(|point| point.answered_by.is_none()).count();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (customers, points) = (count(complaint.customers().len()), count(open));
    html(&MergePage {
        owed: f.with2("merge-owed", "customers", customers, "points", points),
        version: complaint.version,
        groups: told,
        kinds: LinkKind::ALL.iter().map(|kind| (kind.code(), f.word("link", kind.code()))).collect(),
        reference: found.reference.clone(),
        f,
    })
}

fn may_stay(f: &Speech, here: &Details, there: &Details) -> Vec<MayStay> {
    let there = details::values(f, there);
    let said = |detail| there.iter().find(|(other, _)| *other == detail).map(|(_, value)| value.as_str());
    let differs = |(detail, value): &(Detail, String)| said(*detail) != Some(value.as_str());
    let told = |(detail, value): (Detail, String)| MayStay {
        code: detail.code(),
        here: details::named(f, detail, &value),
        there: match said(detail) {
            Some(value) => f.with("merge-there", "what", value),
            None => f.say("merge-there-nothing").into_owned(),
        },
    };
    details::values(f, here).into_iter().filter(differs).map(told).collect()
}

fn candidate(f: &Speech, item: Item, why_not: Option<String>, may_stay: Vec<MayStay>) -> Candidate {
    let line = item.summary.as_deref().map(one_line).filter(|line| !line.is_empty());
    let received = f.exact(item.received_at);
    Candidate {
        subject: line.unwrap_or_else(|| item.reference.clone()),
        lang: other_lang(f, item.language.as_deref()),
        customer: customer_name(f, item.customer.as_ref()),
        stage: f.word("stage", item.stage.code()),
        stays: f.with2("merge-stays", "name", item.first_contact.1.as_str(), "time", received.as_str()),
        why_not,
        may_stay,
        reference: item.reference,
    }
}

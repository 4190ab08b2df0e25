//! "Go to": a page of its own, and what the script shows of it in a dialog while somebody types.

use askama::Template;
use firsthand_domain::code::IdentifierKind;
use firsthand_domain::text::fold;
use firsthand_storage::causes::NamedCause;
use firsthand_storage::customers;
use firsthand_storage::list::Item;
use firsthand_storage::palette::{LONGEST, NamedAction};

use super::rows::{cause_name, customer_name, other_lang};
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::palette::{Place, find, places};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/palette", Reader, shown).asks(&["q"]),
        page("/palette/found", Reader, found).asks(&["q"]).frameless(),
    ]
}

/// Something to go to.
struct Hit {
    href: String,
    title: String,
    detail: String,
    /// The language of the title, where it is not the reader's.
    lang: String,
}

/// What is of one kind.
struct Group {
    id: &'static str,
    hits: Vec<Hit>,
}

/// What was found, in the order in which it is shown.
struct Groups {
    all: Vec<Group>,
    /// How many hits there are, in words; what was typed, where there are none.
    told: String,
}

#[derive(Template)]
#[template(path = "palette.html")]
struct PalettePage {
    f: Frame,
    typed: String,
    found: Groups,
}

#[derive(Template)]
#[template(path = "palette-found.html")]
struct FoundPage {
    f: Frame,
    found: Groups,
}

/// As much of what was typed as is looked for: a page leaves out the rest.
fn typed(call: &Call) -> String {
    let typed = call.query.get("q").unwrap_or_default();
    typed.chars().take(LONGEST).collect()
}

async fn groups(call: &Call, f: &Frame, typed: &str) -> Result<Groups, Problem> {
    let place = |place: &&Place| Hit {
        href: place.path.to_owned(),
        title: place.name(f.lang()).to_owned(),
        detail: String::new(),
        lang: String::new(),
    };
    let pages = places(&call.app, call.caller()?, typed).iter().map(place).collect();
    let found = find(call, typed).await?;
    let action = |action: &NamedAction| Hit {
        href: format!("/actions/{}", action.id),
        title: action.title.clone(),
        detail: f.word("action-state", action.state.code()).into_owned(),
        lang: String::new(),
    };
    let mut all = [
        ("complaints", found.complaints.iter().map(|item| complaint(f, item)).collect()),
        ("customers", found.customers.iter().map(|customer| person(f, customer)).collect()),
        ("causes", found.causes.iter().map(|named| cause(f, named)).collect()),
        ("actions", found.actions.iter().map(action).collect()),
        ("pages", pages),
    ];
    // Who is called so, or has that number, is more likely meant than a complaint that has it somewhere.
    if !found.by_number {
        all.swap(0, 1);
    }
    let mut all: Vec<Group> = all.into_iter().map(|(id, hits)| Group { id, hits }).collect();
    all.retain(|group| !group.hits.is_empty());
    // A page that is called so is more likely meant than a complaint that has the word somewhere.
    let folded = fold(typed);
    let named = |group: &Group| {
        group.id == "pages" && group.hits.iter().any(|hit| fold(&hit.title).starts_with(&folded))
    };
    if let Some(at) = all.iter().position(named) {
        let pages = all.remove(at);
        all.insert(0, pages);
    }
    let count: usize = all.iter().map(|group| group.hits.len()).sum();
    let told = if count == 0 {
        f.with("palette-none", "typed", typed.trim())
    } else {
        f.with("palette-count", "count", count)
    };
    Ok(Groups { all, told })
}

fn complaint(f: &Frame, item: &Item) -> Hit {
    let customer = customer_name(f, item.customer.as_ref());
    let stage = f.word("stage", item.stage.code());
    Hit {
        href: format!("/complaints/{}", item.reference),
        title: item.summary.clone().unwrap_or_else(|| f.say("frame-erased").into_owned()),
        detail: format!("{} · {customer} · {stage}", item.reference),
        lang: other_lang(f, item.language.as_deref()),
    }
}

fn person(f: &Frame, found: &customers::Found) -> Hit {
    let of = |kind| found.routes.iter().find(|(k, _)| *k == kind).map(|(_, value)| value.clone());
    let last = found.last.map(|at| f.with("log-last", "day", f.day(at)));
    let kinds = [IdentifierKind::Phone, IdentifierKind::Email, IdentifierKind::Order];
    let detail: Vec<String> = kinds.into_iter().filter_map(of).chain(last).collect();
    Hit {
        href: format!("/customers/{}", found.customer.id),
        title: found.customer.name.clone().unwrap_or_else(|| f.say("frame-erased").into_owned()),
        detail: detail.join(" · "),
        lang: String::new(),
    }
}

fn cause(f: &Frame, cause: &NamedCause) -> Hit {
    Hit {
        href: format!("/analysis/causes/{}", cause.code),
        title: cause_name(f, &cause.name).to_owned(),
        detail: String::new(),
        lang: String::new(),
    }
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let (f, typed) = (Frame::new(&call, "palette", "palette-title"), typed(&call));
    let found = groups(&call, &f, &typed).await?;
    html(&PalettePage { f, typed, found })
}

/// The same without what stands around it.
async fn found(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "palette", "palette-title");
    let found = groups(&call, &f, &typed(&call)).await?;
    html(&FoundPage { f, found })
}

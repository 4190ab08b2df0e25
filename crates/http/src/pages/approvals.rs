//! What waits for the reader's approval: how much, for whom, why it came here, what went before; and what to say to it.

#[cfg(test)]
mod tests;

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::id::AwardId;
use firsthand_domain::money::Money;
use firsthand_storage::awards;
use firsthand_storage::awards::inbox::{self, Sum, Waiting, Why};
use firsthand_storage::complaints::headline;

use super::rows::{customer_name, one_line, other_lang};
use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, form, page};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/approvals", Reader, show), form("/approvals/{id}/{verb}", Reader, say)]
}

/// A form that was sent and not done.
struct Tried {
    id: String,
    verb: String,
    form: Form,
    problem: Problem,
}

/// One award that waits.
struct Item {
    id: AwardId,
    version: i64,
    amount: String,
    kind: String,
    tags: Vec<(&'static str, String)>,
    reference: String,
    subject: String,
    lang: String,
    customer: String,
    customer_link: Option<String>,
    asker: String,
    asked: String,
    reason: String,
    payee: Option<String>,
    why: String,
    own: String,
    grant: Option<String>,
    others: Option<String>,
    to_customer: String,
    by_requester: String,
    /// The verb that was refused, with what was said and typed.
    tried: Option<(String, String, Form)>,
}

impl Item {
    /// Was this verb tried?
    fn is(&self, verb: &str) -> bool {
        self.tried.as_ref().is_some_and(|(tried, ..)| tried == verb)
    }

    /// Why a verb was not done; empty when it was not tried.
    fn fault(&self, verb: &str) -> &str {
        self.tried.as_ref().filter(|(tried, ..)| tried == verb).map_or("", |(_, words, _)| words.as_str())
    }

    /// What was typed with a verb.
    fn typed(&self, verb: &str, field: &str) -> &str {
        self.tried.as_ref().filter(|(tried, ..)| tried == verb).map_or("", |(_, _, form)| form.get(field))
    }
}

#[derive(Template)]
#[template(path = "approvals.html")]
struct ApprovalsPage {
    f: Frame,
    waiting: Vec<Item>,
    unratified: Vec<Item>,
    /// What was refused about an award that is no longer here: the words, and what was typed.
    gone: Option<(String, String)>,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    shown(&call, None).await
}

async fn shown(call: &Call, tried: Option<Tried>) -> Result<Answer, Problem> {
    let mut f = Frame::new(call, "approvals", "approvals-title");
    let mut connection = call.connection().await?;
    let found = inbox::of(&mut connection.tx(), call.caller()?, f.now).await?;
    drop(connection);
    let mut status = 200;
    if let Some(tried) = &tried {
        status = tried.problem.kind.status;
        f.title = f.with("frame-error", "title", f.say("approvals-title"));
    }
    let items = |list: Vec<Waiting>| -> Vec<Item> {
        list.into_iter().map(|waiting| item(&f, waiting, tried.as_ref())).collect()
    };
    let (waiting, unratified) = (items(found.waiting), items(found.unratified));
    let here = |id: &str| waiting.iter().chain(&unratified).any(|item| item.id.to_string() == id);
    let gone = tried.as_ref().filter(|tried| !here(&tried.id)).map(|tried| {
        let typed = tried.form.filled("reason").or(tried.form.filled("body")).unwrap_or_default();
        (tried.problem.words(&f), typed.to_owned())
    });
    Ok(Answer { status, ..html(&ApprovalsPage { f, waiting, unratified, gone })? })
}

fn item(f: &Frame, waiting: Waiting, tried: Option<&Tried>) -> Item {
    let Waiting { listed, award, texts, story, language, own, why, to_customer, by_requester } = waiting;
    let asker = listed.proposed_by.1.clone();
    let money = |minor| f.money(Money::new(minor, award.value.currency));
    let text = |name: &str| texts.get(name).cloned();
    let subject = story.get("summary").cloned().or_else(|| story.get("narrative").map(|text| headline(text)));
    let mut tags = vec![("", f.word("basis", award.basis.code()).into_owned())];
    if award.emergency {
        tags.push(("late", f.say("fact-award-emergency").into_owned()));
    }
    if award.state == firsthand_domain::code::AwardState::Held {
        tags.push(("soon", f.word("award-state", award.state.code()).into_owned()));
    }
    let needed = own.others_needed(award.value.minor).unwrap_or(1);
    let others = (needed > 1)
        .then(|| f.with2("approvals-people", "needed", i64::from(needed), "done", award.approvals.len()));
    let left = own.remaining().saturating_sub(award.value.minor);
    let own_words = if award.decided_at.is_some() {
        f.say("approvals-covers").into_owned()
    } else {
        f.with2("approvals-own", "limit", money(own.remaining()), "left", money(left))
    };
    let id = award.id.to_string();
    Item {
        id: award.id,
        version: award.version,
        amount: f.money(award.value),
        kind: f.word("award-type", award.kind.code()).into_owned(),
        tags,
        subject: subject.map_or_else(|| f.say("complaint-erased").into_owned(), |text| one_line(&text)),
        lang: other_lang(f, language.as_deref()),
        customer: customer_name(f, listed.customer.as_ref()),
        customer_link: listed.customer.as_ref().map(|(id, _)| format!("/customers/{id}")),
        asked: f.exact(award.proposed_at),
        reason: text("reason").unwrap_or_else(|| f.say("complaint-erased").into_owned()),
        payee: text("payee"),
        why: why_words(f, &why, &asker),
        own: own_words,
        grant: own.grant().map(|cited| format!("/grants/{}", cited.grant)),
        others,
        to_customer: summed(f, &to_customer),
        by_requester: summed(f, &by_requester),
        tried: tried
            .filter(|tried| tried.id == id)
            .map(|tried| (tried.verb.clone(), tried.problem.words(f), tried.form.clone())),
        reference: listed.reference,
        asker,
    }
}

fn why_words(f: &Frame, why: &Why, asker: &str) -> String {
    match why {
        Why::NoAuthority(None) => f.with("approvals-why-none", "who", asker),
        Why::NoAuthority(Some(not)) => {
            f.with2("approvals-why-not", "who", asker, "why", f.word("not-covered", not.code()))
        }
        Why::Beyond { limit, remaining } => f.tell(
            "approvals-why-beyond",
            [
                ("who", asker.into()),
                ("which", f.word("limit", limit).into()),
                ("remaining", f.money(*remaining).into()),
            ],
        ),
        Why::FourEyes(above) => f.with("approvals-why-four", "limit", f.money(*above)),
        Why::Again => f.say("approvals-why-again").into_owned(),
    }
}

/// So many awards with their sums, a currency each.
pub(super) fn summed(f: &Frame, sums: &[Sum]) -> String {
    if sums.is_empty() {
        return f.say("approvals-nothing-before").into_owned();
    }
    f.listed(sums.iter().map(|s| f.with2("approvals-sum", "count", s.awards, "sum", f.money(s.amount))))
}

/// Says something to an award: the same call as anywhere, and this page again when it was refused.
async fn say(call: Call) -> Result<Answer, Problem> {
    let (form, verb) = (call.form()?, call.param("verb").to_owned());
    let award = AwardId(call.id()?);
    let path = match verb.as_str() {
        "approve" | "refuse" | "ratify" => format!("/api/v1/awards/{award}/{verb}"),
        "ask" => {
            let mut connection = call.connection().await?;
            let found = awards::find(&mut connection.tx(), award).await?.ok_or(Refusal::NotFound)?;
            call.keep(connection);
            if !found.complaint.visible_to(call.caller()?) {
                return Err(Refusal::NotFound.into());
            }
            format!("/api/v1/complaints/{}/notes", found.complaint.id)
        }
        _ => return Err(Refusal::NotFound.into()),
    };
    let version = Some(form.get("_version")).filter(|_| verb != "ask");
    let zone = Frame::new(&call, "approvals", "approvals-title").zone().clone();
    let asked = async { call.ask(&path, &form.body(&zone)?, Some(form.get("_key")), version).await };
    match asked.await {
        Ok(_) if verb == "ask" => Ok(Answer::see_other(format!("/approvals#a-{award}"))),
        Ok(_) => Ok(Answer::see_other("/approvals")),
        Err(problem) if problem.kind.status >= 429 => Err(problem),
        Err(problem) => shown(&call, Some(Tried { id: award.to_string(), verb, form, problem })).await,
    }
}

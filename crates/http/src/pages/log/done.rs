//! After saving: the reference to read out, who is responsible, what was promised, what to tell the customer.

use askama::Template;
use firsthand_domain::Refusal;
use firsthand_domain::code::{PromiseState, Role, Stage};
use firsthand_storage::view::{self, View};
use firsthand_storage::{complaints, intake};

use super::html;
use super::wrong::OFFER_REFUSED;
use crate::call::{Answer, Call};
use crate::pages::Frame;
use crate::problem::Problem;
use crate::query::encode;
use crate::speech::{Clock, Speech};

/// Days whose times are compared.
const LATELY_DAYS: i64 = 7;

#[derive(Template)]
#[template(path = "log-done.html")]
struct DonePage {
    f: Frame,
    reference: String,
    version: i64,
    channel: &'static str,
    summary: String,
    /// The person responsible; nothing when it is the reader.
    responsible: Option<String>,
    closed: bool,
    promises: Vec<(String, Clock)>,
    /// By when the customer has an answer.
    answer_due: Option<Clock>,
    /// To whom it is offered.
    offered: Option<String>,
    /// Why the offer was refused.
    offer_refused: Option<String>,
    acknowledged: bool,
    /// What to tell the customer, and the language that is in.
    letter: String,
    letter_lang: &'static str,
    seconds: Option<i64>,
    /// For leads: how long it took in the middle, of late.
    median: Option<i64>,
    /// What was wrong with the acknowledgement.
    wrong: Option<String>,
}

impl DonePage {
    async fn of(call: &Call, reference: &str) -> Result<Self, Problem> {
        let f = Frame::new(call, "log", "log-done-title");
        let reader = call.caller()?;
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let id = complaints::id_of(&mut tx, reference).await?.ok_or(Refusal::NotFound)?;
        let found = complaints::read(&mut tx, id).await?.filter(|found| found.complaint.visible_to(reader));
        let view = view::of(&mut tx, found.ok_or(Refusal::NotFound)?, f.now).await?;
        let seconds = intake::seconds(&mut tx, id).await?;
        let median = if reader.role == Role::Lead {
            intake::median_seconds(&mut tx, f.now.plus_days(-LATELY_DAYS)).await?
        } else {
            None
        };
        let c = &view.complaint;
        let name = |id| view.people.get(&id).cloned().unwrap_or_default();
        let made = |state| matches!(state, PromiseState::Made | PromiseState::Broken);
        let promises: Vec<(String, Clock)> = c
            .promises
            .iter()
            .filter(|promise| made(promise.state))
            .map(|p| (view.text(p.seq, "text").unwrap_or_default().to_owned(), f.clock(p.due_at)))
            .collect();
        let pending =
            c.handoffs.iter().rev().find(|h| h.state == firsthand_domain::code::HandoffState::Offered);
        let language = c.language.as_deref().and_then(|tag| tag.split('-').next());
        let theirs = Speech::new(language.or(Some(f.lang())), None, f.lang(), f.zone().clone(), f.now);
        let letter = letter(&theirs, &view);
        Ok(Self {
            version: c.version,
            channel: c.channel.code(),
            summary: complaints::headline(
                view.text(1, "summary").or_else(|| view.text(1, "narrative")).unwrap_or_default(),
            ),
            responsible: (!f.is_me(c.first_contact)).then(|| name(c.first_contact)),
            closed: c.stage == Stage::Closed,
            answer_due: (c.stage != Stage::Closed && promises.is_empty()).then(|| f.clock(c.due.reply)),
            promises,
            offered: pending.map(|h| name(h.to)),
            offer_refused: None,
            acknowledged: c.acknowledged_at.is_some(),
            letter,
            letter_lang: theirs.lang(),
            seconds,
            median,
            wrong: None,
            reference: view.reference,
            f,
        })
    }
}

/// What the customer is told, in their language: the reference, who is responsible, what was promised.
fn letter(theirs: &Speech, view: &View) -> String {
    let c = &view.complaint;
    let mut said = Vec::new();
    let name = c.customer.and_then(|id| view.customers.get(&id).cloned().flatten());
    said.extend(name.map(|name| theirs.with("log-letter-hello", "name", name)));
    said.push(theirs.with("log-letter", "reference", view.reference.as_str()));
    let person = view.people.get(&c.first_contact).cloned().unwrap_or_default();
    said.push(theirs.with("log-letter-responsible", "name", person));
    let promised = c.promises.iter().find(|promise| promise.state == PromiseState::Made);
    said.push(match promised {
        Some(promise) => {
            let text = view.text(promise.seq, "text").unwrap_or_default().to_owned();
            theirs.with2("log-letter-promise", "promise", text, "time", theirs.exact(promise.due_at))
        }
        None => theirs.with("log-letter-due", "day", theirs.day(c.due.reply)),
    });
    said.join("\n")
}

pub(super) async fn done(call: Call) -> Result<Answer, Problem> {
    let reference = call.query.get("reference").unwrap_or_default().to_owned();
    let mut page = DonePage::of(&call, &reference).await?;
    let refused = OFFER_REFUSED.iter().find(|key| call.query.get("offer") == Some(**key));
    page.offer_refused = refused.map(|key| page.f.say(key).into_owned());
    html(&page)
}

/// The customer was told that it is in hand.
pub(super) async fn acknowledge(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let reference = form.get("_reference").to_owned();
    let path = format!("/api/v1/complaints/{}/acknowledgement", encode(&reference));
    let body = form.body(&call.app.settings.zone)?;
    let told = call.ask(&path, &body, form.filled("_key"), form.filled("_version")).await;
    match told {
        Ok(_) => Ok(Answer::see_other(format!("/complaints/new/done?reference={}", encode(&reference)))),
        Err(problem) => {
            let mut page = DonePage::of(&call, &reference).await?;
            page.wrong = Some(problem.words(&page.f));
            form.get("body").clone_into(&mut page.letter);
            page.f.title = page.f.with("frame-error", "title", page.f.title.clone());
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

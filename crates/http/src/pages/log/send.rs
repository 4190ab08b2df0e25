//! What the buttons of the form do. What is kept, the calls of the API keep.

use firsthand_domain::Refusal;
use firsthand_domain::id::ComplaintId;
use firsthand_storage::intake;
use serde_json::{Map, Value, json};

use super::shown::{LogPage, answer_by};
use super::who::{self, Person, person};
use super::wrong::{self, Wrong};
use super::{draft, html};
use crate::call::{Answer, Call};
use crate::files;
use crate::form::Form;
use crate::pages::Frame;
use crate::pages::amount::exact;
use crate::pages::causes;
use crate::problem::Problem;
use crate::query::encode;

/// Whoever has the form open for longer than four hours was away from it.
const LONGEST_SECONDS: i64 = 4 * 3600;

pub(super) async fn send(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    if let Some(reference) = form.filled("_add").map(str::to_owned) {
        return add(&call, form, &reference).await;
    }
    match form.get("_act") {
        "find" => look(&call, form).await,
        "change" => change(&call, form).await,
        act => {
            let offering = act == "offer";
            save(&call, form, offering).await
        }
    }
}

/// Shows who may be meant, with everything else as it is.
async fn look(call: &Call, form: Form) -> Result<Answer, Problem> {
    let mut shown = LogPage::new(call, form.clone()).await?;
    shown.found = Some(who::matches(call, &shown.f, form.get("_who")).await?);
    html(&shown)
}

/// It is somebody else after all.
async fn change(call: &Call, mut form: Form) -> Result<Answer, Problem> {
    form.remove("_person");
    html(&LogPage::new(call, form).await?)
}

/// Keeps the complaint, and offers it where that was asked for.
async fn save(call: &Call, mut form: Form, offering: bool) -> Result<Answer, Problem> {
    let f = Frame::new(call, "log", "log-title");
    if person(&form) == Person::Nobody && form.filled("_who").is_some() {
        let found = who::matches(call, &f, form.get("_who")).await?;
        if !found.is_empty() {
            let mut wrong = wrong::missing(&f, &form, offering);
            wrong.retain(|wrong| wrong.control != "who-box");
            wrong.insert(0, Wrong::at("who-box", f.say("log-need-choice")));
            let mut shown = LogPage::new(call, form).await?.with_faults(wrong);
            shown.found = Some(found);
            return Ok(Answer { status: 422, ..html(&shown)? });
        }
        who::describe(&mut form);
    }
    let wrong = wrong::missing(&f, &form, offering);
    if !wrong.is_empty() {
        return Ok(Answer { status: 422, ..html(&LogPage::new(call, form).await?.with_faults(wrong))? });
    }
    if let Some(problem) = files::refused(&call.app, &form) {
        return refuse(call, form, problem).await;
    }
    let mut meant = form.clone();
    causes::resolve(call, &mut meant, "settled.cause.cause").await?;
    let said = match body(&f, &meant) {
        Ok(said) => said,
        Err(problem) => return refuse(call, form, problem).await,
    };
    let key = form.get("_key").to_owned();
    let answer = match call.ask("/api/v1/complaints", &said, Some(&key), None).await {
        Ok(answer) => answer,
        Err(problem) => return refuse(call, form, problem).await,
    };
    let made: Value = serde_json::from_str(&answer.body)?;
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    let (id, reference) = (text("id"), text("reference"));
    after(call, &form, &id).await;
    let mut place = format!("/complaints/new/done?reference={}", encode(&reference));
    if offering {
        let offer = json!({ "to": form.get("_offer.to"), "reason": form.get("_offer.reason"),
                            "request": form.get("_offer.request") });
        let key = format!("{key}-offer");
        let offered = call.ask(&format!("/api/v1/complaints/{id}/handoffs"), &offer, Some(&key), None).await;
        if let Err(problem) = offered {
            place = format!("{place}&offer={}", wrong::of_offer(&problem));
        }
    }
    Ok(Answer::see_other(place))
}

/// The complaint is kept: what was for writing it is put away. That must not look as if it were not kept.
async fn after(call: &Call, form: &Form, id: &str) {
    let forgotten = draft::forget(call, form).await;
    let timed = time(call, form, id).await;
    for problem in [forgotten, timed].into_iter().filter_map(Result::err) {
        let (request_id, cause) = (call.request_id, problem.cause);
        tracing::warn!(%request_id, cause, "a draft was not put away, or a time not noted");
    }
}

/// Notes how long the form was open, where that is known.
async fn time(call: &Call, form: &Form, id: &str) -> Result<(), Problem> {
    let opened: Option<i64> = form.filled("_opened").and_then(|at| at.parse().ok());
    let seconds = opened.map(|at| call.app.database.now().micros().saturating_sub(at) / 1_000_000);
    let (Some(seconds), Ok(id)) = (seconds.filter(|s| (1..=LONGEST_SECONDS).contains(s)), id.parse()) else {
        return Ok(());
    };
    let (id, staff): (ComplaintId, _) = (id, call.caller()?.id);
    let noted = call
        .app
        .database
        .change(move |unit| Box::pin(async move { intake::took(unit, id, staff, seconds).await }));
    Ok(noted.await?)
}

/// The form again, with what was refused beside the control that it is about.
async fn refuse(call: &Call, form: Form, problem: Problem) -> Result<Answer, Problem> {
    let used_up = matches!(problem.refusal(), Some(Refusal::KeyReused));
    let shown = LogPage::new(call, form.clone()).await?;
    let fault = wrong::refused(&shown.f, &problem, &form);
    let mut shown = shown.with_faults(vec![fault]);
    if used_up {
        shown = shown.with_new_key();
    }
    if let Some(cause) = &problem.cause {
        let request_id = call.request_id;
        tracing::error!(%request_id, cause, "a complaint was not kept");
    }
    Ok(Answer { status: problem.kind.status, ..html(&shown)? })
}

/// What the form says, as a program would.
fn body(f: &Frame, form: &Form) -> Result<Value, Problem> {
    let mut form = form.clone();
    who::name(&mut form);
    if form.filled("channel").is_none() {
        form.set("channel", "phone");
    }
    let settled = form.filled("_settled").is_some();
    // The currency is chosen before anybody gave anything.
    let of_award = ["value.amount", "type", "basis", "reason"].map(|name| format!("settled.award.{name}"));
    let awarded = settled && of_award.iter().any(|name| form.filled(name).is_some());
    if let Some(amount) = form.filled("settled.award.value.amount").map(str::to_owned) {
        form.set("settled.award.value.amount", exact(&amount, form.get("settled.award.value.currency")));
    }
    let names: Vec<String> = form.fields().map(|(name, _)| name.to_owned()).collect();
    for name in names.iter().filter(|name| name.starts_with("settled.")) {
        let of_rejection = name.ends_with(".alternative") || name.ends_with(".next_route");
        let rejected = form.get("settled.decision.outcome") == "rejected";
        let of_cause = name.starts_with("settled.cause.") && form.filled("settled.cause.cause").is_none();
        let of_award = name.starts_with("settled.award.") && !awarded;
        if !settled || of_cause || of_award || (of_rejection && !rejected) {
            form.remove(name);
        }
    }
    // How somebody wants to be answered is part of what they want: it stands with it for whoever answers.
    // Before something is given it is asked what they want, and that is no wish for something.
    let asked = person(&form) != Person::Anonymous && (!awarded || form.filled("desired_remedy").is_some());
    if let Some(by) = answer_by(&form).filter(|_| asked) {
        let by = f.with("log-answer-line", "by", f.word("log-answer", by));
        let wish = form.filled("desired_remedy").map_or_else(|| by.clone(), |wish| format!("{wish}\n{by}"));
        form.set("desired_remedy", wish);
    }
    let mut body = form.body(f.zone())?;
    if settled && let Some(body) = body.as_object_mut() {
        // Said to be settled it goes out so, even with nothing filled in: the call says what is missing.
        let part = body.entry("settled").or_insert_with(|| Value::Object(Map::new()));
        if let Some(part) = part.as_object_mut() {
            part.entry("reply").or_insert_with(|| Value::Object(Map::new()));
        }
    }
    Ok(body)
}

/// The story belongs to a complaint that is open already: it is kept there as a word from the customer.
async fn add(call: &Call, form: Form, reference: &str) -> Result<Answer, Problem> {
    let f = Frame::new(call, "log", "log-title");
    if form.filled("narrative").is_none() {
        let wrong = vec![Wrong::at("narrative", f.say("log-need-what"))];
        return Ok(Answer { status: 422, ..html(&LogPage::new(call, form).await?.with_faults(wrong))? });
    }
    let channel = form.filled("channel").unwrap_or("phone");
    let files: Vec<_> = form.all("attachments").collect();
    let said =
        json!({ "channel": channel, "direction": "in", "body": form.get("narrative"), "attachments": files });
    let key = format!("{}-add", form.get("_key"));
    let path = format!("/api/v1/complaints/{}/contacts", encode(reference));
    match call.ask(&path, &said, Some(&key), None).await {
        Ok(_) => {
            after(call, &form, "").await;
            Ok(Answer::see_other(format!("/complaints/{}", encode(reference))))
        }
        Err(problem) => {
            // Its text goes as a body there, and is the story here.
            let problem = match problem.refusal() {
                Some(Refusal::Field { expected, .. }) => Problem::field("narrative", expected),
                _ => problem,
            };
            refuse(call, form, problem).await
        }
    }
}

//! What the page of a customer changes; all of it by the calls that programs use.

use firsthand_domain::Refusal;

use super::{Refused, written};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, speech};
use crate::problem::Problem;

/// A further way to know the customer again.
pub(super) async fn add_identifier(call: Call) -> Result<Answer, Problem> {
    sent(&call, "identifiers", |_| format!("/customers/{}", call.param("id"))).await
}

/// This record goes on under another.
pub(super) async fn merge(call: Call) -> Result<Answer, Problem> {
    sent(&call, "merge", |form| format!("/customers/{}", form.get("into"))).await
}

/// A record that went on under this one stands alone again.
pub(super) async fn unmerge(call: Call) -> Result<Answer, Problem> {
    sent(&call, "unmerge", |_| format!("/customers/{}", call.param("id"))).await
}

/// Sends the form on. What is refused is shown on the page again, beside the control, with what was typed.
async fn sent(call: &Call, verb: &'static str, then: impl Fn(&Form) -> String) -> Result<Answer, Problem> {
    // Who names no customer sees no page of one.
    let (id, form) = (call.id()?, call.form()?);
    let path = format!("/api/v1/customers/{id}/{verb}");
    let f: Frame = Frame::new(call, "customer", "customer-title");
    let body = form.body(speech(&call.app, call.session.as_ref(), &call.headers).zone())?;
    match call.ask(&path, &body, form.filled("_key"), None).await {
        Ok(_) => Ok(Answer::see_other(then(&form))),
        Err(problem) if matches!(problem.refusal(), Some(Refusal::NotFound)) => Err(problem),
        Err(problem) if (400..500).contains(&problem.kind.status) => {
            let words = match (problem.refusal(), verb) {
                (Some(Refusal::Field { .. }), "identifiers") => {
                    f.say("customer-wrong-identifier").into_owned()
                }
                (Some(Refusal::Field { field, .. }), "merge") if field == "into" => {
                    f.say("customer-choose").into_owned()
                }
                _ => problem.words(&f),
            };
            let given = |name: &str| form.get(name).to_owned();
            let refused = Refused {
                status: Some(problem.kind.status),
                at: verb,
                words,
                kind: given("kind"),
                value: given("value"),
                into: given("into"),
                keep: form.all("keep").map(str::to_owned).collect(),
            };
            written(call, refused).await
        }
        Err(problem) => Err(problem),
    }
}

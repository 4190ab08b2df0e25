//! "Log a complaint": the form that is filled in while somebody talks on the telephone.

mod beside;
mod done;
mod draft;
mod offers;
mod send;
mod shown;
#[cfg(test)]
mod tests;
mod who;
mod wrong;

use firsthand_domain::id::CustomerId;
use firsthand_storage::drafts;

use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::Writer;
use crate::routes::{Route, form, page};
use shown::LogPage;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/complaints/new", Writer, open).asks(&["customer", "draft"]),
        form("/complaints/new", Writer, send::send).with_files(),
        form("/complaints/new/draft", Writer, draft::keep),
        form("/complaints/new/discard", Writer, draft::discard),
        page("/complaints/new/customers", Writer, who::customers).asks(&["q"]).frameless(),
        page("/complaints/new/beside", Writer, beside::of_one).asks(&["customer"]).frameless(),
        page("/complaints/new/done", Writer, done::done).asks(&["reference", "offer"]),
        form("/complaints/new/acknowledge", Writer, done::acknowledge),
    ]
}

/// Opens the form: empty, for a customer, or as it was left.
async fn open(call: Call) -> Result<Answer, Problem> {
    let customer = call.query.get("customer").and_then(|id| id.parse::<CustomerId>().ok());
    let place = draft::place_of(customer);
    let caller = call.caller()?.id;
    let kept = {
        let mut connection = call.connection().await?;
        drafts::of(&mut connection.tx(), caller, &place).await?
    };
    let now = call.app.database.now();
    let mut form = Form::default();
    if let Some(kept) = &kept {
        for (name, value) in &kept.fields {
            form.add(name, value.as_str());
        }
        // How long it took cannot be said of a form that was left and taken up again.
        form.remove("_opened");
    } else {
        form.set("channel", "phone");
        form.set("_opened", now.micros().to_string());
        form.set("incident_at", Frame::new(&call, "log", "log-title").date_field(now));
        if let Some(customer) = customer {
            form.set("_person", customer.to_string());
        }
    }
    form.set("_place", place);
    let mut shown = LogPage::new(&call, form).await?;
    if let Some(kept) = kept.filter(|_| call.query.get("draft").is_none()) {
        shown.draft = Some(shown.f.moment(kept.kept_at));
    }
    html(&shown)
}

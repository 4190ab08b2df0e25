//! A look at one complaint beside the list: what was said in full, and who has it. Looking changes nothing.

use std::borrow::Cow;

use firsthand_domain::staff::Staff;
use firsthand_storage::complaints::{self, headline};
use firsthand_storage::{Tx, desk, view};

use crate::pages::Frame;
use crate::pages::rows::{customer_name, one_line, other_lang};
use crate::problem::Problem;
use crate::speech::Clock;

/// What the panel shows.
pub(super) struct Preview {
    pub(super) reference: String,
    pub(super) subject: String,
    pub(super) lang: String,
    pub(super) narrative: String,
    pub(super) severity: &'static str,
    pub(super) grave: Cow<'static, str>,
    pub(super) stage: &'static str,
    pub(super) standing: Cow<'static, str>,
    pub(super) customer: String,
    /// Where the customer's page is.
    pub(super) customer_page: Option<String>,
    pub(super) channel: Cow<'static, str>,
    pub(super) received: String,
    pub(super) first_contact: String,
    pub(super) handler: Option<String>,
    pub(super) clock: Option<Clock>,
    /// Who spoke last, when, and what, where it is not the story itself.
    pub(super) last: Option<(String, String, String)>,
}

/// The complaint of that name, for those who may know of it.
pub(super) async fn of(
    f: &Frame,
    tx: &mut Tx<'_>,
    name: &str,
    reader: &Staff,
) -> Result<Option<Preview>, Problem> {
    let Some(id) = complaints::id_of(tx, name).await? else { return Ok(None) };
    let found = complaints::read(tx, id).await?.filter(|found| found.complaint.visible_to(reader));
    let Some(found) = found else { return Ok(None) };
    let view = view::of(tx, found, f.now).await?;
    let c = &view.complaint;
    let narrative = view.text(1, "narrative").unwrap_or_default().to_owned();
    let subject = view.text(1, "summary").map_or_else(|| headline(&narrative), str::to_owned);
    let person = |id| view.people.get(&id).cloned().unwrap_or_default();
    let last = desk::last_words(tx, &[id]).await?.remove(&id).filter(|_| c.version > 1);
    let last = last.filter(|said| !said.text.is_empty() && !narrative.contains(&said.text)).map(|said| {
        let who = match said.by {
            desk::Speaker::Customer => f.say("list-customer").into_owned(),
            desk::Speaker::Staff(name) => name,
        };
        (who, f.moment(said.at), said.text)
    });
    let customer = c.customer.map(|id| (id, view.customers.get(&id).cloned().flatten()));
    Ok(Some(Preview {
        subject: Some(one_line(&subject)).filter(|s| !s.is_empty()).unwrap_or_else(|| view.reference.clone()),
        lang: other_lang(f, c.language.as_deref()),
        severity: c.severity.code(),
        grave: f.word("severity", c.severity.code()),
        stage: c.stage.code(),
        standing: match c.closure {
            Some(closure) => f.word("closure", closure.code()),
            None => f.word("stage", c.stage.code()),
        },
        customer: customer_name(f, customer.as_ref()),
        customer_page: c.customer.map(|id| format!("/customers/{id}")),
        channel: f.word("by", c.channel.code()),
        received: f.exact(c.received_at),
        first_contact: person(c.first_contact),
        handler: (c.handler != c.first_contact).then(|| person(c.handler)),
        clock: c.next_due().map(|due| f.clock(due)),
        last,
        narrative,
        reference: view.reference,
    }))
}

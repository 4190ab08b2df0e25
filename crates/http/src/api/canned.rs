//! Reply texts: kept, changed, taken up again, and filled in for a complaint.

use firsthand_domain::Refusal;
use firsthand_domain::canned::{CannedField, CannedLanguage, CannedReply, Filled, NewCannedReply, fill};
use firsthand_domain::code::PromiseState;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::settings::{self, Kept, REPLY_TEXTS};
use firsthand_storage::view::{self, View};
use firsthand_storage::{Result, Tx};

use super::complaints::visible;
use super::kept;
use crate::app::App;
use crate::call::{Answer, Call};
use crate::json::{FilledReply, Page};
use crate::problem::Problem;
use crate::speech::Speech;

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let said = CannedReply::of(&call.body::<NewCannedReply>()?)?;
    kept::add(&call, REPLY_TEXTS, "canned-replies".to_owned(), said).await
}

pub(crate) async fn amend(call: Call) -> Result<Answer, Problem> {
    let said = CannedReply::of(&call.body::<NewCannedReply>()?)?;
    kept::amend(&call, REPLY_TEXTS, said).await
}

/// The language that is asked for, if one is.
fn language(call: &Call) -> Result<Option<CannedLanguage>, Problem> {
    call.query.read("language", "expected one of en, vi, zh, hu", CannedLanguage::from_code)
}

/// All of them, filled in for a complaint.
pub(crate) async fn of_complaint(call: Call) -> Result<Answer, Problem> {
    let language = language(&call)?;
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("id"), call.caller()?).await?;
    let view = view::of(&mut tx, found, call.app.database.now()).await?;
    let filling = Filling::new(&call.app, &view, call.caller()?, call.app.database.now());
    let items = offered(&mut tx, &filling, language).await?;
    Ok(Answer::ok(&Page { items, next: None })?)
}

/// One of them, filled in for a complaint.
pub(crate) async fn filled(call: Call) -> Result<Answer, Problem> {
    let (id, language) = (call.id()?, language(&call)?);
    let complaint = call.query.get("complaint").unwrap_or_default();
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let kept = settings::by_id(&mut tx, REPLY_TEXTS, id).await?.filter(|kept| !kept.retired);
    let kept = kept.ok_or(Refusal::NotFound)?;
    if complaint.is_empty() {
        return Err(Problem::field("complaint", "expected this field, which is required"));
    }
    let found = visible(&mut tx, complaint, call.caller()?).await?;
    let view = view::of(&mut tx, found, call.app.database.now()).await?;
    let filling = Filling::new(&call.app, &view, call.caller()?, call.app.database.now());
    Ok(Answer::ok(&filling.reply(&kept, language).ok_or(Refusal::NotFound)?)?)
}

/// Those that are not retired, filled in.
pub(crate) async fn offered(
    tx: &mut Tx<'_>,
    filling: &Filling<'_>,
    language: Option<CannedLanguage>,
) -> Result<Vec<FilledReply>> {
    let all = settings::list(tx, REPLY_TEXTS, false).await?;
    Ok(all.iter().filter_map(|kept| filling.reply(kept, language)).collect())
}

/// What fills in the fields of texts: one complaint, and whoever writes.
pub(crate) struct Filling<'f> {
    app: &'f App,
    view: &'f View,
    writer: &'f Staff,
    now: Timestamp,
}

impl<'f> Filling<'f> {
    pub(crate) fn new(app: &'f App, view: &'f View, writer: &'f Staff, now: Timestamp) -> Self {
        Self { app, view, writer, now }
    }

    /// A reply text in the language asked for; else the customer's, else the desk's, else any it is in.
    pub(crate) fn reply(
        &self,
        kept: &Kept<CannedReply>,
        language: Option<CannedLanguage>,
    ) -> Option<FilledReply> {
        let theirs = || CannedLanguage::of_tag(self.view.complaint.language.as_deref()?);
        let usual = CannedLanguage::of_tag(&self.app.settings.language);
        let (language, text) = kept.said.text_for(language.or_else(theirs), usual)?;
        Some(FilledReply::of(kept, language, self.text(language, text)))
    }

    /// A text in a language.
    pub(crate) fn text(&self, language: CannedLanguage, text: &str) -> Filled {
        let settings = &self.app.settings;
        let code = language.code();
        let speech = Speech::new(Some(code), None, &settings.language, settings.zone.clone(), self.now);
        fill(text, |field| self.known(&speech, field))
    }

    /// What stands for a field, where something is known.
    fn known(&self, speech: &Speech, field: CannedField) -> Option<String> {
        let (view, c) = (self.view, &self.view.complaint);
        let promise = || {
            let made = c.promises.iter().filter(|promise| promise.state == PromiseState::Made);
            made.min_by_key(|promise| promise.due_at)
        };
        match field {
            CannedField::Customer => view.customers.get(&c.customer?)?.clone(),
            CannedField::Reference => Some(view.reference.clone()),
            CannedField::Product => c.product.clone(),
            CannedField::Place => c.place.clone(),
            CannedField::Order => view.text(1, "order_ref").map(str::to_owned),
            CannedField::Received => Some(speech.date_of(c.received_at)),
            CannedField::AnswerBy => c.first_replied_at.is_none().then(|| speech.exact(c.due.reply)),
            CannedField::Staff => Some(self.writer.name.clone()),
            CannedField::Responsible => view.people.get(&c.first_contact).cloned(),
            CannedField::Promise => view.text(promise()?.seq, "text").map(str::to_owned),
            CannedField::Due => Some(speech.exact(promise()?.due_at)),
        }
    }
}

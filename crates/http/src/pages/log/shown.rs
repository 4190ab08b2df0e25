//! The form as it is shown: with everything as it was typed, and what stands beside it.

use askama::Template;
use firsthand_domain::code::{AwardType, Basis};
use firsthand_domain::money::Money;
use firsthand_storage::awards::standing::{self, Standing};
use firsthand_storage::customers;

use super::beside::{self, Panel};
use super::offers::{Choice, Offers};
use super::who::{Match, Person, person};
use super::wrong::{Wrong, written};
use crate::call::Call;
use crate::form::Form;
use crate::pages::Frame;
use crate::pages::attachments::{self, Waiting};
use crate::pages::offered::{self, Offered};
use crate::problem::Problem;
use crate::speech::{Language, languages};

/// Channels in the order in which they are used at a desk.
const CHANNELS: [&str; 10] =
    ["phone", "counter", "email", "chat", "sms", "app", "web", "social", "letter", "field"];
/// How somebody can be answered: by the code of a channel, with its icon.
const ANSWERS: [(&str, &str); 4] =
    [("phone", "phone"), ("email", "email"), ("sms", "message"), ("counter", "person")];

/// How the customer wants to be answered, if that was said.
pub(super) fn answer_by(form: &Form) -> Option<&'static str> {
    let said = form.filled("_answer_by");
    ANSWERS.iter().map(|(by, _)| *by).find(|by| said == Some(*by))
}

/// The most that one award could be now, in each currency.
fn most(standings: Vec<Standing>) -> Vec<Money> {
    let mut most: Vec<Money> = Vec::new();
    for up_to in standings.into_iter().map(|standing| standing.up_to).filter(|m| m.minor > 0) {
        match most.iter_mut().find(|m| m.currency == up_to.currency) {
            Some(one) => one.minor = one.minor.max(up_to.minor),
            None => most.push(up_to),
        }
    }
    most
}

#[derive(Template)]
#[template(path = "log.html")]
pub(super) struct LogPage {
    pub(super) f: Frame,
    /// Without the word that something is wrong, which the title has.
    heading: String,
    form: Form,
    key: String,
    pub(super) wrong: Vec<Wrong>,
    /// Who was found, once somebody looked.
    pub(super) found: Option<Vec<Match>>,
    chosen: Option<Match>,
    panels: Vec<Panel>,
    offers: Offers,
    /// Causes that may fit what was said.
    offered: Vec<Offered>,
    /// When the draft that is shown was kept.
    pub(super) draft: Option<String>,
    /// By which way it came, and when.
    how: String,
    /// What the writer may give on this call, and in which currencies; nothing for who may give nothing.
    may_give: String,
    currencies: Vec<String>,
    /// Files that go with it.
    files_waiting: Vec<Waiting>,
}

impl LogPage {
    /// The form with these fields.
    pub(super) async fn new(call: &Call, form: Form) -> Result<Self, Problem> {
        let f = Frame::new(call, "log", "log-title");
        let reader = call.caller()?;
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let (mut chosen, mut panels) = (None, Vec::new());
        if let Person::Known(id) = person(&form) {
            chosen = customers::known(&mut tx, id).await?.map(|found| Match::new(&f, &found));
            panels = beside::of_customer(&mut tx, &f, reader, id).await?;
        }
        panels.extend(beside::known(&mut tx, &f, reader, &form).await?);
        panels.extend(beside::similar(&mut tx, &f, reader, &form).await?);
        panels.sort_by_key(|panel| beside::ORDER.iter().position(|id| *id == panel.id));
        let mut offers = Offers::read(&mut tx, &f).await?;
        let about = (form.filled("product"), form.get("narrative"));
        let offered = offered::of_text(&mut tx, &call.app.database, &f, reader, about).await?;
        offers.put_first(&offered);
        let files_waiting = attachments::named_in(&mut tx, &f, reader, std::iter::once(&form)).await?;
        let most = most(standing::of_person(&mut tx, reader, f.now).await?);
        let may_give = most.iter().map(|m| f.with("log-award-may", "limit", f.money(*m))).collect::<Vec<_>>();
        let (may_give, currencies) =
            (may_give.join(" "), most.iter().map(|m| m.currency.code().to_owned()).collect());
        let by = f.word("by", form.filled("channel").unwrap_or("phone"));
        let how = match form.filled("received_at") {
            None => f.with("log-how-now", "by", by),
            Some(at) => f.with2("log-how-at", "by", by, "time", written(&f, at)),
        };
        // A form that comes back is the same form: sent once, it is sent.
        let key = form.filled("_key").map_or_else(|| f.key.to_string(), str::to_owned);
        let heading = f.title.clone();
        let (wrong, found, draft) = (Vec::new(), None, None);
        Ok(Self {
            f,
            heading,
            form,
            key,
            wrong,
            found,
            chosen,
            panels,
            offers,
            offered,
            draft,
            how,
            may_give,
            currencies,
            files_waiting,
        })
    }

    /// With what is wrong, which the title says too.
    pub(super) fn with_faults(mut self, wrong: Vec<Wrong>) -> Self {
        self.f.title = self.f.with("frame-error", "title", self.heading.as_str());
        self.wrong = wrong;
        self
    }

    /// With a key of its own, because the one it came with is used up.
    pub(super) fn with_new_key(mut self) -> Self {
        self.key = self.f.key.to_string();
        self
    }

    fn value(&self, name: &str) -> &str {
        self.form.get(name)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.form.get(name) == value
    }

    fn on(&self, name: &str) -> bool {
        self.form.filled(name).is_some()
    }

    /// What is wrong at a control.
    fn fault(&self, control: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.control == control).map(|wrong| wrong.words.as_str())
    }

    fn chosen_id(&self) -> &str {
        self.chosen.as_ref().map_or("", |chosen| chosen.id.as_str())
    }

    fn is_new(&self) -> bool {
        person(&self.form) == Person::New
    }

    fn is_anonymous(&self) -> bool {
        person(&self.form) == Person::Anonymous
    }

    fn is_picked(&self, id: &str) -> bool {
        self.form.all("_person").any(|value| value == id)
    }

    /// Is there anything in the part that is folded away?
    fn has_more(&self) -> bool {
        ["restricted", "about_staff", "handler"]
            .iter()
            .any(|name| self.on(name) || self.fault(name).is_some())
    }

    fn is_offering(&self) -> bool {
        ["_offer.to", "_offer.reason", "_offer.request"].iter().any(|name| self.on(name))
            || self.wrong.iter().any(|wrong| wrong.control.starts_with("offer-"))
    }

    fn has_how(&self) -> bool {
        self.fault("received_at").is_some()
    }

    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn channels(&self) -> [&'static str; 10] {
        CHANNELS
    }

    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn answers(&self) -> [(&'static str, &'static str); 4] {
        ANSWERS
    }

    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn languages(&self) -> &'static [Language] {
        languages()
    }

    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn award_types(&self) -> impl Iterator<Item = &'static str> {
        AwardType::ALL.iter().map(|kind| kind.code())
    }

    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn bases(&self) -> impl Iterator<Item = &'static str> {
        Basis::ALL.iter().map(|basis| basis.code())
    }

    fn people(&self) -> &[Choice] {
        &self.offers.people
    }

    fn causes(&self) -> &[Choice] {
        &self.offers.causes
    }

    fn more_causes(&self) -> bool {
        self.offers.more_causes
    }
}

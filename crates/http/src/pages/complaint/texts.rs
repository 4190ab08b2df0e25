//! Reply texts where people write to customers: found by `::` with a script, and by a choice and a button without.

use firsthand_domain::Refusal;
use firsthand_domain::canned::{CannedField, CannedLanguage, CannedReply};
use firsthand_domain::code::Role;
use firsthand_domain::staff::Staff;
use firsthand_storage::complaints::Referenced;
use firsthand_storage::settings::{self, Kept, MACROS, Macro, REPLY_TEXTS};
use firsthand_storage::view::{self, View};
use firsthand_storage::{Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::sheet::{Choice, Tried};
use super::{page, visible};
use crate::api::canned::Filling;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::Frame;
use crate::problem::Problem;
use crate::speech::{Speech, languages};

/// The forms in which they can be put.
pub(super) const FORMS: [&str; 2] = ["replies", "acknowledgement"];
/// Of a form: what was put into its text, in words. Nobody but us writes it.
pub(super) const TOLD: &str = "_told";

/// Each text in each language it is in, those in the customer's language first.
fn each(all: Vec<Kept<CannedReply>>, view: &View) -> Vec<(Kept<CannedReply>, CannedLanguage)> {
    let theirs = view.complaint.language.as_deref().and_then(CannedLanguage::of_tag);
    let mut each: Vec<_> = all
        .into_iter()
        .flat_map(|kept| {
            let languages: Vec<CannedLanguage> = kept.said.texts.keys().copied().collect();
            languages.into_iter().map(move |language| (kept.clone(), language))
        })
        .collect();
    each.sort_by_key(|(_, language)| Some(*language) != theirs);
    each
}

fn language_name(language: CannedLanguage) -> &'static str {
    languages().iter().find(|known| known.code == language.code()).map_or("", |known| known.name)
}

/// To be chosen in a form.
async fn choices(tx: &mut Tx<'_>, view: &View) -> Result<Vec<Choice>> {
    let all = settings::list(tx, REPLY_TEXTS, false).await?;
    let choice = |(kept, language): (Kept<CannedReply>, CannedLanguage)| Choice {
        value: format!("{}.{language}", kept.id),
        label: format!("{} · {}", kept.said.name, language_name(language)),
    };
    Ok(each(all, view).into_iter().map(choice).collect())
}

/// Reply texts and macros to be chosen; none for those who only read.
pub(super) async fn to_choose(
    tx: &mut Tx<'_>,
    reader: &Staff,
    view: &View,
) -> Result<(Vec<Choice>, Vec<Choice>)> {
    if reader.role == Role::Auditor {
        return Ok((Vec::new(), Vec::new()));
    }
    Ok((choices(tx, view).await?, macros(tx).await?))
}

async fn macros(tx: &mut Tx<'_>) -> Result<Vec<Choice>> {
    let mut all = settings::list(tx, MACROS, false).await?;
    all.retain(|kept| !kept.said.steps.is_empty());
    let choice = |kept: Kept<Macro>| Choice { value: kept.id.to_string(), label: kept.said.name };
    Ok(all.into_iter().map(choice).collect())
}

/// The fields without a value, as people call them.
fn gaps(speech: &Speech, missing: &[CannedField]) -> String {
    speech.listed(missing.iter().map(|field| speech.word("text-field", field.code())))
}

/// For the script: every text with its fields filled in.
pub(super) async fn offered(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "list", "complaint-page");
    let (caller, now) = (call.caller()?, call.app.database.now());
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let found = visible(&mut tx, call.param("reference"), caller).await?;
    let view = view::of(&mut tx, found, now).await?;
    let filling = Filling::new(&call.app, &view, caller, now);
    let all = settings::list(&mut tx, REPLY_TEXTS, false).await?;
    let told = each(all, &view).into_iter().filter_map(|(kept, language)| {
        let filled = filling.reply(&kept, Some(language))?;
        let told = match filled.missing.as_slice() {
            [] => String::new(),
            missing => f.with("texts-gap", "fields", gaps(&f, missing)),
        };
        let first = filled.missing.first().map(|field| format!("{{{field}}}"));
        Some(json!({
            "name": filled.name, "language": language.code(), "of": language_name(language), "text": filled.text,
            "told": told, "gap": first,
        }))
    });
    Ok(Answer::ok(&told.collect::<Vec<_>>())?)
}

/// The text that is chosen, in the language that is chosen.
fn chosen(form: &Form) -> Option<(Uuid, CannedLanguage)> {
    let (id, language) = form.get("_text").split_once('.')?;
    Some((id.parse().ok()?, CannedLanguage::from_code(language)?))
}

/// The page again, with the chosen text after what was typed.
pub(super) async fn put_in(
    call: &Call,
    found: Referenced,
    name: String,
    mut form: Form,
) -> Result<Answer, Problem> {
    let speech = crate::pages::speech(&call.app, call.session.as_ref(), &call.headers);
    let (caller, now) = (call.caller()?, call.app.database.now());
    let told = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let kept = match chosen(&form) {
            Some((id, language)) => {
                settings::by_id(&mut tx, REPLY_TEXTS, id).await?.map(|kept| (kept, language))
            }
            None => None,
        };
        match kept.filter(|(kept, _)| !kept.retired) {
            None => speech.say("texts-choose").into_owned(),
            Some((kept, language)) => {
                let view = view::of(&mut tx, found.clone(), now).await?;
                let filled = Filling::new(&call.app, &view, caller, now).reply(&kept, Some(language));
                let filled = filled.ok_or(Refusal::NotFound)?;
                let before = form.get("body").trim_end();
                let gap = if before.is_empty() { "" } else { "\n\n" };
                let body = format!("{before}{gap}{}", filled.text);
                form.set("body", body);
                match filled.missing.as_slice() {
                    [] => speech.with("texts-put", "name", filled.name),
                    missing => speech.with("texts-gap", "fields", gaps(&speech, missing)),
                }
            }
        }
    };
    form.set(TOLD, told);
    page::shown(call, found, Some(Tried { name, form, problem: None })).await
}

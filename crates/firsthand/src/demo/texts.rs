//! Reply texts and a macro of the demonstration desk.

use firsthand_domain::canned::{CannedReply, NewCannedReply};
use firsthand_domain::id::StaffId;
use firsthand_domain::macros::MacroVerb;
use firsthand_storage::Database;
use firsthand_storage::settings::{self, KeptStep, MACROS, Macro, REPLY_TEXTS};
use serde_json::{Map, Value, json};

use super::said;
use crate::Failure;

/// What is written again and again, in the languages of the customers.
fn texts() -> [Value; 3] {
    [
        json!({ "name": "First answer", "texts": {
            "en": "Dear {customer},\n\nyour complaint has the number {reference}. {responsible} looks after it until you have an answer, by {answer_by} at the latest.\n\n{staff}",
            "vi": "Kính gửi {customer},\n\nkhiếu nại của quý khách có số {reference}. {responsible} sẽ theo dõi cho đến khi quý khách có câu trả lời, chậm nhất là {answer_by}.\n\n{staff}",
            "zh": "{customer}，您好：\n\n您的投诉编号为 {reference}，由 {responsible} 负责到底，最迟于 {answer_by} 答复您。\n\n{staff}",
            "hu": "Kedves {customer}!\n\nPanaszának száma {reference}. {responsible} gondoskodik róla, amíg választ nem kap, legkésőbb {answer_by}.\n\n{staff}",
        } }),
        json!({ "name": "Reminder of what was promised", "texts": {
            "en": "Dear {customer},\n\nwe have not forgotten you: {promise}. You will have it by {due}.\n\n{staff}",
            "vi": "Kính gửi {customer},\n\nchúng tôi không quên: {promise}. Hạn là {due}.\n\n{staff}",
            "zh": "{customer}，您好：\n\n我们没有忘记您的事：{promise}。期限为 {due}。\n\n{staff}",
            "hu": "Kedves {customer}!\n\nNem feledkeztünk meg Önről: {promise}. Határidő: {due}.\n\n{staff}",
        } }),
        json!({ "name": "Photograph wanted", "texts": {
            "en": "Dear {customer},\n\nto go on with {reference} we need a photograph of the label on your {product}. You can answer this message with it.\n\n{staff}",
            "hu": "Kedves {customer}!\n\nA(z) {reference} ügyhöz kérünk egy fényképet a címkéről ({product}). Válaszként elküldheti.\n\n{staff}",
        } }),
    ]
}

fn step(verb: MacroVerb, body: &Value) -> KeptStep {
    KeptStep { verb, body: body.as_object().cloned().unwrap_or_else(Map::new) }
}

/// Keeps them, as an administrator.
pub(super) async fn keep(database: &Database, by: StaffId) -> Result<(), Failure> {
    let mut first = None;
    for text in texts() {
        let new: NewCannedReply = said(text)?;
        let text =
            CannedReply::of(&new).map_err(|refusal| Failure::refused(firsthand_http::explain(&refusal)))?;
        let kept = database
            .change(move |unit| {
                let text = text.clone();
                Box::pin(async move { settings::add(unit, REPLY_TEXTS, by, text).await.map(|kept| kept.id) })
            })
            .await?;
        first = first.or(Some(kept));
    }
    let steps = vec![
        step(MacroVerb::Acknowledge, &json!({ "canned_reply": first })),
        step(MacroVerb::Assess, &json!({ "severity": "serious" })),
        step(MacroVerb::Promise, &json!({ "text": "We call you with what we found.", "due_in_hours": 48 })),
        step(MacroVerb::Note, &json!({ "body": "Ask the depot for the scan before you call." })),
    ];
    let late = Macro { name: "Parcel not there".to_owned(), steps };
    database
        .change(move |unit| {
            let late = late.clone();
            Box::pin(async move { settings::add(unit, MACROS, by, late).await.map(drop) })
        })
        .await?;
    Ok(())
}

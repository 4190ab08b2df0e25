//! One verb on many complaints.

use std::sync::Arc;

use firsthand_domain::Refusal;
use firsthand_domain::bulk::BulkVerb;
use firsthand_domain::verb::{Close, OfferHandoff, TagCause, Verb};
use firsthand_storage::bulk::{self, Chosen, What};
use serde::de::DeserializeOwned;

use crate::body;
use crate::call::{Answer, Call};
use crate::json::{Bulk, BulkDone, UndoMany};
use crate::problem::Problem;
use crate::write::{Done, write};

/// The verbs of one complaint on up to 200, told row by row.
pub(crate) async fn perform(call: Call) -> Result<Answer, Problem> {
    tell(&call, |_| None).await
}

/// The same, and why a row was refused is told in words besides.
pub(crate) async fn tell(
    call: &Call,
    words: impl Fn(&Refusal) -> Option<String> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let asked: Bulk = call.body()?;
    let verb = asked.verb;
    let (caller, chosen, what) = (call.caller()?.id, chosen(&asked)?, what(&asked)?);
    let words = Arc::new(words);
    write(call, move |unit| {
        let (chosen, what, words) = (chosen.clone(), what.clone(), Arc::clone(&words));
        Box::pin(async move {
            let rows = bulk::perform(unit, caller, &what, &chosen).await?;
            Ok(Done::plain(Answer::ok(&BulkDone::of(verb, rows, &*words))?))
        })
    })
    .await
}

fn chosen(asked: &Bulk) -> Result<Vec<Chosen>, Problem> {
    if asked.complaints.is_empty() || asked.complaints.len() > bulk::AT_ONCE {
        return Err(Problem::field("complaints", "expected 1 to 200 complaints"));
    }
    let unseen = asked.complaints.iter().position(|one| one.version.is_none());
    if let (BulkVerb::Undo, Some(at)) = (asked.verb, unseen) {
        let field = format!("complaints[{at}].version");
        return Err(Problem::field(field, "expected the version that is to be taken back"));
    }
    let chosen = asked.complaints.iter().map(|one| Chosen { name: one.id.clone(), version: one.version });
    Ok(chosen.collect())
}

/// What the rest of the body says, read as the body of the verb on one complaint is.
fn what(asked: &Bulk) -> Result<What, Problem> {
    fn read<B: DeserializeOwned>(asked: &Bulk) -> Result<B, Problem> {
        body::parse(&serde_json::to_vec(&asked.body)?)
    }
    Ok(match asked.verb {
        BulkVerb::Offer => What::Verb(Verb::OfferHandoff(read::<OfferHandoff>(asked)?)),
        BulkVerb::Tag => What::Verb(Verb::TagCause(read::<TagCause>(asked)?)),
        BulkVerb::Assess => What::Verb(Verb::Assess(Box::new(read(asked)?))),
        BulkVerb::Close => What::Verb(Verb::Close(read::<Close>(asked)?)),
        BulkVerb::Undo => What::Undo(read::<UndoMany>(asked)?.reason),
    })
}

//! Two hundred complaints closed in one bulk call, and one by one: both by one client, over one connection each.

use std::time::{Duration, Instant};

use firsthand_domain::id::ComplaintId;
use firsthand_domain::verb::{Log, RecordAnswer, SendReply, TagCause, Verb};
use firsthand_storage::complaints;
use serde_json::json;

use crate::client::{fresh, in_turn};
use crate::world::{World, open};
use crate::{Outcome, table};

/// As many as can be done at once.
const MANY: usize = 200;

/// So many complaints of the reader that lack nothing to be closed.
async fn closable(world: &World<'_>, count: usize) -> Outcome<Vec<ComplaintId>> {
    let database = open(&world.url).await?;
    let by = world.reader.id;
    let log: Log = serde_json::from_value(json!({
        "channel": "phone", "narrative": "It came late.", "customer": { "name": "Ana", "phone": "+84 1" },
    }))?;
    let tag: TagCause =
        serde_json::from_value(json!({ "cause": "late", "role": "primary", "confidence": "confirmed" }))?;
    let reply: SendReply = serde_json::from_value(json!({
        "kind": "substantive", "channel": "phone", "body": "This is what we found.", "delivered": true,
    }))?;
    let answer: RecordAnswer = serde_json::from_value(json!({ "answer": "accepted", "channel": "phone" }))?;
    let decide = serde_json::from_value(json!({ "outcome": "upheld", "reasons": "we looked" }))?;
    let verbs =
        [Verb::Decide(decide), Verb::TagCause(tag), Verb::SendReply(reply), Verb::RecordAnswer(answer)];
    let made = database.change(move |unit| {
        let (log, verbs) = (log.clone(), verbs.clone());
        Box::pin(async move {
            let mut made = Vec::with_capacity(count);
            for _ in 0..count {
                let id = complaints::log(unit, by, &log).await?.id;
                for verb in &verbs {
                    complaints::perform(unit, Some(by), id, verb, None).await?;
                }
                made.push(id);
            }
            Ok(made)
        })
    });
    let made = made.await?;
    database.close().await;
    Ok(made)
}

/// How long it takes in one call, and one by one: the middle of so many rounds.
pub(crate) async fn closed(world: &World<'_>, address: &str, rounds: usize) -> Outcome<(Duration, Duration)> {
    let (mut many, mut single) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let made = closable(world, 2 * MANY).await?;
        let (first, second) = made.split_at(MANY);
        let rows: Vec<_> = first.iter().map(|id| json!({ "id": id })).collect();
        let body = json!({ "verb": "close", "reason": "all said", "complaints": rows }).to_string();
        let key = fresh();
        let request = World::post_once(&world.token, "/api/v1/complaints/bulk", &body, key);
        let began = Instant::now();
        let told = in_turn(address, &[request]).await?;
        many.push(began.elapsed());
        if !told.contains("\"refused\":0") {
            return Err("not every complaint was closed".into());
        }
        let one = json!({ "reason": "all said" }).to_string();
        let requests: Vec<String> = (key + 1..)
            .zip(second)
            .map(|(key, id)| {
                World::post_once(&world.token, &format!("/api/v1/complaints/{id}/close"), &one, key)
            })
            .collect();
        let began = Instant::now();
        in_turn(address, &requests).await?;
        single.push(began.elapsed());
    }
    many.sort_unstable();
    single.sort_unstable();
    let middle = |times: &[Duration]| times.get(times.len() / 2).copied().unwrap_or_default();
    Ok((middle(&many), middle(&single)))
}

/// As the table tells it.
pub(crate) fn told((many, single): (Duration, Duration)) -> String {
    let millis = |time: Duration| table::millis(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    let ratio = millis(many) / millis(single).max(0.001);
    format!("{:.0} / {:.0} ms, **{ratio:.2}**", millis(many), millis(single))
}

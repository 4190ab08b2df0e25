//! Other programs that are told what happens: administrators say who, and see what became of it.

use firsthand_domain::Refusal;
use firsthand_domain::id::StaffId;
use firsthand_domain::webhook::{NewWebhook, Target};
use firsthand_storage::webhooks::{self, Webhook, telling};
use firsthand_storage::{Future, Result, Unit};
use serde_json::json;
use uuid::Uuid;

use super::verbs::Empty;
use crate::call::{Answer, Call};
use crate::json;
use crate::json::webhooks as told;
use crate::problem::Problem;
use crate::webhooks::{Message, answered};
use crate::write::{Done, Ran, write, write_telling};

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let items = webhooks::list(&mut connection.tx()).await?.into_iter().map(told::Webhook::from).collect();
    Ok(Answer::ok(&json::Page { items, next: None })?)
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let found = read(&call).await?;
    let version = found.version;
    Ok(Answer::ok(&told::Webhook::from(found))?.at_version(version))
}

async fn read(call: &Call) -> Result<Webhook, Problem> {
    let id = call.id()?;
    let mut connection = call.connection().await?;
    let found = webhooks::by_id(&mut connection.tx(), id).await?;
    call.keep(connection);
    Ok(found.ok_or(Refusal::NotFound)?)
}

pub(crate) async fn deliveries(call: Call) -> Result<Answer, Problem> {
    let limit = call.query.limit()?;
    let before = call.query.read("cursor", "expected the `next` of the page before", |v| v.parse().ok())?;
    let id = read(&call).await?.id;
    let mut connection = call.connection().await?;
    let rows = webhooks::deliveries(&mut connection.tx(), id, before, limit + 1).await?;
    let items = rows.into_iter().map(told::WebhookDelivery::from).collect();
    Ok(Answer::ok(&json::Page::cut(items, limit, |d: &told::WebhookDelivery| d.id.to_string()))?)
}

/// An address that could never be reached is refused when it is given; and again whenever it is used.
async fn reachable(call: &Call, target: &Target) -> Result<(), Problem> {
    let checked = call.app.reach.check(target).await;
    checked.map(drop).map_err(|why| Problem::field("url", why.expected()))
}

/// The secret is in the first answer and nowhere else, as with tokens.
pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let (body, caller): (NewWebhook, _) = (call.body()?, call.caller()?.id);
    reachable(&call, body.url.target()).await?;
    let secret = (call.app.settings.new_token)();
    let kept = secret.clone();
    let (answer, ran) = write_telling(&call, move |unit| {
        let (body, secret) = (body.clone(), kept.clone());
        Box::pin(async move {
            let added = webhooks::add(unit, caller, &body, &secret).await?;
            let (version, location) = (added.version, format!("/api/v1/webhooks/{}", added.id));
            let untold = told::WebhookWithSecret { webhook: added.into(), secret: None };
            Ok(Done::plain(Answer::made(&untold, location)?.at_version(version)))
        })
    })
    .await?;
    with_secret(answer, ran, &secret)
}

pub(crate) async fn rotate(call: Call) -> Result<Answer, Problem> {
    let (id, version, caller) = (call.id()?, call.version()?, call.caller()?.id);
    let Empty {} = call.body()?;
    let secret = (call.app.settings.new_token)();
    let kept = secret.clone();
    let (answer, ran) = write_telling(&call, move |unit| {
        let secret = kept.clone();
        Box::pin(async move {
            let rotated = webhooks::rotate(unit, caller, id, &secret, version).await?;
            let version = rotated.version;
            let untold = told::WebhookWithSecret { webhook: rotated.into(), secret: None };
            Ok(Done::plain(Answer::ok(&untold)?.at_version(version)))
        })
    })
    .await?;
    with_secret(answer, ran, &secret)
}

fn with_secret(answer: Answer, ran: Ran, secret: &str) -> Result<Answer, Problem> {
    if ran == Ran::Before {
        return Ok(answer);
    }
    let mut told: serde_json::Value = serde_json::from_str(&answer.body)?;
    if let Some(fields) = told.as_object_mut() {
        fields.insert("secret".to_owned(), json!(secret));
    }
    Ok(Answer { body: told.to_string(), ..answer })
}

pub(crate) async fn amend(call: Call) -> Result<Answer, Problem> {
    let (id, version, caller) = (call.id()?, call.version()?, call.caller()?.id);
    let body: NewWebhook = call.body()?;
    reachable(&call, body.url.target()).await?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move { done(webhooks::amend(unit, caller, id, &body, version).await?) })
    })
    .await
}

pub(crate) async fn disable(call: Call) -> Result<Answer, Problem> {
    step(call, |unit, by, id, version| Box::pin(webhooks::turn_off(unit, by, id, version))).await
}

pub(crate) async fn enable(call: Call) -> Result<Answer, Problem> {
    step(call, |unit, by, id, version| Box::pin(webhooks::turn_on(unit, by, id, version))).await
}

pub(crate) async fn skip(call: Call) -> Result<Answer, Problem> {
    step(call, |unit, by, id, version| Box::pin(webhooks::skip(unit, by, id, version))).await
}

async fn step<F>(call: Call, step: F) -> Result<Answer, Problem>
where
    F: for<'u, 'c> Fn(&'u mut Unit<'c>, StaffId, Uuid, Option<i64>) -> Future<'u, Result<Webhook>>
        + Copy
        + Send
        + Sync
        + 'static,
{
    let (id, version, caller) = (call.id()?, call.version()?, call.caller()?.id);
    let Empty {} = call.body()?;
    write(&call, move |unit| Box::pin(async move { done(step(unit, caller, id, version).await?) })).await
}

fn done(webhook: Webhook) -> Result<Done> {
    let version = webhook.version;
    Ok(Done::plain(Answer::ok(&told::Webhook::from(webhook))?.at_version(version)))
}

/// Sends a test now, and tells what came of it: the status, and nothing else of the answer.
pub(crate) async fn test(call: Call) -> Result<Answer, Problem> {
    let Empty {} = call.body()?;
    let webhook = read(&call).await?;
    let (id, now) = (webhook.id, call.app.database.now());
    let secrets = {
        let mut connection = call.connection().await?;
        webhooks::secrets(&mut connection.tx(), id, now).await?
    };
    let target = Target::parse(&webhook.url).map_err(Problem::internal)?;
    let message = Message::test(id, (call.app.settings.new_id)(), now)?;
    let (taken, answer) = answered(call.app.reach.send(&target, &secrets, now, &message).await);
    write(&call, move |unit| {
        let answer = answer.clone();
        Box::pin(async move {
            telling::tested(unit, id, taken, &answer).await?;
            Ok(Done::plain(Answer::ok(&told::WebhookTested { taken, answer })?))
        })
    })
    .await
}

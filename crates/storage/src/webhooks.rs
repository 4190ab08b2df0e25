//! Other programs that are told what happens: who they are, and what became of what was sent to them.
//!
//! A trigger writes the number of each fact into a feed, in the transaction of the fact; each target keeps how far in the
//! feed it was told ([`telling`]). So what is told is what was committed, and whoever writes waits for nobody who is told.

pub mod telling;

use firsthand_domain::Refusal;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::time::Timestamp;
use firsthand_domain::webhook::{FactKind, MOST, NewWebhook};
use serde_json::json;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Error, Result, staff_acts};

statements! {
    INSERT = same(
        "insert into webhook (id, version, recipient, country, purpose, url, kinds, with_text, secret, secret_at, state, \
         created_at, created_by, told, attempts, next_try_at, leased_until) values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, \
         'on', $9, $10, $11, 0, 0, 0)"
    );
    COUNT = same("select count(*) from webhook");
    LIST = same(
        "select w.id, w.version, w.recipient, w.country, w.purpose, w.url, w.kinds, w.with_text, w.secret_at, w.state, \
         w.created_at, w.created_by, s.name as creator, w.told, w.failing_since, w.attempts, w.next_try_at \
         from webhook w join staff s on s.id = w.created_by order by w.id"
    );
    BY_ID = same(
        "select w.id, w.version, w.recipient, w.country, w.purpose, w.url, w.kinds, w.with_text, w.secret_at, w.state, \
         w.created_at, w.created_by, s.name as creator, w.told, w.failing_since, w.attempts, w.next_try_at \
         from webhook w join staff s on s.id = w.created_by where w.id = $1"
    );
    SECRETS = same("select secret, secret_before, secret_at from webhook where id = $1");
    AMEND = same(
        "update webhook set version = version + 1, recipient = $3, country = $4, purpose = $5, url = $6, kinds = $7, \
         with_text = $8, next_try_at = 0 where id = $1 and version = $2"
    );
    /// Whoever sends now finds that it may not go on.
    OFF = same("update webhook set version = version + 1, state = 'off', leased_by = null where id = $1");
    ON = same(
        "update webhook set version = version + 1, state = 'on', told = $2, failing_since = null, attempts = 0, \
         next_try_at = 0, leased_by = null, leased_until = 0 where id = $1"
    );
    ROTATE = same(
        "update webhook set version = version + 1, secret_before = secret, secret = $2, secret_at = $3 where id = $1"
    );
    GIVE_UP = same(
        "update webhook_delivery set state = 'given_up' where webhook = $1 and state = 'failing'"
    );
    HEAD = same("select max(number) from webhook_delivery where webhook = $1 and state <> 'sent' and number > $2");
    /// Not the largest there is, which goes away when everybody was told.
    END = same("select coalesce(max(number), 0) from fact_feed");
    TOLD = same("select coalesce(max(told), 0) from webhook");
    DELIVERIES = same(
        "select d.id, d.complaint, c.reference, d.seq, d.kind, d.state, d.attempts, d.first_at, d.last_at, d.answer \
         from webhook_delivery d left join complaint c on c.id = d.complaint where d.webhook = $1 and d.id < $2 \
         order by d.id desc limit $3"
    );
    STOPPED = same("select count(*) from webhook where state = 'stopped'");
}

/// Who is told of facts, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Told.
    On,
    /// Not told, because an administrator says so.
    Off,
    /// Not told, because nothing came through for a day; what was not told waits.
    Stopped,
}

impl State {
    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Stopped => "stopped",
        }
    }

    fn read(code: &str) -> Self {
        match code {
            "on" => Self::On,
            "stopped" => Self::Stopped,
            _ => Self::Off,
        }
    }
}

row! {
    struct WebhookRow {
        id: Uuid,
        version: i64,
        recipient: String,
        country: String,
        purpose: String,
        url: String,
        kinds: String,
        with_text: bool,
        secret_at: i64,
        state: String,
        created_at: i64,
        created_by: Uuid,
        creator: String,
        told: i64,
        failing_since: Option<i64>,
        attempts: i64,
        next_try_at: i64,
    }
}

/// A target, without its secret.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Which.
    pub id: Uuid,
    /// One more with each change.
    pub version: i64,
    /// Who receives it.
    pub recipient: String,
    /// In which country.
    pub country: String,
    /// What for.
    pub purpose: String,
    /// Where.
    pub url: String,
    /// Which kinds of facts; none for every kind.
    pub kinds: Vec<String>,
    /// Whether what people wrote goes along.
    pub with_text: bool,
    /// Since when its secret is what it is.
    pub secret_at: Timestamp,
    /// Whether it is told.
    pub state: State,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: (StaffId, String),
    /// How far in the feed it was told.
    pub told: i64,
    /// Since when nothing comes through.
    pub failing_since: Option<Timestamp>,
    /// How often it was tried since.
    pub attempts: i64,
    /// When it is tried again.
    pub next_try_at: Timestamp,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = Error;

    fn try_from(row: WebhookRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            version: row.version,
            recipient: row.recipient,
            country: row.country,
            purpose: row.purpose,
            url: row.url,
            kinds: serde_json::from_str(&row.kinds)?,
            with_text: row.with_text,
            secret_at: Timestamp::from_micros(row.secret_at),
            state: State::read(&row.state),
            created_at: Timestamp::from_micros(row.created_at),
            created_by: (StaffId(row.created_by), row.creator),
            told: row.told,
            failing_since: row.failing_since.map(Timestamp::from_micros),
            attempts: row.attempts,
            next_try_at: Timestamp::from_micros(row.next_try_at),
        })
    }
}

/// What became of one message.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Which.
    pub id: Uuid,
    /// The fact; nothing for a test.
    pub fact: Option<(ComplaintId, String, i64)>,
    /// Its kind; `test` for a test.
    pub kind: String,
    /// `sent`, `failing` or `given_up`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When first.
    pub first_at: Timestamp,
    /// When last.
    pub last_at: Timestamp,
    /// The status it was answered with, or why there is none.
    pub answer: String,
}

row! {
    struct DeliveryRow {
        id: Uuid,
        complaint: Option<Uuid>,
        reference: Option<String>,
        seq: i64,
        kind: String,
        state: String,
        attempts: i64,
        first_at: i64,
        last_at: i64,
        answer: String,
    }
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        let fact = row.complaint.zip(row.reference);
        Self {
            id: row.id,
            fact: fact.map(|(id, reference)| (ComplaintId(id), reference, row.seq)),
            kind: row.kind,
            state: row.state,
            attempts: row.attempts,
            first_at: Timestamp::from_micros(row.first_at),
            last_at: Timestamp::from_micros(row.last_at),
            answer: row.answer,
        }
    }
}

/// Every target, the first made first.
///
/// # Errors
/// The database could not, or a row does not read back.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Webhook>> {
    let rows: Vec<WebhookRow> = all!(tx, LIST)?;
    rows.into_iter().map(Webhook::try_from).collect()
}

/// One target.
///
/// # Errors
/// The database could not, or the row does not read back.
pub async fn by_id(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Webhook>> {
    let row: Option<WebhookRow> = find!(tx, BY_ID, id)?;
    row.map(Webhook::try_from).transpose()
}

/// How many were given up on.
///
/// # Errors
/// The database could not.
pub async fn stopped(tx: &mut Tx<'_>) -> Result<i64> {
    let row: Option<(i64,)> = find!(tx, STOPPED)?;
    Ok(row.map_or(0, |row| row.0))
}

/// What became of what was sent to a target, the latest first, before one of them.
///
/// # Errors
/// The database could not.
pub async fn deliveries(
    tx: &mut Tx<'_>,
    id: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows: Vec<DeliveryRow> = all!(tx, DELIVERIES, id, before.unwrap_or(Uuid::max()), limit)?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// What is sent to a target is signed with these: the secret, and for a day the one before.
///
/// # Errors
/// The database could not.
pub async fn secrets(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<Vec<String>> {
    const BOTH_MINUTES: i64 = 24 * 60;
    let row: Option<(String, Option<String>, i64)> = find!(tx, SECRETS, id)?;
    let (secret, before, at) = row.ok_or(Refusal::NotFound)?;
    let both = now < Timestamp::from_micros(at).plus_minutes(BOTH_MINUTES);
    Ok(std::iter::once(secret).chain(before.filter(|_| both)).collect())
}

fn kinds(asked: &[FactKind]) -> Result<String> {
    let mut kinds: Vec<&str> = asked.iter().map(|kind| kind.code()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Ok(serde_json::to_string(&kinds)?)
}

/// The present end of the feed.
async fn end(unit: &mut Unit<'_>) -> Result<i64> {
    let end: Option<(i64,)> = find!(&mut unit.tx, END)?;
    let told: Option<(i64,)> = find!(&mut unit.tx, TOLD)?;
    Ok(end.unwrap_or_default().0.max(told.unwrap_or_default().0))
}

/// Takes a target: it is told of what happens from now on.
///
/// # Errors
/// There are too many, or the database could not.
pub async fn add(unit: &mut Unit<'_>, by: StaffId, new: &NewWebhook, secret: &str) -> Result<Webhook> {
    let count: Option<(i64,)> = find!(&mut unit.tx, COUNT)?;
    if count.is_some_and(|(count,)| usize::try_from(count).is_ok_and(|count| count >= MOST)) {
        return Err(Refusal::field("url", "expected no more than 50 webhooks").into());
    }
    let (id, now, end) = (unit.new_id(), unit.now.micros(), end(unit).await?);
    run!(
        &mut unit.tx,
        INSERT,
        id,
        new.recipient.as_str(),
        new.country.as_str(),
        new.purpose.as_str(),
        new.url.as_str(),
        kinds(&new.kinds)?,
        new.with_text,
        secret,
        now,
        by.0,
        end
    )?;
    noted(unit, by, id, "webhook_added").await
}

/// Puts other values in the place of those of a target.
///
/// # Errors
/// There is no such target, the version is stale, or the database could not.
pub async fn amend(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: Uuid,
    new: &NewWebhook,
    version: Option<i64>,
) -> Result<Webhook> {
    let present = checked(unit, id, version).await?;
    let amended = run!(
        &mut unit.tx,
        AMEND,
        id,
        present.version,
        new.recipient.as_str(),
        new.country.as_str(),
        new.purpose.as_str(),
        new.url.as_str(),
        kinds(&new.kinds)?,
        new.with_text
    )?;
    if amended != 1 {
        return Err(Refusal::Stale { version: present.version }.into());
    }
    noted(unit, by, id, "webhook_changed").await
}

async fn checked(unit: &mut Unit<'_>, id: Uuid, version: Option<i64>) -> Result<Webhook> {
    let present = by_id(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
    if version.is_some_and(|version| version != present.version) {
        return Err(Refusal::Stale { version: present.version }.into());
    }
    Ok(present)
}

/// Tells a target nothing any more; what happens meanwhile is never told to it.
///
/// # Errors
/// There is no such target, the version is stale, or the database could not.
pub async fn turn_off(unit: &mut Unit<'_>, by: StaffId, id: Uuid, version: Option<i64>) -> Result<Webhook> {
    let present = checked(unit, id, version).await?;
    if present.state == State::Off {
        return Ok(present);
    }
    run!(&mut unit.tx, OFF, id)?;
    noted(unit, by, id, "webhook_off").await
}

/// Tells a target again: one that was turned off from now on, one that was given up on from where it stopped.
///
/// # Errors
/// There is no such target, the version is stale, or the database could not.
pub async fn turn_on(unit: &mut Unit<'_>, by: StaffId, id: Uuid, version: Option<i64>) -> Result<Webhook> {
    let present = checked(unit, id, version).await?;
    let told = if present.state == State::Off { end(unit).await? } else { present.told };
    run!(&mut unit.tx, ON, id, told)?;
    noted(unit, by, id, "webhook_on").await
}

/// Leaves out the message that does not come through, and goes on with the next.
///
/// # Errors
/// There is no such target, nothing fails, the version is stale, or the database could not.
pub async fn skip(unit: &mut Unit<'_>, by: StaffId, id: Uuid, version: Option<i64>) -> Result<Webhook> {
    let present = checked(unit, id, version).await?;
    let head: Option<(Option<i64>,)> = find!(&mut unit.tx, HEAD, id, present.told)?;
    let head = head.and_then(|row| row.0).filter(|_| present.state != State::Off);
    let head = head.ok_or_else(|| {
        Refusal::field("id", "expected a webhook with a message that does not come through")
    })?;
    run!(&mut unit.tx, GIVE_UP, id)?;
    run!(&mut unit.tx, ON, id, head)?;
    noted(unit, by, id, "webhook_skipped").await
}

/// Gives a target another secret; the one before signs beside it for a day.
///
/// # Errors
/// There is no such target, the version is stale, or the database could not.
pub async fn rotate(
    unit: &mut Unit<'_>,
    by: StaffId,
    id: Uuid,
    secret: &str,
    version: Option<i64>,
) -> Result<Webhook> {
    checked(unit, id, version).await?;
    run!(&mut unit.tx, ROTATE, id, secret, unit.now.micros())?;
    noted(unit, by, id, "webhook_secret").await
}

/// The target as it is now, with the act in the log of administrators.
async fn noted(unit: &mut Unit<'_>, by: StaffId, id: Uuid, act: &str) -> Result<Webhook> {
    let present = by_id(&mut unit.tx, id).await?.ok_or(Refusal::NotFound)?;
    let body = json!({ "webhook": id, "recipient": present.recipient, "country": present.country,
                       "with_text": present.with_text });
    staff_acts::note(unit, Some(by), act, None::<StaffId>, &body).await?;
    Ok(present)
}

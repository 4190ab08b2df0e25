//! What pages ask by themselves, so that they stay true while they are open; and what asks the reader for something.

use std::collections::BTreeMap;

use askama::Template;
use firsthand_domain::time::Timestamp;
use firsthand_storage::notices::{self, Told};
use serde_json::json;

use super::rows::customer_name_of;
use super::{Frame, html};
use crate::api::live as api;
use crate::call::{Answer, Call};
use crate::live::{Doing, stream, words};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, form, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/events", Reader, stream).asks(&["after", "watch"]).frameless().by_itself(),
        page("/counts", Reader, counts).by_itself(),
        form("/complaints/{reference}/presence", Reader, be_here).frameless().by_itself(),
        page("/notifications", Reader, show),
        form("/notifications/read", Reader, read).frameless(),
    ]
}

/// Who else is at a complaint, for the reader of its page.
pub(super) fn here(call: &Call, f: &Frame, complaint: firsthand_domain::id::ComplaintId) -> String {
    let mut others = call.app.live.here.at(complaint, (call.app.settings.micros)());
    others.retain(|present| !f.is_me(present.id));
    words(f, &others)
}

/// The figures of the frame, as they are shown.
async fn counts(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "", "frame-desk");
    let mut shown: BTreeMap<&str, String> =
        f.views().into_iter().map(|view| (view.code, view.count)).collect();
    shown.insert("waiting", f.waiting().unwrap_or_default());
    shown.insert("unread", f.unread());
    shown.insert("bell", f.bell());
    Ok(Answer::ok(&shown)?)
}

async fn be_here(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let doing = match form.get("doing") {
        "writing" => Doing::Writing,
        "looking" => Doing::Looking,
        "away" => Doing::Away,
        _ => return Err(Problem::field("doing", "expected one of away, looking, writing")),
    };
    api::say(&call, call.param("reference"), doing).await?;
    Ok(Answer::ok(&json!({}))?)
}

/// One line of the page.
struct Line {
    words: String,
    link: String,
    subject: String,
    lang: String,
    unread: bool,
    iso: String,
    exact: String,
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct NotificationsPage {
    f: Frame,
    lines: Vec<Line>,
    any_new: bool,
    /// Up to when this page tells.
    up_to: String,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let now = call.app.database.now();
    let all = notices::list(&mut connection.tx(), call.caller()?, now, notices::MOST).await?;
    drop(connection);
    let f = Frame::new(&call, "notifications", "live-notifications");
    let lines: Vec<Line> = all.into_iter().map(|told| line(&f, told)).collect();
    let any_new = lines.iter().any(|line| line.unread);
    html(&NotificationsPage { lines, any_new, up_to: now.to_string(), f })
}

fn line(f: &Frame, told: Told) -> Line {
    let key = format!("live-{}", told.kind.code().replace('_', "-"));
    let who = match &told.by {
        Some((_, name)) => name.clone(),
        None => f.say("frame-system").into_owned(),
    };
    let customer = customer_name_of(f, told.customer.as_deref());
    let words = f.tell(
        &key,
        [("who", who.into()), ("reference", told.reference.clone().into()), ("customer", customer.into())],
    );
    let link = match (told.kind, told.seq) {
        (firsthand_domain::code::NoticeKind::AwardWaits, _) => "/approvals".to_owned(),
        (_, Some(seq)) => format!("/complaints/{}#h{seq}", told.reference),
        (_, None) => format!("/complaints/{}", told.reference),
    };
    Line {
        words,
        link,
        subject: told.summary.unwrap_or_default(),
        lang: super::rows::other_lang(f, told.language.as_deref()),
        unread: told.unread,
        iso: f.iso(told.at),
        exact: f.exact(told.at),
    }
}

async fn read(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let expected = "expected an instant, as the page gave it";
    let up_to = form.filled("up_to").map(Timestamp::parse).transpose();
    let up_to = up_to.map_err(|_| Problem::field("up_to", expected))?;
    api::mark_read(&call, up_to).await?;
    Ok(Answer::see_other("/notifications"))
}

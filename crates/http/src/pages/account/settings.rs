//! One's own settings: how the desk looks, how one signs in, where one is signed in, tokens for programs.

use std::borrow::Cow;

use askama::Template;
use firsthand_domain::code::NoticeKind;
use firsthand_storage::{accounts, attempts, notices, sessions, tokens};
use serde_json::{Value, json};

use super::entering::enter;
use super::first::chosen;
use super::guesses::Attempt;
use super::{Faults, confirm, limited};
use crate::call::{Answer, Call};
use crate::pages::{Frame, html};
use crate::password::{LONGEST, SHORTEST, SHORTEST_OF_TWO};
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, form, page};
use firsthand_storage::hex;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/settings", Reader, shown).asks(&["done"]),
        form("/settings/looks", Reader, looks),
        form("/settings/notifications", Reader, told),
        form("/settings/password", Reader, password),
        form("/settings/sessions/end", Reader, end_session),
        form("/settings/sessions/end-all", Reader, end_every_session),
        form("/settings/tokens", Reader, make_token),
        form("/settings/tokens/revoke", Reader, revoke_token),
    ]
}

/// A session, as it stands in the list.
struct Place {
    hash: String,
    browser: String,
    seen: String,
    here: bool,
}

/// A token, as it stands in the list.
struct Token {
    hash: String,
    name: String,
    since: String,
}

/// A kind of notification.
struct Notice {
    code: &'static str,
    words: Cow<'static, str>,
    told: bool,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    f: Frame,
    /// What was done just now, in words.
    done: Option<String>,
    wrong: Faults,
    language: String,
    /// For the browser, which keeps passwords by it.
    email: String,
    shortest: usize,
    second_factor: bool,
    notices: Vec<Notice>,
    places: Vec<Place>,
    tokens: Vec<Token>,
    /// A token that was made just now.
    token: Option<String>,
    token_name: String,
    reads_log: bool,
}

/// Reads what the page shows.
async fn read(call: &Call) -> Result<SettingsPage, Problem> {
    let (me, own) = (call.caller()?, call.signed_in()?);
    let (account, open, kept, muted) = {
        let mut connection = call.connection().await?;
        let mut tx = connection.tx();
        let account = accounts::of(&mut tx, me.id).await?;
        let (open, kept) = (sessions::of(&mut tx, me.id).await?, tokens::of(&mut tx, me.id).await?);
        (account, open, kept, notices::muted(&mut tx, me.id).await?)
    };
    let f = Frame::new(call, "settings", "frame-settings");
    let over = |seen: firsthand_domain::time::Timestamp| f.now >= seen.plus_minutes(sessions::IDLE_MINUTES);
    let place = |s: &sessions::Own| Place {
        hash: hex(&s.hash),
        browser: browser(s.agent.as_deref()).unwrap_or_else(|| f.say("account-browser").into_owned()),
        seen: f.moment(s.seen_at),
        here: s.hash == own.session.hash,
    };
    let token = |t: &tokens::Token| Token {
        hash: hex(&t.hash),
        name: t.name.clone().unwrap_or_else(|| f.say("account-token-unnamed").into_owned()),
        since: f.day(t.created_at),
    };
    let notice = |kind: &NoticeKind| Notice {
        code: kind.code(),
        words: f.word("account-told", kind.code()),
        told: !muted.contains(kind),
    };
    let second_factor = account.totp.is_some();
    Ok(SettingsPage {
        done: None,
        wrong: Faults::default(),
        language: own.session.language.clone().unwrap_or_default(),
        email: me.email.clone(),
        shortest: if second_factor { SHORTEST_OF_TWO } else { SHORTEST },
        second_factor,
        notices: NoticeKind::ALL.iter().map(notice).collect(),
        places: open.iter().filter(|s| !over(s.seen_at)).map(place).collect(),
        tokens: kept.iter().map(token).collect(),
        token: None,
        token_name: String::new(),
        reads_log: crate::rights::Right::AdminOrAuditor.admits(me).is_ok(),
        f,
    })
}

/// A browser and its system by the names people know, from what it calls itself.
fn browser(agent: Option<&str>) -> Option<String> {
    let agent = agent?;
    let of = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let name = of(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ])?;
    let system = of(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    Some(system.map_or_else(|| name.to_owned(), |system| format!("{name}, {system}")))
}

/// Sets the page's own choice of what was done, if it is one of ours.
fn done(f: &Frame, what: &str) -> Option<String> {
    let key = match what {
        "looks" => "account-done-looks",
        "notifications" => "account-done-notifications",
        "password" => "account-done-password",
        "second-factor" => "account-done-second-factor",
        "no-second-factor" => "account-done-no-second-factor",
        "sessions" => "account-done-sessions",
        "token" => "account-done-token",
        _ => return None,
    };
    Some(f.say(key).into_owned())
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let mut page = read(&call).await?;
    page.done = call.query.get("done").and_then(|what| done(&page.f, what));
    html(&page)
}

async fn looks(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let chosen = json!({
        "language": form.filled("language"),
        "theme": form.filled("theme"),
        "density": form.filled("density"),
        "single_keys": form.get("single_keys") == "on",
    });
    call.ask("/api/v1/me/looks", &chosen, None, None).await?;
    Ok(Answer::see_other("/settings?done=looks"))
}

/// What is not ticked is muted.
async fn told(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let told: Vec<&str> = form.all("told").collect();
    let muted = NoticeKind::ALL.iter().map(|kind| kind.code()).filter(|code| !told.contains(code));
    let muted = json!({ "kinds": muted.collect::<Vec<_>>() });
    call.ask("/api/v1/me/muted", &muted, None, None).await?;
    Ok(Answer::see_other("/settings?done=notifications"))
}

async fn again(call: &Call, status: u16, wrong: Faults) -> Result<Answer, Problem> {
    Ok(Answer { status, ..html(&SettingsPage { wrong, ..read(call).await? })? })
}

async fn password(call: Call) -> Result<Answer, Problem> {
    let (form, me) = (call.form()?, call.caller()?.clone());
    let f = Frame::new(&call, "settings", "frame-settings");
    let old = form.get("password");
    if old.chars().count() > LONGEST {
        return again(&call, 422, Faults::one("password", f.say("account-long"))).await;
    }
    let account = accounts::of(&mut call.connection().await?.tx(), me.id).await?;
    let new = match chosen(&form, &[&me.name, &me.email], account.totp.is_some(), &f) {
        Ok(new) => new,
        Err(wrong) => return again(&call, 422, wrong).await,
    };
    let attempt = match Attempt::begin(&call, &me.email).await {
        Ok(attempt) => attempt,
        Err(problem) if problem.kind.status == 429 => {
            let answer = again(&call, 429, Faults::one("password", limited(&problem, &f))).await?;
            return Ok(problem.header.into_iter().fold(answer, |a, (name, value)| a.header(name, value)));
        }
        Err(problem) => return Err(problem),
    };
    if !call.app.passwords.fits(old, account.password.as_deref()).await? {
        return again(&call, 422, Faults::one("password", f.say("account-password-wrong"))).await;
    }
    let (counted, phc) = (attempt.was_right(&call), call.app.passwords.keep(&call.app, &new).await?);
    let changed = call.app.database.change(move |unit| {
        let phc = phc.clone();
        Box::pin(async move {
            attempts::succeeded(unit, &counted).await?;
            accounts::change_password(unit, me.id, &phc).await
        })
    });
    changed.await?;
    // The own session goes on under another number.
    Ok(enter(&call, me.id, false, None).await?.told(Answer::see_other("/settings?done=password")))
}

/// The hash a button names.
fn named(text: &str) -> Vec<u8> {
    let digit = |at: usize| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    (0..text.len() / 2).map_while(|n| digit(n * 2)).collect()
}

async fn end_session(call: Call) -> Result<Answer, Problem> {
    let (hash, id) = (named(call.form()?.get("session")), call.caller()?.id);
    let ended = call.app.database.change(move |unit| {
        let hash = hash.clone();
        Box::pin(async move { sessions::end_own(unit, id, &hash).await })
    });
    ended.await?;
    Ok(Answer::see_other("/settings?done=sessions"))
}

async fn end_every_session(call: Call) -> Result<Answer, Problem> {
    let id = call.caller()?.id;
    call.app
        .database
        .change(move |unit| Box::pin(async move { sessions::end_all(unit, id, None).await }))
        .await?;
    Ok(Answer::see_other("/sign-in").header("set-cookie", crate::session::no_cookie(&call.app)))
}

async fn make_token(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let form = call.form()?;
    let name = form.get("name").to_owned();
    let path = format!("/api/v1/staff/{}/tokens", call.caller()?.id);
    let body = json!({ "name": form.filled("name") });
    match call.ask(&path, &body, Some(form.get("_key")), None).await {
        Ok(made) => {
            let told: Value = serde_json::from_str(&made.body)?;
            let mut page = read(&call).await?;
            page.token = told.get("token").and_then(Value::as_str).map(str::to_owned);
            html(&page)
        }
        Err(problem) => {
            let mut page = read(&call).await?;
            page.wrong = Faults::told(&problem, &page.f, "name");
            page.token_name = name;
            Ok(Answer { status: problem.kind.status, ..html(&page)? })
        }
    }
}

async fn revoke_token(call: Call) -> Result<Answer, Problem> {
    let (hash, id) = (named(call.form()?.get("revoked")), call.caller()?.id);
    let revoked = call.app.database.change(move |unit| {
        let hash = hash.clone();
        Box::pin(async move { tokens::revoke(unit, id, &hash).await })
    });
    revoked.await?;
    Ok(Answer::see_other("/settings?done=token"))
}

//! Signing in and out, and what happens to a form whose session is over.

use askama::Template;
use firsthand_domain::contact::Email;
use firsthand_storage::{accounts, sessions, staff};

use super::entering::enter;
use super::guesses::Attempt;
use super::kept::{Kept, local, send_after};
use super::second_factor;
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, html};
use crate::password::LONGEST;
use crate::problem::Problem;
use crate::query::encode;
use crate::rights::Right::{Public, Reader};
use crate::routes::{Route, form, page};
use crate::session;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/sign-in", Public, shown).asks(&["next"]),
        form("/sign-in", Public, sent),
        form("/sign-out", Reader, leave),
    ]
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage {
    f: Frame,
    email: String,
    next: String,
    /// What was wrong with the last try.
    wrong: Option<String>,
    /// Nobody is at the desk yet.
    nobody: bool,
    /// What was being sent when the session ended.
    kept: Kept,
}

async fn shown(call: Call) -> Result<Answer, Problem> {
    let next = local(call.query.get("next").unwrap_or("/")).to_owned();
    if call.session.as_ref().is_some_and(|s| !s.session.half) {
        return Ok(Answer::see_other(next));
    }
    let nobody = !staff::any(&mut call.connection().await?.tx()).await?;
    let f = Frame::new(&call, "", "account-sign-in");
    html(&SignInPage { f, email: String::new(), next, wrong: None, nobody, kept: Kept::default() })
}

/// The session is over, or there was none: sign in, then go on. What was being sent is kept on the page.
pub(crate) fn session_over(call: &Call) -> Result<Answer, Problem> {
    if call.method == "GET" {
        let next = if call.path == "/" { String::new() } else { format!("?next={}", encode(&call.path)) };
        return Ok(Answer::see_other(format!("/sign-in{next}")));
    }
    let kept = Kept::now(call)?;
    let f = Frame::new(call, "", "account-sign-in");
    let wrong = Some(f.say("account-session-over").into_owned());
    let page = SignInPage { f, email: String::new(), next: "/".to_owned(), wrong, nobody: false, kept };
    Ok(Answer { status: 401, ..html(&page)? })
}

/// The page again, with everything that was on it but the password.
fn again(call: &Call, form: &Form, problem: Option<Problem>) -> Result<Answer, Problem> {
    let f = Frame::new(call, "", "account-sign-in");
    let (status, words, header) = match problem {
        None => (401, f.say("account-wrong").into_owned(), None),
        Some(problem) => (problem.kind.status, super::limited(&problem, &f), problem.header),
    };
    let page = SignInPage {
        f,
        email: form.get("email").to_owned(),
        next: local(form.get("next")).to_owned(),
        wrong: Some(words),
        nobody: false,
        kept: Kept::under(call, form).unwrap_or_default(),
    };
    let answer = Answer { status, ..html(&page)? };
    Ok(header.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value)))
}

async fn sent(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let (email, password) = (form.get("email"), form.get("password"));
    if password.chars().count() > LONGEST {
        return again(&call, &form, Some(Problem::field("password", "expected at most 128 characters")));
    }
    let attempt = match Attempt::begin(&call, email).await {
        Ok(attempt) => attempt,
        Err(problem) if matches!(problem.kind.status, 429 | 503) => {
            return again(&call, &form, Some(problem));
        }
        Err(problem) => return Err(problem),
    };
    let known = match Email::parse(email) {
        Ok(address) => accounts::by_email(&mut call.connection().await?.tx(), &address).await?,
        Err(_) => None,
    };
    let kept = known.as_ref().and_then(|known| known.password.clone());
    let fits = match call.app.passwords.fits(password, kept.as_deref()).await {
        Ok(fits) => fits,
        Err(problem) if problem.kind.status == 503 => return again(&call, &form, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let Some(known) = known.filter(|_| fits) else { return again(&call, &form, None) };
    let account = attempt.was_right(&call);
    let entered = enter(&call, known.staff, known.second_factor, Some(account)).await?;
    let answer = if known.second_factor {
        second_factor::asked(&call, &form, &entered.session)?
    } else {
        go_on(&call, &form, &entered.session)?
    };
    Ok(entered.told(answer))
}

/// After signing in: to where one wanted to go, or to what one was sending.
pub(super) fn go_on(call: &Call, form: &Form, session: &session::SignedIn) -> Result<Answer, Problem> {
    match Kept::under(call, form) {
        Some(kept) => send_after(call, session, kept),
        None => Ok(Answer::see_other(local(form.get("next")))),
    }
}

async fn leave(call: Call) -> Result<Answer, Problem> {
    let hash = call.signed_in()?.session.hash;
    call.app.database.change(move |unit| Box::pin(async move { sessions::end(unit, &hash).await })).await?;
    Ok(Answer::see_other("/sign-in").header("set-cookie", session::no_cookie(&call.app)))
}

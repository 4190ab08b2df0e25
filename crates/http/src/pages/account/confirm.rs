//! Before acts that matter the password is asked for again, unless it was shown in the last five minutes.

use askama::Template;
use firsthand_storage::{accounts, attempts, sessions};

use super::guesses::Attempt;
use super::kept::Kept;
use super::limited;
use crate::call::{Answer, Call};
use crate::pages::{Frame, html};
use crate::password::LONGEST;
use crate::problem::Problem;
use crate::query::Query;
use crate::query::encode;
use crate::rights::Right::Reader;
use crate::router::Found;
use crate::routes::{Route, form};

/// A password shown counts for so long.
const MINUTES: i64 = 5;

pub(super) fn routes() -> Vec<Route> {
    vec![form("/confirm", Reader, confirmed)]
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    f: Frame,
    /// For the browser, which keeps passwords by it.
    email: String,
    kept: Kept,
    wrong: Option<String>,
}

/// The page that asks for the password first, when it has to be.
pub(in crate::pages) fn first(call: &Call) -> Result<Option<Answer>, Problem> {
    let confirmed_at = call.signed_in()?.session.confirmed_at;
    if call.app.database.now() < confirmed_at.plus_minutes(MINUTES) {
        return Ok(None);
    }
    page(call, Kept::now(call)?, None).map(Some)
}

fn page(call: &Call, kept: Kept, wrong: Option<String>) -> Result<Answer, Problem> {
    let (f, email) = (Frame::new(call, "", "account-confirm"), call.caller()?.email.clone());
    html(&ConfirmPage { f, email, kept, wrong })
}

async fn confirmed(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let Some(kept) = Kept::under(&call, &form) else { return Ok(Answer::see_other("/")) };
    let (me, f) = (call.caller()?.clone(), Frame::new(&call, "", "account-confirm"));
    let password = form.get("password");
    if password.chars().count() > LONGEST {
        let words = Some(f.say("account-long").into_owned());
        return Ok(Answer { status: 422, ..page(&call, kept, words)? });
    }
    let attempt = match Attempt::begin(&call, &me.email).await {
        Ok(attempt) => attempt,
        Err(problem) if problem.kind.status == 429 => {
            let answer = Answer { status: 429, ..page(&call, kept, Some(limited(&problem, &f)))? };
            return Ok(problem.header.into_iter().fold(answer, |a, (name, value)| a.header(name, value)));
        }
        Err(problem) => return Err(problem),
    };
    let account = accounts::of(&mut call.connection().await?.tx(), me.id).await?;
    if !call.app.passwords.fits(password, account.password.as_deref()).await? {
        let words = Some(f.say("account-password-wrong").into_owned());
        return Ok(Answer { status: 401, ..page(&call, kept, words)? });
    }
    let (counted, hash) = (attempt.was_right(&call), call.signed_in()?.session.hash);
    let noted = call.app.database.change(move |unit| {
        Box::pin(async move {
            attempts::succeeded(unit, &counted).await?;
            sessions::confirm(unit, &hash).await
        })
    });
    noted.await?;
    go_on(call, kept).await
}

/// Does what the kept form asks, as if it had come just now.
async fn go_on(call: Call, kept: Kept) -> Result<Answer, Problem> {
    let app = std::sync::Arc::clone(&call.app);
    let Found::Route(route, params) = app.router.find("POST", &kept.to) else {
        return Ok(Answer::see_other("/"));
    };
    route.right.admits(call.caller()?)?;
    let mut session = call.session.clone();
    if let Some(session) = &mut session {
        session.session.confirmed_at = app.database.now();
    }
    let pairs: Vec<_> = kept.fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
    let again = Call {
        session,
        right: route.right,
        path: kept.to.clone(),
        params,
        query: Query::default(),
        body: pairs.join("&").into_bytes(),
        ..call
    };
    (route.handler)(again).await
}

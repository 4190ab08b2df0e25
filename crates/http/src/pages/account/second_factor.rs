//! The second factor: asked for at sign-in, turned on with a first code, turned off with the password.

use askama::Template;
use firsthand_storage::{accounts, second_factor};
use sha2::{Digest as _, Sha256};

use super::entering::enter;
use super::guesses::Attempt;
use super::kept::{Kept, local};
use super::sign_in::go_on;
use super::{confirm, limited};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right::{Public, Reader};
use crate::routes::{Route, form};
use crate::session::SignedIn;
use crate::totp;
use firsthand_storage::hex;

pub(super) fn routes() -> Vec<Route> {
    vec![
        form("/sign-in/code", Public, answered),
        form("/settings/second-factor", Reader, begin),
        form("/settings/second-factor/on", Reader, turn_on),
        form("/settings/second-factor/off", Reader, turn_off),
    ]
}

#[derive(Template)]
#[template(path = "second-factor.html")]
struct CodePage {
    f: Frame,
    next: String,
    wrong: Option<String>,
    kept: Kept,
}

/// The password was right; now the code is asked for.
pub(super) fn asked(call: &Call, form: &Form, half: &SignedIn) -> Result<Answer, Problem> {
    page(call, form, half, None)
}

fn page(call: &Call, form: &Form, half: &SignedIn, wrong: Option<String>) -> Result<Answer, Problem> {
    let mut f = Frame::of(&call.app, Some(half), &call.headers, call.request_id);
    f.title = f.say("account-second-factor").into_owned();
    let next = local(form.get("next")).to_owned();
    html(&CodePage { f, next, wrong, kept: Kept::under(call, form).unwrap_or_default() })
}

async fn answered(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let Some(half) = call.session.clone().filter(|s| s.session.half) else {
        return Ok(Answer::see_other("/sign-in"));
    };
    let (staff, f) = (half.staff().clone(), Frame::new(&call, "", "account-second-factor"));
    let attempt = match Attempt::begin(&call, &staff.email).await {
        Ok(attempt) => attempt,
        Err(problem) if problem.kind.status == 429 => {
            let answer = page(&call, &form, &half, Some(limited(&problem, &f)))?;
            let answer = Answer { status: 429, ..answer };
            return Ok(problem.header.into_iter().fold(answer, |a, (name, value)| a.header(name, value)));
        }
        Err(problem) => return Err(problem),
    };
    let secret = accounts::of(&mut call.connection().await?.tx(), staff.id).await?.totp.unwrap_or_default();
    let step = totp::step_of(&secret, form.get("one_time"), call.app.database.now());
    let fresh = match step {
        Some(step) => {
            let id = staff.id;
            let used = call
                .app
                .database
                .change(move |unit| Box::pin(async move { second_factor::use_step(unit, id, step).await }));
            used.await?
        }
        None => false,
    };
    if !fresh {
        let wrong = Some(f.say("account-code-wrong").into_owned());
        return Ok(Answer { status: 401, ..page(&call, &form, &half, wrong)? });
    }
    let account = attempt.was_right(&call);
    let entered = enter(&call, staff.id, false, Some(account)).await?;
    let answer = go_on(&call, &form, &entered.session)?;
    Ok(entered.told(answer))
}

#[derive(Template)]
#[template(path = "second-factor-on.html")]
struct TurnOnPage {
    f: Frame,
    side: i32,
    path: String,
    spelled: String,
    /// The secret, so that the code is held to the one that was shown.
    secret: String,
    wrong: Option<String>,
}

fn turn_on_page(call: &Call, secret: &[u8], wrong: Option<String>) -> Result<Answer, Problem> {
    let f = Frame::new(call, "settings", "account-second-factor");
    let address = totp::address(secret, &call.caller()?.email);
    let (side, path) = totp::picture(&address).unwrap_or_default();
    html(&TurnOnPage { f, side, path, spelled: totp::spelled(secret), secret: hex(secret), wrong })
}

async fn begin(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let chance = Sha256::digest((call.app.settings.new_token)());
    let secret = chance.get(..totp::SECRET).unwrap_or_default().to_vec();
    let (id, offered) = (call.caller()?.id, secret.clone());
    let kept = call.app.database.change(move |unit| {
        let offered = offered.clone();
        Box::pin(async move { second_factor::offer(unit, id, &offered).await })
    });
    kept.await?;
    turn_on_page(&call, &secret, None)
}

async fn turn_on(call: Call) -> Result<Answer, Problem> {
    let (form, id) = (call.form()?, call.caller()?.id);
    let offered = accounts::of(&mut call.connection().await?.tx(), id).await?.totp_offered;
    // Begun in another tab since, or never: one begins anew.
    let Some(secret) = offered.filter(|secret| hex(secret) == form.get("secret")) else {
        return Ok(Answer::see_other("/settings"));
    };
    let Some(step) = totp::step_of(&secret, form.get("one_time"), call.app.database.now()) else {
        let f = Frame::new(&call, "settings", "account-second-factor");
        let wrong = Some(f.say("account-code-wrong").into_owned());
        return Ok(Answer { status: 422, ..turn_on_page(&call, &secret, wrong)? });
    };
    let done = call.app.database.change(move |unit| {
        let secret = secret.clone();
        Box::pin(async move { second_factor::turn_on(unit, id, step, &secret).await })
    });
    done.await?;
    Ok(enter(&call, id, false, None).await?.told(Answer::see_other("/settings?done=second-factor")))
}

async fn turn_off(call: Call) -> Result<Answer, Problem> {
    if let Some(first) = confirm::first(&call)? {
        return Ok(first);
    }
    let id = call.caller()?.id;
    let done = call
        .app
        .database
        .change(move |unit| Box::pin(async move { second_factor::turn_off(unit, id).await }));
    done.await?;
    Ok(enter(&call, id, false, None).await?.told(Answer::see_other("/settings?done=no-second-factor")))
}

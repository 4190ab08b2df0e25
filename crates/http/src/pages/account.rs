//! Signing in and out, and what happens to a form whose session is over.

use askama::Template;
use firsthand_domain::contact::Email;
use firsthand_storage::{accounts, sessions};

use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::form::Form;
use crate::problem::Problem;
use crate::rights::Right::{Public, Reader};
use crate::routes::{Route, form, page};
use crate::session;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/sign-in", Public, sign_in).asks(&["next"]),
        form("/sign-in", Public, enter),
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
    /// What was being sent when the session ended.
    kept: Vec<(String, String)>,
    /// And where.
    kept_for: String,
}

#[derive(Template)]
#[template(path = "send-again.html")]
struct SendAgainPage {
    f: Frame,
    to: String,
    fields: Vec<(String, String)>,
}

/// A path on this desk and nowhere else; the desk itself for anything that is none.
pub(super) fn local(path: &str) -> &str {
    let inside = path.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    if inside && !path.chars().any(|c| c.is_control() || c == '\\') { path } else { "/" }
}

async fn sign_in(call: Call) -> Result<Answer, Problem> {
    let next = local(call.query.get("next").unwrap_or("/")).to_owned();
    let f = Frame::new(&call, "", "account-sign-in");
    html(&SignInPage { f, email: String::new(), next, wrong: None, kept: Vec::new(), kept_for: String::new() })
}

/// The session is over, or there was none: sign in, then go on. What was being sent is kept on the page.
pub(crate) fn session_over(call: &Call) -> Result<Answer, Problem> {
    if call.method == "GET" {
        let next = if call.path == "/" { String::new() } else { format!("?next={}", encode(&call.path)) };
        return Ok(Answer::see_other(format!("/sign-in{next}")));
    }
    let form = call.form()?;
    let f = Frame::new(call, "", "account-sign-in");
    let wrong = Some(f.say("account-session-over").into_owned());
    let kept = kept_fields(&form);
    let kept_for = call.path.clone();
    let page = SignInPage { f, email: String::new(), next: "/".to_owned(), wrong, kept, kept_for };
    Ok(Answer { status: 401, ..html(&page)? })
}

fn kept_fields(form: &Form) -> Vec<(String, String)> {
    form.every().filter(|(name, _)| *name != "_token").map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

/// A form of an earlier session: shown again, to be sent by the person who is signed in now.
pub(crate) fn send_again(call: &Call) -> Result<Answer, Problem> {
    let fields = kept_fields(&call.form()?);
    let f = Frame::new(call, "", "account-send-again");
    Ok(Answer { status: 403, ..html(&SendAgainPage { f, to: call.path.clone(), fields })? })
}

/// Percent-encodes a path so that it can stand in a query.
pub(super) fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

async fn enter(call: Call) -> Result<Answer, Problem> {
    let form = call.form()?;
    let (email, password) = (form.get("email").to_owned(), form.get("password"));
    let known = match Email::parse(&email) {
        Ok(address) => accounts::by_email(&mut call.app.database.read().await?.tx(), &address).await?,
        Err(_) => None,
    };
    let kept = known.as_ref().and_then(|known| known.password.clone());
    let fits = call.app.passwords.fits(password, kept.as_deref()).await?;
    let Some(known) = known.filter(|_| fits) else {
        let f = Frame::new(&call, "", "account-sign-in");
        let wrong = Some(f.say("account-wrong").into_owned());
        let kept_for = form.get("kept_for").to_owned();
        let page = SignInPage { f, email, next: local(form.get("next")).to_owned(), wrong, kept: kept_under(&form), kept_for };
        return Ok(Answer { status: 401, ..html(&page)? });
    };
    let number = (call.app.settings.new_token)();
    let (hash, staff) = (session::hash_of(&number), known.staff);
    let agent: Option<String> = call.headers.user_agent.as_ref().map(|a| a.chars().take(200).collect());
    let before = call.session.as_ref().map(|s| s.session.hash);
    let begun = call.app.database.change(move |unit| {
        let agent = agent.clone();
        Box::pin(async move {
            if let Some(before) = before {
                sessions::end(unit, &before).await?;
            }
            sessions::begin(unit, &hash, staff, known.second_factor, agent.as_deref()).await
        })
    });
    begun.await?;
    Ok(go_on(&call, &form, &number))
}

/// After signing in: to where one wanted to go, or to what one was sending.
fn go_on(call: &Call, form: &Form, number: &str) -> Answer {
    Answer::see_other(local(form.get("next"))).header("set-cookie", session::cookie(&call.app, number))
}

/// The fields that a form carries for another.
fn kept_under(form: &Form) -> Vec<(String, String)> {
    form.every()
        .filter_map(|(name, value)| Some((name.strip_prefix("kept:")?.to_owned(), value.to_owned())))
        .collect()
}

async fn leave(call: Call) -> Result<Answer, Problem> {
    let hash = call.signed_in()?.session.hash;
    call.app.database.change(move |unit| Box::pin(async move { sessions::end(unit, &hash).await })).await?;
    Ok(Answer::see_other("/sign-in").header("set-cookie", session::no_cookie(&call.app)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_to_a_path_of_this_desk_and_nowhere_else() {
        for (asked, path) in [("/complaints?q=a", "/complaints?q=a"), ("/", "/")] {
            assert_eq!(local(asked), path);
        }
        for elsewhere in ["//evil", "/\\evil", "https:evil", "https://evil", "", "/a\r\nb", "evil", "/a\\b"] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(encode("/a b?ü"), "/a%20b%3F%C3%BC");
    }
}

//! A form whose session was over, or that has to be confirmed: its fields go along until they can be sent.

use askama::Template;

use crate::call::{Answer, Call};
use crate::form::Form;
use crate::pages::{Frame, html};
use crate::problem::Problem;
use crate::rights::Right;
use crate::router::Found;
use crate::routes::Face;
use crate::session::SignedIn;

/// What is typed anew and stands on no page.
const SECRET: &[&str] = &["_token", "password", "new_password", "again", "one_time"];

/// A form on its way.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// Where it is sent.
    pub(super) to: String,
    /// Its fields.
    pub(super) fields: Vec<(String, String)>,
}

impl Kept {
    /// The form that has just come.
    pub(super) fn now(call: &Call) -> Result<Self, Problem> {
        Ok(Self { to: call.path.clone(), fields: call.form()?.every().filter_map(open).collect() })
    }

    /// The form that another carries, if it goes to a page of ours that takes one.
    pub(super) fn under(call: &Call, form: &Form) -> Option<Self> {
        let to = form.get("kept_for");
        let taken = match call.app.router.find("POST", to) {
            Found::Route(route, _) => route.face == Face::Person && route.right != Right::Public,
            _ => false,
        };
        let carried = form.every().filter_map(|(name, value)| open((name.strip_prefix("kept:")?, value)));
        taken.then(|| Self { to: to.to_owned(), fields: carried.collect() })
    }
}

fn open((name, value): (&str, &str)) -> Option<(String, String)> {
    (!SECRET.contains(&name)).then(|| (name.to_owned(), value.to_owned()))
}

#[derive(Template)]
#[template(path = "send-again.html")]
struct SendAgainPage {
    f: Frame,
    kept: Kept,
}

/// A form of an earlier session: shown again, to be sent by the person who is signed in now.
pub(crate) fn send_again(call: &Call) -> Result<Answer, Problem> {
    if call.right == Right::Public {
        // Signing in needs no second look: the page for it is shown anew.
        return Ok(Answer::see_other("/sign-in"));
    }
    let f = Frame::new(call, "", "account-send-again");
    Ok(Answer { status: 403, ..html(&SendAgainPage { f, kept: Kept::now(call)? })? })
}

/// The same for who has signed in just now.
pub(super) fn send_after(call: &Call, session: &SignedIn, kept: Kept) -> Result<Answer, Problem> {
    let mut f = Frame::of(&call.app, Some(session), &call.headers, call.request_id);
    f.title = f.say("account-send-again").into_owned();
    html(&SendAgainPage { f, kept })
}

/// A path on this desk and nowhere else; the desk itself for anything that is none.
pub(in crate::pages) fn local(path: &str) -> &str {
    let inside = path.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    if inside && !path.chars().any(|c| c.is_control() || c == '\\') { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_44_one_goes_on_to_a_path_of_this_desk_and_nowhere_else() {
        for (asked, path) in [("/complaints?q=a", "/complaints?q=a"), ("/", "/")] {
            assert_eq!(local(asked), path);
        }
        for elsewhere in
            ["//evil", "/\\evil", "https:evil", "https://evil", "", "/a\r\nb", "evil", "/a\\b", "/%0d%0a\n"]
        {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
    }
}

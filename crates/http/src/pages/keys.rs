//! The sheet of keys: a page of its own, which the script shows in a dialog.

use std::borrow::Cow;

use askama::Template;

use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right;
use crate::routes::{Route, page};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/keys", Right::Reader, show)]
}

/// Every key and what it does.
const KEYS: [(&[&str], &str); 17] = [
    (&["/"], "search"),
    (&["n"], "new"),
    (&["j"], "next"),
    (&["k"], "previous"),
    (&["o"], "open"),
    (&["v"], "look"),
    (&["x"], "choose"),
    (&["Shift", "X"], "choose-range"),
    (&["y"], "accept"),
    (&["Shift", "Y"], "decline"),
    (&["a"], "approve"),
    (&["r"], "refuse"),
    (&["q"], "ask"),
    (&["g", "d"], "desk"),
    (&["g", "l"], "list"),
    (&["g", "a"], "approvals"),
    (&["?"], "help"),
];

struct Key {
    signs: &'static [&'static str],
    does: Cow<'static, str>,
}

#[derive(Template)]
#[template(path = "list-keys.html")]
struct KeysPage {
    f: Frame,
    keys: Vec<Key>,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "keys", "list-keys");
    let keys = KEYS.into_iter().map(|(signs, does)| Key { signs, does: f.word("list-key", does) }).collect();
    html(&KeysPage { f, keys })
}

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

/// A key as it is pressed, and what it does.
type Row = (&'static [&'static str], &'static str);

/// Where keys act, and every one of them.
const SHEET: [(&str, &[Row]); 3] = [
    (
        "everywhere",
        &[
            (&["Ctrl", "K"], "palette"),
            (&["/"], "search"),
            (&["n"], "new"),
            (&["Shift", "N"], "new-of"),
            (&["g", "d"], "desk"),
            (&["g", "l"], "list"),
            (&["g", "c"], "causes"),
            (&["g", "a"], "approvals"),
            (&["Ctrl", "Enter"], "send"),
            (&["?"], "help"),
        ],
    ),
    (
        "rows",
        &[
            (&["j"], "next"),
            (&["k"], "previous"),
            (&["o"], "open"),
            (&["v"], "look"),
            (&["x"], "choose"),
            (&["Shift", "X"], "choose-range"),
            (&["."], "copy"),
            (&["y"], "accept"),
            (&["Shift", "Y"], "decline"),
            (&["a"], "approve"),
            (&["r"], "refuse"),
            (&["q"], "ask"),
        ],
    ),
    (
        "complaint",
        &[
            (&["j"], "next-message"),
            (&["k"], "previous-message"),
            (&["r"], "reply"),
            (&["c"], "note"),
            (&["h"], "hand-over"),
            (&["s"], "stage"),
            (&["p"], "severity"),
            (&["t"], "cause"),
            (&["m"], "compensation"),
            (&["g", "g"], "compensation"),
            (&["e"], "close"),
            (&["Shift", "E"], "close-next"),
            (&["y"], "accept"),
            (&["Shift", "Y"], "decline"),
            (&["."], "copy"),
            (&[":", ":"], "texts"),
            (&["Esc"], "leave"),
        ],
    ),
];

struct Key {
    signs: &'static [&'static str],
    does: Cow<'static, str>,
}

struct Part {
    title: Cow<'static, str>,
    keys: Vec<Key>,
}

#[derive(Template)]
#[template(path = "list-keys.html")]
struct KeysPage {
    f: Frame,
    parts: Vec<Part>,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    let f = Frame::new(&call, "keys", "list-keys");
    let key = |(signs, does): &Row| Key { signs, does: f.word("list-key", does) };
    let part = |(place, keys): (&str, &[Row])| Part {
        title: f.word("list-keys", place),
        keys: keys.iter().map(key).collect(),
    };
    let parts = SHEET.into_iter().map(part).collect();
    html(&KeysPage { f, parts })
}

//! What goes wrong, as a page in the reader's language.

use askama::Template;
use uuid::Uuid;

use super::{Frame, HTML};
use crate::call::Answer;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    f: Frame,
    words: String,
    request_id: Option<Uuid>,
}

/// A problem as a page.
pub(crate) fn shown(mut f: Frame, problem: &Problem, request_id: Uuid) -> Answer {
    let status = problem.kind.status;
    let (title, words) = match status {
        404 | 405 => ("frame-not-found", f.say("frame-not-found-words").into_owned()),
        401 | 403 => ("frame-forbidden", problem.words(&f)),
        429 => ("frame-too-many", f.say("frame-too-many-words").into_owned()),
        503 => ("frame-busy", f.say("frame-busy-words").into_owned()),
        500..=599 => ("frame-failed", f.say("frame-failed-words").into_owned()),
        409 | 412 | 422 => ("frame-bad", problem.words(&f)),
        _ => ("frame-bad", f.say("frame-bad-words").into_owned()),
    };
    f.title = f.say(title).into_owned();
    let request_id = (status == 500).then_some(request_id);
    let page = ProblemPage { f, words, request_id };
    // A page that cannot be written says so in the plainest way there is.
    let body = page.render().unwrap_or_else(|_| page.words.clone());
    Answer { status, ..Answer::text(HTML, body) }
}

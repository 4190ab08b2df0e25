//! Problems in progress, in words: what is done about them and what customers are told.

use firsthand_domain::corrective_action::Action;
use firsthand_storage::known::Known;

use crate::speech::Speech;

/// How far an action is, and by when or since when.
pub(super) fn progress(speech: &Speech, action: &Action) -> String {
    let state = speech.word("action-state", action.state.code());
    let when = match action.implemented_at {
        Some(at) => speech.with("actions-since", "day", speech.date_of(at)),
        None => speech.with("actions-due", "day", speech.date_of(action.terms.due_at)),
    };
    format!("{state} · {when}")
}

/// What to say of a problem to a customer of that language, else as the reader reads: the tag and the words.
pub(super) fn saying<'k>(
    speech: &Speech,
    known: &'k Known,
    theirs: Option<&str>,
) -> Option<(&'k str, &'k str)> {
    let wanted: Vec<&str> = theirs.into_iter().chain([speech.lang()]).collect();
    known.problem.about.saying(&wanted)
}

//! Who is asking: the first administrator, signing in and out, one's own settings.

pub(super) mod confirm;
mod entering;
mod first;
mod guesses;
mod kept;
mod second_factor;
mod settings;
mod sign_in;

use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Speech;

pub(in crate::pages) use kept::local;
pub(crate) use kept::send_again;
pub(crate) use sign_in::session_over;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = sign_in::routes();
    routes.extend(first::routes());
    routes.extend(second_factor::routes());
    routes.extend(confirm::routes());
    routes.extend(settings::routes());
    routes
}

/// What is wrong with a form, by field, in words.
#[derive(Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    /// One thing.
    pub(super) fn one(field: &str, words: impl Into<String>) -> Self {
        Self(vec![(field.to_owned(), words.into())])
    }

    /// What a problem says, beside the field it names; beside `otherwise` when it names none.
    pub(super) fn told(problem: &Problem, speech: &Speech, otherwise: &str) -> Self {
        let field = match problem.refusal() {
            Some(
                firsthand_domain::Refusal::Field { field, .. } | firsthand_domain::Refusal::Taken { field },
            ) => field,
            _ => otherwise,
        };
        Self::one(field, problem.words(speech))
    }

    /// The words for a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, words)| words.as_str())
    }

    /// Is nothing wrong?
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Why an attempt was not looked at, in words: how long to wait, or that there is nothing so long.
fn limited(problem: &Problem, speech: &Speech) -> String {
    let seconds = problem.header.as_ref().filter(|(name, _)| *name == "retry-after");
    match (problem.kind.status, seconds.and_then(|(_, value)| value.parse::<u64>().ok())) {
        (429, Some(seconds)) => speech.with("account-wait", "minutes", seconds.div_ceil(60)),
        (422, _) => speech.say("account-long").into_owned(),
        _ => problem.words(speech),
    }
}

#[cfg(test)]
mod tests;

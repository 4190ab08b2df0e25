//! Problems in progress, as whoever is on the telephone needs them.

use firsthand_domain::code::{ActionState, ProblemState};
use firsthand_domain::id::{ActionId, ProblemId};
use firsthand_domain::time::Timestamp;
use firsthand_storage::known::Known;
use schemars::JsonSchema;
use serde::Serialize;

/// A problem in progress that a complaint may be one of.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KnownProblem {
    /// Which.
    id: ProblemId,
    /// In one line.
    title: String,
    /// Where it stands.
    state: ProblemState,
    /// What to say to the customer meanwhile; null where nobody has written it.
    say: Option<Saying>,
    /// What is being done about it; null while nothing is decided.
    action: Option<Fix>,
}

/// What to say, and in which language it is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SayingInOneLanguage")]
struct Saying {
    /// The tag of the language.
    language: String,
    /// The words.
    text: String,
}

/// An action that is on its way.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ActionInProgress")]
struct Fix {
    /// Which.
    id: ActionId,
    /// In one line.
    title: String,
    /// Where it stands.
    state: ActionState,
    /// Until when it is to be in place.
    due_at: Timestamp,
}

impl KnownProblem {
    pub(crate) fn of(known: Known, wanted: &[&str]) -> Self {
        let Known { problem, action } = known;
        let say = problem.about.saying(wanted);
        let say = say.map(|(language, text)| Saying { language: language.to_owned(), text: text.to_owned() });
        let action = action.map(|a| Fix {
            id: a.id,
            title: a.terms.title.clone(),
            state: a.state,
            due_at: a.terms.due_at,
        });
        Self { id: problem.id, state: problem.state, say, action, title: problem.title }
    }
}

//! Everything that can go wrong, as the caller reads it (RFC 9457). The only place that knows status codes of refusals.

mod sentences;

use firsthand_domain::Refusal;
use firsthand_storage::Error;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A kind of problem: its name, status, title, and what it means.
pub(crate) struct Kind {
    /// As in `/problems/<name>`.
    pub(crate) name: &'static str,
    /// The status it is answered with.
    pub(crate) status: u16,
    /// In a few words.
    pub(crate) title: &'static str,
    /// What it means and what to do.
    pub(crate) meaning: &'static str,
}

const fn kind(status: u16, name: &'static str, title: &'static str, meaning: &'static str) -> Kind {
    Kind { name, status, title, meaning }
}

/// Every kind of problem there is.
pub(crate) const KINDS: &[Kind] = &[
    kind(
        400,
        "not-json",
        "Not JSON",
        "The body could not be read as JSON. The sentence says where the reading stopped.",
    ),
    kind(
        400,
        "invalid-header",
        "A header is wrong",
        "A header of the request does not have the form that is expected.",
    ),
    kind(
        401,
        "unauthenticated",
        "No valid token",
        "The request needs `Authorization: Bearer TOKEN` with a token of a person who works here.",
    ),
    kind(403, "read-only", "You may read, not write", "Auditors read everything and write nothing."),
    kind(403, "not-yours", "Not yours to do", "The verb belongs to others; `allowed` names them."),
    kind(
        403,
        "complained-about",
        "You are complained about",
        "The person complained about takes no part in the complaint.",
    ),
    kind(
        403,
        "kept-away",
        "You are kept away",
        "The complaint is about handling in which you or your team took part.",
    ),
    kind(
        403,
        "not-the-receiver",
        "Not offered to you",
        "Only the person something was offered to answers the offer.",
    ),
    kind(
        403,
        "another-decider",
        "Another decider is needed",
        "A new cycle is decided by someone who has not decided before; `deciders` names those who have.",
    ),
    kind(
        403,
        "second-person-needed",
        "A second person is needed",
        "Voiding takes someone other than the logger and the first contact.",
    ),
    kind(
        404,
        "not-found",
        "Not found",
        "There is no such thing, or you may not know of it. Both look the same.",
    ),
    kind(
        405,
        "method-not-allowed",
        "Method not allowed",
        "The address exists, but not for this method; the header `Allow` names those that work.",
    ),
    kind(
        409,
        "wrong-stage",
        "Out of place at this stage",
        "The complaint stands at `stage`; the verb has its place at one of `allowed`.",
    ),
    kind(
        409,
        "handoff-pending",
        "A handoff is pending",
        "One handoff at a time: the one named waits for its answer.",
    ),
    kind(
        409,
        "handoff-over",
        "The handoff is over",
        "It has been answered, taken back, or has lapsed; `state` says which.",
    ),
    kind(
        409,
        "arbitration-needed",
        "Arbitration is needed",
        "Declined too often: a lead assigns the handling now.",
    ),
    kind(
        409,
        "succession-over",
        "The succession is over",
        "It has been answered or taken back; `state` says which.",
    ),
    kind(
        409,
        "reply-over",
        "The reply is settled",
        "It has reached the customer, or failed to; `state` says which.",
    ),
    kind(
        409,
        "promise-over",
        "The promise is past this",
        "It is in `state`; the verb has its place in one of `allowed`.",
    ),
    kind(
        409,
        "cannot-close",
        "Not ready to close",
        "Everything that is missing is in `missing`, with the ids beside it.",
    ),
    kind(
        409,
        "open-promises",
        "Promises are open",
        "Promises made or broken stand in the way; `open_promises` names them.",
    ),
    kind(
        409,
        "attempts-missing",
        "Too few attempts",
        "The customer has not been tried often enough, or not on enough channels or days.",
    ),
    kind(409, "already-answered", "Already answered", "The customer has already answered in this cycle."),
    kind(
        409,
        "merge-into-earlier",
        "Merge into the earlier one",
        "Complaints merge into the one received first: `earlier`.",
    ),
    kind(409, "other-closed", "The other complaint is closed", "The other complaint named must be open."),
    kind(
        409,
        "merge-loses-protection",
        "Merging would uncover it",
        "A restricted complaint, or one about a person, would become visible under the other.",
    ),
    kind(409, "not-merged", "Not merged into this one", "That complaint does not go on under this one."),
    kind(
        409,
        "unmerge-first",
        "Undo the merge first",
        "A merged complaint is taken up again by undoing the merge.",
    ),
    kind(
        409,
        "hand-over-first",
        "Hand over first",
        "The change would keep the present handler away, so the handling must move first.",
    ),
    kind(409, "reopen-window-over", "Too long closed", "Log a new complaint and link it to this one."),
    kind(409, "first-contact-left", "The first contact has left", "A succession comes first."),
    kind(409, "open-duties", "Duties are open", "The person still holds what is listed: pass it on first."),
    kind(409, "no-duty", "Holds no duty here", "The person named holds nothing on this complaint."),
    kind(409, "taken", "Taken already", "Somebody or something else has this value of `field` already."),
    kind(
        412,
        "stale",
        "Changed in the meantime",
        "The thing has changed since you read it; `version` is the present one. Read it again.",
    ),
    kind(413, "too-large", "The body is too large", "At most `limit` bytes are read."),
    kind(422, "too-deep", "Nested too deeply", "JSON is read down to `limit` levels."),
    kind(
        422,
        "invalid-field",
        "A field is wrong",
        "`field` names it and `expected` says what would be right.",
    ),
    kind(
        422,
        "not-a-receiver",
        "Cannot take this",
        "The person named in `field` cannot take the duty; `why` says why.",
    ),
    kind(
        422,
        "key-reused",
        "Idempotency key used before",
        "The same Idempotency-Key came with another request. Choose a new key.",
    ),
    kind(
        428,
        "precondition-required",
        "A version is required",
        "Send `If-Match` with the version you have seen.",
    ),
    kind(429, "too-many-requests", "Too many requests", "Wait for as long as `Retry-After` says."),
    kind(
        500,
        "internal",
        "Something went wrong here",
        "The fault is ours. Tell whoever runs the desk the request id.",
    ),
    kind(
        503,
        "unavailable",
        "Not available right now",
        "Try again after as long as `Retry-After` says, with the same Idempotency-Key.",
    ),
    kind(
        503,
        "deadline",
        "It took too long",
        "Whether the change was made is not known. Send it again with the same Idempotency-Key.",
    ),
];

/// A refusal in a sentence, for people: what stands in the way and what to do about it.
#[must_use]
pub fn explain(refusal: &firsthand_domain::Refusal) -> String {
    sentences::of(refusal)
}

/// The kind of that name.
pub(crate) fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// One problem, ready to be answered.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Which kind.
    pub(crate) name: &'static str,
    /// Its status.
    pub(crate) status: u16,
    title: &'static str,
    detail: String,
    facts: Map<String, Value>,
    /// For the log only.
    pub(crate) cause: Option<String>,
    /// Headers that belong to it: `Allow`, `Retry-After`, `WWW-Authenticate`.
    pub(crate) header: Option<(&'static str, String)>,
}

impl Problem {
    /// A problem of a kind, in a sentence for this case.
    pub(crate) fn new(name: &'static str, detail: impl Into<String>) -> Self {
        let (status, title) =
            kind_named(name).map_or((500, "Something went wrong here"), |k| (k.status, k.title));
        Self { name, status, title, detail: detail.into(), facts: Map::new(), cause: None, header: None }
    }

    /// A fact beside it.
    pub(crate) fn with(mut self, fact: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(fact.to_owned(), value.into());
        self
    }

    /// A header beside it.
    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    /// No or no valid token.
    pub(crate) fn unauthenticated(detail: &str) -> Self {
        Self::new("unauthenticated", detail).header("www-authenticate", "Bearer")
    }

    /// The address exists for other methods.
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        Self::new("method-not-allowed", format!("This address answers {allow}.")).header("allow", allow)
    }

    /// The body goes on beyond what is read.
    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new("too-large", format!("The body is larger than {limit} bytes, the most that is read."))
            .with("limit", limit)
    }

    /// A field, a query parameter or a header's value is wrong.
    pub(crate) fn field(field: impl Into<String>, expected: &str) -> Self {
        Refusal::field(field.into(), expected.to_owned()).into()
    }

    /// Our own fault; `cause` goes to the log and nowhere else.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let detail = "Something went wrong here. Tell whoever runs this desk the request id.";
        Self { cause: Some(cause.into()), ..Self::new("internal", detail) }
    }

    /// Not now, perhaps in a moment.
    pub(crate) fn unavailable(cause: impl Into<String>) -> Self {
        let detail =
            "The desk cannot do this right now. Try again in a moment, with the same Idempotency-Key.";
        let problem = Self::new("unavailable", detail).header("retry-after", "2");
        Self { cause: Some(cause.into()), ..problem }
    }

    /// The time for a request is over.
    pub(crate) fn deadline() -> Self {
        let detail = "It took too long, and whether a change was made is not known. Send it again with the same \
                      Idempotency-Key.";
        Self::new("deadline", detail).header("retry-after", "5")
    }

    /// As JSON (`application/problem+json`).
    pub(crate) fn body(&self, request_id: Uuid) -> String {
        let mut body = self.facts.clone();
        body.insert("type".to_owned(), format!("/problems/{}", self.name).into());
        body.insert("title".to_owned(), self.title.into());
        body.insert("status".to_owned(), self.status.into());
        body.insert("detail".to_owned(), self.detail.as_str().into());
        body.insert("request_id".to_owned(), json!(request_id));
        Value::Object(body).to_string()
    }

    /// As one row of a batch tells it: without a request of its own.
    pub(crate) fn as_row(&self) -> Value {
        let mut body = self.facts.clone();
        body.insert("type".to_owned(), format!("/problems/{}", self.name).into());
        body.insert("title".to_owned(), self.title.into());
        body.insert("detail".to_owned(), self.detail.as_str().into());
        Value::Object(body)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let facts = match serde_json::to_value(&refusal) {
            Ok(Value::Object(facts)) => facts,
            _ => Map::new(),
        };
        Self { facts, ..Self::new(refusal.name(), sentences::of(&refusal)) }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Unavailable(why) => Self::unavailable(why),
            // What a database says about a statement can quote what people wrote; its code cannot.
            Error::Database(inner) => Self::internal(firsthand_storage::describe(&inner)),
            other => Self::internal(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format!("an answer could not be written: {:?}", error.classify()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_problems_are_unique_and_every_error_has_a_status_of_one() {
        let mut names: Vec<_> = KINDS.iter().map(|k| k.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
        assert!(KINDS.iter().all(|k| (400..600).contains(&k.status)));
    }

    #[test]
    fn every_refusal_is_a_kind_of_problem_with_its_facts() {
        for refusal in sentences::one_of_each() {
            assert!(kind_named(refusal.name()).is_some(), "{} has no status", refusal.name());
            let problem = Problem::from(refusal);
            let body: Value = serde_json::from_str(&problem.body(Uuid::nil())).unwrap();
            assert_eq!(body["status"], problem.status);
            let detail = body["detail"].as_str().unwrap();
            assert!(detail.ends_with('.'), "{detail}");
        }
    }

    #[test]
    fn what_the_database_said_stays_in_the_log() {
        let problem = Problem::from(Error::Corrupt("complaint.stage of 7".to_owned()));
        assert_eq!(problem.status, 500);
        assert!(!problem.body(Uuid::nil()).contains("complaint.stage"));
        let away = Problem::from(Error::Unavailable("disk full".to_owned()));
        assert_eq!((away.status, away.header), (503, Some(("retry-after", "2".to_owned()))));
    }
}

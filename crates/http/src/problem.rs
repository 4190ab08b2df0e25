//! Everything that can go wrong, as the caller reads it (RFC 9457). The only place that knows status codes of refusals.

mod kinds;
mod sentences;

use firsthand_domain::Refusal;
use firsthand_storage::Error;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::speech::Speech;

pub(crate) use kinds::{KINDS, Kind, kind_named};

/// A refusal in a sentence, for people: what stands in the way and what to do about it.
#[must_use]
pub fn explain(refusal: &Refusal) -> String {
    sentences::of(refusal)
}

/// One problem, ready to be answered.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Which kind.
    pub(crate) kind: &'static Kind,
    detail: String,
    facts: Map<String, Value>,
    /// The refusal it tells of, for pages that say it in another language.
    pub(crate) refusal: Option<Box<Refusal>>,
    /// For the log only.
    pub(crate) cause: Option<Box<str>>,
    /// Headers that belong to it: `Allow`, `Retry-After`, `WWW-Authenticate`.
    pub(crate) header: Option<(&'static str, String)>,
}

impl Problem {
    /// A problem of a kind, in a sentence for this case.
    pub(crate) fn new(name: &'static str, detail: impl Into<String>) -> Self {
        let kind = kind_named(name);
        Self { kind, detail: detail.into(), facts: Map::new(), refusal: None, cause: None, header: None }
    }

    /// A fact beside it.
    pub(crate) fn with(mut self, fact: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(fact.to_owned(), value.into());
        self
    }

    fn refused(mut self, refusal: Refusal) -> Self {
        self.refusal = Some(Box::new(refusal));
        self
    }

    /// The refusal it tells of, if it tells of one.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_deref()
    }

    /// In words for people, in their language.
    pub(crate) fn words(&self, speech: &Speech) -> String {
        if let Some(step) = self.facts.get("step").and_then(Value::as_i64) {
            let words = self.refusal().map_or_else(String::new, |refusal| speech.refusal(refusal));
            return speech.with2("macros-step-refused", "step", step, "words", words);
        }
        match self.refusal() {
            Some(refusal) => speech.refusal(refusal),
            None => match self.kind.status {
                503 => speech.say("frame-busy-words").into_owned(),
                429 => speech.say("frame-too-many-words").into_owned(),
                _ => speech.say("frame-bad-words").into_owned(),
            },
        }
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

    /// A page asks by itself, and nobody is signed in any more.
    pub(crate) fn session_over() -> Self {
        Self::new("unauthenticated", "The session is over. Sign in again.")
    }

    /// A person has as many streams open as they may.
    pub(crate) fn too_many_streams(most: usize) -> Self {
        let detail =
            format!("You have {most} streams of events open, the most there may be. Close one of them.");
        Self::new("too-many-requests", detail).with("limit", most).header("retry-after", "10")
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

    /// The body comes in too slowly.
    pub(crate) fn too_slow() -> Self {
        Self::new("too-slow", "The body came in too slowly. Nothing was changed.")
    }

    /// Asked too often; in so many seconds it is worth trying again.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let detail = format!("That is too often. Try again in {seconds} seconds.");
        Self::new("too-many-requests", detail).header("retry-after", seconds.to_string())
    }

    /// A field, a query parameter or a header's value is wrong.
    pub(crate) fn field(field: impl Into<String>, expected: &str) -> Self {
        Refusal::field(field.into(), expected.to_owned()).into()
    }

    /// The change is made on a version, and none was named.
    pub(crate) fn version_needed() -> Self {
        let detail =
            "This is decided on what you have seen: send If-Match with the version you saw, as its ETag.";
        Self::new("precondition-required", detail)
    }

    /// Our own fault; `cause` goes to the log and nowhere else.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let detail = "Something went wrong here. Tell whoever runs this desk the request id.";
        Self { cause: Some(cause.into().into()), ..Self::new("internal", detail) }
    }

    /// Not now, perhaps in a moment.
    pub(crate) fn unavailable(cause: impl Into<String>) -> Self {
        let detail =
            "The desk cannot do this right now. Try again in a moment, with the same Idempotency-Key.";
        let problem = Self::new("unavailable", detail).header("retry-after", "2");
        Self { cause: Some(cause.into().into()), ..problem }
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
        body.insert("type".to_owned(), format!("/problems/{}", self.kind.name).into());
        body.insert("title".to_owned(), self.kind.title.into());
        body.insert("status".to_owned(), self.kind.status.into());
        body.insert("detail".to_owned(), self.detail.as_str().into());
        body.insert("request_id".to_owned(), json!(request_id));
        Value::Object(body).to_string()
    }

    /// As one row of a batch tells it: without a request of its own.
    pub(crate) fn as_row(&self) -> Value {
        let mut body = self.facts.clone();
        body.insert("type".to_owned(), format!("/problems/{}", self.kind.name).into());
        body.insert("title".to_owned(), self.kind.title.into());
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
        Self { facts, ..Self::new(refusal.name(), sentences::of(&refusal)).refused(refusal) }
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
            assert_eq!(kind_named(refusal.name()).name, refusal.name());
            let problem = Problem::from(refusal);
            let body: Value = serde_json::from_str(&problem.body(Uuid::nil())).unwrap();
            assert_eq!(body["status"], problem.kind.status);
            let detail = body["detail"].as_str().unwrap();
            assert!(detail.ends_with('.'), "{detail}");
        }
    }

    #[test]
    fn what_the_database_said_stays_in_the_log() {
        let problem = Problem::from(Error::Corrupt("complaint.stage of 7".to_owned()));
        assert_eq!(problem.kind.status, 500);
        assert!(!problem.body(Uuid::nil()).contains("complaint.stage"));
        let away = Problem::from(Error::Unavailable("disk full".to_owned()));
        assert_eq!((away.kind.status, away.header), (503, Some(("retry-after", "2".to_owned()))));
    }
}

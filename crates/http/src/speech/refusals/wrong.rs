//! What is wrong with a field, in the reader's language. Programs are told in English what was expected; each of those
//! sentences stands here beside the message that says the same to people.

use std::borrow::Cow;

use crate::speech::Speech;

/// How a sentence for programs begins, and the message for people. The first that fits is taken.
const EXPECTED: &[(&str, &str)] = &[
    // Files.
    ("expected at least one file", "wrong-no-file"),
    ("expected at most {AT_ONCE} files", "wrong-too-many-files"),
    ("expected at most {FILES} files", "wrong-too-many-files"),
    ("expected at most 20 files", "wrong-too-many-files"),
    ("expected each file only once", "wrong-choice"),
    ("expected a file that is not empty", "wrong-empty-file"),
    // What is told as it happens.
    ("expected the id of an event", "wrong-choice"),
    ("expected an instant, as the page gave it", "wrong-time"),
    // Other programs.
    ("expected a web address such as", "wrong-webhook-url"),
    ("expected a host on the open Internet", "wrong-webhook-url"),
    ("expected https", "wrong-webhook-url"),
    ("expected a port of webhooks.ports", "wrong-webhook-port"),
    ("expected a host that can be found", "wrong-webhook-host"),
    ("expected no more than 50 webhooks", "wrong-webhook-many"),
    ("expected the two letters of a country", "wrong-country"),
    ("expected a kind of fact", "wrong-choice"),
    ("expected a webhook with a message", "wrong-webhook-nothing"),
    // The analysis.
    ("expected a currency by its code", "wrong-currency"),
    ("expected true", "wrong-choice"),
    ("expected a row", "wrong-number"),
    ("expected UTF-8", "wrong-choice"),
    ("expected separated values", "wrong-choice"),
    ("expected a time with fewer complaints", "wrong-too-many"),
    ("expected an instant that is not before", "wrong-choice"),
    ("expected `metric` beside it", "wrong-choice"),
    ("expected to be left out beside `metric`", "wrong-choice"),
    ("expected a UTC day, as", "wrong-choice"),
    ("expected a day that is not before", "wrong-choice"),
    ("expected at most 1,100 periods", "wrong-choice"),
    ("expected open or all", "wrong-choice"),
    ("expected an alert that nobody has reviewed", "wrong-reviewed"),
    ("expected a whole number of days up to", "wrong-number"),
    ("expected a whole number of minutes", "wrong-number"),
    ("expected a share from 0 to 1", "wrong-number"),
    ("expected `counted=true`", "wrong-choice"),
    ("expected a code that causes have", "wrong-choice"),
    // Money, awards and grants. What begins as another sentence does stands before it.
    ("expected an amount in", "wrong-other-currency"),
    ("expected an amount of", "wrong-amount"),
    ("expected a smaller amount", "wrong-amount-small"),
    ("expected more than nothing", "wrong-amount-none"),
    ("expected the ISO 4217 code", "wrong-currency"),
    ("expected what the customer wants, before", "wrong-remedy"),
    ("expected to be left out: a grant under another", "wrong-document"),
    ("expected the instrument", "wrong-document"),
    ("expected a SHA-256", "wrong-sha256"),
    ("expected the id of a grant", "wrong-grant"),
    ("expected a grant that may be passed on", "wrong-not-delegable"),
    ("expected a role that writes", "wrong-holder"),
    ("expected the id of a person at the desk, or a role", "wrong-holder"),
    ("expected the id of a person, or one of agent", "wrong-holder"),
    ("expected an active person who is not an auditor", "wrong-holder"),
    ("expected at least one limit", "wrong-limit"),
    ("expected ids or codes of causes", "wrong-causes"),
    ("expected at least one type of award", "wrong-types"),
    ("expected at least one basis", "wrong-bases"),
    ("expected an instant after `valid_from`", "wrong-ends-before"),
    ("expected the amount above which", "wrong-four-eyes"),
    ("expected false: no level", "wrong-levels"),
    ("expected nothing that the parent does not allow", "wrong-wider"),
    ("expected no earlier than the parent's", "wrong-wider"),
    ("expected no later than the parent's", "wrong-wider"),
    ("expected states of awards", "wrong-choice"),
    ("expected a type of award", "wrong-choice"),
    ("expected liability, contract", "wrong-choice"),
    ("expected each complaint once", "wrong-choice"),
    ("expected 1 to 500 complaints", "wrong-number"),
    ("expected no such parameter of a list", "wrong-choice"),
    ("expected the columns complaint and reference", "wrong-columns"),
    ("expected each column once", "wrong-columns"),
    ("expected at most 50 views", "wrong-too-many-views"),
    ("expected at most 30 parameters", "wrong-choice"),
    ("expected the team that has the view", "wrong-view-team"),
    ("expected to be left out: it is shared with no team", "wrong-view-team"),
    ("expected 1 to 200 complaints", "wrong-too-many-chosen"),
    ("expected the version that is to be taken back", "wrong-no-way-back"),
    ("expected a version whose last step can be taken back", "wrong-no-way-back"),
    ("expected person, cause, unit", "wrong-choice"),
    ("expected at most eight limits", "wrong-amount"),
    ("expected a complaint that came from a file", "wrong-choice"),
    // Problems and what is done about them.
    ("expected 1 to 10000 rows", "wrong-number"),
    ("expected each day, kind", "wrong-choice"),
    ("expected 1 to 50 causes", "wrong-causes"),
    ("expected each cause only once", "wrong-causes"),
    ("expected the id of an alert", "wrong-choice"),
    ("expected at least one field to change", "wrong-nothing"),
    ("expected a day after the year 1900", "wrong-too-early"),
    ("expected a day that is not in the future", "wrong-not-yet"),
    ("expected a day after `from`", "wrong-ends-before"),
    ("expected a day within five years", "wrong-window-long"),
    ("expected days outside of the time", "wrong-baseline-trigger"),
    ("expected a day before the watch begins", "wrong-baseline-late"),
    ("expected no day after that on which the fix", "wrong-baseline-late"),
    ("expected a day after the fix and its washout", "wrong-watch-early"),
    ("expected an instant after the baseline", "wrong-implemented"),
    ("expected an instant so early that the watch", "wrong-implemented"),
    ("expected a day after the end of the watch", "wrong-watch-end"),
    ("expected a share from", "wrong-share"),
    ("expected somebody other than the", "wrong-same-person"),
    ("expected the id of a problem", "wrong-problem"),
    // Reply texts and macros. What begins as another sentence does stands before it.
    ("expected no field {", "wrong-no-such-field"),
    ("expected every field of the text filled in", "wrong-gap"),
    ("expected no more than 30 fields", "wrong-many-fields"),
    ("expected a text in one language", "wrong-no-text"),
    ("expected a version that there was", "wrong-choice"),
    ("expected no more than 10 steps", "wrong-many-steps"),
    ("expected the id of a reply text", "wrong-choice"),
    ("expected the id of a macro", "wrong-choice"),
    ("expected a macro with at least one step", "wrong-no-step"),
    ("expected a step that can still be read", "wrong-old-step"),
    // Not there at all.
    ("expected this field, which is required", "wrong-required"),
    ("expected a text that is not empty", "wrong-required"),
    ("expected the reasons of the rejection", "wrong-reasons"),
    ("expected what was looked at before giving up", "wrong-evidence"),
    ("expected what the customer is offered instead", "wrong-alternative"),
    ("expected where the customer can go next", "wrong-next-route"),
    ("expected whether the customer was reached", "wrong-reached"),
    ("expected another person: this complaint is about", "wrong-handler"),
    ("expected at least one field to assess", "wrong-nothing"),
    ("expected a name in English", "wrong-english"),
    ("expected at least one letter or digit", "wrong-nothing-to-find"),
    // Texts.
    ("expected at most", "wrong-too-long"),
    ("expected a text without the NUL character", "wrong-characters"),
    ("expected percent-encoded UTF-8", "wrong-characters"),
    ("expected 1 to 64 of a-z", "wrong-code"),
    ("expected an e-mail address", "wrong-email"),
    ("expected a telephone number", "wrong-phone"),
    ("expected a language tag", "wrong-language"),
    ("expected the code of a currency", "wrong-currency"),
    // Times.
    ("expected an existing instant", "wrong-time"),
    ("expected an instant or a UTC day", "wrong-time"),
    ("expected an existing date", "wrong-date"),
    ("expected an instant in the future", "wrong-passed"),
    ("expected an instant within a hundred years", "wrong-too-far"),
    ("expected an instant that is not in the future", "wrong-not-yet"),
    ("expected an instant after the year 1900", "wrong-too-early"),
    ("expected an instant after `from`", "wrong-ends-before"),
    // People and things.
    ("expected the id of a person", "wrong-person"),
    ("expected another active person", "wrong-substitute"),
    ("expected the id of a customer", "wrong-customer"),
    ("expected another customer", "wrong-same-customer"),
    ("expected either `id` alone", "wrong-customer-twice"),
    ("expected a customer of this complaint", "wrong-not-its-customer"),
    ("expected a point of this complaint", "wrong-not-its-point"),
    ("expected the id or code of a cause", "wrong-cause"),
    ("expected a cause that is not retired", "wrong-cause-retired"),
    ("expected another cause that is not retired", "wrong-cause-retired"),
    ("expected another cause: `unknown` and `other`", "wrong-cause-stays"),
    ("expected another cause: nothing stands under", "wrong-cause-no-branch"),
    ("expected a cause that was never tagged", "wrong-cause-tagged"),
    ("expected a cause with nothing under it: this one", "wrong-cause-branch"),
    ("expected a cause with nothing under it: retire", "wrong-cause-has-children"),
    ("expected a cause that does not stand under", "wrong-cause-circle"),
    ("expected a place not more than 6 deep", "wrong-cause-deep"),
    ("expected a complaint of the sample", "wrong-not-sampled"),
    ("expected a complaint whose cause somebody else", "wrong-rated-own"),
    ("expected only the last answer to lie outside", "wrong-why-outside"),
    ("expected an answer, or an object", "wrong-required"),
    ("expected primary: this is the primary cause already", "wrong-primary-already"),
    ("expected another complaint", "wrong-same-complaint"),
    ("expected what this complaint says", "wrong-not-said"),
    ("expected what this record says", "wrong-not-said"),
    // Choices that do not go together.
    ("expected nothing or true: the customer reached us", "wrong-reached-in"),
    ("expected substantive, progress or holding", "wrong-courtesy"),
    ("expected false: this customer has a telephone number", "wrong-posted"),
    ("expected none: only a substantive reply answers points", "wrong-points"),
    ("expected words to rank by", "wrong-nothing-to-find"),
    // One of a list.
    ("expected one of", "wrong-choice"),
    ("expected value", "wrong-choice"),
    ("expected a formatted UUID", "wrong-choice"),
    ("expected an id (a UUID)", "wrong-choice"),
    ("expected true or false", "wrong-choice"),
    ("expected a boolean", "wrong-choice"),
    ("expected a whole number", "wrong-number"),
    ("expected the number of an entry", "wrong-number"),
    // What only an old or a foreign page sends.
    ("expected no such field", "wrong-page"),
    ("expected no query parameters", "wrong-page"),
    ("expected this field only once", "wrong-page"),
    ("expected this parameter only once", "wrong-page"),
    ("expected 1 to 255 printable ASCII", "wrong-page"),
    ("expected the `next` of the page before", "wrong-page"),
    ("expected to be left out", "wrong-page"),
    ("expected a JSON object", "wrong-page"),
    ("expected an object", "wrong-page"),
    ("expected a list", "wrong-page"),
    ("expected a map", "wrong-page"),
    ("expected another value", "wrong-page"),
    ("expected a string", "wrong-page"),
    ("expected a text", "wrong-page"),
];

/// Fields that name a person, chosen from a list.
const PEOPLE: &[&str] = &["to", "from", "handler", "responsible", "about_staff", "substitute", "staff"];

/// How a sentence for programs ends, where what is filled in stands before it.
const ENDS: &[(&str, &str)] = &[
    (", which the parent allows", "wrong-wider"),
    (", the currency of the parent", "wrong-other-currency"),
    (": for another currency, propose another award", "wrong-other-currency"),
    (" of a kind: retire one first", "wrong-many-settings"),
    (" levels", "wrong-number"),
    (" days", "wrong-number"),
    ("expected 1 to 5", "wrong-number"),
];

/// The message for what was expected.
fn message(expected: &str) -> Option<&'static str> {
    if let Some((_, key)) = ENDS.iter().find(|(ends, _)| expected.ends_with(ends)) {
        return Some(key);
    }
    EXPECTED.iter().find(|(begins, _)| expected.starts_with(begins)).map(|(_, key)| *key)
}

/// The first number in a sentence.
fn number(text: &str) -> i64 {
    let digits = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap_or_default()
}

/// What stands in braces in a sentence, with them.
fn braced(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('}').filter_map(|piece| piece.get(piece.find('{')?..))
}

impl Speech {
    /// What is wrong with a field, as it is told beside it.
    pub(crate) fn wrong(&self, field: &str, expected: &str) -> String {
        match message(expected) {
            Some("wrong-choice") if PEOPLE.contains(&field) => self.say("wrong-person").into_owned(),
            Some("wrong-no-such-field") => {
                let mut fields = braced(expected);
                let first = fields.next().unwrap_or_default();
                self.with2("wrong-no-such-field", "field", first, "fields", self.listed(fields))
            }
            Some("wrong-gap") => self.with("wrong-gap", "fields", self.listed(braced(expected))),
            Some("wrong-many-settings") => self.with("wrong-many-settings", "n", number(expected)),
            Some("wrong-too-long") => self.with("wrong-too-long", "limit", number(expected)),
            Some(key) => self.say(key).into_owned(),
            None => self.say("refusal-field").into_owned(),
        }
    }

    /// The same with the name of the field, as it is told elsewhere.
    pub(crate) fn wrong_by_name(&self, field: &str, expected: &str) -> String {
        let words = self.wrong(field, expected);
        match self.label(field) {
            Some(label) => self.with2("wrong-field", "field", label, "words", words),
            None => words,
        }
    }

    /// What people call a field of the API: `promise.due_at` and `due_at` are the same to them.
    pub(crate) fn label(&self, field: &str) -> Option<Cow<'static, str>> {
        let name = field.rsplit('.').next().unwrap_or(field);
        let name = name.split('[').next().unwrap_or(name);
        let known = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let key = format!("label-{}", name.replace('_', "-"));
        Some(self.say(&key)).filter(|label| known && *label != key)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use firsthand_domain::Refusal;
    use firsthand_domain::time::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::speech::languages;

    fn speech(code: &str) -> Speech {
        Speech::new(Some(code), None, "en", TimeZone::UTC, Timestamp::from_micros(0))
    }

    /// Every literal in the sources that begins with `expected`, as it is told: without the breaks of long lines.
    fn sentences() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut folders: Vec<_> =
            ["domain/src", "storage/src", "http/src"].iter().map(|f| root.join(f)).collect();
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("refusals/wrong.rs")
                {
                    let source = std::fs::read_to_string(path).unwrap();
                    let source = source.split("#[cfg(test)]").next().unwrap();
                    for rest in source.split("\"expected ").skip(1) {
                        let text: String = rest.split('"').next().unwrap().replace("\\\n", " ");
                        found.push(format!("expected {text}"));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_sentence_for_programs_has_one_for_people() {
        let sentences = sentences();
        assert!(sentences.len() > 60, "{}", sentences.len());
        for sentence in sentences {
            // What is filled in while it runs: `expected {wanted}` is tried below with what serde says.
            let told = sentence.starts_with("expected {") || message(&sentence).is_some();
            assert!(told, "{sentence:?} is in no language");
        }
        for what in ["a boolean", "a string", "a list", "an object", "one of `a`, `b`"] {
            assert!(message(&format!("expected {what}")).is_some(), "{what}");
        }
    }

    #[test]
    fn every_message_is_there_in_every_language() {
        for language in languages() {
            let speech = speech(language.code);
            for (_, key) in EXPECTED {
                assert_ne!(speech.say(key), *key, "{}", language.code);
            }
        }
    }

    #[test]
    fn a_fault_is_told_beside_its_field_and_elsewhere_with_the_name_of_the_field() {
        let english = speech("en");
        let long = Refusal::field("promise.text", "expected at most 5000 characters, got 6000");
        assert_eq!(
            english.wrong("promise.text", "expected at most 5000 characters, got 6000"),
            "At most 5000 characters."
        );
        assert_eq!(english.refusal(&long), "Text: At most 5000 characters.");
        assert_eq!(
            english.refusal(&Refusal::field("due_at", "expected an instant in the future")),
            "By when: This time has passed. Choose a later one."
        );
        assert_eq!(
            speech("hu").wrong("phone", "expected a telephone number of 3 to 24 digits"),
            "Adjon meg egy 3–24 számjegyű telefonszámot."
        );
        assert_eq!(english.wrong("handler", "expected an id (a UUID)"), "Choose a person from the list.");
        assert_eq!(english.label("points[3]").unwrap(), "Points");
        assert_eq!(english.label("<b>"), None);
        assert_eq!(english.wrong("x", "something else"), "Check this field.");
    }
}

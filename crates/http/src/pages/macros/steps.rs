//! The steps of a macro: the form of each verb, and what a step that is there says.

use firsthand_domain::code::{CauseRole, Channel, Confidence, ReplyKind, Role, Severity};
use firsthand_domain::macros::MacroVerb;
use firsthand_storage::settings::{self, KeptStep, REPLY_TEXTS};
use firsthand_storage::{Result, Tx, staff};
use serde_json::Value;

use crate::form::Form;
use crate::pages::Frame;
use crate::pages::account::Faults;

/// People to choose from, at most.
const PEOPLE: i64 = 500;

/// What steps name, by id.
pub(super) struct Known {
    texts: Vec<(String, String)>,
    people: Vec<(String, String)>,
}

impl Known {
    pub(super) async fn read(tx: &mut Tx<'_>) -> Result<Self> {
        let texts = settings::list(tx, REPLY_TEXTS, false).await?;
        let texts = texts.into_iter().map(|kept| (kept.id.to_string(), kept.said.name)).collect();
        let people = staff::page(tx, None, PEOPLE).await?;
        let people = people.into_iter().filter(|person| person.active && person.role != Role::Auditor);
        let people = people.map(|person| (person.id.to_string(), person.name)).collect();
        Ok(Self { texts, people })
    }

    /// What a step says, by field.
    pub(super) fn says(&self, f: &Frame, step: &KeptStep) -> Vec<(String, String)> {
        let told = |(field, value): (&String, &Value)| {
            let label = f.label(field).unwrap_or_default().into_owned();
            (label, self.value(f, field, value))
        };
        step.body.iter().map(told).collect()
    }

    fn value(&self, f: &Frame, field: &str, value: &Value) -> String {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let named = |all: &[(String, String)]| {
            all.iter().find(|(id, _)| *id == text).map_or_else(|| text.clone(), |(_, name)| name.clone())
        };
        let word = |kind: &str| f.word(kind, &text).into_owned();
        match field {
            "canned_reply" => named(&self.texts),
            "to" => named(&self.people),
            "channel" => word("channel"),
            "kind" => word("reply-kind"),
            "severity" => word("severity"),
            "role" => word("cause-role"),
            "confidence" => word("confidence"),
            "delivered" if value == &Value::Bool(true) => f.say("complaint-delivered").into_owned(),
            "delivered" => f.say("complaint-sent").into_owned(),
            _ => text,
        }
    }
}

/// How a field of a step is filled in.
pub(super) enum Kind {
    Line,
    Area,
    Number,
    /// The name of a cause, with the nearest to choose from.
    Cause,
    Pick(Vec<(String, String)>),
}

/// A field of a step.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) required: bool,
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) wrong: Option<String>,
}

/// The form that adds a step.
pub(super) struct StepForm {
    pub(super) verb: MacroVerb,
    pub(super) title: String,
    /// It was sent and not done.
    pub(super) open: bool,
    pub(super) fields: Vec<Field>,
}

fn codes<'c>(f: &Frame, kind: &str, codes: impl Iterator<Item = &'c str>) -> Vec<(String, String)> {
    codes.map(|code| (code.to_owned(), f.word(kind, code).into_owned())).collect()
}

/// The fields of a verb, whether they are required, and how they are filled in.
fn fields(f: &Frame, known: &Known, verb: MacroVerb) -> Vec<(&'static str, bool, Kind)> {
    let or_none = |all: Vec<(String, String)>, none: &str| {
        Kind::Pick(std::iter::once((String::new(), f.say(none).into_owned())).chain(all).collect())
    };
    let channels = || codes(f, "channel", Channel::ALL.iter().map(|c| c.code()));
    let texts = || Kind::Pick(known.texts.clone());
    let kinds = [ReplyKind::Progress, ReplyKind::Holding, ReplyKind::Substantive];
    match verb {
        MacroVerb::Acknowledge => vec![
            ("canned_reply", true, texts()),
            ("channel", false, or_none(channels(), "macros-as-complaint")),
        ],
        MacroVerb::Reply => vec![
            ("kind", true, Kind::Pick(codes(f, "reply-kind", kinds.iter().map(|c| c.code())))),
            ("canned_reply", true, texts()),
            ("channel", false, or_none(channels(), "macros-as-complaint")),
            (
                "delivered",
                true,
                Kind::Pick(vec![
                    ("false".to_owned(), f.say("complaint-sent").into_owned()),
                    ("true".to_owned(), f.say("complaint-delivered").into_owned()),
                ]),
            ),
        ],
        MacroVerb::Note => vec![("body", true, Kind::Area)],
        MacroVerb::Assess => vec![
            (
                "severity",
                false,
                or_none(codes(f, "severity", Severity::ALL.iter().map(|c| c.code())), "complaint-choose"),
            ),
            ("category", false, Kind::Line),
            ("product", false, Kind::Line),
            ("place", false, Kind::Line),
        ],
        MacroVerb::Tag => vec![
            ("cause", true, Kind::Cause),
            ("role", true, Kind::Pick(codes(f, "cause-role", CauseRole::ALL.iter().map(|c| c.code())))),
            (
                "confidence",
                true,
                Kind::Pick(codes(f, "confidence", Confidence::ALL.iter().map(|c| c.code()))),
            ),
            ("evidence", false, Kind::Area),
        ],
        MacroVerb::Offer => vec![
            ("to", true, or_none(known.people.clone(), "complaint-choose")),
            ("request", true, Kind::Area),
            ("reason", true, Kind::Line),
        ],
        MacroVerb::Promise => vec![("text", true, Kind::Area), ("due_in_hours", true, Kind::Number)],
        MacroVerb::Close => vec![("reason", true, Kind::Area)],
    }
}

/// The form of each verb, with what was typed into the one that was sent and not done.
pub(super) fn forms(f: &Frame, known: &Known, typed: Option<&Form>, wrong: &Faults) -> Vec<StepForm> {
    let form = |verb: &MacroVerb| {
        let tried = typed.filter(|form| form.get("_verb") == verb.code());
        let field = |(name, required, kind): (&'static str, bool, Kind)| Field {
            name,
            label: f.label(name).unwrap_or_default().into_owned(),
            required,
            kind,
            value: tried.map(|form| form.get(name)).unwrap_or_default().to_owned(),
            wrong: tried.and_then(|_| wrong.of(name)).map(str::to_owned),
        };
        StepForm {
            verb: *verb,
            title: f.word("macro-verb", verb.code()).into_owned(),
            open: tried.is_some(),
            fields: fields(f, known, *verb).into_iter().map(field).collect(),
        }
    };
    MacroVerb::ALL.iter().map(form).collect()
}

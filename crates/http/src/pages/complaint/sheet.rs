//! The forms of the page, as data: one template draws them all. What was typed and what was wrong with it comes back in
//! the form it belongs to.

use firsthand_domain::Refusal;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::drafts::Begun;
use super::facts::Piece;
use super::texts::{FORMS, TOLD};
use crate::form::Form;
use crate::pages::Frame;
use crate::pages::attachments::Waiting;
use crate::pages::offered::Offered;
use crate::problem::Problem;

/// A form that was sent and not done.
pub(super) struct Tried {
    /// Which form.
    pub(super) name: String,
    pub(super) form: Form,
    /// Why not; nothing when the page only asks once more.
    pub(super) problem: Option<Problem>,
}

impl Tried {
    /// Was it made on an older version than the present one, or sent before in other words? Then it is shown what
    /// happened since, and the next sending is about the present version.
    pub(super) fn overtaken(&self) -> bool {
        self.problem
            .as_ref()
            .is_some_and(|p| matches!(p.refusal(), Some(Refusal::Stale { .. } | Refusal::KeyReused)))
    }

    /// The version the sender saw.
    pub(super) fn seen(&self) -> Option<i64> {
        // An award counts its own versions, which say nothing of the complaint.
        if self.name.starts_with("awards/") {
            return None;
        }
        self.form.get("_version").parse().ok()
    }
}

/// One of several values.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

/// How a field is filled in.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Line,
    /// A text, often one of a list, which is offered.
    Named(Vec<String>),
    Area(u8),
    Time,
    Date,
    /// One of a list that may be long.
    Pick(Vec<Choice>),
    /// One of a list too long to send whole: typed, with the nearest of the list to choose from.
    Find(Vec<Choice>),
    /// One of a few.
    Segments(Vec<Choice>),
    /// Any of several.
    Checks(Vec<Choice>),
    /// Files, with those that were sent in already.
    Files(Vec<Waiting>),
    Hidden,
}

/// One field.
pub(super) struct Control {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) required: bool,
    /// What is chosen or typed.
    values: Vec<String>,
    pub(super) wrong: Option<String>,
    pub(super) kind: Kind,
    /// What may fit, to be chosen by whoever fills it in: the value that is filled in, and why.
    pub(super) offers: Vec<(String, Offered)>,
}

impl Control {
    pub(super) fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    pub(super) fn has(&self, value: &str) -> bool {
        self.values.iter().any(|v| v == value)
    }
}

/// One form.
pub(super) struct Sheet {
    /// Its name on the page: the verb, or the part and the verb.
    pub(super) name: String,
    pub(super) action: String,
    /// On the button that opens it; empty for one that is always open.
    pub(super) opener: String,
    pub(super) button: String,
    /// Of the button: `primary`, `refuse` or nothing.
    pub(super) style: &'static str,
    pub(super) key: String,
    pub(super) version: String,
    pub(super) open: bool,
    pub(super) hint: String,
    /// Why it was not done.
    pub(super) fault: Option<String>,
    /// What happened since the sender opened the page.
    pub(super) changes: Vec<Vec<Piece>>,
    pub(super) controls: Vec<Control>,
    /// Until when what stands in it was kept, if it was begun earlier.
    pub(super) kept: Option<String>,
    /// Reply texts that can be put into it.
    pub(super) texts: Vec<Choice>,
    /// What was put into it just now, in words.
    pub(super) told: Option<String>,
    typed: Option<Form>,
    refused: Option<(String, String)>,
}

/// Makes the forms of one page.
pub(super) struct Forms<'p> {
    pub(super) f: &'p Frame,
    pub(super) tried: Option<&'p Tried>,
    /// The address of the complaint.
    pub(super) base: String,
    pub(super) version: i64,
    /// What happened since the sender opened the page.
    pub(super) changes: Vec<Vec<Piece>>,
    /// What the reader began to write earlier.
    pub(super) begun: &'p [Begun],
    /// Files that those forms name.
    pub(super) waiting: &'p [Waiting],
    /// Reply texts that can be put into forms.
    pub(super) texts: &'p [Choice],
    /// Macros that can be done.
    pub(super) macros: &'p [Choice],
}

impl Forms<'_> {
    /// A form for a verb.
    pub(super) fn sheet(&self, name: &str, opener: &str, button: &str) -> Sheet {
        self.named(name, name, opener, button)
    }

    /// A form for a verb on a part that counts versions of its own.
    pub(super) fn sheet_of(&self, name: &str, opener: &str, button: &str, version: i64) -> Sheet {
        let overtaken = self.tried.filter(|tried| tried.name == name).is_some_and(Tried::overtaken);
        let sheet = self.sheet(name, opener, button);
        if sheet.open && !overtaken { sheet } else { Sheet { version: version.to_string(), ..sheet } }
    }

    /// Was this form sent and not done?
    pub(super) fn is_tried(&self, name: &str) -> bool {
        self.tried.is_some_and(|tried| tried.name == name)
    }

    /// A form of which there are several for one verb.
    pub(super) fn named(&self, name: &str, verb: &str, opener: &str, button: &str) -> Sheet {
        let tried = self.tried.filter(|tried| tried.name == name);
        let overtaken = tried.is_some_and(Tried::overtaken);
        let again =
            |field: &str| tried.filter(|_| !overtaken).and_then(|t| t.form.filled(field)).map(str::to_owned);
        let reused =
            tried.and_then(|t| t.problem.as_ref()).is_some_and(|p| p.refusal() == Some(&Refusal::KeyReused));
        let kept_key = tried.filter(|_| !reused).and_then(|t| t.form.filled("_key"));
        let begun = self.begun.iter().find(|begun| begun.name == name && tried.is_none());
        Sheet {
            name: name.to_owned(),
            action: format!("{}/{verb}", self.base),
            opener: opener.to_owned(),
            button: button.to_owned(),
            style: "",
            key: kept_key.map_or_else(|| key(self.f.key, name), str::to_owned),
            version: again("_version").unwrap_or_else(|| self.version.to_string()),
            open: tried.is_some(),
            hint: String::new(),
            fault: tried.and_then(|t| t.problem.as_ref()).map(|p| p.words(self.f)),
            changes: if overtaken { self.changes.clone() } else { Vec::new() },
            controls: Vec::new(),
            kept: begun.map(|begun| self.f.with("log-kept", "time", self.f.moment(begun.kept_at))),
            texts: if FORMS.contains(&name) { self.texts.to_vec() } else { Vec::new() },
            told: tried.and_then(|t| t.form.filled(TOLD)).map(str::to_owned),
            typed: tried.map(|t| &t.form).or(begun.map(|b| &b.form)).cloned(),
            refused: tried.and_then(|t| t.problem.as_ref()).and_then(|p| self.field_of(p)),
        }
    }

    /// The field a problem is about, and what is said beside it.
    fn field_of(&self, problem: &Problem) -> Option<(String, String)> {
        match problem.refusal()? {
            Refusal::Field { field, expected } => Some((field.to_string(), self.f.wrong(field, expected))),
            Refusal::NotAReceiver { field, .. } | Refusal::Taken { field } => {
                Some((field.to_string(), problem.words(self.f)))
            }
            // Of the other complaint that was named: this one is there.
            Refusal::NotFound => Some(("other".to_owned(), problem.words(self.f))),
            _ => None,
        }
    }
}

/// A key of its own for each form of a page.
fn key(page: Uuid, name: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(page.as_bytes());
    hash.update(name);
    firsthand_storage::hex(&hash.finalize()[..16])
}

impl Sheet {
    /// A field.
    pub(super) fn field(mut self, name: &'static str, label: impl Into<String>, kind: Kind) -> Self {
        let nth = self.controls.iter().filter(|control| control.name == name).count();
        let id = format!("{}-{name}{}", self.id(), if nth == 0 { String::new() } else { format!("-{nth}") });
        let values: Vec<String> = match (&self.typed, &kind) {
            (None, _) => Vec::new(),
            (Some(form), Kind::Checks(_)) => form.all(name).map(str::to_owned).collect(),
            (Some(form), _) => form.all(name).nth(nth).map(str::to_owned).into_iter().collect(),
        };
        let wrong = match &self.refused {
            Some((field, words)) if is_about(field, name, nth, &kind) => Some(words.clone()),
            _ => None,
        };
        if wrong.is_some() {
            // It is told beside the field; above the form it would be told twice.
            self.fault = None;
        }
        let (label, hint) = (label.into(), String::new());
        self.controls.push(Control {
            name,
            id,
            label,
            hint,
            required: false,
            values,
            wrong,
            kind,
            offers: Vec::new(),
        });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Control)) -> Self {
        if let Some(control) = self.controls.last_mut() {
            change(control);
        }
        self
    }

    /// What may fit the last field.
    pub(super) fn offers(self, offers: Vec<(String, Offered)>) -> Self {
        self.last(|control| control.offers = offers)
    }

    /// The last field cannot be left empty.
    pub(super) fn required(self) -> Self {
        self.last(|control| control.required = true)
    }

    /// A hint under the last field.
    pub(super) fn hint(self, words: impl Into<String>) -> Self {
        self.last(|control| control.hint = words.into())
    }

    /// What the last field holds until somebody types.
    pub(super) fn usual(self, value: impl Into<String>) -> Self {
        let typed = self.typed.is_some();
        self.last(|control| {
            if !typed {
                control.values.push(value.into());
            }
        })
    }

    /// Files that go with it.
    pub(super) fn files(self, waiting: &[Waiting]) -> Self {
        let named = |one: &&Waiting| {
            self.typed.as_ref().is_some_and(|form| form.all("attachments").any(|id| id == one.id))
        };
        let waiting = waiting.iter().filter(named).cloned().collect();
        self.field("attachments", "", Kind::Files(waiting))
    }

    /// Does it bring files?
    pub(super) fn has_files(&self) -> bool {
        self.controls.iter().any(|control| matches!(control.kind, Kind::Files(_)))
    }

    /// A value that is not asked for.
    pub(super) fn hidden(self, name: &'static str, value: impl Into<String>) -> Self {
        self.field(name, "", Kind::Hidden).last(|control| control.values = vec![value.into()])
    }

    /// How the button looks.
    pub(super) fn style(mut self, style: &'static str) -> Self {
        self.style = style;
        self
    }

    /// Words above the fields.
    pub(super) fn says(mut self, words: impl Into<String>) -> Self {
        self.hint = words.into();
        self
    }

    /// Its name as an id.
    pub(super) fn id(&self) -> String {
        let id: String = self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("f-{id}")
    }

    /// Is this the field into which reply texts go?
    pub(super) fn takes_texts(&self, control: &Control) -> bool {
        control.name == "body" && !self.texts.is_empty()
    }

    /// Is it one of those under the time line, that people write in all day?
    pub(super) fn written(&self) -> bool {
        ["replies", "notes", "contacts"].contains(&self.name.as_str())
    }

    /// The letter that opens it.
    pub(super) fn letter(&self) -> Option<&'static str> {
        Some(match self.name.as_str() {
            "close" => "e",
            "handoffs" => "h",
            "awards" => "m",
            "causes" => "t",
            "assessment" => "p",
            _ => return None,
        })
    }

    /// Has it only a button?
    pub(super) fn bare(&self) -> bool {
        self.opener.is_empty()
    }
}

/// Is what is said of a field of the API about this one? Names that begin with `_` stand for the member without it.
fn is_about(field: &str, name: &str, nth: usize, kind: &Kind) -> bool {
    if field == "other" {
        return ["into", "complaint"].contains(&name) || (name == "to" && matches!(kind, Kind::Line));
    }
    if field == "value" {
        return name == "value.amount";
    }
    if field == "file" {
        return matches!(kind, Kind::Files(_));
    }
    let name = name.strip_prefix('_').unwrap_or(name);
    // Of an answer to why, what shows it stands in a field of its own.
    let (field, name) = match (field.strip_suffix(".evidence"), name.strip_suffix("_evidence")) {
        (Some(field), Some(name)) => (field, name),
        (None, None) => (field.strip_suffix(".answer").unwrap_or(field), name),
        _ => return false,
    };
    let (bare, index) = field.split_once('[').unwrap_or((field, "0"));
    let index: usize = index.trim_end_matches(']').parse().unwrap_or_default();
    bare == name && (nth == index || matches!(kind, Kind::Checks(_) | Kind::Files(_)))
}

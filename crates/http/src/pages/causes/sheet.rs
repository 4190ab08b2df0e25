//! The forms of the tree, as data: one template draws them.

use firsthand_domain::Refusal;
use firsthand_domain::code::{ControllableBy, Family, ProcessStep, Servqual, ValueCategory};

use super::Refused;
use crate::pages::Frame;
use crate::problem::Problem;
use crate::speech::{Speech, languages};

/// Why something was refused.
pub(super) struct Wrong {
    /// The field, as the API names it; empty when it is about none.
    field: String,
    pub(super) words: String,
}

impl Wrong {
    pub(super) fn of(speech: &Speech, problem: &Problem) -> Self {
        match problem.refusal() {
            Some(Refusal::Field { field, expected }) => {
                Self { field: field.to_string(), words: speech.wrong(field, expected) }
            }
            Some(Refusal::Taken { field }) => Self { field: field.to_string(), words: problem.words(speech) },
            _ => Self { field: String::new(), words: problem.words(speech) },
        }
    }
}

/// How a field is filled in.
pub(super) enum Input {
    Line,
    /// A cause, typed or chosen.
    Cause,
    /// One of a few: code and words.
    Choice(Vec<(&'static str, String)>),
}

/// One field.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) required: bool,
    pub(super) value: String,
    pub(super) wrong: Option<String>,
    pub(super) input: Input,
}

/// One form.
pub(super) struct Sheet {
    pub(super) id: &'static str,
    pub(super) action: String,
    pub(super) title: String,
    pub(super) key: String,
    pub(super) style: &'static str,
    pub(super) open: bool,
    /// What is wrong with it as a whole.
    pub(super) fault: Option<String>,
    pub(super) fields: Vec<Field>,
}

impl Sheet {
    fn new(f: &Frame, id: &'static str, action: String, title: String, refused: Option<&Refused>) -> Self {
        let refused = refused.filter(|refused| refused.sheet == id);
        let fault = refused.map(|refused| refused.wrong.words.clone());
        let key = format!("{}-{id}", f.key);
        Self { id, action, title, key, style: "primary", open: refused.is_some(), fault, fields: Vec::new() }
    }

    fn field(mut self, refused: Option<&Refused>, name: &str, label: String, input: Input) -> Self {
        let refused = refused.filter(|refused| refused.sheet == self.id);
        let wrong = refused.filter(|r| r.wrong.field == name).map(|r| r.wrong.words.clone());
        if wrong.is_some() {
            // It is told beside the field; above the form it would be told twice.
            self.fault = None;
        }
        let id = format!("{}-{}", self.id, name.replace('.', "-"));
        let value = refused.map(|r| r.form.get(name).to_owned()).unwrap_or_default();
        let (name, hint, required) = (name.to_owned(), String::new(), false);
        self.fields.push(Field { name, id, label, hint, required, value, wrong, input });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Field)) -> Self {
        if let Some(field) = self.fields.last_mut() {
            change(field);
        }
        self
    }

    fn required(self) -> Self {
        self.last(|field| field.required = true)
    }

    fn hint(self, words: impl Into<String>) -> Self {
        self.last(|field| field.hint = words.into())
    }
}

fn coded(f: &Frame, kind: &str, codes: impl Iterator<Item = &'static str>) -> Input {
    Input::Choice(codes.map(|code| (code, f.word(kind, code).into_owned())).collect())
}

/// The form for a new cause.
pub(super) fn of_new(f: &Frame, refused: Option<&Refused>) -> Sheet {
    let say = |key: &str| f.say(key).into_owned();
    let mut sheet = Sheet::new(f, "add", "/causes".to_owned(), say("causes-add"), refused)
        .field(refused, "code", say("label-code"), Input::Line)
        .hint(f.say("causes-code-hint"))
        .required();
    for language in languages() {
        let label = f.with("causes-name-in", "language", language.name);
        sheet = sheet.field(refused, &format!("name.{}", language.code), label, Input::Line);
        if language.code == "en" {
            sheet = sheet.required();
        }
    }
    sheet
        .field(refused, "parent", say("causes-under"), Input::Cause)
        .hint(f.say("causes-under-hint"))
        .field(
            refused,
            "value_category",
            say("label-value-category"),
            coded(f, "value-category", ValueCategory::ALL.iter().map(|c| c.code())),
        )
        .required()
        .field(
            refused,
            "servqual",
            say("label-servqual"),
            coded(f, "servqual", Servqual::ALL.iter().map(|c| c.code())),
        )
        .required()
        .field(
            refused,
            "family",
            say("label-family"),
            coded(f, "family", Family::ALL.iter().map(|c| c.code())),
        )
        .required()
        .field(
            refused,
            "process_step",
            say("label-process-step"),
            coded(f, "process-step", ProcessStep::ALL.iter().map(|c| c.code())),
        )
        .field(
            refused,
            "controllable_by",
            say("label-controllable-by"),
            coded(f, "controllable-by", ControllableBy::ALL.iter().map(|c| c.code())),
        )
}

/// What can be done with a cause: put it elsewhere, or use it no longer.
pub(super) fn of_cause(f: &Frame, code: &str, parent: Option<&str>, refused: Option<&Refused>) -> Vec<Sheet> {
    let say = |key: &str| f.say(key).into_owned();
    let to = |verb: &str| format!("/causes/{}/{verb}", crate::query::encode(code));
    let mut moved = Sheet::new(f, "move", to("move"), say("causes-move"), refused)
        .field(refused, "parent", say("causes-under"), Input::Cause)
        .hint(f.say("causes-under-hint"));
    if !moved.open {
        moved = moved.last(|field| parent.unwrap_or_default().clone_into(&mut field.value));
    }
    let retired = Sheet::new(f, "retire", to("retire"), say("causes-retire"), refused)
        .field(refused, "maps_to", say("causes-maps-to"), Input::Cause)
        .hint(f.say("causes-retire-hint"));
    vec![moved, Sheet { style: "refuse", ..retired }]
}

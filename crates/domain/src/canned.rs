//! Reply texts: written once, sent often, in the languages of the desk. Between braces stands what differs from complaint
//! to complaint, from a closed list; everything else is text, whatever it looks like.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::Refusal;
use crate::code::codes;
use crate::object::object;
use crate::text::{Line, Text};

/// Fields in one text, at most: what is filled in may be long.
const FIELDS: usize = 30;

codes! {
    /// What a reply text may leave open, to be filled in for a complaint.
    CannedField {
        /// Who complains.
        Customer = "customer",
        /// The number of the complaint.
        Reference = "reference",
        /// What it is about.
        Product = "product",
        /// Where it happened.
        Place = "place",
        /// The order it is about.
        Order = "order",
        /// When it was received.
        Received = "received",
        /// By when an answer is due.
        AnswerBy = "answer_by",
        /// Who writes.
        Staff = "staff",
        /// Who is responsible.
        Responsible = "responsible",
        /// What is promised and falls due next.
        Promise = "promise",
        /// By when that is due.
        Due = "due",
    }
    /// A language in which customers are written to.
    CannedLanguage {
        /// English.
        En = "en",
        /// Vietnamese.
        Vi = "vi",
        /// Chinese.
        Zh = "zh",
        /// Hungarian.
        Hu = "hu",
    }
}

impl CannedLanguage {
    /// The language of a tag such as `zh-Hant`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::from_code(tag.split('-').next()?.to_ascii_lowercase().as_str())
    }
}

/// A text with fields in it, such as `Dear {customer}`. One with a field that is on no list is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedText(Text<10_000>);

/// The texts by language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CannedTexts {
    /// In English.
    pub en: Option<CannedText>,
    /// In Vietnamese.
    pub vi: Option<CannedText>,
    /// In Chinese.
    pub zh: Option<CannedText>,
    /// In Hungarian.
    pub hu: Option<CannedText>,
}

bodies! {
    /// A reply text as it is to be.
    NewCannedReply {
        /// What it is found by.
        name: Line,
        /// In one language at least, with fields such as `{customer}`.
        #[serde(deserialize_with = "object")]
        texts: CannedTexts,
    }
    /// Takes up what was there before.
    RestoreVersion {
        /// Which version of it.
        version: i64,
    }
}

/// A reply text as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReply {
    /// What it is found by.
    pub name: String,
    /// By language.
    pub texts: BTreeMap<CannedLanguage, String>,
}

impl CannedReply {
    /// As it was asked for.
    ///
    /// # Errors
    /// It is in no language.
    pub fn of(new: &NewCannedReply) -> Result<Self, Refusal> {
        let CannedTexts { en, vi, zh, hu } = &new.texts;
        let by_language = [
            (CannedLanguage::En, en),
            (CannedLanguage::Vi, vi),
            (CannedLanguage::Zh, zh),
            (CannedLanguage::Hu, hu),
        ];
        let said =
            |(language, text): (_, &Option<CannedText>)| Some((language, text.as_ref()?.0.to_string()));
        let texts: BTreeMap<_, _> = by_language.into_iter().filter_map(said).collect();
        if texts.is_empty() {
            return Err(Refusal::field("texts", "expected a text in one language at least"));
        }
        Ok(Self { name: new.name.to_string(), texts })
    }

    /// The text for somebody who is written to in that language: in it, else in the desk's, else in any.
    #[must_use]
    pub fn text_for(
        &self,
        wanted: Option<CannedLanguage>,
        usual: Option<CannedLanguage>,
    ) -> Option<(CannedLanguage, &str)> {
        let in_it = |language: CannedLanguage| Some((language, self.texts.get(&language)?.as_str()));
        let first = || self.texts.iter().next().map(|(language, text)| (*language, text.as_str()));
        wanted.and_then(in_it).or_else(|| usual.and_then(in_it)).or_else(first)
    }
}

/// A part of a text.
enum Piece<'t> {
    Words(&'t str),
    /// What stands between braces, and those with it.
    Field(&'t str, &'t str),
}

/// Takes a text apart. A field is letters between single braces; `{{7*7}}`, `${x}` and `%s` are words.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let (mut words, mut from) = (0, 0);
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('{')).map(|at| at + from) {
        let rest = text.get(open + 1..).unwrap_or_default();
        let name = rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).next().unwrap_or_default();
        let close = open + 1 + name.len();
        let before = text.get(..open).and_then(|before| before.chars().next_back());
        let after = text.get(close..).unwrap_or_default();
        let alone = !matches!(before, Some('{' | '$' | '%' | '#')) && !after.starts_with("}}");
        if name.is_empty() || !after.starts_with('}') || !alone {
            from = open + 1;
            continue;
        }
        all.push(Piece::Words(text.get(words..open).unwrap_or_default()));
        all.push(Piece::Field(name, text.get(open..=close).unwrap_or_default()));
        (words, from) = (close + 1, close + 1);
    }
    all.push(Piece::Words(text.get(words..).unwrap_or_default()));
    all
}

/// A text for one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// With what is known; a field without a value stands in it as it was written, to be filled in by hand.
    pub text: String,
    /// The fields without a value, each once.
    pub missing: Vec<CannedField>,
}

/// Fills in the fields, once: what is filled in is text and nothing else.
#[must_use]
pub fn fill(text: &str, known: impl Fn(CannedField) -> Option<String>) -> Filled {
    let mut filled = Filled { text: String::with_capacity(text.len()), missing: Vec::new() };
    for piece in pieces(text) {
        let (name, whole) = match piece {
            Piece::Words(words) => {
                filled.text.push_str(words);
                continue;
            }
            Piece::Field(name, whole) => (name, whole),
        };
        let field = CannedField::from_code(name);
        if let Some(value) = field.and_then(&known).filter(|value| !value.trim().is_empty()) {
            filled.text.push_str(&value);
        } else {
            filled.text.push_str(whole);
            filled.missing.extend(field.filter(|field| !filled.missing.contains(field)));
        }
    }
    filled
}

/// The fields of the list that stand in a text, each once.
fn open_fields(text: &str) -> Vec<CannedField> {
    fill(text, |_| None).missing
}

/// As `{customer}, {due}`.
fn braced(fields: impl Iterator<Item = CannedField>) -> String {
    fields.map(|field| format!("{{{field}}}")).collect::<Vec<_>>().join(", ")
}

/// What goes to a customer has no gap: a field of a reply text that nobody filled in.
///
/// # Errors
/// Which fields are open.
pub fn no_gap(field: &'static str, text: &str) -> Result<(), Refusal> {
    let open = open_fields(text);
    if open.is_empty() {
        return Ok(());
    }
    let open = braced(open.into_iter());
    Err(Refusal::field(field, format!("expected every field of the text filled in, or taken out: {open}")))
}

/// The first field of a text that is on no list.
fn unknown(text: &str) -> Option<&str> {
    pieces(text).into_iter().find_map(|piece| match piece {
        Piece::Field(name, _) if CannedField::from_code(name).is_none() => Some(name),
        _ => None,
    })
}

fn how_many(text: &str) -> usize {
    pieces(text).iter().filter(|piece| matches!(piece, Piece::Field(..))).count()
}

impl CannedText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<'de> Deserialize<'de> for CannedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        if let Some(name) = unknown(text.as_str()) {
            let known = braced(CannedField::ALL.iter().copied());
            let name: String = name.chars().take(40).collect();
            return Err(de::Error::custom(format_args!("expected no field {{{name}}}: there are {known}")));
        }
        if how_many(text.as_str()) > FIELDS {
            return Err(de::Error::custom("expected no more than 30 fields in a text"));
        }
        Ok(Self(text))
    }
}

impl JsonSchema for CannedText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CannedText".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Text<10_000>>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn filled(text: &str) -> Filled {
        fill(text, |field| match field {
            CannedField::Customer => Some("{reference} ${x} Mai".to_owned()),
            CannedField::Reference => Some("C-1".to_owned()),
            CannedField::Product => Some("  ".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn fields_are_filled_in_once_and_everything_else_is_text() {
        let tricks = "{{7*7}} ${reference} %s <OTRS_CUSTOMER> {{reference}} %{reference} #{reference}";
        for (text, result) in [
            ("Dear {customer}, {reference}.", "Dear {reference} ${x} Mai, C-1."),
            (tricks, tricks),
            ("{", "{"),
            ("{}{ reference }{Reference}{refer", "{}{ reference }{Reference}{refer"),
            ("}{reference}{reference}", "}C-1C-1"),
            ("đ{reference}đ", "đC-1đ"),
            ("", ""),
        ] {
            assert_eq!(filled(text), Filled { text: result.to_owned(), missing: Vec::new() }, "{text}");
        }
    }

    #[test]
    fn a_field_without_a_value_stays_and_is_told_once() {
        let text = "{promise} by {due}, {promise}: {product} of {reference}";
        let told = filled(text);
        assert_eq!(told.text, "{promise} by {due}, {promise}: {product} of C-1");
        assert_eq!(told.missing, [CannedField::Promise, CannedField::Due, CannedField::Product]);
        let Err(Refusal::Field { field, expected }) = no_gap("body", &told.text) else { panic!() };
        assert_eq!(field, "body");
        assert!(expected.ends_with(": {promise}, {due}, {product}"), "{expected}");
        // What looks like a field and is on no list is what somebody wrote.
        assert_eq!(no_gap("body", "{secret} {{due}} ${due} { due }"), Ok(()));
    }

    #[test]
    fn a_field_that_is_on_no_list_is_refused_and_named() {
        let read = |text: &str| serde_json::from_value::<CannedText>(json!(text));
        for good in ["Dear {customer}", "{{7*7}}", "${password}", "{ x }", "%s"] {
            assert!(read(good).is_ok(), "{good}");
        }
        for (bad, field) in [("{password}", "password"), ("{customer}{hash_of}", "hash_of")] {
            let told = read(bad).unwrap_err().to_string();
            assert!(
                told.starts_with(&format!("expected no field {{{field}}}: there are {{customer}}, ")),
                "{told}"
            );
            assert!(told.ends_with("{promise}, {due}"), "{told}");
        }
        assert!(read(&"{due}".repeat(31)).unwrap_err().to_string().contains("no more than 30"));
    }

    #[test]
    fn a_reply_text_is_in_one_language_at_least_and_found_in_the_best() {
        let of = |texts: Value| {
            let new =
                serde_json::from_value::<NewCannedReply>(json!({ "name": "Sorry", "texts": texts })).unwrap();
            CannedReply::of(&new)
        };
        assert!(matches!(of(json!({})), Err(Refusal::Field { .. })));
        let (en, hu, zh) = (CannedLanguage::En, CannedLanguage::Hu, CannedLanguage::Zh);
        let both = of(json!({ "en": "Sorry", "hu": "Elnézést" })).unwrap();
        assert_eq!(both.text_for(Some(hu), Some(en)), Some((hu, "Elnézést")));
        assert_eq!(both.text_for(Some(zh), Some(hu)), Some((hu, "Elnézést")));
        assert_eq!(both.text_for(Some(zh), Some(zh)), Some((en, "Sorry")));
        assert_eq!(both.text_for(None, None), Some((en, "Sorry")));
        assert_eq!(CannedLanguage::of_tag("zh-Hant"), Some(zh));
        assert_eq!(CannedLanguage::of_tag("de"), None);
        let kept: CannedReply = serde_json::from_str(&serde_json::to_string(&both).unwrap()).unwrap();
        assert_eq!(kept, both);
    }
}

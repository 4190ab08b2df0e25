//! Text that people write: bounded, without NUL, and folded for comparison.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text of 1 to `MAX` characters after trimming, without NUL (which PostgreSQL cannot keep).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// The story of a complaint or the body of a letter.
pub type Narrative = Text<50_000>;
/// A reason, a request, an evidence: a few sentences.
pub type Reason = Text<5_000>;
/// A name, a code, a summary: one line.
pub type Line = Text<200>;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextProblem {
    /// Nothing but white space.
    Empty,
    /// More characters than fit.
    TooLong {
        /// The most that fit.
        limit: usize,
        /// How many there were.
        length: usize,
    },
    /// A NUL character.
    Nul,
}

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "expected a text that is not empty"),
            Self::TooLong { limit, length } => {
                write!(f, "expected at most {limit} characters, got {length}")
            }
            Self::Nul => write!(f, "expected a text without the NUL character"),
        }
    }
}

impl<const MAX: usize> Text<MAX> {
    /// Takes a text as people send it; white space around it is dropped.
    ///
    /// # Errors
    /// Empty, longer than `MAX` characters, or holding NUL.
    pub fn parse(text: &str) -> Result<Self, TextProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextProblem::Empty);
        }
        if text.contains('\0') {
            return Err(TextProblem::Nul);
        }
        let length = text.chars().count();
        if length > MAX {
            return Err(TextProblem::TooLong { limit: MAX, length });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, given away.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX })
    }
}

/// The form in which names and addresses are compared: compatibility forms unified, diacritics dropped
/// (the stroke of `đ` included), lower case, white space single. `Nguyễn  Thị ĐÀO` and `nguyen thi dao` are one.
#[must_use]
pub fn fold(text: &str) -> String {
    let bare: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .nfc()
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_bounded_by_characters_not_bytes() {
        assert!(Text::<3>::parse("投诉了").is_ok());
        assert_eq!(Text::<3>::parse("abcd"), Err(TextProblem::TooLong { limit: 3, length: 4 }));
        assert_eq!(Text::<3>::parse(" \n "), Err(TextProblem::Empty));
        assert_eq!(Text::<3>::parse("a\0b"), Err(TextProblem::Nul));
    }

    #[test]
    fn names_fold_alike_in_every_form() {
        assert_eq!(fold("Nguyễn  Thị ĐÀO"), "nguyen thi dao");
        assert_eq!(fold("Nguye\u{302}\u{303}n Thi\u{323} đa\u{300}o"), "nguyen thi dao");
        assert_eq!(fold("ŐRÜLT Árvíztűrő"), "orult arvizturo");
        assert_eq!(fold("ＡＢＣ"), "abc");
    }
}

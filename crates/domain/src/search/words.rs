//! Folding, and cutting into words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A part of a folded text in which nothing separates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Letters and digits of a script that puts spaces between words.
    Word {
        /// The word.
        text: String,
        /// Digits only, and nothing but what stands inside telephone numbers parts it from digits before it.
        goes_on: bool,
        /// A plus stands right before it.
        plus: bool,
    },
    /// Characters of a script that does not.
    Run(Vec<char>),
}

/// As `text::fold`, and more: letters that have two lower-case forms are one (ß and ss, σ and ς, ı and i), and strokes
/// that are no diacritics to Unicode are dropped.
pub(super) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' | 'ð' => 'd',
            'ł' => 'l',
            'ø' => 'o',
            'ħ' => 'h',
            other => other,
        })
        .nfc()
        .collect()
}

/// Scripts that put no spaces between words, or too few: Thai to Khmer, Hangul, kana, Han.
pub(super) fn has_no_spaces(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1100..=0x11FF | 0x1780..=0x17FF | 0x2E80..=0x2FDF
        | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3031..=0x312F | 0x3131..=0x31BF | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// The pieces of a folded text in their order.
pub(super) fn pieces(folded: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut gap = String::new();
    let mut rest = folded.chars().peekable();
    while let Some(first) = rest.next() {
        if !first.is_alphanumeric() {
            gap.push(first);
            continue;
        }
        if has_no_spaces(first) {
            let mut run = vec![first];
            while let Some(c) = rest.next_if(|c| c.is_alphanumeric() && has_no_spaces(*c)) {
                run.push(c);
            }
            all.push(Piece::Run(run));
        } else {
            let mut text = String::from(first);
            while let Some(c) = rest.next_if(|c| c.is_alphanumeric() && !has_no_spaces(*c)) {
                text.push(c);
            }
            let after_digits = matches!(all.last(), Some(Piece::Word { text, .. }) if is_number(text));
            let goes_on = after_digits && is_number(&text) && joins(&gap);
            let plus = gap.ends_with('+');
            all.push(Piece::Word { text, goes_on, plus });
        }
        gap.clear();
    }
    all
}

pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// Is this what people put between the digits of one number?
fn joins(gap: &str) -> bool {
    gap.chars().count() <= 3
        && gap.chars().all(|c| {
            c == ' ' || c == '\t' || "-.()/\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}".contains(c)
        })
}

/// The digits of each number, however it is written; those that are in one piece are words already, but are found by
/// their last digits through this.
pub(super) fn numbers(pieces: &[Piece]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut open = false;
    for piece in pieces {
        match piece {
            Piece::Word { text, goes_on, .. } if is_number(text) => {
                // What is too long to be one number is each of its parts.
                match all.last_mut().filter(|_| open && *goes_on) {
                    Some(last) if last.len() + text.len() <= super::LONGEST_NUMBER => last.push_str(text),
                    _ => all.push(text.clone()),
                }
                open = true;
            }
            _ => open = false,
        }
    }
    all
}

/// `a17` as `a` and `17`.
pub(super) fn letters_and_digits(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before: Option<bool> = None;
    for (at, c) in word.char_indices() {
        let digit = c.is_ascii_digit();
        if before.is_some_and(|b| b != digit) {
            parts.push(&word[start..at]);
            start = at;
        }
        before = Some(digit);
    }
    parts.push(&word[start..]);
    parts
}

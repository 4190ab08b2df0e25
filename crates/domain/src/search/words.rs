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
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
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

/// The words of a text that fold to these, as they are written in it: each once, in the order asked for. Neighbouring
/// pairs of characters are told as the one run they make.
pub(super) fn as_written(text: &str, folded: &[String]) -> Vec<String> {
    // The first place of each: where among those asked for, and how it is written.
    let mut found: Vec<(usize, String)> = Vec::new();
    let at = |word: &str| folded.iter().position(|wanted| wanted == word);
    for part in text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)) {
        for run in by_spaces(part) {
            if run.chars().next().is_some_and(has_no_spaces) {
                found.extend(pairs_as_written(run, &at));
                continue;
            }
            for piece in pieces(&fold(run)) {
                if let Piece::Word { text, .. } = piece {
                    found.extend(at(super::cut(&text)).map(|place| (place, super::cut(run).to_owned())));
                }
            }
        }
    }
    found.sort_by_key(|(place, _)| *place);
    let mut told: Vec<(usize, String)> = Vec::new();
    for (place, words) in found {
        let run = words.starts_with(has_no_spaces);
        let has = |said: &str| if run { said.contains(&words) } else { said == words };
        if !told.iter().any(|(other, said)| *other == place || has(said)) {
            told.push((place, words));
        }
    }
    told.into_iter().map(|(_, words)| words).collect()
}

/// Parts of scripts that put spaces between words, and parts of scripts that do not.
fn by_spaces(part: &str) -> Vec<&str> {
    let (mut parts, mut start, mut before) = (Vec::new(), 0, None);
    for (at, c) in part.char_indices().filter(|(_, c)| !is_combining_mark(*c)) {
        let own = has_no_spaces(c);
        if before.is_some_and(|b| b != own) {
            parts.push(&part[start..at]);
            start = at;
        }
        before = Some(own);
    }
    parts.push(&part[start..]);
    parts
}

/// What the wanted pairs make of a run, with the first place among those asked for.
fn pairs_as_written(run: &str, at: &impl Fn(&str) -> Option<usize>) -> Vec<(usize, String)> {
    let signs: Vec<(char, String)> = run.chars().map(|c| (c, fold(&c.to_string()))).collect();
    let signs: Vec<&(char, String)> = signs.iter().filter(|(_, folded)| !folded.is_empty()).collect();
    let (mut found, mut open): (Vec<(usize, String)>, bool) = (Vec::new(), false);
    if let [(sign, folded)] = signs.as_slice() {
        return at(folded).map(|place| (place, sign.to_string())).into_iter().collect();
    }
    for pair in signs.windows(2) {
        let [one, other] = pair else { continue };
        let place = at(&format!("{}{}", one.1, other.1));
        match (place, found.last_mut().filter(|_| open)) {
            (Some(place), Some((first, words))) => {
                words.push(other.0);
                *first = place.min(*first);
            }
            (Some(place), None) => found.push((place, format!("{}{}", one.0, other.0))),
            (None, _) => {}
        }
        open = place.is_some();
    }
    found
}

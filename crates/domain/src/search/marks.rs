//! Where a text holds what was looked for, in the text's own spelling.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::query::{Query, Token};
use super::words::{fold, has_no_spaces};

/// One character of a text as it is compared, and where it ends.
struct Sign {
    start: usize,
    end: usize,
    folded: String,
    /// A script without spaces.
    run: bool,
}

impl Query {
    /// The parts of a text that this query finds, in bytes, in order and apart: `tran` finds the whole of `Trần`, and the
    /// first four letters of `Tránh`.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let tokens: Vec<&Token> = self.tokens().collect();
        let mut found: Vec<Range<usize>> = Vec::new();
        for word in words(text) {
            let hit = if word.first().is_some_and(|sign| sign.run) {
                in_run(&word, &tokens)
            } else {
                at_beginning(&word, &tokens)
            };
            for range in hit {
                match found.last_mut() {
                    Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                    _ => found.push(range),
                }
            }
        }
        found
    }
}

/// The words of a text, and its runs of scripts without spaces, sign by sign.
fn words(text: &str) -> Vec<Vec<Sign>> {
    let mut words: Vec<Vec<Sign>> = Vec::new();
    let mut open = false;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if is_combining_mark(c) {
            if let Some(sign) = words.last_mut().and_then(|word| word.last_mut()).filter(|_| open) {
                sign.end = end;
            }
            continue;
        }
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        let folded = fold(c.encode_utf8(&mut [0; 4]));
        let run = folded.chars().all(has_no_spaces);
        let sign = Sign { start, end, folded, run };
        match words.last_mut() {
            Some(word) if open && word.last().is_some_and(|last| last.run == run) => word.push(sign),
            _ => words.push(vec![sign]),
        }
        open = true;
    }
    words
}

/// The longest beginning of a word that a token asks for; all of it for a token that wants the whole word.
fn at_beginning(word: &[Sign], tokens: &[&Token]) -> Vec<Range<usize>> {
    let whole: String = word.iter().map(|sign| sign.folded.as_str()).collect();
    let fits =
        |token: &&&Token| if token.prefix { whole.starts_with(&token.text) } else { whole == token.text };
    let Some(length) = tokens.iter().filter(fits).map(|token| token.text.len()).max() else {
        return Vec::new();
    };
    let mut covered = 0;
    let last = word.iter().find(|sign| {
        covered += sign.folded.len();
        covered >= length
    });
    word.first().zip(last).map(|(first, last)| first.start..last.end).into_iter().collect()
}

/// Wherever the characters of a token stand.
fn in_run(run: &[Sign], tokens: &[&Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for at in 0..run.len() {
        let rest: String =
            run[at..].iter().take(super::LONGEST_WORD).map(|sign| sign.folded.as_str()).collect();
        let length =
            tokens.iter().filter(|token| rest.starts_with(&token.text)).map(|token| token.text.len()).max();
        let Some(length) = length else { continue };
        let mut covered = 0;
        let last = run[at..].iter().find(|sign| {
            covered += sign.folded.len();
            covered >= length
        });
        found.extend(last.map(|last| run[at].start..last.end));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let mut shown = String::new();
        let mut at = 0;
        for range in Query::parse(query).unwrap().marks(text) {
            shown.push_str(&text[at..range.start]);
            shown.extend(["[", &text[range.clone()], "]"]);
            at = range.end;
        }
        shown + &text[at..]
    }

    #[test]
    fn what_was_found_is_marked_in_its_own_spelling() {
        assert_eq!(marked("tran", "Trần Minh, tránh"), "[Trần] Minh, [trán]h");
        assert_eq!(marked("TRAN duc", "Đức Tra\u{300}n"), "[Đức] [Tra\u{300}n]");
        assert_eq!(marked("ketszer", "Kétszer terhelték, kétszeri"), "[Kétszer] terhelték, [kétszer]i");
        assert_eq!(marked("退款", "已批准的退款未到账，退 款"), "已批准的[退款]未到账，退 款");
        assert_eq!(marked("strasse", "Große Straße"), "Große [Straße]");
        assert_eq!(marked("a", "a cat"), "[a] cat");
        assert_eq!(marked("rain", "terrain"), "terrain");
        assert_eq!(marked("0901", "0901234 <b>"), "[0901]234 <b>");
    }

    #[test]
    fn marks_lie_inside_the_text_whatever_it_is() {
        for text in [
            "",
            "\u{301}",
            "ﷺﷺ",
            "ß",
            "İstanbul",
            "e\u{301}\u{302}",
            "\u{202e}abc\u{202c}",
            "ｶﾞ",
            "각각",
            "🙂a",
        ] {
            for query in ["a", "i", "ss", "ga", "가", "salla", "e"] {
                for range in Query::parse(query).unwrap().marks(text) {
                    assert!(
                        text.get(range.clone()).is_some_and(|part| !part.is_empty()),
                        "{query} in {text}"
                    );
                }
            }
        }
    }
}

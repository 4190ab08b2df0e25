//! What is found by which words: one folding for what is kept and for what is asked, so that both engines need nothing
//! but to compare tokens. Neither engine cuts text into words or knows a language; this does, and alike for both.
//!
//! A token is a folded word, two or three neighbouring characters of a script without spaces, or a run of digits.
//! Order is not kept: three characters in a row say nearly as much as a phrase, and a phrase would end at the 16383rd
//! word, which is as far as PostgreSQL counts.

mod marks;
mod query;
mod words;

use std::collections::BTreeSet;

pub use query::{Query, QueryProblem, Token};
use words::{Piece, fold, pieces};

/// Which folding the index was made with. A change of what [`Document`] holds needs a new number, and the desks out
/// there a rebuild.
pub const FOLD_VERSION: i64 = 1;

/// Longer words are cut; a query is cut alike, so they are found all the same.
const LONGEST_WORD: usize = 40;
/// PostgreSQL keeps less than a mebibyte of words of one complaint.
const MOST_BYTES: usize = 900_000;
/// A telephone number is found by its last digits, but not by fewer than this.
const SHORTEST_TAIL: usize = 4;
/// More digits than this in a row are a table of figures and not a number somebody dials.
const LONGEST_NUMBER: usize = 24;

/// The tokens of one complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    tokens: BTreeSet<String>,
    bytes: usize,
}

impl Document {
    /// Adds a text that people wrote.
    pub fn add_text(&mut self, text: &str) {
        let pieces = pieces(&fold(text));
        for number in words::numbers(&pieces) {
            self.add_number(&number);
        }
        for piece in pieces {
            match piece {
                Piece::Word { text, .. } => self.add(cut(&text)),
                Piece::Run(run) => self.add_run(&run),
            }
        }
    }

    /// Adds a reference, an order or an address: besides its parts, all of it as one word, and its digits as one run.
    pub fn add_code(&mut self, code: &str) {
        self.add_text(code);
        let folded = fold(code);
        let whole: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
        let parts = folded.split(|c: char| !c.is_alphanumeric());
        for part in parts.flat_map(words::letters_and_digits) {
            self.add(cut(part));
            // `123` finds C-2026-000123.
            self.add(cut(part.trim_start_matches('0')));
        }
        self.add(cut(&whole));
        self.add_number(&digits);
    }

    /// All tokens with a space between; nothing else is in them but letters and digits.
    #[must_use]
    pub fn text(&self) -> String {
        self.tokens.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Is this token in it, or does one begin with it?
    pub(crate) fn has(&self, token: &Token) -> bool {
        if token.prefix {
            let mut after = self.tokens.range(token.text.clone()..);
            after.next().is_some_and(|t| t.starts_with(&token.text))
        } else {
            self.tokens.contains(&token.text)
        }
    }

    /// Every character begins a token: one character asks for its beginning, two for a pair, more for triples.
    fn add_run(&mut self, run: &[char]) {
        for at in 0..run.len() {
            for length in [2, 3] {
                self.add(run.get(at..at + length).map(String::from_iter).as_deref().unwrap_or_default());
            }
        }
        self.add(&run.iter().rev().take(1).collect::<String>());
    }

    fn add_number(&mut self, digits: &str) {
        if digits.len() <= LONGEST_NUMBER {
            for tail in (0..digits.len()).take_while(|at| digits.len() - at >= SHORTEST_TAIL) {
                self.add(&digits[tail..]);
            }
        }
    }

    fn add(&mut self, token: &str) {
        let longer = self.bytes + token.len();
        if !token.is_empty() && longer <= MOST_BYTES && self.tokens.insert(token.to_owned()) {
            self.bytes = longer;
        }
    }
}

fn cut(word: &str) -> &str {
    word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end])
}

/// The words of a text, each once; pairs of characters where a script has no spaces.
#[must_use]
pub fn shingles(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for piece in pieces(&fold(text)) {
        match piece {
            Piece::Word { text, .. } => {
                all.insert(cut(&text).to_owned());
            }
            Piece::Run(run) if run.len() == 1 => {
                all.insert(run.iter().collect());
            }
            Piece::Run(run) => all.extend(run.windows(2).map(|pair| pair.iter().collect::<String>())),
        }
    }
    all
}

/// The words of a text that fold to these, as they are written in it: each once, in the order asked for.
#[must_use]
pub fn as_written(text: &str, folded: &[String]) -> Vec<String> {
    words::as_written(text, folded)
}

/// How much two texts have in common: the words in both, of the words in either (Jaccard), in thousandths.
#[must_use]
pub fn likeness(one: &BTreeSet<String>, other: &BTreeSet<String>) -> usize {
    let both = one.intersection(other).count();
    let either = one.len() + other.len() - both;
    (both * 1000).checked_div(either).unwrap_or(0)
}

/// The words of a text that few other texts will have, as tokens of a document: its longest, and triples of characters
/// from all over it.
#[must_use]
pub fn telling(text: &str, most: usize) -> Vec<String> {
    let (mut words, mut triples) = (BTreeSet::new(), Vec::new());
    for piece in pieces(&fold(text)) {
        match piece {
            Piece::Word { text, .. } => {
                words.insert(cut(&text).to_owned());
            }
            Piece::Run(run) => triples.extend(run.windows(3).map(|t| t.iter().collect::<String>())),
        }
    }
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    // Half of each, where there are both.
    let quota = most - words.len().min(most / 2);
    let step = triples.len().div_ceil(quota.max(1)).max(1);
    let mut triples: Vec<String> = triples.into_iter().step_by(step).collect();
    triples.truncate(quota);
    words.truncate(most - triples.len());
    words.append(&mut triples);
    words
}

#[cfg(test)]
mod tests;

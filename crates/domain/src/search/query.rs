//! What is asked, as tokens; and those in the words of each engine.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{Piece, fold, is_number, pieces};
use super::{Document, cut};

/// Longer queries are refused.
const LONGEST: usize = 200;
/// What comes after so many tokens is not asked for.
const MOST_TOKENS: usize = 48;
/// Fewer digits than this in a row may be several figures, but hardly a telephone number.
const SHORTEST_NUMBER: usize = 5;
/// A number with at least so many digits may begin with the code of a country.
const WITH_COUNTRY: usize = 11;
/// What is left of a number without the code of its country.
const WITHOUT_COUNTRY: usize = 7;

/// One token of a query: letters and digits, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub(crate) text: String,
    /// What begins with it is found too.
    pub(crate) prefix: bool,
}

/// Any of these, of which all.
type Term = Vec<Vec<Token>>;

/// What somebody looks for: every term must be there, each in one of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    /// All words there are that begin so, for the beginnings of which that is known.
    known: BTreeMap<String, Vec<String>>,
}

/// Why a query was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryProblem {
    /// Not a letter and not a digit in it.
    Empty,
    /// More than 200 characters.
    TooLong,
}

impl Token {
    fn word(text: &str) -> Self {
        // One letter begins too many words to be meant as a beginning; one digit likewise.
        Self { text: cut(text).to_owned(), prefix: text.chars().nth(1).is_some() }
    }

    fn prefix(text: impl Into<String>) -> Self {
        Self { text: text.into(), prefix: true }
    }

    fn exact(text: impl Into<String>) -> Self {
        Self { text: text.into(), prefix: false }
    }
}

impl Query {
    /// Reads what somebody typed. No character of it is an operator.
    ///
    /// # Errors
    /// There is nothing in it to look for, or too much.
    pub fn parse(text: &str) -> Result<Self, QueryProblem> {
        if text.chars().count() > LONGEST {
            return Err(QueryProblem::TooLong);
        }
        let mut terms: Vec<Term> = Vec::new();
        let pieces = pieces(&fold(text));
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            let mut length = 1;
            match piece {
                Piece::Run(run) => terms.push(vec![of_run(run)]),
                Piece::Word { text, plus, .. } if is_number(text) => {
                    let more = pieces[at + 1..].iter().map_while(|p| match p {
                        Piece::Word { text, goes_on: true, .. } => Some(text.as_str()),
                        _ => None,
                    });
                    let parts: Vec<&str> = std::iter::once(text.as_str()).chain(more).collect();
                    length = parts.len();
                    terms.push(of_number(&parts, *plus));
                }
                Piece::Word { text, .. } => terms.push(vec![vec![Token::word(text)]]),
            }
            at += length;
        }
        let mut left = MOST_TOKENS;
        terms.retain(|term| {
            let size: usize = term.iter().map(Vec::len).sum();
            let fits = size <= left;
            left = if fits { left - size } else { 0 };
            fits
        });
        if terms.is_empty() { Err(QueryProblem::Empty) } else { Ok(Self { terms, known: BTreeMap::new() }) }
    }

    /// Everything that is asked for, in whatever form.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.terms.iter().flatten().flatten()
    }

    /// A query for one token of a document.
    #[must_use]
    pub fn token(text: &str) -> Self {
        Self { terms: vec![vec![vec![Token::exact(text)]]], known: BTreeMap::new() }
    }

    /// What is asked for as the beginning of words.
    #[must_use]
    pub fn beginnings(&self) -> BTreeSet<&str> {
        let tokens = self.terms.iter().flatten().flatten();
        tokens.filter(|token| token.prefix).map(|token| token.text.as_str()).collect()
    }

    /// The same, asking for these words where it asked for a beginning: they are all the index has that begin so.
    #[must_use]
    pub fn knowing(self, known: BTreeMap<String, Vec<String>>) -> Self {
        Self { known, ..self }
    }

    /// For FTS5, which gives the newest first and stops when it has enough, but for beginnings of which the words are
    /// not known: for those it gathers everything first.
    #[must_use]
    pub fn lite(&self) -> String {
        self.write(" AND ", " OR ", |token| {
            let quoted = |text: &String| format!("\"{text}\"");
            match self.known.get(&token.text).filter(|_| token.prefix) {
                None => format!("{}{}", quoted(&token.text), if token.prefix { "*" } else { "" }),
                // No word begins so; and none is it.
                Some(words) if words.is_empty() => quoted(&token.text),
                Some(words) => format!("({})", words.iter().map(quoted).collect::<Vec<_>>().join(" OR ")),
            }
        })
    }

    /// As a tsquery.
    #[must_use]
    pub fn pg(&self) -> String {
        self.write(" & ", " | ", |token| format!("'{}'{}", token.text, if token.prefix { ":*" } else { "" }))
    }

    /// The tokens are letters and digits alone (`pieces` lets nothing else through), so quoting them is enough.
    fn write(&self, and: &str, or: &str, token: impl Fn(&Token) -> String) -> String {
        let every = |form: &Vec<Token>| form.iter().map(&token).collect::<Vec<_>>().join(and);
        let any = |term: &Term| {
            let forms: Vec<String> = term.iter().map(|form| format!("({})", every(form))).collect();
            format!("({})", forms.join(or))
        };
        self.terms.iter().map(any).collect::<Vec<_>>().join(and)
    }

    /// Would this complaint be found?
    #[must_use]
    pub fn finds(&self, document: &Document) -> bool {
        self.terms.iter().all(|term| term.iter().any(|form| form.iter().all(|t| document.has(t))))
    }

    /// How well a complaint fits: how many terms are in its one line, which weighs three times, and in its story,
    /// and how many of them as whole words.
    #[must_use]
    pub fn score(&self, line: &str, story: &str) -> usize {
        let (mut short, mut long) = (Document::default(), Document::default());
        short.add_text(line);
        long.add_text(story);
        let points = |document: &Document| -> usize {
            let in_it = |term: &Term, whole: bool| {
                term.iter().any(|form| {
                    form.iter()
                        .all(|t| document.has(&Token { text: t.text.clone(), prefix: t.prefix && !whole }))
                })
            };
            self.terms.iter().map(|t| usize::from(in_it(t, false)) + usize::from(in_it(t, true))).sum()
        };
        3 * points(&short) + points(&long)
    }
}

/// One character is the beginning of something, two are a pair, more are triples one after the other.
fn of_run(run: &[char]) -> Vec<Token> {
    match run {
        [one] => vec![Token::prefix(*one)],
        [one, two] => vec![Token::exact(String::from_iter([one, two]))],
        more => {
            more.windows(3).take(MOST_TOKENS).map(|three| Token::exact(String::from_iter(three))).collect()
        }
    }
}

/// The digits as they stand, or all of them as one number: also without the zero that is dialled inside a country, and
/// without the code of the country where there is one.
fn of_number(parts: &[&str], plus: bool) -> Term {
    let mut forms: Term = vec![parts.iter().map(|part| Token::word(part)).collect()];
    let digits = parts.concat();
    if digits.len() < SHORTEST_NUMBER {
        return forms;
    }
    let mut numbers = vec![digits.as_str()];
    let bare = digits.trim_start_matches('0');
    if bare.len() >= WITHOUT_COUNTRY {
        numbers.push(bare);
    }
    let abroad = plus || digits.starts_with("00") || digits.len() >= WITH_COUNTRY;
    if abroad {
        let codes = (1..=3).filter_map(|code| bare.get(code..)).map(|rest| rest.trim_start_matches('0'));
        numbers.extend(codes.filter(|rest| rest.len() >= WITHOUT_COUNTRY));
    }
    numbers.dedup();
    for number in numbers {
        let form = vec![Token::prefix(cut(number))];
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

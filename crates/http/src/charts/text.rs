//! How wide a text will be, about: the server has no fonts, so it goes by the kind of letter.

/// The parts of an em that a letter of this kind takes in the fonts of `tokens.css`.
fn em(letter: char) -> f64 {
    match letter {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' => 0.0,
        'i' | 'j' | 'l' | 'í' | 'ì' | 'ị' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' '
        | '\u{a0}' => 0.3,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' | '"' | '“' | '”' | '‘' | '’' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' | '…' => 0.93,
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f000}'.. => 1.0,
        _ if letter.is_uppercase() => 0.66,
        _ => 0.58,
    }
}

/// A size of letters, plain or strong.
#[derive(Clone, Copy)]
pub(super) struct Type(pub(super) f64, pub(super) bool);

/// Names of rows, and figures.
pub(super) const BASE: Type = Type(13.0, false);
/// What matters most.
pub(super) const STRONG: Type = Type(13.0, true);
/// Scales and small words.
pub(super) const SMALL: Type = Type(12.0, false);
/// Heads.
pub(super) const HEAD: Type = Type(12.0, true);

impl Type {
    fn letter(self, letter: char) -> f64 {
        em(letter) * self.0 * if self.1 { 1.07 } else { 1.0 }
    }

    /// So wide is the text, about.
    pub(super) fn width(self, text: &str) -> f64 {
        text.chars().map(|letter| self.letter(letter)).sum()
    }

    /// The widest of them.
    pub(super) fn widest<'a>(self, texts: impl Iterator<Item = &'a str>) -> f64 {
        texts.map(|text| self.width(text)).fold(0.0, f64::max)
    }

    /// As much of the text as there is room for, with an ellipsis; nothing if all of it fits.
    pub(super) fn cut(self, text: &str, room: f64) -> Option<String> {
        if self.width(text) <= room {
            return None;
        }
        let mut left = room - self.letter('…');
        let fits = |letter: &char| {
            left -= self.letter(*letter);
            left >= 0.0
        };
        let kept: String = text.chars().take_while(fits).collect();
        Some(format!("{}…", kept.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{200d}')))
    }

    /// On two lines if one is too short for it, between words; each may still be too long.
    pub(super) fn two_lines(self, text: &str, room: f64) -> (String, Option<String>) {
        let ends: Vec<usize> =
            text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
        let fits = |at: &&usize| text.get(..**at).is_some_and(|line| self.width(line) <= room);
        let end = ends.iter().rev().find(fits).or(ends.first()).filter(|_| self.width(text) > room);
        match end.map(|at| text.split_at(*at)) {
            Some((first, rest)) => (first.to_owned(), Some(rest.trim_start().to_owned())),
            None => (text.to_owned(), None),
        }
    }
}

/// Safe between tags and between quotes. Signs that no markup may hold become spaces.
pub(super) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            _ if letter.is_control() => out.push(' '),
            _ => out.push(letter),
        }
    }
    out
}

/// What a reader hears of a thing: its parts that are not empty.
pub(super) fn said<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

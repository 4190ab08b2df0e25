//! Texts for a line: cut to a width, with what was looked for marked in its own spelling.

use std::fmt;

use askama::filters::HtmlSafe;
use firsthand_domain::search::Query as Words;

/// A text as HTML, with what was looked for in `mark`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked(String);

impl Marked {
    /// A text, marked if something was looked for.
    pub(crate) fn new(text: &str, words: Option<&Words>) -> Self {
        let mut html = String::with_capacity(text.len() + 16);
        let mut at = 0;
        for range in words.map(|words| words.marks(text)).unwrap_or_default() {
            let (Some(before), Some(hit)) = (text.get(at..range.start), text.get(range.clone())) else {
                continue;
            };
            escape(before, &mut html);
            html.push_str("<mark>");
            escape(hit, &mut html);
            html.push_str("</mark>");
            at = range.end;
        }
        escape(text.get(at..).unwrap_or_default(), &mut html);
        Self(html)
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every text in it has been escaped as it went in.
impl HtmlSafe for Marked {}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&#34;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

/// The beginning of a text in one line, with single spaces: as much of it as any line shows.
pub(crate) fn one_line(text: &str) -> String {
    const LONGEST: usize = 240;
    let mut line = String::with_capacity(text.len().min(2 * LONGEST));
    let (mut count, mut gap) = (0, false);
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !line.is_empty();
            continue;
        }
        if gap {
            line.push(' ');
            (count, gap) = (count + 1, false);
        }
        line.push(c);
        count += 1;
        if count >= LONGEST {
            break;
        }
    }
    line
}

/// How wide a character is, in columns of Latin letters.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F
        | 0xFF00..=0xFF60
        | 0x1_F300..=0x1_FAFF
        | 0x2_0000..=0x3_FFFD => 2,
        _ => 1,
    }
}

/// Cut to a width, with an ellipsis where something is left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let (mut wide, mut end) = (0, None);
    for (at, c) in text.char_indices() {
        wide += width(c);
        if wide > most {
            return format!("{}…", text.get(..end.unwrap_or(at)).unwrap_or_default().trim_end());
        }
        // The ellipsis takes a column itself.
        if wide < most {
            end = Some(at + c.len_utf8());
        }
    }
    text.to_owned()
}

/// The passage of a story around the first of what was looked for.
pub(super) fn passage(story: &str, words: &Words, most: usize) -> Option<Marked> {
    let first = words.marks(story).into_iter().next()?;
    let before = story.get(..first.start)?;
    // A few words before it, from the beginning of a word.
    let from = before
        .char_indices()
        .rev()
        .nth(most / 3)
        .map_or(0, |(at, _)| before[at..].find(char::is_whitespace).map_or(at, |space| at + space));
    let lead = if from == 0 { "" } else { "…" };
    let text = format!("{lead}{}", one_line(story.get(from..)?));
    Some(Marked::new(&cut(&text, most), Some(words)))
}

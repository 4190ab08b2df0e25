//! What returns most, on its side: names that are long stay readable, and the running total has a strip of its own.

use super::figure::{LESS_WIDE, WIDE};
use super::pen::{Path, Pen, Percent};
use super::scale::{Scale, count, unit};
use super::text::{BASE, HEAD, SMALL, STRONG, said};

/// What kind of row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A cause of its own.
    Ordinary,
    /// All the rest together.
    Further,
    /// Where the cause is not known: hatched.
    Undetermined,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub name: String,
    /// The list of what it counts.
    pub link: Option<String>,
    /// How long the bar is.
    pub value: f64,
    /// The value in words.
    pub label: String,
    /// Its part of all, in words.
    pub share: String,
    /// Its part and that of all rows above, from 0 to 1.
    pub cumulative: f64,
    /// That in words: shown at the first row and at the one that reaches four fifths.
    pub cumulative_label: String,
    /// One of the few that make most of all.
    pub vital: bool,
    /// What kind of row it is.
    pub kind: Kind,
    /// The word for a fix that is running.
    pub fix: Option<String>,
    /// Further figures, as many as there are heads for them.
    pub columns: Vec<String>,
}

/// The words above.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heads {
    /// Above the names.
    pub name: String,
    /// Above the bars.
    pub value: String,
    /// Above the running total; empty where sums mean nothing, as those of rates: then there is no strip.
    pub running: String,
    /// 0, 50, 80 and 100 % in words, below the strip.
    pub percents: [String; 4],
    /// Above the further figures.
    pub columns: Vec<String>,
}

/// The chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Pareto {
    /// What it shows, for those who listen.
    pub title: String,
    /// How to read it, for those who listen.
    pub desc: String,
    /// Said in its place when there are no rows.
    pub empty: String,
    /// The words above.
    pub heads: Heads,
    /// The scale of the bars.
    pub scale: Scale,
    /// From the longest down; what is not a cause comes last.
    pub rows: Vec<Row>,
}

const ROW: f64 = 34.0;
const BAR: f64 = 20.0;
const TOP: f64 = 28.0;
/// Between names, bars, strip and figures.
const GAP: f64 = 28.0;
/// For the words at the running total.
const BESIDE: f64 = 40.0;
/// For the words behind a bar, at most.
const LABEL: f64 = 100.0;
/// For its part of all.
const SHARE: f64 = 44.0;
/// Enough of all.
const MOST: f64 = 0.8;

/// Where things stand at one width.
struct Layout {
    width: f64,
    bottom: f64,
    bars: (f64, f64),
    strip: Option<(f64, f64)>,
    /// Where each further figure ends, and the room for its head.
    columns: Vec<(f64, f64)>,
}

impl Pareto {
    /// Drawn for wide places, drawn for less wide ones, and as rows for narrow ones; the style shows one of them.
    pub fn svg(&self) -> String {
        if self.rows.is_empty() {
            return super::figure::nothing(&self.empty);
        }
        let mut out = Pen::default();
        out.push("<div class=\"fits whole\">");
        out.push(&self.drawn(WIDE));
        out.push(&self.drawn(LESS_WIDE));
        self.list(&mut out);
        out.push("</div>");
        out.end()
    }

    fn layout(&self, width: f64) -> Layout {
        let mut end = width;
        let mut columns = Vec::new();
        let most = (width * 0.28 / count(self.heads.columns.len())).min(160.0) - 20.0;
        for (at, head) in self.heads.columns.iter().enumerate().rev() {
            let cells = self.rows.iter().filter_map(|row| row.columns.get(at)).map(String::as_str);
            let room = HEAD.width(head).max(BASE.widest(cells)).clamp(60.0, most.max(60.0)) + 20.0;
            columns.insert(0, (end, room - 12.0));
            end -= room;
        }
        let strip = (!self.heads.running.is_empty()).then(|| {
            end -= BESIDE;
            let from = end - (width * 0.15).max(176.0);
            (from, end)
        });
        let names = width * 0.27;
        let bars_end = strip.map_or(end, |(from, _)| from) - GAP;
        // The longest that leaves room for the words behind each bar.
        let longest = self.rows.iter().fold(bars_end - names, |longest, row| {
            let words = label_width(row) + SMALL.width(&row.share).min(SHARE) + 20.0;
            let part = self.scale.part(row.value);
            if part > 0.0 { longest.min((bars_end - names - words) / part) } else { longest }
        });
        let bottom = TOP + ROW * count(self.rows.len());
        Layout { width, bottom, bars: (names, names + longest.max(40.0)), strip, columns }
    }

    fn drawn(&self, width: f64) -> String {
        let at = self.layout(width);
        let mut pen = Pen::drawing(width, (width, at.bottom + 26.0), &self.title, &self.desc);
        self.heads(&mut pen, &at);
        self.grid(&mut pen, &at);
        for (n, row) in self.rows.iter().enumerate() {
            self.row(&mut pen, &at, row, TOP + ROW * count(n));
        }
        if let Some(last) = self.rows.iter().rposition(|row| row.vital).filter(|n| n + 1 < self.rows.len()) {
            let y = TOP + ROW * count(last + 1);
            pen.line("few", (0.0, y), (width, y));
        }
        self.running(&mut pen, &at);
        pen.close()
    }

    fn heads(&self, pen: &mut Pen, at: &Layout) {
        pen.cut("hd", (0.0, 14.0), &self.heads.name, HEAD, at.bars.0 - 12.0);
        let end = at.strip.map_or(at.width, |(from, _)| from);
        pen.cut("hd", (at.bars.0, 14.0), &self.heads.value, HEAD, end - at.bars.0 - 12.0);
        if let Some((from, to)) = at.strip {
            pen.cut("hd", (from, 14.0), &self.heads.running, HEAD, to - from + BESIDE - 12.0);
        }
        for (head, (end, room)) in self.heads.columns.iter().zip(&at.columns) {
            pen.cut("hd e", (*end, 14.0), head, HEAD, *room);
        }
    }

    fn grid(&self, pen: &mut Pen, at: &Layout) {
        let below = at.bottom + 18.0;
        for mark in &self.scale.marks {
            let x = at.bars.0 + (at.bars.1 - at.bars.0) * self.scale.part(mark.at);
            pen.line("gr", (x, TOP - 4.0), (x, at.bottom));
            // Where the running total begins, its first mark stands.
            let reaches = x + SMALL.width(&mark.label) / 2.0;
            let beside = at.strip.is_some_and(|(from, _)| reaches > from - 18.0);
            pen.text(if beside { "sc e" } else { "sc m" }, (x, below), &mark.label);
        }
        if let Some((from, to)) = at.strip {
            for (share, label) in [0.0, 0.5, MOST, 1.0].into_iter().zip(&self.heads.percents) {
                let x = from + (to - from) * share;
                pen.line(if share == MOST { "gr most" } else { "gr" }, (x, TOP - 4.0), (x, at.bottom));
                pen.text("sc m", (x, below), label);
            }
        }
    }

    fn row(&self, pen: &mut Pen, at: &Layout, row: &Row, y: f64) {
        let base = y + ROW / 2.0 + 4.5;
        pen.link(row.link.as_deref(), &self.said(row), |pen| {
            pen.rect("hit", (-8.0, y + 2.0), (at.width + 16.0, ROW - 4.0));
            let fix = row.fix.as_deref().unwrap_or_default();
            let fix_room = if fix.is_empty() { 0.0 } else { HEAD.width(fix) + 12.0 };
            let (class, letters) = if row.vital { ("nm vt", STRONG) } else { ("nm", BASE) };
            pen.cut(class, (0.0, base), &row.name, letters, at.bars.0 - 14.0 - fix_room);
            pen.text("fx e", (at.bars.0 - 14.0, base), fix);
            let length = (at.bars.1 - at.bars.0) * self.scale.part(row.value);
            let (from, size) = ((at.bars.0, y + (ROW - BAR) / 2.0), (length, BAR));
            if length > 0.0 {
                if row.kind == Kind::Undetermined {
                    pen.hatched(from, size);
                }
                pen.rect(bar_class(row), from, size);
            }
            let behind = (at.bars.0 + length + 8.0, base);
            pen.cut("nr", behind, &row.label, STRONG, LABEL);
            pen.cut("sc", (behind.0 + label_width(row) + 7.0, base), &row.share, SMALL, SHARE);
            for (text, (end, room)) in row.columns.iter().zip(&at.columns) {
                pen.cut("nm e", (*end, base), text, BASE, *room);
            }
        });
    }

    /// The strip of the running total, over the rows.
    fn running(&self, pen: &mut Pen, at: &Layout) {
        let Some((from, to)) = at.strip.filter(|_| self.rows.iter().any(|row| row.cumulative > 0.0)) else {
            return;
        };
        let place = |(n, row): (usize, &Row)| {
            (from + (to - from) * unit(row.cumulative), TOP + ROW * (count(n) + 0.5))
        };
        let mut line = Path::default();
        self.rows.iter().enumerate().map(place).for_each(|to| line.on(to));
        pen.path("run", &line);
        let most = self.rows.iter().position(|row| row.cumulative >= MOST - 1e-9);
        for (n, row) in self.rows.iter().enumerate() {
            let (x, y) = place((n, row));
            pen.circle("at", (x, y), 3.5);
            if n == 0 || Some(n) == most {
                pen.text("sc halo", (x + 8.0, y + 3.0), &row.cumulative_label);
            }
        }
    }

    fn said(&self, row: &Row) -> String {
        let columns: Vec<String> = self
            .heads
            .columns
            .iter()
            .zip(&row.columns)
            .map(|(head, text)| format!("{head} {text}"))
            .collect();
        let own = [&row.name, &row.label, &row.share].map(String::as_str);
        said(own.into_iter().chain(row.fix.as_deref()).chain(columns.iter().map(String::as_str)))
    }

    /// Name and figures over a bar that is as wide as its place.
    fn list(&self, out: &mut Pen) {
        out.push("<ol class=\"bars\" aria-label=\"");
        out.words(&self.title);
        out.push("\">");
        let last = self.rows.iter().rposition(|row| row.vital);
        for (n, row) in self.rows.iter().enumerate() {
            out.push(if Some(n) == last { "<li class=\"last\">" } else { "<li>" });
            match &row.link {
                Some(link) => {
                    out.push("<a href=\"");
                    out.words(link);
                    out.push("\">");
                }
                None => out.push("<div>"),
            }
            out.push(if row.vital { "<span class=\"nm vt\">" } else { "<span class=\"nm\">" });
            out.words(&row.name);
            out.push("</span>");
            if let Some(fix) = &row.fix {
                out.push(" <span class=\"fx\">");
                out.words(fix);
                out.push("</span>");
            }
            out.push(" <span class=\"nr\"><b>");
            out.words(&row.label);
            out.push("</b> ");
            out.words(&row.share);
            out.push("</span><svg class=\"ch\" width=\"100%\" height=\"12\" aria-hidden=\"true\">");
            let length = Percent(self.scale.part(row.value));
            if row.kind == Kind::Undetermined {
                out.push(&format!("<svg width=\"{length}\" height=\"12\">"));
                out.hatched((0.0, 0.0), (WIDE, 12.0));
                out.push("</svg>");
            }
            out.push(&format!("<rect class=\"{}\" width=\"{length}\" height=\"12\"/></svg>", bar_class(row)));
            out.push("<span class=\"also\">");
            let told = self.heads.columns.iter().zip(&row.columns);
            for (head, text) in told.filter(|(_, text)| !text.is_empty()) {
                out.push("<small>");
                out.words(head);
                out.push(" <b>");
                out.words(text);
                out.push("</b></small>");
            }
            out.push(if row.link.is_some() { "</span></a></li>" } else { "</span></div></li>" });
        }
        out.push("</ol>");
    }
}

fn label_width(row: &Row) -> f64 {
    STRONG.width(&row.label).min(LABEL)
}

fn bar_class(row: &Row) -> &'static str {
    match row.kind {
        Kind::Undetermined => "unk",
        Kind::Ordinary if row.vital => "big",
        Kind::Ordinary | Kind::Further => "rest",
    }
}

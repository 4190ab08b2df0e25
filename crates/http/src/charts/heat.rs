//! Where and what together: rows by columns, darker where there is more, the figure in each.

use super::figure::Place;
use super::pen::Pen;
use super::scale::count;
use super::text::{BASE, SMALL, said};

/// Which values have which depth of colour. The first is nothing at all, five at most are above it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Steps {
    /// From where each depth above nothing goes.
    from: Vec<f64>,
    /// What each depth means, that of nothing first.
    labels: Vec<String>,
}

/// Parts of the highest value from which a colour is deeper.
const DEPTHS: [f64; 4] = [0.1, 0.25, 0.45, 0.7];

impl Steps {
    /// For values up to the highest. `words` are asked for the range from the first to the second number, and for an
    /// open one where there is no second; both are in the range if the values are `whole`, else the second is not.
    pub fn up_to(max: f64, whole: bool, words: impl Fn(f64, Option<f64>) -> String) -> Self {
        let max = if max.is_finite() { max } else { 0.0 };
        let mut labels = vec![words(0.0, Some(0.0))];
        let mut from: Vec<f64> = Vec::new();
        if max > 0.0 {
            from.push(if whole { 1.0 } else { 0.0 });
            for bound in DEPTHS.map(|part| round(max * part, whole)) {
                if bound <= max && from.last().is_none_or(|last| bound > *last) {
                    from.push(bound);
                }
            }
        }
        for (n, at) in from.iter().enumerate() {
            let next = from.get(n + 1).map(|next| if whole { next - 1.0 } else { *next });
            labels.push(words(*at, next));
        }
        Self { from, labels }
    }

    /// How deep, from 0 to 5.
    fn depth(&self, value: f64) -> usize {
        if value > 0.0 { self.from.iter().filter(|from| value >= **from).count().max(1) } else { 0 }
    }
}

/// A round number near by: one that has a single figure, or two and the second is 5.
fn round(value: f64, whole: bool) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let rounded = (value / power * 2.0).round() / 2.0 * power;
    if whole { rounded.round().max(1.0) } else { rounded }
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatColumn {
    /// What it is.
    pub name: String,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatRow {
    /// What it is.
    pub name: String,
    /// The list of what it counts.
    pub link: Option<String>,
    /// One for each column.
    pub cells: Vec<HeatCell>,
}

/// A row and a column together.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatCell {
    /// How much; nothing where it is not known, which is not zero.
    pub value: Option<f64>,
    /// That in words, unless it is not known.
    pub label: String,
    /// The list of what it counts.
    pub link: Option<String>,
}

/// The chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat {
    /// What it shows, for those who listen.
    pub title: String,
    /// How to read it, for those who listen.
    pub desc: String,
    /// Said in its place when there are no rows or no columns.
    pub empty: String,
    /// The place it has.
    pub place: Place,
    /// The words where nothing is known.
    pub unknown: String,
    /// How deep the colours are.
    pub steps: Steps,
    /// From left to right.
    pub columns: Vec<HeatColumn>,
    /// The highest total first.
    pub rows: Vec<HeatRow>,
}

const ROW: f64 = 34.0;
/// Between cells.
const GAP: f64 = 2.0;
/// A line of the heads.
const LINE: f64 = 15.0;
/// A line of the legend.
const LEGEND: f64 = 22.0;
const SWATCH: f64 = 16.0;
/// Between the colours of the legend.
const BETWEEN: f64 = 16.0;

/// Where things stand.
struct Layout {
    width: f64,
    names: f64,
    cell: f64,
    heads: Vec<(String, Option<String>)>,
    top: f64,
}

impl Heat {
    /// The highest of all values.
    pub fn highest(rows: &[HeatRow]) -> f64 {
        let all = rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.value);
        all.filter(|value| value.is_finite()).fold(0.0, f64::max)
    }

    /// The drawing, in a place that can be moved sideways where it is too narrow.
    pub fn svg(&self) -> String {
        if self.rows.is_empty() || self.columns.is_empty() {
            return super::figure::nothing(&self.empty);
        }
        let linked = |row: &HeatRow| row.link.is_some() || row.cells.iter().any(|cell| cell.link.is_some());
        super::figure::across(self.place, self.rows.iter().any(linked), |width| self.drawn(width))
    }

    fn layout(&self, drawn_for: f64) -> Layout {
        let names = BASE.widest(self.rows.iter().map(|row| row.name.as_str())) + 12.0;
        let names = names.min(drawn_for * 0.32);
        let cells = self.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.label.as_str());
        let least = SMALL.widest(cells.chain([self.unknown.as_str()])).clamp(34.0, 84.0) + 8.0;
        let columns = count(self.columns.len());
        let cell = ((drawn_for - names) / columns).clamp(least, least.max(160.0));
        let heads: Vec<_> =
            self.columns.iter().map(|column| SMALL.two_lines(&column.name, cell - 2.0)).collect();
        let lines = if heads.iter().any(|(_, second)| second.is_some()) { 2.0 } else { 1.0 };
        Layout { width: drawn_for.max(names + cell * columns), names, cell, heads, top: LINE * lines + 8.0 }
    }

    fn drawn(&self, drawn_for: f64) -> String {
        let at = self.layout(drawn_for);
        let bottom = at.top + ROW * count(self.rows.len());
        let legend = self.legend(&at);
        let lines = legend.last().map_or(0.0, |(line, ..)| *line + 1.0);
        let size = (at.width, bottom + 10.0 + LEGEND * lines);
        let mut pen = Pen::drawing(drawn_for, size, &self.title, &self.desc);
        for (n, (head, column)) in at.heads.iter().zip(&self.columns).enumerate() {
            let x = at.names + at.cell * (count(n) + 0.5);
            match head {
                (first, Some(second)) => {
                    pen.cut("sc m", (x, at.top - 8.0 - LINE), first, SMALL, at.cell - 2.0);
                    pen.cut("sc m", (x, at.top - 8.0), second, SMALL, at.cell - 2.0);
                }
                (_, None) => pen.cut("sc m", (x, at.top - 8.0), &column.name, SMALL, at.cell - 2.0),
            }
        }
        for (n, row) in self.rows.iter().enumerate() {
            self.row(&mut pen, &at, row, at.top + ROW * count(n));
        }
        for (line, x, depth, label) in legend {
            let y = bottom + 14.0 + LEGEND * line;
            pen.rect(&format!("h{depth}"), (x, y), (SWATCH, 12.0));
            pen.text("sc", (x + SWATCH + 6.0, y + 10.0), label);
        }
        pen.close()
    }

    fn row(&self, pen: &mut Pen, at: &Layout, row: &HeatRow, y: f64) {
        let base = y + ROW / 2.0 + 4.5;
        pen.link(row.link.as_deref(), &row.name, |pen| {
            if row.link.is_some() {
                pen.rect("hit", (1.0, y + 2.0), (at.names - 6.0, ROW - 4.0));
            }
            pen.cut("nm", (0.0, base), &row.name, BASE, at.names - 12.0);
        });
        for ((n, cell), column) in row.cells.iter().enumerate().zip(&self.columns) {
            let known = cell.value.filter(|value| value.is_finite());
            let words = if known.is_some() { &cell.label } else { &self.unknown };
            let name = said([row.name.as_str(), &column.name, words]);
            pen.link(cell.link.as_deref(), &name, |pen| {
                let x = at.names + at.cell * count(n);
                let depth = known.map(|value| self.steps.depth(value).min(5));
                let class = depth.map_or("none".to_owned(), |depth| format!("h{depth} cell"));
                pen.rect(&class, (x + GAP / 2.0, y + GAP / 2.0), (at.cell - GAP, ROW - GAP));
                let class = match depth {
                    None => "sc m",
                    Some(4 | 5) => "on m",
                    Some(_) => "in m",
                };
                pen.cut(class, (x + at.cell / 2.0, base), words, SMALL, at.cell - 6.0);
            });
        }
    }

    /// What the colours mean: the line, the place on it, the depth and the words of each. Below the cells if it fits
    /// there in one line, else below all.
    fn legend(&self, at: &Layout) -> Vec<(f64, f64, usize, &str)> {
        let labels = || self.steps.labels.iter().take(6).map(String::as_str);
        let width = |label: &str| SWATCH + 6.0 + SMALL.width(label);
        let whole: f64 = labels().map(|label| width(label) + BETWEEN).sum();
        let first = if at.names + whole - BETWEEN <= at.width { at.names } else { 0.0 };
        let (mut line, mut x) = (0.0, first);
        let mut places = Vec::new();
        for (depth, label) in labels().enumerate() {
            if x > first && x + width(label) > at.width {
                (line, x) = (line + 1.0, first);
            }
            places.push((line, x, depth, label));
            x += width(label) + BETWEEN;
        }
        places
    }
}

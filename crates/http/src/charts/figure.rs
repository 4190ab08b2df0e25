//! What stands around a drawing: the finding, how to read it, the figures as a table, and the time they are of.

use super::pen::Pen;

/// A drawing with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows, in a sentence.
    pub finding: String,
    /// What is said after it, less loudly.
    pub more: Option<String>,
    /// How to read it, in one line.
    pub how: String,
    /// What a chart's `svg` gave.
    pub drawing: String,
    /// The figures.
    pub table: Option<Table>,
    /// The time that the figures are of.
    pub as_of: String,
}

/// Figures, folded below a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What opens it.
    pub summary: String,
    /// Above the columns.
    pub heads: Vec<Head>,
    /// The first cell of each is its name.
    pub rows: Vec<Vec<Cell>>,
}

/// Above a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The word.
    pub text: String,
    /// Figures stand at the right.
    pub figures: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// The list of what it counts.
    pub link: Option<String>,
}

/// The place that a drawing has. It is drawn for each width that place may have; the style shows the one that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of the page for itself.
    Whole,
    /// One of two beside each other.
    Half,
}

/// The page at 1440.
pub(super) const WIDE: f64 = 1120.0;
/// The page at 1280.
pub(super) const LESS_WIDE: f64 = 940.0;
/// Half of the page at 1440.
const HALF: f64 = 520.0;
/// Half of the page at 1280; on a telephone it is moved sideways.
const LESS_HALF: f64 = 440.0;

/// A drawing for each width of its place, to be moved sideways where even the narrowest is too wide.
pub(super) fn across(place: Place, reached: bool, drawn: impl Fn(f64) -> String) -> String {
    let (class, widths) = match place {
        Place::Whole => ("whole", &[WIDE, LESS_WIDE, LESS_HALF][..]),
        Place::Half => ("half", &[HALF, LESS_HALF][..]),
    };
    let key = if reached { "" } else { " tabindex=\"0\"" };
    let drawings: String = widths.iter().map(|width| drawn(*width)).collect();
    format!("<div class=\"fits {class} across\"{key}>{drawings}</div>")
}

/// In place of a drawing.
pub(super) fn nothing(words: &str) -> String {
    paragraph("empty", words)
}

fn paragraph(class: &str, words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let mut out = Pen::default();
    out.push(&format!("<p class=\"{class}\">"));
    out.words(words);
    out.push("</p>");
    out.end()
}

impl Figure {
    /// As it stands in a page, in a panel of its own.
    pub fn html(&self) -> String {
        let mut out = Pen::default();
        out.push("<figure class=\"fig\"><figcaption><h2>");
        out.words(&self.finding);
        if let Some(more) = &self.more {
            out.push(" <span>");
            out.words(more);
            out.push("</span>");
        }
        out.push("</h2>");
        out.push(&paragraph("meta", &self.how));
        out.push("</figcaption>");
        out.push(&self.drawing);
        out.push("<div class=\"under\">");
        if let Some(table) = &self.table {
            out.push(&table.html());
        }
        out.push(&paragraph("meta", &self.as_of));
        out.push("</div></figure>");
        out.end()
    }
}

impl Table {
    /// Folded; nothing if there are no rows.
    pub fn html(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut out = Pen::default();
        out.push("<details class=\"figures\"><summary>");
        out.words(&self.summary);
        // What can be wider than its place can be reached and moved with keys.
        out.push("</summary><div class=\"across\" tabindex=\"0\" role=\"group\" aria-label=\"");
        out.words(&self.summary);
        out.push("\"><table><thead><tr>");
        for head in &self.heads {
            out.push(if head.figures { "<th scope=\"col\" class=\"num\">" } else { "<th scope=\"col\">" });
            out.words(&head.text);
            out.push("</th>");
        }
        out.push("</tr></thead><tbody>");
        for row in &self.rows {
            out.push("<tr>");
            for (n, cell) in row.iter().enumerate() {
                let figures = self.heads.get(n).is_some_and(|head| head.figures);
                let class = if figures { " class=\"num\"" } else { "" };
                out.push(&if n == 0 { format!("<th scope=\"row\"{class}>") } else { format!("<td{class}>") });
                cell.write(&mut out);
                out.push(if n == 0 { "</th>" } else { "</td>" });
            }
            out.push("</tr>");
        }
        out.push("</tbody></table></div></details>");
        out.end()
    }
}

impl Cell {
    fn write(&self, out: &mut Pen) {
        if let Some(link) = &self.link {
            out.push("<a href=\"");
            out.words(link);
            out.push("\">");
        }
        out.words(&self.text);
        if self.link.is_some() {
            out.push("</a>");
        }
    }
}

//! How sure a figure is: a share with its interval, and before against after. These are as wide as their place.

use super::pen::{Pen, Percent, Px};
use super::scale::{Scale, count, unit};
use super::text::safe;

/// A share and how sure it is, 160 wide.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// All of it in words, for those who listen: "62%, between 55% and 69%".
    pub label: String,
    /// The share, from 0 to 1.
    pub value: f64,
    /// From.
    pub low: f64,
    /// To.
    pub high: f64,
    /// What it should be.
    pub target: Option<f64>,
}

impl Interval {
    /// The drawing.
    pub fn svg(&self) -> String {
        let at = |share: f64| 1.0 + unit(share) * 158.0;
        let mut pen = Pen::default();
        pen.push(&format!(
            "<svg class=\"ch small\" viewBox=\"0 0 160 20\" width=\"160\" height=\"20\" role=\"img\" aria-label=\"{}\">",
            safe(&self.label)
        ));
        pen.line("gr", (1.0, 10.0), (159.0, 10.0));
        for end in [1.0, 159.0] {
            pen.line("gr", (end, 6.0), (end, 14.0));
        }
        let (low, high) = (at(self.low.min(self.value)), at(self.high.max(self.value)));
        pen.rect("span", (low.min(157.0), 7.0), ((high - low).max(2.0), 6.0));
        if let Some(target) = self.target {
            pen.line("goal", (at(target), 1.0), (at(target), 19.0));
        }
        pen.circle("pt", (at(self.value), 10.0), 4.0);
        pen.close()
    }
}

/// A mean and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Mean {
    /// Of when.
    pub label: String,
    /// The mean.
    pub value: f64,
    /// From.
    pub low: f64,
    /// To.
    pub high: f64,
    /// Mean and interval in words.
    pub text: String,
}

/// After divided by before.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// What it is called.
    pub label: String,
    /// The ratio.
    pub value: f64,
    /// From.
    pub low: f64,
    /// To; may be endless.
    pub high: f64,
    /// Ratio and interval in words.
    pub text: String,
    /// What stands at 1.
    pub same: String,
    /// What it should be at most, and what stands there.
    pub target: Option<(f64, String)>,
}

/// Before against after.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// All of it in words, for those who listen.
    pub title: String,
    /// Of both means; [`highest`](Change::highest) is what it must reach.
    pub scale: Scale,
    /// Before and after.
    pub means: [Mean; 2],
    /// How they compare, if they can be.
    pub ratio: Option<Ratio>,
}

/// The words over a line, and the line.
const ROW: f64 = 48.0;
/// Ratios beyond these are shown at the end, as going on.
const FURTHEST: (f64, f64) = (0.05, 20.0);

impl Change {
    /// The highest end of both intervals.
    pub fn highest(means: &[Mean]) -> f64 {
        means
            .iter()
            .flat_map(|mean| [mean.value, mean.high])
            .filter(|end| end.is_finite())
            .fold(0.0, f64::max)
    }

    /// The drawing.
    pub fn svg(&self) -> String {
        let mut pen = Pen::default();
        let height = 2.0 * ROW + 18.0 + if self.ratio.is_some() { 104.0 } else { 0.0 };
        pen.push(&format!(
            "<svg class=\"ch\" width=\"100%\" height=\"{}\" role=\"img\" aria-label=\"{}\">",
            Px(height),
            safe(&self.title)
        ));
        for mark in &self.scale.marks {
            let x = self.scale.part(mark.at);
            for y in [24.0, ROW + 24.0] {
                across(&mut pen, "gr", (x, x), (y, y + 16.0));
            }
            words(&mut pen, "sc", x, 2.0 * ROW + 10.0, &mark.label);
        }
        for (n, (mean, class)) in self.means.iter().zip(["past", "big"]).enumerate() {
            let y = ROW * count(n);
            heading(&mut pen, y, &mean.label, &mean.text);
            let part = |value| self.scale.part(value);
            spread(&mut pen, class, y + 32.0, (part(mean.low), part(mean.value), part(mean.high)));
        }
        if let Some(ratio) = &self.ratio {
            ratio.draw(&mut pen, 2.0 * ROW + 36.0);
        }
        pen.close()
    }
}

impl Ratio {
    /// On a line where half and double are equally far from 1.
    fn draw(&self, pen: &mut Pen, y: f64) {
        let log = |value: f64| value.clamp(FURTHEST.0, FURTHEST.1).ln();
        let goal = self.target.as_ref().map_or(1.0, |(target, _)| *target);
        let lowest = log(self.low.min(self.value).min(goal).min(1.0)) - 0.2;
        let highest = log(self.high.max(self.value).max(1.0).max(goal)) + 0.2;
        let part = |value: f64| unit((log(value) - lowest) / (highest - lowest));
        heading(pen, y, &self.label, &self.text);
        let line = y + 54.0;
        across(pen, "axis", (0.0, 1.0), (line, line));
        across(pen, "one", (part(1.0), part(1.0)), (line - 12.0, line + 12.0));
        words(pen, "sc", part(1.0), line - 16.0, &self.same);
        if let Some((target, label)) = &self.target {
            across(pen, "goal", (part(*target), part(*target)), (line - 12.0, line + 12.0));
            words(pen, "fx", part(*target), line + 26.0, label);
        }
        // What goes on beyond the drawing goes to its edge.
        let low = if self.low > FURTHEST.0 { part(self.low) } else { 0.0 };
        let high = if self.high < FURTHEST.1 { part(self.high) } else { 1.0 };
        spread(pen, "big", line, (low, part(self.value), high));
    }
}

/// What a line shows, and its figures at the other end.
fn heading(pen: &mut Pen, y: f64, label: &str, text: &str) {
    pen.text("nm", (0.0, y + 14.0), label);
    pen.push(&format!("<text class=\"nr e\" x=\"100%\" y=\"{}\">{}</text>", Px(y + 14.0), safe(text)));
}

/// A line between two places.
fn across(pen: &mut Pen, class: &str, (x1, x2): (f64, f64), (y1, y2): (f64, f64)) {
    let (x1, x2, y1, y2) = (Percent(x1), Percent(x2), Px(y1), Px(y2));
    pen.push(&format!("<line class=\"{class}\" x1=\"{x1}\" x2=\"{x2}\" y1=\"{y1}\" y2=\"{y2}\"/>"));
}

/// Words at a place, that never go over the edges.
fn words(pen: &mut Pen, class: &str, x: f64, y: f64, text: &str) {
    let anchor = match x {
        x if x < 0.15 => "",
        x if x > 0.85 => " e",
        _ => " m",
    };
    pen.push(&format!(
        "<text class=\"{class}{anchor}\" x=\"{}\" y=\"{}\">{}</text>",
        Percent(x),
        Px(y),
        safe(text)
    ));
}

/// An interval with its middle.
fn spread(pen: &mut Pen, class: &str, y: f64, (low, value, high): (f64, f64, f64)) {
    let (low, high) = (low.min(value), high.max(value));
    pen.push(&format!(
        "<rect class=\"{class} soft\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"8\"/>",
        Percent(low),
        Px(y - 4.0),
        Percent(high - low)
    ));
    pen.push(&format!("<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"5\"/>", Percent(value), Px(y)));
}

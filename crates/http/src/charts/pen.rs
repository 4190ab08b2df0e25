//! Writes the markup of a drawing. What it writes is always well-formed, escaped and finite.

use std::fmt;

use super::text::{Type, safe};

/// A length or place: at most one decimal, never anything that is not a number.
#[derive(Clone, Copy)]
pub(super) struct Px(pub(super) f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = if self.0.is_finite() { (self.0.clamp(-1e6, 1e6) * 10.0).round() } else { 0.0 };
        // Adding zero makes no minus of minus zero.
        write!(f, "{}", tenths / 10.0 + 0.0)
    }
}

/// How far along, in a drawing that is as wide as its place.
#[derive(Clone, Copy)]
pub(super) struct Percent(pub(super) f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", Px(self.0 * 100.0))
    }
}

/// The markup so far.
#[derive(Default)]
pub(super) struct Pen {
    out: String,
    /// Inside of a link, which says its name itself.
    named: bool,
}

impl Pen {
    /// A drawing for places of a width; one that needs more keeps its size. With links in it, it is a group: an image would hide them from those who listen.
    pub(super) fn drawing(drawn_for: f64, (width, height): (f64, f64), title: &str, desc: &str) -> Self {
        let mut pen = Self::default();
        let own = if width > drawn_for + 0.5 { " own" } else { "" };
        let class = format!("of-{}{own}", Px(drawn_for));
        let (width, height) = (Px(width), Px(height));
        pen.push(&format!(
            "<svg class=\"ch {class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"group\" aria-label=\"{}\"><desc>{}</desc>",
            safe(title),
            safe(desc)
        ));
        pen
    }

    /// As it is: for what is already markup.
    pub(super) fn push(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// A text of the page.
    pub(super) fn words(&mut self, text: &str) {
        self.push(&safe(text));
    }

    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let (x, y, width, height) = (Px(x), Px(y), Px(width.max(0.0)), Px(height.max(0.0)));
        self.push(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let (x1, y1, x2, y2) = (Px(x1), Px(y1), Px(x2), Px(y2));
        self.push(&format!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"));
    }

    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), r: f64) {
        let (x, y, r) = (Px(x), Px(y), Px(r));
        self.push(&format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"));
    }

    pub(super) fn path(&mut self, class: &str, path: &Path) {
        if !path.0.is_empty() {
            self.push(&format!("<path class=\"{class}\" d=\"{}\"/>", path.0));
        }
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        if !text.is_empty() {
            self.push(&format!(
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
                Px(x),
                Px(y),
                safe(text)
            ));
        }
    }

    /// A text that is cut to its room; all of it is told when pointed at.
    pub(super) fn cut(&mut self, class: &str, (x, y): (f64, f64), text: &str, letters: Type, room: f64) {
        let Some(short) = letters.cut(text, room) else {
            return self.text(class, (x, y), text);
        };
        let whole = if self.named { String::new() } else { format!("<title>{}</title>", safe(text)) };
        self.push(&format!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}{whole}</text>",
            Px(x),
            Px(y),
            safe(&short)
        ));
    }

    /// What is drawn inside opens a page, if there is one. All of it is called `name`, which is told when pointed at.
    pub(super) fn link(&mut self, to: Option<&str>, name: &str, inside: impl FnOnce(&mut Self)) {
        match to {
            Some(to) => self.push(&format!("<a href=\"{}\"><title>{}</title>", safe(to), safe(name))),
            None => self.push(&format!("<g><title>{}</title>", safe(name))),
        }
        self.named = true;
        inside(self);
        self.named = false;
        self.push(if to.is_some() { "</a>" } else { "</g>" });
    }

    /// Slanted lines over a box: not colour alone.
    pub(super) fn hatched(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let mut lines = Path::default();
        let mut at = 6.0 - height;
        while at < width {
            lines.go((at, height));
            lines.to((at + height, 0.0));
            at += 6.0;
        }
        self.push(&format!(
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">",
            Px(x),
            Px(y),
            Px(width),
            Px(height)
        ));
        self.path("ha", &lines);
        self.push("</svg>");
    }

    /// The whole drawing.
    pub(super) fn close(mut self) -> String {
        self.push("</svg>");
        self.out
    }

    /// What is written, where it is no drawing by itself.
    pub(super) fn end(self) -> String {
        self.out
    }
}

/// The way of a line.
#[derive(Default)]
pub(super) struct Path(String);

impl Path {
    /// Begins anew here.
    pub(super) fn go(&mut self, (x, y): (f64, f64)) {
        self.add(&format!("M{} {}", Px(x), Px(y)));
    }

    /// Straight on to here.
    pub(super) fn to(&mut self, (x, y): (f64, f64)) {
        self.add(&format!("L{} {}", Px(x), Px(y)));
    }

    /// Begins here if nothing was drawn, else goes on to here.
    pub(super) fn on(&mut self, to: (f64, f64)) {
        if self.0.is_empty() { self.go(to) } else { self.to(to) }
    }

    /// Back to where it began.
    pub(super) fn shut(&mut self) {
        self.add("Z");
    }

    fn add(&mut self, part: &str) {
        self.0.push_str(part);
    }
}

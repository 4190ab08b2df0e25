//! A measure over time: with limits that follow the exposure (C4), or the bare figures.

use super::figure::Place;
use super::pen::{Path, Pen};
use super::scale::{Scale, count};
use super::text::{HEAD, SMALL, said};

/// The limits of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// What is usual.
    pub mean: f64,
    /// From here on it is not chance alone.
    pub low: f64,
    /// Up to here it is.
    pub high: f64,
}

/// A period.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// Which, in words.
    pub label: String,
    /// Its figure; nothing where there is none: a gap, not a zero.
    pub value: Option<f64>,
    /// The figure in words, or why there is none.
    pub text: String,
    /// The list of what it counts.
    pub link: Option<String>,
    /// What is unusual about it. Periods beside each other say it once.
    pub signal: Option<String>,
    /// Its limits; nothing where they mean nothing.
    pub limits: Option<Limits>,
}

/// When something was mended: limits are drawn anew from here.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// The first period after it, counted from 0.
    pub before: usize,
    /// What, and when.
    pub label: String,
}

/// How figures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Points on a line.
    Line,
    /// Bars from zero.
    Bars,
}

/// At the ends of the lines.
#[derive(Debug, Clone, PartialEq)]
pub struct EndWords {
    /// The upper limit.
    pub upper: String,
    /// The mean.
    pub mean: String,
    /// The lower limit.
    pub lower: String,
}

/// The chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What it shows, for those who listen.
    pub title: String,
    /// How to read it, for those who listen.
    pub desc: String,
    /// Said in its place when no period has a figure.
    pub empty: String,
    /// The place it has.
    pub place: Place,
    /// How figures are drawn.
    pub form: Form,
    /// The scale at the left; [`highest`](Trend::highest) is what it must reach.
    pub scale: Scale,
    /// What stands at the ends of the limits, if there are any.
    pub ends: Option<EndWords>,
    /// From the first to the last.
    pub periods: Vec<Period>,
    /// What was mended.
    pub fixes: Vec<Fix>,
}

/// As much of the width as words at either side take, or a date, at most.
const SIDE: f64 = 0.25;
const HEIGHT: f64 = 176.0;
/// A line of words above the plot.
const LANE: f64 = 18.0;

/// Where things stand.
struct Layout {
    width: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    step: f64,
    lanes: Vec<usize>,
}

impl Layout {
    /// The middle of a period.
    fn x(&self, n: usize) -> f64 {
        self.left + self.step * (count(n) + 0.5)
    }

    /// Where a period begins.
    fn edge(&self, n: usize) -> f64 {
        self.left + self.step * count(n)
    }
}

impl Trend {
    /// The highest of all figures and limits.
    pub fn highest(periods: &[Period]) -> f64 {
        let all = periods.iter().flat_map(|p| [p.value, p.limits.map(|limits| limits.high)]);
        all.flatten().filter(|value| value.is_finite()).fold(0.0, f64::max)
    }

    /// The drawing, in a place that can be moved sideways where it is too narrow.
    pub fn svg(&self) -> String {
        if self.periods.iter().all(|period| period.value.is_none()) {
            return super::figure::nothing(&self.empty);
        }
        // What can be moved sideways is reached with keys, by its links or by itself.
        let reached = self.periods.iter().any(|period| period.link.is_some());
        super::figure::across(self.place, reached, |width| self.drawn(width))
    }

    fn drawn(&self, width: f64) -> String {
        let at = self.layout(width);
        let mut pen = Pen::drawing(width, (width, at.bottom + 26.0), &self.title, &self.desc);
        for mark in &self.scale.marks {
            let y = self.y(&at, mark.at);
            pen.line("gr", (at.left, y), (at.right, y));
            pen.cut("sc e", (at.left - 8.0, y + 4.0), &mark.label, SMALL, at.left - 12.0);
        }
        for run in self.runs() {
            self.limits(&mut pen, &at, &run);
        }
        self.fixed(&mut pen, &at);
        if self.form == Form::Line {
            self.line(&mut pen, &at);
        }
        for (n, period) in self.periods.iter().enumerate() {
            self.period(&mut pen, &at, n, period);
        }
        self.signals(&mut pen, &at);
        self.dates(&mut pen, &at);
        self.ends(&mut pen, &at);
        pen.close()
    }

    fn y(&self, at: &Layout, value: f64) -> f64 {
        at.bottom - (at.bottom - at.top) * self.scale.part(value)
    }

    fn layout(&self, width: f64) -> Layout {
        let marks = SMALL.widest(self.scale.marks.iter().map(|mark| mark.label.as_str()));
        let left = marks.min(width * SIDE) + 14.0;
        let ends = self.ends.iter().flat_map(|ends| [&ends.upper, &ends.mean, &ends.lower]);
        let words = SMALL.widest(ends.map(String::as_str)).min(width * SIDE);
        let right = width - if words > 0.0 { words + 10.0 } else { 4.0 };
        let right = right.max(left + 60.0);
        let step = (right - left) / count(self.periods.len()).max(1.0);
        let mut at = Layout { width, left, right, top: 0.0, bottom: 0.0, step, lanes: Vec::new() };
        // Words of fixes that would run into each other stand below each other.
        let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
        for fix in &self.fixes {
            let (x, after, width) = self.beside(&at, fix);
            let span = if after { (x, x + width + 12.0) } else { (x - width - 12.0, x) };
            let free =
                |lane: &Vec<(f64, f64)>| lane.iter().all(|(from, to)| span.1 <= *from || *to <= span.0);
            let lane = taken.iter().position(free).unwrap_or(taken.len());
            if lane == taken.len() {
                taken.push(Vec::new());
            }
            taken.iter_mut().skip(lane).take(1).for_each(|lane| lane.push(span));
            at.lanes.push(lane);
        }
        let signals = if self.periods.iter().any(|period| period.signal.is_some()) { LANE } else { 0.0 };
        at.top = 8.0 + LANE * count(taken.len()) + signals;
        at.bottom = at.top + HEIGHT;
        at
    }

    /// Where a fix stands, whether its words stand after it, and how wide they are.
    fn beside(&self, at: &Layout, fix: &Fix) -> (f64, bool, f64) {
        let (x, words) = (at.edge(fix.before.min(self.periods.len())), HEAD.width(&fix.label) + 6.0);
        let after = x + words <= at.width;
        (x, after, words.min(if after { at.width - x } else { x }))
    }

    /// Periods whose limits are drawn in one.
    fn runs(&self) -> Vec<Vec<(usize, Limits)>> {
        let mut runs: Vec<Vec<(usize, Limits)>> = Vec::new();
        let mut open = false;
        for (n, period) in self.periods.iter().enumerate() {
            open &= !self.fixes.iter().any(|fix| fix.before == n);
            match (period.limits, runs.last_mut().filter(|_| open)) {
                (Some(limits), Some(run)) => run.push((n, limits)),
                (Some(limits), None) => runs.push(vec![(n, limits)]),
                (None, _) => {}
            }
            open = period.limits.is_some();
        }
        runs
    }

    /// Limits in steps: each period has its own.
    fn limits(&self, pen: &mut Pen, at: &Layout, run: &[(usize, Limits)]) {
        let (mut high, mut mean, mut low) = (Path::default(), Path::default(), Path::default());
        let mut band = Path::default();
        for (n, limits) in run {
            let (from, to) = (at.edge(*n), at.edge(n + 1));
            for (path, value) in [
                (&mut high, limits.high),
                (&mut mean, limits.mean),
                (&mut low, limits.low),
                (&mut band, limits.high),
            ] {
                path.on((from, self.y(at, value)));
                path.to((to, self.y(at, value)));
            }
        }
        for (n, limits) in run.iter().rev() {
            band.to((at.edge(n + 1), self.y(at, limits.low)));
            band.to((at.edge(*n), self.y(at, limits.low)));
        }
        band.shut();
        pen.path("band", &band);
        pen.path("lim", &high);
        pen.path("lim", &low);
        pen.path("mean", &mean);
    }

    fn fixed(&self, pen: &mut Pen, at: &Layout) {
        for (fix, lane) in self.fixes.iter().zip(&at.lanes) {
            let (x, after, words) = self.beside(at, fix);
            let y = 14.0 + LANE * count(*lane);
            pen.line("fix", (x, y - 12.0), (x, at.bottom));
            let (class, from) = if after { ("fx", x + 6.0) } else { ("fx e", x - 6.0) };
            pen.cut(class, (from, y), &fix.label, HEAD, words);
        }
    }

    fn line(&self, pen: &mut Pen, at: &Layout) {
        let mut path = Path::default();
        let mut open = false;
        for (n, period) in self.periods.iter().enumerate() {
            if let Some(value) = period.value {
                let to = (at.x(n), self.y(at, value));
                if open { path.to(to) } else { path.go(to) }
            }
            open = period.value.is_some();
        }
        pen.path("run c1", &path);
    }

    fn period(&self, pen: &mut Pen, at: &Layout, n: usize, period: &Period) {
        let signal = period.signal.as_deref();
        let name = said([period.label.as_str(), period.text.as_str()].into_iter().chain(signal));
        pen.link(period.link.as_deref(), &name, |pen| {
            pen.rect("hit", (at.edge(n), at.top - 7.0), (at.step, HEIGHT + 14.0));
            let Some(value) = period.value else { return };
            let (x, y) = (at.x(n), self.y(at, value));
            if self.form == Form::Bars {
                let width = (at.step * 0.7).min(40.0);
                pen.rect("big", (x - width / 2.0, y), (width, at.bottom - y));
            }
            if signal.is_some() {
                pen.circle("sig", (x, y), 5.5);
            } else if self.form == Form::Line {
                // Where points are many they become the line.
                pen.circle("pt", (x, y), if at.step < 7.0 { 1.5 } else { 3.0 });
            }
        });
    }

    /// The words at signals: once for those beside each other, at the one furthest out.
    fn signals(&self, pen: &mut Pen, at: &Layout) {
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        let mut rest = self.periods.iter().enumerate().peekable();
        while let Some((n, period)) = rest.next() {
            let Some(words) = period.signal.as_deref() else { continue };
            let mut place = (n, period);
            let below = matches!((period.value, period.limits), (Some(v), Some(limits)) if v < limits.low);
            while let Some(next) = rest.next_if(|(_, next)| next.signal.as_deref() == Some(words)) {
                if (next.1.value > place.1.value) != below {
                    place = next;
                }
            }
            let Some(value) = place.1.value else { continue };
            let room = at.width * 0.7;
            let half = HEAD.width(words).min(room) / 2.0;
            let x = self.clear_of_fixes(at, at.x(place.0).min(at.width - half).max(half), half);
            let y = self.y(at, value);
            let y = if below && y + 20.0 < at.bottom { y + 20.0 } else { y - 12.0 };
            let free = |(from, to, line): &(f64, f64, f64)| {
                x + half < *from || *to < x - half || (line - y).abs() > 14.0
            };
            // What has no room is said in the table and by the link.
            if taken.iter().all(free) {
                taken.push((x - half, x + half, y));
                pen.cut("sg m halo", (x, y), words, HEAD, room);
            }
        }
    }

    /// The middle of words that go over no line of a fix, if there is room beside it.
    fn clear_of_fixes(&self, at: &Layout, x: f64, half: f64) -> f64 {
        let room = half + 8.0;
        let crossed =
            self.fixes.iter().map(|fix| self.beside(at, fix).0).find(|line| (line - x).abs() < room);
        match crossed {
            Some(line) if x < line && line >= 2.0 * room => line - room,
            Some(line) if line + 2.0 * room <= at.width => line + room,
            _ => x,
        }
    }

    /// As many dates as have room, with as many left out between each and the next.
    fn dates(&self, pen: &mut Pen, at: &Layout) {
        let labels = || self.periods.iter().map(|period| period.label.as_str());
        let room = at.width * SIDE;
        let widest = SMALL.widest(labels()).min(room) + 14.0;
        let every = (1..=self.periods.len()).find(|every| at.step * count(*every) >= widest);
        let mut free = f64::NEG_INFINITY;
        for (n, label) in labels().enumerate().step_by(every.unwrap_or(self.periods.len().max(1))) {
            let half = SMALL.width(label).min(room) / 2.0;
            let x = at.x(n).min(at.width - half).max(half);
            if x - half >= free {
                free = x + half + 8.0;
                pen.line("tick", (at.x(n), at.bottom), (at.x(n), at.bottom + 4.0));
                pen.cut("sc m", (x, at.bottom + 19.0), label, SMALL, room);
            }
        }
    }

    fn ends(&self, pen: &mut Pen, at: &Layout) {
        let last = self.periods.iter().rev().find_map(|period| period.limits);
        let (Some(words), Some(limits)) = (&self.ends, last) else { return };
        let mut y = f64::NEG_INFINITY;
        for (text, value) in
            [(&words.upper, limits.high), (&words.mean, limits.mean), (&words.lower, limits.low)]
        {
            // Never into each other, however close the lines are.
            y = (self.y(at, value) + 4.0).max(y + 14.0);
            pen.cut("sc", (at.right + 8.0, y), text, SMALL, at.width - at.right - 8.0);
        }
    }
}

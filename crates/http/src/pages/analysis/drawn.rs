//! Figures turned into drawings with their words and tables.

use std::collections::BTreeMap;

use firsthand_domain::analysis::{By, Measure, Ranked};
use firsthand_domain::corrective_action::Action;
use firsthand_domain::figures::date_of;
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Money;
use firsthand_domain::time::Timestamp;
use firsthand_storage::analysis::{Bar, Crossing, Grain, Pareto as Figures, Trend as Periods, TrendPoint};
use firsthand_storage::figures::Dimension;

use crate::analysis::Asked;
use crate::api::analysis::{drawn, units};
use crate::charts::{
    Cell, EndWords, Figure, Fix, Form, Head, Heads, Heat, HeatCell, HeatColumn, HeatRow, Kind, Limits,
    Pareto, Period, Place, Row, Scale, Steps, Table, Trend,
};
use crate::pages::Frame;
use crate::pages::rows::cause_name;

/// Bars that are drawn before the rest is put together.
const BARS: usize = 12;
/// Rates are told for so many chances.
const EACH: f64 = 1_000.0;

pub(super) struct Drawing<'a> {
    pub(super) f: &'a Frame,
    pub(super) asked: &'a Asked,
    pub(super) as_of: Timestamp,
}

fn cell(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), link: None }
}

fn head(text: impl Into<String>, figures: bool) -> Head {
    Head { text: text.into(), figures }
}

/// Counts are far below what a double holds exactly.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn float(n: i64) -> f64 {
    n as f64
}

impl Drawing<'_> {
    fn list(&self, more: &[(&str, &str)], days: (i64, i64)) -> String {
        format!("/complaints?{}", self.asked.behind(more, days))
    }

    /// The name of a cause.
    pub(super) fn cause(&self, id: CauseId) -> String {
        let cause = self.asked.tree.get(id);
        cause.map_or_else(String::new, |cause| cause_name(self.f, &cause.name).to_owned())
    }

    /// The name of a bar.
    pub(super) fn name(&self, by: By, bar: &Bar) -> String {
        let f = self.f;
        match (by, bar.cause, bar.key.as_deref()) {
            (_, Some(cause), _) => self.cause(cause),
            (_, _, None) => f.word("analysis-none", by.code()).into_owned(),
            (By::Channel, _, Some(key)) => f.word("channel", key).into_owned(),
            (By::ValueCategory, _, Some(key)) => f.word("value-category", key).into_owned(),
            (By::Servqual, _, Some(key)) => f.word("servqual", key).into_owned(),
            (By::Family, _, Some(key)) => f.word("family", key).into_owned(),
            (_, _, Some(key)) => key.to_owned(),
        }
    }

    pub(super) fn as_of(&self) -> String {
        self.f.with("analysis-as-of", "time", self.f.exact(self.as_of))
    }

    /// A value of the measure, as it is told beside its bar.
    fn value(&self, figures: &Figures, value: f64) -> String {
        match (self.asked.pareto.measure, figures.currency) {
            (Measure::Count, _) => self.f.number(value, 0),
            (Measure::Days, _) => self.f.number(value, usize::from(value < 10.0)),
            (Measure::Money, Some(currency)) => self.f.number(units(value, currency), currency.digits()),
            (Measure::Money, None) => String::new(),
            (Measure::Rate, _) => self.f.number(value * EACH, 2),
        }
    }

    /// What is being done about a cause: the word for its state, and where to read of it.
    fn done(&self, under_way: &[Action], cause: Option<CauseId>) -> Option<Cell> {
        let tree = &self.asked.tree;
        let about = |action: &&Action| {
            let causes = action.plan.as_ref().map(|plan| plan.causes.as_slice()).unwrap_or_default();
            cause.is_some_and(|cause| causes.iter().any(|one| tree.counted_under(*one) == cause))
        };
        let action = under_way.iter().find(about)?;
        let state = self.f.word("action-state", action.state.code());
        Some(Cell {
            text: format!("{} · {state}", action.terms.title),
            link: Some(format!("/actions/{}", action.id)),
        })
    }

    pub(super) fn pareto(&self, figures: &Figures, under_way: &[Action], all: bool) -> Figure {
        let (f, by, measure) = (self.f, self.asked.pareto.by, self.asked.pareto.measure);
        let share = |ranked: &Ranked<Bar>| ranked.bar.map(|bar| f.percent(bar.share, 0)).unwrap_or_default();
        let currency = figures.currency;
        let given = |bar: &Bar| {
            let minor = currency.map(|c| (c, bar.given.get(&c).copied().unwrap_or_default()));
            minor.map(|(c, minor)| f.number(units(float(minor), c), c.digits())).unwrap_or_default()
        };
        let row = |ranked: &Ranked<Bar>| {
            let bar = &ranked.of;
            let value = ranked.value.unwrap_or_default();
            let drawn = currency.filter(|_| measure == Measure::Money).map_or(value, |c| units(value, c));
            let mut columns = Vec::new();
            if measure != Measure::Count {
                columns.push(f.count(bar.count));
            }
            if measure != Measure::Days {
                columns.push(f.number(bar.days(), 0));
            }
            if measure != Measure::Money && currency.is_some() {
                columns.push(given(bar));
            }
            Row {
                name: self.name(by, bar),
                link: Some(format!("/complaints?{}", self.asked.behind_bar(by, bar.key.as_deref()))),
                value: if measure == Measure::Rate { drawn * EACH } else { drawn },
                label: ranked.value.map_or_else(
                    || f.say("analysis-unknown").into_owned(),
                    |value| self.value(figures, value),
                ),
                share: share(ranked),
                cumulative: ranked.bar.map_or(0.0, |bar| bar.cumulative),
                cumulative_label: ranked.bar.map(|bar| f.percent(bar.cumulative, 0)).unwrap_or_default(),
                vital: ranked.bar.is_some_and(|bar| bar.vital_few) && !ranked.says_nothing,
                kind: if ranked.says_nothing { Kind::Undetermined } else { Kind::Ordinary },
                fix: self.done(under_way, bar.cause).map(|_| f.say("analysis-fix").into_owned()),
                columns,
            }
        };
        let rows: Vec<Row> = figures.bars.iter().map(row).collect();
        let table = self.pareto_table(figures, under_way, &rows);
        let rows = if all { rows } else { self.shortened(rows, measure) };
        let mut columns = Vec::new();
        if measure != Measure::Count {
            columns.push(f.say("analysis-count").into_owned());
        }
        if measure != Measure::Days {
            columns.push(f.say("analysis-days").into_owned());
        }
        if let Some(currency) = currency.filter(|_| measure != Measure::Money) {
            columns.push(f.with("analysis-given", "currency", currency.code().to_owned()));
        }
        let most = rows.iter().map(|row| row.value).fold(0.0, f64::max);
        let heads = Heads {
            name: f.word("analysis-by", by.code()).into_owned(),
            value: self.measured(figures),
            running: if measure == Measure::Rate {
                String::new()
            } else {
                f.say("analysis-running").into_owned()
            },
            percents: [0.0, 0.5, 0.8, 1.0].map(|share| f.percent(share, 0)),
            columns,
        };
        let (finding, more) = self.finding(figures);
        // Rates do not add up: there are no few that make most of them.
        let how = if measure == Measure::Rate { "analysis-rate-how" } else { "analysis-pareto-how" };
        let how = f.say(how).into_owned();
        let chart = Pareto {
            title: finding.clone(),
            desc: how.clone(),
            empty: f.say("analysis-nothing").into_owned(),
            heads,
            scale: Scale::up_to(most, measure == Measure::Count, |value, digits| f.number(value, digits)),
            rows,
        };
        Figure { finding, more, how, drawing: chart.svg(), table: Some(table), as_of: self.as_of() }
    }

    /// The name of the measure with its unit.
    fn measured(&self, figures: &Figures) -> String {
        let f = self.f;
        match (self.asked.pareto.measure, figures.currency, &figures.exposure) {
            (Measure::Money, Some(currency), _) => {
                f.with("analysis-given", "currency", currency.code().to_owned())
            }
            (Measure::Rate, _, Some(kind)) => f.with("analysis-rate-of", "kind", kind.clone()),
            (Measure::Rate, _, None) => f.say("analysis-measure-rate").into_owned(),
            (Measure::Money, None, _) => f.say("analysis-measure-money").into_owned(),
            (Measure::Days, ..) => f.say("analysis-days").into_owned(),
            (Measure::Count, ..) => f.say("analysis-count-share").into_owned(),
        }
    }

    /// The rest put together; what says nothing stays last by itself.
    fn shortened(&self, rows: Vec<Row>, measure: Measure) -> Vec<Row> {
        let (ordinary, last): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| row.kind == Kind::Ordinary);
        if ordinary.len() <= BARS + 1 {
            return ordinary.into_iter().chain(last).collect();
        }
        let mut shown: Vec<Row> = ordinary;
        let rest = shown.split_off(BARS);
        let value: f64 = rest.iter().map(|row| row.value).sum();
        let (cumulative, label) =
            rest.last().map(|row| (row.cumulative, row.cumulative_label.clone())).unwrap_or_default();
        let count = i64::try_from(rest.len()).unwrap_or(i64::MAX);
        let query = self.asked.again("/analysis", &[("all", "1")]);
        shown.push(Row {
            name: self.f.with("analysis-further", "count", count),
            link: Some(query),
            // Rates do not add up.
            value: if measure == Measure::Rate { 0.0 } else { value },
            label: if measure == Measure::Rate { String::new() } else { self.f.number(value, 0) },
            share: String::new(),
            cumulative,
            cumulative_label: label,
            vital: false,
            kind: Kind::Further,
            fix: None,
            columns: rest.first().map(|row| vec![String::new(); row.columns.len()]).unwrap_or_default(),
        });
        shown.extend(last);
        shown
    }

    /// What the bars show, in a sentence, and what follows from it.
    fn finding(&self, figures: &Figures) -> (String, Option<String>) {
        let (f, by, measure) = (self.f, self.asked.pareto.by, self.asked.pareto.measure);
        let Some(first) =
            figures.bars.iter().find(|bar| !bar.says_nothing && bar.value.is_some_and(|v| v > 0.0))
        else {
            let words = match measure {
                Measure::Rate if !figures.bars.is_empty() => "analysis-no-exposure",
                Measure::Money if !figures.bars.is_empty() => "analysis-no-money",
                _ => "analysis-nothing",
            };
            return (f.say(words).into_owned(), None);
        };
        let name = self.name(by, &first.of);
        let value = first.value.unwrap_or_default();
        let key = match measure {
            Measure::Count => "analysis-finding-count",
            Measure::Days => "analysis-finding-days",
            Measure::Money => "analysis-finding-money",
            Measure::Rate => "analysis-finding-rate",
        };
        let told = match (measure, figures.currency) {
            (Measure::Money, Some(currency)) => {
                f.money(Money::new(first.of.given.get(&currency).copied().unwrap_or_default(), currency))
            }
            _ => self.value(figures, value),
        };
        let finding = f.tell(
            key,
            [
                ("name", name.into()),
                ("value", told.into()),
                ("share", first.bar.map(|bar| f.percent(bar.share, 0)).unwrap_or_default().into()),
                ("kind", figures.exposure.clone().unwrap_or_default().into()),
            ],
        );
        let few = figures.bars.iter().filter(|bar| bar.bar.is_some_and(|bar| bar.vital_few)).count();
        let more = (measure != Measure::Rate && few > 0).then(|| {
            f.tell(
                "analysis-finding-few",
                [
                    ("few", i64::try_from(few).unwrap_or_default().into()),
                    ("all", i64::try_from(figures.bars.len()).unwrap_or_default().into()),
                    ("count", f.count(figures.count).into()),
                ],
            )
        });
        (finding, more)
    }

    fn pareto_table(&self, figures: &Figures, under_way: &[Action], rows: &[Row]) -> Table {
        let (f, by) = (self.f, self.asked.pareto.by);
        let mut heads = vec![
            head(f.word("analysis-by", by.code()), false),
            head(self.measured(figures), true),
            head(f.say("analysis-share"), true),
            head(f.say("analysis-running"), true),
            head(f.say("analysis-count"), true),
            head(f.say("analysis-days"), true),
            head(f.say("analysis-given-all"), true),
        ];
        if by == By::Cause {
            heads.push(head(f.say("analysis-done"), false));
        }
        let line = |(ranked, row): (&Ranked<Bar>, &Row)| {
            let bar = &ranked.of;
            let given: Vec<String> =
                bar.given.iter().map(|(currency, minor)| f.money(Money::new(*minor, *currency))).collect();
            let own = bar.cause.filter(|_| by == By::Cause).and(bar.key.as_ref());
            let mut cells = vec![
                Cell { text: row.name.clone(), link: own.map(|code| format!("/analysis/causes/{code}")) },
                cell(row.label.clone()),
                cell(row.share.clone()),
                cell(row.cumulative_label.clone()),
                Cell { text: f.count(bar.count), link: row.link.clone() },
                cell(f.number(bar.days(), 0)),
                cell(given.join(", ")),
            ];
            if by == By::Cause {
                let nothing = || cell(f.say("analysis-done-nothing"));
                cells.push(self.done(under_way, bar.cause).unwrap_or_else(nothing));
            }
            cells
        };
        Table {
            summary: f.say("analysis-table").into_owned(),
            heads,
            rows: figures.bars.iter().zip(rows).map(line).collect(),
        }
    }

    /// The days of a period, as they are called.
    fn period(&self, grain: Grain, point: &TrendPoint) -> String {
        let first = self.f.date(date_of(point.from));
        match grain {
            Grain::Month => self.f.with("analysis-month-from", "day", first),
            Grain::Week => self.f.with("analysis-week-from", "day", first),
            Grain::Day => first,
        }
    }

    pub(super) fn trend(&self, trend: &Periods, grain: Grain, fixes: &[(Timestamp, Action)]) -> Figure {
        let f = self.f;
        let rates = !trend.charts.is_empty();
        let kind = trend.exposure.clone().unwrap_or_default();
        let mut signals = 0_i64;
        let mut periods = Vec::with_capacity(trend.points.len());
        let mut rows = Vec::with_capacity(trend.points.len());
        for (point, chart) in trend.points.iter().zip(drawn(trend)) {
            let link = Some(self.list(&[], (point.from, point.to)));
            let drawn = chart.filter(|(_, drawn)| drawn.rate.is_some());
            let out = drawn.is_some_and(|(_, drawn)| drawn.is_signal());
            signals += i64::from(out);
            let rate = drawn.and_then(|(_, drawn)| drawn.rate).map(|rate| rate * EACH);
            let said = f.word(
                "analysis-signal",
                if drawn.is_some_and(|(mean, d)| d.rate > Some(mean)) { "high" } else { "low" },
            );
            let text = match rate {
                Some(rate) => f.number(rate, 2),
                None if rates => f.say("analysis-unknown").into_owned(),
                None => f.count(point.count),
            };
            let (label, first) = (self.period(grain, point), f.date(date_of(point.from)));
            rows.push(vec![
                cell(label),
                Cell { text: f.count(point.count), link: link.clone() },
                cell(point.exposure.map_or_else(|| f.say("analysis-unknown").into_owned(), |e| f.count(e))),
                cell(rate.map_or_else(|| f.say("analysis-unknown").into_owned(), |rate| f.number(rate, 2))),
                cell(
                    drawn
                        .map(|(_, d)| {
                            format!(
                                "{} – {}",
                                f.number(d.laney_low * EACH, 2),
                                f.number(d.laney_high * EACH, 2)
                            )
                        })
                        .unwrap_or_default(),
                ),
                cell(if out { said.to_string() } else { String::new() }),
            ]);
            periods.push(Period {
                label: first,
                value: if rates { rate } else { Some(float(point.count)) },
                text,
                link,
                signal: out.then(|| said.into_owned()),
                limits: drawn.map(|(mean, drawn)| Limits {
                    mean: mean * EACH,
                    low: drawn.laney_low * EACH,
                    high: drawn.laney_high * EACH,
                }),
            });
        }
        let marks = fixes.iter().filter_map(|(at, action)| {
            let day = at.utc_day();
            let before = trend.points.iter().position(|point| (point.from..point.to).contains(&day))?;
            Some(Fix { before, label: format!("{}, {}", action.terms.title, f.date_of(*at)) })
        });
        let whole: i64 = trend.points.iter().map(|point| point.count).sum();
        let finding = self.trend_finding(trend, grain, signals, whole, rates, &kind);
        let most = Trend::highest(&periods);
        let chart = Trend {
            title: finding.clone(),
            desc: f.say(if rates { "analysis-trend-how" } else { "analysis-trend-how-counts" }).into_owned(),
            empty: f.say("analysis-nothing").into_owned(),
            place: Place::Half,
            form: if rates { Form::Line } else { Form::Bars },
            scale: Scale::up_to(most, !rates, |value, digits| f.number(value, digits)),
            ends: rates.then(|| EndWords {
                upper: f.say("analysis-upper").into_owned(),
                mean: f.say("analysis-mean").into_owned(),
                lower: f.say("analysis-lower").into_owned(),
            }),
            fixes: marks.collect(),
            periods: if whole == 0 { Vec::new() } else { periods },
        };
        let heads = [
            ("analysis-period", false),
            ("analysis-count", true),
            ("analysis-exposure", true),
            ("analysis-measure-rate", true),
            ("analysis-limits", true),
            ("analysis-stands-out", false),
        ];
        Figure {
            finding,
            more: None,
            how: f.say(if rates { "analysis-trend-how" } else { "analysis-trend-how-counts" }).into_owned(),
            drawing: chart.svg(),
            table: Some(Table {
                summary: f.say("analysis-table").into_owned(),
                heads: heads.map(|(key, figures)| head(f.say(key), figures)).into(),
                rows,
            }),
            as_of: self.as_of(),
        }
    }

    fn trend_finding(
        &self,
        trend: &Periods,
        grain: Grain,
        signals: i64,
        whole: i64,
        rates: bool,
        kind: &str,
    ) -> String {
        let f = self.f;
        if whole == 0 {
            return f.say("analysis-nothing").into_owned();
        }
        let n = i64::try_from(trend.points.len()).unwrap_or(1).max(1);
        let usual = f.number(float(whole) / float(n), 1);
        let unit = f.word("analysis-each", grain.code()).into_owned();
        if !rates {
            let with = [("mean", usual.into()), ("unit", unit.into())];
            return f.tell("analysis-trend-finding-counts", with);
        }
        let last = trend.charts.last().map_or(0.0, |(_, chart)| chart.mean);
        let first = trend.charts.first().map_or(0.0, |(_, chart)| chart.mean);
        let told = [
            ("mean", f.number(last * EACH, 2).into()),
            ("before", f.number(first * EACH, 2).into()),
            ("kind", kind.to_owned().into()),
            ("signals", signals.into()),
        ];
        f.tell(
            if trend.charts.len() > 1 { "analysis-trend-finding-fix" } else { "analysis-trend-finding" },
            told,
        )
    }

    pub(super) fn heat(&self, crossing: &Crossing, against: Dimension) -> Figure {
        let (f, days) = (self.f, (self.asked.from(), self.asked.to()));
        let name = |key: &Option<String>| match key {
            None => f.word("analysis-none", against.code()).into_owned(),
            Some(key) if against == Dimension::Channel => f.word("channel", key).into_owned(),
            Some(key) => key.clone(),
        };
        let codes: BTreeMap<CauseId, String> = crossing
            .causes
            .iter()
            .filter_map(|id| Some((*id, self.asked.tree.get(*id)?.code.clone())))
            .collect();
        let link = |cause: &CauseId, key: &Option<String>| {
            let code = codes.get(cause)?.as_str();
            let other = key.as_deref().map_or(("without", against.code()), |key| (against.code(), key));
            Some(self.list(&[("cause", code), other], days))
        };
        let count = |cause: &CauseId, key: &Option<String>| {
            crossing.counts.get(&(*cause, key.clone())).copied().unwrap_or_default()
        };
        let row = |cause: &CauseId| HeatRow {
            name: self.cause(*cause),
            link: codes.get(cause).map(|code| self.list(&[("cause", code)], days)),
            cells: crossing
                .keys
                .iter()
                .map(|key| HeatCell {
                    value: Some(float(count(cause, key))),
                    label: f.count(count(cause, key)),
                    link: link(cause, key).filter(|_| count(cause, key) > 0),
                })
                .collect(),
        };
        let rows: Vec<HeatRow> = crossing.causes.iter().map(row).collect();
        let most = crossing.counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        let finding = match most {
            Some(((cause, key), n)) if *n > 0 => f.tell(
                "analysis-heat-finding",
                [("cause", self.cause(*cause).into()), ("key", name(key).into()), ("count", (*n).into())],
            ),
            _ => f.say("analysis-nothing").into_owned(),
        };
        let table = Table {
            summary: f.say("analysis-table").into_owned(),
            heads: std::iter::once(head(f.say("analysis-by-cause"), false))
                .chain(crossing.keys.iter().map(|key| head(name(key), true)))
                .collect(),
            rows: crossing
                .causes
                .iter()
                .map(|cause| {
                    std::iter::once(cell(self.cause(*cause)))
                        .chain(crossing.keys.iter().map(|key| Cell {
                            text: f.count(count(cause, key)),
                            link: link(cause, key).filter(|_| count(cause, key) > 0),
                        }))
                        .collect()
                })
                .collect(),
        };
        let highest = Heat::highest(&rows);
        let chart = Heat {
            title: finding.clone(),
            desc: f.say("analysis-heat-how").into_owned(),
            empty: f.say("analysis-nothing").into_owned(),
            place: Place::Half,
            unknown: f.say("analysis-no-data").into_owned(),
            steps: Steps::up_to(highest, true, |from, to| match to {
                Some(to) if (from - to).abs() < 0.5 => f.number(from, 0),
                Some(to) => format!("{}–{}", f.number(from, 0), f.number(to, 0)),
                None => format!("{}+", f.number(from, 0)),
            }),
            columns: crossing.keys.iter().map(|key| HeatColumn { name: name(key) }).collect(),
            rows,
        };
        let beyond = (crossing.beyond > 0).then(|| f.with("analysis-heat-beyond", "count", crossing.beyond));
        Figure {
            finding,
            more: None,
            how: beyond.unwrap_or_else(|| f.say("analysis-heat-how").into_owned()),
            drawing: chart.svg(),
            table: Some(table),
            as_of: self.as_of(),
        }
    }
}

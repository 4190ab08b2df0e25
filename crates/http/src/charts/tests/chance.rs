//! Whatever comes, it is drawn soundly.

use super::super::samples::*;
use super::super::*;
use super::markup::sound;

/// Chance from a number (`SplitMix64`): the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Mostly a number, now and then something that is none.
    fn value(&mut self) -> f64 {
        match self.below(12) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => -5.0,
            4 => 0.0,
            5 => 1e300,
            6 => f64::MIN_POSITIVE,
            _ => f64::from(u32::try_from(self.below(100_000)).unwrap()) / 7.0,
        }
    }

    fn maybe(&mut self) -> Option<f64> {
        (self.below(4) > 0).then(|| self.value())
    }

    fn text(&mut self) -> String {
        let long = LONG.repeat(3);
        let all = [
            "",
            "x",
            "<script>alert(1)</script>",
            "\" onload=\"x",
            "]]>&amp;",
            "\u{0}\u{7}\u{202e}\u{fffe}",
            "陈静",
            LONG,
        ];
        let at = usize::try_from(self.below(9)).unwrap();
        all.get(at).map_or(long, |text| (*text).to_owned())
    }

    fn link(&mut self) -> Option<String> {
        (self.below(3) > 0).then(|| self.text())
    }

    fn place(&mut self) -> Place {
        if self.below(2) == 0 { Place::Whole } else { Place::Half }
    }
}

#[test]
fn pareto() {
    let mut dice = Dice(1);
    for _ in 0..100 {
        let columns: Vec<String> = (0..dice.below(4)).map(|_| dice.text()).collect();
        let kinds = [Kind::Ordinary, Kind::Further, Kind::Undetermined];
        let rows: Vec<Row> = (0..dice.below(15))
            .map(|_| Row {
                name: dice.text(),
                link: dice.link(),
                value: dice.value(),
                label: dice.text(),
                share: dice.text(),
                cumulative: dice.value(),
                cumulative_label: dice.text(),
                vital: dice.below(2) == 0,
                kind: kinds[usize::try_from(dice.below(3)).unwrap()],
                fix: dice.link(),
                columns: (0..dice.below(5)).map(|_| dice.text()).collect(),
            })
            .collect();
        let heads = Heads {
            name: dice.text(),
            value: dice.text(),
            running: dice.text(),
            percents: [dice.text(), dice.text(), dice.text(), dice.text()],
            columns,
        };
        let marks = (0..dice.below(6)).map(|_| Mark { at: dice.value(), label: dice.text() }).collect();
        let scale =
            if dice.below(2) == 0 { Scale { marks } } else { Scale::up_to(dice.value(), true, number) };
        let chart = Pareto { title: dice.text(), desc: dice.text(), empty: dice.text(), heads, scale, rows };
        sound(&chart.svg());
    }
}

#[test]
fn trend() {
    let mut dice = Dice(2);
    for _ in 0..100 {
        let periods: Vec<Period> = (0..dice.below(60))
            .map(|_| Period {
                label: dice.text(),
                value: dice.maybe(),
                text: dice.text(),
                link: dice.link(),
                signal: dice.link(),
                limits: dice.maybe().map(|mean| Limits { mean, low: dice.value(), high: dice.value() }),
            })
            .collect();
        let fixes = (0..dice.below(4))
            .map(|_| Fix { before: usize::try_from(dice.below(80)).unwrap(), label: dice.text() })
            .collect();
        let ends = EndWords { upper: dice.text(), mean: dice.text(), lower: dice.text() };
        let chart = Trend {
            title: dice.text(),
            desc: dice.text(),
            empty: dice.text(),
            place: dice.place(),
            form: if dice.below(2) == 0 { Form::Line } else { Form::Bars },
            scale: Scale::up_to(Trend::highest(&periods), false, number),
            ends: (dice.below(2) == 0).then_some(ends),
            periods,
            fixes,
        };
        sound(&chart.svg());
    }
}

#[test]
fn heat() {
    let mut dice = Dice(3);
    for _ in 0..100 {
        let columns: Vec<HeatColumn> =
            (0..dice.below(20)).map(|_| HeatColumn { name: dice.text() }).collect();
        let rows: Vec<HeatRow> = (0..dice.below(9))
            .map(|_| HeatRow {
                name: dice.text(),
                link: dice.link(),
                cells: (0..dice.below(22))
                    .map(|_| HeatCell { value: dice.maybe(), label: dice.text(), link: dice.link() })
                    .collect(),
            })
            .collect();
        let range = |from: f64, to: Option<f64>| format!("{from} {to:?}");
        let chart = Heat {
            title: dice.text(),
            desc: dice.text(),
            empty: dice.text(),
            place: dice.place(),
            unknown: dice.text(),
            steps: Steps::up_to(Heat::highest(&rows), dice.below(2) == 0, range),
            columns,
            rows,
        };
        sound(&chart.svg());
    }
}

#[test]
fn intervals() {
    let mut dice = Dice(4);
    for _ in 0..100 {
        let share = Interval {
            label: dice.text(),
            value: dice.value(),
            low: dice.value(),
            high: dice.value(),
            target: dice.maybe(),
        };
        sound(&share.svg());
        let mut mean = || Mean {
            label: dice.text(),
            value: dice.value(),
            low: dice.value(),
            high: dice.value(),
            text: dice.text(),
        };
        let means = [mean(), mean()];
        let ratio = Ratio {
            label: dice.text(),
            value: dice.value(),
            low: dice.value(),
            high: dice.value(),
            text: dice.text(),
            same: dice.text(),
            target: dice.maybe().map(|target| (target, dice.text())),
        };
        let scale = Scale::up_to(Change::highest(&means), false, number);
        sound(&Change { title: dice.text(), scale, means, ratio: Some(ratio) }.svg());
    }
}

#[test]
fn scales_reach_the_highest_in_few_round_steps() {
    let mut dice = Dice(5);
    for _ in 0..2_000 {
        let (max, whole) = (dice.value(), dice.below(2) == 0);
        let scale = Scale::up_to(max, whole, |value, decimals| format!("{value:.decimals$}"));
        let marks = &scale.marks;
        assert!((2..=5).contains(&marks.len()), "{max} {marks:?}");
        assert!(marks[0].at == 0.0 && marks.windows(2).all(|two| two[1].at > two[0].at), "{marks:?}");
        if (0.001..1e12).contains(&max) {
            assert!(scale.top() >= max * (1.0 - 1e-6), "{max} {marks:?}");
            assert!(scale.top() <= max.max(2.0) * 1.6 || !whole, "{max} {marks:?}");
        }
        for mark in marks {
            // What is written is what is meant.
            let written: f64 = mark.label.parse().unwrap();
            assert!((written - mark.at).abs() <= mark.at.abs() * 1e-9, "{mark:?}");
            assert!(!whole || mark.at.fract() == 0.0, "{mark:?}");
        }
    }
}

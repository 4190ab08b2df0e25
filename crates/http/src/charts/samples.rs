//! Charts as they may come: usual ones, and such as nobody hopes for.

use super::*;

/// A long name in every script, with all that markup could trip over.
pub(super) const LONG: &str = "Tömítés <szivárog> & \"csöpög\" a 'kazettánál', Nguyễn Thị Ửng ỗ ệ 陈静 \
    újrahasznosíthatatlanságáról szóló, meglehetősen hosszadalmas megnevezés, amely sehol sem fér el";

/// A percentage in words.
pub(super) fn percent(part: f64) -> String {
    format!("{:.0}%", part * 100.0)
}

/// A number with as many decimals as it needs.
pub(super) fn number(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}

/// Bars for values in their order; the last is what is not determined.
pub(super) fn pareto(values: &[(&str, f64, Option<&str>)]) -> Pareto {
    let all: f64 = values.iter().map(|(_, value, _)| value).sum();
    let mut sum = 0.0;
    let mut vital = true;
    let rows = values.iter().enumerate().map(|(n, (name, value, fix))| {
        sum += value;
        let part = |value: f64| if all > 0.0 { value / all } else { 0.0 };
        let row = Row {
            name: (*name).to_owned(),
            link: Some(format!("/complaints?cause={n}&x=\"<")),
            value: *value,
            label: number(*value, 0),
            share: percent(part(*value)),
            cumulative: part(sum),
            cumulative_label: percent(part(sum)),
            vital: vital && *value > 0.0,
            kind: match values.len() - n {
                1 => Kind::Undetermined,
                2 => Kind::Further,
                _ => Kind::Ordinary,
            },
            fix: fix.map(str::to_owned),
            columns: vec![number(value * 5.6, 0), number(value * 0.81, 1)],
        };
        vital &= part(sum) < 0.8;
        row
    });
    let rows = rows.collect();
    let max = values.iter().map(|(_, value, _)| *value).fold(0.0, f64::max);
    Pareto {
        title: "Complaints by cause".to_owned(),
        desc: "Bars from the longest down, with the running total.".to_owned(),
        empty: "No complaint was received in these days.".to_owned(),
        heads: Heads {
            name: "Cause".to_owned(),
            value: "Complaints, share".to_owned(),
            running: "Running total".to_owned(),
            percents: ["0%", "50%", "80%", "100%"].map(str::to_owned),
            columns: vec!["Days waited".to_owned(), "Given, million ₫".to_owned()],
        },
        scale: Scale::up_to(max, true, number),
        rows,
    }
}

/// The usual one.
pub(super) fn causes() -> Pareto {
    pareto(&[
        ("Seal leaks, cartridge lot 0926", 231.0, Some("fix")),
        ("Visit missed or late", 182.0, None),
        ("Passed from desk to desk", 158.0, None),
        ("Charged twice", 121.0, Some("fix")),
        (LONG, 34.0, Some("javítás")),
        ("Sai tên hoặc mã số thuế trên hoá đơn", 27.0, None),
        ("包裹无人看管，被放置在门口而没有通知收件人", 22.0, None),
        ("Curt or cold manner", 18.0, None),
        ("Voucher rules unclear", 14.0, None),
        ("Six further causes", 26.0, None),
        ("Not determined", 31.0, None),
    ])
}

/// A u-chart with a fix and signals; the values are for 1,000 deliveries.
pub(super) fn visits() -> Trend {
    let values = [
        3.1, 2.8, 3.4, 3.0, 2.6, 3.3, 3.6, 2.9, 3.2, 3.0, 5.9, 6.4, 5.2, 4.9, 3.0, 2.7, 2.2, 1.9, 2.1, 1.8,
        2.0, 1.7,
    ];
    let weeks = [
        "8 Jun", "15 Jun", "22 Jun", "29 Jun", "6 Jul", "13 Jul", "20 Jul", "27 Jul", "3 Aug", "10 Aug",
        "17 Aug", "24 Aug", "31 Aug", "7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct",
        "26 Oct", "2 Nov",
    ];
    let periods: Vec<Period> = values
        .iter()
        .zip(weeks)
        .enumerate()
        .map(|(n, (value, week))| {
            let mean = if n < 14 { 3.1 } else { 1.9 };
            let wide = 1.6 + 0.06 * scale::count(n * 7 % 5);
            Period {
                label: week.to_owned(),
                value: Some(*value),
                text: format!("{value} per 1,000"),
                link: Some(format!("/complaints?week={n}")),
                signal: (10..14).contains(&n).then(|| "4 weeks above the limit".to_owned()),
                limits: Some(Limits { mean, low: mean - wide, high: mean + wide }),
            }
        })
        .collect();
    Trend {
        title: "Missed visits".to_owned(),
        desc: "A point for each week.".to_owned(),
        empty: "No deliveries are known.".to_owned(),
        place: Place::Half,
        form: Form::Line,
        scale: Scale::up_to(Trend::highest(&periods), false, number),
        ends: Some(EndWords {
            upper: "upper".to_owned(),
            mean: "mean".to_owned(),
            lower: "lower".to_owned(),
        }),
        periods,
        fixes: vec![Fix { before: 14, label: "new dispatch plan, 14 Sep".to_owned() }],
    }
}

/// Counts alone, with gaps.
pub(super) fn counts(form: Form, periods: usize) -> Trend {
    let periods: Vec<Period> = (0..periods)
        .map(|n| Period {
            label: format!("week {n}"),
            value: (n % 9 != 4).then(|| scale::count(n * n * 7 % 31)),
            text: format!("{}", n * n * 7 % 31),
            link: (n % 9 != 4).then(|| format!("/complaints?week={n}")),
            signal: None,
            limits: None,
        })
        .collect();
    Trend {
        form,
        scale: Scale::up_to(Trend::highest(&periods), true, number),
        ends: None,
        periods,
        fixes: Vec::new(),
        ..visits()
    }
}

/// A drawing with words around it.
pub(super) fn figure(finding: &str, drawing: String) -> Figure {
    let cell = |text: &str| Cell { text: text.to_owned(), link: None };
    Figure {
        finding: finding.to_owned(),
        more: Some("Two of the four have a fix running.".to_owned()),
        how: "Strong bars: the vital few. Every bar opens its complaints.".to_owned(),
        drawing,
        table: Some(Table {
            summary: "The figures".to_owned(),
            heads: vec![
                Head { text: "Cause".to_owned(), figures: false },
                Head { text: "Complaints".to_owned(), figures: true },
            ],
            rows: vec![
                vec![
                    cell("Seal leaks"),
                    Cell { text: "231".to_owned(), link: Some("/complaints?cause=0".to_owned()) },
                ],
                vec![cell(LONG), cell("34")],
            ],
        }),
        as_of: "As of 22 Nov 2026, 14:18.".to_owned(),
    }
}

/// Rows by columns; what is below zero is not known.
pub(super) fn heat(rows: &[(&str, &[f64])], columns: &[&str], place: Place) -> Heat {
    let cell = |(n, value): (usize, &f64)| HeatCell {
        value: (*value >= 0.0).then_some(*value),
        label: number(*value, 0),
        link: Some(format!("/complaints?place={n}")),
    };
    let row = |(name, values): &(&str, &[f64])| HeatRow {
        name: (*name).to_owned(),
        link: Some("/complaints?cause=1".to_owned()),
        cells: values.iter().enumerate().map(cell).collect(),
    };
    let rows: Vec<HeatRow> = rows.iter().map(row).collect();
    let range = |from: f64, to: Option<f64>| match to {
        None => format!("{from}+"),
        Some(to) if to <= from => format!("{from}"),
        Some(to) => format!("{from}–{to}"),
    };
    Heat {
        title: "Causes by place".to_owned(),
        desc: "The more, the deeper the colour.".to_owned(),
        empty: "No complaint was received in these days.".to_owned(),
        place,
        unknown: "no data".to_owned(),
        steps: Steps::up_to(Heat::highest(&rows), true, range),
        columns: columns.iter().map(|name| HeatColumn { name: (*name).to_owned() }).collect(),
        rows,
    }
}

/// The usual one.
pub(super) fn places() -> Heat {
    let rows: [(&str, &[f64]); 6] = [
        ("Seal leaks", &[121.0, 34.0, 52.0, 7.0, 0.0, -1.0]),
        ("Visit missed", &[38.0, 12.0, 41.0, 55.0, 17.0, 8.0]),
        ("Passed on", &[44.0, 9.0, 39.0, 22.0, 11.0, 8.0]),
        ("Charged twice", &[3.0, 1.0, 6.0, 4.0, 61.0, 21.0]),
        (LONG, &[11.0, 4.0, 14.0, 9.0, 3.0, 0.0]),
        ("包裹无人看管，被放置在门口", &[90.0, 85.0, 84.0, 31.0, 30.0, 13.0]),
    ];
    heat(&rows, &["Hà Nội", "Đà Nẵng", "TP.HCM", "徐州", "Budapest, Nyugati", "Leeds"], Place::Half)
}

/// Before against after.
pub(super) fn change(ratio: (f64, f64, f64)) -> Change {
    let mean = |label: &str, (value, low, high): (f64, f64, f64)| Mean {
        label: label.to_owned(),
        value,
        low,
        high,
        text: format!("{value} ({low} to {high})"),
    };
    let means =
        [mean("Before, 8 Jun to 13 Sep", (3.1, 2.6, 3.7)), mean("After, from 14 Sep", (1.9, 1.5, 2.4))];
    Change {
        title: "Before 3.1, after 1.9; the ratio is 0.61, between 0.48 and 0.71.".to_owned(),
        scale: Scale::up_to(Change::highest(&means), false, number),
        means,
        ratio: Some(Ratio {
            label: "After ÷ before".to_owned(),
            value: ratio.0,
            low: ratio.1,
            high: ratio.2,
            text: format!("{} ({} to {})", ratio.0, ratio.1, ratio.2),
            same: "1: no change".to_owned(),
            target: Some((0.5, "target 0.5".to_owned())),
        }),
    }
}

/// A share.
pub(super) fn interval(value: f64, low: f64, high: f64) -> Interval {
    Interval { label: format!("{value}, {low} to {high}"), value, low, high, target: Some(0.9) }
}

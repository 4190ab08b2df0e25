//! Before and after a fix: two rates with their intervals, their ratio, and what is said of it.

use firsthand_domain::corrective_action::{Judgement, Plan};
use firsthand_domain::statistics::ratio::mean_interval;

use crate::charts::{Change, Mean, Ratio, Scale};
use crate::pages::Frame;

/// Rates are told for so many chances.
const EACH: f64 = 1_000.0;

#[expect(clippy::cast_precision_loss, reason = "counts of complaints and chances are below 2^53")]
fn float(n: i64) -> f64 {
    n as f64
}

/// What is said of a fix, and how sure that is by its plan.
pub(in crate::pages) fn sentence(f: &Frame, plan: Option<&Plan>, judged: &Judgement) -> String {
    let verdict = f.word("analysis-verdict", verdict_code(judged)).into_owned();
    let Some(ratio) = judged.rate_ratio else { return verdict };
    let high = judged.high.map_or_else(|| "∞".to_owned(), |high| f.number(high, 2));
    let sure = 1.0 - plan.map_or(0.05, |plan| plan.alpha);
    let tenths: f64 = (sure * 1000.0).round();
    f.tell(
        "analysis-verdict-with",
        [
            ("verdict", verdict.into()),
            ("sure", f.percent(sure, usize::from(tenths % 10.0 > 0.0)).into()),
            ("ratio", f.number(ratio, 2).into()),
            ("low", f.number(judged.low.unwrap_or_default(), 2).into()),
            ("high", high.into()),
        ],
    )
}

fn verdict_code(judged: &Judgement) -> &'static str {
    use firsthand_domain::statistics::ratio::Verdict;
    match judged.verdict {
        Verdict::Effective => "effective",
        Verdict::Partial => "partial",
        Verdict::Ineffective => "ineffective",
        Verdict::Worse => "worse",
        Verdict::Inconclusive => "inconclusive",
        Verdict::NotEvaluable => "not_evaluable",
        Verdict::TooEarly => "too_early",
    }
}

/// The drawing of what is said by a plan; empty while there is nothing to draw.
pub(in crate::pages) fn drawing(f: &Frame, plan: &Plan, judged: &Judgement) -> String {
    let (Some(t1), Some(t2)) = (judged.t1.filter(|t| *t > 0), judged.t2.filter(|t| *t > 0)) else {
        return String::new();
    };
    let mean = |key: &str, x: i64, t: i64| {
        let interval = mean_interval(float(x), plan.alpha);
        let rate = |x: f64| x / float(t) * EACH;
        Mean {
            label: f.say(key).into_owned(),
            value: rate(float(x)),
            low: rate(interval.low),
            high: rate(interval.high),
            text: f.tell(
                "analysis-mean-text",
                [
                    ("rate", f.number(rate(float(x)), 2).into()),
                    ("count", f.count(x).into()),
                    ("exposure", f.count(t).into()),
                ],
            ),
        }
    };
    let means = [mean("analysis-before", judged.x1, t1), mean("analysis-after", judged.x2, t2)];
    let ratio = judged.rate_ratio.map(|value| Ratio {
        label: f.say("analysis-ratio").into_owned(),
        value,
        low: judged.low.unwrap_or_default(),
        high: judged.high.unwrap_or(f64::INFINITY),
        text: f.number(value, 2),
        same: f.say("analysis-same").into_owned(),
        target: Some((plan.target_ratio, f.with("analysis-target", "ratio", f.number(plan.target_ratio, 2)))),
    });
    Change {
        title: sentence(f, Some(plan), judged),
        scale: Scale::up_to(Change::highest(&means), false, |value, digits| f.number(value, digits)),
        means,
        ratio,
    }
    .svg()
}

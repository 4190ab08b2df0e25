//! What is said of actions, in words: when, how far, and how sure.

use firsthand_domain::corrective_action::{Action, Exposed, Judgement, Outlook, Window};
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Money;
use firsthand_domain::statistics::ratio::Verdict;

use crate::json::fixes::Causes;
use crate::pages::Frame;
use crate::pages::rows::cause_name;

/// Names of causes, with commas between them.
pub(super) fn causes(f: &Frame, ids: &[CauseId], known: &Causes) -> String {
    let names = ids.iter().filter_map(|id| known.get(id)).map(|cause| cause_name(f, &cause.name).to_owned());
    f.listed(names)
}

/// By when an action is due, or since when it is in place.
pub(super) fn when(f: &Frame, action: &Action) -> String {
    match action.implemented_at {
        Some(at) => f.with("actions-since", "day", f.date_of(at)),
        None => f.with("actions-due", "day", f.date_of(action.terms.due_at)),
    }
}

/// A window as people say it: with its last day.
pub(super) fn window(f: &Frame, window: Window) -> String {
    let last = window.to.plus(-1).start();
    f.with2("actions-from-to", "from", day(f, window.from.start()), "to", day(f, last))
}

/// A day of the calendar, the same in every zone.
fn day(f: &Frame, at: firsthand_domain::time::Timestamp) -> String {
    let date = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    f.date(date.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// A whole number with the marks of the language; words where there is none.
pub(super) fn whole(f: &Frame, number: Option<i64>) -> String {
    number.map_or_else(|| f.say("actions-not-on-record").into_owned(), |n| f.count(n))
}

/// By how much a ratio is less or more than one, in percent.
fn percent(f: &Frame, ratio: f64) -> String {
    f.number(((ratio - 1.0) * 100.0).abs(), 0)
}

/// What is aimed at.
pub(super) fn aim(f: &Frame, target_ratio: f64) -> String {
    f.with("actions-aim", "percent", percent(f, target_ratio))
}

/// On what it is measured.
pub(super) fn exposure(exposure: &Exposed) -> String {
    let parts = [Some(&exposure.kind), exposure.product.as_ref(), exposure.place.as_ref()];
    parts.into_iter().flatten().map(firsthand_domain::text::Text::as_str).collect::<Vec<_>>().join(" · ")
}

/// The verdict in a sentence, with its interval.
pub(super) fn said(f: &Frame, action: &Action, judgement: &Judgement) -> String {
    let ratio = judgement.rate_ratio.unwrap_or(1.0);
    let verdict = match judgement.verdict {
        Verdict::Effective => f.with("actions-said-effective", "percent", percent(f, ratio)),
        Verdict::Partial => f.with("actions-said-partial", "percent", percent(f, ratio)),
        Verdict::Ineffective => {
            let aim = action.plan.as_ref().map_or(0.5, |plan| plan.target_ratio);
            f.with("actions-said-ineffective", "aim", percent(f, aim))
        }
        Verdict::Worse => f.with("actions-said-worse", "percent", percent(f, ratio)),
        Verdict::Inconclusive => f.say("actions-said-inconclusive").into_owned(),
        Verdict::NotEvaluable => f.say("actions-said-not-evaluable").into_owned(),
        Verdict::TooEarly => f.with("actions-said-too-early", "day", f.date_of(judgement.earliest_at)),
    };
    let (Some(ratio), Some(low)) = (judgement.rate_ratio, judgement.low) else { return verdict };
    let (ratio, low) = (f.number(ratio, 2), f.number(low, 2));
    let interval = match judgement.high {
        Some(high) => f.tell(
            "actions-interval",
            [("ratio", ratio.into()), ("low", low.into()), ("high", f.number(high, 2).into())],
        ),
        None => f.with2("actions-interval-open", "ratio", ratio, "low", low),
    };
    format!("{verdict} {interval}")
}

/// Why nothing can be said yet, or what should be known beside what is said.
pub(super) fn notes(f: &Frame, judgement: &Judgement) -> Vec<String> {
    let mut notes = Vec::new();
    if judgement.x1 < 3 {
        notes.push(f.say("actions-few-before").into_owned());
    }
    if judgement.t1.is_none() || judgement.t2.is_none() && judgement.verdict != Verdict::TooEarly {
        notes.push(f.say("actions-no-exposure").into_owned());
    }
    if judgement.untagged > firsthand_domain::statistics::ratio::MOST_UNTAGGED {
        notes.push(f.with("actions-untagged", "percent", f.number(judgement.untagged * 100.0, 0)));
    }
    if judgement.displacement {
        notes.push(f.say("actions-displaced").into_owned());
    }
    if judgement.phi > 1.0 {
        notes.push(f.say("actions-bursts").into_owned());
    }
    if let Some(benefit) = judgement.benefit {
        notes.push(f.with("actions-expected", "count", f.number(benefit.expected, 1)));
        if let Some((minor, currency)) = benefit.saved.zip(benefit.currency) {
            let key = if minor < 0 { "actions-lost" } else { "actions-saved" };
            notes.push(f.with(key, "money", f.money(Money::new(minor.saturating_abs(), currency))));
        }
    }
    notes
}

/// What may be expected of a plan.
pub(super) fn outlook(f: &Frame, outlook: &Outlook) -> Vec<String> {
    let mut lines = vec![f.with("actions-earliest", "day", f.date_of(outlook.earliest_at))];
    match outlook.least_days {
        Some(days) if outlook.x1 >= 3 => {
            lines.push(f.with2("actions-least-days", "count", outlook.x1, "days", days));
        }
        _ => lines.push(f.say("actions-few-before").into_owned()),
    }
    if outlook.t1.is_none() {
        lines.push(f.say("actions-no-exposure").into_owned());
    }
    if let Some(power) = outlook.power {
        lines.push(f.with("actions-power", "percent", f.number(power * 100.0, 0)));
    }
    lines
}

//! One complaint, measured.

use crate::code::{Answer, AwardState, Closure, Finding, HandoffState, PromiseState, SuccessionState};
use crate::complaint::Complaint;
use crate::history::{Entry, Fact};
use crate::id::{CauseId, ComplaintId, CustomerId};
use crate::money::Money;
use crate::time::Timestamp;

use super::{Metric, Part, Ruler, SETTLED_DAYS};

const DAY: i64 = 86_400_000_000;

/// How many of a complaint a figure counts, and how many of these are in the numerator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Met {
    /// In the denominator.
    pub of: u32,
    /// In the numerator.
    pub met: u32,
}

impl Met {
    fn one(counts: bool, met: bool) -> Self {
        Self { of: u32::from(counts), met: u32::from(counts && met) }
    }
}

/// Why a complaint is counted nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// No complaint.
    Void,
    /// Counted with the one it goes on under.
    Merged,
    /// Handled elsewhere.
    Imported,
}

/// Whether a complaint came back to the desk, which its state alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Again {
    /// The customer disputed the first answer.
    pub disputed: bool,
    /// Somebody at the desk took it up again.
    pub reopened: bool,
}

impl Again {
    /// From a history, or those of its facts that are answers of the customer and reopenings.
    #[must_use]
    pub fn of<'e>(history: impl IntoIterator<Item = &'e Entry>) -> Self {
        let (mut again, mut cycle, mut disputed_at) = (Self::default(), 1, None);
        for entry in history {
            match &entry.fact {
                Fact::CustomerAnswered { answer: Answer::Disputed, .. } => {
                    again.disputed |= cycle == 1;
                    disputed_at = Some(entry.seq);
                }
                Fact::Reopened { cycle: next } => {
                    // A first dispute reopens by itself, with the next fact.
                    again.reopened |= disputed_at != Some(entry.seq - 1);
                    cycle = *next;
                }
                _ => {}
            }
        }
        again
    }
}

/// A complaint, measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Which.
    pub id: ComplaintId,
    /// When it came.
    pub received_at: Timestamp,
    /// Counted nowhere.
    pub apart: Option<Apart>,
    /// What each figure counts of it, in the order of [`Metric::ALL`].
    pub(super) met: Vec<Met>,
    /// Microseconds to the first reply; `false` while there is none.
    pub to_reply: (i64, bool),
    /// Microseconds to the end; `false` while it is open.
    pub to_resolution: (i64, bool),
    /// What was given.
    pub given: Vec<Money>,
    /// Who complained.
    pub customer: Option<CustomerId>,
    /// Why it happened.
    pub(super) cause: Option<CauseId>,
    /// What went wrong, in the customer's terms.
    pub(super) issue: Option<String>,
    /// The complaints that it says it repeats.
    pub(super) repeats: Vec<ComplaintId>,
}

impl Measured {
    /// A complaint as it stood at the instant of the ruler, which is not before it was logged.
    #[must_use]
    pub fn of(c: &Complaint, again: Again, ruler: &Ruler) -> Self {
        let apart = match c.closure {
            Some(Closure::Void) => Some(Apart::Void),
            Some(Closure::Merged) => Some(Apart::Merged),
            _ if c.imported => Some(Apart::Imported),
            _ => None,
        };
        let until = |at: Option<Timestamp>| {
            let end = at.unwrap_or(ruler.as_of);
            ((end.micros() - c.received_at.micros()).max(0), at.is_some())
        };
        // Who takes it back waits for no reply any more.
        let to_reply = match c.first_replied_at {
            Some(at) => until(Some(at)),
            None => (until(c.closed_at).0, false),
        };
        let given = c.awards.iter().filter(|a| a.state == AwardState::Executed).map(|a| a.value).collect();
        let met = if apart.is_none() {
            Metric::ALL.iter().map(|metric| met(*metric, c, again, ruler)).collect()
        } else {
            Vec::new()
        };
        let links = c.links.iter().filter(|link| link.kind == crate::code::LinkKind::RepeatOf);
        Self {
            id: c.id,
            received_at: c.received_at,
            apart,
            met,
            to_reply,
            to_resolution: until(c.closed_at),
            given,
            customer: c.customer,
            cause: c.primary_cause().map(|tag| tag.cause).filter(|cause| !ruler.little.contains(cause)),
            issue: c.category.clone(),
            repeats: links.map(|link| link.to).collect(),
        }
    }

    /// How much of it a figure counts.
    #[must_use]
    pub fn met(&self, metric: Metric) -> Met {
        let place = Metric::ALL.iter().position(|other| *other == metric);
        place.and_then(|place| self.met.get(place)).copied().unwrap_or_default()
    }

    /// Is it in that part of a figure?
    #[must_use]
    pub fn is_in(&self, metric: Metric, part: Part) -> bool {
        let Met { of, met } = self.met(metric);
        match part {
            Part::Numerator => met > 0,
            Part::Denominator => of > 0,
            Part::Missing => of > 0 && met < of,
        }
    }

    pub(super) fn set(&mut self, metric: Metric, change: impl FnOnce(&mut Met)) {
        let place = Metric::ALL.iter().position(|other| *other == metric);
        if let Some(met) = place.and_then(|place| self.met.get_mut(place)) {
            change(met);
        }
    }
}

fn met(metric: Metric, c: &Complaint, again: Again, ruler: &Ruler) -> Met {
    match metric {
        Metric::ReplyRate
        | Metric::ReplyOnTime
        | Metric::AcknowledgedOnTime
        | Metric::TimeToReply
        | Metric::TimeToResolution
        | Metric::ConcludedOnTime => on_time(metric, c, ruler),
        Metric::ClosedThirdDay | Metric::ClosedEightWeeks | Metric::ClosedLater => closed(metric, c, ruler),
        Metric::PromisesKept => promises(c, ruler),
        Metric::FirstContact => {
            let accepted = c.handoffs.iter().any(|h| h.state == HandoffState::Accepted);
            let at_once = c.cycle == 1
                && c.closure == Some(Closure::Accepted)
                && c.closed_at == Some(c.logged_at)
                && !accepted;
            // Whether it came back is told by the others: see `settle`.
            Met::one(c.received_at.plus_days(SETTLED_DAYS) <= ruler.as_of, at_once)
        }
        Metric::Handoffs
        | Metric::HandedOnTwice
        | Metric::HandoffsDeclined
        | Metric::SignedForOnTime
        | Metric::Successions => hands(metric, c),
        // Who complained before is told by the others: see `settle`.
        Metric::Repeats => Met::one(c.customer.is_some(), false),
        Metric::Reopened | Metric::Disputed => {
            let elapsed =
                c.first_replied_at.is_some_and(|at| at.plus_days(ruler.policy.reopen_days) <= ruler.as_of);
            Met::one(elapsed, if metric == Metric::Reopened { again.reopened } else { again.disputed })
        }
        Metric::Redone => Met::one(c.closed_at.is_some() || again.reopened, again.reopened),
        Metric::Upheld | Metric::PartlyUpheld | Metric::Rejected => {
            let last = c.decisions.last().map(|decision| decision.outcome);
            let asked = match metric {
                Metric::Upheld => Finding::Upheld,
                Metric::PartlyUpheld => Finding::PartlyUpheld,
                _ => Finding::Rejected,
            };
            Met::one(last.is_some(), last == Some(asked))
        }
        Metric::Open
        | Metric::OpenUnreplied
        | Metric::OpenUnrepliedWeek
        | Metric::OpenMonth
        | Metric::OpenEightWeeks => open(metric, c, ruler),
        Metric::Untagged | Metric::UnknownOrOther => {
            let right = c.decisions.last().is_some_and(|d| d.outcome != Finding::Rejected);
            let cause = c.primary_cause().map(|tag| tag.cause);
            let little = cause.is_some_and(|cause| ruler.little.contains(&cause));
            let met = if metric == Metric::Untagged { cause.is_none() } else { little };
            Met::one(c.closed_at.is_some() && right, met)
        }
        Metric::OwnAuthority => {
            let given = || c.awards.iter().filter(|award| award.state == AwardState::Executed);
            let own =
                given().filter(|a| a.approvals.first().is_some_and(|first| a.askers().contains(&first.by)));
            Met { of: count(given()), met: count(own) }
        }
    }
}

fn on_time(metric: Metric, c: &Complaint, ruler: &Ruler) -> Met {
    let withdrawn = |due: Timestamp| {
        c.closure == Some(Closure::Withdrawn) && c.closed_at.is_some_and(|closed| closed < due)
    };
    // Nobody can be told who cannot be reached: such complaints are answered under their reference.
    let reachable = c.customer.is_some() && !c.counted_apart;
    let replied = c.first_replied_at;
    match metric {
        Metric::ReplyRate | Metric::ReplyOnTime => {
            let due = c.due.reply;
            let counts = due <= ruler.as_of && reachable && (replied.is_some() || !withdrawn(due));
            let met = replied.is_some_and(|at| metric == Metric::ReplyRate || at <= due);
            Met::one(counts, met)
        }
        Metric::AcknowledgedOnTime => {
            let told = [c.acknowledged_at, replied].into_iter().flatten().min();
            let due = c.due.acknowledge;
            let counts = due <= ruler.as_of && reachable && (told.is_some() || !withdrawn(due));
            Met::one(counts, told.is_some_and(|at| at <= due))
        }
        Metric::TimeToReply => Met::one(true, replied.is_some()),
        Metric::ConcludedOnTime => {
            Met::one(c.due.resolve <= ruler.as_of, c.closed_at.is_some_and(|at| at <= c.due.resolve))
        }
        _ => Met::one(true, c.closed_at.is_some()),
    }
}

fn closed(metric: Metric, c: &Complaint, ruler: &Ruler) -> Met {
    let Some(at) = c.closed_at else { return Met::default() };
    let third = at < third_weekday(c.received_at, ruler);
    let weeks = at.micros() - c.received_at.micros() <= 56 * DAY;
    let met = match metric {
        Metric::ClosedThirdDay => third,
        Metric::ClosedEightWeeks => !third && weeks,
        _ => !third && !weeks,
    };
    Met::one(true, met)
}

/// The end of the third weekday after the day of receipt.
fn third_weekday(received_at: Timestamp, ruler: &Ruler) -> Timestamp {
    let read = || {
        let at = jiff::Timestamp::from_microsecond(received_at.micros()).ok()?;
        let mut day = at.to_zoned(ruler.zone.clone()).date();
        let mut left = 3;
        while left > 0 {
            day = day.tomorrow().ok()?;
            left -= i32::from(day.weekday().to_monday_one_offset() <= 5);
        }
        let end = day.tomorrow().ok()?.to_zoned(ruler.zone.clone()).ok()?;
        Some(Timestamp::from_micros(end.timestamp().as_microsecond()))
    };
    read().unwrap_or_else(|| received_at.plus_days(4))
}

fn promises(c: &Complaint, ruler: &Ruler) -> Met {
    let due = c.promises.iter().filter(|p| {
        let let_go = matches!(p.state, PromiseState::Superseded | PromiseState::Void);
        !let_go && p.due_at.plus_minutes(ruler.policy.promise_tolerance_minutes) <= ruler.as_of
    });
    let kept = due.clone().filter(|p| p.state == PromiseState::Kept);
    Met { of: count(due), met: count(kept) }
}

fn hands(metric: Metric, c: &Complaint) -> Met {
    let with =
        |states: &'static [HandoffState]| count(c.handoffs.iter().filter(move |h| states.contains(&h.state)));
    let accepted = with(&[HandoffState::Accepted]);
    match metric {
        Metric::Handoffs if c.closed_at.is_some() => Met { of: 1, met: accepted },
        Metric::Handoffs => Met::default(),
        Metric::HandedOnTwice => Met::one(c.closed_at.is_some(), accepted >= 2),
        Metric::HandoffsDeclined => {
            Met { of: count(c.handoffs.iter()), met: with(&[HandoffState::Declined]) }
        }
        // What is taken is taken before it lapses; what was declined or taken back was not there to be taken.
        Metric::SignedForOnTime => {
            Met { of: with(&[HandoffState::Accepted, HandoffState::Lapsed]), met: accepted }
        }
        _ => Met::one(true, c.successions.iter().any(|s| s.state == SuccessionState::Accepted)),
    }
}

fn open(metric: Metric, c: &Complaint, ruler: &Ruler) -> Met {
    let older = |days: i64| c.received_at.plus_days(days) < ruler.as_of;
    let (open, unreplied) = (c.is_open(), c.is_open() && c.first_replied_at.is_none());
    match metric {
        Metric::Open => Met::one(true, open),
        Metric::OpenUnreplied => Met::one(open, unreplied),
        Metric::OpenUnrepliedWeek => Met::one(unreplied, older(7)),
        Metric::OpenMonth => Met::one(open, older(30)),
        _ => Met::one(open, older(56)),
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

//! How the desk works, in figures (REQUIREMENTS C1): for each complaint whether a figure counts it, and whether it is as
//! it should be. A figure and the list behind it are told by this alone, so the one is as many as the other (I-67).
//!
//! Void complaints and those that went on under another are counted nowhere, imported ones apart. Nobody is ranked.

mod measured;
mod repeats;
#[cfg(test)]
mod tests;

use crate::id::CauseId;
use crate::policy::Policy;
use crate::time::Timestamp;

pub use measured::{Again, Apart, Measured, Met};
pub use repeats::settle;

/// The zone in which days are days.
pub type Zone = jiff::tz::TimeZone;

/// Days within which the same customer about the same shows that a first contact did not settle it.
pub const SETTLED_DAYS: i64 = 14;
/// Days within which a complaint of the same customer about the same comes again.
pub const REPEAT_DAYS: i64 = 90;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Complaints.
    Complaints,
    /// Promises in complaints.
    Promises,
    /// Offers of the handling.
    Handoffs,
    /// Awards.
    Awards,
}

impl Unit {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Complaints => "complaints",
            Self::Promises => "promises",
            Self::Handoffs => "handoffs",
            Self::Awards => "awards",
        }
    }
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $name:ident = $key:literal of $unit:ident),+ $(,)?) => {
        /// One figure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Metric { $($(#[$doc])* $name),+ }

        impl Metric {
            /// Every one, in the order in which they are told.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its key.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }

            /// The figure of a key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)+ _ => None }
            }

            /// What it counts.
            #[must_use]
            pub const fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit),+ }
            }
        }
    };
}

metrics! {
    /// 1: a substantive reply reached the customer, of those due.
    ReplyRate = "reply_rate" of Complaints,
    /// 2: by the time it was due.
    ReplyOnTime = "reply_on_time" of Complaints,
    /// 3: told in time that it is in hand.
    AcknowledgedOnTime = "acknowledged_on_time" of Complaints,
    /// 4: how long the first reply takes.
    TimeToReply = "time_to_reply" of Complaints,
    /// 4: how long the end takes.
    TimeToResolution = "time_to_resolution" of Complaints,
    /// 5: closed by the end of the third weekday after the day of receipt.
    ClosedThirdDay = "closed_third_day" of Complaints,
    /// 5: later, and within 56 days.
    ClosedEightWeeks = "closed_eight_weeks" of Complaints,
    /// 5: after more than 56 days.
    ClosedLater = "closed_later" of Complaints,
    /// 6: promises kept, of those due.
    PromisesKept = "promises_kept" of Promises,
    /// 7: settled at the first contact, and not come back.
    FirstContact = "first_contact" of Complaints,
    /// 10: handoffs taken for each closed complaint.
    Handoffs = "handoffs" of Handoffs,
    /// 10: closed complaints that changed hands twice or more.
    HandedOnTwice = "handed_on_twice" of Complaints,
    /// 11: offers of the handling that were declined.
    HandoffsDeclined = "handoffs_declined" of Handoffs,
    /// 12: all duties of a person passed to another.
    Successions = "successions" of Complaints,
    /// 13: the same customer about the same once more.
    Repeats = "repeats" of Complaints,
    /// 14: taken up again.
    Reopened = "reopened" of Complaints,
    /// 14: the customer disputes the answer.
    Disputed = "disputed" of Complaints,
    /// 15: the customer was right.
    Upheld = "upheld" of Complaints,
    /// 15: in part.
    PartlyUpheld = "partly_upheld" of Complaints,
    /// 15: was not.
    Rejected = "rejected" of Complaints,
    /// 16: open.
    Open = "open" of Complaints,
    /// 16: open without a real answer.
    OpenUnreplied = "open_unreplied" of Complaints,
    /// 16: open for more than 7 days without a real answer.
    OpenUnrepliedWeek = "open_unreplied_7_days" of Complaints,
    /// 16: open for more than 30 days.
    OpenMonth = "open_30_days" of Complaints,
    /// 16: open for more than 56 days.
    OpenEightWeeks = "open_56_days" of Complaints,
    /// 19: offers of the handling taken before they lapsed.
    SignedForOnTime = "signed_for_on_time" of Handoffs,
    /// 19: closed by the time the end was due.
    ConcludedOnTime = "concluded_on_time" of Complaints,
    /// 19: closed once, and taken up again.
    Redone = "redone" of Complaints,
    /// 20: closed in the customer's favour without a cause.
    Untagged = "untagged" of Complaints,
    /// 20: closed in the customer's favour with a cause that says nothing.
    UnknownOrOther = "unknown_or_other" of Complaints,
    /// 22: awards given that whoever asked for them had the authority for.
    OwnAuthority = "awards_own_authority" of Awards,
}

impl Metric {
    /// Of how many there are for each, and not how many of all: no share.
    #[must_use]
    pub const fn is_mean(self) -> bool {
        matches!(self, Self::Handoffs)
    }

    /// Is it about how long something takes?
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self, Self::TimeToReply | Self::TimeToResolution)
    }
}

/// Which complaints of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// As it should be, or what is looked for.
    Numerator,
    /// All that count.
    Denominator,
    /// Those that count and are not in the numerator, or not with all they have.
    Missing,
}

impl Part {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Numerator, Self::Denominator, Self::Missing];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Missing => "missing",
        }
    }

    /// The part of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }
}

/// By what complaints are measured.
#[derive(Debug, Clone)]
pub struct Ruler {
    /// As things stood then.
    pub as_of: Timestamp,
    /// The figures in force.
    pub policy: Policy,
    /// Where days begin.
    pub zone: Zone,
    /// Causes that say nothing: `unknown` and `other`.
    pub little: Vec<CauseId>,
}

/// Figures that the desk has no data for.
pub const UNKNOWN: [&str; 8] = [
    "first_contact_net",
    "first_contact_by_customer",
    "time_to_accept",
    "overturned",
    "satisfaction",
    "three_rates",
    "silent_defection",
    "time_to_give",
];

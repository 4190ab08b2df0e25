//! Identifiers: UUID version 7 in a type of its own for each kind of thing, so that none stands in for another.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+ };
}

identifiers!(
    /// One complaint, whatever becomes of it.
    ComplaintId,
    /// One thing complained of inside a complaint; each needs an answer of its own.
    PointId,
    /// A person who works at the desk.
    StaffId,
    /// A person who complains.
    CustomerId,
    /// A telephone number, e-mail address or order reference of a customer.
    IdentifierId,
    /// An offer to take over the handling.
    HandoffId,
    /// An offer to take over every duty of one person on one complaint.
    SuccessionId,
    /// Something sent, said or posted to the customer.
    ReplyId,
    /// Something said to the customer that has a date.
    PromiseId,
    /// Why complaints happen.
    CauseId,
    /// An authority to award.
    GrantId,
    /// Something given, or to be given, to a customer.
    AwardId,
    /// Something that goes wrong again and again.
    ProblemId,
    /// What is done so that a problem does not come back.
    ActionId,
    /// A time away from the desk.
    AbsenceId,
    /// A file that was sent in, and later belongs to a complaint.
    AttachmentId,
    /// A saved view of the list.
    SavedViewId,
);

/// Where new identifiers come from: the wiring hands in a generator, tests hand in a counter.
pub type NewId<'a> = &'a mut dyn FnMut() -> Uuid;

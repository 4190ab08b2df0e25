//! What can be done on many complaints at once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::codes;

codes! {
    /// What is done on each of many complaints.
    BulkVerb {
        /// One person is asked to take over the handling of each.
        Offer = "offer",
        /// Why they happened.
        Tag = "tag",
        /// How grave they are and what they are about.
        Assess = "assess",
        /// They end.
        Close = "close",
        /// The last step of each is taken back, as far as there is a way: an offer is recalled, a cause gives way to the one
        /// it replaced, an assessment is set back, what was closed is taken up again in a new round.
        Undo = "undo",
    }
}

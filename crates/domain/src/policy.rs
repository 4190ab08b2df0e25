//! The figures a desk sets for itself. One fixed policy until desks can set their own.

/// Limits and terms that the rules refer to; days are 24 hours round the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Days from receipt to the acknowledgement.
    pub acknowledge_days: i64,
    /// Days from receipt to the first substantive reply.
    pub reply_days: i64,
    /// Days from receipt to the resolution.
    pub resolve_days: i64,
    /// Days after which an unanswered handoff offer lapses when it names no time of its own.
    pub handoff_days: i64,
    /// Declines after which only a lead's arbitration moves the handling.
    pub declines: u32,
    /// Days after closing within which a complaint is reopened rather than logged anew.
    pub reopen_days: i64,
    /// Minutes a promise may be late and still count as kept.
    pub promise_tolerance_minutes: i64,
    /// Attempts to reach a silent customer before closing without an answer.
    pub attempts: usize,
    /// Different channels, or different UTC dates, those attempts must cover.
    pub attempt_spread: usize,
    /// Days a customer has to say whether an offered award is taken, when the offer names no time of its own.
    pub award_answer_days: i64,
    /// Days within which a holder speaks to an emergency award; later it is in the report of exceptions.
    pub ratify_days: i64,
    /// Days from the customer's yes to what was promised being given; later it is in the report of exceptions.
    pub execute_days: i64,
    /// Bytes of one file at most.
    pub file_bytes: u64,
    /// Bytes of all files of one complaint at most.
    pub files_bytes: u64,
    /// Files of one complaint at most.
    pub files: usize,
}

impl Policy {
    /// The policy every desk starts with.
    pub const DEFAULT: Self = Self {
        acknowledge_days: 1,
        reply_days: 7,
        resolve_days: 15,
        handoff_days: 1,
        declines: 2,
        reopen_days: 30,
        promise_tolerance_minutes: 0,
        attempts: 3,
        attempt_spread: 2,
        award_answer_days: 30,
        ratify_days: 7,
        execute_days: 14,
        file_bytes: 20 << 20,
        files_bytes: 200 << 20,
        files: 200,
    };
}

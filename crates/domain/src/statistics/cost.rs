//! What complaints of a cause cost, and what a fix has saved (REQUIREMENTS C5). All amounts are minor units of one currency.

/// What is known of the complaints of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Costs {
    /// Awards given.
    pub awards: i64,
    /// Minutes of handling.
    pub minutes: i64,
    /// Transport, rework.
    pub logistics: i64,
    /// Customers lost.
    pub lost: i64,
    /// Got back from third parties.
    pub recovered: i64,
}

/// What an hour of handling and a lost customer cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// An hour.
    pub hour: i64,
    /// The margin lost with a customer.
    pub margin: i64,
}

impl Costs {
    /// All together; nothing when it cannot be counted.
    #[must_use]
    pub fn total(&self, rates: &Rates) -> Option<i64> {
        let handling = self.minutes.checked_mul(rates.hour)?.checked_div(60)?;
        let lost = self.lost.checked_mul(rates.margin)?;
        self.awards
            .checked_add(handling)?
            .checked_add(self.logistics)?
            .checked_add(lost)?
            .checked_sub(self.recovered)
    }
}

/// What a fix has saved: complaints that were to be expected at the old rate and did not come, at what one costs, less
/// what the fix cost.
#[must_use]
pub fn benefit(expected: f64, observed: f64, unit_cost: f64, cost_of_action: f64) -> f64 {
    (expected - observed) * unit_cost - cost_of_action
}

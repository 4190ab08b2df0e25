//! What one complaint says of another: whether the same customer came about the same.

use std::collections::BTreeMap;

use crate::id::CustomerId;

use super::{Measured, Metric, REPEAT_DAYS, SETTLED_DAYS};

/// Tells of each complaint whether the same customer came with the same before, and whether they did so afterwards though
/// it was settled at the first contact. `person` is who a customer is, by the records that were found to be one person.
pub fn settle(all: &mut [Measured], person: impl Fn(CustomerId) -> CustomerId) {
    let mut customers: BTreeMap<CustomerId, Vec<usize>> = BTreeMap::new();
    for (place, one) in all.iter().enumerate() {
        if let (Some(customer), None) = (one.customer, one.apart) {
            customers.entry(person(customer)).or_default().push(place);
        }
    }
    let (mut came_before, mut came_back) = (Vec::new(), Vec::new());
    for places in customers.values_mut() {
        let at = |place: &usize| all.get(*place).map(|one| (one.received_at, one.id));
        places.sort_by_key(at);
        for (nth, later) in places.iter().enumerate() {
            let Some(later_one) = all.get(*later) else { continue };
            for earlier in places.iter().take(nth).rev() {
                let Some(earlier_one) = all.get(*earlier) else { continue };
                if earlier_one.received_at.plus_days(REPEAT_DAYS) < later_one.received_at {
                    break;
                }
                if !same(earlier_one, later_one) {
                    continue;
                }
                came_before.push(*later);
                if later_one.received_at <= earlier_one.received_at.plus_days(SETTLED_DAYS) {
                    came_back.push(*earlier);
                }
            }
        }
    }
    for place in came_before {
        if let Some(one) = all.get_mut(place) {
            one.set(Metric::Repeats, |met| met.met = met.of);
        }
    }
    for place in came_back {
        if let Some(one) = all.get_mut(place) {
            one.set(Metric::FirstContact, |met| met.met = 0);
        }
    }
}

/// About the same: the same cause, the same words for what went wrong, or somebody said so.
fn same(earlier: &Measured, later: &Measured) -> bool {
    (earlier.cause.is_some() && earlier.cause == later.cause)
        || (earlier.issue.is_some() && earlier.issue == later.issue)
        || later.repeats.contains(&earlier.id)
}

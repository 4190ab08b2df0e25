//! What the analysis is asked and how its bars are put in order (REQUIREMENTS C2.1), and how often the same comes back to
//! the same customer (C1.13, C2.9).

use std::collections::{BTreeMap, HashMap};

use crate::cause::Facet;
use crate::id::{CauseId, CustomerId};
use crate::statistics::chart;

/// What complaints are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Why it happened.
    #[default]
    Cause,
    /// The branch of the tree its cause belongs to.
    Branch,
    /// What went wrong, in the customer's terms.
    Category,
    /// What it is about.
    Product,
    /// Where it happened.
    Place,
    /// How it came.
    Channel,
    /// What value it takes from the customer.
    ValueCategory,
    /// The dimension of service quality it harms.
    Servqual,
    /// Its family in the cause-and-effect diagram.
    Family,
}

impl By {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Cause,
        Self::Branch,
        Self::Category,
        Self::Product,
        Self::Place,
        Self::Channel,
        Self::ValueCategory,
        Self::Servqual,
        Self::Family,
    ];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Branch => "branch",
            Self::Category => "category",
            Self::Product => "product",
            Self::Place => "place",
            Self::Channel => "channel",
            Self::ValueCategory => "value_category",
            Self::Servqual => "servqual",
            Self::Family => "family",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }

    /// The facet of causes it goes by.
    #[must_use]
    pub const fn facet(self) -> Option<Facet> {
        match self {
            Self::ValueCategory => Some(Facet::ValueCategory),
            Self::Servqual => Some(Facet::Servqual),
            Self::Family => Some(Facet::Family),
            _ => None,
        }
    }

    /// Does it go by causes, in whatever way? Then complaints without one are told apart.
    #[must_use]
    pub const fn is_of_causes(self) -> bool {
        matches!(self, Self::Cause | Self::Branch | Self::ValueCategory | Self::Servqual | Self::Family)
    }
}

/// What is measured of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// How many.
    #[default]
    Count,
    /// What was given, in one currency.
    Money,
    /// Days from receipt to the end, all together; of open ones to the asking.
    Days,
    /// How many for each chance there was for them: each order, each delivery.
    Rate,
}

impl Measure {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Count, Self::Days, Self::Money, Self::Rate];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Money => "money",
            Self::Days => "days",
            Self::Rate => "rate",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.code() == code)
    }
}

/// Something with a value, before it has its place among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<T> {
    /// What.
    pub of: T,
    /// Its value; nothing while it is unknown.
    pub value: Option<f64>,
    /// It says nothing (`unknown`, `other`, not said): these come last.
    pub says_nothing: bool,
}

/// Something in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked<T> {
    /// What.
    pub of: T,
    /// Its value.
    pub value: Option<f64>,
    /// Its part of all, what came before it with it, and whether it is one of the vital few; nothing without a value.
    pub bar: Option<chart::Bar>,
    /// It says nothing.
    pub says_nothing: bool,
}

/// The largest first, then what has no value, and last what says nothing; ties by what they are. Rates do not add up to
/// anything: of these there are no shares (`adds_up`).
pub fn ranked<T: Ord>(mut items: Vec<Item<T>>, adds_up: bool) -> Vec<Ranked<T>> {
    items.sort_by(|a, b| {
        let value = |item: &Item<T>| item.value.unwrap_or(f64::NEG_INFINITY);
        let last = a.says_nothing.cmp(&b.says_nothing);
        last.then_with(|| value(b).total_cmp(&value(a))).then_with(|| a.of.cmp(&b.of))
    });
    let values: Vec<f64> = items.iter().filter_map(|item| item.value).collect();
    let mut bars = if adds_up { chart::pareto(&values) } else { Vec::new() }.into_iter();
    items
        .into_iter()
        .map(|item| Ranked {
            bar: item.value.and_then(|_| bars.next()),
            of: item.of,
            value: item.value,
            says_nothing: item.says_nothing,
        })
        .collect()
}

/// One complaint of a known customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Whose, over merged records.
    pub customer: CustomerId,
    /// Its primary cause.
    pub cause: CauseId,
    /// When it was received, in seconds.
    pub at: i64,
    /// Whether it counts as one that may repeat another; those before the period are only what is repeated.
    pub in_period: bool,
}

/// How often the same came back to the same customer, and how often it would by chance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Repeats {
    /// Complaints of the period.
    pub complaints: u64,
    /// Those that repeat an earlier one.
    pub repeats: u64,
    /// How many would, had the same complaints fallen on the same customers at random.
    pub expected: f64,
    /// The share of such draws with as many or more.
    pub chance: f64,
    /// Repeats by cause, with the number expected.
    pub causes: BTreeMap<CauseId, (u64, f64)>,
}

/// Draws by which chance is reckoned.
const DRAWS: u32 = 200;

/// Which of these repeat an earlier one of the same customer and cause, at least `gap` and at most `within` seconds before:
/// their places. The complaints are in the order of their times.
#[must_use]
pub fn repeating(told: &[Told], gap: i64, within: i64) -> Vec<usize> {
    let mut earlier: HashMap<(CustomerId, CauseId), Vec<i64>> = HashMap::new();
    let mut found = Vec::new();
    for (place, one) in told.iter().enumerate() {
        let times = earlier.entry((one.customer, one.cause)).or_default();
        let again = times.iter().rev().any(|at| (gap..=within).contains(&(one.at - at)));
        if again && one.in_period {
            found.push(place);
        }
        times.push(one.at);
    }
    found
}

impl Repeats {
    /// Reckons them. Chance: the customers are dealt anew over the complaints, each as often as it complained; times and
    /// causes stay. The same complaints always give the same figures.
    #[must_use]
    pub fn of(told: &[Told], gap: i64, within: i64) -> Self {
        let float = |n: u64| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
        let seen = repeating(told, gap, within);
        let mut repeats = Self {
            complaints: told.iter().filter(|one| one.in_period).count() as u64,
            repeats: seen.len() as u64,
            chance: 1.0,
            ..Self::default()
        };
        for one in seen.iter().filter_map(|place| told.get(*place)) {
            repeats.causes.entry(one.cause).or_default().0 += 1;
        }
        let mut dealt = told.to_vec();
        let mut chance = Deal(0x5eed);
        let (mut all, mut as_many, mut by_cause) = (0_u64, 0_u32, BTreeMap::<CauseId, u64>::new());
        for _ in 0..DRAWS {
            for last in (1..dealt.len()).rev() {
                let other = chance.below(last + 1);
                if let Some((customer, mine)) =
                    dealt.get(other).zip(dealt.get(last)).map(|(a, b)| (a.customer, b.customer))
                {
                    if let Some(one) = dealt.get_mut(other) {
                        one.customer = mine;
                    }
                    if let Some(one) = dealt.get_mut(last) {
                        one.customer = customer;
                    }
                }
            }
            let drawn = repeating(&dealt, gap, within);
            all += drawn.len() as u64;
            as_many += u32::from(drawn.len() >= seen.len());
            for one in drawn.iter().filter_map(|place| dealt.get(*place)) {
                *by_cause.entry(one.cause).or_default() += 1;
            }
        }
        repeats.expected = float(all) / f64::from(DRAWS);
        repeats.chance = f64::from(as_many) / f64::from(DRAWS);
        for (cause, count) in by_cause {
            repeats.causes.entry(cause).or_default().1 = float(count) / f64::from(DRAWS);
        }
        repeats
    }

    /// How many times as often as by chance; nothing where chance makes none.
    #[must_use]
    pub fn lift(&self) -> Option<f64> {
        let repeats = u32::try_from(self.repeats).map_or(f64::from(u32::MAX), f64::from);
        (self.expected > 0.0).then(|| repeats / self.expected)
    }
}

/// A fixed sequence of numbers (`SplitMix64`): the same figures on every day and machine.
struct Deal(u64);

impl Deal {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from(z % n.max(1) as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn item(of: &'static str, value: Option<f64>, says_nothing: bool) -> Item<&'static str> {
        Item { of, value, says_nothing }
    }

    #[test]
    fn the_vital_few_come_first_and_what_says_nothing_last() {
        let items = vec![
            item("rude", Some(27.0), false),
            item("other", Some(9.0), true),
            item("late", Some(84.0), false),
            item("bill", Some(18.0), false),
            item("leak", Some(51.0), false),
            item("wrong", Some(11.0), false),
            item("no exposure", None, false),
        ];
        let ranked = ranked(items, true);
        let order: Vec<_> = ranked.iter().map(|bar| bar.of).collect();
        assert_eq!(order, ["late", "leak", "rude", "bill", "wrong", "no exposure", "other"]);
        let vital = ranked.iter().filter(|bar| bar.bar.is_some_and(|bar| bar.vital_few)).count();
        assert_eq!(vital, 3);
        assert_eq!(ranked[5].bar, None, "unknown is not nothing");
        assert!((ranked[6].bar.unwrap().cumulative - 1.0).abs() < 1e-12);
    }

    fn told(customer: u128, cause: u128, day: i64) -> Told {
        let (customer, cause) = (CustomerId(Uuid::from_u128(customer)), CauseId(Uuid::from_u128(cause)));
        Told { customer, cause, at: day * 86_400, in_period: day >= 0 }
    }

    #[test]
    fn the_same_again_is_a_repeat_neither_too_soon_nor_too_late() {
        const DAY: i64 = 86_400;
        let all =
            [told(1, 1, -10), told(1, 1, 0), told(1, 2, 1), told(1, 1, 1), told(2, 1, 2), told(1, 1, 100)];
        // The first was before the period; a day later is within the gap of the one of day 0, not of the one before.
        assert_eq!(repeating(&all, 2 * DAY, 90 * DAY), [1, 3]);
        assert_eq!(repeating(&all, DAY, DAY), [3]);
        let repeats = Repeats::of(&all, 2 * DAY, 90 * DAY);
        assert_eq!((repeats.complaints, repeats.repeats), (5, 2));
        assert_eq!(repeats, Repeats::of(&all, 2 * DAY, 90 * DAY), "the same figures every time");
    }

    /// Customers who come back for what was not mended stand out; customers who just complain often do not.
    #[test]
    fn chance_is_told_apart_from_what_comes_back() {
        let mut back = Vec::new();
        for customer in 0..40 {
            back.push(told(customer, customer % 8, i64::try_from(customer).unwrap()));
            back.push(told(customer, customer % 8, i64::try_from(customer).unwrap() + 20));
        }
        back.sort_by_key(|one| one.at);
        let repeats = Repeats::of(&back, 86_400, 90 * 86_400);
        assert_eq!(repeats.repeats, 40);
        assert!(repeats.lift().unwrap() > 5.0 && repeats.chance < 0.01, "{repeats:?}");

        let mut deal = Deal(3);
        let mut random: Vec<Told> =
            (0..400).map(|day| told(deal.below(50) as u128, deal.below(6) as u128, day / 4)).collect();
        random.sort_by_key(|one| one.at);
        let repeats = Repeats::of(&random, 86_400, 90 * 86_400);
        assert!((0.8..1.25).contains(&repeats.lift().unwrap()) && repeats.chance > 0.01, "{repeats:?}");
        assert_eq!(Repeats::of(&[], 1, 2).lift(), None);
    }
}

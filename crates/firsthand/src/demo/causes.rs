//! Why customers of the demonstration desk complain: which causes, of what and where, and how that changes over the two
//! years. Drawn apart from everything else, so that the same complaints come whatever is done about them.

use firsthand_domain::time::{Day, Timestamp};

use super::chance::Chance;
use super::words::Words;

/// What one complaint is about: the kind of trouble and the place, by their numbers, and what lies behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) case: usize,
    pub(super) place: usize,
    pub(super) cause: &'static str,
}

/// A complaint that comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) at: Timestamp,
    pub(super) language: usize,
    pub(super) kind: Kind,
    /// One of many alike in one week, put right at once.
    pub(super) at_once: bool,
}

/// Causes with how many of a hundred complaints they have.
type Mix = &'static [(&'static str, usize)];

/// Where parcels stand on the wrong cage: the only place with that cause.
const CITY: &str = "Reading";
/// The cause whose fix helped, and since how many weeks it is in place; of five such complaints two still come.
const HELPED: (&str, i64) = ("installation", 30);
/// What is dear though it is not frequent.
pub(super) const DEAR: &str = "made-wrongly";
/// What stood beside the primary cause.
pub(super) const BESIDE: [&str; 4] = ["not-trained", "procedure", "teamwork", "not-told"];
/// Complaints that were sorted otherwise later: from a cause to the one next to it, so many of them, so many weeks ago.
pub(super) const SORTED_OTHERWISE: (&str, &str, usize, i64) = ("damaged", "performance", 8, 24);
/// Weeks in which one cause had so many times its mean: which, how many weeks ago, how many times.
const SPIKES: [(&str, i64, usize); 5] = [
    ("billing-error", 40, 7),
    ("installation", 36, 7),
    ("hard-to-reach", 20, 8),
    ("phone-call", 12, 12),
    ("transport", 2, 10),
];

/// The day of the week that began so many weeks before the present one.
pub(super) fn monday(now: Timestamp, weeks_ago: i64) -> Day {
    // 1970 began on a Thursday.
    let today = now.utc_day();
    Day::at(today - (today + 3).rem_euclid(7) - 7 * weeks_ago)
}

/// What lies behind a kind of trouble, at that place.
fn mix(words: &Words, case: usize, place: usize) -> Mix {
    let of = words.cases.get(case).map_or("", |case| case.cause.as_str());
    let here = words.places.get(place).is_some_and(|place| place == CITY);
    match of {
        // The first of each country is something that an engineer fits.
        _ if case == 0 => {
            &[("installation", 65), ("damaged", 15), ("parts-missing", 10), ("instructions", 10)]
        }
        "damaged" => &[("damaged", 60), (DEAR, 22), ("packaging", 18)],
        "late" if here => &[("warehouse", 75), ("late", 15), ("transport", 10)],
        "late" => &[("transport", 65), ("late", 20), ("wrong-slot", 15)],
        "billing-error" => &[("billing-error", 80), ("website", 12), ("offer-not-given", 8)],
        "hard-to-reach" => &[("hard-to-reach", 60), ("phone-call", 40)],
        "misinformed" => &[("misinformed", 70), ("not-told", 30)],
        "conduct" => &[("conduct", 75), ("no-care", 25)],
        "wrong-item" => &[("wrong-item", 70), ("order-error", 30)],
        _ => &[("other", 100)],
    }
}

/// What a customer of that country complains of.
pub(super) fn draw(words: &Words, chance: &mut Chance) -> Kind {
    // The first ones happen most: a desk has few causes of most of its complaints.
    let case = chance.below(words.cases.len()).min(chance.below(words.cases.len()));
    let mut place = chance.below(words.places.len());
    let late = words.cases.get(case).is_some_and(|case| case.cause == "late");
    let city = words.places.iter().position(|place| place == CITY);
    if let Some(city) = city.filter(|_| chance.percent(45) && late) {
        place = city;
    }
    let (draw, none) = (chance.below(100), chance.below(100));
    let cause = match none {
        0..=1 => "unknown",
        2..=3 => "other",
        _ => of_hundred(mix(words, case, place), draw),
    };
    Kind { case, place, cause }
}

fn of_hundred(mix: Mix, draw: usize) -> &'static str {
    let mut below = 0;
    let found = mix.iter().find(|(_, share)| {
        below += share;
        draw < below
    });
    found.or(mix.last()).map_or("other", |(cause, _)| cause)
}

/// About so many complaints over two years, a little more of them each month.
pub(super) fn arrivals(words: &[Words], now: Timestamp, days: i64, complaints: usize) -> Vec<Arrival> {
    let mut chance = Chance::new(1854);
    let mut all: Vec<Arrival> = Vec::new();
    for _ in 0..complaints {
        // The later of two draws now and then.
        let (one, two) = (chance.minutes(0, days * 1440), chance.minutes(0, days * 1440));
        let minutes = if chance.percent(15) { one.max(two) } else { one };
        let language = chance.below(words.len());
        let Some(told) = words.get(language) else { continue };
        let at = now.plus_days(-days).plus_minutes(minutes);
        all.push(Arrival { at, language, kind: draw(told, &mut chance), at_once: false });
    }
    all.sort_by_key(|arrival| arrival.at);
    let (helped, since) = (HELPED.0, monday(now, HELPED.1).start());
    let mut after = 0;
    all.retain(|arrival| {
        if arrival.kind.cause != helped || arrival.at < since {
            return true;
        }
        after += 1;
        [2, 4].contains(&(after % 5))
    });
    for (cause, weeks_ago, times) in SPIKES {
        let more = spike(&all, now, (cause, weeks_ago, times), &mut chance);
        all.extend(more);
    }
    all.sort_by_key(|arrival| arrival.at);
    all
}

/// What a week has beyond the usual: as those of the twelve weeks it is held against, in the hours of its first four days.
fn spike(
    all: &[Arrival],
    now: Timestamp,
    (cause, weeks_ago, times): (&str, i64, usize),
    chance: &mut Chance,
) -> Vec<Arrival> {
    const PAST: usize = 12;
    let within = |from: i64, to: i64| {
        let (from, to) = (monday(now, from).start(), monday(now, to).start());
        let of_it = move |a: &&Arrival| a.kind.cause == cause && from <= a.at && a.at < to;
        all.iter().filter(of_it).copied().collect::<Vec<_>>()
    };
    let past = within(weeks_ago + 14, weeks_ago + 2);
    let (wanted, had) = ((past.len() * times).div_ceil(PAST), within(weeks_ago, weeks_ago - 1).len());
    let monday = monday(now, weeks_ago).start();
    (0_i64..)
        .take(wanted.saturating_sub(had))
        .filter_map(|nth| {
            let like = past.get(chance.below(past.len())).copied()?;
            let at = monday.plus_days(nth % 4).plus_minutes(chance.minutes(480, 1020));
            Some(Arrival { at, at_once: true, ..like })
        })
        .collect()
}

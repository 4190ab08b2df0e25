//! The analysis of two years, every complaint tagged with one of three hundred causes. Its floor is the same sums made by
//! reading every line of the figures: narrow rows, so less than a desk without kept sums would have to read.

use firsthand_domain::figures::date_of;
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, now};
use crate::writes::Job;

/// Causes that are tagged.
pub(crate) const CAUSES: usize = 300;
/// Days that are looked at.
const DAYS: i64 = 730;

/// What is asked of the analysis, and the statement that reads everything for it.
pub(crate) struct Question {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) scan: String,
    /// Held to its figure at every size.
    pub(crate) kept: Kept,
}

/// From what it is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// From sums.
    Sums,
    /// From the lines that the filter leaves.
    Lines,
    /// From all lines, as they were at an instant.
    AsOf,
}

/// Everything that is measured. `to` is a day, in days since 1970.
pub(crate) fn questions() -> Vec<Question> {
    let to = now().utc_day() + 1;
    let (from, until) = (date_of(to - DAYS), date_of(to));
    let days = format!("from={from}&to={until}");
    let sums = "sum(complaints), sum(closed_seconds), sum(open), sum(open_since), sum(given)";
    let scan = |columns: &str, and: &str| {
        let (list, group) = (columns, columns);
        format!(
            "select {list}, currency, {sums} from figure_change where +day >= {} and +day < {to}{and} \
             group by {group}, currency",
            to - DAYS
        )
    };
    let of = |name: String, path: String, scan: String, kept| Question { name, path, scan, kept };
    let mut questions = Vec::new();
    for by in ["cause", "category", "product", "place", "channel"] {
        let path = format!("/api/v1/analysis/pareto?by={by}&{days}");
        questions.push(of(format!("Pareto by {by}"), path, scan(by, ""), Kept::Sums));
    }
    for against in ["product", "place", "channel"] {
        let path = format!("/api/v1/analysis/crossing?against={against}&{days}");
        let scan = scan(&format!("cause, {against}"), "");
        questions.push(of(format!("cause x {against}"), path, scan, Kept::Sums));
    }
    let path = format!("/api/v1/analysis/trend?grain=week&{days}");
    questions.push(of("trend by week".to_owned(), path, scan("day", ""), Kept::Sums));
    let path = format!("/api/v1/analysis/pareto?by=cause&product=product+30&place=place+150&{days}");
    let and = " and coalesce(product, '') = 'product 30' and coalesce(place, '') = 'place 150'";
    questions.push(of("Pareto, product and place".to_owned(), path, scan("cause", and), Kept::Lines));
    let at = now().plus_days(-30);
    let path = format!("/api/v1/analysis/pareto?by=cause&as_of={at}&{days}");
    let and = format!(" and at <= {}", at.micros());
    questions.push(of("Pareto as of a month ago".to_owned(), path, scan("cause", &and), Kept::AsOf));
    questions
}

/// Gives a cause to one of the open complaints whose turn it is: half of them are the desk's, the others the floor's.
pub(crate) fn tag_request(world: &World<'_>, token: &str, number: u64) -> String {
    let (complaint, cause, _) = turn(world, number, 0);
    let body = json!({ "cause": cause, "role": "primary", "confidence": "suspected" }).to_string();
    World::post(token, &format!("/api/v1/complaints/{complaint}/causes"), &body)
}

/// The same for the floor.
pub(crate) fn tag_jobs(world: &World<'_>) -> impl Fn(u64) -> Job + Clone + Send + 'static {
    let (open, causes) = (world.open.clone(), world.causes.clone());
    move |number| {
        let (complaint, cause, number) = of_turn(&open, &causes, number, 1);
        Job::Tag { complaint, cause, number }
    }
}

fn turn(world: &World<'_>, number: u64, half: usize) -> (Uuid, Uuid, u64) {
    of_turn(&world.open, &world.causes, number, half)
}

fn of_turn(open: &[Uuid], causes: &[Uuid], number: u64, half: usize) -> (Uuid, Uuid, u64) {
    let pairs = open.len() / 2;
    let turn = usize::try_from(number).unwrap_or(0);
    let complaint = open.get(turn % pairs.max(1) * 2 + half).copied().unwrap_or_default();
    let cause = causes.get(turn / pairs.max(1) % causes.len().max(1)).copied().unwrap_or_default();
    (complaint, cause, number)
}

/// Asks which causes may fit what somebody says.
pub(crate) fn suggest_request(world: &World<'_>, number: u64) -> String {
    let mut seed = crate::seed::Seed::new(number);
    let body = json!({ "product": format!("product {}", seed.skewed(40)), "text": seed.text(30) });
    World::post(&world.token, "/api/v1/cause-suggestions", &body.to_string())
}

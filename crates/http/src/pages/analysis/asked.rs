//! What a page of the analysis was asked, as far as it could be understood, and the form that asks again.

use firsthand_domain::Refusal;
use firsthand_domain::analysis::{By, Measure};
use firsthand_domain::figures::date_of;
use firsthand_domain::time::Timestamp;
use firsthand_storage::Tx;
use firsthand_storage::analysis::Grain;
use firsthand_storage::figures::Dimension;

use crate::analysis::Asked;
use crate::pages::Frame;
use crate::problem::Problem;
use crate::query::{Query, encode};

pub(in crate::pages) const PARAMETERS: &[&str] = &[
    "by", "measure", "currency", "exposure", "from", "until", "as_of", "cause", "category", "product",
    "place", "channel", "grain", "against", "all", "part",
];

/// What was asked, and what the form shows.
pub(in crate::pages) struct Shown<T = (Grain, Dimension)> {
    pub(in crate::pages) asked: Asked,
    pub(in crate::pages) more: T,
    /// What could not be understood, in words.
    pub(in crate::pages) wrong: Option<String>,
    /// Every bar, however many.
    pub(in crate::pages) all: bool,
    query: Query,
}

impl<T> Shown<T> {
    /// Reads it; what cannot be understood is left out, and told.
    pub(in crate::pages) async fn read(
        tx: &mut Tx<'_>,
        f: &Frame,
        query: &Query,
        now: Timestamp,
        more: impl Fn(&Query, &Asked) -> Result<T, Problem>,
    ) -> Result<Self, Problem> {
        let (mut query, mut wrong) = (query.clone(), query.wrong().to_vec());
        loop {
            let mut read = query.clone();
            // People name the last day, programs the one after it.
            if let Some(until) = query.get("until").map(str::to_owned) {
                let next = until.trim().parse::<jiff::civil::Date>().ok().and_then(|day| day.tomorrow().ok());
                read.put("to", next.map_or(until, |day| day.to_string()));
            }
            let found = match Asked::read(tx, &read, now).await {
                Ok(asked) => more(&read, &asked).map(|more| (asked, more)),
                Err(problem) => Err(problem),
            };
            match found {
                Ok((asked, more)) => {
                    let names = wrong.iter().map(|name| f.word("analysis-field", name).into_owned());
                    let wrong = (!wrong.is_empty())
                        .then(|| f.with("list-wrong", "names", f.listed(names.into_iter())));
                    let all = query.get("all").is_some();
                    return Ok(Self { asked, more, wrong, all, query });
                }
                Err(problem) => match problem.refusal() {
                    // Each round takes one parameter away.
                    Some(Refusal::Field { field, .. }) => {
                        let name = if field == "to" { "until" } else { field.as_ref() }.to_owned();
                        if query.get(&name).is_none() {
                            return Err(problem);
                        }
                        query.remove(&name);
                        wrong.push(name);
                    }
                    _ => return Err(problem),
                },
            }
        }
    }

    /// The first day, for a field.
    pub(in crate::pages) fn first_day(&self) -> String {
        date_of(self.asked.from()).to_string()
    }

    /// The last day.
    pub(in crate::pages) fn last_day(&self) -> String {
        date_of(self.asked.to() - 1).to_string()
    }

    /// A text that was asked for.
    pub(in crate::pages) fn given(&self, name: &str) -> &str {
        self.query.get(name).unwrap_or_default()
    }

    pub(in crate::pages) fn is_by(&self, code: &str) -> bool {
        self.asked.pareto.by.code() == code
    }

    #[expect(clippy::unused_self, reason = "asked by the template")]
    pub(in crate::pages) fn bys(&self) -> [&'static str; 9] {
        By::ALL.map(By::code)
    }

    /// Each measure: its code, whether it is shown, and the page with it.
    pub(in crate::pages) fn measures(&self) -> Vec<(&'static str, bool, String)> {
        let link = |measure: Measure| self.address("/analysis", &[("measure", measure.code())]);
        Measure::ALL.into_iter().map(|m| (m.code(), m == self.asked.pareto.measure, link(m))).collect()
    }

    /// The page with some parameters in the place of those that were asked.
    pub(in crate::pages) fn address(&self, path: &str, with: &[(&str, &str)]) -> String {
        let kept = self.query.every().filter(|(name, _)| with.iter().all(|(other, _)| other != name));
        let pairs: Vec<String> = kept
            .chain(with.iter().copied())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// The page without some of what was asked.
    pub(in crate::pages) fn without(&self, path: &str, names: &[&str]) -> String {
        let kept = self.query.every().filter(|(name, _)| !names.contains(name));
        let pairs: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// The figures as a table for a spreadsheet.
    pub(in crate::pages) fn csv(&self, part: &str) -> String {
        self.address("/analysis.csv", &[("part", part)])
    }
}

impl Shown<(Grain, Dimension)> {
    pub(in crate::pages) fn is_grain(&self, code: &str) -> bool {
        self.more.0.code() == code
    }

    pub(in crate::pages) fn is_against(&self, code: &str) -> bool {
        self.more.1.code() == code
    }
}

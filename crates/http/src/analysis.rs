//! What the analysis is asked, the same by programs and on pages, and the lists behind its figures: every figure leads to
//! a list that holds as many complaints as it says.

use firsthand_domain::Refusal;
use firsthand_domain::analysis::{By, Measure};
use firsthand_domain::cause::{CauseTree, Facet};
use firsthand_domain::code::Channel;
use firsthand_domain::figures::date_of;
use firsthand_domain::id::CauseId;
use firsthand_domain::money::Currency;
use firsthand_domain::text::{Line, Text};
use firsthand_domain::time::Timestamp;
use firsthand_storage::analysis::{ParetoAsked, counted_with, no_cause, tree_of};
use firsthand_storage::figures::{self, Filter};
use firsthand_storage::{Tx, causes, list};

use crate::problem::Problem;
use crate::query::{Query, encode};

/// Days that are looked at when nobody says which.
const PERIOD: i64 = 91;
/// What lists are asked besides, when they are behind a figure.
pub(crate) const BEHIND: &[&str] = &["counted", "as_of", "without", "value_category", "servqual", "family"];

/// What was asked.
pub(crate) struct Asked {
    pub(crate) pareto: ParetoAsked,
    /// The code of the cause that was named: figures are of it and all below it.
    pub(crate) cause_code: Option<String>,
    pub(crate) tree: CauseTree,
}

fn one_of(expected: &[&str]) -> String {
    format!("expected one of {}", expected.join(", "))
}

/// A UTC day: figures are kept by day.
fn day(text: &str) -> Option<i64> {
    let at = Timestamp::parse_or_day(text).ok()?;
    (Timestamp::EARLIEST..Timestamp::NEVER).contains(&at).then_some(())?;
    (at.micros().rem_euclid(86_400_000_000) == 0).then_some(at.utc_day())
}

/// A cause that a figure was asked for, by id or code.
async fn cause_of(tx: &mut Tx<'_>, query: &Query) -> Result<Option<firsthand_domain::cause::Cause>, Problem> {
    let expected = "expected the id or code of a cause";
    let name = |v: &str| Text::<64>::parse(v).ok();
    let Some(name) = query.read("cause", expected, name)? else { return Ok(None) };
    let cause = causes::named(tx, name.as_str()).await?;
    Ok(Some(cause.ok_or_else(|| Refusal::field("cause", expected))?))
}

impl Asked {
    /// Reads what was asked.
    pub(crate) async fn read(tx: &mut Tx<'_>, query: &Query, now: Timestamp) -> Result<Self, Problem> {
        let by = query.read("by", &one_of(&By::ALL.map(By::code)), By::from_code)?.unwrap_or_default();
        let measures = one_of(&Measure::ALL.map(Measure::code));
        let measure = query.read("measure", &measures, Measure::from_code)?.unwrap_or_default();
        let currency = "expected a currency by its code, as EUR";
        let currency = query.read("currency", currency, Currency::from_code)?;
        let line = |v: &str| Line::parse(v).ok().map(Line::into_string);
        let exposure = query.read("exposure", "expected a text", line)?;
        let days = "expected a UTC day, as 2026-11-01: figures are kept by day";
        let to = query.read("to", days, day)?.unwrap_or_else(|| now.utc_day() + 1);
        let from = query.read("from", days, day)?.unwrap_or(to - PERIOD);
        if from > to {
            return Err(Problem::field("to", "expected a day that is not before `from`"));
        }
        let as_of =
            query.read("as_of", "expected an instant or a UTC day", |v| Timestamp::parse_or_day(v).ok())?;
        let channels = one_of(&Channel::ALL.iter().map(|channel| channel.code()).collect::<Vec<_>>());
        let mut figures = figures::Asked {
            from,
            to,
            as_of,
            filter: Filter {
                causes: None,
                category: query.read("category", "expected a text", line)?,
                product: query.read("product", "expected a text", line)?,
                place: query.read("place", "expected a text", line)?,
                channel: query.read("channel", &channels, Channel::from_code)?,
                among: None,
            },
        };
        let tree = tree_of(tx, &figures).await?;
        let cause = cause_of(tx, query).await?;
        figures.filter.causes = cause.as_ref().map(|cause| counted_with(&tree, &[cause.id]));
        Ok(Self {
            pareto: ParetoAsked { by, measure, currency, exposure, figures },
            cause_code: cause.map(|cause| cause.code),
            tree,
        })
    }

    /// The first day.
    pub(crate) fn from(&self) -> i64 {
        self.pareto.figures.from
    }

    /// The day after the last.
    pub(crate) fn to(&self) -> i64 {
        self.pareto.figures.to
    }

    /// The list of what a figure counts, after the question mark: what was asked, with `more` in the place of the same
    /// names, between these days.
    pub(crate) fn behind(&self, more: &[(&str, &str)], days: (i64, i64)) -> String {
        let filter = &self.pareto.figures.filter;
        let (from, to) = (date_of(days.0).to_string(), date_of(days.1).to_string());
        let as_of = self.pareto.figures.as_of.map(|at| at.to_string());
        let without = more.iter().find(|(name, _)| *name == "without").map(|(_, of)| *of);
        let asked = [
            ("cause", self.cause_code.as_deref()),
            ("category", filter.category.as_deref()),
            ("product", filter.product.as_deref()),
            ("place", filter.place.as_deref()),
            ("channel", filter.channel.map(Channel::code)),
            ("as_of", as_of.as_deref()),
        ];
        let mut link = "view=all&sort=received&counted=true".to_owned();
        let put = |link: &mut String, name: &str, value: &str| {
            link.extend(["&", name, "=", encode(value).as_str()]);
        };
        put(&mut link, "received_from", &from);
        put(&mut link, "received_to", &to);
        for (name, value) in asked {
            if let Some(value) =
                value.filter(|_| more.iter().all(|(other, _)| *other != name) && without != Some(name))
            {
                put(&mut link, name, value);
            }
        }
        for (name, value) in more {
            put(&mut link, name, value);
        }
        link
    }

    /// A page of the analysis with the same question, for people, who name the last day and not the one after it.
    pub(crate) fn again(&self, path: &str, more: &[(&str, &str)]) -> String {
        let p = &self.pareto;
        let filter = &p.figures.filter;
        let (from, until) = (date_of(self.from()).to_string(), date_of(self.to() - 1).to_string());
        let as_of = p.figures.as_of.map(|at| at.to_string());
        let asked = [
            ("by", Some(p.by.code())),
            ("measure", Some(p.measure.code())),
            ("currency", p.currency.as_ref().map(Currency::code)),
            ("exposure", p.exposure.as_deref()),
            ("from", Some(from.as_str())),
            ("until", Some(until.as_str())),
            ("as_of", as_of.as_deref()),
            ("cause", self.cause_code.as_deref()),
            ("category", filter.category.as_deref()),
            ("product", filter.product.as_deref()),
            ("place", filter.place.as_deref()),
            ("channel", filter.channel.map(Channel::code)),
        ];
        let kept = asked.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs: Vec<String> = kept
            .filter(|(name, _)| more.iter().all(|(other, _)| other != name))
            .chain(more.iter().copied())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// The list behind a bar.
    pub(crate) fn behind_bar(&self, by: By, key: Option<&str>) -> String {
        let days = (self.from(), self.to());
        match (by, key) {
            (By::Branch | By::Cause, Some(key)) => self.behind(&[("cause", key)], days),
            (by, Some(key)) => self.behind(&[(by.code(), key)], days),
            (By::Branch | By::Cause, None) => self.behind(&[("without", "cause")], days),
            (by, None) => self.behind(&[("without", by.code())], days),
        }
    }
}

/// Reads what makes a list the one behind a figure.
pub(crate) async fn counted(tx: &mut Tx<'_>, query: &Query, list: &mut list::Query) -> Result<(), Problem> {
    let yes = query.read("counted", "expected true", |v| (v == "true").then_some(()))?;
    if yes.is_none() {
        // These say nothing of a list that is behind no figure.
        return match BEHIND.iter().find(|name| query.get(name).is_some()) {
            Some(name) => Err(Problem::field(*name, "expected `counted=true` beside it")),
            None => Ok(()),
        };
    }
    let as_of =
        query.read("as_of", "expected an instant or a UTC day", |v| Timestamp::parse_or_day(v).ok())?;
    let names = ["cause", "category", "product", "place", "value_category", "servqual", "family"];
    let without = query.read("without", &one_of(&names), |v| names.into_iter().find(|name| *name == v))?;
    let tree = tree_of(tx, &figures::Asked { as_of, ..figures::Asked::default() }).await?;
    let mut causes: Option<Vec<CauseId>> = None;
    let mut narrow = |found: Vec<CauseId>| {
        causes = Some(match causes.take() {
            None => found,
            Some(so_far) => so_far.into_iter().filter(|cause| found.contains(cause)).collect(),
        });
    };
    if let Some(cause) = cause_of(tx, query).await? {
        narrow(counted_with(&tree, &[cause.id]));
    }
    let facets = [Facet::ValueCategory, Facet::Servqual, Facet::Family];
    for facet in facets {
        let wanted = query.get(facet.name());
        let of = |cause: CauseId| tree.facet(tree.counted_under(cause), facet);
        if wanted.is_some_and(|wanted| !tree.all().any(|cause| of(cause.id) == Some(wanted))) {
            return Err(Problem::field(facet.name(), "expected a code that causes have"));
        }
        if wanted.is_some() || without == Some(facet.name()) {
            narrow(tree.all().map(|cause| cause.id).filter(|cause| of(*cause) == wanted).collect());
        }
    }
    if without == Some("cause") {
        narrow(vec![no_cause()]);
    }
    let empty = |name: &str| (without == Some(name)).then(String::new);
    let mut filter = Filter {
        causes,
        category: empty("category"),
        product: empty("product"),
        place: empty("place"),
        channel: None,
        among: None,
    };
    if as_of.is_some() {
        // As they were then, and not as they are.
        filter.category = filter.category.or(list.category.take());
        filter.product = filter.product.or(list.product.take());
        filter.place = filter.place.or(list.place.take());
        filter.channel = list.channel.take();
    }
    // The tags of a single cause lead; several are looked up one by one.
    list.cause = match filter.causes.as_deref() {
        Some([one]) if as_of.is_none() && !one.0.is_nil() => Some(*one),
        _ => None,
    };
    list.counted = Some(figures::Asked { as_of, filter, ..figures::Asked::default() });
    Ok(())
}

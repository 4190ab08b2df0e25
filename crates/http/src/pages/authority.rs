//! My authority: what I may give, on which grounds, up to how much and until when, what is left of it, from whom I have
//! it, and what I approved this month.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use askama::Template;
use firsthand_domain::authority::{Bound, Dimension};
use firsthand_domain::grant::{Grant, Holder, Scope};
use firsthand_domain::id::CauseId;
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::inbox;
use firsthand_storage::awards::list::{self, Listed};
use firsthand_storage::awards::standing::{self, Standing, above};
use firsthand_storage::{Tx, causes};

use super::complaint::awards::state_class;
use super::rows::customer_name;
use super::{Frame, html};
use crate::api::awards::names_in;
use crate::call::{Answer, Call};
use crate::json::awards::Names;
use crate::problem::Problem;
use crate::rights::Right::Reader;
use crate::routes::{Route, page};

/// Awards of the month that are listed.
const LISTED: i64 = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/authority", Reader, show)]
}

/// One limit of a grant, or of one above it that leaves less.
#[expect(clippy::struct_field_names, reason = "of a limit one says how much")]
struct Limit {
    name: String,
    limit: String,
    /// What was used and how much may be, in minor units, with the words: where it can be said without a complaint.
    used: Option<(i64, i64, String)>,
    /// It is a limit of a grant above.
    above: bool,
}

/// One grant of the reader.
struct Own {
    href: String,
    kinds: String,
    bases: String,
    up_to: String,
    /// It is not in force now.
    stopped: bool,
    limits: Vec<Limit>,
    scope: Vec<(String, String)>,
    four_eyes: Option<String>,
    by: String,
    document: Option<String>,
    from: Option<String>,
    until: Option<String>,
    above: Option<(String, String)>,
}

/// One award the reader approved.
struct Given {
    href: String,
    what: String,
    customer: String,
    reference: String,
    when: String,
    class: &'static str,
    state: String,
}

#[derive(Template)]
#[template(path = "authority.html")]
struct AuthorityPage {
    f: Frame,
    grants: Vec<Own>,
    given: Vec<Given>,
    total: String,
    more: bool,
}

async fn show(call: Call) -> Result<Answer, Problem> {
    let me = call.caller()?;
    let f = Frame::new(&call, "authority", "authority-title");
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let standings = standing::of_person(&mut tx, me, f.now).await?;
    let names = names_in(&mut tx, &standings).await?;
    let causes = cause_names(&mut tx, &f, &standings).await?;
    let since = month_begins(&f);
    let query = list::Query {
        approved_by: Some(me.id),
        decided_from: Some(since),
        limit: LISTED,
        ..list::Query::default()
    };
    let given = list::page(&mut tx, me, &query).await?;
    let sums = inbox::approved_since(&mut tx, me.id, since).await?;
    drop(connection);
    let page = AuthorityPage {
        grants: standings.iter().filter_map(|s| own(&f, s, &names, &causes)).collect(),
        more: i64::try_from(given.len()).unwrap_or(LISTED) >= LISTED,
        total: super::approvals::summed(&f, &sums),
        given: given.into_iter().map(|listed| told(&f, listed)).collect(),
        f,
    };
    html(&page)
}

/// The first instant of the month on the desk's clock.
fn month_begins(f: &Frame) -> Timestamp {
    let now = jiff::Timestamp::from_microsecond(f.now.micros()).unwrap_or_default();
    let first = now.to_zoned(f.zone().clone()).first_of_month().and_then(|at| at.start_of_day());
    first.map_or(f.now, |at| Timestamp::from_micros(at.timestamp().as_microsecond()))
}

async fn cause_names(
    tx: &mut Tx<'_>,
    f: &Frame,
    standings: &[Standing],
) -> Result<BTreeMap<CauseId, String>, Problem> {
    let scopes = standings.iter().filter_map(|s| s.chain.first()).flat_map(|g| &g.terms.scope.causes);
    let all = causes::among(tx, &scopes.copied().collect()).await?;
    let name = |cause: &firsthand_domain::cause::Cause| {
        let names = &cause.name;
        names.get(f.lang()).or_else(|| names.get("en")).cloned().unwrap_or_else(|| cause.code.clone())
    };
    Ok(all.iter().map(|cause| (cause.id, name(cause))).collect())
}

fn own(f: &Frame, standing: &Standing, names: &Names, causes: &BTreeMap<CauseId, String>) -> Option<Own> {
    let grant = standing.chain.first()?;
    let (terms, currency) = (&grant.terms, standing.up_to.currency);
    let person = |id| names.get(&id).cloned().unwrap_or_default();
    let holder = |holder| match holder {
        Holder::Staff(id) => person(id),
        Holder::Role(role) => f.word("role", role.code()).into_owned(),
    };
    let weighed = standing.weighed.as_ref().ok();
    let four_eyes = weighed.and_then(|w| w.four_eyes_above).or(terms.four_eyes_above);
    Some(Own {
        href: format!("/grants/{}", grant.id),
        kinds: f.listed(terms.types.iter().map(|t| f.word("award-type", t.code()))),
        bases: f.listed(terms.bases.iter().map(|b| f.word("basis", b.code()))),
        up_to: f.money(standing.up_to),
        stopped: weighed.is_none(),
        limits: limits(f, grant, weighed.map_or(&[], |w| w.bounds.as_slice()), currency),
        scope: scope(f, &terms.scope, causes),
        four_eyes: four_eyes
            .map(|minor| f.with("authority-four-eyes", "limit", f.money(Money::new(minor, currency)))),
        by: person(grant.written_by),
        document: grant.document.as_ref().map(|d| d.reference.as_str().to_owned()),
        from: (terms.valid_from > f.now).then(|| f.day(terms.valid_from)),
        until: terms.valid_until.map(|at| f.day(at)),
        above: grant.parent.zip(above(&standing.chain)).map(|(id, h)| (format!("/grants/{id}"), holder(h))),
    })
}

/// Of each kind of limit the one that leaves least, in the order of a grant.
fn limits(f: &Frame, grant: &Grant, bounds: &[Bound], currency: Currency) -> Vec<Limit> {
    let mut least: BTreeMap<Dimension, &Bound> = BTreeMap::new();
    for bound in bounds {
        let one = least.entry(bound.dimension).or_insert(bound);
        if bound.remaining() < one.remaining() {
            *one = bound;
        }
    }
    let money = |minor| f.money(Money::new(minor, currency));
    let limit = |bound: &&Bound| {
        let name = f.label(bound.dimension.name()).unwrap_or_default();
        let counted = matches!(bound.dimension, Dimension::Holder { .. } | Dimension::Unit { .. });
        Limit {
            name: match bound.dimension.days() {
                Some(days) => f.with2("authority-in-days", "what", name, "days", days),
                None => name.into_owned(),
            },
            limit: money(bound.limit),
            used: counted.then(|| {
                let words =
                    f.with2("authority-used", "used", money(bound.used), "left", money(bound.remaining()));
                (bound.used.min(bound.limit), bound.limit, words)
            }),
            above: bound.grant != grant.id,
        }
    };
    let mut all: Vec<Limit> = least.values().map(limit).collect();
    if let Some(batch) = grant.terms.limits.per_batch {
        let name = f.label("per_batch").unwrap_or_default().into_owned();
        all.push(Limit { name, limit: money(batch), used: None, above: false });
    }
    all
}

fn scope(f: &Frame, scope: &Scope, causes: &BTreeMap<CauseId, String>) -> Vec<(String, String)> {
    let label = |name: &str| f.label(name).unwrap_or_default().into_owned();
    let channels = scope.channels.iter().map(|c| f.word("channel", c.code()));
    let causes = scope.causes.iter().map(|id| causes.get(id).cloned().unwrap_or_else(|| id.to_string()));
    let mut all = vec![
        (label("teams"), f.listed(scope.teams.iter())),
        (label("products"), f.listed(scope.products.iter())),
        (label("channels"), f.listed(channels)),
        (label("causes"), f.listed(causes)),
    ];
    all.retain(|(_, names)| !names.is_empty());
    all
}

fn told(f: &Frame, listed: Listed) -> Given {
    Given {
        href: format!("/awards/{}", listed.id),
        what: format!("{} · {}", f.word("award-type", listed.kind.code()), f.money(listed.value)),
        customer: customer_name(f, listed.customer.as_ref()),
        when: listed.decided_at.map(|at| f.exact(at)).unwrap_or_default(),
        class: state_class(listed.state),
        state: f.word("award-state", listed.state.code()).into_owned(),
        reference: listed.reference,
    }
}

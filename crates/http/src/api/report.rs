//! The report of awards: what was given by whom and why, how close to the limits, what nobody may give, what stands out.

use firsthand_domain::money::Money;
use firsthand_domain::time::Timestamp;
use firsthand_storage::awards::list::Query as Asked;
use firsthand_storage::awards::report::{self, By, Exception};

use crate::call::{Answer, Call};
use crate::json::report::{Exceptions, Report};
use crate::problem::Problem;

pub(crate) const FILTERS: &[&str] = &["by", "from", "to", "limits"];
/// Limits that are asked for, at most.
const LIMITS: usize = 8;

pub(crate) async fn report(call: Call) -> Result<Answer, Problem> {
    let (query, reader, now) = (&call.query, call.caller()?, call.app.database.now());
    let by =
        query.read("by", "expected person, cause, unit, basis or type", By::from_code)?.unwrap_or(By::Person);
    let time = |v: &str| Timestamp::parse_or_day(v).ok();
    let when = "expected an instant or a UTC day";
    let to = query.read("to", when, time)?.unwrap_or(now);
    let from = query.read("from", when, time)?.unwrap_or_else(|| to.plus_days(-report::PERIOD));
    let several = |v: &str| {
        let all: Option<Vec<Money>> = v.split(',').map(Money::parse).collect();
        all.filter(|all| all.len() <= LIMITS)
    };
    let limits = query
        .read("limits", "expected at most eight limits with commas between them, as USD 100.00", several)?
        .unwrap_or_default();
    let period = Asked::standing(from, to);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    let mut counts = [0; Exception::ALL.len()];
    for (count, exception) in counts.iter_mut().zip(Exception::ALL) {
        *count = report::count(&mut tx, reader, &exception.of(&period, now)).await?;
    }
    let [unratified, not_in_force, late] = counts;
    let told = Report::new(
        (from, to),
        by.code(),
        report::sums(&mut tx, reader, by, &period).await?,
        report::within(&mut tx, reader, &period, &limits, now).await?,
        report::near(&mut tx, reader, &period).await?,
        Exceptions { unratified, not_in_force, late },
        report::gaps(&mut tx, reader, &period, now).await?,
        report::expiring(&mut tx, now, report::SOON).await?,
    );
    Ok(Answer::ok(&told)?)
}

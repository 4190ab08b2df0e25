//! What a plan is judged on: complaints by cause and day, exposure, and how late customers complain.

use std::collections::BTreeSet;

use firsthand_domain::cause::{Cause, CauseTree, OTHER, UNKNOWN};
use firsthand_domain::corrective_action::{Action, Counted, Found, Judgement, Outlook, Plan, Window, lag_of};
use firsthand_domain::id::{CauseId, StaffId};
use firsthand_domain::text::Text;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::Tx;
use crate::statement::same;
use crate::{Result, causes, exposure};

statements! {
    /// Everything of the windows in one statement, so that it is of one instant. A complaint belongs to the day on which it
    /// happened, or came where that is not known (I-59); days are counted from the first.
    COUNTED = same(
        "select t.cause, (coalesce(c.incident_at, c.received_at) - $1) / 86400000000 as day, count(*) as count \
         from complaint c left join cause_tag t on t.complaint = c.id and t.role = 'primary' and t.current \
         where coalesce(c.incident_at, c.received_at) >= $1 and coalesce(c.incident_at, c.received_at) < $2 \
         and (c.product = $3 or $3 is null) and (c.place = $4 or $4 is null) \
         and (c.closure is null or c.closure not in ('void', 'merged')) group by 1, 2"
    );
    /// How long customers took to complain, by cause.
    DELAYS = same(
        "select t.cause, c.received_at - c.incident_at as delay from complaint c \
         join cause_tag t on t.complaint = c.id and t.role = 'primary' and t.current \
         where coalesce(c.incident_at, c.received_at) >= $1 and coalesce(c.incident_at, c.received_at) < $2 \
         and c.incident_at is not null and (c.product = $3 or $3 is null) and (c.place = $4 or $4 is null) \
         and (c.closure is null or c.closure not in ('void', 'merged'))"
    );
    /// Who complained of a cause before an instant: complaints, and different customers who can be written to.
    COMPLAINED = same(
        "select c.customer from complaint c \
         join cause_tag t on t.complaint = c.id and t.role = 'primary' and t.current \
         where t.cause = $1 and coalesce(c.incident_at, c.received_at) < $2 and c.customer is not null \
         and (c.product = $3 or $3 is null) and (c.place = $4 or $4 is null) \
         and (c.closure is null or c.closure not in ('void', 'merged'))"
    );
}

row! {
    struct CountedRow {
        cause: Option<Uuid>,
        day: i64,
        count: i64,
    }
}
/// The causes of a plan, and those next to them.
struct Causes {
    treated: BTreeSet<CauseId>,
    beside: BTreeSet<CauseId>,
}

impl Causes {
    fn of(tree: &CauseTree, plan: &Plan) -> Self {
        // A branch is counted with all beneath it, a retired cause under the one it maps to (I-62).
        let under =
            |cause: &CauseId| std::iter::once(*cause).chain(tree.descendants(*cause)).collect::<Vec<_>>();
        let named: BTreeSet<CauseId> = plan.causes.iter().flat_map(under).collect();
        let counted =
            |cause: &&Cause| named.contains(&cause.id) || named.contains(&tree.counted_under(cause.id));
        let treated: BTreeSet<CauseId> = tree.all().filter(counted).map(|cause| cause.id).collect();
        // What could be said instead (C2.8): another cause of the branch, or none.
        let open = [UNKNOWN, OTHER].into_iter().filter_map(|code| tree.by_code(code)).map(|cause| cause.id);
        let in_branch = |cause: &&CauseId| tree.get(**cause).is_some_and(|cause| cause.parent.is_some());
        let near = plan.causes.iter().filter(in_branch).flat_map(|cause| tree.siblings(*cause));
        let beside =
            near.chain(open).flat_map(|cause| under(&cause)).filter(|c| !treated.contains(c)).collect();
        Self { treated, beside }
    }
}

/// What was counted for a plan.
struct Count {
    causes: Causes,
    counted: Vec<Counted>,
    t1: Option<i64>,
    t2: Option<i64>,
    lag: i64,
}

impl Count {
    async fn of(tx: &mut Tx<'_>, plan: &Plan, now: Timestamp) -> Result<Self> {
        let causes = Causes::of(&causes::tree(tx).await?, plan);
        let (product, place) = filters(plan);
        let micros = |window: Window| (window.from.start().micros(), window.to.start().micros());
        let (from, to) = micros(plan.baseline);
        let delays: Vec<(Uuid, i64)> = all!(tx, DELAYS, from, to, product, place)?;
        let treated = |(cause, _): &(Uuid, i64)| causes.treated.contains(&CauseId(*cause));
        let lag = lag_of(delays.into_iter().filter(treated).map(|(_, delay)| delay).collect());
        let (from, to) = micros(plan.span());
        let rows: Vec<CountedRow> = all!(tx, COUNTED, from, to, product, place)?;
        let first = plan.span().from.number();
        let counted = rows
            .into_iter()
            .map(|r| Counted { cause: r.cause.map(CauseId), day: first + r.day, count: r.count })
            .collect();
        let t1 = exposed(tx, plan, Some(plan.baseline)).await?;
        let t2 = exposed(tx, plan, plan.watched(lag, now)).await?;
        Ok(Self { causes, counted, t1, t2, lag })
    }

    fn found(&self, now: Timestamp) -> Found<'_> {
        let Self { causes: Causes { treated, beside }, counted, t1, t2, lag } = self;
        Found { counted, treated, beside, t1: *t1, t2: *t2, lag: *lag, now }
    }
}

fn filters(plan: &Plan) -> (Option<&str>, Option<&str>) {
    let exposure = &plan.exposure;
    (exposure.product.as_ref().map(Text::as_str), exposure.place.as_ref().map(Text::as_str))
}

async fn exposed(tx: &mut Tx<'_>, plan: &Plan, window: Option<Window>) -> Result<Option<i64>> {
    let Some(window) = window else { return Ok(None) };
    let ((product, place), kind) = (filters(plan), plan.exposure.kind.as_str());
    exposure::sum(tx, kind, product, place, window.from.number(), window.to.number()).await
}

/// Whether an action helped, by a plan, from what is on record now. Nothing is kept of it.
///
/// # Errors
/// The database could not.
pub async fn measured(
    tx: &mut Tx<'_>,
    action: &Action,
    plan: &Plan,
    now: Timestamp,
    by: StaffId,
) -> Result<Judgement> {
    let count = Count::of(tx, plan, now).await?;
    Ok(action.measure(plan, &count.found(now), by))
}

/// What may be expected of a plan, from what is on record now.
///
/// # Errors
/// The database could not.
pub async fn outlook(tx: &mut Tx<'_>, plan: &Plan, now: Timestamp) -> Result<Outlook> {
    let count = Count::of(tx, plan, now).await?;
    Ok(plan.outlook(&count.found(now)))
}

/// Whom to tell what was done.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The codes of the causes they complained of.
    pub causes: Vec<String>,
    /// How many different customers complained of them before the fix.
    pub recipients: usize,
}

/// Who complained before the fix of what an action is done about; nothing while there is no plan, or it is not in place.
///
/// # Errors
/// The database could not.
pub async fn letter(tx: &mut Tx<'_>, action: &Action) -> Result<Option<Letter>> {
    let (Some(plan), Some(at)) = (&action.plan, action.implemented_at) else { return Ok(None) };
    let tree = causes::tree(tx).await?;
    let treated = Causes::of(&tree, plan).treated;
    let (product, place) = filters(plan);
    let mut customers: BTreeSet<Uuid> = BTreeSet::new();
    for cause in &treated {
        let rows: Vec<(Uuid,)> = all!(tx, COMPLAINED, cause.0, at.micros(), product, place)?;
        customers.extend(rows.into_iter().map(|r| r.0));
    }
    let codes = plan.causes.iter().filter_map(|cause| tree.get(*cause)).map(|cause| cause.code.clone());
    Ok(Some(Letter { causes: codes.collect(), recipients: customers.len() }))
}

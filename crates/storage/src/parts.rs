//! Parts of complaints in tables of their own: so that they are found by id, listed, and guarded by the database.
//! All of it follows from the state, so it is written by comparing the state before and after.

use firsthand_domain::code::{HandoffState, PromiseState};
use firsthand_domain::complaint::Complaint;
use firsthand_domain::id::{ComplaintId, HandoffId, PromiseId, ReplyId, SuccessionId};
use firsthand_domain::policy::Policy;
use firsthand_domain::time::Timestamp;
use uuid::Uuid;

use crate::Result;
use crate::database::Tx;
use crate::statement::same;
use crate::timers;
use crate::writer::Unit;

statements! {
    HANDOFF = same("insert into handoff (id, complaint, from_staff, to_staff, state) values ($1, $2, $3, $4, $5) \
                    on conflict (id) do update set state = excluded.state");
    SUCCESSION = same("insert into succession (id, complaint, from_staff, to_staff, state) \
                       values ($1, $2, $3, $4, $5) on conflict (id) do update set state = excluded.state");
    REPLY = same("insert into reply (id, complaint, state) values ($1, $2, $3) \
                  on conflict (id) do update set state = excluded.state");
    PROMISE = same("insert into promise (id, complaint, responsible, due_at, state) values ($1, $2, $3, $4, $5) \
                    on conflict (id) do update set responsible = excluded.responsible, state = excluded.state");
    CAUSE_TAG = same("insert into cause_tag (complaint, seq, cause, role, current, received_at, waiting_since, next_due) \
                      values ($1, $2, $3, $4, $5, $6, $7, $8) \
                      on conflict (complaint, seq) do update set current = excluded.current");
    /// Its place in the lists of its causes.
    CAUSE_TIMES = same("update cause_tag set waiting_since = $2, next_due = $3 where complaint = $1 \
                        and (waiting_since <> $2 or next_due <> $3)");
    UNSEE = same("delete from sight where complaint = $1");
    SEE = same("insert into sight (complaint, staff) values ($1, $2)");
    OF_HANDOFF = same("select complaint from handoff where id = $1");
    OF_SUCCESSION = same("select complaint from succession where id = $1");
    OF_REPLY = same("select complaint from reply where id = $1");
    OF_PROMISE = same("select complaint from promise where id = $1");
}

/// A part that has a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An offer of the handling.
    Handoff(HandoffId),
    /// An offer of all duties.
    Succession(SuccessionId),
    /// Something sent.
    Reply(ReplyId),
    /// Something promised.
    Promise(PromiseId),
}

/// The complaint a part belongs to.
///
/// # Errors
/// The database could not.
pub async fn complaint_of(tx: &mut Tx<'_>, part: Part) -> Result<Option<ComplaintId>> {
    let row: Option<(Uuid,)> = match part {
        Part::Handoff(id) => find!(tx, OF_HANDOFF, id.0)?,
        Part::Succession(id) => find!(tx, OF_SUCCESSION, id.0)?,
        Part::Reply(id) => find!(tx, OF_REPLY, id.0)?,
        Part::Promise(id) => find!(tx, OF_PROMISE, id.0)?,
    };
    Ok(row.map(|r| ComplaintId(r.0)))
}

/// What is new or different in `after`, in order.
fn changed<'a, T: PartialEq>(before: Option<&'a Vec<T>>, after: &'a [T]) -> impl Iterator<Item = &'a T> {
    after
        .iter()
        .enumerate()
        .filter(move |(at, part)| before.and_then(|b| b.get(*at)) != Some(*part))
        .map(|(_, p)| p)
}

pub(crate) async fn save(unit: &mut Unit<'_>, before: Option<&Complaint>, after: &Complaint) -> Result<()> {
    let id = after.id.0;
    for h in changed(before.map(|b| &b.handoffs), &after.handoffs) {
        run!(&mut unit.tx, HANDOFF, h.id.0, id, h.from.0, h.to.0, h.state.code())?;
        if h.state == HandoffState::Offered {
            timers::set(unit, timers::Kind::HandoffLapses, h.id.0, after.id, h.answer_by).await?;
        }
    }
    for s in changed(before.map(|b| &b.successions), &after.successions) {
        run!(&mut unit.tx, SUCCESSION, s.id.0, id, s.from.0, s.to.0, s.state.code())?;
    }
    for r in changed(before.map(|b| &b.replies), &after.replies) {
        run!(&mut unit.tx, REPLY, r.id.0, id, r.state.code())?;
    }
    for p in changed(before.map(|b| &b.promises), &after.promises) {
        run!(&mut unit.tx, PROMISE, p.id.0, id, p.responsible.0, p.due_at.micros(), p.state.code())?;
        if p.state == PromiseState::Made {
            let at = first_moment_broken(p.due_at, unit.policy());
            timers::set(unit, timers::Kind::PromiseFallsDue, p.id.0, after.id, at).await?;
        }
    }
    for t in changed(before.map(|b| &b.causes), &after.causes) {
        let current = t.superseded_by.is_none();
        let (role, received, (waiting, due)) = (t.role.code(), after.received_at.micros(), times(after));
        run!(&mut unit.tx, CAUSE_TAG, id, t.seq, t.cause.0, role, current, received, waiting, due)?;
    }
    if before.is_some_and(|b| !b.causes.is_empty() && times(b) != times(after)) {
        let (waiting, due) = times(after);
        run!(&mut unit.tx, CAUSE_TIMES, id, waiting, due)?;
    }
    save_sight(unit, before, after).await
}

/// Since when the customer waits and when something is due, as lists are ordered: the largest integer for never.
pub(crate) fn times(complaint: &Complaint) -> (i64, i64) {
    let or_never = |at: Option<Timestamp>| at.unwrap_or(Timestamp::NEVER).micros();
    (or_never(complaint.waiting_since), or_never(complaint.next_due()))
}

/// A promise done at its last moment is kept; the next microsecond it is broken.
fn first_moment_broken(due_at: Timestamp, policy: &Policy) -> Timestamp {
    Timestamp::from_micros(due_at.plus_minutes(policy.promise_tolerance_minutes).micros() + 1)
}

async fn save_sight(unit: &mut Unit<'_>, before: Option<&Complaint>, after: &Complaint) -> Result<()> {
    let sight = |c: &Complaint| if c.restricted { c.in_sight_of() } else { Vec::new() };
    let (was, is) = (before.map(sight).unwrap_or_default(), sight(after));
    if was == is {
        return Ok(());
    }
    if !was.is_empty() {
        run!(&mut unit.tx, UNSEE, after.id.0)?;
    }
    for staff in is {
        run!(&mut unit.tx, SEE, after.id.0, staff.0)?;
    }
    Ok(())
}

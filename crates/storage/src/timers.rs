//! What must happen later, with nobody signed in. A timer's row is written with the fact that causes it and goes in
//! the transaction that makes it happen, so several nodes make each happen once.

use firsthand_domain::Refusal;
use firsthand_domain::id::{AwardId, ComplaintId, HandoffId, PromiseId};
use firsthand_domain::time::Timestamp;
use firsthand_domain::verb::Verb;
use uuid::Uuid;

use crate::complaints::perform;
use crate::statement::same;
use crate::writer::Unit;
use crate::{Database, Error, Result};

statements! {
    SET = same("insert into timer (id, due_at, kind, complaint) values ($1, $2, $3, $4) \
                on conflict (id) do update set due_at = excluded.due_at");
    DUE = same("select id, kind, complaint, due_at from timer where due_at <= $1 and (due_at, id) > ($2, $3) \
                order by due_at, id limit $4");
    TAKE = same("delete from timer where id = $1 and due_at <= $2");
}

/// What a timer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An offer of the handling was not answered.
    HandoffLapses,
    /// A promise is past its time.
    PromiseFallsDue,
    /// The customer did not say whether an award is taken.
    AwardLapses,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::HandoffLapses => "handoff_lapses",
            Self::PromiseFallsDue => "promise_falls_due",
            Self::AwardLapses => "award_lapses",
        }
    }
}

pub(crate) async fn set(
    unit: &mut Unit<'_>,
    kind: Kind,
    part: Uuid,
    complaint: ComplaintId,
    due_at: Timestamp,
) -> Result<()> {
    run!(&mut unit.tx, SET, part, due_at.micros(), kind.code(), complaint.0).map(drop)
}

/// Makes everything happen that is due; gives how many timers went. One that fails holds up no other: it stays, and is
/// told at the end.
///
/// # Errors
/// The database could not, or a timer failed: the first such failure.
pub async fn fire_due(database: &Database) -> Result<usize> {
    const AT_ONCE: i64 = 100;
    let now = database.now().micros();
    let (mut fired, mut failed) = (0, None);
    let mut last = (i64::MIN, Uuid::nil());
    loop {
        let due: Vec<(Uuid, String, Uuid, i64)> = {
            let mut connection = database.read().await?;
            let mut tx = connection.tx();
            all!(&mut tx, DUE, now, last.0, last.1, AT_ONCE)?
        };
        let Some(row) = due.last() else { break };
        last = (row.3, row.0);
        for (id, kind, complaint, _) in due {
            let verb = match kind.as_str() {
                "handoff_lapses" => Verb::HandoffLapses(HandoffId(id)),
                "award_lapses" => Verb::AwardLapses(AwardId(id)),
                _ => Verb::PromiseFallsDue(PromiseId(id)),
            };
            match fire(database, id, ComplaintId(complaint), verb).await {
                Ok(went) => fired += usize::from(went),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, timer = %id, %complaint, "a timer failed and stays");
                    failed.get_or_insert(error);
                }
            }
        }
    }
    failed.map_or(Ok(fired), Err)
}

async fn fire(database: &Database, id: Uuid, complaint: ComplaintId, verb: Verb) -> Result<bool> {
    database
        .change(move |unit| {
            let verb = verb.clone();
            Box::pin(async move {
                if run!(&mut unit.tx, TAKE, id, unit.now.micros())? == 0 {
                    return Ok(false);
                }
                match perform(unit, None, complaint, &verb, None).await {
                    // A part that is no longer there leaves the timer no more to do.
                    Ok(_) | Err(Error::Refused(Refusal::NotFound)) => Ok(true),
                    Err(other) => Err(other),
                }
            })
        })
        .await
}

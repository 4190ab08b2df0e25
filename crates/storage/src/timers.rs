//! What must happen later, with nobody signed in. A timer's row is written with the fact that causes it and goes in
//! the transaction that makes it happen, so several nodes make each happen once.

use firsthand_domain::Refusal;
use firsthand_domain::id::{ComplaintId, HandoffId, PromiseId};
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
    DUE = same("select id, kind, complaint from timer where due_at <= $1 order by due_at, id limit $2");
    TAKE = same("delete from timer where id = $1 and due_at <= $2");
}

/// What a timer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An offer of the handling was not answered.
    HandoffLapses,
    /// A promise is past its time.
    PromiseFallsDue,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::HandoffLapses => "handoff_lapses",
            Self::PromiseFallsDue => "promise_falls_due",
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

/// Makes everything happen that is due; gives how many timers went.
///
/// # Errors
/// The database could not.
pub async fn fire_due(database: &Database) -> Result<usize> {
    const AT_ONCE: i64 = 100;
    let now = database.now();
    let due: Vec<(Uuid, String, Uuid)> = {
        let mut connection = database.read().await?;
        let mut tx = connection.tx();
        all!(&mut tx, DUE, now.micros(), AT_ONCE)?
    };
    let mut fired = 0;
    for (id, kind, complaint) in due {
        let verb = match kind.as_str() {
            "handoff_lapses" => Verb::HandoffLapses(HandoffId(id)),
            _ => Verb::PromiseFallsDue(PromiseId(id)),
        };
        fired += usize::from(fire(database, id, ComplaintId(complaint), verb).await?);
    }
    Ok(fired)
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

//! Changes asked for over HTTP: once under an idempotency key, the answer made inside the change.

use std::sync::Arc;

use firsthand_domain::Refusal;
use firsthand_domain::id::ComplaintId;
use firsthand_storage::{Error, Future, Result, Unit, idempotency, staff};

use crate::call::{Answer, Call};
use crate::problem::Problem;

/// What a change answers, and of which complaint it speaks, so that the answer goes when that goes.
pub(crate) struct Done {
    /// The answer; or a refusal, of which what was recorded stands.
    pub(crate) answer: Result<Answer, Box<Refusal>>,
    pub(crate) complaint: Option<ComplaintId>,
}

impl Done {
    /// An answer that speaks of no complaint.
    pub(crate) fn plain(answer: Answer) -> Self {
        Self { answer: Ok(answer), complaint: None }
    }

    /// An answer that speaks of a complaint.
    pub(crate) fn about(answer: Answer, complaint: ComplaintId) -> Self {
        Self { answer: Ok(answer), complaint: Some(complaint) }
    }

    /// Refused, and that is on record. Whoever says this has decided before anything of the change was written.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self { answer: Err(Box::new(refusal)), complaint: None }
    }
}

/// Whether the work was done now, or an earlier answer was given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    Now,
    Before,
}

/// Does the work in one change, at most once under an Idempotency-Key. An error leaves nothing behind, the key included;
/// a refusal that is on record leaves that record and no key.
pub(crate) async fn write<F>(call: &Call, work: F) -> Result<Answer, Problem>
where
    F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<Done>> + Send + Sync + 'static,
{
    write_telling(call, work).await.map(|(answer, _)| answer)
}

/// As [`write`], and tells whether the work was done now.
pub(crate) async fn write_telling<F>(call: &Call, work: F) -> Result<(Answer, Ran), Problem>
where
    F: for<'u, 'c> Fn(&'u mut Unit<'c>) -> Future<'u, Result<Done>> + Send + Sync + 'static,
{
    let once = call.once()?;
    let (caller, right) = (call.caller()?.id, call.right);
    let work = Arc::new(work);
    let written = call.app.database.change(move |unit| {
        let (work, once) = (Arc::clone(&work), once.clone());
        Box::pin(async move {
            // Between the door and the change somebody may have been disabled.
            let present = staff::by_id(&mut unit.tx, caller).await?.filter(|s| s.active);
            right.admits(&present.ok_or(Refusal::ReadOnly)?)?;
            if let Some(once) = &once
                && let Some(kept) = idempotency::take(unit, once).await?
            {
                return Ok(Ok((Answer::from_kept(&kept)?, Ran::Before)));
            }
            let Done { answer, complaint } = work(unit).await?;
            match answer {
                Ok(answer) => {
                    if let Some(once) = &once {
                        idempotency::keep(unit, once, &answer.to_kept()?, complaint).await?;
                    }
                    Ok::<_, Error>(Ok((answer, Ran::Now)))
                }
                Err(refusal) => {
                    if let Some(once) = &once {
                        idempotency::give_back(unit, once).await?;
                    }
                    Ok(Err(refusal))
                }
            }
        })
    });
    written.await?.map_err(|refusal| Problem::from(*refusal))
}

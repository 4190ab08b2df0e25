//! What the caller chose for themselves.

use firsthand_domain::choices::{Looks, Muted};
use firsthand_storage::{accounts, notices};

use crate::call::{Answer, Call};
use crate::problem::Problem;

pub(crate) async fn looks(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    Ok(Answer::ok(&accounts::looks(&mut connection.tx(), call.caller()?.id).await?)?)
}

pub(crate) async fn set_looks(call: Call) -> Result<Answer, Problem> {
    let (looks, caller): (Looks, _) = (call.body()?, call.caller()?.id);
    let set = call
        .app
        .database
        .change(move |unit| Box::pin(async move { accounts::set_looks(unit, caller, looks).await }));
    set.await?;
    Ok(Answer::ok(&looks)?)
}

pub(crate) async fn muted(call: Call) -> Result<Answer, Problem> {
    let mut connection = call.connection().await?;
    let kinds = notices::muted(&mut connection.tx(), call.caller()?.id).await?;
    Ok(Answer::ok(&Muted { kinds })?)
}

pub(crate) async fn mute(call: Call) -> Result<Answer, Problem> {
    let (muted, caller): (Muted, _) = (call.body()?, call.caller()?.id);
    let kinds = muted.kinds.clone();
    let set = call.app.database.change(move |unit| {
        let kinds = kinds.clone();
        Box::pin(async move { notices::mute(unit, caller, &kinds).await })
    });
    set.await?;
    Ok(Answer::ok(&muted)?)
}

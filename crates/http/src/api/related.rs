//! Who is related to whom, by declaration of an administrator.

use firsthand_domain::Refusal;
use firsthand_domain::id::StaffId;
use firsthand_domain::staff::DeclareRelated;
use firsthand_storage::{Result, Tx, related, staff};

use crate::call::{Answer, Call};
use crate::json::{Page, grants::Related};
use crate::problem::Problem;
use crate::write::{Done, write};

pub(crate) async fn declare(call: Call) -> Result<Answer, Problem> {
    let (id, caller) = (StaffId(call.id()?), call.caller()?.id);
    let body: DeclareRelated = call.body()?;
    write(&call, move |unit| {
        let body = body.clone();
        Box::pin(async move {
            related::declare(unit, caller, id, &body).await?;
            let answer = of(&mut unit.tx, id).await?;
            Ok(Done::plain(Answer::made(&answer, format!("/api/v1/staff/{id}/related"))?))
        })
    })
    .await
}

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let id = StaffId(call.id()?);
    let mut connection = call.connection().await?;
    let mut tx = connection.tx();
    staff::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    Ok(Answer::ok(&of(&mut tx, id).await?)?)
}

async fn of(tx: &mut Tx<'_>, id: StaffId) -> Result<Page<Related>> {
    let items = related::of(tx, id).await?.into_iter().map(Related::from).collect();
    Ok(Page { items, next: None })
}

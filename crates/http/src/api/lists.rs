//! The lists of the desk: each by its name, kept with its history.

use firsthand_domain::Refusal;
use firsthand_domain::lists::{ListKind, ListName, NewListName};
use firsthand_storage::settings::{Kind, names};

use super::kept;
use crate::call::{Answer, Call};
use crate::problem::Problem;

/// The list that is named in the address.
pub(crate) fn named(call: &Call) -> Result<ListKind, Problem> {
    Ok(ListKind::of_list(call.param("list")).ok_or(Refusal::NotFound)?)
}

fn kind(call: &Call) -> Result<Kind<ListName>, Problem> {
    named(call).map(names)
}

pub(crate) async fn list(call: Call) -> Result<Answer, Problem> {
    let kind = kind(&call)?;
    kept::list(call, kind).await
}

pub(crate) async fn one(call: Call) -> Result<Answer, Problem> {
    let kind = kind(&call)?;
    kept::one(call, kind).await
}

pub(crate) async fn versions(call: Call) -> Result<Answer, Problem> {
    let kind = kind(&call)?;
    kept::versions(call, kind).await
}

pub(crate) async fn add(call: Call) -> Result<Answer, Problem> {
    let (list, body): (_, NewListName) = (named(&call)?, call.body()?);
    kept::add(&call, names(list), format!("lists/{}", list.list()), body.into()).await
}

pub(crate) async fn amend(call: Call) -> Result<Answer, Problem> {
    let (kind, body): (_, NewListName) = (kind(&call)?, call.body()?);
    kept::amend(&call, kind, body.into()).await
}

pub(crate) async fn retire(call: Call) -> Result<Answer, Problem> {
    let kind = kind(&call)?;
    kept::retire(call, kind).await
}

pub(crate) async fn restore(call: Call) -> Result<Answer, Problem> {
    let kind = kind(&call)?;
    kept::restore(call, kind).await
}

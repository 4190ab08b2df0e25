//! What a few letters may mean, for programs.

use crate::call::{Answer, Call};
use crate::json::Palette;
use crate::palette::{find, places, typed};
use crate::problem::Problem;

pub(crate) async fn look(call: Call) -> Result<Answer, Problem> {
    let typed = typed(&call)?;
    let places = places(&call.app, call.caller()?, typed);
    Ok(Answer::ok(&Palette::of(places, find(&call, typed).await?))?)
}

//! The API as a page, made from the same table. No scripts, nothing from elsewhere.

use crate::call::{Answer, Call};
use crate::problem::Problem;

pub(crate) async fn page(_call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text("text/html; charset=utf-8", String::new()))
}
pub(crate) async fn style(_call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text("text/css; charset=utf-8", String::new()))
}
pub(crate) async fn problem(_call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text("text/html; charset=utf-8", String::new()))
}

//! Is the program alive, and can it work?

use crate::call::{Answer, Call};
use crate::problem::Problem;

const PLAIN: &str = "text/plain; charset=utf-8";

pub(crate) async fn alive(_call: Call) -> Result<Answer, Problem> {
    Ok(Answer::text(PLAIN, "alive\n".to_owned()))
}

pub(crate) async fn ready(call: Call) -> Result<Answer, Problem> {
    // Whatever is wrong, the caller is told to come back: a monitor asks this every few seconds.
    call.app
        .database
        .ping()
        .await
        .map_err(|e| Problem::unavailable(Problem::from(e).cause.unwrap_or_default()))?;
    Ok(Answer::text(PLAIN, "ready\n".to_owned()))
}

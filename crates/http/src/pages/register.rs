//! Who may give what, and what was given: the proof of an award, the register of grants, the ledger, the report.

mod award;
mod grant;
mod grants;
mod ledger;
mod new;
mod report;
#[cfg(test)]
mod tests;
mod words;

use crate::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = award::routes();
    routes.extend(grants::routes());
    routes.extend(new::routes());
    routes.extend(ledger::routes());
    routes.extend(report::routes());
    routes.extend(grant::routes());
    routes
}

//! Pictures of figures, as SVG and a little HTML: drawn here, so that a page needs no script to show them.
//!
//! They know no language, no query and no database: every text comes in as it is shown, every number with its text.
//! Looks come from classes (`assets/css/charts.css`), places from attributes; no style stands in the markup.

mod figure;
mod pareto;
mod pen;
mod scale;
mod text;
mod trend;

pub use figure::{Cell, Figure, Head, Table};
pub use pareto::{Heads, Kind, Pareto, Row};
pub use scale::{Mark, Scale};
pub use trend::{EndWords, Fix, Form, Limits, Period, Trend};

/// A drawing that has the page to itself is so wide.
pub const WHOLE: f64 = 1120.0;
/// One of two beside each other.
pub const HALF: f64 = 540.0;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

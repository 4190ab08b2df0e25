//! Pictures of figures, as SVG and a little HTML: drawn here, so that a page needs no script to show them.
//!
//! They know no language, no query and no database: every text comes in as it is shown, every number with its text.
//! Looks come from classes (`assets/css/charts.css`), places from attributes; no style stands in the markup.

mod figure;
mod heat;
mod intervals;
mod pareto;
mod pen;
mod scale;
mod text;
mod trend;

pub use figure::{Cell, Figure, Head, Place, Table};
pub use heat::{Heat, HeatCell, HeatColumn, HeatRow, Steps};
pub use intervals::{Change, Interval, Mean, Ratio};
pub use pareto::{Heads, Kind, Pareto, Row};
pub use scale::{Mark, Scale};
pub use trend::{EndWords, Fix, Form, Limits, Period, Trend};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

//! Saved views beside the list, the one that is shown, and the columns in its order.

use std::borrow::Cow;

use firsthand_domain::id::SavedViewId;
use firsthand_domain::saved_view::{SavedView, ViewColumn, ViewQuery};
use firsthand_storage::Tx;
use firsthand_storage::saved_views::{self, Tally};

use super::{PLACE, address};
use crate::api::views as api;
use crate::call::Call;
use crate::pages::Frame;
use crate::pages::rows::Column;
use crate::problem::Problem;
use crate::query::{Query, joined};

/// So many views stand beside the list, and are counted.
const BESIDE: i64 = 12;

/// A saved view beside the list.
pub(super) struct Side {
    pub(super) name: String,
    pub(super) link: String,
    pub(super) count: String,
    pub(super) current: bool,
}

/// The view that is shown.
pub(super) struct At {
    pub(super) id: SavedViewId,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// What it looks for that is gone.
    pub(super) gone: Vec<String>,
    /// What is looked for now is not what it keeps.
    pub(super) changed: bool,
    /// The reader may change it.
    pub(super) keeps: bool,
}

/// The head of a column.
pub(super) struct Head {
    pub(super) column: Column,
    pub(super) name: Cow<'static, str>,
    /// The list in its order.
    pub(super) by: Option<String>,
    /// As `aria-sort` says it.
    pub(super) sorted: &'static str,
}

/// The address of the list of a view that looks for this.
pub(in crate::pages) fn link(query: &ViewQuery, id: &str) -> String {
    let pairs = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    format!("/complaints?{}", joined(pairs.chain([("saved", id)])))
}

/// How much a view holds, in figures.
pub(in crate::pages) fn figure(tally: Tally) -> String {
    if tally.open { format!("{}+", tally.found) } else { tally.found.to_string() }
}

/// The views of the reader, and the one that the address names.
pub(super) async fn beside(
    call: &Call,
    f: &Frame,
    tx: &mut Tx<'_>,
    query: &Query,
) -> Result<(Vec<Side>, Option<At>), Problem> {
    let reader = call.caller()?;
    let views = saved_views::of(tx, reader, BESIDE).await?;
    let tallies = api::counted(tx, &call.app, &views, reader).await?;
    let wanted = query.get("saved").and_then(|id| id.parse().ok()).map(SavedViewId);
    let found = match wanted {
        Some(id) => match views.iter().find(|view| view.id == id) {
            Some(view) => Some(view.clone()),
            None => saved_views::by_id(tx, id, reader).await?,
        },
        None => None,
    };
    let at = match found {
        None => None,
        Some(view) => {
            let gone = api::gone(tx, &call.app, &view.query, reader).await?;
            Some(At {
                id: view.id,
                columns: view.columns.iter().map(|placed| Column::placed(*placed)).collect(),
                gone,
                changed: kept(query) != view.query,
                keeps: f.writes() && view.kept_by(reader).is_ok(),
                name: view.name,
            })
        }
    };
    let side = |(view, tally): (SavedView, Option<Tally>)| Side {
        link: link(&view.query, &view.id.to_string()),
        count: tally.map(figure).unwrap_or_default(),
        current: wanted == Some(view.id),
        name: view.name,
    };
    Ok((views.into_iter().zip(tallies).map(side).collect(), at))
}

/// What of an address a view keeps.
fn kept(query: &Query) -> ViewQuery {
    let place = |name: &str| PLACE.contains(&name) || matches!(name, "saved" | "limit" | "filter");
    let kept = query.every().filter(|(name, _)| !place(name));
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The same as it stands in an address.
pub(super) fn asked(query: &Query) -> String {
    joined(&kept(query))
}

/// What a view keeps of an address that a page sent.
pub(in crate::pages) fn sent(address: &str) -> ViewQuery {
    kept(&Query::parse_kindly(address, super::ASKED))
}

/// The columns with their heads.
pub(super) fn heads(f: &Frame, query: &Query, sort: &str, columns: &[Column]) -> Vec<Head> {
    let by = |sort: &str| address(query, &["cursor", "preview", "rank"], &[("sort", sort)]);
    let head = |column: &Column| {
        let (name, order) = match column.tells {
            ViewColumn::Due => ("list-due", "due"),
            ViewColumn::Customer => ("list-customer", ""),
            ViewColumn::Complaint => ("list-complaint", ""),
            ViewColumn::Responsible => ("list-column-responsible", ""),
            ViewColumn::Handler => ("list-field-handler", ""),
            ViewColumn::Stage => ("list-waiting", "waiting"),
            ViewColumn::Severity => ("views-column-severity", ""),
            ViewColumn::Waiting => ("views-column-waiting", "waiting"),
            ViewColumn::Received => ("list-received", "received"),
            ViewColumn::Category => ("list-field-category", ""),
            ViewColumn::Product => ("list-field-product", ""),
            ViewColumn::Place => ("list-field-place", ""),
            ViewColumn::Channel => ("list-field-channel", ""),
            ViewColumn::Cause => ("list-column-cause", ""),
            ViewColumn::Reference => ("list-reference", "received"),
        };
        let sorted = match (order == sort, order) {
            (true, "received") => "descending",
            (true, "due" | "waiting") => "ascending",
            _ => "",
        };
        let by = (!order.is_empty()).then(|| by(order));
        Head { column: *column, name: f.say(name), by, sorted }
    };
    columns.iter().map(head).collect()
}

//! What the floor narrows a list by, as it is asked for and linked to.

use firsthand_domain::floor::{Due, Waited};
use firsthand_domain::staff::Staff;
use firsthand_domain::text::Line;
use firsthand_storage::list::{self, Also};

use crate::app::App;
use crate::problem::Problem;
use crate::query::{Query, encode};

/// Reads what else narrows a list; the team only where it does not belong to a figure.
pub(crate) fn read(query: &Query, app: &App, list: &mut list::Query, reader: &Staff) -> Result<(), Problem> {
    let (now, zone) = (app.database.now(), &app.settings.zone);
    let yes = |name| query.read(name, "expected true, or to be left out", |v| (v == "true").then_some(true));
    let bands = "expected one of any, over_five_days, two_to_five_days, one_day, today";
    let person = |v: &str| if v == "me" { Some(reader.id) } else { v.parse().ok() };
    let line = |v: &str| Line::parse(v).ok().map(Line::into_string);
    let team = query.read("team", "expected a text", line)?;
    list.also = Also {
        open: yes("open")?.unwrap_or_default(),
        waited: query.read("waited", bands, Waited::from_code)?.map(|band| band.since(now, zone)),
        due: query.read("due", "expected one of late, soon", Due::from_code)?.map(|due| due.within(now)),
        promised: query.read("promised_by", "expected an id (a UUID), or me", person)?,
        team: team.filter(|_| list.measured.is_none()),
        offered: yes("offer_open")?.unwrap_or_default(),
        orphan: yes("orphan")?.unwrap_or_default(),
    };
    Ok(())
}

/// The question that opens exactly a list of the floor.
pub(crate) fn link(team: Option<&str>, narrowed: &[(&str, &str)]) -> String {
    let team = team.map(|team| ("team", team));
    let all = narrowed.iter().copied().chain(team);
    all.fold("view=all".to_owned(), |link, (name, value)| format!("{link}&{name}={}", encode(value)))
}

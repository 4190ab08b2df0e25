//! What somebody may mean by a few letters, for programs and for the page alike: what is on record, and the pages that
//! they may open, by their names in any language of the desk.

use std::sync::LazyLock;

use firsthand_domain::staff::Staff;
use firsthand_domain::text::fold;
use firsthand_storage::palette::{self, Found, LONGEST};

use crate::app::App;
use crate::call::Call;
use crate::problem::Problem;
use crate::router;
use crate::speech::languages;

/// Every page one goes to by itself, and the message that names it.
const PLACES: &[(&str, &str)] = &[
    ("/", "frame-desk"),
    ("/complaints/new", "frame-new"),
    ("/complaints?view=all", "frame-complaints"),
    ("/complaints?view=mine", "frame-view-mine"),
    ("/complaints?view=offered", "frame-view-offered"),
    ("/complaints?view=promised", "frame-view-promised"),
    ("/complaints?view=handed_over", "frame-view-handed-over"),
    ("/complaints?view=team", "frame-view-team"),
    ("/views", "views-all"),
    ("/notifications", "live-notifications"),
    ("/approvals", "approvals-title"),
    ("/authority", "authority-title"),
    ("/analysis", "analysis-title"),
    ("/analysis/alerts", "alerts-title"),
    ("/analysis/repeats", "repeats-title"),
    ("/analysis/cost", "cost-title"),
    ("/analysis/metrics", "metrics-title"),
    ("/analysis/week", "week-title"),
    ("/causes", "causes-title"),
    ("/causes/second-rating", "rating-title"),
    ("/actions", "actions-title"),
    ("/awards", "register-nav-awards"),
    ("/grants", "register-nav-grants"),
    ("/floor", "floor-title"),
    ("/ledger", "register-nav-ledger"),
    ("/staff", "frame-staff"),
    ("/staff/log", "staff-log"),
    ("/settings", "frame-settings"),
    ("/settings/reply-texts", "texts-title"),
    ("/settings/macros", "macros-title"),
    ("/settings/lists", "lists-title"),
    ("/settings/webhooks", "webhooks-short"),
    ("/keys", "list-keys"),
    ("/help", "frame-help"),
];

/// A page one can go to.
pub(crate) struct Place {
    /// Its address.
    pub(crate) path: &'static str,
    /// The code of each language, and its name there.
    pub(crate) names: Vec<(&'static str, String)>,
    /// The same, folded.
    said: Vec<String>,
}

static ALL: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let place = |(path, key): &(&'static str, &str)| {
        let names: Vec<_> = languages().iter().map(|l| (l.code, l.say(key).into_owned())).collect();
        let said = names.iter().map(|(_, name)| fold(name)).collect();
        Place { path, names, said }
    };
    PLACES.iter().map(place).collect()
});

impl Place {
    /// Its name in a language.
    pub(crate) fn name(&self, language: &str) -> &str {
        let own = self.names.iter().find(|(code, _)| *code == language);
        own.or(self.names.first()).map_or("", |(_, name)| name)
    }

    /// May they open it? The route says so.
    fn admits(&self, app: &App, reader: &Staff) -> bool {
        let path = self.path.split('?').next().unwrap_or(self.path);
        let in_team = self.path != "/complaints?view=team" || reader.team.is_some();
        match app.router.find("GET", path) {
            router::Found::Route(route, _) => in_team && route.right.admits(reader).is_ok(),
            _ => false,
        }
    }
}

/// What was typed, if it is not too long to be looked for.
pub(crate) fn typed(call: &Call) -> Result<&str, Problem> {
    let typed = call.query.get("q").unwrap_or_default();
    if typed.chars().count() > LONGEST {
        return Err(Problem::field("q", "expected at most 200 characters"));
    }
    Ok(typed)
}

/// The pages the caller may open whose name begins so, or has each word; all of them where nothing is typed.
pub(crate) fn places(app: &App, reader: &Staff, typed: &str) -> Vec<&'static Place> {
    let folded = fold(typed);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let has = |said: &String| words.iter().all(|word| said.contains(word));
    let mut found: Vec<_> =
        ALL.iter().filter(|p| p.said.iter().any(has)).filter(|p| p.admits(app, reader)).collect();
    // Stable: among equals in the order of the navigation.
    found.sort_by_key(|place| !place.said.iter().any(|said| said.starts_with(&folded)));
    if !words.is_empty() {
        found.truncate(palette::MOST);
    }
    found
}

/// What is on record.
pub(crate) async fn find(call: &Call, typed: &str) -> Result<Found, Problem> {
    let mut connection = call.connection().await?;
    let found = palette::find(&call.app.database, &mut connection.tx(), call.caller()?, typed).await?;
    call.keep(connection);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_a_page_with_a_name_in_every_language() {
        let routes = crate::routes::all();
        for place in ALL.iter() {
            let path = place.path.split('?').next().unwrap();
            assert!(routes.iter().any(|r| r.path == path && r.framed), "{path}");
            for (code, name) in &place.names {
                assert!(!name.is_empty() && !PLACES.iter().any(|(_, key)| key == name), "{code} {path}");
            }
        }
    }
}

//! The views of the list, with how much is in each.

use std::borrow::Cow;

use firsthand_storage::desk::Counts;

use super::Frame;

/// Every view, as the API calls it.
pub(super) const VIEWS: [&str; 6] = ["mine", "offered", "promised", "handed_over", "team", "all"];

/// A view in the navigation.
pub(crate) struct View {
    /// As the API calls it.
    pub(crate) code: &'static str,
    /// As the reader does.
    pub(crate) name: Cow<'static, str>,
    /// `5`, `99+`; empty where it was not counted.
    pub(crate) count: String,
}

/// A count that stops somewhere says so.
pub(super) fn told(count: i64) -> String {
    if count > Counts::MOST { format!("{}+", Counts::MOST) } else { count.to_string() }
}

impl Frame {
    /// The views the reader has.
    pub(crate) fn views(&self) -> Vec<View> {
        let in_team = self.me.as_ref().is_some_and(|me| me.team.is_some());
        VIEWS
            .into_iter()
            .filter(|code| *code != "team" || in_team)
            .map(|code| View {
                code,
                name: self.word("frame-view", code),
                count: self.counts.and_then(|counts| count_of(&counts, code)).map(told).unwrap_or_default(),
            })
            .collect()
    }

    /// How much waits for the reader in all, where it was counted.
    pub(crate) fn waiting(&self) -> Option<String> {
        let Counts { mine, offered, promised, .. } = self.counts?;
        // A sum with a part that was not counted to its end has no end either.
        let parts = [mine, offered, promised];
        let open = parts.iter().any(|n| *n > Counts::MOST);
        Some(told(if open { Counts::MOST + 1 } else { parts.iter().sum() }))
    }

    /// How much asks for something and was not read, as wide as it ever gets; blank where nothing does.
    pub(crate) fn unread(&self) -> String {
        let told = if self.unread > 0 { told(self.unread) } else { String::new() };
        format!("{told:\u{2007}<3}")
    }

    /// The same, as it is read out.
    pub(crate) fn bell(&self) -> String {
        if self.unread > 0 {
            self.with("live-bell", "count", told(self.unread))
        } else {
            self.say("live-notifications").into_owned()
        }
    }

    /// What was counted.
    pub(super) fn counts(&self) -> Counts {
        self.counts.unwrap_or_default()
    }
}

fn count_of(counts: &Counts, view: &str) -> Option<i64> {
    Some(match view {
        "mine" => counts.mine,
        "offered" => counts.offered,
        "promised" => counts.promised,
        "handed_over" => counts.handed_over,
        "team" => return counts.team,
        _ => counts.all,
    })
}

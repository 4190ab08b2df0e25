//! What the demonstration says: four languages, one file each.

use serde::Deserialize;

use super::chance::Chance;

/// What customers and staff of one country say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) language: String,
    family_first: bool,
    between_names: String,
    family: Vec<String>,
    given: Vec<String>,
    phone: String,
    order: String,
    pub(super) places: Vec<String>,
    more: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) calls_in: Vec<String>,
    pub(super) calls_out: Vec<String>,
    pub(super) questions: Vec<String>,
    pub(super) acknowledged: Vec<String>,
    pub(super) holding: Vec<String>,
    pub(super) closing: Vec<String>,
    pub(super) disputed: Vec<String>,
    pub(super) rejected_instead: String,
    pub(super) rejected_next: String,
    pub(super) withdrawn: String,
    pub(super) withdrawn_reply: String,
    pub(super) kept: String,
    pub(super) replaced: String,
    pub(super) consent: String,
    pub(super) merged: String,
    pub(super) linked: String,
    pub(super) succession: String,
    pub(super) evidence: String,
    pub(super) whys: Vec<String>,
    /// What should have caught it.
    pub(super) escape: String,
    /// Why, and what is asked.
    pub(super) handoffs: Vec<[String; 2]>,
    pub(super) declines: Vec<String>,
    #[serde(rename = "case")]
    pub(super) cases: Vec<Case>,
}

/// A kind of trouble.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) product: String,
    pub(super) category: String,
    pub(super) cause: String,
    pub(super) severity: String,
    pub(super) wish: String,
    pub(super) promise: String,
    pub(super) found: String,
    pub(super) answer: String,
    told: Vec<String>,
}

/// What one customer tells.
pub(super) struct Told {
    pub(super) narrative: String,
    pub(super) order: String,
    pub(super) place: String,
}

/// All four, in the order of the teams.
pub(super) fn all() -> Result<Vec<Words>, String> {
    [include_str!("en.toml"), include_str!("vi.toml"), include_str!("zh.toml"), include_str!("hu.toml")]
        .into_iter()
        .map(|text| toml::from_str(text).map_err(|error| error.to_string()))
        .collect()
}

impl Words {
    /// A full name, as it is said in that country.
    pub(super) fn name(&self, chance: &mut Chance) -> String {
        let (family, given) = (chance.of(&self.family), chance.of(&self.given));
        let (first, second) = if self.family_first { (family, given) } else { (given, family) };
        format!("{first}{}{second}", self.between_names)
    }

    pub(super) fn phone(&self, chance: &mut Chance) -> String {
        filled(&self.phone, chance)
    }

    /// A story of that kind, with its order and place.
    pub(super) fn told(&self, case: &Case, place: usize, chance: &mut Chance) -> Told {
        let order = filled(&self.order, chance);
        let place = self.places.get(place).cloned().unwrap_or_default();
        let day = self.day(1 + chance.below(12), 1 + chance.below(28));
        let mut narrative = chance
            .of(&case.told)
            .replace("{order}", &order)
            .replace("{place}", &place)
            .replace("{day}", &day)
            .replace("{n}", &(2 + chance.below(7)).to_string());
        let gap = if self.between_names.is_empty() { "" } else { " " };
        for _ in 0..chance.below(3) {
            let more = chance.of(&self.more);
            if !narrative.contains(more) {
                narrative.push_str(gap);
                narrative.push_str(more);
            }
        }
        Told { narrative, order, place }
    }

    /// A day of the year, as it is said in a sentence.
    fn day(&self, month: usize, day: usize) -> String {
        const ENGLISH: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        const HUNGARIAN: [&str; 12] = [
            "január",
            "február",
            "március",
            "április",
            "május",
            "június",
            "július",
            "augusztus",
            "szeptember",
            "október",
            "november",
            "december",
        ];
        let named = |months: [&'static str; 12]| months.get(month - 1).copied().unwrap_or_default();
        match self.language.as_str() {
            "vi" => format!("{day}/{month}"),
            "zh" => format!("{month} 月 {day} 日"),
            "hu" => {
                let ending = match (day, day % 10) {
                    (1, _) => "jén",
                    (20, _) | (_, 2 | 3 | 6 | 8) => "án",
                    _ => "én",
                };
                format!("{} {day}-{ending}", named(HUNGARIAN))
            }
            _ => {
                let ending = match (day, day % 10) {
                    (11..=13, _) => "th",
                    (_, 1) => "st",
                    (_, 2) => "nd",
                    (_, 3) => "rd",
                    _ => "th",
                };
                format!("{day}{ending} of {}", named(ENGLISH))
            }
        }
    }
}

/// A pattern with `{3}` become three digits.
fn filled(pattern: &str, chance: &mut Chance) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, (count, after))) =
        rest.split_once('{').and_then(|(before, inside)| Some((before, inside.split_once('}')?)))
    {
        text.push_str(before);
        text.push_str(&chance.digits(count.parse().unwrap_or(1)));
        rest = after;
    }
    text.push_str(rest);
    text
}

//! What the desk says to people, in the four languages it speaks. The words are in `locales`; this finds them.

mod moments;
mod money;
mod numbers;
mod refusals;

use std::borrow::Cow;
use std::sync::LazyLock;

use firsthand_domain::time::Timestamp;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::tz::TimeZone;

pub(crate) use moments::Clock;

/// The files of a language: the same names in each.
macro_rules! locale {
    ($code:literal, $name:literal, $($file:literal),+ $(,)?) => {
        Language::new($code, $name, &[$(include_str!(concat!("../locales/", $code, "/", $file, ".ftl"))),+])
    };
}
macro_rules! languages {
    ($($code:literal $name:literal),+) => {
        [$(locale!(
            $code, $name, "frame", "codes", "moments", "refusals", "account", "desk", "list", "log", "complaint",
            "facts", "customer", "authority", "awards", "register", "analysis", "actions", "alerts", "causes",
            "suggest", "metrics", "attachments", "webhooks", "live", "bulk", "views", "floor", "merge", "texts", "lists"
        )),+]
    };
}

/// Every language, the first for those who understand none of them.
static LANGUAGES: LazyLock<[Language; 4]> =
    LazyLock::new(|| languages!("en" "English", "vi" "Tiếng Việt", "zh" "简体中文", "hu" "Magyar"));

/// One language.
pub(crate) struct Language {
    /// As in `lang`: `en`, `vi`, `zh`, `hu`.
    pub(crate) code: &'static str,
    /// As its speakers call it.
    pub(crate) name: &'static str,
    words: FluentBundle<FluentResource>,
    months: Vec<String>,
    days: Vec<String>,
}

impl Language {
    fn new(code: &'static str, name: &'static str, files: &[&str]) -> Self {
        // A code we wrote ourselves; were it wrong, plurals would fall back to their `other`.
        let tag = if code == "zh" { "zh-Hans" } else { code };
        let mut words = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // Isolating marks would go along when people copy a name or a number; `bdi` does it on pages.
        words.set_use_isolating(false);
        for file in files {
            // What cannot be read is left out here, and found by the tests below.
            let resource =
                FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
            words.add_resource_overriding(resource);
        }
        let mut language = Self { code, name, words, months: Vec::new(), days: Vec::new() };
        let list = |key: &str| language.say(key).split('|').map(str::to_owned).collect::<Vec<_>>();
        let (months, days) = (list("moments-months"), list("moments-days"));
        (language.months, language.days) = (months, days);
        language
    }

    /// The words of a message; its key, should it be missing.
    pub(crate) fn say(&self, key: &str) -> Cow<'_, str> {
        self.format(key, None)
    }

    fn format<'s>(&'s self, key: &str, args: Option<&'s FluentArgs<'_>>) -> Cow<'s, str> {
        let Some(pattern) = self.words.get_message(key).and_then(|message| message.value()) else {
            return Cow::Owned(key.to_owned());
        };
        self.words.format_pattern(pattern, args, &mut Vec::new())
    }
}

/// Every language there is, for a choice.
pub(crate) fn languages() -> &'static [Language] {
    LANGUAGES.as_slice()
}

/// The desk as it speaks to one reader, at one instant.
#[derive(Clone)]
pub(crate) struct Speech {
    language: &'static Language,
    zone: TimeZone,
    pub(crate) now: Timestamp,
}

impl Speech {
    /// In the language of one's own choice, else one the browser asks for, else the desk's.
    pub(crate) fn new(
        chosen: Option<&str>,
        asked: Option<&str>,
        usual: &str,
        zone: TimeZone,
        now: Timestamp,
    ) -> Self {
        let find = |code: &str| LANGUAGES.iter().find(|language| language.code == code);
        let language = chosen
            .and_then(find)
            .or_else(|| asked.and_then(|asked| preferred(asked).into_iter().find_map(|code| find(&code))))
            .or_else(|| find(usual))
            .unwrap_or(&LANGUAGES[0]);
        Self { language, zone, now }
    }

    /// The code of the language, for `lang`.
    pub(crate) fn lang(&self) -> &'static str {
        self.language.code
    }

    /// The zone times are told in.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A message that needs nothing.
    pub(crate) fn say(&self, key: &str) -> Cow<'static, str> {
        self.language.say(key)
    }

    /// A message with one thing in it.
    pub(crate) fn with<'v>(&self, key: &str, name: &'v str, value: impl Into<FluentValue<'v>>) -> String {
        self.tell(key, [(name, value.into())])
    }

    /// A message with two things in it.
    pub(crate) fn with2<'v>(
        &self,
        key: &str,
        name: &'v str,
        value: impl Into<FluentValue<'v>>,
        name2: &'v str,
        value2: impl Into<FluentValue<'v>>,
    ) -> String {
        self.tell(key, [(name, value.into()), (name2, value2.into())])
    }

    /// A message with so many things in it.
    pub(crate) fn tell<'v, const N: usize>(
        &self,
        key: &str,
        values: [(&'v str, FluentValue<'v>); N],
    ) -> String {
        let args: FluentArgs<'v> = values.into_iter().collect();
        self.language.format(key, Some(&args)).into_owned()
    }

    /// The word for a code: `word("stage", "received")` is the message `stage-received`.
    pub(crate) fn word(&self, kind: &str, code: &str) -> Cow<'static, str> {
        self.say(&format!("{kind}-{}", code.replace('_', "-")))
    }
}

/// Languages of an `Accept-Language`, best first.
fn preferred(asked: &str) -> Vec<String> {
    let mut weighed: Vec<(u16, String)> = Vec::new();
    for part in asked.split(',').take(20) {
        let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
        let weight = parameters
            .split(';')
            .find_map(|p| p.trim().strip_prefix("q="))
            .map_or(Some(1.0), |q| q.parse::<f32>().ok());
        let code = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        if let Some(weight) = weight.filter(|w| *w > 0.0 && *w <= 1.0) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
            weighed.push(((weight * 1000.0) as u16, code));
        }
    }
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighed.into_iter().map(|(_, code)| code).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    fn crate_root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// The messages of a language with the variables of each, read from its files.
    fn messages(code: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for file in std::fs::read_dir(crate_root().join("locales").join(code)).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let resource = FluentResource::try_new(text.clone());
            assert!(resource.is_ok(), "{}: {:?}", path.display(), resource.err().map(|(_, errors)| errors));
            let mut key = None;
            for line in text.lines() {
                if let Some((name, _)) = line.split_once('=')
                    && line.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    let name = name.trim().to_owned();
                    assert!(found.insert(name.clone(), BTreeSet::new()).is_none(), "{code}: {name} twice");
                    key = Some(name);
                }
                let variables: &mut BTreeSet<String> = match &key {
                    Some(key) => found.get_mut(key).unwrap(),
                    None => continue,
                };
                for rest in line.split('$').skip(1) {
                    variables.insert(rest.chars().take_while(char::is_ascii_alphanumeric).collect());
                }
            }
        }
        found
    }

    #[test]
    fn every_language_says_the_same_things() {
        let english = messages("en");
        assert!(english.len() > 50);
        for language in languages() {
            let other = messages(language.code);
            let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) =
                (english.keys().collect(), other.keys().collect());
            let missing: Vec<_> = ours.symmetric_difference(&theirs).collect();
            assert!(missing.is_empty(), "{}: only in one of the two: {missing:?}", language.code);
            for (key, variables) in &english {
                // Of a date each language takes the month it uses, its name or its number.
                let dates = key.starts_with("moments-date");
                assert!(dates || *variables == other[key], "{}: {key}", language.code);
            }
        }
    }

    /// The files under a folder with that ending.
    fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![crate_root().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(ending) {
                    found.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
                }
            }
        }
        found
    }

    #[test]
    fn every_message_that_is_asked_for_is_there() {
        let english = messages("en");
        let sources = files("templates", ".html").into_iter().chain(files("src", ".rs"));
        let mut seen = 0;
        for (path, text) in sources {
            for call in [".say(\"", ".with(\"", ".with2(\"", ".tell(\""] {
                for rest in text.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    // Problems take facts beside them by the same name; every message has a hyphen.
                    if !key.contains('-') {
                        continue;
                    }
                    assert!(english.contains_key(key), "{path}: {key} is in no locale");
                    seen += 1;
                }
            }
        }
        assert!(seen > 30);
    }

    /// What a template says by itself: its text without tags, comments and expressions.
    fn bare_words(template: &str) -> Vec<String> {
        let mut text = template.to_owned();
        for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<!--", "-->")] {
            while let Some(from) = text.find(open) {
                let to = text[from..].find(close).map_or(text.len(), |end| from + end + close.len());
                text.replace_range(from..to, "\u{1}");
            }
        }
        let mut said = Vec::new();
        // Attributes that are read out or shown.
        for name in ["title", "aria-label", "placeholder", "alt", "aria-description"] {
            for rest in text.split(&format!(" {name}=\"")).skip(1) {
                said.push(rest.split('"').next().unwrap().to_owned());
            }
        }
        let mut outside = String::new();
        let mut tag = false;
        for c in text.chars() {
            match c {
                '<' => tag = true,
                '>' => {
                    tag = false;
                    outside.push('\n');
                }
                c if !tag => outside.push(c),
                _ => {}
            }
        }
        said.extend(outside.lines().map(str::to_owned));
        said.retain(|s| s.chars().any(char::is_alphabetic));
        said
    }

    // Names of keys and of the product, which are the same everywhere.
    const SAME: &[&str] = &[
        "Firsthand",
        "Ctrl Enter",
        "Ctrl+Enter",
        "Ctrl K",
        "Shift E",
        "y",
        "n",
        "j",
        "k",
        "r",
        "c",
        "x",
        "v",
        "h",
        "e",
        "o",
        "a",
        "q",
    ];

    #[test]
    fn no_template_speaks_a_language_of_its_own() {
        assert_eq!(bare_words("<p>{{ t.say(\"x\") }} · 3</p>").len(), 0);
        assert_eq!(bare_words("<p title=\"Go\">Hello {{ name }}</p>").len(), 2);
        for (path, text) in files("templates", ".html") {
            let mut said = bare_words(&text);
            said.retain(|words| !SAME.contains(&words.trim_matches(['\u{1}', ' ', '·'])));
            assert!(said.is_empty(), "{path}: {said:?}");
        }
    }

    #[test]
    fn the_language_is_ones_own_choice_then_the_browsers_then_the_desks() {
        let lang =
            |chosen, asked| Speech::new(chosen, asked, "vi", TimeZone::UTC, Timestamp::from_micros(0)).lang();
        assert_eq!(lang(Some("hu"), Some("zh")), "hu");
        assert_eq!(lang(None, Some("fr;q=0.9, zh-CN;q=0.8, en;q=0.7")), "zh");
        assert_eq!(lang(None, Some("en;q=0.1, hu-HU")), "hu");
        assert_eq!(lang(None, Some("fr, de;q=x")), "vi");
        assert_eq!(lang(None, None), "vi");
    }
}

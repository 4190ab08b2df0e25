//! The guide: what each page is for, in plain words, by who works with it; every page leads to the section about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use askama::Template;
use firsthand_domain::staff::Staff;

use super::{Frame, html};
use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::rights::Right;
use crate::routes::{self, Face, Method, Route, page};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/help", Right::Reader, show)]
}

/// Where the path of a page begins, after a star also where it ends, and the section about it; the first that fits is taken.
const SECTIONS: &[(&str, &str)] = &[
    ("/complaints/new", "log"),
    ("/complaints/*/merge", "merge"),
    ("/complaints/", "complaint"),
    ("/complaints", "list"),
    ("/views", "list"),
    ("/counts", "desk"),
    ("/notifications", "desk"),
    ("/floor", "floor"),
    ("/customers", "customers"),
    ("/approvals", "approvals"),
    ("/authority", "awards"),
    ("/awards", "awards"),
    ("/grants", "grants"),
    ("/ledger", "ledger"),
    ("/analysis/alerts", "alerts"),
    ("/analysis", "analysis"),
    ("/causes", "causes"),
    ("/actions", "fixes"),
    ("/staff", "staff"),
    ("/settings/reply-texts", "texts"),
    ("/settings/macros", "texts"),
    ("/settings/lists", "lists"),
    ("/settings/webhooks", "webhooks"),
    ("/settings", "account"),
    ("/keys", "keys"),
    ("/palette", "keys"),
    ("/help", "desk"),
];

/// The section about the page of a path.
pub(super) fn section(path: &str) -> &'static str {
    let fits = |pattern: &str| {
        let (begins, ends) = pattern.split_once('*').unwrap_or((pattern, ""));
        path.starts_with(begins) && path.ends_with(ends)
    };
    SECTIONS.iter().find(|(pattern, _)| fits(pattern)).map_or("desk", |(_, section)| *section)
}

/// The guide of one language: parts, and their sections.
struct Guide {
    code: &'static str,
    parts: Vec<Part>,
}

/// What is for one kind of people.
struct Part {
    title: String,
    sections: Vec<Section>,
}

/// What is about one page.
struct Section {
    id: String,
    title: String,
    /// Written as HTML; everything in it was escaped.
    body: String,
}

macro_rules! guides {
    ($($code:literal),+) => {
        [$(Guide::read($code, &[
            include_str!(concat!("../../help/", $code, "/agents.md")),
            include_str!(concat!("../../help/", $code, "/leads.md")),
            include_str!(concat!("../../help/", $code, "/administrators.md")),
        ])),+]
    };
}

static GUIDES: LazyLock<[Guide; 4]> = LazyLock::new(|| guides!("en", "vi", "zh", "hu"));

impl Guide {
    fn read(code: &'static str, files: &[&str]) -> Self {
        Self { code, parts: files.iter().map(|file| Part::read(file)).collect() }
    }
}

impl Part {
    /// Reads the little of Markdown that the guide is written in: `#` and `##` with an id, paragraphs, lists.
    fn read(text: &str) -> Self {
        let mut part = Self { title: String::new(), sections: Vec::new() };
        let mut list = false;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(title) = line.strip_prefix("# ") {
                title.clone_into(&mut part.title);
                continue;
            }
            if let Some(title) = line.strip_prefix("## ") {
                part.close(&mut list);
                let (title, id) = title.split_once(" {#").unwrap_or((title, ""));
                let (id, title) = (id.trim_end_matches('}').to_owned(), title.to_owned());
                part.sections.push(Section { id, title, body: String::new() });
                continue;
            }
            let item = line.strip_prefix("- ");
            if item.is_none() {
                part.close(&mut list);
            }
            let Some(section) = part.sections.last_mut() else { continue };
            match item {
                Some(item) => {
                    if !list {
                        section.body.push_str("<ul>");
                        list = true;
                    }
                    let _ = write!(section.body, "<li>{}</li>", inline(item));
                }
                None => {
                    let _ = write!(section.body, "<p>{}</p>", inline(line));
                }
            }
        }
        part.close(&mut list);
        part
    }

    /// Ends the list that is open.
    fn close(&mut self, list: &mut bool) {
        if let Some(section) = self.sections.last_mut().filter(|_| *list) {
            section.body.push_str("</ul>");
        }
        *list = false;
    }
}

/// Within a line: `**strong**`, `` `code` `` and `[links](/within/the/desk)`.
fn inline(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let paired = |text: &str, mark: &str, tag: &str| {
        let mut parts = text.split(mark);
        let mut written = parts.next().unwrap_or_default().to_owned();
        let mut open = false;
        for part in parts {
            let _ = write!(written, "<{}{tag}>", if open { "/" } else { "" });
            open = !open;
            written.push_str(part);
        }
        written
    };
    let mut rest = paired(&paired(&escaped, "**", "strong"), "`", "code");
    let mut written = String::new();
    while let Some((before, words, to, after)) = link(&rest) {
        let _ = write!(written, "{before}<a href=\"{to}\">{words}</a>");
        rest = after.to_owned();
    }
    written + &rest
}

/// The first link: what stands before it, its words, where it leads, and what stands after it.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (words, rest) = rest.split_once("](")?;
    let (to, after) = rest.split_once(')')?;
    Some((before, words, to, after))
}

/// Who may open which page.
static RIGHTS: LazyLock<BTreeMap<&'static str, Right>> = LazyLock::new(|| {
    let all = routes::all();
    let pages = all.iter().filter(|route| route.face == Face::Person && route.method == Method::Get);
    pages.map(|route| (route.path, route.right)).collect()
});

/// The text of a section for somebody: what they may not open is named and not linked.
fn for_reader(body: &str, may_open: impl Fn(&str) -> bool) -> String {
    const LINK: &str = "<a href=\"";
    let mut pieces = body.split(LINK);
    let mut told = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("\">") {
            Some((to, words)) if !may_open(to) => told.push_str(&words.replacen("</a>", "", 1)),
            _ => told.extend([LINK, piece]),
        }
    }
    told
}

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    f: Frame,
    guide: &'static Guide,
    reader: Staff,
}

impl HelpPage {
    fn told(&self, section: &Section) -> String {
        for_reader(&section.body, |to| RIGHTS.get(to).is_none_or(|right| right.admits(&self.reader).is_ok()))
    }
}

async fn show(call: Call) -> Result<Answer, Problem> {
    let reader = call.caller()?.clone();
    let f = Frame::new(&call, "help", "frame-help");
    let guide = GUIDES.iter().find(|guide| guide.code == f.lang()).unwrap_or(&GUIDES[0]);
    html(&HelpPage { f, guide, reader })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tests::Desk;

    fn ids(guide: &Guide) -> Vec<&str> {
        guide.parts.iter().flat_map(|part| &part.sections).map(|section| section.id.as_str()).collect()
    }

    #[test]
    fn every_language_has_the_same_sections() {
        let english = ids(&GUIDES[0]);
        assert!(english.len() > 20, "{english:?}");
        assert_eq!(english.iter().collect::<BTreeSet<_>>().len(), english.len(), "{english:?}");
        for guide in &*GUIDES {
            assert_eq!(ids(guide), english, "{}", guide.code);
            for section in guide.parts.iter().flat_map(|part| &part.sections) {
                let at = format!("{} {}", guide.code, section.id);
                assert!(!section.title.is_empty() && section.body.len() > 60, "{at}");
                assert!(
                    !["**", "](", "`", "{#"].iter().any(|mark| section.body.contains(mark)),
                    "{at}: {}",
                    section.body
                );
                for (open, close) in
                    [("<ul>", "</ul>"), ("<strong>", "</strong>"), ("<code>", "</code>"), ("<a ", "</a>")]
                {
                    assert_eq!(
                        section.body.matches(open).count(),
                        section.body.matches(close).count(),
                        "{at}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_page_leads_to_a_section_that_exists() {
        let every: BTreeSet<&str> = ids(&GUIDES[0]).into_iter().collect();
        let routes = routes::all();
        let pages = routes.iter().filter(|r| r.face == Face::Person && r.framed && r.method == Method::Get);
        let mut led = BTreeSet::new();
        for page in pages {
            assert!(every.contains(section(page.path)), "{}", page.path);
            led.insert(section(page.path));
        }
        assert!(led.len() > 12, "{led:?}");
        for (_, section) in SECTIONS {
            assert!(every.contains(section), "{section}");
        }
        // A page that is not named leads to the desk: only the desk itself and what stands before it do.
        let unnamed = routes.iter().filter(|r| r.face == Face::Person && r.method == Method::Get && r.framed);
        let unnamed: Vec<&str> = unnamed
            .map(|r| r.path)
            .filter(|path| !SECTIONS.iter().any(|(begins, _)| path.starts_with(begins)))
            .filter(|path| {
                !["/", "/sign-in", "/setup", "/sign-in/second-factor", "/assets/{name}"].contains(path)
            })
            .filter(|path| !path.starts_with("/invitation"))
            .collect();
        assert_eq!(unnamed, Vec::<&str>::new());
    }

    #[test]
    fn every_link_of_the_guide_leads_to_a_page() {
        let router = crate::router::Router::new(routes::all());
        for guide in &*GUIDES {
            for section in guide.parts.iter().flat_map(|part| &part.sections) {
                for to in section.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                    let found = matches!(router.find("GET", to), crate::router::Found::Route(..));
                    assert!(found, "{} {}: {to}", guide.code, section.id);
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_text() {
        assert_eq!(inline("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
        assert_eq!(
            inline("**a** `b` [c](/d) [e](/f)."),
            "<strong>a</strong> <code>b</code> <a href=\"/d\">c</a> <a href=\"/f\">e</a>."
        );
    }

    #[test]
    fn what_one_may_not_open_is_named_and_not_linked() {
        let body = "<p>See <a href=\"/staff/log\">the log</a> and <a href=\"/causes\">causes</a>.</p>";
        assert_eq!(for_reader(body, |_| true), body);
        let told = for_reader(body, |to| to == "/causes");
        assert_eq!(told, "<p>See the log and <a href=\"/causes\">causes</a>.</p>");
    }

    #[tokio::test]
    async fn the_page_and_the_link_to_it_are_there() {
        let desk = Desk::open(routes::all()).await;
        desk.person("ana", "agent").await;
        let ana = desk.sign_in("ana").await;
        for (code, language) in [("en", "en-GB"), ("vi", "vi"), ("zh", "zh-CN"), ("hu", "hu")] {
            let guide = desk.visit_in(&ana, "GET /help", language).await;
            let list = desk.visit_in(&ana, "GET /complaints", language).await;
            assert_eq!((guide.status, list.status), (200, 200));
            assert!(!guide.body.contains("href=\"/staff/log\""), "an agent may not open it");
            assert!(list.body.contains("href=\"/help#list\""), "{code}");
            let at = GUIDES.iter().find(|guide| guide.code == code).unwrap();
            for id in ids(at) {
                assert_eq!(guide.body.matches(&format!("id=\"{id}\"")).count(), 1, "{code} {id}");
                assert!(guide.body.contains(&format!("href=\"#{id}\"")), "{code} {id}");
            }
        }
    }
}

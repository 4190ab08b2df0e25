//! What axe-core, the policy, the console and the layout say of every page: nothing.

use std::path::Path;

use crate::crawl;
use crate::demo::Demo;
use crate::driver::{Browser, Setup};

/// One person for each language.
const READERS: [(&str, &str); 4] =
    [("grace", "en"), ("lan.anh", "vi"), ("chen.jing", "zh"), ("eszter", "hu")];
/// The pages that people have open all day; a complaint is added to them.
const MAIN: [&str; 4] = ["/", "/complaints", "/complaints/new", "/settings"];
/// A page is fetched in no more files than this, itself among them.
const FILES: u64 = 5;
/// How a shift of the layout is told.
const SHIFT: &str = "the layout shifted by";

/// The judge, as fetched by `tests/run`.
pub fn axe() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/axe-core-4.14.1/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|e| {
        panic!("{}: {e}: run the tests with tests/run, which fetches axe-core", path.display())
    })
}

/// Everything that is wrong with the page the browser is on.
pub fn judge(browser: &Browser, axe: &str, files: u64) -> Vec<String> {
    let mut wrong = browser.complaints();
    browser.run(&format!("if (!window.axe) {{ {axe} }}"));
    let found = browser.run_async(
        "const done = arguments[arguments.length - 1];
         axe.run(document, { resultTypes: ['violations'] })
            .then(found => done(found.violations.flatMap(rule => rule.nodes.map(node =>
                rule.id + ': ' + node.html.slice(0, 160) + ' ' + node.failureSummary.replaceAll('\\n', ' ').slice(0, 260)))))
            .catch(error => done([String(error)]))",
    );
    wrong.extend(found.as_array().into_iter().flatten().map(ToString::to_string));
    wrong.extend(browser.shifts().into_iter().map(|shift| format!("{SHIFT} {shift}")));
    let fetched = browser.run(
        "return 1 + new Set(performance.getEntriesByType('resource').map(entry => entry.name.split('#')[0])).size",
    );
    if fetched.as_u64().unwrap_or(u64::MAX) > files {
        wrong.push(format!("1 file too many or more: {fetched}"));
    }
    wrong
}

/// Told by page, so that one run shows all of it.
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} things are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

fn look(browser: &Browser, axe: &str, path: &str, who: &str, wrong: &mut Vec<String>) {
    // What came before is judged where it came.
    browser.complaints();
    browser.go(path);
    let mut found = judge(browser, axe, FILES);
    // On a busy machine a browser may paint the part of a page that has come in before the rest has: what shifts by
    // itself shifts each time.
    let shifts = |what: &String| what.starts_with(SHIFT);
    for _ in 0..4 {
        if !found.iter().any(shifts) {
            break;
        }
        browser.go(path);
        if browser.shifts().is_empty() {
            found.retain(|what| !shifts(what));
        }
    }
    wrong.extend(found.into_iter().map(|what| format!("{path} ({who}): {what}")));
}

#[test]
fn the_judge_finds_what_is_wrong() {
    let demo = Demo::open(1);
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    browser.go("/sign-in");
    assert_eq!(judge(&browser, &axe(), FILES), Vec::<String>::new());
    browser.run(
        "document.querySelector('main').prepend(document.createElement('input'));
         try { document.body.setAttribute('onclick', 'x()'); } catch {}",
    );
    let found = judge(&browser, &axe(), 0);
    for expected in ["label:", "trusted-types", "1 file"] {
        assert!(found.iter().any(|what| what.contains(expected)), "{expected} is not among {found:#?}");
    }
}

#[test]
fn no_page_of_any_kind_has_a_fault() {
    let demo = Demo::open(80);
    let axe = axe();
    let mut wrong = Vec::new();
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    browser.go("/sign-in");
    wrong.extend(judge(&browser, &axe, FILES).into_iter().map(|what| format!("/sign-in: {what}")));
    let mut seen = std::collections::BTreeSet::new();
    // A lead, an administrator and an auditor come to all there is.
    for who in ["helen", "katalin", "maria"] {
        demo.sign_in(&browser, who);
        // No link leads to the causes and the second opinions yet.
        let from = ["/", "/complaints", "/settings", "/causes", "/causes/second-rating"];
        for path in crawl::pages(&browser, &from[..if who == "maria" { 4 } else { 5 }], 120) {
            if seen.insert(crawl::shape(&path)) {
                look(&browser, &axe, &path, who, &mut wrong);
            }
        }
    }
    for page in [
        "/",
        "/complaints",
        "/complaints/new",
        "/complaints/{id}",
        "/customers/{id}",
        "/floor",
        "/settings",
        "/staff",
    ] {
        assert!(seen.contains(page), "no link leads to {page}; found: {seen:#?}");
    }
    none(&wrong);
}

#[test]
fn the_main_pages_have_no_fault_in_any_language_and_theme_and_on_a_telephone() {
    let demo = Demo::open(60);
    let axe = axe();
    let mut wrong = Vec::new();
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    for (who, language) in READERS {
        demo.sign_in(&browser, who);
        let spoken = browser.run("return document.documentElement.lang");
        assert!(spoken.as_str().is_some_and(|spoken| spoken.starts_with(language)), "{who} reads {spoken}");
        let mut pages: Vec<String> = MAIN.iter().map(|path| (*path).to_owned()).collect();
        browser.go("/");
        let a_complaint = |path: &String| crawl::shape(path) == "/complaints/{id}";
        pages.extend(crawl::links(&browser).into_iter().find(a_complaint));
        for scheme in ["light", "dark"] {
            browser.scheme(scheme);
            // Each theme at another width: what axe judges of one holds for the other.
            browser.size(if scheme == "light" { 1440 } else { 390 }, 900);
            for path in &pages {
                look(&browser, &axe, path, &format!("{who}, {scheme}"), &mut wrong);
                let wide = browser.run("return document.documentElement.scrollWidth > innerWidth");
                if wide == true {
                    wrong.push(format!("{path} ({who}, {scheme}): wider than the window"));
                }
            }
        }
        browser.scheme("light");
        browser.size(1440, 900);
    }
    none(&wrong);
}

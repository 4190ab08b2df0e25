//! Reply texts where people write to customers: by keyboard with the script, by a choice and a button without.

use serde_json::json;

use crate::axe::{axe, judge};
use crate::demo::Demo;
use crate::driver::{Browser, Setup};

const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const BODY: &str = "#f-replies-body";

/// A desk with three reply texts, and a complaint.
fn desk() -> (Demo, String) {
    let demo = Demo::open(1);
    let (lead, person) = (demo.desk.person("Leo", "lead"), demo.desk.person("Rhea", "agent"));
    for (name, text) in [
        ("Sorry", "Dear {customer}, sorry."),
        ("Sórry again", "We keep {promise}."),
        ("Thanks", "Thank you."),
    ] {
        lead.post("/canned-replies", json!({ "name": name, "texts": { "en": text } })).status(201);
    }
    let complaint = json!({ "channel": "email", "customer": { "name": "Mai", "phone": "0901 123" }, "narrative": "Late" });
    let reference = person.log_with(complaint).text("/reference");
    (demo, reference)
}

impl Browser {
    /// What stands in the text.
    fn body(&self) -> String {
        let value = self.run(&format!("return document.querySelector({BODY:?}).value"));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The texts that are offered, the chosen one with a star.
    fn offered(&self) -> Vec<String> {
        let found = self.run(
            "return [...document.querySelectorAll('.texts-list:not([hidden]) [role=option]')].map(row =>
                (row.getAttribute('aria-selected') === 'true' ? '*' : '') + row.querySelector('strong').firstChild.data)",
        );
        let found = found.as_array().into_iter().flatten();
        found.map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
    }
}

#[test]
fn a_reply_text_is_found_and_put_in_by_keyboard_alone() {
    let (demo, reference) = desk();
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "helen");
    browser.go(&format!("/complaints/{reference}"));
    browser.find(BODY);
    browser.run(&format!("document.querySelector({BODY:?}).focus()"));
    browser.press("Hello ::sor");
    browser.find(".texts-list:not([hidden]) [role=option]");
    assert_eq!(browser.offered(), ["*Sorry", "Sórry again"]);
    assert_eq!(judge(&browser, &axe(), 9), Vec::<String>::new());
    let active = browser.run(&format!(
        "const box = document.querySelector({BODY:?});
         return document.getElementById(box.getAttribute('aria-activedescendant')).getAttribute('aria-selected')
            + document.getElementById(box.getAttribute('aria-controls')).getAttribute('role')"
    ));
    assert_eq!(active, "truelistbox");
    browser.press(DOWN);
    assert_eq!(browser.offered(), ["Sorry", "*Sórry again"]);
    browser.press(UP);
    browser.press(UP);
    assert_eq!(browser.offered(), ["Sorry", "*Sórry again"]);
    browser.press(ENTER);
    assert_eq!(browser.body(), "Hello We keep {promise}.");
    assert_eq!(browser.offered(), Vec::<String>::new());
    browser.sees("Not known on this complaint");
    // The gap is chosen: what is typed takes its place.
    browser.press("a call ::");
    assert_eq!(browser.body(), "Hello We keep a call ::.");
    browser.find(".texts-list:not([hidden]) [role=option]");
    let all = browser.offered();
    assert!(all.len() > 3 && all.contains(&"Thanks".to_owned()), "{all:?}");
    // Escape goes on writing, and Enter is a new line again.
    browser.press(ESCAPE);
    assert_eq!(browser.offered(), Vec::<String>::new());
    browser.press(ENTER);
    assert_eq!(browser.body(), "Hello We keep a call ::\n.");
    browser.press("::nothing such");
    browser.sees("No reply text has that in its name.");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_a_script_it_is_put_in_by_a_choice_and_a_button() {
    let (demo, reference) = desk();
    let browser = Browser::open(&demo.desk.address(), Setup { javascript: false, ..Setup::default() });
    demo.sign_in(&browser, "helen");
    browser.go(&format!("/complaints/{reference}"));
    browser.write(BODY, "Written before.");
    browser.click(".pane.reply .texts summary");
    browser.write(".pane.reply .texts select", "Sorry");
    browser.click(".pane.reply .texts button");
    browser.sees("is in the text. Read it before you send it.");
    browser.find(BODY);
    assert_eq!(browser.body(), "Written before.\n\nDear Mai, sorry.");
}

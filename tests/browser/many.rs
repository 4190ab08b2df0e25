//! Many complaints at once, by keyboard alone: three are chosen, closed in one go, one refusal is told, and it is undone.

use serde_json::json;

use crate::demo::Demo;
use crate::driver::{Browser, Setup};
use crate::support::Person;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SHIFT: &str = "\u{e008}";
/// In the order in which the way back asks for it.
const LIST: &str = "/complaints?product=kettle-17&sort=received&view=all";

impl Browser {
    /// Goes by keyboard, back or on, until the focus is there.
    #[track_caller]
    pub(crate) fn walk_to(&self, selector: &str, back: bool) {
        for _ in 0..60 {
            if self.run(&format!("return document.activeElement.matches({selector:?})")) == true {
                return;
            }
            if back { self.chord(SHIFT, TAB) } else { self.press(TAB) }
        }
        self.fail(&format!("the keyboard does not come to {selector:?}"))
    }

    #[track_caller]
    fn counts(&self, selector: &str, count: u64) {
        let found = self.run(&format!("return document.querySelectorAll({selector:?}).length"));
        assert_eq!(found, count, "{selector} on {}:\n{}", self.path(), self.text());
    }
}

/// A complaint about one product, which lacks nothing to be closed if it is ready.
fn complaint(person: &Person, ready: bool) -> String {
    let made = person
        .log_with(json!({ "channel": "phone", "customer": { "name": "Mai", "phone": "0901 123" },
                                       "narrative": "The lid is broken", "product": "kettle-17" }));
    let id = made.text("/id");
    if ready {
        person.decide(&id, "upheld").status(200);
        person.tag(&id, "late").status(200);
        person.reply(&id).status(201);
        person.answer(&id, "accepted").status(200);
    }
    made.text("/reference")
}

#[test]
fn three_are_chosen_by_keyboard_and_closed_and_one_refusal_is_told() {
    let demo = Demo::open(1);
    let person = demo.desk.person("Rhea", "agent");
    let unready = complaint(&person, false);
    let ready = [complaint(&person, true), complaint(&person, true)];
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "helen");
    browser.go(LIST);
    browser.find("[data-rows] tbody tr");
    // Nothing is chosen: the filters stand there. Then the bar stands in their place, as high.
    let tall = |bar: &str| browser.run(&format!("return document.querySelector({bar:?}).offsetHeight"));
    let filters = tall(".bar");
    assert_eq!(tall(".bar.chosen"), 0);
    for _ in 0..3 {
        browser.press("jx");
    }
    browser.sees("3 chosen");
    assert_eq!((tall(".bar"), tall(".bar.chosen")), (json!(0), filters));
    // Once more takes it back; from there on to here takes all between.
    browser.press("x");
    browser.sees("2 chosen");
    browser.press("X");
    browser.sees("3 chosen");
    browser.counts("[data-rows] tr:has(:checked)", 3);
    browser.walk_to(".chosen button[value=close]", true);
    browser.press(ENTER);
    browser.sees("Close the chosen complaints");
    browser.counts("main [name=c]:checked", 3);
    // The focus is where something is to be said.
    browser.press("All has been said");
    browser.walk_to("main button.primary", false);
    browser.press(ENTER);
    browser.sees("Done: 2. Not done: 1.");
    let told = browser.text();
    let place = |reference: &str| told.find(reference).unwrap_or_else(|| panic!("{reference}: {told}"));
    assert!(place(&unready) < place(&ready[0]) && place(&unready) < place(&ready[1]), "{told}");
    assert!(told.contains("Before it can be closed") || told.contains("missing"), "{told}");
    for reference in &ready {
        assert_eq!(person.complaint(reference)["closure"], "accepted");
    }
    assert_eq!(person.complaint(&unready)["stage"], "received");
    // A mistake: taken back by keyboard too.
    browser.walk_to("form [name=reason]", false);
    browser.walk_to("form:has([value=undo]) button", false);
    browser.press(ENTER);
    browser.sees("Done: 2. Not done: 0.");
    for reference in &ready {
        assert_eq!(person.complaint(reference)["cycle"], 2);
    }
    // Back where one was, with nothing chosen.
    browser.walk_to("main a.primary", false);
    browser.press(ENTER);
    browser.find("[data-rows] tbody tr");
    assert_eq!(browser.path(), LIST);
    browser.counts("[data-rows] tr:has(:checked)", 0);
    let complained = browser.complaints();
    assert!(complained.is_empty(), "{complained:?}");
}

/// The boxes and the bar need no script.
#[test]
fn rows_are_chosen_without_javascript() {
    let demo = Demo::open(1);
    let person = demo.desk.person("Rhea", "agent");
    let reference = complaint(&person, true);
    let browser = Browser::open(&demo.desk.address(), Setup { javascript: false, language: "en" });
    demo.sign_in(&browser, "helen");
    browser.go(LIST);
    browser.click("[data-rows] [name=c]");
    browser.click(".chosen button[value=assess]");
    browser.find("main select[name=severity]");
    browser.write("main select[name=severity]", "Critical");
    browser.click("main button.primary");
    browser.sees("Done: 1. Not done: 0.");
    assert_eq!(person.complaint(&reference)["severity"], "critical");
}

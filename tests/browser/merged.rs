//! Two complaints that are one, put together and apart again by keyboard alone, while the other person looks on.

use serde_json::json;

use crate::demo::Demo;
use crate::driver::{Browser, Setup};

const ENTER: &str = "\u{e007}";

#[test]
fn two_complaints_are_merged_and_unmerged_by_keyboard() {
    let demo = Demo::open(1);
    let (one, other) = (
        Browser::open(&demo.desk.address(), Setup::default()),
        Browser::open(&demo.desk.address(), Setup::default()),
    );
    demo.sign_in(&one, "helen");
    demo.sign_in(&other, "grace");
    let program = demo.desk.person("Rhea", "lead");
    let early = program.log(json!({ "name": "Mai Trần", "phone": "0901 222 333" }), "The bottle leaks.");
    let customer = early.text("/customer/id");
    let late = program.log_with(json!({ "channel": "phone", "customer": { "id": customer },
                                        "narrative": "The bottle leaks, again." }));
    let (early, late) = (early.text("/reference"), late.text("/reference"));
    other.go(&format!("/complaints/{late}"));
    other.sees("The bottle leaks, again.");

    // What would stay is told before.
    one.go(&format!("/complaints/{late}"));
    one.walk_to("a[href$='/merge']", false);
    one.press(ENTER);
    one.sees(&early);
    let form = format!("form[action$='/merge']:has([value='{early}'])");
    one.walk_to(&format!("{form} [name=reason]"), false);
    one.press("One bottle");
    one.walk_to(&format!("{form} button"), false);
    one.press(ENTER);
    one.sees("The bottle leaks, again.");
    assert_eq!(one.path(), format!("/complaints/{early}"));
    let closure = || program.complaint(&late)["closure"].clone();
    assert_eq!(closure(), "merged");
    // Who looks at it sees it go, and is led to where it goes on.
    other.reads("main", &early);

    // A mistake: the way back stands where it went.
    one.walk_to("details:has(form[action$='/unmerge']) > summary", false);
    one.press(ENTER);
    one.walk_to("form[action$='/unmerge'] [name=reason]", false);
    one.press("Two bottles");
    one.walk_to("form[action$='/unmerge'] button", false);
    one.press(ENTER);
    one.find("nav.side");
    assert!((0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        closure().is_null()
    }));
    assert_eq!(program.complaint(&late)["stage"], "received");
    for browser in [&one, &other] {
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
}

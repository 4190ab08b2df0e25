//! The desk by keyboard alone: going to anything from wherever one is, the sheet of keys, and keys on a list and on a
//! complaint.

use serde_json::json;

use crate::demo::Demo;
use crate::driver::{Browser, Setup};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SHIFT: &str = "\u{e008}";
const CTRL: &str = "\u{e009}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";

impl Browser {
    /// Waits until a script answers yes.
    #[track_caller]
    pub fn until(&self, script: &str) {
        for _ in 0..100 {
            if self.run(&format!("return {script}")) == true {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.fail(&format!("it never comes that {script}"))
    }

    /// Waits until the focus is there.
    #[track_caller]
    fn focused(&self, selector: &str) {
        self.until(&format!("document.activeElement.matches({selector:?})"));
    }

    /// Goes to what a few letters mean: the first hit, once it is marked.
    #[track_caller]
    fn go_to(&self, typed: &str, marked: &str) {
        self.chord(CTRL, "k");
        self.focused("dialog.palette input");
        self.press(typed);
        self.until(&format!(
            "document.querySelector('.palette [aria-selected=true]')?.textContent.includes({marked:?}) ?? false"
        ));
        let described = "document.querySelector('.palette [aria-selected=true]').id === \
                         document.querySelector('.palette input').getAttribute('aria-activedescendant')";
        self.until(described);
        self.press(ENTER);
    }

    /// Waits until the page is there.
    #[track_caller]
    fn comes_to(&self, path: &str) {
        self.until(&format!(
            "location.pathname + location.search === {path:?} && document.readyState === 'complete'"
        ));
    }
}

#[test]
fn anything_is_gone_to_by_keyboard_from_a_field_in_which_one_writes() {
    let demo = Demo::open(20);
    let person = demo.desk.person("Rhea", "agent");
    let who = json!({ "name": "Mai Trần", "phone": "0901 222 333" });
    let logged = person.log(who, "The lid of the kettle is broken.");
    let (reference, customer) = (logged.text("/reference"), logged.text("/customer/id"));
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "helen");

    browser.go("/complaints/new");
    browser.write("#narrative", "What was being written");
    browser.chord(CTRL, "k");
    browser.focused("dialog.palette input");
    // All pages there are, before anything is typed.
    browser.until("document.querySelectorAll('.palette [role=option]').length > 20");
    browser.press("zzqx");
    browser.sees("Nothing is found for “zzqx”.");
    browser.press(ESCAPE);
    browser.focused("#narrative");
    assert_eq!(browser.run("return document.activeElement.value"), "What was being written");
    assert!(browser.try_find("dialog").is_none());

    browser.go_to(&reference, "The lid of the kettle");
    browser.comes_to(&format!("/complaints/{reference}"));
    browser.write(".pane.note textarea, .pane.reply textarea", "");
    browser.go_to("0901222", "Mai Tr");
    browser.comes_to(&format!("/customers/{customer}"));
    browser.go_to("misinf", "");
    browser.until("location.pathname.startsWith('/analysis/causes/')");
    browser.go_to("notific", "Notifications");
    browser.comes_to("/notifications");

    // Arrows go round; what is typed fast and entered at once opens what was meant.
    browser.chord(CTRL, "k");
    browser.until("document.querySelectorAll('.palette [role=option]').length > 20");
    let marked =
        "[...document.querySelectorAll('.palette [role=option]')].findIndex(o => o.ariaSelected === 'true')";
    browser.press(UP);
    browser.until(&format!("{marked} === document.querySelectorAll('.palette [role=option]').length - 1"));
    browser.press(DOWN);
    browser.press(DOWN);
    browser.until(&format!("{marked} === 1"));
    browser.press(&format!("{reference}{ENTER}"));
    browser.comes_to(&format!("/complaints/{reference}"));
    // Once more of the same key closes it.
    browser.chord(CTRL, "k");
    browser.find("dialog.palette");
    browser.chord(CTRL, "k");
    browser.until("!document.querySelector('dialog')");
    let complained = browser.complaints();
    assert!(complained.is_empty(), "{complained:?}");
}

#[test]
fn the_same_is_a_page_without_javascript() {
    let demo = Demo::open(1);
    let logged = demo.desk.person("Rhea", "agent").log(json!({ "name": "Mai Trần" }), "The lid is broken.");
    let browser = Browser::open(&demo.desk.address(), Setup { javascript: false, language: "en" });
    demo.sign_in(&browser, "helen");
    browser.click("a[href='/palette']");
    browser.write("#palette-q", "mai tran");
    browser.click(".palette form button");
    browser.click(&format!("a[href='/customers/{}']", logged.text("/customer/id")));
    browser.sees("Mai Trần");
}

#[test]
fn keys_act_where_there_is_something_to_do_and_the_focus_is_never_lost() {
    let demo = Demo::open(1);
    let person = demo.desk.person("Rhea", "agent");
    let who = json!({ "name": "Mai Trần", "phone": "0901 222 333" });
    let reference = person.log(who, "The lid of the kettle is broken.").text("/reference");
    let page = format!("/complaints/{reference}");
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "grace");

    // The sheet, and the focus back where it was.
    browser.go("/complaints?view=all&sort=received");
    browser.press("j");
    browser.focused("[data-rows] a");
    browser.press("?");
    browser.sees("Go to a page, a complaint, a customer, a cause or an action");
    browser.sees("Close, and open the next that waits for me");
    browser.press(ESCAPE);
    browser.focused("[data-rows] a");
    browser.press(".");
    browser.sees("C-2026-");
    browser.press("o");
    browser.until("location.pathname.startsWith('/complaints/C-')");

    // Grace has no duty on what Rhea took: those keys do nothing there, and the others do.
    browser.go(&page);
    browser.press("hpteEm");
    browser.press("gg");
    assert!(browser.try_find("details.act[open]").is_none());
    browser.press("c");
    browser.focused(".pane.note textarea");
    browser.press("Seen");
    browser.chord(CTRL, ENTER);
    browser.until("document.querySelector('.events')?.textContent.includes('Seen') ?? false");
    browser.until("document.activeElement !== document.body");
    // To the causes and back to the desk.
    browser.press("gc");
    browser.comes_to("/causes");
    browser.press("gd");
    browser.comes_to("/");

    // On what Grace took herself.
    browser.go("/complaints/new");
    browser.write("#narrative", "The jug leaks");
    browser.run(
        "document.querySelector('[name=_person][value=anonymous]').checked = true; \
                 document.getElementById('answer-by').checked = true",
    );
    browser.click("#narrative");
    browser.chord(CTRL, ENTER);
    browser.until("location.pathname === '/complaints/new/done'");
    let own = browser.run("return new URL(location).searchParams.get('reference')");
    browser.go(&format!("/complaints/{}", own.as_str().expect("a reference")));
    for (key, act) in
        [("p", "f-assessment"), ("t", "f-causes"), ("m", "f-awards"), ("gg", "f-awards"), ("h", "f-handoffs")]
    {
        browser.press(key);
        browser.until(&format!("document.getElementById({act:?})?.open ?? false"));
        browser.focused(&format!("#{act} :is(select, input, textarea)"));
        browser.press(ESCAPE);
        browser.focused(&format!("#{act} > summary"));
    }
    // `g` and a place goes there from a complaint too.
    browser.press("gl");
    browser.comes_to("/complaints");
    let complained = browser.complaints();
    assert!(complained.is_empty(), "{complained:?}");
}

/// Letters typed into a form that was opened by mouse are no keys; and all of the form is in the window.
#[test]
fn who_opens_a_form_begins_in_it_and_sees_all_of_it() {
    let demo = Demo::open(1);
    let reference =
        demo.desk.person("Rhea", "agent").log(json!({ "name": "Mai" }), "The lid").text("/reference");
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "helen");
    let within = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    browser.go(&format!("/complaints/{reference}"));
    browser.click(".case .act.many > summary");
    browser.until("document.activeElement.matches('.act.many .drop summary')");
    browser.until(within);
    browser.click("#f-merge > summary");
    browser.focused("#f-merge [name=into]");
    browser.press("she decided otherwise");
    let typed = browser.run("return document.querySelector('#f-merge [name=into]').value");
    assert_eq!(typed, "she decided otherwise");
    assert_eq!(browser.run("return document.querySelector('#f-close')?.open ?? false"), false);
    browser.click("#f-assessment > summary");
    // The choice that is made, and not the first one.
    browser.focused("#f-assessment [name=severity]:checked");
    for page in ["/floor", "/", "/authority"] {
        browser.go(page);
        browser.until(within);
    }
    let complained = browser.complaints();
    assert!(complained.is_empty(), "{complained:?}");
}

#[test]
fn close_and_next_leads_to_what_waits() {
    let demo = Demo::open(1);
    let person = demo.desk.person("Rhea", "agent");
    let log = |narrative: &str| person.log(json!({ "name": "Mai" }), narrative);
    let first = log("The lid");
    let id = first.text("/id");
    person.decide(&id, "upheld").status(200);
    person.tag(&id, "late").status(200);
    person.reply(&id).status(201);
    person.answer(&id, "accepted").status(200);
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "helen");
    browser.go(&format!("/complaints/{}", first.text("/reference")));
    browser.press("E");
    browser.focused("#f-close textarea");
    browser.press("All has been said");
    browser.chord(CTRL, ENTER);
    browser.until("!location.pathname.endsWith('/close')");
    browser.until(&format!("location.pathname !== '/complaints/{}'", first.text("/reference")));
    assert_eq!(person.complaint(&id)["stage"], "closed");
    browser.until("document.activeElement !== document.body");
}

#[test]
fn lines_stand_closer_for_who_wants_it() {
    let demo = Demo::open(60);
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "grace");
    let tall = || {
        browser.go("/complaints?view=all");
        browser.find("[data-rows] tbody tr");
        browser
            .run("return document.querySelector('[data-rows] tbody tr').offsetHeight")
            .as_i64()
            .expect("a height")
    };
    let before = tall();
    browser.go("/settings");
    browser.run("document.querySelector('[name=density]').focus()");
    browser.press(DOWN);
    browser.click("form[action='/settings/looks'] button");
    browser.sees("Saved");
    browser.find("html[data-density=compact]");
    let after = tall();
    assert!(after <= before - 8, "{before} {after}");
    // On a telephone what is touched stays as large.
    browser.size(390, 800);
    let small = browser.run("return document.querySelector('.side .nav a').offsetHeight").as_i64();
    assert!(small.is_some_and(|height| height >= 44), "{small:?}");
    browser.press(TAB);
    browser.chord(SHIFT, TAB);
}

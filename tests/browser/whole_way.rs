//! From an empty database to a closed complaint, in two browsers, with and without JavaScript; the complaint is logged by
//! keyboard alone.

use crate::driver::{Browser, Setup};
use crate::support::{Desk, Engine};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const CONTROL: &str = "\u{e009}";
const PASSWORD: &str = "seven lamps over the river";

#[test]
fn a_complaint_goes_the_whole_way() {
    story(true);
}

#[test]
fn a_complaint_goes_the_whole_way_without_javascript() {
    story(false);
}

impl Browser {
    /// Goes on by keyboard until the focus is there.
    #[track_caller]
    fn tab_to(&self, selector: &str) {
        for _ in 0..80 {
            let there = self.run(&format!("return document.activeElement.matches({selector:?})"));
            if there == true {
                return;
            }
            self.press(TAB);
        }
        self.fail(&format!("the keyboard does not come to {selector:?}"))
    }

    /// Opens whatever is folded around a form.
    #[track_caller]
    fn unfold(&self, form: &str) {
        self.find(form);
        let folded = format!("details:not([open]):has({form}) > summary");
        while self.try_find(&folded).is_some() {
            self.click(&folded);
        }
    }

    /// Fills a form and sends it by its button.
    #[track_caller]
    fn send(&self, form: &str, fields: &[(&str, &str)]) {
        self.unfold(form);
        for (name, value) in fields {
            let field = format!("{form} [name=\"{name}\"]");
            if self.try_find(&format!("{field}[type=radio]")).is_some() {
                self.click(&format!("{field}[value=\"{value}\"]"));
            } else if self.try_find(&format!("{form} select[name=\"{name}\"]")).is_some() {
                self.write(&field, value);
            } else {
                self.fill(&field, value);
            }
        }
        let left = self
            .run(&format!("return document.querySelector({form:?}).querySelector('[name=_token]').value"));
        self.click(&format!("{form} button:not([type=button])"));
        // The page that comes next has another token, whichever page it is.
        for _ in 0..100 {
            let token = self.run("return (document.querySelector('[name=_token]') || {}).value");
            if token != left {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        self.fail(&format!("{form} was not sent"))
    }

    #[track_caller]
    fn sign_in(&self, email: &str) {
        self.forget();
        self.go("/sign-in");
        self.sees("Sign in");
        self.send("form[action='/sign-in']", &[("email", email), ("password", PASSWORD)]);
        self.find("nav.side");
    }
}

fn story(javascript: bool) {
    let desk = Desk::open(Engine::Sqlite);
    let setup = Setup { javascript, language: "en" };
    let (ana, bo) = (Browser::open(&desk.address(), setup), Browser::open(&desk.address(), setup));
    // High enough for all that stands beside a complaint.
    for browser in [&ana, &bo] {
        browser.size(1440, 2400);
    }

    // The link on the console is the only way in, and it works once.
    ana.go("/");
    ana.sees("Nobody is at the desk yet.");
    let told = desk.told();
    let link =
        told.split_whitespace().find_map(|word| word.find("/setup?").map(|at| &word[at..])).expect("a link");
    ana.go(link);
    ana.sees("You become the first administrator and invite the others.");
    let me = [
        ("name", "Ana Kovács"),
        ("email", "ana@example.com"),
        ("new_password", PASSWORD),
        ("again", PASSWORD),
    ];
    ana.send("form[action='/setup']", &me);
    bo.go(link);
    assert!(bo.try_find("input[name=new_password]").is_none(), "the link works twice");
    ana.sign_in("ana@example.com");
    ana.sees("Ana Kovács");

    // A second person is invited.
    ana.go("/staff");
    ana.send("form[action='/staff']", &[("name", "Bo Nagy"), ("email", "bo@example.com"), ("role", "Agent")]);
    let page = ana.run("return document.documentElement.outerHTML");
    let page = page.as_str().expect("a page");
    let from = page.find("/invitation/").expect("a link for whoever is invited");
    let code: String =
        page[from + 12..].chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
    bo.go(&format!("/invitation/{code}"));
    bo.sees("Bo Nagy");
    bo.send("form[action^='/invitation/']", &[("new_password", PASSWORD), ("again", PASSWORD)]);
    bo.sign_in("bo@example.com");
    bo.sees("Bo Nagy");

    let reference = log_by_keyboard(&ana, javascript);
    let complaint = format!("/complaints/{reference}");
    hand_over(&ana, &bo, &complaint);
    finish(&ana, &bo, &complaint);
    for browser in [&ana, &bo] {
        let wrong = browser.complaints();
        assert!(wrong.iter().all(|line| line.contains("status of 40")), "{wrong:#?}");
    }
}

/// Not one click: from the desk to the reference.
fn log_by_keyboard(ana: &Browser, javascript: bool) -> String {
    ana.go("/");
    if javascript {
        ana.press("n");
    } else {
        ana.tab_to("a.new");
        ana.press(ENTER);
    }
    ana.find("#narrative");
    assert_eq!(ana.run("return document.activeElement.id"), "who-box", "the focus begins in Who");
    if javascript {
        ana.press("Mai Trần");
        ana.find("[role=option]");
        ana.sees("New customer with");
        ana.press(ENTER);
        ana.tab_to("#customer-phone");
    } else {
        ana.tab_to("#is-new");
        ana.press(" ");
        ana.tab_to("#customer-name");
        ana.press("Mai Trần");
        ana.tab_to("#customer-phone");
    }
    ana.press("090 123 4567");
    ana.tab_to("#narrative");
    ana.press("The new kettle leaks at the bottom.");
    ana.tab_to("[name=_answer_by]");
    ana.press(" ");
    if javascript {
        ana.chord(CONTROL, ENTER);
    } else {
        ana.tab_to("#save");
        ana.press(ENTER);
    }
    ana.sees("You are responsible.");
    ana.sees("The new kettle leaks at the bottom.");
    let reference = ana.run("return document.getElementById('reference').textContent.trim()");
    let reference = reference.as_str().expect("a reference").to_owned();
    assert!(reference.starts_with("C-"), "{reference}");
    ana.tab_to(&format!("a[href='/complaints/{reference}']"));
    ana.press(ENTER);
    ana.sees("Responsible to the end");
    ana.sees("Mai Trần");
    ana.sees("The new kettle leaks at the bottom.");
    reference
}

fn hand_over(ana: &Browser, bo: &Browser, complaint: &str) {
    ana.go(complaint);
    let offer = [("to", "Bo Nagy"), ("reason", "A repair."), ("request", "Please check the seal.")];
    ana.send("form[action$='/handoffs']", &offer);
    ana.sees("Not accepted yet: you are still responsible.");
    bo.go("/");
    bo.sees("The new kettle leaks at the bottom.");
    bo.sees("Please check the seal.");
    bo.send("form[action$='/accept']", &[]);
    bo.go(complaint);
    bo.sees("Bo Nagy handles it now, before that Ana Kovács");
    ana.go(complaint);
    ana.sees("Handled by Bo Nagy");
    // Closing now is refused, in words, and nothing of what was typed is lost.
    if ana.try_find("form[action$='/close']").is_some() {
        ana.send("form[action$='/close']", &[("reason", "I am in a hurry.")]);
        ana.sees("answer");
        let kept = ana.run("return document.querySelector(\"form[action$='/close'] [name=reason]\").value");
        assert_eq!(kept, "I am in a hurry.");
    }
}

fn finish(ana: &Browser, bo: &Browser, complaint: &str) {
    bo.go(complaint);
    bo.send("form[action$='/decision']", &[("outcome", "upheld"), ("reasons", "The seal was missing.")]);
    bo.sees("Bo Nagy decided: Upheld");
    bo.sees("The seal was missing.");
    bo.click(".tabs label:has([value=reply])");
    let reply = [
        ("kind", "substantive"),
        ("channel", "Phone"),
        ("body", "The seal was missing. A new kettle is on its way."),
        ("delivered", "true"),
    ];
    bo.send("form[action$='/replies']", &reply);
    // The first reply asks once more to whom it goes.
    bo.sees("Look once more, then send.");
    bo.send("form[action$='/replies']", &[]);
    bo.sees("A new kettle is on its way.");
    bo.sees("Replied");
    ana.go(complaint);
    ana.send("form[action$='/customer-answer']", &[("answer", "accepted")]);
    ana.sees("Accepts the answer");
    bo.go(complaint);
    let cause = [("cause", "Damaged or faulty"), ("role", "primary"), ("confidence", "confirmed")];
    bo.send("form[action$='/causes']", &cause);
    bo.sees("tagged Damaged or faulty");
    ana.go(complaint);
    ana.send("form[action$='/close']", &[("reason", "The customer is content.")]);
    ana.sees("Ana Kovács closed it: Accepted by the customer");
    ana.sees("Closed");
}

//! Who may give what, found by clicking from the first page: what may I give, who may give more, who delegated it, what
//! was given last month and under which authority, and the proof of one award (S17). As an agent, a lead, an auditor.

use crate::demo::Demo;
use crate::driver::{Browser, Setup};

impl Browser {
    /// Clicks the first such link or button that says this, or says anything when nothing is named.
    #[track_caller]
    pub fn click_on(&self, selector: &str, says: &str) {
        let found = self.run(&format!(
            "document.querySelectorAll('[data-picked]').forEach(e => e.removeAttribute('data-picked'));\
             const found = [...document.querySelectorAll({selector:?})].find(e => e.textContent.includes({says:?}));\
             if (found) found.setAttribute('data-picked', ''); return !!found"
        ));
        if found != true {
            self.fail(&format!("no {selector:?} says {says:?}"));
        }
        self.click("[data-picked]");
    }

    /// Goes to a page by the navigation, from the first page.
    #[track_caller]
    pub fn by_navigation(&self, says: &str) {
        self.click("nav.side a.brand");
        self.find("nav.side a[href='/'][aria-current=page]");
        self.click_on("nav.side a", says);
        self.find("main#main");
    }

    /// What the reader sees in the first such element.
    #[track_caller]
    pub fn words_of(&self, selector: &str) -> String {
        self.find(selector);
        self.run(&format!("return document.querySelector({selector:?}).innerText"))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The proof of an award: the whole chain, every limit, and that a second reckoning agrees.
    #[track_caller]
    fn sees_the_proof(&self) {
        self.sees("Reckoned again: agrees");
        self.sees("Chain to the root instrument");
        self.sees("Rests on Board resolution 12, section 4");
        self.sees("Limits at that instant");
        self.sees("Awards that competed");
        assert!(self.path().starts_with("/awards/"), "{}", self.path());
        let rows =
            self.run("return document.querySelectorAll('section[aria-labelledby=entries] tbody tr').length");
        assert!(rows.as_i64().unwrap() >= 2, "the steps of an award are in the ledger: {rows}");
    }
}

#[test]
fn who_may_give_what_is_found_by_clicking() {
    let demo = Demo::open(400);
    let browser = Browser::open(&demo.desk.address(), Setup { javascript: true, language: "en" });
    agent(&demo, &browser);
    lead(&demo, &browser);
    auditor(&demo, &browser);
    let complained = browser.complaints();
    assert!(complained.is_empty(), "{complained:?}");
}

fn agent(demo: &Demo, browser: &Browser) {
    demo.sign_in(browser, "grace");
    // What may I give, until when, and from whom I have it.
    browser.by_navigation("My authority");
    browser.sees("One award now, at most");
    let up_to = browser.words_of("main .sum");
    assert!(up_to.ends_with("GBP"), "the currency of her own team comes first: {up_to}");
    let facts = browser.words_of("main dl.facts");
    assert!(facts.contains("Helen Shaw"), "whoever delegated it is named: {facts}");
    browser.sees("What I approved this month");
    // The grant above: who may give more, and the document it rests on.
    browser.click("main dl.facts a[href^='/grants/']");
    browser.sees("Board resolution 12, section 4");
    assert!(browser.words_of("h1").contains("Helen Shaw"));
    // On a complaint of theirs: up to how much now, and who above that.
    browser.by_navigation("My desk");
    browser.click("main a[href^='/complaints/C-']");
    browser.sees("Compensation");
    let told = browser.text();
    let line = told
        .lines()
        .find(|line| line.starts_with("You may give up to") || line.starts_with("Your authority"));
    let line = line.unwrap_or_else(|| browser.fail("what may be given is not told"));
    assert!(line.contains("Helen Shaw"), "who may give more is named: {line}");
}

fn lead(demo: &Demo, browser: &Browser) {
    demo.sign_in(browser, "helen");
    browser.by_navigation("Approvals");
    browser.sees("Waiting for my approval");
    browser.by_navigation("My authority");
    browser.sees("500.00");
    browser.sees("Board resolution 12, section 4");
    // What was given last month: by person, and the awards behind a figure, each with its authority.
    browser.by_navigation("Awards");
    browser.sees("What was given");
    let sums = browser.words_of("section[aria-labelledby=sums]");
    assert!(sums.contains("Awards decided from"), "the period is told: {sums}");
    browser.click("section[aria-labelledby=sums] tbody td a");
    browser.sees("Awards behind the figures");
    browser.click("section[aria-labelledby=list] tbody td a[href^='/awards/']");
    browser.sees_the_proof();
    browser.sees("Helen Shaw");
    // From the proof to the grant it cites.
    browser.click("ol.chain a[href^='/grants/']");
    browser.sees("Awards decided under it");
    browser.click_on("main a", "Awards decided under it");
    browser.sees("Awards behind the figures");
}

fn auditor(demo: &Demo, browser: &Browser) {
    demo.sign_in(browser, "maria");
    browser.by_navigation("Authority register");
    browser.sees("As it stands now");
    browser.sees("Rests on Board resolution 12, section 4");
    browser.click_on("main a", "People and kinds of award");
    browser.sees("Helen Shaw");
    // An award of long ago: all of two years, the oldest of its list.
    browser.by_navigation("Awards");
    browser.run("document.querySelector('#look [name=from]').value = '2020-01-01'");
    browser.click("#look button");
    browser.click_on("section[aria-labelledby=list] a", "All awards of this time");
    while browser.try_find("section[aria-labelledby=list] p a[href*='cursor=']").is_some() {
        browser.click("section[aria-labelledby=list] p a[href*='cursor=']");
        browser.find("section[aria-labelledby=list]");
    }
    browser.click("section[aria-labelledby=list] tbody tr:last-child a[href^='/awards/']");
    browser.sees_the_proof();
    browser.by_navigation("Ledger");
    browser.sees("firsthand ledger verify");
    browser.sees("Award approved");
}

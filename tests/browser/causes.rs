//! Why complaints come back, found by a lead by clicking from the first page: what is complained of most, what costs most,
//! which fix worked and how sure that is, what has begun to rise, and the complaints behind each.

use crate::demo::Demo;
use crate::driver::{Browser, Setup};

/// The first whole number in a text.
fn number(text: &str) -> usize {
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or_else(|_| panic!("no number in {text:?}"))
}

impl Browser {
    /// The complaints of the list that is shown are as many as was said.
    #[track_caller]
    fn lists(&self, count: usize) {
        assert_eq!(self.path().split('?').next(), Some("/complaints"), "{}", self.path());
        let told = self.words_of("main");
        let rows = self.run("return document.querySelectorAll('main tbody tr').length").as_u64().unwrap();
        let rows = usize::try_from(rows).unwrap();
        assert_eq!(rows, count.min(50), "{told}");
    }

    /// Opens the figures below the first drawing, and follows the first of its counts.
    #[track_caller]
    fn follows_the_first_count(&self) -> usize {
        self.click("figure details.figures summary");
        let count = number(&self.words_of("figure details.figures tbody a[href^='/complaints?']"));
        self.click("figure details.figures tbody a[href^='/complaints?']");
        self.find("main tbody tr");
        count
    }
}

/// On a desk where the demonstration's stories of causes were played.
pub(crate) fn are_found_by_clicking(demo: &Demo) {
    let browser = Browser::open(&demo.desk.address(), Setup { javascript: true, language: "en" });
    demo.sign_in(&browser, "helen");

    // What is complained of most, and the complaints behind it.
    browser.by_navigation("Analysis");
    let most = browser.words_of("figure h2");
    assert!(most.contains(" complaints, ") && most.contains("of all."), "{most}");
    assert!(most.contains("rows make four fifths of"), "{most}");
    let name = most.split(": ").next().unwrap().to_owned();
    let count = number(&most[name.len()..]);
    assert!(count > 20, "{most}");
    assert_eq!(browser.follows_the_first_count(), count, "the first row is the one that is told");
    browser.lists(count);

    // What costs most: another one.
    browser.by_navigation("Analysis");
    browser.click_on(".segments.by a", "Money");
    let dearest = browser.words_of("figure h2");
    let row = browser.run("return document.querySelector('figure details.figures tbody th').textContent");
    let row = row.as_str().unwrap();
    assert!(dearest.contains(" costs most: ") && dearest.contains(" given, "), "{dearest}");
    assert!(!row.is_empty() && dearest.starts_with(row), "{dearest}: {row}");
    let count = browser.follows_the_first_count();
    browser.lists(count);

    // Which fix worked, and how sure that is; which did not.
    browser.by_navigation("Actions");
    browser.click_on("main a", "A setting tool for the ring for every engineer");
    browser.sees("It works");
    browser.sees("surely between");
    browser.by_navigation("Actions");
    browser.click_on("main a", "A second look at the price list before it goes out");
    browser.sees("It does not help");

    // The cause of the first, with the same said beside the drawing.
    browser.by_navigation("Analysis");
    browser.click_on("nav.tabs a", "Causes");
    browser.sees("Poor installation");
    browser.go("/analysis/causes/installation");
    browser.sees("A setting tool for the ring for every engineer");
    let told = browser.words_of("main").replace('\u{a0}', " ");
    assert!(told.contains("It works.") && told.contains("95 % sure between"), "{told}");
    browser.find("main figure svg");
    browser.find("main svg[role=img]");

    // What has begun to rise, and the complaints of that week; its branch rises by nothing else and is not told.
    browser.by_navigation("Analysis");
    browser.click_on("nav.tabs a", "What rises");
    browser.run(
        "[...document.querySelectorAll('section[aria-labelledby=open] li')]\
         .find(li => li.querySelector('strong').textContent.includes('Lost or damaged on the way')\
         && li.textContent.includes('were to be expected'))?.setAttribute('data-risen', '')",
    );
    let rising = browser.words_of("[data-risen]");
    let count = number(rising.lines().find(|line| line.contains("were to be expected")).unwrap());
    browser.click("[data-risen] a[href^='/complaints?']");
    browser.find("main tbody tr");
    // Those that were counted when it was found, whatever was tagged since.
    let rows = browser.run("return document.querySelectorAll('main tbody tr').length").as_u64().unwrap();
    assert_eq!(usize::try_from(rows).unwrap(), count.min(50), "{rising}");

    let complained = browser.complaints();
    assert!(complained.is_empty(), "{complained:?}");
}

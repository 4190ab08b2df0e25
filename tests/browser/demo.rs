//! The demonstration desk, which most of these tests look at, and what is said of it.

use serde_json::Value;

use crate::driver::Browser;
use crate::support::{Desk, Engine};

/// A demonstration desk that serves.
pub struct Demo {
    pub desk: Desk,
    password: String,
}

impl Demo {
    /// With so many complaints over the two years, beside those of the last days.
    pub fn open(complaints: u32) -> Self {
        let (desk, told) =
            Desk::made_by(Engine::Sqlite, &["demo", "--make-only", "--complaints", &complaints.to_string()]);
        let password = told.lines().find_map(|line| line.strip_prefix("password, for everybody: "));
        Self { password: password.expect("the password is told").to_owned(), desk }
    }

    /// A browser in which somebody is signed in.
    #[track_caller]
    pub fn sign_in(&self, browser: &Browser, who: &str) {
        browser.forget();
        browser.go("/sign-in");
        browser.fill("input[name=email]", &format!("{who}@demo.example"));
        browser.fill("input[name=password]", &self.password);
        browser.click("main button");
        browser.find("nav.side");
    }
}

#[test]
fn the_demonstration_is_in_order_and_is_not_told_twice() {
    let demo = Demo::open(120);
    let check = demo.desk.command(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let again = demo.desk.command(&["demo", "--make-only", "--database", demo.desk.url()]);
    assert!(!again.status.success(), "a desk that holds something was told over");
    assert!(String::from_utf8_lossy(&again.stderr).contains("holds a desk already"));
}

/// What the two years tell of causes: what rises, what costs, where it sits, and what was done about it.
#[test]
fn the_demonstration_tells_of_causes_and_of_what_was_done() {
    let demo = Demo::open(2000);
    let check = demo.desk.command(&["figures", "rebuild", "--check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let reader = demo.desk.person("Rhea", "auditor");
    let get = |path: &str| reader.get(path).status(200).body;

    // What rose lately waits for somebody; what rose before was looked at, and was this and that.
    let waiting = get("/analysis/alerts?state=open");
    let open: Vec<&Value> = items(&waiting);
    let newest = open.iter().find(|alert| alert["cause"]["code"] == "transport").expect("transport rises");
    assert_eq!(newest["kind"], "spike");
    assert!(
        newest["count"].as_f64() >= newest["expected"].as_f64().map(|expected| expected * 5.0),
        "{newest}"
    );
    let all = get("/analysis/alerts?state=all&limit=200");
    let known =
        |code: &str| items(&all).into_iter().find(|a| a["cause"]["code"] == code && a["kind"] == "spike");
    for (code, verdict) in [
        ("billing-error", "real"),
        ("installation", "real"),
        ("hard-to-reach", "known"),
        ("phone-call", "artefact"),
    ] {
        assert_eq!(known(code).unwrap_or_else(|| panic!("no spike of {code}"))["verdict"], verdict);
    }

    // The most frequent one is not the dearest; one cause sits in one city; Norwich never told what it delivers.
    let first = |path: &str| get(path)["items"][0]["key"].clone();
    assert_ne!(first("/analysis/pareto?by=cause"), "made-wrongly");
    // Where most complain; elsewhere it is chance which of the two is dearer.
    assert_eq!(first("/analysis/pareto?by=cause&measure=money&currency=GBP&from=2020-01-01"), "made-wrongly");
    let places = get("/analysis/pareto?by=place&cause=warehouse");
    assert_eq!(items(&places).iter().map(|bar| &bar["key"]).collect::<Vec<_>>(), ["Reading"]);
    let rates = get("/analysis/pareto?by=place&measure=rate");
    for bar in items(&rates) {
        assert_eq!(bar["value"].is_null(), bar["key"] == "Norwich", "{bar}");
    }

    // One fix helped and one did not.
    let actions = get("/corrective-actions?limit=100");
    let action = |title: &str| {
        let found = items(&actions).into_iter().find(|action| action["title"] == title);
        get(&format!("/corrective-actions/{}", found.expect("an action")["id"].as_str().unwrap()))
    };
    let helped = action("A setting tool for the ring for every engineer");
    assert_eq!((&helped["state"], &helped["verdict"]["verdict"]), (&"effective".into(), &"effective".into()));
    assert!(helped["verdict"]["interval"][1].as_f64().unwrap() < 0.6, "{helped}");
    let not = action("A second look at the price list before it goes out");
    assert_eq!((&not["state"], &not["verdict"]["verdict"]), (&"ineffective".into(), &"ineffective".into()));
    assert!(not["verdict"]["interval"][0].as_f64().unwrap() > 0.4, "{not}");
    assert_eq!(action("Two more people on the telephones from five to nine")["state"], "implemented");
    assert_eq!(action("Cages in another colour for each town")["state"], "proposed");
    let overdue = get("/corrective-actions?overdue=true");
    let overdue: Vec<&Value> = items(&overdue).into_iter().map(|action| &action["title"]).collect();
    assert_eq!(overdue, ["Wait for the answer of the bank before collecting again"]);
    let problems = get("/problems?limit=100");
    let state = |title: &str| items(&problems).into_iter().find(|p| p["title"] == title).map(|p| &p["state"]);
    assert_eq!(state("Filters drip after our engineer has fitted them").unwrap(), "solved");
    assert_eq!(state("Customers are charged twice, or the wrong price").unwrap(), "reopened");
    let told = items(&problems).into_iter().find(|p| p["title"] == "Nobody picks up in the evening").unwrap();
    let told = get(&format!("/problems/{}", told["id"].as_str().unwrap()));
    for language in ["en", "vi", "zh", "hu"] {
        assert!(told["say"][language].is_string(), "{told}");
    }

    // Almost everything has a cause.
    for action in [&helped, &not] {
        assert!(action["verdict"]["untagged"].as_f64().unwrap() < 0.05, "{action}");
    }
    crate::causes::are_found_by_clicking(&demo);
}

fn items(page: &Value) -> Vec<&Value> {
    page["items"].as_array().expect("items").iter().collect()
}

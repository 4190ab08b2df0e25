//! The demonstration desk, which most of these tests look at, and what is said of it.

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

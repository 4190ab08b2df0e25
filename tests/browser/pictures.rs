//! Pictures of every page, for people to look at. Taken only when asked: `tests/screenshots`.

use std::path::PathBuf;

use crate::crawl;
use crate::demo::Demo;
use crate::driver::{Browser, Setup};

/// Who looks, in which theme, how wide: every language and both themes come up at both widths.
const LOOKS: [(&str, &str, u32); 8] = [
    ("grace", "light", 1440),
    ("helen", "dark", 1440),
    ("lan.anh", "light", 390),
    ("tam", "dark", 1440),
    ("chen.jing", "light", 1440),
    ("wang.haitao", "dark", 390),
    ("eszter", "dark", 390),
    ("katalin", "light", 1440),
];

/// The two that the README opens with: who, the page, the theme.
const README: [(&str, &str, &str, &str); 2] =
    [("grace", "/", "light", "desk.png"), ("grace", "/complaints/{id}", "dark", "complaint.png")];

#[test]
#[ignore = "makes pictures and tests nothing: tests/screenshots asks for it"]
fn pictures_of_every_page() {
    let demo = Demo::open(600);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    for (who, scheme, width) in LOOKS {
        browser.size(width, 1000);
        browser.scheme(scheme);
        demo.sign_in(&browser, who);
        for path in crawl::pages(&browser, &["/", "/complaints", "/complaints/new", "/settings"], 18) {
            browser.go(&path);
            let name: String =
                crawl::shape(&path).chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            let file = folder.join(format!("{who}-{scheme}-{width}{name}.png"));
            std::fs::write(&file, browser.picture(true)).unwrap();
        }
    }
    let pictures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/pictures");
    std::fs::create_dir_all(&pictures).unwrap();
    browser.size(1440, 900);
    for (who, shape, scheme, name) in README {
        browser.scheme(scheme);
        demo.sign_in(&browser, who);
        browser.go("/");
        let path = if shape.contains("{id}") {
            crawl::links(&browser).into_iter().find(|path| crawl::shape(path) == shape).expect("such a page")
        } else {
            shape.to_owned()
        };
        browser.go(&path);
        std::fs::write(pictures.join(name), browser.picture(false)).unwrap();
    }
}

//! Every page there is, found as people find them: by following the links.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::driver::Browser;

/// Not pages of the desk: for programs, or files.
const ELSEWHERE: [&str; 6] = ["/docs", "/problems", "/openapi", "/assets", "/api", "/healthz"];

/// What tells one kind of page from another: the path without what it names, and the names of what it is asked.
pub fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let part = |part: &str| {
        if part.chars().any(|c| c.is_ascii_digit()) { "{id}".to_owned() } else { part.to_owned() }
    };
    // Causes are named by their codes.
    let path = if path.starts_with("/analysis/causes/") { "/analysis/causes/1" } else { path };
    let path: Vec<String> = path.split('/').map(part).collect();
    let mut names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { path.join("/") } else { format!("{}?{}", path.join("/"), names.join("&")) }
}

/// The links of the page that lead to pages of the desk.
pub fn links(browser: &Browser) -> Vec<String> {
    let found = browser.run(
        "return [...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), location))
            .filter(url => url.origin === location.origin).map(url => url.pathname + url.search)",
    );
    let found = found.as_array().into_iter().flatten().filter_map(Value::as_str);
    // What is kept as a file is no page.
    let is_file = |path: &str| {
        path.split('?')
            .next()
            .is_some_and(|path| path.rsplit_once('.').is_some_and(|(_, end)| ["csv", "txt"].contains(&end)))
    };
    found
        .filter(|path| !ELSEWHERE.iter().any(|e| path.starts_with(e)) && !is_file(path))
        .map(str::to_owned)
        .collect()
}

/// An address of each kind of page that the one who is signed in can come to.
pub fn pages(browser: &Browser, from: &[&str], most: usize) -> Vec<String> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut open: VecDeque<String> = from.iter().map(|path| (*path).to_owned()).collect();
    for path in from {
        known.insert(shape(path), (*path).to_owned());
    }
    while let Some(path) = open.pop_front() {
        browser.go(&path);
        for link in links(browser) {
            if known.len() < most && !known.contains_key(&shape(&link)) {
                known.insert(shape(&link), link.clone());
                open.push_back(link);
            }
        }
    }
    known.into_values().collect()
}

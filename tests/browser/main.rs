//! The pages in a real browser: the whole way of a complaint with and without JavaScript, what people with other eyes
//! and hands meet, hostile text everywhere, and pictures.

#![cfg(test)]
#![expect(unreachable_pub, reason = "one binary: what is public here is public to its own modules")]

mod authority;
mod axe;
mod causes;
mod crawl;
mod demo;
mod driver;
mod fetched;
mod hostile;
mod keys;
mod live;
mod many;
mod merged;
mod pictures;
mod texts;
mod vectors;
mod whole_way;

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    reason = "shared with the stories, which use the rest of it"
)]
#[path = "../support/mod.rs"]
mod support;

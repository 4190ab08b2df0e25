//! Tests of the built program, in one binary: stories over HTTP on both engines, and what happens when it is killed.

#![cfg(test)]
#![expect(unreachable_pub, reason = "one binary: what is public here is public to its own modules")]
#![expect(clippy::needless_pass_by_value, reason = "json!(…) reads better without an ampersand at each call")]

mod faults;
mod rows;
mod story;
mod support;

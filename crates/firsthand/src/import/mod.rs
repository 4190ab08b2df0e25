//! From a file of another system to complaints, one row at a time.
//!
//! A [`Mapping`] says what the columns mean, [`Rows`] reads the file through it. Nothing here knows of a database,
//! and no message holds what a customer wrote: names, telephone numbers and stories stay in the file.

mod amount;
mod closed;
mod columns;
mod command;
mod compose;
mod decode;
mod header;
mod labels;
mod lines;
mod mapping;
mod oddities;
mod progress;
mod quotes;
mod rejects;
mod rows;
mod separator;
mod source;
mod when;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use command::{Arguments, importer, run};
pub(crate) use mapping::Mapping;
pub(crate) use rows::{Row, Rows};
pub(crate) use source::open;

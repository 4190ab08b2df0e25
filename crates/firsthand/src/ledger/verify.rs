//! `firsthand ledger verify`: reads the ledger as it lies in the database and walks it.

use std::path::Path;

use firsthand_storage::Error;
use firsthand_storage::audit::{Audit, Page};
use tokio::sync::mpsc;

use super::point::{self, Point, Unbelieved};
use super::walk::{Bad, Walk};
use super::{cross, key};
use crate::Failure;
use crate::config::Config;

/// Entries read in one go.
const AT_ONCE: i64 = 2000;
/// How many entries are walked between two words on how far it is.
const TELL: i64 = 250_000;

pub(super) async fn run(config: &Config, checkpoint: Option<&Path>) -> Result<(), Failure> {
    let key = key::load(config)?;
    let points = match checkpoint {
        None => Ok(Vec::new()),
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Failure::refused(format!("{}: {error}", file.display())))?;
            point::read(&text, key.as_ref().map(|key| key.public_key()))
        }
    };
    let found = match points {
        Ok(points) => whole(&config.database.url, &points).await?,
        Err(Unbelieved::Wrong(entry, why)) => Err(Bad { entry, why: why.to_owned() }),
        Err(Unbelieved::Unreadable) => return Err(Failure::refused("the file holds no checkpoint")),
    };
    if checkpoint.is_some() && key.is_none() {
        eprintln!("ledger.key names no key: a checkpoint signed by anybody, or by nobody, was believed.");
    }
    match found {
        Ok(count) => {
            println!("good: {count} entries");
            Ok(())
        }
        Err(Bad { entry, why }) => {
            println!("bad entry {entry}: {why}");
            Err(Failure::refused("the ledger is not what was written"))
        }
    }
}

/// Walks everything: how many entries are good, or the first that is not.
pub(super) async fn whole(url: &str, points: &[Point]) -> Result<Result<i64, Bad>, Error> {
    let chain = chain(url, points).await?;
    let Ok(count) = chain else { return Ok(chain) };
    let mut audit = Audit::open(url).await?;
    let crossed = cross::all(&mut audit).await?;
    audit.close().await;
    Ok(crossed.map_or(Ok(count), Err))
}

/// Walks the chain, reading on one core while hashing on another.
pub(super) async fn chain(url: &str, points: &[Point]) -> Result<Result<i64, Bad>, Error> {
    let mut audit = Audit::open(url).await?;
    let (send, mut pages) = mpsc::channel::<Page>(4);
    let reader = tokio::spawn(async move {
        let mut after = i64::MIN;
        loop {
            let page = audit.page(after, AT_ONCE).await?;
            let Some(last) = page.last else { break };
            after = last;
            if send.send(page).await.is_err() {
                // Something is wrong already; there is no more to read.
                break;
            }
        }
        Ok::<_, Error>((audit, after))
    });
    let (mut walk, mut next) = (Walk::new(points), TELL);
    while let Some(page) = pages.recv().await {
        if let Err(bad) = steps(&mut walk, &page) {
            return Ok(Err(bad));
        }
        if walk.good() >= next {
            eprintln!("{} entries are good so far", walk.good());
            next += TELL;
        }
    }
    let read = reader.await.map_err(|error| Error::Unavailable(error.to_string()))?;
    let (mut audit, mut after) = read?;
    // What was appended meanwhile, until there is no more: then entries and head are of one instant.
    let end = loop {
        let (page, head) = audit.end(after, AT_ONCE).await?;
        if let Err(bad) = steps(&mut walk, &page) {
            return Ok(Err(bad));
        }
        match page.last {
            Some(last) if page.is_full(AT_ONCE) => after = last,
            _ => break head,
        }
    };
    audit.close().await;
    Ok(walk.end(end.as_ref().map(|(seq, at, hash)| (*seq, *at, hash.as_slice()))))
}

fn steps(walk: &mut Walk<'_>, page: &Page) -> Result<(), Bad> {
    page.entries().try_for_each(|entry| walk.step(entry))
}

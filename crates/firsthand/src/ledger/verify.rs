//! `firsthand ledger verify`: reads the ledger as it lies in the database and walks it.

use std::path::Path;

use firsthand_storage::Error;
use firsthand_storage::audit::{Audit, Page};
use firsthand_storage::ledger::Signer;
use tokio::sync::mpsc;

use super::point::{self, Point, Unbelieved};
use super::walk::{Bad, Walk};
use super::{cross, key};
use crate::Failure;
use crate::config::Config;

/// Entries read in one go.
const AT_ONCE: i64 = 2000;
/// How many read at once: the database takes longer to give the entries than it takes to hash them.
const READERS: i64 = 2;
/// How many entries are walked between two words on how far it is.
const TELL: i64 = 250_000;

pub(super) async fn run(config: &Config, checkpoint: Option<&Path>) -> Result<(), Failure> {
    let key = key::load(config)?;
    let points = match checkpoint {
        None => Ok(Vec::new()),
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Failure::refused(format!("{}: {error}", file.display())))?;
            point::read(&text, key.as_ref().map(Signer::public_key))
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
    let crossed = match audit.damage().await? {
        Some(found) => return Err(Error::Corrupt(found)),
        None => cross::all(&mut audit).await?,
    };
    audit.close().await;
    Ok(crossed.map_or(Ok(count), Err))
}

/// Walks the chain: most of it as it is read by several at once, then what is left, and the head with it.
pub(super) async fn chain(url: &str, points: &[Point]) -> Result<Result<i64, Bad>, Error> {
    let mut audit = Audit::open(url).await?;
    let whole_pages = audit.last().await?.unwrap_or(0) / AT_ONCE;
    let mut readers = (0..READERS).map(|first| read_every(url, first, whole_pages)).collect::<Vec<_>>();
    let (mut walk, mut next) = (Walk::new(points), TELL);
    for number in 0..whole_pages {
        let reader = &mut readers[usize::try_from(number % READERS).unwrap_or_default()];
        let Some(page) = reader.recv().await.transpose()? else { break };
        if let Err(bad) = steps(&mut walk, &page) {
            return Ok(Err(bad));
        }
        if walk.good() != (number + 1) * AT_ONCE {
            // Something is missing; what stands in its place is found below.
            break;
        }
        if walk.good() >= next {
            eprintln!("{} entries are good so far", walk.good());
            next += TELL;
        }
    }
    drop(readers);
    // What is left, and what was appended meanwhile, until there is no more: then entries and head are of one instant.
    let mut after = if walk.good() == 0 { i64::MIN } else { walk.good() };
    let head = loop {
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
    Ok(walk.end(head.as_ref().map(|(seq, at, hash)| (*seq, *at, hash.as_slice()))))
}

/// Reads every so manyth page on a connection of its own, until nobody wants more.
fn read_every(url: &str, first: i64, pages: i64) -> mpsc::Receiver<Result<Page, Error>> {
    let (send, receive) = mpsc::channel(2);
    let url = url.to_owned();
    tokio::spawn(async move {
        let mut audit = match Audit::open(&url).await {
            Ok(audit) => audit,
            Err(error) => return drop(send.send(Err(error)).await),
        };
        let mut number = first;
        while number < pages {
            let after = if number == 0 { i64::MIN } else { number * AT_ONCE };
            // One more than can be there, so that a number that stands there twice is seen.
            let page = audit.page(after, (number + 1) * AT_ONCE, AT_ONCE + 1).await;
            if send.send(page).await.is_err() {
                break;
            }
            number += READERS;
        }
        audit.close().await;
    });
    receive
}

fn steps(walk: &mut Walk<'_>, page: &Page) -> Result<(), Bad> {
    page.entries().try_for_each(|entry| walk.step(entry))
}

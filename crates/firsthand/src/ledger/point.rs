//! A checkpoint from outside: what the ledger was at some time, in the words of `/api/v1/ledger/checkpoint`.

use firsthand_domain::time::Timestamp;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;

use super::encode;

/// What a checkpoint says, believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) index: i64,
    pub(super) hash: [u8; 32],
}

#[derive(Deserialize)]
struct Told {
    index: i64,
    hash: String,
    at: String,
    public_key: Option<String>,
    signature: Option<String>,
}

/// Why a checkpoint is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unbelieved {
    /// It is no checkpoint.
    Unreadable,
    /// About the entry of this number.
    Wrong(i64, &'static str),
}

/// Reads checkpoints, one JSON after another, as the API answers one and as the desk appends them to a file. Each is
/// believed if it bears a right signature, or bears none and there is no key here. They come back by their index.
pub(super) fn read(text: &str, our_key: Option<&[u8]>) -> Result<Vec<Point>, Unbelieved> {
    let mut points = Vec::new();
    for told in serde_json::Deserializer::from_str(text).into_iter::<Told>() {
        points.push(believe(&told.map_err(|_| Unbelieved::Unreadable)?, our_key)?);
    }
    points.sort_by_key(|point| point.index);
    if points.is_empty() { Err(Unbelieved::Unreadable) } else { Ok(points) }
}

fn believe(told: &Told, our_key: Option<&[u8]>) -> Result<Point, Unbelieved> {
    let hash: Option<[u8; 32]> = unhex(&told.hash).and_then(|hash| hash.try_into().ok());
    let hash = hash.ok_or(Unbelieved::Unreadable)?;
    let at = Timestamp::parse(&told.at).map_err(|_| Unbelieved::Unreadable)?;
    let (index, wrong) = (told.index, |why| Err(Unbelieved::Wrong(told.index, why)));
    match (&told.public_key, &told.signature) {
        (None, None) if our_key.is_none() => {}
        (Some(key), Some(signature)) => {
            let (key, signature) = unhex(key).zip(unhex(signature)).ok_or(Unbelieved::Unreadable)?;
            if our_key.is_some_and(|ours| ours != key) {
                return wrong("the checkpoint is signed by another key than the one in ledger.key");
            }
            let message = encode::checkpoint(index, &hash, at.micros());
            if UnparsedPublicKey::new(&ED25519, &key).verify(&message, &signature).is_err() {
                return wrong("the signature of the checkpoint is wrong");
            }
        }
        _ => return wrong("the checkpoint is not signed"),
    }
    if index < 0 || (index == 0 && hash != [0; 32]) {
        return wrong("the checkpoint is of nothing that can be");
    }
    Ok(Point { index, hash })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

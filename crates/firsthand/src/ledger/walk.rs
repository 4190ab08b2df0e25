//! Walks the chain and names the first entry that is not what it should be. Knows of no database.

use firsthand_storage::audit::RawEntry;
use sha2::{Digest as _, Sha256};

use super::encode;
use super::point::Point;

/// The first entry that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) entry: i64,
    pub(super) why: String,
}

/// How far the walk has come.
#[derive(Clone)]
pub(super) struct Walk<'p> {
    /// The last entry that is good: its number, time and hash.
    seq: i64,
    at: i64,
    hash: [u8; 32],
    buffer: Vec<u8>,
    /// Checkpoints not reached yet, by their index.
    points: &'p [Point],
}

fn bad<T>(entry: i64, why: impl Into<String>) -> Result<T, Bad> {
    Err(Bad { entry, why: why.into() })
}

impl<'p> Walk<'p> {
    /// From the beginning, past checkpoints in the order of their index.
    pub(super) fn new(points: &'p [Point]) -> Self {
        Self { seq: 0, at: i64::MIN, hash: [0; 32], buffer: Vec::with_capacity(4096), points }
    }

    /// How many entries are good so far.
    pub(super) fn good(&self) -> i64 {
        self.seq
    }

    /// The next entry, or none for what cannot be read as one.
    pub(super) fn step(&mut self, entry: Option<RawEntry<'_>>) -> Result<(), Bad> {
        let expected = self.seq.saturating_add(1);
        let Some(entry) = entry else { return bad(expected, "does not read back") };
        if entry.seq != expected {
            return bad(expected, format!("is missing; entry {} stands in its place", entry.seq));
        }
        if entry.prev != self.hash {
            return bad(entry.seq, "the previous hash is not that of the entry before");
        }
        let canonical = encode::entry(&entry, &mut self.buffer);
        let shapes = [(entry.actor, 16), (entry.subject, 16), (entry.commitment, 32)];
        if !canonical || entry.kind.is_empty() || shapes.iter().any(|(v, n)| v.is_some_and(|v| v.len() != *n))
        {
            return bad(entry.seq, "is not written as an entry is");
        }
        let hash: [u8; 32] = Sha256::digest(&self.buffer).into();
        if entry.hash != hash {
            return bad(entry.seq, "its hash does not follow from what it says");
        }
        if entry.at < self.at {
            return bad(entry.seq, "its time is before that of the entry before");
        }
        self.pass(entry.seq, &hash)?;
        (self.seq, self.at, self.hash) = (entry.seq, entry.at, hash);
        Ok(())
    }

    /// After the last entry: does the head say the same, and is all there that the checkpoint knew of?
    pub(super) fn end(&self, head: Option<(i64, i64, &[u8])>) -> Result<i64, Bad> {
        let next = self.seq.saturating_add(1);
        let Some((seq, at, hash)) = head else { return bad(next, "the row of the head is missing") };
        if seq > self.seq {
            return bad(next, format!("is missing; the head says that there are {seq}"));
        }
        if seq < self.seq {
            return bad(
                seq.saturating_add(1),
                format!("stands beyond the head, which says that there are {seq}"),
            );
        }
        if hash != self.hash || (self.seq > 0 && at != self.at) {
            return bad(self.seq, "the head bears another hash or time");
        }
        match self.points.last() {
            Some(point) if point.index > self.seq => {
                bad(next, format!("is missing; the checkpoint was made of {} entries", point.index))
            }
            _ => Ok(self.seq),
        }
    }

    /// Compares an entry with the checkpoints that were made of it.
    fn pass(&mut self, seq: i64, hash: &[u8; 32]) -> Result<(), Bad> {
        while let Some((point, later)) = self.points.split_first().filter(|(point, _)| point.index <= seq) {
            // Of nothing at all, a checkpoint says nothing.
            if point.index > 0 && point.hash != *hash {
                return bad(seq, "is not the entry that the checkpoint was made of");
            }
            self.points = later;
        }
        Ok(())
    }
}

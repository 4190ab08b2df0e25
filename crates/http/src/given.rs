//! Files on their way out: one piece in memory at a time, and no connection held between two.

use std::fmt;
use std::io;

use firsthand_storage::attachments::{Found, PIECE};
use firsthand_storage::{Database, Error};
use futures_util::{Stream, stream};

use crate::problem::Problem;

/// A file to be sent, or a part of one.
#[derive(Clone)]
pub(crate) struct Given {
    database: Database,
    found: Found,
    /// The first byte, and the byte after the last.
    from: u64,
    to: u64,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bytes {} to {} of {}", self.from, self.to, self.found.upload.size)
    }
}

impl Given {
    /// The whole of it.
    pub(crate) fn whole(database: &Database, found: Found) -> Self {
        let to = found.upload.size;
        Self { database: database.clone(), found, from: 0, to }
    }

    /// The part that a header `Range` asks for. One that cannot be read asks for nothing: the whole is sent.
    pub(crate) fn part(self, range: Option<&str>) -> Self {
        let size = self.found.upload.size;
        match range.and_then(|range| asked(range, size)) {
            Some((from, to)) => Self { from, to, ..self },
            None => self,
        }
    }

    /// How many bytes are sent.
    pub(crate) const fn length(&self) -> u64 {
        self.to - self.from
    }

    /// What `Content-Range` says, when it is a part.
    pub(crate) fn range(&self) -> Option<String> {
        let size = self.found.upload.size;
        (self.length() < size).then(|| format!("bytes {}-{}/{size}", self.from, self.to - 1))
    }

    async fn piece(&self, seq: u32) -> Result<Vec<u8>, Problem> {
        let mut connection = self.database.read().await?;
        let piece = self.found.piece(&mut connection.tx(), seq).await?;
        piece.ok_or_else(|| Error::Corrupt("a piece of a file is not there".to_owned()).into())
    }

    /// The bytes, piece by piece. What was erased meanwhile breaks off.
    pub(crate) fn pieces(self) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
        let at = self.from;
        stream::try_unfold((self, at), |(given, at)| async move {
            if at >= given.to {
                return Ok(None);
            }
            let piece = PIECE as u64;
            let seq = u32::try_from(at / piece).map_err(io::Error::other)?;
            let mut bytes = given.piece(seq).await.map_err(|problem| {
                tracing::error!(cause = problem.cause.as_deref(), "a file broke off on its way out");
                io::Error::other("the file broke off")
            })?;
            let start = seq_start(seq);
            let until = given.to.min(start + bytes.len() as u64);
            if until <= at {
                return Err(io::Error::other("the file is shorter than it was"));
            }
            bytes.truncate(usize::try_from(until - start).unwrap_or(usize::MAX));
            bytes.drain(..usize::try_from(at - start).unwrap_or(0));
            Ok(Some((bytes, (given, until))))
        })
    }
}

const fn seq_start(seq: u32) -> u64 {
    seq as u64 * PIECE as u64
}

/// The one part that `bytes=…` asks for, of a file of that size.
fn asked(range: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = range.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (from, to) = match (from.trim(), to.trim()) {
        ("", last) => (size.saturating_sub(number(last)?), size),
        (from, "") => (number(from)?, size),
        (from, to) => (number(from)?, number(to)?.saturating_add(1).min(size)),
    };
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_or_the_whole_is_sent() {
        for (range, part) in [
            ("bytes=0-9", Some((0, 10))),
            ("bytes=90-", Some((90, 100))),
            ("bytes=-10", Some((90, 100))),
            ("bytes=-1000", Some((0, 100))),
            ("bytes=95-2000", Some((95, 100))),
            ("bytes=100-", None),
            ("bytes=9-3", None),
            ("bytes=0-1,5-6", None),
            ("bytes=-0", None),
            ("items=0-1", None),
            ("bytes=99999999999999999999-", None),
            ("bytes=0-18446744073709551615", Some((0, 100))),
        ] {
            assert_eq!(asked(range, 100), part, "{range}");
        }
    }
}

//! The bytes of a connection, watched: a caller who does not take the answer is let go, and a request that states its
//! length in two ways is seen before the HTTP library has chosen one of them.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// An answer that waits for its reader must go on by so many bytes in so long: 1 KiB a second.
const WINDOW: Duration = Duration::from_secs(20);
const LEAST: usize = 20 << 10;

/// A connection.
pub(crate) struct Wire {
    socket: TcpStream,
    heads: Heads,
    /// An answer goes on that has no end of its own: who hangs up ends it.
    flows: Arc<AtomicBool>,
    /// While the reader keeps us waiting: until when, and what has gone since.
    waiting: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Wire {
    /// Watches a socket; the flag is up once a request stated its length in two ways.
    pub(crate) fn new(socket: TcpStream, two_lengths: Arc<AtomicBool>, flows: Arc<AtomicBool>) -> Self {
        Self { socket, heads: Heads::new(two_lengths), flows, waiting: None }
    }

    /// Has the reader of an endless answer hung up? The library does not look while it answers, since who has said all
    /// may close their half and still listen; nobody listens so without end.
    fn hung_up(&mut self, cx: &mut Context<'_>) -> bool {
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        match self.socket.poll_peek(cx, &mut byte) {
            Poll::Ready(Ok(bytes)) => bytes == 0,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        }
    }

    /// After a write: keeps the account of a slow reader.
    fn wrote(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
        wanted: usize,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(n)) if n == wanted => self.waiting = None,
            // What goes before we wait only fills the buffers between us and the reader, however large they are.
            Poll::Ready(Ok(n)) => {
                if let Some((_, gone)) = &mut self.waiting {
                    *gone += n;
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => loop {
                let (until, gone) = self.waiting.get_or_insert_with(|| (Box::pin(sleep(WINDOW)), 0));
                ready!(until.as_mut().poll(cx));
                if *gone < LEAST {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                self.waiting = None;
            },
        }
        written
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        self.heads.see(buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.wrote(cx, written, bytes.len())
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.wrote(cx, written, slices.iter().map(|s| s.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.flows.load(Ordering::Relaxed) && self.hung_up(cx) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Follows the heads of requests through the bytes of a connection. A connection ends after a request in chunks (see
/// `doors`), so that its end need not be found here.
struct Heads {
    at: At,
    line: Vec<u8>,
    started: bool,
    length: Option<u64>,
    chunked: bool,
    two_lengths: Arc<AtomicBool>,
}

enum At {
    Head,
    /// So many bytes of a body are to come.
    Body(u64),
    /// After this nothing on the connection is a request.
    End,
}

/// Of a line so much is kept: more than any line needs that tells a length.
const LINE: usize = 64;

impl Heads {
    fn new(two_lengths: Arc<AtomicBool>) -> Self {
        Self {
            at: At::Head,
            line: Vec::with_capacity(LINE),
            started: false,
            length: None,
            chunked: false,
            two_lengths,
        }
    }

    fn see(&mut self, mut bytes: &[u8]) {
        while let Some((first, rest)) = bytes.split_first() {
            match self.at {
                At::End => return,
                At::Body(left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let left = left.saturating_sub(here as u64);
                    self.at = if left == 0 { At::Head } else { At::Body(left) };
                    bytes = bytes.get(here..).unwrap_or_default();
                }
                At::Head => {
                    bytes = rest;
                    match first {
                        b'\n' => self.line_ends(),
                        byte if self.line.len() < LINE => self.line.push(*byte),
                        _ => {}
                    }
                }
            }
        }
    }

    fn line_ends(&mut self) {
        let line = self.line.trim_ascii();
        if line.is_empty() {
            if self.started {
                self.head_ends();
            }
        } else {
            self.started = true;
            if let Some(colon) = line.iter().position(|b| *b == b':') {
                let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
                if name.eq_ignore_ascii_case(b"transfer-encoding") {
                    self.chunked = true;
                } else if name.eq_ignore_ascii_case(b"content-length") {
                    let told = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok());
                    if self.length.is_some() || told.is_none() {
                        self.two_lengths.store(true, Ordering::Relaxed);
                    }
                    self.length = told.or(Some(0));
                }
            }
        }
        self.line.clear();
    }

    fn head_ends(&mut self) {
        self.started = false;
        self.at = match (self.length.take(), self.chunked) {
            (Some(_), true) => {
                self.two_lengths.store(true, Ordering::Relaxed);
                At::End
            }
            (None, true) => At::End,
            (Some(0) | None, false) => At::Head,
            (Some(length), false) => At::Body(length),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_lengths(text: &str) -> bool {
        // In pieces of every size the verdict is the same.
        let verdicts: Vec<bool> = (1..=text.len())
            .map(|size| {
                let flag = Arc::new(AtomicBool::new(false));
                let mut heads = Heads::new(Arc::clone(&flag));
                text.as_bytes().chunks(size).for_each(|piece| heads.see(piece));
                flag.load(Ordering::Relaxed)
            })
            .collect();
        assert!(verdicts.iter().all(|v| *v == verdicts[0]), "{text}");
        verdicts[0]
    }

    #[test]
    fn a_length_told_in_two_ways_is_seen_wherever_it_stands() {
        let get = "GET / HTTP/1.1\r\nHost: desk\r\n\r\n";
        let sized = "POST / HTTP/1.1\r\nContent-Length: 23\r\n\r\nTransfer-Encoding: no\r\n";
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        for fine in [get, sized, chunked, &format!("{get}{sized}\r\n{get}{chunked}")] {
            assert!(!two_lengths(fine), "{fine}");
        }
        for headers in [
            "content-length: 5\r\nTRANSFER-ENCODING: chunked",
            "Transfer-Encoding: chunked\nContent-Length:5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5\r\nContent-Length: 5",
            "Content-Length: 5, 6",
        ] {
            let request = format!("POST / HTTP/1.1\r\n{headers}\r\n\r\n");
            assert!(two_lengths(&request), "{headers}");
            assert!(two_lengths(&format!("{get}{sized}{request}")), "{headers}");
        }
    }
}

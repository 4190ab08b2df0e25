//! A closed loop of clients over kept-alive connections, and what it measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;

/// So many clients, for so long.
pub(crate) struct Load<'a> {
    address: &'a str,
    clients: usize,
    time: Duration,
}

/// What one round measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    pub(crate) errors: u64,
}

impl Measured {
    /// From the times of single calls.
    pub(crate) fn of(mut micros: Vec<u64>, errors: u64, time: Duration) -> Self {
        micros.sort_unstable();
        let at = |share: usize| micros.get(micros.len() * share / 100).copied().unwrap_or_default();
        let count = u32::try_from(micros.len()).unwrap_or(u32::MAX);
        Self { per_second: f64::from(count) / time.as_secs_f64(), p50_us: at(50), p99_us: at(99), errors }
    }
}

impl<'a> Load<'a> {
    pub(crate) fn new(address: &'a str, clients: usize, time: Duration) -> Self {
        Self { address, clients, time }
    }

    /// Sends the requests that `make` gives, each with a number of its own, until the time is over.
    pub(crate) async fn run(&self, make: impl Fn(u64) -> String + Send + Sync) -> Measured {
        let next = Arc::new(AtomicU64::new(fresh()));
        let start = Instant::now();
        let clients = (0..self.clients).map(|_| client(self.address, start + self.time, &next, &make));
        let mut times = Vec::new();
        let mut errors = 0;
        for (micros, failed) in join_all(clients).await {
            times.extend(micros);
            errors += failed;
        }
        Measured::of(times, errors, start.elapsed())
    }
}

/// A number no earlier round has used.
pub(crate) fn fresh() -> u64 {
    static ROUND: AtomicU64 = AtomicU64::new(1);
    ROUND.fetch_add(1, Ordering::Relaxed) * 10_000_000
}

/// Runs them all on this task: the work is in the server, and a client in a task of its own would only move it about.
async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, done) in &mut futures {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    futures.into_iter().filter_map(|(_, done)| done).collect()
}

/// Asks once for a thing to be made, and tells where it is.
pub(crate) async fn ask(address: &str, request: &str) -> Outcome<String> {
    let (mut stream, mut buffer) = (None, vec![0; 64 << 10]);
    let status = once(&mut stream, address, request.as_bytes(), &mut buffer).await?;
    let answer = String::from_utf8_lossy(&buffer);
    let place = answer.lines().find_map(|line| line.strip_prefix("location: "));
    match place.filter(|_| status == 201) {
        Some(place) => Ok(place.trim().to_owned()),
        None => Err(answer.trim_end_matches('\0').into()),
    }
}

/// What is answered to one request, below its head.
pub(crate) async fn answer(address: &str, request: &str) -> Outcome<String> {
    let (mut stream, mut buffer) = (None, vec![0; 64 << 10]);
    let status = once(&mut stream, address, request.as_bytes(), &mut buffer).await?;
    let answer = String::from_utf8_lossy(&buffer);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body.trim_end_matches('\0')).to_owned();
    if status == 200 { Ok(body) } else { Err(answer.trim_end_matches('\0').into()) }
}

/// Sends these over one connection, each after the answer to the one before; all must be done. The last answer.
pub(crate) async fn in_turn(address: &str, requests: &[String]) -> Outcome<String> {
    let (mut stream, mut buffer) = (None, vec![0; 64 << 10]);
    for request in requests {
        let status = once(&mut stream, address, request.as_bytes(), &mut buffer).await?;
        if !(200..300).contains(&status) {
            return Err(String::from_utf8_lossy(&buffer).trim_end_matches('\0').into());
        }
    }
    Ok(String::from_utf8_lossy(&buffer).into_owned())
}

async fn client(
    address: &str,
    end: Instant,
    next: &AtomicU64,
    make: &(impl Fn(u64) -> String + Send + Sync),
) -> (Vec<u64>, u64) {
    let (mut times, mut errors) = (Vec::new(), 0);
    let mut stream = None;
    let mut buffer = vec![0; 64 << 10];
    while Instant::now() < end {
        let request = make(next.fetch_add(1, Ordering::Relaxed));
        let start = Instant::now();
        match once(&mut stream, address, request.as_bytes(), &mut buffer).await {
            Ok(status) if (200..300).contains(&status) => {
                times.push(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
            Ok(_) => errors += 1,
            Err(_) => {
                errors += 1;
                stream = None;
            }
        }
    }
    (times, errors)
}

async fn once(
    kept: &mut Option<TcpStream>,
    address: &str,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> std::io::Result<u16> {
    let stream = if let Some(stream) = kept {
        stream
    } else {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        kept.insert(stream)
    };
    stream.write_all(request).await?;
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        if let Some((status, length)) = whole(&buffer[..filled])
            && filled >= length
        {
            return Ok(status);
        }
    }
}

/// Status and whole length of an answer, once its head is there.
fn whole(answer: &[u8]) -> Option<(u16, usize)> {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Some((status, end + 4 + length.unwrap_or(0)))
}

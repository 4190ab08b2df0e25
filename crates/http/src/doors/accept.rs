//! Connections in: as many as there is room for, each with a time to state its request; and out again at the end.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus::IntCounter;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::alarm::Alarm;
use super::peers::{self, Held, Network, Open};
use super::wire::Wire;

/// How long the head of a request may take, from the opening of the connection or the end of the answer before: so
/// long a silent connection is kept, too.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The largest head that is read, and the most headers in it.
const HEAD_BYTES: usize = 16 << 10;
const HEADERS: usize = 100;
/// After a failure to accept, as when files run out, others are given time to end.
const BACK_OFF: Duration = Duration::from_millis(100);
/// Of that failure one in so many is logged: one a minute.
const LOGGED: u32 = 600;

/// How many connections there may be.
pub(super) struct Room {
    pub(super) connections: usize,
    pub(super) per_address: usize,
    /// Their connections count only in the whole: they bring everybody.
    pub(super) proxies: Vec<Network>,
    /// How long what is under way may take after the stop was asked for.
    pub(super) stopping: Duration,
    pub(super) alarms: Alarms,
}

/// What is told of those who do not come in.
pub(super) struct Alarms {
    /// One address had all the connections it may have.
    pub(super) address: Alarm,
    /// All connections were in use, so that the next had to wait.
    pub(super) full: Alarm,
    /// What came was no request: counted, and no more.
    pub(super) unread: IntCounter,
}

/// What is known of a request from its connection.
#[derive(Clone)]
pub(super) struct Arrived {
    pub(super) peer: IpAddr,
    /// Up if this or a later request of the connection stated its length in two ways.
    pub(super) two_lengths: Arc<AtomicBool>,
    /// Up while an answer goes on that has no end of its own.
    pub(super) flows: Arc<AtomicBool>,
}

/// Serves until `stop` is over and what was under way then has had its time.
pub(super) async fn run<D, F, B>(
    listener: TcpListener,
    mut room: Room,
    door: D,
    stop: impl Future<Output = ()>,
) where
    D: Fn(Request<Incoming>, Arrived) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let total = u32::try_from(room.connections.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
    let permits = Arc::new(Semaphore::new(total as usize));
    let open = Arc::new(Open::default());
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    let mut failures = 0;
    loop {
        let next = next(&listener, &permits, &mut room.alarms.full, &mut failures);
        let (socket, peer, permit) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let peer = peer.ip().to_canonical();
        let most = if peers::trusted(&room.proxies, peer) { room.connections } else { room.per_address };
        // Over the limit the connection is closed without a word, which costs least.
        let Some(held) = open.hold(peer, most) else {
            room.alarms.address.ring();
            continue;
        };
        let (door, stopped, unread) = (door.clone(), stopped.clone(), room.alarms.unread.clone());
        tokio::spawn(async move {
            let _counted: (OwnedSemaphorePermit, Held) = (permit, held);
            if serve(socket, peer, door, stopped).await.is_err_and(|error| error.is_parse()) {
                unread.inc();
            }
        });
    }
    drop(listener);
    let _ = stopping.send(true);
    let _ = tokio::time::timeout(room.stopping, permits.acquire_many(total)).await;
}

/// The next connection that there is room for.
async fn next(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    full: &mut Alarm,
    failures: &mut u32,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        if permits.available_permits() == 0 {
            full.ring();
        }
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((socket, peer)) => return (socket, peer, permit),
            Err(error) if is_the_callers(&error) => {}
            Err(error) => {
                if failures.is_multiple_of(LOGGED) {
                    tracing::error!(%error, "connections cannot be accepted");
                }
                *failures = failures.wrapping_add(1);
                tokio::time::sleep(BACK_OFF).await;
            }
        }
    }
}

/// Did the caller go away, so that the next one may come at once?
fn is_the_callers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// One connection to its end. What is no request, or has too large a head, hyper answers itself, with a bare 400 or
/// 431 and the end of the connection: it has no hook for that answer, and to write another over it in the bytes that
/// go out would be a second HTTP library beside the first. Such a caller is hardly one who reads problems.
async fn serve<D, F, B>(
    socket: TcpStream,
    peer: IpAddr,
    door: D,
    mut stopped: watch::Receiver<bool>,
) -> hyper::Result<()>
where
    D: Fn(Request<Incoming>, Arrived) -> F + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let _ = socket.set_nodelay(true);
    let two_lengths = Arc::new(AtomicBool::new(false));
    let asked = Arc::new(AtomicBool::new(false));
    let flows = Arc::new(AtomicBool::new(false));
    let arrived = Arrived { peer, two_lengths: Arc::clone(&two_lengths), flows: Arc::clone(&flows) };
    let io = TokioIo::new(Wire::new(socket, two_lengths, flows));
    let began = Arc::clone(&asked);
    let service = service_fn(move |request| {
        began.store(true, Ordering::Relaxed);
        let answering = door(request, arrived.clone());
        async move { Ok::<_, Infallible>(answering.await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    builder.max_header_size(HEAD_BYTES).max_headers(HEADERS).max_buf_size(4 * HEAD_BYTES).half_close(true);
    let mut connection = pin!(builder.serve_connection(io, service));
    tokio::select! {
        done = connection.as_mut() => return done,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    // Nobody waits for an answer where nothing was asked. (Between two requests the library closes by itself.)
    if asked.load(Ordering::Relaxed) {
        connection.as_mut().graceful_shutdown();
        return connection.await;
    }
    Ok(())
}

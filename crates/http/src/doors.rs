//! The one file that knows the web framework: requests in, answers out, start and stop.

mod accept;
mod alarm;
mod pack;
pub(crate) mod peers;
mod wire;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use poem::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Body, Endpoint, EndpointExt as _, Request, Response};
use tokio::net::TcpListener;

use crate::app::App;
use crate::call::Headers;
use crate::desk::{self, Asked, Sent};
use crate::pages::{Fixed, HTML};
use accept::{Alarms, Arrived, Room};
use alarm::Alarm;

/// How long requests under way may take after the stop was asked for.
const STOPPING: Duration = Duration::from_secs(10);

/// Serves the desk until `stop` is over; what is under way then is given ten seconds.
///
/// # Errors
/// The listener failed.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    let live = Arc::clone(&app);
    // Nothing that goes on by itself holds the stop up.
    let stop = async move {
        stop.await;
        live.live.stop();
    };
    open(listener, room(&app), Door(app), stop).await
}

/// Serves `/metrics`, and nothing else, until `stop` is over.
///
/// # Errors
/// The listener failed.
pub async fn serve_metrics(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    let room = Room {
        connections: 64,
        per_address: 64,
        proxies: Vec::new(),
        stopping: Duration::from_secs(1),
        alarms: alarms(&app),
    };
    open(listener, room, Monitor(app), stop).await
}

/// Serves pages that are held in memory, on the terms of the desk, until `stop` is over: for the benchmark.
///
/// # Errors
/// The listener failed.
#[doc(hidden)]
pub async fn serve_fixed(
    listener: TcpListener,
    app: Arc<App>,
    pages: Fixed,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    open(listener, room(&app), Held(pages), stop).await
}

/// The room of the desk.
fn room(app: &App) -> Room {
    let limits = &app.settings.limits;
    Room {
        connections: limits.connections,
        per_address: limits.connections_per_address,
        proxies: limits.trusted_proxies.clone(),
        stopping: STOPPING,
        alarms: alarms(app),
    }
}

fn alarms(app: &App) -> Alarms {
    let alarm =
        |limit, what| Alarm::new(app.metrics.over_limit(limit), what, Arc::clone(&app.settings.micros));
    Alarms {
        address: alarm("address", "an address has all the connections it may have: more of it were closed"),
        full: alarm("all", "all connections are in use: more wait until one of them ends"),
        unread: app.metrics.unread(),
    }
}

/// Lets connections in to an endpoint.
async fn open(
    listener: TcpListener,
    room: Room,
    endpoint: impl Endpoint<Output = Response> + 'static,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    let local = LocalAddr(Addr::from(listener.local_addr()?));
    let endpoint = Arc::new(endpoint.boxed());
    let door = move |request, arrived: Arrived| {
        let (endpoint, local) = (Arc::clone(&endpoint), local.clone());
        async move {
            let remote = RemoteAddr(Addr::custom("peer", ""));
            let mut request = Request::from((request, local, remote, poem::http::uri::Scheme::HTTP));
            request.extensions_mut().insert(arrived);
            hyper::Response::from(endpoint.get_response(request).await)
        }
    };
    accept::run(listener, room, door, stop).await;
    Ok(())
}

struct Door(Arc<App>);

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let Some(arrived) = request.extensions().get::<Arrived>().cloned() else {
            return Ok(response(desk::cut_off(&self.0), None));
        };
        let headers = request.headers();
        let header = |name: &str| {
            let value = headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let forwarded: Vec<_> =
            headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes).collect();
        let proxies = &self.0.settings.limits.trusted_proxies;
        let asked = Asked {
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: Headers {
                authorization: header("authorization"),
                if_match: header("if-match"),
                if_none_match: header("if-none-match"),
                idempotency_key: header("idempotency-key"),
                cookie: header("cookie"),
                origin: header("origin"),
                host: header("host"),
                sec_fetch_site: header("sec-fetch-site"),
                content_type: header("content-type"),
                accept_language: header("accept-language"),
                user_agent: header("user-agent"),
                range: header("range"),
                last_event_id: header("last-event-id"),
                by_itself: headers.contains_key("x-live"),
            },
            caller: peers::caller(proxies, arrived.peer, forwarded.into_iter()),
            browser: header("accept").is_some_and(|accept| accept.contains("text/html")),
            encoding: header("content-encoding"),
            malformed: malformed(request.version(), headers, &arrived),
        };
        let accepted = header("accept-encoding");
        // Where requests begin after one in chunks, we and what stands before us might not agree.
        let last = headers.contains_key(header::TRANSFER_ENCODING) || asked.malformed.is_some();
        let body = request.take_body().into_bytes_stream();
        // In a task of its own: a caller who hangs up does not cut a change short between its commit and its log.
        let app = Arc::clone(&self.0);
        let answering = tokio::spawn(async move { desk::answer(&app, asked, body).await });
        let sent = answering.await.unwrap_or_else(|_| desk::cut_off(&self.0));
        let flows = sent.flow.is_some();
        // Who hangs up is then seen at once, and not when something is next sent.
        arrived.flows.store(flows, Ordering::Relaxed);
        let last = last || flows || sent.status == 408;
        let mut response = response(sent, accepted.as_deref());
        if last {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}

/// Why a request is not to be trusted, although the library could read it.
fn malformed(version: Version, headers: &HeaderMap, arrived: &Arrived) -> Option<&'static str> {
    if arrived.two_lengths.load(Ordering::Relaxed) {
        return Some("The request states the length of its body in more than one way.");
    }
    let hosts = headers.get_all(header::HOST).iter().count();
    let fits = hosts == 1 || (hosts == 0 && version == Version::HTTP_10);
    (!fits).then_some("Expected the header Host once.")
}

fn response(mut sent: Sent, accepted: Option<&str>) -> Response {
    let flow = sent.flow.take().and_then(|flow| flow.taken());
    let body = match (sent.file.take(), flow) {
        (Some(file), _) => Body::from_bytes_stream(file.pieces()),
        // As it comes: packed, it would wait for more.
        (None, Some(pieces)) => Body::from_bytes_stream(pieces.map(Ok::<_, std::io::Error>)),
        (None, None) => Body::from(pack::pack(&mut sent, accepted)),
    };
    let status = StatusCode::from_u16(sent.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::builder().status(status);
    for (name, value) in sent.headers {
        response = response.header(name, value);
    }
    response.body(body)
}

struct Held(Fixed);

impl Endpoint for Held {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let address = request.uri().path_and_query().map_or("", |address| address.as_str());
        Ok(match self.0.written(address) {
            Some(page) => Response::builder().content_type(HTML).body(page),
            None => Response::builder().status(StatusCode::NOT_FOUND).finish(),
        })
    }
}

struct Monitor(Arc<App>);

impl Endpoint for Monitor {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(if request.uri().path() == "/metrics" {
            Response::builder().content_type("text/plain; version=0.0.4").body(self.0.metrics.text())
        } else {
            Response::builder().status(StatusCode::NOT_FOUND).finish()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, SocketAddr, TcpStream};

    use futures_util::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;
    use crate::routes;
    use crate::tests::Desk;

    /// Sends bytes as they are and gives the whole of what comes back.
    async fn raw(address: SocketAddr, request: String) -> String {
        let asking = tokio::task::spawn_blocking(move || {
            let mut socket = TcpStream::connect(address).unwrap();
            socket.write_all(request.as_bytes()).unwrap();
            socket.shutdown(Shutdown::Write).unwrap();
            let mut answer = String::new();
            let _ = socket.read_to_string(&mut answer);
            answer
        });
        asking.await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn over_a_socket_bodies_in_chunks_are_counted_and_the_door_closes_when_asked() {
        let desk = Desk::open(routes::all()).await;
        desk.person("eve", "agent").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, Arc::clone(&desk.app), stopped.map(drop)));
        let head = "POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer eve\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";
        let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
        let large = raw(address, format!("{head}{}0\r\n\r\n", chunk.repeat(12))).await;
        assert!(large.starts_with("HTTP/1.1 413 ") && large.contains("/problems/too-large"), "{large}");
        let small = raw(address, format!("{head}{}0\r\n\r\n", chunk.repeat(2))).await;
        assert!(small.starts_with("HTTP/1.1 422 ") && small.contains("\"field\":\"channel\""), "{small}");
        let head_only = "HEAD /healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n".to_owned();
        assert!(raw(address, head_only).await.starts_with("HTTP/1.1 200 "));
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
        assert!(TcpStream::connect(address).is_err());
    }
}

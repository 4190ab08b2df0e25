//! The one file that knows the web framework: requests in, answers out, start and stop.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use poem::listener::TcpAcceptor;
use poem::{Body, Endpoint, Request, Response, Server};
use tokio::net::TcpListener;

use crate::app::App;
use crate::call::Headers;
use crate::desk::{self, Asked, Sent};

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
    let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?);
    server.run_with_graceful_shutdown(Door(app), stop, Some(STOPPING)).await
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
    let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?);
    server.run_with_graceful_shutdown(Monitor(app), stop, Some(Duration::from_secs(1))).await
}

struct Door(Arc<App>);

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let asked = Asked {
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: Headers {
                authorization: header("authorization"),
                if_match: header("if-match"),
                if_none_match: header("if-none-match"),
                idempotency_key: header("idempotency-key"),
            },
        };
        let body = request.take_body().into_bytes_stream();
        // In a task of its own: a caller who hangs up does not cut a change short between its commit and its log.
        let app = Arc::clone(&self.0);
        let answering = tokio::spawn(async move { desk::answer(&app, asked, body).await });
        Ok(response(answering.await.unwrap_or_else(|_| desk::cut_off(&self.0))))
    }
}

fn response(sent: Sent) -> Response {
    let status = poem::http::StatusCode::from_u16(sent.status);
    let mut response =
        Response::builder().status(status.unwrap_or(poem::http::StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in sent.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(sent.body))
}

struct Monitor(Arc<App>);

impl Endpoint for Monitor {
    type Output = Response;

    fn call(&self, request: Request) -> impl Future<Output = poem::Result<Response>> + Send {
        let response = if request.uri().path() == "/metrics" {
            Response::builder().content_type("text/plain; version=0.0.4").body(self.0.metrics.text())
        } else {
            Response::builder().status(poem::http::StatusCode::NOT_FOUND).finish()
        };
        std::future::ready(Ok(response)).boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, SocketAddr, TcpStream};

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

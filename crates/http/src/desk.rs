//! What happens to every request, whatever it asks: let in, read, answered, logged, counted. The layers are these few
//! functions, in this order, so that none can be forgotten on a route.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use firsthand_domain::staff::Staff;
use firsthand_storage::desk::counts;
use firsthand_storage::{Connection, notices, staff};
use futures_util::{FutureExt as _, Stream};
use uuid::Uuid;

use crate::app::App;
use crate::body::{self, Coming};
use crate::call::{Answer, Call, Flow, Headers};
use crate::doors::peers;
use crate::files;
use crate::given::Given;
use crate::pages::{self, Frame};
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right;
use crate::router::Found;
use crate::routes::{Face, Method, Route};
use crate::session::{self, SignedIn};

/// A request that brings files may take so many times as long.
const FOR_FILES: u32 = 10;

/// A request without its body.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Headers,
    /// The address it came from.
    pub(crate) caller: IpAddr,
    /// A browser asks: what goes wrong is told as a page where no route says otherwise.
    pub(crate) browser: bool,
    /// How the body is packed.
    pub(crate) encoding: Option<String>,
    /// Why it is no request at all.
    pub(crate) malformed: Option<&'static str>,
}

/// What goes back over the wire.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// A file in the place of the body.
    pub(crate) file: Option<Given>,
    /// What follows the body, as it comes.
    pub(crate) flow: Option<Flow>,
}

/// What the log may say of a request: no path, no query, no names.
struct Noted {
    method: &'static str,
    route: &'static str,
    staff: Option<Uuid>,
    caller: IpAddr,
    /// What goes wrong is told as a page, to this reader.
    page: Option<Frame>,
    /// While the body is still coming in.
    reading: bool,
}

/// Answers a request, whatever happens.
pub(crate) async fn answer<S, B, E>(app: &Arc<App>, asked: Asked, body: S) -> Sent
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: AsRef<[u8]>,
{
    let request_id = (app.settings.new_id)();
    let start = (app.settings.micros)();
    let (method, caller) = (known_method(&asked.method), asked.caller);
    let page = asked.browser.then(|| Frame::of(app, None, &asked.headers, request_id));
    let mut noted = Noted { method, route: "none", staff: None, caller, page, reading: false };
    let patience = app.settings.deadline * if files::come_with(app, &asked) { FOR_FILES } else { 1 };
    let handling = handle(app, asked, body, request_id, &mut noted);
    let handling = tokio::time::timeout(patience, handling);
    let result = match AssertUnwindSafe(handling).catch_unwind().await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) if noted.reading => Err(Problem::too_slow()),
        Ok(Err(_)) => Err(Problem::deadline()),
        Err(_) => Err(Problem::internal("the handler panicked")),
    };
    let took = (app.settings.micros)().saturating_sub(start);
    let (mut sent, cause) = match result {
        Ok(answer) => (sent(answer, request_id), None),
        Err(mut problem) => {
            let cause = problem.cause.take();
            let told = match noted.page.take() {
                Some(frame) => told_on_a_page(frame, problem, request_id),
                None => refused(problem, request_id),
            };
            (told, cause)
        }
    };
    if app.settings.url.starts_with("https://") {
        sent.headers.push(("strict-transport-security", "max-age=31536000".to_owned()));
    }
    app.metrics.count(noted.method, noted.route, sent.status, took);
    log(&noted, &sent, request_id, took, cause.as_deref());
    sent
}

/// What is left to say when a request was cut off from outside.
pub(crate) fn cut_off(app: &App) -> Sent {
    refused(Problem::unavailable("a request was cut off"), (app.settings.new_id)())
}

fn log(noted: &Noted, sent: &Sent, request_id: Uuid, took: u64, cause: Option<&str>) {
    let Noted { method, route, staff, .. } = noted;
    let (status, duration_ms) = (sent.status, took / 1000);
    let staff = staff.map(tracing::field::display);
    // Where it came from is noted where somebody may have to be kept out, and not else.
    let caller = matches!(status, 401 | 408 | 429).then(|| tracing::field::display(noted.caller));
    if status >= 500 {
        tracing::error!(%request_id, method, route, status, duration_ms, staff, cause, "request failed");
    } else {
        tracing::info!(%request_id, method, route, status, duration_ms, staff, caller, "request");
    }
}

/// The method as a label; what callers invent is not one.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}

async fn handle<S, B, E>(
    app: &Arc<App>,
    mut asked: Asked,
    stream: S,
    request_id: Uuid,
    noted: &mut Noted,
) -> Result<Answer, Problem>
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: AsRef<[u8]>,
{
    if let Some(why) = asked.malformed {
        return Err(Problem::new("malformed", why));
    }
    let (route, params) = match app.router.find(&asked.method, &asked.path) {
        Found::Route(route, params) => (route, params),
        Found::OtherMethods(allow) => return Err(Problem::method_not_allowed(&allow)),
        Found::Nothing => {
            return Err(Problem::new(
                "not-found",
                "There is no such address. The addresses are listed at /docs.",
            ));
        }
    };
    noted.route = route.path;
    let (mut caller, mut session, mut kept) = (None, None, None);
    match (route.face, route.right) {
        (Face::Program, right) => {
            noted.page = None;
            if right != Right::Public {
                let (staff, connection) = who(app, &asked).await?;
                noted.staff = Some(staff.id.0);
                right.admits(&staff)?;
                (caller, kept) = (Some(staff), Some(connection));
            }
        }
        (Face::Person, right) => {
            noted.page = Some(Frame::of(app, None, &asked.headers, request_id));
            if route.method == Method::Post {
                session::same_site(&app.settings.url, &asked.headers)?;
            }
            let counts_as_use = route.counts && !asked.headers.by_itself;
            (session, kept) = session::of(app, &asked.headers, counts_as_use).await?.unzip();
            noted.page = Some(Frame::of(app, session.as_ref(), &asked.headers, request_id));
            if let Some(signed_in) = session.as_ref().filter(|s| right != Right::Public && !s.session.half) {
                noted.staff = Some(signed_in.staff().id.0);
                right.admits(signed_in.staff())?;
                caller = Some(signed_in.staff().clone());
            }
            if let (Some(session), Some(caller), Some(connection), true) =
                (&mut session, &caller, &mut kept, route.framed)
            {
                // First: what changes while the page is made is told to it again.
                session.place = Some(app.database.feed().place().to_string());
                session.counts = Some(counts(&mut connection.tx(), caller).await?);
                let now = app.database.now();
                session.unread = notices::unread(&mut connection.tx(), caller, now).await?;
            }
        }
    }
    if route.method != Method::Get || caller.is_none() {
        // A change takes a connection of its own.
        kept = None;
    }
    if let Some(encoding) = &asked.encoding
        && !encoding.eq_ignore_ascii_case("identity")
    {
        return Err(Problem::new(
            "unsupported-encoding",
            "Send the body as it is, without Content-Encoding.",
        ));
    }
    noted.reading = true;
    let who = session.as_ref().zip(caller.as_ref());
    let (body, coming) = body_of(app, route, &mut asked.headers, who, stream, &mut kept).await?;
    noted.reading = false;
    let call = Call {
        query: match route.face {
            Face::Program => Query::parse(&asked.query, route.parameters)?,
            Face::Person => Query::parse_kindly(&asked.query, route.parameters),
        },
        app: Arc::clone(app),
        caller,
        session,
        request_id,
        address: asked.caller,
        right: route.right,
        method: route.method.name(),
        path: asked.path,
        params,
        headers: asked.headers,
        body,
        coming: Mutex::new(coming),
        kept: Mutex::new(kept),
    };
    if route.face == Face::Person {
        if call.right != Right::Public && call.caller.is_none() {
            // What a page asks by itself is told so, and not led to another page.
            return if route.counts && !call.headers.by_itself {
                pages::session_over(&call)
            } else {
                Err(Problem::session_over())
            };
        }
        // The token shows that the form stood on a page of this very session.
        if let (Method::Post, Some(session)) = (route.method, &call.session)
            && !call.form()?.all("_token").any(|token| session.made(token))
        {
            return pages::send_again(&call);
        }
    }
    (route.handler)(call).await
}

/// The body of a request: whole; or, where files are taken, to be taken piece by piece. The files of a form are put by as
/// they come, and the form goes on without them.
async fn body_of<S, B, E>(
    app: &Arc<App>,
    route: &Route,
    headers: &mut Headers,
    who: Option<(&SignedIn, &Staff)>,
    stream: S,
    kept: &mut Option<Connection>,
) -> Result<(Vec<u8>, Option<Coming>), Problem>
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: AsRef<[u8]>,
{
    if files::are_taken(route, headers) {
        // Nobody holds a connection while files come in.
        *kept = None;
        let coming = body::coming(stream);
        if route.face == Face::Program {
            return Ok((Vec::new(), Some(coming)));
        }
        let form = files::of_form(app, who, headers, coming).await?;
        headers.content_type = Some(files::FORM.to_owned());
        return Ok((form.encoded().into_bytes(), None));
    }
    let mut reading = pin!(body::read(stream, app.settings.body_limit_bytes));
    let body = if let Some(body) = reading.as_mut().now_or_never() {
        body?
    } else {
        // Nobody holds a connection while a body is waited for.
        *kept = None;
        reading.await?
    };
    Ok((body, None))
}

/// Whom the token stands for; looked up on every request, so that a disabled person is out at once.
async fn who(app: &App, asked: &Asked) -> Result<(Staff, Connection), Problem> {
    match known(app, asked.headers.authorization.as_deref()).await {
        // Who guesses is told to wait. A token that is known is let in from the same address all the same, or one
        // forgotten script would lock its whole office out; a token is too long to be found by guessing.
        Err(problem) if problem.kind.status == 401 => {
            let now = (app.settings.micros)();
            app.failures.take(peers::line(asked.caller), now).map_err(Problem::too_many)?;
            Err(problem)
        }
        known => known,
    }
}

/// The token in that header.
pub(crate) fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

async fn known(app: &App, authorization: Option<&str>) -> Result<(Staff, Connection), Problem> {
    let token = bearer(authorization)
        .ok_or_else(|| Problem::unauthenticated("Send `Authorization: Bearer TOKEN` with your token."))?;
    let hash = staff::token_hash(token);
    app.requests.take(hash.as_slice(), (app.settings.micros)()).map_err(Problem::too_many)?;
    let mut connection = app.database.read().await?;
    let found = staff::by_token(&mut connection.tx(), &hash).await?;
    let staff = found.filter(|staff| staff.active).ok_or_else(|| {
        Problem::unauthenticated("This token is not known. Ask an administrator for a new one.")
    })?;
    Ok((staff, connection))
}

fn sent(answer: Answer, request_id: Uuid) -> Sent {
    let mut headers = common(answer.content_type, request_id);
    headers.extend(answer.location.map(|l| ("location", l)));
    headers.extend(answer.etag.map(|e| ("etag", e)));
    for (name, value) in answer.headers {
        headers.retain(|(other, _)| *other != name || name == "set-cookie");
        headers.push((name, value));
    }
    Sent { status: answer.status, headers, body: answer.body, file: answer.file, flow: answer.flow }
}

/// A problem in words, on a page.
fn told_on_a_page(frame: Frame, mut problem: Problem, request_id: Uuid) -> Sent {
    let header = problem.header.take();
    let mut sent = sent(pages::shown(frame, &problem, request_id), request_id);
    sent.headers.extend(header);
    sent
}

fn refused(mut problem: Problem, request_id: Uuid) -> Sent {
    let mut headers = common("application/problem+json", request_id);
    headers.extend(problem.header.take());
    Sent { status: problem.kind.status, headers, body: problem.body(request_id), file: None, flow: None }
}

/// On every answer: what browsers may do with it, which is close to nothing.
fn common(content_type: &'static str, request_id: Uuid) -> Vec<(&'static str, String)> {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                  connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                  require-trusted-types-for 'script'";
    vec![
        ("content-type", content_type.to_owned()),
        ("x-request-id", request_id.to_string()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("content-security-policy", policy.to_owned()),
    ]
}

//! One call of one route, and its answer; nothing of the web framework.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use firsthand_domain::staff::Staff;
use firsthand_storage::Connection;
use firsthand_storage::idempotency::Once;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::body::{self, Coming};
use crate::given::Given;
use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right;
use crate::session::SignedIn;

/// The headers a call may carry.
#[derive(Debug, Default, Clone)]
pub(crate) struct Headers {
    pub(crate) authorization: Option<String>,
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) sec_fetch_site: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) accept_language: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) range: Option<String>,
    pub(crate) last_event_id: Option<String>,
    /// The page asks by itself, and not the person before it.
    pub(crate) by_itself: bool,
}

/// A call, let in and read.
pub(crate) struct Call {
    pub(crate) app: Arc<App>,
    /// Who asks; nobody on a public route.
    pub(crate) caller: Option<Staff>,
    /// The session of a person at a browser, with its number.
    pub(crate) session: Option<SignedIn>,
    /// This request in the log, and the chance of its page.
    pub(crate) request_id: Uuid,
    /// Where it came from.
    pub(crate) address: IpAddr,
    /// What the route asks of the caller.
    pub(crate) right: Right,
    pub(crate) method: &'static str,
    /// As it came, for the fingerprint of the request.
    pub(crate) path: String,
    /// The parts of the path that vary.
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) query: Query,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    /// The body, on a route that takes it piece by piece.
    pub(crate) coming: Mutex<Option<Coming>>,
    /// The connection on which the caller was looked up, on a route that reads; see [`Call::connection`].
    pub(crate) kept: Mutex<Option<Connection>>,
}

impl Call {
    /// A connection to read on: one for the whole request, since taking one costs as much as a statement.
    pub(crate) async fn connection(&self) -> Result<Connection, Problem> {
        let kept = self.kept.lock().ok().and_then(|mut kept| kept.take());
        match kept {
            Some(connection) => Ok(connection),
            None => Ok(self.app.database.read().await?),
        }
    }

    /// The body, piece by piece; nothing when it was taken before.
    pub(crate) fn take_coming(&self) -> Option<Coming> {
        self.coming.lock().ok().and_then(|mut coming| coming.take())
    }

    /// Gives a connection back, for the rest of this request.
    pub(crate) fn keep(&self, connection: Connection) {
        if let Ok(mut kept) = self.kept.lock() {
            *kept = Some(connection);
        }
    }

    /// Who asks.
    pub(crate) fn caller(&self) -> Result<&Staff, Problem> {
        self.caller.as_ref().ok_or_else(|| Problem::internal("a public route asked for its caller"))
    }

    /// A part of the path.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }

    /// A part of the path that is an id; what is none names nothing.
    pub(crate) fn id(&self) -> Result<Uuid, Problem> {
        self.param("id").parse().map_err(|_| firsthand_domain::Refusal::NotFound.into())
    }

    /// The body as the values of a verb.
    pub(crate) fn body<T: serde::de::DeserializeOwned>(&self) -> Result<T, Problem> {
        body::parse(&self.body)
    }

    /// The version the caller has seen, if they said.
    pub(crate) fn version(&self) -> Result<Option<i64>, Problem> {
        let Some(text) = &self.headers.if_match else { return Ok(None) };
        let version = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        let digits = version.filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|v| v.parse().ok()).map(Some).ok_or_else(|| {
            Problem::new(
                "invalid-header",
                "If-Match: expected exactly one strong ETag as the desk gave it, such as \"7\" with its quotes.",
            )
            .with("header", "If-Match")
        })
    }

    /// Has the caller this version already?
    pub(crate) fn has(&self, etag: &str) -> bool {
        let asked = self.headers.if_none_match.as_deref().unwrap_or_default();
        asked.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    }

    /// The key under which this request must not have two effects, if the caller chose one.
    pub(crate) fn once(&self) -> Result<Option<Once>, Problem> {
        let Some(key) = &self.headers.idempotency_key else { return Ok(None) };
        if !(1..=255).contains(&key.len()) || !key.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return Err(Problem::field("Idempotency-Key", "expected 1 to 255 printable ASCII characters"));
        }
        let mut hash = Sha256::new();
        for part in [self.method.as_bytes(), self.path.as_bytes(), &self.body] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let fingerprint = hash.finalize().to_vec();
        Ok(Some(Once { caller: self.caller()?.id, key: key.clone(), fingerprint }))
    }
}

/// What a call is answered with.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) content_type: &'static str,
    /// Further headers; one that every answer has takes its place.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// In the place of the body: a file, read while it is sent.
    pub(crate) file: Option<Given>,
    /// What follows the body, as it comes.
    pub(crate) flow: Option<Flow>,
}

/// A body that goes on; whoever sends it takes it.
#[derive(Clone)]
pub(crate) struct Flow(Arc<Mutex<Option<BoxStream<'static, String>>>>);

impl Flow {
    /// Of these pieces.
    pub(crate) fn of(pieces: BoxStream<'static, String>) -> Self {
        Self(Arc::new(Mutex::new(Some(pieces))))
    }

    /// The pieces, for the first who asks.
    pub(crate) fn taken(&self) -> Option<BoxStream<'static, String>> {
        self.0.lock().ok()?.take()
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flow")
    }
}

/// An answer as it is kept under an idempotency key.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const CSV: &str = "text/csv";

impl Answer {
    /// 200 with a thing.
    pub(crate) fn ok(thing: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::text(JSON, serde_json::to_string(thing)?))
    }

    /// 201 with a thing and where it is.
    pub(crate) fn made(thing: &impl Serialize, location: String) -> Result<Self, serde_json::Error> {
        Ok(Self { status: 201, location: Some(location), ..Self::ok(thing)? })
    }

    /// 200 with a text.
    pub(crate) fn text(content_type: &'static str, body: String) -> Self {
        Self {
            status: 200,
            location: None,
            etag: None,
            content_type,
            headers: Vec::new(),
            body,
            file: None,
            flow: None,
        }
    }

    /// 303: the browser goes on there, by GET.
    pub(crate) fn see_other(location: impl Into<String>) -> Self {
        Self {
            status: 303,
            location: Some(location.into()),
            ..Self::text("text/plain; charset=utf-8", String::new())
        }
    }

    /// With a header beside it.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// 304: the caller has it.
    pub(crate) fn unchanged(etag: String) -> Self {
        Self { status: 304, etag: Some(etag), ..Self::text(JSON, String::new()) }
    }

    /// With the version of what it shows.
    pub(crate) fn at_version(self, version: i64) -> Self {
        Self { etag: Some(etag(version)), ..self }
    }

    /// For keeping.
    pub(crate) fn to_kept(&self) -> Result<String, serde_json::Error> {
        let (location, etag) = (self.location.clone(), self.etag.clone());
        serde_json::to_string(&Kept { status: self.status, location, etag, body: self.body.clone() })
    }

    /// As kept.
    pub(crate) fn from_kept(text: &str) -> Result<Self, serde_json::Error> {
        let Kept { status, location, etag, body } = serde_json::from_str(text)?;
        Ok(Self { status, location, etag, ..Self::text(JSON, body) })
    }
}

/// A version as an entity tag.
pub(crate) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

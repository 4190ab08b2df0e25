//! A person at a browser: the session in the cookie, and that a form was really filled in on a page of ours.

use firsthand_domain::staff::Staff;
use firsthand_storage::Connection;
use firsthand_storage::desk::Counts;
use firsthand_storage::sessions::{self, Session};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::call::Headers;
use crate::problem::Problem;

/// A session is noted as used this often, in minutes.
const SEEN_EVERY: i64 = 1;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// The session as it is kept.
    pub(crate) session: Session,
    /// Its number, as it stands in the cookie.
    number: String,
    /// What waits in each view, where the page shows it.
    pub(crate) counts: Option<Counts>,
    /// How much asks for something and was not read.
    pub(crate) unread: i64,
    /// Where in the log of changes the page was made.
    pub(crate) place: Option<String>,
}

impl SignedIn {
    /// Who.
    pub(crate) fn staff(&self) -> &Staff {
        &self.session.staff
    }

    /// A token for the forms of one page; another each time, so that packing pages smaller tells nothing of it.
    pub(crate) fn form_token(&self, nonce: Uuid) -> String {
        format!("{}.{}", nonce.simple(), self.sealed(&nonce.simple().to_string()))
    }

    /// Was this token made for a page of this session?
    pub(crate) fn made(&self, token: &str) -> bool {
        token.split_once('.').is_some_and(|(nonce, seal)| {
            nonce.len() == 32 && Sha256::digest(self.sealed(nonce)) == Sha256::digest(seal)
        })
    }

    /// Only who knows the number of the session can make this.
    fn sealed(&self, nonce: &str) -> String {
        let mut hash = Sha256::new();
        for part in ["form", nonce, &self.number] {
            hash.update(part);
            hash.update([0]);
        }
        firsthand_storage::hex(&hash.finalize())
    }
}

/// The hash under which the session of a number is kept.
pub(crate) fn hash_of(number: &str) -> [u8; 32] {
    Sha256::digest(number.as_bytes()).into()
}

/// Behind TLS browsers hold a cookie to this host and to TLS; without TLS they would not keep it then.
fn secure(app: &App) -> bool {
    app.settings.url.starts_with("https://")
}

fn cookie_of(app: &App, name: &str, value: &str, rest: &str) -> String {
    let (prefix, secure) = if secure(app) { ("__Host-", "; Secure") } else { ("", "") };
    format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{rest}")
}

/// The value of a cookie of ours.
fn cookie_in(app: &App, headers: &Headers, name: &str) -> Option<String> {
    let name = if secure(app) { format!("__Host-{name}") } else { name.to_owned() };
    let mut pairs = headers.cookie.iter().flat_map(|line| line.split(';'));
    let value = pairs.find_map(|pair| pair.trim().strip_prefix(name.as_str())?.strip_prefix('='))?;
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

/// The cookie that begins a session.
pub(crate) fn cookie(app: &App, number: &str) -> String {
    cookie_of(app, "sid", number, "")
}

/// The cookie that ends it.
pub(crate) fn no_cookie(app: &App) -> String {
    cookie_of(app, "sid", "", "; Max-Age=0")
}

/// The cookie by which a browser is known again after the session: for a year.
pub(crate) fn device_cookie(app: &App, number: &str) -> String {
    let year = firsthand_storage::devices::KEPT_MINUTES * 60;
    cookie_of(app, "device", number, &format!("; Max-Age={year}"))
}

/// The browser's own number, if it was here before.
pub(crate) fn device(app: &App, headers: &Headers) -> Option<String> {
    cookie_in(app, headers, "device")
}

/// Whose session the cookie names, while it is good; half a session too; and the connection on which it was found, for
/// the rest of the request. `counts` when it is used by a person, and not by a page that looks for news by itself.
pub(crate) async fn of(
    app: &App,
    headers: &Headers,
    counts: bool,
) -> Result<Option<(SignedIn, Connection)>, Problem> {
    let Some(number) = cookie_in(app, headers, "sid") else { return Ok(None) };
    let hash = hash_of(&number);
    app.requests.take(hash.as_slice(), (app.settings.micros)()).map_err(Problem::too_many)?;
    let mut connection = app.database.read().await?;
    let Some(found) = found(&mut connection, app, number).await? else { return Ok(None) };
    if counts && app.database.now() >= found.session.seen_at.plus_minutes(SEEN_EVERY) {
        // A change takes a connection of its own.
        drop(connection);
        app.database.change(move |unit| Box::pin(async move { sessions::seen(unit, &hash).await })).await?;
        connection = app.database.read().await?;
    }
    Ok(Some((found, connection)))
}

/// The session of that number.
pub(crate) async fn by_number(app: &App, number: String) -> Result<Option<SignedIn>, Problem> {
    found(&mut app.database.read().await?, app, number).await
}

async fn found(connection: &mut Connection, app: &App, number: String) -> Result<Option<SignedIn>, Problem> {
    let found = sessions::by_hash(&mut connection.tx(), &hash_of(&number), app.database.now()).await?;
    Ok(found.map(|session| SignedIn { session, number, counts: None, unread: 0, place: None }))
}

/// Refuses a form that comes from elsewhere: the browser says where it was filled in, and it must be here.
pub(crate) fn same_site(url: &str, headers: &Headers) -> Result<(), Problem> {
    let here = |origin: &str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        origin == url || (host.is_some() && host == headers.host.as_deref())
    };
    // Pages that send no referrer name no origin either; then the browser says itself that they are of this site.
    let fetched = |unsaid| headers.sec_fetch_site.as_deref().map_or(unsaid, |site| site == "same-origin");
    match headers.origin.as_deref() {
        Some("null") if fetched(false) => Ok(()),
        Some(origin) if fetched(true) && here(origin) => Ok(()),
        _ => Err(Problem::new("from-elsewhere", "The form was not filled in on a page of this desk.")),
    }
}

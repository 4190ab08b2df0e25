//! A person at a browser: the session in the cookie, and that a form was really filled in on a page of ours.

use firsthand_domain::staff::Staff;
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
        hex(&hash.finalize())
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The hash under which the session of a number is kept.
pub(crate) fn hash_of(number: &str) -> [u8; 32] {
    Sha256::digest(number.as_bytes()).into()
}

/// The name of the cookie. Behind TLS browsers hold it to this host and to TLS; without TLS they would not keep it.
fn cookie_name(app: &App) -> &'static str {
    if app.settings.url.starts_with("https://") { "__Host-sid" } else { "sid" }
}

/// The cookie that begins a session.
pub(crate) fn cookie(app: &App, number: &str) -> String {
    let secure = if app.settings.url.starts_with("https://") { "; Secure" } else { "" };
    format!("{}={number}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(app))
}

/// The cookie that ends it.
pub(crate) fn no_cookie(app: &App) -> String {
    format!("{}; Max-Age=0", cookie(app, ""))
}

/// Whose session the cookie names, while it is good; half a session too.
pub(crate) async fn of(app: &App, headers: &Headers, counts: bool) -> Result<Option<SignedIn>, Problem> {
    let name = cookie_name(app);
    let mut cookies = headers.cookie.iter().flat_map(|line| line.split(';'));
    let number = cookies.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='));
    let Some(number) = number.filter(|number| !number.is_empty()) else { return Ok(None) };
    let (hash, now) = (hash_of(number), app.database.now());
    app.requests.take(hash.as_slice(), (app.settings.micros)()).map_err(Problem::too_many)?;
    let mut connection = app.database.read().await?;
    let found = sessions::by_hash(&mut connection.tx(), &hash, now).await?;
    drop(connection);
    let Some(session) = found else { return Ok(None) };
    if counts && now >= session.seen_at.plus_minutes(SEEN_EVERY) {
        app.database.change(move |unit| Box::pin(async move { sessions::seen(unit, &hash).await })).await?;
    }
    Ok(Some(SignedIn { session, number: number.to_owned(), counts: None }))
}

/// Refuses a form that comes from elsewhere: the browser says where it was filled in, and it must be here.
pub(crate) fn same_site(url: &str, headers: &Headers) -> Result<(), Problem> {
    let here = |origin: &str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        origin == url || (host.is_some() && host == headers.host.as_deref())
    };
    let fetched = headers.sec_fetch_site.as_deref().is_none_or(|site| site == "same-origin");
    match &headers.origin {
        Some(origin) if fetched && here(origin) => Ok(()),
        _ => Err(Problem::new("from-elsewhere", "The form was not filled in on a page of this desk.")),
    }
}

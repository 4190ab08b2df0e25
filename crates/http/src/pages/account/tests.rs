//! The rows of the attack table that are about who is asking, without a socket.

mod guessing;
mod links;
mod sessions;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use firsthand_storage::{invitations, staff};
use futures_util::stream;
use uuid::Uuid;

use crate::call::Headers;
use crate::desk::{self, Asked, Sent};
use crate::session;
use crate::tests::Desk;

/// A password that may be chosen.
const GOOD: &str = "a cat sat on the roof";
const OTHER: &str = "two dogs ran in the rain";

/// A browser with its cookies.
struct Browser<'d> {
    desk: &'d Desk,
    address: IpAddr,
    jar: Mutex<BTreeMap<String, String>>,
}

impl<'d> Browser<'d> {
    fn new(desk: &'d Desk, address: &str) -> Self {
        Self { desk, address: address.parse().unwrap(), jar: Mutex::default() }
    }

    fn headers(&self, post: bool) -> Headers {
        let jar = self.jar.lock().unwrap();
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Headers {
            cookie: (!cookies.is_empty()).then(|| cookies.join("; ")),
            origin: post.then(|| "http://desk".to_owned()),
            host: Some("desk".to_owned()),
            content_type: post.then(|| "application/x-www-form-urlencoded".to_owned()),
            ..Headers::default()
        }
    }

    fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    fn put(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    async fn get(&self, target: &str) -> Sent {
        self.send("GET", target, self.headers(false), String::new()).await
    }

    async fn post(&self, target: &str, fields: &[(&str, &str)]) -> Sent {
        let headers = self.headers(true);
        let session = session::of(&self.desk.app, &headers, false).await.unwrap().map(|found| found.0);
        let token = session.map(|s| s.form_token(Uuid::nil())).unwrap_or_default();
        let encode = crate::query::encode;
        let mut pairs: Vec<_> = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        pairs.push(format!("_token={token}"));
        self.send("POST", target, headers, pairs.join("&")).await
    }

    async fn send(&self, method: &str, target: &str, headers: Headers, body: String) -> Sent {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let asked = Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            caller: self.address,
            browser: true,
            encoding: None,
            malformed: None,
        };
        let sent = desk::answer(&self.desk.app, asked, stream::iter([Ok::<_, std::io::Error>(body)])).await;
        for (_, cookie) in sent.headers.iter().filter(|(name, _)| *name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.put(name, value);
        }
        sent
    }

    async fn sign_in(&self, name: &str, password: &str) -> Sent {
        let email = format!("{name}@example.com");
        self.post("/sign-in", &[("email", &email), ("password", password)]).await
    }

    /// Is the session good?
    async fn is_in(&self) -> bool {
        self.get("/settings").await.status == 200
    }
}

fn header<'s>(sent: &'s Sent, name: &str) -> Option<&'s str> {
    sent.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
}

/// The code of a fresh link for somebody.
async fn link(desk: &Desk, id: &str) -> String {
    let code = (desk.app.settings.new_token)();
    let (hash, id) = (staff::token_hash(&code), firsthand_domain::id::StaffId(id.parse().unwrap()));
    let made = desk
        .app
        .database
        .change(move |unit| Box::pin(async move { invitations::make(unit, None, id, &hash).await }));
    made.await.unwrap();
    code
}

/// Somebody who has chosen that password, and where they are not signed in.
async fn person(desk: &Desk, name: &'static str, role: &'static str) -> String {
    let id = desk.person(name, role).await;
    let code = link(desk, &id).await;
    let elsewhere = Browser::new(desk, "198.51.100.200");
    let chosen =
        elsewhere.post(&format!("/invitation/{code}"), &[("new_password", GOOD), ("again", GOOD)]).await;
    assert_eq!((chosen.status, header(&chosen, "location")), (303, Some("/")), "{}", chosen.body);
    elsewhere.post("/sign-out", &[]).await;
    id
}

/// Turns the second factor of who is signed in there on, and gives its secret.
async fn second_factor(desk: &Desk, browser: &Browser<'_>) -> Vec<u8> {
    let page = browser.post("/settings/second-factor", &[]).await;
    let secret =
        page.body.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let bytes: Vec<u8> =
        (0..secret.len() / 2).map(|n| u8::from_str_radix(&secret[n * 2..n * 2 + 2], 16).unwrap()).collect();
    let code = code(desk, &bytes);
    let on = browser.post("/settings/second-factor/on", &[("secret", &secret), ("one_time", &code)]).await;
    assert_eq!(on.status, 303, "{}", on.body);
    bytes
}

/// The code a telephone shows now.
fn code(desk: &Desk, secret: &[u8]) -> String {
    crate::totp::code(secret, desk.app.database.now().micros() / 30_000_000).unwrap()
}

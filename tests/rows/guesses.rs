//! Rows on guessing and flooding, against the built program: what is sent comes from as many addresses as it takes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::encoded;
use crate::faults::raw::told;
use crate::support::{Desk, Engine};

const PASSWORD: &str = "hét szűk esztendő után";

/// What a page answered.
struct Sent {
    status: u16,
    head: String,
    body: String,
}

impl Sent {
    fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)));
        line.map(|(_, value)| value)
    }

    /// The cookies it sets, as a browser sends them back.
    fn cookies(&self) -> String {
        let set = self.head.lines().filter_map(|line| line.split_once(": "));
        let set = set.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        set.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

/// A browser somewhere.
struct Browser<'d> {
    desk: &'d Desk,
    from: String,
    cookies: String,
}

impl<'d> Browser<'d> {
    fn new(desk: &'d Desk, from: impl Into<String>) -> Self {
        Self { desk, from: from.into(), cookies: String::new() }
    }

    fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Sent {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let body = pairs.join("&");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: desk\r\nOrigin: http://desk\r\nConnection: close\r\n\
             X-Forwarded-For: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.from,
            self.cookies,
            body.len()
        );
        let answer = told(self.desk, head.as_bytes());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        Sent { status, head: head.replace("\r\n", "\n"), body: body.to_owned() }
    }

    fn sign_in(&self, email: &str, password: &str) -> Sent {
        self.ask("POST", "/sign-in", &[("email", email), ("password", password)])
    }
}

/// Ana, who has chosen a password in this browser, and is signed in there.
fn ana<'d>(desk: &'d Desk, from: &str) -> Browser<'d> {
    desk.person("Ana", "agent");
    let invited = desk.command(&["staff", "invite", "--email", "ana@example.com"]);
    let link = String::from_utf8(invited.stdout).unwrap();
    let code = link.trim().rsplit('/').next().unwrap().to_owned();
    let mut browser = Browser::new(desk, from);
    let chosen = browser.ask(
        "POST",
        &format!("/invitation/{code}"),
        &[("new_password", PASSWORD), ("again", PASSWORD)],
    );
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    browser.cookies = chosen.cookies();
    browser
}

/// Behind a proxy that tells where each request came from.
fn behind_a_proxy(engine: Engine, more: &[(&str, &str)]) -> Desk {
    let mut settings = vec![("HTTP__TRUSTED_PROXIES", "[\"127.0.0.1\"]")];
    settings.extend(more);
    Desk::open_with(engine, &settings)
}

fn a_thousand_guesses(engine: Engine) {
    let desk = behind_a_proxy(engine, &[]);
    let owner = ana(&desk, "203.0.113.1");
    let spellings = ["ana@example.com", "ANA@example.com", " ana@Example.com ", "Ana@EXAMPLE.COM"];
    let (next, looked_at, others) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= 1_000 {
                        return;
                    }
                    let guesser = Browser::new(&desk, format!("10.{}.{}.1", n / 250, n % 250));
                    let sent = guesser.sign_in(spellings[n % 4], &format!("{PASSWORD} {n}"));
                    match sent.status {
                        401 => drop(looked_at.fetch_add(1, Ordering::Relaxed)),
                        429 if sent.header("retry-after").is_some() => {}
                        other => others.lock().unwrap().push(other),
                    }
                }
            });
        }
    });
    assert_eq!(looked_at.into_inner(), 10);
    assert_eq!(others.into_inner().unwrap(), Vec::<u16>::new());
    // The right one does not help who guesses it now; the owner is let in where they are known.
    assert_eq!(Browser::new(&desk, "10.9.9.9").sign_in("ana@example.com", PASSWORD).status, 429);
    assert_eq!(owner.sign_in("ana@example.com", PASSWORD).status, 303);
}

#[test]
fn row_37_a_thousand_guesses_at_once_are_ten_on_sqlite() {
    a_thousand_guesses(Engine::Sqlite);
}

#[test]
fn row_37_a_thousand_guesses_at_once_are_ten_on_postgres() {
    a_thousand_guesses(Engine::Postgres);
}

/// Two hundred at once cost no more memory than there are turns, and keep nobody else waiting.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long real requests take is what is looked at")]
fn row_32_a_crowd_of_passwords_takes_turns_and_one_of_ten_megabytes_none() {
    let desk = behind_a_proxy(Engine::Sqlite, &[]);
    let ana = ana(&desk, "203.0.113.1");
    let begun = Instant::now();
    let sent = ana.sign_in("ana@example.com", &"x".repeat(4 << 20));
    assert!(sent.status == 413 || sent.status == 0, "{}", sent.status);
    // A quiet machine answers at once; a busy one is allowed far more.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let before = desk.resident_kb();
    let (answers, most) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let mut waits = Vec::new();
    std::thread::scope(|scope| {
        let crowd: Vec<_> = (0..200)
            .map(|n| {
                let (desk, answers) = (&desk, &answers);
                scope.spawn(move || {
                    let one = Browser::new(desk, format!("10.8.{n}.1"));
                    let status = one.sign_in(&format!("nobody{n}@example.com"), PASSWORD).status;
                    answers.lock().unwrap().push(status);
                })
            })
            .collect();
        while waits.len() < 100 || crowd.iter().any(|one| !one.is_finished()) {
            let begun = Instant::now();
            assert_eq!(ana.ask("GET", "/settings", &[]).status, 200);
            waits.push(begun.elapsed());
            most.fetch_max(usize::try_from(desk.resident_kb()).unwrap(), Ordering::Relaxed);
        }
    });
    // Whoever finds no place to wait is told that the desk is busy, and none is let in or told they guessed wrong.
    let answers = answers.into_inner().unwrap();
    assert!(answers.len() == 200 && answers.iter().all(|status| [401, 503].contains(status)), "{answers:?}");
    assert!(answers.contains(&401));
    waits.sort_unstable();
    let slow = waits[waits.len() * 99 / 100 - 1];
    // Behind the crowd it would be many seconds; a busy machine alone is allowed two.
    assert!(slow < Duration::from_secs(2), "{slow:?} of {}", waits.len());
    let turns =
        u64::try_from(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).unwrap();
    let more = u64::try_from(most.into_inner()).unwrap().saturating_sub(before);
    assert!(more < turns * (19 << 10) + (32 << 10), "{more} KiB more");
}

/// Every form of a person counts together, on pages and by token alike, and others are not held to it.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long real requests take is what is looked at")]
fn row_52_one_person_floods_no_form() {
    let desk = behind_a_proxy(Engine::Sqlite, &[("LIMITS__REQUESTS_PER_MINUTE", "40")]);
    let ana = ana(&desk, "203.0.113.1");
    let page = ana.ask("GET", "/complaints/new", &[]).body;
    let token = page.split("name=\"_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let story = "Thirty words about a kettle";
    let (mut taken, mut refused) = (0, 0);
    let begun = Instant::now();
    for n in 0..400 {
        // From wherever it is sent: it is the session that counts.
        let from = Browser { desk: &desk, from: format!("10.7.{}.1", n % 250), cookies: ana.cookies.clone() };
        let path = ["/complaints/new", "/complaints/new/draft", "/settings/looks"][n % 3];
        let key = format!("flood-{n}");
        let fields = [
            ("_token", &*token),
            ("_key", &key),
            ("_act", "save"),
            ("_person", "anonymous"),
            ("channel", "phone"),
            ("narrative", story),
            ("_answer_by", "phone"),
        ];
        let sent = from.ask("POST", path, &fields);
        if sent.status == 429 {
            refused += 1;
            let wait: u64 = sent.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
        } else {
            assert!([200, 303, 422].contains(&sent.status), "{path}: {} {}", sent.status, sent.body);
            taken += 1;
        }
    }
    let allowed = 40 + begun.elapsed().as_secs() * 40 / 60 + 1;
    assert!(taken <= allowed && refused == 400 - taken, "{taken} of {allowed}");
    let bo = desk.person("Bo", "agent");
    bo.get("/me").status(200);
    let logged = bo.get("/complaints?view=all&limit=100").status(200).body;
    let count = logged["items"].as_array().unwrap().len();
    assert!(count > 0 && u64::try_from(count).unwrap() <= taken, "{count}");
}

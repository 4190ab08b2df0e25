//! Rows on what comes over the wire, and on what lies on the disk.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{document, routes};
use crate::faults::raw::told;
use crate::support::{Desk, Engine, Person};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Ten megabytes that would become ten gigabytes are neither unpacked nor kept, whatever they are called.
#[test]
fn row_30_bombs_do_not_go_off() {
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "agent");
    let member = gzip(&vec![b' '; 10 << 20]);
    let bomb = member.repeat((10 << 30) / (10 << 20));
    assert!(bomb.len() > 9 << 20, "{}", bomb.len());
    let png =
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x06\0\0\0".as_slice(), &member].concat();
    let zip = [b"PK\x03\x04".as_slice(), &gzip(&bomb)].concat();
    let before = desk.resident_kb();
    let send = |headers: &str, body: &[u8]| {
        let head = format!(
            "POST /api/v1/complaints HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             {headers}Content-Length: {}\r\n\r\n",
            ana.token,
            body.len()
        );
        let answer = told(&desk, &[head.as_bytes(), body].concat());
        answer.get(9..12).unwrap_or_default().to_owned()
    };
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-gzip"] {
        assert_eq!(send(&format!("Content-Encoding: {coding}\r\n"), &member), "415", "{coding}");
    }
    // More is on the way than is let through: the desk may hang up before the caller has heard why.
    let large = send("Content-Encoding: gzip\r\n", &bomb);
    assert!(large == "415" || large.is_empty(), "{large}");
    for (kind, body, status) in
        [("image/png", &png, "400"), ("application/zip", &zip, "400"), ("application/json", &bomb, "413")]
    {
        assert_eq!(send(&format!("Content-Type: {kind}\r\n"), body), status, "{kind}");
    }
    let more = desk.resident_kb().saturating_sub(before);
    assert!(more < 64 << 10, "{more} KiB more");
    let file = desk.folder().join("nested.zip");
    std::fs::write(&file, &zip).unwrap();
    let import = desk.command(&["import", file.to_str().unwrap(), "--mapping", "cfpb"]);
    assert!(!import.status.success() && String::from_utf8_lossy(&import.stderr).contains("zip archive"));
    ana.get("/me").status(200);
}

/// Who forges where they come from, or who they are, is counted by the connection and known by the token.
#[test]
fn row_43_forged_headers_are_ignored_and_the_socket_is_counted() {
    let desk = Desk::open_with(Engine::Sqlite, &[("LIMITS__FAILURES_PER_MINUTE", "10")]);
    let ana = desk.person("Ana", "agent");
    let guess = |n: usize| {
        let head = format!(
            "GET /api/v1/me HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nX-Forwarded-For: 10.0.{}.{}\r\n\
             Forwarded: for=10.1.{n}.1\r\nX-Real-IP: 10.2.0.{n}\r\nX-Forwarded-Host: evil.example\r\n\
             X-Forwarded-Proto: https\r\nX-Remote-User: ana@example.com\r\nRemote-User: ana\r\n\
             X-Original-URL: /healthz\r\nX-HTTP-Method-Override: POST\r\nAuthorization: Bearer guess{n}\r\n\r\n",
            n / 250,
            n % 250
        );
        let answer = told(&desk, head.as_bytes());
        assert!(!answer.contains("evil.example") && !answer.contains("ana"), "{answer}");
        assert!(!answer.starts_with("HTTP/1.1 429 ") || answer.contains("retry-after: "), "{answer}");
        answer.get(9..12).unwrap_or_default().to_owned()
    };
    let answers: Vec<_> = (0..1_000).map(guess).collect();
    let of = |status: &str| answers.iter().filter(|answer| *answer == status).count();
    // Ten, and those for which there was time again while all were sent.
    assert!(of("401") >= 10 && of("401") < 100, "{}", of("401"));
    assert_eq!(of("401") + of("429"), 1_000);
    ana.get("/me").status(200);
}

fn status_of(desk: &Desk, method: &str, path: &str) -> u16 {
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    told(desk, head.as_bytes()).get(9..12).unwrap_or_default().parse().unwrap()
}

/// What is not in the table of routes is not there, and what is there is there for its methods alone.
#[test]
fn row_48_nothing_is_there_but_the_routes() {
    let desk = Desk::open(Engine::Sqlite);
    let ana = desk.person("Ana", "admin");
    let document = document(&ana);
    let (gets, posts) = (routes(&document, "get"), routes(&document, "post"));
    for path in gets.iter().chain(&posts) {
        let path = path.replace("{id}", "1").replace("{name}", "not-found");
        for method in ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "FOO", "get"] {
            assert_eq!(status_of(&desk, method, &path), 405, "{method} {path}");
        }
    }
    // `batch` can be read as the id of an award too, and `bulk` as that of a complaint: what is there is asked for a token.
    let read_as_id = |path: &str| ["/api/v1/awards/batch", "/api/v1/complaints/bulk"].contains(&path);
    for path in posts.iter().filter(|path| !gets.contains(path) && !read_as_id(path)) {
        assert_eq!(status_of(&desk, "HEAD", &path.replace("{id}", "1")), 405, "HEAD {path}");
    }
    for path in &gets {
        let expected = if path.starts_with("/api/") { 401 } else { 200 };
        let asked = path.replace("{id}", "1").replace("{name}", "not-found");
        let mut status = status_of(&desk, "HEAD", &asked);
        // Who fails often is asked to wait.
        while status == 429 {
            thread::sleep(Duration::from_secs(1));
            status = status_of(&desk, "HEAD", &asked);
        }
        assert_eq!(status, expected, "{path}");
    }
    let folders = [
        "", "/api", "/api/v1", "/api/v2", "/admin", "/debug", "/static", "/public", "/docs", "/.git", "/old",
        "//",
    ];
    let names = [
        "metrics",
        "debug",
        "setup",
        "install",
        "env",
        ".env",
        "config",
        "console",
        "actuator",
        "health",
        "status",
        "info",
        "login",
        "logout",
        "register",
        "users",
        "tokens",
        "backup",
        "dump",
        "export",
        "import",
        "upload",
        "search",
        "graphql",
        "swagger",
        "server-status",
        "phpinfo",
        "cgi-bin",
        "test",
        "shell",
        "eval",
        "root",
        "etc/passwd",
        "desk.db",
        "firsthand.db",
        "HEAD",
        "complaints/all/export",
        "me/role",
        "staff/1/role",
        "staff/1/password",
        "causes/1/delete",
        "customers/1/export",
        "handoffs",
        "replies",
        "promises",
        "successions",
        "history",
        "webhooks",
        "jobs",
        "audit",
    ];
    let ends = ["", "/", ".php", ".json", ".bak", ".old", "~", "%00", "/..%2f..%2fetc%2fpasswd", ".git/HEAD"];
    let known = ["/api/v1/me", "/docs", "/healthz", "/readyz", "/openapi.json"];
    let mut crawled = 0;
    for folder in folders {
        for name in names {
            for end in ends {
                let path = format!("{folder}/{name}{end}");
                if known.contains(&path.as_str()) || gets.contains(&path) {
                    continue;
                }
                let url = format!("http://{}{path}", desk.address());
                let answer = Person::request(&url, &ana.token);
                assert!([404, 405].contains(&answer.status), "{path}: {}", answer.status);
                crawled += 1;
            }
        }
    }
    assert!(crawled > 5_000, "{crawled}");
    ana.get("/me").status(200);
}

/// However loose the umask, what customers said is for the owner's eyes; what was loosened since is told.
#[test]
fn row_55_files_are_for_their_owner_alone() {
    let desk = Desk::open(Engine::Sqlite);
    let folder = desk.folder().join("loose");
    std::fs::create_dir(&folder).unwrap();
    let loosely = |command: &str| {
        let mut program = Command::new("sh");
        program.args(["-c", &format!("umask 000; exec '{}' {command}", env!("CARGO_BIN_EXE_firsthand"))]);
        program.current_dir(&folder).env("FIRSTHAND__DATABASE__URL", "sqlite://data/desk/desk.db");
        program.env("FIRSTHAND__HTTP__LISTEN", "127.0.0.1:0").stdin(Stdio::null());
        program
    };
    let run = |command: &str| {
        let done = loosely(command).output().unwrap();
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run("staff add --name Ana --email ana@example.com --role agent");
    let (file, mapping) = (folder.join("bad.csv"), folder.join("acme.toml"));
    std::fs::write(&file, "No,Text,Opened\n1,late,01/02/2020\n2,late,31/02/2020\n").unwrap();
    std::fs::write(&mapping, "id='No'\nnarrative='Text'\nreceived_at={column='Opened',format='%d/%m/%Y'}\n")
        .unwrap();
    run("import bad.csv --mapping acme.toml --partial --rejects rejects.csv");
    let mode = |path: &str| std::fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
    let mut served = loosely("serve").stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| folder.join("data/desk/desk.db-wal").exists());
    for made in ["data", "data/desk"] {
        assert_eq!(mode(made), 0o700, "{made}");
    }
    for made in ["data/desk/desk.db", "data/desk/desk.db-wal", "data/desk/desk.db-shm", "rejects.csv"] {
        assert_eq!(mode(made), 0o600, "{made}");
    }
    served.kill().unwrap();
    served.wait().unwrap();
    let file = folder.join("data/desk/desk.db");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut served = loosely("serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(served.stderr.take().unwrap()));
    let told =
        lines.by_ref().map_while(Result::ok).find(|line| line.contains("WARN") || line.contains("serving"));
    served.kill().unwrap();
    served.wait().unwrap();
    let told = told.unwrap();
    assert!(told.contains("desk.db (644)"), "{told}");
}

fn wait_until(there: impl Fn() -> bool) {
    for _ in 0..600 {
        if there() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("waited half a minute");
}

//! A picture that an outsider's text names would tell its owner who reads a complaint, when and from where.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::crawl;
use crate::demo::Demo;
use crate::driver::{Browser, Setup};

/// Somebody outside who notes what they are asked for.
struct Outside {
    port: u16,
    asked: Arc<Mutex<BTreeSet<String>>>,
}

impl Outside {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let outside = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let (asked, page) = (Arc::clone(&outside.asked), outside.calls().concat());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, page) = (Arc::clone(&asked), page.clone());
                thread::spawn(move || answer(stream, &asked, &page));
            }
        });
        outside
    }

    fn asked(&self) -> BTreeSet<String> {
        self.asked.lock().unwrap().clone()
    }

    /// What makes a browser come, if it is taken for more than text.
    fn calls(&self) -> Vec<String> {
        let at = format!("//127.0.0.1:{}", self.port);
        [
            "<img src=@/a.png>",
            "<img srcset='@/a.png 1x, @/b.png 2x'>",
            "<picture><source srcset=@/a.webp><img></picture>",
            "<div style='background:url(@/a.png)'>x</div>",
            "<style>body{background:url(@/a.png)}@import '@/a.css';</style>",
            "<link rel=stylesheet href=@/a.css><link rel=icon href=@/i.png><link rel=preconnect href=@>",
            "<svg><image href=@/a.png /></svg>",
            "<video poster=@/a.png src=@/a.mp4 autoplay></video>",
            "<iframe src=@/></iframe><object data=@/></object><embed src=@/>",
            "<body background=@/a.png>",
            "<input type=image src=@/a.png>",
            "<table background=@/a.png><td background=@/b.png>x</table>",
            "![x](@/a.png)",
            "[img]http:@/a.png[/img]",
            "@/a.png",
            "\"><img src=@/a.png>",
            "'><img src=@/a.png>",
        ]
        .iter()
        .map(|call| call.replace('@', &at))
        .collect()
    }
}

/// Notes the path, also of who only connects, and answers with a page.
fn answer(mut stream: TcpStream, asked: &Mutex<BTreeSet<String>>, page: &str) {
    let mut request = [0; 4096];
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let length = stream.read(&mut request).unwrap_or(0);
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    asked.lock().unwrap().insert(request.split(' ').nth(1).unwrap_or("").to_owned());
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(format!("{head}<!doctype html>{page}").as_bytes());
}

#[test]
fn row_54_who_reads_is_told_to_nobody_outside() {
    let outside = Outside::open();
    let demo = Demo::open(1);
    let ana = demo.desk.person("Ana", "agent");
    let all = outside.calls().join("\n");
    let line = |at: usize| outside.calls()[at % outside.calls().len()].clone();
    let mut seen = Vec::new();
    for at in 0..outside.calls().len() {
        let logged = ana.log_with(json!({
            "channel": "email", "customer": { "name": line(at) }, "narrative": all, "summary": line(at),
            "product": line(at + 1), "place": line(at + 2), "category": line(at + 3), "desired_remedy": all,
            "points": [all],
        }));
        let id = logged.text("/id");
        ana.post(&format!("/complaints/{id}/notes"), json!({ "body": all })).status(200);
        let reply = json!({ "kind": "progress", "channel": "email", "body": all, "delivered": false });
        ana.post(&format!("/complaints/{id}/replies"), reply).status(201);
        let name = format!("/complaints/{id}/attachments?name=a.svg");
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg'><image href='//127.0.0.1:{}/a.png'/></svg>",
            outside.port
        );
        ana.send_bytes(&name, &[], svg.as_bytes()).status(201);
        seen.push(logged.text("/reference"));
    }
    let browser = Browser::open(&demo.desk.address(), Setup::default());
    demo.sign_in(&browser, "helen");
    // The pictures a page shows are its own: what is there to be looked at is looked at whole.
    let mut looked = 0;
    for reference in &seen {
        browser.go(&format!("/complaints/{reference}"));
        browser.run("window.scrollTo(0, document.body.scrollHeight)");
        looked += 1;
    }
    for page in crawl::pages(&browser, &["/", "/complaints?view=all&preview=C-2026-000002"], 60) {
        browser.go(&page);
        looked += 1;
    }
    assert!(looked > 40, "{looked} pages");
    // Whoever would come has come by then.
    thread::sleep(Duration::from_secs(1));
    assert_eq!(outside.asked(), BTreeSet::new(), "somebody outside was asked for something");
    // And would have been noted: the same on a page that takes it for more than text.
    browser.go(&format!("http://127.0.0.1:{}/", outside.port));
    let wanted = ["/", "/a.png", "/b.png", "/a.css"];
    let all = || wanted.iter().all(|path| outside.asked().contains(*path));
    for _ in 0..50 {
        if all() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("what is outside is not reached by such text: {:?}", outside.asked());
}

//! Another program that is told what happens, and how it takes that.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// What it does with a message.
#[derive(Debug, Clone)]
pub enum Manner {
    /// Takes it.
    Takes,
    /// Takes it, in its own time.
    Slow(Duration),
    /// Answers that.
    Answers(String),
    /// Reads and says nothing.
    Hangs,
    /// Answers 200 and a head that never ends, at full speed.
    Endless,
    /// Closes at once.
    Closes,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    pub head: String,
    pub body: String,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> String {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default()
    }
}

#[derive(Default)]
struct Inner {
    messages: Mutex<Vec<Message>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    over: AtomicBool,
}

/// It listens until it is dropped.
pub struct Sink {
    pub address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    inner: Arc<Inner>,
}

impl Sink {
    pub fn open(manner: Manner) -> Self {
        Self::at(&TcpListener::bind("127.0.0.1:0").unwrap(), manner)
    }

    fn at(listener: &TcpListener, manner: Manner) -> Self {
        let (address, listener) = (listener.local_addr().unwrap(), listener.try_clone().unwrap());
        let sink = Self { address, manner: Arc::new(Mutex::new(manner)), inner: Arc::default() };
        let (manner, inner) = (Arc::clone(&sink.manner), Arc::clone(&sink.inner));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if inner.over.load(Ordering::SeqCst) {
                    return;
                }
                let (manner, inner) = (manner.lock().unwrap().clone(), Arc::clone(&inner));
                let Ok(stream) = stream else { continue };
                std::thread::spawn(move || serve(stream, &manner, &inner));
            }
        });
        sink
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn becomes(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Everything it took.
    pub fn messages(&self) -> Vec<Message> {
        self.inner.messages.lock().unwrap().clone()
    }

    /// How many connections came.
    pub fn connections(&self) -> usize {
        self.inner.connections.load(Ordering::SeqCst)
    }

    /// How many messages were with it at once.
    pub fn most_open(&self) -> usize {
        self.inner.most_open.load(Ordering::SeqCst)
    }

    /// What it took, once there is so much of it.
    pub fn wait_for(&self, count: usize) -> Vec<Message> {
        self.wait_until(|messages| messages.len() >= count)
    }

    /// What it took, once that is enough.
    pub fn wait_until(&self, enough: impl Fn(&[Message]) -> bool) -> Vec<Message> {
        for _ in 0..2400 {
            let messages = self.messages();
            if enough(&messages) {
                return messages;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("two minutes went by, and only this came: {:#?}", self.messages());
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.inner.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, manner: &Manner, inner: &Inner) {
    inner.connections.fetch_add(1, Ordering::SeqCst);
    answer(&mut stream, manner, inner);
}

fn answer(stream: &mut TcpStream, manner: &Manner, inner: &Inner) {
    if matches!(manner, Manner::Closes) {
        return;
    }
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let Some(message) = read(stream) else { return };
    match manner {
        Manner::Takes | Manner::Slow(_) => {
            let open = inner.open.fetch_add(1, Ordering::SeqCst) + 1;
            inner.most_open.fetch_max(open, Ordering::SeqCst);
            if let Manner::Slow(time) = manner {
                std::thread::sleep(*time);
            }
            inner.messages.lock().unwrap().push(message);
            // Whoever hears the answer may come again at once.
            inner.open.fetch_sub(1, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        }
        Manner::Answers(answer) => {
            let _ = stream.write_all(answer.as_bytes());
        }
        Manner::Hangs => {
            // Until the other side has had enough.
            let _ = stream.read(&mut [0]);
        }
        Manner::Endless => {
            let line = format!("X-Endless: {}\r\n", "x".repeat(8000));
            let _ = stream.write_all(b"HTTP/1.1 103 Early Hints\r\n");
            while stream.write_all(line.as_bytes()).is_ok() {}
        }
        Manner::Closes => {}
    }
}

/// A whole message.
fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "))?;
            let length: usize = length.parse().ok()?;
            if bytes.len() >= end + 4 + length {
                let body = String::from_utf8(bytes[end + 4..end + 4 + length].to_vec()).ok()?;
                return Some(Message { head, body });
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
        }
    }
}

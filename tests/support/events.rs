//! A stream of server-sent events, read as it comes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: String,
    pub data: Value,
    /// The last id that was told.
    pub id: String,
}

/// A stream; cut when dropped.
pub struct Events {
    socket: TcpStream,
    told: Receiver<Event>,
    /// The head of the answer.
    pub head: String,
}

impl Events {
    /// Opens a stream of the one with that token, after an id if one is given.
    pub fn open(address: &str, token: &str, query: &str, last: Option<&str>) -> Self {
        let mut socket = TcpStream::connect(address).unwrap();
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let request = format!(
            "GET /api/v1/events{query} HTTP/1.1\r\nHost: desk\r\nAccept-Encoding: gzip\r\n\
             Authorization: Bearer {token}\r\n{last}\r\n"
        );
        socket.write_all(request.as_bytes()).unwrap();
        let mut lines = BufReader::new(socket.try_clone().unwrap());
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(lines.read_line(&mut head).unwrap(), 0, "no answer: {head}");
        }
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let (mut kind, mut data, mut id) = (String::new(), String::new(), String::new());
            while matches!(lines.read_line(&mut line), Ok(n) if n > 0) {
                // What stands between the pieces of the answer is no line of an event.
                let said = line.trim_end();
                if let Some(value) = said.strip_prefix("id: ") {
                    value.clone_into(&mut id);
                } else if let Some(value) = said.strip_prefix("event: ") {
                    value.clone_into(&mut kind);
                } else if let Some(value) = said.strip_prefix("data: ") {
                    value.clone_into(&mut data);
                } else if said.is_empty() && !kind.is_empty() {
                    let event = Event {
                        kind: std::mem::take(&mut kind),
                        data: serde_json::from_str(&data).unwrap(),
                        id: id.clone(),
                    };
                    if tell.send(event).is_err() {
                        return;
                    }
                }
                line.clear();
            }
        });
        Self { socket, told, head }
    }

    /// Opens one that is let in, and waits until it is at the present.
    pub fn ready(address: &str, token: &str, query: &str, last: Option<&str>) -> (Self, Vec<Event>) {
        let events = Self::open(address, token, query, last);
        assert!(events.head.starts_with("HTTP/1.1 200 "), "{}", events.head);
        assert!(!events.head.to_lowercase().contains("content-encoding"), "{}", events.head);
        let mut before = Vec::new();
        loop {
            let event = events.next();
            let ready = event.kind == "ready";
            before.push(event);
            if ready {
                return (events, before);
            }
        }
    }

    /// The next event.
    #[track_caller]
    pub fn next(&self) -> Event {
        self.told.recv_timeout(Duration::from_secs(20)).expect("an event")
    }

    /// The next change of a complaint.
    #[track_caller]
    pub fn change(&self) -> Event {
        loop {
            let event = self.next();
            if event.kind == "complaint" {
                return event;
            }
        }
    }

    /// The next note somebody keeps. A stream that says no place begins at the node's, which may be a moment ago.
    #[track_caller]
    pub fn noted(&self) -> Event {
        loop {
            let event = self.change();
            if event.data["kinds"][0] == "note_added" {
                return event;
            }
        }
    }

    /// The next words about who is there.
    #[track_caller]
    pub fn presence(&self) -> Value {
        loop {
            let event = self.next();
            if event.kind == "presence" {
                return event.data;
            }
        }
    }

    /// Nothing comes for so long.
    #[track_caller]
    pub fn is_silent(&self, millis: u64) {
        if let Ok(event) = self.told.recv_timeout(Duration::from_millis(millis)) {
            panic!("{event:?}");
        }
    }

    /// The desk ends it within so many seconds; what came before is given.
    #[track_caller]
    pub fn ends_within(&self, seconds: u64) -> Vec<Event> {
        let mut before = Vec::new();
        loop {
            match self.told.recv_timeout(Duration::from_secs(seconds)) {
                Ok(event) => before.push(event),
                Err(RecvTimeoutError::Disconnected) => return before,
                Err(RecvTimeoutError::Timeout) => panic!("the stream goes on after {before:?}"),
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

//! Someone who works at the desk, and the answers they get.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Someone with a token.
pub struct Person {
    pub id: String,
    pub name: String,
    pub token: String,
    address: String,
    agent: ureq::Agent,
}

/// What the desk answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(String, String)>,
}

/// What the desk answered, in bytes.
#[derive(Debug, Clone)]
pub struct Bytes {
    pub status: u16,
    pub content: Vec<u8>,
    pub headers: Vec<(String, String)>,
}

impl Bytes {
    pub fn header(&self, name: &str) -> Option<&str> {
        header_in(&self.headers, name)
    }
}

fn header_in<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

fn headers_of(answer: &ureq::http::Response<ureq::Body>) -> Vec<(String, String)> {
    let read = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    answer.headers().iter().map(|(name, value)| (name.to_string(), read(value))).collect()
}

/// Where an answer was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Before it began.
    Before,
    /// After it began.
    Midway,
}

/// An agent that gives every answer back, refusals too.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(std::time::Duration::from_mins(1)))
        .build()
        .into()
}

impl Person {
    pub fn new(address: String, name: &str, token: String) -> Self {
        let mut person = Self { id: String::new(), name: name.to_owned(), token, address, agent: agent() };
        person.id = person.get("/me").text("/id");
        person
    }

    /// The same person after the desk was started again elsewhere.
    #[must_use]
    pub fn at(&self, address: String) -> Self {
        Self {
            id: self.id.clone(),
            name: self.name.clone(),
            token: self.token.clone(),
            address,
            agent: self.agent.clone(),
        }
    }

    /// A bare GET with whatever token.
    pub fn request(url: &str, token: &str) -> Answer {
        Answer::of(agent().get(url).header("Authorization", format!("Bearer {token}")).call())
    }

    /// As who is not known, and as slowly as the desk wants it of who fails often.
    pub fn patient_request(url: &str, token: &str) -> Answer {
        loop {
            let answer = Self::request(url, token);
            if answer.status != 429 {
                return answer;
            }
            thread::sleep(Duration::from_secs(1));
        }
    }

    fn url(&self, path: &str) -> String {
        let base = if path.starts_with("/healthz") || path.starts_with("/readyz") || path.starts_with("/open")
        {
            ""
        } else {
            "/api/v1"
        };
        format!("http://{}{base}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> Answer {
        Answer::of(self.asked(path))
    }

    /// What a GET is answered with, of an answer that is not read.
    pub fn status_of(&self, path: &str) -> u16 {
        self.asked(path).expect("the desk answers").status().as_u16()
    }

    fn asked(&self, path: &str) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        self.agent.get(self.url(path)).header("Authorization", format!("Bearer {}", self.token)).call()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.post_with(path, &[], &body.to_string())
    }

    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        Answer::of(self.request_to(path, headers).send(body))
    }

    fn request_to(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let mut request =
            self.agent.post(self.url(path)).header("Authorization", format!("Bearer {}", self.token));
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header("Content-Type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&self, path: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Answer {
        Answer::of(self.request_to(path, headers).send(bytes))
    }

    /// Bytes as they are.
    pub fn get_bytes(&self, path: &str, headers: &[(&str, &str)]) -> Bytes {
        let mut request =
            self.agent.get(self.url(path)).header("Authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.call().expect("the desk answers");
        let headers = headers_of(&answer);
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec().expect("a whole answer");
        Bytes { status, content: bytes, headers }
    }

    /// As [`Person::post_with`], but says so when no whole answer came.
    pub fn try_post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer, Cut> {
        let answer = self.request_to(path, headers).send(body).map_err(|_| Cut::Before)?;
        Answer::read(answer).ok_or(Cut::Midway)
    }

    /// Logs a complaint with nothing but the required fields, by phone.
    pub fn log(&self, customer: Value, narrative: &str) -> Answer {
        self.log_with(json!({ "channel": "phone", "customer": customer, "narrative": narrative }))
    }

    pub fn log_with(&self, body: Value) -> Answer {
        self.post("/complaints", body).status(201)
    }

    pub fn complaint(&self, id: &str) -> Value {
        self.get(&format!("/complaints/{id}")).status(200).body
    }

    /// The kinds of everything that happened, in order.
    pub fn history(&self, id: &str) -> Vec<String> {
        let items = self.get(&format!("/complaints/{id}/history?limit=200")).status(200).body;
        items["items"].as_array().unwrap().iter().map(|i| i["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// Offers the handling to another, who accepts.
    pub fn hand_to(&self, id: &str, other: &Self) {
        let offer = self.offer(id, other).status(201);
        other.post(&format!("/handoffs/{}/accept", offer.text("/id")), json!({})).status(200);
    }

    pub fn offer(&self, id: &str, other: &Self) -> Answer {
        let body = json!({ "to": other.id, "reason": "your line", "request": "please look into it" });
        self.post(&format!("/complaints/{id}/handoffs"), body)
    }

    pub fn decide(&self, id: &str, outcome: &str) -> Answer {
        self.post(
            &format!("/complaints/{id}/decision"),
            json!({ "outcome": outcome, "reasons": "we looked" }),
        )
    }

    /// Gives the customer a real answer that has reached them.
    pub fn reply(&self, id: &str) -> Answer {
        let body = json!({ "kind": "substantive", "channel": "phone", "body": "This is what we found.", "delivered": true });
        self.post(&format!("/complaints/{id}/replies"), body)
    }

    pub fn answer(&self, id: &str, answer: &str) -> Answer {
        self.post(
            &format!("/complaints/{id}/customer-answer"),
            json!({ "answer": answer, "channel": "phone" }),
        )
    }

    pub fn tag(&self, id: &str, cause: &str) -> Answer {
        let body = json!({ "cause": cause, "role": "primary", "confidence": "confirmed" });
        self.post(&format!("/complaints/{id}/causes"), body)
    }

    pub fn close(&self, id: &str) -> Answer {
        self.post(&format!("/complaints/{id}/close"), json!({ "reason": "done" }))
    }
}

impl Answer {
    #[track_caller]
    fn of(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Self {
        Self::read(answer.expect("the desk answers")).expect("a whole answer")
    }

    /// The whole answer, unless it was cut off.
    fn read(mut answer: ureq::http::Response<ureq::Body>) -> Option<Self> {
        let headers = headers_of(&answer);
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().ok()?;
        Some(Self { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)), headers })
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub fn status(self, expected: u16) -> Self {
        assert_eq!(self.status, expected, "{}", self.body);
        self
    }

    /// A refusal: its status and the name of its problem.
    #[track_caller]
    pub fn refused(self, status: u16, problem: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.body["type"], format!("/problems/{problem}"), "{}", self.body);
        assert!(self.body["request_id"].is_string(), "{}", self.body);
        self
    }

    /// A text of the body, by JSON pointer.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer} of {}", self.body)).to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header_in(&self.headers, name)
    }
}

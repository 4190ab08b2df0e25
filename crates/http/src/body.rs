//! Bodies: counted as they come, then read with the place of every fault.

use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Sleep;

use crate::problem::Problem;

/// The deepest nesting that is read.
const DEPTH: usize = 32;

/// So long a body may begin as slowly as it likes; then it must go on by so many bytes in so long. (How long the whole
/// may take is the deadline of the request.)
const GRACE: Duration = Duration::from_secs(10);
const WINDOW: Duration = Duration::from_secs(5);
const LEAST: usize = 5 << 10;

/// A caller who still sends does not hear the answer; so much more is let through and thrown away, for so long.
const LET_THROUGH: usize = 32 << 20;
const LET_THROUGH_FOR: Duration = Duration::from_secs(2);

/// Takes in at most `limit` bytes, whatever the headers say.
pub(crate) async fn read<S, B, E>(stream: S, limit: usize) -> Result<Vec<u8>, Problem>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    let stream = std::pin::pin!(stream);
    held(Paced::new(stream), limit).await
}

/// The same of a body that has begun to come.
pub(crate) async fn held<S, B, E>(mut coming: Paced<S>, limit: usize) -> Result<Vec<u8>, Problem>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let mut body = Vec::new();
    while let Some(piece) = coming.next().await? {
        let piece = piece.as_ref();
        if body.len() + piece.len() > limit {
            drop(body);
            coming.let_through().await;
            return Err(Problem::too_large(limit));
        }
        body.extend_from_slice(piece);
    }
    Ok(body)
}

/// A body as it comes in, as long as it comes fast enough.
pub(crate) struct Paced<S> {
    stream: S,
    window: Pin<Box<Sleep>>,
    taken: usize,
    least: usize,
}

/// A body that is not held in memory: whoever takes it takes it piece by piece.
pub(crate) type Coming = Paced<Pin<Box<dyn Stream<Item = Result<Vec<u8>, ()>> + Send>>>;

/// A body to be taken piece by piece.
pub(crate) fn coming<S, B, E>(stream: S) -> Coming
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: AsRef<[u8]>,
{
    Paced::new(Box::pin(stream.map(|piece| piece.map(|piece| piece.as_ref().to_vec()).map_err(drop))))
}

impl<S, B, E> Paced<S>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    fn new(stream: S) -> Self {
        Self { stream, window: Box::pin(tokio::time::sleep(GRACE)), taken: 0, least: 0 }
    }

    /// The next piece.
    pub(crate) async fn next(&mut self) -> Result<Option<B>, Problem> {
        loop {
            let piece = tokio::select! {
                biased;
                piece = self.stream.next() => piece,
                () = self.window.as_mut() => {
                    if self.taken < self.least || self.taken == 0 {
                        return Err(Problem::too_slow());
                    }
                    self.least = self.taken + LEAST;
                    self.window.set(tokio::time::sleep(WINDOW));
                    continue;
                }
            };
            let Some(piece) = piece else { return Ok(None) };
            let piece = piece.map_err(|_| Problem::new("not-json", "The body broke off before its end."))?;
            self.taken += piece.as_ref().len();
            return Ok(Some(piece));
        }
    }

    /// Lets some more come, and throws it away: whoever still sends does not hear the answer.
    pub(crate) async fn let_through(&mut self) {
        let rest = async {
            let mut more = 0_usize;
            while let (true, Some(Ok(piece))) = (more < LET_THROUGH, self.stream.next().await) {
                more = more.saturating_add(piece.as_ref().len());
            }
        };
        let _ = tokio::time::timeout(LET_THROUGH_FOR, rest).await;
    }
}

/// Reads a body as JSON of that shape. An empty body is `{}`.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    let text = std::str::from_utf8(bytes)
        .map_err(|e| not_json(&format!("the body is not UTF-8 after {} bytes", e.valid_up_to())))?;
    if deeper_than(text, DEPTH) {
        let detail = format!("The body is nested deeper than {DEPTH} levels.");
        return Err(Problem::new("too-deep", detail).with("limit", DEPTH));
    }
    // Read twice: after this every fault is one of the shape, whatever kind of error the second reading calls it.
    let value: Value = serde_json::from_str(text).map_err(|e| syntax(&e))?;
    if !value.is_object() {
        return Err(Problem::field("body", "expected a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|e| fault(&e))
}

fn not_json(what: &str) -> Problem {
    Problem::new("not-json", format!("Expected a JSON object, but {what}."))
}

fn syntax(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    not_json(&format!("the reading stopped at line {line}, column {column}: {}", bare(error)))
        .with("line", line)
        .with("column", column)
}

/// The words of an error without its position.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.clone(), |end| text[..end].to_owned())
}

/// Which field, and what was expected of it.
fn fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let path = error.path().to_string();
    let parent = if path == "." { String::new() } else { path };
    if !inner.is_data() {
        // The text is JSON, it was read before: serde_json says so of a value that cannot name one of a closed list.
        let field = if parent.is_empty() { "body" } else { &parent };
        return Problem::field(field, "expected one of the values that /docs lists, as text");
    }
    let message = bare(inner);
    let under = |name: &str| match parent.as_str() {
        "" => name.to_owned(),
        parent if parent == name || parent.ends_with(&format!(".{name}")) => parent.to_owned(),
        parent => format!("{parent}.{name}"),
    };
    if let Some(name) = quoted(&message, "missing field `") {
        let rest = message.split_once("` ").map_or("", |(_, rest)| rest);
        return Problem::field(
            under(name),
            format!("expected this field, which is required {rest}").trim_end(),
        );
    }
    if let Some(name) = quoted(&message, "unknown field `") {
        let known = message.split_once("`, expected ").map_or("", |(_, known)| known);
        let expected = if known.is_empty() {
            "expected no such field".to_owned()
        } else {
            format!("expected no such field; known here: {}", known.trim_start_matches("one of "))
        };
        return Problem::field(under(name), &expected);
    }
    if let Some(name) = quoted(&message, "duplicate field `") {
        return Problem::field(under(name), "expected this field only once");
    }
    let field = if parent.is_empty() { "body" } else { &parent };
    Problem::field(field, &expected(&message))
}

fn quoted<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    message.strip_prefix(before)?.split('`').next()
}

/// The part of a message that says what would be right.
fn expected(message: &str) -> String {
    // What serde_json says of a number where a code belongs.
    if message == "expected value" {
        return "expected one of the codes of this field, as a text".to_owned();
    }
    if message.starts_with("expected") || message.starts_with("either") {
        return message.to_owned();
    }
    if message.starts_with("UUID parsing failed") || message.contains("expected a formatted UUID") {
        return "expected an id (a UUID)".to_owned();
    }
    let wanted = message.rfind(", expected ").map_or(message, |at| &message[at + ", expected ".len()..]);
    match wanted {
        struct_of if struct_of.starts_with("struct ") => "expected an object".to_owned(),
        "a sequence" => "expected a list".to_owned(),
        "a map" => "expected an object".to_owned(),
        wanted if wanted == message => format!("expected another value ({message})"),
        wanted => format!("expected {wanted}"),
    }
}

/// Is a JSON text nested deeper than that? Reads brackets outside of strings and nothing else.
fn deeper_than(text: &str, limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use firsthand_domain::verb::{AddNote, Log, SendReply};
    use futures_util::stream;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn seen(problem: &Problem) -> (u16, Value) {
        let body: Value = serde_json::from_str(&problem.body(Uuid::nil())).unwrap();
        (problem.kind.status, body["field"].clone())
    }

    #[tokio::test]
    async fn a_body_in_pieces_is_counted_byte_by_byte() {
        let pieces = |n: usize| stream::iter((0..n).map(|_| Ok::<_, std::io::Error>(vec![b' '; 10])));
        assert_eq!(read(pieces(10), 100).await.unwrap().len(), 100);
        assert_eq!(read(pieces(11), 100).await.unwrap_err().kind.status, 413);
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 10]));
        assert_eq!(read(endless, 100).await.unwrap_err().kind.status, 413);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_not_waited_for() {
        let drip = |bytes: usize| {
            let pieces = stream::repeat_with(move || vec![b' '; bytes]);
            pieces.take(30).then(|piece| async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok::<_, std::io::Error>(piece)
            })
        };
        assert_eq!(read(drip(1), 1 << 20).await.unwrap_err().kind.status, 408);
        assert_eq!(read(drip(2 << 10), 1 << 20).await.unwrap().len(), 60 << 10);
        let silent = stream::pending::<Result<Vec<u8>, std::io::Error>>();
        assert_eq!(read(silent, 1 << 20).await.unwrap_err().kind.status, 408);
    }

    #[test]
    fn what_is_not_json_is_400_and_says_where() {
        for bad in ["{", "nope", "{}x", "{\"body\": \"a\\ud800\"}", "{\"body\":'x'}", "{\"body\": 01}"] {
            assert_eq!(parse::<AddNote>(bad.as_bytes()).unwrap_err().kind.status, 400, "{bad}");
        }
        assert_eq!(parse::<AddNote>(b"{\"body\": \"\xff\"}").unwrap_err().kind.status, 400);
        assert_eq!(seen(&parse::<AddNote>(b"[]").unwrap_err()).0, 422);
        assert_eq!(seen(&parse::<AddNote>(b"7").unwrap_err()), (422, json!("body")));
    }

    #[test]
    fn nesting_is_read_down_to_32_levels() {
        let deep = |n: usize| format!("{{\"x\": {}{}}}", "[".repeat(n), "]".repeat(n));
        let name = |text: &str| parse::<AddNote>(text.as_bytes()).unwrap_err().kind.name;
        assert_eq!(name(&deep(31)), "invalid-field");
        assert_eq!(name(&deep(32)), "too-deep");
        assert_eq!(name(&"[".repeat(100_000)), "too-deep");
        assert!(parse::<AddNote>(json!({ "body": "[".repeat(99) + "\\\"" }).to_string().as_bytes()).is_ok());
    }

    #[test]
    fn a_fault_names_its_field() {
        let log = |body: Value| seen(&parse::<Log>(body.to_string().as_bytes()).unwrap_err());
        let whole = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "x" });
        let with = |field: &str, value: Value| {
            let mut body = whole.clone();
            body[field] = value;
            body
        };
        let table = [
            (json!({}), "channel"),
            (json!({ "channel": "phone", "customer": { "anonymous": true } }), "narrative"),
            (with("channel", json!("fax")), "channel"),
            (with("channel", json!(7)), "channel"),
            (with("promise", json!([])), "promise"),
            (with("colour", json!("red")), "colour"),
            (with("narrative", json!("  ")), "narrative"),
            (with("received_at", json!("2026-02-30T00:00:00Z")), "received_at"),
            (with("about_staff", json!("me")), "about_staff"),
            (with("points", json!(["a", ""])), "points[1]"),
            (with("promise", json!({ "text": "x" })), "promise.due_at"),
            (
                with("promise", json!({ "text": "x", "due_at": "2026-01-01T00:00:00Z", "who": 1 })),
                "promise.who",
            ),
            (with("settled", json!({ "reply": {} })), "settled.reply.body"),
            (with("restricted", json!("yes")), "restricted"),
        ];
        for (body, field) in table {
            assert_eq!(log(body.clone()), (422, json!(field)), "{body}");
        }
        let twice = parse::<AddNote>(b"{\"body\": \"a\", \"body\": \"b\"}").unwrap_err();
        assert_eq!(seen(&twice), (422, json!("body")));
        let reply =
            json!({ "kind": "substantive", "channel": "email", "body": "x", "delivered": true, "to": ["y"] });
        let reply = parse::<SendReply>(reply.to_string().as_bytes()).unwrap_err();
        assert_eq!(seen(&reply), (422, json!("to[0]")));
    }

    #[test]
    fn the_customer_of_a_complaint_is_named_one_way() {
        for customer in [json!({}), json!({ "id": Uuid::nil(), "name": "Ana" }), json!({ "nom": "Ana" })] {
            let body = json!({ "channel": "phone", "narrative": "x", "customer": customer });
            let (status, field) = seen(&parse::<Log>(body.to_string().as_bytes()).unwrap_err());
            assert_eq!(status, 422);
            assert!(field.as_str().unwrap().starts_with("customer"), "{field}");
        }
    }
}

//! Forms with files (`multipart/form-data`), read as they come: nothing but a piece is held.

use crate::body::Coming;
use crate::problem::Problem;

/// The most that stands before a part.
const HEAD: usize = 8 << 10;
/// The most parts of one form.
const PARTS: usize = 600;

/// The parts of a form.
pub(crate) struct Parts {
    coming: Coming,
    buffer: Vec<u8>,
    /// What stands between two parts: a new line, two dashes, the boundary.
    mark: Vec<u8>,
    /// Is a part being read?
    inside: bool,
    count: usize,
}

/// What a part says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: String,
    /// Of a file: its name, which may be empty when none was chosen.
    pub(crate) file: Option<String>,
}

fn broken() -> Problem {
    Problem::new("not-a-form", "The form came in broken. Go back and send it again.")
}

/// Is it such a form?
pub(crate) fn is_multipart(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|t| t.split(';').next()).unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("multipart/form-data")
}

impl Parts {
    pub(crate) fn new(content_type: &str, coming: Coming) -> Result<Self, Problem> {
        let boundary = parameter(content_type, "boundary").filter(|b| (1..=70).contains(&b.len()));
        let boundary = boundary.filter(|b| b.bytes().all(|b| b.is_ascii_graphic())).ok_or_else(broken)?;
        let mark = format!("\r\n--{boundary}").into_bytes();
        // As if a line had ended before the first mark, like before every other.
        Ok(Self { coming, buffer: b"\r\n".to_vec(), mark, inside: true, count: 0 })
    }

    async fn more(&mut self) -> Result<(), Problem> {
        let piece = self.coming.next().await?.ok_or_else(broken)?;
        self.buffer.extend_from_slice(&piece);
        Ok(())
    }

    /// The next part; what is left of the one before is passed over.
    pub(crate) async fn next(&mut self) -> Result<Option<Head>, Problem> {
        while self.inside {
            self.piece().await?;
        }
        while self.buffer.len() < 2 {
            self.more().await?;
        }
        if self.buffer.starts_with(b"--") {
            return Ok(None);
        }
        self.count += 1;
        if !self.buffer.starts_with(b"\r\n") || self.count > PARTS {
            return Err(broken());
        }
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if self.buffer.len() > HEAD {
                return Err(broken());
            }
            self.more().await?;
        };
        let head = self.buffer.get(2..end).unwrap_or_default();
        let head = String::from_utf8_lossy(head).into_owned();
        self.buffer.drain(..end + 4);
        self.inside = true;
        let line = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.to_owned())
        });
        let line = line.ok_or_else(broken)?;
        let name = parameter(&line, "name").ok_or_else(broken)?;
        Ok(Some(Head { name, file: parameter(&line, "filename") }))
    }

    /// The next bytes of the part; nothing at its end.
    pub(crate) async fn piece(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        if !self.inside {
            return Ok(None);
        }
        loop {
            if let Some(at) = find(&self.buffer, &self.mark) {
                if at > 0 {
                    return Ok(Some(self.buffer.drain(..at).collect()));
                }
                self.buffer.drain(..self.mark.len());
                self.inside = false;
                return Ok(None);
            }
            // The end of what came may be the beginning of a mark.
            let safe = self.buffer.len().saturating_sub(self.mark.len());
            if safe > 0 {
                return Ok(Some(self.buffer.drain(..safe).collect()));
            }
            self.more().await?;
        }
    }
}

/// Where something begins in the bytes.
fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(what) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// A parameter of a header, as browsers write it: quoted, with quotes and new lines percent-encoded.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let (key, after) = (key.trim(), after.trim_start());
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => (after.split(';').next()?.trim(), after.split_once(';').map_or("", |(_, next)| next)),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"));
        }
        rest = next.trim_start().trim_start_matches(';');
        if rest.is_empty() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;
    use crate::body::coming;

    /// Reads a form that comes in pieces of that size.
    async fn read(body: &[u8], size: usize) -> Result<Vec<(Head, Vec<u8>)>, Problem> {
        let pieces: Vec<_> = body.chunks(size).map(|p| Ok::<_, ()>(p.to_vec())).collect();
        let mut parts = Parts::new("multipart/form-data; boundary=\"--x\"", coming(stream::iter(pieces)))?;
        let mut all = Vec::new();
        while let Some(head) = parts.next().await? {
            let mut bytes = Vec::new();
            while let Some(piece) = parts.piece().await? {
                bytes.extend(piece);
            }
            all.push((head, bytes));
        }
        Ok(all)
    }

    #[tokio::test]
    async fn a_form_is_read_whole_however_it_comes_in_pieces() {
        let form = b"----x\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\nabc\r\n----x\r\n\
                     content-disposition: form-data; name=\"file\"; filename=\"a%22;b.png\"\r\nContent-Type: image/png\r\n\r\n\
                     \r\n----y\r\n--\r\n\0\r\n----x\r\nContent-Disposition: form-data; filename=\"\"; name=file\r\n\r\n\r\n----x--\r\n";
        let head =
            |name: &str, file: Option<&str>| Head { name: name.to_owned(), file: file.map(str::to_owned) };
        for size in 1..form.len() {
            let all = read(form, size).await.unwrap();
            let expected = vec![
                (head("_token", None), b"abc".to_vec()),
                (head("file", Some("a\";b.png")), b"\r\n----y\r\n--\r\n\0".to_vec()),
                (head("file", Some("")), Vec::new()),
            ];
            assert_eq!(all, expected, "in pieces of {size}");
        }
        // Cut anywhere it is broken, and never anything else.
        for end in 0..form.len() - 4 {
            assert_eq!(read(&form[..end], 7).await.unwrap_err().kind.name, "not-a-form", "{end}");
        }
    }

    #[tokio::test]
    async fn a_form_of_twenty_thousand_parts_is_no_form() {
        let part = "\r\n----x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb";
        let form = format!("----x--{}", part.repeat(20_000));
        assert!(read(form.as_bytes(), 4096).await.unwrap().is_empty());
        let form = format!("{}\r\n----x--", part.repeat(20_000));
        assert_eq!(read(form.as_bytes(), 4096).await.unwrap_err().kind.name, "not-a-form");
        let long = format!("----x\r\n{}", "a".repeat(20_000));
        assert_eq!(read(long.as_bytes(), 4096).await.unwrap_err().kind.name, "not-a-form");
    }
}

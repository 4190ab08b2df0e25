//! What a form on a page sends, and the same as the body of the call it stands for: pages send what programs send.

use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::query::{decode, encode};

/// The most fields that are read.
const FIELDS: usize = 500;

/// Fields whose text says yes or no.
const YES_OR_NO: &[&str] = &[
    "restricted",
    "delivered",
    "posted",
    "reached",
    "anonymous",
    "emergency",
    "for_cause",
    "may_subdelegate",
    "with_text",
];
/// Fields that are times on a clock in the desk's zone.
const TIMES: &[&str] = &[
    "due_at",
    "answer_by",
    "incident_at",
    "received_at",
    "from",
    "to_time",
    "valid_from",
    "valid_until",
    "implemented_at",
];
/// Fields of which there may be several.
const LISTS: &[&str] = &[
    "points",
    "points_answered",
    "to_customers",
    "whys",
    "types",
    "bases",
    "teams",
    "products",
    "channels",
    "causes",
    "attachments",
    "kinds",
    "keep",
];
/// Fields that are whole numbers.
const NUMBERS: &[&str] = &["days", "approvers", "max_depth", "due_in_hours"];

/// The fields of a form in the order they came. Names that begin with `_` are the page's own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads what a browser sends (`application/x-www-form-urlencoded`).
    pub(crate) fn parse(content_type: Option<&str>, body: &[u8]) -> Result<Self, Problem> {
        let kind = content_type.and_then(|t| t.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::new("not-a-form", "Expected what a form on a page of this desk sends."));
        }
        let broken = || Problem::new("not-a-form", "The form came in broken. Go back and send it again.");
        let text = std::str::from_utf8(body).map_err(|_| broken())?;
        let mut fields = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if fields.len() == FIELDS {
                return Err(broken());
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value).ok_or_else(broken)?;
            // Browsers send line ends as CR LF; people wrote lines.
            fields.push((decode(name).ok_or_else(broken)?, value.replace("\r\n", "\n")));
        }
        Ok(Self(fields))
    }

    /// As a browser would send it.
    pub(crate) fn encoded(&self) -> String {
        let pairs: Vec<_> = self.0.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        pairs.join("&")
    }

    /// A field as it was typed; empty when it did not come.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field that somebody filled in.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every field, the page's own too.
    pub(crate) fn every(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Every field but the page's own.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(name, _)| !name.starts_with('_')).map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Sets a field, in the place of any of that name.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// Adds a field after those that are there.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Takes a field away.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| n != name);
    }

    /// The body of the call it stands for: `promise.text` becomes a member of `promise`, what was left empty is left
    /// out, a time on the desk's clock becomes an instant.
    pub(crate) fn body(&self, zone: &TimeZone) -> Result<Value, Problem> {
        let mut body = Map::new();
        for (path, text) in self.fields() {
            let name = path.rsplit('.').next().unwrap_or(path);
            if text.trim().is_empty() {
                continue;
            }
            let value = if YES_OR_NO.contains(&name) && (text == "true" || text == "false") {
                Value::Bool(text == "true")
            } else if TIMES.contains(&name) {
                Value::String(instant(text, zone).ok_or_else(|| {
                    Problem::field(path, "expected an existing instant such as 2026-11-22T09:30:00Z")
                })?)
            } else if let Some(number) = text.trim().parse::<i64>().ok().filter(|_| NUMBERS.contains(&name)) {
                number.into()
            } else {
                Value::String(text.to_owned())
            };
            put(&mut body, path, value, LISTS.contains(&name))?;
        }
        Ok(Value::Object(body))
    }
}

/// Puts a value at a path of names.
fn put(object: &mut Map<String, Value>, path: &str, value: Value, list: bool) -> Result<(), Problem> {
    let twice = || Problem::field(path, "expected this field only once");
    if let Some((first, rest)) = path.split_once('.') {
        let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
        return put(inner.as_object_mut().ok_or_else(twice)?, rest, value, list);
    }
    if list {
        let values = object.entry(path).or_insert_with(|| Value::Array(Vec::new()));
        values.as_array_mut().ok_or_else(twice)?.push(value);
    } else if object.insert(path.to_owned(), value).is_some() {
        return Err(twice());
    }
    Ok(())
}

/// An instant from what a browser's field for a time or a date holds, or from an instant as programs write it.
fn instant(text: &str, zone: &TimeZone) -> Option<String> {
    let text = text.trim();
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.to_string());
    }
    let at = match text.parse::<civil::DateTime>() {
        Ok(at) => at,
        Err(_) => text.parse::<civil::Date>().ok()?.at(0, 0, 0, 0),
    };
    Some(zone.to_zoned(at).ok()?.timestamp().to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(text: &str) -> Form {
        Form::parse(Some("application/x-www-form-urlencoded; charset=UTF-8"), text.as_bytes()).unwrap()
    }

    #[test]
    fn a_form_says_what_a_program_would() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let said = form(
            "_csrf=x&channel=phone&customer.name=Mai&customer.phone=&narrative=a%0D%0Ab&points=one&points=two\
             &promise.text=call&promise.due_at=2026-11-22T16:30&restricted=true&incident_at=2026-11-20",
        );
        let body = said.body(&zone).unwrap();
        let expected = json!({
            "channel": "phone", "customer": { "name": "Mai" }, "narrative": "a\nb", "points": ["one", "two"],
            "promise": { "text": "call", "due_at": "2026-11-22T09:30:00Z" }, "restricted": true,
            "incident_at": "2026-11-19T17:00:00Z",
        });
        assert_eq!(body, expected);
        assert_eq!((said.get("_csrf"), said.filled("customer.phone")), ("x", None));
    }

    #[test]
    fn what_no_page_of_ours_sends_is_refused() {
        for (kind, body) in [
            (Some("text/plain"), "a=b"),
            (Some("application/json"), "{}"),
            (None, "a=b"),
            (Some("application/x-www-form-urlencoded"), "a=%ff"),
        ] {
            assert_eq!(Form::parse(kind, body.as_bytes()).unwrap_err().kind.status, 400);
        }
        for wrong in ["a=1&a=2", "a=1&a.b=2", "due_at=tomorrow"] {
            assert_eq!(form(wrong).body(&TimeZone::UTC).unwrap_err().kind.status, 422, "{wrong}");
        }
    }
}

//! The query string: each parameter known, once, and in UTF-8.

use crate::problem::Problem;

/// What was asked after the question mark.
#[derive(Debug, Default, Clone)]
pub(crate) struct Query(Vec<(String, String)>, Vec<String>);

impl Query {
    /// Reads a query string in which only `known` parameters may stand.
    pub(crate) fn parse(text: &str, known: &[&str]) -> Result<Self, Problem> {
        let mut found: Vec<(String, String)> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name =
                decode(name).ok_or_else(|| Problem::field("query", "expected percent-encoded UTF-8"))?;
            if !known.contains(&name.as_str()) {
                let expected = if known.is_empty() {
                    "expected no query parameters here".to_owned()
                } else {
                    format!("expected one of these parameters: {}", known.join(", "))
                };
                return Err(Problem::field(name, &expected));
            }
            if found.iter().any(|(other, _)| *other == name) {
                return Err(Problem::field(name, "expected this parameter only once"));
            }
            let value = decode(value)
                .ok_or_else(|| Problem::field(name.as_str(), "expected percent-encoded UTF-8"))?;
            found.push((name, value));
        }
        Ok(Self(found, Vec::new()))
    }

    /// Reads a query string somebody may have typed: what cannot be read, is not known or was left empty is left out, and
    /// what was wrong is noted.
    pub(crate) fn parse_kindly(text: &str, known: &[&str]) -> Self {
        let (mut found, mut wrong): (Vec<(String, String)>, Vec<String>) = (Vec::new(), Vec::new());
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).unwrap_or_else(|| name.to_owned());
            let twice = found.iter().any(|(other, _)| *other == name);
            match decode(value).filter(|_| known.contains(&name.as_str()) && !twice) {
                Some(value) if value.trim().is_empty() => {}
                Some(value) => found.push((name, value)),
                None if !wrong.contains(&name) => wrong.push(name),
                None => {}
            }
        }
        Self(found, wrong)
    }

    /// The names of what was wrong in a query string that was read kindly.
    pub(crate) fn wrong(&self) -> &[String] {
        &self.1
    }

    /// Parameters that come from elsewhere than an address, each of which must be known.
    pub(crate) fn of<'p>(
        pairs: impl Iterator<Item = (&'p str, &'p str)>,
        known: impl Fn(&str) -> bool,
    ) -> Result<Self, Problem> {
        let mut query = Self::default();
        for (name, value) in pairs {
            if !known(name) {
                return Err(Problem::field(name.to_owned(), "expected no such parameter of a list"));
            }
            query.put(name, value.to_owned());
        }
        Ok(query)
    }

    /// Every parameter as it came.
    pub(crate) fn every(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Takes a parameter away.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| other != name);
    }

    /// Puts a value in the place of the one that came.
    pub(crate) fn put(&mut self, name: &str, value: String) {
        self.remove(name);
        self.0.push((name.to_owned(), value));
    }

    /// A parameter as it came.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A parameter read by `read`; what cannot be read is a problem that names it.
    pub(crate) fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| Problem::field(name, expected)),
        }
    }

    /// How many rows: 1 to 200, 50 when not said.
    pub(crate) fn limit(&self) -> Result<i64, Problem> {
        let read = |v: &str| v.parse().ok().filter(|n| (1..=200).contains(n));
        Ok(self.read("limit", "expected a whole number from 1 to 200", read)?.unwrap_or(50))
    }
}

/// Pairs as they stand in an address.
pub(crate) fn joined<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let pairs = pairs.into_iter();
    let pairs = pairs.map(|(name, value)| format!("{}={}", name.as_ref(), encode(value.as_ref())));
    pairs.collect::<Vec<_>>().join("&")
}

/// Writes a text so that it can stand in a query string.
pub(crate) fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

/// Undoes percent-encoding, and `+` for a space; nothing when it is broken or not UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    decode_with(text, true)
}

/// Undoes percent-encoding of a segment of a path, in which `+` is a plus.
pub(crate) fn decode_segment(text: &str) -> Option<String> {
    decode_with(text, false)
}

fn decode_with(text: &str, plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |b: Option<u8>| char::from(b?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_known_comes_once_and_is_utf8() {
        let query = Query::parse("view=all&product=Caf%C3%A9+1", &["view", "product"]).unwrap();
        assert_eq!(query.get("product"), Some("Café 1"));
        for (text, field) in
            [("view=a&view=b", "view"), ("veiw=a", "veiw"), ("view=%ff", "view"), ("view=%4", "view")]
        {
            let problem = Query::parse(text, &["view", "product"]).unwrap_err();
            let body: serde_json::Value = serde_json::from_str(&problem.body(uuid::Uuid::nil())).unwrap();
            assert_eq!((problem.kind.status, &body["field"]), (422, &serde_json::json!(field)), "{text}");
        }
    }

    #[test]
    fn what_somebody_typed_is_read_as_far_as_it_goes() {
        let query = Query::parse_kindly(
            "q=Tr%E1%BA%A7n&view=&veiw=all&q=b&stage=%ff&veiw=x",
            &["q", "view", "stage"],
        );
        assert_eq!(query.every().collect::<Vec<_>>(), [("q", "Trần")]);
        assert_eq!(query.wrong(), ["veiw", "q", "stage"]);
        assert_eq!(decode(&encode("Trần & co = 1%\n")).unwrap(), "Trần & co = 1%\n");
    }

    #[test]
    fn a_limit_is_from_1_to_200() {
        let limit = |text: &str| Query::parse(text, &["limit"]).unwrap().limit();
        assert_eq!(limit("").unwrap(), 50);
        assert_eq!(limit("limit=200").unwrap(), 200);
        for bad in ["limit=0", "limit=201", "limit=-1", "limit=x", "limit="] {
            assert_eq!(limit(bad).unwrap_err().kind.status, 422, "{bad}");
        }
    }
}

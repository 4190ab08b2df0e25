//! The query string: each parameter known, once, and in UTF-8.

use crate::problem::Problem;

/// What was asked after the question mark.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

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
        Ok(Self(found))
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
    fn a_limit_is_from_1_to_200() {
        let limit = |text: &str| Query::parse(text, &["limit"]).unwrap().limit();
        assert_eq!(limit("").unwrap(), 50);
        assert_eq!(limit("limit=200").unwrap(), 200);
        for bad in ["limit=0", "limit=201", "limit=-1", "limit=x", "limit="] {
            assert_eq!(limit(bad).unwrap_err().kind.status, 422, "{bad}");
        }
    }
}

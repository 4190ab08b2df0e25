//! Answers made smaller on their way out. Requests are never inflated: a few bytes could become gigabytes.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::desk::Sent;

/// Smaller than this, nothing is won.
const LEAST: usize = 1024;

/// The bytes to send, and the headers that belong to them. What has an entity tag goes as it is: the tag is a strong
/// one, for `If-Match`, and would have to differ from that of the bytes not packed.
pub(super) fn pack(sent: &mut Sent, accepted: Option<&str>) -> Vec<u8> {
    let body = std::mem::take(&mut sent.body).into_bytes();
    let header = |name: &str| sent.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
    let text =
        header("content-type").is_some_and(|t| t.starts_with("text/") || t.starts_with("application/"));
    if body.len() < LEAST || !text || header("etag").is_some() {
        return body;
    }
    sent.headers.push(("vary", "accept-encoding".to_owned()));
    if !accepted.is_some_and(accepts_gzip) {
        return body;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(packed) if packed.len() < body.len() => {
            sent.headers.push(("content-encoding", "gzip".to_owned()));
            packed
        }
        _ => body,
    }
}

/// Does an `Accept-Encoding` allow gzip? By its own name, or else by the star.
fn accepts_gzip(accepted: &str) -> bool {
    let mut star = false;
    for part in accepted.split(',') {
        let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
        let weight = parameters.split(';').find_map(|p| p.trim().strip_prefix("q="));
        let allowed = weight.is_none_or(|q| q.trim().parse::<f32>().is_ok_and(|q| q > 0.0));
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => {
                return allowed;
            }
            "*" => star = allowed,
            _ => {}
        }
    }
    star
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn sent(body: &str, headers: &[(&'static str, &str)]) -> Sent {
        let mut all = vec![("content-type", "application/json".to_owned())];
        all.extend(headers.iter().map(|(n, v)| (*n, (*v).to_owned())));
        Sent { status: 200, headers: all, body: body.to_owned(), file: None, flow: None }
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (accepted, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("*;q=0", false),
            ("identity", false),
            ("", false),
            ("gzip;q=x", false),
        ] {
            assert_eq!(accepts_gzip(accepted), takes, "{accepted}");
        }
    }

    #[test]
    fn a_large_answer_is_packed_and_says_so() {
        let body = "a complaint, ".repeat(1000);
        let mut large = sent(&body, &[]);
        let packed = pack(&mut large, Some("gzip"));
        assert!(packed.len() < body.len() / 10);
        assert!(large.headers.contains(&("content-encoding", "gzip".to_owned())));
        let mut again = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut again).unwrap();
        assert_eq!(again, body);
        let mut plain = sent(&body, &[]);
        assert_eq!(pack(&mut plain, None), body.as_bytes());
        assert!(plain.headers.contains(&("vary", "accept-encoding".to_owned())));
        for (body, headers) in [("small", vec![]), (body.as_str(), vec![("etag", "\"7\"")])] {
            let mut as_it_is = sent(body, &headers);
            assert_eq!(pack(&mut as_it_is, Some("gzip")), body.as_bytes());
        }
    }
}

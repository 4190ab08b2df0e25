//! What an entry is hashed from, written a second time from the description in `crates/storage/src/ledger/entry.rs` and
//! sharing nothing with the code there.

use firsthand_storage::audit::RawEntry;

/// Puts the bytes that an entry is hashed from into `out`, and tells whether its body is written in the one way there is.
pub(super) fn entry(entry: &RawEntry<'_>, out: &mut Vec<u8>) -> bool {
    out.clear();
    out.extend_from_slice(b"firsthand ledger entry v1");
    part(out, &entry.seq.to_be_bytes());
    part(out, &entry.at.to_be_bytes());
    part(out, entry.kind);
    part(out, entry.actor.unwrap_or_default());
    part(out, entry.subject.unwrap_or_default());
    let canonical = fields(entry.body, out).is_some();
    part(out, entry.commitment.unwrap_or_default());
    part(out, entry.prev);
    canonical
}

/// What a checkpoint is signed over.
pub(super) fn checkpoint(index: i64, hash: &[u8], at: i64) -> Vec<u8> {
    let mut out = b"firsthand ledger checkpoint v1".to_vec();
    part(&mut out, &index.to_be_bytes());
    part(&mut out, hash);
    part(&mut out, &at.to_be_bytes());
    out
}

fn part(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&length(bytes.len()));
    out.extend_from_slice(bytes);
}

fn length(bytes: usize) -> [u8; 8] {
    (bytes as u64).to_be_bytes()
}

/// Reads `[["name","value"],…]` and writes how many there are and each name and value; none for any other text.
fn fields(body: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend_from_slice(&length(8));
    let place = out.len();
    out.extend_from_slice(&[0; 8]);
    let mut rest = body.strip_prefix(b"[")?;
    let mut count = 0;
    if rest != b"]" {
        loop {
            rest = string(rest.strip_prefix(b"[\"")?, out)?;
            rest = string(rest.strip_prefix(b",\"")?, out)?.strip_prefix(b"]")?;
            count += 1;
            match rest {
                b"]" => break,
                _ => rest = rest.strip_prefix(b",")?,
            }
        }
    }
    out[place..place + 8].copy_from_slice(&length(count));
    Some(())
}

/// Reads a string up to its closing quotation mark and writes it as a part; gives what follows.
fn string<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let place = out.len();
    out.extend_from_slice(&[0; 8]);
    loop {
        let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        out.extend_from_slice(&rest[..plain]);
        let (special, after) = rest[plain..].split_first()?;
        match special {
            b'"' => {
                let written = out.len() - place - 8;
                out[place..place + 8].copy_from_slice(&length(written));
                return Some(after);
            }
            b'\\' => rest = escaped(after, out)?,
            // A control character stands for itself nowhere.
            _ => return None,
        }
    }
}

/// Reads what stands after a backslash.
fn escaped<'a>(rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (letter, after) = rest.split_first()?;
    let byte = match letter {
        b'"' | b'\\' => *letter,
        b'b' => 8,
        b't' => 9,
        b'n' => 10,
        b'f' => 12,
        b'r' => 13,
        b'u' => {
            let (digits, after) = after.strip_prefix(b"00")?.split_at_checked(2)?;
            let digit = |byte: u8| b"0123456789abcdef".iter().position(|d| *d == byte);
            let byte = u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()?;
            if byte >= 0x20 || matches!(byte, 8 | 9 | 10 | 12 | 13) {
                return None;
            }
            out.push(byte);
            return Some(after);
        }
        _ => return None,
    };
    out.push(byte);
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        fields(body.as_bytes(), &mut out).map(|()| out)
    }

    #[test]
    fn every_text_reads_as_it_was_written() {
        let all: String = (0..0x80_u8).map(char::from).chain("é漏水🫖".chars()).collect();
        for pairs in [vec![], vec![("", "")], vec![("words", all.as_str()), ("b", "\\\"/")]] {
            let mut expected = [length(8), length(pairs.len())].concat();
            for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
                part(&mut expected, text.as_bytes());
            }
            let body = serde_json::to_string(&pairs).unwrap();
            assert_eq!(read(&body), Some(expected), "{body}");
        }
    }

    #[test]
    fn there_is_one_way_to_write_it() {
        for other in [
            "",
            "[",
            "]",
            "[]]",
            "[] ",
            " []",
            "[[]]",
            "[[\"a\"]]",
            "[[\"a\",\"b\",\"c\"]]",
            "[[\"a\",\"b\"]",
            "[[\"a\", \"b\"]]",
            "[[\"a\",\"b\"],]",
            "[[\"a\",1]]",
            "{}",
            "[[\"a\",\"\\/\"]]",
            "[[\"a\",\"\\u0041\"]]",
            "[[\"a\",\"\\u000a\"]]",
            "[[\"a\",\"\\u001F\"]]",
            "[[\"a\",\"\n\"]]",
            "[[\"a\",\"b]]",
            "[[\"a\",\"\\u00\"]]",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}

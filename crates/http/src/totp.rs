//! The second factor: codes of six digits from a shared secret and the time, in steps of half a minute (RFC 6238).

use firsthand_domain::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use qrcodegen::{QrCode, QrCodeEcc};
use sha1::Sha1;

/// The length of a secret, in bytes.
pub(crate) const SECRET: usize = 20;
const STEP_MICROS: i64 = 30_000_000;

/// The step of an instant.
fn step_at(now: Timestamp) -> i64 {
    now.micros().div_euclid(STEP_MICROS)
}

/// The code of a step.
pub(crate) fn code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash.last()? & 0xf);
    let four: [u8; 4] = hash.get(from..from + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000))
}

/// The step whose code this is: the present one, the one before or the one after, as clocks differ.
pub(crate) fn step_of(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let step = step_at(now);
    // All three are looked at, whichever it is.
    let fits: Vec<i64> = (step - 1..=step + 1)
        .filter(|step| code(secret, *step).is_some_and(|code| same(&code, &typed)))
        .collect();
    fits.first().copied()
}

/// Compares without telling by time how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// A secret as people type it into a telephone, in groups of four.
pub(crate) fn spelled(secret: &[u8]) -> String {
    let letters: Vec<char> = base32(secret).chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The address a telephone reads.
pub(crate) fn address(secret: &[u8], account: &str) -> String {
    let account = crate::query::encode(account);
    format!("otpauth://totp/Firsthand:{account}?secret={}&issuer=Firsthand", base32(secret))
}

/// A picture of it: the side in modules, and the dark ones as a path.
pub(crate) fn picture(address: &str) -> Option<(i32, String)> {
    use std::fmt::Write as _;
    let picture = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..picture.size() {
        for x in (0..picture.size()).filter(|x| picture.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    Some((picture.size() + 8, path))
}

fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let place = usize::try_from((held >> bits) & 31).unwrap_or(0);
            text.push(LETTERS.get(place).map_or('A', |letter| char::from(*letter)));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        let place = usize::try_from((held << (5 - bits)) & 31).unwrap_or(0);
        text.push(LETTERS.get(place).map_or('A', |letter| char::from(*letter)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, of which six digits are used.
        let secret = b"12345678901234567890";
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000_i64, "353130")]
        {
            let now = Timestamp::from_micros(seconds * 1_000_000);
            assert_eq!(code(secret, step_at(now)).as_deref(), Some(expected));
            assert_eq!(step_of(secret, expected, now), Some(seconds / 30));
        }
        assert_eq!(spelled(secret), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(base32(b"a"), "ME");
    }

    #[test]
    fn a_code_is_good_one_step_early_and_one_late() {
        let secret = b"12345678901234567890";
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let typed = |off: i64| code(secret, step_at(now) + off).unwrap();
        for (off, good) in [(-20, false), (-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(step_of(secret, &typed(off), now).is_some(), good, "{off}");
        }
        for wrong in ["", "1", "abcdef", "0000000", "%", "*"] {
            assert_eq!(step_of(secret, wrong, now), None);
        }
        assert!(picture(&address(secret, "ana@example.com")).unwrap().1.starts_with('M'));
    }
}

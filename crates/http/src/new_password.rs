//! Which passwords may be chosen: long ones, and not what people and programs try first. There is no rule on kinds of
//! signs; a sentence in any language is good.

use firsthand_domain::text::fold;

use crate::password::{LONGEST, SHORTEST, SHORTEST_OF_TWO, normal};

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weak {
    /// It has fewer signs than this.
    Short(usize),
    /// It has more signs than anybody types.
    Long,
    /// It is made of one's own name, of common words, of repetition or of runs on the keyboard.
    Guessable,
}

/// What is left of a password without what is guessed first must have so many signs.
const LEFT: usize = 6;

/// Words that stand in every list of guesses, in the desk's languages, and the product's own.
const COMMON: &[&str] = &[
    "administrator",
    "password",
    "passwort",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "jelszo",
    "matkhau",
    "mat khau",
    "wodemima",
    "mima",
    "firsthand",
    "complaint",
    "khieunai",
    "khieu nai",
    "panasz",
    "tousu",
    "service",
    "support",
    "customer",
    "welcome",
    "letmein",
    "iloveyou",
    "anhyeuem",
    "woaini",
    "szeretlek",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "starwars",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "michael",
    "trustno1",
    "whatever",
    "changeme",
    "secret",
    "summer",
    "winter",
    "spring",
    "autumn",
    "january",
    "login",
    "admin",
    "hello",
    "qwerty",
    "azerty",
    "qwertz",
    "abc",
    "123",
];

/// Keys beside each other.
const ROWS: &[&str] =
    &["1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"];

/// May this person choose that password? `own` is what others know of them: name, e-mail address.
pub(crate) fn judge(password: &str, own: &[&str], second_factor: bool) -> Result<(), Weak> {
    let password = normal(password);
    let length = password.chars().count();
    let shortest = if second_factor { SHORTEST_OF_TWO } else { SHORTEST };
    match length {
        _ if length > LONGEST => Err(Weak::Long),
        _ if length < shortest => Err(Weak::Short(shortest)),
        _ if surprises(&password, own) < LEFT => Err(Weak::Guessable),
        _ => Ok(()),
    }
}

/// How many signs are left without known words, repetition and runs.
fn surprises(password: &str, own: &[&str]) -> usize {
    let mut rest = fold(password);
    let own = own.iter().map(|text| fold(text));
    let own: Vec<String> = own
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for word in
        own.iter().map(String::as_str).filter(|word| word.chars().count() > 2).chain(COMMON.iter().copied())
    {
        rest = rest.replace(word, "");
    }
    let signs: Vec<char> = rest.chars().filter(|c| !c.is_whitespace()).collect();
    // The shortest piece of which the whole is a repetition.
    let period = (1..signs.len()).find(|p| signs.iter().zip(signs.iter().skip(*p)).all(|(a, b)| a == b));
    let piece = signs.get(..period.unwrap_or(signs.len())).unwrap_or_default();
    let runs = piece.iter().zip(piece.iter().skip(1)).filter(|(a, b)| neighbours(**a, **b)).count();
    piece.len() - runs
}

/// Is the second what one types or counts after the first without thinking?
fn neighbours(a: char, b: char) -> bool {
    let beside = |row: &&str| {
        let place = |c| row.chars().position(|key| key == c);
        matches!((place(a), place(b)), (Some(x), Some(y)) if x.abs_diff(y) == 1)
    };
    u32::from(a).abs_diff(u32::from(b)) <= 1 || ROWS.iter().any(beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_not_what_is_tried_first() {
        let own = ["Lan Phạm", "lan.pham@example.com"];
        let judged = |password: &str| judge(password, &own, false);
        for good in [
            "correct horse battery staple",
            "con mèo nằm trên mái nhà",
            "一只猫在屋顶上看着下雨的街道慢慢走",
            "xK7#pQ2!vR9$mN4",
        ] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
        assert_eq!(judged("fourteen signs"), Err(Weak::Short(15)));
        assert_eq!(judge("ninesigns", &own, true), Ok(()));
        assert_eq!(judge("sevenxx", &own, true), Err(Weak::Short(8)));
        assert_eq!(judged(&"ö".repeat(129)), Err(Weak::Long));
        for bad in [
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "password123password",
            "Lan.Pham@example.com",
            "qwertyuiopasdfghjkl",
            "1234567890123456",
            "firsthand firsthand",
            "abcdefghijklmnopq",
            "LanPhamLanPham2026",
            "P@ssw0rdP@ssw0rd",
        ] {
            assert_eq!(judged(bad), Err(Weak::Guessable), "{bad}");
        }
        // The same signs, however they are composed, are counted alike.
        assert_eq!(judge("e\u{301}".repeat(14).as_str(), &[], false), Err(Weak::Short(15)));
    }
}

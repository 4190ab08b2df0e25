//! Names of files: data to be shown and handed back, never a path.

use std::fmt;

use serde::Serialize;

/// The longest name that is kept, in characters.
const LONGEST: usize = 120;
/// The longest ending that is kept when a name is cut.
const ENDING: usize = 12;

/// A name that is safe to show, to offer for saving and to write in a header: one line, no folder, nothing invisible,
/// no leading dot, no device of Windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// Makes a safe name of whatever came. There is always one.
    #[must_use]
    pub fn clean(raw: &str) -> Self {
        let last = raw.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
        let kept: String = last
            .chars()
            .filter(|c| !is_invisible(*c))
            .map(|c| if "<>:\"|?*".contains(c) || c.is_whitespace() { ' ' } else { c })
            .collect();
        let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
        let bare = words.trim_start_matches('.').trim_end_matches(['.', ' ']).trim_start();
        let hidden = words.starts_with('.');
        let name = match (bare.is_empty(), hidden || is_device(bare)) {
            (true, _) => "file".to_owned(),
            (false, true) => format!("_{bare}"),
            (false, false) => bare.to_owned(),
        };
        Self(cut(&name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a header offers it (RFC 6266): plain for old programs, whole for the others.
    #[must_use]
    pub fn disposition(&self, kind: &str) -> String {
        use fmt::Write as _;
        let plain: String =
            self.0.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
        let plain = plain.replace(['"', '\\', '%', ';'], "_");
        let mut whole = String::new();
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                whole.push(char::from(byte));
            } else {
                let _ = write!(whole, "%{byte:02X}");
            }
        }
        format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters that are not seen: controls, marks of direction, joiners, tags, what is private or no character.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}'
            | '\u{f0000}'..='\u{10ffff}')
}

/// Names that Windows takes for devices, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || numbered("com")
        || numbered("lpt")
}

/// A long name keeps its ending, by which people know what it is.
fn cut(name: &str) -> String {
    let length = name.chars().count();
    if length <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.chars().count() + 1);
    let ending = ending.filter(|n| *n <= ENDING).unwrap_or(0);
    let start: String = name.chars().take(LONGEST - ending).collect();
    let end: String = name.chars().skip(length - ending).collect();
    format!("{}{end}", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(raw: &str) -> String {
        FileName::clean(raw).as_str().to_owned()
    }

    #[test]
    fn a_name_is_never_a_path_a_device_or_a_trick() {
        for (raw, name) in [
            ("photo.png", "photo.png"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\fakepath\\bill.pdf", "bill.pdf"),
            (".htaccess", "_htaccess"),
            ("\u{200b}.htaccess", "_htaccess"),
            ("a.php\0.png", "a.php.png"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("LPT9 .x", "_LPT9 .x"),
            ("comfort.txt", "comfort.txt"),
            ("\u{202e}gnp.exe", "gnp.exe"),
            ("a\u{202e}gpj.exe\u{202c}", "agpj.exe"),
            ("a\r\nSet-Cookie: x.png", "aSet-Cookie x.png"),
            ("a  b\t c .png. ", "a b c .png"),
            ("", "file"),
            ("..", "file"),
            ("///", "file"),
            ("\u{feff}\u{200d}", "file"),
            ("<script>.svg", "script .svg"),
            ("ảnh chụp 截图.png", "ảnh chụp 截图.png"),
        ] {
            assert_eq!(clean(raw), name, "{raw:?}");
        }
        let long = clean(&format!("{}.jpeg", "é".repeat(500)));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with("é.jpeg"), "{long}");
        assert_eq!(clean(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn a_header_holds_a_name_and_nothing_else() {
        let header = |raw: &str| FileName::clean(raw).disposition("attachment");
        assert_eq!(header("a.png"), "attachment; filename=\"a.png\"; filename*=UTF-8''a.png");
        assert_eq!(
            header("số 1%;\"x\".png"),
            "attachment; filename=\"s_ 1__ x .png\"; filename*=UTF-8''s%E1%BB%91%201%25%3B%20x%20.png"
        );
        for c in (0..=0x2ff_u32).filter_map(char::from_u32) {
            let header = header(&format!("a{c}b"));
            assert!(header.bytes().all(|b| (b' '..=b'~').contains(&b)), "{header}");
            assert_eq!(header.matches('"').count(), 2, "{header}");
        }
    }
}

//! What a file is, from its first bytes alone, from a short list. Nothing is unpacked and no picture is decoded.

use crate::code::Media;

/// A picture of more pixels is no picture but a weapon: it takes a few bytes to send and gigabytes to draw.
pub const MOST_PIXELS: u64 = 256_000_000;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    /// What it is.
    pub media: Media,
    /// Of a picture: how many pixels it says it has.
    pub pixels: Option<u64>,
}

/// Looks at the first bytes of a file. A picture that does not say its size, or of none, is no picture.
#[must_use]
pub fn sniff(first: &[u8]) -> Sniffed {
    let (media, size) = if first.starts_with(b"\x89PNG\r\n\x1a\n") {
        (Media::Png, png(first))
    } else if first.starts_with(b"\xff\xd8\xff") {
        (Media::Jpeg, jpeg(first))
    } else if first.starts_with(b"GIF87a") || first.starts_with(b"GIF89a") {
        (Media::Gif, gif(first))
    } else if first.starts_with(b"RIFF") && first.get(8..12) == Some(b"WEBP") {
        (Media::Webp, webp(first))
    } else if first.starts_with(b"%PDF-") {
        return Sniffed { media: Media::Pdf, pixels: None };
    } else {
        (Media::Other, None)
    };
    match size {
        Some((width, height)) if width > 0 && height > 0 => {
            Sniffed { media, pixels: Some(u64::from(width) * u64::from(height)) }
        }
        _ => Sniffed { media: Media::Other, pixels: None },
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    let two: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_be_bytes(two)))
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    let two: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_le_bytes(two)))
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((side(16)?, side(20)?))
}

fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    Some((le16(bytes, 6)?, le16(bytes, 8)?))
}

/// Walks the segments of a JPEG to the one that tells its size.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        match kind {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((be16(bytes, at + 7)?, be16(bytes, at + 5)?));
            }
            0x01 | 0xd0..=0xd7 => at += 2,
            0xd8..=0xda => return None,
            _ => at += 2 + usize::try_from(be16(bytes, at + 2)?.max(2)).ok()?,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let le24 = |at: usize| {
        let three = bytes.get(at..at + 3)?;
        Some(three.iter().rev().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)))
    };
    match bytes.get(12..16)? {
        b"VP8X" => Some((le24(24)? + 1, le24(27)? + 1)),
        b"VP8 " => {
            (bytes.get(23..26)? == b"\x9d\x01\x2a").then_some(())?;
            Some((le16(bytes, 26)? & 0x3fff, le16(bytes, 28)? & 0x3fff))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(bytes.get(21..25)?.try_into().ok()?);
            (*bytes.get(20)? == 0x2f).then_some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x11\x08\x00\x02\x00\x03";
        let webp_x = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x09\0\0\x04\0\0";
        let webp_l = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x02\x40\x00\x00";
        let webp = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x07\x00\x02\x00";
        for (bytes, media, pixels) in [
            (picture(50_000, 50_000).as_slice(), Media::Png, Some(2_500_000_000)),
            (jpeg, Media::Jpeg, Some(6)),
            (b"GIF89a\x02\0\x05\0", Media::Gif, Some(10)),
            (webp_x, Media::Webp, Some(50)),
            (webp_l, Media::Webp, Some(6)),
            (webp, Media::Webp, Some(14)),
            (b"%PDF-1.7", Media::Pdf, None),
            (b"<svg onload=alert(1)>", Media::Other, None),
            (b"<html>", Media::Other, None),
            (b"\x89PNG\r\n\x1a\n", Media::Other, None),
            (picture(0, 7).as_slice(), Media::Other, None),
            (b"PK\x03\x04", Media::Other, None),
            (b"", Media::Other, None),
        ] {
            assert_eq!(sniff(bytes), Sniffed { media, pixels }, "{bytes:?}");
        }
        // Cut anywhere, it is read without a stumble.
        for whole in [jpeg.as_slice(), webp_x, webp_l, webp] {
            for end in 0..whole.len() {
                let _ = sniff(&whole[..end]);
            }
        }
    }
}

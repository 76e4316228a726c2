//! From the bytes of an exported text file to text: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.
//! Never guesses in silence: which encoding it was is part of the answer. A bad byte costs the piece of text that it
//! stands in, not the file.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// The bytes of a text file without their byte-order mark, in an encoding in which commas, quotes and line ends are the
/// bytes of ASCII and never part of another character (UTF-8; GB18030, whose second bytes begin at 0x40 and whose
/// digits are no marks). So a file can be cut before it is decoded.
#[derive(Debug)]
pub(super) struct Encoded<'a> {
    pub bytes: Cow<'a, [u8]>,
    /// "UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE" or "GB18030", for reports.
    pub name: &'static str,
    gb18030: bool,
}

impl<'a> Encoded<'a> {
    /// Chooses the encoding: a byte-order mark says it; else UTF-8 where the whole is that, or where more Chinese
    /// characters (of three bytes) than bad bytes are found, which in GB18030 text about one pair in a hundred forms by
    /// chance; else GB18030.
    pub fn of(bytes: &'a [u8]) -> Self {
        if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
            return Self { bytes: Cow::Borrowed(rest), name: "UTF-8 BOM", gb18030: false };
        }
        for (mark, encoding, name) in [(b"\xFF\xFE", UTF_16LE, "UTF-16LE"), (b"\xFE\xFF", UTF_16BE, "UTF-16BE")] {
            if let Some(rest) = bytes.strip_prefix(mark) {
                let (text, _) = encoding.decode_without_bom_handling(rest);
                return Self { bytes: Cow::Owned(text.into_owned().into_bytes()), name, gb18030: false };
            }
        }
        let gb18030 = !is_utf8(bytes);
        Self { bytes: Cow::Borrowed(bytes), name: if gb18030 { "GB18030" } else { "UTF-8" }, gb18030 }
    }

    /// A piece of the bytes as text; what is no character of the encoding becomes U+FFFD, by which [`is_whole`] knows
    /// it.
    pub fn text<'t>(&self, piece: &'t [u8]) -> Cow<'t, str> {
        if self.gb18030 { GB18030.decode_without_bom_handling(piece).0 } else { String::from_utf8_lossy(piece) }
    }
}

/// Was every byte of this text a character? A U+FFFD that already stood in the file says that it was lost before.
pub(super) fn is_whole(text: &str) -> bool {
    !text.contains(char::REPLACEMENT_CHARACTER)
}

fn is_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut characters, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| c.len_utf8() == 3).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    characters > bad
}

/// The text without its byte-order mark, and the encoding's name for reports.
///
/// # Errors
/// The bytes are valid in none of the encodings.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), String> {
    let encoded = Encoded::of(bytes);
    let text = encoded.text(&encoded.bytes);
    match text.find(char::REPLACEMENT_CHARACTER) {
        None => Ok((text.into_owned(), encoded.name)),
        Some(at) => {
            let line = text[..at].matches('\n').count() + 1;
            Err(format!("第 {line} 行有字节不是 {} 编码的文字（既不是 UTF-8 也不是 GB18030）", encoded.name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoded, decode, is_whole};

    #[test]
    fn each_encoding_is_named() {
        for (bytes, expected) in [
            (&b"abc"[..], Ok(("abc", "UTF-8"))),
            ("\u{feff}姓名".as_bytes(), Ok(("姓名", "UTF-8 BOM"))),
            (b"\xD0\xD5\xC3\xFB", Ok(("姓名", "GB18030"))),
            (b"\xFF\xFE\xD3\x59", Ok(("姓", "UTF-16LE"))),
            (b"\xFE\xFF\x59\xD3", Ok(("姓", "UTF-16BE"))),
            (b"\xFF\xFF\xFF", Err(())),
            (b"\xEF\xBB\xBF\xFF", Err(())),
        ] {
            let found = decode(bytes);
            assert_eq!(found.as_ref().map(|(t, e)| (t.as_str(), *e)).map_err(|_| ()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_bad_byte_does_not_change_the_encoding() {
        let text = "报名编号,姓名\nD1,周海涛\nD2,李四\n";
        for (encoded, name) in
            [(text.as_bytes().to_vec(), "UTF-8"), (encoding_rs::GB18030.encode(text).0.into_owned(), "GB18030")]
        {
            for at in 0..encoded.len() {
                let mut bad = encoded.clone();
                bad[at] = 0xFF;
                let found = Encoded::of(&bad);
                assert_eq!(found.name, name, "byte {at}");
                let lines: Vec<String> =
                    found.bytes.split(|b| *b == b'\n').map(|l| found.text(l).into_owned()).collect();
                assert!(
                    lines.iter().filter(|l| !is_whole(l)).count() <= 1 || encoded[at] == b'\n',
                    "byte {at}: {lines:?}"
                );
            }
        }
    }
}

//! From the bytes of an exported text file to text: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.
//! Never guesses in silence: which encoding it was is part of the answer, and what fits none is an error.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// The text without its byte-order mark, and the encoding's name for reports.
///
/// # Errors
/// The bytes are valid in none of the encodings.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), String> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return String::from_utf8(rest.to_vec())
            .map(|t| (t, "UTF-8 BOM"))
            .map_err(|e| format!("标有 UTF-8 BOM，但第 {} 字节起不是 UTF-8", e.utf8_error().valid_up_to() + 4));
    }
    for (mark, encoding, name) in [(b"\xFF\xFE", UTF_16LE, "UTF-16LE"), (b"\xFE\xFF", UTF_16BE, "UTF-16BE")] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
            return text.map(|t| (t.into_owned(), name)).ok_or_else(|| format!("标有 {name}，但内容不是"));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), "UTF-8"));
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(|t| (t.into_owned(), "GB18030")).ok_or_else(|| "既不是 UTF-8 也不是 GB18030 编码".to_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

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
}

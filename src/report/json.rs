//! From a serialisable value to one line of JSON that is safe to print: characters that act on a terminal become `\u`
//! escapes.
//! Parsing the line gives exactly the value that was written.

use super::cell::acts;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// Writes `value` and a line feed.
///
/// # Errors
/// If it cannot be written; our own values always serialise.
pub fn line<T: Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Visible(CompactFormatter))).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

struct Visible(CompactFormatter);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| acts(*c)) {
            self.0.write_string_fragment(out, &fragment[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        self.0.write_string_fragment(out, &fragment[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    proptest::proptest! {
        #[test]
        fn any_text_comes_back_and_nothing_acts(value in "\\PC*|[\u{0}-\u{9f}\u{202a}-\u{202e}\u{e0001}]*") {
            let mut out = Vec::new();
            line(&mut out, &value).unwrap();
            let text = String::from_utf8(out).unwrap();
            proptest::prop_assert!(!text.trim_end_matches('\n').chars().any(super::acts));
            proptest::prop_assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
        }

        /// Facts are on disk between reading and judging, and must not change by a bit.
        #[test]
        fn floats_come_back_bit_for_bit(bits: u32) {
            let value = f32::from_bits(bits);
            proptest::prop_assume!(value.is_finite());
            let mut out = Vec::new();
            line(&mut out, &value).unwrap();
            proptest::prop_assert_eq!(serde_json::from_slice::<f32>(&out).unwrap().to_bits(), bits);
        }
    }
}

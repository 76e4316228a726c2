//! The orientation tag of an EXIF segment. Reads nothing else of it.

/// 1–8 (EXIF 2.3, tag 0x0112) from an APP1 segment's body, if it holds one.
pub fn orientation(app1: &[u8]) -> Option<u8> {
    let tiff = app1.strip_prefix(b"Exif\0\0")?;
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let number = |offset: usize, length: usize| -> Option<usize> {
        let bytes = tiff.get(offset..offset.checked_add(length)?)?;
        let fold = |value: usize, &byte: &u8| value << 8 | usize::from(byte);
        Some(if little { bytes.iter().rev().fold(0, fold) } else { bytes.iter().fold(0, fold) })
    };
    let directory = number(4, 4)?;
    let entries = number(directory, 2)?;
    (0..entries)
        .map(|entry| directory + 2 + entry * 12)
        .take_while(|offset| offset + 12 <= tiff.len())
        .find(|&offset| number(offset, 2) == Some(0x0112))
        .and_then(|offset| number(offset + 8, 2))
        .and_then(|value| u8::try_from(value).ok())
        .filter(|value| (1..=8).contains(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orientation_is_read_in_both_byte_orders() {
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let big = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0";
        let none = b"Exif\0\0II*\0\xff\xff\xff\xff";
        let out_of_range = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0\0\0\0\0";
        for (body, expected) in [
            (&little[..], Some(6)),
            (big, Some(8)),
            (none, None),
            (b"http://ns.adobe.com/", None),
            (out_of_range, None),
        ] {
            assert_eq!(orientation(body), expected);
        }
    }
}

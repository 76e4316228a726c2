//! From a text for a screen or a log to the same text without the numbers that name a person: identity numbers and mobile numbers.
//! Outputs are not masked: they are made for those who may see them. Names cannot be told from other words and are kept out of such texts where they are made.

/// What stands for a hidden digit.
const HIDDEN: char = '*';
/// Digits of an identity number's first form.
const OLD_NUMBER: usize = 15;
/// Digits of today's, of which the last may be X.
const NUMBER: usize = 18;
const MOBILE: usize = 11;

/// The text with every identity and mobile number hidden but for its first three digits, which tell a region or a carrier.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(if end == 0 { c.len_utf8() } else { end });
        if names_a_person(word) {
            out.push_str(&word[..3]);
            out.extend(std::iter::repeat_n(HIDDEN, word.len() - 3));
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out
}

fn names_a_person(word: &str) -> bool {
    let digits = |w: &str| w.bytes().all(|b| b.is_ascii_digit());
    match word.len() {
        NUMBER => digits(&word[..NUMBER - 1]) && word.ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'X' | 'x')),
        OLD_NUMBER => digits(word),
        MOBILE => digits(word) && word.starts_with('1') && !word.starts_with("10") && !word.starts_with("11") && !word.starts_with("12"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn numbers_that_name_a_person_are_hidden() {
        for (text, shown) in [
            ("batch 110101199003070011 cannot be opened", "batch 110*************** cannot be opened"),
            ("/data/37010219940727553X/申报表.jpg", "/data/370***************/申报表.jpg"),
            ("手机13930295833。", "手机139********。"),
            ("370102940727553", "370************"),
            ("submission 20241500005, line 3, byte 1234567890", "submission 20241500005, line 3, byte 1234567890"),
            ("6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
            ("2024年8月 é 𠮷", "2024年8月 é 𠮷"),
            ("", ""),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_else_changes(text in "\\PC{0,40}") {
            let shown = masked(&text);
            proptest::prop_assert_eq!(shown.chars().count(), text.chars().count());
            proptest::prop_assert!(shown.chars().zip(text.chars()).all(|(a, b)| a == b || a == '*'));
        }
    }
}

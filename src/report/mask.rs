//! From a text for a screen or a log to the same text without the numbers that name a person: identity numbers and mobile numbers.
//! Outputs are not masked: they are made for those who may see them. Names cannot be told from other words and are kept out of such texts where they are made.

use crate::vocabulary::material::MaterialKind;

/// What stands for a hidden digit.
const HIDDEN: char = '*';
/// Digits of an identity number's first form.
const OLD_NUMBER: usize = 15;
/// Digits of today's, of which the last may be X.
const NUMBER: usize = 18;
const MOBILE: usize = 11;
/// Letters that an id may have and still be no name.
const LETTERS: usize = 3;
const TABLES: [&str; 4] = ["报名信息.csv", "报名信息.xlsx", "companies.csv", "submission.json"];

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

/// As [`masked`], for texts in which a number may stand against letters (an escape's `n`, a file's ending): every run of digits that could be a person's number.
pub fn masked_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().map(Some).chain([None]) {
        match c.filter(char::is_ascii_digit) {
            Some(digit) => run.push(digit),
            None => {
                // The check digit may be a letter.
                let (hidden, check) = (is_a_persons(&run), c.filter(|c| run.len() == NUMBER - 1 && matches!(c, 'X' | 'x')));
                if hidden || check.is_some() {
                    out.push_str(&run[..3]);
                    out.extend(std::iter::repeat_n(HIDDEN, run.len() - 3));
                } else {
                    out.push_str(&run);
                }
                run.clear();
                out.extend(if check.is_some() { Some(HIDDEN) } else { c });
            }
        }
    }
    out
}

/// Could this run of digits be a person's number, or hold one?
fn is_a_persons(run: &str) -> bool {
    run.len() >= OLD_NUMBER || (run.len() == MOBILE && run.starts_with('1') && run.as_bytes().get(1).is_some_and(|b| *b >= b'3'))
}

/// The id of a submission if it names nobody: a number, perhaps with a few letters, that is no person's. Folders may be called after their applicants.
pub fn plain_id(id: &str) -> Option<&str> {
    let letters = id.bytes().filter(u8::is_ascii_alphabetic).count();
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (plain && letters <= LETTERS && masked_runs(id) == id).then_some(id)
}

/// A submission as a log may name it: by its id, or by its place in the run, from 1.
pub fn told_id(id: &str, position: usize) -> String {
    plain_id(id).map_or_else(|| format!("(no. {})", position + 1), ToOwned::to_owned)
}

/// A path inside a batch as a screen may show it: parts that are a plain id, a material's name or a table's stay, of others only the ending.
pub fn told_path(path: &str) -> String {
    path.split('/').map(told_part).collect::<Vec<_>>().join("/")
}

fn told_part(part: &str) -> String {
    let (stem, end) = part.rsplit_once('.').map_or((part, ""), |(stem, end)| (stem, end));
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', ' ']);
    if plain_id(part).is_some() || TABLES.contains(&part) || (stem.len() - bare.len() <= 4 && MaterialKind::from_name(bare).is_some()) {
        return part.to_owned();
    }
    if part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit()) {
        // A file's hash.
        return part.to_owned();
    }
    let shown = (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric()) && masked_runs(end) == end;
    if shown { format!("{HIDDEN}.{end}") } else { HIDDEN.to_string() }
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
    use super::{masked, masked_runs, plain_id, told_id, told_path};

    #[test]
    fn numbers_against_letters_are_hidden_too() {
        for (text, shown) in [
            ("n110101199003070011t", "n110***************t"),
            ("n11010119900307001Xt", "n110***************t"),
            ("b13930295833.jpg", "b139********.jpg"),
            ("20241500005 1234567890", "20241500005 1234567890"),
            ("370102940727553", "370************"),
        ] {
            assert_eq!(masked_runs(text), shown);
        }
    }

    #[test]
    fn folders_and_files_are_told_without_names() {
        for (id, plain) in
            [("20241500005", true), ("R01", true), ("BJ-2024-7", true), ("zhangsan", false), ("张三", false), ("110101199003070011", false), ("13930295833", false)]
        {
            assert_eq!(plain_id(id).is_some(), plain, "{id}");
        }
        assert_eq!(told_id("张三", 4), "(no. 5)");
        for (path, told) in [
            ("0/20241500005/申报表-2.jpg", "0/20241500005/申报表-2.jpg"),
            ("0/张三/张三身份证.jpg", "0/*/*.jpg"),
            ("0/20241500005/13930295833.jpg", "0/20241500005/*.jpg"),
            ("0/报名信息.csv", "0/报名信息.csv"),
        ] {
            assert_eq!(told_path(path), told);
        }
    }

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

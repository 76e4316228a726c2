//! From a text for a screen or a log to the same text without identity numbers, mobile numbers, and the names that this
//! process was told of.
//! Does not mask outputs, which are for people who may see names. Cannot recognise a name that it was not told of.

use super::person::{Finder, Hit, find, holds_number};
use crate::vocabulary::material::MaterialKind;
use std::sync::{LazyLock, PoisonError, RwLock};

/// Replaces a hidden character.
const HIDDEN: char = '*';
/// How many characters of a number stay; they name a region or a carrier only.
const SHOWN: usize = 3;
/// Most letters that an id may have; more could be a name.
const LETTERS: usize = 3;
/// Shortest value to look for, in letters and digits.
const LEAST: usize = 4;
const TABLES: [&str; 4] = ["报名信息.csv", "报名信息.xlsx", "companies.csv", "submission.json"];

/// What this process was told to hide: applicants' names, folders named after them, batches of a redacted run.
static KNOWN: LazyLock<RwLock<Finder<()>>> = LazyLock::new(RwLock::default);

/// Hides these values in every later text for a screen or a log.
pub fn hide<'t>(values: impl IntoIterator<Item = &'t str>) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    values.into_iter().for_each(|v| known.learn_from(v, LEAST, ()));
}

/// Masks every value that this process was told to hide, and every identity and mobile number but for its first three
/// digits.
pub fn masked(text: &str) -> String {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (at, hit) in find(text, &[&known]) {
        out.push_str(&text[end..at.start]);
        let mut shown = if matches!(hit, Hit::Known(())) { 0 } else { SHOWN };
        for c in text[at.clone()].chars() {
            let stays = shown > 0 || !c.is_alphanumeric();
            shown = shown.saturating_sub(usize::from(c.is_alphanumeric()));
            out.push(if stays { c } else { HIDDEN });
        }
        end = at.end;
    }
    out.push_str(&text[end..]);
    out
}

/// The id of a submission if it names nobody: a number, perhaps with a few letters, that is not a person's. (Folders
/// may be named after their applicants.)
pub fn plain_id(id: &str) -> Option<&str> {
    let letters = id.bytes().filter(u8::is_ascii_alphabetic).count();
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && id.bytes().any(|b| b.is_ascii_digit());
    let words = id.split(|c: char| !c.is_ascii_alphabetic());
    (plain && letters <= LETTERS && !words.into_iter().any(is_syllable) && !holds_number(id)).then_some(id)
}

/// Can these letters be pronounced? Then they may be a name, however short: Li, An, Ng.
fn is_syllable(letters: &str) -> bool {
    letters.len() > 1
        && (letters.bytes().any(|b| b"aeiouvy".contains(&b.to_ascii_lowercase())) || letters.eq_ignore_ascii_case("ng"))
}

/// How a log names a submission: by its id if that names nobody, else by its position in the run, from 1.
pub fn told_id(id: &str, position: usize) -> String {
    plain_id(id).map_or_else(|| format!("(no. {})", position + 1), ToOwned::to_owned)
}

/// How a screen shows a path inside a batch: parts that are plain ids, or names of materials or tables, stay; of others
/// only the extension.
pub fn told_path(path: &str) -> String {
    path.split('/').map(told_part).collect::<Vec<_>>().join("/")
}

fn told_part(part: &str) -> String {
    let (stem, end) = part.rsplit_once('.').map_or((part, ""), |(stem, end)| (stem, end));
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', ' ']);
    if plain_id(part).is_some()
        || TABLES.contains(&part)
        || (stem.len() - bare.len() <= 4 && MaterialKind::from_name(bare).is_some())
    {
        return part.to_owned();
    }
    if part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit()) {
        // A file's hash.
        return part.to_owned();
    }
    let shown = (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric()) && !holds_number(end);
    if shown { format!("{HIDDEN}.{end}") } else { HIDDEN.to_string() }
}

#[cfg(test)]
mod tests {
    use super::{masked, plain_id, told_id, told_path};

    #[test]
    fn numbers_against_letters_are_hidden_too() {
        for (text, shown) in [
            ("n110101199003070011t", "n110***************t"),
            ("n11010119900307001Xt", "n110***************t"),
            ("b13930295833.jpg", "b139********.jpg"),
            ("20241500005 1234567890", "20241500005 1234567890"),
            ("370102940727553", "370************"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn folders_and_files_are_told_without_names() {
        for (id, plain) in [
            ("20241500005", true),
            ("R01", true),
            ("BJ-2024-7", true),
            ("zhangsan", false),
            ("Li", false),
            ("an-2", false),
            ("Ng5", false),
            ("139-3029-5833", false),
            ("370102-19940727-553X", false),
            ("张三", false),
            ("110101199003070011", false),
            ("13930295833", false),
        ] {
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
            (
                "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
                "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
            ),
            ("/data/139-3029-5833/370102 19940727 553x.jpg", "/data/139-****-****/370*** ******** ****.jpg"),
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

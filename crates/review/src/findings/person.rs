//! From a text to the places in it that name a person: known values, and whatever looks like an identity or a mobile
//! number.
//! Finds them in any spelling: with spaces, dots and dashes, full-width, in capitals or not. The caller decides what
//! becomes of them.

use crate::vocabulary::text::{fold, is_invisible};
use std::collections::HashMap;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;

/// Digits of an old identity number.
const OLD_NUMBER: usize = 15;
/// Characters of a current identity number; the last may be X.
const NUMBER: usize = 18;
const MOBILE: usize = 11;
/// Shortest value in characters; a single one is too often an ordinary word.
const LEAST: usize = 2;
/// Most separators between two characters of one value.
const GAP: usize = 3;
/// Hex digits of a hash; numbers inside a hash are nobody's.
const HASH: usize = 64;
/// Hex digits after the `#` of a redacted run's token.
pub const TOKEN: usize = 12;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit<'a, V> {
    /// A learned value's companion.
    Known(&'a V),
    /// An identity number, or another as long.
    Number,
    Phone,
}

/// Values to be found, each with a companion `V`.
#[derive(Debug, Clone)]
pub struct Finder<V> {
    /// Spelling without separators → most separators at one place, and the companion.
    values: HashMap<String, (usize, V)>,
    /// First character → lengths in characters, longest first.
    lengths: HashMap<char, Vec<usize>>,
}

impl<V> Default for Finder<V> {
    fn default() -> Self {
        Self { values: HashMap::new(), lengths: HashMap::new() }
    }
}

impl<V> Finder<V> {
    /// Learns a value, unless it is too short or already known.
    pub fn learn(&mut self, value: &str, with: V) {
        self.learn_from(value, LEAST, with);
    }

    /// As [`Self::learn`]; a value of Latin letters and digits only must have at least `least` of them.
    pub fn learn_from(&mut self, value: &str, least: usize, with: V) {
        let spelled = Spelled::of(value).text;
        let spelling: String = spelled.iter().map(|c| c.is).collect();
        let length = spelled.len();
        let Some(first) = spelling.chars().next() else { return };
        if length < LEAST
            || first == BARRIER
            || (length < least && spelling.is_ascii())
            || self.values.contains_key(&spelling)
        {
            return;
        }
        let lengths = self.lengths.entry(first).or_default();
        if let Err(place) = lengths.binary_search_by(|l| length.cmp(l)) {
            lengths.insert(place, length);
        }
        let gap = spelled[1..].iter().map(|c| c.gap).fold(GAP, usize::max);
        self.values.insert(spelling, (gap, with));
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// The places in a text from left to right, without overlaps. At one place the longest hit counts, of equally long ones
/// the first finder's.
pub fn find<'a, V>(text: &str, finders: &[&'a Finder<V>]) -> Vec<(Range<usize>, Hit<'a, V>)> {
    let spelled = Spelled::of(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < spelled.text.len() {
        let known = finders
            .iter()
            .rev()
            .filter_map(|f| spelled.value(at, f))
            .max_by_key(|(length, _)| *length)
            .map(|(length, v)| (length, Hit::Known(v)));
        let number = spelled.number(at);
        let longest = match (known, number) {
            // A value may begin with a number, a number with a value.
            (Some(known), Some((length, _))) if known.0 >= length => Some(known),
            (known, None) => known,
            (_, number) => number,
        };
        match longest {
            Some((length, hit)) => {
                found.push((spelled.text[at].at.start..spelled.text[at + length - 1].at.end, hit));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// Does the text hold what may be a person's number?
pub fn holds_number(text: &str) -> bool {
    !find::<()>(text, &[]).is_empty()
}

/// Replaces a character of a hash, which no value contains.
const BARRIER: char = '\0';

/// A text without its separators.
struct Spelled {
    text: Vec<Spelt>,
}

/// One character, half-width and upper-case.
struct Spelt {
    is: char,
    /// Its bytes in the text.
    at: Range<usize>,
    /// Number of separators before it.
    gap: usize,
}

impl Spelled {
    fn of(text: &str) -> Self {
        let hashes = hashes(text);
        let mut spelled: Vec<Spelt> = Vec::with_capacity(text.len());
        let mut gap = 0;
        for (i, c) in text.char_indices() {
            if is_separator(c) {
                gap += 1;
                continue;
            }
            let at = i..i + c.len_utf8();
            if hashes.iter().any(|h| h.contains(&i)) {
                spelled.push(Spelt { is: BARRIER, at, gap });
            } else if c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c) {
                spelled.push(Spelt { is: c.to_ascii_uppercase(), at, gap });
            } else {
                // One character may be normalised to several: they share its bytes.
                spelled.extend(
                    c.nfkc().flat_map(char::to_uppercase).map(fold).filter(|c| !is_separator(*c)).map(|is| Spelt {
                        is,
                        at: at.clone(),
                        gap,
                    }),
                );
            }
            gap = 0;
        }
        Self { text: spelled }
    }

    /// The longest value that begins here: its length in characters, and its companion.
    fn value<'a, V>(&self, at: usize, finder: &'a Finder<V>) -> Option<(usize, &'a V)> {
        let lengths = finder.lengths.get(&self.text[at].is)?;
        if !self.begins(at) {
            return None;
        }
        lengths.iter().find_map(|&length| {
            let here = self.text.get(at..at + length)?;
            if !self.ends(at + length) {
                return None;
            }
            let spelling: String = here.iter().map(|c| c.is).collect();
            let (gap, v) = finder.values.get(&spelling)?;
            here[1..].iter().all(|c| c.gap <= *gap).then_some((length, v))
        })
    }

    /// The person's number that begins here, with its length in characters.
    fn number<'a, V>(&self, at: usize) -> Option<(usize, Hit<'a, V>)> {
        if !self.text[at].is.is_ascii_digit() || !self.begins(at) {
            return None;
        }
        let rest = &self.text[at..];
        let digits: Vec<u8> = rest
            .iter()
            .enumerate()
            .take_while(|(i, c)| c.is.is_ascii_digit() && (*i == 0 || c.gap <= GAP))
            .map(|(_, c)| c.is as u8 - b'0')
            .collect();
        let joined = 1 + rest[1..digits.len()].iter().take_while(|c| c.gap == 0).count();
        let check = |n: usize, most: usize| rest.get(n).is_some_and(|c| c.is == 'X' && c.gap <= most);
        if joined >= OLD_NUMBER {
            return Some((joined + usize::from(check(joined, 0)), Hit::Number));
        }
        if digits.len() >= NUMBER - 1 && is_day(&digits[6..14]) {
            if digits.len() >= NUMBER && self.ends(at + NUMBER) {
                return Some((NUMBER, Hit::Number));
            }
            if check(NUMBER - 1, GAP) {
                return Some((NUMBER, Hit::Number));
            }
        }
        if digits.len() >= OLD_NUMBER && is_month_and_day(&digits[8..12]) && self.ends(at + OLD_NUMBER) {
            return Some((OLD_NUMBER, Hit::Number));
        }
        // With or without the country code.
        [&[][..], &[8, 6], &[0, 0, 8, 6]].into_iter().find_map(|country| {
            let own = digits.strip_prefix(country)?;
            let length = country.len() + MOBILE;
            (own.len() >= MOBILE && own[0] == 1 && own[1] >= 3 && self.ends(at + length))
                .then_some((length, Hit::Phone))
        })
    }

    /// Can a value begin here, and not inside a longer number or word?
    fn begins(&self, at: usize) -> bool {
        at == 0 || self.text[at].gap > 0 || !of_one_kind(self.text[at - 1].is, self.text[at].is)
    }

    fn ends(&self, end: usize) -> bool {
        self.text.get(end).is_none_or(|next| next.gap > 0 || !of_one_kind(self.text[end - 1].is, next.is))
    }
}

/// Two digits or two Latin letters belong to one number or word. Han characters are words of their own.
fn of_one_kind(a: char, b: char) -> bool {
    (a.is_ascii_digit() && b.is_ascii_digit()) || (is_latin(a) && is_latin(b))
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c)
}

/// What people put between the parts of a name or number: spaces, dots, dashes, underscores, invisible characters.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}'
            | '\u{2000}'..='\u{200a}'
            | '\u{202f}'
            | '\u{3000}'
            | '-' | '_' | '.'
            | '‐'..='―'
            | '−' | '－' | '﹣' | '．' | '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '˙' | '﹒' | '＿' | '─'
    ) || is_invisible(c)
}

fn is_day(digits: &[u8]) -> bool {
    let century = digits[0] * 10 + digits[1];
    (18..=20).contains(&century) && is_month_and_day(&digits[4..8])
}

fn is_month_and_day(digits: &[u8]) -> bool {
    (1..=12).contains(&(digits[0] * 10 + digits[1])) && (1..=31).contains(&(digits[2] * 10 + digits[3]))
}

/// The bytes of hashes: 64 hex digits, or a token's digits after its `#`.
fn hashes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|b| hex(b)).count();
        if length == HASH || (length >= TOKEN && at > 0 && bytes[at - 1] == b'#') {
            found.push(at..at + if length == HASH { HASH } else { TOKEN });
        }
        at += length.max(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, values: &[&str]) -> Vec<String> {
        let mut finder = Finder::default();
        values.iter().for_each(|v| finder.learn(v, ()));
        find(text, &[&finder]).into_iter().map(|(at, _)| text[at].to_owned()).collect()
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for (text, number) in [
            ("电话139-3029-5833。", Some("139-3029-5833")),
            ("139 3029 5833", Some("139 3029 5833")),
            ("139.3029.5833.jpg", Some("139.3029.5833")),
            ("１３９－３０２９－５８３３", Some("１３９－３０２９－５８３３")),
            ("139—3029—5833", Some("139—3029—5833")),
            ("139\u{200b}3029\u{a0}5833", Some("139\u{200b}3029\u{a0}5833")),
            ("+86-139-3029-5833", Some("86-139-3029-5833")),
            ("008613930295833", Some("008613930295833")),
            ("n13930295833t", Some("13930295833")),
            ("370102-19940727-553X", Some("370102-19940727-553X")),
            ("370102 1994 0727 553 x", Some("370102 1994 0727 553 x")),
            ("370102.19940727.5535", Some("370102.19940727.5535")),
            ("３７０１０２１９９４０７２７５５３Ｘ", Some("３７０１０２１９９４０７２７５５３Ｘ")),
            ("370102·940727·553", Some("370102·940727·553")),
            ("37010219940727553X.jpg", Some("37010219940727553X")),
            ("830000199001010011", Some("830000199001010011")),
            ("20241500005 20241500006", None),
            ("2015-03-01 2020-05-31", None),
            ("2015.03-2020.05", None),
            ("20241500005-1234567890", None),
            ("6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884", None),
            ("6f32724611010119900307001176ae304bd95767ea6dc0c9ae92153ef8cbe210", None),
            ("姓名#139302958330 x", None),
        ] {
            assert_eq!(found(text, &[]), number.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn values_are_found_however_they_are_written() {
        let values = ["王永刚", "阿卜杜拉·买买提", "Wang Yonggang", "Li", "E1234567", "a@b.cn", "刚"];
        for (text, found_there) in [
            ("王永刚与王永钢", vec!["王永刚"]),
            ("王 永　刚", vec!["王 永　刚"]),
            ("王-永_刚.jpg", vec!["王-永_刚"]),
            ("阿卜杜拉•买买提、阿卜杜拉买买提", vec!["阿卜杜拉•买买提", "阿卜杜拉买买提"]),
            ("WANG-YONGGANG/wangyonggang/ｗａｎｇ", vec!["WANG-YONGGANG", "wangyonggang"]),
            ("Li Bin, LIBRARY, li2", vec!["Li", "li"]),
            ("E 1234-567、E12345678", vec!["E 1234-567"]),
            ("A@B.CN", vec!["A@B.CN"]),
            ("刚才", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(text, &values), found_there, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn places_are_in_order_and_on_characters(text in "([0-9]{1,12}|[王永刚 -]{1,4}|\\PC){0,12}") {
            let mut finder = Finder::default();
            finder.learn("王永刚", ());
            let mut end = 0;
            for (at, _) in find(&text, &[&finder]) {
                proptest::prop_assert!(at.start >= end && at.end > at.start);
                proptest::prop_assert!(text.get(at.clone()).is_some());
                end = at.end;
            }
        }
    }
}

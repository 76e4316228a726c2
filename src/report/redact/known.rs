//! From the values that are known to name a person to texts in which tokens stand for them.
//! Finds what it was told of and what looks like a person's number; a name that nobody told it of is a word like others.

use super::token::{DIGITS, Key, Kind};
use crate::report::mask::masked;
use crate::vocabulary::text::normalise;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Characters that a value has at least to be looked for in running text: a single one is a word of its own right too often.
const LEAST: usize = 2;
/// Digits in a row that nothing but an identity or certificate number has.
const LONG: usize = 15;
const MOBILE: usize = 11;

/// Values to be looked for, each with what stands for it.
#[derive(Clone, Default)]
pub struct Known {
    /// By first character; longest first.
    values: BTreeMap<char, Vec<(String, String)>>,
}

impl Known {
    /// Learns a value in the spellings in which texts of ours may show it.
    pub fn learn(&mut self, key: &Key, kind: Kind, value: &str) {
        let token = key.token(kind, value);
        let plain = normalise(value);
        for spelling in [value.to_owned(), value.trim().to_owned(), plain.to_uppercase(), plain.to_lowercase(), plain] {
            self.replace(&spelling, &token);
        }
    }

    /// Learns a day in all its spellings.
    pub fn learn_day(&mut self, key: &Key, day: Date) {
        let token = key.token(Kind::BirthDate, &day.to_string());
        let (y, m, d) = (day.year(), day.month(), day.day());
        for spelling in [
            format!("{y}-{m:02}-{d:02}"),
            format!("{y}-{m}-{d}"),
            format!("{y}/{m:02}/{d:02}"),
            format!("{y}/{m}/{d}"),
            format!("{y}.{m:02}.{d:02}"),
            format!("{y}.{m}.{d}"),
            format!("{y}年{m:02}月{d:02}日"),
            format!("{y}年{m}月{d}日"),
            format!("{y}{m:02}{d:02}"),
        ] {
            self.replace(&spelling, &token);
        }
    }

    /// `token` is to stand for this spelling; who comes first stays.
    pub fn replace(&mut self, spelling: &str, token: &str) {
        let Some(first) = spelling.chars().next().filter(|_| spelling.chars().count() >= LEAST) else { return };
        let list = self.values.entry(first).or_default();
        if list.iter().all(|(s, _)| s != spelling) {
            let place = list.iter().position(|(s, _)| s.len() < spelling.len()).unwrap_or(list.len());
            list.insert(place, (spelling.to_owned(), token.to_owned()));
        }
    }

    /// The text with every known value, and whatever looks like a person's number, replaced.
    pub fn hidden(&self, key: &Key, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(token) = token(rest) {
                out.push_str(&masked(&plain));
                plain.clear();
                out.push_str(token);
                rest = &rest[token.len()..];
                continue;
            }
            let found = number(rest, plain.chars().next_back()).map(|(len, kind)| (len, key.token(kind, &rest[..len])));
            let value = self.values.get(&c).and_then(|list| list.iter().find(|(s, _)| rest.starts_with(s.as_str())));
            // The longer of the two: a value may begin with a number, a number with a value.
            let longer = value.filter(|(s, _)| found.as_ref().is_none_or(|(len, _)| s.len() >= *len));
            match longer.map(|(s, token)| (s.len(), token.clone())).or(found) {
                Some((len, token)) => {
                    out.push_str(&masked(&plain));
                    plain.clear();
                    out.push_str(&token);
                    rest = &rest[len..];
                }
                None => {
                    plain.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        out.push_str(&masked(&plain));
        out
    }
}

/// The hash of a token that stands here already: nothing in it is to be replaced once more.
fn token(text: &str) -> Option<&str> {
    let whole = text.get(..=DIGITS)?;
    whole.strip_prefix('#').is_some_and(|hex| hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))).then_some(whole)
}

/// The bytes of a person's number at the beginning of `text`, of which `before` is the character before.
fn number(text: &str, before: Option<char>) -> Option<(usize, Kind)> {
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    if before.is_some_and(digit) {
        return None;
    }
    let count = text.chars().take_while(|c| digit(*c)).count();
    if count < MOBILE {
        return None;
    }
    let long = count >= LONG;
    let with_check = long && text.chars().nth(count).is_some_and(|c| matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ'));
    let len = text.chars().take(count + usize::from(with_check)).map(char::len_utf8).sum();
    let plain = normalise(&text[..len]);
    let mobile = count == MOBILE && plain.starts_with('1') && plain.as_bytes().get(1).is_some_and(|b| *b >= b'3');
    match (long, mobile) {
        (true, _) => Some((len, Kind::Number)),
        (false, true) => Some((len, Kind::Phone)),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_and_numbers_go_and_everything_else_stays() {
        let key = Key::new(&[7; 32]).unwrap();
        let mut known = Known::default();
        known.learn(&key, Kind::Name, "王永刚");
        known.learn(&key, Kind::Name, "王永");
        known.learn(&key, Kind::Name, "刚");
        known.learn_day(&key, Date::constant(1990, 3, 7));
        let name = key.token(Kind::Name, "王永刚");
        let short = key.token(Kind::Name, "王永");
        let number = key.token(Kind::Number, "11010119900307001X");
        let phone = key.token(Kind::Phone, "13930295833");
        let day = key.token(Kind::BirthDate, "1990-03-07");
        for (text, hidden) in [
            ("王永刚与王永钢", format!("{name}与{short}钢")),
            ("刚才", "刚才".to_owned()),
            ("号码11010119900307001x。", format!("号码{number}。")),
            ("ID１１０１０１19900307001X", format!("ID{number}")),
            ("13930295833、20241500005", format!("{phone}、20241500005")),
            ("生于1990年3月7日（1990-03-07）", format!("生于{day}（{day}）")),
            ("2015年3月至今", "2015年3月至今".to_owned()),
            ("姓名#1993030700ab王永刚", format!("姓名#1993030700ab{name}")),
            ("", String::new()),
        ] {
            assert_eq!(known.hidden(&key, text), hidden, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_known_is_left(before in "[王永刚A-F0-9 ，]{0,8}", name in "[王永刚赵钱]{2,3}", after in "[王永刚A-F0-9 ，]{0,8}") {
            let key = Key::new(&[7; 32]).unwrap();
            let mut known = Known::default();
            known.learn(&key, Kind::Name, &name);
            let hidden = known.hidden(&key, &format!("{before}{name}{after}"));
            proptest::prop_assert!(!hidden.contains(&name), "{}", hidden);
        }
    }
}

//! From the values that are known to name a person to texts in which tokens stand for them.
//! Hides what it was told of and what looks like a person's number; a name that nobody told it of is a word like
//! others.

use super::token::{Key, Kind};
use crate::report::person::{Finder, Hit, find};
use crate::vocabulary::personal::Personal;
use jiff::civil::Date;

/// Letters and digits that a value of one submission has at least to be looked for in all others' texts: a shorter one
/// is an ordinary word too often.
const LEAST_ELSEWHERE: usize = 4;

/// Values to be looked for, each with what stands for it.
#[derive(Clone, Default)]
pub struct Known {
    finder: Finder<String>,
}

impl Known {
    /// Learns a value; it is found in every spelling.
    pub fn learn(&mut self, key: &Key, kind: Kind, value: &str) {
        self.replace(value, &key.token(kind, value));
    }

    /// As [`Self::learn`], for texts that are not of the submission that the value is of.
    pub fn learn_for_all(&mut self, key: &Key, kind: Kind, value: &str) {
        self.finder.learn_from(value, LEAST_ELSEWHERE, key.token(kind, value));
    }

    /// Learns a day as people write it; blanks, dots and dashes are nothing to the finder.
    pub fn learn_day(&mut self, key: &Key, day: Date) {
        let token = key.token(Kind::Of(Personal::BirthDate), &day.to_string());
        let (y, m, d) = (day.year(), day.month(), day.day());
        for spelling in [
            format!("{y}{m:02}{d:02}"),
            format!("{y}-{m}-{d}"),
            format!("{y}/{m:02}/{d:02}"),
            format!("{y}/{m}/{d}"),
            format!("{y}年{m:02}月{d:02}日"),
            format!("{y}年{m}月{d}日"),
        ] {
            self.replace(&spelling, &token);
        }
    }

    /// `token` is to stand for this; who comes first stays.
    pub fn replace(&mut self, value: &str, token: &str) {
        self.finder.learn(value, token.to_owned());
    }
}

/// The text with every value that one of the lists knows, and whatever looks like a person's number, replaced.
pub fn hidden(key: &Key, lists: &[&Known], text: &str) -> String {
    let finders: Vec<&Finder<String>> = lists.iter().map(|k| &k.finder).collect();
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (at, hit) in find(text, &finders) {
        out.push_str(&text[end..at.start]);
        match hit {
            Hit::Known(token) => out.push_str(token),
            Hit::Number => out.push_str(&key.token(Kind::Of(Personal::Number), &text[at.clone()])),
            Hit::Phone => out.push_str(&key.token(Kind::Of(Personal::Phone), &text[at.clone()])),
        }
        end = at.end;
    }
    out.push_str(&text[end..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_and_numbers_go_and_everything_else_stays() {
        let key = Key::new(&[7; 32]).unwrap();
        let mut known = Known::default();
        known.learn(&key, Kind::Of(Personal::Name), "王永刚");
        known.learn(&key, Kind::Of(Personal::Name), "王永");
        known.learn(&key, Kind::Of(Personal::Name), "刚");
        known.learn_day(&key, Date::constant(1990, 3, 7));
        let name = key.token(Kind::Of(Personal::Name), "王永刚");
        let short = key.token(Kind::Of(Personal::Name), "王永");
        let number = key.token(Kind::Of(Personal::Number), "11010119900307001X");
        let phone = key.token(Kind::Of(Personal::Phone), "13930295833");
        let day = key.token(Kind::Of(Personal::BirthDate), "1990-03-07");
        for (text, shown) in [
            ("王永刚与王永钢", format!("{name}与{short}钢")),
            ("刚才", "刚才".to_owned()),
            ("号码11010119900307001x。", format!("号码{number}。")),
            ("号码110101-19900307-001X。", format!("号码{number}。")),
            ("ID１１０１０１19900307001X", format!("ID{number}")),
            ("13930295833、20241500005", format!("{phone}、20241500005")),
            ("139-3029-5833", phone.clone()),
            ("生于1990年3月7日（1990-03-07、1990.3.7）", format!("生于{day}（{day}、{day}）")),
            ("2015年3月至今", "2015年3月至今".to_owned()),
            ("姓名#1993030700ab王永刚", format!("姓名#1993030700ab{name}")),
            ("", String::new()),
        ] {
            assert_eq!(hidden(&key, &[&known], text), shown, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_known_is_left(before in "[王永刚A-F0-9 ，]{0,8}", name in "[王永刚赵钱]{2,3}", after in "[王永刚A-F0-9 ，]{0,8}") {
            let key = Key::new(&[7; 32]).unwrap();
            let mut known = Known::default();
            known.learn(&key, Kind::Of(Personal::Name), &name);
            let shown = hidden(&key, &[&known], &format!("{before}{name}{after}"));
            proptest::prop_assert!(!shown.contains(&name), "{}", shown);
        }
    }
}

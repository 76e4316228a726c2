//! From printed characters to values: dates, months, citizen numbers, ethnicities, levels.
//! Tolerates what a recogniser confuses in a numeral and nothing else; judges no value.

use super::text::{Glyph, find};
use crate::vocabulary::calendar::{WrittenDate, WrittenMonth};
use crate::vocabulary::level::Level;
use crate::vocabulary::numerals::{Numerals, lookalike_digit};
use crate::vocabulary::text::distance;
use std::ops::Range;

/// GB/T 3304-1991, 中国各民族名称的罗马字母拼写法和代码: the 56 ethnicities, short names as cards print them.
pub const ETHNICITIES: [&str; 56] = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
];

/// A value found in a text: what it is and which characters say so.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    pub value: T,
    pub range: Range<usize>,
}

/// The numeral that ends just before `end`, at most `most` characters long: its start and value.
fn number_before(chars: &[char], end: usize, most: usize) -> Option<(usize, u32)> {
    let mut start = end;
    while start > 0 && end - start < most && Numerals::PRINTED.may_hold(chars[start - 1]) {
        start -= 1;
    }
    (start..end).find_map(|s| Numerals::PRINTED.parse_chars(&chars[s..end]).map(|n| (s, n)))
}

/// Every `X年X月` from left to right, in either script, with the `X日` that follows, if one does.
pub fn dates(chars: &[char]) -> Vec<Found<WrittenDate>> {
    let mut out = Vec::new();
    for at in (0..chars.len()).filter(|i| chars[*i] == '年') {
        let Some((start, year)) = number_before(chars, at, 4) else { continue };
        let Some((month_end, month)) = number_after(chars, at + 1, '月', 3) else { continue };
        if at - start < 2 {
            continue;
        }
        let day = number_after(chars, month_end, '日', 3);
        let end = day.map_or(month_end, |d| d.0);
        let short = |n: u32| u16::try_from(n).ok();
        out.push(Found {
            value: WrittenDate { year: short(year), month: short(month), day: day.and_then(|d| short(d.1)) },
            range: start..end,
        });
    }
    out
}

/// The numeral from `from` on that `unit` follows: end (behind the unit) and value.
fn number_after(chars: &[char], from: usize, unit: char, most: usize) -> Option<(usize, u32)> {
    let end = (from + 1..=from + most).find(|i| chars.get(*i) == Some(&unit))?;
    Numerals::PRINTED.parse_chars(&chars[from..end]).map(|n| (end + 1, n))
}

/// The month of a date.
pub fn month_of(d: WrittenDate) -> WrittenMonth {
    WrittenMonth { year: d.year, month: d.month }
}

/// Every `2004.05.06` (also with - or / between, or 年月日).
pub fn dotted_dates(chars: &[char]) -> Vec<Found<WrittenDate>> {
    let mut out: Vec<Found<WrittenDate>> = Vec::new();
    let mut at = 0;
    while at + 8 <= chars.len() {
        match dotted(&chars[at..]) {
            Some((value, length)) => {
                out.push(Found { value, range: at..at + length });
                at += length;
            }
            None => at += 1,
        }
    }
    out
}

/// `YYYY sep MM sep DD` at the start; separators may be lost, but then all digits must be there.
fn dotted(chars: &[char]) -> Option<(WrittenDate, usize)> {
    let mut digits = Vec::new();
    let mut used = 0;
    for (i, c) in chars.iter().enumerate().take(10) {
        if let Some(d) = lookalike_digit(*c) {
            digits.push(d);
        } else if !(matches!(c, '.' | ',' | '/' | '·' | ':') && matches!(digits.len(), 4 | 6)) {
            return None;
        }
        used = i + 1;
        if digits.len() == 8 {
            break;
        }
    }
    if digits.len() != 8 {
        return None;
    }
    let n = |r: Range<usize>| digits[r].iter().fold(0u16, |n, d| n * 10 + *d as u16);
    let (year, month, day) = (n(0..4), n(4..6), n(6..8));
    (1900..=2100).contains(&year).then(|| (WrittenDate::new(year, month, day), used))
}

/// The longest run of characters that could be a number's (digits, letters read for digits, X at the end): at least
/// `least` long.
pub fn number_run(chars: &[char], from: usize, least: usize) -> Option<Range<usize>> {
    let fits = |c: char| lookalike_digit(c).is_some() || matches!(c, 'X' | 'x' | '×' | 'K' | '*');
    let mut best: Option<Range<usize>> = None;
    let mut start = from;
    for i in from..=chars.len() {
        if i < chars.len() && fits(chars[i]) {
            continue;
        }
        if i - start >= least && best.as_ref().is_none_or(|b| i - start > b.len()) {
            best = Some(start..i);
        }
        start = i + 1;
    }
    best
}

/// An 18-character number's text as it must have been printed: digits for look-alikes, X for its look-alikes at the
/// end.
pub fn citizen_text(read: &str) -> String {
    let chars: Vec<char> = read.chars().filter(|c| !matches!(c, '.' | ':' | ',' | '-' | '*')).collect();
    let n = chars.len();
    chars
        .iter()
        .enumerate()
        .map(|(i, c)| match lookalike_digit(*c) {
            Some(d) => char::from_digit(d, 10).unwrap_or(*c),
            None if i + 1 == n && matches!(c, 'x' | '×' | 'K' | 'k') => 'X',
            None => c.to_ascii_uppercase(),
        })
        .collect()
}

/// A certificate's number: letters at its head stay letters, what follows is digits.
pub fn certificate_text(read: &str) -> String {
    let chars: Vec<char> = read.chars().filter(|c| !matches!(c, '.' | ':' | ',')).collect();
    let head = chars.iter().take_while(|c| c.is_ascii_alphabetic() || is_letter_of_number(**c)).count().min(4);
    let tail_is_digits = chars.len() > head
        && chars[head..].iter().filter(|c| lookalike_digit(**c).is_some()).count() * 10 >= (chars.len() - head) * 9;
    chars
        .iter()
        .enumerate()
        .map(|(i, c)| {
            if i >= head && tail_is_digits {
                lookalike_digit(*c).and_then(|d| char::from_digit(d, 10)).unwrap_or(*c)
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect()
}

fn is_letter_of_number(c: char) -> bool {
    c.is_alphabetic()
}

/// The listed ethnicity nearest to what was read, and by how many characters it is off (0 or, for names of two and
/// more, 1).
pub fn ethnicity(read: &str) -> Option<(&'static str, usize)> {
    let chars: Vec<char> = read.chars().filter(|c| *c != '族').collect();
    let mut near = ETHNICITIES.iter().map(|e| (*e, distance(&chars, &e.chars().collect::<Vec<_>>())));
    let best = near.clone().min_by_key(|(_, d)| *d)?;
    let single = near.all(|(e, d)| d > best.1 || e == best.0);
    let allowed = usize::from(best.0.chars().count() >= 2);
    (best.1 == 0 || (best.1 <= allowed && single)).then_some(best)
}

/// A level as certificates print it (三级/高级工, 高级工（三级）, 三级), also with one misread character in the long form.
pub fn level(read: &str) -> Option<Level> {
    let plain: String = read.chars().filter(|c| !matches!(c, ':' | ',' | '.')).collect();
    if let Some(l) = Level::parse(&plain) {
        return Some(l);
    }
    let chars: Vec<char> = plain.chars().collect();
    if let Some((title, short)) = plain.trim_end_matches(')').split_once('(')
        && let Some(l) = Level::parse(&format!("{short}/{title}"))
    {
        return Some(l);
    }
    // both halves are levels, but not the same one: a contradiction, not a misreading
    if plain.split_once('/').is_some_and(|(a, b)| Level::parse(a).is_some() && Level::parse(b).is_some()) {
        return None;
    }
    // the long form says it twice: one wrong character is told from the other half
    let near: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|l| chars.len() >= 4 && distance(&chars, &l.full().chars().collect::<Vec<_>>()) <= 1)
        .collect();
    if let [one] = near[..] { Some(one) } else { None }
}

/// Where one of `labels` stands, the longest first; a label of four and more characters may have one wrong.
pub fn label(chars: &[char], labels: &[&str]) -> Option<Range<usize>> {
    labels.iter().find_map(|l| find(chars, l, 0, usize::from(l.chars().count() >= 4)).map(|(a, b)| a..b))
}

/// A value's characters without what a label leaves in front and a neighbour behind.
pub fn text_of(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|g| g.ch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(s: &str) -> Vec<char> {
        s.chars().flat_map(super::super::text::folded).collect()
    }

    #[test]
    fn dates_in_prose() {
        let d = |y, m, d: Option<u16>| WrittenDate { year: Some(y), month: Some(m), day: d };
        for (text, want) in [
            (
                "一九九五年三月二日生，于二〇一二年九月至二〇一五年七月在本校",
                vec![d(1995, 3, Some(2)), d(2012, 9, None), d(2015, 7, None)],
            ),
            (
                "2004年5月6日生，身份证号110108200405065557，于2019年9月至2022年7月",
                vec![d(2004, 5, Some(6)), d(2019, 9, None), d(2022, 7, None)],
            ),
            ("身份证号1101082004050655572019年9月", vec![d(2019, 9, None)]),
            ("二〇〇〇年十二月三十一日", vec![d(2000, 12, Some(31))]),
            ("2019年09月01日", vec![d(2019, 9, Some(1))]),
            ("贰零壹伍年拾贰月叁拾壹日", vec![d(2015, 12, Some(31))]),
            ("累计从事工作满4年", vec![]),
            ("2019年13月40日", vec![d(2019, 13, Some(40))]),
        ] {
            assert_eq!(dates(&chars(text)).into_iter().map(|f| f.value).collect::<Vec<_>>(), want, "{text}");
        }
    }

    #[test]
    fn dates_with_dots() {
        for (text, want) in [
            ("2020.08.10-2040.08.10", vec![(2020, 8, 10), (2040, 8, 10)]),
            ("2020.08.10一2040.08.10", vec![(2020, 8, 10), (2040, 8, 10)]),
            ("20200810-20400810", vec![(2020, 8, 10), (2040, 8, 10)]),
            ("2020.08.10-长期", vec![(2020, 8, 10)]),
            ("2020.O8.l0-2040.08.1O", vec![(2020, 8, 10), (2040, 8, 10)]),
            ("2020.8.10", vec![]),
        ] {
            let got: Vec<WrittenDate> = dotted_dates(&chars(text)).into_iter().map(|f| f.value).collect();
            let want: Vec<WrittenDate> = want.into_iter().map(|(y, m, d)| WrittenDate::new(y, m, d)).collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn numbers_as_printed() {
        for (read, want) in [
            ("11010819901212O01x", "11010819901212001X"),
            ("l1010819901212001×", "11010819901212001X"),
            ("110108199012120018", "110108199012120018"),
        ] {
            assert_eq!(citizen_text(&chars(read).into_iter().collect::<String>()), want);
        }
        for (read, want) in [
            ("S0000l1010987629191325", "S000011010987629191325"),
            ("JY202362258", "JY202362258"),
            ("14111895305726O6", "1411189530572606"),
            ("京职训字123", "京职训字123"),
        ] {
            assert_eq!(certificate_text(read), want);
        }
    }

    #[test]
    fn closed_lists() {
        for (read, want) in [
            ("汉", Some("汉")),
            ("汉族", Some("汉")),
            ("蒙右", Some("蒙古")),
            ("维吾尔", Some("维吾尔")),
            ("维吾亦", Some("维吾尔")),
            ("双", None),
            ("", None),
        ] {
            assert_eq!(ethnicity(read).map(|e| e.0), want, "{read}");
        }
        for (read, want) in [
            ("四级/中级工", Some(Level::Four)),
            ("四级/中级土", Some(Level::Four)),
            ("高级工(三级)", Some(Level::Three)),
            ("二级/技师", Some(Level::Two)),
            ("一级/高级技师", Some(Level::One)),
            ("级/高级技师", Some(Level::One)),
            ("三级", Some(Level::Three)),
            ("二级/高级工", None),
            ("", None),
        ] {
            assert_eq!(level(read), want, "{read}");
        }
    }
}

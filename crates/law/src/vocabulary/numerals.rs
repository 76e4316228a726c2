//! Numerals as people write and printers set them: 12, 二〇一二, 十二, 一百零五, 贰拾叁, 两, and numbers of years such as 一年半.
//! Parsing only; what is counted, and whether the number can be right, is the caller's business.

use super::text::normalise;

/// Which numerals are accepted. Arabic digits, plain and formal Chinese ones (大写), 两 and 十 always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numerals {
    /// What print of a digit is misread as counts as that digit: O and D are 0, l and | are 1, S is 5. Among Chinese
    /// numerals O is 0 and a dash is 一.
    /// Then a numeral is in one script only, since a 1 among Chinese numerals is a stroke of something else.
    pub ascii_lookalikes: bool,
    /// 百 and 千 are units as well; without them only 十 is.
    pub hundreds: bool,
    /// Characters of the longest numeral.
    pub longest: usize,
    /// The greatest number.
    pub most: u32,
}

impl Numerals {
    /// What a pen writes into a form's field.
    pub const WRITTEN: Self =
        Self { ascii_lookalikes: false, hundreds: true, longest: usize::MAX, most: u16::MAX as u32 };
    /// What a recogniser makes of print.
    pub const PRINTED: Self = Self { ascii_lookalikes: true, hundreds: false, longest: 6, most: u32::MAX };
    /// What a recogniser may look for in a field that holds an integer.
    pub const INTEGER: Self = Self { ascii_lookalikes: false, hundreds: true, longest: 8, most: 9999 };

    /// The number; `None` if a character belongs to no numeral, or their order to none.
    pub fn parse(self, text: &str) -> Option<u32> {
        let chars: Vec<char> = text.chars().collect();
        self.parse_chars(&chars)
    }

    /// As [`Self::parse`].
    pub fn parse_chars(self, chars: &[char]) -> Option<u32> {
        if chars.is_empty() || chars.len() > self.longest {
            return None;
        }
        let number = if self.ascii_lookalikes {
            digits(chars, lookalike_digit)
                .or_else(|| digits(chars, printed_han_digit))
                .or_else(|| self.with_units(chars, printed_han_digit))
        } else {
            digits(chars, written_digit).or_else(|| self.with_units(chars, written_digit))
        };
        number.filter(|n| *n <= self.most)
    }

    /// Can this character stand in such a numeral?
    pub fn may_hold(self, c: char) -> bool {
        let digit =
            if self.ascii_lookalikes { lookalike_digit(c).or_else(|| printed_han_digit(c)) } else { written_digit(c) };
        digit.is_some() || self.unit(c).is_some()
    }

    /// 二十三, 一千零五: digits before units that grow smaller. A unit without a digit counts once; a 零 holds the place of
    /// units that are left out.
    fn with_units(self, chars: &[char], digit: fn(char) -> Option<u32>) -> Option<u32> {
        let (mut total, mut pending, mut last) = (0_u32, None, u32::MAX);
        for c in chars {
            match (digit(*c), self.unit(*c)) {
                (Some(0), _) if matches!(last, 100 | 1000) && pending.is_none() => {}
                (Some(d), _) if pending.is_none() => pending = Some(d),
                (None, Some(unit)) if unit < last => {
                    total += pending.take().unwrap_or(1) * unit;
                    last = unit;
                }
                _ => return None,
            }
        }
        Some(total + pending.unwrap_or(0))
    }

    fn unit(self, c: char) -> Option<u32> {
        match c {
            '十' | '拾' => Some(10),
            '百' | '佰' if self.hundreds => Some(100),
            '千' | '仟' if self.hundreds => Some(1000),
            _ => None,
        }
    }
}

/// What is written in a field for a whole number.
pub fn written(text: &str) -> Option<u16> {
    Numerals::WRITTEN.parse(text).and_then(|n| u16::try_from(n).ok())
}

/// A number of years under 100 as it is written in a field: `5`, `1.5`, `一年半`, `两`, `5年6个月`.
pub fn written_years(text: &str) -> Option<f32> {
    let text = normalise(text);
    let bare: String = text.chars().filter(|c| *c != '年').collect();
    let years = if let Some(whole) = bare.strip_suffix('半') {
        if whole.is_empty() { Some(0.5) } else { written(whole).map(|n| f32::from(n) + 0.5) }
    } else if bare.contains('.') {
        bare.parse::<f32>().ok()
    } else {
        written(&bare).map(f32::from)
    };
    let with_months = || years_as_months(&text).and_then(|m| u16::try_from(m).ok()).map(|m| f32::from(m) / 12.0);
    years.or_else(with_months).filter(|v| (0.0..100.0).contains(v))
}

/// A number of years in months: `5`, `1.5`, `一年半`, `半年`, `5年6个月`, `十二`; `None` if it is none of these.
pub fn years_as_months(text: &str) -> Option<u32> {
    let integer = |text: &str| Numerals::INTEGER.parse(text);
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text
        .strip_suffix("个月")
        .or_else(|| text.strip_suffix('月'))
        .map_or_else(|| text.clone(), |t| format!("{t}月"));
    if text == "半" || text == "半年" {
        return Some(6);
    }
    if let Some((years, rest)) = text.split_once('年') {
        let years = integer(years)? * 12;
        return match rest {
            "" => Some(years),
            "半" => Some(years + 6),
            rest => {
                Some(years + integer(rest.strip_suffix('月')?.trim_start_matches('零'))?).filter(|m| *m < years + 12)
            }
        };
    }
    if let Some(months) = text.strip_suffix('月') {
        return integer(months);
    }
    if let Some(years) = text.strip_suffix('半') {
        return Some(integer(years.strip_suffix('个').unwrap_or(years))? * 12 + 6);
    }
    match text.split_once(['.', '．', '点']) {
        Some((years, "5" | "五")) => Some(integer(years)? * 12 + 6),
        Some((years, "0" | "〇" | "零")) => Some(integer(years)? * 12),
        Some(_) => None,
        None => Some(integer(&text)? * 12),
    }
}

/// A digit, or what print of a digit is read as among digits.
pub fn lookalike_digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        'O' | 'o' | 'Q' | 'D' => Some(0),
        'l' | 'I' | '|' | 'i' => Some(1),
        'Z' | 'z' => Some(2),
        'S' | 's' => Some(5),
        'B' => Some(8),
        _ => None,
    }
}

/// Digits in a row: 2012, 二〇一二.
fn digits(chars: &[char], digit: fn(char) -> Option<u32>) -> Option<u32> {
    chars.iter().try_fold(0_u32, |n, c| n.checked_mul(10)?.checked_add(digit(*c)?))
}

fn written_digit(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| han_digit(c))
}

/// A Chinese numeral, or what print of one is read as.
fn printed_han_digit(c: char) -> Option<u32> {
    match c {
        '０' | 'O' | 'o' | '0' => Some(0),
        '-' => Some(1),
        _ => han_digit(c),
    }
}

/// The value of a Chinese numeral's character below ten.
fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' | '◯' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Numerals; 3] = [Numerals::WRITTEN, Numerals::PRINTED, Numerals::INTEGER];

    #[test]
    fn numerals_that_every_reader_takes() {
        for (text, want) in [
            ("2012", Some(2012)),
            ("二〇一二", Some(2012)),
            ("二○一五", Some(2015)),
            ("贰零壹伍", Some(2015)),
            ("7", Some(7)),
            ("两", Some(2)),
            ("十", Some(10)),
            ("拾", Some(10)),
            ("十二", Some(12)),
            ("拾贰", Some(12)),
            ("二十", Some(20)),
            ("二十三", Some(23)),
            ("贰拾叁", Some(23)),
            ("三十一", Some(31)),
            ("", None),
            ("年", None),
            ("一二十", None),
            ("二十三四", None),
            ("十十", None),
            ("二〇十五", None),
        ] {
            for numerals in ALL {
                assert_eq!(numerals.parse(text), want, "{text} {numerals:?}");
            }
        }
    }

    #[test]
    fn numerals_that_some_take() {
        for (text, written, printed, integer) in [
            ("一百零五", Some(105), None, Some(105)),
            ("一千零一十五", Some(1015), None, Some(1015)),
            ("一千零十五", Some(1015), None, Some(1015)),
            ("贰佰", Some(200), None, Some(200)),
            ("百十", Some(110), None, Some(110)),
            ("十百", None, None, None),
            ("2百05", Some(205), None, Some(205)),
            ("1十2", Some(12), None, Some(12)),
            ("99999", None, Some(99_999), None),
            ("12345", Some(12_345), Some(12_345), None),
            ("l2", None, Some(12), None),
            ("O5", None, Some(5), None),
            ("二O-五", None, Some(2015), None),
            ("1234567", None, None, None),
        ] {
            assert_eq!(ALL.map(|n| n.parse(text)), [written, printed, integer], "{text}");
        }
    }

    #[test]
    fn years() {
        for (text, months) in [
            ("5", Some(60)),
            ("1.5", Some(18)),
            ("一年半", Some(18)),
            ("半年", Some(6)),
            ("5年6个月", Some(66)),
            ("十二", Some(144)),
            ("1.3", None),
            ("3年", Some(36)),
            ("两年", Some(24)),
            ("18个月", Some(18)),
            ("8个月", Some(8)),
            ("x", None),
            ("五个半", Some(66)),
            ("5年13月", None),
            ("", None),
        ] {
            assert_eq!(years_as_months(text), months, "{text}");
            if let Some(months) = months {
                assert_eq!(written_years(text), u16::try_from(months).ok().map(|m| f32::from(m) / 12.0), "{text}");
            }
        }
        for (text, want) in [
            ("1.3", Some(1.3)),
            ("五年", Some(5.0)),
            ("半", Some(0.5)),
            ("叁", Some(3.0)),
            ("一百", None),
            ("120", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(written_years(text), want, "{text}");
        }
    }

    const PLAIN: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const FORMAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

    fn in_a_row(n: u32, zero: char) -> String {
        let han = |c: char| c.to_digit(10).map_or(c, |d| if d == 0 { zero } else { PLAIN[d as usize] });
        n.to_string().chars().map(han).collect()
    }

    /// As it is said: 一千零五, 三百一十, 十二.
    fn said(n: u32, digits: [char; 10], units: [char; 3]) -> String {
        let mut out = String::new();
        let mut skipped = false;
        for (unit, name) in [(1000, Some(units[0])), (100, Some(units[1])), (10, Some(units[2])), (1, None)] {
            let digit = n / unit % 10;
            if digit == 0 {
                skipped = !out.is_empty();
                continue;
            }
            if std::mem::take(&mut skipped) {
                out.push(digits[0]);
            }
            if !(n < 20 && unit == 10) {
                out.push(digits[digit as usize]);
            }
            out.extend(name);
        }
        if out.is_empty() { digits[0].into() } else { out }
    }

    proptest! {
        #[test]
        fn what_is_rendered_is_parsed(n in 0_u32..10_000) {
            for text in [n.to_string(), in_a_row(n, '〇'), in_a_row(n, '零'), said(n, PLAIN, ['千', '百', '十']), said(n, FORMAL, ['仟', '佰', '拾'])] {
                prop_assert_eq!(Numerals::WRITTEN.parse(&text), Some(n), "{}", text);
                prop_assert_eq!(Numerals::INTEGER.parse(&text), Some(n), "{}", text);
                if n < 100 || !text.contains(['百', '佰', '千', '仟']) {
                    prop_assert_eq!(Numerals::PRINTED.parse(&text), Some(n), "{}", text);
                }
            }
        }

        #[test]
        fn nothing_panics_and_nothing_is_over_its_bounds(text in "[0-9一二两十百千零〇壹拾年月半个.OlS|-]{0,12}|\\PC{0,8}") {
            for numerals in ALL {
                prop_assert!(numerals.parse(&text).is_none_or(|n| n <= numerals.most));
            }
            prop_assert!(written_years(&text).is_none_or(|y| (0.0..100.0).contains(&y)));
            let _ = years_as_months(&text);
        }
    }
}

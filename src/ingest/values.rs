//! From one cell's text to what its column says it is: dates, plans, fees, kinds of document.
//! What cannot be that gives `None` and stays as raw text; nothing is guessed or repaired.

use crate::vocabulary::documents::Sex;
use crate::vocabulary::submission::{IdKind, Plan};
use crate::vocabulary::text::{is_invisible, normalise, with_middle_dot};
use jiff::civil::Date;

/// A day: `2024-03-05`, `2024/3/5`, `2024.3.5`, `2024年3月5日`, `20240305`, each with or without a time behind it. Years
/// 1900–2100.
pub fn date(text: &str) -> Option<Date> {
    let spaced: String = text.trim().chars().filter(|c| !is_invisible(*c)).collect();
    // The time of day, if any, stands behind a space or a T.
    let day = spaced.split(|c: char| c.is_whitespace() || c == 'T').next()?;
    let rest = spaced.get(day.len()..)?.trim_start_matches('T').trim();
    let is_time = |s: &str| {
        s.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | 'Z' | '-'))
            && (s.is_empty() || s.contains(':'))
    };
    let day = if is_time(rest) { normalise(day) } else { normalise(&spaced) };
    let parts: Vec<&str> = day.trim_end_matches(['日', '号']).split(['-', '/', '.', '年', '月']).collect();
    let number = |s: &str, most: usize| {
        (1..=most)
            .contains(&s.len())
            .then(|| s.parse::<i16>().ok())
            .flatten()
            .filter(|_| s.bytes().all(|b| b.is_ascii_digit()))
    };
    let (year, month, day) = match parts[..] {
        [y, m, d] if y.len() == 4 => (number(y, 4)?, number(m, 2)?, number(d, 2)?),
        [all] if all.len() == 8 && all.is_ascii() => {
            (number(&all[..4], 4)?, number(&all[4..6], 2)?, number(&all[6..], 2)?)
        }
        _ => return None,
    };
    if !(1900..=2100).contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// 认定计划: the year and month that its text names, if any (`2024年8月…`, `2024-08…`, `202408`).
/// A text without them is a plan that tells neither; a month that does not exist is no plan.
pub fn plan(text: &str) -> Option<Plan> {
    let t = normalise(text);
    if t.is_empty() {
        return None;
    }
    let chars: Vec<char> = t.chars().collect();
    let Some(start) = year_at(&chars) else { return Some(Plan { year: None, month: None }) };
    let year: u16 = chars[start..start + 4].iter().collect::<String>().parse().ok()?;
    let after = &chars[start + 4..];
    let digits = |s: &[char]| s.iter().take_while(|c| c.is_ascii_digit()).collect::<String>();
    let month = match after {
        ['年' | '-' | '/' | '.', rest @ ..] => {
            let d = digits(rest);
            // 2024年第12批 or 2024年0801号 name no month; 2024年8月 does, and so does 2024-08.
            let named = after[0] != '年' || rest.get(d.len()) == Some(&'月');
            if named && (1..=2).contains(&d.len()) { Some(d) } else { None }
        }
        [_, _, ..] | [_] => Some(digits(after)).filter(|d| d.len() == 2),
        [] => None,
    };
    match month.map(|m| m.parse::<u8>()) {
        None => Some(Plan { year: Some(year), month: None }),
        Some(Ok(m)) if (1..=12).contains(&m) => Some(Plan { year: Some(year), month: Some(m) }),
        Some(_) => None,
    }
}

/// Where four digits that are a year of this century begin, at the text's start or before 年.
fn year_at(chars: &[char]) -> Option<usize> {
    (0..chars.len().saturating_sub(3)).find(|&i| {
        let year = &chars[i..i + 4];
        let fresh = i == 0 || !chars[i - 1].is_ascii_digit();
        fresh
            && year[..2] == ['2', '0']
            && year.iter().all(char::is_ascii_digit)
            && (i == 0 || chars.get(i + 4) == Some(&'年'))
    })
}

/// Whole yuan: `160`, `160.0`, `¥160`, `160元`, `1,160.00`. A fee with 角 or 分, or a negative one, is none.
pub fn fee(text: &str) -> Option<u32> {
    let t = normalise(text);
    let t = t.trim_start_matches("RMB").trim_start_matches(['¥', '￥']).trim_end_matches(['元', '整']).replace(',', "");
    let (whole, cents) = t.split_once('.').unwrap_or((&t, "0"));
    let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (is_number(whole) && is_number(cents) && cents.bytes().all(|b| b == b'0')).then(|| whole.parse().ok()).flatten()
}

/// The number of a condition: `2`, `2.0`, `(2)`, `②`, `条件2`, `第二条`. 1–99.
pub fn condition(text: &str) -> Option<u8> {
    let t = normalise(text);
    let t = t.trim_start_matches("申报").trim_start_matches("条件").trim_start_matches('第').trim_start_matches('(');
    let t = t.trim_end_matches("条件").trim_end_matches(['条', '款', '项', ')', '.', ',']);
    let t = t.strip_suffix(".0").unwrap_or(t);
    const HAN: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    if let Some(i) = HAN.iter().position(|h| *h == t) {
        return u8::try_from(i + 1).ok();
    }
    t.parse().ok().filter(|n| (1..=99).contains(n) && t.bytes().all(|b| b.is_ascii_digit()))
}

pub fn sex(text: &str) -> Option<Sex> {
    match normalise(text).to_lowercase().as_str() {
        "男" | "男性" | "m" | "male" => Some(Sex::Male),
        "女" | "女性" | "f" | "female" => Some(Sex::Female),
        _ => None,
    }
}

/// 证件类型 in the wording of N24 三(二)1 and the usual variants of it.
pub fn id_kind(text: &str) -> Option<IdKind> {
    let t = normalise(text).replace(['(', ')'], "");
    let t = t.trim_start_matches("中国").trim_start_matches("有效的").trim_end_matches("原件");
    Some(match t {
        "居民身份证"
        | "身份证"
        | "二代身份证"
        | "第二代身份证"
        | "第二代居民身份证"
        | "中华人民共和国居民身份证"
        | "中国居民身份证"
        | "大陆居民身份证" => IdKind::ResidentIdCard,
        "北京社保卡" | "社保卡" | "社会保障卡" | "北京市社保卡" | "北京市社会保障卡" | "北京社会保障卡" => {
            IdKind::SocialSecurityCard
        }
        "港澳居民身份证"
        | "香港居民身份证"
        | "澳门居民身份证"
        | "香港身份证"
        | "澳门身份证"
        | "香港永久性居民身份证"
        | "澳门永久性居民身份证"
        | "港澳身份证" => IdKind::HongKongMacaoIdCard,
        "港澳居民居住证" | "港澳居住证" | "香港居民居住证" | "澳门居民居住证" => {
            IdKind::HongKongMacaoResidencePermit
        }
        "港澳居民来往内地通行证"
        | "港澳居民往来内地通行证"
        | "港澳居民往来港澳通行证"
        | "来往内地通行证"
        | "往来港澳通行证"
        | "港澳通行证"
        | "港澳居民通行证"
        | "回乡证" => IdKind::HongKongMacaoTravelPermit,
        "港澳护照" | "香港护照" | "澳门护照" | "香港特别行政区护照" | "澳门特别行政区护照" => {
            IdKind::HongKongMacaoPassport
        }
        "台湾居民居住证" | "台湾居住证" | "台湾地区居民居住证" => IdKind::TaiwanResidencePermit,
        "台湾居民来往大陆通行证"
        | "台湾居民往来大陆通行证"
        | "来往大陆通行证"
        | "台湾通行证"
        | "台湾居民通行证"
        | "台胞证" => IdKind::TaiwanTravelPermit,
        "外国人永久居留身份证" | "外国人永久居留证" | "永久居留身份证" => {
            IdKind::ForeignerPermanentResidence
        }
        "护照" | "外国护照" | "外国人护照" => IdKind::Passport,
        _ => return None,
    })
}

/// Text as it stands, trimmed, without invisible marks.
pub fn text(raw: &str) -> Option<String> {
    let t: String = raw.trim().chars().filter(|c| !is_invisible(*c)).collect();
    (!t.is_empty()).then_some(t)
}

/// A person's name: has letters and no digits. The dot inside it is `·`, however it was typed.
pub fn name(raw: &str) -> Option<String> {
    text(raw)
        .filter(|t| t.chars().any(char::is_alphabetic) && !t.chars().any(|c| c.is_ascii_digit()))
        .map(|t| with_middle_dot(&t))
}

/// A number of an identity document: letters, digits and brackets, upper case; whether its check digit is right is the
/// rules' question.
pub fn id_number(raw: &str) -> Option<String> {
    let t = normalise(raw).to_uppercase();
    let fits =
        (5..=24).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'(' | b')' | b'-'));
    // 1.1E+17 is what a spreadsheet leaves of a number; without the dot and the sign it would look like one.
    (fits && t.bytes().any(|b| b.is_ascii_digit())).then_some(t)
}

/// A telephone number: 5–20 digits with the usual marks between them; spaces, brackets and hyphens are dropped.
pub fn phone(raw: &str) -> Option<String> {
    let t = normalise(raw);
    let digits: String = t.chars().filter(|c| !matches!(c, '-' | '(' | ')' | '+')).collect();
    ((5..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// A mobile number: as [`phone`], without the country code 86.
pub fn mobile(raw: &str) -> Option<String> {
    let digits = phone(raw)?;
    let local =
        digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).filter(|d| d.len() == 11).unwrap_or(&digits);
    (local.len() >= 8).then(|| local.to_owned())
}

pub fn email(raw: &str) -> Option<String> {
    let t = normalise(raw);
    let (user, host) = t.split_once('@')?;
    (!user.is_empty() && host.contains('.') && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.'))
        .then_some(t.clone())
}

pub fn postcode(raw: &str) -> Option<String> {
    let t = normalise(raw);
    (t.len() == 6 && t.bytes().all(|b| b.is_ascii_digit())).then_some(t)
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;

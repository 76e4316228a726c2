//! The forms of the numbers on each kind of identity document (N24 三(二)1).
//! Form and check digit only; whose number it is, is not asked here.

use crate::vocabulary::identity::{NumberError, parse_citizen_number, parse_foreigner_number};
use crate::vocabulary::submission::IdKind;
use crate::vocabulary::text::normalise;

/// What a number is for the kind of document that it is said to stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberCheck {
    Fits,
    /// It has the kind's form, but a part of it is impossible (date, region, check digit).
    Invalid(NumberError),
    /// It has not the kind's form at all.
    OtherKind,
}

/// Checks `number` against the form of `kind`.
///
/// Sources: GB 11643-1999 (citizen number); 港澳台居民居住证申领发放办法 (国办发〔2018〕81号: 810000, 820000, 830000); 公安部, 港澳居民来往内地通行证号码规则
/// (H or M, eight digits for life, two for the renewals, which the card of 2013 no longer prints); 国家移民管理局,
/// 新版外国人永久居留身份证 (2023), 表 1;
/// ICAO 9303 part 3 (a passport's number has at most nine characters); the issuing offices' samples for the others.
/// Not checked, because no source says how: the last digit of a Macao ID card, of the older permanent residence card
/// and of the passes to the mainland.
pub fn check(kind: IdKind, number: &str) -> NumberCheck {
    let n = normalise(number).to_uppercase();
    match kind {
        // 社保卡: the card's number is the citizen number.
        IdKind::ResidentIdCard | IdKind::SocialSecurityCard => {
            citizen(&n, |province| !(81..=83).contains(&province) && province != 91)
        }
        IdKind::HongKongMacaoResidencePermit => permit(&n, &["810000", "820000"]),
        IdKind::TaiwanResidencePermit => permit(&n, &["830000"]),
        IdKind::HongKongMacaoIdCard => hong_kong_or_macao(&n),
        IdKind::HongKongMacaoTravelPermit => fits(one_letter_of(&n, "HM").is_some_and(|rest| digits(rest, &[8, 10]))),
        IdKind::TaiwanTravelPermit => fits(is_taiwan_pass(&n)),
        IdKind::ForeignerPermanentResidence => foreigner(&n),
        IdKind::HongKongMacaoPassport => fits(is_special_region_passport(&n)),
        IdKind::Passport => fits(is_passport(&n)),
    }
}

fn fits(ok: bool) -> NumberCheck {
    if ok { NumberCheck::Fits } else { NumberCheck::OtherKind }
}

fn digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn one_letter_of<'t>(text: &'t str, letters: &str) -> Option<&'t str> {
    text.strip_prefix(|c: char| letters.contains(c))
}

fn citizen(n: &str, province_fits: impl Fn(u8) -> bool) -> NumberCheck {
    match parse_citizen_number(n) {
        Ok(parsed) if province_fits(parsed.province) => NumberCheck::Fits,
        Ok(_) => NumberCheck::OtherKind,
        Err(error) => NumberCheck::Invalid(error),
    }
}

fn permit(n: &str, prefixes: &[&str]) -> NumberCheck {
    if n.len() != 18 || !prefixes.iter().any(|p| n.starts_with(p)) {
        return NumberCheck::OtherKind;
    }
    citizen(n, |_| true)
}

/// Since 2023-12-01 18 characters that start with 9; before, three letters (nationality) and twelve digits.
fn foreigner(n: &str) -> NumberCheck {
    let old =
        n.len() == 15 && n.is_ascii() && n.bytes().take(3).all(|b| b.is_ascii_uppercase()) && digits(&n[3..], &[12]);
    if old {
        return NumberCheck::Fits;
    }
    match parse_foreigner_number(n) {
        Ok(_) => NumberCheck::Fits,
        Err(NumberError::Form) => NumberCheck::OtherKind,
        Err(error) => NumberCheck::Invalid(error),
    }
}

/// Eight digits; before 2015 ten digits, whose renewals follow as two digits, or as a letter with or without brackets.
fn is_taiwan_pass(n: &str) -> bool {
    if digits(n, &[8, 10, 12]) {
        return true;
    }
    let (number, rest) = n.split_at_checked(10).unwrap_or((n, ""));
    let rest = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')).unwrap_or(rest);
    digits(number, &[10]) && (1..=2).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Letters and digits, 6 to 9, not all letters. States shape their numbers as they like; nine characters is all that a
/// passport has room for.
fn is_passport(n: &str) -> bool {
    (6..=9).contains(&n.len())
        && n.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && n.bytes().any(|b| b.is_ascii_digit())
}

/// Hong Kong: H or K, Macao: M; another letter or none; nine characters, the rest digits.
fn is_special_region_passport(n: &str) -> bool {
    let Some(rest) = one_letter_of(n, "HKM") else { return false };
    let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
    n.len() == 9 && digits(rest, &[7, 8])
}

/// Hong Kong: one or two letters, six digits, check digit 0–9 or A. Macao: 1, 5 or 7, six digits, one digit.
fn hong_kong_or_macao(n: &str) -> NumberCheck {
    let plain: String = n.chars().filter(|c| !matches!(c, '(' | ')' | '/' | '-')).collect();
    if digits(&plain, &[8]) {
        return fits(plain.starts_with(['1', '5', '7']));
    }
    let letters = plain.bytes().take_while(u8::is_ascii_uppercase).count();
    if !(1..=2).contains(&letters) || plain.len() != letters + 7 || !digits(&plain[letters..letters + 6], &[6]) {
        return NumberCheck::OtherKind;
    }
    let Some(last) = plain.bytes().last().filter(|b| b.is_ascii_digit() || *b == b'A') else {
        return NumberCheck::OtherKind;
    };
    let want = hong_kong_check(&plain[..letters], &plain[letters..letters + 6]);
    if last == want { NumberCheck::Fits } else { NumberCheck::Invalid(NumberError::CheckDigit(char::from(want))) }
}

/// Weights 9…2 over letters (A = 10; a missing first letter counts 36) and digits; the sum with the check digit is 0
/// modulo 11.
fn hong_kong_check(letters: &str, digits: &str) -> u8 {
    let letter = |b: u8| u32::from(b - b'A') + 10;
    let first_two = match letters.as_bytes() {
        [a, b] => letter(*a) * 9 + letter(*b) * 8,
        [b] => 36 * 9 + letter(*b) * 8,
        _ => 0,
    };
    let sum = first_two + digits.bytes().zip((2..=7).rev()).map(|(d, w)| u32::from(d - b'0') * w).sum::<u32>();
    match (11 - sum % 11) % 11 {
        10 => b'A',
        d => b'0' + u8::try_from(d).unwrap_or(0),
    }
}

//! The forms of the numbers on each kind of identity document (N24 三(二)1).
//! Form and check digit only; whose number it is, is not asked here.

use crate::vocabulary::identity::{NumberError, parse_citizen_number};
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
/// Sources: GB 11643 (citizen number, residence permits 810000/820000/830000), the issuing offices' published forms for the others.
/// The check digit of a Macao ID card is not published, so it is not checked; passports have no check digit in their number.
pub fn check(kind: IdKind, number: &str) -> NumberCheck {
    let n = normalise(number).to_uppercase();
    match kind {
        // 社保卡: the card's number is the citizen number.
        IdKind::ResidentIdCard | IdKind::SocialSecurityCard => citizen(&n, |province| !(81..=83).contains(&province) && province != 91),
        IdKind::HongKongMacaoResidencePermit => permit(&n, &["810000", "820000"]),
        IdKind::TaiwanResidencePermit => permit(&n, &["830000"]),
        IdKind::HongKongMacaoIdCard => hong_kong_or_macao(&n),
        IdKind::HongKongMacaoTravelPermit => fits(one_letter_of(&n, "HM").is_some_and(|rest| digits(rest, &[8, 10]))),
        // The older booklet had 10 digits and a sequence in brackets.
        IdKind::TaiwanTravelPermit => {
            fits(digits(&n, &[8, 10, 12]) || n.strip_suffix(')').and_then(|r| r.split_once('(')).is_some_and(|(a, b)| digits(a, &[10]) && !b.is_empty() && b.len() <= 2))
        }
        IdKind::ForeignerPermanentResidence => foreigner(&n),
        IdKind::Passport | IdKind::HongKongMacaoPassport => fits(is_passport(&n)),
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

/// The new card (2017) has 18 characters starting with 9 and the check digit of GB 11643; before: three letters and twelve digits.
fn foreigner(n: &str) -> NumberCheck {
    let old = n.len() == 15 && n.is_ascii() && n.bytes().take(3).all(|b| b.is_ascii_uppercase()) && digits(&n[3..], &[12]);
    if old {
        return NumberCheck::Fits;
    }
    let new = n.len() == 18 && n.is_ascii() && n.starts_with('9') && digits(&n[..17], &[17]);
    if !new {
        return NumberCheck::OtherKind;
    }
    match crate::vocabulary::identity::check_digit(&n[..17]) {
        Some(want) if n.ends_with(want) => NumberCheck::Fits,
        Some(want) => NumberCheck::Invalid(NumberError::CheckDigit(want)),
        None => NumberCheck::OtherKind,
    }
}

/// Letters and digits, 7 to 9, not all letters (ICAO 9303: at most nine characters).
fn is_passport(n: &str) -> bool {
    (7..=9).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && n.bytes().filter(u8::is_ascii_digit).count() >= 5
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

/// Weights 9…2 over letters (A = 10; a missing first letter counts 36) and digits; the sum with the check digit is 0 modulo 11.
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

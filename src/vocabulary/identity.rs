//! The citizen identity number (GB 11643-1999): form, birth date, sex, check digit (ISO 7064 MOD 11-2).
//! Only parsing; whose number it is, is not asked here.

use super::documents::Sex;
use jiff::civil::Date;

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// Not 17 digits and a digit or X.
    Form,
    /// The first two digits are no province-level code.
    Region,
    /// Digits 7–14 are no date.
    BirthDate,
    /// The last character is not the check digit; the right one is given.
    CheckDigit(char),
}

/// A well-formed number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitizenNumber {
    pub birth_date: Date,
    pub sex: Sex,
    /// Two-digit province-level code (81–83: residence permits of Hong Kong, Macao, Taiwan residents).
    pub province: u8,
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
pub fn check_digit(first17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits: Vec<u32> = first17.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    if digits.len() != 17 {
        return None;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
    "10X98765432".chars().nth((sum % 11) as usize)
}

/// Reads an 18-character number; `x` counts as `X`, white space and width are forgiven.
///
/// # Errors
/// The first thing that is wrong, in the order form, region, birth date, check digit.
pub fn parse_citizen_number(text: &str) -> Result<CitizenNumber, NumberError> {
    let n: String = super::text::normalise(text).to_uppercase();
    let ok = n.len() == 18 && n.is_ascii() && n.bytes().take(17).all(|b| b.is_ascii_digit()) && n.ends_with(|c: char| c.is_ascii_digit() || c == 'X');
    if !ok {
        return Err(NumberError::Form);
    }
    let province: u8 = n[..2].parse().map_err(|_| NumberError::Form)?;
    const PROVINCES: [u8; 36] =
        [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91];
    if !PROVINCES.contains(&province) {
        return Err(NumberError::Region);
    }
    let (y, m, d): (i16, i8, i8) = match (n[6..10].parse(), n[10..12].parse(), n[12..14].parse()) {
        (Ok(y), Ok(m), Ok(d)) => (y, m, d),
        _ => return Err(NumberError::BirthDate),
    };
    let birth_date = Date::new(y, m, d).map_err(|_| NumberError::BirthDate)?;
    if !(1900..=2100).contains(&y) {
        return Err(NumberError::BirthDate);
    }
    let want = check_digit(&n[..17]).ok_or(NumberError::Form)?;
    if !n.ends_with(want) {
        return Err(NumberError::CheckDigit(want));
    }
    let odd = n.as_bytes()[16] % 2 == 1;
    Ok(CitizenNumber { birth_date, sex: if odd { Sex::Male } else { Sex::Female }, province })
}

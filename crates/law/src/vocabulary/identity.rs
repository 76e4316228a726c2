//! The citizen identity number (GB 11643-1999) and the number of a foreigner's permanent residence card, which follows
//! it since 2023-12-01 (国家移民管理局, 新版外国人永久居留身份证, 表 1): form, birth date, sex, check digit (ISO 7064 MOD 11-2). Whose
//! number it is, is not asked here.

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

/// A well-formed number of either kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitizenNumber {
    pub birth_date: Date,
    pub sex: Sex,
    /// Two-digit province-level code (81–83: residence permits of Hong Kong, Macao, Taiwan residents).
    pub province: u8,
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
pub fn check_digit(first17: &str) -> Option<char> {
    let digits = first17.as_bytes();
    (digits.len() == 17 && digits.iter().all(u8::is_ascii_digit)).then(|| char::from(check_character(digits)))
}

/// Reads an 18-character number; `x` counts as `X`, white space and width are forgiven.
///
/// # Errors
/// The first thing that is wrong, in the order form, region, birth date, check digit.
pub fn parse_citizen_number(text: &str) -> Result<CitizenNumber, NumberError> {
    let n = plain(text)?;
    let province = two_digits(&n, 0);
    if !PROVINCES.contains(&province) && !matches!(province, 81..=83 | 91) {
        return Err(NumberError::Region);
    }
    dated_and_checked(&n, province)
}

/// Reads the 18-character number of a foreigner's permanent residence card: 9, the province where it was applied for,
/// three digits of nationality (GB/T 2659.1), then birth date, sequence and check digit as a citizen's.
///
/// # Errors
/// As [`parse_citizen_number`].
pub fn parse_foreigner_number(text: &str) -> Result<CitizenNumber, NumberError> {
    let n = plain(text)?;
    if n[0] != b'9' {
        return Err(NumberError::Form);
    }
    let province = two_digits(&n, 1);
    if !PROVINCES.contains(&province) {
        return Err(NumberError::Region);
    }
    dated_and_checked(&n, province)
}

/// GB/T 2260, by the first two digits.
const PROVINCES: [u8; 32] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71,
];

/// The 18 characters, upper case. ASCII without blanks, which nearly every number is, costs no normalising.
fn plain(text: &str) -> Result<[u8; 18], NumberError> {
    let mut n: [u8; 18] = match text.as_bytes().try_into() {
        Ok(bytes) => bytes,
        Err(_) => super::text::normalise(text).as_bytes().try_into().map_err(|_| NumberError::Form)?,
    };
    n.make_ascii_uppercase();
    let form = n[..17].iter().all(u8::is_ascii_digit) && (n[17].is_ascii_digit() || n[17] == b'X');
    if form { Ok(n) } else { Err(NumberError::Form) }
}

fn two_digits(n: &[u8; 18], at: usize) -> u8 {
    (n[at] - b'0') * 10 + (n[at + 1] - b'0')
}

/// What both kinds have in common from the seventh digit on.
fn dated_and_checked(n: &[u8; 18], province: u8) -> Result<CitizenNumber, NumberError> {
    let year = i16::from(two_digits(n, 6)) * 100 + i16::from(two_digits(n, 8));
    let part = |at| i8::try_from(two_digits(n, at)).map_err(|_| NumberError::BirthDate);
    let birth_date = Date::new(year, part(10)?, part(12)?).map_err(|_| NumberError::BirthDate)?;
    if !(1900..=2100).contains(&year) {
        return Err(NumberError::BirthDate);
    }
    let want = check_character(&n[..17]);
    if n[17] != want {
        return Err(NumberError::CheckDigit(char::from(want)));
    }
    let odd = n[16] % 2 == 1;
    Ok(CitizenNumber { birth_date, sex: if odd { Sex::Male } else { Sex::Female }, province })
}

/// ISO 7064 MOD 11-2; `digits` are 17 ASCII digits.
fn check_character(digits: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
    b"10X98765432"[(sum % 11) as usize]
}

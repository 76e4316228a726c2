//! From a value that names a person to a short token: a keyed hash by which rows can be joined and from which the value
//! cannot be found without the key.
//! Knows kinds of values and nothing of where they stand.

use crate::vocabulary::personal::Personal;
use crate::vocabulary::text::normalise;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Hex digits of a token: 48 bits. Among 100,000 persons two share one with a chance of 1 in 50,000.
const DIGITS: usize = crate::report::person::TOKEN;
/// Bytes that a key has at least: as many as HMAC-SHA256 gives out.
pub const LEAST_KEY: usize = 32;

/// What a value is; its word stands before the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A field or a column that names a person.
    Of(Personal),
    SubmissionId,
    Folder,
    File,
    Reviewer,
    /// A head of a table or a key that nobody knows.
    Word,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Of(personal) => personal.word(),
            Self::SubmissionId => "编号",
            Self::Folder => "文件夹",
            Self::File => "文件",
            Self::Reviewer => "审核人",
            Self::Word => "列名",
        }
    }
}

/// The secret by which values become tokens. Has no `Debug`: it must not come to stand in a log.
#[derive(Clone)]
pub struct Key {
    mac: Hmac<Sha256>,
}

impl Key {
    /// `None` for a key that is shorter than [`LEAST_KEY`].
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mac = Hmac::new_from_slice(bytes).ok().filter(|_| bytes.len() >= LEAST_KEY)?;
        Some(Self { mac })
    }

    /// Tells keys apart and says nothing of this one: runs whose marks are equal can be joined.
    pub fn mark(&self) -> String {
        self.hash("yushen: which key is this?")
    }

    /// `姓名#3f9a1c2e5b07`: the same for the same value, whatever its spacing, width and case. The hash is of the value
    /// alone, so that a number has one hash wherever it stands.
    pub fn token(&self, kind: Kind, value: &str) -> String {
        format!("{}#{}", kind.word(), self.hash(&normal(kind, value)))
    }

    fn hash(&self, text: &str) -> String {
        let mut mac = self.mac.clone();
        mac.update(text.as_bytes());
        let mut hex = format!("{:x}", mac.finalize().into_bytes());
        hex.truncate(DIGITS);
        hex
    }
}

/// One spelling of a value.
fn normal(kind: Kind, value: &str) -> String {
    let plain = normalise(value).to_uppercase();
    match kind {
        Kind::Of(Personal::Phone) => {
            let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
            let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).filter(|d| d.len() == 11);
            national.map_or(digits.clone(), ToOwned::to_owned)
        }
        Kind::Of(Personal::BirthDate) => {
            let parts: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
            match parts[..] {
                [y, m, d] => format!("{y}-{m:0>2}-{d:0>2}"),
                [all] if all.len() == 8 => format!("{}-{}-{}", &all[..4], &all[4..6], &all[6..]),
                _ => plain,
            }
        }
        // Whatever is put between its parts: 阿卜杜拉·买买提, 110101-19900307-001X.
        Kind::Of(Personal::Name | Personal::Number | Personal::Certificate) => {
            let bare: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
            if bare.is_empty() { plain } else { bare }
        }
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new(&[7; 32]).unwrap()
    }

    #[test]
    fn one_value_has_one_token_however_it_is_written() {
        for (kind, values) in [
            (Kind::Of(Personal::Name), vec!["王永刚", " 王 永刚", "王永刚\u{200b}"]),
            (Kind::Of(Personal::Name), vec!["阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉买买提"]),
            (
                Kind::Of(Personal::Number),
                vec!["37010219940727553X", "３７０１０２19940727553x", "370102 19940727 553X", "370102-19940727-553X"],
            ),
            (Kind::Of(Personal::Phone), vec!["13930295833", "+86 139-3029-5833", "8613930295833"]),
            (Kind::Of(Personal::BirthDate), vec!["1990-03-07", "1990年3月7日", "19900307", "1990/3/7"]),
        ] {
            let tokens: std::collections::BTreeSet<String> = values.iter().map(|v| key().token(kind, v)).collect();
            assert_eq!(tokens.len(), 1, "{tokens:?}");
        }
        assert_ne!(key().token(Kind::Of(Personal::Name), "王永刚"), key().token(Kind::Of(Personal::Name), "王永钢"));
    }

    #[test]
    fn tokens_are_keyed() {
        let other = Key::new(&[8; 32]).unwrap();
        assert_ne!(key().token(Kind::Of(Personal::Name), "王永刚"), other.token(Kind::Of(Personal::Name), "王永刚"));
        assert_ne!(key().mark(), other.mark());
        assert!(Key::new(&[7; 31]).is_none());
        let token = key().token(Kind::Of(Personal::Name), "王永刚");
        let hex = token.strip_prefix("姓名#").unwrap();
        assert!(hex.len() == DIGITS && hex.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
    }
}

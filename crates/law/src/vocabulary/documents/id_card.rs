//! 居民身份证, both sides.

use super::field::{FieldValue, document, field};
use crate::vocabulary::calendar::{ValidUntil, WrittenDate};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::holds::Holds;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::plain::Plain;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

document! {
    /// 居民身份证, portrait side (also the other kinds' side that bears name and number).
    pub struct IdCardFront {
        name: Fact<String> = field("姓名", "name").personal(Personal::Name),
        sex: Fact<Sex> = field("性别", "sex"),
        ethnicity: Fact<String> = field("民族", "ethnicity").personal(Personal::Ethnicity),
        birth_date: Fact<WrittenDate> = field("出生日期", "birth date").personal(Personal::BirthDate),
        address: Fact<String> = field("住址", "address").personal(Personal::Address),
        number: Fact<String> = field("公民身份号码", "identity number")
            .label("证件号码")
            .personal(Personal::Number)
            .digits(),
    }
}

document! {
    /// 居民身份证, emblem side.
    pub struct IdCardBack {
        authority: Fact<String> = field("签发机关", "authority").personal(Personal::Authority),
        valid_from: Fact<WrittenDate> = field("有效期限", "valid from").label("有效期起"),
        valid_to: Fact<ValidUntil> = field("有效期限", "valid to").label("有效期止"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub fn name(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }

    pub fn parse(s: &str) -> Option<Self> {
        match s.trim() {
            "男" | "男性" | "M" => Some(Self::Male),
            "女" | "女性" | "F" => Some(Self::Female),
            _ => None,
        }
    }
}

impl Plain for Sex {
    fn plain(&self) -> serde_json::Value {
        self.name().into()
    }
}

impl FieldValue for Sex {
    const DIGITS: bool = false;
    const CLOSED: bool = true;
    const HOLDS: Holds = Holds::Sex;

    fn of_reading(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

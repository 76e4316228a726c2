//! 毕业证书, and what kinds of schooling it may show.

use super::field::{FieldValue, document, field};
use super::id_card::Sex;
use crate::vocabulary::calendar::{WrittenDate, WrittenMonth};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::holds::Holds;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::plain::Plain;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

document! {
    /// 毕业证书.
    pub struct Diploma {
        title: Fact<String> = field("标题", "title"),
        name: Fact<String> = field("姓名", "name").personal(Personal::Name),
        number: Fact<String> = field("身份证号", "identity number")
            .label("证件号码")
            .personal(Personal::Number)
            .digits(),
        sex: Fact<Sex> = field("性别", "sex"),
        birth_date: Fact<WrittenDate> = field("出生日期", "birth date").personal(Personal::BirthDate),
        start: Fact<WrittenMonth> = field("起始时间", "start").label("起始"),
        end: Fact<WrittenMonth> = field("结束时间", "end").label("终止"),
        major: Fact<String> = field("专业", "major"),
        school: Fact<String> = field("院校名称", "school").label("院校"),
        /// The kind of school, from title, track (高级工班, 专科 …) and the school's name.
        schooling: Fact<Schooling> = field("学校类别及学历层次", "schooling").label("学历层次"),
        diploma_number: Fact<String> = field("毕业证书编号", "diploma number")
            .personal(Personal::Certificate)
            .digits(),
        issued_on: Fact<WrittenDate> = field("发证日期", "issued on"),
    }
}

/// What kind of schooling a document shows. The sources' four major lists go by [`SchoolKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schooling {
    /// 技工院校 中级工班 (or a 技工学校 without a word on the class)
    TechnicalIntermediate,
    /// 技工院校 高级工班, 高级技工学校
    TechnicalSenior,
    /// 技师学院 预备技师班, 技师班
    TechnicalTechnician,
    /// 中专, 职高, 中等职业学校
    SecondaryVocational,
    /// 高职, 专科
    HigherVocational,
    /// 本科
    Bachelor,
    /// 硕士研究生
    Master,
    /// 博士研究生
    Doctor,
}

/// The school kinds by which the sources list majors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SchoolKind {
    /// 技工学校
    Technical,
    /// 中等(及以上)职业学校
    SecondaryVocational,
    /// 高等职业学校
    HigherVocational,
    /// 本科院校, 普通高等学校
    University,
}

impl SchoolKind {
    pub const ALL: [Self; 4] = [Self::Technical, Self::SecondaryVocational, Self::HigherVocational, Self::University];

    pub fn name(self) -> &'static str {
        match self {
            Self::Technical => "技工学校",
            Self::SecondaryVocational => "中等职业学校",
            Self::HigherVocational => "高等职业学校",
            Self::University => "普通高等学校",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

impl Schooling {
    pub const ALL: [Self; 8] = [
        Self::TechnicalIntermediate,
        Self::TechnicalSenior,
        Self::TechnicalTechnician,
        Self::SecondaryVocational,
        Self::HigherVocational,
        Self::Bachelor,
        Self::Master,
        Self::Doctor,
    ];

    /// The schooling with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    pub fn kind(self) -> SchoolKind {
        match self {
            Self::TechnicalIntermediate | Self::TechnicalSenior | Self::TechnicalTechnician => SchoolKind::Technical,
            Self::SecondaryVocational => SchoolKind::SecondaryVocational,
            Self::HigherVocational => SchoolKind::HigherVocational,
            Self::Bachelor | Self::Master | Self::Doctor => SchoolKind::University,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::TechnicalIntermediate => "技工院校（中级工班）",
            Self::TechnicalSenior => "技工院校（高级工班）",
            Self::TechnicalTechnician => "技师学院（预备技师班、技师班）",
            Self::SecondaryVocational => "中等职业学校",
            Self::HigherVocational => "高职、专科",
            Self::Bachelor => "本科",
            Self::Master => "硕士研究生",
            Self::Doctor => "博士研究生",
        }
    }
}

impl Plain for Schooling {
    fn plain(&self) -> serde_json::Value {
        self.name().into()
    }
}

impl FieldValue for Schooling {
    const DIGITS: bool = false;
    const CLOSED: bool = true;
    const HOLDS: Holds = Holds::Nothing;

    fn of_reading(text: &str) -> Option<Self> {
        Self::from_name(text)
    }
}

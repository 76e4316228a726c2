//! The registration page's columns, declared once: their words, what they tell of a person, and what the page says of
//! one applicant.
//! Whether a value is right is for the rules.

use super::documents::Sex;
use super::level::Level;
use super::personal::Personal;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value with what stood there; `value` is `None` if it cannot be what its column says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry<T> {
    pub raw: String,
    pub value: Option<T>,
}

impl<T> Entry<T> {
    pub fn new(raw: impl Into<String>, value: Option<T>) -> Self {
        Self { raw: raw.into(), value }
    }
}

/// One column of the registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The key in the findings.
    pub name: &'static str,
    /// The key in `submission.json`.
    pub json: &'static str,
    /// The head in the table, and the word in messages and on the report's page.
    pub head: &'static str,
    /// The English word on the report's page.
    pub en: &'static str,
    /// Other heads that the same values are known to stand under; hidden alike.
    pub also: &'static [&'static str],
    /// What `--redact` hides in it.
    pub personal: Option<Personal>,
    /// Its values come from a closed list of ours: redaction lets them stand.
    pub closed: bool,
}

const fn column(head: &'static str, en: &'static str) -> Column {
    Column { name: "", json: "", head, en, also: &[], personal: None, closed: false }
}

impl Column {
    const fn json(self, json: &'static str) -> Self {
        Self { json, ..self }
    }

    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    const fn personal(self, what: Personal) -> Self {
        Self { personal: Some(what), ..self }
    }

    const fn closed(self) -> Self {
        Self { closed: true, ..self }
    }

    /// The declaration under its name, which is its key in `submission.json` too, unless another one is declared.
    const fn named(self, name: &'static str) -> Self {
        Self { name, json: if self.json.is_empty() { name } else { self.json }, ..self }
    }
}

/// A value that a column can hold.
trait ColumnValue {
    /// The value itself, if it is a text.
    fn text(&self) -> Option<&str> {
        None
    }
}

impl ColumnValue for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl ColumnValue for Sex {}
impl ColumnValue for Date {}
impl ColumnValue for IdKind {}
impl ColumnValue for Plan {}
impl ColumnValue for Level {}
impl ColumnValue for u8 {}
impl ColumnValue for u32 {}

/// Looks at two registrations of one applicant, column by column.
pub trait ColumnPairs {
    fn pair<T: PartialEq>(&mut self, column: &'static Column, first: &mut Option<Entry<T>>, second: Option<Entry<T>>);
}

/// Declares the registration: its struct, as schema and findings have it, with each column's declaration behind `=`.
macro_rules! registration {
    ($(#[$meta:meta])* pub struct $registration:ident { $($(#[$doc:meta])* $name:ident: $type:ty = $declared:expr,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default)]
        pub struct $registration { $($(#[$doc])* pub $name: $type,)+ }

        #[allow(non_upper_case_globals, reason = "a declaration is called as its column is")]
        impl $registration {
            $(pub const $name: Column = $declared.named(stringify!($name));)+
        }

        impl $registration {
            /// All columns, in the registration page's order.
            pub const COLUMNS: &'static [Column] = &[$(Self::$name),+];

            /// What was given in the columns that tell of a person: as it stood there, and as a text where its value is
            /// one.
            pub fn personal(&self) -> impl Iterator<Item = (Personal, &str, Option<&str>)> {
                let all = [$((&Self::$name, self.$name.as_ref().map(|e| (e.raw.as_str(), e.value.as_ref().and_then(ColumnValue::text))))),+];
                all.into_iter().filter_map(|(column, given)| column.personal.zip(given).map(|(what, (raw, value))| (what, raw, value)))
            }

            /// Visits every column of this registration and of another one of the same applicant.
            pub fn pairs(&mut self, other: Self, visitor: &mut impl ColumnPairs) {
                $(visitor.pair(&Self::$name, &mut self.$name, other.$name);)+
            }
        }
    };
}

registration! {
    /// The registration page's own facts (docs/domain.md, "Registration table"). A field that was left empty is `None`.
    pub struct Registration {
        name: Option<Entry<String>> = column("姓名", "name").personal(Personal::Name),
        sex: Option<Entry<Sex>> = column("性别", "sex").closed(),
        #[schemars(with = "Option<Entry<String>>")]
        birth_date: Option<Entry<Date>> = column("出生日期", "birth date").personal(Personal::BirthDate),
        id_type: Option<Entry<IdKind>> = column("证件类型", "kind of document").closed(),
        id_number: Option<Entry<String>> = column("证件号码", "identity number").personal(Personal::Number),
        ethnicity: Option<Entry<String>> = column("民族", "ethnicity").personal(Personal::Ethnicity),
        education: Option<Entry<String>> = column("文化程度", "education"),
        mobile: Option<Entry<String>> = column("手机号码", "mobile").personal(Personal::Phone),
        phone: Option<Entry<String>> = column("联系电话", "phone").personal(Personal::Phone),
        email: Option<Entry<String>> = column("邮箱", "e-mail").personal(Personal::Email),
        postcode: Option<Entry<String>> = column("邮政编码", "postcode").personal(Personal::Postcode),
        source: Option<Entry<String>> = column("考生来源", "source"),
        applicant_role: Option<Entry<String>> = column("报考身份", "applicant's role"),
        plan: Option<Entry<Plan>> = column("认定计划", "plan"),
        occupation: Option<Entry<String>> = column("职业", "occupation"),
        job_type: Option<Entry<String>> = column("工种", "job type"),
        level: Option<Entry<Level>> = column("级别", "level").closed(),
        condition: Option<Entry<u8>> = column("申报条件", "condition"),
        chsi_code: Option<Entry<String>> = column("学信网验证码", "CHSI code").personal(Personal::Certificate).also(&["学历在线验证码"]),
        prior_certificate_number: Option<Entry<String>> = column("上一级证书编号", "prior certificate number")
            .json("prior_certificate_no")
            .also(&["上一级别证书编号", "上一级证书"])
            .personal(Personal::Certificate),
        #[schemars(with = "Option<Entry<String>>")]
        registered_on: Option<Entry<Date>> = column("报名日期", "registered on"),
        /// Yuan.
        fee_paid: Option<Entry<u32>> = column("缴费金额", "fee paid"),
    }
}

impl Registration {
    /// The text of a given field's value, if it was given.
    pub fn text(entry: &Option<Entry<String>>) -> Option<&str> {
        entry.as_ref().and_then(|e| e.value.as_deref())
    }
}

/// 认定计划, as far as its text tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    pub year: Option<u16>,
    /// 1–12.
    pub month: Option<u8>,
}

/// 证件类型 (N24 三(二)1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    /// 居民身份证
    ResidentIdCard,
    /// 北京社保卡
    SocialSecurityCard,
    /// 港澳居民身份证
    HongKongMacaoIdCard,
    /// 港澳居民居住证
    HongKongMacaoResidencePermit,
    /// 港澳居民来往内地通行证 (N24 writes 往来港澳通行证)
    HongKongMacaoTravelPermit,
    /// 港澳护照
    HongKongMacaoPassport,
    /// 台湾居民居住证
    TaiwanResidencePermit,
    /// 台湾居民来往大陆通行证
    TaiwanTravelPermit,
    /// 外国人永久居留身份证
    ForeignerPermanentResidence,
    /// 护照
    Passport,
}

//! What a field of a document or a column of the registration tells of a person, for those who hide it.
//! Says what a value is; how it is hidden is the report's affair.

/// What a value names. Everything that `--redact` replaces in a document or a registration is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Personal {
    Name,
    Number,
    BirthDate,
    Phone,
    Email,
    Address,
    Postcode,
    Ethnicity,
    Authority,
    Certificate,
}

impl Personal {
    /// Do many have the same? A day, a postcode or a nationality is hidden where it stands, and not looked for in other
    /// texts.
    pub fn is_common(self) -> bool {
        matches!(self, Self::BirthDate | Self::Postcode | Self::Ethnicity)
    }

    /// The word that stands before a token in place of the value.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "姓名",
            Self::Number => "证件号码",
            Self::BirthDate => "出生日期",
            Self::Phone => "电话",
            Self::Email => "邮箱",
            Self::Address => "地址",
            Self::Postcode => "邮编",
            Self::Ethnicity => "民族",
            Self::Authority => "签发机关",
            Self::Certificate => "证书编号",
        }
    }
}

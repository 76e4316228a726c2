//! The columns of the registration table, with their heads and their keys in `submission.json`.

/// The registration page's columns (docs/domain.md, "Registration table"), in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Id,
    Name,
    Sex,
    BirthDate,
    IdType,
    IdNumber,
    Ethnicity,
    Education,
    Mobile,
    Phone,
    Email,
    Postcode,
    Source,
    ApplicantRole,
    Plan,
    Occupation,
    JobType,
    Level,
    Condition,
    ChsiCode,
    PriorCertificateNumber,
    RegisteredOn,
    FeePaid,
}

impl Column {
    /// Each column with its header in the table and its key in `submission.json`.
    pub const ALL: [(Self, &'static str, &'static str); 23] = [
        (Self::Id, "报名编号", "id"),
        (Self::Name, "姓名", "name"),
        (Self::Sex, "性别", "sex"),
        (Self::BirthDate, "出生日期", "birth_date"),
        (Self::IdType, "证件类型", "id_type"),
        (Self::IdNumber, "证件号码", "id_number"),
        (Self::Ethnicity, "民族", "ethnicity"),
        (Self::Education, "文化程度", "education"),
        (Self::Mobile, "手机号码", "mobile"),
        (Self::Phone, "联系电话", "phone"),
        (Self::Email, "邮箱", "email"),
        (Self::Postcode, "邮政编码", "postcode"),
        (Self::Source, "考生来源", "source"),
        (Self::ApplicantRole, "报考身份", "applicant_role"),
        (Self::Plan, "认定计划", "plan"),
        (Self::Occupation, "职业", "occupation"),
        (Self::JobType, "工种", "job_type"),
        (Self::Level, "级别", "level"),
        (Self::Condition, "申报条件", "condition"),
        (Self::ChsiCode, "学信网验证码", "chsi_code"),
        (Self::PriorCertificateNumber, "上一级证书编号", "prior_certificate_no"),
        (Self::RegisteredOn, "报名日期", "registered_on"),
        (Self::FeePaid, "缴费金额", "fee_paid"),
    ];

    pub fn from_header(header: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, h, _)| *h == header).map(|(c, ..)| c)
    }

    pub fn header(self) -> &'static str {
        Self::ALL.into_iter().find(|(c, ..)| *c == self).map_or("", |(_, h, _)| h)
    }
}

//! 北京市职业技能认定申报表, with its sentences and the copied condition.

use super::alteration::{Alteration, CORRECTIONS};
use super::field::{document, field};
use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{CopyOutcome, Fact, Verification};
use crate::vocabulary::level::Level;
use crate::vocabulary::personal::Personal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The form's heading over the three fields about the certificate that the applicant holds.
pub const PRIOR_CERTIFICATE: &str = "现有职业资格证书";

/// The copied condition, compared with every condition of the closed list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionCopy {
    /// The cell itself: blank, illegible, or read (its `text` is the best candidate's, its `free` the free reading).
    pub fact: Fact<String>,
    /// Candidates by fit, best first, at most five: text and its alignment.
    pub candidates: Vec<ConditionCandidate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionCandidate {
    pub text: String,
    pub outcome: CopyOutcome,
    /// Nats above the free path; 0 is a perfect fit.
    pub gap: f32,
}

impl ConditionCopy {
    /// How well this text fits, if it was among the five best candidates or was verified.
    pub fn verification(&self) -> Option<&Verification> {
        self.fact.verified.as_ref()
    }
}

document! {
    /// One 工作经历 sentence.
    pub struct WorkSentence {
        start: Fact<WrittenMonth> = field("工作起始时间", "start").label("起始").by_hand(),
        end: Fact<SpanEnd> = field("工作结束时间", "end").label("终止").by_hand(),
        employer: Fact<String> = field("工作单位", "employer").by_hand(),
        occupation_start: Fact<WrittenMonth> = field("从事职业的起始时间", "occupation: start").label("从事职业起始"),
        occupation_end: Fact<SpanEnd> = field("从事职业的结束时间", "occupation: end").label("从事职业终止"),
        occupation: Fact<String> = field("从事的职业（工种）", "occupation").label("职业").by_hand(),
        /// 共X年, in years (a fraction is fine).
        years: Fact<f32> = field("共几年", "years in total"),
        signature: Fact<String> = field("签名", "signature").signature(),
        signed_on: Fact<WrittenDate> = field("签字日期", "signed on").label("签名日期"),
    }
}

impl WorkSentence {
    /// Is anything at all written in this sentence?
    pub fn is_filled(&self) -> bool {
        self.start.is_filled() || self.end.is_filled() || self.employer.is_filled() || self.occupation.is_filled() || self.years.is_filled()
    }
}

document! {
    /// 技工院校、职业院校学历.
    pub struct SchoolSentence {
        start: Fact<WrittenMonth> = field("就读起始时间", "start").label("起始"),
        end: Fact<SpanEnd> = field("就读结束时间", "end").label("终止"),
        school: Fact<String> = field("院校名称", "school").label("院校").by_hand(),
        major: Fact<String> = field("所学专业", "major").label("专业").by_hand(),
        signature: Fact<String> = field("签名", "signature").signature(),
        signed_on: Fact<WrittenDate> = field("签字日期", "signed on").label("签名日期"),
    }
}

impl SchoolSentence {
    pub fn is_filled(&self) -> bool {
        self.start.is_filled() || self.end.is_filled() || self.school.is_filled() || self.major.is_filled()
    }
}

document! {
    /// 北京市职业技能认定申报表.
    pub struct ApplicationForm {
        name: Fact<String> = field("姓名", "name").personal(Personal::Name).by_hand(),
        number: Fact<String> = field("身份证号", "identity number")
            .label("证件号码")
            .personal(Personal::Number)
            .digits()
            .by_hand(),
        prior_occupation: Fact<String> = field("现有职业资格证书的职业（工种）名称", "prior certificate: occupation")
            .label("现有证书职业")
            .under(PRIOR_CERTIFICATE)
            .by_hand(),
        prior_level: Fact<Level> = field("现有职业资格证书的级别", "prior certificate: level")
            .label("现有证书级别")
            .under(PRIOR_CERTIFICATE)
            .by_hand(),
        prior_certificate_number: Fact<String> = field("现有职业资格证书的编号", "prior certificate: number")
            .label("现有证书编号")
            .personal(Personal::Certificate)
            .digits()
            .under(PRIOR_CERTIFICATE)
            .by_hand(),
        occupation: Fact<String> = field("申报职业名称", "occupation").label("职业").by_hand(),
        level: Fact<Level> = field("申报级别", "level").label("级别").by_hand(),
        condition: Option<ConditionCopy> = field("申报条件", "condition").by_hand(),
        chsi_code: Fact<String> = field("学信网验证码", "CHSI code")
            .personal(Personal::Certificate)
            .digits()
            .by_hand(),
        work: Vec<WorkSentence> = field("工作经历", "work").numbered("第 {0} 段", "span {0}"),
        education: SchoolSentence = field("技工院校、职业院校学历", "education").label("学历"),
        alterations: Vec<Alteration> = CORRECTIONS,
        /// Were alterations looked for at all?
        alterations_judged: bool,
    }
}

//! 北京市职业技能认定申报表, with its sentences and the copied condition.

use super::alteration::Alteration;
use super::field::{At, CORRECTIONS, Field, Fields, Member, Visitor, VisitorMut, document, field};
use super::id_card::Sex;
use super::pair::{FactPair, FormId, Pair};
use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{CopyOutcome, Fact, State, Verification};
use crate::vocabulary::holds::Holds;
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

impl Member for Option<ConditionCopy> {
    const HOLDS: Holds = Holds::Copy;

    fn walk<'a>(&'a self, at: &At<'_>, visitor: &mut impl Visitor<'a>) {
        if let Some(copy) = self {
            visitor.field(at, &copy.fact);
        }
    }

    fn walk_mut(&mut self, at: &At<'_>, visitor: &mut impl VisitorMut) {
        if let Some(copy) = self {
            visitor.field(at, &mut copy.fact);
        }
    }

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        visitor(&mut Copies(self, other.as_ref()));
    }
}

/// The copied condition: which one it is, and whether it is faithful.
struct Copies<'a>(&'a mut Option<ConditionCopy>, Option<&'a ConditionCopy>);

impl Pair for Copies<'_> {
    fn other_found(&self) -> bool {
        self.1.is_some_and(|c| c.fact.state != State::NotFound)
    }

    fn contradicts(&self) -> bool {
        let (Some(a), Some(b)) = (self.0.as_ref(), self.1) else { return false };
        let mut fact = a.fact.clone();
        let outcome = |c: &ConditionCopy| c.fact.verified.as_ref().map(|v| v.outcome);
        FactPair(&mut fact, &b.fact).contradicts() || (b.fact.state == State::Read && outcome(a) != outcome(b))
    }

    fn complete(&mut self) {
        if self.0.as_ref().is_none_or(|c| c.fact.state == State::NotFound) {
            self.overlay();
        }
    }

    fn overlay(&mut self) {
        if self.other_found() {
            *self.0 = self.1.cloned();
        }
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
        /// 岗位, where a form has a row for each job.
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        post: Fact<String> = field("岗位", "post").on_some_forms().by_hand(),
    }
}

impl WorkSentence {
    /// Is anything at all written in this sentence?
    pub fn is_filled(&self) -> bool {
        self.start.is_filled()
            || self.end.is_filled()
            || self.employer.is_filled()
            || self.occupation.is_filled()
            || self.years.is_filled()
    }
}

impl Member for Vec<WorkSentence> {
    const PARTS: &'static [Field] = WorkSentence::FIELDS;
    const HOLDS: Holds = Holds::Section;

    fn walk<'a>(&'a self, at: &At<'_>, visitor: &mut impl Visitor<'a>) {
        for (i, sentence) in self.iter().enumerate() {
            Fields::walk(sentence, &format!("{}[{i}].", at.path()), Some(at.field), visitor);
        }
    }

    fn walk_mut(&mut self, at: &At<'_>, visitor: &mut impl VisitorMut) {
        for (i, sentence) in self.iter_mut().enumerate() {
            Fields::walk_mut(sentence, &format!("{}[{i}].", at.path()), Some(at.field), visitor);
        }
    }

    fn pairs(&mut self, other: &Self, visitor: &mut dyn FnMut(&mut dyn Pair)) {
        visitor(&mut Sentences(self, other));
    }
}

/// The employments: the same ones in the same order, or others.
struct Sentences<'a>(&'a mut Vec<WorkSentence>, &'a [WorkSentence]);

impl Pair for Sentences<'_> {
    fn other_found(&self) -> bool {
        self.1.iter().any(WorkSentence::is_filled)
    }

    fn contradicts(&self) -> bool {
        if !self.other_found() || !self.0.iter().any(WorkSentence::is_filled) {
            return false;
        }
        let mut mine = self.0.clone();
        mine.len() != self.1.len() || mine.iter_mut().zip(self.1).any(|(a, b)| a.contradicts(b))
    }

    fn complete(&mut self) {
        if !self.0.iter().any(WorkSentence::is_filled) {
            self.overlay();
        }
    }

    fn overlay(&mut self) {
        if self.other_found() {
            *self.0 = self.1.to_vec();
        }
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
    /// 申报表, of any office: what its form does not have stays `NotFound`.
    pub struct ApplicationForm {
        /// Which form it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        form: Option<FormId>,
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
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        sex: Fact<Sex> = field("性别", "sex").on_some_forms().by_hand(),
        /// 出生年月.
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        born: Fact<WrittenMonth> = field("出生年月", "born").personal(Personal::BirthDate).on_some_forms().by_hand(),
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        mobile: Fact<String> = field("联系电话", "mobile")
            .label("手机号码")
            .personal(Personal::Phone)
            .digits()
            .on_some_forms()
            .by_hand(),
        /// 最高学历.
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        highest_schooling: Fact<String> = field("最高学历", "highest schooling").on_some_forms().by_hand(),
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        major: Fact<String> = field("学历专业", "major").label("专业").on_some_forms().by_hand(),
        /// Where the applicant works now, and as what.
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        employer: Fact<String> = field("工作单位", "employer").on_some_forms().by_hand(),
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        post: Fact<String> = field("现岗位", "post").label("岗位").on_some_forms().by_hand(),
        /// 发证日期 of the certificate that the applicant holds.
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        prior_issued_on: Fact<WrittenDate> = field("现有职业资格证书的发证日期", "prior certificate: issued on")
            .label("现有证书发证日期")
            .on_some_forms()
            .under(PRIOR_CERTIFICATE),
        /// The one signature under the whole form, and its date.
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        signature: Fact<String> = field("签名", "signature").on_some_forms().signature(),
        #[serde(skip_serializing_if = "Fact::is_not_found")]
        signed_on: Fact<WrittenDate> = field("签字日期", "signed on").label("签名日期").on_some_forms(),
        alterations: Vec<Alteration> = CORRECTIONS,
        /// Were alterations looked for at all?
        alterations_judged: bool,
    }
}

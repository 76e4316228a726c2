//! The four 承诺书.

use super::alteration::Alteration;
use super::application_form::WorkSentence;
use super::field::{CORRECTIONS, document, field};
use super::pair::FormId;
use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::level::Level;
use crate::vocabulary::personal::Personal;

document! {
    /// Any of the four 承诺书: the same head; what a kind does not have stays `NotFound`.
    pub struct Commitment {
        /// Which form it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        form: Option<FormId>,
        name: Fact<String> = field("姓名", "name").personal(Personal::Name).by_hand(),
        number: Fact<String> = field("身份证号", "identity number")
            .label("证件号码")
            .personal(Personal::Number)
            .digits()
            .by_hand(),
        occupation: Fact<String> = field("申报职业", "occupation").label("职业").by_hand(),
        level: Fact<Level> = field("申报级别", "level").label("级别"),
        /// 工作经历, 培训经历: the span.
        start: Fact<WrittenMonth> = field("起始时间", "start").label("起始"),
        end: Fact<SpanEnd> = field("结束时间", "end").label("终止"),
        /// 工作经历: 共X年.
        years: Fact<f32> = field("共几年", "years in total"),
        /// 学历: 本人学历X.
        education: Fact<String> = field("学历", "education").by_hand(),
        /// 培训经历: where, and how many hours.
        institution: Fact<String> = field("培训机构", "institution").by_hand(),
        hours: Fact<u32> = field("培训学时", "hours").label("学时"),
        signature: Fact<String> = field("签名", "signature").signature(),
        mobile: Fact<String> = field("联系电话", "mobile")
            .label("手机号码")
            .personal(Personal::Phone)
            .digits()
            .by_hand(),
        /// 工作承诺书: the date beside the signature, where the form has one.
        signed_on: Fact<WrittenDate> = field("签字日期", "signed on").label("签名日期"),
        /// 工作经历, where the letter has a row for each job instead of one span.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        work: Vec<WorkSentence> = field("工作经历", "work").numbered("第 {0} 段", "span {0}"),
        alterations: Vec<Alteration> = CORRECTIONS,
        alterations_judged: bool,
    }
}

//! 结业证书: the certificate of a finished training.

use super::field::{document, field};
use crate::vocabulary::calendar::{WrittenDate, WrittenMonth};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::level::Level;
use crate::vocabulary::personal::Personal;

document! {
    /// 结业证书.
    pub struct CompletionCertificate {
        name: Fact<String> = field("姓名", "name").personal(Personal::Name),
        number: Fact<String> = field("身份证号", "identity number")
            .label("证件号码")
            .personal(Personal::Number)
            .digits(),
        training_occupation: Fact<String> = field("培训职业", "training: occupation"),
        training_level: Fact<Level> = field("培训级别", "training: level"),
        start: Fact<WrittenMonth> = field("起始时间", "start").label("起始"),
        end: Fact<WrittenMonth> = field("结束时间", "end").label("终止"),
        hours: Fact<u32> = field("培训学时", "hours").label("学时"),
        certificate_number: Fact<String> = field("证书编号", "certificate number")
            .personal(Personal::Certificate)
            .digits(),
        issued_on: Fact<WrittenDate> = field("发证日期", "issued on"),
    }
}

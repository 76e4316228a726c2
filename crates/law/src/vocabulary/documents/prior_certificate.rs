//! 上一级别证书: the certificate of the level below.

use super::field::{document, field};
use crate::vocabulary::calendar::WrittenDate;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::level::Level;
use crate::vocabulary::personal::Personal;

document! {
    /// 上一级别证书.
    pub struct PriorCertificate {
        name: Fact<String> = field("姓名", "name").personal(Personal::Name),
        number: Fact<String> = field("身份证号", "identity number")
            .label("证件号码")
            .personal(Personal::Number)
            .digits(),
        certificate_occupation: Fact<String> = field("职业名称", "occupation on the certificate").label("证书职业"),
        certificate_level: Fact<Level> = field("等级", "level on the certificate").label("证书级别"),
        certificate_number: Fact<String> = field("证书编号", "certificate number")
            .personal(Personal::Certificate)
            .digits(),
        issued_on: Fact<WrittenDate> = field("发证日期", "issued on"),
    }
}

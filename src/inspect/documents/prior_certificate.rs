//! From the print of a skill certificate (职业技能等级证书, 职业资格证书) to its holder, occupation, level, number and date of issue.
//! Labels tell where a value stands, wherever that is. Rules decide whether the certificate suffices.

use crate::inspect::context::DocumentContext;
use crate::inspect::printed::labels::{issue_date, labelled};
use crate::inspect::printed::{Glyph, PrintedPage};
use crate::inspect::second_reading::again;
use crate::ocr::OcrError;
use crate::vocabulary::documents::{PriorCertificate, SeenAs};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::further::DocumentFacts;

/// Each field's labels as offices print them, the usual one first.
const NAME: &[&str] = &["姓名", "持证人", "持证人姓名"];
const NUMBER: &[&str] = &["证件号码", "身份证号码", "公民身份号码", "身份证号", "身份证件号码", "证件编号"];
const OCCUPATION: &[&str] = &["职业名称", "职业(工种)名称", "职业(工种)", "职业(工种)及等级", "鉴定职业", "职业"];
const LEVEL: &[&str] = &["技能等级", "职业技能等级", "职业资格等级", "资格等级", "等级", "级别"];
const CERTIFICATE_NUMBER: &[&str] = &["证书编号", "证书号码", "证书号", "编号"];
const ISSUED: &[&str] = &["发证日期", "发证时间", "颁发日期", "签发日期"];
const OTHERS: &[&str] = &["证件类型", "工种", "性别", "出生", "文化程度", "理论", "评定成绩", "发证机构", "评价机构"];

/// Reads the certificate.
///
/// # Errors
/// An engine failed.
pub fn read(page: &PrintedPage, _: Option<&SeenAs>, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let rows = page.rows();
    let stops: Vec<&str> = [NAME, NUMBER, OCCUPATION, LEVEL, CERTIFICATE_NUMBER, ISSUED, OTHERS]
        .concat()
        .into_iter()
        .filter(|l| *l != "职业")
        .collect();
    let behind = |labels: &[&str]| -> Vec<Glyph> { labelled(&rows, labels, &stops).unwrap_or_default() };
    let mut certificate = PriorCertificate {
        name: page.name_fact(&behind(NAME), cx)?,
        number: page.number_fact(&behind(NUMBER), cx)?,
        certificate_occupation: page.text_fact(&behind(OCCUPATION), &cx.expect.occupations, cx)?,
        certificate_level: page.level_fact(&behind(LEVEL), cx)?,
        certificate_number: page.certificate_number_fact(
            &behind(CERTIFICATE_NUMBER),
            cx.expect.prior_certificate_number.as_deref(),
            cx,
        )?,
        issued_on: page.date_fact(issue_date(&rows, ISSUED), cx)?,
    };
    again(page, &mut certificate.name, cx);
    again(page, &mut certificate.number, cx);
    // a certificate never bears the citizen number as its own: the wrong line was read
    if certificate.certificate_number.value.is_some() && certificate.certificate_number.value == cx.expect.id_number {
        certificate.certificate_number =
            Fact { place: certificate.certificate_number.place.take(), ..Fact::illegible() };
    }
    again(page, &mut certificate.certificate_number, cx);
    Ok(DocumentFacts::PriorCertificate(Box::new(certificate)))
}

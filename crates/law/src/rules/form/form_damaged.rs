//! `form-damaged`
//!
//! ## What is wrong
//! The form is torn, or a part of it is not in the picture.
//!
//! ## Evidence
//! The part of the sheet that is visible, page by page.
//!
//! ## Cannot tell
//! Not measured: not evaluated. The fields that are lost with the part are not flagged one by one.

use super::some_form;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Scope};
use crate::rules::said::per_cent;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-damaged",
    worst: Severity::Review,
    source: "填表说明四1",
    title_zh: "破损或未拍全",
    title_en: "torn, or a part is not in the picture",
    rests_on: &["sheet"],
    settings: &["reading.visible_threshold"],
    clears_zh: "平铺拍全四角后重新上传；表格破损的，重新填写",
    clears_en: "the whole sheet in the picture, untorn",
    scope: Scope::Document,
    file: include_str!("form_damaged.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    if let Err(outcome) = some_form(case) {
        return outcome;
    }
    let least = case.settings.reading.visible_threshold;
    let mut measured = false;
    let mut flags = Vec::new();
    for page in &case.documents.pages {
        let Some(kind) = page.material.filter(|k| k.is_form() && case.legible(*k)) else { continue };
        let Some(visible) = page.sheet.as_ref().and_then(|s| s.visible) else { continue };
        measured = true;
        if visible < least {
            let (seen, allowed) = per_cent("拍到部分").at_least(visible, least);
            flags.push(
                case.flag(&RULE, Severity::Review)
                    .on_page(Some(kind), page.page)
                    .expected(&*allowed)
                    .observed(&*seen)
                    .applicant(format!(
                        "{kind}破损或未拍摄完整，请平铺后重新拍摄，四角齐全；表格破损的，请重新填写一份。"
                    ))
                    .says(
                        format!("{kind}疑破损或未拍摄完整（{seen}，应{allowed}），请看照片认定。"),
                        format!("The {} is torn, or a part of it is not in the picture.", kind.english()),
                    ),
            );
        }
    }
    Outcome::of_partial(flags, !measured, why::SHEET_NOT_MEASURED)
}

//! `identity-card-unclear`
//!
//! ## What is wrong
//! The card's picture is blurred, glared, stained, cropped or a black-and-white copy.
//!
//! ## Evidence
//! Sharpness, glare, stain, visible part and chroma of the card in its picture, against `settings.toml`.
//!
//! ## Cannot tell
//! Measures that were not taken are left out; none taken: not evaluated.

use crate::rules::case::{Case, Standing};
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Scope};
use crate::rules::said::{Off, per_cent};
use crate::vocabulary::documents::SheetFacts;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::CardSettings;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "identity-card-unclear",
    worst: Severity::Review,
    source: "G2 三6",
    title_zh: "身份证不清晰",
    title_en: "card blurred, glared, stained or cropped",
    rests_on: &["sheet"],
    settings: &["card.min_sharpness", "card.max_glare", "card.max_stain", "card.min_visible", "card.gray_chroma"],
    clears_zh: "重新拍摄身份证原件：完整、清晰、彩色、无反光",
    clears_en: "a whole, sharp picture of the card in colour, without glare",
    scope: Scope::Document,
    certain_on_further: true,
    file: include_str!("identity_card_unclear.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    let mut measured = false;
    let mut there = false;
    for kind in [MaterialKind::IdCardFront, MaterialKind::IdCardBack] {
        if matches!(case.standing(kind), Standing::Absent | Standing::WrongKind | Standing::Unreadable) {
            continue;
        }
        there = true;
        for (page, sheet) in case.documents.pages_of(kind).filter_map(|p| p.sheet.as_ref().map(|s| (p, s))) {
            let (wrong, any) = troubles(sheet, &case.settings.card);
            measured |= any;
            if wrong.is_empty() {
                continue;
            }
            let listed =
                |part: &dyn Fn(&Off) -> String, between: &str| wrong.iter().map(part).collect::<Vec<_>>().join(between);
            let words = listed(&|o| o.word.to_owned(), "、");
            let draft = case
                .flag(&RULE, Severity::Review)
                .on_page(Some(kind), page.page)
                .observed(listed(&|o| o.seen.clone(), "；"))
                .expected(listed(&|o| o.allowed.clone(), "；"))
                .applicant(format!("{kind}照片{words}，请重新拍摄原件，做到完整、清晰，无反光、遮挡和污渍。"));
            flags.push(draft.says(
                format!(
                    "{kind}照片疑{}，请看照片认定。",
                    listed(&|o| format!("{}（{}，应{}）", o.word, o.seen, o.allowed), "、")
                ),
                format!("The picture of the {} is not clear: {}.", kind.english(), listed(&|o| o.en.clone(), "; ")),
            ));
        }
    }
    match (flags.is_empty(), measured, there) {
        (false, ..) => Outcome::Flags(flags),
        (_, _, false) => Outcome::NotApplicable,
        (_, false, _) => Outcome::NotEvaluated(why::CARD_NOT_MEASURED),
        _ => Outcome::Holds,
    }
}

/// What is wrong, and whether anything was measured at all.
fn troubles(sheet: &SheetFacts, s: &CardSettings) -> (Vec<Off>, bool) {
    let en = |name: &str, value: f32| format!("{name} {value:.2}");
    let measured = [sheet.sharpness, sheet.glare, sheet.stain, sheet.visible, sheet.chroma];
    let wrong = [
        sheet.sharpness.and_then(|v| per_cent("清晰度").under(v, s.min_sharpness, "模糊", en("sharpness", v))),
        sheet.glare.and_then(|v| per_cent("反光部分").over(v, s.max_glare, "反光", en("glare", v))),
        sheet.stain.and_then(|v| per_cent("被遮部分").over(v, s.max_stain, "有遮挡或污渍", en("stain", v))),
        sheet.visible.and_then(|v| per_cent("拍到部分").under(v, s.min_visible, "不完整", en("visible", v))),
        sheet.chroma.filter(|v| *v < s.gray_chroma).map(|v| Off {
            word: "为黑白复印件",
            seen: "未见彩色".to_owned(),
            allowed: "见彩色".to_owned(),
            en: en("chroma", v),
        }),
    ];
    (wrong.into_iter().flatten().collect(), measured.iter().any(Option::is_some))
}

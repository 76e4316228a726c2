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
use crate::vocabulary::documents::SheetFacts;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::CardSettings;

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
            let zh = wrong.iter().map(|w| w.0).collect::<Vec<_>>().join("、");
            let seen = wrong.iter().map(|w| w.1.as_str()).collect::<Vec<_>>().join("; ");
            flags.push(case.flag(&RULE, Severity::Review).on_page(Some(kind), page.page).observed(&*seen).says(
                format!("{kind}照片{zh}，请重新拍摄：证件完整、清晰、无反光、无杂物和污渍。"),
                format!("The picture of the {} is not clear: {seen}.", kind.english()),
            ));
        }
    }
    match (flags.is_empty(), measured, there) {
        (false, ..) => Outcome::Flags(flags),
        (_, _, false) => Outcome::NotApplicable,
        (_, false, _) => Outcome::NotEvaluated("the card's picture was not measured"),
        _ => Outcome::Holds,
    }
}

/// What is wrong (Chinese word, measure), and whether anything was measured at all.
fn troubles(sheet: &SheetFacts, s: &CardSettings) -> (Vec<(&'static str, String)>, bool) {
    let mut wrong = Vec::new();
    let mut check = |value: Option<f32>, bad: bool, word: &'static str, name: &str| {
        if let Some(v) = value.filter(|_| bad) {
            wrong.push((word, format!("{name} {v:.2}")));
        }
        value.is_some()
    };
    let any = [
        check(sheet.sharpness, sheet.sharpness.is_some_and(|v| v < s.min_sharpness), "模糊", "sharpness"),
        check(sheet.glare, sheet.glare.is_some_and(|v| v > s.max_glare), "反光", "glare"),
        check(sheet.stain, sheet.stain.is_some_and(|v| v > s.max_stain), "有遮挡或污渍", "stain"),
        check(sheet.visible, sheet.visible.is_some_and(|v| v < s.min_visible), "不完整", "visible"),
        check(sheet.chroma, sheet.chroma.is_some_and(|v| v < s.gray_chroma), "为黑白复印件", "chroma"),
    ]
    .contains(&true);
    (wrong, any)
}

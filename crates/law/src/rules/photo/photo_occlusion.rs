//! `photo-occlusion`
//!
//! ## What is wrong
//! The face is partly covered (hair, mask, hand).
//!
//! ## Evidence
//! One eye's surroundings much darker than the cheek; cheeks and chin of another colour than the forehead; a face whose
//! landmarks cannot be placed surely.
//!
//! ## Cannot tell
//! A photo without such signs is not thereby in order: hair over a cheek or a brow, or a hand of the face's colour, has
//! no honest measure. It stays not evaluated, and the reviewer looks at it.

use super::{REMEDY, draft, located, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::{Measure, PhotoFacts};

pub const RULE: Rule = Rule {
    id: "photo-occlusion",
    worst: Severity::Review,
    source: "N24 不被头发遮盖",
    title_zh: "照片面部被遮挡",
    title_en: "face partly covered",
    rests_on: &["photo.eye_region_darkness", "photo.lower_face_difference", "photo.faces", "photo.head_x"],
    settings: &["photo.eye_region_darkness", "photo.lower_face_difference"],
    clears_zh: "露出完整五官后重新拍摄；其余由审核人员看照片认定",
    clears_en: "a photo with the whole face free; the rest the reviewer sees",
    certain_on_further: true,
    file: include_str!("photo_occlusion.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        let hidden = |eyes: &&[f32; 2]| eyes.iter().filter(|&&eye| eye > s.eye_region_darkness).count() == 1;
        if let Some(eyes) = p.eye_region_darkness.value().filter(hidden) {
            let flag = draft(case, &RULE, Severity::Review)
                .field("eye_region_darkness")
                .expected(format!("≤ {:.0}", s.eye_region_darkness))
                .observed(format!("{:.0}, {:.0}", eyes[0], eyes[1]))
                .says(
                    format!("个人照片一侧眼部被头发或其他物品遮挡，要求五官完整清晰，{REMEDY}"),
                    "One eye is covered, by hair or something else.",
                );
            return Outcome::maybe(Some(located(flag, &p.eye_region_darkness)));
        }
        if let Some(difference) =
            p.lower_face_difference.value().filter(|&&difference| difference > s.lower_face_difference)
        {
            let flag = draft(case, &RULE, Severity::Review)
                .field("lower_face_difference")
                .expected(format!("≤ {:.1}", s.lower_face_difference))
                .observed(format!("{difference:.1}"))
                .says(
                    format!("个人照片口鼻部位被口罩或其他物品遮挡，要求五官完整清晰，{REMEDY}"),
                    "The lower face is covered, by a mask or something else.",
                );
            return Outcome::maybe(Some(located(flag, &p.lower_face_difference)));
        }
        if let Some(why) = unsure(p) {
            let flag = draft(case, &RULE, Severity::Review).field("faces").observed(why).says(
                format!("个人照片的五官无法可靠辨认，可能被遮挡、侧脸或过于模糊，{REMEDY}"),
                "The features of the face cannot be made out surely: covered, turned or blurred.",
            );
            return Outcome::maybe(Some(flag));
        }
        Outcome::NotEvaluated(
            "hair over a cheek or brow, or a hand of the face's colour, has no honest measure; only a hidden eye and a covered lower face are found",
        )
    })
}

/// Why the only face there is could not be judged; none or several faces are `photo-face-count`.
fn unsure(p: &PhotoFacts) -> Option<&str> {
    match (p.faces.value().map(Vec::len), &p.head_x) {
        (Some(1), Measure::NotAssessed { why }) => Some(why),
        _ => None,
    }
}

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

use super::{EYES_DARKER, draft, located, measured, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::plainly;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::PhotoFacts;
use crate::vocabulary::why;

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
            let said = EYES_DARKER.at_most(eyes[0].max(eyes[1]), s.eye_region_darkness);
            let told = format!("个人照片一侧眼部疑被头发或其他物品遮挡：{}，应{}。", said.0, said.1);
            let flag = measured(case, &RULE, Severity::Review, "eye_region_darkness", said)
                .applicant("个人照片一侧眼部被遮挡（五官应完整清晰）。")
                .says(told, "One eye is covered, by hair or something else.");
            return Outcome::maybe(Some(located(flag, &p.eye_region_darkness)));
        }
        if let Some(difference) =
            p.lower_face_difference.value().filter(|&&difference| difference > s.lower_face_difference)
        {
            let said = plainly("口鼻部位与额头的色差").at_most(*difference, s.lower_face_difference);
            let told = format!("个人照片口鼻部位疑被口罩或其他物品遮挡：{}，应{}。", said.0, said.1);
            let flag = measured(case, &RULE, Severity::Review, "lower_face_difference", said)
                .applicant("个人照片口鼻部位被遮挡（五官应完整清晰）。")
                .says(told, "The lower face is covered, by a mask or something else.");
            return Outcome::maybe(Some(located(flag, &p.lower_face_difference)));
        }
        if is_unsure(p) {
            let flag = draft(case, &RULE, Severity::Review)
                .field("faces")
                .observed("五官未能定位")
                .applicant("个人照片五官不清（应五官完整清晰、正面）。")
                .says(
                    "个人照片的五官未能定位，可能被遮挡、侧脸或过于模糊，请看照片认定。",
                    "The features of the face cannot be made out surely: covered, turned or blurred.",
                );
            return Outcome::maybe(Some(flag));
        }
        Outcome::NotEvaluated(why::OCCLUSION_UNSURE)
    })
}

/// Could the only face there is not be judged? None or several faces are `photo-face-count`.
fn is_unsure(p: &PhotoFacts) -> bool {
    p.faces.value().map(Vec::len) == Some(1) && p.head_x.value().is_none()
}

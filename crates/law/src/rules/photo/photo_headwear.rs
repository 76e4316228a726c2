//! `photo-headwear`
//!
//! ## What is wrong
//! A hat or other headwear is worn.
//!
//! ## Evidence
//! The colour above the forehead, further from every colour of hair and skin than `settings.toml` allows; no texture
//! there at all.
//!
//! ## Cannot tell
//! A photo without such signs is not thereby in order: black and brown hats of cloth have the colours and the texture
//! of hair. It stays not evaluated, and the reviewer looks at it.

use super::{located, measured, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::plainly;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "photo-headwear",
    worst: Severity::Review,
    source: "N24 免冠",
    title_zh: "照片未免冠",
    title_en: "hat or other headwear",
    rests_on: &["photo.head_covering", "photo.head_texture"],
    settings: &["photo.head_covering", "photo.head_texture"],
    clears_zh: "免冠重新拍摄；深色帽子由审核人员看照片认定",
    clears_en: "a photo with nothing on the head; dark hats the reviewer sees",
    certain_on_further: true,
    file: include_str!("photo_headwear.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        if let Some(beyond) = p.head_covering.value().filter(|&&beyond| beyond > s.head_covering) {
            let said = plainly("额头以上与发色、肤色的色差").at_most(*beyond, s.head_covering);
            let told = format!("个人照片头部疑戴有帽子、头巾或头饰：{}，应{}。", said.0, said.1);
            let flag = measured(case, &RULE, Severity::Review, "head_covering", said)
                .applicant("个人照片头部戴有帽子、头巾或头饰（应免冠）。")
                .says(told, "Something of another colour than hair seems to be worn on the head.");
            return Outcome::maybe(Some(located(flag, &p.head_covering)));
        }
        if let Some(texture) = p.head_texture.value().filter(|&&texture| texture < s.head_texture) {
            let said = plainly("额头以上的纹理").at_least(*texture, s.head_texture);
            let told = format!("个人照片头顶未见头发纹理，疑戴有帽子或经过修改：{}，应{}。", said.0, said.1);
            let flag = measured(case, &RULE, Severity::Review, "head_texture", said)
                .applicant("个人照片头部戴有帽子，或照片经过修改（应免冠，不得修改）。")
                .says(told, "What is above the forehead has no texture of hair: a smooth hat, or painted over.");
            return Outcome::maybe(Some(located(flag, &p.head_texture)));
        }
        Outcome::NotEvaluated(why::HEADWEAR_UNSURE)
    })
}

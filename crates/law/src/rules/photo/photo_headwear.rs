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

use super::{REMEDY, draft, located, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

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
            let flag = draft(case, &RULE, Severity::Review)
                .field("head_covering")
                .expected(format!("≤ {:.1}", s.head_covering))
                .observed(format!("{beyond:.1}"))
                .says(
                    format!("个人照片头部疑似戴有帽子、头巾或头饰，要求免冠，{REMEDY}"),
                    "Something of another colour than hair seems to be worn on the head.",
                );
            return Outcome::maybe(Some(located(flag, &p.head_covering)));
        }
        if let Some(texture) = p.head_texture.value().filter(|&&texture| texture < s.head_texture) {
            let flag = draft(case, &RULE, Severity::Review)
                .field("head_texture")
                .expected(format!("≥ {:.1}", s.head_texture))
                .observed(format!("{texture:.2}"))
                .says(
                    format!("个人照片头顶没有头发纹理，疑似戴有帽子或经过修改，要求免冠，{REMEDY}"),
                    "What is above the forehead has no texture of hair: a smooth hat, or painted over.",
                );
            return Outcome::maybe(Some(located(flag, &p.head_texture)));
        }
        Outcome::NotEvaluated(
            "black and brown headwear with a texture looks like hair; only coloured, white and quite smooth headwear is found",
        )
    })
}

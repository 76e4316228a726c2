//! `photo-headwear`
//!
//! ## What is wrong
//! A hat or other headwear is worn.
//!
//! ## Evidence
//! The colour above the forehead, further from every colour of hair and skin than `settings.toml` allows; no texture there at all.
//!
//! ## Cannot tell
//! A photo without such signs is not thereby in order: black and brown hats of cloth have the colours and the texture of hair. It stays not evaluated, and the reviewer looks at it.

use super::{REMEDY, draft, located, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "photo-headwear";

pub fn judge(case: &Case<'_>) -> Outcome {
    let p = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    let s = &case.settings.photo;
    if let Some(beyond) = p.head_covering.value().filter(|&&beyond| beyond > s.head_covering) {
        let flag = draft(case, ID, Severity::Review)
            .field("head_covering")
            .expected(format!("≤ {:.1}", s.head_covering))
            .observed(format!("{beyond:.1}"))
            .says(format!("个人照片头部疑似戴有帽子、头巾或头饰，要求免冠，{REMEDY}"), "Something of another colour than hair seems to be worn on the head.");
        return Outcome::maybe(Some(located(flag, &p.head_covering)));
    }
    if let Some(texture) = p.head_texture.value().filter(|&&texture| texture < s.head_texture) {
        let flag = draft(case, ID, Severity::Review).field("head_texture").expected(format!("≥ {:.1}", s.head_texture)).observed(format!("{texture:.2}")).says(
            format!("个人照片头顶没有头发纹理，疑似戴有帽子或经过修改，要求免冠，{REMEDY}"),
            "What is above the forehead has no texture of hair: a smooth hat, or painted over.",
        );
        return Outcome::maybe(Some(located(flag, &p.head_texture)));
    }
    Outcome::NotEvaluated("black and brown headwear with a texture looks like hair; only coloured, white and quite smooth headwear is found")
}

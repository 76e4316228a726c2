//! `photo-glasses`
//!
//! ## What is wrong
//! Dark glasses, or reflections on the lenses.
//!
//! ## Evidence
//! Both eyes' surroundings darker than the cheek, or an eye's surroundings burnt out white, against `settings.toml`.
//!
//! ## Cannot tell
//! A photo without such signs is not thereby in order: light tints, coloured contact lenses and faint reflections have
//! no honest measure. It stays not evaluated, and the reviewer looks at it.

use super::{REMEDY, draft, located, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-glasses",
    worst: Severity::Review,
    source: "N24",
    title_zh: "照片眼镜不符",
    title_en: "dark glasses or reflections",
    rests_on: &["photo.eye_region_darkness", "photo.eye_glare"],
    settings: &["photo.eye_region_darkness", "photo.eye_glare"],
    clears_zh: "摘下有色眼镜、避免镜片反光后重新拍摄；其余由审核人员看照片认定",
    clears_en: "a photo without dark glasses and reflections; the rest the reviewer sees",
    certain_on_further: true,
    file: include_str!("photo_glasses.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    of_photo(case, |p| {
        let s = &case.settings.photo;
        if let Some(dark) =
            p.eye_region_darkness.value().filter(|eyes| eyes.iter().all(|&eye| eye > s.eye_region_darkness))
        {
            let flag = draft(case, &RULE, Severity::Review)
                .field("eye_region_darkness")
                .expected(format!("≤ {:.0}", s.eye_region_darkness))
                .observed(format!("{:.0}, {:.0}", dark[0], dark[1]))
                .says(
                    format!("个人照片佩戴了深色眼镜，或双眼被遮挡，要求不佩戴有色眼镜，{REMEDY}"),
                    "Dark glasses are worn, or both eyes are covered.",
                );
            return Outcome::maybe(Some(located(flag, &p.eye_region_darkness)));
        }
        if let Some(glare) = p.eye_glare.value().filter(|&&glare| glare > s.eye_glare) {
            let flag = draft(case, &RULE, Severity::Review)
                .field("eye_glare")
                .expected(format!("≤ {:.2}", s.eye_glare))
                .observed(format!("{glare:.2}"))
                .says(format!("个人照片镜片反光，要求镜片无反光，{REMEDY}"), "There are reflections on the lenses.");
            return Outcome::maybe(Some(located(flag, &p.eye_glare)));
        }
        Outcome::NotEvaluated(
            "light tints, coloured contact lenses and faint reflections have no honest measure; only dark glasses and burnt-out reflections are found",
        )
    })
}

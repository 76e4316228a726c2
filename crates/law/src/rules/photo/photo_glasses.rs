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

use super::{EYES_DARKER, located, measured, of_photo};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::said::per_cent;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::why;

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
            let said = EYES_DARKER.at_most(dark[0].min(dark[1]), s.eye_region_darkness);
            let told = format!("个人照片疑佩戴深色眼镜，或双眼被遮挡：{}，应{}。", said.0, said.1);
            let flag = measured(case, &RULE, Severity::Review, "eye_region_darkness", said)
                .applicant("个人照片佩戴了深色眼镜，或双眼被遮挡（应不戴有色眼镜，露出双眼）。")
                .says(told, "Dark glasses are worn, or both eyes are covered.");
            return Outcome::maybe(Some(located(flag, &p.eye_region_darkness)));
        }
        if let Some(glare) = p.eye_glare.value().filter(|&&glare| glare > s.eye_glare) {
            let said = per_cent("眼部过亮的部分").at_most(*glare, s.eye_glare);
            let told = format!("个人照片镜片反光：{}，应{}。", said.0, said.1);
            let flag = measured(case, &RULE, Severity::Review, "eye_glare", said)
                .applicant("个人照片镜片反光（应无反光）。")
                .says(told, "There are reflections on the lenses.");
            return Outcome::maybe(Some(located(flag, &p.eye_glare)));
        }
        Outcome::NotEvaluated(why::GLASSES_UNSURE)
    })
}

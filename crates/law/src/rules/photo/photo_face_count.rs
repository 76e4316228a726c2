//! `photo-face-count`
//!
//! ## What is wrong
//! There is no face on the photo, or more than one.
//!
//! ## Evidence
//! The detector's faces with their scores; one scored under `photo.face_score` is in doubt.
//!
//! ## Cannot tell
//! A doubtful second or only face is `review`; no detector: not evaluated.

use super::{REMEDY, draft, judge_measure};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;

pub const RULE: Rule = Rule {
    id: "photo-face-count",
    worst: Severity::Reject,
    source: "N24",
    title_zh: "照片无人脸或多张脸",
    title_en: "no face, or more than one",
    rests_on: &["photo.faces"],
    settings: &["photo.face_score"],
    clears_zh: "上传只有本人一张正面人脸的照片",
    clears_en: "a photo with the applicant's face and no other",
    certain_on_further: true,
    file: include_str!("photo_face_count.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    judge_measure(
        case,
        |p| &p.faces,
        |faces, _| {
            let sure = faces.iter().filter(|f| f.score >= case.settings.photo.face_score).count();
            if sure == 1 && faces.len() == 1 {
                return None;
            }
            let severity = Case::by_sureness(sure > 1 || faces.is_empty());
            let seen = if faces.is_empty() {
                "未检测到人脸".to_owned()
            } else {
                format!("检测到 {} 张人脸", faces.len())
            };
            let score = faces.iter().map(|f| f.score).fold(f32::INFINITY, f32::min);
            let draft = draft(case, &RULE, severity).field("faces").expected("1").observed(faces.len().to_string());
            let draft = if faces.is_empty() { draft } else { draft.confidence(score) };
            let seen = if sure == 0 && faces.len() == 1 { "上的人脸难以辨认".to_owned() } else { seen };
            Some(draft.says(
                format!("个人照片{seen}，要求有且只有本人一张清晰正面人脸，{REMEDY}"),
                format!("Faces seen in the photo: {}, surely {sure}.", faces.len()),
            ))
        },
    )
}

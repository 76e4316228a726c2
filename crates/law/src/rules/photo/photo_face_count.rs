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

use super::{draft, judge_measure};
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
            let score = faces.iter().map(|f| f.score).fold(f32::INFINITY, f32::min);
            let draft = draft(case, &RULE, severity)
                .field("faces")
                .expected("1 张人脸")
                .observed(format!("{} 张人脸", faces.len()));
            let draft = if faces.is_empty() { draft } else { draft.confidence(score) };
            let seen = match (faces.len(), sure) {
                (0, _) => "中没有人脸".to_owned(),
                (1, _) => "上的人脸不清晰".to_owned(),
                (n, _) => format!("中有 {n} 张人脸"),
            };
            let doubt = if severity == Severity::Reject { "" } else { "请看照片认定：" };
            Some(draft.applicant(format!("个人照片{seen}（应只有本人一张清晰的正面人脸）。")).says(
                format!("{doubt}个人照片{seen}，应有且只有本人一张清晰的正面人脸。"),
                format!("Faces seen in the photo: {}, surely {sure}.", faces.len()),
            ))
        },
    )
}

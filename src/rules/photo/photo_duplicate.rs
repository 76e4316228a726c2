//! `photo-duplicate`
//!
//! ## What is wrong
//! The same photo was handed in with another person's submission too.
//!
//! ## Evidence
//! Equal bytes, or perceptual hashes within the distance of `settings.toml`, over the whole batch (`rules::shared`).
//!
//! ## Cannot tell
//! A near but not identical photo is `review`: portraits before white are alike.
//! One person's two submissions may share a photo.

use super::{REMEDY, draft};
use crate::rules::case::Case;
use crate::rules::cross::IDENTICAL;
use crate::rules::flagging::Outcome;

const ID: &str = "photo-duplicate";

pub fn judge(case: &Case<'_>) -> Outcome {
    let others = &case.shared.photo;
    if others.is_empty() {
        return Outcome::Holds;
    }
    let certain = others.iter().any(|(_, how)| how == IDENTICAL);
    let ids = others.iter().map(|(id, how)| format!("{id} ({how})")).collect::<Vec<_>>().join("; ");
    Outcome::maybe(Some(draft(case, ID, Case::by_sureness(certain)).field("perceptual_hashes").observed(&*ids).says(
        format!("个人照片与其他报名（{}）的照片相同，请上传本人照片，{REMEDY}", others.iter().map(|o| o.0.as_str()).collect::<Vec<_>>().join("、")),
        format!("The same photo is used by other submissions: {ids}."),
    )))
}

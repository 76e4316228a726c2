//! `photo-duplicate`
//!
//! ## What is wrong
//! The same photo was handed in with another person's submission too, in this batch or an earlier run.
//!
//! ## Evidence
//! Equal bytes, or perceptual hashes within the distance of `settings.toml`, over the whole batch (`rules::shared`)
//! and the archive (`rules::Archive`).
//!
//! ## Cannot tell
//! A near but not identical photo is `review`: portraits before white are alike.
//! One person's two submissions may share a photo, and so may a submission and its own earlier version.

use super::draft;
use crate::rules::case::Case;
use crate::rules::draft::Draft;
use crate::rules::earlier_runs;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::rules::shared_values::IDENTICAL;
use crate::vocabulary::finding::{Severity, Shows};

pub const RULE: Rule = Rule {
    id: "photo-duplicate",
    worst: Severity::Reject,
    source: "—",
    title_zh: "照片与他人重复",
    title_en: "the photo of another submission too",
    rests_on: &["photo.perceptual_hashes", "files", "batch"],
    settings: &["photo.duplicate_distance"],
    clears_zh: "上传本人照片；另一报名用错照片的，由对方更换",
    clears_en: "the applicant's own photo, or the other submission's is replaced",
    certain_on_further: true,
    shows: Shows::Submissions,
    file: include_str!("photo_duplicate.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags = Vec::new();
    let others = &case.shared.photo;
    if !others.is_empty() {
        let certain = others.named.iter().any(|(_, how)| how == IDENTICAL);
        let ids = earlier_runs::observed(others, "; ", |(id, how)| format!("{id} ({how})"));
        let names = earlier_runs::listed(others, |(id, how)| format!("{id}（{}）", alike(how)));
        flags.push(duplicate(case, certain).observed(&*names).says(
            format!("个人照片与其他报名的照片相同：{names}，请对照两张照片认定。"),
            format!("The same photo is used by other submissions: {ids}."),
        ));
    }
    let earlier = &case.shared.earlier.photo;
    if !earlier.is_empty() {
        let certain = earlier.named.iter().any(|(_, how)| how == IDENTICAL);
        let names = earlier_runs::listed(earlier, |(p, how)| format!("{}（{}）", earlier_runs::name(p), alike(how)));
        let ids = earlier_runs::observed(earlier, "; ", |(p, how)| format!("{} ({how})", earlier_runs::id(p)));
        flags.push(duplicate(case, certain).observed(&*names).says(
            format!("个人照片与其他人此前报名的照片相同：{names}，请对照两张照片认定。"),
            format!("The same photo was used by other persons' earlier submissions: {ids}."),
        ));
    }
    Outcome::of(flags)
}

/// Begins a flag of a photo that others handed in too. The applicant is never told who they are.
fn duplicate(case: &Case<'_>, certain: bool) -> Draft {
    draft(case, &RULE, Case::by_sureness(certain))
        .field("perceptual_hashes")
        .applicant("个人照片与系统内其他报名人员的照片相同（应为本人照片）。")
}

/// How alike two photos are, for the clerk.
fn alike(how: &str) -> &'static str {
    if how == IDENTICAL { "文件完全相同" } else { "画面高度相似" }
}

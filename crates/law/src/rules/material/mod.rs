//! The materials: present, legible, of the kind that their name says, and required.
//! Other families judge what is written on them.

pub mod material_duplicate;
pub mod material_missing;
pub mod material_unknown;
pub mod material_unreadable;
pub mod material_unrequired;
pub mod material_wrong_kind;

use super::case::Case;
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::fact::State;
use crate::vocabulary::pack::{Excuse, MaterialRequirement};

/// Is something there that stands for the missing material?
pub fn excused(case: &Case<'_>, requirement: &MaterialRequirement) -> bool {
    let written = |state: State| matches!(state, State::Read | State::Illegible);
    let form = case.form();
    requirement.excused_by.iter().any(|excuse| match excuse {
        Excuse::Material(kind) => case.has(*kind),
        Excuse::CertificateNumber => {
            case.text(|r| &r.prior_certificate_number).is_some()
                || form.is_some_and(|f| written(f.prior_certificate_number.state))
        }
        Excuse::ChsiCode => case.text(|r| &r.chsi_code).is_some() || form.is_some_and(|f| written(f.chsi_code.state)),
    })
}

/// Files that may be the missing material, because neither name nor pages tell for certain what they are, or because
/// they cannot be read (docs/domain.md, "Missing materials"). In the submission's order.
pub fn unjudged<'a>(case: &Case<'a>) -> Vec<&'a str> {
    let threshold = case.settings.reading.kind_threshold;
    let surely_none = |p: &PageFacts| p.seen_as.as_ref().is_some_and(|s| s.kind.is_none() && s.confidence >= threshold);
    let told = |p: &PageFacts| match p.outcome {
        PageOutcome::Read => p.material.is_some() || surely_none(p),
        PageOutcome::NotRead => surely_none(p),
        PageOutcome::Blank { .. } => true,
        PageOutcome::Illegible { .. } | PageOutcome::Unreadable { .. } | PageOutcome::Refused { .. } => false,
    };
    let judged = |name: &str| {
        let mut pages = case.pages_of_file(name).peekable();
        pages.peek().is_some() && pages.all(told)
    };
    case.submission.files.iter().filter(|f| f.refused.is_some() || !judged(&f.name)).map(|f| f.name.as_str()).collect()
}

//! The materials: present, legible, of the kind that their name says, and required.
//! Other families judge what is written on them.

pub mod material_duplicate;
pub mod material_missing;
pub mod material_of_another_person;
pub mod material_unknown;
pub mod material_unreadable;
pub mod material_unrequired;
pub mod material_wrong_kind;

use super::case::Case;
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::pack::{Excuse, MaterialRequirement};

/// Does something stand for a missing material?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Excused {
    No,
    /// Something is written where its number would stand, and may be no number: it excuses nothing by itself.
    Perhaps,
    Yes,
}

pub fn excused(case: &Case<'_>, requirement: &MaterialRequirement) -> Excused {
    let written = |fact: &Fact<String>| match fact.state {
        State::Read if fact.confidence >= case.settings.reading.corroborated_threshold => Excused::Yes,
        State::Read | State::Illegible => Excused::Perhaps,
        State::Empty | State::NotFound => Excused::No,
    };
    let told = |registered: Option<&str>, on_form: Option<&Fact<String>>| match registered {
        Some(_) => Excused::Yes,
        None => on_form.map_or(Excused::No, written),
    };
    let form = case.form();
    let by = |excuse: &Excuse| match excuse {
        Excuse::Material(kind) if case.has(*kind) => Excused::Yes,
        Excuse::Material(_) => Excused::No,
        Excuse::CertificateNumber => {
            told(case.text(|r| &r.prior_certificate_number), form.map(|f| &f.prior_certificate_number))
        }
        Excuse::ChsiCode => told(case.text(|r| &r.chsi_code), form.map(|f| &f.chsi_code)),
    };
    requirement.excused_by.iter().map(by).max().unwrap_or(Excused::No)
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

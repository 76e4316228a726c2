//! `material-wrong-kind`
//!
//! ## What is wrong
//! The content is another material than its name says.
//!
//! ## Evidence
//! The kind that its pages show, read from the title or the look.
//!
//! ## Cannot tell
//! Seen with less than the kind threshold: `review`. No title seen: not evaluated.
//! The 申报表 is `form-template`'s; a material that is not asked for is only noted.

use super::asked_for;
use crate::rules::case::{Case, Standing, seen_otherwise};
use crate::rules::flagging::Outcome;
use crate::vocabulary::documents::PageOutcome;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;

const ID: &str = "material-wrong-kind";

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut unseen = false;
    let mut flags = Vec::new();
    for kind in MaterialKind::ALL {
        if matches!(kind, MaterialKind::ApplicationForm | MaterialKind::Photo | MaterialKind::Other) {
            continue;
        }
        match case.standing(kind) {
            Standing::WrongKind => flags.extend(wrong(case, kind)),
            Standing::Read | Standing::Partial | Standing::NotRead => {
                unseen |= !case.documents.pages_of(kind).any(|p| p.seen_as.is_some() && matches!(p.outcome, PageOutcome::Read | PageOutcome::NotRead));
            }
            Standing::Absent | Standing::Unreadable => {}
        }
    }
    Outcome::of_partial(flags, unseen, "the kind of some materials was not looked at")
}

fn wrong(case: &Case<'_>, kind: MaterialKind) -> Option<Flag> {
    let (page, (other, sure)) = case.documents.pages_of(kind).find_map(|p| seen_otherwise(p, kind, case.settings).map(|seen| (p, seen)))?;
    let severity = if asked_for(case, kind) == Some(false) { Severity::Note } else { Case::by_sureness(sure) };
    let seen = other.map_or("其他文件", MaterialKind::name);
    let draft = case.flag(ID, severity).on_page(Some(kind), page.page).expected(kind.name()).observed(seen);
    let draft = match &page.seen_as {
        Some(s) => draft.confidence(s.confidence),
        None => draft,
    };
    Some(draft.says(
        format!("“{kind}”位置上传的是{seen}，不是{kind}，请重新上传正确的{kind}。"),
        format!("The file named {} shows {}.", kind.english(), other.map_or("something else", MaterialKind::english)),
    ))
}

//! `material-wrong-kind`
//!
//! ## What is wrong
//! The content is another material than its name says.
//!
//! ## Evidence
//! The kind that its pages show, read from the title or the look. A page that shows a required material which is
//! nowhere else is that material, and not flagged.
//!
//! ## Cannot tell
//! Seen with less than the kind threshold: `review`; so is a page beside others that do show the material. No title
//! seen: not evaluated.
//! An 申报表 without any page of that form is `form-template`; for a material that the condition does not ask for this is
//! a note.

use crate::rules::case::{Case, Standing, seen_otherwise};
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Scope};
use crate::vocabulary::documents::{FiledAs, PageFacts, PageOutcome};
use crate::vocabulary::fact::Place;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "material-wrong-kind",
    worst: Severity::Reject,
    source: "each condition's list",
    title_zh: "材料与名称不符",
    title_en: "its content is another material than its name says",
    rests_on: &["pages"],
    settings: &["reading.kind_threshold"],
    clears_zh: "在该材料名下上传正确的材料",
    clears_en: "the right material under that name",
    scope: Scope::Document,
    file: include_str!("material_wrong_kind.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut unseen = false;
    let mut flags = Vec::new();
    for kind in MaterialKind::ALL {
        if matches!(kind, MaterialKind::Photo | MaterialKind::Other) {
            continue;
        }
        let standing = case.standing(kind);
        // a form none of whose pages is that form is `form-template`'s
        if kind != MaterialKind::ApplicationForm || standing != Standing::WrongKind {
            flags.extend(pages_that_show_another(case, kind, standing));
        }
        if kind != MaterialKind::ApplicationForm
            && matches!(standing, Standing::Read | Standing::Partial | Standing::NotRead)
        {
            unseen |= !case
                .documents
                .pages_of(kind)
                .any(|p| p.seen_as.is_some() && matches!(p.outcome, PageOutcome::Read | PageOutcome::NotRead));
        }
    }
    Outcome::of_partial(flags, unseen, why::KIND_UNSEEN)
}

/// Pages that were handed in under this material's name and show something else: one flag where no page shows the
/// material, else one for each that is not needed elsewhere.
fn pages_that_show_another(case: &Case<'_>, kind: MaterialKind, standing: Standing) -> Vec<Flag> {
    let stayed =
        case.documents.pages_of(kind).filter(|p| !matches!(p.outcome, PageOutcome::Blank { .. })).filter_map(|p| {
            let (other, sure) = seen_otherwise(p, kind, case.settings)?;
            Some((p, other, sure))
        });
    // A sheet that shows this material and another one as well is both.
    let shows_both =
        |p: &PageFacts| case.documents.pages_of(kind).any(|own| own.file == p.file && own.in_file == p.in_file);
    let moved = case
        .documents
        .pages
        .iter()
        .filter(|p| p.filed_as == Some(FiledAs::Material(kind)) && !shows_both(p))
        .map(|p| (p, p.material, true));
    let mut pages: Vec<(&PageFacts, Option<MaterialKind>, bool)> = stayed.chain(moved).collect();
    // What a file shows that nobody asked for is no concern of the applicant's, however sure it is.
    let severity = |severity| if case.asked_for(kind) == Some(false) { Severity::Note } else { severity };
    if standing == Standing::WrongKind {
        pages.truncate(1);
        return pages
            .into_iter()
            .map(|(p, other, sure)| wrong(case, kind, p, other, severity(Case::by_sureness(sure))))
            .collect();
    }
    pages.retain(|(_, other, _)| !other.is_some_and(|o| found_there(case, o)));
    pages.into_iter().map(|(p, other, _)| wrong(case, kind, p, other, severity(Severity::Review))).collect()
}

/// Is this material asked for, and there only because pages under other names show it?
fn found_there(case: &Case<'_>, kind: MaterialKind) -> bool {
    case.asked_for(kind) != Some(false) && !case.documents.pages_of(kind).any(|p| p.filed_as.is_none())
}

fn wrong(
    case: &Case<'_>,
    kind: MaterialKind,
    page: &PageFacts,
    other: Option<MaterialKind>,
    severity: Severity,
) -> Flag {
    let seen = other.filter(|kind| *kind != MaterialKind::Other).map_or("其他文件", MaterialKind::name);
    // A page that is judged as another material has its number there.
    let draft = if page.filed_as.is_none() {
        case.flag(&RULE, severity).on_page(Some(kind), page.page)
    } else {
        case.flag(&RULE, severity).on(kind)
    };
    let draft = draft.expected(kind.name()).observed(seen);
    let draft = match &page.seen_as {
        Some(s) => draft.confidence(s.confidence),
        None => draft,
    };
    let shows = format!("“{kind}”位置上传的是{seen}，不是{kind}");
    let mut flag = draft.applicant(format!("{shows}，请重新上传正确的{kind}。")).says(
        if severity == Severity::Review { format!("{shows}，请看照片认定。") } else { format!("{shows}。") },
        format!("The file named {} shows {}.", kind.english(), other.map_or("something else", MaterialKind::english)),
    );
    if let (Some(_), Some(material)) = (page.filed_as, page.material) {
        flag.place = Some(Place { document: material, page: page.page, region: None });
    }
    flag
}

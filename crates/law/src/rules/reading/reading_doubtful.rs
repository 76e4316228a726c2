//! `reading-doubtful`
//!
//! ## What is wrong
//! Something that the verdict needs could not be read surely enough.
//!
//! ## Evidence
//! Every field that this condition needs (`needed`), as it was read. A doubtful reading that an independent one
//! confirms (`corroborated`: the registration, another document, the span beside a total) counts as certain. Files that
//! neither name nor pages identify. If more than five fields of a document are doubtful, and most of it: one flag for
//! the document.
//!
//! ## Cannot tell
//! This rule *is* the doubt. It is dropped for a field that another rule flags, and for a document that is flagged as a
//! whole (unreadable, torn, unclear, wrong kind).

use super::needed::{Needed, each};
use crate::rules::case::Case;
use crate::rules::material::material_unknown::undecided;
use crate::rules::material::{Excused, excused};
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Yields};
use crate::vocabulary::fact::{Rival, State};
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::submission::MaterialFile;

pub const RULE: Rule = Rule {
    id: "reading-doubtful",
    worst: Severity::Review,
    source: "—",
    title_zh: "字迹需人工确认",
    title_en: "something the verdict needs could not be read surely enough",
    rests_on: &[
        "application_form",
        "*_commitment",
        "id_card_front",
        "id_card_back",
        "prior_certificate",
        "diploma",
        "completion_certificate",
        "today",
    ],
    settings: &["reading.blank_threshold", "reading.corroborated_threshold", "reading.written_years"],
    clears_zh: "审核人员看图辨认；看不清的，请申报人重新拍摄该页",
    clears_en: "the reviewer reads the place; or a better picture of the page",
    yields: Yields::ToDocumentAndField,
    file: include_str!("reading_doubtful.rs"),
    judge,
    ..Rule::NEW
};

/// So many doubtful blanks of one document, and more than half of those needed, are told in one flag.
const FLOOD: usize = 6;

pub fn judge(case: &Case<'_>) -> Outcome {
    let mut flags: Vec<Flag> = undecided(case).map(|f| unjudged(case, f)).collect();
    if case.condition.is_none() {
        return Outcome::of_partial(flags, true, "no condition could be chosen");
    }
    let mut doubts: Vec<Needed<'_>> = Vec::new();
    let mut asked = [0_usize; MaterialKind::ALL.len()];
    each(case, &mut |n| {
        asked[n.document as usize] += 1;
        if is_doubtful(case, &n) {
            doubts.push(n);
        }
    });
    for kind in MaterialKind::ALL {
        let of_kind: Vec<&Needed<'_>> = doubts.iter().filter(|d| d.document == kind).collect();
        if of_kind.len() >= FLOOD && of_kind.len() * 2 > asked[kind as usize] {
            flags.push(whole(case, kind, &of_kind));
        } else {
            flags.extend(of_kind.into_iter().map(|n| one(case, n)));
        }
    }
    Outcome::of(flags)
}

/// Not settled, and not a blank that the form's own rules tell.
fn is_doubtful(case: &Case<'_>, n: &Needed<'_>) -> bool {
    let blank = n.state == State::Empty && n.document.is_form();
    // Only the number was given, and another rule misses the certificate: told there.
    let missing = n.state == State::NotFound && !case.has(n.document);
    let stands_for_it = || {
        case.condition.is_some_and(|c| {
            c.materials.iter().any(|m| {
                m.material == n.document
                    && m.excused_is == crate::vocabulary::pack::ExcusedIs::Nothing
                    && excused(case, m) == Excused::Yes
            })
        })
    };
    !n.settled && !blank && (!missing || stands_for_it())
}

/// A file of which neither its name nor its pages tell what it is: it may be anything that was to be judged.
fn unjudged(case: &Case<'_>, file: &MaterialFile) -> Flag {
    case.flag(&RULE, Severity::Review).field(&*file.name).observed(&*file.name).says(
        format!("文件“{}”的名称和内容均无法确定属于何种材料，未参与审核，需人工查看。", file.name),
        format!("Neither its name nor its content tells what the file {} is; it was not judged.", file.name),
    )
}

fn one(case: &Case<'_>, n: &Needed<'_>) -> Flag {
    let draft = case.flag(&RULE, Severity::Review).on(n.document).field(n.field()).confidence(n.confidence);
    let draft = match n.observed {
        Some(text) => draft.observed(text),
        None => draft,
    };
    let mut flag = match n.rivals {
        [] => draft.says(
            format!("{}的“{}”无法可靠辨认，需人工核对；如字迹或照片不清，请重新上传。", n.document, n.zh),
            format!("{} of the {} could not be read surely enough.", n.field(), n.document.english()),
        ),
        rivals => draft.says(
            format!(
                "{}的“{}”中{}，需人工核对；如字迹或照片不清，请重新上传。",
                n.document,
                n.zh,
                rivals.iter().map(in_doubt).collect::<Vec<_>>().join("、")
            ),
            format!(
                "{} of the {}: {} may be another character.",
                n.field(),
                n.document.english(),
                rivals.iter().map(|r| r.expected.to_string()).collect::<Vec<_>>().join(", ")
            ),
        ),
    };
    flag.place = n.place.cloned();
    flag.page = n.place.map(|p| p.page);
    flag
}

/// 第12字“证”可能写成“正”
fn in_doubt(r: &Rival) -> String {
    format!("第{}字“{}”可能写成“{}”", r.position + 1, r.expected, r.rival)
}

fn whole(case: &Case<'_>, kind: MaterialKind, doubts: &[&Needed<'_>]) -> Flag {
    let fields = doubts.iter().map(|n| n.field()).collect::<Vec<_>>().join(", ");
    case.flag(&RULE, Severity::Review).on(kind).observed(&*fields).says(
        format!("{kind}大部分内容无法可靠辨认，需人工核对；如照片不清，请重新拍摄上传。"),
        format!("Most of the {} could not be read surely enough: {fields}.", kind.english()),
    )
}

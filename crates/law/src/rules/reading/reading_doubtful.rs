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
use crate::rules::form::condition_copy::places;
use crate::rules::material::material_unknown::undecided;
use crate::rules::material::{Excused, excused};
use crate::rules::outcome::Outcome;
use crate::rules::rule::{Rule, Yields};
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::submission::MaterialFile;
use crate::vocabulary::why;

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
        return Outcome::of_partial(flags, true, why::NO_CONDITION);
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
        format!("文件“{}”的名称和内容均无法确定属于何种材料，未参与审核，请查看。", file.name),
        format!("Neither its name nor its content tells what the file {} is; it was not judged.", file.name),
    )
}

fn one(case: &Case<'_>, n: &Needed<'_>) -> Flag {
    let draft = case.flag(&RULE, Severity::Review).on(n.document).field(n.field()).confidence(n.confidence);
    let draft = match n.observed {
        Some(text) => draft.observed(text),
        None => draft,
    };
    // How surely a copy is the text is another thing than how surely it was read.
    let draft = if n.copied.is_some() { draft.without_confidence() } else { draft };
    let place = n.words();
    let draft = draft.applicant(if n.state == State::NotFound {
        format!("未见{place}，请填写完整、拍摄清晰后重新上传。")
    } else if n.document.is_form() {
        format!("{place}字迹不清，请重新填写后拍照上传。")
    } else {
        format!("{place}不清，请重新拍摄上传。")
    });
    let characters = n.copied.map(|v| places(v, false)).unwrap_or_default();
    let en = format!("{} of the {}", n.field(), n.document.english());
    let mut flag = match (n.copied, n.state) {
        (Some(_), State::Read) if !characters.is_empty() => draft.says(
            format!("{place}{characters}，请对照截图确认。"),
            format!("{en} may differ from the text that was to be copied."),
        ),
        (Some(_), State::Read) => draft.says(
            format!("{place}未能逐字确认与原文一致，请对照截图确认。"),
            format!("{en} could not be compared with its text surely enough."),
        ),
        (_, state) => {
            let how = match state {
                State::Read => "识读可信度低",
                State::Illegible => "辨认不清",
                State::Empty => "疑未填写",
                State::NotFound => "未能找到",
            };
            let where_to_look = if state == State::NotFound { "请看图片确认" } else { "请对照截图确认" };
            draft.says(format!("{place}{how}，{where_to_look}。"), format!("{en} could not be read surely enough."))
        }
    };
    flag.place = n.place.cloned();
    flag.page = n.place.map(|p| p.page);
    flag
}

fn whole(case: &Case<'_>, kind: MaterialKind, doubts: &[&Needed<'_>]) -> Flag {
    let fields = doubts.iter().map(|n| n.field()).collect::<Vec<_>>().join(", ");
    let words = doubts.iter().map(|n| n.inside()).collect::<Vec<_>>().join("、");
    let asked = format!("{kind}大部分内容不清，请重新拍摄上传；字迹不清的，请重新填写。");
    case.flag(&RULE, Severity::Review).on(kind).observed(words).applicant(asked).says(
        format!("{kind}大部分内容识读可信度低，请对照图片逐项确认。"),
        format!("Most of the {} could not be read surely enough: {fields}.", kind.english()),
    )
}

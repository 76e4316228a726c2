//! Where an occupation or a major stands in the packs' lists (docs/domain.md, "Lists of occupations and majors").
//! Looks up membership only; each rule decides how certain a miss is.

use super::case::Case;
use super::reading::told;
use crate::vocabulary::documents::SchoolKind;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::pack::Occupation;
use crate::vocabulary::text::{fold, normalise};

/// Where a written word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// 本职业, or on the list of the governing pack.
    Here,
    /// Not on the governing pack's own list, but another source lists it, it is a 工种 of 本职业, or the source admits a
    /// whole class. A person decides.
    Arguable,
    /// On no list.
    Nowhere,
}

impl Listed {
    /// How severe it is that a word stands on no list, and what the clerk is told; `None` where it is listed.
    pub fn told(self, sure: bool, wrong: &str) -> Option<(Severity, String)> {
        match self {
            Self::Here => None,
            Self::Nowhere => Some((Case::by_sureness(sure), told(sure, wrong))),
            Self::Arguable => Some((Severity::Review, format!("{wrong}（或有不同依据），请审核人员认定。"))),
        }
    }
}

/// 本职业 or a 相关职业? `None` without a governing pack.
pub fn occupation(case: &Case<'_>, written: &str) -> Option<Listed> {
    let governing = case.governing.as_ref()?;
    let own = governing.occupation;
    if own.name == written || own.related.iter().any(|r| r.name == written) {
        return Some(Listed::Here);
    }
    let word = bare(written);
    if lists(own, &word) {
        return Some(Listed::Here);
    }
    // 职业/工种, 职业、工种, or both without a mark: as good as 职业(工种).
    let job_types = job_types(case);
    match written_parts(written, &own.name, &job_types) {
        Parts::Fit => return Some(Listed::Here),
        Parts::One(parts) => {
            let listed = parts.iter().filter(|p| lists(own, p) || job_types.contains(p)).count();
            return Some(if listed == parts.len() { Listed::Here } else { Listed::Arguable });
        }
        Parts::None => {}
    }
    let parts = parts_of(written);
    if parts.len() > 1 && parts.iter().any(|p| lists(own, p)) {
        return Some(if parts.iter().all(|p| lists(own, p) || job_types.contains(p)) {
            Listed::Here
        } else {
            Listed::Arguable
        });
    }
    let elsewhere =
        case.packs.packs.iter().flat_map(|p| &p.occupations).filter(|o| o.name == own.name).any(|o| lists(o, &word));
    let job_type = governing
        .notice
        .calendar
        .iter()
        .filter(|o| o.occupation == own.name)
        .filter_map(|o| o.job_type.as_deref())
        .any(|j| bare(j) == word);
    Some(if elsewhere || job_type { Listed::Arguable } else { Listed::Nowhere })
}

/// 本专业 or a 相关专业 for that kind of school? Without a kind all lists are searched: on every one of them is `Here`, on
/// some `Arguable`.
pub fn major(case: &Case<'_>, written: &str, kind: Option<SchoolKind>) -> Option<Listed> {
    let governing = case.governing.as_ref()?;
    let own = governing.occupation;
    let word = bare(written);
    let holds = |list: &[String]| list.iter().any(|m| m == written) || list.iter().any(|m| bare(m) == word);
    let hits: Vec<bool> =
        own.majors.iter().filter(|(k, _)| kind.is_none_or(|kind| **k == kind)).map(|(_, list)| holds(list)).collect();
    if !hits.is_empty() && hits.iter().all(|h| *h) {
        return Some(Listed::Here);
    }
    let some = hits.contains(&true);
    let class = own.major_classes.iter().any(|(k, classes)| kind.is_none_or(|kind| *k == kind) && !classes.is_empty());
    let elsewhere = case
        .packs
        .packs
        .iter()
        .flat_map(|p| &p.occupations)
        .filter(|o| o.name == own.name && !std::ptr::eq(*o, own))
        .any(|o| o.majors.iter().any(|(k, list)| kind.is_none_or(|kind| *k == kind) && holds(list)));
    Some(if some || class || elsewhere { Listed::Arguable } else { Listed::Nowhere })
}

/// Are both the same occupation? The form prints 师 after the blank, and a 工种 may follow in brackets.
pub fn same_occupation(written: &str, registered: &str) -> bool {
    if written == registered {
        return true;
    }
    let (a, b) = (bare(written), bare(registered));
    a == b || b.strip_suffix('师').is_some_and(|stem| a == stem)
}

/// What a written occupation is made of, where it is not the occupation itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// Occupation and 工种, with or without a mark between them.
    Fit,
    /// All parts: one is the occupation, another is neither the occupation nor a 工种 of it.
    One(Vec<String>),
    None,
}

/// Splits `written` into its parts, if it contains the occupation's name. `job_types` are normalised.
pub fn written_parts(written: &str, occupation: &str, job_types: &[String]) -> Parts {
    let whole = normalise(written).chars().filter(|c| !is_mark(*c)).collect::<String>();
    let name = normalise(occupation).chars().filter(|c| !is_mark(*c)).collect::<String>();
    let rest = whole.strip_prefix(name.as_str()).or_else(|| whole.strip_suffix(name.as_str()));
    if rest.is_some_and(|rest| {
        rest.is_empty() || job_types.iter().any(|j| j.chars().filter(|c| !is_mark(*c)).eq(rest.chars()))
    }) {
        return Parts::Fit;
    }
    let parts = parts_of(written);
    let is_own = |p: &String| same_occupation(p, occupation);
    if !parts.iter().any(is_own) {
        return Parts::None;
    }
    if parts.iter().all(|p| is_own(p) || job_types.contains(p)) { Parts::Fit } else { Parts::One(parts) }
}

/// 工种 of the registered occupation: as registered, and as any pack's calendar names them. Normalised.
pub fn job_types(case: &Case<'_>) -> Vec<String> {
    let occupation = case.occupation().map(normalise);
    let packs = case
        .packs
        .packs
        .iter()
        .flat_map(|p| &p.calendar)
        .filter(|o| occupation.as_deref().is_some_and(|name| normalise(&o.occupation) == name));
    let mut all: Vec<String> =
        packs.filter_map(|o| o.job_type.as_deref()).chain(case.text(|r| &r.job_type)).map(normalise).collect();
    all.sort();
    all.dedup();
    all
}

/// The words of a text between marks and blanks, normalised.
fn parts_of(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || is_mark(fold(c))).map(normalise).filter(|p| !p.is_empty()).collect()
}

/// Marks between an occupation and its 工种. Expects a folded character.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '/' | '\\'
            | ','
            | '-'
            | '('
            | ')'
            | ';'
            | ':'
            | '|'
            | '.'
            | '_'
            | '·'
            | '+'
            | '&'
            | '"'
            | '<'
            | '>'
            | '《'
            | '》'
    )
}

fn lists(occupation: &Occupation, word: &str) -> bool {
    same_occupation(word, &occupation.name)
        || occupation.related.iter().any(|r| bare(&r.name) == word || r.parts.iter().any(|p| bare(p) == word))
}

/// Normalised, without what follows in brackets.
fn bare(text: &str) -> String {
    let n = normalise(text);
    match n.split_once('(') {
        Some((head, tail)) if tail.ends_with(')') && !head.is_empty() => head.to_owned(),
        _ => n,
    }
}

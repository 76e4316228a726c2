//! Where an occupation or a major stands in the packs' lists (DOMAIN §6.11).
//! Only membership; whether a miss is certain is the rule's question.

use super::case::Case;
use crate::vocabulary::documents::SchoolKind;
use crate::vocabulary::pack::Occupation;
use crate::vocabulary::text::normalise;

/// Where a written word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// 本职业, or on the list of the governing pack.
    Here,
    /// Not on the governing pack's own list, but something speaks for it: another source's list, a 工种 of 本职业, a whole class that the source admits. A person decides.
    Arguable,
    /// On no list.
    Nowhere,
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
    let elsewhere = case.packs.packs.iter().flat_map(|p| &p.occupations).filter(|o| o.name == own.name).any(|o| lists(o, &word));
    let job_type = governing.notice.calendar.iter().filter(|o| o.occupation == own.name).filter_map(|o| o.job_type.as_deref()).any(|j| bare(j) == word);
    Some(if elsewhere || job_type { Listed::Arguable } else { Listed::Nowhere })
}

/// 本专业 or a 相关专业 for that kind of school? Without a kind every kind's list is asked: on all of them is `Here`, on some `Arguable`.
pub fn major(case: &Case<'_>, written: &str, kind: Option<SchoolKind>) -> Option<Listed> {
    let governing = case.governing.as_ref()?;
    let own = governing.occupation;
    let word = bare(written);
    let holds = |list: &[String]| list.iter().any(|m| m == written) || list.iter().any(|m| bare(m) == word);
    let hits: Vec<bool> = own.majors.iter().filter(|(k, _)| kind.is_none_or(|kind| **k == kind)).map(|(_, list)| holds(list)).collect();
    if !hits.is_empty() && hits.iter().all(|h| *h) {
        return Some(Listed::Here);
    }
    let some = hits.contains(&true);
    let class = own.major_classes.iter().any(|(k, classes)| kind.is_none_or(|kind| *k == kind) && !classes.is_empty());
    let elsewhere = case.packs.packs.iter().flat_map(|p| &p.occupations).filter(|o| o.name == own.name && !std::ptr::eq(*o, own)).any(|o| {
        o.majors.iter().any(|(k, list)| kind.is_none_or(|kind| *k == kind) && holds(list))
    });
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

fn lists(occupation: &Occupation, word: &str) -> bool {
    same_occupation(word, &occupation.name) || occupation.related.iter().any(|r| bare(&r.name) == word || r.parts.iter().any(|p| bare(p) == word))
}

/// Normalised, without what follows in brackets.
fn bare(text: &str) -> String {
    let n = normalise(text);
    match n.split_once('(') {
        Some((head, tail)) if tail.ends_with(')') && !head.is_empty() => head.to_owned(),
        _ => n,
    }
}

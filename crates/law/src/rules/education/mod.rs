//! Schooling and training: what the applicant claims, from the diploma, the letters, the registration and the form.
//! Reads words into kinds of schooling; the condition decides which kinds satisfy it.

pub mod education_level;
pub mod education_major;
pub mod education_period;
pub mod training_hours;

use super::case::Case;
use crate::vocabulary::documents::{Diploma, SchoolKind, Schooling};
use crate::vocabulary::fact::State;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::pack::EducationRequirement;
use crate::vocabulary::text::normalise;
use crate::vocabulary::why::{self, Why};

pub const DIPLOMA: MaterialKind = MaterialKind::Diploma;
pub const UNREAD: Why = why::DIPLOMA_UNREAD;

/// What a word about schooling says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Exactly(Schooling),
    /// 技工学校, 技师学院: the kind of school, not the class.
    Kind(SchoolKind),
}

impl Word {
    pub fn kind(self) -> SchoolKind {
        match self {
            Self::Exactly(s) => s.kind(),
            Self::Kind(k) => k,
        }
    }
}

/// Reads 大专, 本科学历, 高级技工, 预备技师班在读 … ; `None` for anything else (高中).
pub fn parse_schooling(text: &str) -> Option<Word> {
    let t = normalise(text);
    let has = |words: &[&str]| words.iter().any(|w| t.contains(w));
    let exactly = |s| Some(Word::Exactly(s));
    if has(&["博士"]) {
        exactly(Schooling::Doctor)
    } else if has(&["硕士", "研究生"]) {
        exactly(Schooling::Master)
    } else if has(&["本科", "学士"]) {
        exactly(Schooling::Bachelor)
    } else if has(&["大专", "专科", "高职", "高等职业"]) {
        exactly(Schooling::HigherVocational)
    } else if has(&["预备技师", "技师班"]) {
        exactly(Schooling::TechnicalTechnician)
    } else if has(&["高级技工", "高级工"]) {
        exactly(Schooling::TechnicalSenior)
    } else if has(&["中级技工", "中级工"]) {
        exactly(Schooling::TechnicalIntermediate)
    } else if has(&["技工", "技校", "技师学院"]) {
        Some(Word::Kind(SchoolKind::Technical))
    } else if has(&["中专", "职高", "中职", "职业高中", "中等"]) {
        exactly(Schooling::SecondaryVocational)
    } else {
        None
    }
}

/// What the condition asks of schooling.
pub fn requirement<'a>(case: &Case<'a>) -> Option<&'a EducationRequirement> {
    case.condition.and_then(|c| c.education.as_ref())
}

pub fn diploma<'a>(case: &Case<'a>) -> Option<&'a Diploma> {
    case.documents.diploma.as_ref().filter(|_| case.legible(DIPLOMA))
}

/// Is a diploma there that was not read?
pub fn unread(case: &Case<'_>) -> bool {
    case.unread(DIPLOMA) || (case.legible(DIPLOMA) && case.documents.diploma.is_none())
}

/// What the 学历承诺书 says.
pub fn promised(case: &Case<'_>) -> Option<Word> {
    let letter = case.commitment(MaterialKind::EducationCommitment)?;
    letter.education.value.as_deref().filter(|_| letter.education.state == State::Read).and_then(parse_schooling)
}

/// What 文化程度 says.
pub fn registered(case: &Case<'_>) -> Option<Word> {
    case.text(|r| &r.education).and_then(parse_schooling)
}

/// The kind of school that is claimed: by the diploma, else the letter, else the registration.
pub fn claimed_kind(case: &Case<'_>) -> Option<SchoolKind> {
    let shown = diploma(case).and_then(|d| d.schooling.sure(case.threshold())).map(|s| s.kind());
    shown.or_else(|| promised(case).map(Word::kind)).or_else(|| registered(case).map(Word::kind))
}

/// Does the applicant claim an academic diploma of 专科 and above under a condition that admits one? `None`: nothing
/// tells.
pub fn is_academic(case: &Case<'_>) -> Option<bool> {
    let academic = |kind| matches!(kind, SchoolKind::HigherVocational | SchoolKind::University);
    let required = requirement(case)?;
    if !required.schooling.iter().any(|s| academic(s.kind())) {
        return Some(false);
    }
    if required.schooling.iter().all(|s| academic(s.kind())) {
        return Some(true);
    }
    claimed_kind(case).map(academic)
}

//! The places that must be signed: each filled section of the 申报表, and each 承诺书, with their signatures and dates.
//! Collects them; the rules on signatures and dates judge.

use crate::rules::case::Case;
use crate::vocabulary::calendar::WrittenDate;
use crate::vocabulary::documents::{self, ApplicationForm, Commitment, SchoolSentence, WorkSentence};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::pack::Condition;
use std::fmt;

/// One place that must be signed; several sentences of a section may share a signature and a date (docs/domain.md,
/// "Doubts").
pub struct Signed<'a> {
    pub document: MaterialKind,
    /// 申报表“工作经历”栏 …; the letter's own name for a letter.
    pub zh: &'static str,
    pub signatures: Vec<(Field, &'a Fact<String>)>,
    /// Empty where the form has no place for a date.
    pub dates: Vec<(Field, &'a Fact<WrittenDate>)>,
}

/// A fact's name, written out only where it is flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The sentence of 工作经历.
    index: Option<usize>,
    name: &'static str,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "work[{index}].{}", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// Every section and letter that is filled and must be signed.
pub fn signed<'a>(case: &Case<'a>) -> Vec<Signed<'a>> {
    let mut all = Vec::new();
    // A section that the condition does not ask for is `form-unrequired-section`, signed or not.
    let asked = |section: fn(&Condition) -> bool| case.condition.is_none_or(section);
    if let Some(form) = case.form() {
        let has =
            |section: Option<&documents::Field>, field| case.has_field(MaterialKind::ApplicationForm, section, field);
        if has(None, &ApplicationForm::signature) {
            let dated = has(None, &ApplicationForm::signed_on);
            all.push(Signed {
                document: MaterialKind::ApplicationForm,
                zh: "申报表落款处",
                signatures: vec![(Field { index: None, name: "signature" }, &form.signature)],
                dates: dated
                    .then_some((Field { index: None, name: "signed_on" }, &form.signed_on))
                    .into_iter()
                    .collect(),
            });
        }
        let filled: Vec<_> = form.work.iter().enumerate().filter(|(_, s)| s.is_filled()).collect();
        let signed = has(Some(&ApplicationForm::work), &WorkSentence::signature);
        if signed && !filled.is_empty() && asked(|c| c.work.is_some()) {
            all.push(Signed {
                document: MaterialKind::ApplicationForm,
                zh: "申报表“工作经历”栏",
                signatures: filled
                    .iter()
                    .map(|(i, s)| (Field { index: Some(*i), name: "signature" }, &s.signature))
                    .collect(),
                dates: filled
                    .iter()
                    .map(|(i, s)| (Field { index: Some(*i), name: "signed_on" }, &s.signed_on))
                    .collect(),
            });
        }
        let signed = has(Some(&ApplicationForm::education), &SchoolSentence::signature);
        if signed && surely_begun(case, &form.education) && asked(|c| c.education.is_some()) {
            all.push(Signed {
                document: MaterialKind::ApplicationForm,
                zh: "申报表“技工院校、职业院校学历”栏",
                signatures: vec![(Field { index: None, name: "education.signature" }, &form.education.signature)],
                dates: vec![(Field { index: None, name: "education.signed_on" }, &form.education.signed_on)],
            });
        }
    }
    for (kind, letter) in case.commitments() {
        let dated = match case.form_of(kind) {
            Some(_) => case.has_field(kind, None, &Commitment::signed_on),
            None => kind == MaterialKind::IntentCommitment,
        };
        all.push(Signed {
            document: kind,
            zh: kind.name(),
            signatures: vec![(Field { index: None, name: "signature" }, &letter.signature)],
            dates: if dated { vec![(Field { index: None, name: "signed_on" }, &letter.signed_on)] } else { Vec::new() },
        });
    }
    all
}

/// Is this a signature? Read ones are, however doubtful the name; of one that cannot be read the reader says how surely it
/// is a name in a hand and no speck.
pub fn is_signature(case: &Case<'_>, fact: &Fact<String>) -> bool {
    match fact.state {
        State::Read => true,
        State::Illegible => fact.confidence >= case.threshold(),
        State::Empty | State::NotFound => false,
    }
}

/// Is something of the section read surely? A speck that may be a letter begins no section; that it cannot be read is
/// `reading-doubtful`'s to tell.
pub fn surely_begun(case: &Case<'_>, section: &SchoolSentence) -> bool {
    let sure = |state: State, confidence: f32| state == State::Read && confidence >= case.threshold();
    sure(section.start.state, section.start.confidence)
        || sure(section.end.state, section.end.confidence)
        || sure(section.school.state, section.school.confidence)
        || sure(section.major.state, section.major.confidence)
}

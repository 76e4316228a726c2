//! `education-level`
//!
//! ## What is wrong
//! The school's kind or level is not what the condition asks.
//!
//! ## Evidence
//! The schooling that the diploma shows; without a sure one the 学历承诺书, then 文化程度.
//!
//! ## Cannot tell
//! A doubtful reading is `review`, so is a contradiction between a fitting diploma and the letter, and a kind of school
//! (技工学校) without its class.
//! The registration alone never rejects.

use super::{DIPLOMA, Word, diploma, promised, registered, requirement, unread};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading;
use crate::rules::rule::Rule;
use crate::vocabulary::documents::Schooling;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::pack::EducationRequirement;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "education-level",
    worst: Severity::Reject,
    source: "报考条件",
    title_zh: "学历层次不符",
    title_en: "school's kind or level is not what the condition asks",
    rests_on: &[
        "diploma.schooling",
        "diploma.title",
        "diploma.school",
        "education_commitment.education",
        "registration.education",
        "registration.condition",
    ],
    clears_zh: "提交符合条件的学历证明，或改报其他条件",
    clears_en: "a diploma of that kind, or another condition",
    file: include_str!("education_level.rs"),
    judge,
    ..Rule::NEW
};

const LETTER: MaterialKind = MaterialKind::EducationCommitment;

pub fn judge(case: &Case<'_>) -> Outcome {
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    let Some(required) = requirement(case) else {
        return Outcome::NotApplicable;
    };
    let wanted = || required.schooling.iter().map(|s| s.name()).collect::<Vec<_>>().join("、");
    if let Some(fact) = diploma(case).map(|d| &d.schooling).filter(|f| f.state == State::Read)
        && let Some(shown) = fact.value.filter(|s| !required.schooling.contains(s))
    {
        let sure = fact.confidence >= case.threshold();
        let differs = format!("毕业证书显示的学历为{}，所选申报条件要求{}", shown.name(), wanted());
        return Outcome::maybe(Some(
            case.flag(&RULE, Case::by_sureness(sure))
                .fact(DIPLOMA, "schooling", fact)
                .expected(wanted())
                .observed(shown.name())
                .applicant(format!("{differs}，请上传符合要求的学历证明，或重新选择申报条件。"))
                .says(reading::told(sure, &differs), "The schooling on the diploma is not what the condition asks."),
        ));
    }
    let shown = diploma(case).and_then(|d| d.schooling.sure(case.threshold())).copied();
    match (shown, promised(case), registered(case)) {
        (Some(_), Some(word), _) if !may_satisfy(required, word) => told(case, Severity::Review, word, &wanted()),
        (Some(_), ..) => Outcome::Holds,
        (None, Some(word), _) if !may_satisfy(required, word) => {
            let sure = case.commitment(LETTER).is_some_and(|l| l.education.confidence >= case.threshold());
            told(case, Case::by_sureness(sure), word, &wanted())
        }
        (None, Some(Word::Kind(_)), _) if !unread(case) && !surely_satisfies(required, promised(case)) => {
            told(case, Severity::Review, Word::Kind(required.schooling[0].kind()), &wanted())
        }
        (None, None, Some(word)) if !may_satisfy(required, word) => {
            Outcome::maybe(Some(case.flag(&RULE, Severity::Review).field("文化程度").expected(wanted()).says_to_both(
                format!(
                    "报名信息中的文化程度与所选申报条件要求的学历（{}）不符，请更正文化程度，或重新选择申报条件。",
                    wanted()
                ),
                "The registered education is not what the condition asks.",
            )))
        }
        _ if unread(case) => Outcome::NotEvaluated(super::UNREAD),
        (None, Some(_), _) => Outcome::Holds,
        (None, None, _) => Outcome::NotEvaluated(why::NO_SCHOOLING),
    }
}

fn told(case: &Case<'_>, severity: Severity, word: Word, wanted: &str) -> Outcome {
    let Some(letter) = case.commitment(LETTER) else { return Outcome::Holds };
    let seen = match word {
        Word::Exactly(s) => s.name(),
        Word::Kind(_) => "学校类别（未写明层次）",
    };
    let sure = letter.education.confidence >= case.threshold();
    let differs = format!("学历承诺书填写的学历为{seen}，所选申报条件要求{wanted}");
    let draft = case.flag(&RULE, severity).fact(LETTER, "education", &letter.education).expected(wanted);
    Outcome::maybe(Some(
        draft.applicant(format!("{differs}，请按毕业证书重新填写，或重新选择申报条件。")).says(
            reading::told(sure, &differs),
            "The schooling in the education letter is not what the condition asks.",
        ),
    ))
}

fn may_satisfy(required: &EducationRequirement, word: Word) -> bool {
    match word {
        Word::Exactly(s) => required.schooling.contains(&s),
        Word::Kind(k) => required.schooling.iter().any(|s| s.kind() == k),
    }
}

/// Does every class of that kind of school satisfy the condition?
fn surely_satisfies(required: &EducationRequirement, word: Option<Word>) -> bool {
    const TECHNICAL: [Schooling; 3] =
        [Schooling::TechnicalIntermediate, Schooling::TechnicalSenior, Schooling::TechnicalTechnician];
    match word {
        Some(Word::Exactly(s)) => required.schooling.contains(&s),
        Some(Word::Kind(k)) => TECHNICAL.iter().filter(|s| s.kind() == k).all(|s| required.schooling.contains(s)),
        None => false,
    }
}

//! `identity-sex`
//!
//! ## What is wrong
//! The sex differs from the number's.
//!
//! ## Evidence
//! The 17th digit of a well-formed citizen number, against the registration and the card.
//!
//! ## Cannot tell
//! A doubtful reading of the card that differs is `review`. No well-formed citizen number: not evaluated.

use crate::rules::case::{Case, value};
use crate::rules::outcome::Outcome;
use crate::rules::reading::told;
use crate::rules::rule::Rule;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "identity-sex",
    worst: Severity::Reject,
    source: "N24 三(二)1",
    title_zh: "性别不一致",
    title_en: "sex differs from the number's",
    rests_on: &["registration.sex", "registration.id_number", "id_card_front.sex", "application_form.sex"],
    clears_zh: "更正报名信息中的性别；身份证照片不清的，重新上传",
    clears_en: "the registered sex corrected, or a clearer picture of the card",
    certain_on_further: true,
    file: include_str!("identity_sex.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(expected) = case.citizen_number().and_then(|c| c.as_ref().ok()).map(|c| c.sex) else {
        return Outcome::NotEvaluated(why::NO_CITIZEN_NUMBER);
    };
    let mut flags = Vec::new();
    if let Some(sex) = case.registration().and_then(|r| value(&r.sex)).filter(|s| *s != expected) {
        flags.push(
            case.flag(&RULE, Severity::Reject)
                .field("性别")
                .expected(expected.name())
                .observed(sex.name())
                .says_to_both(
                    format!("报名信息中的性别为“{}”，按证件号码应为“{}”，请更正。", sex.name(), expected.name()),
                    "The registered sex is not the number's.",
                ),
        );
    }
    let card =
        case.documents.id_card_front.as_ref().filter(|_| case.legible(MaterialKind::IdCardFront)).map(|c| &c.sex);
    let seen = [
        (MaterialKind::IdCardFront, card, "身份证上的性别", "请重新上传清晰的本人身份证照片。"),
        (MaterialKind::ApplicationForm, case.form().map(|f| &f.sex), "申报表填写的性别", "请更正后重新填写。"),
    ];
    for (kind, fact, what, asked) in seen {
        let Some(fact) = fact.filter(|f| f.state == State::Read) else { continue };
        let Some(read) = fact.value.filter(|sex| *sex != expected) else { continue };
        let sure = fact.confidence >= case.threshold();
        flags.push(
            case.flag(&RULE, Case::by_sureness(sure))
                .fact(kind, "sex", fact)
                .expected(expected.name())
                .applicant(format!("{what}与证件号码不符，{asked}"))
                .says(
                    told(sure, &format!("{what}为“{}”，按证件号码应为“{}”", read.name(), expected.name())),
                    format!("The sex on the {} is not the number's.", kind.english()),
                ),
        );
    }
    Outcome::of(flags)
}

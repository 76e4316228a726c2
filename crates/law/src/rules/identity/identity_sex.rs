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
use crate::rules::flagging::Outcome;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::material::MaterialKind;

const ID: &str = "identity-sex";

pub fn judge(case: &Case<'_>) -> Outcome {
    let Some(expected) = case.citizen_number().and_then(|c| c.as_ref().ok()).map(|c| c.sex) else {
        return Outcome::NotEvaluated("no well-formed citizen number");
    };
    let mut flags = Vec::new();
    if let Some(sex) = case.registration().and_then(|r| value(&r.sex)).filter(|s| *s != expected) {
        flags.push(
            case.flag(ID, Severity::Reject)
                .field("性别")
                .expected(expected.name())
                .observed(sex.name())
                .says(format!("报名信息中的性别“{}”与证件号码不符（应为“{}”），请更正。", sex.name(), expected.name()), "The registered sex is not the number's."),
        );
    }
    let card = case.documents.id_card_front.as_ref().filter(|_| case.legible(MaterialKind::IdCardFront)).map(|c| &c.sex);
    if let Some(fact) = card.filter(|f| f.state == State::Read && f.value.is_some_and(|v| v != expected)) {
        let sure = fact.confidence >= case.threshold();
        flags.push(
            case.flag(ID, Case::by_sureness(sure))
                .fact(MaterialKind::IdCardFront, "sex", fact)
                .expected(expected.name())
                .says("身份证上的性别与证件号码不符，请重新上传清晰的本人身份证照片。", "The sex on the ID card is not the number's."),
        );
    }
    Outcome::of(flags)
}

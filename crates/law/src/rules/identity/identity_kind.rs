//! `identity-kind`
//!
//! ## What is wrong
//! The registered number does not fit the registered kind of identity document.
//!
//! ## Evidence
//! The number's form against the forms of `number_forms`.
//!
//! ## Cannot tell
//! A kind that is not known is `registration-field`. A citizen number that is merely wrong is
//! `identity-number-invalid`.

use super::number_forms::{NumberCheck, check};
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::rule::Rule;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::submission::IdKind;
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "identity-kind",
    worst: Severity::Reject,
    source: "N24 三(二)1",
    title_zh: "证件类型与号码不符",
    title_en: "a number that does not fit its kind of document",
    rests_on: &["registration.id_type", "registration.id_number"],
    clears_zh: "更正证件类型或证件号码，使二者相符",
    clears_en: "kind and number that belong together",
    certain_on_further: true,
    file: include_str!("identity_kind.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let (Some(number), Some(kind)) = (case.id_number(), case.id_kind()) else {
        return Outcome::NotEvaluated(why::NO_NUMBER_OR_KIND);
    };
    let plain = matches!(case.citizen_number(), Some(Ok(c)) if c.province < 81);
    if (kind == IdKind::ResidentIdCard && plain) || check(kind, number) != NumberCheck::OtherKind {
        return Outcome::Holds;
    }
    let name = kind_name(kind);
    let raw = case.registration().and_then(|r| r.id_type.as_ref()).map_or(name, |e| e.raw.as_str());
    Outcome::maybe(Some(
        case.flag(&RULE, Severity::Reject).field("证件类型").expected(name).observed(number).says_to_both(
            format!("证件号码的格式与证件类型“{raw}”不符，请按证件更正证件类型或号码。"),
            format!("The number does not have the form of the registered kind of document ({raw})."),
        ),
    ))
}

fn kind_name(kind: IdKind) -> &'static str {
    match kind {
        IdKind::ResidentIdCard => "居民身份证",
        IdKind::SocialSecurityCard => "北京社保卡",
        IdKind::HongKongMacaoIdCard => "港澳居民身份证",
        IdKind::HongKongMacaoResidencePermit => "港澳居民居住证",
        IdKind::HongKongMacaoTravelPermit => "港澳居民来往内地通行证",
        IdKind::HongKongMacaoPassport => "港澳护照",
        IdKind::TaiwanResidencePermit => "台湾居民居住证",
        IdKind::TaiwanTravelPermit => "台湾居民来往大陆通行证",
        IdKind::ForeignerPermanentResidence => "外国人永久居留身份证",
        IdKind::Passport => "护照",
    }
}

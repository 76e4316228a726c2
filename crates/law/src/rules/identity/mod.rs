//! Who the applicant is: numbers, names, birth date, sex and card, from every place that tells them.
//! Each kind of identity document has its own form in `number_forms`.

pub mod identity_birth_date;
pub mod identity_card_expired;
pub mod identity_card_unclear;
pub mod identity_duplicate;
pub mod identity_kind;
pub mod identity_name_mismatch;
pub mod identity_number_invalid;
pub mod identity_number_mismatch;
pub mod identity_sex;
pub mod identity_underage;
pub mod number_forms;

use super::case::Case;
use super::outcome::Outcome;
use super::reading::{Agreement, agreement, fold};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::Flag;
use crate::vocabulary::material::MaterialKind;

/// Where an identity number stands, as [`Rule::rests_on`](super::rule::Rule) names it.
pub const PLACES_OF_NUMBERS: &[&str] = &["registration.id_number", "registration.id_type", "*.number"];

/// A place that tells a name or a number.
pub type Telling<'a> = (MaterialKind, &'a Fact<String>);

/// Every name that was read, card first.
pub fn names<'a>(case: &Case<'a>) -> Vec<Telling<'a>> {
    let d = case.documents;
    let mut all: Vec<Telling<'a>> = Vec::with_capacity(8);
    all.extend(d.id_card_front.as_ref().map(|c| (MaterialKind::IdCardFront, &c.name)));
    all.extend(d.application_form.as_ref().map(|c| (MaterialKind::ApplicationForm, &c.name)));
    all.extend(d.commitments().map(|(kind, c)| (kind, &c.name)));
    all.extend(d.diploma.as_ref().map(|c| (MaterialKind::Diploma, &c.name)));
    all.extend(d.prior_certificate.as_ref().map(|c| (MaterialKind::PriorCertificate, &c.name)));
    all.extend(d.completion_certificate.as_ref().map(|c| (MaterialKind::CompletionCertificate, &c.name)));
    all.retain(|(kind, _)| case.legible(*kind));
    all
}

/// Every identity number that was read, card first.
pub fn numbers<'a>(case: &Case<'a>) -> Vec<Telling<'a>> {
    let d = case.documents;
    let mut all: Vec<Telling<'a>> = Vec::with_capacity(8);
    all.extend(d.id_card_front.as_ref().map(|c| (MaterialKind::IdCardFront, &c.number)));
    all.extend(d.application_form.as_ref().map(|c| (MaterialKind::ApplicationForm, &c.number)));
    all.extend(d.commitments().map(|(kind, c)| (kind, &c.number)));
    all.extend(d.diploma.as_ref().map(|c| (MaterialKind::Diploma, &c.number)));
    all.extend(d.prior_certificate.as_ref().map(|c| (MaterialKind::PriorCertificate, &c.number)));
    all.extend(d.completion_certificate.as_ref().map(|c| (MaterialKind::CompletionCertificate, &c.number)));
    all.retain(|(kind, _)| case.legible(*kind));
    all
}

/// Is there a material that tells who the applicant is and that this version does not read?
pub fn some_unread(case: &Case<'_>) -> bool {
    MaterialKind::ALL.into_iter().any(|k| !matches!(k, MaterialKind::Photo | MaterialKind::Other | MaterialKind::IdCardBack) && case.unread(k))
}

/// Compares every place with what was registered (or, without that, with the card's sure reading).
/// Places that tell the same other text are one cause and become one flag.
pub fn mismatches(case: &Case<'_>, registered: Option<&str>, places: &[Telling<'_>], make: impl Fn(&[Telling<'_>], &str, bool) -> Flag) -> Outcome {
    let threshold = case.threshold();
    let card = places.first().filter(|(kind, _)| *kind == MaterialKind::IdCardFront).and_then(|(_, f)| f.sure(threshold));
    let Some(expected) = registered.or(card.map(String::as_str)) else {
        return Outcome::NotEvaluated("nothing to compare with: neither a registered value nor a sure reading of the card");
    };
    let mut groups: Vec<(String, bool, Vec<Telling<'_>>)> = Vec::new();
    for (kind, fact) in places {
        let sure = match agreement(fact, expected, threshold) {
            Agreement::Differs => true,
            Agreement::MayDiffer => false,
            Agreement::Same | Agreement::MaySame | Agreement::Unread => continue,
        };
        let text = fold(fact.value.as_deref().or(fact.text.as_deref()).or(fact.free.as_deref()).unwrap_or_default());
        match groups.iter_mut().find(|g| g.0 == text) {
            Some(group) => {
                group.1 |= sure;
                group.2.push((*kind, *fact));
            }
            None => groups.push((text, sure, vec![(*kind, *fact)])),
        }
    }
    let flags = groups.iter().map(|(_, sure, places)| make(places, expected, *sure)).collect();
    Outcome::of_partial(flags, some_unread(case), "some of the documents are not read by this version")
}

/// "申报表、工作经历承诺书".
pub fn place_names(places: &[Telling<'_>]) -> String {
    places.iter().map(|(kind, _)| kind.name()).collect::<Vec<_>>().join("、")
}

/// The same in English.
pub fn place_names_en(places: &[Telling<'_>]) -> String {
    places.iter().map(|(kind, _)| kind.english()).collect::<Vec<_>>().join(", ")
}

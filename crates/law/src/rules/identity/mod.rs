//! Who the applicant is: numbers, names, birth date, sex and card, from every document that bears them.
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
use super::rule::Rule;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::material::MaterialKind;

/// Where an identity number stands, as [`Rule::rests_on`](super::rule::Rule) names it.
pub const PLACES_OF_NUMBERS: &[&str] = &["registration.id_number", "registration.id_type", "*.number"];

/// A document, and the name or number on it.
pub type Telling<'a> = (MaterialKind, &'a Fact<String>);

/// A document that was read and bears the applicant's name and number.
pub struct Bearer<'a> {
    pub kind: MaterialKind,
    pub name: &'a Fact<String>,
    pub number: &'a Fact<String>,
}

/// All of them, the card first.
pub fn bearers<'a>(case: &Case<'a>) -> Vec<Bearer<'a>> {
    let d = case.documents;
    let mut all: Vec<Bearer<'a>> = Vec::with_capacity(8);
    let bearer = |kind, name, number| Bearer { kind, name, number };
    all.extend(d.id_card_front.as_ref().map(|c| bearer(MaterialKind::IdCardFront, &c.name, &c.number)));
    all.extend(d.application_form.as_ref().map(|c| bearer(MaterialKind::ApplicationForm, &c.name, &c.number)));
    all.extend(d.commitments().map(|(kind, c)| bearer(kind, &c.name, &c.number)));
    all.extend(d.diploma.as_ref().map(|c| bearer(MaterialKind::Diploma, &c.name, &c.number)));
    all.extend(d.prior_certificate.as_ref().map(|c| bearer(MaterialKind::PriorCertificate, &c.name, &c.number)));
    all.extend(d.completion_certificate.as_ref().map(|c| bearer(MaterialKind::CompletionCertificate, &c.name, &c.number)));
    all.retain(|b| case.legible(b.kind));
    all
}

/// Is there a material with a name or number that this version does not read?
fn some_unread(case: &Case<'_>) -> bool {
    MaterialKind::ALL.into_iter().any(|k| !matches!(k, MaterialKind::Photo | MaterialKind::Other | MaterialKind::IdCardBack) && case.unread(k))
}

/// What is compared between the places: the fact's name, and its word in both languages.
pub struct Compared {
    pub field: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// Compares every place with what was registered (or, without that, with the card's sure reading).
/// Documents with the same other text have one cause and become one flag.
pub fn mismatches(case: &Case<'_>, rule: &Rule, what: &Compared, registered: Option<&str>, places: &[Telling<'_>]) -> Outcome {
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
    let flags = groups.iter().map(|(_, sure, places)| {
        let (kind, fact) = places[0];
        let doubt = if *sure { "" } else { "可能" };
        case.flag(rule, Case::by_sureness(*sure)).fact(kind, what.field, fact).expected(expected).says(
            format!("{}上的{}与报名信息{doubt}不一致，请核对后提交与本人证件一致的材料。", place_names(places), what.zh),
            format!("The {} on {} {} from the registered one.", what.en, place_names_en(places), if *sure { "differs" } else { "may differ" }),
        )
    });
    Outcome::of_partial(flags.collect(), some_unread(case), "some of the documents are not read by this version")
}

/// "申报表、工作经历承诺书".
fn place_names(places: &[Telling<'_>]) -> String {
    places.iter().map(|(kind, _)| kind.name()).collect::<Vec<_>>().join("、")
}

/// The same in English.
fn place_names_en(places: &[Telling<'_>]) -> String {
    places.iter().map(|(kind, _)| kind.english()).collect::<Vec<_>>().join(", ")
}

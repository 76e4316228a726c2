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

use super::case::{Case, observed};
use super::outcome::Outcome;
use super::reading::{Agreement, agreement, apart, fold, told};
use super::registration::REGISTRATION;
use super::rule::Rule;
use crate::vocabulary::documents::{At, FieldValue, Visitor};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::why;

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
    let mut list = Bearers(Vec::with_capacity(8));
    case.documents.visit(&mut list);
    let mut all: Vec<Bearer<'a>> = list
        .0
        .into_iter()
        .filter_map(|(kind, name, number)| Some(Bearer { kind, name: name?, number: number? }))
        .collect();
    all.retain(|b| case.legible(b.kind));
    all.sort_by_key(|b| b.kind);
    all
}

/// Each document with the fields on it that are a person's name and number. A signature does not count as a name.
struct Bearers<'a>(Vec<Seen<'a>>);

/// A document, with its name and its number.
type Seen<'a> = (MaterialKind, Option<&'a Fact<String>>, Option<&'a Fact<String>>);

impl<'a> Visitor<'a> for Bearers<'a> {
    fn document(&mut self, material: MaterialKind) {
        self.0.push((material, None, None));
    }

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &'a Fact<T>) {
        let Some((_, name, number)) = self.0.last_mut() else { return };
        match at.field.personal {
            Some(Personal::Name) if !at.field.signature => *name = name.or(T::text(fact)),
            Some(Personal::Number) => *number = number.or(T::text(fact)),
            _ => {}
        }
    }
}

/// Is there a material with a name or number that this version does not read?
fn some_unread(case: &Case<'_>) -> bool {
    MaterialKind::ALL
        .into_iter()
        .any(|k| !matches!(k, MaterialKind::Photo | MaterialKind::Other | MaterialKind::IdCardBack) && case.unread(k))
}

/// What is compared between the places: the fact's name, and its word in both languages.
pub struct Compared {
    pub field: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub shown: Shown,
}

/// How the clerk's sentence shows the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Whole,
    /// By the places that differ; the whole stands beside it.
    ByPlaces,
}

/// Compares every place with what was registered (or, without that, with the card's sure reading).
/// Documents with the same other text have one cause and become one flag.
pub fn mismatches(
    case: &Case<'_>,
    rule: &Rule,
    what: &Compared,
    registered: Option<&str>,
    places: &[Telling<'_>],
) -> Outcome {
    let threshold = case.threshold();
    let card =
        places.first().filter(|(kind, _)| *kind == MaterialKind::IdCardFront).and_then(|(_, f)| f.sure(threshold));
    let Some(expected) = registered.or(card.map(String::as_str)) else {
        return Outcome::NotEvaluated(why::NOTHING_REGISTERED);
    };
    let whose = if registered.is_some() { REGISTRATION } else { MaterialKind::IdCardFront.name() };
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
        let read = observed(fact).unwrap_or_default();
        let differs = match what.shown {
            Shown::Whole => format!("{}上的{}为“{read}”，{whose}为“{expected}”", place_names(places), what.zh),
            Shown::ByPlaces => {
                let apart = apart(&read, expected, whose);
                format!("{}上的{}与{whose}不一致：{apart}", place_names(places), what.zh)
            }
        };
        let draft = case.flag(rule, Case::by_sureness(*sure)).fact(kind, what.field, fact).expected(expected);
        // What stands there may be another person's: the applicant is not told it.
        let asked = draft.applicant(format!(
            "{}上的{}与{whose}不一致，请核对后提交与本人证件一致的材料。",
            place_names(places),
            what.zh
        ));
        asked.says(
            told(*sure, &differs),
            format!(
                "The {} on {} {} from the registered one.",
                what.en,
                place_names_en(places),
                if *sure { "differs" } else { "may differ" }
            ),
        )
    });
    Outcome::of_partial(flags.collect(), some_unread(case), why::SOME_UNREAD)
}

/// "申报表、工作经历承诺书".
fn place_names(places: &[Telling<'_>]) -> String {
    places.iter().map(|(kind, _)| kind.name()).collect::<Vec<_>>().join("、")
}

/// The same in English.
fn place_names_en(places: &[Telling<'_>]) -> String {
    places.iter().map(|(kind, _)| kind.english()).collect::<Vec<_>>().join(", ")
}

//! From a submission to the few values that tell a clerk whose it is: name, number, occupation, level and condition.
//! Takes registered values first, else what the documents say; does not ask which of them is right.

use super::facts::Plain;
use super::finding::Finding;
use crate::vocabulary::documents::Documents;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::level::Level;
use crate::vocabulary::submission::{Entry, Registration};

/// Whose submission it is; a value that nobody gave is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    pub name: String,
    pub number: String,
    pub occupation: String,
    pub level: String,
    pub condition: String,
}

impl Heading {
    /// As registered, else as read. A condition is only ever the registered one: what was copied by hand is a sentence
    /// and no number.
    pub fn known(f: &Finding) -> Self {
        Self::registered(f.registration.as_ref()).or(Self { condition: String::new(), ..Self::read(&f.documents) })
    }

    /// As registered; empty where nothing was.
    fn registered(registration: Option<&Registration>) -> Self {
        let Some(r) = registration else { return Self::default() };
        Self {
            name: raw(r.name.as_ref()),
            number: raw(r.id_number.as_ref()),
            occupation: raw(r.occupation.as_ref()),
            level: r.level.as_ref().map_or_else(String::new, |e| e.value.map_or_else(|| e.raw.clone(), Level::full)),
            condition: r
                .condition
                .as_ref()
                .map_or_else(String::new, |e| e.value.map_or_else(|| e.raw.clone(), |n| n.to_string())),
        }
    }

    /// As read: from the 申报表, else from a 承诺书, else from the ID card. `condition` is the sentence that the applicant
    /// copied.
    pub fn read(d: &Documents) -> Self {
        let form = d.application_form.as_ref();
        let commitments: Vec<_> = d.commitments().map(|(_, c)| c).collect();
        let card = d.id_card_front.as_ref();
        let names =
            form.map(|f| &f.name).into_iter().chain(commitments.iter().map(|c| &c.name)).chain(card.map(|c| &c.name));
        let numbers = form
            .map(|f| &f.number)
            .into_iter()
            .chain(commitments.iter().map(|c| &c.number))
            .chain(card.map(|c| &c.number));
        let occupations = form.map(|f| &f.occupation).into_iter().chain(commitments.iter().map(|c| &c.occupation));
        let levels = form.map(|f| &f.level).into_iter().chain(commitments.iter().map(|c| &c.level));
        Self {
            name: first(names),
            number: first(numbers),
            occupation: first(occupations),
            level: levels.filter(|f| f.state == State::Read).find_map(|f| f.value).map(Level::full).unwrap_or_default(),
            condition: first(form.and_then(|f| f.condition.as_ref()).map(|c| &c.fact).into_iter()),
        }
    }

    /// `self`, with the values of `other` where `self` has none.
    fn or(self, other: Self) -> Self {
        let pick = |a: String, b: String| if a.is_empty() { b } else { a };
        Self {
            name: pick(self.name, other.name),
            number: pick(self.number, other.number),
            occupation: pick(self.occupation, other.occupation),
            level: pick(self.level, other.level),
            condition: pick(self.condition, other.condition),
        }
    }
}

fn raw<T>(entry: Option<&Entry<T>>) -> String {
    entry.map_or_else(String::new, |e| e.raw.clone())
}

/// The first value that was read.
fn first<'a, T: Plain + 'a>(mut facts: impl Iterator<Item = &'a Fact<T>>) -> String {
    facts
        .find_map(|f| f.value.as_ref().filter(|_| f.state == State::Read))
        .map_or_else(String::new, |v| v.plain().as_str().map_or_else(|| v.plain().to_string(), ToOwned::to_owned))
}

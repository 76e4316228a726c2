//! What both CSV files share: their dialect, and the few values that tell a clerk whose row it is.
//! Registered values first, else what the documents say; which of them is right is not asked here.

use super::facts::Plain;
use crate::vocabulary::documents::Documents;
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::level::Level;
use crate::vocabulary::submission::{Entry, Registration};
use std::io::{self, Write};

/// Whose row it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    pub name: String,
    pub number: String,
    pub occupation: String,
    pub level: String,
    pub condition: String,
}

impl Heading {
    /// As registered; empty where nothing was.
    pub fn registered(registration: Option<&Registration>) -> Self {
        let Some(r) = registration else { return Self::default() };
        Self {
            name: raw(r.name.as_ref()),
            number: raw(r.id_number.as_ref()),
            occupation: raw(r.occupation.as_ref()),
            level: r.level.as_ref().map_or_else(String::new, |e| e.value.map_or_else(|| e.raw.clone(), Level::full)),
            condition: r.condition.as_ref().map_or_else(String::new, |e| e.value.map_or_else(|| e.raw.clone(), |n| n.to_string())),
        }
    }

    /// As read: from the 申报表, else from a 承诺书, else from the ID card. `condition` is the text that was recognised as copied.
    pub fn read(d: &Documents) -> Self {
        let form = d.application_form.as_ref();
        let letters: Vec<_> = d.commitments().map(|(_, c)| c).collect();
        let card = d.id_card_front.as_ref();
        let names = form.map(|f| &f.name).into_iter().chain(letters.iter().map(|c| &c.name)).chain(card.map(|c| &c.name));
        let numbers = form.map(|f| &f.number).into_iter().chain(letters.iter().map(|c| &c.number)).chain(card.map(|c| &c.number));
        let occupations = form.map(|f| &f.occupation).into_iter().chain(letters.iter().map(|c| &c.occupation));
        let levels = form.map(|f| &f.level).into_iter().chain(letters.iter().map(|c| &c.level));
        Self {
            name: first(names),
            number: first(numbers),
            occupation: first(occupations),
            level: levels.filter(|f| f.state == State::Read).find_map(|f| f.value).map(Level::full).unwrap_or_default(),
            condition: first(form.and_then(|f| f.condition.as_ref()).map(|c| &c.fact).into_iter()),
        }
    }

    /// `self`, with `other` where nothing stands.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
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

/// A writer of our dialect: UTF-8 with BOM, comma, CRLF, quotes where needed; the head is written.
///
/// # Errors
/// If it cannot be written.
pub fn writer<W: Write>(mut out: W, head: &[&str]) -> io::Result<csv::Writer<W>> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(head).map_err(io::Error::other)?;
    Ok(writer)
}

fn raw<T>(entry: Option<&Entry<T>>) -> String {
    entry.map_or_else(String::new, |e| e.raw.clone())
}

/// The first that was read.
fn first<'a, T: Plain + 'a>(mut facts: impl Iterator<Item = &'a Fact<T>>) -> String {
    facts
        .find_map(|f| f.value.as_ref().filter(|_| f.state == State::Read))
        .map_or_else(String::new, |v| v.plain().as_str().map_or_else(|| v.plain().to_string(), ToOwned::to_owned))
}

//! From a read form and its pages to what its fields look like: which were corrected, and how surely they are printed.
//! Looks only at filled fields, and not at signatures.

use super::alteration;
use super::crowding;
use super::handwriting;
use super::ink::{self, Row, Written};
use crate::inspect::documents::form::document::FormDocument;
use crate::inspect::form_page::FormPage;
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::vocabulary::documents::{Alteration, At, FieldValue, VisitorMut};
use crate::vocabulary::fact::{CopyOutcome, Fact, Region, State};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{is_punctuation, normalise};

/// Pixels of the page: least distance of two handwritten lines in one field (the copied condition).
const PITCH: f32 = 42.0;
/// Pixels of the page by which a field's box is widened: a stroke through its last character goes on.
const BESIDE: f32 = 6.0;

/// Looks at every filled field of a form.
pub fn of(form: &mut impl FormDocument, pages: &[FormPage], settings: &ReadingSettings) {
    let mut places = Places { settings, found: Vec::new() };
    form.visit_mut(&mut places);
    let mut verdicts = Verdicts::default();
    for page in pages {
        verdicts.page(page, &places);
    }
    form.corrected(std::mem::take(&mut verdicts.alterations), verdicts.judged);
    form.visit_mut(&mut verdicts);
}

/// Where something is written.
struct Place {
    field: String,
    /// Only digits and letters belong there.
    digits: bool,
    page: u16,
    region: Region,
    /// See [`Written::agrees`].
    agrees: bool,
    /// See [`Written::dense`]; of the one row that the field has.
    dense: Vec<(f32, f32)>,
    /// As it was read, surely or not; and freely.
    text: String,
    free: String,
}

struct Places<'a> {
    settings: &'a ReadingSettings,
    found: Vec<Place>,
}

impl VisitorMut for Places<'_> {
    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &mut Fact<T>) {
        let Some((page, region)) = fact.place.as_ref().and_then(|p| Some((p.page, p.region?))) else { return };
        if fact.is_filled() && !at.field.signature {
            let agrees = agrees(fact);
            let dense = if agrees { dense(fact, &self.settings.dense_characters) } else { Vec::new() };
            let text = fact.text.clone().unwrap_or_default();
            // a character more than a text that is itself in doubt says nothing
            let settled =
                fact.confidence >= AGREED || fact.verified.as_ref().is_some_and(|v| v.outcome == CopyOutcome::Faithful);
            let free = fact.free.clone().filter(|_| settled).unwrap_or_default();
            let (field, digits) = (at.path(), at.field.digits);
            self.found.push(Place { field, digits, page, region, agrees, dense, text, free });
        }
    }
}

#[derive(Default)]
struct Verdicts {
    alterations: Vec<Alteration>,
    /// Pages and how surely their fields are printed.
    printed: Vec<(u16, f32)>,
    /// Some writing was looked at.
    judged: bool,
}

impl VisitorMut for Verdicts {
    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &mut Fact<T>) {
        let page = fact.place.as_ref().map(|p| p.page);
        if fact.is_filled() && !at.field.signature {
            fact.printed = self.printed.iter().find(|(p, _)| Some(*p) == page).map(|(_, v)| *v);
        }
    }
}

impl Verdicts {
    fn page(&mut self, page: &FormPage, places: &Places) {
        // each row's field, and whether that has no other row
        let mut of: Vec<(&Place, bool)> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let (mut characters, mut beyond) = (Vec::new(), Vec::new());
        for place in places.found.iter().filter(|p| p.page == page.number) {
            let [x, y, w, h] = page.rectified.unregion(&place.region);
            let at = Cell { x0: x - BESIDE, y0: y, x1: x + w + BESIDE, y1: y + h };
            // one line, unless the box is higher than it is for two
            let lines = if h >= 2.0 * PITCH { lines::find(&page.clean, &at, PITCH) } else { vec![at] };
            let found: Vec<Row> = lines.iter().filter_map(|l| Row::of(&page.clean, l)).collect();
            of.extend(found.iter().map(|_| (place, lines.len() == 1)));
            characters.extend(crowding::of(&place.text, &found, &places.settings.crowded_characters));
            beyond.extend(crowding::beyond(&place.text, &place.free, &found));
            rows.extend(found);
        }
        let Some(pen) = ink::pen(&rows) else { return };
        self.judged = true;
        let written = |(((row, (place, alone)), characters), beyond): (((_, &(&Place, bool)), _), _)| {
            let dense = if *alone { place.dense.clone() } else { Vec::new() };
            Written { row, digits: place.digits, agrees: place.agrees, dense, characters, beyond }
        };
        let written: Vec<Written> = rows.iter().zip(&of).zip(characters).zip(beyond).map(written).collect();
        for mark in alteration::find(&page.rectified.lit, &written, pen) {
            let field = of[mark.row].0.field.clone();
            self.alterations.push(Alteration {
                kind: mark.kind,
                field,
                confidence: mark.confidence,
                place: page.place(&mark.at),
                overruled: None,
            });
        }
        self.printed.extend(handwriting::printed(&page.clean, &written).map(|p| (page.number, p)));
    }
}

/// Where its characters of very many strokes stand, if they are spread evenly; a character's width further on either
/// side, since they are not.
fn dense<T>(fact: &Fact<T>, characters: &[String]) -> Vec<(f32, f32)> {
    let letters: Vec<char> = fact.text.iter().flat_map(|t| t.chars()).filter(|c| !c.is_whitespace()).collect();
    let at = |i: usize| i as f32 / letters.len() as f32;
    let is_dense = |c: char| characters.iter().any(|list| list.contains(c));
    (0..letters.len()).filter(|i| is_dense(letters[*i])).map(|i| (at(i.saturating_sub(1)), at(i + 2))).collect()
}

/// Surely read, with no more characters in the free reading than in the value: what is struck out is not read surely,
/// or is read as one more.
fn agrees<T>(fact: &Fact<T>) -> bool {
    let (Some(text), Some(free)) = (&fact.text, &fact.free) else { return false };
    let letters = |s: &str| normalise(s).chars().filter(|c| !c.is_whitespace() && !is_punctuation(*c)).count();
    fact.state == State::Read && fact.confidence >= AGREED && letters(free) <= letters(text)
}

/// 0–1: a reading as sure as this holds nothing that was struck out.
const AGREED: f32 = 0.95;

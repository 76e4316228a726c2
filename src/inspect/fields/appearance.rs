//! From a read form and its pages to what its blanks look like: which were corrected, and how surely they are printed.
//! Looks only at blanks in which something is written; signatures are anyone's own hand and are left out.

use super::alteration;
use super::blanks::{self, Visitor};
use super::handwriting;
use super::ink::{self, Row, Written};
use crate::inspect::form_page::FormPage;
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::vocabulary::documents::{Alteration, ApplicationForm, Commitment};
use crate::vocabulary::fact::{Fact, Region, State};
use crate::vocabulary::text::{is_punctuation, normalise};

/// Pixels of the sheet: least distance of two handwritten lines in one blank (the copied condition).
const PITCH: f32 = 42.0;
/// Pixels of the sheet by which a blank's box is widened: a stroke through its last character goes on.
const BESIDE: f32 = 6.0;
/// Blanks for digits and letters, by the last part of their names.
const DIGITS: [&str; 11] =
    ["number", "prior_certificate_number", "chsi_code", "mobile", "hours", "years", "start", "end", "occupation_start", "occupation_end", "signed_on"];

/// Looks at every filled blank of an application form.
pub fn of_form(form: &mut ApplicationForm, pages: &[FormPage]) {
    let mut places = Places::default();
    blanks::of_form(form, &mut places);
    let mut verdicts = Verdicts::default();
    for paper in pages {
        verdicts.page(paper, &places);
    }
    form.alterations = std::mem::take(&mut verdicts.alterations);
    form.alterations_judged = verdicts.judged;
    blanks::of_form(form, &mut verdicts);
}

/// Looks at every filled blank of a commitment letter.
pub fn of_letter(letter: &mut Commitment, paper: &FormPage) {
    let mut places = Places::default();
    blanks::of_letter(letter, &mut places);
    let mut verdicts = Verdicts::default();
    verdicts.page(paper, &places);
    letter.alterations = std::mem::take(&mut verdicts.alterations);
    letter.alterations_judged = verdicts.judged;
    blanks::of_letter(letter, &mut verdicts);
}

/// Where something is written.
struct Place {
    field: String,
    page: u16,
    region: Region,
    /// See [`Written::agrees`].
    agrees: bool,
}

#[derive(Default)]
struct Places(Vec<Place>);

impl Visitor for Places {
    fn blank<T>(&mut self, field: &str, fact: &mut Fact<T>) {
        let Some((page, region)) = fact.place.as_ref().and_then(|p| Some((p.page, p.region?))) else { return };
        if fact.is_filled() && !field.ends_with("signature") {
            self.0.push(Place { field: field.to_owned(), page, region, agrees: agrees(fact) });
        }
    }
}

#[derive(Default)]
struct Verdicts {
    alterations: Vec<Alteration>,
    /// Pages and how surely their blanks are printed.
    printed: Vec<(u16, f32)>,
    /// Some writing was looked at.
    judged: bool,
}

impl Visitor for Verdicts {
    fn blank<T>(&mut self, field: &str, fact: &mut Fact<T>) {
        let page = fact.place.as_ref().map(|p| p.page);
        if fact.is_filled() && !field.ends_with("signature") {
            fact.printed = self.printed.iter().find(|(p, _)| Some(*p) == page).map(|(_, v)| *v);
        }
    }
}

impl Verdicts {
    fn page(&mut self, paper: &FormPage, places: &Places) {
        let mut of: Vec<&Place> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        for place in places.0.iter().filter(|p| p.page == paper.number) {
            let [x, y, w, h] = paper.rectified.unregion(&place.region);
            let at = Cell { x0: x - BESIDE, y0: y, x1: x + w + BESIDE, y1: y + h };
            // one line, unless the box is higher than it is for two
            let lines = if h >= 2.0 * PITCH { lines::find(&paper.clean, &at, PITCH) } else { vec![at] };
            for row in lines.iter().filter_map(|l| Row::of(&paper.clean, l)) {
                of.push(place);
                rows.push(row);
            }
        }
        let Some(pen) = ink::pen(&rows) else { return };
        self.judged = true;
        let written: Vec<Written> = rows.iter().zip(&of).map(|(row, p)| Written { row, digits: is_digits(&p.field), agrees: p.agrees }).collect();
        for mark in alteration::find(&paper.rectified.lit, &written, pen) {
            let field = of[mark.row].field.clone();
            self.alterations.push(Alteration { kind: mark.kind, field, confidence: mark.confidence, place: paper.place(&mark.at) });
        }
        self.printed.extend(handwriting::printed(&paper.clean, &written).map(|p| (paper.number, p)));
    }
}

/// Surely read, with no more characters in the free reading than in the value: what is struck out is not read surely, or is read as one more.
fn agrees<T>(fact: &Fact<T>) -> bool {
    let (Some(text), Some(free)) = (&fact.text, &fact.free) else { return false };
    let letters = |s: &str| normalise(s).chars().filter(|c| !c.is_whitespace() && !is_punctuation(*c)).count();
    fact.state == State::Read && fact.confidence >= AGREED && letters(free) <= letters(text)
}

/// 0–1: a reading as sure as this holds nothing that was struck out.
const AGREED: f32 = 0.95;

fn is_digits(field: &str) -> bool {
    DIGITS.contains(&field.rsplit('.').next().unwrap_or(field))
}

//! The writing in a form's field, read as its type says: in a printed sentence, or in a cell of its own.
//! One row a type in each of the two; how a type is read is the business of `inspect::fields`.

use super::document::Filled;
use crate::inspect::context::DocumentContext;
use crate::inspect::fields::certainty::{is_doubtful, of_two};
use crate::inspect::fields::template::Template;
use crate::inspect::fields::template_fields::TemplateFields;
use crate::inspect::fields::writing::{empty, placed};
use crate::inspect::fields::{level, numbers, text};
use crate::inspect::form_page::{FormPage, Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::OcrError;
use crate::ocr::ctc::grammar::Grammar;
use crate::ocr::ctc::template::Segment;
use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::documents::{ApplicationForm, FieldValue, Sex};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::form::{FieldType, FormField, Piece};
use crate::vocabulary::holds::Holds;
use crate::vocabulary::level::Level;
use crate::vocabulary::settings::{WrittenYears, YearRange};

/// A value cell holds one line (or two, where a long name was squeezed in).
pub const VALUE_PITCH: f32 = 60.0;
/// Least distance of two lines in a cell that has room for two.
const ROWS_PITCH: f32 = 42.0;
/// Hours of a training at most.
const MOST_HOURS: u32 = 2000;

/// A printed sentence as the decoder reads it. `by_hand`: 年 and 月, and what else the sentence prints, may be written by
/// the applicant or be left out, as in a cell of a table.
pub fn template(pieces: &[Piece], by_hand: bool) -> Vec<Segment> {
    let mut out = Template::default();
    let print = |template: Template, print: &str| if by_hand { template.perhaps(print) } else { template.print(print) };
    for (i, piece) in pieces.iter().enumerate() {
        out = match piece {
            Piece::Print(text) => print(out, text),
            // it stands in the field's room, whether it is printed there or written
            Piece::Loose(_) => out,
            Piece::Skipped => out.any(&format!("skipped{i}")),
            Piece::Field(FormField { field, of, .. }) => {
                let (name, part) = (field.name, |of: &str| format!("{}.{of}", field.name));
                match of {
                    FieldType::Years => out.years(name),
                    FieldType::Hours => out.numerals(name, 1, 4),
                    FieldType::Month => {
                        let year = if field.holds == Holds::SpanEnd {
                            out.year_or_now(&part("year"))
                        } else {
                            out.numerals(&part("year"), 4, 4)
                        };
                        print(print(year, "年").numerals(&part("month"), 1, 2), "月")
                    }
                    FieldType::Date => {
                        let month = print(out.numerals(&part("year"), 4, 4), "年").numerals(&part("month"), 1, 2);
                        print(print(month, "月").numerals(&part("day"), 1, 2), "日")
                    }
                    _ => out.any(name),
                }
            }
        };
    }
    out.segments()
}

/// The fields of a sentence whose lines were read along its [`template`].
///
/// # Errors
/// An engine failed.
pub fn of_sentence(
    page: &FormPage,
    lines: &[Line],
    pieces: &[Piece],
    by_hand: bool,
    cx: &DocumentContext,
) -> Result<Vec<Filled>, OcrError> {
    let template = template(pieces, by_hand);
    let mut slots = TemplateFields::read(page, lines, &template, cx);
    let next = |i: usize| match pieces.get(i + 1) {
        Some(Piece::Field(next)) => Some(next),
        _ => None,
    };
    for (i, piece) in pieces.iter().enumerate() {
        if let (Piece::Field(name), Some(date)) = (piece, next(i).filter(|f| f.of == FieldType::Date)) {
            slots = slots.parted(name.field.name, &format!("{}.year", date.field.name));
        }
    }
    let mut out = Vec::new();
    let mut spans_end = None;
    for (i, piece) in pieces.iter().enumerate() {
        let Piece::Field(field) = piece else { continue };
        if spans_end == Some(i) {
            continue;
        }
        // a span's two months are read together: a dash between two empty ones is no end
        let later = pieces.iter().enumerate().skip(i + 1).find_map(|(j, p)| match p {
            Piece::Field(f) => Some((j, *f)),
            _ => None,
        });
        let is = |f: &FormField, holds| f.of == FieldType::Month && f.field.holds == holds;
        if let Some((j, end)) = later.filter(|(_, end)| is(field, Holds::Month) && is(end, Holds::SpanEnd)) {
            let range = years(field, &cx.settings.written_years);
            let (start, last) = slots.span(field.field.name, end.field.name, range)?;
            out.push(Filled::new(*field, start));
            out.push(Filled::new(end, last));
            spans_end = Some(j);
            continue;
        }
        let loose = match pieces.get(i + 1) {
            Some(Piece::Loose(print)) => Some(print.as_str()),
            _ => None,
        };
        let behind = next(i).filter(|f| f.of == FieldType::Date).map(|f| format!("{}.year", f.field.name));
        out.push(of_slot(page, &slots, *field, loose, behind.as_deref(), cx)?);
    }
    Ok(out)
}

/// One field of a sentence. `loose`: print that may stand in its room; `behind`: the field that follows without print
/// between.
fn of_slot(
    page: &FormPage,
    slots: &TemplateFields,
    field: FormField,
    loose: Option<&str>,
    behind: Option<&str>,
    cx: &DocumentContext,
) -> Result<Filled, OcrError> {
    let (name, expect) = (field.field.name, cx.expect);
    let range = years(&field, &cx.settings.written_years);
    Ok(match field.of {
        FieldType::Name if field.field.signature => Filled::new(field, slots.signature(name, behind)?),
        FieldType::Name => Filled::new(field, slots.expected(name, expect.name.as_deref())?),
        FieldType::IdNumber => Filled::new(field, slots.id_number(name)?),
        FieldType::Occupation => Filled::new(field, occupation(slots, name, loose, &expect.occupations)?),
        FieldType::Level => Filled::new(field, slots.level(name)?),
        FieldType::Month if field.field.holds == Holds::SpanEnd => Filled::new(field, slots.end(name, range)?),
        FieldType::Month => Filled::new(field, slots.month(name, range)?),
        FieldType::Date => {
            Filled::new(field, slots.date(name, range, field.field.name == ApplicationForm::signed_on.name)?)
        }
        FieldType::Years => Filled::new(field, slots.years(name)?),
        FieldType::Hours => Filled::new(field, hours(slots.number(name, Grammar::Integer(MOST_HOURS))?)),
        FieldType::Employer => Filled::new(field, slots.employer(name)?),
        FieldType::Major => Filled::new(field, slots.listed(name, &expect.majors)?),
        FieldType::CertificateNumber => {
            Filled::new(field, slots.certificate_number(name, expect.prior_certificate_number.as_deref())?)
        }
        FieldType::ChsiCode => Filled::new(field, slots.code(name, expect.chsi_code.as_deref())?),
        FieldType::Phone => Filled::new(field, slots.mobile(name)?),
        FieldType::Sex => {
            let words = [Sex::Male, Sex::Female].map(|s| s.name().to_owned());
            Filled::new(field, slots.listed(name, &words)?.map(|word| Sex::parse(&word)))
        }
        FieldType::Education => {
            let written = slots.free_alone(name)?;
            Filled::new(field, text::known_word(page, written, &cx.settings.schooling_words, cx)?)
        }
        // which school or what else it is decides nothing; that the field is filled does
        FieldType::School | FieldType::Free | FieldType::Condition => Filled::new(field, slots.free_alone(name)?),
    })
}

/// The years that a date in this field can have.
fn years(field: &FormField, written: &WrittenYears) -> YearRange {
    let named = |of: &crate::vocabulary::documents::Field| field.field.name == of.name;
    if field.section.is_some_and(|s| s.name == ApplicationForm::education.name) && field.of == FieldType::Month {
        written.schooling
    } else if named(&ApplicationForm::signed_on) {
        written.signing
    } else if named(&ApplicationForm::born) {
        written.birth
    } else if named(&ApplicationForm::prior_issued_on) {
        written.issue
    } else {
        written.work
    }
}

/// An occupation, behind which the form may print a part of it: 师 stands after the field, so some writers leave it out,
/// some write it, and some occupations have none.
fn occupation(
    slots: &TemplateFields,
    name: &str,
    loose: Option<&str>,
    occupations: &[String],
) -> Result<Fact<String>, OcrError> {
    let Some(loose) = loose else { return slots.listed(name, occupations) };
    let mut all: Vec<String> = occupations.to_vec();
    all.extend(occupations.iter().map(|o| format!("{o}{loose}")));
    let fact = slots.listed(name, &all)?;
    if fact.text.as_deref() == Some(loose) {
        // only the print: nothing was written
        return Ok(Fact { place: fact.place, ..Fact::blank(0.95) });
    }
    let meant = |v: String| match v.strip_suffix(loose) {
        Some(rest) if !occupations.contains(&v) && occupations.iter().any(|o| o == rest) => rest.to_owned(),
        _ => v,
    };
    let fact = fact.map(|v| Some(meant(v)));
    Ok(Fact { text: fact.value.clone().or(fact.text), ..fact })
}

/// A training that leads to a certificate takes a three-digit number of hours. Where two digits were read, the
/// recogniser may have lost one: a doubt.
fn hours(fact: Fact<u16>) -> Fact<u32> {
    let confidence = if fact.value.is_some_and(|h| h < 100) { fact.confidence.min(0.6) } else { fact.confidence };
    Fact { confidence, ..fact }.map(|h| Some(u32::from(h)))
}

/// A field that has a cell of its own.
///
/// # Errors
/// An engine failed.
pub fn of_cell(page: &FormPage, place: &Cell, field: FormField, cx: &DocumentContext) -> Result<Filled, OcrError> {
    let (expect, settings) = (cx.expect, cx.settings);
    let cell = ValueCell { page, place, digits: false, cx };
    let coded = ValueCell { digits: true, ..cell };
    Ok(match field.of {
        FieldType::Name if !field.field.signature => {
            Filled::new(field, cell.read(|w| text::expected(page, w, expect.name.as_deref(), settings))?)
        }
        FieldType::IdNumber => {
            Filled::new(field, coded.read(|w| numbers::number(page, w, expect.id_number.as_deref(), settings))?)
        }
        FieldType::Occupation => {
            Filled::new(field, cell.read(|w| text::listed(page, w, &expect.occupations, settings))?)
        }
        FieldType::Major => Filled::new(field, cell.read(|w| text::listed(page, w, &expect.majors, settings))?),
        FieldType::Level => Filled::new(field, cell.read(|w| level::level(page, w, settings))?),
        FieldType::CertificateNumber => {
            let want = expect.prior_certificate_number.as_deref();
            Filled::new(field, coded.read(|w| numbers::certificate_number(page, w, want, settings))?)
        }
        FieldType::ChsiCode => {
            Filled::new(field, coded.read(|w| numbers::code(page, w, expect.chsi_code.as_deref(), settings))?)
        }
        FieldType::Phone => {
            Filled::new(field, coded.read(|w| numbers::mobile(page, w, expect.mobile.as_deref(), settings))?)
        }
        _ => return of_hand(page, place, &[Piece::Field(field)], cx).map(|mut all| all.remove(0)),
    })
}

/// The fields of a sentence that stands in a cell and that the applicant writes as a whole, 年 and 月 too.
///
/// # Errors
/// An engine failed.
pub fn of_hand(page: &FormPage, place: &Cell, pieces: &[Piece], cx: &DocumentContext) -> Result<Vec<Filled>, OcrError> {
    let pitch = if place.height() >= 2.0 * ROWS_PITCH { ROWS_PITCH } else { VALUE_PITCH };
    let writing = page.read(cx.recognisers.accurate(), place, pitch)?;
    if let Some(blank) = empty(&writing) {
        let blank = placed(blank, page, &writing);
        let field = |piece: &Piece| match piece {
            Piece::Field(field) => Some(empty_field(*field, &blank)),
            _ => None,
        };
        return Ok(pieces.iter().filter_map(field).collect());
    }
    of_sentence(page, &writing.lines, pieces, true, cx)
}

/// The fact of an empty field, whatever it would hold.
fn empty_field(field: FormField, blank: &Fact<String>) -> Filled {
    fn of<T: FieldValue>(field: FormField, blank: &Fact<String>) -> Filled {
        Filled::new(field, blank.clone().map(|_| None::<T>))
    }
    match field.field.holds {
        Holds::Whole => of::<u32>(field, blank),
        Holds::Years => of::<f32>(field, blank),
        Holds::Month => of::<WrittenMonth>(field, blank),
        Holds::SpanEnd => of::<SpanEnd>(field, blank),
        Holds::Date => of::<WrittenDate>(field, blank),
        Holds::Level => of::<Level>(field, blank),
        Holds::Sex => of::<Sex>(field, blank),
        Holds::Text | Holds::ValidUntil | Holds::Copy | Holds::Section | Holds::Nothing => of::<String>(field, blank),
    }
}

/// A cell with one value.
#[derive(Clone, Copy)]
struct ValueCell<'a> {
    page: &'a FormPage,
    place: &'a Cell,
    /// Does it hold a number, which the reader of digits looks at, too?
    digits: bool,
    cx: &'a DocumentContext<'a>,
}

impl ValueCell<'_> {
    /// Reads the cell. A doubtful reading is repeated, smaller and with white around it.
    fn read<T: PartialEq>(&self, read: impl Fn(&Writing) -> Fact<T>) -> Result<Fact<T>, OcrError> {
        let accurate = self.cx.recognisers.accurate();
        let mut writing = self.page.read(accurate, self.place, VALUE_PITCH)?;
        if self.digits {
            let lines: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
            writing.digits = self.page.read_digits(self.cx.recognisers.digits(), &lines)?;
        }
        let first = read(&writing);
        if !is_doubtful(&first, self.cx.settings) {
            return Ok(first);
        }
        let boxes: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
        let again = self.page.read_framed(accurate, &boxes)?;
        if again.posteriors().is_empty() {
            return Ok(first);
        }
        let place = first.place.clone();
        if self.digits {
            writing.again = Some(Box::new(again));
            return Ok(Fact { place, ..read(&writing) });
        }
        Ok(Fact { place, ..of_two(first, read(&again)) })
    }
}

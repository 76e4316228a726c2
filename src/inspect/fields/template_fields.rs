//! From the slots of a decoded sentence to facts: numbers, months, names, words of a list.
//! Where nothing was read but ink stands, the field is read again on its own crop; what stays unclear is illegible,
//! never empty.

use super::certainty::{DOUBT, certainty_of, certainty_of_gap, is_doubtful, of_two};
use super::text::{self, trimmed};
use super::writing::symbols;
use super::{dates, level, numbers, signature, two_readers};
use crate::inspect::context::DocumentContext;
use crate::inspect::form_page::{FormPage, Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::inspect::page::ruling::Stroke;
use crate::ocr::ctc::grammar::{Grammar, read_with};
use crate::ocr::ctc::joint::nothing;
use crate::ocr::ctc::neighbours;
use crate::ocr::ctc::template::{Extent, Segment, SlotReading, TemplateReading, read_template};
use crate::ocr::{OcrError, Posterior, Symbol, ctc};
use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{CopyOutcome, Fact, State, Verification};
use crate::vocabulary::level::Level;
use crate::vocabulary::numerals;
use crate::vocabulary::register::Lookup;
use crate::vocabulary::settings::YearRange;
use crate::vocabulary::text::{is_han, is_punctuation, normalise};

pub struct TemplateFields<'a> {
    page: &'a FormPage,
    lines: &'a [Line],
    reading: TemplateReading,
    cx: &'a DocumentContext<'a>,
}

/// Ink (black pixels) under which the middle of a field holds nothing: a lone 1 of a fine pen has about 40.
const EMPTY_INK: f32 = 16.0;
/// Pale ink (see [`lines::faint_ink`]) from which a field without other ink is read before it is called empty: a
/// pencil's 1 has about 10.
const FAINT_INK: f32 = 5.0;
/// What a recogniser makes of a bracket that stands alone.
const BRACKETS: [&str; 9] = ["C", "c", "(", "（", "<", "〈", "[", "L", ")"];
/// 0–1: with less of a sentence's print found, the places of its fields are not known.
const PRINT_FOUND: f32 = 0.8;
/// Half the width of a printed character over the line's height: that much of a slot's room belongs to its neighbours.
const NEIGHBOUR: f32 = 0.30;

/// 0–1: how surely ink of a name's size that cannot be read is a signature.
const NAMES_INK: f32 = 0.95;
/// Of a name's ink (see [`signature::amount`]): what is less is no signature, and between this and 1 it cannot be told.
const NO_NAME: f32 = 0.35;

/// Pixels: room narrower than this holds no character.
const NARROWEST: f32 = 8.0;

impl<'a> TemplateFields<'a> {
    /// Reads the lines along the template.
    pub fn read(page: &'a FormPage, lines: &'a [Line], template: &[Segment], cx: &'a DocumentContext<'a>) -> Self {
        let posteriors: Vec<&Posterior> = lines.iter().filter_map(|l| l.reading.posterior.as_ref()).collect();
        let mut reading = read_template(&posteriors, template);
        if posteriors.is_empty() {
            // an engine without posteriors: where a field lies in the sentence is not known, so none was found
            reading.slots.clear();
        }
        Self { page, lines, reading, cx }
    }

    /// As [`neighbours::parted`].
    #[must_use]
    pub fn parted(mut self, name: &str, number: &str) -> Self {
        self.reading = neighbours::parted(self.reading.clone(), name, number, |line| self.offset(line));
        self
    }

    /// Is the print there, with nothing in any field: no character read, no ink in its place?
    pub fn is_untouched(&self) -> bool {
        let empty = |slot: &SlotReading| {
            let places = self.places(slot);
            trimmed(&slot.text).is_empty() && !places.is_empty() && self.has_no_ink(&places)
        };
        !self.reading.slots.is_empty()
            && self.reading.printed_found > PRINT_FOUND
            && self.reading.slots.iter().all(empty)
    }

    /// A number under its grammar.
    ///
    /// # Errors
    /// The engine failed.
    pub fn number(&self, name: &str, grammar: Grammar) -> Result<Fact<u16>, OcrError> {
        self.numeral(name, grammar, None, numerals::written)
    }

    /// `wanted`: the number that nearly everybody writes there.
    fn numeral<T: PartialEq>(
        &self,
        name: &str,
        grammar: Grammar,
        wanted: Option<&str>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Fact<T>, OcrError> {
        let Some(slot) = self.reading.slot(name) else { return Ok(Fact::not_found()) };
        let places = self.places(slot);
        // a dash or a stray mark in an empty field is no year
        let stray = matches!(grammar, Grammar::Year { .. }) && slot.text.chars().count() < 3;
        let unread = slot.text.is_empty() || stray;
        if unread && self.has_no_ink(&places) {
            return self.reread_or_empty(slot, grammar, parse);
        }
        let digits = self.digits(slot)?;
        if unread && is_empty(&digits) {
            return self.reread_or_empty(slot, grammar, parse);
        }
        let settings = self.cx.settings;
        let first = self.writing(slot);
        let once =
            two_readers::read(&[first.posteriors()], &digits, grammar, wanted, settings).map(|n| n.by_meaning(&parse));
        let number = match once {
            Some(number) if number.confidence >= settings.working_threshold => Some(number),
            once => {
                let again = self.page.read_framed(self.cx.recognisers.accurate(), &places)?;
                two_readers::read(&[first.posteriors(), again.posteriors()], &digits, grammar, wanted, settings)
                    .map(|n| n.by_meaning(&parse))
                    .or(once)
            }
        };
        // half a bracket or a dash beside an empty field looks like a 1
        let Some(number) = number.filter(|n| n.allowed || !unread) else {
            return self.reread_or_empty(slot, grammar, parse);
        };
        let value = parse(&number.text);
        let most =
            if grammar == Grammar::Years && numerals::written_years(&number.text) == Some(0.0) { DOUBT } else { 1.0 };
        let fact = Fact::read(number.text, value, number.confidence.min(most) * self.trust());
        let fact = Fact { alternatives: number.alternatives.into_iter().take(3).collect(), ..fact };
        let fact = self.sure_of_one(fact, &self.over_underlines(slot));
        Ok(self.placed(fact.with_free(slot.text.clone()), &self.around(slot, self.boxes(slot))))
    }

    /// Where the slot's writing would stand: over its underlines, or, where there are none, in its room.
    fn places(&self, slot: &SlotReading) -> Vec<Cell> {
        let underlined = self.over_underlines(slot);
        if underlined.is_empty() { self.boxes(slot) } else { underlined }
    }

    /// Is there no ink to speak of in these places?
    fn has_no_ink(&self, places: &[Cell]) -> bool {
        let ink = |place: &Cell| lines::ink(&self.page.clean, place) + lines::faint_ink(&self.page.clean, place);
        places.iter().map(ink).sum::<f32>() < EMPTY_INK
    }

    /// What the reader of digits sees in the slot's room, from the middle of the print before to that of the print
    /// after.
    fn digits(&self, slot: &SlotReading) -> Result<Vec<Posterior>, OcrError> {
        let room = |extent: &Extent| {
            let line = self.lines.get(extent.line)?;
            let post = line.reading.posterior.as_ref()?;
            let x = |step: usize| line.at.x0 + step as f32 * post.step_px;
            let room = Cell { x0: x(extent.start_step), x1: x(extent.end_step).min(line.at.x1), ..line.at };
            (room.width() >= NARROWEST).then_some(room)
        };
        let rooms: Vec<Cell> = slot.extents.iter().filter_map(room).collect();
        self.page.read_digits(self.cx.recognisers.digits(), &rooms)
    }

    /// The part of a slot's room that its characters stand in, a line's height further on either side: between a
    /// signature and the year behind it there is no print, and the room for the year reaches into the name.
    fn around(&self, slot: &SlotReading, boxes: Vec<Cell>) -> Vec<Cell> {
        let (Some(first), Some(last), [extent], [room]) =
            (slot.symbols.first(), slot.symbols.last(), &slot.extents[..], &boxes[..])
        else {
            return boxes;
        };
        let Some((line, post)) = self.lines.get(extent.line).and_then(|l| Some((l, l.reading.posterior.as_ref()?)))
        else {
            return boxes;
        };
        let at = |step: usize| line.at.x0 + step.saturating_sub(self.offset(extent.line)) as f32 * post.step_px;
        let reach = line.at.height();
        let near =
            Cell { x0: room.x0.max(at(first.start_step) - reach), x1: room.x1.min(at(last.end_step) + reach), ..*room };
        if near.width() >= NARROWEST { vec![near] } else { boxes }
    }

    /// Reads a doubtful field a second time, cut out by itself: what a recogniser loses in a long line of print (a lone
    /// digit, the 四 of 四级)
    /// it often finds in a crop, and two readings that agree are surer than one.
    fn read_again<T: PartialEq>(
        &self,
        fact: Fact<T>,
        slot: &SlotReading,
        read: impl Fn(&Writing) -> Option<Fact<T>>,
    ) -> Result<Fact<T>, OcrError> {
        if !is_doubtful(&fact, self.cx.settings) {
            return Ok(fact);
        }
        let writing = self.page.read_framed(self.cx.recognisers.accurate(), &self.places(slot))?;
        if writing.posteriors().is_empty() {
            return Ok(fact);
        }
        Ok(match read(&writing) {
            Some(second) => of_two(fact, second),
            None => fact,
        })
    }

    /// 共X年, in years.
    ///
    /// # Errors
    /// The engine failed.
    pub fn years(&self, name: &str) -> Result<Fact<f32>, OcrError> {
        self.numeral(name, Grammar::Years, None, numerals::written_years)
    }

    /// Any text.
    ///
    /// # Errors
    /// The engine failed.
    pub fn free(&self, name: &str) -> Result<Fact<String>, OcrError> {
        let Some(slot) = self.reading.slot(name) else { return Ok(Fact::not_found()) };
        let text = trimmed(&slot.text);
        if text.is_empty() {
            return self.reread_or_empty(slot, Grammar::OneOf(&[]), |t| Some(trimmed(t)).filter(|t| !t.is_empty()));
        }
        let confidence = certainty_of(&slot.symbols) * self.trust();
        let fact = Fact::read(text.clone(), Some(text), confidence).with_free(slot.text.clone());
        Ok(self.placed(fact, &self.boxes(slot)))
    }

    /// Any text that nothing else will confirm: if it is doubtful it is read again.
    ///
    /// # Errors
    /// The engine failed.
    pub fn free_alone(&self, name: &str) -> Result<Fact<String>, OcrError> {
        let fact = self.free(name)?;
        let Some(slot) = self.reading.slot(name) else { return Ok(fact) };
        let place = fact.place.clone();
        let fact = self.read_again(fact, slot, |writing| {
            let text = trimmed(&writing.text());
            (!text.is_empty()).then(|| Fact::read(text.clone(), Some(text), certainty_of(&symbols(writing))))
        })?;
        Ok(Fact { place, ..fact })
    }

    /// A word of a closed list.
    ///
    /// # Errors
    /// The engine failed.
    pub fn listed(&self, name: &str, list: &[String]) -> Result<Fact<String>, OcrError> {
        let fact = self.free(name)?;
        let Some(slot) = self.reading.slot(name).filter(|_| fact.state == State::Read && !list.is_empty()) else {
            return Ok(fact);
        };
        let chosen = text::choose(&self.writing(slot), list, self.cx.settings);
        let chosen = self.read_again(chosen, slot, |writing| Some(text::choose(writing, list, self.cx.settings)))?;
        Ok(Fact { place: fact.place.clone(), free: fact.free.clone(), ..chosen })
    }

    /// An employer: read freely; a name of the register that lies near is taken if the writing fits it as well as it
    /// fits the free reading.
    ///
    /// # Errors
    /// The engine failed.
    pub fn employer(&self, name: &str) -> Result<Fact<String>, OcrError> {
        let fact = self.free_alone(name)?;
        let (Some(slot), Some(text)) = (self.reading.slot(name), fact.value.clone()) else { return Ok(fact) };
        match self.cx.register.look_up(&normalise(&text)) {
            Lookup::NotFound { near } if !near.is_empty() => {
                let candidates: Vec<String> = near.iter().map(|n| (*n).to_owned()).collect();
                let writing = self.writing(slot);
                let verification = ctc::rank(&writing.posteriors(), &candidates);
                let settings = self.cx.settings;
                match verification.first() {
                    Some(&(best, gap)) if gap <= (settings.faithful_gap + settings.differs_gap) / 2.0 => {
                        let confidence = certainty_of_gap(gap, settings);
                        Ok(Fact {
                            text: Some(candidates[best].clone()),
                            value: Some(candidates[best].clone()),
                            confidence,
                            ..fact
                        })
                    }
                    _ => Ok(fact),
                }
            }
            // the free reading is a registered name, which no misreading gives by chance
            Lookup::Found(_) => Ok(Fact { confidence: fact.confidence.max(0.97), ..fact }),
            _ => Ok(fact),
        }
    }

    /// A value that is expected, or read freely.
    ///
    /// # Errors
    /// The engine failed.
    pub fn expected(&self, name: &str, want: Option<&str>) -> Result<Fact<String>, OcrError> {
        self.read_by(name, |writing| text::expected(self.page, writing, want, self.cx.settings), |free| free)
    }

    /// A citizen number.
    ///
    /// # Errors
    /// The engine failed.
    pub fn id_number(&self, name: &str) -> Result<Fact<String>, OcrError> {
        let want = self.cx.expect.id_number.as_deref();
        self.coded(name, |writing| numbers::number(self.page, writing, want, self.cx.settings))
    }

    /// Letters and digits.
    ///
    /// # Errors
    /// The engine failed.
    pub fn code(&self, name: &str, want: Option<&str>) -> Result<Fact<String>, OcrError> {
        self.coded(name, |writing| numbers::code(self.page, writing, want, self.cx.settings))
    }

    /// A certificate's number.
    ///
    /// # Errors
    /// The engine failed.
    pub fn certificate_number(&self, name: &str, want: Option<&str>) -> Result<Fact<String>, OcrError> {
        self.coded(name, |writing| numbers::certificate_number(self.page, writing, want, self.cx.settings))
    }

    /// A mobile number.
    ///
    /// # Errors
    /// The engine failed.
    pub fn mobile(&self, name: &str) -> Result<Fact<String>, OcrError> {
        let want = self.cx.expect.mobile.as_deref();
        self.coded(name, |writing| numbers::mobile(self.page, writing, want, self.cx.settings))
    }

    /// A level.
    ///
    /// # Errors
    /// The engine failed.
    pub fn level(&self, name: &str) -> Result<Fact<Level>, OcrError> {
        self.read_by(name, |writing| level::level_read(self.page, writing, self.cx.settings), |free| free.map(|_| None))
    }

    /// A number that both readers of numbers look at, the recogniser a second time where a doubt is left.
    fn coded(&self, name: &str, read: impl Fn(&Writing) -> Fact<String>) -> Result<Fact<String>, OcrError> {
        let free = self.free(name)?;
        let Some(slot) = self.reading.slot(name) else { return Ok(free) };
        let places = self.places(slot);
        if free.state != State::Read && self.has_no_ink(&places) {
            return Ok(free);
        }
        let digits = self.digits(slot)?;
        if free.state != State::Read && is_empty(&digits) {
            return Ok(free);
        }
        let first = Writing { digits, ..self.writing(slot) };
        let mut fact = read(&first);
        if is_doubtful(&fact, self.cx.settings) && !first.posteriors().is_empty() {
            let again = self.page.read_framed(self.cx.recognisers.accurate(), &places)?;
            fact = read(&Writing { again: Some(Box::new(again)), ..first });
        }
        Ok(Fact { place: free.place, ..fact })
    }

    /// What `read` makes of the field's writing, read again where that is doubtful; `unread` turns the free reading of
    /// a field without writing into a fact.
    fn read_by<T: PartialEq>(
        &self,
        name: &str,
        read: impl Fn(&Writing) -> Fact<T>,
        unread: impl Fn(Fact<String>) -> Fact<T>,
    ) -> Result<Fact<T>, OcrError> {
        let free = self.free(name)?;
        let Some(slot) = self.reading.slot(name).filter(|_| free.state == State::Read) else { return Ok(unread(free)) };
        let first = self.writing(slot);
        let fact = self.read_again(read(&first), slot, |writing| Some(read(writing)))?;
        Ok(Fact { place: free.place, ..fact })
    }

    /// A signature. Whatever can be read of it, ink of a name's size in its place is one; less ink is none. Of an illegible
    /// one `confidence` says how surely it is a signature. `next`: the field behind it on the same line, if there is one.
    ///
    /// # Errors
    /// The engine failed.
    pub fn signature(&self, name: &str, next: Option<&str>) -> Result<Fact<String>, OcrError> {
        let expected = self.cx.expect.name.as_deref();
        let fact = without_digits(self.expected(name, expected)?, expected);
        let Some(slot) = self.reading.slot(name).filter(|_| fact.state != State::NotFound) else { return Ok(fact) };
        if is_name(&fact, self.cx.settings.corroborated_threshold) {
            return Ok(fact);
        }
        let Some((place, over_line)) = self.signing_place(slot, next) else { return Ok(fact) };
        let print = slot.extents.first().and_then(|e| self.lines.get(e.line)).map_or(0.0, |l| l.at.height());
        let amount = signature::amount(&self.page.clean, &place, print);
        let judged = if amount >= 1.0 {
            match fact.state {
                State::Read => fact,
                // nothing was seen where a name's ink stands
                State::Empty => Fact { confidence: DOUBT, ..Fact::illegible() },
                State::Illegible | State::NotFound => Fact { confidence: NAMES_INK, ..fact },
            }
        } else if amount > NO_NAME {
            Fact { text: fact.text, free: fact.free, confidence: DOUBT * amount, ..Fact::illegible() }
        } else {
            let most = if over_line { 0.97 } else { 0.8 };
            Fact { free: fact.free, ..Fact::blank((1.0 - 0.25 * amount / NO_NAME) * most * self.trust()) }
        };
        Ok(judged.at(self.page.place(&place)))
    }

    /// Where a signature stands: over the underline right of the print, or the slot's room up to the next field's first
    /// character; and whether it is an underline that tells.
    fn signing_place(&self, slot: &SlotReading, next: Option<&str>) -> Option<(Cell, bool)> {
        let extent = slot.extents.first()?;
        let line = self.lines.get(extent.line)?;
        let step = line.reading.posterior.as_ref()?.step_px;
        let height = line.at.height();
        let x0 = line.at.x0 + extent.start_step as f32 * step;
        let (y0, y1) = (line.at.y0 - 0.1 * height, line.at.y1 + 0.1 * height);
        let beside = |u: &&Stroke| {
            u.length() >= height
                && u.from >= x0 - 0.5 * height
                && u.from <= x0 + 3.0 * height
                && u.middle() >= line.at.y0 + 0.45 * height
                && u.middle() <= line.at.y1 + 0.5 * height
        };
        let underline = self.page.table.underlines.iter().filter(beside).min_by(|a, b| a.from.total_cmp(&b.from));
        if let Some(u) = underline {
            return Some((Cell { x0: u.from, x1: u.to, y0, y1: y1.max(u.middle()) }, true));
        }
        let behind = next.and_then(|n| self.reading.slot(n)).and_then(|s| s.symbols.first());
        let end = line.at.x0 + extent.end_step as f32 * step;
        let x1 = behind.map_or(end, |s| {
            end.min(line.at.x0 + s.start_step.saturating_sub(self.offset(extent.line)) as f32 * step - 0.2 * height)
        });
        (x1 - x0 >= NARROWEST).then_some((Cell { x0, y0, x1, y1 }, false))
    }

    /// A year of this range, counted from the registration.
    fn year(&self, range: YearRange) -> Grammar<'static> {
        let latest = self.cx.expect.registered_on.map_or(u16::MAX, |day| range.latest(day.year()));
        Grammar::Year { least: range.least, latest }
    }

    /// A date, in three fields. `signed`: it is a signature's, and nearly everybody signs in the year in which he
    /// registers.
    ///
    /// # Errors
    /// The engine failed.
    pub fn date(&self, name: &str, years: YearRange, signed: bool) -> Result<Fact<WrittenDate>, OcrError> {
        let registered = self.cx.expect.registered_on.filter(|_| signed).map(|day| day.year().to_string());
        let part = |of: &str| format!("{name}.{of}");
        Ok(dates::date(
            &self.numeral(&part("year"), self.year(years), registered.as_deref(), numerals::written)?,
            &self.number(&part("month"), Grammar::Month)?,
            &self.number(&part("day"), Grammar::Day)?,
        ))
    }

    /// A month, in two fields.
    ///
    /// # Errors
    /// The engine failed.
    pub fn month(&self, name: &str, years: YearRange) -> Result<Fact<WrittenMonth>, OcrError> {
        Ok(self.span(name, "", years)?.0)
    }

    /// A span's end without its start.
    ///
    /// # Errors
    /// The engine failed.
    pub fn end(&self, name: &str, years: YearRange) -> Result<Fact<SpanEnd>, OcrError> {
        Ok(self.span("", name, years)?.1)
    }

    /// A span between two months, each in two fields.
    ///
    /// # Errors
    /// The engine failed.
    pub fn span(
        &self,
        start: &str,
        end: &str,
        years: YearRange,
    ) -> Result<(Fact<WrittenMonth>, Fact<SpanEnd>), OcrError> {
        let year = |of: &str| self.number(&format!("{of}.year"), self.year(years));
        let month = |of: &str| self.number(&format!("{of}.month"), Grammar::Month);
        let until_now = self.reading.slot(&format!("{end}.year")).is_some_and(|s| s.text.contains('今'));
        Ok(dates::span([&year(start)?, &month(start)?], [&year(end)?, &month(end)?], until_now))
    }

    /// Makes ones sure that were read, and that stand over their underline as so many upright bars.
    fn sure_of_one<T>(&self, fact: Fact<T>, underlined: &[Cell]) -> Fact<T> {
        let ones = match fact.text.as_deref() {
            Some("1" | "一") => 1,
            Some("11") => 2,
            _ => return fact,
        };
        if fact.state == State::Read && numbers::upright_bars(self.page, underlined) == Some(ones) {
            return Fact { confidence: fact.confidence.max(numbers::ONE_BAR * self.trust()), ..fact };
        }
        fact
    }

    /// Reads the field's own place: it is empty, or holds something that the sentence's path passed over.
    fn reread_or_empty<T>(
        &self,
        slot: &SlotReading,
        grammar: Grammar,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Fact<T>, OcrError> {
        let (underlined, places) = (self.over_underlines(slot), &self.places(slot));
        if places.is_empty() {
            // the neighbours stand together: no room was left, so the place itself was not seen
            return Ok(if self.reading.printed_found > 0.6 { Fact::blank(0.7) } else { Fact::not_found() });
        }
        let ink: f32 = places.iter().map(|b| lines::ink(&self.page.clean, b)).sum();
        if ink < EMPTY_INK {
            // an underline tells exactly where writing would stand
            let most = if underlined.is_empty() { 0.93 } else { 0.99 };
            let empty = Fact::blank((1.0 - ink / (4.0 * EMPTY_INK)).clamp(0.5, most) * self.trust());
            // a pencil's lone 1 is paler than what counts as ink: what may be one is read before the field is called
            // empty
            let pale = places.iter().map(|b| lines::faint_ink(&self.page.clean, b)).sum::<f32>() >= FAINT_INK;
            let fact = if pale { self.pale(places, grammar, parse)?.unwrap_or(empty) } else { empty };
            let fact = self.sure_of_one(fact, &underlined);
            return Ok(self.placed(fact.with_free(slot.text.clone()), places));
        }
        let (text, confidence) = self.reread(places, grammar)?;
        let left = trimmed(&text);
        let nothing = left.is_empty();
        // half a printed bracket reaches into the field and reads as a letter
        if BRACKETS.contains(&left.as_str()) {
            return Ok(self.placed(Fact::blank(0.85).with_free(text), places));
        }
        let fact = match parse(&text) {
            Some(value) => Fact::read(text.clone(), Some(value), confidence * 0.9),
            // marks that belong to the print, or dust: not writing, but not surely nothing either
            None if nothing && ink < 4.0 * EMPTY_INK => Fact::blank((1.0 - ink / (8.0 * EMPTY_INK)).clamp(0.5, 0.92)),
            None => Fact::illegible(),
        };
        Ok(self.placed(self.sure_of_one(fact.with_free(text), &underlined), places))
    }

    /// What a field with only pale strokes holds: a value, or nothing that can be read.
    fn pale<T>(
        &self,
        places: &[Cell],
        grammar: Grammar,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Fact<T>>, OcrError> {
        let (text, confidence) = self.reread(places, grammar)?;
        Ok(parse(&text)
            .filter(|_| !trimmed(&text).is_empty())
            .map(|value| Fact::read(text.clone(), Some(value), confidence * 0.9)))
    }

    /// The places over the underlines that lie in the slot's room.
    fn over_underlines(&self, slot: &SlotReading) -> Vec<Cell> {
        let mut out = Vec::new();
        for extent in &slot.extents {
            let Some(line) = self.lines.get(extent.line) else { continue };
            let Some(post) = &line.reading.posterior else { continue };
            let (x0, x1) = (
                line.at.x0 + extent.start_step as f32 * post.step_px,
                line.at.x0 + extent.end_step as f32 * post.step_px,
            );
            let (y0, y1) = (line.at.y0 + 0.45 * line.at.height(), line.at.y1 + 0.3 * line.at.height());
            for u in &self.page.table.underlines {
                let (from, to) = (u.from.max(x0), u.to.min(x1));
                if u.length() >= 50.0
                    && u.middle() >= y0
                    && u.middle() <= y1
                    && to - from >= 0.6 * u.length()
                    && to - from > 16.0
                {
                    out.push(Cell {
                        x0: from + 3.0,
                        x1: to - 3.0,
                        y0: line.at.y0,
                        y1: (u.middle() - 3.0).max(line.at.y0 + 8.0),
                    });
                }
            }
        }
        out
    }

    /// Recognises the boxes by themselves, and where that leaves a doubt once more with a white margin: text and
    /// confidence.
    fn reread(&self, boxes: &[Cell], grammar: Grammar) -> Result<(String, f32), OcrError> {
        let lines = boxes
            .iter()
            .map(|b| self.page.read_line(self.cx.recognisers.accurate(), *b))
            .collect::<Result<Vec<_>, _>>()?;
        let (text, confidence) = best_of(&Writing { lines, ..Writing::default() }, grammar);
        let first = Fact::read(text.clone(), Some(text.clone()), confidence);
        if trimmed(&text).is_empty() || !is_doubtful(&first, self.cx.settings) {
            return Ok((text, confidence));
        }
        let (again, confidence) = best_of(&self.page.read_framed(self.cx.recognisers.accurate(), boxes)?, grammar);
        let fact = of_two(first, Fact::read(again.clone(), Some(again), confidence));
        Ok((fact.text.unwrap_or(text), fact.confidence))
    }

    /// The slot's writing as if it stood in a cell of its own.
    fn writing(&self, slot: &SlotReading) -> Writing {
        let mut lines = Vec::new();
        let written = |s: &&Symbol| !is_punctuation(s.ch) && !s.ch.is_whitespace();
        let (from, to) = match (slot.symbols.iter().find(written), slot.symbols.iter().rfind(written)) {
            (Some(a), Some(b)) => (a.start_step.saturating_sub(2), b.end_step + 2),
            _ => (0, usize::MAX),
        };
        for extent in &slot.extents {
            let (Some(line), offset) = (self.lines.get(extent.line), self.offset(extent.line)) else { continue };
            let Some(post) = &line.reading.posterior else { continue };
            let (a, b) = (
                (extent.start_step + offset).max(from) - offset,
                (extent.end_step + offset).min(to).saturating_sub(offset),
            );
            if a < b {
                let at = Cell {
                    x0: line.at.x0 + a as f32 * post.step_px,
                    x1: line.at.x0 + b as f32 * post.step_px,
                    ..line.at
                };
                lines.push(Line { at, cut: at, reading: ctc::free_reading(post.slice(a..b)) });
            }
        }
        let ink = lines.iter().map(|l| lines::ink(&self.page.clean, &l.at)).sum::<f32>().max(100.0);
        Writing { lines, ink, ..Writing::default() }
    }

    /// The room between the printed neighbours, on each line that it crosses, without the neighbours' own halves.
    fn boxes(&self, slot: &SlotReading) -> Vec<Cell> {
        let mut out = Vec::new();
        for extent in &slot.extents {
            let Some(line) = self.lines.get(extent.line) else { continue };
            let Some(post) = &line.reading.posterior else { continue };
            let edge = NEIGHBOUR * line.at.height();
            // a line's own end is no neighbour
            let left = if extent.start_step == 0 && extent.line > 0 { 0.0 } else { edge };
            let right = if extent.end_step >= post.steps && extent.line + 1 < self.lines.len() { 0.0 } else { edge };
            let x0 = line.at.x0 + extent.start_step as f32 * post.step_px + left;
            let x1 = line.at.x0 + extent.end_step as f32 * post.step_px - right;
            if x1 - x0 >= NARROWEST {
                out.push(Cell { x0, x1, ..line.at });
            }
        }
        out
    }

    /// Steps of all lines before this one.
    fn offset(&self, line: usize) -> usize {
        self.lines.iter().take(line).filter_map(|l| l.reading.posterior.as_ref()).map(|p| p.steps).sum()
    }

    fn placed<T>(&self, fact: Fact<T>, boxes: &[Cell]) -> Fact<T> {
        match boxes.iter().max_by(|a, b| a.width().total_cmp(&b.width())) {
            Some(b) => fact.at(self.page.place(b)),
            None => fact,
        }
    }

    /// 0–1: a sentence of which little print was found makes every field doubtful.
    fn trust(&self) -> f32 {
        ((self.reading.printed_found - 0.4) / 0.4).clamp(0.0, 1.0)
    }
}

/// What some writing says under a grammar, or freely: text and confidence, 0–1.
fn best_of(writing: &Writing, grammar: Grammar) -> (String, f32) {
    if grammar != Grammar::OneOf(&[])
        && let Some(best) = read_with(&writing.posteriors(), grammar).best()
    {
        return (best.text.clone(), best.confidence);
    }
    (writing.text(), certainty_of(&symbols(writing)))
}

/// Was a name read: the expected one, or two Han characters and more that are not the form's own print?
fn is_name(fact: &Fact<String>, threshold: f32) -> bool {
    const PRINT: [&str; 6] = ["手写", "签名", "承诺", "年", "月", "日"];
    let faithful = fact.verified.as_ref().is_some_and(|v| v.outcome == CopyOutcome::Faithful);
    let text = fact.text.as_deref().unwrap_or_default();
    let han = text.chars().filter(|c| is_han(*c)).count();
    let read = fact.confidence >= threshold && han >= 2 && !PRINT.iter().any(|word| text.contains(word));
    fact.state == State::Read && (faithful || read)
}

/// The expected name, if what was read is that name and digits behind it: they are the date's.
fn without_digits(fact: Fact<String>, expected: Option<&str>) -> Fact<String> {
    let bare = fact.text.as_deref().map(|text| text.trim_end_matches(|c: char| c.is_ascii_digit()));
    let Some(name) = expected.filter(|name| bare == Some(name) && fact.text.as_deref() != Some(name)) else {
        return fact;
    };
    let verified = fact.verified.map(|v| Verification { outcome: CopyOutcome::Faithful, differences: Vec::new(), ..v });
    let (text, value) = (Some(name.to_owned()), Some(name.to_owned()));
    Fact { text, value, verified, confidence: fact.confidence.min(BESIDE_A_DATE), ..fact }
}

/// 0–1: how sure a name is that the date's first digits were read with.
const BESIDE_A_DATE: f32 = 0.95;

/// Does the reader of digits see no digit there?
fn is_empty(digits: &[Posterior]) -> bool {
    nothing(&digits.iter().collect::<Vec<_>>()) > NOTHING.ln()
}

/// 0–1: from here nothing is likelier than something.
const NOTHING: f32 = 0.5;

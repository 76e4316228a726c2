//! Dates and totals of one submission that mean the same: a doubtful one is weighed anew by what the others say.
//! The end of an employment stands in its sentence, in the occupation's span and in the letter; a total follows from
//! its span; the months of study are printed on the diploma; one day is under all sentences. What nobody could read
//! stays so, and a sure reading only becomes less sure: what another place contradicts in one digit may be misread.
//!
//! One step, from the readings as the readers gave them: what others have confirmed confirms nothing.

use crate::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth, total_agrees};
use crate::vocabulary::documents::{ApplicationForm, Commitment, Documents, FieldValue, WorkSentence};
use crate::vocabulary::fact::{Alternative, Fact, State};
use crate::vocabulary::settings::ReadingSettings;
use serde_json::Value;

/// 0–1: nothing is surer because others agree with it.
const SUREST: f32 = 0.98;

/// Weighs the doubtful dates and totals of the first document of each kind.
pub fn weigh(documents: &mut Documents, settings: &ReadingSettings) {
    let as_read = Dates::of(documents);
    if let Some(form) = &mut documents.application_form {
        as_read.weigh_form(form, settings);
    }
    if let Some(letter) = &mut documents.work_commitment {
        as_read.weigh_letter(letter, settings);
    }
    if let Some(diploma) = &mut documents.diploma {
        weigh_one(&mut diploma.start, &[&as_read.study.start], &nothing, settings);
        weigh_one(&mut diploma.end, &[&as_read.study.end.months()], &nothing, settings);
    }
}

/// What may have been written in a field, each with how likely it is (0–1).
struct Readings<T>(Vec<(T, f32)>);

impl<T> Default for Readings<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: FieldValue> Readings<T> {
    fn of(fact: &Fact<T>) -> Self {
        let first = fact.value.clone().map(|value| (value, fact.confidence));
        let others = fact.alternatives.iter().filter_map(|a| Some((T::of_reading(&a.text)?, a.confidence)));
        if fact.state == State::Read { Self(first.into_iter().chain(others).collect()) } else { Self::default() }
    }

    /// 0–1: how likely this is what was written.
    fn says(&self, value: &T) -> f32 {
        self.expect(|v| f32::from(u8::from(v == value)))
    }

    /// What `of` is, whatever was written.
    fn expect(&self, of: impl Fn(&T) -> f32) -> f32 {
        self.0.iter().map(|(value, likely)| likely * of(value)).sum::<f32>().min(1.0)
    }
}

impl Readings<SpanEnd> {
    /// Those that name a month.
    fn months(&self) -> Readings<WrittenMonth> {
        let month = |(end, likely): &(SpanEnd, f32)| match end {
            SpanEnd::Month(month) => Some((*month, *likely)),
            SpanEnd::UntilNow => None,
        };
        Readings(self.0.iter().filter_map(month).collect())
    }
}

impl Readings<SpanEnd> {
    /// Those that end after this day, as days of their months: who signs before he leaves signs in the last month.
    fn after(&self, signed: WrittenDate) -> Readings<WrittenDate> {
        let day = |(end, likely): &(WrittenMonth, f32)| {
            let late = (end.year, end.month) > (signed.year, signed.month);
            late.then_some((WrittenDate { year: end.year, month: end.month, day: signed.day }, *likely))
        };
        Readings(self.months().0.iter().filter_map(day).collect())
    }
}

/// A span and its total, as read.
#[derive(Default)]
struct Span {
    start: Readings<WrittenMonth>,
    end: Readings<SpanEnd>,
    years: Readings<f32>,
}

impl Span {
    fn of(start: &Fact<WrittenMonth>, end: &Fact<SpanEnd>, years: Option<&Fact<f32>>) -> Self {
        Self { start: Readings::of(start), end: Readings::of(end), years: years.map(Readings::of).unwrap_or_default() }
    }

    /// 0–1: how likely the span and its total allow this start, end, or total.
    fn allows_start(&self, start: &WrittenMonth) -> f32 {
        self.end.expect(|end| self.years.expect(|years| holds(*years, *start, *end)))
    }

    fn allows_end(&self, end: &SpanEnd) -> f32 {
        self.start.expect(|start| self.years.expect(|years| holds(*years, *start, *end)))
    }

    fn allows_years(&self, years: &f32) -> f32 {
        self.start.expect(|start| self.end.expect(|end| holds(*years, *start, *end)))
    }
}

/// 1 if the total is that of the span, else 0.
fn holds(years: f32, start: WrittenMonth, end: SpanEnd) -> f32 {
    let months = start.valid().zip(end.month()).map(|(start, end)| end.since(start));
    if months.is_some_and(|m| m >= 0 && total_agrees(years, m, m + 1)) { 1.0 } else { 0.0 }
}

/// All dates and totals as the readers gave them.
#[derive(Default)]
struct Dates {
    /// The form's sentences, each with the span in the occupation.
    work: Vec<(Span, Span)>,
    /// The first and the last sentence that is filled.
    ends: Option<(usize, usize)>,
    study: Span,
    letter: Span,
    diploma: Span,
    /// The day under each sentence, then the one under the study, and last the one under the whole form.
    signed: Vec<Readings<WrittenDate>>,
}

impl Dates {
    fn of(documents: &Documents) -> Self {
        let mut out = Self::default();
        if let Some(form) = &documents.application_form {
            for s in &form.work {
                let in_occupation = Span::of(&s.occupation_start, &s.occupation_end, None);
                out.work.push((Span::of(&s.start, &s.end, Some(&s.years)), in_occupation));
                out.signed.push(Readings::of(&s.signed_on));
            }
            let is_filled = WorkSentence::is_filled;
            out.ends = form.work.iter().position(is_filled).zip(form.work.iter().rposition(is_filled));
            out.study = Span::of(&form.education.start, &form.education.end, None);
            out.signed.push(Readings::of(&form.education.signed_on));
            out.signed.push(Readings::of(&form.signed_on));
        }
        if let Some(letter) = &documents.work_commitment {
            out.letter = Span::of(&letter.start, &letter.end, Some(&letter.years));
        }
        if let Some(diploma) = &documents.diploma {
            out.diploma.start = Readings::of(&diploma.start);
            out.diploma.end = Readings::of(&diploma.end.clone().map(|month| Some(SpanEnd::Month(month))));
        }
        out
    }

    fn weigh_form(&self, form: &mut ApplicationForm, settings: &ReadingSettings) {
        for (i, (sentence, (span, in_occupation))) in form.work.iter_mut().zip(&self.work).enumerate() {
            let (mut starts, mut ends) = (vec![&in_occupation.start], vec![&in_occupation.end]);
            starts.extend(self.ends.filter(|(first, _)| *first == i).map(|_| &self.letter.start));
            ends.extend(self.ends.filter(|(_, last)| *last == i).map(|_| &self.letter.end));
            weigh_one(&mut sentence.start, &starts, &|v| span.allows_start(v), settings);
            weigh_one(&mut sentence.end, &ends, &|v| span.allows_end(v), settings);
            // the letter tells when the occupation began and ended, too
            starts[0] = &span.start;
            ends[0] = &span.end;
            weigh_one(&mut sentence.occupation_start, &starts, &nothing, settings);
            weigh_one(&mut sentence.occupation_end, &ends, &nothing, settings);
            weigh_one(&mut sentence.years, &[], &|v| span.allows_years(v), settings);
            let ended = sentence.signed_on.value.map(|signed| span.end.after(signed)).unwrap_or_default();
            let mut signed = self.signed_elsewhere(i);
            signed.push(&ended);
            weigh_one(&mut sentence.signed_on, &signed, &nothing, settings);
        }
        let study = &mut form.education;
        weigh_one(&mut study.start, &[&self.diploma.start], &nothing, settings);
        weigh_one(&mut study.end, &[&self.diploma.end], &nothing, settings);
        weigh_one(&mut study.signed_on, &self.signed_elsewhere(self.work.len()), &nothing, settings);
        weigh_one(&mut form.signed_on, &self.signed_elsewhere(self.work.len() + 1), &nothing, settings);
    }

    fn weigh_letter(&self, letter: &mut Commitment, settings: &ReadingSettings) {
        let (first, last) = self.ends.map(|(first, last)| (&self.work[first].0, &self.work[last].0)).unzip();
        let (starts, ends): (Vec<_>, Vec<_>) =
            (first.iter().map(|s| &s.start).collect(), last.iter().map(|s| &s.end).collect());
        weigh_one(&mut letter.start, &starts, &|v| self.letter.allows_start(v), settings);
        weigh_one(&mut letter.end, &ends, &|v| self.letter.allows_end(v), settings);
        weigh_one(&mut letter.years, &[], &|v| self.letter.allows_years(v), settings);
    }

    fn signed_elsewhere(&self, here: usize) -> Vec<&Readings<WrittenDate>> {
        self.signed.iter().enumerate().filter(|(i, _)| *i != here).map(|(_, signed)| signed).collect()
    }
}

/// No total follows from it.
fn nothing<T>(_: &T) -> f32 {
    0.0
}

/// Weighs a fact by the places that should say the `same`, and by how likely (0–1) a span and its total allow a value.
/// A doubtful one becomes the likeliest of its readings; a sure one can only become less sure.
fn weigh_one<T: FieldValue>(
    fact: &mut Fact<T>,
    same: &[&Readings<T>],
    allows: &dyn Fn(&T) -> f32,
    settings: &ReadingSettings,
) {
    if fact.state != State::Read || fact.verified.is_some() {
        return;
    }
    let more = |says: f32| 1.0 + (settings.agreement_odds - 1.0) * says;
    let odds = |value: &T| same.iter().map(|s| more(s.says(value))).product::<f32>() * more(allows(value));
    if fact.confidence >= settings.working_threshold {
        contradict(fact, same, &more, settings);
    } else {
        choose(fact, &odds, settings);
    }
}

/// Makes a sure fact as unsure as another place makes it that says otherwise: a digit of one of the two may be misread.
fn contradict<T: FieldValue>(
    fact: &mut Fact<T>,
    same: &[&Readings<T>],
    more: &dyn Fn(f32) -> f32,
    settings: &ReadingSettings,
) {
    let Some(value) = &fact.value else { return };
    let supported = same.iter().map(|s| more(s.says(value))).fold(1.0, f32::max);
    let others = same.iter().flat_map(|s| &s.0).filter(|(other, _)| other != value);
    let misread = |(other, likely): &(T, f32)| {
        digits_apart(&other.plain(), &value.plain()).map_or(0.0, |n| settings.mistaken_digit.powi(n) * more(*likely))
    };
    let otherwise = others.map(misread).fold(0.0, f32::max);
    let for_it = fact.confidence * supported;
    fact.confidence = fact.confidence.min(for_it / (for_it + otherwise));
}

/// In how many places two dates differ, spelt with as many characters (`2015-03`).
fn digits_apart(a: &Value, b: &Value) -> Option<i32> {
    let (a, b) = (a.as_str()?, b.as_str()?);
    let apart = a.chars().zip(b.chars()).filter(|(a, b)| a != b).count();
    (a.chars().count() == b.chars().count()).then_some(i32::try_from(apart).unwrap_or(i32::MAX))
}

/// Makes a doubtful fact the likeliest of its readings, each as much likelier as `odds` says.
/// If even that one stays in doubt, the fact stays as it was read: a value that others put there must not be confirmed
/// by them once more.
fn choose<T: FieldValue>(fact: &mut Fact<T>, odds: &dyn Fn(&T) -> f32, settings: &ReadingSettings) {
    let Some(text) = fact.text.clone() else { return };
    let first = Alternative { text, confidence: fact.confidence };
    let mut readings: Vec<(T, Alternative)> = fact.value.clone().map(|value| (value, first)).into_iter().collect();
    for other in &fact.alternatives {
        let Some(value) = T::of_reading(&other.text) else { continue };
        match readings.iter_mut().find(|(v, _)| *v == value) {
            Some((_, same)) => same.confidence += other.confidence,
            None => readings.push((value, other.clone())),
        }
    }
    if readings.iter().all(|(value, _)| odds(value) <= 1.0) {
        return;
    }
    // what is none of these readings nobody confirms
    let unread = (1.0 - readings.iter().map(|(_, r)| r.confidence).sum::<f32>()).max(0.0);
    for (value, reading) in &mut readings {
        reading.confidence *= odds(value);
    }
    let all: f32 = readings.iter().map(|(_, r)| r.confidence).sum::<f32>() + unread;
    readings.iter_mut().for_each(|(_, r)| r.confidence /= all);
    readings.sort_by(|(_, a), (_, b)| b.confidence.total_cmp(&a.confidence).then_with(|| a.text.cmp(&b.text)));
    let mut readings = readings.into_iter();
    let Some((value, best)) = readings.next().filter(|(_, best)| best.confidence >= settings.working_threshold) else {
        return;
    };
    fact.value = Some(value);
    fact.text = Some(best.text);
    fact.confidence = best.confidence.min(SUREST);
    fact.alternatives = readings.map(|(_, reading)| reading).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::settings::Settings;

    /// A fact with its other readings, and what must come of it.
    fn check(fact: (&str, f32), others: &[(&str, f32)], says: &[(&str, f32)], want: (&str, f32)) {
        let read = |text: &str| text.parse::<WrittenMonth>().ok();
        let alternatives =
            others.iter().map(|(text, p)| Alternative { text: (*text).to_owned(), confidence: *p }).collect();
        let mut weighed = Fact { alternatives, ..Fact::read(fact.0, read(fact.0), fact.1) };
        let text = include_str!("../../fixtures/rules/settings.toml");
        let settings = toml::from_str::<Settings>(text).expect("settings").reading;
        let said = Readings(says.iter().filter_map(|(text, p)| Some((read(text)?, *p))).collect());
        weigh_one(&mut weighed, &[&said], &nothing, &settings);
        assert_eq!(weighed.text.as_deref(), Some(want.0), "{fact:?} {others:?} beside {says:?}");
        assert_eq!(weighed.value, read(want.0));
        assert!((weighed.confidence - want.1).abs() < 0.01, "{} is not {want:?}", weighed.confidence);
    }

    #[test]
    fn a_doubtful_month_is_weighed_by_what_the_others_say() {
        let (may, june, may_2015) = ("2018年5月", "2018年6月", "2015年5月");
        // sure already, and nobody says otherwise
        check((may, 0.95), &[(june, 0.04)], &[(may, 0.99)], (may, 0.95));
        // the others say the same
        check((may, 0.7), &[(june, 0.25)], &[(may, 0.99)], (may, 0.98));
        // or another one, which is among the readings: 0.3 × 29.7 against 0.6
        check((may, 0.6), &[(june, 0.3)], &[(june, 0.99)], (june, 0.93));
        // what is far behind leaves it as it was: 0.02 × 29.7 against 0.8, or 0.1 × 29.7 against 0.8
        check((may, 0.8), &[(june, 0.02)], &[(june, 0.99)], (may, 0.8));
        check((may, 0.8), &[(june, 0.1)], &[(june, 0.99)], (may, 0.8));
        // what nobody read is not written
        check((may, 0.8), &[(june, 0.1)], &[(may_2015, 0.99)], (may, 0.8));
        check((may, 0.8), &[(june, 0.1)], &[], (may, 0.8));
        // a sure one that another place contradicts in one digit is not certain, in several it is
        check((may, 0.995), &[], &[(june, 0.99)], (may, 0.97));
        check((may, 0.995), &[], &[("2016年8月", 0.99)], (may, 0.995));
        // two ways of writing the same month are one
        check((may, 0.5), &[("2018-05", 0.3), (june, 0.1)], &[(may, 0.5)], (may, 0.97));
    }

    #[test]
    fn a_signature_before_the_end_of_the_work_may_be_misread() {
        let month = |y, m| SpanEnd::Month(WrittenMonth { year: Some(y), month: Some(m) });
        let day = |y, m, d| WrittenDate { year: Some(y), month: Some(m), day: Some(d) };
        for (end, signed, late) in [
            (month(2023, 7), day(2023, 1, 15), Some(day(2023, 7, 15))),
            (month(2023, 7), day(2023, 7, 15), None),
            (month(2023, 7), day(2024, 1, 15), None),
            (SpanEnd::UntilNow, day(2024, 1, 15), None),
        ] {
            let found = Readings(vec![(end, 0.99)]).after(signed);
            assert_eq!(found.0.first().map(|(day, _)| *day), late, "{end} {signed}");
        }
    }

    #[test]
    fn a_total_follows_from_its_span() {
        let month = |text: &str| Readings(text.parse::<WrittenMonth>().ok().map(|m| (m, 0.95)).into_iter().collect());
        let end = |text: &str| {
            let written = text.parse::<WrittenMonth>().ok();
            Readings(written.map(|m| (SpanEnd::Month(m), 0.9)).into_iter().collect())
        };
        let span = Span { start: month("2013-04"), end: end("2024-06"), years: Readings(vec![(11.0, 0.6)]) };
        for (years, likely) in [(11.0, 0.855), (1.0, 0.0), (12.0, 0.0)] {
            assert!((span.allows_years(&years) - likely).abs() < 1e-4, "{years}");
        }
        let (year, month) = (Some(2013), Some(4));
        assert!((span.allows_start(&WrittenMonth { year, month }) - 0.54).abs() < 1e-4);
        assert!(span.allows_start(&WrittenMonth { year: Some(2018), month }) < 1e-4);
        assert!(span.allows_start(&WrittenMonth { year, month: None }) < 1e-4);
    }
}

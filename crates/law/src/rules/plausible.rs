//! Can a date be right as it was read? A year outside its field's range (`reading.written_years`), a month that is not
//! 1–12 or a day that is not 1–31 is more often misread than meant, so it becomes the applicant's mistake only when two
//! readings say it surely (docs/domain.md, "Dates: today and the future").
//! Says how far a reading can be believed; each rule decides what follows for its field.

use super::case::Case;
use crate::vocabulary::calendar::{Month, SpanEnd, ValidUntil, WrittenDate, WrittenMonth};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::settings::YearRange;
use jiff::civil::Date;
use std::ptr;

/// What a date tells; each has its own range of years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    Birth,
    Schooling,
    Work,
    Signing,
    Validity,
    Issue,
}

/// How far a date can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plausible {
    /// It can be right, or nothing was read.
    Yes,
    /// It cannot be, and was more likely something else.
    Unsure,
    /// It cannot be, and one reading says so surely; or, of a future year, a month or a day that an applicant writes,
    /// likelier than not.
    Once,
    /// It cannot be, and two readings say so surely: it was written so.
    Twice,
}

/// 0–1. The reader is never sure of a date that cannot be, however plainly it is written: what it still calls likely is
/// worth a look by the rule on that date.
const LIKELIER_THAN_NOT: f32 = 0.5;

/// A date of any precision, as its parts were read.
pub trait Dated {
    /// Year, month, day.
    fn parts(&self) -> Parts;
}

pub type Parts = [Option<u16>; 3];

impl Dated for WrittenMonth {
    fn parts(&self) -> Parts {
        [self.year, self.month, None]
    }
}

impl Dated for WrittenDate {
    fn parts(&self) -> Parts {
        [self.year, self.month, self.day]
    }
}

impl Dated for SpanEnd {
    fn parts(&self) -> Parts {
        match self {
            Self::Month(written) => written.parts(),
            Self::UntilNow => [None; 3],
        }
    }
}

impl Dated for ValidUntil {
    fn parts(&self) -> Parts {
        match self {
            Self::Date(written) => written.parts(),
            Self::Unlimited => [None; 3],
        }
    }
}

impl Case<'_> {
    /// How far this reading can be believed.
    pub fn plausible<T: Dated>(&self, tells: Tells, fact: &Fact<T>) -> Plausible {
        let Some(value) = fact.value.as_ref().filter(|_| fact.state == State::Read) else { return Plausible::Yes };
        let parts = value.parts();
        if self.can_be(tells, parts) {
            Plausible::Yes
        } else if fact.confidence < self.threshold() {
            // nobody means a year of 202, or one before he was born; and what an office prints is right
            let early = parts[0].is_some_and(|y| y < self.years(tells).least);
            let by_applicant = matches!(tells, Tells::Schooling | Tells::Work | Tells::Signing);
            let meant = by_applicant && !early && fact.confidence >= LIKELIER_THAN_NOT;
            if meant { Plausible::Once } else { Plausible::Unsure }
        } else if second_engine_says(fact, parts, self.threshold()) || says_elsewhere(self, tells, fact, parts) {
            Plausible::Twice
        } else {
            Plausible::Once
        }
    }

    /// Does the 申报表 surely say this date, too, or is there none to say it?
    pub fn on_form_or_without<T: Dated>(&self, tells: Tells, fact: &Fact<T>) -> bool {
        let Some(parts) = fact.value.as_ref().map(Dated::parts) else { return false };
        let mut found = self.form().is_none();
        each_on_form(self, tells, &mut |_, other, confidence| {
            found |= other == parts && confidence >= self.threshold();
        });
        found
    }

    /// The month, if there is such a one and its year is possible.
    pub fn month(&self, tells: Tells, written: WrittenMonth) -> Option<Month> {
        written.valid().filter(|_| self.can_be(tells, written.parts()))
    }

    /// The day, if there is such a one and its year is possible.
    pub fn day(&self, tells: Tells, written: WrittenDate) -> Option<Date> {
        written.valid().filter(|_| self.can_be(tells, written.parts()))
    }

    fn can_be(&self, tells: Tells, [year, month, day]: Parts) -> bool {
        year.is_none_or(|y| self.years(tells).allows(y, self.as_of.year()))
            && month.is_none_or(|m| (1..=12).contains(&m))
            && day.is_none_or(|d| (1..=31).contains(&d))
    }

    fn years(&self, tells: Tells) -> YearRange {
        let years = &self.settings.reading.written_years;
        match tells {
            Tells::Birth => years.birth,
            Tells::Schooling => years.schooling,
            Tells::Work => years.work,
            Tells::Signing => years.signing,
            Tells::Validity => years.validity,
            Tells::Issue => years.issue,
        }
    }
}

/// Did another engine read the same numbers at the same place?
fn second_engine_says<T>(fact: &Fact<T>, parts: Parts, threshold: f32) -> bool {
    let said: Vec<u16> = parts.into_iter().flatten().collect();
    fact.second.as_ref().filter(|s| s.confidence >= threshold).is_some_and(|second| {
        let numbers: Vec<u16> =
            second.text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
        numbers.windows(said.len().max(1)).any(|w| w == said)
    })
}

/// Does another place that tells the same thing surely say the same: the letter beside the form, the second span beside
/// the first, one sentence's date beside another's?
fn says_elsewhere<T>(case: &Case<'_>, tells: Tells, fact: &Fact<T>, parts: Parts) -> bool {
    let itself = ptr::from_ref(fact).cast::<()>();
    let mut found = false;
    each(case, tells, &mut |place, other, confidence| {
        found |= !ptr::eq(place, itself) && other == parts && confidence >= case.threshold();
    });
    found
}

/// What is called for each date: where it is kept, its parts, its confidence.
type Visit<'v> = &'v mut dyn FnMut(*const (), Parts, f32);

fn show<T: Dated>(fact: &Fact<T>, visit: Visit<'_>) {
    if let Some(value) = fact.value.as_ref().filter(|_| fact.state == State::Read) {
        visit(ptr::from_ref(fact).cast(), value.parts(), fact.confidence);
    }
}

/// Every date of the 申报表 that tells this, as read.
fn each_on_form(case: &Case<'_>, tells: Tells, visit: Visit<'_>) {
    let Some(form) = case.form() else { return };
    match tells {
        Tells::Work => {
            for s in &form.work {
                show(&s.start, visit);
                show(&s.end, visit);
                show(&s.occupation_start, visit);
                show(&s.occupation_end, visit);
            }
        }
        Tells::Signing => {
            form.work.iter().for_each(|s| show(&s.signed_on, visit));
            show(&form.education.signed_on, visit);
            show(&form.signed_on, visit);
        }
        Tells::Schooling => {
            show(&form.education.start, visit);
            show(&form.education.end, visit);
        }
        Tells::Birth => show(&form.born, visit),
        Tells::Validity | Tells::Issue => {}
    }
}

/// Every date of the submission that tells this, as read.
fn each(case: &Case<'_>, tells: Tells, visit: Visit<'_>) {
    each_on_form(case, tells, visit);
    let documents = case.documents;
    match tells {
        Tells::Work => case.commitments().for_each(|(_, letter)| {
            show(&letter.start, visit);
            show(&letter.end, visit);
            for s in &letter.work {
                show(&s.start, visit);
                show(&s.end, visit);
            }
        }),
        Tells::Signing => case.commitments().for_each(|(_, letter)| show(&letter.signed_on, visit)),
        Tells::Schooling => documents.diploma.iter().for_each(|d| {
            show(&d.start, visit);
            show(&d.end, visit);
        }),
        Tells::Birth => {
            documents.id_card_front.iter().for_each(|c| show(&c.birth_date, visit));
            documents.diploma.iter().for_each(|d| show(&d.birth_date, visit));
        }
        // Nothing else says when a card is valid or a certificate was issued.
        Tells::Validity | Tells::Issue => {}
    }
}

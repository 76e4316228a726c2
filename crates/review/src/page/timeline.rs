//! From the documents to the page's timeline: spans of work and study, and the days that they are compared with.
//! Shows only what was read and is a valid month or day; counts nothing.

use crate::vocabulary::calendar::{SpanEnd, WrittenMonth};
use crate::vocabulary::documents::{ApplicationForm, Documents, WorkSentence};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::submission::Registration;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

/// What the chosen condition asks for, as the timeline and the page's head show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirement {
    /// The condition, character for character.
    pub text: String,
    /// The clause.
    pub source: String,
    /// Months of work; `None`: the condition asks for none.
    pub months: Option<u32>,
    /// Only work after the prior certificate counts.
    pub after_certificate: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    pub spans: Vec<Span>,
    pub marks: Vec<Mark>,
    /// Months that the condition asks for.
    pub needed: Option<u32>,
    pub after: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    /// `work`, `study` or `letter` (a commitment).
    pub kind: &'static str,
    /// Which sentence, from 0.
    #[serde(rename = "n")]
    pub sentence: usize,
    /// The sentence's second span, which is the time in the occupation.
    pub second: bool,
    /// Position of the document among the materials, for a commitment.
    #[serde(rename = "d")]
    pub document: Option<usize>,
    /// `2015-03`.
    pub start: String,
    pub until: String,
    /// Written as 至今; `until` is then the month of the signature.
    pub now: bool,
    /// Employer, occupation or school.
    pub who: String,
    /// Both ends were read with at least the working threshold's confidence.
    pub sure: bool,
    /// First and last day of each employer of that name; `null` where the register does not say.
    pub lives: Vec<[Option<String>; 2]>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// `birthday` (the 16th), `certificate`, `signature`, `registration`.
    pub kind: &'static str,
    /// `2015-03-09`.
    pub on: String,
}

/// All spans and days of a submission. A reading of at least the confidence `sure` is sure.
pub fn timeline(
    d: &Documents,
    registration: Option<&Registration>,
    register: &RegisterAnswers,
    need: Option<&Requirement>,
    sure: f32,
) -> Timeline {
    let form = d.application_form.as_ref();
    let signed = form.and_then(last_signature);
    let mut spans: Vec<Span> = form
        .iter()
        .flat_map(|f| f.work.iter().enumerate())
        .flat_map(|(n, s)| sentence(n, s, signed, register, sure))
        .collect();
    if let Some(e) = form.map(|f| &f.education) {
        let own = e.signed_on.value.and_then(yushen_law::vocabulary::calendar::WrittenDate::valid);
        spans.extend(between(&e.start, &e.end, own, sure).map(|s| Span { kind: "study", who: text(&e.school), ..s }));
    }
    for (kind, c) in d.commitments() {
        let place = MaterialKind::ALL.iter().position(|k| *k == kind);
        spans.extend(between(&c.start, &c.end, signed, sure).map(|s| Span {
            kind: "letter",
            document: place,
            who: text(&c.institution),
            ..s
        }));
    }
    let born = registration
        .and_then(|r| r.birth_date.as_ref())
        .and_then(|e| e.value)
        .or_else(|| d.id_card_front.as_ref().and_then(|c| c.birth_date.value?.valid()));
    let sixteen = born.and_then(|b| b.checked_add(16.years()).ok());
    let certificate = d.prior_certificate.as_ref().and_then(|c| c.issued_on.value?.valid());
    let registered = registration.and_then(|r| r.registered_on.as_ref()).and_then(|e| e.value);
    let marks =
        [("birthday", sixteen), ("certificate", certificate), ("signature", signed), ("registration", registered)];
    let marks = marks.into_iter().filter_map(|(kind, on)| on.map(|on| Mark { kind, on: on.to_string() })).collect();
    Timeline {
        spans,
        marks,
        needed: need.and_then(|n| n.months).filter(|m| *m > 0),
        after: need.is_some_and(|n| n.after_certificate),
    }
}

fn sentence(n: usize, s: &WorkSentence, signed: Option<Date>, register: &RegisterAnswers, sure: f32) -> Vec<Span> {
    let own = s.signed_on.value.and_then(yushen_law::vocabulary::calendar::WrittenDate::valid).or(signed);
    let employer = text(&s.employer);
    let answers = register.0.iter().flatten().filter(|a| a.asked == employer);
    let day = |d: Option<Date>| d.map(|d| d.to_string());
    let lives = answers.flat_map(|a| &a.found).map(|e| [day(e.founded), day(e.dissolved)]).collect();
    let first = between(&s.start, &s.end, own, sure).map(|x| Span { sentence: n, who: employer, lives, ..x });
    let second = between(&s.occupation_start, &s.occupation_end, own, sure).map(|x| Span {
        sentence: n,
        second: true,
        who: text(&s.occupation),
        ..x
    });
    first.into_iter().chain(second).collect()
}

fn between(start: &Fact<WrittenMonth>, end: &Fact<SpanEnd>, signed: Option<Date>, sure: f32) -> Option<Span> {
    let read = |state| state == State::Read;
    let from = start.value.filter(|_| read(start.state))?.valid()?;
    let written = end.value.filter(|_| read(end.state))?;
    let (until, now) = match written {
        SpanEnd::Month(month) => (month.valid()?.to_string(), false),
        SpanEnd::UntilNow => (signed?.to_string().chars().take(7).collect(), true),
    };
    let sure = start.confidence >= sure && end.confidence >= sure;
    Some(Span {
        kind: "work",
        sentence: 0,
        second: false,
        document: None,
        start: from.to_string(),
        until,
        now,
        who: String::new(),
        sure,
        lives: Vec::new(),
    })
}

fn last_signature(form: &ApplicationForm) -> Option<Date> {
    let work = form.work.iter().map(|w| &w.signed_on);
    work.chain([&form.education.signed_on]).filter(|f| f.state == State::Read).filter_map(|f| f.value?.valid()).max()
}

fn text(fact: &Fact<String>) -> String {
    fact.value.as_ref().or(fact.text.as_ref()).cloned().unwrap_or_default()
}

//! From the documents read to what the timeline shows: spans of work and study, and the days that they are held against.
//! Only what was read and can be a month or a day stands here; nothing is counted.

use crate::vocabulary::calendar::{SpanEnd, WrittenMonth};
use crate::vocabulary::documents::{ApplicationForm, Documents, WorkSentence};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::submission::Registration;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

/// What the chosen condition asks for, as far as the timeline and the page's head show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirement {
    /// The condition, character for character.
    pub text: String,
    /// Where it stands.
    pub source: String,
    /// Months of work; `None`: it asks for none.
    pub months: Option<u32>,
    /// Only time after the prior certificate counts.
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
    /// `work`, `study` or `letter`.
    pub kind: &'static str,
    /// Which sentence, from 0.
    pub n: usize,
    /// The sentence's second span: the one in the occupation.
    pub second: bool,
    /// Position of the document among the materials, for a letter.
    pub d: Option<usize>,
    /// `2015-03`.
    pub start: String,
    pub until: String,
    /// Written as 至今; `until` is then the month of the signature.
    pub now: bool,
    /// Employer, occupation or school.
    pub who: String,
    /// Both ends were read at least as surely as the working threshold.
    pub sure: bool,
    /// First and last day of the employers of that name; `null` where the register does not say.
    pub lives: Vec<[Option<String>; 2]>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// `birthday` (the 16th), `certificate`, `signature`, `registration`.
    pub kind: &'static str,
    /// `2015-03-09`.
    pub on: String,
}

/// Everything with a month in it; `sure`: from which confidence a reading is sure.
pub fn timeline(d: &Documents, registration: Option<&Registration>, register: &RegisterAnswers, need: Option<&Requirement>, sure: f32) -> Timeline {
    let form = d.application_form.as_ref();
    let signed = form.and_then(last_signature);
    let mut spans: Vec<Span> = form.iter().flat_map(|f| f.work.iter().enumerate()).flat_map(|(n, s)| sentence(n, s, signed, register, sure)).collect();
    if let Some(e) = form.map(|f| &f.education) {
        let own = e.signed_on.value.and_then(|w| w.valid());
        spans.extend(between(&e.start, &e.end, own, sure).map(|s| Span { kind: "study", who: text(&e.school), ..s }));
    }
    for (kind, c) in d.commitments() {
        let place = MaterialKind::ALL.iter().position(|k| *k == kind);
        spans.extend(between(&c.start, &c.end, signed, sure).map(|s| Span { kind: "letter", d: place, who: text(&c.institution), ..s }));
    }
    let born = registration.and_then(|r| r.birth_date.as_ref()).and_then(|e| e.value).or_else(|| d.id_card_front.as_ref().and_then(|c| c.birth_date.value?.valid()));
    let sixteen = born.and_then(|b| b.checked_add(16.years()).ok());
    let certificate = d.prior_certificate.as_ref().and_then(|c| c.issued_on.value?.valid());
    let registered = registration.and_then(|r| r.registered_on.as_ref()).and_then(|e| e.value);
    let marks = [("birthday", sixteen), ("certificate", certificate), ("signature", signed), ("registration", registered)];
    let marks = marks.into_iter().filter_map(|(kind, on)| on.map(|on| Mark { kind, on: on.to_string() })).collect();
    Timeline { spans, marks, needed: need.and_then(|n| n.months).filter(|m| *m > 0), after: need.is_some_and(|n| n.after_certificate) }
}

fn sentence(n: usize, s: &WorkSentence, signed: Option<Date>, register: &RegisterAnswers, sure: f32) -> Vec<Span> {
    let own = s.signed_on.value.and_then(|w| w.valid()).or(signed);
    let employer = text(&s.employer);
    let answers = register.0.iter().flatten().filter(|a| a.asked == employer);
    let day = |d: Option<Date>| d.map(|d| d.to_string());
    let lives = answers.flat_map(|a| &a.found).map(|e| [day(e.founded), day(e.dissolved)]).collect();
    let first = between(&s.start, &s.end, own, sure).map(|x| Span { n, who: employer, lives, ..x });
    let second = between(&s.occupation_start, &s.occupation_end, own, sure).map(|x| Span { n, second: true, who: text(&s.occupation), ..x });
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
    Some(Span { kind: "work", n: 0, second: false, d: None, start: from.to_string(), until, now, who: String::new(), sure, lives: Vec::new() })
}

fn last_signature(form: &ApplicationForm) -> Option<Date> {
    let work = form.work.iter().map(|w| &w.signed_on);
    work.chain([&form.education.signed_on]).filter(|f| f.state == State::Read).filter_map(|f| f.value?.valid()).max()
}

fn text(fact: &Fact<String>) -> String {
    fact.value.as_ref().or(fact.text.as_ref()).cloned().unwrap_or_default()
}

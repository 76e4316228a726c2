//! From typed documents to one flat list of facts, each with the name that flags and messages use for its blank.
//! The list is for reading and counting; the typed documents beside it are what is judged again.

use crate::vocabulary::calendar::{SpanEnd, ValidUntil, WrittenDate, WrittenMonth};
use crate::vocabulary::documents::{Alteration, AlterationKind, Commitment, Documents, SchoolSentence, Schooling, Sex, WorkSentence};
use crate::vocabulary::fact::{Alternative, Fact, Region, SecondReading, State, Verification};
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One blank as read, in plain values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRow {
    /// `application_form.work[0].start`: document, then the path inside it.
    pub field: String,
    /// Name of the material.
    pub document: String,
    /// From 1 over the material's files; `None` if the place was not found.
    pub page: Option<u16>,
    pub state: State,
    /// Text; a number for levels (1–5), years and hours; `2015-03`, `2015-03-09`, `至今`, `长期`. `None` unless it was read and parses.
    pub value: Option<Value>,
    /// The reading under the blank's own grammar.
    pub text: Option<String>,
    /// The free reading.
    pub free: Option<String>,
    /// 0–1.
    pub confidence: f32,
    /// In pixels of the page after its EXIF orientation.
    #[serde(rename = "box")]
    pub region: Option<Region>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondReading>,
    /// 0 surely by hand, 1 surely printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<f32>,
}

/// Every fact of a submission, in order of document and blank.
pub fn rows(d: &Documents) -> Vec<FactRow> {
    let mut list = List::default();
    if let Some(c) = &d.id_card_front {
        let mut at = list.of(MaterialKind::IdCardFront, "");
        at.add("name", &c.name).add("sex", &c.sex).add("ethnicity", &c.ethnicity).add("birth_date", &c.birth_date);
        at.add("address", &c.address).add("number", &c.number);
    }
    if let Some(c) = &d.id_card_back {
        list.of(MaterialKind::IdCardBack, "").add("authority", &c.authority).add("valid_from", &c.valid_from).add("valid_to", &c.valid_to);
    }
    application_form(d, &mut list);
    for (kind, c) in d.commitments() {
        commitment(kind, c, &mut list);
    }
    certificates(d, &mut list);
    for (i, further) in d.further.iter().enumerate() {
        let alone = Documents::default().with(further);
        list.rows.extend(rows(&alone).into_iter().map(|row| FactRow { field: format!("further[{i}].{}", row.field), ..row }));
    }
    list.rows
}

/// `application_form` …: the first part of a fact's name.
pub fn prefix(kind: MaterialKind) -> &'static str {
    match kind {
        MaterialKind::IdCardFront => "id_card_front",
        MaterialKind::IdCardBack => "id_card_back",
        MaterialKind::Photo => "photo",
        MaterialKind::ApplicationForm => "application_form",
        MaterialKind::WorkCommitment => "work_commitment",
        MaterialKind::EducationCommitment => "education_commitment",
        MaterialKind::TrainingCommitment => "training_commitment",
        MaterialKind::IntentCommitment => "intent_commitment",
        MaterialKind::Diploma => "diploma",
        MaterialKind::PriorCertificate => "prior_certificate",
        MaterialKind::CompletionCertificate => "completion_certificate",
        MaterialKind::Other => "other",
    }
}

/// A value as the flat list and the CSV files show it.
pub trait Plain {
    fn plain(&self) -> Value;
}

fn application_form(d: &Documents, list: &mut List) {
    let Some(f) = &d.application_form else { return };
    let kind = MaterialKind::ApplicationForm;
    let mut at = list.of(kind, "");
    at.add("name", &f.name).add("number", &f.number).add("prior_occupation", &f.prior_occupation).add("prior_level", &f.prior_level);
    at.add("prior_certificate_number", &f.prior_certificate_number).add("occupation", &f.occupation).add("level", &f.level);
    if let Some(c) = &f.condition {
        at.add("condition", &c.fact);
    }
    at.add("chsi_code", &f.chsi_code);
    for (i, w) in f.work.iter().enumerate() {
        work(w, &mut list.of(kind, &format!("work[{i}].")));
    }
    school(&f.education, &mut list.of(kind, "education."));
    list.of(kind, "").alterations(&f.alterations);
}

fn work(w: &WorkSentence, at: &mut At<'_>) {
    at.add("start", &w.start).add("end", &w.end).add("employer", &w.employer);
    at.add("occupation_start", &w.occupation_start).add("occupation_end", &w.occupation_end).add("occupation", &w.occupation);
    at.add("years", &w.years).add("signature", &w.signature).add("signed_on", &w.signed_on);
}

fn school(s: &SchoolSentence, at: &mut At<'_>) {
    at.add("start", &s.start).add("end", &s.end).add("school", &s.school).add("major", &s.major);
    at.add("signature", &s.signature).add("signed_on", &s.signed_on);
}

fn commitment(kind: MaterialKind, c: &Commitment, list: &mut List) {
    let mut at = list.of(kind, "");
    at.add("name", &c.name).add("number", &c.number).add("occupation", &c.occupation).add("level", &c.level);
    at.add("start", &c.start).add("end", &c.end).add("years", &c.years).add("education", &c.education);
    at.add("institution", &c.institution).add("hours", &c.hours).add("signature", &c.signature).add("mobile", &c.mobile).add("signed_on", &c.signed_on);
    at.alterations(&c.alterations);
}

fn certificates(d: &Documents, list: &mut List) {
    if let Some(c) = &d.prior_certificate {
        let mut at = list.of(MaterialKind::PriorCertificate, "");
        at.add("name", &c.name).add("number", &c.number).add("certificate_occupation", &c.certificate_occupation);
        at.add("certificate_level", &c.certificate_level).add("certificate_number", &c.certificate_number).add("issued_on", &c.issued_on);
    }
    if let Some(c) = &d.diploma {
        let mut at = list.of(MaterialKind::Diploma, "");
        at.add("title", &c.title).add("name", &c.name).add("number", &c.number).add("sex", &c.sex).add("birth_date", &c.birth_date);
        at.add("start", &c.start).add("end", &c.end).add("major", &c.major).add("school", &c.school).add("schooling", &c.schooling);
        at.add("diploma_number", &c.diploma_number).add("issued_on", &c.issued_on);
    }
    if let Some(c) = &d.completion_certificate {
        let mut at = list.of(MaterialKind::CompletionCertificate, "");
        at.add("name", &c.name).add("number", &c.number).add("training_occupation", &c.training_occupation).add("training_level", &c.training_level);
        at.add("start", &c.start).add("end", &c.end).add("hours", &c.hours).add("certificate_number", &c.certificate_number).add("issued_on", &c.issued_on);
    }
}

#[derive(Default)]
struct List {
    rows: Vec<FactRow>,
}

impl List {
    fn of<'a>(&'a mut self, kind: MaterialKind, path: &str) -> At<'a> {
        At { rows: &mut self.rows, kind, path: format!("{}.{path}", prefix(kind)) }
    }
}

/// The part of a document whose blanks are being listed.
struct At<'a> {
    rows: &'a mut Vec<FactRow>,
    kind: MaterialKind,
    path: String,
}

impl At<'_> {
    fn add<T: Plain>(&mut self, name: &str, fact: &Fact<T>) -> &mut Self {
        self.rows.push(FactRow {
            field: format!("{}{name}", self.path),
            document: fact.place.as_ref().map_or(self.kind, |p| p.document).name().to_owned(),
            page: fact.place.as_ref().map(|p| p.page),
            state: fact.state,
            value: fact.value.as_ref().map(Plain::plain),
            text: fact.text.clone(),
            free: fact.free.clone(),
            confidence: fact.confidence,
            region: fact.place.as_ref().and_then(|p| p.region),
            alternatives: fact.alternatives.clone(),
            verified: fact.verified.clone(),
            second: fact.second.clone(),
            printed: fact.printed,
        });
        self
    }

    /// Corrections seen on the paper, as facts of their own.
    fn alterations(&mut self, seen: &[Alteration]) {
        for (i, a) in seen.iter().enumerate() {
            let word = match a.kind {
                AlterationKind::StruckOut => "struck_out",
                AlterationKind::Overwritten => "overwritten",
                AlterationKind::Patched => "patched",
            };
            let fact = Fact::read(a.field.as_str(), Some(word.to_owned()), a.confidence).at(a.place.clone());
            self.add(&format!("alterations[{i}]"), &fact);
        }
    }
}

impl Plain for String {
    fn plain(&self) -> Value {
        self.as_str().into()
    }
}

impl Plain for Level {
    fn plain(&self) -> Value {
        self.number().into()
    }
}

impl Plain for Sex {
    fn plain(&self) -> Value {
        self.name().into()
    }
}

impl Plain for Schooling {
    fn plain(&self) -> Value {
        self.name().into()
    }
}

impl Plain for u32 {
    fn plain(&self) -> Value {
        (*self).into()
    }
}

impl Plain for f32 {
    /// Whole numbers without a fraction: 3, not 3.0.
    fn plain(&self) -> Value {
        if self.fract() == 0.0 && self.abs() < 1e6 { (*self as i64).into() } else { serde_json::to_value(self).unwrap_or(Value::Null) }
    }
}

impl Plain for WrittenMonth {
    /// `2015-03`; what was not written is `_`.
    fn plain(&self) -> Value {
        [part(self.year, 4), part(self.month, 2)].join("-").into()
    }
}

impl Plain for WrittenDate {
    fn plain(&self) -> Value {
        [part(self.year, 4), part(self.month, 2), part(self.day, 2)].join("-").into()
    }
}

impl Plain for SpanEnd {
    fn plain(&self) -> Value {
        match self {
            Self::Month(m) => m.plain(),
            Self::UntilNow => "至今".into(),
        }
    }
}

impl Plain for ValidUntil {
    fn plain(&self) -> Value {
        match self {
            Self::Date(d) => d.plain(),
            Self::Unlimited => "长期".into(),
        }
    }
}

fn part(number: Option<u16>, width: usize) -> String {
    number.map_or_else(|| "_".to_owned(), |n| format!("{n:0width$}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::documents::{ApplicationForm, CompletionCertificate, ConditionCopy, Diploma, IdCardBack, IdCardFront, PriorCertificate};

    fn everything() -> Documents {
        Documents {
            id_card_front: Some(IdCardFront::default()),
            id_card_back: Some(IdCardBack::default()),
            application_form: Some(ApplicationForm {
                condition: Some(ConditionCopy { fact: Fact::not_found(), candidates: Vec::new() }),
                work: vec![WorkSentence::default(), WorkSentence::default()],
                ..ApplicationForm::default()
            }),
            work_commitment: Some(Commitment::default()),
            education_commitment: Some(Commitment::default()),
            training_commitment: Some(Commitment::default()),
            intent_commitment: Some(Commitment::default()),
            prior_certificate: Some(PriorCertificate::default()),
            diploma: Some(Diploma::default()),
            completion_certificate: Some(CompletionCertificate::default()),
            ..Documents::default()
        }
    }

    /// Objects that look like facts, by the path at which they stand.
    fn fact_paths(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(o) if o.contains_key("state") => found.push(path.trim_end_matches(".fact").to_owned()),
            Value::Object(o) => o.iter().for_each(|(k, v)| fact_paths(v, &format!("{path}.{k}"), found)),
            Value::Array(a) => a.iter().enumerate().for_each(|(i, v)| fact_paths(v, &format!("{path}[{i}]"), found)),
            _ => {}
        }
    }

    #[test]
    fn no_blank_of_any_document_is_left_out() {
        let documents = everything();
        let mut typed = Vec::new();
        fact_paths(&serde_json::to_value(&documents).unwrap(), "", &mut typed);
        let mut typed: Vec<String> = typed.iter().map(|p| p.trim_start_matches('.').to_owned()).collect();
        let mut flat: Vec<String> = rows(&documents).into_iter().map(|r| r.field).collect();
        typed.sort();
        flat.sort();
        assert_eq!(flat, typed);
        assert!(flat.len() > 80);
    }

    #[test]
    fn every_blank_column_and_measure_has_a_name_on_the_page() {
        use crate::vocabulary::photo::PhotoFacts;
        use crate::vocabulary::submission::Registration;
        let texts: serde_json::Map<String, Value> = serde_json::from_str(crate::report::page::TEXTS).unwrap();
        let keys = |value: Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let last = |field: &str| field.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default().to_owned();
        let blanks = rows(&everything()).into_iter().map(|r| last(&r.field));
        let columns = keys(serde_json::to_value(Registration::default()).unwrap()).into_iter().map(|c| format!("column.{c}"));
        let measures = keys(serde_json::to_value(schemars::schema_for!(PhotoFacts)).unwrap()["properties"].clone());
        let measures = measures.into_iter().filter(|m| m != "file").map(|m| format!("measure.{m}"));
        let blanks = blanks.map(|b| if texts.contains_key(&format!("part.{b}")) { format!("part.{b}") } else { format!("field.{b}") });
        let nameless: Vec<String> = blanks.chain(columns).chain(measures).filter(|key| !texts.contains_key(key)).collect();
        assert_eq!(nameless, [""; 0]);
    }

    #[test]
    fn values_are_plain() {
        for (value, plain) in [
            (Level::Two.plain(), "2"),
            (3.0f32.plain(), "3"),
            (1.5f32.plain(), "1.5"),
            (WrittenMonth::new(2015, 3).plain(), "\"2015-03\""),
            (WrittenDate { year: Some(2024), month: None, day: Some(9) }.plain(), "\"2024-_-09\""),
            (SpanEnd::UntilNow.plain(), "\"至今\""),
            (ValidUntil::Unlimited.plain(), "\"长期\""),
        ] {
            assert_eq!(value.to_string(), plain);
        }
    }
}

//! From typed documents to one flat list of facts, each with the name that flags and messages use for its field.
//! The list is for reading and counting; the typed documents beside it are what is judged again.

use crate::vocabulary::documents::{Alteration, AlterationKind, At, Documents, FieldValue, Visitor};
use crate::vocabulary::fact::{Alternative, Correction, Fact, Region, SecondReading, State, Verification};
use crate::vocabulary::material::MaterialKind;
pub use crate::vocabulary::plain::Plain;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What stands behind a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// There is writing, and `text` is what it says.
    Read,
    /// The place was found and nothing is written there.
    #[serde(rename = "blank")]
    Empty,
    /// There is writing, or something that may be writing, and it cannot be read.
    Illegible,
    /// The place itself was not found on the page.
    NotFound,
    /// Somebody looked at it; `corrected` says who, and what was read.
    Corrected,
}

/// Who corrected or confirmed a reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CorrectedRow {
    /// What it is now: `read`, `blank` or `illegible` (something is written there).
    pub now: State,
    #[serde(flatten)]
    pub by: Correction,
}

/// One blank as read, in plain values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRow {
    /// `application_form.work[0].start`: document, then the path inside it.
    pub field: String,
    /// Name of the material.
    pub document: String,
    /// From 1 over the material's files; `None` if the place was not found.
    pub page: Option<u16>,
    pub state: RowState,
    /// Text; a number for levels (1–5), years and hours; `2015-03`, `2015-03-09`, `至今`, `长期`. `None` unless it was read
    /// and parses.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<CorrectedRow>,
}

impl FactRow {
    /// What stands there, whether it was read or somebody said it.
    pub fn now(&self) -> State {
        match (self.state, &self.corrected) {
            (RowState::Corrected, Some(corrected)) => corrected.now,
            (RowState::Read, _) => State::Read,
            (RowState::Empty, _) => State::Empty,
            (RowState::Illegible, _) => State::Illegible,
            (RowState::NotFound | RowState::Corrected, _) => State::NotFound,
        }
    }
}

impl From<State> for RowState {
    fn from(state: State) -> Self {
        match state {
            State::Read => Self::Read,
            State::Empty => Self::Empty,
            State::Illegible => Self::Illegible,
            State::NotFound => Self::NotFound,
        }
    }
}

/// Every fact of a submission, in order of document and field.
pub fn rows(d: &Documents) -> Vec<FactRow> {
    let mut list = List { rows: Vec::new(), material: MaterialKind::Other };
    d.visit(&mut list);
    for (i, further) in d.further.iter().enumerate() {
        let alone = Documents::default().with(further);
        list.rows.extend(
            rows(&alone).into_iter().map(|row| FactRow { field: format!("further[{i}].{}", row.field), ..row }),
        );
    }
    list.rows
}

struct List {
    rows: Vec<FactRow>,
    /// The document whose fields are being listed.
    material: MaterialKind,
}

impl List {
    fn add<T: Plain>(&mut self, path: &str, fact: &Fact<T>) {
        self.rows.push(FactRow {
            field: format!("{}.{path}", self.material.key()),
            document: fact.place.as_ref().map_or(self.material, |p| p.document).name().to_owned(),
            page: fact.place.as_ref().map(|p| p.page),
            state: fact.corrected.as_ref().map_or_else(|| fact.state.into(), |_| RowState::Corrected),
            value: fact.value.as_ref().map(Plain::plain),
            text: fact.text.clone(),
            free: fact.free.clone(),
            confidence: fact.confidence,
            region: fact.place.as_ref().and_then(|p| p.region),
            alternatives: fact.alternatives.clone(),
            verified: fact.verified.clone(),
            second: fact.second.clone(),
            printed: fact.printed,
            corrected: fact.corrected.as_deref().map(|by| CorrectedRow { now: fact.state, by: by.clone() }),
        });
    }
}

impl<'a> Visitor<'a> for List {
    fn document(&mut self, material: MaterialKind) {
        self.material = material;
    }

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &'a Fact<T>) {
        self.add(&at.path(), fact);
    }

    /// Corrections seen on the paper, as facts of their own.
    fn alterations(&mut self, at: &At<'_>, seen: &'a [Alteration]) {
        for (i, a) in seen.iter().enumerate() {
            let word = match a.kind {
                AlterationKind::StruckOut => "struck_out",
                AlterationKind::Overwritten => "overwritten",
                AlterationKind::Patched => "patched",
            };
            let mut fact = Fact::read(a.field.as_str(), Some(word.to_owned()), a.confidence).at(a.place.clone());
            fact.corrected.clone_from(&a.overruled);
            self.add(&format!("{}[{i}]", at.path()), &fact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::documents::{ConditionCopy, DOCUMENTS};
    use serde_json::json;

    /// Every document, with two sentences of work: a document that is missing in a list is missing here too.
    fn everything() -> Documents {
        let mut all: serde_json::Map<String, Value> =
            DOCUMENTS.iter().map(|(material, _)| (material.key().to_owned(), json!({}))).collect();
        let copy = serde_json::to_value(ConditionCopy { fact: Fact::not_found(), candidates: Vec::new() }).unwrap();
        all[MaterialKind::ApplicationForm.key()] = json!({ "work": [{}, {}], "condition": copy });
        serde_json::from_value(Value::Object(all)).unwrap()
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
}

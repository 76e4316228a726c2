//! From a finding to the same finding without what names a person: keyed tokens stand for names, numbers, phones, addresses, birth dates and certificate numbers.
//! Verdicts, rules, confidences, places, dates of work and study, occupations, schools and employers stay; what was hidden cannot be judged again.

mod known;
mod token;

pub use token::{Key, LEAST_KEY};

use super::finding::{Finding, FlagIds};
use crate::report::mask::plain_id;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::outcome::{BatchNote, Given};
use crate::vocabulary::submission::MaterialFile;
use known::Known;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use token::Kind;

/// Blanks and columns that name a person: of documents and registrations by their key, of flags also by the column's heading.
const HIDDEN: [(&str, Kind); 29] = [
    ("name", Kind::Name),
    ("signature", Kind::Name),
    ("姓名", Kind::Name),
    ("number", Kind::Number),
    ("id_number", Kind::Number),
    ("证件号码", Kind::Number),
    ("birth_date", Kind::BirthDate),
    ("出生日期", Kind::BirthDate),
    ("mobile", Kind::Phone),
    ("phone", Kind::Phone),
    ("手机号码", Kind::Phone),
    ("联系电话", Kind::Phone),
    ("email", Kind::Email),
    ("邮箱", Kind::Email),
    ("address", Kind::Address),
    ("postcode", Kind::Postcode),
    ("邮政编码", Kind::Postcode),
    ("ethnicity", Kind::Ethnicity),
    ("民族", Kind::Ethnicity),
    ("authority", Kind::Authority),
    ("prior_certificate_number", Kind::Certificate),
    ("certificate_number", Kind::Certificate),
    ("diploma_number", Kind::Certificate),
    ("chsi_code", Kind::Certificate),
    ("上一级证书编号", Kind::Certificate),
    ("上一级别证书编号", Kind::Certificate),
    ("上一级证书", Kind::Certificate),
    ("学信网验证码", Kind::Certificate),
    ("学历在线验证码", Kind::Certificate),
];
/// Keys whose values are words of ours or hashes of files, and never an applicant's.
const OURS: [&str; 16] = [
    "id",
    "rule",
    "severity",
    "state",
    "outcome",
    "engine",
    "kind",
    "document",
    "material",
    "sha256",
    "clause",
    "rule_pack",
    "verdict",
    "issue",
    "credit_code",
    "format",
];
/// Facts whose `value` is a word of ours.
const CLOSED: [&str; 10] = ["sex", "schooling", "end", "occupation_end", "valid_to", "level", "prior_level", "certificate_level", "training_level", "id_type"];
/// Stands for a text that might say anything: why the tool failed, what a reviewer noted.
const WITHHELD: &str = "（已隐去）";

/// Takes out of a run's outputs what names a person.
#[derive(Clone)]
pub struct Redactor {
    key: Key,
    /// Ids of this run's submissions that are no plain numbers (a folder called after its applicant); other submissions' flags name them too.
    ids: BTreeMap<String, String>,
}

impl Redactor {
    pub fn new(key: Key) -> Self {
        Self { key, ids: BTreeMap::new() }
    }

    /// What `run.json` says of it among the options.
    pub fn option(key: &Key) -> Value {
        json!({ "method": "HMAC-SHA256, 48 bits", "key": key.mark() })
    }

    /// All submissions of the run have to be told before the first is hidden.
    pub fn know_id(&mut self, id: &str) {
        if plain_id(id).is_none() {
            self.ids.insert(id.to_owned(), self.key.token(Kind::SubmissionId, id));
        }
    }

    /// The finding as it may be handed on.
    pub fn finding(&self, finding: Finding) -> Finding {
        let known = self.known(&finding);
        let moved = self.ids.contains_key(&finding.submission_id) || finding.folder.as_deref().is_some_and(|f| self.folder(f) != f);
        let hidden = serde_json::to_value(&finding).ok().and_then(|mut v| {
            self.walk(&mut v, "", &known);
            serde_json::from_value::<Finding>(v).ok()
        });
        let mut hidden = hidden.unwrap_or_else(|| self.bare(finding));
        if moved {
            // A flag's id is an open hash of the folder's name, which could be guessed from it.
            let mut ids = FlagIds::of(&hidden.submission_id, hidden.folder.as_deref());
            for record in &mut hidden.flags {
                record.id = ids.next(&record.flag);
            }
        }
        hidden
    }

    /// A note on a batch: the file's name is hidden unless it is a table's.
    pub fn note(&self, note: BatchNote) -> BatchNote {
        let mut known = self.of_ids();
        if let Some(file) = &note.file {
            known.replace(file, &self.path(file, None));
        }
        let file = note.file.as_deref().map(|f| self.path(f, None));
        // A row's fault may quote the row.
        let quoted = |text: &str| if note.row.is_some() { WITHHELD.to_owned() } else { known.hidden(&self.key, text) };
        BatchNote { rule: note.rule.clone(), file, row: note.row, zh: quoted(&note.zh), en: known.hidden(&self.key, &note.en), first: note.first }
    }

    /// What the office gave along: reviewers and their reasons are hidden, submissions by their ids.
    pub fn given(&self, mut given: Given) -> Given {
        let known = self.of_ids();
        if let Some(list) = given.content.get_mut("submissions").and_then(Value::as_array_mut) {
            for decision in list.iter_mut().filter_map(Value::as_object_mut) {
                self.waived(decision);
                decision.values_mut().filter_map(|v| v.as_str().map(ToOwned::to_owned).map(|t| (v, t))).for_each(|(v, t)| *v = known.hidden(&self.key, &t).into());
            }
        }
        for remark in &mut given.remarks {
            remark.zh = known.hidden(&self.key, &remark.zh);
            remark.en = known.hidden(&self.key, &remark.en);
        }
        given.path = known.hidden(&self.key, &given.path);
        given
    }

    fn of_ids(&self) -> Known {
        let mut known = Known::default();
        self.ids.iter().for_each(|(id, token)| known.replace(id, token));
        known
    }

    /// Everything that names this applicant, as registered and as read.
    fn known(&self, f: &Finding) -> Known {
        let mut known = self.of_ids();
        for file in &f.files {
            known.replace(&file.name, &self.file(file));
        }
        if let Some(folder) = &f.folder {
            known.replace(folder, &self.folder(folder));
        }
        let birth = [f.documents.id_card_front.as_ref().map(|c| &c.birth_date), f.documents.diploma.as_ref().map(|d| &d.birth_date)];
        for written in birth.into_iter().flatten().filter_map(|fact| fact.value) {
            known.learn(&self.key, Kind::BirthDate, &written.to_string());
            written.valid().into_iter().for_each(|day| known.learn_day(&self.key, day));
        }
        if let Some(day) = f.registration.as_ref().and_then(|r| r.birth_date.as_ref()?.value) {
            known.learn_day(&self.key, day);
        }
        let mut learn = |kind: Kind, text: &str| {
            // Half the country is of one nationality: that is hidden where it stands and not looked for.
            if kind != Kind::Ethnicity {
                known.learn(&self.key, kind, text);
            }
        };
        if let Ok(Value::Object(columns)) = serde_json::to_value(&f.registration) {
            for (column, entry) in columns {
                let texts = [entry["raw"].as_str(), entry["value"].as_str()];
                kind_of(&column).into_iter().for_each(|kind| texts.into_iter().flatten().for_each(|t| learn(kind, t)));
            }
        }
        for row in &f.facts {
            let Some(kind) = kind_of(&row.field) else { continue };
            let readings = [row.text.as_deref(), row.free.as_deref(), row.value.as_ref().and_then(Value::as_str), row.second.as_ref().map(|s| s.text.as_str())];
            readings.into_iter().flatten().chain(row.alternatives.iter().map(|a| a.text.as_str())).for_each(|t| learn(kind, t));
        }
        for issue in &f.intake {
            if let crate::vocabulary::submission::IntakeIssue::RegistrationConflict { column, table, json } = issue {
                kind_of(column).into_iter().for_each(|kind| [table, json].into_iter().for_each(|t| learn(kind, t)));
            }
        }
        for flag in f.flags.iter().map(|r| &r.flag).filter(|f| shows_value(&f.rule)) {
            let kind = flag.field.as_deref().and_then(kind_of);
            kind.into_iter().for_each(|kind| [&flag.expected, &flag.observed].into_iter().flatten().for_each(|t| learn(kind, t)));
        }
        known
    }

    /// Hides in `value`, which stands under `key`.
    fn walk(&self, value: &mut Value, key: &str, known: &Known) {
        match value {
            Value::String(text) if !OURS.contains(&key) => *text = self.text(key, text, known),
            Value::Array(list) if key == "perceptual_hashes" => list.clear(),
            Value::Array(list) => list.iter_mut().for_each(|v| self.walk(v, key, known)),
            Value::Object(map) if !OURS.contains(&key) => self.object(map, key, known),
            _ => {}
        }
    }

    fn text(&self, key: &str, text: &str, known: &Known) -> String {
        match key {
            "submission_id" => self.ids.get(text).cloned().unwrap_or_else(|| text.to_owned()),
            "folder" => self.folder(text),
            "internal_error" => WITHHELD.to_owned(),
            _ => known.hidden(&self.key, text),
        }
    }

    fn object(&self, map: &mut Map<String, Value>, key: &str, known: &Known) {
        // A picture's fingerprint tells whether another picture shows the same face.
        map.remove("perceptual_hash");
        let row = map.get("field").and_then(Value::as_str).map(ToOwned::to_owned);
        let is_fact = map.contains_key("state");
        let field = if is_fact { row.clone().unwrap_or_else(|| key.to_owned()) } else { key.to_owned() };
        if let Some(kind) = kind_of(&field).filter(|_| is_fact || map.contains_key("raw")) {
            return self.blank(map, kind);
        }
        if let Some(rule) = map.get("rule").and_then(Value::as_str).map(ToOwned::to_owned)
            && map.contains_key("message")
        {
            self.flag(map, &rule, row.as_deref());
        }
        if map.get("issue").and_then(Value::as_str) == Some("registration_conflict")
            && let Some(kind) = map.get("column").and_then(Value::as_str).and_then(kind_of)
        {
            ["table", "json"].into_iter().for_each(|k| self.token_in(map, k, kind));
        }
        let closed = CLOSED.contains(&last(&field)) && (is_fact || map.contains_key("raw"));
        for (name, value) in map.iter_mut() {
            match name.as_str() {
                "value" if closed => {}
                // Names of blanks, not of persons.
                "field" if is_fact => {}
                "facts" if value.as_array().is_some_and(|l| l.iter().all(Value::is_string)) => {}
                _ => self.walk(value, name, known),
            }
        }
    }

    /// A blank or column that names a person: each reading becomes its own token.
    fn blank(&self, map: &mut Map<String, Value>, kind: Kind) {
        for key in ["raw", "text", "free"] {
            self.token_in(map, key, kind);
        }
        // A day has no token that is a day; in the flat list it is text.
        if kind != Kind::BirthDate || map.contains_key("field") {
            self.token_in(map, "value", kind);
        } else if let Some(value) = map.get_mut("value") {
            *value = Value::Null;
        }
        map.remove("verified");
        if let Some(second) = map.get_mut("second").and_then(Value::as_object_mut) {
            self.token_in(second, "text", kind);
        }
        for other in map.get_mut("alternatives").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            self.token_in(other, "text", kind);
        }
    }

    fn flag(&self, map: &mut Map<String, Value>, rule: &str, field: Option<&str>) {
        if let Some(kind) = field.and_then(kind_of).filter(|_| shows_value(rule)) {
            ["expected", "observed"].into_iter().for_each(|k| self.token_in(map, k, kind));
        }
        if rule == "internal-error" && map.contains_key("observed") {
            map["observed"] = WITHHELD.into();
        }
        if let Some(waived) = map.get_mut("waived").and_then(Value::as_object_mut) {
            self.waived(waived);
        }
    }

    /// Who decided, and in what words.
    fn waived(&self, map: &mut Map<String, Value>) {
        self.token_in(map, "who", Kind::Reviewer);
        if map.get("reason").and_then(Value::as_str).is_some_and(|r| !r.is_empty()) {
            map["reason"] = WITHHELD.into();
        }
    }

    fn token_in(&self, map: &mut Map<String, Value>, key: &str, kind: Kind) {
        if let Some(Value::String(text)) = map.get_mut(key)
            && !text.is_empty()
        {
            *text = self.key.token(kind, text);
        }
    }

    /// A folder keeps the parts that are plain numbers.
    fn folder(&self, folder: &str) -> String {
        folder.split('/').map(|part| if plain_id(part).is_some() { part.to_owned() } else { self.part(part) }).collect::<Vec<_>>().join("/")
    }

    fn part(&self, part: &str) -> String {
        self.ids.get(part).cloned().unwrap_or_else(|| self.key.token(Kind::Folder, part))
    }

    fn file(&self, file: &MaterialFile) -> String {
        self.path(&file.name, file.kind)
    }

    /// A file keeps its name if that is a material's or a table's own; else its ending, and the material that it was taken for.
    fn path(&self, name: &str, kind: Option<MaterialKind>) -> String {
        const TABLES: [&str; 4] = ["报名信息.csv", "报名信息.xlsx", "companies.csv", "submission.json"];
        let (stem, end) = name.rsplit_once('.').map_or((name, None), |(stem, end)| (stem, Some(end)));
        let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', ' ']);
        if TABLES.contains(&name) || (stem.len() - bare.len() <= 4 && MaterialKind::from_name(bare).is_some()) {
            return name.to_owned();
        }
        let token = self.key.token(Kind::File, name);
        let token = kind.map_or(token.clone(), |k| token.replacen("文件", k.name(), 1));
        let end = end.filter(|e| (1..=5).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphanumeric()));
        end.map_or(token.clone(), |e| format!("{token}.{e}"))
    }

    /// Where hiding failed, which no finding of ours makes it do: verdict and rules, and nothing else.
    fn bare(&self, finding: Finding) -> Finding {
        let withheld = |mut record: super::finding::FlagRecord| {
            let f = &mut record.flag;
            (f.expected, f.observed, f.field, f.waived) = (None, None, None, None);
            (f.message.zh, f.message.en) = (WITHHELD.to_owned(), WITHHELD.to_owned());
            record.facts.clear();
            record
        };
        Finding {
            submission_id: self.ids.get(&finding.submission_id).cloned().unwrap_or(finding.submission_id),
            folder: finding.folder.map(|f| self.folder(&f)),
            registration: None,
            files: Vec::new(),
            intake: Vec::new(),
            internal_error: Some(WITHHELD.to_owned()),
            facts: Vec::new(),
            documents: Default::default(),
            register: Default::default(),
            flags: finding.flags.into_iter().map(withheld).collect(),
            ..finding
        }
    }
}

/// The kind of person's value that a blank or column holds: `work[0].signature` and `application_form.number` by their last part.
fn kind_of(field: &str) -> Option<Kind> {
    HIDDEN.iter().find(|(name, _)| *name == last(field)).map(|(_, kind)| *kind)
}

fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

/// Does a flag of this rule show the value of the field that it names? Those about duplicates show other submissions' ids, others an age or a word of ours.
fn shows_value(rule: &str) -> bool {
    !rule.ends_with("-duplicate") && !["identity-underage", "form-alteration", "form-not-handwritten"].contains(&rule)
}

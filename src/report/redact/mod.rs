//! From a finding to the same finding without what names a person: keyed tokens stand for names, numbers, phones,
//! addresses, birth dates and certificate numbers.
//! Verdicts, rules, confidences, places, dates of work and study, occupations, schools and employers stay; what was
//! hidden cannot be judged again.

mod known;
mod token;

pub use token::{Key, LEAST_KEY};

use super::finding::{Finding, FlagIds};
use super::run::{Provenance, RunFigures};
use crate::report::mask::plain_id;
use crate::vocabulary::batch::SharedWith;
use crate::vocabulary::documents::every_field;
use crate::vocabulary::finding::{Message, Shows};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::outcome::{BatchNote, Given};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::submission::{Column, IntakeIssue, MaterialFile, Registration, Submission};
use crate::vocabulary::text::tail;
use jiff::civil::Date;
use known::{Known, hidden};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use token::Kind;

/// What a value under a name may be: of documents and registrations the name is their key, of flags also the column's
/// head.
struct Hidden {
    kinds: BTreeMap<&'static str, Kind>,
    /// Names under which only words of ours and numbers stand as a `value`.
    closed: BTreeSet<&'static str>,
}

/// As the vocabulary declares fields and columns.
static HIDDEN: LazyLock<Hidden> = LazyLock::new(|| {
    let fields = every_field().filter_map(|f| Some((f.name, Kind::Of(f.personal?))));
    let named = |c: &'static Column| [c.name, c.head].into_iter().chain(c.also.iter().copied());
    let columns = Registration::COLUMNS.iter().filter_map(|c| Some((c, Kind::Of(c.personal?))));
    let columns = columns.flat_map(|(c, kind)| named(c).map(move |name| (name, kind)));
    let closed = every_field().filter(|f| f.closed).map(|f| f.name);
    Hidden {
        kinds: fields.chain(columns).collect(),
        closed: closed.chain(Registration::COLUMNS.iter().filter(|c| c.closed).map(|c| c.name)).collect(),
    }
});
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
/// Stands for a text that might say anything: why the tool failed, what a reviewer noted.
const WITHHELD: &str = "（已隐去）";

/// Options of a run that are paths to batches and to outputs of runs: they may be called after an applicant. Others are
/// the office's own files.
const PLACES: [&str; 5] = ["batches", "archive", "merged", "rejudged", "store"];
/// Keys of typed days: those that name a person are taken out before.
const DAYS: [&str; 4] = ["value", "until", "founded", "dissolved"];
/// The column of the id, in which a table and a `submission.json` may contradict each other.
const ID: &str = "报名编号";

/// Takes out of a run's outputs what names a person. Every text that leaves goes through `hidden`, with what is known
/// of its submission, of the run, and of batches.
#[derive(Clone)]
pub struct Redactor {
    key: Key,
    /// Ids of this run's submissions that are no plain numbers (a folder called after its applicant); other
    /// submissions' flags name them too.
    ids: BTreeMap<String, String>,
    /// Names, numbers, ids and folders of all submissions of the run: one may stand in another's text.
    run: Known,
    /// Names of batches, and ids of submissions of this run and earlier ones: looked for where batches and other
    /// submissions are told of, and nowhere else.
    others: Known,
    /// Heads of columns that a table may have: words of ours, and no person's.
    heads: BTreeSet<String>,
    /// What the flags of a rule hold.
    shows: fn(&str) -> Shows,
}

/// What is looked for in one text after another.
struct Eyes<'a> {
    key: &'a Key,
    lists: Vec<&'a Known>,
}

impl<'a> Eyes<'a> {
    fn hidden(&self, text: &str) -> String {
        hidden(self.key, &self.lists, text)
    }

    /// As these, and more, which go first.
    fn and(&self, more: &'a Known) -> Self {
        Self { key: self.key, lists: [more].into_iter().chain(self.lists.iter().copied()).collect() }
    }
}

impl Redactor {
    /// `heads` are the heads that a registration table may have; `shows` says of a rule's id what its flags hold.
    pub fn new(key: Key, heads: impl IntoIterator<Item = String>, shows: fn(&str) -> Shows) -> Self {
        Self {
            key,
            ids: BTreeMap::new(),
            run: Known::default(),
            others: Known::default(),
            heads: heads.into_iter().collect(),
            shows,
        }
    }

    /// What `run.json` says of it among the options.
    pub fn option(key: &Key) -> Value {
        json!({ "method": "HMAC-SHA256, 48 bits", "key": key.mark() })
    }

    /// All submissions of the run have to be told before the first is hidden.
    pub fn know(&mut self, submission: &Submission) {
        // Before the name that it may be called after: others' flags tell of a submission, not of a name.
        self.know_id(&submission.id);
        for (what, raw, value) in submission.registration.iter().flat_map(Registration::personal) {
            if !what.is_common() {
                [Some(raw), value]
                    .into_iter()
                    .flatten()
                    .for_each(|text| self.run.learn_for_all(&self.key, Kind::Of(what), text));
            }
        }
        self.know_id(&submission.id);
        for part in submission.folder.iter().flat_map(|f| f.split('/')) {
            if !self.is_plain(part) && !is_material(part) {
                self.run.replace(part, &self.part(part));
            }
        }
    }

    fn know_id(&mut self, id: &str) {
        if !self.ids.contains_key(id) && !self.is_plain(id) {
            let token = self.key.token(Kind::SubmissionId, id);
            self.run.replace(id, &token);
            self.others.replace(id, &token);
            self.ids.insert(id.to_owned(), token);
        }
    }

    /// The batches have to be told, too, each as the command line names it.
    pub fn know_batch(&mut self, label: &str) {
        let token = self.place(label);
        self.others.replace(label, &token);
        self.others.replace(last_part(label), &token);
    }

    /// What of earlier runs may be named.
    pub fn know_shared<'s>(&mut self, shared: impl IntoIterator<Item = &'s SharedWith>) {
        for earlier in shared.into_iter().map(|s| &s.earlier) {
            let photos = earlier.photo.named.iter().map(|(past, _)| past);
            let scans = earlier.scan.iter().flat_map(|(_, others)| &others.named);
            for past in earlier.identity.named.iter().chain(&earlier.certificate.named).chain(photos).chain(scans) {
                self.know_batch(&past.batch);
                if !self.is_plain(&past.submission_id) {
                    let token = self.key.token(Kind::SubmissionId, &past.submission_id);
                    self.others.replace(&past.submission_id, &token);
                }
            }
        }
    }

    /// A number of the office's, and nothing that this run knows of a person?
    fn is_plain(&self, name: &str) -> bool {
        plain_id(name).is_some() && hidden(&self.key, &[&self.run], name) == name
    }

    fn eyes(&self) -> Eyes<'_> {
        Eyes { key: &self.key, lists: vec![&self.run] }
    }

    /// The finding as it may be handed on.
    pub fn finding(&self, finding: Finding) -> Finding {
        let known = self.known(&finding);
        let known = Eyes { key: &self.key, lists: vec![&known, &self.run] };
        let moved =
            !self.is_plain(&finding.submission_id) || finding.folder.as_deref().is_some_and(|f| self.folder(f) != f);
        // What is hidden cannot be judged again: one account of the documents is enough.
        let finding = Finding { as_read: None, as_assigned: None, record: Vec::new(), ..finding };
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

    /// The record's own account of the batches: where they lie on this machine is nobody's who gets it, and their notes
    /// quote tables.
    pub fn batches(&self, figures: &mut RunFigures) {
        for batch in &mut figures.batches {
            batch.batch = self.place(&batch.batch);
            batch.notes = batch.notes.drain(..).map(|n| self.note(n)).collect();
        }
    }

    /// And of where facts are kept.
    pub fn store(&self, figures: &mut RunFigures) {
        figures.store.iter_mut().for_each(|s| s.folder = self.place(&s.folder));
    }

    /// What was asked for, without what batches are called.
    pub fn provenance(&self, provenance: &Provenance) -> Provenance {
        let mut hidden = provenance.clone();
        for (option, value) in &mut hidden.options {
            match option.as_str() {
                "redact" => {}
                name if PLACES.contains(&name) => each_text(value, &|text| self.place(text)),
                _ => each_text(value, &|text| self.eyes().and(&self.others).hidden(text)),
            }
        }
        hidden.operator = hidden.operator.map(|o| self.eyes().and(&self.others).hidden(&o));
        hidden
    }

    /// A batch or another folder that may be called after a person: the name alone if that is a plain number, else a
    /// token.
    fn place(&self, path: &str) -> String {
        let name = last_part(path);
        if self.is_plain(name) { name.to_owned() } else { self.part(name) }
    }

    /// A note on a batch: the file's name is hidden unless it is a table's, and what a table says.
    fn note(&self, note: BatchNote) -> BatchNote {
        let mut known = Known::default();
        if let Some(file) = &note.file {
            known.replace(file, &self.path(file, None));
        }
        let file = note.file.as_deref().map(|f| self.path(f, None));
        let eyes = Eyes { key: &self.key, lists: vec![&known, &self.run, &self.others] };
        // A row's fault may quote the row.
        let zh = if note.row.is_some() { WITHHELD.to_owned() } else { eyes.hidden(&self.unquoted(&note.zh)) };
        BatchNote {
            rule: note.rule.clone(),
            file,
            row: note.row,
            zh,
            en: eyes.hidden(&self.unquoted(&note.en)),
            first: note.first,
        }
    }

    /// A text of ours without what it quotes of a table (between “ and ”), if that is no head that a table may have:
    /// the first row of a table without heads is a person's.
    fn unquoted(&self, text: &str) -> String {
        let (Some(from), Some(to)) = (text.find('“').map(|at| at + '“'.len_utf8()), text.rfind('”')) else {
            return text.to_owned();
        };
        match text.get(from..to) {
            Some(quoted) if !self.heads.contains(quoted) => {
                format!("{}{}{}", &text[..from], self.key.token(Kind::Word, quoted), &text[to..])
            }
            _ => text.to_owned(),
        }
    }

    /// What the office gave along: reviewers and their reasons are hidden, and whatever names a submission.
    pub fn given(&self, mut given: Given) -> Given {
        let eyes = self.eyes().and(&self.others);
        if let Some(list) = given.content.get_mut("submissions").and_then(Value::as_array_mut) {
            list.iter_mut().filter_map(Value::as_object_mut).for_each(|decision| self.waived(decision));
        }
        if given.kind == "archive" {
            given.content.get_mut("batches").into_iter().for_each(|v| each_text(v, &|text| self.place(text)));
            given.path = self.place(&given.path);
        }
        each_text(&mut given.content, &|text| eyes.hidden(text));
        for remark in &mut given.remarks {
            remark.zh = eyes.hidden(&remark.zh);
            remark.en = eyes.hidden(&remark.en);
        }
        given.path = eyes.hidden(&given.path);
        given
    }

    /// Everything that names this applicant, as registered and as read.
    fn known(&self, f: &Finding) -> Known {
        let mut known = Known::default();
        for file in &f.files {
            known.replace(&file.name, &self.file(file));
        }
        if let Some(folder) = &f.folder {
            known.replace(folder, &self.folder(folder));
        }
        let birth = [
            f.documents.id_card_front.as_ref().map(|c| &c.birth_date),
            f.documents.diploma.as_ref().map(|d| &d.birth_date),
        ];
        for written in birth.into_iter().flatten().filter_map(|fact| fact.value) {
            known.learn(&self.key, Kind::Of(Personal::BirthDate), &written.to_string());
            written.valid().into_iter().for_each(|day| known.learn_day(&self.key, day));
        }
        if let Some(day) = f.registration.as_ref().and_then(|r| r.birth_date.as_ref()?.value) {
            known.learn_day(&self.key, day);
        }
        let mut unknown = Vec::new();
        let mut learn = |kind: Kind, text: &str| {
            // Half the country is of one nationality: that is hidden where it stands and not looked for.
            if kind != Kind::Of(Personal::Ethnicity) {
                known.learn(&self.key, kind, text);
            }
        };
        if let Ok(Value::Object(columns)) = serde_json::to_value(&f.registration) {
            for (column, entry) in columns {
                let texts = [entry["raw"].as_str(), entry["value"].as_str()];
                match (kind_of(&column), entry["raw"].as_str()) {
                    (Some(kind), _) => texts.into_iter().flatten().for_each(|t| learn(kind, t)),
                    // What a column could not mean may be anything.
                    (None, Some(raw)) if entry["value"].is_null() => unknown.push(raw.to_owned()),
                    _ => {}
                }
            }
        }
        for row in &f.facts {
            let Some(kind) = kind_of(&row.field) else { continue };
            let readings = [
                row.text.as_deref(),
                row.free.as_deref(),
                row.value.as_ref().and_then(Value::as_str),
                row.second.as_ref().map(|s| s.text.as_str()),
            ];
            let corrected = row.corrected.iter().filter_map(|c| c.by.read.text.as_deref());
            readings
                .into_iter()
                .flatten()
                .chain(corrected)
                .chain(row.alternatives.iter().map(|a| a.text.as_str()))
                .for_each(|t| learn(kind, t));
        }
        for issue in &f.intake {
            if let IntakeIssue::RegistrationConflict { column, table, json } = issue {
                let kind = kind_of(column).or_else(|| (column == ID).then_some(Kind::SubmissionId));
                kind.into_iter().for_each(|kind| {
                    [table, json]
                        .into_iter()
                        .filter(|t| kind != Kind::SubmissionId || !self.is_plain(t))
                        .for_each(|t| learn(kind, t));
                });
            }
        }
        for flag in f.flags.iter().map(|r| &r.flag).filter(|f| (self.shows)(&f.rule) == Shows::Value) {
            let kind = flag.field.as_deref().and_then(kind_of);
            kind.into_iter()
                .for_each(|kind| [&flag.expected, &flag.observed].into_iter().flatten().for_each(|t| learn(kind, t)));
        }
        for contradiction in &f.documents.contradictions {
            for who in &contradiction.who {
                known.replace(who, &self.key.token(Kind::Reviewer, who));
            }
            if let Some(kind) = kind_of(&contradiction.about) {
                contradiction.said.iter().for_each(|text| known.learn(&self.key, kind, text));
            }
        }
        unknown.iter().for_each(|raw| known.replace(raw, WITHHELD));
        for detail in f.intake.iter().filter_map(|issue| self.told(issue)) {
            known.replace(&detail.0, &detail.1);
        }
        known
    }

    /// What an issue quotes, and what is told instead.
    fn told(&self, issue: &IntakeIssue) -> Option<(String, String)> {
        match issue {
            // Keys that nobody knows, and what stands where a value should.
            IntakeIssue::RegistrationUnreadable { detail } => Some((detail.clone(), WITHHELD.to_owned())),
            // Of a column that names nobody the table's word stands in the registration; the other may be anything.
            IntakeIssue::RegistrationConflict { column, json, .. } if kind_of(column).is_none() && column != ID => {
                Some((json.clone(), WITHHELD.to_owned()))
            }
            IntakeIssue::RegistrationDuplicate { detail } => {
                Some((detail.clone(), self.eyes().and(&self.others).hidden(detail)))
            }
            _ => None,
        }
    }

    /// Hides in `value`, which stands under `key`.
    fn walk(&self, value: &mut Value, key: &str, known: &Eyes<'_>) {
        match value {
            Value::String(text) if !OURS.contains(&key) => *text = self.text(key, text, known),
            Value::Array(list) if key == "perceptual_hashes" => list.clear(),
            Value::Array(list) => list.iter_mut().for_each(|v| self.walk(v, key, known)),
            Value::Object(map) if !OURS.contains(&key) => self.object(map, key, known),
            _ => {}
        }
    }

    fn text(&self, key: &str, text: &str, known: &Eyes<'_>) -> String {
        match key {
            "submission_id" if self.is_plain(text) => text.to_owned(),
            "submission_id" => self.part_as(Kind::SubmissionId, text),
            "folder" => self.folder(text),
            "internal_error" => WITHHELD.to_owned(),
            day if DAYS.contains(&day) && text.parse::<Date>().is_ok() => text.to_owned(),
            _ => known.hidden(text),
        }
    }

    fn object(&self, map: &mut Map<String, Value>, key: &str, known: &Eyes<'_>) {
        // A picture's fingerprint tells whether another picture shows the same face.
        map.remove("perceptual_hash");
        let row = map.get("field").and_then(Value::as_str).map(ToOwned::to_owned);
        let is_fact = map.contains_key("state");
        let field = if is_fact { row.clone().unwrap_or_else(|| key.to_owned()) } else { key.to_owned() };
        if let Some(kind) = kind_of(&field).filter(|_| is_fact || map.contains_key("raw")) {
            return self.field(map, kind);
        }
        if let Some(rule) = map.get("rule").and_then(Value::as_str).map(ToOwned::to_owned)
            && map.contains_key("message")
        {
            self.flag(map, &rule, row.as_deref());
            if (self.shows)(&rule) == Shows::Submissions {
                let more = known.and(&self.others);
                map.iter_mut()
                    .filter(|(name, _)| *name != "facts" && *name != "field")
                    .for_each(|(name, value)| self.walk(value, name, &more));
                return;
            }
        }
        if map.get("issue").and_then(Value::as_str) == Some("registration_conflict") {
            let column = map.get("column").and_then(Value::as_str).unwrap_or_default().to_owned();
            match kind_of(&column) {
                Some(kind) => ["table", "json"].into_iter().for_each(|k| self.token_in(map, k, kind)),
                None if column != ID => drop(map.insert("json".into(), WITHHELD.into())),
                None => {}
            }
        }
        self.people(map);
        // Whoever's name came to stand in a column that takes none.
        if map.contains_key("raw") && map.get("value").is_some_and(Value::is_null) {
            map["raw"] = WITHHELD.into();
        }
        let closed = HIDDEN.closed.contains(last(&field)) && (is_fact || map.contains_key("raw"));
        for (name, value) in map.iter_mut() {
            match name.as_str() {
                "value" if closed => {}
                // Names of fields, not of persons.
                "field" if is_fact => {}
                "facts" if value.as_array().is_some_and(|l| l.iter().all(Value::is_string)) => {}
                _ => self.walk(value, name, known),
            }
        }
    }

    /// A field or column that names a person: each reading becomes its own token.
    fn field(&self, map: &mut Map<String, Value>, kind: Kind) {
        for key in ["raw", "text", "free"] {
            self.token_in(map, key, kind);
        }
        // A day has no token that is a day; in the flat list it is text.
        if kind != Kind::Of(Personal::BirthDate) || map.contains_key("field") {
            self.token_in(map, "value", kind);
        } else if let Some(value) = map.get_mut("value") {
            *value = Value::Null;
        }
        map.remove("verified");
        for other in ["second", "corrected"] {
            if let Some(other) = map.get_mut(other).and_then(Value::as_object_mut) {
                self.token_in(other, "text", kind);
            }
        }
        let read = map.get_mut("corrected").and_then(|c| c.get_mut("read")).and_then(Value::as_object_mut);
        read.into_iter().for_each(|read| self.token_in(read, "text", kind));
        self.people(map);
        for other in map
            .get_mut("alternatives")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            self.token_in(other, "text", kind);
        }
    }

    fn flag(&self, map: &mut Map<String, Value>, rule: &str, field: Option<&str>) {
        if let Some(kind) = field.and_then(kind_of).filter(|_| (self.shows)(rule) == Shows::Value) {
            // The applicant is told a number by its end, which is its end in a token, too.
            let ends: Vec<String> =
                ["expected", "observed"].iter().filter_map(|k| map.get(*k)?.as_str().map(tail)).collect();
            if let Some(message) = map.get_mut("message") {
                each_text(message, &|text| ends.iter().fold(text.to_owned(), |t, end| t.replace(end, "…")));
            }
            ["expected", "observed"].into_iter().for_each(|k| self.token_in(map, k, kind));
        }
        if (self.shows)(rule) == Shows::Error && map.contains_key("observed") {
            map["observed"] = WITHHELD.into();
        }
        if let Some(waived) = map.get_mut("waived").and_then(Value::as_object_mut) {
            self.waived(waived);
        }
    }

    /// Who corrected a reading, overruled a correction, assigned a page, or contradicts another.
    fn people(&self, map: &mut Map<String, Value>) {
        for by in ["corrected", "overruled", "assigned"] {
            if let Some(by) = map.get_mut(by).and_then(Value::as_object_mut) {
                self.token_in(by, "who", Kind::Reviewer);
            }
        }
        if let Some(decision) = map.get_mut("decision").and_then(Value::as_object_mut) {
            self.waived(decision);
        }
        let contradictions = map.get_mut("contradictions").and_then(Value::as_array_mut);
        for contradiction in contradictions.into_iter().flatten().filter_map(Value::as_object_mut) {
            contradiction.insert("said".into(), json!([WITHHELD, WITHHELD]));
            for who in contradiction.get_mut("who").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Value::String(text) = who {
                    *text = self.key.token(Kind::Reviewer, text);
                }
            }
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
        folder
            .split('/')
            .map(|part| if self.is_plain(part) || is_material(part) { part.to_owned() } else { self.part(part) })
            .collect::<Vec<_>>()
            .join("/")
    }

    fn part(&self, part: &str) -> String {
        self.part_as(Kind::Folder, part)
    }

    /// What is an id has the id's token wherever it stands.
    fn part_as(&self, kind: Kind, part: &str) -> String {
        self.ids.get(part).cloned().unwrap_or_else(|| self.key.token(kind, part))
    }

    fn file(&self, file: &MaterialFile) -> String {
        self.path(&file.name, file.kind)
    }

    /// A file keeps its name if that is a material's or a table's own; else its ending, and the material that it was
    /// taken for.
    fn path(&self, name: &str, kind: Option<MaterialKind>) -> String {
        const TABLES: [&str; 4] = ["报名信息.csv", "报名信息.xlsx", "companies.csv", "submission.json"];
        let (stem, end) = name.rsplit_once('.').map_or((name, None), |(stem, end)| (stem, Some(end)));
        if TABLES.contains(&name) || is_material(stem) {
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
            f.message = Message::new(WITHHELD, WITHHELD);
            record.facts.clear();
            record
        };
        Finding {
            submission_id: if self.is_plain(&finding.submission_id) {
                finding.submission_id
            } else {
                self.part_as(Kind::SubmissionId, &finding.submission_id)
            },
            folder: finding.folder.map(|f| self.folder(&f)),
            registration: None,
            files: Vec::new(),
            intake: Vec::new(),
            internal_error: Some(WITHHELD.to_owned()),
            facts: Vec::new(),
            documents: Default::default(),
            as_read: None,
            as_assigned: None,
            decision: None,
            record: Vec::new(),
            register: Default::default(),
            flags: finding.flags.into_iter().map(withheld).collect(),
            ..finding
        }
    }
}

/// The name of a file or folder without the way to it, whichever way its slashes lean.
fn last_part(path: &str) -> &str {
    let bare = path.trim_end_matches(['/', '\\']);
    bare.rsplit(['/', '\\']).next().filter(|n| !n.is_empty()).unwrap_or(path)
}

/// Every text in a value.
fn each_text(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(list) => list.iter_mut().for_each(|v| each_text(v, change)),
        Value::Object(map) => map.values_mut().for_each(|v| each_text(v, change)),
        _ => {}
    }
}

/// Is it a material's own name, perhaps with a number behind it?
fn is_material(stem: &str) -> bool {
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', ' ']);
    stem.len() - bare.len() <= 4 && MaterialKind::from_name(bare).is_some()
}

/// The kind of person's value that a field or column holds: `work[0].signature` and `application_form.number` by their
/// last part.
fn kind_of(field: &str) -> Option<Kind> {
    HIDDEN.kinds.get(last(field)).copied()
}

fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_column_of_a_person_is_hidden() {
        for field in every_field() {
            assert_eq!(
                kind_of(&format!("application_form.work[0].{}", field.name)),
                field.personal.map(Kind::Of),
                "{}",
                field.name
            );
        }
        for column in Registration::COLUMNS {
            for name in [column.name, column.head].into_iter().chain(column.also.iter().copied()) {
                assert_eq!(kind_of(name), column.personal.map(Kind::Of), "{name}");
            }
        }
    }

    /// A declaration that loses its word by mistake fails here; further ones change nothing.
    #[test]
    fn who_a_person_is_stays_hidden() {
        use Personal::{Address, Authority, BirthDate, Certificate, Email, Ethnicity, Name, Number, Phone, Postcode};
        for (kind, names) in [
            (Name, &["name", "signature", "姓名"][..]),
            (Number, &["number", "id_number", "证件号码"]),
            (BirthDate, &["birth_date", "出生日期"]),
            (Phone, &["mobile", "phone", "手机号码", "联系电话"]),
            (Email, &["email", "邮箱"]),
            (Address, &["address"]),
            (Postcode, &["postcode", "邮政编码"]),
            (Ethnicity, &["ethnicity", "民族"]),
            (Authority, &["authority"]),
            (Certificate, &["prior_certificate_number", "certificate_number", "diploma_number", "chsi_code"]),
            (Certificate, &["上一级证书编号", "上一级别证书编号", "上一级证书", "学信网验证码", "学历在线验证码"]),
        ] {
            for name in names {
                assert_eq!(kind_of(name), Some(Kind::Of(kind)), "{name}");
            }
        }
        let closed = [
            "sex",
            "schooling",
            "end",
            "occupation_end",
            "valid_to",
            "level",
            "prior_level",
            "certificate_level",
            "training_level",
            "id_type",
        ];
        assert!(closed.iter().all(|name| HIDDEN.closed.contains(name)), "{:?}", HIDDEN.closed);
    }
}

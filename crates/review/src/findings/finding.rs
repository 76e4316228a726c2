//! From a submission's facts and flags to its record in `findings.jsonl`, and back to the facts that can be judged
//! again.
//! The types here are the published schema (`schema/findings.schema.json`); nothing is computed but names of facts.

use super::facts::{self, FactRow};
use crate::record::apply::apply;
use crate::record::seal;
use crate::record::standing::Standing;
use crate::vocabulary::documents::{AsAssigned, Documents};
use crate::vocabulary::finding::{Flag, Verdict};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::outcome::{Judged, NotEvaluated};
use crate::vocabulary::record::Entry;
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::submission::{IntakeIssue, MaterialFile, Registration, Submission};
use crate::vocabulary::waiver::Decision;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Version of the record, in every line. 1 (unwritten): without the register's answers and without ids of flags, so it
/// cannot be judged again.
pub const FORMAT: u32 = 2;

/// What is kept of a submission between reading and judging: facts, no pictures and no posteriors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// Position of its batch among the batches of the run, from 0.
    pub batch: usize,
    pub submission: Submission,
    pub documents: Documents,
    /// The documents as they were read, if somebody corrected them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_read: Option<Box<Documents>>,
    /// The documents as they were read knowing what people said that pages are, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_assigned: Option<Box<AsAssigned>>,
    /// What the enterprise register said of the employers read.
    pub register: RegisterAnswers,
    /// What went wrong in the tool itself; then `documents` says nothing.
    pub internal_error: Option<String>,
}

impl Stored {
    /// What was read of a submission, before a register was asked.
    pub fn read(batch: usize, submission: Submission, documents: Documents) -> Self {
        Self {
            batch,
            submission,
            documents,
            as_read: None,
            as_assigned: None,
            register: RegisterAnswers::default(),
            internal_error: None,
        }
    }

    /// Puts what people said in the place of what was read, whatever was put there before. Returns the entries that
    /// count for nothing here.
    pub fn correct<'a>(&mut self, standing: &Standing<'a>) -> Vec<&'a Entry> {
        if let Some(read) = self.as_read.take() {
            self.documents = *read;
        }
        let read = self.documents.clone();
        let assigned = standing.assigned();
        // What was read as a material that nobody says any more tells nothing now.
        let as_assigned = self.as_assigned.as_ref().filter(|a| a.pages.iter().all(|page| assigned.contains(page)));
        let pages = as_assigned.map_or(&[][..], |a| &a.pages);
        if let Some(known) = as_assigned {
            self.documents = known.documents.clone();
        }
        let missed = apply(&mut self.documents, standing, pages);
        if self.documents != read {
            self.as_read = Some(Box::new(read));
        }
        missed
    }
}

/// One line of `findings.jsonl`: everything known of one submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Version of this record.
    #[schemars(extend("const" = FORMAT))]
    pub format: u32,
    /// 报名编号.
    pub submission_id: String,
    /// Seal of its files and its registration: 32 hex digits, the same as long as it is handed in as it is.
    #[serde(default)]
    pub material: String,
    pub verdict: Verdict,
    /// What a reviewer decided about it, in a record that was given along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What people said of it in records that were given along: entries as docs/decision-record.md describes them, in
    /// order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record: Vec<Value>,
    /// Drawn for a spot check: it is cleared, and a person looks at all of it nevertheless. Left out where it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spot_check: bool,
    /// Position of its batch in `run.json`, from 0.
    pub batch: usize,
    /// The folder inside the batch; `None` for a row without a folder.
    pub folder: Option<String>,
    pub registration: Option<Registration>,
    /// Each file with its content hash, in order of material and part.
    pub files: Vec<MaterialFile>,
    /// What was wrong with how it came in.
    pub intake: Vec<IntakeIssue>,
    /// What went wrong in the tool itself; then nothing of the submission is cleared.
    pub internal_error: Option<String>,
    /// Every blank of every document, flat.
    pub facts: Vec<FactRow>,
    /// The same facts by document, typed: what is judged again under other rules.
    pub documents: Documents,
    /// The documents as they were read, if somebody corrected them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_read: Option<Box<Documents>>,
    /// The documents as they were read knowing what people said that pages are, if they were: what counts as long as
    /// that is still said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_assigned: Option<Box<AsAssigned>>,
    /// What the enterprise register said of the employers read; `null`: none was given, or no employer was read.
    pub register: RegisterAnswers,
    /// In order of rule, document, page and field.
    pub flags: Vec<FlagRecord>,
    /// Rules that could not be evaluated here; not being flagged by them is no pass.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Months of work that count, if any were read.
    pub work_months: Option<u32>,
}

/// A flag with the names of the facts that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlagRecord {
    /// Twelve hex digits, for `yushen rules explain`: the same flag has the same id in every run, whatever its severity
    /// and its words.
    pub id: String,
    #[serde(flatten)]
    pub flag: Flag,
    /// `field` of each entry of `facts` that the flag names; empty where it rests on a file or on the registration.
    pub facts: Vec<String>,
}

impl Finding {
    pub fn new(stored: Stored, judged: Judged) -> Self {
        let Stored { batch, submission, documents, as_read, as_assigned, register, internal_error } = stored;
        let material = seal::material(&submission);
        let facts = facts::rows(&documents);
        let mut ids = FlagIds::of(&submission.id, submission.folder.as_deref());
        let flags = judged
            .flags
            .into_iter()
            .map(|flag| FlagRecord { id: ids.next(&flag), facts: named_by(&flag, &facts), flag })
            .collect();
        Self {
            format: FORMAT,
            submission_id: submission.id,
            material,
            verdict: judged.verdict,
            decision: judged.decision,
            record: judged.record,
            spot_check: judged.spot_check,
            batch,
            folder: submission.folder,
            registration: submission.registration,
            files: submission.files,
            intake: submission.intake,
            internal_error,
            facts,
            documents,
            as_read,
            as_assigned,
            register,
            flags,
            not_evaluated: judged.not_evaluated,
            work_months: judged.work_months,
        }
    }

    /// The submission as it came in.
    pub fn submission(&self) -> Submission {
        Submission {
            id: self.submission_id.clone(),
            folder: self.folder.clone(),
            registration: self.registration.clone(),
            files: self.files.clone(),
            intake: self.intake.clone(),
        }
    }

    /// The facts, to be judged again.
    pub fn into_stored(self) -> Stored {
        Stored {
            batch: self.batch,
            submission: self.submission(),
            documents: self.documents,
            as_read: self.as_read,
            as_assigned: self.as_assigned,
            register: self.register,
            internal_error: self.internal_error,
        }
    }
}

/// Ids of one submission's flags, in their order: a hash of where the submission lies, the rule, the document, the page
/// and the field;
/// flags that share all of these are numbered.
pub struct FlagIds {
    submission: String,
    seen: BTreeMap<String, u32>,
}

impl FlagIds {
    pub fn of(submission: &str, folder: Option<&str>) -> Self {
        Self { submission: format!("{submission}\n{}", folder.unwrap_or("-")), seen: BTreeMap::new() }
    }

    pub fn next(&mut self, flag: &Flag) -> String {
        let document = flag.document.map_or("-", MaterialKind::key);
        let page = flag.page.map_or_else(|| "-".to_owned(), |p| p.to_string());
        let place = format!("{}\n{document}\n{page}\n{}", flag.rule, flag.field.as_deref().unwrap_or("-"));
        let count = self.seen.entry(place.clone()).or_default();
        *count += 1;
        let hash = Sha256::digest(format!("{}\n{place}\n{count}", self.submission));
        hash.iter().take(6).fold(String::new(), |mut id, byte| {
            // Writing to a string never fails.
            let _ = write!(id, "{byte:02x}");
            id
        })
    }
}

/// The JSON Schema (2020-12) of one line of `findings.jsonl`.
pub fn schema() -> Schema {
    let unwrapped = RecursiveTransform(|schema: &mut Schema| {
        // Where a comment's line ends in the source is no line end of the description.
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.split("\n\n").map(|part| part.replace('\n', " ")).collect::<Vec<_>>().join("\n\n");
        }
    });
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(unwrapped);
    settings.into_generator().into_root_schema_for::<Finding>()
}

/// The facts that a flag names: the blank itself, or all blanks of the sentence that it names.
fn named_by(flag: &Flag, rows: &[FactRow]) -> Vec<String> {
    let (Some(document), Some(field)) =
        (flag.document.or(flag.place.as_ref().map(|p| p.document)), flag.field.as_deref())
    else {
        return Vec::new();
    };
    let name = full_name(document, field);
    let below = |row: &str| row.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    rows.iter().filter(|r| below(&r.field)).map(|r| r.field.clone()).collect()
}

/// Flags name a blank with or without its document.
fn full_name(document: MaterialKind, field: &str) -> String {
    let prefix = document.key();
    let has_prefix = field.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if has_prefix { field.to_owned() } else { format!("{prefix}.{field}") }
}

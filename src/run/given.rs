//! What an office gives along with a run, as adjustments of a judge's answers: waivers, decisions, overrides, the
//! outputs of earlier runs.
//! Each says at the end what its file did in the run. Matching is in `rules`; `packs` checks the files.

use crate::ingest::{find_runs, read_run};
use crate::packs;
use crate::pipeline::Judge;
use crate::report::finding::Stored;
use crate::report::record::standing::Standing;
use crate::report::record::{Record, decided, seal};
use crate::rules::{self, Archive, in_force, same_occupation, waive};
use crate::run::request::MissingFile;
use crate::vocabulary::batch::{CrossKeys, Past, SharedWith};
use crate::vocabulary::documents::{AssignedPage, Documents};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::Verdict;
use crate::vocabulary::office::Office;
use crate::vocabulary::outcome::{Given, Judged, Remark, RuleTitle};
use crate::vocabulary::record::{Position, RecordFile, Said};
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::settings::Settings;
use crate::vocabulary::submission::Submission;
use crate::vocabulary::waiver::{Decision, Waiver, Waivers};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something that an office gave along, laid over the answers of a judge.
pub trait Adjustment: Sync {
    /// Adds to what submissions share.
    fn share(&self, _shared: &mut BTreeMap<String, SharedWith>, _keys: &[CrossKeys]) {}

    /// The pages of one submission that people said are a material, before anything is read.
    fn assigned(&self, _submission: &Submission) -> Vec<AssignedPage> {
        Vec::new()
    }

    /// What was read of one submission with what people said in its place, before anything is judged; `None`: as it is.
    fn corrected(&self, _stored: &Stored) -> Option<Stored> {
        None
    }

    /// Changes one submission's judgement.
    fn adjust(&self, _submission: &Submission, _documents: &Documents, _judged: &mut Judged) {}

    /// What was given and what it did; asked once all are judged.
    fn given(&self) -> Vec<Given>;
}

/// A judge with adjustments laid over its answers, in their order.
pub struct Adjusted {
    pub judge: Box<dyn Judge>,
    pub by: Vec<Box<dyn Adjustment>>,
}

impl Judge for Adjusted {
    fn register(&self, batch: usize, documents: &Documents) -> RegisterAnswers {
        self.judge.register(batch, documents)
    }

    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys {
        self.judge.keys(submission, documents)
    }

    fn assigned(&self, submission: &Submission) -> Vec<AssignedPage> {
        let mut assigned = self.judge.assigned(submission);
        assigned.extend(self.by.iter().flat_map(|a| a.assigned(submission)));
        assigned
    }

    fn corrected(&self, stored: &Stored) -> Option<Stored> {
        let by_judge = self.judge.corrected(stored);
        self.by.iter().fold(by_judge, |done, a| a.corrected(done.as_ref().unwrap_or(stored)).or(done))
    }

    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith> {
        let mut shared = self.judge.shared(keys);
        self.by.iter().for_each(|a| a.share(&mut shared, keys));
        shared
    }

    fn judge(
        &self,
        submission: &Submission,
        documents: &Documents,
        register: &RegisterAnswers,
        shared: &SharedWith,
    ) -> Judged {
        let mut judged = self.judge.judge(submission, documents, register, shared);
        self.by.iter().for_each(|a| a.adjust(submission, documents, &mut judged));
        judged
    }

    fn titles(&self) -> Vec<RuleTitle> {
        self.judge.titles()
    }

    fn given(&self) -> Vec<Given> {
        let mut given = self.judge.given();
        given.extend(self.by.iter().flat_map(|a| a.given()));
        given
    }
}

/// Waived flags are marked, and do not count for the verdict.
pub struct Waiving {
    waivers: Waivers,
    as_of: Date,
    /// The places of each submission's: 100,000 waivers are not gone through for each of 100,000 submissions.
    by_submission: BTreeMap<String, Vec<usize>>,
    /// Places of the waivers that were for a flag of this run.
    matched: Mutex<BTreeSet<usize>>,
}

impl Waiving {
    pub fn new(waivers: Waivers, as_of: Date) -> Self {
        let mut by_submission: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, waiver) in waivers.entries.iter().enumerate() {
            by_submission.entry(waiver.submission.clone()).or_default().push(place);
        }
        Self { waivers, as_of, by_submission, matched: Mutex::default() }
    }

    fn remark(&self, place: usize, waiver: &Waiver) -> Option<Remark> {
        let matched = self.matched.lock().unwrap_or_else(PoisonError::into_inner).contains(&place);
        unused_waiver(waiver, self.as_of, matched)
    }
}

/// Why a waiver did nothing, if it did nothing.
fn unused_waiver(waiver: &Waiver, as_of: Date, matched: bool) -> Option<Remark> {
    let Waiver { submission, rule, until, line, .. } = waiver;
    let (zh, en) = match (in_force(waiver, as_of), matched) {
        (true, true) => return None,
        (false, true) => (
            format!("已于 {until} 到期，未予豁免：{submission} {rule}"),
            format!("expired on {until}, not applied: {submission} {rule}"),
        ),
        (false, false) => (
            format!("已于 {until} 到期，且本次没有对应的问题：{submission} {rule}"),
            format!("expired on {until} and matches no flag: {submission} {rule}"),
        ),
        (true, false) => {
            (format!("本次没有对应的问题：{submission} {rule}"), format!("matches no flag: {submission} {rule}"))
        }
    };
    Some(Remark { line: Some(*line), zh, en })
}

impl Adjustment for Waiving {
    fn adjust(&self, submission: &Submission, _documents: &Documents, judged: &mut Judged) {
        let own = self
            .by_submission
            .get(&submission.id)
            .into_iter()
            .flatten()
            .map(|place| (*place, &self.waivers.entries[*place]));
        let places = waive(&submission.id, &mut judged.flags, own, self.as_of);
        if !places.is_empty() {
            judged.verdict = Verdict::of(&judged.flags);
            self.matched.lock().unwrap_or_else(PoisonError::into_inner).extend(places);
        }
    }

    fn given(&self) -> Vec<Given> {
        let in_force = self.waivers.entries.iter().filter(|w| in_force(w, self.as_of)).count();
        vec![Given {
            kind: "waivers",
            path: self.waivers.file.clone(),
            sha256: self.waivers.sha256.clone(),
            content: json!({ "waivers": self.waivers.entries.len(), "in_force": in_force }),
            remarks: self.waivers.entries.iter().enumerate().filter_map(|(i, w)| self.remark(i, w)).collect(),
        }]
    }
}

/// Notes which of an office's overrides had anything to work on; the overrides themselves are in the rules by now.
pub struct Overridden {
    office: Office,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Rules that flagged something.
    rules: BTreeSet<String>,
    /// Places in `office.related` that an applicant wrote.
    related: BTreeSet<usize>,
}

impl Overridden {
    /// `office.remarks` may already tell of names of files that matched none.
    pub fn new(office: Office) -> Self {
        Self { office, seen: Mutex::default() }
    }

    fn unused(&self) -> Vec<Remark> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = self.office.severities.iter().filter(|s| !seen.rules.contains(&s.rule)).map(|s| Remark {
            line: Some(s.line),
            zh: format!("本次没有 {} 的问题", s.rule),
            en: format!("no flag of {} in this run", s.rule),
        });
        let related =
            self.office.related.iter().enumerate().filter(|(i, _)| !seen.related.contains(i)).map(|(_, r)| Remark {
                line: Some(r.line),
                zh: format!("本次没有人填写“{}”", r.name),
                en: format!("nobody wrote \u{201c}{}\u{201d} in this run", r.name),
            });
        rules.chain(related).collect()
    }
}

impl Adjustment for Overridden {
    fn adjust(&self, _submission: &Submission, documents: &Documents, judged: &mut Judged) {
        let written = occupations(documents);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for flag in &judged.flags {
            if self.office.severities.iter().any(|s| s.rule == flag.rule) {
                seen.rules.insert(flag.rule.clone());
            }
        }
        seen.related.extend(
            self.office
                .related
                .iter()
                .enumerate()
                .filter(|(_, r)| written.iter().any(|w| same_occupation(w, &r.name)))
                .map(|(i, _)| i),
        );
    }

    fn given(&self) -> Vec<Given> {
        let o = &self.office;
        let mut remarks = o.remarks.clone();
        remarks.extend(self.unused());
        remarks.sort_by(|a, b| (a.line, &a.en).cmp(&(b.line, &b.en)));
        let mut content =
            json!({ "severity": o.severities, "thresholds": o.thresholds, "related": o.related, "materials": o.names });
        if let Some(name) = &o.office_name {
            content["office_name"] = json!(name);
        }
        vec![Given { kind: "office", path: o.file.clone(), sha256: o.sha256.clone(), content, remarks }]
    }
}

/// Compares with the submissions of earlier runs, too.
pub struct Remembering {
    archive: Archive,
    given: Vec<Given>,
}

impl Remembering {
    /// Reads the outputs of earlier runs. What lies in `out`, which this run will replace, is passed over with a
    /// remark.
    ///
    /// # Errors
    /// An archive that cannot be read whole; the message says what to do.
    pub fn new(archives: &[PathBuf], out: &Path, settings: &Settings) -> anyhow::Result<Self> {
        let own = out.canonicalize().ok();
        let (mut submissions, mut given, mut read) = (Vec::new(), Vec::new(), BTreeSet::new());
        for dir in archives {
            for folder in find_runs(dir)? {
                let (mut remarks, mut batches, mut sha256, mut count) = (Vec::new(), Vec::new(), String::new(), 0);
                let whole = folder.canonicalize().ok();
                if whole.is_some() && whole == own {
                    remarks.push(Remark {
                        line: None,
                        zh: "本次的输出文件夹，未与之比对".into(),
                        en: "the output folder of this run, not compared with".into(),
                    });
                } else if !read.insert(whole) {
                    remarks.push(Remark {
                        line: None,
                        zh: "重复给出，只计一次".into(),
                        en: "given twice, counted once".into(),
                    });
                } else {
                    let run = read_run(&folder, &mut |s| {
                        let past = Past { batch: s.batch, submission_id: s.submission.id.clone(), verdict: s.verdict };
                        submissions
                            .push((past, rules::keys(&s.submission, &s.photo_hashes, s.certificate_number.as_deref())));
                    })?;
                    (batches, sha256, count) = (run.batches, run.sha256, run.submissions);
                }
                let content = json!({ "batches": batches, "submissions": count });
                given.push(Given { kind: "archive", path: folder.display().to_string(), sha256, content, remarks });
            }
        }
        Ok(Self { archive: Archive::new(submissions, settings), given })
    }
}

impl Adjustment for Remembering {
    fn share(&self, shared: &mut BTreeMap<String, SharedWith>, keys: &[CrossKeys]) {
        self.archive.add_to(shared, keys);
    }

    fn given(&self) -> Vec<Given> {
        self.given.clone()
    }
}

/// What people decided: readings are corrected before anything is judged, accepted flags are waived, and the decision on
/// a submission goes beside its verdict. What is handed in anew is judged anew: a decision counts for the material on
/// which it was made.
pub struct Deciding {
    record: Record,
    as_of: Date,
    done: Mutex<Done>,
}

/// What the record did in this run.
#[derive(Default)]
struct Done {
    /// Submissions of this run.
    seen: BTreeSet<String>,
    /// Accepted flags that were there.
    matched: BTreeSet<Position>,
    /// What is to be told of an entry.
    told: BTreeSet<(Position, String, String)>,
    /// Entries that count.
    counting: BTreeSet<Position>,
}

impl Deciding {
    pub fn new(files: Vec<RecordFile>, as_of: Date) -> Self {
        Self { record: Record::new(files), as_of, done: Mutex::default() }
    }

    fn standing(&self, submission: &Submission) -> Standing<'_> {
        Standing::new(self.record.of(&submission.id), submission, &seal::material(submission))
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What of a file did nothing, or something else than it says.
    fn remarks(&self, file: usize) -> Vec<Remark> {
        let done = self.done();
        let remark = |at: Position, zh: String, en: String| Remark { line: Some(at.line), zh, en };
        let told = done.told.iter().filter(|(at, ..)| at.file == file);
        let mut remarks: Vec<Remark> = told.map(|(at, zh, en)| remark(*at, zh.clone(), en.clone())).collect();
        let RecordFile { entries, torn, .. } = &self.record.files[file];
        for entry in entries {
            let (at, id) = (entry.position, &entry.submission);
            if !done.seen.contains(id) {
                remarks.push(remark(
                    at,
                    format!("本次没有这份申报：{id}"),
                    format!("no such submission in this run: {id}"),
                ));
            } else if let Some(waiver) = decided::waiver(entry).filter(|_| done.counting.contains(&at)) {
                remarks.extend(unused_waiver(&waiver, self.as_of, done.matched.contains(&at)));
            }
        }
        remarks.extend(torn.map(|line| Remark {
            line: Some(line),
            zh: "最后一行不完整，未采用；其余各行均已采用".to_owned(),
            en: "the last line is torn off and was left out; the others were used".to_owned(),
        }));
        remarks.sort_by(|a, b| (a.line, &a.en).cmp(&(b.line, &b.en)));
        remarks
    }
}

impl Adjustment for Deciding {
    fn assigned(&self, submission: &Submission) -> Vec<AssignedPage> {
        if self.record.names(&submission.id) { self.standing(submission).assigned() } else { Vec::new() }
    }

    fn corrected(&self, stored: &Stored) -> Option<Stored> {
        let id = &stored.submission.id;
        self.done().seen.insert(id.clone());
        if !self.record.names(id) && stored.as_read.is_none() {
            return None;
        }
        let standing = self.standing(&stored.submission);
        let mut corrected = stored.clone();
        let missed = corrected.correct(&standing);
        let mut done = self.done();
        done.counting.extend(standing.counting.values().map(|e| e.position));
        for entry in missed {
            done.told.insert((
                entry.position,
                format!("未采用：{}已不在原处或已无此项：{}", entry.about(), entry.submission),
                format!("not used, {} is no longer there: {}", entry.about(), entry.submission),
            ));
        }
        for entry in &standing.of_other_material {
            done.told.insert((
                entry.position,
                format!("材料已有变化，未采用：{} {}", entry.submission, entry.about()),
                format!("made on other material, not used: {} {}", entry.submission, entry.about()),
            ));
        }
        for (earlier, counts) in &standing.changed {
            done.told.insert((
                earlier.position,
                format!(
                    "已由本人改为后来的认定（{}）：{} {}",
                    decided::moment(counts.time),
                    earlier.submission,
                    earlier.about()
                ),
                format!("changed later by the same person: {} {}", earlier.submission, earlier.about()),
            ));
        }
        for (earlier, counts) in &standing.contradictions {
            done.told.insert((
                counts.position,
                format!("与“{}”的认定不一致，待重新认定：{} {}", earlier.who, earlier.submission, earlier.about()),
                format!(
                    "contradicts what {} said, nobody settled it: {} {}",
                    earlier.who,
                    earlier.submission,
                    earlier.about()
                ),
            ));
        }
        Some(corrected)
    }

    fn adjust(&self, submission: &Submission, _documents: &Documents, judged: &mut Judged) {
        if !self.record.names(&submission.id) {
            return;
        }
        let standing = self.standing(submission);
        judged.decision = decided::decision(&standing);
        judged.record = self.record.of(&submission.id).map(packs::entry_json).collect();
        let waivers = decided::waivers(&standing);
        let own = waivers.iter().enumerate().map(|(i, (_, waiver))| (i, waiver));
        let places = waive(&submission.id, &mut judged.flags, own, self.as_of);
        if !places.is_empty() {
            judged.verdict = Verdict::of(&judged.flags);
            self.done().matched.extend(places.into_iter().map(|i| waivers[i].0.position));
        }
    }

    fn given(&self) -> Vec<Given> {
        let files = self.record.files.iter().enumerate();
        files
            .map(|(i, file)| {
                let waivers: Vec<Waiver> = file.entries.iter().filter_map(decided::waiver).collect();
                let count = |is: fn(&Said) -> bool| file.entries.iter().filter(|e| is(&e.said)).count();
                let submissions: Vec<Decision> = file.entries.iter().filter_map(decided::decided).collect();
                let content = json!({
                    "entries": file.entries.len(),
                    "waivers": waivers.len(),
                    "in_force": waivers.iter().filter(|w| in_force(w, self.as_of)).count(),
                    "readings": count(|said| matches!(said, Said::Reading { .. } | Said::NoAlteration { .. })),
                    "assignments": count(|said| matches!(said, Said::Assign { .. })),
                    "submissions": submissions,
                });
                let (path, sha256) = (file.name.clone(), file.sha256.clone());
                Given { kind: "decisions", path, sha256, content, remarks: self.remarks(i) }
            })
            .collect()
    }
}

/// Files that a configuration names and that are not there: nothing is adjusted by them, and the run says so.
pub struct Missing(pub Vec<MissingFile>);

impl Adjustment for Missing {
    fn given(&self) -> Vec<Given> {
        let files = self.0.iter().map(|file| Given {
            kind: file.kind,
            path: file.path.display().to_string(),
            sha256: String::new(),
            content: Value::Null,
            remarks: vec![Remark {
                line: None,
                zh: "配置的文件不存在，本次未使用".into(),
                en: "configured and not there: not used".into(),
            }],
        });
        files.collect()
    }
}

/// The occupations that the documents name as 相关职业: of the work and of the prior certificate.
fn occupations(documents: &Documents) -> Vec<&str> {
    let form = documents.application_form.as_ref();
    let work = form.iter().flat_map(|f| &f.work).map(|s| &s.occupation);
    let prior = form
        .map(|f| &f.prior_occupation)
        .into_iter()
        .chain(documents.prior_certificate.as_ref().map(|c| &c.certificate_occupation));
    work.chain(prior).filter_map(|fact: &Fact<String>| fact.value.as_deref()).collect()
}

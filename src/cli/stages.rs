//! Joins the real stages for the command line: rules and models are loaded, batches found, readers and judges made.
//! It opens no picture and judges nothing itself.

use super::deciding::Deciding;
use super::given::{Overridden, Remembering, Waiving};
use super::{AuditArgs, Engine, InspectArgs, Opened, RejudgeArgs, RulesCommand, SecondReading, Tools, diff, exit, explain, inspect, rejudge, rules as rules_command};
use crate::ingest::{self, Aliases, Batch, BatchIssue, CompaniesRegister};
use crate::inspect::engines::Engines;
use crate::inspect::photo::FaceModels;
use crate::inspect::read::{self, Desk};
use crate::ocr::pool::Pool;
use crate::ocr::ppocr::{PpOcr, model_files};
use crate::ocr::{Engine as OcrEngine, OcrError};
use crate::packs::{self, Loaded};
use crate::pipeline::{BatchInput, Judge, Reader};
use crate::report::run::{HashedFile, PackRecord, Provenance};
use crate::rules;
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::Documents;
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::office::{AddedName, Office};
use crate::vocabulary::outcome::{BatchNote, Judged, NotEvaluated, Remark, RuleTitle};
use crate::vocabulary::pack::PackSet;
use crate::vocabulary::register::{NoRegister, Register, RegisterAnswers};
use crate::vocabulary::stage::StageTimes;
use crate::vocabulary::submission::{IntakeIssue, MaterialFile, Registration, Submission};
use anyhow::Context as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// The stages as they are built in.
pub struct Stages;

impl Tools for Stages {
    fn open(&self, request: &AuditArgs, as_of: Date) -> anyhow::Result<Opened> {
        let (loaded, mut office) = overridden(load(request.rules.as_deref())?, request.office.as_deref())?;
        let loaded = Arc::new(loaded);
        if let Some(id) = &request.pack {
            rules_command::find(&loaded, id)?;
        }
        let aliases = match &request.aliases {
            Some(path) => Aliases::load(path)?,
            None => Aliases::parse(ALIASES, "rules/aliases.toml")?,
        };
        let aliases = match &mut office {
            Some(office) => named_by(office, aliases),
            None => aliases,
        };
        let mut used = BTreeSet::new();
        let mut found = Vec::new();
        let mut registers: Vec<Box<dyn Register + Send + Sync>> = Vec::new();
        for path in &request.batches {
            let (batch, register) = open_batch(path, &aliases, &loaded, &mut used)?;
            found.push(batch);
            registers.push(register);
        }
        let registers = Arc::new(registers);
        let models = Models::load(request)?;
        let provenance = provenance(&loaded, &models);
        let reader =
            BatchReader { lists: Lists::of(&loaded.packs), loaded: Arc::clone(&loaded), registers: Arc::clone(&registers), models, forced: request.pack.clone() };
        let judge: Box<dyn Judge> = Box::new(RuleJudge { loaded: Arc::clone(&loaded), registers, as_of, forced: request.pack.clone() });
        let judge: Box<dyn Judge> = if request.archive.is_empty() { judge } else { Box::new(Remembering::new(judge, &request.archive, &request.out, &loaded.settings)?) };
        let judge: Box<dyn Judge> = match office {
            Some(office) => Box::new(Overridden::new(judge, with_unused_names(office, &used))),
            None => judge,
        };
        let judge: Box<dyn Judge> = match &request.waivers {
            Some(path) => Box::new(Waiving::new(judge, packs::waivers(path, &known_rules())?, as_of)),
            None => judge,
        };
        let judge: Box<dyn Judge> = match &request.decisions {
            Some(path) => Box::new(Deciding::new(judge, packs::decisions(path, &known_rules())?, as_of)),
            None => judge,
        };
        Ok(Opened { batches: found, reader: Box::new(reader), judge, provenance })
    }

    fn rules(&self, command: &RulesCommand, out: &mut dyn Write) -> anyhow::Result<u8> {
        let known = known_rules();
        match command {
            RulesCommand::Rejudge(request) => return again(request, out),
            RulesCommand::Check { rules } => rules_command::check(rules.as_deref(), &known, out),
            RulesCommand::List { rules } => rules_command::list(rules.as_deref(), &known, out),
            RulesCommand::Show { pack: Some(pack), markdown, rules, .. } => rules_command::show(rules.as_deref(), &known, pack, *markdown, out),
            RulesCommand::Show { rule, pack: None, rules, .. } => explain::show_rule(&load(rules.as_deref())?, rule.as_deref().unwrap_or_default(), out),
            RulesCommand::Explain(request) => {
                let loaded = load(request.rules.as_deref())?;
                explain::explain(request, &loaded, &rules_of(&loaded).rule_files, out)
            }
            RulesCommand::Diff { old, new, rules, new_rules } => diff::diff(rules.as_deref(), new_rules.as_deref(), &known, old, new, out),
        }
        .map(|()| exit::DONE)
    }

    fn inspect(&self, request: &InspectArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
        inspect::inspect(request, &load(request.rules.as_deref())?, out)
    }
}

/// Judges an earlier run again; its findings hold what the registers said, so none is needed.
fn again(request: &RejudgeArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let loaded = Arc::new(load(request.rules.as_deref())?);
    let judge = |as_of, forced| -> Box<dyn Judge> { Box::new(RuleJudge { loaded: Arc::clone(&loaded), registers: Arc::new(Vec::new()), as_of, forced }) };
    rejudge::rejudge(request, &loaded, rules_of(&loaded), judge, out)
}

const ALIASES: &str = include_str!("../../rules/aliases.toml");

fn known_rules() -> Vec<&'static str> {
    rules::RULES.iter().map(|r| r.id).collect()
}

fn load(dir: Option<&Path>) -> anyhow::Result<Loaded> {
    match dir {
        Some(dir) => packs::load(dir, &known_rules()).with_context(|| format!("rules in {}", dir.display())),
        None => packs::embedded().context("the built-in rules; this build is damaged, install it again"),
    }
}

/// The rules with the office's overrides laid over them.
fn overridden(loaded: Loaded, file: Option<&Path>) -> anyhow::Result<(Loaded, Option<Office>)> {
    let Some(file) = file else { return Ok((loaded, None)) };
    let worst: Vec<(&str, Severity)> = rules::RULES.iter().map(|r| (r.id, r.worst)).collect();
    let (loaded, office) = loaded.with_office(file, &worst)?;
    Ok((loaded, Some(office)))
}

/// The aliases with the office's own names; what says nothing new becomes a remark.
fn named_by(office: &mut Office, aliases: Aliases) -> Aliases {
    let (aliases, stale) = aliases.with_names(office.names.iter().map(|n| (n.name.as_str(), n.material)));
    for place in stale.into_iter().rev() {
        let AddedName { name, line, .. } = office.names.remove(place);
        office.remarks.push(Remark { line: Some(line), zh: format!("没有改变任何规则：{name}"), en: format!("changes nothing: {name}") });
    }
    aliases
}

fn with_unused_names(mut office: Office, used: &BTreeSet<String>) -> Office {
    for AddedName { name, line, .. } in office.names.iter().filter(|n| !used.contains(&n.name)) {
        office
            .remarks
            .push(Remark { line: Some(*line), zh: format!("本次没有名为“{name}”的文件"), en: format!("no file called \u{201c}{name}\u{201d} in this run") });
    }
    office
}

fn open_batch(path: &Path, aliases: &Aliases, loaded: &Loaded, used: &mut BTreeSet<String>) -> anyhow::Result<(BatchInput, Box<dyn Register + Send + Sync>)> {
    let Batch { root, submissions, mut issues, register, counts, aliases_used, .. } = ingest::discover(path, aliases, &loaded.settings.limits)?;
    used.extend(aliases_used);
    let register: Box<dyn Register + Send + Sync> = match register {
        None => Box::new(NoRegister),
        Some(file) => match CompaniesRegister::load(&file) {
            Ok((register, rows)) => {
                issues.extend(rows);
                Box::new(register)
            }
            Err(error) => {
                let file = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                issues.push(BatchIssue::TableUnreadable { file, why: error.to_string() });
                Box::new(NoRegister)
            }
        },
    };
    let notes = issues.into_iter().map(note).collect();
    let input = BatchInput { label: path.display().to_string(), root, submissions, notes, folders: counts.folders as u64, rows: counts.rows as u64 };
    Ok((input, register))
}

/// What is wrong with a batch as a whole; what a clerk must look at also becomes a flag.
fn note(issue: BatchIssue) -> BatchNote {
    let zh = issue.to_string();
    let (rule, file, row, en) = match issue {
        BatchIssue::Empty { .. } => (None, None, None, "the batch holds no submission folder and no registration".to_owned()),
        BatchIssue::NoTable { expected } => (None, None, None, format!("no registration table ({expected}) at the batch's root; only submission.json files count")),
        BatchIssue::TableUnreadable { file, .. } => (Some("registration-missing"), Some(file), None, "the table cannot be read".to_owned()),
        BatchIssue::TableIgnored { file, used } => (None, Some(file), None, format!("not read, because {used} is there too")),
        BatchIssue::ColumnMissing { file, column } => (Some("registration-field"), Some(file), None, format!("column {column} is missing")),
        BatchIssue::ColumnRepeated { file, column } => {
            (Some("registration-field"), Some(file), None, format!("column {column} stands there more than once; the first counts"))
        }
        BatchIssue::ColumnUnknown { file, column } => (None, Some(file), None, format!("column {column} is not known and was not used")),
        BatchIssue::Row { file, row, .. } => (Some("registration-field"), Some(file), Some(row as u64), "the row cannot be used".to_owned()),
        BatchIssue::StrayFile { file } => (None, Some(file), None, "lies in no submission's folder and was not judged".to_owned()),
        BatchIssue::Refused { file, .. } => (Some("input-refused"), Some(file), None, "refused unopened".to_owned()),
        BatchIssue::FolderUnreadable { path, .. } => (Some("input-refused"), Some(path), None, "the folder cannot be listed".to_owned()),
    };
    BatchNote { rule: rule.map(ToOwned::to_owned), file, row, zh, en }
}

fn provenance(loaded: &Loaded, models: &Models) -> Provenance {
    let mut files: Vec<HashedFile> = model_files().into_iter().map(|m| HashedFile { name: m.name.to_owned(), sha256: m.sha256 }).collect();
    files.extend(FaceModels::hashes().map(|(name, hash)| HashedFile { name: name.to_owned(), sha256: hash.to_owned() }));
    files.extend(models.second_name().map(|name| HashedFile { name: name.to_owned(), sha256: second_hash().unwrap_or_else(|| "-".to_owned()) }));
    Provenance { models: files, ..rules_of(loaded) }
}

/// The packs and the files of the rules.
fn rules_of(loaded: &Loaded) -> Provenance {
    let packs = loaded
        .packs
        .packs
        .iter()
        .map(|p| PackRecord { id: p.id.clone(), title: p.title.clone(), label: p.label(), effective_to: p.effective_to.map(|d| d.to_string()), sha256: p.sha256.clone() })
        .collect();
    let rule_files = loaded.files.iter().map(|(name, sha256)| HashedFile { name: name.clone(), sha256: sha256.clone() }).collect();
    Provenance { packs, rule_files, ..Provenance::default() }
}

/// The closed lists of all packs, sorted and distinct: what a copy or a word may be, whichever pack governs.
pub(super) struct Lists {
    conditions: Vec<String>,
    occupations: Vec<String>,
    majors: Vec<String>,
}

impl Lists {
    pub(super) fn of(packs: &PackSet) -> Self {
        let (mut conditions, mut occupations, mut majors) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for occupation in packs.packs.iter().flat_map(|p| &p.occupations) {
            conditions.extend(occupation.conditions.iter().map(|c| c.text.clone()));
            occupations.insert(occupation.name.clone());
            for related in &occupation.related {
                occupations.insert(related.name.clone());
                occupations.extend(related.parts.iter().cloned());
            }
            majors.extend(occupation.majors.values().flatten().cloned());
        }
        let list = |set: BTreeSet<String>| set.into_iter().collect();
        Self { conditions: list(conditions), occupations: list(occupations), majors: list(majors) }
    }

    /// What may be expected of anybody's documents.
    pub(super) fn expectations(&self) -> Expectations {
        Expectations { conditions: self.conditions.clone(), occupations: self.occupations.clone(), majors: self.majors.clone(), ..Expectations::default() }
    }
}

/// One worker's engines.
struct Worker {
    pen: Box<dyn OcrEngine + Send>,
    print: Box<dyn OcrEngine + Send>,
    second: Option<Box<dyn OcrEngine + Send>>,
    faces: FaceModels,
}

struct Models {
    pool: Pool<Worker>,
    second: Option<&'static str>,
}

impl Models {
    fn load(request: &AuditArgs) -> anyhow::Result<Self> {
        let (small, tiny, faces) = (PpOcr::small()?, PpOcr::tiny()?, FaceModels::load()?);
        let by_tesseract = request.engine == Engine::Tesseract;
        let wanted = by_tesseract || request.second_reading == SecondReading::Auto;
        let second = if wanted { second_engine() } else { Ok(None) };
        let second = match second {
            Ok(engine) => engine,
            Err(error) if by_tesseract => return Err(error.into()),
            // the run goes on without a second reading, and run.json does not name one
            Err(error) => {
                if !request.quiet {
                    eprintln!("yushen: no second reading: {error}");
                }
                None
            }
        };
        if by_tesseract && second.is_none() {
            anyhow::bail!("this build has no tesseract; build it with the feature `tesseract` or use --engine ppocr");
        }
        let name = second.as_ref().map(|e| e.name());
        let has_second = second.is_some();
        drop(second);
        let make = move || -> Result<Worker, OcrError> {
            let again = if has_second { second_engine()? } else { None };
            let (pen, again): (Box<dyn OcrEngine + Send>, _) = match again {
                Some(engine) if by_tesseract => (engine, None),
                again => (Box::new(small.sibling()), again),
            };
            Ok(Worker { pen, print: Box::new(tiny.sibling()), second: again, faces: faces.for_another_worker() })
        };
        Ok(Self { pool: Pool::new(make), second: name })
    }

    fn second_name(&self) -> Option<&'static str> {
        self.second
    }
}

/// The reader beside PP-OCR, if this build has one.
#[cfg(feature = "tesseract")]
fn second_engine() -> Result<Option<Box<dyn OcrEngine + Send>>, OcrError> {
    Ok(Some(Box::new(crate::ocr::tesseract::Tesseract::new()?)))
}

#[cfg(not(feature = "tesseract"))]
fn second_engine() -> Result<Option<Box<dyn OcrEngine + Send>>, OcrError> {
    Ok(None)
}

/// The hash of the second engine's data file, where it lies in a usual place.
fn second_hash() -> Option<String> {
    #[cfg(feature = "tesseract")]
    return crate::ocr::tesseract::data_hash();
    #[cfg(not(feature = "tesseract"))]
    None
}

struct BatchReader {
    lists: Lists,
    loaded: Arc<Loaded>,
    registers: Arc<Vec<Box<dyn Register + Send + Sync>>>,
    models: Models,
    forced: Option<String>,
}

impl BatchReader {
    /// What the readers may expect of this applicant's documents.
    fn expectations(&self, submission: &Submission) -> Expectations {
        let mut expect = self.lists.expectations();
        let Some(r) = &submission.registration else { return expect };
        let text = |entry| Registration::text(entry).map(ToOwned::to_owned);
        expect.name = text(&r.name);
        expect.id_number = text(&r.id_number);
        expect.mobile = text(&r.mobile);
        expect.chsi_code = text(&r.chsi_code);
        expect.prior_certificate_number = text(&r.prior_certificate_number);
        expect.occupation = text(&r.occupation);
        expect.level = r.level.as_ref().and_then(|e| e.value);
        expect.birth_date = r.birth_date.as_ref().and_then(|e| e.value);
        expect.registered_on = r.registered_on.as_ref().and_then(|e| e.value);
        let number = r.condition.as_ref().and_then(|e| e.value);
        if let (Some(day), Some(occupation), Some(level), Some(number)) = (expect.registered_on, &expect.occupation, expect.level, number) {
            let governing = self.loaded.packs.governing(day, occupation.trim(), level, self.forced.as_deref());
            expect.condition = governing.and_then(|g| g.condition(level, number).map(|c| c.text.clone()));
        }
        expect
    }
}

impl Reader for BatchReader {
    fn hash(&self, _batch: usize, submission: &mut Submission) {
        ingest::hash_files(submission);
    }

    fn read(&self, batch: usize, submission: &Submission) -> (Documents, StageTimes) {
        let mut times = StageTimes::default();
        let worker = match self.models.pool.get() {
            Ok(worker) => worker,
            // the caller turns a panic into `internal-error` for this submission
            Err(error) => panic!("no engine: {error}"),
        };
        let expect = self.expectations(submission);
        let limits = &self.loaded.settings.limits;
        let open = |file: &MaterialFile| ingest::read_file(&mut file.clone(), limits).map_err(why_of);
        let register: &dyn Register = self.registers.get(batch).map_or(&NoRegister, |r| &**r);
        let desk = Desk {
            engines: Engines::new(&*worker.pen, &*worker.print, worker.second.as_deref().map(|e| e as &dyn OcrEngine)),
            faces: Some(&worker.faces),
            settings: &self.loaded.settings,
            register,
            open: &open,
        };
        let documents = read::read(submission, &expect, &desk, &mut times);
        (documents, times)
    }
}

/// Why a file could not be read.
fn why_of(issue: IntakeIssue) -> String {
    match issue {
        IntakeIssue::InputRefused { why, .. } | IntakeIssue::FileUnreadable { why, .. } => why,
        other => format!("{other:?}"),
    }
}

struct RuleJudge {
    loaded: Arc<Loaded>,
    registers: Arc<Vec<Box<dyn Register + Send + Sync>>>,
    as_of: Date,
    forced: Option<String>,
}

impl Judge for RuleJudge {
    fn register(&self, batch: usize, documents: &Documents) -> RegisterAnswers {
        self.registers.get(batch).map_or_else(RegisterAnswers::default, |register| RegisterAnswers::ask(&**register, rules::employers(documents)))
    }

    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys {
        rules::cross_keys(submission, documents)
    }

    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith> {
        rules::shared(keys, &self.loaded.settings)
    }

    fn judge(&self, submission: &Submission, documents: &Documents, register: &RegisterAnswers, shared: &SharedWith) -> Judged {
        let case = rules::Case::new(submission, documents, &self.loaded.packs, &self.loaded.settings, register, shared, self.as_of, self.forced.as_deref());
        let judgement = rules::judge(&case);
        Judged {
            work_months: rules::counted_months(&case),
            flags: judgement.flags,
            verdict: judgement.verdict,
            not_evaluated: judgement.not_evaluated.into_iter().map(|(rule, why)| NotEvaluated { rule: rule.to_owned(), why: why.to_owned() }).collect(),
        }
    }

    fn titles(&self) -> Vec<RuleTitle> {
        rules::RULES.iter().map(|r| RuleTitle { id: r.id.to_owned(), zh: r.title_zh().to_owned(), en: r.title_en().to_owned() }).collect()
    }
}

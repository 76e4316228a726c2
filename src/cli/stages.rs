//! Joins the real stages for the command line: rules and models are loaded, batches found, readers and judges made.
//! It opens no picture and judges nothing itself.

use super::deciding::Deciding;
use super::given::{Overridden, Remembering, Waiving};
use super::merge::{self, Parts};
use super::reader::{BatchReader, LIBRARY, Models, Registers, SECOND, library_of, model_hashes};
use super::reading_key::READER;
use super::{
    AuditArgs, Computing, InspectArgs, MergeArgs, Opened, RejudgeArgs, RulesCommand, RunsCommand, Tools, VerifyArgs, compare, diff, exit, explain, inspect, purge,
    rejudge, report, rules as rules_command, verify,
};
use crate::apart::Job;
use crate::ingest::{self, Aliases, Batch, BatchIssue, CompaniesRegister, Contents, REGISTER_NAME, Untasted};
use crate::inspect::picture;
use crate::packs::{self, Loaded};
use crate::pipeline::{BatchInput, Judge};
use crate::report::run::{HashedFile, PackRecord, Provenance, Recorded};
use crate::report::whole::sha256;
use crate::rules;
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::Documents;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::office::{AddedName, Office};
use crate::vocabulary::outcome::{BatchNote, Given, Judged, NotEvaluated, Remark, RuleTitle};
use crate::vocabulary::register::{NoRegister, Register, RegisterAnswers};
use crate::vocabulary::settings::Settings;
use crate::vocabulary::submission::Submission;
use anyhow::Context as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The stages as they are built in.
pub struct Stages;

/// What is done in processes of their own.
pub const JOBS: [Job; 3] = {
    let [table, register] = ingest::JOBS;
    [picture::PDF, table, register]
};

impl Tools for Stages {
    fn supervises(&self) -> bool {
        true
    }

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
        let (mut found, mut contents) = (Vec::new(), Vec::new());
        let mut registers: Vec<Box<dyn Register + Send + Sync>> = Vec::new();
        for path in &request.batches {
            let opened = open_batch(path, &aliases, &loaded, &mut used)?;
            found.push(opened.input);
            registers.push(opened.register);
            contents.push(opened.contents);
        }
        let registers = Arc::new(registers);
        let models = Models::load(request)?;
        let provenance = Provenance { models: models.files(), reader: READER.to_owned(), ..rules_of(&loaded) };
        let reader = BatchReader::new(Arc::clone(&loaded), Arc::clone(&registers), contents, models, request);
        let judge = Box::new(RuleJudge { loaded: Arc::clone(&loaded), registers, as_of, forced: request.pack.clone() });
        let office = office.map(|office| with_unused_names(office, &used));
        let along = Along { archive: &request.archive, out: &request.out, waivers: request.waivers.as_deref(), decisions: request.decisions.as_deref(), office };
        let judge = along.around(judge, &loaded.settings, as_of)?;
        let longest = Duration::from_secs(loaded.settings.limits.max_seconds_per_submission.into());
        Ok(Opened { batches: found, reader: Box::new(reader), judge, provenance, longest })
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

    fn runs(&self, command: &RunsCommand, out: &mut dyn Write) -> anyhow::Result<u8> {
        match command {
            RunsCommand::Replay(request) => again(request, out),
            RunsCommand::Merge(request) => merged(request, out),
            RunsCommand::Verify(request) => verified(request, out),
            RunsCommand::Diff(request) => compare::compare(request, out),
            RunsCommand::Purge(request) => purge::purge(request, std::time::SystemTime::now(), out),
        }
    }
}

/// What an office gave along with a run, laid around its judge.
struct Along<'a> {
    archive: &'a [PathBuf],
    /// Its outputs are not compared with.
    out: &'a Path,
    waivers: Option<&'a Path>,
    decisions: Option<&'a Path>,
    office: Option<Office>,
}

impl Along<'_> {
    fn around(self, judge: Box<dyn Judge>, settings: &Settings, as_of: Date) -> anyhow::Result<Box<dyn Judge>> {
        let judge: Box<dyn Judge> = if self.archive.is_empty() { judge } else { Box::new(Remembering::new(judge, self.archive, self.out, settings)?) };
        let judge: Box<dyn Judge> = match self.office {
            Some(office) => Box::new(Overridden::new(judge, office)),
            None => judge,
        };
        let judge: Box<dyn Judge> = match self.waivers {
            Some(path) => Box::new(Waiving::new(judge, packs::load_waivers(path, &known_rules())?, as_of)),
            None => judge,
        };
        Ok(match self.decisions {
            Some(path) => Box::new(Deciding::new(judge, packs::load_decisions(path, &known_rules())?, as_of)),
            None => judge,
        })
    }
}

/// Puts the parts of an audit together, by the rules that they were judged by.
fn merged(request: &MergeArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let parts = Parts::open(&request.runs)?;
    let (loaded, office) = overridden(load(request.rules.as_deref())?, request.office.as_deref())?;
    let loaded = Arc::new(loaded);
    let (as_of, forced) = (parts.whole.as_of, parts.whole.pack.clone());
    let judge = Box::new(RuleJudge { loaded: Arc::clone(&loaded), registers: Arc::new(Vec::new()), as_of, forced });
    let along = Along { archive: &request.archive, out: &request.out, waivers: request.waivers.as_deref(), decisions: request.decisions.as_deref(), office };
    let judge = along.around(judge, &loaded.settings, as_of)?;
    merge::merge(request, &parts, &*judge, rules_of(&loaded), |page| report::write(page, &loaded).map(drop), out)
}

/// Holds a run against what is there now.
fn verified(request: &VerifyArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let loaded = load(request.rules.as_deref())?;
    let now = |models: &[HashedFile]| {
        let named = |name: &str| models.iter().any(|m| m.name == name);
        let runtime = if named(LIBRARY) { Computing::Auto } else { Computing::Rten }.find();
        let library = runtime.ok().and_then(|r| library_of(&r));
        verify::Now { rule_files: rules_of(&loaded).rule_files, models: model_hashes(named(SECOND), library.as_ref()), reader: READER.to_owned() }
    };
    let open = |root: &Path, recorded: &Recorded| -> anyhow::Result<BatchInput> {
        let aliases = match recorded.options.get("aliases").and_then(serde_json::Value::as_str) {
            Some(path) => Aliases::load(Path::new(path))?,
            None => Aliases::parse(ALIASES, "rules/aliases.toml")?,
        };
        let OpenedBatch { mut input, contents, .. } = open_batch(root, &aliases, &loaded, &mut BTreeSet::new())?;
        input.submissions.iter_mut().try_for_each(|s| contents.hash_files(s, &loaded.settings.limits))?;
        Ok(input)
    };
    verify::verify(request, &now, &open, out)
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
    let (loaded, office) = packs::with_office(loaded, file, &worst)?;
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

/// A batch as it was found, and what the readers need of it.
struct OpenedBatch {
    input: BatchInput,
    register: Box<dyn Register + Send + Sync>,
    contents: Contents,
}

fn open_batch(path: &Path, aliases: &Aliases, loaded: &Loaded, used: &mut BTreeSet<String>) -> anyhow::Result<OpenedBatch> {
    let Batch { root, contents, submissions, mut issues, register, counts, aliases_used, table, .. } = ingest::discover(path, aliases, &loaded.settings.limits)?;
    used.extend(aliases_used);
    let mut tables: Vec<HashedFile> = table.into_iter().map(|t| HashedFile { name: t.file, sha256: t.sha256 }).collect();
    let mut known: Box<dyn Register + Send + Sync> = Box::new(NoRegister);
    if let Some(file) = register {
        let unreadable = |why: String| BatchIssue::RegisterUnreadable { file: REGISTER_NAME.to_owned(), why };
        let limits = &loaded.settings.limits;
        let read =
            contents.table(&file, 0, limits.max_register_bytes).with_context(|| format!("{REGISTER_NAME} of {} cannot be read on this machine", path.display()))?;
        let bytes = read.and_then(|bytes| match ingest::taste_register(&bytes, limits) {
            Ok(()) => Ok(Ok(bytes)),
            Err(Untasted::Failed(why)) => Ok(Err(anyhow::anyhow!("{}: {REGISTER_NAME}: {why}", path.display()))),
            Err(over @ Untasted::OverReader { .. }) => Err(over.to_string()),
        });
        match bytes {
            Err(why) => issues.push(unreadable(why)),
            Ok(bytes) => {
                let bytes = bytes?;
                tables.push(HashedFile { name: REGISTER_NAME.to_owned(), sha256: sha256(&*bytes)? });
                match CompaniesRegister::parse(&bytes, REGISTER_NAME) {
                    Ok((register, rows)) => {
                        issues.extend(rows);
                        known = Box::new(register);
                    }
                    Err(error) => issues.push(unreadable(error.to_string())),
                }
            }
        }
    }
    let notes = issues.into_iter().map(note).collect();
    let (folders, rows, ignored) = (counts.folders as u64, counts.rows as u64, counts.ignored as u64);
    let input = BatchInput { label: path.display().to_string(), root, submissions, notes, folders, rows, ignored, tables };
    Ok(OpenedBatch { input, register: known, contents })
}

/// What is wrong with a batch as a whole; what a clerk must look at also becomes a flag.
fn note(issue: BatchIssue) -> BatchNote {
    let zh = issue.to_string();
    let first =
        matches!(issue, BatchIssue::NoTable { without: 1.., .. } | BatchIssue::TableUnreadable { .. } | BatchIssue::StrayArchives { .. } | BatchIssue::Empty { .. });
    let (rule, file, row, en) = match issue {
        BatchIssue::Empty { .. } => (Some("registration-missing"), None, None, "the batch holds no submission folder and no registration".to_owned()),
        BatchIssue::NoTable { expected, without } => {
            let rule = (without > 0).then_some("registration-missing");
            (rule, None, None, format!("no registration table ({expected}) at the batch's root; only submission.json files count, which {without} submission(s) lack"))
        }
        BatchIssue::TableUnreadable { file, .. } => (Some("registration-missing"), Some(file), None, "the table cannot be read".to_owned()),
        BatchIssue::TableIgnored { file, used } => (None, Some(file), None, format!("not read, because {used} is there too and is the same")),
        BatchIssue::TableDiffers { file, used } => (Some("registration-conflict"), Some(file), None, format!("not used, because {used} is there too; the two differ")),
        BatchIssue::TableInside { file } => (None, Some(file), None, "the table was found in a folder of the batch".to_owned()),
        BatchIssue::RegisterUnreadable { file, .. } => (Some("registration-field"), Some(file), None, "the enterprise register cannot be read".to_owned()),
        BatchIssue::ColumnMissing { file, column } => (Some("registration-field"), Some(file), None, format!("column “{column}” is missing")),
        BatchIssue::ColumnRepeated { file, column } => {
            (Some("registration-field"), Some(file), None, format!("column “{column}” stands there more than once; the first counts"))
        }
        BatchIssue::ColumnUnknown { file, column } => (None, Some(file), None, format!("column “{column}” is not known and was not used")),
        BatchIssue::Row { file, row, .. } => (Some("registration-field"), Some(file), (row > 0).then_some(row as u64), "the row cannot be used as it stands".to_owned()),
        BatchIssue::RowIgnored { file, row, .. } => (None, Some(file), (row > 0).then_some(row as u64), "no row of the table, or a cell without a value".to_owned()),
        BatchIssue::StrayFile { file } => (None, Some(file), None, "lies in no submission's folder and was not judged".to_owned()),
        BatchIssue::StrayArchives { count } => {
            (Some("input-refused"), None, None, format!("{count} archive(s) in no submission's folder were not unpacked and not judged"))
        }
        BatchIssue::Ignored { pattern, count } => (None, None, None, format!("{count} file(s) of a system or program ({pattern}) were not judged")),
        BatchIssue::Refused { file, .. } => (Some("input-refused"), Some(file), None, "refused unopened".to_owned()),
        BatchIssue::FolderUnreadable { path, .. } => (Some("input-refused"), Some(path), None, "the folder cannot be listed".to_owned()),
    };
    BatchNote { rule: rule.map(ToOwned::to_owned), file, row, zh, en, first }
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

struct RuleJudge {
    loaded: Arc<Loaded>,
    registers: Registers,
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
        #[cfg(debug_assertions)]
        super::faults::strike(&format!("(judge){}", submission.id));
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

    fn given(&self) -> Vec<Given> {
        // All are judged, and nothing is published yet.
        #[cfg(debug_assertions)]
        super::faults::strike("(publish)");
        Vec::new()
    }
}

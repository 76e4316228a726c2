//! The real stages: rules and models are loaded, batches found, readers and judges made.
//! Opens no picture and judges nothing itself.

use crate::apart::Job;
use crate::ingest::{self, Aliases};
use crate::inspect::picture;
use crate::packs;
use crate::pipeline::Judge;
use crate::report::run::{HashedFile, Provenance, Recorded};
use crate::run::batch::{OpenedBatch, open_batch};
use crate::run::given::{Adjusted, Adjustment, Deciding, Missing, Overridden, Remembering, Waiving};
use crate::run::judge::RuleJudge;
use crate::run::reader::{BatchReader, LIBRARY, Models, SECOND, library_of, model_hashes};
use crate::run::reading_key::READER;
use crate::run::report;
use crate::run::request::{Computing, GivenFiles, JudgeRequest, ReportRequest, RunRequest};
use crate::run::rules::{find_pack, known_rules, load, overridden, provenance};
use crate::run::tools::{Finder, Opened, OpenedRules, Present, Tools};
use crate::vocabulary::office::{AddedName, Office};
use crate::vocabulary::outcome::Remark;
use crate::vocabulary::register::Register;
use crate::vocabulary::settings::Settings;
use anyhow::Context as _;
use jiff::civil::Date;
use std::collections::BTreeSet;
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

const ALIASES: &str = include_str!("../../rules/aliases.toml");

impl Tools for Stages {
    fn supervises(&self) -> bool {
        true
    }

    fn open(&self, request: &RunRequest, as_of: Date) -> anyhow::Result<Opened> {
        let (loaded, mut office) = overridden(load(request.rules.as_deref())?, request.given.office.as_deref())?;
        let loaded = Arc::new(loaded);
        if let Some(id) = &request.pack {
            find_pack(&loaded, id)?;
        }
        let aliases = aliases(request.aliases.as_deref())?;
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
        let models = Models::load(&request.read, request.quiet)?;
        let provenance = Provenance { models: models.files(), reader: READER.to_owned(), ..provenance(&loaded) };
        let reader = BatchReader::new(Arc::clone(&loaded), Arc::clone(&registers), contents, models, request);
        let judge = Box::new(RuleJudge { loaded: Arc::clone(&loaded), registers, as_of, forced: request.pack.clone() });
        let office = office.map(|office| with_unused_names(office, &used));
        let judge = adjusted(judge, &request.given, &request.out, office, &loaded.settings, as_of)?;
        let longest = Duration::from_secs(loaded.settings.limits.max_seconds_per_submission.into());
        Ok(Opened { batches: found, reader: Box::new(reader), judge, provenance, longest })
    }

    fn judge(&self, request: &JudgeRequest, as_of: Date) -> anyhow::Result<OpenedRules> {
        let (loaded, office) = overridden(load(request.rules.as_deref())?, request.given.office.as_deref())?;
        if let Some(id) = &request.pack {
            find_pack(&loaded, id)?;
        }
        let loaded = Arc::new(loaded);
        // The findings hold what the registers said, so none is needed.
        let judge = Box::new(RuleJudge {
            loaded: Arc::clone(&loaded),
            registers: Arc::new(Vec::new()),
            as_of,
            forced: request.pack.clone(),
        });
        let judge = adjusted(judge, &request.given, &request.out, office, &loaded.settings, as_of)?;
        Ok(OpenedRules { judge, provenance: provenance(&loaded) })
    }

    fn present(&self, rules: Option<&Path>, models: &[HashedFile]) -> anyhow::Result<Present> {
        let named = |name: &str| models.iter().any(|m| m.name == name);
        let runtime = if named(LIBRARY) { Computing::Auto } else { Computing::Rten }.find();
        let library = runtime.ok().and_then(|r| library_of(&r));
        let models = model_hashes(named(SECOND), library.as_ref());
        Ok(Present { rule_files: provenance(&load(rules)?).rule_files, models, reader: READER.to_owned() })
    }

    fn finder(&self, rules: Option<&Path>, recorded: &Recorded) -> anyhow::Result<Finder<'_>> {
        let loaded = load(rules)?;
        let aliases = aliases(recorded.options.get("aliases").and_then(serde_json::Value::as_str).map(Path::new))?;
        Ok(Box::new(move |root| {
            let OpenedBatch { mut input, contents, .. } = open_batch(root, &aliases, &loaded, &mut BTreeSet::new())?;
            input.submissions.iter_mut().try_for_each(|s| contents.hash_files(s, &loaded.settings.limits))?;
            Ok(input)
        }))
    }

    fn report(&self, request: &ReportRequest) -> anyhow::Result<PathBuf> {
        report::write(request, &load(request.rules.as_deref())?)
    }
}

/// The judge with what an office gave along laid over it. Outputs that lie in `out` are not compared with.
fn adjusted(
    judge: Box<dyn Judge>,
    given: &GivenFiles,
    out: &Path,
    office: Option<Office>,
    settings: &Settings,
    as_of: Date,
) -> anyhow::Result<Box<dyn Judge>> {
    let mut by: Vec<Box<dyn Adjustment>> = Vec::new();
    if !given.archive.is_empty() {
        by.push(Box::new(Remembering::new(&given.archive, out, settings)?));
    }
    if let Some(office) = office {
        by.push(Box::new(Overridden::new(office)));
    }
    if let Some(path) = &given.waivers {
        by.push(Box::new(Waiving::new(packs::load_waivers(path, &known_rules())?, as_of)));
    }
    if !given.decisions.is_empty() {
        let known = known_rules();
        let files = given.decisions.iter().map(|path| packs::load_record(path, &known)).collect::<Result<_, _>>()?;
        by.push(Box::new(Deciding::new(files, as_of)));
    }
    if !given.missing.is_empty() {
        by.push(Box::new(Missing(given.missing.clone())));
    }
    Ok(if by.is_empty() { judge } else { Box::new(Adjusted { judge, by }) })
}

fn aliases(path: Option<&Path>) -> anyhow::Result<Aliases> {
    match path {
        Some(path) => Aliases::load(path).map_err(anyhow::Error::from),
        None => Aliases::parse(ALIASES, "rules/aliases.toml")
            .context("the built-in names of materials; this build is damaged, install it again"),
    }
}

/// The aliases with the office's own names; what says nothing new becomes a remark.
fn named_by(office: &mut Office, aliases: Aliases) -> Aliases {
    let (aliases, stale) = aliases.with_names(office.names.iter().map(|n| (n.name.as_str(), n.material)));
    for place in stale.into_iter().rev() {
        let AddedName { name, line, .. } = office.names.remove(place);
        office.remarks.push(Remark {
            line: Some(line),
            zh: format!("没有改变任何规则：{name}"),
            en: format!("changes nothing: {name}"),
        });
    }
    aliases
}

fn with_unused_names(mut office: Office, used: &BTreeSet<String>) -> Office {
    for AddedName { name, line, .. } in office.names.iter().filter(|n| !used.contains(&n.name)) {
        office.remarks.push(Remark {
            line: Some(*line),
            zh: format!("本次没有名为“{name}”的文件"),
            en: format!("no file called \u{201c}{name}\u{201d} in this run"),
        });
    }
    office
}

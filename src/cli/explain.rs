//! `yushen rules explain` and `yushen rules show RULE`: a flag of an earlier run, or a rule, becomes a text that says
//! what it rests on.
//! Reads an earlier run's findings and the rules; judges nothing again.

use crate::cli::options::{LangOption, RulesOption};
use crate::packs::Loaded;
use crate::pipeline::findings;
use crate::report::explanation::{self, Grounds};
use crate::report::finding::{Finding, FlagRecord};
use crate::report::summary::{Lang, fit};
use crate::rules::{self, RULES, Rule};
use crate::run::earlier_run::EarlierRun;
use crate::run::rules::{load, provenance};
use crate::vocabulary::settings::Settings;
use anyhow::{bail, ensure};
use clap::Args;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// The flag's id in findings.jsonl, or its first digits; or a submission, followed by a rule
    #[arg(value_name = "FLAG")]
    pub flag: String,
    /// With a submission: the rule whose flags are explained, or why there is none
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// Folder of the earlier run: its findings.jsonl and run.json
    #[arg(long, value_name = "OUT")]
    pub run: PathBuf,
    #[command(flatten)]
    pub rules: RulesOption,
    #[command(flatten)]
    pub lang: LangOption,
}

/// The shortest beginning of an id that is accepted.
const SHORTEST: usize = 4;
/// At most so many flags are explained at once.
const MOST: usize = 20;

/// Explains the flag with an id, or all flags of a rule on a submission.
///
/// # Errors
/// A run that cannot be used; no such flag, submission or rule; a beginning that several ids share.
pub fn explain(request: &ExplainArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let loaded = load(request.rules.dir())?;
    let run = EarlierRun::open(&request.run)?;
    let lang = request.lang.lang;
    let as_of = run.recorded.as_of.as_str();
    match request.rule.as_deref() {
        Some(id) => {
            let rule = rule(id)?;
            let mut known = false;
            for finding in findings(&run.findings)? {
                let finding = finding?;
                if finding.submission_id != request.flag {
                    continue;
                }
                known = true;
                let flags: Vec<&FlagRecord> = finding.flags.iter().filter(|r| r.flag.rule == id).collect();
                let grounds = grounds(rule, &loaded.settings, lang);
                if flags.is_empty() {
                    writeln!(out, "{}", explanation::no_flag(&finding, &grounds, as_of, lang))?;
                }
                for record in flags {
                    writeln!(out, "{}", explanation::flag(&finding, record, &grounds, as_of, lang))?;
                }
            }
            ensure!(known, "no submission \"{}\" in {}", request.flag, run.findings.display());
        }
        None => {
            let found = by_id(&run, &request.flag)?;
            for (finding, record) in &found {
                let grounds = rule(&record.flag.rule).map(|r| grounds(r, &loaded.settings, lang))?;
                writeln!(out, "{}", explanation::flag(finding, record, &grounds, as_of, lang))?;
            }
        }
    }
    let others = run.other_rules(&provenance(&loaded).rule_files);
    if !others.is_empty() {
        let names = others.join(", ");
        match lang {
            Lang::Zh => writeln!(
                out,
                "注意：以下规则文件与该次审核时不同，所列阈值是现在的；当时的规则请用 --rules 指定：{names}"
            )?,
            Lang::En => {
                writeln!(
                    out,
                    "note: these rule files are not those of that run, and the thresholds above are the present ones; give that run's with --rules: {names}"
                )?;
            }
        }
    }
    Ok(())
}

/// The flags whose id is, or begins with, `id`; several only if they share the whole id.
fn by_id(run: &EarlierRun, id: &str) -> anyhow::Result<Vec<(Finding, FlagRecord)>> {
    let hex = id.len() >= SHORTEST && id.bytes().all(|b| b.is_ascii_hexdigit());
    ensure!(
        hex,
        "\"{id}\" is no id of a flag (twelve hex digits, or their first {SHORTEST} and more); for a submission give SUBMISSION RULE"
    );
    let id = id.to_ascii_lowercase();
    let mut found: Vec<(Finding, FlagRecord)> = Vec::new();
    for finding in findings(&run.findings)? {
        let finding = finding?;
        let records: Vec<FlagRecord> = finding.flags.iter().filter(|r| r.id.starts_with(&id)).cloned().collect();
        found.extend(records.into_iter().map(|r| (finding.clone(), r)));
        ensure!(found.len() <= MOST, "more than {MOST} flags begin with {id}; give more of its digits");
    }
    let Some((_, first)) = found.first() else { bail!("no flag {id} in {}", run.findings.display()) };
    if found.iter().any(|(_, r)| r.id != first.id) {
        let ids: Vec<String> =
            found.iter().map(|(f, r)| format!("{} ({} {})", r.id, f.submission_id, r.flag.rule)).collect();
        bail!("several flags begin with {id}: {}", ids.join(", "));
    }
    Ok(found)
}

/// The rule of that id.
///
/// # Errors
/// If there is none; a near one is named.
pub fn rule(id: &str) -> anyhow::Result<&'static Rule> {
    if let Some(rule) = rules::find(id) {
        return Ok(rule);
    }
    let family = id.split('-').next().unwrap_or_default();
    let near: Vec<&str> =
        RULES.iter().map(|r| r.id).filter(|r| r.split('-').next() == Some(family) || r.contains(id)).collect();
    if near.is_empty() {
        bail!("no rule \"{id}\"; `yushen rules list` names all")
    }
    bail!("no rule \"{id}\"; there is {}", near.join(", "))
}

fn grounds(rule: &Rule, settings: &Settings, lang: Lang) -> Grounds {
    let zh = lang == Lang::Zh;
    Grounds {
        rule: rule.id.to_owned(),
        title: if zh { rule.title_zh } else { rule.title_en }.to_owned(),
        rests_on: rule.rests_on.to_vec(),
        thresholds: thresholds(rule, settings),
        clears: if zh { rule.clears_zh } else { rule.clears_en }.to_owned(),
        documentation: rule.documentation(),
    }
}

/// Each setting that the rule uses with its present value; the office's cap on the rule's severity among them.
fn thresholds(rule: &Rule, settings: &Settings) -> Vec<(String, String)> {
    let values: Value =
        serde_json::to_string(settings).ok().and_then(|t| serde_json::from_str(&t).ok()).unwrap_or(Value::Null);
    let mut list: Vec<(String, String)> = rule
        .all_settings()
        .filter_map(|key| {
            let (section, name) = key.split_once('.')?;
            let value = &values[section][name];
            let text = match value {
                Value::Array(a) if a.iter().any(Value::is_string) => {
                    a.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("、")
                }
                other => other.to_string(),
            };
            Some((key.to_owned(), text))
        })
        .collect();
    list.extend(settings.severity.get(rule.id).map(|cap| (format!("severity.{}", rule.id), cap.to_string())));
    list
}

/// Everything about one rule: titles, documentation, severity, clauses of all packs in force or not, settings, what
/// clears it.
///
/// # Errors
/// No such rule, or `out` cannot be written.
pub fn show_rule(loaded: &Loaded, id: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    ensure!(loaded.packs.get(id).is_none(), "no rule \"{id}\"; it is a pack: --pack {id}");
    let rule = rule(id)?;
    writeln!(out, "{}  {}\n{}", rule.id, rule.title_zh, rule.title_en)?;
    writeln!(out, "\nworst severity  {}\nsource          {}", rule.worst, rule.source)?;
    for (heading, text) in rule.documentation() {
        writeln!(out, "\n## {heading}\n{text}")?;
    }
    writeln!(out, "\n## Rests on")?;
    for pattern in rule.rests_on {
        writeln!(out, "    {pattern}")?;
    }
    if rule.rests_on.is_empty() {
        writeln!(out, "    nothing that this version measures")?;
    }
    writeln!(out, "\n## Settings")?;
    let thresholds = thresholds(rule, &loaded.settings);
    for (name, value) in &thresholds {
        writeln!(out, "    {} {value}", fit(name, 32))?;
    }
    if thresholds.is_empty() {
        writeln!(out, "    none")?;
    }
    writeln!(out, "\n## Clauses")?;
    let mut quoted = false;
    for pack in &loaded.packs.packs {
        let Some(clause) = pack.clauses.get(rule.id) else { continue };
        quoted = true;
        writeln!(out, "    {}  {}", pack.label(), clause.source)?;
        for text in clause.text.iter().flat_map(|t| t.split(crate::packs::CLAUSE_SEPARATOR)) {
            writeln!(out, "        “{}”", text.trim())?;
        }
    }
    if !quoted {
        writeln!(out, "    none: no source says it")?;
    }
    writeln!(out, "\n## What clears it\n{}\n{}", rule.clears_zh, rule.clears_en)?;
    Ok(())
}

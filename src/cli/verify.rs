//! `yushen verify`: is a run still what it was? Its outputs, rules, models and inputs are hashed again and held against
//! its record; its rows against its findings; its record against a signature.
//! Reads nothing on a picture and judges nothing; says what differs and what that means.

use crate::cli::exit;
use crate::cli::options::{LangOption, RulesOption};
use crate::cli::zh_errors;
use crate::pipeline::findings;
use crate::report::atomic_file::sha256;
use crate::report::cell;
use crate::report::columns::names;
use crate::report::flags_csv::FlagRow;
use crate::report::heading::Heading;
use crate::report::held::{Cells, Difference, Held};
use crate::report::mask::{masked, plain_id, told_path};
use crate::report::run::{HashedFile, Recorded, RecordedCounts, TOOL};
use crate::report::submissions_csv::SubmissionRow;
use crate::report::summary::{Lang, fit};
use crate::run::earlier_run::EarlierRun;
use crate::run::redaction::is_redacted;
use crate::run::shard::Shard;
use crate::run::signature::{SIGNATURE, Signed, check, is_signed, public_key};
use crate::run::tools::Tools;
use crate::vocabulary::finding::{Flag, Verdict};
use crate::vocabulary::submission::{MaterialFile, Submission};
use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Folder of the run
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Where its batches are now, in the run's order [default: where they were]
    #[arg(long, value_name = "DIR")]
    pub batch: Vec<PathBuf>,
    /// Leave the inputs out: outputs, rules and models only
    #[arg(long, conflicts_with = "batch")]
    pub no_inputs: bool,
    /// Public key by which the run must be signed
    #[arg(long, value_name = "PUB")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RulesOption,
    #[command(flatten)]
    pub lang: LangOption,
}

/// One thing that was looked at: how many of it are as they were, and what is not.
struct Looked {
    zh: &'static str,
    en: &'static str,
    same: u64,
    /// What is not, in the order in which it was found.
    other: Vec<String>,
    /// What it means if something is not.
    meaning: [&'static str; 2],
}

/// Differences of one kind that are printed; the rest is counted.
const SHOWN: usize = 20;
/// Columns of a label.
const LABEL: usize = 16;

/// Verifies a run against what this program has now, and against its batches, whose files are hashed as an audit does.
///
/// # Errors
/// No finished run in the folder, or its record cannot be read.
pub fn verify(request: &VerifyArgs, tools: &dyn Tools, out: &mut dyn Write) -> anyhow::Result<u8> {
    let zh = request.lang.lang == Lang::Zh;
    let signed = request.key.as_deref().map(|key| signature(&request.run, key)).transpose()?.flatten();
    let recorded = match record(&request.run) {
        // What was signed was a record.
        Err(_) if signed.as_ref().is_some_and(|s| !s.other.is_empty()) => {
            signed.iter().try_for_each(|s| print(s, zh, out))?;
            return verdict(false, zh, out);
        }
        recorded => recorded?,
    };
    let now = tools.present(request.rules.dir(), &recorded.models)?;
    let mut looked: Vec<Looked> = signed.into_iter().collect();
    let of_outputs = outputs(&request.run, &recorded, zh);
    let sealed = of_outputs.other.is_empty();
    let findings_changed = of_outputs.other.iter().any(|o| o.starts_with("findings.jsonl"));
    looked.push(of_outputs);
    if sealed {
        looked.push(rows(&request.run, &recorded, zh)?);
    }
    looked.push(files(
        "规则文件",
        "rule files",
        &recorded.rule_files,
        &now.rule_files,
        [
            "现用规则与当时不同；用 --rules 指定当时的规则",
            "these rules are not those of the run; give them with --rules",
        ],
    ));
    looked.push(files(
        "模型",
        "models",
        &recorded.models,
        &now.models,
        [
            "本机模型与当时不同，重新审核会得到不同的读取结果",
            "the models here are not those of the run: an audit would read otherwise",
        ],
    ));
    looked.push(reader(&recorded, &now.reader));
    if !request.no_inputs {
        // Findings that were changed say nothing of the inputs.
        ensure!(
            !findings_changed,
            "findings.jsonl was changed since the run; nothing can be said of its inputs (--no-inputs leaves them out)"
        );
        looked.push(inputs(request, &recorded, tools)?);
    }
    for l in &looked {
        print(l, zh, out)?;
    }
    if request.key.is_none() && is_signed(&request.run) {
        let (label, told) = if zh {
            ("签名", "有签名，未核对：用 --key 指定公钥")
        } else {
            ("signature", "there, not verified: give the public key with --key")
        };
        writeln!(out, "{}        {told}", fit(label, LABEL))?;
    }
    verdict(looked.iter().all(|l| l.other.is_empty()), zh, out)
}

fn verdict(all: bool, zh: bool, out: &mut dyn Write) -> anyhow::Result<u8> {
    let verdict = match (all, zh) {
        (true, true) => "与记录一致",
        (true, false) => "all as recorded",
        (false, true) => "与记录不一致",
        (false, false) => "not as recorded",
    };
    writeln!(out, "\n{verdict}")?;
    Ok(if all { exit::DONE } else { exit::FINDINGS })
}

/// The signature over the record; `None`: there is no run to be signed.
fn signature(run: &Path, key: &Path) -> anyhow::Result<Option<Looked>> {
    let key = public_key(key)?;
    if !run.join("run.json").exists() {
        return Ok(None);
    }
    let (other, meaning) = match check(run, &key)? {
        Signed::Right => (None, ["", ""]),
        Signed::Missing => (
            Some(format!("{SIGNATURE} -")),
            ["本次运行没有签名，或签名文件被移走", "the run is not signed, or its signature was taken away"],
        ),
        Signed::Unreadable => (
            Some(format!("{SIGNATURE} ≠")),
            ["签名文件已损坏，不是签名", "the signature's file is damaged: it is no signature"],
        ),
        Signed::Other(by, wanted) => (
            Some(format!("{SIGNATURE} {by} ≠ {wanted}")),
            ["由另一把密钥签名，不是所给公钥", "signed by another key than the one that is given"],
        ),
        Signed::Changed => (
            Some("run.json ≠".to_owned()),
            [
                "run.json 或其签名在签名之后被改动，全部输出不可作为依据",
                "run.json or its signature was changed after it was signed: no output proves anything",
            ],
        ),
    };
    let other: Vec<String> = other.into_iter().collect();
    Ok(Some(Looked { zh: "签名", en: "signature", same: u64::from(other.is_empty()), other, meaning }))
}

fn record(folder: &Path) -> anyhow::Result<Recorded> {
    let path = folder.join("run.json");
    let file =
        File::open(&path).with_context(|| format!("{} holds no finished run (no run.json)", folder.display()))?;
    Recorded::read(BufReader::new(file))
        .ok()
        .filter(|r| r.tool == TOOL)
        .with_context(|| format!("{} is no record of a run", path.display()))
}

fn outputs(folder: &Path, recorded: &Recorded, zh: bool) -> Looked {
    let mut looked = Looked {
        zh: "输出文件",
        en: "outputs",
        same: 0,
        other: Vec::new(),
        meaning: [
            "输出文件在审核后被改动或替换，不可作为依据",
            "the outputs were changed after the run and prove nothing",
        ],
    };
    for seal in &recorded.outputs {
        match File::open(folder.join(&seal.file)).and_then(sha256) {
            Ok(hash) if hash == seal.sha256 => looked.same += 1,
            Ok(_) => looked.other.push(format!("{} ≠", seal.file)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => looked.other.push(format!("{} -", seal.file)),
            Err(e) if zh => looked.other.push(format!("{}：{}", seal.file, zh_errors::said(&e.to_string()))),
            Err(e) => looked.other.push(format!("{}: {e}", seal.file)),
        }
    }
    looked
}

/// The rows of both CSV files and the totals of `run.json`, held against the findings: whoever changes a verdict there
/// and mends the hash has not changed what it follows from.
fn rows(folder: &Path, recorded: &Recorded, zh: bool) -> anyhow::Result<Looked> {
    let of_this_version = recorded.version == env!("CARGO_PKG_VERSION");
    let open = |name: &str| {
        File::open(folder.join(name))
            .map(BufReader::new)
            .with_context(|| format!("{} cannot be read", folder.join(name).display()))
    };
    let unread = |name: &str| format!("{} cannot be read", folder.join(name).display());
    let (flags, submissions) = ("flags.csv", "submissions.csv");
    let mut of_flags = Held::start(open(flags)?, &names(FlagRow::COLUMNS), of_this_version)?;
    let mut of_submissions = Held::start(open(submissions)?, &names(SubmissionRow::COLUMNS), of_this_version)?;
    let notes = recorded.batches.iter().flat_map(|b| &b.notes);
    let of_batches: Vec<Cells> =
        notes.filter_map(|n| n.rule.as_deref().map(|rule| FlagRow::cells_of_note(rule, n))).collect();
    let mut counts = RecordedCounts { flags: of_batches.len() as u64, ..RecordedCounts::default() };
    for verdict in [Verdict::Pass, Verdict::Review, Verdict::Reject] {
        counts.verdicts.insert(verdict.id().to_owned(), 0);
    }
    of_flags.expect("", of_batches).with_context(|| unread(flags))?;
    let mut other = Vec::new();
    let path = folder.join("findings.jsonl");
    let mut all = findings(&path)?.peekable();
    // Those of one id stand together, in whatever batch or folder they are.
    while let Some(finding) = all.next() {
        let mut one_id = vec![finding?];
        while let Some(next) = all.next_if(|f| f.as_ref().is_ok_and(|f| f.submission_id == one_id[0].submission_id)) {
            one_id.push(next?);
        }
        let (mut flag_rows, mut submission_rows) = (Vec::new(), Vec::new());
        for finding in &one_id {
            let (known, read) = (Heading::known(finding), Heading::read(&finding.documents));
            let list: Vec<&Flag> = finding.flags.iter().map(|r| &r.flag).collect();
            flag_rows.extend(list.iter().map(|flag| FlagRow::cells(&finding.submission_id, &known, flag)));
            submission_rows.push(SubmissionRow::cells(finding, &known, &read));
            counts.submissions += 1;
            counts.flags += list.len() as u64;
            *counts.verdicts.entry(finding.verdict.id().to_owned()).or_default() += 1;
            let flags: Vec<Flag> = list.into_iter().cloned().collect();
            if Verdict::of(&flags) != finding.verdict {
                other.push(told_row("findings.jsonl", &finding.submission_id, "verdict ≠"));
            }
        }
        let id = cell::text(&one_id[0].submission_id);
        of_flags.expect(&id, flag_rows).with_context(|| unread(flags))?;
        of_submissions.expect(&id, submission_rows).with_context(|| unread(submissions))?;
    }
    let mut same = 0;
    for (name, held) in [(flags, of_flags), (submissions, of_submissions)] {
        let (rows, differences) = held.finish().with_context(|| unread(name))?;
        same += rows;
        let what = |d: &Difference| if zh { zh_errors::said(&d.what) } else { d.what.clone() };
        other.extend(differences.iter().map(|d| told_row(name, &d.submission, &what(d))));
    }
    let then = &recorded.counts;
    let totals = [
        ("submissions", counts.submissions == then.submissions),
        ("flags", counts.flags == then.flags),
        ("verdicts", counts.verdicts == then.verdicts),
    ];
    other.extend(totals.iter().filter(|(_, same)| !same).map(|(what, _)| format!("run.json counts.{what} ≠")));
    let meaning = [
        "结论或问题与 findings.jsonl 不符：文件在审核后被改动，校验值也一并改过",
        "verdicts or flags are not those of findings.jsonl: they were changed after the run, and the hash with them",
    ];
    Ok(Looked { zh: "结论与问题", en: "rows", same, other, meaning })
}

/// A row that differs, without an applicant's name.
fn told_row(file: &str, submission: &str, what: &str) -> String {
    match submission {
        "" => format!("{file} {what}"),
        id => format!("{file} {} {}", plain_id(id).unwrap_or("*"), masked(what)),
    }
}

/// `≠` is there and another, `-` is gone, `+` is new.
fn files(
    zh: &'static str,
    en: &'static str,
    then: &[HashedFile],
    now: &[HashedFile],
    meaning: [&'static str; 2],
) -> Looked {
    let map =
        |files: &[HashedFile]| files.iter().map(|f| (f.name.clone(), f.sha256.clone())).collect::<BTreeMap<_, _>>();
    let (same, other) = held(&map(then), &map(now));
    Looked { zh, en, same, other, meaning }
}

fn held(then: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> (u64, Vec<String>) {
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let mut same = 0;
    let mut other = Vec::new();
    for name in names {
        match (then.get(name), now.get(name)) {
            (Some(a), Some(b)) if a == b => same += 1,
            (Some(_), Some(_)) => other.push(format!("{name} ≠")),
            (Some(_), None) => other.push(format!("{name} -")),
            (None, _) => other.push(format!("{name} +")),
        }
    }
    (same, other)
}

fn reader(recorded: &Recorded, now: &str) -> Looked {
    let same = recorded.reader == now;
    Looked {
        zh: "程序的读取部分",
        en: "reading code",
        same: u64::from(same),
        other: if same { Vec::new() } else { vec![format!("{} {}", recorded.version, recorded.reader)] },
        meaning: [
            "本程序读取图片的部分与当时不同，重新审核可能得到不同的读取结果；重判（replay）不受影响",
            "this program reads otherwise than the run's; judging again (replay) is not affected",
        ],
    }
}

/// Files and registrations as they are now, against those in the findings.
fn inputs(request: &VerifyArgs, recorded: &Recorded, tools: &dyn Tools) -> anyhow::Result<Looked> {
    let run = EarlierRun::open(&request.run)?;
    let given = request.batch.len();
    ensure!(
        given == 0 || given == recorded.batches.len(),
        "the run has {} batches and {given} were given with --batch; give all, in the run's order",
        recorded.batches.len()
    );
    let shard: Option<Shard> = recorded.options.get("shard").and_then(Value::as_str).and_then(|t| t.parse().ok());
    let redacted = is_redacted(&recorded.options);
    let find = tools.finder(request.rules.dir(), recorded)?;
    let mut now = BTreeMap::new();
    let mut then = BTreeMap::new();
    for (i, batch) in recorded.batches.iter().enumerate() {
        let root = request.batch.get(i).cloned().unwrap_or_else(|| PathBuf::from(&batch.batch));
        let mut found = find(&root)
            .with_context(|| format!("batch {} of the run; say with --batch where it is now", batch.batch))?;
        if let Some(shard) = shard {
            shard.of_batch(&mut found);
        }
        found.submissions.iter().for_each(|s| enter(i, s, redacted, &mut now));
        found.tables.iter().for_each(|t| drop(now.insert(format!("{i}/{}", t.name), t.sha256.clone())));
        batch.tables.iter().for_each(|t| drop(then.insert(format!("{i}/{}", t.name), t.sha256.clone())));
    }
    for finding in findings(&run.findings)? {
        let stored = finding?.into_stored();
        enter(stored.batch, &stored.submission, redacted, &mut then);
    }
    let (same, other) = held(&then, &now);
    let meaning = [
        "材料或报名信息在审核后有变动，结论不再对应现有材料",
        "the materials or the registration are not those that were audited",
    ];
    Ok(Looked { zh: "材料与报名信息", en: "inputs", same, other, meaning })
}

/// A submission's files by their hashes, and its registration by its words; by batch, folder and name. Of a redacted
/// run only the hashes are what they were:
/// its files are held by them alone, and its registrations by the table's own hash.
fn enter(batch: usize, submission: &Submission, redacted: bool, all: &mut BTreeMap<String, String>) {
    if redacted {
        all.extend(
            submission.files.iter().filter_map(|f| f.sha256.clone()).map(|hash| (format!("{batch}/{hash}"), hash)),
        );
        return;
    }
    let place = format!("{batch}/{}", submission.folder.as_deref().unwrap_or(&submission.id));
    let content = |f: &MaterialFile| f.sha256.clone().or_else(|| f.refused.clone()).unwrap_or_else(|| "-".to_owned());
    all.extend(submission.files.iter().map(|f| (format!("{place}/{}", f.name), content(f))));
    let registration = serde_json::to_string(&submission.registration).unwrap_or_default();
    all.insert(format!("{place} 报名信息"), registration);
}

/// What differs, without an applicant's name: a path inside a batch begins with the batch's number.
fn told(other: &str) -> String {
    let Some((path, sign)) =
        other.rsplit_once(' ').filter(|(path, _)| path.split('/').next().is_some_and(|n| n.parse::<usize>().is_ok()))
    else {
        return other.to_owned();
    };
    match path.strip_suffix(" 报名信息") {
        Some(path) => format!("{} 报名信息 {sign}", told_path(path)),
        None => format!("{} {sign}", told_path(path)),
    }
}

fn print(looked: &Looked, zh: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let label = fit(if zh { looked.zh } else { looked.en }, LABEL);
    let n = looked.other.len();
    match (n, zh) {
        (0, true) => writeln!(out, "{label}{:>7} 项一致", looked.same)?,
        (0, false) => writeln!(out, "{label}{:>7} the same", looked.same)?,
        (_, true) => writeln!(out, "{label}{:>7} 项一致，{n} 项不同：{}", looked.same, looked.meaning[0])?,
        (_, false) => writeln!(out, "{label}{:>7} the same, {n} not: {}", looked.same, looked.meaning[1])?,
    }
    for other in looked.other.iter().take(SHOWN) {
        writeln!(out, "    {}", cell::visible(&told(other)))?;
    }
    if n > SHOWN {
        writeln!(out, "    … {}", n - SHOWN)?;
    }
    Ok(())
}

//! `yushen diff`: two runs become what appeared, disappeared and changed between them, each with its reason: the input,
//! the reading, or the rules.
//! Opens findings only and judges nothing.

use crate::cli::exit;
use crate::cli::options::LangOption;
use crate::pipeline::{RejudgeError, findings};
use crate::report::comparison::{Compared, Comparison};
use crate::report::finding::Finding;
use crate::report::run::Recorded;
use crate::report::summary::Lang;
use crate::run::earlier_run::EarlierRun;
use crate::run::redaction::mark;
use crate::vocabulary::outcome::Judged;
use anyhow::ensure;
use clap::Args;
use std::collections::BTreeSet;
use std::io::Write;
use std::iter::Peekable;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
pub struct DiffArgs {
    /// Folder of the earlier run
    #[arg(value_name = "RUN_A")]
    pub old: PathBuf,
    /// Folder of the later run
    #[arg(value_name = "RUN_B")]
    pub new: PathBuf,
    /// Exit with 1 if a verdict differs, or a submission is new or gone
    #[arg(long)]
    pub fail_on_change: bool,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Compares and prints.
///
/// # Errors
/// A folder without a finished run, or findings that were changed or cannot be read.
pub fn diff(request: &DiffArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let (a, b) = (EarlierRun::open(&request.old)?, EarlierRun::open(&request.new)?);
    ensure!(
        mark(&a.recorded.options) == mark(&b.recorded.options),
        "the runs were redacted with different keys, or only one of them was: nothing in them can be compared"
    );
    let lang = request.lang.lang;
    let differs = Differs::between(&a.recorded, &b.recorded);
    let mut list =
        Both { old: findings(&a.findings)?.peekable(), new: findings(&b.findings)?.peekable(), waiting: Vec::new() };
    let mut comparison = Comparison { of_two_runs: true, ..Comparison::default() };
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    while let Some(pair) = list.next() {
        match pair? {
            (Some(old), Some(new)) => {
                let before = Compared::before(&old).because(&reason(&old, &new, &differs, lang));
                comparison.add(before, &judged(new));
            }
            (Some(old), None) => gone.push(old.submission_id),
            (None, Some(found)) => new.push(found.submission_id),
            (None, None) => {}
        }
    }
    differs.print(lang, out)?;
    for (ids, zh, en) in
        [(&new, "新增的申报", "submissions that are new"), (&gone, "不再有的申报", "submissions that are gone")]
    {
        if !ids.is_empty() {
            let ids = ids.iter().map(|id| crate::report::cell::visible(id)).collect::<Vec<_>>().join(" ");
            writeln!(out, "{} {}: {ids}", if lang == Lang::Zh { zh } else { en }, ids.split(' ').count())?;
        }
    }
    write!(out, "\n{}", comparison.render(lang))?;
    let changed = comparison.decisions() > 0 || !new.is_empty() || !gone.is_empty();
    Ok(if changed && request.fail_on_change { exit::FINDINGS } else { exit::DONE })
}

/// What two runs were made with that is not the same.
struct Differs {
    /// Program's version or reading code, and models by name.
    reading: Vec<String>,
    /// Rule files by name, and what chose among them.
    rules: Vec<String>,
}

impl Differs {
    fn between(a: &Recorded, b: &Recorded) -> Self {
        let files = |r: &Recorded, models: bool| {
            let list = if models { &r.models } else { &r.rule_files };
            list.iter().map(|f| (f.name.clone(), f.sha256.clone())).collect::<BTreeSet<_>>()
        };
        let names = |models| {
            let (then, now) = (files(a, models), files(b, models));
            then.symmetric_difference(&now).map(|(name, _)| name.clone()).collect::<BTreeSet<String>>()
        };
        let mut reading: Vec<String> = names(true).into_iter().collect();
        if a.reader != b.reader || a.version != b.version {
            reading.insert(
                0,
                format!("yushen {} ({}) → {} ({})", a.version, short(&a.reader), b.version, short(&b.reader)),
            );
        }
        let mut rules: Vec<String> = names(false).into_iter().collect();
        if a.as_of != b.as_of {
            rules.push(format!("--as-of {} → {}", a.as_of, b.as_of));
        }
        if a.pack() != b.pack() {
            rules.push(format!("--pack {} → {}", a.pack().unwrap_or("-"), b.pack().unwrap_or("-")));
        }
        let given = |r: &Recorded| {
            let used = r.given.iter().filter(|g| g.was_there());
            used.map(|g| (g.kind.clone(), g.sha256.clone())).collect::<BTreeSet<_>>()
        };
        let kinds: BTreeSet<String> =
            given(a).symmetric_difference(&given(b)).map(|(kind, _)| format!("--{kind}")).collect();
        rules.extend(kinds);
        Self { reading, rules }
    }

    fn print(&self, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        for (list, zh, en) in [
            (&self.reading, "程序与模型", "program and models"),
            (&self.rules, "规则与判定条件", "rules and what they are judged with"),
        ] {
            let (head, same) = if lang == Lang::Zh { (zh, "相同") } else { (en, "the same") };
            let text = if list.is_empty() { same.to_owned() } else { list.join(", ") };
            writeln!(out, "{head}: {text}")?;
        }
        Ok(())
    }
}

fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or("-")
}

/// Why two judgements of one submission may differ: the first of these that does.
fn reason(old: &Finding, new: &Finding, differs: &Differs, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let files = |f: &Finding| {
        f.files.iter().map(|m| (m.name.clone(), m.sha256.clone(), m.refused.clone())).collect::<BTreeSet<_>>()
    };
    let (then, now) = (files(old), files(new));
    if then != now {
        let names: BTreeSet<String> = then.symmetric_difference(&now).map(|(name, ..)| name.clone()).collect();
        let names = names.into_iter().collect::<Vec<_>>().join("、");
        return if zh { format!("材料不同：{names}") } else { format!("other input: {names}") };
    }
    if old.registration != new.registration || old.intake != new.intake {
        return if zh { "报名信息不同" } else { "other registration" }.to_owned();
    }
    if old.internal_error != new.internal_error {
        return if zh { "程序内部出错" } else { "the tool failed on one of them" }.to_owned();
    }
    if old.documents != new.documents {
        return match (differs.reading.is_empty(), zh) {
            (false, true) => "程序或模型不同，读取结果不同",
            (false, false) => "read otherwise by another program or other models",
            (true, true) => "规则包中的原文、清单或阈值不同，读取结果不同",
            (true, false) => "read otherwise against other texts, lists or thresholds of the rules",
        }
        .to_owned();
    }
    if old.register != new.register {
        return if zh { "企业登记数据不同" } else { "another enterprise register" }.to_owned();
    }
    match (differs.rules.is_empty(), zh) {
        (false, true) => "规则或判定条件不同",
        (false, false) => "other rules",
        (true, true) => "与本次其他申报的重复情况不同",
        (true, false) => "it shares something with other submissions than before",
    }
    .to_owned()
}

/// As if it had been judged just now.
fn judged(finding: Finding) -> Judged {
    Judged {
        flags: finding.flags.into_iter().map(|r| r.flag).collect(),
        verdict: finding.verdict,
        not_evaluated: finding.not_evaluated,
        work_months: finding.work_months,
        decision: finding.decision,
        record: finding.record,
        spot_check: finding.spot_check,
    }
}

/// Two lists of findings, each in order of id, side by side: those of one id are matched by their folder.
struct Both<A: Iterator<Item = Result<Finding, RejudgeError>>, B: Iterator<Item = Result<Finding, RejudgeError>>> {
    old: Peekable<A>,
    new: Peekable<B>,
    waiting: Vec<Pair>,
}

type Pair = (Option<Finding>, Option<Finding>);

impl<A: Iterator<Item = Result<Finding, RejudgeError>>, B: Iterator<Item = Result<Finding, RejudgeError>>> Both<A, B> {
    fn next(&mut self) -> Option<Result<Pair, RejudgeError>> {
        if let Some(pair) = self.waiting.pop() {
            return Some(Ok(pair));
        }
        let id = match (self.old.peek(), self.new.peek()) {
            (Some(Err(_)), _) => return self.old.next().map(|f| f.map(|_| (None, None))),
            (_, Some(Err(_))) => return self.new.next().map(|f| f.map(|_| (None, None))),
            (Some(Ok(a)), Some(Ok(b))) => a.submission_id.clone().min(b.submission_id.clone()),
            (Some(Ok(f)), None) | (None, Some(Ok(f))) => f.submission_id.clone(),
            (None, None) => return None,
        };
        let same = |f: &Result<Finding, RejudgeError>| f.as_ref().is_ok_and(|f| f.submission_id == id);
        let mut new: Vec<Finding> = Vec::new();
        while let Some(Ok(f)) = self.new.next_if(same) {
            new.push(f);
        }
        while let Some(Ok(f)) = self.old.next_if(same) {
            let at = new.iter().position(|n| n.folder == f.folder);
            self.waiting.push((Some(f), at.map(|i| new.remove(i))));
        }
        self.waiting.extend(new.into_iter().map(|f| (None, Some(f))));
        self.waiting.reverse();
        self.next()
    }
}

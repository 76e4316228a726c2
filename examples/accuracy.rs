//! From labelled corpora and what the tool said of them to tables: each field's exact and sure-but-wrong rates, each
//! rule's recall and false flags, how many clean submissions were cleared, how many defective ones slipped, and the
//! time per page. Judges nothing;
//! asserts nothing.
//!
//! usage: accuracy [--wrong] CORPUS[=OUT]...
//! With `--wrong` every field that was not read exactly is listed, to be looked at.
//! CORPUS holds `batch/`, `truth.csv` (`submission_id`, rule, `severity_max`, document, field, note) and `facts.jsonl`
//! (what each document says);
//! OUT a finished run of it. Without OUT the pipeline is run into a temporary folder.

#[path = "accuracy/bounds.rs"]
mod bounds;
#[path = "accuracy/reliability.rs"]
mod reliability;

use anyhow::{Context as _, ensure};
use bounds::{at_least, at_most};
use reliability::{Reliability, edits};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;
use yushen::run::stages::Stages;
use yushen::vocabulary::documents::{self, DOCUMENTS};
use yushen::vocabulary::level::Level;

/// 0–1: from here a reading counts as sure (`working_threshold` of rules/settings.toml).
const SURE: f64 = 0.90;

fn main() -> anyhow::Result<()> {
    let mut figures = Figures::default();
    for argument in std::env::args().skip(1) {
        if argument == "--wrong" {
            figures.list_wrong = true;
            continue;
        }
        let (corpus, out) =
            argument.split_once('=').map_or((argument.as_str(), None), |(c, o)| (c, Some(PathBuf::from(o))));
        let temporary = tempfile::tempdir()?;
        let out = match out {
            Some(out) => out,
            None => run(Path::new(corpus), &temporary.path().join("out"))?,
        };
        figures.add(Path::new(corpus), &out).with_context(|| format!("corpus {corpus}, results {}", out.display()))?;
    }
    ensure!(figures.submissions > 0, "usage: accuracy [--wrong] CORPUS[=OUT]...");
    print!("{}", figures.render());
    Ok(())
}

fn run(corpus: &Path, out: &Path) -> anyhow::Result<PathBuf> {
    let arguments = [
        "yushen".as_ref(),
        "audit".as_ref(),
        corpus.join("batch").as_os_str(),
        "-o".as_ref(),
        out.as_os_str(),
        "--quiet".as_ref(),
    ]
    .map(ToOwned::to_owned);
    let code = yushen::cli::run(arguments, &Stages, &mut std::io::stdout(), &mut std::io::stderr());
    ensure!(code == 0, "the audit of {} ended with {code}", corpus.display());
    Ok(out.to_path_buf())
}

#[derive(Default)]
struct Figures {
    submissions: u64,
    clean: u64,
    cleared: u64,
    defective: u64,
    slipped: Vec<String>,
    flagged: u64,
    /// Clean submissions that a doubt alone kept from being cleared.
    abstained: u64,
    rejected: u64,
    fields: BTreeMap<String, Field>,
    reliability: Reliability,
    list_wrong: bool,
    wrong: Vec<String>,
    rules: BTreeMap<String, Rule>,
    pages: u64,
    cpu_seconds: f64,
    wall_seconds: f64,
    stages: BTreeMap<String, f64>,
}

/// One field over all corpora.
#[derive(Default)]
struct Field {
    /// In documents that were handed in.
    blanks: u64,
    /// In documents of which there is no page: nobody could read them.
    absent: u64,
    exact: u64,
    sure: u64,
    sure_wrong: u64,
    /// Characters that the fields hold, and edits from what was read to them (brackets, width and white space aside).
    characters: u64,
    edits: u64,
}

#[derive(Default)]
struct Rule {
    truth: u64,
    hit: u64,
    without: u64,
    false_flags: u64,
    clean: u64,
    false_on_clean: u64,
}

struct Injected {
    rule: String,
    hard: bool,
    fair: Vec<String>,
}

impl Figures {
    fn add(&mut self, corpus: &Path, out: &Path) -> anyhow::Result<()> {
        let truth = injected(&corpus.join("truth.csv"))?;
        let labels = lines(&corpus.join("facts.jsonl"))?;
        let found: BTreeMap<String, Value> =
            lines(&out.join("findings.jsonl"))?.into_iter().map(|f| (text(&f["submission_id"]), f)).collect();
        let all_rules: BTreeSet<String> =
            truth.values().flatten().map(|i| i.rule.clone()).chain(found.values().flat_map(flags_of)).collect();
        for label in &labels {
            let id = text(&label["id"]);
            let nothing = Value::Null;
            let finding = found.get(&id).unwrap_or(&nothing);
            self.submission(&id, truth.get(&id).map_or(&[][..], Vec::as_slice), finding, &all_rules);
            for (field, expected) in expected(label) {
                self.field(&field, &expected, finding);
            }
            self.copy(label, finding);
            self.pages += finding["documents"]["pages"].as_array().map_or(0, |p| p.len() as u64);
        }
        let run: Value = serde_json::from_str(&std::fs::read_to_string(out.join("run.json"))?)?;
        self.cpu_seconds += run["seconds"]["cpu"].as_f64().unwrap_or_default();
        self.wall_seconds += run["seconds"]["wall"].as_f64().unwrap_or_default();
        for (stage, seconds) in run["seconds"]["stages"].as_object().into_iter().flatten() {
            *self.stages.entry(stage.clone()).or_default() += seconds.as_f64().unwrap_or_default();
        }
        Ok(())
    }

    fn submission(&mut self, id: &str, injected: &[Injected], finding: &Value, all_rules: &BTreeSet<String>) {
        let verdict = finding["verdict"].as_str().unwrap_or("none");
        let got: BTreeSet<String> = flags_of(finding).collect();
        let want: BTreeSet<&String> = injected.iter().map(|i| &i.rule).collect();
        let fair: BTreeSet<&String> = injected.iter().flat_map(|i| &i.fair).collect();
        let hard = injected.iter().any(|i| i.hard);
        self.submissions += 1;
        if injected.is_empty() {
            self.clean += 1;
            self.cleared += u64::from(verdict == "pass");
            self.rejected += u64::from(verdict == "reject");
            let kept = finding["flags"].as_array().into_iter().flatten().filter(|f| f["severity"] != "note");
            let doubts = |f: &Value| f["rule"] == "reading-doubtful" || f["rule"] == "material-unreadable";
            self.abstained += u64::from(verdict == "review" && kept.into_iter().all(doubts));
        }
        if hard {
            self.defective += 1;
            if !matches!(verdict, "review" | "reject") {
                self.slipped.push(format!("{id} ({})", want.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ")));
            }
            self.flagged +=
                u64::from(finding["flags"].as_array().into_iter().flatten().any(|f| f["severity"] != "note"));
        }
        for rule in all_rules {
            let figure = self.rules.entry(rule.clone()).or_default();
            if want.contains(rule) {
                figure.truth += 1;
                figure.hit += u64::from(got.contains(rule));
            } else if !fair.contains(rule) {
                figure.without += 1;
                figure.false_flags += u64::from(got.contains(rule));
                figure.clean += u64::from(injected.is_empty());
                figure.false_on_clean += u64::from(injected.is_empty() && got.contains(rule));
            }
        }
    }

    /// One field: what it says, and what was read there.
    fn field(&mut self, field: &str, expected: &str, finding: &Value) {
        let row = finding["facts"].as_array().into_iter().flatten().find(|r| r["field"] == field);
        let figure = self.fields.entry(kind_of_field(field)).or_default();
        if !has_page(field, finding) {
            figure.absent += 1;
            return;
        }
        figure.blanks += 1;
        let read = row.and_then(|row| plain(&row["value"]).or_else(|| plain(&row["text"])));
        let exact = read.as_ref().is_some_and(|r| same(r, expected));
        let (length, off) = edits(read.as_deref().unwrap_or_default(), expected);
        figure.characters += length;
        figure.edits += if exact { 0 } else { off };
        if self.list_wrong && !exact {
            let (state, confidence) = row.map_or(("no fact".to_owned(), 0.0), |r| {
                (text(&r["state"]), r["confidence"].as_f64().unwrap_or_default())
            });
            self.wrong.push(format!(
                "{}\t{field}\t{expected}\t{}\t{state}\t{confidence:.2}",
                text(&finding["submission_id"]),
                read.unwrap_or_default()
            ));
        }
        let Some(row) = row else { return };
        let confidence = row["confidence"].as_f64().unwrap_or_default();
        let sure = row["state"] == "read" && confidence >= SURE;
        if row["state"] == "read" {
            self.reliability.add(confidence, exact);
        } else {
            self.reliability.not_read();
        }
        figure.exact += u64::from(exact);
        figure.sure += u64::from(sure);
        figure.sure_wrong += u64::from(sure && !exact);
    }

    /// The copied condition: is it faithful, does it differ, or can nobody tell? "Exact" is the right answer, "sure"
    /// any answer.
    fn copy(&mut self, label: &Value, finding: &Value) {
        let (Some(written), Some(original)) =
            (label["written"]["form"]["condition"].as_str(), label["condition_text"].as_str())
        else {
            return;
        };
        let figure = self.fields.entry("application_form.condition: faithful?".to_owned()).or_default();
        if !has_page("application_form.condition", finding) {
            figure.absent += 1;
            return;
        }
        figure.blanks += 1;
        let row =
            finding["facts"].as_array().into_iter().flatten().find(|r| r["field"] == "application_form.condition");
        let Some(verified) =
            row.map(|r| &r["verified"]).filter(|v| v["expected"].as_str().is_some_and(|e| same(e, original)))
        else {
            return;
        };
        let truth = if same(written, original) { "faithful" } else { "differs" };
        let answer = verified["outcome"].as_str().unwrap_or("cannot_tell");
        figure.exact += u64::from(answer == truth);
        figure.sure += u64::from(answer != "cannot_tell");
        figure.sure_wrong += u64::from(answer != "cannot_tell" && answer != truth);
    }

    fn render(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(text.trim_end());
            out.push('\n');
        };
        line(format!(
            "| {:44} | {:>6} | {:>6} | {:>7} | {:>7} | {:>10} | {:>7} | {:>7} |",
            "field", "absent", "blanks", "exact", "sure", "sure-wrong", "at most", "CER"
        ));
        line("|---|---:|---:|---:|---:|---:|---:|---:|".to_owned());
        for (name, f) in &self.fields {
            let cer = if f.characters == 0 {
                "–".to_owned()
            } else {
                format!("{:.4}", f.edits as f64 / f.characters as f64)
            };
            line(format!(
                "| {name:44} | {:6} | {:6} | {:>7} | {:>7} | {:>10} | {:>7} | {cer:>7} |",
                f.absent,
                f.blanks,
                share(f.exact, f.blanks),
                share(f.sure, f.blanks),
                share(f.sure_wrong, f.sure),
                if f.sure == 0 { "–".to_owned() } else { percent(at_most(f.sure_wrong, f.sure)) }
            ));
        }
        line(String::new());
        line(self.reliability.render());
        line(format!(
            "| {:28} | {:>5} | {:>4} | {:>7} | {:>8} | {:>14} | {:>12} |",
            "rule", "truth", "hit", "recall", "at least", "false on clean", "false on all"
        ));
        line("|---|---:|---:|---:|---:|---:|---:|".to_owned());
        // the worst first: an average would hide it
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by(|(a, r), (b, s)| {
            let missed = |r: &Rule| if r.truth == 0 { -1.0 } else { (r.truth - r.hit) as f64 / r.truth as f64 };
            missed(s).total_cmp(&missed(r)).then_with(|| a.cmp(b))
        });
        for (name, r) in rules {
            let (clean, all) =
                (format!("{}/{}", r.false_on_clean, r.clean), format!("{}/{}", r.false_flags, r.without));
            line(format!(
                "| {name:28} | {:5} | {:4} | {:>7} | {:>8} | {clean:>14} | {all:>12} |",
                r.truth,
                r.hit,
                share(r.hit, r.truth),
                if r.truth == 0 { "–".to_owned() } else { percent(at_least(r.hit, r.truth)) }
            ));
        }
        line(String::new());
        let (truth, hit) = self.rules.values().fold((0, 0), |(t, h), r| (t + r.truth, h + r.hit));
        line("| figure | | | 95 % |".to_owned());
        line("|---|---:|---:|---:|".to_owned());
        for (name, part, of, good) in [
            ("cleared (clean submissions that pass)", self.cleared, self.clean, true),
            ("abstained (clean ones kept back by a doubtful reading alone)", self.abstained, self.clean, false),
            ("rejected (clean ones proposed for rejection)", self.rejected, self.clean, false),
            ("slipped (defective ones that pass)", self.slipped.len() as u64, self.defective, false),
            ("flagged (defective ones that do not pass)", self.flagged, self.defective, true),
            ("recall (defects under their own rule)", hit, truth, true),
        ] {
            let bound = if good {
                format!("≥ {}", percent(at_least(part, of)))
            } else {
                format!("≤ {}", percent(at_most(part, of)))
            };
            line(format!("| {name} | {part}/{of} | {} | {bound} |", share(part, of)));
        }
        let pages = self.pages.max(1) as f64;
        line(format!("| CPU ms a page | {} pages | {:.0} | |", self.pages, self.cpu_seconds * 1e3 / pages));
        line(format!(
            "| CPU s a submission | {} submissions | {:.2} | |",
            self.submissions,
            self.cpu_seconds / self.submissions.max(1) as f64
        ));
        for (stage, seconds) in self.stages.iter().filter(|(_, s)| **s > 0.0) {
            line(format!("| … of it {stage}, ms a page | | {:.1} | |", seconds * 1e3 / pages));
        }
        for s in &self.slipped {
            line(format!("slipped: {s}"));
        }
        for w in &self.wrong {
            line(format!("wrong: {w}"));
        }
        out
    }
}

/// What every document of a submission says, by the names of `findings.jsonl`. Fields that say nothing are left out.
fn expected(label: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (material, fields) in DOCUMENTS {
        let document = material.key();
        let said = &label["written"][label_key(document)];
        for field in fields.iter().filter(|f| !UNMEASURED.contains(&(document, f.name))) {
            of_field(&format!("{document}.{}", field.name), field, said, &mut all);
        }
    }
    all
}

/// One field, which is called `path`, or the fields of a sentence or of each of several; `said` is what the label says
/// of all that stands beside it.
fn of_field(path: &str, field: &documents::Field, said: &Value, all: &mut Vec<(String, String)>) {
    let said = &said[label_key(&kind_of_field(path))];
    let sentences: Vec<(String, &Value)> = match said {
        _ if field.parts.is_empty() => {
            all.extend(plain(said).filter(|s| !s.is_empty()).map(|text| (path.to_owned(), text)));
            return;
        }
        Value::Array(list) => list.iter().enumerate().map(|(i, one)| (format!("{path}[{i}]"), one)).collect(),
        one => vec![(path.to_owned(), one)],
    };
    for (sentence, said) in sentences {
        for part in field.parts {
            of_field(&format!("{sentence}.{}", part.name), part, said, all);
        }
    }
}

/// Labels call documents and fields as we do, but for these: one field by its whole name, or all fields that are called
/// so.
const LABELS: [(&str, &str); 18] = [
    ("application_form", "form"),
    ("work_commitment", "commitment"),
    ("id_card_front", "card"),
    ("prior_certificate", "certificate"),
    ("completion_certificate", "completion"),
    ("prior_certificate_number", "prior_no"),
    ("chsi_code", "chsi"),
    ("application_form.work", "jobs"),
    ("application_form.work.occupation", "occ"),
    ("application_form.education", "edu"),
    ("signature", "sign"),
    ("signed_on", "date"),
    ("birth_date", "birth"),
    ("certificate_occupation", "occupation"),
    ("certificate_level", "level"),
    ("certificate_number", "no"),
    ("diploma_number", "no"),
    ("issued_on", "issued"),
];

/// Labelled, and without a row of their own, as in the tables of docs/accuracy.md: the copied condition has figures of
/// another kind ([`Figures::copy`]), the others have never been counted.
const UNMEASURED: [(&str, &str); 11] = [
    ("application_form", "condition"),
    ("id_card_front", "ethnicity"),
    ("id_card_front", "address"),
    ("diploma", "number"),
    ("diploma", "sex"),
    ("diploma", "birth_date"),
    ("diploma", "issued_on"),
    ("completion_certificate", "start"),
    ("completion_certificate", "end"),
    ("completion_certificate", "certificate_number"),
    ("completion_certificate", "issued_on"),
];

/// What labels call this document or field.
fn label_key(ours: &str) -> &str {
    let last = ours.rsplit('.').next().unwrap_or(ours);
    let called = |name: &str| LABELS.iter().find(|(known, _)| *known == name).map(|(_, theirs)| *theirs);
    called(ours).or_else(|| called(last)).unwrap_or(last)
}

/// A label or a value as text: `[2019, 8]` is 2019-08, a number its digits.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Array(parts) => {
            let parts: Option<Vec<u64>> = parts.iter().map(Value::as_u64).collect();
            Some(
                parts?
                    .iter()
                    .enumerate()
                    .map(|(i, n)| if i == 0 { format!("{n:04}") } else { format!("-{n:02}") })
                    .collect(),
            )
        }
        _ => None,
    }
}

/// Is there a page of the document that holds this field?
fn has_page(field: &str, finding: &Value) -> bool {
    let document = field.split('.').next().unwrap_or_default();
    finding["documents"]["pages"].as_array().into_iter().flatten().any(|page| page["material"] == document)
}

/// Equal but for width, white space and brackets; levels by their number.
fn same(read: &str, expected: &str) -> bool {
    let bare = |s: &str| s.nfkc().filter(|c| !c.is_whitespace() && !"()（）。,，、".contains(*c)).collect::<String>();
    let level = |s: &str| Level::parse(s).map(Level::number);
    bare(read) == bare(expected) || (level(expected).is_some() && level(read) == level(expected))
}

/// `application_form.work[2].start` and `…work[0].start` are one kind of field.
fn kind_of_field(field: &str) -> String {
    field
        .split('[')
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once(']').map_or("", |(_, rest)| rest) })
        .collect()
}

fn injected(path: &Path) -> anyhow::Result<BTreeMap<String, Vec<Injected>>> {
    let mut all: BTreeMap<String, Vec<Injected>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(path)?;
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row?;
        let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
        let fair = cell("note")
            .split("also=")
            .skip(1)
            .flat_map(|s| s.split(|c: char| c != '-' && c != '|' && !c.is_ascii_lowercase()).take(1))
            .flat_map(|s| s.split('|'))
            .map(str::to_owned)
            .collect();
        all.entry(cell("submission_id")).or_default().push(Injected {
            rule: cell("rule"),
            hard: cell("severity_max") != "note",
            fair,
        });
    }
    Ok(all)
}

fn flags_of(finding: &Value) -> impl Iterator<Item = String> + '_ {
    finding["flags"].as_array().into_iter().flatten().map(|f| text(&f["rule"]))
}

fn lines(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| Ok(serde_json::from_str(l)?)).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn share(part: u64, of: u64) -> String {
    if of == 0 { "–".to_owned() } else { percent(part as f64 / of as f64) }
}

fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

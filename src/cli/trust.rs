//! `yushen trust`: how right the program is here, by what people decided; as a table, as JSON, as a page.

use crate::cli::exit;
use crate::cli::options::{LangOption, RulesOption};
use crate::report::summary::{Lang, counted};
use crate::report::trust::figures::Figures;
use crate::report::trust::sheet::sheet;
use crate::report::trust::suggest::{Asked, slipped, suggest};
use crate::rules::titles;
use crate::run::trust::cases::{Runs, Told};
use crate::run::trust::labels::{self, Labelled, LabelsRequest};
use crate::run::trust::write;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub struct TrustArgs {
    /// Folders of finished runs
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Record of decisions that people made on the report's page (审核决定.jsonl, or its CSV); may be given many times
    /// [default: what the runs were given]
    #[arg(long, value_name = "FILE")]
    pub decisions: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: RulesOption,
    /// Suggest the working threshold under which wrongly accepted readings stay at or under the risk
    #[arg(long)]
    pub suggest: bool,
    /// The rate that is to be shown: of what slipped through, and of wrong readings among the accepted
    #[arg(long, value_name = "SHARE", default_value = "0.5%", value_parser = part)]
    pub risk: f64,
    /// How surely
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = part)]
    pub confidence: f64,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for trust.html and trust.svg; with --suggest the office's file that is written
    #[arg(short, long, value_name = "OUT")]
    pub out: Option<PathBuf>,
    /// Also write crops of handwriting that people corrected or confirmed into this new folder, with what they read
    #[arg(long, value_name = "DIR")]
    pub labels: Option<PathBuf>,
    /// Where the batches lie, those of the first run first, in the order of run.json [default: where they were]
    #[arg(long, value_name = "BATCH", requires = "labels")]
    pub batch: Vec<PathBuf>,
    /// Only crops of these fields, as `--json` names them [default: all that name no person]
    #[arg(long, value_name = "FIELD", value_delimiter = ',', requires = "labels")]
    pub fields: Vec<String>,
    #[command(flatten)]
    pub lang: LangOption,
}

/// A part of all that is neither nothing nor everything: `5%` or `0.05`.
fn part(text: &str) -> Result<f64, String> {
    let share: crate::run::spot_check::Share = text.parse()?;
    if share.part() < 1.0 { Ok(share.part()) } else { Err("give a share under 100%".to_owned()) }
}

/// Counts and prints.
///
/// # Errors
/// No finished run, a file that cannot be used, an output that cannot be written.
pub fn trust(args: &TrustArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let asked = Asked { risk: args.risk, confidence: args.confidence };
    let lang = args.lang.lang;
    let runs = Runs::open(&args.runs, &args.decisions, args.rules.dir())?;
    let (counts, told) = write::count(&runs)?;
    let slipped = slipped(&counts, asked);
    let suggestion = args.suggest.then(|| suggest(&counts, runs.working_threshold(), asked));
    let said = sheet(&counts, &slipped, suggestion.as_ref(), &titles(), lang);
    let labelled = args.labels.as_ref().map(|folder| {
        let (batches, fields) = (args.batch.clone(), args.fields.clone());
        labels::write(&runs, &LabelsRequest { folder: folder.clone(), batches, fields })
    });
    let labelled = labelled.transpose()?;
    match (&args.out, &suggestion) {
        (Some(path), Some(suggestion)) => write::office_file(path, suggestion)?,
        (Some(folder), None) => write::page(folder, &said, &counts, asked.confidence, lang)?,
        (None, _) => {}
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&Figures::new(&counts, slipped, suggestion))?)?;
        return Ok(exit::DONE);
    }
    write!(out, "{}", said.text())?;
    tell(&told, lang, out)?;
    if let (Some(folder), Some(done)) = (&args.labels, &labelled) {
        crops(folder, done, lang, out)?;
    }
    if let Some(path) = &args.out {
        let path = crate::report::cell::visible(&path.display().to_string());
        writeln!(out, "\n{}  {path}", if lang == Lang::Zh { "结果" } else { "Results" })?;
    }
    Ok(exit::DONE)
}

/// What was cut, and what was not.
fn crops(folder: &Path, done: &Labelled, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    let numbers = [done.crops as u64, done.without_picture, done.personal, done.unsafe_texts].map(|n| n.to_string());
    let text = match lang {
        Lang::Zh => {
            "截图 {0} 张（含个人信息，请妥善保管）；{1} 项找不到原图，{2} 项为个人信息栏目未写，{3} 项文字不安全未写"
        }
        Lang::En => {
            "{0} crops (personal data: keep them safe); {1} readings without their original, {2} that name a person and {3} with unsafe text left out"
        }
    };
    let text = numbers.iter().enumerate().fold(text.to_owned(), |t, (i, n)| t.replace(&format!("{{{i}}}"), n));
    writeln!(out, "\n{text}\n{}", crate::report::cell::visible(&folder.display().to_string()))
}

/// What else a person should know of the figures.
fn tell(told: &Told, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    let lines = [
        (
            told.repeated,
            "{} 份在几次运行中都有，各计一次，取决定最少的那次",
            "{} finding(s) of submissions that are in several runs: counted once, by the run before which least was said",
        ),
        (
            told.unknown,
            "{} 个报名编号只见于审核决定，不在所给的运行中，未计入",
            "{} submission(s) of the records are in none of the runs and were not counted",
        ),
        (
            told.other_rules,
            "{} 次运行当时所用的规则或机构文件已不在，按现行规则重新判定",
            "{} run(s) were judged by rules or an office's file that are not at hand: judged anew by those of now",
        ),
    ];
    out.write_all(counted(&lines, lang).as_bytes())
}

//! The library in a few lines: finds a submission, reads its photo, judges it, and prints verdict and flags.
//! Other documents are not read here, so the rules on them are not evaluated. `cargo run --example hello`

use anyhow::Context as _;
use jiff::civil::date;
use std::path::Path;
use yushen::ingest::{self, Aliases};
use yushen::inspect::photo::{self, FaceModels};
use yushen::packs;
use yushen::rules::{Case, judge};
use yushen::runtime::Runtime;
use yushen::vocabulary::batch::SharedWith;
use yushen::vocabulary::documents::Documents;
use yushen::vocabulary::material::MaterialKind;
use yushen::vocabulary::register::NoRegister;

fn main() -> anyhow::Result<()> {
    let rules = packs::embedded()?;
    let aliases = Aliases::parse(include_str!("../rules/aliases.toml"), "rules/aliases.toml")?;
    let batch = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/batch");
    let found = ingest::discover(&batch, &aliases, &rules.settings.limits)?;
    let submission =
        found.submissions.iter().find(|s| s.id == "20241500005").context("the submission is in the batch")?;

    let file = submission.files.iter().find(|f| f.kind == Some(MaterialKind::Photo)).context("it has a photo")?;
    let bytes = std::fs::read(&file.path)?;
    let photo =
        photo::inspect(&file.name, &bytes, &rules.settings.photo, Some(&FaceModels::load(&Runtime::Rten)?), None)?;
    let documents = Documents { photo: Some(photo), ..Documents::default() };

    let (nobody, today) = (SharedWith::default(), date(2026, 11, 22));
    let judged =
        judge(&Case::new(submission, &documents, &rules.packs, &rules.settings, &NoRegister, &nobody, today, None));
    println!("{}: {}", submission.id, judged.verdict.chinese());
    for flag in &judged.flags {
        println!("  {} {}: {}", flag.severity.chinese(), flag.rule, flag.message.zh);
    }
    Ok(())
}

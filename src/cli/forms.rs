//! `yushen forms …`: the printed forms that are known, shown and checked for whoever describes one of his office.
//! Nothing is judged here; a file with a defect is an error with its place.

use crate::cli::options::{LangOption, RulesOption, RuntimeOption};
use crate::cli::{exit, expect, form_file, inspect};
use crate::inspect::draft::{self, Words};
use crate::inspect::picture;
use crate::inspect::recognisers::Recognisers;
use crate::inspect::upright_page::FORM_PIXELS;
use crate::ocr::digits::DigitModel;
use crate::ocr::ppocr::PpOcr;
use crate::packs::{self, Loaded};
use crate::report::summary::Lang;
use crate::report::{form_questions, form_text};
use crate::run::request::Computing;
use crate::run::rules::load;
use crate::vocabulary::form::Form;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::LimitSettings;
use anyhow::{Context as _, anyhow, bail, ensure};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Subcommand)]
pub enum FormsCommand {
    /// List the forms that are known, with the packs that accept them
    List {
        #[command(flatten)]
        rules: RulesOption,
        #[command(flatten)]
        lang: LangOption,
    },
    /// Show one form: its cells, sentences and tables, each field with its type
    Show(ShowFormArgs),
    /// Propose the file of a form from its empty page: a photo, a scan or a PDF. What is not sure is marked in it
    #[command(after_help = exit::DRAFT)]
    Draft(DraftArgs),
    /// Validate files of forms, and whether they can be told apart
    #[command(after_help = exit::CHECK)]
    Check {
        /// Files of forms, folders of them, or folders of rules [default: the forms of --rules, else the built-in ones]
        #[arg(value_name = "FILE.toml|DIR")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        rules: RulesOption,
    },
}

#[derive(Debug, Clone, Args)]
pub struct ShowFormArgs {
    /// A form: its id, one of its titles, or its file
    #[arg(value_name = "FORM")]
    pub form: String,
    #[command(flatten)]
    pub rules: RulesOption,
    #[command(flatten)]
    pub lang: LangOption,
}

#[derive(Debug, Clone, Args)]
pub struct DraftArgs {
    /// The empty form: a picture (JPEG, PNG, WebP, BMP, TIFF) or a PDF
    #[arg(value_name = "BLANK")]
    pub blank: PathBuf,
    /// The file to write; it must not be there yet
    #[arg(short, long, value_name = "FILE.toml")]
    pub out: PathBuf,
    /// The form's id [default: the name of FILE.toml]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// What material it is, 申报表 or application-form …; by its title if not given
    #[arg(long, value_name = "KIND", value_parser = inspect::kind)]
    pub material: Option<MaterialKind>,
    #[command(flatten)]
    pub runtime: RuntimeOption,
    #[command(flatten)]
    pub rules: RulesOption,
    #[command(flatten)]
    pub lang: LangOption,
}

/// Does what was asked.
///
/// # Errors
/// A file that is no form, a form that is not known, rules that cannot be used.
pub fn forms(command: &FormsCommand, out: &mut dyn Write) -> anyhow::Result<u8> {
    match command {
        FormsCommand::List { rules, lang } => list(&load(rules.dir())?, lang.lang, out)?,
        FormsCommand::Show(args) => show(args, out)?,
        FormsCommand::Draft(args) => draft(args, out)?,
        FormsCommand::Check { files, rules } => check(files, rules.dir(), out)?,
    }
    Ok(exit::DONE)
}

fn list(loaded: &Loaded, lang: Lang, out: &mut dyn Write) -> anyhow::Result<()> {
    for form in &loaded.packs.forms {
        writeln!(out, "{}", form_text::row(form, &accepting(loaded, &form.id), lang))?;
    }
    Ok(())
}

fn show(args: &ShowFormArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let loaded = load(args.rules.dir())?;
    let known = &loaded.packs.forms;
    let named = |f: &&Form| f.id == args.form || f.titles.contains(&args.form);
    let read;
    let form = match known.iter().find(named) {
        Some(form) => form,
        None if Path::new(&args.form).is_file() => {
            let (name, text) = packs::form_text(Path::new(&args.form))?;
            read = packs::form(&name, &text)?;
            &read
        }
        None => {
            let ids: Vec<&str> = known.iter().map(|f| f.id.as_str()).collect();
            bail!("no form \"{}\", and no file of that name; there is {}", args.form, ids.join(", "));
        }
    };
    write!(out, "{}", form_text::whole(form, &accepting(&loaded, &form.id), args.lang.lang))?;
    Ok(())
}

/// Validates the files as if they lay in one folder of forms; with `rules`, beside those of that folder, whose place one
/// of the same id takes.
fn check(files: &[PathBuf], rules: Option<&Path>, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in files {
        if path.is_dir() {
            paths.extend(packs::form_files(path)?);
        } else {
            paths.push(path.clone());
        }
    }
    let mut forms: Vec<Form> = Vec::new();
    for path in &paths {
        let form = checked(path)?;
        if let Some(twin) = forms.iter().position(|f| f.id == form.id) {
            bail!("{}: the form {} is given a second time, also as {}", path.display(), form.id, paths[twin].display());
        }
        forms.push(form);
    }
    if files.is_empty() || rules.is_some() {
        let loaded = load(rules)?;
        let others: Vec<Form> =
            loaded.packs.forms.into_iter().filter(|f| forms.iter().all(|own| own.id != f.id)).collect();
        forms.splice(0..0, others);
    }
    packs::told_apart(&forms)?;
    for form in &forms {
        writeln!(out, "{}  {}  {}, {} fields", form.id, form.title(), form.material, form.fields().len())?;
        writeln!(out, "    sha256 {}", form.sha256)?;
    }
    writeln!(out, "{} forms: no defect found", forms.len())?;
    Ok(())
}

/// The form in a file in which no question is left.
fn checked(path: &Path) -> anyhow::Result<Form> {
    let (name, text) = packs::form_text(path)?;
    let questions = form_questions::lines(&text);
    let form = packs::form(&name, &text);
    if let (Ok(_), Some(first)) = (&form, questions.first()) {
        return Err(anyhow!(
            "{name}:{first}: a question of the draft is open, the first of {}; answer it and delete the mark \"# ?\"",
            questions.len()
        ));
    }
    Ok(form?)
}

/// The packs that name this form.
fn accepting<'a>(loaded: &'a Loaded, id: &str) -> Vec<&'a str> {
    let accepts = loaded.packs.packs.iter().filter(|p| p.forms.iter().any(|f| f.form == id));
    accepts.map(|p| p.id.as_str()).collect()
}

/// The words by which a draft guesses; they are no part of the rules that an audit names.
const WORDS: &str = include_str!("../../rules/form-words.toml");

fn draft(args: &DraftArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let stem = args.out.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let id = args.id.clone().unwrap_or_else(|| stem.clone());
    ensure!(
        args.out.extension().is_some_and(|e| e == "toml") && id == stem,
        "a form's file is named after its id: give --out {id}.toml"
    );
    ensure!(!args.out.exists(), "{} is there already; give another name, or move it away", args.out.display());
    if let Some(material) = args.material {
        ensure!(material.is_form(), "{} is not filled in on a form of its own", material.name());
    }
    ensure!(args.blank.is_file(), "{} is no file; give a picture or a PDF", args.blank.display());
    let rules = load(args.rules.dir())?;
    let bytes = expect::bytes_of(&args.blank, &rules.settings.limits).map_err(anyhow::Error::msg)?;
    let name = args.blank.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let asked = Drafting { id: &id, name: &name, material: args.material, lang: args.lang.lang };
    let text = drafted(&bytes, &asked, args.runtime.runtime, &rules.settings.limits)
        .with_context(|| format!("{} cannot be drafted from", args.blank.display()))?;
    std::fs::write(&args.out, &text).with_context(|| format!("{} cannot be written", args.out.display()))?;
    let questions = form_questions::lines(&text).len();
    let parts = text.lines().filter(|l| *l == "[[part]]").count();
    let said = match args.lang.lang {
        Lang::Zh => format!("{}：{parts} 个部分，{questions} 处疑问（# ?），请对照原表逐处核对", args.out.display()),
        Lang::En => format!("{}: {parts} parts, {questions} questions (# ?) to answer", args.out.display()),
    };
    writeln!(out, "{said}")?;
    Ok(())
}

/// What a draft is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Drafting<'a> {
    pub id: &'a str,
    /// The blank form's, for the file's head.
    pub name: &'a str,
    pub material: Option<MaterialKind>,
    pub lang: Lang,
}

/// The text of a form's file, as proposed from the bytes of its empty pages.
///
/// # Errors
/// Bytes that are no picture, a model that cannot be loaded, pages on which nothing of a form is found.
pub fn drafted(bytes: &[u8], asked: &Drafting, runtime: Computing, limits: &LimitSettings) -> anyhow::Result<String> {
    let words: Words = packs::read_toml("rules/form-words.toml", WORDS)?;
    let runtime = runtime.find()?;
    let (small, tiny) = (PpOcr::small(&runtime)?, PpOcr::tiny(&runtime)?);
    let digits = DigitModel::load(&runtime)?.reader()?;
    let recognisers = Recognisers::new(&small, &tiny, &digits, None);
    let mut pages = Vec::new();
    for source in picture::open(bytes, limits)? {
        let decoded = source.luma(FORM_PIXELS)?;
        pages.extend(draft::print_of(&decoded.pixels, 1.0 / decoded.scale, &recognisers)?);
    }
    let found = draft::of(&pages, asked.material, &words);
    ensure!(
        found.parts.iter().any(|p| !p.fields().is_empty()),
        "no label and no gap of a form was found on it; give a sharper picture of the whole empty page, or write the file by hand (docs/forms.md)"
    );
    Ok(form_file::toml(&found, asked.id, asked.name, asked.lang))
}

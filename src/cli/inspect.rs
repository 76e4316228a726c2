//! `yushen inspect`: from arguments to what is seen on one picture, or to how its writing compares with a text.
//! Guards the pictures that it writes; reads and judges nothing itself.

use crate::cli::options::{JobsOption, RulesOption, RuntimeOption};
use crate::cli::{annotated, exit, expect};
use crate::inspect::context::ReadContext;
use crate::inspect::photo::FaceModels;
use crate::inspect::picture;
use crate::inspect::preview::{self, Shown};
use crate::inspect::recognisers::Recognisers;
use crate::inspect::submission;
use crate::ocr::digits::DigitModel;
use crate::ocr::ppocr::PpOcr;
use crate::packs::{self, Loaded};
use crate::report::annotate::{self, Grade, Mark};
use crate::report::facts::{self, FactRow};
use crate::report::inspection::{Inspection, SeenFact};
use crate::report::seen_form::SeenForm;
use crate::run::reader::Lists;
use crate::run::rules::load;
use crate::vocabulary::documents::{Documents, SeenAs};
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::{Region, State};
use crate::vocabulary::form::Form;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::PhotoFacts;
use crate::vocabulary::register::NoRegister;
use crate::vocabulary::seen::SeenPage;
use crate::vocabulary::stage::StageTimes;
use crate::vocabulary::submission::{MaterialFile, Submission};
use anyhow::{Context, bail, ensure};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Pixels that a photo is reduced to before it is drawn on.
const PHOTO_PIXELS: u32 = 4_000_000;

#[derive(Debug, Clone, Args)]
pub struct InspectArgs {
    /// The picture (JPEG, PNG, WebP, BMP, TIFF) or PDF to look at
    #[arg(value_name = "FILE", required_unless_present = "expect_from", conflicts_with = "expect_from")]
    pub file: Option<PathBuf>,
    /// What material it is, 申报表 or application-form …; read from the page itself if not given
    #[arg(long, value_name = "KIND", value_parser = kind, conflicts_with_all = ["expect", "expect_from"])]
    pub kind: Option<MaterialKind>,
    /// Read it as this form, from a file like those in rules/forms, and list every part of the form and where it was found
    #[arg(long, value_name = "FORM.toml", conflicts_with_all = ["expect", "expect_from"])]
    pub form: Option<PathBuf>,
    /// Say whether the writing is this text: faithful, different (where and how), or not to be told
    #[arg(long, value_name = "TEXT", conflicts_with = "expect_from", value_parser = expect::expected)]
    pub expect: Option<String>,
    /// The same for many pictures: a UTF-8 list of picture (relative to the list) TAB text
    #[arg(long, value_name = "LIST.tsv")]
    pub expect_from: Option<PathBuf>,
    /// Other writing before and after the expected text (a printed label) is no difference
    #[arg(long)]
    pub within: bool,
    /// JSON instead of a table; one object a line with --expect-from
    #[arg(long)]
    pub json: bool,
    /// Draw what was seen: the flat page with its cells and readings, or the lines and differences
    #[arg(long, value_name = "OUT.png", conflicts_with = "expect_from")]
    pub annotate: Option<PathBuf>,
    #[command(flatten)]
    pub jobs: JobsOption,
    #[command(flatten)]
    pub runtime: RuntimeOption,
    #[command(flatten)]
    pub rules: RulesOption,
}

/// Does what was asked.
///
/// # Errors
/// Wrong usage, models or rules that cannot be loaded, an output that cannot be written. What is wrong with a picture
/// is no error.
pub fn inspect(request: &InspectArgs, out: &mut dyn Write) -> anyhow::Result<u8> {
    let rules = &load(request.rules.dir())?;
    let settings = &rules.settings;
    if let Some(to) = &request.annotate {
        ensure!(
            to.extension().is_some_and(|e| e.eq_ignore_ascii_case("png")),
            "{} does not end in .png; the annotated picture is a PNG",
            to.display()
        );
        request.file.iter().try_for_each(|file| annotated::is_another(to, file))?;
    }
    if let Some(file) = &request.file {
        ensure!(file.is_file(), "{} is no file; give a picture or a PDF", file.display());
    }
    let comparing = expect::Comparing {
        within: request.within,
        json: request.json,
        annotate: request.annotate.as_deref(),
        jobs: request.jobs.number(),
        runtime: request.runtime.runtime,
    };
    match (&request.file, &request.expect, &request.expect_from) {
        (None, None, Some(list)) => expect::many(list, &comparing, settings, out)?,
        (Some(file), Some(text), None) => expect::one(file, text, &comparing, settings, out)?,
        (Some(file), None, None) => pages(file, request, rules, out)?,
        _ => bail!("give a FILE, or a list with --expect-from"),
    }
    Ok(exit::DONE)
}

/// Page mode: one file, every page.
fn pages(file: &Path, request: &InspectArgs, rules: &Loaded, out: &mut dyn Write) -> anyhow::Result<()> {
    let runtime = request.runtime.runtime.find()?;
    let (small, tiny, faces) = (PpOcr::small(&runtime)?, PpOcr::tiny(&runtime)?, FaceModels::load(&runtime)?);
    let digits = DigitModel::load(&runtime)?.reader()?;
    let bytes = expect::bytes_of(file, &rules.settings.limits);
    let open = |_: &MaterialFile| bytes.clone();
    let own = request.form.as_deref().map(form_of).transpose()?;
    let forms = own.as_ref().map_or(&rules.packs.forms[..], std::slice::from_ref);
    let kind = request.kind.or(own.as_ref().map(|f| f.material));
    let context = ReadContext {
        recognisers: Recognisers::new(&small, &tiny, &digits, None),
        faces: Some(&faces),
        settings: &rules.settings,
        forms,
        register: &NoRegister,
        open: &open,
    };
    let (mut seen, looks) = look_at(file, kind, &bytes, &context, &Lists::of(&rules.packs).expectations())?;
    let found: Vec<(&FactRow, Option<usize>)> = seen.facts.iter().map(|f| (&f.fact, f.cell)).collect();
    let of_form = own.as_ref().map(|form| SeenForm::of(form, &found));
    seen.form = of_form;
    match (&request.annotate, &seen.photo) {
        (Some(to), Some(photo)) => annotated_photo(photo, bytes.as_deref().unwrap_or_default(), rules, to, file)?,
        (Some(to), None) => annotated(&seen, &looks, rules, to, file)?,
        (None, _) => {}
    }
    if request.json {
        seen.json(out)?;
    } else {
        seen.table(out)?;
    }
    Ok(())
}

/// The form in a file.
fn form_of(file: &Path) -> anyhow::Result<Form> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read; give a form's file, in UTF-8", file.display()))?;
    Ok(packs::form(&file.to_string_lossy().replace('\\', "/"), &text)?)
}

/// What is seen on a file, and its flat pages.
fn look_at(
    file: &Path,
    kind: Option<MaterialKind>,
    bytes: &Result<Vec<u8>, String>,
    context: &ReadContext,
    expect: &Expectations,
) -> anyhow::Result<(Inspection, Vec<Option<Shown>>)> {
    let content = bytes.as_deref().unwrap_or_default();
    let mut seen = Inspection {
        file: file.display().to_string(),
        format: picture::sniff(content),
        bytes: content.len() as u64,
        why: bytes.as_ref().err().cloned(),
        kind,
        read_as: kind,
        pages: Vec::new(),
        facts: Vec::new(),
        photo: None,
        form: None,
    };
    let mut shown = Vec::new();
    if kind != Some(MaterialKind::Photo) && seen.why.is_none() {
        match picture::open(content, &context.settings.limits) {
            Err(error) => seen.why = Some(error.to_string()),
            Ok(sources) => {
                for (number, source) in (1..).zip(&sources) {
                    // a later page bears no title: it is what the first one is
                    let look = preview::page(source, number, seen.read_as, context)?;
                    let surely = |s: &&SeenAs| s.confidence >= context.settings.reading.kind_threshold;
                    seen.read_as = seen.read_as.or(look.page.seen_as.as_ref().filter(surely).and_then(|s| s.kind));
                    seen.pages.push(look.page);
                    shown.push(look.shown);
                }
            }
        }
    }
    let Some(material) = seen.read_as.filter(|k| *k != MaterialKind::Other && seen.why.is_none()) else {
        return Ok((seen, shown));
    };
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let one = MaterialFile {
        kind: Some(material),
        part: 1,
        name,
        path: file.to_owned(),
        bytes: seen.bytes,
        sha256: None,
        refused: None,
    };
    let submission = Submission { files: vec![one], ..Submission::default() };
    let mut documents = submission::read(&submission, expect, context, &mut StageTimes::default())?;
    seen.photo = documents.photo.take().map(Box::new);
    // A page counts by its place in the file here, whatever it shows.
    let in_file = |fact: &FactRow| {
        documents
            .pages
            .iter()
            .find(|p| Some(p.page) == fact.page && p.material.is_some_and(|m| m.name() == fact.document))?
            .in_file
    };
    let form = context.forms.iter().find(|f| Some(f.id.as_str()) == form_id(&documents, material));
    let rows = facts::rows(&documents).into_iter().filter(|fact| is_of(form, fact));
    let rows = rows.map(|fact| FactRow { page: in_file(&fact), ..fact });
    seen.facts = (1..).zip(rows).map(|(number, fact)| placed(number, fact, &seen.pages, &shown)).collect();
    Ok((seen, shown))
}

/// The form on which a material came.
fn form_id(documents: &Documents, material: MaterialKind) -> Option<&str> {
    let id = match material {
        MaterialKind::ApplicationForm => documents.application_form.as_ref()?.form.as_ref(),
        _ => documents.commitment(material)?.form.as_ref(),
    };
    id.map(|id| id.0.as_str())
}

/// What was not found is told only of fields that the form has.
fn is_of(form: Option<&Form>, fact: &FactRow) -> bool {
    let Some(form) = form.filter(|_| fact.now() == State::NotFound) else { return true };
    let path = fact.field.split_once('.').map_or("", |(_, path)| path);
    match path.split_once('.') {
        Some((section, name)) => form.field(section.split('[').next(), name).is_some(),
        None => form.field(None, path).is_some(),
    }
}

/// A fact with its place on the flat page.
fn placed(number: usize, fact: FactRow, pages: &[SeenPage], shown: &[Option<Shown>]) -> SeenFact {
    let page = fact.page.and_then(|p| usize::from(p).checked_sub(1));
    let on = page.and_then(|p| shown.get(p)).and_then(Option::as_ref).zip(fact.region);
    let flat = on.map(|(s, r)| s.at(&r));
    let cells = page.and_then(|p| pages.get(p)).map_or(&[][..], |p| &p.cells);
    let cell = flat.and_then(|[x0, y0, x1, y1]| {
        let (x, y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
        let holds = |r: &Region| {
            r.x as f32 <= x && x <= (r.x + r.width) as f32 && r.y as f32 <= y && y <= (r.y + r.height) as f32
        };
        cells.iter().find(|c| holds(&c.flat)).map(|c| c.number)
    });
    let flat = flat.map(|[x0, y0, x1, y1]| Region {
        x: x0.max(0.0) as u32,
        y: y0.max(0.0) as u32,
        width: (x1 - x0).max(1.0) as u32,
        height: (y1 - y0).max(1.0) as u32,
    });
    SeenFact { number, fact, flat, cell }
}

/// Draws each flat page with its cells and readings; `out.png`, `out-2.png` …
fn annotated(
    seen: &Inspection,
    shown: &[Option<Shown>],
    rules: &Loaded,
    to: &Path,
    input: &Path,
) -> anyhow::Result<()> {
    let sure = rules.settings.reading.working_threshold;
    ensure!(shown.iter().any(Option::is_some), "{}: there is no flat page to draw on", seen.file);
    for (page, shown) in seen.pages.iter().zip(shown) {
        let Some(shown) = shown else { continue };
        let corners = |r: &Region| [r.x, r.y, r.x + r.width, r.y + r.height].map(|v| v as f32);
        let cells: Vec<[f32; 4]> = page.cells.iter().map(|c| corners(&c.flat)).collect();
        let facts = seen.facts.iter().filter(|f| f.fact.page == Some(page.page));
        let mut marks: Vec<Mark> = facts
            .filter_map(|f| Some(Mark { number: f.number, at: corners(&f.flat?), grade: grade(&f.fact, sure)? }))
            .collect();
        if seen.facts.is_empty() {
            let of = |confidence: f32| if confidence >= sure { Grade::Sure } else { Grade::Doubtful };
            marks.extend(page.lines.iter().enumerate().map(|(i, l)| Mark {
                number: i + 1,
                at: shown.at(&l.region),
                grade: of(l.certainty()),
            }));
        }
        let mut picture = shown.picture.clone();
        annotate::draw(&mut picture, &cells, &marks);
        annotated::save(&picture, &numbered(to, page.page), input)?;
    }
    Ok(())
}

/// Draws the photo with the faces found on it.
fn annotated_photo(photo: &PhotoFacts, bytes: &[u8], rules: &Loaded, to: &Path, input: &Path) -> anyhow::Result<()> {
    let pages = picture::open(bytes, &rules.settings.limits)?;
    let Some(page) = pages.first() else { bail!("{}: there is no picture to draw on", photo.file) };
    let decoded = page.rgb(PHOTO_PIXELS)?;
    let mut picture = decoded.pixels;
    let faces = photo.faces.value().map_or(&[][..], Vec::as_slice);
    let sure = rules.settings.photo.face_score;
    let marks: Vec<Mark> = (1..)
        .zip(faces)
        .map(|(number, f)| {
            let r = &f.region;
            let at = [r.x, r.y, r.x + r.width, r.y + r.height].map(|v| v as f32 / decoded.scale);
            Mark { number, at, grade: if f.score >= sure { Grade::Sure } else { Grade::Doubtful } }
        })
        .collect();
    annotate::draw(&mut picture, &[], &marks);
    annotated::save(&picture, to, input)
}

/// `out.png` for the first page, `out-2.png` … for further ones.
fn numbered(to: &Path, page: u16) -> PathBuf {
    let stem = to.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    if page == 1 { to.to_owned() } else { to.with_file_name(format!("{stem}-{page}.png")) }
}

fn grade(fact: &FactRow, sure: f32) -> Option<Grade> {
    match fact.now() {
        State::NotFound => None,
        State::Empty => Some(Grade::Blank),
        State::Illegible => Some(Grade::Illegible),
        State::Read if fact.confidence >= sure && fact.value.is_some() => Some(Grade::Sure),
        State::Read => Some(Grade::Doubtful),
    }
}

/// A material by its Chinese name, or by its English one as the facts have it (`application_form`, `application-form`).
///
/// # Errors
/// No material has this name.
pub fn kind(name: &str) -> Result<MaterialKind, String> {
    let plain = name.trim().to_lowercase().replace('-', "_");
    let found = MaterialKind::ALL
        .into_iter()
        .find(|k| k.name() == name.trim() || k.key() == plain || k.english() == name.trim());
    found.ok_or_else(|| {
        let known: Vec<String> =
            MaterialKind::ALL.iter().map(|k| format!("{} ({})", k.name(), k.key().replace('_', "-"))).collect();
        format!("no material has this name; known are {}", known.join(", "))
    })
}

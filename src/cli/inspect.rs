//! `yushen inspect`: from arguments to what is seen on one picture, or to how its writing compares with a text.
//! Guards the pictures that it writes; reads and judges nothing itself.

use super::reader::Lists;
use super::{InspectArgs, exit, expect};
use crate::inspect::engines::Engines;
use crate::inspect::look::{self, Shown};
use crate::inspect::photo::FaceModels;
use crate::inspect::picture;
use crate::inspect::read::{self, Desk};
use crate::ocr::ppocr::PpOcr;
use crate::packs::Loaded;
use crate::report::annotate::{self, Grade, Mark};
use crate::report::facts::{self, FactRow, prefix};
use crate::report::inspection::{Inspection, SeenFact};
use crate::report::whole::{ClosedFile, WholeFile};
use crate::vocabulary::documents::SeenAs;
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::{Region, State};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::PhotoFacts;
use crate::vocabulary::register::NoRegister;
use crate::vocabulary::seen::SeenPage;
use crate::vocabulary::stage::StageTimes;
use crate::vocabulary::submission::{MaterialFile, Submission};
use crate::vocabulary::text::{is_invisible, is_punctuation};
use anyhow::{Context as _, bail, ensure};
use image::{ImageFormat, RgbImage};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

/// Pixels that a photo is reduced to before it is drawn on.
const PHOTO_PIXELS: u32 = 4_000_000;

/// Does what was asked.
///
/// # Errors
/// Wrong usage, models or rules that cannot be loaded, an output that cannot be written. What is wrong with a picture is no error.
pub fn inspect(request: &InspectArgs, rules: &Loaded, out: &mut dyn Write) -> anyhow::Result<u8> {
    let settings = &rules.settings;
    if let Some(to) = &request.annotate {
        ensure!(to.extension().is_some_and(|e| e.eq_ignore_ascii_case("png")), "{} does not end in .png; the annotated picture is a PNG", to.display());
        request.file.iter().try_for_each(|file| is_another(to, file))?;
    }
    if let Some(file) = &request.file {
        ensure!(file.is_file(), "{} is no file; give a picture or a PDF", file.display());
    }
    match (&request.file, &request.expect, &request.expect_from) {
        (None, None, Some(list)) => expect::many(list, request, settings, out)?,
        (Some(file), Some(text), None) => expect::one(file, text, request, settings, out)?,
        (Some(file), None, None) => pages(file, request, rules, out)?,
        _ => bail!("give a FILE, or a list with --expect-from"),
    }
    Ok(exit::DONE)
}

/// Page mode: one file, every page.
fn pages(file: &Path, request: &InspectArgs, rules: &Loaded, out: &mut dyn Write) -> anyhow::Result<()> {
    let runtime = request.runtime.find()?;
    let (small, tiny, faces) = (PpOcr::small(&runtime)?, PpOcr::tiny(&runtime)?, FaceModels::load(&runtime)?);
    let bytes = expect::bytes_of(file, &rules.settings.limits);
    let open = |_: &MaterialFile| bytes.clone();
    let desk = Desk { engines: Engines::new(&small, &tiny, None), faces: Some(&faces), settings: &rules.settings, register: &NoRegister, open: &open };
    let (seen, looks) = look_at(file, request.kind, &bytes, &desk, &Lists::of(&rules.packs).expectations())?;
    match (&request.annotate, &seen.photo) {
        (Some(to), Some(photo)) => annotated_photo(photo, bytes.as_deref().unwrap_or_default(), rules, to, file)?,
        (Some(to), None) => annotated(&seen, &looks, rules, to, file)?,
        (None, _) => {}
    }
    if request.json {
        seen.json(out)?
    } else {
        seen.table(out)?
    }
    Ok(())
}

/// What is seen on a file, and its flat pages.
fn look_at(
    file: &Path,
    kind: Option<MaterialKind>,
    bytes: &Result<Vec<u8>, String>,
    desk: &Desk,
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
    };
    let mut shown = Vec::new();
    if kind != Some(MaterialKind::Photo) && seen.why.is_none() {
        match picture::open(content, &desk.settings.limits) {
            Err(error) => seen.why = Some(error.to_string()),
            Ok(sources) => {
                for (number, source) in (1..).zip(&sources) {
                    // a later page bears no title: it is what the first one is
                    let look = look::page(source, number, seen.read_as, desk)?;
                    let surely = |s: &&SeenAs| s.confidence >= desk.settings.reading.kind_threshold;
                    seen.read_as = seen.read_as.or(look.page.seen_as.as_ref().filter(surely).and_then(|s| s.kind));
                    seen.pages.push(look.page);
                    shown.push(look.shown);
                }
            }
        }
    }
    let Some(material) = seen.read_as.filter(|k| *k != MaterialKind::Other && seen.why.is_none()) else { return Ok((seen, shown)) };
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let one = MaterialFile { kind: Some(material), part: 1, name, path: file.to_owned(), bytes: seen.bytes, sha256: None, refused: None };
    let submission = Submission { files: vec![one], ..Submission::default() };
    let mut documents = read::read(&submission, expect, desk, &mut StageTimes::default())?;
    seen.photo = documents.photo.take().map(Box::new);
    // A page counts by its place in the file here, whatever it shows.
    let in_file = |fact: &FactRow| documents.pages.iter().find(|p| Some(p.page) == fact.page && p.material.is_some_and(|m| m.name() == fact.document))?.in_file;
    let rows = facts::rows(&documents).into_iter().map(|fact| FactRow { page: in_file(&fact), ..fact });
    seen.facts = (1..).zip(rows).map(|(number, fact)| placed(number, fact, &seen.pages, &shown)).collect();
    Ok((seen, shown))
}

/// A fact with its place on the flat page.
fn placed(number: usize, fact: FactRow, pages: &[SeenPage], shown: &[Option<Shown>]) -> SeenFact {
    let page = fact.page.and_then(|p| usize::from(p).checked_sub(1));
    let on = page.and_then(|p| shown.get(p)).and_then(Option::as_ref).zip(fact.region);
    let flat = on.map(|(s, r)| s.at(&r));
    let cells = page.and_then(|p| pages.get(p)).map_or(&[][..], |p| &p.cells);
    let cell = flat.and_then(|[x0, y0, x1, y1]| {
        let (x, y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
        let holds = |r: &Region| r.x as f32 <= x && x <= (r.x + r.width) as f32 && r.y as f32 <= y && y <= (r.y + r.height) as f32;
        cells.iter().find(|c| holds(&c.flat)).map(|c| c.number)
    });
    let flat = flat.map(|[x0, y0, x1, y1]| Region { x: x0.max(0.0) as u32, y: y0.max(0.0) as u32, width: (x1 - x0).max(1.0) as u32, height: (y1 - y0).max(1.0) as u32 });
    SeenFact { number, fact, flat, cell }
}

/// Draws each flat page with its cells and readings; `out.png`, `out-2.png` …
fn annotated(seen: &Inspection, shown: &[Option<Shown>], rules: &Loaded, to: &Path, input: &Path) -> anyhow::Result<()> {
    let sure = rules.settings.reading.working_threshold;
    ensure!(shown.iter().any(Option::is_some), "{}: there is no flat page to draw on", seen.file);
    for (page, shown) in seen.pages.iter().zip(shown) {
        let Some(shown) = shown else { continue };
        let corners = |r: &Region| [r.x, r.y, r.x + r.width, r.y + r.height].map(|v| v as f32);
        let cells: Vec<[f32; 4]> = page.cells.iter().map(|c| corners(&c.flat)).collect();
        let facts = seen.facts.iter().filter(|f| f.fact.page == Some(page.page));
        let mut marks: Vec<Mark> = facts.filter_map(|f| Some(Mark { number: f.number, at: corners(&f.flat?), grade: grade(&f.fact, sure)? })).collect();
        if seen.facts.is_empty() {
            let of = |confidence: f32| if confidence >= sure { Grade::Sure } else { Grade::Doubtful };
            marks.extend(page.lines.iter().enumerate().map(|(i, l)| Mark { number: i + 1, at: shown.at(&l.region), grade: of(l.confidence) }));
        }
        let mut picture = shown.picture.clone();
        annotate::draw(&mut picture, &cells, &marks);
        save(&picture, &numbered(to, page.page), input)?;
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
    save(&picture, to, input)
}

/// `out.png` for the first page, `out-2.png` … for further ones.
fn numbered(to: &Path, page: u16) -> PathBuf {
    let stem = to.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    if page == 1 { to.to_owned() } else { to.with_file_name(format!("{stem}-{page}.png")) }
}

fn grade(fact: &FactRow, sure: f32) -> Option<Grade> {
    match fact.state {
        State::NotFound => None,
        State::Blank => Some(Grade::Blank),
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
    let found = MaterialKind::ALL.into_iter().find(|k| k.name() == name.trim() || prefix(*k) == plain || k.english() == name.trim());
    found.ok_or_else(|| {
        let known: Vec<String> = MaterialKind::ALL.iter().map(|k| format!("{} ({})", k.name(), prefix(*k).replace('_', "-"))).collect();
        format!("no material has this name; known are {}", known.join(", "))
    })
}

/// A text that holds something to compare.
///
/// # Errors
/// It holds no character but blanks and punctuation.
pub fn expected(text: &str) -> Result<String, String> {
    let compared = text.chars().any(|c| !is_invisible(c) && !is_punctuation(c));
    if compared { Ok(text.to_owned()) } else { Err("the text holds nothing that is compared".to_owned()) }
}

/// What is drawn never replaces what it was drawn from, by whatever name: a link, a hard link, another spelling.
fn is_another(to: &Path, input: &Path) -> anyhow::Result<()> {
    ensure!(!same_file::is_same_file(to, input).unwrap_or(false), "{} is the input itself; give another name with --annotate", to.display());
    Ok(())
}

/// Writes a picture as PNG: a new file that takes the name when it is whole, so that nothing else which has the same content on disk is written over.
///
/// # Errors
/// It cannot be encoded or written, or would replace what it was drawn from.
pub fn save(picture: &RgbImage, to: &Path, input: &Path) -> anyhow::Result<()> {
    is_another(to, input)?;
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).with_context(|| format!("{} cannot be encoded", to.display()))?;
    let unwritten = || format!("{} cannot be written", to.display());
    let folder = to.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = to.file_name().with_context(unwritten)?.to_string_lossy();
    let mut file = WholeFile::create(folder, &name).with_context(unwritten)?;
    file.write_all(&bytes.into_inner()).with_context(unwritten)?;
    file.close().and_then(ClosedFile::publish).with_context(unwritten)
}

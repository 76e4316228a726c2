//! From a submission's files to its facts: opens each page once and hands it to the file that reads its kind.
//! It judges nothing. A document cannot make it fail: what cannot be opened or read is a fact that says so, why and where. An engine can: then there are no facts.

use super::engines::Engines;
use super::form::sentence::Context;
use super::form::{application, commitment, marks};
use super::page::{flat::Flat, ruling, sheet, upright};
use super::paper::Paper;
use super::photo::{self, FaceModels};
use super::picture::{self, PageSource, PictureError};
use super::second;
use super::{card_quality, completion, diploma, id_card, kind, printed, prior_certificate};
use crate::ocr::clocked::{Clocked, Spent};
use crate::ocr::{Engine, OcrError};
use crate::vocabulary::documents::{Documents, PageFacts, PageOutcome, SheetFacts};
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::register::Register;
use crate::vocabulary::settings::Settings;
use crate::vocabulary::stage::{Stage, StageTimes};
use crate::vocabulary::submission::{MaterialFile, Submission};
use image::{GrayImage, RgbImage};
use std::time::{Duration, Instant};

/// Pixels that a page is reduced to before anything is sought in it: A4 at about 220 dpi.
pub(super) const FORM_PIXELS: u32 = 5_000_000;
const CARD_PIXELS: u32 = 4_000_000;
/// Less of a picture than this was decoded: the page counts as unreadable, whatever can still be seen.
pub(super) const WHOLE: f32 = 0.97;
/// 0–1: if a page's lines read worse than this both ways, nothing on it can be read.
pub(super) const LEGIBLE: f32 = 0.35;

/// All that a worker needs to read submissions.
pub struct Desk<'a> {
    pub engines: Engines<'a>,
    pub faces: Option<&'a FaceModels>,
    pub settings: &'a Settings,
    pub register: &'a dyn Register,
    /// The bytes of a file, or why there are none.
    pub open: &'a dyn Fn(&MaterialFile) -> Result<Vec<u8>, String>,
}

/// Something that computes for the readers has failed: nothing is known of any document, and reading it again may go well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("读取程序出错，与材料内容无关：{0}")]
pub struct EngineFailed(String);

/// Reads every file of one submission.
///
/// # Errors
/// An engine has failed, whatever the reader that had asked it made of that.
pub fn read(submission: &Submission, expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Result<Documents, EngineFailed> {
    let spent = Spent::default();
    let (pen, print) = (Clocked::new(desk.engines.pen(), &spent), Clocked::new(desk.engines.print(), &spent));
    let second = desk.engines.second().map(|engine| Clocked::new(engine, &spent));
    let engines = Engines::new(&pen, &print, second.as_ref().map(|e| e as &dyn Engine));
    let desk = &Desk { engines, faces: desk.faces, settings: desk.settings, register: desk.register, open: desk.open };
    let mut reading = Reading { documents: Documents::default(), form_pages: Vec::new(), portrait: None, spent: &spent };
    // the ID card's front first: the photo is compared with its portrait
    let order = |f: &&MaterialFile| (f.kind != Some(MaterialKind::IdCardFront), f.kind, f.part, f.name.clone());
    let mut files: Vec<&MaterialFile> = submission.files.iter().collect();
    files.sort_by_key(order);
    let sound = || spent.failure().map_or(Ok(()), |why| Err(EngineFailed(why)));
    for file in files {
        reading.file(file, expect, desk, times);
        sound()?;
    }
    let documents = reading.finish(expect, desk, times);
    sound()?;
    times.add(Stage::Detect, spent.detecting.get());
    times.add(Stage::Recognise, spent.recognising.get());
    Ok(documents)
}

/// One piece of work; the engines' share of it is counted apart.
struct Lap<'a> {
    started: Instant,
    before: Duration,
    spent: &'a Spent,
}

impl<'a> Lap<'a> {
    fn begin(spent: &'a Spent) -> Self {
        Self { started: Instant::now(), before: spent.total(), spent }
    }

    fn end(self, stage: Stage, times: &mut StageTimes) {
        let engines = self.spent.total() - self.before;
        times.add(stage, self.started.elapsed().saturating_sub(engines));
    }
}

struct Reading<'a> {
    documents: Documents,
    form_pages: Vec<Paper>,
    portrait: Option<RgbImage>,
    spent: &'a Spent,
}

impl Reading<'_> {
    fn file(&mut self, file: &MaterialFile, expect: &Expectations, desk: &Desk, times: &mut StageTimes) {
        let Some(material) = file.kind else { return };
        if let Some(why) = &file.refused {
            return self.page(file, 1, PageOutcome::Refused { why: why.clone() });
        }
        let bytes = match (desk.open)(file) {
            Ok(bytes) => bytes,
            Err(why) => return self.page(file, 1, PageOutcome::Unreadable { why }),
        };
        if let Some(why) = self.over_pages(1, desk) {
            return self.page(file, 1, PageOutcome::Refused { why });
        }
        if material == MaterialKind::Photo {
            return self.photo(file, &bytes, desk, times);
        }
        let lap = Lap::begin(self.spent);
        let pages = picture::open(&bytes, &desk.settings.limits);
        lap.end(Stage::Decode, times);
        match pages {
            Err(error) => self.page(file, 1, refused_or_unreadable(&error)),
            Ok(pages) => {
                if let Some(why) = self.over_pages(pages.len(), desk) {
                    return self.page(file, 1, PageOutcome::Refused { why });
                }
                for source in pages {
                    let number = self.next_page(material);
                    let outcome = self.material(material, number, &source, expect, desk, times);
                    self.push(file, number, outcome);
                }
            }
        }
    }

    fn next_page(&self, material: MaterialKind) -> u16 {
        u16::try_from(self.documents.pages_of(material).count() + 1).unwrap_or(u16::MAX)
    }

    fn page(&mut self, file: &MaterialFile, number: u16, outcome: PageOutcome) {
        let number = file.kind.map_or(number, |k| self.next_page(k));
        self.push(file, number, Seen { outcome, seen_as: None, sheet: None });
    }

    fn push(&mut self, file: &MaterialFile, page: u16, seen: Seen) {
        self.documents.pages.push(PageFacts {
            file: file.name.clone(),
            material: file.kind,
            page,
            outcome: seen.outcome,
            seen_as: seen.seen_as,
            perceptual_hash: None,
            sheet: seen.sheet,
        });
    }

    fn photo(&mut self, file: &MaterialFile, bytes: &[u8], desk: &Desk, times: &mut StageTimes) {
        let lap = Lap::begin(self.spent);
        let facts = photo::inspect(&file.name, bytes, &desk.settings.photo, desk.faces, self.portrait.as_ref());
        lap.end(Stage::Photo, times);
        let facts = match facts {
            Ok(facts) => facts,
            Err(error) => return self.spent.failed(error),
        };
        self.page(file, 1, PageOutcome::Read);
        // a second photo would be a second answer; the first in order of name counts
        self.documents.photo.get_or_insert(facts);
    }

    /// Why so many more pages are too many for one submission, if they are.
    fn over_pages(&self, more: usize, desk: &Desk) -> Option<String> {
        let limit = desk.settings.limits.max_submission_pages;
        (self.documents.pages.len() + more > usize::from(limit)).then(|| format!("一份报名的页数合计超过上限 {limit} 页"))
    }

    fn material(&mut self, material: MaterialKind, page: u16, source: &PageSource, expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Seen {
        let done = if material.is_form() { self.form(material, page, source, expect, desk, times) } else { self.print(material, page, source, expect, desk, times) };
        done.unwrap_or_else(|why| match why {
            Failed::Picture(error) => Seen::only(refused_or_unreadable(&error)),
            Failed::Engine(error) => Seen::only(nothing_to_read(&error)),
        })
    }

    /// A page filled in by hand.
    fn form(&mut self, material: MaterialKind, page: u16, source: &PageSource, expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Result<Seen, Failed> {
        let lap = Lap::begin(self.spent);
        let decoded = source.luma(FORM_PIXELS).map_err(Failed::Picture)?;
        lap.end(Stage::Decode, times);
        if decoded.fraction < WHOLE {
            return Ok(Seen::only(incomplete(decoded.fraction)));
        }
        let lap = Lap::begin(self.spent);
        let upright = Upright::of(&decoded.pixels, 1.0 / decoded.scale, &desk.engines)?;
        lap.end(Stage::Rectify, times);
        let sheet = Some(upright.facts());
        if upright.legible < LEGIBLE {
            let why = "页面过暗、过糊或为空，无法辨认任何文字".to_owned();
            return Ok(Seen { outcome: PageOutcome::Illegible { why }, seen_as: None, sheet });
        }
        let lap = Lap::begin(self.spent);
        let readers = printed::Engines { quick: desk.engines.print(), careful: desk.engines.pen(), reading: &desk.settings.reading };
        // a form's later pages carry no title
        let seen_as = if page == 1 { kind::of_page(&upright.flat.image, &readers)? } else { None };
        let other = seen_as.as_ref().is_some_and(|s| s.kind != Some(material) && s.confidence >= desk.settings.reading.kind_threshold);
        if !other {
            let paper = Paper::new(upright.flat, material, page);
            if material == MaterialKind::ApplicationForm {
                self.form_pages.push(paper);
            } else {
                let cx = Context { engines: &desk.engines, expect, settings: &desk.settings.reading, register: desk.register };
                let mut letter = commitment::read(&paper, material, &cx)?;
                marks::of_letter(&mut letter, &paper);
                let place = match material {
                    MaterialKind::WorkCommitment => &mut self.documents.work_commitment,
                    MaterialKind::EducationCommitment => &mut self.documents.education_commitment,
                    MaterialKind::TrainingCommitment => &mut self.documents.training_commitment,
                    _ => &mut self.documents.intent_commitment,
                };
                place.get_or_insert(letter);
            }
        }
        lap.end(Stage::Verify, times);
        Ok(Seen { outcome: PageOutcome::Read, seen_as, sheet })
    }

    /// A printed document: card or certificate.
    fn print(&mut self, material: MaterialKind, page: u16, source: &PageSource, expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Result<Seen, Failed> {
        if material == MaterialKind::Other {
            // opened, so that what cannot be opened is told, and not read
            source.luma(100_000).map_err(Failed::Picture)?;
            return Ok(Seen::only(PageOutcome::NotRead));
        }
        let lap = Lap::begin(self.spent);
        let decoded = source.rgb(CARD_PIXELS).map_err(Failed::Picture)?;
        lap.end(Stage::Decode, times);
        if decoded.fraction < WHOLE {
            return Ok(Seen::only(incomplete(decoded.fraction)));
        }
        let lap = Lap::begin(self.spent);
        let ink = printed::without_red_ink(&decoded.pixels);
        let readers = printed::Engines { quick: desk.engines.print(), careful: desk.engines.pen(), reading: &desk.settings.reading };
        let paper = printed::Paper::open(&ink, &decoded.pixels, 1.0 / decoded.scale, material, page, &readers)?;
        let seen_as = kind::of_paper(&paper);
        let is_card = matches!(material, MaterialKind::IdCardFront | MaterialKind::IdCardBack);
        let sheet = Some(card_quality::sheet_facts(&paper, is_card.then_some(&decoded.pixels)));
        if paper.lines.is_empty() && !is_card {
            let why = "页面上没有可辨认的文字".to_owned();
            return Ok(Seen { outcome: PageOutcome::Illegible { why }, seen_as, sheet });
        }
        let other = seen_as.as_ref().is_some_and(|s| s.kind != Some(material) && s.confidence >= desk.settings.reading.kind_threshold);
        if !other {
            self.printed_facts(material, &paper, seen_as.as_ref(), expect, &readers, desk)?;
        }
        lap.end(Stage::Verify, times);
        if material == MaterialKind::IdCardFront && !other {
            self.portrait = Some(decoded.pixels);
        }
        Ok(Seen { outcome: PageOutcome::Read, seen_as, sheet })
    }

    fn printed_facts(
        &mut self,
        material: MaterialKind,
        paper: &printed::Paper,
        seen_as: Option<&crate::vocabulary::documents::SeenAs>,
        expect: &Expectations,
        readers: &printed::Engines,
        desk: &Desk,
    ) -> Result<(), OcrError> {
        let threshold = desk.settings.reading.working_threshold;
        let again = second::Reader { engine: desk.engines.second(), paper, threshold };
        let d = &mut self.documents;
        match material {
            MaterialKind::IdCardFront if d.id_card_front.is_none() => {
                let mut card = id_card::read_front(paper, expect, readers)?;
                again.read(&mut card.name);
                again.read(&mut card.number);
                d.id_card_front = Some(card);
            }
            MaterialKind::IdCardBack if d.id_card_back.is_none() => d.id_card_back = Some(id_card::read_back(paper, readers)?),
            MaterialKind::PriorCertificate if d.prior_certificate.is_none() => {
                let mut certificate = prior_certificate::read(paper, expect, readers)?;
                again.read(&mut certificate.name);
                again.read(&mut certificate.number);
                // the card's own number is never the certificate's: the wrong line was taken
                if certificate.certificate_number.value.is_some() && certificate.certificate_number.value == expect.id_number {
                    certificate.certificate_number = Fact { place: certificate.certificate_number.place.take(), ..Fact::illegible() };
                }
                again.read(&mut certificate.certificate_number);
                d.prior_certificate = Some(certificate);
            }
            MaterialKind::Diploma if d.diploma.is_none() => {
                let title = kind::title_fact(paper, seen_as);
                let mut diploma = diploma::read(paper, Some(&title), expect, readers)?;
                again.read(&mut diploma.name);
                again.read(&mut diploma.number);
                d.diploma = Some(diploma);
            }
            MaterialKind::CompletionCertificate if d.completion_certificate.is_none() => {
                let mut certificate = completion::read(paper, expect, readers)?;
                again.read(&mut certificate.name);
                again.read(&mut certificate.number);
                d.completion_certificate = Some(certificate);
            }
            _ => {}
        }
        Ok(())
    }

    /// The form is read as a whole once all its pages are there.
    fn finish(mut self, expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Documents {
        if !self.form_pages.is_empty() {
            let lap = Lap::begin(self.spent);
            let cx = Context { engines: &desk.engines, expect, settings: &desk.settings.reading, register: desk.register };
            match application::read(&self.form_pages, &cx) {
                Ok(mut form) => {
                    marks::of_form(&mut form, &self.form_pages);
                    self.documents.application_form = Some(form);
                }
                Err(error) => {
                    for page in self.documents.pages.iter_mut().filter(|p| p.material == Some(MaterialKind::ApplicationForm)) {
                        page.outcome = nothing_to_read(&error);
                    }
                }
            }
            lap.end(Stage::Verify, times);
        }
        self.documents.pages.sort_by(|a, b| (a.material, a.page, &a.file).cmp(&(b.material, b.page, &b.file)));
        self.documents
    }
}

/// What is told of a page besides its facts.
struct Seen {
    outcome: PageOutcome,
    seen_as: Option<crate::vocabulary::documents::SeenAs>,
    sheet: Option<SheetFacts>,
}

impl Seen {
    fn only(outcome: PageOutcome) -> Self {
        Self { outcome, seen_as: None, sheet: None }
    }
}

enum Failed {
    Picture(PictureError),
    Engine(OcrError),
}

impl From<OcrError> for Failed {
    fn from(error: OcrError) -> Self {
        Self::Engine(error)
    }
}

pub(super) fn refused_or_unreadable(error: &PictureError) -> PageOutcome {
    let why = error.to_string();
    if error.is_refusal() { PageOutcome::Refused { why } } else { PageOutcome::Unreadable { why } }
}

/// What becomes of a page over an error. That of an engine is none of the page's, and [`read`] gives it out instead of all facts; what is left is a part of the page that
/// has no pixels.
fn nothing_to_read(_error: &OcrError) -> PageOutcome {
    PageOutcome::Illegible { why: "页面上没有可辨认的文字".to_owned() }
}

pub(super) fn incomplete(fraction: f32) -> PageOutcome {
    PageOutcome::Unreadable { why: format!("图片数据不完整，只解出约 {:.0}%", fraction * 100.0) }
}

/// A form's page, the right way up.
pub(super) struct Upright {
    pub(super) flat: Flat,
    sheet: sheet::Sheet,
    turned: u8,
    /// 0–1: how well its lines read.
    pub(super) legible: f32,
}

impl Upright {
    pub(super) fn of(picture: &GrayImage, shrunk: f32, engines: &Engines) -> Result<Self, OcrError> {
        let sheet = sheet::find(picture);
        let side = |a: usize, b: usize| (sheet.corners[a][0] - sheet.corners[b][0]).hypot(sheet.corners[a][1] - sheet.corners[b][1]);
        // forms are printed upright on A4
        let first = u8::from(side(0, 3) < side(0, 1));
        let mut best = Self::turned(picture, &sheet, first, shrunk, engines)?;
        if best.legible < LEGIBLE {
            let other = Self::turned(picture, &sheet, 1 - first, shrunk, engines)?;
            if other.legible > best.legible {
                best = other;
            }
        }
        Ok(best)
    }

    fn turned(picture: &GrayImage, sheet: &sheet::Sheet, turns: u8, shrunk: f32, engines: &Engines) -> Result<Self, OcrError> {
        let flat = Flat::cut(picture, sheet, turns, shrunk);
        let lines = ruling::find(&flat.image);
        let (flat, again) = flat.straightened(picture, &lines);
        let lies_free = sheet.stands_out() && !sheet.on_border.contains(&true);
        let flat = if lies_free { flat.without_desk() } else { flat };
        let lines = if again { ruling::find(&flat.image) } else { lines };
        let table = super::page::cells::cut(&lines, flat.image.width(), flat.image.height());
        let mut failed = None;
        let mut read = |line: &GrayImage| match engines.print().recognise(line) {
            Ok(r) => upright::Legibility { confidence: r.confidence, characters: r.text.chars().count() },
            Err(e) => {
                failed = Some(e);
                upright::Legibility { confidence: 0.0, characters: 0 }
            }
        };
        let ways = upright::both_ways(&flat.image, &table, &mut read);
        if let Some(error) = failed {
            return Err(error);
        }
        let (flat, turned) = if ways[1] > ways[0] { (flat.upside_down(), (turns + 2) % 4) } else { (flat, turns) };
        Ok(Self { flat, sheet: sheet.clone(), turned, legible: ways[0].max(ways[1]) })
    }

    pub(super) fn facts(&self) -> SheetFacts {
        let shrunk = self.flat.shrunk();
        SheetFacts {
            corners: super::page::flat::turned(&self.sheet.corners, self.turned).map(|[x, y]| [x / shrunk, y / shrunk]),
            turned: self.turned,
            confidence: self.sheet.confidence,
            visible: Some(visible(&self.sheet)),
            sharpness: None,
            glare: None,
            chroma: None,
            stain: None,
        }
    }
}

/// 0–1: the part of an A4 sheet that is in the picture: what is torn off is not filled, what lies outside makes the sheet too short.
fn visible(sheet: &sheet::Sheet) -> f32 {
    let side = |a: usize, b: usize| (sheet.corners[a][0] - sheet.corners[b][0]).hypot(sheet.corners[a][1] - sheet.corners[b][1]);
    let (w, h) = ((side(0, 1) + side(3, 2)) / 2.0, (side(0, 3) + side(1, 2)) / 2.0);
    let cut = sheet.on_border.iter().filter(|b| **b).count();
    if cut == 0 || cut == 4 {
        return sheet.filled;
    }
    let ratio = w.max(h) / w.min(h).max(1.0);
    let a4 = 297.0f32 / 210.0;
    let shape = (ratio / a4).min(a4 / ratio).min(1.0);
    if shape >= TILTED { sheet.filled } else { sheet.filled * shape }
}

/// A sheet taken at a tilt looks this much too long or too short: whole ones measured 0.926–1.068 times A4 (rendered pages), cut ones under 0.86.
const TILTED: f32 = 0.90;

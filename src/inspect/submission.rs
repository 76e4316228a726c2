//! From a submission's files to its facts: opens each page and hands it to the file that reads what it shows, or else what its name says.
//! It judges nothing: what cannot be opened or read is a fact that says so, why and where. Only an engine can fail.

use super::documents::application_form::sentence::Context;
use super::documents::{application_form as application, commitment, completion_certificate as completion, diploma, id_card, prior_certificate};
use super::fields::appearance as marks;
use super::form_page::Paper;
use super::page::{quad as sheet, rectified::Flat, ruling, upright};
use super::photo::{self, FaceModels};
use super::picture::{self, PageSource, PictureError};
use super::recognisers::Engines;
use super::second_reading as second;
use super::{blank_page as blank, card_quality, classify as kind, printed, two_cards};
use crate::ocr::clocked::{Clocked, Spent};
use crate::ocr::{Engine, OcrError};
use crate::vocabulary::documents::{Documents, PageOutcome, SeenAs, SeenPage, SheetFacts, judged_as};
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::further::{Added, DocumentFacts};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::{FileFormat, PhotoFacts};
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

/// 0–1: print whose characters are less sure than this on the mean says nothing: mirrored print that shines through reads at 0.3–0.6.
const LEGIBLE_PRINT: f32 = 0.7;

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

/// Reads every page of every file of one submission.
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
    // the ID card's front first: the photo is compared with its portrait; what has no material's name last: what is there by name comes first
    let order = |f: &&MaterialFile| (f.kind != Some(MaterialKind::IdCardFront), f.kind.is_none(), f.kind, f.part, f.name.clone());
    let mut files: Vec<&MaterialFile> = submission.files.iter().collect();
    files.sort_by_key(order);
    let sound = || spent.failure().map_or(Ok(()), |why| Err(EngineFailed(why)));
    for file in &files {
        reading.file(file, expect, desk, times);
        sound()?;
    }
    let documents = reading.finish(&files, expect, desk, times);
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
    /// Pages of 申报表 in order, with their places in `documents.pages`: a form is read as a whole once all are there.
    form_pages: Vec<(usize, Paper)>,
    portrait: Option<RgbImage>,
    spent: &'a Spent,
}

/// One page in work: of which file, which one in it, and what it is judged as.
struct Page<'f> {
    file: &'f MaterialFile,
    in_file: u16,
    source: PageSource<'f>,
}

impl Reading<'_> {
    fn file(&mut self, file: &MaterialFile, expect: &Expectations, desk: &Desk, times: &mut StageTimes) {
        if let Some(why) = &file.refused {
            self.push(file, 1, file.kind, SeenPage::only(PageOutcome::Refused { why: why.clone() }));
            return;
        }
        let bytes = match (desk.open)(file) {
            Ok(bytes) => bytes,
            Err(why) => {
                self.push(file, 1, file.kind, SeenPage::only(PageOutcome::Unreadable { why }));
                return;
            }
        };
        if let Some(why) = self.over_pages(1, desk) {
            self.push(file, 1, file.kind, SeenPage::only(PageOutcome::Refused { why }));
            return;
        }
        if file.kind == Some(MaterialKind::Photo) {
            self.photo(file, &bytes, desk, times);
            return;
        }
        let lap = Lap::begin(self.spent);
        let pages = picture::open(&bytes, &desk.settings.limits);
        lap.end(Stage::Decode, times);
        match pages {
            Err(error) => self.push(file, 1, file.kind, SeenPage::only(refused_or_unreadable(&error))),
            Ok(pages) => {
                if let Some(why) = self.over_pages(pages.len(), desk) {
                    self.push(file, 1, file.kind, SeenPage::only(PageOutcome::Refused { why }));
                    return;
                }
                for (in_file, source) in (1..).zip(pages) {
                    self.page(&Page { file, in_file, source }, &bytes, expect, desk, times);
                }
            }
        }
    }

    /// Notes a page under the material as which it is judged.
    fn push(&mut self, file: &MaterialFile, in_file: u16, material: Option<MaterialKind>, seen: SeenPage) {
        self.documents.push_page(&file.name, in_file, file.kind, material, seen);
    }

    fn photo(&mut self, file: &MaterialFile, bytes: &[u8], desk: &Desk, times: &mut StageTimes) {
        let lap = Lap::begin(self.spent);
        let facts = photo::inspect(&file.name, bytes, &desk.settings.photo, desk.faces, self.portrait.as_ref());
        lap.end(Stage::Photo, times);
        match facts {
            Ok(facts) => self.take_photo(file, facts, None),
            Err(error) => self.spent.failed(error),
        }
    }

    fn take_photo(&mut self, file: &MaterialFile, facts: PhotoFacts, seen_as: Option<SeenAs>) {
        let page = self.documents.next_page(Some(MaterialKind::Photo));
        self.documents.add(MaterialKind::Photo, page, DocumentFacts::Photo(Box::new(facts)));
        self.push(file, 1, Some(MaterialKind::Photo), SeenPage { outcome: PageOutcome::Read, seen_as, sheet: None });
    }

    /// Why so many more pages are too many for one submission, if they are.
    fn over_pages(&self, more: usize, desk: &Desk) -> Option<String> {
        let limit = desk.settings.limits.max_submission_pages;
        (self.documents.pages.len() + more > usize::from(limit)).then(|| format!("一份报名的页数合计超过上限 {limit} 页"))
    }

    fn page(&mut self, page: &Page<'_>, bytes: &[u8], expect: &Expectations, desk: &Desk, times: &mut StageTimes) {
        let form = page.file.kind.filter(|k| k.is_form());
        let done = match form {
            Some(material) => self.form(material, page, None, expect, desk, times),
            None => self.print(page.file.kind, page, None, bytes, expect, desk, times),
        };
        let outcome = match done {
            Ok(()) => return,
            Err(Failed::Engine(error)) => nothing_to_read(&error),
            Err(Failed::Picture(error)) => refused_or_unreadable(&error),
        };
        self.push(page.file, page.in_file, page.file.kind, SeenPage::only(outcome));
    }

    /// A page filled in by hand. `known`: what it shows, if that was seen already.
    fn form(&mut self, named: MaterialKind, page: &Page<'_>, known: Option<SeenAs>, expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Result<(), Failed> {
        let lap = Lap::begin(self.spent);
        let decoded = page.source.luma(FORM_PIXELS).map_err(Failed::Picture)?;
        lap.end(Stage::Decode, times);
        if decoded.fraction < WHOLE {
            self.push(page.file, page.in_file, page.file.kind, SeenPage::only(incomplete(decoded.fraction)));
            return Ok(());
        }
        let lap = Lap::begin(self.spent);
        let upright = Upright::of(&decoded.pixels, 1.0 / decoded.scale, &desk.engines)?;
        lap.end(Stage::Rectify, times);
        let sheet = Some(upright.facts());
        if upright.legible < LEGIBLE {
            let outcome = if blank::is_blank(&upright.flat.lit) {
                blank::outcome()
            } else {
                PageOutcome::Illegible { why: "页面过暗、过糊或为空，无法辨认任何文字".to_owned() }
            };
            self.push(page.file, page.in_file, page.file.kind, SeenPage { outcome, seen_as: None, sheet });
            return Ok(());
        }
        let lap = Lap::begin(self.spent);
        let readers = printed::Engines { quick: desk.engines.print(), careful: desk.engines.pen(), reading: &desk.settings.reading };
        let seen_as = match known {
            Some(seen) => Some(seen),
            None => kind::of_page(&upright.flat.image, &readers)?,
        };
        if kind::is_instructions(seen_as.as_ref()) {
            self.push(page.file, page.in_file, page.file.kind, SeenPage { outcome: PageOutcome::Blank { why: "印刷的填表说明".to_owned() }, seen_as, sheet });
            return Ok(());
        }
        let sure = surely(seen_as.as_ref(), desk);
        let material = judged_as(Some(named), seen_as.as_ref(), desk.settings.reading.kind_threshold).unwrap_or(named);
        if !material.is_form() {
            lap.end(Stage::Verify, times);
            return self.print(Some(named), page, seen_as, &[], expect, desk, times);
        }
        let number = self.documents.next_page(Some(material));
        let mut outcome = PageOutcome::Read;
        if sure != Some(None) {
            let paper = Paper::new(upright.flat, material, number);
            if material == MaterialKind::ApplicationForm {
                self.form_pages.push((self.documents.pages.len(), paper));
            } else if number > 1 && sure.is_none() {
                // a letter's text read into another page's lines would say anything
                outcome = PageOutcome::Illegible { why: "该页没有可辨认的标题，无法确认内容".to_owned() };
            } else {
                let cx = Context { engines: &desk.engines, expect, settings: &desk.settings.reading, register: desk.register };
                let mut letter = commitment::read(&paper, material, &cx)?;
                marks::of_letter(&mut letter, &paper);
                if self.documents.add(material, number, DocumentFacts::Commitment(Box::new(letter))) == Added::Nothing {
                    outcome = nothing_found(material);
                }
            }
        }
        lap.end(Stage::Verify, times);
        self.push(page.file, page.in_file, Some(material), SeenPage { outcome, seen_as, sheet });
        Ok(())
    }

    /// A printed document (card or certificate), or a page whose name does not tell what it is. `known`: what it shows, if that was seen already.
    fn print(
        &mut self,
        named: Option<MaterialKind>,
        page: &Page<'_>,
        known: Option<SeenAs>,
        bytes: &[u8],
        expect: &Expectations,
        desk: &Desk,
        times: &mut StageTimes,
    ) -> Result<(), Failed> {
        let lap = Lap::begin(self.spent);
        let decoded = page.source.rgb(CARD_PIXELS).map_err(Failed::Picture)?;
        lap.end(Stage::Decode, times);
        if decoded.fraction < WHOLE {
            self.push(page.file, page.in_file, page.file.kind, SeenPage::only(incomplete(decoded.fraction)));
            return Ok(());
        }
        let lap = Lap::begin(self.spent);
        let ink = printed::without_red_ink(&decoded.pixels);
        let readers = printed::Engines { quick: desk.engines.print(), careful: desk.engines.pen(), reading: &desk.settings.reading };
        let shrunk = 1.0 / decoded.scale;
        let mut paper = printed::Paper::open(&ink, &decoded.pixels, shrunk, named.unwrap_or(MaterialKind::Other), 1, &readers)?;
        let mut seen_as = kind::of_paper(&paper).or(known);
        let told_by_name = named.is_some_and(|k| k != MaterialKind::Other);
        if !told_by_name && seen_as.is_none() {
            seen_as = kind::late_title(&decoded, shrunk, &readers, &desk.engines)?;
        }
        if let Some(Some(form)) = surely(seen_as.as_ref(), desk)
            && form.is_form()
        {
            lap.end(Stage::Verify, times);
            return self.form(form, page, seen_as, expect, desk, times);
        }
        let card_by_name = named.is_some_and(is_card);
        let untold = (card_by_name || !told_by_name) && surely(seen_as.as_ref(), desk).is_none_or(|k| k.is_none());
        // a side that was found on a sheet of no card's shape may have the other one beside it
        if untold || (card_by_name && !paper.is_card) {
            let mut sides = two_cards::find(&ink, &decoded.pixels, shrunk, &readers)?;
            // half of a certificate has a name, a sex and a birth date as well: it has not a card's shape
            sides.retain(|(card, _)| card_by_name || card.is_card);
            let shows = |side| sides.iter().any(|(_, seen)| surely(Some(seen), desk).flatten() == Some(side));
            let (front, back) = (shows(MaterialKind::IdCardFront), shows(MaterialKind::IdCardBack));
            if (untold && (front || back)) || (front && back) {
                for (card, seen) in sides {
                    if let Some(side) = surely(Some(&seen), desk).flatten().filter(|k| is_card(*k)) {
                        self.printed_page(side, page, card, Some(seen), &decoded.pixels, expect, &readers, desk)?;
                    }
                }
                lap.end(Stage::Verify, times);
                return Ok(());
            }
        }
        // what shines through from the other side may look like lines, and reads as nothing
        let unread = paper.lines.is_empty() || paper.mean_confidence() < LEGIBLE_PRINT;
        if unread && surely(seen_as.as_ref(), desk).is_none() && blank::is_blank(&paper.flat.lit) {
            let sheet = Some(card_quality::sheet_facts(&paper, None));
            self.push(page.file, page.in_file, page.file.kind, SeenPage { outcome: blank::outcome(), seen_as, sheet });
            lap.end(Stage::Verify, times);
            return Ok(());
        }
        if paper.lines.is_empty() && named.is_none() && self.as_photo(page, bytes, desk) {
            lap.end(Stage::Photo, times);
            return Ok(());
        }
        match judged_as(named.filter(|_| told_by_name), seen_as.as_ref(), desk.settings.reading.kind_threshold) {
            Some(material) => {
                let number = self.documents.next_page(Some(material));
                (paper.document, paper.page) = (material, number);
                self.printed_page(material, page, paper, seen_as, &decoded.pixels, expect, &readers, desk)?;
            }
            // it shows nothing of ours that can be told
            None => {
                let outcome = if paper.lines.is_empty() && named.is_some() { no_text() } else { PageOutcome::NotRead };
                let sheet = Some(card_quality::sheet_facts(&paper, None));
                self.push(page.file, page.in_file, named, SeenPage { outcome, seen_as, sheet });
            }
        }
        lap.end(Stage::Verify, times);
        Ok(())
    }

    /// A picture without a name and without print that shows one face: the photo. Returns `false` if it does not.
    fn as_photo(&mut self, page: &Page<'_>, bytes: &[u8], desk: &Desk) -> bool {
        if page.in_file != 1 || page.source.format() == FileFormat::Pdf || desk.faces.is_none() {
            return false;
        }
        let facts = match photo::inspect(&page.file.name, bytes, &desk.settings.photo, desk.faces, self.portrait.as_ref()) {
            Ok(facts) => facts,
            Err(error) => {
                self.spent.failed(error);
                return false;
            }
        };
        let one_face = facts.faces.value().is_some_and(|faces| faces.len() == 1);
        if one_face {
            // what tells it is a face, and no title
            let seen = SeenAs { kind: Some(MaterialKind::Photo), confidence: desk.settings.reading.kind_threshold, title: None };
            self.take_photo(page.file, facts, Some(seen));
        }
        one_face
    }

    /// Reads one printed document as what it is judged as, and notes its page.
    fn printed_page(
        &mut self,
        material: MaterialKind,
        page: &Page<'_>,
        mut paper: printed::Paper,
        seen_as: Option<SeenAs>,
        colour: &RgbImage,
        expect: &Expectations,
        readers: &printed::Engines,
        desk: &Desk,
    ) -> Result<(), OcrError> {
        (paper.document, paper.page) = (material, self.documents.next_page(Some(material)));
        let sheet = Some(card_quality::sheet_facts(&paper, is_card(material).then_some(colour)));
        if paper.lines.is_empty() && !is_card(material) {
            self.push(page.file, page.in_file, Some(material), SeenPage { outcome: no_text(), seen_as, sheet });
            return Ok(());
        }
        let mut outcome = PageOutcome::Read;
        // what is surely something else is not read as this
        if surely(seen_as.as_ref(), desk) != Some(None)
            && let Some(facts) = printed_facts(material, &paper, seen_as.as_ref(), expect, readers, desk)?
            && self.documents.add(material, paper.page, facts) == Added::Nothing
        {
            outcome = nothing_found(material);
        }
        if material == MaterialKind::IdCardFront && self.portrait.is_none() && seen_as.as_ref().is_none_or(|s| s.kind == Some(material)) {
            self.portrait = Some(colour.clone());
        }
        self.push(page.file, page.in_file, Some(material), SeenPage { outcome, seen_as, sheet });
        Ok(())
    }

    /// One side of the ID card is there and the other is not: both may lie in one picture, of which only the clearer one was found.
    fn other_side(&mut self, files: &[&MaterialFile], expect: &Expectations, desk: &Desk) -> Result<(), OcrError> {
        let there = |reading: &Self, side| reading.documents.pages_of(side).any(|p| p.outcome == PageOutcome::Read);
        let missing = match (there(self, MaterialKind::IdCardFront), there(self, MaterialKind::IdCardBack)) {
            (true, false) => MaterialKind::IdCardBack,
            (false, true) => MaterialKind::IdCardFront,
            _ => return Ok(()),
        };
        if files.iter().any(|f| f.kind == Some(missing)) {
            // it is there by name, and has been judged
            return Ok(());
        }
        let readers = printed::Engines { quick: desk.engines.print(), careful: desk.engines.pen(), reading: &desk.settings.reading };
        let cards: Vec<(String, u16)> =
            self.documents.pages.iter().filter(|p| p.material.is_some_and(is_card)).filter_map(|p| Some((p.file.clone(), p.in_file?))).collect();
        for (name, in_file) in cards {
            let Some(file) = files.iter().find(|f| f.name == name) else { continue };
            // it was opened before; if that fails now the file has changed, which the caller tells
            let Ok(bytes) = (desk.open)(file) else { continue };
            let Ok(pages) = picture::open(&bytes, &desk.settings.limits) else { continue };
            let Some(source) = pages.into_iter().nth(usize::from(in_file) - 1) else { continue };
            let Ok(decoded) = source.rgb(CARD_PIXELS) else { continue };
            let ink = printed::without_red_ink(&decoded.pixels);
            let page = Page { file, in_file, source };
            for (card, seen) in two_cards::find(&ink, &decoded.pixels, 1.0 / decoded.scale, &readers)? {
                if surely(Some(&seen), desk) == Some(Some(missing)) {
                    return self.printed_page(missing, &page, card, Some(seen), &decoded.pixels, expect, &readers, desk);
                }
            }
        }
        Ok(())
    }

    /// The form is read as a whole once all its pages are there; pages that begin anew are a form of their own.
    fn finish(mut self, files: &[&MaterialFile], expect: &Expectations, desk: &Desk, times: &mut StageTimes) -> Documents {
        let lap = Lap::begin(self.spent);
        // what an engine's failure leaves undone is given out instead of all facts
        let _ = self.other_side(files, expect, desk);
        let cx = Context { engines: &desk.engines, expect, settings: &desk.settings.reading, register: desk.register };
        let (places, papers): (Vec<usize>, Vec<Paper>) = std::mem::take(&mut self.form_pages).into_iter().unzip();
        let forms = application::read(&papers, &cx).unwrap_or_else(|error| {
            places.iter().for_each(|place| self.documents.pages[*place].outcome = nothing_to_read(&error));
            Vec::new()
        });
        for application::Form { mut form, pages, empty } in forms {
            marks::of_form(&mut form, &papers[pages.clone()]);
            let first = papers[pages.start].page;
            let said_nothing = self.documents.add(MaterialKind::ApplicationForm, first, DocumentFacts::ApplicationForm(Box::new(form))) == Added::Nothing;
            for i in pages {
                if said_nothing || empty.contains(&i) {
                    self.documents.pages[places[i]].outcome = nothing_found(MaterialKind::ApplicationForm);
                }
            }
        }
        lap.end(Stage::Verify, times);
        self.documents.pages.sort_by(|a, b| (a.material, a.page, &a.file).cmp(&(b.material, b.page, &b.file)));
        self.documents
    }
}

fn is_card(material: MaterialKind) -> bool {
    matches!(material, MaterialKind::IdCardFront | MaterialKind::IdCardBack)
}

/// What a page shows, if that is sure: a material of ours, or (`Some(None)`) surely none.
fn surely(seen: Option<&SeenAs>, desk: &Desk) -> Option<Option<MaterialKind>> {
    seen.filter(|s| s.confidence >= desk.settings.reading.kind_threshold).map(|s| s.kind)
}

fn no_text() -> PageOutcome {
    PageOutcome::Illegible { why: "页面上没有可辨认的文字".to_owned() }
}

fn nothing_found(material: MaterialKind) -> PageOutcome {
    PageOutcome::Illegible { why: format!("页面上没有找到{material}的内容") }
}

/// The facts of a printed document of this kind; `None` for a kind of which nothing is read.
fn printed_facts(
    material: MaterialKind,
    paper: &printed::Paper,
    seen_as: Option<&SeenAs>,
    expect: &Expectations,
    readers: &printed::Engines,
    desk: &Desk,
) -> Result<Option<DocumentFacts>, OcrError> {
    let threshold = desk.settings.reading.working_threshold;
    let again = second::Reader { engine: desk.engines.second(), paper, threshold };
    Ok(Some(match material {
        MaterialKind::IdCardFront => {
            let mut card = id_card::read_front(paper, expect, readers)?;
            again.read(&mut card.name);
            again.read(&mut card.number);
            DocumentFacts::IdCardFront(Box::new(card))
        }
        MaterialKind::IdCardBack => DocumentFacts::IdCardBack(Box::new(id_card::read_back(paper, readers)?)),
        MaterialKind::PriorCertificate => {
            let mut certificate = prior_certificate::read(paper, expect, readers)?;
            again.read(&mut certificate.name);
            again.read(&mut certificate.number);
            // the card's own number is never the certificate's: the wrong line was taken
            if certificate.certificate_number.value.is_some() && certificate.certificate_number.value == expect.id_number {
                certificate.certificate_number = Fact { place: certificate.certificate_number.place.take(), ..Fact::illegible() };
            }
            again.read(&mut certificate.certificate_number);
            DocumentFacts::PriorCertificate(Box::new(certificate))
        }
        MaterialKind::Diploma => {
            let title = kind::title_fact(paper, seen_as);
            let mut diploma = diploma::read(paper, Some(&title), expect, readers)?;
            again.read(&mut diploma.name);
            again.read(&mut diploma.number);
            DocumentFacts::Diploma(Box::new(diploma))
        }
        MaterialKind::CompletionCertificate => {
            let mut certificate = completion::read(paper, expect, readers)?;
            again.read(&mut certificate.name);
            again.read(&mut certificate.number);
            DocumentFacts::CompletionCertificate(Box::new(certificate))
        }
        _ => return Ok(None),
    }))
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
            corners: super::page::rectified::turned(&self.sheet.corners, self.turned).map(|[x, y]| [x / shrunk, y / shrunk]),
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

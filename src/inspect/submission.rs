//! From a submission's files to its facts: opens each page and hands it to the reader of what a person said that it is,
//! else of what it shows, or else of what its name says.
//! Judges nothing: what cannot be opened or read becomes a fact that says so, why and where. Only an engine can fail.

use super::context::{DocumentContext, ReadContext};
use super::documents::{self, Read};
use super::form_page::FormPage;
use super::page_outcomes::{WHOLE, incomplete, no_text, nothing_found, refused_or_unreadable, too_poor};
use super::photo;
use super::picture::{self, PageSource, PictureError};
use super::printed::{PrintedPage, without_red_ink};
use super::recognisers::Recognisers;
use super::upright_page::{FORM_PIXELS, LEGIBLE, UprightPage};
use super::{agreement, blank_page, card_quality, classify, two_cards};
use crate::ocr::clocked::{Clocked, Spent};
use crate::ocr::{Engine, OcrError};
use crate::vocabulary::documents::{AssignedPage, Documents, PageOutcome, SeenAs, SeenPage, judged_as};
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::further::{Added, DocumentFacts};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::{FileFormat, PhotoFacts};
use crate::vocabulary::stage::{Stage, StageTimes};
use crate::vocabulary::submission::{MaterialFile, Submission};
use image::RgbImage;
use std::time::{Duration, Instant};

/// Pixels that a page of print is reduced to before anything is sought in it.
const PRINT_PIXELS: u32 = 4_000_000;
/// 0–1: print whose characters are less sure than this on the mean says nothing: mirrored print that shines through
/// reads at 0.3–0.6.
const LEGIBLE_PRINT: f32 = 0.7;

/// An engine or a model has failed: nothing is known of any document, and reading the submission again may succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("读取程序出错，与材料内容无关：{0}")]
pub struct EngineFailed(String);

/// Reads every page of every file of one submission.
///
/// # Errors
/// An engine has failed, even if the reader that had asked it carried on.
pub fn read(
    submission: &Submission,
    expect: &Expectations,
    cx: &ReadContext,
    times: &mut StageTimes,
) -> Result<Documents, EngineFailed> {
    let spent = Spent::default();
    let (accurate, fast) =
        (Clocked::new(cx.recognisers.accurate(), &spent), Clocked::new(cx.recognisers.fast(), &spent));
    let second = cx.recognisers.second().map(|engine| Clocked::new(engine, &spent));
    let digits = Clocked::new(cx.recognisers.digits(), &spent);
    let recognisers = Recognisers::new(&accurate, &fast, &digits, second.as_ref().map(|e| e as &dyn Engine));
    let cx = ReadContext {
        recognisers,
        faces: cx.faces,
        settings: cx.settings,
        forms: cx.forms,
        register: cx.register,
        open: cx.open,
    };
    let mut reading = Reading {
        cx: &cx,
        of_documents: cx.of_documents(expect),
        assigned: &expect.assigned,
        spent: &spent,
        times,
        documents: Documents::default(),
        form_pages: Vec::new(),
        portrait: None,
    };
    // the ID card's front first, since the photo is compared with its portrait; files that name no material last
    let order = |f: &&MaterialFile| {
        let kind = kind_of(f, 1, &expect.assigned);
        (kind != Some(MaterialKind::IdCardFront), kind.is_none(), kind, f.part, f.name.clone())
    };
    let mut files: Vec<&MaterialFile> = submission.files.iter().collect();
    files.sort_by_cached_key(order);
    let sound = || spent.failure().map_or(Ok(()), |why| Err(EngineFailed(why)));
    for file in &files {
        reading.file(file);
        sound()?;
    }
    let documents = reading.finish(&files);
    sound()?;
    times.add(Stage::Detect, spent.detecting.get());
    times.add(Stage::Recognise, spent.recognising.get());
    Ok(documents)
}

/// Times one piece of work, without the engines' share, which is counted separately.
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
        let engines = self.spent.total().saturating_sub(self.before);
        times.add(stage, self.started.elapsed().saturating_sub(engines));
    }
}

struct Reading<'a> {
    cx: &'a ReadContext<'a>,
    of_documents: DocumentContext<'a>,
    /// What a person said that pages are.
    assigned: &'a [AssignedPage],
    spent: &'a Spent,
    times: &'a mut StageTimes,
    documents: Documents,
    /// Pages of forms that are read as a whole once all are there, in order, with their places in `documents.pages`.
    form_pages: Vec<(usize, FormPage)>,
    /// The picture of the ID card's front.
    portrait: Option<RgbImage>,
}

/// One page in work: of which file, and which one in it.
struct Page<'f> {
    file: &'f MaterialFile,
    in_file: u16,
    source: PageSource<'f>,
    /// As what it is opened: what a person said that it is, else what the file's name says.
    named: Option<MaterialKind>,
    /// Did a person say it?
    assigned: bool,
}

impl Page<'_> {
    /// What the page is taken to show, of what was `seen` on it: a person's word goes before a title that says something
    /// else, or that is in doubt.
    fn told(&self, seen: Option<SeenAs>, threshold: f32) -> Option<SeenAs> {
        if !self.assigned {
            return seen;
        }
        let agrees = |s: &SeenAs| s.kind == self.named && s.confidence >= threshold;
        seen.filter(agrees).or(Some(SeenAs { kind: self.named, confidence: 1.0, title: None }))
    }
}

/// What a person said that a page of a file is; the word on this page goes before that on the whole file.
fn assigned(file: &MaterialFile, in_file: u16, all: &[AssignedPage]) -> Option<MaterialKind> {
    let of = |page: Option<u16>| all.iter().find(|a| a.file == file.name && a.in_file == page).map(|a| a.material);
    of(Some(in_file)).or_else(|| of(None))
}

/// The same, else what the file's name says.
fn kind_of(file: &MaterialFile, in_file: u16, all: &[AssignedPage]) -> Option<MaterialKind> {
    assigned(file, in_file, all).or(file.kind)
}

impl Reading<'_> {
    fn file(&mut self, file: &MaterialFile) {
        let kind = kind_of(file, 1, self.assigned);
        if let Some(why) = &file.refused {
            return self.push(file, 1, kind, SeenPage::only(PageOutcome::Refused { why: why.clone() }));
        }
        let bytes = match (self.cx.open)(file) {
            Ok(bytes) => bytes,
            Err(why) => return self.push(file, 1, kind, SeenPage::only(PageOutcome::Unreadable { why })),
        };
        if let Some(why) = self.over_pages(1) {
            return self.push(file, 1, kind, SeenPage::only(PageOutcome::Refused { why }));
        }
        // A photo is looked at as the file that it is, whatever that holds.
        let apart = self.assigned.iter().any(|a| a.file == file.name && a.in_file.is_some());
        if kind == Some(MaterialKind::Photo) && !apart {
            return self.photo(file, 1, &bytes);
        }
        let lap = Lap::begin(self.spent);
        let pages = picture::open(&bytes, &self.cx.settings.limits);
        lap.end(Stage::Decode, self.times);
        match pages {
            Err(_) if kind == Some(MaterialKind::Photo) => self.photo(file, 1, &bytes),
            Err(error) => self.push(file, 1, kind, SeenPage::only(refused_or_unreadable(&error))),
            Ok(pages) => {
                if let Some(why) = self.over_pages(pages.len()) {
                    return self.push(file, 1, kind, SeenPage::only(PageOutcome::Refused { why }));
                }
                for (in_file, source) in (1..).zip(pages) {
                    let named = kind_of(file, in_file, self.assigned);
                    if named == Some(MaterialKind::Photo) {
                        self.photo(file, in_file, &bytes);
                        continue;
                    }
                    let assigned = assigned(file, in_file, self.assigned).is_some();
                    self.page(&Page { file, in_file, source, named, assigned }, &bytes);
                }
            }
        }
    }

    /// Notes a page under the material as which it is judged.
    fn push(&mut self, file: &MaterialFile, in_file: u16, material: Option<MaterialKind>, seen: SeenPage) {
        self.documents.push_page(&file.name, in_file, file.kind, material, seen);
    }

    fn photo(&mut self, file: &MaterialFile, in_file: u16, bytes: &[u8]) {
        let lap = Lap::begin(self.spent);
        let facts = photo::inspect(&file.name, bytes, &self.cx.settings.photo, self.cx.faces, self.portrait.as_ref());
        lap.end(Stage::Photo, self.times);
        match facts {
            Ok(facts) => {
                let told = assigned(file, in_file, self.assigned);
                let told = told.map(|kind| SeenAs { kind: Some(kind), confidence: 1.0, title: None });
                self.take_photo(file, in_file, facts, told);
            }
            Err(error) => self.spent.failed(error),
        }
    }

    fn take_photo(&mut self, file: &MaterialFile, in_file: u16, facts: PhotoFacts, seen_as: Option<SeenAs>) {
        let number = self.documents.next_page(Some(MaterialKind::Photo));
        self.documents.add(MaterialKind::Photo, number, DocumentFacts::Photo(Box::new(facts)));
        self.push(
            file,
            in_file,
            Some(MaterialKind::Photo),
            SeenPage { outcome: PageOutcome::Read, seen_as, sheet: None },
        );
    }

    /// Why these further pages would exceed the limit for one submission, if they would.
    fn over_pages(&self, more: usize) -> Option<String> {
        let limit = self.cx.settings.limits.max_submission_pages;
        (self.documents.pages.len() + more > usize::from(limit))
            .then(|| format!("一份报名的页数合计超过上限 {limit} 页"))
    }

    fn page(&mut self, page: &Page<'_>, bytes: &[u8]) {
        let form = page.named.filter(|k| k.is_form());
        let done = match form {
            Some(material) => self.form(material, page, None),
            None => self.print(page.named, page, None, bytes),
        };
        let outcome = match done {
            Ok(()) => return,
            // if an engine failed, `read` returns that instead of all facts; otherwise a part of the page had no pixels
            Err(Failed::Engine) => no_text(),
            Err(Failed::Picture(error)) => refused_or_unreadable(&error),
        };
        self.push(page.file, page.in_file, page.named, SeenPage::only(outcome));
    }

    /// Reads a page that is filled in by hand. `known`: what it shows, if that has been seen already.
    fn form(&mut self, named: MaterialKind, page: &Page<'_>, known: Option<SeenAs>) -> Result<(), Failed> {
        let lap = Lap::begin(self.spent);
        let decoded = page.source.luma(FORM_PIXELS).map_err(Failed::Picture)?;
        lap.end(Stage::Decode, self.times);
        if decoded.fraction < WHOLE {
            self.push(page.file, page.in_file, page.named, SeenPage::only(incomplete(decoded.fraction)));
            return Ok(());
        }
        let lap = Lap::begin(self.spent);
        let upright = UprightPage::of(&decoded.pixels, 1.0 / decoded.scale, &self.cx.recognisers)?;
        lap.end(Stage::Rectify, self.times);
        let sheet = Some(upright.facts());
        if upright.legible < LEGIBLE {
            let outcome = if blank_page::is_blank(&upright.rectified.lit) { blank_page::outcome() } else { too_poor() };
            self.push(page.file, page.in_file, page.named, SeenPage { outcome, seen_as: None, sheet });
            return Ok(());
        }
        let lap = Lap::begin(self.spent);
        let seen_as = match known {
            Some(seen) => Some(seen),
            None => classify::of_form(&upright.rectified.image, self.cx)?,
        };
        let seen_as = page.told(seen_as, self.cx.settings.reading.kind_threshold);
        if classify::is_instructions(seen_as.as_ref(), self.cx.forms) {
            self.push(
                page.file,
                page.in_file,
                page.named,
                SeenPage { outcome: PageOutcome::Blank { why: "印刷的填表说明".to_owned() }, seen_as, sheet },
            );
            return Ok(());
        }
        let sure = self.surely(seen_as.as_ref());
        let material =
            judged_as(Some(named), seen_as.as_ref(), self.cx.settings.reading.kind_threshold).unwrap_or(named);
        if !material.is_form() {
            lap.end(Stage::Verify, self.times);
            return self.print(Some(named), page, seen_as, &[]);
        }
        let number = self.documents.next_page(Some(material));
        let title = seen_as.as_ref().filter(|s| s.kind == Some(material)).and_then(|s| s.title.clone());
        let outcome = if sure == Some(None) {
            PageOutcome::Read
        } else {
            self.form_page(FormPage::new(upright.rectified, material, title, number), sure.is_some())?
        };
        lap.end(Stage::Verify, self.times);
        self.push(page.file, page.in_file, Some(material), SeenPage { outcome, seen_as, sheet });
        Ok(())
    }

    /// Reads a form's page, or keeps it until all pages of its form are there. `sure`: its title was read.
    fn form_page(&mut self, page: FormPage, sure: bool) -> Result<PageOutcome, OcrError> {
        let material = page.material;
        match documents::reader(material).map(|r| r.read) {
            Some(Read::Pages(_)) => self.form_pages.push((self.documents.pages.len(), page)),
            // the template of a commitment, read into another page's lines, would find fields anywhere
            Some(Read::Form(_)) if page.number > 1 && !sure => {
                return Ok(PageOutcome::Illegible {
                    why: "该页没有可辨认的标题，无法确认内容".to_owned()
                });
            }
            Some(Read::Form(read)) => {
                if self.documents.add(material, page.number, read(&page, &self.of_documents)?) == Added::Nothing {
                    return Ok(nothing_found(material));
                }
            }
            Some(Read::Printed(_)) | None => {}
        }
        Ok(PageOutcome::Read)
    }

    /// Reads a printed document (card or certificate), or a page whose name does not tell what it is. `known`: what it
    /// shows, if that has been seen already.
    fn print(
        &mut self,
        named: Option<MaterialKind>,
        page: &Page<'_>,
        known: Option<SeenAs>,
        bytes: &[u8],
    ) -> Result<(), Failed> {
        let lap = Lap::begin(self.spent);
        let decoded = page.source.rgb(PRINT_PIXELS).map_err(Failed::Picture)?;
        lap.end(Stage::Decode, self.times);
        if decoded.fraction < WHOLE {
            self.push(page.file, page.in_file, page.named, SeenPage::only(incomplete(decoded.fraction)));
            return Ok(());
        }
        let lap = Lap::begin(self.spent);
        let fast = self.cx.recognisers.fast();
        let ink = without_red_ink(&decoded.pixels);
        let shrunk = 1.0 / decoded.scale;
        let printed = PrintedPage::open(&ink, &decoded.pixels, shrunk, named.unwrap_or(MaterialKind::Other), 1, fast)?;
        let mut seen_as = classify::of_printed(&printed, self.cx.forms).or(known);
        let told_by_name = named.is_some_and(|k| k != MaterialKind::Other);
        if !told_by_name && seen_as.is_none() {
            seen_as = classify::late_title(&decoded, shrunk, self.cx)?;
        }
        let seen_as = page.told(seen_as, self.cx.settings.reading.kind_threshold);
        if let Some(Some(form)) = self.surely(seen_as.as_ref())
            && form.is_form()
        {
            lap.end(Stage::Verify, self.times);
            return self.form(form, page, seen_as);
        }
        let card_by_name = named.is_some_and(is_card);
        let untold = (card_by_name || !told_by_name) && self.surely(seen_as.as_ref()).is_none_or(|k| k.is_none());
        // if a card's side was found on a page that has not a card's shape, the other side may lie beside it
        if untold || (card_by_name && !printed.is_card) {
            let mut sides = two_cards::find(&ink, &decoded.pixels, shrunk, self.cx)?;
            // half of a certificate also bears a name, a sex and a birth date, but has not a card's shape
            sides.retain(|(card, _)| card_by_name || card.is_card);
            let shows = |side| sides.iter().any(|(_, seen)| self.surely(Some(seen)).flatten() == Some(side));
            let (front, back) = (shows(MaterialKind::IdCardFront), shows(MaterialKind::IdCardBack));
            if (untold && (front || back)) || (front && back) {
                for (card, seen) in sides {
                    if let Some(side) = self.surely(Some(&seen)).flatten().filter(|k| is_card(*k)) {
                        self.printed_page(side, page, card, Some(seen), &decoded.pixels)?;
                    }
                }
                lap.end(Stage::Verify, self.times);
                return Ok(());
            }
        }
        // what shines through from the other side may look like lines, and reads as nothing
        let unread = printed.lines.is_empty() || printed.mean_confidence() < LEGIBLE_PRINT;
        let told_by_page = !page.assigned && self.surely(seen_as.as_ref()).is_some();
        if unread && !told_by_page && blank_page::is_blank(&printed.rectified.lit) {
            let sheet = Some(card_quality::sheet_facts(&printed, None));
            self.push(page.file, page.in_file, page.named, SeenPage { outcome: blank_page::outcome(), seen_as, sheet });
            lap.end(Stage::Verify, self.times);
            return Ok(());
        }
        if printed.lines.is_empty() && named.is_none() && self.as_photo(page, bytes) {
            lap.end(Stage::Photo, self.times);
            return Ok(());
        }
        match judged_as(named.filter(|_| told_by_name), seen_as.as_ref(), self.cx.settings.reading.kind_threshold) {
            Some(material) => self.printed_page(material, page, printed, seen_as, &decoded.pixels)?,
            // it shows no document that can be told
            None => {
                let outcome =
                    if printed.lines.is_empty() && named.is_some() { no_text() } else { PageOutcome::NotRead };
                let sheet = Some(card_quality::sheet_facts(&printed, None));
                self.push(page.file, page.in_file, named, SeenPage { outcome, seen_as, sheet });
            }
        }
        lap.end(Stage::Verify, self.times);
        Ok(())
    }

    /// Takes a picture that names no material and bears no print for the photo, if it shows exactly one face. Returns
    /// whether it does.
    fn as_photo(&mut self, page: &Page<'_>, bytes: &[u8]) -> bool {
        if page.in_file != 1 || page.source.format() == FileFormat::Pdf || self.cx.faces.is_none() {
            return false;
        }
        let facts = match photo::inspect(
            &page.file.name,
            bytes,
            &self.cx.settings.photo,
            self.cx.faces,
            self.portrait.as_ref(),
        ) {
            Ok(facts) => facts,
            Err(error) => {
                self.spent.failed(error);
                return false;
            }
        };
        let one_face = facts.faces.value().is_some_and(|faces| faces.len() == 1);
        if one_face {
            // a face tells it, not a title
            let seen = SeenAs {
                kind: Some(MaterialKind::Photo),
                confidence: self.cx.settings.reading.kind_threshold,
                title: None,
            };
            self.take_photo(page.file, page.in_file, facts, Some(seen));
        }
        one_face
    }

    /// Reads one printed document as what it is judged as, and notes its page.
    fn printed_page(
        &mut self,
        material: MaterialKind,
        page: &Page<'_>,
        mut printed: PrintedPage,
        seen_as: Option<SeenAs>,
        colour: &RgbImage,
    ) -> Result<(), OcrError> {
        (printed.material, printed.number) = (material, self.documents.next_page(Some(material)));
        let sheet = Some(card_quality::sheet_facts(&printed, is_card(material).then_some(colour)));
        if printed.lines.is_empty() && !is_card(material) {
            self.push(page.file, page.in_file, Some(material), SeenPage { outcome: no_text(), seen_as, sheet });
            return Ok(());
        }
        let mut outcome = PageOutcome::Read;
        // what is surely something else is not read as this
        if self.surely(seen_as.as_ref()) != Some(None)
            && let Some(Read::Printed(read)) = documents::reader(material).map(|r| r.read)
            && self.documents.add(material, printed.number, read(&printed, seen_as.as_ref(), &self.of_documents)?)
                == Added::Nothing
        {
            outcome = nothing_found(material);
        }
        if material == MaterialKind::IdCardFront
            && self.portrait.is_none()
            && seen_as.as_ref().is_none_or(|s| s.kind == Some(material))
        {
            self.portrait = Some(colour.clone());
        }
        self.push(page.file, page.in_file, Some(material), SeenPage { outcome, seen_as, sheet });
        Ok(())
    }

    /// Where only one side of the ID card was found, looks for the other one in the same picture: only the clearer of
    /// the two may have been found.
    fn other_side(&mut self, files: &[&MaterialFile]) -> Result<(), OcrError> {
        let there = |reading: &Self, side| reading.documents.pages_of(side).any(|p| p.outcome == PageOutcome::Read);
        let missing = match (there(self, MaterialKind::IdCardFront), there(self, MaterialKind::IdCardBack)) {
            (true, false) => MaterialKind::IdCardBack,
            (false, true) => MaterialKind::IdCardFront,
            _ => return Ok(()),
        };
        if files.iter().any(|f| f.kind == Some(missing)) {
            // a file of that name is there, and has been read
            return Ok(());
        }
        let cards: Vec<(String, u16)> = self
            .documents
            .pages
            .iter()
            .filter(|p| p.material.is_some_and(is_card))
            .filter_map(|p| Some((p.file.clone(), p.in_file?)))
            .collect();
        for (name, in_file) in cards {
            let Some(file) = files.iter().find(|f| f.name == name) else { continue };
            // it was opened before; if that fails now, the file has changed, which the caller reports
            let Ok(bytes) = (self.cx.open)(file) else { continue };
            let Ok(pages) = picture::open(&bytes, &self.cx.settings.limits) else { continue };
            let Some(source) = pages.into_iter().nth(usize::from(in_file) - 1) else { continue };
            let Ok(decoded) = source.rgb(PRINT_PIXELS) else { continue };
            let ink = without_red_ink(&decoded.pixels);
            let page = Page { file, in_file, source, named: file.kind, assigned: false };
            for (card, seen) in two_cards::find(&ink, &decoded.pixels, 1.0 / decoded.scale, self.cx)? {
                if self.surely(Some(&seen)) == Some(Some(missing)) {
                    return self.printed_page(missing, &page, card, Some(seen), &decoded.pixels);
                }
            }
        }
        Ok(())
    }

    /// Reads the forms that are read as a whole, now that all pages are there.
    fn finish(mut self, files: &[&MaterialFile]) -> Documents {
        let lap = Lap::begin(self.spent);
        // if an engine fails here, `read` returns that instead of all facts
        let _ = self.other_side(files);
        for reader in documents::READERS {
            if let Read::Pages(read) = reader.read {
                self.whole_forms(reader.material, read);
            }
        }
        agreement::weigh(&mut self.documents, &self.cx.settings.reading);
        lap.end(Stage::Verify, self.times);
        self.documents.pages.sort_by(|a, b| (a.material, a.page, &a.file).cmp(&(b.material, b.page, &b.file)));
        self.documents
    }

    /// Reads the kept pages of this material; pages that begin anew are a form of their own.
    fn whole_forms(&mut self, material: MaterialKind, read: documents::ReadPages) {
        let (of_this, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.form_pages).into_iter().partition(|(_, page)| page.material == material);
        self.form_pages = others;
        let (places, pages): (Vec<usize>, Vec<FormPage>) = of_this.into_iter().unzip();
        let Ok(forms) = read(&pages, &self.of_documents) else {
            places.iter().for_each(|place| self.documents.pages[*place].outcome = no_text());
            return;
        };
        for form in forms {
            let first = pages[form.pages.start].number;
            let said_nothing = self.documents.add(material, first, form.facts) == Added::Nothing;
            for i in form.pages {
                if said_nothing || form.empty.contains(&i) {
                    self.documents.pages[places[i]].outcome = nothing_found(material);
                }
            }
        }
    }

    /// What a page shows, if that is sure: one of our materials, or (`Some(None)`) surely none of them.
    fn surely(&self, seen: Option<&SeenAs>) -> Option<Option<MaterialKind>> {
        seen.filter(|s| s.confidence >= self.cx.settings.reading.kind_threshold).map(|s| s.kind)
    }
}

fn is_card(material: MaterialKind) -> bool {
    matches!(material, MaterialKind::IdCardFront | MaterialKind::IdCardBack)
}

enum Failed {
    Picture(PictureError),
    Engine,
}

impl From<OcrError> for Failed {
    /// The engine itself has noted its failure (see [`Clocked`]).
    fn from(_: OcrError) -> Self {
        Self::Engine
    }
}

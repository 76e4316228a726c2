//! From the places that flags name to pictures beside the report: each place cut out of its page with some of its
//! surroundings, and copies of pages.
//! A crop's name holds the file's hash, the page and the box, so what is there already is not cut again. What cannot be
//! opened gives no picture.

use crate::disk;
use crate::ending;
use crate::ingest;
use crate::inspect::picture;
use crate::report::atomic_file::UNFINISHED_PREFIX;
use crate::report::finding::{Finding, FlagRecord};
use crate::report::page::detail::{PageCopy, Pictures, is_shown, turned};
use crate::report::page::{CROPS, link};
use crate::run::folder::is_unfinished;
use crate::run::request::PictureMode;
use crate::store::make_folder;
use crate::vocabulary::documents::{PageFacts, PageOutcome};
use crate::vocabulary::fact::Region;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::FileFormat;
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::MaterialFile;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, imageops};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Raised when crops are cut otherwise: older ones are then not taken for these.
const VERSION: u32 = 1;
/// JPEG quality of crops and copies: pen strokes stay clean.
const QUALITY: u8 = 80;
/// Widest crop and copy in pixels; a line of handwriting across a page is then still 30 px high.
const CROP_WIDTH: u32 = 960;
const COPY_WIDTH: u32 = 1240;
/// Pixels to which a page is reduced when it is opened: more than any box needs, less than memory minds.
pub const PIXELS: u32 = 12_000_000;
/// Endings of originals that the report links to.
const LINKED: [&str; 11] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "heic", "heif", "pdf"];
/// Bytes of a file that tell its format.
const HEAD: u64 = 4096;
/// Colour of the mark, as the page's own.
const MARK: Rgb<u8> = Rgb([194, 65, 12]);

/// Cuts for one report.
pub struct Cutter<'a> {
    /// The report's folder.
    folder: &'a Path,
    /// Where each batch lies; `None`: not in reach.
    roots: &'a [Option<PathBuf>],
    mode: PictureMode,
    limits: &'a LimitSettings,
    /// Copies that are there, by the beginning of their names, with the size of the original.
    copies: Mutex<BTreeMap<String, (u32, u32)>>,
}

/// A page of a file, with the places that are wanted of it.
struct Wanted<'f> {
    file: &'f MaterialFile,
    /// Page inside the file, from 0.
    nth: usize,
    /// Page of the material, from 1.
    page: u16,
    places: Vec<(&'f str, Region)>,
    /// Quarter turns clockwise that make crops of it upright.
    turned: u8,
    copy: bool,
}

impl<'a> Cutter<'a> {
    /// Makes the folder of the crops, or sees what is in it.
    ///
    /// # Errors
    /// If it cannot be made or listed.
    pub fn new(
        folder: &'a Path,
        roots: &'a [Option<PathBuf>],
        mode: PictureMode,
        limits: &'a LimitSettings,
    ) -> io::Result<Self> {
        make_folder(&folder.join(CROPS))?;
        let mut copies = BTreeMap::new();
        for entry in fs::read_dir(folder.join(CROPS))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if is_unfinished(&name) {
                // Left by a run that was killed; if it cannot be removed it only takes room.
                let _ = fs::remove_file(folder.join(CROPS).join(&name));
            } else if let Some((beginning, size)) = size_in(&name) {
                copies.insert(beginning, size);
            }
        }
        Ok(Self { folder, roots, mode, limits, copies: Mutex::new(copies) })
    }

    /// Removes what no submission of this report names.
    ///
    /// # Errors
    /// If the folder cannot be listed.
    pub fn sweep(&self, used: &BTreeSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(self.folder.join(CROPS))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !used.contains(&name) && is_ours(&name) {
                // One that is open in a viewer stays until the next report.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// The pictures of one submission; those that were not there are made.
    ///
    /// # Errors
    /// If the report's folder cannot be written. A picture that cannot be opened is no error.
    pub fn pictures(&self, f: &Finding) -> io::Result<Pictures> {
        let mut pictures = Pictures::default();
        if self.mode == PictureMode::None {
            return Ok(pictures);
        }
        let folder = self
            .roots
            .get(f.batch)
            .and_then(Option::as_ref)
            .zip(f.folder.as_ref())
            .map(|(root, folder)| root.join(folder));
        if let Some(folder) = &folder {
            pictures.originals = f
                .files
                .iter()
                .filter(|x| is_linked(f, x, &folder.join(&x.name)))
                .filter_map(|x| Some((x.name.clone(), relative(self.folder, &folder.join(&x.name))?)))
                .collect();
        }
        let mut by_file: BTreeMap<&str, Vec<Wanted>> = BTreeMap::new();
        for w in self.wanted(f) {
            by_file.entry(w.file.name.as_str()).or_default().push(w);
        }
        for wanted in by_file.into_values() {
            self.one_file(folder.as_deref(), &wanted, &mut pictures)?;
        }
        Ok(pictures)
    }

    fn wanted<'f>(&self, f: &'f Finding) -> Vec<Wanted<'f>> {
        let mut list = Vec::new();
        // The first file of a name, should two have it.
        let hashed = f.files.iter().rev().filter(|x| x.sha256.is_some());
        let files: BTreeMap<&str, _> = hashed.map(|x| (x.name.as_str(), x)).collect();
        for p in &f.documents.pages {
            let Some(&file) = files.get(&*p.file) else { continue };
            if matches!(p.outcome, PageOutcome::Unreadable { .. } | PageOutcome::Refused { .. }) {
                continue;
            }
            let earlier = || f.documents.pages.iter().filter(|o| o.file == p.file && o.page < p.page).count();
            let before = p.in_file.map_or_else(earlier, |n| usize::from(n).saturating_sub(1));
            let here = |(m, page)| p.material == Some(m) && p.page == page;
            let flagged = f.flags.iter().any(|r| r.flag.place.as_ref().is_some_and(|at| here((at.document, at.page))));
            let places: Vec<(&str, Region)> = f
                .flags
                .iter()
                .filter_map(|r| place(f, r).filter(|(at, _)| here(*at)).map(|(_, region)| (r.id.as_str(), region)))
                .collect();
            let copy = self.mode == PictureMode::Pages || (!is_shown(&p.file) && (flagged || !places.is_empty()));
            if copy || !places.is_empty() {
                list.push(Wanted { file, nth: before, page: p.page, places, turned: turned(p), copy });
            }
        }
        list
    }

    /// Everything wanted of one file: it is opened only if something is missing.
    fn one_file(&self, folder: Option<&Path>, wanted: &[Wanted<'_>], pictures: &mut Pictures) -> io::Result<()> {
        let missing = wanted.iter().any(|w| {
            w.places.iter().any(|(_, b)| !self.path(&crop_name(w, *b)).is_file())
                || (w.copy && self.copy_of(w).is_none())
        });
        if missing && let Some(folder) = folder {
            self.cut(folder, wanted)?;
        }
        for w in wanted {
            for (id, b) in &w.places {
                let name = crop_name(w, *b);
                if self.path(&name).is_file() {
                    pictures.crops.insert((*id).to_owned(), link([CROPS, &name]));
                }
            }
            if let Some((name, size)) = w.copy.then(|| self.copy_of(w)).flatten() {
                pictures.copies.insert((w.file.name.clone(), w.page), PageCopy { link: link([CROPS, &name]), size });
            }
        }
        Ok(())
    }

    fn cut(&self, folder: &Path, wanted: &[Wanted<'_>]) -> io::Result<()> {
        let Some(first) = wanted.first() else { return Ok(()) };
        let mut file = MaterialFile { path: folder.join(&first.file.name), sha256: None, ..first.file.clone() };
        let Ok(bytes) = ingest::read_file(&mut file, self.limits) else { return Ok(()) };
        // Another file under the same name shows something else than what was judged.
        if file.sha256 != first.file.sha256 {
            return Ok(());
        }
        let Ok(pages) = picture::open(&bytes, self.limits) else { return Ok(()) };
        for w in wanted {
            let Some(source) = pages.get(w.nth) else { continue };
            let Ok(decoded) = source.rgb(PIXELS) else { continue };
            for (_, b) in &w.places {
                if let Some(crop) = cropped(&decoded.pixels, *b, decoded.scale) {
                    self.write(&crop_name(w, *b), &upright(crop, w.turned))?;
                }
            }
            if w.copy {
                self.write(&copy_name(w, source.size()), &narrowed(decoded.pixels, COPY_WIDTH))?;
                self.copies.lock().unwrap_or_else(PoisonError::into_inner).insert(copy_beginning(w), source.size());
            }
        }
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(CROPS).join(name)
    }

    /// A copy that is there, with the original's size.
    fn copy_of(&self, w: &Wanted<'_>) -> Option<(String, (u32, u32))> {
        let size = *self.copies.lock().unwrap_or_else(PoisonError::into_inner).get(&copy_beginning(w))?;
        Some((copy_name(w, size), size))
    }

    /// Whole or not at all; not flushed to disk, since it can be cut again.
    fn write(&self, name: &str, picture: &RgbImage) -> io::Result<()> {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(picture).map_err(io::Error::other)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED_PREFIX).tempfile_in(self.folder.join(CROPS))?;
        file.write_all(&bytes)?;
        ending::lasting(|| file.persist(self.path(name))).map_err(|e| e.error)?;
        Ok(())
    }
}

/// May a click open this original? Only a picture or a PDF, by its ending, which tells the system what opens it, and by
/// its content, as it was inspected or as it begins.
/// Anything else that an applicant handed in (a page, a script, a shortcut, a program) is named and not linked.
fn is_linked(f: &Finding, file: &MaterialFile, path: &Path) -> bool {
    let end = file.name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    if file.refused.is_some() || !end.is_some_and(|e| LINKED.contains(&e.as_str())) || disk::is_link(path) {
        return false;
    }
    let was_opened = |p: &PageFacts| {
        p.file == file.name && !matches!(p.outcome, PageOutcome::Unreadable { .. } | PageOutcome::Refused { .. })
    };
    f.documents.pages.iter().any(was_opened) || {
        let mut head = Vec::new();
        disk::open_file(path).and_then(|opened| opened.take(HEAD).read_to_end(&mut head)).is_ok()
            && !matches!(picture::sniff(&head), FileFormat::Empty | FileFormat::Unknown)
    }
}

/// Where a flag points: its own place, else that of the first reading it rests on.
fn place(f: &Finding, r: &FlagRecord) -> Option<((MaterialKind, u16), Region)> {
    let own = r.flag.place.as_ref().and_then(|at| Some(((at.document, at.page), at.region?)));
    own.or_else(|| {
        let mut rows = f.facts.iter().filter(|x| r.facts.contains(&x.field));
        rows.find_map(|x| Some(((MaterialKind::from_name(&x.document)?, x.page?), x.region?)))
    })
}

/// A crop of a page that lies on its side, the right way up.
pub fn upright(crop: RgbImage, turned: u8) -> RgbImage {
    match turned {
        1 => imageops::rotate90(&crop),
        2 => imageops::rotate180(&crop),
        3 => imageops::rotate270(&crop),
        _ => crop,
    }
}

fn stem(w: &Wanted<'_>) -> String {
    let hash: String = w.file.sha256.iter().flat_map(|h| h.chars()).take(16).collect();
    format!("{hash}-{VERSION}-{}", w.nth + 1)
}

fn crop_name(w: &Wanted<'_>, b: Region) -> String {
    // Another reader may see another way up.
    let turn = if w.turned == 0 { String::new() } else { format!("-t{}", w.turned) };
    format!("{}-{}-{}-{}-{}{turn}.jpg", stem(w), b.x, b.y, b.width, b.height)
}

fn copy_beginning(w: &Wanted<'_>) -> String {
    format!("{}-page-", stem(w))
}

fn copy_name(w: &Wanted<'_>, size: (u32, u32)) -> String {
    format!("{}{}x{}.jpg", copy_beginning(w), size.0, size.1)
}

/// Is this a name that a crop or a copy has, of this or an earlier version? 16 hex digits of the file's hash, then
/// numbers.
fn is_ours(name: &str) -> bool {
    let rest = name.strip_suffix(".jpg").and_then(|stem| stem.split_once('-'));
    rest.is_some_and(|(hash, _)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The beginning of a copy's name, and the size that stands in it.
fn size_in(name: &str) -> Option<(String, (u32, u32))> {
    let (beginning, size) = name.strip_suffix(".jpg")?.rsplit_once("-page-")?;
    let (width, height) = size.split_once('x')?;
    Some((format!("{beginning}-page-"), (width.parse().ok()?, height.parse().ok()?)))
}

/// The place with surroundings and its mark; `None`: it lies outside the picture.
fn cropped(page: &RgbImage, b: Region, scale: f32) -> Option<RgbImage> {
    let here = |v: u32| (v as f32 / scale).round() as u32;
    let (x, y, w, h) = (here(b.x), here(b.y), here(b.width).max(1), here(b.height).max(1));
    if x >= page.width() || y >= page.height() {
        return None;
    }
    // Half the place's height around it, at least a finger's breadth of a phone picture, so that the printed words
    // beside it are seen.
    let margin = (h / 2).clamp(page.width() / 40, page.width() / 8).max(8);
    let (left, top) = (x.saturating_sub(margin * 2), y.saturating_sub(margin));
    let (right, bottom) = ((x + w + margin * 2).min(page.width()), (y + h + margin).min(page.height()));
    let mut crop = imageops::crop_imm(page, left, top, right - left, bottom - top).to_image();
    let thick = (crop.width() / 320).clamp(2, 6);
    frame(&mut crop, [x - left, y - top, (x + w).min(right) - left, (y + h).min(bottom) - top], thick);
    Some(narrowed(crop, CROP_WIDTH))
}

/// A frame just outside of a box.
fn frame(picture: &mut RgbImage, [x0, y0, x1, y1]: [u32; 4], thick: u32) {
    let (left, top) = (x0.saturating_sub(thick), y0.saturating_sub(thick));
    let (right, bottom) = ((x1 + thick).min(picture.width()), (y1 + thick).min(picture.height()));
    for py in top..bottom {
        for px in left..right {
            if px < x0 || py < y0 || px >= x1 || py >= y1 {
                picture.put_pixel(px, py, MARK);
            }
        }
    }
}

fn narrowed(picture: RgbImage, width: u32) -> RgbImage {
    if picture.width() <= width {
        return picture;
    }
    let height = (u64::from(picture.height()) * u64::from(width) / u64::from(picture.width())).max(1);
    imageops::resize(&picture, width, u32::try_from(height).unwrap_or(u32::MAX), imageops::FilterType::Triangle)
}

/// The way from a folder to a file, as a link; `None`: they share no root, or one of them is not there.
pub fn relative(from: &Path, to: &Path) -> Option<String> {
    let (from, to) = (from.canonicalize().ok()?, to.canonicalize().ok()?);
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(|c| c.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    Some(link(parts.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::{CROP_WIDTH, MARK, cropped, relative};
    use crate::vocabulary::fact::Region;
    use image::{Rgb, RgbImage};

    #[test]
    fn a_place_is_cut_out_with_its_surroundings_and_its_mark() {
        let page = RgbImage::from_pixel(2000, 1000, Rgb([250; 3]));
        for (b, scale, size) in [
            (Region { x: 500, y: 300, width: 300, height: 60 }, 1.0, Some((500, 160))),
            (Region { x: 1000, y: 600, width: 600, height: 120 }, 2.0, Some((500, 160))),
            (Region { x: 0, y: 0, width: 2000, height: 1000 }, 1.0, Some((CROP_WIDTH, 480))),
            (Region { x: 1990, y: 990, width: 300, height: 60 }, 1.0, Some((110, 60))),
            (Region { x: 2000, y: 0, width: 10, height: 10 }, 1.0, None),
        ] {
            let crop = cropped(&page, b, scale);
            assert_eq!(crop.as_ref().map(image::ImageBuffer::dimensions), size, "{b:?}");
            assert!(crop.is_none_or(|c| c.width() == CROP_WIDTH || c.pixels().any(|p| *p == MARK)), "{b:?}");
        }
    }

    #[test]
    fn originals_are_linked_from_the_report() {
        let dir = tempfile::tempdir().unwrap();
        let (report, batch) = (dir.path().join("out/report"), dir.path().join("批次 1/A#1"));
        std::fs::create_dir_all(&report).unwrap();
        std::fs::create_dir_all(&batch).unwrap();
        std::fs::write(batch.join("照片.jpg"), b"x").unwrap();
        assert_eq!(
            relative(&report, &batch.join("照片.jpg")).unwrap(),
            "../../%E6%89%B9%E6%AC%A1%201/A%231/%E7%85%A7%E7%89%87.jpg"
        );
        assert_eq!(relative(&report, &batch.join("gone.jpg")), None);
    }
}

//! `--labels`: crops of handwriting that people corrected or confirmed, with what they read, for whoever trains or
//! measures a reader.
//! Print is left out: the place of a printed value is often the whole paragraph, with name and birth date in it.
//! A crop shows the field and nothing around it; its name is a hash of its pixels, and nothing tells whose it is.

use crate::disk;
use crate::ingest;
use crate::inspect::picture;
use crate::report::atomic_file::{AtomicFile, ClosedFile, hex};
use crate::report::cell::acts;
use crate::report::page::detail::turned;
use crate::report::trust::counting::{Case, kind};
use crate::run::crops::{PIXELS, upright};
use crate::run::trust::cases::Runs;
use crate::store::make_folder;
use crate::vocabulary::documents::{DOCUMENTS, Field, PageFacts};
use crate::vocabulary::fact::{Region, State};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::MaterialFile;
use anyhow::{Context as _, bail, ensure};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _, RgbImage, imageops};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Name of the list.
pub const LIST: &str = "labels.tsv";
/// Hex digits of a crop's name: 64 bits.
const DIGITS: usize = 16;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct LabelsRequest {
    pub folder: PathBuf,
    /// Where the batches lie now, those of the first run first.
    pub batches: Vec<PathBuf>,
    /// Kinds of fields; all that name no person, if empty.
    pub fields: Vec<String>,
}

/// What was written, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled {
    pub crops: usize,
    /// Readings whose original is not in reach, or is another file now, or has no place for it.
    pub without_picture: u64,
    /// Readings whose text a spreadsheet or a terminal would act on.
    pub unsafe_texts: u64,
    /// Readings that name a person and were not asked for.
    pub personal: u64,
}

/// Writes the crops and their list.
///
/// # Errors
/// A folder that is not empty, an unknown field, findings that cannot be read, an output that cannot be written.
pub fn write(runs: &Runs, request: &LabelsRequest) -> anyhow::Result<Labelled> {
    let wanted = Wanted::new(&request.fields)?;
    let folder = &request.folder;
    let unwritten = || format!("crops cannot be written into {}", folder.display());
    make_folder(folder).with_context(unwritten)?;
    ensure!(
        fs::read_dir(folder).with_context(unwritten)?.next().is_none(),
        "{} is not empty; give a new folder with --labels",
        folder.display()
    );
    let roots = roots(runs, &request.batches)?;
    let mut writing = Writing {
        folder,
        limits: &runs.loaded.settings.limits,
        wanted: &wanted,
        lines: BTreeSet::new(),
        done: Labelled::default(),
    };
    runs.each(|run, case| writing.add(case, &roots[run]))?;
    let Writing { lines, mut done, .. } = writing;
    done.crops = lines.iter().map(|(file, ..)| file).collect::<BTreeSet<_>>().len();
    let mut text = head(&wanted);
    lines.iter().for_each(|(file, kind, read)| text.push_str(&format!("{file}\t{kind}\t{read}\n")));
    let mut list = AtomicFile::create(folder, LIST).with_context(unwritten)?;
    list.write_all(text.as_bytes()).with_context(unwritten)?;
    list.close().and_then(ClosedFile::publish).with_context(unwritten)?;
    Ok(done)
}

/// Which kinds of fields are written.
struct Wanted {
    /// Empty: all that name no person.
    kinds: BTreeSet<String>,
}

impl Wanted {
    fn new(fields: &[String]) -> anyhow::Result<Self> {
        if let Some(unknown) = fields.iter().find(|f| declared(f).is_none()) {
            let known: Vec<String> = every_kind().map(|(kind, _)| kind).collect();
            bail!("\"{unknown}\" is no field that is filled in by hand; those are {}", known.join(", "));
        }
        Ok(Self { kinds: fields.iter().cloned().collect() })
    }

    fn holds(&self, kind: &str) -> bool {
        if self.kinds.is_empty() {
            declared(kind).is_some() && !names_somebody(kind)
        } else {
            self.kinds.contains(kind)
        }
    }
}

/// Every kind of field that people fill in by hand, as it is counted: `application_form.work[].start`.
fn every_kind() -> impl Iterator<Item = (String, &'static Field)> {
    let forms = DOCUMENTS.iter().filter(|(_, fields)| fields.iter().flat_map(Field::with_parts).any(|f| f.by_hand));
    forms.flat_map(|(material, fields)| {
        fields.iter().flat_map(move |field| {
            let name = format!("{}.{}", material.key(), field.name);
            let list = if field.numbered.is_some() { "[]" } else { "" };
            let parts: Vec<_> = field.parts.iter().map(|part| (format!("{name}{list}.{}", part.name), part)).collect();
            if parts.is_empty() { vec![(name, field)] } else { parts }
        })
    })
}

fn declared(kind: &str) -> Option<&'static Field> {
    every_kind().find(|(name, _)| name == kind).map(|(_, field)| field)
}

/// What a crop shows of a reading: of a date that is written in parts, its year, which is the part whose place is known.
fn shown(text: &str) -> &str {
    match text.char_indices().nth(4) {
        Some((end, '年' | '-' | '.' | '/')) if text[..end].bytes().all(|b| b.is_ascii_digit()) => &text[..end],
        _ => text,
    }
}

/// What is no field of a form may be anything.
fn names_somebody(kind: &str) -> bool {
    declared(kind).is_none_or(|field| field.personal.is_some())
}

/// What the folder holds, for whoever comes upon it.
fn head(wanted: &Wanted) -> String {
    let named: Vec<&str> = wanted.kinds.iter().map(String::as_str).filter(|kind| names_somebody(kind)).collect();
    let personal = if named.is_empty() {
        "# 不含姓名、证件号码、电话等栏目；单位名称等仍可能指向个人。 No fields that name a person; an employer may still point to one.\n".to_owned()
    } else {
        format!("# 含个人信息的栏目： Fields that name a person: {}\n", named.join(", "))
    };
    format!(
        "# 真实申报材料中手写栏目的截图及人工认定的文字，属个人信息处理范围：须有授权，用毕删除，不得外传。\n\
         # Crops of real applicants' fields with what people read in them: personal data; needs a permission, is not handed on, is deleted after use.\n\
         {personal}\
         # file\tfield\ttext\n"
    )
}

/// Where the batches of each run lie: as given now, else as then; `None`: not in reach.
fn roots(runs: &Runs, given: &[PathBuf]) -> anyhow::Result<Vec<Vec<Option<PathBuf>>>> {
    let all: usize = runs.runs().iter().map(|r| r.record.batches.len()).sum();
    ensure!(given.len() <= all, "{} batches are given with --batch, and the runs have {all}", given.len());
    let mut given = given.iter();
    let mut root =
        |then: &str| Some(given.next().cloned().unwrap_or_else(|| PathBuf::from(then))).filter(|p| p.is_dir());
    Ok(runs.runs().iter().map(|r| r.record.batches.iter().map(|b| root(&b.batch)).collect()).collect())
}

struct Writing<'a> {
    folder: &'a Path,
    limits: &'a LimitSettings,
    wanted: &'a Wanted,
    /// File, kind of field, text: in this order, which is that of a hash and of nobody's.
    lines: BTreeSet<(String, String, String)>,
    done: Labelled,
}

/// A reading that somebody corrected or confirmed, on its page.
struct Label<'f> {
    kind: String,
    text: &'f str,
    region: Region,
    page: &'f PageFacts,
}

impl Writing<'_> {
    fn add(&mut self, case: &Case<'_>, roots: &[Option<PathBuf>]) -> anyhow::Result<()> {
        let f = case.after;
        let mut by_file: BTreeMap<&str, Vec<Label<'_>>> = BTreeMap::new();
        for row in &f.facts {
            let said = row.corrected.as_ref().is_some_and(|c| c.now == State::Read);
            let (true, Some(text)) = (said && case.is_settled(&row.field), row.text.as_deref()) else { continue };
            let kind = kind(&row.field);
            if !self.wanted.holds(&kind) {
                let left_out = self.wanted.kinds.is_empty() && declared(&kind).is_some();
                self.done.personal += u64::from(left_out);
                continue;
            }
            let text = shown(text);
            if text.is_empty()
                || text.starts_with(['=', '+', '-', '@', '#'])
                || text.chars().any(|c| c == '\t' || acts(c))
            {
                self.done.unsafe_texts += 1;
                continue;
            }
            let material = MaterialKind::from_name(&row.document);
            let page = f.documents.pages.iter().find(|p| p.material == material && Some(p.page) == row.page);
            match (row.region, page) {
                (Some(region), Some(page)) => {
                    by_file.entry(&page.file).or_default().push(Label { kind, text, region, page });
                }
                _ => self.done.without_picture += 1,
            }
        }
        let root = roots.get(f.batch).and_then(Option::as_ref);
        let folder = root.zip(f.folder.as_ref()).map(|(root, folder)| (root, root.join(folder)));
        for (name, labels) in by_file {
            let file = f.files.iter().find(|x| x.name == name);
            // A record of a run may name any path.
            let own = folder.as_ref().filter(|(root, folder)| disk::is_inside(&folder.join(name), root));
            let written = match (own, file) {
                (Some((_, folder)), Some(file)) => self.file(folder, file, &labels)?,
                _ => 0,
            };
            self.done.without_picture += labels.len() as u64 - written;
        }
        Ok(())
    }

    /// Cuts the labels of one file; how many there were to cut.
    fn file(&mut self, folder: &Path, file: &MaterialFile, labels: &[Label<'_>]) -> anyhow::Result<u64> {
        let mut now = MaterialFile { path: folder.join(&file.name), sha256: None, ..file.clone() };
        let Ok(bytes) = ingest::read_file(&mut now, self.limits) else { return Ok(0) };
        // Another file under the same name shows something else than what was read.
        if now.sha256 != file.sha256 {
            return Ok(0);
        }
        let Ok(pages) = picture::open(&bytes, self.limits) else { return Ok(0) };
        let mut written = 0;
        let mut opened: BTreeMap<usize, (RgbImage, f32)> = BTreeMap::new();
        for label in labels {
            let nth = label.page.in_file.map_or(0, |n| usize::from(n).saturating_sub(1));
            if let std::collections::btree_map::Entry::Vacant(place) = opened.entry(nth) {
                let Some(Ok(decoded)) = pages.get(nth).map(|source| source.rgb(PIXELS)) else { continue };
                place.insert((decoded.pixels, decoded.scale));
            }
            let Some(crop) = opened.get(&nth).and_then(|(page, scale)| cut(page, label.region, *scale)) else {
                continue;
            };
            let name = self.crop(&upright(crop, turned(label.page)))?;
            self.lines.insert((name, label.kind.clone(), label.text.to_owned()));
            written += 1;
        }
        Ok(written)
    }

    /// Writes a crop under the hash of its bytes; the same pixels are one file.
    fn crop(&self, picture: &RgbImage) -> anyhow::Result<String> {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes).write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8)?;
        let mut name = hex(&Sha256::digest(&bytes));
        name.truncate(DIGITS);
        name.push_str(".png");
        let unwritten = || format!("{} cannot be written", self.folder.join(&name).display());
        if !self.folder.join(&name).exists() {
            let mut file = AtomicFile::create(self.folder, &name).with_context(unwritten)?;
            file.write_all(&bytes).with_context(unwritten)?;
            file.close().and_then(ClosedFile::publish).with_context(unwritten)?;
        }
        Ok(name)
    }
}

/// The field itself, without anything around it; `None`: it lies outside the picture.
fn cut(page: &RgbImage, b: Region, scale: f32) -> Option<RgbImage> {
    let here = |v: u32| (v as f32 / scale).round() as u32;
    let (x, y) = (here(b.x), here(b.y));
    if x >= page.width() || y >= page.height() {
        return None;
    }
    let (w, h) = (here(b.width).clamp(1, page.width() - x), here(b.height).clamp(1, page.height() - y));
    Some(imageops::crop_imm(page, x, y, w, h).to_image())
}

#[cfg(test)]
mod tests {
    use super::{Wanted, cut, declared, every_kind, head, names_somebody, shown};
    use crate::report::facts;
    use crate::report::trust::counting::kind;
    use crate::vocabulary::documents::{ApplicationForm, Documents, WorkSentence};
    use crate::vocabulary::fact::Region;
    use image::{Rgb, RgbImage};

    #[test]
    fn what_names_a_person_is_left_out_unless_it_is_asked_for() {
        let default = Wanted::new(&[]).unwrap();
        for (kind, personal) in [
            ("application_form.name", true),
            ("application_form.number", true),
            ("application_form.mobile", true),
            ("application_form.work[].start", false),
            ("application_form.work[].occupation", false),
            ("application_form.colour", true),
        ] {
            assert_eq!((names_somebody(kind), default.holds(kind)), (personal, !personal), "{kind}");
        }
        let names = Wanted::new(&["application_form.name".to_owned()]).unwrap();
        assert!(names.holds("application_form.name") && !names.holds("application_form.work[].start"));
        assert!(head(&names).contains("application_form.name") && !head(&default).contains("application_form.name"));
        let unknown = Wanted::new(&["name".to_owned()]).err().unwrap().to_string();
        assert!(unknown.contains("application_form.work[].start"), "{unknown}");
    }

    /// The kinds that are declared are those that are counted.
    #[test]
    fn every_field_of_a_form_is_declared() {
        let form = ApplicationForm { work: vec![WorkSentence::default(); 2], ..ApplicationForm::default() };
        let rows = facts::rows(&Documents { application_form: Some(form), ..Documents::default() });
        for row in &rows {
            assert!(declared(&kind(&row.field)).is_some(), "{}", row.field);
        }
        assert!(every_kind().count() > 60);
        for printed in ["diploma.end", "id_card_front.address", "prior_certificate.certificate_number"] {
            assert!(declared(printed).is_none(), "{printed} is print");
        }
    }

    #[test]
    fn of_a_date_in_parts_the_year_is_shown() {
        for (text, expected) in [
            ("2017年8月", "2017"),
            ("2011-05", "2011"),
            ("2024.11.14", "2024"),
            ("至今", "至今"),
            ("11", "11"),
            ("2.5", "2.5"),
            ("5月", "5月"),
            ("20242年", "20242年"),
            ("网约配送员", "网约配送员"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn a_crop_is_the_field_alone() {
        let mut page = RgbImage::from_pixel(400, 200, Rgb([250; 3]));
        for (x, y) in [(99, 50), (160, 50), (100, 49), (100, 80)] {
            page.put_pixel(x, y, Rgb([0; 3]));
        }
        let crop = cut(&page, Region { x: 100, y: 50, width: 60, height: 30 }, 1.0).unwrap();
        assert_eq!(crop.dimensions(), (60, 30));
        assert!(crop.pixels().all(|p| *p == Rgb([250; 3])), "nothing of what is beside it");
        let halved = cut(&page, Region { x: 200, y: 100, width: 120, height: 60 }, 2.0).unwrap();
        assert_eq!(halved.dimensions(), (60, 30));
        assert_eq!(cut(&page, Region { x: 390, y: 190, width: 60, height: 30 }, 1.0).unwrap().dimensions(), (10, 10));
        assert!(cut(&page, Region { x: 400, y: 0, width: 1, height: 1 }, 1.0).is_none());
    }
}

//! Pictures that are cut off or damaged, at every place where chance puts it: decoding ends with a picture or a reason,
//! and a batch of them with totals that add up.
//! Panics are counted where they arise, also those that are caught: none is wanted. The seed is fixed; `--ignored`
//! tries all pictures and all damages.

mod outputs;

use outputs::{audit, json, nothing_is_lost, rows};
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use yushen::inspect::photo;
use yushen::inspect::picture;
use yushen::vocabulary::settings::Settings;

/// Of each picture: how often it is cut off, and how often it is damaged.
const CUTS: usize = 50;
const FLIPS: usize = 200;
/// In the batch that goes through the binary.
const SUBMISSIONS: usize = 10;
/// What the readers reduce a page to.
const PIXELS: u32 = 5_000_000;

/// Every format and size of the fixtures once, each with a few of its damages.
#[test]
fn damaged_pictures_are_pictures_or_reasons() {
    check(|nth| nth % 50 == 7);
}

#[test]
#[ignore = "all damages of all sizes: half an hour"]
fn every_damage_is_a_picture_or_a_reason() {
    check(|_| true);
}

/// `wanted` chooses among the damages of each picture.
fn check(wanted: impl Fn(usize) -> bool) {
    let settings = yushen::packs::embedded().unwrap().settings;
    let panics: &'static Mutex<BTreeMap<String, usize>> = Box::leak(Box::default());
    std::panic::set_hook(Box::new(|info| {
        let at = info.location().map_or_else(String::new, |l| format!("{}:{}", l.file(), l.line()));
        *panics.lock().unwrap().entry(at).or_default() += 1;
    }));
    let (mut tried, mut opened, mut slowest) = (0, 0, (Duration::ZERO, String::new()));
    let mut wrong = Vec::new();
    let pictures = pictures();
    for (name, bytes) in &pictures {
        for (nth, damaged) in damages(bytes).into_iter().enumerate().filter(|(nth, _)| wanted(*nth)) {
            let before = panics.lock().unwrap().values().sum::<usize>();
            let began = Instant::now();
            let seen = catch_unwind(AssertUnwindSafe(|| look(&damaged, nth, &settings)));
            tried += 1;
            if began.elapsed() > slowest.0 {
                slowest = (began.elapsed(), format!("{name} #{nth}"));
            }
            match seen {
                Ok(Ok(pages)) => opened += usize::from(pages > 0),
                Ok(Err(why)) => wrong.push(format!("{name} #{nth}: {why}")),
                Err(_) => wrong.push(format!("{name} #{nth}: a panic that nobody caught")),
            }
            if panics.lock().unwrap().values().sum::<usize>() > before {
                wrong.push(format!("{name} #{nth}: a panic"));
            }
        }
    }
    let _ = std::panic::take_hook();
    println!(
        "{} pictures, {tried} damaged ones, {opened} of them with a page that opened; slowest {:?} ({})",
        pictures.len(),
        slowest.0,
        slowest.1
    );
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}\npanics by place: {:?}",
        wrong.len(),
        wrong.join("\n"),
        panics.lock().unwrap()
    );
    // All or none would say that nothing was tried.
    assert!(tried > 100 && opened > tried / 10 && opened < tried, "{opened} of {tried}");
}

/// Pages that gave pixels; an error is what must not be.
fn look(bytes: &[u8], nth: usize, settings: &Settings) -> Result<usize, String> {
    if nth.is_multiple_of(4) {
        // Whatever it is: the measures of a photo never fail.
        let facts = photo::inspect("个人照片.jpg", bytes, &settings.photo, None, None).map_err(|e| e.to_string())?;
        serde_json::to_string(&facts).map_err(|e| format!("facts of a photo that cannot be written: {e}"))?;
    }
    let pages = match picture::open(bytes, &settings.limits) {
        Ok(pages) => pages,
        Err(why) => return if why.to_string().is_empty() { Err("no reason".to_owned()) } else { Ok(0) },
    };
    let mut decoded = 0;
    for page in pages {
        let (width, height) = page.size();
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > settings.limits.max_pixels {
            return Err(format!("a page of {width} × {height}"));
        }
        let size = if nth.is_multiple_of(2) {
            page.luma(PIXELS).map(|d| (d.pixels.dimensions(), d.fraction))
        } else {
            page.rgb(PIXELS).map(|d| (d.pixels.dimensions(), d.fraction))
        };
        match size {
            Ok(((w, h), fraction)) if w > 0 && h > 0 && (0.0..=1.0).contains(&fraction) => decoded += 1,
            Ok(odd) => return Err(format!("a picture of {odd:?}")),
            Err(why) if why.to_string().is_empty() => return Err("no reason".to_owned()),
            Err(_) => {}
        }
    }
    Ok(decoded)
}

/// A batch of damaged materials through the binary: each submission is in the results, and the tool fails on none.
#[test]
fn a_batch_of_damaged_pictures_ends() {
    let dir = tempfile::tempdir().unwrap();
    let (batch, out) = (dir.path().join("batch"), dir.path().join("out"));
    // The small ones: how long a whole page takes to read is not the question.
    let pictures: Vec<_> = pictures().into_iter().filter(|(_, bytes)| bytes.len() < 70_000).collect();
    let kinds = ["申报表", "身份证人像面", "个人照片", "学历承诺书", "毕业证书"];
    for n in 0..SUBMISSIONS {
        let folder = batch.join(format!("D{n:02}"));
        fs::create_dir_all(&folder).unwrap();
        let (name, bytes) = &pictures[n * 7 % pictures.len()];
        let ending = name.rsplit('.').next().unwrap();
        for (k, kind) in [kinds[n % 5], kinds[(n + 2) % 5]].iter().enumerate() {
            let damaged = damages(bytes).swap_remove((n * 53 + k * 101 + 17) % (CUTS + FLIPS));
            fs::write(folder.join(format!("{kind}.{ending}")), damaged).unwrap();
        }
    }
    let done = audit(&batch, &out, &["--quiet", "--second-reading", "off"]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(matches!(done.status.code(), Some(0 | 1)) && told.is_empty(), "{:?}: {told}", done.status);
    assert_eq!(nothing_is_lost(&batch, &out).len(), SUBMISSIONS);
    let run = json(&out.join("run.json"));
    assert_eq!((&run["counts"]["failed_inside"], &run["restarts"]), (&0.into(), &0.into()));
    assert!(rows(&out.join("submissions.csv")).iter().all(|s| s["verdict"] != "pass"));
}

/// Every format and size among the fixtures once, in order of path; a TIFF and a BMP, which no fixture is, are made of
/// one.
fn pictures() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = walkdir::WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .map(|e| e.unwrap().into_path())
        .filter(|p| p.is_file());
    let limits = yushen::packs::embedded().unwrap().settings.limits;
    let mut by_size: BTreeMap<String, (PathBuf, Vec<u8>)> = BTreeMap::new();
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let Ok(pages) = picture::open(&bytes, &limits) else { continue };
        let key =
            format!("{:?} {:?}", pages[0].format(), pages.iter().map(picture::PageSource::size).collect::<Vec<_>>());
        drop(pages);
        by_size.entry(key).or_insert((path, bytes));
    }
    let mut list: Vec<(String, Vec<u8>)> = by_size
        .into_values()
        .map(|(path, bytes)| (path.strip_prefix(&root).unwrap().display().to_string(), bytes))
        .collect();
    let small = image::open(root.join("demo/batch/20241500005/个人照片.jpg")).unwrap();
    for (name, format) in [("made.tiff", image::ImageFormat::Tiff), ("made.bmp", image::ImageFormat::Bmp)] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        small.write_to(&mut bytes, format).unwrap();
        list.push((name.to_owned(), bytes.into_inner()));
    }
    assert!(list.len() >= 40, "{}", list.len());
    list
}

/// [`CUTS`] beginnings and [`FLIPS`] copies in which up to eight bytes are others; half of all within the head, where a
/// byte decides more.
fn damages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64 ^ bytes.len() as u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 16).unwrap() % below.max(1)
    };
    let head = bytes.len().min(1024);
    let mut made = Vec::with_capacity(CUTS + FLIPS);
    for n in 0..CUTS {
        made.push(bytes[..if n % 2 == 0 { random(head) } else { random(bytes.len()) }].to_vec());
    }
    for n in 0..FLIPS {
        let mut copy = bytes.to_vec();
        for _ in 0..=random(8) {
            let at = if n % 2 == 0 { random(head) } else { random(bytes.len()) };
            copy[at] ^= u8::try_from(1 + random(255)).unwrap();
        }
        made.push(copy);
    }
    made
}

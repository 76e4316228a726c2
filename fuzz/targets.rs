//! What is fuzzed: everything that takes bytes of strangers, by the way a run takes them. Each function may end in any
//! way but a panic.
//! Used by the cargo-fuzz binaries beside it and by `tests/fuzz.rs`, which runs each briefly with any toolchain.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use yushen::ingest::{self, Aliases};
use yushen::inspect::{photo, picture};
use yushen::ocr::ctc;
use yushen::ocr::ctc::grammar::{Grammar, read_with};
use yushen::ocr::ctc::template::{Charset, Segment, read_template};
use yushen::ocr::{Alphabet, Posterior};
use yushen::packs::{self, Loaded};
use yushen::vocabulary::calendar::{Month, WrittenDate, WrittenMonth};
use yushen::vocabulary::identity::{parse_citizen_number, parse_foreigner_number};
use yushen::vocabulary::numerals;
use yushen::vocabulary::text::normalise;

pub type Target = fn(&[u8]);

/// By name, as the corpus folders are named.
pub const ALL: [(&str, Target); 6] =
    [("table", table), ("packs", pack), ("picture", picture), ("archive", archive), ("numbers", numbers), ("ctc", ctc)];

fn rules() -> &'static Loaded {
    static RULES: OnceLock<Loaded> = OnceLock::new();
    RULES.get_or_init(|| packs::embedded().unwrap_or_else(|e| panic!("the embedded rules: {e}")))
}

/// A folder that goes away, with what `fill` writes into it.
fn in_folder(fill: impl Fn(&Path) -> std::io::Result<()>, then: impl Fn(&Path)) {
    let Ok(dir) = tempfile::tempdir() else { return };
    if fill(dir.path()).is_ok() {
        then(dir.path());
    }
}

/// The registration table as CSV (any encoding), workbook or JSON, and the register of enterprises. The first byte
/// chooses.
pub fn table(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let name =
        ["报名信息.csv", "报名信息.xlsx", "20240000001/submission.json", "companies.csv"][usize::from(*first) % 4];
    let fill = |dir: &Path| {
        fs::create_dir(dir.join("20240000001"))?;
        fs::write(dir.join(name), rest)
    };
    in_folder(fill, |dir| {
        let _ = ingest::discover(dir, &Aliases::default(), &rules().settings.limits);
        if name == "companies.csv" {
            let _ = ingest::CompaniesRegister::load(&dir.join(name));
        }
    });
}

/// One file of the rules, the others as they are; a list of file names. The first byte chooses.
pub fn pack(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let _ = Aliases::parse(text, "aliases.toml");
    let files = packs::embedded_files();
    let chosen = usize::from(*first) % files.len();
    let fill = |dir: &Path| {
        for (i, (name, good)) in files.iter().enumerate() {
            let path = dir.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, if i == chosen { text } else { good })?;
        }
        Ok(())
    };
    in_folder(fill, |dir| {
        let _ = packs::load(dir, &["photo-bytes", "work-years"]);
    });
}

/// Any file that may be a picture or a PDF: its header, its pages, small; and as an applicant's photo.
pub fn picture(data: &[u8]) {
    if let Ok(pages) = picture::open(data, &rules().settings.limits) {
        for page in pages.iter().take(2) {
            // what a header promises is decoded only where it is little: speed is what fuzzing needs
            let (w, h) = page.size();
            if u64::from(w) * u64::from(h) <= 1 << 20 {
                let _ = page.luma(100_000);
                let _ = page.rgb(100_000);
            }
        }
    }
    if data.len() <= 1 << 16 {
        let _ = photo::inspect_file("个人照片.jpg", data);
    }
}

/// A batch as .zip, .tar.gz or .tar.zst. The first byte chooses.
pub fn archive(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let name = ["b.zip", "b.tar.gz", "b.tar.zst"][usize::from(*first) % 3];
    in_folder(
        |dir| fs::write(dir.join(name), rest),
        |dir| {
            let limits = &rules().settings.limits;
            let Ok(batch) = ingest::discover(&dir.join(name), &Aliases::default(), limits) else { return };
            for mut submission in batch.submissions.into_iter().take(3) {
                let _ = batch.contents.hash_files(&mut submission, limits);
            }
        },
    );
}

/// Identity numbers, written numbers, months and spans.
pub fn numbers(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = (parse_citizen_number(&text).is_ok(), parse_foreigner_number(&text).is_ok(), normalise(&text));
    let parts: Vec<Option<u16>> = text.split(['年', '月', '日', '-']).map(numerals::written).collect();
    let _ =
        (numerals::Numerals::PRINTED.parse(&text), numerals::written_years(&text), numerals::years_as_months(&text));
    let part = |n: usize| parts.get(n).copied().flatten();
    let month = |n: usize| WrittenMonth { year: part(n), month: part(n + 1) }.valid();
    let _ = WrittenDate { year: part(0), month: part(1), day: part(2) }.valid();
    if let (Some(start), Some(end)) = (month(0), month(2)) {
        let _ = (
            end.since(start),
            Month::plus(start, 1),
            yushen::rules::months([(start, end)], yushen::rules::Count::Lenient, None),
        );
    }
}

/// A posterior of 12 classes, one byte a probability, in up to two lines, under every decoder.
pub fn ctc(data: &[u8]) {
    const CHARACTERS: &str = "01年月五一X|至今共";
    let Some((first, rest)) = data.split_first() else { return };
    let alphabet = Arc::new(Alphabet::new(CHARACTERS.chars()));
    let classes = alphabet.len();
    let line = |bytes: &[u8]| {
        let steps = (bytes.len() / classes).min(60);
        let probs = bytes[..steps * classes].chunks(classes).flat_map(|row| {
            let sum = row.iter().map(|b| f32::from(*b)).sum::<f32>().max(1.0);
            row.iter().map(move |b| f32::from(*b) / sum)
        });
        Posterior { steps, classes, probs: probs.collect(), step_px: 8.0, alphabet: Arc::clone(&alphabet) }
    };
    let (a, b) = rest.split_at(rest.len() * usize::from(*first) / 256);
    let lines = [line(a), line(b)];
    let posts: Vec<&Posterior> = lines.iter().collect();
    let symbols = ctc::greedy(&posts);
    let _ = (ctc::text_of(&symbols), ctc::mean_probability(&symbols));
    for text in ["共五年", "101至今", "", "年年"] {
        let _ = ctc::verify(&posts, text, &rules().settings.reading);
    }
    let words = ["五年".to_owned(), "一月".to_owned()];
    let _ = ctc::rank(&posts, &words);
    for grammar in [
        Grammar::CitizenNumber,
        Grammar::Year { least: 1940, latest: 2026 },
        Grammar::Month,
        Grammar::Day,
        Grammar::Integer(2000),
        Grammar::Years,
        Grammar::Mobile,
        Grammar::Code { min: 4, max: 26 },
        Grammar::OneOf(&words),
    ] {
        let _ = read_with(&posts, grammar);
    }
    let template = [
        Segment::text("共"),
        Segment::slot("years", Charset::numerals(), 1, 4),
        Segment::text("年"),
        Segment::slot("rest", Charset::Any, 0, 40),
    ];
    let _ = read_template(&posts, &template);
}

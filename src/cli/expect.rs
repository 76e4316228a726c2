//! `yushen inspect … --expect`: from pictures of writing and the texts that they should be to one verdict a picture, in
//! the order given.
//! A picture that cannot be opened gets its row like any other; what a difference means for an application is not asked
//! here.

use crate::cli::annotated;
use crate::ingest;
use crate::inspect::passage::Passage;
use crate::inspect::picture;
use crate::ocr::ppocr::PpOcr;
use crate::report::annotate::{self, Grade, Mark};
use crate::report::passage::{CheckRow, Layout};
use crate::run::reader::why_of;
use crate::run::request::Computing;
use crate::vocabulary::fact::{CopyOutcome, Difference, Region};
use crate::vocabulary::passage::PassageCheck;
use crate::vocabulary::settings::{LimitSettings, Settings};
use crate::vocabulary::submission::MaterialFile;
use crate::vocabulary::text::{is_invisible, is_punctuation};
use anyhow::{Context as _, bail};
use image::RgbImage;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Pixels that a picture is reduced to: a line of thirty characters is then still 90 px high.
const PIXELS: u32 = 12_000_000;
/// Words that the second column of a list may be headed with.
const HEADINGS: [&str; 8] = ["expected", "expected text", "expected_text", "text", "文字", "原文", "应写", "应写文字"];
/// Stack of a thread that reads, bytes: as the audit's readers have.
const STACK: usize = 16 << 20;

/// How pictures are compared with texts, and how that is printed.
pub struct Comparing<'a> {
    /// Other writing before and after the text is no difference.
    pub within: bool,
    pub json: bool,
    /// Where to draw what was seen.
    pub annotate: Option<&'a Path>,
    /// Pictures worked on at a time.
    pub jobs: usize,
    pub runtime: Computing,
}

/// One picture and what should be written on it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    /// As it stands in the list or on the command line.
    file: String,
    path: PathBuf,
    expected: String,
    /// Why the row of the list cannot be used.
    malformed: Option<String>,
}

/// A text that holds something to compare.
///
/// # Errors
/// It holds no character but blanks and punctuation.
pub fn expected(text: &str) -> Result<String, String> {
    let compared = text.chars().any(|c| !is_invisible(c) && !is_punctuation(c));
    if compared { Ok(text.to_owned()) } else { Err("the text holds nothing that is compared".to_owned()) }
}

/// `--expect TEXT`: one picture.
///
/// # Errors
/// The models cannot be loaded, or an output cannot be written.
pub fn one(
    file: &Path,
    expected: &str,
    request: &Comparing<'_>,
    settings: &Settings,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let engine = PpOcr::small(&request.runtime.find()?)?;
    let pair = Pair {
        file: file.display().to_string(),
        path: file.to_owned(),
        expected: expected.to_owned(),
        malformed: None,
    };
    let row = guarded(&pair, request.within, settings, &engine);
    if let Some(to) = request.annotate {
        match &row.check {
            Some(check) => draw(file, check, to, &settings.limits)?,
            None => bail!(
                "{} cannot be read, so there is nothing to draw: {}",
                file.display(),
                row.why.as_deref().unwrap_or_default()
            ),
        }
    }
    if request.json {
        row.json(out)?;
    } else {
        row.table(out)?;
    }
    Ok(())
}

/// `--expect-from LIST`: one row a picture, in the list's order.
///
/// # Errors
/// The list or the models cannot be loaded, or an output cannot be written.
pub fn many(list: &Path, request: &Comparing<'_>, settings: &Settings, out: &mut dyn Write) -> anyhow::Result<()> {
    let bytes = std::fs::read(list).with_context(|| format!("{} cannot be read", list.display()))?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        bail!("{} is not UTF-8; save it as UTF-8 text with tabs", list.display())
    };
    let pairs = pairs(text, list.parent().unwrap_or(Path::new("")));
    let models = PpOcr::small(&request.runtime.find()?)?.models();
    let jobs = request.jobs.min(pairs.len().max(1));
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let layout = Layout::of(pairs.iter().map(|p| p.file.as_str()));
    if !request.json {
        layout.head(out)?;
    }
    // Plain threads: the engines compute on pools of their own, and a pool's worker that waits for another pool takes
    // up other work meanwhile.
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (engine, send, next, pairs) = (models.engine()?, send.clone(), &next, &pairs);
            let work = move || {
                while let Some((i, pair)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| pairs.get(i).map(|p| (i, p)))
                {
                    if send.send((i, guarded(pair, request.within, settings, &engine))).is_err() {
                        break;
                    }
                }
            };
            std::thread::Builder::new()
                .name("reader".into())
                .stack_size(STACK)
                .spawn_scoped(scope, work)
                .context("no thread to read on")?;
        }
        drop(send);
        // rows come as they are done and go out in the list's order
        let (mut waiting, mut written): (BTreeMap<usize, CheckRow>, usize) = (BTreeMap::new(), 0);
        let mut counts = [0; 3];
        for (i, row) in receive {
            waiting.insert(i, row);
            while let Some(row) = waiting.remove(&written) {
                counts[row.outcome() as usize] += 1;
                if request.json {
                    row.json(out)?;
                } else {
                    layout.row(&row, out)?;
                }
                written += 1;
            }
        }
        if !request.json {
            layout.sum(counts, out)?;
        }
        Ok(())
    })
}

/// The rows of a list: picture and text, parted by a tab; a heading, empty lines and further columns are left out.
fn pairs(text: &str, folder: &Path) -> Vec<Pair> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
    let mut found = Vec::new();
    let written = lines.enumerate().filter(|(_, l)| !l.trim().is_empty());
    for (nth, (i, line)) in written.enumerate() {
        let mut columns = line.split('\t').map(str::trim);
        let (file, expected) = (columns.next().unwrap_or_default().to_owned(), columns.next());
        // a file's name has a dot, so that no picture of the word “text” is taken for a heading
        if nth == 0 && !file.contains('.') && expected.is_some_and(|e| HEADINGS.contains(&e.to_lowercase().as_str())) {
            continue;
        }
        let malformed = match expected {
            None => Some(format!("清单第 {} 行没有制表符：应为“图片路径<Tab>应写文字”", i + 1)),
            Some(text) if self::expected(text).is_err() => Some(format!("清单第 {} 行没有可核对的应写文字", i + 1)),
            Some(_) if file.is_empty() => Some(format!("清单第 {} 行没有图片路径", i + 1)),
            Some(_) => None,
        };
        found.push(Pair {
            path: folder.join(&file),
            file,
            expected: expected.unwrap_or_default().to_owned(),
            malformed,
        });
    }
    found
}

/// A panic on one picture (a decoder's bug, ours) costs that picture its verdict, not the list.
fn guarded(pair: &Pair, within: bool, settings: &Settings, engine: &PpOcr) -> CheckRow {
    let work = || check(pair, within, settings, engine);
    let done =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| Err("程序内部错误".to_owned()));
    let (check, why) = match done {
        Ok(check) => (Some(check), None),
        Err(why) => (None, Some(why)),
    };
    CheckRow { file: pair.file.clone(), expected: pair.expected.clone(), check, why }
}

fn check(pair: &Pair, within: bool, settings: &Settings, engine: &PpOcr) -> Result<PassageCheck, String> {
    if let Some(why) = &pair.malformed {
        return Err(why.clone());
    }
    let bytes = bytes_of(&pair.path, &settings.limits)?;
    let pages = picture::open(&bytes, &settings.limits).map_err(|e| e.to_string())?;
    let [page] = pages.as_slice() else {
        return Err(format!("文件有 {} 页，核对文字时只接受单页图片", pages.len()));
    };
    let decoded = page.luma(PIXELS).map_err(|e| e.to_string())?;
    if !decoded.complete {
        return Err(format!("图片数据不完整，只解出约 {:.0}%", decoded.fraction * 100.0));
    }
    let passage =
        Passage::read(&decoded.pixels, decoded.scale, engine).map_err(|e| format!("程序出错，未能核对：{e}"))?;
    let checked = passage.check(&pair.expected, within, engine, &settings.reading);
    checked.map_err(|e| format!("程序出错，未能核对：{e}"))
}

/// The bytes of a file within the limits.
///
/// # Errors
/// Why there are none.
pub fn bytes_of(path: &Path, limits: &LimitSettings) -> Result<Vec<u8>, String> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    // Whoever names a link means what it leads to.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut file = MaterialFile { kind: None, part: 1, name, path, bytes, sha256: None, refused: None };
    ingest::read_file(&mut file, limits).map_err(why_of)
}

/// The picture with its lines and the differences outlined; line numbers as the table shows them.
fn draw(file: &Path, check: &PassageCheck, to: &Path, limits: &LimitSettings) -> anyhow::Result<()> {
    let bytes = bytes_of(file, limits).map_err(anyhow::Error::msg)?;
    let pages = picture::open(&bytes, limits)?;
    let Some(page) = pages.first() else { bail!("{} has no page", file.display()) };
    let decoded = page.rgb(PIXELS)?;
    let mut picture: RgbImage = decoded.pixels;
    let at = |r: &Region| {
        [r.x as f32, r.y as f32, (r.x + r.width) as f32, (r.y + r.height) as f32].map(|v| v / decoded.scale)
    };
    let grade = if check.outcome == CopyOutcome::CannotTell { Grade::Doubtful } else { Grade::Sure };
    let mut marks: Vec<Mark> =
        check.lines.iter().enumerate().map(|(i, l)| Mark { number: i + 1, at: at(&l.region), grade }).collect();
    marks.extend(check.differences.iter().filter_map(|d| {
        let number = 1 + match &d.difference {
            Difference::Dropped { position, .. }
            | Difference::Added { position, .. }
            | Difference::Changed { position, .. } => *position,
        };
        d.region.as_ref().map(|r| Mark { number, at: at(r), grade: Grade::Wrong })
    }));
    annotate::draw(&mut picture, &[], &marks);
    annotated::save(&picture, to, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_parsed() {
        let good = |file: &str, expected: &str| (file.to_owned(), expected.to_owned(), false);
        let bad = |file: &str, expected: &str| (file.to_owned(), expected.to_owned(), true);
        for (text, want) in [
            ("", vec![]),
            ("a.png\t累计\n", vec![good("a.png", "累计")]),
            (
                "\u{feff}图片\t应写文字\r\na.png\t累计\r\n\r\nb.jpg\t从事\tnote\n",
                vec![good("a.png", "累计"), good("b.jpg", "从事")],
            ),
            ("file\texpected\na.png\ttext\n", vec![good("a.png", "text")]),
            ("a.png\ttext\n", vec![good("a.png", "text")]),
            ("a.png\n", vec![bad("a.png", "")]),
            ("a.png\t\n", vec![bad("a.png", "")]),
            ("\t累计\nb.png\t从事", vec![bad("", "累计"), good("b.png", "从事")]),
        ] {
            let found: Vec<_> =
                pairs(text, Path::new("f")).into_iter().map(|p| (p.file, p.expected, p.malformed.is_some())).collect();
            assert_eq!(found, want, "{text:?}");
        }
        assert_eq!(pairs("a/b.png\t字", Path::new("lists"))[0].path, Path::new("lists").join("a/b.png"));
    }
}

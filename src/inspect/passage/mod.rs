//! From a picture of one or more written lines to their readings, and to a verdict on whether they are a given text.
//! Knows no form and no document, and does not say what a difference means.
//!
//! How the picture is cut into rows is chosen by how surely the rows read *freely*, never by how well they fit the
//! expected text:
//! of several cuts the one that fits best is the one that lost the character in question, and a real difference would
//! be cut away.

pub mod canvas;
pub mod find;
pub mod projection;
pub mod rows;

use crate::inspect::fields::look_alikes::{self, CopiedLines};
use crate::ocr::ctc::{self, AlignOptions, Emissions};
use crate::ocr::{Engine, LineReading, OcrError, Posterior, TextBox, doubts};
use crate::vocabulary::fact::{CopyOutcome, Difference, Region, Verification};
use crate::vocabulary::passage::{PassageCheck, PlacedDifference, ReadLine};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{is_invisible, is_punctuation};
use canvas::{Canvas, stretched_by};
use image::GrayImage;
use rows::{Row, extent};

/// 0–1: a reading surer than this is the right way up and rightly cut; nothing else is tried.
const CLEAR: f32 = 0.85;
/// 0–1: a picture in which the detector found nothing is one line only if it reads at least so surely.
const POOR: f32 = 0.6;
/// 0–1: lead in confidence by which another way to cut or to turn must win over the plain one.
const LEAD: f32 = 0.05;
/// Width over height from which a picture may be one line cut out tightly, and from which it probably is.
const ONE_LINE: f32 = 1.6;
const STRIP: f32 = 5.0;
/// Characters over the squares that a row has room for: a row that reads as fewer is not read yet.
const FILLED: f32 = 0.35;
/// Part of a strip's height from which a row is the line that was cut out.
const FILLS: f32 = 0.4;

/// The written lines of a picture.
pub struct Passage {
    canvas: Canvas,
    lines: Vec<Line>,
}

struct Line {
    row: Row,
    /// Pixels, of the row's own picture.
    width: f32,
    reading: LineReading,
}

impl Passage {
    /// Finds and reads the lines. `scale`: pixels of the picture as handed in for one pixel of `picture`.
    ///
    /// # Errors
    /// The engine failed; a picture cannot cause that.
    pub fn read(picture: &GrayImage, scale: f32, engine: &dyn Engine) -> Result<Self, OcrError> {
        let plain = Canvas::new(picture, scale);
        let boxes = find::boxes(&plain, engine)?;
        let sideways = rows::mostly_upright(&boxes);
        let boxes = if sideways { None } else { Some(boxes) };
        let first = Self::on(plain.turn(u8::from(sideways)), boxes, engine)?;
        // boxes that stand upright may be columns of a grid: only the writing itself tells
        if first.sureness() >= CLEAR && !sideways {
            return Ok(first);
        }
        let other = Self::on(plain.turn(u8::from(!sideways)), None, engine)?;
        let (level, turned) = if sideways { (other, first) } else { (first, other) };
        Ok(if turned.sureness() > level.sureness() + LEAD && turned.evidence() > level.evidence() {
            turned
        } else {
            level
        })
    }

    /// Reads the picture as it lies or upside down, whichever reads better.
    fn on(canvas: Canvas, boxes: Option<Vec<TextBox>>, engine: &dyn Engine) -> Result<Self, OcrError> {
        let boxes = match boxes {
            Some(boxes) => boxes,
            None => find::boxes(&canvas, engine)?,
        };
        let rows = canvas.widened(&rows::rows(&boxes));
        if !rows.is_empty() && reads_upside_down(&canvas, &rows, engine)? {
            let over = canvas.turn(2);
            let boxes = find::boxes(&over, engine)?;
            return Self::of(over, &boxes, engine);
        }
        Self::of(canvas, &boxes, engine)
    }

    /// The rows of the detector's boxes; where they do not read clearly, those between white bands or the whole picture
    /// as one row, if they read better.
    fn of(canvas: Canvas, boxes: &[TextBox], engine: &dyn Engine) -> Result<Self, OcrError> {
        let whole = canvas.whole();
        let (w, h) = extent(&whole.corners);
        let mut rows = canvas.widened(&rows::rows(boxes));
        let strip = w >= STRIP * h;
        if let ([row], true) = (rows.as_mut_slice(), strip) {
            // all of a strip is its line: what the detector left out at its ends may be far from the rest
            if row.height >= FILLS * h {
                let (length, x) = (extent(&row.corners).0, [row.corners[0][0], row.corners[1][0]]);
                *row = stretched_by(row, x[0].max(0.0) / length, (w - x[1]).max(0.0) / length);
            }
        }
        let mut lines = read_rows(&canvas, &rows, engine)?;
        let mut others = Vec::new();
        if sureness(&lines) < CLEAR {
            let sheet: Vec<TextBox> = canvas.sheet_box().into_iter().collect();
            let block = if boxes.is_empty() { &sheet } else { boxes };
            others.push(canvas.widened(&projection::rows(&canvas, block)));
            if rows.len() <= 1 && w >= ONE_LINE * h {
                others.push(vec![whole.clone()]);
            }
        }
        for rows in others {
            let other = read_rows(&canvas, &rows, engine)?;
            let needed = if lines.is_empty() { POOR } else { sureness(&lines) + LEAD };
            if sureness(&other) > needed {
                lines = other;
            }
        }
        if strip && lines.len() > 1 {
            // a strip that reads clearly as one line is one: the other rows were strokes that reach out of it. Two
            // lines never read clearly as one.
            let one = read_rows(&canvas, &[whole], engine)?;
            let longest = lines.iter().map(|l| l.reading.symbols.len()).max().unwrap_or(0);
            if sureness(&one) >= CLEAR && one.iter().map(|l| l.reading.symbols.len()).sum::<usize>() >= longest {
                lines = one;
            }
        }
        Ok(Self { canvas, lines })
    }

    /// 0–1: mean probability of the characters read; 0 if there is none.
    fn sureness(&self) -> f32 {
        sureness(&self.lines)
    }

    /// How much was read, the surer the more: strokes seen from the side may make one sure character, never many.
    fn evidence(&self) -> f32 {
        self.lines.iter().map(|l| evidence(&l.reading)).sum()
    }

    fn posteriors(&self) -> Vec<&Posterior> {
        self.lines.iter().filter_map(|l| l.reading.posterior.as_ref()).collect()
    }

    /// The lines as they read.
    pub fn lines(&self) -> Vec<ReadLine> {
        let written = |l: &&Line| !l.reading.text.trim().is_empty();
        self.lines.iter().filter(written).map(|l| self.line(l)).collect()
    }

    fn line(&self, line: &Line) -> ReadLine {
        ReadLine {
            text: line.reading.text.clone(),
            confidence: line.reading.confidence,
            least_confidence: line.reading.least_confidence(),
            region: self.region(line, 0.0, line.width),
            cell: None,
            doubts: doubts::of(&line.reading),
        }
    }

    /// Compares the writing with the text. `within`: other writing before and after the text is no difference.
    ///
    /// # Errors
    /// The engine failed.
    pub fn check(
        &self,
        expected: &str,
        within: bool,
        engine: &dyn Engine,
        settings: &ReadingSettings,
    ) -> Result<PassageCheck, OcrError> {
        let lines = self.lines();
        let free: String = self.lines.iter().map(|l| l.reading.text.as_str()).collect();
        let base = PassageCheck {
            outcome: CopyOutcome::CannotTell,
            gap: None,
            gap_per_character: None,
            differences: Vec::new(),
            free,
            confidence: None,
            outside: [String::new(), String::new()],
            turned: self.canvas.turned,
            lines,
        };
        if base.lines.is_empty() {
            return Ok(base);
        }
        let whole = self.posteriors();
        let (from, to, outside) = if within {
            inside(&whole, expected)
        } else {
            (0, whole.iter().map(|p| p.steps).sum(), base.outside.clone())
        };
        let parts = sliced(&whole, from, to);
        let posts: Vec<&Posterior> = parts.iter().map(|p| &p.posterior).collect();
        let compared = counted(expected);
        let pictured: Vec<&Line> = self.lines.iter().filter(|l| l.reading.posterior.is_some()).collect();
        let picture = |i: usize| {
            let Part { line, from, posterior } = &parts[i];
            (self.canvas.crop(&pictured[*line].row), -(*from as f32) * posterior.step_px)
        };
        let copied = CopiedLines { posts: &posts, picture: &picture };
        let aligned = ctc::verify(&posts, expected, settings);
        let verification = unless_strange(
            look_alikes::looked_at(aligned, &copied, engine, None, settings)?,
            compared,
            counted(&ctc::text_of(&ctc::greedy(&posts))),
        );
        Ok(PassageCheck {
            outcome: verification.outcome,
            gap: Some(verification.gap),
            gap_per_character: (compared > 0).then(|| verification.gap / compared as f32),
            differences: self.placed(&posts, from, &verification),
            confidence: Some(self.sureness()),
            outside,
            ..base
        })
    }

    /// Each difference with its place: the text as it was written is aligned to the posterior once more.
    fn placed(&self, posts: &[&Posterior], from: usize, verification: &Verification) -> Vec<PlacedDifference> {
        let written = Written::of(&verification.expected, &verification.differences);
        let alignment = ctc::align_on(
            &mut Emissions::new(posts, AlignOptions::default().into()),
            &written.text,
            AlignOptions::default(),
        );
        let steps = |position: usize| {
            alignment.spans.iter().find(|s| s.position == position).map(|s| (s.start_step, s.end_step))
        };
        let place = |at: &[usize; 2]| {
            let spans: Vec<(usize, usize)> = (at[0]..at[1]).filter_map(steps).collect();
            let (first, last) = match (spans.first(), spans.last()) {
                (Some(first), Some(last)) => (first.0, last.1),
                // nothing is left of what was dropped: the gap between its neighbours
                _ => match (at[0].checked_sub(1).and_then(steps), steps(at[0])) {
                    (Some(before), Some(after)) => (before.1, after.0.max(before.1)),
                    (Some(before), None) => (before.1, before.1 + 1),
                    (None, Some(after)) => (after.0.saturating_sub(1), after.0),
                    (None, None) => return None,
                },
            };
            self.steps(from + first, from + last)
        };
        verification
            .differences
            .iter()
            .zip(&written.at)
            .map(|(d, at)| PlacedDifference { difference: d.clone(), region: place(at) })
            .collect()
    }

    /// The box around some steps of all lines' posteriors in a row; of steps on two lines those on the first.
    fn steps(&self, from: usize, to: usize) -> Option<Region> {
        let mut before = 0;
        for line in &self.lines {
            let Some(post) = &line.reading.posterior else { continue };
            if from < before + post.steps {
                let (a, b) = ((from - before) as f32, (to.min(before + post.steps) - before) as f32);
                // a step looks at about its own width; one more on either side shows the whole character
                return Some(self.region(
                    line,
                    ((a - 1.0) * post.step_px).max(0.0),
                    ((b + 1.0) * post.step_px).min(line.width),
                ));
            }
            before += post.steps;
        }
        None
    }

    /// The box in the picture as handed in around a part of a row, from x to x in its own picture.
    fn region(&self, line: &Line, from: f32, to: f32) -> Region {
        let c = line.row.corners;
        let along = |a: [f32; 2], b: [f32; 2], t: f32| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
        let (s, t) = (from / line.width, to / line.width);
        let corners = [along(c[0], c[1], s), along(c[0], c[1], t), along(c[3], c[2], t), along(c[3], c[2], s)]
            .map(|p| self.canvas.original(p));
        let low = |k: usize| corners.iter().map(|p| p[k]).fold(f32::MAX, f32::min);
        let high = |k: usize| corners.iter().map(|p| p[k]).fold(0.0, f32::max);
        Region {
            x: low(0) as u32,
            y: low(1) as u32,
            width: (high(0) - low(0)).max(1.0) as u32,
            height: (high(1) - low(1)).max(1.0) as u32,
        }
    }
}

/// Characters that are compared.
fn counted(text: &str) -> usize {
    text.chars().filter(|c| !is_invisible(*c) && !is_punctuation(*c)).count()
}

/// Writing of which less than half stands in the text is another text, or none: that most of the expected one is
/// missing there says nothing.
fn unless_strange(verification: Verification, compared: usize, read: usize) -> Verification {
    let lost: usize = verification
        .differences
        .iter()
        .map(|d| match d {
            Difference::Dropped { expected, .. } | Difference::Changed { expected, .. } => counted(expected),
            Difference::Added { .. } => 0,
        })
        .sum();
    let kept = compared.saturating_sub(lost);
    if verification.outcome == CopyOutcome::Differs && 2 * kept < read.max(1) {
        return Verification { outcome: CopyOutcome::CannotTell, differences: Vec::new(), ..verification };
    }
    verification
}

fn read_rows(canvas: &Canvas, rows: &[Row], engine: &dyn Engine) -> Result<Vec<Line>, OcrError> {
    let read = |row: &Row| {
        let picture = canvas.crop(row);
        Ok(Line { row: row.clone(), width: picture.width() as f32, reading: engine.recognise(&picture)? })
    };
    rows.iter().map(read).collect()
}

fn sureness(lines: &[Line]) -> f32 {
    let characters = |l: &Line| l.reading.symbols.len() as f32;
    let all: f32 = lines.iter().map(characters).sum();
    if all == 0.0 { 0.0 } else { lines.iter().map(|l| l.reading.confidence * characters(l)).sum::<f32>() / all }
}

fn evidence(reading: &LineReading) -> f32 {
    reading.symbols.iter().map(|s| s.probability * s.probability).sum()
}

/// Does the row that tells most read better the other way up? It is asked only where it does not read clearly as it is.
fn reads_upside_down(canvas: &Canvas, rows: &[Row], engine: &dyn Engine) -> Result<bool, OcrError> {
    // a dozen characters are plenty, and long rows cost
    let worth = |r: &Row| {
        let (w, h) = extent(&r.corners);
        (w / h.max(1.0)).min(12.0)
    };
    let Some(row) = rows.iter().max_by(|a, b| worth(a).total_cmp(&worth(b))) else { return Ok(false) };
    let picture = canvas.crop(row);
    let upright = engine.recognise(&picture)?;
    // upside down a whole line may read as one sure 一: it must read as about as many characters as there is room for
    let room = picture.width() as f32 / picture.height().max(1) as f32;
    if upright.confidence >= CLEAR && upright.symbols.len() as f32 >= FILLED * room {
        return Ok(false);
    }
    let over = engine.recognise(&image::imageops::rotate180(&picture))?;
    Ok(over.confidence > upright.confidence.min(CLEAR) + LEAD && evidence(&over) > evidence(&upright))
}

/// A part of one of the posteriors, and the step at which it begins there.
struct Part {
    line: usize,
    from: usize,
    posterior: Posterior,
}

/// The posteriors' steps `from..to`, counted through all of them.
fn sliced(posts: &[&Posterior], from: usize, to: usize) -> Vec<Part> {
    let mut before = 0;
    let mut parts = Vec::new();
    for (line, post) in posts.iter().enumerate() {
        let (a, b) = (from.max(before), to.min(before + post.steps));
        if a < b {
            let from = a - before;
            parts.push(Part { line, from, posterior: post.slice(from..b - before) });
        }
        before += post.steps;
    }
    parts
}

/// The steps between which the free reading is most like the text, and what reads before and after them.
fn inside(posts: &[&Posterior], expected: &str) -> (usize, usize, [String; 2]) {
    let symbols = ctc::greedy(posts);
    let all = posts.iter().map(|p| p.steps).sum();
    let want: Vec<char> = expected.chars().filter(|c| !is_invisible(*c) && !is_punctuation(*c)).collect();
    let (a, b) = most_alike(&symbols.iter().map(|s| s.ch).collect::<Vec<_>>(), &want);
    // the blanks around the text belong to it
    let from = if a == 0 { 0 } else { symbols[a - 1].end_step };
    let to = symbols.get(b).map_or(all, |s| s.start_step);
    (from, to, [ctc::text_of(&symbols[..a]), ctc::text_of(&symbols[b..])])
}

/// The stretch of `read` with the least edit distance from `want`; of equals the longest, so that nothing is left out
/// without need.
fn most_alike(read: &[char], want: &[char]) -> (usize, usize) {
    // row by row of the distance matrix with free ends: cost, and where in `read` the stretch began
    let mut row: Vec<(usize, usize)> = (0..=read.len()).map(|j| (0, j)).collect();
    for (i, w) in want.iter().enumerate() {
        let mut next = vec![(i + 1, 0)];
        for (j, r) in read.iter().enumerate() {
            let kept = (row[j].0 + usize::from(w != r), row[j].1);
            let dropped = (row[j + 1].0 + 1, row[j + 1].1);
            let added = (next[j].0 + usize::from(!is_punctuation(*r)), next[j].1);
            next.push(kept.min(dropped).min(added));
        }
        row = next;
    }
    let end = (0..row.len()).min_by_key(|j| (row[*j].0, row[*j].1.cmp(j), usize::MAX - j)).unwrap_or(0);
    (row[end].1.min(end), end)
}

/// The text as it was written, and where in it each difference stands.
struct Written {
    text: String,
    /// Characters of `text`, from and to; empty for what was dropped.
    at: Vec<[usize; 2]>,
}

impl Written {
    /// `differences` in order of position.
    fn of(expected: &str, differences: &[Difference]) -> Self {
        let chars: Vec<char> = expected.chars().collect();
        let (mut text, mut at, mut next) = (Vec::new(), Vec::new(), 0);
        for d in differences {
            let position = d.position().min(chars.len());
            text.extend(chars.get(next..position).unwrap_or_default());
            next = next.max(position);
            let from = text.len();
            match d {
                Difference::Dropped { expected, .. } => next += expected.chars().count(),
                Difference::Added { written, .. } => text.extend(written.chars()),
                Difference::Changed { expected, written, .. } => {
                    text.extend(written.chars());
                    next += expected.chars().count();
                }
            }
            at.push([from, text.len()]);
        }
        text.extend(chars.get(next..).unwrap_or_default());
        Self { text: text.into_iter().collect(), at }
    }
}

#[cfg(test)]
mod tests;

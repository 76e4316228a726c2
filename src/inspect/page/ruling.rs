//! Finds the straight ruled lines of a rectified page: the table's borders and the fields' underlines, as horizontal
//! and vertical strokes.
//! Does not decide which of them bound a cell.

use image::GrayImage;

/// A ruled line. For a horizontal one `along` is x and `across` is y; for a vertical one the other way round. Pixels of
/// the rectified page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    pub from: f32,
    pub to: f32,
    /// `across` at `from` and at `to`.
    pub start: f32,
    pub end: f32,
    pub thickness: f32,
}

impl Stroke {
    pub fn length(&self) -> f32 {
        self.to - self.from
    }

    /// `across` at a point along the line (extended straight beyond its ends).
    pub fn at(&self, along: f32) -> f32 {
        if self.length() < 1.0 {
            self.start
        } else {
            self.start + (self.end - self.start) * (along - self.from) / self.length()
        }
    }

    pub fn middle(&self) -> f32 {
        (self.start + self.end) / 2.0
    }
}

#[derive(Debug, Clone, Default)]
pub struct Ruling {
    pub horizontal: Vec<Stroke>,
    pub vertical: Vec<Stroke>,
}

/// Darker than this (0–255 on an evenly lit sheet) may be part of a line: thin grey lines count, paper grain does not.
pub const INK: u8 = 176;
/// Shortest run of ink that may belong to a line, pixels (≈ 4 mm): longer than nearly every pen stroke of a character.
const MIN_RUN: usize = 34;
/// A line is not thicker than this (≈ 1.2 mm).
const MAX_THICKNESS: f32 = 10.0;

pub fn find(page: &GrayImage) -> Ruling {
    let (w, h) = (page.width() as usize, page.height() as usize);
    let raw = page.as_raw();
    let mut transposed = vec![0u8; w * h];
    for y in 0..h {
        for x in 0..w {
            transposed[x * h + y] = raw[y * w + x];
        }
    }
    Ruling { horizontal: strokes(raw, w, h), vertical: strokes(&transposed, h, w) }
}

struct Run {
    y: usize,
    from: usize,
    to: usize,
}

/// Horizontal strokes of an image given row by row.
fn strokes(raw: &[u8], w: usize, h: usize) -> Vec<Stroke> {
    let mut tracks: Vec<Track> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for y in 0..h {
        let mut still = Vec::with_capacity(open.len());
        let runs = runs_of(&raw[y * w..(y + 1) * w], y);
        for run in runs {
            // a run continues every open track that it touches on the last two rows
            let hit = open.iter().copied().find(|&t| {
                let last = tracks[t].last();
                y - last.y <= 2 && run.from <= last.to + 6 && last.from <= run.to + 6
            });
            match hit {
                Some(t) => tracks[t].add(run),
                None => {
                    tracks.push(Track { runs: vec![run] });
                    open.push(tracks.len() - 1);
                }
            }
        }
        for &t in &open {
            if y - tracks[t].last().y <= 2 {
                still.push(t);
            }
        }
        open = still;
    }
    let pieces: Vec<Stroke> = tracks.iter().filter_map(Track::stroke).collect();
    join(pieces)
}

/// Runs of ink of at least [`MIN_RUN`] pixels; gaps of up to two pixels do not end one.
fn runs_of(row: &[u8], y: usize) -> Vec<Run> {
    let mut out = Vec::new();
    let mut from: Option<usize> = None;
    let mut last = 0;
    for (x, &v) in row.iter().enumerate() {
        if v < INK {
            match from {
                Some(_) if x - last <= 3 => {}
                Some(f) => {
                    if last - f >= MIN_RUN {
                        out.push(Run { y, from: f, to: last });
                    }
                    from = Some(x);
                }
                None => from = Some(x),
            }
            last = x;
        }
    }
    if let Some(f) = from.filter(|f| last - f >= MIN_RUN) {
        out.push(Run { y, from: f, to: last });
    }
    out
}

struct Track {
    runs: Vec<Run>,
}

impl Track {
    fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    fn last(&self) -> &Run {
        &self.runs[self.runs.len() - 1]
    }

    /// The straight line through the runs, if they make a thin one.
    fn stroke(&self) -> Option<Stroke> {
        let from = self.runs.iter().map(|r| r.from).min()? as f32;
        let to = self.runs.iter().map(|r| r.to).max()? as f32;
        let ink: f32 = self.runs.iter().map(|r| (r.to - r.from) as f32).sum();
        let thickness = ink / (to - from).max(1.0);
        if thickness > MAX_THICKNESS || to - from < MIN_RUN as f32 {
            return None;
        }
        // least squares over the runs' middles, weighted by length
        let (mut s, mut sx, mut sy, mut sxx, mut sxy) = (0.0f64, 0.0, 0.0, 0.0, 0.0);
        for r in &self.runs {
            let weight = (r.to - r.from) as f64;
            let (x, y) = ((r.to + r.from) as f64 / 2.0, r.y as f64 + 0.5);
            // a run is a segment: its own spread steadies the slope of a line that is one run thick
            s += weight;
            sx += weight * x;
            sy += weight * y;
            sxx += weight * (x * x + weight * weight / 12.0);
            sxy += weight * x * y;
        }
        let d = s * sxx - sx * sx;
        let slope = if d.abs() < 1e-6 { 0.0 } else { (s * sxy - sx * sy) / d };
        let offset = (sy - slope * sx) / s;
        let at = |x: f32| (offset + slope * f64::from(x)) as f32;
        (slope.abs() < 0.06).then(|| Stroke { from, to, start: at(from), end: at(to), thickness })
    }
}

/// Joins pieces that continue each other in a straight line (a border broken by glare, pen or a crease).
fn join(mut pieces: Vec<Stroke>) -> Vec<Stroke> {
    pieces.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.start.total_cmp(&b.start)));
    let mut out: Vec<Stroke> = Vec::with_capacity(pieces.len());
    for p in pieces {
        let continues = |o: &Stroke| {
            let gap = p.from - o.to;
            gap < 26.0
                && gap > -(p.length() + 30.0)
                && (o.at(p.from) - p.start).abs() < 4.0
                && (o.at(p.to) - p.end).abs() < 6.0
        };
        if let Some(o) = out.iter_mut().find(|o| continues(o)) {
            if p.to > o.to {
                o.end = p.end;
                o.to = p.to;
            }
            o.thickness = o.thickness.max(p.thickness);
        } else {
            out.push(p);
        }
    }
    out
}

//! From a run of characters on a printed sheet to a fact: read again by the accurate engine, verified against what
//! registration says, or taken as it stands.
//! Says how sure the characters are; the caller knows what they mean.

use super::page::PrintedPage;
use super::text::{self, Glyph};
use crate::inspect::context::DocumentContext;
use crate::ocr::{LineReading, OcrError, Posterior, Symbol, ctc};
use crate::vocabulary::fact::{Alternative, CopyOutcome, Fact, Region, SecondReading, Verification};
use image::GrayImage;

/// Part of the confidence that remains when the two engines read different characters.
const DISAGREE: f32 = 0.8;
/// 0–1: a verified value counts at least this sure.
const FAITHFUL: f32 = 0.97;

/// Line heights from a line's end within which the accurate reading takes in all of it.
const EDGE: f32 = 2.4;

/// Characters that a crop of a broken value holds at least, if its line has as many.
const CONTEXT: usize = 6;

/// What the accurate engine made of a run of characters.
#[derive(Debug, Clone)]
pub struct AccurateReading {
    /// Folded as [`text::folded`] does.
    pub text: String,
    pub free: String,
    /// 0–1: the least sure character's probability; 0 if nothing was read.
    pub least: f32,
    /// Each character of `text` with its probability, 0–1; empty if the engine does not tell its characters apart.
    pub characters: Vec<(char, f32)>,
    pub verified: Option<Verification>,
    pub engine: &'static str,
}

impl PrintedPage<'_> {
    /// Reads these characters' places again, piece by piece where they run over several lines, and compares them with
    /// `expected`.
    ///
    /// # Errors
    /// The engine failed.
    pub fn read_accurately(
        &self,
        glyphs: &[Glyph],
        expected: Option<&str>,
        cx: &DocumentContext,
    ) -> Result<AccurateReading, OcrError> {
        let mut free = String::new();
        let mut least = 1.0f32;
        let mut posteriors: Vec<Posterior> = Vec::new();
        let mut characters = Vec::new();
        let pieces: Vec<&[Glyph]> = glyphs.chunk_by(|a, b| a.line == b.line).collect();
        for piece in &pieces {
            let Some(span) = self.span(piece) else { continue };
            let shown = if pieces.len() > 1 { self.with_context(piece).unwrap_or(span) } else { span };
            let picture = self.crop(&self.corners(piece[0].line, shown));
            let reading = within(cx.recognisers.accurate().recognise(&picture)?, picture.width(), shown, span);
            if reading.symbols.is_empty() {
                // an engine that does not tell its characters apart: what it thinks of the line counts for each
                least = least.min(reading.confidence);
            }
            least =
                reading.symbols.iter().filter(|s| !s.ch.is_whitespace()).map(|s| s.probability).fold(least, f32::min);
            characters.extend(reading.symbols.iter().flat_map(|s| text::folded(s.ch).map(|c| (c, s.probability))));
            free.push_str(&reading.text);
            posteriors.extend(reading.posterior);
        }
        let text: String = free.chars().flat_map(text::folded).collect();
        if text.is_empty() {
            least = 0.0;
        }
        let posts: Vec<&Posterior> = posteriors.iter().collect();
        let verified = expected.filter(|_| !posts.is_empty()).map(|e| ctc::verify(&posts, e, cx.settings));
        Ok(AccurateReading { text, free, least, characters, verified, engine: cx.recognisers.accurate().name() })
    }

    /// These characters as a fact, as they were read at first.
    pub fn fact(&self, glyphs: &[Glyph]) -> Fact<String> {
        let text: String = glyphs.iter().map(|g| g.ch).collect();
        if text.is_empty() {
            return Fact::not_found();
        }
        Fact::read(text.clone(), Some(text.clone()), least(glyphs)).with_free(text).at(self.place(glyphs))
    }

    /// These characters as a fact, read twice and verified.
    ///
    /// # Errors
    /// The engine failed.
    pub fn accurate_fact(
        &self,
        glyphs: &[Glyph],
        expected: Option<&str>,
        cx: &DocumentContext,
    ) -> Result<Fact<String>, OcrError> {
        if glyphs.is_empty() {
            return Ok(Fact::not_found());
        }
        let accurate = self.read_accurately(glyphs, expected, cx)?;
        Ok(combined(self.fact(glyphs), accurate, cx.recognisers.fast().name()))
    }

    /// A number inside a sentence. Halves of the neighbours reach into its crop and are read as marks or letters
    /// (`|104`, `104字`): where the accurate engine read the fast one's digits between such, they are the number.
    ///
    /// # Errors
    /// The engine failed.
    pub fn digits_fact(&self, glyphs: &[Glyph], cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
        if glyphs.is_empty() {
            return Ok(Fact::not_found());
        }
        let fast = self.fact(glyphs);
        let accurate =
            self.read_accurately(glyphs, None, cx)?.within_neighbours(fast.text.as_deref().unwrap_or_default());
        Ok(combined(fast, accurate, cx.recognisers.fast().name()))
    }

    /// The characters that stand in this region (pixels of the picture as handed in), cut out along their own line.
    /// Of several lines that cross the region (a tilted one's does) the one that lies in its middle.
    pub fn line_at(&self, region: Region) -> Option<GrayImage> {
        let (cx, cy) = (region.x as f32 + region.width as f32 / 2.0, region.y as f32 + region.height as f32 / 2.0);
        let there = |g: &Glyph| self.rectified.in_picture(g.x, g.y).map(|v| v / self.rectified.shrunk());
        let inside = |[x, y]: [f32; 2]| {
            (x - cx).abs() <= region.width as f32 / 2.0 + 1.0 && (y - cy).abs() <= region.height as f32 / 2.0 + 1.0
        };
        let off = |run: &[Glyph]| {
            let places: Vec<[f32; 2]> = run.iter().map(there).collect();
            let middle = |k: usize| places.iter().map(|p| p[k]).sum::<f32>() / places.len() as f32;
            (middle(0) - cx).hypot(middle(1) - cy)
        };
        let runs = self
            .lines
            .iter()
            .map(|l| l.glyphs.iter().filter(|g| inside(there(g))).copied().collect::<Vec<Glyph>>())
            .filter(|run| !run.is_empty());
        let best = runs.min_by(|a, b| off(a).total_cmp(&off(b)))?;
        self.span(&best).map(|span| self.crop(&self.corners(best[0].line, span)))
    }

    /// From where to where along their line (0–1) these characters of it stand, with the margin around them but none of
    /// their neighbours.
    fn span(&self, glyphs: &[Glyph]) -> Option<[f32; 2]> {
        let (first, last) = (glyphs.first()?, glyphs.last()?);
        let line = self.lines.get(first.line)?;
        let [a, b, ..] = line.corners;
        let length = (a[0] - b[0]).hypot(a[1] - b[1]).max(1.0);
        let em = first.height / length;
        let before = line.glyphs.iter().filter(|g| g.t < first.t).map(|g| g.t).fold(f32::MIN, f32::max);
        let after = line.glyphs.iter().filter(|g| g.t > last.t).map(|g| g.t).fold(f32::MAX, f32::min);
        // nothing was read between here and the line's end, but something may stand there
        let reach = |free: f32| if free < EDGE * em { free } else { 0.85 * em };
        let from = (first.t - reach(first.t)).max((first.t + before) / 2.0).max(0.0);
        let to = (last.t + reach(1.0 - last.t)).min((last.t + after) / 2.0).min(1.0);
        (to > from).then_some([from, to])
    }

    /// The same for a few characters together with their neighbours on the line: a value that breaks over two lines
    /// leaves one or two characters on one of them, and a crop of one character is read badly.
    fn with_context(&self, piece: &[Glyph]) -> Option<[f32; 2]> {
        let (first, last) = (piece.first()?, piece.last()?);
        let mut line = self.lines.get(first.line)?.glyphs.clone();
        line.sort_by(|a, b| a.t.total_cmp(&b.t));
        let mut from = line.iter().position(|g| g.t >= first.t)?;
        let mut to = line.iter().rposition(|g| g.t <= last.t)? + 1;
        while to - from < CONTEXT && (from > 0 || to < line.len()) {
            (from, to) = (from.saturating_sub(1), (to + 1).min(line.len()));
        }
        self.span(&line[from..to])
    }

    /// A part of a line (0–1 along it) as a quadrilateral of the page.
    fn corners(&self, line: usize, [from, to]: [f32; 2]) -> [[f32; 2]; 4] {
        let [a, b, c, d] = self.lines[line].corners;
        let along = |p: [f32; 2], q: [f32; 2], t: f32| [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t];
        [along(a, b, from), along(a, b, to), along(d, c, to), along(d, c, from)]
    }
}

/// Of a reading of the part `shown` of a line what stands in the part `wanted` of it; `width`: of its picture, pixels.
fn within(reading: LineReading, width: u32, shown: [f32; 2], wanted: [f32; 2]) -> LineReading {
    let Some(posterior) = reading.posterior.as_ref().filter(|_| shown != wanted) else { return reading };
    let steps = width as f32 / posterior.step_px.max(1e-3);
    let step = |t: f32| ((t - shown[0]) / (shown[1] - shown[0]).max(1e-6) * steps).clamp(0.0, posterior.steps as f32);
    let (from, to) = (step(wanted[0]), step(wanted[1]));
    let inside = |s: &Symbol| (from..to).contains(&((s.start_step + s.end_step) as f32 / 2.0));
    let symbols: Vec<Symbol> = reading.symbols.iter().filter(|s| inside(s)).cloned().collect();
    LineReading {
        text: symbols.iter().map(|s| s.ch).collect(),
        posterior: Some(posterior.slice(from as usize..to as usize)),
        symbols,
        ..reading
    }
}

impl AccurateReading {
    /// Only the digits that another engine read here, if they stand between characters that are no digits.
    fn within_neighbours(self, digits: &str) -> Self {
        let wanted: Vec<char> = digits.chars().collect();
        let other = |s: &[(char, f32)]| s.iter().all(|(c, _)| !c.is_ascii_digit());
        let fits = |at: &usize| {
            let (before, rest) = self.characters.split_at(*at);
            let (inside, after) = rest.split_at(wanted.len());
            inside.iter().map(|(c, _)| c).eq(&wanted) && other(before) && other(after)
        };
        let starts = self
            .characters
            .len()
            .checked_sub(wanted.len())
            .filter(|_| !wanted.is_empty() && wanted.iter().all(char::is_ascii_digit));
        let Some(at) = starts.and_then(|last| (0..=last).find(fits)) else { return self };
        let least = self.characters[at..at + wanted.len()].iter().map(|(_, p)| *p).fold(1.0, f32::min);
        Self { text: digits.to_owned(), least, ..self }
    }
}

/// The accurate reading as the fact, the fast one as its second opinion: agreement makes sure, disagreement never is.
pub fn combined(fast: Fact<String>, accurate: AccurateReading, fast_engine: &str) -> Fact<String> {
    let first = fast.text.clone().unwrap_or_default();
    if accurate.text.is_empty() {
        return Fact { confidence: fast.confidence * DISAGREE, verified: accurate.verified, ..fast };
    }
    let faithful = accurate
        .verified
        .as_ref()
        .is_some_and(|v| v.outcome == CopyOutcome::Faithful && text_eq(&v.expected, &accurate.text));
    let mut confidence =
        if first == accurate.text { of_agreement(accurate.least, fast.confidence) } else { accurate.least * DISAGREE };
    if faithful {
        confidence = confidence.max(FAITHFUL);
    }
    let alternatives = if first == accurate.text || first.is_empty() {
        Vec::new()
    } else {
        vec![Alternative { text: first.clone(), confidence: fast.confidence * 0.5 }]
    };
    Fact {
        value: Some(accurate.text.clone()),
        text: Some(accurate.text),
        free: Some(accurate.free),
        confidence,
        verified: accurate.verified,
        alternatives,
        second: Some(SecondReading { engine: fast_engine.to_owned(), text: first, confidence: fast.confidence }),
        ..fast
    }
}

/// 0–1: how sure a value is that both engines read, each this surely.
fn of_agreement(accurate: f32, fast: f32) -> f32 {
    1.0 - (1.0 - accurate) * (0.3 + 0.7 * (1.0 - fast))
}

/// A value that the two engines read differently, though they mean the same.
pub fn agreed<T>(fact: Fact<T>) -> Fact<T> {
    let fast = fact.second.as_ref().map_or(0.0, |s| s.confidence);
    Fact { confidence: of_agreement(fact.confidence / DISAGREE, fast), alternatives: Vec::new(), ..fact }
}

/// The least sure character's probability; 0 if there is none.
pub fn least(glyphs: &[Glyph]) -> f32 {
    if glyphs.is_empty() { 0.0 } else { glyphs.iter().map(|g| g.p).fold(1.0, f32::min) }
}

fn text_eq(a: &str, b: &str) -> bool {
    let fold = |s: &str| s.chars().flat_map(text::folded).collect::<String>();
    fold(a) == fold(b)
}

#[cfg(test)]
mod tests {
    use super::AccurateReading;

    #[test]
    fn digits_between_halves_of_neighbours() {
        for (read, fast, want) in [
            ("104", "104", ("104", 0.99)),
            ("|104", "104", ("104", 0.99)),
            ("104字", "104", ("104", 0.99)),
            ("l104字", "104", ("104", 0.99)),
            // another digit is no neighbour's half, and other digits are another number
            ("1104", "104", ("1104", 0.3)),
            ("|109", "104", ("|109", 0.3)),
            ("", "104", ("", 0.3)),
        ] {
            let characters = read.chars().map(|c| (c, if c.is_ascii_digit() { 0.99 } else { 0.3 })).collect();
            let accurate = AccurateReading {
                text: read.into(),
                free: read.into(),
                least: 0.3,
                characters,
                verified: None,
                engine: "x",
            };
            let got = accurate.within_neighbours(fast);
            assert_eq!((got.text.as_str(), got.least), want, "{read}");
        }
    }
}

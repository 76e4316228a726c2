//! A copied text whose characters may be others that look alike (汁 for 计): each place in doubt is cut out and read by
//! itself, without the sentence that makes a recogniser read what should stand there.
//! The writer is his own reference: a character that reads as the same other one wherever it stands is a habit of the
//! hand. Finds no omission and no addition; the alignment of the whole text does ([`ctc::verify()`]).

use super::missed_characters::{LEAST_INK, ROOM, pitch};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::ocr::ctc::{self, AlignOptions, Emissions, Place, Span};
use crate::ocr::{Engine, OcrError, Posterior};
use crate::vocabulary::fact::{CopyOutcome, Difference, Rival, Verification};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::{is_han, is_invisible, is_punctuation};
use image::GrayImage;
use std::collections::BTreeMap;

/// Places that are looked at for one copy, those in most doubt first; a hand with more is settled by these or not at all.
const MOST_LOOKS: usize = 12;
/// Other places of the same character that must read as the same rival before it is the hand's habit. One more could be
/// the same slip made twice.
const HABIT: usize = 2;
/// Line heights from a character's middle to the edges of its own picture: at most, and where it has no neighbour.
const WIDEST: f32 = 0.75;
const ALONE: f32 = 0.6;
/// Pixels: a narrower picture holds no character.
const NARROWEST: u32 = 8;
/// Pitches that a stop or a bracket takes.
const STOP: f32 = 0.6;

/// The lines of a copy, and where their pictures are.
pub struct CopiedLines<'a> {
    /// One a line, as verified.
    pub posts: &'a [&'a Posterior],
    /// The picture of a line of `posts`, and the pixels from the posterior's first step to the picture's left edge.
    pub picture: &'a dyn Fn(usize) -> (GrayImage, f32),
}

/// The verification after a closer look at every place that may be another character. What the alignment already calls
/// different stays so. `second`, another recogniser, must agree before a character is called another.
///
/// # Errors
/// The engine failed.
pub fn looked_at(
    verification: Verification,
    copied: &CopiedLines,
    engine: &dyn Engine,
    second: Option<&dyn Engine>,
    settings: &ReadingSettings,
) -> Result<Verification, OcrError> {
    let expected = verification.expected.clone();
    let mut emissions = Emissions::new(copied.posts, AlignOptions::default().into());
    let compared = |c: char| !(c.is_whitespace() || is_invisible(c) || is_punctuation(c));
    let unknown = expected.chars().any(|c| compared(c) && emissions.group(c).is_none());
    // where something may be left out or added, the text's characters do not stand in their places
    let misplaced = verification.differences.iter().any(|d| !matches!(d, Difference::Changed { .. }));
    let told = verification.outcome == CopyOutcome::Differs;
    if told || misplaced || unknown || verification.gap > settings.illegible_gap {
        return Ok(verification);
    }
    let places = ctc::rivals(&mut emissions, &expected);
    let mut asked: Vec<Place> =
        places.iter().copied().filter(|p| p.exchangeable && p.gain > -settings.asked_gap).collect();
    // the sort is stable: of equals the first in the text
    asked.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    asked.truncate(MOST_LOOKS);
    let spans = ctc::align_on(&mut emissions, &expected, AlignOptions::default()).spans;
    let mut closer = Closer { copied, spans, emissions, expected: &expected, settings };
    let (mut told, mut doubts) = (Vec::new(), Vec::new());
    for place in &asked {
        let odds = place.gain + closer.alone(place.position, place.rival, engine)?.unwrap_or(0.0);
        if odds <= settings.rival_odds {
            continue;
        }
        let alike = closer.alike(place, engine)?;
        if is_habit(odds, &alike, settings) {
            continue;
        }
        let agreed = match second {
            Some(second) => closer.alone(place.position, place.rival, second)?.is_some_and(|g| g > settings.rival_odds),
            None => true,
        };
        let once = alike.iter().all(|odds| *odds <= settings.rival_odds);
        if odds >= settings.changed_odds && place.gain > 0.0 && agreed && once {
            told.push(Difference::Changed {
                position: place.position,
                expected: place.expected.to_string(),
                written: place.rival.to_string(),
            });
        } else {
            let Place { position, expected, rival, .. } = *place;
            doubts.push(Rival { position, expected, rival, odds });
        }
    }
    told.sort_by_key(Difference::position);
    doubts.sort_by_key(|r| r.position);
    // a character that the recogniser passed over, though it stands there, was not left out
    let passed_over: Vec<(usize, f32)> = ctc::omissions(&mut closer.emissions, &expected)
        .into_iter()
        .filter(|(position, _)| closer.stands_there(*position))
        .collect();
    let written: Vec<usize> = passed_over.iter().map(|(position, _)| *position).collect();
    let misplaced = ctc::misplaced(&mut closer.emissions, &expected, &written);
    let outcome = if !told.is_empty() {
        CopyOutcome::Differs
    } else if !doubts.is_empty() {
        CopyOutcome::CannotTell
    } else if verification.outcome == CopyOutcome::Faithful {
        // what is left out or added earns little in a short text, or where the recogniser fills it in
        if misplaced > settings.misplaced_odds { CopyOutcome::CannotTell } else { CopyOutcome::Faithful }
    } else if misplaced <= settings.misplaced_odds
        && unexplained(&verification, &places, &passed_over, settings) <= settings.faithful_gap
    {
        CopyOutcome::Faithful
    } else {
        CopyOutcome::CannotTell
    };
    let differences = if told.is_empty() { verification.differences } else { told };
    Ok(Verification { outcome, differences, rivals: doubts, ..verification })
}

/// Nats of the gap that are left when the places that were settled, those that read as what no writer would put there,
/// and those that were passed over, are taken out.
fn unexplained(
    verification: &Verification,
    places: &[Place],
    passed_over: &[(usize, f32)],
    settings: &ReadingSettings,
) -> f32 {
    let settled = |p: &&Place| p.gain > 0.0 && p.gain < settings.differs_gap && (p.exchangeable || is_han(p.expected));
    let mut gains: BTreeMap<usize, f32> = places.iter().filter(settled).map(|p| (p.position, p.gain)).collect();
    for (position, gain) in passed_over.iter().filter(|(_, gain)| *gain < settings.differs_gap) {
        let known = gains.entry(*position).or_insert(0.0);
        *known = known.max(*gain);
    }
    verification.gap - gains.values().sum::<f32>()
}

/// Does this hand write the character so that it looks like the rival? Elsewhere, too, the rival fits at least as well in
/// two places, and nothing is beyond doubt here; or it fits better wherever the character stands.
fn is_habit(odds: f32, alike: &[f32], settings: &ReadingSettings) -> bool {
    let as_well = alike.iter().filter(|odds| **odds > 0.0).count();
    let everywhere = alike.len() >= HABIT && alike.iter().all(|odds| *odds > settings.rival_odds);
    everywhere || (as_well >= HABIT && odds < settings.changed_odds)
}

struct Closer<'a> {
    copied: &'a CopiedLines<'a>,
    spans: Vec<Span>,
    emissions: Emissions<'a>,
    expected: &'a str,
    settings: &'a ReadingSettings,
}

impl Closer<'_> {
    /// Nats by which the rival fits better than the expected character in a picture of this place alone; `None` if it
    /// cannot be cut out, or the dictionary lacks one of them.
    fn alone(&self, position: usize, rival: char, engine: &dyn Engine) -> Result<Option<f32>, OcrError> {
        let Some(expected) = self.expected.chars().nth(position) else { return Ok(None) };
        let Some(picture) = self.cut(position) else { return Ok(None) };
        let Some(posterior) = engine.recognise(&lines::in_frame(&picture))?.posterior else { return Ok(None) };
        let mut emissions = Emissions::new(&[&posterior], AlignOptions::default().into());
        Ok(ctc::gain_of(&mut emissions, &expected.to_string(), 0, rival))
    }

    /// The odds of the same rival at the other places of the same character.
    fn alike(&mut self, place: &Place, engine: &dyn Engine) -> Result<Vec<f32>, OcrError> {
        let others = self.expected.chars().enumerate().filter(|(i, c)| *i != place.position && *c == place.expected);
        let mut odds = Vec::new();
        for (position, _) in others.take(MOST_LOOKS) {
            let Some(gain) = ctc::gain_of(&mut self.emissions, self.expected, position, place.rival) else { continue };
            // where the sentence leaves no doubt, the character alone is not asked
            let alone =
                if gain > -2.0 * self.settings.asked_gap { self.alone(position, place.rival, engine)? } else { None };
            odds.push(gain + alone.unwrap_or(0.0));
        }
        Ok(odds)
    }

    /// The picture of one character: as far as the middle between it and its neighbours.
    fn cut(&self, position: usize) -> Option<GrayImage> {
        let at = self.spans.iter().position(|s| s.position == position)?;
        let (line, middle) = self.middle(&self.spans[at])?;
        let (picture, left) = (self.copied.picture)(line);
        let height = picture.height() as f32;
        let neighbour = |i: Option<usize>| {
            let (beside, x) = self.middle(self.spans.get(i?)?)?;
            (beside == line).then_some((x + middle) / 2.0)
        };
        let from = neighbour(at.checked_sub(1)).unwrap_or(middle - ALONE * height).max(middle - WIDEST * height) - left;
        let to = neighbour(Some(at + 1)).unwrap_or(middle + ALONE * height).min(middle + WIDEST * height) - left;
        let (from, to) = (from.max(0.0) as u32, (to.max(0.0) as u32).min(picture.width()));
        (to >= from + NARROWEST)
            .then(|| image::imageops::crop_imm(&picture, from, 0, to - from, picture.height()).to_image())
    }

    /// Is there room for this character between its neighbours, and ink in it?
    fn stands_there(&self, position: usize) -> bool {
        let Some(at) = self.spans.iter().position(|s| s.position == position) else { return false };
        let beside = |i: Option<usize>| self.middle(self.spans.get(i?)?);
        let (Some((line, before)), Some((other, after))) = (beside(at.checked_sub(1)), beside(Some(at + 1))) else {
            return false;
        };
        let middles: Vec<f32> =
            self.spans.iter().filter_map(|s| self.middle(s)).filter(|(l, _)| *l == line).map(|(_, x)| x).collect();
        // stops and brackets between the neighbours take room, too: (含) without 含 is no narrower than a character
        let from = self.spans[at - 1].position + 1;
        let between = self.expected.chars().skip(from).take(self.spans[at + 1].position - from);
        let room = ROOM + STOP * between.filter(|c| is_punctuation(*c)).count() as f32;
        let Some(pitch) = pitch(&middles).filter(|pitch| line == other && after - before > room * pitch) else {
            return false;
        };
        let (picture, left) = (self.copied.picture)(line);
        let (x0, x1) = (before + pitch / 2.0 - left, after - pitch / 2.0 - left);
        lines::ink(&picture, &Cell { x0, x1, y0: 0.0, y1: picture.height() as f32 }) >= LEAST_INK
    }

    /// The line in which a character lies, and its middle there, pixels from the line's first step.
    fn middle(&self, span: &Span) -> Option<(usize, f32)> {
        let mut before = 0;
        for (line, post) in self.copied.posts.iter().enumerate() {
            if span.start_step < before + post.steps {
                let middle = (span.start_step + span.end_step) as f32 / 2.0 - before as f32;
                return Some((line, middle * post.step_px));
            }
            before += post.steps;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ocr::ctc::fake::{alphabet, posterior};
    use crate::ocr::{Alphabet, LineReading, TextBox};
    use crate::vocabulary::settings::Settings;
    use std::sync::Arc;

    /// Reads whatever it is shown as the same steps.
    struct Says(Arc<Alphabet>, &'static str);

    impl Engine for Says {
        fn name(&self) -> &'static str {
            "fake"
        }

        fn detect(&self, _: &GrayImage) -> Result<Vec<TextBox>, OcrError> {
            Ok(Vec::new())
        }

        fn recognise(&self, _: &GrayImage) -> Result<LineReading, OcrError> {
            let posterior = Some(posterior(&self.0, self.1));
            Ok(LineReading { text: String::new(), confidence: 1.0, posterior, symbols: Vec::new() })
        }
    }

    fn settings() -> ReadingSettings {
        let text = include_str!("../../../fixtures/rules/settings.toml");
        toml::from_str::<Settings>(text).unwrap().reading
    }

    #[test]
    fn a_character_in_doubt_is_read_by_itself() {
        use CopyOutcome::{CannotTell, Differs, Faithful};
        let a = alphabet("累计汁从事职取一r证正");
        // what the line reads; what a character by itself reads, and the second recogniser; outcome, characters in doubt
        for (line, alone, second, expected, outcome, doubts) in [
            // nothing else fits: nobody is asked
            ("累.计.从.事", ".汁.", ".汁.", "累计从事", Faithful, ""),
            // the sentence reads 计 as well as 汁, the picture says which
            ("累.[汁50计48].从.事", ".计.", ".计.", "累计从事", Faithful, ""),
            ("累.[汁50计48].从.事", ".[汁90计5].", ".汁.", "累计从事", Faithful, ""),
            ("累.[汁50计48].从.事", ".汁.", ".汁.", "累计从事", CannotTell, "计"),
            // beyond doubt, and the other recogniser agrees
            ("累.[汁96计2].从.事", ".汁.", ".汁.", "累计从事", Differs, ""),
            ("累.[汁96计2].从.事", ".汁.", ".计.", "累计从事", CannotTell, "计"),
            // a letter is no slip of the pen
            ("累.计.[r50从48].事", ".r.", ".r.", "累计从事", Faithful, ""),
            // the hand's habit: every 职 is a 取; twice it may be the same slip
            ("[取60职38].从.[取60职38].事.[取60职38]", ".取.", ".取.", "职从职事职", Faithful, ""),
            ("[取60职38].从.[取60职38].事", ".取.", ".取.", "职从职事", CannotTell, "职职"),
            // left out, though the sentence is hardly worse without it
            ("累.[计20.70].从.事", ".计.", ".计.", "累计从事", CannotTell, ""),
        ] {
            let post = posterior(&a, line);
            let (posts, settings) = ([&post], settings());
            let picture = |_: usize| (GrayImage::from_pixel(120, 40, image::Luma([250])), 0.0);
            let copied = CopiedLines { posts: &posts, picture: &picture };
            let aligned = ctc::verify(&posts, expected, &settings);
            let second = Says(Arc::clone(&a), second);
            let found =
                looked_at(aligned.clone(), &copied, &Says(Arc::clone(&a), alone), Some(&second), &settings).unwrap();
            let named: String = found.rivals.iter().map(|r| r.expected).collect();
            assert_eq!(
                (found.outcome, named.as_str()),
                (outcome, doubts),
                "{line} for {expected}: {aligned:?} {found:?}"
            );
        }
    }

    #[test]
    fn a_habit_shows_in_two_other_places() {
        for (odds, alike, habit) in [
            (7.3, &[2.1, -6.6, 3.1, -8.9][..], true),
            (7.3, &[-2.1, -6.6, 3.1, -8.9], false),
            (13.0, &[2.1, -6.6, 3.1, -8.9], false),
            (13.0, &[6.0, 7.0], true),
            (13.0, &[6.0], false),
            (4.0, &[], false),
        ] {
            assert_eq!(is_habit(odds, alike, &settings()), habit, "{odds} beside {alike:?}");
        }
    }

    #[test]
    fn only_what_has_room_stands_there() {
        let a = alphabet("取得满年含以上");
        let (settings, ink) = (settings(), GrayImage::from_pixel(400, 48, image::Luma([40])));
        // a line of one step a character or dot, 8 px each; the character in question
        for (line, expected, at, stands) in [
            ("取...得...满...年...上", "取得满年以上", 4, false),
            ("取...得...满...年.......上", "取得满年以上", 4, true),
            // the brackets alone are as wide as one character, with 含 between them as two
            ("取...得...满...年........以...上", "取得满年（含）以上", 5, false),
            ("取...得...满...年............以...上", "取得满年（含）以上", 5, true),
        ] {
            let post = posterior(&a, line);
            let posts = [&post];
            let picture = |_: usize| (ink.clone(), 0.0);
            let copied = CopiedLines { posts: &posts, picture: &picture };
            let mut emissions = Emissions::new(&posts, AlignOptions::default().into());
            let spans = ctc::align_on(&mut emissions, expected, AlignOptions::default()).spans;
            let closer = Closer { copied: &copied, spans, emissions, expected, settings: &settings };
            assert_eq!(closer.stands_there(at), stands, "{line} for {expected}: {:?}", closer.spans);
        }
    }
}

//! The figures of a copied sentence (满10年), read by the two readers of numbers: among characters the recogniser takes a
//! slanted 1 for a stroke and an open 4 for an angle.
//! What they surely read is put into the recogniser's posterior in the figures' place, so that what verifies the copy
//! needs to know nothing of it. It is put there whether or not it is what should stand there.

use super::two_readers;
use crate::inspect::form_page::{FormPage, Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::alphabet::BLANK;
use crate::ocr::ctc::grammar::Grammar;
use crate::ocr::ctc::{self, AlignOptions, Span};
use crate::ocr::{Engine, OcrError, Posterior};
use crate::vocabulary::settings::ReadingSettings;
use std::ops::Range;

/// A condition's figures are years and counts of lessons.
const LARGEST: u32 = 999;

/// The copy with its figures as both readers see them. `expected`: the text that tells where figures stand.
///
/// # Errors
/// The engine failed.
pub fn read_by_both(
    page: &FormPage,
    copied: Writing,
    expected: &str,
    digits: &dyn Engine,
    settings: &ReadingSettings,
) -> Result<Writing, OcrError> {
    let posts = copied.posteriors();
    if posts.len() != copied.lines.len() || !expected.chars().any(|c| c.is_ascii_digit()) {
        return Ok(copied);
    }
    let spans = ctc::align(&posts, expected, AlignOptions::default()).spans;
    let places: Vec<(usize, Range<usize>)> =
        runs(&spans).into_iter().filter_map(|run| place(&posts, &spans, run)).collect();
    let mut copied = copied;
    for (line, steps) in places {
        let Some(number) = read(page, &copied.lines[line], steps.clone(), digits, settings)? else { continue };
        if let Some(posterior) = copied.lines[line].reading.posterior.as_mut() {
            put(posterior, steps, &number.text, number.confidence);
        }
    }
    Ok(copied)
}

/// Figures that stand side by side, as positions in the list of spans.
fn runs(spans: &[Span]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (i, _) in spans.iter().enumerate().filter(|(_, s)| s.ch.is_ascii_digit()) {
        match out.last_mut() {
            Some(last) if last.end == i => last.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

/// The line in which a run of figures stands, and its steps there: from the character before to the one after. `None`
/// where the line breaks between them.
fn place(posts: &[&Posterior], spans: &[Span], run: Range<usize>) -> Option<(usize, Range<usize>)> {
    let (before, after) = (spans.get(run.start.checked_sub(1)?)?, spans.get(run.end)?);
    let mut first = 0;
    for (line, post) in posts.iter().enumerate() {
        let steps = first..first + post.steps;
        if steps.contains(&before.start_step) {
            let within = steps.contains(&after.start_step) && before.end_step < after.start_step;
            return within.then(|| (line, before.end_step - first..after.start_step - first));
        }
        first = steps.end;
    }
    None
}

fn read(
    page: &FormPage,
    line: &Line,
    steps: Range<usize>,
    digits: &dyn Engine,
    settings: &ReadingSettings,
) -> Result<Option<two_readers::Number>, OcrError> {
    let Some(post) = &line.reading.posterior else { return Ok(None) };
    let at = |step: usize| line.at.x0 + step as f32 * post.step_px;
    let room = Cell { x0: at(steps.start), x1: at(steps.end), ..line.cut };
    let seen = page.read_digits(digits, &[room])?;
    let written = post.slice(steps);
    let number = two_readers::read(&[vec![&written]], &seen, Grammar::Integer(LARGEST), None, settings);
    let sure = |n: &two_readers::Number| {
        n.confidence >= settings.working_threshold && n.text.chars().all(|c| c.is_ascii_digit())
    };
    Ok(number.filter(sure))
}

/// Puts figures into these steps of a posterior, evenly, with blanks between them.
fn put(posterior: &mut Posterior, steps: Range<usize>, figures: &str, confidence: f32) {
    let class = |c: char| (1..posterior.classes).find(|class| posterior.alphabet.char_of(*class) == Some(c));
    let classes: Option<Vec<usize>> = figures.chars().map(class).collect();
    let Some(classes) = classes.filter(|c| steps.len() >= 2 * c.len() - 1) else { return };
    let width = posterior.classes;
    for step in steps.clone() {
        let row = &mut posterior.probs[step * width..(step + 1) * width];
        row.fill(0.0);
        row[BLANK] = 1.0;
    }
    for (i, class) in classes.iter().enumerate() {
        let step = steps.start + (2 * i + 1) * steps.len() / (2 * classes.len());
        let row = &mut posterior.probs[step * width..(step + 1) * width];
        row[BLANK] = 1.0 - confidence;
        row[*class] = confidence;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ocr::ctc::fake::{alphabet, posterior};

    #[test]
    fn figures_take_the_place_of_what_was_seen_there() {
        let a = alphabet("工作满年10452/∠");
        for (line, figures, want) in [
            ("工.作.满./.0.年", "10", "工作满10年"),
            ("工.作.满.∠.年", "4", "工作满4年"),
            ("工.作.满...年", "5", "工作满5年"),
            ("工.作.满.∠.年", "11", "工作满11年"),
            // no room for them: left as it was
            ("工.作.满∠年", "10", "工作满∠年"),
        ] {
            let mut post = posterior(&a, line);
            let steps =
                line.chars().count() - line.chars().rev().take_while(|c| *c != '满').count()..line.chars().count() - 1;
            put(&mut post, steps, figures, 0.97);
            assert_eq!(ctc::text_of(&ctc::greedy(&[&post])), want, "{line}");
        }
    }

    #[test]
    fn figures_stand_between_their_neighbours() {
        let a = alphabet("工作满年10452/∠以上");
        for (lines, expected, want) in [
            (vec!["工.作.满./.0.年"], "工作满10年", vec![(0, 5..10)]),
            (vec!["工.作.满..年.以.上"], "工作满5年以上", vec![(0, 5..7)]),
            // the line breaks before the figure, or in it: its room is not known
            (vec!["工.作.满.", "5.年"], "工作满5年", vec![]),
            (vec!["工.作"], "工作", vec![]),
        ] {
            let made: Vec<Posterior> = lines.iter().map(|l| posterior(&a, l)).collect();
            let posts: Vec<&Posterior> = made.iter().collect();
            let spans = ctc::align(&posts, expected, AlignOptions::default()).spans;
            let found: Vec<_> = runs(&spans).into_iter().filter_map(|run| place(&posts, &spans, run)).collect();
            assert_eq!(found, want, "{lines:?} {spans:?}");
        }
    }
}

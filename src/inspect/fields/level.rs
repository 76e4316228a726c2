//! A level: in any of its written forms, its numeral checked against the bars of ink that it is made of.

use super::bars;
use super::certainty::{certainty_among_levels, certainty_of_gap};
use super::without_posterior;
use super::writing::{empty, placed};
use crate::inspect::form_page::{FormPage, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::Symbol;
use crate::ocr::alphabet::Merge;
use crate::ocr::ctc::{self, AlignOptions, Emissions};
use crate::vocabulary::fact::{Alternative, Fact};
use crate::vocabulary::level::Level;
use crate::vocabulary::settings::ReadingSettings;

/// A level, in any of its written forms.
pub fn level(page: &FormPage, writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    if let Some(fact) = empty(writing) {
        return placed(fact, page, writing).map(|_| None);
    }
    placed(level_read(page, writing, settings), page, writing)
}

/// The level as recognised, checked against the bars of its numeral: 一, 二 and 三 are taken for each other and for
/// dashes.
pub fn level_read(page: &FormPage, writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    let fact = choose_level(writing, settings);
    let (Some(value), Some(at)) = (fact.value, numeral(writing)) else { return fact };
    let Some(bars) = bars::count(&page.clean, &at) else { return fact };
    let Some(counted) = Level::from_number(bars.count) else { return fact };
    if counted == value {
        return Fact { confidence: fact.confidence.max(0.97), ..fact };
    }
    // a count beyond doubt is worth more than a reading; a second reading has to agree before it is sure
    if value.number() <= 3 && bars.clear {
        let read = Alternative { text: value.short().to_owned(), confidence: fact.confidence };
        let alternatives = std::iter::once(read)
            .chain(fact.alternatives.iter().filter(|a| a.text != counted.short()).cloned())
            .collect();
        return Fact {
            value: Some(counted),
            text: Some(counted.short().to_owned()),
            confidence: COUNTED_OVER,
            alternatives,
            ..fact
        };
    }
    // bars run together, and the first stroke of 级 may be taken for one: a count that differs from a sure reading
    // becomes an alternative, no more
    let mut alternatives = vec![Alternative { text: counted.short().to_owned(), confidence: COUNTED }];
    alternatives.extend(fact.alternatives.iter().filter(|a| a.text != counted.short()).cloned());
    Fact { alternatives, ..fact }
}

/// 0–1: how sure a count of bars is that the recogniser surely contradicts, and one that it contradicts in doubt.
const COUNTED: f32 = 0.3;
const COUNTED_OVER: f32 = 0.8;

/// The box of the first character of a level: up to half way to 级.
fn numeral(writing: &Writing) -> Option<Cell> {
    let line = writing.lines.first()?;
    let post = line.reading.posterior.as_ref()?;
    let symbols: Vec<&Symbol> = line.reading.symbols.iter().filter(|s| !s.ch.is_whitespace()).collect();
    let unit = symbols.iter().position(|s| s.ch == '级')?;
    let middle = |s: &Symbol| (s.start_step + s.end_step) as f32 / 2.0;
    let step = match unit {
        0 => middle(symbols[0]) - 2.5,
        n => (middle(symbols[n - 1]) + middle(symbols[n])) / 2.0,
    };
    let from = match unit {
        0 | 1 => 0.0,
        n => (middle(symbols[n - 2]) + middle(symbols[n - 1])) / 2.0,
    };
    let (x0, x1) = (line.at.x0 + from * post.step_px, line.at.x0 + step * post.step_px);
    Some(Cell { x0: x0.max(line.cut.x0), x1: x1.min(line.cut.x1), ..line.cut }).filter(|c| c.width() >= 8.0)
}

/// The level whose best written form fits; the margin is to the best form of *another* level.
fn choose_level(writing: &Writing, settings: &ReadingSettings) -> Fact<Level> {
    let mut forms: Vec<(Level, String)> = Vec::new();
    for l in Level::ALL {
        forms.push((l, l.short().to_owned()));
        forms.push((l, l.full()));
        forms.push((l, l.title().to_owned()));
        forms.push((l, format!("{}{}", l.short(), l.title())));
        forms.push((l, format!("{}级", l.number())));
        forms.push((l, l.short().trim_end_matches('级').to_owned()));
    }
    if without_posterior::is_free(writing) {
        return without_posterior::level(writing, &forms);
    }
    let texts: Vec<String> = forms.iter().map(|f| f.1.clone()).collect();
    let posts = writing.posteriors();
    let free = writing.text();
    // dashes may be the numeral one here, or else marks of the print beside the field: whichever fits better
    let strokes = AlignOptions { merge: Merge::Confusables, ignore_punctuation: false };
    let marks = AlignOptions { merge: Merge::Shapes, ignore_punctuation: true };
    let rank = |o: AlignOptions| ctc::rank_on(&mut Emissions::new(&posts, o.into()), &texts, o);
    let (by_strokes, by_marks) = (rank(strokes), rank(marks));
    let least = |r: &[(usize, f32)]| r.first().map_or(f32::MAX, |f| f.1);
    let ranked = if least(&by_strokes) < least(&by_marks) { by_strokes } else { by_marks };
    let Some(&(best, gap)) = ranked.first() else { return Fact::illegible().with_free(free) };
    let of = forms[best].0;
    let margin = ranked.iter().find(|(i, _)| forms[*i].0 != of).map_or(f32::MAX, |r| r.1 - gap);
    let confidence = certainty_of_gap(gap, settings).min(certainty_among_levels(margin));
    let mut fact = Fact::read(of.short(), Some(of), confidence);
    fact.alternatives = Level::ALL
        .into_iter()
        .filter(|l| *l != of)
        .filter_map(|l| {
            ranked
                .iter()
                .find(|(i, _)| forms[*i].0 == l)
                .map(|(_, g)| Alternative { text: l.short().to_owned(), confidence: certainty_of_gap(*g, settings) })
        })
        .filter(|a| a.confidence > 0.05)
        .collect();
    fact.with_free(free)
}

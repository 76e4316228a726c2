//! Viterbi along a known text: labels in a row with optional blanks between (Graves et al. 2006), its score and its
//! extents.
//! Says how well a text fits, not what that means.

use super::emissions::{Emissions, LOG_FLOOR, Options};
use crate::ocr::alphabet::Merge;
use crate::ocr::reading::Posterior;
use std::rc::Rc;

/// Score of what cannot be.
pub(super) const NEVER: f32 = -1e30;
/// A candidate this many nats behind the best one is not aligned to its end.
const HOPELESS: f32 = 60.0;

/// What counts as the same when a text is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlignOptions {
    pub merge: Merge,
    /// Punctuation of the text and of the writing is optional.
    pub ignore_punctuation: bool,
}

impl Default for AlignOptions {
    fn default() -> Self {
        Self { merge: Merge::Shapes, ignore_punctuation: true }
    }
}

impl From<AlignOptions> for Options {
    fn from(o: AlignOptions) -> Self {
        Self { merge: o.merge, ignore_punctuation: o.ignore_punctuation }
    }
}

/// One character of the aligned text in the writing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    pub ch: char,
    /// Characters of the text from 0.
    pub position: usize,
    /// Steps `start_step..end_step`.
    pub start_step: usize,
    pub end_step: usize,
    /// Mean ln P over these steps.
    pub mean_log: f32,
}

/// How a text lies in the writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// ln P of the text's best path.
    pub score: f32,
    /// ln P of the best free path.
    pub free: f32,
    /// `free − score`, at least 0; 0 is a perfect fit.
    pub gap: f32,
    /// One a character compared; ignored punctuation has none.
    pub spans: Vec<Span>,
}

/// A character to be found, and where it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Label {
    pub ch: char,
    pub position: usize,
    /// `None`: not in the dictionary, any character will do.
    pub group: Option<usize>,
}

/// Aligns a text to the writing.
pub fn align(posts: &[&Posterior], text: &str, options: AlignOptions) -> Alignment {
    align_on(&mut Emissions::new(posts, options.into()), text, options)
}

/// As [`align`], on emissions made with the same options.
pub fn align_on(emissions: &mut Emissions, text: &str, options: AlignOptions) -> Alignment {
    let labels = labels_of(emissions, text, options.ignore_punctuation);
    let chain = Chain::new(emissions, &labels);
    let (score, spans) = chain.best_path(&labels);
    let free = emissions.free_score();
    let score = score.max(worst_score(emissions.steps, labels.len()));
    Alignment { score, free, gap: (free - score).max(0.0), spans }
}

/// Candidates by how well they fit, best first; equals in the order given. Gaps of hopeless ones are lower bounds.
pub fn rank(posts: &[&Posterior], candidates: &[String]) -> Vec<(usize, f32)> {
    let options = AlignOptions::default();
    rank_on(&mut Emissions::new(posts, options.into()), candidates, options)
}

/// As [`rank`], on emissions made with the same options.
pub fn rank_on(emissions: &mut Emissions, candidates: &[String], options: AlignOptions) -> Vec<(usize, f32)> {
    let free = emissions.free_score();
    // What is left of the free path after each step bounds what any text can still reach.
    let mut rest: Vec<f32> = vec![0.0; emissions.steps + 1];
    for t in (0..emissions.steps).rev() {
        rest[t] = rest[t + 1] + emissions.free[t];
    }
    let mut best = NEVER;
    let mut ranked: Vec<(usize, f32)> = Vec::with_capacity(candidates.len());
    for (i, candidate) in candidates.iter().enumerate() {
        let labels = labels_of(emissions, candidate, options.ignore_punctuation);
        let score = Chain::new(emissions, &labels)
            .score(&rest, best - HOPELESS)
            .max(worst_score(emissions.steps, labels.len()));
        best = best.max(score);
        ranked.push((i, (free - score).max(0.0)));
    }
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    ranked
}

/// A finite score for a text that does not fit at all (more characters than steps, no steps).
pub(super) fn worst_score(steps: usize, labels: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of steps and characters are far below 2^24")]
    let count = (steps + labels) as f32;
    LOG_FLOOR * count
}

/// The characters of a text that are compared.
pub(super) fn labels_of(emissions: &Emissions, text: &str, ignore_punctuation: bool) -> Vec<Label> {
    use crate::vocabulary::text::{is_invisible, is_punctuation};
    text.chars()
        .enumerate()
        .filter(|(_, c)| !(c.is_whitespace() || is_invisible(*c) || (ignore_punctuation && is_punctuation(*c))))
        .map(|(position, ch)| Label { ch, position, group: emissions.group(ch) })
        .collect()
}

/// States of a text: blank, label 0, blank, label 1, … blank. State `2i + 1` is label `i`.
pub(super) struct Chain {
    pub steps: usize,
    pub states: usize,
    /// ln P of each state's emission, one column a state.
    columns: Vec<Rc<[f32]>>,
    /// May a label be entered from the one before without a blank?
    direct: Vec<bool>,
}

impl Chain {
    pub fn new(emissions: &mut Emissions, labels: &[Label]) -> Self {
        let blank: Rc<[f32]> = emissions.blank.clone().into();
        let mut columns = vec![Rc::clone(&blank)];
        for label in labels {
            columns.push(match label.group {
                Some(group) => emissions.column(group),
                None => emissions.wild(),
            });
            columns.push(Rc::clone(&blank));
        }
        let states = columns.len();
        let direct = (0..states)
            .map(|s| {
                s % 2 == 1
                    && s >= 3
                    && (labels[s / 2].group != labels[s / 2 - 1].group || labels[s / 2].group.is_none())
            })
            .collect();
        Self { steps: emissions.steps, states, columns, direct }
    }

    pub fn emission(&self, state: usize, step: usize) -> f32 {
        self.columns[state][step]
    }

    /// The next column of best scores, from the one before.
    fn advance(&self, step: usize, from: &[f32], to: &mut [f32]) {
        for state in 0..self.states {
            let mut best = from[state];
            if state >= 1 && from[state - 1] > best {
                best = from[state - 1];
            }
            if self.direct[state] && from[state - 2] > best {
                best = from[state - 2];
            }
            to[state] = best + self.columns[state][step];
        }
    }

    fn first(&self) -> Vec<f32> {
        (0..self.states).map(|s| if s < 2 { self.columns[s][0] } else { NEVER }).collect()
    }

    fn last(&self, column: &[f32]) -> f32 {
        column[self.states - 1].max(if self.states >= 2 { column[self.states - 2] } else { NEVER })
    }

    /// ln P of the best path. Gives up, with an upper bound, where `rest` (the free path's remaining score) cannot lift
    /// it to `enough`.
    pub fn score(&self, rest: &[f32], enough: f32) -> f32 {
        if self.steps == 0 {
            return NEVER;
        }
        let mut now = self.first();
        let mut next = vec![NEVER; self.states];
        for step in 1..self.steps {
            self.advance(step, &now, &mut next);
            std::mem::swap(&mut now, &mut next);
            if step % 16 == 0 {
                let reachable = now.iter().copied().fold(NEVER, f32::max) + rest[step + 1];
                if reachable < enough {
                    return reachable;
                }
            }
        }
        self.last(&now)
    }

    /// Best score of a path over steps `0..=t` that ends in state `s`, row-major `steps × states`.
    pub fn forward(&self) -> Vec<f32> {
        let mut all = vec![NEVER; self.steps * self.states];
        if self.steps == 0 {
            return all;
        }
        all[..self.states].copy_from_slice(&self.first());
        for step in 1..self.steps {
            let (before, after) = all.split_at_mut(step * self.states);
            self.advance(step, &before[(step - 1) * self.states..], &mut after[..self.states]);
        }
        all
    }

    /// Best score of the steps after `t` for a path that is in state `s` at `t`, row-major `steps × states`.
    pub fn backward(&self) -> Vec<f32> {
        let (steps, states) = (self.steps, self.states);
        let mut all = vec![NEVER; steps * states];
        if steps == 0 {
            return all;
        }
        for state in states.saturating_sub(2)..states {
            all[(steps - 1) * states + state] = 0.0;
        }
        for step in (0..steps - 1).rev() {
            let (now, after) = all.split_at_mut((step + 1) * states);
            for (state, value) in now[step * states..].iter_mut().enumerate() {
                let leave = |to: usize| after[to] + self.columns[to][step + 1];
                let mut best = leave(state);
                if state + 1 < states {
                    best = best.max(leave(state + 1));
                }
                if state + 2 < states && self.direct[state + 2] {
                    best = best.max(leave(state + 2));
                }
                *value = best;
            }
        }
        all
    }

    /// The best path's score and where each label lies on it.
    fn best_path(&self, labels: &[Label]) -> (f32, Vec<Span>) {
        if self.steps == 0 {
            return (NEVER, Vec::new());
        }
        let all = self.forward();
        let last = &all[(self.steps - 1) * self.states..];
        let score = self.last(last);
        if score <= NEVER / 2.0 {
            return (score, Vec::new());
        }
        let mut state = if self.states >= 2 && last[self.states - 2] > last[self.states - 1] {
            self.states - 2
        } else {
            self.states - 1
        };
        let mut path = vec![0; self.steps];
        for step in (0..self.steps).rev() {
            path[step] = state;
            if step > 0 {
                state = self.came_from(&all[(step - 1) * self.states..step * self.states], state);
            }
        }
        let spans = labels.iter().enumerate().filter_map(|(i, label)| self.span(&path, 2 * i + 1, label)).collect();
        (score, spans)
    }

    fn came_from(&self, before: &[f32], state: usize) -> usize {
        let mut best = state;
        if state >= 1 && before[state - 1] > before[best] {
            best = state - 1;
        }
        if self.direct[state] && before[state - 2] > before[best] {
            best = state - 2;
        }
        best
    }

    fn span(&self, path: &[usize], state: usize, label: &Label) -> Option<Span> {
        let start_step = path.iter().position(|s| *s == state)?;
        let end_step = path.iter().rposition(|s| *s == state)? + 1;
        let logs = &self.columns[state][start_step..end_step];
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^24 steps")]
        let mean_log = logs.iter().sum::<f32>() / logs.len() as f32;
        Some(Span { ch: label.ch, position: label.position, start_step, end_step, mean_log })
    }
}

//! Judges a copy of a known text: faithful, different (where and how), or not to be told.
//! A generalised likelihood ratio: the text's best path against the best path of the text with one edit, for every edit
//! at once.
//!
//! With α(t, s) the best score of a path that ends in state s at step t, and β(t, s) the best score of what follows,
//! the best path with one label dropped, replaced or added is a maximum over t of α + new emissions + β: O(T) an edit
//! instead of a Viterbi each.

use super::chain::{AlignOptions, Chain, Label, NEVER, labels_of, worst_score};
use super::emissions::{Best, Emissions};
use crate::ocr::reading::Posterior;
use crate::vocabulary::fact::{CopyOutcome, Difference, Verification};
use crate::vocabulary::settings::ReadingSettings;
use crate::vocabulary::text::is_han;

/// Edits tried in a row; a copy that needs more is not a copy.
const MAX_EDITS: usize = 8;
/// Differences that are still reported one by one; with more the writing is not this text, or not legible.
const MAX_DIFFERENCES: usize = 5;
/// Nats that each further character of a dropped block must earn, so that a block is not longer than it needs to be.
const BLOCK_STEP: f32 = 0.5;

/// Compares the writing with the text that it should be.
pub fn verify(posts: &[&Posterior], expected: &str, settings: &ReadingSettings) -> Verification {
    verify_on(&mut Emissions::new(posts, AlignOptions::default().into()), expected, settings)
}

/// As [`verify`], on emissions made with [`AlignOptions::default`].
pub fn verify_on(emissions: &mut Emissions, expected: &str, settings: &ReadingSettings) -> Verification {
    let mut labels = labels_of(emissions, expected, true);
    let unknown = labels.iter().any(|l| l.group.is_none());
    let free = emissions.free_score();
    let mut search = Search::new(emissions, &labels);
    let gap = (free - search.score).max(0.0);
    let result = |outcome, differences| Verification {
        expected: expected.to_owned(),
        outcome,
        gap,
        differences,
        rivals: Vec::new(),
    };
    if gap <= settings.faithful_gap {
        // A character that the dictionary lacks was matched by anything at all.
        return result(if unknown { CopyOutcome::CannotTell } else { CopyOutcome::Faithful }, Vec::new());
    }
    // Many characters a little unclear add up to a gap that no single edit explains; a real difference stands in one
    // place and earns nearly all of it.
    let spread = gap <= settings.differs_gap
        && !unknown
        && search.best_edit(emissions, &labels).is_none_or(|e| e.gain <= settings.faithful_gap);
    if spread {
        return result(CopyOutcome::Faithful, Vec::new());
    }
    let mut sure: Vec<Edit> = Vec::new();
    let mut left = gap;
    for _ in 0..MAX_EDITS {
        let Some(edit) = search.best_edit(emissions, &labels) else { break };
        let needed = if matches!(edit.kind, Kind::Add(_)) { settings.added_gap } else { settings.differs_gap };
        if edit.gain < needed {
            break;
        }
        edit.apply(&mut labels);
        sure.push(edit);
        search = Search::new(emissions, &labels);
        left = (free - search.score).max(0.0);
        if left <= settings.faithful_gap {
            break;
        }
    }
    let told = !sure.is_empty() && sure.len() <= MAX_DIFFERENCES && left <= settings.illegible_gap;
    if !told {
        return result(CopyOutcome::CannotTell, Vec::new());
    }
    let mut differences: Vec<Difference> = sure.iter().map(|e| e.difference(emissions, expected)).collect();
    differences.sort_by_key(Difference::position);
    // a small ring between two numerals is lost by recognisers more often than by writers (二〇一五 reads as 二一五)
    let only_rings = differences
        .iter()
        .all(|d| matches!(d, Difference::Dropped { expected, .. } if expected.chars().all(|c| c == RING)));
    // 以 in two strokes reads as r: nobody writes a letter there
    let only_letters = differences.iter().all(is_letter_for_han);
    let told = !only_rings && !only_letters;
    result(if told { CopyOutcome::Differs } else { CopyOutcome::CannotTell }, differences)
}

/// A letter where a Han character should stand.
fn is_letter_for_han(difference: &Difference) -> bool {
    matches!(difference, Difference::Changed { expected, written, .. }
        if expected.chars().all(is_han) && written.chars().all(|c| c.is_ascii_alphabetic()))
}

/// The Chinese zero as a ring.
const RING: char = '〇';

/// Two readings of one copy, from different crops. What was changed, added or left out is so in both; what only one
/// reading saw may be the recogniser's error, so it cannot be told, unless the first was in doubt already and both
/// together fit as a faithful copy does.
pub fn of_two_readings(first: &Verification, second: &Verification, settings: &ReadingSettings) -> Verification {
    if first.expected != second.expected {
        return first.clone();
    }
    // what was written there may be read differently each time; where it stands is what counts
    let seen_twice = |d: &Difference| second.differences.iter().any(|e| e.position().abs_diff(d.position()) <= 1);
    match (first.outcome, second.outcome) {
        (CopyOutcome::Faithful, _) => first.clone(),
        (CopyOutcome::Differs, CopyOutcome::Differs) if first.differences.iter().any(seen_twice) => first.clone(),
        (CopyOutcome::CannotTell, CopyOutcome::Faithful) if (first.gap + second.gap) / 2.0 <= settings.faithful_gap => {
            second.clone()
        }
        _ => Verification { outcome: CopyOutcome::CannotTell, ..first.clone() },
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Labels `index..index + n` are not there.
    Drop(usize),
    /// Label `index` is another group.
    Change(usize),
    /// A group stands before label `index`.
    Add(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Edit {
    kind: Kind,
    index: usize,
    /// Characters of the expected text from 0: first and last that are concerned.
    from: usize,
    to: usize,
    /// Nats by which the edited text fits better.
    gain: f32,
}

impl Edit {
    fn apply(&self, labels: &mut Vec<Label>) {
        match self.kind {
            Kind::Drop(n) => drop(labels.drain(self.index..self.index + n)),
            Kind::Change(group) => labels[self.index].group = Some(group),
            Kind::Add(group) => labels.insert(self.index, Label { ch: '\0', position: self.from, group: Some(group) }),
        }
    }

    fn difference(&self, emissions: &Emissions, expected: &str) -> Difference {
        let position = self.from;
        let expected = || expected.chars().skip(self.from).take(self.to + 1 - self.from).collect::<String>();
        match self.kind {
            Kind::Drop(_) => Difference::Dropped { position, expected: expected() },
            Kind::Change(group) => {
                Difference::Changed { position, expected: expected(), written: emissions.name(group).to_string() }
            }
            Kind::Add(group) => Difference::Added { position, written: emissions.name(group).to_string() },
        }
    }
}

/// Forward and backward scores of the labels as they stand.
pub(super) struct Search {
    chain: Chain,
    forward: Vec<f32>,
    backward: Vec<f32>,
    pub score: f32,
}

impl Search {
    pub fn new(emissions: &mut Emissions, labels: &[Label]) -> Self {
        let chain = Chain::new(emissions, labels);
        let (forward, backward) = (chain.forward(), chain.backward());
        let fits = match chain.steps {
            0 => NEVER,
            n => (0..chain.states)
                .map(|s| forward[(n - 1) * chain.states + s] + backward[(n - 1) * chain.states + s])
                .fold(NEVER, f32::max),
        };
        let score = fits.max(worst_score(emissions.steps, labels.len()));
        Self { chain, forward, backward, score }
    }

    fn alpha(&self, step: usize, state: usize) -> f32 {
        self.forward[step * self.chain.states + state]
    }

    /// Score of entering `state` at `step` and going on to the end.
    fn enter(&self, step: usize, state: usize) -> f32 {
        self.chain.emission(state, step) + self.backward[step * self.chain.states + state]
    }

    /// Nats by which the best omission or addition helps; 0 if none does. `written`: characters, by their position in
    /// the text, that were not left out.
    pub fn best_misplaced(&self, emissions: &Emissions, labels: &[Label], written: &[usize]) -> f32 {
        let left_out = |e: &Edit| !(e.from == e.to && written.contains(&e.from));
        let drops = (0..labels.len()).filter_map(|i| self.drops(labels, i)).filter(left_out).map(|e| e.gain);
        let adds = (0..=labels.len()).filter_map(|i| self.wildcard(emissions, i, None, false)).map(|(gain, _)| gain);
        drops.chain(adds).fold(0.0, f32::max)
    }

    /// The characters without which the text fits better, by their position, and by how many nats.
    pub fn helpful_drops(&self, labels: &[Label]) -> Vec<(usize, f32)> {
        let single = |e: &Edit| e.from == e.to && e.gain > 0.0;
        (0..labels.len()).filter_map(|i| self.drops(labels, i)).filter(single).map(|e| (e.from, e.gain)).collect()
    }

    /// The edit that helps most; of equals the first in the text, a drop before a change before an addition.
    fn best_edit(&self, emissions: &Emissions, labels: &[Label]) -> Option<Edit> {
        let mut best: Option<Edit> = None;
        let mut offer = |edit: Edit| {
            if best.as_ref().is_none_or(|b| edit.gain > b.gain) {
                best = Some(edit);
            }
        };
        let end = labels.last().map_or(0, |l| l.position + 1);
        for index in 0..=labels.len() {
            if let Some(label) = labels.get(index) {
                self.drops(labels, index).into_iter().for_each(&mut offer);
                if let Some((gain, group)) = self.wildcard(emissions, index, label.group, true) {
                    offer(Edit { kind: Kind::Change(group), index, from: label.position, to: label.position, gain });
                }
            }
            if let Some((gain, group)) = self.wildcard(emissions, index, None, false) {
                let from = labels.get(index).map_or(end, |l| l.position);
                offer(Edit { kind: Kind::Add(group), index, from, to: from, gain });
            }
        }
        best
    }

    /// Dropping label `first`, or a block that starts there: the best length only.
    fn drops(&self, labels: &[Label], first: usize) -> Option<Edit> {
        let (steps, states) = (self.chain.steps, self.chain.states);
        // The best ways out of what precedes the block: `arrive[t]` from its blank, `touch[t]` straight from the label
        // before.
        let blank = 2 * first;
        let mut best: Option<(f32, usize)> = None;
        for after in first + 1..=labels.len() {
            let length = after - first;
            // With the block gone the blanks on both sides are one: from there to the next label, or on in the blank.
            let (joined, next) = (2 * after, 2 * after + 1);
            let touching = first >= 1
                && labels.get(after).is_some_and(|l| labels[first - 1].group != l.group || l.group.is_none());
            let mut score = NEVER;
            if first == 0 && steps > 0 {
                score = self.enter(0, joined);
                if next < states {
                    score = score.max(self.enter(0, next));
                }
            }
            for t in 1..steps {
                let from_blank = self.alpha(t - 1, blank);
                let from_label = if first >= 1 { self.alpha(t - 1, blank - 1) } else { NEVER };
                let mut here = from_blank.max(from_label) + self.enter(t, joined);
                if next < states {
                    let from = if touching { from_blank.max(from_label) } else { from_blank };
                    here = here.max(from + self.enter(t, next));
                }
                score = score.max(here);
            }
            if after == labels.len() && steps > 0 {
                // The text may also simply end before the block.
                score = score.max(self.alpha(steps - 1, blank));
                if first >= 1 {
                    score = score.max(self.alpha(steps - 1, blank - 1));
                }
            }
            #[expect(clippy::cast_precision_loss, reason = "a block has far fewer than 2^24 characters")]
            let worth = score - BLOCK_STEP * (length - 1) as f32;
            if best.is_none_or(|(b, _)| worth > b) {
                best = Some((worth, length));
            }
        }
        best.map(|(worth, n)| {
            // 本职业或相关职业 without five of its characters: what is missing reads better as 或相关职业 than as 职业或相关.
            let shifts = (0..labels.len())
                .take_while(|i| labels.get(first + n + i).is_some_and(|after| after.group == labels[first + i].group))
                .count();
            let index = first + shifts;
            Edit {
                kind: Kind::Drop(n),
                index,
                from: labels[index].position,
                to: labels[index + n - 1].position,
                gain: worth - self.score,
            }
        })
    }

    /// Any one character instead of label `index` (`replaces`), or before it; not of group `except`. Gain and group.
    pub fn wildcard(
        &self,
        emissions: &Emissions,
        index: usize,
        except: Option<usize>,
        replaces: bool,
    ) -> Option<(f32, usize)> {
        let (steps, states) = (self.chain.steps, self.chain.states);
        let blank = 2 * index;
        // After an addition comes the same blank again, or the label itself; after a change the blank behind it, or the
        // next label.
        let (back, onward) = if replaces { (blank + 2, blank + 3) } else { (blank, blank + 1) };
        let mut held: Option<(f32, Best)> = None;
        let mut best: Option<(f32, usize)> = None;
        for t in 0..steps {
            let [one, two] = emissions.top[t];
            let now = if Some(one.group) == except { two } else { one };
            if now.group == 0 {
                held = None;
                continue;
            }
            let before = match t {
                0 if index == 0 => 0.0,
                0 => NEVER,
                _ => self.alpha(t - 1, blank).max(if index >= 1 { self.alpha(t - 1, blank - 1) } else { NEVER }),
            };
            let carried = held.filter(|(_, b)| b.group == now.group).map_or(NEVER, |(s, _)| s);
            let score = before.max(carried) + now.log;
            held = Some((score, now));
            let after = if t + 1 < steps {
                let go_on = if onward < states { self.enter(t + 1, onward) } else { NEVER };
                self.enter(t + 1, back).max(go_on)
            } else if onward >= states {
                0.0
            } else {
                NEVER
            };
            let total = score + after;
            if best.is_none_or(|(b, _)| total > b) {
                best = Some((total, now.group));
            }
        }
        best.map(|(total, group)| (total - self.score, group))
    }
}

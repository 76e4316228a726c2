//! Reads a printed sentence with blanks: literals of the form, slots for what was written, over all lines of the writing at once.
//! One Viterbi path over the whole sentence, so that it does not matter where lines wrap or how print and pen alternate; it judges nothing.

use super::emissions::{Emissions, LOG_FLOOR};
use super::{greedy, text_of};
use crate::ocr::alphabet::Merge;
use crate::ocr::{Posterior, Symbol};
use std::ops::Range;

/// A piece of the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Printed; a character of it may be misread or missing, at a price.
    Text(String),
    /// Written; may be empty.
    Slot { name: &'static str, charset: Charset },
}

/// What may stand in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Charset {
    Any,
    /// These characters (and what looks like them).
    Of(&'static str),
}

impl Segment {
    pub fn text(s: impl Into<String>) -> Self {
        Self::Text(s.into())
    }

    pub fn any(name: &'static str) -> Self {
        Self::Slot { name, charset: Charset::Any }
    }

    pub fn of(name: &'static str, chars: &'static str) -> Self {
        Self::Slot { name, charset: Charset::Of(chars) }
    }
}

/// How a sentence lies in the writing.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateReading {
    /// In the template's order.
    pub slots: Vec<SlotReading>,
    /// 0–1: part of the printed characters that were found as themselves.
    pub literal: f32,
    /// ln P of the path under the free path's, penalties included.
    pub gap: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SlotReading {
    pub name: &'static str,
    /// Characters of the charset only; for [`Charset::Any`] the free reading.
    pub text: String,
    /// The free reading of the same steps.
    pub free: String,
    /// The symbols of `text`, with probabilities; steps count through all lines.
    pub symbols: Vec<Symbol>,
    /// Steps between the neighbouring printed characters, over all lines; empty only at the ends of the writing.
    pub room: Range<usize>,
}

impl TemplateReading {
    pub fn slot(&self, name: &str) -> Option<&SlotReading> {
        self.slots.iter().find(|s| s.name == name)
    }
}

/// Nats for a printed character that is not there.
const SKIP: f32 = 4.0;
/// Nats a step for a printed character that reads as another.
const MISREAD: f32 = 3.0;
/// Nats a step for a stray character between printed ones.
const STRAY: f32 = 5.0;
/// Nats a step for a written character in a slot, so that print is not taken for writing.
const WRITTEN: f32 = 0.15;

/// Finds the best path of the sentence through the writing.
pub fn read_template(posts: &[&Posterior], template: &[Segment]) -> TemplateReading {
    let mut emissions = Emissions::new(posts, super::AlignOptions { merge: Merge::Lookalikes, ignore_punctuation: true }.into());
    let chain = States::of(&mut emissions, template);
    let path = chain.best_path(&emissions);
    chain.reading(posts, &emissions, template, &path)
}

enum Kind {
    /// Between two printed characters.
    Gap,
    Literal,
    /// Index of the slot.
    Slot(usize),
}

/// The sentence as a row of states, each with its score a step.
struct States {
    kinds: Vec<Kind>,
    scores: Vec<Vec<f32>>,
    /// Price of passing a state by.
    skip: Vec<f32>,
    steps: usize,
}

impl States {
    fn of(emissions: &mut Emissions, template: &[Segment]) -> Self {
        let steps = emissions.steps;
        let wild = emissions.wild();
        let gap: Vec<f32> = (0..steps).map(|t| emissions.blank[t].max(wild[t] - STRAY)).collect();
        let mut this = Self { kinds: Vec::new(), scores: Vec::new(), skip: Vec::new(), steps };
        let mut slots = 0;
        this.push(Kind::Gap, gap.clone(), 0.0);
        for segment in template {
            match segment {
                Segment::Text(text) => {
                    for c in text.chars() {
                        // punctuation is read as blank, so it is no landmark
                        if crate::vocabulary::text::is_punctuation(c) || c.is_whitespace() {
                            continue;
                        }
                        let own = emissions.group(c).map(|g| emissions.column(g));
                        let score = (0..steps).map(|t| own.as_ref().map_or(LOG_FLOOR, |o| o[t]).max(wild[t] - MISREAD).max(LOG_FLOOR)).collect();
                        this.push(Kind::Literal, score, SKIP);
                        this.push(Kind::Gap, gap.clone(), 0.0);
                    }
                }
                Segment::Slot { charset, .. } => {
                    let score = slot_scores(emissions, charset, &wild);
                    this.push(Kind::Slot(slots), score, 0.0);
                    this.push(Kind::Gap, gap.clone(), 0.0);
                    slots += 1;
                }
            }
        }
        this
    }

    fn push(&mut self, kind: Kind, score: Vec<f32>, skip: f32) {
        self.kinds.push(kind);
        self.scores.push(score);
        self.skip.push(skip);
    }

    /// The state of each step.
    fn best_path(&self, emissions: &Emissions) -> Vec<usize> {
        let n = self.kinds.len();
        if self.steps == 0 || n == 0 {
            return Vec::new();
        }
        debug_assert_eq!(emissions.steps, self.steps);
        let mut back = vec![0u16; self.steps * n];
        // before[s]: price of starting in state s
        let mut now: Vec<f32> = Vec::with_capacity(n);
        let mut passed = 0.0;
        for s in 0..n {
            now.push(self.scores[s][0] - passed);
            passed += self.skip[s];
        }
        for t in 1..self.steps {
            let mut next = Vec::with_capacity(n);
            // the best state left of s, everything between passed by
            let (mut best, mut from) = (f32::MIN, 0usize);
            for s in 0..n {
                let (arrive, came) = if now[s] >= best { (now[s], s) } else { (best, from) };
                next.push(arrive + self.scores[s][t]);
                back[t * n + s] = u16::try_from(came).unwrap_or(u16::MAX);
                // what goes on to s + 1: from s itself, or from further left passing s by
                let passing = best - self.skip[s];
                if now[s] >= passing {
                    (best, from) = (now[s], s);
                } else {
                    best = passing;
                }
            }
            now = next;
        }
        let mut left = 0.0;
        let mut end = (f32::MIN, 0);
        for s in (0..n).rev() {
            if now[s] - left > end.0 {
                end = (now[s] - left, s);
            }
            left += self.skip[s];
        }
        let mut path = vec![end.1; self.steps];
        for t in (1..self.steps).rev() {
            path[t - 1] = usize::from(back[t * n + path[t]]);
        }
        path
    }

    fn reading(&self, posts: &[&Posterior], emissions: &Emissions, template: &[Segment], path: &[usize]) -> TemplateReading {
        let free = greedy(posts);
        // a printed character counts as found if its own class, not a misreading, carries it somewhere
        let mut found = vec![false; self.kinds.len()];
        for (t, &s) in path.iter().enumerate() {
            if matches!(self.kinds[s], Kind::Literal) && self.scores[s][t] > emissions.top.get(t).map_or(0.0, |b| b[0].log) - MISREAD * 0.9 {
                found[s] = true;
            }
        }
        let literals = self.kinds.iter().filter(|k| matches!(k, Kind::Literal)).count();
        let hit = found.iter().filter(|f| **f).count();
        let score: f32 = path.iter().enumerate().map(|(t, &s)| self.scores[s][t]).sum();
        let skipped: f32 = (0..self.kinds.len()).filter(|s| !path.contains(s)).map(|s| self.skip[s]).sum();
        let slots = template
            .iter()
            .filter_map(|s| match s {
                Segment::Slot { name, charset } => Some((*name, charset)),
                Segment::Text(_) => None,
            })
            .enumerate()
            .map(|(k, (name, charset))| self.slot(k, name, charset, posts, &free, path))
            .collect();
        TemplateReading {
            slots,
            literal: if literals == 0 { 0.0 } else { hit as f32 / literals as f32 },
            gap: (emissions.free_score() - score + skipped).max(0.0),
        }
    }

    fn slot(&self, index: usize, name: &'static str, charset: &Charset, posts: &[&Posterior], free: &[Symbol], path: &[usize]) -> SlotReading {
        let state = self.kinds.iter().position(|k| matches!(k, Kind::Slot(i) if *i == index)).unwrap_or(0);
        let literal = |s: usize| matches!(self.kinds[s], Kind::Literal);
        let from = path.iter().rposition(|&s| s < state && literal(s)).map_or(0, |t| t + 1);
        let to = path.iter().position(|&s| s > state && literal(s)).unwrap_or(self.steps);
        let room = from..to.max(from);
        let own: Range<usize> = match (path.iter().position(|&s| s == state), path.iter().rposition(|&s| s == state)) {
            (Some(a), Some(b)) => a..b + 1,
            _ => room.start..room.start,
        };
        let within: Vec<Symbol> = free.iter().filter(|s| s.start_step >= own.start && s.start_step < own.end).cloned().collect();
        let free_text = text_of(&within);
        let symbols = match charset {
            Charset::Any => within,
            Charset::Of(chars) => restricted(posts, own, chars),
        };
        SlotReading { name, text: text_of(&symbols), free: free_text, symbols, room }
    }
}

fn slot_scores(emissions: &mut Emissions, charset: &Charset, wild: &[f32]) -> Vec<f32> {
    let best: Vec<f32> = match charset {
        Charset::Any => wild.to_vec(),
        Charset::Of(chars) => {
            let columns: Vec<_> = chars.chars().filter_map(|c| emissions.group(c)).collect::<std::collections::BTreeSet<_>>().into_iter().map(|g| emissions.column(g)).collect();
            (0..emissions.steps).map(|t| columns.iter().map(|c| c[t]).fold(LOG_FLOOR, f32::max)).collect()
        }
    };
    best.iter().zip(&emissions.blank).map(|(w, b)| (w - WRITTEN).max(*b)).collect()
}

/// The greedy reading of some steps when only these characters (and their look-alikes, written as the first of the charset they look like) may occur.
fn restricted(posts: &[&Posterior], steps: Range<usize>, chars: &str) -> Vec<Symbol> {
    let mut emissions = Emissions::new(posts, super::AlignOptions { merge: Merge::Lookalikes, ignore_punctuation: true }.into());
    let mut columns = Vec::new();
    for c in chars.chars() {
        if let Some(g) = emissions.group(c) {
            if !columns.iter().any(|(_, known, _)| *known == g) {
                columns.push((c, g, emissions.column(g)));
            }
        }
    }
    let mut out: Vec<Symbol> = Vec::new();
    let mut last = None;
    for t in steps {
        let Some((c, _, column)) = columns.iter().max_by(|a, b| a.2[t].total_cmp(&b.2[t])) else { break };
        if emissions.blank[t] >= column[t] {
            last = None;
            continue;
        }
        let p = column[t].exp().min(1.0);
        match out.last_mut() {
            Some(open) if last == Some(*c) => {
                open.end_step = t + 1;
                open.probability = open.probability.max(p);
            }
            _ => out.push(Symbol { ch: *c, start_step: t, end_step: t + 1, probability: p }),
        }
        last = Some(*c);
    }
    out
}


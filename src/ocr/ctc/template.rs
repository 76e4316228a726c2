//! Reads a printed sentence with slots that were filled by hand, over all its lines at once, wherever they wrap.
//! Finds what stands in each slot and where; grammars decide what it means ([`super::grammar`]). (A slot is a form's
//! field; "blank" is CTC's own word.)
//!
//! One Viterbi over a graph of nodes in the template's order. Between nodes lie elements, each one character that takes
//! one or more steps;
//! a printed character may be misread or missing at a price, so that bad print bends the path but does not break it.

use super::chain::NEVER;
use super::emissions::{Emissions, Options};
use super::greedy::{greedy, mean_probability, text_of};
use crate::ocr::alphabet::{CONFUSABLES, Merge};
use crate::ocr::reading::{Posterior, Symbol};
use crate::vocabulary::text;
use std::rc::Rc;

/// Nats a character inside a slot costs: just enough that print is read as print where both fit.
/// More would drop characters that the recogniser half saw (measured: at 1.0 the 二 of 二级 was lost to a CTC blank of
/// .4).
const FREE_COST: f32 = 0.1;
/// Nats a character costs that the slot's charset does not know: it is kept, not smoothed away.
const OUT_OF_CHARSET_COST: f32 = 4.0;
/// Nats a printed character costs at most, however badly it was read.
const MISREAD_COST: f32 = 5.0;
/// Nats a printed character costs that is not there at all.
const MISSING_COST: f32 = 6.0;
/// Nats a character costs that belongs to no slot and is no print: a stamp, a stain, a stray stroke.
const STRAY_COST: f32 = 7.0;
/// Nats an optional part costs that is not there: where its print may be read as print or as writing, it is print.
const ABSENT_COST: f32 = 0.3;
/// Nats each character costs that a slot has too few.
const SHORT_COST: f32 = 2.0;
/// A printed character counts as found from this mean ln P.
const FOUND_LOG: f32 = -1.2;
/// Slots that may hold more are a loop instead of a chain.
const LONGEST_CHAIN: usize = 24;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// Print. Punctuation and white space in it are ignored.
    Text(String),
    Slot(Slot),
    /// A part that may be absent altogether, at hardly any price.
    Optional(Vec<Segment>),
}

impl Segment {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn slot(name: impl Into<String>, charset: Charset, min: usize, max: usize) -> Self {
        Self::Slot(Slot { name: name.into(), charset, min, max })
    }
}

/// A place for writing between print.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    pub name: String,
    pub charset: Charset,
    /// Characters that a filled slot has at least; fewer are possible at a price.
    pub min: usize,
    /// Characters at most; over 24 it is not bounded.
    pub max: usize,
}

/// What a slot is expected to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Charset {
    Any,
    /// These characters and what is mixed up with them (`1` with `l`, `0` with `O`).
    Of(String),
}

impl Charset {
    pub fn digits() -> Self {
        Self::Of("0123456789".into())
    }

    /// Digits and the numerals and fractions that a number of years is written with.
    pub fn numerals() -> Self {
        Self::Of("0123456789.一二三四五六七八九十两半年零".into())
    }

    /// Digits and X.
    pub fn id_number() -> Self {
        Self::Of("0123456789X".into())
    }
}

/// Steps of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Index of the posterior among those read.
    pub line: usize,
    pub start_step: usize,
    pub end_step: usize,
}

/// One slot as read.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotReading {
    pub name: String,
    /// Empty: no character was found there (whether there is ink is not known here).
    pub text: String,
    /// Steps count through all lines.
    pub symbols: Vec<Symbol>,
    /// The room between the print before and the print after, line by line; there also if nothing was read.
    pub extents: Vec<Extent>,
    /// 0–1: mean probability of the symbols; 0 if there are none.
    pub confidence: f32,
    /// Characters in `text` that the charset does not know.
    pub out_of_charset: usize,
}

/// A sentence as read.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateReading {
    /// ln P of the best path, prices included.
    pub score: f32,
    /// Nats behind the best free path.
    pub gap: f32,
    /// In the template's order; slots of absent optional parts are missing.
    pub slots: Vec<SlotReading>,
    /// 0–1: part of the printed characters that was found as printed; of those only that must be there.
    pub printed_found: f32,
}

impl TemplateReading {
    pub fn slot(&self, name: &str) -> Option<&SlotReading> {
        self.slots.iter().find(|s| s.name == name)
    }
}

/// The emissions that [`read_template_on`] needs.
pub fn emission_options() -> Options {
    Options { merge: Merge::Shapes, ignore_punctuation: true }
}

/// Reads the lines along the template.
pub fn read_template(posts: &[&Posterior], template: &[Segment]) -> TemplateReading {
    read_template_on(&mut Emissions::new(posts, emission_options()), template)
}

/// As [`read_template`], on emissions made with [`emission_options`].
pub fn read_template_on(emissions: &mut Emissions, template: &[Segment]) -> TemplateReading {
    let graph = Graph::build(emissions, template);
    let (score, path) = graph.best_path(emissions);
    graph.reading(emissions, score, &path)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Print { present: usize },
    Filled { slot: usize, out_of_charset: bool },
    Stray,
}

/// One character between two nodes.
struct Element {
    from: usize,
    to: usize,
    cost: f32,
    /// ln P of its first step.
    on: Rc<[f32]>,
    /// ln P of its further steps.
    hold: Rc<[f32]>,
    role: Role,
}

/// A way from one node to a later one that takes no step.
struct Jump {
    from: usize,
    to: usize,
    cost: f32,
}

struct Graph {
    nodes: usize,
    elements: Vec<Element>,
    jumps: Vec<Jump>,
    /// By target node.
    into: Vec<Vec<usize>>,
    jumps_into: Vec<Vec<usize>>,
    slots: Vec<Slot>,
    /// Printed characters, and the columns of their labels.
    prints: Vec<Rc<[f32]>>,
    /// Those of them that must be there.
    required: Vec<usize>,
}

/// What a step was used for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Use {
    Blank,
    Begins(usize),
    Continues(usize),
}

impl Graph {
    fn build(emissions: &mut Emissions, template: &[Segment]) -> Self {
        let mut graph = Self {
            nodes: 1,
            elements: Vec::new(),
            jumps: Vec::new(),
            into: Vec::new(),
            jumps_into: Vec::new(),
            slots: Vec::new(),
            prints: Vec::new(),
            required: Vec::new(),
        };
        let any = free_columns(emissions);
        graph.add(emissions, template, true, &any);
        for node in 0..graph.nodes {
            graph.element(node, node, STRAY_COST, &any, Role::Stray);
        }
        graph.into = vec![Vec::new(); graph.nodes];
        for (i, e) in graph.elements.iter().enumerate() {
            graph.into[e.to].push(i);
        }
        graph.jumps_into = vec![Vec::new(); graph.nodes];
        for (i, j) in graph.jumps.iter().enumerate() {
            graph.jumps_into[j.to].push(i);
        }
        graph
    }

    fn element(&mut self, from: usize, to: usize, cost: f32, (on, hold): &(Rc<[f32]>, Rc<[f32]>), role: Role) {
        self.elements.push(Element { from, to, cost, on: Rc::clone(on), hold: Rc::clone(hold), role });
    }

    fn node(&mut self) -> usize {
        self.nodes += 1;
        self.nodes - 1
    }

    fn add(&mut self, emissions: &mut Emissions, template: &[Segment], required: bool, any: &(Rc<[f32]>, Rc<[f32]>)) {
        for segment in template {
            match segment {
                Segment::Text(print) => {
                    let first = self.prints.len();
                    print
                        .chars()
                        .filter(|c| !c.is_whitespace() && !text::is_punctuation(*c))
                        .for_each(|c| self.add_print(emissions, c, any));
                    self.required.extend((first..self.prints.len()).filter(|_| required));
                }
                Segment::Slot(slot) => self.add_slot(emissions, slot, any),
                Segment::Optional(part) => {
                    let before = self.nodes - 1;
                    self.add(emissions, part, false, any);
                    let after = self.node();
                    self.jumps.push(Jump { from: after - 1, to: after, cost: 0.0 });
                    self.jumps.push(Jump { from: before, to: after, cost: ABSENT_COST });
                }
            }
        }
    }

    fn add_print(&mut self, emissions: &mut Emissions, c: char, any: &(Rc<[f32]>, Rc<[f32]>)) {
        let from = self.nodes - 1;
        let to = self.node();
        let label = match emissions.group(c) {
            Some(group) => emissions.column(group),
            None => emissions.wild(),
        };
        let bent: Rc<[f32]> =
            label.iter().zip(&emissions.top).map(|(l, top)| l.max(top[0].log - MISREAD_COST)).collect();
        let present = self.prints.len();
        self.prints.push(label);
        // A misread character goes on as long as the same wrong one is read.
        let held: Rc<[f32]> = self.prints[present].iter().zip(any.1.iter()).map(|(l, h)| l.max(*h)).collect();
        self.element(from, to, 0.0, &(bent, held), Role::Print { present });
        self.jumps.push(Jump { from, to, cost: MISSING_COST });
    }

    fn add_slot(&mut self, emissions: &mut Emissions, slot: &Slot, any: &(Rc<[f32]>, Rc<[f32]>)) {
        let index = self.slots.len();
        self.slots.push(slot.clone());
        let known = match &slot.charset {
            Charset::Any => any.clone(),
            Charset::Of(chars) => charset_columns(emissions, chars),
        };
        let out_of_charset = matches!(slot.charset, Charset::Of(_));
        let symbol = |graph: &mut Self, from: usize, to: usize| {
            graph.element(from, to, FREE_COST, &known, Role::Filled { slot: index, out_of_charset: false });
            if out_of_charset {
                graph.element(from, to, OUT_OF_CHARSET_COST, any, Role::Filled { slot: index, out_of_charset: true });
            }
        };
        // A node of its own, so that blanks and strays before the first character belong to the slot.
        let start = self.nodes - 1;
        let bounded = slot.max <= LONGEST_CHAIN;
        let chain = if bounded { slot.max } else { slot.min };
        for i in 0..chain {
            let from = self.nodes - 1;
            let to = self.node();
            symbol(self, from, to);
            let missing = if i < slot.min && i > 0 { SHORT_COST } else { 0.0 };
            self.jumps.push(Jump { from, to, cost: missing });
        }
        if !bounded {
            let from = self.nodes - 1;
            let looped = self.node();
            self.jumps.push(Jump { from, to: looped, cost: 0.0 });
            symbol(self, looped, looped);
        }
        let after = self.node();
        self.jumps.push(Jump { from: after - 1, to: after, cost: 0.0 });
        // An empty slot is no defect of the path.
        self.jumps.push(Jump { from: start, to: after, cost: 0.0 });
    }

    /// Viterbi. For each step: what it was used for.
    fn best_path(&self, emissions: &Emissions) -> (f32, Vec<(usize, Use)>) {
        let (steps, nodes, count) = (emissions.steps, self.nodes, self.elements.len());
        let mut blank = vec![NEVER; nodes];
        let mut busy = vec![NEVER; count];
        let mut at = vec![NEVER; nodes];
        // Where each node's score came from, and whether each element went on, at each step.
        let mut origins: Vec<Origin> = Vec::with_capacity((steps + 1) * nodes);
        let mut held: Vec<bool> = Vec::with_capacity(steps * count);
        for step in 0..=steps {
            for node in 0..nodes {
                let (score, origin) = self.arrive(node, step, &blank, &busy, &at);
                at[node] = score;
                origins.push(origin);
            }
            if step == steps {
                break;
            }
            for node in 0..nodes {
                blank[node] = at[node] + emissions.blank[step];
            }
            for (i, element) in self.elements.iter().enumerate() {
                let begins = at[element.from] - element.cost + element.on[step];
                let goes_on = busy[i] + element.hold[step];
                held.push(goes_on > begins);
                busy[i] = begins.max(goes_on);
            }
        }
        (at[nodes - 1], self.trace(steps, &origins, &held))
    }

    /// The best way to be at a node before `step`.
    fn arrive(&self, node: usize, step: usize, blank: &[f32], busy: &[f32], at: &[f32]) -> (f32, Origin) {
        let mut best =
            if step == 0 { (if node == 0 { 0.0 } else { NEVER }, Origin::Start) } else { (blank[node], Origin::Blank) };
        if step > 0 {
            for &i in &self.into[node] {
                if busy[i] > best.0 {
                    best = (busy[i], Origin::Element(i));
                }
            }
        }
        for &i in &self.jumps_into[node] {
            let score = at[self.jumps[i].from] - self.jumps[i].cost;
            if score > best.0 {
                best = (score, Origin::Jump(self.jumps[i].from));
            }
        }
        best
    }

    fn trace(&self, steps: usize, origins: &[Origin], held: &[bool]) -> Vec<(usize, Use)> {
        let mut path = vec![(0, Use::Blank); steps];
        let (mut node, mut step) = (self.nodes - 1, steps);
        loop {
            match origins[step * self.nodes + node] {
                Origin::Start => return path,
                Origin::Jump(from) => node = from,
                Origin::Blank => {
                    step -= 1;
                    path[step] = (node, Use::Blank);
                }
                Origin::Element(i) => {
                    step -= 1;
                    while held[step * self.elements.len() + i] {
                        path[step] = (node, Use::Continues(i));
                        step -= 1;
                    }
                    path[step] = (node, Use::Begins(i));
                    node = self.elements[i].from;
                }
            }
        }
    }

    fn reading(&self, emissions: &mut Emissions, score: f32, path: &[(usize, Use)]) -> TemplateReading {
        let mut symbols: Vec<Vec<Found>> = self.slots.iter().map(|_| Vec::new()).collect();
        let mut prints: Vec<Option<(usize, usize)>> = vec![None; self.prints.len()];
        for (step, (_, used)) in path.iter().enumerate() {
            let (Use::Begins(i) | Use::Continues(i)) = *used else { continue };
            let begins = matches!(used, Use::Begins(_));
            match self.elements[i].role {
                Role::Print { present } => {
                    let start = prints[present].map_or(step, |(start, _)| start);
                    prints[present] = Some((start, step + 1));
                }
                Role::Filled { slot, out_of_charset } if begins => {
                    symbols[slot].push(Found { start: step, end: step + 1, out_of_charset });
                }
                Role::Filled { slot, .. } => symbols[slot].iter_mut().rev().take(1).for_each(|f| f.end = step + 1),
                Role::Stray => {}
            }
        }
        let is_found =
            |i: usize, (a, b): (usize, usize)| self.prints[i][a..b].iter().copied().fold(NEVER, f32::max) >= FOUND_LOG;
        let found = self.required.iter().filter(|i| prints[**i].is_some_and(|at| is_found(**i, at))).count();
        #[expect(clippy::cast_precision_loss, reason = "templates have far fewer than 2^24 characters")]
        let printed_found = if self.required.is_empty() { 1.0 } else { found as f32 / self.required.len() as f32 };
        let slots = self
            .slots
            .iter()
            .enumerate()
            .map(|(i, slot)| self.slot_reading(emissions, slot, &symbols[i], self.room(i, path)))
            .collect();
        TemplateReading { score, gap: (emissions.free_score() - score).max(0.0), slots, printed_found }
    }

    /// Steps between the last print before a slot and the first print after it.
    fn room(&self, slot: usize, path: &[(usize, Use)]) -> (usize, usize) {
        let first = self
            .elements
            .iter()
            .position(|e| matches!(e.role, Role::Filled { slot: s, .. } if s == slot))
            .unwrap_or(self.elements.len());
        let is_print_before =
            |i: usize| matches!(self.elements[i].role, Role::Print { .. } | Role::Filled { .. }) && i < first;
        let last_of = |i: usize| matches!(self.elements[i].role, Role::Filled { slot: s, .. } if s == slot);
        let start = path
            .iter()
            .rposition(|(_, u)| matches!(u, Use::Begins(i) | Use::Continues(i) if is_print_before(*i)))
            .map_or(0, |s| s + 1);
        let end = path
            .iter()
            .position(|(_, u)| matches!(u, Use::Begins(i) if *i > first && !last_of(*i) && !matches!(self.elements[*i].role, Role::Stray)))
            .unwrap_or(path.len());
        (start, end.max(start))
    }

    fn slot_reading(
        &self,
        emissions: &mut Emissions,
        slot: &Slot,
        found: &[Found],
        room: (usize, usize),
    ) -> SlotReading {
        let symbols: Vec<Symbol> = match (&slot.charset, found.first(), found.last()) {
            // A free slot is read again without ignoring punctuation: employers' names have brackets.
            (Charset::Any, Some(first), Some(last)) => raw_symbols(emissions, first.start, last.end),
            _ => found.iter().map(|f| symbol_of(emissions, slot, *f)).collect(),
        };
        let confidence = mean_probability(&symbols);
        let text = text_of(&symbols);
        let out_of_charset = found.iter().filter(|f| f.out_of_charset).count();
        SlotReading {
            name: slot.name.clone(),
            text,
            symbols,
            extents: extents_of(emissions, room),
            confidence,
            out_of_charset,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Origin {
    Start,
    Blank,
    Element(usize),
    Jump(usize),
}

#[derive(Debug, Clone, Copy)]
struct Found {
    start: usize,
    end: usize,
    out_of_charset: bool,
}

/// ln P of the best group of each step; as a first step, and as a further step of the same group.
fn free_columns(emissions: &mut Emissions) -> (Rc<[f32]>, Rc<[f32]>) {
    let on = emissions.wild();
    let hold = (0..emissions.steps)
        .map(|t| {
            if t > 0 && emissions.top[t][0].group == emissions.top[t - 1][0].group {
                emissions.top[t][0].log
            } else {
                NEVER
            }
        })
        .collect();
    (on, hold)
}

/// As [`free_columns`], among some characters and their confusables.
fn charset_columns(emissions: &mut Emissions, chars: &str) -> (Rc<[f32]>, Rc<[f32]>) {
    let columns: Vec<Vec<f32>> = chars.chars().map(|c| confusable_column(emissions, c)).collect();
    let best: Vec<(usize, f32)> = (0..emissions.steps)
        .map(|t| {
            columns
                .iter()
                .enumerate()
                .map(|(i, c)| (i, c[t]))
                .fold((usize::MAX, NEVER), |a, b| if b.1 > a.1 { b } else { a })
        })
        .collect();
    let on = best.iter().map(|b| b.1).collect();
    let hold = (0..best.len()).map(|t| if t > 0 && best[t].0 == best[t - 1].0 { best[t].1 } else { NEVER }).collect();
    (on, hold)
}

/// ln P of a character or anything that is mixed up with it.
fn confusable_column(emissions: &mut Emissions, c: char) -> Vec<f32> {
    let alike = CONFUSABLES.iter().find(|g| g.contains(c)).map_or_else(|| c.to_string(), |g| (*g).to_owned());
    let mut groups: Vec<usize> = alike.chars().filter_map(|c| emissions.group(c)).collect();
    groups.sort_unstable();
    groups.dedup();
    let columns: Vec<Rc<[f32]>> = groups.into_iter().map(|g| emissions.column(g)).collect();
    (0..emissions.steps)
        .map(|t| columns.iter().map(|c| c[t].exp()).sum::<f32>().max(super::emissions::FLOOR).ln())
        .collect()
}

/// The symbol of a charset slot: the charset's own character, or whatever other one stands there.
fn symbol_of(emissions: &mut Emissions, slot: &Slot, found: Found) -> Symbol {
    let raw = |step: usize| (emissions.name(emissions.top[step][0].group), emissions.top[step][0].log.exp());
    let best = (found.start..found.end).map(raw).fold(('\0', 0.0), |a, b| if b.1 > a.1 { b } else { a });
    let (mut ch, mut probability) = best;
    if let (Charset::Of(chars), false) = (&slot.charset, found.out_of_charset)
        && !chars.contains(ch)
    {
        let alike = CONFUSABLES.iter().find(|g| g.contains(ch) && g.chars().any(|c| chars.contains(c)));
        match alike.and_then(|g| g.chars().find(|c| chars.contains(*c))) {
            Some(meant) => ch = meant,
            // the path took one of the slot's own characters, though another one was a little likelier: 7, not 了
            None => (ch, probability) = likeliest(emissions, chars, found).unwrap_or(best),
        }
    }
    Symbol { ch, start_step: found.start, end_step: found.end, probability }
}

/// The character of a charset that fits these steps best, and its probability there.
fn likeliest(emissions: &mut Emissions, chars: &str, found: Found) -> Option<(char, f32)> {
    let mut best: Option<(char, f32)> = None;
    for c in chars.chars() {
        let Some(group) = emissions.group(c) else { continue };
        let column = emissions.column(group);
        let p = column[found.start..found.end].iter().fold(NEVER, |a, b| a.max(*b)).exp();
        if best.is_none_or(|(_, b)| p > b) {
            best = Some((c, p));
        }
    }
    best
}

/// The plain greedy reading of some steps, underlines and spaces left out.
fn raw_symbols(emissions: &Emissions, start: usize, end: usize) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    for extent in extents_of(emissions, (start, end)) {
        let Some(post) = emissions.post(extent.line) else { continue };
        let offset = emissions.offset(extent.line);
        let part = post.slice(extent.start_step..extent.end_step);
        symbols.extend(greedy(&[&part]).into_iter().filter(|s| !s.ch.is_whitespace() && s.ch != '_').map(|mut s| {
            s.start_step += offset + extent.start_step;
            s.end_step += offset + extent.start_step;
            s
        }));
    }
    symbols
}

/// A range of steps line by line; an empty range is one empty extent.
fn extents_of(emissions: &Emissions, (start, end): (usize, usize)) -> Vec<Extent> {
    let mut extents = Vec::new();
    for line in 0..emissions.lines() {
        let offset = emissions.offset(line);
        let length = emissions.post(line).map_or(0, |p| p.steps);
        let (a, b) = (start.max(offset), end.min(offset + length));
        if a < b || (start == end && (offset..offset + length).contains(&start)) {
            extents.push(Extent { line, start_step: a - offset, end_step: b.max(a) - offset });
        }
    }
    extents
}

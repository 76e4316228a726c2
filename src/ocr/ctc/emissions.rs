//! Turns posteriors into log probabilities a step for the labels of a text, equivalent classes summed.
//! Chooses no path.

use super::greedy::best_class;
use crate::ocr::alphabet::{BLANK, Grouping, Merge};
use crate::ocr::reading::Posterior;
use crate::vocabulary::text;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Probabilities below this count as this: one misread step must not outweigh a whole sentence.
pub const FLOOR: f32 = 1e-9;
/// ln [`FLOOR`].
pub const LOG_FLOOR: f32 = -20.723_267;
/// Classes under this part of a step's best one are not looked at when groups are summed.
const NEGLIGIBLE: f32 = 1e-4;

/// What is compared and what is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    pub merge: Merge,
    /// Punctuation counts as a blank: it may be there or not (docs/domain.md, "Copied condition": Han characters,
    /// digits and slashes are compared).
    pub ignore_punctuation: bool,
}

/// The best non-blank group of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    pub group: usize,
    /// ln P.
    pub log: f32,
}

/// Log probabilities over all steps of some posteriors.
pub struct Emissions<'a> {
    posts: Vec<&'a Posterior>,
    grouping: Option<&'a Grouping>,
    /// Number of steps of all posteriors.
    pub steps: usize,
    /// ln P(blank), a step; ignored punctuation and underlines included.
    pub blank: Vec<f32>,
    /// ln P of the best of blank and all groups, a step.
    pub free: Vec<f32>,
    /// Best and second-best non-blank group, a step.
    pub top: Vec<[Best; 2]>,
    columns: BTreeMap<usize, Rc<[f32]>>,
    wild: Option<Rc<[f32]>>,
}

impl<'a> Emissions<'a> {
    pub fn new(posts: &[&'a Posterior], options: Options) -> Self {
        let alphabet = posts.first().map(|p| &p.alphabet);
        // Posteriors of another model cannot be read with this one's dictionary.
        let posts: Vec<&Posterior> =
            posts.iter().copied().filter(|p| alphabet.is_some_and(|a| a.len() == p.classes)).collect();
        let grouping = alphabet.map(|a| a.grouping(options.merge));
        let steps = posts.iter().map(|p| p.steps).sum();
        let mut this = Self {
            posts,
            grouping,
            steps,
            blank: Vec::with_capacity(steps),
            free: Vec::with_capacity(steps),
            top: Vec::with_capacity(steps),
            columns: BTreeMap::new(),
            wild: None,
        };
        if let Some(grouping) = grouping {
            this.scan(grouping, options);
        }
        this
    }

    /// One pass over all probabilities: blank, free path and the two best groups of each step.
    fn scan(&mut self, grouping: &Grouping, options: Options) {
        let silent: Vec<bool> = (0..grouping.len()).map(|g| is_silent(grouping.name(g), options)).collect();
        let mut sums = vec![0.0_f32; grouping.len()];
        let mut touched: Vec<usize> = Vec::new();
        for row in self.posts.iter().flat_map(|p| (0..p.steps).map(|s| p.row(s))) {
            let least = best_class(row).1 * NEGLIGIBLE;
            let mut blank = row[BLANK];
            for (class, p) in row.iter().enumerate().skip(1).filter(|(_, p)| **p > least) {
                let group = grouping.group_of(class);
                if silent[group] {
                    blank += p;
                } else {
                    if sums[group] == 0.0 {
                        touched.push(group);
                    }
                    sums[group] += p;
                }
            }
            let mut two = [Best { group: 0, log: LOG_FLOOR }; 2];
            for group in touched.drain(..) {
                let found = Best { group, log: ln(sums[group]) };
                sums[group] = 0.0;
                if found.log > two[0].log {
                    two = [found, two[0]];
                } else if found.log > two[1].log {
                    two[1] = found;
                }
            }
            let blank = ln(blank);
            self.blank.push(blank);
            self.free.push(blank.max(two[0].log));
            self.top.push(two);
        }
    }

    /// The group of a character; `None` if the dictionary holds no form of it.
    pub fn group(&self, c: char) -> Option<usize> {
        self.grouping?.find(c)
    }

    /// The representative character of a group.
    pub fn name(&self, group: usize) -> char {
        self.grouping.map_or('\0', |g| g.name(group))
    }

    /// ln P of a group at each step.
    pub fn column(&mut self, group: usize) -> Rc<[f32]> {
        if let Some(known) = self.columns.get(&group) {
            return Rc::clone(known);
        }
        let members = self.grouping.map_or(&[][..], |g| g.members(group));
        let rows = self.posts.iter().flat_map(|p| (0..p.steps).map(|s| p.row(s)));
        let column: Rc<[f32]> = rows.map(|row| ln(members.iter().map(|m| row[*m as usize]).sum())).collect();
        self.columns.insert(group, Rc::clone(&column));
        column
    }

    /// ln P of the best non-blank group at each step, whatever it is.
    pub fn wild(&mut self) -> Rc<[f32]> {
        let top = &self.top;
        Rc::clone(self.wild.get_or_insert_with(|| top.iter().map(|t| t[0].log).collect()))
    }

    /// ln P of the best free path.
    pub fn free_score(&self) -> f32 {
        self.free.iter().sum()
    }

    /// Number of posteriors.
    pub fn lines(&self) -> usize {
        self.posts.len()
    }

    pub fn post(&self, line: usize) -> Option<&'a Posterior> {
        self.posts.get(line).copied()
    }

    /// Steps before the given posterior.
    pub fn offset(&self, line: usize) -> usize {
        self.posts.iter().take(line).map(|p| p.steps).sum()
    }
}

fn ln(p: f32) -> f32 {
    p.max(FLOOR).ln()
}

/// Marks that count as no writing: the printed underline of a blank always, punctuation if it is ignored.
fn is_silent(c: char, options: Options) -> bool {
    c == '_' || c == ' ' || c == '\u{3000}' || (options.ignore_punctuation && text::is_punctuation(c) && c != '一')
}

//! The classes of a recogniser: which character each stands for, and which characters count as one when a text is
//! compared.
//! Says nothing about probabilities.

use crate::vocabulary::text;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Index of the CTC blank.
pub const BLANK: usize = 0;

/// Characters that pens and recognisers mix up: the first of each group stands for all.
/// Only used where a field's grammar or an expected text decides between them.
pub const CONFUSABLES: [&str; 3] = ["1|lI丨/!", "0Oo〇○", "Xx×"];
/// A horizontal stroke: the numeral one, or any dash.
const STROKES: &str = "一-ー_";

/// Which differences between characters do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Merge {
    /// Only shapes of the same mark or width ([`text::fold`] after NFKC), and traditional with simplified characters.
    #[default]
    Shapes,
    /// Also `1 | l I`, `0 O 〇`, `X x ×`, and 一 with all dashes.
    Confusables,
}

/// The dictionary of a model. Class 0 is the blank, classes 1… are the characters.
#[derive(Debug)]
pub struct Alphabet {
    chars: Vec<char>,
    shapes: OnceLock<Grouping>,
    confusables: OnceLock<Grouping>,
}

/// Classes put together under one representative each.
#[derive(Debug)]
pub struct Grouping {
    /// Group of each class.
    group_of: Vec<u32>,
    /// Classes of each group, ascending.
    members: Vec<Vec<u32>>,
    /// Representative character of each group.
    names: Vec<char>,
    by_name: HashMap<char, u32>,
    merge: Merge,
}

impl Alphabet {
    /// `characters` without the blank, in the order of the model's classes 1….
    pub fn new(characters: impl IntoIterator<Item = char>) -> Self {
        let chars = std::iter::once('\0').chain(characters).collect();
        Self { chars, shapes: OnceLock::new(), confusables: OnceLock::new() }
    }

    /// Number of classes, the blank included.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chars.len() <= 1
    }

    /// The character of a class; `None` for the blank and for classes that do not exist.
    pub fn char_of(&self, class: usize) -> Option<char> {
        self.chars.get(class).copied().filter(|_| class != BLANK)
    }

    /// The classes grouped as `merge` says; computed once.
    pub fn grouping(&self, merge: Merge) -> &Grouping {
        let cell = match merge {
            Merge::Shapes => &self.shapes,
            Merge::Confusables => &self.confusables,
        };
        cell.get_or_init(|| Grouping::of(&self.chars, merge))
    }
}

impl Grouping {
    fn of(chars: &[char], merge: Merge) -> Self {
        let mut grouping = Self {
            group_of: Vec::with_capacity(chars.len()),
            members: vec![vec![0]],
            names: vec!['\0'],
            by_name: HashMap::new(),
            merge,
        };
        grouping.group_of.push(0);
        for (class, c) in (0_u32..).zip(chars).skip(1) {
            let name = canonical(*c, merge);
            let next = u32::try_from(grouping.names.len()).unwrap_or(u32::MAX);
            let group = *grouping.by_name.entry(name).or_insert(next);
            if group == next {
                grouping.names.push(name);
                grouping.members.push(Vec::new());
            }
            grouping.members[group as usize].push(class);
            grouping.group_of.push(group);
        }
        grouping
    }

    /// Number of groups; group 0 is the blank alone.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.len() <= 1
    }

    pub fn group_of(&self, class: usize) -> usize {
        self.group_of[class] as usize
    }

    pub fn members(&self, group: usize) -> &[u32] {
        &self.members[group]
    }

    pub fn name(&self, group: usize) -> char {
        self.names[group]
    }

    /// The group that `c` falls into; `None` if the dictionary holds no form of it.
    pub fn find(&self, c: char) -> Option<usize> {
        self.by_name.get(&canonical(c, self.merge)).map(|g| *g as usize)
    }
}

/// The representative of `c` under `merge`.
pub fn canonical(c: char, merge: Merge) -> char {
    let mut buffer = [0_u8; 4];
    let normal = text::normalise(c.encode_utf8(&mut buffer));
    let mut normal = normal.chars();
    let folded = match (normal.next(), normal.next()) {
        (Some(one), None) => one,
        // A character that NFKC spells out (㎡, ①…) or drops (a space) stays itself.
        _ => c,
    };
    let folded = super::variants::simplified(folded);
    if merge == Merge::Shapes {
        return folded;
    }
    if STROKES.contains(folded) {
        return '一';
    }
    CONFUSABLES.iter().find(|group| group.contains(folded)).and_then(|group| group.chars().next()).unwrap_or(folded)
}

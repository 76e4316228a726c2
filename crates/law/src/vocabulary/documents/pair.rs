//! One field in two readings of one document: whether they contradict each other, and how one completes the other.
//! Says nothing of what becomes of the documents; that is `vocabulary::further`.

use super::alteration::Alteration;
use crate::vocabulary::fact::{Fact, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One field of two readings.
pub trait Pair {
    /// Something was found in the other reading.
    fn other_found(&self) -> bool;
    /// Both were found, and they do not say the same.
    fn contradicts(&self) -> bool;
    /// Takes the other's where this one was not found.
    fn complete(&mut self);
    /// Takes the other's where that was found.
    fn overlay(&mut self);
}

/// One fact in two readings.
pub struct FactPair<'a, T>(pub &'a mut Fact<T>, pub &'a Fact<T>);

impl<T: PartialEq + Clone> Pair for FactPair<'_, T> {
    fn other_found(&self) -> bool {
        self.1.state != State::NotFound
    }

    fn contradicts(&self) -> bool {
        let (a, b) = (&*self.0, self.1);
        if a.state == State::NotFound || b.state == State::NotFound {
            return false;
        }
        let same_value = match (&a.value, &b.value) {
            (Some(a), Some(b)) => a == b,
            (None, None) => a.text == b.text,
            _ => false,
        };
        a.state != b.state || !same_value
    }

    fn complete(&mut self) {
        if self.0.state == State::NotFound {
            self.0.clone_from(self.1);
        }
    }

    fn overlay(&mut self) {
        if self.other_found() {
            self.0.clone_from(self.1);
        }
    }
}

/// Corrections seen on the paper: no field, but a page's own. They are added up, and never tell two documents apart.
pub struct Corrections<'a>(pub &'a mut Vec<Alteration>, pub &'a [Alteration]);

impl Pair for Corrections<'_> {
    fn other_found(&self) -> bool {
        false
    }

    fn contradicts(&self) -> bool {
        false
    }

    fn complete(&mut self) {
        self.0.extend_from_slice(self.1);
    }

    fn overlay(&mut self) {
        *self.0 = self.1.to_vec();
    }
}

/// Were they looked for, on one page at least?
pub struct CorrectionsJudged<'a>(pub &'a mut bool, pub bool);

impl Pair for CorrectionsJudged<'_> {
    fn other_found(&self) -> bool {
        false
    }

    fn contradicts(&self) -> bool {
        false
    }

    fn complete(&mut self) {
        *self.0 |= self.1;
    }

    fn overlay(&mut self) {
        *self.0 = self.1;
    }
}

/// Which form a paper is: a file of `rules/forms/`, without `.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FormId(pub String);

/// The forms of two readings. A page that does not tell which form it is belongs to the other's.
pub struct WhichForm<'a>(pub &'a mut Option<FormId>, pub Option<&'a FormId>);

impl Pair for WhichForm<'_> {
    fn other_found(&self) -> bool {
        false
    }

    fn contradicts(&self) -> bool {
        matches!((self.0.as_ref(), self.1), (Some(a), Some(b)) if a != b)
    }

    fn complete(&mut self) {
        if self.0.is_none() {
            *self.0 = self.1.cloned();
        }
    }

    fn overlay(&mut self) {
        if self.1.is_some() {
            *self.0 = self.1.cloned();
        }
    }
}

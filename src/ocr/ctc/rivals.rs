//! The odds of a copy's characters against what else may stand in their places, one place at a time.
//! A gap over the whole sentence cannot tell one exchanged character from many that are a little unclear; these can.
//! Says what fits where, not what was written.

use super::chain::labels_of;
use super::emissions::Emissions;
use super::verify::Search;
use crate::vocabulary::text::is_han;

/// One place of a copy, and the character that fits there best of all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Characters of the expected text from 0.
    pub position: usize,
    pub expected: char,
    pub rival: char,
    /// Nats by which the text fits better with the rival here; negative where the expected character does.
    pub gain: f32,
    /// Could a writer have put the one for the other? A hand's 以 that reads as `r` is no slip of the pen.
    pub exchangeable: bool,
}

/// Every place of the text, in its order, with what fits there best beside the expected character.
pub fn rivals(emissions: &mut Emissions, expected: &str) -> Vec<Place> {
    let labels = labels_of(emissions, expected, true);
    let search = Search::new(emissions, &labels);
    let place = |(index, label): (usize, &super::chain::Label)| {
        let (gain, group) = search.wildcard(emissions, index, label.group, true)?;
        let rival = emissions.name(group);
        let exchangeable = exchangeable(label.ch, rival);
        label.group.map(|_| Place { position: label.position, expected: label.ch, rival, gain, exchangeable })
    };
    labels.iter().enumerate().filter_map(place).collect()
}

/// Nats by which the text fits better with `rival` at `position`; `None` if the dictionary lacks one of the two.
pub fn gain_of(emissions: &mut Emissions, expected: &str, position: usize, rival: char) -> Option<f32> {
    let mut labels = labels_of(emissions, expected, true);
    let group = emissions.group(rival)?;
    let index = labels.iter().position(|l| l.position == position)?;
    labels[index].group?;
    let as_it_should = Search::new(emissions, &labels).score;
    labels[index].group = Some(group);
    Some(Search::new(emissions, &labels).score - as_it_should)
}

/// Nats by which the best single omission or addition fits better than the text; 0 if none does. `written`: characters,
/// by their position in the text, that were not left out.
pub fn misplaced(emissions: &mut Emissions, expected: &str, written: &[usize]) -> f32 {
    let labels = labels_of(emissions, expected, true);
    Search::new(emissions, &labels).best_misplaced(emissions, &labels, written)
}

/// The characters without which the text fits better, by their position, and by how many nats.
pub fn omissions(emissions: &mut Emissions, expected: &str) -> Vec<(usize, f32)> {
    let labels = labels_of(emissions, expected, true);
    Search::new(emissions, &labels).helpful_drops(&labels)
}

/// A Han character is exchanged for another one, a digit for a digit.
fn exchangeable(a: char, b: char) -> bool {
    (is_han(a) && is_han(b)) || (a.is_ascii_digit() && b.is_ascii_digit())
}

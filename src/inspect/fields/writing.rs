//! What every reader of a field asks of its writing first: whether there is any, where it stands, and its characters as
//! they were read freely.

use crate::inspect::form_page::{FormPage, Writing};
use crate::ocr::Symbol;
use crate::ocr::ctc;
use crate::vocabulary::fact::Fact;

/// Black pixels under which a cell of the table holds nothing (dust, the rest of a line); a lone 一 has about 60.
const EMPTY_INK: f32 = 22.0;

/// The fact of an empty field; `None` if something is written in it.
pub fn empty(writing: &Writing) -> Option<Fact<String>> {
    if writing.ink < EMPTY_INK || writing.lines.is_empty() {
        // the closer to the bound, the less sure
        let confidence = (1.0 - writing.ink / (3.0 * EMPTY_INK)).clamp(0.5, 0.99);
        return Some(Fact::blank(confidence));
    }
    None
}

/// The fact with the place where its writing stands.
pub fn placed<T>(fact: Fact<T>, page: &FormPage, writing: &Writing) -> Fact<T> {
    match writing.bounds() {
        Some(cell) => fact.at(page.place(&cell)),
        None => fact,
    }
}

/// All symbols of the writing.
pub fn symbols(writing: &Writing) -> Vec<Symbol> {
    ctc::greedy(&writing.posteriors())
}

//! From the page of a 学历承诺书 to its facts: a commitment whose one field, 学历, is a word of the rules' list.
//! The other fields are the commitments' common ones.

use super::commitment;
use crate::inspect::context::DocumentContext;
use crate::inspect::fields::text;
use crate::inspect::form_page::FormPage;
use crate::ocr::OcrError;
use crate::vocabulary::further::DocumentFacts;

/// Reads the letter.
///
/// # Errors
/// The engine failed.
pub fn read(page: &FormPage, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let mut facts = commitment::read(page, cx)?;
    if let DocumentFacts::Commitment(letter) = &mut facts {
        let written = std::mem::take(&mut letter.education);
        letter.education = text::known_word(page, written, &cx.settings.schooling_words, cx)?;
    }
    Ok(facts)
}

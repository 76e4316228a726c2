//! Which form a page is, of those that one material may come on: by its title, else by its labels.

use super::labels::{self, CellTexts, Labelled};
use crate::inspect::context::DocumentContext;
use crate::inspect::form_page::FormPage;
use crate::ocr::OcrError;
use crate::vocabulary::form::Form;

/// Labels of another form that tell that it stands on the page, too: a word or two may be printed anywhere.
const MIXED: usize = 3;

/// The page's form, and its labelled cells. `before`: the form that the page continues, if it says nothing else. `None`:
/// no form of this material is known.
///
/// # Errors
/// The engine failed.
pub fn form<'f>(
    page: &FormPage,
    before: Option<&'f Form>,
    texts: &CellTexts,
    cx: &DocumentContext<'f>,
) -> Result<Option<(&'f Form, Labelled<'f>)>, OcrError> {
    let of_material = || cx.forms.iter().filter(|f| f.material == page.material);
    let titled = |f: &&Form| page.title.as_ref().is_some_and(|title| f.titles.contains(title));
    let mut candidates: Vec<&Form> = match before {
        Some(form) => vec![form],
        None => of_material().filter(titled).collect(),
    };
    if candidates.is_empty() {
        candidates = of_material().collect();
    }
    // of forms that fit equally well, the one that the applicant's pack accepts
    let accepted = |f: &Form| cx.expect.forms.contains(&f.id);
    candidates.sort_by_key(|f| !accepted(f));
    let mut best: Option<(&Form, Labelled)> = None;
    for form in candidates {
        let labelled = labels::find(page, form, texts)?;
        if best.as_ref().is_none_or(|(_, b)| labelled.recognised() > b.recognised()) {
            best = Some((form, labelled));
        }
    }
    if let Some((form, labelled)) = &mut best {
        labelled.mixed = of_material().any(|other| texts.of_another(form, other) >= MIXED);
    }
    Ok(best)
}

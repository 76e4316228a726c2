//! Forms that are filled in by hand, read as their files in `rules/forms/` describe them.
//! Which form a page is, its labelled cells, its sentences, its rows and ticked boxes; rules decide what they must say.

pub mod choice;
pub mod choose;
pub mod condition;
pub mod document;
pub mod labels;
pub mod lines;
pub mod rows;
pub mod sentences;
pub mod values;

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::appearance;
use crate::inspect::form_page::{FormPage, WholeForm};
use crate::ocr::OcrError;
use crate::vocabulary::documents::{ApplicationForm, Commitment, FormId};
use crate::vocabulary::form::{Content, FieldType, Form, Part};
use crate::vocabulary::further::DocumentFacts;
use document::{Filled, FormDocument, put};
use labels::{CellTexts, Labelled};
use std::ops::Range;

/// Reads application forms of one or more pages. A page with the head's cells (name, number) begins a form; its sentences
/// may continue on the following pages.
///
/// # Errors
/// An engine failed.
pub fn read(pages: &[FormPage], cx: &DocumentContext) -> Result<Vec<WholeForm>, OcrError> {
    let mut forms: Vec<Begun> = Vec::new();
    let mut begun = false;
    for (i, page) in pages.iter().enumerate() {
        let texts = CellTexts::new(page, cx.recognisers.fast());
        // a page that does not say which form it is continues the one before it
        let before = forms.last().filter(|_| page.title.is_none()).map(|f| f.form);
        let Some((form, labelled)) = choose::form(page, before, &texts, cx)? else { continue };
        let begins = labelled.values.iter().any(|(_, cell, _)| is_head(&cell.content));
        if forms.is_empty() || (begins && begun) {
            forms.push(Begun { document: ApplicationForm::default(), form, pages: i..i, empty: Vec::new() });
        }
        begun |= begins;
        let Some(one) = forms.last_mut() else { continue };
        fill(&mut one.document, page, form, &labelled, &texts, cx)?;
        if labelled.recognised() == 0 && one.pages.start < i {
            one.empty.push(i);
        }
        one.pages.end = i + 1;
    }
    let whole = |mut one: Begun| {
        appearance::of(&mut one.document, &pages[one.pages.clone()], cx.settings);
        WholeForm { facts: one.document.facts(), pages: one.pages, empty: one.empty }
    };
    Ok(forms.into_iter().map(whole).collect())
}

/// Reads a letter, which has one page.
///
/// # Errors
/// An engine failed.
pub fn read_letter(page: &FormPage, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let mut letter = Commitment::default();
    let texts = CellTexts::new(page, cx.recognisers.fast());
    if let Some((form, labelled)) = choose::form(page, None, &texts, cx)? {
        fill(&mut letter, page, form, &labelled, &texts, cx)?;
    }
    appearance::of(&mut letter, std::slice::from_ref(page), cx.settings);
    Ok(letter.facts())
}

/// A form in work; see [`WholeForm`].
struct Begun<'f> {
    document: ApplicationForm,
    form: &'f Form,
    pages: Range<usize>,
    empty: Vec<usize>,
}

/// Does a cell hold who the applicant is? With it a form begins.
fn is_head(content: &Content) -> bool {
    match content {
        Content::Field(f) => [ApplicationForm::name.name, ApplicationForm::number.name].contains(&f.field.name),
        _ => false,
    }
}

/// Reads what a page shows of its form into the document.
fn fill<D: FormDocument>(
    document: &mut D,
    page: &FormPage,
    form: &Form,
    labelled: &Labelled,
    texts: &CellTexts,
    cx: &DocumentContext,
) -> Result<(), OcrError> {
    if page.title.is_some() || labelled.recognised() > 0 {
        document.is_form(FormId(form.id.clone()));
    }
    let mut own: Vec<Filled> = Vec::new();
    let all_as_sure = |filled: Filled| if labelled.mixed { filled.doubted() } else { filled };
    for (part, cell, value) in &labelled.values {
        let inside = FormPage::inside(value);
        let doubtful = labelled.mixed || labelled.repeated.contains(part);
        let as_sure = |filled: Filled| if doubtful { filled.doubted() } else { filled };
        match &cell.content {
            Content::Unread => {}
            Content::Field(field) if field.of == FieldType::Condition => {
                document.copied(condition::read(page, &inside, doubtful, cx)?);
            }
            Content::Field(field) => own.push(as_sure(values::of_cell(page, &inside, *field, cx)?)),
            Content::Choice { field, options } => own.push(as_sure(choice::read(page, &inside, *field, options, cx)?)),
            Content::Sentences(sentence) => {
                for filled in sentences::read(page, &inside, sentence, cx)? {
                    let filled: Vec<Filled> = filled.into_iter().map(as_sure).collect();
                    match sentence.section {
                        Some(section) => document.add(section, filled),
                        None => own.extend(filled),
                    }
                }
            }
            Content::Lines(printed) => own.extend(lines::within(page, &inside, printed, cx)?.into_iter().map(as_sure)),
        }
    }
    for part in &form.parts {
        if let Part::Table(table) = part {
            for row in rows::read(page, table, texts, cx)? {
                document.add(table.section, row.into_iter().map(all_as_sure).collect());
            }
        }
    }
    if !lines::OnThePage::of(form).is_nothing() {
        own.extend(lines::read(page, form, cx)?.into_iter().map(all_as_sure));
    }
    put(document, own);
    Ok(())
}

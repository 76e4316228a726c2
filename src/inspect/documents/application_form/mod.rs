//! 北京市职业技能认定申报表: from its pages to the facts of its cells and sentences.
//! What a cell must say is not asked here; only what it says, and how surely.

pub mod labels;
pub mod sentence;

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::appearance;
use crate::inspect::fields::missed_characters::unread;
use crate::inspect::fields::text as field;
use crate::inspect::fields::without_posterior as free;
use crate::inspect::form_page::{FormPage, WholeForm, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::OcrError;
use crate::ocr::ctc::{self, Emissions};
use crate::vocabulary::documents::{ApplicationForm, ConditionCandidate, ConditionCopy, SchoolSentence, WorkSentence};
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::{CopyOutcome, Difference, Fact, State, Verification};
use crate::vocabulary::further::DocumentFacts;
use crate::vocabulary::settings::ReadingSettings;
use labels::Label;

use std::ops::Range;

/// Least distance of two lines of handwriting in the condition's cell, pixels of the rectified page (≈ 5 mm).
const COPY_PITCH: f32 = 42.0;
/// A value cell holds one line (or two, where a long name was squeezed in).
const VALUE_PITCH: f32 = 60.0;

/// Reads forms of one or more pages. A page with the head's cells (name, number) begins a form; sentences may go on over the pages behind it.
///
/// # Errors
/// An engine failed.
pub fn read(pages: &[FormPage], cx: &DocumentContext) -> Result<Vec<WholeForm>, OcrError> {
    let whole = |mut one: Form| {
        appearance::of_form(&mut one.form, &pages[one.pages.clone()]);
        WholeForm { facts: DocumentFacts::ApplicationForm(Box::new(one.form)), pages: one.pages, empty: one.empty }
    };
    Ok(forms(pages, cx)?.into_iter().map(whole).collect())
}

/// A form in work; see [`WholeForm`].
struct Form {
    form: ApplicationForm,
    pages: Range<usize>,
    empty: Vec<usize>,
}

fn forms(pages: &[FormPage], cx: &DocumentContext) -> Result<Vec<Form>, OcrError> {
    let mut forms: Vec<Form> = Vec::new();
    let mut begun = false;
    for (i, paper) in pages.iter().enumerate() {
        let labelled = labels::find(paper, cx.recognisers.fast())?;
        let begins = labelled.get(Label::Name).is_some() || labelled.get(Label::Number).is_some();
        if forms.is_empty() || (begins && begun) {
            forms.push(Form { form: ApplicationForm::default(), pages: i..i, empty: Vec::new() });
        }
        begun |= begins;
        let Some(one) = forms.last_mut() else { continue };
        head(&mut one.form, paper, &labelled, cx)?;
        sentences(&mut one.form, paper, &labelled, cx)?;
        if labelled.recognised == 0 && one.pages.start < i {
            one.empty.push(i);
        }
        one.pages.end = i + 1;
    }
    for one in &mut forms {
        if one.form.work.is_empty() {
            one.form.work.push(WorkSentence::default());
        }
    }
    Ok(forms)
}

/// The cells above the sentences.
fn head(form: &mut ApplicationForm, paper: &FormPage, labelled: &labels::Labelled, cx: &DocumentContext) -> Result<(), OcrError> {
    let (expect, settings) = (cx.expect, cx.settings);
    let place = |label: Label| labelled.get(label).map(FormPage::inside);
    if let Some(c) = place(Label::Name) {
        form.name = value(paper, &c, cx, |w| field::expected(paper, w, expect.name.as_deref(), settings))?;
    }
    if let Some(c) = place(Label::Number) {
        form.number = value(paper, &c, cx, |w| field::number(paper, w, expect.id_number.as_deref(), settings))?;
    }
    if let Some(c) = place(Label::PriorOccupation) {
        form.prior_occupation = value(paper, &c, cx, |w| field::listed(paper, w, &expect.occupations, settings))?;
    }
    if let Some(c) = place(Label::PriorLevel) {
        form.prior_level = value(paper, &c, cx, |w| field::level(paper, w, settings))?;
    }
    if let Some(c) = place(Label::PriorNumber) {
        form.prior_certificate_number = value(paper, &c, cx, |w| field::code(paper, w, expect.prior_certificate_number.as_deref(), settings))?;
    }
    if let Some(c) = place(Label::Occupation) {
        form.occupation = value(paper, &c, cx, |w| field::listed(paper, w, &expect.occupations, settings))?;
    }
    if let Some(c) = place(Label::Level) {
        form.level = value(paper, &c, cx, |w| field::level(paper, w, settings))?;
    }
    if let Some(c) = place(Label::Condition) {
        let copied = paper.read(cx.recognisers.accurate(), &c, COPY_PITCH)?;
        form.condition = Some(condition_looked_again(paper, &copied, cx)?);
    }
    if let Some(cell) = labelled.get(Label::Schooling) {
        form.chsi_code = chsi_code(paper, cell, cx)?;
    }
    Ok(())
}

/// The writing of one cell as a fact. A doubtful one is looked at again, smaller and with paper around it.
fn value<T: PartialEq>(paper: &FormPage, cell: &Cell, cx: &DocumentContext, read: impl Fn(&Writing) -> Fact<T>) -> Result<Fact<T>, OcrError> {
    let writing = paper.read(cx.recognisers.accurate(), cell, VALUE_PITCH)?;
    let fact = read(&writing);
    if !field::is_doubtful(&fact, cx.settings) {
        return Ok(fact);
    }
    let boxes: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
    let again = paper.read_framed(cx.recognisers.accurate(), &boxes)?;
    if again.posteriors().is_empty() {
        return Ok(fact);
    }
    let place = fact.place.clone();
    Ok(Fact { place, ..field::of_two(fact, read(&again)) })
}

/// The copied condition; one that is not surely faithful is looked at again. What both looks say stands; where they disagree nobody is sure.
fn condition_looked_again(paper: &FormPage, copied: &Writing, cx: &DocumentContext) -> Result<ConditionCopy, OcrError> {
    let first = condition(paper, copied, cx.expect, cx.settings);
    let outcome = |c: &ConditionCopy| c.fact.verified.as_ref().map(|v| v.outcome);
    if copied.posteriors().is_empty() || first.fact.state != State::Read || outcome(&first) == Some(CopyOutcome::Faithful) {
        return Ok(first);
    }
    let boxes: Vec<Cell> = copied.lines.iter().map(|l| l.at).collect();
    let second = condition(paper, &paper.read_framed(cx.recognisers.accurate(), &boxes)?, cx.expect, cx.settings);
    let verified = match (&first.fact.verified, &second.fact.verified) {
        (Some(a), Some(b)) => Some(ctc::of_two_looks(a, b, cx.settings)),
        (one, _) => one.clone(),
    };
    Ok(ConditionCopy { fact: Fact { verified, ..first.fact }, candidates: first.candidates })
}

/// The copied condition: ranked against every condition, verified against the chosen one (or, with none chosen, the best).
pub fn condition(paper: &FormPage, writing: &Writing, expect: &Expectations, settings: &ReadingSettings) -> ConditionCopy {
    if let Some(fact) = field::blank(writing) {
        return ConditionCopy { fact: field::placed(fact, paper, writing), candidates: Vec::new() };
    }
    if free::is_free(writing) {
        let copy = free::condition(writing, &expect.conditions, expect.condition.as_deref(), settings);
        return ConditionCopy { fact: field::placed(copy.fact, paper, writing), ..copy };
    }
    let posts = writing.posteriors();
    let free = writing.text();
    let mut emissions = Emissions::new(&posts, ctc::AlignOptions::default().into());
    let ranked = ctc::rank_on(&mut emissions, &expect.conditions, ctc::AlignOptions::default());
    let Some(&(best, gap)) = ranked.first() else {
        return ConditionCopy { fact: field::placed(Fact::illegible().with_free(free), paper, writing), candidates: Vec::new() };
    };
    let candidates: Vec<ConditionCandidate> = ranked
        .iter()
        .take(5)
        .map(|(i, g)| ConditionCandidate {
            text: expect.conditions[*i].clone(),
            outcome: if *g <= settings.faithful_gap { CopyOutcome::Faithful } else { CopyOutcome::CannotTell },
            gap: *g,
        })
        .collect();
    let best_text = expect.conditions[best].clone();
    let margin = ranked.get(1).map_or(f32::MAX, |r| r.1 - gap);
    let against = expect.condition.clone().unwrap_or_else(|| best_text.clone());
    let verification = unless_unread(ctc::verify_on(&mut emissions, &against, settings), paper, writing);
    let fact = if gap > settings.illegible_gap {
        Fact { text: Some(free.clone()), ..Fact::illegible() }
    } else {
        // which condition it is: by the margin to the next distinct one; that the copy is faithful is the verification's to say
        Fact::read(best_text.clone(), Some(best_text), field::certainty_of_margin(margin, settings))
    };
    ConditionCopy { fact: field::placed(fact.with_free(free).with_verified(Some(verification)), paper, writing), candidates }
}

/// Characters that seem to be left out, where as many stand unread, may as well have been misread: a hand whose 以 falls into two dots wrote it all the same.
fn unless_unread(verification: Verification, paper: &FormPage, writing: &Writing) -> Verification {
    let dropped = verification.differences.iter().filter(|d| matches!(d, Difference::Dropped { .. })).count();
    let only_dropped = verification.outcome == CopyOutcome::Differs && dropped > 0 && dropped == verification.differences.len();
    if only_dropped && unread(&paper.clean, writing) >= dropped { Verification { outcome: CopyOutcome::CannotTell, ..verification } } else { verification }
}

/// The code after the printed 专科及以上学历需提供学信网验证码.
fn chsi_code(paper: &FormPage, cell: &Cell, cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    // most forms have none: print without a blank that is filled needs no careful reading
    let inside = FormPage::inside(cell);
    let quick = paper.read(cx.recognisers.fast(), &inside, VALUE_PITCH)?;
    if sentence::has_no_code(paper, &quick, cx) {
        return sentence::chsi_code(paper, &quick, cx);
    }
    sentence::chsi_code(paper, &paper.read(cx.recognisers.accurate(), &inside, VALUE_PITCH)?, cx)
}

/// 工作经历 and 学历: the wide cells right of their labels. On a following page the labels may stand there again or not.
fn sentences(form: &mut ApplicationForm, paper: &FormPage, labelled: &labels::Labelled, cx: &DocumentContext) -> Result<(), OcrError> {
    if let Some(cell) = labelled.get(Label::Work) {
        form.work.extend(sentence::work(paper, &FormPage::inside(cell), cx)?);
    }
    if let Some(cell) = labelled.get(Label::School) {
        let read = sentence::school(paper, &FormPage::inside(cell), cx)?;
        if read.is_filled() || !form.education.is_filled() {
            form.education = merge(read, &form.education);
        }
    }
    Ok(())
}

/// A section found again on a later page does not undo what an earlier page showed.
fn merge(new: SchoolSentence, old: &SchoolSentence) -> SchoolSentence {
    if old.is_filled() && !new.is_filled() { old.clone() } else { new }
}

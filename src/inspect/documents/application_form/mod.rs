//! 北京市职业技能认定申报表: from its pages to the facts of its cells and sentences.
//! Says what a cell holds and how surely; rules decide what it must hold.

pub mod labels;
pub mod sentence;

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::appearance;
use crate::inspect::fields::certainty::{certainty_of_margin, is_doubtful, of_two};
use crate::inspect::fields::figures;
use crate::inspect::fields::look_alikes::{self, CopiedLines};
use crate::inspect::fields::writing::{empty, placed};
use crate::inspect::fields::{level, missed_characters, numbers, text, without_posterior};
use crate::inspect::form_page::{FormPage, Line, WholeForm, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
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

/// Reads forms of one or more pages. A page with the head's cells (name, number) begins a form; its sentences may
/// continue on the following pages.
///
/// # Errors
/// An engine failed.
pub fn read(pages: &[FormPage], cx: &DocumentContext) -> Result<Vec<WholeForm>, OcrError> {
    let whole = |mut one: Form| {
        appearance::of_form(&mut one.form, &pages[one.pages.clone()], cx.settings);
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
    for (i, page) in pages.iter().enumerate() {
        let labelled = labels::find(page, cx.recognisers.fast())?;
        let begins = labelled.get(Label::Name).is_some() || labelled.get(Label::Number).is_some();
        if forms.is_empty() || (begins && begun) {
            forms.push(Form { form: ApplicationForm::default(), pages: i..i, empty: Vec::new() });
        }
        begun |= begins;
        let Some(one) = forms.last_mut() else { continue };
        head(&mut one.form, page, &labelled, cx)?;
        sentences(&mut one.form, page, &labelled, cx)?;
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
fn head(
    form: &mut ApplicationForm,
    page: &FormPage,
    labelled: &labels::Labelled,
    cx: &DocumentContext,
) -> Result<(), OcrError> {
    let (expect, settings) = (cx.expect, cx.settings);
    let place = |label: Label| labelled.get(label).map(FormPage::inside);
    let here = ValueCells { page, labelled, cx };
    here.read(&mut form.name, Label::Name, |w| text::expected(page, w, expect.name.as_deref(), settings))?;
    here.read(&mut form.number, Label::Number, |w| numbers::number(page, w, expect.id_number.as_deref(), settings))?;
    here.read(&mut form.prior_occupation, Label::PriorOccupation, |w| {
        text::listed(page, w, &expect.occupations, settings)
    })?;
    here.read(&mut form.prior_level, Label::PriorLevel, |w| level::level(page, w, settings))?;
    here.read(&mut form.prior_certificate_number, Label::PriorNumber, |w| {
        numbers::certificate_number(page, w, expect.prior_certificate_number.as_deref(), settings)
    })?;
    here.read(&mut form.occupation, Label::Occupation, |w| text::listed(page, w, &expect.occupations, settings))?;
    here.read(&mut form.level, Label::Level, |w| level::level(page, w, settings))?;
    if let Some(c) = place(Label::Condition) {
        let mut copied = page.read(cx.recognisers.accurate(), &c, COPY_PITCH)?;
        if let Some(expected) = &expect.condition {
            copied = figures::read_by_both(page, copied, expected, cx.recognisers.digits(), settings)?;
        }
        form.condition = Some(copied_condition(page, &copied, cx)?);
    }
    if let Some(cell) = labelled.get(Label::Schooling) {
        form.chsi_code = chsi_code(page, cell, cx)?;
    }
    Ok(())
}

/// The cells right of their labels on one page.
struct ValueCells<'a> {
    page: &'a FormPage,
    labelled: &'a labels::Labelled,
    cx: &'a DocumentContext<'a>,
}

impl ValueCells<'_> {
    /// Reads the cell of this label into its fact, if the page has one. A doubtful reading is repeated, smaller and
    /// with white around it.
    fn read<T: PartialEq>(
        &self,
        into: &mut Fact<T>,
        label: Label,
        read: impl Fn(&Writing) -> Fact<T>,
    ) -> Result<(), OcrError> {
        let Some(cell) = self.labelled.get(label).map(FormPage::inside) else { return Ok(()) };
        let accurate = self.cx.recognisers.accurate();
        let mut writing = self.page.read(accurate, &cell, VALUE_PITCH)?;
        if label.holds_digits() {
            let lines: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
            writing.digits = self.page.read_digits(self.cx.recognisers.digits(), &lines)?;
        }
        *into = read(&writing);
        if !is_doubtful(into, self.cx.settings) {
            return Ok(());
        }
        let boxes: Vec<Cell> = writing.lines.iter().map(|l| l.at).collect();
        let again = self.page.read_framed(accurate, &boxes)?;
        if label.holds_digits() && !again.posteriors().is_empty() {
            let place = into.place.clone();
            writing.again = Some(Box::new(again));
            *into = Fact { place, ..read(&writing) };
            return Ok(());
        }
        if !again.posteriors().is_empty() {
            let place = into.place.clone();
            *into = Fact { place, ..of_two(std::mem::take(into), read(&again)) };
        }
        Ok(())
    }
}

/// Reads the copied condition, and looks at characters that may be others one by one.
fn copied_condition(page: &FormPage, copied: &Writing, cx: &DocumentContext) -> Result<ConditionCopy, OcrError> {
    let read = condition_read_twice(page, copied, cx)?;
    if copied.posteriors().is_empty() || read.fact.state != State::Read {
        return Ok(read);
    }
    let Some(verification) = read.fact.verified.clone() else { return Ok(read) };
    let posts = copied.posteriors();
    let pictured: Vec<&Line> = copied.lines.iter().filter(|l| l.reading.posterior.is_some()).collect();
    let picture = |i: usize| {
        let line: &Line = pictured[i];
        (lines::crop(&page.clean, &line.cut), line.cut.x0 - line.at.x0)
    };
    let lines = CopiedLines { posts: &posts, picture: &picture };
    let (accurate, fast) = (cx.recognisers.accurate(), cx.recognisers.fast());
    let verified = look_alikes::looked_at(verification, &lines, accurate, Some(fast), cx.settings)?;
    Ok(ConditionCopy { fact: Fact { verified: Some(verified), ..read.fact }, ..read })
}

/// Reads the copied condition, twice if the first reading is not surely faithful. What both readings say stands; where
/// they disagree, it cannot be told.
fn condition_read_twice(page: &FormPage, copied: &Writing, cx: &DocumentContext) -> Result<ConditionCopy, OcrError> {
    let first = condition(page, copied, cx.expect, cx.settings);
    let outcome = |c: &ConditionCopy| c.fact.verified.as_ref().map(|v| v.outcome);
    if copied.posteriors().is_empty()
        || first.fact.state != State::Read
        || outcome(&first) == Some(CopyOutcome::Faithful)
    {
        return Ok(first);
    }
    let boxes: Vec<Cell> = copied.lines.iter().map(|l| l.at).collect();
    let second = condition(page, &page.read_framed(cx.recognisers.accurate(), &boxes)?, cx.expect, cx.settings);
    let verified = match (&first.fact.verified, &second.fact.verified) {
        (Some(a), Some(b)) => Some(ctc::of_two_readings(a, b, cx.settings)),
        (one, _) => one.clone(),
    };
    Ok(ConditionCopy { fact: Fact { verified, ..first.fact }, candidates: first.candidates })
}

/// The copied condition: ranked against every condition, verified against the chosen one (or, with none chosen, the
/// best).
pub fn condition(
    page: &FormPage,
    writing: &Writing,
    expect: &Expectations,
    settings: &ReadingSettings,
) -> ConditionCopy {
    if let Some(fact) = empty(writing) {
        return ConditionCopy { fact: placed(fact, page, writing), candidates: Vec::new() };
    }
    if without_posterior::is_free(writing) {
        let copy = without_posterior::condition(writing, &expect.conditions, expect.condition.as_deref(), settings);
        return ConditionCopy { fact: placed(copy.fact, page, writing), ..copy };
    }
    let posts = writing.posteriors();
    let free = writing.text();
    let mut emissions = Emissions::new(&posts, ctc::AlignOptions::default().into());
    let ranked = ctc::rank_on(&mut emissions, &expect.conditions, ctc::AlignOptions::default());
    let Some(&(best, gap)) = ranked.first() else {
        return ConditionCopy {
            fact: placed(Fact::illegible().with_free(free), page, writing),
            candidates: Vec::new(),
        };
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
    let verification = unless_missed(ctc::verify_on(&mut emissions, &against, settings), page, writing);
    let fact = if gap > settings.illegible_gap {
        Fact { text: Some(free.clone()), ..Fact::illegible() }
    } else {
        // the margin to the next distinct condition says which one was copied; the verification says whether the copy
        // is faithful
        Fact::read(best_text.clone(), Some(best_text), certainty_of_margin(margin, settings))
    };
    ConditionCopy { fact: placed(fact.with_free(free).with_verified(Some(verification)), page, writing), candidates }
}

/// Characters that seem to be left out may have been missed by the recogniser, if ink stands in as many places without
/// a reading: a hand whose 以 falls into two dots did write it. Then it cannot be told.
fn unless_missed(verification: Verification, page: &FormPage, writing: &Writing) -> Verification {
    let dropped = verification.differences.iter().filter(|d| matches!(d, Difference::Dropped { .. })).count();
    let only_dropped =
        verification.outcome == CopyOutcome::Differs && dropped > 0 && dropped == verification.differences.len();
    if only_dropped && missed_characters::count(&page.clean, writing) >= dropped {
        Verification { outcome: CopyOutcome::CannotTell, ..verification }
    } else {
        verification
    }
}

/// The code after the printed 专科及以上学历需提供学信网验证码.
fn chsi_code(page: &FormPage, cell: &Cell, cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    // most forms have none, and print with an empty field needs no accurate reading
    let inside = FormPage::inside(cell);
    let quick = page.read(cx.recognisers.fast(), &inside, VALUE_PITCH)?;
    if sentence::has_no_code(page, &quick, cx) {
        return sentence::chsi_code(page, &quick, cx);
    }
    sentence::chsi_code(page, &page.read(cx.recognisers.accurate(), &inside, VALUE_PITCH)?, cx)
}

/// 工作经历 and 学历: the wide cells right of their labels. A following page may or may not repeat the labels.
fn sentences(
    form: &mut ApplicationForm,
    page: &FormPage,
    labelled: &labels::Labelled,
    cx: &DocumentContext,
) -> Result<(), OcrError> {
    if let Some(cell) = labelled.get(Label::Work) {
        form.work.extend(sentence::work(page, &FormPage::inside(cell), cx)?);
    }
    if let Some(cell) = labelled.get(Label::School) {
        let read = sentence::school(page, &FormPage::inside(cell), cx)?;
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

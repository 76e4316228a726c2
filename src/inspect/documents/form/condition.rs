//! The condition that the applicant has copied by hand: which one it is, and whether the copy is faithful.
//! Says how surely; rules decide which one it must be.

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::certainty::{DOUBT, certainty_of_margin};
use crate::inspect::fields::figures;
use crate::inspect::fields::look_alikes::{self, CopiedLines};
use crate::inspect::fields::writing::{empty, placed};
use crate::inspect::fields::{missed_characters, without_posterior};
use crate::inspect::form_page::{FormPage, Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use crate::ocr::OcrError;
use crate::ocr::ctc::{self, Emissions};
use crate::vocabulary::documents::{ConditionCandidate, ConditionCopy};
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::fact::{CopyOutcome, Difference, Fact, State, Verification};
use crate::vocabulary::settings::ReadingSettings;

/// Least distance of two lines of handwriting in the condition's cell, pixels of the rectified page (≈ 5 mm).
const COPY_PITCH: f32 = 42.0;

/// Reads the cell with the copied condition. `doubtful`: another cell of the page bears the same label.
///
/// # Errors
/// An engine failed.
pub fn read(page: &FormPage, cell: &Cell, doubtful: bool, cx: &DocumentContext) -> Result<ConditionCopy, OcrError> {
    let mut copied = page.read(cx.recognisers.accurate(), cell, COPY_PITCH)?;
    if let Some(expected) = &cx.expect.condition {
        copied = figures::read_by_both(page, copied, expected, cx.recognisers.digits(), cx.settings)?;
    }
    let mut copy = copied_condition(page, &copied, cx)?;
    if doubtful {
        copy.fact.confidence = copy.fact.confidence.min(DOUBT);
        copy.fact.verified.iter_mut().for_each(|v| v.outcome = CopyOutcome::CannotTell);
    }
    Ok(copy)
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
fn condition(page: &FormPage, writing: &Writing, expect: &Expectations, settings: &ReadingSettings) -> ConditionCopy {
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

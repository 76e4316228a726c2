//! From what was looked at to a working threshold under which wrongly accepted readings are rare, with a guarantee.
//! Learn-Then-Test (Angelopoulos, Bates, Candès, Jordan and Lei 2021, arXiv:2110.01052) with fixed-sequence testing:
//! thresholds are tried from the surest on, each by an exact binomial test at the same level, up to the first that fails.
//! So the chance that the last one shown holds too many wrong readings is at most the level, however many were tried.

use super::bounds::{at_most, enough, upper};
use super::counting::{Counts, Step};
use serde::Serialize;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Asked {
    /// 0–1: wrong ones among the accepted readings, at most.
    pub risk: f64,
    /// 0–1: how surely.
    pub confidence: f64,
}

/// A tried threshold, or a slice below the present one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tried {
    /// 0–1.
    pub from: f64,
    /// 0–1; `null`: all that is at least as sure as `from`.
    pub below: Option<f64>,
    pub looked_at: u64,
    pub wrong: u64,
    /// How likely so few are wrong if as many are wrong as is asked, or more.
    pub p: f64,
    pub shown: bool,
}

/// What the data say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    #[serde(flatten)]
    pub asked: Asked,
    /// The working threshold that the counts were made under.
    pub working_threshold: f64,
    /// The least threshold that is shown to keep the risk; `null`: none.
    pub shown: Option<f64>,
    /// In the order in which they were tried, the first that failed included.
    pub tried: Vec<Tried>,
    /// Submissions that have to be drawn and looked at in addition so that the first that failed is shown, if no more
    /// of them are wrong. `null`: nothing failed, or no number is enough.
    pub still_needed: Option<u64>,
}

/// Tries one threshold after the other.
pub fn suggest(counts: &Counts, working_threshold: f32, asked: Asked) -> Suggestion {
    let level = 1.0 - asked.confidence;
    let mut tried = Vec::new();
    let mut shown = None;
    let mut still_needed = None;
    for step in &counts.steps {
        let Step { from, below, tally } = *step;
        // Bounded away from nothing being looked at: that shows nothing.
        let p = if tally.looked_at == 0 { 1.0 } else { at_most(tally.wrong, tally.looked_at, asked.risk) };
        let holds = p <= level;
        let part = |hundredths: u32| f64::from(hundredths) / 100.0;
        tried.push(Tried {
            from: part(from),
            below: below.map(part),
            looked_at: tally.looked_at,
            wrong: tally.wrong,
            p,
            shown: holds,
        });
        if !holds {
            still_needed = enough(tally.wrong, asked.risk, asked.confidence).map(|n| n.saturating_sub(tally.looked_at));
            break;
        }
        shown = Some(part(from));
    }
    let working_threshold = working_threshold.to_string().parse().unwrap_or_else(|_| f64::from(working_threshold));
    Suggestion { asked, working_threshold, shown, tried, still_needed }
}

/// What may be said of how much slipped through, and what it takes to say that it is less than `asked.risk`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Slipped {
    pub looked_at: u64,
    pub slipped: u64,
    /// 0–1: the rate is at most this, as surely as `asked.confidence`.
    pub at_most: f64,
    #[serde(flatten)]
    pub asked: Asked,
    /// Drawn submissions to be looked at in addition, if no more of them slipped. 0: it can be said now.
    pub still_needed: Option<u64>,
}

pub fn slipped(counts: &Counts, asked: Asked) -> Slipped {
    let checked = counts.cleared.checked;
    Slipped {
        looked_at: checked.looked_at,
        slipped: checked.wrong,
        at_most: upper(checked.wrong, checked.looked_at, asked.confidence),
        asked,
        still_needed: enough(checked.wrong, asked.risk, asked.confidence).map(|n| n.saturating_sub(checked.looked_at)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Slipped, slipped, suggest};
    use crate::report::trust::counting::{Counts, Tally};

    const ASKED: Asked = Asked { risk: 0.005, confidence: 0.95 };

    /// Looked at and wrong in each step, from the surest on.
    fn counts(steps: &[(u64, u64)]) -> Counts {
        let mut counts = Counts::new(0.9);
        for (step, (looked_at, wrong)) in counts.steps.iter_mut().zip(steps) {
            step.tally = Tally { looked_at: *looked_at, wrong: *wrong };
        }
        counts
    }

    #[test]
    fn the_last_threshold_before_the_first_failure_is_shown() {
        for (steps, shown, still_needed) in [
            (&[][..], None, Some(598)),
            (&[(597, 0)], None, Some(1)),
            (&[(598, 0)], Some(0.99), Some(598)),
            (&[(700, 0), (700, 0), (700, 1), (900, 0)], Some(0.98), Some(947 - 700)),
            // Below the working threshold each slice is shown by itself.
            (&[[(700, 0); 10].as_slice(), &[(598, 0), (100, 0)]].concat(), Some(0.85), Some(498)),
            (&[[(700, 0); 10].as_slice(), &[(598, 3)]].concat(), Some(0.9), Some(1549 - 598)),
            (&[(700, 0); 18], Some(0.5), None),
        ] {
            let found = suggest(&counts(steps), 0.9, ASKED);
            assert_eq!((found.shown, found.still_needed), (shown, still_needed), "{steps:?}");
            assert!(found.tried.iter().rev().skip(1).all(|t| t.shown), "nothing is tried after a failure");
            assert_eq!(found.working_threshold, 0.9);
        }
    }

    #[test]
    fn what_slipped_has_a_bound() {
        for (looked_at, wrong, percent, still_needed) in
            [(0, 0, 100.0, 598), (120, 0, 2.4655, 478), (598, 0, 0.4997, 0), (120, 1, 3.8921, 827)]
        {
            let mut counts = Counts::new(0.9);
            counts.cleared.checked = Tally { looked_at, wrong };
            let Slipped { at_most, still_needed: needed, .. } = slipped(&counts, ASKED);
            assert!((at_most * 100.0 - percent).abs() < 5e-4, "{wrong} of {looked_at}: {at_most}");
            assert_eq!(needed, Some(still_needed));
        }
    }
}

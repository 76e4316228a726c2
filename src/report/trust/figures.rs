//! From counts to the figures of `yushen trust --json`: each count with its bounds, named as in docs/trust.md.

use super::bounds::{Interval, interval};
use super::counting::{BANDS, Cleared, Counts, LEVELS, LevelTally, RuleTally, Tally};
use super::suggest::{Slipped, Suggestion};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of this record.
const FORMAT: u32 = 1;

/// Everything, in the order of the table. Names no person and no submission.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    format: u32,
    /// 0–1: of the intervals.
    confidence: f64,
    submissions: u64,
    decided: u64,
    disputed: u64,
    cleared: Cleared,
    slipped: Slipped,
    readings: Vec<Level>,
    bands: Vec<Band>,
    rules: BTreeMap<String, Rule>,
    fields: BTreeMap<String, Vec<Level>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<Suggestion>,
}

#[derive(Debug, Clone, Serialize)]
struct Level {
    /// 0–1: readings at least as sure.
    at_least: f64,
    all: Right,
    drawn: Right,
}

#[derive(Debug, Clone, Serialize)]
struct Band {
    from: f64,
    below: f64,
    #[serde(flatten)]
    right: Right,
}

#[derive(Debug, Clone, Serialize)]
struct Right {
    #[serde(flatten)]
    tally: Tally,
    /// Where the share of right ones lies.
    right: Interval,
}

#[derive(Debug, Clone, Serialize)]
struct Rule {
    #[serde(flatten)]
    tally: RuleTally,
    /// Where the share of upheld ones lies, of those that are not open.
    share_upheld: Interval,
}

impl Figures {
    pub fn new(counts: &Counts, slipped: Slipped, suggestion: Option<Suggestion>) -> Self {
        let confidence = slipped.asked.confidence;
        let right =
            |tally: Tally| Right { tally, right: interval(tally.looked_at - tally.wrong, tally.looked_at, confidence) };
        let levels = |of: &[LevelTally; LEVELS.len()]| {
            let level =
                |(at, t): (&f32, &LevelTally)| Level { at_least: plain(*at), all: right(t.all), drawn: right(t.drawn) };
            LEVELS.iter().zip(of).map(level).collect()
        };
        let ends = BANDS.iter().skip(1).chain(&[1.0]);
        let bands = BANDS.iter().zip(ends).zip(&counts.bands);
        let rule = |(id, t): (&String, &RuleTally)| {
            let share_upheld = interval(t.upheld, t.upheld + t.waved_through, confidence);
            (id.clone(), Rule { tally: t.clone(), share_upheld })
        };
        Self {
            format: FORMAT,
            confidence,
            submissions: counts.submissions,
            decided: counts.decided,
            disputed: counts.disputed,
            cleared: counts.cleared,
            slipped,
            readings: levels(&counts.all_fields),
            bands: bands
                .map(|((from, below), tally)| Band { from: plain(*from), below: plain(*below), right: right(*tally) })
                .collect(),
            rules: counts.rules.iter().map(rule).collect(),
            fields: counts.fields.iter().map(|(kind, of)| (kind.clone(), levels(of))).collect(),
            suggestion,
        }
    }
}

/// 0.9, not 0.8999999761581421.
fn plain(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

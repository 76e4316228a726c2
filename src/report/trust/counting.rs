//! From what was read of a submission and what people then said of it to counts: what became of each rule's flags, which
//! readings were looked at and were wrong, and what was found among the cleared.
//! A submission counts once in every count, however many of its flags or readings are in it: one writer's letters are
//! alike, and so are their mistakes.

use crate::report::facts::{FactRow, RowState};
use crate::report::finding::Finding;
use crate::report::record::standing::Standing;
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::{INTERNAL_ERROR, Severity, Verdict};
use crate::vocabulary::record::{About, Said};
use crate::vocabulary::text::verbatim;
use crate::vocabulary::waiver::Decided;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// 0–1: how often readings at least as sure as each of these were right.
pub const LEVELS: [f32; 3] = [0.9, 0.95, 0.99];
/// 0–1: where each band of confidence of the plot begins; the last one ends at 1.
pub const BANDS: [f32; 8] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];
/// What is read in steps of a hundredth from here down to the working threshold, then in slices, is tried as a threshold.
const SUREST: u32 = 99;
/// Hundredths of a slice below the working threshold, and where the last one ends.
const SLICE: u32 = 5;
const LEAST: u32 = 50;

/// A submission as it was read, and as it is after what people said of it.
#[derive(Debug)]
pub struct Case<'a> {
    /// As read and judged, nobody having said anything.
    pub before: &'a Finding,
    /// Judged again with all that counts.
    pub after: &'a Finding,
    /// The decision on the whole; none where two people contradict each other on anything of it.
    decision: Option<Decided>,
    /// What two people contradict each other on: nobody knows what it is.
    disputed: BTreeSet<String>,
    /// Did anybody say anything that counts?
    touched: bool,
    /// It was drawn for a spot check.
    drawn: bool,
}

/// How often something was looked at, and how often it was wrong, in submissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub looked_at: u64,
    pub wrong: u64,
}

impl Tally {
    fn add(&mut self, wrong: bool) {
        self.looked_at += 1;
        self.wrong += u64::from(wrong);
    }
}

/// What became of a rule's flags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuleTally {
    /// Flags that are no notes.
    pub flags: u64,
    /// Submissions with such a flag = `upheld` + `waved_through` + `open`.
    pub submissions: u64,
    pub upheld: u64,
    pub waved_through: u64,
    pub open: u64,
}

/// Readings at least as sure as a level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LevelTally {
    /// All that were looked at, for whatever reason.
    pub all: Tally,
    /// Of these, those of submissions that were drawn: the only ones that stand for all cleared submissions.
    pub drawn: Tally,
}

/// What was found among the submissions with the verdict `pass`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cleared {
    pub submissions: u64,
    /// Somebody decided on them.
    pub looked_at: Tally,
    /// Drawn for a spot check.
    pub drawn: u64,
    /// Of the drawn ones, those on which somebody decided; wrong: they slipped through.
    pub checked: Tally,
}

/// A threshold, or a slice below the present one, with what was read there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Hundredths.
    pub from: u32,
    /// Hundredths, exclusive; `None`: everything at least as sure as `from`.
    pub below: Option<u32>,
    /// One reading a submission.
    pub tally: Tally,
}

/// All counts.
#[derive(Debug, Clone)]
pub struct Counts {
    pub submissions: u64,
    /// With a decision that nobody contradicts.
    pub decided: u64,
    /// On which two people contradict each other.
    pub disputed: u64,
    pub rules: BTreeMap<String, RuleTally>,
    /// By kind of field (`application_form.work[].start`), at each of [`LEVELS`].
    pub fields: BTreeMap<String, [LevelTally; LEVELS.len()]>,
    /// The same of all fields together.
    pub all_fields: [LevelTally; LEVELS.len()],
    /// In each of [`BANDS`], one reading a submission.
    pub bands: [Tally; BANDS.len()],
    pub cleared: Cleared,
    /// From the surest on.
    pub steps: Vec<Step>,
}

/// What became of a flag, or of all flags of a rule on a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Upheld,
    WavedThrough,
    Open,
}

/// A reading that somebody looked at.
struct Looked {
    kind: String,
    confidence: f32,
    wrong: bool,
    /// Where it stands in the draw by which one reading stands for its submission.
    lot: [u8; 8],
}

impl<'a> Case<'a> {
    /// `standing` is what counts of what was said; `after` was judged with it, `before` without.
    pub fn new(before: &'a Finding, after: &'a Finding, standing: &Standing<'_>) -> Self {
        let disputed: BTreeSet<About> = standing.contradictions.iter().map(|(_, later)| later.about()).collect();
        let decision = standing.counting.get(&About::Submission).and_then(|entry| match &entry.said {
            Said::Decision { decision, .. } => Some(*decision),
            _ => None,
        });
        Self {
            before,
            after,
            decision: decision.filter(|_| disputed.is_empty()),
            disputed: disputed
                .into_iter()
                .map(|about| match about {
                    About::Field(field) => field,
                    about => about.to_string(),
                })
                .collect(),
            touched: !standing.counting.is_empty(),
            drawn: before.spot_check,
        }
    }

    /// Does nobody contradict what somebody said of this field?
    pub fn is_settled(&self, field: &str) -> bool {
        !self.disputed.contains(field)
    }

    /// By the program alone: where somebody waived a flag, a person cleared it.
    fn is_cleared(&self) -> bool {
        self.before.verdict == Verdict::Pass && self.before.flags.iter().all(|r| r.flag.waived.is_none())
    }

    /// Drawn, and somebody has finished looking.
    fn is_checked(&self) -> bool {
        self.drawn && self.is_cleared() && self.decision.is_some()
    }

    /// A cleared submission that should not have been: it was sent back or rejected, or does not pass with what people
    /// read.
    fn slipped(&self) -> bool {
        self.decision.is_some_and(|d| d != Decided::Accept) || self.after.verdict != Verdict::Pass
    }

    /// What became of a flag: it is gone or was accepted, or the whole was accepted with it (waved through); the
    /// submission was sent back or rejected with it, or somebody confirmed the reading behind it and it stands (upheld).
    fn fate(&self, id: &str, facts: &[String]) -> Fate {
        let Some(now) = self.after.flags.iter().find(|r| r.id == id) else { return Fate::WavedThrough };
        if now.flag.waived.is_some() {
            return Fate::WavedThrough;
        }
        match self.decision {
            Some(Decided::Accept) => Fate::WavedThrough,
            Some(Decided::Reject | Decided::Return) => Fate::Upheld,
            None if !facts.is_empty() && facts.iter().any(|f| self.confirmed(f)) => Fate::Upheld,
            None => Fate::Open,
        }
    }

    fn row<'f>(finding: &'f Finding, field: &str) -> Option<&'f FactRow> {
        finding.facts.iter().find(|r| r.field == field)
    }

    fn confirmed(&self, field: &str) -> bool {
        self.is_settled(field)
            && Self::row(self.after, field).and_then(|r| r.corrected.as_ref()).is_some_and(|c| c.by.confirms)
    }

    /// The readings of the program that somebody looked at.
    fn looked(&self) -> Vec<Looked> {
        let doubts = self.before.flags.iter().filter(|r| r.flag.severity > Severity::Note);
        let flagged: BTreeSet<&String> = doubts.flat_map(|r| &r.facts).collect();
        let now: BTreeMap<&str, &FactRow> = self.after.facts.iter().map(|r| (r.field.as_str(), r)).collect();
        let readings = self.before.facts.iter().filter(|r| r.state == RowState::Read && !is_trace(&r.field));
        let looked = readings.filter(|r| self.is_settled(&r.field)).filter_map(|read| {
            let now = now.get(read.field.as_str())?;
            let wrong = match &now.corrected {
                Some(said) => said.now != State::Read || !same(now.text.as_deref(), read.text.as_deref()),
                // A spot check is of everything; else a clerk looks at what is flagged, and who accepts has seen all of it.
                None if self.is_checked() => false,
                None if self.decision == Some(Decided::Accept) && flagged.contains(&read.field) => false,
                None => return None,
            };
            let lot =
                Sha256::digest(format!("{}\n{}\n{}", self.before.submission_id, self.before.material, read.field));
            let lot = std::array::from_fn(|i| lot[i]);
            Some(Looked { kind: kind(&read.field), confidence: read.confidence, wrong, lot })
        });
        looked.collect()
    }
}

impl Counts {
    /// `threshold`: the working threshold, 0–1.
    pub fn new(threshold: f32) -> Self {
        Self {
            submissions: 0,
            decided: 0,
            disputed: 0,
            rules: BTreeMap::new(),
            fields: BTreeMap::new(),
            all_fields: Default::default(),
            bands: Default::default(),
            cleared: Cleared::default(),
            steps: steps(threshold),
        }
    }

    /// Adds one submission.
    pub fn add(&mut self, case: &Case<'_>) {
        self.submissions += 1;
        self.decided += u64::from(case.decision.is_some());
        self.disputed += u64::from(!case.disputed.is_empty());
        self.flags(case);
        self.clear(case);
        if case.touched {
            self.readings(case);
        }
    }

    fn flags(&mut self, case: &Case<'_>) {
        let mut fates: BTreeMap<&str, (u64, Fate)> = BTreeMap::new();
        for r in &case.before.flags {
            if r.flag.rule == INTERNAL_ERROR || (r.flag.severity == Severity::Note && r.flag.waived.is_none()) {
                continue;
            }
            let fate = case.fate(&r.id, &r.facts);
            let (flags, whole) = fates.entry(&r.flag.rule).or_insert((0, fate));
            *flags += 1;
            // One that is upheld is enough, and as long as one is open the rest does not tell.
            *whole = match (*whole, fate) {
                (Fate::Upheld, _) | (_, Fate::Upheld) => Fate::Upheld,
                (Fate::Open, _) | (_, Fate::Open) => Fate::Open,
                (Fate::WavedThrough, Fate::WavedThrough) => Fate::WavedThrough,
            };
        }
        for (rule, (flags, fate)) in fates {
            let tally = self.rules.entry(rule.to_owned()).or_default();
            tally.flags += flags;
            tally.submissions += 1;
            *match fate {
                Fate::Upheld => &mut tally.upheld,
                Fate::WavedThrough => &mut tally.waved_through,
                Fate::Open => &mut tally.open,
            } += 1;
        }
    }

    fn clear(&mut self, case: &Case<'_>) {
        if !case.is_cleared() {
            return;
        }
        self.cleared.submissions += 1;
        self.cleared.drawn += u64::from(case.drawn);
        if case.decision.is_some() {
            self.cleared.looked_at.add(case.slipped());
        }
        if case.is_checked() {
            self.cleared.checked.add(case.slipped());
        }
    }

    fn readings(&mut self, case: &Case<'_>) {
        let looked = case.looked();
        let checked = case.is_checked();
        for (i, level) in LEVELS.iter().enumerate() {
            let sure = || looked.iter().filter(|r| r.confidence >= *level);
            let mut wrong: BTreeMap<&str, bool> = BTreeMap::new();
            sure().for_each(|r| *wrong.entry(&r.kind).or_default() |= r.wrong);
            for (kind, wrong) in &wrong {
                self.fields.entry((*kind).to_owned()).or_default()[i].add(*wrong, checked);
            }
            if let Some(drawn) = first(sure()) {
                self.all_fields[i].add(drawn.wrong, checked);
            }
        }
        for (i, from) in BANDS.iter().enumerate() {
            let below = BANDS.get(i + 1).copied().unwrap_or(f32::INFINITY);
            if let Some(drawn) = first(looked.iter().filter(|r| (*from..below).contains(&r.confidence))) {
                self.bands[i].add(drawn.wrong);
            }
        }
        for step in &mut self.steps {
            let of = |r: &&Looked| r.confidence >= part(step.from) && step.below.is_none_or(|b| r.confidence < part(b));
            // What is surer than the working threshold is looked at by chance only where it was drawn.
            if (step.below.is_some() || checked)
                && let Some(drawn) = first(looked.iter().filter(of))
            {
                step.tally.add(drawn.wrong);
            }
        }
    }
}

impl LevelTally {
    fn add(&mut self, wrong: bool, drawn: bool) {
        self.all.add(wrong);
        if drawn {
            self.drawn.add(wrong);
        }
    }
}

/// The one that stands for its submission: chosen by a hash of its name, which knows nothing of right and wrong.
fn first<'r>(readings: impl Iterator<Item = &'r Looked>) -> Option<&'r Looked> {
    readings.min_by_key(|r| r.lot)
}

fn steps(threshold: f32) -> Vec<Step> {
    let working = (threshold * 100.0).ceil() as u32;
    let above = (working.min(SUREST)..=SUREST).rev().map(|from| (from, None));
    let slices = (1..).map(|n| working.saturating_sub(n * SLICE)).take_while(|from| *from >= LEAST);
    let below = slices.map(|from| (from, Some(from + SLICE)));
    above.chain(below).map(|(from, below)| Step { from, below, tally: Tally::default() }).collect()
}

/// Hundredths as a part, spelt as settings and facts spell it.
fn part(hundredths: u32) -> f32 {
    hundredths as f32 / 100.0
}

fn same(a: Option<&str>, b: Option<&str>) -> bool {
    a.map(verbatim) == b.map(verbatim)
}

/// The trace of a correction on the paper is no reading.
fn is_trace(field: &str) -> bool {
    field.contains(".alterations[")
}

/// `further[0].application_form.work[2].start` → `application_form.work[].start`: whichever sentence and copy it is in.
pub fn kind(field: &str) -> String {
    let own = if field.starts_with("further[") { field.split_once('.').map_or(field, |(_, own)| own) } else { field };
    let mut inside = false;
    own.chars()
        .filter(|c| {
            inside = match c {
                '[' => true,
                ']' => false,
                _ => inside,
            };
            !inside || *c == '['
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{kind, steps};

    #[test]
    fn kinds_of_fields_are_without_numbers() {
        for (field, expected) in [
            ("application_form.name", "application_form.name"),
            ("application_form.work[12].start", "application_form.work[].start"),
            ("further[3].diploma.major", "diploma.major"),
            ("further[0].application_form.work[0].end", "application_form.work[].end"),
        ] {
            assert_eq!(kind(field), expected);
        }
    }

    #[test]
    fn thresholds_are_tried_from_the_surest_on() {
        let tried = |threshold| steps(threshold).iter().map(|s| (s.from, s.below)).collect::<Vec<_>>();
        let expected: Vec<(u32, Option<u32>)> = (90..=99)
            .rev()
            .map(|from| (from, None))
            .chain([85, 80, 75, 70, 65, 60, 55, 50].map(|from| (from, Some(from + 5))))
            .collect();
        assert_eq!(tried(0.9), expected);
        assert_eq!(tried(0.97)[..4], [(99, None), (98, None), (97, None), (92, Some(97))]);
        assert_eq!(tried(1.0)[..2], [(99, None), (95, Some(100))]);
    }
}

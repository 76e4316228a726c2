//! A passage: some written lines on a picture, as they read, and how they compare with a text that they should be.
//! Plain data; which document it stands on is unknown here.

use super::fact::{Alternative, CopyOutcome, Difference, Region};
use serde::Serialize;

/// One written line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadLine {
    /// The free reading.
    pub text: String,
    /// 0–1: mean of its characters' probabilities.
    pub confidence: f32,
    /// 0–1: the least sure character's probability. One wrong digit makes a wrong number, and a mean hides it.
    pub least_confidence: f32,
    /// Around the line, in pixels of the upright picture as handed in.
    #[serde(rename = "box")]
    pub region: Region,
    /// The table's cell in which it stands, as numbered there; `None` outside of all cells, or where no cells were
    /// sought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// Characters read with doubt, in order.
    pub doubts: Vec<Doubt>,
}

impl ReadLine {
    /// 0–1: how sure the line is as what it is: a line with digits in it as its least sure character, prose as its mean.
    pub fn certainty(&self) -> f32 {
        if self.text.chars().any(|c| c.is_ascii_digit()) { self.least_confidence } else { self.confidence }
    }
}

/// A character that may be another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Doubt {
    /// Characters of the line's free reading from 0.
    pub position: usize,
    pub read: String,
    /// 0–1.
    pub confidence: f32,
    /// What else it may be, likeliest first.
    pub alternatives: Vec<Alternative>,
}

/// A difference, and where it is to be seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlacedDifference {
    #[serde(flatten)]
    pub difference: Difference,
    /// Around what was written there; for a dropped character around the gap. `None` if that could not be told.
    #[serde(rename = "box")]
    pub region: Option<Region>,
}

/// What a picture's writing is, held against a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PassageCheck {
    pub outcome: CopyOutcome,
    /// log P(best free path) − log P(best path of the expected text), nats; 0 is a perfect fit. `None`: nothing was
    /// written.
    pub gap: Option<f32>,
    /// The gap over the characters of the text that are compared.
    pub gap_per_character: Option<f32>,
    /// In order of position; empty unless the outcome is `differs`.
    pub differences: Vec<PlacedDifference>,
    /// The free reading, lines in a row.
    pub free: String,
    /// 0–1: mean over the characters read; `None` if none was.
    pub confidence: Option<f32>,
    /// Writing before and after the text that was left out of the comparison; empty unless that was allowed.
    pub outside: [String; 2],
    /// Quarter turns clockwise that made the writing upright (0–3).
    pub turned: u8,
    pub lines: Vec<ReadLine>,
}

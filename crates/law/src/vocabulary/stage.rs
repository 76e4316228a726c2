//! Where the time goes: seconds by stage of the work, summed over submissions and workers.
//! Only sums; whoever does the work holds the clock.

use serde::Serialize;
use std::time::Duration;

/// One stage of the work, in the order in which a submission passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Hash,
    Decode,
    Rectify,
    /// Finding the lines of print, by the detector.
    Detect,
    /// Reading lines, by the recognisers; also those that tell which way up a page lies.
    Recognise,
    /// What else becomes facts: cutting, aligning, measuring pen and paper.
    Verify,
    Photo,
    /// What a reader spent outside the stages above.
    OtherReading,
    Spool,
    Rules,
    Report,
}

impl Stage {
    pub const ALL: [Self; 11] = [
        Self::Hash,
        Self::Decode,
        Self::Rectify,
        Self::Detect,
        Self::Recognise,
        Self::Verify,
        Self::Photo,
        Self::OtherReading,
        Self::Spool,
        Self::Rules,
        Self::Report,
    ];

    /// The key in `run.json`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Hash => "hash",
            Self::Decode => "decode",
            Self::Rectify => "rectify",
            Self::Detect => "detect",
            Self::Recognise => "recognise",
            Self::Verify => "verify",
            Self::Photo => "photo",
            Self::OtherReading => "other_reading",
            Self::Spool => "spool",
            Self::Rules => "rules",
            Self::Report => "report",
        }
    }
}

/// Time by stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StageTimes([Duration; Stage::ALL.len()]);

impl StageTimes {
    pub fn add(&mut self, stage: Stage, time: Duration) {
        self.0[stage as usize] += time;
    }

    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    pub fn of(&self, stage: Stage) -> Duration {
        self.0[stage as usize]
    }

    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
}

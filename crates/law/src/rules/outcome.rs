//! What judging one rule gave: nothing to say, all in order, flags, or why it could not be judged.
//! Decides nothing about severities; those are in the flags.

use crate::vocabulary::finding::Flag;
use crate::vocabulary::why::Why;

/// What judging one rule gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The rule has nothing to say about this submission.
    NotApplicable,
    /// The requirement holds, or another rule reports the doubt about it.
    Holds,
    Flags(Vec<Flag>),
    /// The rule could not be judged, with the reason. This is not a pass.
    NotEvaluated(Why),
}

impl Outcome {
    /// `Holds` if there are none.
    pub fn of(flags: Vec<Flag>) -> Self {
        if flags.is_empty() { Self::Holds } else { Self::Flags(flags) }
    }

    /// A single flag, if any.
    pub fn maybe(flag: Option<Flag>) -> Self {
        flag.map_or(Self::Holds, |f| Self::Flags(vec![f]))
    }

    /// As `of`, but with no flags it is `NotEvaluated` where part of the evidence was not read.
    pub fn of_partial(flags: Vec<Flag>, unread: bool, why: Why) -> Self {
        if flags.is_empty() && unread { Self::NotEvaluated(why) } else { Self::of(flags) }
    }
}

//! What the counting entries of a submission say about its flags and about the whole, for the judge.

use super::standing::Standing;
use crate::vocabulary::record::{About, Entry, Said};
use crate::vocabulary::waiver::{Decision, Waiver};
use jiff::civil::DateTime;

/// Accepted flags, each as the waiver that it is, in order of place.
pub fn waivers<'a>(standing: &Standing<'a>) -> Vec<(&'a Entry, Waiver)> {
    standing.counting.values().filter_map(|entry| Some((*entry, waiver(entry)?))).collect()
}

/// The waiver that an accepted flag is; `None` for every other entry.
pub fn waiver(entry: &Entry) -> Option<Waiver> {
    let Said::AcceptFlag { place, reason, until, .. } = &entry.said else { return None };
    Some(Waiver {
        submission: entry.submission.clone(),
        rule: place.rule.clone(),
        document: place.document,
        field: place.field.clone(),
        reason: reason.clone(),
        who: entry.who.clone(),
        until: *until,
        line: entry.position.line,
    })
}

/// The decision on the submission as a whole.
pub fn decision(standing: &Standing<'_>) -> Option<Decision> {
    standing.counting.get(&About::Submission).and_then(|entry| decided(entry))
}

/// The decision that an entry is; `None` for every other entry.
pub fn decided(entry: &Entry) -> Option<Decision> {
    let Said::Decision { decision, reason } = &entry.said else { return None };
    Some(Decision {
        submission: entry.submission.clone(),
        decision: *decision,
        reason: reason.clone(),
        who: entry.who.clone(),
        decided_on: moment(entry.time),
    })
}

/// `2026-11-30T08:12:05`; of an entry that has no more than a day, the day; empty if it has none.
pub fn moment(time: DateTime) -> String {
    match time {
        DateTime::ZERO => String::new(),
        day if day.date().at(0, 0, 0, 0) == day => day.date().to_string(),
        time => time.to_string(),
    }
}

//! From a submission's flags and the office's waivers to flags of which the accepted ones are marked notes.
//! Changes no rule's judgement: what was flagged stays, with what it was before.

use crate::vocabulary::finding::{Flag, Severity, Waived};
use crate::vocabulary::waiver::Waiver;
use jiff::civil::Date;

/// Marks every flag of a submission that a waiver in force on `as_of` is for; returns the places of those that matched, expired ones too
/// (those change nothing). Where two match, the first counts. `waivers` with their places; those of other submissions are passed over.
pub fn waive<'w>(submission: &str, flags: &mut [Flag], waivers: impl Iterator<Item = (usize, &'w Waiver)>, as_of: Date) -> Vec<usize> {
    let mut matched = Vec::new();
    for (place, waiver) in waivers.filter(|(_, w)| w.submission == submission) {
        let mut any = false;
        for flag in flags.iter_mut().filter(|f| is_for(waiver, f)) {
            any = true;
            if in_force(waiver, as_of) && flag.waived.is_none() {
                flag.waived = Some(Waived { reason: waiver.reason.clone(), who: waiver.who.clone(), until: waiver.until.to_string(), severity: flag.severity });
                flag.severity = Severity::Note;
            }
        }
        if any {
            matched.push(place);
        }
    }
    matched
}

/// Its last day counts.
pub fn in_force(waiver: &Waiver, as_of: Date) -> bool {
    as_of <= waiver.until
}

fn is_for(waiver: &Waiver, flag: &Flag) -> bool {
    waiver.rule == flag.rule && waiver.document.is_none_or(|d| flag.document == Some(d)) && waiver.field.as_ref().is_none_or(|f| flag.field.as_ref() == Some(f))
}

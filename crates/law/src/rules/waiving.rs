//! Applies an office's waivers to a submission's flags: accepted flags become notes and are marked.
//! Removes no flag; each keeps the severity that it had.

use crate::vocabulary::finding::{Flag, Severity, Waived};
use crate::vocabulary::waiver::Waiver;
use jiff::civil::Date;

/// Marks every flag of the submission that a waiver accepts on `as_of`. Returns the places of the waivers that matched
/// a flag, including expired ones, which change nothing. If two match, the first counts. Each waiver comes with its
/// place; waivers for other submissions are ignored.
pub fn waive<'w>(
    submission: &str,
    flags: &mut [Flag],
    waivers: impl Iterator<Item = (usize, &'w Waiver)>,
    as_of: Date,
) -> Vec<usize> {
    let mut matched = Vec::new();
    for (place, waiver) in waivers.filter(|(_, w)| w.submission == submission) {
        let mut any = false;
        for flag in flags.iter_mut().filter(|f| is_for(waiver, f)) {
            any = true;
            if in_force(waiver, as_of) && flag.waived.is_none() {
                flag.waived = Some(Waived {
                    reason: waiver.reason.clone(),
                    who: waiver.who.clone(),
                    until: waiver.until.to_string(),
                    severity: flag.severity,
                });
                flag.severity = Severity::Note;
            }
        }
        if any {
            matched.push(place);
        }
    }
    matched
}

/// The last day is included.
pub fn in_force(waiver: &Waiver, as_of: Date) -> bool {
    as_of <= waiver.until
}

fn is_for(waiver: &Waiver, flag: &Flag) -> bool {
    waiver.rule == flag.rule
        && waiver.document.is_none_or(|d| flag.document == Some(d))
        && waiver.field.as_ref().is_none_or(|f| flag.field.as_ref() == Some(f))
}

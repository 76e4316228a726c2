//! A rejection that another reading of one field would settle is a doubt, and so is one that would be a doubt if a
//! reading under `rejecting_threshold` were one: a digit taken for another contradicts as loudly as a false statement
//! does, so that a person looks at the two.
//! Lets the rule judge again, with each other reading in turn or less sure; what a doubt means is the rule's own matter.

use super::case::Case;
use super::outcome::Outcome;
use super::reading::sentence_in_doubt;
use super::rule::Rule;
use crate::vocabulary::documents::{At, Documents, FieldValue, Visitor, VisitorMut};
use crate::vocabulary::fact::{Fact, State};
use crate::vocabulary::finding::{Flag, Message, Severity};
use crate::vocabulary::material::MaterialKind;

/// What is taken off the working threshold for a reading that is to count as doubtful.
const JUST_UNDER: f32 = 0.001;

/// The flags of one rule, of which those that reject and rest on one of several possible readings are `review`.
pub fn doubted(case: &Case<'_>, rule: &Rule, flags: Vec<Flag>) -> Vec<Flag> {
    if flags.iter().all(|f| f.severity < Severity::Reject) {
        return flags;
    }
    let mut others =
        Others { case, rule, material: MaterialKind::ApplicationForm, found: Vec::new(), less_sure: Vec::new() };
    case.documents.visit(&mut others);
    let mut settled = vec![false; flags.len()];
    let mut in_doubt: Vec<(MaterialKind, String)> = Vec::new();
    for field in others.less_sure {
        let again = judged(case, rule, vec![field.clone()], &Change::Confidence(case.threshold() - JUST_UNDER));
        for (flag, settled) in flags.iter().zip(&mut settled) {
            let stays = |f: &Flag| f.severity == Severity::Reject && same_place(f, flag);
            if flag.severity == Severity::Reject && !again.iter().any(stays) {
                *settled = true;
                in_doubt.push(field.clone());
            }
        }
    }
    for Other { material, path, text } in others.found {
        let change = Change::Reading(text);
        let again = judged(case, rule, vec![(material, path.clone())], &change);
        for (flag, settled) in flags.iter().zip(&mut settled) {
            if flag.severity == Severity::Reject && !again.iter().any(|f| same_place(f, flag)) {
                *settled = true;
                in_doubt.push((material, path.clone()));
            }
        }
    }
    if in_doubt.is_empty() {
        return flags;
    }
    let doubts = judged(case, rule, in_doubt, &Change::Confidence(case.threshold() - JUST_UNDER));
    let softened = |(flag, settled): (Flag, bool)| {
        if !settled {
            return flag;
        }
        // the rule's own words for a doubt, where it has such a flag
        match doubts.iter().find(|d| same_place(d, &flag) && d.severity < Severity::Reject) {
            Some(doubt) => Flag { confidence: flag.confidence, ..doubt.clone() },
            None => {
                let message = Message { zh: sentence_in_doubt(&flag.message.zh), ..flag.message };
                Flag { severity: Severity::Review, message, ..flag }
            }
        }
    };
    flags.into_iter().zip(settled).map(softened).collect()
}

fn same_place(a: &Flag, b: &Flag) -> bool {
    (a.document, &a.field) == (b.document, &b.field)
}

/// What the rule says if these fields were read otherwise.
fn judged(case: &Case<'_>, rule: &Rule, fields: Vec<(MaterialKind, String)>, change: &Change) -> Vec<Flag> {
    let mut documents: Documents = case.documents.clone();
    documents.visit_mut(&mut Changed { material: MaterialKind::ApplicationForm, fields, change });
    match (rule.judge)(&case.with_documents(&documents)) {
        Outcome::Flags(flags) => flags,
        Outcome::Holds | Outcome::NotApplicable | Outcome::NotEvaluated(_) => Vec::new(),
    }
}

/// Another reading of a field.
struct Other {
    material: MaterialKind,
    path: String,
    text: String,
}

/// Lists the other readings of what the rule rests on, and the fields that are sure, but not enough to reject.
struct Others<'a> {
    case: &'a Case<'a>,
    rule: &'a Rule,
    material: MaterialKind,
    found: Vec<Other>,
    less_sure: Vec<(MaterialKind, String)>,
}

impl<'a> Visitor<'a> for Others<'_> {
    fn document(&mut self, material: MaterialKind) {
        self.material = material;
    }

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &'a Fact<T>) {
        // what is doubtful already needs no other reading
        let less_sure = at.field.digits && fact.confidence < self.case.settings.reading.rejecting_threshold;
        if (fact.alternatives.is_empty() && !less_sure) || fact.sure(self.case.threshold()).is_none() {
            return;
        }
        let path = at.path();
        if !self.rule.looks_at(&format!("{}.{path}", self.material.key())) {
            return;
        }
        if less_sure {
            self.less_sure.push((self.material, path.clone()));
        }
        let least = self.case.settings.reading.other_reading;
        let likely = fact.alternatives.iter().filter(|a| a.confidence >= least && T::of_reading(&a.text).is_some());
        self.found.extend(likely.map(|a| Other { material: self.material, path: path.clone(), text: a.text.clone() }));
    }
}

enum Change {
    /// Another text, and what it means.
    Reading(String),
    /// 0–1.
    Confidence(f32),
}

/// Puts the change into the fields named.
struct Changed<'a> {
    material: MaterialKind,
    fields: Vec<(MaterialKind, String)>,
    change: &'a Change,
}

impl VisitorMut for Changed<'_> {
    fn document(&mut self, material: MaterialKind) {
        self.material = material;
    }

    fn field<T: FieldValue>(&mut self, at: &At<'_>, fact: &mut Fact<T>) {
        if fact.state != State::Read {
            return;
        }
        let path = at.path();
        if !self.fields.iter().any(|(material, field)| *material == self.material && *field == path) {
            return;
        }
        match self.change {
            Change::Reading(text) => {
                fact.value = T::of_reading(text);
                fact.text = Some(text.clone());
            }
            Change::Confidence(confidence) => fact.confidence = *confidence,
        }
    }
}

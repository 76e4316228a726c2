//! Judges one submission by every rule of the catalogue and drops the doubts that another flag tells already.
//! Leaves the flags in the order in which the rules gave them: `pipeline` sorts them.

use super::case::Case;
use super::catalogue::RULES;
use super::other_readings::doubted;
use super::outcome::Outcome;
use super::rule::{Rule, Scope, Yields};
use super::work::spans::counted_months;
use crate::vocabulary::finding::{Flag, Severity, Verdict};
use crate::vocabulary::further::Further;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::outcome::{Judged, NotEvaluated};
use crate::vocabulary::why::Why;

/// What judging a submission gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// In no particular order.
    pub flags: Vec<Flag>,
    pub verdict: Verdict,
    /// Rules that could not be judged, each with the reason, in no particular order.
    pub not_evaluated: Vec<(&'static str, Why)>,
}

/// A flag and the rule that raised it.
struct Raised {
    rule: &'static Rule,
    flag: Flag,
}

/// Judges one submission by every rule. Each document beside the first one of its kind is judged in that one's place,
/// too.
pub fn judge(case: &Case<'_>) -> Judgement {
    let (mut raised, mut not_evaluated) = judge_documents(case);
    for further in &case.documents.further {
        let documents = case.documents.with(further);
        let (also_raised, also_not_evaluated) = judge_documents(&case.with_documents(&documents));
        for Raised { rule, flag } in also_raised {
            let flag = of_further(rule, flag, further);
            if !raised.iter().any(|r| same_finding(&r.flag, &flag)) {
                raised.push(Raised { rule, flag });
            }
        }
        for (rule, why) in also_not_evaluated {
            if !not_evaluated.iter().any(|(known, _)| *known == rule) {
                not_evaluated.push((rule, why));
            }
        }
    }
    let flags: Vec<Flag> = raised.into_iter().map(|r| r.flag).collect();
    Judgement { verdict: Verdict::of(&flags), flags, not_evaluated }
}

/// All that the rules say of one submission.
pub fn judged(case: &Case<'_>) -> Judged {
    let Judgement { flags, verdict, not_evaluated } = judge(case);
    let not_evaluated = not_evaluated.into_iter().map(|(rule, why)| NotEvaluated::new(rule, why)).collect();
    Judged { verdict, not_evaluated, work_months: counted_months(case), ..Judged::of(flags) }
}

/// A flag that a further document raised. It is not certain which of two documents the applicant relies on, so a defect
/// of one of them is a doubt, unless the rule says that it is certain on any of them.
fn of_further(rule: &Rule, mut flag: Flag, further: &Further) -> Flag {
    let on_it = flag.document == Some(further.material);
    if !(on_it && rule.certain_on_further) {
        flag.severity = flag.severity.min(Severity::Review);
    }
    if on_it && (further.material == MaterialKind::Photo || flag.page.is_none()) {
        flag.page = Some(further.page);
        if let Some(place) = flag.place.as_mut().filter(|p| p.document == further.material) {
            place.page = further.page;
        }
    }
    flag
}

/// Do two flags say the same of the same document?
fn same_finding(a: &Flag, b: &Flag) -> bool {
    (&a.rule, a.document, &a.field, &a.expected, &a.observed, &a.message) == (&b.rule, b.document, &b.field, &b.expected, &b.observed, &b.message)
        // each photo is another one
        && (a.document != Some(MaterialKind::Photo) || a.page == b.page)
}

fn judge_documents(case: &Case<'_>) -> (Vec<Raised>, Vec<(&'static str, Why)>) {
    let mut raised: Vec<Raised> = Vec::new();
    let mut not_evaluated = Vec::new();
    let orphan = case.is_orphan();
    for rule in RULES.iter().filter(|r| !orphan || r.of_orphan) {
        match (rule.judge)(case) {
            Outcome::NotApplicable | Outcome::Holds => {}
            Outcome::Flags(flags) => {
                raised.extend(doubted(case, rule, flags).into_iter().map(|flag| Raised { rule, flag }));
            }
            Outcome::NotEvaluated(why) => not_evaluated.push((rule.id, why)),
        }
    }
    drop_repeated_doubts(&mut raised);
    (raised, not_evaluated)
}

/// Drops flags of rules that yield to another flag: a doubtful field of which another rule has its own suspicion, and
/// an empty or doubtful field of a document that is flagged as a whole.
fn drop_repeated_doubts(raised: &mut Vec<Raised>) {
    if raised.iter().all(|r| r.rule.yields == Yields::Never) {
        return;
    }
    let others: Vec<(Scope, Option<MaterialKind>, Option<String>)> = raised
        .iter()
        .filter(|r| r.flag.severity > Severity::Note && r.rule.yields != Yields::ToDocumentAndField)
        .map(|r| (r.rule.scope, r.flag.document, r.flag.field.clone()))
        .collect();
    let on_document = |f: &Flag| {
        f.document.is_some()
            && others.iter().any(|(scope, document, _)| *scope == Scope::Document && *document == f.document)
    };
    let on_field = |f: &Flag| {
        f.field.is_some()
            && others
                .iter()
                .any(|(scope, document, field)| *scope == Scope::Field && *document == f.document && *field == f.field)
    };
    raised.retain(|r| match r.rule.yields {
        Yields::Never => true,
        Yields::ToDocument => !on_document(&r.flag),
        Yields::ToDocumentAndField => !on_document(&r.flag) && !on_field(&r.flag),
    });
}

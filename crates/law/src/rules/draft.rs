//! Turns what a rule found into a [`Flag`]: clause, pack label, severity cap, place.
//! Decides nothing about whether something is wrong.

use super::case::{Case, observed};
use super::rule::Rule;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Clause, Flag, Message, Severity};
use crate::vocabulary::material::MaterialKind;

/// A flag that is being put together.
#[must_use]
pub struct Draft {
    flag: Flag,
    /// The notice's label, for a clause that is the condition's own.
    notice: Option<String>,
}

impl Case<'_> {
    /// Begins a flag of one rule. The office's override caps its severity.
    pub fn flag(&self, rule: &Rule, severity: Severity) -> Draft {
        Draft::new(self, rule, severity)
    }
}

impl Draft {
    fn new(case: &Case<'_>, rule: &Rule, severity: Severity) -> Self {
        let cap = case.settings.severity.get(rule.id).copied().unwrap_or(Severity::Reject);
        // `Rule::source` is not cited where the governing pack has no words for the rule: it names another notice.
        let mut flag = Flag::new(rule.id, severity.min(cap), Message::default());
        if let Some(governing) = &case.governing {
            flag.rule_pack = label(governing, rule.id);
            if let Some(clause) = governing.clause(rule.id) {
                flag.clause.clone_from(clause);
            }
        }
        let notice = case.governing.as_ref().map(|g| g.notice.label());
        Self { flag, notice }
    }

    pub fn on(mut self, document: MaterialKind) -> Self {
        self.flag.document = Some(document);
        self
    }

    pub fn on_page(mut self, document: Option<MaterialKind>, page: u16) -> Self {
        self.flag.document = document;
        self.flag.page = Some(page);
        self
    }

    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.flag.field = Some(field.into());
        self
    }

    /// Sets document, field, and the fact's text, confidence and place.
    pub fn fact<T>(mut self, document: MaterialKind, field: impl Into<String>, fact: &Fact<T>) -> Self {
        self.flag.document = Some(document);
        self.flag.field = Some(field.into());
        self.flag.observed = observed(fact);
        self.flag.confidence = Some(fact.confidence);
        self.flag.place.clone_from(&fact.place);
        self.flag.page = fact.place.as_ref().map(|p| p.page);
        self
    }

    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.flag.expected = Some(expected.into());
        self
    }

    pub fn observed(mut self, observed: impl Into<String>) -> Self {
        self.flag.observed = Some(observed.into());
        self
    }

    pub fn confidence(mut self, confidence: f32) -> Self {
        self.flag.confidence = Some(confidence);
        self
    }

    /// Cites the condition's or the material's own clause instead of the rule's.
    pub fn clause(mut self, clause: &Clause) -> Self {
        self.flag.clause = clause.clone();
        if let Some(notice) = &self.notice {
            self.flag.rule_pack.clone_from(notice);
        }
        self
    }

    /// Takes the reading's confidence off: of a copy that was compared with its text it says nothing.
    pub fn without_confidence(mut self) -> Self {
        self.flag.confidence = None;
        self
    }

    /// The sentence to the applicant, for when the defect is certain or a person has confirmed it.
    pub fn applicant(mut self, zh: impl Into<String>) -> Self {
        self.flag.message.applicant = Some(zh.into());
        self
    }

    /// What the applicant is to hand in, which is told once after the sentences of all flags that share it.
    pub fn advice(mut self, zh: impl Into<String>) -> Self {
        self.flag.message.advice = Some(zh.into());
        self
    }

    /// Finishes the flag with the sentence to the clerk and its English.
    pub fn says(mut self, zh: impl Into<String>, en: impl Into<String>) -> Flag {
        self.flag.message.zh = zh.into();
        self.flag.message.en = en.into();
        self.flag
    }

    /// Finishes the flag with one sentence that is fit for clerk and applicant.
    pub fn says_to_both(self, zh: impl Into<String>, en: impl Into<String>) -> Flag {
        let zh = zh.into();
        self.applicant(zh.clone()).says(zh, en)
    }
}

/// The label of the quoted pack: the notice, or its guide where only the guide has the clause.
fn label(governing: &crate::vocabulary::pack::Governing<'_>, rule: &str) -> String {
    match governing.guide {
        Some(guide) if !governing.notice.clauses.contains_key(rule) && guide.clauses.contains_key(rule) => {
            guide.label()
        }
        _ => governing.notice.label(),
    }
}

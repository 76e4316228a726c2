//! What one rule declares of itself beside its judging: id, worst severity, source, titles, evidence, settings, and how
//! its flags meet others.
//! Every rule's file has one declaration, `RULE`; `catalogue` lists them. Holds no rule itself.

use super::case::Case;
use super::outcome::Outcome;
use crate::vocabulary::evidence::names;
use crate::vocabulary::finding::{Severity, Shows};

/// One rule's declaration. What most rules share is in [`Rule::NEW`].
#[derive(Debug)]
pub struct Rule {
    /// A contract: never renamed, never reused.
    pub id: &'static str,
    /// The worst severity that the rule may give.
    pub worst: Severity,
    /// The sources that ask for it, as fixtures/RULES.md cites them; `—` where no source does. Documentation only: a
    /// flag cites the governing pack's own clause.
    pub source: &'static str,
    /// At most 14 characters, in the office's own terms: for summaries and lists.
    pub title_zh: &'static str,
    /// What is wrong, as fixtures/RULES.md says it.
    pub title_en: &'static str,
    /// Evidence, each as a pattern: `application_form.work[].start` (a fact, or all below it), `*.name` (of any
    /// document), `registration.name`, `photo.bytes`, `pages` (what each page is and shows), `sheet` (how each page
    /// lies in its picture), `files`, `intake`, `register`, `batch` (the other submissions), `today` (`--as-of`),
    /// `decisions` (what people said).
    pub rests_on: &'static [&'static str],
    /// Keys of `rules/settings.toml` that the rule looks at, except `reading.working_threshold`, which every rule on
    /// readings looks at.
    pub settings: &'static [&'static str],
    /// What the applicant or the clerk can do so that the flag is not raised again.
    pub clears_zh: &'static str,
    pub clears_en: &'static str,
    pub scope: Scope,
    /// Judged for a registration row without a folder, too. Nothing else can be judged of such a row, and its verdict
    /// is `review`.
    pub of_orphan: bool,
    pub yields: Yields,
    /// A defect of a further document is as certain as one of the first: it is another person's, or a photo's. Other
    /// rules give at most `review` there, because it is not certain which of the two documents the applicant relies on.
    pub certain_on_further: bool,
    /// What `expected` and `observed` of its flags hold.
    pub shows: Shows,
    /// The text of the rule's own file; its head is the rule's documentation.
    pub file: &'static str,
    pub judge: fn(&Case<'_>) -> Outcome,
}

/// What one flag of a rule covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One field, one value, or one material that is not there.
    Field,
    /// A whole document that could not be read any better: doubts about its fields are dropped.
    Document,
}

/// Which other flags make a rule's flag redundant: one cause is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yields {
    /// None: its flags always stay.
    Never,
    /// A flag on the whole document ([`Scope::Document`]).
    ToDocument,
    /// A flag on the whole document, or another rule's flag on the same field.
    ToDocumentAndField,
}

/// What `rests_on` may name that is no reading of a document's text.
pub const NOT_READ: [&str; 10] =
    ["files", "intake", "batch", "today", "register", "pages", "sheet", "registration", "photo", "decisions"];

/// Bounds that take the place of `reading.working_threshold` in the rules that have them.
const OWN_BOUNDS: [&str; 2] = ["reading.alteration_threshold", "reading.printed_threshold"];

impl Rule {
    /// What a declaration has unless it says otherwise.
    pub const NEW: Self = Self {
        id: "",
        worst: Severity::Review,
        source: "—",
        title_zh: "",
        title_en: "",
        rests_on: &[],
        settings: &[],
        clears_zh: "",
        clears_en: "",
        scope: Scope::Field,
        of_orphan: false,
        yields: Yields::Never,
        certain_on_further: false,
        shows: Shows::Value,
        file: "",
        judge: |_| Outcome::NotApplicable,
    };

    /// Every setting that decides the rule: its own, the working threshold where it rests on readings that have no
    /// bound of their own, and how sure a reading must be, and how likely another one, for a rejection.
    pub fn all_settings(&self) -> impl Iterator<Item = &'static str> {
        let is_reading = |pattern: &&str| !NOT_READ.contains(&pattern.split('.').next().unwrap_or_default());
        let reads = self.rests_on.iter().any(is_reading);
        let by_threshold = reads && !self.settings.iter().any(|k| OWN_BOUNDS.contains(k));
        let by_other_readings = reads && self.worst == Severity::Reject;
        let by_readings = ["reading.rejecting_threshold", "reading.other_reading"];
        std::iter::once((by_threshold, "reading.working_threshold"))
            .chain(by_readings.map(|key| (by_other_readings, key)))
            .filter_map(|(decides, key)| decides.then_some(key))
            .chain(self.settings.iter().copied())
    }

    /// Does it rest on this fact (`application_form.work[0].start`)?
    pub fn looks_at(&self, fact: &str) -> bool {
        self.rests_on.iter().any(|pattern| names(pattern, fact))
    }

    /// The head of the rule's file by headings: what is wrong, on what evidence, and when it cannot tell.
    pub fn documentation(&self) -> Vec<(&'static str, String)> {
        let mut sections: Vec<(&'static str, String)> = Vec::new();
        for line in self.file.lines().map_while(|l| l.strip_prefix("//!")).map(str::trim) {
            if let Some(heading) = line.strip_prefix("## ") {
                sections.push((heading, String::new()));
            } else if let Some((_, text)) = sections.last_mut().filter(|_| !line.is_empty()) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(line);
            }
        }
        sections
    }
}

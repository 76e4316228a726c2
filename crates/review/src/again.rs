//! One finding judged again with what people said, as the report's page does it: facts, rules and record become what the
//! page shows.
//! What compares submissions with one another is not judged: the page has one submission at a time, and keeps those
//! flags as they were.

use crate::findings::finding::{Finding, Stored};
use crate::findings::notice::{Because, Notice, RuleWords, notice};
use crate::findings::others::Others;
use crate::packs::{self, Loaded, PackError};
use crate::page::detail::{Detail, Pictures, detail};
use crate::page::index::Index;
use crate::page::timeline::Requirement;
use crate::record::standing::Standing;
use crate::record::{Record, decided, seal};
use crate::rules::{self, Case};
use crate::vocabulary::batch::SharedWith;
use crate::vocabulary::finding::{Flag, Verdict};
use crate::vocabulary::outcome::Judged;
use crate::vocabulary::record::{About, Entry, RecordFile};
use crate::vocabulary::waiver::{Decided, Waiver};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// By what a run judged; the page has it in `law.js`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// The rule files by name, as in a folder of rules.
    pub rules: Vec<(String, String)>,
    /// The office's overrides: name and text.
    pub office: Option<(String, String)>,
    /// A pack that governs whatever the date.
    pub pack: Option<String>,
    /// The day that counts as today.
    pub as_of: Date,
}

/// Rules that are ready to judge.
pub struct Bench {
    loaded: Loaded,
    pack: Option<String>,
    as_of: Date,
}

impl Bench {
    /// # Errors
    /// Rules or overrides that cannot be used.
    pub fn new(law: Law) -> Result<Self, PackError> {
        let mut loaded = packs::of_texts(&law.rules, &rules::ids())?;
        if let Some((name, text)) = &law.office {
            loaded = loaded.with_office(name, text, &rules::worst())?.0;
        }
        Ok(Self { loaded, pack: law.pack, as_of: law.as_of })
    }

    /// What the page shows of a finding after what people said, which is `entries` as lines of JSON.
    ///
    /// # Errors
    /// A line that is no entry.
    pub fn again(&self, finding: Finding, entries: &str) -> Result<Detail, PackError> {
        let record = Record::new(vec![packs::record("审核决定.jsonl", entries.as_bytes(), &rules::ids())?]);
        let finding = self.judged(finding, &record);
        let mut index = Index::new(&rules::titles(), self.sure());
        let pictures = Pictures { judged_again: true, ..Pictures::default() };
        let need = requirement(&finding, &self.loaded, self.pack.as_deref());
        Ok(detail(&finding, &mut index, &pictures, need.as_ref(), None))
    }

    /// The notice for the applicant after what people said. Where two of them contradict each other on the whole
    /// submission nothing is decided, and the notice is a draft.
    ///
    /// # Errors
    /// A line that is no entry.
    pub fn notice(&self, finding: Finding, entries: &str, others: &Others) -> Result<Notice, PackError> {
        let record = Record::new(vec![packs::record("审核决定.jsonl", entries.as_bytes(), &rules::ids())?]);
        let finding = self.judged(finding, &record);
        let whole = About::Submission.to_string();
        let settled = !finding.documents.contradictions.iter().any(|c| c.about == whole);
        let decision = finding.decision.as_ref().filter(|d| settled && d.decision != Decided::Accept);
        let because = decision.map_or(Because::Proposed, Because::Decided);
        Ok(notice(&finding, because, &rule_words, &|sentence| others.hidden(sentence, &finding)))
    }

    /// A reading of at least this confidence is sure.
    pub fn sure(&self) -> f32 {
        self.loaded.settings.reading.working_threshold
    }

    /// The finding as another run with this record has it.
    pub fn judged(&self, finding: Finding, record: &Record) -> Finding {
        let compared: Vec<Flag> =
            finding.flags.iter().map(|r| &r.flag).filter(|f| compares(&f.rule)).cloned().collect();
        let (given, spot_check) = (given(&finding), finding.spot_check);
        let mut stored = finding.into_stored();
        let submission = stored.submission.clone();
        let standing = Standing::new(record.of(&submission.id), &submission, &seal::material(&submission));
        // What has nothing to stand on here is told by the run that reads the record.
        let _ = stored.correct(&standing);
        let mut judged = self.judge(&stored);
        judged.flags.retain(|f| !compares(&f.rule));
        judged.flags.extend(compared.into_iter().map(unwaived));
        judged.decision = decided::decision(&standing);
        judged.record = record.of(&submission.id).map(packs::entry_json).collect();
        judged.spot_check = spot_check;
        let said = decided::waivers(&standing);
        let waivers = given.iter().chain(said.iter().map(|(_, waiver)| waiver)).enumerate();
        rules::waive(&submission.id, &mut judged.flags, waivers, self.as_of);
        judged.verdict = Verdict::of(&judged.flags);
        judged.flags.sort_by(|a, b| a.order().cmp(&b.order()));
        judged.not_evaluated.sort();
        Finding::new(stored, judged)
    }

    fn judge(&self, stored: &Stored) -> Judged {
        let nothing = SharedWith::default();
        let case = Case::new(
            &stored.submission,
            &stored.documents,
            &self.loaded.packs,
            &self.loaded.settings,
            &stored.register,
            &nothing,
            self.as_of,
            self.pack.as_deref(),
        );
        rules::judged(&case)
    }
}

/// The notice as it is before anybody has decided: of what is certain, and marked as a draft. Names nobody else, as
/// the rules' own sentences to an applicant name none.
pub fn draft(finding: &Finding) -> Notice {
    notice(finding, Because::Proposed, &rule_words, &|sentence| Others::default().hidden(sentence, finding))
}

/// What a notice needs of a rule.
pub fn rule_words(id: &str) -> Option<RuleWords> {
    rules::find(id).map(|r| RuleWords { clears: r.clears_zh, shows: r.shows })
}

/// Does the rule compare submissions with one another, or is it the tool's own failure?
fn compares(rule: &str) -> bool {
    rules::find(rule).is_none_or(|r| r.rests_on.contains(&"batch") || r.rests_on.is_empty())
}

/// The flag as it was before anybody waived it.
fn unwaived(flag: Flag) -> Flag {
    match flag.waived {
        Some(waived) => Flag { severity: waived.severity, waived: None, ..flag },
        None => flag,
    }
}

/// Waivers of the run that no entry of its record made: the office's own file. Each is known by the flag that it is on.
fn given(finding: &Finding) -> Vec<Waiver> {
    let lines: String = finding.record.iter().map(|entry| format!("{entry}\n")).collect();
    let of_record =
        packs::record("", lines.as_bytes(), &rules::ids()).map(|f: RecordFile| f.entries).unwrap_or_default();
    let of_record: Vec<Waiver> = of_record.iter().filter_map(|e: &Entry| decided::waiver(e)).collect();
    let waived = finding.flags.iter().filter_map(|r| Some((&r.flag, r.flag.waived.as_ref()?)));
    let as_waiver = waived.filter_map(|(flag, waived)| {
        Some(Waiver {
            submission: finding.submission_id.clone(),
            rule: flag.rule.clone(),
            document: flag.document,
            field: flag.field.clone(),
            reason: waived.reason.clone(),
            who: waived.who.clone(),
            until: waived.until.parse().ok()?,
            line: 0,
        })
    });
    let is_of_record =
        |w: &Waiver| of_record.iter().any(|r| (&r.rule, &r.who, &r.reason) == (&w.rule, &w.who, &w.reason));
    as_waiver.filter(|w| !is_of_record(w)).collect()
}

/// What the chosen condition asks for, under the pack that governs; `pack` governs whatever the date.
pub fn requirement(f: &Finding, loaded: &Loaded, pack: Option<&str>) -> Option<Requirement> {
    let r = f.registration.as_ref()?;
    let day = r.registered_on.as_ref()?.value?;
    let occupation = r.occupation.as_ref()?.value.as_deref()?;
    let (level, number) = (r.level.as_ref()?.value?, r.condition.as_ref()?.value?);
    let governing = loaded.packs.governing(day, occupation.trim(), level, pack)?;
    let condition = governing.condition(level, number)?;
    let work = condition.work.as_ref();
    Some(Requirement {
        text: condition.text.clone(),
        source: condition.clause.source.clone(),
        months: work.map(|w| w.months),
        after_certificate: work.is_some_and(|w| w.after_certificate),
    })
}

//! From a submission's earlier and new judgement to their differences, and from all differences to a text for a person.
//! Judges nothing; names no person or number beyond the submissions' ids and the flags' own messages.

use super::finding::Finding;
use super::summary::{Lang, fit};
use crate::vocabulary::finding::{Flag, Severity, Verdict};
use crate::vocabulary::outcome::{Judged, NotEvaluated};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How two judgements of the same findings differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    pub submissions: u64,
    /// (before, after) → submissions.
    pub verdicts: BTreeMap<(Verdict, Verdict), u64>,
    /// Submissions whose verdict or rules differ, in the order of the findings.
    pub changed: Vec<Compared>,
    /// Submissions flagged by the same rules, but with other messages, values or packs.
    pub reworded: u64,
    /// `true`: two runs are compared. `false`: one run is judged again.
    pub of_two_runs: bool,
}

/// One submission, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub submission_id: String,
    pub folder: Option<String>,
    pub before: Verdict,
    pub after: Verdict,
    /// In order of rule.
    pub changes: Vec<Change>,
    /// Why the judgements may differ, if that is known.
    pub reason: Option<String>,
    flags: Vec<Flag>,
    not_evaluated: Vec<NotEvaluated>,
}

/// How the judgements differ in one rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Flagged now but not before; the worst flag.
    Appeared(Flag),
    /// Flagged before but not now; the worst flag.
    Disappeared(Flag),
    /// Flagged both times, with another severity.
    Severity { before: Severity, now: Flag },
    /// Could be evaluated before, but cannot now.
    NotEvaluated(NotEvaluated),
}

impl Change {
    fn rule(&self) -> &str {
        match self {
            Self::Appeared(f) | Self::Disappeared(f) | Self::Severity { now: f, .. } => &f.rule,
            Self::NotEvaluated(n) => &n.rule,
        }
    }
}

impl Compared {
    /// A submission as it was judged before, to be given to [`Comparison::add`].
    pub fn before(finding: &Finding) -> Self {
        Self {
            submission_id: finding.submission_id.clone(),
            folder: finding.folder.clone(),
            before: finding.verdict,
            after: finding.verdict,
            changes: Vec::new(),
            reason: None,
            flags: finding.flags.iter().map(|r| r.flag.clone()).collect(),
            not_evaluated: finding.not_evaluated.clone(),
        }
    }

    /// Adds why the new judgement may differ.
    pub fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }

    fn and_now(mut self, judged: &Judged) -> Self {
        self.after = judged.verdict;
        let (before, now) = (worst(&self.flags), worst(&judged.flags));
        let rules: BTreeSet<&str> = before.keys().chain(now.keys()).copied().collect();
        let mut changes: Vec<Change> = rules
            .into_iter()
            .filter_map(|rule| match (before.get(rule), now.get(rule)) {
                (None, Some(f)) => Some(Change::Appeared((*f).clone())),
                (Some(f), None) => Some(Change::Disappeared((*f).clone())),
                (Some(a), Some(b)) => {
                    (a.severity != b.severity).then(|| Change::Severity { before: a.severity, now: (*b).clone() })
                }
                (None, None) => None,
            })
            .collect();
        let silent_before: BTreeSet<&str> = self.not_evaluated.iter().map(|n| n.rule.as_str()).collect();
        changes.extend(
            judged
                .not_evaluated
                .iter()
                .filter(|n| !silent_before.contains(n.rule.as_str()))
                .cloned()
                .map(Change::NotEvaluated),
        );
        changes.sort_by(|a, b| a.rule().cmp(b.rule()));
        self.changes = changes;
        self
    }
}

impl Comparison {
    /// Counts one submission and lists it if its verdict or rules differ.
    pub fn add(&mut self, before: Compared, judged: &Judged) {
        let mut compared = before.and_now(judged);
        self.submissions += 1;
        *self.verdicts.entry((compared.before, compared.after)).or_default() += 1;
        if compared.before != compared.after || !compared.changes.is_empty() {
            (compared.flags, compared.not_evaluated) = (Vec::new(), Vec::new());
            self.changed.push(compared);
        } else if compared.flags != judged.flags {
            self.reworded += 1;
        }
    }

    /// How many submissions have another verdict.
    pub fn decisions(&self) -> u64 {
        self.verdicts.iter().filter(|((a, b), _)| a != b).map(|(_, n)| n).sum()
    }

    /// The text for a terminal: how many verdicts differ, then each submission with its reasons.
    pub fn render(&self, lang: Lang) -> String {
        let w = words(lang);
        let mut s = String::new();
        let by_grounds = self.changed.len() as u64 - self.decisions();
        let same = self.submissions - self.changed.len() as u64;
        let submissions = if self.of_two_runs { w.in_both } else { w.submissions };
        for (label, n) in
            [(submissions, self.submissions), (w.decisions, self.decisions()), (w.grounds, by_grounds), (w.same, same)]
        {
            let _ = writeln!(s, "{} {n:>7}", fit(label, 34));
        }
        if self.reworded > 0 {
            let _ = writeln!(s, "    {} {:>7}", fit(w.reworded, 30), self.reworded);
        }
        for ((before, after), n) in self.verdicts.iter().filter(|((a, b), _)| a != b) {
            let _ = writeln!(s, "    {} {n:>7}", fit(&format!("{} → {}", name(*before, lang), name(*after, lang)), 30));
        }
        self.list(&mut s, w.decisions, lang, |c| c.before != c.after);
        self.list(&mut s, w.grounds, lang, |c| c.before == c.after);
        s
    }

    fn list(&self, s: &mut String, heading: &str, lang: Lang, which: impl Fn(&Compared) -> bool) {
        let mut heading = Some(heading);
        for c in self.changed.iter().filter(|c| which(c)) {
            if let Some(heading) = heading.take() {
                let _ = writeln!(s, "\n{heading}");
            }
            let verdicts = if c.before == c.after {
                name(c.before, lang).to_owned()
            } else {
                format!("{} → {}", name(c.before, lang), name(c.after, lang))
            };
            let folder =
                c.folder.as_deref().filter(|f| *f != c.submission_id).map_or_else(String::new, |f| format!("  ({f})"));
            let reason = c.reason.as_deref().map_or_else(String::new, |r| format!("  [{}]", super::cell::visible(r)));
            let _ = writeln!(
                s,
                "{}{}  {verdicts}{reason}",
                super::cell::visible(&c.submission_id),
                super::cell::visible(&folder)
            );
            for change in &c.changes {
                let _ = writeln!(s, "    {}", super::cell::visible(&line(change, lang)));
            }
        }
    }
}

/// The worst flag of each rule, and the first of equally bad ones.
fn worst(flags: &[Flag]) -> BTreeMap<&str, &Flag> {
    let mut by_rule: BTreeMap<&str, &Flag> = BTreeMap::new();
    for flag in flags {
        let kept = by_rule.entry(&flag.rule).or_insert(flag);
        if flag.severity > kept.severity {
            *kept = flag;
        }
    }
    by_rule
}

fn line(change: &Change, lang: Lang) -> String {
    let w = words(lang);
    let said = |f: &Flag| if lang == Lang::Zh { f.message.zh.clone() } else { f.message.en.clone() };
    match change {
        Change::Appeared(f) => format!("+ {} {} [{}] {}", f.rule, f.severity, f.rule_pack, said(f)),
        Change::Disappeared(f) => format!("- {} {} [{}] {}", f.rule, f.severity, f.rule_pack, said(f)),
        Change::Severity { before, now } => {
            format!("~ {} {before} → {} [{}] {}", now.rule, now.severity, now.rule_pack, said(now))
        }
        Change::NotEvaluated(n) => format!("? {} {}: {}", n.rule, w.not_evaluated, n.said(lang == Lang::Zh)),
    }
}

fn name(verdict: Verdict, lang: Lang) -> &'static str {
    if lang == Lang::Zh { verdict.chinese() } else { verdict.id() }
}

struct Words {
    submissions: &'static str,
    in_both: &'static str,
    decisions: &'static str,
    grounds: &'static str,
    same: &'static str,
    reworded: &'static str,
    not_evaluated: &'static str,
}

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &Words {
            submissions: "重新判定的申报",
            in_both: "两次审核都有的申报",
            decisions: "结论不同",
            grounds: "结论相同，所依规则不同",
            same: "结论与所依规则均相同",
            reworded: "其中文字、数值或规则包不同",
            not_evaluated: "现无法判定",
        },
        Lang::En => &Words {
            submissions: "submissions judged again",
            in_both: "submissions in both runs",
            decisions: "another verdict",
            grounds: "the same verdict by other rules",
            same: "the same verdict by the same rules",
            reworded: "of these in other words or packs",
            not_evaluated: "cannot be judged now",
        },
    }
}

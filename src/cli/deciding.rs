//! A judge that takes account of decisions which a reviewer exported: accepted flags are waived, and what was decided about whole submissions is told along.
//! A submission that was rejected or sent back is judged anew like any other: what is handed in again may be another.

use super::given::Waiving;
use crate::pipeline::Judge;
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::Documents;
use crate::vocabulary::outcome::{Given, Judged, Remark, RuleTitle};
use crate::vocabulary::register::RegisterAnswers;
use crate::vocabulary::submission::Submission;
use crate::vocabulary::waiver::{Decision, Decisions};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Another judge's flags, the accepted ones waived.
pub struct Deciding {
    waiving: Waiving,
    submissions: Vec<Decision>,
    /// Submissions of this run.
    seen: Mutex<BTreeSet<String>>,
}

impl Deciding {
    pub fn new(judge: Box<dyn Judge>, decisions: Decisions, as_of: Date) -> Self {
        Self { waiving: Waiving::new(judge, decisions.waivers, as_of), submissions: decisions.submissions, seen: Mutex::default() }
    }

    fn remarks(&self) -> impl Iterator<Item = Remark> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.submissions.iter().filter(move |d| !seen.contains(&d.submission)).map(|d| Remark {
            line: Some(d.line),
            zh: format!("本次没有这份申报：{}", d.submission),
            en: format!("no such submission in this run: {}", d.submission),
        })
    }
}

impl Judge for Deciding {
    fn register(&self, batch: usize, documents: &Documents) -> RegisterAnswers {
        self.waiving.register(batch, documents)
    }

    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys {
        self.waiving.keys(submission, documents)
    }

    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith> {
        self.waiving.shared(keys)
    }

    fn judge(&self, submission: &Submission, documents: &Documents, register: &RegisterAnswers, shared: &SharedWith) -> Judged {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(submission.id.clone());
        self.waiving.judge(submission, documents, register, shared)
    }

    fn titles(&self) -> Vec<RuleTitle> {
        self.waiving.titles()
    }

    fn given(&self) -> Vec<Given> {
        let mut given = self.waiving.given();
        // The last is what the waivers inside say of themselves.
        if let Some(own) = given.last_mut() {
            own.kind = "decisions";
            own.content["submissions"] = json!(self.submissions);
            own.remarks.extend(self.remarks());
            own.remarks.sort_by(|a, b| (a.line, &a.en).cmp(&(b.line, &b.en)));
        }
        given
    }
}

//! The rules as the pipeline's judge.

use crate::packs::Loaded;
use crate::pipeline::Judge;
use crate::rules;
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::documents::Documents;
use crate::vocabulary::outcome::{Given, Judged, RuleTitle};
use crate::vocabulary::register::{Register, RegisterAnswers};
use crate::vocabulary::submission::Submission;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The registers of a run's batches, in their order.
pub type Registers = Arc<Vec<Box<dyn Register + Send + Sync>>>;

/// Judges by loaded rules.
pub struct RuleJudge {
    pub loaded: Arc<Loaded>,
    pub registers: Registers,
    pub as_of: Date,
    /// A pack that governs whatever the date.
    pub forced: Option<String>,
}

impl Judge for RuleJudge {
    fn register(&self, batch: usize, documents: &Documents) -> RegisterAnswers {
        self.registers.get(batch).map_or_else(RegisterAnswers::default, |register| {
            RegisterAnswers::ask(&**register, rules::employers(documents))
        })
    }

    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys {
        rules::cross_keys(submission, documents)
    }

    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith> {
        rules::shared(keys, &self.loaded.settings)
    }

    fn judge(
        &self,
        submission: &Submission,
        documents: &Documents,
        register: &RegisterAnswers,
        shared: &SharedWith,
    ) -> Judged {
        #[cfg(debug_assertions)]
        crate::run::faults::strike(&format!("(judge){}", submission.id));
        let case = rules::Case::new(
            submission,
            documents,
            &self.loaded.packs,
            &self.loaded.settings,
            register,
            shared,
            self.as_of,
            self.forced.as_deref(),
        );
        rules::judged(&case)
    }

    fn titles(&self) -> Vec<RuleTitle> {
        rules::titles()
    }

    fn given(&self) -> Vec<Given> {
        // All are judged, and nothing is published yet.
        #[cfg(debug_assertions)]
        crate::run::faults::strike("(publish)");
        Vec::new()
    }
}

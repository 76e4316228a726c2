//! Joins the stages: batches become published outputs, and an earlier run's findings become judgements under present
//! rules.
//! Knows all stages and the threads that work on a run; reads and judges nothing itself.

pub mod attempts;
mod interfaces;
mod judging;
mod machine;
mod outputs;
mod reading;
mod rejudge;
mod run;

pub use interfaces::{BatchInput, Judge, Keeping, Observer, Phase, Reader, Reading, RunError, Silent};
pub use rejudge::{RejudgeError, Rejudged, Rejudging, findings, rejudge};
pub use run::{Run, run};

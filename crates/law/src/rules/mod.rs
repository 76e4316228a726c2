//! From facts and packs to flags: every rule of the catalogue as a pure function of a [`Case`].
//! Opens no file, reads no clock and no environment; "today" is a value that comes in.
//!
//! One rule is one file in its family's folder: what is wrong, on what evidence, when it cannot tell, its declaration
//! (`RULE`), and the function that judges.
//! The sentences to the applicant stand in the rule's file, beside the condition that raises them.
//!
//! Three things hold for every rule. A reading below the working threshold is a doubt: `review`, never a pass and never
//! a rejection.
//! Every doubt is told once: by the rule that suspects something, else by `reading-doubtful`. What was not read or not
//! measured is
//! [`Outcome::NotEvaluated`], which is no pass.

mod archive;
mod case;
mod catalogue;
mod certificate;
mod draft;
mod earlier_runs;
mod education;
mod form;
mod group;
mod identity;
mod judge;
mod lists;
mod material;
mod other_readings;
mod outcome;
mod photo;
mod photo_index;
mod plausible;
mod reading;
mod registration;
mod rule;
mod said;
mod shared_values;
mod waiving;
mod work;

#[cfg(test)]
pub(crate) mod tests;

pub use archive::{Archive, Beside};
pub use case::{Case, Standing};
pub use catalogue::{RULES, find, ids, shows, titles, worst};
pub use identity::number_forms::{NumberCheck, check as check_number};
pub use judge::{Judgement, judge, judged};
pub use lists::same_occupation;
pub use outcome::Outcome;
pub use rule::{Rule, Scope, Yields};
pub use shared_values::{cross_keys, keys, shared};
pub use waiving::{in_force, waive};
pub use work::employers;
pub use work::spans::{Count, counted_months, months};

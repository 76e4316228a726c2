//! One submission judged: a panic of the judge costs that submission only, and flags get their order here.
//! Writes nothing.

use crate::pipeline::interfaces::Judge;
use crate::report::finding::Stored;
use crate::vocabulary::batch::{CrossKeys, SharedWith};
use crate::vocabulary::finding::{Flag, INTERNAL_ERROR, Message, Severity};
use crate::vocabulary::outcome::{Judged, NotEvaluated};
use crate::vocabulary::why;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The facts as people corrected them. A panic is a failure inside, as when judging.
pub(super) fn corrected(judge: &dyn Judge, stored: Stored) -> Stored {
    match guarded(|| judge.corrected(&stored)) {
        Ok(corrected) => corrected.unwrap_or(stored),
        Err(why) => Stored { internal_error: stored.internal_error.or(Some(why)), ..stored },
    }
}

pub(super) fn keys_of(judge: &dyn Judge, s: &Stored) -> CrossKeys {
    guarded(|| judge.keys(&s.submission, &s.documents))
        .unwrap_or_else(|_| CrossKeys { submission_id: s.submission.id.clone(), ..CrossKeys::default() })
}

/// Who shares what; a failure here is everyone's, so it must not look like "nobody shares anything".
pub(super) fn shared_of(judge: &dyn Judge, keys: &[CrossKeys]) -> Result<BTreeMap<String, SharedWith>, String> {
    guarded(|| judge.shared(keys))
}

pub(super) fn judge_one(
    judge: &dyn Judge,
    s: &Stored,
    shared: &Result<BTreeMap<String, SharedWith>, String>,
) -> Judged {
    let nothing = SharedWith::default();
    let outcome = match (&s.internal_error, shared) {
        (Some(why), _) | (None, Err(why)) => Err(why.clone()),
        (None, Ok(shared)) => guarded(|| {
            judge.judge(&s.submission, &s.documents, &s.register, shared.get(&s.submission.id).unwrap_or(&nothing))
        }),
    };
    let mut judged = outcome.unwrap_or_else(|failure| {
        let not_evaluated = vec![NotEvaluated::new("*", why::TOOL_FAILED)];
        Judged { not_evaluated, ..Judged::of(vec![internal_error(&failure)]) }
    });
    // The one place where flags get their order.
    judged.flags.sort_by(|a, b| a.order().cmp(&b.order()));
    judged.not_evaluated.sort();
    judged
}

fn internal_error(why: &str) -> Flag {
    let message = Message::new(
        "程序处理该申报材料时出错，未作任何认定，请人工审核全部材料。",
        "The tool failed on this submission; nothing of it is cleared: review all of it by hand.",
    );
    Flag { observed: Some(why.to_owned()), ..Flag::new(INTERNAL_ERROR, Severity::Review, message) }
}

/// A panic as its message.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message_of(&*panic))
}

/// At most 200 characters.
pub(super) fn message_of(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "panic without a message".to_owned()).chars().take(200).collect()
}

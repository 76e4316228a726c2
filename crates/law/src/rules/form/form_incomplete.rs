//! `form-incomplete`
//!
//! ## What is wrong
//! A required blank is empty, or a month in it lacks its year or number.
//!
//! ## Evidence
//! Every blank that this condition needs (`reading::needed`), on the 申报表 and the letters that it asks for.
//!
//! ## Cannot tell
//! A blank that is only probably empty is `review`. Signature, date, phone and 学信网验证码 have rules of their own. The
//! fields of a torn form are `form-damaged`.

use super::some_form;
use crate::rules::case::Case;
use crate::rules::outcome::Outcome;
use crate::rules::reading::needed::{Needed, each};
use crate::rules::rule::{Rule, Yields};
use crate::vocabulary::fact::State;
use crate::vocabulary::finding::{Flag, Severity};
use crate::vocabulary::why;

pub const RULE: Rule = Rule {
    id: "form-incomplete",
    worst: Severity::Reject,
    source: "填表说明四2",
    title_zh: "应填未填",
    title_en: "a required blank is empty",
    rests_on: &["application_form", "*_commitment", "registration.condition"],
    settings: &["reading.blank_threshold"],
    clears_zh: "补填空缺处后重新上传",
    clears_en: "the blank filled in",
    yields: Yields::ToDocument,
    file: include_str!("form_incomplete.rs"),
    judge,
    ..Rule::NEW
};

pub fn judge(case: &Case<'_>) -> Outcome {
    let unread = match some_form(case) {
        Ok(unread) => unread,
        Err(outcome) => return outcome,
    };
    if case.condition.is_none() {
        return Outcome::NotEvaluated(why::NO_CONDITION);
    }
    let mut flags = Vec::new();
    each(case, &mut |n| {
        if n.document.is_form() && !n.own_rule {
            flags.extend(empty(case, &n));
        }
    });
    Outcome::of_partial(flags, unread, super::UNREAD)
}

fn empty(case: &Case<'_>, n: &Needed<'_>) -> Option<Flag> {
    let sure = match n.state {
        State::Empty => n.confidence >= case.settings.reading.blank_threshold,
        State::Read if !n.complete => n.confidence >= case.threshold(),
        State::Read | State::Illegible | State::NotFound => return None,
    };
    let (zh, en) =
        if n.state == State::Empty { ("未填写", "is empty") } else { ("填写不完整", "is not complete") };
    let draft = case.flag(&RULE, Case::by_sureness(sure)).on(n.document).field(n.field()).confidence(n.confidence);
    let draft = match n.observed {
        Some(text) => draft.observed(text),
        None => draft,
    };
    let place = n.words();
    let mut flag = draft.applicant(format!("{place}{zh}，请填写完整后重新上传。")).says(
        if sure { format!("{place}{zh}。") } else { format!("{place}疑{zh}，请对照截图确认。") },
        format!("{} of the {} {en}.", n.field(), n.document.english()),
    );
    flag.place = n.place.cloned();
    flag.page = n.place.map(|p| p.page);
    Some(flag)
}

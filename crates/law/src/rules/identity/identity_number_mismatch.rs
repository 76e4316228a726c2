//! `identity-number-mismatch`
//!
//! ## What is wrong
//! The identity number differs between two places.
//!
//! ## Evidence
//! Every place that tells the identity number, against the registration (without one: against the card). Places that tell the same other text are one flag.
//!
//! ## Cannot tell
//! A doubtful reading that differs is `review`; one that was not read at all is `reading-doubtful`.
//! A faithful alignment is the same, even if the free text is slightly off.

use super::{mismatches, numbers, place_names, place_names_en};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;

const ID: &str = "identity-number-mismatch";

pub fn judge(case: &Case<'_>) -> Outcome {
    mismatches(case, case.id_number(), &numbers(case), |places, expected, sure| {
        let (kind, fact) = places[0];
        let doubt = if sure { "" } else { "可能" };
        case.flag(ID, Case::by_sureness(sure)).fact(kind, "number", fact).expected(expected).says(
            format!("{}上的证件号码与报名信息{doubt}不一致，请核对后提交与本人证件一致的材料。", place_names(places)),
            format!("The identity number on {} {} from the registered one.", place_names_en(places), if sure { "differs" } else { "may differ" }),
        )
    })
}

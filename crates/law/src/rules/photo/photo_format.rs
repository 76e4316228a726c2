//! `photo-format`
//!
//! ## What is wrong
//! The content is not JPEG, whatever the name says. Message text lives in this file, as in every rule of this folder.
//!
//! ## Evidence
//! The first bytes of the file. An empty file is `photo-corrupt`, not this.
//!
//! ## Cannot tell
//! Never: the bytes decide.

use super::{REMEDY, draft, photo};
use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;
use crate::vocabulary::photo::FileFormat;

const ID: &str = "photo-format";

pub fn judge(case: &Case<'_>) -> Outcome {
    let photo = match photo(case) {
        Ok(photo) => photo,
        Err(outcome) => return outcome,
    };
    match photo.format {
        FileFormat::Jpeg | FileFormat::Empty => Outcome::Holds,
        other => Outcome::maybe(Some(
            draft(case, ID, Severity::Reject)
                .field("format")
                .expected("JPEG")
                .observed(other.name())
                .says(format!("个人照片的实际格式为 {}，不是 JPEG，{REMEDY}", other.name()), format!("The photo is {}, not JPEG.", other.name())),
        )),
    }
}

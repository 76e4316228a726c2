//! `material-unknown`
//!
//! ## What is wrong
//! A file whose name matches no material.
//!
//! ## Evidence
//! The file's name against the names and aliases of the configuration.
//!
//! ## Cannot tell
//! Never; a refused file is `input-refused`.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "material-unknown";

pub fn judge(case: &Case<'_>) -> Outcome {
    let unknown = case.submission.files.iter().filter(|f| f.kind.is_none() && f.refused.is_none());
    let flags = unknown
        .map(|f| {
            case.flag(ID, Severity::Note).field(&*f.name).observed(&*f.name).says(
                format!("文件“{}”的名称不对应任何材料，未参与审核；如为所需材料，请按材料名称命名后重新上传。", f.name),
                format!("No material is named like the file {}; it was not judged.", f.name),
            )
        })
        .collect();
    Outcome::of(flags)
}

//! `material-unknown`
//!
//! ## What is wrong
//! A file whose name matches no material.
//!
//! ## Evidence
//! The file's name against the names and aliases of the configuration, and no page of it that shows a material.
//!
//! ## Cannot tell
//! Never; a refused file is `input-refused`.

use crate::rules::case::Case;
use crate::rules::flagging::Outcome;
use crate::vocabulary::finding::Severity;

const ID: &str = "material-unknown";

pub fn judge(case: &Case<'_>) -> Outcome {
    // What its pages show is told where it is judged.
    let shown = |file: &str| case.documents.pages.iter().any(|p| p.file == file && p.material.is_some());
    let unknown = case.submission.files.iter().filter(|f| f.kind.is_none() && f.refused.is_none() && !shown(&f.name));
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

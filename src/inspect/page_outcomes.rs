//! The outcomes of pages that could not be read, in the clerk's language.

use super::picture::PictureError;
use crate::vocabulary::documents::PageOutcome;
use crate::vocabulary::material::MaterialKind;

/// Less of a picture than this was decoded: the page counts as unreadable, whatever can still be seen.
pub const WHOLE: f32 = 0.97;

pub fn refused_or_unreadable(error: &PictureError) -> PageOutcome {
    let why = error.to_string();
    if error.is_refusal() { PageOutcome::Refused { why } } else { PageOutcome::Unreadable { why } }
}

pub fn incomplete(fraction: f32) -> PageOutcome {
    PageOutcome::Unreadable { why: format!("图片数据不完整，只解出约 {:.0}%", fraction * 100.0) }
}

/// The page bears no print, or the part of it that was handed to a recogniser has no pixels.
pub fn no_text() -> PageOutcome {
    PageOutcome::Illegible { why: "页面上没有可辨认的文字".to_owned() }
}

pub fn nothing_found(material: MaterialKind) -> PageOutcome {
    PageOutcome::Illegible { why: format!("页面上没有找到{material}的内容") }
}

/// Too dark or too blurred for any of its print to be read.
pub fn too_poor() -> PageOutcome {
    PageOutcome::Illegible { why: "页面过暗、过糊或为空，无法辨认任何文字".to_owned() }
}

//! The documents that are read: one file a document, one row in [`READERS`]. Judges nothing.
//! Which document a page shows ([`super::classify`]) and who reads it ([`super::submission`]) both follow from this
//! table.

pub mod completion_certificate;
pub mod diploma;
pub mod form;
pub mod id_card;
pub mod prior_certificate;

use super::context::DocumentContext;
use super::form_page::{FormPage, WholeForm};
use super::printed::PrintedPage;
use crate::ocr::OcrError;
use crate::vocabulary::documents::SeenAs;
use crate::vocabulary::further::DocumentFacts;
use crate::vocabulary::material::MaterialKind;

/// How one material is told from others and read.
pub struct Reader {
    pub material: MaterialKind,
    /// Titles as the sources and offices print them; those of forms stand in the forms' files. Of titles that fit equally well the first wins, so a longer one
    /// goes before one that it contains.
    pub titles: &'static [&'static str],
    /// Words that only this document bears, all of them together: they tell it where its title cannot be read.
    pub words: &'static [&'static str],
    pub read: Read,
}

impl Reader {
    /// What is filled in by hand, as the files in `rules/forms/` say.
    const fn of_form(material: MaterialKind, read: Read) -> Self {
        Self { material, titles: &[], words: &[], read }
    }
}

/// What a reader is handed.
#[derive(Clone, Copy)]
pub enum Read {
    /// All pages of a form that is filled in by hand, once they are there.
    Pages(ReadPages),
    /// One page that is filled in by hand.
    Form(fn(&FormPage, &DocumentContext) -> Result<DocumentFacts, OcrError>),
    /// One printed page, and what its title or words showed.
    Printed(fn(&PrintedPage, Option<&SeenAs>, &DocumentContext) -> Result<DocumentFacts, OcrError>),
}

/// Reads the forms that some pages are made of.
pub type ReadPages = fn(&[FormPage], &DocumentContext) -> Result<Vec<WholeForm>, OcrError>;

/// Every document that is read, in the order in which titles are compared.
pub const READERS: &[Reader] = &[
    Reader::of_form(MaterialKind::ApplicationForm, Read::Pages(form::read)),
    Reader::of_form(MaterialKind::WorkCommitment, Read::Form(form::read_letter)),
    Reader::of_form(MaterialKind::EducationCommitment, Read::Form(form::read_letter)),
    Reader::of_form(MaterialKind::TrainingCommitment, Read::Form(form::read_letter)),
    Reader::of_form(MaterialKind::IntentCommitment, Read::Form(form::read_letter)),
    Reader {
        material: MaterialKind::PriorCertificate,
        titles: &["职业技能等级证书", "职业资格证书"],
        words: &["技能等级", "证书编号", "职业名称"],
        read: Read::Printed(prior_certificate::read),
    },
    Reader {
        material: MaterialKind::Diploma,
        titles: &[
            "普通高等学校毕业证书",
            "中等职业学校毕业证书",
            "硕士研究生毕业证书",
            "博士研究生毕业证书",
            "成人高等教育毕业证书",
            "技工院校毕业证书",
            "技工学校毕业证书",
            "毕业证书",
        ],
        words: &["准予毕业"],
        read: Read::Printed(diploma::read),
    },
    Reader {
        material: MaterialKind::CompletionCertificate,
        titles: &["培训结业证书", "结业证书"],
        words: &["准予结业"],
        read: Read::Printed(completion_certificate::read),
    },
    Reader {
        material: MaterialKind::IdCardBack,
        titles: &["居民身份证"],
        words: &[],
        read: Read::Printed(id_card::read_back),
    },
    // bears no title: see `id_card::portrait_side`
    Reader { material: MaterialKind::IdCardFront, titles: &[], words: &[], read: Read::Printed(id_card::read_front) },
];

/// Who reads this material; `None` for the photo, which `photo` measures, and for what is not read.
pub fn reader(material: MaterialKind) -> Option<&'static Reader> {
    READERS.iter().find(|r| r.material == material)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_material_has_one_reader_of_its_sort() {
        for (i, reader) in READERS.iter().enumerate() {
            assert!(READERS[..i].iter().all(|r| r.material != reader.material), "{}", reader.material);
            assert_eq!(reader.material.is_form(), !matches!(reader.read, Read::Printed(_)), "{}", reader.material);
        }
    }

    #[test]
    fn a_title_goes_before_one_that_it_contains() {
        let titles: Vec<&str> = READERS.iter().flat_map(|r| r.titles).copied().collect();
        for (i, title) in titles.iter().enumerate() {
            assert!(!titles[..i].iter().any(|before| title.contains(before)), "{title}");
        }
    }
}

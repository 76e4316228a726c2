//! What was read from each kind of document: one file a document, one `Fact` a field.
//! These are facts only; nothing here says whether they are right.

mod alteration;
mod application_form;
mod commitment;
mod completion_certificate;
mod diploma;
mod field;
mod further;
mod id_card;
mod pair;
mod prior_certificate;

pub use alteration::{Alteration, AlterationKind};
pub use application_form::{
    ApplicationForm, ConditionCandidate, ConditionCopy, PRIOR_CERTIFICATE, SchoolSentence, WorkSentence,
};
pub use commitment::Commitment;
pub use completion_certificate::CompletionCertificate;
pub use diploma::{Diploma, SchoolKind, Schooling};
pub use field::{At, Field, FieldValue, Fields, Label, Member, Visitor, VisitorMut};
pub use further::{DocumentFacts, Further};
pub use id_card::{IdCardBack, IdCardFront, Sex};
pub use pair::{FormId, Pair};
pub use prior_certificate::PriorCertificate;

use super::material::MaterialKind;
use super::photo::PhotoFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that was read of one submission.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Documents {
    /// One entry a page of every file that was opened or should have been, in order of material and page.
    pub pages: Vec<PageFacts>,
    pub photo: Option<PhotoFacts>,
    pub id_card_front: Option<IdCardFront>,
    pub id_card_back: Option<IdCardBack>,
    pub application_form: Option<ApplicationForm>,
    pub work_commitment: Option<Commitment>,
    pub education_commitment: Option<Commitment>,
    pub training_commitment: Option<Commitment>,
    pub intent_commitment: Option<Commitment>,
    pub prior_certificate: Option<PriorCertificate>,
    pub diploma: Option<Diploma>,
    pub completion_certificate: Option<CompletionCertificate>,
    /// Documents beside the first one of their kind that say something else: each is judged in the first one's place,
    /// too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Further>,
    /// What people said of this submission that contradicts each other, and nobody has settled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<Contradiction>,
}

/// Two people said different things about one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// A field's name, a file, or `submission`.
    pub about: String,
    pub who: [String; 2],
    /// What each of them said.
    pub said: [String; 2],
}

/// Ties each material that holds fields to its place in [`Documents`].
macro_rules! documents {
    ($($material:ident: $place:ident as $document:ty;)+) => {
        /// Every material that holds fields, with them, in the order of the findings.
        pub const DOCUMENTS: &[(MaterialKind, &[Field])] = &[$((MaterialKind::$material, <$document as Fields>::FIELDS)),+];

        impl Documents {
            /// Visits every field of the first document of each kind, in the order of [`DOCUMENTS`].
            pub fn visit<'a>(&'a self, visitor: &mut impl Visitor<'a>) {
                $(if let Some(document) = &self.$place {
                    visitor.document(MaterialKind::$material);
                    document.visit(visitor);
                })+
            }

            /// Makes place for a document that nothing was read of; a material without fields has none.
            pub fn begin(&mut self, material: MaterialKind) {
                match material {
                    $(MaterialKind::$material => drop(self.$place.get_or_insert_default()),)+
                    MaterialKind::Photo | MaterialKind::Other => {}
                }
            }

            /// The same, and the visitor may change them.
            pub fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
                $(if let Some(document) = &mut self.$place {
                    visitor.document(MaterialKind::$material);
                    document.visit_mut(visitor);
                })+
            }
        }
    };
}

documents! {
    IdCardFront: id_card_front as IdCardFront;
    IdCardBack: id_card_back as IdCardBack;
    ApplicationForm: application_form as ApplicationForm;
    WorkCommitment: work_commitment as Commitment;
    EducationCommitment: education_commitment as Commitment;
    TrainingCommitment: training_commitment as Commitment;
    IntentCommitment: intent_commitment as Commitment;
    PriorCertificate: prior_certificate as PriorCertificate;
    Diploma: diploma as Diploma;
    CompletionCertificate: completion_certificate as CompletionCertificate;
}

/// Every field that some document declares, those of sentences too. A name may come more than once.
pub fn every_field() -> impl Iterator<Item = &'static Field> {
    DOCUMENTS.iter().flat_map(|(_, fields)| *fields).flat_map(Field::with_parts)
}

impl Documents {
    pub fn commitment(&self, kind: MaterialKind) -> Option<&Commitment> {
        match kind {
            MaterialKind::WorkCommitment => self.work_commitment.as_ref(),
            MaterialKind::EducationCommitment => self.education_commitment.as_ref(),
            MaterialKind::TrainingCommitment => self.training_commitment.as_ref(),
            MaterialKind::IntentCommitment => self.intent_commitment.as_ref(),
            _ => None,
        }
    }

    pub fn commitments(&self) -> impl Iterator<Item = (MaterialKind, &Commitment)> {
        [
            MaterialKind::WorkCommitment,
            MaterialKind::EducationCommitment,
            MaterialKind::TrainingCommitment,
            MaterialKind::IntentCommitment,
        ]
        .into_iter()
        .filter_map(|k| self.commitment(k).map(|c| (k, c)))
    }

    /// Number of the next page of a material; pages that nobody can name count together.
    pub fn next_page(&self, material: Option<MaterialKind>) -> u16 {
        // From the end: of 100,000 refused files each would go over all before it.
        self.pages.iter().rev().find(|p| p.material == material).map_or(1, |last| last.page.saturating_add(1))
    }

    /// Notes a page of a file whose name says `named`, under the material as which it is judged.
    pub fn push_page(
        &mut self,
        file: &str,
        in_file: u16,
        named: Option<MaterialKind>,
        material: Option<MaterialKind>,
        seen: SeenPage,
    ) {
        let page = self.next_page(material);
        let filed_as = (material != named).then(|| named.map_or(FiledAs::Unnamed, FiledAs::Material));
        let SeenPage { outcome, seen_as, sheet } = seen;
        self.pages.push(PageFacts {
            file: file.to_owned(),
            material,
            filed_as,
            page,
            in_file: Some(in_file),
            outcome,
            seen_as,
            perceptual_hash: None,
            sheet,
            assigned: None,
        });
    }

    /// The pages of one material, in order.
    pub fn pages_of(&self, kind: MaterialKind) -> impl Iterator<Item = &PageFacts> {
        self.pages.iter().filter(move |p| p.material == Some(kind))
    }
}

/// What is told of a page besides its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenPage {
    pub outcome: PageOutcome,
    pub seen_as: Option<SeenAs>,
    pub sheet: Option<SheetFacts>,
}

impl SeenPage {
    /// Nothing but its outcome.
    pub fn only(outcome: PageOutcome) -> Self {
        Self { outcome, seen_as: None, sheet: None }
    }
}

/// As what a page is judged whose file's name says `named`: as what it surely shows (at least at `threshold`, 0–1),
/// else as what the name says.
/// `None`: neither tells. A page that surely shows no material stays under its name.
pub fn judged_as(named: Option<MaterialKind>, seen: Option<&SeenAs>, threshold: f32) -> Option<MaterialKind> {
    seen.filter(|s| s.confidence >= threshold).and_then(|s| s.kind).or(named)
}

/// One page as a picture, before anything is read from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageFacts {
    /// The file's path inside the submission, `/`-separated.
    pub file: String,
    /// What it is judged as: what it surely shows, else what its file's name says. `None`: neither tells.
    pub material: Option<MaterialKind>,
    /// What its file's name says, where that is something else than `material`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed_as: Option<FiledAs>,
    /// From 1, over all pages of the material.
    pub page: u16,
    /// From 1, in its file. `None` in outputs of versions that did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_file: Option<u16>,
    pub outcome: PageOutcome,
    /// What the page itself shows, read from its title or its look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_as: Option<SeenAs>,
    /// Perceptual hash (64 bit, hex) of the upright page; `None` if it was not opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perceptual_hash: Option<String>,
    /// How the sheet lies in the picture; `None` if none was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<SheetFacts>,
    /// Somebody said what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Box<Assignment>>,
}

/// What somebody said a page is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    pub who: String,
    /// In Beijing: `2026-11-30T08:12:05`.
    pub time: String,
    /// `None`: it belongs to another person.
    pub material: Option<MaterialKind>,
    /// The page was read as that material. Left out where it was not: then its fields are those that somebody fills in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read: bool,
}

/// A page that somebody said is a material, for whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AssignedPage {
    /// The file's path inside the submission, `/`-separated.
    pub file: String,
    /// From 1, in its file; left out: every page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_file: Option<u16>,
    pub material: MaterialKind,
}

/// The documents as they were read knowing what people said that pages are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AsAssigned {
    /// What was said, in order of file and page.
    pub pages: Vec<AssignedPage>,
    pub documents: Documents,
}

/// Documents cannot cause errors, only this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum PageOutcome {
    /// Opened, and read as far as its kind is read at all.
    Read,
    /// Opened, but nothing on it can be read (black, blurred beyond reading, empty).
    Illegible { why: String },
    /// Not a picture or not a whole one.
    Unreadable { why: String },
    /// Refused before opening: a link, over a limit, made to do harm.
    Refused { why: String },
    /// Opened, but this version reads nothing from this kind.
    NotRead,
    /// Opened; there is nothing on it to be judged: the blank back of a sheet, printed instructions.
    Blank { why: String },
}

/// The name under which a page was handed in that shows something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiledAs {
    Material(MaterialKind),
    /// The file's name is no material's.
    Unnamed,
}

/// The kind that a page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeenAs {
    /// `None`: it is surely none of the kinds that are known.
    pub kind: Option<MaterialKind>,
    /// 0–1.
    pub confidence: f32,
    /// The title as read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The sheet (or card) in the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SheetFacts {
    /// Corners in pixels of the picture after EXIF orientation: top left, top right, bottom right, bottom left of the
    /// *upright* sheet.
    pub corners: [[f32; 2]; 4],
    /// Quarter turns clockwise that made the picture upright (0–3).
    pub turned: u8,
    /// 0–1: how surely the sheet was found.
    pub confidence: f32,
    /// 0–1: the part of the sheet that is in the picture and not torn off; `None` if that cannot be told.
    pub visible: Option<f32>,
    /// Edge sharpness: 90th percentile of the gradient across printed strokes over the stroke contrast, per pixel at
    /// 200 dpi; higher is sharper.
    pub sharpness: Option<f32>,
    /// 0–1: the part of the sheet lost in glare (clipped to white without print where print should be).
    pub glare: Option<f32>,
    /// 0–1: how far the colour of its most colourful places lies from the sheet's own (0 is a black-and-white copy).
    pub chroma: Option<f32>,
    /// 0–1: the part of the sheet covered by something dark that is not print (stain, finger, object).
    #[serde(default)]
    pub stain: Option<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_field_has_its_words_in_both_languages() {
        for field in every_field() {
            let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let words = [Some(field.label), field.numbered].into_iter().flatten();
            assert!(
                han(field.zh) && words.into_iter().all(|l| han(l.zh) && !l.en.is_empty() && l.en.is_ascii()),
                "{field:?}"
            );
        }
    }

    #[test]
    fn fields_of_one_name_are_shown_and_hidden_alike() {
        let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
        for field in every_field() {
            let first = seen.entry(field.name).or_insert(field);
            assert_eq!(
                (first.label, first.personal, first.signature),
                (field.label, field.personal, field.signature),
                "{}",
                field.name
            );
        }
    }

    #[test]
    fn every_document_is_tied_to_its_material() {
        let serde_json::Value::Object(all) = serde_json::to_value(Documents::default()).unwrap() else {
            panic!("no object")
        };
        let documents: Vec<&str> = all
            .keys()
            .map(String::as_str)
            .filter(|k| !["pages", "photo", "further", "contradictions"].contains(k))
            .collect();
        assert_eq!(documents, DOCUMENTS.iter().map(|(material, _)| material.key()).collect::<Vec<_>>());
    }
}

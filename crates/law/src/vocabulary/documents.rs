//! What was read from each kind of document: one struct a document, one `Fact` a blank.
//! These are facts only; nothing here says whether they are right.

use super::calendar::{SpanEnd, ValidUntil, WrittenDate, WrittenMonth};
use super::fact::{CopyOutcome, Fact, Place, Verification};
use super::further::Further;
use super::level::Level;
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
    /// Documents beside the first one of their kind that say something else: each is judged in the first one's place, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Further>,
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
        [MaterialKind::WorkCommitment, MaterialKind::EducationCommitment, MaterialKind::TrainingCommitment, MaterialKind::IntentCommitment]
            .into_iter()
            .filter_map(|k| self.commitment(k).map(|c| (k, c)))
    }

    /// Number of the next page of a material; pages that nobody can name count together.
    pub fn next_page(&self, material: Option<MaterialKind>) -> u16 {
        u16::try_from(self.pages.iter().filter(|p| p.material == material).count() + 1).unwrap_or(u16::MAX)
    }

    /// Notes a page of a file whose name says `named`, under the material as which it is judged.
    pub fn push_page(&mut self, file: &str, in_file: u16, named: Option<MaterialKind>, material: Option<MaterialKind>, seen: SeenPage) {
        let page = self.next_page(material);
        let filed_as = (material != named).then(|| named.map_or(FiledAs::Unnamed, FiledAs::Material));
        let SeenPage { outcome, seen_as, sheet } = seen;
        self.pages.push(PageFacts { file: file.to_owned(), material, filed_as, page, in_file: Some(in_file), outcome, seen_as, perceptual_hash: None, sheet });
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

/// As what a page is judged whose file's name says `named`: as what it surely shows (at least at `threshold`, 0–1), else as what the name says.
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
    /// Corners in pixels of the picture after EXIF orientation: top left, top right, bottom right, bottom left of the *upright* sheet.
    pub corners: [[f32; 2]; 4],
    /// Quarter turns clockwise that made the picture upright (0–3).
    pub turned: u8,
    /// 0–1: how surely the sheet was found.
    pub confidence: f32,
    /// 0–1: the part of the sheet that is in the picture and not torn off; `None` if that cannot be told.
    pub visible: Option<f32>,
    /// Edge sharpness: 90th percentile of the gradient across printed strokes over the stroke contrast, per pixel at 200 dpi; higher is sharper.
    pub sharpness: Option<f32>,
    /// 0–1: the part of the sheet lost in glare (clipped to white without print where print should be).
    pub glare: Option<f32>,
    /// 0–1: mean chroma of the sheet over 128 (0 is a black-and-white copy).
    pub chroma: Option<f32>,
    /// 0–1: the part of the sheet covered by something dark that is not print (stain, finger, object).
    #[serde(default)]
    pub stain: Option<f32>,
}

/// A correction, seen on the paper itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alteration {
    pub kind: AlterationKind,
    /// The blank it lies in, by the name of its fact.
    pub field: String,
    /// 0–1.
    pub confidence: f32,
    pub place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlterationKind {
    StruckOut,
    Overwritten,
    Patched,
}

/// The copied condition, compared with every condition of the closed list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionCopy {
    /// The cell itself: blank, illegible, or read (its `text` is the best candidate's, its `free` the free reading).
    pub fact: Fact<String>,
    /// Candidates by fit, best first, at most five: text and its alignment.
    pub candidates: Vec<ConditionCandidate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionCandidate {
    pub text: String,
    pub outcome: CopyOutcome,
    /// Nats above the free path; 0 is a perfect fit.
    pub gap: f32,
}

impl ConditionCopy {
    /// How well this text fits, if it was among the five best candidates or was verified.
    pub fn verification(&self) -> Option<&Verification> {
        self.fact.verified.as_ref()
    }
}

/// One 工作经历 sentence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WorkSentence {
    pub start: Fact<WrittenMonth>,
    pub end: Fact<SpanEnd>,
    pub employer: Fact<String>,
    pub occupation_start: Fact<WrittenMonth>,
    pub occupation_end: Fact<SpanEnd>,
    pub occupation: Fact<String>,
    /// 共X年, in years (a fraction is fine).
    pub years: Fact<f32>,
    pub signature: Fact<String>,
    pub signed_on: Fact<WrittenDate>,
}

impl WorkSentence {
    /// Is anything at all written in this sentence?
    pub fn is_filled(&self) -> bool {
        self.start.is_filled() || self.end.is_filled() || self.employer.is_filled() || self.occupation.is_filled() || self.years.is_filled()
    }
}

/// 技工院校、职业院校学历.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SchoolSentence {
    pub start: Fact<WrittenMonth>,
    pub end: Fact<SpanEnd>,
    pub school: Fact<String>,
    pub major: Fact<String>,
    pub signature: Fact<String>,
    pub signed_on: Fact<WrittenDate>,
}

impl SchoolSentence {
    pub fn is_filled(&self) -> bool {
        self.start.is_filled() || self.end.is_filled() || self.school.is_filled() || self.major.is_filled()
    }
}

/// 北京市职业技能认定申报表.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ApplicationForm {
    pub name: Fact<String>,
    pub number: Fact<String>,
    pub prior_occupation: Fact<String>,
    pub prior_level: Fact<Level>,
    pub prior_certificate_number: Fact<String>,
    pub occupation: Fact<String>,
    pub level: Fact<Level>,
    pub condition: Option<ConditionCopy>,
    pub chsi_code: Fact<String>,
    pub work: Vec<WorkSentence>,
    pub education: SchoolSentence,
    pub alterations: Vec<Alteration>,
    /// Were alterations looked for at all?
    pub alterations_judged: bool,
}

/// Any of the four 承诺书: the same head; what a kind does not have stays `NotFound`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Commitment {
    pub name: Fact<String>,
    pub number: Fact<String>,
    pub occupation: Fact<String>,
    pub level: Fact<Level>,
    /// 工作经历, 培训经历: the span.
    pub start: Fact<WrittenMonth>,
    pub end: Fact<SpanEnd>,
    /// 工作经历: 共X年.
    pub years: Fact<f32>,
    /// 学历: 本人学历X.
    pub education: Fact<String>,
    /// 培训经历: where, and how many hours.
    pub institution: Fact<String>,
    pub hours: Fact<u32>,
    pub signature: Fact<String>,
    pub mobile: Fact<String>,
    /// 工作承诺书: the date beside the signature, where the form has one.
    pub signed_on: Fact<WrittenDate>,
    pub alterations: Vec<Alteration>,
    pub alterations_judged: bool,
}

/// 居民身份证, portrait side (also the other kinds' side that bears name and number).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct IdCardFront {
    pub name: Fact<String>,
    pub sex: Fact<Sex>,
    pub ethnicity: Fact<String>,
    pub birth_date: Fact<WrittenDate>,
    pub address: Fact<String>,
    pub number: Fact<String>,
}

/// 居民身份证, emblem side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct IdCardBack {
    pub authority: Fact<String>,
    pub valid_from: Fact<WrittenDate>,
    pub valid_to: Fact<ValidUntil>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub fn name(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }

    pub fn parse(s: &str) -> Option<Self> {
        match s.trim() {
            "男" | "男性" | "M" => Some(Self::Male),
            "女" | "女性" | "F" => Some(Self::Female),
            _ => None,
        }
    }
}

/// 上一级别证书.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PriorCertificate {
    pub name: Fact<String>,
    pub number: Fact<String>,
    pub certificate_occupation: Fact<String>,
    pub certificate_level: Fact<Level>,
    pub certificate_number: Fact<String>,
    pub issued_on: Fact<WrittenDate>,
}

/// 毕业证书.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Diploma {
    pub title: Fact<String>,
    pub name: Fact<String>,
    pub number: Fact<String>,
    pub sex: Fact<Sex>,
    pub birth_date: Fact<WrittenDate>,
    pub start: Fact<WrittenMonth>,
    pub end: Fact<WrittenMonth>,
    pub major: Fact<String>,
    pub school: Fact<String>,
    /// The kind of school, from title, track (高级工班, 专科 …) and the school's name.
    pub schooling: Fact<Schooling>,
    pub diploma_number: Fact<String>,
    pub issued_on: Fact<WrittenDate>,
}

/// What kind of schooling a document shows. The sources' four major lists go by [`SchoolKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schooling {
    /// 技工院校 中级工班 (or a 技工学校 without a word on the class)
    TechnicalIntermediate,
    /// 技工院校 高级工班, 高级技工学校
    TechnicalSenior,
    /// 技师学院 预备技师班, 技师班
    TechnicalTechnician,
    /// 中专, 职高, 中等职业学校
    SecondaryVocational,
    /// 高职, 专科
    HigherVocational,
    /// 本科
    Bachelor,
    /// 硕士研究生
    Master,
    /// 博士研究生
    Doctor,
}

/// The school kinds by which the sources list majors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SchoolKind {
    /// 技工学校
    Technical,
    /// 中等(及以上)职业学校
    SecondaryVocational,
    /// 高等职业学校
    HigherVocational,
    /// 本科院校, 普通高等学校
    University,
}

impl SchoolKind {
    pub const ALL: [Self; 4] = [Self::Technical, Self::SecondaryVocational, Self::HigherVocational, Self::University];

    pub fn name(self) -> &'static str {
        match self {
            Self::Technical => "技工学校",
            Self::SecondaryVocational => "中等职业学校",
            Self::HigherVocational => "高等职业学校",
            Self::University => "普通高等学校",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

impl Schooling {
    pub const ALL: [Self; 8] = [
        Self::TechnicalIntermediate,
        Self::TechnicalSenior,
        Self::TechnicalTechnician,
        Self::SecondaryVocational,
        Self::HigherVocational,
        Self::Bachelor,
        Self::Master,
        Self::Doctor,
    ];

    /// The schooling with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    pub fn kind(self) -> SchoolKind {
        match self {
            Self::TechnicalIntermediate | Self::TechnicalSenior | Self::TechnicalTechnician => SchoolKind::Technical,
            Self::SecondaryVocational => SchoolKind::SecondaryVocational,
            Self::HigherVocational => SchoolKind::HigherVocational,
            Self::Bachelor | Self::Master | Self::Doctor => SchoolKind::University,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::TechnicalIntermediate => "技工院校（中级工班）",
            Self::TechnicalSenior => "技工院校（高级工班）",
            Self::TechnicalTechnician => "技师学院（预备技师班、技师班）",
            Self::SecondaryVocational => "中等职业学校",
            Self::HigherVocational => "高职、专科",
            Self::Bachelor => "本科",
            Self::Master => "硕士研究生",
            Self::Doctor => "博士研究生",
        }
    }
}

/// 结业证书.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CompletionCertificate {
    pub name: Fact<String>,
    pub number: Fact<String>,
    pub training_occupation: Fact<String>,
    pub training_level: Fact<Level>,
    pub start: Fact<WrittenMonth>,
    pub end: Fact<WrittenMonth>,
    pub hours: Fact<u32>,
    pub certificate_number: Fact<String>,
    pub issued_on: Fact<WrittenDate>,
}

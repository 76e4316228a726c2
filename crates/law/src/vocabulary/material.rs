//! The kinds of material that an applicant hands in, by the names that the sources use (DOMAIN §2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaterialKind {
    IdCardFront,
    IdCardBack,
    Photo,
    ApplicationForm,
    WorkCommitment,
    EducationCommitment,
    TrainingCommitment,
    IntentCommitment,
    Diploma,
    PriorCertificate,
    CompletionCertificate,
    Other,
}

impl MaterialKind {
    pub const ALL: [Self; 12] = [
        Self::IdCardFront,
        Self::IdCardBack,
        Self::Photo,
        Self::ApplicationForm,
        Self::WorkCommitment,
        Self::EducationCommitment,
        Self::TrainingCommitment,
        Self::IntentCommitment,
        Self::Diploma,
        Self::PriorCertificate,
        Self::CompletionCertificate,
        Self::Other,
    ];

    /// The canonical file stem, and the word for it in every message and in the `document` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::IdCardFront => "身份证人像面",
            Self::IdCardBack => "身份证国徽面",
            Self::Photo => "个人照片",
            Self::ApplicationForm => "申报表",
            Self::WorkCommitment => "工作经历承诺书",
            Self::EducationCommitment => "学历承诺书",
            Self::TrainingCommitment => "培训经历承诺书",
            Self::IntentCommitment => "工作承诺书",
            Self::Diploma => "毕业证书",
            Self::PriorCertificate => "上一级别证书",
            Self::CompletionCertificate => "结业证书",
            Self::Other => "其他",
        }
    }

    /// The material with this canonical name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// The English word, for `--lang en`.
    pub fn english(self) -> &'static str {
        match self {
            Self::IdCardFront => "ID card (portrait side)",
            Self::IdCardBack => "ID card (emblem side)",
            Self::Photo => "photo",
            Self::ApplicationForm => "application form",
            Self::WorkCommitment => "work commitment letter",
            Self::EducationCommitment => "education commitment letter",
            Self::TrainingCommitment => "training commitment letter",
            Self::IntentCommitment => "letter of intent to work",
            Self::Diploma => "diploma",
            Self::PriorCertificate => "prior certificate",
            Self::CompletionCertificate => "training completion certificate",
            Self::Other => "other material",
        }
    }

    /// Is it filled in by hand on a printed form?
    pub fn is_form(self) -> bool {
        matches!(self, Self::ApplicationForm | Self::WorkCommitment | Self::EducationCommitment | Self::TrainingCommitment | Self::IntentCommitment)
    }
}

impl fmt::Display for MaterialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

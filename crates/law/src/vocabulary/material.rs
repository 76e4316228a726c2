//! The kinds of material that an applicant hands in, by the names that the sources use (docs/domain.md, "Missing
//! materials").
//! Names them; which of them a condition asks for stands in the packs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares the materials, each with its key, its Chinese and its English name, in the order in which they are listed
/// everywhere.
macro_rules! materials {
    ($($kind:ident: $key:literal, $zh:literal, $en:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum MaterialKind {
            $($kind,)+
        }

        impl MaterialKind {
            pub const ALL: [Self; [$($key),+].len()] = [$(Self::$kind),+];

            /// `application_form` …: the key in the findings, and the first part of a fact's name.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$kind => $key,)+
                }
            }

            /// The canonical file stem, and the word for it in every message and in the `document` column.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $zh,)+
                }
            }

            /// The English word, for `--lang en`.
            pub fn english(self) -> &'static str {
                match self {
                    $(Self::$kind => $en,)+
                }
            }
        }
    };
}

materials! {
    IdCardFront: "id_card_front", "身份证人像面", "ID card (portrait side)";
    IdCardBack: "id_card_back", "身份证国徽面", "ID card (emblem side)";
    Photo: "photo", "个人照片", "photo";
    ApplicationForm: "application_form", "申报表", "application form";
    WorkCommitment: "work_commitment", "工作经历承诺书", "work commitment letter";
    EducationCommitment: "education_commitment", "学历承诺书", "education commitment letter";
    TrainingCommitment: "training_commitment", "培训经历承诺书", "training commitment letter";
    IntentCommitment: "intent_commitment", "工作承诺书", "letter of intent to work";
    Diploma: "diploma", "毕业证书", "diploma";
    PriorCertificate: "prior_certificate", "上一级别证书", "prior certificate";
    CompletionCertificate: "completion_certificate", "结业证书", "training completion certificate";
    Other: "other", "其他", "other material";
}

impl MaterialKind {
    /// The material with this canonical name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// The material and the field within it, of a name that names both: `application_form.work[0].start`, also of a
    /// further file of its kind (`further[1].application_form.name`). What names no material is as it is: `submission`, a
    /// file's name.
    pub fn of_field(name: &str) -> (Option<Self>, &str) {
        let own = name.strip_prefix("further[").and_then(|a| a.split_once("].")).map_or(name, |(_, own)| own);
        let within = |m: Self| own.strip_prefix(m.key()).and_then(|rest| rest.strip_prefix('.'));
        let found = Self::ALL.into_iter().find_map(|m| Some((m, within(m)?)));
        found.map_or((None, name), |(material, field)| (Some(material), field))
    }

    /// Is it filled in by hand on a printed form?
    pub fn is_form(self) -> bool {
        matches!(
            self,
            Self::ApplicationForm
                | Self::WorkCommitment
                | Self::EducationCommitment
                | Self::TrainingCommitment
                | Self::IntentCommitment
        )
    }
}

impl fmt::Display for MaterialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_findings() {
        for kind in MaterialKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
        }
    }

    #[test]
    fn a_material_stands_apart_from_its_field() {
        for (name, material, field) in [
            ("submission", None, "submission"),
            ("照片.jpg", None, "照片.jpg"),
            ("diploma", None, "diploma"),
            ("application_form.work[0].start", Some(MaterialKind::ApplicationForm), "work[0].start"),
            ("further[1].application_form.name", Some(MaterialKind::ApplicationForm), "name"),
        ] {
            assert_eq!(MaterialKind::of_field(name), (material, field), "{name}");
        }
    }
}

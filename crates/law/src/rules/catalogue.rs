//! Every rule, in the order of fixtures/RULES.md.
//! Adds nothing to what the rules' own files declare.

use super::rule::Rule;
use super::{certificate, education, form, identity, material, photo, reading, registration, work};
use crate::vocabulary::finding::{Severity, Shows};
use crate::vocabulary::outcome::RuleTitle;

/// In this order rules are judged and listed.
pub const RULES: &[Rule] = &[
    photo::photo_format::RULE,
    photo::photo_bytes::RULE,
    photo::photo_dimensions::RULE,
    photo::photo_aspect::RULE,
    photo::photo_corrupt::RULE,
    photo::photo_grayscale::RULE,
    photo::photo_background::RULE,
    photo::photo_face_count::RULE,
    photo::photo_head_position::RULE,
    photo::photo_eyes::RULE,
    photo::photo_mouth::RULE,
    photo::photo_glasses::RULE,
    photo::photo_occlusion::RULE,
    photo::photo_headwear::RULE,
    photo::photo_sharpness::RULE,
    photo::photo_exposure::RULE,
    photo::photo_clothing::RULE,
    photo::photo_of_id_card::RULE,
    photo::photo_recaptured::RULE,
    photo::photo_stretched::RULE,
    photo::photo_duplicate::RULE,
    material::material_missing::RULE,
    material::material_unreadable::RULE,
    material::material_wrong_kind::RULE,
    material::material_unrequired::RULE,
    material::material_unknown::RULE,
    material::material_duplicate::RULE,
    material::material_of_another_person::RULE,
    identity::identity_number_invalid::RULE,
    identity::identity_kind::RULE,
    identity::identity_number_mismatch::RULE,
    identity::identity_name_mismatch::RULE,
    identity::identity_birth_date::RULE,
    identity::identity_sex::RULE,
    identity::identity_card_expired::RULE,
    identity::identity_card_unclear::RULE,
    identity::identity_underage::RULE,
    identity::identity_duplicate::RULE,
    registration::registration_missing::RULE,
    registration::registration_orphan::RULE,
    registration::registration_duplicate::RULE,
    registration::registration_conflict::RULE,
    registration::registration_field::RULE,
    registration::registration_condition::RULE,
    registration::plan_not_offered::RULE,
    registration::plan_month::RULE,
    registration::fee_amount::RULE,
    form::form_template::RULE,
    form::form_condition_other::RULE,
    form::form_condition_text::RULE,
    form::form_occupation::RULE,
    form::form_level::RULE,
    form::form_incomplete::RULE,
    form::form_unrequired_section::RULE,
    form::form_not_handwritten::RULE,
    form::form_alteration::RULE,
    form::form_damaged::RULE,
    form::form_signature_missing::RULE,
    form::form_signature_name::RULE,
    form::form_date::RULE,
    form::form_chsi_code::RULE,
    form::form_phone::RULE,
    form::form_commitment_mismatch::RULE,
    work::work_period_order::RULE,
    work::work_period_underage::RULE,
    work::work_period_after_signature::RULE,
    work::work_overlap::RULE,
    work::work_employer_name::RULE,
    work::work_employer_dates::RULE,
    work::work_occupation::RULE,
    work::work_total_mismatch::RULE,
    work::work_years::RULE,
    work::work_years_borderline::RULE,
    certificate::certificate_level::RULE,
    certificate::certificate_occupation::RULE,
    certificate::certificate_number::RULE,
    certificate::certificate_age::RULE,
    certificate::certificate_duplicate::RULE,
    education::education_major::RULE,
    education::education_level::RULE,
    education::education_period::RULE,
    education::training_hours::RULE,
    reading::reading_doubtful::RULE,
    reading::input_refused::RULE,
    reading::decision_conflict::RULE,
    reading::internal_error::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.id == id)
}

/// Ids of all rules: what clauses, overrides, waivers and the record may name.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|r| r.id).collect()
}

/// Every rule with the worst severity that it may give.
pub fn worst() -> Vec<(&'static str, Severity)> {
    RULES.iter().map(|r| (r.id, r.worst)).collect()
}

/// Every rule's titles, for summaries and reports.
pub fn titles() -> Vec<RuleTitle> {
    RULES
        .iter()
        .map(|r| RuleTitle {
            id: r.id.to_owned(),
            zh: r.title_zh.to_owned(),
            en: r.title_en.to_owned(),
            clears_zh: r.clears_zh.to_owned(),
            rests_on: r.rests_on.iter().map(|e| (*e).to_owned()).collect(),
        })
        .collect()
}

/// What the flags of a rule hold; those of a rule that this version does not know may hold a value.
pub fn shows(id: &str) -> Shows {
    find(id).map_or(Shows::Value, |r| r.shows)
}

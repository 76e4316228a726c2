//! From facts and packs to flags: every rule of the catalogue as a pure function of a [`Case`].
//! Opens no file, reads no clock and no environment; "today" is a value that comes in.
//!
//! One rule is one file in its family's folder, with what is wrong, on what evidence, and when it cannot tell, and one row in [`RULES`].
//! The sentences to the applicant stand in the rule's file, beside the condition that raises them.
//!
//! Three things hold for every rule. A reading below the working threshold is a doubt: `review`, never a pass and never a rejection.
//! Every doubt is told once: by the rule that has a suspicion, else by `reading-doubtful`. What was not read or not measured is
//! [`Outcome::NotEvaluated`], which is no pass.

mod archive;
mod case;
mod certificate;
mod cross;
mod documentation;
mod education;
mod flagging;
mod form;
mod group;
mod guide;
mod identity;
mod lists;
mod material;
mod past;
mod photo;
mod photo_index;
mod reading;
mod registration;
mod titles;
mod waiving;
mod work;

#[cfg(test)]
pub(crate) mod tests;

pub use archive::{Archive, Beside};
pub use case::{Case, Standing};
pub use cross::{cross_keys, keys, shared};
pub use flagging::Outcome;
pub use guide::Guide;
pub use identity::number_forms::{NumberCheck, check as check_number};
pub use lists::same_occupation;
pub use waiving::{in_force, waive};
pub use work::employers;
pub use work::spans::{Count, counted_months, months, total_agrees};

use crate::vocabulary::finding::{Flag, Severity, Verdict};
use crate::vocabulary::further::Further;
use crate::vocabulary::material::MaterialKind;

/// One row of the catalogue.
pub struct Rule {
    /// A contract: never renamed, never reused.
    pub id: &'static str,
    pub worst: Severity,
    /// As RULES.md cites it; `—` where no source says it.
    pub source: &'static str,
    pub judge: fn(&Case<'_>) -> Outcome,
}

/// What judging a submission gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// In the order of [`Flag::order`].
    pub flags: Vec<Flag>,
    pub verdict: Verdict,
    /// Rules that could not be judged, in the table's order, and why.
    pub not_evaluated: Vec<(&'static str, &'static str)>,
}

/// Judges one submission by every rule; each document beside the first one of its kind is judged in that one's place, too.
pub fn judge(case: &Case<'_>) -> Judgement {
    let mut all = judge_documents(case);
    for further in &case.documents.further {
        let documents = case.documents.with(further);
        let seen = judge_documents(&case.with_documents(&documents));
        for flag in seen.flags {
            let flag = of_further(flag, further);
            if !all.flags.iter().any(|f| same_finding(f, &flag)) {
                all.flags.push(flag);
            }
        }
        let new: Vec<_> = seen.not_evaluated.into_iter().filter(|(rule, _)| !all.not_evaluated.iter().any(|(r, _)| r == rule)).collect();
        all.not_evaluated.extend(new);
    }
    if !case.documents.further.is_empty() {
        all.flags.sort_by_cached_key(Flag::order);
        all.not_evaluated.sort_by_key(|(rule, _)| RULES.iter().position(|r| r.id == *rule));
        all.verdict = Verdict::of(&all.flags);
    }
    all
}

/// A flag that a further document raised. Which of two documents the applicant rests on is not certain, so what is wrong with one of them is a doubt;
/// another person's name or number, and whatever is wrong with a photo, is wrong on any page.
fn of_further(mut flag: Flag, further: &Further) -> Flag {
    let on_it = flag.document == Some(further.material);
    let certain = on_it && (flag.rule.starts_with("identity-") || flag.rule.starts_with("photo-"));
    if !certain {
        flag.severity = flag.severity.min(Severity::Review);
    }
    if on_it && (further.material == MaterialKind::Photo || flag.page.is_none()) {
        flag.page = Some(further.page);
        if let Some(place) = flag.place.as_mut().filter(|p| p.document == further.material) {
            place.page = further.page;
        }
    }
    flag
}

/// Do two flags say the same of the same document?
fn same_finding(a: &Flag, b: &Flag) -> bool {
    (&a.rule, a.document, &a.field, &a.expected, &a.observed, &a.message) == (&b.rule, b.document, &b.field, &b.expected, &b.observed, &b.message)
        // each photo is another one
        && (a.document != Some(MaterialKind::Photo) || a.page == b.page)
}

fn judge_documents(case: &Case<'_>) -> Judgement {
    let mut flags: Vec<Flag> = Vec::new();
    let mut not_evaluated = Vec::new();
    let orphan = case.is_orphan();
    for rule in RULES.iter().filter(|r| !orphan || of_an_orphan(r)) {
        match (rule.judge)(case) {
            Outcome::NotApplicable | Outcome::Holds => {}
            Outcome::Flags(found) => flags.extend(found),
            Outcome::NotEvaluated(why) => not_evaluated.push((rule.id, why)),
        }
    }
    tell_once(&mut flags);
    if flags.len() > 1 {
        flags.sort_by_cached_key(Flag::order);
    }
    Judgement { verdict: Verdict::of(&flags), flags, not_evaluated }
}

/// Of a row without a folder nothing can be judged but how it came in (DOMAIN §6.13: its verdict is `review`).
fn of_an_orphan(rule: &Rule) -> bool {
    matches!(rule.id, "registration-orphan" | "registration-duplicate")
}

/// Flags on a whole document: the reader could not do better with any of its blanks.
const WHOLE_DOCUMENT: [&str; 6] = ["material-unreadable", "material-wrong-kind", "form-template", "form-damaged", "identity-card-unclear", "input-refused"];

/// A doubtful blank on which another rule has its own suspicion, or whose whole page is flagged, is not told twice;
/// nor is a blank that is missing from a page that is torn or cannot be read.
fn tell_once(flags: &mut Vec<Flag>) {
    let yields = |f: &Flag| matches!(f.rule.as_str(), "reading-doubtful" | "form-incomplete");
    if !flags.iter().any(yields) {
        return;
    }
    let others: Vec<(Option<_>, Option<String>, bool)> = flags
        .iter()
        .filter(|f| f.severity > Severity::Note && f.rule != "reading-doubtful")
        .map(|f| (f.document, f.field.clone(), WHOLE_DOCUMENT.contains(&f.rule.as_str())))
        .collect();
    flags.retain(|f| {
        let same_page = || others.iter().any(|(document, _, whole)| *whole && f.document.is_some() && *document == f.document);
        let same_blank = || others.iter().any(|(document, field, whole)| !whole && *document == f.document && field.is_some() && *field == f.field);
        match f.rule.as_str() {
            "reading-doubtful" => !same_page() && !same_blank(),
            "form-incomplete" => !same_page(),
            _ => true,
        }
    });
}

/// Every rule of RULES.md, in its order.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { id: "photo-format", worst: Severity::Reject, source: "N24 三(二)2", judge: photo::photo_format::judge },
    Rule { id: "photo-bytes", worst: Severity::Reject, source: "N24 三(二)2; G2 二", judge: photo::photo_bytes::judge },
    Rule { id: "photo-dimensions", worst: Severity::Reject, source: "N24 三(二)2", judge: photo::photo_dimensions::judge },
    Rule { id: "photo-aspect", worst: Severity::Review, source: "N24 三(二)2 一寸", judge: photo::photo_aspect::judge },
    Rule { id: "photo-corrupt", worst: Severity::Reject, source: "—", judge: photo::photo_corrupt::judge },
    Rule { id: "photo-grayscale", worst: Severity::Reject, source: "N24 彩色", judge: photo::photo_grayscale::judge },
    Rule { id: "photo-background", worst: Severity::Reject, source: "N24 白底", judge: photo::photo_background::judge },
    Rule { id: "photo-face-count", worst: Severity::Reject, source: "N24", judge: photo::photo_face_count::judge },
    Rule { id: "photo-head-position", worst: Severity::Review, source: "N24 头像…居中偏上", judge: photo::photo_head_position::judge },
    Rule { id: "photo-eyes", worst: Severity::Review, source: "N24 眼睛正视镜头", judge: photo::photo_eyes::judge },
    Rule { id: "photo-mouth", worst: Severity::Review, source: "N24 双唇自然闭合", judge: photo::photo_mouth::judge },
    Rule { id: "photo-glasses", worst: Severity::Review, source: "N24", judge: photo::photo_glasses::judge },
    Rule { id: "photo-occlusion", worst: Severity::Review, source: "N24 不被头发遮盖", judge: photo::photo_occlusion::judge },
    Rule { id: "photo-headwear", worst: Severity::Review, source: "N24 免冠", judge: photo::photo_headwear::judge },
    Rule { id: "photo-sharpness", worst: Severity::Review, source: "N24 清晰", judge: photo::photo_sharpness::judge },
    Rule { id: "photo-exposure", worst: Severity::Review, source: "N24 清晰", judge: photo::photo_exposure::judge },
    Rule { id: "photo-clothing", worst: Severity::Review, source: "N24", judge: photo::photo_clothing::judge },
    Rule { id: "photo-of-id-card", worst: Severity::Review, source: "G2 三6", judge: photo::photo_of_id_card::judge },
    Rule { id: "photo-recaptured", worst: Severity::Review, source: "G2 三6", judge: photo::photo_recaptured::judge },
    Rule { id: "photo-stretched", worst: Severity::Review, source: "G2 三6 比例错误", judge: photo::photo_stretched::judge },
    Rule { id: "photo-duplicate", worst: Severity::Reject, source: "—", judge: photo::photo_duplicate::judge },
    Rule { id: "material-missing", worst: Severity::Reject, source: "each condition's list", judge: material::material_missing::judge },
    Rule { id: "material-unreadable", worst: Severity::Review, source: "—", judge: material::material_unreadable::judge },
    Rule { id: "material-wrong-kind", worst: Severity::Reject, source: "each condition's list", judge: material::material_wrong_kind::judge },
    Rule { id: "material-unrequired", worst: Severity::Note, source: "G2 说明6", judge: material::material_unrequired::judge },
    Rule { id: "material-unknown", worst: Severity::Note, source: "—", judge: material::material_unknown::judge },
    Rule { id: "material-duplicate", worst: Severity::Review, source: "—", judge: material::material_duplicate::judge },
    Rule { id: "identity-number-invalid", worst: Severity::Reject, source: "N24 三(二)1", judge: identity::identity_number_invalid::judge },
    Rule { id: "identity-kind", worst: Severity::Reject, source: "N24 三(二)1", judge: identity::identity_kind::judge },
    Rule { id: "identity-number-mismatch", worst: Severity::Reject, source: "N24 三(二)1 必须…完全一致", judge: identity::identity_number_mismatch::judge },
    Rule { id: "identity-name-mismatch", worst: Severity::Reject, source: "N24 三(二)1", judge: identity::identity_name_mismatch::judge },
    Rule { id: "identity-birth-date", worst: Severity::Reject, source: "N24 三(二)1", judge: identity::identity_birth_date::judge },
    Rule { id: "identity-sex", worst: Severity::Reject, source: "N24 三(二)1", judge: identity::identity_sex::judge },
    Rule { id: "identity-card-expired", worst: Severity::Reject, source: "G2 三6", judge: identity::identity_card_expired::judge },
    Rule { id: "identity-card-unclear", worst: Severity::Review, source: "G2 三6", judge: identity::identity_card_unclear::judge },
    Rule { id: "identity-underage", worst: Severity::Reject, source: "N24 附件1", judge: identity::identity_underage::judge },
    Rule { id: "identity-duplicate", worst: Severity::Review, source: "—", judge: identity::identity_duplicate::judge },
    Rule { id: "registration-missing", worst: Severity::Review, source: "—", judge: registration::registration_missing::judge },
    Rule { id: "registration-orphan", worst: Severity::Review, source: "—", judge: registration::registration_orphan::judge },
    Rule { id: "registration-duplicate", worst: Severity::Review, source: "—", judge: registration::registration_duplicate::judge },
    Rule { id: "registration-conflict", worst: Severity::Review, source: "—", judge: registration::registration_conflict::judge },
    Rule { id: "registration-field", worst: Severity::Review, source: "—", judge: registration::registration_field::judge },
    Rule { id: "registration-condition", worst: Severity::Reject, source: "报考条件", judge: registration::registration_condition::judge },
    Rule { id: "plan-not-offered", worst: Severity::Reject, source: "N24 一", judge: registration::plan_not_offered::judge },
    Rule { id: "plan-month", worst: Severity::Review, source: "N24 一", judge: registration::plan_month::judge },
    Rule { id: "fee-amount", worst: Severity::Review, source: "N24 附件2", judge: registration::fee_amount::judge },
    Rule { id: "form-template", worst: Severity::Reject, source: "填报资料", judge: form::form_template::judge },
    Rule { id: "form-condition-other", worst: Severity::Reject, source: "G2 说明2", judge: form::form_condition_other::judge },
    Rule { id: "form-condition-text", worst: Severity::Reject, source: "G2 说明2", judge: form::form_condition_text::judge },
    Rule { id: "form-occupation", worst: Severity::Reject, source: "填表说明二", judge: form::form_occupation::judge },
    Rule { id: "form-level", worst: Severity::Reject, source: "填表说明", judge: form::form_level::judge },
    Rule { id: "form-incomplete", worst: Severity::Reject, source: "填表说明四2", judge: form::form_incomplete::judge },
    Rule { id: "form-unrequired-section", worst: Severity::Review, source: "G2 说明6", judge: form::form_unrequired_section::judge },
    Rule { id: "form-not-handwritten", worst: Severity::Review, source: "G2 说明1", judge: form::form_not_handwritten::judge },
    Rule { id: "form-alteration", worst: Severity::Review, source: "G2 说明1; 填表说明四1", judge: form::form_alteration::judge },
    Rule { id: "form-damaged", worst: Severity::Review, source: "填表说明四1", judge: form::form_damaged::judge },
    Rule { id: "form-signature-missing", worst: Severity::Reject, source: "填表说明四2", judge: form::form_signature_missing::judge },
    Rule { id: "form-signature-name", worst: Severity::Review, source: "填表说明一", judge: form::form_signature_name::judge },
    Rule { id: "form-date", worst: Severity::Reject, source: "填表说明四2", judge: form::form_date::judge },
    Rule { id: "form-chsi-code", worst: Severity::Review, source: "申报表 学历", judge: form::form_chsi_code::judge },
    Rule { id: "form-phone", worst: Severity::Review, source: "承诺书", judge: form::form_phone::judge },
    Rule { id: "form-commitment-mismatch", worst: Severity::Reject, source: "填表说明四3", judge: form::form_commitment_mismatch::judge },
    Rule { id: "work-period-order", worst: Severity::Reject, source: "G2 说明4", judge: work::work_period_order::judge },
    Rule { id: "work-period-underage", worst: Severity::Review, source: "—", judge: work::work_period_underage::judge },
    Rule { id: "work-period-after-signature", worst: Severity::Reject, source: "G2 说明4", judge: work::work_period_after_signature::judge },
    Rule { id: "work-overlap", worst: Severity::Note, source: "—", judge: work::work_overlap::judge },
    Rule { id: "work-employer-name", worst: Severity::Review, source: "G2 说明4 单位需填写全称", judge: work::work_employer_name::judge },
    Rule { id: "work-employer-dates", worst: Severity::Reject, source: "G2 说明4", judge: work::work_employer_dates::judge },
    Rule { id: "work-occupation", worst: Severity::Reject, source: "G2 说明3", judge: work::work_occupation::judge },
    Rule { id: "work-total-mismatch", worst: Severity::Review, source: "G2 说明4", judge: work::work_total_mismatch::judge },
    Rule { id: "work-years", worst: Severity::Reject, source: "报考条件", judge: work::work_years::judge },
    Rule { id: "work-years-borderline", worst: Severity::Review, source: "报考条件", judge: work::work_years_borderline::judge },
    Rule { id: "certificate-level", worst: Severity::Reject, source: "报考条件", judge: certificate::certificate_level::judge },
    Rule { id: "certificate-occupation", worst: Severity::Reject, source: "报考条件", judge: certificate::certificate_occupation::judge },
    Rule { id: "certificate-number", worst: Severity::Reject, source: "申报表 编号", judge: certificate::certificate_number::judge },
    Rule { id: "certificate-age", worst: Severity::Reject, source: "G2 一(3)", judge: certificate::certificate_age::judge },
    Rule { id: "certificate-duplicate", worst: Severity::Review, source: "—", judge: certificate::certificate_duplicate::judge },
    Rule { id: "education-major", worst: Severity::Reject, source: "N24 附件1", judge: education::education_major::judge },
    Rule { id: "education-level", worst: Severity::Reject, source: "报考条件", judge: education::education_level::judge },
    Rule { id: "education-period", worst: Severity::Review, source: "报考条件", judge: education::education_period::judge },
    Rule { id: "training-hours", worst: Severity::Reject, source: "G4 说明5", judge: education::training_hours::judge },
    Rule { id: "reading-doubtful", worst: Severity::Review, source: "—", judge: reading::reading_doubtful::judge },
    Rule { id: "input-refused", worst: Severity::Review, source: "—", judge: reading::input_refused::judge },
    Rule { id: "internal-error", worst: Severity::Review, source: "—", judge: reading::internal_error::judge },
];
